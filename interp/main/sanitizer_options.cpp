// What the sanitizers need to know about the runtime, so that a sanitizer build runs without anything in the environment.
#ifdef __has_feature  // clang's way to tell
#if __has_feature(address_sanitizer)
#define TAIPAN_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define TAIPAN_TSAN 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__  // g++'s
#define TAIPAN_ASAN 1
#endif
#ifdef __SANITIZE_THREAD__
#define TAIPAN_TSAN 1
#endif

#ifdef TAIPAN_ASAN
// Interned and built-in objects live as long as the process. Python programs catch or die by SIGSEGV themselves, and are told that there is no
// memory instead of being ended. Frames stay on the real stack: its bounds are what recursion is checked against.
extern "C" __attribute__((visibility("default"), used)) const char* __asan_default_options() {
  return "detect_leaks=0:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:allocator_may_"
         "return_null=1:detect_stack_use_after_return=0";
}
extern "C" __attribute__((visibility("default"), used)) const char* __ubsan_default_options() {
  return "print_stacktrace=1";
}
#endif
#ifdef TAIPAN_TSAN
extern "C" __attribute__((visibility("default"), used)) const char* __tsan_default_options() {
  return "halt_on_error=1:handle_segv=0";
}
#endif
