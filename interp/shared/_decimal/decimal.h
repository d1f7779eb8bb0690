// The module _decimal: decimal.Decimal and its contexts over the arithmetic of number.h.
//
// The files: words (natural numbers), number, operations, functions, text (decimal arithmetic, without Python); decimal_new.cpp makes Decimals of
// other things and has the module's types and exceptions in common use, decimal_type.cpp is the type, decimal_format.cpp its __format__,
// context_type.cpp contexts, their flags and the current one, _decimal.cpp puts the module together.
//
// A Decimal never changes. A Context belongs to the thread (or the task) whose current one it is; others may read it.
#pragma once
#include "interp/objects/owned_fields.h"
#include "interp/shared/_decimal/number.h"
#include "interp/shared/shared_module.h"

namespace taipan::decimal {

struct Decimal {
  Header h;
  int64_t exp;
  uint32_t n;  // words, behind the struct
  Kind kind;
  bool negative;
  uint64_t* words() { return reinterpret_cast<uint64_t*>(this + 1); }
  const uint64_t* words() const { return reinterpret_cast<const uint64_t*>(this + 1); }
};

struct Context {
  Header h;
  Settings settings;
  uint32_t traps, status;
  Value traps_dict, flags_dict;  // SignalDict; they point back without owning
};

struct SignalDict {
  Header h;
  uint32_t* bits;  // in the context; null once that is gone
};

extern TypeObject *decimal_type, *context_type, *signal_dict_type, *context_manager_type;
extern Value exception_class, tuple_class;  // DecimalException, DecimalTuple
extern Value default_context;

inline bool is_decimal(Value v) {
  return v.is_heap() && (v.header()->shape() == decimal_type->root_shape->id || is_subtype(type_of(v), decimal_type));
}
inline bool is_decimal_context(Value v) { return v.is_heap() && is_subtype(type_of(v), context_type); }
inline View view_of(Value v) {
  const auto* d = v.as<Decimal>();
  return {{d->words(), d->n}, d->exp, d->kind, d->negative};
}
inline Context* context_of(Value v) { return v.as<Context>(); }
// A context may be changed while others calculate by it: each calculation goes by a copy.
inline Settings settings_of(Value context) {
  const Settings& s = context_of(context)->settings;
  Settings copy;
  copy.precision = gc::peek(s.precision);
  copy.emax = gc::peek(s.emax);
  copy.emin = gc::peek(s.emin);
  copy.rounding = gc::peek(s.rounding);
  copy.clamp = gc::peek(s.clamp);
  copy.capitals = gc::peek(s.capitals);
  return copy;
}

// ---- decimal_new.cpp
Ref make_decimal(const View& v, TypeObject* cls = nullptr);  // null: exactly Decimal
Ref make_decimal(const small::Result& r);
Ref result(const Number& r, Value context, uint32_t status);          // raises what is trapped
bool add_status(Value context, uint32_t status);                      // false: a trapped condition was raised
Ref decimal_of_int(Value v, TypeObject* cls = nullptr);               // exactly
Ref decimal_of_float(Value v, TypeObject* cls = nullptr);             // exactly
Ref decimal_of(Value v, Value context, bool exact, TypeObject* cls);  // whatever the constructor takes
Ref decimal_new(TypeObject* cls, RawArgs raw);
Ref operand(Value v);       // a Decimal for a Decimal or int; kNotImplemented for others
Ref need_operand(Value v);  // TypeError for others
int64_t decimal_hash_value(const View& v);
Ref to_integer(const View& v);  // truncated; finite

// ---- context_type.cpp
Ref current_context();
// An optional context argument: null or None mean the current one.
Ref context_argument(Value v);
bool rounding_from(Value v, Rounding* out);
bool setup_contexts(Value module);

// ---- signals (_decimal.cpp)
struct Signal {
  const char* name;  // "decimal.InvalidOperation"
  uint32_t bit;      // in flags
  uint32_t mask;     // what it stands for
  Value type;        // immortal
};
extern Signal signals[];  // in the order of the signal dictionaries
inline constexpr int kSignals = 9;
extern Signal conditions[];  // of InvalidOperation: more precise names
inline constexpr int kConditions = 5;
Ref signal_list(uint32_t status);        // the classes of what happened
Value signal_for(uint32_t status);       // the exception of what is worst; null: nothing
const Signal* signal_of_class(Value c);  // null: none

extern const NativeDef kDecimalMethods[], kContextMethods[];
extern const GetSetDef kDecimalGetSet[];
Ref decimal_format(Args& a);

}  // namespace taipan::decimal
