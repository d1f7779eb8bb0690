// Bytes as DWARF has them.
#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace taipan::arch {

class Writer {
 public:
  std::vector<uint8_t> bytes;
  void u8(int v) { bytes.push_back(static_cast<uint8_t>(v)); }
  template <class T>
  void raw(T v) {
    size_t n = bytes.size();
    bytes.resize(n + sizeof v);
    memcpy(&bytes[n], &v, sizeof v);
  }
  void uleb(uint64_t v) {
    do {
      u8(static_cast<int>((v & 0x7F) | (v > 0x7F ? 0x80 : 0)));
      v >>= 7;
    } while (v);
  }
  void sleb(int64_t v) {
    for (;;) {
      int byte = static_cast<int>(v & 0x7F);
      v >>= 7;
      bool last = (v == 0 && !(byte & 0x40)) || (v == -1 && (byte & 0x40));
      u8(byte | (last ? 0 : 0x80));
      if (last) return;
    }
  }
  void text(std::string_view s) {
    bytes.insert(bytes.end(), s.begin(), s.end());
    u8(0);
  }
  // A unit's length goes before it.
  size_t begin_length() {
    raw<uint32_t>(0);
    return bytes.size();
  }
  void end_length(size_t start) {
    uint32_t n = static_cast<uint32_t>(bytes.size() - start);
    memcpy(&bytes[start - 4], &n, 4);
  }
};

}  // namespace taipan::arch
