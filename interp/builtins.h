// What the modules builtins, sys and the import system share with the rest of interp.
#pragma once
#include <string>
#include <vector>

#include "interp/objects/type.h"

namespace taipan {

Value sys_dict();  // sys.__dict__, borrowed; null before it exists
Value builtins_dict();
Ref sys_get(const char* name);  // owned; null without an exception if absent
Ref sys_get(Str* name);         // an interned one
bool sys_set(const char* name, Value v);
Ref console_input(Value prompt_or_null);  // input()

// ---- import
Ref import_call(Value name, Value globals, Value locals, Value fromlist_or_null, Value level);  // __import__()
Ref import_native(const char* name);  // a C++ module by name, made once; kMissing: there is none
const std::vector<const char*>& native_module_names();
Ref import_extension(Value name,
                     Value path);  // a shared object with a module's definition (interp/shared/shared_module.h)
extern int dlopen_flags;
#if defined(__aarch64__)
#define TAIPAN_MULTIARCH "aarch64-linux-gnu"
#else
#define TAIPAN_MULTIARCH "x86_64-linux-gnu"
#endif
inline constexpr const char kExtensionSuffix[] = ".taipan-311-" TAIPAN_MULTIARCH ".so";
bool init_import();                    // _frozen_importlib and its installation
Ref main_module();                     // __main__
Ref import_by_name(const char* name);  // import_module() of abstract.h
bool fcntl_valid(int fd);              // an open descriptor

// ---- life cycle (runtime.cpp)
bool start_runtime();            // objects, builtins, sys, import, io, site
int finish_runtime(int status);  // atexit, threads, modules, streams; returns the exit status
// What an uncaught exception does: sys.excepthook, SystemExit's status, -1000 for KeyboardInterrupt. Clears the error.
int report_uncaught();
bool flush_streams();               // false: an error was raised (not reported)
void display_exception(Value exc);  // the fallback of sys.excepthook: C++'s own rendering to stderr

}  // namespace taipan
