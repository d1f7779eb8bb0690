// What the command line and the environment decided. Set by main before the runtime starts, constant afterwards.
#pragma once
#include <string>
#include <vector>

namespace taipan {

struct Config {
  // sys.flags
  int debug = 0, inspect = 0, interactive = 0, optimize = 0, dont_write_bytecode = 0, no_user_site = 0, no_site = 0,
      ignore_environment = 0, verbose = 0, bytes_warning = 0, quiet = 0, hash_randomization = 1, isolated = 0,
      dev_mode = 0, utf8_mode = 0, safe_path = 0, warn_default_encoding = 0;
  int int_max_str_digits = -1;
  bool hash_seed_set = false;
  unsigned long hash_seed = 0;
  bool unbuffered = false, skip_first_line = false;
  bool lenient_streams = false;  // stdin and stdout let undecodable bytes through
  bool gil = true;
  std::string executable, base_executable, stdlib, prefix, exec_prefix, base_prefix, pycache_prefix,
      check_hash_pycs = "default";
  std::vector<std::string> warn_options, x_options, orig_argv, argv;
  std::vector<std::string> module_search_paths;
  std::string dump, dump_function;  // -X dump=KIND[:FUNC]
  std::string stats;                // -X stats[=FILE]
  bool show_stats = false;
  std::string jit = "full";
  long jit_threshold = -1;
  unsigned jit_guards = 0;  // one of so many fails always; 0: none
  size_t jit_memory = 0;    // bytes; 0: as usual
  bool perf_map = false, jitdump = false, debugger = false;
  std::string jitdump_folder;
  bool parallel = false;  // GIL off: as if a second thread had been started
  bool perturb = false;   // threads give way at random (gc/perturb.h)
  uint64_t perturb_seed = 0;
  std::string gc = "concurrent";
  bool gc_stress = false;
  unsigned gc_markers = 0;  // 0: by the heap and the machine
};
extern Config config;

}  // namespace taipan
