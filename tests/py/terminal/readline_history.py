# readline without a terminal: the history and its files, completers, delimiters, errors.
import os
import readline
import tempfile


def show(f):
    try:
        print("->", f())
    except Exception as e:
        print(type(e).__name__, e)


def lines():
    return [readline.get_history_item(i) for i in range(1, readline.get_current_history_length() + 1)]


readline.clear_history()
for line in ("one", "two", "thrée", "four"):
    readline.add_history(line)
print(lines(), readline.get_history_item(0), readline.get_history_item(9))
readline.replace_history_item(1, "TWO")
readline.remove_history_item(0)
print(lines())
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "history")
    readline.write_history_file(path)
    readline.add_history("five")
    readline.append_history_file(1, path)
    readline.clear_history()
    readline.read_history_file(path)
    print(lines())
    readline.set_history_length(2)
    print(readline.get_history_length())
    readline.write_history_file(path)
    readline.clear_history()
    readline.read_history_file(path)
    print(lines())
readline.set_history_length(-1)
for bad in (lambda: readline.replace_history_item(99, "x"), lambda: readline.remove_history_item(99), lambda: readline.remove_history_item(-1),
            lambda: readline.replace_history_item(-1, "x"), lambda: readline.set_completer(5)):
    show(bad)
readline.set_completer_delims(" \t")
print(repr(readline.get_completer_delims()), readline.get_completer())
readline.set_completer(str.upper)
print(readline.get_completer(), readline.get_begidx(), readline.get_endidx(), repr(readline.get_line_buffer()))
readline.set_completer()
readline.set_startup_hook(lambda: None)
readline.set_pre_input_hook()
readline.set_completion_display_matches_hook(print)
readline.set_completion_display_matches_hook(None)
readline.set_startup_hook(None)
print(readline.get_completer())
