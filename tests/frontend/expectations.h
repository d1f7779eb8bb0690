// Reads the files of programs and expectations beside the tests (see update_expectations.py).
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

namespace taipan::frontend {

struct Expectation {
  std::string mode;
  std::string program;
  std::string expected;
  int line;
};

inline std::string decode_expectation(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    char kind = text[++i];
    if (kind == '\\') {
      out += '\\';
      continue;
    }
    size_t digits = kind == 'x' ? 2 : 4;
    unsigned value = static_cast<unsigned>(std::stoul(text.substr(i + 1, digits), nullptr, 16));
    i += digits;
    if (value < 0x80) {
      out += static_cast<char>(value);
    } else if (value < 0x800) {
      out += static_cast<char>(0xC0 | value >> 6);
      out += static_cast<char>(0x80 | (value & 63));
    } else {
      out += static_cast<char>(0xE0 | value >> 12);
      out += static_cast<char>(0x80 | (value >> 6 & 63));
      out += static_cast<char>(0x80 | (value & 63));
    }
  }
  return out;
}

inline std::vector<Expectation> read_expectations(const char* name) {
  std::string path = std::string("tests/frontend/") + name;
  std::FILE* file = std::fopen(path.c_str(), "rb");
  EXPECT_NE(file, nullptr) << path << " (run from the project's folder)";
  std::vector<Expectation> all;
  if (file == nullptr) return all;
  std::string text;
  char buffer[65536];
  size_t count;
  while ((count = std::fread(buffer, 1, sizeof buffer, file)) > 0) text.append(buffer, count);
  std::fclose(file);
  int line_number = 0;
  bool in_program = false;
  bool first_line = true;
  for (size_t start = 0; start < text.size();) {
    size_t end = text.find('\n', start);
    if (end == std::string::npos) end = text.size();
    std::string line = text.substr(start, end - start);
    start = end + 1;
    line_number++;
    if (!in_program && line.rfind("=== ", 0) == 0) {
      all.push_back({line.substr(4), "", "", line_number});
      in_program = true;
      first_line = true;
    } else if (in_program && line.rfind("--- ", 0) == 0) {
      all.back().program = decode_expectation(all.back().program);
      all.back().expected = decode_expectation(line.substr(4));
      in_program = false;
    } else if (in_program) {
      if (!first_line) all.back().program += '\n';
      first_line = false;
      all.back().program += line;
    }
  }
  return all;
}

}  // namespace taipan::frontend
