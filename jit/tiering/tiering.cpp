#include "jit/tiering/tiering.h"

#include <pthread.h>
#include <time.h>
#include <cstdio>
#include "frontend/bytecode/op_info.h"
#include "gc/mutator.h"
#include "interp/objects/parallel.h"
#include "interp/objects/str.h"
#include "jit/inspect/inspect.h"
#include "jit/tiering/tier.h"

namespace taipan::gc {
void with_registry_locked(void (*f)(void*), void* arg);  // mutator.cpp
}

namespace taipan::jit {

Tier* tier;
const void* const* exit_handlers;

namespace {

constexpr int64_t kExits = 1000;  // handlers entered from a code before it is made anew
constexpr int kMostTimes = 4;

void compile_again(Frame* f) { compile_code(f->code, f->code->feedback.load(std::memory_order_acquire), true); }

template <class F>
const void* make_stub(const std::string& name, F emit) {
  bool near = Masm::code_memory_is_near;
  Masm m;
  m.without_frame();
  emit(m);
  arch::CodeBlock* block = tier->space.install(m, name);
  if (!block && near && !Masm::code_memory_is_near) return make_stub(name, emit);
  if (!block) return nullptr;
  tier->stub_blocks.push_back(block);
  tell_profilers(*block, nullptr, nullptr);
  return block->exec;
}

bool wants_dump(Code* code) {
  const TieringOptions& o = tier->options;
  return o.dump && (o.dump_function.empty() || utf8_lossy(code->name) == o.dump_function ||
                    utf8_lossy(code->qualname) == o.dump_function);
}

// Processor time: what others do meanwhile is no cost of compiling.
uint64_t thread_ns() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1000000000 + static_cast<uint64_t>(t.tv_nsec);
}

enum Outcome { kCompiled, kNotWanted, kNotNow, kNoRoom, kPutOff };

Outcome compile_once(Code* code, std::atomic<uint64_t>* feedback, bool again, bool wait) {
  uint32_t n = code->instruction_count;
  std::atomic<uint64_t>* entries = entries_of(code, feedback);
  std::unique_lock<std::mutex> hold(tier->mutex, std::defer_lock);
  if (wait)
    hold.lock();
  else if (!hold.try_lock())
    return kNotNow;
  uint64_t state = entries[n].load(std::memory_order_acquire);
  if (!(state & 1) && !(again && state)) return state != 0 ? kCompiled : kNotWanted;
  if (tier->full_at && tier->space.used() >= tier->full_at && ++tier->put_off < kMostPutOff) return kPutOff;
  uint64_t start = thread_ns();
  Record* record = record_of(feedback);
  if (!record) {
    record = new Record;
    record->code = code;
    record->feedback = feedback;
    record->next = tier->records;
    if (tier->records) tier->records->before = record;
    tier->records = record;
    feedback[-2].store(reinterpret_cast<uint64_t>(record), std::memory_order_release);
  }
  if ((state & 1) &&
      again) {  // given up meanwhile: it is a call that was under way, or a loop that has had no poll yet
    record->exits_left = kExits;
    return kNotWanted;
  }
  record->exits_left = record->times < kMostTimes ? kExits << (3 * record->times) : INT64_MAX;
  if (record->times > kMostTimes) return state != 0 ? kCompiled : kNotWanted;
  Masm masm;
  Compiler compiler(code, masm, exit_handlers, tier->stubs());
  compiler.compile();
  if (compiler.failed()) return kNoRoom;
  std::string name = "python:" + utf8_lossy(code->qualname);
  std::vector<arch::CodeLine> lines;
  if (tier->options.debugger) lines = lines_of(code, compiler.positions());
  std::string file = tier->options.debugger ? utf8_lossy(code->filename) : "";
  arch::CodeBlock* block = tier->space.install(masm, std::move(name), {file, &lines});
  if (!block) {
    if (masm.error() || masm.size() > tier->options.memory / 2) {
      if (!again) entries[n].store(0, std::memory_order_release);
      tier->stats.failed++;
      return kNotWanted;
    }
    return kNoRoom;
  }
  record->times++;
  // (The table comes first: who gets to an entry that checks finds this one, or a newer.)
  std::vector<uint64_t> places(n);
  for (uint32_t i = 0; i < n; i++)
    places[i] = compiler.handler_only(i) ? reinterpret_cast<uint64_t>(exit_handlers[code->instructions[i].op])
                : compiler.checks(i)     ? reinterpret_cast<uint64_t>(tier->stubs().check)
                                         : reinterpret_cast<uint64_t>(block->exec) + compiler.entry(i);
  record->versions.push_back({block, compiler.take_entries(block->exec), compiler.take_positions()});
  record->entries.store(record->versions.back().entries.get(), std::memory_order_release);
  for (uint32_t i = 0; i < n; i++) entries[i].store(places[i], std::memory_order_release);
  if (compiler.has_thunk())
    feedback[-1].store(reinterpret_cast<uint64_t>(block->exec) + compiler.thunk(), std::memory_order_release);
  entries[n].store(reinterpret_cast<uint64_t>(block), std::memory_order_release);
  uint64_t took = thread_ns() - start;
  tier->stats.compiled++;
  tier->stats.instructions += n;
  tier->stats.code_bytes += block->size;
  tier->stats.hot_bytes += compiler.hot_bytes();
  tier->stats.nanoseconds += took;
  if (took > tier->stats.longest) tier->stats.longest = took;
  tell_profilers(*block, code, &record->versions.back().positions);
  if (wants_dump(code)) {
    std::string text = describe_block(*block, code, &record->versions.back().positions);
    fwrite(text.data(), 1, text.size(), stderr);
  }
  return kCompiled;
}

void code_starts(Code* code, std::atomic<uint64_t>* feedback, std::atomic<uint64_t>*) { interpret(code, feedback); }
void code_changes(Code* code, std::atomic<uint64_t>* feedback, std::atomic<uint64_t>* entries) {
  {
    // (Who compiles at this moment may have read the feedback before it was cleared, and is waited for.)
    std::lock_guard<std::mutex> hold(tier->mutex);
    uint64_t state = entries[code->instruction_count].load(std::memory_order_acquire);
    if (!state || (state & 1)) return;
    interpret(code, feedback);
    if (record_of(feedback)->times > kMostTimes) entries[code->instruction_count].store(0, std::memory_order_release);
  }
  // Machine code that is running now, in this thread or another, leaves at its next back edge or call.
  gc::with_registry_locked(
      [](void*) {
        gc::for_each_mutator([](gc::Mutator* m) { m->poll.fetch_or(gc::kPollTrace, std::memory_order_relaxed); });
      },
      nullptr);
}
// GIL off, and there will be a second thread, started by the only one there is. What was compiled so far is for one: its entries turn back to
// the interpreter, which makes new code of what is still hot. Its activations all lie in this thread's native stack, below the call that
// led here: before they do what isn't for several threads they look at the byte behind the table, and leave.
void threads_start() {
  std::lock_guard<std::mutex> hold(tier->mutex);
  tier->table.several = 1;
  for (Record* r = tier->records; r; r = r->next) {
    uint64_t state = entries_of(r->code, r->feedback)[r->code->instruction_count].load(std::memory_order_relaxed);
    r->times = 0;
    if (state && !(state & 1)) interpret(r->code, r->feedback, tier->options.threshold);
  }
  gc::current_mutator->poll.fetch_or(gc::kPollTrace, std::memory_order_relaxed);
}
void code_dies(Code*, std::atomic<uint64_t>* feedback, std::atomic<uint64_t>*) {
  Record* record = record_of(feedback);
  if (!record) return;
  std::lock_guard<std::mutex> hold(tier->mutex);
  for (Version& v : record->versions) tier->space.release(v.block);
  tier->stats.freed += record->versions.size();
  forget_record(record);
}

const void* make_out(const Stubs& stubs, const void* function, Out how, bool at_pc) {
  bool parallel = stubs.threads == Threads::kParallel;
  const void*& code = tier->outs[{function, static_cast<int>(how) * 4 + at_pc * 2 + parallel}];
  // (Names of functions mean reading the executable's symbols: milliseconds.)
  const TieringOptions& o = tier->options;
  bool named = o.dump || o.perf_map || o.jitdump || o.debugger;
  if (!code)
    code =
        make_stub(named ? "jit: to " + name_of_address(reinterpret_cast<uint64_t>(function), nullptr) : "jit: to C++",
                  [&](Masm& m) { emit_out(m, stubs, function, how, at_pc); });
  return code;
}

bool make_stubs() {
  bool ok = true;
  auto stub = [&](const std::string& name, auto emit) {
    const void* code = make_stub(name, emit);
    ok = ok && code;
    return code;
  };
  bool counts = tier->options.count_exits;
  if (counts) tier->counts = new CountLane[kCountLanes];
  for (int i = 0; i < frontend::kOpCount; i++) {
    uint8_t op = static_cast<uint8_t>(i);
    tier->exit_table[i] = instruction_handlers()[i];
    if (counts)
      tier->exit_table[i] = stub(std::string("jit: handler of ") + frontend::kOpInfo[i].name,
                                 [op](Masm& m) { emit_counted_exit(m, op); });
  }
  exit_handlers = tier->exit_table;
  tier->interpret = reinterpret_cast<uint64_t>(stub("jit: interpret", emit_interpret));
  Stubs& alone = tier->alone;
  alone.threads = tier->options.gil ? Threads::kGil : Threads::kAlone;
  alone.failing_guards = tier->options.failing_guards;
  alone.table = tier->table.find;
  alone.find = stub("jit: find", counts ? emit_counted_find : emit_find);
  for (auto& entry : tier->table.find) entry = alone.find;
  alone.box = stub("jit: box", emit_box);
  alone.error = stub("jit: error", [](Masm& m) { emit_step(m, instruction_steps().error); });
  alone.handler = stub("jit: handler", emit_handler);
  alone.decode_special = stub("jit: decode special", emit_decode_special);
  alone.encode_special = stub("jit: encode special", emit_encode_special);
  alone.decode = stub("jit: decode", emit_decode);
  alone.divide[0] = stub("jit: floor divide", [](Masm& m) { emit_divide(m, false); });
  alone.divide[1] = stub("jit: remainder", [](Masm& m) { emit_divide(m, true); });
  static const char* const kNumbers[] = {"jit: add numbers", "jit: subtract numbers", "jit: multiply numbers"};
  for (int i = 0; i < 3; i++) alone.numbers[i] = stub(kNumbers[i], [i](Masm& m) { emit_number(m, i, nullptr); });
  alone.compare_strs = stub("jit: compare strs", emit_compare_strs);
  alone.out = make_out;
  alone.call = stub("jit: call", emit_call);
  tier->parallel = alone;
  tier->parallel.threads = Threads::kParallel;
  for (Stubs* s : {&tier->alone, &tier->parallel}) {
    Threads threads = s->threads;
    bool several = threads == Threads::kParallel;
    if (several && tier->options.gil) break;
    s->leave = stub("jit: leave", [&](Masm& m) {
      emit_leave(m, compile_again, several ? tier->lanes : nullptr, counts ? tier->counts->n.guards : nullptr);
    });
    s->incref_hold = stub("jit: count hold", [&](Masm& m) { emit_incref(m, threads, kHold); });
    s->incref_0 = stub("jit: count t0", [&](Masm& m) { emit_incref(m, threads, kT0); });
    s->incref_1 = stub("jit: count t1", [&](Masm& m) { emit_incref(m, threads, kT1); });
    s->check = stub("jit: check", [&](Masm& m) { emit_check(m, *s); });
    s->next_item = stub("jit: next item", [&](Masm& m) { emit_next_item(m, *s); });
    s->drop = stub("jit: drop", [&](Masm& m) { emit_drop(m, threads, false, false); });
    s->drop_rest = stub("jit: drop the rest of", [&](Masm& m) { emit_drop(m, threads, true, false); });
    s->drop_float = stub("jit: drop, keep doubles", [&](Masm& m) { emit_drop(m, threads, false, true); });
    s->drop_rest_float =
        stub("jit: drop the rest of, keep doubles", [&](Masm& m) { emit_drop(m, threads, true, true); });
    for (int i = 0; i < 3; i++)
      s->numbers_or_leave[i] = stub(kNumbers[i], [&](Masm& m) { emit_number(m, i, s->leave); });
    for (int i = 0; i < 2; i++) s->truth[i] = stub("jit: truth", [&](Masm& m) { emit_truth(m, *s, i); });
    for (int i = 0; i < 3; i++) s->equal[i] = stub("jit: equal", [&](Masm& m) { emit_equal(m, *s, i); });
    s->defaults = stub("jit: defaults", [&](Masm& m) { emit_defaults(m, *s); });
    s->ret = stub("jit: return", [&](Masm& m) { emit_return(m, threads, tier->table.find); });
    s->resume = stub("jit: resume", [&](Masm& m) { emit_resume(m, threads, false); });
    s->send = stub("jit: send", [&](Masm& m) { emit_resume(m, threads, true); });
    s->yield = stub("jit: yield", [&](Masm& m) { emit_yield(m, threads); });
    s->returned = stub("jit: returned", [&](Masm& m) { emit_returned(m, threads); });
    s->ret_here = stub("jit: return here", [&](Masm& m) { emit_return_here(m, *s); });
  }
  for (int i = 0; i < frontend::kOpCount; i++) tier->counting_table[i] = instruction_handlers()[i];
  tier->counting_table[frontend::kOpJUMP_BACK] = stub("jit: back edge", emit_back_edge);
  const void* call = stub("jit: call from interpreted code", emit_interpreted_call);
  for (uint8_t op : {frontend::kOpCALL, frontend::kOpCALL_KW, frontend::kOpCALL_EX}) tier->counting_table[op] = call;
  return ok;
}

}  // namespace

void interpret(Code* code, std::atomic<uint64_t>* feedback, int64_t count) {
  uint32_t n = code->instruction_count;
  std::atomic<uint64_t>* entries = entries_of(code, feedback);
  feedback[-1].store(reinterpret_cast<uint64_t>(tier->alone.call), std::memory_order_release);
  for (uint32_t i = 0; i < n; i++) entries[i].store(tier->interpret, std::memory_order_release);
  entries[n].store(n > kMostInstructions ? 0 : 2 * static_cast<uint64_t>(count) + 1, std::memory_order_release);
}

bool compile_code(Code* code, std::atomic<uint64_t>* feedback, bool again, bool wait) {
  Outcome outcome = compile_once(code, feedback, again, wait);
  if (outcome == kNoRoom && make_room()) outcome = compile_once(code, feedback, again, wait);
  if (outcome != kNoRoom && outcome != kPutOff) return outcome == kCompiled;
  // Later, perhaps. (Where it has machine code already that stays.)
  std::lock_guard<std::mutex> hold(tier->mutex);
  std::atomic<uint64_t>& state = entries_of(code, feedback)[code->instruction_count];
  if (state.load(std::memory_order_acquire) & 1) state.store(1, std::memory_order_release);
  if (Record* record = record_of(feedback)) record->exits_left = kExits << 6;
  if (outcome == kNoRoom) tier->stats.failed++;
  return !(state.load(std::memory_order_acquire) & 1);
}

bool start_tiering(const TieringOptions& options) {
  if (!instruction_handlers()) return false;
  tier = new Tier(options);
  arch::announce_to_debugger = options.debugger;
  start_profilers();
  if (!make_stubs()) return false;
  if (options.dump && options.dump_function.empty()) {
    for (arch::CodeBlock* block : tier->stub_blocks) {
      std::string text = describe_block(*block, nullptr, nullptr);
      fwrite(text.data(), 1, text.size(), stderr);
    }
  }
  pthread_atfork(
      [] {
        tier->mutex.lock();
        tier->space.before_fork();
      },
      [] {
        tier->space.after_fork_in_parent();
        tier->mutex.unlock();
      },
      [] {
        tier->space.after_fork_in_child();
        profilers_after_fork();
        tier->mutex.unlock();
      });
  jit_hooks.code_starts = code_starts;
  jit_hooks.code_dies = code_dies;
  jit_hooks.code_changes = code_changes;
  threads_start_hook = threads_start;
  set_instruction_table(tier->table.find);
  return true;
}
bool tiering_runs() { return jit_hooks.code_starts != nullptr; }

TieringStats tiering_stats() {
  std::lock_guard<std::mutex> hold(tier->mutex);
  TieringStats stats = tier->stats;
  stats.used_bytes = tier->space.used();
  return stats;
}
bool counts_exits() { return tier->counts != nullptr; }
ExitCounts exit_counts() {
  ExitCounts sum;
  auto add = [](uint64_t& to, const uint64_t& n) {
    to += std::atomic_ref<uint64_t>(const_cast<uint64_t&>(n)).load(std::memory_order_relaxed);
  };
  for (int64_t i = 0; tier->counts && i < kCountLanes; i++) {
    const ExitCounts& n = tier->counts[i].n;
    add(sum.entries, n.entries);
    for (int op = 0; op < 256; op++) {
      add(sum.guards[op], n.guards[op]);
      add(sum.handlers[op], n.handlers[op]);
    }
  }
  return sum;
}

bool compile_now(Code* code) { return compile_code(code, code->feedback.load(std::memory_order_acquire), false, true); }
bool is_compiled(Code* code) {
  auto* feedback = code->feedback.load(std::memory_order_acquire);
  if (!feedback) return false;
  uint64_t state = entries_of(code, feedback)[code->instruction_count].load(std::memory_order_acquire);
  return state && !(state & 1);
}

}  // namespace taipan::jit
