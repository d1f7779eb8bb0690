// _csv.writer.
#include "interp/modules/csv.h"
#include "interp/modules/text_output.h"
#include "interp/objects/owned_fields.h"

namespace taipan {

namespace {

TypeObject* writer_type;

struct CsvWriter {
  Header h;
  Value write;  // bound method of the file
  Value dialect;
};
using WriterFields = OwnedFields<CsvWriter, &CsvWriter::write, &CsvWriter::dialect>;

class Row {
 public:
  explicit Row(const CsvDialect* d) : d_(d) {
    special(d->delimiter);
    special(d->escape);
    special(d->quote);
    auto* end = d->line_terminator.as<Str>();
    for (size_t i = 0; i < end->length; i++) special(end->at(i));
  }
  bool add(Value item) {
    bool quoted = false;
    if (d_->quoting == kQuoteAll)
      quoted = true;
    else if (d_->quoting == kQuoteNonNumeric)
      quoted = !is_number(item);
    if (is_str(item)) return field(item, quoted);
    if (item == kNone) return field(Value(), quoted);
    Ref text = str_of(item);
    return text && field(text, quoted);
  }
  Ref finish() {
    if (fields_ > 0 && empty_) {
      if (d_->quoting == kQuoteNone)
        return raise(csv_error.as<TypeObject>(), "single empty field record must be quoted");
      fields_--;
      if (!field(Value(), true)) return nullptr;
    }
    return out_.put_str(d_->line_terminator) ? out_.finish() : nullptr;
  }

 private:
  void special(uint32_t c) {
    if (c < 256)
      stop_[c] = true;
    else if (c != kCsvNoChar)
      wide_ = true;
  }
  static bool is_number(Value v) {
    if (v.is_int() || v.is_float() || is_bool(v)) return true;
    const Slots& s = type_of(v)->s;
    return s.index || s.to_int || s.to_float || is_complex(v);
  }
  bool stops(uint32_t c) const {
    if (c < 256) return stop_[c];
    if (!wide_) return false;
    return c == d_->delimiter || c == d_->escape || c == d_->quote ||
           str_find_char(d_->line_terminator.as<Str>(), c, 0, d_->line_terminator.as<Str>()->length) >= 0;
  }
  bool put(uint32_t c) {
    if (TAIPAN_LIKELY(c < 128)) return out_.put(static_cast<char>(c));
    Ref s = make_str_char(c);
    return s && out_.put_str(s);
  }
  // text null: an empty field.
  bool field(Value text, bool quoted) {
    auto* s = text ? text.as<Str>() : nullptr;
    size_t n = s ? s->length : 0, first = n;
    if (n)
      first = with_units(s, [&](auto* p) {
        size_t i = 0;
        while (i < n && !stops(p[i])) i++;
        return i;
      });
    if (first < n && d_->quoting != kQuoteNone && !quoted) {
      // A character that is not escaped makes the field a quoted one.
      for (size_t i = first; i < n && !quoted; i++) {
        uint32_t c = s->at(i);
        quoted = stops(c) && c != d_->escape && (c != d_->quote || d_->double_quote);
      }
    }
    if (fields_ > 0) {
      empty_ = false;
      if (!put(d_->delimiter)) return false;
    }
    if (n || quoted) empty_ = false;
    if (quoted && !put(d_->quote)) return false;
    if (first == n) {
      if (n && !out_.put_str(text)) return false;
    } else {
      for (size_t i = 0; i < n; i++) {
        uint32_t c = s->at(i);
        if (stops(c)) {
          bool escape = d_->quoting == kQuoteNone || c == d_->escape || (c == d_->quote && !d_->double_quote);
          if (escape) {
            if (d_->escape == kCsvNoChar)
              return raise(csv_error.as<TypeObject>(), "need to escape, but no escapechar set");
            if (!put(d_->escape)) return false;
          } else if (c == d_->quote && !put(c)) {
            return false;
          }
        }
        if (!put(c)) return false;
      }
    }
    fields_++;
    return !quoted || put(d_->quote);
  }

  const CsvDialect* d_;
  TextOutput out_;
  int64_t fields_ = 0;
  bool empty_ = true;  // nothing was written yet
  bool wide_ = false;  // some special character is outside Latin-1
  bool stop_[256] = {};
};

Ref write_row(Value self, Value row) {
  auto* w = self.as<CsvWriter>();
  if (!w->dialect || !w->write) return raise(types::ValueError, "writer is gone");
  Ref dialect = Ref::dup(w->dialect), write = Ref::dup(w->write);
  Row out(dialect.as<CsvDialect>());
  IterEach it(row);
  if (it.failed()) {
    if (!error_matches(types::TypeError)) return nullptr;
    clear_error();
    return raise(csv_error.as<TypeObject>(), "iterable expected, not %.200T", row);
  }
  while (it.next())
    if (!out.add(it.item())) return nullptr;
  if (it.failed()) return nullptr;
  Ref line = out.finish();
  return line ? call(write, line) : nullptr;
}
Ref writer_writerow_impl(Args& a) { return write_row(a.self, a[0]); }
Ref writer_writerows_impl(Args& a) {
  Ref it = get_iter(a[0]);
  if (!it) return nullptr;
  for (;;) {
    Ref row = iter_next(it);
    if (!row) return nullptr;
    if (row.get() == kStopIter) return Ref::imm(kNone);
    if (!write_row(a.self, row)) return nullptr;
  }
}
const NativeDef kWriterMethods[] = {
    {"writerow", "(row, /)", writer_writerow_impl, kNativeNoSignature,
     "writerow(iterable)\n\nWrites one row. Items that are not strings are written as str() gives them."},
    {"writerows", "(rows, /)", writer_writerows_impl, kNativeNoSignature,
     "writerows(iterable of iterables)\n\nWrites a row for each item."},
    {nullptr}};
const MemberDef kWriterMembers[] = {{"dialect", kMemberValue, offsetof(CsvWriter, dialect), true, nullptr}, {nullptr}};
const TypeSpec kWriterSpec = {
    .doc = "CSV writer\n\nWrites rows as text to its file.",
    .flags = kTypeGc | kTypeImmutable | kTypeNoInstantiate,
    .basic_size = sizeof(CsvWriter),
    .ops = {.trace = WriterFields::trace, .clear = WriterFields::clear, .dealloc = WriterFields::dealloc},
    .methods = kWriterMethods,
    .members = kWriterMembers};

}  // namespace

Ref csv_writer_impl(Args& a) {
  if (!csv_arguments(a.raw, 2)) return nullptr;
  Ref write = get_attr_opt(a.raw.v[0], TAIPAN_NAME(write));
  if (!write) return nullptr;
  if (write.get() == kMissing || !is_callable(write))
    return raise(types::TypeError, "argument 1 must have a \"write\" method");
  Ref dialect = csv_dialect_of(a.raw.n > 1 ? a.raw.v[1] : Value(), a.raw);
  if (!dialect) return nullptr;
  auto* w = alloc_instance_as<CsvWriter>(writer_type);
  if (!w) return nullptr;
  gc::init(&w->write, std::move(write));
  gc::init(&w->dialect, std::move(dialect));
  return Ref::steal(w);
}
bool add_csv_writer(Value module) {
  if (!writer_type) writer_type = make_native_type("_csv.writer", types::Object, &kWriterSpec);
  return writer_type && module_add(module, "Writer", Ref::dup(writer_type));
}

}  // namespace taipan
