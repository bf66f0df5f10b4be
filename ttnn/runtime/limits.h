#pragma once
// What this machine can do at most, as its backend measures it: what benchmarks judge work by.
namespace ttnn {

// Rates in 1e9 per second.
enum class Limit {
  tile_flop,         // products of bfloat16 tiles; 0 where the CPU has none
  bfloat16_flop,     // dot products of bfloat16 pairs; 0 where the CPU has none
  float32_flop,      // fused multiply-adds
  bfloat8_row_flop,  // one row times bfloat8_b weights in the first cache: decoding and multiplying
  bfloat4_row_flop,  // the same of bfloat4_b
  read_bytes,        // bytes read
  write_bytes,       // bytes written, that are not all zero
  copy_cached,  // bytes read plus bytes written by plain stores, which fetch the destination first
  copy_streaming,  // the same by stores past the caches
};

}  // namespace ttnn
