#include "frontend/source.h"

#include <cstdio>
#include <cstring>

namespace taipan::frontend {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

// "UTF_8-mac" -> "utf-8" and the like; anything else stays as it is.
std::string normalise_encoding(std::string_view name) {
  std::string lower;
  for (char c : name.substr(0, 12)) lower += c == '_' ? '-' : (c >= 'A' && c <= 'Z') ? static_cast<char>(c | 32) : c;
  auto is = [&](std::string_view base) {
    return lower == base ||
           (lower.size() > base.size() && lower.compare(0, base.size(), base) == 0 && lower[base.size()] == '-');
  };
  if (is("utf-8")) return "utf-8";
  if (is("latin-1") || is("iso-8859-1") || is("iso-latin-1")) return "iso-8859-1";
  return std::string(name);
}

std::string_view take_line(std::string_view* rest) {
  size_t end = 0;
  while (end < rest->size() && (*rest)[end] != '\n' && (*rest)[end] != '\r') end++;
  std::string_view line = rest->substr(0, end);
  if (end < rest->size()) {
    bool pair = (*rest)[end] == '\r' && end + 1 < rest->size() && (*rest)[end + 1] == '\n';
    end += pair ? 2 : 1;
  }
  rest->remove_prefix(end);
  return line;
}

// The encoding a comment line declares. *blank: the line holds nothing else than a comment, so the next one may declare it.
std::string line_cookie(std::string_view line, bool* blank) {
  *blank = false;
  size_t i = 0;
  while (i < line.size() && (line[i] == ' ' || line[i] == '\t' || line[i] == '\f')) i++;
  if (i == line.size()) {
    *blank = true;
    return {};
  }
  if (line[i] != '#') return {};
  *blank = true;
  for (; i + 6 < line.size(); i++) {
    if (line.compare(i, 6, "coding") != 0 || (line[i + 6] != ':' && line[i + 6] != '=')) continue;
    size_t start = i + 7;
    while (start < line.size() && (line[start] == ' ' || line[start] == '\t')) start++;
    size_t end = start;
    while (end < line.size() && is_name_character(line[end])) end++;
    if (end > start) return normalise_encoding(line.substr(start, end - start));
  }
  return {};
}

void fail(DecodeResult* result, std::string message, bool from_file) {
  result->error.kind = ErrorKind::kSyntaxError;
  result->error.message = std::move(message);
  result->error.has_location = !from_file;
  result->error.has_text = false;
  result->error.offset = -1;
}

}  // namespace

std::string find_encoding_cookie(std::string_view bytes) {
  bool blank = false;
  std::string cookie = line_cookie(take_line(&bytes), &blank);
  if (cookie.empty() && blank) cookie = line_cookie(take_line(&bytes), &blank);
  return cookie;
}

size_t find_invalid_utf8(std::string_view text) {
  size_t i = 0;
  const size_t size = text.size();
  auto byte = [&](size_t index) { return static_cast<unsigned char>(text[index]); };
  auto continues = [&](size_t index) { return index < size && (byte(index) & 0xC0) == 0x80; };
  while (i < size) {
    // Eight ASCII bytes at a time.
    while (i + 8 <= size) {
      uint64_t word;
      std::memcpy(&word, text.data() + i, 8);
      if ((word & 0x8080808080808080u) != 0) break;
      i += 8;
    }
    if (i >= size) break;
    unsigned char c = byte(i);
    if (c < 0x80) {
      i++;
    } else if (c >= 0xC2 && c <= 0xDF) {
      if (!continues(i + 1)) return i;
      i += 2;
    } else if (c >= 0xE0 && c <= 0xEF) {
      if (!continues(i + 1) || !continues(i + 2)) return i;
      if ((c == 0xE0 && byte(i + 1) < 0xA0) || (c == 0xED && byte(i + 1) >= 0xA0)) return i;
      i += 3;
    } else if (c >= 0xF0 && c <= 0xF4) {
      if (!continues(i + 1) || !continues(i + 2) || !continues(i + 3)) return i;
      if ((c == 0xF0 && byte(i + 1) < 0x90) || (c == 0xF4 && byte(i + 1) >= 0x90)) return i;
      i += 4;
    } else {
      return i;
    }
  }
  return std::string_view::npos;
}

namespace {

// The bad bytes at text[bad]: how many belong together, and what is wrong with them.
size_t bad_length(std::string_view text, size_t bad, const char** reason) {
  auto byte = [&](size_t index) { return static_cast<unsigned char>(text[index]); };
  unsigned char c = byte(bad);
  if (c < 0xC2 || c > 0xF4) {
    *reason = "invalid start byte";
    return 1;
  }
  size_t expected = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
  size_t length = 1;
  while (length < expected && bad + length < text.size()) {
    unsigned char next = byte(bad + length);
    bool valid = (next & 0xC0) == 0x80;
    if (length == 1 && valid) {
      if (c == 0xE0) valid = next >= 0xA0;
      if (c == 0xED) valid = next < 0xA0;
      if (c == 0xF0) valid = next >= 0x90;
      if (c == 0xF4) valid = next < 0x90;
    }
    if (!valid) {
      *reason = "invalid continuation byte";
      return length;
    }
    length++;
  }
  *reason = "unexpected end of data";
  return length;
}

}  // namespace

std::string describe_invalid_utf8(std::string_view text) {
  size_t bad = find_invalid_utf8(text);
  if (bad == std::string_view::npos) return {};
  const char* reason = "";
  size_t length = bad_length(text, bad, &reason);
  char message[160];
  if (length == 1) {
    std::snprintf(message, sizeof message, "'utf-8' codec can't decode byte 0x%02x in position %zu: %s",
                  static_cast<unsigned>(static_cast<unsigned char>(text[bad])), bad, reason);
  } else {
    std::snprintf(message, sizeof message, "'utf-8' codec can't decode bytes in position %zu-%zu: %s", bad,
                  bad + length - 1, reason);
  }
  return message;
}

std::string replace_invalid_utf8(std::string_view text) {
  std::string out;
  for (;;) {
    size_t bad = find_invalid_utf8(text);
    if (bad == std::string_view::npos) break;
    out.append(text.substr(0, bad));
    out += "\xEF\xBF\xBD";
    const char* reason;
    text.remove_prefix(bad + bad_length(text, bad, &reason));
  }
  out.append(text);
  return out;
}

DecodeResult decode_source(std::string_view bytes, std::string_view filename, const Decoder& decoder, bool from_file,
                           bool ignore_cookie) {
  DecodeResult result;
  bool mark = bytes.substr(0, 3) == kByteOrderMark;
  if (mark) bytes.remove_prefix(3);
  std::string cookie = ignore_cookie ? std::string() : find_encoding_cookie(bytes);
  result.has_declaration = mark || !cookie.empty();
  if (mark && !cookie.empty() && cookie != "utf-8") {
    fail(&result, "encoding problem: " + cookie + " with BOM", from_file);
    return result;
  }
  result.encoding = cookie.empty() ? "utf-8" : cookie;
  std::string codec;
  for (char c : result.encoding) codec += c == '_' ? '-' : (c >= 'A' && c <= 'Z') ? static_cast<char>(c | 32) : c;
  std::string problem;
  if (codec == "utf-8") {
    result.invalid_utf8 = find_invalid_utf8(bytes) != std::string_view::npos;
    if (result.invalid_utf8 && from_file && !result.has_declaration) {
      size_t bad = find_invalid_utf8(bytes);
      int line = 1;
      for (size_t i = 0; i < bad; i++) line += bytes[i] == '\n';
      char start[80];
      std::snprintf(start, sizeof start, "Non-UTF-8 code starting with '\\x%.2x' in file ",
                    static_cast<unsigned>(static_cast<unsigned char>(bytes[bad])));
      result.error.kind = ErrorKind::kSyntaxError;
      result.error.message = std::string(start) + std::string(filename) + " on line " + std::to_string(line) +
                             ", but no encoding declared; see https://peps.python.org/pep-0263/ for details";
      return result;
    }
    result.text.assign(bytes);
  } else if (codec == "utf8") {
    if (find_invalid_utf8(bytes) != std::string_view::npos) problem = describe_invalid_utf8(bytes);
    result.text.assign(bytes);
  } else if (codec == "iso-8859-1" || codec == "latin1" || codec == "iso8859-1") {
    for (unsigned char c : bytes) {
      if (c < 128) {
        result.text += static_cast<char>(c);
      } else {
        result.text += static_cast<char>(0xC0 | c >> 6);
        result.text += static_cast<char>(0x80 | (c & 63));
      }
    }
  } else if (codec == "ascii" || codec == "us-ascii") {
    for (size_t i = 0; i < bytes.size() && problem.empty(); i++) {
      if (static_cast<unsigned char>(bytes[i]) < 128) continue;
      char message[120];
      std::snprintf(message, sizeof message,
                    "'ascii' codec can't decode byte 0x%02x in position %zu: ordinal not in range(128)",
                    static_cast<unsigned>(static_cast<unsigned char>(bytes[i])), i);
      problem = message;
    }
    result.text.assign(bytes);
  } else {
    DecodeStatus status = DecodeStatus::kUnknown;
    // A codec gets lines as the tokenizer wants them, the last one ended: what isn't ASCII-compatible meets its error there.
    std::string lines;
    if (!from_file) {
      for (size_t i = 0; i < bytes.size(); i++) {
        if (bytes[i] != '\r')
          lines += bytes[i];
        else if (i + 1 >= bytes.size() || bytes[i + 1] != '\n')
          lines += '\n';
      }
      if (!lines.empty() && lines.back() != '\n') lines += '\n';
      bytes = lines;
    }
    if (decoder.decode != nullptr) status = decoder.decode(decoder.context, result.encoding, bytes, &result.text);
    if (status == DecodeStatus::kUnknown) problem = "unknown encoding: " + result.encoding;
    if (status == DecodeStatus::kFailed) problem = result.text;
  }
  if (problem.empty()) {
    result.ok = true;
  } else {
    fail(&result, from_file ? "encoding problem: " + result.encoding : problem, from_file);
  }
  return result;
}

}  // namespace taipan::frontend
