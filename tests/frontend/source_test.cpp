#include "frontend/source.h"

#include <gtest/gtest.h>

#include <string>

namespace taipan::frontend {
namespace {

TEST(Source, FindsCookies) {
  EXPECT_EQ(find_encoding_cookie("# -*- coding: latin-1 -*-\n"), "iso-8859-1");
  EXPECT_EQ(find_encoding_cookie("#!/bin/python\n# vim: set fileencoding=UTF_8 :\n"), "utf-8");
  EXPECT_EQ(find_encoding_cookie("\n#coding=koi8-r"), "koi8-r");
  EXPECT_EQ(find_encoding_cookie("x = 1\n# coding: latin-1\n"), "");
  EXPECT_EQ(find_encoding_cookie("\n\n# coding: latin-1\n"), "");
  EXPECT_EQ(find_encoding_cookie("x # coding: latin-1\n"), "");
  EXPECT_EQ(find_encoding_cookie("# coding : latin-1\n"), "");
  EXPECT_EQ(find_encoding_cookie("# coding: utf-8-sig\r\n"), "utf-8");
}

TEST(Source, Decodes) {
  DecodeResult plain = decode_source("x = '\xc3\xa9'", "f", {});
  EXPECT_TRUE(plain.ok);
  EXPECT_FALSE(plain.has_declaration);
  EXPECT_EQ(plain.encoding, "utf-8");
  DecodeResult marked = decode_source("\xef\xbb\xbfx", "f", {});
  EXPECT_TRUE(marked.ok);
  EXPECT_EQ(marked.text, "x");
  DecodeResult latin = decode_source("# coding: latin-1\n'\xe9'", "f", {});
  EXPECT_TRUE(latin.ok);
  EXPECT_EQ(latin.text, "# coding: latin-1\n'\xc3\xa9'");
  DecodeResult ignored = decode_source("# coding: latin-1\n'\xc3\xa9'", "f", {}, false, true);
  EXPECT_EQ(ignored.text, "# coding: latin-1\n'\xc3\xa9'");
}

TEST(Source, Errors) {
  auto message = [](std::string_view bytes, bool from_file = false) {
    return decode_source(bytes, "f.py", {}, from_file).error.message;
  };
  EXPECT_EQ(message("\xef\xbb\xbf# coding: latin-1\n"), "encoding problem: iso-8859-1 with BOM");
  EXPECT_EQ(message("# coding: foo\n"), "unknown encoding: foo");
  EXPECT_EQ(message("# coding: foo\n", true), "encoding problem: foo");
  EXPECT_EQ(message("# coding: ascii\nx='\xff'"),
            "'ascii' codec can't decode byte 0xff in position 19: ordinal not in range(128)");
  EXPECT_EQ(message("\n\na\xff = 1", true),
            "Non-UTF-8 code starting with '\\xff' in file f.py on line 3, but no encoding declared; see "
            "https://peps.python.org/pep-0263/ for details");
}

TEST(Source, CallsTheDecoder) {
  Decoder decoder;
  decoder.decode = [](void*, std::string_view encoding, std::string_view, std::string* out) {
    if (encoding == "good") {
      *out = "x = 1";
      return DecodeStatus::kOk;
    }
    *out = "'bad' codec failed";
    return encoding == "bad" ? DecodeStatus::kFailed : DecodeStatus::kUnknown;
  };
  EXPECT_EQ(decode_source("# coding: good\n", "f", decoder).text, "x = 1");
  EXPECT_EQ(decode_source("# coding: bad\n", "f", decoder).error.message, "'bad' codec failed");
  EXPECT_EQ(decode_source("# coding: other\n", "f", decoder).error.message, "unknown encoding: other");
}

TEST(Source, BadUtf8IsAnErrorOnlyWhereItMatters) {
  auto error = [](std::string_view bytes) {
    DecodeResult source = decode_source(bytes, "f", {});
    ParseOptions options;
    options.invalid_utf8 = source.invalid_utf8;
    options.byte_offsets = !source.has_declaration;
    Arena arena;
    ParseResult result = parse(source.text, options, arena);
    return result.module != nullptr ? std::string("ok")
                                    : result.error.message + " " + std::to_string(result.error.offset);
  };
  EXPECT_EQ(error("# \xff\nx=1"), "ok");
  EXPECT_EQ(error("x = 'a\xff' + 1"),
            "(unicode error) 'utf-8' codec can't decode byte 0xff in position 1: invalid start byte 10");
  EXPECT_EQ(error("a\xff = 1"),
            "(unicode error) 'utf-8' codec can't decode byte 0xff in position 1: invalid start byte 2");
  EXPECT_EQ(error("x = \xe2\x82"),
            "(unicode error) 'utf-8' codec can't decode bytes in position 0-1: unexpected end of data 6");
  EXPECT_EQ(error("b'\xff'"), "bytes can only contain ASCII literal characters 5");
}

TEST(Source, Utf8) {
  EXPECT_EQ(find_invalid_utf8("plain"), std::string::npos);
  EXPECT_EQ(find_invalid_utf8("\xf0\x9f\x98\x80"), std::string::npos);
  EXPECT_EQ(find_invalid_utf8("a\xed\xa0\x80"), 1u);     // a surrogate
  EXPECT_EQ(find_invalid_utf8("ab\xc0\x80"), 2u);        // overlong
  EXPECT_EQ(find_invalid_utf8("\xf4\x90\x80\x80"), 0u);  // beyond U+10FFFF
  EXPECT_EQ(replace_invalid_utf8("a\xff"
                                 "b\xe2\x82"),
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd");
}

}  // namespace
}  // namespace taipan::frontend
