// _TextIOBase and IncrementalNewlineDecoder.
#include "interp/modules/io/text_codec.h"
#include "interp/objects/tuple.h"

namespace taipan::io {

TypeObject *text_iobase_type, *newline_decoder_type;

// ---- _TextIOBase --------------------------------------------------------------------------------------------------------------------------

static Ref base_detach(Args&) { return raise(unsupported_operation(), "detach"); }
static Ref base_read(Args&) { return raise(unsupported_operation(), "read"); }
static Ref base_readline(Args&) { return raise(unsupported_operation(), "readline"); }
static Ref base_write(Args&) { return raise(unsupported_operation(), "write"); }
static Ref base_none(Value) { return Ref::imm(kNone); }

static const NativeDef kBaseMethods[] = {
    {"detach", "($self, /)", base_detach, kNativeNoSignature,
     "Takes the buffer below away and gives it.\n\nAfterwards this object can't be used."},
    {"read", "($self, size=-1, /)", base_read, kNativeNoSignature, "Reads at most size characters, or to the end."},
    {"readline", "($self, size=-1, /)", base_readline, kNativeNoSignature,
     "Reads to the end of the line. The empty string at the end of the stream."},
    {"write", "($self, s, /)", base_write, kNativeNoSignature, "Writes a string and gives its number of characters."},
    {}};
static const GetSetDef kBaseGetSet[] = {
    {"encoding", base_none, nullptr, "The name of the stream's encoding."},
    {"newlines", base_none, nullptr,
     "The line ends that were met so far.\n\nOnly those that were translated while reading are known."},
    {"errors", base_none, nullptr, "What is done about characters that can't be encoded or decoded."},
    {}};
const TypeSpec kTextIOBaseSpec = {
    .doc =
        "Base class of text streams.\n\nA stream of characters and lines. There is no readinto() since strings\ndon't "
        "change.",
    .flags = kStreamFlags,
    .methods = kBaseMethods,
    .getset = kBaseGetSet,
};

// ---- IncrementalNewlineDecoder --------------------------------------------------------------------------------------------------------------

struct NewlineDecoder {
  Header h;
  Value decoder;  // None: the input is text already; null: uninitialised
  Value errors;
  NewlineState state;
};
static NewlineDecoder* nd(Value v) { return v.as<NewlineDecoder>(); }

static Ref decoder_new(TypeObject* cls, RawArgs) { return Ref::steal(alloc_instance_as<NewlineDecoder>(cls)); }
static bool decoder_init(Value self, RawArgs args) {
  static const Signature sig("IncrementalNewlineDecoder", "(decoder, translate, errors='strict')");
  Value v[3];
  if (!sig.bind(args, v)) return false;
  int translate = is_true(v[1]);
  if (translate < 0) return false;
  NewlineDecoder* d = nd(self);
  Ref strict = v[2] ? Ref::dup(v[2]) : make_str("strict");
  gc::store(&d->h, &d->decoder, Ref::dup(v[0]));
  gc::store(&d->h, &d->errors, std::move(strict));
  d->state = {translate != 0, false, 0};
  return true;
}
static bool initialized(NewlineDecoder* d) {
  return d->decoder || raise(types::ValueError, "IncrementalNewlineDecoder.__init__() not called");
}

static Ref decoder_decode_method(Args& a) {
  NewlineDecoder* d = nd(a.self);
  int final = a[1] ? is_true(a[1]) : 0;
  if (final < 0 || !initialized(d)) return nullptr;
  Ref text, inner = Ref::dup(d->decoder);
  if (inner.get() == kNone) {
    text = Ref::dup(a[0]);
  } else {
    text = call_method(inner, TAIPAN_NAME(decode), a[0], bool_value(final));
    if (!text) return nullptr;
  }
  if (!is_str(text)) return raise(types::TypeError, "decoder should return a string result, not '%.200T'", text.get());
  NewlineState state;
  {
    gc::ObjectLock lock(&d->h);
    state = d->state;
  }
  Ref r = newline_decode(&state, std::move(text), final);
  gc::ObjectLock lock(&d->h);
  if (r) d->state = state;
  return r;
}
static Ref decoder_getstate(Args& a) {
  NewlineDecoder* d = nd(a.self);
  if (!initialized(d)) return nullptr;
  Ref inner = Ref::dup(d->decoder), pending;
  Ref flags = Ref::imm(Value::from_int(0));
  if (inner.get() == kNone) {
    pending = make_bytes("", 0);
  } else {
    Ref state = call_method(inner, TAIPAN_NAME(getstate));
    if (!state) return nullptr;
    if (!is_tuple(state) || tuple_size(state) != 2 || !is_int(tuple_at(state, 1)))
      return raise(types::TypeError, "illegal decoder state");
    pending = Ref::dup(tuple_at(state, 0));
    flags = int_exact(tuple_at(state, 1));
  }
  flags = flags ? int_lshift(flags, Value::from_int(1)) : Ref();
  if (flags && d->state.pending_cr) flags = int_or(flags, Value::from_int(1));
  if (!pending || !flags) return nullptr;
  return make_tuple_of({pending.get(), flags.get()});
}
static Ref decoder_setstate(Args& a) {
  NewlineDecoder* d = nd(a.self);
  if (!initialized(d)) return nullptr;
  if (!is_tuple(a[0])) return raise(types::TypeError, "state argument must be a tuple");
  if (tuple_size(a[0]) != 2 || !is_int(tuple_at(a[0], 1)))
    return raise(types::TypeError, "setstate(): illegal state argument");
  Value flags = tuple_at(a[0], 1);
  d->state.pending_cr = int_low64(flags) & 1;
  Ref inner = Ref::dup(d->decoder);
  if (inner.get() == kNone) return Ref::imm(kNone);
  Ref rest = int_rshift(flags, Value::from_int(1));
  Ref state = rest ? make_tuple_of({tuple_at(a[0], 0), rest.get()}) : Ref();
  return state ? call_method(inner, TAIPAN_NAME(setstate), state) : nullptr;
}
static Ref decoder_reset_method(Args& a) {
  NewlineDecoder* d = nd(a.self);
  if (!initialized(d)) return nullptr;
  d->state.seen = 0;
  d->state.pending_cr = false;
  Ref inner = Ref::dup(d->decoder);
  return inner.get() == kNone ? Ref::imm(kNone) : call_method(inner, TAIPAN_NAME(reset));
}
static Ref decoder_newlines(Value self) {
  return initialized(nd(self)) ? newlines_value(nd(self)->state.seen) : nullptr;
}

static void decoder_trace(Header* h, gc::Visitor& v) {
  v.visit(reinterpret_cast<NewlineDecoder*>(h)->decoder);
  v.visit(reinterpret_cast<NewlineDecoder*>(h)->errors);
}
static void decoder_clear(Header* h) {
  auto* d = reinterpret_cast<NewlineDecoder*>(h);
  Ref decoder = gc::take(h, &d->decoder), errors = gc::take(h, &d->errors);
}
static void decoder_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  decoder_clear(h);
  finish_dealloc(h);
}

static const NativeDef kDecoderMethods[] = {
    {"decode", "($self, /, input, final=False)", decoder_decode_method, 0, nullptr},
    {"getstate", "($self, /)", decoder_getstate, 0, nullptr},
    {"setstate", "($self, state, /)", decoder_setstate, 0, nullptr},
    {"reset", "($self, /)", decoder_reset_method, 0, nullptr},
    {}};
static const GetSetDef kDecoderGetSet[] = {{"newlines", decoder_newlines, nullptr, nullptr}, {}};
const TypeSpec kNewlineDecoderSpec = {
    .doc =
        "IncrementalNewlineDecoder(decoder, translate, errors='strict')\n--\n\nDecodes piece by piece and takes note "
        "of line ends.\n\n"
        "With translate, '\\r\\n' and '\\r' become '\\n'. A '\\r' that ends a piece is held back,\nso that no '\\r\\n' "
        "is taken for two. decoder None: the input is text already.",
    .flags = kTypeGc | kTypeBaseable,
    .basic_size = sizeof(NewlineDecoder),
    .ops = {.trace = decoder_trace, .clear = decoder_clear, .dealloc = decoder_dealloc},
    .methods = kDecoderMethods,
    .getset = kDecoderGetSet,
    .s = {.init = decoder_init, .new_ = decoder_new},
};

}  // namespace taipan::io
