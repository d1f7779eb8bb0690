// _elementtree: TreeBuilder.
#include <mutex>
#include "gc/collector.h"
#include "interp/shared/_elementtree/etree.h"

namespace taipan::etree {

TypeObject* builder_type;

namespace {

// Set by _set_factories; roots.
Value default_comment, default_pi;
std::mutex defaults_mutex;

// ---- text

// The joined pieces of b->data, which is empty afterwards; null without an exception where there were none.
Ref take_text(TreeBuilder* b) {
  Ref data = gc::take(&b->h, &b->data);
  if (!data || !is_list_exact(data)) return data;
  Ref separator = empty_str();
  return separator ? str_join(separator, data) : Ref();
}
// Text and tail may come in several parts, where a comment between them is dropped.
bool add_text(Value node, bool tail, Ref text) {
  if (type_of(node) == element_type) {
    Element* e = element_of(node);
    Value* slot = tail ? &e->tail : &e->text;
    if (*slot && *slot != kNone) {
      Ref before = Ref::dup(*slot);
      text = binary_op(BinaryOp::kAdd, before, text);
      if (!text) return false;
    }
    gc::store(&e->h, slot, std::move(text));
    return true;
  }
  Str* name = tail ? TAIPAN_NAME(tail) : TAIPAN_NAME(text);
  Ref before = get_attr(node, name);
  if (!before) return false;
  if (before.get() != kNone) {
    text = binary_op(BinaryOp::kAdd, before, text);
    if (!text) return false;
  }
  return set_attr(node, name, text);
}
bool flush(TreeBuilder* b) {
  if (!b->data) return true;
  Ref text = take_text(b);
  if (!text) return !error_occurred();
  bool tail = static_cast<bool>(b->tail_of);
  Ref node = Ref::dup(tail ? b->tail_of : b->last);
  return !node || add_text(node, tail, std::move(text));
}

bool add_to(Value parent, Value child) {
  if (type_of(parent) == element_type && is_element(child)) return add_child(element_of(parent), child);
  Ref done = call_method(parent, TAIPAN_NAME(append), child);
  return static_cast<bool>(done);
}
bool report(TreeBuilder* b, EventKind kind, Value what) {
  if (!wants(b, kind)) return true;
  Ref event = make_tuple_of({b->events[kind], what});
  Ref append = Ref::dup(b->append_event);
  Ref done = event ? call(append, event) : Ref();
  return static_cast<bool>(done);
}

// ---- the object

Ref builder_new(TypeObject* cls, RawArgs) {
  auto* b = alloc_instance_as<TreeBuilder>(cls);
  if (!b) return nullptr;
  Ref self = Ref::steal(b), stack = make_list();
  if (!stack) return nullptr;
  gc::init(&b->stack, std::move(stack));
  return self;
}
// A factory that was given; what was set for the module where none was.
Ref chosen_factory(Value given, Value otherwise) {
  Value v = given ? given : otherwise;
  return v && v != kNone ? Ref::dup(v) : Ref();
}
bool builder_init(Value self, RawArgs raw) {
  static const Signature sig("TreeBuilder",
                             "(element_factory=None, *, comment_factory=None, pi_factory=None, insert_comments=False, "
                             "insert_pis=False)");
  Value v[5];
  if (!sig.bind(raw, v)) return false;
  TreeBuilder* b = builder_of(self);
  int comments = v[3] ? is_true(v[3]) : 0, pis = v[4] ? is_true(v[4]) : 0;
  if (comments < 0 || pis < 0) return false;
  Ref comment, pi;
  {
    std::lock_guard guard(defaults_mutex);
    comment = Ref::dup(default_comment);
    pi = Ref::dup(default_pi);
  }
  gc::store(&b->h, &b->element_factory, chosen_factory(v[0], Value()));
  gc::store(&b->h, &b->comment_factory, chosen_factory(v[1] == kNone ? Value() : v[1], comment));
  gc::store(&b->h, &b->pi_factory, chosen_factory(v[2] == kNone ? Value() : v[2], pi));
  b->insert_comments = comments && b->comment_factory;
  b->insert_pis = pis && b->pi_factory;
  return true;
}
template <class F>
void each_field(TreeBuilder* b, F f) {
  for (Value* slot : {&b->root, &b->current, &b->last, &b->tail_of, &b->data, &b->stack, &b->element_factory,
                      &b->comment_factory, &b->pi_factory, &b->append_event})
    f(slot);
  for (Value& event : b->events) f(&event);
}
void builder_trace(Header* h, gc::Visitor& v) {
  each_field(reinterpret_cast<TreeBuilder*>(h), [&](Value* slot) { v.visit(*slot); });
}
void builder_clear(Header* h) {
  each_field(reinterpret_cast<TreeBuilder*>(h), [&](Value* slot) {
    if (slot != &reinterpret_cast<TreeBuilder*>(h)->stack) Ref old = gc::take(h, slot);
  });
}
void builder_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  each_field(reinterpret_cast<TreeBuilder*>(h), [&](Value* slot) { Ref old = gc::take(h, slot); });
  finish_dealloc(h);
}

Ref builder_start(Args& a) {
  if (!is_dict(a[1])) return raise(types::TypeError, "start() argument 2 must be dict, not %.50s", argument_kind(a[1]));
  return build_start(builder_of(a.self), a[0], a[1]);
}
Ref builder_data(Args& a) { return build_data(builder_of(a.self), a[0]) ? Ref::imm(kNone) : Ref(); }
Ref builder_end(Args& a) { return build_end(builder_of(a.self)); }
Ref builder_comment(Args& a) { return build_comment(builder_of(a.self), a[0]); }
Ref builder_pi(Args& a) { return build_pi(builder_of(a.self), a[0], a.get(1, kNone)); }
Ref builder_close(Args& a) { return built_root(builder_of(a.self)); }

const NativeDef kMethods[] = {
    {"data", "($self, data, /)", builder_data, 0, "Adds text to the current element."},
    {"start", "($self, tag, attrs, /)", builder_start, 0, "Opens an element and returns it."},
    {"end", "($self, tag, /)", builder_end, 0, "Closes the current element and returns it."},
    {"comment", "($self, text, /)", builder_comment, 0, "Makes a comment with the comment factory."},
    {"pi", "($self, target, text=None, /)", builder_pi, 0, "Makes a processing instruction with its factory."},
    {"close", "($self, /)", builder_close, 0, "The root element."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const TypeSpec kBuilderSpec = {.doc = nullptr,
                               .flags = kTypeBaseable | kTypeGc | kTypeImmutable,
                               .basic_size = sizeof(TreeBuilder),
                               .ops = {.trace = builder_trace, .clear = builder_clear, .dealloc = builder_dealloc},
                               .methods = kMethods,
                               .s = {.init = builder_init, .new_ = builder_new}};

// A comment or processing instruction: into the tree where that was asked for.
bool place(TreeBuilder* b, Value node, bool insert) {
  if (!insert || !b->current || b->current == kNone) return true;
  Ref parent = Ref::dup(b->current);
  if (!add_to(parent, node)) return false;
  gc::store(&b->h, &b->tail_of, Ref::dup(node));
  return true;
}

}  // namespace

Ref build_start(TreeBuilder* b, Value tag, Value attrib) {
  if (!flush(b)) return nullptr;
  Ref node;
  if (b->element_factory) {
    Ref factory = Ref::dup(b->element_factory), attributes = attrib ? Ref::dup(attrib) : make_dict();
    node = attributes ? call(factory, tag, attributes) : Ref();
  } else {
    node = make_element(tag, attrib);
  }
  if (!node) return nullptr;
  Ref parent = b->current ? Ref::dup(b->current) : Ref();
  Ref tail_of = gc::take(&b->h, &b->tail_of);
  if (parent) {
    if (!add_to(parent, node)) return nullptr;
    if (!list_append(b->stack, parent.get())) return nullptr;
  } else {
    if (b->root) return raise(parse_error, "multiple elements on top level");
    gc::store(&b->h, &b->root, node.copy());
    if (!list_append(b->stack, kNone)) return nullptr;
  }
  gc::store(&b->h, &b->current, node.copy());
  gc::store(&b->h, &b->last, node.copy());
  return report(b, kStart, node) ? std::move(node) : Ref();
}

bool build_data(TreeBuilder* b, Value text) {
  if (!b->data) {
    if (b->last) gc::store(&b->h, &b->data, Ref::dup(text));  // outside the root it is dropped
    return true;
  }
  if (is_list_exact(b->data)) return list_append(b->data, text);
  Ref list = make_list(4);
  if (!list || !list_append(list, b->data) || !list_append(list, text)) return false;
  gc::store(&b->h, &b->data, std::move(list));
  return true;
}

Ref build_end(TreeBuilder* b) {
  if (!flush(b)) return nullptr;
  size_t depth = list_size(b->stack);
  if (!depth) return raise(types::IndexError, "pop from empty stack");
  Ref parent = list_pop(b->stack, depth - 1);
  if (!parent) return nullptr;
  Ref closed = gc::exchange(&b->h, &b->current, parent.get() == kNone ? Ref() : std::move(parent));
  if (!closed) closed = Ref::imm(kNone);
  gc::store(&b->h, &b->last, closed.copy());
  gc::store(&b->h, &b->tail_of, closed.copy());
  return report(b, kEnd, closed) ? std::move(closed) : Ref();
}

Ref build_comment(TreeBuilder* b, Value text) {
  if (!flush(b)) return nullptr;
  Ref node = Ref::dup(text);
  if (b->comment_factory) {
    Ref factory = Ref::dup(b->comment_factory);
    node = call(factory, text);
    if (!node || !place(b, node, b->insert_comments)) return nullptr;
  }
  return report(b, kComment, node) ? std::move(node) : Ref();
}
Ref build_pi(TreeBuilder* b, Value target, Value text) {
  if (!flush(b)) return nullptr;
  Ref node;
  if (b->pi_factory) {
    Ref factory = Ref::dup(b->pi_factory);
    node = call(factory, target, text);
    if (!node || !place(b, node, b->insert_pis)) return nullptr;
  } else {
    node = make_tuple_of({target, text});
    if (!node) return nullptr;
  }
  return report(b, kPi, node) ? std::move(node) : Ref();
}
bool build_namespace(TreeBuilder* b, EventKind kind, Value what) { return report(b, kind, what); }
Ref built_root(TreeBuilder* b) { return b->root ? Ref::dup(b->root) : Ref::imm(kNone); }

bool set_factories(Value comment, Value pi) {
  for (Value v : {comment, pi}) {
    if (v != kNone && !is_callable(v))
      return raise(types::TypeError, "%s factory must be callable, not %.100T", v == comment ? "Comment" : "PI", v);
  }
  Ref old[2];
  std::lock_guard guard(defaults_mutex);
  old[0] = Ref::steal(default_comment);
  old[1] = Ref::steal(default_pi);
  default_comment = comment == kNone ? Value() : Ref::dup(comment).release();
  default_pi = pi == kNone ? Value() : Ref::dup(pi).release();
  return true;
}
Ref new_builder() {
  Ref self = builder_new(builder_type, RawArgs{});
  return self && builder_init(self, RawArgs{}) ? std::move(self) : Ref();
}

bool make_builder_type() {
  if (builder_type) return true;
  gc::add_root(&default_comment);
  gc::add_root(&default_pi);
  builder_type = make_native_type("xml.etree.ElementTree.TreeBuilder", types::Object, &kBuilderSpec);
  return builder_type != nullptr;
}

}  // namespace taipan::etree
