// What the int*.cpp files share: ints of any kind seen as sign and magnitude, and the making of results.
#pragma once
#include <gmp.h>
#include "interp/objects/abstract.h"
#include "interp/objects/int.h"

namespace taipan {

static_assert(sizeof(mp_limb_t) == 8 && GMP_NAIL_BITS == 0);

// Sign and magnitude of any int (bool and subclasses too). Points into the object, so the object must stay alive.
struct IntView {
  const mp_limb_t* p;
  size_t n;  // limbs, 0 for zero
  bool negative;
  mp_limb_t small;

  explicit IntView(Value v) {
    if (v.is_int()) {
      set_small(v.as_int());
    } else if (v.is_heap()) {
      const BigInt* b = v.as<BigInt>();
      p = reinterpret_cast<const mp_limb_t*>(b->limbs());
      negative = b->size < 0;
      n = static_cast<size_t>(negative ? -b->size : b->size);
    } else {
      set_small(v == kTrue);
    }
  }
  explicit IntView(int64_t i) { set_small(i); }
  IntView(const IntView&) = delete;
  IntView& operator=(const IntView&) = delete;

  // The value of an int of at most two limbs.
  bool fits128(__int128* out) const {
    if (n > 2) return false;
    unsigned __int128 m = 0;
    if (n > 0) m = p[0];
    if (n > 1) {
      if (p[1] >> 63) return false;
      m |= static_cast<unsigned __int128>(p[1]) << 64;
    }
    *out = negative ? -static_cast<__int128>(m) : static_cast<__int128>(m);
    return true;
  }

 private:
  void set_small(int64_t i) {
    negative = i < 0;
    small = negative ? uint64_t{0} - static_cast<uint64_t>(i) : static_cast<uint64_t>(i);
    p = &small;
    n = small != 0;
  }
};

// A new big int of n limbs, uninitialised; MemoryError. finish_big strips leading zeros, and turns what fits into an immediate.
BigInt* new_big(size_t n);
Ref finish_big(BigInt* b, size_t n, bool negative);
inline mp_limb_t* big_limbs(BigInt* b) { return reinterpret_cast<mp_limb_t*>(b->limbs()); }
Ref make_int128(__int128 i);
Ref make_magnitude(unsigned __int128 m, bool negative);

// GMP takes its own scratch and aborts where it gets none: asks for as much first. False: MemoryError.
bool reserve_scratch(size_t limbs);

// Raw limbs that free themselves.
class LimbBuffer {
 public:
  explicit LimbBuffer(size_t n)
      : p_(n <= kInline ? inline_ : static_cast<mp_limb_t*>(gc::raw_alloc(n * sizeof(mp_limb_t)))) {
    if (!p_) raise_memory();
  }
  ~LimbBuffer() {
    if (p_ != inline_) gc::raw_free(p_);
  }
  LimbBuffer(const LimbBuffer&) = delete;
  bool ok() const { return p_ != nullptr; }
  mp_limb_t* get() { return p_; }

 private:
  static constexpr size_t kInline = 40;
  mp_limb_t inline_[kInline];
  mp_limb_t* p_;
};

// Operations beyond this many limbs let other threads run meanwhile.
inline constexpr size_t kDetachLimbs = 2000;

// Detaches around a long GMP call; the operands are kept alive by references of our own.
class LongOperation {
 public:
  LongOperation(size_t limbs, Value a, Value b = Value()) {
    if (TAIPAN_UNLIKELY(limbs > kDetachLimbs)) {
      a_ = Ref::dup(a);
      b_ = Ref::dup(b);
      new (storage_) gc::BlockingScope;
      active_ = true;
    }
  }
  ~LongOperation() {
    if (TAIPAN_UNLIKELY(active_)) reinterpret_cast<gc::BlockingScope*>(storage_)->~BlockingScope();
  }
  LongOperation(const LongOperation&) = delete;

 private:
  Ref a_, b_;
  bool active_ = false;
  alignas(gc::BlockingScope) char storage_[sizeof(gc::BlockingScope)];
};

}  // namespace taipan
