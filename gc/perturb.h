// -X perturb=SEED: threads give way at random where they meet. Each call is behind a slow path or one predicted branch.
#pragma once
#include <cstdint>
#include "gc/value.h"

namespace taipan::gc {

extern bool perturbing;  // fixed at start-up
void start_perturbing(uint64_t seed);
void perturb_slow();
// Between two steps that others may come between.
TAIPAN_INLINE void perturb() {
  if (TAIPAN_UNLIKELY(perturbing)) perturb_slow();
}

}  // namespace taipan::gc
