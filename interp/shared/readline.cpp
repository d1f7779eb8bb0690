// readline: line editing, completion and history over libedit's emulation of GNU readline.
//
// Lines for the prompt and for input() are read without the GIL; libedit calls back for completion and the hooks, which attach again.
#include <editline/readline.h>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <vector>
#include "gc/callback_scope.h"
#include "gc/collector.h"
#include "interp/modules/posix_support.h"
#include "interp/objects/bytes.h"
#include "interp/objects/codecs.h"
#include "interp/objects/list.h"
#include "interp/repl.h"
#include "interp/shared/shared_module.h"

namespace taipan {

namespace {

Value completer, startup_hook, pre_input_hook, display_hook;  // roots; null: none
int begin_index, end_index, history_start = 1, number_offset, history_limit = -1;
bool auto_history = true;
char* delimiters;

// Text as the terminal has it.
bool to_terminal(Value v, const char* function, std::string* out) {
  if (!is_str(v)) return raise(types::TypeError, "%s argument must be str, not %.50s", function, argument_kind(v));
  FsText text;
  if (!text.parse(v)) return false;
  *out = text.view();
  return true;
}
Ref from_terminal(const char* s) { return s ? decode_utf8(s, "surrogateescape") : Ref::imm(kNone); }

// ---- callbacks

void keep_function(Value* slot, Value v) {
  Ref old = *slot ? Ref::steal(*slot) : Ref();
  *slot = v && v != kNone ? Ref::dup(v).release() : Value();
}
bool set_function(Value* slot, Value v, const char* name) {
  if (v && v != kNone && !is_callable(v))
    return raise(types::TypeError, "set_%.50s(func): argument not callable", name);
  keep_function(slot, v);
  return true;
}
int run_hook(Value hook) {
  gc::CallbackScope attached;
  if (!hook) return 0;
  Ref f = Ref::dup(hook), result = call(f);
  int64_t n = 0;
  if (!result || (result.get() != kNone && !to_int64(result, &n))) {
    clear_error();
    return 0;
  }
  return static_cast<int>(n);
}
int on_startup() { return run_hook(startup_hook); }
int on_pre_input() { return run_hook(pre_input_hook); }

char* next_candidate(const char* text, int state) {
  gc::CallbackScope attached;
  if (!completer) return nullptr;
  rl_attempted_completion_over = 1;  // no file names
  Ref f = Ref::dup(completer), word = from_terminal(text), number = make_int(state);
  Ref found = word ? call(f, word, number) : Ref();
  char* result = nullptr;
  if (found && found.get() != kNone) {
    std::string s;
    if (to_terminal(found, "completer", &s)) result = strdup(s.c_str());
  }
  if (error_occurred()) clear_error();
  return result;
}
char** complete(const char* text, int start, int end) {
  // libedit counts bytes, Python characters.
  auto characters = [](int bytes) {
    int n = 0;
    for (int i = 0; i < bytes && rl_line_buffer && rl_line_buffer[i]; i++) n += (rl_line_buffer[i] & 0xc0) != 0x80;
    return n;
  };
  rl_completion_append_character = '\0';
  begin_index = characters(start);
  end_index = characters(end);
  return rl_completion_matches(text, next_candidate);
}
void show_matches(char** matches, int count, int longest) {
  gc::CallbackScope attached;
  if (!display_hook) return;
  Ref list = make_list();
  for (int i = 1; list && i <= count; i++) {
    Ref s = from_terminal(matches[i]);
    if (!s || !list_append(list, std::move(s))) list = Ref();
  }
  Ref f = Ref::dup(display_hook), text = list ? from_terminal(matches[0]) : Ref(), n = make_int(longest);
  Ref done = text ? call(f, text, list, n) : Ref();
  if (!done) clear_error();
}

HIST_ENTRY* history_line(int at) { return history_get(at + history_start); }  // at from 0
LineStatus read_edited(const std::string& prompt, std::string* out) {
  char* line;
  {
    gc::BlockingScope scope;
    errno = 0;
    line = readline(prompt.c_str());
  }
  int saved = errno;
  if (!poll()) {
    free(line);
    return LineStatus::kInterrupted;
  }
  if (!line) return saved == EINTR ? LineStatus::kInterrupted : LineStatus::kEnd;
  *out = line;
  free(line);
  if (auto_history && !out->empty()) {
    HISTORY_STATE* state = history_get_history_state();
    int n = state->length;
    free(state);
    HIST_ENTRY* last = n > 0 ? history_line(n - 1) : nullptr;
    if (!last || *out != last->line) add_history(out->c_str());
  }
  *out += '\n';
  return LineStatus::kLine;
}

// ---- history

int history_size() {
  HISTORY_STATE* state = history_get_history_state();
  int n = state->length;
  free(state);
  return n;
}

// History files are plain lines, as GNU readline's: other interpreters share them. (libedit's own format is another one.)
bool file_argument(Value v, std::string* out) {  // None: ~/.history
  if (!v || v == kNone) {
    const char* home = getenv("HOME");
    *out = std::string(home ? home : ".") + "/.history";
    return true;
  }
  FsText text;
  if (!text.parse(v)) return false;
  *out = text.view();
  return true;
}
FILE* open_file(const std::string& path, const char* mode) {
  gc::BlockingScope scope;
  return fopen(path.c_str(), mode);
}
bool read_lines(const std::string& path, std::vector<std::string>* out) {
  FILE* f = open_file(path, "re");
  if (!f) return raise_os_error(errno);
  char* line = nullptr;
  size_t capacity = 0;
  ssize_t n;
  while ((n = getline(&line, &capacity, f)) >= 0) {
    while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r')) n--;
    out->emplace_back(line, static_cast<size_t>(n));
  }
  free(line);
  fclose(f);
  return true;
}
bool write_lines(const std::string& path, const char* mode, const std::vector<std::string>& lines) {
  FILE* f = open_file(path, mode);
  if (!f) return raise_os_error(errno);
  bool ok = true;
  for (const std::string& line : lines) ok = ok && fputs(line.c_str(), f) >= 0 && fputc('\n', f) >= 0;
  if (fclose(f) != 0) ok = false;
  return ok || static_cast<bool>(raise_os_error(errno ? errno : EIO));
}
std::vector<std::string> last_lines(int count) {
  int n = history_size();
  std::vector<std::string> lines;
  for (int i = std::max(0, n - count); i < n; i++) {
    HIST_ENTRY* e = history_line(i);
    if (e) lines.emplace_back(e->line);
  }
  return lines;
}

Ref read_history_file(Args& a) {
  std::string path;
  std::vector<std::string> lines;
  if (!file_argument(a[0], &path) || !read_lines(path, &lines)) return nullptr;
  for (const std::string& line : lines) add_history(line.c_str());
  return Ref::imm(kNone);
}
Ref write_history_file(Args& a) {
  std::string path;
  if (!file_argument(a[0], &path)) return nullptr;
  int count = history_limit >= 0 ? history_limit : history_size();
  return write_lines(path, "we", last_lines(count)) ? Ref::imm(kNone) : Ref();
}
Ref append_history_file(Args& a) {
  std::string path;
  int count;
  if (!to_c_int(a[0], &count)) return nullptr;
  if (count < 0) return raise(types::ValueError, "nelements must be positive");
  if (!file_argument(a[1], &path)) return nullptr;
  // The file has to be there.
  std::vector<std::string> lines, more = last_lines(count);
  if (!read_lines(path, &lines)) return nullptr;
  if (history_limit < 0) return write_lines(path, "ae", more) ? Ref::imm(kNone) : Ref();
  lines.insert(lines.end(), more.begin(), more.end());
  auto limit = static_cast<size_t>(history_limit);
  if (lines.size() > limit) lines.erase(lines.begin(), lines.end() - static_cast<ptrdiff_t>(limit));
  return write_lines(path, "we", lines) ? Ref::imm(kNone) : Ref();
}
Ref set_history_length(Args& a) { return to_c_int(a[0], &history_limit) ? Ref::imm(kNone) : Ref(); }
Ref get_history_length(Args&) { return make_int(history_limit); }
Ref get_current_history_length(Args&) { return make_int(history_size()); }
Ref get_history_item(Args& a) {
  int at;
  if (!to_c_int(a[0], &at)) return nullptr;
  if (at < 1 || at > history_size()) return Ref::imm(kNone);
  HIST_ENTRY* e = history_line(at - 1);
  return e ? from_terminal(e->line) : Ref::imm(kNone);
}
bool position(Value v, int* at) {
  if (!to_c_int(v, at)) return false;
  if (*at < 0) return raise(types::ValueError, "History index cannot be negative");
  if (*at >= history_size()) return raise(types::ValueError, "No history item at position %d", *at);
  return true;
}
Ref remove_history_item(Args& a) {
  int at;
  if (!position(a[0], &at)) return nullptr;
  HIST_ENTRY* e = remove_history(at);
  if (!e) return raise(types::ValueError, "No history item at position %d", at);
  free(const_cast<char*>(e->line));
  free(e);
  return Ref::imm(kNone);
}
Ref replace_history_item(Args& a) {
  int at;
  std::string line;
  if (!to_c_int(a[0], &at)) return nullptr;
  if (at < 0) return raise(types::ValueError, "History index cannot be negative");
  if (!to_terminal(a[1], "replace_history_item()", &line) || !position(a[0], &at)) return nullptr;
  HIST_ENTRY* e = replace_history_entry(at + number_offset, line.c_str(), nullptr);
  if (!e) return raise(types::ValueError, "No history item at position %d", at);
  free(const_cast<char*>(e->line));
  free(e);
  return Ref::imm(kNone);
}
Ref add_history_line(Args& a) {
  std::string line;
  if (!to_terminal(a[0], "add_history()", &line)) return nullptr;
  add_history(line.c_str());
  return Ref::imm(kNone);
}
Ref clear_history_lines(Args&) {
  clear_history();
  return Ref::imm(kNone);
}
Ref set_auto_history(Args& a) {
  int on = is_true(a[0]);
  if (on < 0) return nullptr;
  auto_history = on;
  return Ref::imm(kNone);
}

// ---- editing and completion

Ref parse_and_bind(Args& a) {
  std::string line;
  if (!to_terminal(a[0], "parse_and_bind()", &line)) return nullptr;
  std::string copy = line;  // it is changed
  rl_parse_and_bind(copy.data());
  return Ref::imm(kNone);
}
Ref read_init_file(Args& a) {
  FsText text;
  bool named = a.has(0) && a[0] != kNone;
  if (named && !text.parse(a[0])) return nullptr;
  errno = 0;
  int code = rl_read_init_file(named ? text.get() : nullptr);
  if (!code) return Ref::imm(kNone);
  return raise_os_error(code > 0 ? code : errno ? errno : EIO);
}
Ref get_line_buffer(Args&) { return from_terminal(rl_line_buffer ? rl_line_buffer : ""); }
Ref insert_text(Args& a) {
  std::string text;
  if (!to_terminal(a[0], "insert_text()", &text)) return nullptr;
  rl_insert_text(text.c_str());
  return Ref::imm(kNone);
}
Ref redisplay(Args&) {
  rl_redisplay();
  return Ref::imm(kNone);
}
Ref set_completer(Args& a) { return set_function(&completer, a[0], "completer") ? Ref::imm(kNone) : Ref(); }
Ref get_completer(Args&) { return completer ? Ref::dup(completer) : Ref::imm(kNone); }
Ref get_completion_type(Args&) { return make_int(rl_completion_type); }
Ref get_begidx(Args&) { return make_int(begin_index); }
Ref get_endidx(Args&) { return make_int(end_index); }
Ref set_completer_delims(Args& a) {
  std::string text;
  if (!to_terminal(a[0], "set_completer_delims()", &text)) return nullptr;
  char* fresh = strdup(text.c_str());
  if (!fresh) return raise_memory();
  free(delimiters);
  rl_completer_word_break_characters = delimiters = fresh;
  return Ref::imm(kNone);
}
Ref get_completer_delims(Args&) { return from_terminal(rl_completer_word_break_characters); }
Ref set_startup_hook(Args& a) { return set_function(&startup_hook, a[0], "startup_hook") ? Ref::imm(kNone) : Ref(); }
Ref set_pre_input_hook(Args& a) {
  return set_function(&pre_input_hook, a[0], "pre_input_hook") ? Ref::imm(kNone) : Ref();
}
Ref set_display_hook(Args& a) {
  if (!set_function(&display_hook, a[0], "completion_display_matches_hook")) return nullptr;
  using Hook = decltype(rl_completion_display_matches_hook);
  rl_completion_display_matches_hook = display_hook ? reinterpret_cast<Hook>(show_matches) : nullptr;
  return Ref::imm(kNone);
}

const NativeDef kFunctions[] = {
    {"parse_and_bind", "($module, string, /)", parse_and_bind, 0, "Runs one line of an init file."},
    {"read_init_file", "($module, filename=None, /)", read_init_file, 0, "Runs an init file."},
    {"read_history_file", "($module, filename=None, /)", read_history_file, 0, "Adds the lines of a history file."},
    {"write_history_file", "($module, filename=None, /)", write_history_file, 0, "Saves the history."},
    {"append_history_file", "($module, nelements, filename=None, /)", append_history_file, 0,
     "Adds the last lines of the history to a file."},
    {"set_history_length", "($module, length, /)", set_history_length, 0,
     "Sets how many lines a history file may have; negative: any number."},
    {"get_history_length", "($module, /)", get_history_length, 0, "How many lines a history file may have."},
    {"get_current_history_length", "($module, /)", get_current_history_length, 0,
     "The number of lines in the history."},
    {"get_history_item", "($module, index, /)", get_history_item, 0, "A line of the history, counted from 1."},
    {"remove_history_item", "($module, pos, /)", remove_history_item, 0, "Removes a line, counted from 0."},
    {"replace_history_item", "($module, pos, line, /)", replace_history_item, 0, "Replaces a line, counted from 0."},
    {"add_history", "($module, string, /)", add_history_line, 0, "Adds a line."},
    {"clear_history", "($module, /)", clear_history_lines, 0, "Removes all lines."},
    {"set_auto_history", "($module, enabled, /)", set_auto_history, 0, "Says whether lines that are read are added."},
    {"get_line_buffer", "($module, /)", get_line_buffer, 0, "The line being edited."},
    {"insert_text", "($module, string, /)", insert_text, 0, "Inserts text at the cursor."},
    {"redisplay", "($module, /)", redisplay, 0, "Shows the line as it is now."},
    {"set_completer", "($module, function=None, /)", set_completer, 0, "Sets what completes words."},
    {"get_completer", "($module, /)", get_completer, 0, "What completes words, or None."},
    {"get_completion_type", "($module, /)", get_completion_type, 0, "The kind of completion that is tried."},
    {"get_begidx", "($module, /)", get_begidx, 0, "Where the word to complete begins."},
    {"get_endidx", "($module, /)", get_endidx, 0, "Where the word to complete ends."},
    {"set_completer_delims", "($module, string, /)", set_completer_delims, 0, "Sets what separates words."},
    {"get_completer_delims", "($module, /)", get_completer_delims, 0, "What separates words."},
    {"set_startup_hook", "($module, function=None, /)", set_startup_hook, 0, "Sets what is called before a prompt."},
    {"set_pre_input_hook", "($module, function=None, /)", set_pre_input_hook, 0,
     "Sets what is called behind a prompt."},
    {"set_completion_display_matches_hook", "($module, function=None, /)", set_display_hook, 0,
     "Sets what shows the candidates of a completion."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

bool readline_exec(Value module) {
  if (!module_add_int(module, "_READLINE_VERSION", rl_readline_version) ||
      !module_add_int(module, "_READLINE_RUNTIME_VERSION", rl_readline_version) ||
      !module_add_str(module, "_READLINE_LIBRARY_VERSION", rl_library_version))
    return false;
  if (read_line_hook) return true;
  for (Value* slot : {&completer, &startup_hook, &pre_input_hook, &display_hook}) gc::add_root(slot);
  rl_readline_name = "python";
  rl_initialize();
  using_history();
  // Whether the emulation counts lines from 0 or from 1 depends on its version.
  add_history("1");
  history_start = history_get(1) ? 1 : 0;
  add_history("2");
  HIST_ENTRY* replaced = replace_history_entry(1, "X", nullptr);
  if (replaced) {
    free(const_cast<char*>(replaced->line));
    free(replaced);
  }
  HIST_ENTRY* first = history_get(history_start);
  number_offset = first && first->line && strcmp(first->line, "X") == 0;
  clear_history();
  rl_catch_signals = 0;
  rl_startup_hook = on_startup;
  rl_pre_input_hook = on_pre_input;
  rl_attempted_completion_function = complete;
  rl_completion_append_character = '\0';
  delimiters = strdup(" \t\n`~!@#$%^&*()-=+[{]}\\|;:'\",<>/?");
  rl_completer_word_break_characters = delimiters;
  read_line_hook = read_edited;
  return true;
}

const ModuleDef kReadlineModule = {"readline",
                                   "Importing this module enables command line editing using libedit readline.",
                                   kFunctions, readline_exec};

}  // namespace
}  // namespace taipan

TAIPAN_SHARED_MODULE(taipan::kReadlineModule)
