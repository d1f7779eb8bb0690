// Writing JSON: _json.make_encoder, encode_basestring and encode_basestring_ascii.
//
// Cycles are found by walking the containers that are being written; the `markers` dictionary comes in only where nesting is deep.
#include <cmath>

#include "interp/modules/json.h"
#include "interp/modules/text_output.h"
#include "interp/objects/float_text.h"
#include "interp/objects/owned_fields.h"

namespace taipan {

namespace {

TypeObject* encoder_type;

struct Encoder {
  Header h;
  Value markers, default_, encoder, indent, key_separator, item_separator;
  bool sort_keys, skipkeys, allow_nan;
  uint8_t fast;  // what encoder is: 0 anything, 1 encode_basestring, 2 encode_basestring_ascii
};
using EncoderFields = OwnedFields<Encoder, &Encoder::markers, &Encoder::default_, &Encoder::encoder, &Encoder::indent,
                                  &Encoder::key_separator, &Encoder::item_separator>;

constexpr uint64_t kOnes = 0x0101010101010101u, kHighs = 0x8080808080808080u;
inline uint64_t bytes_equal(uint64_t w, uint8_t c) {
  uint64_t x = w ^ (kOnes * c);
  return (x - kOnes) & ~x & kHighs;
}
// Quotes, backslashes, control characters; ascii: 0x7F and everything above, too.
inline bool needs_escape(uint32_t c, bool ascii) { return c < 0x20 || c == '"' || c == '\\' || (ascii && c >= 0x7F); }

// Number of characters at p that can be copied as they are.
size_t plain_run(const uint8_t* p, size_t n, bool ascii) {
  size_t i = 0;
  while (i + 8 <= n) {
    uint64_t w;
    memcpy(&w, p + i, 8);
    uint64_t hit = bytes_equal(w, '"') | bytes_equal(w, '\\') | ((w - kOnes * 0x20) & ~w & kHighs);
    if (ascii) hit |= (w & kHighs) | bytes_equal(w, 0x7F);
    if (hit) return i + (static_cast<size_t>(__builtin_ctzll(hit)) >> 3);
    i += 8;
  }
  while (i < n && !needs_escape(p[i], ascii)) i++;
  return i;
}

// The escape of c; at most 12 characters.
size_t write_escape(uint8_t* out, uint32_t c) {
  static const char kHex[] = "0123456789abcdef";
  auto unit = [&](uint8_t* p, uint32_t u) {
    p[0] = '\\';
    p[1] = 'u';
    for (int k = 0; k < 4; k++) p[2 + k] = static_cast<uint8_t>(kHex[(u >> (12 - 4 * k)) & 15]);
  };
  char brief = 0;
  switch (c) {
    case '"': brief = '"'; break;
    case '\\': brief = '\\'; break;
    case '\b': brief = 'b'; break;
    case '\f': brief = 'f'; break;
    case '\n': brief = 'n'; break;
    case '\r': brief = 'r'; break;
    case '\t': brief = 't'; break;
  }
  if (brief) {
    out[0] = '\\';
    out[1] = static_cast<uint8_t>(brief);
    return 2;
  }
  if (c >= 0x10000) {
    c -= 0x10000;
    unit(out, 0xD800 | ((c >> 10) & 0x3FF));
    unit(out + 6, 0xDC00 | (c & 0x3FF));
    return 12;
  }
  unit(out, c);
  return 6;
}

bool write_string(TextOutput& out, Value v, bool ascii) {
  auto* s = v.as<Str>();
  if (!out.put('"')) return false;
  size_t n = s->length;
  if (s->kind == 1) {
    const uint8_t* p = s->data1();
    if (!s->ascii && !ascii) out.mark_latin1();
    for (size_t i = 0;;) {
      size_t run = plain_run(p + i, n - i, ascii);
      if (run && !out.put(reinterpret_cast<const char*>(p + i), run)) return false;
      i += run;
      if (i >= n) break;
      uint8_t* to = out.room(12);
      if (!to) return false;
      out.advance(write_escape(to, p[i++]));
    }
    return out.put('"');
  }
  if (ascii) {
    return with_units(s, [&](auto* p) {
      for (size_t i = 0; i < n; i++) {
        uint8_t* to = out.room(12);
        if (!to) return false;
        if (needs_escape(p[i], true)) {
          out.advance(write_escape(to, p[i]));
        } else {
          *to = static_cast<uint8_t>(p[i]);
          out.advance(1);
        }
      }
      return out.put('"');
    });
  }
  StrBuilder* wide = out.wide();
  if (!wide) return false;
  size_t from = 0;
  bool ok = with_units(s, [&](auto* p) {
    for (size_t i = 0; i < n; i++) {
      if (!needs_escape(p[i], false)) continue;
      uint8_t escape[12];
      size_t k = write_escape(escape, p[i]);
      if (!wide->append_slice(v, from, i) || !wide->append_ascii({reinterpret_cast<char*>(escape), k})) return false;
      from = i + 1;
    }
    return true;
  });
  return ok && wide->append_slice(v, from, n) && out.put('"');
}

// The containers around what is being written.
struct Level {
  Level* outer;
  Value object;
  int depth;
  bool marked;  // in the markers dictionary
};
constexpr int kWalkDepth = 24;

class Writer {
 public:
  explicit Writer(Encoder* e) : e_(e) {}
  TextOutput out;

  bool value(Value v) {
    if (v == kNone) return out.put("null", 4);
    if (v == kTrue) return out.put("true", 4);
    if (v == kFalse) return out.put("false", 5);
    if (v.is_int()) return small_int(v.as_int());
    if (v.is_float()) return number(v.as_float());
    if (is_str(v)) return string(v);
    if (is_int(v)) return big_int(v);
    if (is_float_like(v)) return number(float_value(v));
    if (is_list(v) || is_tuple(v)) return nested(v, " while encoding a JSON object", &Writer::list);
    if (is_dict(v)) return nested(v, " while encoding a JSON object", &Writer::dict);
    return nested(v, " while encoding a JSON object", &Writer::other);
  }

 private:
  bool string(Value v) {
    if (TAIPAN_LIKELY(e_->fast != 0)) return write_string(out, v, e_->fast == 2);
    Ref text = call(e_->encoder, v);
    if (!text) return false;
    if (!is_str(text)) return raise(types::TypeError, "encoder() must return a string, not %.80T", text.get());
    return out.put_str(text);
  }
  bool small_int(int64_t i) {
    char digits[24];
    char* end = digits + sizeof digits;
    char* p = end;
    uint64_t u = i < 0 ? uint64_t{0} - static_cast<uint64_t>(i) : static_cast<uint64_t>(i);
    do {
      *--p = static_cast<char>('0' + u % 10);
      u /= 10;
    } while (u);
    if (i < 0) *--p = '-';
    return out.put(p, static_cast<size_t>(end - p));
  }
  bool big_int(Value v) {
    Ref text = int_to_str(v);
    return text && out.put_str(text);
  }
  bool number(double d) {
    if (TAIPAN_UNLIKELY(!std::isfinite(d))) {
      if (!e_->allow_nan) return raise(types::ValueError, "Out of range float values are not JSON compliant");
      if (std::isnan(d)) return out.put("NaN", 3);
      return d > 0 ? out.put("Infinity", 8) : out.put("-Infinity", 9);
    }
    uint8_t* p = out.room(40);
    if (!p) return false;
    out.advance(float_repr_to(d, reinterpret_cast<char*>(p)));
    return true;
  }

  // Runs f on a container or an object for default(), with cycles and depth watched.
  bool nested(Value v, const char* where, bool (Writer::*f)(Value)) {
    if ((is_list_exact(v) && list_size(v) == 0) || (is_tuple_exact(v) && tuple_size(v) == 0)) return out.put("[]", 2);
    RecursionScope scope(where);
    if (!scope.ok()) return false;
    Ref keep = Ref::dup(v);
    Level level = {level_, v, level_ ? level_->depth + 1 : 0, false};
    bool checked = e_->markers != kNone;
    Ref id;
    if (checked) {
      int steps = 0;
      for (Level* l = level_; l && steps < kWalkDepth; l = l->outer, steps++)
        if (l->object == v) return raise(types::ValueError, "Circular reference detected");
      if (level.depth >= kWalkDepth || dict_size(e_->markers) != 0) {
        // The outermost levels are marked late, when the walk doesn't reach them any more.
        for (Level* l = level_; l && !l->marked; l = l->outer)
          if (!mark(l)) return false;
        id = make_int(static_cast<int64_t>(v.bits));
        int seen = dict_contains(e_->markers, id);
        if (seen < 0) return false;
        if (seen) return raise(types::ValueError, "Circular reference detected");
        if (!mark(&level)) return false;
      }
    }
    level_ = &level;
    bool ok = (this->*f)(v);
    level_ = level.outer;
    if (level.marked) {
      if (!ok) {
        SavedError saved;
        id = make_int(static_cast<int64_t>(v.bits));
        if (dict_delete(e_->markers, id) < 0) clear_error();
      } else {
        id = make_int(static_cast<int64_t>(v.bits));
        int gone = dict_delete(e_->markers, id);
        if (gone < 0) return false;
        if (gone == 0) return raise_key_error(id);
      }
    }
    return ok;
  }
  bool mark(Level* l) {
    Ref id = make_int(static_cast<int64_t>(l->object.bits));
    if (!dict_set(e_->markers, id, l->object)) return false;
    l->marked = true;
    return true;
  }

  bool list(Value v) {
    Ref copy;
    if (!is_list_exact(v) && !is_tuple_exact(v)) {  // a subclass may have its own __iter__
      copy = iterable_to_list(v);
      if (!copy) return false;
      v = copy;
    }
    if (is_tuple(v)) {
      size_t n = tuple_size(v);
      if (n == 0) return out.put("[]", 2);
      if (!out.put('[')) return false;
      for (size_t i = 0; i < n; i++) {
        if (i && !out.put_str(e_->item_separator)) return false;
        if (!value(tuple_at(v, i))) return false;
      }
      return out.put(']');
    }
    if (list_size(v) == 0) return out.put("[]", 2);
    if (!out.put('[')) return false;
    for (size_t i = 0;; i++) {
      Ref item = list_get(v, i);  // the list may change under default()
      if (!item) break;
      if (i && !out.put_str(e_->item_separator)) return false;
      if (!value(item)) return false;
    }
    return out.put(']');
  }

  bool key(Value k, bool* skipped) {
    *skipped = !(is_str(k) || is_int(k) || is_float_like(k) || k == kNone);
    if (!*skipped || e_->skipkeys) return true;
    return raise(types::TypeError, "keys must be str, int, float, bool or None, not %.100T", k);
  }
  bool write_key(Value k) {
    if (TAIPAN_LIKELY(is_str(k))) return string(k);
    if (e_->fast == 0) {  // an encoder of its own sees the text of the key
      Ref s = key_text(k);
      return s && string(s);
    }
    if (!out.put('"')) return false;
    bool ok = k == kNone         ? out.put("null", 4)
              : k == kTrue       ? out.put("true", 4)
              : k == kFalse      ? out.put("false", 5)
              : is_float_like(k) ? number(float_value(k))
              : k.is_int()       ? small_int(k.as_int())
                                 : big_int(k);
    return ok && out.put('"');
  }
  Ref key_text(Value k) {
    if (k == kNone) return make_str("null");
    if (k == kTrue) return make_str("true");
    if (k == kFalse) return make_str("false");
    if (is_int(k)) return int_to_str(k);
    double d = float_value(k);
    if (!std::isfinite(d)) {
      if (!e_->allow_nan) return raise(types::ValueError, "Out of range float values are not JSON compliant");
      return make_str(std::isnan(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity");
    }
    char text[40];
    return make_str({text, float_repr_to(d, text)});
  }
  bool pair(Value k, Value v, bool* first) {
    bool skipped;
    if (!key(k, &skipped)) return false;
    if (skipped) return true;
    if (!*first && !out.put_str(e_->item_separator)) return false;
    *first = false;
    return write_key(k) && out.put_str(e_->key_separator) && value(v);
  }
  bool dict(Value v) {
    if (dict_size(v) == 0) return out.put("{}", 2);
    bool first = true;
    if (is_dict_exact(v) && !e_->sort_keys && !gc::parallel) {
      if (!out.put('{')) return false;
      // The dict may change under default(): no more than the pairs it had are written.
      size_t left = dict_size(v), pos = 0;
      Value k, item;
      while (left-- && dict_next(v, &pos, &k, &item)) {
        Ref keep_key = Ref::dup(k), keep_item = Ref::dup(item);
        if (!pair(k, item, &first)) return false;
      }
      return out.put('}');
    }
    Ref items = is_dict_exact(v) ? dict_items_list(v) : call_method(v, TAIPAN_NAME(items));
    if (items && !is_list_exact(items)) items = iterable_to_list(items);
    if (!items) return false;
    if (list_size(items) == 0) return out.put("{}", 2);
    if (e_->sort_keys && !list_sort(items, kNone, false)) return false;
    if (!out.put('{')) return false;
    for (size_t i = 0; i < list_size(items); i++) {
      Ref item = list_get(items, i);
      if (!is_tuple(item) || tuple_size(item) != 2) return raise(types::ValueError, "items must return 2-tuples");
      if (!pair(tuple_at(item, 0), tuple_at(item, 1), &first)) return false;
    }
    return out.put('}');
  }
  bool other(Value v) {
    Ref plain = call(e_->default_, v);
    return plain && value(plain);
  }

  Encoder* e_;
  Level* level_ = nullptr;
};

Ref encoder_new(TypeObject* cls, RawArgs raw) {
  static const Signature sig(
      "make_encoder",
      "(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)");
  Value v[9];
  if (!sig.bind(raw, v)) return nullptr;
  for (int i = 4; i < 6; i++)
    if (!is_str(v[i])) return raise(types::TypeError, "make_encoder() argument %d must be str, not %.50T", i + 1, v[i]);
  int flags[3];
  for (int i = 0; i < 3; i++)
    if ((flags[i] = is_true(v[6 + i])) < 0) return nullptr;
  if (v[0] != kNone && !is_dict(v[0]))
    return raise(types::TypeError, "make_encoder() argument 1 must be dict or None, not %.200T", v[0]);
  Ref r = Ref::steal(alloc_instance_as<Encoder>(cls));
  if (!r) return nullptr;
  auto* e = r.as<Encoder>();
  gc::init(&e->markers, Ref::dup(v[0]));
  gc::init(&e->default_, Ref::dup(v[1]));
  gc::init(&e->encoder, Ref::dup(v[2]));
  gc::init(&e->indent, Ref::dup(v[3]));
  gc::init(&e->key_separator, Ref::dup(v[4]));
  gc::init(&e->item_separator, Ref::dup(v[5]));
  e->sort_keys = flags[0] != 0;
  e->skipkeys = flags[1] != 0;
  e->allow_nan = flags[2] != 0;
  if (has_shape(v[2], kShapeNativeFunction)) {
    NativeImpl impl = v[2].as<NativeFunction>()->def->impl;
    e->fast = impl == json_encode_basestring_ascii_impl ? 2 : impl == json_encode_basestring_impl ? 1 : 0;
  }
  return r;
}
Value encoder_call(Thread*, Value self, const Value* args, size_t nargs, Value kwnames) {
  static const Signature sig("_iterencode", "(obj, _current_indent_level)");
  Value v[2];
  if (!sig.bind({args, nargs, kwnames}, v)) return Value();
  int64_t indent;
  if (!to_ssize(v[1], &indent, types::OverflowError)) return Value();
  Ref keep = Ref::dup(self), object = Ref::dup(v[0]);
  Writer w(self.as<Encoder>());
  if (!w.value(object)) return Value();
  Ref text = w.out.finish();
  if (!text) return Value();
  Ref list = make_list();
  if (!list || !list_append(list, std::move(text))) return Value();
  return list.release();
}
const MemberDef kEncoderMembers[] = {
    {"markers", kMemberValue, offsetof(Encoder, markers), true, "markers"},
    {"default", kMemberValue, offsetof(Encoder, default_), true, "default"},
    {"encoder", kMemberValue, offsetof(Encoder, encoder), true, "encoder"},
    {"indent", kMemberValue, offsetof(Encoder, indent), true, "indent"},
    {"key_separator", kMemberValue, offsetof(Encoder, key_separator), true, "key_separator"},
    {"item_separator", kMemberValue, offsetof(Encoder, item_separator), true, "item_separator"},
    {"sort_keys", kMemberBool, offsetof(Encoder, sort_keys), true, "sort_keys"},
    {"skipkeys", kMemberBool, offsetof(Encoder, skipkeys), true, "skipkeys"},
    {nullptr}};
const TypeSpec kEncoderSpec = {
    .doc = "_iterencode(obj, _current_indent_level) -> iterable",
    .flags = kTypeGc | kTypeParallel,
    .basic_size = sizeof(Encoder),
    .ops = {.trace = EncoderFields::trace, .clear = EncoderFields::clear, .dealloc = EncoderFields::dealloc},
    .members = kEncoderMembers,
    .s = {.call = encoder_call, .new_ = encoder_new}};

Ref encode_text(Args& a, bool ascii) {
  if (!is_str(a[0])) return raise(types::TypeError, "first argument must be a string, not %.80T", a[0]);
  TextOutput out;
  return write_string(out, a[0], ascii) ? out.finish() : nullptr;
}

}  // namespace

Ref json_encode_basestring_impl(Args& a) { return encode_text(a, false); }
Ref json_encode_basestring_ascii_impl(Args& a) { return encode_text(a, true); }

bool add_json_encoder(Value module) {
  if (!encoder_type) encoder_type = make_native_type("_json.Encoder", types::Object, &kEncoderSpec);
  return encoder_type && module_add(module, "make_encoder", Ref::dup(encoder_type));
}

}  // namespace taipan
