// The module mmap: files and memory as objects that are both bytes-like and file-like.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cstring>
#include "interp/modules/audit.h"
#include "interp/modules/posix_support.h"
#include "interp/objects/memoryview.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/slice.h"

namespace taipan {

namespace {

enum Access { kAccessDefault, kAccessRead, kAccessWrite, kAccessCopy };

struct Mmap {
  Header h;
  uint8_t* data;  // null: closed
  size_t size, position;
  int64_t offset;  // in the file
  int fd;          // own duplicate; -1: anonymous
  int flags;
  Access access;
  std::atomic<int64_t> exports;
};
TypeObject* mmap_type;
Mmap* map_of(Value v) { return v.as<Mmap>(); }

bool open_map(Value v, Mmap** out) {
  *out = map_of(v);
  if (!(*out)->data) return raise(types::ValueError, "mmap closed or invalid");
  return true;
}
bool writable(const Mmap* m) {
  if (m->access == kAccessRead) return raise(types::TypeError, "mmap can't modify a readonly memory map.");
  return true;
}
bool resizable(const Mmap* m) {
  if (m->exports.load() > 0) return raise(types::BufferError, "mmap can't resize with extant buffers exported.");
  if (m->access == kAccessRead || m->access == kAccessCopy)
    return raise(types::TypeError, "mmap can't resize a readonly or copy-on-write memory map.");
  return true;
}

void unmap(Mmap* m) {
  uint8_t* data = m->data;
  int fd = m->fd;
  size_t size = m->size;
  m->data = nullptr;
  m->fd = -1;
  blocking([&] {
    if (fd >= 0) close(fd);
    return data ? munmap(data, size) : 0;
  });
}
void mmap_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  unmap(reinterpret_cast<Mmap*>(h));
  finish_dealloc(h);
}

Ref mmap_new(TypeObject* cls, RawArgs raw) {
  static const Signature sig(
      "function", "(fileno, length, flags=MAP_SHARED, prot=PROT_WRITE | PROT_READ, access=ACCESS_DEFAULT, offset=0)");
  Value v[6];
  int fd, flags, protection, access;
  int64_t length, offset = 0;
  if (!sig.bind(raw, v) || !plain_int_argument(v[0], &fd) || !to_c_ssize(v[1], &length)) return nullptr;
  flags = MAP_SHARED;
  protection = PROT_READ | PROT_WRITE;
  access = kAccessDefault;
  if ((v[2] && !plain_int_argument(v[2], &flags)) || (v[3] && !plain_int_argument(v[3], &protection)) ||
      (v[4] && !plain_int_argument(v[4], &access)) || (v[5] && !to_int64(v[5], &offset)))
    return nullptr;
  if (auditing()) {
    Ref n = make_int(length), at = make_int(offset);
    if (!audit("mmap.__new__", {Value::from_int(fd), n, Value::from_int(access), at})) return nullptr;
  }
  if (length < 0) return raise(types::OverflowError, "memory mapped length must be positive");
  if (offset < 0) return raise(types::OverflowError, "memory mapped offset must be positive");
  if (access != kAccessDefault && (flags != MAP_SHARED || protection != (PROT_READ | PROT_WRITE)))
    return raise(types::ValueError, "mmap can't specify both access and flags, prot.");
  switch (access) {
    case kAccessRead: protection = PROT_READ; break;
    case kAccessWrite: break;
    case kAccessCopy: flags = MAP_PRIVATE; break;
    case kAccessDefault:
      if ((protection & (PROT_READ | PROT_WRITE)) == (PROT_READ | PROT_WRITE)) break;
      access = protection & PROT_WRITE ? kAccessWrite : kAccessRead;
      break;
    default: return raise(types::ValueError, "mmap invalid access parameter.");
  }
  struct stat st;
  auto size = static_cast<size_t>(length);
  if (fd != -1) {
    if (blocking([&] { return fstat(fd, &st); }) < 0) return posix_error();
    if (S_ISREG(st.st_mode)) {
      if (size == 0) {
        if (st.st_size == 0) return raise(types::ValueError, "cannot mmap an empty file");
        if (offset >= st.st_size) return raise(types::ValueError, "mmap offset is greater than file size");
        size = static_cast<size_t>(st.st_size - offset);
      } else if (offset > st.st_size || st.st_size - offset < length) {
        return raise(types::ValueError, "mmap length is greater than file size");
      }
    }
  }
  auto* m = alloc_instance_as<Mmap>(cls);
  if (!m) return nullptr;
  Ref keep = Ref::steal(m);
  m->fd = -1;
  m->size = size;
  m->offset = offset;
  m->flags = flags;
  m->access = static_cast<Access>(access);
  int source = fd;
  if (fd == -1) {
    flags |= MAP_ANONYMOUS;
  } else {
    m->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (m->fd < 0) return posix_error();
    source = m->fd;
  }
  void* data = blocking([&] { return mmap(nullptr, size, protection, flags, source, offset); });
  if (data == MAP_FAILED) return posix_error();
  m->data = static_cast<uint8_t*>(data);
  m->access = static_cast<Access>(access);
  return keep;
}

Ref mmap_repr(Value v) {
  static const char* const kNames[] = {"ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE", "ACCESS_COPY"};
  Mmap* m = map_of(v);
  if (!m->data) return format_str("<%s closed=True>", type_of(v)->cname);
  return format_str("<%s closed=False, access=%s, length=%zu, pos=%zu, offset=%lld>", type_of(v)->cname,
                    kNames[m->access], m->size, m->position, static_cast<long long>(m->offset));
}

// ---- as a buffer and a sequence -----------------------------------------------------------------------------------------------------

bool mmap_get_buffer(Value v, Buffer* out, int flags) {
  Mmap* m;
  if (!open_map(v, &m) ||
      !fill_buffer_info(out, v, m->data, static_cast<int64_t>(m->size), m->access == kAccessRead, flags))
    return false;
  m->exports++;
  return true;
}
void mmap_release_buffer(Value v, Buffer*) { map_of(v)->exports--; }
int64_t mmap_length(Value v) {
  Mmap* m;
  return open_map(v, &m) ? static_cast<int64_t>(m->size) : -1;
}
// The index argument; the map may be closed by its __index__.
bool index_argument(Value v, Value key, Mmap** m, size_t* out) {
  int64_t i;
  if (!to_ssize(key, &i, types::IndexError) || !open_map(v, m)) return false;
  if (i < 0) i += static_cast<int64_t>((*m)->size);
  if (i < 0 || static_cast<size_t>(i) >= (*m)->size) return raise(types::IndexError, "mmap index out of range");
  *out = static_cast<size_t>(i);
  return true;
}
struct SliceNumbers {
  int64_t start, stop, step;
  bool read(Value key) { return slice_numbers(key, &start, &stop, &step); }
  int64_t fit(const Mmap* m) { return slice_adjust(static_cast<int64_t>(m->size), &start, &stop, step); }
};
Ref mmap_get_item(Value v, Value key) {
  Mmap* m;
  if (!open_map(v, &m)) return nullptr;
  if (has_index(key)) {
    size_t i;
    return index_argument(v, key, &m, &i) ? make_int(m->data[i]) : nullptr;
  }
  if (!is_slice(key)) return raise(types::TypeError, "mmap indices must be integers");
  SliceNumbers numbers;
  if (!numbers.read(key) || !open_map(v, &m)) return nullptr;
  int64_t count = numbers.fit(m), start = numbers.start, step = numbers.step;
  if (step == 1) return make_bytes(m->data + start, static_cast<size_t>(count));
  Ref out = new_bytes_raw(static_cast<size_t>(count));
  if (!out) return nullptr;
  uint8_t* to = out.as<Bytes>()->data();
  for (int64_t i = 0; i < count; i++) to[i] = m->data[start + i * step];
  return out;
}
bool mmap_set_item(Value v, Value key, Value value) {
  Mmap* m;
  if (!open_map(v, &m) || !writable(m)) return false;
  if (has_index(key)) {
    size_t i;
    if (!index_argument(v, key, &m, &i)) return false;
    if (!value) return raise(types::TypeError, "mmap doesn't support item deletion");
    if (!has_index(value)) return raise(types::TypeError, "mmap item value must be an int");
    int64_t byte;
    if (!to_ssize(value, &byte, types::TypeError)) return false;
    if (byte < 0 || byte > 255) return raise(types::ValueError, "mmap item value must be in range(0, 256)");
    if (!index_argument(v, key, &m, &i)) return false;  // again: the value's __index__ may have done anything
    m->data[i] = static_cast<uint8_t>(byte);
    return true;
  }
  if (!is_slice(key)) return raise(types::TypeError, "mmap indices must be integer");
  SliceNumbers numbers;
  if (!numbers.read(key)) return false;
  if (!value) return raise(types::TypeError, "mmap object doesn't support slice deletion");
  BufferView data(value);
  if (!data.ok() || !open_map(v, &m)) return false;
  int64_t count = numbers.fit(m), start = numbers.start, step = numbers.step;
  if (static_cast<int64_t>(data.size()) != count)
    return raise(types::IndexError, "mmap slice assignment is wrong size");
  if (step == 1) {
    memmove(m->data + start, data.data(), static_cast<size_t>(count));
  } else {
    for (int64_t i = 0; i < count; i++) m->data[start + i * step] = data.data()[i];
  }
  return true;
}

// Iterating gives bytes of length one, where indexing gives ints.
struct MmapIterator {
  Header h;
  Value map;
  size_t index;
};
TypeObject* iterator_type;
void iterator_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  Ref map = gc::take(h, &reinterpret_cast<MmapIterator*>(h)->map);
  finish_dealloc(h);
}
Ref mmap_iter(Value v) {
  auto* it = alloc_instance_as<MmapIterator>(iterator_type);
  if (!it) return nullptr;
  gc::init(&it->map, Ref::dup(v));
  return Ref::steal(it);
}
Ref iterator_self(Value v) { return Ref::dup(v); }
Ref iterator_next(Value v) {
  auto* it = v.as<MmapIterator>();
  Mmap* m;
  Ref done;  // goes without the lock
  if (!it->map) return Ref::imm(kStopIter);
  RuntimeLock lock(it->map);                 // others resize and close it
  if (!it->map) return Ref::imm(kStopIter);  // waiting for the lock gave up the iterator's
  if (!open_map(it->map, &m)) return nullptr;
  if (it->index >= m->size) {
    done = gc::take(&it->h, &it->map);
    return Ref::imm(kStopIter);
  }
  return make_bytes(m->data + it->index++, 1);
}
const TypeSpec kIteratorSpec = {.flags = kTypeNoInstantiate,
                                .basic_size = sizeof(MmapIterator),
                                .ops = {.dealloc = iterator_dealloc},
                                .s = {.iter = iterator_self, .next = iterator_next}};

// ---- as a file ------------------------------------------------------------------------------------------------------------------------

Ref mmap_close(Args& a) {
  Mmap* m = map_of(a.self);
  if (m->exports.load() > 0) return raise(types::BufferError, "cannot close exported pointers exist");
  unmap(m);
  return none();
}
Ref mmap_closed(Value v) { return Ref::imm(bool_value(!map_of(v)->data)); }
Ref mmap_enter(Args& a) {
  Mmap* m;
  return open_map(a.self, &m) ? Ref::dup(a.self) : nullptr;
}
Ref mmap_exit(Args& a) { return call_method(a.self, TAIPAN_NAME(close)); }

size_t left_in(const Mmap* m) { return m->position < m->size ? m->size - m->position : 0; }
Ref take_bytes(Mmap* m, size_t n) {
  Ref out = make_bytes(m->data + m->position, n);
  if (out) m->position += n;
  return out;
}
Ref mmap_read(Args& a) {
  Mmap* m;
  if (!open_map(a.self, &m)) return nullptr;
  int64_t n = -1;
  if (a[0] && a[0] != kNone) {
    if (!has_index(a[0])) return raise(types::TypeError, "argument should be integer or None, not '%.200T'", a[0]);
    if (!to_ssize(a[0], &n, types::OverflowError) || !open_map(a.self, &m)) return nullptr;
  }
  size_t left = left_in(m);
  return take_bytes(m, n < 0 || static_cast<size_t>(n) > left ? left : static_cast<size_t>(n));
}
Ref mmap_read_byte(Args& a) {
  Mmap* m;
  if (!open_map(a.self, &m)) return nullptr;
  if (m->position >= m->size) return raise(types::ValueError, "read byte out of range");
  return make_int(m->data[m->position++]);
}
Ref mmap_readline(Args& a) {
  Mmap* m;
  if (!open_map(a.self, &m)) return nullptr;
  size_t left = left_in(m);
  if (!left) return make_bytes("");
  auto* start = m->data + m->position;
  auto* end = static_cast<uint8_t*>(memchr(start, '\n', left));
  return take_bytes(m, end ? static_cast<size_t>(end + 1 - start) : left);
}
Ref mmap_write(Args& a) {
  Mmap* m;
  if (!open_map(a.self, &m)) return nullptr;
  BufferView data(a[0]);
  if (!data.ok() || !open_map(a.self, &m) || !writable(m)) return nullptr;
  if (data.size() > left_in(m)) return raise(types::ValueError, "data out of range");
  memmove(m->data + m->position, data.data(), data.size());
  m->position += data.size();
  return make_int(static_cast<int64_t>(data.size()));
}
Ref mmap_write_byte(Args& a) {
  Mmap* m;
  int64_t byte;
  if (!open_map(a.self, &m) || !to_int64(a[0], &byte)) return nullptr;
  if (byte < 0) return raise(types::OverflowError, "unsigned byte integer is less than minimum");
  if (byte > 255) return raise(types::OverflowError, "unsigned byte integer is greater than maximum");
  if (!open_map(a.self, &m) || !writable(m)) return nullptr;
  if (m->position >= m->size) return raise(types::ValueError, "write byte out of range");
  m->data[m->position++] = static_cast<uint8_t>(byte);
  return none();
}
Ref mmap_tell(Args& a) {
  Mmap* m;
  return open_map(a.self, &m) ? make_int(static_cast<int64_t>(m->position)) : nullptr;
}
Ref mmap_seek(Args& a) {
  Mmap* m;
  int64_t distance, base;
  int how = 0;
  if (!open_map(a.self, &m) || !to_c_ssize(a[0], &distance) || (a[1] && !plain_int_argument(a[1], &how)) ||
      !open_map(a.self, &m))
    return nullptr;
  if (how < 0 || how > 2) return raise(types::ValueError, "unknown seek type");
  base = how == 0 ? 0 : static_cast<int64_t>(how == 1 ? m->position : m->size);
  int64_t to;
  if (__builtin_add_overflow(base, distance, &to) || to < 0 || to > static_cast<int64_t>(m->size))
    return raise(types::ValueError, "seek out of range");
  m->position = static_cast<size_t>(to);
  return none();
}
Ref mmap_size(Args& a) {
  Mmap* m;
  struct stat st;
  if (!open_map(a.self, &m)) return nullptr;
  return fstat(m->fd, &st) < 0 ? posix_error() : make_int(st.st_size);
}
Ref mmap_flush(Args& a) {
  Mmap* m;
  int64_t offset = 0, size;
  if (!open_map(a.self, &m)) return nullptr;
  size = static_cast<int64_t>(m->size);
  if ((a[0] && !to_c_ssize(a[0], &offset)) || (a[1] && !to_c_ssize(a[1], &size)) || !open_map(a.self, &m))
    return nullptr;
  auto whole = static_cast<int64_t>(m->size);
  if (offset < 0 || size < 0 || size > whole || offset > whole - size)
    return raise(types::ValueError, "flush values out of range");
  if (m->access == kAccessRead || m->access == kAccessCopy) return none();
  m->exports++;  // nobody unmaps it meanwhile
  int r = blocking([&] { return msync(m->data + offset, static_cast<size_t>(size), MS_SYNC); });
  m->exports--;
  return none_or_error(r);
}
Ref mmap_move(Args& a) {
  Mmap* m;
  int64_t to, from, count;
  if (!open_map(a.self, &m) || !to_c_ssize(a[0], &to) || !to_c_ssize(a[1], &from) || !to_c_ssize(a[2], &count) ||
      !open_map(a.self, &m) || !writable(m))
    return nullptr;
  auto size = static_cast<int64_t>(m->size);
  if (to < 0 || from < 0 || count < 0 || size - to < count || size - from < count)
    return raise(types::ValueError, "source, destination, or count out of range");
  memmove(m->data + to, m->data + from, static_cast<size_t>(count));
  return none();
}
Ref mmap_resize(Args& a) {
  Mmap* m;
  int64_t size;
  if (!open_map(a.self, &m) || !to_c_ssize(a[0], &size) || !open_map(a.self, &m) || !resizable(m)) return nullptr;
  if (size < 0 || INT64_MAX - size < m->offset) return raise(types::ValueError, "new size out of range");
  if (size == 0) return raise_os_error(EINVAL);  // before the file is cut to nothing under the map
  if (m->fd != -1 && ftruncate(m->fd, m->offset + size) < 0) return posix_error();
  void* data = mremap(m->data, m->size, static_cast<size_t>(size), MREMAP_MAYMOVE);
  if (data == MAP_FAILED) return posix_error();
  m->data = static_cast<uint8_t*>(data);
  m->size = static_cast<size_t>(size);
  return none();
}
Ref mmap_madvise(Args& a) {
  Mmap* m;
  int option;
  int64_t start = 0, length;
  if (!open_map(a.self, &m)) return nullptr;
  length = static_cast<int64_t>(m->size);
  if (!plain_int_argument(a[0], &option) || (a[1] && !to_c_ssize(a[1], &start)) ||
      (a[2] && !to_c_ssize(a[2], &length)) || !open_map(a.self, &m))
    return nullptr;
  auto size = static_cast<int64_t>(m->size);
  if (start < 0 || start >= size) return raise(types::ValueError, "madvise start out of bounds");
  if (length < 0) return raise(types::ValueError, "madvise length invalid");
  if (INT64_MAX - start < length) return raise(types::OverflowError, "madvise length too large");
  if (start + length > size) length = size - start;
  return none_or_error(madvise(m->data + start, static_cast<size_t>(length), option));
}

Ref find_in(Args& a, bool last) {
  Mmap* m;
  if (!open_map(a.self, &m)) return nullptr;
  BufferView what(a[0]);
  if (!what.ok()) return nullptr;
  int64_t start = static_cast<int64_t>(m->position), end = static_cast<int64_t>(m->size);
  if ((a[1] && !to_c_ssize(a[1], &start)) || (a[2] && !to_c_ssize(a[2], &end)) || !open_map(a.self, &m)) return nullptr;
  auto size = static_cast<int64_t>(m->size);
  auto clamp = [&](int64_t i) {
    if (i < 0) i += size;
    return i < 0 ? int64_t{0} : i > size ? size : i;
  };
  start = clamp(start);
  end = clamp(end);
  if (end < start) return make_int(-1);
  std::string_view text(reinterpret_cast<const char*>(m->data) + start, static_cast<size_t>(end - start));
  size_t at;
  if (last) {
    at = text.rfind(what.view());
  } else if (what.size() == 0) {
    at = 0;
  } else {
    const void* p = memmem(text.data(), text.size(), what.data(), what.size());
    at = p ? static_cast<size_t>(static_cast<const char*>(p) - text.data()) : std::string_view::npos;
  }
  return make_int(at == std::string_view::npos ? -1 : start + static_cast<int64_t>(at));
}
Ref mmap_find(Args& a) { return find_in(a, false); }
Ref mmap_rfind(Args& a) { return find_in(a, true); }

constexpr uint32_t kOld = kNativeNoSignature | kNativeParseTuple;
const NativeDef kMethods[] = {{"close", "($self, /)", mmap_close, kNativeNoSignature, nullptr},
                              {"find", "($self, sub, start=None, end=None, /)", mmap_find, kOld, nullptr},
                              {"rfind", "($self, sub, start=None, end=None, /)", mmap_rfind, kOld, nullptr},
                              {"flush", "($self, offset=0, size=None, /)", mmap_flush, kOld, nullptr},
                              {"madvise", "($self, option, start=0, length=None, /)", mmap_madvise, kOld, nullptr},
                              {"move", "($self, dest, src, count, /)", mmap_move, kOld, nullptr},
                              {"read", "($self, n=None, /)", mmap_read, kOld, nullptr},
                              {"read_byte", "($self, /)", mmap_read_byte, kNativeNoSignature, nullptr},
                              {"readline", "($self, /)", mmap_readline, kNativeNoSignature, nullptr},
                              {"resize", "($self, newsize, /)", mmap_resize, kOld, nullptr},
                              {"seek", "($self, pos, whence=0, /)", mmap_seek, kOld, nullptr},
                              {"size", "($self, /)", mmap_size, kNativeNoSignature, nullptr},
                              {"tell", "($self, /)", mmap_tell, kNativeNoSignature, nullptr},
                              {"write", "($self, bytes, /)", mmap_write, kOld, nullptr},
                              {"write_byte", "($self, byte, /)", mmap_write_byte, kOld, nullptr},
                              {"__enter__", "($self, /)", mmap_enter, kNativeNoSignature, nullptr},
                              {"__exit__", "($self, *args)", mmap_exit, kNativeNoSignature, nullptr},
                              {nullptr, nullptr, nullptr, 0, nullptr}};
const GetSetDef kGetSet[] = {{"closed", mmap_closed, nullptr, nullptr}, {nullptr, nullptr, nullptr, nullptr}};
const TypeSpec kMmapSpec = {
    .doc =
        "mmap(fileno, length[, flags[, prot[, access[, offset]]]])\n\nMaps a file into memory, or memory without a "
        "file where fileno is -1.\n"
        "length 0: the whole file. flags and prot are mmap(2)'s; access is a simpler way to say the same.",
    .flags = kTypeBaseable | kTypeWeakrefable,
    .basic_size = sizeof(Mmap),
    .ops = {.dealloc = mmap_dealloc},
    .methods = kMethods,
    .getset = kGetSet,
    .s = {.repr = mmap_repr,
          .iter = mmap_iter,
          .new_ = mmap_new,
          .length = mmap_length,
          .get_item = mmap_get_item,
          .set_item = mmap_set_item,
          .get_buffer = mmap_get_buffer,
          .release_buffer = mmap_release_buffer}};

#define NAME(n) {#n, n}
const IntConstant kConstants[] = {NAME(PROT_EXEC),
                                  NAME(PROT_READ),
                                  NAME(PROT_WRITE),
                                  NAME(MAP_SHARED),
                                  NAME(MAP_PRIVATE),
                                  NAME(MAP_DENYWRITE),
                                  NAME(MAP_EXECUTABLE),
                                  {"MAP_ANON", MAP_ANONYMOUS},
                                  NAME(MAP_ANONYMOUS),
                                  NAME(MAP_POPULATE),
                                  NAME(MAP_STACK),
                                  {"ACCESS_DEFAULT", kAccessDefault},
                                  {"ACCESS_READ", kAccessRead},
                                  {"ACCESS_WRITE", kAccessWrite},
                                  {"ACCESS_COPY", kAccessCopy},
                                  NAME(MADV_NORMAL),
                                  NAME(MADV_RANDOM),
                                  NAME(MADV_SEQUENTIAL),
                                  NAME(MADV_WILLNEED),
                                  NAME(MADV_DONTNEED),
                                  NAME(MADV_REMOVE),
                                  NAME(MADV_DONTFORK),
                                  NAME(MADV_DOFORK),
                                  NAME(MADV_HWPOISON),
                                  NAME(MADV_MERGEABLE),
                                  NAME(MADV_UNMERGEABLE),
                                  NAME(MADV_HUGEPAGE),
                                  NAME(MADV_NOHUGEPAGE),
                                  NAME(MADV_DONTDUMP),
                                  NAME(MADV_DODUMP),
                                  NAME(MADV_FREE),
                                  {nullptr, 0}};
#undef NAME

bool mmap_exec(Value module) {
  if (!mmap_type) {
    mmap_type = make_native_type("mmap.mmap", types::Object, &kMmapSpec);
    iterator_type = make_native_type("mmap.iterator", types::Object, &kIteratorSpec);
  }
  int64_t page = sysconf(_SC_PAGESIZE);
  return mmap_type && iterator_type && module_add(module, "error", Ref::dup(Value(types::OSError))) &&
         module_add_type(module, mmap_type) && module_add_constants(module, kConstants) &&
         module_add_int(module, "PAGESIZE", page) && module_add_int(module, "ALLOCATIONGRANULARITY", page);
}

}  // namespace

extern const ModuleDef mmap_module;
const ModuleDef mmap_module = {"mmap", nullptr, nullptr, mmap_exec};

}  // namespace taipan
