// What the compiler makes: plain C++, no objects. interp turns a CodeUnit into a code object; marshal writes and reads it.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>
#include "frontend/constant.h"

namespace taipan::frontend {

enum Op : uint8_t {
#define OP(name, format, effects) kOp##name,
#include "frontend/bytecode/bytecode.def"
#undef OP
  kOpCount
};
inline constexpr uint16_t kNoReg = 0xFFFF;
enum OpFlags : uint8_t {
  kLastA = 1,
  kLastB = 2,
  kLastC = 4,
  kInplace = 16,
  kKeepsPlace = 16 /* RERAISE: of cleanup */,
  kEntersWith = 16 /* CALL: of __enter__ or __aenter__ by a with statement; no call to a profiler */
};
enum SpecialMethod : uint16_t { kSpecialEnter, kSpecialExit, kSpecialAsyncEnter, kSpecialAsyncExit };  // LOAD_SPECIAL

struct Instruction {
  uint8_t op;
  uint8_t flags;
  uint16_t a, b, c;
  uint32_t wide() const { return b | (static_cast<uint32_t>(c) << 16); }
};
static_assert(sizeof(Instruction) == 8);

// Source range of an instruction; line 0: none (artificial). Columns are utf-8 byte offsets, -1 unknown.
struct Position {
  int32_t line, end_line;
  int32_t column, end_column;
};

// While pc is in [start, end) an exception empties the temporaries from R[depth] up, puts the exception into R[depth] and goes on at target.
// Entries are ordered innermost first: the first match wins.
struct HandlerRange {
  uint32_t start, end, target;
  uint16_t depth;
  uint16_t flags;  // 1: compiler-made cleanup (with/async for/except-as), not a user's handler
};

enum CodeFlags : uint32_t {  // co_flags, CPython's values
  kCoOptimized = 0x1,
  kCoNewLocals = 0x2,
  kCoVarArgs = 0x4,
  kCoVarKeywords = 0x8,
  kCoNested = 0x10,
  kCoGenerator = 0x20,
  kCoCoroutine = 0x80,
  kCoIterableCoroutine = 0x100,
  kCoAsyncGenerator = 0x200,
  kCoFutureDivision = 0x20000,
  kCoFutureAbsoluteImport = 0x40000,
  kCoFutureWithStatement = 0x80000,
  kCoFuturePrintFunction = 0x100000,
  kCoFutureUnicodeLiterals = 0x200000,
  kCoFutureBarryAsBdfl = 0x400000,
  kCoFutureGeneratorStop = 0x800000,
  kCoFutureAnnotations = 0x1000000
};

struct CodeUnit;
// Constant pool entry: a frontend constant (its text lives in the unit's arena) or a nested code unit.
struct ConstantEntry {
  ConstantValue value;
  std::unique_ptr<CodeUnit> code;  // set: the entry is a code object
};

struct CodeUnit {
  std::string name, qualname, filename;
  int32_t first_line = 1;
  uint32_t flags = 0;
  uint16_t argcount = 0;  // positional, positional-only included
  uint16_t posonly_argcount = 0;
  uint16_t kwonly_argcount = 0;
  uint16_t register_count = 0;        // all registers
  std::vector<std::string> varnames;  // locals: arguments first (positional, keyword-only, *args, **kw)
  std::vector<std::string> cellvars;
  std::vector<std::string> freevars;
  // For a cell variable that is an argument: the argument's register, else -1 (parallel to cellvars).
  std::vector<int32_t> cell_argument;
  std::vector<std::string> names;
  std::vector<ConstantEntry> constants;  // constants[0] is the docstring (or None) in functions
  std::vector<Instruction> code;
  std::vector<Position> positions;  // one per instruction
  std::string packed_positions;  // the same packed (positions.h): what comes from a file or a code object has only this
  std::vector<HandlerRange> handlers;
  std::shared_ptr<Arena> arena;  // keeps the constants' texts alive (nested units may share it)
};

}  // namespace taipan::frontend
