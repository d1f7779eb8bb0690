# runner: no
# python -m venv: prefixes, paths and the base executable of the environment's interpreter; with and without the system's packages.
import os
import subprocess
import sys
import tempfile
import venv

SHOW = """
import os, site, sys, sysconfig
here = os.path.realpath(sys.argv[1])
def shown(path):
    return os.path.realpath(path).replace(here, '<env>')
print(shown(sys.prefix), shown(sys.exec_prefix), sys.base_prefix, sys.prefix != sys.base_prefix)
print(os.path.samefile(sys._base_executable, sys.argv[2]), os.path.realpath(sys.executable) == os.path.realpath(sys.argv[2]))
print([shown(p) for p in sys.path if p.startswith(sys.argv[1])], any(p.endswith('dist-packages') for p in sys.path))
print(shown(sysconfig.get_path('purelib')), shown(sysconfig.get_path('scripts')), site.ENABLE_USER_SITE)
"""

with tempfile.TemporaryDirectory() as base:
    for system in (False, True):
        env = os.path.join(base, "env%d" % system)
        venv.create(env, symlinks=True, system_site_packages=system)
        python = os.path.join(env, "bin", "python")
        run = subprocess.run([python, "-c", SHOW, env, sys.executable], capture_output=True, text=True)
        print(run.stdout, run.stderr, run.returncode)
    print(subprocess.run([python, "-S", "-c", "import sys; print(sys.prefix == sys.base_prefix)"], capture_output=True).stdout)
