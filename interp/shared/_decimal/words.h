// Natural numbers to the base 10^19, least significant word first, without leading zero words (zero has none). Shifting and rounding by
// decimal places, which is most of what decimal arithmetic does, is linear in this form; products and quotients of many words go through
// GMP. A function that needs memory returns false where there is none.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace taipan::decimal {

inline constexpr uint64_t kBase = 10'000'000'000'000'000'000u;
inline constexpr int kWordDigits = 19;
extern const uint64_t kPowersOfTen[20];

using u128 = unsigned __int128;

// (hi, lo) divided by the base; hi < kBase. By multiplication with the base's reciprocal (Möller and Granlund 2011); the base has its
// top bit set, so nothing needs to be normalised.
constexpr uint64_t kReciprocal = static_cast<uint64_t>(~u128{0} / kBase);  // the low word; the high one is 1

inline uint64_t divide_by_base(u128 v, uint64_t* remainder) {
  uint64_t hi = static_cast<uint64_t>(v >> 64), lo = static_cast<uint64_t>(v);
  u128 q = static_cast<u128>(kReciprocal) * hi + v;
  uint64_t q1 = static_cast<uint64_t>(q >> 64) + 1, q0 = static_cast<uint64_t>(q);
  uint64_t r = lo - q1 * kBase;
  if (r > q0) {
    q1--;
    r += kBase;
  }
  if (r >= kBase) {
    q1++;
    r -= kBase;
  }
  *remainder = r;
  return q1;
}

// v divided by d; the quotient fits a word.
inline uint64_t divide_words(u128 v, uint64_t d, uint64_t* remainder) {
#if defined(__x86_64__)
  uint64_t q, r;
  __asm__("divq %4"
          : "=a"(q), "=d"(r)
          : "a"(static_cast<uint64_t>(v)), "d"(static_cast<uint64_t>(v >> 64)), "r"(d)
          : "cc");
  *remainder = r;
  return q;
#else
  uint64_t q = static_cast<uint64_t>(v / d);
  *remainder = static_cast<uint64_t>(v - static_cast<u128>(q) * d);
  return q;
#endif
}

struct Span {
  const uint64_t* p;
  size_t n;
};

class Words {
 public:
  Words() = default;
  ~Words();
  Words(Words&& o) noexcept;
  Words& operator=(Words&& o) noexcept;
  Words(const Words&) = delete;
  operator Span() const { return {p_, n_}; }
  uint64_t* data() { return p_; }
  const uint64_t* data() const { return p_; }
  size_t size() const { return n_; }
  bool is_zero() const { return n_ == 0; }
  uint64_t operator[](size_t i) const { return p_[i]; }
  bool resize(size_t n);  // what was there stays, what is new has no particular value
  void clear() { n_ = 0; }
  void trim() {
    while (n_ && !p_[n_ - 1]) n_--;
  }
  bool assign(Span s);
  void set(uint64_t v);  // v < kBase

 private:
  static constexpr size_t kInline = 6;
  uint64_t* p_ = inline_;
  size_t n_ = 0, capacity_ = kInline;
  uint64_t inline_[kInline];
};

inline int word_digits(uint64_t w) {  // of 0: 0
  if (!w) return 0;
  int guess = (std::bit_width(w) * 1233) >> 12;  // log10(2)
  return guess + (guess < 20 && w >= kPowersOfTen[guess]);
}
inline int64_t digit_count(Span a) {  // of zero: 1
  return a.n ? static_cast<int64_t>(a.n - 1) * kWordDigits + word_digits(a.p[a.n - 1]) : 1;
}
int64_t trailing_zeros(Span a);
int digit_at(Span a, int64_t place);
int compare(Span a, Span b);  // -1, 0, 1

bool add(Words* r, Span a, Span b);                              // r is neither a nor b
void subtract(Words* r_and_a, Span b);                           // a -= b, a >= b
bool multiply(Words* r, Span a, Span b);                         // r is neither
bool divide(Words* quotient, Words* remainder, Span a, Span b);  // b > 0; the outputs are neither input
bool add_one(Words* a);
bool shift_left(Words* a, int64_t places);  // times 10^places
// Divides by 10^places. Returns the first digit dropped, one more where it is 0 or 5 and something behind it is not zero: 0 exact, 5 half.
int shift_right(Words* a, int64_t places);
void keep_low(Words* a, int64_t places);  // modulo 10^places
bool power_of_ten(Words* a, int64_t n);

bool from_digits(Words* a, std::string_view digits);  // '0'..'9' only
bool to_digits(Span a, std::string* out);             // appends; "0" for zero
bool from_u64(Words* a, uint64_t v);
// Binary limbs, least significant first.
bool from_limbs(Words* a, const uint64_t* limbs, size_t n);
uint64_t* to_limbs(Span a, size_t* n);  // gc::raw_free it; null: no memory

}  // namespace taipan::decimal
