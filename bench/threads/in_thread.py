"""Runs a program in a started thread and prints the thread's processor time in seconds: in_thread.py PROGRAM [ARGUMENTS]"""
import io
import os
import runpy
import sys
import threading
import time


def run(path, seconds):
    begin = time.thread_time()
    runpy.run_path(path, run_name='__main__')
    seconds.append(time.thread_time() - begin)


def main():
    path = sys.argv[1]
    sys.argv = sys.argv[1:]
    sys.path.insert(0, os.path.dirname(path))
    out, sys.stdout = sys.stdout, io.StringIO()
    seconds = []
    thread = threading.Thread(target=run, args=(path, seconds))
    thread.start()
    thread.join()
    print(seconds[0], file=out)


if __name__ == '__main__':
    main()
