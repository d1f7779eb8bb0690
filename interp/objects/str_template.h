// The syntax of str.format() templates: literal text and replacement fields, and what stands in a field's name.
#pragma once
#include "interp/objects/str_impl.h"

namespace taipan {

// One step: literal text, then perhaps a field. Positions are indices into the template.
struct TemplatePiece {
  size_t literal_start, literal_end;
  bool has_field;
  size_t name_start, name_end;
  size_t spec_start, spec_end;
  uint32_t conversion;  // 0: none
  bool spec_has_fields;
};
class TemplateParser {
 public:
  TemplateParser(const Str* s, size_t start, size_t end) : s_(s), at_(start), end_(end) {}
  int next(TemplatePiece* piece);  // 1: a piece, 0: the end, -1: ValueError

 private:
  int parse_field(TemplatePiece* piece);
  const Str* s_;
  size_t at_, end_;
};

// "first.attr[item]": the first part, then the rest step by step.
struct FieldNamePart {
  bool is_attribute;
  int64_t index;  // of an item given as a number, else -1
  size_t start, end;
};
class FieldNameParser {
 public:
  FieldNameParser(const Str* s, size_t start, size_t end) : s_(s), at_(start), end_(end) {}
  bool first(size_t* start, size_t* end, int64_t* index);
  int next(FieldNamePart* part);

 private:
  const Str* s_;
  size_t at_, end_;
};

}  // namespace taipan
