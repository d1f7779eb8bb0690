// Executable memory.
//
// Code lives in regions of shared memory that are mapped twice: readable and executable at one address, readable and
// writable at another. No address is ever both. Regions are placed near the executable where they can be, so that calls from
// code to C++ are direct.
//
// Life of a block: install() takes room, lets the macro assembler write its code through the writable mapping, makes it
// visible to instruction fetch and tells unwinders; the caller then publishes the entry address with a release store. When
// nothing leads to the code any more, retire() notes the epoch in which that was so; reclaim() frees what was retired before
// an epoch that every thread has passed. (What an epoch is, the caller knows: gc/epoch.h.) release() frees at once.
//
// Instruction fetch on other processors. Fresh memory was never fetched, so cleaning the caches (flush_instructions) is enough:
// whoever reads the published address gets there by a dependency or an acquire, and the cache maintenance was finished before the
// release. Where memory is used again another processor may still hold instructions decoded from the old code in its pipeline,
// so a membarrier(SYNC_CORE) makes each thread of the process pass a context synchronisation before publication.
//
// Fork. The mapping is shared, so a child must not write where its parent's code is, nor the parent reuse what a child may run:
// after_fork_in_parent() pins the blocks of that time for good, after_fork_in_child() leaves the inherited regions as they
// are, for running only, and starts new ones.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>
#include "arch/unwind.h"

namespace taipan::arch {

class Masm;

struct CodeBlock {
  const uint8_t* exec = nullptr;
  uint32_t size = 0;  // of the code
  uint32_t room = 0;  // taken, in granules' bytes
  uint32_t region = 0;
  bool pinned = false;
  std::string name;
  UnwindRegistration unwind;
  template <class F>
  F entry(uint32_t offset = 0) const {
    return reinterpret_cast<F>(reinterpret_cast<uintptr_t>(exec) + offset);
  }
};

class CodeSpace {
 public:
  explicit CodeSpace(size_t limit = size_t{64} << 20) : limit_(limit) {}
  ~CodeSpace();
  CodeSpace(const CodeSpace&) = delete;
  CodeSpace& operator=(const CodeSpace&) = delete;

  // Null: the limit is reached, or the system gives no memory, or the assembler had an error.
  CodeBlock* install(Masm& masm, std::string name, const SourceLines& source = {});
  void release(CodeBlock* block);
  void retire(CodeBlock* block, uint64_t epoch);
  size_t reclaim(uint64_t epoch);        // frees what was retired before; how many blocks
  CodeBlock* find(const void* pc);       // the block that an address lies in, or null
  size_t used() const { return used_; }  // bytes taken
  size_t blocks() const { return blocks_.size(); }

  void before_fork() { mutex_.lock(); }
  void after_fork_in_parent();
  void after_fork_in_child();

 private:
  struct Region {
    uint8_t* exec;
    uint8_t* write;  // null: inherited through a fork
    size_t size;
    size_t high;  // never used beyond
    int fd;
    std::map<uint32_t, uint32_t> free;  // offset -> bytes
  };
  bool add_region(size_t at_least);
  bool take(size_t bytes, CodeBlock* out, uint8_t** write, bool* reused);
  void release_locked(CodeBlock* block);

  std::mutex mutex_;
  std::vector<Region> regions_;
  std::map<const uint8_t*, CodeBlock*> blocks_;
  std::vector<std::pair<uint64_t, CodeBlock*>> retired_;
  size_t limit_;
  size_t used_ = 0;
};

// Makes bytes that were written (through whatever mapping) executable at this address on this processor and later on others.
void flush_instructions(const void* exec, size_t size);
// Every running thread of the process synchronises its instruction stream before this returns.
void synchronize_cores();

}  // namespace taipan::arch
