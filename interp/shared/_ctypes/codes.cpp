// _ctypes: the simple types: how each code is read and written.
#include <cstddef>
#include <cwchar>
#include <type_traits>
#include "interp/objects/float.h"
#include "interp/shared/_ctypes/ctypes_objects.h"

namespace taipan::ctypes {

namespace {

template <class T>
T swapped(T v) {
  char bytes[sizeof(T)];
  memcpy(bytes, &v, sizeof v);
  for (size_t i = 0; i < sizeof(T) / 2; i++) std::swap(bytes[i], bytes[sizeof(T) - 1 - i]);
  memcpy(&v, bytes, sizeof v);
  return v;
}
Ref nothing() { return Ref::imm(kNone); }

// ---- integers, and fields of some of their bits

template <class T>
T field_get(T v, int64_t size) {
  int bits = static_cast<int>(size >> 16), low = static_cast<int>(size & 0xffff);
  if (!bits) return v;
  constexpr int kWidth = sizeof(T) * 8;
  using U = std::make_unsigned_t<T>;
  U u = static_cast<U>(static_cast<U>(v) << (kWidth - low - bits));
  return static_cast<T>(static_cast<T>(u) >> (kWidth - bits));
}
template <class T>
T field_set(T old, T fresh, int64_t size) {
  int bits = static_cast<int>(size >> 16), low = static_cast<int>(size & 0xffff);
  if (!bits) return fresh;
  using U = std::make_unsigned_t<T>;
  U ones = bits >= static_cast<int>(sizeof(T) * 8) ? static_cast<U>(~U{0}) : static_cast<U>((U{1} << bits) - 1);
  U mask = static_cast<U>(ones << low);
  return static_cast<T>((static_cast<U>(old) & static_cast<U>(~mask)) |
                        static_cast<U>(static_cast<U>(static_cast<U>(fresh) & ones) << low));
}
bool low_bits(Value v, uint64_t* out) {
  Ref plain = to_index(v);
  if (!plain) return false;
  *out = int_low64(plain);
  return true;
}
template <class T, bool kSwap>
Ref set_int(void* p, Value v, int64_t size) {
  uint64_t n;
  if (!low_bits(v, &n)) return nullptr;
  T old = load<T>(p);
  if (kSwap) old = swapped(old);
  T result = field_set<T>(old, static_cast<T>(n), size);
  save<T>(p, kSwap ? swapped(result) : result);
  return nothing();
}
template <class T, bool kSwap>
Ref get_int(const void* p, int64_t size) {
  T v = load<T>(p);
  if (kSwap) v = swapped(v);
  v = field_get<T>(v, size);
  if constexpr (std::is_unsigned_v<T>) return make_int_u64(v);
  return make_int(static_cast<int64_t>(v));
}
Ref set_bool(void* p, Value v, int64_t size) {
  int truth = is_true(v);
  if (truth < 0) return nullptr;
  save<uint8_t>(p, field_set<uint8_t>(load<uint8_t>(p), static_cast<uint8_t>(truth), size));
  return nothing();
}
// Windows' VARIANT_BOOL: true is -1
Ref set_variant_bool(void* p, Value v, int64_t) {
  int truth = is_true(v);
  if (truth < 0) return nullptr;
  save<short>(p, static_cast<short>(-truth));
  return nothing();
}
Ref get_variant_bool(const void* p, int64_t) { return Ref::imm(bool_value(load<short>(p) != 0)); }
Ref get_bool(const void* p, int64_t size) {
  return Ref::imm(bool_value(field_get<uint8_t>(load<uint8_t>(p), size) != 0));
}

// ---- floating point

template <class T, bool kSwap>
Ref set_float(void* p, Value v, int64_t) {
  double d;
  if (!to_double(v, &d)) return nullptr;
  T x = static_cast<T>(d);
  save<T>(p, kSwap ? swapped(x) : x);
  return nothing();
}
template <class T, bool kSwap>
Ref get_float(const void* p, int64_t) {
  T x = load<T>(p);
  if (kSwap) x = swapped(x);
  return make_float(static_cast<double>(x));
}

// ---- characters

Ref set_char(void* p, Value v, int64_t) {
  if (is_bytes(v) && v.as<Bytes>()->size == 1) return save<uint8_t>(p, v.as<Bytes>()->data()[0]), nothing();
  if (is_bytearray(v) && v.as<ByteArray>()->size == 1) return save<uint8_t>(p, v.as<ByteArray>()->start[0]), nothing();
  if (is_int(v)) {
    Ref plain = int_exact(v);
    int64_t n;
    if (!plain) return nullptr;
    if (int_fits64(plain, &n) && n >= 0 && n < 256) return save<uint8_t>(p, static_cast<uint8_t>(n)), nothing();
  }
  return raise(types::TypeError, "one character bytes, bytearray or integer expected");
}
Ref get_char(const void* p, int64_t) { return make_bytes(p, 1); }
Ref set_wide_char(void* p, Value v, int64_t) {
  if (!is_str(v)) return raise(types::TypeError, "unicode string expected instead of %T instance", v);
  if (v.as<Str>()->length != 1) return raise(types::TypeError, "one character unicode string expected");
  save<wchar_t>(p, static_cast<wchar_t>(v.as<Str>()->at(0)));
  return nothing();
}
Ref wide_str(const wchar_t* s, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (static_cast<uint32_t>(s[i]) > 0x10ffff)
      return raise(types::ValueError, "character U+%x is not in range [U+0000; U+10ffff]", static_cast<unsigned>(s[i]));
  }
  static_assert(sizeof(wchar_t) == sizeof(uint32_t));
  return make_str_ucs4(reinterpret_cast<const uint32_t*>(s), n);
}
Ref get_wide_char(const void* p, int64_t) {
  wchar_t c = load<wchar_t>(p);
  return wide_str(&c, 1);
}

// ---- pointers

bool address(Value v, void** out) {
  Ref plain = int_exact(v);
  if (!plain) return false;
  *out = reinterpret_cast<void*>(int_low64(plain));
  return true;
}
Ref set_text_pointer(void* p, Value v, int64_t) {
  void* a = nullptr;
  if (is_bytes(v)) return save<const void*>(p, v.as<Bytes>()->data()), Ref::dup(v);
  if (is_int(v)) {
    if (!address(v, &a)) return nullptr;
  } else if (v != kNone) {
    return raise(types::TypeError, "bytes or integer address expected instead of %T instance", v);
  }
  save<void*>(p, a);
  return nothing();
}
Ref get_text_pointer(const void* p, int64_t) {
  auto* s = load<const char*>(p);
  return s ? make_bytes(s, strlen(s)) : nothing();
}
Ref set_wide_pointer(void* p, Value v, int64_t) {
  void* a = nullptr;
  if (is_str(v)) {
    Ref keep;
    if (!wide_text(v, &keep, &a)) return nullptr;
    save<void*>(p, a);
    return keep;
  }
  if (is_int(v)) {
    if (!address(v, &a)) return nullptr;
  } else if (v != kNone) {
    return raise(types::TypeError, "unicode string or integer address expected instead of %T instance", v);
  }
  save<void*>(p, a);
  return nothing();
}
Ref get_wide_pointer(const void* p, int64_t) {
  auto* s = load<const wchar_t*>(p);
  return s ? wide_str(s, wcslen(s)) : nothing();
}
Ref set_pointer(void* p, Value v, int64_t) {
  void* a = nullptr;
  if (v != kNone && !is_int(v)) return raise(types::TypeError, "cannot be converted to pointer");
  if (v != kNone && !address(v, &a)) return nullptr;
  save<void*>(p, a);
  return nothing();
}
Ref get_pointer(const void* p, int64_t) {
  auto a = load<uintptr_t>(p);
  return a ? make_int_u64(a) : nothing();
}
// Objects: C code sees the word that stands for one.
Ref set_object(void* p, Value v, int64_t) {
  save<uint64_t>(p, v.bits);
  return Ref::dup(v);
}
Ref get_object(const void* p, int64_t) {
  Value v(load<uint64_t>(p));
  if (v.is_null()) return error_occurred() ? Ref() : static_cast<Ref>(raise(types::ValueError, "PyObject is NULL"));
  return Ref::dup(v);
}

#define TAIPAN_INT_CODE(c, T, ffi, format) \
  {c, &ffi, format, set_int<T, false>, get_int<T, false>, set_int<T, true>, get_int<T, true>}
const Code kCodes[] = {
    {'c', &ffi_type_schar, "<c", set_char, get_char, nullptr, nullptr},
    {'b', &ffi_type_schar, "<b", set_int<signed char, false>, get_int<signed char, false>, nullptr, nullptr},
    {'B', &ffi_type_uchar, "<B", set_int<unsigned char, false>, get_int<unsigned char, false>, nullptr, nullptr},
    TAIPAN_INT_CODE('h', short, ffi_type_sshort, "<h"),
    TAIPAN_INT_CODE('H', unsigned short, ffi_type_ushort, "<H"),
    TAIPAN_INT_CODE('i', int, ffi_type_sint, "<i"),
    TAIPAN_INT_CODE('I', unsigned, ffi_type_uint, "<I"),
    TAIPAN_INT_CODE('l', long, ffi_type_slong, "<q"),
    TAIPAN_INT_CODE('L', unsigned long, ffi_type_ulong, "<Q"),
    TAIPAN_INT_CODE('q', long long, ffi_type_sint64, "<q"),
    TAIPAN_INT_CODE('Q', unsigned long long, ffi_type_uint64, "<Q"),
    {'f', &ffi_type_float, "<f", set_float<float, false>, get_float<float, false>, set_float<float, true>,
     get_float<float, true>},
    {'d', &ffi_type_double, "<d", set_float<double, false>, get_float<double, false>, set_float<double, true>,
     get_float<double, true>},
    {'g', &ffi_type_longdouble, "<g", set_float<long double, false>, get_float<long double, false>, nullptr, nullptr},
    {'?', &ffi_type_uchar, "<?", set_bool, get_bool, nullptr, nullptr},
    {'v', &ffi_type_sshort, "<v", set_variant_bool, get_variant_bool, nullptr, nullptr},
    {'u', &ffi_type_sint, "<u", set_wide_char, get_wide_char, nullptr, nullptr},
    {'z', &ffi_type_pointer, "<z", set_text_pointer, get_text_pointer, nullptr, nullptr},
    {'Z', &ffi_type_pointer, "<Z", set_wide_pointer, get_wide_pointer, nullptr, nullptr},
    {'P', &ffi_type_pointer, "<P", set_pointer, get_pointer, nullptr, nullptr},
    {'O', &ffi_type_pointer, "<O", set_object, get_object, nullptr, nullptr}};
#undef TAIPAN_INT_CODE

}  // namespace

const Code* find_code(uint32_t c) {
  for (const Code& k : kCodes) {
    if (static_cast<uint32_t>(k.code) == c) return &k;
  }
  return nullptr;
}

bool wide_text(Value str, Ref* keep, void** p) {
  auto* s = str.as<Str>();
  *keep = new_bytes_raw((s->length + 1) * sizeof(wchar_t));
  if (!*keep) return false;
  auto* out = reinterpret_cast<wchar_t*>(keep->as<Bytes>()->data());
  for (size_t i = 0; i < s->length; i++) out[i] = static_cast<wchar_t>(s->at(i));
  out[s->length] = 0;
  *p = out;
  return true;
}

}  // namespace taipan::ctypes
