// The module _tokenize: the front end's own lexer for Python programs, for the tests of the module tokenize.
#include "frontend/lexer.h"
#include "interp/compile.h"
#include "interp/modules/itertools.h"
#include "interp/modules/module_util.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {

using frontend::Lexer;
using frontend::LexError;
using frontend::ParseWarning;
using frontend::Token;
using frontend::TokenType;

// What the iterator keeps outside the heap.
struct Stream {
  explicit Stream(std::string_view source)
      : text(frontend::normalise_source(source, true, arena)), lexer(text, config()) {}
  Lexer::Config config() {
    Lexer::Config c;
    c.warnings = &warnings;
    c.arena = &arena;
    return c;
  }
  frontend::Arena arena;
  std::vector<ParseWarning> warnings;
  std::string_view text;
  Lexer lexer;
};

struct TokenizerIter {
  Header h;
  Stream* stream;
};

// The numbers of the module token.
int type_number(TokenType type) {
  switch (type) {
    case TokenType::kEndMarker: return 0;
    case TokenType::kNumber: return 2;
    case TokenType::kString: return 3;
    case TokenType::kNewline: return 4;
    case TokenType::kIndent: return 5;
    case TokenType::kDedent: return 6;
    case TokenType::kLeftParen: return 7;
    case TokenType::kRightParen: return 8;
    case TokenType::kLeftBracket: return 9;
    case TokenType::kRightBracket: return 10;
    case TokenType::kColon: return 11;
    case TokenType::kComma: return 12;
    case TokenType::kSemicolon: return 13;
    case TokenType::kPlus: return 14;
    case TokenType::kMinus: return 15;
    case TokenType::kStar: return 16;
    case TokenType::kSlash: return 17;
    case TokenType::kBar: return 18;
    case TokenType::kAmpersand: return 19;
    case TokenType::kLess: return 20;
    case TokenType::kGreater: return 21;
    case TokenType::kAssign: return 22;
    case TokenType::kDot: return 23;
    case TokenType::kPercent: return 24;
    case TokenType::kLeftBrace: return 25;
    case TokenType::kRightBrace: return 26;
    case TokenType::kEqualEqual: return 27;
    case TokenType::kNotEqual: return 28;
    case TokenType::kLessEqual: return 29;
    case TokenType::kGreaterEqual: return 30;
    case TokenType::kTilde: return 31;
    case TokenType::kCaret: return 32;
    case TokenType::kLeftShift: return 33;
    case TokenType::kRightShift: return 34;
    case TokenType::kDoubleStar: return 35;
    case TokenType::kPlusAssign: return 36;
    case TokenType::kMinusAssign: return 37;
    case TokenType::kStarAssign: return 38;
    case TokenType::kSlashAssign: return 39;
    case TokenType::kPercentAssign: return 40;
    case TokenType::kAmpersandAssign: return 41;
    case TokenType::kBarAssign: return 42;
    case TokenType::kCaretAssign: return 43;
    case TokenType::kLeftShiftAssign: return 44;
    case TokenType::kRightShiftAssign: return 45;
    case TokenType::kDoubleStarAssign: return 46;
    case TokenType::kDoubleSlash: return 47;
    case TokenType::kDoubleSlashAssign: return 48;
    case TokenType::kAt: return 49;
    case TokenType::kAtAssign: return 50;
    case TokenType::kArrow: return 51;
    case TokenType::kEllipsis: return 52;
    case TokenType::kWalrus: return 53;
    case TokenType::kUnknown: return 54;
    case TokenType::kAwait: return 55;
    case TokenType::kAsync: return 56;
    default: return 1;  // keywords are names
  }
}

void iter_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  delete reinterpret_cast<TokenizerIter*>(h)->stream;
  finish_dealloc(h);
}

Ref iter_new(TypeObject* cls, RawArgs raw) {
  static const Signature sig("tokenizeriter", "(source)");
  Value v[1];
  if (!sig.bind(raw, v)) return nullptr;
  if (!is_str(v[0]))
    return raise(types::TypeError, "tokenizeriter() argument 'source' must be str, not %s",
                 v[0] == kNone ? "None" : type_of(v[0])->cname);
  std::string source;
  if (!utf8_of(v[0], &source)) return nullptr;
  if (source.find('\0') != std::string::npos) return raise(types::ValueError, "embedded null character");
  auto* it = alloc_instance_as<TokenizerIter>(cls);
  if (!it) return nullptr;
  it->stream = new Stream(source);
  return Ref::steal(it);
}

Ref iter_next(Value self) {
  TokenizerIter* it = self.as<TokenizerIter>();
  Stream& s = *it->stream;
  std::string_view text = s.text;
  Token t;
  std::vector<ParseWarning> warnings;
  frontend::SyntaxErrorInfo error;
  bool failed;
  {
    gc::ObjectLock lock(&it->h);
    t = s.lexer.next();
    warnings.swap(s.warnings);
    failed = t.type == TokenType::kError && s.lexer.error_code() == LexError::kSyntax;
    if (failed) error = s.lexer.error();
  }

  Ref filename = make_str("<string>");
  if (!filename || !issue_warnings(warnings, filename, text)) return nullptr;
  if (failed) {
    raise_syntax_error_info(error, filename);
    return nullptr;
  }
  if (t.type == TokenType::kError || t.type == TokenType::kEndMarker) return Ref::imm(kStopIter);
  bool bare = t.col < 0;
  // The lines that the lexer held: to the end of the one in which the token ends.
  size_t line_end = text.find('\n', t.end);
  line_end = line_end == std::string_view::npos ? text.size() : line_end + 1;
  size_t line_start = std::min<size_t>(t.buffer_start, line_end);
  Ref items[7] = {make_str(bare ? std::string_view() : text.substr(t.start, t.end - t.start)),
                  make_int(type_number(t.type)),
                  make_int(t.lineno),
                  make_int(t.end_lineno),
                  make_int(t.col),
                  make_int(t.end_col),
                  make_str(text.substr(line_start, line_end - line_start))};
  if (!items[0] || !items[6]) return nullptr;
  return make_tuple_steal(items, 7);
}

const TypeSpec kTokenizerIterSpec = {
    .doc = "The tokens of a program: tuples (string, type, line, last line, column, last column, text of the lines).",
    .basic_size = sizeof(TokenizerIter),
    .ops = {.dealloc = iter_dealloc},
    .s = {.iter = iterator_self, .next = iter_next, .new_ = iter_new}};

bool exec(Value module) {
  static TypeObject* type;
  if (!type) type = make_native_type("_tokenize.TokenizerIter", types::Object, &kTokenizerIterSpec);
  return type && module_add_type(module, type);
}

}  // namespace

extern const ModuleDef _tokenize_module;
const ModuleDef _tokenize_module = {"_tokenize", "Python's own lexer.", nullptr, exec};

}  // namespace taipan
