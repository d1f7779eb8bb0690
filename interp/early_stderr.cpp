#include "interp/early_stderr.h"

#include <unistd.h>
#include "interp/modules/module_util.h"

namespace taipan {

static TypeObject* printer_type;

static Ref printer_write(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "write() argument 1 must be str, not %.50T", a[0]);
  std::string text = utf8_lossy(a[0]);
  for (size_t at = 0; at < text.size();) {
    ssize_t n = write(2, text.data() + at, text.size() - at);
    if (n < 0 && errno != EINTR) break;
    if (n > 0) at += static_cast<size_t>(n);
  }
  return make_int(static_cast<int64_t>(a[0].as<Str>()->length));
}
static Ref printer_flush(Args&) { return Ref::imm(kNone); }
static Ref printer_fileno(Args&) { return make_int(2); }
static Ref printer_isatty(Args&) { return Ref::imm(bool_value(isatty(2))); }

static const NativeDef kMethods[] = {{"write", "($self, text, /)", printer_write, 0, nullptr},
                                     {"flush", "($self, /)", printer_flush, 0, nullptr},
                                     {"fileno", "($self, /)", printer_fileno, 0, nullptr},
                                     {"isatty", "($self, /)", printer_isatty, 0, nullptr},
                                     {nullptr, nullptr, nullptr, 0, nullptr}};
static const TypeSpec kPrinterSpec = {.flags = kTypeNoInstantiate, .basic_size = sizeof(Header), .methods = kMethods};

Ref make_early_stderr() {
  if (!printer_type) printer_type = make_native_type("stderrprinter", types::Object, &kPrinterSpec);
  return printer_type ? Ref::steal(alloc_instance(printer_type)) : Ref();
}

}  // namespace taipan
