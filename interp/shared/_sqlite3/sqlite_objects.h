// _sqlite3: the objects over libsqlite3 and what its files share.
//
// SQLite's own mutex is held while it runs a callback, and other threads may wait for it: whatever takes it for long is called without the
// GIL, and callbacks come back through gc::CallbackScope. What SQLite keeps for us (functions, aggregates' instances) it knows by a number;
// the objects are in the connection's dict `held`, where the collector sees them.
#pragma once
#include <sqlite3.h>
#include <atomic>
#include <mutex>
#include <string>
#include "gc/callback_scope.h"
#include "gc/heap.h"
#include "interp/objects/bytes.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"
#include "interp/shared/shared_module.h"

namespace taipan::sqlite {

// A member of one of a connection's lists of what has to end before the database can be closed.
struct Link {
  Link *prev = nullptr, *next = nullptr;
};

enum ExceptionIndex {
  kWarning,
  kError,
  kInterfaceError,
  kDatabaseError,
  kDataError,
  kOperationalError,
  kIntegrityError,
  kInternalError,
  kProgrammingError,
  kNotSupportedError,
  kExceptionCount
};
// The module's classes; immortal once it has run.
extern TypeObject* exceptions[kExceptionCount];
extern TypeObject *connection_type, *cursor_type, *row_type, *statement_type, *blob_type, *protocol_type;
extern Value adapters, converters;  // dicts
extern bool base_type_adapted;      // someone registered an adapter for int, float, str or bytearray
extern bool callback_tracebacks;

enum DetectTypes { kParseDeclTypes = 1, kParseColNames = 2 };

// One thread at a time is in SQLite for a connection; its statements and blobs are finalised by none while another is in there. Whoever waits is
// detached, and holds no lock of the runtime.
struct Gate {
  std::recursive_mutex mutex;  // callbacks may use the connection
  std::atomic<int> users{1};
};
Gate* make_gate();
Gate* share_gate(Gate* g);
void drop_gate(Gate* g);

// Around every call that may wait or call back. What it works on (db, st, blob) is read inside: another thread may have closed it. Who closes
// takes the handle out of the object first, under the connection's runtime lock, and waits for the gate then.
class DatabaseScope {
 public:
  explicit DatabaseScope(Gate* g) : lock_(g->mutex) {}

 private:
  gc::BlockingScope scope_;
  std::lock_guard<std::recursive_mutex> lock_;
};

// The same for the many calls that neither wait nor call back, but take SQLite's mutex: the gate is held while the thread is attached, so that
// none waits for that mutex then. Handles are read again inside: waiting for the gate lets others run. No Python code inside.
class GateHold {
 public:
  explicit GateHold(Gate* g) : gate_(g) {
    if (g->mutex.try_lock()) return;
    gc::BlockingScope scope;
    g->mutex.lock();
  }
  ~GateHold() { release(); }
  void release() {
    if (gate_) gate_->mutex.unlock();
    gate_ = nullptr;
  }
  GateHold(const GateHold&) = delete;

 private:
  Gate* gate_;
};

struct Connection {
  Header h;
  sqlite3* db;  // null: closed
  Gate* gate;
  std::atomic<int> backups;  // that copy from it or to it: it stays open, and the database it is, until they have ended
  bool initialized, check_same_thread;
  int detect_types;
  const char* isolation_level;  // null: autocommit
  uint64_t thread_ident;
  size_t cache_limit;
  int64_t last_id;         // of what is in held
  Link statements, blobs;  // heads of rings
  Value cache;             // dict: SQL -> Statement, least recently used first
  Value held;              // dict: number -> what SQLite's callbacks call
  Value authorizer, progress, trace;
  Value row_factory, text_factory;
  Value errors[kExceptionCount];
};
struct Statement {
  Header h;
  Link link;
  sqlite3_stmt* st;  // null: nothing but white space and comments, or the connection is closed
  Gate* gate;        // the connection's
  bool is_dml;
  bool in_use;  // a cursor has it
};
struct Cursor {
  Header h;
  Value connection, description, lastrowid, row_factory, statement, row_cast;
  int64_t arraysize, rowcount;
  bool initialized, closed, locked;
};
struct Blob {
  Header h;
  Link link;
  Value connection;
  sqlite3_blob* blob;
  int offset;
};
struct Row {
  Header h;
  Value data, description;
};
inline Connection* connection_of(Value v) { return v.as<Connection>(); }
inline Cursor* cursor_of(Value v) { return v.as<Cursor>(); }
inline Statement* statement_of(Value v) { return v.as<Statement>(); }

void link_into(Link* head, Link* item);
void unlink(Link* item);
Ref first_of(Link* head, Header* (*object_of)(Link*));  // taken out of the ring; null: it is empty

template <class T>
T* owner_of(Link* l) {
  return reinterpret_cast<T*>(reinterpret_cast<char*>(l) - offsetof(T, link));
}

// ---- errors
Fail raise_db(sqlite3* db);              // what the last call on it reported
Fail raise_code(sqlite3* db, int code);  // the same where the call gave the code
Fail raise_db(Connection* c);
Fail raise_code(Connection* c, int code);
#define TAIPAN_SQLITE_ERROR(index) ::taipan::sqlite::exceptions[index]
bool check_thread(Connection* c);
bool check_connection(Connection* c);  // open
inline bool usable(Connection* c) { return check_thread(c) && check_connection(c); }
// An exception of a callback that SQLite is to report as its own: shown or forgotten.
void drop_callback_error(Value callable);

// ---- statements
Ref make_statement(Connection* c, Value sql);
Ref cached_statement(Connection* c, Value sql);
int step(Statement* s);
int reset(Statement* s);
void finalize(Statement* s);  // its connection goes
bool bind_parameters(Statement* s, Value parameters);
int64_t next_word_is_dml(const char* sql);

// ---- adapters
Ref adapt(Value o, Value protocol, Value otherwise);
bool needs_adapting(Value v);

// ---- connection's other half
extern const NativeDef kCallbackMethods[];
void close_blob(Blob* b);
Ref blob_open(Args& a);
bool run_simple(Connection* c, const char* sql);  // one statement without result
bool begin_transaction(Connection* c);
Ref new_cursor(Connection* c, Value factory_or_null);
Ref cursor_execute(Cursor* c, bool multiple, Value sql, Value parameters);
Ref cursor_executescript(Cursor* c, Value script);
bool check_not_null_bytes(std::string_view text);  // ValueError

bool make_connection_type();
bool make_cursor_types();
bool make_blob_type();
Ref make_row(TypeObject* cls, Value description, Value data);

}  // namespace taipan::sqlite
