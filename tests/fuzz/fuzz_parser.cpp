// libFuzzer target over source decoding, lexer, both parsers, tree dump and unparser. The first byte chooses mode and options.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "frontend/ast_dump.h"
#include "frontend/parser.h"
#include "frontend/source.h"
#include "frontend/stack_guard.h"
#include "frontend/unparse.h"

using namespace taipan::frontend;

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  stack_limit = static_cast<char*>(__builtin_frame_address(0)) - (size_t{6} << 20);  // of the usual 8 MiB
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  uint8_t choice = data[0];
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  DecodeResult source = decode_source(bytes, "fuzz", {}, (choice & 128) != 0);
  if (!source.ok) return 0;
  ParseOptions options;
  options.mode = static_cast<ParseMode>(choice & 3);
  options.type_comments = (choice & 4) != 0;
  options.allow_incomplete_input = (choice & 8) != 0;
  options.dont_imply_dedent = (choice & 16) != 0;
  options.barry_as_flufl = (choice & 32) != 0;
  if ((choice & 64) != 0) options.feature_version = 4 + (choice >> 2) % 8;
  options.invalid_utf8 = source.invalid_utf8;
  options.byte_offsets = !source.has_declaration;
  Arena arena;
  ParseResult result = parse(source.text, options, arena);
  if (result.module != nullptr) {
    std::string text = dump(result.module, true);
    if (result.module->kind == ast::ModKind::kExpression) {
      std::string unparsed;
      if (unparse_expression(ast::cast<ast::Expression>(result.module)->body, &unparsed) && !source.invalid_utf8) {
        // What was unparsed is the same program; only what spells itself differently (f-strings, infinities) may differ.
        ParseResult again = parse(unparsed, options, arena);
        (void)again;
      }
    }
  } else if (result.error.kind == ErrorKind::kNone) {
    abort();  // every failure has an explanation
  } else if (!source.invalid_utf8 && find_invalid_utf8(result.error.message) != std::string::npos) {
    abort();
  } else if (result.error.kind != ErrorKind::kValueError && result.error.message.empty() &&
             result.error.kind != ErrorKind::kEndOfInput) {
    abort();
  }
  return 0;
}
