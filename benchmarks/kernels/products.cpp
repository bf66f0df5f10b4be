// Products with packed weights at few and at many rows, and packing.
#include <memory>

#include "bench.h"
#include "ttnn/backends/cpu/gemm_library.h"
#include "ttnn/backends/cpu/kernels/product.h"
#include "ttnn/core/error.h"

namespace ttnn::cpu::bench {

namespace {

constexpr int64_t K = 1024, N = 256;
constexpr double product_ulps = 4;

// Packed by the loops it is multiplied by; its size is the same on every instruction set.
struct Weight {
  DataType dtype;
  Memory plain, packed;
  int64_t panels, panel_bytes;

  explicit Weight(DataType dtype)
      : dtype(dtype), plain(Memory::of(dtype, K * N, 2)), packed(packed_format(dtype, K, N).bytes) {
    const PackedFormat format = packed_format(dtype, K, N);
    panels = (N + format.block_columns - 1) / format.block_columns;
    panel_bytes = format.bytes / panels;
  }

  void pack(const Kernels& k) {
    const Matrix b = {dtype, plain.data(), N, Arrangement::plain, nullptr};
    for (int64_t panel = 0; panel < panels; ++panel)
      k.product->pack_panel(b, K, N, panel, dtype, packed.data() + panel * panel_bytes);
  }
};

Measured packing(const Kernels& k, DataType dtype) {
  auto weight = std::make_shared<Weight>(dtype);
  return {.run = [=, &k] { weight->pack(k); },
          .wrong =
              [=, &k] {
                Memory back(K * N * item_bytes(dtype));
                for (int64_t panel = 0; panel < weight->panels; ++panel)
                  k.product->unpack_panel(weight->packed.data() + panel * weight->panel_bytes,
                                          dtype, K, N, panel, back.data(), N, false);
                return compare(dtype, back, K * N, 0,
                               [&](int64_t i) { return weight->plain.value(dtype, i); });
              },
          .bytes = 2.0 * K * N * item_bytes(dtype)};
}

// `value(weight, k * N + n)` is what is multiplied.
template <class W, class Value>
Measured product_of(const Kernels& k, DataType a_dtype, int64_t rows,
                    const std::shared_ptr<W>& weight, Value value) {
  auto a = std::make_shared<Memory>(Memory::of(a_dtype, rows * K));
  auto c = std::make_shared<Memory>(rows * N * item_bytes(a_dtype));
  auto scratch = std::make_shared<Memory>(product_scratch_bytes);
  Gemm gemm = {rows, N, K, {}, {}, a_dtype, c->data(), N, {}, {}};
  gemm.a = {a_dtype, a->data(), K, Arrangement::plain, nullptr};
  gemm.b = {weight->dtype, weight->packed.data(), N, Arrangement::packed, nullptr};
  return {.run =
              [=, &k] {
                static_cast<void>(weight), static_cast<void>(a);  // kept for the pointers in `gemm`
                k.product->multiply(gemm, {0, rows}, {0, N}, scratch->data());
              },
          .wrong =
              [=] {
                return compare(a_dtype, *c, rows * N, product_ulps, [&](int64_t at) {
                  const int64_t m = at / N, n = at % N;
                  double sum = 0;
                  for (int64_t i = 0; i < K; ++i)
                    sum += double(a->value(a_dtype, m * K + i)) * value(*weight, i * N + n);
                  return sum;
                });
              },
          .bytes = double(packed_format(weight->dtype, K, N).bytes) +
                   double(rows * (K + N) * item_bytes(a_dtype)),
          .flop = 2.0 * double(rows) * K * N};
}

Measured product(const Kernels& k, DataType dtype, int64_t rows) {
  auto weight = std::make_shared<Weight>(dtype);
  weight->pack(k);
  return product_of(k, dtype, rows, weight,
                    [](const Weight& w, int64_t i) { return w.plain.value(w.dtype, i); });
}

// Block floats as they are stored, packed, and the values that they hold.
struct StoredWeight {
  DataType dtype;
  Memory packed;
  std::vector<float> values;

  explicit StoredWeight(DataType dtype)
      : dtype(dtype), packed(packed_format(dtype, K, N).bytes), values(size_t(K * N)) {
    const Memory plain = Memory::of(DataType::FLOAT32, K * N, 2);
    const int64_t groups = block_float_groups(N), bytes = block_float_mantissa_bytes(dtype);
    std::vector<std::byte> shard(size_t(K * groups * (bytes + 1)));
    for (int64_t k = 0; k < K; ++k) {
      auto* exponents = reinterpret_cast<uint8_t*>(shard.data() + K * groups * bytes) + k * groups;
      std::byte* mantissas = shard.data() + k * groups * bytes;
      encode_row(dtype, reinterpret_cast<const float*>(plain.data()) + k * N, N, mantissas,
                 exponents);
      decode_row(dtype, mantissas, exponents, 0, N, values.data() + k * N);
    }
    pack(packed_format(dtype, K, N), shard.data(), N, false, packed.data(), 0, N);
  }
};

Measured stored_product(const Kernels& k, DataType dtype, int64_t rows) {
  return product_of(k, DataType::BFLOAT16, rows, std::make_shared<StoredWeight>(dtype),
                    [](const StoredWeight& w, int64_t i) { return w.values[size_t(i)]; });
}

}  // namespace

void add_products(Isa isa) {
  for (const DataType dtype : {DataType::BFLOAT16, DataType::FLOAT32}) {
    add(title("pack a weight", dtype), isa, [=](const Kernels& k) { return packing(k, dtype); });
    for (const int64_t rows : {1, 8, 32, 384})
      add(title(text("product of ", rows, rows == 1 ? " row" : " rows"), dtype), isa,
          [=](const Kernels& k) { return product(k, dtype, rows); });
  }
  for (const DataType dtype : {DataType::BFLOAT8_B, DataType::BFLOAT4_B})
    for (const int64_t rows : {1, 8, 384})
      add(text("product of ", rows, rows == 1 ? " row " : " rows ",
               dtype == DataType::BFLOAT8_B ? "bfloat8_b" : "bfloat4_b"),
          isa, [=](const Kernels& k) { return stored_product(k, dtype, rows); });
}

}  // namespace ttnn::cpu::bench
