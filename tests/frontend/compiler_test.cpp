// The compiler against what CPython 3.11 says: errors with their ranges, warnings, scopes, line tables; the code that is made for
// the commonest forms; limits; serialisation and the verifier.
#include "frontend/compiler.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "frontend/bytecode/disassembler.h"
#include "frontend/bytecode/op_info.h"
#include "frontend/bytecode/serialize.h"
#include "frontend/bytecode/verifier.h"
#include "frontend/fold.h"

namespace taipan::frontend {
namespace {

struct Compiled {
  Arena arena;
  CompileResult result;
  std::string parse_error;
};

std::unique_ptr<Compiled> compile_text(std::string_view text, ParseMode mode = ParseMode::kExec, int optimize = 0) {
  auto out = std::make_unique<Compiled>();
  ParseOptions parse_options;
  parse_options.mode = mode;
  ParseResult parsed = parse(text, parse_options, out->arena);
  if (!parsed.module) {
    out->parse_error = parsed.error.message;
    return out;
  }
  CompileOptions options;
  options.filename = "<test>";
  options.optimize = optimize;
  out->result = compile(parsed.module, out->arena, options);
  return out;
}

// "message (line, offset, end line, end offset)" or "ok".
std::string error_of(std::string_view text) {
  auto c = compile_text(text);
  if (!c->parse_error.empty()) return "parser: " + c->parse_error;
  if (c->result.code) {
    EXPECT_EQ(verify(*c->result.code), "") << text;
    return "ok";
  }
  SyntaxErrorInfo e = to_syntax_error(c->result.error);
  return e.message + " (" + std::to_string(e.lineno) + ", " + std::to_string(e.offset) + ", " +
         std::to_string(e.end_lineno) + ", " + std::to_string(e.end_offset) + ")";
}

std::string warnings_of(std::string_view text) {
  auto c = compile_text(text);
  std::string out;
  for (auto& warning : c->result.warnings) {
    if (!out.empty()) out += "; ";
    out += std::to_string(warning.lineno) + ": " + warning.message;
  }
  return out;
}

const CodeUnit* find_unit(const CodeUnit& unit, std::string_view qualname) {
  if (unit.qualname == qualname) return &unit;
  for (auto& entry : unit.constants) {
    if (!entry.code) continue;
    if (const CodeUnit* found = find_unit(*entry.code, qualname)) return found;
  }
  return nullptr;
}

// The instructions of a unit, one a line, runs of blanks made one.
std::string code_of(std::string_view text, std::string_view qualname, int optimize = 0) {
  auto c = compile_text(text, ParseMode::kExec, optimize);
  if (!c->result.code) return "error: " + c->result.error.message + c->parse_error;
  EXPECT_EQ(verify(*c->result.code), "") << text;
  const CodeUnit* unit = find_unit(*c->result.code, qualname);
  if (!unit) return "no such unit";
  std::string out;
  for (uint32_t i = 0; i < unit->code.size(); i++) {
    if (unit->code[i].op == kOpEXT) continue;
    std::string line = std::to_string(i) + " " + disassemble_instruction(*unit, i);
    for (size_t k = 0; k < line.size(); k++) {
      if (line[k] == ' ' && !out.empty() && out.back() == ' ') continue;
      out += line[k];
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    out += '\n';
  }
  return out;
}

std::string lines_of(std::string_view text, std::string_view qualname) {
  auto c = compile_text(text);
  if (!c->result.code) return "error: " + c->result.error.message;
  const CodeUnit* unit = find_unit(*c->result.code, qualname);
  std::set<int> lines;
  for (auto& p : unit->positions) {
    if (p.line) lines.insert(p.line);
  }
  std::string out;
  for (int line : lines) out += (out.empty() ? "" : " ") + std::to_string(line);
  return out;
}

// ---- errors

struct ErrorCase {
  const char* text;
  const char* expected;
};

TEST(CompilerErrors, SymbolTable) {
  const ErrorCase cases[] = {
      {"def f():\n    print(x)\n    global x\n", "name 'x' is used prior to global declaration (3, 5, 3, 13)"},
      {"def f(x):\n    global x\n", "name 'x' is parameter and global (2, 5, 2, 13)"},
      {"def f():\n    x = 1\n    global x\n", "name 'x' is assigned to before global declaration (3, 5, 3, 13)"},
      {"def f():\n    x: int\n    global x\n", "annotated name 'x' can't be global (3, 5, 3, 13)"},
      {"nonlocal x\n", "nonlocal declaration not allowed at module level (1, 1, 1, 11)"},
      {"def f():\n    nonlocal x\n", "no binding for nonlocal 'x' found (2, 5, 2, 15)"},
      {"def f(a, a): pass\n", "duplicate argument 'a' in function definition (1, 10, 1, 11)"},
      {"def f():\n    from x import *\n", "import * only allowed at module level (2, 19, 2, 20)"},
      {"[y for x in (y := 1)]\n",
       "assignment expression cannot be used in a comprehension iterable expression (1, 14, 1, 20)"},
      {"class A:\n    [(x := 1) for y in z]\n",
       "assignment expression within a comprehension cannot be used in a class body (2, 7, 2, 8)"},
      {"[i for i in range(5) if (j := 0) for j in range(5)]\n",
       "comprehension inner loop cannot rebind assignment expression target 'j' (1, 38, 1, 39)"},
      {"[(yield 1) for x in y]\n", "'yield' inside list comprehension (1, 3, 1, 10)"},
      {"((yield 1) for x in y)\n", "'yield' inside generator expression (1, 3, 1, 10)"},
      {"class A:\n    def f(self):\n        nonlocal __class__\n", "ok"},
  };
  for (auto& c : cases) EXPECT_EQ(error_of(c.text), c.expected) << c.text;
}

TEST(CompilerErrors, Statements) {
  const ErrorCase cases[] = {
      {"return 1\n", "'return' outside function (1, 1, 1, 9)"},
      {"break\n", "'break' outside loop (1, 1, 1, 6)"},
      {"continue\n", "'continue' not properly in loop (1, 1, 1, 9)"},
      {"for x in y:\n    def f():\n        break\n", "'break' outside loop (3, 9, 3, 14)"},
      {"yield 1\n", "'yield' outside function (1, 1, 1, 8)"},
      {"await x\n", "'await' outside function (1, 1, 1, 8)"},
      {"def f():\n    await x\n", "'await' outside async function (2, 5, 2, 12)"},
      {"def f():\n    async with a: pass\n", "'async with' outside async function (2, 5, 2, 23)"},
      {"async def f():\n    yield 1\n    return 2\n", "'return' with value in async generator (3, 5, 3, 13)"},
      {"async def f():\n    yield from x\n", "'yield from' inside async function (2, 5, 2, 17)"},
      {"def f():\n    return [x async for x in y]\n",
       "asynchronous comprehension outside of an asynchronous function (2, 12, 2, 32)"},
      {"x = 1\nfrom __future__ import annotations\n",
       "from __future__ imports must occur at the beginning of the file (2, 1, 2, 35)"},
      {"try: pass\nexcept: pass\nexcept E: pass\n", "default 'except:' must be last (2, 1, 2, 13)"},
      {"__debug__ = 1\n", "cannot assign to __debug__ (1, 1, 1, 10)"},
      {"x.__debug__ = 1\n", "cannot assign to __debug__ (1, 1, 1, 12)"},
      {"del __debug__\n", "cannot delete __debug__ (1, 5, 1, 14)"},
      {"*a, *b = 1\n", "multiple starred expressions in assignment (1, 1, 1, 7)"},
      {"*a = 1\n", "starred assignment target must be in a list or tuple (1, 1, 1, 3)"},
      {"def f():\n    try: pass\n    except* E: return\n",
       "'break', 'continue' and 'return' cannot appear in an except* block (3, 16, 3, 22)"},
  };
  for (auto& c : cases) EXPECT_EQ(error_of(c.text), c.expected) << c.text;
}

TEST(CompilerErrors, Patterns) {
  const ErrorCase cases[] = {
      {"match x:\n    case a: pass\n    case b: pass\n",
       "name capture 'a' makes remaining patterns unreachable (2, 10, 2, 11)"},
      {"match x:\n    case _: pass\n    case b: pass\n",
       "wildcard makes remaining patterns unreachable (2, 10, 2, 11)"},
      {"match x:\n    case (a, 1) | (b, 2): pass\n", "alternative patterns bind different names (2, 23, 2, 24)"},
      {"match x:\n    case [a, a]: pass\n", "multiple assignments to name 'a' in pattern (2, 14, 2, 15)"},
      {"match x:\n    case [*a, *b]: pass\n", "multiple starred names in sequence pattern (2, 10, 2, 18)"},
      {"match x:\n    case A(x=1, x=2): pass\n", "attribute name repeated in class pattern: x (2, 19, 2, 20)"},
  };
  for (auto& c : cases) EXPECT_EQ(error_of(c.text), c.expected) << c.text;
}

TEST(CompilerErrors, NestedBlocks) {
  std::string text;
  for (int i = 0; i < 20; i++) text += std::string(static_cast<size_t>(i), ' ') + "while x:\n";
  EXPECT_EQ(error_of(text + std::string(20, ' ') + "pass\n"), "ok");
  text += std::string(20, ' ') + "while x:\n" + std::string(21, ' ') + "pass\n";
  EXPECT_EQ(error_of(text).substr(0, 35), "too many statically nested blocks (");
}

TEST(CompilerErrors, Warnings) {
  EXPECT_EQ(warnings_of("x is 1\n"), "1: \"is\" with a literal. Did you mean \"==\"?");
  EXPECT_EQ(warnings_of("x is not ()\n"), "1: \"is not\" with a literal. Did you mean \"!=\"?");
  EXPECT_EQ(warnings_of("x is None\n"), "");
  EXPECT_EQ(warnings_of("assert (x, 'y')\n"), "1: assertion is always true, perhaps remove parentheses?");
  EXPECT_EQ(warnings_of("x = [\n (1, 2)\n (3, 4)]\n"),
            "2: 'tuple' object is not callable; perhaps you missed a comma?");
  EXPECT_EQ(warnings_of("1[0]\n"), "1: 'int' object is not subscriptable; perhaps you missed a comma?");
  EXPECT_EQ(warnings_of("[1]['a']\n"),
            "1: list indices must be integers or slices, not str; perhaps you missed a comma?");
}

// ---- scopes

TEST(Compiler, Scopes) {
  auto c = compile_text(
      "def outer(b, a):\n"
      "    z = 1\n"
      "    def inner():\n"
      "        nonlocal z\n"
      "        z = a\n"
      "        return [b for _ in z]\n"
      "    return inner\n"
      "class C:\n"
      "    x = 1\n"
      "    def f(self, __p): return super().f(__p)\n");
  ASSERT_TRUE(c->result.code);
  const CodeUnit* outer = find_unit(*c->result.code, "outer");
  EXPECT_EQ(outer->cellvars, (std::vector<std::string>{"b", "a", "z"}));
  EXPECT_EQ(outer->cell_argument, (std::vector<int32_t>{0, 1, -1}));
  const CodeUnit* inner = find_unit(*c->result.code, "outer.<locals>.inner");
  EXPECT_EQ(inner->freevars, (std::vector<std::string>{"a", "b", "z"}));
  EXPECT_TRUE(find_unit(*c->result.code, "outer.<locals>.inner.<locals>.<listcomp>"));
  const CodeUnit* method = find_unit(*c->result.code, "C.f");
  EXPECT_EQ(method->varnames, (std::vector<std::string>{"self", "_C__p"}));
  EXPECT_EQ(method->freevars, (std::vector<std::string>{"__class__"}));
  EXPECT_EQ(find_unit(*c->result.code, "C")->cellvars, (std::vector<std::string>{"__class__"}));
}

TEST(Compiler, Flags) {
  auto flags = [](const char* text, const char* qualname) {
    auto c = compile_text(text);
    return find_unit(*c->result.code, qualname)->flags;
  };
  EXPECT_EQ(flags("def f(*a, **k): pass\n", "f"), 0xFu);
  EXPECT_EQ(flags("def f(): yield\n", "f"), 0x23u);
  EXPECT_EQ(flags("async def f(): pass\n", "f"), 0x83u);
  EXPECT_EQ(flags("async def f(): yield\n", "f"), 0x203u);
  EXPECT_EQ(flags("from __future__ import annotations\ndef f(): pass\n", "f"), 0x1000003u);
  EXPECT_EQ(flags("def f():\n def g(): pass\n", "f.<locals>.g"), 0x13u);
}

// ---- code

TEST(CompilerCode, ResultsGoStraightIntoLocals) {
  EXPECT_EQ(code_of("def f(a, b):\n    x = a + b\n    x += 3\n    return x\n", "f"),
            "0 ADD x, a, b\n1 ADD_I x, x, 3, inplace\n2 RETURN x\n");
}

TEST(CompilerCode, ComparisonsAndJumpsAreOne) {
  EXPECT_EQ(code_of("def f(a, b):\n    while a < b:\n        a += 1\n", "f"),
            "0 JUMP_LT 0, a, b -> 6\n2 ADD_I a, a, 1, inplace\n3 JUMP_LT 0, a, b -> 8\n5 JUMP_BACK -> 2\n6 LOAD_CONST "
            "%0, None\n"
            "7 RETURN %0*\n8 LOAD_CONST %0, None\n9 RETURN %0*\n");
  EXPECT_EQ(code_of("def f(a):\n    if a is not None and a != 3: return 1\n    return a\n", "f"),
            "0 JUMP_IF_NONE a -> 5\n1 JUMP_NE_I 0, a, 3 -> 5\n3 LOAD_INT %0, 1\n4 RETURN %0*\n5 RETURN a\n");
}

TEST(CompilerCode, BoolIsNoImmediate) {
  EXPECT_EQ(code_of("def f(a):\n    return a + True\n", "f"), "0 LOAD_CONST %0, True\n1 ADD %0, a, %0\n2 RETURN %0*\n");
}

TEST(CompilerCode, WalrusCopiesWhatItRebinds) {
  EXPECT_EQ(code_of("def f(x):\n    return x + (x := 5)\n", "f"),
            "0 MOVE %1, x\n1 LOAD_INT x, 5\n2 ADD %0, %1*, x\n3 RETURN %0*\n");
}

TEST(CompilerCode, ChecksOnlyWhatMayBeUnbound) {
  EXPECT_EQ(code_of("def f(a):\n    if a: x = 1\n    return x + x\n", "f"),
            "0 JUMP_IF_FALSE a -> 2\n1 LOAD_INT x, 1\n2 CHECK_LOCAL x\n3 ADD %0, x, x\n4 RETURN %0*\n");
  EXPECT_EQ(code_of("def f(a):\n    if a: x = 1\n    else: x = 2\n    return x\n", "f").find("CHECK_LOCAL"),
            std::string::npos);
  EXPECT_NE(code_of("def f(a):\n    del a\n    return a\n", "f").find("CHECK_LOCAL"), std::string::npos);
  EXPECT_NE(code_of("def f(a):\n    try: x = a()\n    except E: pass\n    return x\n", "f").find("CHECK_LOCAL"),
            std::string::npos);
  EXPECT_NE(code_of("def f(a):\n    for x in a: pass\n    return x\n", "f").find("CHECK_LOCAL"), std::string::npos);
}

TEST(CompilerCode, Calls) {
  EXPECT_EQ(code_of("def f(o, x):\n    return o.m(x, 1)\n", "f"),
            "0 LOAD_METHOD %0..%1, o, .m\n1 MOVE %2, x\n2 LOAD_INT %3, 1\n3 CALL %0, (%0..%3), #2\n4 RETURN %0*\n");
  EXPECT_EQ(code_of("def f(g, a, k):\n    return g(*a, **k)\n", "f"),
            "0 MOVE %0, g\n1 MOVE %2, a\n2 MOVE %3, k\n3 CALL_EX %0, (%0..%3)\n4 RETURN %0*\n");
}

TEST(CompilerCode, JumpsOverJumps) {
  std::string code = code_of("def f(x):\n    while x:\n        if x == 1: break\n        x()\n    x = 2\n", "f");
  EXPECT_NE(code.find("JUMP_EQ_I 1, x, 1 ->"), std::string::npos) << code;
  // Not where the second jump is a line of its own.
  code = code_of("def f(x):\n    while x:\n        if x == 1:\n            break\n        x()\n    x = 2\n", "f");
  EXPECT_NE(code.find("JUMP_EQ_I 0, x, 1 ->"), std::string::npos) << code;
}

TEST(CompilerCode, SwapNeedsNoTuple) {
  EXPECT_EQ(code_of("def f(a, b):\n    a, b = b, a + b\n    return a\n", "f"),
            "0 MOVE %0, b\n1 ADD b, a, b\n2 MOVE a, %0*\n3 RETURN a\n");
}

TEST(CompilerCode, UnpackingIntoNeighbours) {
  EXPECT_EQ(code_of("def f(d):\n    for k, v in d: pass\n", "f"),
            "0 GET_ITER %0, d\n1 FOR_ITER %1, %0 -> 5\n3 UNPACK_SEQ k..v, %1*, #2\n4 JUMP_BACK -> 1\n5 LOAD_CONST %0, "
            "None\n6 RETURN %0*\n");
}

TEST(CompilerCode, DocstringsAndOptimize) {
  const char* text = "def f():\n    'doc'\n    assert x\n    return __debug__\n";
  auto doc = [&](int optimize) {
    auto c = compile_text(text, ParseMode::kExec, optimize);
    return constant_text(find_unit(*c->result.code, "f")->constants[0].value);
  };
  EXPECT_EQ(doc(0), "'doc'");
  EXPECT_EQ(doc(2), "None");
  EXPECT_NE(code_of(text, "f", 0).find("LOAD_ASSERTION_ERROR"), std::string::npos);
  EXPECT_EQ(code_of(text, "f", 1).find("LOAD_ASSERTION_ERROR"), std::string::npos);
  EXPECT_NE(code_of(text, "f", 1).find("False"), std::string::npos);
}

TEST(CompilerCode, Folding) {
  auto constant = [](const char* expr) {
    std::string code = code_of("def f():\n    x = " + std::string(expr) + "\n", "f");
    return code.substr(0, code.find('\n'));
  };
  EXPECT_EQ(constant("1 + 2 * 3"), "0 LOAD_INT x, 7");
  EXPECT_EQ(constant("-5 // 2"), "0 LOAD_INT x, -3");
  EXPECT_EQ(constant("-5 % 3"), "0 LOAD_INT x, 1");
  EXPECT_EQ(constant("2 ** 64"), "0 LOAD_CONST x, 0x10000000000000000");
  EXPECT_EQ(constant("7 / 2"), "0 LOAD_CONST x, 3.5");
  EXPECT_EQ(constant("'ab' * 3"), "0 LOAD_CONST x, 'ababab'");
  EXPECT_EQ(constant("'abc'[1]"), "0 LOAD_CONST x, 'b'");
  EXPECT_EQ(constant("(1, 'a', (2.5, None))"), "0 LOAD_CONST x, (1, 'a', (2.5, None))");
  EXPECT_EQ(constant("not 1"), "0 LOAD_CONST x, False");
  EXPECT_EQ(constant("1 << 127"), "0 LOAD_CONST x, 0x80000000000000000000000000000000");
  EXPECT_EQ(constant("2 ** 65"), "0 LOAD_INT %0, 2");
  EXPECT_EQ(constant("1 << 128"), "0 LOAD_INT %0, 1");
  EXPECT_EQ(constant("'a' * 4097"), "0 LOAD_CONST %0, 'a'");
  EXPECT_EQ(constant("1 // 0"), "0 LOAD_INT %0, 1");
  EXPECT_NE(code_of("def f(x):\n    return x in [1, 2]\n", "f").find("(1, 2)"), std::string::npos);
  EXPECT_NE(code_of("def f(x):\n    return x in {1, 2}\n", "f").find("frozenset"), std::string::npos);
  EXPECT_NE(code_of("def f(x):\n    return '%s-%r' % (x, x)\n", "f").find("FORMAT_VALUE"), std::string::npos);
}

TEST(CompilerCode, ConstantsOfLoopsAreLoadedOnce) {
  EXPECT_EQ(
      code_of("def f(x):\n    while x: x = x * 2.5 - x[0]\n", "f"),
      "0 LOAD_CONST %0, 2.5\n1 LOAD_INT %1, 0\n2 JUMP_IF_FALSE x -> 8\n3 MULTIPLY %2, x, %0\n4 GET_ITEM %3, x, %1\n"
      "5 SUBTRACT x, %2*, %3*\n6 JUMP_IF_FALSE x -> 10\n7 JUMP_BACK -> 3\n8 LOAD_CONST %2, None\n9 RETURN %2*\n"
      "10 LOAD_CONST %2, None\n11 RETURN %2*\n");
  // Not where other code can come between, and not outside loops.
  EXPECT_NE(code_of("def f(x):\n    while x: x = 2.5 * (x if x else 1)\n", "f").find("MULTIPLY x, %0*"),
            std::string::npos);
  EXPECT_NE(code_of("def f(x):\n    return x * 2.5\n", "f").find("LOAD_CONST %0, 2.5\n1 MULTIPLY"), std::string::npos);
}

TEST(CompilerCode, EveryLoopPolls) {
  const char* loops[] = {"def f(x):\n while True: x()\n", "def f(x):\n while x:\n  if x: continue\n  x()\n",
                         "def f(x):\n for y in x:\n  if y: continue\n  x()\n",
                         "def f(x):\n return [y for y in x if y]\n"};
  for (const char* text : loops) EXPECT_EQ(error_of(text), "ok");  // the verifier refuses other backward jumps
}

// ---- lines

TEST(CompilerLines, WhatTracingSees) {
  EXPECT_EQ(lines_of("def f():\n    while True:\n        pass\n        break\n", "f"), "2 3 4");
  EXPECT_EQ(lines_of("def f(x):\n    try:\n        pass\n    finally:\n        x()\n    continue_ = 1\n", "f"),
            "2 3 5 6");
  EXPECT_EQ(lines_of("def f(x):\n    for i in x:\n        if i:\n            continue\n        x()\n", "f"), "2 3 4 5");
  EXPECT_EQ(lines_of("def f(a,\n      b):\n    return (a +\n            b)\n", "f"), "3 4");
  EXPECT_EQ(lines_of("def f():\n    x = \\\n      1\n", "f"), "2 3");
}

TEST(CompilerLines, Ranges) {
  auto c = compile_text("def f(a, b):\n    return a.x + b[1]\n");
  const CodeUnit* unit = find_unit(*c->result.code, "f");
  ASSERT_EQ(unit->code[0].op, kOpLOAD_ATTR);
  EXPECT_EQ(unit->positions[0].column, 11);
  EXPECT_EQ(unit->positions[0].end_column, 14);
  bool add = false;
  for (size_t i = 0; i < unit->code.size(); i++) {
    if (unit->code[i].op != kOpADD) continue;
    add = true;
    EXPECT_EQ(unit->positions[i].column, 11);
    EXPECT_EQ(unit->positions[i].end_column, 21);
  }
  EXPECT_TRUE(add);
}

// ---- limits

TEST(CompilerLimits, DeepNesting) {
  auto nested = [](int n, const char* piece) {
    std::string text = "a";
    for (int i = 0; i < n; i++) text += piece;
    auto c = compile_text(text + "\n");
    return c->result.code           ? CompileStatus::kOk
           : c->parse_error.empty() ? c->result.error.status
                                    : CompileStatus::kMemoryError;
  };
  for (const char* piece : {"()", ".b", "[0]", "*a"}) {
    EXPECT_EQ(nested(2250, piece), CompileStatus::kOk) << piece;
    EXPECT_NE(nested(20000, piece), CompileStatus::kOk) << piece;
  }
}

TEST(CompilerLimits, BigFunctions) {
  std::string locals = "def f():\n";
  for (int i = 0; i < 61000; i++) locals += " x" + std::to_string(i) + "=1\n";
  EXPECT_NE(error_of(locals), "ok");
  std::string list = "x=[";
  for (int i = 0; i < 70000; i++) list += "a,";
  EXPECT_EQ(error_of(list + "]\n"), "ok");
  std::string call = "f(";
  for (int i = 0; i < 70000; i++) call += "a,";
  EXPECT_EQ(error_of(call + ")\n"), "ok");
  std::string constants;
  for (int i = 0; i < 66000; i++) constants += "x=" + std::to_string(i) + ".5\n";
  EXPECT_EQ(error_of(constants + "def f(): pass\n"), "ok");
}

// ---- files and verifier

TEST(Bytecode, RoundTrip) {
  auto c = compile_text(
      "import os\nclass A(B, k=1):\n    'doc'\n    def f(self, *a, x=(1, 2.5, 'ü', b'z', ..., None, 1j, 2**80)): "
      "return super().f(**a)\n"
      "async def g():\n    async with x as y:\n        async for z in y: yield [w async for w in z]\n"
      "try:\n    pass\nexcept* E as e:\n    x = -0.0\n");
  ASSERT_TRUE(c->result.code) << c->result.error.message << c->parse_error;
  std::string bytes = serialize(*c->result.code);
  CodeUnit again;
  std::string why;
  ASSERT_TRUE(deserialize(bytes, &again, &why)) << why;
  EXPECT_EQ(disassemble(again), disassemble(*c->result.code));
  EXPECT_EQ(serialize(again), bytes);
}

TEST(Bytecode, CorruptInputIsRefused) {
  auto c = compile_text(
      "def f(a, b=1):\n    try:\n        return a.b(*b)\n    except (E, F) as e:\n        raise e from None\n");
  std::string bytes = serialize(*c->result.code);
  for (size_t i = 0; i < bytes.size(); i++) {
    for (int bit = 0; bit < 8; bit += 3) {
      std::string bad = bytes;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      CodeUnit unit, other;
      std::string why;
      EXPECT_FALSE(deserialize(bad, &unit, &why)) << i;
      deserialize_untrusted(bad, &other, &why);  // must not crash
    }
    CodeUnit unit;
    std::string why;
    EXPECT_FALSE(deserialize(std::string_view(bytes).substr(0, i), &unit, &why));
  }
}

TEST(Bytecode, VerifierFindsWrongCode) {
  auto fresh = [] { return compile_text("def f(a, b):\n    return a + b.c(1)\n"); };
  auto broken = [&](auto change) {
    auto c = fresh();
    CodeUnit* unit = const_cast<CodeUnit*>(find_unit(*c->result.code, "f"));
    change(*unit);
    return verify(*unit);
  };
  EXPECT_EQ(broken([](CodeUnit&) {}), "");
  EXPECT_NE(broken([](CodeUnit& u) { u.code[0].a = 500; }), "");
  EXPECT_NE(broken([](CodeUnit& u) { u.code[0].op = 255; }), "");
  EXPECT_NE(broken([](CodeUnit& u) {
              u.code.pop_back();
              u.positions.pop_back();
            }),
            "");
  EXPECT_NE(broken([](CodeUnit& u) { u.code[0].c = 99; }), "");
  EXPECT_NE(broken([](CodeUnit& u) { u.code[0] = {kOpNOP, 0, 0, 0, 0}; }), "");  // its results are missing later
  EXPECT_NE(broken([](CodeUnit& u) { u.handlers.push_back({0, 99, 0, 3, 0}); }), "");
}

TEST(Bytecode, VersionIsStable) { EXPECT_EQ(bytecode_version(), bytecode_version()); }

}  // namespace
}  // namespace taipan::frontend
