// _string: what string.Formatter needs of str.format()'s parser.
#include "interp/objects/abstract.h"
#include "interp/objects/int.h"
#include "interp/objects/str_template.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {
// Iterates over a template's pieces or a field name's parts; at and end are positions in text.
struct TemplateIterator {
  Header h;
  Value text;
  TemplateParser parser;
};
struct FieldNameIterator {
  Header h;
  Value text;
  FieldNameParser parser;
};
static_assert(offsetof(TemplateIterator, text) == offsetof(FieldNameIterator, text));

void iterator_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<TemplateIterator*>(h)->text); }
void iterator_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  TemplateIterator* it = reinterpret_cast<TemplateIterator*>(h);
  Value text = it->text;
  it->text = Value();
  decref(text);
  finish_dealloc(h);
}
Ref self_iter(Value v) { return Ref::dup(v); }

Ref next_piece(Value v) {
  TemplateIterator* it = v.as<TemplateIterator>();
  TemplatePiece p;
  int r = it->parser.next(&p);
  if (r < 0) return nullptr;
  if (r == 0) return Ref::imm(kStopIter);
  Ref literal = str_substring(it->text, p.literal_start, p.literal_end);
  if (!literal) return nullptr;
  if (!p.has_field) return make_tuple_of({literal.get(), kNone, kNone, kNone});
  Ref name = str_substring(it->text, p.name_start, p.name_end),
      spec = str_substring(it->text, p.spec_start, p.spec_end);
  Ref conversion = p.conversion ? make_str_char(p.conversion) : Ref::imm(kNone);
  if (!name || !spec || !conversion) return nullptr;
  return make_tuple_of({literal.get(), name.get(), spec.get(), conversion.get()});
}
Ref next_part(Value v) {
  FieldNameIterator* it = v.as<FieldNameIterator>();
  FieldNamePart p;
  int r = it->parser.next(&p);
  if (r < 0) return nullptr;
  if (r == 0) return Ref::imm(kStopIter);
  Ref name = p.index >= 0 ? make_int(p.index) : str_substring(it->text, p.start, p.end);
  if (!name) return nullptr;
  return make_tuple_of({bool_value(p.is_attribute), name.get()});
}

TypeObject* template_iterator_type() {
  static const TypeSpec spec = {.flags = kTypeGc | kTypeNoInstantiate,
                                .basic_size = sizeof(TemplateIterator),
                                .ops = {.trace = iterator_trace, .dealloc = iterator_dealloc},
                                .s = {.iter = self_iter, .next = next_piece}};
  static TypeObject* const type = make_native_type("formatteriterator", types::Object, &spec);
  return type;
}
TypeObject* field_name_iterator_type() {
  static const TypeSpec spec = {.flags = kTypeGc | kTypeNoInstantiate,
                                .basic_size = sizeof(FieldNameIterator),
                                .ops = {.trace = iterator_trace, .dealloc = iterator_dealloc},
                                .s = {.iter = self_iter, .next = next_part}};
  static TypeObject* const type = make_native_type("fieldnameiterator", types::Object, &spec);
  return type;
}

Ref formatter_parser(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "expected str, got %T", a[0]);
  TemplateIterator* it = alloc_instance_as<TemplateIterator>(template_iterator_type());
  if (!it) return nullptr;
  gc::init(&it->text, Ref::dup(a[0]));
  new (&it->parser) TemplateParser(str_ptr(a[0]), 0, str_ptr(a[0])->length);
  return Ref::steal(it);
}
Ref formatter_field_name_split(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "expected str, got %T", a[0]);
  FieldNameParser parser(str_ptr(a[0]), 0, str_ptr(a[0])->length);
  size_t start, end;
  int64_t index;
  if (!parser.first(&start, &end, &index)) return nullptr;
  Ref first = index >= 0 ? make_int(index) : str_substring(a[0], start, end);
  if (!first) return nullptr;
  FieldNameIterator* it = alloc_instance_as<FieldNameIterator>(field_name_iterator_type());
  if (!it) return nullptr;
  Ref keep = Ref::steal(it);
  gc::init(&it->text, Ref::dup(a[0]));
  new (&it->parser) FieldNameParser(parser);
  return make_tuple_of({first.get(), keep.get()});
}

const NativeDef kFunctions[] = {
    {"formatter_field_name_split", "($module, string, /)", formatter_field_name_split, kNativeNoSignature,
     "split the argument as a field name"},
    {"formatter_parser", "($module, string, /)", formatter_parser, kNativeNoSignature,
     "parse the argument as a format string"},
    {},
};
}  // namespace

// GIL off: they make new iterators.
extern const ModuleDef _string_module;
const ModuleDef _string_module = {"_string", "string helper module", kFunctions, nullptr, kFunctionsAtOnce};

}  // namespace taipan
