#pragma once
// The CPU backend: threads are the runtime's, loops are the kernels', this joins the two.
#include <cstring>

#include "ttnn/backends/cpu/gemm.h"
#include "ttnn/backends/cpu/kernels.h"
#include "ttnn/backends/cpu/limits.h"
#include "ttnn/runtime/backend.h"

namespace ttnn::cpu {

// A weight in the products' packed format; its plain form is [K, N], or [N, K] when transposed.
struct PackedWeight : PackedForm {
  PackedWeight(PackedFormat format, bool transposed) : format(format), transposed(transposed) {}
  PackedFormat format;
  bool transposed;
  int64_t bytes() const override { return format.bytes; }
  int64_t columns() const override { return format.N; }
  bool same_as(const PackedForm& other) const override {
    const auto* weight = dynamic_cast<const PackedWeight*>(&other);
    return weight && weight->format.dtype == format.dtype && weight->format.K == format.K &&
           weight->format.N == format.N && weight->transposed == transposed;
  }
  int64_t item_bytes() const { return ttnn::item_bytes(format.dtype); }
  int64_t plain_pitch() const { return transposed ? format.K : format.N; }
  // From a column to the next one, in plain bytes.
  int64_t column_step() const { return item_bytes() * (transposed ? format.K : 1); }
};

class CpuBackend : public Backend {
 public:
  std::string_view name() const override { return "cpu"; }
  void from_host(HostType from, const void* src, DataType to, void* dst, int64_t n,
                 int64_t all_bytes) const override {
    kernels().from_host(from, src, to, dst, n, unfenced(stores_for(all_bytes)));
  }
  void to_host(DataType from, const void* src, HostType to, void* dst, int64_t n,
               int64_t all_bytes) const override {
    kernels().to_host(from, src, to, dst, n, unfenced(stores_for(all_bytes)));
  }
  void to_float(DataType from, const void* src, int64_t n, float* dst) const override {
    kernels().to_float(from, src, n, dst);
  }
  void from_float(DataType to, const float* src, int64_t n, void* dst) const override {
    kernels().from_float(to, src, n, dst, Stores::cached);
  }
  void to_int(DataType from, const void* src, int64_t n, int64_t* dst) const override {
    kernels().to_int(from, src, n, dst);
  }
  void from_int(DataType to, const int64_t* src, int64_t n, void* dst) const override {
    kernels().from_int(to, src, n, dst);
  }
  void encode_rows(DataType dtype, const float* x, int64_t width, int64_t row, int64_t rows,
                   BlockFloatView out) const override {
    kernels().encode_rows(dtype, x, width, row, rows, out);
  }
  void decode_rows(DataType dtype, BlockFloatView in, int64_t width, int64_t row, int64_t rows,
                   float* x) const override {
    kernels().decode_rows(dtype, in, width, row, rows, x);
  }
  void copy(void* dst, const void* src, int64_t bytes, int64_t all_bytes) const override {
    kernels().copy(dst, src, bytes, unfenced(stores_for(all_bytes)));
  }
  void fence() const override { kernels().fence(); }
  int64_t packed_columns(const PackedForm& form) const override {
    return static_cast<const PackedWeight&>(form).format.block_columns;
  }
  void pack(const PackedForm& form, const void* plain, void* packed, int64_t begin, int64_t end,
            int64_t dropped) const override {
    const auto& weight = static_cast<const PackedWeight&>(form);
    if (is_block_float(weight.format.dtype))
      return cpu::pack(weight.format, plain, weight.format.N - dropped, false, packed, begin, end);
    const auto* first = static_cast<const std::byte*>(plain) - dropped * weight.column_step();
    const int64_t pitch = weight.plain_pitch() - (weight.transposed ? 0 : dropped);
    cpu::pack(weight.format, first, pitch, weight.transposed, packed, begin, end);
  }
  int64_t drop_columns(const PackedForm& form, void* plain, int64_t dropped,
                       int64_t until) const override {
    const auto& weight = static_cast<const PackedWeight&>(form);
    auto* bytes = static_cast<std::byte*>(plain);
    if (is_block_float(weight.format.dtype))
      return drop_groups(weight.format, bytes, dropped, until);
    const int64_t gone = (until - dropped) * weight.column_step();
    const int64_t rows = weight.transposed ? 1 : weight.format.K;
    const int64_t left = (weight.format.N - until) * weight.column_step();
    for (int64_t row = 0; row < rows; ++row)
      std::memmove(bytes + row * left, bytes + row * (gone + left) + gone,
                   static_cast<size_t>(left));
    return rows * left;
  }
  void unpack(const PackedForm& form, const void* packed, void* plain, int64_t begin,
              int64_t end) const override {
    const auto& weight = static_cast<const PackedWeight&>(form);
    cpu::unpack(weight.format, packed, plain, weight.plain_pitch(), weight.transposed, begin, end);
  }
  // The same of block floats: groups, first in the mantissas, then in the exponents.
  static int64_t drop_groups(const PackedFormat& format, std::byte* plain, int64_t dropped,
                             int64_t until) {
    const int64_t before = block_float_groups(format.N - dropped);
    const int64_t left = block_float_groups(format.N - until),
                  bytes = block_float_mantissa_bytes(format.dtype);
    const auto move = [&](int64_t to, int64_t from, int64_t item) {
      for (int64_t row = 0; row < format.K; ++row)
        std::memmove(plain + to + row * left * item,
                     plain + from + (row * before + before - left) * item,
                     static_cast<size_t>(left * item));
    };
    move(0, 0, bytes);
    move(format.K * left * bytes, format.K * before * bytes, 1);
    return format.K * left * (bytes + 1);
  }
  void enter_worker() const override { enter_worker_thread(); }
  int enter_host() const override { return host_begin(); }
  void leave_host(int token) const override { host_end(token); }
  double measure(Limit limit, int threads, double milliseconds) const override {
    return cpu::measure(limit, threads, milliseconds);
  }
  std::string_view instruction_set() const override { return cpu::name(kernels().isa); }
  std::vector<Fact> facts() const override;
};

}  // namespace ttnn::cpu
