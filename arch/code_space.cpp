#include "arch/code_space.h"

#include <fcntl.h>
#include <linux/membarrier.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cstring>
#include <utility>
#include "arch/masm.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

namespace taipan::arch {

namespace {
constexpr size_t kGranule = 64;
constexpr size_t kRegionSize = size_t{16} << 20;  // address space: memory is taken as it is written

// An address whose distance to the executable's own code is below 2 GB, if the kernel has one free. map(hint, flags) maps there.
template <class F>
uint8_t* map_near_text(size_t size, F map) {
  uintptr_t text = reinterpret_cast<uintptr_t>(&flush_instructions) & ~(kRegionSize - 1);
  for (uintptr_t distance = size_t{256} << 20; distance < (size_t{1} << 31) - kRegionSize * 2;
       distance += kRegionSize) {
    void* hint = reinterpret_cast<void*>(text + distance);
    void* p = map(hint, MAP_FIXED_NOREPLACE);
    if (p == hint) return static_cast<uint8_t*>(p);
    if (p != MAP_FAILED) munmap(p, size);
  }
  void* p = map(nullptr, 0);
  return p == MAP_FAILED ? nullptr : static_cast<uint8_t*>(p);
}

// Maps shared memory without a file a second time (mremap of nothing), there if it can be. Profilers take it for anonymous memory, whose
// symbols are in perf's map, where they look into a file for those of a memfd. Emulators have no such mremap.
void* map_again(void* shared, size_t size, void* there) {
  int flags = MREMAP_MAYMOVE | (there ? MREMAP_FIXED : 0);
  return there ? mremap(shared, 0, size, flags, there) : mremap(shared, 0, size, flags);
}
uint8_t* executable_view(void* shared, size_t size) {
  uint8_t* p = map_near_text(size, [&](void* hint, int flags) {
    if (!hint) return map_again(shared, size, nullptr);
    // Takes the place first: mremap would replace what is there.
    void* place = mmap(hint, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
    if (place != hint) return place;
    void* view = map_again(shared, size, hint);
    if (view == MAP_FAILED) munmap(place, size);
    return view;
  });
  if (p && mprotect(p, size, PROT_READ | PROT_EXEC) != 0) {
    munmap(p, size);
    p = nullptr;
  }
  return p;
}

int membarrier(int command) { return static_cast<int>(syscall(SYS_membarrier, command, 0, 0)); }
}  // namespace

void flush_instructions(const void* exec, size_t size) {
  char* p = const_cast<char*>(static_cast<const char*>(exec));
  __builtin___clear_cache(p, p + size);
}
void synchronize_cores() {
  // Registration is per process, and cheap when it was done before. Kernels without it (and emulators) have no other way to
  // offer; an interrupt on each processor comes before long in any case.
  if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE) == 0) return;
  if (membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE) == 0)
    membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE);
}

CodeSpace::~CodeSpace() {
  for (auto& [address, block] : blocks_) {
    unregister_unwind(&block->unwind);
    delete block;
  }
  for (Region& r : regions_) {
    munmap(r.exec, r.size);
    if (r.write) {
      munmap(r.write, r.size);
      if (r.fd >= 0) close(r.fd);
    }
  }
}

// The same by a file in memory. fd: kept for mapping pages again.
static bool map_file(size_t size, int* fd, uint8_t** exec, void** write) {
  *fd = memfd_create("taipan-code", MFD_CLOEXEC);
  if (*fd < 0) return false;
  *exec = nullptr;
  *write = MAP_FAILED;
  if (ftruncate(*fd, static_cast<off_t>(size)) == 0) {
    *exec = map_near_text(size, [&](void* hint, int flags) {
      return mmap(hint, size, PROT_READ | PROT_EXEC, MAP_SHARED | flags, *fd, 0);
    });
    *write = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
  }
  if (!*exec || *write == MAP_FAILED) {
    if (*exec) munmap(*exec, size);
    if (*write != MAP_FAILED) munmap(*write, size);
    close(*fd);
    return false;
  }
  // Out of the way of the numbers that programs expect to get.
  int high = fcntl(*fd, F_DUPFD_CLOEXEC, 500);
  if (high >= 0) {
    close(*fd);
    *fd = high;
  }
  return true;
}

bool CodeSpace::add_region(size_t at_least) {
  size_t size = kRegionSize;
  while (size < at_least) size *= 2;
  int fd = -1;
  void* write = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  uint8_t* exec = write == MAP_FAILED ? nullptr : executable_view(write, size);
  if (!exec) {
    if (write != MAP_FAILED) munmap(write, size);
    if (!map_file(size, &fd, &exec, &write)) return false;
  }
  Region r{exec, static_cast<uint8_t*>(write), size, 0, fd, {}};
  r.free[0] = static_cast<uint32_t>(size);
  regions_.push_back(std::move(r));
  return true;
}

bool CodeSpace::take(size_t bytes, CodeBlock* out, uint8_t** write, bool* reused) {
  for (int attempt = 0; attempt < 2; attempt++) {
    for (size_t i = 0; i < regions_.size(); i++) {
      Region& r = regions_[i];
      if (!r.write) continue;
      for (auto it = r.free.begin(); it != r.free.end(); ++it) {
        if (it->second < bytes) continue;
        uint32_t offset = it->first, left = it->second - static_cast<uint32_t>(bytes);
        r.free.erase(it);
        if (left) r.free[offset + static_cast<uint32_t>(bytes)] = left;
        out->exec = r.exec + offset;
        out->room = static_cast<uint32_t>(bytes);
        out->region = static_cast<uint32_t>(i);
        *write = r.write + offset;
        *reused = offset < r.high;
        if (offset + bytes > r.high) r.high = offset + bytes;
        return true;
      }
    }
    if (attempt || !add_region(bytes)) return false;
  }
  return false;
}

CodeBlock* CodeSpace::install(Masm& masm, std::string name, const SourceLines& source) {
  if (!masm.finish()) return nullptr;
  size_t bytes = (masm.size() + kGranule - 1) & ~(kGranule - 1);
  if (bytes == 0) return nullptr;
  std::lock_guard<std::mutex> lock(mutex_);
  if (used_ + bytes > limit_) return nullptr;
  auto* block = new CodeBlock;
  uint8_t* write;
  bool reused;
  if (!take(bytes, block, &write, &reused)) {
    delete block;
    return nullptr;
  }
  block->size = static_cast<uint32_t>(masm.size());
  block->name = std::move(name);
  used_ += block->room;
  bool ok = masm.install(write, block->exec);
  blocks_[block->exec] = block;
  if (!ok) {
    release_locked(block);
    return nullptr;
  }
  flush_instructions(block->exec, block->size);
  if (reused) synchronize_cores();
  block->unwind = register_unwind(block->exec, block->size, masm.unwind_rows(), block->name, source);
  return block;
}

void CodeSpace::release_locked(CodeBlock* block) {
  unregister_unwind(&block->unwind);
  Region& r = regions_[block->region];
  if (r.write && !block->pinned) {
    uint32_t offset = static_cast<uint32_t>(block->exec - r.exec), size = block->room;
    auto after = r.free.lower_bound(offset);
    if (after != r.free.end() && after->first == offset + size) {
      size += after->second;
      after = r.free.erase(after);
    }
    if (after != r.free.begin()) {
      auto before = std::prev(after);
      if (before->first + before->second == offset) {
        offset = before->first;
        size += before->second;
        r.free.erase(before);
      }
    }
    r.free[offset] = size;
    used_ -= block->room;
#if defined(__aarch64__)
    // An emulator that translates code by its address (qemu's user mode) sees it change only when the mapping does. The same
    // pages are mapped again in one step, so code beside the block may be running; a real processor doesn't mind.
    size_t from = static_cast<size_t>(block->exec - r.exec) & ~size_t{4095};
    size_t to = (static_cast<size_t>(block->exec - r.exec) + block->room + 4095) & ~size_t{4095};
    if (r.fd >= 0)
      mmap(r.exec + from, to - from, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED, r.fd, static_cast<off_t>(from));
#endif
  }
  blocks_.erase(block->exec);
  delete block;
}
void CodeSpace::release(CodeBlock* block) {
  std::lock_guard<std::mutex> lock(mutex_);
  release_locked(block);
}
void CodeSpace::retire(CodeBlock* block, uint64_t epoch) {
  std::lock_guard<std::mutex> lock(mutex_);
  retired_.emplace_back(epoch, block);
}
size_t CodeSpace::reclaim(uint64_t epoch) {
  std::lock_guard<std::mutex> lock(mutex_);
  size_t kept = 0, n = retired_.size();
  for (auto& entry : retired_) {
    if (entry.first < epoch)
      release_locked(entry.second);
    else
      retired_[kept++] = entry;
  }
  retired_.resize(kept);
  return n - kept;
}
CodeBlock* CodeSpace::find(const void* pc) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto it = blocks_.upper_bound(static_cast<const uint8_t*>(pc));
  if (it == blocks_.begin()) return nullptr;
  CodeBlock* block = std::prev(it)->second;
  return static_cast<const uint8_t*>(pc) < block->exec + block->size ? block : nullptr;
}

void CodeSpace::after_fork_in_parent() {
  for (auto& [address, block] : blocks_) block->pinned = true;
  mutex_.unlock();
}
void CodeSpace::after_fork_in_child() {
  for (Region& r : regions_) {
    if (r.write) {
      munmap(r.write, r.size);
      if (r.fd >= 0) close(r.fd);
    }
    r.write = nullptr;
    r.free.clear();
  }
  mutex_.unlock();
}

}  // namespace taipan::arch
