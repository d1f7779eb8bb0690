// _sqlite3: the module, its exceptions and adapters.
#include "gc/collector.h"
#include "interp/objects/codecs.h"
#include "interp/shared/_sqlite3/sqlite_objects.h"

namespace taipan::sqlite {

TypeObject* exceptions[kExceptionCount];
TypeObject* protocol_type;
Value adapters, converters;
bool base_type_adapted, callback_tracebacks;

namespace {

// ---- errors

struct Code {
  const char* name;
  int code;
};
constexpr Code kCodes[] = {
#define TAIPAN_SQLITE_CODE(name) {#name, name},
#define TAIPAN_SQLITE_CONSTANT(name)
#include "interp/shared/_sqlite3/sqlite_constants.def"
#undef TAIPAN_SQLITE_CODE
#undef TAIPAN_SQLITE_CONSTANT
};
const char* code_name(int code) {
  for (const Code& c : kCodes) {
    if (c.code == code) return c.name;
  }
  return "unknown";
}
TypeObject* class_of_code(int code) {
  switch (code) {
    case SQLITE_INTERNAL:
    case SQLITE_NOTFOUND: return exceptions[kInternalError];
    case SQLITE_ERROR:
    case SQLITE_PERM:
    case SQLITE_ABORT:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_READONLY:
    case SQLITE_INTERRUPT:
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_EMPTY:
    case SQLITE_SCHEMA: return exceptions[kOperationalError];
    case SQLITE_TOOBIG: return exceptions[kDataError];
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH: return exceptions[kIntegrityError];
    case SQLITE_MISUSE:
    case SQLITE_RANGE: return exceptions[kInterfaceError];
    default: return exceptions[kDatabaseError];
  }
}
Fail raise_message(TypeObject* cls, const char* message, int extended) {
  Ref text = decode_utf8(message, "replace");
  Ref error = text ? call(Value(cls), text) : Ref();
  Ref code = error ? make_int(extended) : Ref(), name = code ? make_str(code_name(extended)) : Ref();
  if (name && set_attr(error, TAIPAN_NAME(sqlite_errorcode), code) &&
      set_attr(error, TAIPAN_NAME(sqlite_errorname), name))
    raise_object(std::move(error));
  return failed();
}

// ---- functions

Ref sqlite_connect(Args& a) {
  // factory=: what is called, with all the arguments
  Value factory = Value(connection_type);
  if (a.raw.n >= 6) {
    factory = a.raw.v[5];
  } else if (a.raw.kwnames) {
    for (size_t i = 0; i < tuple_size(a.raw.kwnames); i++) {
      if (str_eq_ascii(tuple_at(a.raw.kwnames, i), "factory")) factory = a.raw.v[a.raw.n + i];
    }
  }
  return call_array(factory, a.raw.v, a.raw.n, a.raw.kwnames);
}
Ref complete_statement(Args& a) {
  std::string sql;
  if (!is_str(a[0]))
    return raise(types::TypeError, "complete_statement() argument 'statement' must be str, not %.50s",
                 argument_kind(a[0]));
  if (!utf8_of(a[0], &sql) || !check_not_null_bytes(sql)) return nullptr;
  return Ref::imm(bool_value(sqlite3_complete(sql.c_str())));
}
Ref enable_shared_cache(Args& a) {
  int on;
  if (!to_c_int(a[0], &on)) return nullptr;
  if (sqlite3_enable_shared_cache(on) != SQLITE_OK)
    return raise(exceptions[kOperationalError], "Changing the shared_cache flag failed");
  return Ref::imm(kNone);
}
Ref register_adapter(Args& a) {
  if (!is_type(a[0]))
    return raise(types::TypeError, "register_adapter() argument 1 must be type, not %.50s", argument_kind(a[0]));
  auto* cls = a[0].as<TypeObject>();
  if (cls == types::Int || cls == types::Float || cls == types::Str || cls == types::ByteArray)
    base_type_adapted = true;
  Ref key = make_tuple_of({a[0], Value(protocol_type)});
  return key && dict_set(adapters, key, a[1]) ? Ref::imm(kNone) : Ref();
}
Ref register_converter(Args& a) {
  if (!is_str(a[0]))
    return raise(types::TypeError, "register_converter() argument 1 must be str, not %.50s", argument_kind(a[0]));
  Ref name = call_method(a[0], TAIPAN_NAME(upper));
  return name && dict_set(converters, name, a[1]) ? Ref::imm(kNone) : Ref();
}
Ref adapt_function(Args& a) { return adapt(a[0], a.get(1, Value(protocol_type)), a[2]); }
Ref enable_callback_tracebacks(Args& a) {
  int on = is_true(a[0]);
  if (on < 0) return nullptr;
  callback_tracebacks = on;
  return Ref::imm(kNone);
}

// What a method of the adaption protocol gives; None where there is none or it doesn't know.
Ref ask(Value o, Str* method, Value about) {
  Ref f = get_attr_opt(o, method);
  if (!f) return nullptr;
  if (f.get() == kMissing) return Ref::imm(kNone);
  Ref result = call(f, about);
  if (result || !error_matches(types::TypeError)) return result;
  clear_error();
  return Ref::imm(kNone);
}

const NativeDef kFunctions[] = {
    {"connect",
     "($module, /, database, timeout=5.0, detect_types=0,\n        isolation_level='', check_same_thread=True,\n"
     "        factory=ConnectionType, cached_statements=128, uri=False)",
     sqlite_connect, kNativeRaw, "Opens the SQLite database file."},
    {"complete_statement", "($module, /, statement)", complete_statement, 0,
     "Whether a text holds a complete SQL statement."},
    {"enable_shared_cache", "($module, /, do_enable)", enable_shared_cache, 0,
     "Says whether connections of this process share a cache."},
    {"register_adapter", "($module, type, adapter, /)", register_adapter, 0,
     "Sets what turns values of a type into ones that SQLite knows."},
    {"register_converter", "($module, typename, converter, /)", register_converter, 0,
     "Sets what turns SQLite's values of a declared type into Python ones."},
    {"adapt", "($module, obj, proto=PrepareProtocolType, alt=<unrepresentable>, /)", adapt_function, 0,
     "Turns a value into one that SQLite knows."},
    {"enable_callback_tracebacks", "($module, enable, /)", enable_callback_tracebacks, 0,
     "Says whether errors in callbacks are shown."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

const TypeSpec kProtocolSpec = {.doc = "PEP 246 style object adaption protocol type.",
                                .flags = kTypeBaseable | kTypeImmutable,
                                .basic_size = sizeof(Header),
                                .s = {.init = [](Value, RawArgs) { return true; }, .new_ = object_new}};

bool make_exceptions() {
  static const struct {
    const char* name;
    int base;
  } kClasses[kExceptionCount] = {{"sqlite3.Warning", -1},
                                 {"sqlite3.Error", -1},
                                 {"sqlite3.InterfaceError", kError},
                                 {"sqlite3.DatabaseError", kError},
                                 {"sqlite3.DataError", kDatabaseError},
                                 {"sqlite3.OperationalError", kDatabaseError},
                                 {"sqlite3.IntegrityError", kDatabaseError},
                                 {"sqlite3.InternalError", kDatabaseError},
                                 {"sqlite3.ProgrammingError", kDatabaseError},
                                 {"sqlite3.NotSupportedError", kDatabaseError}};
  for (int i = 0; i < kExceptionCount; i++) {
    Ref cls =
        make_exception_class(kClasses[i].name, kClasses[i].base < 0 ? types::Exception : exceptions[kClasses[i].base]);
    if (!cls) return false;
    gc::make_immortal(cls.get().header());
    exceptions[i] = cls.release().as<TypeObject>();
  }
  return true;
}
bool sqlite_exec(Value module) {
  if (!protocol_type) {
    if (sqlite3_initialize() != SQLITE_OK) return raise(types::ImportError, "%s", sqlite3_errstr(SQLITE_ERROR));
    Ref a = make_dict(), c = make_dict();
    if (!a || !c || !make_exceptions()) return false;
    adapters = a.release();
    converters = c.release();
    gc::add_shared_root(&adapters);
    gc::add_shared_root(&converters);
    protocol_type = make_native_type("sqlite3.PrepareProtocol", types::Object, &kProtocolSpec);
  }
  if (!protocol_type || !make_connection_type() || !make_cursor_types() || !make_blob_type()) return false;
  for (TypeObject* cls : exceptions) {
    if (!module_add_type(module, cls)) return false;
  }
  for (TypeObject* cls : {connection_type, cursor_type, row_type, blob_type, protocol_type}) {
    if (!module_add_type(module, cls)) return false;
  }
  static const IntConstant kConstants[] = {
#define TAIPAN_SQLITE_CODE(name) {#name, name},
#define TAIPAN_SQLITE_CONSTANT(name) {#name, name},
#include "interp/shared/_sqlite3/sqlite_constants.def"
#undef TAIPAN_SQLITE_CODE
#undef TAIPAN_SQLITE_CONSTANT
      {"PARSE_DECLTYPES", kParseDeclTypes}, {"PARSE_COLNAMES", kParseColNames}, {nullptr, 0}};
  static constexpr int kSafety[] = {0, 3, 1};  // DB-API's number for SQLite's
  return module_add_constants(module, kConstants) &&
         module_add_int(module, "threadsafety", kSafety[sqlite3_threadsafe()]) &&
         module_add_str(module, "version", "2.6.0") && module_add_str(module, "sqlite_version", sqlite3_libversion()) &&
         module_add(module, "adapters", Ref::dup(adapters)) && module_add(module, "converters", Ref::dup(converters));
}

const ModuleDef kSqliteModule = {"_sqlite3", nullptr, kFunctions, sqlite_exec};

}  // namespace

Fail raise_db(sqlite3* db) {
  int code = sqlite3_errcode(db);
  if (code == SQLITE_OK) return raise(types::SystemError, "an SQLite call failed without an error code");
  if (code == SQLITE_NOMEM) return raise_memory();
  return raise_message(class_of_code(code & 0xff), sqlite3_errmsg(db), sqlite3_extended_errcode(db));
}
Fail raise_code(sqlite3* db, int code) {
  if (sqlite3_errcode(db) != SQLITE_OK) return raise_db(db);
  if ((code & 0xff) == SQLITE_NOMEM) return raise_memory();
  return raise_message(class_of_code(code & 0xff), sqlite3_errstr(code), code);
}

// Another thread may have closed it since the call that failed.
static Fail raise_closed() { return raise(exceptions[kProgrammingError], "Cannot operate on a closed database."); }
Fail raise_db(Connection* c) {
  GateHold hold(c->gate);
  return c->db ? raise_db(c->db) : raise_closed();
}
Fail raise_code(Connection* c, int code) {
  GateHold hold(c->gate);
  return c->db ? raise_code(c->db, code) : raise_closed();
}

bool needs_adapting(Value v) {
  if (base_type_adapted) return true;
  return !(is_int_exact(v) || is_float_exact(v) || is_str_exact(v) || (v.is_heap() && type_of(v) == types::ByteArray));
}
Ref adapt(Value o, Value protocol, Value otherwise) {
  Ref key = make_tuple_of({Value(type_of(o)), protocol});
  Ref adapter = key ? dict_get_ref(adapters, key) : Ref();
  if (!adapter) return nullptr;
  if (adapter.get() != kMissing) return call(adapter, o);
  Ref adapted = ask(protocol, TAIPAN_NAME(__adapt__), o);
  if (!adapted || adapted.get() != kNone) return adapted;
  adapted = ask(o, TAIPAN_NAME(__conform__), protocol);
  if (!adapted || adapted.get() != kNone) return adapted;
  if (otherwise) return Ref::dup(otherwise);
  return raise(exceptions[kProgrammingError], "can't adapt");
}

}  // namespace taipan::sqlite

TAIPAN_SHARED_MODULE(taipan::sqlite::kSqliteModule)
