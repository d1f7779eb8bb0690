// What the files of the module _pickle share: opcodes, the state of the module, Pickler (pickler*.cpp), Unpickler (unpickler*.cpp) and
// PickleBuffer (pickle_buffer.cpp).
#pragma once
#include <string_view>
#include "interp/modules/module_util.h"
#include "interp/objects/bytes.h"
#include "interp/objects/containers.h"
#include "interp/objects/dict.h"
#include "interp/objects/float.h"
#include "interp/objects/list.h"
#include "interp/objects/set.h"
#include "interp/objects/str_impl.h"

namespace taipan::pickle {

enum Op : uint8_t {
  kMark = '(',
  kStop = '.',
  kPop = '0',
  kPopMark = '1',
  kDup = '2',
  kFloat = 'F',
  kInt = 'I',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kLong = 'L',
  kBinInt2 = 'M',
  kNoneOp = 'N',
  kPersId = 'P',
  kBinPersId = 'Q',
  kReduce = 'R',
  kString = 'S',
  kBinString = 'T',
  kShortBinString = 'U',
  kUnicode = 'V',
  kBinUnicode = 'X',
  kAppend = 'a',
  kBuild = 'b',
  kGlobal = 'c',
  kDictOp = 'd',
  kEmptyDict = '}',
  kAppends = 'e',
  kGet = 'g',
  kBinGet = 'h',
  kInst = 'i',
  kLongBinGet = 'j',
  kListOp = 'l',
  kEmptyList = ']',
  kObj = 'o',
  kPut = 'p',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kSetItem = 's',
  kTupleOp = 't',
  kEmptyTuple = ')',
  kSetItems = 'u',
  kBinFloat = 'G',
  // protocol 2
  kProto = 0x80,
  kNewObj = 0x81,
  kExt1 = 0x82,
  kExt2 = 0x83,
  kExt4 = 0x84,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8a,
  kLong4 = 0x8b,
  // protocol 3
  kBinBytes = 'B',
  kShortBinBytes = 'C',
  // protocol 4
  kShortBinUnicode = 0x8c,
  kBinUnicode8 = 0x8d,
  kBinBytes8 = 0x8e,
  kEmptySet = 0x8f,
  kAddItems = 0x90,
  kFrozenSetOp = 0x91,
  kNewObjEx = 0x92,
  kStackGlobal = 0x93,
  kMemoize = 0x94,
  kFrame = 0x95,
  // protocol 5
  kByteArray8 = 0x96,
  kNextBuffer = 0x97,
  kReadOnlyBuffer = 0x98
};
inline constexpr int kHighestProtocol = 5, kDefaultProtocol = 4;
inline constexpr size_t kBatch = 1000;
inline constexpr size_t kFrameTarget = 64 * 1024, kFrameMin = 4, kFrameHeader = 9;
inline constexpr int kFastNestingLimit = 50;

// What the module takes from the library when it is imported; all registered as roots.
struct State {
  Value error, pickling_error, unpickling_error;                                 // exception classes
  Value dispatch_table, extension_registry, inverted_registry, extension_cache;  // copyreg
  Value name_2to3, import_2to3, name_3to2, import_3to2;                          // _compat_pickle
  Value codecs_encode, getattr, partial;
};
extern State state;
inline TypeObject* pickling_error() { return state.pickling_error.as<TypeObject>(); }
inline TypeObject* unpickling_error() { return state.unpickling_error.as<TypeObject>(); }

// An attribute that is called often, bound or not: where it is a method of the very object that keeps it, only the function is kept, so
// that the object isn't kept alive by itself.
struct MethodRef {
  Value function;  // null: none
  bool pass_self;
};
bool find_method_ref(Header* holder, Str* name, MethodRef* out);  // absent: function null
// Whether reading the attribute leads to the built-in base class's own descriptor, which needn't be asked about an empty field.
bool is_inherited(Value self, Str* name, TypeObject* base);
void set_method_ref(Header* holder, MethodRef* m, Value function);
Ref call_method_ref(Header* holder, const MethodRef& m, Value arg);

// a.b.c as a list; AttributeError where "<locals>" is among the parts.
Ref dotted_path(Value object_or_null, Value name);
// Follows the path; *parent (may be null): the last but one. kMissing without an exception: not there.
Ref deep_attribute(Value object, Value path, Ref* parent);

// ---- Pickler
struct MemoEntry {
  Value key;  // null: unused
  int64_t index;
};
struct Pickler {
  Header h;
  MemoEntry* memo;  // open addressing by identity; the entry before the first has the capacity as its index
  size_t memo_capacity, memo_size;
  MethodRef persistent_id;
  Value dispatch_table;    // null: copyreg's
  Value reducer_override;  // while dump() runs
  Value write;             // null: into memory
  Value buffer_callback;   // null: none
  Value fast_memo;         // fast mode: containers being written, from some depth on
  uint8_t* out;
  size_t out_size, out_capacity;
  int64_t frame_start;  // of the open frame in out; -1: none
  int32_t proto, bin, fast, fast_nesting;
  bool framing, fix_imports;
};
// The index in the memo, or -1.
int64_t memo_find(const Pickler* p, Value v);
bool memo_add(Pickler* p, Value v, int64_t index);
void memo_clear(Pickler* p);

bool pickler_setup(Pickler* p, Value protocol, Value fix_imports, Value buffer_callback);  // null: default
bool pickler_set_output(Pickler* p, Value file);
bool pickler_dump(Pickler* p, Value v);
bool pickler_flush(Pickler* p);  // to the file
bool pickler_reset_output(Pickler* p);
bool save(Pickler* p, Value v, bool persistent_done);
bool save_reduce(Pickler* p, Value args, Value v);  // v null: not memoised (pickler_reduce.cpp)
bool save_global(Pickler* p, Value v, Value name);  // name null: its own
bool save_type(Pickler* p, Value v);
bool is_plain_object(Value v);
bool save_plain_object(Pickler* p, Value v);
bool batch_list(Pickler* p, Value iterator);
bool batch_dict(Pickler* p, Value iterator);

uint8_t* output_room_slow(Pickler* p, size_t n);
// Room for n octets, in the open frame; the caller adds what it wrote to out_size. Null: MemoryError.
TAIPAN_INLINE uint8_t* output_room(Pickler* p, size_t n) {
  if (TAIPAN_LIKELY(p->out_capacity - p->out_size >= n + kFrameHeader && !(p->framing && p->frame_start < 0)))
    return p->out + p->out_size;
  return output_room_slow(p, n);
}
bool write_bytes(Pickler* p, const void* data, size_t n);
inline bool write_op(Pickler* p, uint8_t op) {
  uint8_t* to = output_room(p, 1);
  if (TAIPAN_UNLIKELY(!to)) return false;
  *to = op;
  p->out_size++;
  return true;
}
bool memo_put(Pickler* p, Value v);
bool memo_get(Pickler* p, int64_t index);

extern TypeObject *pickler_type, *unpickler_type, *pickle_buffer_type;
bool add_pickler(Value module);

// ---- Unpickler
struct Unpickler {
  Header h;
  Value* stack;  // the word before the items is the capacity, for the collector; unused slots are null
  size_t stack_size, stack_capacity;
  size_t fence;  // below it belongs to marks
  bool mark_set;
  size_t* marks;
  size_t marks_size, marks_capacity;
  Value* memo;  // laid out as the stack
  size_t memo_capacity, memo_used;
  MethodRef persistent_load;
  Value peek, readinto, read, readline;  // null: not a file, or the file hasn't got it
  Value buffers;                         // iterator or null
  Value encoding, errors;                // str
  Value input_owner;                     // what in points into (bytes or another exporter)
  Buffer input;
  bool has_input;
  const uint8_t* in;
  size_t in_size, in_pos;
  size_t prefetched;  // up to here the file's own position is behind: peek() gave the rest
  int32_t proto;
  bool fix_imports, running;
};
bool add_unpickler(Value module);
bool unpickler_setup(Unpickler* u, Value fix_imports, Value encoding, Value errors, Value buffers);
bool unpickler_set_file(Unpickler* u, Value file);
bool unpickler_set_data(Unpickler* u, Value data);
Ref unpickler_load(Unpickler* u);
Ref unpickler_find_class(Unpickler* u, Value module, Value name);  // as the method of the class
Ref find_class(Unpickler* u, Value module, Value name);            // as a subclass may have it
void unpickler_drop_input(Unpickler* u);

// Input (unpickler_input.cpp).
bool read_input(Unpickler* u, size_t n, const uint8_t** out);  // n octets, to be used before the next call
bool read_line(Unpickler* u, const uint8_t** out, size_t* n);  // without the newline
bool read_into(Unpickler* u, uint8_t* to, size_t n);
bool skip_consumed(Unpickler* u);

Ref make_unpickler();  // uninitialised, for load() and loads()
Ref make_pickler();
bool add_pickle_buffer(Value module);
const Buffer* pickle_buffer_view(Value v);  // null with ValueError: released

}  // namespace taipan::pickle
