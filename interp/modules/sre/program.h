// The compiled form of a regular expression, as re._compiler makes it, and what is derived from it.
//
//   program.{h,cpp}   opcodes, character classes and sets, validation, side tables
//   matcher.h         the matcher, for units of each width
//   pattern.{h,cpp}   re.Pattern and the scanner        match.cpp   re.Match        sre_module.cpp   the module _sre
//
// The matcher is a backtracking machine without native recursion: a stack of choices, a trail of what to undo, and an arena of
// repeat counters. Marks (group ends) are restored exactly on backtracking.
#pragma once
#include <cstddef>
#include <cstdint>
#include "interp/objects/type.h"
#include "interp/objects/unicode_db.h"

namespace taipan::sre {

using Code = uint32_t;
inline constexpr uint32_t kMagic = 20220615;
inline constexpr Code kMaxRepeat = 0xFFFFFFFFu;
inline constexpr int64_t kMaxGroups = INT32_MAX / 2;

enum Op : Code {
  kFailure,
  kSuccess,
  kAny,
  kAnyAll,
  kAssert,
  kAssertNot,
  kAt,
  kBranch,
  kCategory,
  kCharset,
  kBigCharset,
  kGroupRef,
  kGroupRefExists,
  kIn,
  kInfo,
  kJump,
  kLiteral,
  kMark,
  kMaxUntil,
  kMinUntil,
  kNotLiteral,
  kNegate,
  kRange,
  kRepeat,
  kRepeatOne,
  kSubpattern,
  kMinRepeatOne,
  kAtomicGroup,
  kPossessiveRepeat,
  kPossessiveRepeatOne,
  kGroupRefIgnore,
  kInIgnore,
  kLiteralIgnore,
  kNotLiteralIgnore,
  kGroupRefLocIgnore,
  kInLocIgnore,
  kLiteralLocIgnore,
  kNotLiteralLocIgnore,
  kGroupRefUniIgnore,
  kInUniIgnore,
  kLiteralUniIgnore,
  kNotLiteralUniIgnore,
  kRangeUniIgnore
};
enum At : Code {
  kAtBeginning,
  kAtBeginningLine,
  kAtBeginningString,
  kAtBoundary,
  kAtNonBoundary,
  kAtEnd,
  kAtEndLine,
  kAtEndString,
  kAtLocBoundary,
  kAtLocNonBoundary,
  kAtUniBoundary,
  kAtUniNonBoundary
};
enum Category : Code {
  kDigit,
  kNotDigit,
  kSpace,
  kNotSpace,
  kWord,
  kNotWord,
  kLinebreak,
  kNotLinebreak,
  kLocWord,
  kLocNotWord,
  kUniDigit,
  kUniNotDigit,
  kUniSpace,
  kUniNotSpace,
  kUniWord,
  kUniNotWord,
  kUniLinebreak,
  kUniNotLinebreak
};
enum Flags : uint32_t {
  kFlagTemplate = 1,
  kFlagIgnoreCase = 2,
  kFlagLocale = 4,
  kFlagMultiline = 8,
  kFlagDotAll = 16,
  kFlagUnicode = 32,
  kFlagVerbose = 64,
  kFlagDebug = 128,
  kFlagAscii = 256
};
enum Info : Code { kInfoPrefix = 1, kInfoLiteral = 2, kInfoCharset = 4 };

// Case.
inline uint32_t lower_ascii(uint32_t c) { return c - 'A' < 26 ? c + 32 : c; }
uint32_t lower_locale(uint32_t c);
uint32_t upper_locale(uint32_t c);
inline uint32_t lower_unicode(uint32_t c) { return unicode::to_lower(c); }
inline uint32_t upper_unicode(uint32_t c) {  // the first character of the full mapping
  if (c < 128) return unicode::to_upper(c);
  uint32_t full[4];
  unicode::to_upper_full(c, full);
  return full[0];
}

inline bool is_ascii_word(uint32_t c) { return (c | 32) - 'a' < 26 || c - '0' < 10 || c == '_'; }
inline bool is_unicode_word(uint32_t c) { return unicode::is_alnum(c) || c == '_'; }
bool is_locale_word(uint32_t c);
bool in_category(Code category, uint32_t c);
bool in_charset(const Code* set, uint32_t c);  // set: after IN and its skip
bool in_charset_locale_ignore(const Code* set, uint32_t c);

// Membership of the characters below 256.
struct ByteSet {
  bool in[256];
  bool has(uint32_t c) const { return in[c]; }
};

// Code and side tables in one raw buffer. aux[i] of an IN at position i: number of its byte set, plus one.
struct Program {
  Code* code = nullptr;
  size_t size = 0;
  uint16_t* aux = nullptr;
  ByteSet* sets = nullptr;
  ByteSet first;           // which of the first 256 characters a match may start with
  bool has_first = false;  // known, and no match is empty
};
bool validate(const Code* code, size_t size, int64_t groups);  // false: RuntimeError "invalid SRE code"
bool build_tables(Program* program);                           // false: MemoryError
void free_program(Program* program);

// Is c in the set of the IN-like op at pc?
inline bool set_has(const Program& program, const Code* pc, uint32_t c) {
  uint16_t a = program.aux[pc - program.code];
  if (TAIPAN_LIKELY(c < 256 && a != 0)) return program.sets[a - 1].has(c);
  switch (pc[0]) {
    case kIn: return in_charset(pc + 2, c);
    case kInIgnore: return in_charset(pc + 2, lower_ascii(c));
    case kInUniIgnore: return in_charset(pc + 2, lower_unicode(c));
    default: return in_charset_locale_ignore(pc + 2, c);
  }
}

}  // namespace taipan::sre
