// From source text or an AST object to a code object, with Python's exceptions and warnings.
#pragma once
#include <string_view>
#include <vector>

#include "frontend/parser.h"
#include "gc/ref.h"

namespace taipan {

// compile()'s flags.
enum CompileFlags : uint32_t {
  kCfSourceIsUtf8 = 0x100,
  kCfDontImplyDedent = 0x200,
  kCfOnlyAst = 0x400,
  kCfIgnoreCookie = 0x800,
  kCfTypeComments = 0x1000,
  kCfTopLevelAwait = 0x2000,
  kCfIncompleteInput = 0x4000,
  kCfFutureMask = 0x1FE0000,
  kCfNestedScopes = 0x10,  // __future__'s oldest: accepted, without meaning
  kCfAll = kCfSourceIsUtf8 | kCfDontImplyDedent | kCfOnlyAst | kCfIgnoreCookie | kCfTypeComments | kCfTopLevelAwait |
           kCfIncompleteInput | kCfFutureMask | kCfNestedScopes
};

struct CompileRequest {
  Value filename;  // str
  frontend::ParseMode mode = frontend::ParseMode::kExec;
  uint32_t flags = 0;  // CompileFlags and future flags
  int optimize = -1;   // -1: the interpreter's
  int feature_version = 11;
  bool byte_offsets = false;
  bool invalid_utf8 = false;  // the text is not UTF-8 everywhere (DecodeResult::invalid_utf8)
};

// Code object, or AST with kCfOnlyAst. Text must not contain NULs (ValueError).
Ref compile_text(std::string_view utf8, const CompileRequest& request, uint32_t* future_flags_out = nullptr);
Ref compile_bytes(std::string_view bytes, const CompileRequest& request, bool from_file);  // cookie, byte order mark
Ref compile_ast(Value tree, const CompileRequest& request);
// compile()/exec()/eval()'s source argument: str, bytes-like or AST.
Ref compile_object(Value source, const CompileRequest& request, const char* function, const char* what);
// The REPL: reads one statement through the reader. kStopIter: end of file. Null: exception.
Ref compile_interactive(const frontend::LineReader& reader, const CompileRequest& request, uint32_t* future_flags_out);
// of_compiler: an end_offset of -1 and an empty text become None.
void raise_syntax_error_info(const frontend::SyntaxErrorInfo& e, Value filename, bool of_compiler = false);
// Issues the front end's warnings about `source`; false: an exception is set (a filter turned one into a SyntaxError).
bool issue_warnings(const std::vector<frontend::ParseWarning>& warnings, Value filename, std::string_view source);
void init_compile();

}  // namespace taipan
