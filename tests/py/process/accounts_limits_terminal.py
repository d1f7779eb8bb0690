# pwd, grp, resource, termios, syslog.
import grp
import os
import pwd
import resource
import syslog
import termios


def show(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except Exception as e:
        print(type(e).__name__, e)


root = pwd.getpwuid(0)
print(root.pw_name, root[2], root.pw_dir, pwd.getpwnam("root") == root, root in pwd.getpwall())
show(pwd.getpwnam, "no such user")
show(pwd.getpwnam, 5)
show(pwd.getpwuid, 2**40)
show(pwd.getpwuid, "root")
print(grp.getgrgid(0).gr_name, grp.getgrnam(name="root").gr_gid, type(grp.getgrall()[0].gr_mem))
show(grp.getgrnam, "no such group")
show(grp.getgrgid, 2**40)

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], resource.prlimit(0, resource.RLIMIT_NOFILE)[0])
show(resource.setrlimit, resource.RLIMIT_NOFILE, (65, 64))
show(resource.setrlimit, resource.RLIMIT_NOFILE, (1, 2, 3))
show(resource.getrlimit, 999)
u = resource.getrusage(resource.RUSAGE_SELF)
print(type(u), len(u), u.ru_utime >= 0, u.ru_maxrss > 1000)
pid = os.fork()
if pid == 0:
    os._exit(3)
pid2, status, usage = os.wait4(pid, 0)
print(pid == pid2, os.waitstatus_to_exitcode(status), type(usage))

master, slave = os.openpty()
mode = termios.tcgetattr(slave)
print(len(mode), len(mode[6]), mode[6][termios.VEOF])
mode[3] &= ~termios.ICANON
mode[6][termios.VMIN] = 3
termios.tcsetattr(slave, termios.TCSANOW, mode)
print(termios.tcgetattr(slave)[6][termios.VMIN])
termios.tcsetwinsize(slave, (25, 80))
print(termios.tcgetwinsize(master))
show(termios.tcsetwinsize, slave, (1, 70000))
show(termios.tcsetattr, slave, termios.TCSANOW, [1, 2])
show(termios.tcgetattr, os.open("/dev/null", os.O_RDONLY))
show(termios.tcdrain, "x")

print(syslog.LOG_UPTO(syslog.LOG_ERR), syslog.LOG_MASK(syslog.LOG_INFO))
show(syslog.syslog)
show(syslog.openlog, 1)
