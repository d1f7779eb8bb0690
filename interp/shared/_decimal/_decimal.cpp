// The module _decimal: exceptions, constants, types.
#include <utility>
#include "gc/collector.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"
#include "interp/shared/_decimal/decimal.h"

namespace taipan::decimal {

Signal signals[kSignals] = {
    {"decimal.InvalidOperation", kInvalidOperation, kAnyInvalid, {}},
    {"decimal.FloatOperation", kFloatOperation, kFloatOperation, {}},
    {"decimal.DivisionByZero", kDivisionByZero, kDivisionByZero, {}},
    {"decimal.Overflow", kOverflow, kOverflow, {}},
    {"decimal.Underflow", kUnderflow, kUnderflow, {}},
    {"decimal.Subnormal", kSubnormal, kSubnormal, {}},
    {"decimal.Inexact", kInexact, kInexact, {}},
    {"decimal.Rounded", kRounded, kRounded, {}},
    {"decimal.Clamped", kClamped, kClamped, {}},
};
Signal conditions[kConditions] = {
    {"decimal.InvalidOperation", kInvalidOperation, kInvalidOperation, {}},
    {"decimal.ConversionSyntax", kConversionSyntax, kConversionSyntax, {}},
    {"decimal.DivisionImpossible", kDivisionImpossible, kDivisionImpossible, {}},
    {"decimal.DivisionUndefined", kDivisionUndefined, kDivisionUndefined, {}},
    {"decimal.InvalidContext", kInvalidContext, kInvalidContext, {}},
};

Ref signal_list(uint32_t status) {
  Ref l = make_list();
  if (!l) return nullptr;
  for (const Signal& c : conditions) {
    if ((status & c.bit) && !list_append(l, Ref::dup(c.type))) return nullptr;
  }
  for (int i = 1; i < kSignals; i++) {
    if ((status & signals[i].mask) && !list_append(l, Ref::dup(signals[i].type))) return nullptr;
  }
  return l;
}

Value signal_for(uint32_t status) {
  for (const Signal& s : signals) {
    if (status & s.mask) return s.type;
  }
  return {};
}

const Signal* signal_of_class(Value c) {
  for (const Signal& s : signals) {
    if (s.type == c) return &s;
  }
  return nullptr;
}

extern const TypeSpec kDecimalSpec;

namespace {

bool add_exception(Value module, const char* full_name, Value bases, Value* out) {
  Ref e = make_exception_class(full_name, bases);
  if (!e || !module_add(module, strchr(full_name, '.') + 1, e.copy())) return false;
  gc::make_immortal(e.get().header());
  *out = e.release();
  return true;
}

bool add_exceptions(Value module) {
  if (!add_exception(module, "decimal.DecimalException", Value(types::ArithmeticError), &exception_class)) return false;
  enum {
    kInvalidIndex,
    kFloatIndex,
    kZeroIndex,
    kOverflowIndex,
    kUnderflowIndex,
    kSubnormalIndex,
    kInexactIndex,
    kRoundedIndex
  };
  // Bases come before the classes made of them.
  for (int i : {0, 1, 2, 5, 6, 7, 8, 3, 4}) {
    Ref bases;
    switch (i) {
      case kFloatIndex: bases = make_tuple_of({exception_class, Value(types::TypeError)}); break;
      case kZeroIndex: bases = make_tuple_of({exception_class, Value(types::ZeroDivisionError)}); break;
      case kOverflowIndex: bases = make_tuple_of({signals[kInexactIndex].type, signals[kRoundedIndex].type}); break;
      case kUnderflowIndex:
        bases =
            make_tuple_of({signals[kInexactIndex].type, signals[kRoundedIndex].type, signals[kSubnormalIndex].type});
        break;
      default: bases = Ref::dup(exception_class);
    }
    if (!bases || !add_exception(module, signals[i].name, bases, &signals[i].type)) return false;
  }
  conditions[0].type = signals[kInvalidIndex].type;
  for (int i = 1; i < kConditions; i++) {
    Value base = signals[kInvalidIndex].type;
    Ref bases = i == 3 ? make_tuple_of({base, Value(types::ZeroDivisionError)}) : Ref::dup(base);
    if (!bases || !add_exception(module, conditions[i].name, bases, &conditions[i].type)) return false;
  }
  return true;
}

bool decimal_exec(Value module) {
  if (decimal_type) return raise(types::ImportError, "_decimal is loaded already");
  decimal_type = make_native_type("decimal.Decimal", types::Object, &kDecimalSpec);
  if (!decimal_type || !module_add_type(module, decimal_type) || !add_exceptions(module)) return false;
  Ref number = import_attr("numbers", "Number");
  if (!number || !call_method(number, intern_static("register"), Value(decimal_type))) return false;
  Ref namedtuple = import_attr("collections", "namedtuple");
  Ref name = make_str("DecimalTuple"), fields = make_str("sign digits exponent"), home = make_str("decimal");
  if (!namedtuple || !name || !fields || !home) return false;
  Ref made = call(namedtuple, name, fields);
  if (!made || !set_attr(made, TAIPAN_NAME(__module__), home)) return false;
  gc::add_root(&tuple_class);
  tuple_class = Ref::dup(made).release();
  if (!module_add(module, "DecimalTuple", std::move(made)) || !setup_contexts(module)) return false;
  return module_add_int(module, "MAX_PREC", kMaxPrecision) && module_add_int(module, "MAX_EMAX", kMaxEmax) &&
         module_add_int(module, "MIN_EMIN", kMinEmin) && module_add_int(module, "MIN_ETINY", kMinEtiny) &&
         module_add(module, "HAVE_THREADS", Ref::imm(kTrue)) &&
         module_add(module, "HAVE_CONTEXTVAR", Ref::imm(kTrue)) && module_add_str(module, "__version__", "1.70") &&
         module_add_str(module, "__libmpdec_version__", "2.5.1") && module_add_str(module, "__name__", "decimal");
}

const NativeDef kNoFunctions[] = {{nullptr, nullptr, nullptr, 0, nullptr}};
const ModuleDef kDecimalModule = {"_decimal", "Decimal floating point arithmetic.", kNoFunctions, decimal_exec};

}  // namespace
}  // namespace taipan::decimal

TAIPAN_SHARED_MODULE(taipan::decimal::kDecimalModule)
