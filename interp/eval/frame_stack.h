// The thread's frame stack: chunks that never move, so that frames and registers have stable addresses.
#pragma once
#include <cstring>
#include "interp/objects/frame.h"

namespace taipan {

struct FrameChunk {
  FrameChunk* prev;
  FrameChunk* spare;  // one emptied chunk is kept to avoid thrashing at a boundary
  char* saved_top;    // frame_top of prev while this chunk is in use
  char* end;
  char* first() { return reinterpret_cast<char*>(this + 1); }
};

char* frame_chunk_push(Thread* t, size_t size);  // null: MemoryError raised
void frame_chunk_pop(Thread* t);
bool frame_stack_start(
    Thread* t);  // the base chunk, which may be there from a thread before; false: MemoryError raised
void frame_stack_free(Thread* t);

TAIPAN_INLINE Frame* frame_alloc(Thread* t, uint32_t nregs) {
  size_t size = sizeof(Frame) + nregs * sizeof(Value);
  char* p = t->frame_top;
  if (TAIPAN_UNLIKELY(static_cast<size_t>(t->frame_limit - p) < size)) {
    p = frame_chunk_push(t, size);
    if (!p) return nullptr;
  }
  t->frame_top = p + size;
  return reinterpret_cast<Frame*>(p);
}
TAIPAN_INLINE void frame_free(Thread* t, Frame* f) {
  t->frame_top = reinterpret_cast<char*>(f);
  auto* chunk = static_cast<FrameChunk*>(t->frame_chunk);
  if (TAIPAN_UNLIKELY(reinterpret_cast<char*>(f) == chunk->first())) frame_chunk_pop(t);
}

// Fills a fresh frame; func is taken over.
TAIPAN_INLINE void frame_setup(Frame* f, Thread* t, Function* func, Code* code) {
  f->prev = t->frame;
  f->pc = code->instructions;
  f->code = code;
  f->func = func;
  f->globals = func->globals;
  f->builtins = func->builtins;
  f->locals = Value();
  f->object = nullptr;
  f->nregs = code->register_count;
  f->result_reg = 0;
  f->flags = 0;
  f->spare = 1;
}
// Drops the registers, the locals and the function of a frame that ended (the frame object has taken them over before, if there is one).
void frame_clear_slow(Frame* f);
TAIPAN_INLINE void frame_clear(Frame* f) {
  if (TAIPAN_UNLIKELY(f->object != nullptr)) frame_clear_slow(f);
  Value* r = f->regs();
  for (uint32_t i = 0, n = f->nregs; i < n; i++) {
    Value v = r[i];
    if (v.is_heap()) {
      r[i] = Value();
      gc::decref(v.header());
    }
  }
  if (TAIPAN_UNLIKELY(f->locals.is_heap())) {
    Value v = f->locals;
    f->locals = Value();
    gc::decref(v.header());
  }
  Header* fn = reinterpret_cast<Header*>(f->func);
  f->func = nullptr;
  gc::decref(fn);
}

}  // namespace taipan
