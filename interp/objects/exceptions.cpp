// BaseException, the simple exceptions, and the specifications of all of exceptions.def. Those with fields of their own:
// exceptions_fields.cpp; groups: exceptions_group.cpp.
#include <cstring>
#include "interp/objects/abstract.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions_internal.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type_internal.h"

namespace taipan {

// ---- Making and filling ------------------------------------------------------------------------------------------------------------

bool set_exc_field(Value exc, Value* field, Value v) {
  gc::store(exc.header(), field, Ref::dup(v));
  return true;
}
void set_traceback(Value exc, Value tb) { gc::store(exc.header(), &base_exc(exc)->traceback, Ref::dup(tb)); }
void set_context(Value exc, Ref context) { gc::store(exc.header(), &base_exc(exc)->context, std::move(context)); }
void set_cause(Value exc, Ref cause) {
  gc::poke(base_exc(exc)->suppress_context, true);
  gc::store(exc.header(), &base_exc(exc)->cause, std::move(cause));
}

static Ref make_builtin_exception(TypeObject* type, const Value* args, size_t n) {
  RawArgs raw{args, n, Value()};
  Ref e = type->s.new_(type, raw);
  if (!e || !type->s.init(e, raw)) return nullptr;
  return e;
}

Ref make_exception(TypeObject* type) {
  if (!(type->flags & kTypeHeap)) return make_builtin_exception(type, nullptr, 0);
  Ref args = make_tuple(0);
  return exception_from_call(Value(type), args);
}
Ref make_exception(TypeObject* type, Value arg) {
  if (!(type->flags & kTypeHeap)) return make_builtin_exception(type, &arg, 1);
  Ref args = make_tuple_of({arg});
  if (!args) return nullptr;
  return exception_from_call(Value(type), args);
}

Ref exception_from_call(Value type, Value args) {
  Ref e = call_tuple(type, args, Value());
  if (!e) return nullptr;
  if (!is_exception(e)) {
    return raise(types::TypeError, "calling %R should have returned an instance of BaseException, not %T", type,
                 e.get());
  }
  return e;
}

bool no_keywords(Value self, RawArgs a) {
  if (!a.kwnames || tuple_size(a.kwnames) == 0) return true;
  return raise(types::TypeError, "%.200T() takes no keyword arguments", self);
}

// ---- BaseException -------------------------------------------------------------------------------------------------------------------

void base_exc_trace(Header* h, gc::Visitor& v) {
  auto* e = reinterpret_cast<BaseExc*>(h);
  v.visit(gc::load(&e->args));
  v.visit(gc::load(&e->traceback));
  v.visit(gc::load(&e->context));
  v.visit(gc::load(&e->cause));
}
void base_exc_clear(Header* h) {
  auto* e = reinterpret_cast<BaseExc*>(h);
  Ref a = gc::take(h, &e->args), b = gc::take(h, &e->traceback), c = gc::take(h, &e->cause),
      d = gc::take(h, &e->context);
}

Ref base_exception_new(TypeObject* cls, RawArgs a) {
  Ref e = Ref::steal(alloc_instance(cls));
  if (!e) return nullptr;
  Ref args = make_tuple(a.v, a.n);
  if (!args) return nullptr;
  gc::init(&base_exc(e)->args, std::move(args));
  return e;
}
bool base_exception_init(Value self, RawArgs a) {
  if (!no_keywords(self, a)) return false;
  Value old = gc::load(&base_exc(self)->args);
  bool same = old && is_tuple_exact(old) && tuple_size(old) == a.n;  // __new__ has them already, as a rule
  for (size_t i = 0; same && i < a.n; i++) same = tuple_at(old, i) == a.v[i];
  if (same) return true;
  Ref args = make_tuple(a.v, a.n);
  if (!args) return false;
  gc::store(self.header(), &base_exc(self)->args, std::move(args));
  return true;
}

Ref base_exception_str(Value self) {
  Value args = gc::load(&base_exc(self)->args);
  size_t n = args ? tuple_size(args) : 0;
  if (n == 0) return empty_str();
  Ref hold = Ref::dup(n == 1 ? tuple_at(args, 0) : args);
  return str_of(hold);
}
static Ref base_exception_repr(Value self) {
  Value args = gc::load(&base_exc(self)->args);
  const char* name = type_of(self)->cname;
  if (const char* dot = strrchr(name, '.')) name = dot + 1;
  Ref hold = Ref::dup(args);
  if (args && tuple_size(args) == 1) return format_str("%s(%R)", name, tuple_at(args, 0));
  if (!args) return format_str("%s()", name);
  return format_str("%s%R", name, args);
}

Ref exception_dict_or_null(Value self) {
  const Shape* s = shape_of(self);
  if (!has_attr_area(s)) return nullptr;
  if ((s->flags & kShapeDictMode) && gc::load(attr_area(self.header(), s)).is_null()) return nullptr;
  if (!(s->flags & kShapeDictMode) && s->nslots == 0) return nullptr;
  return instance_dict(self.header());
}

Ref base_exception_reduce_with(Value self, Value args, Value dict) {
  if (dict) return make_tuple_of({Value(type_of(self)), args, dict});
  return make_tuple_of({Value(type_of(self)), args});
}
static Ref base_exception_reduce(Args& a) {
  Ref dict = exception_dict_or_null(a.self);
  Value args = gc::load(&base_exc(a.self)->args);
  return base_exception_reduce_with(a.self, args ? args : kNone, dict);
}
static Ref base_exception_setstate(Args& a) {
  if (a[0] == kNone) return Ref::imm(kNone);
  if (!is_dict(a[0])) return raise(types::TypeError, "state is not a dictionary");
  Ref items = dict_items_list(a[0]);
  if (!items) return nullptr;
  for (size_t i = 0; i < list_size(items); i++) {
    Value pair = list_at(items, i);
    if (!is_str(tuple_at(pair, 0)))
      return raise(types::TypeError, "attribute name must be string, not '%T'", tuple_at(pair, 0));
    if (!set_attr(a.self, tuple_at(pair, 0).as<Str>(), tuple_at(pair, 1))) return nullptr;
  }
  return Ref::imm(kNone);
}

static bool set_traceback_checked(Value self, Value tb) {
  if (!tb) return raise(types::TypeError, "__traceback__ may not be deleted");
  if (tb != kNone && !has_shape(tb, kShapeTraceback))
    return raise(types::TypeError, "__traceback__ must be a traceback or None");
  set_traceback(self, tb == kNone ? Value() : tb);
  return true;
}
static Ref base_exception_with_traceback(Args& a) {
  if (!set_traceback_checked(a.self, a[0])) return nullptr;
  return Ref::dup(a.self);
}
static Ref base_exception_add_note(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "note must be a str, not '%T'", a[0]);
  Str* name = TAIPAN_NAME(__notes__);
  Ref notes = get_attr_opt(a.self, name);
  if (!notes) return nullptr;
  if (notes.get() == kMissing) {
    notes = make_list();
    if (!notes || !set_attr(a.self, name, notes)) return nullptr;
  } else if (!is_list(notes)) {
    return raise(types::TypeError, "Cannot add note: __notes__ is not a list");
  }
  if (!list_append(notes, a[0])) return nullptr;
  return Ref::imm(kNone);
}

static Ref get_args(Value self) {
  Value args = gc::load(&base_exc(self)->args);
  return args ? Ref::dup(args) : Ref::imm(kNone);
}
static bool set_args(Value self, Value v) {
  if (!v) return raise(types::TypeError, "args may not be deleted");
  Ref t = iterable_to_tuple(v);
  if (!t) return false;
  gc::store(self.header(), &base_exc(self)->args, std::move(t));
  return true;
}
static Ref or_none(Value v) { return Ref::dup(v ? v : kNone); }
static Ref get_traceback(Value self) { return or_none(gc::load(&base_exc(self)->traceback)); }
static Ref get_context(Value self) { return or_none(gc::load(&base_exc(self)->context)); }
static Ref get_cause(Value self) { return or_none(gc::load(&base_exc(self)->cause)); }
static bool set_context_checked(Value self, Value v) {
  if (!v) return raise(types::TypeError, "__context__ may not be deleted");
  if (v != kNone && !is_exception(v))
    return raise(types::TypeError, "exception context must be None or derive from BaseException");
  set_context(self, v == kNone ? Ref() : Ref::dup(v));
  return true;
}
static bool set_cause_checked(Value self, Value v) {
  if (!v) return raise(types::TypeError, "__cause__ may not be deleted");
  if (v != kNone && !is_exception(v))
    return raise(types::TypeError, "exception cause must be None or derive from BaseException");
  set_cause(self, v == kNone ? Ref() : Ref::dup(v));
  return true;
}
static Ref get_dict(Value self) { return instance_dict(self.header()); }
static bool set_dict(Value self, Value v) {
  if (!v) return raise(types::TypeError, "cannot delete __dict__");
  if (!is_dict(v)) return raise(types::TypeError, "__dict__ must be set to a dictionary, not a '%.200T'", v);
  return set_instance_dict(self.header(), v);
}

static const NativeDef base_exception_methods[] = {
    {"__reduce__", "(...)", base_exception_reduce, 0, nullptr},
    {"__setstate__", "($self, state, /)", base_exception_setstate, kNativeNoSignature, nullptr},
    {"with_traceback", "($self, tb, /)", base_exception_with_traceback, kNativeNoSignature,
     "Exception.with_traceback(tb) --\n    sets self.__traceback__ to tb and gives self back."},
    {"add_note", "($self, note, /)", base_exception_add_note, kNativeNoSignature,
     "Exception.add_note(note) --\n    adds a note that is shown after the message."},
    {},
};
static const MemberDef base_exception_members[] = {
    {"__suppress_context__", kMemberBool, EXC_FIELD(BaseExc, suppress_context), false, nullptr},
    {},
};
static const GetSetDef base_exception_getset[] = {
    {"__dict__", get_dict, set_dict, nullptr},
    {"args", get_args, set_args, nullptr},
    {"__traceback__", get_traceback, set_traceback_checked, nullptr},
    {"__context__", get_context, set_context_checked, "exception context"},
    {"__cause__", get_cause, set_cause_checked, "exception cause"},
    {},
};

const TypeSpec kBaseExcLayout = {
    .flags = kTypeGc | kTypeBaseable | kTypeHasDict,
    .basic_size = sizeof(BaseExc),
    .ops = {.trace = base_exc_trace, .clear = base_exc_clear},
    .methods = base_exception_methods,
    .getset = base_exception_getset,
    .members = base_exception_members,
    .s = {.repr = base_exception_repr,
          .str = base_exception_str,
          .get_attr = generic_get_attr,
          .set_attr = generic_set_attr,
          .init = base_exception_init,
          .new_ = base_exception_new},
};

// KeyError shows the repr of a lone argument.
static Ref key_error_str(Value self) {
  Value args = gc::load(&base_exc(self)->args);
  if (args && tuple_size(args) == 1) {
    Ref hold = Ref::dup(tuple_at(args, 0));
    return repr_of(hold);
  }
  return base_exception_str(self);
}
const TypeSpec kKeyErrorExcSpec = {
    .basic_size = sizeof(BaseExc),
    .s = {.str = key_error_str, .init = base_exception_init},
};

// ---- MemoryError: some are made in advance -------------------------------------------------------------------------------------------

static constexpr int kSpareMemoryErrors = 16;
static std::atomic<Header*> spare_memory_errors[kSpareMemoryErrors];

Fail raise_memory() {
  for (auto& slot : spare_memory_errors) {
    if (Header* h = slot.exchange(nullptr, std::memory_order_acq_rel)) { return raise_object(Ref::steal(h)); }
  }
  return raise_none(types::MemoryError);
}

void init_exceptions() {
  for (auto& slot : spare_memory_errors) {
    Ref e = make_exception(types::MemoryError);
    if (e) slot.store(e.release().header(), std::memory_order_release);
  }
  Ref bases = make_tuple_of({Value(types::BaseExceptionGroup), Value(types::Exception)});
  Ref dict = make_dict();
  if (!bases || !dict) return;
  Ref builtins = make_str("builtins");
  if (!dict_set_str(dict, TAIPAN_NAME(__module__), builtins)) return;
  Ref group = make_class(types::Type, intern_static("ExceptionGroup"), bases, dict, RawArgs{nullptr, 0, Value()});
  if (!group) return;
  gc::make_immortal(group.as<Header>());
  exception_group_type = group.as<TypeObject>();
}

// ---- The specifications ---------------------------------------------------------------------------------------------------------------

namespace {

struct ExcDoc {
  uint32_t index;
  const char* text;
};
const ExcDoc exc_docs[] = {
    {kTypeBaseException, "Root of all exceptions."},
    {kTypeException, "Root of all exceptions that don't leave the program."},
    {kTypeSystemExit, "Asks the interpreter to exit."},
    {kTypeKeyboardInterrupt, "The user interrupted the program."},
    {kTypeGeneratorExit, "Asks a generator to exit."},
    {kTypeBaseExceptionGroup, "Several unrelated exceptions together."},
    {kTypeStopIteration, "An iterator has no more items (__next__)."},
    {kTypeStopAsyncIteration, "An asynchronous iterator has no more items (__anext__)."},
    {kTypeArithmeticError, "Root of arithmetic errors."},
    {kTypeFloatingPointError, "A floating point operation failed."},
    {kTypeOverflowError, "A result is too large to be represented."},
    {kTypeZeroDivisionError, "Division or modulo by zero."},
    {kTypeAssertionError, "An assertion failed."},
    {kTypeAttributeError, "An attribute is missing or can't be set."},
    {kTypeBufferError, "A buffer operation failed."},
    {kTypeEOFError, "The end of a file came too early."},
    {kTypeImportError, "Import can't find a module or a name in a module."},
    {kTypeModuleNotFoundError, "There is no such module."},
    {kTypeLookupError, "Root of look-up errors."},
    {kTypeIndexError, "A sequence index is out of range."},
    {kTypeKeyError, "A mapping has no such key."},
    {kTypeMemoryError, "Memory is used up."},
    {kTypeNameError, "A global name is not defined."},
    {kTypeUnboundLocalError, "A local name was used before it got a value."},
    {kTypeOSError, "The operating system reported an error."},
    {kTypeBlockingIOError, "An operation would block."},
    {kTypeChildProcessError, "Something is wrong with a child process."},
    {kTypeConnectionError, "Root of connection errors."},
    {kTypeBrokenPipeError, "The other end of a pipe is closed."},
    {kTypeConnectionAbortedError, "The connection was aborted."},
    {kTypeConnectionRefusedError, "The connection was refused."},
    {kTypeConnectionResetError, "The connection was reset."},
    {kTypeFileExistsError, "The file exists already."},
    {kTypeFileNotFoundError, "There is no such file."},
    {kTypeInterruptedError, "A signal interrupted the operation."},
    {kTypeIsADirectoryError, "The operation doesn't work on directories."},
    {kTypeNotADirectoryError, "The operation works on directories only."},
    {kTypePermissionError, "Permissions don't suffice."},
    {kTypeProcessLookupError, "There is no such process."},
    {kTypeTimeoutError, "Time ran out."},
    {kTypeReferenceError, "A weak proxy was used after its object died."},
    {kTypeRuntimeError, "A run-time error of no other class."},
    {kTypeNotImplementedError, "A method or function is not implemented yet."},
    {kTypeRecursionError, "Calls are nested too deeply."},
    {kTypeSyntaxError, "The source text is not valid."},
    {kTypeIndentationError, "The indentation is not valid."},
    {kTypeTabError, "Tabs and spaces are mixed inconsistently."},
    {kTypeSystemError,
     "An internal error of the interpreter.\n\nPlease report it with the traceback and the interpreter's version."},
    {kTypeTypeError, "An argument has the wrong type."},
    {kTypeValueError, "An argument has the right type and a wrong value."},
    {kTypeUnicodeError, "Root of Unicode errors."},
    {kTypeUnicodeDecodeError, "Decoding failed."},
    {kTypeUnicodeEncodeError, "Encoding failed."},
    {kTypeUnicodeTranslateError, "Translation failed."},
    {kTypeWarning, "Root of warning categories."},
    {kTypeBytesWarning, "Warnings about bytes and buffers, mostly comparisons with str."},
    {kTypeDeprecationWarning, "Warnings about deprecated features."},
    {kTypeEncodingWarning, "Warnings about encodings."},
    {kTypeFutureWarning, "Warnings about what will change its meaning."},
    {kTypeImportWarning, "Warnings about likely mistakes in imports."},
    {kTypePendingDeprecationWarning, "Warnings about features that will be deprecated."},
    {kTypeResourceWarning, "Warnings about the use of resources."},
    {kTypeRuntimeWarning, "Warnings about dubious behaviour at run time."},
    {kTypeSyntaxWarning, "Warnings about dubious syntax."},
    {kTypeUnicodeWarning, "Warnings about Unicode."},
    {kTypeUserWarning, "Warnings of user code."},
};

// The type that introduces a layout takes the layout's specification whole; others only its size and constructors.
struct LayoutRow {
  uint32_t owner;
  const TypeSpec* spec;
};
const LayoutRow layout_rows[] = {
    {kTypeBaseException, &kBaseExcLayout},
    {kTypeSystemExit, &kSystemExitExcLayout},
    {kTypeStopIteration, &kStopIterationExcLayout},
    {kTypeBaseExceptionGroup, &kGroupExcLayout},
    {kTypeAttributeError, &kAttributeErrorExcLayout},
    {kTypeNameError, &kNameErrorExcLayout},
    {kTypeImportError, &kImportErrorExcLayout},
    {kTypeOSError, &kOSErrorExcLayout},
    {kTypeSyntaxError, &kSyntaxErrorExcLayout},
    {kTypeKeyError, &kKeyErrorExcSpec},
    {kTypeUnicodeDecodeError, &kUnicodeDecodeErrorSpec_},
    {kTypeUnicodeEncodeError, &kUnicodeEncodeErrorSpec_},
    {kTypeUnicodeTranslateError, &kUnicodeTranslateErrorSpec_},
};

constexpr uint32_t kFirstExc = kTypeBaseException;
TypeSpec exc_specs[kTypeCount - kFirstExc];

void fill_exc_specs() {
  struct Row {
    uint32_t index;
    const TypeSpec* layout;
    uint32_t size;
  };
  static const Row rows[] = {
#define EXC(Enum, name, base, layout) {kType##Enum, &k##layout##Layout, sizeof(layout)},
#include "interp/objects/exceptions.def"
#undef EXC
  };
  for (const Row& r : rows) {
    TypeSpec& s = exc_specs[r.index - kFirstExc];
    bool owns = false;
    for (const LayoutRow& l : layout_rows) {
      if (l.owner == r.index) {
        s = *l.spec;
        owns = true;
      }
    }
    if (!owns) s.s.init = r.layout->s.init;
    if (!owns && r.layout->s.new_ != base_exception_new) s.s.new_ = r.layout->s.new_;
    s.basic_size = r.size;
    s.flags |= kTypeGc | kTypeBaseable | kTypeHasDict;
    for (const ExcDoc& d : exc_docs) {
      if (d.index == r.index) s.doc = d.text;
    }
  }
}

}  // namespace

TypeObject* exception_group_type = nullptr;

const TypeSpec* exception_spec(uint32_t type_index) {
  static const bool filled = (fill_exc_specs(), true);
  (void)filled;
  return &exc_specs[type_index - kFirstExc];
}

}  // namespace taipan
