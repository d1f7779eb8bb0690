// The command line and the environment, as python3 takes them.
#pragma once
#include <string>
#include <vector>

namespace taipan {

enum class RunMode {
  kRepl,
  kCommand,
  kModule,
  kScript,
  kStdin,
  kHelp,
  kHelpAll,
  kHelpEnv,
  kHelpXoptions,
  kVersion,
  kVersionLong,
  kBootImage,
  kError
};

struct Options {
  RunMode mode = RunMode::kRepl;
  std::string target;  // command, module, script, boot image file
  std::string error;
};

// Fills `config` (interp/config.h) and tells what to run.
Options parse_options(int argc, char** argv);
// executable, stdlib, prefixes and sys.path.
bool find_paths(const char* argv0, std::string* error);
// Sets the locale, config.utf8_mode (unless given) and what depends on them.
void choose_text_mode(bool utf8_given);
void print_help(const char* program);
void print_help_env();
void print_help_xoptions();

}  // namespace taipan
