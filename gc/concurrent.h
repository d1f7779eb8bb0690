// The concurrent cycle collector (DESIGN 7): what the rest of the memory system sees of it. How it works, and why nothing that can be reached is
// lost: gc/CONCURRENT.md.
//
// A cycle goes through these phases. The marker's thread works in those marked *, mutators do the rest, a little at each poll:
//   kIdle         nothing
//   kMarking *    from the snapshot of the roots; objects whose trace isn't safe beside a mutator are put aside
//   kWantStop     the marker has nothing left: barrier buffers and what was put aside are looked at with the world stopped; back to kMarking, or on
//   kSweeping *   candidates (tracked, old, unmarked) are listed, and the references among them counted
//   kWantCount    the references of the candidates put aside are counted with the world stopped
//   kComparing *  a candidate with more references than were found among them is alive after all: back to kMarking
//   kWantVerdict  world stopped: nobody has touched a candidate; weakrefs are cleared, the barrier goes off
//   kBreaking     finalisers run, edges are broken
//   kReleasing    empty blocks go back to the system, if there are many
#pragma once
#include <atomic>
#include "gc/header.h"
#include "gc/mutator.h"

namespace taipan::gc {

enum class CollectorMode : uint8_t { kOff, kStopTheWorld, kConcurrent };
void set_collector_mode(CollectorMode mode);  // -X gc=off|stw|concurrent, before the first thread but the main one
CollectorMode collector_mode();
// Cycles all the time, each result checked against the exact rule (-X gc-stress).
void set_collector_stress(bool on);
bool collector_stress();

// Threads that mark. 0: as many as the heap is large and processors are free (-X gc-markers=N).
inline constexpr unsigned kMaxMarkers = 8;
void force_markers(unsigned n);

enum CyclePhase : uint8_t {
  kIdle,
  kMarking,
  kWantStop,
  kSweeping,
  kWantCount,
  kComparing,
  kWantVerdict,
  kBreaking,
  kReleasing
};
extern std::atomic<uint8_t> cycle_phase;
inline bool cycle_active() { return cycle_phase.load(std::memory_order_relaxed) != kIdle; }

// What follows is called by mutators, by the one that collects (see collector.cpp).
void start_cycle(Mutator* m);
uint64_t steps_done();               // ever
void step_cycle(Mutator* m);         // does what the phase asks of a mutator, for a short while
void settle_cycle(Mutator* m);       // ends it: what was found is freed, what wasn't is left to the exact collector
bool stop_if_releasing(Mutator* m);  // true: that is what the cycle was at; it is over now
void abandon_cycle_for_fork(Mutator* m);
void cycle_after_fork_child();
void end_marker(Mutator* m);  // exit: no more cycles

// An object is about to be taken apart while the barrier is on: what it holds is logged, and the marker lets go of it.
void before_death(Mutator* m, Header* h);
// Whether the marker traces it right now, or is about to: its buffers and its cell must not go.
bool is_traced_now(const Header* h);

// ---- Figures ----

// Pauses: how long a mutator was held up at one time, in steps of a sixteenth of a power of two.
enum PauseKind : uint8_t {
  kPauseExact,
  kPauseYoung,
  kPauseStart,
  kPauseMark,
  kPauseCount,
  kPauseVerdict,
  kPauseBreak,
  kPauseRelease,
  kPauseWait,
  kPauseKinds
};
struct PauseFigures {
  uint64_t count = 0, total_ns = 0, longest_ns = 0;
  uint64_t p50_ns = 0, p99_ns = 0, p999_ns = 0;
  uint64_t longest_cpu_ns[kPauseKinds] = {};  // of the thread's own time: what the collector did itself
};
struct CycleFigures {
  uint64_t cycles = 0, abandoned = 0, marked = 0, freed = 0, freed_bytes = 0;
  uint64_t mark_ns = 0, sweep_ns = 0, rounds = 0;
  uint64_t logged = 0, containers_logged = 0;  // the barrier's work
  uint64_t held_back = 0;                      // candidates that turned out to be alive
};
struct MarkerFigures {
  unsigned threads = 0;  // at most, in one cycle
  uint64_t marked[kMaxMarkers] = {}, cpu_ns[kMaxMarkers] = {};
};
struct ReleaseFigures {
  uint64_t blocks = 0, chunks = 0;
};
ReleaseFigures release_figures();  // given back after cycles
PauseFigures pause_figures();
MarkerFigures marker_figures();
CycleFigures cycle_figures();
void print_collector_figures();  // to stderr
uint64_t now_ns();
uint64_t cpu_ns();  // the thread's
void note_pause(PauseKind kind, uint64_t ns, uint64_t cpu);
class PauseScope {
 public:
  explicit PauseScope(PauseKind kind) : kind_(kind), start_(now_ns()), cpu_start_(cpu_ns()) {}
  ~PauseScope() { note_pause(kind_, now_ns() - start_, cpu_ns() - cpu_start_); }
  PauseScope(const PauseScope&) = delete;

 private:
  PauseKind kind_;
  uint64_t start_, cpu_start_;
};

}  // namespace taipan::gc
