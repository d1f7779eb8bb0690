#include "frontend/bytecode/serialize.h"

#include <cstring>

#include "frontend/bytecode/op_info.h"
#include "frontend/bytecode/positions.h"
#include "frontend/bytecode/verifier.h"
#include "gen/compiler_revision.inc"

namespace taipan::frontend {

namespace {

constexpr char kMagic[4] = {'T', 'p', 'B', 'c'};
constexpr uint32_t kFormat = 2;
constexpr size_t kHeaderSize = 4 + 4 + 8;
constexpr int kMaxDepth = 3000;  // nested code and tuples

constexpr uint32_t compute_version() {
  uint32_t hash = 2166136261u ^ kFormat ^ TAIPAN_COMPILER_REVISION;
  auto mix = [&hash](unsigned char byte) { hash = (hash ^ byte) * 16777619u; };
  for (const OpInfo& info : kOpInfo) {
    for (const char* p = info.name; *p; p++) mix(static_cast<unsigned char>(*p));
    for (char c : info.format) mix(static_cast<unsigned char>(c));
    mix(info.effects);
  }
  return hash;
}
constexpr uint32_t kVersion = compute_version();

uint64_t checksum(std::string_view bytes) {
  uint64_t hash = 0x9E3779B97F4A7C15ull ^ bytes.size();
  size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + i, 8);
    hash = (hash ^ word) * 0xFF51AFD7ED558CCDull;
    hash ^= hash >> 32;
  }
  uint64_t tail = 0;
  std::memcpy(&tail, bytes.data() + i, bytes.size() - i);
  hash = (hash ^ tail) * 0xC4CEB9FE1A85EC53ull;
  return hash ^ hash >> 29;
}

void put_fixed(std::string* out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; i++) out->push_back(static_cast<char>(value >> (8 * i)));
}

class Writer {
 public:
  bool foreign = false;

  void unit(const CodeUnit& u) {
    text(u.name);
    text(u.qualname);
    text(u.filename);
    number(static_cast<uint32_t>(u.first_line));
    number(u.flags);
    number(u.argcount);
    number(u.posonly_argcount);
    number(u.kwonly_argcount);
    number(u.register_count);
    texts(u.varnames);
    texts(u.cellvars);
    texts(u.freevars);
    for (int32_t argument : u.cell_argument) number(static_cast<uint32_t>(argument + 1));
    texts(u.names);
    number(u.constants.size());
    for (const ConstantEntry& entry : u.constants) {
      if (entry.code) {
        out_.push_back(static_cast<char>(0xFF));
        unit(*entry.code);
      } else {
        constant(entry.value);
      }
    }
    number(u.code.size());
    out_.append(reinterpret_cast<const char*>(u.code.data()), u.code.size() * sizeof(Instruction));
    text(u.packed_positions.empty() ? pack_positions(u.positions, u.first_line, u.code.size()) : u.packed_positions);
    number(u.handlers.size());
    for (const HandlerRange& h : u.handlers) {
      number(h.start);
      number(h.end - h.start);
      number(h.target);
      number(h.depth);
      number(h.flags);
    }
  }

  std::string take() { return std::move(out_); }

 private:
  static uint64_t zigzag(int64_t value) {
    return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
  }
  void number(uint64_t value) {
    while (value >= 128) {
      out_.push_back(static_cast<char>(value | 128));
      value >>= 7;
    }
    out_.push_back(static_cast<char>(value));
  }
  void text(std::string_view s) {
    number(s.size());
    out_.append(s);
  }
  void texts(const std::vector<std::string>& list) {
    number(list.size());
    for (const std::string& s : list) text(s);
  }
  void constant(const ConstantValue& v) {
    out_.push_back(static_cast<char>(v.kind));
    switch (v.kind) {
      case ConstantKind::kInt: number(zigzag(v.int_value)); break;
      case ConstantKind::kFloat: raw_double(v.float_value); break;
      case ConstantKind::kComplex:
        raw_double(v.float_value);
        raw_double(v.imag_value);
        break;
      case ConstantKind::kBigInt:
        out_.push_back(static_cast<char>(v.big_is_hex | v.big_negative << 1));
        text(v.text());
        break;
      case ConstantKind::kStr:
      case ConstantKind::kBytes: text(v.text()); break;
      case ConstantKind::kTuple:
      case ConstantKind::kFrozenSet:
        number(v.size);
        for (size_t i = 0; i < v.size; i++) constant(v.item_data[i]);
        break;
      case ConstantKind::kForeign: foreign = true; break;
      default: break;
    }
  }
  void raw_double(double value) {
    uint64_t bits;
    std::memcpy(&bits, &value, 8);
    put_fixed(&out_, bits, 8);
  }

  std::string out_;
};

class Reader {
 public:
  Reader(std::string_view bytes, Arena& arena, bool trusted)
      : p_(bytes.data()), end_(p_ + bytes.size()), arena_(arena), trusted_(trusted) {}

  const char* error() const { return error_; }
  bool at_end() const { return p_ == end_; }

  bool unit(CodeUnit* u, int depth) {
    if (depth > kMaxDepth) return fail("code nested too deeply");
    if (!text(&u->name) || !text(&u->qualname) || !text(&u->filename)) return false;
    uint64_t first_line, flags;
    if (!number(&first_line, 0xFFFFFFFF) || !number(&flags, 0xFFFFFFFF)) return false;
    u->first_line = static_cast<int32_t>(first_line);
    u->flags = static_cast<uint32_t>(flags);
    if (!small(&u->argcount) || !small(&u->posonly_argcount) || !small(&u->kwonly_argcount) ||
        !small(&u->register_count))
      return false;
    if (!texts(&u->varnames) || !texts(&u->cellvars) || !texts(&u->freevars)) return false;
    for (size_t i = 0; i < u->cellvars.size(); i++) {
      uint64_t argument;
      if (!number(&argument, 0xFFFF)) return false;
      u->cell_argument.push_back(static_cast<int32_t>(argument) - 1);
    }
    if (!texts(&u->names)) return false;
    uint64_t count;
    if (!size(&count, 1)) return false;
    u->constants.reserve(count);
    for (uint64_t i = 0; i < count; i++) {
      ConstantEntry entry;
      if (p_ == end_) return fail("truncated");
      if (static_cast<unsigned char>(*p_) == 0xFF) {
        p_++;
        entry.code = std::make_unique<CodeUnit>();
        entry.code->arena = u->arena;
        if (!unit(entry.code.get(), depth + 1)) return false;
      } else if (!constant(&entry.value, depth)) {
        return false;
      }
      u->constants.push_back(std::move(entry));
    }
    if (!size(&count, sizeof(Instruction))) return false;
    u->code.resize(count);
    if (count) std::memcpy(static_cast<void*>(u->code.data()), p_, count * sizeof(Instruction));
    p_ += count * sizeof(Instruction);
    std::string_view packed;
    if (!view(&packed)) return false;
    u->packed_positions.assign(packed);
    if (!trusted_ && !unpack_positions(packed, u->first_line, u->code.size(), &u->positions))
      return fail("bad positions");
    if (!size(&count, 5)) return false;
    u->handlers.reserve(count);
    for (uint64_t i = 0; i < count; i++) {
      HandlerRange h;
      uint64_t start, length, target;
      if (!number(&start, 0x3FFFFFFF) || !number(&length, 0x3FFFFFFF) || !number(&target, 0x3FFFFFFF)) return false;
      h.start = static_cast<uint32_t>(start);
      h.end = static_cast<uint32_t>(start + length);
      h.target = static_cast<uint32_t>(target);
      if (!small(&h.depth) || !small(&h.flags)) return false;
      u->handlers.push_back(h);
    }
    return true;
  }

 private:
  static int64_t unzigzag(uint64_t value) {
    return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
  }

  bool fail(const char* text) {
    if (!error_) error_ = text;
    return false;
  }
  bool number(uint64_t* out, uint64_t limit) {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (p_ == end_) return fail("truncated");
      unsigned char byte = static_cast<unsigned char>(*p_++);
      value |= uint64_t{byte & 127u} << shift;
      if (byte < 128) {
        *out = value;
        return value <= limit || fail("number out of range");
      }
    }
    return fail("number too long");
  }
  // A count of things that take at least `each` bytes.
  bool size(uint64_t* out, uint64_t each) {
    if (!number(out, ~uint64_t{0})) return false;
    return *out <= static_cast<uint64_t>(end_ - p_) / each || fail("size beyond the end");
  }
  bool small(uint16_t* out) {
    uint64_t value;
    if (!number(&value, 0xFFFF)) return false;
    *out = static_cast<uint16_t>(value);
    return true;
  }
  bool view(std::string_view* out) {
    uint64_t n;
    if (!size(&n, 1)) return false;
    *out = {p_, static_cast<size_t>(n)};
    p_ += n;
    return true;
  }
  // UTF-8 in which surrogates may stand alone.
  bool check_text(std::string_view s) {
    if (trusted_) return true;
    for (size_t i = 0; i < s.size();) {
      unsigned char c = static_cast<unsigned char>(s[i]);
      size_t more = c < 0x80 ? 0 : c >= 0xC2 && c < 0xE0 ? 1 : (c & 0xF0) == 0xE0 ? 2 : c >= 0xF0 && c < 0xF5 ? 3 : 9;
      if (more > s.size() - i - 1) return fail("bad text");
      for (size_t k = 1; k <= more; k++) {
        if ((static_cast<unsigned char>(s[i + k]) & 0xC0) != 0x80) return fail("bad text");
      }
      unsigned char d = more ? static_cast<unsigned char>(s[i + 1]) : 0;
      if ((c == 0xE0 && d < 0xA0) || (c == 0xF0 && d < 0x90) || (c == 0xF4 && d > 0x8F)) return fail("bad text");
      i += 1 + more;
    }
    return true;
  }
  bool text(std::string* out) {
    std::string_view s;
    if (!view(&s) || !check_text(s)) return false;
    out->assign(s);
    return true;
  }
  bool texts(std::vector<std::string>* out) {
    uint64_t n;
    if (!size(&n, 1)) return false;
    out->resize(n);
    for (std::string& s : *out) {
      if (!text(&s)) return false;
    }
    return true;
  }
  bool raw_double(double* out) {
    if (end_ - p_ < 8) return fail("truncated");
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++) bits |= uint64_t{static_cast<unsigned char>(p_[i])} << (8 * i);
    p_ += 8;
    std::memcpy(out, &bits, 8);
    return true;
  }
  bool constant(ConstantValue* out, int depth) {
    if (depth > kMaxDepth) return fail("constant nested too deeply");
    if (p_ == end_) return fail("truncated");
    auto kind = static_cast<ConstantKind>(*p_++);
    switch (kind) {
      case ConstantKind::kNone: *out = ConstantValue::none(); return true;
      case ConstantKind::kTrue: *out = ConstantValue::boolean(true); return true;
      case ConstantKind::kFalse: *out = ConstantValue::boolean(false); return true;
      case ConstantKind::kEllipsis: *out = ConstantValue::ellipsis(); return true;
      case ConstantKind::kInt: {
        uint64_t value;
        if (!number(&value, ~uint64_t{0})) return false;
        *out = ConstantValue::integer(unzigzag(value));
        return true;
      }
      case ConstantKind::kFloat: {
        double value;
        if (!raw_double(&value)) return false;
        *out = ConstantValue::floating(value);
        return true;
      }
      case ConstantKind::kComplex: {
        double real, imag;
        if (!raw_double(&real) || !raw_double(&imag)) return false;
        *out = ConstantValue::complex(real, imag);
        return true;
      }
      case ConstantKind::kBigInt: {
        if (p_ == end_) return fail("truncated");
        unsigned bits = static_cast<unsigned char>(*p_++);
        std::string_view digits;
        if (bits > 3 || !view(&digits) || digits.empty()) return fail("bad integer");
        bool hex = bits & 1;
        for (char c : digits) {
          if (!((c >= '0' && c <= '9') || (hex && c >= 'a' && c <= 'f'))) return fail("bad integer");
        }
        *out = ConstantValue::big_integer(arena_.copy_string(digits), hex, bits & 2);
        return true;
      }
      case ConstantKind::kStr:
      case ConstantKind::kBytes: {
        std::string_view s;
        if (!view(&s) || (kind == ConstantKind::kStr && !check_text(s))) return false;
        s = arena_.copy_string(s);
        *out = kind == ConstantKind::kStr ? ConstantValue::string(s) : ConstantValue::bytes(s);
        return true;
      }
      case ConstantKind::kTuple:
      case ConstantKind::kFrozenSet: {
        uint64_t n;
        if (!size(&n, 1)) return false;
        auto* items = arena_.make_array<ConstantValue>(n + 1);
        for (uint64_t i = 0; i < n; i++) {
          if (!constant(&items[i], depth + 1)) return false;
        }
        *out = kind == ConstantKind::kTuple ? ConstantValue::tuple(items, n) : ConstantValue::frozen_set(items, n);
        return true;
      }
      default: return fail("unknown constant");
    }
  }

  const char* p_;
  const char* end_;
  Arena& arena_;
  bool trusted_;
  const char* error_ = nullptr;
};

bool read(std::string_view bytes, CodeUnit* unit, std::string* why, bool trusted) {
  if (bytes.size() < kHeaderSize || std::memcmp(bytes.data(), kMagic, 4) != 0) {
    *why = "not bytecode";
    return false;
  }
  auto fixed = [&](size_t at, int n) {
    uint64_t value = 0;
    for (int i = 0; i < n; i++) value |= uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    return value;
  };
  if (fixed(4, 4) != kVersion) {
    *why = "bytecode of another version";
    return false;
  }
  std::string_view payload = bytes.substr(kHeaderSize);
#ifdef TAIPAN_FUZZ  // it wouldn't get past it
  trusted = false;
#endif
  if (trusted && fixed(8, 8) != checksum(payload)) {
    *why = "checksum";
    return false;
  }
  if (!unit->arena) unit->arena = std::make_shared<Arena>();
  Reader reader(payload, *unit->arena, trusted);
  if (!reader.unit(unit, 0)) {
    *why = reader.error();
    return false;
  }
  if (!reader.at_end()) {
    *why = "data after the end";
    return false;
  }
  // What carries the right checksum was written by this compiler. (A forged one is code like any other that somebody chose to run.)
  if (trusted) return true;
  *why = verify(*unit, false);
  return why->empty();
}

}  // namespace

uint32_t bytecode_version() { return kVersion; }

std::string serialize(const CodeUnit& unit) {
  Writer writer;
  writer.unit(unit);
  if (writer.foreign) return "";
  std::string payload = writer.take();
  std::string out(kMagic, 4);
  put_fixed(&out, kVersion, 4);
  put_fixed(&out, checksum(payload), 8);
  return out + payload;
}

bool deserialize(std::string_view bytes, CodeUnit* unit, std::string* why) { return read(bytes, unit, why, true); }
bool deserialize_untrusted(std::string_view bytes, CodeUnit* unit, std::string* why) {
  return read(bytes, unit, why, false);
}

}  // namespace taipan::frontend
