// GIL off: the step from one thread to several.
#pragma once
#include "gc/mutator.h"
#include "interp/objects/object.h"

namespace taipan {

// Around the change of something that all threads read without a lock, a count or an atomic load, and that changes seldom: slots, flags and
// bases of classes, the code of a function. The others stand at safepoints meanwhile, where they hold nothing that they have only looked at.
// No object lock may be held, and no Python code runs inside. Costs nothing where there are no others.
class StoppedWorld {
 public:
  explicit StoppedWorld(bool others_know_it = true) : stopped_(gc::parallel && others_know_it) {
    if (TAIPAN_UNLIKELY(stopped_)) gc::stop_the_world(gc::current_mutator);
  }
  ~StoppedWorld() {
    if (TAIPAN_UNLIKELY(stopped_)) gc::resume_the_world(gc::current_mutator);
  }
  StoppedWorld(const StoppedWorld&) = delete;

 private:
  bool stopped_;
};

// Before the second thread starts (by the only one there is). A program with one thread is none of this and dies exactly as with the GIL;
// from then on what it has made so far for all threads to go through - modules, their functions and classes, code and its constants - isn't counted
// any more, since every thread would write to the same counts, and stays. What is made later is counted, and turns hot where it is used by many
// (gc/hot_counts.h).
void start_parallel();
extern void (*threads_start_hook)();  // at the end of that; null: none
void share_class(TypeObject* t);      // what others find through its instances and subclasses, uncounted

}  // namespace taipan
