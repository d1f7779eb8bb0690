// _elementtree: XMLParser, from expat's events to a target.
#include <string>
#include <unordered_map>
#include "interp/objects/codecs.h"
#include "interp/shared/_elementtree/etree.h"
#include "interp/shared/expat_encoding.h"

namespace taipan::etree {

TypeObject* parser_type;

namespace {

enum Hook { kOnStart, kOnData, kOnEnd, kOnComment, kOnPi, kOnClose, kOnDoctype, kOnStartNs, kOnEndNs, kHookCount };
constexpr const char* kHookNames[kHookCount] = {"start", "data",    "end",      "comment", "pi",
                                                "close", "doctype", "start_ns", "end_ns"};
constexpr size_t kMaxChunk = 1 << 20;

struct NameHash {
  using is_transparent = void;
  size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
};
using NameMap = std::unordered_map<std::string, Value, NameHash, std::equal_to<>>;

struct Parser {
  Header h;
  XML_Parser expat;
  bool busy, failed;
  NameMap* names;   // expat's names -> those of ElementTree; the values are in name_list
  Value name_list;  // list
  Value target, entity;
  Value hooks[kHookCount];  // methods of a target that is no TreeBuilder
};
Parser* parser_of(Value v) { return v.as<Parser>(); }
Parser* parser_in(void* p) { return static_cast<Parser*>(p); }
bool plain_target(const Parser* p) { return type_of(p->target) == builder_type; }
TreeBuilder* builder(const Parser* p) { return builder_of(p->target); }

// A callback failed: expat is to stop, the exception waits for whoever called it.
void fail(Parser* p) {
  p->failed = true;
  XML_StopParser(p->expat, XML_FALSE);
}
void check(Parser* p, const Ref& result) {
  if (!result) fail(p);
}

Fail raise_parse(Parser* p, int code, int64_t line, int64_t column, const char* message) {
  const char* what = message ? message : XML_ErrorString(static_cast<XML_Error>(code));
  Ref text = format_str("%s: line %lld, column %lld", what ? what : "unknown error", static_cast<long long>(line),
                        static_cast<long long>(column));
  Ref error = text ? call(Value(parse_error), text) : Ref();
  Ref number = make_int(code), at[2] = {make_int(line), make_int(column)};
  Ref position = make_tuple_steal(at, 2);
  if (error && position && set_attr(error, TAIPAN_NAME(code), number) &&
      set_attr(error, TAIPAN_NAME(position), position))
    raise_object(std::move(error));
  return failed();
}

Ref text_of(const char* s) { return decode_utf8(s, "strict"); }
// expat's "uri}local" as "{uri}local".
Ref universal_name(Parser* p, const char* s) {
  std::string_view key(s);
  auto found = p->names->find(key);
  if (found != p->names->end()) return Ref::dup(found->second);
  Ref name;
  if (key.find('}') != std::string_view::npos) {
    std::string full = "{";
    full += key;
    name = decode_utf8(full, "strict");
  } else {
    name = decode_utf8(key, "strict");
  }
  if (name) name = intern(std::move(name));
  if (!name || !list_append(p->name_list, name.get())) return nullptr;
  p->names->emplace(std::string(key), name.get());
  return name;
}

// ---- expat's callbacks

void on_start(void* data, const XML_Char* tag_in, const XML_Char** attributes) {
  Parser* p = parser_in(data);
  if (p->failed) return;
  Ref tag = universal_name(p, tag_in), attrib;
  if (!tag) return fail(p);
  if (attributes[0]) {
    attrib = make_dict();
    if (!attrib) return fail(p);
    for (; attributes[0] && attributes[1]; attributes += 2) {
      Ref key = universal_name(p, attributes[0]), value = key ? text_of(attributes[1]) : Ref();
      if (!value || !dict_set(attrib, key, value)) return fail(p);
    }
  }
  if (plain_target(p)) return check(p, build_start(builder(p), tag, attrib));
  if (!p->hooks[kOnStart]) return;
  if (!attrib) attrib = make_dict();
  Ref hook = Ref::dup(p->hooks[kOnStart]);
  check(p, attrib ? call(hook, tag, attrib) : Ref());
}
void hand_over_data(Parser* p, Value text) {
  if (plain_target(p)) {
    if (!build_data(builder(p), text)) fail(p);
  } else if (p->hooks[kOnData]) {
    Ref hook = Ref::dup(p->hooks[kOnData]);
    check(p, call(hook, text));
  }
}
void on_data(void* data, const XML_Char* s, int n) {
  Parser* p = parser_in(data);
  if (p->failed) return;
  Ref text = decode_utf8({s, static_cast<size_t>(n)}, "strict");
  if (!text) return fail(p);
  hand_over_data(p, text);
}
void on_end(void* data, const XML_Char* tag_in) {
  Parser* p = parser_in(data);
  if (p->failed) return;
  if (plain_target(p)) return check(p, build_end(builder(p)));
  if (!p->hooks[kOnEnd]) return;
  Ref tag = universal_name(p, tag_in), hook = Ref::dup(p->hooks[kOnEnd]);
  check(p, tag ? call(hook, tag) : Ref());
}
void on_comment(void* data, const XML_Char* s) {
  Parser* p = parser_in(data);
  if (p->failed || (!plain_target(p) && !p->hooks[kOnComment])) return;
  Ref text = text_of(s);
  if (!text) return fail(p);
  if (plain_target(p)) return check(p, build_comment(builder(p), text));
  Ref hook = Ref::dup(p->hooks[kOnComment]);
  check(p, call(hook, text));
}
void on_pi(void* data, const XML_Char* target_in, const XML_Char* s) {
  Parser* p = parser_in(data);
  if (p->failed || (!plain_target(p) && !p->hooks[kOnPi])) return;
  Ref target = text_of(target_in), text = target ? text_of(s ? s : "") : Ref();
  if (!text) return fail(p);
  if (plain_target(p)) return check(p, build_pi(builder(p), target, text));
  Ref hook = Ref::dup(p->hooks[kOnPi]);
  check(p, call(hook, target, text));
}
void on_namespace(void* data, const XML_Char* prefix_in, const XML_Char* uri_in) {
  Parser* p = parser_in(data);
  if (p->failed || (plain_target(p) ? !wants(builder(p), kStartNs) : !p->hooks[kOnStartNs])) return;
  Ref prefix = text_of(prefix_in ? prefix_in : ""), uri = prefix ? text_of(uri_in ? uri_in : "") : Ref();
  if (!uri) return fail(p);
  if (plain_target(p)) {
    Ref pair = make_tuple_of({prefix, uri});
    if (!pair || !build_namespace(builder(p), kStartNs, pair)) fail(p);
    return;
  }
  Ref hook = Ref::dup(p->hooks[kOnStartNs]);
  check(p, call(hook, prefix, uri));
}
void on_namespace_end(void* data, const XML_Char* prefix_in) {
  Parser* p = parser_in(data);
  if (p->failed) return;
  if (plain_target(p)) {
    if (!build_namespace(builder(p), kEndNs, kNone)) fail(p);
    return;
  }
  if (!p->hooks[kOnEndNs]) return;
  Ref prefix = text_of(prefix_in ? prefix_in : ""), hook = Ref::dup(p->hooks[kOnEndNs]);
  check(p, prefix ? call(hook, prefix) : Ref());
}
void on_doctype(void* data, const XML_Char* name_in, const XML_Char* system_in, const XML_Char* public_in, int) {
  Parser* p = parser_in(data);
  if (p->failed) return;
  Ref parts[3] = {text_of(name_in), public_in ? text_of(public_in) : Ref::imm(kNone),
                  system_in ? text_of(system_in) : Ref::imm(kNone)};
  if (!parts[0] || !parts[1] || !parts[2]) return fail(p);
  if (p->hooks[kOnDoctype]) {
    Ref hook = Ref::dup(p->hooks[kOnDoctype]);
    return check(p, call(hook, parts[0], parts[1], parts[2]));
  }
  Ref own = get_attr_opt(Value(p), TAIPAN_NAME(doctype));
  if (!own) return fail(p);
  if (own.get() != kMissing &&
      !warn(types::RuntimeWarning, 1,
            "The doctype() method of XMLParser is ignored.  Define doctype() method on the TreeBuilder target."))
    fail(p);
}
// What expat doesn't handle: an entity that the document doesn't declare may be in the parser's dict.
void on_default(void* data, const XML_Char* s, int n) {
  Parser* p = parser_in(data);
  if (p->failed || n < 2 || s[0] != '&') return;
  Ref name = decode_utf8({s + 1, static_cast<size_t>(n) - 2}, "strict");
  Ref value = name ? dict_get_ref(p->entity, name) : Ref();
  if (!value) return fail(p);
  if (value.get() != kMissing) return hand_over_data(p, value);
  std::string message = "undefined entity &" + utf8_lossy(name) + ";";
  raise_parse(p, XML_ERROR_UNDEFINED_ENTITY, static_cast<int64_t>(XML_GetErrorLineNumber(p->expat)),
              static_cast<int64_t>(XML_GetErrorColumnNumber(p->expat)), message.c_str());
  fail(p);
}
int on_unknown_encoding(void* data, const XML_Char* encoding, XML_Encoding* info) {
  Parser* p = parser_in(data);
  if (p->failed) return XML_STATUS_ERROR;
  if (describe_encoding(encoding, info)) return XML_STATUS_OK;
  p->failed = true;
  return XML_STATUS_ERROR;
}

// ---- the object

Ref parser_new(TypeObject* cls, RawArgs) {
  auto* p = alloc_instance_as<Parser>(cls);
  return p ? Ref::steal(p) : Ref();
}
bool parser_init(Value self, RawArgs raw) {
  static const Signature sig("XMLParser", "(*, target=None, encoding=None)");
  Value v[2];
  if (raw.n) return raise(types::TypeError, "XMLParser() takes no positional arguments");
  if (!sig.bind(raw, v)) return false;
  std::string encoding;
  bool has_encoding = v[1] && v[1] != kNone;
  if (has_encoding) {
    if (!is_str(v[1]))
      return raise(types::TypeError, "XMLParser() argument 'encoding' must be str or None, not %.50s",
                   argument_kind(v[1]));
    if (!utf8_of(v[1], &encoding)) return false;
    if (encoding.find('\0') != std::string::npos) return raise(types::ValueError, "embedded null character");
  }
  Parser* p = parser_of(self);
  if (p->busy) return raise(types::RuntimeError, "the parser is in use");
  Ref target = v[0] && v[0] != kNone ? Ref::dup(v[0]) : new_builder();
  Ref entity = target ? make_dict() : Ref(), names = entity ? make_list() : Ref();
  if (!names) return false;
  XML_Parser expat = XML_ParserCreate_MM(has_encoding ? encoding.c_str() : nullptr, nullptr, "}");
  if (!expat) return raise_memory();
  if (p->expat) XML_ParserFree(p->expat);
  p->expat = expat;
  p->failed = false;
  if (!p->names)
    p->names = new NameMap;
  else
    p->names->clear();
  gc::store(&p->h, &p->name_list, std::move(names));
  gc::store(&p->h, &p->entity, std::move(entity));
  gc::store(&p->h, &p->target, target.copy());
  for (int i = 0; i < kHookCount; i++) {
    Ref hook = plain_target(p) && i != kOnDoctype && i != kOnClose ? Ref()
                                                                   : get_attr_opt(target, intern_static(kHookNames[i]));
    if (!hook && error_occurred()) return false;
    if (hook && (hook.get() == kMissing || (plain_target(p) && i == kOnClose))) hook = Ref();
    gc::store(&p->h, &p->hooks[i], std::move(hook));
  }
  bool plain = plain_target(p);
  XML_SetUserData(expat, p);
  XML_SetElementHandler(expat, on_start, on_end);
  XML_SetDefaultHandlerExpand(expat, on_default);
  XML_SetCharacterDataHandler(expat, on_data);
  if (p->hooks[kOnStartNs]) XML_SetStartNamespaceDeclHandler(expat, on_namespace);
  if (p->hooks[kOnEndNs]) XML_SetEndNamespaceDeclHandler(expat, on_namespace_end);
  if (plain || p->hooks[kOnComment]) XML_SetCommentHandler(expat, on_comment);
  if (plain || p->hooks[kOnPi]) XML_SetProcessingInstructionHandler(expat, on_pi);
  XML_SetStartDoctypeDeclHandler(expat, on_doctype);
  XML_SetUnknownEncodingHandler(expat, on_unknown_encoding, p);
  return true;
}
void parser_trace(Header* h, gc::Visitor& v) {
  auto* p = reinterpret_cast<Parser*>(h);
  v.visit(p->name_list);
  v.visit(p->target);
  v.visit(p->entity);
  v.visit_range(p->hooks, kHookCount);
}
void parser_clear(Header* h) {
  auto* p = reinterpret_cast<Parser*>(h);
  if (p->expat) XML_ParserFree(p->expat);
  p->expat = nullptr;
  for (Value* slot : {&p->target, &p->entity}) Ref old = gc::take(h, slot);
  for (Value& hook : p->hooks) Ref old = gc::take(h, &hook);
}
void parser_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* p = reinterpret_cast<Parser*>(h);
  parser_clear(h);
  delete p->names;
  p->names = nullptr;
  Ref names = gc::take(h, &p->name_list);
  names.reset();
  finish_dealloc(h);
}

bool ready(Parser* p) {
  if (!p->expat || !p->target) return raise(types::ValueError, "XMLParser.__init__() wasn't called");
  if (p->busy) return raise(types::RuntimeError, "the parser is in use");
  return true;
}
bool parse(Parser* p, const char* s, size_t n, bool last) {
  XML_Status status;
  p->busy = true;
  do {
    size_t chunk = n > kMaxChunk ? kMaxChunk : n;
    status = XML_Parse(p->expat, s, static_cast<int>(chunk), last && chunk == n);
    s += chunk;
    n -= chunk;
  } while (n && status != XML_STATUS_ERROR && !p->failed);
  p->busy = false;
  if (error_occurred()) return false;
  if (status == XML_STATUS_OK) return true;
  return raise_parse(p, XML_GetErrorCode(p->expat), static_cast<int64_t>(XML_GetErrorLineNumber(p->expat)),
                     static_cast<int64_t>(XML_GetErrorColumnNumber(p->expat)), nullptr);
}
bool feed_text(Parser* p, Value text) {
  Ref encoded = encode_utf8(text, "surrogatepass");
  if (!encoded) return false;
  XML_SetEncoding(p->expat, "utf-8");  // whatever the declaration says
  std::string_view s = encoded.as<Bytes>()->view();
  return parse(p, s.data(), s.size(), false);
}
Ref parser_feed(Args& a) {
  Parser* p = parser_of(a.self);
  if (!ready(p)) return nullptr;
  if (is_str(a[0])) return feed_text(p, a[0]) ? Ref::imm(kNone) : Ref();
  BufferView data(a[0]);
  if (!data.ok()) return nullptr;
  return parse(p, reinterpret_cast<const char*>(data.data()), data.size(), false) ? Ref::imm(kNone) : Ref();
}
Ref parser_close(Args& a) {
  Parser* p = parser_of(a.self);
  if (!ready(p) || !parse(p, "", 0, true)) return nullptr;
  if (plain_target(p)) return built_root(builder(p));
  if (!p->hooks[kOnClose]) return Ref::imm(kNone);
  Ref hook = Ref::dup(p->hooks[kOnClose]);
  return call(hook);
}
Ref parser_parse_whole(Args& a) {
  Parser* p = parser_of(a.self);
  if (!ready(p)) return nullptr;
  Ref read = get_attr(a[0], TAIPAN_NAME(read)), size = make_int(64 * 1024);
  if (!read) return nullptr;
  for (;;) {
    Ref piece = call(read, size);
    if (!piece || !ready(p)) return nullptr;
    if (is_str(piece)) {
      if (piece.as<Str>()->length == 0) break;
      if (!feed_text(p, piece)) return nullptr;
    } else if (is_bytes(piece) && piece.as<Bytes>()->size) {
      std::string_view s = piece.as<Bytes>()->view();
      if (!parse(p, s.data(), s.size(), false)) return nullptr;
    } else {
      break;
    }
  }
  if (!parse(p, "", 0, true)) return nullptr;
  return plain_target(p) ? built_root(builder(p)) : Ref::imm(kNone);
}
Ref parser_setevents(Args& a) {
  static constexpr const char* kNames[kEventKinds] = {"start", "end", "start-ns", "end-ns", "comment", "pi"};
  Parser* p = parser_of(a.self);
  if (!ready(p)) return nullptr;
  if (!plain_target(p))
    return raise(types::TypeError, "event handling only supported for ElementTree.TreeBuilder targets");
  TreeBuilder* b = builder(p);
  Ref append = get_attr(a[0], TAIPAN_NAME(append));
  if (!append) return nullptr;
  gc::store(&b->h, &b->append_event, std::move(append));
  for (Value& event : b->events) gc::store(&b->h, &event, Ref());
  Value wanted = a.get(1, kNone);
  if (wanted == kNone) {
    gc::store(&b->h, &b->events[kEnd], make_str("end"));
    return b->events[kEnd] ? Ref::imm(kNone) : Ref();
  }
  Ref list = iterable_to_list(wanted);
  if (!list) {
    if (error_matches(types::TypeError)) {
      clear_error();
      raise(types::TypeError, "events must be a sequence");
    }
    return nullptr;
  }
  for (size_t i = 0; i < list_size(list); i++) {
    Ref event = list_get(list, i);
    std::string name;
    if (is_str(event)) {
      if (!utf8_of(event, &name)) return nullptr;
    } else if (is_bytes(event)) {
      name = event.as<Bytes>()->view();
    } else {
      return raise(types::ValueError, "invalid events sequence");
    }
    int kind = 0;
    while (kind < kEventKinds && name != kNames[kind]) kind++;
    if (kind == kEventKinds) return raise(types::ValueError, "unknown event '%s'", name.c_str());
    gc::store(&b->h, &b->events[kind], std::move(event));
    if (kind == kStartNs) XML_SetStartNamespaceDeclHandler(p->expat, on_namespace);
    if (kind == kEndNs) XML_SetEndNamespaceDeclHandler(p->expat, on_namespace_end);
  }
  return Ref::imm(kNone);
}
Ref get_version(Value) {
  XML_Expat_Version v = XML_ExpatVersionInfo();
  return format_str("Expat %d.%d.%d", v.major, v.minor, v.micro);
}

const NativeDef kMethods[] = {
    {"feed", "($self, data, /)", parser_feed, 0, "Parses a piece of the document."},
    {"close", "($self, /)", parser_close, 0, "Ends the document; returns what the target's close() does."},
    {"_parse_whole", "($self, file, /)", parser_parse_whole, 0, "Parses all that a file object gives."},
    {"_setevents", "($self, events_queue, events_to_report=None, /)", parser_setevents, 0,
     "Says which events are appended to the queue."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const GetSetDef kGetSet[] = {{"version", get_version, nullptr, nullptr}, {nullptr, nullptr, nullptr, nullptr}};
const MemberDef kMembers[] = {{"entity", kMemberValueNone, offsetof(Parser, entity), true, nullptr},
                              {"target", kMemberValueNone, offsetof(Parser, target), true, nullptr},
                              {nullptr, kMemberValue, 0, true, nullptr}};
const TypeSpec kParserSpec = {.doc = nullptr,
                              .flags = kTypeBaseable | kTypeGc | kTypeImmutable,
                              .basic_size = sizeof(Parser),
                              .ops = {.trace = parser_trace, .clear = parser_clear, .dealloc = parser_dealloc},
                              .methods = kMethods,
                              .getset = kGetSet,
                              .members = kMembers,
                              .s = {.init = parser_init, .new_ = parser_new}};

}  // namespace

bool make_parser_type() {
  if (parser_type) return true;
  parser_type = make_native_type("xml.etree.ElementTree.XMLParser", types::Object, &kParserSpec);
  return parser_type != nullptr;
}

}  // namespace taipan::etree
