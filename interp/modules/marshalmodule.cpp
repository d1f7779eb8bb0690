// marshal: the format of CPython's version 4 for data; code objects carry Taipan's own serialised code unit (a versioned blob), so that
// .pyc files of others, or of another version of the bytecode, are refused instead of run.
#include <algorithm>
#include <cstring>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/bytecode/serialize.h"
#include "interp/modules/audit.h"
#include "interp/modules/module_util.h"
#include "interp/objects/bytes.h"
#include "interp/objects/code.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/float.h"
#include "interp/objects/list.h"
#include "interp/objects/native_stack.h"
#include "interp/objects/set.h"
#include "interp/objects/tuple.h"

namespace taipan {

extern const ModuleDef marshal_module;

namespace {

constexpr int kVersion = 4;
constexpr int kMaxDepth = 2000;
constexpr size_t kMostAnnounced = 1 << 16;  // items for which room is made before they are read from a file
constexpr uint8_t kRefFlag = 0x80;

// ---------------------------------------------------------------------------------------------------------------------- writing
class Writer {
 public:
  Writer(int version) : version_(version) {}
  bool write(Value v) {
    if (!check_native_stack()) return false;
    if (++depth_ > kMaxDepth) {
      depth_--;
      return raise(types::ValueError, "object too deeply nested to marshal");
    }
    bool ok = write_inner(v);
    depth_--;
    return ok;
  }
  std::string out;

 private:
  void byte(uint8_t c) { out += static_cast<char>(c); }
  void i32(int64_t n) {
    for (int i = 0; i < 4; i++) byte(static_cast<uint8_t>(n >> (8 * i)));
  }
  void i16(int n) {
    byte(static_cast<uint8_t>(n));
    byte(static_cast<uint8_t>(n >> 8));
  }
  void f64(double d) {
    char b[8];
    memcpy(b, &d, 8);
    out.append(b, 8);
  }
  bool size(size_t n) {
    if (n > INT32_MAX) return raise(types::ValueError, "unmarshallable object");
    i32(static_cast<int64_t>(n));
    return true;
  }
  // Writes the type code, or a back reference if the object was written before. False: it was (done).
  bool start(uint8_t code, Value v) {
    if (version_ < 3 || !v.is_heap()) {
      byte(code);
      return true;
    }
    if (gc::is_unique(v.header())) {  // nobody else refers to it: no entry needed
      byte(code);
      return true;
    }
    auto [it, fresh] = refs_.try_emplace(v.bits, static_cast<uint32_t>(refs_.size()));
    if (!fresh) {
      byte('r');
      i32(it->second);
      return false;
    }
    byte(code | kRefFlag);
    return true;
  }
  bool seen(Value v) {
    if (version_ < 3 || !v.is_heap()) return false;
    auto it = refs_.find(v.bits);
    if (it == refs_.end()) return false;
    byte('r');
    i32(it->second);
    return true;
  }

  bool write_inner(Value v) {
    if (v == kNone) return byte('N'), true;
    if (v == kTrue) return byte('T'), true;
    if (v == kFalse) return byte('F'), true;
    if (v == kEllipsis) return byte('.'), true;
    if (v == Value(types::StopIteration)) return byte('S'), true;
    if (is_int_exact(v)) {
      int64_t n;
      if (int_fits64(v, &n) && n >= INT32_MIN && n <= INT32_MAX) {
        byte('i');
        i32(n);
        return true;
      }
      if (!start('l', v)) return true;
      // 15-bit digits, least significant first
      std::string hex;
      if (!int_to_text(v, 2, &hex)) return false;
      bool negative = hex[0] == '-';
      if (negative) hex.erase(0, 1);
      size_t digits = (hex.size() + 14) / 15;
      i32(negative ? -static_cast<int64_t>(digits) : static_cast<int64_t>(digits));
      for (size_t d = 0; d < digits; d++) {
        int value = 0;
        size_t end = hex.size() - d * 15, begin = end > 15 ? end - 15 : 0;
        for (size_t i = begin; i < end; i++) value = value * 2 + (hex[i] - '0');
        i16(value);
      }
      return true;
    }
    if (is_float_exact(v)) {
      double d = float_value(v);
      if (version_ > 1) {
        if (!start('g', v)) return true;
        f64(d);
      } else {
        byte('f');
        std::string s = float_repr(d);
        byte(static_cast<uint8_t>(s.size()));
        out += s;
      }
      return true;
    }
    if (has_shape(v, kShapeComplex)) {
      Complex* c = v.as<Complex>();
      if (version_ > 1) {
        if (!start('y', v)) return true;
        f64(c->real);
        f64(c->imag);
      } else {
        byte('x');
        for (double d : {c->real, c->imag}) {
          std::string s = float_repr(d);
          byte(static_cast<uint8_t>(s.size()));
          out += s;
        }
      }
      return true;
    }
    if (is_bytes_exact(v)) {
      if (!start('s', v)) return true;
      if (!size(v.as<Bytes>()->size)) return false;
      out += v.as<Bytes>()->view();
      return true;
    }
    if (is_str_exact(v)) {
      Str* s = v.as<Str>();
      bool interned = s->interned.load(std::memory_order_relaxed);
      if (version_ >= 4 && s->is_ascii()) {
        bool small = s->length < 256;
        uint8_t code = small ? (interned ? 'Z' : 'z') : (interned ? 'A' : 'a');
        if (!start(code, v)) return true;
        if (small)
          byte(static_cast<uint8_t>(s->length));
        else if (!size(s->length))
          return false;
        out += s->ascii_view();
        return true;
      }
      if (!start(version_ >= 3 && interned ? 't' : 'u', v)) return true;
      std::string text = utf8_lossy(v);
      if (!size(text.size())) return false;
      out += text;
      return true;
    }
    if (is_tuple_exact(v)) {
      size_t n = tuple_size(v);
      if (version_ >= 4 && n < 256) {
        if (!start(')', v)) return true;
        byte(static_cast<uint8_t>(n));
      } else {
        if (!start('(', v)) return true;
        if (!size(n)) return false;
      }
      for (size_t i = 0; i < n; i++) {
        if (!write(tuple_at(v, i))) return false;
      }
      return true;
    }
    if (is_list_exact(v)) {
      if (!start('[', v)) return true;
      Ref items;  // what it holds at this moment, where others may be changing it
      if (TAIPAN_UNLIKELY(gc::parallel)) {
        items = list_slice(v, 0, list_size(v));
        if (!items) return false;
        v = items.get();
      }
      if (!size(list_size(v))) return false;
      for (size_t i = 0; i < list_size(v); i++) {
        if (!write(list_at(v, i))) return false;
      }
      return true;
    }
    if (is_dict_exact(v)) {
      if (!start('{', v)) return true;
      Ref items;
      if (TAIPAN_UNLIKELY(gc::parallel)) {
        items = dict_copy(v);
        if (!items) return false;
        v = items.get();
      }
      size_t pos = 0;
      Value k, x;
      while (dict_next(v, &pos, &k, &x)) {
        if (!write(k) || !write(x)) return false;
      }
      byte('0');
      return true;
    }
    if (has_shape(v, kShapeSet) || has_shape(v, kShapeFrozenSet)) {
      if (!start(has_shape(v, kShapeSet) ? '<' : '>', v)) return true;
      // In the order of their marshalled text, so that equal sets give equal bytes.
      std::vector<std::pair<std::string, Value>> items;
      Ref all = set_items_list(v);
      if (!all || !size(list_size(all))) return false;
      for (size_t i = 0; i < list_size(all); i++) {
        Value x = list_at(all, i);
        Writer w(version_);
        w.depth_ = depth_;
        if (!w.write(x)) return false;
        items.emplace_back(std::move(w.out), x);
      }
      std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
      for (auto& item : items) {
        if (!write(item.second)) return false;
      }
      return true;
    }
    if (has_shape(v, kShapeCode)) {
      if (!start('c', v)) return true;
      frontend::CodeUnit unit;
      if (!code_to_unit(v, &unit)) return false;
      std::string blob = frontend::serialize(unit);
      if (!size(blob.size())) return false;
      out += blob;
      return true;
    }
    if (has_buffer(v)) {
      BufferView view(v);
      if (!view.ok()) return false;
      byte('s');
      if (!size(view.size())) return false;
      out += view.view();
      return true;
    }
    return raise(types::ValueError, "unmarshallable object");
  }

  int version_;
  int depth_ = 0;
  std::unordered_map<uint64_t, uint32_t> refs_;
};

// ---------------------------------------------------------------------------------------------------------------------- reading
class Reader {
 public:
  Reader(const char* p, size_t n) : p_(p), end_(p + n) {}
  explicit Reader(Value file) : file_(file) {}

  Ref read() {
    Ref v = read_object();
    if (v && v.get() == kMissing) return raise(types::TypeError, "NULL object in marshal data for object");
    return v;
  }

 private:
  // n bytes, or null with EOFError.
  const char* take(size_t n) {
    if (file_) {
      Ref count = make_int(static_cast<int64_t>(n));
      Ref data = call_method(file_, TAIPAN_NAME(read), count);
      if (!data) return nullptr;
      if (!is_bytes(data)) return raise(types::TypeError, "file.read() returned not bytes but %T", data.get());
      if (data.as<Bytes>()->size > n)
        return raise(types::ValueError, "read() returned too much data: %zu bytes requested, %zu returned", n,
                     static_cast<size_t>(data.as<Bytes>()->size));
      if (data.as<Bytes>()->size < n) return raise(types::EOFError, "EOF read where not expected");
      chunk_ = data.as<Bytes>()->view();
      return chunk_.data();
    }
    if (static_cast<size_t>(end_ - p_) < n) return raise(types::EOFError, "marshal data too short");
    const char* r = p_;
    p_ += n;
    return r;
  }
  bool byte(uint8_t* out) {
    const char* p = take(1);
    if (!p) return false;
    *out = static_cast<uint8_t>(*p);
    return true;
  }
  bool i32(int32_t* out) {
    const char* p = take(4);
    if (!p) return false;
    uint32_t u = 0;
    for (int i = 3; i >= 0; i--) u = u << 8 | static_cast<uint8_t>(p[i]);
    *out = static_cast<int32_t>(u);
    return true;
  }
  bool length(size_t* out, const char* what) {
    int32_t n;
    if (!i32(&n)) return false;
    if (n < 0) return raise(types::ValueError, "bad marshal data (%s size out of range)", what);
    *out = static_cast<size_t>(n);
    return true;
  }
  Ref keep(Ref v, int64_t index) {
    if (v && index >= 0) refs_[static_cast<size_t>(index)] = v.copy();
    return v;
  }

  Ref read_object() {
    if (!check_native_stack()) return nullptr;
    if (++depth_ > kMaxDepth) {
      depth_--;
      return raise(types::ValueError, "recursion limit exceeded");
    }
    Ref v = read_inner();
    depth_--;
    return v;
  }

  Ref read_inner() {
    const char* first = file_ ? nullptr : (p_ < end_ ? p_ : nullptr);
    if (!file_ && !first) return raise(types::EOFError, "EOF read where object expected");
    uint8_t code;
    if (!byte(&code)) {
      if (file_ && error_matches(types::EOFError)) {
        clear_error();
        return raise(types::EOFError, "EOF read where object expected");
      }
      return nullptr;
    }
    int64_t index = -1;
    if (code & kRefFlag) {
      code &= static_cast<uint8_t>(~kRefFlag);
      index = static_cast<int64_t>(refs_.size());
      refs_.push_back(Ref());
    }
    switch (code) {
      case '0': return Ref::imm(kMissing);
      case 'N': return Ref::imm(kNone);
      case 'T': return Ref::imm(kTrue);
      case 'F': return Ref::imm(kFalse);
      case '.': return Ref::imm(kEllipsis);
      case 'S': return Ref::dup(Value(types::StopIteration));
      case 'i': {
        int32_t n;
        return i32(&n) ? keep(make_int(n), index) : nullptr;
      }
      case 'I': {
        const char* p = take(8);
        if (!p) return nullptr;
        int64_t n;
        memcpy(&n, p, 8);
        return keep(make_int(n), index);
      }
      case 'l': {
        int32_t n;
        if (!i32(&n)) return nullptr;
        if (n == INT32_MIN) return raise(types::ValueError, "bad marshal data (long size out of range)");
        bool negative = n < 0;
        size_t digits = static_cast<size_t>(negative ? -int64_t{n} : n);
        // All of it is there before room is made for it.
        const char* text = take(digits * 2);
        if (!text) return nullptr;
        std::vector<uint64_t> limbs(digits * 15 / 64 + 2);
        uint64_t last = 1;
        for (size_t d = 0; d < digits; d++) {
          const char* p = text + 2 * d;
          uint64_t digit = static_cast<uint8_t>(p[0]) | static_cast<uint64_t>(static_cast<uint8_t>(p[1])) << 8;
          if (digit > 0x7FFF) return raise(types::ValueError, "bad marshal data (digit out of range in long)");
          last = digit;
          size_t bit = d * 15;
          limbs[bit / 64] |= digit << (bit % 64);
          if (bit % 64 > 49) limbs[bit / 64 + 1] |= digit >> (64 - bit % 64);
        }
        if (digits && !last) return raise(types::ValueError, "bad marshal data (unnormalized long data)");
        return keep(make_int_from_limbs(limbs.data(), limbs.size(), negative), index);
      }
      case 'f':
      case 'x': {
        double parts[2] = {0, 0};
        for (int i = 0; i < (code == 'x' ? 2 : 1); i++) {
          uint8_t n;
          if (!byte(&n)) return nullptr;
          const char* p = take(n);
          if (!p) return nullptr;
          if (!float_parse({p, n}, &parts[i]))
            return raise(types::ValueError, "could not convert string to float: '%s'", std::string(p, n).c_str());
        }
        return keep(code == 'x' ? make_complex(parts[0], parts[1]) : make_float(parts[0]), index);
      }
      case 'g': {
        const char* p = take(8);
        if (!p) return nullptr;
        double d;
        memcpy(&d, p, 8);
        return keep(make_float(d), index);
      }
      case 'y': {
        double d[2];
        for (double& part : d) {
          const char* p = take(8);
          if (!p) return nullptr;
          memcpy(&part, p, 8);
        }
        return keep(make_complex(d[0], d[1]), index);
      }
      case 's': {
        size_t n;
        if (!length(&n, "bytes object")) return nullptr;
        const char* p = take(n);
        return p ? keep(make_bytes(p, n), index) : nullptr;
      }
      case 'u':
      case 't': {
        size_t n;
        if (!length(&n, "string")) return nullptr;
        const char* p = take(n);
        if (!p) return nullptr;
        Ref bytes = make_bytes(p, n);
        Ref decode = bytes ? get_attr(bytes, "decode") : Ref();
        Ref enc = make_str("utf-8"), err = make_str("surrogatepass");
        Ref s = decode ? call(decode, enc, err) : Ref();
        if (s && code == 't') s = intern(std::move(s));
        return keep(std::move(s), index);
      }
      case 'a':
      case 'A':
      case 'z':
      case 'Z': {
        size_t n;
        if (code == 'z' || code == 'Z') {
          uint8_t small;
          if (!byte(&small)) return nullptr;
          n = small;
        } else if (!length(&n, "string")) {
          return nullptr;
        }
        const char* p = take(n);
        if (!p) return nullptr;
        Ref s = make_str_latin1(reinterpret_cast<const uint8_t*>(p), n);
        if (s && (code == 'A' || code == 'Z')) s = intern(std::move(s));
        return keep(std::move(s), index);
      }
      case '(':
      case ')': {
        size_t n;
        if (code == ')') {
          uint8_t small;
          if (!byte(&small)) return nullptr;
          n = small;
        } else if (!length(&n, "tuple")) {
          return nullptr;
        }
        if (!plausible(n)) return nullptr;
        if (file_ && n > kMostAnnounced) {
          // Nobody knows whether so much is there: as a list first. (That it refers to itself is not provided for.)
          Ref items = make_list();
          if (!items) return nullptr;
          for (size_t i = 0; i < n; i++) {
            Ref v = read_object();
            if (!v) return nullptr;
            if (v.get() == kMissing) return raise(types::TypeError, "NULL object in marshal data for tuple");
            if (!list_append(items, std::move(v))) return nullptr;
          }
          return keep(list_to_tuple(items), index);
        }
        Ref t = make_tuple(n);
        if (!t) return nullptr;
        // What comes may refer to it, what read() calls may see it: it must look like a tuple before it is one.
        for (size_t i = 0; i < n; i++) t.as<Tuple>()->items()[i] = kNone;
        if (index >= 0) refs_[static_cast<size_t>(index)] = t.copy();
        for (size_t i = 0; i < n; i++) {
          Ref v = read_object();
          if (!v) return nullptr;
          if (v.get() == kMissing) return raise(types::TypeError, "NULL object in marshal data for tuple");
          tuple_init(t, i, std::move(v));
        }
        return t;
      }
      case '[': {
        size_t n;
        if (!length(&n, "list") || !plausible(n)) return nullptr;
        Ref l = make_list();
        if (!l) return nullptr;
        if (index >= 0) refs_[static_cast<size_t>(index)] = l.copy();
        for (size_t i = 0; i < n; i++) {
          Ref v = read_object();
          if (!v) return nullptr;
          if (v.get() == kMissing) return raise(types::TypeError, "NULL object in marshal data for list");
          if (!list_append(l, std::move(v))) return nullptr;
        }
        return l;
      }
      case '{': {
        Ref d = make_dict();
        if (!d) return nullptr;
        if (index >= 0) refs_[static_cast<size_t>(index)] = d.copy();
        for (;;) {
          Ref k = read_object();
          if (!k) return nullptr;
          if (k.get() == kMissing) break;
          Ref v = read_object();
          if (!v) return nullptr;
          if (v.get() == kMissing) break;
          if (!dict_set(d, k, v)) return nullptr;
        }
        return d;
      }
      case '<':
      case '>': {
        size_t n;
        if (!length(&n, "set") || !plausible(n)) return nullptr;
        Ref items = make_list();
        if (!items) return nullptr;
        Ref set;
        if (code == '<') {
          set = make_set();
          if (!set) return nullptr;
          if (index >= 0) refs_[static_cast<size_t>(index)] = set.copy();
        }
        for (size_t i = 0; i < n; i++) {
          Ref v = read_object();
          if (!v) return nullptr;
          if (v.get() == kMissing) return raise(types::TypeError, "NULL object in marshal data for set");
          if (!(set ? set_add(set, v) : list_append(items, v.get()))) return nullptr;
        }
        if (set) return set;
        return keep(make_frozenset(items), index);
      }
      case 'c': {
        size_t n;
        if (!length(&n, "code object")) return nullptr;
        const char* p = take(n);
        if (!p) return nullptr;
        frontend::CodeUnit unit;
        std::string why;
        if (!frontend::deserialize({p, n}, &unit, &why))
          return raise(types::ValueError, "bad marshal data (%s)", why.c_str());
        return keep(make_code(unit), index);
      }
      case 'r': {
        int32_t n;
        if (!i32(&n)) return nullptr;
        if (n < 0 || static_cast<size_t>(n) >= refs_.size() || !refs_[static_cast<size_t>(n)])
          return raise(types::ValueError, "bad marshal data (invalid reference)");
        return refs_[static_cast<size_t>(n)].copy();
      }
      default: return raise(types::ValueError, "bad marshal data (unknown type code)");
    }
  }
  // A size that the rest of the data cannot hold is refused before anything is allocated for it.
  bool plausible(size_t n) {
    if (!file_ && n > static_cast<size_t>(end_ - p_)) return raise(types::EOFError, "marshal data too short");
    return true;
  }

  const char* p_ = nullptr;
  const char* end_ = nullptr;
  Value file_;
  std::string chunk_;
  int depth_ = 0;
  std::vector<Ref> refs_;
};

bool version_arg(Value v, int* out) {
  *out = kVersion;
  return !v || to_c_int(v, out);
}

Ref marshal_dumps(Args& a) {
  int version;
  if (!version_arg(a.get(1, Value()), &version) || !audit("marshal.dumps", {a[0], Value::from_int(version)}))
    return nullptr;
  Writer w(version);
  if (!w.write(a[0])) return nullptr;
  return make_bytes(w.out);
}
Ref marshal_dump(Args& a) {
  int version;
  if (!version_arg(a.get(2, Value()), &version) || !audit("marshal.dumps", {a[0], Value::from_int(version)}))
    return nullptr;
  Writer w(version);
  if (!w.write(a[0])) return nullptr;
  Ref b = make_bytes(w.out);
  return b ? call_method(a[1], TAIPAN_NAME(write), b) : nullptr;
}
Ref marshal_loads(Args& a) {
  BufferView view(a[0]);
  if (!view.ok()) return nullptr;
  if (auditing()) {
    Ref shown = make_bytes(view.view());
    if (!shown || !audit("marshal.loads", {shown})) return nullptr;
  }
  Reader r(view.view().data(), view.size());
  return r.read();
}
Ref marshal_load(Args& a) {
  if (!audit("marshal.load", {})) return nullptr;
  Ref zero = make_int(0);
  Ref probe = call_method(a[0], TAIPAN_NAME(read), zero);
  if (!probe) return nullptr;
  if (!is_bytes(probe)) return raise(types::TypeError, "file.read() returned not bytes but %T", probe.get());
  Reader r(a[0]);
  return r.read();
}

const NativeDef kFunctions[] = {
    {"dump", "($module, value, file, version=4, /)", marshal_dump, 0, "Write the value on the open file."},
    {"dumps", "($module, value, version=4, /)", marshal_dumps, 0,
     "Return the bytes object that would be written to a file by dump(value, file)."},
    {"load", "($module, file, /)", marshal_load, 0, "Read one value from the open file and return it."},
    {"loads", "($module, bytes, /)", marshal_loads, 0, "Convert the bytes-like object to a value."},
    {nullptr, nullptr, nullptr, 0, nullptr},
};
bool marshal_exec(Value m) { return module_add_int(m, "version", kVersion); }

}  // namespace

// GIL off: each call has its own reader or writer.
const ModuleDef marshal_module = {
    "marshal", "This module contains functions that can read and write Python values in\na binary format.", kFunctions,
    marshal_exec, kFunctionsAtOnce};

}  // namespace taipan
