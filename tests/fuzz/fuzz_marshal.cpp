// marshal: any bytes give a value or an exception. What was read must be a sound object: it can be shown, hashed, written again and read back
// with the same text. The first byte chooses whether the bytes come at once (loads) or piecemeal from a file object (load), and the version
// that is written. Code objects are shown, never run.
#include <cstdlib>
#include <string>

#include "interp/builtins.h"
#include "interp/config.h"
#include "interp/objects/abstract.h"
#include "interp/objects/bytes.h"
#include "interp/objects/error.h"
#include "interp/objects/int.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"

using namespace taipan;

namespace {
Ref loads, load, dumps, bytes_io, code_type;

void require(bool ok) {
  if (!ok) abort();
}

// Everything that a code object tells about itself.
void look_at_code(Value code) {
  for (const char* name : {"co_code", "co_consts", "co_names", "co_varnames", "co_freevars", "co_cellvars",
                           "co_linetable", "co_exceptiontable", "co_flags", "co_stacksize", "co_qualname"}) {
    if (!get_attr(code, name)) clear_error();
  }
  for (const char* name : {"co_positions", "co_lines"}) {
    Ref method = get_attr(code, name);
    Ref iterator = method ? call(method) : Ref();
    Ref all = iterator ? iterable_to_list(iterator) : Ref();
    if (!all) clear_error();
  }
}
}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  config.executable = "/proc/self/exe";
  config.stdlib = "/usr/lib/python3.11";
  config.prefix = config.exec_prefix = config.base_prefix = "/usr";
  config.module_search_paths = {config.stdlib};
  config.no_site = 1;
  config.dont_write_bytecode = 1;
  config.hash_randomization = 0;
  config.hash_seed_set = true;
  require(start_runtime());
  loads = import_attr("marshal", "loads");
  load = import_attr("marshal", "load");
  dumps = import_attr("marshal", "dumps");
  bytes_io = import_attr("io", "BytesIO");
  code_type = import_attr("types", "CodeType");
  require(loads && load && dumps && bytes_io && code_type);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  uint8_t choice = data[0];
  Ref bytes = make_bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Ref file = choice & 1 ? call(bytes_io, bytes) : Ref();
  Ref value = file ? call(load, file) : call(loads, bytes);
  if (!value) {
    require(error_occurred());
    clear_error();
    return 0;
  }
  require(!error_occurred());
  int64_t hash;
  if (!hash_of(value, &hash)) clear_error();
  if (is_instance(value, code_type) == 1) look_at_code(value);
  Ref shown = repr_of(value);
  if (!shown) clear_error();
  Ref version = make_int(choice >> 1 & 7);
  Ref written = call(dumps, value, version);
  if (!written) {
    clear_error();
    return 0;
  }
  Ref again = call(loads, written);
  if (!again) {
    // Only what contains itself may fail, where the version knows no references.
    require(error_occurred());
    clear_error();
    return 0;
  }
  if (!repr_of(again)) clear_error();
  return 0;
}
