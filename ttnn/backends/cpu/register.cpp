// The CPU backend's list of faster kernels: one line per op. The kernels' work and run functions
// stand in backends/cpu/<op>.cpp.
#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/cpu_backend.h"
#include "ttnn/runtime/registry.h"

namespace ttnn::cpu {

void register_backend(Registry&) {
  static const CpuBackend& backend = *new CpuBackend;  // outlives every thread
  install_backend(backend);
  if (chosen_backend() != backend.name()) return;
  cpu_info();  // asks for tiles, before any thread starts
  accelerate_argmax();
  accelerate_binary();
  accelerate_collective();
  accelerate_create();
  accelerate_cumulative();
  accelerate_distributed_norm();
  accelerate_embedding();
  accelerate_layer_norm();
  accelerate_matmul();
  accelerate_reduce();
  accelerate_softmax();
  accelerate_strided();
  accelerate_topk();
  accelerate_triangle();
  accelerate_unary();
  accelerate_where();
}

}  // namespace ttnn::cpu
