// How the rules of the diagnoser are written: RULE at the start of a function that may recurse, RETRY between alternatives.
#pragma once

#define RULE                  \
  if (error_) return nullptr; \
  Level level(this);          \
  if (error_) return nullptr; \
  [[maybe_unused]] const size_t start = mark_

#define RETRY                 \
  if (error_) return nullptr; \
  mark_ = start
