// Decimal floating point numbers by the General Decimal Arithmetic specification (speleotrove.com/decimal, 1.70), without Python: a
// number is sign, coefficient and exponent, or an infinity, or a NaN with a payload. Operations take views of their operands, leave
// their result in a Number and what happened in status bits; the settings say to which precision and exponents results are rounded.
// Where memory is out the result is NaN and kMallocError is set.
#pragma once
#include "interp/shared/_decimal/words.h"

namespace taipan::decimal {

enum Kind : uint8_t { kFinite, kInfinite, kQuietNaN, kSignalingNaN };

// What happened. The order is that in which flags are listed.
enum Status : uint32_t {
  kClamped = 1,
  kConversionSyntax = 2,
  kDivisionByZero = 4,
  kDivisionImpossible = 8,
  kDivisionUndefined = 16,
  kInexact = 64,
  kInvalidContext = 128,
  kInvalidOperation = 256,
  kMallocError = 512,
  kOverflow = 2048,
  kRounded = 4096,
  kSubnormal = 8192,
  kUnderflow = 16384,
  kFloatOperation = 32768,
};
inline constexpr uint32_t kAnyInvalid =
    kConversionSyntax | kDivisionImpossible | kDivisionUndefined | kInvalidContext | kInvalidOperation | kMallocError;

enum Rounding : uint8_t {
  kRoundUp,
  kRoundDown,
  kRoundCeiling,
  kRoundFloor,
  kRoundHalfUp,
  kRoundHalfDown,
  kRoundHalfEven,
  kRound05Up
};
inline constexpr int kRoundings = 8;

inline constexpr int64_t kMaxPrecision = 999'999'999'999'999'999, kMaxEmax = kMaxPrecision, kMinEmin = -kMaxPrecision,
                         kMinEtiny = kMinEmin - (kMaxPrecision - 1);

struct Settings {
  int64_t precision = 28, emax = 999999, emin = -999999;
  Rounding rounding = kRoundHalfEven;
  bool clamp = false, capitals = true;
  int64_t etiny() const { return emin - (precision - 1); }
  int64_t etop() const { return emax - (precision - 1); }
};
extern const Settings kWidest;  // whatever fits is exact

// An operand: nothing owned.
struct View {
  Span coef;
  int64_t exp;
  Kind kind;
  bool negative;
  bool special() const { return kind != kFinite; }
  bool is_nan() const { return kind >= kQuietNaN; }
  bool is_zero() const { return kind == kFinite && !coef.n; }
  int64_t digits() const { return digit_count(coef); }
  int64_t adjusted() const { return exp + digits() - 1; }
  int sign() const { return is_zero() ? 0 : negative ? -1 : 1; }
  bool is_integer() const { return kind == kFinite && (exp >= 0 || !coef.n || trailing_zeros(coef) >= -exp); }
  bool is_odd() const { return kind == kFinite && exp <= 0 && digit_at(coef, -exp) % 2 == 1; }  // of an integer
  View absolute() const { return {coef, exp, kind, false}; }
  View negated() const { return {coef, exp, kind, !negative}; }
};

namespace small {
struct Result {  // finite
  uint64_t words[2];
  size_t n;
  int64_t exp;
  bool negative;
  View view() const { return {{words, n}, exp, kFinite, negative}; }
};
}  // namespace small

struct Number {
  Words coef;
  int64_t exp = 0;
  Kind kind = kFinite;
  bool negative = false;
  View view() const { return {coef, exp, kind, negative}; }
  operator View() const { return view(); }
  void set_zero(bool sign, int64_t e) {
    coef.clear();
    exp = e;
    kind = kFinite;
    negative = sign;
  }
  void set_special(Kind k, bool sign) {
    set_zero(sign, 0);
    kind = k;
  }
  void set_small(uint64_t v, bool sign = false, int64_t e = 0) {
    set_zero(sign, e);
    coef.set(v);
  }
  void copy(const View& v, uint32_t* status);
  void assign(const small::Result& r);
};

// Rounds to the settings (the specification's "finalise").
void finish(Number* r, const Settings& s, uint32_t* status);
// A NaN among the operands decides: true, r is the result. b may be null.
bool nan_result(Number* r, const View& a, const View* b, const Settings& s, uint32_t* status);
void invalid(Number* r, uint32_t* status, uint32_t condition = kInvalidOperation);
void out_of_memory(Number* r, uint32_t* status);
// Moves the point: exp becomes e, rounded as said. False: no memory. Conditions are added.
bool rescale(Number* r, int64_t e, Rounding rounding, uint32_t* status);

using Unary = void(Number* r, const View& a, const Settings& s, uint32_t* status);
using Binary = void(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status);

Binary add, subtract, multiply, divide, divide_int, remainder, remainder_near, quantize, compare, compare_signal, max,
    max_mag, min, min_mag, next_toward, logical_and, logical_or, logical_xor, rotate, shift, scaleb, power;
Binary compare_total, compare_total_mag;  // no settings, no status
Unary plus, minus, absolute, normalize, next_plus, next_minus, logical_invert, logb, square_root, exponential,
    natural_log, decimal_log, to_integral, to_integral_exact;
// The same where coefficients and result are below 10^38, which machine words hold, and nothing but rounding happens. False: nothing is done.
namespace small {
using Operation = bool(Result* r, const View& a, const View& b, const Settings& s, uint32_t* status);
Operation add, subtract, multiply, divide;
// The order of finite numbers of one word, where that is simple.
bool compare(const View& a, const View& b, int* order);
// The text without an exponent of a finite number with up to 38 digits; 0: it is no such. `out` has room for kMostText.
inline constexpr size_t kMostText = 64;
size_t to_text(const View& a, char* out);
}  // namespace small
void divide_with_remainder(Number* q, Number* r, const View& a, const View& b, const Settings& s, uint32_t* status);
void fused_multiply_add(Number* r, const View& a, const View& b, const View& c, const Settings& s, uint32_t* status);

int compare_numbers(const View& a, const View& b);  // neither a NaN
int compare_total_order(const View& a, const View& b);
bool same_quantum(const View& a, const View& b);
bool is_subnormal(const View& a, const Settings& s);
bool is_normal(const View& a, const Settings& s);
const char* number_class(const View& a, const Settings& s);

// Text.
enum Parsed : uint8_t { kParsed, kMalformed, kNoMemory };
Parsed parse(Number* r, std::string_view text);
std::string to_scientific(const View& a, bool capitals);
std::string to_engineering(const View& a, bool capitals);

}  // namespace taipan::decimal
