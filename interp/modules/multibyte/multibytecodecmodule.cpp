// _multibytecodec and the modules that offer its codecs: _codecs_cn, _codecs_hk, _codecs_iso2022, _codecs_jp, _codecs_kr, _codecs_tw.
#include <string>
#include <vector>
#include "interp/modules/module_util.h"
#include "interp/modules/multibyte/codec.h"
#include "interp/objects/bytes.h"
#include "interp/objects/codec_errors.h"
#include "interp/objects/list.h"
#include "interp/objects/small_types.h"
#include "interp/objects/tuple.h"

namespace taipan::multibyte {

namespace {

constexpr char kIllegal[] = "illegal multibyte sequence", kIncomplete[] = "incomplete multibyte sequence";
constexpr size_t kMaxPending = 8;  // bytes of a decoder, and twice the characters of an encoder
TypeObject *codec_type, *encoder_type, *decoder_type, *reader_type, *writer_type;

struct CodecObject {
  Header h;
  const Codec* codec;
};
const Codec& codec_of(Value v) { return *v.as<CodecObject>()->codec; }

// ---- whole texts

// Encodes text[0, n) behind *out. final: what waits for a following character is written as well. *used: how many characters were.
bool encode_text(const Codec& codec, State* state, Value text, const char* errors, bool final, std::string* out,
                 size_t* used) {
  EncodeErrors handler(codec.name, text, errors);
  const Str* s = text.as<Str>();
  size_t n = s->length, i = 0, steps = 0;
  const Table* table = codec.flags & (kIso2022 | kHz) ? nullptr : table_of(codec.index);
  if (table && (table->roman || !table->pairs.empty())) table = nullptr;
  out->reserve(out->size() + 2 * n);
  while (i < n) {
    if (table) {  // the plain case: one or two bytes
      uint32_t one = s->at(i);
      const uint32_t* page = one < 0x30000 ? table->pages[one >> 8] : nullptr;
      uint32_t bytes = one < 0x80 ? one : page ? page[one & 255] : 0;
      if ((bytes || one == 0) && bytes < 0x10000) {
        if (bytes > 0xff) out->push_back(static_cast<char>(bytes >> 8));
        out->push_back(static_cast<char>(bytes));
        i++;
        if ((++steps & 0xffff) == 0 && !poll()) return false;
        continue;
      }
    }
    uint32_t c[2] = {s->at(i), i + 1 < n ? s->at(i + 1) : 0};
    uint8_t bytes[16];
    int size = 0;
    int k = encode_step(codec, state, c, std::min<size_t>(n - i, 2), final || i + 1 < n, bytes, &size);
    if (k == kMore) break;
    if (k > 0) {
      out->append(reinterpret_cast<char*>(bytes), static_cast<size_t>(size));
      i += static_cast<size_t>(k);
      if ((++steps & 0xffff) == 0 && !poll()) return false;
      continue;
    }
    Ref replacement;
    std::string octets;
    size_t next = i + 1;
    if (!handler.handle(i, i + 1, kIllegal, &replacement, &octets, &next)) return false;
    if (replacement) {
      size_t all;
      if (!encode_text(codec, state, replacement, "strict", true, out, &all)) return false;
    } else {
      out->append(octets);
    }
    i = next;
  }
  *used = i;
  return true;
}
void finish_encoding(const Codec& codec, State* state, std::string* out) {
  uint8_t bytes[16];
  int n = end_encoding(codec, state, bytes);
  out->append(reinterpret_cast<char*>(bytes), static_cast<size_t>(n));
}
// Decodes; final: an incomplete end is an error. *used: how many bytes were decoded.
bool decode_bytes(const Codec& codec, State* state, std::string_view data, const char* errors, bool final,
                  StrBuilder* out, size_t* used) {
  DecodeErrors handler(codec.name, data, errors);
  size_t i = 0, steps = 0;
  while (i < handler.input().size()) {
    std::string_view in = handler.input();
    uint32_t c[2];
    int count = 0;
    int k = decode_step(codec, state, reinterpret_cast<const uint8_t*>(in.data()) + i, in.size() - i, c, &count);
    if (k > 0) {
      for (int j = 0; j < count; j++)
        if (!out->append_char(c[j])) return false;
      i += static_cast<size_t>(k);
      if ((++steps & 0xffff) == 0 && !poll()) return false;
      continue;
    }
    if (k == kMore && !final) break;
    size_t end = k == kMore ? in.size() : std::min(in.size(), i + static_cast<size_t>(-k)), next = i;
    if (!handler.handle(i, end, k == kMore ? kIncomplete : kIllegal, out, &next)) return false;
    i = next;
  }
  *used = i;
  return true;
}

// The errors argument: null for "strict".
bool errors_argument(Value v, std::string* store, const char** out, const char* function, const char* what) {
  *out = "strict";
  if (!v || v == kNone) return true;
  if (!is_str(v)) return raise(types::TypeError, "%s() argument '%s' must be str or None, not %T", function, what, v);
  if (!utf8_of(v, store)) return false;
  *out = store->c_str();
  return true;
}
Ref text_argument(Value v) {
  if (is_str(v)) return Ref::dup(v);
  Ref text = str_of(v);
  if (text && !is_str(text)) return raise(types::TypeError, "couldn't convert the object to unicode.");
  return text;
}
Ref pair(Ref a, size_t n) {
  if (!a) return nullptr;
  Ref items[2] = {std::move(a), make_int(static_cast<int64_t>(n))};
  return make_tuple_steal(items, 2);
}

Ref codec_encode(Args& a) {
  std::string store, out;
  const char* errors;
  if (!errors_argument(a[1], &store, &errors, "encode", "errors")) return nullptr;
  Ref text = text_argument(a[0]);
  if (!text) return nullptr;
  const Codec& codec = codec_of(a.self);
  State state;
  start_state(codec, &state);
  size_t used;
  if (!encode_text(codec, &state, text, errors, true, &out, &used)) return nullptr;
  finish_encoding(codec, &state, &out);
  return pair(make_bytes(out), text.as<Str>()->length);
}
Ref codec_decode(Args& a) {
  std::string store;
  const char* errors;
  BufferView data(a[0]);
  if (!data.ok() || !errors_argument(a[1], &store, &errors, "decode", "errors")) return nullptr;
  const Codec& codec = codec_of(a.self);
  State state;
  start_decoding(codec, &state);
  StrBuilder out;
  size_t used;
  if (!decode_bytes(codec, &state, data.view(), errors, true, &out, &used)) return nullptr;
  return pair(out.finish(), data.size());
}
const NativeDef kCodecMethods[] = {
    {"encode", "($self, /, input, errors=None)", codec_encode, 0, "The encoded text, and its length."},
    {"decode", "($self, /, input, errors=None)", codec_decode, 0, "The decoded text, and the number of bytes."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const TypeSpec kCodecSpec = {
    .flags = kTypeNoInstantiate | kTypeImmutable, .basic_size = sizeof(CodecObject), .methods = kCodecMethods};

// ---- objects with state

struct Stateful {
  Header h;
  const Codec* codec;
  State state;
  Value errors;        // str
  Value stream;        // readers and writers
  Value pending_text;  // encoders: str or null
  uint8_t pending[kMaxPending];
  uint32_t pending_size;  // decoders
};
Stateful* stateful_of(Value v) { return v.as<Stateful>(); }
void stateful_trace(Header* h, gc::Visitor& v) {
  auto* s = reinterpret_cast<Stateful*>(h);
  v.visit(s->errors);
  v.visit(s->stream);
  v.visit(s->pending_text);
}
void stateful_clear(Header* h) {
  auto* s = reinterpret_cast<Stateful*>(h);
  Ref a = gc::take(h, &s->stream), b = gc::take(h, &s->pending_text);
}
void stateful_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  stateful_clear(h);
  { Ref e = gc::take(h, &reinterpret_cast<Stateful*>(h)->errors); }
  finish_dealloc(h);
}
Ref make_stateful(TypeObject* cls, Value stream, Value errors, const char* type_name) {
  if (errors && !is_str(errors))
    return raise(types::TypeError, "%s() argument %d must be str, not %T", type_name, stream ? 2 : 1, errors);
  auto* s = alloc_instance_as<Stateful>(cls);
  if (!s) return nullptr;
  Ref self = Ref::steal(s);
  Ref codec = get_attr(Value(cls), TAIPAN_NAME(codec));
  if (!codec) return nullptr;
  if (type_of(codec) != codec_type) return raise(types::TypeError, "codec is unexpected type");
  s->codec = codec.as<CodecObject>()->codec;
  if (is_subtype(cls, decoder_type) || is_subtype(cls, reader_type))
    start_decoding(*s->codec, &s->state);
  else
    start_state(*s->codec, &s->state);
  Ref strict = errors ? Ref::dup(errors) : make_str("strict");
  if (!strict) return nullptr;
  gc::init(&s->errors, std::move(strict));
  if (stream) gc::init(&s->stream, Ref::dup(stream));
  return self;
}
Ref encoder_new(TypeObject* cls, RawArgs raw) {
  static const Signature sig("IncrementalEncoder", "(errors='strict')");
  Value v[1];
  return sig.bind(raw, v) ? make_stateful(cls, Value(), v[0], "IncrementalEncoder") : nullptr;
}
Ref decoder_new(TypeObject* cls, RawArgs raw) {
  static const Signature sig("IncrementalDecoder", "(errors='strict')");
  Value v[1];
  return sig.bind(raw, v) ? make_stateful(cls, Value(), v[0], "IncrementalDecoder") : nullptr;
}
Ref reader_new(TypeObject* cls, RawArgs raw) {
  static const Signature sig("StreamReader", "(stream, errors='strict')");
  Value v[2];
  return sig.bind(raw, v) ? make_stateful(cls, v[0], v[1], "StreamReader") : nullptr;
}
Ref writer_new(TypeObject* cls, RawArgs raw) {
  static const Signature sig("StreamWriter", "(stream, errors='strict')");
  Value v[2];
  return sig.bind(raw, v) ? make_stateful(cls, v[0], v[1], "StreamWriter") : nullptr;
}
bool no_init(Value, RawArgs) { return true; }

Ref get_errors(Value v) { return Ref::dup(stateful_of(v)->errors); }
bool set_errors(Value self, Value v) {
  if (!v) return raise(types::AttributeError, "cannot delete attribute");
  if (!is_str(v)) return raise(types::TypeError, "errors must be a string");
  gc::store(&stateful_of(self)->h, &stateful_of(self)->errors, Ref::dup(v));
  return true;
}
std::string errors_of(Stateful* s) { return utf8_lossy(s->errors); }

// ---- encoding piece by piece

bool encode_piece(Stateful* s, Value input, bool final, std::string* out) {
  Ref text = text_argument(input);
  if (!text) return false;
  if (s->pending_text) {
    text = str_concat(s->pending_text, text);
    if (!text) return false;
  }
  size_t used;
  State before = s->state;
  std::string errors = errors_of(s);
  if (!encode_text(*s->codec, &s->state, text, errors.c_str(), final, out, &used)) {
    s->state = before;
    return false;
  }
  size_t n = text.as<Str>()->length;
  Ref rest = used < n ? str_substring(text, used, n) : Ref();
  if (used < n && !rest) return false;
  gc::store(&s->h, &s->pending_text, std::move(rest));
  if (final) finish_encoding(*s->codec, &s->state, out);
  return true;
}
Ref encoder_encode(Args& a) {
  int final = a.has(1) ? is_true(a[1]) : 0;
  std::string out;
  return final >= 0 && encode_piece(stateful_of(a.self), a[0], final, &out) ? make_bytes(out) : nullptr;
}
Ref encoder_reset(Args& a) {
  Stateful* s = stateful_of(a.self);
  std::string out;
  finish_encoding(*s->codec, &s->state, &out);
  Ref old = gc::take(&s->h, &s->pending_text);
  return Ref::imm(kNone);
}
// The state as an int: the length of the waiting text in UTF-8, that text, and the codec's own eight bytes; little end first.
Ref encoder_getstate(Args& a) {
  Stateful* s = stateful_of(a.self);
  std::string text;
  if (s->pending_text && !utf8_of(s->pending_text, &text)) return nullptr;
  if (text.size() > kMaxPending) return raise(types::UnicodeError, "pending buffer too large");
  std::string bytes(1, static_cast<char>(text.size()));
  bytes += text;
  bytes.append(reinterpret_cast<const char*>(s->state.c), sizeof s->state.c);
  return make_int_from_bytes(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), true, false);
}
Ref encoder_setstate(Args& a) {
  Stateful* s = stateful_of(a.self);
  if (!is_int(a[0])) return raise(types::TypeError, "setstate() argument must be int, not %T", a[0]);
  uint8_t bytes[1 + kMaxPending + sizeof(State)] = {};
  if (!int_to_bytes(a[0], bytes, sizeof bytes, true, false)) return nullptr;
  if (bytes[0] > kMaxPending) return raise(types::UnicodeError, "pending buffer too large");
  std::string_view text(reinterpret_cast<char*>(bytes) + 1, bytes[0]);
  Ref pending;
  if (!text.empty()) {
    Ref octets = make_bytes(text);
    pending = octets ? call_method(octets, TAIPAN_NAME(decode)) : Ref();
    if (!pending) return nullptr;
  }
  gc::store(&s->h, &s->pending_text, std::move(pending));
  memcpy(s->state.c, bytes + 1 + bytes[0], sizeof(State));
  return Ref::imm(kNone);
}

// ---- decoding piece by piece

bool decode_piece(Stateful* s, std::string_view input, bool final, StrBuilder* out) {
  std::string joined;
  if (s->pending_size) {
    joined.assign(reinterpret_cast<char*>(s->pending), s->pending_size);
    joined += input;
    input = joined;
  }
  size_t used;
  State before = s->state;
  std::string errors = errors_of(s);
  if (!decode_bytes(*s->codec, &s->state, input, errors.c_str(), final, out, &used)) {
    s->state = before;
    return false;
  }
  size_t left = used < input.size() ? input.size() - used : 0;
  if (left > kMaxPending) return raise(types::UnicodeError, "pending buffer overflow");
  memcpy(s->pending, input.data() + used, left);
  s->pending_size = static_cast<uint32_t>(left);
  return true;
}
Ref decoder_decode(Args& a) {
  BufferView data(a[0]);
  int final = a.has(1) ? is_true(a[1]) : 0;
  StrBuilder out;
  return data.ok() && final >= 0 && decode_piece(stateful_of(a.self), data.view(), final, &out) ? out.finish()
                                                                                                : nullptr;
}
Ref decoder_reset(Args& a) {
  Stateful* s = stateful_of(a.self);
  reset_decoding(*s->codec, &s->state);
  s->pending_size = 0;
  return Ref::imm(kNone);
}
Ref decoder_getstate(Args& a) {
  Stateful* s = stateful_of(a.self);
  Ref items[2] = {make_bytes(s->pending, s->pending_size),
                  make_int_from_bytes(s->state.c, sizeof s->state.c, true, false)};
  return items[0] && items[1] ? make_tuple_steal(items, 2) : nullptr;
}
Ref decoder_setstate(Args& a) {
  Stateful* s = stateful_of(a.self);
  if (!is_tuple(a[0])) return raise(types::TypeError, "setstate() argument must be tuple, not %T", a[0]);
  if (tuple_size(a[0]) != 2) return raise(types::TypeError, "setstate(): illegal state argument");
  Value buffer = tuple_at(a[0], 0), number = tuple_at(a[0], 1);
  if (!is_bytes(buffer) || !is_int(number)) return raise(types::TypeError, "setstate(): illegal state argument");
  State state;
  if (!int_to_bytes(number, state.c, sizeof state.c, true, false)) return nullptr;
  auto* b = buffer.as<Bytes>();
  if (b->size > kMaxPending) return raise(types::UnicodeError, "pending buffer too large");
  memcpy(s->pending, b->data(), b->size);
  s->pending_size = static_cast<uint32_t>(b->size);
  s->state = state;
  return Ref::imm(kNone);
}

// ---- streams

Ref read_stream(Stateful* s, Str* method, int64_t size) {
  if (size == 0) return empty_str();
  StrBuilder out;
  for (;;) {
    Ref stream = Ref::dup(s->stream);
    Ref limit = make_int(size);
    Ref chunk = size < 0 ? call_method(stream, method) : call_method(stream, method, limit);
    if (!chunk) return nullptr;
    if (!is_bytes(chunk))
      return raise(types::TypeError, "stream function returned a non-bytes object (%.100T)", chunk.get());
    std::string_view data = chunk.as<Bytes>()->view();
    bool end = data.empty();
    if (!decode_piece(s, data, end || size < 0, &out)) return nullptr;
    if (size < 0 || out.length() || end) return out.finish();
    size = 1;  // a character needs more bytes
  }
}
bool size_argument(Value v, int64_t* out) {
  *out = -1;
  if (!v || v == kNone) return true;
  if (!is_int(v)) return raise(types::TypeError, "arg 1 must be an integer");
  return to_ssize(v, out, types::OverflowError);
}
Ref reader_read(Args& a) {
  int64_t size;
  return size_argument(a[0], &size) ? read_stream(stateful_of(a.self), TAIPAN_NAME(read), size) : nullptr;
}
Ref reader_readline(Args& a) {
  int64_t size;
  return size_argument(a[0], &size) ? read_stream(stateful_of(a.self), TAIPAN_NAME(readline), size) : nullptr;
}
Ref reader_readlines(Args& a) {
  int64_t size;
  if (!size_argument(a[0], &size)) return nullptr;
  Ref text = read_stream(stateful_of(a.self), TAIPAN_NAME(read), size);
  return text ? call_method(text, TAIPAN_NAME(splitlines), kTrue) : nullptr;
}
bool write_piece(Stateful* s, Value text) {
  std::string out;
  if (!encode_piece(s, text, false, &out)) return false;
  Ref octets = make_bytes(out), stream = Ref::dup(s->stream);
  return octets && call_method(stream, TAIPAN_NAME(write), octets);
}
Ref writer_write(Args& a) { return write_piece(stateful_of(a.self), a[0]) ? Ref::imm(kNone) : nullptr; }
Ref writer_writelines(Args& a) {
  if (!is_sequence(a[0])) return raise(types::TypeError, "arg must be a sequence object");
  for (int64_t i = 0;; i++) {
    int64_t n = length_of(a[0]);
    if (n < 0) return nullptr;
    if (i >= n) return Ref::imm(kNone);
    Ref at = make_int(i);
    Ref line = get_item(a[0], at);
    if (!line || !write_piece(stateful_of(a.self), line)) return nullptr;
  }
}
Ref writer_reset(Args& a) {
  Stateful* s = stateful_of(a.self);
  if (!s->pending_text) return Ref::imm(kNone);  // CPython's doesn't even leave a shifted state here
  Ref nothing = empty_str();
  std::string out;
  if (!nothing || !encode_piece(s, nothing, true, &out)) return nullptr;
  if (out.empty()) return Ref::imm(kNone);
  Ref octets = make_bytes(out), stream = Ref::dup(s->stream);
  return octets && call_method(stream, TAIPAN_NAME(write), octets) ? Ref::imm(kNone) : nullptr;
}

const GetSetDef kGetSet[] = {{"errors", get_errors, set_errors, "how to treat errors"},
                             {nullptr, nullptr, nullptr, nullptr}};
const MemberDef kStreamMembers[] = {{"stream", kMemberValueNone, offsetof(Stateful, stream), true, nullptr},
                                    {nullptr, kMemberValue, 0, true, nullptr}};
const NativeDef kEncoderMethods[] = {{"encode", "($self, /, input, final=False)", encoder_encode, 0, nullptr},
                                     {"getstate", "($self, /)", encoder_getstate, 0, nullptr},
                                     {"setstate", "($self, state, /)", encoder_setstate, 0, nullptr},
                                     {"reset", "($self, /)", encoder_reset, 0, nullptr},
                                     {nullptr, nullptr, nullptr, 0, nullptr}};
const NativeDef kDecoderMethods[] = {{"decode", "($self, /, input, final=False)", decoder_decode, 0, nullptr},
                                     {"getstate", "($self, /)", decoder_getstate, 0, nullptr},
                                     {"setstate", "($self, state, /)", decoder_setstate, 0, nullptr},
                                     {"reset", "($self, /)", decoder_reset, 0, nullptr},
                                     {nullptr, nullptr, nullptr, 0, nullptr}};
const NativeDef kReaderMethods[] = {{"read", "($self, sizeobj=None, /)", reader_read, 0, nullptr},
                                    {"readline", "($self, sizeobj=None, /)", reader_readline, 0, nullptr},
                                    {"readlines", "($self, sizehintobj=None, /)", reader_readlines, 0, nullptr},
                                    {"reset", "($self, /)", decoder_reset, 0, nullptr},
                                    {nullptr, nullptr, nullptr, 0, nullptr}};
const NativeDef kWriterMethods[] = {{"write", "($self, strobj, /)", writer_write, 0, nullptr},
                                    {"writelines", "($self, lines, /)", writer_writelines, 0, nullptr},
                                    {"reset", "($self, /)", writer_reset, 0, nullptr},
                                    {nullptr, nullptr, nullptr, 0, nullptr}};
constexpr uint64_t kFlags = kTypeGc | kTypeBaseable | kTypeImmutable;
constexpr gc::TypeOps kOps = {.trace = stateful_trace, .clear = stateful_clear, .dealloc = stateful_dealloc};
constexpr TypeSpec stateful_spec(const NativeDef* methods, NewSlot new_slot, const MemberDef* members = nullptr) {
  return {.flags = kFlags,
          .basic_size = sizeof(Stateful),
          .ops = kOps,
          .methods = methods,
          .getset = kGetSet,
          .members = members,
          .s = {.init = no_init, .new_ = new_slot}};
}
const TypeSpec kEncoderSpec = stateful_spec(kEncoderMethods, encoder_new);
const TypeSpec kDecoderSpec = stateful_spec(kDecoderMethods, decoder_new);
const TypeSpec kReaderSpec = stateful_spec(kReaderMethods, reader_new, kStreamMembers);
const TypeSpec kWriterSpec = stateful_spec(kWriterMethods, writer_new, kStreamMembers);

bool make_types() {
  if (writer_type) return true;
  codec_type = make_native_type("_multibytecodec.MultibyteCodec", types::Object, &kCodecSpec);
  encoder_type = make_native_type("_multibytecodec.MultibyteIncrementalEncoder", types::Object, &kEncoderSpec);
  decoder_type = make_native_type("_multibytecodec.MultibyteIncrementalDecoder", types::Object, &kDecoderSpec);
  reader_type = make_native_type("_multibytecodec.MultibyteStreamReader", types::Object, &kReaderSpec);
  writer_type = make_native_type("_multibytecodec.MultibyteStreamWriter", types::Object, &kWriterSpec);
  return codec_type && encoder_type && decoder_type && reader_type && writer_type;
}

Ref make_codec(const Codec& codec) {
  if (!make_types()) return nullptr;
  if (!blocking([&] { return load_tables(codec); })) return raise(types::LookupError, "no such codec is supported.");
  auto* o = alloc_instance_as<CodecObject>(codec_type);
  if (!o) return nullptr;
  o->codec = &codec;
  return Ref::steal(o);
}
enum Module { cn, hk, iso2022, jp, kr, tw };
constexpr Module kModules[kCodecCount] = {
#define CODEC(name, module, iconv_name, flags) module,
#include "interp/modules/multibyte/codecs.def"
#undef CODEC
};
template <Module kModule>
Ref getcodec(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "encoding name must be a string.");
  std::string name = utf8_lossy(a[0]);
  for (const Codec& codec : kCodecs)
    if (kModules[codec.index] == kModule && name == codec.name) return make_codec(codec);
  return raise(types::LookupError, "no such codec is supported.");
}
Ref create_codec(Args& a) {
  if (!has_shape(a[0], kShapeCapsule)) return raise(types::ValueError, "argument type invalid");
  auto* codec = static_cast<const Codec*>(capsule_pointer(a[0], "multibytecodec.__map_*"));
  return codec ? make_codec(*codec) : nullptr;
}
}  // namespace

bool multibytecodec_exec(Value module) {
  if (!make_types()) return false;
  for (TypeObject* t : {encoder_type, decoder_type, reader_type, writer_type})
    if (!module_add_type(module, t)) return false;
  return true;
}

const NativeDef kFunctions_multibyte[] = {{"__create_codec", "($module, arg, /)", create_codec, 0, nullptr},
                                          {nullptr, nullptr, nullptr, 0, nullptr}};

#define TAIPAN_CODEC_MODULE(name)                                                    \
  const NativeDef kFunctions_##name[] = {                                            \
      {"getcodec", "($module, encoding, /)", getcodec<name>, 0, "A codec by name."}, \
      {nullptr, nullptr, nullptr, 0, nullptr}};
TAIPAN_CODEC_MODULE(cn)
TAIPAN_CODEC_MODULE(hk)
TAIPAN_CODEC_MODULE(iso2022)
TAIPAN_CODEC_MODULE(jp)
TAIPAN_CODEC_MODULE(kr)
TAIPAN_CODEC_MODULE(tw)
#undef TAIPAN_CODEC_MODULE

}  // namespace taipan::multibyte

namespace taipan {
#define TAIPAN_CODEC_MODULE(name)                                                                              \
  extern const ModuleDef _codecs_##name##_module;                                                              \
  const ModuleDef _codecs_##name##_module = {"_codecs_" #name, nullptr, multibyte::kFunctions_##name, nullptr, \
                                             kFunctionsAtOnce};
TAIPAN_CODEC_MODULE(cn)
TAIPAN_CODEC_MODULE(hk)
TAIPAN_CODEC_MODULE(iso2022)
TAIPAN_CODEC_MODULE(jp)
TAIPAN_CODEC_MODULE(kr)
TAIPAN_CODEC_MODULE(tw)
#undef TAIPAN_CODEC_MODULE
// GIL off: codecs are found in tables that are made under a mutex.
extern const ModuleDef _multibytecodec_module;
const ModuleDef _multibytecodec_module = {"_multibytecodec", nullptr, multibyte::kFunctions_multibyte,
                                          multibyte::multibytecodec_exec, kFunctionsAtOnce};
}  // namespace taipan
