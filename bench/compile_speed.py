"""How fast the baseline tier compiles: every function and method in Python of some hundred library modules, once each.

    taipan compile_speed.py       prints processor time per bytecode instruction and bytes of machine code per second

What has not run has no feedback, so fast paths that need it are left out; `-X stats` tells the same of any program (longest single one too).
"""
import importlib
import sys
import time
import types

MODULES = """argparse ast asyncio.base_events asyncio.tasks bdb calendar cgi cmd codeop collections configparser concurrent.futures.thread copy csv
    dataclasses datetime difflib dis doctest email.message email.header email.feedparser enum filecmp fractions ftplib functools getopt glob
    graphlib gzip hashlib heapq html.parser http.client http.server http.cookies imaplib inspect ipaddress json.decoder json.encoder keyword
    lib2to3.refactor linecache locale logging logging.handlers mailbox mimetypes nntplib numbers optparse os pathlib pdb pickle pickletools
    platform plistlib poplib posixpath pprint profile pstats pydoc queue random re._compiler re._parser sched selectors shelve shlex shutil
    smtplib socket socketserver statistics string stringprep subprocess symtable tarfile telnetlib tempfile textwrap threading timeit token
    tokenize trace traceback types typing unittest.case unittest.mock urllib.parse urllib.request urllib.robotparser uuid warnings wave weakref
    xml.dom.minidom xml.etree.ElementTree xmlrpc.client zipapp zipfile _pydecimal _pyio _strptime""".split()


def functions():
    found = {}
    for name in MODULES:
        module = importlib.import_module(name)
        for value in list(vars(module).values()):
            members = list(vars(value).values()) if isinstance(value, type) else [value]
            for f in members:
                f = getattr(f, '__func__', f)
                if isinstance(f, types.FunctionType) and f.__module__ == module.__name__:
                    found.setdefault(f.__code__, f)
    return list(found.values())


def main():
    jit = sys._jit
    work = [f for f in functions() if not jit.is_compiled(f)]
    before = jit.stats()
    start = time.thread_time()
    for f in work:
        jit.compile(f)
    seconds = time.thread_time() - start
    after = jit.stats()
    n, size = (after[k] - before[k] for k in ('instructions', 'code_bytes'))
    print(f'{len(work)} functions, {n} bytecode instructions: {seconds * 1e6 / n:.2f} us each; '
          f'{size / n:.0f} bytes of machine code each, {size / seconds / 1e6:.0f} MB/s')


main()
