// The limit on code memory: see tiering.h.
#include <algorithm>
#include "gc/mutator.h"
#include "gc/stacks.h"
#include "jit/tiering/tier.h"

namespace taipan::jit {

namespace {

struct Block {
  uintptr_t begin, end;
  bool running;
};

// Of blocks in ascending order, those that a word on a stack points into: a return address (the one behind a last call may be the end).
void note_running(std::vector<Block>& blocks) {
  gc::visit_stack_words(
      [](uintptr_t word, void* arg) {
        auto& all = *static_cast<std::vector<Block>*>(arg);
        if (word <= all.front().begin || word > all.back().end) return;
        auto after =
            std::lower_bound(all.begin(), all.end(), word, [](const Block& b, uintptr_t w) { return b.begin < w; });
        Block& b = *(after - 1);
        if (word <= b.end) b.running = true;
      },
      &blocks);
}

}  // namespace

void forget_record(Record* record) {
  (record->before ? record->before->next : tier->records) = record->next;
  if (record->next) record->next->before = record->before;
  delete record;
}

bool make_room() {
  gc::Mutator* self = gc::current_mutator;
  gc::stop_the_world(self);
  std::unique_lock<std::mutex> hold(tier->mutex);
  // Where the last time left most of the memory in use there is little to gain, until some time has passed.
  size_t limit = tier->options.memory, used = tier->space.used();
  if (tier->stats.clearings && used < tier->used_after_clearing + limit / 8 && tier->put_off < kMostPutOff) {
    tier->full_at = used;
    tier->put_off = 0;
    hold.unlock();
    gc::resume_the_world(self);
    return false;
  }
  std::vector<Block> blocks;
  for (Record* r = tier->records; r; r = r->next)
    for (Version& v : r->versions) {
      uintptr_t begin = reinterpret_cast<uintptr_t>(v.block->exec);
      blocks.push_back({begin, begin + v.block->size, false});
    }
  std::sort(blocks.begin(), blocks.end(), [](const Block& a, const Block& b) { return a.begin < b.begin; });
  if (!blocks.empty()) note_running(blocks);
  auto is_running = [&](const Version& v) {
    uintptr_t begin = reinterpret_cast<uintptr_t>(v.block->exec);
    return std::lower_bound(blocks.begin(), blocks.end(), begin,
                            [](const Block& b, uintptr_t w) { return b.begin < w; })
        ->running;
  };
  for (Record* r = tier->records; r; r = r->next) {
    interpret(r->code, r->feedback);
    r->times = 0;
    auto gone = std::stable_partition(r->versions.begin(), r->versions.end(), is_running);
    for (auto v = gone; v != r->versions.end(); ++v) {
      tier->space.release(v->block);
      tier->stats.dropped++;
    }
    r->versions.erase(gone, r->versions.end());
  }
  tier->stats.clearings++;
  tier->full_at = 0;
  tier->put_off = 0;
  tier->used_after_clearing = tier->space.used();
  hold.unlock();
  gc::resume_the_world(self);
  return true;
}

}  // namespace taipan::jit
