// Element-wise formulas, cheap and transcendental, and conversions.
#include <cmath>
#include <memory>

#include "bench.h"

namespace ttnn::cpu::bench {

namespace {

struct Formula {
  const char* name;
  Unary op;
  double (*exact)(double);
};
constexpr Formula formulas[] = {
    {"relu", Unary::relu, [](double x) { return std::fmax(x, 0); }},
    {"exp", Unary::exp, [](double x) { return std::exp(x); }},
    {"tanh", Unary::tanh, [](double x) { return std::tanh(x); }},
    {"gelu", Unary::gelu, [](double x) { return x / 2 * (1 + std::erf(x / std::sqrt(2.0))); }},
    {"silu", Unary::silu, [](double x) { return x / (1 + std::exp(-x)); }},
    {"abs", Unary::abs, [](double x) { return std::fabs(x); }},
};

constexpr double formula_ulps = 4;

Measured unary(const Kernels& k, const Formula& formula, DataType dtype) {
  auto in = std::make_shared<Memory>(Memory::of(dtype, elements));
  auto out = std::make_shared<Memory>(elements * item_bytes(dtype));
  auto step = std::make_shared<UnaryStep>(UnaryStep{formula.op});
  return {.run =
              [=, &k] {
                k.map_unary({dtype, in->data()}, {step.get(), 1}, dtype, out->data(), elements,
                            true, Stores::cached);
              },
          .wrong =
              [=] {
                return compare(dtype, *out, elements, formula_ulps,
                               [&](int64_t i) { return formula.exact(in->value(dtype, i)); });
              },
          .bytes = 2.0 * elements * item_bytes(dtype)};
}

Measured addition(const Kernels& k, DataType dtype) {
  auto a = std::make_shared<Memory>(Memory::of(dtype, elements, 1));
  auto b = std::make_shared<Memory>(Memory::of(dtype, elements, 2));
  auto out = std::make_shared<Memory>(elements * item_bytes(dtype));
  return {.run =
              [=, &k] {
                k.map_binary(Binary::add, nullptr, {dtype, a->data()}, {}, {dtype, b->data()}, {},
                             {}, dtype, out->data(), elements, true, Stores::cached);
              },
          .wrong =
              [=] {
                return compare(dtype, *out, elements, 1, [&](int64_t i) {
                  return double(a->value(dtype, i)) + b->value(dtype, i);
                });
              },
          .bytes = 3.0 * elements * item_bytes(dtype)};
}

Measured conversion(const Kernels& k, DataType from, DataType to) {
  auto in = std::make_shared<Memory>(Memory::of(from, elements));
  auto out = std::make_shared<Memory>(elements * item_bytes(to));
  return {
      .run = [=, &k] { k.convert(from, in->data(), to, out->data(), elements, Stores::cached); },
      .wrong =
          [=] {
            return compare(to, *out, elements, 1, [&](int64_t i) { return in->value(from, i); });
          },
      .bytes = double(elements) * (item_bytes(from) + item_bytes(to))};
}

}  // namespace

void add_elementwise(Isa isa) {
  for (const DataType dtype : {DataType::BFLOAT16, DataType::FLOAT32}) {
    add(title("add", dtype), isa, [=](const Kernels& k) { return addition(k, dtype); });
    for (const Formula& formula : formulas)
      add(title(formula.name, dtype), isa,
          [=, &formula](const Kernels& k) { return unary(k, formula, dtype); });
  }
  constexpr auto narrow = DataType::BFLOAT16, wide = DataType::FLOAT32;
  add("convert float32 to bfloat16", isa,
      [](const Kernels& k) { return conversion(k, wide, narrow); });
  add("convert bfloat16 to float32", isa,
      [](const Kernels& k) { return conversion(k, narrow, wide); });
}

}  // namespace ttnn::cpu::bench
