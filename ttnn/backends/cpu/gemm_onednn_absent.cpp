// A build without oneDNN.
#include "ttnn/backends/cpu/gemm_library.h"

namespace ttnn::cpu {

const GemmLibrary* onednn_gemm() { return nullptr; }
std::string onednn_kernel(int64_t, int64_t, int64_t, DataType) { return {}; }
std::string onednn_version() { return {}; }

void enter_worker_thread() {}
int host_begin() { return 0; }
void host_end(int) {}

}  // namespace ttnn::cpu
