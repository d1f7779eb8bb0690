// What the files of the module _json share: see json_scanner.cpp and json_encoder.cpp.
#pragma once
#include "interp/modules/module_util.h"
#include "interp/objects/containers.h"
#include "interp/objects/dict.h"
#include "interp/objects/float.h"
#include "interp/objects/list.h"
#include "interp/objects/str_impl.h"

namespace taipan {

bool add_json_scanner(Value module);
bool add_json_encoder(Value module);
Ref json_scanstring_impl(Args& a);
Ref json_encode_basestring_impl(Args& a);
Ref json_encode_basestring_ascii_impl(Args& a);

}  // namespace taipan
