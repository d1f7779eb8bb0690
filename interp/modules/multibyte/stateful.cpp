// ISO 2022 and HZ: codecs that switch between character sets.
#include <cstring>
#include "interp/modules/multibyte/codec.h"

namespace taipan::multibyte {

int table_encode_step(const Codec& codec, const uint32_t* p, size_t n, bool last, uint8_t* out, int* size);

namespace {

// A character set by the last byte of its designation; 0x80: of two bytes a character.
enum Charset : uint8_t {
  kAscii = 'B',
  kLatin1 = 'A',
  kGreek = 'F',
  kRoman = 'J',
  kKana = 'I',
  kGb2312 = 'A' | 0x80,
  kOldJis = '@' | 0x80,
  kJis = 'B' | 0x80,
  kKorean = 'C' | 0x80,
  kSupplement = 'D' | 0x80,
  kPlane1Of2000 = 'O' | 0x80,
  kPlane2 = 'P' | 0x80,
  kPlane1Of2004 = 'Q' | 0x80,
};
enum {
  kG0,
  kG1,
  kG2,
  kShifted = 4,
  kForeign = 5
};  // in State::c; kShifted: SO is in effect, kForeign: within another kind of escape sequence

struct Sets {
  CodecIndex codec;
  bool shifts, g2;
  Charset sets[10];  // in the order in which an encoder tries them, ASCII aside
};
const Sets kSets[] = {
    {kCodec_iso2022_kr, true, false, {kKorean}},
    {kCodec_iso2022_jp, false, false, {kJis, kRoman, kOldJis}},
    {kCodec_iso2022_jp_1, false, false, {kJis, kSupplement, kRoman, kOldJis}},
    {kCodec_iso2022_jp_2, false, true, {kJis, kSupplement, kKorean, kGb2312, kRoman, kOldJis, kLatin1, kGreek}},
    {kCodec_iso2022_jp_2004, false, false, {kJis, kPlane1Of2004, kPlane2}},
    {kCodec_iso2022_jp_3, false, false, {kJis, kPlane1Of2000, kPlane2}},
    {kCodec_iso2022_jp_ext, false, false, {kJis, kSupplement, kRoman, kKana, kOldJis}},
};
const Sets& sets_of(const Codec& codec) {
  for (const Sets& s : kSets)
    if (s.codec == codec.index) return s;
  return kSets[0];
}
bool has_set(const Sets& s, uint8_t set) {
  for (Charset c : s.sets)
    if (c == set) return true;
  return false;
}
CodecIndex table_for(Charset set) {
  switch (set) {
    case kGb2312: return kCodec_gb2312;
    case kKorean: return kCodec_euc_kr;
    case kPlane1Of2000: return kCodec_euc_jisx0213;
    case kPlane1Of2004:
    case kPlane2: return kCodec_euc_jis_2004;
    default: return kCodec_euc_jp;
  }
}

constexpr uint16_t kGreekHigh[96] = {  // ISO 8859-7 (1987), A0..FF
    0xa0,  0x2018, 0x2019, 0xa3,  0,     0,     0xa6,  0xa7,  0xa8,  0xa9,  0,     0xab,  0xac,  0xad,  0,     0x2015,
    0xb0,  0xb1,   0xb2,   0xb3,  0x384, 0x385, 0x386, 0xb7,  0x388, 0x389, 0x38a, 0xbb,  0x38c, 0xbd,  0x38e, 0x38f,
    0x390, 0x391,  0x392,  0x393, 0x394, 0x395, 0x396, 0x397, 0x398, 0x399, 0x39a, 0x39b, 0x39c, 0x39d, 0x39e, 0x39f,
    0x3a0, 0x3a1,  0,      0x3a3, 0x3a4, 0x3a5, 0x3a6, 0x3a7, 0x3a8, 0x3a9, 0x3aa, 0x3ab, 0x3ac, 0x3ad, 0x3ae, 0x3af,
    0x3b0, 0x3b1,  0x3b2,  0x3b3, 0x3b4, 0x3b5, 0x3b6, 0x3b7, 0x3b8, 0x3b9, 0x3ba, 0x3bb, 0x3bc, 0x3bd, 0x3be, 0x3bf,
    0x3c0, 0x3c1,  0x3c2,  0x3c3, 0x3c4, 0x3c5, 0x3c6, 0x3c7, 0x3c8, 0x3c9, 0x3ca, 0x3cb, 0x3cc, 0x3cd, 0x3ce, 0};

// JIS X 0213's second plane shares its codes with JIS X 0212 in EUC: these rows are its own.
bool plane2_row(uint32_t row) {
  return row == 1 || row == 3 || row == 4 || row == 5 || row == 8 || (row >= 12 && row <= 15) || row >= 78;
}

// The bytes (without high bits) of a character in a set; 0: it isn't there.
uint32_t encode_in(Charset set, uint32_t c) {
  if (set == kRoman) return c == 0xa5 ? 0x5c : c == 0x203e ? 0x7e : 0;
  if (set == kKana) return c >= 0xff61 && c <= 0xff9f ? c - 0xff61 + 0x21 : 0;
  if (set == kLatin1 || set == kGreek) return 0;  // these are read, never written
  if (set == kOldJis) return 0;                   // what it has, kJis has
  uint32_t bytes = table_encode(table_for(set), c);
  bool three = bytes > 0xffff;
  if (set == kSupplement || set == kPlane2) {
    if (!three || bytes >> 16 != 0x8f) return 0;
    if (set == kPlane2 && !plane2_row((bytes >> 8 & 0xff) - 0xa0)) return 0;
    return bytes & 0x7f7f;
  }
  return !three && bytes >= 0xa1a1 && (bytes & 0x8080) == 0x8080 ? bytes & 0x7f7f : 0;
}
// Returns the bytes used or -1.
int decode_in(Charset set, const uint8_t* p, uint32_t out[2], int* count) {
  *count = 1;
  if (set == kRoman) {
    out[0] = p[0] == 0x5c ? 0xa5 : p[0] == 0x7e ? 0x203e : p[0];
    return 1;
  }
  if (set == kKana) {
    if (p[0] < 0x21 || p[0] > 0x5f) return -1;
    out[0] = 0xff61 + p[0] - 0x21;
    return 1;
  }
  if (set == kLatin1) {
    out[0] = p[0] | 0x80u;
    return 1;
  }
  if (set == kGreek) {
    if (p[0] < 0x20 || !kGreekHigh[(p[0] & 0x7f) - 0x20]) return -1;
    out[0] = kGreekHigh[(p[0] & 0x7f) - 0x20];
    return 1;
  }
  if (p[0] < 0x21 || p[0] > 0x7e || p[1] < 0x21 || p[1] > 0x7e) return -1;
  if (set == kPlane2 && !plane2_row(p[0] - 0x20)) return -1;
  if (set == kKorean && p[0] == 0x24 && p[1] == 0x54) {  // the filler; in EUC it begins a syllable written as its parts
    out[0] = 0x3164;
    return 2;
  }
  const bool three = set == kSupplement || set == kPlane2;
  const uint8_t bytes[3] = {three ? uint8_t{0x8f} : static_cast<uint8_t>(p[0] | 0x80),
                            static_cast<uint8_t>(three ? p[0] | 0x80 : p[1] | 0x80), static_cast<uint8_t>(p[1] | 0x80)};
  int used = table_decode(table_for(set), bytes, three ? 3 : 2, out, count);
  return used > 0 ? 2 : -1;
}

int designation(Charset set, int where, uint8_t* out) {
  int n = 0;
  out[n++] = 0x1b;
  if (set & 0x80) {
    out[n++] = '$';
    if (where == kG1)
      out[n++] = ')';
    else if ((set & 0x7f) != '@' && (set & 0x7f) != 'B')
      out[n++] = '(';
  } else {
    out[n++] = '(';
  }
  out[n++] = set & 0x7f;
  return n;
}

// Writes a character of a set, with what must come before it.
int write_in(const Sets& sets, State* s, Charset set, uint32_t bytes, uint8_t* out) {
  int n = 0;
  if (sets.shifts && set != kAscii) {
    if (s->c[kG1] != set) {
      n += designation(set, kG1, out);
      s->c[kG1] = set;
    }
    if (!s->c[kShifted]) {
      out[n++] = 0x0e;
      s->c[kShifted] = 1;
    }
  } else {
    if (s->c[kShifted]) {
      out[n++] = 0x0f;
      s->c[kShifted] = 0;
    }
    if (s->c[kG0] != set) {
      n += designation(set, kG0, out + n);
      s->c[kG0] = set;
    }
  }
  if (set & 0x80) out[n++] = static_cast<uint8_t>(bytes >> 8);
  out[n++] = static_cast<uint8_t>(bytes);
  return n;
}
int iso2022_encode(const Codec& codec, State* s, const uint32_t* p, size_t n, bool last, uint8_t* out, int* size) {
  const Sets& sets = sets_of(codec);
  uint32_t c = p[0];
  if (c < 0x80) {
    *size = write_in(sets, s, kAscii, c, out);
    return 1;
  }
  for (Charset set : sets.sets) {
    if (!set) break;
    if (set == kPlane1Of2000 || set == kPlane1Of2004) {
      CodecIndex table = table_for(set);
      if (starts_pair(table, c)) {
        if (n < 2 && !last) return kMore;
        if (uint32_t bytes = n > 1 ? table_encode_pair(table, c, p[1]) : 0) {
          *size = write_in(sets, s, set, bytes & 0x7f7f, out);
          return 2;
        }
      }
    } else if (set == kJis && has_set(sets, kPlane2) && starts_pair(kCodec_euc_jis_2004, c)) {
      // A character that may begin a pair is looked at where pairs are.
      if (n < 2 && !last) return kMore;
      if (n > 1 && table_encode_pair(kCodec_euc_jis_2004, c, p[1])) continue;
    }
    if (uint32_t bytes = encode_in(set, c)) {
      *size = write_in(sets, s, set, bytes, out);
      return 1;
    }
  }
  return -1;
}

bool ends_escape(uint8_t c) { return (c >= 'A' && c <= 'Z') || c == '@'; }
int read_escape(const Sets& sets, State* s, const uint8_t* p, size_t n) {
  constexpr size_t kLongest = 16;
  size_t length = 0;
  for (size_t i = 1; i < kLongest; i++) {
    if (i >= n) return kMore;
    if (ends_escape(p[i])) {
      length = i + 1;
      break;
    }
    if (i + 1 < n && p[i] == '&' && p[i + 1] == '@') i += 2;
  }
  int bad = length ? -static_cast<int>(length) : -1;
  uint8_t set = 0;
  int where = kG0;
  if (length == 3) {
    set = p[2];
    if (p[1] == '$')
      set |= 0x80;
    else if (p[1] == '(')
      where = kG0;
    else if (p[1] == ')')
      where = kG1;
    else if (p[1] == '.' && sets.g2)
      where = kG2;
    else
      return bad;
  } else if (length == 4 && p[1] == '$') {
    set = p[3] | 0x80;
    if (p[2] == '(')
      where = kG0;
    else if (p[2] == ')')
      where = kG1;
    else
      return bad;
  } else if (length == 6 && memcmp(p + 1, "&@\x1b$B", 5) == 0) {
    set = kJis;
  } else {
    return bad;
  }
  if (set != kAscii && !has_set(sets, set)) return bad;
  s->c[where] = set;
  return static_cast<int>(length);
}
int iso2022_decode(const Codec& codec, State* s, const uint8_t* p, size_t n, uint32_t out[2], int* count) {
  const Sets& sets = sets_of(codec);
  *count = 0;
  uint8_t c = p[0];
  if (s->c[kForeign]) {
    if (ends_escape(c)) s->c[kForeign] = 0;
    out[0] = c;
    *count = 1;
    return 1;
  }
  switch (c) {
    case 0x1b:
      if (n < 2) return kMore;
      if (p[1] == '(' || p[1] == ')' || p[1] == '$' || p[1] == '.' || p[1] == '&') return read_escape(sets, s, p, n);
      if (sets.g2 && p[1] == 'N') {  // one character of G2
        if (n < 3) return kMore;
        if (s->c[kG2] == kAscii) {
          if (p[2] & 0x80) return -1;
          out[0] = p[2];
          *count = 1;
          return 3;
        }
        return decode_in(static_cast<Charset>(s->c[kG2]), p + 2, out, count) < 0 ? -3 : 3;
      }
      s->c[kForeign] = 1;
      break;
    case 0x0f:
      if (!sets.shifts) break;
      s->c[kShifted] = 0;
      return 1;
    case 0x0e:
      if (!sets.shifts) break;
      s->c[kShifted] = 1;
      return 1;
    case '\n': s->c[kShifted] = 0; break;
    default: {
      if (c < 0x20) break;
      if (c >= 0x80) return -1;
      auto set = static_cast<Charset>(s->c[s->c[kShifted] ? kG1 : kG0]);
      if (set == kAscii) break;
      if ((set & 0x80) && n < 2) return kMore;
      int used = decode_in(set, p, out, count);
      if (used > 0) return used;
      *count = 0;
      return set & 0x80 ? -2 : -1;
    }
  }
  out[0] = c;
  *count = 1;
  return 1;
}

// ---- HZ: State::c[0] is 1 between ~{ and ~}

int hz_decode(State* s, const uint8_t* p, size_t n, uint32_t out[2], int* count) {
  *count = 0;
  uint8_t c = p[0];
  if (c == '~') {
    if (n < 2) return kMore;
    if (p[1] == '~' && !s->c[0]) {
      out[0] = '~';
      *count = 1;
      return 2;
    }
    if (p[1] == '{' && !s->c[0])
      s->c[0] = 1;
    else if (p[1] == '}' && s->c[0])
      s->c[0] = 0;
    else if (p[1] != '\n' || s->c[0])
      return -1;
    return 2;
  }
  if (c & 0x80) return -1;
  if (!s->c[0] || c == '\n') {
    s->c[0] = 0;
    out[0] = c;
    *count = 1;
    return 1;
  }
  if (n < 2) return kMore;
  const uint8_t bytes[2] = {static_cast<uint8_t>(c | 0x80), static_cast<uint8_t>(p[1] | 0x80)};
  int used = table_decode(kCodec_gb2312, bytes, 2, out, count);
  if (used > 0) return 2;
  *count = 0;
  return -1;
}
int hz_encode(State* s, uint32_t c, uint8_t* out, int* size) {
  int n = 0;
  if (c < 0x80) {
    if (s->c[0]) {
      out[n++] = '~';
      out[n++] = '}';
      s->c[0] = 0;
    }
    out[n++] = static_cast<uint8_t>(c);
    if (c == '~') out[n++] = '~';
    *size = n;
    return 1;
  }
  uint32_t bytes = table_encode(kCodec_gb2312, c);
  if (!bytes) return -1;
  if (!s->c[0]) {
    out[n++] = '~';
    out[n++] = '{';
    s->c[0] = 1;
  }
  out[n++] = static_cast<uint8_t>(bytes >> 8 & 0x7f);
  out[n++] = static_cast<uint8_t>(bytes & 0x7f);
  *size = n;
  return 1;
}

}  // namespace

bool load_tables(const Codec& codec) {
  if (codec.flags & kHz) return table_of(kCodec_gb2312) != nullptr;
  if (!(codec.flags & kIso2022)) return table_of(codec.index) != nullptr;
  for (Charset set : sets_of(codec).sets)
    if (set && !table_of(table_for(set))) return false;
  return table_of(kCodec_euc_jis_2004) != nullptr;
}
void start_state(const Codec& codec, State* s) {
  *s = {};
  if (codec.flags & kIso2022) s->c[kG0] = s->c[kG1] = kAscii;
}
void start_decoding(const Codec& codec, State* s) {
  start_state(codec, s);
  if (codec.flags & kIso2022) s->c[kG2] = kAscii;
}
void reset_decoding(const Codec& codec, State* s) {
  if (codec.flags & kHz) s->c[0] = 0;
  if (codec.flags & kIso2022) {
    s->c[kG0] = kAscii;
    s->c[kShifted] = 0;
  }
}
int end_encoding(const Codec& codec, State* s, uint8_t* out) {
  int n = 0;
  if ((codec.flags & kHz) && s->c[0]) {
    out[n++] = '~';
    out[n++] = '}';
    s->c[0] = 0;
  }
  if (codec.flags & kIso2022) {
    if (s->c[kShifted]) {
      out[n++] = 0x0f;
      s->c[kShifted] = 0;
    }
    if (s->c[kG0] != kAscii) {
      n += designation(kAscii, kG0, out + n);
      s->c[kG0] = kAscii;
    }
  }
  return n;
}
int decode_step(const Codec& codec, State* s, const uint8_t* p, size_t n, uint32_t out[2], int* count) {
  if (codec.flags & kIso2022) return iso2022_decode(codec, s, p, n, out, count);
  if (codec.flags & kHz) return hz_decode(s, p, n, out, count);
  return table_decode(codec.index, p, n, out, count);
}
int encode_step(const Codec& codec, State* s, const uint32_t* p, size_t n, bool last, uint8_t* out, int* size) {
  if (codec.flags & kIso2022) return iso2022_encode(codec, s, p, n, last, out, size);
  if (codec.flags & kHz) return hz_encode(s, p[0], out, size);
  return table_encode_step(codec, p, n, last, out, size);
}

}  // namespace taipan::multibyte
