// _elementtree: elements and their iterators.
#include "interp/objects/runtime_lock.h"
#include "interp/objects/slice.h"
#include "interp/shared/_elementtree/etree.h"

namespace taipan::etree {

TypeObject *element_type, *element_iterator_type;

namespace {

size_t child_count(const Element* e) {
  Value children = gc::load(&e->children);
  return children ? list_size(children) : 0;
}
// Null without an exception where it has no such child any more.
static Ref child_at(const Element* e, size_t i) {
  Value children = gc::load(&e->children);
  return children ? list_get(children, i) : Ref();
}
bool require_element(Value v, const char* function, int position) {
  if (is_element(v)) return true;
  if (position)
    return raise(types::TypeError, "%s() argument %d must be xml.etree.ElementTree.Element, not %.50s", function,
                 position, argument_kind(v));
  return raise(types::TypeError, "%s() argument must be xml.etree.ElementTree.Element, not %.50s", function,
               argument_kind(v));
}
// What an element alone holds others find in it without having counted it: it is told that it isn't one thread's.
Ref found_by_others(Ref list_or_dict) {
  if (list_or_dict) gc::publish(list_or_dict.as<Header>());
  return list_or_dict;
}
bool ensure_children(Element* e) {
  if (e->children) return true;
  Ref list = make_list();
  if (!list) return false;
  gc::store(&e->h, &e->children, found_by_others(std::move(list)));
  return true;
}
bool ensure_attrib(Element* e) {
  if (e->attrib) return true;
  Ref dict = make_dict();
  if (!dict) return false;
  gc::store(&e->h, &e->attrib, found_by_others(std::move(dict)));
  return true;
}

// ---- construction

// The attributes of Element(tag, attrib, **extra) and SubElement(parent, tag, attrib, **extra): a dict of their own, or null where there are
// none (*ok false: an exception is set).
Ref collect_attrib(const char* function, RawArgs raw, size_t tag_at, bool* ok) {
  *ok = false;
  size_t most = tag_at + 2;
  if (raw.n <= tag_at)
    return raise(types::TypeError, "%s() takes at least %zu argument%s (%zu given)", function, tag_at + 1,
                 tag_at ? "s" : "", raw.n);
  if (raw.n > most)
    return raise(types::TypeError, "%s() takes at most %zu arguments (%zu given)", function, most, raw.n);
  Ref attrib;
  if (raw.n == most) {
    Value given = raw.v[most - 1];
    if (!is_dict(given))
      return raise(types::TypeError, "%s() argument %zu must be dict, not %.50s", function, most, argument_kind(given));
    attrib = dict_copy(given);
    if (!attrib) return nullptr;
  }
  size_t keywords = raw.kwnames ? tuple_size(raw.kwnames) : 0;
  for (size_t i = 0; i < keywords && raw.n != most; i++) {
    if (!str_eq_ascii(tuple_at(raw.kwnames, i), "attrib")) continue;
    Value given = raw.v[raw.n + i];
    if (!is_dict(given)) return raise(types::TypeError, "attrib must be dict, not %.100T", given);
    attrib = dict_copy(given);
    if (!attrib) return nullptr;
  }
  for (size_t i = 0; i < keywords; i++) {
    Value name = tuple_at(raw.kwnames, i);
    if (raw.n != most && str_eq_ascii(name, "attrib")) continue;
    if (!attrib) attrib = make_dict();
    if (!attrib || !dict_set(attrib, name, raw.v[raw.n + i])) return nullptr;
  }
  *ok = true;
  return attrib;
}

Element* allocate(TypeObject* cls) {
  auto* e = alloc_instance_as<Element>(cls);
  if (e) e->tag = e->text = e->tail = kNone;
  return e;
}
Ref element_new(TypeObject* cls, RawArgs) {
  Element* e = allocate(cls);
  return e ? Ref::steal(e) : Ref();
}
bool element_init(Value self, RawArgs raw) {
  bool ok;
  Ref attrib = collect_attrib("Element", raw, 0, &ok);
  if (!ok) return false;
  Element* e = element_of(self);
  gc::store(&e->h, &e->attrib, found_by_others(std::move(attrib)));
  gc::store(&e->h, &e->tag, Ref::dup(raw.v[0]));
  gc::store(&e->h, &e->text, Ref::imm(kNone));
  gc::store(&e->h, &e->tail, Ref::imm(kNone));
  return true;
}

void element_trace(Header* h, gc::Visitor& v) {
  auto* e = reinterpret_cast<Element*>(h);
  v.visit(e->tag);
  v.visit(e->text);
  v.visit(e->tail);
  v.visit(e->attrib);
  v.visit(e->children);
}
void element_clear_fields(Header* h) {
  auto* e = reinterpret_cast<Element*>(h);
  for (Value* slot : {&e->text, &e->tail, &e->attrib, &e->children, &e->tag}) Ref old = gc::take(h, slot);
}
void element_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  element_clear_fields(h);
  finish_dealloc(h);
}

// ---- children

Ref element_append(Args& a) {
  if (!require_element(a[0], "append", 0)) return nullptr;
  return add_child(element_of(a.self), a[0]) ? Ref::imm(kNone) : Ref();
}
// A list or tuple of the items of what was given for several children.
Ref sequence_of_elements(Value v) {
  if (is_list_exact(v) || is_tuple_exact(v)) return Ref::dup(v);
  Ref items = iterable_to_list(v);
  if (!items && error_matches(types::TypeError)) {
    clear_error();
    raise(types::TypeError, "expected sequence, not \"%.200T\"", v);
  }
  return items;
}
bool all_elements(Value list) {
  for (size_t i = 0; i < list_size(list); i++) {
    if (!is_element(list_at(list, i)))
      return raise(types::TypeError, "expected an Element, not \"%.200T\"", list_at(list, i));
  }
  return true;
}
Ref element_extend(Args& a) {
  Element* e = element_of(a.self);
  Ref items = sequence_of_elements(a[0]), list = items ? iterable_to_list(items) : Ref();
  if (!list) return nullptr;
  // Those before the first that is no element are added.
  for (size_t i = 0; i < list_size(list); i++) {
    Ref item = list_get(list, i);
    if (!item) break;
    if (!is_element(item)) return raise(types::TypeError, "expected an Element, not \"%.200T\"", item.get());
    if (!add_child(e, item)) return nullptr;
  }
  return Ref::imm(kNone);
}
Ref element_insert(Args& a) {
  Element* e = element_of(a.self);
  int64_t at;
  if (!to_c_ssize(a[0], &at) || !require_element(a[1], "insert", 2) || !ensure_children(e)) return nullptr;
  auto n = static_cast<int64_t>(list_size(e->children));
  if (at < 0) at = at + n < 0 ? 0 : at + n;
  return list_insert(e->children, at > n ? n : at, a[1]) ? Ref::imm(kNone) : Ref();
}
Ref element_remove(Args& a) {
  Element* e = element_of(a.self);
  if (!require_element(a[0], "remove", 0)) return nullptr;
  for (int pass = 0; pass < 2; pass++) {
    for (size_t i = 0; i < child_count(e); i++) {
      Ref child = child_at(e, i);
      if (!child) break;
      int same = pass == 0 ? child.get() == a[0] : values_equal(child, a[0]);
      if (same < 0) return nullptr;
      if (!same) continue;
      if (i < child_count(e)) Ref old = list_pop(e->children, i);
      return Ref::imm(kNone);
    }
  }
  return raise(types::ValueError, "list.remove(x): x not in list");
}

int64_t element_length(Value self) { return static_cast<int64_t>(child_count(element_of(self))); }
bool child_index(Element* e, Value key, size_t* at, const char* message) {
  int64_t i;
  if (!to_ssize(key, &i, types::IndexError)) return false;
  auto n = static_cast<int64_t>(child_count(e));
  if (i < 0) i += n;
  if (i < 0 || i >= n) return raise(types::IndexError, message);
  *at = static_cast<size_t>(i);
  return true;
}
Ref element_get_item(Value self, Value key) {
  Element* e = element_of(self);
  if (has_index(key)) {
    size_t at;
    if (!child_index(e, key, &at, "child index out of range")) return nullptr;
    return list_get(e->children, at);
  }
  if (!is_instance_exact_type(key, types::Slice)) return raise(types::TypeError, "element indices must be integers");
  if (!e->children) {
    int64_t start, stop, step, n;
    return slice_unpack(key, 0, &start, &stop, &step, &n) ? make_list() : Ref();
  }
  Ref keep = Ref::dup(e->children);
  return get_item(keep, key);
}
bool element_set_slice(Element* e, Value key, Value value) {
  Ref list;
  if (value) {
    Ref items = sequence_of_elements(value);
    list = items ? iterable_to_list(items) : Ref();
    if (!list || !all_elements(list)) return false;
  } else if (!e->children) {
    int64_t start, stop, step, n;
    return slice_unpack(key, 0, &start, &stop, &step, &n);
  }
  if (!ensure_children(e)) return false;
  Ref keep = Ref::dup(e->children);
  return value ? set_item(keep, key, list) : del_item(keep, key);
}
bool element_set_item(Value self, Value key, Value value) {
  Element* e = element_of(self);
  if (is_instance_exact_type(key, types::Slice)) return element_set_slice(e, key, value);
  if (!has_index(key)) return raise(types::TypeError, "element indices must be integers");
  size_t at;
  if (!child_index(e, key, &at, "child assignment index out of range")) return false;
  if (!value) {
    Ref old = list_pop(e->children, at);
    return static_cast<bool>(old);
  }
  if (!is_element(value)) return raise(types::TypeError, "expected an Element, not \"%.200T\"", value);
  return list_set(e->children, at, Ref::dup(value));
}
Ref element_clear(Args& a) {
  Element* e = element_of(a.self);
  Ref attrib = gc::take(&e->h, &e->attrib), children = gc::take(&e->h, &e->children);
  Ref text = gc::exchange(&e->h, &e->text, Ref::imm(kNone)), tail = gc::exchange(&e->h, &e->tail, Ref::imm(kNone));
  return Ref::imm(kNone);
}

// ---- attributes

Ref element_get(Args& a) {
  Element* e = element_of(a.self);
  Value otherwise = a.get(1, kNone);
  if (!e->attrib) return Ref::dup(otherwise);
  Ref keep = Ref::dup(e->attrib), found = dict_get_ref(keep, a[0]);
  return found && found.get() == kMissing ? Ref::dup(otherwise) : std::move(found);
}
Ref element_set(Args& a) {
  Element* e = element_of(a.self);
  if (!ensure_attrib(e)) return nullptr;
  Ref keep = Ref::dup(e->attrib);
  return dict_set(keep, a[0], a[1]) ? Ref::imm(kNone) : Ref();
}
Ref element_items(Args& a) {
  Element* e = element_of(a.self);
  return e->attrib ? dict_items_list(e->attrib) : make_list();
}
Ref element_keys(Args& a) {
  Element* e = element_of(a.self);
  return e->attrib ? dict_keys_list(e->attrib) : make_list();
}
template <Value Element::* kField>
Ref get_field(Value self) {
  Value v = gc::load(&(element_of(self)->*kField));
  return v ? Ref::dup(v) : Ref::imm(kNone);
}
bool cannot_delete() { return raise(types::AttributeError, "can't delete element attribute"); }
template <Value Element::* kField>
bool set_field(Value self, Value v) {
  if (!v) return cannot_delete();
  Element* e = element_of(self);
  gc::store(&e->h, &(e->*kField), Ref::dup(v));
  return true;
}
Ref get_attrib(Value self) {
  Element* e = element_of(self);
  return ensure_attrib(e) ? Ref::dup(e->attrib) : Ref();
}
bool set_attrib(Value self, Value v) {
  if (!v) return cannot_delete();
  if (!is_dict(v)) return raise(types::TypeError, "attrib must be dict, not %.200T", v);
  Element* e = element_of(self);
  gc::store(&e->h, &e->attrib, Ref::dup(v));
  return true;
}

// ---- searching

// Whether a tag is more than the name of a child: a path for the module ElementPath.
bool is_path(Value tag) {
  if (!is_str(tag)) return true;
  auto* s = tag.as<Str>();
  if (s->length >= 3 && s->at(0) == '{' && (s->at(1) == '}' || (s->at(1) == '*' && s->at(2) == '}'))) return true;
  bool outside = true;
  for (size_t i = 0; i < s->length; i++) {
    uint32_t c = s->at(i);
    if (c == '{')
      outside = false;
    else if (c == '}')
      outside = true;
    else if (outside && (c == '/' || c == '*' || c == '[' || c == '@' || c == '.'))
      return true;
  }
  return false;
}
Ref by_path(const char* function, Args& a, size_t n) {
  Ref f = import_attr("xml.etree.ElementPath", function);
  if (!f) return nullptr;
  Value args[4] = {a.self, a[0], a.get(1, kNone), n > 3 ? a.get(2, kNone) : Value()};
  return call_array(f, args, n);
}
// The next child from *at on whose tag equals; null with *failed unset: there is none.
Ref next_match(Element* e, Value tag, size_t* at, bool* failed) {
  *failed = false;
  while (*at < child_count(e)) {
    Ref child = child_at(e, (*at)++);
    if (!child) break;
    if (!is_element(child)) continue;
    Ref child_tag = Ref::dup(gc::load(&element_of(child)->tag));
    int same = child_tag.get() == tag                         ? 1
               : is_str_exact(child_tag) && is_str_exact(tag) ? str_eq(child_tag.as<Str>(), tag.as<Str>())
                                                              : values_equal(child_tag, tag);
    if (same > 0) return child;
    if (same < 0) {
      *failed = true;
      break;
    }
  }
  return nullptr;
}
bool plain_search(Args& a, size_t namespaces_at) { return a.get(namespaces_at, kNone) == kNone && !is_path(a[0]); }
Ref element_find(Args& a) {
  if (!plain_search(a, 1)) return by_path("find", a, 3);
  size_t at = 0;
  bool failed;
  Ref found = next_match(element_of(a.self), a[0], &at, &failed);
  return found || failed ? std::move(found) : Ref::imm(kNone);
}
Ref element_findtext(Args& a) {
  if (!plain_search(a, 2)) return by_path("findtext", a, 4);
  size_t at = 0;
  bool failed;
  Ref found = next_match(element_of(a.self), a[0], &at, &failed);
  if (!found) return failed ? Ref() : Ref::dup(a.get(1, kNone));
  Value text = gc::load(&element_of(found)->text);  // (whose lock isn't held here)
  return text && text != kNone ? Ref::dup(text) : empty_str();
}
Ref element_findall(Args& a) {
  if (!plain_search(a, 1)) return by_path("findall", a, 3);
  Ref all = make_list();
  size_t at = 0;
  while (all) {
    bool failed;
    Ref found = next_match(element_of(a.self), a[0], &at, &failed);
    if (failed) return nullptr;
    if (!found) break;
    if (!list_append(all, std::move(found))) return nullptr;
  }
  return all;
}
Ref element_iterfind(Args& a) { return by_path("iterfind", a, 3); }

// ---- copies

Ref element_makeelement(Args& a) {
  if (!is_dict(a[1]))
    return raise(types::TypeError, "makeelement() argument 2 must be dict, not %.50s", argument_kind(a[1]));
  Ref attrib = dict_copy(a[1]);
  return attrib ? make_element(a[0], attrib) : Ref();
}
Ref element_copy(Args& a) {
  Element* e = element_of(a.self);
  Ref keep_attrib = Ref::dup(gc::load(&e->attrib)), tag = Ref::dup(gc::load(&e->tag));
  Ref fresh = make_element(tag, keep_attrib);
  if (!fresh) return nullptr;
  Element* f = element_of(fresh);
  gc::store(&f->h, &f->text, Ref::dup(gc::load(&e->text)));
  gc::store(&f->h, &f->tail, Ref::dup(gc::load(&e->tail)));
  if (Ref held = Ref::dup(gc::load(&e->children)); held && list_size(held)) {
    Ref children = iterable_to_list(held);
    if (!children) return nullptr;
    gc::store(&f->h, &f->children, found_by_others(std::move(children)));
  }
  return fresh;
}
Ref deep_copy_element(Element* e, Value memo);
Ref deep_copy(Value v, Value memo) {
  if (!v.is_heap() || is_str_exact(v)) return Ref::dup(v);
  if (type_of(v) == element_type) return deep_copy_element(element_of(v), memo);
  if (is_dict_exact(v)) {
    bool simple = true;
    size_t pos = 0;
    Value key, value;
    while (dict_next(v, &pos, &key, &value)) simple = simple && is_str_exact(key) && is_str_exact(value);
    if (simple) return dict_copy(v);
  }
  Ref f = import_attr("copy", "deepcopy");
  return f ? call(f, v, memo) : Ref();
}
Ref deep_copy_element(Element* e, Value memo) {
  RecursionScope scope(" while deep-copying an Element");
  if (!scope.ok()) return nullptr;
  Ref keep = Ref::dup(Value(e));
  auto copied = [&](Value v) {
    Ref held = Ref::dup(v);
    return deep_copy(held, memo);
  };
  Ref tag = copied(gc::load(&e->tag)), attrib = tag && gc::load(&e->attrib) ? copied(gc::load(&e->attrib)) : Ref();
  if (!tag || (!attrib && error_occurred())) return nullptr;
  Ref fresh = make_element(tag, attrib);
  if (!fresh) return nullptr;
  Element* f = element_of(fresh);
  Ref text = copied(gc::load(&e->text)), tail = text ? copied(gc::load(&e->tail)) : Ref();
  if (!tail) return nullptr;
  gc::store(&f->h, &f->text, std::move(text));
  gc::store(&f->h, &f->tail, std::move(tail));
  for (size_t i = 0; i < child_count(e); i++) {
    Ref child = child_at(e, i);
    if (!child) break;
    Ref twin = copied(child);
    if (!twin) return nullptr;
    if (!is_element(twin)) return raise(types::TypeError, "expected an Element, not \"%.200T\"", twin.get());
    if (!add_child(f, twin)) return nullptr;
  }
  Ref key = make_int(static_cast<int64_t>(reinterpret_cast<uintptr_t>(e)));
  return set_item(memo, key, fresh) ? std::move(fresh) : Ref();
}
Ref element_deepcopy(Args& a) {
  if (!is_dict(a[0]))
    return raise(types::TypeError, "__deepcopy__() argument must be dict, not %.50s", argument_kind(a[0]));
  return deep_copy_element(element_of(a.self), a[0]);
}
Ref element_sizeof(Args& a) {
  Element* e = element_of(a.self);
  constexpr size_t kBare = 56, kExtra = 64, kIncluded = 4;  // as elsewhere: tests compute with them
  size_t size = kBare;
  if (e->attrib || e->children) size += kExtra;
  if (child_count(e) > kIncluded) size += e->children.as<List>()->capacity * sizeof(Value);
  return make_int(static_cast<int64_t>(size));
}
Ref element_getstate(Args& a) {
  Element* e = element_of(a.self);
  Ref held = Ref::dup(gc::load(&e->children));
  Ref state = make_dict(), children = held ? iterable_to_list(held) : make_list();
  Ref attrib = get_attrib(a.self);
  if (!state || !children || !attrib || !dict_set_cstr(state, "tag", e->tag) ||
      !dict_set_cstr(state, "_children", children) || !dict_set_cstr(state, "attrib", attrib) ||
      !dict_set_cstr(state, "text", e->text) || !dict_set_cstr(state, "tail", e->tail))
    return nullptr;
  return state;
}
Ref element_setstate(Args& a) {
  if (!is_dict_exact(a[0])) return raise(types::TypeError, "Don't know how to unpickle \"%.200R\" as an Element", a[0]);
  Element* e = element_of(a.self);
  static constexpr const char* kKeys[] = {"tag", "_children", "attrib", "text", "tail"};
  size_t pos = 0;
  Value key, value;
  while (dict_next(a[0], &pos, &key, &value)) {
    bool known = false;
    for (const char* k : kKeys) known = known || (is_str(key) && str_eq_ascii(key, k));
    if (!known) return raise(types::TypeError, "%R is an invalid keyword argument for this function", key);
  }
  auto field = [&](const char* name) {
    Value v = dict_get_cstr(a[0], name);
    return v ? v : kNone;
  };
  Value attrib = dict_get_cstr(a[0], "attrib"), children = dict_get_cstr(a[0], "_children");
  if (attrib && !is_dict(attrib)) return raise(types::TypeError, "attrib must be dict, not %.200T", attrib);
  if (children && !is_list(children)) return raise(types::TypeError, "'_children' is not a list");
  Ref list = children && list_size(children) ? iterable_to_list(children) : Ref();
  if (children && list_size(children) && (!list || !all_elements(list))) return nullptr;
  gc::store(&e->h, &e->tag, Ref::dup(field("tag")));
  gc::store(&e->h, &e->text, Ref::dup(field("text")));
  gc::store(&e->h, &e->tail, Ref::dup(field("tail")));
  gc::store(&e->h, &e->children, found_by_others(std::move(list)));
  gc::store(&e->h, &e->attrib, attrib ? Ref::dup(attrib) : Ref());
  return Ref::imm(kNone);
}
Ref element_repr(Value self) {
  Element* e = element_of(self);
  if (!e->tag) return format_str("<%N at %p>", self, static_cast<void*>(e));
  int entered = repr_enter(self);
  if (entered < 0) return nullptr;
  if (entered > 0) return raise(types::RuntimeError, "reentrant call inside %s.__repr__", type_of(self)->cname);
  Ref keep = Ref::dup(e->tag);
  Ref text = format_str("<Element %R at %p>", keep.get(), static_cast<void*>(e));
  repr_leave(self);
  return text;
}

// ---- iter(), itertext()

// In document order. stack: element, number of its next child, element, ... innermost last.
struct ElementIterator {
  Header h;
  Value root;   // not yet begun; null afterwards
  Value tag;    // None: all
  Value stack;  // list
  Value tail;   // itertext: comes next, or null
  bool texts;
};
Ref make_iterator(Value root, Value tag, bool texts) {
  auto* it = alloc_instance_as<ElementIterator>(element_iterator_type);
  if (!it) return nullptr;
  Ref self = Ref::steal(it), stack = make_list();
  if (!stack) return nullptr;
  gc::init(&it->root, Ref::dup(root));
  gc::init(&it->tag, Ref::dup(tag));
  gc::init(&it->stack, std::move(stack));
  it->texts = texts;
  return self;
}
// The next element; null without an exception: the end. With texts, what follows an element that is left goes to it->tail.
Ref next_element(ElementIterator* it) {
  if (it->root) {
    Ref root = gc::take(&it->h, &it->root);
    return list_append(it->stack, root.get()) && list_append(it->stack, Value::from_int(0)) ? std::move(root) : Ref();
  }
  for (;;) {
    size_t n = list_size(it->stack);
    if (n < 2) return nullptr;
    Ref top = list_get(it->stack, n - 2), number = list_get(it->stack, n - 1);
    if (!top || !number || !is_element(top) || !number.get().is_int()) return nullptr;
    auto at = static_cast<size_t>(number.get().as_int());
    if (at < child_count(element_of(top))) {
      Ref child = child_at(element_of(top), at);
      if (!list_set(it->stack, n - 1, Ref::imm(Value::from_int(static_cast<int64_t>(at) + 1)))) return nullptr;
      if (!child || !is_element(child)) {
        if (!child) continue;
        return raise(types::AttributeError, "'%.100T' object has no attribute 'iter'", child.get());
      }
      return list_append(it->stack, child.get()) && list_append(it->stack, Value::from_int(0)) ? std::move(child)
                                                                                               : Ref();
    }
    Ref last = list_pop(it->stack, n - 1), left = list_pop(it->stack, n - 2);
    if (it->texts && n > 2) {
      gc::store(&it->h, &it->tail, Ref::dup(gc::load(&element_of(top)->tail)));
      return top;
    }
  }
}
Ref iterator_next(Value self) {
  auto* it = self.as<ElementIterator>();
  for (;;) {
    Ref e = next_element(it);
    if (!e) return error_occurred() ? Ref() : Ref::imm(kStopIter);
    if (it->texts) {
      Ref tail = gc::take(&it->h, &it->tail);
      Ref text = tail ? std::move(tail) : Ref::dup(gc::load(&element_of(e)->text));
      int some = text.get() == kNone ? 0 : is_true(text);
      if (some < 0) return nullptr;
      if (some) return text;
      continue;
    }
    if (it->tag == kNone) return e;
    Ref tag = Ref::dup(gc::load(&element_of(e)->tag)), sought = Ref::dup(it->tag);
    int same = values_equal(tag, sought);
    if (same < 0) return nullptr;
    if (same) return e;
  }
}
Ref iterator_iter(Value self) { return Ref::dup(self); }
void iterator_trace(Header* h, gc::Visitor& v) {
  auto* it = reinterpret_cast<ElementIterator*>(h);
  v.visit(it->root);
  v.visit(it->tag);
  v.visit(it->stack);
  v.visit(it->tail);
}
void iterator_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* it = reinterpret_cast<ElementIterator*>(h);
  for (Value* slot : {&it->root, &it->tag, &it->stack, &it->tail}) Ref old = gc::take(h, slot);
  finish_dealloc(h);
}
Ref element_iter(Args& a) {
  Value tag = a.get(0, kNone);
  if (is_str(tag) && str_eq_ascii(tag, "*")) tag = kNone;
  return make_iterator(a.self, tag, false);
}
Ref element_itertext(Args& a) { return make_iterator(a.self, kNone, true); }

const NativeDef kElementMethods[] = {
    {"clear", "($self, /)", element_clear, 0, "Removes children, attributes, text and tail."},
    {"get", "($self, /, key, default=None)", element_get, 0, "The value of an attribute, or default."},
    {"set", "($self, key, value, /)", element_set, 0, "Sets an attribute."},
    {"find", "($self, /, path, namespaces=None)", element_find, 0, "The first matching subelement, or None."},
    {"findtext", "($self, /, path, default=None, namespaces=None)", element_findtext, 0,
     "The text of the first matching subelement, or default."},
    {"findall", "($self, /, path, namespaces=None)", element_findall, 0, "A list of the matching subelements."},
    {"append", "($self, subelement, /)", element_append, 0, "Adds a child at the end."},
    {"extend", "($self, elements, /)", element_extend, 0, "Adds several children at the end."},
    {"insert", "($self, index, subelement, /)", element_insert, 0, "Inserts a child."},
    {"remove", "($self, subelement, /)", element_remove, 0, "Removes a child."},
    {"iter", "($self, /, tag=None)", element_iter, 0, "An iterator over the element and all below it."},
    {"itertext", "($self, /)", element_itertext, 0, "An iterator over all the text inside the element."},
    {"iterfind", "($self, /, path, namespaces=None)", element_iterfind, 0,
     "An iterator over the matching subelements."},
    {"items", "($self, /)", element_items, 0, "A list of the attributes as pairs."},
    {"keys", "($self, /)", element_keys, 0, "A list of the attributes' names."},
    {"makeelement", "($self, tag, attrib, /)", element_makeelement, 0, "A new element that belongs to none."},
    {"__copy__", "($self, /)", element_copy, 0, "A shallow copy."},
    {"__deepcopy__", "($self, memo, /)", element_deepcopy, 0, "A deep copy."},
    {"__sizeof__", "($self, /)", element_sizeof, 0, "Size in bytes."},
    {"__getstate__", "($self, /)", element_getstate, 0, "The state for pickling."},
    {"__setstate__", "($self, state, /)", element_setstate, 0, "Takes over a pickled state."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const GetSetDef kElementGetSet[] = {
    {"tag", get_field<&Element::tag>, set_field<&Element::tag>, "What kind of element this is."},
    {"text", get_field<&Element::text>, set_field<&Element::text>, "The text before the first child, or None."},
    {"tail", get_field<&Element::tail>, set_field<&Element::tail>, "The text behind the element's end tag, or None."},
    {"attrib", get_attrib, set_attrib, "The dict of attributes."},
    {nullptr, nullptr, nullptr, nullptr}};
const TypeSpec kElementSpec = {
    .doc = nullptr,
    .flags = kTypeBaseable | kTypeGc | kTypeWeakrefable | kTypeImmutable,
    .basic_size = sizeof(Element),
    .ops = {.trace = element_trace, .clear = element_clear_fields, .dealloc = element_dealloc},
    .methods = kElementMethods,
    .getset = kElementGetSet,
    .s = {.repr = element_repr,
          .init = element_init,
          .new_ = element_new,
          .length = element_length,
          .get_item = element_get_item,
          .set_item = element_set_item}};
const TypeSpec kIteratorSpec = {.doc = nullptr,
                                .flags = kTypeNoInstantiate | kTypeGc | kTypeImmutable,
                                .basic_size = sizeof(ElementIterator),
                                .ops = {.trace = iterator_trace, .dealloc = iterator_dealloc},
                                .s = {.iter = iterator_iter, .next = iterator_next}};

// ---- functions

Ref sub_element(Args& a) {
  if (a.raw.n && !is_element(a.raw.v[0])) {
    require_element(a.raw.v[0], "SubElement", 1);
    return nullptr;
  }
  bool ok;
  Ref attrib = collect_attrib("SubElement", a.raw, 1, &ok);
  if (!ok) return nullptr;
  Ref child = make_element(a.raw.v[1], attrib);
  RuntimeLock lock(a.raw.v[0]);
  return child && add_child(element_of(a.raw.v[0]), child) ? std::move(child) : Ref();
}
Ref set_factories_function(Args& a) { return set_factories(a[0], a[1]) ? Ref::imm(kNone) : Ref(); }
const NativeDef kFunctions[] = {
    {"SubElement", "(...)", sub_element, kNativeNoSignature, "A new element as the last child of parent."},
    {"_set_factories", "($module, comment_factory, pi_factory, /)", set_factories_function, 0,
     "Sets what makes comments and processing instructions."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

bool elementtree_exec(Value module) {
  if (!parse_error) {
    Ref error = make_exception_class("xml.etree.ElementTree.ParseError", types::SyntaxError);
    if (!error) return false;
    gc::make_immortal(error.get().header());
    parse_error = error.release().as<TypeObject>();
  }
  return make_element_types() && make_builder_type() && make_parser_type() && module_add_type(module, element_type) &&
         module_add_type(module, builder_type) && module_add_type(module, parser_type) &&
         module_add(module, "ParseError", Ref::dup(parse_error));
}
// GIL off: SubElement() has the lock of the parent, the factories have one.
const ModuleDef kModule = {"_elementtree", nullptr, kFunctions, elementtree_exec, kFunctionsAtOnce};

}  // namespace

TypeObject* parse_error;

Ref make_element(Value tag, Value attrib) {
  Element* e = allocate(element_type);
  if (!e) return nullptr;
  gc::init(&e->tag, Ref::dup(tag));
  if (attrib) gc::init(&e->attrib, Ref::dup(attrib));
  return Ref::steal(e);
}
bool add_child(Element* parent, Value child) { return ensure_children(parent) && list_append(parent->children, child); }

bool make_element_types() {
  if (element_type) return true;
  element_type = make_native_type("xml.etree.ElementTree.Element", types::Object, &kElementSpec);
  element_iterator_type = make_native_type("_elementtree._element_iterator", types::Object, &kIteratorSpec);
  return element_type && element_iterator_type;
}

}  // namespace taipan::etree

TAIPAN_SHARED_MODULE(taipan::etree::kModule)
