// pyexpat: XML parsing over libexpat.
#include <climits>
#include "interp/builtins.h"
#include "interp/objects/bytes.h"
#include "interp/objects/codecs.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"
#include "interp/shared/pyexpat/parser.h"

namespace taipan::pyexpat {

namespace {

Value expat_error;  // ExpatError; immortal
TypeObject* parser_type;
constexpr int kDefaultBufferSize = 8192;
constexpr size_t kMaxChunk = 1 << 20;

bool set_int_attr(Value o, const char* attribute, int64_t n) {
  Ref key = make_str(attribute), v = make_int(n);
  return key && set_attr(o, key.as<Str>(), v);
}
Fail fail(Parser* p, XML_Error code) {
  auto line = static_cast<int64_t>(XML_GetErrorLineNumber(p->expat)),
       column = static_cast<int64_t>(XML_GetErrorColumnNumber(p->expat));
  const char* what = XML_ErrorString(code);
  Ref message = format_str("%s: line %lld, column %lld", what ? what : "unknown error", static_cast<long long>(line),
                           static_cast<long long>(column));
  Ref error = message ? call(expat_error, message) : Ref();
  if (error && set_int_attr(error, "code", code) && set_int_attr(error, "offset", column) &&
      set_int_attr(error, "lineno", line))
    raise_object(std::move(error));
  return failed();
}

// Expat's state belongs to one thread at a time and is not re-entrant.
class BusyScope {
 public:
  explicit BusyScope(Parser* p) : p_(p), ok_(!p->busy.exchange(true)) {
    if (!ok_) raise(types::RuntimeError, "the parser is in use");
  }
  ~BusyScope() {
    if (ok_) p_->busy.store(false);
  }
  bool ok() const { return ok_; }

 private:
  Parser* p_;
  bool ok_;
};

Ref finish_parse(Parser* p, int status) {
  if (error_occurred()) return nullptr;
  if (status == XML_STATUS_ERROR) return fail(p, XML_GetErrorCode(p->expat));
  if (!flush_characters(p)) return nullptr;
  return make_int(status);
}
Ref parser_parse(Args& a) {
  Parser* p = parser_of(a.self);
  int last = a.has(1) ? is_true(a[1]) : 0;
  if (last < 0) return nullptr;
  BusyScope busy(p);
  if (!busy.ok()) return nullptr;
  Ref encoded;
  Value source = a[0];
  if (is_str(source)) {
    encoded = encode_utf8(source, "strict");
    if (!encoded) return nullptr;
    source = encoded;
  }
  BufferView data(source);
  if (!data.ok()) return nullptr;
  if (encoded) XML_SetEncoding(p->expat, "utf-8");
  auto* s = reinterpret_cast<const char*>(data.data());
  size_t left = data.size();
  int status = XML_STATUS_OK;
  while (left > kMaxChunk) {
    status = XML_Parse(p->expat, s, static_cast<int>(kMaxChunk), 0);
    if (status == XML_STATUS_ERROR || error_occurred()) return finish_parse(p, status);
    s += kMaxChunk;
    left -= kMaxChunk;
  }
  return finish_parse(p, XML_Parse(p->expat, s, static_cast<int>(left), last));
}
// Reads a piece; -1: an exception is set.
int read_piece(Value read, char* buffer, int size) {
  Ref chunk = call(read, Value::from_int(size));
  if (!chunk) return -1;
  if (!is_bytes(chunk) && !is_bytearray(chunk))
    return raise(types::TypeError, "read() did not return a bytes object (type=%.400T)", chunk.get());
  BufferView view(chunk);
  if (!view.ok()) return -1;
  if (view.size() > static_cast<size_t>(size))
    return raise(types::ValueError, "read() returned too much data: %d bytes requested, %zd returned", size,
                 view.size());
  memcpy(buffer, view.data(), view.size());
  return static_cast<int>(view.size());
}
Ref parser_parse_file(Args& a) {
  Parser* p = parser_of(a.self);
  Ref read = get_attr_opt(a[0], TAIPAN_NAME(read));
  if (!read) return nullptr;
  if (read.get() == kMissing) return raise(types::TypeError, "argument must have 'read' attribute");
  BusyScope busy(p);
  if (!busy.ok()) return nullptr;
  constexpr int kPiece = 2048;
  char piece[kPiece];
  for (;;) {
    int n = read_piece(read, piece, kPiece);
    if (n < 0) return nullptr;
    int status = XML_Parse(p->expat, piece, n, n == 0);
    if (error_occurred()) return nullptr;
    if (status == XML_STATUS_ERROR || n == 0) return finish_parse(p, status);
  }
}
Ref parser_set_base(Args& a) {
  std::string base;
  if (!require_str(a[0], "SetBase", 1) || !utf8_of(a[0], &base)) return nullptr;
  return XML_SetBase(parser_of(a.self)->expat, base.c_str()) ? Ref::imm(kNone) : static_cast<Ref>(raise_memory());
}
Ref optional_text(const char* s) { return s ? make_str(s) : Ref::imm(kNone); }
Ref parser_get_base(Args& a) { return optional_text(XML_GetBase(parser_of(a.self)->expat)); }
Ref parser_input_context(Args& a) {
  Parser* p = parser_of(a.self);
  if (!p->in_callback) return Ref::imm(kNone);
  int offset, size;
  const char* buffer = XML_GetInputContext(p->expat, &offset, &size);
  return buffer ? make_bytes(buffer + offset, static_cast<size_t>(size - offset)) : Ref::imm(kNone);
}
Ref parser_param_entities(Args& a) {
  int flag;
  if (!to_c_int(a[0], &flag)) return nullptr;
  return make_int(XML_SetParamEntityParsing(parser_of(a.self)->expat, static_cast<XML_ParamEntityParsing>(flag)));
}
Ref parser_foreign_dtd(Args& a) {
  Parser* p = parser_of(a.self);
  int flag = a.has(0) ? is_true(a[0]) : 1;
  if (flag < 0) return nullptr;
  XML_Error code = XML_UseForeignDTD(p->expat, flag ? XML_TRUE : XML_FALSE);
  return code == XML_ERROR_NONE ? Ref::imm(kNone) : static_cast<Ref>(fail(p, code));
}

// A C string argument that may be None.
bool optional_string(Value v, const char* what, std::string* out, bool* given) {
  *given = v && v != kNone;
  if (!*given) return true;
  if (!is_str(v)) return raise(types::TypeError, "%s must be str or None, not %T", what, v);
  if (!utf8_of(v, out)) return false;
  return out->find('\0') == std::string::npos || static_cast<bool>(raise(types::ValueError, "embedded null character"));
}

Ref new_parser() {
  auto* p = alloc_instance_as<Parser>(parser_type);
  if (!p) return nullptr;
  p->buffer_size = kDefaultBufferSize;
  return Ref::steal(p);
}
Ref parser_external(Args& a) {
  Parser* p = parser_of(a.self);
  std::string context, encoding;
  bool has_context, has_encoding = a.has(1);
  if (!optional_string(a[0], "ExternalEntityParserCreate() argument 1", &context, &has_context)) return nullptr;
  if (has_encoding) {
    if (!is_str(a[1]))
      return raise(types::TypeError, "ExternalEntityParserCreate() argument 2 must be str, not %T", a[1]);
    if (!optional_string(a[1], "", &encoding, &has_encoding)) return nullptr;
  }
  Ref self = new_parser();
  if (!self) return nullptr;
  Parser* child = parser_of(self);
  child->ordered_attributes = p->ordered_attributes;
  child->specified_attributes = p->specified_attributes;
  child->namespace_prefixes = p->namespace_prefixes;
  child->buffer_size = p->buffer_size;
  if (p->buffer) {
    child->buffer = static_cast<char*>(gc::raw_alloc(static_cast<size_t>(p->buffer_size)));
    if (!child->buffer) return raise_memory();
  }
  child->expat = XML_ExternalEntityParserCreate(p->expat, has_context ? context.c_str() : nullptr,
                                                has_encoding ? encoding.c_str() : nullptr);
  if (!child->expat) return raise_memory();
  XML_SetUserData(child->expat, child);
  gc::init(&child->parent, Ref::dup(a.self));
  if (p->intern) gc::init(&child->intern, Ref::dup(p->intern));
  for (int i = 0; i < kHandlerCount; i++) {
    if (!p->handlers[i]) continue;
    gc::init(&child->handlers[i], Ref::dup(p->handlers[i]));
    kHandlers[i].install(child->expat, true);
  }
  install_unknown_encoding(child);
  return self;
}

void parser_trace(Header* h, gc::Visitor& v) {
  auto* p = reinterpret_cast<Parser*>(h);
  v.visit(p->intern);
  v.visit(p->parent);
  v.visit_range(p->handlers, kHandlerCount);
}
void parser_clear(Header* h) {
  auto* p = reinterpret_cast<Parser*>(h);
  for (Value& handler : p->handlers) Ref old = gc::take(h, &handler);
  Ref old = gc::take(h, &p->intern);
}
void parser_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* p = reinterpret_cast<Parser*>(h);
  if (p->expat) XML_ParserFree(p->expat);
  gc::raw_free(p->buffer);
  parser_clear(h);
  Ref parent = gc::take(h, &p->parent);
  parent.reset();
  finish_dealloc(h);
}

// ---- attributes

Fail cannot_delete() { return raise(types::RuntimeError, "Cannot delete attribute"); }

template <int kIndex>
Ref get_handler(Value self) {
  Value v = parser_of(self)->handlers[kIndex];
  return v ? Ref::dup(v) : Ref::imm(kNone);
}
template <int kIndex>
bool set_handler(Value self, Value v) {
  Parser* p = parser_of(self);
  if (!v) return cannot_delete();
  if (kIndex == kCharacterData && !flush_characters(p)) return false;
  if (v == kNone) {
    // Inside a callback expat needs a function for character data: it doesn't look again.
    bool keep = kIndex == kCharacterData && p->in_callback;
    if (!keep) kHandlers[kIndex].install(p->expat, false);
    Ref old = gc::take(&p->h, &p->handlers[kIndex]);
    return true;
  }
  gc::store(&p->h, &p->handlers[kIndex], Ref::dup(v));
  kHandlers[kIndex].install(p->expat, true);
  return true;
}

template <bool Parser::* kField>
Ref get_flag(Value self) {
  return Ref::imm(bool_value(parser_of(self)->*kField));
}
template <bool Parser::* kField>
bool set_flag(Value self, Value v) {
  if (!v) return cannot_delete();
  int on = is_true(v);
  if (on < 0) return false;
  Parser* p = parser_of(self);
  p->*kField = on;
  if (kField == &Parser::namespace_prefixes) XML_SetReturnNSTriplet(p->expat, on);
  return true;
}
Ref get_buffer_text(Value self) { return Ref::imm(bool_value(parser_of(self)->buffer != nullptr)); }
bool set_buffer_text(Value self, Value v) {
  if (!v) return cannot_delete();
  int on = is_true(v);
  if (on < 0) return false;
  Parser* p = parser_of(self);
  if (on && !p->buffer) {
    p->buffer = static_cast<char*>(gc::raw_alloc(static_cast<size_t>(p->buffer_size)));
    if (!p->buffer) return raise_memory();
    p->buffer_used = 0;
  } else if (!on && p->buffer) {
    if (!flush_characters(p)) return false;
    gc::raw_free(p->buffer);
    p->buffer = nullptr;
  }
  return true;
}
Ref get_buffer_size(Value self) { return make_int(parser_of(self)->buffer_size); }
bool set_buffer_size(Value self, Value v) {
  if (!v) return cannot_delete();
  if (!is_int(v)) return raise(types::TypeError, "buffer_size must be an integer");
  int64_t size;
  if (!to_int64(v, &size)) return false;
  Parser* p = parser_of(self);
  if (size == p->buffer_size) return true;
  if (size <= 0) return raise(types::ValueError, "buffer_size must be greater than zero");
  if (size > INT_MAX) return raise(types::ValueError, "buffer_size must not be greater than %d", INT_MAX);
  if (p->buffer) {
    if (!flush_characters(p)) return false;
    auto* fresh = static_cast<char*>(gc::raw_alloc(static_cast<size_t>(size)));
    if (!fresh) return raise_memory();
    gc::raw_free(p->buffer);
    p->buffer = fresh;
    p->buffer_used = 0;
  }
  p->buffer_size = static_cast<int>(size);
  return true;
}
Ref get_buffer_used(Value self) { return make_int(parser_of(self)->buffer_used); }
template <auto kGet>
Ref get_position(Value self) {
  return make_int(static_cast<int64_t>(kGet(parser_of(self)->expat)));
}

#define TAIPAN_HANDLER_ATTRIBUTE(name, index) {name, get_handler<index>, set_handler<index>, nullptr}
const GetSetDef kParserGetSet[] = {
    TAIPAN_HANDLER_ATTRIBUTE("StartElementHandler", kStartElement),
    TAIPAN_HANDLER_ATTRIBUTE("EndElementHandler", kEndElement),
    TAIPAN_HANDLER_ATTRIBUTE("ProcessingInstructionHandler", kProcessingInstruction),
    TAIPAN_HANDLER_ATTRIBUTE("CharacterDataHandler", kCharacterData),
    TAIPAN_HANDLER_ATTRIBUTE("UnparsedEntityDeclHandler", kUnparsedEntityDecl),
    TAIPAN_HANDLER_ATTRIBUTE("NotationDeclHandler", kNotationDecl),
    TAIPAN_HANDLER_ATTRIBUTE("StartNamespaceDeclHandler", kStartNamespaceDecl),
    TAIPAN_HANDLER_ATTRIBUTE("EndNamespaceDeclHandler", kEndNamespaceDecl),
    TAIPAN_HANDLER_ATTRIBUTE("CommentHandler", kComment),
    TAIPAN_HANDLER_ATTRIBUTE("StartCdataSectionHandler", kStartCdataSection),
    TAIPAN_HANDLER_ATTRIBUTE("EndCdataSectionHandler", kEndCdataSection),
    TAIPAN_HANDLER_ATTRIBUTE("DefaultHandler", kDefault),
    TAIPAN_HANDLER_ATTRIBUTE("DefaultHandlerExpand", kDefaultExpand),
    TAIPAN_HANDLER_ATTRIBUTE("NotStandaloneHandler", kNotStandalone),
    TAIPAN_HANDLER_ATTRIBUTE("ExternalEntityRefHandler", kExternalEntityRef),
    TAIPAN_HANDLER_ATTRIBUTE("StartDoctypeDeclHandler", kStartDoctypeDecl),
    TAIPAN_HANDLER_ATTRIBUTE("EndDoctypeDeclHandler", kEndDoctypeDecl),
    TAIPAN_HANDLER_ATTRIBUTE("ElementDeclHandler", kElementDecl),
    TAIPAN_HANDLER_ATTRIBUTE("AttlistDeclHandler", kAttlistDecl),
    TAIPAN_HANDLER_ATTRIBUTE("EntityDeclHandler", kEntityDecl),
    TAIPAN_HANDLER_ATTRIBUTE("XmlDeclHandler", kXmlDecl),
    TAIPAN_HANDLER_ATTRIBUTE("SkippedEntityHandler", kSkippedEntity),
    {"ErrorCode", get_position<XML_GetErrorCode>, nullptr, nullptr},
    {"ErrorLineNumber", get_position<XML_GetCurrentLineNumber>, nullptr, nullptr},
    {"ErrorColumnNumber", get_position<XML_GetCurrentColumnNumber>, nullptr, nullptr},
    {"ErrorByteIndex", get_position<XML_GetCurrentByteIndex>, nullptr, nullptr},
    {"CurrentLineNumber", get_position<XML_GetCurrentLineNumber>, nullptr, nullptr},
    {"CurrentColumnNumber", get_position<XML_GetCurrentColumnNumber>, nullptr, nullptr},
    {"CurrentByteIndex", get_position<XML_GetCurrentByteIndex>, nullptr, nullptr},
    {"buffer_size", get_buffer_size, set_buffer_size, nullptr},
    {"buffer_text", get_buffer_text, set_buffer_text, nullptr},
    {"buffer_used", get_buffer_used, nullptr, nullptr},
    {"namespace_prefixes", get_flag<&Parser::namespace_prefixes>, set_flag<&Parser::namespace_prefixes>, nullptr},
    {"ordered_attributes", get_flag<&Parser::ordered_attributes>, set_flag<&Parser::ordered_attributes>, nullptr},
    {"specified_attributes", get_flag<&Parser::specified_attributes>, set_flag<&Parser::specified_attributes>, nullptr},
    {nullptr, nullptr, nullptr, nullptr}};
#undef TAIPAN_HANDLER_ATTRIBUTE
const MemberDef kParserMembers[] = {{"intern", kMemberValueNone, offsetof(Parser, intern), true, nullptr},
                                    {nullptr, kMemberValue, 0, true, nullptr}};
const NativeDef kParserMethods[] = {
    {"Parse", "($self, data, isfinal=False, /)", parser_parse, 0,
     "Parses a piece of the document; isfinal after the last."},
    {"ParseFile", "($self, file, /)", parser_parse_file, 0, "Parses what a file object's read() gives."},
    {"SetBase", "($self, base, /)", parser_set_base, 0, "Sets what system identifiers are relative to."},
    {"GetBase", "($self, /)", parser_get_base, 0, "What SetBase() set, or None."},
    {"GetInputContext", "($self, /)", parser_input_context, 0,
     "In a handler: the document's text from the current event on."},
    {"ExternalEntityParserCreate", "($self, context, encoding=<unrepresentable>,\n                           /)",
     parser_external, 0, "A parser for an external entity, with the same handlers."},
    {"SetParamEntityParsing", "($self, flag, /)", parser_param_entities, 0,
     "Says when parameter entities are parsed (XML_PARAM_ENTITY_PARSING_...)."},
    {"UseForeignDTD", "($self, flag=True, /)", parser_foreign_dtd, 0,
     "Lets the handler of external entities supply a DTD to a document without one."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const TypeSpec kParserSpec = {.doc = "XML parser",
                              .flags = kTypeNoInstantiate | kTypeImmutable | kTypeGc,
                              .basic_size = sizeof(Parser),
                              .ops = {.trace = parser_trace, .clear = parser_clear, .dealloc = parser_dealloc},
                              .methods = kParserMethods,
                              .getset = kParserGetSet,
                              .members = kParserMembers};

// ---- functions

Ref parser_create(Args& a) {
  std::string encoding, separator;
  bool has_encoding, has_separator;
  if (!optional_string(a[0], "ParserCreate() argument 'encoding'", &encoding, &has_encoding) ||
      !optional_string(a[1], "ParserCreate() argument 'namespace_separator'", &separator, &has_separator))
    return nullptr;
  if (separator.size() > 1)
    return raise(types::ValueError, "namespace_separator must be at most one character, omitted, or None");
  if (a.has(2) && a[2] != kNone && !is_dict(a[2])) return raise(types::TypeError, "intern must be a dictionary");
  Ref intern = !a.has(2) ? make_dict() : a[2] == kNone ? Ref() : Ref::dup(a[2]);
  if (!a.has(2) && !intern) return nullptr;
  Ref self = new_parser();
  if (!self) return nullptr;
  Parser* p = parser_of(self);
  if (intern) gc::init(&p->intern, std::move(intern));
  p->expat = XML_ParserCreate_MM(has_encoding ? encoding.c_str() : nullptr, nullptr,
                                 has_separator ? separator.c_str() : nullptr);
  if (!p->expat) return raise_memory();
  XML_SetUserData(p->expat, p);
  install_unknown_encoding(p);
  return self;
}
Ref error_string(Args& a) {
  int64_t code;
  if (!to_int64(a[0], &code)) return nullptr;
  return optional_text(XML_ErrorString(static_cast<XML_Error>(code)));
}
const NativeDef kFunctions[] = {
    {"ParserCreate", "($module, /, encoding=None, namespace_separator=None,\n             intern=<unrepresentable>)",
     parser_create, 0, "A new XML parser object."},
    {"ErrorString", "($module, code, /)", error_string, 0, "The text of an error code, or None."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

const char* const kErrorNames[] = {"NO_MEMORY",
                                   "SYNTAX",
                                   "NO_ELEMENTS",
                                   "INVALID_TOKEN",
                                   "UNCLOSED_TOKEN",
                                   "PARTIAL_CHAR",
                                   "TAG_MISMATCH",
                                   "DUPLICATE_ATTRIBUTE",
                                   "JUNK_AFTER_DOC_ELEMENT",
                                   "PARAM_ENTITY_REF",
                                   "UNDEFINED_ENTITY",
                                   "RECURSIVE_ENTITY_REF",
                                   "ASYNC_ENTITY",
                                   "BAD_CHAR_REF",
                                   "BINARY_ENTITY_REF",
                                   "ATTRIBUTE_EXTERNAL_ENTITY_REF",
                                   "MISPLACED_XML_PI",
                                   "UNKNOWN_ENCODING",
                                   "INCORRECT_ENCODING",
                                   "UNCLOSED_CDATA_SECTION",
                                   "EXTERNAL_ENTITY_HANDLING",
                                   "NOT_STANDALONE",
                                   "UNEXPECTED_STATE",
                                   "ENTITY_DECLARED_IN_PE",
                                   "FEATURE_REQUIRES_XML_DTD",
                                   "CANT_CHANGE_FEATURE_ONCE_PARSING",
                                   "UNBOUND_PREFIX",
                                   "UNDECLARING_PREFIX",
                                   "INCOMPLETE_PE",
                                   "XML_DECL",
                                   "TEXT_DECL",
                                   "PUBLICID",
                                   "SUSPENDED",
                                   "NOT_SUSPENDED",
                                   "ABORTED",
                                   "FINISHED",
                                   "SUSPEND_PE",
                                   "RESERVED_PREFIX_XML",
                                   "RESERVED_PREFIX_XMLNS",
                                   "RESERVED_NAMESPACE_URI",
                                   "INVALID_ARGUMENT",
                                   "NO_BUFFER",
                                   "AMPLIFICATION_LIMIT_BREACH"};

// A module of constants, known to sys.modules as well.
Ref submodule(Value parent, const char* full_name, const char* doc) {
  Ref title = make_str(full_name);
  Ref m = title ? make_module(title) : Ref();
  Ref modules = sys_get("modules");
  if (!m || !module_add_str(m, "__doc__", doc) || (modules && !set_item(modules, title, m))) return nullptr;
  return module_add(parent, strrchr(full_name, '.') + 1, m.copy()) ? std::move(m) : nullptr;
}
bool add_errors(Value module) {
  Ref m = submodule(module, "pyexpat.errors", "Constants used to describe error conditions.");
  Ref codes = make_dict(), messages = make_dict();
  if (!m || !codes || !messages) return false;
  int code = 0;
  for (const char* name : kErrorNames) {
    code++;
    const char* what = XML_ErrorString(static_cast<XML_Error>(code));
    if (!what) continue;  // an older libexpat
    Ref full = format_str("XML_ERROR_%s", name), number = make_int(code), message = make_str(what);
    if (!full || !message || !module_add(m, utf8_lossy(full).c_str(), message.copy()) ||
        !dict_set(codes, message, number) || !dict_set(messages, number, message))
      return false;
  }
  return module_add(m, "codes", std::move(codes)) && module_add(m, "messages", std::move(messages));
}
bool add_model(Value module) {
  static const IntConstant kModel[] = {{"XML_CTYPE_EMPTY", XML_CTYPE_EMPTY},
                                       {"XML_CTYPE_ANY", XML_CTYPE_ANY},
                                       {"XML_CTYPE_MIXED", XML_CTYPE_MIXED},
                                       {"XML_CTYPE_NAME", XML_CTYPE_NAME},
                                       {"XML_CTYPE_CHOICE", XML_CTYPE_CHOICE},
                                       {"XML_CTYPE_SEQ", XML_CTYPE_SEQ},
                                       {"XML_CQUANT_NONE", XML_CQUANT_NONE},
                                       {"XML_CQUANT_OPT", XML_CQUANT_OPT},
                                       {"XML_CQUANT_REP", XML_CQUANT_REP},
                                       {"XML_CQUANT_PLUS", XML_CQUANT_PLUS},
                                       {nullptr, 0}};
  Ref m = submodule(module, "pyexpat.model", "Constants used to interpret content model information.");
  return m && module_add_constants(m, kModel);
}
Ref features() {
  Ref list = make_list();
  if (!list) return nullptr;
  for (const XML_Feature* f = XML_GetFeatureList(); f->feature != XML_FEATURE_END; f++) {
    Ref items[2] = {make_str(f->name), make_int(f->value)};
    Ref pair = items[0] ? make_tuple_steal(items, 2) : Ref();
    if (!pair || !list_append(list, std::move(pair))) return nullptr;
  }
  return list;
}
bool pyexpat_exec(Value module) {
  if (!parser_type) {
    Ref error = make_exception_class("xml.parsers.expat.ExpatError", types::Exception);
    if (!error) return false;
    gc::make_immortal(error.get().header());
    expat_error = error.release();
    parser_type = make_native_type("pyexpat.xmlparser", types::Object, &kParserSpec);
    if (!parser_type) return false;
  }
  XML_Expat_Version v = XML_ExpatVersionInfo();
  Ref version[3] = {make_int(v.major), make_int(v.minor), make_int(v.micro)};
  static const IntConstant kConstants[] = {
      {"XML_PARAM_ENTITY_PARSING_NEVER", XML_PARAM_ENTITY_PARSING_NEVER},
      {"XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE", XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE},
      {"XML_PARAM_ENTITY_PARSING_ALWAYS", XML_PARAM_ENTITY_PARSING_ALWAYS},
      {nullptr, 0}};
  return module_add(module, "error", Ref::dup(expat_error)) &&
         module_add(module, "ExpatError", Ref::dup(expat_error)) &&
         module_add(module, "XMLParserType", Ref::dup(parser_type)) &&
         module_add_str(module, "EXPAT_VERSION", XML_ExpatVersion()) &&
         module_add(module, "version_info", make_tuple_steal(version, 3)) &&
         module_add_str(module, "native_encoding", "UTF-8") && module_add(module, "features", features()) &&
         module_add_constants(module, kConstants) && add_errors(module) && add_model(module);
}

// GIL off: they make a new parser, or read a table.
const ModuleDef kPyexpatModule = {"pyexpat", "Python wrapper for Expat parser.", kFunctions, pyexpat_exec,
                                  kFunctionsAtOnce};

}  // namespace
}  // namespace taipan::pyexpat

TAIPAN_SHARED_MODULE(taipan::pyexpat::kPyexpatModule)
