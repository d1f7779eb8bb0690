// The module select: select(), poll objects and epoll objects.
#include <limits.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>
#include <vector>
#include "interp/modules/deadline.h"
#include "interp/modules/posix_support.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {

// ---- select ---------------------------------------------------------------------------------------------------------------------------

struct Watched {
  Ref object;
  int fd;
};
using WatchList = std::vector<Watched>;

bool fill_set(Value sequence, fd_set* set, WatchList* list, int* highest) {
  FD_ZERO(set);
  Ref items = is_list(sequence) || is_tuple(sequence) ? Ref::dup(sequence) : Ref();
  if (!items) {
    items = iterable_to_list(sequence);
    if (!items) {
      if (!error_matches(types::TypeError)) return false;
      clear_error();
      return raise(types::TypeError, "arguments 1-3 must be sequences");
    }
  }
  bool tuple = is_tuple(items);
  // fileno() may change the list.
  for (size_t i = 0; i < (tuple ? tuple_size(items) : list_size(items)); i++) {
    Ref item = tuple ? Ref::dup(tuple_at(items, i)) : list_get(items, i);
    if (!item) break;
    int fd;
    if (!fildes_argument(item, &fd)) return false;
    if (fd >= FD_SETSIZE) return raise(types::ValueError, "filedescriptor out of range in select()");
    if (list->size() >= FD_SETSIZE) return raise(types::ValueError, "too many file descriptors in select()");
    if (fd > *highest) *highest = fd;
    FD_SET(fd, set);
    list->push_back({std::move(item), fd});
  }
  return true;
}
Ref ready_ones(const WatchList& list, const fd_set* set) {
  Ref out = make_list();
  for (const Watched& w : list) {
    if (out && FD_ISSET(w.fd, set) && !list_append(out, w.object.get())) return nullptr;
  }
  return out;
}

Ref select_select(Args& a) {
  Deadline deadline;
  if (a[3] && a[3] != kNone) {
    int64_t ns;
    if (!time_to_ns(a[3], &ns, TimeRound::kUp)) {
      if (error_matches(types::TypeError)) {
        clear_error();
        return raise(types::TypeError, "timeout must be a float or None");
      }
      return nullptr;
    }
    if (ns < 0) return raise(types::ValueError, "timeout must be non-negative");
    deadline.start(ns);
  }
  fd_set wanted[3], sets[3];
  WatchList lists[3];
  int highest = -1;
  for (size_t i = 0; i < 3; i++)
    if (!fill_set(a[i], &wanted[i], &lists[i], &highest)) return nullptr;
  int r;
  for (;;) {
    for (int i = 0; i < 3; i++) sets[i] = wanted[i];
    timeval limit, *wait = nullptr;
    if (!deadline.forever()) {
      int64_t us = Deadline::round_up(deadline.left(), 1000);
      limit = {us / 1000000, us % 1000000};
      wait = &limit;
    }
    r = blocking([&] { return select(highest + 1, &sets[0], &sets[1], &sets[2], wait); });
    if (r >= 0 || errno != EINTR) break;
    if (!poll()) return nullptr;
    if (deadline.over()) {
      for (fd_set& s : sets) FD_ZERO(&s);
      r = 0;
      break;
    }
  }
  if (r < 0) return posix_error();
  Ref out[3];
  for (int i = 0; i < 3; i++) {
    out[i] = ready_ones(lists[i], &sets[i]);
    if (!out[i]) return nullptr;
  }
  return make_tuple_steal(out, 3);
}

// The time-out of poll objects in milliseconds, of epoll objects in seconds.
bool poll_timeout(Value v, TimeUnit unit, Deadline* out) {
  if (!v || v == kNone) return true;
  int64_t ns;
  if (!time_to_ns(v, &ns, TimeRound::kUp, unit)) {
    if (error_matches(types::TypeError)) {
      clear_error();
      return raise(types::TypeError, "timeout must be an integer or None");
    }
    return false;
  }
  if (ns > 0 && Deadline::round_up(ns, 1000000) > INT_MAX) return raise(types::OverflowError, "timeout is too large");
  out->start(ns);
  return true;
}

// ---- poll -----------------------------------------------------------------------------------------------------------------------------

struct PollObject {
  Header h;
  Value wanted;  // dict: descriptor -> event mask
  pollfd* fds;   // the same as the system takes it, made when first asked for
  size_t count;
  std::atomic<bool> stale;  // wanted has changed since
  std::atomic<bool> running;
};
TypeObject* poll_type;
PollObject* poll_of(Value v) { return v.as<PollObject>(); }

void poll_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* p = reinterpret_cast<PollObject*>(h);
  Ref wanted = gc::take(h, &p->wanted);
  gc::raw_free(p->fds);
  finish_dealloc(h);
}

bool event_mask(Value v, int* out) {
  if (!is_int(v)) return raise(types::TypeError, "an integer is required");
  int64_t n;
  bool fits = int_fits64(v, &n);
  if (fits ? n < 0 : int_sign(v) < 0) return raise(types::ValueError, "value must be positive");
  if (!fits || n > USHRT_MAX) return raise(types::OverflowError, "Python int too large for C unsigned short");
  *out = static_cast<int>(n);
  return true;
}

Ref poll_register(Args& a) {
  int fd, mask = POLLIN | POLLPRI | POLLOUT;
  if (!fildes_argument(a[0], &fd) || (a[1] && !event_mask(a[1], &mask))) return nullptr;
  PollObject* p = poll_of(a.self);
  if (!dict_set(p->wanted, Value::from_int(fd), Value::from_int(mask))) return nullptr;
  p->stale.store(true);
  return none();
}
Ref poll_modify(Args& a) {
  int fd, mask;
  if (!fildes_argument(a[0], &fd) || !event_mask(a[1], &mask)) return nullptr;
  PollObject* p = poll_of(a.self);
  int there = dict_contains(p->wanted, Value::from_int(fd));
  if (there < 0) return nullptr;
  if (!there) return raise_os_error(ENOENT);
  if (!dict_set(p->wanted, Value::from_int(fd), Value::from_int(mask))) return nullptr;
  p->stale.store(true);
  return none();
}
Ref poll_unregister(Args& a) {
  int fd;
  if (!fildes_argument(a[0], &fd)) return nullptr;
  PollObject* p = poll_of(a.self);
  int r = dict_delete(p->wanted, Value::from_int(fd));
  if (r < 0) return nullptr;
  if (!r) return raise_key_error(Value::from_int(fd));
  p->stale.store(true);
  return none();
}

bool refresh(PollObject* p) {
  if (!p->stale.exchange(false)) return true;
  Ref copy = dict_copy(p->wanted);
  if (!copy) return false;
  size_t n = dict_size(copy);
  auto* fds = static_cast<pollfd*>(gc::raw_realloc(p->fds, n * sizeof(pollfd)));
  if (!fds) {
    p->stale.store(true);
    return raise_memory();
  }
  p->fds = fds;
  p->count = 0;
  size_t at = 0;
  Value key, mask;
  while (dict_next(copy, &at, &key, &mask))
    p->fds[p->count++] = {static_cast<int>(key.as_int()), static_cast<short>(mask.as_int()), 0};
  return true;
}

Ref poll_poll(Args& a) {
  PollObject* p = poll_of(a.self);
  Deadline deadline;
  if (!poll_timeout(a[0], TimeUnit::kMilliseconds, &deadline)) return nullptr;
  if (p->running.exchange(true)) return raise(types::RuntimeError, "concurrent poll() invocation");
  struct Running {
    PollObject* p;
    ~Running() { p->running.store(false); }
  } running{p};
  if (!refresh(p)) return nullptr;
  int r;
  for (;;) {
    int ms = deadline.milliseconds();
    r = blocking([&] { return ::poll(p->fds, p->count, ms); });
    if (r >= 0 || errno != EINTR) break;
    if (!poll()) return nullptr;
    if (deadline.over()) {
      r = 0;
      break;
    }
  }
  if (r < 0) return posix_error();
  Ref out = make_list(static_cast<size_t>(r));
  if (!out) return nullptr;
  for (size_t i = 0; i < p->count && r > 0; i++) {
    if (!p->fds[i].revents) continue;
    r--;
    Ref pair = make_tuple_of({Value::from_int(p->fds[i].fd), Value::from_int(p->fds[i].revents & 0xffff)});
    if (!pair || !list_append(out, std::move(pair))) return nullptr;
  }
  return out;
}

const NativeDef kPollMethods[] = {
    {"register", "($self, fd,\n         eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)", poll_register,
     0, "Adds a descriptor, or changes its events."},
    {"modify", "($self, fd, eventmask, /)", poll_modify, 0, "Changes the events of a registered descriptor."},
    {"unregister", "($self, fd, /)", poll_unregister, 0, "Removes a descriptor."},
    {"poll", "($self, timeout=None, /)", poll_poll, 0,
     "Waits for events: a list of (descriptor, events). timeout: milliseconds, None or negative for no limit."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const TypeSpec kPollSpec = {.flags = kTypeNoInstantiate,
                            .basic_size = sizeof(PollObject),
                            .ops = {.dealloc = poll_dealloc},
                            .methods = kPollMethods};

Ref select_poll(Args&) {
  Ref wanted = make_dict();
  if (!wanted) return nullptr;
  auto* p = alloc_instance_as<PollObject>(poll_type);
  if (!p) return nullptr;
  gc::init(&p->wanted, std::move(wanted));
  return Ref::steal(p);
}

// ---- epoll ----------------------------------------------------------------------------------------------------------------------------

struct EpollObject {
  Header h;
  std::atomic<int> fd;  // -1: closed
};
TypeObject* epoll_type;
EpollObject* epoll_of(Value v) { return v.as<EpollObject>(); }

bool epoll_fd(Value v, int* out) {
  *out = epoll_of(v)->fd.load();
  if (*out < 0) return raise(types::ValueError, "I/O operation on closed epoll object");
  return true;
}
int epoll_close_fd(EpollObject* e) {
  int fd = e->fd.exchange(-1);
  return fd < 0 ? 0 : blocking([&] { return close(fd); });
}
void epoll_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  epoll_close_fd(reinterpret_cast<EpollObject*>(h));
  finish_dealloc(h);
}

Ref make_epoll(TypeObject* cls, int fd) {
  if (fd < 0) return posix_error();
  auto* e = alloc_instance_as<EpollObject>(cls);
  if (!e) {
    close(fd);
    return nullptr;
  }
  e->fd.store(fd);
  return Ref::steal(e);
}
Ref epoll_new(TypeObject* cls, RawArgs raw) {
  static const Signature sig("epoll", "(sizehint=-1, flags=0)");
  Value v[2];
  int size, flags;
  if (!sig.bind(raw, v) || !int_argument(v[0], -1, &size) || !int_argument(v[1], 0, &flags)) return nullptr;
  if (size != -1 && size <= 0) return raise(types::ValueError, "negative sizehint");
  if (flags && flags != EPOLL_CLOEXEC) return raise(types::OSError, "invalid flags");
  return make_epoll(cls, epoll_create1(flags | EPOLL_CLOEXEC));
}
Ref epoll_fromfd(Args& a) {
  int fd;
  if (!to_c_int(a[0], &fd)) return nullptr;
  auto* e = alloc_instance_as<EpollObject>(a.self.as<TypeObject>());
  if (!e) return nullptr;
  e->fd.store(fd);
  return Ref::steal(e);
}
Ref epoll_close(Args& a) { return none_or_error(epoll_close_fd(epoll_of(a.self))); }
Ref epoll_get_closed(Value v) { return Ref::imm(bool_value(epoll_of(v)->fd.load() < 0)); }
Ref epoll_fileno(Args& a) {
  int fd;
  return epoll_fd(a.self, &fd) ? make_int(fd) : nullptr;
}

Ref epoll_control(Args& a, int operation, Value mask, uint32_t otherwise) {
  int fd, target;
  if (!fildes_argument(a[0], &target)) return nullptr;
  epoll_event event = {};
  event.events = otherwise;
  event.data.fd = target;
  if (mask) {
    Ref i = to_index(mask);
    if (!i) return nullptr;
    event.events = static_cast<uint32_t>(int_low64(i));
  }
  if (!epoll_fd(a.self, &fd)) return nullptr;
  return none_or_error(blocking([&] { return epoll_ctl(fd, operation, target, &event); }));
}
Ref epoll_register(Args& a) { return epoll_control(a, EPOLL_CTL_ADD, a[1], EPOLLIN | EPOLLPRI | EPOLLOUT); }
Ref epoll_modify(Args& a) { return epoll_control(a, EPOLL_CTL_MOD, a[1], 0); }
Ref epoll_unregister(Args& a) { return epoll_control(a, EPOLL_CTL_DEL, Value(), 0); }

Ref epoll_poll(Args& a) {
  int fd, most;
  if (!int_argument(a[1], -1, &most) || !epoll_fd(a.self, &fd)) return nullptr;
  Deadline deadline;
  if (!poll_timeout(a[0], TimeUnit::kSeconds, &deadline)) return nullptr;
  if (most == -1) {
    most = FD_SETSIZE - 1;
  } else if (most < 1) {
    return raise(types::ValueError, "maxevents must be greater than 0, got %d", most);
  }
  constexpr int kInPlace = 256;
  epoll_event in_place[kInPlace];
  epoll_event* events = in_place;
  if (most > kInPlace) {
    if (static_cast<size_t>(most) > INT_MAX / sizeof(epoll_event)) return raise_os_error(EINVAL);
    events = static_cast<epoll_event*>(gc::raw_alloc(static_cast<size_t>(most) * sizeof(epoll_event)));
    if (!events) return raise_memory();
  }
  struct Events {
    epoll_event* p;
    ~Events() {
      if (p) gc::raw_free(p);
    }
  } keep{events == in_place ? nullptr : events};
  int r;
  for (;;) {
    int ms = deadline.milliseconds();
    r = blocking([&] { return epoll_wait(fd, events, most, ms); });
    if (r >= 0 || errno != EINTR) break;
    if (!poll()) return nullptr;
    if (deadline.over()) {
      r = 0;
      break;
    }
  }
  if (r < 0) return posix_error();
  Ref out = make_list(static_cast<size_t>(r));
  if (!out) return nullptr;
  for (int i = 0; i < r; i++) {
    Ref pair = make_tuple_of({Value::from_int(events[i].data.fd), Value::from_int(events[i].events)});
    if (!pair || !list_append(out, std::move(pair))) return nullptr;
  }
  return out;
}
Ref epoll_enter(Args& a) {
  int fd;
  return epoll_fd(a.self, &fd) ? Ref::dup(a.self) : nullptr;
}
Ref epoll_exit(Args& a) { return call_method(a.self, TAIPAN_NAME(close)); }

const NativeDef kEpollMethods[] = {
    {"fromfd", "($type, fd, /)", epoll_fromfd, kNativeClassMethod, "An epoll object of a descriptor made elsewhere."},
    {"close", "($self, /)", epoll_close, 0, "Closes the descriptor; afterwards nothing but close() works."},
    {"fileno", "($self, /)", epoll_fileno, 0, "The descriptor."},
    {"modify", "($self, /, fd, eventmask)", epoll_modify, 0, "Changes the events of a registered descriptor."},
    {"register", "($self, /, fd,\n         eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)",
     epoll_register, 0, "Adds a descriptor; FileExistsError where it is there."},
    {"unregister", "($self, /, fd)", epoll_unregister, 0, "Removes a descriptor."},
    {"poll", "($self, /, timeout=None, maxevents=-1)", epoll_poll, 0,
     "Waits for events: a list of (descriptor, events). timeout: seconds, None or negative for no limit."},
    {"__enter__", "($self, /)", epoll_enter, 0, nullptr},
    {"__exit__", "($self, exc_type=None, exc_value=None, exc_tb=None, /)", epoll_exit, 0, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const GetSetDef kEpollGetSet[] = {{"closed", epoll_get_closed, nullptr, "True if the epoll handler is closed"},
                                  {nullptr, nullptr, nullptr, nullptr}};
const TypeSpec kEpollSpec = {
    .doc =
        "epoll(sizehint=-1, flags=0)\n--\n\nAn epoll descriptor of the system. Both arguments are ignored but checked.",
    .basic_size = sizeof(EpollObject),
    .ops = {.dealloc = epoll_dealloc},
    .methods = kEpollMethods,
    .getset = kEpollGetSet,
    .s = {.new_ = epoll_new}};

const NativeDef kFunctions[] = {
    {"select", "($module, rlist, wlist, xlist, timeout=None, /)", select_select, 0,
     "Waits until a descriptor of rlist can be read, one of wlist written, or one of xlist has an exceptional "
     "condition.\n\n"
     "Gives three lists with those that are ready, all empty where timeout seconds have passed. Descriptors may be\n"
     "objects with a fileno() method."},
    {"poll", "($module, /)", select_poll, 0,
     "Returns a polling object.\n\nIt registers descriptors and waits for events on them."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

#define NAME(n) {#n, static_cast<int64_t>(static_cast<uint32_t>(n))}
const IntConstant kConstants[] = {
    NAME(PIPE_BUF),     NAME(POLLIN),         NAME(POLLPRI),       NAME(POLLOUT),     NAME(POLLERR),
    NAME(POLLHUP),      NAME(POLLNVAL),       NAME(POLLRDNORM),    NAME(POLLRDBAND),  NAME(POLLWRNORM),
    NAME(POLLWRBAND),   NAME(POLLMSG),        NAME(POLLRDHUP),     NAME(EPOLLIN),     NAME(EPOLLOUT),
    NAME(EPOLLPRI),     NAME(EPOLLERR),       NAME(EPOLLHUP),      NAME(EPOLLRDHUP),  NAME(EPOLLET),
    NAME(EPOLLONESHOT), NAME(EPOLLEXCLUSIVE), NAME(EPOLLRDNORM),   NAME(EPOLLRDBAND), NAME(EPOLLWRNORM),
    NAME(EPOLLWRBAND),  NAME(EPOLLMSG),       NAME(EPOLL_CLOEXEC), {nullptr, 0}};
#undef NAME

bool select_exec(Value module) {
  if (!poll_type) {
    poll_type = make_native_type("select.poll", types::Object, &kPollSpec);
    epoll_type = make_native_type("select.epoll", types::Object, &kEpollSpec);
  }
  return poll_type && epoll_type && module_add(module, "error", Ref::dup(Value(types::OSError))) &&
         module_add_type(module, epoll_type) && module_add_constants(module, kConstants);
}

}  // namespace

// GIL off: select() and poll() have no state beside what they make.
extern const ModuleDef select_module;
const ModuleDef select_module = {"select", "Waiting for events on several descriptors at once.", kFunctions,
                                 select_exec, kFunctionsAtOnce};

}  // namespace taipan
