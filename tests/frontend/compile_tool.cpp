// compile_tool [-O|-OO] [-q] [-e] FILE...   prints the bytecode of each file, or its error as python3.11's traceback would say it.
// -c TEXT: compiles the text. -q: errors alone. -1: a summary a file. -p: the position of each instruction as well.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

#include "frontend/bytecode/disassembler.h"
#include "frontend/bytecode/serialize.h"
#include "frontend/bytecode/verifier.h"
#include "frontend/compiler.h"
#include "frontend/source.h"

using namespace taipan::frontend;

namespace {
int optimize = 0;
bool quiet = false, positions = false, summary = false;
ParseMode mode = ParseMode::kExec;
size_t total_instructions = 0, total_bytes = 0;

void dump_positions(const CodeUnit& unit) {
  for (size_t i = 0; i < unit.code.size(); i++) {
    const Position& p = unit.positions[i];
    std::printf("%s %zu: %d:%d-%d:%d\n", unit.qualname.c_str(), i, p.line, p.column, p.end_line, p.end_column);
  }
  for (auto& entry : unit.constants) {
    if (entry.code) dump_positions(*entry.code);
  }
}
void count(const CodeUnit& unit) {
  total_instructions += unit.code.size();
  for (auto& entry : unit.constants) {
    if (entry.code) count(*entry.code);
  }
}

bool run(const std::string& name, std::string_view text) {
  Arena arena;
  ParseOptions parse_options;
  parse_options.mode = mode;
  ParseResult parsed = parse(text, parse_options, arena);
  if (!parsed.module) {
    std::printf("%s: SyntaxError (parser): %s (%d, %d, %d, %d)\n", name.c_str(), parsed.error.message.c_str(), parsed.error.lineno,
                parsed.error.offset, parsed.error.end_lineno, parsed.error.end_offset);
    return false;
  }
  CompileOptions options;
  options.filename = name;
  options.optimize = optimize;
  CompileResult result = compile(parsed.module, arena, options);
  for (auto& warning : result.warnings) {
    if (!summary) std::printf("%s:%d: SyntaxWarning: %s\n", name.c_str(), warning.lineno, warning.message.c_str());
  }
  if (!result.code) {
    SyntaxErrorInfo error = to_syntax_error(result.error);
    std::printf("%s: error %d: %s (%d, %d, %d, %d)\n", name.c_str(), static_cast<int>(result.error.status),
                result.error.message.c_str(), error.lineno, error.offset, error.end_lineno, error.end_offset);
    return false;
  }
  std::string problem = verify(*result.code);
  if (!problem.empty()) {
    if (!quiet) std::fputs(disassemble(*result.code).c_str(), stdout);
    std::printf("%s: verifier: %s\n", name.c_str(), problem.c_str());
    return false;
  }
  count(*result.code);
  // Written and read again it must be the same.
  std::string blob = serialize(*result.code), why;
  total_bytes += blob.size();
  CodeUnit again, third;
  if (!deserialize_untrusted(blob, &again, &why) || !deserialize(blob, &third, &why) || serialize(third) != blob) {
    std::printf("%s: serialize: %s\n", name.c_str(), why.c_str());
    return false;
  }
  if (!quiet) std::fputs(disassemble(*result.code).c_str(), stdout);
  if (positions) dump_positions(*result.code);
  return true;
}
}  // namespace

int main(int argc, char** argv) {
  int failures = 0, files = 0;
  for (int i = 1; i < argc; i++) {
    std::string arg = argv[i];
    if (arg == "-O") optimize = 1;
    else if (arg == "-OO") optimize = 2;
    else if (arg == "-q") quiet = true;
    else if (arg == "-1") quiet = summary = true;
    else if (arg == "-p") positions = true;
    else if (arg == "-e") mode = ParseMode::kEval;
    else if (arg == "-s") mode = ParseMode::kSingle;
    else if (arg == "-c" && i + 1 < argc) {
      failures += !run("<string>", argv[++i]);
      files++;
    } else {
      std::ifstream in(arg, std::ios::binary);
      std::stringstream buffer;
      buffer << in.rdbuf();
      std::string text = buffer.str();
      if (text.compare(0, 3, "\xEF\xBB\xBF") == 0) text.erase(0, 3);
      std::string unix_text;
      for (size_t k = 0; k < text.size(); k++) {
        if (text[k] == '\r') {
          unix_text += '\n';
          if (k + 1 < text.size() && text[k + 1] == '\n') k++;
        } else {
          unix_text += text[k];
        }
      }
      failures += !run(arg, unix_text);
      files++;
    }
  }
  if (summary) std::printf("%d files, %d failures, %zu instruction words, %zu bytes\n", files, failures, total_instructions, total_bytes);
  return failures != 0;
}
