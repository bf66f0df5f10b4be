// The table of a set that only products and limits gain by: another one's, with those replaced.
#include "ttnn/backends/cpu/kernels/loops.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

Kernels table;

const Kernels& make_table(const Kernels& without) {
  table = without;
  table.isa = Isa::avx512_bf16;
  fill_product(table);
  fill_limits(table);
  return table;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
