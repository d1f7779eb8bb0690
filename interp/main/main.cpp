// The taipan executable: options, start, running a command, module, script or the REPL, exit status.
#include <algorithm>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <ucontext.h>
#include <unistd.h>

#include "gc/concurrent.h"
#include "interp/boot_image.h"
#include "interp/builtins.h"
#include "interp/compile.h"
#include "interp/config.h"
#include "interp/eval/eval.h"
#include "interp/gil.h"
#include "interp/installed.h"
#include "interp/main/options.h"
#include "interp/objects/abstract.h"
#include "interp/objects/codecs.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/list.h"
#include "interp/objects/module.h"
#include "interp/objects/parallel.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"
#include "interp/repl.h"
#include "interp/thread_stats.h"
#include "interp/thread_workers.h"
#include "interp/version.h"
#include "jit/tiering/tiering.h"

namespace taipan {
namespace {

bool prepend_path(const std::string& dir) {
  Ref path = sys_get("path");
  Ref s = decode_fs(dir);
  return path && s && is_list(path) && list_insert(path, 0, s);
}

int finish_run(bool ok) {
  if (ok) return 0;
  return report_uncaught();
}

int run_code(Value code) {
  Ref main = main_module();
  if (!main) return finish_run(false);
  Value d = module_dict(main);
  Ref r = eval_code(code, d, d, Value());
  bool ok = static_cast<bool>(r);
  return finish_run(ok);
}

int run_command(const std::string& command) {
  if (!config.safe_path && !prepend_path("")) return finish_run(false);
  CompileRequest r;
  Ref name = make_str("<string>");
  r.filename = name;
  r.flags = kCfIgnoreCookie;
  Ref text = decode_fs(command + "\n");
  std::string utf8;
  if (!text || !utf8_of(text, &utf8)) {
    if (error_occurred()) {
      clear_error();
      fprintf(stderr, "Unable to decode the command from the command line:\n");
    }
    return 1;
  }
  Ref code = compile_text(utf8, r);
  if (!code) return finish_run(false);
  return run_code(code);
}

// runpy._run_module_as_main / _run_code for -m, and folders or zip files as scripts.
int run_module(const std::string& name, bool alter_argv) {
  Ref runpy = import_module("runpy");
  Ref f = runpy ? get_attr(runpy, "_run_module_as_main") : Ref();
  Ref n = f ? decode_fs(name) : Ref();
  if (!n) return finish_run(false);
  Ref r = call(f, n, bool_value(alter_argv));
  return finish_run(static_cast<bool>(r));
}

// A folder or a zip archive with a __main__: what goes on sys.path; false: an ordinary file.
bool has_importer(const std::string& path) {
  Ref hooks = sys_get("path_hooks");
  Ref s = decode_fs(path);
  if (!hooks || !s) return clear_error(), false;
  for (size_t i = 0; i < list_size(hooks); i++) {
    Ref hook = list_get(hooks, i);
    Ref importer = call(hook, s);
    if (importer) return true;
    clear_error();
  }
  return false;
}

bool read_all(int fd, std::string* out) {
  char buf[65536];
  for (;;) {
    ssize_t n = read(fd, buf, sizeof buf);
    if (n > 0)
      out->append(buf, static_cast<size_t>(n));
    else if (n == 0)
      return true;
    else if (errno != EINTR)
      return false;
  }
}

// How standard input is read: a line with a NUL ends there.
std::string without_nuls(const std::string& source) {
  std::string out;
  for (size_t at = 0; at < source.size();) {
    size_t end = source.find('\n', at), nul = source.find('\0', at);
    end = end == std::string::npos ? source.size() : end + 1;
    if (nul < end) {
      out.append(source, at, nul - at);
      out += '\n';
    } else {
      out.append(source, at, end - at);
    }
    at = end;
  }
  return out;
}

int run_source(const std::string& source, const char* shown) {
  CompileRequest r;
  Ref name = decode_fs(shown);
  if (!name) return finish_run(false);
  r.filename = name;
  size_t skip = 0;
  if (config.skip_first_line) {
    skip = source.find('\n');
    if (skip == std::string::npos) skip = source.size();
  }
  Ref code = compile_bytes(std::string_view(source).substr(skip), r, true);
  if (!code) return finish_run(false);
  int status = run_code(code);
  // A file's names are there while it runs, not in what follows (the REPL of -i, functions called at exit).
  Ref main = main_module();
  for (const char* n : {"__file__", "__cached__"}) {
    Ref key = make_str(n);
    if (main && key && dict_get_cstr(module_dict(main), n)) dict_delete(module_dict(main), key);
  }
  return status;
}

int run_pyc(const std::string& path) {
  Ref loader_type = import_attr("importlib.machinery", "SourcelessFileLoader");
  Ref name = make_str("__main__"), file = decode_fs(path);
  Ref loader = loader_type ? call(loader_type, name, file) : Ref();
  Ref code = loader ? call_method(loader, TAIPAN_NAME(get_code), name) : Ref();
  if (!code) return finish_run(false);
  return run_code(code);
}

int run_script(const std::string& path) {
  if (has_importer(path)) {
    if (!prepend_path(path)) return finish_run(false);
    return run_module("__main__", false);
  }
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    fprintf(stderr, "%s: can't open file '%s': [Errno %d] %s\n", config.executable.c_str(), (path[0] == '/' ? path : [&] {
              char cwd[4096];
              return getcwd(cwd, sizeof cwd) ? std::string(cwd) + "/" + path : path;
            }()).c_str(),
            errno, strerror(errno));
    return 2;
  }
  struct stat st;
  if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
    close(fd);
    fprintf(stderr, "%s: '%s' is a directory, cannot continue\n", config.executable.c_str(), path.c_str());
    return 1;
  }
  std::string source;
  bool ok = read_all(fd, &source);
  close(fd);
  if (!ok) {
    fprintf(stderr, "%s: can't read file '%s': %s\n", config.executable.c_str(), path.c_str(), strerror(errno));
    return 2;
  }
  if (!config.safe_path) {
    char buf[4096];
    std::string real = realpath(path.c_str(), buf) ? buf : path;
    size_t slash = real.rfind('/');
    if (!prepend_path(slash == std::string::npos ? "" : real.substr(0, slash ? slash : 1))) return finish_run(false);
  }
  std::string full = path;  // as __file__ and tracebacks name it
  char cwd[4096];
  if (path[0] != '/' && getcwd(cwd, sizeof cwd)) full = std::string(cwd) + "/" + path;
  Ref main = main_module();
  Ref file = decode_fs(full);
  bool compiled = path.size() > 4 && path.compare(path.size() - 4, 4, ".pyc") == 0;
  Ref loader_type = import_attr("importlib.machinery", compiled ? "SourcelessFileLoader" : "SourceFileLoader");
  Ref name = make_str("__main__");
  Ref loader = loader_type ? call(loader_type, name, file) : Ref();
  if (!main || !file || !loader || !dict_set_cstr(module_dict(main), "__file__", file) ||
      !dict_set_cstr(module_dict(main), "__cached__", kNone) || !dict_set_cstr(module_dict(main), "__loader__", loader))
    return finish_run(false);
  if (compiled) return run_pyc(path);
  return run_source(source, full.c_str());
}

int run_stdin() {
  if (!config.safe_path && !prepend_path("")) return finish_run(false);
  if (isatty(0) || config.interactive) return run_repl();
  config.inspect = 0;
  std::string source;
  if (!read_all(0, &source)) return 1;
  Ref main = main_module();
  Ref file = make_str("<stdin>");
  if (!main || !file || !dict_set_cstr(module_dict(main), "__file__", file) ||
      !dict_set_cstr(module_dict(main), "__cached__", kNone))
    return finish_run(false);
  return run_source(source.find('\0') == std::string::npos ? source : without_nuls(source), "<stdin>");
}

bool exists(const std::string& p) {
  struct stat st;
  return stat(p.c_str(), &st) == 0;
}

// What "home" says in the pyvenv.cfg beside the executable or one above; empty: there is none.
std::string virtual_environment_home() {
  std::string dir = config.executable.substr(0, config.executable.rfind('/'));
  std::string up = dir.substr(0, dir.rfind('/') == std::string::npos ? 0 : dir.rfind('/'));
  for (const std::string& at : {dir, up}) {
    std::string path = at + "/pyvenv.cfg", text;
    int fd = at.empty() ? -1 : open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    bool ok = read_all(fd, &text);
    close(fd);
    for (size_t line = 0; ok && line < text.size();) {
      size_t end = std::min(text.find('\n', line), text.size()), equals = text.find('=', line);
      auto strip = [&](size_t from, size_t to) {
        while (from < to && isspace(static_cast<unsigned char>(text[from]))) from++;
        while (to > from && isspace(static_cast<unsigned char>(text[to - 1]))) to--;
        return text.substr(from, to - from);
      };
      if (equals < end && strip(line, equals) == "home") return strip(equals + 1, end);
      line = end + 1;
    }
    return "";
  }
  return "";
}
// In a virtual environment sys._base_executable is the interpreter that made it. (The prefix is the site module's affair.)
void find_base_executable() {
  config.base_executable = config.executable;
  std::string home = virtual_environment_home();
  if (home.empty()) return;
  auto base = [](const std::string& s) { return s.substr(s.rfind('/') + 1); };
  std::string candidate = home + "/" + base(config.executable);
  char real[4096];
  if (!exists(candidate) && realpath(config.executable.c_str(), real)) candidate = home + "/" + base(real);
  if (exists(candidate)) config.base_executable = candidate;
}

// For tests: from the first instruction on all is done as where threads run in parallel.
void start_idle_thread() {
  start_parallel();
  uint64_t ident;
  sigset_t all, before;  // signals stay the main thread's
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  run_in_thread(
      [](Thread*, void*) {
        gc::BlockingScope blocking;
        for (;;) pause();
      },
      nullptr, size_t{1} << 20, &ident);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

int real_main(int argc, char** argv) {
  Options o = parse_options(argc, argv);
  switch (o.mode) {
    case RunMode::kError:
      if (o.error.rfind("Unknown option", 0) == 0 || o.error.rfind("unknown option", 0) == 0 ||
          o.error.rfind("Argument expected", 0) == 0) {
        fprintf(
            stderr,
            "%s\nusage: %s [option] ... [-c cmd | -m mod | file | -] [arg] ...\nTry `%s -h' for more information.\n",
            o.error.c_str(), argv[0], argv[0]);
        return 2;
      }
      fprintf(stderr, "Fatal Python error: %s\n", o.error.c_str());
      return 1;
    case RunMode::kHelp: print_help(argv[0]); return 0;
    case RunMode::kHelpAll:
      print_help(argv[0]);
      print_help_env();
      print_help_xoptions();
      return 0;
    case RunMode::kHelpEnv: print_help_env(); return 0;
    case RunMode::kHelpXoptions: print_help_xoptions(); return 0;
    case RunMode::kVersion: printf("Python 3.11.2 (Taipan %s)\n", kTaipanVersion); return 0;
    case RunMode::kVersionLong:
      printf("Python 3.11.2 (Taipan %s, %s)\n[%s]\n", kTaipanVersion, build_text().c_str(), compiler_text().c_str());
      return 0;
    default: break;
  }
  std::string error;
  if (!find_paths(argv[0], &error)) {
    fprintf(stderr, "%s: %s\n", argv[0], error.c_str());
    return 1;
  }
  find_base_executable();
  if (o.mode != RunMode::kBootImage) {
    open_boot_image(installed_executable + ".boot");
  } else {
    config.no_site = 1;
    config.dont_write_bytecode = 1;
  }
  // Where it can't be (an interpreter that isn't made of handler functions) everything is interpreted.
  if (config.jit != "off") {
    jit::TieringOptions options;
    options.gil = config.gil;
    if (config.jit == "baseline") options.threshold = 0;
    if (config.jit_threshold >= 0) options.threshold = config.jit_threshold;
    if (config.jit_memory) options.memory = config.jit_memory;
    options.failing_guards = config.jit_guards;
    options.count_exits = config.show_stats;
    options.dump = config.dump == "asm";
    options.dump_function = config.dump_function;
    options.perf_map = config.perf_map;
    options.jitdump = config.jitdump;
    options.jitdump_folder = config.jitdump_folder;
    options.debugger = config.debugger;
    jit::start_tiering(options);
  }
  if (!start_runtime()) {
    if (error_occurred()) report_uncaught();
    return 1;
  }
  if (jit::tiering_runs() && !jit::add_to_sys()) {
    report_uncaught();
    return 1;
  }
  gc::set_collector_mode(config.gc == "off"   ? gc::CollectorMode::kOff
                         : config.gc == "stw" ? gc::CollectorMode::kStopTheWorld
                                              : gc::CollectorMode::kConcurrent);
  gc::force_markers(config.gc_markers);
  if (config.gc_stress) {
    gc::set_collector_mode(gc::CollectorMode::kConcurrent);
    gc::set_collector_stress(true);
  }
  if (config.parallel && !config.gil) start_idle_thread();
  int status = 0;
  switch (o.mode) {
    case RunMode::kBootImage: status = finish_run(write_boot_image(o.target)); break;
    case RunMode::kCommand: status = run_command(o.target); break;
    case RunMode::kModule:
      if (!config.safe_path) {
        char cwd[4096];
        if (getcwd(cwd, sizeof cwd)) prepend_path(cwd);
      }
      status = run_module(o.target, true);
      break;
    case RunMode::kScript: status = run_script(o.target); break;
    default: status = run_stdin(); break;
  }
  bool inspect = config.inspect || (getenv("PYTHONINSPECT") && *getenv("PYTHONINSPECT") && !config.ignore_environment);
  if (inspect && isatty(0) + config.interactive > 0 && o.mode != RunMode::kRepl && o.mode != RunMode::kStdin) {
    config.inspect = 0;
    config.quiet = 1;  // what ran before has introduced itself
    status = run_repl();
  }
  bool interrupted = status == -1000;
  if (interrupted) status = 130;
  status = finish_runtime(status);
  jit::finish_profilers();
  if (config.show_stats) {
    jit::print_tiering_stats();
    print_thread_stats();
    gc::print_collector_figures();
  }
  if (interrupted) {
    // As the shell expects of a program that SIGINT ended.
    signal(SIGINT, SIG_DFL);
    kill(getpid(), SIGINT);
  }
  return status;
}

}  // namespace
}  // namespace taipan

namespace {

// Deep recursion in native code (comparing, hashing, printing nested structures) needs more than the usual 8 MiB: the program runs on a
// stack of its own, of which only what is used takes memory. Where a smaller limit was asked for, and under sanitizers, on the system's.
struct MainCall {
  int argc;
  char** argv;
  int status;
} main_call;
void run_main() { main_call.status = taipan::real_main(main_call.argc, main_call.argv); }

#ifndef TAIPAN_SANITIZE
bool run_on_own_stack() {
  constexpr size_t kSize = size_t{64} << 20, kGuard = 4096;
  rlimit limit;
  if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur < (size_t{8} << 20)) return false;
  void* p =
      mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (p == MAP_FAILED) return false;
  mprotect(p, kGuard, PROT_NONE);
  static ucontext_t here, there;
  if (getcontext(&there) != 0) return false;
  there.uc_stack.ss_sp = p;
  there.uc_stack.ss_size = kSize;
  there.uc_link = &here;
  taipan::main_stack = {static_cast<char*>(p) + kGuard, kSize - kGuard};
  makecontext(&there, run_main, 0);
  return swapcontext(&here, &there) == 0;
}
#else
bool run_on_own_stack() { return false; }
#endif

}  // namespace

int main(int argc, char** argv) {
  main_call = {argc, argv, 0};
  if (!run_on_own_stack()) run_main();
  int status = main_call.status;
  fflush(stdout);
  fflush(stderr);
  // Threads that still run (daemons) must not see the process's statics go.
  _exit(status & 0xFF);
}
