// _elementtree: the objects and what its files share.
//
// Texts, tags and children are ordinary objects; an element's children are a list that is made when the first one comes. TreeBuilder
// collects text in pieces and joins them when the next tag comes; XMLParser drives it from expat without going through Python where the
// target is exactly a TreeBuilder.
#pragma once
#include "gc/heap.h"
#include "interp/objects/bytes.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"
#include "interp/shared/shared_module.h"

namespace taipan::etree {

struct Element {
  Header h;
  Value tag, text, tail;
  Value attrib;    // dict, or null: empty
  Value children;  // list, or null: none
};
enum EventKind { kStart, kEnd, kStartNs, kEndNs, kComment, kPi, kEventKinds };
struct TreeBuilder {
  Header h;
  Value root, current, last;
  Value tail_of;                                       // the element whose tail comes next; null: the text of last
  Value data;                                          // null, a str, or a list of them
  Value stack;                                         // list of the open elements around the current one
  Value element_factory, comment_factory, pi_factory;  // null: none
  Value append_event;                                  // null: no events
  Value events[kEventKinds];                           // what is reported for each; null: not wanted
  bool insert_comments, insert_pis;
};
inline Element* element_of(Value v) { return v.as<Element>(); }
inline TreeBuilder* builder_of(Value v) { return v.as<TreeBuilder>(); }

extern TypeObject *element_type, *element_iterator_type, *builder_type, *parser_type;
extern TypeObject* parse_error;

inline bool is_element(Value v) { return is_instance_exact_type(v, element_type); }

Ref make_element(Value tag, Value attrib_or_null);  // attrib is kept, not copied
bool add_child(Element* parent, Value child);       // an element, of whatever class

// What the builder does, for its methods and for the parser. False or null: an exception is set.
Ref build_start(TreeBuilder* b, Value tag, Value attrib_or_null);
bool build_data(TreeBuilder* b, Value text);
Ref build_end(TreeBuilder* b);
Ref build_comment(TreeBuilder* b, Value text);
Ref build_pi(TreeBuilder* b, Value target, Value text);
bool build_namespace(TreeBuilder* b, EventKind kind, Value event);
inline bool wants(const TreeBuilder* b, EventKind kind) { return b->append_event && b->events[kind]; }
Ref built_root(TreeBuilder* b);
bool set_factories(Value comment, Value pi);
Ref new_builder();

bool make_element_types();
bool make_builder_type();
bool make_parser_type();

}  // namespace taipan::etree
