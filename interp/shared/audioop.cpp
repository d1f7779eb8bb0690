// audioop: arithmetic on samples of 1 to 4 bytes (little endian, signed), resampling, and the u-law, A-law and IMA ADPCM encodings.
#include <climits>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <vector>
#include "interp/objects/bytes.h"
#include "interp/objects/float.h"
#include "interp/objects/tuple.h"
#include "interp/shared/shared_module.h"

namespace taipan {

namespace {

Value audioop_error;  // immortal class
Fail fail(const char* text) { return raise(audioop_error.as<TypeObject>(), "%s", text); }

int32_t get(const uint8_t* p, int width) {
  switch (width) {
    case 1: return static_cast<int8_t>(*p);
    case 2: {
      int16_t v;
      memcpy(&v, p, 2);
      return v;
    }
    case 3: return static_cast<int8_t>(p[2]) * 65536 + p[1] * 256 + p[0];
    default: {
      int32_t v;
      memcpy(&v, p, 4);
      return v;
    }
  }
}
void put(uint8_t* p, int width, int32_t v) { memcpy(p, &v, static_cast<size_t>(width)); }
// Samples as the upper bytes of 32 bits.
int32_t get32(const uint8_t* p, int width) {
  return static_cast<int32_t>(static_cast<uint32_t>(get(p, width)) << (32 - 8 * width));
}
void put32(uint8_t* p, int width, int32_t v) { put(p, width, v >> (32 - 8 * width)); }
double low(int width) { return -std::ldexp(1.0, 8 * width - 1); }
double high(int width) { return std::ldexp(1.0, 8 * width - 1) - 1; }
int32_t bounded(double v, int width) {
  if (v > high(width))
    v = high(width);
  else if (v < low(width) + 1.0)
    v = low(width);
  return static_cast<int32_t>(std::floor(v));
}

bool check_width(int width) {
  return (width >= 1 && width <= 4) || static_cast<bool>(fail("Size should be 1, 2, 3 or 4"));
}
// The arguments (fragment, width, ...).
class Fragment {
 public:
  explicit Fragment(Args& a, int width_at = 1) : view_(a[0]) {
    ok_ = view_.ok() && to_c_int(a[static_cast<size_t>(width_at)], &width) && check_width(width);
    if (ok_ && view_.size() % static_cast<size_t>(width)) ok_ = fail("not a whole number of frames");
    if (!ok_) return;
    p = view_.data();
    n = view_.size() / static_cast<size_t>(width);
  }
  bool ok() const { return ok_; }
  int32_t operator[](size_t i) const { return get(p + i * static_cast<size_t>(width), width); }
  const uint8_t* p = nullptr;
  size_t n = 0;
  int width = 0;

 private:
  BufferView view_;
  bool ok_;
};
struct Output {
  Ref bytes;
  uint8_t* p = nullptr;
  explicit Output(size_t n) : bytes(new_bytes_raw(n)) {
    if (bytes) p = bytes.as<Bytes>()->data();
  }
};

Ref getsample(Args& a) {
  Fragment f(a);
  int64_t i;
  if (!f.ok() || !to_ssize(a[2], &i, types::IndexError)) return nullptr;
  if (i < 0 || static_cast<size_t>(i) >= f.n) return fail("Index out of range");
  return make_int(f[static_cast<size_t>(i)]);
}
Ref maximum(Args& a) {
  Fragment f(a);
  if (!f.ok()) return nullptr;
  int64_t best = 0;
  for (size_t i = 0; i < f.n; i++) best = std::max(best, std::abs(static_cast<int64_t>(f[i])));
  return make_int(best);
}
Ref minmax(Args& a) {
  Fragment f(a);
  if (!f.ok()) return nullptr;
  int64_t least = INT_MAX, most = INT_MIN;
  for (size_t i = 0; i < f.n; i++) {
    least = std::min<int64_t>(least, f[i]);
    most = std::max<int64_t>(most, f[i]);
  }
  Ref items[2] = {make_int(least), make_int(most)};
  return make_tuple_steal(items, 2);
}
Ref average(Args& a) {
  Fragment f(a);
  if (!f.ok()) return nullptr;
  double sum = 0;
  for (size_t i = 0; i < f.n; i++) sum += f[i];
  return make_int(f.n ? static_cast<int64_t>(std::floor(sum / static_cast<double>(f.n))) : 0);
}
Ref root_mean_square(Args& a) {
  Fragment f(a);
  if (!f.ok()) return nullptr;
  double sum = 0;
  for (size_t i = 0; i < f.n; i++) sum += static_cast<double>(f[i]) * f[i];
  return make_int(f.n ? static_cast<int64_t>(std::sqrt(sum / static_cast<double>(f.n))) : 0);
}

double product_sum(const uint8_t* x, const uint8_t* y, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += static_cast<double>(get(x + 2 * i, 2)) * get(y + 2 * i, 2);
  return sum;
}
double square(const uint8_t* x, size_t i) { return static_cast<double>(get(x + 2 * i, 2)) * get(x + 2 * i, 2); }
Ref findfit(Args& a) {
  BufferView x(a[0]);
  if (!x.ok()) return nullptr;
  BufferView y(a[1]);
  if (!y.ok()) return nullptr;
  if (x.size() & 1 || y.size() & 1) return fail("Strings should be even-sized");
  size_t n = x.size() / 2, m = y.size() / 2;
  if (n < m) return fail("First sample should be longer");
  double reference = product_sum(y.data(), y.data(), m), own = product_sum(x.data(), x.data(), m),
         both = product_sum(x.data(), y.data(), m);
  double best = (reference * own - both * both) / own;
  size_t best_at = 0;
  for (size_t j = 1; j <= n - m && m; j++) {
    own += square(x.data(), j + m - 1) - square(x.data(), j - 1);
    both = product_sum(x.data() + 2 * j, y.data(), m);
    double result = (reference * own - both * both) / own;
    if (result < best) {
      best = result;
      best_at = j;
    }
    if ((j & 0xff) == 0 && !poll()) return nullptr;
  }
  double factor = product_sum(x.data() + 2 * best_at, y.data(), m) / reference;
  Ref items[2] = {make_int(static_cast<int64_t>(best_at)), make_float(factor)};
  return make_tuple_steal(items, 2);
}
Ref findfactor(Args& a) {
  BufferView x(a[0]);
  if (!x.ok()) return nullptr;
  BufferView y(a[1]);
  if (!y.ok()) return nullptr;
  if (x.size() & 1 || y.size() & 1) return fail("Strings should be even-sized");
  if (x.size() != y.size()) return fail("Samples should be same size");
  size_t n = x.size() / 2;
  return make_float(product_sum(x.data(), y.data(), n) / product_sum(y.data(), y.data(), n));
}
Ref findmax(Args& a) {
  BufferView x(a[0]);
  int64_t length;
  if (!x.ok() || !to_ssize(a[1], &length, types::OverflowError)) return nullptr;
  if (x.size() & 1) return fail("Strings should be even-sized");
  size_t n = x.size() / 2;
  if (length < 0 || n < static_cast<size_t>(length)) return fail("Input sample should be longer");
  auto m = static_cast<size_t>(length);
  double result = product_sum(x.data(), x.data(), m), best = result;
  size_t best_at = 0;
  for (size_t j = 1; j <= n - m && m; j++) {
    result += square(x.data(), j + m - 1) - square(x.data(), j - 1);
    if (result > best) {
      best = result;
      best_at = j;
    }
  }
  return make_int(static_cast<int64_t>(best_at));
}
// Visits the distances between neighbouring extremes.
template <class F>
void extremes(const Fragment& f, F visit) {
  if (f.n < 2) return;
  int64_t previous = f[0], extreme = 0;
  bool has_extreme = false, has_slope = false, falling = false;
  for (size_t i = 1; i < f.n; i++) {
    int64_t v = f[i];
    if (v == previous) continue;
    bool now = v < previous;
    if (has_slope && now != falling) {
      if (has_extreme) visit(std::abs(previous - extreme));
      has_extreme = true;
      extreme = previous;
    }
    previous = v;
    falling = now;
    has_slope = true;
  }
}
Ref avgpp(Args& a) {
  Fragment f(a);
  if (!f.ok()) return nullptr;
  double sum = 0;
  int64_t n = 0;
  extremes(f, [&](int64_t d) {
    sum += static_cast<double>(d);
    n++;
  });
  return make_int(n ? static_cast<int64_t>(sum / static_cast<double>(n)) : 0);
}
Ref maxpp(Args& a) {
  Fragment f(a);
  if (!f.ok()) return nullptr;
  int64_t most = 0;
  extremes(f, [&](int64_t d) { most = std::max(most, d); });
  return make_int(most);
}
Ref cross(Args& a) {
  Fragment f(a);
  if (!f.ok()) return nullptr;
  int64_t crossings = -1;
  int previous = 17;
  for (size_t i = 0; i < f.n; i++) {
    int negative = f[i] < 0;
    if (negative != previous) crossings++;
    previous = negative;
  }
  return make_int(crossings);
}

Ref mul(Args& a) {
  Fragment f(a);
  double factor;
  if (!f.ok() || !to_double(a[2], &factor)) return nullptr;
  auto w = static_cast<size_t>(f.width);
  Output out(f.n * w);
  for (size_t i = 0; out.p && i < f.n; i++) put(out.p + i * w, f.width, bounded(f[i] * factor, f.width));
  return std::move(out.bytes);
}
Ref tomono(Args& a) {
  Fragment f(a);
  double left, right;
  if (!f.ok() || !to_double(a[2], &left) || !to_double(a[3], &right)) return nullptr;
  if (f.n & 1) return fail("not a whole number of frames");
  auto w = static_cast<size_t>(f.width);
  Output out(f.n / 2 * w);
  for (size_t i = 0; out.p && i < f.n / 2; i++)
    put(out.p + i * w, f.width, bounded(f[2 * i] * left + f[2 * i + 1] * right, f.width));
  return std::move(out.bytes);
}
Ref tostereo(Args& a) {
  Fragment f(a);
  double left, right;
  if (!f.ok() || !to_double(a[2], &left) || !to_double(a[3], &right)) return nullptr;
  auto w = static_cast<size_t>(f.width);
  Output out(f.n * w * 2);
  for (size_t i = 0; out.p && i < f.n; i++) {
    put(out.p + 2 * i * w, f.width, bounded(f[i] * left, f.width));
    put(out.p + (2 * i + 1) * w, f.width, bounded(f[i] * right, f.width));
  }
  return std::move(out.bytes);
}
Ref add(Args& a) {
  Fragment f(a, 2);
  if (!f.ok()) return nullptr;
  BufferView other(a[1]);
  if (!other.ok()) return nullptr;
  auto w = static_cast<size_t>(f.width);
  if (other.size() != f.n * w) return fail("Lengths should be the same");
  Output out(f.n * w);
  for (size_t i = 0; out.p && i < f.n; i++)
    put(out.p + i * w, f.width, bounded(static_cast<double>(f[i]) + get(other.data() + i * w, f.width), f.width));
  return std::move(out.bytes);
}
Ref bias(Args& a) {
  Fragment f(a);
  int n;
  if (!f.ok() || !to_c_int(a[2], &n)) return nullptr;
  auto w = static_cast<size_t>(f.width);
  Output out(f.n * w);
  for (size_t i = 0; out.p && i < f.n; i++)  // wraps around
    put(out.p + i * w, f.width, static_cast<int32_t>(static_cast<uint32_t>(f[i]) + static_cast<uint32_t>(n)));
  return std::move(out.bytes);
}
Ref reverse(Args& a) {
  Fragment f(a);
  if (!f.ok()) return nullptr;
  auto w = static_cast<size_t>(f.width);
  Output out(f.n * w);
  for (size_t i = 0; out.p && i < f.n; i++) memcpy(out.p + i * w, f.p + (f.n - 1 - i) * w, w);
  return std::move(out.bytes);
}
Ref byteswap(Args& a) {
  Fragment f(a);
  if (!f.ok()) return nullptr;
  auto w = static_cast<size_t>(f.width);
  Output out(f.n * w);
  for (size_t i = 0; out.p && i < f.n; i++)
    for (size_t j = 0; j < w; j++) out.p[i * w + j] = f.p[i * w + w - 1 - j];
  return std::move(out.bytes);
}
Ref lin2lin(Args& a) {
  Fragment f(a);
  int width;
  if (!f.ok() || !to_c_int(a[2], &width) || !check_width(width)) return nullptr;
  Output out(f.n * static_cast<size_t>(width));
  for (size_t i = 0; out.p && i < f.n; i++)
    put32(out.p + i * static_cast<size_t>(width), width, get32(f.p + i * static_cast<size_t>(f.width), f.width));
  return std::move(out.bytes);
}

Ref ratecv(Args& a) {
  BufferView view(a[0]);
  int width, channels, in_rate, out_rate, weight_a = 1, weight_b = 0;
  if (!view.ok() || !to_c_int(a[1], &width) || !to_c_int(a[2], &channels) || !to_c_int(a[3], &in_rate) ||
      !to_c_int(a[4], &out_rate) || (a.has(6) && !to_c_int(a[6], &weight_a)) ||
      (a.has(7) && !to_c_int(a[7], &weight_b)) || !check_width(width))
    return nullptr;
  if (channels < 1) return fail("# of channels should be >= 1");
  if (width > INT_MAX / channels) return raise(types::OverflowError, "width * nchannels too big for a C int");
  auto w = static_cast<size_t>(width), frame = w * static_cast<size_t>(channels);
  if (weight_a < 1 || weight_b < 0) return fail("weightA should be >= 1, weightB should be >= 0");
  if (view.size() % frame) return fail("not a whole number of frames");
  if (in_rate <= 0 || out_rate <= 0) return fail("sampling rate not > 0");
  int g = std::gcd(in_rate, out_rate);
  in_rate /= g;
  out_rate /= g;
  g = std::gcd(weight_a, weight_b);
  weight_a /= g;
  weight_b /= g;
  std::vector<int> previous(static_cast<size_t>(channels)), current(static_cast<size_t>(channels));
  int d = -out_rate;
  Value state = a[5];
  if (state != kNone) {
    if (!is_tuple(state)) return raise(types::TypeError, "state must be a tuple or None");
    if (tuple_size(state) != 2 || !is_tuple(tuple_at(state, 1)))
      return raise(types::TypeError, "ratecv(): illegal state argument");
    if (!to_c_int(tuple_at(state, 0), &d)) return nullptr;
    Value samples = tuple_at(state, 1);
    if (tuple_size(samples) != static_cast<size_t>(channels)) return fail("illegal state argument");
    for (size_t i = 0; i < previous.size(); i++) {
      Value both = tuple_at(samples, i);
      if (!is_tuple(both) || tuple_size(both) != 2) return raise(types::TypeError, "ratecv(): illegal state argument");
      if (!to_c_int(tuple_at(both, 0), &previous[i]) || !to_c_int(tuple_at(both, 1), &current[i])) return nullptr;
    }
  }
  size_t frames = view.size() / frame;
  const uint8_t* p = view.data();
  std::vector<uint8_t> out;
  double estimate = static_cast<double>(frames) / in_rate * out_rate + 1;
  if (estimate * static_cast<double>(frame) > 1e12)
    return raise(types::MemoryError, "not enough memory for output buffer");
  out.reserve(static_cast<size_t>(estimate) * frame);
  for (size_t steps = 0;; steps++) {
    while (d < 0 && frames) {
      for (size_t c = 0; c < previous.size(); c++) {
        previous[c] = current[c];
        current[c] = get32(p, width);
        p += w;
        // a simple digital filter
        current[c] = static_cast<int>(
            (static_cast<double>(weight_a) * current[c] + static_cast<double>(weight_b) * previous[c]) /
            (static_cast<double>(weight_a) + static_cast<double>(weight_b)));
      }
      frames--;
      d += out_rate;
    }
    if (d < 0) break;
    while (d >= 0) {
      for (size_t c = 0; c < previous.size(); c++) {
        auto v = static_cast<int>((static_cast<double>(previous[c]) * d +
                                   static_cast<double>(current[c]) * (static_cast<double>(out_rate) - d)) /
                                  out_rate);
        uint8_t bytes[4];
        put32(bytes, width, v);
        out.insert(out.end(), bytes, bytes + w);
      }
      d -= in_rate;
    }
    if ((steps & 0xfff) == 0 && !poll()) return nullptr;
  }
  Ref samples = make_tuple(static_cast<size_t>(channels)), fragment = make_bytes(out.data(), out.size());
  if (!samples || !fragment) return nullptr;
  for (size_t i = 0; i < previous.size(); i++) {
    Ref both[2] = {make_int(previous[i]), make_int(current[i])};
    Ref t = make_tuple_steal(both, 2);
    if (!t) return nullptr;
    tuple_init(samples, i, std::move(t));
  }
  Ref rest[2] = {make_int(d), std::move(samples)};
  Ref items[2] = {std::move(fragment), make_tuple_steal(rest, 2)};
  return items[1] ? make_tuple_steal(items, 2) : nullptr;
}

// ---- G.711

int segment(int v, int first_bits) {  // which power of two it is below
  int s = 0;
  while (s < 8 && v >= 1 << (first_bits + s)) s++;
  return s;
}
uint8_t to_ulaw(int v) {  // 14 bits
  int mask = 0xff;
  if (v < 0) {
    v = -v;
    mask = 0x7f;
  }
  v = std::min(v, 8159) + 33;
  int s = segment(v, 6);
  if (s >= 8) return static_cast<uint8_t>(0x7f ^ mask);
  return static_cast<uint8_t>((s << 4 | (v >> (s + 1) & 0xf)) ^ mask);
}
int from_ulaw(uint8_t u) {  // 16 bits
  u = static_cast<uint8_t>(~u);
  int v = (((u & 0xf) << 3) + 0x84) << ((u & 0x70) >> 4);
  return u & 0x80 ? 0x84 - v : v - 0x84;
}
uint8_t to_alaw(int v) {  // 13 bits
  int mask = 0xd5;
  if (v < 0) {
    v = -v - 1;
    mask = 0x55;
  }
  int s = segment(v, 5);
  if (s >= 8) return static_cast<uint8_t>(0x7f ^ mask);
  return static_cast<uint8_t>((s << 4 | (v >> (s < 2 ? 1 : s) & 0xf)) ^ mask);
}
int from_alaw(uint8_t u) {  // 16 bits
  u ^= 0x55;
  int v = (u & 0xf) << 4, s = (u & 0x70) >> 4;
  v += s ? 0x108 : 8;
  if (s > 1) v <<= s - 1;
  return u & 0x80 ? v : -v;
}
template <uint8_t (*kEncode)(int), int kShift>
Ref compress(Args& a) {
  Fragment f(a);
  if (!f.ok()) return nullptr;
  Output out(f.n);
  for (size_t i = 0; out.p && i < f.n; i++)
    out.p[i] = kEncode(get32(f.p + i * static_cast<size_t>(f.width), f.width) >> kShift);
  return std::move(out.bytes);
}
template <int (*kDecode)(uint8_t)>
Ref expand(Args& a) {
  BufferView view(a[0]);
  int width;
  if (!view.ok() || !to_c_int(a[1], &width) || !check_width(width)) return nullptr;
  if (view.size() > SIZE_MAX / 8) return raise(types::MemoryError, "not enough memory for output buffer");
  Output out(view.size() * static_cast<size_t>(width));
  for (size_t i = 0; out.p && i < view.size(); i++)
    put32(out.p + i * static_cast<size_t>(width), width,
          static_cast<int32_t>(static_cast<uint32_t>(kDecode(view.data()[i])) << 16));
  return std::move(out.bytes);
}

// ---- IMA ADPCM

constexpr int kSteps[89] = {7,     8,     9,     10,    11,    12,    13,    14,    16,    17,    19,   21,    23,
                            25,    28,    31,    34,    37,    41,    45,    50,    55,    60,    66,   73,    80,
                            88,    97,    107,   118,   130,   143,   157,   173,   190,   209,   230,  253,   279,
                            307,   337,   371,   408,   449,   494,   544,   598,   658,   724,   796,  876,   963,
                            1060,  1166,  1282,  1411,  1552,  1707,  1878,  2066,  2272,  2499,  2749, 3024,  3327,
                            3660,  4026,  4428,  4871,  5358,  5894,  6484,  7132,  7845,  8630,  9493, 10442, 11487,
                            12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767};
constexpr int kIndexes[16] = {-1, -1, -1, -1, 2, 4, 6, 8, -1, -1, -1, -1, 2, 4, 6, 8};
struct Adpcm {
  int value = 0, index = 0;
  bool load(Value state) {
    if (state == kNone) return true;
    if (!is_tuple(state)) return raise(types::TypeError, "state must be a tuple or None");
    if (tuple_size(state) != 2) return raise(types::TypeError, "illegal state argument");
    if (!to_c_int(tuple_at(state, 0), &value) || !to_c_int(tuple_at(state, 1), &index)) return false;
    return (value >= -0x8000 && value < 0x8000 && index >= 0 && index < 89) ||
           static_cast<bool>(raise(types::ValueError, "bad state"));
  }
  // Moves on by a code of four bits.
  void apply(int code) {
    int step = kSteps[index], change = step >> 3;
    if (code & 4) change += step;
    if (code & 2) change += step >> 1;
    if (code & 1) change += step >> 2;
    value += code & 8 ? -change : change;
    value = std::min(std::max(value, -32768), 32767);
    index = std::min(std::max(index + kIndexes[code], 0), 88);
  }
  int code_for(int sample) const {
    int difference = sample - value, code = difference < 0 ? 8 : 0, step = kSteps[index];
    difference = std::abs(difference);
    for (int bit = 4; bit; bit >>= 1, step >>= 1) {
      if (difference < step) continue;
      code |= bit;
      difference -= step;
    }
    return code;
  }
  Ref with(Ref bytes) {
    if (!bytes) return nullptr;
    Ref rest[2] = {make_int(value), make_int(index)};
    Ref items[2] = {std::move(bytes), make_tuple_steal(rest, 2)};
    return items[1] ? make_tuple_steal(items, 2) : nullptr;
  }
};
Ref lin2adpcm(Args& a) {
  Fragment f(a);
  Adpcm state;
  if (!f.ok() || !state.load(a[2])) return nullptr;
  Output out(f.n / 2);
  int first = 0;
  for (size_t i = 0; out.p && i < f.n; i++) {
    int code = state.code_for(get32(f.p + i * static_cast<size_t>(f.width), f.width) >> 16);
    state.apply(code);
    if (i & 1) out.p[i / 2] = static_cast<uint8_t>(first << 4 | code);
    first = code;
  }
  return state.with(std::move(out.bytes));
}
Ref adpcm2lin(Args& a) {
  BufferView view(a[0]);
  int width;
  Adpcm state;
  if (!view.ok() || !to_c_int(a[1], &width) || !check_width(width) || !state.load(a[2])) return nullptr;
  if (view.size() > SIZE_MAX / 16) return raise(types::MemoryError, "not enough memory for output buffer");
  auto w = static_cast<size_t>(width);
  Output out(view.size() * w * 2);
  for (size_t i = 0; out.p && i < view.size() * 2; i++) {
    uint8_t both = view.data()[i / 2];
    state.apply(i & 1 ? both & 0xf : both >> 4);
    put32(out.p + i * w, width, static_cast<int32_t>(static_cast<uint32_t>(state.value) << 16));
  }
  return state.with(std::move(out.bytes));
}

constexpr char kWidth[] = "($module, fragment, width, /)";
const NativeDef kFunctions[] = {
    {"add", "($module, fragment1, fragment2, width, /)", add, 0, "The sum of two fragments of the same length."},
    {"adpcm2lin", "($module, fragment, width, state, /)", adpcm2lin, 0, "Decodes IMA ADPCM."},
    {"alaw2lin", kWidth, expand<from_alaw>, 0, "Decodes A-law."},
    {"avg", kWidth, average, 0, "The average of all samples."},
    {"avgpp", kWidth, avgpp, 0, "The average distance between neighbouring extremes."},
    {"bias", "($module, fragment, width, bias, /)", bias, 0,
     "The fragment with a bias added to each sample, wrapping around."},
    {"byteswap", kWidth, byteswap, 0, "The fragment with the other byte order."},
    {"cross", kWidth, cross, 0, "The number of zero crossings."},
    {"findfactor", "($module, fragment, reference, /)", findfactor, 0,
     "The factor that brings reference closest to fragment."},
    {"findfit", "($module, fragment, reference, /)", findfit, 0,
     "Where reference fits best in fragment, and with which factor."},
    {"findmax", "($module, fragment, length, /)", findmax, 0,
     "Where the piece of that length with the most energy begins."},
    {"getsample", "($module, fragment, width, index, /)", getsample, 0, "A sample."},
    {"lin2adpcm", "($module, fragment, width, state, /)", lin2adpcm, 0, "Encodes in IMA ADPCM."},
    {"lin2alaw", kWidth, (compress<to_alaw, 19>), 0, "Encodes in A-law."},
    {"lin2lin", "($module, fragment, width, newwidth, /)", lin2lin, 0, "Converts between sample widths."},
    {"lin2ulaw", kWidth, (compress<to_ulaw, 18>), 0, "Encodes in u-law."},
    {"max", kWidth, maximum, 0, "The largest absolute value of all samples."},
    {"maxpp", kWidth, maxpp, 0, "The largest distance between neighbouring extremes."},
    {"minmax", kWidth, minmax, 0, "The least and the largest sample."},
    {"mul", "($module, fragment, width, factor, /)", mul, 0, "The fragment with each sample multiplied by a factor."},
    {"ratecv", "($module, fragment, width, nchannels, inrate, outrate, state,\n       weightA=1, weightB=0, /)", ratecv,
     0, "Converts the frame rate."},
    {"reverse", kWidth, reverse, 0, "The samples in reverse order."},
    {"rms", kWidth, root_mean_square, 0, "The root mean square of the fragment."},
    {"tomono", "($module, fragment, width, lfactor, rfactor, /)", tomono, 0, "Joins two channels."},
    {"tostereo", "($module, fragment, width, lfactor, rfactor, /)", tostereo, 0, "Makes two channels of one."},
    {"ulaw2lin", kWidth, expand<from_ulaw>, 0, "Decodes u-law."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

bool audioop_exec(Value module) {
  if (!audioop_error) {
    Ref error = make_exception_class("audioop.error", types::Exception);
    if (!error) return false;
    gc::make_immortal(error.get().header());
    audioop_error = error.release();
  }
  return module_add(module, "error", Ref::dup(audioop_error));
}
// GIL off: they have no state.
const ModuleDef kAudioopModule = {"audioop", nullptr, kFunctions, audioop_exec, kFunctionsAtOnce};

}  // namespace
}  // namespace taipan

TAIPAN_SHARED_MODULE(taipan::kAudioopModule)
