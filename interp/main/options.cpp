#include "interp/main/options.h"

#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include "gc/concurrent.h"
#include "interp/config.h"
#include "interp/installed.h"
#include "interp/objects/code_view.h"
#include "interp/objects/codec_checks.h"
#include "interp/objects/hash.h"

namespace taipan {

namespace {

const char* env(const char* name) {
  if (config.ignore_environment) return nullptr;
  const char* v = getenv(name);
  return v && *v ? v : nullptr;
}
int env_level(const char* name) {
  const char* v = env(name);
  if (!v) return 0;
  int n = atoi(v);
  return n > 0 ? n : 1;
}
void take_max(int* field, int level) {
  if (level > *field) *field = level;
}
bool is_file(const std::string& p) {
  struct stat st;
  return stat(p.c_str(), &st) == 0 && S_ISREG(st.st_mode);
}
bool is_dir(const std::string& p) {
  struct stat st;
  return stat(p.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}
std::string real_path(const std::string& p) {
  char buf[PATH_MAX];
  return realpath(p.c_str(), buf) ? buf : p;
}
std::string dir_name(const std::string& p) {
  size_t slash = p.rfind('/');
  return slash == std::string::npos ? "" : slash == 0 ? "/" : p.substr(0, slash);
}

// Megabytes, or with a letter.
bool memory_size(const std::string& text, size_t* out) {
  char* end;
  errno = 0;
  unsigned long long n = strtoull(text.c_str(), &end, 10);
  if (text.empty() || !isdigit(static_cast<unsigned char>(text[0])) || errno || n == 0) return false;
  int shift = *end == 'K' ? 10 : *end == 'G' ? 30 : 20;
  if (*end && (!strchr("KMG", *end) || end[1])) return false;
  if (n > (SIZE_MAX >> 4 >> shift)) return false;
  *out = static_cast<size_t>(n) << shift;
  return true;
}

bool x_option(const std::string& o, std::string* error) {
  config.x_options.push_back(o);
  size_t eq = o.find('=');
  std::string key = o.substr(0, eq), value = eq == std::string::npos ? "" : o.substr(eq + 1);
  if (key == "gil") {
    if (value != "0" && value != "1") return *error = "-X gil=0|1 expected", false;
    config.gil = value == "1";
  } else if (key == "jit") {
    if (value != "off" && value != "auto" && value != "baseline" && value != "full")
      return *error = "-X jit=off|auto|baseline|full expected", false;
    config.jit = value;
  } else if (key == "jit-threshold") {
    config.jit_threshold = atol(value.c_str());
  } else if (key == "jit-guards") {
    char* end;
    config.jit_guards = static_cast<unsigned>(strtoul(value.c_str(), &end, 10));
    if (value.empty() || *end) return *error = "-X jit-guards=N expected", false;
  } else if (key == "dump") {
    size_t colon = value.find(':');
    config.dump = value.substr(0, colon);
    if (colon != std::string::npos) config.dump_function = value.substr(colon + 1);
    if (config.dump != "bytecode" && config.dump != "asm")
      return *error = "-X dump=bytecode|asm[:FUNCTION] expected", false;
  } else if (key == "parallel") {
    config.parallel = true;
  } else if (key == "perturb") {
    char* end;
    config.perturb_seed = strtoull(value.c_str(), &end, 10);
    if (value.empty() || *end) return *error = "-X perturb=SEED expected", false;
    config.perturb = true;
  } else if (key == "gc") {
    if (value != "concurrent" && value != "stw" && value != "off")
      return *error = "-X gc=concurrent|stw|off expected", false;
    config.gc = value;
  } else if (key == "gc-markers") {
    char* end;
    config.gc_markers = static_cast<unsigned>(strtoul(value.c_str(), &end, 10));
    if (value.empty() || *end || config.gc_markers < 1 || config.gc_markers > gc::kMaxMarkers)
      return *error = "-X gc-markers=N expected, N from 1 to 8", false;
  } else if (key == "gc-stress") {
    config.gc_stress = true;
  } else if (key == "jit-memory") {
    if (!memory_size(value, &config.jit_memory)) return *error = "-X jit-memory=N[K|M|G] expected", false;
  } else if (key == "perf") {
    size_t colon = value.find(':');
    std::string kind = value.substr(0, colon);
    if (!kind.empty() && kind != "map" && kind != "jitdump")
      return *error = "-X perf[=map|jitdump[:FOLDER]] expected", false;
    (kind == "jitdump" ? config.jitdump : config.perf_map) = true;
    if (colon != std::string::npos) config.jitdump_folder = value.substr(colon + 1);
  } else if (key == "gdb") {
    config.debugger = true;
  } else if (key == "stats") {
    config.show_stats = true;
    config.stats = value;
  } else if (key == "dev") {
    config.dev_mode = 1;
  } else if (key == "utf8") {
    if (value.empty() || value == "1")
      config.utf8_mode = 1;
    else if (value == "0")
      config.utf8_mode = 0;
    else
      return *error = "preconfig_init_utf8_mode: invalid -X utf8 option value", false;
  } else if (key == "frozen_modules") {
    if (!value.empty() && value != "on" && value != "off")
      return *error = "bad value for option -X frozen_modules (expected \"on\" or \"off\")", false;
  } else if (key == "no_debug_ranges") {
    columns_hidden = true;
  } else if (key == "warn_default_encoding") {
    config.warn_default_encoding = 1;
  } else if (key == "int_max_str_digits") {
    char* end;
    long n = strtol(value.c_str(), &end, 10);
    if (value.empty() || *end || n < 0 || (n != 0 && n < 640) || n > INT_MAX)
      return *error =
                 "config_init_int_max_str_digits: -X int_max_str_digits: invalid limit; must be >= 640 or 0 for "
                 "unlimited.",
             false;
    config.int_max_str_digits = static_cast<int>(n);
  } else if (key == "pycache_prefix") {
    config.pycache_prefix = value;
  } else if (key == "stdlib") {
    config.stdlib = value;
  }
  return true;
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options o;
  bool ask_random_hash = false;  // -R: whatever the environment says
  for (int i = 0; i < argc; i++) config.orig_argv.push_back(argv[i]);
  std::vector<std::string> command_line_warnings;
  // -E and -I decide about the environment, so they are looked for first.
  for (int i = 1; i < argc; i++) {
    const char* a = argv[i];
    if (a[0] != '-' || !a[1]) break;
    if (a[1] == '-') continue;
    bool stop = false;
    for (const char* p = a + 1; *p; p++) {
      if (*p == 'E' || *p == 'I') config.ignore_environment = 1;
      if (*p == 'c' || *p == 'm') stop = true;
      if (*p == 'W' || *p == 'X') {
        if (!p[1]) i++;
        break;
      }
      if (stop) break;
    }
    if (stop) break;
  }
  int i = 1;
  bool done = false;
  auto fail = [&](const std::string& text) {
    o.mode = RunMode::kError;
    o.error = text;
  };
  for (; i < argc && !done; i++) {
    std::string a = argv[i];
    if (a == "-" || a[0] != '-' || a.empty()) break;
    if (a == "--") {
      i++;
      break;
    }
    if (a.rfind("--", 0) == 0) {
      if (a == "--help") return o.mode = RunMode::kHelp, o;
      if (a == "--help-env") return o.mode = RunMode::kHelpEnv, o;
      if (a == "--help-xoptions") return o.mode = RunMode::kHelpXoptions, o;
      if (a == "--help-all") return o.mode = RunMode::kHelpAll, o;
      if (a == "--version") {
        o.mode = RunMode::kVersion;
        return o;
      }
      if (a == "--check-hash-based-pycs") {
        if (++i >= argc) return fail("Argument expected for the --check-hash-based-pycs option"), o;
        config.check_hash_pycs = argv[i];
        if (config.check_hash_pycs != "default" && config.check_hash_pycs != "always" &&
            config.check_hash_pycs != "never")
          return fail("--check-hash-based-pycs must be one of 'default', 'always', or 'never'"), o;
        continue;
      }
      if (a == "--stdlib") {
        if (++i >= argc) return fail("Argument expected for the --stdlib option"), o;
        config.stdlib = argv[i];
        continue;
      }
      if (a == "--make-boot-image") {
        if (++i >= argc) return fail("Argument expected for the --make-boot-image option"), o;
        o.mode = RunMode::kBootImage;
        o.target = argv[i];
        return o;
      }
      return fail("unknown option " + a), o;
    }
    int versions = 0;
    for (size_t k = 1; k < a.size(); k++) {
      char c = a[k];
      auto argument = [&](std::string* out) {
        if (k + 1 < a.size()) {
          *out = a.substr(k + 1);
        } else if (i + 1 < argc) {
          *out = argv[++i];
        } else {
          fail(std::string("Argument expected for the -") + c + " option");
          return false;
        }
        k = a.size();
        return true;
      };
      switch (c) {
        case 'b': config.bytes_warning++; break;
        case 'B': config.dont_write_bytecode = 1; break;
        case 'd': config.debug++; break;
        case 'E': config.ignore_environment = 1; break;
        case 'I':
          config.isolated = 1;
          config.ignore_environment = 1;
          config.no_user_site = 1;
          config.safe_path = 1;
          break;
        case 'P': config.safe_path = 1; break;
        case 'i':
          config.inspect = 1;
          config.interactive = 1;
          break;
        case 'O': config.optimize++; break;
        case 'q': config.quiet++; break;
        case 'R': ask_random_hash = true; break;
        case 's': config.no_user_site = 1; break;
        case 'S': config.no_site = 1; break;
        case 't': break;
        case 'u': config.unbuffered = true; break;
        case 'v': config.verbose++; break;
        case 'x': config.skip_first_line = true; break;
        case 'V': versions++; break;
        case 'h':
        case '?': o.mode = RunMode::kHelp; return o;
        case 'W': {
          std::string w;
          if (!argument(&w)) return o;
          command_line_warnings.push_back(w);
          break;
        }
        case 'X': {
          std::string x, error;
          if (!argument(&x)) return o;
          if (!x_option(x, &error)) return fail(error), o;
          break;
        }
        case 'c':
          if (!argument(&o.target)) return o;
          o.mode = RunMode::kCommand;
          done = true;
          break;
        case 'm':
          if (!argument(&o.target)) return o;
          o.mode = RunMode::kModule;
          done = true;
          break;
        default: return fail(std::string("Unknown option: -") + c), o;
      }
    }
    if (versions) {
      o.mode = versions > 1 ? RunMode::kVersionLong : RunMode::kVersion;
      return o;
    }
  }
  if (o.mode == RunMode::kRepl && i < argc) {
    o.target = argv[i];
    o.mode = o.target == "-" ? RunMode::kStdin : RunMode::kScript;
    config.argv.push_back(o.target);
    i++;
  } else if (o.mode == RunMode::kCommand) {
    config.argv.push_back("-c");
  } else if (o.mode == RunMode::kModule) {
    config.argv.push_back("-m");
  } else {
    config.argv.push_back("");
  }
  for (; i < argc; i++) config.argv.push_back(argv[i]);

  // ---- environment
  take_max(&config.debug, env_level("PYTHONDEBUG"));
  take_max(&config.verbose, env_level("PYTHONVERBOSE"));
  take_max(&config.optimize, env_level("PYTHONOPTIMIZE"));
  take_max(&config.dont_write_bytecode, env_level("PYTHONDONTWRITEBYTECODE") ? 1 : 0);
  take_max(&config.no_user_site, env_level("PYTHONNOUSERSITE") ? 1 : 0);
  take_max(&config.inspect, env_level("PYTHONINSPECT") ? 1 : 0);
  if (env("PYTHONUNBUFFERED")) config.unbuffered = true;
  if (env("PYTHONSAFEPATH")) config.safe_path = 1;
  if (env("PYTHONDEVMODE")) config.dev_mode = 1;
  if (env("PYTHONNODEBUGRANGES")) columns_hidden = true;
  if (env("PYTHONWARNDEFAULTENCODING")) config.warn_default_encoding = 1;
  bool utf8_given = false;
  for (const std::string& x : config.x_options) utf8_given |= x == "utf8" || x.rfind("utf8=", 0) == 0;
  if (const char* v = env("PYTHONUTF8"); v && !utf8_given) {
    if (strcmp(v, "0") != 0 && strcmp(v, "1") != 0)
      return fail("preconfig_init_utf8_mode: invalid PYTHONUTF8 environment variable value"), o;
    config.utf8_mode = !strcmp(v, "1");
    utf8_given = true;
  }
  choose_text_mode(utf8_given);
  if (const char* v = env("PYTHONPYCACHEPREFIX")) {
    bool given = false;
    for (const std::string& x : config.x_options) given |= x == "pycache_prefix" || x.rfind("pycache_prefix=", 0) == 0;
    if (!given) config.pycache_prefix = v;
  }
  if (const char* v = env("PYTHON_GIL")) {
    bool given = false;
    for (const std::string& x : config.x_options) given |= x.rfind("gil", 0) == 0;
    if (strcmp(v, "0") != 0 && strcmp(v, "1") != 0) return fail("PYTHON_GIL=0|1 expected"), o;
    if (!given) config.gil = !strcmp(v, "1");
  }
  if (const char* v = env("PYTHONINTMAXSTRDIGITS"); v && config.int_max_str_digits < 0) {
    char* end;
    long n = strtol(v, &end, 10);
    if (*end || n < 0 || (n != 0 && n < 640))
      return fail(
                 "config_init_int_max_str_digits: PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for "
                 "unlimited."),
             o;
    config.int_max_str_digits = static_cast<int>(n);
  }
  if (const char* v = ask_random_hash ? nullptr : env("PYTHONHASHSEED")) {
    uint32_t seed = 0;
    bool random = true;
    if (!parse_hash_seed(v, &seed, &random))
      return fail("config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]"), o;
    if (!random) {
      config.hash_seed_set = true;
      config.hash_seed = seed;
      config.hash_randomization = seed != 0;
    }
  }
  // Warning options: development mode, environment, command line, -b.
  if (config.dev_mode) config.warn_options.push_back("default");
  check_codec_names = config.dev_mode;
  if (const char* v = env("PYTHONWARNINGS")) {
    std::string s = v;
    size_t start = 0;
    for (;;) {
      size_t comma = s.find(',', start);
      if (comma != start)
        config.warn_options.push_back(s.substr(start, comma == std::string::npos ? comma : comma - start));
      if (comma == std::string::npos) break;
      start = comma + 1;
    }
  }
  for (auto& w : command_line_warnings) config.warn_options.push_back(w);
  if (config.bytes_warning > 1)
    config.warn_options.push_back("error::BytesWarning");
  else if (config.bytes_warning)
    config.warn_options.push_back("default::BytesWarning");
  if (config.stdlib.empty()) {
    if (const char* v = env("TAIPAN_STDLIB")) config.stdlib = v;
  }
  return o;
}

static std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  FILE* f = fopen(path.c_str(), "re");
  if (!f) return lines;
  char* line = nullptr;
  size_t room = 0;
  for (ssize_t n; (n = getline(&line, &room, f)) >= 0;) {
    while (n > 0 && strchr(" \t\r\n", line[n - 1])) n--;
    lines.emplace_back(line, static_cast<size_t>(n));
  }
  free(line);
  fclose(f);
  return lines;
}

// A value of the virtual environment's pyvenv.cfg, beside the executable or one above; empty: none.
static std::string environment_value(const std::string& exe, const char* key) {
  auto strip = [](const std::string& s) {
    size_t from = s.find_first_not_of(" \t"), to = s.find_last_not_of(" \t");
    return from == std::string::npos ? std::string() : s.substr(from, to - from + 1);
  };
  std::string dir = dir_name(exe);
  for (const std::string& place : {dir, dir_name(dir)}) {
    for (const std::string& line : lines_of(place + "/pyvenv.cfg")) {
      size_t equals = line.find('=');
      if (equals != std::string::npos && strip(line.substr(0, equals)) == key) return strip(line.substr(equals + 1));
    }
  }
  return "";
}

static std::string find_installed(const std::string& exe) {
  std::string own = real_path("/proc/self/exe");
  if (is_dir(dir_name(own) + "/lib/dynload")) return own;
  std::string name = exe.substr(exe.rfind('/') + 1);
  for (const std::string& other : {environment_value(exe, "executable"), environment_value(exe, "home") + "/" + name}) {
    std::string real = real_path(other);
    if (!real.empty() && is_dir(dir_name(real) + "/lib/dynload")) return real;
  }
  return own;
}

// The library of an installation: PREFIX/lib/python3.11, where the executable (in a virtual environment: the one that it was made from) lies
// somewhere below PREFIX. Empty: none.
static std::string library_near(const std::string& exe) {
  auto library_in = [](const std::string& prefix) {
    std::string dir = prefix + "/lib/python3.11";
    return is_file(dir + "/os.py") ? dir : std::string();
  };
  if (const char* home = env("PYTHONHOME")) {
    std::string found = library_in(std::string(home).substr(0, std::string(home).find(':')));
    if (!found.empty()) return found;
  }
  std::string dir = environment_value(exe, "home");
  if (dir.empty()) dir = dir_name(exe);
  for (const std::string& start : {dir, dir_name(real_path(exe))}) {
    for (std::string d = start; d.size() > 1; d = dir_name(d)) {
      std::string found = library_in(d);
      if (!found.empty()) return found;
    }
  }
  return "";
}

// EXECUTABLE._pth fixes sys.path, a folder a line, and shuts the environment out; a line "import site" asks for site.
static bool read_pth(const std::string& exe) {
  if (!is_file(exe + "._pth")) return false;
  config.isolated = config.ignore_environment = config.no_user_site = config.safe_path = config.no_site = 1;
  config.module_search_paths.clear();
  for (const std::string& line : lines_of(exe + "._pth")) {
    if (line.empty() || line[0] == '#') continue;
    if (line == "import site") {
      config.no_site = 0;
    } else if (line.rfind("import ", 0) != 0) {
      std::filesystem::path path = std::filesystem::path(dir_name(exe)) / line;
      std::string text = path.lexically_normal().string();
      while (text.size() > 1 && text.back() == '/') text.pop_back();
      config.module_search_paths.push_back(text);
    }
  }
  return true;
}

bool find_paths(const char* argv0, std::string* error) {
  // The executable: as called if it has a slash, else along PATH.
  std::string exe = argv0 ? argv0 : "";
  if (exe.find('/') == std::string::npos) {
    std::string found;
    if (const char* path = getenv("PATH")) {
      std::string all = path;
      size_t start = 0;
      while (found.empty() && start <= all.size()) {
        size_t colon = all.find(':', start);
        std::string dir = all.substr(start, colon == std::string::npos ? colon : colon - start);
        std::string candidate = (dir.empty() ? "." : dir) + "/" + exe;
        if (!exe.empty() && access(candidate.c_str(), X_OK) == 0 && is_file(candidate)) found = candidate;
        if (colon == std::string::npos) break;
        start = colon + 1;
      }
    }
    if (found.empty()) found = real_path("/proc/self/exe");
    exe = found;
  }
  if (!exe.empty() && exe[0] != '/') {
    char cwd[PATH_MAX];
    if (getcwd(cwd, sizeof cwd)) exe = std::string(cwd) + "/" + (exe.rfind("./", 0) == 0 ? exe.substr(2) : exe);
  }
  config.executable = exe;
  installed_executable = find_installed(exe);
  if (config.stdlib.empty()) config.stdlib = library_near(exe);
  if (config.stdlib.empty()) {
    for (const char* dir : {"/usr/lib/python3.11", "/usr/local/lib/python3.11"}) {
      if (is_file(std::string(dir) + "/os.py")) {
        config.stdlib = dir;
        break;
      }
    }
  }
  if (config.stdlib.empty() || !is_file(config.stdlib + "/os.py")) {
    *error = "the Python 3.11 library was not found" +
             (config.stdlib.empty() ? std::string(": install libpython3.11-stdlib or set TAIPAN_STDLIB")
                                    : " in " + config.stdlib);
    return false;
  }
  config.stdlib = real_path(config.stdlib);
  std::string prefix = dir_name(dir_name(config.stdlib));
  config.base_prefix = prefix.empty() ? "/usr" : prefix;
  config.prefix = config.exec_prefix = config.base_prefix;
  if (const char* home = env("PYTHONHOME")) config.prefix = config.exec_prefix = config.base_prefix = home;
  if (read_pth(exe)) return true;
  // sys.path: PYTHONPATH, the zip that nobody ships, the library, its shared objects.
  if (const char* v = env("PYTHONPATH")) {
    std::string s = v;
    size_t start = 0;
    for (;;) {
      size_t colon = s.find(':', start);
      config.module_search_paths.push_back(s.substr(start, colon == std::string::npos ? colon : colon - start));
      if (colon == std::string::npos) break;
      start = colon + 1;
    }
  }
  config.module_search_paths.push_back(config.base_prefix + "/lib/python311.zip");
  config.module_search_paths.push_back(config.stdlib);
  if (is_dir(config.stdlib + "/lib-dynload")) config.module_search_paths.push_back(config.stdlib + "/lib-dynload");
  std::string extensions = installed_folder() + "lib/dynload";
  if (is_dir(extensions)) config.module_search_paths.push_back(extensions);
  return true;
}

void print_help(const char* program) {
  printf(
      "usage: %s [option] ... [-c cmd | -m mod | file | -] [arg] ...\n"
      "Options (and corresponding environment variables):\n"
      "-b     : warn about str(bytes_instance), str(bytearray_instance) and comparing\n"
      "         bytes/bytearray with str (-bb: raise errors)\n"
      "-B     : write no .pyc files on import; also PYTHONDONTWRITEBYTECODE=x\n"
      "-c cmd : run the program given as a string (ends the list of options)\n"
      "-d     : accepted and ignored; also PYTHONDEBUG=x\n"
      "-E     : ignore PYTHON* environment variables (such as PYTHONPATH)\n"
      "-h     : print this text and exit (also -? or --help)\n"
      "-i     : go on interactively after running the script; also PYTHONINSPECT=x\n"
      "-I     : isolate from the user's environment (implies -E, -P and -s)\n"
      "-m mod : run a library module as a script (ends the list of options)\n"
      "-O     : drop assert statements and code under __debug__; also PYTHONOPTIMIZE=x\n"
      "-OO    : as -O, and drop docstrings\n"
      "-P     : put no unsafe path first on sys.path; also PYTHONSAFEPATH=x\n"
      "-q     : print no version and copyright when starting interactively\n"
      "-s     : leave the user's site folder off sys.path; also PYTHONNOUSERSITE\n"
      "-S     : don't import site at the start\n"
      "-u     : make stdout and stderr unbuffered; also PYTHONUNBUFFERED=x\n"
      "-v     : tell about imports; also PYTHONVERBOSE=x\n"
      "-V     : print the version and exit (also --version); -VV tells more\n"
      "-W arg : warning control, action:message:category:module:lineno; also PYTHONWARNINGS=arg\n"
      "-x     : skip the first line of the source\n"
      "-X opt : settings of the implementation, see --help-xoptions\n"
      "--check-hash-based-pycs always|default|never: how to validate hash-based .pyc files\n"
      "--stdlib DIR: use the Python library in DIR; also TAIPAN_STDLIB=DIR\n"
      "--help-env, --help-xoptions: more help\n"
      "Arguments:\n"
      "file   : run this script\n"
      "-      : read the program from stdin (default; interactive mode if it is a terminal)\n"
      "arg ...: go to the program in sys.argv[1:]\n",
      program);
}

void print_help_env() {
  printf(
      "Environment variables that change what Taipan does:\n"
      "PYTHONSTARTUP        file run when starting interactively\n"
      "PYTHONPATH           ':'-separated folders put in front of the module search path\n"
      "PYTHONHOME           another <prefix> for sys.prefix\n"
      "TAIPAN_STDLIB        folder of the Python 3.11 library\n"
      "PYTHON_GIL           0: run without the GIL, 1 (default): with it\n"
      "PYTHONHASHSEED       \"random\" or a number: the seed of str and bytes hashes\n"
      "PYTHONIOENCODING     encoding[:errors] of stdin, stdout and stderr\n"
      "PYTHONINTMAXSTRDIGITS  limit of int <-> str conversions (0: none)\n"
      "PYTHONBREAKPOINT     what breakpoint() calls\n"
      "PYTHONPYCACHEPREFIX  root of a tree of .pyc files\n"
      "PYTHONWARNINGS, PYTHONOPTIMIZE, PYTHONDONTWRITEBYTECODE, PYTHONUNBUFFERED,\n"
      "PYTHONVERBOSE, PYTHONINSPECT, PYTHONNOUSERSITE, PYTHONSAFEPATH, PYTHONDEVMODE,\n"
      "PYTHONUTF8, PYTHONWARNDEFAULTENCODING: as the options of the same meaning\n");
}

void print_help_xoptions() {
  printf(
      "-X gil=0|1           without or with (default) the GIL; also PYTHON_GIL\n"
      "-X jit=off|auto|baseline  what is compiled: nothing, what is called or repeated often, everything\n"
      "-X gc=concurrent|stw|off  automatic collection of cycles: beside the program, stopping it, none\n"
      "-X gc-markers=N      threads that mark beside the program (else by its size and the processors that are free)\n"
      "-X gc-stress         collects all the time and checks each result\n"
      "-X jit-memory=N      machine code takes N megabytes at most (64); NK, NM, NG\n"
      "-X perf[=map]        names of machine code for perf, in /tmp/perf-PID.map\n"
      "-X perf=jitdump[:FOLDER]  names, code and lines for perf inject --jit, in jit-PID.dump\n"
      "-X gdb               tells gdb the names, lines and frames of machine code\n"
      "-X parallel          with -X gil=0: as if a second thread had been started (for tests)\n"
      "-X perturb=SEED      threads give way at random where they meet (for tests)\n"
      "-X jit-threshold=N   calls and loops before a function is compiled\n"
      "-X jit-guards=N      one of N guards in machine code fails always (to test what comes then)\n"
      "-X dump=bytecode[:FUNCTION]  print the bytecode of what is compiled\n"
      "-X dump=asm[:FUNCTION]  print the machine code that the JIT makes\n"
      "-X stats[=FILE.json] print statistics at exit\n"
      "-X dev               development mode\n"
      "-X utf8[=0|1]        UTF-8 mode\n"
      "-X int_max_str_digits=N  limit of int <-> str conversions\n"
      "-X pycache_prefix=DIR    root of a tree of .pyc files\n"
      "-X frozen_modules=on|off start-up modules from the boot image\n"
      "-X warn_default_encoding EncodingWarning where the locale's encoding is used\n"
      "-X no_debug_ranges   no columns in tracebacks; also PYTHONNODEBUGRANGES=x\n"
      "-X importtime, -X faulthandler, -X tracemalloc, -X showrefcount: accepted\n");
}

}  // namespace taipan
