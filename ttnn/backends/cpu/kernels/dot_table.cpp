// The table of a set that only products, limits and what rounds rows to bfloat16 gain by: another
// one's, with those replaced.
#include "ttnn/backends/cpu/kernels/loops.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

Kernels table;

const Kernels& make_table(const Kernels& without) {
  table = without;
  table.isa = Isa::avx512_bf16;
  fill_softmax(table);
  fill_norms(table);
  fill_product(table);
  fill_limits(table);
  return table;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
