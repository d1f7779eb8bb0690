// Signals. The handler that the kernel calls only marks the signal, sets kPollSignals on the main thread and writes to the wake-up
// descriptor; the Python handler runs from the main thread's next poll. Blocking calls get EINTR and poll before they go on.
#pragma once
#include "interp/objects/thread.h"

namespace taipan {

// At start-up, on the main thread: what CPython sets by default (SIGPIPE and SIGXFSZ ignored; SIGINT raises KeyboardInterrupt unless it
// was ignored). install_handlers false: nothing is changed (embedding, -X tests).
void init_signals(Thread* main, bool install_handlers);
// Runs the Python handlers of signals that came in. False: one of them raised (the others stay pending). Does nothing on other threads.
bool run_pending_signals(Thread* t);
// Whether a signal waits for its Python handler.
bool signals_pending();
// Marks a signal as arrived, as the kernel's handler does (async-signal-safe): also _thread.interrupt_main().
void trip_signal(int signum);
// The Python-level handler: callable, None, or the ints SIG_DFL (0) and SIG_IGN (1). Borrowed.
Value signal_handler(int signum);
// In the child of a fork: t is the main thread now, nothing is pending.
void signals_after_fork_child(Thread* t);
// At exit: default actions again, Python handlers dropped.
void finish_signals();

inline constexpr int kSignalCount = 65;  // NSIG

// For the module _signal.
bool set_signal_handler(int signum, Ref handler, Ref* old);  // handler already checked; false: OSError raised
int set_signal_wakeup_fd(int fd, bool warn_on_full_buffer);  // returns the one before

}  // namespace taipan
