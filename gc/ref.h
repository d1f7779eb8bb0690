// Owned references and the inline half of the biased reference counts.
//
// Conventions for all of Taipan: parameters of type Value are borrowed; a function returning Ref returns a new (owned)
// reference, null meaning "exception set"; a parameter of type Ref is consumed. C++ locals may hold borrowed Values
// only as long as somebody else surely owns them.
#pragma once
#include <utility>
#include "gc/header.h"

namespace taipan {
namespace gc {

// The slot whose local counts this thread may touch: kGilSlot with the GIL, the thread's own slot without.
extern thread_local constinit uint16_t current_slot TAIPAN_TLS;

TAIPAN_KEEPS_REGISTERS void incref_slow(
    Header* h);  // not the owner, immortal/deferred, or the local count has reached its limit
TAIPAN_KEEPS_REGISTERS void decref_slow(Header* h);  // not the owner, or immortal/deferred
// local count reached zero: checks the shared count, then destroys or puts on the thread's work list
void dealloc(Header* h);

TAIPAN_INLINE void incref(Header* h) {
  uint16_t owner = h->owner.load(std::memory_order_relaxed);
  if (TAIPAN_LIKELY(owner == current_slot)) {
    uint32_t n = h->rc_local.load(std::memory_order_relaxed) + 1;
    h->rc_local.store(n, std::memory_order_relaxed);
    if (TAIPAN_LIKELY(static_cast<int32_t>(n) >= 0)) return;  // the flags are there from the addition
  } else if (owner == kUncountedOwner) {
    return;
  }
  incref_slow(h);
}
TAIPAN_INLINE void decref(Header* h) {
  uint16_t owner = h->owner.load(std::memory_order_relaxed);
  if (TAIPAN_LIKELY(owner == current_slot)) {
    uint32_t n = h->rc_local.load(std::memory_order_relaxed) - 1;
    h->rc_local.store(n, std::memory_order_relaxed);
    if (TAIPAN_UNLIKELY(n == 0)) dealloc(h);
  } else if (owner != kUncountedOwner) {
    decref_slow(h);
  }
}
// True if this thread can see that it holds the only reference (never true for immortal or shared ones).
inline bool is_unique(const Header* h) {
  return h->owner.load(std::memory_order_relaxed) == current_slot && h->rc_local.load(std::memory_order_relaxed) == 1 &&
         h->rc_shared.load(std::memory_order_acquire) == 0;
}
uint64_t ref_count(const Header* h);   // what sys.getrefcount shows; a huge number for immortal ones
void add_refs(Header* h, uint64_t n);  // n references at once; makes it immortal where the count would near its limit
void make_immortal(Header* h);
inline bool is_immortal(const Header* h) { return h->has_gcflag(kImmortal); }
// With the GIL off: from now on uncounted, only the collector frees it. No effect with the GIL on.
void make_deferred(Header* h);

// Lock-free readers and weakrefs: fails where the object is dying, or where another thread owns it and nobody else has
// counted it yet. A reader that fails takes the container's lock, looks again, and if the object is still there calls
// incref_published, after which lock-free reads of it succeed. Weakref creation calls publish. No cost with the GIL on.
bool try_incref(Header* h);
void publish(Header* h);
inline void incref_published(Header* h) {
  publish(h);
  incref(h);
}

// Finalisers. TypeOps::dealloc of a type with __del__ goes like this:
//   if (!h->has_gcflag(kFinalized)) {
//     h->set_gcflag(kFinalized);
//     begin_finalize(h);            // the object lives again, with one reference
//     ...call __del__, report what it raises...
//     if (end_finalize(h)) return;  // somebody kept it: dealloc comes again when that reference goes
//   }
//   ...clear weakrefs, drop references, free_object(h)...
// The same pair serves weakref callbacks and anything else that shows a dying object to Python.
void begin_finalize(Header* h);
bool end_finalize(Header* h);  // true if resurrected

}  // namespace gc

TAIPAN_INLINE void incref(Value v) {
  if (v.is_heap()) gc::incref(v.header());
}
TAIPAN_INLINE void decref(Value v) {
  if (v.is_heap()) gc::decref(v.header());
}

#if defined(__clang__)
#define TAIPAN_TRIVIAL_ABI [[clang::trivial_abi]]
#else
#define TAIPAN_TRIVIAL_ABI
#endif

// One owned reference (or null, or an immediate).
class TAIPAN_TRIVIAL_ABI Ref {
 public:
  constexpr Ref() = default;
  constexpr Ref(std::nullptr_t) {}
  Ref(Ref&& o) noexcept : v_(o.v_) { o.v_ = Value(); }
  TAIPAN_INLINE Ref& operator=(Ref&& o) noexcept {
    Value old = v_;
    v_ = o.v_;
    o.v_ = Value();
    drop(old);
    return *this;
  }
  Ref(const Ref&) = delete;
  Ref& operator=(const Ref&) = delete;
  TAIPAN_INLINE ~Ref() { drop(v_); }

  static Ref steal(Value v) { return Ref(v, 0); }  // takes over a count the caller holds
  static Ref steal(const void* heap) { return Ref(Value(heap), 0); }
  static TAIPAN_INLINE Ref dup(Value v) {  // new count
    incref(v);
    return Ref(v, 0);
  }
  static Ref dup(const void* heap) { return dup(Value(heap)); }
  static Ref imm(Value v) { return Ref(v, 0); }  // immediate (int, float, singleton): no count involved

  Value get() const { return v_; }
  operator Value() const& { return v_; }
  operator Value() && = delete;  // would dangle
  Ref copy() const { return dup(v_); }
  [[nodiscard]] Value release() {
    Value v = v_;
    v_ = Value();
    return v;
  }
  TAIPAN_INLINE void reset() { *this = Ref(); }
  explicit operator bool() const { return !v_.is_null(); }
  bool operator!() const { return v_.is_null(); }
  template <class T>
  T* as() const {
    return v_.as<T>();
  }

 private:
  constexpr Ref(Value v, int) : v_(v) {}
  // Most Refs that end have been moved from, or hold an immediate: what is seen at the place itself costs no call.
  static TAIPAN_INLINE void drop(Value v) {
    if (v.is_heap()) drop_counted(v.header());
  }
  static TAIPAN_NOINLINE void drop_counted(gc::Header* h) { gc::decref(h); }
  Value v_;
};

}  // namespace taipan
