# runner: no
# An event loop with a signal handler that is still open at exit: its finalizer finds its modules whole.
import asyncio
import signal
import subprocess
import sys

SCRIPT = """
import asyncio, signal
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
loop.add_signal_handler(signal.SIGUSR1, print)
async def main():
    return 1
print(loop.run_until_complete(main()))
"""
run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)
print(run.stdout, run.stderr, run.returncode)
print(asyncio.run(asyncio.sleep(0, signal.SIGUSR1.name)))
