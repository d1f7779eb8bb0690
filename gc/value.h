// The value word (DESIGN 3). The only place that knows the tag bits.
//
//   0                      null: "no value" (unbound register, absent slot, error return)
//   ......000 (non-zero)   heap pointer, 16-byte aligned, to a gc::Header
//   ........1              small int, 63 bits, every int that fits is stored this way
//   .......10              float, Ruby's flonum rotation; covers |x| in about (1.7e-77, 1.2e77), 0.0, -0.0, inf, -inf
//   ......100              singletons: None, False, True, Ellipsis, NotImplemented and internal markers
//
// Value is borrowed: copying it never touches a count. Ref (gc/ref.h) owns one count.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>

namespace taipan {

#define TAIPAN_LIKELY(x) __builtin_expect(!!(x), 1)
#define TAIPAN_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define TAIPAN_NOINLINE __attribute__((noinline))
#define TAIPAN_COLD __attribute__((noinline, cold))
#define TAIPAN_INLINE inline __attribute__((always_inline))

// Thread-locals of the executable: one instruction from the thread pointer; shared objects that come later look their offset up.
#ifdef __PIC__
#define TAIPAN_TLS __attribute__((tls_model("initial-exec")))
#else
#define TAIPAN_TLS __attribute__((tls_model("local-exec")))
#endif
// Rare calls from hot inline code: the caller's registers survive them.
#if defined(__clang__) && defined(__x86_64__)
#define TAIPAN_KEEPS_REGISTERS __attribute__((preserve_most))
#else
#define TAIPAN_KEEPS_REGISTERS
#endif

namespace gc {
struct Header;

// A word that is read or written while other threads may write or read it, without an order between this and anything else.
template <class T>
TAIPAN_INLINE T peek(const T& word) {
  return __atomic_load_n(&word, __ATOMIC_RELAXED);
}
template <class T>
TAIPAN_INLINE void poke(T& word, T value) {
  __atomic_store_n(&word, value, __ATOMIC_RELAXED);
}
}  // namespace gc

struct Value {
  uint64_t bits = 0;

  static constexpr uint64_t kIntTag = 1;
  static constexpr uint64_t kFloatTag = 2;
  static constexpr uint64_t kSingletonTag = 4;
  static constexpr int64_t kSmallIntMax = (int64_t{1} << 62) - 1;
  static constexpr int64_t kSmallIntMin = -(int64_t{1} << 62);

  constexpr Value() = default;
  constexpr explicit Value(uint64_t raw) : bits(raw) {}
  explicit Value(const void* heap) : bits(reinterpret_cast<uint64_t>(heap)) {}

  constexpr bool is_null() const { return bits == 0; }
  constexpr explicit operator bool() const { return bits != 0; }
  constexpr bool is_heap() const { return (bits & 7) == 0 && bits != 0; }
  constexpr bool is_int() const { return (bits & 1) != 0; }            // small int only; a big int is a heap object
  constexpr bool is_float() const { return (bits & 3) == kFloatTag; }  // immediate float only
  constexpr bool is_singleton() const { return (bits & 7) == kSingletonTag; }
  constexpr bool operator==(const Value& o) const { return bits == o.bits; }  // same word; Python's `is` is is_same()

  gc::Header* header() const { return reinterpret_cast<gc::Header*>(bits); }
  template <class T>
  T* as() const {  // unchecked cast to an object struct
    return reinterpret_cast<T*>(bits);
  }

  static constexpr bool fits_int(int64_t i) { return i >= kSmallIntMin && i <= kSmallIntMax; }
  static constexpr Value from_int(int64_t i) { return Value((static_cast<uint64_t>(i) << 1) | kIntTag); }  // must fit
  constexpr int64_t as_int() const { return static_cast<int64_t>(bits) >> 1; }

  // Floats. try_float gives null where the double needs a box (NaN, tiny, huge).
  static constexpr uint64_t kZeroBits = 0x8000000000000002u;  // 0.0 ; |4 : -0.0
  static constexpr uint64_t kInfBits = 0x7FFFFFFFFFFFFFFAu;   // inf ; |4 : -inf
  static TAIPAN_INLINE Value try_float(double d) {
    uint64_t b = std::bit_cast<uint64_t>(d);
    uint64_t r = (std::rotl(b, 3) & ~uint64_t{3}) | kFloatTag;
    // Exponents whose top three bits are 011 or 100, minus the two patterns a sign that stand for zero and infinity.
    if (TAIPAN_LIKELY((((b >> 60) & 7) - 3) <= 1 && (r & ~uint64_t{4}) - kInfBits > 8)) return Value(r);
    uint64_t mag = b << 1, sign = (b >> 63) << 2;
    if (mag == 0) return Value(kZeroBits | sign);
    if (mag == 0xFFE0000000000000u) return Value(kInfBits | sign);
    return Value();
  }
  TAIPAN_INLINE double as_float() const {  // immediate float
    if (TAIPAN_LIKELY((bits & ~uint64_t{4}) - kInfBits > 8)) {
      uint64_t t = (2 - (bits >> 63)) | (bits & ~uint64_t{3});
      return std::bit_cast<double>(std::rotr(t, 3));
    }
    uint64_t sign = (bits & 4) << 61;
    return std::bit_cast<double>(((bits & ~uint64_t{4}) == kZeroBits ? 0 : 0x7FF0000000000000u) | sign);
  }

  static constexpr Value singleton(uint64_t n) { return Value((n << 3) | kSingletonTag); }
};
static_assert(sizeof(Value) == 8);

inline constexpr Value kNone = Value::singleton(0);
inline constexpr Value kFalse = Value::singleton(2);  // kFalse and kTrue differ in one bit
inline constexpr Value kTrue = Value::singleton(3);
inline constexpr Value kEllipsis = Value::singleton(4);
inline constexpr Value kNotImplemented = Value::singleton(5);
inline constexpr Value kMissing = Value::singleton(6);  // look-ups: "not there, no exception set"; never seen by Python
inline constexpr Value kStopIter = Value::singleton(7);  // iternext: exhausted, no exception set; never seen by Python

inline constexpr Value bool_value(bool b) { return Value(kFalse.bits | (static_cast<uint64_t>(b) << 3)); }
inline constexpr bool is_bool(Value v) { return (v.bits | 8) == kTrue.bits; }

}  // namespace taipan
