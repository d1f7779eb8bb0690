#include "interp/compile.h"

#include <climits>
#include <string>

#include <cstdio>

#include "frontend/bytecode/disassembler.h"
#include "frontend/compiler.h"
#include "frontend/source.h"
#include "interp/ast_bridge.h"
#include "interp/config.h"
#include "interp/objects/abstract.h"
#include "interp/objects/bytes.h"
#include "interp/objects/code.h"
#include "interp/objects/codecs.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/int.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"
#include "interp/objects/unicode_db.h"

namespace taipan {

using namespace frontend;

namespace {

bool nfkc(std::string_view utf8, std::string* out) {
  Ref s = make_str(utf8);
  if (!s) {
    clear_error();
    return false;
  }
  std::u32string in, normal;
  for (size_t i = 0; i < s.as<Str>()->length; i++) in += static_cast<char32_t>(s.as<Str>()->at(i));
  if (!nfkc_normalize(reinterpret_cast<const uint32_t*>(in.data()), in.size(), &normal)) return false;
  Ref n = make_str_ucs4(reinterpret_cast<const uint32_t*>(normal.data()), normal.size());
  if (!n) {
    clear_error();
    return false;
  }
  *out += utf8_lossy(n);
  return true;
}

bool character_name(std::string_view name, uint32_t* code_point) {
  // By the unicodedata module: its name table is not part of the start-up data.
  Ref lookup = import_attr("unicodedata", "lookup");
  Ref arg = lookup ? make_str(name) : Ref();
  Ref c = arg ? call(lookup, arg) : Ref();
  if (!c || !is_str(c) || c.as<Str>()->length != 1) {
    clear_error();
    return false;
  }
  *code_point = c.as<Str>()->at(0);
  return true;
}

DecodeStatus decode_failed(std::string* out) {
  Ref exc = fetch_error();
  Ref text = exc ? str_of(exc) : Ref();
  if (!text)
    clear_error();
  else
    *out = utf8_lossy(text);
  return DecodeStatus::kFailed;
}
DecodeStatus decode_by_codec(void*, std::string_view encoding, std::string_view bytes, std::string* out) {
  std::string name(encoding);
  Ref info = codec_lookup(name.c_str());
  if (!info) {
    if (error_matches(types::LookupError)) {
      clear_error();
      return DecodeStatus::kUnknown;
    }
    return decode_failed(out);
  }
  Ref data = make_bytes(bytes);
  Ref text = data ? decode_octets(data, name.c_str(), "strict") : Ref();
  if (!text) return decode_failed(out);
  *out += utf8_lossy(text);
  return DecodeStatus::kOk;
}

ParseOptions parse_options(const CompileRequest& r) {
  ParseOptions o;
  o.mode = r.mode;
  o.type_comments = r.flags & kCfTypeComments;
  o.barry_as_flufl = r.flags & kCoFutureBarryAsBdfl;
  o.dont_imply_dedent = r.flags & kCfDontImplyDedent;
  o.allow_incomplete_input = r.flags & kCfIncompleteInput;
  o.byte_offsets = r.byte_offsets;
  o.invalid_utf8 = r.invalid_utf8;
  o.feature_version = r.feature_version;
  o.max_int_digits = static_cast<int>(int_max_str_digits);
  o.lookup_character_name = character_name;
  return o;
}

// -X dump=bytecode[:FUNCTION]: to stderr, each code unit after the one it lies in.
void dump_bytecode(const CodeUnit& unit) {
  if (config.dump_function.empty() || unit.name == config.dump_function || unit.qualname == config.dump_function) {
    std::string text = disassemble(unit, false);
    fwrite(text.data(), 1, text.size(), stderr);
  }
  for (const ConstantEntry& e : unit.constants) {
    if (e.code) dump_bytecode(*e.code);
  }
}

std::string line_of_file(const std::string& filename, int line) {
  std::string text;
  FILE* f = filename.empty() ? nullptr : fopen(filename.c_str(), "rbe");
  if (!f) return text;
  for (int c; line > 0 && (c = getc(f)) != EOF;) {
    if (line == 1) text += static_cast<char>(c);
    if (c == '\n') line--;
  }
  fclose(f);
  return find_invalid_utf8(text) == std::string_view::npos ? text : std::string();
}

Ref compile_module(ast::Mod* module, Arena& arena, const CompileRequest& r, std::string_view source,
                   uint32_t* future_flags) {
  CompileOptions o;
  o.filename = utf8_lossy(r.filename);
  o.optimize = r.optimize < 0 ? config.optimize : r.optimize;
  o.future_flags = r.flags & kCfFutureMask;
  o.top_level_await = r.flags & kCfTopLevelAwait;
  o.recursion_limit = recursion_limit > INT_MAX / 3 ? INT_MAX : recursion_limit * 3;
  CompileResult result = compile(module, arena, o);
  if (!issue_warnings(result.warnings, r.filename, source)) return nullptr;
  if (!result.code) {
    if (result.error.status == CompileStatus::kRecursionError)
      return raise(types::RecursionError, "maximum recursion depth exceeded during compilation");
    SyntaxErrorInfo e = to_syntax_error(result.error);
    // The compiler has no source text: the line comes from the file, if there is one.
    e.text = e.has_location ? line_of_file(o.filename, e.lineno) : std::string();
    raise_syntax_error_info(e, r.filename, true);
    return nullptr;
  }
  if (future_flags) *future_flags = result.future_flags;
  if (TAIPAN_UNLIKELY(config.dump == "bytecode")) dump_bytecode(*result.code);
  return make_code(*result.code);
}

Ref finish(ParseResult& parsed, Arena& arena, const CompileRequest& r, uint32_t* future_flags) {
  if (!parsed.module) {
    // Warnings met before the error are issued first, as the tokenizer would have.
    if (parsed.error.kind != ErrorKind::kInterrupted) {
      if (!issue_warnings(parsed.warnings, r.filename, parsed.source)) return nullptr;
    }
    raise_syntax_error_info(parsed.error, r.filename);
    return nullptr;
  }
  if (!issue_warnings(parsed.warnings, r.filename, parsed.source)) return nullptr;
  if (r.flags & kCfOnlyAst) return ast_to_python(parsed.module);
  return compile_module(parsed.module, arena, r, parsed.source, future_flags);
}

}  // namespace

bool issue_warnings(const std::vector<ParseWarning>& warnings, Value filename, std::string_view source) {
  for (const ParseWarning& w : warnings) {
    TypeObject* category =
        w.category == WarningCategory::kDeprecationWarning ? types::DeprecationWarning : types::SyntaxWarning;
    Ref explicit_warn = import_attr("_warnings", "warn_explicit");
    if (!explicit_warn) return false;
    Ref message = make_str(w.message);
    Ref line = make_int(w.lineno);
    if (!message) return false;
    Value args[4] = {message, Value(category), filename, line};
    Ref r = call_array(explicit_warn, args, 4);
    if (r) continue;
    if (!error_matches(category)) return false;
    clear_error();
    SyntaxErrorInfo e;
    e.kind = ErrorKind::kSyntaxError;
    e.has_location = true;
    e.message = w.error_message.empty() ? w.message : w.error_message;
    e.lineno = w.lineno;
    e.end_lineno = w.end_lineno;
    // The line's text, and columns in characters.
    size_t start = 0;
    for (int i = 1; i < w.lineno && start != std::string_view::npos; i++) {
      start = source.find('\n', start);
      if (start != std::string_view::npos) start++;
    }
    if (start != std::string_view::npos && start <= source.size()) {
      size_t end = source.find('\n', start);
      e.text = std::string(source.substr(start, end == std::string_view::npos ? end : end - start + 1));
    }
    e.offset = w.col_offset + 1;
    e.end_offset = w.end_col_offset + 1;
    raise_syntax_error_info(e, filename);
    return false;
  }
  return true;
}

void raise_syntax_error_info(const SyntaxErrorInfo& e, Value filename, bool of_compiler) {
  switch (e.kind) {
    case ErrorKind::kMemoryError: raise_memory(); return;
    case ErrorKind::kInterrupted:
      if (!error_occurred()) raise_none(types::KeyboardInterrupt);
      return;
    case ErrorKind::kValueError: raise(types::ValueError, "%s", e.message.c_str()); return;
    default: break;
  }
  TypeObject* type = e.kind == ErrorKind::kIndentationError ? types::IndentationError
                     : e.kind == ErrorKind::kTabError       ? types::TabError
                                                            : types::SyntaxError;
  Ref message = make_str(e.message);
  if (!message) return;
  Ref exc;
  if (!e.has_location) {
    exc = call(Value(type), message);
  } else if (!e.has_text) {
    Ref items[4] = {Ref::dup(filename), make_int(e.lineno), make_int(e.offset), Ref::imm(kNone)};
    Ref where = make_tuple_steal(items, 4);
    if (!where) return;
    exc = call(Value(type), message, where);
  } else {
    Ref text = e.text.empty() && (e.lineno <= 0 || of_compiler)      ? Ref::imm(kNone)
               : find_invalid_utf8(e.text) != std::string_view::npos ? make_str(replace_invalid_utf8(e.text))
                                                                     : make_str(e.text);
    if (!text) return;
    Ref items[6] = {
        Ref::dup(filename),     make_int(e.lineno),
        make_int(e.offset),     std::move(text),
        make_int(e.end_lineno), of_compiler && e.end_offset == -1 ? Ref::imm(kNone) : make_int(e.end_offset)};
    Ref where = make_tuple_steal(items, 6);
    if (!where) return;
    exc = call(Value(type), message, where);
  }
  if (exc) raise_object(std::move(exc));
}

Ref compile_text(std::string_view utf8, const CompileRequest& r, uint32_t* future_flags) {
  if (utf8.find('\0') != std::string_view::npos)
    return raise(types::ValueError, "source code string cannot contain null bytes");
  Arena arena;
  ParseResult parsed = parse(utf8, parse_options(r), arena);
  return finish(parsed, arena, r, future_flags);
}

Ref compile_bytes(std::string_view bytes, const CompileRequest& request, bool from_file) {
  if (bytes.find('\0') != std::string_view::npos) {
    if (from_file) return raise(types::SyntaxError, "source code cannot contain null bytes");
    return raise(types::ValueError, "source code string cannot contain null bytes");
  }
  std::string name = utf8_lossy(request.filename);
  DecodeResult d =
      decode_source(bytes, name, Decoder{decode_by_codec, nullptr}, from_file, request.flags & kCfIgnoreCookie);
  if (!d.ok) {
    raise_syntax_error_info(d.error, request.filename);
    return nullptr;
  }
  CompileRequest r = request;
  if (!d.has_declaration) r.byte_offsets = true;
  r.invalid_utf8 = d.invalid_utf8;
  return compile_text(d.text, r, nullptr);
}

Ref compile_ast(Value tree, const CompileRequest& r) {
  if (r.flags & kCfOnlyAst) return Ref::dup(tree);
  Arena arena;
  ast::Mod* module = ast_from_python(tree, arena, r.mode);
  if (!module) return nullptr;
  return compile_module(module, arena, r, {}, nullptr);
}

Ref compile_object(Value source, const CompileRequest& request, const char* function, const char* what) {
  int tree = is_ast_object(source);
  if (tree < 0) return nullptr;
  if (tree) return compile_ast(source, request);
  if (is_str(source)) {
    std::string text;
    if (!utf8_of(source, &text)) return nullptr;
    CompileRequest r = request;
    r.flags |= kCfIgnoreCookie;
    return compile_text(text, r, nullptr);
  }
  if (is_bytes(source)) return compile_bytes(source.as<Bytes>()->view(), request, false);
  if (has_buffer(source)) {
    BufferView view(source);
    if (!view.ok()) return nullptr;
    std::string copy(view.view());
    return compile_bytes(copy, request, false);
  }
  return raise(types::TypeError, "%s() arg 1 must be a %s object", function, what);
}

Ref compile_interactive(const LineReader& reader, const CompileRequest& r, uint32_t* future_flags) {
  Arena arena;
  ParseOptions o = parse_options(r);
  o.mode = ParseMode::kSingle;
  o.reader = reader;
  ParseResult parsed = parse({}, o, arena);
  if (!parsed.module && parsed.error.kind == ErrorKind::kEndOfInput) return Ref::imm(kStopIter);
  CompileRequest request = r;
  request.mode = ParseMode::kSingle;
  return finish(parsed, arena, request, future_flags);
}

void init_compile() { set_nfkc_hook(nfkc); }

}  // namespace taipan
