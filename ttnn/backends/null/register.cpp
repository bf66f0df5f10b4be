// The null backend (TTNN_BACKEND=null) allocates and computes nothing: checks, labels, accounting,
// program order and errors are those of every backend, and each result reads as zeros. Large
// tensors cost address space only. It tests what is not arithmetic and sizes programs for machines
// that are not there.
#include <algorithm>
#include <cstring>

#include "ttnn/runtime/backend.h"
#include "ttnn/runtime/registry.h"

namespace ttnn::null {
namespace {

template <class T>
void zero(T* numbers, int64_t n) {
  std::fill_n(numbers, n, T{});
}

class NullBackend : public Backend {
 public:
  std::string_view name() const override { return "null"; }
  bool computes() const override { return false; }
  void from_host(HostType, const void*, DataType, void*, int64_t, int64_t) const override {}
  void to_host(DataType, const void*, HostType to, void* dst, int64_t n, int64_t) const override {
    std::memset(dst, 0, static_cast<size_t>(n * item_bytes(to)));
  }
  void to_float(DataType, const void*, int64_t n, float* dst) const override { zero(dst, n); }
  void from_float(DataType, const float*, int64_t, void*) const override {}
  void to_int(DataType, const void*, int64_t n, int64_t* dst) const override { zero(dst, n); }
  void from_int(DataType, const int64_t*, int64_t, void*) const override {}
  void encode_rows(DataType, const float*, int64_t, int64_t, int64_t,
                   BlockFloatView) const override {}
  void decode_rows(DataType, BlockFloatView, int64_t width, int64_t, int64_t rows,
                   float* x) const override {
    zero(x, width * rows);
  }
  void copy(void*, const void*, int64_t, int64_t) const override {}
};

}  // namespace

void register_backend(Registry&) {
  static const NullBackend& backend = *new NullBackend;  // outlives every thread
  install_backend(backend);
}

}  // namespace ttnn::null
