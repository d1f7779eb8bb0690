# Functions registered through a module that left sys.modules still run.
import sys
import atexit as first
del sys.modules["atexit"]
import atexit as second
del sys.modules["atexit"]

print(first is second)
second.register(print, "registered")
