// pyexpat's parser object: what its methods, its attributes and the callbacks that expat calls have in common.
#pragma once
#include <expat.h>
#include <atomic>
#include <cstring>
#include "gc/heap.h"
#include "interp/shared/shared_module.h"

namespace taipan::pyexpat {

enum HandlerIndex {
  kStartElement,
  kEndElement,
  kProcessingInstruction,
  kCharacterData,
  kUnparsedEntityDecl,
  kNotationDecl,
  kStartNamespaceDecl,
  kEndNamespaceDecl,
  kComment,
  kStartCdataSection,
  kEndCdataSection,
  kDefault,
  kDefaultExpand,
  kNotStandalone,
  kExternalEntityRef,
  kStartDoctypeDecl,
  kEndDoctypeDecl,
  kElementDecl,
  kAttlistDecl,
  kEntityDecl,
  kXmlDecl,
  kSkippedEntity,
  kHandlerCount
};
struct HandlerInfo {
  const char* name;  // without "Handler"
  void (*install)(XML_Parser p, bool on);
};
extern const HandlerInfo kHandlers[kHandlerCount];

struct Parser {
  Header h;
  XML_Parser expat;
  bool ordered_attributes, specified_attributes, namespace_prefixes;
  bool stopped;  // a callback raised
  uint32_t in_callback;
  std::atomic<bool> busy;  // a thread parses
  char* buffer;            // collected character data; null: not collected
  int buffer_size, buffer_used;
  Value intern;  // dict or null
  Value parent;  // the parser that this one reads an external entity for, or null
  Value handlers[kHandlerCount];
};
inline Parser* parser_of(Value v) { return v.as<Parser>(); }

// Hands collected character data to its handler. False: an exception is set.
bool flush_characters(Parser* p);
// No further callbacks.
void stop(Parser* p);
void install_unknown_encoding(Parser* p);

}  // namespace taipan::pyexpat
