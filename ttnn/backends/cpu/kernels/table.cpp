// The table of this ISA.
#include "ttnn/backends/cpu/kernels/loops.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

const AmxKernels* amx_kernels();

Kernels table;

const Kernels& make_table(Isa isa) {
  table.isa = isa;
  fill_unary(table);
  fill_binary(table);
  fill_convert(table);
  fill_map(table);
  fill_reductions(table);
  fill_argmax(table);
  fill_softmax(table);
  fill_norms(table);
  fill_block_float(table);
  fill_move(table);
  fill_product(table);
  table.emulated_amx = amx_kernels();
  fill_limits(table);
  return table;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
