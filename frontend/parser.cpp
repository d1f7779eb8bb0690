#include "frontend/parser.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "frontend/diagnoser.h"
#include "frontend/fast_parser.h"
#include "frontend/parse_context.h"

namespace taipan::frontend {

namespace {

std::atomic<NfkcHook> g_nfkc_hook{nullptr};

StartRule start_rule(ParseMode mode) {
  switch (mode) {
    case ParseMode::kExec: return StartRule::kFile;
    case ParseMode::kEval: return StartRule::kEval;
    case ParseMode::kSingle: return StartRule::kInteractive;
    case ParseMode::kFuncType: return StartRule::kFuncType;
  }
  return StartRule::kFile;
}

// After a single statement only blank lines and comments may follow.
bool more_than_one_statement(const ParseContext& context) {
  std::string_view text = context.lexer.text();
  size_t i = context.lexer.cursor();
  for (;;) {
    while (i < text.size() && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\f')) i++;
    if (i >= text.size()) return false;
    if (text[i] != '#') return true;
    while (i < text.size() && text[i] != '\n') i++;
  }
}

}  // namespace

std::string_view normalise_source(std::string_view source, bool end_line, Arena& arena) {
  auto* text = static_cast<char*>(arena.allocate(source.size() + 2, 1));
  char* out = text;
  const char* p = source.data();
  const char* end = p + source.size();
  while (p < end) {
    const char* stop = static_cast<const char*>(std::memchr(p, '\r', end - p));
    if (stop == nullptr) stop = end;
    std::memcpy(out, p, stop - p);
    out += stop - p;
    if (stop == end) break;
    *out++ = '\n';
    p = stop + 1;
    if (p < end && *p == '\n') p++;
  }
  if (end_line && out > text && out[-1] != '\n') *out++ = '\n';
  *out = 0;
  return {text, static_cast<size_t>(out - text)};
}

void set_nfkc_hook(NfkcHook hook) { g_nfkc_hook.store(hook, std::memory_order_release); }
NfkcHook nfkc_hook() { return g_nfkc_hook.load(std::memory_order_acquire); }

void* run_parser(ParseContext& context, bool diagnose) {
  size_t first_warning = context.warnings != nullptr ? context.warnings->size() : 0;
  {
    FastParser parser(context);
    if (void* tree = parser.run()) {
      context.error = SyntaxErrorInfo{};
      return tree;
    }
    if (parser.at_end_of_input() && context.options.reader.read != nullptr) {
      context.error = SyntaxErrorInfo{};
      context.error.kind = ErrorKind::kEndOfInput;
      return nullptr;
    }
    if (parser.too_deep()) {
      context.raise_too_deep();
      return nullptr;
    }
  }
  context.error = SyntaxErrorInfo{};
  if (!diagnose) return nullptr;
  if (context.warnings != nullptr) {
    // Each pass of the diagnoser warns of the string literals it meets, as CPython's passes do.
    auto& all = *context.warnings;
    auto is_literal = [](const ParseWarning& warning) {
      return warning.category == WarningCategory::kDeprecationWarning;
    };
    all.erase(std::remove_if(all.begin() + static_cast<ptrdiff_t>(first_warning), all.end(), is_literal), all.end());
  }
  Diagnoser(context).explain();
  return nullptr;
}

ParseResult parse(std::string_view utf8_source, const ParseOptions& options, Arena& arena) {
  ParseResult result;
  if (utf8_source.find('\0') != std::string_view::npos) {
    result.error.kind = ErrorKind::kValueError;
    result.error.message = "source code string cannot contain null bytes";
    return result;
  }
  StartRule rule = start_rule(options.mode);
  std::string_view text = normalise_source(utf8_source, rule == StartRule::kFile, arena);
  ParseContext context(text, rule, options, arena, options.collect_warnings ? &result.warnings : nullptr);
  auto* module = static_cast<ast::Mod*>(run_parser(context, true));
  if (module != nullptr && rule == StartRule::kInteractive && options.reader.read == nullptr &&
      more_than_one_statement(context)) {
    context.fill = context.tokens.size();
    context.raise_at_last(ErrorKind::kSyntaxError, "multiple statements found while compiling a single statement");
    module = nullptr;
  }
  result.source = options.reader.read != nullptr ? arena.copy_string(context.lexer.text()) : text;
  result.module = module;
  if (module == nullptr) result.error = std::move(context.error);
  return result;
}

}  // namespace taipan::frontend
