# runner: no
# subprocess: streams, environment, descriptors, failures before and in exec.
import os
import signal
import subprocess
import sys


def show(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except Exception as e:
        print(type(e).__name__, e)


print(subprocess.run(["/bin/cat"], input=b"through cat", stdout=subprocess.PIPE).stdout)
print(subprocess.run("echo out; echo err >&2; exit 3", shell=True, capture_output=True, text=True))
print(subprocess.check_output(["/bin/sh", "-c", "echo $A-$B"], env={"A": "1", "B": "é"}).decode())
print(subprocess.check_output(["/bin/pwd"], cwd="/usr"))
show(subprocess.check_call, ["/bin/false"])
show(subprocess.run, ["/no/such/program"])
show(subprocess.run, ["/bin/true"], cwd="/no/such/folder")
show(subprocess.run, ["/etc/passwd"])
show(subprocess.run, ["/bin/true", "a\0b"])
show(subprocess.run, ["/bin/true"], env={"A=B": "c"})
try:
    subprocess.run(["/bin/sleep", "20"], timeout=0.05)
except subprocess.TimeoutExpired as e:
    print("TimeoutExpired", e.cmd)

# Only what pass_fds names survives, whatever is inheritable.
r, w = os.pipe()
keep = os.dup(w)
os.set_inheritable(r, True)
script = "for f in %d %d; do if [ -e /dev/fd/$f ]; then echo open; else echo closed; fi; done" % (r, keep)
print(subprocess.check_output(["/bin/sh", "-c", script], pass_fds=[keep]).split())
print(subprocess.check_output(["/bin/sh", "-c", script], close_fds=False).split())

# Streams that lie on each other's numbers.
code = "import os, sys; os.write(1, b'to 1'); os.write(2, b'to 2')"
p = subprocess.Popen([sys.executable, "-S", "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
print(p.communicate(), p.returncode)

# Signals: handled ones are at their default in the child, SIGPIPE too.
signal.signal(signal.SIGUSR1, lambda *a: None)
print(subprocess.run(["/bin/sh", "-c", "kill -USR1 $$"]).returncode == -signal.SIGUSR1)
print(subprocess.run(["/bin/sh", "-c", "kill -PIPE $$"]).returncode == -signal.SIGPIPE)
print(subprocess.run(["/bin/sh", "-c", "kill -PIPE $$"], restore_signals=False).returncode)

print(subprocess.check_output(["/bin/sh", "-c", "echo $X"], preexec_fn=lambda: os.environ.update(X="1")))
show(subprocess.run, ["/bin/true"], preexec_fn=lambda: 1 / 0)
p = subprocess.Popen(["/bin/sh", "-c", "umask"], umask=0o27, stdout=subprocess.PIPE)
print(p.communicate()[0])
with subprocess.Popen(["/bin/sleep", "20"], start_new_session=True) as p:
    print(os.getsid(p.pid) == p.pid)
    p.terminate()
print(p.returncode)

# Many at once.
ps = [subprocess.Popen(["/bin/echo", str(i)], stdout=subprocess.PIPE) for i in range(20)]
print(b"".join(p.communicate()[0] for p in ps).split() == [b"%d" % i for i in range(20)])
