// The module _csv: reading and writing of comma-separated values, for the module csv.
#include "gc/collector.h"
#include "interp/modules/csv.h"

namespace taipan {

Value csv_error, csv_dialects;
std::atomic<int64_t> csv_field_limit{128 * 1024};

static Ref register_dialect_impl(Args& a) {
  if (!csv_arguments(a.raw, 2)) return nullptr;
  if (!is_str(a.raw.v[0])) return raise(types::TypeError, "dialect name must be a string");
  Ref dialect = csv_dialect_of(a.raw.n > 1 ? a.raw.v[1] : Value(), a.raw);
  if (!dialect || !dict_set(csv_dialects, a.raw.v[0], dialect)) return nullptr;
  return Ref::imm(kNone);
}
static Ref unregister_dialect_impl(Args& a) {
  int r = dict_delete(csv_dialects, a[0]);
  if (r < 0) return nullptr;
  if (r == 0) return raise(csv_error.as<TypeObject>(), "unknown dialect");
  return Ref::imm(kNone);
}
static Ref get_dialect_impl(Args& a) {
  Ref d = dict_get_ref(csv_dialects, a[0]);
  if (d && d.get() == kMissing) return raise(csv_error.as<TypeObject>(), "unknown dialect");
  return d;
}
static Ref list_dialects_impl(Args&) { return dict_keys_list(csv_dialects); }
static Ref field_size_limit_impl(Args& a) {
  if (!a.has(0)) return make_int(csv_field_limit.load(std::memory_order_relaxed));
  if (!is_int_exact(a[0])) return raise(types::TypeError, "limit must be an integer");
  int64_t limit;
  if (!to_int64(a[0], &limit)) return nullptr;
  return make_int(csv_field_limit.exchange(limit, std::memory_order_relaxed));
}

static const NativeDef kFunctions[] = {
    {"reader", "(...)", csv_reader_impl, kNativeNoSignature,
     "reader(iterable [, dialect='excel'] [optional keyword args])\n\nAn iterator over the rows, lists of strings, in "
     "the lines that iterable gives."},
    {"writer", "(...)", csv_writer_impl, kNativeNoSignature,
     "writer(fileobj [, dialect='excel'] [optional keyword args])\n\nWrites rows through fileobj.write()."},
    {"list_dialects", "($module, /)", list_dialects_impl, 0, "The names of the registered dialects."},
    {"register_dialect", "(...)", register_dialect_impl, kNativeNoSignature,
     "register_dialect(name[, dialect[, **fmtparams]])\n\nRegisters a dialect under a name."},
    {"unregister_dialect", "($module, /, name)", unregister_dialect_impl, 0, "Forgets a registered dialect."},
    {"get_dialect", "($module, /, name)", get_dialect_impl, 0, "The dialect registered under a name."},
    {"field_size_limit", "($module, /, new_limit=<unrepresentable>)", field_size_limit_impl, 0,
     "The longest field that is read; an argument sets a new limit, and the old one is returned."},
    {nullptr}};

static bool csv_exec(Value module) {
  if (!csv_error) {
    Ref dialects = make_dict(), error = make_exception_class("_csv.Error", types::Exception);
    if (!dialects || !error) return false;
    csv_error = error.release();
    csv_dialects = dialects.release();
    gc::add_root(&csv_error);
    gc::add_shared_root(&csv_dialects);
  }
  static const IntConstant kConstants[] = {{"QUOTE_MINIMAL", kQuoteMinimal},
                                           {"QUOTE_ALL", kQuoteAll},
                                           {"QUOTE_NONNUMERIC", kQuoteNonNumeric},
                                           {"QUOTE_NONE", kQuoteNone},
                                           {nullptr, 0}};
  return module_add_str(module, "__version__", "1.0") && module_add(module, "_dialects", Ref::dup(csv_dialects)) &&
         module_add_constants(module, kConstants) && add_csv_dialect(module) && add_csv_reader(module) &&
         add_csv_writer(module) && module_add(module, "Error", Ref::dup(csv_error));
}

// GIL off: the dialects are a dict, the limit is atomic.
extern const ModuleDef _csv_module;
const ModuleDef _csv_module = {"_csv", "CSV parsing and writing.\n\nThe dialects' details are those of PEP 305.\n",
                               kFunctions, csv_exec, kFunctionsAtOnce};

}  // namespace taipan
