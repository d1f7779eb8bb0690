// Development mode: str.encode() and bytes.decode() look their encoding and error handler up even where the text needs neither.
#pragma once

namespace taipan {

extern bool check_codec_names;

}  // namespace taipan
