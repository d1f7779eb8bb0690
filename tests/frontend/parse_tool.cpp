// Parses files or standard input and prints what the parser says, for comparison with another implementation's.
//   parse_tool [-m exec|eval|single|func_type] [-c] [-i] [-v MINOR] [-a] [-q] [-b] FILE...
// -a leaves positions out, -q prints nothing but errors, -c type comments, -i allow incomplete input, -b byte offsets,
// -u unparses an eval expression, -w prints warnings, -d doesn't imply dedents at the end. With -z, standard input holds many programs, each ended by a NUL; each gets one line.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unordered_map>

#include "frontend/ast_dump.h"
#include "frontend/parser.h"
#include "frontend/source.h"
#include "frontend/unparse.h"

using namespace taipan::frontend;

namespace {

const char* kind_text(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kSyntaxError: return "SyntaxError";
    case ErrorKind::kIndentationError: return "IndentationError";
    case ErrorKind::kTabError: return "TabError";
    case ErrorKind::kMemoryError: return "MemoryError";
    default: return "Error";
  }
}

std::string read_all(std::FILE* file) {
  std::string text;
  char buffer[65536];
  size_t count;
  while ((count = std::fread(buffer, 1, sizeof buffer, file)) > 0) text.append(buffer, count);
  return text;
}

// Character names from a file of lines "NAME<tab>code point" (-n FILE).
std::unordered_map<std::string, uint32_t> g_names;

void load_names(const char* path) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return;
  std::string text = read_all(file);
  std::fclose(file);
  size_t start = 0;
  while (start < text.size()) {
    size_t tab = text.find('\t', start);
    size_t end = text.find('\n', start);
    if (tab == std::string::npos || end == std::string::npos) break;
    g_names[text.substr(start, tab - start)] = static_cast<uint32_t>(std::atoi(text.c_str() + tab + 1));
    start = end + 1;
  }
}

bool find_name(std::string_view name, uint32_t* code_point) {
  std::string upper;
  for (char c : name) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  auto found = g_names.find(upper);
  if (found == g_names.end()) return false;
  *code_point = found->second;
  return true;
}

struct Tool {
  ParseOptions options;
  bool attributes = true;
  bool quiet = false;
  bool unparse = false;
  bool warnings = false;

  std::string run(std::string_view text, const DecodeResult* source = nullptr) const {
    Arena arena;
    ParseOptions chosen = options;
    if (source != nullptr) {
      chosen.invalid_utf8 = source->invalid_utf8;
      chosen.byte_offsets = !source->has_declaration;
    }
    ParseResult result = parse(text, chosen, arena);
    std::string out;
    if (warnings) {
      for (const ParseWarning& warning : result.warnings) {
        out += warning.category == WarningCategory::kSyntaxWarning ? "SyntaxWarning " : "DeprecationWarning ";
        out += std::to_string(warning.lineno) + " " + warning.message + "; ";
      }
    }
    if (result.module == nullptr) {
      const SyntaxErrorInfo& error = result.error;
      out += kind_text(error.kind);
      out += ": ";
      append_string_repr(&out, error.message);
      if (error.has_location) {
        char position[100];
        std::snprintf(position, sizeof position, " (%d, %d, ", error.lineno, error.offset);
        out += position;
        append_string_repr(&out, error.text);
        std::snprintf(position, sizeof position, ", %d, %d)", error.end_lineno, error.end_offset);
        out += position;
      }
    } else if (unparse && result.module->kind == ast::ModKind::kExpression) {
      unparse_expression(ast::cast<ast::Expression>(result.module)->body, &out);
    } else if (!quiet) {
      out += dump(result.module, attributes);
    }
    return out;
  }
};

}  // namespace

int main(int argc, char** argv) {
  Tool tool;
  tool.options.lookup_character_name = find_name;
  bool many = false;
  int failures = 0;
  for (int i = 1; i < argc; i++) {
    std::string_view arg = argv[i];
    if (arg == "-m" && i + 1 < argc) {
      std::string_view mode = argv[++i];
      tool.options.mode = mode == "eval"     ? ParseMode::kEval
                          : mode == "single" ? ParseMode::kSingle
                          : mode == "exec"   ? ParseMode::kExec
                                             : ParseMode::kFuncType;
    } else if (arg == "-v" && i + 1 < argc) {
      tool.options.feature_version = std::atoi(argv[++i]);
    } else if (arg == "-n" && i + 1 < argc) {
      load_names(argv[++i]);
    } else if (arg == "-c") {
      tool.options.type_comments = true;
    } else if (arg == "-i") {
      tool.options.allow_incomplete_input = true;
    } else if (arg == "-d") {
      tool.options.dont_imply_dedent = true;
    } else if (arg == "-b") {
      tool.options.byte_offsets = true;
    } else if (arg == "-a") {
      tool.attributes = false;
    } else if (arg == "-q") {
      tool.quiet = true;
    } else if (arg == "-w") {
      tool.warnings = true;
    } else if (arg == "-u") {
      tool.unparse = true;
    } else if (arg == "-z") {
      many = true;
    } else {
      std::FILE* file = std::fopen(argv[i], "rb");
      if (file == nullptr) {
        std::perror(argv[i]);
        return 2;
      }
      DecodeResult source = decode_source(read_all(file), arg, {}, false);
      std::fclose(file);
      std::string out = source.ok ? tool.run(source.text, &source) : "SyntaxError: " + source.error.message;
      if (!out.empty()) std::printf("%s\n", out.c_str());
      failures += !source.ok;
    }
  }
  if (many) {
    std::string all = read_all(stdin);
    size_t start = 0;
    while (start < all.size()) {
      size_t end = all.find('\0', start);
      if (end == std::string::npos) end = all.size();
      std::string out = tool.run(std::string_view(all).substr(start, end - start));
      for (char& c : out) {
        if (c == '\n') c = '\r';
      }
      std::printf("%s\n", out.c_str());
      start = end + 1;
    }
  }
  return failures == 0 ? 0 : 1;
}
