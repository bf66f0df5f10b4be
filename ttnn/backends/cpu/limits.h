// What this machine can do at most, measured now: register-only arithmetic loops and memory sweeps
// in huge pages, each a few milliseconds, so that they can be interleaved with the work that they
// judge (a machine drifts).
#pragma once

namespace ttnn::cpu {

struct Limits {
  double bfloat16_gflops;  // best of several dot-product loops; where the CPU has none, the float32
                           // figure
  double float32_gflops;   // fused multiply-adds
  double read_gbs;         // bytes read
  double copy_gbs;         // bytes read plus bytes written, best of cached and streaming stores
  double copy_cached_gbs;  // plain stores (the hardware reads the destination first)
  double copy_streaming_gbs;  // stores past the caches
};

// Each with `threads` threads that start together; `milliseconds` is the time of one measurement,
// the best of a few repetitions counts.
double measure_bfloat16_gflops(int threads, double milliseconds = 3);
double measure_float32_gflops(int threads, double milliseconds = 3);
double measure_read_gbs(int threads, double milliseconds = 10);
double measure_copy_cached_gbs(int threads, double milliseconds = 10);
double measure_copy_streaming_gbs(int threads, double milliseconds = 10);
Limits measure_limits(int threads);

}  // namespace ttnn::cpu
