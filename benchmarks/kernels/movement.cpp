// Moving bytes.
#include <cstring>
#include <memory>

#include "bench.h"

namespace ttnn::cpu::bench {

namespace {

constexpr int64_t side = 256;
constexpr int64_t large = int64_t(32) << 20;  // past the caches

Measured copy(const Kernels& k, int64_t bytes, Stores stores) {
  auto in = std::make_shared<Memory>(Memory::of(DataType::FLOAT32, bytes / 4));
  auto out = std::make_shared<Memory>(bytes);
  return {.run = [=, &k] { k.copy(out->data(), in->data(), bytes, stores); },
          .wrong = [=]() -> std::string {
            const auto size = static_cast<size_t>(bytes);
            return std::memcmp(out->data(), in->data(), size) ? "other bytes" : "";
          },
          .bytes = 2.0 * bytes};
}

Measured transpose(const Kernels& k, DataType dtype) {
  auto in = std::make_shared<Memory>(Memory::of(dtype, side * side));
  auto out = std::make_shared<Memory>(side * side * item_bytes(dtype));
  return {.run =
              [=, &k] {
                k.transpose_2d(item_bytes(dtype), in->data(), {side}, out->data(), side, side, side,
                               Stores::cached);
              },
          .wrong =
              [=] {
                return compare(dtype, *out, side * side, 0, [&](int64_t i) {
                  return in->value(dtype, i % side * side + i / side);
                });
              },
          .bytes = 2.0 * side * side * item_bytes(dtype)};
}

}  // namespace

void add_movement(Isa isa) {
  add("copy of 64 KiB", isa,
      [](const Kernels& k) { return copy(k, int64_t(64) << 10, Stores::cached); });
  add("copy of 32 MiB past the caches", isa,
      [](const Kernels& k) { return copy(k, large, Stores::streaming); });
  for (const DataType dtype : {DataType::BFLOAT16, DataType::FLOAT32})
    add(title("transpose", dtype), isa, [=](const Kernels& k) { return transpose(k, dtype); });
}

}  // namespace ttnn::cpu::bench
