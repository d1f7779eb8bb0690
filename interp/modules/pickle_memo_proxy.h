// The memo of a Pickler or an Unpickler as Python sees it: an object that refers to its owner.
#pragma once
#include "interp/modules/module_util.h"
#include "interp/objects/owned_fields.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type_internal.h"

namespace taipan {

template <class Owner, Ref (*MemoDict)(Owner*), void (*Clear)(Owner*)>
struct MemoProxy {
  Header h;
  Value owner_object;

  static Owner* owner(Value v) { return v.as<MemoProxy>()->owner_object.template as<Owner>(); }
  static Ref make(TypeObject* type, Value owner) {
    auto* proxy = alloc_instance_as<MemoProxy>(type);
    if (!proxy) return nullptr;
    gc::init(&proxy->owner_object, Ref::dup(owner));
    return Ref::steal(proxy);
  }
  static Ref clear(Args& a) {
    Clear(owner(a.self));
    return Ref::imm(kNone);
  }
  static Ref copy(Args& a) { return MemoDict(owner(a.self)); }
  static Ref reduce(Args& a) {
    Ref dict = MemoDict(owner(a.self));
    Ref args = dict ? make_tuple_of({dict.get()}) : nullptr;
    return args ? make_tuple_of({Value(types::Dict), args.get()}) : nullptr;
  }

  using Fields = OwnedFields<MemoProxy, &MemoProxy::owner_object>;
  static constexpr NativeDef kMethods[] = {{"clear", "($self, /)", clear, 0, "Forgets all objects."},
                                           {"copy", "($self, /)", copy, 0, "The memo as a dict."},
                                           {"__reduce__", "($self, /)", reduce, 0, "For pickling."},
                                           {}};
  static TypeSpec spec() {
    return {.flags = kTypeGc | kTypeNoInstantiate,
            .basic_size = sizeof(MemoProxy),
            .ops = {.trace = Fields::trace, .clear = Fields::clear, .dealloc = Fields::dealloc},
            .methods = kMethods,
            .s = {.hash = hash_not_implemented}};
  }
};

}  // namespace taipan
