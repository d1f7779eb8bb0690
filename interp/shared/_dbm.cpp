// _dbm: the ndbm interface, by way of GNU dbm's version of it (NAME.pag, NAME.dir).
#include <fcntl.h>

extern "C" {  // the header doesn't say so itself
#include <ndbm.h>
}

#include <climits>
#include <cstring>
#include <string>
#include <vector>

#include "interp/modules/posix_support.h"
#include "interp/objects/bytes.h"
#include "interp/objects/codecs.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/list.h"
#include "interp/shared/shared_module.h"

namespace taipan {
namespace {

TypeObject* dbm_error;
TypeObject* dbm_type;

struct Database {
  Header h;
  DBM* dbm;  // null once closed
  bool writable;
};

Database* of(Value v) { return v.as<Database>(); }
bool is_open(Database* d) { return d->dbm || raise(dbm_error, "DBM object has already been closed"); }

// A key or a value: text as UTF-8, or octets. `wrong`: the TypeError of anything else (null: that of a buffer).
Ref octets_of(Value v, const char* wrong = nullptr) {
  if (is_bytes(v)) return Ref::dup(v);
  if (is_str(v)) {
    std::string text;
    return utf8_of(v, &text) ? make_bytes(text) : Ref();
  }
  if (wrong && !has_buffer(v)) return raise(types::TypeError, "%s", wrong);
  if (is_bytearray(v)) {
    return wrong ? raise(types::TypeError, "%s", wrong)
                 : raise(types::TypeError, "read-only bytes-like object required, not %T", v);
  }
  BufferView view(v);
  return view.ok() ? make_bytes(view.view()) : Ref();
}
bool datum_of(Value octets, datum* out) {
  std::string_view view = octets.as<Bytes>()->view();
  if (view.size() > INT_MAX) return raise(types::OverflowError, "size does not fit in an int");
  out->dptr = const_cast<char*>(view.data());
  out->dsize = static_cast<int>(view.size());
  return true;
}

// The value of a key, or kMissing. The lock keeps what the library returns (a buffer of its own) until it is copied.
Ref fetch(Database* d, Value key) {
  datum k;
  if (!datum_of(key, &k) || !is_open(d)) return nullptr;
  std::string value;
  {
    gc::ObjectLock lock(&d->h);
    datum v = dbm_fetch(d->dbm, k);
    if (!v.dptr) return Ref::imm(kMissing);
    value.assign(v.dptr, static_cast<size_t>(v.dsize));
  }
  return make_bytes(value);
}
bool store(Database* d, Value key, Value value) {
  datum k, v;
  if (!datum_of(key, &k) || !datum_of(value, &v) || !is_open(d)) return false;
  int failed = -1;
  if (d->writable) {
    gc::ObjectLock lock(&d->h);
    failed = dbm_store(d->dbm, k, v, DBM_REPLACE);
    if (failed) dbm_clearerr(d->dbm);
  }
  return failed == 0 || raise(dbm_error, "cannot add item to database");
}

int64_t database_length(Value self) {
  Database* d = of(self);
  if (!is_open(d)) return -1;
  gc::ObjectLock lock(&d->h);
  int64_t n = 0;
  for (datum k = dbm_firstkey(d->dbm); k.dptr; k = dbm_nextkey(d->dbm)) n++;
  return n;
}
Ref database_get_item(Value self, Value key) {
  Ref k = octets_of(key);
  Ref v = k ? fetch(of(self), k) : Ref();
  if (v && v.get() == kMissing) return raise_value(types::KeyError, key);
  return v;
}
bool database_set_item(Value self, Value key, Value value) {
  Database* d = of(self);
  Ref k = octets_of(key, "dbm mappings have bytes or string keys only");
  if (!k) return false;
  if (value) {
    Ref v = octets_of(value, "dbm mappings have bytes or string elements only");
    return v && store(d, k, v);
  }
  datum at;
  if (!datum_of(k, &at) || !is_open(d)) return false;
  if (!d->writable) return raise(dbm_error, "cannot delete item from database");
  int failed;
  {
    gc::ObjectLock lock(&d->h);
    failed = dbm_delete(d->dbm, at);
    if (failed) dbm_clearerr(d->dbm);
  }
  return failed == 0 || raise_value(types::KeyError, key);
}
int database_contains(Value self, Value key) {
  Database* d = of(self);
  if (!is_open(d)) return -1;
  if (!is_str(key) && !is_bytes(key))
    return raise(types::TypeError, "dbm key must be bytes or string, not %T", key), -1;
  Ref k = octets_of(key);
  Ref v = k ? fetch(d, k) : Ref();
  return v ? v.get() != kMissing : -1;
}

void close_database(Database* d) {
  gc::ObjectLock lock(&d->h);
  DBM* dbm = d->dbm;
  d->dbm = nullptr;
  if (dbm) dbm_close(dbm);
}
void database_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  close_database(reinterpret_cast<Database*>(h));
  finish_dealloc(h);
}
Ref database_close(Args& a) {
  close_database(of(a.self));
  return Ref::imm(kNone);
}
Ref database_keys(Args& a) {
  Database* d = of(a.self);
  if (!is_open(d)) return nullptr;
  std::vector<std::string> keys;
  {
    gc::ObjectLock lock(&d->h);
    for (datum k = dbm_firstkey(d->dbm); k.dptr; k = dbm_nextkey(d->dbm))
      keys.emplace_back(k.dptr, static_cast<size_t>(k.dsize));
  }
  Ref list = make_list(keys.size());
  for (const std::string& key : keys) {
    Ref octets = list ? make_bytes(key) : Ref();
    if (!octets || !list_append(list, std::move(octets))) return nullptr;
  }
  return list;
}
Ref database_get(Args& a) {
  Ref k = octets_of(a[0]);
  Ref v = k ? fetch(of(a.self), k) : Ref();
  return v && v.get() == kMissing ? Ref::dup(a.get(1, kNone)) : std::move(v);
}
Ref database_setdefault(Args& a) {
  Ref k = octets_of(a[0]);
  Ref v = k ? fetch(of(a.self), k) : Ref();
  if (!v || v.get() != kMissing) return v;
  Ref made = a.has(1) ? octets_of(a[1], "dbm mappings have bytes or string elements only") : make_bytes("");
  if (!made || !store(of(a.self), k, made)) return nullptr;
  return a.has(1) ? Ref::dup(a[1]) : std::move(made);
}
Ref database_enter(Args& a) { return Ref::dup(a.self); }
Ref database_exit(Args& a) {
  close_database(of(a.self));
  return Ref::imm(kNone);
}

const NativeDef kMethods[] = {
    {"close", "($self, /)", database_close, 0, "Closes the database."},
    {"keys", "($self, /)", database_keys, 0, "All keys, as a list of bytes."},
    {"get", "($self, key, default=None, /)", database_get, 0, "The value of a key, or the default."},
    {"setdefault", "($self, key, default=b'', /)", database_setdefault, 0,
     "The value of a key; one that isn't there is added first, with the default."},
    {"__enter__", "($self, /)", database_enter, kNativeNoSignature, nullptr},
    {"__exit__", "($self, *args)", database_exit, kNativeNoSignature, nullptr},
    {nullptr}};
const TypeSpec kDatabaseSpec = {.flags = kTypeNoInstantiate | kTypeKeyed,
                                .basic_size = sizeof(Database),
                                .ops = {.dealloc = database_dealloc},
                                .methods = kMethods,
                                .s = {.length = database_length,
                                      .get_item = database_get_item,
                                      .set_item = database_set_item,
                                      .contains = database_contains}};

Ref dbm_open_impl(Args& a) {
  Ref path = fspath_of(a[0]);
  if (path && is_str(path)) path = encode_fs(path);
  if (!path) return nullptr;
  std::string name(path.as<Bytes>()->view());
  if (name.find('\0') != std::string::npos) return raise(types::ValueError, "embedded null byte");
  if (a.has(1) && !is_str(a[1])) return raise(types::TypeError, "open() argument 2 must be str, not %T", a[1]);
  std::string flags = a.has(1) ? utf8_lossy(a[1]) : "r";
  int mode = 0666;
  if (a.has(2) && !to_c_int(a[2], &mode)) return nullptr;
  int how;
  if (flags == "r")
    how = O_RDONLY;
  else if (flags == "w")
    how = O_RDWR;
  else if (flags == "rw" || flags == "c")
    how = O_RDWR | O_CREAT;
  else if (flags == "n")
    how = O_RDWR | O_CREAT | O_TRUNC;
  else
    return raise(dbm_error, "arg 2 to open should be 'r', 'w', 'c', or 'n'");
  DBM* dbm = blocking([&] { return dbm_open(name.data(), how, mode); });
  if (!dbm) {
    Ref number = make_int(errno), text = make_str(strerror(errno));
    Ref exc = number && text ? call(Value(dbm_error), number, text, a[0]) : Ref();
    return exc ? raise_object(std::move(exc)) : failed();
  }
  Database* d = alloc_instance_as<Database>(dbm_type);
  if (!d) {
    dbm_close(dbm);
    return nullptr;
  }
  d->dbm = dbm;
  d->writable = how != O_RDONLY;
  return Ref::steal(d);
}

const NativeDef kFunctions[] = {{"open", "($module, filename, flags='r', mode=0o666, /)", dbm_open_impl, 0,
                                 "Opens the database of that name: for reading (flags 'r'), for changes ('w'), made "
                                 "where it isn't there ('c'), or anew ('n'). A new\n"
                                 "file gets the permissions of mode."},
                                {nullptr}};

bool exec(Value module) {
  if (!dbm_type) {
    Ref error = make_exception_class("_dbm.error", types::OSError);
    dbm_type = make_native_type("_dbm.dbm", types::Object, &kDatabaseSpec);
    if (!error || !dbm_type) return false;
    gc::make_immortal(error.as<Header>());
    dbm_error = error.as<TypeObject>();
  }
  return module_add(module, "error", Ref::dup(Value(dbm_error))) && module_add_str(module, "library", "GNU gdbm");
}
const ModuleDef kDbmModule = {"_dbm", nullptr, kFunctions, exec};

}  // namespace
}  // namespace taipan

TAIPAN_SHARED_MODULE(taipan::kDbmModule)
