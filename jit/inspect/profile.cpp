// What perf is told.
//
// -X perf: a map from addresses to names, which perf report reads by itself.
// -X perf=jitdump: the jitdump format, which has the code itself and its source lines:
//
//   perf record -k mono taipan -X perf=jitdump program.py
//   perf inject --jit -i perf.data -o perf.jit.data; perf report -i perf.jit.data      (or perf annotate)
//
// A jitdump file is a header and records in the order of time. perf record learns its name from a mapping of it that is executable, which
// nobody ever runs.
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <cstdio>
#include <cstring>
#include "interp/objects/str.h"
#include "jit/inspect/inspect.h"
#include "jit/tiering/tier.h"

namespace taipan::jit {

namespace {

FILE* map_file;
int dump_fd = -1;
void* marker;
uint64_t code_index;

struct DumpHeader {
  uint32_t magic = 0x4A695444;  // "JiTD", in this machine's byte order
  uint32_t version = 1;
  uint32_t total_size = 40;
  uint32_t machine;
  uint32_t unused = 0;
  uint32_t pid;
  uint64_t timestamp;
  uint64_t flags = 0;
};
static_assert(sizeof(DumpHeader) == 40);
enum RecordId : uint32_t { kLoad = 0, kDebugInfo = 2, kClose = 3 };

uint64_t now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1000000000 + static_cast<uint64_t>(t.tv_nsec);
}

class RecordBytes {
 public:
  explicit RecordBytes(RecordId id) {
    put(static_cast<uint32_t>(id));
    put(uint32_t{0});
    put(now());
  }
  template <class T>
  void put(T v) {
    raw(&v, sizeof v);
  }
  void raw(const void* p, size_t n) { bytes_.append(static_cast<const char*>(p), n); }
  void text(const std::string& s) { raw(s.c_str(), s.size() + 1); }
  // In one piece: a record is never seen half written.
  bool write_to(int fd) {
    uint32_t size = static_cast<uint32_t>(bytes_.size());
    memcpy(&bytes_[4], &size, sizeof size);
    for (size_t at = 0; at < bytes_.size();) {
      ssize_t n = write(fd, &bytes_[at], bytes_.size() - at);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      at += static_cast<size_t>(n);
    }
    return true;
  }

 private:
  std::string bytes_;
};

void open_jitdump() {
  const std::string& folder = tier->options.jitdump_folder;
  std::string path = (folder.empty() ? std::string(".") : folder) + "/jit-" + std::to_string(getpid()) + ".dump";
  dump_fd = open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0666);
  if (dump_fd < 0) {
    fprintf(stderr, "taipan: can't write %s: %s\n", path.c_str(), strerror(errno));
    return;
  }
  // Out of the way of the numbers that programs expect to get.
  if (int high = fcntl(dump_fd, F_DUPFD_CLOEXEC, 500); high >= 0) {
    close(dump_fd);
    dump_fd = high;
  }
  marker = mmap(nullptr, static_cast<size_t>(sysconf(_SC_PAGESIZE)), PROT_READ | PROT_EXEC, MAP_PRIVATE, dump_fd, 0);
  DumpHeader header;
#if defined(__x86_64__)
  header.machine = EM_X86_64;
#else
  header.machine = EM_AARCH64;
#endif
  header.pid = static_cast<uint32_t>(getpid());
  header.timestamp = now();
  if (write(dump_fd, &header, sizeof header) != static_cast<ssize_t>(sizeof header)) {
    close(dump_fd);
    dump_fd = -1;
  }
}

void add_to_jitdump(const arch::CodeBlock& block, Code* code, const Positions* positions) {
  uint64_t address = reinterpret_cast<uint64_t>(block.exec);
  bool good = true;
  if (code && positions) {
    std::vector<arch::CodeLine> lines = lines_of(code, *positions);
    std::string file = utf8_lossy(code->filename);
    RecordBytes r(kDebugInfo);
    r.put(address);
    r.put(static_cast<uint64_t>(lines.size()));
    for (const arch::CodeLine& l : lines) {
      r.put(address + l.offset);
      r.put(static_cast<int32_t>(l.line));
      r.put(int32_t{0});
      r.text(file);  // (The format's mark for "the same as before" isn't known to every perf.)
    }
    if (!lines.empty()) good = r.write_to(dump_fd);
  }
  RecordBytes r(kLoad);
  r.put(static_cast<uint32_t>(getpid()));
  r.put(static_cast<uint32_t>(syscall(SYS_gettid)));
  r.put(address);
  r.put(address);
  r.put(static_cast<uint64_t>(block.size));
  r.put(code_index++);
  r.text(block.name);
  r.raw(block.exec, block.size);
  if (good && r.write_to(dump_fd)) return;
  close(dump_fd);  // no room: what is there can be read
  dump_fd = -1;
}

void open_map() { map_file = fopen(("/tmp/perf-" + std::to_string(getpid()) + ".map").c_str(), "ae"); }

}  // namespace

void start_profilers() {
  if (tier->options.perf_map) open_map();
  if (tier->options.jitdump) open_jitdump();
}
void finish_profilers() {
  if (!tier) return;
  std::lock_guard<std::mutex> hold(tier->mutex);
  if (dump_fd >= 0) RecordBytes(kClose).write_to(dump_fd);
}

void tell_profilers(const arch::CodeBlock& block, Code* code, const Positions* positions) {
  if (map_file) {
    fprintf(map_file, "%zx %x %s\n", reinterpret_cast<size_t>(block.exec), block.size, block.name.c_str());
    fflush(map_file);
  }
  if (dump_fd >= 0) add_to_jitdump(block, code, positions);
}

// The child has a file of its own, which begins with what it inherits.
void profilers_after_fork() {
  if (map_file) {
    fclose(map_file);
    open_map();
  }
  if (dump_fd >= 0) {
    close(dump_fd);
    if (marker != MAP_FAILED) munmap(marker, static_cast<size_t>(sysconf(_SC_PAGESIZE)));
    open_jitdump();
  }
  if (!map_file && dump_fd < 0) return;
  for (const arch::CodeBlock* block : tier->stub_blocks) tell_profilers(*block, nullptr, nullptr);
  for (Record* r = tier->records; r; r = r->next)
    for (const Version& v : r->versions) tell_profilers(*v.block, r->code, &v.positions);
}

}  // namespace taipan::jit
