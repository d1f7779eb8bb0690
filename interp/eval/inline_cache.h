// Inline caches: what the feedback word of an attribute or global site means.
//
// The word (one atomic 64-bit load) is 0 (nothing yet), kMegamorphic, or has its low four bits as tag:
//   1  slot   {shape:32 | byte offset:28 | 1}   own attribute in an inline slot of objects of that shape
//   2  global {keys version:32 | entry:28 | 2}  entry of the globals dict
//   3  operands {16: floats | 32: neither ints nor floats}   what an operator has seen besides ints
//   4  shape {shape:32 | 4}   what a GET_ITER has made, or a GET_ITEM looked into
//   5  native {address of a NativeDef << 4 | 5}   what a CALL has called
//   6  type {address of a TypeObject << 4 | 6}   the built-in class that a CALL has called
//   7  a CALL has called what no other word is about: a bound method, an instance...
//   0  pointer to an immutable chain of at most four CacheEntry
// Slot words carry no class version: a class change that would shadow the slot clears the sites of that name (invalidate_name, through
// type_invalidate_hook). Entries that cache something found on a class check the class's version.
#pragma once
#include "interp/objects/code.h"
#include "interp/objects/dict.h"
#include "interp/objects/function.h"
#include "interp/objects/str.h"

namespace taipan {

enum CacheKind : uint8_t {
  kCacheSlot,      // inline slot at byte offset
  kCacheOverflow,  // overflow slot `index`
  kCacheMethod,  // function-like attribute of the class; instance has no such attribute of its own. Of an operator: its
                 // method; index 1: __eq__ for !=
  kCacheClassValue,  // plain attribute of the class
  kCacheProperty,    // property: value
  kCacheDescriptor,  // other data descriptor: value; called through its type's descr_get. version2: its class's, if __get__ is in Python
  kCacheDictValue,  // object in dictionary mode (modules): entry `index` of its dict at keys version `version`; a store (with the GIL) has that
                    // in version2 and the class's version in `version`
  kCacheTypeAttr,   // receiver is the class `type` itself
  kCacheTypeMethod,  // as kCacheTypeAttr, for a function reached through the class (no binding): same handling
  kCacheTransition,  // store: adds the attribute: new_shape, inline slot at byte offset
  kCacheStoreDescr,  // store through a data descriptor. version2: its class's, if __set__ is in Python
  kCacheBuiltin,     // LOAD_GLOBAL: absent from globals at `version`, entry `index` of builtins at `version2`
  kCacheMethodNoDict,  // kCacheMethod of an object in dictionary mode that has no dict yet: the word at byte offset `index` is null
  kCacheMethodNoKey,  // with the GIL: kCacheMethod of an object whose dict, at byte offset `index`, has at keys version `version2` no such key
  kCacheSuper,  // super().name(...): value, a function further up; index: register of the __class__ cell, or kSuperOfArguments; version2: that
                // class's, new_shape: the shape of that class; extra: see SuperCall
  kCacheTupleItem,     // a field of a named tuple: item `index` of the tuple
  kCacheStaticMethod,  // value: the staticmethod. index 1: the receiver is the class `type`, whose metaclass has version2; 0: an instance of it
  kCacheClassMethod,  // the same for a classmethod of a Python function. LOAD_METHOD gives the function and the class. extra 1: value is
                      // the function, a method of the metaclass
  kCacheKeywords,  // second word of a CALL_KW: a Python function whose code has the signature `shape`, given `index` positional arguments.
  // value: the registers of the keywords' values, a byte each (kKeywordExtra: into the ** dict); version: how many there are,
  // new_shape: their parameters, a bit each
  kCacheNew,  // CALL of the class `type`: object.__new__ and value (its __init__, or null). version2: its metaclass's, if that isn't type
  kCacheNewCall,    // the same of a class with a __new__ in Python: value, a staticmethod or the function itself
  kCacheClassCell,  // plain attribute of a class that is replaced often: entry `index` of the dict `value`, with the GIL.
                    // extra 1: the receiver is the class `type`, whose metaclass has version2; 0: an instance of it
};

struct alignas(16) CacheEntry {
  ShapeId shape;
  CacheKind kind;
  uint8_t depth;  // entries behind this one
  uint16_t extra;
  uint32_t version, version2;
  uint32_t index;  // slot, byte offset or entry
  ShapeId new_shape;
  // Class whose version guards the entry (borrowed: alive while objects of the shape are; versions are unique). Of kCacheKeywords: a code of
  // that signature, perhaps gone.
  union {
    TypeObject* type;
    Code* code;
  };
  Value value;  // borrowed from the class (alive while its version holds)
  Str* name;    // of what is found in dicts: see looks_up()
  CacheEntry* next;
};

// A site that has seen objects in dictionary mode with dicts of their own, again and again: a look-up of the name says where it is (or that it
// isn't), whatever the dict. How often entries for the same shape have taken each other's place is in `extra`.
inline constexpr uint16_t kManyDicts = 4;
inline bool looks_up(const CacheEntry* e) { return e->extra >= kManyDicts; }
// Of a method's entry whose type is as it was: whether the object has no attribute of its own in front of it.
TAIPAN_INLINE bool method_still_unshadowed(const CacheEntry* e, Value o) {
  if (e->kind == kCacheMethod) return true;
  Value dict = gc::load(reinterpret_cast<const Value*>(o.bits + e->index));
  if (e->kind == kCacheMethodNoDict) return dict.is_null();
  if (dict.is_null()) return false;
  Dict* d = dict.as<Dict>();
  return d->keys_version.load(std::memory_order_relaxed) == e->version2 ||
         (looks_up(e) && d->table->str_only && dict_get_str_fast(d, e->name).is_null());
}
// What super() was called for, and what comes of the method: the function with the object; where the object is the class `type`, value
// alone, or what value (a staticmethod) wraps.
enum SuperCall : uint16_t { kSuperMethod, kSuperPlain, kSuperStatic };
// The callable of a static or class method's entry for o, borrowed, where it is good; null: it isn't.
Value wrapped_callable(const CacheEntry* e, Value o);
inline Value class_method_self(const CacheEntry* e, Value o) { return e->index ? o : Value(e->type); }
inline bool is_method_entry(const CacheEntry* e) {
  return e->kind == kCacheMethod || e->kind == kCacheMethodNoDict || e->kind == kCacheMethodNoKey;
}

inline constexpr uint64_t kCacheTagSlot = 1, kCacheTagGlobal = 2, kCacheTagOperands = 3, kCacheTagShape = 4,
                          kCacheTagNative = 5, kCacheTagType = 6, kCacheOtherCall = 7, kMegamorphic = 15;
inline constexpr uint64_t kSawFloat = 16, kSawOther = 32;
// How often no method in Python was found for an operator; at kMostLooks nobody looks any more.
inline constexpr uint64_t kLook = 64, kMostLooks = 15 * kLook;
inline constexpr uint64_t cache_slot_word(ShapeId s, uint32_t offset) {
  return (static_cast<uint64_t>(s) << 32) | (offset << 4) | kCacheTagSlot;
}
inline constexpr uint64_t cache_global_word(uint32_t version, uint32_t entry) {
  return (static_cast<uint64_t>(version) << 32) | (static_cast<uint64_t>(entry) << 4) | kCacheTagGlobal;
}
inline uint32_t cache_word_index(uint64_t w) { return (static_cast<uint32_t>(w) >> 4); }
inline const CacheEntry* cache_entries(uint64_t w) {
  return (w & 15) == 0 ? reinterpret_cast<const CacheEntry*>(w) : nullptr;
}

using FeedbackWord = std::atomic<uint64_t>;

// Which item of its tuple a descriptor stands for, or -1: set by the module that has the descriptors of named tuples.
extern int64_t (*tuple_getter_index)(Value descriptor);

// A word for what a megamorphic site sees, shared by all sites: of one shape and one name. Not where threads run in parallel.
FeedbackWord* shared_word(Value o, Str* name);

// The slow halves: do the operation in full, then record what was seen. Owned results; null: exception.
Ref load_attr_slow(FeedbackWord* fb, Value o, Str* name);
// LOAD_METHOD: *self_out is null or (owned) the object to pass first.
Ref load_method_slow(FeedbackWord* fb, Value o, Str* name, Value* self_out);
// LOAD_SPECIAL: the same of the class alone (which: frontend::SpecialMethod). Its entries are all kCacheMethod.
Ref load_special_slow(FeedbackWord* fb, Value o, uint16_t which, Value* self_out);
bool store_attr_slow(FeedbackWord* fb, Value o, Str* name, Value value);
Ref load_global_slow(FeedbackWord* fb, Value globals, Value builtins, Str* name);
// What an entry gives for o; kMissing (immediate): the entry no longer holds.
Ref load_entry(const CacheEntry* e, Value o);
bool store_entry(const CacheEntry* e, Header* o, Value v, bool* done);
// Replaces an inline slot while other threads may change the object. False: it has another shape by now.
bool store_slot_parallel(Header* o, ShapeId shape, uint32_t offset, Value v);
// CALL of a class: entry for its simple construction (kCacheNew, kCacheNewCall), or null.
const CacheEntry* cache_class_call(FeedbackWord* fb, TypeObject* type);
// Of an entry for type: whether that class is as it was, and its metaclass.
TAIPAN_INLINE bool class_entry_holds(const CacheEntry* e, const TypeObject* type) {
  return e->version == type->version.load(std::memory_order_relaxed) &&
         (!e->version2 || e->version2 == shape_of_header(&type->h)->type->version.load(std::memory_order_relaxed));
}
// The function that makes the instance (kCacheNewCall), borrowed; null: it is none any more.
Function* new_function(const CacheEntry* e);
// The function in Python that gets or sets through a descriptor's entry, and whether it is called with the descriptor first; null: none.
Function* descriptor_getter(const CacheEntry* e, bool* with_self);
Function* descriptor_setter(const CacheEntry* e, bool* with_self);

// CALL_KW of a Python function with nargs positional arguments: where its keywords go. Null: not that simple, or too many kinds of callees.
inline constexpr size_t kMostKeywords = 8;
inline constexpr uint8_t kKeywordExtra = 0xFF;
const CacheEntry* cache_keywords(FeedbackWord* fb, Code* code, size_t nargs, Value kwnames);
TAIPAN_INLINE const CacheEntry* keywords_entry(FeedbackWord* fb, Code* code, size_t nargs, Value kwnames) {
  uint64_t word = fb->load(std::memory_order_acquire);
  if (word && !(word & 15)) {
    uint32_t signature = code->signature.load(std::memory_order_relaxed);
    for (const CacheEntry* e = cache_entries(word); e; e = e->next) {
      if (e->shape == signature && e->index == nargs) return e;
    }
  }
  return word == kMegamorphic ? nullptr : cache_keywords(fb, code, nargs, kwnames);
}

// Operators, comparisons and subscripts whose left operand's class has the method in Python: looks whether the instruction can run it
// in a frame of the same eval(), and records it (kCacheMethod).
void record_operator(FeedbackWord* fb, uint8_t opcode, bool inplace, Value left);
// Whether an operator's entry is good for this right operand: the left one is asked first unless the right one's class derives from its.
TAIPAN_INLINE bool operator_takes(const CacheEntry* e, Value right) {
  if (!right.is_heap()) return true;
  TypeObject* type = shape_of_header(right.header())->type;
  return type == e->type || !is_subtype(type, e->type);
}
// What an arithmetic instruction whose method gave NotImplemented goes on with. Owned; null: exception.
Value operator_refused(uint8_t opcode, bool inplace, Value left, Value right);
// The recorded method for left; null: none.
inline const CacheEntry* operator_entry(const FeedbackWord* fb, Value left) {
  uint64_t word = fb->load(std::memory_order_acquire);
  if (!word || (word & 15)) return nullptr;
  ShapeId shape = left.header()->shape();
  for (const CacheEntry* e = cache_entries(word); e; e = e->next) {
    if (e->shape == shape) return e->type->version.load(std::memory_order_relaxed) == e->version ? e : nullptr;
  }
  return nullptr;
}

// The method that super().name finds for self, for a LOAD_METHOD that follows the call of super: an entry good for self's class, or null
// where it isn't that simple (nothing raised). holder: the class whose method is running, out of the cell in register cell_reg; or the one that
// super(class, self) was given, with kSuperOfArguments for a register.
inline constexpr uint32_t kSuperOfArguments = ~uint32_t{0};
const CacheEntry* cache_super(FeedbackWord* fb, Value self, Value holder, uint32_t cell_reg, Str* name);

// Codes with feedback, for invalidation.
void register_feedback(Code* code);
void release_feedback(Code* code);  // code is dying
void invalidate_name(TypeObject* type, Str* name);
void init_inline_caches();

}  // namespace taipan
