// See gc/own_turn.h.
#include "gc/own_turn.h"
#include <sched.h>
#include "arch/cpu.h"
#include "gc/bias.h"
#include "gc/heap_internal.h"

namespace taipan::gc {

namespace {

constexpr int kPauses = 64;  // then the other one may need the processor
void wait_a_little(int* turns) {
  arch::cpu_pause();
  if (++*turns % kPauses == 0) sched_yield();
}

}  // namespace

void OwnTurn::take_from(uint32_t owner, uint32_t to) {
  uint32_t seen = owner;
  if (!owner_.compare_exchange_strong(seen, kTaking, std::memory_order_seq_cst)) return;
  perturb();
  if (is_attached(owner - 1)) {
    to = kShared;
    pass_barriers();
  }
  for (int turns = 0; busy_.load(std::memory_order_acquire) != 0;) wait_a_little(&turns);
  owner_.store(to, std::memory_order_seq_cst);
}

bool OwnTurn::begin_slow() {
  uint32_t slot = current_slot, mine = slot != kNoOwner && has_barriers() ? slot + 1 : kShared;
  for (int turns = 0;;) {
    uint32_t owner = owner_.load(std::memory_order_acquire);
    if (owner == kShared) return false;
    if (owner == kFree) {
      owner_.compare_exchange_strong(owner, mine, std::memory_order_seq_cst);
    } else if (owner == mine) {
      if (is_own(slot)) return true;
    } else if (owner == kTaking) {
      wait_a_little(&turns);
    } else {
      take_from(owner, mine);
    }
  }
}

void OwnTurn::meet(bool share) {
  for (int turns = 0;;) {
    uint32_t owner = owner_.load(std::memory_order_seq_cst);
    if (owner == kShared || owner == static_cast<uint32_t>(current_slot) + 1) return;
    if (owner == kTaking) {
      wait_a_little(&turns);
    } else if (owner == kFree) {
      if (!share || owner_.compare_exchange_strong(owner, kShared, std::memory_order_seq_cst)) return;
    } else if (share) {
      take_from(owner, kShared);
    } else {
      if (is_attached(owner - 1)) pass_barriers();
      return;
    }
  }
}

}  // namespace taipan::gc
