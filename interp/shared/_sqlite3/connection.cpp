// _sqlite3: connections.
#include <algorithm>

#include "interp/modules/audit.h"
#include "interp/modules/posix_support.h"
#include "interp/objects/codecs.h"
#include "interp/objects/runtime_lock.h"
#include "interp/shared/_sqlite3/sqlite_objects.h"

namespace taipan::sqlite {

TypeObject* connection_type;

namespace {

constexpr const char* kIsolationLevels[] = {"", "DEFERRED", "IMMEDIATE", "EXCLUSIVE"};

// ---- opening and closing

bool read_isolation_level(Value v, const char** out) {
  if (v == kNone) {
    *out = nullptr;
    return true;
  }
  if (!is_str(v)) return raise(types::TypeError, "isolation_level must be str or None");
  std::string text;
  if (!utf8_of(v, &text)) return false;
  if (!check_not_null_bytes(text)) return false;
  for (const char* level : kIsolationLevels) {
    if (strcasecmp(level, text.c_str()) == 0) {
      *out = level;
      return true;
    }
  }
  return raise(types::ValueError, "isolation_level string must be '', 'DEFERRED', 'IMMEDIATE', or 'EXCLUSIVE'");
}

// Everything that keeps the database busy ends with the connection.
void close_database(Connection* c) {
  // First, so that others see it as closed from here on.
  sqlite3* db = gc::peek(c->db);
  gc::poke(c->db, static_cast<sqlite3*>(nullptr));
  while (Ref s = first_of(&c->statements, [](Link* l) { return &owner_of<Statement>(l)->h; }))
    finalize(s.as<Statement>());
  while (Ref b = first_of(&c->blobs, [](Link* l) { return &owner_of<Blob>(l)->h; })) close_blob(b.as<Blob>());
  if (!db) return;
  DatabaseScope scope(c->gate);
  sqlite3_close_v2(db);
}
bool may_close(const Connection* c) {
  return c->backups.load(std::memory_order_relaxed) == 0 ||
         raise(exceptions[kOperationalError], "unable to close due to unfinalized statements or unfinished backups");
}
void forget(Connection* c) {
  for (Value* slot : {&c->cache, &c->held, &c->authorizer, &c->progress, &c->trace}) Ref old = gc::take(&c->h, slot);
}

bool connection_init(Value self, RawArgs raw) {
  static const Signature sig("Connection",
                             "(database, timeout=5.0, detect_types=0, isolation_level='', check_same_thread=True, "
                             "factory=ConnectionType, cached_statements=128, uri=False)");
  Value v[8];
  if (!sig.bind(raw, v)) return false;
  Connection* c = connection_of(self);
  FsText path;
  if (!path.parse(v[0])) return false;
  double timeout = 5.0;
  int detect = 0, cached = 128;
  const char* level = "";
  if ((v[1] && !to_double(v[1], &timeout)) || (v[2] && !to_c_int(v[2], &detect)) ||
      (v[3] && !read_isolation_level(v[3], &level)))
    return false;
  int same_thread = v[4] ? is_true(v[4]) : 1;
  if (same_thread < 0 || (v[6] && !to_c_int(v[6], &cached))) return false;
  int uri = v[7] ? is_true(v[7]) : 0;
  if (uri < 0 || !audit("sqlite3.connect", {v[0]})) return false;
  if (c->initialized) {
    if (!may_close(c)) return false;
    c->initialized = false;
    close_database(c);
    forget(c);
  }
  if (!c->gate) c->gate = make_gate();
  sqlite3* db = nullptr;
  int code;
  {
    gc::BlockingScope scope;
    code = sqlite3_open_v2(path.get(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | (uri ? SQLITE_OPEN_URI : 0),
                           nullptr);
    if (code == SQLITE_OK) sqlite3_busy_timeout(db, static_cast<int>(timeout * 1000));
  }
  if (code != SQLITE_OK) {
    if (db)
      raise_db(db);
    else
      raise_memory();
    sqlite3_close_v2(db);
    return false;
  }
  Ref cache = make_dict(), held = make_dict();
  if (!cache || !held) {
    sqlite3_close_v2(db);
    return false;
  }
  c->db = db;
  gc::store(&c->h, &c->cache, std::move(cache));
  gc::store(&c->h, &c->held, std::move(held));
  gc::store(&c->h, &c->row_factory, Ref::imm(kNone));
  gc::store(&c->h, &c->text_factory, Ref::dup(types::Str));
  for (int i = 0; i < kExceptionCount; i++) gc::store(&c->h, &c->errors[i], Ref::dup(exceptions[i]));
  c->cache_limit = cached > 0 ? static_cast<size_t>(cached) : 0;
  c->detect_types = detect;
  c->isolation_level = level;
  c->check_same_thread = same_thread;
  c->thread_ident = current_thread()->ident;
  c->initialized = true;
  return audit("sqlite3.connect/handle", {self});
}

void connection_trace(Header* h, gc::Visitor& v) {
  auto* c = reinterpret_cast<Connection*>(h);
  v.visit(c->cache);
  v.visit(c->held);
  v.visit(c->authorizer);
  v.visit(c->progress);
  v.visit(c->trace);
  v.visit(c->row_factory);
  v.visit(c->text_factory);
  v.visit_range(c->errors, kExceptionCount);
}
void connection_clear(Header* h) {
  auto* c = reinterpret_cast<Connection*>(h);
  forget(c);
  for (Value* slot : {&c->row_factory, &c->text_factory}) Ref old = gc::take(h, slot);
}
void connection_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* c = reinterpret_cast<Connection*>(h);
  close_database(c);
  connection_clear(h);
  for (Value& error : c->errors) Ref old = gc::take(h, &error);
  drop_gate(c->gate);
  finish_dealloc(h);
}

Ref connection_close(Args& a) {
  Connection* c = connection_of(a.self);
  if (!check_thread(c)) return nullptr;
  if (!c->initialized) return raise(exceptions[kProgrammingError], "Base Connection.__init__ not called.");
  if (!may_close(c)) return nullptr;
  close_database(c);
  Ref cache = gc::take(&c->h, &c->cache);
  gc::store(&c->h, &c->cache, make_dict());
  return c->cache ? Ref::imm(kNone) : Ref();
}

// con(sql): a statement
Value connection_call(Thread*, Value self, const Value* args, size_t nargs, Value kwnames) {
  Connection* c = connection_of(self);
  if (!usable(c)) return Value();
  if (kwnames && tuple_size(kwnames))
    return raise(types::TypeError, "sqlite3.Connection() takes no keyword arguments"), Value();
  if (nargs != 1) return raise(types::TypeError, "function takes exactly 1 argument (%zu given)", nargs), Value();
  if (!is_str(args[0]))
    return raise(types::TypeError, "argument 1 must be str, not %.50s", argument_kind(args[0])), Value();
  return make_statement(c, args[0]).release();
}

// ---- cursors

Ref connection_cursor(Args& a) { return new_cursor(connection_of(a.self), a[0]); }
template <bool kMany>
Ref connection_execute(Args& a) {
  Connection* c = connection_of(a.self);
  const char* name = kMany ? "executemany" : "execute";
  if (!is_str(a[0]))
    return raise(types::TypeError, "%s() argument 1 must be str, not %.50s", name, argument_kind(a[0]));
  Ref cursor = new_cursor(c, Value());
  Ref none = a.has(1) ? Ref() : make_tuple(0);
  if (!cursor || (!a.has(1) && !none)) return nullptr;
  return cursor_execute(cursor_of(cursor), kMany, a[0], a.has(1) ? a[1] : none.get());
}
Ref connection_executescript(Args& a) {
  Ref cursor = new_cursor(connection_of(a.self), Value());
  return cursor ? cursor_executescript(cursor_of(cursor), a[0]) : Ref();
}

// ---- transactions

Ref connection_commit(Args& a) {
  Connection* c = connection_of(a.self);
  if (!usable(c)) return nullptr;
  if (!sqlite3_get_autocommit(c->db) && !run_simple(c, "COMMIT")) return nullptr;
  return Ref::imm(kNone);
}
Ref connection_rollback(Args& a) {
  Connection* c = connection_of(a.self);
  if (!usable(c)) return nullptr;
  if (!sqlite3_get_autocommit(c->db) && !run_simple(c, "ROLLBACK")) return nullptr;
  return Ref::imm(kNone);
}
Ref connection_enter(Args& a) { return usable(connection_of(a.self)) ? Ref::dup(a.self) : Ref(); }
Ref connection_exit(Args& a) {
  bool commit = a[0] == kNone && a[1] == kNone && a[2] == kNone;
  Ref done = call_method(a.self, commit ? TAIPAN_NAME(commit) : TAIPAN_NAME(rollback));
  if (!done) {
    if (!commit) return nullptr;
    // The commit failed: roll back, and report the commit's error.
    Ref error = fetch_error();
    Ref undone = call_method(a.self, TAIPAN_NAME(rollback));
    if (!undone) {
      Ref second = fetch_error();
      chain_context(second, std::move(error));
      raise_object(std::move(second));
    } else {
      restore_error(std::move(error));
    }
    return nullptr;
  }
  return Ref::imm(kFalse);
}
Ref connection_interrupt(Args& a) {
  Connection* c = connection_of(a.self);
  if (!check_connection(c)) return nullptr;
  sqlite3_interrupt(c->db);
  return Ref::imm(kNone);
}

Ref connection_iterdump(Args& a) {
  if (!check_connection(connection_of(a.self))) return nullptr;
  Ref dump = import_attr("sqlite3.dump", "_iterdump");
  return dump ? call(dump, a.self) : Ref();
}

// ---- attributes

Ref get_isolation_level(Value self) {
  Connection* c = connection_of(self);
  if (!check_connection(c)) return nullptr;
  return c->isolation_level ? make_str(c->isolation_level) : Ref::imm(kNone);
}
bool set_isolation_level(Value self, Value v) {
  Connection* c = connection_of(self);
  if (!v) return raise(types::AttributeError, "cannot delete attribute");
  const char* level;
  if (v == kNone) {
    if (!check_connection(c)) return false;
    c->isolation_level = nullptr;
    Ref done = call_method(self, TAIPAN_NAME(commit));  // ends what implicit transactions have begun
    return static_cast<bool>(done);
  }
  if (!read_isolation_level(v, &level)) return false;
  c->isolation_level = level;
  return true;
}
Ref get_total_changes(Value self) {
  Connection* c = connection_of(self);
  return check_connection(c) ? make_int(sqlite3_total_changes(c->db)) : Ref();
}
Ref get_in_transaction(Value self) {
  Connection* c = connection_of(self);
  return check_connection(c) ? Ref::imm(bool_value(!sqlite3_get_autocommit(c->db))) : Ref();
}

// ---- the rest

// Two connections that stay open for as long as it lasts, whatever other threads and progress functions want.
class BackupScope {
 public:
  BackupScope(Connection* from, Connection* to) : from_(from), to_(to) {
    RuntimeLock lock{Value(to)};  // the other one's is held
    ok_ = usable(from) && usable(to);
    from->backups += ok_;
    to->backups += ok_;
  }
  ~BackupScope() {
    from_->backups -= ok_;
    to_->backups -= ok_;
  }
  bool ok() const { return ok_; }
  // Both gates, in one order whoever copies where.
  class Step {
   public:
    explicit Step(const BackupScope& b)
        : first_(std::min(b.from_->gate, b.to_->gate)), second_(std::max(b.from_->gate, b.to_->gate)->mutex) {}

   private:
    DatabaseScope first_;
    std::lock_guard<std::recursive_mutex> second_;
  };

 private:
  Connection *from_, *to_;
  bool ok_;
};

Ref connection_backup(Args& a) {
  if (!is_instance_exact_type(a[0], connection_type))
    return raise(types::TypeError, "backup() argument 'target' must be sqlite3.Connection, not %.50s",
                 argument_kind(a[0]));
  int pages = -1;
  std::string name = "main";
  double sleep = 0.25;
  if (a.has(1) && !to_c_int(a[1], &pages)) return nullptr;
  Ref progress = Ref::dup(a.get(2, kNone));
  if (a.has(3)) {
    if (!is_str(a[3]))
      return raise(types::TypeError, "backup() argument 'name' must be str, not %.50s", argument_kind(a[3]));
    if (!utf8_of(a[3], &name) || !check_not_null_bytes(name)) return nullptr;
  }
  if (a.has(4) && !to_double(a[4], &sleep)) return nullptr;
  Connection *from = connection_of(a.self), *to = connection_of(a[0]);
  if (!usable(from)) return nullptr;
  if (from == to) return raise(types::ValueError, "target cannot be the same connection instance");
  if (!usable(to)) return nullptr;
  if (progress.get() != kNone && !is_callable(progress))
    return raise(types::TypeError, "progress argument must be a callable");
  if (pages == 0) pages = -1;
  BackupScope both(from, to);
  if (!both.ok()) return nullptr;
  sqlite3_backup* backup;
  int code;
  {
    BackupScope::Step step(both);
    backup = sqlite3_backup_init(to->db, "main", from->db, name.c_str());
    code = backup ? SQLITE_OK : sqlite3_errcode(to->db);
  }
  if (!backup) return raise_code(to, code);
  bool raised = false;
  do {
    int remaining, all;
    {
      BackupScope::Step step(both);
      code = sqlite3_backup_step(backup, pages);
      remaining = sqlite3_backup_remaining(backup);
      all = sqlite3_backup_pagecount(backup);
    }
    if (progress.get() != kNone) {
      Ref n[3] = {make_int(code), make_int(remaining), make_int(all)};
      Ref done = call(progress, n[0], n[1], n[2]);
      raised = !done;
    }
    if (!raised && (code == SQLITE_BUSY || code == SQLITE_LOCKED)) {
      {
        gc::BlockingScope scope;
        sqlite3_sleep(static_cast<int>(sleep * 1000));
      }
      raised = !poll();
    }
  } while (!raised && (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED));
  {
    BackupScope::Step step(both);
    code = sqlite3_backup_finish(backup);
  }
  if (raised) return nullptr;
  if (code != SQLITE_OK && code != SQLITE_DONE) return raise_code(to, code);
  return check_connection(from) ? Ref::imm(kNone) : Ref();
}

bool limit_arguments(Connection* c, Value category, int* out) {
  if (!to_c_int(category, out) || !usable(c)) return false;
  return sqlite3_limit(c->db, *out, -1) >= 0 ||
         static_cast<bool>(raise(exceptions[kProgrammingError], "'category' is out of bounds"));
}
Ref connection_getlimit(Args& a) {
  int category;
  if (!limit_arguments(connection_of(a.self), a[0], &category)) return nullptr;
  return make_int(sqlite3_limit(connection_of(a.self)->db, category, -1));
}
Ref connection_setlimit(Args& a) {
  int category, limit;
  if (!to_c_int(a[1], &limit) || !limit_arguments(connection_of(a.self), a[0], &category)) return nullptr;
  return make_int(sqlite3_limit(connection_of(a.self)->db, category, limit));
}

bool schema_name(Args& a, size_t at, const char* method, std::string* out) {
  *out = "main";
  if (!a.has(at)) return true;
  if (!is_str(a[at]))
    return raise(types::TypeError, "%s() argument 'name' must be str, not %.50s", method, argument_kind(a[at]));
  return utf8_of(a[at], out) && check_not_null_bytes(*out);
}
Ref connection_serialize(Args& a) {
  Connection* c = connection_of(a.self);
  std::string name;
  if (!schema_name(a, 0, "serialize", &name) || !usable(c)) return nullptr;
  sqlite3_int64 size = 0;
  unsigned char* data;
  {
    // A copy in any case: other threads may change or close the database as soon as the gate is open.
    DatabaseScope scope(c->gate);
    sqlite3* db = gc::peek(c->db);
    data = db ? sqlite3_serialize(db, name.c_str(), &size, 0) : nullptr;
  }
  if (!data && !check_connection(c)) return nullptr;
  if (!data) return raise(exceptions[kOperationalError], "unable to serialize '%s'", name.c_str());
  Ref result = make_bytes(data, static_cast<size_t>(size));
  sqlite3_free(data);
  return result;
}
// Statements, blobs and backups that are at work in the database: SQLite puts another in its place without a look at them.
bool is_read(const Connection* c, sqlite3* db) {  // gate held
  bool found = c->backups.load(std::memory_order_relaxed) != 0;
  for (sqlite3_stmt* s = nullptr; !found && (s = sqlite3_next_stmt(db, s));) found = sqlite3_stmt_busy(s);
  return found;
}
Ref connection_deserialize(Args& a) {
  Connection* c = connection_of(a.self);
  std::string name;
  Ref encoded;
  Value source = a[0];
  if (is_str(source)) {
    encoded = encode_utf8(source, "strict");
    if (!encoded) return nullptr;
    source = encoded;
  }
  BufferView data(source);
  if (!data.ok() || !schema_name(a, 1, "deserialize", &name) || !usable(c)) return nullptr;
  auto size = static_cast<sqlite3_int64>(data.size());
  auto* copy = static_cast<unsigned char*>(sqlite3_malloc64(data.size()));
  if (!copy && size) return raise_memory();
  if (size) memcpy(copy, data.data(), data.size());
  int code;
  {
    DatabaseScope scope(c->gate);
    sqlite3* db = gc::peek(c->db);
    code = !db ? SQLITE_MISUSE : is_read(c, db) ? SQLITE_BUSY : SQLITE_OK;
    if (code != SQLITE_OK) {
      sqlite3_free(copy);
    } else {
      code = sqlite3_deserialize(db, name.c_str(), copy, size, size,
                                 SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE);
    }
  }
  if (code == SQLITE_OK) return Ref::imm(kNone);
  if (!check_connection(c)) return nullptr;
  if (code == SQLITE_BUSY) return raise(exceptions[kOperationalError], "database is locked");
  return raise_code(c, code);
}

Ref connection_enable_load_extension(Args& a) {
  Connection* c = connection_of(a.self);
  int on = is_true(a[0]);
  if (on < 0 || !usable(c) || !audit("sqlite3.enable_load_extension", {a.self, bool_value(on)})) return nullptr;
  if (sqlite3_enable_load_extension(c->db, on) != SQLITE_OK)
    return raise(exceptions[kOperationalError], "Error enabling load extension");
  return Ref::imm(kNone);
}
Ref connection_load_extension(Args& a) {
  Connection* c = connection_of(a.self);
  std::string name;
  if (!is_str(a[0]))
    return raise(types::TypeError, "load_extension() argument must be str, not %.50s", argument_kind(a[0]));
  if (!utf8_of(a[0], &name) || !check_not_null_bytes(name) || !usable(c) ||
      !audit("sqlite3.load_extension", {a.self, a[0]}))
    return nullptr;
  char* text = nullptr;
  int code;
  {
    DatabaseScope scope(c->gate);
    sqlite3* db = gc::peek(c->db);
    code = db ? sqlite3_load_extension(db, name.c_str(), nullptr, &text) : SQLITE_MISUSE;
  }
  if (code == SQLITE_OK) return Ref::imm(kNone);
  if (!text && !check_connection(c)) return nullptr;
  if (!text) return raise_db(c);
  raise(exceptions[kOperationalError], "%s", text);
  sqlite3_free(text);
  return nullptr;
}

const NativeDef kMethods[] = {
    {"backup", "($self, /, target, *, pages=-1, progress=None, name='main',\n       sleep=0.25)", connection_backup, 0,
     "Copies the database to that of another connection."},
    {"blobopen", "($self, table, column, row, /, *, readonly=False, name='main')", blob_open, 0,
     "Opens a BLOB for reading and writing in place."},
    {"close", "($self, /)", connection_close, 0, "Closes the database; what is pending is not committed."},
    {"commit", "($self, /)", connection_commit, 0, "Commits the pending transaction, if there is one."},
    {"cursor", "($self, /, factory=<unrepresentable>)", connection_cursor, 0, "A new cursor."},
    {"enable_load_extension", "($self, enable, /)", connection_enable_load_extension, 0,
     "Says whether extensions may be loaded."},
    {"__enter__", "($self, /)", connection_enter, 0, "The connection itself."},
    {"executemany", "($self, sql, parameters, /)", connection_execute<true>, 0,
     "Runs an SQL statement once for each set of parameters, on a new cursor."},
    {"executescript", "($self, sql_script, /)", connection_executescript, 0,
     "Runs several SQL statements on a new cursor."},
    {"execute", "($self, sql, parameters=<unrepresentable>, /)", connection_execute<false>, 0,
     "Runs an SQL statement on a new cursor."},
    {"__exit__", "($self, type, value, traceback, /)", connection_exit, 0,
     "Commits, or after an exception rolls back."},
    {"interrupt", "($self, /)", connection_interrupt, 0, "Stops what the database is doing."},
    {"iterdump", "($self, /)", connection_iterdump, 0, "Yields the SQL that would make this database."},
    {"load_extension", "($self, name, /)", connection_load_extension, 0, "Loads an SQLite extension."},
    {"rollback", "($self, /)", connection_rollback, 0, "Takes the pending transaction back, if there is one."},
    {"setlimit", "($self, category, limit, /)", connection_setlimit, 0, "Sets a limit and returns the former one."},
    {"getlimit", "($self, category, /)", connection_getlimit, 0, "A limit of the connection."},
    {"serialize", "($self, /, *, name='main')", connection_serialize, 0, "The database as bytes."},
    {"deserialize", "($self, data, /, *, name='main')", connection_deserialize, 0,
     "Replaces the database by what serialize() gave."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const GetSetDef kGetSet[] = {{"isolation_level", get_isolation_level, set_isolation_level, nullptr},
                             {"total_changes", get_total_changes, nullptr, nullptr},
                             {"in_transaction", get_in_transaction, nullptr, nullptr},
                             {nullptr, nullptr, nullptr, nullptr}};
#define TAIPAN_ERROR_MEMBER(name) \
  {#name, kMemberValue, offsetof(Connection, errors) + sizeof(Value) * k##name, true, nullptr}
const MemberDef kMembers[] = {TAIPAN_ERROR_MEMBER(Warning),
                              TAIPAN_ERROR_MEMBER(Error),
                              TAIPAN_ERROR_MEMBER(InterfaceError),
                              TAIPAN_ERROR_MEMBER(DatabaseError),
                              TAIPAN_ERROR_MEMBER(DataError),
                              TAIPAN_ERROR_MEMBER(OperationalError),
                              TAIPAN_ERROR_MEMBER(IntegrityError),
                              TAIPAN_ERROR_MEMBER(InternalError),
                              TAIPAN_ERROR_MEMBER(ProgrammingError),
                              TAIPAN_ERROR_MEMBER(NotSupportedError),
                              {"row_factory", kMemberValueNone, offsetof(Connection, row_factory), false, nullptr},
                              {"text_factory", kMemberValueNone, offsetof(Connection, text_factory), false, nullptr},
                              {nullptr, kMemberValue, 0, true, nullptr}};
#undef TAIPAN_ERROR_MEMBER

NativeDef all_methods[64];
const TypeSpec kConnectionSpec = {
    .doc = "SQLite database connection object.",
    .flags = kTypeBaseable | kTypeGc | kTypeImmutable,
    .basic_size = sizeof(Connection),
    .ops = {.trace = connection_trace, .clear = connection_clear, .dealloc = connection_dealloc},
    .methods = all_methods,
    .getset = kGetSet,
    .members = kMembers,
    .s = {.call = connection_call, .init = connection_init, .new_ = object_new}};

}  // namespace

bool check_not_null_bytes(std::string_view text) {
  return text.find('\0') == std::string_view::npos ||
         static_cast<bool>(raise(types::ValueError, "embedded null character"));
}
bool check_thread(Connection* c) {
  if (!c->initialized || !c->check_same_thread || current_thread()->ident == c->thread_ident) return true;
  return raise(exceptions[kProgrammingError],
               "SQLite objects created in a thread can only be used in that same thread. The object was created in "
               "thread id %lu and this is thread id %lu.",
               c->thread_ident, current_thread()->ident);
}
bool check_connection(Connection* c) {
  if (!c->initialized) return raise(exceptions[kProgrammingError], "Base Connection.__init__ not called.");
  // (A cursor asks also before it has its connection's lock, and again with it.)
  if (!gc::peek(c->db)) return raise(exceptions[kProgrammingError], "Cannot operate on a closed database.");
  return true;
}

bool run_simple(Connection* c, const char* sql) {
  int code;
  {
    DatabaseScope scope(c->gate);
    sqlite3_stmt* st = nullptr;
    sqlite3* db = gc::peek(c->db);  // read once: nothing but the gate is held here
    code = db ? sqlite3_prepare_v2(db, sql, -1, &st, nullptr) : SQLITE_MISUSE;
    if (code == SQLITE_OK) {
      sqlite3_step(st);
      code = sqlite3_finalize(st);
    }
  }
  if (code == SQLITE_OK) return !error_occurred();
  if (error_occurred()) drop_callback_error(c->authorizer);
  return gc::peek(c->db) ? raise_code(c, code) : check_connection(c);
}
bool begin_transaction(Connection* c) {
  std::string sql = std::string("BEGIN ") + c->isolation_level;
  return run_simple(c, sql.c_str());
}

Ref new_cursor(Connection* c, Value factory) {
  if (!usable(c)) return nullptr;
  Ref cursor = call(factory ? factory : Value(cursor_type), Value(c));
  if (!cursor) return nullptr;
  if (!is_instance_exact_type(cursor, cursor_type))
    return raise(types::TypeError, "factory must return a cursor, not %T", cursor.get());
  if (c->row_factory && c->row_factory != kNone)
    gc::store(&cursor_of(cursor)->h, &cursor_of(cursor)->row_factory, Ref::dup(c->row_factory));
  return cursor;
}

bool make_connection_type() {
  if (connection_type) return true;
  size_t n = 0;
  for (const NativeDef* d = kMethods; d->name; d++) all_methods[n++] = *d;
  for (const NativeDef* d = kCallbackMethods; d->name; d++) all_methods[n++] = *d;
  connection_type = make_native_type("sqlite3.Connection", types::Object, &kConnectionSpec);
  return connection_type != nullptr;
}

}  // namespace taipan::sqlite
