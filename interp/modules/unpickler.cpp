// Reading pickles: the stack machine.
#include "interp/modules/pickle.h"
#include "interp/objects/codecs.h"
#include "interp/objects/descr.h"

namespace taipan::pickle {

// ---- the stack and the memo ---------------------------------------------------------------------------------------------------

// Room for `wanted` items; the word before the items is the capacity.
static bool grow_items(Unpickler* u, Value** items, size_t* capacity, size_t wanted) {
  size_t fresh_capacity = *capacity ? *capacity * 2 : 8;
  if (fresh_capacity < wanted) fresh_capacity = wanted + wanted / 4;
  if (fresh_capacity > (size_t{1} << 58)) return raise_memory();
  auto* fresh = static_cast<Value*>(gc::raw_calloc((fresh_capacity + 1) * sizeof(Value)));
  if (!fresh) return raise_memory();
  fresh++->bits = fresh_capacity;
  gc::before_bulk_move(&u->h);
  for (size_t i = 0; i < *capacity; i++) fresh[i] = (*items)[i];
  Value* old = *items;
  *items = fresh;
  *capacity = fresh_capacity;
  if (old) gc::raw_free_epoch(old - 1);
  return true;
}
static inline bool push(Unpickler* u, Ref v) {
  if (TAIPAN_UNLIKELY(u->stack_size == u->stack_capacity) && !grow_items(u, &u->stack, &u->stack_capacity, 0))
    return false;
  gc::init(&u->stack[u->stack_size++], std::move(v));
  return true;
}
static bool push_result(Unpickler* u, Ref v) { return v && push(u, std::move(v)); }
static Fail underflow(Unpickler* u) {
  return raise(unpickling_error(), u->mark_set ? "unexpected MARK found" : "unpickling stack underflow");
}
static Ref pop(Unpickler* u) {
  if (TAIPAN_UNLIKELY(u->stack_size <= u->fence)) return underflow(u);
  return gc::take(&u->h, &u->stack[--u->stack_size]);
}
static Value top(Unpickler* u) { return u->stack_size > u->fence ? u->stack[u->stack_size - 1] : Value(); }

static void shrink_to(Unpickler* u, size_t n) {
  while (u->stack_size > n) Ref old = gc::take(&u->h, &u->stack[--u->stack_size]);
}
static bool set_mark(Unpickler* u) {
  if (u->marks_size == u->marks_capacity) {
    size_t capacity = u->marks_capacity ? u->marks_capacity * 2 : 16;
    void* p = gc::raw_realloc(u->marks, capacity * sizeof(size_t));
    if (!p) return raise_memory();
    u->marks = static_cast<size_t*>(p);
    u->marks_capacity = capacity;
  }
  u->mark_set = true;
  u->marks[u->marks_size++] = u->fence = u->stack_size;
  return true;
}
static void drop_mark(Unpickler* u) {
  u->marks_size--;
  u->mark_set = u->marks_size != 0;
  u->fence = u->mark_set ? u->marks[u->marks_size - 1] : 0;
}
// Takes the innermost mark; *at: the index of the first item behind it.
static bool take_mark(Unpickler* u, size_t* at) {
  if (u->marks_size == 0) return raise(unpickling_error(), "could not find MARK");
  *at = u->marks[u->marks_size - 1];
  drop_mark(u);
  return true;
}
// The items from `at` to the top, as a tuple or a list; they leave the stack.
static Ref take_tuple(Unpickler* u, size_t at) {
  size_t n = u->stack_size - at;
  Ref t = make_tuple(n);
  if (!t) return nullptr;
  gc::before_bulk_move(&u->h);
  for (size_t i = 0; i < n; i++) {
    tuple_init(t, i, Ref::steal(u->stack[at + i]));
    u->stack[at + i] = Value();
  }
  u->stack_size = at;
  return t;
}
static Ref take_list(Unpickler* u, size_t at) {
  size_t n = u->stack_size - at;
  Ref list = make_list(n);
  if (!list) return nullptr;
  gc::before_bulk_move(&u->h);
  for (size_t i = 0; i < n; i++) {
    Ref item = Ref::steal(u->stack[at + i]);
    u->stack[at + i] = Value();
    list_append(list, std::move(item));
  }
  u->stack_size = at;
  return list;
}

static bool memo_store(Unpickler* u, size_t index, Value v) {
  if (TAIPAN_UNLIKELY(index >= u->memo_capacity) && !grow_items(u, &u->memo, &u->memo_capacity, index + 1))
    return false;
  Ref old = gc::exchange(&u->h, &u->memo[index], Ref::dup(v));
  if (!old) u->memo_used++;
  return true;
}
static bool memoize(Unpickler* u, size_t index) {
  Value v = top(u);
  return v ? memo_store(u, index, v) : underflow(u);
}
static bool memo_load(Unpickler* u, uint64_t index) {
  if (TAIPAN_UNLIKELY(index >= u->memo_capacity || !u->memo[index]))
    return raise(unpickling_error(), "Memo value not found at index %ld", static_cast<long>(index));
  return push(u, Ref::dup(u->memo[index]));
}

// ---- reading numbers and texts ------------------------------------------------------------------------------------------------

static inline bool read(Unpickler* u, size_t n, const uint8_t** out) {
  if (TAIPAN_UNLIKELY(n > u->in_size - u->in_pos)) return read_input(u, n, out);
  *out = u->in + u->in_pos;
  u->in_pos += n;
  return true;
}
static inline uint64_t little(const uint8_t* p, int n) {
  uint64_t v = 0;
  for (int i = n - 1; i >= 0; i--) v = v << 8 | p[i];
  return v;
}
static inline bool read_size(Unpickler* u, int octets, const char* what, size_t* n) {
  const uint8_t* p;
  if (!read(u, static_cast<size_t>(octets), &p)) return false;
  *n = little(p, octets);
  if (*n > static_cast<size_t>(INT64_MAX))
    return raise(types::OverflowError, "%s exceeds system's maximum size of %zd bytes", what, INT64_MAX);
  return true;
}
static bool nonempty_line(Unpickler* u, std::string_view* line, size_t least = 1) {
  const uint8_t* p;
  size_t n;
  if (!read_line(u, &p, &n)) return false;
  if (n < least) return raise(unpickling_error(), "pickle data was truncated");
  *line = {reinterpret_cast<const char*>(p), n};
  return true;
}

static bool load_text_int(Unpickler* u) {
  std::string_view line;
  if (!nonempty_line(u, &line)) return false;
  if (line == "00") return push(u, Ref::imm(kFalse));
  if (line == "01") return push(u, Ref::imm(kTrue));
  Ref v = int_from_text(line, 0);
  if (!v) {
    clear_error();
    return raise(types::ValueError, "could not convert string to int");
  }
  return push(u, std::move(v));
}
static bool load_text_long(Unpickler* u) {
  std::string_view line;
  if (!nonempty_line(u, &line)) return false;
  std::string text(line);
  if (text.back() == 'L') text.pop_back();
  Ref s = decode_latin1(text);
  if (!s) return false;
  Ref v = int_from_text(text, 0);
  if (!v && !error_occurred()) return raise(types::ValueError, "invalid literal for int() with base 10: %R", s.get());
  return push_result(u, std::move(v));
}
static bool load_text_float(Unpickler* u) {
  std::string_view line;
  if (!nonempty_line(u, &line)) return false;
  double d;
  if (!float_parse(line, &d)) {
    std::string text(line);
    return raise(types::ValueError, "could not convert string to float: '%s\n'", text.c_str());
  }
  return push_result(u, make_float(d));
}
static bool load_binary_float(Unpickler* u) {
  const uint8_t* p;
  if (!read(u, 8, &p)) return false;
  uint64_t bits;
  memcpy(&bits, p, 8);
  return push_result(u, make_float(std::bit_cast<double>(__builtin_bswap64(bits))));
}
static bool load_counted_long(Unpickler* u, int octets) {
  const uint8_t* p;
  if (!read(u, static_cast<size_t>(octets), &p)) return false;
  auto n = static_cast<int64_t>(octets == 4 ? static_cast<int32_t>(little(p, 4)) : p[0]);
  if (n < 0) return raise(unpickling_error(), "LONG pickle has negative byte count");
  if (n == 0) return push(u, Ref::imm(Value::from_int(0)));
  if (!read(u, static_cast<size_t>(n), &p)) return false;
  return push_result(u, make_int_from_bytes(p, static_cast<size_t>(n), true, true));
}

// Python 2's str: bytes, or decoded as the caller wished.
static Ref old_string(Unpickler* u, Ref octets) {
  if (!octets || str_eq_ascii(u->encoding, "bytes")) return octets;
  std::string encoding = utf8_lossy(u->encoding), errors = utf8_lossy(u->errors);
  return decode_octets(octets, encoding.c_str(), errors.c_str());
}
static bool load_text_string(Unpickler* u) {
  std::string_view line;
  if (!nonempty_line(u, &line, 0)) return false;
  if (line.size() < 2 || line.front() != line.back() || (line.front() != '\'' && line.front() != '"'))
    return raise(unpickling_error(), "the STRING opcode argument must be quoted");
  std::string text(line.substr(1, line.size() - 2)), bad;
  return push_result(u, old_string(u, decode_bytes_escape(text, nullptr, &bad)));
}
static bool load_counted_string(Unpickler* u, int octets) {
  const uint8_t* p;
  if (!read(u, static_cast<size_t>(octets), &p)) return false;
  auto n = static_cast<int64_t>(octets == 4 ? static_cast<int64_t>(little(p, 4)) : p[0]);
  if (!read(u, static_cast<size_t>(n), &p)) return false;
  return push_result(u, old_string(u, make_bytes(p, static_cast<size_t>(n))));
}
static bool load_text_unicode(Unpickler* u) {
  std::string_view line;
  if (!nonempty_line(u, &line, 0)) return false;
  std::string text(line);
  return push_result(u, decode_raw_unicode_escape(text, nullptr, nullptr));
}
static bool load_counted_unicode(Unpickler* u, int octets) {
  size_t n;
  const uint8_t* p;
  if (!read_size(u, octets, "BINUNICODE", &n) || !read(u, n, &p)) return false;
  if (TAIPAN_LIKELY(all_ascii(p, n))) {
    if (n == 0) return push_result(u, empty_str());
    if (n == 1) return push_result(u, make_str_char(*p));
    Str* s = alloc_ascii(n);
    if (!s) return false;
    memcpy(s->data(), p, n);
    return push(u, Ref::steal(s));
  }
  // (Decoding can't run Python code: the handler is one of the runtime's own.)
  return push_result(u, decode_utf8({reinterpret_cast<const char*>(p), n}, "surrogatepass"));
}
// As much as the input can have: a false size must not make us ask for all memory.
static bool plausible(Unpickler* u, size_t n) {
  return u->read || n <= u->in_size - u->in_pos || raise(unpickling_error(), "pickle data was truncated");
}
static bool load_counted_bytes(Unpickler* u, int octets) {
  size_t n;
  if (!read_size(u, octets, "BINBYTES", &n) || !plausible(u, n)) return false;
  Ref b = new_bytes_raw(n);
  return b && read_into(u, b.as<Bytes>()->data(), n) && push(u, std::move(b));
}
static bool load_bytearray(Unpickler* u) {
  size_t n;
  if (!read_size(u, 8, "BYTEARRAY8", &n) || !plausible(u, n)) return false;
  Ref b = make_bytearray(nullptr, n);
  return b && read_into(u, b.as<ByteArray>()->start, n) && push(u, std::move(b));
}
static bool load_next_buffer(Unpickler* u) {
  if (!u->buffers)
    return raise(unpickling_error(), "pickle stream refers to out-of-band data but no *buffers* argument was given");
  Ref buffers = Ref::dup(u->buffers);
  Ref b = iter_next(buffers);
  if (!b) return false;
  if (is_stop(b)) return raise(unpickling_error(), "not enough out-of-band buffers");
  return push(u, std::move(b));
}
static bool load_readonly_buffer(Unpickler* u) {
  if (!top(u)) return underflow(u);
  Ref b = Ref::dup(top(u));
  Ref view = make_memoryview(b);
  if (!view) return false;
  Ref read_only = get_attr(view, "readonly");
  if (!read_only) return false;
  if (read_only.get() == kTrue) return true;
  Ref fixed = call_method(view, TAIPAN_NAME(toreadonly));
  if (!fixed) return false;
  Ref old = pop(u);
  return old && push(u, std::move(fixed));
}

// ---- classes and calls --------------------------------------------------------------------------------------------------------

Ref find_class(Unpickler* u, Value module, Value name) {
  if (type_of(Value(&u->h)) == unpickler_type) return unpickler_find_class(u, module, name);
  return call_method(Value(&u->h), TAIPAN_NAME(find_class), module, name);
}
static bool load_text_global(Unpickler* u) {
  std::string_view line;
  if (!nonempty_line(u, &line)) return false;
  Ref module = decode_utf8(line, nullptr);
  if (!module || !nonempty_line(u, &line)) return false;
  Ref name = decode_utf8(line, nullptr);
  return name && push_result(u, find_class(u, module, name));
}
static bool load_stack_global(Unpickler* u) {
  Ref name = pop(u), module = pop(u);
  if (!module || !name || !is_str_exact(module) || !is_str_exact(name)) {
    clear_error();
    return raise(unpickling_error(), "STACK_GLOBAL requires str");
  }
  return push_result(u, find_class(u, module, name));
}
static bool load_extension(Unpickler* u, int octets) {
  const uint8_t* p;
  if (!read(u, static_cast<size_t>(octets), &p)) return false;
  auto code =
      octets == 4 ? static_cast<int64_t>(static_cast<int32_t>(little(p, 4))) : static_cast<int64_t>(little(p, octets));
  if (code <= 0) return raise(unpickling_error(), "EXT specifies code <= 0");
  Ref key = make_int(code);
  Ref known = dict_get_ref(state.extension_cache, key);
  if (!known) return false;
  if (known.get() != kMissing) return push(u, std::move(known));
  Ref pair = dict_get_ref(state.inverted_registry, key);
  if (!pair) return false;
  if (pair.get() == kMissing)
    return raise(types::ValueError, "unregistered extension code %ld", static_cast<long>(code));
  if (!is_tuple(pair) || tuple_size(pair) != 2 || !is_str(tuple_at(pair, 0)) || !is_str(tuple_at(pair, 1)))
    return raise(types::ValueError, "_inverted_registry[%ld] isn't a 2-tuple of strings", static_cast<long>(code));
  Ref found = find_class(u, tuple_at(pair, 0), tuple_at(pair, 1));
  return found && dict_set(state.extension_cache, key, found) && push(u, std::move(found));
}
static Ref instantiate(Value cls, Value args) {
  if (tuple_size(args) == 0 && is_type(cls)) {
    Ref f = get_attr_opt(cls, TAIPAN_NAME(__getinitargs__));
    if (!f) return nullptr;
    if (f.get() == kMissing) return call_method(cls, TAIPAN_NAME(__new__), cls);
  }
  return call_tuple(cls, args, Value());
}
static bool load_obj(Unpickler* u) {
  size_t at;
  if (!take_mark(u, &at)) return false;
  if (u->stack_size - at < 1) return underflow(u);
  Ref args = take_tuple(u, at + 1);
  Ref cls = args ? pop(u) : nullptr;
  return cls && push_result(u, instantiate(cls, args));
}
static bool load_inst(Unpickler* u) {
  size_t at;
  if (!take_mark(u, &at)) return false;
  Ref args = take_tuple(u, at);
  std::string_view line;
  if (!args || !nonempty_line(u, &line)) return false;
  Ref module = decode_ascii(line, nullptr);
  if (!module || !nonempty_line(u, &line)) return false;
  Ref name = decode_ascii(line, nullptr);
  if (!name) return false;
  Ref cls = find_class(u, module, name);
  return cls && push_result(u, instantiate(cls, args));
}
static bool load_new(Unpickler* u, bool with_keywords) {
  Ref keywords = with_keywords ? pop(u) : Ref();
  if (with_keywords && !keywords) return false;
  Ref args = pop(u);
  if (!args) return false;
  Ref cls = pop(u);
  if (!cls) return false;
  const char* op = with_keywords ? "NEWOBJ_EX" : "NEWOBJ";
  if (!is_type(cls)) return raise(unpickling_error(), "%s class argument must be a type, not %.200T", op, cls.get());
  auto* type = cls.as<TypeObject>();
  if (!type->s.new_)
    return raise(unpickling_error(), "%s class argument '%.200s' doesn't have __new__", op, type->cname);
  if (!is_tuple(args)) return raise(unpickling_error(), "%s args argument must be a tuple, not %.200T", op, args.get());
  if (!with_keywords) {
    RawArgs raw = {args.as<Tuple>()->items(), tuple_size(args), Value()};
    return push_result(u, type->s.new_(type, raw));
  }
  if (!is_dict(keywords))
    return raise(unpickling_error(), "%s kwargs argument must be a dict, not %.200T", op, keywords.get());
  Ref make = get_attr(cls, TAIPAN_NAME(__new__));
  if (!make) return false;
  Ref first = make_tuple_of({cls.get()});
  Ref all = first ? tuple_concat(first, args) : nullptr;
  return all && push_result(u, call_tuple(make, all, keywords));
}
static bool load_reduce(Unpickler* u) {
  Ref args = pop(u);
  if (!args) return false;
  Ref f = pop(u);
  if (!f) return false;
  if (!is_tuple(args)) return raise(types::TypeError, "argument list must be a tuple");
  return push_result(u, call_array(f, args.as<Tuple>()->items(), tuple_size(args)));
}
static bool load_persistent(Unpickler* u, bool binary) {
  if (!u->persistent_load.function)
    return raise(unpickling_error(),
                 "A load persistent id instruction was encountered,\nbut no persistent_load function was specified.");
  Ref id;
  if (binary) {
    id = pop(u);
  } else {
    std::string_view line;
    if (!nonempty_line(u, &line, 0)) return false;
    id = decode_ascii(line, nullptr);
    if (!id && error_matches(types::UnicodeDecodeError)) {
      clear_error();
      return raise(unpickling_error(), "persistent IDs in protocol 0 must be ASCII strings");
    }
  }
  return id && push_result(u, call_method_ref(&u->h, u->persistent_load, id));
}

// ---- filling objects ----------------------------------------------------------------------------------------------------------

// Appends the items from `at` on to the object below them.
static bool append_items(Unpickler* u, size_t at) {
  if (at > u->stack_size || at <= u->fence) return underflow(u);
  if (at == u->stack_size) return true;
  Value target = u->stack[at - 1];
  if (is_list_exact(target)) {
    gc::before_bulk_move(&u->h);
    size_t n = u->stack_size - at;
    if (!list_reserve(target.as<List>(), list_size(target) + n)) return false;
    for (size_t i = 0; i < n; i++) {
      Ref item = Ref::steal(u->stack[at + i]);
      u->stack[at + i] = Value();
      if (!list_append(target, std::move(item))) return false;
    }
    u->stack_size = at;
    return true;
  }
  Ref object = Ref::dup(target), items = take_list(u, at);
  if (!items) return false;
  Ref extend = get_attr_opt(object, TAIPAN_NAME(extend));
  if (!extend) return false;
  if (extend.get() != kMissing) return static_cast<bool>(call(extend, items));
  // Objects that only know append()
  Ref append = get_attr(object, TAIPAN_NAME(append));
  if (!append) return false;
  for (size_t i = 0; i < list_size(items); i++) {
    Ref item = list_get(items, i);
    if (!item || !call(append, item)) return false;
  }
  return true;
}
static bool set_items(Unpickler* u, size_t at) {
  if (at > u->stack_size || at <= u->fence) return underflow(u);
  size_t n = u->stack_size - at;
  if (n == 0) return true;
  if (n % 2) return raise(unpickling_error(), "odd number of items for SETITEMS");
  Ref object = Ref::dup(u->stack[at - 1]);
  if (is_dict_exact(object)) {
    // Keys may have a __hash__ or __eq__ in Python, which may even use this unpickler: nothing is taken for granted.
    for (size_t i = at; i + 1 < u->stack_size; i += 2) {
      Value k = u->stack[i];
      if (TAIPAN_LIKELY(is_str_exact(k))) {
        if (!dict_set_hash(object, k, hash_of_str(k.as<Str>()), u->stack[i + 1])) return false;
      } else {
        Ref key = Ref::dup(k), value = Ref::dup(u->stack[i + 1]);
        if (!dict_set(object, key, value)) return false;
      }
    }
    if (u->stack_size > at) shrink_to(u, at);
    return true;
  }
  Ref items = take_list(u, at);
  if (!items) return false;
  for (size_t i = 0; i + 1 < list_size(items); i += 2) {
    Ref key = list_get(items, i), value = list_get(items, i + 1);
    if (!set_item(object, key, value)) return false;
  }
  return true;
}
static bool add_items(Unpickler* u) {
  size_t at;
  if (!take_mark(u, &at)) return false;
  if (at > u->stack_size || at <= u->fence) return underflow(u);
  if (at == u->stack_size) return true;
  Ref object = Ref::dup(u->stack[at - 1]);
  if (has_shape(object, kShapeSet)) {
    for (size_t i = at; i < u->stack_size; i++) {  // (hashing may run Python code)
      Ref item = Ref::dup(u->stack[i]);
      if (!set_add(object, item)) return false;
    }
    if (u->stack_size > at) shrink_to(u, at);
    return true;
  }
  Ref items = take_list(u, at);
  if (!items) return false;
  if (is_any_set(object) && is_subtype(type_of(object), types::Set)) return set_update(object, items);
  Ref add = get_attr(object, TAIPAN_NAME(add));
  if (!add) return false;
  for (size_t i = 0; i < list_size(items); i++) {
    Ref item = list_get(items, i);
    if (!item || !call(add, item)) return false;
  }
  return true;
}
static bool load_dict(Unpickler* u) {
  size_t at;
  if (!take_mark(u, &at)) return false;
  if ((u->stack_size - at) % 2) return raise(unpickling_error(), "odd number of items for DICT");
  Ref items = take_list(u, at), dict = make_dict();
  if (!items || !dict) return false;
  for (size_t i = 0; i + 1 < list_size(items); i += 2)
    if (!dict_set(dict, list_at(items, i), list_at(items, i + 1))) return false;
  return push(u, std::move(dict));
}

// Whether attributes may go to the instance directly: its __dict__ is the ordinary one.
static bool ordinary_dict(Value o) {
  if (!o.is_heap() || !has_attr_area(shape_of(o)) || !(type_of(o)->flags & kTypeHasDictAttr)) return false;
  Value d = type_lookup(type_of(o), TAIPAN_NAME(__dict__));
  return d && has_shape(d, kShapeGetSetDescriptor);
}
static bool load_build(Unpickler* u) {
  if (u->stack_size < u->fence + 2) return underflow(u);
  Ref st = pop(u), object = Ref::dup(top(u)), slots;
  Ref setstate = get_attr_opt(object, TAIPAN_NAME(__setstate__));
  if (!setstate) return false;
  if (setstate.get() != kMissing) return static_cast<bool>(call(setstate, st));
  if (is_tuple(st) && tuple_size(st) == 2) {
    slots = Ref::dup(tuple_at(st, 1));
    st = Ref::dup(tuple_at(st, 0));
  }
  if (st.get() != kNone) {
    if (!is_dict(st)) return raise(unpickling_error(), "state is not a dictionary");
    size_t pos = 0, left = dict_size(st);
    Value k, v;
    if (ordinary_dict(object) && st.as<Dict>()->table->str_only && !gc::parallel) {
      while (left-- && dict_next(st, &pos, &k, &v)) {
        Ref keep, value = Ref::dup(v);
        Str* name = interned_name(k.as<Str>(), &keep);
        if (!name || !instance_set(object.get().header(), name, value)) return false;
      }
    } else {
      Ref dict = get_attr(object, TAIPAN_NAME(__dict__));
      if (!dict) return false;
      Ref items = dict_items_list(st);
      if (!items) return false;
      for (size_t i = 0; i < list_size(items); i++) {
        Ref key = Ref::dup(tuple_at(list_at(items, i), 0)), value = Ref::dup(tuple_at(list_at(items, i), 1));
        if (is_str_exact(key)) key = intern(std::move(key));
        if (!key || !set_item(dict, key, value)) return false;
      }
    }
  }
  if (slots) {
    if (!is_dict(slots)) return raise(unpickling_error(), "slot state is not a dictionary");
    size_t pos = 0, left = dict_size(slots);
    Value k, v;
    while (left-- && dict_next(slots, &pos, &k, &v)) {
      Ref key = Ref::dup(k), value = Ref::dup(v);
      if (!is_str(key)) return raise(types::TypeError, "attribute name must be string, not '%.200T'", key.get());
      if (!set_attr(object, key.as<Str>(), value)) return false;
    }
  }
  return true;
}

// ---- the loop -----------------------------------------------------------------------------------------------------------------

static bool load_pop(Unpickler* u) {
  if (u->marks_size && u->marks[u->marks_size - 1] == u->stack_size) {
    drop_mark(u);
    return true;
  }
  return static_cast<bool>(pop(u));
}
static bool load_small_tuple(Unpickler* u, size_t n) {
  if (u->stack_size < u->fence + n) return underflow(u);
  return push_result(u, take_tuple(u, u->stack_size - n));
}
static bool load_frame(Unpickler* u) {
  const uint8_t* p;
  if (!read(u, 8, &p)) return false;
  uint64_t n = little(p, 8);
  if (n > static_cast<uint64_t>(INT64_MAX))
    return raise(types::OverflowError, "FRAME length exceeds system's maximum of %zu bytes",
                 static_cast<size_t>(INT64_MAX));
  if (!read(u, n, &p)) return false;
  u->in_pos -= n;  // now it is all at hand
  return true;
}
static bool text_index(Unpickler* u, int64_t* index) {
  std::string_view line;
  if (!nonempty_line(u, &line)) return false;
  std::string text(line);
  Ref v = int_from_text(text, 10);
  if (v) return to_ssize(v, index, types::OverflowError);
  if (error_occurred()) return false;
  Ref s = decode_latin1(text + "\n");
  return s && raise(types::ValueError, "invalid literal for int() with base 10: %R", s.get());
}

Ref unpickler_load(Unpickler* u) {
  u->marks_size = 0;
  u->mark_set = false;
  u->fence = 0;
  u->proto = 0;
  shrink_to(u, 0);
  const uint8_t* p;
  size_t at;
  int64_t index;
  uint32_t steps = 0;
  for (;;) {
    if (TAIPAN_UNLIKELY(u->in_pos >= u->in_size)) {
      if (!read_input(u, 1, &p)) {
        if (error_matches(unpickling_error())) {
          clear_error();
          return raise(types::EOFError, "Ran out of input");
        }
        return nullptr;
      }
    } else {
      p = u->in + u->in_pos++;
    }
    if ((++steps & 0xFFFF) == 0) {
      uint8_t op = *p;
      if (!poll()) return nullptr;
      p = &op;
    }
    bool ok = true;
    uint8_t op = *p;
    switch (op) {
      case kNoneOp: ok = push(u, Ref::imm(kNone)); break;
      case kNewTrue: ok = push(u, Ref::imm(kTrue)); break;
      case kNewFalse: ok = push(u, Ref::imm(kFalse)); break;
      case kBinInt1: ok = read(u, 1, &p) && push(u, Ref::imm(Value::from_int(p[0]))); break;
      case kBinInt2:
        ok = read(u, 2, &p) && push(u, Ref::imm(Value::from_int(static_cast<int64_t>(little(p, 2)))));
        break;
      case kBinInt:
        ok = read(u, 4, &p) && push(u, Ref::imm(Value::from_int(static_cast<int32_t>(little(p, 4)))));
        break;
      case kInt: ok = load_text_int(u); break;
      case kLong: ok = load_text_long(u); break;
      case kLong1: ok = load_counted_long(u, 1); break;
      case kLong4: ok = load_counted_long(u, 4); break;
      case kFloat: ok = load_text_float(u); break;
      case kBinFloat: ok = load_binary_float(u); break;
      case kShortBinBytes: ok = load_counted_bytes(u, 1); break;
      case kBinBytes: ok = load_counted_bytes(u, 4); break;
      case kBinBytes8: ok = load_counted_bytes(u, 8); break;
      case kByteArray8: ok = load_bytearray(u); break;
      case kNextBuffer: ok = load_next_buffer(u); break;
      case kReadOnlyBuffer: ok = load_readonly_buffer(u); break;
      case kShortBinString: ok = load_counted_string(u, 1); break;
      case kBinString: ok = load_counted_string(u, 4); break;
      case kString: ok = load_text_string(u); break;
      case kUnicode: ok = load_text_unicode(u); break;
      case kShortBinUnicode: ok = load_counted_unicode(u, 1); break;
      case kBinUnicode: ok = load_counted_unicode(u, 4); break;
      case kBinUnicode8: ok = load_counted_unicode(u, 8); break;
      case kMark: ok = set_mark(u); break;
      case kPop: ok = load_pop(u); break;
      case kPopMark:
        ok = take_mark(u, &at);
        if (ok) shrink_to(u, at);
        break;
      case kDup: ok = top(u) ? push(u, Ref::dup(top(u))) : underflow(u); break;
      case kEmptyTuple: ok = push_result(u, make_tuple(size_t{0})); break;
      case kTuple1: ok = load_small_tuple(u, 1); break;
      case kTuple2: ok = load_small_tuple(u, 2); break;
      case kTuple3: ok = load_small_tuple(u, 3); break;
      case kTupleOp: ok = take_mark(u, &at) && push_result(u, take_tuple(u, at)); break;
      case kEmptyList: ok = push_result(u, make_list()); break;
      case kListOp: ok = take_mark(u, &at) && push_result(u, take_list(u, at)); break;
      case kEmptyDict: ok = push_result(u, make_dict()); break;
      case kDictOp: ok = load_dict(u); break;
      case kEmptySet: ok = push_result(u, make_set()); break;
      case kAddItems: ok = add_items(u); break;
      case kFrozenSetOp: {
        Ref items = take_mark(u, &at) ? take_list(u, at) : nullptr;
        ok = items && push_result(u, make_frozenset(items));
        break;
      }
      case kAppend: ok = u->stack_size ? append_items(u, u->stack_size - 1) : underflow(u); break;
      case kAppends: ok = take_mark(u, &at) && append_items(u, at); break;
      case kSetItem: ok = u->stack_size >= 2 ? set_items(u, u->stack_size - 2) : underflow(u); break;
      case kSetItems: ok = take_mark(u, &at) && set_items(u, at); break;
      case kGlobal: ok = load_text_global(u); break;
      case kStackGlobal: ok = load_stack_global(u); break;
      case kExt1: ok = load_extension(u, 1); break;
      case kExt2: ok = load_extension(u, 2); break;
      case kExt4: ok = load_extension(u, 4); break;
      case kInst: ok = load_inst(u); break;
      case kObj: ok = load_obj(u); break;
      case kNewObj: ok = load_new(u, false); break;
      case kNewObjEx: ok = load_new(u, true); break;
      case kReduce: ok = load_reduce(u); break;
      case kBuild: ok = load_build(u); break;
      case kPersId: ok = load_persistent(u, false); break;
      case kBinPersId: ok = load_persistent(u, true); break;
      case kGet: ok = text_index(u, &index) && memo_load(u, static_cast<uint64_t>(index)); break;
      case kBinGet: ok = read(u, 1, &p) && memo_load(u, p[0]); break;
      case kLongBinGet: ok = read(u, 4, &p) && memo_load(u, little(p, 4)); break;
      case kPut:
        ok = text_index(u, &index);
        if (ok && index < 0)
          ok = top(u) ? raise(types::ValueError, "negative PUT argument") : underflow(u);
        else
          ok = ok && memoize(u, static_cast<size_t>(index));
        break;
      case kBinPut: ok = read(u, 1, &p) && memoize(u, p[0]); break;
      case kLongBinPut: ok = read(u, 4, &p) && memoize(u, little(p, 4)); break;
      case kMemoize: ok = memoize(u, u->memo_used); break;
      case kProto:
        ok = read(u, 1, &p);
        if (ok && *p > kHighestProtocol)
          ok = raise(types::ValueError, "unsupported pickle protocol: %d", static_cast<int>(*p));
        if (ok) u->proto = *p;
        break;
      case kFrame: ok = load_frame(u); break;
      case kStop: {
        if (!skip_consumed(u)) return nullptr;
        return pop(u);
      }
      default:
        if (op >= 0x20 && op < 0x7F && op != '\'' && op != '\\')
          return raise(unpickling_error(), "invalid load key, '%c'.", static_cast<int>(op));
        return raise(unpickling_error(), "invalid load key, '\\x%02x'.", static_cast<unsigned>(op));
    }
    if (TAIPAN_UNLIKELY(!ok)) return nullptr;
  }
}

}  // namespace taipan::pickle
