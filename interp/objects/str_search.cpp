// Searching within str: brings both texts to the same width, then unit_search.h.
#include "interp/objects/abstract.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/unit_search.h"

namespace taipan {

namespace {
// The units of sub widened to T; on the native stack if short.
template <class T>
class Widened {
 public:
  explicit Widened(const Str* s) {
    if (s->kind == sizeof(T)) {
      p_ = static_cast<const T*>(s->data());
      return;
    }
    T* to = small_;
    if (s->length > kSmall) to = heap_ = static_cast<T*>(gc::raw_alloc(s->length * sizeof(T)));
    if (!to) return;
    with_units(s, [&](auto* from) { copy_units(to, from, s->length); });
    p_ = to;
  }
  ~Widened() {
    if (heap_) gc::raw_free(heap_);
  }
  Widened(const Widened&) = delete;
  const T* data() const { return p_; }  // null: out of memory (then "not found" is as good an answer as any)

 private:
  static constexpr size_t kSmall = 128;
  T small_[kSmall];
  T* heap_ = nullptr;
  const T* p_ = nullptr;
};

template <class F>
auto with_same_units(const Str* s, const Str* sub, F f) {
  return with_units(s, [&](auto* h) {
    using T = std::remove_const_t<std::remove_reference_t<decltype(*h)>>;
    if (sub->kind == sizeof(T)) return f(h, static_cast<const T*>(sub->data()));
    Widened<T> w(sub);
    return f(h, w.data());
  });
}
}  // namespace

int64_t str_find_char(const Str* s, uint32_t c, size_t start, size_t end) {
  if (start >= end || (s->kind != 4 && (c >> (8 * s->kind)) != 0)) return -1;
  int64_t r = with_units(s, [&](auto* p) {
    return find_unit(p + start, end - start, static_cast<std::remove_cv_t<std::remove_reference_t<decltype(*p)>>>(c));
  });
  return r < 0 ? -1 : r + static_cast<int64_t>(start);
}
int64_t str_rfind_char(const Str* s, uint32_t c, size_t start, size_t end) {
  if (start >= end || (s->kind != 4 && (c >> (8 * s->kind)) != 0)) return -1;
  int64_t r = with_units(s, [&](auto* p) {
    return rfind_unit(p + start, end - start, static_cast<std::remove_cv_t<std::remove_reference_t<decltype(*p)>>>(c));
  });
  return r < 0 ? -1 : r + static_cast<int64_t>(start);
}

int64_t str_find(const Str* s, const Str* sub, size_t start, size_t end) {
  if (start > end || sub->length > end - start || sub->kind > s->kind || (s->ascii && !sub->ascii)) return -1;
  if (sub->length == 0) return static_cast<int64_t>(start);
  if (sub->length == 1) return str_find_char(s, sub->at(0), start, end);
  int64_t r = with_same_units(
      s, sub, [&](auto* h, auto* x) { return x ? find_units(h + start, end - start, x, sub->length) : -1; });
  return r < 0 ? -1 : r + static_cast<int64_t>(start);
}
int64_t str_rfind(const Str* s, const Str* sub, size_t start, size_t end) {
  if (start > end || sub->length > end - start || sub->kind > s->kind || (s->ascii && !sub->ascii)) return -1;
  if (sub->length == 0) return static_cast<int64_t>(end);
  if (sub->length == 1) return str_rfind_char(s, sub->at(0), start, end);
  int64_t r = with_same_units(
      s, sub, [&](auto* h, auto* x) { return x ? rfind_units(h + start, end - start, x, sub->length) : -1; });
  return r < 0 ? -1 : r + static_cast<int64_t>(start);
}
size_t str_count(const Str* s, const Str* sub, size_t start, size_t end, size_t max) {
  if (start > end || sub->length > end - start) return 0;
  if (sub->length == 0) return end - start + 1 < max ? end - start + 1 : max;
  if (sub->kind > s->kind || (s->ascii && !sub->ascii)) return 0;
  return with_same_units(
      s, sub, [&](auto* h, auto* x) { return x ? count_units(h + start, end - start, x, sub->length, max) : 0; });
}

int str_contains(Value s, Value sub) {
  if (!is_str(sub)) return raise(types::TypeError, "'in <string>' requires string as left operand, not %T", sub);
  return str_find(str_ptr(s), str_ptr(sub), 0, str_ptr(s)->length) >= 0;
}

}  // namespace taipan
