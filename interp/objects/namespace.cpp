// types.SimpleNamespace, and capsules.
#include <cstring>
#include "interp/objects/abstract.h"
#include "interp/objects/descr.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/small_types.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {

Ref dict_of(Value v) { return instance_dict(v.header()); }

Ref namespace_new(TypeObject* cls, RawArgs) { return Ref::steal(alloc_instance(cls)); }
bool namespace_init(Value self, RawArgs a) {
  if (a.n) return raise(types::TypeError, "no positional arguments expected");
  size_t n = a.kwnames ? tuple_size(a.kwnames) : 0;
  if (!n) return true;
  Ref d = dict_of(self);
  if (!d) return false;
  for (size_t i = 0; i < n; i++) {
    if (!dict_set(d, tuple_at(a.kwnames, i), a.v[i])) return false;
  }
  return true;
}
Ref namespace_repr(Value self) {
  const char* name = type_of(self) == types::SimpleNamespace ? "namespace" : type_of(self)->cname;
  int seen = repr_enter(self);
  if (seen < 0) return nullptr;
  if (seen) return format_str("%s(...)", name);
  Ref out;
  Ref d = dict_of(self);
  Ref keys = d ? dict_keys_list(d) : Ref();
  if (keys) {
    StrBuilder b;
    bool ok = b.append_utf8(name) && b.append_char('('), first = true;
    for (size_t i = 0; ok && i < list_size(keys); i++) {
      Value k = list_at(keys, i);
      if (!is_str(k) || k.as<Str>()->length == 0) continue;
      Ref v = dict_get_ref(d, k);
      if (!v) {
        ok = false;
        break;
      }
      if (v.get() == kMissing) continue;
      Ref text = repr_of(v);
      ok = text && (first || b.append_ascii(", ")) && b.append(k) && b.append_char('=') && b.append(text);
      first = false;
    }
    if (ok && b.append_char(')')) out = b.finish();
  }
  repr_leave(self);
  return out;
}
Ref namespace_compare(Value a, Value b, CompareOp op) {
  if (!is_subtype(type_of(a), types::SimpleNamespace) || !is_subtype(type_of(b), types::SimpleNamespace))
    return Ref::imm(kNotImplemented);
  Ref x = dict_of(a), y = dict_of(b);
  if (!x || !y) return nullptr;
  return compare(x, y, op);
}
Ref namespace_reduce(Args& a) {
  Ref none = make_tuple(0), d = dict_of(a.self);
  if (!none || !d) return nullptr;
  return make_tuple_of({Value(type_of(a.self)), none, d});
}
Ref get_dict(Value v) { return dict_of(v); }

const NativeDef namespace_methods[] = {
    {"__reduce__", "(...)", namespace_reduce, 0, "Return state information for pickling"},
    {},
};
const GetSetDef namespace_getset[] = {
    {"__dict__", get_dict, readonly_attribute, nullptr},
    {},
};

// ---- Capsules -------------------------------------------------------------------------------------------------------------------------

void capsule_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* c = reinterpret_cast<Capsule*>(h);
  if (c->destroy) c->destroy(c->pointer);
  finish_dealloc(h);
}
Ref capsule_repr(Value v) {
  auto* c = v.as<Capsule>();
  const char* quote = c->name ? "\"" : "";
  return format_str("<capsule object %s%s%s at %p>", quote, c->name ? c->name : "NULL", quote,
                    reinterpret_cast<void*>(v.bits));
}

}  // namespace

Ref make_namespace(Value dict) {
  Ref r = Ref::steal(alloc_instance(types::SimpleNamespace));
  if (!r) return nullptr;
  if (dict) {
    Ref d = dict_of(r);
    if (!d || !dict_update(d, dict)) return nullptr;
  }
  return r;
}

Ref make_capsule(void* pointer, const char* name, void (*destroy)(void*)) {
  auto* c = new_object<Capsule>(kShapeCapsule, false);
  if (!c) return nullptr;
  c->pointer = pointer;
  c->name = name;
  c->destroy = destroy;
  return Ref::steal(c);
}
void* capsule_pointer(Value v, const char* name) {
  if (!has_shape(v, kShapeCapsule))
    return raise(types::ValueError, "PyCapsule_GetPointer called with invalid PyCapsule object");
  auto* c = v.as<Capsule>();
  bool same = c->name == name || (c->name && name && strcmp(c->name, name) == 0);
  if (!same) return raise(types::ValueError, "PyCapsule_GetPointer called with incorrect name");
  return c->pointer;
}

const TypeSpec kSimpleNamespaceSpec = {
    .doc = "A simple attribute-based namespace.\n\nSimpleNamespace(**kwargs)",
    .flags = kTypeGc | kTypeBaseable | kTypeHasDict,
    .basic_size = sizeof(Header),
    .methods = namespace_methods,
    .getset = namespace_getset,
    .s = {.repr = namespace_repr,
          .get_attr = generic_get_attr,
          .set_attr = generic_set_attr,
          .compare = namespace_compare,
          .init = namespace_init,
          .new_ = namespace_new},
};
const TypeSpec kCapsuleSpec = {
    .doc = "An opaque pointer that C++ code hands through Python.",
    .basic_size = sizeof(Capsule),
    .ops = {.dealloc = capsule_dealloc},
    .s = {.repr = capsule_repr},
};

}  // namespace taipan
