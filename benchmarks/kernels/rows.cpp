// Reductions and normalisations of rows.
#include <algorithm>
#include <cmath>
#include <memory>

#include "bench.h"

namespace ttnn::cpu::bench {

namespace {

constexpr int64_t width = 4096, count = elements / width;

double sum(const Memory& x, DataType dtype, int64_t row) {
  double total = 0;
  for (int64_t i = 0; i < width; ++i) total += x.value(dtype, row * width + i);
  return total;
}

double largest(const Memory& x, DataType dtype, int64_t row) {
  double most = x.value(dtype, row * width);
  for (int64_t i = 1; i < width; ++i)
    most = std::max(most, double(x.value(dtype, row * width + i)));
  return most;
}

// A few roundings of float32 at the size of what was added up.
constexpr double sum_ulps = 64;

Measured reduction(const Kernels& k, Reduce kind, DataType dtype) {
  auto in = std::make_shared<Memory>(Memory::of(dtype, elements));
  auto out = std::make_shared<Memory>(count * 4);
  const auto exact = kind == Reduce::sum ? sum : largest;
  return {.run =
              [=, &k] {
                auto* result = reinterpret_cast<float*>(out->data());
                const std::byte* row = in->data();
                for (int64_t r = 0; r < count; ++r, row += width * item_bytes(dtype))
                  result[r] = k.reduce_row(kind, dtype, row, width);
              },
          .wrong =
              [=] {
                return compare(DataType::FLOAT32, *out, count, sum_ulps,
                               [&](int64_t r) { return exact(*in, dtype, r); });
              },
          .bytes = double(elements) * item_bytes(dtype)};
}

Measured softmax(const Kernels& k, DataType dtype) {
  auto in = std::make_shared<Memory>(Memory::of(dtype, elements));
  auto out = std::make_shared<Memory>(elements * item_bytes(dtype));
  auto scratch = std::make_shared<Memory>((width + softmax_padding) * 4);
  return {.run =
              [=, &k] {
                k.softmax_rows(dtype, in->data(), count, width,
                               reinterpret_cast<float*>(scratch->data()), dtype, out->data(),
                               Stores::cached);
              },
          .wrong =
              [=] {
                double total = 0;
                for (int64_t i = 0; i < width; ++i) total += std::exp(in->value(dtype, i));
                return compare(dtype, *out, width, dtype == DataType::FLOAT32 ? sum_ulps : 1,
                               [&](int64_t i) { return std::exp(in->value(dtype, i)) / total; });
              },
          .bytes = 2.0 * elements * item_bytes(dtype)};
}

Measured layer_norm(const Kernels& k) {
  constexpr auto dtype = DataType::FLOAT32;
  constexpr double epsilon = 1e-5;
  auto in = std::make_shared<Memory>(Memory::of(dtype, elements));
  auto out = std::make_shared<Memory>(elements * 4);
  return {.run =
              [=, &k] {
                const auto* x = reinterpret_cast<const float*>(in->data());
                auto* y = reinterpret_cast<float*>(out->data());
                for (int64_t r = 0; r < count; ++r)
                  k.layer_norm_row(dtype, x + r * width, nullptr, nullptr, epsilon, nullptr, dtype,
                                   y + r * width, width, Stores::cached);
              },
          .wrong =
              [=] {
                const double mean = sum(*in, dtype, 0) / width;
                double squares = 0;
                for (int64_t i = 0; i < width; ++i)
                  squares += std::pow(in->value(dtype, i) - mean, 2);
                const double scale = 1 / std::sqrt(squares / width + epsilon);
                return compare(dtype, *out, width, sum_ulps,
                               [&](int64_t i) { return (in->value(dtype, i) - mean) * scale; });
              },
          .bytes = 8.0 * elements};
}

}  // namespace

void add_rows(Isa isa) {
  for (const DataType dtype : {DataType::BFLOAT16, DataType::FLOAT32}) {
    add(title("sum of rows", dtype), isa,
        [=](const Kernels& k) { return reduction(k, Reduce::sum, dtype); });
    add(title("max of rows", dtype), isa,
        [=](const Kernels& k) { return reduction(k, Reduce::max, dtype); });
  }
  for (const DataType dtype : {DataType::BFLOAT16, DataType::FLOAT32})
    add(title("softmax of rows", dtype), isa, [=](const Kernels& k) { return softmax(k, dtype); });
  add("layer_norm of rows float32", isa, layer_norm);
}

}  // namespace ttnn::cpu::bench
