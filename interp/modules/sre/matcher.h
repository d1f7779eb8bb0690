// The matcher over units of type T. See program.h.
#pragma once
#include "gc/heap.h"
#include "interp/modules/sre/program.h"
#include "interp/objects/error.h"
#include "interp/objects/thread.h"
#include "interp/objects/unit_search.h"

namespace taipan::sre {

// A growing stack of plain structs: some room inside, then raw buffers.
template <class E, size_t kInline>
class Stack {
 public:
  Stack() : p_(inline_), capacity_(kInline) {}
  ~Stack() {
    if (p_ != inline_) gc::raw_free(p_);
  }
  Stack(const Stack&) = delete;
  TAIPAN_INLINE E* push() {
    if (TAIPAN_UNLIKELY(size == capacity_) && !grow()) return nullptr;
    return &p_[size++];
  }
  E& operator[](size_t i) { return p_[i]; }
  E& top() { return p_[size - 1]; }
  size_t size = 0;

 private:
  TAIPAN_NOINLINE bool grow() {
    size_t capacity = capacity_ * 2;
    if (capacity > (size_t{1} << 40) / sizeof(E)) return raise_memory();
    E* p = static_cast<E*>(gc::raw_alloc(capacity * sizeof(E)));
    if (!p) return raise_memory();
    memcpy(p, p_, size * sizeof(E));
    if (p_ != inline_) gc::raw_free(p_);
    p_ = p;
    capacity_ = capacity;
    return true;
  }
  E inline_[kInline];
  E* p_;
  size_t capacity_;
};

template <class T>
class Matcher {
 public:
  // text: [beginning, end); program must outlive the matcher.
  Matcher(const Program& program, size_t groups, const T* beginning, const T* end)
      : program_(program), code_(program.code), beginning_(beginning), end_(end), mark_count_(2 * groups) {}
  ~Matcher() {
    if (marks_ != small_marks_ && marks_) gc::raw_free(marks_);
  }
  Matcher(const Matcher&) = delete;
  bool init() {
    marks_ = small_marks_;
    if (mark_count_ > kSmallMarks) {
      marks_ = static_cast<const T**>(gc::raw_alloc(mark_count_ * sizeof(T*)));
      if (!marks_) return raise_memory();
    }
    reset_marks();
    return true;
  }

  // 1 matched, 0 not, -1 error. On success start/ptr delimit the match, mark(i) the groups, last_index the group closed last.
  int match(const T* at);
  int fullmatch(const T* at) {
    match_all_ = true;
    int r = match(at);
    match_all_ = false;
    return r;
  }
  int search(const T* at);

  const T *start = nullptr, *ptr = nullptr;
  int64_t last_index = -1;
  bool must_advance = false;  // the next match must not be empty at its first position
  const T* mark(size_t i) const { return marks_[i]; }

 private:
  enum Kind : uint32_t {
    kAlternative,
    kGreedyOne,
    kLazyOne,
    kGreedyUntil,
    kLazyUntil,
    kBarrierAssert,
    kBarrierAssertNot,
    kBarrierAtomic,
    kBarrierPossessive
  };
  struct Choice {
    Kind kind;
    uint32_t pc;
    const T* at;
    size_t trail;
    int32_t repeat;
    int32_t barrier;  // of a barrier: the one around it
    uint32_t repeats;
    int64_t count;
    const T* last;  // possessive: start of the iteration
  };
  struct Trail {
    uint32_t what;   // mark number, or kRepeatBit | repeat number
    int32_t number;  // last_index or count
    const T* at;
  };
  struct Repeat {
    uint32_t pc;  // of the REPEAT op
    int32_t previous;
    int32_t count;
    const T* last;
  };
  static constexpr uint32_t kRepeatBit = 0x80000000u;
  static constexpr size_t kSmallMarks = 24;

  void reset_marks() {
    for (size_t i = 0; i < mark_count_; i++) marks_[i] = nullptr;
    last_index = -1;
    dirty_ = false;
  }
  int run(const Code* pc, const T* p);
  size_t count_units(const Code* item, const T* p, size_t max) const;
  bool at(Code where, const T* p) const;
  void undo(size_t to) {
    while (trail_.size > to) {
      const Trail& t = trail_[--trail_.size];
      if (t.what & kRepeatBit) {
        Repeat& r = repeats_[t.what & ~kRepeatBit];
        r.count = t.number;
        r.last = t.at;
      } else {
        marks_[t.what] = t.at;
        last_index = t.number;
      }
    }
  }
  bool set_repeat(int32_t i, int32_t count, const T* last) {
    Repeat& r = repeats_[static_cast<size_t>(i)];
    if (choices_.size) {
      Trail* t = trail_.push();
      if (!t) return false;
      *t = {kRepeatBit | static_cast<uint32_t>(i), r.count, r.last};
    }
    r.count = count;
    r.last = last;
    return true;
  }

  const Program& program_;
  const Code* code_;
  const T *beginning_, *end_;
  size_t mark_count_;
  const T** marks_ = nullptr;
  const T* small_marks_[kSmallMarks];
  bool match_all_ = false, dirty_ = false;
  const T* must_advance_at_ = nullptr;
  uint32_t steps_ = 0;
  Stack<Choice, 24> choices_;
  Stack<Trail, 48> trail_;
  Stack<Repeat, 8> repeats_;
};

template <class T>
bool Matcher<T>::at(Code where, const T* p) const {
  auto boundary = [&](auto word, bool expected) {
    if (beginning_ == end_) return false;
    bool before = p > beginning_ && word(static_cast<uint32_t>(p[-1]));
    bool after = p < end_ && word(static_cast<uint32_t>(p[0]));
    return (before != after) == expected;
  };
  switch (where) {
    case kAtBeginning:
    case kAtBeginningString: return p == beginning_;
    case kAtBeginningLine: return p == beginning_ || p[-1] == '\n';
    case kAtEnd: return p == end_ || (end_ - p == 1 && *p == '\n');
    case kAtEndLine: return p == end_ || *p == '\n';
    case kAtEndString: return p == end_;
    case kAtBoundary: return boundary(is_ascii_word, true);
    case kAtNonBoundary: return boundary(is_ascii_word, false);
    case kAtLocBoundary: return boundary(is_locale_word, true);
    case kAtLocNonBoundary: return boundary(is_locale_word, false);
    case kAtUniBoundary: return boundary(is_unicode_word, true);
    case kAtUniNonBoundary: return boundary(is_unicode_word, false);
    default: return false;
  }
}

// How many units from p on (at most max, which is in range) the single-character op at item accepts.
template <class T>
size_t Matcher<T>::count_units(const Code* item, const T* p, size_t max) const {
  const T *q = p, *end = p + max;
  switch (item[0]) {
    case kAnyAll: return max;
    case kAny: {
      int64_t n = find_unit(p, max, static_cast<T>('\n'));
      return n < 0 ? max : static_cast<size_t>(n);
    }
    case kLiteral: {
      Code c = item[1];
      while (q < end && *q == c) q++;
      break;
    }
    case kNotLiteral: {
      Code c = item[1];
      if (sizeof(T) < 4 && c >> (8 * sizeof(T) % 32)) return max;
      int64_t n = find_unit(p, max, static_cast<T>(c));
      return n < 0 ? max : static_cast<size_t>(n);
    }
    case kLiteralIgnore:
      while (q < end && lower_ascii(*q) == item[1]) q++;
      break;
    case kNotLiteralIgnore:
      while (q < end && lower_ascii(*q) != item[1]) q++;
      break;
    case kLiteralUniIgnore:
      while (q < end && lower_unicode(*q) == item[1]) q++;
      break;
    case kNotLiteralUniIgnore:
      while (q < end && lower_unicode(*q) != item[1]) q++;
      break;
    case kLiteralLocIgnore:
      while (q < end && (*q == item[1] || lower_locale(*q) == item[1] || upper_locale(*q) == item[1])) q++;
      break;
    case kNotLiteralLocIgnore:
      while (q < end && !(*q == item[1] || lower_locale(*q) == item[1] || upper_locale(*q) == item[1])) q++;
      break;
    default: {
      uint16_t a = program_.aux[item - code_];
      if (a) {
        const ByteSet& b = program_.sets[a - 1];
        if constexpr (sizeof(T) == 1) {
          while (q < end && b.has(*q)) q++;
        } else {
          while (q < end && (*q < 256 ? b.has(*q) : set_has(program_, item, *q))) q++;
        }
      } else {
        while (q < end && set_has(program_, item, *q)) q++;
      }
    }
  }
  return static_cast<size_t>(q - p);
}

template <class T>
int Matcher<T>::run(const Code* pc, const T* p) {
  int32_t repeat = -1, barrier = -1;
  const T* const end = end_;

  // Pushes a choice point; false: out of memory.
  auto choose = [&](Kind kind, const Code* where, const T* at, int64_t count) -> Choice* {
    Choice* c = choices_.push();
    if (c) {
      c->kind = kind;
      c->pc = static_cast<uint32_t>(where - code_);
      c->at = at;
      c->trail = trail_.size;
      c->repeat = repeat;
      c->barrier = barrier;
      c->repeats = static_cast<uint32_t>(repeats_.size);
      c->count = count;
    }
    return c;
  };

  for (;;) {
    switch (pc[0]) {
      case kFailure: goto fail;

      case kSuccess:
        if (TAIPAN_LIKELY(barrier < 0)) {
          if ((match_all_ && p != end) || (must_advance_at_ && p == must_advance_at_)) goto fail;
          ptr = p;
          return 1;
        }
        {
          // The end of a sub-pattern: its choices are dropped.
          Choice& b = choices_[static_cast<size_t>(barrier)];
          const Code* op = code_ + b.pc;
          repeat = b.repeat;
          switch (b.kind) {
            case kBarrierAssert:
              p = b.at;
              pc = op + 1 + op[1];
              choices_.size = static_cast<size_t>(barrier);
              barrier = b.barrier;
              continue;
            case kBarrierAssertNot:
              undo(b.trail);
              choices_.size = static_cast<size_t>(barrier);
              barrier = b.barrier;
              goto fail;
            case kBarrierAtomic:
              pc = op + 1 + op[1];
              choices_.size = static_cast<size_t>(barrier);
              barrier = b.barrier;
              continue;
            default: {  // kBarrierPossessive: one more iteration done
              choices_.size = static_cast<size_t>(barrier) + 1;
              b.count++;
              b.at = p;
              b.trail = trail_.size;  // what is done stays done
              bool more = b.count < static_cast<int64_t>(op[2]) ||
                          ((b.count < static_cast<int64_t>(op[3]) || op[3] == kMaxRepeat) && p != b.last);
              if (more) {
                b.last = p;
                pc = op + 4;
                continue;
              }
              choices_.size = static_cast<size_t>(barrier);
              barrier = b.barrier;
              pc = op + 1 + op[1] + 1;
              continue;
            }
          }
        }

      case kAny:
        if (p >= end || *p == '\n') goto fail;
        p++;
        pc++;
        continue;
      case kAnyAll:
        if (p >= end) goto fail;
        p++;
        pc++;
        continue;
      case kLiteral:
        if (p >= end || *p != pc[1]) goto fail;
        p++;
        pc += 2;
        continue;
      case kNotLiteral:
        if (p >= end || *p == pc[1]) goto fail;
        p++;
        pc += 2;
        continue;
      case kLiteralIgnore:
        if (p >= end || lower_ascii(*p) != pc[1]) goto fail;
        p++;
        pc += 2;
        continue;
      case kNotLiteralIgnore:
        if (p >= end || lower_ascii(*p) == pc[1]) goto fail;
        p++;
        pc += 2;
        continue;
      case kLiteralUniIgnore:
        if (p >= end || lower_unicode(*p) != pc[1]) goto fail;
        p++;
        pc += 2;
        continue;
      case kNotLiteralUniIgnore:
        if (p >= end || lower_unicode(*p) == pc[1]) goto fail;
        p++;
        pc += 2;
        continue;
      case kLiteralLocIgnore:
      case kNotLiteralLocIgnore: {
        if (p >= end) goto fail;
        bool same = *p == pc[1] || lower_locale(*p) == pc[1] || upper_locale(*p) == pc[1];
        if (same != (pc[0] == kLiteralLocIgnore)) goto fail;
        p++;
        pc += 2;
        continue;
      }
      case kIn:
      case kInIgnore:
      case kInUniIgnore:
      case kInLocIgnore:
        if (p >= end || !set_has(program_, pc, *p)) goto fail;
        p++;
        pc += 1 + pc[1];
        continue;
      case kCategory:
        if (p >= end || !in_category(pc[1], *p)) goto fail;
        p++;
        pc += 2;
        continue;
      case kAt:
        if (!at(pc[1], p)) goto fail;
        pc += 2;
        continue;

      case kMark: {
        uint32_t i = pc[1];
        if (choices_.size) {
          Trail* t = trail_.push();
          if (!t) return -1;
          *t = {i, static_cast<int32_t>(last_index), marks_[i]};
        } else {
          dirty_ = true;
        }
        if (i & 1) last_index = i / 2 + 1;
        marks_[i] = p;
        pc += 2;
        continue;
      }
      case kJump: pc += 1 + pc[1]; continue;
      case kInfo: pc += 1 + pc[1]; continue;

      case kBranch:
        pc++;
      next_alternative: {
        // pc: at an alternative's skip word. Those whose first character rules them out are passed over, also when it comes to
        // whether there is anything to come back for.
        auto viable = [&](const Code* a) {
          for (; a[0] != 0; a += a[0]) {
            if (a[1] == kLiteral && (p >= end || *p != a[2])) continue;
            if (a[1] == kIn && (p >= end || !set_has(program_, a + 1, *p))) continue;
            break;
          }
          return a;
        };
        pc = viable(pc);
        if (pc[0] == 0) goto fail;
        const Code* next = viable(pc + pc[0]);
        if (next[0] != 0 && !choose(kAlternative, next, p, 0)) return -1;
        pc++;
        continue;
      }

      case kRepeatOne: {
        size_t left = static_cast<size_t>(end - p), min = pc[2];
        if (min > left) goto fail;
        size_t max = pc[3] == kMaxRepeat || pc[3] > left ? left : pc[3];
        int64_t n = static_cast<int64_t>(count_units(pc + 4, p, max));
        if (n < static_cast<int64_t>(min)) goto fail;
        const Code* tail = pc + 1 + pc[1];
        const T* q = p + n;
        n -= static_cast<int64_t>(min);
        if (tail[0] == kLiteral) {
          Code c = tail[1];
          while (q >= end || *q != c) {
            if (n-- == 0) goto fail;
            q--;
          }
        }
        if (n > 0 && !choose(kGreedyOne, pc, q, n)) return -1;
        p = q;
        pc = tail;
        continue;
      }
      case kMinRepeatOne: {
        size_t left = static_cast<size_t>(end - p), min = pc[2];
        if (min > left) goto fail;
        if (min > 0) {
          if (count_units(pc + 4, p, min) < min) goto fail;
          p += min;
        }
        int64_t more = pc[3] == kMaxRepeat ? INT64_MAX : static_cast<int64_t>(pc[3]) - static_cast<int64_t>(min);
        if (more > 0 && !choose(kLazyOne, pc, p, more)) return -1;
        pc += 1 + pc[1];
        continue;
      }
      case kPossessiveRepeatOne: {
        size_t left = static_cast<size_t>(end - p), min = pc[2];
        if (min > left) goto fail;
        size_t max = pc[3] == kMaxRepeat || pc[3] > left ? left : pc[3];
        size_t n = count_units(pc + 4, p, max);
        if (n < min) goto fail;
        p += n;
        pc += 1 + pc[1];
        continue;
      }

      case kRepeat: {
        Repeat* r = repeats_.push();
        if (!r) return -1;
        *r = {static_cast<uint32_t>(pc - code_), repeat, -1, nullptr};
        repeat = static_cast<int32_t>(repeats_.size - 1);
        pc += 1 + pc[1];
        continue;
      }
      case kMaxUntil: {
        if (TAIPAN_UNLIKELY(repeat < 0)) return raise(types::RuntimeError, "invalid SRE code");
        Repeat& r = repeats_[static_cast<size_t>(repeat)];
        const Code* op = code_ + r.pc;
        int64_t n = int64_t{r.count} + 1;
        if (n < static_cast<int64_t>(op[2])) {
          if (!set_repeat(repeat, static_cast<int32_t>(n), r.last)) return -1;
          pc = op + 4;
          continue;
        }
        if ((op[3] == kMaxRepeat || n < static_cast<int64_t>(op[3])) && p != r.last) {
          if (!choose(kGreedyUntil, pc, p, 0) || !set_repeat(repeat, static_cast<int32_t>(n), p)) return -1;
          pc = op + 4;
          continue;
        }
        repeat = r.previous;
        pc++;
        continue;
      }
      case kMinUntil: {
        if (TAIPAN_UNLIKELY(repeat < 0)) return raise(types::RuntimeError, "invalid SRE code");
        Repeat& r = repeats_[static_cast<size_t>(repeat)];
        const Code* op = code_ + r.pc;
        int64_t n = int64_t{r.count} + 1;
        if (n < static_cast<int64_t>(op[2])) {
          if (!set_repeat(repeat, static_cast<int32_t>(n), r.last)) return -1;
          pc = op + 4;
          continue;
        }
        if (!choose(kLazyUntil, pc, p, 0)) return -1;
        repeat = r.previous;
        pc++;
        continue;
      }

      case kPossessiveRepeat: {
        Choice* c = choose(kBarrierPossessive, pc, p, 0);
        if (!c) return -1;
        c->last = nullptr;
        int32_t around = barrier;
        c->barrier = around;
        barrier = static_cast<int32_t>(choices_.size - 1);
        if (pc[3] == 0) {  // {0}: nothing to match
          choices_.size--;
          barrier = around;
          pc += 1 + pc[1] + 1;
          continue;
        }
        if (pc[2] == 0) c->last = p;
        pc += 4;
        continue;
      }
      case kAtomicGroup:
        if (!choose(kBarrierAtomic, pc, p, 0)) return -1;
        barrier = static_cast<int32_t>(choices_.size - 1);
        pc += 2;
        continue;
      case kAssert:
        if (p - beginning_ < static_cast<ptrdiff_t>(pc[2])) goto fail;
        if (!choose(kBarrierAssert, pc, p, 0)) return -1;
        barrier = static_cast<int32_t>(choices_.size - 1);
        p -= pc[2];
        pc += 3;
        continue;
      case kAssertNot:
        if (p - beginning_ < static_cast<ptrdiff_t>(pc[2])) {
          pc += 1 + pc[1];
          continue;
        }
        if (!choose(kBarrierAssertNot, pc, p, 0)) return -1;
        barrier = static_cast<int32_t>(choices_.size - 1);
        p -= pc[2];
        pc += 3;
        continue;

      case kGroupRef:
      case kGroupRefIgnore:
      case kGroupRefUniIgnore:
      case kGroupRefLocIgnore: {
        const T *g = marks_[2 * pc[1]], *e = marks_[2 * pc[1] + 1];
        if (!g || !e || e < g || e - g > end - p) goto fail;
        switch (pc[0]) {
          case kGroupRef:
            if (memcmp(g, p, static_cast<size_t>(e - g) * sizeof(T)) != 0) goto fail;
            p += e - g;
            break;
          case kGroupRefIgnore:
            for (; g < e; g++, p++)
              if (lower_ascii(*g) != lower_ascii(*p)) goto fail;
            break;
          case kGroupRefUniIgnore:
            for (; g < e; g++, p++)
              if (lower_unicode(*g) != lower_unicode(*p)) goto fail;
            break;
          default:
            for (; g < e; g++, p++)
              if (lower_locale(*g) != lower_locale(*p)) goto fail;
        }
        pc += 2;
        continue;
      }
      case kGroupRefExists: {
        const T *g = marks_[2 * pc[1]], *e = marks_[2 * pc[1] + 1];
        if (!g || !e || e < g)
          pc += 1 + pc[2];
        else
          pc += 3;
        continue;
      }
      default: return raise(types::RuntimeError, "invalid SRE code");
    }

  fail:
    if (choices_.size == 0) return 0;
    if (TAIPAN_UNLIKELY((++steps_ & 0xFFF) == 0) && !poll()) return -1;
    Choice& c = choices_.top();
    undo(c.trail);
    repeat = c.repeat;
    barrier = c.barrier;
    repeats_.size = c.repeats;
    pc = code_ + c.pc;
    p = c.at;
    switch (c.kind) {
      case kAlternative: choices_.size--; goto next_alternative;
      case kGreedyOne: {
        const Code* tail = pc + 1 + pc[1];
        int64_t n = c.count - 1;
        p--;
        if (tail[0] == kLiteral) {
          Code x = tail[1];
          while (n >= 0 && *p != x) p--, n--;
          if (n < 0) {
            choices_.size--;
            goto fail;
          }
        }
        if (n == 0) {
          choices_.size--;
        } else {
          c.count = n;
          c.at = p;
        }
        pc = tail;
        continue;
      }
      case kLazyOne: {
        // One more, and the tail again. If the tail starts with a literal, go on to where it stands.
        const Code* tail = pc + 1 + pc[1];
        int64_t n = c.count;
        do {
          if (n <= 0 || p >= end || count_units(pc + 4, p, 1) == 0) {
            choices_.size--;
            goto fail;
          }
          p++;
          n--;
        } while (tail[0] == kLiteral && (p >= end || *p != tail[1]));
        if (n == 0) {
          choices_.size--;
        } else {
          c.count = n;
          c.at = p;
        }
        pc = tail;
        continue;
      }
      case kGreedyUntil:
        choices_.size--;
        repeat = repeats_[static_cast<size_t>(repeat)].previous;
        pc++;
        continue;
      case kLazyUntil: {
        choices_.size--;
        Repeat& r = repeats_[static_cast<size_t>(repeat)];
        const Code* op = code_ + r.pc;
        int64_t n = int64_t{r.count} + 1;
        if ((op[3] != kMaxRepeat && n >= static_cast<int64_t>(op[3])) || p == r.last) goto fail;
        if (!set_repeat(repeat, static_cast<int32_t>(n), p)) return -1;
        pc = op + 4;
        continue;
      }
      case kBarrierAssert:
      case kBarrierAtomic: choices_.size--; goto fail;
      case kBarrierAssertNot:
        choices_.size--;
        pc += 1 + pc[1];
        continue;
      case kBarrierPossessive: {
        // The iteration failed. Enough of them: go on where the last one ended, with its groups.
        choices_.size--;
        if (c.count < static_cast<int64_t>(pc[2])) goto fail;
        pc += 1 + pc[1] + 1;
        continue;
      }
    }
  }
}

template <class T>
int Matcher<T>::match(const T* at) {
  if (dirty_) reset_marks();
  choices_.size = trail_.size = repeats_.size = 0;
  last_index = -1;
  start = at;
  must_advance_at_ = must_advance ? at : nullptr;
  int r = run(code_, at);
  must_advance_at_ = nullptr;
  dirty_ = true;
  return r;
}

template <class T>
int Matcher<T>::search(const T* at) {
  const Code* pc = code_;
  if (at > end_) return 0;
  bool advance = must_advance;
  must_advance = false;
  Code flags = 0;
  const Code* info = nullptr;
  const T* stop = end_;
  if (pc[0] == kInfo) {
    info = pc + 1;
    flags = info[1];
    // A match needs that much text.
    size_t width = info[2];
    if (width > static_cast<size_t>(end_ - at)) return 0;
    if (width > 1) stop -= width - 1;
    pc += 1 + pc[1];
  }
  auto attempt = [&](const Code* from, const T* first, const T* p) {
    if (dirty_) reset_marks();
    choices_.size = trail_.size = repeats_.size = 0;
    start = first;
    int r = run(from, p);
    if (choices_.size || trail_.size || r) dirty_ = true;
    return r;
  };
  auto tick = [&] { return TAIPAN_LIKELY((++steps_ & 0xFFF) != 0) || poll(); };

  if (flags & kInfoPrefix) {
    size_t length = info[4], skip = info[5];
    const Code* literal = info + 6;
    T small[64];
    T* prefix = small;
    if (length > 64 && !(prefix = static_cast<T*>(gc::raw_alloc(length * sizeof(T))))) return raise_memory();
    int result = 0;
    bool possible = true;
    for (size_t i = 0; i < length; i++) {
      if (sizeof(T) < 4 && literal[i] >> (8 * sizeof(T) % 32)) possible = false;
      prefix[i] = static_cast<T>(literal[i]);
    }
    while (possible && result == 0) {
      int64_t found = find_units(at, static_cast<size_t>(end_ - at), prefix, length);
      if (found < 0) break;
      at += found;
      if (flags & kInfoLiteral) {
        if (dirty_) reset_marks();
        start = at;
        ptr = at + length;
        result = 1;
        break;
      }
      result = attempt(pc + 2 * skip, at, at + skip);
      at++;
      if (!tick()) result = -1;
    }
    if (prefix != small) gc::raw_free(prefix);
    return result;
  }
  must_advance_at_ = advance ? at : nullptr;
  int r = attempt(pc, at, at);
  must_advance_at_ = nullptr;
  if (r || (pc[0] == kAt && (pc[1] == kAtBeginning || pc[1] == kAtBeginningString))) return r;
  const T* last = stop < end_ ? stop - 1 : end_;
  const bool filtered = program_.has_first;
  while (at < last) {
    at++;
    if (filtered) {  // the first character rules most places out
      const ByteSet& first = program_.first;
      if constexpr (sizeof(T) == 1) {
        while (at < stop && !first.has(*at)) at++;
      } else {
        while (at < stop && *at < 256 && !first.has(*at)) at++;
      }
      if (at >= stop) return 0;
    }
    r = attempt(pc, at, at);
    if (r) return r;
    if (!tick()) return -1;
  }
  return 0;
}

}  // namespace taipan::sre
