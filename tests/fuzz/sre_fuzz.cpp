// _sre: any code that the validator lets through must match without leaving the text, the code or the stacks. Half of the inputs are raw
// words; the others are grown into well-formed programs, so that the matcher itself gets its share.
#include <cstdlib>
#include <vector>
#include "gc/mutator.h"
#include "interp/modules/sre/matcher.h"
#include "interp/objects/error.h"
#include "interp/objects/init.h"
#include "interp/objects/thread.h"

using namespace taipan;
using namespace taipan::sre;

static int polls_left;
// Exponential programs are cut off: the poll says that a signal handler raised.
static bool limited_poll(Thread*) {
  if (--polls_left > 0) return true;
  return raise(types::RuntimeError, "enough");
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  gc::init_memory(true);
  static Thread* thread = new Thread;
  thread->is_main = true;
  thread->handled = &thread->handled_base;
  gc::attach_new(thread);
  start_objects();
  interp_hooks.poll = limited_poll;
  thread->poll.store(gc::kPollStress);
  return 0;
}

namespace {
class Grower {
 public:
  Grower(const uint8_t* p, const uint8_t* end) : p_(p), end_(end) {}
  std::vector<Code> code;
  uint32_t groups = 0;
  void sequence(int depth) {
    for (int n = byte() % 4; n >= 0; n--) item(depth);
  }
  uint8_t byte() { return p_ < end_ ? *p_++ : 0; }
  const uint8_t* rest() const { return p_; }

 private:
  void emit(Code c) { code.push_back(c); }
  size_t open() {
    code.push_back(0);
    return code.size() - 1;
  }
  void close(size_t at, Code more = 0) { code[at] = static_cast<Code>(code.size() - at) + more; }
  void set() {
    size_t at = open();
    if (byte() & 1) emit(kNegate);
    for (int n = byte() % 3; n >= 0; n--) {
      switch (byte() % 4) {
        case 0:
          emit(kLiteral);
          emit(byte());
          break;
        case 1:
          emit(kRange);
          emit(byte() % 100);
          emit(100 + byte());
          break;
        case 2:
          emit(kCategory);
          emit(byte() % 18);
          break;
        default:
          emit(kCharset);
          for (int i = 0; i < 8; i++) emit(byte() * 0x01020304u);
      }
    }
    emit(kFailure);
    close(at);
  }
  void simple() {
    switch (byte() % 7) {
      case 0: emit(kAny); break;
      case 1: emit(kAnyAll); break;
      case 2:
        emit(kNotLiteral);
        emit('a' + byte() % 3);
        break;
      case 3:
        emit(kIn);
        set();
        break;
      case 4:
        emit(kInUniIgnore);
        set();
        break;
      case 5:
        emit(kLiteralIgnore);
        emit('a');
        break;
      default: emit(kLiteral); emit('a' + byte() % 3);
    }
  }
  void bounds() {
    Code min = byte() % 3;
    emit(min);
    uint8_t b = byte();
    emit(b & 1 ? kMaxRepeat : min + b % 4);
  }
  void item(int depth) {
    uint8_t kind = byte() % (depth > 0 ? 14 : 4);
    switch (kind) {
      case 0:
      case 1: simple(); break;
      case 2:
        emit(kAt);
        emit(byte() % 12);
        break;
      case 3:
        if (groups == 0) return;
        emit(byte() & 1 ? kGroupRef : kGroupRefUniIgnore);
        emit(byte() % groups);
        break;
      case 4:
      case 5:
      case 6: {
        emit(kind == 4 ? kRepeatOne : kind == 5 ? kMinRepeatOne : kPossessiveRepeatOne);
        size_t at = open();
        bounds();
        simple();
        emit(kSuccess);
        close(at);
        break;
      }
      case 7:
      case 8: {
        bool possessive = byte() % 4 == 0;
        emit(possessive ? kPossessiveRepeat : kRepeat);
        size_t at = open();
        bounds();
        sequence(depth - 1);
        close(at);
        emit(possessive ? kSuccess : kind == 7 ? kMaxUntil : kMinUntil);
        break;
      }
      case 9: {
        if (groups >= 8) return;
        Code g = groups++;
        emit(kMark);
        emit(2 * g);
        sequence(depth - 1);
        emit(kMark);
        emit(2 * g + 1);
        break;
      }
      case 10: {
        emit(kBranch);
        std::vector<size_t> tails;
        for (int n = byte() % 3; n >= 0; n--) {
          size_t at = open();
          sequence(depth - 1);
          emit(kJump);
          tails.push_back(open());
          close(at);
        }
        emit(kFailure);
        for (size_t t : tails) close(t);
        break;
      }
      case 11: {
        emit(byte() & 1 ? kAssert : kAssertNot);
        size_t at = open();
        emit(byte() % 3);
        sequence(depth - 1);
        emit(kSuccess);
        close(at);
        break;
      }
      case 12: {
        emit(kAtomicGroup);
        size_t at = open();
        sequence(depth - 1);
        emit(kSuccess);
        close(at);
        break;
      }
      default: {
        if (groups == 0) return;
        emit(kGroupRefExists);
        emit(byte() % groups);
        size_t yes = open();
        sequence(depth - 1);
        if (byte() & 1) {
          emit(kJump);
          size_t no = open();
          close(yes, 1);
          sequence(depth - 1);
          close(no);
        } else {
          close(yes, 1);
        }
      }
    }
  }
  const uint8_t *p_, *end_;
};

template <class T>
void match_all(const Program& program, size_t groups, const std::vector<T>& text) {
  const T *begin = text.data(), *end = begin + text.size();
  for (int way = 0; way < 3; way++) {
    for (size_t at = 0; at <= text.size(); at += 1 + text.size() / 2) {
      Matcher<T> m(program, groups, begin, end);
      polls_left = 4;
      if (!m.init()) abort();
      m.must_advance = way == 2 && (at & 1);
      int r = way == 0 ? m.match(begin + at) : way == 1 ? m.fullmatch(begin + at) : m.search(begin + at);
      if (r < 0) {
        clear_error();
        continue;
      }
      if (r == 0) continue;
      if (m.start < begin || m.ptr > end || m.start > m.ptr) abort();
      if (way == 1 && m.ptr != end) abort();
      for (size_t g = 0; g < 2 * groups; g++)
        if (m.mark(g) && (m.mark(g) < begin || m.mark(g) > end)) abort();
    }
  }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  Program program;
  size_t groups;
  std::vector<Code> code;
  const uint8_t* text;
  if (data[0] & 1) {
    groups = data[1] % 5;
    size_t n = data[2] % 64;
    text = data + 3;
    for (; n > 0 && text < data + size; n--) code.push_back(*text++);
  } else {
    Grower grower(data + 1, data + size);
    grower.sequence(4);
    code = grower.code;
    code.push_back(kSuccess);
    groups = grower.groups;
    text = grower.rest();
  }
  if (code.empty() || code.size() > 20000) return 0;
  program.size = code.size();
  program.code = static_cast<Code*>(gc::raw_alloc(code.size() * sizeof(Code)));
  memcpy(program.code, code.data(), code.size() * sizeof(Code));
  if (validate(program.code, program.size, static_cast<int64_t>(groups))) {
    if (!build_tables(&program)) abort();
    std::vector<uint8_t> narrow;
    std::vector<uint32_t> wide;
    for (; text < data + size && narrow.size() < 40; text++) {
      narrow.push_back(*text % 8 ? 'a' + *text % 4 : *text);
      wide.push_back(*text % 5 ? 'a' + *text % 4 : *text * 0x101u);
    }
    match_all(program, groups, narrow);
    match_all(program, groups, wide);
  } else {
    if (!(data[0] & 1)) abort();  // what was grown is well-formed
    clear_error();
  }
  free_program(&program);
  return 0;
}
