// Reading JSON: _json.make_scanner and scanstring. One reader a width of characters; ASCII and Latin-1 texts are looked at eight
// characters at a time, and the keys of objects come from a small table, so that records with the same keys don't make new strings.
#include <charconv>

#include "interp/modules/json.h"
#include "interp/objects/float_text.h"
#include "interp/objects/owned_fields.h"

namespace taipan {

namespace {

TypeObject* scanner_type;

struct Scanner {
  Header h;
  Value strict, object_hook, object_pairs_hook, parse_float, parse_int, parse_constant;
  bool is_strict;
};
using ScannerFields = OwnedFields<Scanner, &Scanner::strict, &Scanner::object_hook, &Scanner::object_pairs_hook,
                                  &Scanner::parse_float, &Scanner::parse_int, &Scanner::parse_constant>;

Fail raise_decode_error(const char* message, Value text, size_t at) {
  Ref cls = import_attr("json.decoder", "JSONDecodeError");
  if (!cls) return failed();
  Ref msg = make_str(message), index = make_int(static_cast<int64_t>(at));
  if (!msg) return failed();
  Ref e = call(cls, msg, text, index);
  if (!e) return failed();
  if (!is_exception(e)) return raise(types::TypeError, "exceptions must derive from BaseException");
  return raise_object(std::move(e));
}
Fail raise_stop(size_t at) {
  Ref index = make_int(static_cast<int64_t>(at));
  return raise_stop_iteration(index);
}

constexpr uint64_t kOnes = 0x0101010101010101u, kHighs = 0x8080808080808080u;
// High bits mark (at least up to the first one, exactly) the bytes that are c.
inline uint64_t bytes_equal(uint64_t w, uint8_t c) {
  uint64_t x = w ^ (kOnes * c);
  return (x - kOnes) & ~x & kHighs;
}

inline int hex_digit(uint32_t c) {
  if (c >= '0' && c <= '9') return static_cast<int>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<int>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<int>(c - 'A' + 10);
  return -1;
}

struct KeyTable {
  static constexpr size_t kSize = 128;
  Value keys[kSize] = {};
  ~KeyTable() {
    for (Value k : keys) decref(k);
  }
};

template <class Unit>
class Reader {
 public:
  Reader(Value text, Scanner* scanner, bool strict, KeyTable* keys)
      : text_(text),
        p_(reinterpret_cast<const Unit*>(text.as<Str>()->data())),
        n_(text.as<Str>()->length),
        s_(scanner),
        strict_(strict),
        ascii_(text.as<Str>()->ascii),
        keys_(keys) {}

  // The value that starts at i; *next: the index behind it.
  Ref value(size_t i, size_t* next) {
    if (TAIPAN_UNLIKELY(i >= n_)) return raise_stop(i);
    switch (p_[i]) {
      case '"': return string(i + 1, next, false);
      case '{': {
        RecursionScope scope(" while decoding a JSON object from a unicode string");
        return scope.ok() ? object(i + 1, next) : nullptr;
      }
      case '[': {
        RecursionScope scope(" while decoding a JSON array from a unicode string");
        return scope.ok() ? array(i + 1, next) : nullptr;
      }
      case 'n':
        if (matches(i, "null")) {
          *next = i + 4;
          return Ref::imm(kNone);
        }
        break;
      case 't':
        if (matches(i, "true")) {
          *next = i + 4;
          return Ref::imm(kTrue);
        }
        break;
      case 'f':
        if (matches(i, "false")) {
          *next = i + 5;
          return Ref::imm(kFalse);
        }
        break;
      case 'N':
        if (matches(i, "NaN")) return constant(i, "NaN", next);
        break;
      case 'I':
        if (matches(i, "Infinity")) return constant(i, "Infinity", next);
        break;
      case '-':
        if (matches(i, "-Infinity")) return constant(i, "-Infinity", next);
        break;
    }
    return number(i, next);
  }

  // The string whose first character is at start; *next: the index behind the closing quote.
  Ref string(size_t start, size_t* next, bool is_key) {
    bool wide = false;
    size_t i = plain_end(start, &wide);
    if (TAIPAN_LIKELY(i < n_ && p_[i] == '"')) {
      *next = i + 1;
      return is_key ? key(start, i, wide) : text(start, i, wide);
    }
    return escaped_string(start, next);
  }

 private:
  bool matches(size_t i, const char* word) const {
    size_t k = 0;
    for (; word[k]; k++)
      if (i + k >= n_ || p_[i + k] != static_cast<Unit>(word[k])) return false;
    return true;
  }
  size_t skip_space(size_t i) const {
    while (i < n_ && (p_[i] == ' ' || p_[i] == '\n' || p_[i] == '\t' || p_[i] == '\r')) i++;
    return i;
  }

  // First index from i on with a quote, a backslash or a control character (where these are errors). *wide: there may be a character
  // outside ASCII before it.
  size_t plain_end(size_t i, bool* wide) const {
    if constexpr (sizeof(Unit) == 1) {
      uint64_t high = 0;
      while (i + 8 <= n_) {
        uint64_t w;
        memcpy(&w, p_ + i, 8);
        // (w - 0x20...) & ~w: bytes below 0x20.
        uint64_t hit = bytes_equal(w, '"') | bytes_equal(w, '\\');
        if (strict_) hit |= (w - kOnes * 0x20) & ~w & kHighs;
        if (hit) {
          auto k = static_cast<size_t>(__builtin_ctzll(hit)) >> 3;
          if (k) high |= w & (~uint64_t{0} >> (64 - 8 * k));
          *wide = (high & kHighs) != 0;
          return i + k;
        }
        high |= w;
        i += 8;
      }
      for (; i < n_ && p_[i] != '"' && p_[i] != '\\' && (p_[i] >= 0x20 || !strict_); i++) high |= p_[i];
      *wide = (high & kHighs) != 0;
      return i;
    } else {
      *wide = true;
      while (i < n_ && p_[i] != '"' && p_[i] != '\\' && (p_[i] >= 0x20 || !strict_)) i++;
      return i;
    }
  }
  Ref text(size_t start, size_t end, bool wide) const {
    if constexpr (sizeof(Unit) == 1) {
      if (!wide) {
        size_t n = end - start;
        if (n == 0) return empty_str();
        if (n == 1) return make_str_char(p_[start]);
        Str* s = alloc_ascii(n);
        if (!s) return nullptr;
        memcpy(s->data(), p_ + start, n);
        return Ref::steal(s);
      }
    }
    return make_str_units(p_ + start, end - start);
  }
  Ref key(size_t start, size_t end, bool wide) {
    size_t n = end - start;
    if (n == 0 || n > 64) return text(start, end, wide);
    uint64_t mixed = n;
    if constexpr (sizeof(Unit) == 1) {  // the first and the last eight characters make the place in the table
      uint64_t a = 0, b = 0;
      if (n >= 8) {
        memcpy(&a, p_ + start, 8);
        memcpy(&b, p_ + end - 8, 8);
      } else {
        memcpy(&a, p_ + start, n);
      }
      mixed ^= a ^ (b * 0x9E3779B97F4A7C15u);
    } else {
      for (size_t i = start; i < end; i++) mixed = mixed * 0x9E3779B97F4A7C15u + p_[i];
    }
    Value* slot = &keys_->keys[(mixed * 0xD6E8FEB86659FD93u) >> 57];
    if (*slot && same_text(slot->template as<Str>(), start, n)) return Ref::dup(*slot);
    Ref fresh = text(start, end, wide);
    if (!fresh) return nullptr;
    Value old = *slot;
    *slot = fresh.copy().release();
    decref(old);
    return fresh;
  }
  bool same_text(const Str* s, size_t start, size_t n) const {
    if (s->length != n) return false;
    if (s->kind == sizeof(Unit)) return memcmp(s->data(), p_ + start, n * sizeof(Unit)) == 0;
    return with_units(s, [&](auto* q) {
      for (size_t i = 0; i < n; i++)
        if (q[i] != p_[start + i]) return false;
      return true;
    });
  }
  Ref escaped_string(size_t start, size_t* next) {
    StrBuilder out;
    size_t from = start;
    for (;;) {
      bool wide;
      size_t i = plain_end(from, &wide);
      if (i > from && !out.append_slice(text_, from, i)) return nullptr;
      if (i >= n_) return raise_decode_error("Unterminated string starting at", text_, start - 1);
      if (p_[i] == '"') {
        *next = i + 1;
        return out.finish();
      }
      if (p_[i] != '\\') return raise_decode_error("Invalid control character at", text_, i);
      i++;
      if (i == n_) return raise_decode_error("Unterminated string starting at", text_, start - 1);
      uint32_t c = p_[i];
      if (c != 'u') {
        from = i + 1;
        switch (c) {
          case '"':
          case '\\':
          case '/': break;
          case 'b': c = '\b'; break;
          case 'f': c = '\f'; break;
          case 'n': c = '\n'; break;
          case 'r': c = '\r'; break;
          case 't': c = '\t'; break;
          default: return raise_decode_error("Invalid \\escape", text_, i - 1);
        }
      } else {
        if (i + 5 >= n_) return raise_decode_error("Invalid \\uXXXX escape", text_, i);
        int32_t unit = four_digits(i + 1);
        if (unit < 0) return raise_decode_error("Invalid \\uXXXX escape", text_, i);
        c = static_cast<uint32_t>(unit);
        from = i + 5;
        if (c >= 0xD800 && c <= 0xDBFF && from + 6 < n_ && p_[from] == '\\' && p_[from + 1] == 'u') {
          int32_t low = four_digits(from + 2);
          if (low < 0) return raise_decode_error("Invalid \\uXXXX escape", text_, from + 1);
          if (low >= 0xDC00 && low <= 0xDFFF) {
            c = 0x10000 + ((c - 0xD800) << 10) + (static_cast<uint32_t>(low) - 0xDC00);
            from += 6;
          }
        }
      }
      if (!out.append_char(c)) return nullptr;
    }
  }
  int32_t four_digits(size_t i) const {
    int32_t r = 0;
    for (size_t k = i; k < i + 4; k++) {
      int d = hex_digit(p_[k]);
      if (d < 0) return -1;
      r = r * 16 + d;
    }
    return r;
  }

  Ref object(size_t i, size_t* next) {
    bool pairs = s_->object_pairs_hook != kNone;
    Ref result = pairs ? make_list() : make_dict();
    if (!result) return nullptr;
    i = skip_space(i);
    if (i >= n_ || p_[i] != '}') {
      for (;;) {
        if (i >= n_ || p_[i] != '"')
          return raise_decode_error("Expecting property name enclosed in double quotes", text_, i);
        Ref k = string(i + 1, &i, true);
        if (!k) return nullptr;
        i = skip_space(i);
        if (i >= n_ || p_[i] != ':') return raise_decode_error("Expecting ':' delimiter", text_, i);
        i = skip_space(i + 1);
        Ref v = value(i, &i);
        if (!v) return nullptr;
        if (pairs) {
          Ref pair = make_tuple_of({k.get(), v.get()});
          if (!pair || !list_append(result, std::move(pair))) return nullptr;
        } else if (!dict_set_hash(result, k, hash_of_str(k.as<Str>()), v)) {
          return nullptr;
        }
        i = skip_space(i);
        if (i < n_ && p_[i] == '}') break;
        if (i >= n_ || p_[i] != ',') return raise_decode_error("Expecting ',' delimiter", text_, i);
        i = skip_space(i + 1);
      }
    }
    *next = i + 1;
    if (pairs) return call(s_->object_pairs_hook, result);
    if (s_->object_hook != kNone) return call(s_->object_hook, result);
    return result;
  }
  Ref array(size_t i, size_t* next) {
    Ref result = make_list();
    if (!result) return nullptr;
    i = skip_space(i);
    if (i >= n_ || p_[i] != ']') {
      for (;;) {
        Ref v = value(i, &i);
        if (!v || !list_append(result, std::move(v))) return nullptr;
        i = skip_space(i);
        if (i < n_ && p_[i] == ']') break;
        if (i >= n_ || p_[i] != ',') return raise_decode_error("Expecting ',' delimiter", text_, i);
        i = skip_space(i + 1);
      }
    }
    *next = i + 1;
    return result;
  }
  Ref constant(size_t i, const char* word, size_t* next) {
    Ref name = make_str(word);
    if (!name) return nullptr;
    *next = i + name.as<Str>()->length;
    return call(s_->parse_constant, name);
  }
  bool digit(size_t i) const { return i < n_ && p_[i] >= '0' && p_[i] <= '9'; }
  Ref number(size_t start, size_t* next) {
    size_t i = start;
    bool negative = p_[i] == '-';
    if (negative) i++;
    uint64_t whole = 0;
    if (i < n_ && p_[i] == '0') {
      i++;
    } else if (digit(i)) {
      do {
        whole = whole * 10 + (p_[i] - '0');
        i++;
      } while (digit(i));
    } else {
      return raise_stop(start);
    }
    bool is_float = false;
    size_t digits = i - start - negative;
    if (i + 1 < n_ && p_[i] == '.' && digit(i + 1)) {
      is_float = true;
      i += 2;
      while (digit(i)) i++;
    }
    if (i + 1 < n_ && (p_[i] == 'e' || p_[i] == 'E')) {
      size_t e = i + 1;
      if (p_[e] == '-' || p_[e] == '+') e++;
      if (digit(e)) {
        while (digit(e)) e++;
        i = e;
        is_float = true;
      }
    }
    *next = i;
    Value parse = is_float ? s_->parse_float : s_->parse_int;
    if (TAIPAN_LIKELY(parse == Value(is_float ? types::Float : types::Int))) {
      if (!is_float && digits <= 18)
        return make_int(negative ? -static_cast<int64_t>(whole) : static_cast<int64_t>(whole));
      return plain_number(start, i, is_float);
    }
    Ref s = text(start, i, false);
    return s ? call(parse, s) : nullptr;
  }
  Ref plain_number(size_t start, size_t end, bool is_float) {
    char small[64];
    std::string large;
    std::string_view s;
    if constexpr (sizeof(Unit) == 1) {
      s = {reinterpret_cast<const char*>(p_ + start), end - start};
    } else {
      char* to = small;
      if (end - start > sizeof small) {
        large.resize(end - start);
        to = large.data();
      }
      for (size_t i = start; i < end; i++) to[i - start] = static_cast<char>(p_[i]);
      s = {to, end - start};
    }
    if (is_float) {
      double d;
      auto r = std::from_chars(s.data(), s.data() + s.size(), d);
      if (TAIPAN_UNLIKELY(r.ec != std::errc() || r.ptr != s.data() + s.size())) float_parse(s, &d);
      return make_float(d);
    }
    return int_from_text(s, 10);
  }

  Value text_;
  const Unit* p_;
  size_t n_;
  Scanner* s_;
  bool strict_, ascii_;
  KeyTable* keys_;
};

template <class F>
Ref with_reader(Value text, Scanner* s, bool strict, KeyTable* keys, F f) {
  switch (text.as<Str>()->kind) {
    case 1: {
      Reader<uint8_t> r(text, s, strict, keys);
      return f(r);
    }
    case 2: {
      Reader<uint16_t> r(text, s, strict, keys);
      return f(r);
    }
    default: {
      Reader<uint32_t> r(text, s, strict, keys);
      return f(r);
    }
  }
}
Ref pair_of(Ref value, size_t next) {
  if (!value) return nullptr;
  Ref items[2] = {std::move(value), make_int(static_cast<int64_t>(next))};
  return make_tuple_steal(items, 2);
}

Ref scanner_new(TypeObject* cls, RawArgs raw) {
  static const Signature sig("make_scanner", "(context)");
  Value context;
  if (!sig.bind(raw, &context)) return nullptr;
  Ref r = Ref::steal(alloc_instance_as<Scanner>(cls));
  if (!r) return nullptr;
  auto* s = r.as<Scanner>();
  struct {
    const char* name;
    Value Scanner::* field;
  } const fields[] = {{"strict", &Scanner::strict},
                      {"object_hook", &Scanner::object_hook},
                      {"object_pairs_hook", &Scanner::object_pairs_hook},
                      {"parse_float", &Scanner::parse_float},
                      {"parse_int", &Scanner::parse_int},
                      {"parse_constant", &Scanner::parse_constant}};
  for (auto& f : fields) {
    Ref v = get_attr(context, f.name);
    if (!v) return nullptr;
    if (f.field == &Scanner::strict) {
      int strict = is_true(v);
      if (strict < 0) return nullptr;
      s->is_strict = strict != 0;
      v = Ref::imm(bool_value(strict != 0));
    }
    gc::init(&(s->*f.field), std::move(v));
  }
  return r;
}
Value scanner_call(Thread*, Value self, const Value* args, size_t nargs, Value kwnames) {
  static const Signature sig("scan_once", "(string, idx)");
  Value v[2];
  if (!sig.bind({args, nargs, kwnames}, v)) return Value();
  int64_t index;
  if (!to_ssize(v[1], &index, types::OverflowError)) return Value();
  if (!is_str(v[0])) return raise(types::TypeError, "first argument must be a string, not %.80T", v[0]);
  if (index < 0) return raise(types::ValueError, "idx cannot be negative");
  Ref keep = Ref::dup(self), text = Ref::dup(v[0]);
  auto* s = self.as<Scanner>();
  KeyTable keys;
  size_t next = 0;
  Ref r = with_reader(text, s, s->is_strict, &keys,
                      [&](auto& reader) { return reader.value(static_cast<size_t>(index), &next); });
  return pair_of(std::move(r), next).release();
}
const MemberDef kScannerMembers[] = {
    {"strict", kMemberValue, offsetof(Scanner, strict), true, "strict"},
    {"object_hook", kMemberValue, offsetof(Scanner, object_hook), true, "object_hook"},
    {"object_pairs_hook", kMemberValue, offsetof(Scanner, object_pairs_hook), true, "object_pairs_hook"},
    {"parse_float", kMemberValue, offsetof(Scanner, parse_float), true, "parse_float"},
    {"parse_int", kMemberValue, offsetof(Scanner, parse_int), true, "parse_int"},
    {"parse_constant", kMemberValue, offsetof(Scanner, parse_constant), true, "parse_constant"},
    {nullptr}};
const TypeSpec kScannerSpec = {
    .doc = "JSON scanner object",
    .flags = kTypeGc | kTypeParallel,
    .basic_size = sizeof(Scanner),
    .ops = {.trace = ScannerFields::trace, .clear = ScannerFields::clear, .dealloc = ScannerFields::dealloc},
    .members = kScannerMembers,
    .s = {.call = scanner_call, .new_ = scanner_new}};

}  // namespace

Ref json_scanstring_impl(Args& a) {
  int64_t end;
  if (!to_ssize(a[1], &end, types::OverflowError)) return nullptr;
  int strict = a.has(2) ? is_true(a[2]) : 1;
  if (strict < 0) return nullptr;
  if (!is_str(a[0])) return raise(types::TypeError, "first argument must be a string, not %.80T", a[0]);
  if (end < 0 || static_cast<size_t>(end) > a[0].as<Str>()->length)
    return raise(types::ValueError, "end is out of bounds");
  Ref text = Ref::dup(a[0]);
  size_t next = 0;
  Ref r = with_reader(text, nullptr, strict != 0, nullptr,
                      [&](auto& reader) { return reader.string(static_cast<size_t>(end), &next, false); });
  return pair_of(std::move(r), next);
}

bool add_json_scanner(Value module) {
  if (!scanner_type) scanner_type = make_native_type("_json.Scanner", types::Object, &kScannerSpec);
  return scanner_type && module_add(module, "make_scanner", Ref::dup(scanner_type));
}

}  // namespace taipan
