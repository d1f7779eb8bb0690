// An uncaught exception as text: tracebacks with their source lines and markers, syntax errors, chains, groups, notes, suggestions. It
// needs no library and runs Python code only where the exception has some (__str__, __notes__, codecs of source files).
#include "interp/exception_display.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "frontend/parser.h"
#include "frontend/source.h"
#include "interp/builtins.h"
#include "interp/gil.h"
#include "interp/objects/abstract.h"
#include "interp/objects/bytes.h"
#include "interp/objects/code_view.h"
#include "interp/objects/codecs.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/frame.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"
#include "interp/suggestions.h"

namespace taipan {

using namespace frontend;

namespace {

constexpr int kRepeatsShown = 3;     // of one line, in a recursion
constexpr int kDefaultLimit = 1000;  // sys.tracebacklimit
constexpr int kGroupDepth = 10, kGroupWidth = 15;
constexpr size_t kLargestSource = 64 << 20;

const char kCauseText[] = "The above exception was the direct cause of the following exception:\n";
const char kContextText[] = "During handling of the above exception, another exception occurred:\n";

bool blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

// Characters in the first n bytes.
int64_t characters(std::string_view text, int64_t bytes) {
  int64_t n = 0;
  for (int64_t i = 0; i < bytes && i < static_cast<int64_t>(text.size()); i++)
    n += (text[static_cast<size_t>(i)] & 0xC0) != 0x80;
  return n;
}
// The byte where character n begins.
size_t byte_of(std::string_view text, int64_t n) {
  size_t i = 0;
  while (i < text.size() && n > 0) {
    i++;
    while (i < text.size() && (text[i] & 0xC0) == 0x80) i++;
    n--;
  }
  return i;
}

bool read_file(const std::string& path, std::string* out) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  char buffer[16384];
  ssize_t n;
  while ((n = read(fd, buffer, sizeof buffer)) > 0 && out->size() < kLargestSource)
    out->append(buffer, static_cast<size_t>(n));
  close(fd);
  return n >= 0;
}

class Display {
 public:
  bool chain(Value exc);
  Ref text() { return out_.finish(); }

 private:
  void margin(const char* header = nullptr) {
    out_.append_repeat(' ', static_cast<size_t>(2 * depth_));
    out_.append_ascii(header ? header : depth_ ? "| " : "");
  }
  void ascii(std::string_view s) { out_.append_ascii(s); }
  void number(int64_t n) { ascii(std::to_string(n)); }
  bool seen(Value v) const { return std::find(seen_.begin(), seen_.end(), v.bits) != seen_.end(); }
  void one(Value exc);
  void group(Value exc);
  void exception(Value exc);
  void traceback(Value exc);
  void traceback_line(Code* code, int line, int32_t lasti);
  void carets(Code* code, int32_t lasti, const std::string& line, int64_t leading);
  bool source_line(const std::string& filename, int line, std::string* out);
  bool syntax_place(Value exc, Ref* message);
  void syntax_text(std::string_view text, int64_t offset, int64_t end_offset);
  void message(TypeObject* type, Value shown, Value exc);
  void notes(Value exc);

  StrBuilder out_;
  int depth_ = 0;
  bool need_close_ = false;
  std::vector<uint64_t> seen_;
  std::string file_name_, file_;  // the source read last
  bool have_file_ = false, file_ok_ = false;
  std::string file_encoding_;
};

bool Display::chain(Value exc) {
  // From the exception back to where it all began; printed the other way round.
  struct Link {
    Ref exc;
    const char* text;
  };
  std::vector<Link> links;
  Ref now = Ref::dup(exc);
  for (;;) {
    seen_.push_back(now.get().bits);
    BaseExc* e = base_exc(now);
    Value next;
    const char* why = kCauseText;
    if (e->cause && e->cause != kNone) {
      if (!seen(e->cause)) next = e->cause;
    } else if (e->context && e->context != kNone && !e->suppress_context) {
      if (!seen(e->context)) next = e->context;
      why = kContextText;
    }
    if (!next || !is_exception(next)) break;
    Ref before = Ref::dup(next);
    links.push_back({std::move(now), why});
    now = std::move(before);
  }
  bool close = need_close_;
  if (!links.empty()) need_close_ = false;
  for (;;) {
    if (links.empty()) need_close_ |= close;
    one(now);
    if (links.empty()) return true;
    Link link = std::move(links.back());
    links.pop_back();
    margin();
    ascii("\n");
    margin();
    ascii(link.text);
    margin();
    ascii("\n");
    now = std::move(link.exc);
  }
}

void Display::one(Value exc) {
  if (is_instance(exc, Value(types::BaseExceptionGroup)) != 1) return exception(exc);
  if (depth_ > kGroupDepth) {
    margin();
    ascii("... (max_group_depth is 10)\n");
    return;
  }
  group(exc);
}

void Display::group(Value exc) {
  bool outermost = depth_ == 0;
  if (outermost) depth_ = 1;
  exception(exc);
  Ref members = Ref::dup(static_cast<GroupExc*>(base_exc(exc))->exceptions);
  int64_t n = members && is_tuple(members) ? static_cast<int64_t>(tuple_size(members)) : 0;
  int64_t shown = n > kGroupWidth ? kGroupWidth + 1 : n;
  need_close_ = false;
  for (int64_t i = 0; i < shown; i++) {
    bool last = i == shown - 1, rest = i >= kGroupWidth;
    if (last) need_close_ = true;  // (a group within may close the frame for both)
    out_.append_repeat(' ', static_cast<size_t>(2 * depth_));
    ascii(i == 0 ? "+-" : "  ");
    ascii("+---------------- ");
    if (rest)
      ascii("...");
    else
      number(i + 1);
    ascii(" ----------------\n");
    depth_++;
    if (rest) {
      margin();
      ascii("and ");
      number(n - kGroupWidth);
      ascii(n - kGroupWidth > 1 ? " more exceptions\n" : " more exception\n");
    } else {
      Ref member = Ref::dup(tuple_at(members, static_cast<size_t>(i)));
      chain(member);
    }
    if (last && need_close_) {
      out_.append_repeat(' ', static_cast<size_t>(2 * depth_));
      ascii("+------------------------------------\n");
      need_close_ = false;
    }
    depth_--;
  }
  if (outermost) depth_ = 0;
}

void Display::exception(Value exc) {
  traceback(exc);
  Ref shown;
  if (!syntax_place(exc, &shown)) shown = Ref::dup(exc);
  message(type_of(exc), shown, exc);
  notes(exc);
}

// ---- tracebacks

// The instruction that a traceback stands at; those made by hand (with a line of their own) have an offset.
int32_t traceback_index(Traceback* tb, Code* code) {
  if (tb->line == -1 || tb->lasti < 0) return tb->lasti;
  return static_cast<int32_t>(code_index_of_offset(code, tb->lasti));
}

int traceback_line_number(Traceback* tb, Code* code) {
  if (tb->line != -1) return tb->line;
  int line = code_line(code, static_cast<uint32_t>(tb->lasti));
  for (int32_t i = tb->lasti; line == 0 && i > 0;) line = code_line(code, static_cast<uint32_t>(--i));
  return line;
}

void Display::traceback(Value exc) {
  Ref first = traceback_of(exc);
  if (!has_shape(first, kShapeTraceback)) return;
  int64_t limit = kDefaultLimit;
  Ref given = sys_get("tracebacklimit");
  if (given && is_int(given)) {
    if (!int_fits64(given, &limit)) limit = int_sign(given) > 0 ? INT64_MAX : 0;
    if (limit <= 0) return;
  }
  bool is_group = is_instance(exc, Value(types::BaseExceptionGroup)) == 1;
  margin(is_group && depth_ == 1 ? "+ " : nullptr);
  ascii(is_group ? "Exception Group Traceback (most recent call last):\n" : "Traceback (most recent call last):\n");
  int64_t length = 0;
  for (Value v = first; v; v = gc::load(&v.as<Traceback>()->next)) length++;
  Code* last_code = nullptr;
  int last_line = -1;
  int64_t count = 0;
  auto repeated = [&] {
    if (count <= kRepeatsShown) return;
    margin();
    ascii("  [Previous line repeated ");
    number(count - kRepeatsShown);
    ascii(count - kRepeatsShown > 1 ? " more times]\n" : " more time]\n");
  };
  for (Ref v = Ref::dup(first.get()); v; v = Ref::dup(gc::load(&v.as<Traceback>()->next))) {
    if (length-- > limit) continue;
    Traceback* tb = v.as<Traceback>();
    Frame* frame = tb->frame.as<PyFrame>()->frame;
    if (!frame) continue;
    Code* code = frame->code;
    int line = traceback_line_number(tb, code);
    if (!last_code || last_line != line || last_code->filename != code->filename || last_code->name != code->name) {
      repeated();
      last_code = code;
      last_line = line;
      count = 0;
    }
    if (++count <= kRepeatsShown) traceback_line(code, line, traceback_index(tb, code));
  }
  repeated();
}

// The text of a line without its end; false where it can't be had.
bool Display::source_line(const std::string& filename, int line, std::string* out) {
  if (line <= 0) return false;
  if (!have_file_ || filename != file_name_) {
    have_file_ = true;
    file_name_ = filename;
    file_.clear();
    file_ok_ = read_file(filename, &file_);
    if (!file_ok_) {
      // Compiled elsewhere: a file of that name on the search path will do.
      size_t slash = filename.rfind('/');
      std::string tail = slash == std::string::npos ? filename : filename.substr(slash + 1);
      Ref path = sys_get("path");
      for (size_t i = 0; path && is_list(path) && i < list_size(path) && !file_ok_; i++) {
        Ref folder = list_get(path, i);
        if (!folder || !is_str(folder)) continue;
        std::string name = utf8_lossy(folder);
        if (name.find('\0') != std::string::npos || tail.empty()) continue;
        if (!name.empty() && name.back() != '/') name += '/';
        file_.clear();
        file_ok_ = read_file(name + tail, &file_);
      }
    }
    file_encoding_ = find_encoding_cookie(file_);
    for (char& c : file_encoding_) c = c == '_' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c | 32 : c);
    if (file_encoding_.empty() || file_encoding_ == "utf8") file_encoding_ = "utf-8";
    if (file_.compare(0, 3, "\xEF\xBB\xBF") == 0) file_.erase(0, 3);
  }
  if (!file_ok_) return false;
  size_t at = 0;
  for (int i = 1;; i++) {
    if (at >= file_.size()) return false;
    size_t end = file_.find_first_of("\r\n", at);
    if (end == std::string::npos) end = file_.size();
    if (i == line) {
      out->assign(file_, at, end - at);
      break;
    }
    at = end + (file_.compare(end, 2, "\r\n") == 0 ? 2 : 1);
  }
  if (file_encoding_ == "utf-8") return find_invalid_utf8(*out) == std::string_view::npos;
  Ref bytes = make_bytes(*out);
  Ref decoded = bytes ? codec_decode(bytes, file_encoding_.c_str(), "strict") : Ref();
  if (!decoded || !is_str(decoded)) {
    clear_error();
    return false;
  }
  *out = utf8_lossy(decoded);
  return true;
}

void Display::traceback_line(Code* code, int line, int32_t lasti) {
  margin();
  ascii("  File \"");
  out_.append(code->filename);
  ascii("\", line ");
  number(line);
  ascii(", in ");
  out_.append(code->name);
  ascii("\n");
  std::string text;
  if (!source_line(utf8_lossy(code->filename), line, &text)) return;
  size_t leading = 0;
  while (leading < text.size() && blank(text[leading])) leading++;
  margin();
  ascii("    ");
  out_.append_utf8(std::string_view(text).substr(leading));
  ascii("\n");
  carets(code, lasti, text, static_cast<int64_t>(leading));
}

// The operator of a binary operation, the brackets of a subscript: from and to in characters of the segment.
bool anchors(std::string_view segment, int64_t* from, int64_t* to) {
  Arena arena;
  ParseOptions options;
  options.collect_warnings = false;
  ParseResult parsed = parse(segment, options, arena);
  auto* module = parsed.module ? ast::dyn_cast<ast::Module>(parsed.module) : nullptr;
  if (!module || module->body.size != 1) return false;
  auto* statement = ast::dyn_cast<ast::ExprStmt>(module->body[0]);
  if (!statement) return false;
  if (auto* binary = ast::dyn_cast<ast::BinOp>(statement->value)) {
    int32_t end = binary->right->loc.col_offset;
    for (int32_t i = binary->left->loc.end_col_offset; i < end && i < static_cast<int32_t>(segment.size()); i++) {
      if (blank(segment[static_cast<size_t>(i)])) continue;
      *from = characters(segment, i);
      *to = *from + 1;
      if (i + 1 < end && !blank(segment[static_cast<size_t>(i) + 1])) ++*to;
      return true;
    }
    return false;
  }
  if (auto* subscript = ast::dyn_cast<ast::Subscript>(statement->value)) {
    *from = characters(segment, subscript->value->loc.end_col_offset);
    *to = characters(segment, subscript->slice->loc.end_col_offset + 1);
    return true;
  }
  return false;
}

void Display::carets(Code* code, int32_t lasti, const std::string& line, int64_t leading) {
  if (columns_hidden || lasti < 0 || static_cast<uint32_t>(lasti) >= code->instruction_count) return;
  Position p = code_position(code, static_cast<uint32_t>(lasti));
  if (p.line <= 0 || p.end_line <= 0 || p.column < 0 || p.end_column < 0) return;
  auto length = characters(line, static_cast<int64_t>(line.size()));
  int64_t start = characters(line, p.column), end, from = -1, to = -1;
  bool operation = false;
  if (p.line == p.end_line) {
    end = characters(line, p.end_column);
    size_t a = byte_of(line, start), b = byte_of(line, end);
    if (a < b && anchors(std::string_view(line).substr(a, b - a), &from, &to)) {
      operation = true;
      from += start;
      to += start;
    }
  } else {
    // Up to the last character of the line that isn't blank. (Bytes are looked at, by the number of characters: so it is done elsewhere.)
    end = length;
    while (end > 0 && blank(line[static_cast<size_t>(end) - 1])) end--;
  }
  if (!operation && end - start == length - leading) return;
  margin();
  ascii("    ");
  for (int64_t i = leading; i < end; i++) ascii(i < start ? " " : !operation ? "^" : i >= from && i < to ? "^" : "~");
  ascii("\n");
}

// ---- syntax errors

// Prints where the error lies; message: what stands in for the exception. False: not a syntax error that knows its place.
bool Display::syntax_place(Value exc, Ref* shown) {
  Ref wanted = get_attr_opt(exc, intern_static("print_file_and_line"));
  if (!wanted || wanted.get() == kMissing) {
    clear_error();
    return false;
  }
  auto field = [&](const char* name) { return get_attr(exc, intern_str(name).as<Str>()); };
  Ref message = field("msg"), filename = field("filename"), line = field("lineno"), offset = field("offset"),
      text = field("text");
  int64_t line_number, at = -1, end_line, end_at = -1;
  if (!message || !filename || !line || !offset || !text || !is_int(line) || !int_fits64(line, &line_number) ||
      (offset.get() != kNone && (!is_int(offset) || !int_fits64(offset, &at))) ||
      (text.get() != kNone && !is_str(text))) {
    clear_error();
    return false;
  }
  end_line = line_number;
  if (type_of(exc) == types::SyntaxError) {
    // Only these show a range.
    Ref last = field("end_lineno"), last_offset = field("end_offset");
    if (!last || !last_offset || (last.get() != kNone && (!is_int(last) || !int_fits64(last, &end_line))) ||
        (last_offset.get() != kNone && (!is_int(last_offset) || !int_fits64(last_offset, &end_at)))) {
      clear_error();
      return false;
    }
  }
  Ref name = filename.get() == kNone ? make_str("<string>") : str_of(filename);
  if (!name) {
    clear_error();
    return false;
  }
  margin();
  ascii("  File \"");
  out_.append(name);
  ascii("\", line ");
  number(line_number);
  ascii("\n");
  if (text.get() != kNone) {
    std::string utf8 = utf8_lossy(text);
    auto size = static_cast<int64_t>(utf8.size());
    if (end_line > line_number) end_at = size;
    if (end_at > size + 1) end_at = size + 1;
    syntax_text(utf8, at, end_at);
  }
  *shown = std::move(message);
  return true;
}

void Display::syntax_text(std::string_view text, int64_t offset, int64_t end_offset) {
  int64_t carets = end_offset > 0 && end_offset > offset ? end_offset - offset : 1;
  offset--;
  while (!text.empty() && blank(text[0])) {
    text.remove_prefix(1);
    offset--;
  }
  auto length = static_cast<int64_t>(text.size());
  if (length > 0 && text.back() == '\n') length--;
  if (offset > length) offset = length;
  for (;;) {
    size_t newline = text.find('\n');
    if (newline == std::string_view::npos || static_cast<int64_t>(newline) >= offset) break;
    text.remove_prefix(newline + 1);
    length -= static_cast<int64_t>(newline) + 1;
    offset -= static_cast<int64_t>(newline) + 1;
  }
  margin();
  ascii("    ");
  out_.append_utf8(text);
  if (static_cast<size_t>(length) >= text.size()) ascii("\n");
  if (offset < 0) return;
  margin();
  ascii("    ");
  out_.append_repeat(' ', static_cast<size_t>(offset));
  out_.append_repeat('^', static_cast<size_t>(carets));
  ascii("\n");
}

// ---- the exception itself

void Display::message(TypeObject* type, Value shown, Value exc) {
  margin();
  Ref module = get_attr(Value(type), TAIPAN_NAME(__module__));
  if (!module || !is_str(module)) {
    clear_error();
    ascii("<unknown>.");
  } else if (!str_eq_ascii(module, "builtins") && !str_eq_ascii(module, "__main__")) {
    out_.append(module);
    ascii(".");
  }
  Ref name = get_attr(Value(type), TAIPAN_NAME(__qualname__));
  if (name && is_str(name)) {
    out_.append(name);
  } else {
    clear_error();
    ascii("<unknown>");
  }
  if (shown != kNone) {
    Ref text = str_of(shown);
    if (!text) {
      clear_error();
      ascii(": <exception str() failed>");
    } else if (text.as<Str>()->length) {
      ascii(": ");
      out_.append(text);
    }
  }
  Ref better = suggestion_for(exc);
  if (better) {
    ascii(". Did you mean: '");
    out_.append(better);
    ascii("'?");
  }
  clear_error();
  ascii("\n");
}

void Display::notes(Value exc) {
  Ref notes = get_attr_opt(exc, TAIPAN_NAME(__notes__));
  if (!notes || notes.get() == kMissing) return clear_error();
  if (is_str(notes) || is_bytes(notes) || !is_sequence(notes)) {
    Ref text = repr_of(notes);
    margin();
    if (text)
      out_.append(text);
    else
      ascii("<__notes__ repr() failed>");
    return clear_error();
  }
  int64_t n = length_of(notes);
  for (int64_t i = 0; i < n; i++) {
    Ref note = get_item(notes, Value::from_int(i));
    if (!note) break;
    Ref text = is_str(note) ? note.copy() : str_of(note);
    if (!text) {
      clear_error();
      margin();
      ascii("<note str() failed>\n");
      continue;
    }
    Ref lines = call_method(text, intern_static("splitlines"), kTrue);
    if (!lines || !is_list(lines)) break;
    for (size_t k = 0; k < list_size(lines); k++) {
      margin();
      Ref line = list_get(lines, k);
      if (line) out_.append(line);
    }
    ascii("\n");
  }
  clear_error();
}

}  // namespace

Ref exception_text(Value exc) {
  SavedError saved;
  Display display;
  display.chain(exc);
  Ref text = display.text();
  if (!text) clear_error();
  return text;
}

}  // namespace taipan
