// Source text through parser, compiler, verifier and serialisation: whatever compiles must verify and survive being written and
// read. Input that starts with a NUL byte is taken for serialised bytecode instead: reading must refuse it or give valid code.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "frontend/bytecode/disassembler.h"
#include "frontend/bytecode/serialize.h"
#include "frontend/bytecode/verifier.h"
#include "frontend/compiler.h"
#include "frontend/stack_guard.h"

using namespace taipan::frontend;

namespace {
void check(bool ok, const std::string& what) {
  if (ok) return;
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}
// The parser takes UTF-8; decoding is not its job.
bool is_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    auto byte = [&](size_t k) { return static_cast<uint8_t>(i + k < text.size() ? text[i + k] : 0); };
    uint8_t c = byte(0);
    size_t more = c < 0x80 ? 0 : c >= 0xC2 && c < 0xE0 ? 1 : (c & 0xF0) == 0xE0 ? 2 : c >= 0xF0 && c < 0xF5 ? 3 : 9;
    if (more == 9) return false;
    for (size_t k = 1; k <= more; k++) {
      if ((byte(k) & 0xC0) != 0x80) return false;
    }
    if ((c == 0xE0 && byte(1) < 0xA0) || (c == 0xED && byte(1) > 0x9F) || (c == 0xF0 && byte(1) < 0x90) ||
        (c == 0xF4 && byte(1) > 0x8F)) {
      return false;
    }
    i += 1 + more;
  }
  return true;
}
}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  stack_limit = static_cast<char*>(__builtin_frame_address(0)) - (size_t{6} << 20);  // of the usual 8 MiB
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > 20000) return 0;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text[0] == 0) {
    // The header is ours, so that the fuzzer gets past it.
    std::string bytes("TpBc");
    uint32_t version = bytecode_version();
    for (int i = 0; i < 4; i++) bytes.push_back(static_cast<char>(version >> (8 * i)));
    bytes.append(8, '\0');
    bytes.append(text.substr(1));
    CodeUnit unit;
    std::string why;
    if (deserialize_untrusted(bytes, &unit, &why)) disassemble(unit);
    return 0;
  }
  // The first byte chooses mode and optimisation.
  uint8_t choice = data[0];
  text.remove_prefix(1);
  if (text.find('\0') != std::string_view::npos || !is_utf8(text)) return 0;
  Arena arena;
  ParseOptions parse_options;
  parse_options.mode = choice % 3 == 0 ? ParseMode::kExec : choice % 3 == 1 ? ParseMode::kEval : ParseMode::kSingle;
  ParseResult parsed = parse(text, parse_options, arena);
  if (!parsed.module) return 0;
  CompileOptions options;
  options.optimize = choice / 3 % 3;
  options.top_level_await = choice / 9 % 2;
  options.recursion_limit = 1000;
  CompileResult result = compile(parsed.module, arena, options);
  if (!result.code) {
    check(result.error.status != CompileStatus::kOk && result.error.message.rfind("bytecode verifier", 0) != 0,
          result.error.message);
    return 0;
  }
  std::string problem = verify(*result.code);
  check(problem.empty(), problem + "\n" + disassemble(*result.code));
  std::string bytes = serialize(*result.code);
  CodeUnit again;
  std::string why;
  check(deserialize(bytes, &again, &why), "read back: " + why);
  check(serialize(again) == bytes, "written differently the second time");
  return 0;
}
