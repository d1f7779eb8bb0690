// _lzma: .xz and .lzma streams and raw filter chains over liblzma.
#include <lzma.h>
#include <new>
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/tuple.h"
#include "interp/shared/decompressor.h"
#include "interp/shared/shared_module.h"

namespace taipan {

namespace {

Value lzma_error;  // immortal class
TypeObject *compressor_type, *decompressor_type;

enum Format { kFormatAuto, kFormatXz, kFormatAlone, kFormatRaw };
constexpr int kCheckUnknown = LZMA_CHECK_ID_MAX + 1;

Fail fail(lzma_ret err) {
  TypeObject* type = lzma_error.as<TypeObject>();
  switch (err) {
    case LZMA_UNSUPPORTED_CHECK: return raise(type, "Unsupported integrity check");
    case LZMA_MEM_ERROR: return raise_memory();
    case LZMA_MEMLIMIT_ERROR: return raise(type, "Memory usage limit exceeded");
    case LZMA_FORMAT_ERROR: return raise(type, "Input format not supported by decoder");
    case LZMA_OPTIONS_ERROR: return raise(type, "Invalid or unsupported options");
    case LZMA_DATA_ERROR: return raise(type, "Corrupt input data");
    case LZMA_BUF_ERROR: return raise(type, "Insufficient buffer space");
    case LZMA_PROG_ERROR: return raise(type, "Internal error");
    default: return raise(type, "Unrecognized error from liblzma: %d", static_cast<int>(err));
  }
}
bool is_error(lzma_ret err) {
  return err != LZMA_OK && err != LZMA_GET_CHECK && err != LZMA_NO_CHECK && err != LZMA_STREAM_END;
}

// ---- filter specifications

bool to_u64(Value v, uint64_t* out) {
  if (!is_int(v)) return raise(types::TypeError, "an integer is required");
  if (int_sign(v) < 0) return raise(types::OverflowError, "can't convert negative int to unsigned");
  if (int_bit_length(v) > 64) return raise(types::OverflowError, "int too big to convert");
  *out = int_low64(v);
  return true;
}
bool to_u32(Value v, uint32_t* out) {
  uint64_t wide;
  if (!to_u64(v, &wide)) return false;
  if (wide > UINT32_MAX) return raise(types::OverflowError, "Value too large for uint32_t type");
  *out = static_cast<uint32_t>(wide);
  return true;
}

constexpr uint32_t kNoField = UINT32_MAX;
struct OptionField {
  const char* name;
  uint32_t offset;  // kNoField: accepted, but not stored here
  bool is_enum;     // mode and mf; all are 32 bits wide
};
static_assert(sizeof(lzma_mode) == 4 && sizeof(lzma_match_finder) == 4);
const OptionField kLzmaFields[] = {{"id", kNoField, false},
                                   {"preset", kNoField, false},
                                   {"dict_size", offsetof(lzma_options_lzma, dict_size), false},
                                   {"lc", offsetof(lzma_options_lzma, lc), false},
                                   {"lp", offsetof(lzma_options_lzma, lp), false},
                                   {"pb", offsetof(lzma_options_lzma, pb), false},
                                   {"mode", offsetof(lzma_options_lzma, mode), true},
                                   {"nice_len", offsetof(lzma_options_lzma, nice_len), false},
                                   {"mf", offsetof(lzma_options_lzma, mf), true},
                                   {"depth", offsetof(lzma_options_lzma, depth), false},
                                   {nullptr, 0, false}};
const OptionField kDeltaFields[] = {
    {"id", kNoField, false}, {"dist", offsetof(lzma_options_delta, dist), false}, {nullptr, 0, false}};
const OptionField kBcjFields[] = {
    {"id", kNoField, false}, {"start_offset", offsetof(lzma_options_bcj, start_offset), false}, {nullptr, 0, false}};

union FilterOptions {
  lzma_options_lzma lzma;
  lzma_options_delta delta;
  lzma_options_bcj bcj;
};

// Reads the entries of a specification; unknown names and wrong values are the same error.
bool read_options(Value spec, const OptionField* fields, FilterOptions* out, const char* message) {
  Ref keys = call_method(spec, TAIPAN_NAME(keys));
  Ref list = keys ? iterable_to_list(keys) : Ref();
  if (!list) return false;
  bool bad = false;
  for (IterEach it(list); it.next();) {
    const OptionField* field = fields;
    while (field->name && !(is_str(it.item()) && str_eq_ascii(it.item(), field->name))) field++;
    if (!field->name) {
      bad = true;
      break;
    }
    if (field->offset == kNoField) continue;
    Ref value = get_item(spec, it.item());
    uint32_t number;
    if (!value || !to_u32(value, &number)) {
      bad = true;
      break;
    }
    memcpy(reinterpret_cast<char*>(out) + field->offset, &number, sizeof number);
  }
  if (!bad) return true;
  clear_error();
  return raise(types::ValueError, "%s", message);
}
// spec["name"], or null without an exception.
Ref optional_item(Value spec, const char* name, bool* failed_out) {
  Ref key = make_str(name);
  Ref value = key ? get_item(spec, key) : Ref();
  if (value) return value;
  *failed_out = !error_matches(types::KeyError);
  if (!*failed_out) clear_error();
  return nullptr;
}

bool parse_filter(Value spec, lzma_filter* filter, FilterOptions* options) {
  if (!is_mapping(spec)) return raise(types::TypeError, "Filter specifier must be a dict or dict-like object");
  bool broken = false;
  Ref id = optional_item(spec, "id", &broken);
  if (broken) return false;
  if (!id) return raise(types::ValueError, "Filter specifier must have an \"id\" entry");
  uint64_t number;
  if (!to_u64(id, &number)) return false;
  filter->id = number;
  filter->options = options;
  *options = {};
  switch (number) {
    case LZMA_FILTER_LZMA1:
    case LZMA_FILTER_LZMA2: {
      uint32_t preset = LZMA_PRESET_DEFAULT;
      Ref given = optional_item(spec, "preset", &broken);
      if (broken || (given && !to_u32(given, &preset))) return false;
      if (lzma_lzma_preset(&options->lzma, preset))
        return raise(lzma_error.as<TypeObject>(), "Invalid compression preset: %u", preset);
      return read_options(spec, kLzmaFields, options, "Invalid filter specifier for LZMA filter");
    }
    case LZMA_FILTER_DELTA:
      options->delta.type = LZMA_DELTA_TYPE_BYTE;
      options->delta.dist = 1;
      return read_options(spec, kDeltaFields, options, "Invalid filter specifier for delta filter");
    case LZMA_FILTER_X86:
    case LZMA_FILTER_POWERPC:
    case LZMA_FILTER_IA64:
    case LZMA_FILTER_ARM:
    case LZMA_FILTER_ARMTHUMB:
    case LZMA_FILTER_SPARC: return read_options(spec, kBcjFields, options, "Invalid filter specifier for BCJ filter");
    default: return raise(types::ValueError, "Invalid filter ID: %llu", static_cast<unsigned long long>(number));
  }
}

struct FilterChain {
  lzma_filter filters[LZMA_FILTERS_MAX + 1];
  FilterOptions options[LZMA_FILTERS_MAX];
  bool parse(Value specs) {
    if (is_dict(specs)) return raise(types::TypeError, "%T is not a sequence", specs);
    int64_t n = length_of(specs);
    if (n < 0) return false;
    if (n > LZMA_FILTERS_MAX)
      return raise(types::ValueError, "Too many filters - liblzma supports a maximum of %d", LZMA_FILTERS_MAX);
    for (int64_t i = 0; i < n; i++) {
      Ref at = make_int(i);
      Ref spec = get_item(specs, at);
      if (!spec || !parse_filter(spec, &filters[i], &options[i])) return false;
    }
    filters[n].id = LZMA_VLI_UNKNOWN;
    filters[n].options = nullptr;
    return true;
  }
};

// ---- compressing

struct Compressor {
  Header h;
  std::mutex mutex;
  bool live, flushed;
  lzma_stream z;
};
Compressor* compressor_of(Value v) { return v.as<Compressor>(); }
void compressor_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* c = reinterpret_cast<Compressor*>(h);
  if (c->live) lzma_end(&c->z);
  finish_dealloc(h);
}
Ref compressor_new(TypeObject* cls, RawArgs) {
  auto* c = alloc_instance_as<Compressor>(cls);
  if (!c) return nullptr;
  new (&c->mutex) std::mutex;
  return Ref::steal(c);
}
bool compressor_init(Value self, RawArgs raw) {
  static const Signature sig("LZMACompressor", "(format=FORMAT_XZ, check=-1, preset=None, filters=None)");
  Value v[4];
  int format = kFormatXz, check = -1;
  uint32_t preset = LZMA_PRESET_DEFAULT;
  if (!sig.bind(raw, v) || (v[0] && !to_c_int(v[0], &format)) || (v[1] && !to_c_int(v[1], &check))) return false;
  bool has_preset = v[2] && v[2] != kNone, has_filters = v[3] && v[3] != kNone;
  if (has_preset && has_filters) return raise(types::ValueError, "Cannot specify both preset and filter chain");
  if (has_preset && !to_u32(v[2], &preset)) return false;
  if (format != kFormatXz && check != -1 && check != LZMA_CHECK_NONE)
    return raise(types::ValueError, "Integrity checks are only supported by FORMAT_XZ");
  if (format < kFormatXz || format > kFormatRaw)
    return raise(types::ValueError, "Invalid container format: %d", format);
  if (format == kFormatRaw && !has_filters) return raise(types::ValueError, "Must specify filters for FORMAT_RAW");
  FilterChain chain;
  if (has_filters && !chain.parse(v[3])) return false;
  lzma_options_lzma options;
  if (format == kFormatAlone) {
    if (!has_filters && lzma_lzma_preset(&options, preset))
      return raise(lzma_error.as<TypeObject>(), "Invalid compression preset: %u", preset);
    if (has_filters && (chain.filters[0].id != LZMA_FILTER_LZMA1 || chain.filters[1].id != LZMA_VLI_UNKNOWN))
      return raise(types::ValueError, "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter");
  }

  Compressor* c = compressor_of(self);
  StreamLock lock(c->mutex);
  if (c->live) lzma_end(&c->z);
  c->live = c->flushed = false;
  c->z = LZMA_STREAM_INIT;
  lzma_ret err = detached_if(true, [&] {  // high presets clear a lot of memory
    if (format == kFormatXz) {
      auto kind = static_cast<lzma_check>(check == -1 ? LZMA_CHECK_CRC64 : check);
      return has_filters ? lzma_stream_encoder(&c->z, chain.filters, kind) : lzma_easy_encoder(&c->z, preset, kind);
    }
    if (format == kFormatAlone) return lzma_alone_encoder(&c->z, has_filters ? &chain.options[0].lzma : &options);
    return lzma_raw_encoder(&c->z, chain.filters);
  });
  if (is_error(err)) return fail(err);
  c->live = true;
  return true;
}

Ref compress_with(Compressor* c, const uint8_t* p, size_t n, lzma_action action) {
  if (!c->live) return fail(LZMA_PROG_ERROR);
  OutputBuffer out;
  lzma_ret err = LZMA_MEM_ERROR;
  {
    gc::BlockingScope scope;
    if (out.start(8192)) {
      c->z.next_in = p;
      c->z.avail_in = n;
      for (;;) {
        size_t room = out.room_size();
        c->z.next_out = out.room();
        c->z.avail_out = room;
        err = lzma_code(&c->z, action);
        out.wrote(room - c->z.avail_out);
        if (err == LZMA_BUF_ERROR && n == 0 && c->z.avail_out > 0) err = LZMA_OK;
        if (is_error(err)) break;
        if ((action == LZMA_RUN && c->z.avail_in == 0) || (action == LZMA_FINISH && err == LZMA_STREAM_END)) break;
        if (!out.ensure()) {
          err = LZMA_MEM_ERROR;
          break;
        }
      }
    }
  }
  return is_error(err) ? static_cast<Ref>(fail(err)) : out.finish();
}
Ref compressor_compress(Args& a) {
  BufferView data(a[0]);
  if (!data.ok()) return nullptr;
  Compressor* c = compressor_of(a.self);
  StreamLock lock(c->mutex);
  if (c->flushed) return raise(types::ValueError, "Compressor has been flushed");
  return compress_with(c, data.data(), data.size(), LZMA_RUN);
}
Ref compressor_flush(Args& a) {
  Compressor* c = compressor_of(a.self);
  StreamLock lock(c->mutex);
  if (c->flushed) return raise(types::ValueError, "Repeated call to flush()");
  c->flushed = true;
  return compress_with(c, nullptr, 0, LZMA_FINISH);
}

// ---- decompressing

struct LzmaCodec {
  static constexpr int kNotStarted = LZMA_PROG_ERROR;
  static constexpr bool kStaysBroken = false;  // liblzma keeps returning the error by itself
  static constexpr char kBroken[] = "Decompressor is unusable after a previous error";
  lzma_stream z;
  int64_t check;
  CodecStep step(const uint8_t** in, size_t* in_left, uint8_t* out, size_t* out_left, int* result) {
    z.next_in = *in;
    z.avail_in = *in_left;
    z.next_out = out;
    z.avail_out = *out_left;
    lzma_ret err = lzma_code(&z, LZMA_RUN);
    *in = z.next_in;
    *in_left = z.avail_in;
    *out_left = z.avail_out;
    if (err == LZMA_BUF_ERROR && (z.avail_in == 0 || z.avail_out == 0)) err = LZMA_OK;
    *result = err;
    if (is_error(err)) return CodecStep::kError;
    if (err == LZMA_GET_CHECK || err == LZMA_NO_CHECK) check = lzma_get_check(&z);
    return err == LZMA_STREAM_END ? CodecStep::kEnd : CodecStep::kMore;
  }
  static Fail fail(int err) { return taipan::fail(static_cast<lzma_ret>(err)); }
  void end() { lzma_end(&z); }
};
using LzmaDecompressor = Decompressor<LzmaCodec>;

bool decompressor_init(Value self, RawArgs raw) {
  static const Signature sig("LZMADecompressor", "(format=FORMAT_AUTO, memlimit=None, filters=None)");
  Value v[3];
  int format = kFormatAuto;
  if (!sig.bind(raw, v) || (v[0] && !to_c_int(v[0], &format))) return false;
  uint64_t limit = UINT64_MAX;
  bool has_filters = v[2] && v[2] != kNone;
  if (v[1] && v[1] != kNone) {
    if (format == kFormatRaw) return raise(types::ValueError, "Cannot specify memory limit with FORMAT_RAW");
    if (!to_u64(v[1], &limit)) return false;
  }
  if (format == kFormatRaw && !has_filters) return raise(types::ValueError, "Must specify filters for FORMAT_RAW");
  if (format != kFormatRaw && has_filters)
    return raise(types::ValueError, "Cannot specify filters except with FORMAT_RAW");
  if (format < kFormatAuto || format > kFormatRaw)
    return raise(types::ValueError, "Invalid container format: %d", format);
  FilterChain chain;
  if (has_filters && !chain.parse(v[2])) return false;
  LzmaDecompressor* d = LzmaDecompressor::of(self);
  StreamLock lock(d->mutex);
  if (!d->reset()) return false;
  lzma_stream& z = d->codec.z;
  z = LZMA_STREAM_INIT;
  d->codec.check = kCheckUnknown;
  constexpr uint32_t kTell = LZMA_TELL_ANY_CHECK | LZMA_TELL_NO_CHECK;
  lzma_ret err;
  switch (format) {
    case kFormatAuto: err = lzma_auto_decoder(&z, limit, kTell); break;
    case kFormatXz: err = lzma_stream_decoder(&z, limit, kTell); break;
    case kFormatAlone:
      d->codec.check = LZMA_CHECK_NONE;
      err = lzma_alone_decoder(&z, limit);
      break;
    default: d->codec.check = LZMA_CHECK_NONE; err = lzma_raw_decoder(&z, chain.filters);
  }
  if (is_error(err)) return fail(err);
  d->live = true;
  return true;
}

// ---- functions

Ref is_check_supported(Args& a) {
  int check;
  if (!to_c_int(a[0], &check)) return nullptr;
  return Ref::imm(bool_value(check >= 0 && lzma_check_is_supported(static_cast<lzma_check>(check))));
}
Ref encode_filter_properties(Args& a) {
  lzma_filter filter;
  FilterOptions options;
  uint32_t size;
  if (!parse_filter(a[0], &filter, &options)) return nullptr;
  lzma_ret err = lzma_properties_size(&size, &filter);
  if (is_error(err)) return fail(err);
  Ref result = new_bytes_raw(size);
  if (!result) return nullptr;
  err = lzma_properties_encode(&filter, result.as<Bytes>()->data());
  return is_error(err) ? static_cast<Ref>(fail(err)) : std::move(result);
}
bool add_number(Value dict, const char* name, uint64_t n) {
  Ref v = make_int_u64(n);
  return v && dict_set_cstr(dict, name, v);
}
Ref describe_filter(const lzma_filter& f) {
  Ref spec = make_dict();
  if (!spec || !add_number(spec, "id", f.id)) return nullptr;
  bool ok = true;
  auto* lzma = static_cast<const lzma_options_lzma*>(f.options);
  switch (f.id) {
    case LZMA_FILTER_LZMA1:
      ok = add_number(spec, "lc", lzma->lc) && add_number(spec, "lp", lzma->lp) && add_number(spec, "pb", lzma->pb) &&
           add_number(spec, "dict_size", lzma->dict_size);
      break;
    case LZMA_FILTER_LZMA2: ok = add_number(spec, "dict_size", lzma->dict_size); break;
    case LZMA_FILTER_DELTA:
      ok = add_number(spec, "dist", static_cast<const lzma_options_delta*>(f.options)->dist);
      break;
    case LZMA_FILTER_X86:
    case LZMA_FILTER_POWERPC:
    case LZMA_FILTER_IA64:
    case LZMA_FILTER_ARM:
    case LZMA_FILTER_ARMTHUMB:
    case LZMA_FILTER_SPARC:
      if (f.options)
        ok = add_number(spec, "start_offset", static_cast<const lzma_options_bcj*>(f.options)->start_offset);
      break;
    default: return raise(types::ValueError, "Invalid filter ID: %llu", static_cast<unsigned long long>(f.id));
  }
  return ok ? std::move(spec) : nullptr;
}
Ref decode_filter_properties(Args& a) {
  lzma_filter filter = {};
  uint64_t id;
  if (!to_u64(a[0], &id)) return nullptr;
  BufferView props(a[1]);
  if (!props.ok()) return nullptr;
  filter.id = id;
  lzma_ret err = lzma_properties_decode(&filter, nullptr, props.data(), props.size());
  if (is_error(err)) return fail(err);
  Ref spec = describe_filter(filter);
  free(filter.options);  // liblzma's malloc
  return spec;
}

const NativeDef kCompressorMethods[] = {
    {"compress", "($self, data, /)", compressor_compress, 0, "Compresses data; returns what is ready of the output."},
    {"flush", "($self, /)", compressor_flush, 0, "Ends the stream and returns the rest of the output."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const NativeDef kDecompressorMethods[] = {
    {"decompress", "($self, /, data, max_length=-1)", LzmaDecompressor::decompress, 0,
     "Decompresses data, to at most max_length bytes unless that is negative."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
Ref get_check(Value self) { return make_int(LzmaDecompressor::of(self)->codec.check); }
const GetSetDef kDecompressorGetSet[] = {{"check", get_check, nullptr, "The kind of integrity check of the stream."},
                                         {nullptr, nullptr, nullptr, nullptr}};
const MemberDef kDecompressorMembers[] = {
    {"eof", kMemberBool, offsetof(LzmaDecompressor, eof), true, "The end of the stream was reached."},
    {"unused_data", kMemberValue, offsetof(LzmaDecompressor, unused_data), true, "What follows the end of the stream."},
    {"needs_input", kMemberBool, offsetof(LzmaDecompressor, needs_input), true,
     "More input is needed before there can be more output."},
    {nullptr, kMemberValue, 0, true, nullptr}};
const TypeSpec kCompressorSpec = {.doc =
                                      "LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)\n\nA "
                                      "compressor for data that comes in pieces.",
                                  .flags = kTypeBaseable | kTypeImmutable,
                                  .basic_size = sizeof(Compressor),
                                  .ops = {.dealloc = compressor_dealloc},
                                  .methods = kCompressorMethods,
                                  .s = {.init = compressor_init, .new_ = compressor_new}};
const TypeSpec kDecompressorSpec = {.doc = "A decompressor for data that comes in pieces.",
                                    .flags = kTypeBaseable | kTypeImmutable,
                                    .basic_size = sizeof(LzmaDecompressor),
                                    .ops = {.trace = LzmaDecompressor::trace, .dealloc = LzmaDecompressor::dealloc},
                                    .methods = kDecompressorMethods,
                                    .getset = kDecompressorGetSet,
                                    .members = kDecompressorMembers,
                                    .s = {.init = decompressor_init, .new_ = LzmaDecompressor::create}};

const NativeDef kFunctions[] = {{"is_check_supported", "($module, check_id, /)", is_check_supported, 0,
                                 "Whether this integrity check is available."},
                                {"_encode_filter_properties", "($module, filter, /)", encode_filter_properties, 0,
                                 "The bytes that describe a filter in a stream."},
                                {"_decode_filter_properties", "($module, filter_id, encoded_props, /)",
                                 decode_filter_properties, 0, "The filter that bytes in a stream describe."},
                                {nullptr, nullptr, nullptr, 0, nullptr}};
const IntConstant kConstants[] = {{"FORMAT_AUTO", kFormatAuto},
                                  {"FORMAT_XZ", kFormatXz},
                                  {"FORMAT_ALONE", kFormatAlone},
                                  {"FORMAT_RAW", kFormatRaw},
                                  {"CHECK_NONE", LZMA_CHECK_NONE},
                                  {"CHECK_CRC32", LZMA_CHECK_CRC32},
                                  {"CHECK_CRC64", LZMA_CHECK_CRC64},
                                  {"CHECK_SHA256", LZMA_CHECK_SHA256},
                                  {"CHECK_ID_MAX", LZMA_CHECK_ID_MAX},
                                  {"CHECK_UNKNOWN", kCheckUnknown},
                                  {"FILTER_LZMA1", static_cast<int64_t>(LZMA_FILTER_LZMA1)},
                                  {"FILTER_LZMA2", LZMA_FILTER_LZMA2},
                                  {"FILTER_DELTA", LZMA_FILTER_DELTA},
                                  {"FILTER_X86", LZMA_FILTER_X86},
                                  {"FILTER_POWERPC", LZMA_FILTER_POWERPC},
                                  {"FILTER_IA64", LZMA_FILTER_IA64},
                                  {"FILTER_ARM", LZMA_FILTER_ARM},
                                  {"FILTER_ARMTHUMB", LZMA_FILTER_ARMTHUMB},
                                  {"FILTER_SPARC", LZMA_FILTER_SPARC},
                                  {"MF_HC3", LZMA_MF_HC3},
                                  {"MF_HC4", LZMA_MF_HC4},
                                  {"MF_BT2", LZMA_MF_BT2},
                                  {"MF_BT3", LZMA_MF_BT3},
                                  {"MF_BT4", LZMA_MF_BT4},
                                  {"MODE_FAST", LZMA_MODE_FAST},
                                  {"MODE_NORMAL", LZMA_MODE_NORMAL},
                                  {"PRESET_DEFAULT", LZMA_PRESET_DEFAULT},
                                  {"PRESET_EXTREME", LZMA_PRESET_EXTREME},
                                  {nullptr, 0}};

bool lzma_exec(Value module) {
  if (!lzma_error) {
    Ref error = make_exception_class("_lzma.LZMAError", types::Exception, "Call to liblzma failed.");
    if (!error) return false;
    gc::make_immortal(error.get().header());
    lzma_error = error.release();
    compressor_type = make_native_type("_lzma.LZMACompressor", types::Object, &kCompressorSpec);
    decompressor_type = make_native_type("_lzma.LZMADecompressor", types::Object, &kDecompressorSpec);
  }
  return compressor_type && decompressor_type && module_add(module, "LZMAError", Ref::dup(lzma_error)) &&
         module_add_type(module, compressor_type) && module_add_type(module, decompressor_type) &&
         module_add_constants(module, kConstants);
}

// GIL off: they have no state.
const ModuleDef kLzmaModule = {"_lzma", nullptr, kFunctions, lzma_exec, kFunctionsAtOnce};

}  // namespace
}  // namespace taipan

TAIPAN_SHARED_MODULE(taipan::kLzmaModule)
