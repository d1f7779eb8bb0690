// What expat calls, and how it reaches the Python handlers.
#include "interp/objects/bytes.h"
#include "interp/objects/codecs.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"
#include "interp/shared/expat_encoding.h"
#include "interp/shared/pyexpat/parser.h"

namespace taipan::pyexpat {

namespace {

Parser* parser_in(void* data) { return static_cast<Parser*>(data); }

// Text from expat: valid UTF-8, or null for "not there".
Ref text(const XML_Char* s) { return s ? make_str(s) : Ref::imm(kNone); }
Ref text(const XML_Char* s, int n) { return s ? make_str({s, static_cast<size_t>(n)}) : Ref::imm(kNone); }
// The same object for the same name, where the parser keeps a dict of them.
Ref name(Parser* p, const XML_Char* s) {
  Ref fresh = text(s);
  if (!fresh || !p->intern || fresh.get() == kNone) return fresh;
  return dict_setdefault(p->intern, fresh, fresh);
}

int refuse_entity(XML_Parser, const XML_Char*, const XML_Char*, const XML_Char*, const XML_Char*) { return 0; }

// Whether to go on to a handler: it is set, no callback has raised, and what was collected has been handed over.
bool enter(Parser* p, HandlerIndex index) {
  if (!p->handlers[index] || p->stopped || error_occurred()) return false;
  return flush_characters(p);
}
Ref call_handler(Parser* p, HandlerIndex index, const Value* args, size_t n, int line) {
  Ref handler = Ref::dup(p->handlers[index]);
  p->in_callback++;
  Ref result = call_array(handler, args, n);
  p->in_callback--;
  if (!result) {
    if (interp_hooks.add_traceback) interp_hooks.add_traceback(kHandlers[index].name, "../Modules/pyexpat.c", line);
    XML_StopParser(p->expat, XML_FALSE);
    stop(p);
  }
  return result;
}
// Arguments that a callback makes; any of them failing ends the parse.
template <class... Refs>
Ref call_with(Parser* p, HandlerIndex index, int line, const Refs&... refs) {
  if constexpr (sizeof...(refs) == 0) {
    return call_handler(p, index, nullptr, 0, line);
  } else {
    Value args[] = {refs.get()...};
    for (Value v : args) {
      if (v) continue;
      XML_StopParser(p->expat, XML_FALSE);
      stop(p);
      return nullptr;
    }
    return call_handler(p, index, args, sizeof...(refs), line);
  }
}
int to_status(Parser* p, const Ref& result) {
  int n;
  if (!result) return 0;
  if (to_c_int(result, &n)) return n;
  XML_StopParser(p->expat, XML_FALSE);
  stop(p);
  return 0;
}

void start_element(void* data, const XML_Char* tag, const XML_Char** attributes) {
  Parser* p = parser_in(data);
  if (!enter(p, kStartElement)) return;
  size_t n = 0;
  if (p->specified_attributes)
    n = static_cast<size_t>(XML_GetSpecifiedAttributeCount(p->expat));
  else
    while (attributes[n]) n += 2;
  Ref container = p->ordered_attributes ? make_list(n) : make_dict();
  bool ok = static_cast<bool>(container);
  for (size_t i = 0; ok && i < n; i += 2) {
    Ref key = name(p, attributes[i]), value = text(attributes[i + 1]);
    ok = key && value;
    if (!ok) break;
    if (p->ordered_attributes)
      ok = list_append(container, key.get()) && list_append(container, value.get());
    else
      ok = dict_set(container, key, value);
  }
  if (!ok) container.reset();
  call_with(p, kStartElement, __LINE__, ok ? name(p, tag) : Ref(), container);
}
void end_element(void* data, const XML_Char* tag) {
  Parser* p = parser_in(data);
  if (enter(p, kEndElement)) call_with(p, kEndElement, __LINE__, name(p, tag));
}
void processing_instruction(void* data, const XML_Char* target, const XML_Char* rest) {
  Parser* p = parser_in(data);
  if (enter(p, kProcessingInstruction)) call_with(p, kProcessingInstruction, __LINE__, name(p, target), text(rest));
}
bool hand_over_characters(Parser* p, const char* s, int n) {
  if (!p->handlers[kCharacterData]) return true;
  return static_cast<bool>(call_with(p, kCharacterData, __LINE__, text(s, n)));
}
void character_data(void* data, const XML_Char* s, int n) {
  Parser* p = parser_in(data);
  if (p->stopped || error_occurred()) return;
  if (!p->buffer) {
    if (p->handlers[kCharacterData]) hand_over_characters(p, s, n);
    return;
  }
  if (n > p->buffer_size - p->buffer_used) {
    if (!flush_characters(p)) return;
    // The handler may have been removed, or the buffer changed.
    if (!p->handlers[kCharacterData]) return;
    if (!p->buffer || n > p->buffer_size) {
      hand_over_characters(p, s, n);
      return;
    }
  }
  memcpy(p->buffer + p->buffer_used, s, static_cast<size_t>(n));
  p->buffer_used += n;
}
void unparsed_entity(void* data, const XML_Char* entity, const XML_Char* base, const XML_Char* system_id,
                     const XML_Char* public_id, const XML_Char* notation) {
  Parser* p = parser_in(data);
  if (enter(p, kUnparsedEntityDecl))
    call_with(p, kUnparsedEntityDecl, __LINE__, name(p, entity), name(p, base), name(p, system_id), name(p, public_id),
              name(p, notation));
}
void notation(void* data, const XML_Char* notation_name, const XML_Char* base, const XML_Char* system_id,
              const XML_Char* public_id) {
  Parser* p = parser_in(data);
  if (enter(p, kNotationDecl))
    call_with(p, kNotationDecl, __LINE__, name(p, notation_name), name(p, base), name(p, system_id),
              name(p, public_id));
}
void start_namespace(void* data, const XML_Char* prefix, const XML_Char* uri) {
  Parser* p = parser_in(data);
  if (enter(p, kStartNamespaceDecl)) call_with(p, kStartNamespaceDecl, __LINE__, name(p, prefix), name(p, uri));
}
void end_namespace(void* data, const XML_Char* prefix) {
  Parser* p = parser_in(data);
  if (enter(p, kEndNamespaceDecl)) call_with(p, kEndNamespaceDecl, __LINE__, name(p, prefix));
}
template <HandlerIndex kIndex>
void one_text(void* data, const XML_Char* s) {
  Parser* p = parser_in(data);
  if (enter(p, kIndex)) call_with(p, kIndex, __LINE__, text(s));
}
template <HandlerIndex kIndex>
void one_piece(void* data, const XML_Char* s, int n) {
  Parser* p = parser_in(data);
  if (enter(p, kIndex)) call_with(p, kIndex, __LINE__, text(s, n));
}
template <HandlerIndex kIndex>
void no_arguments(void* data) {
  Parser* p = parser_in(data);
  if (enter(p, kIndex)) call_with(p, kIndex, __LINE__);
}
int not_standalone(void* data) {
  Parser* p = parser_in(data);
  return enter(p, kNotStandalone) ? to_status(p, call_with(p, kNotStandalone, __LINE__)) : 0;
}
int external_entity(XML_Parser parser, const XML_Char* context, const XML_Char* base, const XML_Char* system_id,
                    const XML_Char* public_id) {
  Parser* p = parser_in(XML_GetUserData(parser));
  if (!enter(p, kExternalEntityRef)) return 0;
  return to_status(p, call_with(p, kExternalEntityRef, __LINE__, text(context), name(p, base), name(p, system_id),
                                name(p, public_id)));
}
void start_doctype(void* data, const XML_Char* doctype, const XML_Char* system_id, const XML_Char* public_id,
                   int has_internal_subset) {
  Parser* p = parser_in(data);
  if (enter(p, kStartDoctypeDecl))
    call_with(p, kStartDoctypeDecl, __LINE__, name(p, doctype), name(p, system_id), name(p, public_id),
              make_int(has_internal_subset));
}
// A content model as nested tuples.
Ref model_tuple(Parser* p, const XML_Content* model) {
  RecursionScope scope(" in conv_content_model");
  if (!scope.ok()) return nullptr;
  Ref children = make_tuple(model->numchildren);
  if (!children) return nullptr;
  for (unsigned i = 0; i < model->numchildren; i++) {
    Ref child = model_tuple(p, &model->children[i]);
    if (!child) return nullptr;
    tuple_init(children, i, std::move(child));
  }
  Ref items[4] = {make_int(model->type), make_int(model->quant), text(model->name), std::move(children)};
  return items[2] ? make_tuple_steal(items, 4) : nullptr;
}
void element_declaration(void* data, const XML_Char* element, XML_Content* model) {
  Parser* p = parser_in(data);
  if (enter(p, kElementDecl)) call_with(p, kElementDecl, __LINE__, name(p, element), model_tuple(p, model));
  XML_FreeContentModel(p->expat, model);
}
void attribute_list(void* data, const XML_Char* element, const XML_Char* attribute, const XML_Char* type,
                    const XML_Char* otherwise, int required) {
  Parser* p = parser_in(data);
  if (enter(p, kAttlistDecl))
    call_with(p, kAttlistDecl, __LINE__, name(p, element), name(p, attribute), text(type), text(otherwise),
              make_int(required));
}
void entity_declaration(void* data, const XML_Char* entity, int is_parameter, const XML_Char* value, int value_size,
                        const XML_Char* base, const XML_Char* system_id, const XML_Char* public_id,
                        const XML_Char* notation_name) {
  Parser* p = parser_in(data);
  if (enter(p, kEntityDecl))
    call_with(p, kEntityDecl, __LINE__, name(p, entity), make_int(is_parameter), text(value, value_size), name(p, base),
              name(p, system_id), name(p, public_id), name(p, notation_name));
}
void xml_declaration(void* data, const XML_Char* version, const XML_Char* encoding, int standalone) {
  Parser* p = parser_in(data);
  if (enter(p, kXmlDecl)) call_with(p, kXmlDecl, __LINE__, text(version), text(encoding), make_int(standalone));
}
void skipped_entity(void* data, const XML_Char* entity, int is_parameter) {
  Parser* p = parser_in(data);
  if (enter(p, kSkippedEntity)) call_with(p, kSkippedEntity, __LINE__, name(p, entity), make_int(is_parameter));
}

int unknown_encoding(void* data, const XML_Char* encoding, XML_Encoding* info) {
  Parser* p = parser_in(data);
  if (error_occurred()) return XML_STATUS_ERROR;
  if (describe_encoding(encoding, info)) return XML_STATUS_OK;
  stop(p);
  return XML_STATUS_ERROR;
}

}  // namespace

bool flush_characters(Parser* p) {
  if (!p->buffer || p->buffer_used == 0) return true;
  int n = p->buffer_used;
  p->buffer_used = 0;
  return hand_over_characters(p, p->buffer, n);
}

void stop(Parser* p) {
  p->stopped = true;
  for (int i = 0; i < kHandlerCount; i++) {
    if (i == kExternalEntityRef)
      XML_SetExternalEntityRefHandler(p->expat, refuse_entity);
    else
      kHandlers[i].install(p->expat, false);
    Ref old = gc::take(&p->h, &p->handlers[i]);
  }
}

void install_unknown_encoding(Parser* p) { XML_SetUnknownEncodingHandler(p->expat, unknown_encoding, p); }

#define TAIPAN_HANDLER(name, setter, function) {name, [](XML_Parser p, bool on) { setter(p, on ? function : nullptr); }}
const HandlerInfo kHandlers[kHandlerCount] = {
    TAIPAN_HANDLER("StartElement", XML_SetStartElementHandler, start_element),
    TAIPAN_HANDLER("EndElement", XML_SetEndElementHandler, end_element),
    TAIPAN_HANDLER("ProcessingInstruction", XML_SetProcessingInstructionHandler, processing_instruction),
    TAIPAN_HANDLER("CharacterData", XML_SetCharacterDataHandler, character_data),
    TAIPAN_HANDLER("UnparsedEntityDecl", XML_SetUnparsedEntityDeclHandler, unparsed_entity),
    TAIPAN_HANDLER("NotationDecl", XML_SetNotationDeclHandler, notation),
    TAIPAN_HANDLER("StartNamespaceDecl", XML_SetStartNamespaceDeclHandler, start_namespace),
    TAIPAN_HANDLER("EndNamespaceDecl", XML_SetEndNamespaceDeclHandler, end_namespace),
    TAIPAN_HANDLER("Comment", XML_SetCommentHandler, one_text<kComment>),
    TAIPAN_HANDLER("StartCdataSection", XML_SetStartCdataSectionHandler, no_arguments<kStartCdataSection>),
    TAIPAN_HANDLER("EndCdataSection", XML_SetEndCdataSectionHandler, no_arguments<kEndCdataSection>),
    TAIPAN_HANDLER("Default", XML_SetDefaultHandler, one_piece<kDefault>),
    TAIPAN_HANDLER("DefaultHandlerExpand", XML_SetDefaultHandlerExpand, one_piece<kDefaultExpand>),
    TAIPAN_HANDLER("NotStandalone", XML_SetNotStandaloneHandler, not_standalone),
    TAIPAN_HANDLER("ExternalEntityRef", XML_SetExternalEntityRefHandler, external_entity),
    TAIPAN_HANDLER("StartDoctypeDecl", XML_SetStartDoctypeDeclHandler, start_doctype),
    TAIPAN_HANDLER("EndDoctypeDecl", XML_SetEndDoctypeDeclHandler, no_arguments<kEndDoctypeDecl>),
    TAIPAN_HANDLER("ElementDecl", XML_SetElementDeclHandler, element_declaration),
    TAIPAN_HANDLER("AttlistDecl", XML_SetAttlistDeclHandler, attribute_list),
    TAIPAN_HANDLER("EntityDecl", XML_SetEntityDeclHandler, entity_declaration),
    TAIPAN_HANDLER("XmlDecl", XML_SetXmlDeclHandler, xml_declaration),
    TAIPAN_HANDLER("SkippedEntity", XML_SetSkippedEntityHandler, skipped_entity),
};
#undef TAIPAN_HANDLER

}  // namespace taipan::pyexpat
