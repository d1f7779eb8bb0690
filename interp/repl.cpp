#include "interp/repl.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <dlfcn.h>
#include <histedit.h>
#include <unistd.h>

#include "frontend/parser.h"
#include "gc/mutator.h"
#include "interp/builtins.h"
#include "interp/compile.h"
#include "interp/config.h"
#include "interp/gil.h"
#include "interp/objects/abstract.h"
#include "interp/objects/codecs.h"
#include "interp/objects/dict.h"
#include "interp/objects/error.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/frame.h"
#include "interp/objects/module.h"
#include "interp/objects/str.h"
#include "interp/version.h"

namespace taipan {

namespace {

// libedit is loaded when a terminal is first read from: programs that don't ask pay nothing.
struct EditLibrary {
  decltype(&::el_init) el_init;
  decltype(&::el_end) el_end;
  decltype(&::el_set) el_set;
  decltype(&::el_source) el_source;
  decltype(&::el_gets) el_gets;
  decltype(&::history_init) history_init;
  decltype(&::history_end) history_end;
  decltype(&::history) history;
  bool load() {
    void* lib = dlopen("libedit.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!lib) lib = dlopen("libedit.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!lib) return false;
    bool ok = true;
    auto find = [&](auto* slot, const char* name) {
      *slot = reinterpret_cast<std::remove_pointer_t<decltype(slot)>>(dlsym(lib, name));
      ok = ok && *slot;
    };
    find(&el_init, "el_init");
    find(&el_end, "el_end");
    find(&el_set, "el_set");
    find(&el_source, "el_source");
    find(&el_gets, "el_gets");
    find(&history_init, "history_init");
    find(&history_end, "history_end");
    find(&history, "history");
    return ok;
  }
};
EditLibrary edit;

struct Console {
  EditLine* edit = nullptr;
  History* history = nullptr;
  std::string history_file;
  std::string prompt;
};
Console console;

char* show_prompt(EditLine*) { return console.prompt.data(); }

bool on_terminal() { return isatty(0) && isatty(1); }

void open_console() {
  if (console.edit || !on_terminal() || !edit.load()) return;
  console.edit = edit.el_init("taipan", stdin, stdout, stderr);
  if (!console.edit) return;
  console.history = edit.history_init();
  HistEvent event;
  edit.history(console.history, &event, H_SETSIZE, 2000);
  edit.el_set(console.edit, EL_PROMPT, show_prompt);
  edit.el_set(console.edit, EL_EDITOR, "emacs");
  edit.el_set(console.edit, EL_SIGNAL, 0);
  edit.el_set(console.edit, EL_HIST, edit.history, console.history);
  edit.el_source(console.edit, nullptr);
  if (const char* home = getenv("HOME")) {
    console.history_file = std::string(home) + "/.taipan_history";
    edit.history(console.history, &event, H_LOAD, console.history_file.c_str());
  }
}
void close_console() {
  if (!console.edit) return;
  HistEvent event;
  if (!console.history_file.empty() && !read_line_hook)
    edit.history(console.history, &event, H_SAVE, console.history_file.c_str());
  edit.history_end(console.history);
  edit.el_end(console.edit);
  console.edit = nullptr;
}

// One line with its newline. The GIL is released while waiting.
LineStatus read_line(const std::string& prompt, std::string* out) {
  out->clear();
  if (read_line_hook && on_terminal()) return read_line_hook(prompt, out);
  if (console.edit) {
    console.prompt = prompt;
    int count = 0;
    const char* line;
    {
      gc::BlockingScope scope;
      errno = 0;
      line = edit.el_gets(console.edit, &count);
    }
    if (!poll()) return LineStatus::kInterrupted;
    if (!line || count <= 0) {
      if (errno == EINTR) return LineStatus::kInterrupted;
      return LineStatus::kEnd;
    }
    out->assign(line, static_cast<size_t>(count));
    HistEvent event;
    if (out->find_first_not_of(" \t\n") != std::string::npos) edit.history(console.history, &event, H_ENTER, line);
    return LineStatus::kLine;
  }
  fputs(prompt.c_str(), stderr);
  fflush(stderr);
  for (;;) {
    char c;
    ssize_t n;
    {
      gc::BlockingScope scope;
      n = read(0, &c, 1);
    }
    if (n < 0 && errno == EINTR) {
      if (!poll()) return LineStatus::kInterrupted;
      continue;
    }
    if (n <= 0) return out->empty() ? LineStatus::kEnd : LineStatus::kLine;
    *out += c;
    if (c == '\n') return LineStatus::kLine;
  }
}

std::string prompt_text(const char* name, const char* otherwise) {
  Ref p = sys_get(name);
  if (!p) return otherwise;
  Ref s = str_of(p);
  if (!s) {
    clear_error();
    return "";
  }
  return utf8_lossy(s);
}

frontend::ReadLineResult read_statement_line(void*, bool continuation, std::string* line) {
  std::string text;
  LineStatus s = read_line(continuation ? prompt_text("ps2", "") : prompt_text("ps1", ""), &text);
  if (s == LineStatus::kInterrupted) {
    if (!error_occurred()) raise_none(types::KeyboardInterrupt);
    return frontend::ReadLineResult::kFailed;
  }
  if (s == LineStatus::kEnd) return frontend::ReadLineResult::kEnd;
  if (text.empty() || text.back() != '\n') text += '\n';
  *line += text;
  return frontend::ReadLineResult::kLine;
}

void run_startup_file(Value globals) {
  const char* file = config.ignore_environment ? nullptr : getenv("PYTHONSTARTUP");
  if (!file || !*file) return;
  FILE* f = fopen(file, "rb");
  if (!f) {
    fprintf(stderr, "Could not open PYTHONSTARTUP\nFileNotFoundError: [Errno %d] %s: '%s'\n", errno, strerror(errno),
            file);
    return;
  }
  std::string source;
  char buf[4096];
  size_t n;
  while ((n = fread(buf, 1, sizeof buf, f)) > 0) source.append(buf, n);
  fclose(f);
  CompileRequest r;
  Ref name = decode_fs(file);
  r.filename = name;
  Ref code = compile_bytes(source, r, true);
  Ref result = code ? eval_code(code, globals, globals, Value()) : Ref();
  if (!result) report_uncaught();
}

}  // namespace

LineStatus (*read_line_hook)(const std::string& prompt, std::string* out);

int run_repl() {
  if (!config.quiet)
    fprintf(stderr,
            "Python 3.11.2 (Taipan %s, %s)\n[%s] on linux\nType \"help\", \"copyright\", \"credits\" or \"license\" "
            "for more information.\n",
            kTaipanVersion, build_text().c_str(), compiler_text().c_str());
  config.interactive = 1;
  config.inspect = 0;  // sys.exit() leaves
  Ref main = main_module();
  if (!main) return 1;
  Value globals = module_dict(main);
  if (!sys_get("ps1")) {
    Ref p = make_str(">>> ");
    sys_set("ps1", p);
  }
  if (!sys_get("ps2")) {
    Ref p = make_str("... ");
    sys_set("ps2", p);
  }
  run_startup_file(globals);
  open_console();
  Ref hook = sys_get("__interactivehook__");
  if (hook) {
    Ref r = call(hook);
    if (!r) clear_error();  // readline is optional
  }
  CompileRequest request;
  Ref filename = make_str("<stdin>");
  request.filename = filename;
  request.mode = frontend::ParseMode::kSingle;
  frontend::LineReader reader;
  reader.read = read_statement_line;
  int status = 0;
  for (;;) {
    flush_streams();
    uint32_t future = 0;
    Ref code = compile_interactive(reader, request, &future);
    if (code && is_stop(code)) break;
    Ref r;
    if (code) {
      request.flags |= future & kCfFutureMask;
      r = eval_code(code, globals, globals, Value());
    }
    if (!r) {
      if (error_matches(types::SystemExit)) {
        status = report_uncaught();
        close_console();
        return status;
      }
      if (error_matches(types::KeyboardInterrupt) && !code) {
        clear_error();
        fprintf(stderr, "\nKeyboardInterrupt\n");
        continue;
      }
      report_uncaught();
    }
  }
  close_console();
  fprintf(stderr, "\n");
  return 0;
}

// input(): a prompt and a line from the terminal if stdin and stdout are it, else through the Python-level streams.
Ref console_input(Value prompt) {
  Ref in = sys_get("stdin"), out = sys_get("stdout"), err = sys_get("stderr");
  if (!in || in.get() == kNone) return raise(types::RuntimeError, "input(): lost sys.stdin");
  if (!out || out.get() == kNone) return raise(types::RuntimeError, "input(): lost sys.stdout");
  if (!err || err.get() == kNone) return raise(types::RuntimeError, "input(): lost sys.stderr");
  Ref r = call_method(err, TAIPAN_NAME(flush));
  if (!r) clear_error();
  auto fd_is = [](Value stream, int fd) {
    Ref f = call_method(stream, TAIPAN_NAME(fileno));
    int64_t n = -1;
    if (!f || !to_int64(f, &n)) {
      clear_error();
      return false;
    }
    return n == fd;
  };
  bool tty = fd_is(in, 0) && fd_is(out, 1) && on_terminal();
  if (!tty) {
    if (prompt) {
      Ref s = str_of(prompt);
      if (!s || !call_method(out, TAIPAN_NAME(write), s)) return nullptr;
    }
    r = call_method(out, TAIPAN_NAME(flush));
    if (!r) clear_error();
    Ref line = call_method(in, TAIPAN_NAME(readline));
    if (!line) return nullptr;
    if (!is_str(line)) return raise(types::TypeError, "object.readline() returned non-string");
    size_t n = line.as<Str>()->length;
    if (n == 0) return raise(types::EOFError, "EOF when reading a line");
    if (line.as<Str>()->at(n - 1) == '\n') return str_substring(line, 0, n - 1);
    return line;
  }
  std::string text;
  if (prompt) {
    Ref s = str_of(prompt);
    if (!s) return nullptr;
    text = utf8_lossy(s);
  }
  r = call_method(out, TAIPAN_NAME(flush));
  if (!r) clear_error();
  open_console();
  std::string line;
  LineStatus status = read_line(text, &line);
  if (status == LineStatus::kInterrupted) {
    if (!error_occurred()) return raise_none(types::KeyboardInterrupt);
    return nullptr;
  }
  if (status == LineStatus::kEnd) return raise_none(types::EOFError);
  if (!line.empty() && line.back() == '\n') line.pop_back();
  return decode_fs(line);
}

}  // namespace taipan
