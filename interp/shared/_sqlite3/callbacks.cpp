// _sqlite3: SQL functions, aggregates, collations and hooks written in Python.
#include <climits>
#include "interp/objects/codecs.h"
#include "interp/objects/float.h"
#include "interp/shared/_sqlite3/sqlite_objects.h"

namespace taipan::sqlite {

namespace {

// What SQLite keeps of a callable: it is held[id] of the connection, which outlives all use of the database.
struct Callback {
  Connection* connection;
  int64_t id;
};

// Puts o among what the connection holds. 0: an exception is set.
int64_t hold(Connection* c, Value o) {
  int64_t id = c->last_id + 1;
  Ref key = make_int(id);
  if (!dict_set(c->held, key, o)) return 0;
  return c->last_id = id;
}
Ref held(Connection* c, int64_t id) {
  if (!c->held || !id) return nullptr;
  Ref o = dict_get_ref(c->held, Value::from_int(id));
  return o.get() == kMissing ? Ref() : std::move(o);
}
void let_go(Connection* c, int64_t id) {
  if (!c->held || !id) return;
  SavedError saved;
  Ref old = dict_pop(c->held, Value::from_int(id));
}
Callback* make_callback(Connection* c, Value callable) {
  int64_t id = hold(c, callable);
  if (!id) return nullptr;
  auto* callback = static_cast<Callback*>(malloc(sizeof(Callback)));
  if (!callback) return raise_memory();
  *callback = {c, id};
  return callback;
}
void free_callback(void* p) {
  gc::CallbackScope attached;
  auto* callback = static_cast<Callback*>(p);
  let_go(callback->connection, callback->id);
  free(callback);
}

// ---- values in and out

Ref argument(sqlite3_context* context, sqlite3_value* v) {
  switch (sqlite3_value_type(v)) {
    case SQLITE_INTEGER: return make_int(sqlite3_value_int64(v));
    case SQLITE_FLOAT: return make_float(sqlite3_value_double(v));
    case SQLITE_TEXT: {
      auto* text = reinterpret_cast<const char*>(sqlite3_value_text(v));
      if (!text && sqlite3_errcode(sqlite3_context_db_handle(context)) == SQLITE_NOMEM) return raise_memory();
      return decode_utf8({text ? text : "", static_cast<size_t>(sqlite3_value_bytes(v))}, "strict");
    }
    case SQLITE_BLOB: {
      const void* data = sqlite3_value_blob(v);
      return make_bytes(data ? data : "", static_cast<size_t>(sqlite3_value_bytes(v)));
    }
    default: return Ref::imm(kNone);
  }
}
Ref arguments(sqlite3_context* context, int n, sqlite3_value** values) {
  Ref all = make_tuple(static_cast<size_t>(n));
  if (!all) return nullptr;
  for (int i = 0; i < n; i++) {
    Ref v = argument(context, values[i]);
    if (!v) return nullptr;
    tuple_init(all, static_cast<size_t>(i), std::move(v));
  }
  return all;
}
bool set_result(sqlite3_context* context, Value v) {
  if (v == kNone) {
    sqlite3_result_null(context);
  } else if (is_int(v)) {
    Ref plain = int_exact(v);
    int64_t n;
    if (!plain) return false;
    if (!int_fits64(plain, &n)) return raise(types::OverflowError, "Python int too large to convert to SQLite INTEGER");
    sqlite3_result_int64(context, n);
  } else if (is_float_like(v)) {
    double d;
    if (!to_double(v, &d)) return false;
    sqlite3_result_double(context, d);
  } else if (is_str(v)) {
    Ref encoded = encode_utf8(v, "strict");
    if (!encoded) return false;
    std::string_view s = encoded.as<Bytes>()->view();
    if (s.size() > INT_MAX) return raise(types::OverflowError, "string is longer than INT_MAX bytes");
    sqlite3_result_text(context, s.data(), static_cast<int>(s.size()), SQLITE_TRANSIENT);
  } else if (has_buffer(v)) {
    BufferView data(v);
    if (!data.ok()) return raise(types::ValueError, "could not convert BLOB to buffer");
    if (data.size() > INT_MAX) return raise(types::OverflowError, "BLOB longer than INT_MAX bytes");
    sqlite3_result_blob(context, data.size() ? static_cast<const void*>(data.data()) : "",
                        static_cast<int>(data.size()), SQLITE_TRANSIENT);
  } else {
    return false;
  }
  return true;
}
// What SQLite is told when Python raised.
void fail_result(sqlite3_context* context, const char* message, Value callable) {
  if (error_matches(types::MemoryError))
    sqlite3_result_error_nomem(context);
  else if (error_matches(types::OverflowError))
    sqlite3_result_error_toobig(context);
  else
    sqlite3_result_error(context, message, -1);
  if (error_occurred()) drop_callback_error(callable);
}
void fail_method(sqlite3_context* context, const char* method, bool missing, Value callable) {
  char message[100];
  snprintf(message, sizeof message, "user-defined aggregate's '%s' method %s", method,
           missing ? "not defined" : "raised error");
  fail_result(context, message, callable);
}
Callback* callback_of(sqlite3_context* context) { return static_cast<Callback*>(sqlite3_user_data(context)); }

// ---- functions

void call_function(sqlite3_context* context, int n, sqlite3_value** values) {
  gc::CallbackScope attached;
  Callback* callback = callback_of(context);
  Ref function = held(callback->connection, callback->id);
  Ref args = function ? arguments(context, n, values) : Ref();
  Ref result = args ? call_tuple(function, args, Value()) : Ref();
  if (!result || !set_result(context, result))
    fail_result(context, "user-defined function raised exception", function ? function.get() : kNone);
}

// ---- aggregates: the context keeps the number of the instance in held

// The instance; made where create says so and there is none. Null: there is none (nothing raised), or it couldn't be made.
Ref aggregate_instance(sqlite3_context* context, bool create) {
  auto* id = static_cast<int64_t*>(sqlite3_aggregate_context(context, create ? sizeof(int64_t) : 0));
  if (!id) return create ? static_cast<Ref>(raise_memory()) : Ref();
  Callback* callback = callback_of(context);
  if (*id) return held(callback->connection, *id);
  if (!create) return nullptr;
  Ref cls = held(callback->connection, callback->id);
  Ref instance = cls ? call(cls) : Ref();
  if (!instance) {
    fail_method(context, "__init__", false, cls ? cls.get() : kNone);
    return nullptr;
  }
  *id = hold(callback->connection, instance);
  return *id ? std::move(instance) : Ref();
}
void feed(sqlite3_context* context, int n, sqlite3_value** values, const char* name, Str* interned) {
  gc::CallbackScope attached;
  Ref instance = aggregate_instance(context, true);
  if (!instance) return;
  Ref method = get_attr(instance, interned);
  if (!method) return fail_method(context, name, true, instance);
  Ref args = arguments(context, n, values);
  Ref result = args ? call_tuple(method, args, Value()) : Ref();
  if (!result) fail_method(context, name, false, method);
}
void call_step(sqlite3_context* context, int n, sqlite3_value** values) {
  feed(context, n, values, "step", TAIPAN_NAME(step));
}
void call_inverse(sqlite3_context* context, int n, sqlite3_value** values) {
  feed(context, n, values, "inverse", TAIPAN_NAME(inverse));
}
void yield(sqlite3_context* context, Value instance, const char* name, Str* interned) {
  Ref method = get_attr(instance, interned);
  if (!method) return fail_method(context, name, true, instance);
  Ref result = call(method);
  if (!result || !set_result(context, result)) fail_method(context, name, false, method);
}
void call_value(sqlite3_context* context) {
  gc::CallbackScope attached;
  Ref instance = aggregate_instance(context, true);
  if (instance) yield(context, instance, "value", TAIPAN_NAME(value));
}
void call_finalize(sqlite3_context* context) {
  gc::CallbackScope attached;
  Ref instance = aggregate_instance(context, false);
  if (!instance) return;
  Ref pending = fetch_error();  // of a collation, say
  yield(context, instance, "finalize", TAIPAN_NAME(finalize));
  if (pending) restore_error(std::move(pending));
  auto* id = static_cast<int64_t*>(sqlite3_aggregate_context(context, 0));
  let_go(callback_of(context)->connection, *id);
  *id = 0;
}

// ---- collations

int call_collation(void* p, int a_size, const void* a, int b_size, const void* b) {
  gc::CallbackScope attached;
  auto* callback = static_cast<Callback*>(p);
  if (error_occurred()) return 0;  // one comparison has failed already
  Ref function = held(callback->connection, callback->id);
  Ref left = decode_utf8({static_cast<const char*>(a), static_cast<size_t>(a_size)}, "strict");
  Ref right = left ? decode_utf8({static_cast<const char*>(b), static_cast<size_t>(b_size)}, "strict") : Ref();
  Ref result = function && right ? call(function, left, right) : Ref();
  if (!result) return 0;
  // Any int serves, however large: its sign counts.
  if (!is_int(result)) {
    raise(types::TypeError, "an integer is required");
    return 0;
  }
  Ref plain = int_exact(result);
  return plain ? int_sign(plain) : 0;
}

// ---- hooks

int call_authorizer(void* p, int action, const char* a, const char* b, const char* database, const char* trigger) {
  gc::CallbackScope attached;
  auto* c = static_cast<Connection*>(p);
  Ref function = Ref::dup(c->authorizer);
  if (!function) return SQLITE_DENY;
  auto text = [](const char* s) { return s ? make_str(s) : Ref::imm(kNone); };
  Ref parts[5] = {make_int(action), text(a), text(b), text(database), text(trigger)};
  Value args[5];
  for (int i = 0; i < 5; i++) args[i] = parts[i].get();
  Ref result = call_array(function, args, 5);
  int verdict = SQLITE_DENY;
  if (result) {
    int64_t n;
    if (is_int(result)) {
      if (!to_int64(result, &n) || n < INT_MIN || n > INT_MAX) {
        if (!error_occurred()) raise(types::OverflowError, "Python int too large to convert to C int");
      } else {
        verdict = static_cast<int>(n);
      }
    }
  }
  if (error_occurred()) drop_callback_error(function);
  return verdict;
}
int call_progress(void* p) {
  gc::CallbackScope attached;
  auto* c = static_cast<Connection*>(p);
  Ref function = Ref::dup(c->progress);
  if (!function) return 0;
  Ref result = call(function);
  int stop = result ? is_true(result) : -1;
  if (stop < 0) drop_callback_error(function);
  return stop != 0;
}
int call_trace(unsigned, void* p, void* statement, void* sql) {
  gc::CallbackScope attached;
  auto* c = static_cast<Connection*>(p);
  Ref function = Ref::dup(c->trace);
  if (!function) return 0;
  SavedError saved;
  char* expanded = sqlite3_expanded_sql(static_cast<sqlite3_stmt*>(statement));
  if (!expanded) {
    raise(exceptions[kDataError], "Expanded SQL string exceeds the maximum string length");
    drop_callback_error(function);
  }
  Ref text = decode_utf8(expanded ? expanded : sqlite3_sql(static_cast<sqlite3_stmt*>(statement)), "strict");
  sqlite3_free(expanded);
  Ref result = text ? call(function, text) : Ref();
  if (!result) drop_callback_error(function);
  return 0;
}

// ---- the methods

bool text_argument(Value v, const char* method, const char* which, std::string* out) {
  if (!is_str(v))
    return raise(types::TypeError, "%s() argument %s must be str, not %.50s", method, which, argument_kind(v));
  return utf8_of(v, out) && check_not_null_bytes(*out);
}
Ref finish(int code, const char* failure) {
  if (code == SQLITE_OK) return Ref::imm(kNone);
  return raise(exceptions[kOperationalError], "%s", failure);
}

Ref create_function(Args& a) {
  Connection* c = connection_of(a.self);
  std::string name;
  int n;
  if (!text_argument(a[0], "create_function", "'name'", &name) || !to_c_int(a[1], &n)) return nullptr;
  int deterministic = a.has(3) ? is_true(a[3]) : 0;
  if (deterministic < 0 || !usable(c)) return nullptr;
  int flags = SQLITE_UTF8 | (deterministic ? SQLITE_DETERMINISTIC : 0);
  GateHold hold(c->gate);
  if (!check_connection(c)) return nullptr;
  int code;
  if (a[2] == kNone) {
    code = sqlite3_create_function_v2(c->db, name.c_str(), n, flags, nullptr, nullptr, nullptr, nullptr, nullptr);
  } else {
    Callback* callback = make_callback(c, a[2]);
    if (!callback) return nullptr;
    code = sqlite3_create_function_v2(c->db, name.c_str(), n, flags, callback, call_function, nullptr, nullptr,
                                      free_callback);
  }
  return finish(code, "Error creating function");
}
Ref create_aggregate(Args& a) {
  Connection* c = connection_of(a.self);
  std::string name;
  int n;
  if (!text_argument(a[0], "create_aggregate", "'name'", &name) || !to_c_int(a[1], &n) || !usable(c)) return nullptr;
  GateHold hold(c->gate);
  if (!check_connection(c)) return nullptr;
  int code;
  if (a[2] == kNone) {
    code = sqlite3_create_function_v2(c->db, name.c_str(), n, SQLITE_UTF8, nullptr, nullptr, nullptr, nullptr, nullptr);
  } else {
    Callback* callback = make_callback(c, a[2]);
    if (!callback) return nullptr;
    code = sqlite3_create_function_v2(c->db, name.c_str(), n, SQLITE_UTF8, callback, nullptr, call_step, call_finalize,
                                      free_callback);
  }
  return finish(code, "Error creating aggregate");
}
Ref create_window_function(Args& a) {
  Connection* c = connection_of(a.self);
  std::string name;
  int n;
  if (!text_argument(a[0], "create_window_function", "1", &name) || !to_c_int(a[1], &n) || !usable(c)) return nullptr;
  GateHold hold(c->gate);
  if (!check_connection(c)) return nullptr;
  int code;
  if (a[2] == kNone) {
    code = sqlite3_create_window_function(c->db, name.c_str(), n, SQLITE_UTF8, nullptr, nullptr, nullptr, nullptr,
                                          nullptr, nullptr);
  } else {
    Callback* callback = make_callback(c, a[2]);
    if (!callback) return nullptr;
    code = sqlite3_create_window_function(c->db, name.c_str(), n, SQLITE_UTF8, callback, call_step, call_finalize,
                                          call_value, call_inverse, free_callback);
  }
  if (code == SQLITE_OK) return Ref::imm(kNone);
  return raise_db(c);
}
Ref create_collation(Args& a) {
  Connection* c = connection_of(a.self);
  std::string name;
  if (!text_argument(a[0], "create_collation", "1", &name) || !usable(c)) return nullptr;
  GateHold hold(c->gate);
  if (!check_connection(c)) return nullptr;
  int code;
  if (a[1] == kNone) {
    code = sqlite3_create_collation_v2(c->db, name.c_str(), SQLITE_UTF8, nullptr, nullptr, nullptr);
  } else {
    if (!is_callable(a[1])) return raise(types::TypeError, "parameter must be callable");
    Callback* callback = make_callback(c, a[1]);
    if (!callback) return nullptr;
    code = sqlite3_create_collation_v2(c->db, name.c_str(), SQLITE_UTF8, callback, call_collation, free_callback);
    if (code != SQLITE_OK) free_callback(callback);  // alone among its kind, it doesn't do that itself
  }
  if (code == SQLITE_OK) return Ref::imm(kNone);
  return raise_db(c);
}
// The hooks: one of each kind, in a field of the connection.
void set_hook(Connection* c, Value* slot, Value v) { gc::store(&c->h, slot, v == kNone ? Ref() : Ref::dup(v)); }
Ref set_authorizer(Args& a) {
  Connection* c = connection_of(a.self);
  if (!usable(c)) return nullptr;
  set_hook(c, &c->authorizer, a[0]);
  GateHold hold(c->gate);
  if (!check_connection(c)) return nullptr;
  int code = sqlite3_set_authorizer(c->db, c->authorizer ? call_authorizer : nullptr, c);
  return finish(code, "Error setting authorizer callback");
}
Ref set_progress_handler(Args& a) {
  Connection* c = connection_of(a.self);
  int n;
  if (!to_c_int(a[1], &n) || !usable(c)) return nullptr;
  set_hook(c, &c->progress, a[0]);
  GateHold hold(c->gate);
  if (!check_connection(c)) return nullptr;
  sqlite3_progress_handler(c->db, c->progress ? n : 0, c->progress ? call_progress : nullptr, c);
  return Ref::imm(kNone);
}
Ref set_trace_callback(Args& a) {
  Connection* c = connection_of(a.self);
  if (!usable(c)) return nullptr;
  set_hook(c, &c->trace, a[0]);
  GateHold hold(c->gate);
  if (!check_connection(c)) return nullptr;
  sqlite3_trace_v2(c->db, c->trace ? SQLITE_TRACE_STMT : 0, c->trace ? call_trace : nullptr, c);
  return Ref::imm(kNone);
}

}  // namespace

void drop_callback_error(Value callable) {
  if (callback_tracebacks)
    write_unraisable(callable ? callable : kNone);
  else
    clear_error();
}

const NativeDef kCallbackMethods[] = {
    {"create_aggregate", "($self, /, name, n_arg, aggregate_class)", create_aggregate, 0,
     "Makes a class an SQL aggregate."},
    {"create_collation", "($self, name, callback, /)", create_collation, 0, "Makes a function an SQL collation."},
    {"create_function", "($self, /, name, narg, func, *, deterministic=False)", create_function, 0,
     "Makes a function an SQL function."},
    {"create_window_function", "($self, name, num_params, aggregate_class, /)", create_window_function, 0,
     "Makes a class an SQL window function."},
    {"set_authorizer", "($self, /, authorizer_callback)", set_authorizer, 0,
     "Sets what decides about each access of a statement."},
    {"set_progress_handler", "($self, /, progress_handler, n)", set_progress_handler, 0,
     "Sets what is called after every n instructions of SQLite's virtual machine."},
    {"set_trace_callback", "($self, /, trace_callback)", set_trace_callback, 0,
     "Sets what is shown every statement that is run."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

}  // namespace taipan::sqlite
