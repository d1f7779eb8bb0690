// How a code object looks to Python code that reads bytecode (dis, modulefinder, cloudpickle, inspect): the register instructions written
// out as the stack instructions of CPython 3.11, in its encoding. Made when first asked for, and kept by the code object.
//
// Operands that are locals become loads, results in locals stores; temporaries stand for the stack. The constants that our instructions
// hold inline follow the others in the constants shown. Offsets (f_lasti, tb_lasti, co_lines, ...) are those of this form.
#pragma once
#include <string_view>
#include <vector>

#include "interp/objects/code.h"

namespace taipan {

struct CodeView : Value {
  static constexpr size_t kBytes = 0, kConsts = 1, kPlaces = 2;  // items of the tuple that Code::extra holds

  explicit CodeView(Code* code);  // null with an exception where memory runs out
  Ref bytes() const { return Ref::dup(tuple_at(*this, kBytes)); }
  Ref consts() const { return Ref::dup(tuple_at(*this, kConsts)); }
  // In units of two bytes: where instruction i begins (i == instruction_count: the end), and where it does its work.
  uint32_t start(uint32_t i) const { return places()[2 * i]; }
  uint32_t place(uint32_t i) const { return places()[2 * i + 1]; }

 private:
  const uint32_t* places() const;
};

extern bool columns_hidden;  // -X no_debug_ranges: positions are lines alone

// The offset in bytes of instruction `index`, and the instruction at an offset. -1 and 0 where memory runs out (no exception).
int64_t code_offset(Code* code, uint32_t index);
uint32_t code_index_of_offset(Code* code, int64_t offset);
Ref code_view_exception_table(Code* code);
// co_linetable, and the positions that such a table gives the instructions of code (false with an exception).
Ref code_view_line_table(Code* code);
bool read_line_table(Code* code, int32_t first_line, std::string_view table, std::vector<Position>* out);

}  // namespace taipan
