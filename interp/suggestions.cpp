// The nearest name by edit distance, under the limits that CPython uses: an exchanged letter costs two, a changed case one, a third of the
// letters may differ.
#include "interp/suggestions.h"
#include <algorithm>
#include "interp/objects/abstract.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/frame.h"
#include "interp/objects/list.h"
#include "interp/objects/str.h"

namespace taipan {

namespace {

constexpr size_t kMaxCandidates = 750, kMaxLength = 40, kMove = 2, kCase = 1;

size_t letter_cost(uint32_t a, uint32_t b) {
  if ((a & 31) != (b & 31)) return kMove;
  if (a == b) return 0;
  if (a >= 'A' && a <= 'Z') a += 'a' - 'A';
  if (b >= 'A' && b <= 'Z') b += 'a' - 'A';
  return a == b ? kCase : kMove;
}

// The distance, or more than limit as soon as it is sure to be.
size_t distance(std::string_view a, std::string_view b, size_t limit) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) a.remove_prefix(1), b.remove_prefix(1);
  while (!a.empty() && !b.empty() && a.back() == b.back()) a.remove_suffix(1), b.remove_suffix(1);
  if (a.empty() || b.empty()) return (a.size() + b.size()) * kMove;
  if (a.size() > kMaxLength || b.size() > kMaxLength) return limit + 1;
  if (b.size() < a.size()) std::swap(a, b);
  if ((b.size() - a.size()) * kMove > limit) return limit + 1;
  size_t row[kMaxLength];
  for (size_t i = 0; i < a.size(); i++) row[i] = (i + 1) * kMove;
  size_t result = 0;
  for (size_t j = 0; j < b.size(); j++) {
    size_t diagonal = j * kMove, least = ~size_t{0};
    result = diagonal;
    for (size_t i = 0; i < a.size(); i++) {
      size_t exchange = diagonal + letter_cost(static_cast<uint8_t>(b[j]), static_cast<uint8_t>(a[i]));
      diagonal = row[i];
      result = std::min(std::min(result, diagonal) + kMove, exchange);
      row[i] = result;
      least = std::min(least, result);
    }
    if (least > limit) return limit + 1;
  }
  return result;
}

Ref nearest(Value candidates, Value name) {
  if (!is_list(candidates) || list_size(candidates) >= kMaxCandidates) return nullptr;
  std::string wanted = utf8_lossy(name);
  size_t best = ~size_t{0};
  Ref found;
  for (size_t i = 0; i < list_size(candidates); i++) {
    Value item = list_at(candidates, i);
    if (!is_str(item)) continue;
    std::string text = utf8_lossy(item);
    if (text == wanted) continue;
    size_t limit = std::min((wanted.size() + text.size() + 3) * kMove / 6, best - 1);
    size_t d = distance(wanted, text, limit);
    if (d > limit) continue;
    if (!found || d < best) {
      found = Ref::dup(item);
      best = d;
    }
  }
  return found;
}

Ref for_attribute(Value exc) {
  auto* e = exc.as<AttributeErrorExc>();
  if (!e->name || !e->object || !is_str(e->name)) return nullptr;
  Ref dir = import_attr("builtins", "dir");
  Ref names = dir ? call(dir, e->object) : Ref();
  return names ? nearest(names, e->name) : Ref();
}

Ref for_name(Value exc) {
  auto* e = exc.as<NameErrorExc>();
  if (!e->name || !is_str(e->name) || !e->traceback || !has_shape(e->traceback, kShapeTraceback)) return nullptr;
  auto* tb = e->traceback.as<Traceback>();
  while (tb->next && tb->next != kNone) tb = tb->next.as<Traceback>();
  const Frame* frame = tb->frame.as<PyFrame>()->frame;
  if (!frame) return nullptr;
  Value places[] = {frame->code->varnames, frame->globals, frame->builtins};
  for (Value place : places) {
    if (!place) continue;
    Ref names = iterable_to_list(place);
    Ref hit = names ? nearest(names, e->name) : Ref();
    if (hit || !names) return hit;
  }
  return nullptr;
}

}  // namespace

Ref suggestion_for(Value exc) {
  Ref r = type_of(exc) == types::AttributeError ? for_attribute(exc)
          : type_of(exc) == types::NameError    ? for_name(exc)
                                                : Ref();
  clear_error();
  return r;
}

}  // namespace taipan
