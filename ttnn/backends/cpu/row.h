#pragma once
// Rows of shards as float32, whatever their dtype, for kernels that work row by row; and memory of
// the running thread for what is in between.
#include <vector>

#include "ttnn/backends/cpu/cpu_backend.h"
#include "ttnn/runtime/command.h"

namespace ttnn::cpu {

// Memory of this thread from a cache line on; one per `use` (a file's own type), its content is
// lost by the next call.
template <class Use>
std::byte* thread_scratch(int64_t bytes) {
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  thread_local std::vector<Line> memory;
  const auto lines = static_cast<size_t>((bytes + 63) / 64);
  if (memory.size() < lines) memory.resize(lines);
  return reinterpret_cast<std::byte*>(memory.data());
}
template <class Use>
float* thread_floats(int64_t n) {
  return reinterpret_cast<float*>(thread_scratch<Use>(n * int64_t{sizeof(float)}));
}

// Rows [row, row + rows) of `width` values; of block floats, width is the shard's own.
inline void read_rows(const ttnn::Operand& operand, int device, int64_t row, int64_t rows,
                      int64_t width, float* x) {
  const TensorSpec& spec = operand.spec;
  std::byte* bytes = operand.on_device(device);
  if (is_block_float(spec.dtype))
    kernels().decode_rows(spec.dtype, block_float_view(bytes, spec.shape, spec.dtype), width, row,
                          rows, x);
  else
    kernels().to_float(spec.dtype, bytes + row * width * item_bytes(spec.dtype), rows * width, x);
}

inline void write_rows(const ttnn::Operand& operand, int device, int64_t row, int64_t rows,
                       int64_t width, const float* x, Stores stores = Stores::cached) {
  const TensorSpec& spec = operand.spec;
  std::byte* bytes = operand.on_device(device);
  if (is_block_float(spec.dtype))
    kernels().encode_rows(spec.dtype, x, width, row, rows,
                          block_float_view(bytes, spec.shape, spec.dtype));
  else
    kernels().from_float(spec.dtype, x, rows * width, bytes + row * width * item_bytes(spec.dtype),
                         stores);
}

}  // namespace ttnn::cpu
