#include "frontend/lexer.h"

#include <gtest/gtest.h>

#include <string>

#include "frontend/unicode_ident.h"

namespace taipan::frontend {
namespace {

// The kinds of the tokens, names and literals by their text.
std::string tokens(const std::string& text) {
  Lexer lexer(text, {});
  std::string out;
  for (;;) {
    Token token = lexer.next();
    if (!out.empty()) out += ' ';
    if (token.type == TokenType::kError) return out + "error: " + lexer.error().message;
    if (token.type == TokenType::kIdentifier || token.type == TokenType::kNumber || token.type == TokenType::kString) {
      out += text.substr(token.start, token.end - token.start);
    } else {
      out += token_type_name(token.type);
    }
    if (token.type == TokenType::kEndMarker) return out;
  }
}

TEST(Lexer, Operators) {
  EXPECT_EQ(tokens("+-*/%@&|^~<>()[]{},:;.=\n"), "+ - * / % @ & | ^ ~ != ( ) [ ] { } , : ; . = Newline EndMarker");
  EXPECT_EQ(tokens("**//<<>>->:=<=>===!=...\n"), "** // << >> -> := <= >= == != ... Newline EndMarker");
  EXPECT_EQ(tokens("+= -= *= /= //= %= @= &= |= ^= >>= <<= **=\n"),
            "+= -= *= /= //= %= @= &= |= ^= >>= <<= **= Newline EndMarker");
  EXPECT_EQ(tokens(".. ....\n"), ". . ... . Newline EndMarker");
  EXPECT_EQ(tokens("$ ? !\n"), "Unknown Unknown Unknown Newline EndMarker");
}

TEST(Lexer, NamesAndKeywords) {
  EXPECT_EQ(tokens("if iff _if If None nonlocal match\n"), "if iff _if If None nonlocal match Newline EndMarker");
  EXPECT_EQ(tokens("\xc3\xa9t\xc3\xa9 \xe5\x8f\x98\xe9\x87\x8f\n"),
            "\xc3\xa9t\xc3\xa9 \xe5\x8f\x98\xe9\x87\x8f Newline EndMarker");
  EXPECT_EQ(tokens("\xe2\x82\xac\n"), "error: invalid character '\xe2\x82\xac' (U+20AC)");
  EXPECT_EQ(tokens("a\xc2\xa0\n"), "error: invalid non-printable character U+00A0");
  EXPECT_EQ(tokens("\x01\n"), "error: invalid non-printable character U+0001");
  for (int i = static_cast<int>(kFirstKeyword); i <= static_cast<int>(TokenType::kYield); i++) {
    auto type = static_cast<TokenType>(i);
    EXPECT_EQ(keyword_type(token_type_name(type)), type);
  }
}

TEST(Lexer, Numbers) {
  EXPECT_EQ(tokens("0 1_0 0x_f 0o17 0b1 1. .5 1e5 1E-5j 00 0_0 012.5\n"),
            "0 1_0 0x_f 0o17 0b1 1. .5 1e5 1E-5j 00 0_0 012.5 Newline EndMarker");
  EXPECT_EQ(tokens("1if 2\n"), "1 if 2 Newline EndMarker");
  EXPECT_EQ(tokens("1else\n"), "1 else Newline EndMarker");
  EXPECT_EQ(tokens("1e\n"), "error: invalid decimal literal");
  EXPECT_EQ(tokens("08\n").substr(0, 22), "error: leading zeros i");
}

TEST(Lexer, Strings) {
  EXPECT_EQ(tokens("'a' rb'b' Rb\"\" f'' bu''\n"), "'a' rb'b' Rb\"\" f'' bu '' Newline EndMarker");
  EXPECT_EQ(tokens("'''a\n'b''\n''' c\n"), "'''a\n'b''\n''' c Newline EndMarker");
  EXPECT_EQ(tokens("'a\\\nb' '\\''\n"), "'a\\\nb' '\\'' Newline EndMarker");
  EXPECT_EQ(tokens("x 'a\n"), "x error: unterminated string literal (detected at line 1)");
  EXPECT_EQ(tokens("'''a\nb\n"), "error: unterminated triple-quoted string literal (detected at line 2)");
}

TEST(Lexer, Indentation) {
  EXPECT_EQ(tokens("a\n  b\n    c\n  d\ne\n"),
            "a Newline Indent b Newline Indent c Newline Dedent d Newline Dedent e Newline EndMarker");
  EXPECT_EQ(tokens("a\n\n # c\n  \nb\n"), "a Newline b Newline EndMarker");
  EXPECT_EQ(tokens("(a\n  b\nc)\n"), "( a b c ) Newline EndMarker");
  EXPECT_EQ(tokens("a\n\tb\n        c\n"), "a Newline Indent b Newline error: ");
  EXPECT_EQ(tokens("a\n  b\n c\n"), "a Newline Indent b Newline error: ");
  EXPECT_EQ(tokens("a \\\n  b\n"), "a b Newline EndMarker");
  EXPECT_EQ(tokens("a\n  b"), "a Newline Indent b EndMarker");
}

TEST(Lexer, Positions) {
  Lexer lexer("ab\n  '''x\ny''' z\n", {});
  Token token = lexer.next();
  EXPECT_EQ(token.lineno, 1);
  EXPECT_EQ(token.col, 0);
  EXPECT_EQ(token.end_col, 2);
  lexer.next();
  EXPECT_EQ(lexer.next().col, -1);  // indent
  token = lexer.next();
  EXPECT_EQ(token.lineno, 2);
  EXPECT_EQ(token.col, 2);
  EXPECT_EQ(token.end_lineno, 3);
  EXPECT_EQ(token.end_col, 4);
  EXPECT_EQ(lexer.next().col, 5);
}

TEST(UnicodeTables, Samples) {
  EXPECT_TRUE(is_xid_start('a'));
  EXPECT_FALSE(is_xid_start('_'));  // the lexer adds it
  EXPECT_FALSE(is_xid_start('1'));
  EXPECT_TRUE(is_xid_continue('1'));
  EXPECT_TRUE(is_xid_start(0x2118));   // Other_ID_Start
  EXPECT_TRUE(is_xid_continue(0xB7));  // Other_ID_Continue
  EXPECT_TRUE(is_xid_start(0x10FFFD) == false);
  EXPECT_FALSE(is_xid_start(0x1E4D0));  // assigned in Unicode 15
  EXPECT_TRUE(is_printable(0x20AC));
  EXPECT_FALSE(is_printable(0xA0));
  EXPECT_FALSE(is_printable(0xD800));
  EXPECT_FALSE(is_printable(0x1FAE8));  // assigned in Unicode 15
}

}  // namespace
}  // namespace taipan::frontend
