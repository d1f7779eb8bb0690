// Subject and Engine: the text of any kind, and the matcher for it.
#include "interp/modules/sre/pattern.h"
#include "interp/objects/abstract.h"
#include "interp/objects/int.h"
#include "interp/objects/str_impl.h"

namespace taipan::sre {

bool Subject::open(Value v, const Pattern* pattern) {
  string = v;
  if (is_str(v)) {
    const Str* s = str_ptr(v);
    kind = s->kind;
    data = s->data();
    length = static_cast<int64_t>(s->length);
    if (pattern && pattern->is_bytes > 0)
      return raise(types::TypeError, "cannot use a bytes pattern on a string-like object");
    return true;
  }
  if (!has_buffer(v)) return raise(types::TypeError, "expected string or bytes-like object, got '%.200T'", v);
  if (!get_buffer(v, &buffer_, kBufSimple)) {
    if (!error_matches(types::BufferError)) return false;
    clear_error();
    return raise(types::TypeError, "expected string or bytes-like object, got '%.200T'", v);
  }
  open_ = true;
  is_bytes = true;
  data = buffer_.data;
  length = buffer_.len;
  if (pattern && pattern->is_bytes == 0)
    return raise(types::TypeError, "cannot use a string pattern on a bytes-like object");
  return true;
}
Ref Subject::slice(int64_t start, int64_t end) const {
  if (start < 0 || end < start) start = end = 0;
  if (start > length) start = length;
  if (end > length) end = length;
  if (!is_bytes) return str_substring(string, static_cast<size_t>(start), static_cast<size_t>(end));
  if (is_bytes_exact(string) && start == 0 && end == length) return Ref::dup(string);
  return make_bytes(static_cast<const uint8_t*>(data) + start, static_cast<size_t>(end - start));
}

Engine::Engine(const Pattern* p, const Subject& s, int64_t end) : kind_(s.kind), base_(s.data) {
  static_assert(sizeof(Matcher<uint8_t>) == sizeof(Matcher<uint32_t>) &&
                sizeof(Matcher<uint16_t>) == sizeof(Matcher<uint32_t>));
  size_t groups = static_cast<size_t>(p->groups);
  switch (kind_) {
    case 1:
      new (storage_) Matcher<uint8_t>(p->program, groups, static_cast<const uint8_t*>(base_),
                                      static_cast<const uint8_t*>(base_) + end);
      break;
    case 2:
      new (storage_) Matcher<uint16_t>(p->program, groups, static_cast<const uint16_t*>(base_),
                                       static_cast<const uint16_t*>(base_) + end);
      break;
    default:
      new (storage_) Matcher<uint32_t>(p->program, groups, static_cast<const uint32_t*>(base_),
                                       static_cast<const uint32_t*>(base_) + end);
      break;
  }
}
Engine::~Engine() {
  with([](auto& m, auto*) {
    using M = std::remove_reference_t<decltype(m)>;
    m.~M();
  });
}
bool Engine::init() {
  return with([](auto& m, auto*) { return m.init(); });
}
int Engine::match(int64_t at) {
  return with([at](auto& m, auto* base) { return m.match(base + at); });
}
int Engine::fullmatch(int64_t at) {
  return with([at](auto& m, auto* base) { return m.fullmatch(base + at); });
}
int Engine::search(int64_t at) {
  return with([at](auto& m, auto* base) { return m.search(base + at); });
}
void Engine::set_must_advance(bool b) {
  with([b](auto& m, auto*) { m.must_advance = b; });
}
int64_t Engine::start() const {
  return with([](auto& m, auto* base) { return static_cast<int64_t>(m.start - base); });
}
int64_t Engine::end() const {
  return with([](auto& m, auto* base) { return static_cast<int64_t>(m.ptr - base); });
}
int64_t Engine::mark(size_t i) const {
  return with([i](auto& m, auto* base) { return m.mark(i) ? static_cast<int64_t>(m.mark(i) - base) : int64_t{-1}; });
}
int64_t Engine::last_index() const {
  return with([](auto& m, auto*) { return m.last_index; });
}

bool position_of(Value v, int64_t* out) {
  if (v.is_null()) return true;
  if (v.is_int()) {
    *out = v.as_int();
    return true;
  }
  Ref i = to_index(v);
  if (!i) return false;
  if (!int_fits64(i, out)) return raise(types::OverflowError, "Python int too large to convert to C ssize_t");
  return true;
}
bool clamp_range(const Subject& s, int64_t* pos, int64_t* endpos) {
  if (*pos < 0)
    *pos = 0;
  else if (*pos > s.length)
    *pos = s.length;
  if (*endpos < 0)
    *endpos = 0;
  else if (*endpos > s.length)
    *endpos = s.length;
  return true;
}

}  // namespace taipan::sre
