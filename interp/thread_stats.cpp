#include "interp/thread_stats.h"
#include <pthread.h>
#include <unistd.h>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <vector>
#include "interp/config.h"

namespace taipan {

namespace {

struct Record {
  uint64_t native_id;
  bool is_main;
  double cpu_seconds;
  gc::ThreadStats stats;
};
constexpr size_t kMostRecords = 10000;
std::mutex records_mutex;
std::vector<Record>* records;  // of threads that ended
size_t left_out = 0;

double cpu_seconds(clockid_t clock) {
  timespec t;
  return clock_gettime(clock, &t) == 0 ? static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9 : 0;
}

void print_record(const Record& r) {
  const gc::ThreadStats& s = r.stats;
  fprintf(stderr, "%9llu%s %9.3f %9llu %9.3f %11llu %12llu %9llu %10llu %9.3f\n",
          static_cast<unsigned long long>(r.native_id), r.is_main ? "*" : " ", r.cpu_seconds,
          static_cast<unsigned long long>(s.gil_waits), static_cast<double>(s.gil_wait_ns) / 1e9,
          static_cast<unsigned long long>(s.contended_locks), static_cast<unsigned long long>(s.atomic_counts),
          static_cast<unsigned long long>(s.turned_deferred), static_cast<unsigned long long>(s.safepoint_waits),
          static_cast<double>(s.safepoint_wait_ns) / 1e9);
}

}  // namespace

void note_thread_begin(Thread* t) {
  if (config.show_stats && t->native_id != static_cast<uint64_t>(getpid()))
    t->stats.cpu_before = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
}

void note_thread_end(Thread* t) {
  if (!config.show_stats) return;
  std::lock_guard<std::mutex> lock(records_mutex);
  if (!records) records = new std::vector<Record>;
  if (records->size() == kMostRecords) {
    left_out++;
    return;
  }
  records->push_back({t->native_id, t->is_main, cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - t->stats.cpu_before, t->stats});
}

void print_thread_stats() {
  std::lock_guard<std::mutex> lock(records_mutex);
  fprintf(stderr,
          "threads (* main)  cpu s  gil waits    gil s  locks cont.  atomic count       hot  safe waits    safe s\n");
  if (records) {
    for (const Record& r : *records) print_record(r);
  }
  if (left_out) fprintf(stderr, "(and %zu threads more)\n", left_out);
  gc::for_each_mutator([](gc::Mutator* m) {
    auto* t = static_cast<Thread*>(m);
    clockid_t clock;
    bool known = pthread_getcpuclockid(static_cast<pthread_t>(m->thread_id), &clock) == 0;
    print_record({t->native_id, t->is_main, known ? cpu_seconds(clock) - m->stats.cpu_before : 0, m->stats});
  });
}

}  // namespace taipan
