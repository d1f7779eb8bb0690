// The type str: construction, slots, repr, iterators.
#include "interp/objects/abstract.h"
#include "interp/objects/bytes.h"
#include "interp/objects/codecs.h"
#include "interp/objects/format.h"
#include "interp/objects/int.h"
#include "interp/objects/iterators.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/slice.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/str_intern.h"
#include "interp/objects/tuple.h"
#include "interp/objects/unicode_db.h"

namespace taipan {

// ---- repr -----------------------------------------------------------------------------------------------------------------------------
static const char kHexDigits[] = "0123456789abcdef";

// Whether ASCII text is its own repr but for the quotes.
static bool is_plain(const uint8_t* p, size_t n) {
  unsigned special = 0;
  for (size_t i = 0; i < n; i++)
    special |= unsigned{p[i] < ' '} | unsigned{p[i] == 0x7F} | unsigned{p[i] == '\\'} | unsigned{p[i] == '\''};
  return !special;
}
static Ref quoted(Value v, bool ascii_only) {
  const Str* s = str_ptr(v);
  if (s->ascii && is_plain(s->data1(), s->length)) {
    Str* r = alloc_str(s->length + 2, 0x7F);
    if (!r) return nullptr;
    auto* to = static_cast<uint8_t*>(r->data());
    to[0] = to[s->length + 1] = '\'';
    memcpy(to + 1, s->data1(), s->length);
    return Ref::steal(r);
  }
  size_t singles = 0, doubles = 0, total = 0;
  uint32_t widest_kept = 127;
  with_units(s, [&](auto* p) {
    for (size_t i = 0; i < s->length; i++) {
      uint32_t c = p[i];
      size_t n = 1;
      if (c == '\'')
        singles++;
      else if (c == '"')
        doubles++;
      else if (c == '\\' || c == '\t' || c == '\r' || c == '\n')
        n = 2;
      else if (c < ' ' || c == 0x7F)
        n = 4;
      else if (c >= 0x7F) {
        if (!ascii_only && unicode::is_printable(c))
          widest_kept |= c;
        else
          n = c < 0x100 ? 4 : c < 0x10000 ? 6 : 10;
      }
      total += n;  // at most 10 times a length that fits memory
    }
  });
  char quote = '\'';
  if (singles) {
    if (doubles)
      total += singles;
    else
      quote = '"';
  }
  bool escape_quote = singles && doubles;
  uint32_t max_char = widest_kept < 0x80      ? 0x7F
                      : widest_kept < 0x100   ? 0xFF
                      : widest_kept < 0x10000 ? 0xFFFF
                                              : 0x10FFFF;
  Str* r = alloc_str(total + 2, max_char);
  if (!r) return nullptr;
  auto write = [&](auto* to) {
    using Unit = std::remove_reference_t<decltype(*to)>;
    auto put = [&to](uint32_t c) { *to++ = static_cast<Unit>(c); };
    auto hex = [&](uint32_t c, int digits) {
      for (int i = digits - 1; i >= 0; i--) put(static_cast<uint8_t>(kHexDigits[c >> (4 * i) & 15]));
    };
    put(static_cast<uint8_t>(quote));
    with_units(s, [&](auto* p) {
      if (total == s->length) {  // as it is
        for (size_t i = 0; i < s->length; i++) to[i] = static_cast<Unit>(p[i]);
        to += s->length;
        return;
      }
      for (size_t i = 0; i < s->length; i++) {
        uint32_t c = p[i];
        if (c == '\\' || (escape_quote && c == '\'')) {
          put('\\');
          put(c);
        } else if (c == '\t' || c == '\n' || c == '\r') {
          put('\\');
          put(c == '\t' ? 't' : c == '\n' ? 'n' : 'r');
        } else if (c < ' ' || c == 0x7F || (c > 0x7F && (ascii_only || !unicode::is_printable(c)))) {
          put('\\');
          put(c < 0x100 ? 'x' : c < 0x10000 ? 'u' : 'U');
          hex(c, c < 0x100 ? 2 : c < 0x10000 ? 4 : 8);
        } else {
          put(c);
        }
      }
    });
    put(static_cast<uint8_t>(quote));
  };
  if (r->kind == 1)
    write(static_cast<uint8_t*>(r->data()));
  else if (r->kind == 2)
    write(static_cast<uint16_t*>(r->data()));
  else
    write(static_cast<uint32_t*>(r->data()));
  return Ref::steal(r);
}
Ref str_repr(Value v) { return quoted(v, false); }
Ref str_ascii_repr(Value v) { return quoted(v, true); }

// ---- Construction ---------------------------------------------------------------------------------------------------------------------
static Ref str_from_args(RawArgs raw) {
  if (raw.n == 1 && (!raw.kwnames || tuple_size(raw.kwnames) == 0)) return str_of(raw.v[0]);
  static const Signature sig("str", "(object='', encoding='utf-8', errors='strict')");
  Value v[3];
  if (!sig.bind(raw, v)) return nullptr;
  if (v[1] && !is_str(v[1])) return raise(types::TypeError, "str() argument 'encoding' must be str, not %T", v[1]);
  if (v[2] && !is_str(v[2])) return raise(types::TypeError, "str() argument 'errors' must be str, not %T", v[2]);
  if (!v[0]) return empty_str();
  if (!v[1] && !v[2]) return str_of(v[0]);
  if (is_str(v[0])) return raise(types::TypeError, "decoding str is not supported");
  if (!has_buffer(v[0])) return raise(types::TypeError, "decoding to str: need a bytes-like object, %T found", v[0]);
  std::string encoding, errors;
  if (v[1] && !utf8_of(v[1], &encoding)) return nullptr;
  if (v[2] && !utf8_of(v[2], &errors)) return nullptr;
  if (encoding.find('\0') != std::string::npos || errors.find('\0') != std::string::npos)
    return raise(types::ValueError, "embedded null character");
  return decode_octets(v[0], v[1] ? encoding.c_str() : nullptr, v[2] ? errors.c_str() : nullptr);
}
static Ref str_new(TypeObject* cls, RawArgs raw) {
  Ref text = str_from_args(raw);
  if (!text || cls == types::Str) return text;
  const Str* s = str_ptr(text);
  Str* r = alloc_instance_as<Str>(cls, (s->length + 1) * s->kind);
  if (!r) return nullptr;
  r->hash.store(s->hash.load(std::memory_order_relaxed), std::memory_order_relaxed);
  r->length = s->length;
  r->kind = s->kind;
  r->ascii = s->ascii;
  memcpy(r->data(), s->data(), (s->length + 1) * s->kind);
  return Ref::steal(r);
}

// ---- Slots ----------------------------------------------------------------------------------------------------------------------------
static Ref str_str(Value v) { return str_exact(v); }
static bool str_hash_slot(Value v, int64_t* out) {
  *out = str_hash(str_ptr(v));
  return true;
}
static Ref str_compare_slot(Value a, Value b, CompareOp op) {
  if (!is_str(a) || !is_str(b)) return Ref::imm(kNotImplemented);
  if (op == kEq || op == kNe) return Ref::imm(bool_value(str_eq(str_ptr(a), str_ptr(b)) == (op == kEq)));
  return Ref::imm(bool_value(compare_ints(str_compare(str_ptr(a), str_ptr(b)), 0, op)));
}
static int64_t str_length(Value v) { return static_cast<int64_t>(str_ptr(v)->length); }

static Ref str_get_item(Value self, Value key) {
  Str* s = str_ptr(self);
  if (TAIPAN_LIKELY(key.is_int())) {
    int64_t i = key.as_int();
    if (i < 0) i += static_cast<int64_t>(s->length);
    if (TAIPAN_UNLIKELY(static_cast<uint64_t>(i) >= s->length))
      return raise(types::IndexError, "string index out of range");
    return make_str_char(s->at(static_cast<size_t>(i)));
  }
  if (is_slice(key)) {
    int64_t start, stop, step, count;
    if (!slice_unpack(key, static_cast<int64_t>(s->length), &start, &stop, &step, &count)) return nullptr;
    if (count <= 0) return empty_str();
    if (step == 1) return str_substring(self, static_cast<size_t>(start), static_cast<size_t>(start + count));
    if (count == 1) return make_str_char(s->at(static_cast<size_t>(start)));
    return with_units(s, [&](auto* p) -> Ref {
      using Unit = std::remove_cv_t<std::remove_reference_t<decltype(*p)>>;
      Unit max = 0;
      int64_t at = start;
      for (int64_t i = 0; i < count; i++, at += step) max |= p[at];
      Str* r = alloc_str(static_cast<size_t>(count), max < 0x80      ? 0x7F
                                                     : max < 0x100   ? 0xFF
                                                     : max < 0x10000 ? 0xFFFF
                                                                     : 0x10FFFF);
      if (!r) return nullptr;
      auto fill = [&](auto* to) {
        int64_t from = start;
        for (int64_t i = 0; i < count; i++, from += step)
          to[i] = static_cast<std::remove_reference_t<decltype(*to)>>(p[from]);
      };
      if (r->kind == 1)
        fill(static_cast<uint8_t*>(r->data()));
      else if (r->kind == 2)
        fill(static_cast<uint16_t*>(r->data()));
      else
        fill(static_cast<uint32_t*>(r->data()));
      return Ref::steal(r);
    });
  }
  if (!has_index(key)) return raise(types::TypeError, "string indices must be integers, not '%T'", key);
  int64_t i;
  if (!to_ssize(key, &i, types::IndexError)) return nullptr;
  if (i < 0) i += static_cast<int64_t>(s->length);
  if (static_cast<uint64_t>(i) >= s->length) return raise(types::IndexError, "string index out of range");
  return make_str_char(s->at(static_cast<size_t>(i)));
}

static Ref str_concat_slot(Value a, Value b) {
  if (!is_str(b)) return raise(types::TypeError, "can only concatenate str (not \"%T\") to str", b);
  return str_concat(a, b);
}
static Ref str_repeat(Value self, Value times) {
  int64_t n;
  if (!to_ssize(times, &n, types::OverflowError)) return nullptr;
  Str* s = str_ptr(self);
  if (n <= 0 || s->length == 0) return empty_str();
  if (n == 1) return str_exact(self);
  if (s->length > static_cast<size_t>(INT64_MAX) / static_cast<size_t>(n))
    return raise(types::OverflowError, "repeated string is too long");
  if (s->length > kMaxStrBytes / 4 / static_cast<size_t>(n)) return raise_memory();
  size_t total = s->length * static_cast<size_t>(n);
  Str* r = alloc_str_kind(total, s->kind, s->ascii);
  if (!r) return nullptr;
  if (s->length == 1) {
    fill_units(r->data(), r->kind, 0, s->at(0), total);
  } else {
    char* to = static_cast<char*>(r->data());
    size_t bytes = total * s->kind;
    memcpy(to, s->data(), s->length * s->kind);
    for (size_t done = s->length * s->kind; done < bytes;) {
      size_t step = done < bytes - done ? done : bytes - done;
      memcpy(to + done, to, step);
      done += step;
    }
  }
  return Ref::steal(r);
}
static Ref str_remainder(Value a, Value b) {
  if (!is_str(a)) return Ref::imm(kNotImplemented);
  return str_percent(a, b);
}

// ---- Iterators ------------------------------------------------------------------------------------------------------------------------
static Ref str_iter(Value v) {
  StrIterator* it = new_object<StrIterator>(str_ptr(v)->ascii ? kShapeStrAsciiIterator : kShapeStrIterator, true);
  if (!it) return nullptr;
  gc::init(&it->str, Ref::dup(v));
  return Ref::steal(it);
}
static Ref str_iter_next(Value v) { return str_iterator_next(v); }
Ref str_iterator_next(Value v) {
  StrIterator* it = v.as<StrIterator>();
  StepLock lock(v);
  if (TAIPAN_UNLIKELY(it->str.is_null())) return Ref::imm(kStopIter);
  Str* s = str_ptr(it->str);
  if (TAIPAN_LIKELY(it->at < s->length)) return make_str_char(s->at(it->at++));
  Ref dropped = gc::take(&it->h, &it->str);
  return Ref::imm(kStopIter);
}
static void str_iter_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<StrIterator*>(h)->str); }
static void str_iter_clear(Header* h) { Ref dropped = gc::take(h, &reinterpret_cast<StrIterator*>(h)->str); }
static void str_iter_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  decref(reinterpret_cast<StrIterator*>(h)->str);
  finish_dealloc_as<StrIterator>(h);
}
static Ref str_iter_length_hint(Args& a) {
  StrIterator* it = a.self.as<StrIterator>();
  return make_int(it->str.is_null() ? 0 : static_cast<int64_t>(str_ptr(it->str)->length - it->at));
}
static Ref str_iter_reduce(Args& a) {
  Ref iter = import_attr("builtins", "iter");
  if (!iter) return nullptr;
  StrIterator* it = a.self.as<StrIterator>();
  if (it->str.is_null()) {
    Ref empty = empty_str();
    Ref args = make_tuple_of({empty.get()});
    return args ? make_tuple_of({iter.get(), args.get()}) : nullptr;
  }
  Ref args = make_tuple_of({it->str});
  if (!args) return nullptr;
  return make_tuple_of({iter.get(), args.get(), Value::from_int(static_cast<int64_t>(it->at))});
}
static Ref str_iter_setstate(Args& a) {
  int64_t at;
  if (!plain_int_to_ssize(a[0], &at)) return nullptr;
  StrIterator* it = a.self.as<StrIterator>();
  if (!it->str.is_null()) {
    int64_t n = static_cast<int64_t>(str_ptr(it->str)->length);
    it->at = static_cast<size_t>(at < 0 ? 0 : at > n ? n : at);
  }
  return Ref::imm(kNone);
}
static const NativeDef kStrIteratorMethods[] = {
    {"__length_hint__", "($self, /)", str_iter_length_hint, kNativeNoSignature,
     "An estimate of the number of items left."},
    {"__reduce__", "($self, /)", str_iter_reduce, kNativeNoSignature, "State for pickling."},
    {"__setstate__", "($self, state, /)", str_iter_setstate, kNativeNoSignature, "Sets the position."},
    {},
};
static Ref self_iter(Value v) { return Ref::dup(v); }
const TypeSpec kStrIteratorSpec = {
    .flags = kTypeGc | kTypeNoInstantiate | kTypeOwnSteps | kTypeKeepsItself,
    .basic_size = sizeof(StrIterator),
    .ops = {.trace = str_iter_trace, .clear = str_iter_clear, .dealloc = str_iter_dealloc},
    .methods = kStrIteratorMethods,
    .s = {.iter = self_iter, .next = str_iter_next},
};
const TypeSpec kStrAsciiIteratorSpec = {
    .flags = kTypeGc | kTypeNoInstantiate | kTypeOwnSteps | kTypeKeepsItself,
    .basic_size = sizeof(StrIterator),
    .ops = {.trace = str_iter_trace, .clear = str_iter_clear, .dealloc = str_iter_dealloc},
    .methods = kStrIteratorMethods,
    .s = {.iter = self_iter, .next = str_iter_next},
};

// ---- Type -----------------------------------------------------------------------------------------------------------------------------
static void str_dealloc(Header* h) {
  if (TAIPAN_LIKELY(h->shape() == kShapeStr)) {
    if (reinterpret_cast<Str*>(h)->interned.load(std::memory_order_relaxed)) forget_interned(reinterpret_cast<Str*>(h));
    Str* s = reinterpret_cast<Str*>(h);
    if (TAIPAN_LIKELY(s->spare == 0))
      gc::free_object_sized(h, sizeof(Str) + (s->length + 1) * s->kind);
    else
      gc::free_object(h);  // there may be room left
    return;
  }
  if (!begin_dealloc(h)) return;
  finish_dealloc(h);
}
static int64_t str_var_end(Header* h) {
  Str* s = reinterpret_cast<Str*>(h);
  return static_cast<int64_t>(sizeof(Str) + (s->length + 1) * s->kind);
}
static size_t str_size_of(Header* h) { return static_cast<size_t>(str_var_end(h)); }

static Ref str_format_dunder(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "__format__() argument must be str, not %T", a[0]);
  return format_text(a.self, a[0]);
}
static Ref str_getnewargs(Args& a) {
  const Str* s = str_ptr(a.self);  // always a copy: the pickler must not take it for the object itself
  Ref copy = with_units(s, [s](auto* p) { return make_str_units(p, s->length); });
  return copy ? make_tuple_of({copy.get()}) : nullptr;
}
static Ref str_sizeof(Args& a) { return make_int(str_var_end(a.self.header())); }

static const NativeDef* all_methods() {
  static const NativeDef own[] = {
      {"format", "(...)", str_format_method, kNativeNoSignature,
       "Fills the replacement fields {...} with the arguments."},
      {"format_map", "(...)", str_format_map_method, kNativeNoSignature,
       "As format(), with the fields' names looked up in a mapping."},
      {"__format__", "($self, format_spec, /)", str_format_dunder, 0, "The string formatted as format_spec says."},
      {"__sizeof__", "($self, /)", str_sizeof, 0, "Size in memory, in bytes."},
      {"__getnewargs__", "($self, /)", str_getnewargs, kNativeNoSignature, "Arguments for __new__ when unpickling."},
      {},
  };
  static NativeDef all[64];
  size_t n = 0;
  for (const NativeDef* list : {kStrMethods, kStrCaseMethods, own})
    for (; list->name; list++) all[n++] = *list;
  return all;
}

const TypeSpec kStrSpec = {
    .doc =
        "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\n"
        "Create a new string object from the given object. With an encoding or errors the object is decoded, else it "
        "is\n"
        "what its __str__() (if defined) or repr() gives. encoding is 'utf-8' and errors is 'strict' where not given.",
    .flags = kTypeBaseable | kTypeVarSize | kTypeMatchSelf,
    .basic_size = sizeof(Str),
    .ops = {.dealloc = str_dealloc, .size_of = str_size_of},
    .methods = all_methods(),
    .s = {.repr = str_repr,
          .str = str_str,
          .hash = str_hash_slot,
          .compare = str_compare_slot,
          .iter = str_iter,
          .new_ = str_new,
          .remainder = str_remainder,
          .length = str_length,
          .get_item = str_get_item,
          .contains = str_contains,
          .concat = str_concat_slot,
          .repeat = str_repeat},
    .var_end = str_var_end,
};

}  // namespace taipan
