// What this machine can do at most, measured now: register-only arithmetic loops and memory sweeps
// in huge pages, each a few milliseconds, so that they can be interleaved with the work that they
// judge (a machine drifts).
#pragma once
#include "ttnn/runtime/limits.h"

namespace ttnn::cpu {

// The best of a few runs of `threads` threads that start together; `milliseconds` is the time of
// one.
double measure(Limit limit, int threads, double milliseconds);

}  // namespace ttnn::cpu
