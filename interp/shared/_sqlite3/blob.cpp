// _sqlite3: BLOBs that are read and written in place.
#include "interp/objects/slice.h"
#include "interp/shared/_sqlite3/sqlite_objects.h"

namespace taipan::sqlite {

TypeObject* blob_type;

namespace {

Blob* blob_of(Value v) { return v.as<Blob>(); }
bool check_blob(Blob* b) {
  if (!usable(connection_of(b->connection))) return false;
  return b->blob || static_cast<bool>(raise(exceptions[kProgrammingError], "Cannot operate on a closed blob."));
}
bool fail_blob(Blob* b, int code) { return raise_code(connection_of(b->connection), code); }

int blob_bytes(Blob* b) {
  DatabaseScope scope(connection_of(b->connection)->gate);
  return sqlite3_blob_bytes(gc::peek(b->blob));
}

Ref read_range(Blob* b, int64_t n, int64_t at) {
  Ref out = new_bytes_raw(static_cast<size_t>(n));
  if (!out) return nullptr;
  if (!n) return out;
  int code;
  {
    DatabaseScope scope(connection_of(b->connection)->gate);
    code = sqlite3_blob_read(gc::peek(b->blob), out.as<Bytes>()->data(), static_cast<int>(n), static_cast<int>(at));
  }
  return code == SQLITE_OK ? std::move(out) : (fail_blob(b, code), Ref());
}
bool write_range(Blob* b, const void* data, int64_t n, int64_t at) {
  int64_t left = blob_bytes(b) - at;
  if (n > left) return raise(types::ValueError, "data longer than blob length");
  if (!n) return true;
  int code;
  {
    DatabaseScope scope(connection_of(b->connection)->gate);
    code = sqlite3_blob_write(gc::peek(b->blob), data, static_cast<int>(n), static_cast<int>(at));
  }
  return code == SQLITE_OK || fail_blob(b, code);
}

Ref blob_close(Args& a) {
  Blob* b = blob_of(a.self);
  if (!usable(connection_of(b->connection))) return nullptr;
  close_blob(b);
  return Ref::imm(kNone);
}
Ref blob_read(Args& a) {
  Blob* b = blob_of(a.self);
  int length = -1;
  if ((a.has(0) && !to_c_int(a[0], &length)) || !check_blob(b)) return nullptr;
  int64_t left = blob_bytes(b) - b->offset;
  if (left < 0) left = 0;
  int64_t n = length < 0 || length > left ? left : length;
  Ref out = read_range(b, n, b->offset);
  if (out) b->offset += static_cast<int>(n);
  return out;
}
Ref blob_write(Args& a) {
  Blob* b = blob_of(a.self);
  BufferView data(a[0]);
  if (!data.ok() || !check_blob(b)) return nullptr;
  if (!write_range(b, data.data(), static_cast<int64_t>(data.size()), b->offset)) return nullptr;
  b->offset += static_cast<int>(data.size());
  return Ref::imm(kNone);
}
Ref blob_seek(Args& a) {
  Blob* b = blob_of(a.self);
  int offset, origin = 0;
  if (!to_c_int(a[0], &offset) || (a.has(1) && !to_c_int(a[1], &origin)) || !check_blob(b)) return nullptr;
  int64_t size = blob_bytes(b), to = offset;
  switch (origin) {
    case SEEK_SET: break;
    case SEEK_CUR: to += b->offset; break;
    case SEEK_END: to += size; break;
    default: return raise(types::ValueError, "'origin' should be os.SEEK_SET, os.SEEK_CUR, or os.SEEK_END");
  }
  if (to < 0 || to > size) return raise(types::ValueError, "offset out of blob range");
  b->offset = static_cast<int>(to);
  return Ref::imm(kNone);
}
Ref blob_tell(Args& a) {
  Blob* b = blob_of(a.self);
  return check_blob(b) ? make_int(b->offset) : Ref();
}
Ref blob_enter(Args& a) { return check_blob(blob_of(a.self)) ? Ref::dup(a.self) : Ref(); }
Ref blob_exit(Args& a) {
  if (!check_blob(blob_of(a.self))) return nullptr;
  close_blob(blob_of(a.self));
  return Ref::imm(kFalse);
}

// ---- b[i], b[i:j]

int64_t blob_length(Value self) {
  Blob* b = blob_of(self);
  return check_blob(b) ? blob_bytes(b) : -1;
}
bool item_position(Blob* b, Value key, int64_t* at) {
  Ref plain = to_index(key);
  if (!plain || !to_ssize(plain, at, types::IndexError)) return false;
  int64_t n = blob_bytes(b);
  if (*at < 0) *at += n;
  return (*at >= 0 && *at < n) || static_cast<bool>(raise(types::IndexError, "Blob index out of range"));
}
Ref blob_get_item(Value self, Value key) {
  Blob* b = blob_of(self);
  if (!check_blob(b)) return nullptr;
  if (has_index(key)) {
    int64_t at;
    if (!item_position(b, key, &at)) return nullptr;
    Ref one = read_range(b, 1, at);
    return one ? make_int(one.as<Bytes>()->data()[0]) : Ref();
  }
  if (!is_instance_exact_type(key, types::Slice)) return raise(types::TypeError, "Blob indices must be integers");
  int64_t start, stop, step, n;
  if (!slice_unpack(key, blob_bytes(b), &start, &stop, &step, &n)) return nullptr;
  if (!check_blob(b)) return nullptr;
  if (n <= 0) return make_bytes("");
  if (step == 1) return read_range(b, n, start);
  int64_t low = step > 0 ? start : start + (n - 1) * step, high = step > 0 ? start + (n - 1) * step : start;
  Ref all = read_range(b, high - low + 1, low), out = new_bytes_raw(static_cast<size_t>(n));
  if (!all || !out) return nullptr;
  for (int64_t i = 0; i < n; i++) out.as<Bytes>()->data()[i] = all.as<Bytes>()->data()[start + i * step - low];
  return out;
}
bool blob_set_slice(Blob* b, Value key, Value value) {
  int64_t start, stop, step, n;
  if (!slice_unpack(key, blob_bytes(b), &start, &stop, &step, &n)) return false;
  if (n <= 0) return true;
  BufferView data(value);
  if (!data.ok() || !check_blob(b)) return false;
  if (static_cast<int64_t>(data.size()) != n) return raise(types::IndexError, "Blob slice assignment is wrong size");
  if (step == 1) return write_range(b, data.data(), n, start);
  int64_t low = step > 0 ? start : start + (n - 1) * step, high = step > 0 ? start + (n - 1) * step : start;
  Ref all = read_range(b, high - low + 1, low);
  if (!all) return false;
  for (int64_t i = 0; i < n; i++) all.as<Bytes>()->data()[start + i * step - low] = data.data()[i];
  return write_range(b, all.as<Bytes>()->data(), high - low + 1, low);
}
bool blob_set_item(Value self, Value key, Value value) {
  Blob* b = blob_of(self);
  if (!check_blob(b)) return false;
  bool index = has_index(key);
  if (!index && !is_instance_exact_type(key, types::Slice))
    return raise(types::TypeError, "Blob indices must be integers");
  if (!value)
    return raise(types::TypeError,
                 index ? "Blob doesn't support item deletion" : "Blob doesn't support slice deletion");
  if (!index) return blob_set_slice(b, key, value);
  int64_t at, n;
  if (!is_int(value)) return raise(types::TypeError, "'%T' object cannot be interpreted as an integer", value);
  if (!item_position(b, key, &at)) return false;
  Ref plain = int_exact(value);
  if (!plain) return false;
  if (!int_fits64(plain, &n) || n < 0 || n > 255) return raise(types::ValueError, "byte must be in range(0, 256)");
  auto byte = static_cast<uint8_t>(n);
  return check_blob(b) && write_range(b, &byte, 1, at);
}

void blob_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<Blob*>(h)->connection); }
void blob_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* b = reinterpret_cast<Blob*>(h);
  close_blob(b);
  Ref old = gc::take(h, &b->connection);
  old.reset();
  finish_dealloc(h);
}

const NativeDef kMethods[] = {
    {"close", "($self, /)", blob_close, 0, "Closes the blob."},
    {"__enter__", "($self, /)", blob_enter, 0, "The blob itself."},
    {"__exit__", "($self, type, val, tb, /)", blob_exit, 0, "Closes the blob."},
    {"read", "($self, length=-1, /)", blob_read, 0, "Bytes from the current offset on."},
    {"seek", "($self, offset, origin=0, /)", blob_seek, 0, "Sets the offset."},
    {"tell", "($self, /)", blob_tell, 0, "The offset."},
    {"write", "($self, data, /)", blob_write, 0, "Writes bytes at the current offset; the size doesn't change."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const TypeSpec kBlobSpec = {.doc = nullptr,
                            .flags = kTypeNoInstantiate | kTypeGc | kTypeWeakrefable | kTypeImmutable,
                            .basic_size = sizeof(Blob),
                            .ops = {.trace = blob_trace, .dealloc = blob_dealloc},
                            .methods = kMethods,
                            .s = {.length = blob_length, .get_item = blob_get_item, .set_item = blob_set_item}};

}  // namespace

void close_blob(Blob* b) {
  unlink(&b->link);
  sqlite3_blob* blob = std::atomic_ref<sqlite3_blob*>(b->blob).exchange(nullptr, std::memory_order_acq_rel);
  if (!blob) return;
  DatabaseScope scope(connection_of(b->connection)->gate);
  sqlite3_blob_close(blob);
}

Ref blob_open(Args& a) {
  Connection* c = connection_of(a.self);
  std::string table, column, name = "main";
  for (int i = 0; i < 2; i++) {
    if (!is_str(a[i]))
      return raise(types::TypeError, "blobopen() argument %d must be str, not %.50s", i + 1, argument_kind(a[i]));
    std::string* out = i ? &column : &table;
    if (!utf8_of(a[i], out) || !check_not_null_bytes(*out)) return nullptr;
  }
  int64_t row;
  if (!to_int64(a[2], &row)) return nullptr;
  int read_only = a.has(3) ? is_true(a[3]) : 0;
  if (read_only < 0) return nullptr;
  if (a.has(4)) {
    if (!is_str(a[4]))
      return raise(types::TypeError, "blobopen() argument 'name' must be str, not %.50s", argument_kind(a[4]));
    if (!utf8_of(a[4], &name) || !check_not_null_bytes(name)) return nullptr;
  }
  if (!usable(c)) return nullptr;
  sqlite3_blob* blob = nullptr;
  int code;
  {
    DatabaseScope scope(c->gate);
    sqlite3* db = gc::peek(c->db);
    code =
        db ? sqlite3_blob_open(db, name.c_str(), table.c_str(), column.c_str(), row, !read_only, &blob) : SQLITE_MISUSE;
  }
  if (code != SQLITE_OK) return check_connection(c) ? static_cast<Ref>(raise_db(c)) : Ref();
  auto* b = alloc_instance_as<Blob>(blob_type);
  if (!b) {
    sqlite3_blob_close(blob);
    return nullptr;
  }
  b->blob = blob;
  gc::init(&b->connection, Ref::dup(a.self));
  gc::publish(&b->h);
  link_into(&c->blobs, &b->link);
  return Ref::steal(b);
}

bool make_blob_type() {
  if (blob_type) return true;
  blob_type = make_native_type("sqlite3.Blob", types::Object, &kBlobSpec);
  return blob_type != nullptr;
}

}  // namespace taipan::sqlite
