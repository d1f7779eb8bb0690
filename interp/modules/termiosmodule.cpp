// The module termios: control of terminals.
#include <linux/tty.h>
#include <sys/ioctl.h>
#include <termios.h>
#include "gc/collector.h"
#include "interp/modules/posix_support.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {

Value error_class;  // root

Fail raise_terminal_error() {
  int err = errno;
  Ref text = make_str(strerror(err));
  Ref exc = text ? call(error_class, Value::from_int(err), text) : Ref();
  return exc ? raise_object(std::move(exc)) : failed();
}
Ref none_or_terminal_error(int r) { return r < 0 ? raise_terminal_error() : none(); }

Ref termios_tcgetattr(Args& a) {
  int fd;
  termios mode;
  if (!fildes_argument(a[0], &fd)) return nullptr;
  if (blocking([&] { return tcgetattr(fd, &mode); }) < 0) return raise_terminal_error();
  Ref characters = make_list(NCCS);
  if (!characters) return nullptr;
  for (int i = 0; i < NCCS; i++) {
    // Without ICANON two of them are numbers.
    bool number = !(mode.c_lflag & ICANON) && (i == VMIN || i == VTIME);
    Ref item = number ? make_int(mode.c_cc[i]) : make_bytes(&mode.c_cc[i], 1);
    if (!item || !list_append(characters, std::move(item))) return nullptr;
  }
  Ref v[7] = {make_int(mode.c_iflag), make_int(mode.c_oflag),       make_int(mode.c_cflag),
              make_int(mode.c_lflag), make_int(cfgetispeed(&mode)), make_int(cfgetospeed(&mode)),
              std::move(characters)};
  return make_list_steal(v, 7);
}

Ref termios_tcsetattr(Args& a) {
  static const char kShape[] = "tcsetattr, arg 3: must be 7 element list";
  int fd, when;
  if (!fildes_argument(a[0], &fd) || !to_c_int(a[1], &when)) return nullptr;
  if (!is_list(a[2]) || list_size(a[2]) != 7) return raise(types::TypeError, kShape);
  termios mode;
  if (blocking([&] { return tcgetattr(fd, &mode); }) < 0) return raise_terminal_error();
  int64_t numbers[6];
  for (size_t i = 0; i < 6; i++) {
    Ref item = list_get(a[2], i);
    if (!item) return raise(types::TypeError, kShape);
    if (!to_int64(item, &numbers[i])) return nullptr;
  }
  Ref characters = list_get(a[2], 6);
  if (!characters) return raise(types::TypeError, kShape);
  if (!is_list(characters) || list_size(characters) != NCCS)
    return raise(types::TypeError, "tcsetattr: attributes[6] must be %d element list", NCCS);
  for (size_t i = 0; i < NCCS; i++) {
    Ref item = list_get(characters, i);
    int64_t n;
    if (item && is_bytes(item) && item.as<Bytes>()->size == 1) {
      mode.c_cc[i] = item.as<Bytes>()->data()[0];
    } else if (item && is_int(item)) {
      if (!to_int64(item, &n)) return nullptr;
      mode.c_cc[i] = static_cast<cc_t>(n);
    } else {
      return raise(types::TypeError, "tcsetattr: elements of attributes must be characters or integers");
    }
  }
  mode.c_iflag = static_cast<tcflag_t>(numbers[0]);
  mode.c_oflag = static_cast<tcflag_t>(numbers[1]);
  mode.c_cflag = static_cast<tcflag_t>(numbers[2]);
  mode.c_lflag = static_cast<tcflag_t>(numbers[3]);
  if (cfsetispeed(&mode, static_cast<speed_t>(numbers[4])) < 0 ||
      cfsetospeed(&mode, static_cast<speed_t>(numbers[5])) < 0)
    return raise_terminal_error();
  return none_or_terminal_error(blocking([&] { return tcsetattr(fd, when, &mode); }));
}

Ref call_with_number(Args& a, int (*f)(int, int)) {
  int fd, n;
  if (!fildes_argument(a[0], &fd) || !to_c_int(a[1], &n)) return nullptr;
  return none_or_terminal_error(blocking([&] { return f(fd, n); }));
}
Ref termios_tcsendbreak(Args& a) { return call_with_number(a, tcsendbreak); }
Ref termios_tcflush(Args& a) { return call_with_number(a, tcflush); }
Ref termios_tcflow(Args& a) { return call_with_number(a, tcflow); }
Ref termios_tcdrain(Args& a) {
  int fd;
  if (!fildes_argument(a[0], &fd)) return nullptr;
  return none_or_terminal_error(blocking([&] { return tcdrain(fd); }));
}

Ref termios_tcgetwinsize(Args& a) {
  int fd;
  winsize w;
  if (!fildes_argument(a[0], &fd)) return nullptr;
  if (ioctl(fd, TIOCGWINSZ, &w) < 0) return raise_terminal_error();
  return make_tuple_of({Value::from_int(w.ws_row), Value::from_int(w.ws_col)});
}
Ref termios_tcsetwinsize(Args& a) {
  static const char kShape[] = "tcsetwinsize, arg 2: must be a two-item sequence";
  int fd;
  if (!fildes_argument(a[0], &fd)) return nullptr;
  int64_t numbers[2];
  if (!is_sequence(a[1]) || length_of(a[1]) != 2) {
    clear_error();
    return raise(types::TypeError, kShape);
  }
  for (int i = 0; i < 2; i++) {
    Ref item = get_item(a[1], Value::from_int(i));
    if (!item || !to_int64(item, &numbers[i])) return nullptr;
  }
  for (int64_t n : numbers)
    if (n < 0 || n > 0xffff) return raise(types::OverflowError, "winsize value(s) out of range.");
  winsize w;
  if (ioctl(fd, TIOCGWINSZ, &w) < 0) return raise_terminal_error();
  w.ws_row = static_cast<unsigned short>(numbers[0]);
  w.ws_col = static_cast<unsigned short>(numbers[1]);
  return none_or_terminal_error(ioctl(fd, TIOCSWINSZ, &w));
}

const NativeDef kFunctions[] = {
    {"tcgetattr", "($module, fd, /)", termios_tcgetattr, 0,
     "The state of a terminal: [iflag, oflag, cflag, lflag, ispeed, ospeed, cc], with cc a list of the special "
     "characters."},
    {"tcsetattr", "($module, fd, when, attributes, /)", termios_tcsetattr, 0,
     "Sets the state of a terminal, in the form of tcgetattr(), at once (TCSANOW) or after output (TCSADRAIN, "
     "TCSAFLUSH)."},
    {"tcsendbreak", "($module, fd, duration, /)", termios_tcsendbreak, 0, "Sends a break."},
    {"tcdrain", "($module, fd, /)", termios_tcdrain, 0, "Waits until all output has gone out."},
    {"tcflush", "($module, fd, queue, /)", termios_tcflush, 0,
     "Discards what is queued for input (TCIFLUSH), output (TCOFLUSH) or both (TCIOFLUSH)."},
    {"tcflow", "($module, fd, action, /)", termios_tcflow, 0, "Suspends or resumes input or output."},
    {"tcgetwinsize", "($module, fd, /)", termios_tcgetwinsize, 0, "The size of a terminal's window: (rows, columns)."},
    {"tcsetwinsize", "($module, fd, winsize, /)", termios_tcsetwinsize, 0,
     "Sets the size of a terminal's window: (rows, columns)."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

#define NAME(n) {#n, static_cast<int64_t>(n)}
const IntConstant kConstants[] = {NAME(B0),
                                  NAME(B50),
                                  NAME(B75),
                                  NAME(B110),
                                  NAME(B134),
                                  NAME(B150),
                                  NAME(B200),
                                  NAME(B300),
                                  NAME(B600),
                                  NAME(B1200),
                                  NAME(B1800),
                                  NAME(B2400),
                                  NAME(B4800),
                                  NAME(B9600),
                                  NAME(B19200),
                                  NAME(B38400),
                                  NAME(B57600),
                                  NAME(B115200),
                                  NAME(B230400),
                                  NAME(B460800),
                                  NAME(B500000),
                                  NAME(B576000),
                                  NAME(B921600),
                                  NAME(B1000000),
                                  NAME(B1152000),
                                  NAME(B1500000),
                                  NAME(B2000000),
                                  NAME(B2500000),
                                  NAME(B3000000),
                                  NAME(B3500000),
                                  NAME(B4000000),
                                  NAME(CBAUDEX),
                                  NAME(TCSANOW),
                                  NAME(TCSADRAIN),
                                  NAME(TCSAFLUSH),
                                  NAME(TCIFLUSH),
                                  NAME(TCOFLUSH),
                                  NAME(TCIOFLUSH),
                                  NAME(TCOOFF),
                                  NAME(TCOON),
                                  NAME(TCIOFF),
                                  NAME(TCION),
                                  NAME(IGNBRK),
                                  NAME(BRKINT),
                                  NAME(IGNPAR),
                                  NAME(PARMRK),
                                  NAME(INPCK),
                                  NAME(ISTRIP),
                                  NAME(INLCR),
                                  NAME(IGNCR),
                                  NAME(ICRNL),
                                  NAME(IUCLC),
                                  NAME(IXON),
                                  NAME(IXANY),
                                  NAME(IXOFF),
                                  NAME(IMAXBEL),
                                  NAME(OPOST),
                                  NAME(OLCUC),
                                  NAME(ONLCR),
                                  NAME(OCRNL),
                                  NAME(ONOCR),
                                  NAME(ONLRET),
                                  NAME(OFILL),
                                  NAME(OFDEL),
                                  NAME(NLDLY),
                                  NAME(CRDLY),
                                  NAME(TABDLY),
                                  NAME(BSDLY),
                                  NAME(VTDLY),
                                  NAME(FFDLY),
                                  NAME(NL0),
                                  NAME(NL1),
                                  NAME(CR0),
                                  NAME(CR1),
                                  NAME(CR2),
                                  NAME(CR3),
                                  NAME(TAB0),
                                  NAME(TAB1),
                                  NAME(TAB2),
                                  NAME(TAB3),
                                  NAME(XTABS),
                                  NAME(BS0),
                                  NAME(BS1),
                                  NAME(VT0),
                                  NAME(VT1),
                                  NAME(FF0),
                                  NAME(FF1),
                                  NAME(CSIZE),
                                  NAME(CSTOPB),
                                  NAME(CREAD),
                                  NAME(PARENB),
                                  NAME(PARODD),
                                  NAME(HUPCL),
                                  NAME(CLOCAL),
                                  NAME(CIBAUD),
                                  NAME(CRTSCTS),
                                  NAME(CS5),
                                  NAME(CS6),
                                  NAME(CS7),
                                  NAME(CS8),
                                  NAME(ISIG),
                                  NAME(ICANON),
                                  NAME(XCASE),
                                  NAME(ECHO),
                                  NAME(ECHOE),
                                  NAME(ECHOK),
                                  NAME(ECHONL),
                                  NAME(ECHOCTL),
                                  NAME(ECHOPRT),
                                  NAME(ECHOKE),
                                  NAME(FLUSHO),
                                  NAME(NOFLSH),
                                  NAME(TOSTOP),
                                  NAME(PENDIN),
                                  NAME(IEXTEN),
                                  NAME(VINTR),
                                  NAME(VQUIT),
                                  NAME(VERASE),
                                  NAME(VKILL),
                                  NAME(VEOF),
                                  NAME(VTIME),
                                  NAME(VMIN),
                                  NAME(VSWTC),
                                  {"VSWTCH", 7},
                                  NAME(VSTART),
                                  NAME(VSTOP),
                                  NAME(VSUSP),
                                  NAME(VEOL),
                                  NAME(VREPRINT),
                                  NAME(VDISCARD),
                                  NAME(VWERASE),
                                  NAME(VLNEXT),
                                  NAME(VEOL2),
                                  NAME(CBAUD),
                                  NAME(CDSUSP),
                                  NAME(CEOF),
                                  NAME(CEOL),
                                  NAME(CEOT),
                                  NAME(CERASE),
                                  NAME(CFLUSH),
                                  NAME(CINTR),
                                  NAME(CKILL),
                                  NAME(CLNEXT),
                                  NAME(CQUIT),
                                  NAME(CRPRNT),
                                  NAME(CSTART),
                                  NAME(CSTOP),
                                  NAME(CSUSP),
                                  NAME(CWERASE),
                                  NAME(EXTA),
                                  NAME(EXTB),
                                  NAME(FIOASYNC),
                                  NAME(FIOCLEX),
                                  NAME(FIONBIO),
                                  NAME(FIONCLEX),
                                  NAME(FIONREAD),
                                  NAME(IOCSIZE_MASK),
                                  NAME(IOCSIZE_SHIFT),
                                  NAME(NCC),
                                  NAME(NCCS),
                                  NAME(N_MOUSE),
                                  NAME(N_PPP),
                                  NAME(N_SLIP),
                                  NAME(N_STRIP),
                                  NAME(N_TTY),
                                  NAME(TCFLSH),
                                  NAME(TCGETA),
                                  NAME(TCGETS),
                                  NAME(TCSBRK),
                                  NAME(TCSBRKP),
                                  NAME(TCSETA),
                                  NAME(TCSETAF),
                                  NAME(TCSETAW),
                                  NAME(TCSETS),
                                  NAME(TCSETSF),
                                  NAME(TCSETSW),
                                  NAME(TCXONC),
                                  NAME(TIOCCONS),
                                  NAME(TIOCEXCL),
                                  NAME(TIOCGETD),
                                  NAME(TIOCGICOUNT),
                                  NAME(TIOCGLCKTRMIOS),
                                  NAME(TIOCGPGRP),
                                  NAME(TIOCGSERIAL),
                                  NAME(TIOCGSOFTCAR),
                                  NAME(TIOCGWINSZ),
                                  NAME(TIOCINQ),
                                  NAME(TIOCLINUX),
                                  NAME(TIOCMBIC),
                                  NAME(TIOCMBIS),
                                  NAME(TIOCMGET),
                                  NAME(TIOCMIWAIT),
                                  NAME(TIOCMSET),
                                  NAME(TIOCM_CAR),
                                  NAME(TIOCM_CD),
                                  NAME(TIOCM_CTS),
                                  NAME(TIOCM_DSR),
                                  NAME(TIOCM_DTR),
                                  NAME(TIOCM_LE),
                                  NAME(TIOCM_RI),
                                  NAME(TIOCM_RNG),
                                  NAME(TIOCM_RTS),
                                  NAME(TIOCM_SR),
                                  NAME(TIOCM_ST),
                                  NAME(TIOCNOTTY),
                                  NAME(TIOCNXCL),
                                  NAME(TIOCOUTQ),
                                  NAME(TIOCPKT),
                                  NAME(TIOCPKT_DATA),
                                  NAME(TIOCPKT_DOSTOP),
                                  NAME(TIOCPKT_FLUSHREAD),
                                  NAME(TIOCPKT_FLUSHWRITE),
                                  NAME(TIOCPKT_NOSTOP),
                                  NAME(TIOCPKT_START),
                                  NAME(TIOCPKT_STOP),
                                  NAME(TIOCSCTTY),
                                  NAME(TIOCSERCONFIG),
                                  NAME(TIOCSERGETLSR),
                                  NAME(TIOCSERGETMULTI),
                                  NAME(TIOCSERGSTRUCT),
                                  NAME(TIOCSERGWILD),
                                  NAME(TIOCSERSETMULTI),
                                  NAME(TIOCSERSWILD),
                                  NAME(TIOCSER_TEMT),
                                  NAME(TIOCSETD),
                                  NAME(TIOCSLCKTRMIOS),
                                  NAME(TIOCSPGRP),
                                  NAME(TIOCSSERIAL),
                                  NAME(TIOCSSOFTCAR),
                                  NAME(TIOCSTI),
                                  NAME(TIOCSWINSZ),
                                  {nullptr, 0}};
#undef NAME

bool termios_exec(Value module) {
  if (!error_class) {
    Ref cls = make_exception_class("termios.error", types::Exception);
    if (!cls) return false;
    error_class = cls.release();
    gc::add_root(&error_class);
  }
  return module_add(module, "error", Ref::dup(error_class)) && module_add_constants(module, kConstants);
}

}  // namespace

// GIL off: system calls with buffers of their own.
extern const ModuleDef termios_module;
const ModuleDef termios_module = {"termios",
                                  "Control of terminals, as POSIX has it. A terminal is given as a descriptor or as an "
                                  "object with a fileno() method.",
                                  kFunctions, termios_exec, kFunctionsAtOnce};

}  // namespace taipan
