// memoryview's layout. A hidden object (Managed) holds the exporter's buffer; every view on it, slices and casts included, holds
// that object, so the buffer is given back when the last view is released.
#pragma once
#include "interp/objects/bytes.h"
#include "interp/objects/error.h"

namespace taipan {

inline constexpr int kMaxDimensions = 64;

struct ManagedBuffer {
  Header h;
  Buffer master;
  bool open;      // master still has to be released
  int64_t views;  // views that are not released
};
enum MemoryFlags : uint32_t { kMemoryReleased = 1, kMemoryRestricted = 2 };

struct MemoryView {
  Header h;
  Value managed;    // ManagedBuffer; stays after release() of this view
  Buffer view;      // owner is not used; shape, strides and suboffsets lie in dims
  int64_t exports;  // buffers of this view given out
  int64_t hash;     // -1: not computed
  uint32_t flags;
  int64_t* dims;  // 3 * ndim numbers: small_dims or a raw buffer
  int64_t small_dims[6];
};

// A view of one dimension without indirection that hasn't been released: its items from start to stop (in order, both inside).
bool memory_is_row(Value v);
int64_t memory_row_length(Value v);
Ref memory_row_slice(Value v, int64_t start, int64_t stop);
bool memory_check_open(MemoryView* m);  // ValueError if released
bool memory_is_contiguous(const MemoryView* m, char order);
Fail unsupported_format(const char* format);  // NotImplementedError
char native_format_char(const char* format);  // of "B", "@B", null; 0: not a single native character
int64_t native_item_size(char c);             // 0: unknown character

// memoryview_items.cpp
Ref memory_unpack_item(const char* format, const void* p);  // native formats; NotImplementedError otherwise
bool memory_pack_item(const char* format, void* p, Value v);
Ref memory_compare(Value a, Value b, CompareOp op);
Ref memory_to_list(const Buffer* view);
bool memory_copy_items(const Buffer* to, const Buffer* from);  // same structure; overlapping allowed
bool memory_same_structure(const Buffer* a, const Buffer* b);

}  // namespace taipan
