// What is still alive at exit and holds data is flushed: streams that only leaked references or unstarted threads keep.
#include "interp/modules/io/text_wrapper.h"
#include "interp/objects/list.h"

namespace taipan::io {

void flush_live_streams() {
  if (!text_wrapper_type) return;
  struct Found {
    Header* items[256];
    size_t n;
    bool text;
  } found;
  // Text first: it goes to buffers. A list is needed because flushing allocates.
  for (bool text : {true, false}) {
    found.n = 0;
    found.text = text;
    gc::walk_tracked(
        [](Header* h, void* arg) {
          auto* f = static_cast<Found*>(arg);
          TypeObject* type = shape_of_header(h)->type;
          bool holds =
              f->text ? is_subtype(type, text_wrapper_type) && reinterpret_cast<TextIO*>(h)->ok &&
                            reinterpret_cast<TextIO*>(h)->pending_n
                      : (is_subtype(type, writer_type) || is_subtype(type, random_type)) &&
                            reinterpret_cast<Buffered*>(h)->ok &&
                            reinterpret_cast<Buffered*>(h)->dirty_start < reinterpret_cast<Buffered*>(h)->dirty_end;
          if (holds && f->n < 256) {
            gc::incref(h);
            f->items[f->n++] = h;
          }
          return f->n < 256;
        },
        &found);
    for (size_t i = 0; i < found.n; i++) {
      Ref stream = Ref::steal(found.items[i]);
      Ref r = call_method(stream, TAIPAN_NAME(flush));
      if (!r) clear_error();
    }
  }
}

}  // namespace taipan::io
