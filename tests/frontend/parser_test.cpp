#include "frontend/parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "frontend/ast_dump.h"
#include "frontend/unparse.h"
#include "tests/frontend/expectations.h"

namespace taipan::frontend {
namespace {

ParseOptions options_for(const std::string& mode) {
  ParseOptions options;
  options.mode = mode == "eval"        ? ParseMode::kEval
                 : mode == "single"    ? ParseMode::kSingle
                 : mode == "func_type" ? ParseMode::kFuncType
                                       : ParseMode::kExec;
  options.type_comments = mode == "comments";
  options.lookup_character_name = [](std::string_view, uint32_t*) { return false; };
  return options;
}

std::string kind_text(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kSyntaxError: return "SyntaxError";
    case ErrorKind::kIndentationError: return "IndentationError";
    case ErrorKind::kTabError: return "TabError";
    case ErrorKind::kMemoryError: return "MemoryError";
    default: return "?";
  }
}

std::string describe(const ParseResult& result) {
  if (result.module != nullptr) return "ok";
  const SyntaxErrorInfo& e = result.error;
  return kind_text(e.kind) + ": " + e.message + " (" + std::to_string(e.lineno) + ", " + std::to_string(e.offset) +
         ", " + std::to_string(e.end_lineno) + ", " + std::to_string(e.end_offset) + ")";
}

std::string parse_error(std::string_view source, ParseOptions options = {}) {
  Arena arena;
  return describe(parse(source, options, arena));
}

std::string dump_of(std::string_view source, ParseOptions options = {}) {
  Arena arena;
  ParseResult result = parse(source, options, arena);
  return result.module == nullptr ? describe(result) : dump(result.module);
}

TEST(Parser, Trees) {
  for (const Expectation& e : read_expectations("trees.txt")) {
    Arena arena;
    ParseResult result = parse(e.program, options_for(e.mode), arena);
    EXPECT_EQ(result.module != nullptr ? dump(result.module, true) : describe(result), e.expected)
        << "trees.txt:" << e.line << "\n"
        << e.program;
  }
}

TEST(Parser, SyntaxErrors) {
  for (const Expectation& e : read_expectations("syntax_errors.txt")) {
    EXPECT_EQ(parse_error(e.program, options_for(e.mode)), e.expected) << "syntax_errors.txt:" << e.line << "\n"
                                                                       << e.program;
  }
}

TEST(Parser, ErrorText) {
  auto text = [](std::string_view source, ParseMode mode = ParseMode::kExec) {
    Arena arena;
    ParseOptions options;
    options.mode = mode;
    return parse(source, options, arena).error.text;
  };
  EXPECT_EQ(text("a b"), "a b\n");
  EXPECT_EQ(text("x\na b\ny\n"), "a b\n");
  EXPECT_EQ(text("a b", ParseMode::kEval), "a b");
  EXPECT_EQ(text("1a"), "1a");  // the tokenizer's own errors leave the line end out
  EXPECT_EQ(text("(\n\n"), "(");
  EXPECT_EQ(text("x = 1 + \\\n  2 3"), "x = 1 + \\\n  2 3\n");
  EXPECT_EQ(text("f'{a b}'"), "(a b)\n");
}

TEST(Parser, DeepNesting) {
  auto repeat = [](const char* piece, int count) {
    std::string out;
    for (int i = 0; i < count; i++) out += piece;
    return out;
  };
  for (const char* open : {"(", "[", "{", "f(", "a[", "{1:", "lambda x=("}) {
    EXPECT_EQ(parse_error(repeat(open, 201)).substr(0, 40), "SyntaxError: too many nested parentheses") << open;
  }
  EXPECT_EQ(parse_error(repeat("(", 200) + "a" + repeat(")", 200)), "ok");
  EXPECT_EQ(parse_error(repeat("(", 200) + "a b" + repeat(")", 200)).substr(0, 55),
            "SyntaxError: invalid syntax. Perhaps you forgot a comma");
  for (const char* prefix : {"-", "not ", "lambda: ", "a ** ", "a if b else "}) {
    EXPECT_EQ(parse_error(repeat(prefix, 1000) + "a"), "ok") << prefix;
    EXPECT_EQ(parse_error(repeat(prefix, 100000) + "a").substr(0, 12), "MemoryError:") << prefix;
    EXPECT_EQ(parse_error(repeat(prefix, 100000) + "a b").substr(0, 12), "MemoryError:") << prefix;
  }
  EXPECT_EQ(parse_error("a" + repeat(".b", 100000)), "ok");
  EXPECT_EQ(parse_error("a" + repeat(" + b", 100000)), "ok");
  EXPECT_EQ(parse_error("if a: b\n" + repeat("elif c: d\n", 100000)).substr(0, 12), "MemoryError:");
  std::string blocks;
  for (int i = 0; i < 101; i++) blocks += std::string(i, ' ') + "if a:\n";
  EXPECT_EQ(parse_error(blocks).substr(0, 50), "IndentationError: too many levels of indentation (");
}

TEST(Parser, IntegerDigitLimit) {
  ParseOptions options;
  EXPECT_EQ(parse_error(std::string(4300, '1'), options), "ok");
  EXPECT_EQ(parse_error(std::string(4301, '1'), options).substr(0, 50),
            "SyntaxError: Exceeds the limit (4300 digits) for i");
  EXPECT_EQ(parse_error("0x" + std::string(5000, '1'), options), "ok");
  options.max_int_digits = 0;
  EXPECT_EQ(parse_error(std::string(10000, '1'), options), "ok");
}

TEST(Parser, FeatureVersion) {
  ParseOptions old;
  old.feature_version = 6;
  EXPECT_EQ(parse_error("(a := 1)", old),
            "SyntaxError: Assignment expressions are only supported in Python 3.8 and greater (1, 8, 1, 9)");
  EXPECT_EQ(parse_error("def f(a, /): pass", old).substr(0, 45), "SyntaxError: Positional-only parameters are o");
  EXPECT_EQ(parse_error("match x:\n case 1: pass", old).substr(0, 45), "SyntaxError: Pattern matching is only support");
  EXPECT_EQ(dump_of("async = await", old),
            "Module(body=[Assign(targets=[Name(id='async', ctx=Store())], value=Name(id='await', ctx=Load()))], "
            "type_ignores=[])");
  old.feature_version = 5;
  EXPECT_EQ(parse_error("f''", old),
            "SyntaxError: Format strings are only supported in Python 3.6 and greater (1, 4, 1, 4)");
  EXPECT_EQ(parse_error("1_0", old).substr(0, 60), "SyntaxError: Underscores in numeric literals are only suppor");
}

TEST(Parser, NotEqualSpellings) {
  ParseOptions barry;
  EXPECT_EQ(parse_error("a <> b"), "SyntaxError: invalid syntax (1, 3, 1, 5)");
  barry.barry_as_flufl = true;
  EXPECT_EQ(parse_error("a <> b", barry), "ok");
  EXPECT_EQ(parse_error("a != b", barry), "SyntaxError: with Barry as BDFL, use '<>' instead of '!=' (1, 3, 1, 5)");
}

TEST(Parser, IncompleteInput) {
  ParseOptions options;
  options.mode = ParseMode::kSingle;
  options.allow_incomplete_input = true;
  options.dont_imply_dedent = true;
  auto incomplete = [&](std::string_view source) {
    Arena arena;
    ParseResult result = parse(source, options, arena);
    return result.module == nullptr && result.error.incomplete && result.error.message == "incomplete input";
  };
  for (const char* source :
       {"if a:\n", "(", "x = [1,\n", "'''a\n", "def f():\n  pass", "@a\n", "class A:\n\n", "try:\n  a\n"}) {
    EXPECT_TRUE(incomplete(source)) << source;
  }
  for (const char* source : {"a\n", "if a: b\n\n", "a b\n", "'a\n", "x = )\n", "1 +\n"})
    EXPECT_FALSE(incomplete(source)) << source;
}

TEST(Parser, NulIsAValueError) {
  Arena arena;
  ParseResult result = parse(std::string_view("a\0b", 3), {}, arena);
  EXPECT_EQ(result.error.kind, ErrorKind::kValueError);
  EXPECT_EQ(result.error.message, "source code string cannot contain null bytes");
}

TEST(Parser, LineEnds) {
  EXPECT_EQ(dump_of("a\r\nb\rc\n"), dump_of("a\nb\nc\n"));
  EXPECT_EQ(dump_of("x = '''a\r\nb'''"), dump_of("x = 'a\\nb'"));
}

std::vector<std::string> warnings_of(std::string_view source) {
  Arena arena;
  ParseResult result = parse(source, {}, arena);
  std::vector<std::string> out;
  for (const ParseWarning& warning : result.warnings) {
    out.push_back((warning.category == WarningCategory::kSyntaxWarning ? "S " : "D ") + std::to_string(warning.lineno) +
                  " " + warning.message);
  }
  return out;
}

using Strings = std::vector<std::string>;

TEST(Parser, Warnings) {
  EXPECT_EQ(warnings_of("'\\d'"), Strings({"D 1 invalid escape sequence '\\d'"}));
  EXPECT_EQ(warnings_of("x\n'a' '\\q\\w' '\\e'"),
            Strings({"D 2 invalid escape sequence '\\q'", "D 2 invalid escape sequence '\\e'"}));
  EXPECT_EQ(warnings_of("b'\\d'"), Strings({"D 1 invalid escape sequence '\\d'"}));
  EXPECT_EQ(warnings_of("'\\400'"), Strings({"D 1 invalid octal escape sequence '\\400'"}));
  EXPECT_EQ(warnings_of("f'\\{6}'"), Strings({"D 1 invalid escape sequence '\\{'"}));
  EXPECT_EQ(warnings_of("f'{a:\\d}'"), Strings({"D 1 invalid escape sequence '\\d'"}));
  EXPECT_EQ(warnings_of("r'\\d' '\\n' '\\\xc3\xa9'"), Strings());
  EXPECT_EQ(warnings_of("1if 2else 3"), Strings({"S 1 invalid decimal literal", "S 1 invalid decimal literal"}));
  EXPECT_EQ(warnings_of("0x1for x in y"), Strings({"S 1 invalid hexadecimal literal"}));
  // A wrong program is parsed twice, and warns twice.
  EXPECT_EQ(warnings_of("'\\d' 1"),
            Strings({"D 1 invalid escape sequence '\\d'", "D 1 invalid escape sequence '\\d'"}));
  // Backtracking doesn't warn twice.
  EXPECT_EQ(warnings_of("match('\\d')"), Strings({"D 1 invalid escape sequence '\\d'"}));
  EXPECT_EQ(warnings_of("with ('\\d').a: pass"), Strings({"D 1 invalid escape sequence '\\d'"}));
}

TEST(Parser, CharacterNames) {
  ParseOptions options;
  EXPECT_EQ(parse_error("'\\N{DASH}'", options),
            "SyntaxError: (unicode error) \\N escapes not supported (can't load unicodedata module) (1, 11, 1, 11)");
  options.lookup_character_name = [](std::string_view name, uint32_t* c) {
    *c = 0x2014;
    return name == "EM DASH";
  };
  EXPECT_EQ(dump_of("'a\\N{EM DASH}b'", options),
            "Module(body=[Expr(value=Constant(value='a\xe2\x80\x94"
            "b'))], type_ignores=[])");
  EXPECT_EQ(
      dump_of("f'\\N{EM DASH}{x}'", options),
      "Module(body=[Expr(value=JoinedStr(values=[Constant(value='\xe2\x80\x94'), FormattedValue(value=Name(id='x', "
      "ctx=Load()), conversion=-1)]))], type_ignores=[])");
  EXPECT_EQ(parse_error("'\\N{EN DASH}'", options),
            "SyntaxError: (unicode error) 'unicodeescape' codec can't decode bytes in position 0-10: unknown Unicode "
            "character name "
            "(1, 14, 1, 14)");
}

TEST(Parser, NormalisesIdentifiers) {
  set_nfkc_hook([](std::string_view text, std::string* out) {
    *out = text == "\xc2\xb5" ? "\xce\xbc" : std::string(text);  // MICRO SIGN -> GREEK SMALL LETTER MU
    return true;
  });
  EXPECT_EQ(dump_of("\xc2\xb5"), "Module(body=[Expr(value=Name(id='\xce\xbc', ctx=Load()))], type_ignores=[])");
  set_nfkc_hook(nullptr);
}

struct Lines {
  std::vector<std::string> lines;
  size_t next = 0;
  std::string asked;  // one '>' or '.' a line asked for
};

ReadLineResult read_line(void* context, bool continuation, std::string* line) {
  auto* lines = static_cast<Lines*>(context);
  lines->asked += continuation ? '.' : '>';
  if (lines->next == lines->lines.size()) return ReadLineResult::kEnd;
  *line += lines->lines[lines->next++] + "\n";
  return ReadLineResult::kLine;
}

TEST(Parser, ReadsInteractively) {
  auto run = [](Lines& lines) {
    ParseOptions options;
    options.mode = ParseMode::kSingle;
    options.reader = {read_line, &lines};
    Arena arena;
    ParseResult result = parse("", options, arena);
    if (result.error.kind == ErrorKind::kEndOfInput) return std::string("end");
    return result.module == nullptr ? describe(result) : dump(result.module);
  };
  Lines simple{{"a", "b"}, 0, ""};
  EXPECT_EQ(run(simple), "Interactive(body=[Expr(value=Name(id='a', ctx=Load()))])");
  EXPECT_EQ(simple.asked, ">");  // not a line more than it needs
  EXPECT_EQ(run(simple), "Interactive(body=[Expr(value=Name(id='b', ctx=Load()))])");
  EXPECT_EQ(run(simple), "end");
  Lines block{{"if a:", "  b", "", "c"}, 0, ""};
  EXPECT_EQ(
      run(block),
      "Interactive(body=[If(test=Name(id='a', ctx=Load()), body=[Expr(value=Name(id='b', ctx=Load()))], orelse=[])])");
  EXPECT_EQ(block.asked, ">..");
  Lines bracket{{"(a,", " b)", "c"}, 0, ""};
  EXPECT_EQ(run(bracket).substr(0, 35), "Interactive(body=[Expr(value=Tuple(");
  EXPECT_EQ(bracket.asked, ">.");
  Lines string{{"'''a", "b'''"}, 0, ""};
  EXPECT_EQ(run(string), "Interactive(body=[Expr(value=Constant(value='a\\nb'))])");
  Lines empty{{""}, 0, ""};
  EXPECT_EQ(run(empty), "Interactive(body=[Pass()])");
  Lines wrong{{"a b", "c"}, 0, ""};
  EXPECT_EQ(run(wrong), "SyntaxError: invalid syntax (1, 3, 1, 4)");
  EXPECT_EQ(wrong.asked, ">");
  Lines comma{{"(a b", "c)"}, 0, ""};
  EXPECT_EQ(run(comma), "SyntaxError: invalid syntax. Perhaps you forgot a comma? (1, 2, 1, 5)");
}

TEST(Unparse, Expressions) {
  for (const Expectation& e : read_expectations("unparsed.txt")) {
    Arena arena;
    // Annotations are in parentheses in the file's reference, so `yield` stands alone there.
    ParseResult result = parse("(" + e.program + ")", options_for("eval"), arena);
    ASSERT_NE(result.module, nullptr) << e.program << "\n" << describe(result);
    std::string out;
    EXPECT_TRUE(unparse_expression(ast::cast<ast::Expression>(result.module)->body, &out));
    EXPECT_EQ(out, e.expected) << "unparsed.txt:" << e.line;
  }
}

TEST(Unparse, RefusesWhatIsTooDeep) {
  std::string source = "a";
  for (int i = 0; i < 100000; i++) source += " + a";
  Arena arena;
  ParseResult result = parse(source, options_for("eval"), arena);
  ASSERT_NE(result.module, nullptr);
  std::string out;
  EXPECT_FALSE(unparse_expression(ast::cast<ast::Expression>(result.module)->body, &out));
}

}  // namespace
}  // namespace taipan::frontend
