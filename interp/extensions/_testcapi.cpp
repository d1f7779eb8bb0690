// The module _testcapi: what test suites ask of an interpreter through its native interface, as far as it makes sense without CPython's.
#include <cfloat>
#include <climits>
#include <cstdint>
#include <cstring>
#include <string>

#include "interp/builtins.h"
#include "interp/config.h"
#include "interp/exception_display.h"
#include "interp/objects/bytes.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/float.h"
#include "interp/objects/function.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"
#include "interp/shared/shared_module.h"

namespace taipan {

namespace {

// ---- exceptions

bool show(Value file, Value text) { return static_cast<bool>(call_method(file, TAIPAN_NAME(write), text)); }

Ref exception_print_impl(Args& a) {
  Ref text;
  if (is_instance(a[0], Value(types::BaseException)) == 1) {
    text = exception_text(a[0]);
  } else {
    text = format_str("TypeError: print_exception(): Exception expected for value, %T found\n", a[0]);
  }
  Ref file = sys_get("stderr");
  if (!text) return nullptr;
  if (!file || file.get() == kNone) return Ref::imm(kNone);
  return show(file, text) ? Ref::imm(kNone) : nullptr;
}
Ref traceback_print_impl(Args& a) {
  if (!has_shape(a[0], kShapeTraceback)) return raise(types::TypeError, "bad argument type for built-in operation");
  Ref exc = call(Value(types::Exception));
  if (!exc) return nullptr;
  set_traceback(exc, a[0]);
  Ref text = exception_text(exc);
  if (!text) return nullptr;
  std::string shown = utf8_lossy(text);
  shown.pop_back();
  shown.resize(shown.rfind('\n') + 1);  // without the exception's own line
  text = make_str(shown);
  return text && show(a[1], text) ? Ref::imm(kNone) : nullptr;
}
Ref raise_exception_impl(Args& a) {
  int n;
  if (!to_c_int(a[1], &n)) return nullptr;
  Ref args = make_tuple(static_cast<size_t>(n < 0 ? 0 : n));
  if (!args) return nullptr;
  for (int i = 0; i < n; i++) tuple_init(args, static_cast<size_t>(i), make_int(i));
  Ref exc = call_tuple(a[0], args, Value());
  return exc ? raise_object(std::move(exc)) : failed();
}
Ref raise_memoryerror_impl(Args&) { return raise_memory(); }
Ref make_exception_impl(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "argument 'name' must be str, not %T", a[0]);
  std::string name = utf8_lossy(a[0]), doc = a.has(1) && a[1] != kNone ? utf8_lossy(a[1]) : "";
  bool documented = a.has(1) && a[1] != kNone;
  if (name.find('.') == std::string::npos)
    return raise(types::SystemError, "PyErr_NewException: name must be module.class");
  Value base = a.has(2) ? a[2] : Value(types::Exception);
  Ref made = make_exception_class(name.c_str(), base, documented ? doc.c_str() : nullptr);
  if (!made || !a.has(3)) return made;
  size_t position = 0;
  Value key, value;
  while (dict_next(a[3], &position, &key, &value)) {
    Ref k = Ref::dup(key), v = Ref::dup(value);
    if (!set_attr(made, k.as<Str>(), v)) return nullptr;
  }
  return made;
}
Ref write_unraisable_impl(Args& a) {
  std::string message = a[1] == kNone ? "" : "Exception ignored " + utf8_lossy(a[1]);
  if (!raise_object(Ref::dup(a[0]))) write_unraisable_msg(message.empty() ? nullptr : message.c_str(), a[2]);
  return Ref::imm(kNone);
}

// ---- calls

// Items of a tuple as an array; None: no arguments.
bool arguments_of(Value given, const Value** items, size_t* n) {
  *items = nullptr;
  *n = 0;
  if (given == kNone) return true;
  if (!is_tuple(given)) return raise(types::TypeError, "args must be None or a tuple");
  *items = given.as<Tuple>()->items();
  *n = tuple_size(given);
  return true;
}
Ref fastcall_impl(Args& a) {
  const Value* items;
  size_t n;
  return arguments_of(a[1], &items, &n) ? call_array(a[0], items, n) : Ref();
}
Ref fastcalldict_impl(Args& a) {
  const Value* items;
  size_t n;
  if (!arguments_of(a[1], &items, &n)) return nullptr;
  if (a[2] != kNone && !is_dict(a[2])) return raise(types::TypeError, "kwnames must be None or a dict");
  Ref positional = make_tuple(items, n);
  return positional ? call_tuple(a[0], positional, a[2] == kNone ? Value() : a[2]) : Ref();
}
Ref vectorcall_impl(Args& a) {
  const Value* items;
  size_t n;
  if (!arguments_of(a[1], &items, &n)) return nullptr;
  if (a[2] == kNone) return call_array(a[0], items, n);
  if (!is_tuple(a[2])) return raise(types::TypeError, "kwnames must be None or a tuple");
  size_t named = tuple_size(a[2]);
  if (named > n) return raise(types::ValueError, "kwnames longer than args");
  return call_array(a[0], items, n - named, named ? a[2] : Value());
}
Ref pyvectorcall_impl(Args& a) {
  if (!is_tuple(a[1])) return raise(types::TypeError, "args must be a tuple");
  return call_tuple(a[0], a[1], a.has(2) ? a[2] : Value());
}

// Functions of every way to take arguments: each tells what it got. self is the module, the instance, the class or nothing.
TypeObject* static_owner;
Value shown_self(Args& a) { return a.self && a.self != Value(static_owner) ? a.self : kNone; }
Ref meth_varargs(Args& a) { return make_tuple_of({shown_self(a), a[0]}); }
Ref meth_varargs_keywords(Args& a) { return make_tuple_of({shown_self(a), a[0], a.get(1, kNone)}); }
Ref meth_noargs(Args& a) { return Ref::dup(shown_self(a)); }
Ref meth_o(Args& a) { return make_tuple_of({shown_self(a), a[0]}); }

#define CALL_FORMS(first, comma, flags)                                                                      \
  {"meth_varargs", "(" first comma "*args)", meth_varargs, flags, nullptr},                                  \
      {"meth_varargs_keywords", "(" first comma "*args, **kwargs)", meth_varargs_keywords, flags, nullptr},  \
      {"meth_fastcall", "(" first comma "*args)", meth_varargs, flags, nullptr},                             \
      {"meth_fastcall_keywords", "(" first comma "*args, **kwargs)", meth_varargs_keywords, flags, nullptr}, \
      {"meth_noargs", "(" first ")", meth_noargs, flags, nullptr}, {                                         \
    "meth_o", "(" first comma "arg, /)", meth_o, flags, nullptr                                              \
  }

const NativeDef kInstanceMethods[] = {CALL_FORMS("$self", ", ", 0), {nullptr}};
const NativeDef kClassMethods[] = {CALL_FORMS("$type", ", ", kNativeClassMethod), {nullptr}};
const NativeDef kStaticMethods[] = {CALL_FORMS("", "", kNativeStatic), {nullptr}};
const TypeSpec kMethInstanceSpec = {.doc = "Class with normal (instance) methods to test calling conventions.",
                                    .methods = kInstanceMethods,
                                    .s = {.new_ = object_new}};
const TypeSpec kMethClassSpec = {.doc = "Class with class methods to test calling conventions.",
                                 .methods = kClassMethods,
                                 .s = {.new_ = object_new}};
const TypeSpec kMethStaticSpec = {.doc = "Class with static methods to test calling conventions.",
                                  .methods = kStaticMethods,
                                  .s = {.new_ = object_new}};

// Callables that bind like functions, or don't.
template <bool own>
Value descriptor_call(Thread*, Value, const Value*, size_t, Value) {
  return bool_value(own);
}
Value descriptor_give_arguments(Thread*, Value, const Value* args, size_t n, Value) {
  return make_tuple(args, n).release();
}
Ref descriptor_bind(Value self, Value object, Value) {
  return object && object != kNone ? make_method(self, object) : Ref::dup(self);
}
Ref descriptor_nop(Value self, Value, Value) { return Ref::dup(self); }
const TypeSpec kDescriptorBaseSpec = {
    .flags = kTypeBaseable | kTypeIsMethodDescr,
    .s = {.call = descriptor_call<true>, .descr_get = descriptor_bind, .new_ = object_new}};
const TypeSpec kDescriptorNopSpec = {
    .s = {.call = descriptor_give_arguments, .descr_get = descriptor_nop, .new_ = object_new}};
const TypeSpec kDescriptor2Spec = {.s = {.call = descriptor_call<false>, .new_ = object_new}};

// ---- docs and signatures

Ref nothing_impl(Args&) { return Ref::imm(kNone); }

// ---- sequences, dicts, floats

Ref sequence_getitem_impl(Args& a) { return get_item(a[0], a[1]); }
Ref sequence_setitem_impl(Args& a) { return set_item(a[0], a[1], a[2]) ? Ref::imm(kNone) : nullptr; }
Ref dict_known_hash_impl(Args& a) {
  if (!is_dict(a[0])) return raise(types::SystemError, "bad argument to internal function");
  return get_item(a[0], a[1]);
}
Ref float_format(Value size, Value little) {
  int n, yes;
  if (!to_c_int(size, &n) || (yes = is_true(little)) < 0) return nullptr;
  const char* code = n == 2 ? "e" : n == 4 ? "f" : n == 8 ? "d" : nullptr;
  if (!code) return raise(types::ValueError, "size must 2, 4 or 8");
  return make_str(std::string(yes ? "<" : ">") + code);
}
Ref float_pack_impl(Args& a) {
  Ref format = float_format(a[0], a[2]), module = format ? import_module("struct") : Ref();
  Ref pack = module ? get_attr(module, "pack") : Ref();
  return pack ? call(pack, format, a[1]) : Ref();
}
Ref float_unpack_impl(Args& a) {
  BufferView data(a[0]);
  if (!data.ok()) return nullptr;
  Ref size = make_int(static_cast<int64_t>(data.size()));
  Ref format = float_format(size, a[1]), module = format ? import_module("struct") : Ref();
  Ref unpack = module ? get_attr(module, "unpack") : Ref();
  Ref values = unpack ? call(unpack, format, a[0]) : Ref();
  return values ? Ref::dup(tuple_at(values, 0)) : Ref();
}
Ref get_errno_impl(Args&) { return make_int(errno); }
Ref set_errno_impl(Args& a) {
  int n;
  if (!to_c_int(a[0], &n)) return nullptr;
  errno = n;
  return Ref::imm(kNone);
}
// What the options ask for; there is one allocator.
Ref allocators_name_impl(Args&) {
  const char* asked = config.ignore_environment ? nullptr : getenv("PYTHONMALLOC");
  if (asked && !*asked) asked = nullptr;
  std::string name = asked ? asked : config.dev_mode ? "debug" : "default";
  if (name == "default") return make_str("malloc");
  return make_str(name == "debug" ? "malloc_debug" : name.c_str());
}
Ref w_stopcode_impl(Args& a) {
  int signal;
  if (!to_c_int(a[0], &signal)) return nullptr;
  return make_int((signal << 8) | 0x7f);
}

// ---- types with one slot

struct Holder {
  Header h;
  Value value;
};
void holder_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<Holder*>(h)->value); }
void holder_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  Value v = reinterpret_cast<Holder*>(h)->value;
  reinterpret_cast<Holder*>(h)->value = Value();
  decref(v);
  finish_dealloc(h);
}
Ref new_holder(TypeObject* type, Value value) {
  Holder* made = alloc_instance_as<Holder>(type);
  if (!made) return nullptr;
  gc::init(&made->value, Ref::dup(value));
  return Ref::steal(made);
}
Ref await_new(TypeObject* type, RawArgs args) {
  static const Signature sig("awaitType", "(iterator, /)");
  Value v[1];
  return sig.bind(args, v) ? new_holder(type, v[0]) : Ref();
}
Ref holder_await(Value self) { return Ref::dup(self.as<Holder>()->value); }
const TypeSpec kAwaitSpec = {.flags = kTypeGc,
                             .basic_size = sizeof(Holder),
                             .ops = {.trace = holder_trace, .dealloc = holder_dealloc},
                             .s = {.new_ = await_new, .await = holder_await}};

TypeObject* alias_type;
Ref alias_entries(Args& a) { return make_tuple_of({a.self.as<Holder>()->value}); }
const NativeDef kAliasMethods[] = {{"__mro_entries__", "($self, bases, /)", alias_entries, 0, nullptr}, {nullptr}};
const TypeSpec kAliasSpec = {.flags = kTypeGc,
                             .basic_size = sizeof(Holder),
                             .ops = {.trace = holder_trace, .dealloc = holder_dealloc},
                             .methods = kAliasMethods};
Ref generic_getitem(Args& a) { return new_holder(alias_type, a[0]); }
const NativeDef kGenericMethods[] = {
    {"__class_getitem__", "($type, item, /)", generic_getitem, kNativeClassMethod, nullptr}, {nullptr}};
const TypeSpec kGenericSpec = {.flags = kTypeBaseable, .methods = kGenericMethods, .s = {.new_ = object_new}};

const NativeDef kFunctions[] = {
    CALL_FORMS("$module", ", ", kNativeNoSignature),
    {"exception_print", "($module, exc, /)", exception_print_impl, 0, "Shows an exception on sys.stderr."},
    {"traceback_print", "($module, tb, file, /)", traceback_print_impl, 0, "Writes a traceback to a file."},
    {"raise_exception", "($module, exc, num_args, /)", raise_exception_impl, 0, "Raises exc(0, 1, ..., num_args - 1)."},
    {"raise_memoryerror", "($module, /)", raise_memoryerror_impl, 0, "Raises MemoryError."},
    {"make_exception_with_doc", "($module, /, name, doc=None, base=Exception, dict=None)", make_exception_impl, 0,
     "A new exception class."},
    {"write_unraisable_exc", "($module, exc, err_msg, obj, /)", write_unraisable_impl, 0,
     "Gives an exception to sys.unraisablehook."},
    {"pyobject_fastcall", "($module, func, args, /)", fastcall_impl, 0, "Calls with the items of a tuple."},
    {"pyobject_fastcalldict", "($module, func, args, kwargs, /)", fastcalldict_impl, 0,
     "Calls with a dict of keywords."},
    {"pyobject_vectorcall", "($module, func, args, kwnames, /)", vectorcall_impl, 0,
     "Calls with keyword values after the positional ones."},
    {"pyvectorcall_call", "($module, func, args, kwargs=None, /)", pyvectorcall_impl, 0,
     "Calls with a tuple and a dict."},
    {"docstring_empty", "($module, /)", nothing_impl, kNativeNoSignature, ""},
    {"docstring_no_signature", "(...)", nothing_impl, kNativeNoSignature, "This docstring has no signature."},
    {"docstring_with_signature", "($module, /, sig)", nothing_impl, 0, "This docstring has a valid signature."},
    {"docstring_with_signature_but_no_doc", "($module, /, sig)", nothing_impl, 0, ""},
    {"docstring_with_signature_with_defaults",
     "(module, s='avocado', b=b'bytes', d=3.14, i=35, n=None, t=True, f=False, local=the_number_three, "
     "sys=sys.maxsize, exp=sys.maxsize - 1)",
     nothing_impl, kNativeRaw,
     "This docstring has a valid signature with parameters, and the parameters take defaults."},
    {"sequence_getitem", "($module, seq, index, /)", sequence_getitem_impl, 0, "seq[index]"},
    {"sequence_setitem", "($module, seq, index, value, /)", sequence_setitem_impl, 0, "seq[index] = value"},
    {"dict_getitem_knownhash", "($module, mapping, key, hash, /)", dict_known_hash_impl, 0, "mapping[key]"},
    {"float_pack", "($module, size, value, little, /)", float_pack_impl, 0, "A float as bytes."},
    {"float_unpack", "($module, data, little, /)", float_unpack_impl, 0, "A float of bytes."},
    {"get_errno", "($module, /)", get_errno_impl, 0, "C's errno."},
    {"set_errno", "($module, number, /)", set_errno_impl, 0, "Sets C's errno."},
    {"pymem_getallocatorsname", "($module, /)", allocators_name_impl, 0,
     "The memory allocator that the options ask for."},
    {"W_STOPCODE", "($module, signal, /)", w_stopcode_impl, 0, "The status of a process that a signal stopped."},
    {nullptr}};

const IntConstant kConstants[] = {{"CHAR_MAX", CHAR_MAX},
                                  {"CHAR_MIN", CHAR_MIN},
                                  {"UCHAR_MAX", UCHAR_MAX},
                                  {"SHRT_MAX", SHRT_MAX},
                                  {"SHRT_MIN", SHRT_MIN},
                                  {"USHRT_MAX", USHRT_MAX},
                                  {"INT_MAX", INT_MAX},
                                  {"INT_MIN", INT_MIN},
                                  {"UINT_MAX", UINT_MAX},
                                  {"LONG_MAX", LONG_MAX},
                                  {"LONG_MIN", LONG_MIN},
                                  {"LLONG_MAX", LLONG_MAX},
                                  {"LLONG_MIN", LLONG_MIN},
                                  {"PY_SSIZE_T_MAX", INTPTR_MAX},
                                  {"PY_SSIZE_T_MIN", INTPTR_MIN},
                                  {"SIZEOF_WCHAR_T", sizeof(wchar_t)},
                                  {"SIZEOF_VOID_P", sizeof(void*)},
                                  {"SIZEOF_TIME_T", sizeof(time_t)},
                                  {"SIZEOF_PYGC_HEAD", 0},
                                  {"the_number_three", 3},
                                  {"Py_RTFLAGS", 0},
                                  {nullptr, 0}};

bool exec(Value module) {
  if (!module_add_constants(module, kConstants)) return false;
  for (auto& [name, value] : std::initializer_list<std::pair<const char*, double>>{
           {"FLT_MAX", FLT_MAX}, {"FLT_MIN", FLT_MIN}, {"DBL_MAX", DBL_MAX}, {"DBL_MIN", DBL_MIN}})
    if (!module_add(module, name, make_float(value))) return false;
  for (const char* name : {"ULONG_MAX", "ULLONG_MAX"})
    if (!module_add(module, name, int_from_literal("18446744073709551615"))) return false;
  if (!module_add(module, "WITH_PYMALLOC", Ref::imm(kFalse)) ||
      !module_add(module, "error", make_exception_class("_testcapi.error", types::Exception)))
    return false;
  static TypeObject* types_made[9];
  if (!types_made[0]) {
    size_t n = 0;
    auto add = [&](const char* name, TypeObject* base, const TypeSpec* spec) {
      return types_made[n++] = make_native_type(name, base, spec);
    };
    TypeObject* base = add("_testcapi.MethodDescriptorBase", types::Object, &kDescriptorBaseSpec);
    if (!base || !add("_testcapi.MethodDescriptorDerived", base, &kDescriptorBaseSpec) ||
        !add("_testcapi.MethodDescriptorNopGet", types::Object, &kDescriptorNopSpec) ||
        !add("_testcapi.MethodDescriptor2", types::Object, &kDescriptor2Spec) ||
        !add("_testcapi.MethInstance", types::Object, &kMethInstanceSpec) ||
        !add("_testcapi.MethClass", types::Object, &kMethClassSpec) ||
        !(static_owner = add("_testcapi.MethStatic", types::Object, &kMethStaticSpec)) ||
        !add("_testcapi.awaitType", types::Object, &kAwaitSpec) ||
        !add("_testcapi.Generic", types::Object, &kGenericSpec))
      return false;
    alias_type = make_native_type("_testcapi.GenericAlias", types::Object, &kAliasSpec);
    if (!alias_type) return false;
  }
  for (TypeObject* type : types_made)
    if (!module_add_type(module, type)) return false;
  return module_add_type(module, alias_type);
}

}  // namespace

extern const ModuleDef _testcapi_module;
const ModuleDef _testcapi_module = {"_testcapi", "What test suites ask of an interpreter's native interface.",
                                    kFunctions, exec};

}  // namespace taipan

TAIPAN_SHARED_MODULE(taipan::_testcapi_module)
