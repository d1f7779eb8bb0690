// The class _pickle.Pickler and the proxy of its memo.
#include "interp/modules/pickle.h"
#include "interp/modules/pickle_memo_proxy.h"
#include "interp/objects/function.h"
#include "interp/objects/owned_fields.h"

namespace taipan::pickle {

TypeObject* pickler_type;

namespace {

TypeObject* proxy_type;
Pickler* pickler(Value v) { return v.as<Pickler>(); }

template <class F>
void each_field(Pickler* p, F f) {
  for (Value* field : {&p->persistent_id.function, &p->dispatch_table, &p->reducer_override, &p->write,
                       &p->buffer_callback, &p->fast_memo})
    f(field);
}
void pickler_trace(Header* h, gc::Visitor& v) {
  auto* p = reinterpret_cast<Pickler*>(h);
  each_field(p, [&](Value* f) { v.visit(*f); });
  if (const MemoEntry* memo = p->memo)
    for (int64_t i = 0; i < memo[-1].index; i++) v.visit(memo[i].key);
}
void pickler_clear(Header* h) {
  auto* p = reinterpret_cast<Pickler*>(h);
  each_field(p, [&](Value* f) { Ref old = gc::take(h, f); });
  memo_clear(p);
}
void pickler_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  pickler_clear(h);
  gc::raw_free(reinterpret_cast<Pickler*>(h)->out);
  finish_dealloc(h);
}

Ref pickler_new(TypeObject* cls, RawArgs) {
  auto* p = alloc_instance_as<Pickler>(cls);
  if (p) p->frame_start = -1;
  return Ref::steal(p);
}
bool pickler_init(Value self, RawArgs raw) {
  static const Signature sig("Pickler", "(file, protocol=None, fix_imports=True, buffer_callback=None)");
  Value v[4];
  if (!sig.bind(raw, v)) return false;
  Pickler* p = pickler(self);
  if (p->write) {
    gc::store(&p->h, &p->write, Ref());
    memo_clear(p);
  }
  if (!pickler_setup(p, v[1], v[2], v[3]) || !pickler_set_output(p, v[0])) return false;
  p->fast = p->fast_nesting = 0;
  gc::store(&p->h, &p->fast_memo, Ref());
  if ((p->persistent_id.function || !is_inherited(self, TAIPAN_NAME(persistent_id), pickler_type)) &&
      !find_method_ref(&p->h, TAIPAN_NAME(persistent_id), &p->persistent_id))
    return false;
  if (is_inherited(self, TAIPAN_NAME(dispatch_table), pickler_type)) return true;
  Ref table = get_attr_opt(self, TAIPAN_NAME(dispatch_table));
  if (!table) return false;
  gc::store(&p->h, &p->dispatch_table, table.get() == kMissing ? Ref() : std::move(table));
  return true;
}
Ref pickler_dump_impl(Args& a) {
  Pickler* p = pickler(a.self);
  if (!p->write)
    return raise(pickling_error(), "Pickler.__init__() was not called by %s.__init__()",
                 type_of(a.self)->name->data1());
  if (!pickler_reset_output(p) || !pickler_dump(p, a[0]) || !pickler_flush(p)) return nullptr;
  return Ref::imm(kNone);
}
Ref pickler_clear_memo_impl(Args& a) {
  memo_clear(pickler(a.self));
  return Ref::imm(kNone);
}
Ref pickler_sizeof_impl(Args& a) {
  Pickler* p = pickler(a.self);
  return make_int(
      static_cast<int64_t>(type_of(a.self)->basic_size + p->memo_capacity * sizeof(MemoEntry) + p->out_capacity));
}
Ref get_persistent_id(Value self) {
  MethodRef& m = pickler(self)->persistent_id;
  if (!m.function) return raise(types::AttributeError, "persistent_id");
  return m.pass_self ? make_method(m.function, self) : Ref::dup(m.function);
}
bool set_persistent_id(Value self, Value f) {
  if (!f) return raise(types::TypeError, "attribute deletion is not supported");
  if (!is_callable(f)) return raise(types::TypeError, "persistent_id must be a callable taking one argument");
  set_method_ref(self.header(), &pickler(self)->persistent_id, f);
  return true;
}

// ---- the memo as Python sees it

Ref memo_dict(Pickler* p) {
  Ref dict = make_dict();
  if (!dict) return nullptr;
  for (size_t i = 0; i < p->memo_capacity; i++) {
    Value key = p->memo[i].key;
    if (!key) continue;
    Ref index = make_int(p->memo[i].index), id = make_int(static_cast<int64_t>(key.bits));
    Ref pair = make_tuple_of({index.get(), key});
    if (!pair || !dict_set(dict, id, pair)) return nullptr;
  }
  return dict;
}
using Proxy = MemoProxy<Pickler, memo_dict, memo_clear>;
Ref get_memo(Value self) { return Proxy::make(proxy_type, self); }
bool set_memo(Value self, Value v) {
  if (!v) return raise(types::TypeError, "attribute deletion is not supported");
  Pickler* p = pickler(self);
  Ref from = Ref::dup(v);
  // Filled beside the old memo, which stays where something is wrong with the new one.
  Ref scratch = Ref::steal(alloc_instance_as<Pickler>(pickler_type));
  if (!scratch) return false;
  Pickler* fresh = pickler(scratch);
  if (has_shape(v, proxy_type->root_shape->id)) {
    Pickler* other = Proxy::owner(v);
    for (size_t i = 0; i < other->memo_capacity; i++)
      if (other->memo[i].key && !memo_add(fresh, other->memo[i].key, other->memo[i].index)) return false;
  } else if (is_dict_exact(v)) {
    size_t pos = 0;
    Value key, pair;
    while (dict_next(v, &pos, &key, &pair)) {
      if (!is_tuple(pair) || tuple_size(pair) != 2)
        return raise(types::TypeError, "'memo' values must be 2-item tuples");
      int64_t index;
      if (!is_int(tuple_at(pair, 0))) return raise(types::TypeError, "an integer is required");
      if (!to_int64(tuple_at(pair, 0), &index) || !memo_add(fresh, tuple_at(pair, 1), index)) return false;
    }
  } else {
    return raise(types::TypeError, "'memo' attribute must be a PicklerMemoProxy object or dict, not %.200T", v);
  }
  gc::before_bulk_move(&p->h);
  gc::before_bulk_move(&fresh->h);
  std::swap(p->memo, fresh->memo);
  std::swap(p->memo_capacity, fresh->memo_capacity);
  std::swap(p->memo_size, fresh->memo_size);
  return true;
}
const TypeSpec kProxySpec = Proxy::spec();

const NativeDef kPicklerMethods[] = {
    {"dump", "($self, obj, /)", pickler_dump_impl, 0, "Writes the pickle of an object to the file."},
    {"clear_memo", "($self, /)", pickler_clear_memo_impl, 0,
     "Forgets which objects were written.\n\nLater dumps write them anew instead of referring to what a reader has "
     "seen."},
    {"__sizeof__", "($self, /)", pickler_sizeof_impl, 0, "Size in memory, in bytes."},
    {nullptr}};
const MemberDef kPicklerMembers[] = {
    {"bin", kMemberInt, offsetof(Pickler, bin), false, nullptr},
    {"fast", kMemberInt, offsetof(Pickler, fast), false, nullptr},
    {"dispatch_table", kMemberValue, offsetof(Pickler, dispatch_table), false, nullptr},
    {nullptr}};
const GetSetDef kPicklerGetSet[] = {
    {"memo", get_memo, set_memo, nullptr}, {"persistent_id", get_persistent_id, set_persistent_id, nullptr}, {nullptr}};
const TypeSpec kPicklerSpec = {.doc =
                                   "Pickler(file, protocol=None, fix_imports=True, buffer_callback=None)\n--\n\nWrites "
                                   "pickles to a binary file.\n\n"
                                   "protocol is 0 to 5; negative: the highest, None: the default, 4. file needs "
                                   "a\nwrite() method that takes bytes. "
                                   "fix_imports: below protocol 3 the names of\nPython 2's modules are written. "
                                   "buffer_callback is called with each PickleBuffer\n"
                                   "of protocol 5; where it returns false the buffer travels out of band.",
                               .flags = kTypeGc | kTypeBaseable,
                               .basic_size = sizeof(Pickler),
                               .ops = {.trace = pickler_trace, .clear = pickler_clear, .dealloc = pickler_dealloc},
                               .methods = kPicklerMethods,
                               .getset = kPicklerGetSet,
                               .members = kPicklerMembers,
                               .s = {.init = pickler_init, .new_ = pickler_new}};

}  // namespace

bool pickler_setup(Pickler* p, Value protocol, Value fix_imports, Value buffer_callback) {
  int proto = kDefaultProtocol;
  if (protocol && protocol != kNone) {
    int64_t wanted;
    if (!to_int64(protocol, &wanted)) return false;
    if (wanted < 0)
      proto = kHighestProtocol;
    else if (wanted > kHighestProtocol)
      return raise(types::ValueError, "pickle protocol must be <= %d", kHighestProtocol);
    else
      proto = static_cast<int>(wanted);
  }
  int fix = fix_imports ? is_true(fix_imports) : 1;
  if (fix < 0) return false;
  if (buffer_callback == kNone) buffer_callback = Value();
  if (buffer_callback && proto < 5) return raise(types::ValueError, "buffer_callback needs protocol >= 5");
  p->proto = proto;
  p->bin = proto > 0;
  p->fix_imports = fix && proto < 3;
  gc::store(&p->h, &p->buffer_callback, Ref::dup(buffer_callback));
  return true;
}
bool pickler_set_output(Pickler* p, Value file) {
  Ref write = get_attr_opt(file, TAIPAN_NAME(write));
  if (!write) return false;
  if (write.get() == kMissing) return raise(types::TypeError, "file must have a 'write' attribute");
  gc::store(&p->h, &p->write, std::move(write));
  return true;
}
Ref make_pickler() { return pickler_new(pickler_type, {}); }

bool add_pickler(Value module) {
  if (!pickler_type) {
    pickler_type = make_native_type("_pickle.Pickler", types::Object, &kPicklerSpec);
    proxy_type = make_native_type("_pickle.PicklerMemoProxy", types::Object, &kProxySpec);
  }
  return pickler_type && proxy_type && module_add_type(module, pickler_type);
}

}  // namespace taipan::pickle
