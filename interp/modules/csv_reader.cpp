// _csv.reader: an automaton over the characters of the lines. Characters without a meaning are taken in runs; a field that is one run of its
// line is cut out of it, any other is put together in a buffer.
#include "interp/modules/csv.h"
#include "interp/objects/iterators.h"
#include "interp/objects/owned_fields.h"

namespace taipan {

namespace {

TypeObject* reader_type;

struct CsvReader {
  Header h;
  Value input;  // iterator
  Value dialect;
  int64_t line_num;
};
using ReaderFields = OwnedFields<CsvReader, &CsvReader::input, &CsvReader::dialect>;

enum State : uint8_t {
  kStartRecord,
  kStartField,
  kEscapedChar,
  kInField,
  kInQuotedField,
  kEscapeInQuotedField,
  kQuoteInQuotedField,
  kEatNewline,
  kAfterEscapedNewline
};

class Record {
 public:
  explicit Record(const CsvDialect* d) : d_(d), fields_(make_list()) {
    for (uint32_t c : {d->delimiter, d->escape, static_cast<uint32_t>('\n'), static_cast<uint32_t>('\r')})
      if (c < 256) plain_stop_[c] = true;
    for (uint32_t c : {d->quote, d->escape})
      if (c < 256) quoted_stop_[c] = true;
  }
  bool ok() const { return static_cast<bool>(fields_); }
  bool complete() const { return state_ == kStartRecord; }
  bool pending() const { return field_length_ != 0 || state_ == kInQuotedField; }
  Ref take() { return std::move(fields_); }

  bool line(Value text) {
    line_ = text;
    bool ok = with_units(text.as<Str>(), [&](auto* p) { return scan(p, text.as<Str>()->length); });
    return ok && flush_run() && end_of_line();
  }
  bool save_field() {
    Ref field;
    if (run_end_ > run_start_ && buffer_.length() == 0) {
      field =
          with_units(line_.as<Str>(), [&](auto* p) { return make_str_units(p + run_start_, run_end_ - run_start_); });
      run_start_ = run_end_ = 0;
    } else {
      if (!flush_run()) return false;
      field = buffer_.length() ? buffer_.finish() : empty_str();
    }
    field_length_ = 0;
    if (!field) return false;
    if (numeric_) {
      numeric_ = false;
      field = to_float(field);
      if (!field) return false;
    }
    return list_append(fields_, std::move(field));
  }

 private:
  bool count(size_t n) {
    field_length_ += n;
    int64_t limit = csv_field_limit.load(std::memory_order_relaxed);
    if (TAIPAN_LIKELY(field_length_ <= static_cast<uint64_t>(limit < 0 ? 0 : limit))) return true;
    return raise(csv_error.as<TypeObject>(), "field larger than field limit (%ld)", static_cast<long>(limit));
  }
  bool flush_run() {
    if (run_end_ == run_start_) return true;
    bool ok = buffer_.append_slice(line_, run_start_, run_end_);
    run_start_ = run_end_ = 0;
    return ok;
  }
  bool add_run(size_t start, size_t end) {
    if (!count(end - start)) return false;
    if (run_end_ == run_start_)
      run_start_ = start;
    else if (run_end_ != start && !(flush_run() && (run_start_ = start, true)))
      return false;
    run_end_ = end;
    return true;
  }
  bool add_char(uint32_t c) { return count(1) && flush_run() && buffer_.append_char(c); }

  template <class Unit>
  bool stops(Unit c, const bool (&table)[256], bool quoted) const {
    if (sizeof(Unit) == 1 || c < 256) return table[static_cast<uint8_t>(c)];
    return c == d_->escape || c == (quoted ? d_->quote : d_->delimiter);
  }

  template <class Unit>
  bool scan(const Unit* p, size_t n) {
    for (size_t i = 0; i < n; i++) {
      uint32_t c = p[i];
      switch (state_) {
        case kStartRecord:
          if (c == '\n' || c == '\r') {
            state_ = kEatNewline;
            break;
          }
          state_ = kStartField;
          [[fallthrough]];
        case kStartField:
          if (c == '\n' || c == '\r') {
            if (!save_field()) return false;
            state_ = kEatNewline;
          } else if (c == d_->quote && d_->quoting != kQuoteNone) {
            state_ = kInQuotedField;
          } else if (c == d_->escape) {
            state_ = kEscapedChar;
          } else if (c == ' ' && d_->skip_initial_space) {
          } else if (c == d_->delimiter) {
            if (!save_field()) return false;
          } else {
            if (d_->quoting == kQuoteNonNumeric) numeric_ = true;
            state_ = kInField;
            size_t end = i + 1;
            while (end < n && !stops(p[end], plain_stop_, false)) end++;
            if (!add_run(i, end)) return false;
            i = end - 1;
          }
          break;
        case kEscapedChar:
          if (!add_char(c)) return false;
          state_ = c == '\n' || c == '\r' ? kAfterEscapedNewline : kInField;
          break;
        case kAfterEscapedNewline:
        case kInField:
          if (c == '\n' || c == '\r') {
            if (!save_field()) return false;
            state_ = kEatNewline;
          } else if (c == d_->escape) {
            state_ = kEscapedChar;
          } else if (c == d_->delimiter) {
            if (!save_field()) return false;
            state_ = kStartField;
          } else {
            size_t end = i + 1;
            while (end < n && !stops(p[end], plain_stop_, false)) end++;
            if (!add_run(i, end)) return false;
            i = end - 1;
          }
          break;
        case kInQuotedField:
          if (c == d_->escape) {
            state_ = kEscapeInQuotedField;
          } else if (c == d_->quote && d_->quoting != kQuoteNone) {
            state_ = d_->double_quote ? kQuoteInQuotedField : kInField;
          } else {
            size_t end = i + 1;
            while (end < n && !stops(p[end], quoted_stop_, true)) end++;
            if (!add_run(i, end)) return false;
            i = end - 1;
          }
          break;
        case kEscapeInQuotedField:
          if (!add_char(c)) return false;
          state_ = kInQuotedField;
          break;
        case kQuoteInQuotedField:
          if (d_->quoting != kQuoteNone && c == d_->quote) {
            if (!add_run(i, i + 1)) return false;
            state_ = kInQuotedField;
          } else if (c == d_->delimiter) {
            if (!save_field()) return false;
            state_ = kStartField;
          } else if (c == '\n' || c == '\r') {
            if (!save_field()) return false;
            state_ = kEatNewline;
          } else if (!d_->strict) {
            if (!add_char(c)) return false;
            state_ = kInField;
          } else {
            return raise(csv_error.as<TypeObject>(), "'%c' expected after '%c'", static_cast<int>(d_->delimiter),
                         static_cast<int>(d_->quote));
          }
          break;
        case kEatNewline:
          if (c != '\n' && c != '\r')
            return raise(
                csv_error.as<TypeObject>(),
                "new-line character seen in unquoted field - do you need to open the file in universal-newline mode?");
          break;
      }
    }
    return true;
  }
  bool end_of_line() {
    switch (state_) {
      case kStartRecord:
      case kInQuotedField:
      case kAfterEscapedNewline: break;
      case kStartField:
      case kInField:
      case kQuoteInQuotedField:
        if (!save_field()) return false;
        state_ = kStartRecord;
        break;
      case kEscapedChar:
        if (!add_char('\n')) return false;
        state_ = kInField;
        break;
      case kEscapeInQuotedField:
        if (!add_char('\n')) return false;
        state_ = kInQuotedField;
        break;
      case kEatNewline: state_ = kStartRecord; break;
    }
    return true;
  }

  const CsvDialect* d_;
  Ref fields_;
  Value line_;
  State state_ = kStartRecord;
  bool numeric_ = false;
  size_t run_start_ = 0, run_end_ = 0;  // what of the line belongs to the field, behind buffer_
  uint64_t field_length_ = 0;
  StrBuilder buffer_;
  bool plain_stop_[256] = {}, quoted_stop_[256] = {};
};

Ref reader_next(Value self) {
  auto* r = self.as<CsvReader>();
  if (!r->input || !r->dialect) return Ref::imm(kStopIter);
  Ref dialect = Ref::dup(r->dialect), input = Ref::dup(r->input);
  Record record(dialect.as<CsvDialect>());
  if (!record.ok()) return nullptr;
  do {
    Ref line = iter_next(input);
    if (!line) return nullptr;
    if (line.get() == kStopIter) {
      if (!record.pending()) return line;
      if (dialect.as<CsvDialect>()->strict) return raise(csv_error.as<TypeObject>(), "unexpected end of data");
      if (!record.save_field()) return nullptr;
      break;
    }
    if (!is_str(line))
      return raise(csv_error.as<TypeObject>(),
                   "iterator should return strings, not %.200T (the file should be opened in text mode)", line.get());
    r->line_num++;
    if (!record.line(line)) return nullptr;
  } while (!record.complete());
  return record.take();
}
Ref return_self(Value self) { return Ref::dup(self); }
const MemberDef kReaderMembers[] = {{"dialect", kMemberValue, offsetof(CsvReader, dialect), true, nullptr},
                                    {"line_num", kMemberSsize, offsetof(CsvReader, line_num), true, nullptr},
                                    {nullptr}};
const TypeSpec kReaderSpec = {
    .doc = "CSV reader\n\nReads rows, one an iteration, from the lines of its input.",
    .flags = kTypeGc | kTypeImmutable | kTypeNoInstantiate,
    .basic_size = sizeof(CsvReader),
    .ops = {.trace = ReaderFields::trace, .clear = ReaderFields::clear, .dealloc = ReaderFields::dealloc},
    .members = kReaderMembers,
    .s = {.iter = return_self, .next = reader_next}};

}  // namespace

Ref csv_reader_impl(Args& a) {
  if (!csv_arguments(a.raw, 2)) return nullptr;
  Ref input = get_iter(a.raw.v[0]);
  if (!input) return nullptr;
  Ref dialect = csv_dialect_of(a.raw.n > 1 ? a.raw.v[1] : Value(), a.raw);
  if (!dialect) return nullptr;
  auto* r = alloc_instance_as<CsvReader>(reader_type);
  if (!r) return nullptr;
  gc::init(&r->input, std::move(input));
  gc::init(&r->dialect, std::move(dialect));
  return Ref::steal(r);
}
bool add_csv_reader(Value module) {
  if (!reader_type) reader_type = make_native_type("_csv.reader", types::Object, &kReaderSpec);
  return reader_type && module_add(module, "Reader", Ref::dup(reader_type));
}

}  // namespace taipan
