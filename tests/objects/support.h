// Tests of the objects: a thread with all built-in types ready, once for the process.
#pragma once
#include <gtest/gtest.h>
#include "gc/mutator.h"
#include "interp/objects/error.h"
#include "interp/objects/init.h"
#include "interp/objects/thread.h"

namespace taipan {

class ObjectsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    static Thread* thread = nullptr;
    if (thread) return;
    gc::init_memory(true);
    thread = new Thread;
    thread->is_main = true;
    thread->handled = &thread->handled_base;
    gc::attach_new(thread);
    start_objects();
  }
  void TearDown() override {
    EXPECT_FALSE(error_occurred());
    clear_error();
  }
};

}  // namespace taipan
