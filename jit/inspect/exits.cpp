// -X stats: what was compiled, and how machine code was entered and left.
#include <algorithm>
#include <cstdio>
#include "frontend/bytecode/op_info.h"
#include "jit/tiering/tier.h"

namespace taipan::jit {

namespace {

void print_exits(const char* what, const uint64_t* counts) {
  std::vector<std::pair<uint64_t, int>> rows;
  uint64_t all = 0;
  for (int op = 0; op < frontend::kOpCount; op++) {
    all += counts[op];
    if (counts[op]) rows.emplace_back(counts[op], op);
  }
  std::sort(rows.rbegin(), rows.rend());
  fprintf(stderr, "jit: %llu exits %s", static_cast<unsigned long long>(all), what);
  constexpr size_t kMostShown = 12;
  for (size_t i = 0; i < rows.size() && i < kMostShown; i++)
    fprintf(stderr, "%s %s %llu", i ? "," : ":", frontend::kOpInfo[rows[i].second].name,
            static_cast<unsigned long long>(rows[i].first));
  fputs(rows.size() > kMostShown ? ", ...\n" : "\n", stderr);
}

}  // namespace

void print_tiering_stats() {
  if (!tier) return;
  TieringStats s = tiering_stats();
  auto n = [](uint64_t v) { return static_cast<unsigned long long>(v); };
  fprintf(stderr,
          "jit: %llu codes compiled (%llu failed, %llu freed), %llu instructions, %llu bytes of machine code (%llu in "
          "line), "
          "%.2f ms, longest %.2f ms, %llu bytes in use\n",
          n(s.compiled), n(s.failed), n(s.freed), n(s.instructions), n(s.code_bytes), n(s.hot_bytes),
          static_cast<double>(s.nanoseconds) / 1e6, static_cast<double>(s.longest) / 1e6, n(s.used_bytes));
  if (s.clearings)
    fprintf(stderr, "jit: limit of memory reached %llu times, %llu codes dropped\n", n(s.clearings), n(s.dropped));
  if (!counts_exits()) return;
  ExitCounts exits = exit_counts();
  fprintf(stderr, "jit: %llu entries from handlers\n", n(exits.entries));
  print_exits("where a fast path did not apply", exits.guards);
  print_exits("to handlers otherwise", exits.handlers);
}

}  // namespace taipan::jit
