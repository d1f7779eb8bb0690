#include "interp/modules/sre/program.h"
#include <cctype>
#include <cstring>
#include "gc/heap.h"
#include "interp/objects/error.h"

namespace taipan::sre {

uint32_t lower_locale(uint32_t c) { return c < 256 ? static_cast<uint32_t>(tolower(static_cast<int>(c))) : c; }
uint32_t upper_locale(uint32_t c) { return c < 256 ? static_cast<uint32_t>(toupper(static_cast<int>(c))) : c; }
bool is_locale_word(uint32_t c) { return c < 256 && (isalnum(static_cast<int>(c)) || c == '_'); }

bool in_category(Code category, uint32_t c) {
  auto ascii_space = [](uint32_t x) { return x == ' ' || (x >= '\t' && x <= '\r'); };
  switch (category) {
    case kDigit: return c - '0' < 10;
    case kNotDigit: return c - '0' >= 10;
    case kSpace: return ascii_space(c);
    case kNotSpace: return !ascii_space(c);
    case kWord: return is_ascii_word(c);
    case kNotWord: return !is_ascii_word(c);
    case kLinebreak: return c == '\n';
    case kNotLinebreak: return c != '\n';
    case kLocWord: return is_locale_word(c);
    case kLocNotWord: return !is_locale_word(c);
    case kUniDigit: return unicode::is_decimal(c);
    case kUniNotDigit: return !unicode::is_decimal(c);
    case kUniSpace: return unicode::is_space(c);
    case kUniNotSpace: return !unicode::is_space(c);
    case kUniWord: return is_unicode_word(c);
    case kUniNotWord: return !is_unicode_word(c);
    case kUniLinebreak: return unicode::is_linebreak(c);
    case kUniNotLinebreak: return !unicode::is_linebreak(c);
    default: return false;
  }
}

bool in_charset(const Code* set, uint32_t c) {
  bool found = true;
  for (;;) {
    switch (*set++) {
      case kFailure: return !found;
      case kLiteral:
        if (c == *set++) return found;
        break;
      case kCategory:
        if (in_category(*set++, c)) return found;
        break;
      case kCharset:
        if (c < 256 && (set[c >> 5] >> (c & 31) & 1)) return found;
        set += 8;
        break;
      case kRange:
        if (set[0] <= c && c <= set[1]) return found;
        set += 2;
        break;
      case kRangeUniIgnore: {
        if (set[0] <= c && c <= set[1]) return found;
        uint32_t up = upper_unicode(c);
        if (set[0] <= up && up <= set[1]) return found;
        set += 2;
        break;
      }
      case kNegate: found = !found; break;
      case kBigCharset: {
        Code blocks = *set++;
        int block = c < 0x10000 ? reinterpret_cast<const uint8_t*>(set)[c >> 8] : -1;
        set += 64;
        if (block >= 0 && (set[block * 8 + (c >> 5 & 7)] >> (c & 31) & 1)) return found;
        set += blocks * 8;
        break;
      }
      default: return false;
    }
  }
}
bool in_charset_locale_ignore(const Code* set, uint32_t c) {
  uint32_t lo = lower_locale(c), up = upper_locale(c);
  return in_charset(set, lo) || (up != lo && in_charset(set, up));
}

// ---- Validation ---------------------------------------------------------------------------------------------------------------------------
// Everything the matcher relies on: operands present, jumps inside their construct, sets and sub-patterns ended, groups in range.
namespace {
class Validator {
 public:
  Validator(int64_t groups) : groups_(groups) {}
  bool top(const Code* code, const Code* end) {
    if (groups_ < 0 || groups_ > kMaxGroups || code >= end || end[-1] != kSuccess) return false;
    return sequence(code, end - 1, false);
  }

 private:
  static constexpr int kMaxDepth = 10000;
  bool charset(const Code* p, const Code* end) {
    while (p < end) {
      switch (*p++) {
        case kNegate: break;
        case kLiteral:
          if (p >= end) return false;
          p++;
          break;
        case kRange:
        case kRangeUniIgnore:
          if (end - p < 2) return false;
          p += 2;
          break;
        case kCharset:
          if (end - p < 8) return false;
          p += 8;
          break;
        case kBigCharset: {
          if (p >= end) return false;
          Code blocks = *p++;
          if (end - p < 64) return false;
          const uint8_t* map = reinterpret_cast<const uint8_t*>(p);
          for (int i = 0; i < 256; i++)
            if (map[i] >= blocks) return false;
          p += 64;
          if (static_cast<size_t>(end - p) / 8 < blocks) return false;
          p += static_cast<size_t>(blocks) * 8;
          break;
        }
        case kCategory:
          if (p >= end || *p++ > kUniNotLinebreak) return false;
          break;
        default: return false;
      }
    }
    return true;
  }
  // *p is a skip word; the construct must end inside. Returns where, or null.
  static const Code* target(const Code* p, const Code* end) {
    if (p >= end || static_cast<size_t>(end - p) < *p) return nullptr;
    return p + *p;
  }
  bool set_at(const Code*& p, const Code* end) {  // p at the skip word
    const Code* stop = target(p, end);
    if (!stop || stop < p + 2 || stop[-1] != kFailure || !charset(p + 1, stop - 1)) return false;
    p = stop;
    return true;
  }
  // Exactly one single-character op, then SUCCESS, in [p, end).
  bool simple_body(const Code* p, const Code* end) {
    const Code* start = p;
    if (p >= end) return false;
    switch (*p++) {
      case kAny:
      case kAnyAll: break;
      case kLiteral:
      case kNotLiteral:
      case kLiteralIgnore:
      case kNotLiteralIgnore:
      case kLiteralLocIgnore:
      case kNotLiteralLocIgnore:
      case kLiteralUniIgnore:
      case kNotLiteralUniIgnore: p++; break;
      case kIn:
      case kInIgnore:
      case kInLocIgnore:
      case kInUniIgnore:
        if (!set_at(p, end)) return false;
        break;
      default: return false;
    }
    (void)start;
    return end - p == 1 && *p == kSuccess;
  }

  // in_branch: the sequence may end early in JUMP (checked by the caller).
  bool sequence(const Code* p, const Code* end, bool) {
    if (++depth_ > kMaxDepth) return false;
    bool ok = sequence_body(p, end);
    depth_--;
    return ok;
  }
  bool sequence_body(const Code* p, const Code* end) {
    while (p < end) {
      Code op = *p++;
      switch (op) {
        case kMark:
          if (p >= end || *p++ >= static_cast<Code>(2 * groups_)) return false;
          break;
        case kLiteral:
        case kNotLiteral:
        case kLiteralIgnore:
        case kNotLiteralIgnore:
        case kLiteralUniIgnore:
        case kNotLiteralUniIgnore:
        case kLiteralLocIgnore:
        case kNotLiteralLocIgnore:
          if (p++ >= end) return false;
          break;
        case kSuccess:
        case kFailure: break;
        case kAny:
        case kAnyAll: break;
        case kAt:
          if (p >= end || *p++ > kAtUniNonBoundary) return false;
          break;
        case kIn:
        case kInIgnore:
        case kInLocIgnore:
        case kInUniIgnore:
          if (!set_at(p, end)) return false;
          break;
        case kInfo: {
          const Code* stop = target(p, end);
          if (!stop || stop < p + 4) return false;
          Code flags = p[1];
          if (flags & ~static_cast<Code>(kInfoPrefix | kInfoLiteral | kInfoCharset)) return false;
          if ((flags & kInfoPrefix) && (flags & kInfoCharset)) return false;
          if ((flags & kInfoLiteral) && !(flags & kInfoPrefix)) return false;
          const Code* q = p + 4;
          if (flags & kInfoPrefix) {
            if (stop - q < 2) return false;
            Code length = q[0], skip = q[1];
            q += 2;
            if (static_cast<size_t>(stop - q) != 2 * static_cast<size_t>(length) || skip > length || length == 0)
              return false;
            q += length;
            for (Code i = 0; i < length; i++)
              if (q[i] >= length) return false;
            // The matcher starts after the literals that were skipped: they must really stand there.
            if (end - stop < 2 * static_cast<ptrdiff_t>(skip)) return false;
            for (Code i = 0; i < skip; i++)
              if (stop[2 * i] != kLiteral) return false;
          } else if (flags & kInfoCharset) {
            if (stop - q < 1 || stop[-1] != kFailure || !charset(q, stop - 1)) return false;
          } else if (q != stop) {
            return false;
          }
          p = stop;
          break;
        }
        case kBranch: {
          const Code* exit = nullptr;
          for (;;) {
            if (p >= end) return false;
            if (*p == 0) break;
            const Code* stop = target(p, end);
            if (!stop || stop < p + 3 || stop[-2] != kJump) return false;
            if (!sequence(p + 1, stop - 2, true)) return false;
            const Code* to = target(stop - 1, end);
            if (!to) return false;
            if (!exit)
              exit = to;
            else if (exit != to)
              return false;
            p = stop;
          }
          p++;
          if (exit && exit != p) return false;
          break;
        }
        case kRepeatOne:
        case kMinRepeatOne:
        case kPossessiveRepeatOne: {
          const Code* stop = target(p, end);
          if (!stop || stop < p + 4 || p[1] > p[2]) return false;
          if (!simple_body(p + 3, stop)) return false;
          p = stop;
          break;
        }
        case kRepeat:
        case kPossessiveRepeat: {
          const Code* stop = target(p, end);
          if (!stop || stop < p + 3 || p[1] > p[2]) return false;
          if (!sequence(p + 3, stop, false)) return false;
          p = stop;
          if (p >= end) return false;
          if (op == kPossessiveRepeat ? *p != kSuccess : *p != kMaxUntil && *p != kMinUntil) return false;
          p++;
          break;
        }
        case kAtomicGroup: {
          const Code* stop = target(p, end);
          if (!stop || stop < p + 2 || stop[-1] != kSuccess || !sequence(p + 1, stop - 1, false)) return false;
          p = stop;
          break;
        }
        case kGroupRef:
        case kGroupRefIgnore:
        case kGroupRefLocIgnore:
        case kGroupRefUniIgnore:
          if (p >= end || *p++ >= static_cast<Code>(groups_)) return false;
          break;
        case kGroupRefExists: {
          // <group> <skip> yes [JUMP <skip> no]
          if (end - p < 2 || p[0] >= static_cast<Code>(groups_)) return false;
          const Code* skip = p + 1;
          if (*skip < 1 || static_cast<size_t>(end - skip) < *skip - 1) return false;
          const Code* no = skip + *skip - 1;  // as the compiler counts: one past the target
          const Code* yes = p + 2;
          if (no < yes) return false;
          if (no - yes >= 2 && no[-2] == kJump && target(no - 1, end) && no[-1] >= 1 && sequence(yes, no - 2, false) &&
              sequence(no, no - 1 + no[-1], false)) {
            p = no - 1 + no[-1];
          } else {
            if (!sequence(yes, no, false)) return false;
            p = no;
          }
          break;
        }
        case kAssert:
        case kAssertNot: {
          const Code* stop = target(p, end);
          if (!stop || stop < p + 3 || p[1] & 0x80000000u) return false;
          if (stop[-1] != kSuccess || !sequence(p + 2, stop - 1, false)) return false;
          p = stop;
          break;
        }
        case kJump:
          // Only inside BRANCH and GROUPREF_EXISTS, which take it away before coming here.
          return false;
        default: return false;
      }
    }
    return true;
  }
  int64_t groups_;
  int depth_ = 0;
};

// Position after the op at p (which is valid), for walking.
void collect_sets(Program* program, const Code* p, const Code* end, uint32_t* count, bool fill) {
  auto charset_is_static = [](const Code* set, const Code* stop) {
    while (set < stop) {
      switch (*set++) {
        case kLiteral: set++; break;
        case kRange:
        case kRangeUniIgnore: set += 2; break;
        case kCharset: set += 8; break;
        case kBigCharset: set += 1 + 64 + static_cast<size_t>(*set) * 8; break;
        case kCategory:
          if (*set == kLocWord || *set == kLocNotWord) return false;
          set++;
          break;
        default: break;
      }
    }
    return true;
  };
  while (p < end) {
    const Code* at = p;
    switch (*p++) {
      case kMark:
      case kLiteral:
      case kNotLiteral:
      case kLiteralIgnore:
      case kNotLiteralIgnore:
      case kLiteralUniIgnore:
      case kNotLiteralUniIgnore:
      case kLiteralLocIgnore:
      case kNotLiteralLocIgnore:
      case kAt:
      case kGroupRef:
      case kGroupRefIgnore:
      case kGroupRefLocIgnore:
      case kGroupRefUniIgnore:
      case kJump: p++; break;
      case kIn:
      case kInIgnore:
      case kInUniIgnore: {
        const Code* stop = p + *p;
        if (charset_is_static(p + 1, stop - 1) && *count < 0xFFFF) {
          if (fill) {
            ByteSet& b = program->sets[*count];
            for (uint32_t c = 0; c < 256; c++) {
              uint32_t x = *at == kIn ? c : *at == kInIgnore ? lower_ascii(c) : lower_unicode(c);
              b.in[c] = in_charset(p + 1, x);
            }
            program->aux[at - program->code] = static_cast<uint16_t>(*count + 1);
          }
          ++*count;
        }
        p = stop;
        break;
      }
      case kInLocIgnore:
      case kInfo: p += *p; break;
      case kBranch:
        while (*p != 0) {
          collect_sets(program, p + 1, p + *p, count, fill);
          p += *p;
        }
        p++;
        break;
      case kRepeatOne:
      case kMinRepeatOne:
      case kPossessiveRepeatOne:
        collect_sets(program, p + 3, p + *p, count, fill);
        p += *p;
        break;
      case kRepeat:
      case kPossessiveRepeat:
        collect_sets(program, p + 3, p + *p, count, fill);
        p += *p + 1;
        break;
      case kAtomicGroup:
        collect_sets(program, p + 1, p + *p, count, fill);
        p += *p;
        break;
      case kGroupRefExists: p += 2; break;  // its parts follow
      case kAssert:
      case kAssertNot:
        collect_sets(program, p + 2, p + *p, count, fill);
        p += *p;
        break;
      default: break;
    }
  }
}
// What a sequence starts with: the characters are added to out. kUnknown: anything.
enum class Start { kConsumes, kMayBeEmpty, kUnknown };
Start find_first(const Program& program, const Code* p, const Code* end, ByteSet* out, int depth) {
  if (depth > 50) return Start::kUnknown;
  auto add = [out](auto test) {
    for (uint32_t c = 0; c < 256; c++) out->in[c] |= test(c);
  };
  // The single-character op at q; false: not one whose characters are known here.
  auto add_item = [&](const Code* q) {
    switch (q[0]) {
      case kAny: add([](uint32_t c) { return c != '\n'; }); return true;
      case kAnyAll: add([](uint32_t) { return true; }); return true;
      case kLiteral: add([q](uint32_t c) { return c == q[1]; }); return true;
      case kNotLiteral: add([q](uint32_t c) { return c != q[1]; }); return true;
      case kLiteralIgnore: add([q](uint32_t c) { return lower_ascii(c) == q[1]; }); return true;
      case kNotLiteralIgnore: add([q](uint32_t c) { return lower_ascii(c) != q[1]; }); return true;
      case kLiteralUniIgnore: add([q](uint32_t c) { return lower_unicode(c) == q[1]; }); return true;
      case kNotLiteralUniIgnore: add([q](uint32_t c) { return lower_unicode(c) != q[1]; }); return true;
      case kCategory:
        if (q[1] == kLocWord || q[1] == kLocNotWord) return false;
        add([q](uint32_t c) { return in_category(q[1], c); });
        return true;
      case kIn:
      case kInIgnore:
      case kInUniIgnore:
        if (!program.aux[q - program.code]) return false;
        add([&](uint32_t c) { return set_has(program, q, c); });
        return true;
      default: return false;
    }
  };
  while (p < end) {
    switch (p[0]) {
      case kMark:
      case kAt: p += 2; break;
      case kInfo: p += 1 + p[1]; break;
      case kAssert:
      case kAssertNot: p += 1 + p[1]; break;  // only narrows what follows
      case kRepeatOne:
      case kMinRepeatOne:
      case kPossessiveRepeatOne:
        if (!add_item(p + 4)) return Start::kUnknown;
        if (p[2] > 0) return Start::kConsumes;
        p += 1 + p[1];
        break;
      case kRepeat:
      case kPossessiveRepeat: {
        if (p[3] > 0) {
          Start s = find_first(program, p + 4, p + 1 + p[1], out, depth + 1);
          if (s == Start::kUnknown) return s;
          if (s == Start::kConsumes && p[2] > 0) return s;
        }
        p += 1 + p[1] + 1;
        break;
      }
      case kAtomicGroup: {
        Start s = find_first(program, p + 2, p + p[1], out, depth + 1);
        if (s != Start::kMayBeEmpty) return s;
        p += 1 + p[1];
        break;
      }
      case kBranch: {
        bool empty = false;
        for (p++; p[0] != 0; p += p[0]) {
          Start s = find_first(program, p + 1, p + p[0] - 2, out, depth + 1);
          if (s == Start::kUnknown) return s;
          empty |= s == Start::kMayBeEmpty;
        }
        if (!empty) return Start::kConsumes;
        p++;
        break;
      }
      case kSuccess: return Start::kMayBeEmpty;
      default: return add_item(p) ? Start::kConsumes : Start::kUnknown;
    }
  }
  return Start::kMayBeEmpty;
}
}  // namespace

bool validate(const Code* code, size_t size, int64_t groups) {
  if (size == 0 || !Validator(groups).top(code, code + size)) return raise(types::RuntimeError, "invalid SRE code");
  return true;
}

bool build_tables(Program* p) {
  uint32_t count = 0;
  p->aux = static_cast<uint16_t*>(gc::raw_calloc(p->size * sizeof(uint16_t)));
  if (!p->aux) return raise_memory();
  collect_sets(p, p->code, p->code + p->size, &count, false);
  p->sets = static_cast<ByteSet*>(gc::raw_calloc((count ? count : 1) * sizeof(ByteSet)));
  if (!p->sets) return raise_memory();
  count = 0;
  collect_sets(p, p->code, p->code + p->size, &count, true);
  memset(&p->first, 0, sizeof p->first);
  p->has_first = find_first(*p, p->code, p->code + p->size, &p->first, 0) == Start::kConsumes;
  return true;
}
void free_program(Program* p) {
  gc::raw_free(p->code);
  gc::raw_free(p->aux);
  gc::raw_free(p->sets);
  *p = Program();
}

}  // namespace taipan::sre
