// _csv.Dialect: the checked, immutable form of a dialect.
#include "interp/modules/csv.h"

namespace taipan {

namespace {

TypeObject* dialect_type;
CsvDialect* dialect_of(Value v) { return v.as<CsvDialect>(); }

void dialect_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<CsvDialect*>(h)->line_terminator); }
void dialect_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  { Ref text = gc::take(h, &reinterpret_cast<CsvDialect*>(h)->line_terminator); }
  finish_dealloc(h);
}

bool set_bool(bool* to, Value v, bool otherwise) {
  int r = v ? is_true(v) : otherwise;
  *to = r > 0;
  return r >= 0;
}
bool set_char(const char* name, uint32_t* to, Value v, uint32_t otherwise, bool may_be_none) {
  *to = otherwise;
  if (!v) return true;
  *to = kCsvNoChar;
  if (v == kNone && may_be_none) return true;
  if (!is_str(v))
    return raise(types::TypeError, "\"%s\" must be string%s, not %.200T", name, may_be_none ? " or None" : "", v);
  auto* s = v.as<Str>();
  if (s->length != 1) return raise(types::TypeError, "\"%s\" must be a 1-character string", name);
  *to = s->at(0);
  return true;
}

enum {
  kDialect,
  kDelimiter,
  kDoubleQuote,
  kEscapeChar,
  kLineTerminator,
  kQuoteChar,
  kQuoting,
  kSkipInitialSpace,
  kStrict,
  kCount
};

Ref dialect_new(TypeObject* cls, RawArgs raw) {
  static const Signature sig("",
                             "(dialect=None, delimiter=None, doublequote=None, escapechar=None, lineterminator=None, "
                             "quotechar=None, quoting=None, "
                             "skipinitialspace=None, strict=None)");
  Value v[kCount];
  if (raw.n + (has_keywords(raw) ? tuple_size(raw.kwnames) : 0) <= kCount && has_keywords(raw)) {
    for (size_t i = 0; i < tuple_size(raw.kwnames); i++) {
      Value key = tuple_at(raw.kwnames, i);
      bool known = false;
      for (size_t k = 0; k < kCount && !known; k++) known = str_eq(sig.params_[k].name, key.as<Str>());
      if (!known) return raise(types::TypeError, "'%S' is an invalid keyword argument for this function", key);
    }
  }
  if (!sig.bind(raw, v)) return nullptr;
  Ref keep[kCount];
  if (v[kDialect] && v[kDialect] != kNone) {
    Value base = v[kDialect];
    if (is_str(base)) {
      keep[0] = dict_get_ref(csv_dialects, base);
      if (!keep[0]) return nullptr;
      if (keep[0].get() == kMissing) return raise(csv_error.as<TypeObject>(), "unknown dialect");
      base = keep[0];
    } else {
      keep[0] = Ref::dup(base);
    }
    bool changed = false;
    for (int i = 1; i < kCount; i++) changed = changed || v[i];
    if (!changed && is_instance_exact_type(base, dialect_type)) return std::move(keep[0]);
    for (int i = 1; i < kCount; i++) {
      if (v[i]) continue;
      keep[i] = get_attr(base, sig.params_[i].name);
      if (keep[i])
        v[i] = keep[i];
      else
        clear_error();
    }
  }
  Ref r = Ref::steal(alloc_instance_as<CsvDialect>(cls));
  if (!r) return nullptr;
  CsvDialect* d = dialect_of(r);
  if (!set_char("delimiter", &d->delimiter, v[kDelimiter], ',', false) ||
      !set_bool(&d->double_quote, v[kDoubleQuote], true) ||
      !set_char("escapechar", &d->escape, v[kEscapeChar], kCsvNoChar, true))
    return nullptr;
  if (!v[kLineTerminator]) {
    gc::init(&d->line_terminator, make_str("\r\n"));
  } else if (v[kLineTerminator] != kNone) {
    if (!is_str(v[kLineTerminator])) return raise(types::TypeError, "\"lineterminator\" must be a string");
    gc::init(&d->line_terminator, Ref::dup(v[kLineTerminator]));
  }
  if (!set_char("quotechar", &d->quote, v[kQuoteChar], '"', true)) return nullptr;
  d->quoting = v[kQuoteChar] == kNone && !v[kQuoting] ? kQuoteNone : kQuoteMinimal;
  if (v[kQuoting]) {
    if (!is_int_exact(v[kQuoting])) return raise(types::TypeError, "\"quoting\" must be an integer");
    if (!to_c_int(v[kQuoting], &d->quoting)) return nullptr;
  }
  if (!set_bool(&d->skip_initial_space, v[kSkipInitialSpace], false) || !set_bool(&d->strict, v[kStrict], false))
    return nullptr;
  if (d->quoting < kQuoteMinimal || d->quoting > kQuoteNone) return raise(types::TypeError, "bad \"quoting\" value");
  if (d->delimiter == kCsvNoChar) return raise(types::TypeError, "\"delimiter\" must be a 1-character string");
  if (d->quoting != kQuoteNone && d->quote == kCsvNoChar)
    return raise(types::TypeError, "quotechar must be set if quoting enabled");
  if (!d->line_terminator) return raise(types::TypeError, "lineterminator must be set");
  return r;
}

Ref char_or_none(uint32_t c) { return c == kCsvNoChar ? Ref::imm(kNone) : make_str_char(c); }
Ref get_delimiter(Value self) { return char_or_none(dialect_of(self)->delimiter); }
Ref get_escape(Value self) { return char_or_none(dialect_of(self)->escape); }
Ref get_quote(Value self) { return char_or_none(dialect_of(self)->quote); }
Ref get_line_terminator(Value self) { return Ref::dup(dialect_of(self)->line_terminator); }
Ref get_quoting(Value self) { return make_int(dialect_of(self)->quoting); }
Ref dialect_reduce_impl(Args& a) {
  return raise(types::TypeError, "cannot pickle '%.100s' instances", type_of(a.self)->name->data1());
}

const GetSetDef kDialectGetSet[] = {{"delimiter", get_delimiter, nullptr, nullptr},
                                    {"escapechar", get_escape, nullptr, nullptr},
                                    {"lineterminator", get_line_terminator, nullptr, nullptr},
                                    {"quotechar", get_quote, nullptr, nullptr},
                                    {"quoting", get_quoting, nullptr, nullptr},
                                    {nullptr}};
const MemberDef kDialectMembers[] = {
    {"skipinitialspace", kMemberBool, offsetof(CsvDialect, skip_initial_space), true, nullptr},
    {"doublequote", kMemberBool, offsetof(CsvDialect, double_quote), true, nullptr},
    {"strict", kMemberBool, offsetof(CsvDialect, strict), true, nullptr},
    {nullptr}};
const NativeDef kDialectMethods[] = {
    {"__reduce__", "(...)", dialect_reduce_impl, kNativeNoSignature, "raises an exception to avoid pickling"},
    {"__reduce_ex__", "(...)", dialect_reduce_impl, kNativeNoSignature, "raises an exception to avoid pickling"},
    {nullptr}};
const TypeSpec kDialectSpec = {.doc = "CSV dialect\n\nHow rows are written as text and read back: the attributes tell.",
                               .flags = kTypeGc | kTypeBaseable | kTypeImmutable | kTypeParallel,
                               .basic_size = sizeof(CsvDialect),
                               .ops = {.trace = dialect_trace, .dealloc = dialect_dealloc},
                               .methods = kDialectMethods,
                               .getset = kDialectGetSet,
                               .members = kDialectMembers,
                               .s = {.new_ = dialect_new}};

}  // namespace

bool csv_arguments(RawArgs raw, size_t max) {
  if (raw.n >= 1 && raw.n <= max) return true;
  return raise(types::TypeError, " expected at %s %zu argument%s, got %zu", raw.n ? "most" : "least",
               raw.n ? max : size_t{1}, raw.n && max > 1 ? "s" : "", raw.n);
}
Ref csv_dialect_of(Value dialect, RawArgs raw) {
  // The keywords travel behind the positional arguments: dialect takes the place before them.
  size_t nkw = has_keywords(raw) ? tuple_size(raw.kwnames) : 0;
  Value room[16];
  if (nkw > 15)
    return raise(types::TypeError, "function takes at most 9 arguments (%zu given)", nkw + (dialect ? 1 : 0));
  size_t n = 0;
  if (dialect) room[n++] = dialect;
  for (size_t i = 0; i < nkw; i++) room[n + i] = raw.v[raw.n + i];
  return dialect_new(dialect_type, {room, n, raw.kwnames});
}
bool add_csv_dialect(Value module) {
  if (!dialect_type) dialect_type = make_native_type("_csv.Dialect", types::Object, &kDialectSpec);
  return dialect_type && module_add_type(module, dialect_type);
}

}  // namespace taipan
