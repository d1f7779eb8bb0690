// What the files of the module _csv share: csv_dialect.cpp, csv_reader.cpp and csv_writer.cpp.
#pragma once
#include "interp/modules/module_util.h"
#include "interp/objects/containers.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/str_impl.h"

namespace taipan {

enum CsvQuoting { kQuoteMinimal, kQuoteAll, kQuoteNonNumeric, kQuoteNone };
inline constexpr uint32_t kCsvNoChar = 0xFFFFFFFF;

struct CsvDialect {
  Header h;
  bool skip_initial_space, double_quote, strict;
  int quoting;
  uint32_t delimiter, quote, escape;  // kCsvNoChar: none
  Value line_terminator;              // str
};

extern Value csv_error, csv_dialects;  // the exception class; the dict of registered dialects
extern std::atomic<int64_t> csv_field_limit;
// The dialect that reader(), writer() and register_dialect() mean: dialect (null: none given), changed by the keywords of raw.
Ref csv_dialect_of(Value dialect, RawArgs raw);
// Positional arguments of those three: "expected at least 1 argument, got 0".
bool csv_arguments(RawArgs raw, size_t max);
bool add_csv_dialect(Value module);
bool add_csv_reader(Value module);
bool add_csv_writer(Value module);
Ref csv_reader_impl(Args& a);
Ref csv_writer_impl(Args& a);

}  // namespace taipan
