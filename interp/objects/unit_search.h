// Substring search over units of any width, forwards and backwards, shared by str, bytes and bytearray. A quick filtered scan first;
// when its comparisons turn out to be mostly in vain, the two-way algorithm (Crochemore and Perrin 1991) goes on from there, so the
// whole is linear. Bytes go eight at a time, or through libc.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace taipan {

template <class T, bool kReversed>
struct UnitView {
  const T* p;
  size_t n;
  T operator[](size_t i) const { return kReversed ? p[n - 1 - i] : p[i]; }
};

// One maximal suffix of x under < or >: its start minus one, and its period.
template <bool kGreater, class View>
inline ptrdiff_t maximal_suffix(const View& x, size_t m, size_t* period) {
  ptrdiff_t suffix = -1;
  size_t j = 0, k = 1, p = 1;
  while (j + k < m) {
    auto a = x[j + k];
    auto b = x[static_cast<size_t>(suffix + static_cast<ptrdiff_t>(k))];
    if (a == b) {
      if (k != p) {
        k++;
      } else {
        j += p;
        k = 1;
      }
    } else if (kGreater ? a > b : a < b) {
      j += k;
      k = 1;
      p = j - static_cast<size_t>(suffix);
    } else {
      suffix = static_cast<ptrdiff_t>(j++);
      k = p = 1;
    }
  }
  *period = p;
  return suffix;
}

// First place of x (m >= 2 units) in h at or after start, -1: none.
template <class View>
int64_t two_way_search(const View& h, size_t n, const View& x, size_t m, size_t start) {
  size_t p1, p2;
  ptrdiff_t s1 = maximal_suffix<false>(x, m, &p1), s2 = maximal_suffix<true>(x, m, &p2);
  ptrdiff_t cut = s1 > s2 ? s1 : s2;
  size_t period = s1 > s2 ? p1 : p2;
  bool periodic = static_cast<size_t>(cut) + 1 + period <= m;
  for (size_t i = 0; periodic && i < static_cast<size_t>(cut + 1); i++) periodic = x[i] == x[i + period];
  if (!periodic) {
    size_t left = static_cast<size_t>(cut + 1), right = m - left;
    period = (left > right ? left : right) + 1;
  }
  size_t pos = start;
  ptrdiff_t memory = -1;
  while (pos + m <= n) {
    size_t i = static_cast<size_t>((cut > memory ? cut : memory) + 1);
    while (i < m && x[i] == h[pos + i]) i++;
    if (i < m) {
      pos += i - static_cast<size_t>(cut);
      memory = -1;
      continue;
    }
    ptrdiff_t j = cut;
    while (j > memory && x[static_cast<size_t>(j)] == h[pos + static_cast<size_t>(j)]) j--;
    if (j <= memory) return static_cast<int64_t>(pos);
    pos += period;
    memory = periodic ? static_cast<ptrdiff_t>(m - period) - 1 : -1;
  }
  return -1;
}

template <class View>
int64_t filtered_search(const View& h, size_t n, const View& x, size_t m) {
  auto first = x[0], last = x[m - 1];
  size_t budget = n + 64;
  for (size_t pos = 0; pos + m <= n; pos++) {
    if (h[pos + m - 1] != last || h[pos] != first) continue;
    size_t i = 1;
    while (i < m - 1 && h[pos + i] == x[i]) i++;
    if (i >= m - 1) return static_cast<int64_t>(pos);
    if (i > budget) return two_way_search(h, n, x, m, pos + 1);
    budget -= i;
  }
  return -1;
}

template <class T>
inline int64_t find_unit(const T* p, size_t n, T c) {
  if constexpr (sizeof(T) == 1) {
    const void* q = n ? memchr(p, c, n) : nullptr;
    return q ? static_cast<const T*>(q) - p : -1;
  } else {
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
      T any = 0;
      for (size_t k = 0; k < 16; k++) any |= static_cast<T>(p[i + k] == c);
      if (any) break;
    }
    for (; i < n; i++)
      if (p[i] == c) return static_cast<int64_t>(i);
    return -1;
  }
}
template <class T>
inline int64_t rfind_unit(const T* p, size_t n, T c) {
  if constexpr (sizeof(T) == 1) {
    const void* q = n ? memrchr(p, c, n) : nullptr;
    return q ? static_cast<const T*>(q) - p : -1;
  } else {
    while (n-- > 0)
      if (p[n] == c) return static_cast<int64_t>(n);
    return -1;
  }
}

// Bytes: eight places at a time are tested for the first and the last byte of x; when that lets too much through, libc's search goes on.
inline int64_t find_octets(const uint8_t* h, size_t n, const uint8_t* x, size_t m) {
  constexpr uint64_t kOnes = 0x0101010101010101u, kHighs = 0x8080808080808080u;
  const uint64_t first = kOnes * x[0], last = kOnes * x[m - 1];
  size_t i = 0, budget = n / 4 + 64;
  for (; i + 8 + m - 1 <= n; i += 8) {
    uint64_t a, b;
    memcpy(&a, h + i, 8);
    memcpy(&b, h + i + m - 1, 8);
    uint64_t t = (a ^ first) | (b ^ last);
    uint64_t zero = (t - kOnes) & ~t & kHighs;
    while (zero) {
      size_t at = i + (static_cast<size_t>(__builtin_ctzll(zero)) >> 3);
      if (h[at] == x[0] && memcmp(h + at + 1, x + 1, m - 1) == 0) return static_cast<int64_t>(at);
      zero &= zero - 1;
      if (m > budget) {
        const void* q = memmem(h + at + 1, n - at - 1, x, m);
        return q ? static_cast<const uint8_t*>(q) - h : -1;
      }
      budget -= m;
    }
  }
  for (; i + m <= n; i++)
    if (h[i] == x[0] && h[i + m - 1] == x[m - 1] && memcmp(h + i, x, m) == 0) return static_cast<int64_t>(i);
  return -1;
}

// m == 0 is the caller's business.
template <class T>
int64_t find_units(const T* h, size_t n, const T* x, size_t m) {
  if (m > n) return -1;
  if (m == 1) return find_unit(h, n, x[0]);
  if constexpr (sizeof(T) == 1) {
    return find_octets(h, n, x, m);
  } else {
    return filtered_search(UnitView<T, false>{h, n}, n, UnitView<T, false>{x, m}, m);
  }
}
template <class T>
int64_t rfind_units(const T* h, size_t n, const T* x, size_t m) {
  if (m > n) return -1;
  if (m == 1) return rfind_unit(h, n, x[0]);
  if constexpr (sizeof(T) == 1) {  // from one place of the first byte to the one before, while that pays
    for (int budget = 32; budget > 0; budget--) {
      const void* q = memrchr(h, x[0], n - m + 1);
      if (!q) return -1;
      size_t at = static_cast<size_t>(static_cast<const T*>(q) - h);
      if (h[at + m - 1] == x[m - 1] && memcmp(h + at + 1, x + 1, m - 1) == 0) return static_cast<int64_t>(at);
      if (at == 0) return -1;
      n = at + m - 1;
    }
  }
  int64_t r = filtered_search(UnitView<T, true>{h, n}, n, UnitView<T, true>{x, m}, m);
  return r < 0 ? -1 : static_cast<int64_t>(n - m) - r;
}
template <class T>
size_t count_units(const T* h, size_t n, const T* x, size_t m, size_t max) {
  size_t count = 0;
  if (m == 1) {
    T c = x[0];
    if (max >= n) {
      for (size_t i = 0; i < n; i++) count += h[i] == c;
      return count;
    }
  }
  while (count < max) {
    int64_t at = find_units(h, n, x, m);
    if (at < 0) break;
    count++;
    h += static_cast<size_t>(at) + m;
    n -= static_cast<size_t>(at) + m;
  }
  return count;
}

}  // namespace taipan
