// _sqlite3: cursors and rows.
#include "interp/objects/codecs.h"
#include "interp/objects/float.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/slice.h"
#include "interp/shared/_sqlite3/sqlite_objects.h"

namespace taipan::sqlite {

TypeObject *cursor_type, *row_type;

namespace {

// ---- the state of a cursor

bool check_cursor(Cursor* c) {
  if (!c->initialized) return raise(exceptions[kProgrammingError], "Base Cursor.__init__ not called.");
  if (c->closed) return raise(exceptions[kProgrammingError], "Cannot operate on a closed cursor.");
  if (c->locked) return raise(exceptions[kProgrammingError], "Recursive use of cursors not allowed.");
  return usable(connection_of(c->connection));
}
bool lock_raised() { return raise(exceptions[kProgrammingError], "Recursive use of cursors not allowed."); }

class CursorLock {
 public:
  explicit CursorLock(Cursor* c) : c_(c) { c->locked = true; }
  ~CursorLock() { c_->locked = false; }
  CursorLock(const CursorLock&) = delete;

 private:
  Cursor* c_;
};

// Lets go of the statement, ready for its next user.
void drop_statement(Cursor* c) {
  if (!c->statement) return;
  Ref old = gc::take(&c->h, &c->statement);
  reset(statement_of(old));
  gc::poke(statement_of(old)->in_use, false);
}
// An SQLite error (not an exception of Python's that waits): callbacks' own exceptions give way to it.
Fail fail_step(Cursor* c, Value authorizer, int code) {
  if (error_occurred()) drop_callback_error(authorizer);
  return raise_code(connection_of(c->connection), code);
}

// ---- columns

Ref converter_for(std::string_view name) {
  Ref key = decode_utf8(name, "strict");
  Ref upper = key ? call_method(key, TAIPAN_NAME(upper)) : Ref();
  if (!upper) return nullptr;
  Ref found = dict_get_ref(converters, upper);
  return found.get() == kMissing ? Ref::imm(kNone) : std::move(found);
}
Ref converter_of_column(Connection* con, sqlite3_stmt* st, int i) {
  if (con->detect_types & kParseColNames) {
    const char* name = sqlite3_column_name(st, i);
    const char* open = name ? strchr(name, '[') : nullptr;
    const char* close = open ? strchr(open, ']') : nullptr;
    if (close) {
      Ref found = converter_for({open + 1, static_cast<size_t>(close - open - 1)});
      if (!found || found.get() != kNone) return found;
    }
  }
  if (con->detect_types & kParseDeclTypes) {
    const char* declared = sqlite3_column_decltype(st, i);
    if (declared) return converter_for({declared, strcspn(declared, " (")});
  }
  return Ref::imm(kNone);
}
bool find_converters(Cursor* c, Connection* con, Statement* s) {
  if (!con->detect_types) return true;
  GateHold hold(con->gate);
  sqlite3_stmt* st = s->st;
  if (!st) return true;
  int n = sqlite3_column_count(st);
  Ref list = make_list(static_cast<size_t>(n));
  if (!list) return false;
  for (int i = 0; i < n; i++) {
    Ref converter = converter_of_column(con, st, i);
    if (!converter || !list_append(list, std::move(converter))) return false;
  }
  gc::store(&c->h, &c->row_cast, std::move(list));
  return true;
}
Ref column_title(Connection* con, const char* name) {
  if (!name) return Ref::imm(kNone);
  size_t n = strlen(name);
  if (con->detect_types & kParseColNames) {
    if (const char* open = strchr(name, '[')) {
      n = static_cast<size_t>(open - name);
      if (n && name[n - 1] == ' ') n--;
    }
  }
  return decode_utf8({name, n}, "strict");
}
Ref describe(Connection* con, Statement* s) {
  GateHold hold(con->gate);
  sqlite3_stmt* st = s->st;
  int columns = st ? sqlite3_column_count(st) : 0;
  Ref all = make_tuple(static_cast<size_t>(columns));
  if (!all) return nullptr;
  for (int i = 0; i < columns; i++) {
    Ref title = column_title(con, sqlite3_column_name(st, i));
    if (!title) return nullptr;
    Ref one = make_tuple_of({title, kNone, kNone, kNone, kNone, kNone, kNone});
    if (!one) return nullptr;
    tuple_init(all, static_cast<size_t>(i), std::move(one));
  }
  return all;
}

Ref column_bytes(sqlite3_stmt* st, int i) {
  const void* data = sqlite3_column_blob(st, i);
  int n = sqlite3_column_bytes(st, i);
  return make_bytes(data ? data : "", static_cast<size_t>(n));
}
Fail raise_undecodable(sqlite3_stmt* st, int i, const char* text) {
  char message[200];
  snprintf(message, sizeof message, "Could not decode to UTF-8 column '%s' with text '%s'", sqlite3_column_name(st, i),
           text);
  Ref shown = decode_ascii(message, "replace");
  if (shown) raise_value(exceptions[kOperationalError], shown);
  return failed();
}
Ref text_column(Connection* con, sqlite3_stmt* st, int i, GateHold* hold) {
  auto* text = reinterpret_cast<const char*>(sqlite3_column_text(st, i));
  if (!text && sqlite3_errcode(con->db) == SQLITE_NOMEM) return raise_memory();
  auto n = static_cast<size_t>(sqlite3_column_bytes(st, i));
  Value factory = con->text_factory;
  std::string_view view(text ? text : "", n);
  if (factory == Value(types::Str)) {
    Ref s = decode_utf8(view, "strict");
    if (s || !error_matches(types::UnicodeDecodeError)) return s;
    clear_error();
    return raise_undecodable(st, i, text);
  }
  if (factory == Value(types::Bytes)) return make_bytes(view);
  if (factory == Value(types::ByteArray)) return make_bytearray(view.data(), view.size());
  Ref raw = make_bytes(view), keep = Ref::dup(factory);
  hold->release();
  return raw ? call(keep, raw) : Ref();
}
Ref column(Cursor* c, Connection* con, Statement* s, int i) {
  GateHold hold(con->gate);
  sqlite3_stmt* st = s->st;
  if (!st) return Ref::imm(kNone);  // a converter may have closed the connection
  if (c->row_cast) {
    Ref converter =
        static_cast<size_t>(i) < list_size(c->row_cast) ? list_get(c->row_cast, static_cast<size_t>(i)) : Ref();
    if (converter && converter.get() != kNone) {
      if (sqlite3_column_type(st, i) == SQLITE_NULL) return Ref::imm(kNone);
      Ref raw = column_bytes(st, i);
      hold.release();
      return raw ? call(converter, raw) : Ref();
    }
  }
  switch (sqlite3_column_type(st, i)) {
    case SQLITE_NULL: return Ref::imm(kNone);
    case SQLITE_INTEGER: return make_int(sqlite3_column_int64(st, i));
    case SQLITE_FLOAT: return make_float(sqlite3_column_double(st, i));
    case SQLITE_TEXT: return text_column(con, st, i, &hold);
    default: return column_bytes(st, i);
  }
}
Ref fetch_row(Cursor* c, Connection* con, Statement* s) {
  int n = s->st ? sqlite3_data_count(s->st) : 0;
  Ref row = make_tuple(static_cast<size_t>(n));
  if (!row) return nullptr;
  for (int i = 0; i < n; i++) {
    Ref v = column(c, con, s, i);
    if (!v) return nullptr;
    tuple_init(row, static_cast<size_t>(i), std::move(v));
  }
  return row;
}

// ---- execute

// The statement that is run: a second one where somebody has the cached one, or still reads from it.
Ref idle_statement(Connection* con, Value sql) {
  Ref s = cached_statement(con, sql);
  if (!s) return nullptr;
  sqlite3_stmt* st = statement_of(s)->st;
  if (st && (gc::peek(statement_of(s)->in_use) || sqlite3_stmt_busy(st))) s = make_statement(con, sql);
  if (s) gc::poke(statement_of(s)->in_use, true);
  return s;
}

// One set of parameters. *more: the statement has a row to read.
bool run_once(Cursor* c, Connection* con, Statement* s, Value parameters, bool multiple, bool* more) {
  reset(s);
  if (!usable(con)) return false;  // what made the parameters may have closed it
  if (!bind_parameters(s, parameters)) return false;
  if (!usable(con)) return false;
  int code = step(s);
  if (code != SQLITE_DONE && code != SQLITE_ROW) {
    Ref authorizer = Ref::dup(con->authorizer);
    return check_connection(con) ? static_cast<bool>(fail_step(c, authorizer, code)) : false;
  }
  if (error_occurred() || !usable(con)) return false;
  if (!find_converters(c, con, s)) return false;
  int columns = s->st ? sqlite3_column_count(s->st) : 0;
  if (c->description == kNone && columns > 0) {
    Ref d = describe(con, s);
    if (!d) return false;
    gc::store(&c->h, &c->description, std::move(d));
  }
  if (!check_connection(con)) return false;  // the gate may have been waited for
  *more = code == SQLITE_ROW;
  if (code == SQLITE_DONE) {
    if (s->is_dml) c->rowcount += sqlite3_changes(con->db);
    reset(s);
    if (!check_connection(con)) return false;
  } else if (multiple) {
    // Rows that RETURNING gives: nobody reads them.
    while (code == SQLITE_ROW) code = step(s);
    if (!check_connection(con)) return false;
    if (code != SQLITE_DONE) {
      Ref authorizer = Ref::dup(con->authorizer);
      return fail_step(c, authorizer, code);
    }
    if (s->is_dml) c->rowcount += sqlite3_changes(con->db);
    *more = false;
  }
  if (!multiple) gc::store(&c->h, &c->lastrowid, make_int(sqlite3_last_insert_rowid(con->db)));
  return true;
}
bool execute_all(Cursor* c, Connection* con, bool multiple, Value sql, Value parameters) {
  RuntimeLock own{Value(con)};
  CursorLock lock(c);
  Ref sets;
  if (multiple) {
    sets = is_iterator(parameters) ? Ref::dup(parameters) : get_iter(parameters);
    if (!sets) return false;
  }
  drop_statement(c);
  gc::store(&c->h, &c->description, Ref::imm(kNone));
  Ref prepared = idle_statement(con, sql);
  if (!prepared || !check_connection(con)) return false;
  Statement* s = statement_of(prepared);
  gc::store(&c->h, &c->statement, prepared.copy());
  if (multiple && s->st && sqlite3_stmt_readonly(s->st))
    return raise(exceptions[kProgrammingError], "executemany() can only execute DML statements.");
  gc::store(&c->h, &c->row_cast, Ref());
  c->rowcount = s->is_dml ? 0 : -1;
  if (con->isolation_level && s->is_dml && sqlite3_get_autocommit(con->db) && !begin_transaction(con)) return false;
  bool more = false;
  if (!multiple) return run_once(c, con, s, parameters, false, &more) && (more || (drop_statement(c), true));
  for (;;) {
    Ref set = iter_next(sets);
    if (!set) return false;
    if (is_stop(set)) break;
    if (!run_once(c, con, s, set, true, &more)) return false;
  }
  drop_statement(c);
  return true;
}

// ---- reading

Ref cursor_next(Value self) {
  Cursor* c = cursor_of(self);
  if (!check_cursor(c)) return nullptr;
  if (!c->statement) return Ref::imm(kStopIter);
  Ref keep_statement = Ref::dup(c->statement), keep_connection = Ref::dup(c->connection);
  Statement* s = statement_of(keep_statement);
  Connection* con = connection_of(keep_connection);
  RuntimeLock own{keep_connection.get()};
  if (!check_connection(con)) return nullptr;
  Ref row;
  {
    CursorLock lock(c);
    row = fetch_row(c, con, s);
  }
  if (!row || !check_connection(con)) return nullptr;
  int code;
  {
    CursorLock lock(c);
    code = step(s);
  }
  if (!check_connection(con)) return nullptr;
  if (code == SQLITE_DONE) {
    if (s->is_dml) c->rowcount = sqlite3_changes(con->db);
    drop_statement(c);
    if (error_occurred()) return nullptr;
  } else if (code != SQLITE_ROW) {
    Ref authorizer = Ref::dup(con->authorizer);
    fail_step(c, authorizer, code);
    SavedError saved;
    drop_statement(c);
    return nullptr;
  } else if (error_occurred()) {
    return nullptr;
  }
  Value factory = c->row_factory;
  if (factory == kNone || !factory) return row;
  if (factory == Value(row_type)) return make_row(row_type, c->description, row);
  Ref keep_factory = Ref::dup(factory);
  return call(keep_factory, self, row);
}
Ref cursor_fetchone(Args& a) {
  Ref row = cursor_next(a.self);
  return row && is_stop(row) ? Ref::imm(kNone) : std::move(row);
}
Ref fetch_up_to(Value self, int64_t limit, bool all) {
  Ref rows = make_list();
  if (!rows) return nullptr;
  while (all || limit-- > 0) {
    Ref row = cursor_next(self);
    if (!row) return nullptr;
    if (is_stop(row)) break;
    if (!list_append(rows, std::move(row))) return nullptr;
  }
  return rows;
}
Ref cursor_fetchall(Args& a) { return fetch_up_to(a.self, 0, true); }
Ref cursor_fetchmany(Args& a) {
  int64_t limit = cursor_of(a.self)->arraysize;
  if (a.has(0)) {
    int n;
    if (!to_c_int(a[0], &n)) return nullptr;
    limit = n;
  }
  return fetch_up_to(a.self, limit, limit <= 0);
}

// ---- methods

Ref cursor_execute_method(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "execute() argument 1 must be str, not %.50s", argument_kind(a[0]));
  Ref none = a.has(1) ? Ref() : make_tuple(0);
  if (!a.has(1) && !none) return nullptr;
  return cursor_execute(cursor_of(a.self), false, a[0], a.has(1) ? a[1] : none.get());
}
Ref cursor_executemany_method(Args& a) {
  if (!is_str(a[0]))
    return raise(types::TypeError, "executemany() argument 1 must be str, not %.50s", argument_kind(a[0]));
  return cursor_execute(cursor_of(a.self), true, a[0], a[1]);
}
Ref cursor_executescript_method(Args& a) { return cursor_executescript(cursor_of(a.self), a[0]); }
Ref cursor_close(Args& a) {
  Cursor* c = cursor_of(a.self);
  if (c->locked) return lock_raised(), nullptr;
  if (!c->connection) return raise(exceptions[kProgrammingError], "Base Cursor.__init__ not called.");
  if (!usable(connection_of(c->connection))) return nullptr;
  drop_statement(c);
  c->closed = true;
  return Ref::imm(kNone);
}
Ref cursor_ignore(Args&) { return Ref::imm(kNone); }
Ref cursor_iter(Value self) { return Ref::dup(self); }

bool cursor_init(Value self, RawArgs raw) {
  static const Signature sig("Cursor", "(connection, /)");
  Value v[1];
  if (!sig.bind(raw, v)) return false;
  if (!is_instance_exact_type(v[0], connection_type))
    return raise(types::TypeError, "Cursor() argument 1 must be sqlite3.Connection, not %.50s", argument_kind(v[0]));
  Cursor* c = cursor_of(self);
  if (c->locked) return lock_raised();
  gc::store(&c->h, &c->connection, Ref::dup(v[0]));
  drop_statement(c);
  gc::store(&c->h, &c->row_cast, Ref());
  gc::store(&c->h, &c->description, Ref::imm(kNone));
  gc::store(&c->h, &c->lastrowid, Ref::imm(kNone));
  gc::store(&c->h, &c->row_factory, Ref::imm(kNone));
  c->arraysize = 1;
  c->rowcount = -1;
  c->closed = false;
  if (!check_thread(connection_of(v[0]))) return false;
  c->initialized = true;
  return true;
}
void cursor_trace(Header* h, gc::Visitor& v) {
  auto* c = reinterpret_cast<Cursor*>(h);
  v.visit(c->connection);
  v.visit(c->description);
  v.visit(c->lastrowid);
  v.visit(c->row_factory);
  v.visit(c->statement);
  v.visit(c->row_cast);
}
void cursor_clear(Header* h) {
  auto* c = reinterpret_cast<Cursor*>(h);
  c->initialized = false;
  drop_statement(c);
  for (Value* slot : {&c->connection, &c->description, &c->lastrowid, &c->row_factory, &c->row_cast})
    Ref old = gc::take(h, slot);
}
void cursor_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  cursor_clear(h);
  finish_dealloc(h);
}

const NativeDef kCursorMethods[] = {
    {"execute", "($self, sql, parameters=(), /)", cursor_execute_method, 0, "Runs an SQL statement."},
    {"executemany", "($self, sql, seq_of_parameters, /)", cursor_executemany_method, 0,
     "Runs an SQL statement once for each set of parameters."},
    {"executescript", "($self, sql_script, /)", cursor_executescript_method, 0, "Runs several SQL statements."},
    {"fetchone", "($self, /)", cursor_fetchone, 0, "The next row, or None."},
    {"fetchmany", "($self, /, size=1)", cursor_fetchmany, 0, "A list of the next rows, at most size or arraysize."},
    {"fetchall", "($self, /)", cursor_fetchall, 0, "A list of all the rows that are left."},
    {"setinputsizes", "($self, sizes, /)", cursor_ignore, 0, "Required by DB-API; does nothing."},
    {"setoutputsize", "($self, size, column=None, /)", cursor_ignore, 0, "Required by DB-API; does nothing."},
    {"close", "($self, /)", cursor_close, 0, "Makes the cursor unusable."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const MemberDef kCursorMembers[] = {{"connection", kMemberValueNone, offsetof(Cursor, connection), true, nullptr},
                                    {"description", kMemberValueNone, offsetof(Cursor, description), true, nullptr},
                                    {"arraysize", kMemberSsize, offsetof(Cursor, arraysize), false, nullptr},
                                    {"lastrowid", kMemberValueNone, offsetof(Cursor, lastrowid), true, nullptr},
                                    {"rowcount", kMemberSsize, offsetof(Cursor, rowcount), true, nullptr},
                                    {"row_factory", kMemberValueNone, offsetof(Cursor, row_factory), false, nullptr},
                                    {nullptr, kMemberValue, 0, true, nullptr}};
const TypeSpec kCursorSpec = {.doc = "SQLite database cursor class.",
                              .flags = kTypeBaseable | kTypeGc | kTypeWeakrefable | kTypeImmutable,
                              .basic_size = sizeof(Cursor),
                              .ops = {.trace = cursor_trace, .clear = cursor_clear, .dealloc = cursor_dealloc},
                              .methods = kCursorMethods,
                              .members = kCursorMembers,
                              .s = {.iter = cursor_iter, .next = cursor_next, .init = cursor_init, .new_ = object_new}};

// ---- rows

Row* row_of(Value v) { return v.as<Row>(); }
Ref row_new(TypeObject* cls, RawArgs raw) {
  static const Signature sig("Row", "(cursor, data, /)");
  if (raw.kwnames && tuple_size(raw.kwnames)) return raise(types::TypeError, "Row() takes no keyword arguments");
  Value v[2];
  if (!sig.bind(raw, v)) return nullptr;
  if (!is_instance_exact_type(v[0], cursor_type))
    return raise(types::TypeError, "Row() argument 1 must be sqlite3.Cursor, not %.50s", argument_kind(v[0]));
  if (!is_tuple(v[1])) return raise(types::TypeError, "Row() argument 2 must be tuple, not %.50s", argument_kind(v[1]));
  Value description = cursor_of(v[0])->description;
  return make_row(cls, description ? description : kNone, v[1]);
}
bool same_name(Value title, Value key) {
  auto *a = title.as<Str>(), *b = key.as<Str>();
  if (str_eq(a, b)) return true;
  if (!a->is_ascii() || !b->is_ascii() || a->length != b->length) return false;
  for (size_t i = 0; i < a->length; i++) {
    auto lower = [](uint8_t ch) { return ch >= 'A' && ch <= 'Z' ? static_cast<uint8_t>(ch | 0x20) : ch; };
    if (lower(a->data1()[i]) != lower(b->data1()[i])) return false;
  }
  return true;
}
Ref row_get_item(Value self, Value key) {
  Row* r = row_of(self);
  if (is_int(key)) {
    Ref plain = int_exact(key);
    int64_t at;
    if (!plain || !to_ssize(plain, &at, types::IndexError)) return nullptr;
    auto n = static_cast<int64_t>(tuple_size(r->data));
    if (at < 0) at += n;
    if (at < 0 || at >= n) return raise(types::IndexError, "tuple index out of range");
    return Ref::dup(tuple_at(r->data, static_cast<size_t>(at)));
  }
  if (is_str(key)) {
    size_t n = is_tuple(r->description) ? tuple_size(r->description) : 0;
    for (size_t i = 0; i < n && i < tuple_size(r->data); i++) {
      Value title = tuple_at(tuple_at(r->description, i), 0);
      if (is_str(title) && same_name(title, key)) return Ref::dup(tuple_at(r->data, i));
    }
    return raise(types::IndexError, "No item with that key");
  }
  if (is_instance_exact_type(key, types::Slice)) return get_item(r->data, key);
  return raise(types::IndexError, "Index must be int or string");
}
int64_t row_length(Value self) { return static_cast<int64_t>(tuple_size(row_of(self)->data)); }
Ref row_iter(Value self) { return get_iter(row_of(self)->data); }
bool row_hash(Value self, int64_t* out) {
  int64_t a, b;
  if (!hash_of(row_of(self)->description, &a) || !hash_of(row_of(self)->data, &b)) return false;
  *out = a ^ b;
  if (*out == -1) *out = -2;
  return true;
}
Ref row_compare(Value a, Value b, CompareOp op) {
  if ((op != kEq && op != kNe) || !is_instance_exact_type(b, row_type)) return Ref::imm(kNotImplemented);
  int same = values_equal(row_of(a)->description, row_of(b)->description);
  if (same > 0) same = values_equal(row_of(a)->data, row_of(b)->data);
  if (same < 0) return nullptr;
  return Ref::imm(bool_value((op == kEq) == (same > 0)));
}
Ref row_keys(Args& a) {
  Row* r = row_of(a.self);
  Ref list = make_list();
  if (!list) return nullptr;
  size_t n = is_tuple(r->description) ? tuple_size(r->description) : 0;
  for (size_t i = 0; i < n; i++) {
    if (!list_append(list, tuple_at(tuple_at(r->description, i), 0))) return nullptr;
  }
  return list;
}
void row_trace(Header* h, gc::Visitor& v) {
  v.visit(reinterpret_cast<Row*>(h)->data);
  v.visit(reinterpret_cast<Row*>(h)->description);
}
void row_clear(Header* h) {
  auto* r = reinterpret_cast<Row*>(h);
  Ref data = gc::take(h, &r->data), description = gc::take(h, &r->description);
}
void row_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  row_clear(h);
  finish_dealloc(h);
}
const NativeDef kRowMethods[] = {{"keys", "($self, /)", row_keys, 0, "A list of the column names."},
                                 {nullptr, nullptr, nullptr, 0, nullptr}};
const TypeSpec kRowSpec = {.doc = nullptr,
                           .flags = kTypeBaseable | kTypeGc | kTypeImmutable,
                           .basic_size = sizeof(Row),
                           .ops = {.trace = row_trace, .dealloc = row_dealloc},
                           .methods = kRowMethods,
                           .s = {.hash = row_hash,
                                 .compare = row_compare,
                                 .iter = row_iter,
                                 .new_ = row_new,
                                 .length = row_length,
                                 .get_item = row_get_item}};

}  // namespace

Ref make_row(TypeObject* cls, Value description, Value data) {
  auto* r = alloc_instance_as<Row>(cls);
  if (!r) return nullptr;
  gc::init(&r->data, Ref::dup(data));
  gc::init(&r->description, Ref::dup(description));
  return Ref::steal(r);
}

Ref cursor_execute(Cursor* c, bool multiple, Value sql, Value parameters) {
  if (!check_cursor(c)) return nullptr;
  Ref keep = Ref::dup(Value(c)), connection = Ref::dup(c->connection);
  if (execute_all(c, connection_of(connection), multiple, sql, parameters)) return keep;
  SavedError saved;
  drop_statement(c);
  c->rowcount = -1;
  return nullptr;
}

Ref cursor_executescript(Cursor* c, Value script) {
  if (!is_str(script))
    return raise(types::TypeError, "executescript() argument must be str, not %.50s", argument_kind(script));
  Ref encoded = encode_utf8(script, "strict");
  if (!encoded) return nullptr;
  std::string_view text = encoded.as<Bytes>()->view();
  if (!check_not_null_bytes(text) || !check_cursor(c)) return nullptr;
  Ref keep = Ref::dup(Value(c)), connection = Ref::dup(c->connection);
  Connection* con = connection_of(connection);
  RuntimeLock own{connection.get()};
  if (text.size() > static_cast<size_t>(sqlite3_limit(con->db, SQLITE_LIMIT_SQL_LENGTH, -1)))
    return raise(exceptions[kDataError], "query string is too large");
  if (!sqlite3_get_autocommit(con->db) && !run_simple(con, "COMMIT")) return nullptr;
  const char *at = text.data(), *end = at + text.size();
  while (at < end) {
    if (!check_connection(con)) return nullptr;
    sqlite3_stmt* st = nullptr;
    const char* rest = nullptr;
    int code;
    {
      DatabaseScope scope(con->gate);
      sqlite3* db = gc::peek(con->db);  // read once: nothing but the gate is held here
      code = db ? sqlite3_prepare_v2(db, at, static_cast<int>(end - at) + 1, &st, &rest) : SQLITE_MISUSE;
      if (code == SQLITE_OK && st) {
        do code = sqlite3_step(st);
        while (code == SQLITE_ROW);
        code = sqlite3_finalize(st);
      }
    }
    if (code != SQLITE_OK) {
      Ref authorizer = Ref::dup(con->authorizer);
      if (error_occurred()) drop_callback_error(authorizer);
      return check_connection(con) ? static_cast<Ref>(raise_code(con, code)) : Ref();
    }
    if (error_occurred()) return nullptr;
    at = rest;
  }
  return keep;
}

bool make_cursor_types() {
  if (cursor_type) return true;
  cursor_type = make_native_type("sqlite3.Cursor", types::Object, &kCursorSpec);
  row_type = make_native_type("sqlite3.Row", types::Object, &kRowSpec);
  return cursor_type && row_type;
}

}  // namespace taipan::sqlite
