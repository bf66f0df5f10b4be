#pragma once
// What this machine can do at most, as its backend measures it: what benchmarks judge work by.
namespace ttnn {

// Rates in 1e9 per second.
enum class Limit {
  bfloat16_flop,  // dot products, the best of several loops; float32's where the CPU has none
  float32_flop,   // fused multiply-adds
  read_bytes,     // bytes read
  copy_cached,  // bytes read plus bytes written by plain stores, which fetch the destination first
  copy_streaming,  // the same by stores past the caches
};

}  // namespace ttnn
