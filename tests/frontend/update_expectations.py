"""Rewrites the expectations in syntax_errors.txt, trees.txt and unparsed.txt with what CPython 3.11 says about each program.

A file is a list of cases: a line `=== MODE`, the program, a line `--- EXPECTATION`. A program's last newline isn't part of it.
`\\x..` and `\\u....` stand for what can't be typed; a backslash is written `\\\\`.
"""
import ast
import pathlib
import re
import sys
import warnings


def decode(text):
    return re.sub(r"\\(?:x(..)|u(....)|(\\))", lambda m: "\\" if m[3] else chr(int(m[1] or m[2], 16)), text)


def encode(text):
    return "".join(
        "\\\\" if c == "\\" else c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c):04x}"
        for c in text
    )


def describe_error(program, mode):
    try:
        compile(program, "<test>", mode, ast.PyCF_ONLY_AST, True)
    except SyntaxError as error:
        _, lineno, offset, text, end_lineno, end_offset = error.args[1]
        return f"{type(error).__name__}: {error.msg} ({lineno}, {offset}, {end_lineno}, {end_offset})"
    return "ok"


def dump_tree(program, mode):
    if mode == "comments":
        return ast.dump(ast.parse(program, type_comments=True), include_attributes=True)
    return ast.dump(ast.parse(program, mode=mode), include_attributes=True)


def unparse(program, mode):
    namespace = {}
    exec(compile(f"from __future__ import annotations\ndef f(x: ({program})): pass", "<test>", "exec"), namespace)
    return namespace["f"].__annotations__["x"]


def update(name, describe):
    path = pathlib.Path(__file__).with_name(name)
    cases = re.findall(r"^=== (\w+)\n(.*?)\n--- [^\n]*\n", path.read_text(), re.S | re.M)
    path.write_text(
        "".join(f"=== {mode}\n{program}\n--- {encode(describe(decode(program), mode))}\n" for mode, program in cases)
    )


def main():
    warnings.simplefilter("ignore")
    assert sys.version_info[:2] == (3, 11)
    update("syntax_errors.txt", describe_error)
    update("trees.txt", dump_tree)
    update("unparsed.txt", unparse)


if __name__ == "__main__":
    main()
