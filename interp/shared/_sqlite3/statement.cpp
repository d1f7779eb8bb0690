// _sqlite3: prepared statements, the statement cache, parameters.
#include <climits>
#include <mutex>
#include "interp/objects/codecs.h"
#include "interp/objects/float.h"
#include "interp/shared/_sqlite3/sqlite_objects.h"

namespace taipan::sqlite {

TypeObject* statement_type;

namespace {

// Rings are touched by deallocations, which may happen on any thread.
std::mutex& ring_mutex() {
  static std::mutex m;
  return m;
}

// The first character that is neither white space nor in a comment; null: there is none.
const char* skip_blanks(const char* s) {
  for (;;) {
    while (*s == ' ' || *s == '\t' || *s == '\f' || *s == '\n' || *s == '\r') s++;
    if (*s == '-' && s[1] == '-') {
      while (*s && *s != '\n') s++;
    } else if (*s == '/' && s[1] == '*') {
      s = strstr(s + 2, "*/");
      if (!s) return nullptr;
      s += 2;
    } else {
      return *s ? s : nullptr;
    }
  }
}
bool starts_with(const char* s, const char* word) {
  for (; *word; s++, word++) {
    if ((*s | 0x20) != *word) return false;
  }
  return true;
}
bool is_dml(const char* s) {
  return starts_with(s, "insert") || starts_with(s, "update") || starts_with(s, "delete") || starts_with(s, "replace");
}

void statement_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* s = reinterpret_cast<Statement*>(h);
  finalize(s);
  drop_gate(s->gate);
  finish_dealloc(h);
}

// ---- parameters

// One value into one parameter: SQLite's code, or -1 with an exception, or -2: a type that SQLite doesn't know.
constexpr int kRaised = -1, kUnknownType = -2;
int bind_text(sqlite3_stmt* st, int at, Value v) {
  if (v.as<Str>()->is_ascii()) {
    std::string_view s = v.as<Str>()->ascii_view();
    if (s.size() > INT_MAX) return raise(types::OverflowError, "string is too large"), kRaised;
    return sqlite3_bind_text(st, at, s.data(), static_cast<int>(s.size()), SQLITE_TRANSIENT);
  }
  Ref encoded = encode_utf8(v, "strict");
  if (!encoded) return kRaised;
  std::string_view s = encoded.as<Bytes>()->view();
  if (s.size() > INT_MAX) return raise(types::OverflowError, "string is too large"), kRaised;
  return sqlite3_bind_text(st, at, s.data(), static_cast<int>(s.size()), SQLITE_TRANSIENT);
}
int bind_value(sqlite3_stmt* st, int at, Value v) {
  if (v == kNone) return sqlite3_bind_null(st, at);
  if (is_int(v)) {
    int64_t n;
    Ref plain = int_exact(v);
    if (!plain) return kRaised;
    if (!int_fits64(plain, &n))
      return raise(types::OverflowError, "Python int too large to convert to SQLite INTEGER"), kRaised;
    return sqlite3_bind_int64(st, at, n);
  }
  if (is_float_like(v)) {
    double d;
    return to_double(v, &d) ? sqlite3_bind_double(st, at, d) : kRaised;
  }
  if (is_str(v)) return bind_text(st, at, v);
  if (!has_buffer(v)) return kUnknownType;
  BufferView data(v);
  if (!data.ok()) return kRaised;
  if (data.size() > INT_MAX) return raise(types::OverflowError, "BLOB longer than INT_MAX bytes"), kRaised;
  // No bytes at a null address would be NULL.
  return sqlite3_bind_blob(st, at, data.size() ? static_cast<const void*>(data.data()) : "",
                           static_cast<int>(data.size()), SQLITE_TRANSIENT);
}
bool bind_one(Statement* s, int at, const char* name, Value given) {
  Ref adapted;
  Value v = given;
  if (needs_adapting(given)) {
    adapted = adapt(given, Value(protocol_type), given);
    if (!adapted) return false;
    v = adapted;
  }
  {
    GateHold hold(s->gate);
    int code = s->st ? bind_value(s->st, at, v) : SQLITE_OK;
    if (code == SQLITE_OK) return true;
    if (code == kRaised || error_occurred()) return false;
    if (code != kUnknownType) return raise_db(sqlite3_db_handle(s->st));
  }
  if (name)
    return raise(exceptions[kProgrammingError], "Error binding parameter ':%s': type '%T' is not supported", name, v);
  return raise(exceptions[kProgrammingError], "Error binding parameter %d: type '%T' is not supported", at, v);
}
bool bind_sequence(Statement* s, Value parameters, int needed) {
  bool tuple = is_tuple_exact(parameters), list = is_list_exact(parameters);
  int64_t given = tuple  ? static_cast<int64_t>(tuple_size(parameters))
                  : list ? static_cast<int64_t>(list_size(parameters))
                         : length_of(parameters);
  if (given < 0) return false;
  if (given != needed)
    return raise(exceptions[kProgrammingError],
                 "Incorrect number of bindings supplied. The current statement uses %d, and there are %lld supplied.",
                 needed, static_cast<long long>(given));
  for (int i = 0; i < needed; i++) {
    Ref item = tuple  ? Ref::dup(tuple_at(parameters, static_cast<size_t>(i)))
               : list ? list_get(parameters, static_cast<size_t>(i))
                      : get_item(parameters, Value::from_int(i));
    if (!item) return error_occurred() ? false : static_cast<bool>(raise(types::IndexError, "list index out of range"));
    if (!bind_one(s, i + 1, nullptr, item)) return false;
  }
  return true;
}
bool bind_mapping(Statement* s, Value parameters, int needed) {
  for (int i = 1; i <= needed; i++) {
    if (!s->st) return true;  // closed meanwhile
    const char* name = sqlite3_bind_parameter_name(s->st, i);
    if (!name)
      return raise(exceptions[kProgrammingError],
                   "Binding %d has no name, but you supplied a dictionary (which has only names).", i);
    std::string text(name + 1);  // behind the colon, at sign or dollar
    Ref key = make_str(text);
    if (!key) return false;
    Ref item;
    if (is_dict_exact(parameters)) {
      item = dict_get_ref(parameters, key);
      if (item.get() == kMissing) item = Ref();
    } else {
      item = get_item(parameters, key);
    }
    if (!item) {
      if (error_occurred() && !error_matches(types::LookupError)) return false;
      clear_error();
      return raise(exceptions[kProgrammingError], "You did not supply a value for binding parameter :%s.",
                   text.c_str());
    }
    if (!bind_one(s, i, text.c_str(), item)) return false;
  }
  return true;
}

const TypeSpec kStatementSpec = {.doc = nullptr,
                                 .flags = kTypeNoInstantiate | kTypeImmutable,
                                 .basic_size = sizeof(Statement),
                                 .ops = {.dealloc = statement_dealloc}};

}  // namespace

void link_into(Link* head, Link* item) {
  std::lock_guard<std::mutex> lock(ring_mutex());
  if (!head->next) head->next = head->prev = head;
  item->next = head->next;
  item->prev = head;
  head->next->prev = item;
  head->next = item;
}
Ref first_of(Link* head, Header* (*object_of)(Link*)) {
  std::lock_guard<std::mutex> lock(ring_mutex());
  while (head->next && head->next != head) {
    Link* item = head->next;
    item->prev->next = item->next;
    item->next->prev = item->prev;
    item->prev = item->next = nullptr;
    Header* h = object_of(item);
    if (gc::try_incref(h)) return Ref::steal(h);  // (one that is dying ends what it has itself)
  }
  return nullptr;
}
void unlink(Link* item) {
  std::lock_guard<std::mutex> lock(ring_mutex());
  if (!item->next) return;
  item->prev->next = item->next;
  item->next->prev = item->prev;
  item->prev = item->next = nullptr;
}

Gate* make_gate() { return new Gate; }
Gate* share_gate(Gate* g) {
  g->users.fetch_add(1, std::memory_order_relaxed);
  return g;
}
void drop_gate(Gate* g) {
  if (g && g->users.fetch_sub(1, std::memory_order_acq_rel) == 1) delete g;
}

int step(Statement* s) {
  if (!gc::peek(s->st)) return SQLITE_DONE;
  DatabaseScope scope(s->gate);
  sqlite3_stmt* st = gc::peek(s->st);
  return st ? sqlite3_step(st) : SQLITE_MISUSE;
}
int reset(Statement* s) {
  if (!gc::peek(s->st)) return SQLITE_OK;
  DatabaseScope scope(s->gate);
  return sqlite3_reset(gc::peek(s->st));
}
void finalize(Statement* s) {
  unlink(&s->link);
  sqlite3_stmt* st = gc::peek(s->st);
  if (!st) return;
  gc::poke(s->st, static_cast<sqlite3_stmt*>(nullptr));
  DatabaseScope scope(s->gate);
  sqlite3_finalize(st);
}

bool bind_parameters(Statement* s, Value parameters) {
  int needed = s->st ? sqlite3_bind_parameter_count(s->st) : 0;
  if (is_tuple_exact(parameters) || is_list_exact(parameters) || (!is_dict(parameters) && is_sequence(parameters)))
    return bind_sequence(s, parameters, needed);
  if (is_mapping(parameters)) return bind_mapping(s, parameters, needed);
  return raise(exceptions[kProgrammingError], "parameters are of unsupported type");
}

Ref make_statement(Connection* c, Value sql) {
  if (!statement_type) {
    statement_type = make_native_type("sqlite3.Statement", types::Object, &kStatementSpec);
    if (!statement_type) return nullptr;
  }
  Ref encoded = encode_utf8(sql, "strict");
  if (!encoded) return nullptr;
  std::string_view text = encoded.as<Bytes>()->view();
  if (!check_connection(c)) return nullptr;
  if (text.size() > static_cast<size_t>(sqlite3_limit(c->db, SQLITE_LIMIT_SQL_LENGTH, -1)))
    return raise(exceptions[kDataError], "query string is too large");
  if (text.find('\0') != std::string_view::npos)
    return raise(exceptions[kProgrammingError], "the query contains a null character");
  sqlite3_stmt* st = nullptr;
  const char* rest = nullptr;
  int code;
  {
    DatabaseScope scope(c->gate);
    sqlite3* db = gc::peek(c->db);  // read once: nothing but the gate is held here
    code = db ? sqlite3_prepare_v2(db, text.data(), static_cast<int>(text.size()) + 1, &st, &rest) : SQLITE_MISUSE;
  }
  if (code != SQLITE_OK) {
    if (!c->db && !error_occurred()) return check_connection(c), nullptr;
    if (error_occurred()) drop_callback_error(c->authorizer);
    return raise_code(c, code);
  }
  if (rest && skip_blanks(rest)) {
    DatabaseScope scope(c->gate);
    sqlite3_finalize(st);
    st = nullptr;
    code = SQLITE_MISUSE;
  }
  if (code != SQLITE_OK) return raise(exceptions[kProgrammingError], "You can only execute one statement at a time.");
  auto* s = alloc_instance_as<Statement>(statement_type);
  if (!s) {
    sqlite3_finalize(st);
    return nullptr;
  }
  s->st = st;
  s->gate = share_gate(c->gate);
  const char* word = skip_blanks(text.data());
  s->is_dml = word && is_dml(word);
  if (st) {
    gc::publish(&s->h);
    link_into(&c->statements, &s->link);
  }
  return Ref::steal(s);
}

Ref cached_statement(Connection* c, Value sql) {
  int64_t hash;
  if (!hash_of(sql, &hash)) return nullptr;
  Ref found = dict_touch_hash(c->cache, sql, hash);
  if (!found) return nullptr;
  if (found.get() != kMissing) return found;
  Ref fresh = make_statement(c, sql);
  if (!fresh || c->cache_limit == 0 || !c->cache) return fresh;
  if (dict_size(c->cache) >= c->cache_limit) {
    Ref oldest = dict_popitem(c->cache, false);
    if (!oldest) return nullptr;
  }
  return dict_set_hash(c->cache, sql, hash, fresh) ? std::move(fresh) : Ref();
}

}  // namespace taipan::sqlite
