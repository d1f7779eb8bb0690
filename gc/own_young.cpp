#include "gc/own_young.h"
#include "gc/concurrent_internal.h"
#include "gc/ref.h"

namespace taipan::gc {

namespace {

// rc_local of a member: the references to it that weren't found in others, below two marks. (No member has so many.)
constexpr uint32_t kMember = 1u << 31, kReached = 1u << 30, kNumber = kReached - 1;
constexpr uint8_t kNotOne = kImmortal | kDeferred | kFrozen | kDying;

uint32_t number_word(const Header* h) { return h->rc_local.load(std::memory_order_relaxed); }
void set_number_word(Header* h, uint32_t n) { h->rc_local.store(n, std::memory_order_relaxed); }
bool is_own(const Header* h) { return h->owner.load(std::memory_order_relaxed) == current_slot; }
bool is_member(const Header* h) { return is_own(h) && (number_word(h) & kMember); }

class OwnTrial {
 public:
  OwnTrial(HeaderVector& young, size_t middle, int to_gen) : young_(young), middle_(middle), to_gen_(to_gen) {}

  OwnYoung find_unreachable(HeaderVector& garbage) {
    choose();
    each([this](Header* h) { trace(h, subtract); });
    each([this](Header* h) {
      if (number_word(h) & kNumber) reach(h, this);
      while (!work_.empty()) trace(work_.pop(), reach);
    });
    bool sure = is_sure();
    HeaderVector kept;
    for (size_t i = first_; i < young_.count; i++) {
      Header* h = young_.items[i];
      bool unreached = !(number_word(h) & kReached);
      set_number_word(h, counts_.items[i]);
      if (sure && unreached) {
        garbage.push(h);
      } else if (const TypeOps* ops = ops_of(h); TAIPAN_UNLIKELY(ops->can_untrack != nullptr) && ops->can_untrack(h)) {
        untrack(h);
      } else {
        kept.push(h);
      }
    }
    OwnYoung found{young_.count - first_, young_.count - first_ - garbage.count};
    promote_own(kept, to_gen_, others_);
    return found;
  }

 private:
  template <class F>
  void each(F f) {
    for (size_t i = first_; i < young_.count; i++) f(young_.items[i]);
  }

  // The list names a cell that was used again more than once: the last counts. What is a member has come to the end of the array.
  void choose() {
    counts_.reserve(young_.count);
    first_ = young_.count;
    for (size_t i = young_.count; i-- > 0;) {
      Header* h = young_.items[i];
      ShapeId shape = h->shape();
      uint8_t flags = h->gcflags.load(std::memory_order_relaxed);
      if (shape == 0 || (flags & (kTracked | kOldGen)) != (i < middle_ ? kTracked | kOldGen : kTracked)) continue;
      if (!is_own(h) || (flags & kNotOne) || h->rc_shared.load(std::memory_order_relaxed) != 0) {
        others_.push(h);
        continue;
      }
      uint32_t n = number_word(h);
      if (n & kMember) continue;
      if (n > kNumber || !shape_table[shape]->ops->trace_anytime) {
        others_.push(h);
        continue;
      }
      young_.items[--first_] = h;
      counts_.items[first_] = n;
      set_number_word(h, n | kMember);
    }
  }

  void trace(Header* h, void (*f)(Header*, void*)) {
    Visitor v(f, this);
    ops_of(h)->trace(h, v);
  }
  static void subtract(Header* child, void* self) {
    if (!is_member(child)) return;
    uint32_t n = number_word(child);
    if (TAIPAN_LIKELY(n & kNumber)) {
      set_number_word(child, n - 1);
    } else {
      static_cast<OwnTrial*>(self)->too_many_ = true;
    }
  }
  static void reach(Header* child, void* self) {
    if (!is_member(child)) return;
    uint32_t n = number_word(child);
    if (n & kReached) return;
    set_number_word(child, n | kReached);
    static_cast<OwnTrial*>(self)->work_.push(child);
  }
  static void subtract_unreached(Header* child, void* self) {
    if (is_own(child) && (number_word(child) & (kMember | kReached)) == kMember) subtract(child, self);
  }

  bool is_sure() {
    if (too_many_) return false;
    bool any = false;
    for (size_t i = first_; i < young_.count; i++) {
      Header* h = young_.items[i];
      if (number_word(h) & kReached) continue;
      set_number_word(h, counts_.items[i] | kMember);
      any = true;
    }
    if (!any) return false;
    each([this](Header* h) {
      if (!(number_word(h) & kReached)) trace(h, subtract_unreached);
    });
    // Who put a reference there had counted it before.
    std::atomic_thread_fence(std::memory_order_acquire);
    bool sure = !too_many_;
    each([&](Header* h) {
      uint32_t n = number_word(h);
      if (!(n & kReached)) sure &= !(n & kNumber) && h->rc_shared.load(std::memory_order_relaxed) == 0;
    });
    return sure;
  }

  HeaderVector& young_;
  size_t middle_;  // so many are, or were, of generation 1
  int to_gen_;
  PodVector<uint32_t> counts_;  // beside young_
  size_t first_ = 0;
  HeaderVector others_;
  HeaderVector work_;
  bool too_many_ = false;
};

}  // namespace

OwnYoung find_own_garbage(HeaderVector& garbage, bool with_middle) {
  HeaderVector young;
  size_t middle = take_own_young(young, with_middle);
  return OwnTrial(young, middle, with_middle ? 2 : 1).find_unreachable(garbage);
}

}  // namespace taipan::gc
