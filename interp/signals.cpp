#include "interp/signals.h"

#include <signal.h>
#include <unistd.h>
#include <cerrno>
#include "gc/collector.h"
#include "interp/objects/abstract.h"
#include "interp/objects/frame.h"
#include "interp/objects/int.h"
#include "interp/objects/str.h"

namespace taipan {

static_assert(NSIG == kSignalCount);

static Value handlers[kSignalCount];  // owned; null: not known to Python
static std::atomic<uint8_t> tripped[kSignalCount];
static std::atomic<bool> any_tripped{false};
static std::atomic<Thread*> main_thread{nullptr};
static std::atomic<int> wakeup_fd{-1};
static std::atomic<bool> wakeup_warns{true};
static std::atomic<int> wakeup_error{0};

static constexpr Value kDefault = Value::from_int(0), kIgnore = Value::from_int(1);

bool signals_pending() { return any_tripped.load(std::memory_order_acquire); }
Value signal_handler(int signum) { return handlers[signum]; }

void trip_signal(int signum) {
  tripped[signum].store(1, std::memory_order_relaxed);
  any_tripped.store(true, std::memory_order_release);
  if (Thread* t = main_thread.load(std::memory_order_acquire))
    t->poll.fetch_or(gc::kPollSignals, std::memory_order_release);
  int fd = wakeup_fd.load(std::memory_order_relaxed);
  if (fd == -1) return;
  unsigned char byte = static_cast<unsigned char>(signum);
  ssize_t n;
  do { n = write(fd, &byte, 1); } while (n < 0 && errno == EINTR);
  if (n < 0 && (wakeup_warns.load(std::memory_order_relaxed) || (errno != EWOULDBLOCK && errno != EAGAIN)))
    wakeup_error.store(errno, std::memory_order_release);
}

static void on_signal(int signum) {
  int saved = errno;
  trip_signal(signum);
  errno = saved;
}

static bool install(int signum, void (*action)(int)) {
  struct sigaction sa = {};
  sa.sa_handler = action;
  sigemptyset(&sa.sa_mask);
  sa.sa_flags = action == on_signal ? SA_ONSTACK : 0;
  return sigaction(signum, &sa, nullptr) == 0;
}

bool set_signal_handler(int signum, Ref handler, Ref* old) {
  void (*action)(int) = handler.get() == kDefault ? SIG_DFL : handler.get() == kIgnore ? SIG_IGN : on_signal;
  if (!install(signum, action)) return raise_os_error(errno);
  *old = Ref::steal(handlers[signum]);
  handlers[signum] = handler.release();
  return true;
}

int set_signal_wakeup_fd(int fd, bool warn_on_full_buffer) {
  int old = wakeup_fd.exchange(fd);
  wakeup_warns.store(warn_on_full_buffer);
  return old;
}

bool run_pending_signals(Thread* t) {
  if (t != main_thread.load(std::memory_order_relaxed)) {
    t->poll.fetch_and(~gc::kPollSignals, std::memory_order_relaxed);
    return true;
  }
  t->poll.fetch_and(~gc::kPollSignals, std::memory_order_acq_rel);
  if (int err = wakeup_error.load(std::memory_order_relaxed) ? wakeup_error.exchange(0) : 0) {
    SavedError saved;
    raise_os_error(err);
    write_unraisable_msg("Exception ignored when trying to write to the signal wakeup fd", Value());
  }
  if (!any_tripped.exchange(false, std::memory_order_acq_rel)) return true;
  for (int i = 1; i < kSignalCount; i++) {
    if (!tripped[i].load(std::memory_order_relaxed) || !tripped[i].exchange(0, std::memory_order_acq_rel)) continue;
    Value handler = handlers[i];
    if (!handler || handler == kNone || handler == kDefault || handler == kIgnore) continue;
    Ref keep = Ref::dup(handler);
    Ref frame = t->frame ? frame_object(t->frame) : Ref::imm(kNone);
    Ref result = frame ? call(keep, Value::from_int(i), frame) : Ref();
    if (!result) {
      any_tripped.store(true, std::memory_order_release);  // the others wait for the next poll
      t->poll.fetch_or(gc::kPollSignals, std::memory_order_release);
      return false;
    }
  }
  return true;
}

static void trace_handlers(gc::Visitor& v) { v.visit_range(handlers, kSignalCount); }

void init_signals(Thread* main, bool install_handlers) {
  main_thread.store(main);
  gc::add_root_callback(trace_handlers);
  if (install_handlers) {
    install(SIGPIPE, SIG_IGN);
    install(SIGXFSZ, SIG_IGN);
  }
  for (int i = 1; i < kSignalCount; i++) {
    struct sigaction sa;
    Value known = kNone;
    if (sigaction(i, nullptr, &sa) == 0)
      known = sa.sa_handler == SIG_DFL ? kDefault : sa.sa_handler == SIG_IGN ? kIgnore : kNone;
    handlers[i] = known;
  }
  if (!install_handlers || !(handlers[SIGINT] == kDefault)) return;
  Ref handler = import_attr("_signal", "default_int_handler");
  Ref old;
  if (!handler || !set_signal_handler(SIGINT, std::move(handler), &old)) clear_error();
}

void signals_after_fork_child(Thread* t) {
  main_thread.store(t);
  for (auto& flag : tripped) flag.store(0);
  any_tripped.store(false);
  wakeup_error.store(0);
  t->poll.fetch_and(~gc::kPollSignals);
}

void finish_signals() {
  for (int i = 1; i < kSignalCount; i++) {
    Ref old = Ref::steal(handlers[i]);
    handlers[i] = Value();
    tripped[i].store(0);
    if (old && !(old.get() == kDefault || old.get() == kIgnore || old.get() == kNone)) install(i, SIG_DFL);
  }
  any_tripped.store(false);
}

}  // namespace taipan
