#include "frontend/bytecode/positions.h"

namespace taipan::frontend {

namespace {

void put_varint(std::string* out, int64_t v) {
  uint64_t u = (static_cast<uint64_t>(v) << 1) ^ static_cast<uint64_t>(v >> 63);
  while (u >= 0x80) {
    out->push_back(static_cast<char>(u | 0x80));
    u >>= 7;
  }
  out->push_back(static_cast<char>(u));
}

bool get_varint(std::string_view in, size_t* at, int64_t* out) {
  uint64_t u = 0;
  for (int shift = 0; shift < 42; shift += 7) {
    if (*at == in.size()) return false;
    auto byte = static_cast<uint8_t>(in[(*at)++]);
    u |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (!(byte & 0x80)) {
      *out = static_cast<int64_t>(u >> 1) ^ -static_cast<int64_t>(u & 1);
      return true;
    }
  }
  return false;
}

}  // namespace

std::string pack_positions(const std::vector<Position>& positions, int32_t first_line, size_t count) {
  std::string table;
  table.reserve(count * 5);
  int64_t line = first_line;
  for (size_t i = 0; i < count; i++) {
    Position p = i < positions.size() ? positions[i] : Position{0, 0, -1, -1};
    if (p.line <= 0) {
      put_varint(&table, kNoPositionLine - line);
      table.append(3, '\0');
      continue;
    }
    put_varint(&table, p.line - line);
    put_varint(&table, int64_t{p.end_line} - p.line);
    put_varint(&table, int64_t{p.column} + 1);
    put_varint(&table, int64_t{p.end_column} - p.column);
    line = p.line;
  }
  return table;
}

bool unpack_positions(std::string_view packed, int32_t first_line, size_t count, std::vector<Position>* out) {
  out->clear();
  out->reserve(count < packed.size() ? count : packed.size());
  int64_t line = first_line;
  size_t at = 0;
  for (size_t i = 0; i < count; i++) {
    int64_t step, span, column, width;
    if (!get_varint(packed, &at, &step) || !get_varint(packed, &at, &span) || !get_varint(packed, &at, &column) ||
        !get_varint(packed, &at, &width))
      return false;
    if (line + step == kNoPositionLine) {
      out->push_back({0, 0, -1, -1});
      continue;
    }
    line += step;
    column--;
    out->push_back({static_cast<int32_t>(line), static_cast<int32_t>(line + span), static_cast<int32_t>(column),
                    static_cast<int32_t>(column + width)});
  }
  return at == packed.size();
}

}  // namespace taipan::frontend
