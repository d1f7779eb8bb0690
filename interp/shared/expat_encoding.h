// Encodings that expat doesn't know itself, for the modules over it: what XML_SetUnknownEncodingHandler's function does.
#pragma once
#include <expat.h>
#include "interp/objects/bytes.h"
#include "interp/objects/codecs.h"
#include "interp/shared/shared_module.h"

namespace taipan {

// Describes an encoding with one byte a character. False: an exception is set.
inline bool describe_encoding(const char* encoding, XML_Encoding* info) {
  char all[256];
  for (int i = 0; i < 256; i++) all[i] = static_cast<char>(i);
  Ref octets = make_bytes(all, sizeof all);
  Ref decoded = octets ? decode_octets(octets, encoding, "replace") : Ref();
  if (!decoded) return false;
  if (decoded.as<Str>()->length != 256) return raise(types::ValueError, "multi-byte encodings are not supported");
  for (size_t i = 0; i < 256; i++) {
    uint32_t c = decoded.as<Str>()->at(i);
    info->map[i] = c == 0xfffd ? -1 : static_cast<int>(c);
  }
  info->data = nullptr;
  info->convert = nullptr;
  info->release = nullptr;
  return true;
}

}  // namespace taipan
