// What the memory system and the locks need to know of the processor.
#pragma once
#include <cstddef>
#include <cstdint>
#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace taipan::arch {

inline constexpr size_t kCacheLine = 64;

// One turn of a spin loop.
inline void cpu_pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TAIPAN_ONE_WORD_AT_A_TIME  // it knows of no other stores that are whole
#endif
#endif
#if defined(__x86_64__) && !defined(TAIPAN_ONE_WORD_AT_A_TIME) && !defined(__SANITIZE_THREAD__)
#define TAIPAN_PAIRS_OF_WORDS
#endif

// Moves n words, each as a whole for who reads it meanwhile; what is moved, nobody else writes. The places may overlap.
inline void move_words(uint64_t* to, const uint64_t* from, size_t n) {
  auto word = [to, from](size_t i) {
    __atomic_store_n(to + i, __atomic_load_n(from + i, __ATOMIC_RELAXED), __ATOMIC_RELAXED);
  };
#ifdef TAIPAN_PAIRS_OF_WORDS
  // (Aligned stores of sixteen bytes don't tear within a word.)
  constexpr size_t kPair = 16, kMany = 8;  // bytes; words at a time: all loaded before the first is stored
  auto load = [from](size_t i) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i)); };
  auto store = [to](size_t i, __m128i v) { _mm_store_si128(reinterpret_cast<__m128i*>(to + i), v); };
  auto pair = [load, store](size_t i) {
    __m128i a = load(i);
    asm volatile("" : "+x"(a));  // (the compiler must not make a memmove of it)
    store(i, a);
  };
  auto many = [load, store](size_t i) {
    __m128i a = load(i), b = load(i + 2), c = load(i + 4), d = load(i + 6);
    asm volatile("" : "+x"(a), "+x"(b), "+x"(c), "+x"(d));
    store(i, a);
    store(i + 2, b);
    store(i + 4, c);
    store(i + 6, d);
  };
  auto aligned = [](const uint64_t* p) { return reinterpret_cast<uintptr_t>(p) % kPair == 0; };
  if (to <= from) {
    size_t i = 0;
    if (n && !aligned(to)) word(i++);
    for (; i + kMany <= n; i += kMany) many(i);
    for (; i + 2 <= n; i += 2) pair(i);
    if (i < n) word(i);
  } else {
    size_t i = n;
    if (n && !aligned(to + n)) word(--i);
    for (; i >= kMany; i -= kMany) many(i - kMany);
    for (; i >= 2; i -= 2) pair(i - 2);
    if (i) word(0);
  }
#else
  if (to <= from) {
    for (size_t i = 0; i < n; i++) word(i);
  } else {
    for (size_t i = n; i-- > 0;) word(i);
  }
#endif
}

// The callee-saved registers, where a caller may keep the only copy of a pointer. Inline it in the function whose
// caller's registers are wanted.
inline constexpr int kSavedRegisters = 12;
__attribute__((always_inline)) inline void save_registers(void** out) {
#if defined(__x86_64__)
  asm volatile(
      "movq %%rbx, 0(%0)\n movq %%rbp, 8(%0)\n movq %%r12, 16(%0)\n"
      "movq %%r13, 24(%0)\n movq %%r14, 32(%0)\n movq %%r15, 40(%0)\n"
      :
      : "r"(out)
      : "memory");
  for (int i = 6; i < kSavedRegisters; i++) out[i] = nullptr;
#elif defined(__aarch64__)
  asm volatile(
      "stp x19, x20, [%0, #0]\n stp x21, x22, [%0, #16]\n stp x23, x24, [%0, #32]\n"
      "stp x25, x26, [%0, #48]\n stp x27, x28, [%0, #64]\n str x29, [%0, #80]\n"
      :
      : "r"(out)
      : "memory");
  out[11] = nullptr;
#else
#error "save_registers: this processor is not known"
#endif
}

}  // namespace taipan::arch
