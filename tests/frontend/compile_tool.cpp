// compile_tool [-O|-OO] [-q] [-e] FILE...   prints the bytecode of each file, or its error as python3.11's traceback would say it.
// -c TEXT: compiles the text. -q: errors alone. -1: a summary a file. -p: the position of each instruction as well.
// -f: for each code object its names, flags and lines instead.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "frontend/bytecode/disassembler.h"
#include "frontend/bytecode/op_info.h"
#include "frontend/bytecode/serialize.h"
#include "frontend/bytecode/verifier.h"
#include "frontend/compiler.h"
#include "frontend/source.h"

using namespace taipan::frontend;

namespace {
int optimize = 0;
bool quiet = false, positions = false, summary = false, facts = false;
ParseMode mode = ParseMode::kExec;
size_t total_instructions = 0, total_bytes = 0;

void dump_positions(const CodeUnit& unit) {
  for (size_t i = 0; i < unit.code.size(); i++) {
    const Position& p = unit.positions[i];
    if (unit.code[i].op == kOpEXT) continue;
    std::printf("%s:%d %s %d,%d,%d,%d\n", unit.qualname.c_str(), unit.first_line, kOpInfo[unit.code[i].op].name, p.line,
                p.end_line, p.column, p.end_column);
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

void print_names(const char* key, const std::vector<std::string>& names) {
  std::printf(" %s=", key);
  for (size_t i = 0; i < names.size(); i++) std::printf("%s%s", i ? "," : "", names[i].c_str());
}
// One line a code object: what python3.11's code objects can be compared with.
void print_facts(const CodeUnit& unit) {
  std::printf("%s %d %x %d/%d/%d", unit.qualname.c_str(), unit.first_line, unit.flags, unit.argcount,
              unit.posonly_argcount, unit.kwonly_argcount);
  print_names("vars", unit.varnames);
  print_names("cells", unit.cellvars);
  print_names("free", unit.freevars);
  std::set<int> lines;
  for (auto& p : unit.positions) {
    if (p.line > 0) lines.insert(p.line);
  }
  std::printf(" lines=");
  bool first = true;
  for (int line : lines) {
    std::printf("%s%d", first ? "" : ",", line);
    first = false;
  }
  std::printf("\n");
  for (auto& entry : unit.constants) {
    if (entry.code) print_facts(*entry.code);
  }
}

bool run(const std::string& name, std::string_view text) {
  Arena arena;
  ParseOptions parse_options;
  parse_options.mode = mode;
  parse_options.lookup_character_name = [](std::string_view, uint32_t* code_point) {
    *code_point = 0x1234;  // which one makes no difference to the compiler
    return true;
  };
  ParseResult parsed = parse(text, parse_options, arena);
  if (!parsed.module) {
    std::printf("%s: SyntaxError (parser): %s (%d, %d, %d, %d)\n", name.c_str(), parsed.error.message.c_str(),
                parsed.error.lineno, parsed.error.offset, parsed.error.end_lineno, parsed.error.end_offset);
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
  if (facts)
    print_facts(*result.code);
  else if (!quiet)
    std::fputs(disassemble(*result.code).c_str(), stdout);
  if (positions) dump_positions(*result.code);
  return true;
}
}  // namespace

int main(int argc, char** argv) {
  int failures = 0, files = 0;
  for (int i = 1; i < argc; i++) {
    std::string arg = argv[i];
    if (arg == "-O")
      optimize = 1;
    else if (arg == "-OO")
      optimize = 2;
    else if (arg == "-q")
      quiet = true;
    else if (arg == "-1")
      quiet = summary = true;
    else if (arg == "-f")
      facts = true;
    else if (arg == "-p")
      positions = true;
    else if (arg == "-e")
      mode = ParseMode::kEval;
    else if (arg == "-s")
      mode = ParseMode::kSingle;
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
  if (summary)
    std::printf("%d files, %d failures, %zu instruction words, %zu bytes\n", files, failures, total_instructions,
                total_bytes);
  return failures != 0;
}
