// code objects: immutable bytecode with its constants, names, tables and feedback.
#pragma once
#include "frontend/bytecode/code_unit.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type.h"

namespace taipan {

using frontend::HandlerRange;
using frontend::Instruction;
using frontend::Position;

struct Code {
  Header h;
  Instruction* instructions;  // raw buffer; only the op byte of a published instruction may change (specialisation)
  uint32_t instruction_count;
  uint32_t flags;  // frontend::CodeFlags
  uint16_t argcount, posonly_argcount, kwonly_argcount;
  uint16_t nlocals, ncells, nfree;
  uint16_t register_count;
  uint16_t total_args;     // argcount + kwonly + *args + **kw: the registers that are parameters
  bool simple_args;        // no keyword-only, *args, **kw: a positional call of argcount arguments only moves them
  bool is_generator_like;  // generator, coroutine or async generator
  bool runs_in_namespace;  // class or module body: names go through the frame's locals mapping
  int32_t first_line;
  uint32_t handler_count;
  std::atomic<uint32_t> signature;  // number of its parameters' names for caches of calls, never reused; 0: none yet
  HandlerRange* handlers;           // raw buffer
  Value consts, names, varnames, cellvars, freevars;  // tuples
  Value name, qualname, filename;                     // str
  uint8_t* position_table;                            // packed positions, decoded by code_position
  uint32_t position_bytes;
  int32_t* cell_argument;  // parallel to cellvars: register of the argument or -1; raw buffer or null
  // One 64-bit feedback word an instruction, allocated at the first execution; read and written lock-free (eval/feedback.h).
  std::atomic<std::atomic<uint64_t>*> feedback;
  uint32_t feedback_index;      // place in the registry of codes with feedback
  std::atomic<int32_t*> lines;  // line of each instruction, decoded once tracing or f_lineno wants it
  Value extra;                  // how Python code sees it, once it looked (code_view.h)
};

Ref make_code(const frontend::CodeUnit& unit);            // nested code units become constants
Ref value_of_constant(const frontend::ConstantValue& c);  // interned where CPython interns
bool code_to_unit(Value code,
                  frontend::CodeUnit* out);  // for marshal; false with an exception for a constant it cannot write
Position code_position(const Code* code, uint32_t index);
int code_line(Code* code, uint32_t index);              // line of an instruction; 0: none
std::atomic<uint64_t>* code_feedback_slow(Code* code);  // allocates
// Name of register r for error texts (local, cell or free variable); borrowed str or null.
Value code_register_name(const Code* code, uint32_t r);
inline const Value* code_consts(const Code* c) { return c->consts.as<Tuple>()->items(); }
inline const Value* code_names(const Code* c) { return c->names.as<Tuple>()->items(); }

}  // namespace taipan
