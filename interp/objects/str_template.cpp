// str.format() and str.format_map().
#include "interp/objects/str_template.h"
#include <charconv>
#include "interp/objects/abstract.h"
#include "interp/objects/float.h"
#include "interp/objects/float_text.h"
#include "interp/objects/format.h"
#include "interp/objects/int.h"
#include "interp/objects/tuple.h"
#include "interp/objects/unicode_db.h"

namespace taipan {

// ---- Parsing ------------------------------------------------------------------------------------------------------------------------------
int TemplateParser::next(TemplatePiece* p) {
  *p = TemplatePiece();
  if (at_ >= end_) return 0;
  p->literal_start = at_;
  uint32_t c = 0;
  bool markup = false;
  if (s_->kind == 1) {
    const uint8_t* text = s_->data1();
    size_t i = at_, end = end_;
    while (i < end && text[i] != '{' && text[i] != '}') i++;
    at_ = i;
  }
  while (at_ < end_) {
    c = s_->at(at_++);
    if (c == '{' || c == '}') {
      markup = true;
      break;
    }
  }
  p->literal_end = markup ? at_ - 1 : at_;
  if (!markup) return 1;
  bool at_end = at_ >= end_;
  if (c == '}' && (at_end || s_->at(at_) != '}'))
    return raise(types::ValueError, "Single '}' encountered in format string");
  if (at_end) return raise(types::ValueError, "Single '{' encountered in format string");
  if (s_->at(at_) == c) {  // doubled: one of them is text
    p->literal_end = at_++;
    return 1;
  }
  p->has_field = true;
  return parse_field(p);
}

int TemplateParser::parse_field(TemplatePiece* p) {
  p->name_start = at_;
  if (s_->kind == 1) {  // "}" or ":spec}", no name
    const uint8_t* text = s_->data1();
    size_t i = at_;
    if (i < end_ && text[i] == '}') {
      p->name_end = at_++;
      return 1;
    }
    if (i < end_ && text[i] == ':') {
      for (i++; i < end_ && text[i] != '{' && text[i] != '}'; i++) {}
      if (i < end_ && text[i] == '}') {
        p->name_end = at_;
        p->spec_start = at_ + 1;
        p->spec_end = i;
        at_ = i + 1;
        return 1;
      }
    }
  }
  uint32_t c = 0;
  while (at_ < end_) {
    c = s_->at(at_++);
    if (c == '{') return raise(types::ValueError, "unexpected '{' in field name");
    if (c == '}' || c == ':' || c == '!') break;
    if (c == '[')  // anything may stand in brackets
      while (at_ < end_ && s_->at(at_) != ']') at_++;
    c = 0;
  }
  if (c == 0) return raise(types::ValueError, "expected '}' before end of string");
  p->name_end = at_ - 1;
  if (c == '}') return 1;
  if (c == '!') {
    if (at_ >= end_) return raise(types::ValueError, "end of string while looking for conversion specifier");
    p->conversion = s_->at(at_++);
    if (at_ < end_) {
      c = s_->at(at_++);
      if (c == '}') return 1;
      if (c != ':') return raise(types::ValueError, "expected ':' after conversion specifier");
    }
  }
  p->spec_start = at_;
  int depth = 1;
  while (at_ < end_) {
    c = s_->at(at_++);
    if (c == '{') {
      p->spec_has_fields = true;
      depth++;
    } else if (c == '}' && --depth == 0) {
      p->spec_end = at_ - 1;
      return 1;
    }
  }
  return raise(types::ValueError, "unmatched '{' in format spec");
}

// A number, or -1 if it is none. -2: ValueError.
static int64_t integer_in(const Str* s, size_t start, size_t end) {
  if (start == end) return -1;
  if (uint32_t c = s->at(start); c < 128 && c - '0' >= 10) return -1;
  int64_t v = 0;
  for (size_t i = start; i < end; i++) {
    int d = unicode::decimal_value(s->at(i));
    if (d < 0) return -1;
    if (v > (INT64_MAX - d) / 10) {
      raise(types::ValueError, "Too many decimal digits in format string");
      return -2;
    }
    v = v * 10 + d;
  }
  return v;
}

bool FieldNameParser::first(size_t* start, size_t* end, int64_t* index) {
  *start = at_;
  while (at_ < end_ && s_->at(at_) != '.' && s_->at(at_) != '[') at_++;
  *end = at_;
  *index = integer_in(s_, *start, *end);
  return *index != -2;
}
int FieldNameParser::next(FieldNamePart* p) {
  if (at_ >= end_) return 0;
  uint32_t c = s_->at(at_++);
  p->index = -1;
  if (c == '.') {
    p->is_attribute = true;
    p->start = at_;
    while (at_ < end_ && s_->at(at_) != '.' && s_->at(at_) != '[') at_++;
    p->end = at_;
  } else if (c == '[') {
    p->is_attribute = false;
    p->start = at_;
    while (at_ < end_ && s_->at(at_) != ']') at_++;
    if (at_ >= end_) return raise(types::ValueError, "Missing ']' in format string");
    p->end = at_++;
    p->index = integer_in(s_, p->start, p->end);
    if (p->index == -2) return -1;
  } else {
    return raise(types::ValueError, "Only '.' or '[' may follow ']' in format field specifier");
  }
  if (p->start == p->end) return raise(types::ValueError, "Empty attribute in format string");
  return 1;
}

// ---- Filling in ---------------------------------------------------------------------------------------------------------------------------
namespace {
enum class Numbering { kUnknown, kAutomatic, kManual };
struct Filler {
  const Value* args = nullptr;  // null: format_map
  size_t nargs = 0;
  Value kwnames;  // keyword values follow the positional ones in args
  Value mapping;  // format_map
  Numbering numbering = Numbering::kUnknown;
  int64_t next_index = 0;

  Ref field_object(Value text, size_t start, size_t end);
  bool fill(Value text, size_t start, size_t end, int depth, StrBuilder* out);
  bool render(Value text, const TemplatePiece& piece, int depth, StrBuilder* out);
};

Ref Filler::field_object(Value text, size_t start, size_t end) {
  const Str* s = str_ptr(text);
  FieldNameParser names(s, start, end);
  size_t first_start, first_end;
  int64_t index;
  if (!names.first(&first_start, &first_end, &index)) return nullptr;
  bool empty = first_start == first_end;
  if (empty || index >= 0) {
    Numbering wanted = empty ? Numbering::kAutomatic : Numbering::kManual;
    if (numbering == Numbering::kUnknown) numbering = wanted;
    if (numbering != wanted)
      return raise(types::ValueError,
                   numbering == Numbering::kManual
                       ? "cannot switch from manual field specification to automatic field numbering"
                       : "cannot switch from automatic field numbering to manual field specification");
    if (empty) index = next_index++;
  }
  Ref object;
  if (index < 0) {
    size_t n = kwnames && s->ascii ? tuple_size(kwnames) : 0, length = first_end - first_start;
    for (size_t i = 0; i < n && !object; i++) {
      const Str* name = str_ptr(tuple_at(kwnames, i));
      if (name->ascii && name->length == length && memcmp(name->data1(), s->data1() + first_start, length) == 0)
        object = Ref::dup(args[nargs + i]);
    }
    if (!object) {
      Ref key = str_substring(text, first_start, first_end);
      if (!key) return nullptr;
      if (mapping) {
        object = get_item(mapping, key);
        if (!object) return nullptr;
      } else {
        n = kwnames ? tuple_size(kwnames) : 0;
        for (size_t i = 0; i < n; i++)
          if (str_eq(str_ptr(tuple_at(kwnames, i)), str_ptr(key))) {
            object = Ref::dup(args[nargs + i]);
            break;
          }
        if (!object) return raise_key_error(key);
      }
    }
  } else {
    if (mapping) return raise(types::ValueError, "Format string contains positional fields");
    if (static_cast<size_t>(index) >= nargs)
      return raise(types::IndexError, "Replacement index %zd out of range for positional args tuple",
                   static_cast<ssize_t>(index));
    object = Ref::dup(args[index]);
  }
  FieldNamePart part;
  int r;
  while ((r = names.next(&part)) > 0) {
    if (part.is_attribute) {
      Ref name = intern(str_substring(text, part.start, part.end));
      if (!name) return nullptr;
      object = get_attr(object, str_ptr(name));
    } else if (part.index >= 0) {
      Ref key = make_int(part.index);
      object = get_item(object, key);
    } else {
      Ref key = str_substring(text, part.start, part.end);
      if (!key) return nullptr;
      object = get_item(object, key);
    }
    if (!object) return nullptr;
  }
  if (r < 0) return nullptr;
  return object;
}

bool Filler::render(Value text, const TemplatePiece& p, int depth, StrBuilder* out) {
  Ref object;
  if (p.name_start == p.name_end && numbering != Numbering::kManual && !mapping &&
      static_cast<size_t>(next_index) < nargs) {
    numbering = Numbering::kAutomatic;
    object = Ref::dup(args[next_index++]);
  } else {
    object = field_object(text, p.name_start, p.name_end);
    if (!object) return false;
  }
  if (p.conversion) {
    switch (p.conversion) {
      case 'r': object = repr_of(object); break;
      case 's': object = str_of(object); break;
      case 'a': object = ascii_of(object); break;
      default:
        if (p.conversion > 32 && p.conversion < 127)
          return raise(types::ValueError, "Unknown conversion specifier %c", p.conversion);
        return raise(types::ValueError, "Unknown conversion specifier \\x%x", p.conversion);
    }
    if (!object) return false;
  }
  Ref spec;
  if (p.spec_start < p.spec_end) {
    if (p.spec_has_fields) {
      StrBuilder expanded;
      if (!fill(text, p.spec_start, p.spec_end, depth - 1, &expanded)) return false;
      spec = expanded.finish();
      if (!spec) return false;
      int done = format_part(out, object, spec, 0, str_ptr(spec)->length);
      if (done) return done > 0;
    } else {
      int done = format_part(out, object, text, p.spec_start, p.spec_end);
      if (done) return done > 0;
      spec = str_substring(text, p.spec_start, p.spec_end);
      if (!spec) return false;
    }
  } else {
    if (is_str_exact(object)) return out->append(object);
    if (object.get().is_int() || object.get().is_float()) {
      char number[40];
      size_t n =
          object.get().is_int()
              ? static_cast<size_t>(std::to_chars(number, number + sizeof number, object.get().as_int()).ptr - number)
              : float_repr_to(object.get().as_float(), number);
      return out->append_ascii({number, n});
    }
    spec = empty_str();
  }
  Ref result = format_value(object, spec);
  return result && out->append(result);
}

bool Filler::fill(Value text, size_t start, size_t end, int depth, StrBuilder* out) {
  if (depth <= 0) return raise(types::ValueError, "Max string recursion exceeded");
  TemplateParser parser(str_ptr(text), start, end);
  TemplatePiece piece;
  int r;
  while ((r = parser.next(&piece)) > 0) {
    if (piece.literal_end > piece.literal_start && !out->append_slice(text, piece.literal_start, piece.literal_end))
      return false;
    if (piece.has_field && !render(text, piece, depth, out)) return false;
  }
  return r == 0;
}
}  // namespace

Ref str_format_method(Args& a) {
  Filler f;
  f.args = a.raw.v;
  f.nargs = a.raw.n;
  f.kwnames = a.raw.kwnames;
  StrBuilder out;
  if (!f.fill(a.self, 0, str_ptr(a.self)->length, 2, &out)) return nullptr;
  return out.finish();
}
Ref str_format_map_method(Args& a) {
  Value mapping;
  if (a.raw.kwnames && tuple_size(a.raw.kwnames) != 0)
    return raise(types::TypeError, "str.format_map() takes no keyword arguments");
  if (a.raw.n != 1) return raise(types::TypeError, "str.format_map() takes exactly one argument (%zu given)", a.raw.n);
  mapping = a.raw.v[0];
  Filler f;
  f.mapping = mapping;
  StrBuilder out;
  if (!f.fill(a.self, 0, str_ptr(a.self)->length, 2, &out)) return nullptr;
  return out.finish();
}

}  // namespace taipan
