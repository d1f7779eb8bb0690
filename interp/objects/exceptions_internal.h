// Between the files of the exceptions.
#pragma once
#include "interp/objects/exceptions.h"

namespace taipan {

Ref base_exception_new(TypeObject* cls, RawArgs a);
bool base_exception_init(Value self, RawArgs a);
Ref base_exception_str(Value self);
Ref base_exception_reduce_with(Value self, Value args, Value dict_or_null);  // (type, args[, dict])
Ref exception_dict_or_null(Value self);  // the instance's dict if it has one that isn't empty; no copy
void base_exc_trace(Header* h, gc::Visitor& v);
void base_exc_clear(Header* h);
bool no_keywords(Value self, RawArgs a);  // "X() takes no keyword arguments"

extern const TypeSpec kBaseExcLayout, kSystemExitExcLayout, kStopIterationExcLayout, kGroupExcLayout,
    kAttributeErrorExcLayout, kNameErrorExcLayout, kImportErrorExcLayout, kOSErrorExcLayout, kSyntaxErrorExcLayout,
    kUnicodeErrorExcLayout;
extern const TypeSpec kKeyErrorExcSpec, kUnicodeDecodeErrorSpec_, kUnicodeEncodeErrorSpec_, kUnicodeTranslateErrorSpec_;

// The layouts derive from BaseExc without virtual anything: offsets are what they seem.
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
#define EXC_FIELD(T, f) static_cast<uint32_t>(__builtin_offsetof(T, f))

}  // namespace taipan
