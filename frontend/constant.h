// The value of a literal, or of an expression that the compiler folded: plain data in an arena, no runtime objects.
#pragma once

#include <cstdint>
#include <string_view>

#include "frontend/arena.h"

namespace taipan::frontend {

enum class ConstantKind : uint8_t {
  kNone,
  kTrue,
  kFalse,
  kEllipsis,
  kInt,        // int_value
  kBigInt,     // an int outside int64: text() holds its digits in base 10 or 16 without prefix, sign or leading zeros
  kFloat,      // float_value
  kComplex,    // float_value is the real part (0.0 for literals), imag_value the imaginary part
  kStr,        // text(): UTF-8, lone surrogates encoded in three bytes like any other code point; may hold NULs
  kBytes,      // text(): the bytes
  kTuple,      // items()
  kFrozenSet,  // items(): distinct, in insertion order
  kForeign,    // an object the embedder put into a tree (ast.Constant(value=anything)); foreign is its handle
};

struct ConstantValue {
  ConstantKind kind = ConstantKind::kNone;
  bool big_is_hex = false;    // kBigInt: digits are base 16 (lower case) rather than base 10
  bool big_negative = false;  // kBigInt: the value is minus what the digits say
  bool is_ascii = false;      // kStr: every byte is below 128
  union {
    int64_t int_value = 0;
    double float_value;
    const char* data;
    const ConstantValue* item_data;
    uintptr_t foreign;
  };
  union {
    uint64_t size = 0;  // of text() or items()
    double imag_value;
  };

  std::string_view text() const { return {data, static_cast<size_t>(size)}; }
  Seq<const ConstantValue> items() const { return {item_data, static_cast<uint32_t>(size)}; }
  bool is_singleton() const { return kind <= ConstantKind::kEllipsis; }

  static ConstantValue none() { return of(ConstantKind::kNone); }
  static ConstantValue boolean(bool value) { return of(value ? ConstantKind::kTrue : ConstantKind::kFalse); }
  static ConstantValue ellipsis() { return of(ConstantKind::kEllipsis); }
  static ConstantValue integer(int64_t value) {
    ConstantValue result = of(ConstantKind::kInt);
    result.int_value = value;
    return result;
  }
  // digits: see kBigInt. The caller keeps them alive (in the arena).
  static ConstantValue big_integer(std::string_view digits, bool is_hex, bool negative = false) {
    ConstantValue result = of_text(ConstantKind::kBigInt, digits);
    result.big_is_hex = is_hex;
    result.big_negative = negative;
    return result;
  }
  static ConstantValue floating(double value) {
    ConstantValue result = of(ConstantKind::kFloat);
    result.float_value = value;
    return result;
  }
  static ConstantValue complex(double real, double imag) {
    ConstantValue result = of(ConstantKind::kComplex);
    result.float_value = real;
    result.imag_value = imag;
    return result;
  }
  static ConstantValue string(std::string_view text) {
    ConstantValue result = of_text(ConstantKind::kStr, text);
    result.is_ascii = true;
    for (unsigned char byte : text) {
      if (byte >= 128) {
        result.is_ascii = false;
        break;
      }
    }
    return result;
  }
  static ConstantValue bytes(std::string_view text) { return of_text(ConstantKind::kBytes, text); }
  static ConstantValue tuple(const ConstantValue* items, size_t count) {
    ConstantValue result = of(ConstantKind::kTuple);
    result.item_data = items;
    result.size = count;
    return result;
  }
  static ConstantValue frozen_set(const ConstantValue* items, size_t count) {
    ConstantValue result = tuple(items, count);
    result.kind = ConstantKind::kFrozenSet;
    return result;
  }

 private:
  static ConstantValue of(ConstantKind kind) {
    ConstantValue result;
    result.kind = kind;
    return result;
  }
  static ConstantValue of_text(ConstantKind kind, std::string_view text) {
    ConstantValue result = of(kind);
    result.data = text.data();
    result.size = text.size();
    return result;
  }
};

}  // namespace taipan::frontend
