// The CPU's loops against the C library in double, on every ISA that this CPU has.
#include "ttnn/backends/cpu/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "ttnn/core/bfloat16.h"
#include "ttnn/core/shape.h"

namespace ttnn::cpu {
namespace {

constexpr float inf = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();
const std::vector<int64_t> lengths = {0, 1, 15, 16, 17, 31, 1000, 2100};

class KernelsOf : public testing::TestWithParam<Isa> {
 protected:
  void SetUp() override {
    if (!supported(GetParam())) GTEST_SKIP() << "this CPU lacks it";
  }
  const Kernels& k() const { return kernels(GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(Isa, KernelsOf,
                         testing::Values(Isa::portable, Isa::avx2, Isa::avx512, Isa::avx512_bf16),
                         [](const auto& info) { return std::string(name(info.param)); });

bool same(float a, float b) { return std::isnan(a) ? std::isnan(b) : a == b; }
bool same(int64_t a, int64_t b) { return a == b; }

std::vector<float> mixture(int64_t n, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, 3);
  const float special[] = {0, -0.0f, 1, -1, inf, -inf, nan, 0.5f, -2, 3, 1e-20f, -1e20f};
  std::vector<float> out(static_cast<size_t>(n));
  for (float& x : out) x = random() % 4 ? normal(random) : special[random() % std::size(special)];
  return out;
}

// -- Accuracy.
double ulp_of(double exact) {
  const float a = std::max(std::fabs(static_cast<float>(exact)), 1.17549435e-38f);
  return a < inf ? double(std::nextafterf(a, inf)) - a : 2e31;
}

struct Exact {
  Unary op;
  std::function<double(double)> f;
  double ulps;
  double low = -1e38, high = 1e38;
};

const std::vector<Exact> exact = {
    {Unary::exp, [](double x) { return std::exp(x); }, 2},
    {Unary::exp2, [](double x) { return std::exp2(x); }, 2},
    {Unary::expm1, [](double x) { return std::expm1(x); }, 2},
    {Unary::log, [](double x) { return std::log(x); }, 2},
    {Unary::log2, [](double x) { return std::log2(x); }, 2},
    {Unary::log10, [](double x) { return std::log10(x); }, 2},
    {Unary::log1p, [](double x) { return std::log1p(x); }, 2},
    {Unary::sqrt, [](double x) { return std::sqrt(x); }, 0.5},
    {Unary::rsqrt, [](double x) { return 1 / std::sqrt(x); }, 2},
    {Unary::cbrt, [](double x) { return std::cbrt(x); }, 1},
    {Unary::sin, [](double x) { return std::sin(x); }, 2},
    {Unary::cos, [](double x) { return std::cos(x); }, 2},
    {Unary::tan, [](double x) { return std::tan(x); }, 4},
    {Unary::asin, [](double x) { return std::asin(x); }, 4},
    {Unary::acos, [](double x) { return std::acos(x); }, 4},
    {Unary::atan, [](double x) { return std::atan(x); }, 4},
    {Unary::sinh, [](double x) { return std::sinh(x); }, 4},
    {Unary::cosh, [](double x) { return std::cosh(x); }, 4},
    {Unary::tanh, [](double x) { return std::tanh(x); }, 4},
    {Unary::asinh, [](double x) { return std::asinh(x); }, 4},
    {Unary::acosh, [](double x) { return std::acosh(x); }, 4},
    {Unary::atanh, [](double x) { return std::atanh(x); }, 4},
    {Unary::erf, [](double x) { return std::erf(x); }, 2},
    {Unary::erfc, [](double x) { return std::erfc(x); }, 4},
    {Unary::floor, [](double x) { return std::floor(x); }, 0},
    {Unary::ceil, [](double x) { return std::ceil(x); }, 0},
    {Unary::round, [](double x) { return std::nearbyint(x); }, 0},
    {Unary::trunc, [](double x) { return std::trunc(x); }, 0},
    {Unary::sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }, 4},
    {Unary::silu, [](double x) { return x / (1 + std::exp(-x)); }, 4},
    {Unary::gelu, [](double x) { return 0.5 * x * std::erfc(-x * M_SQRT1_2); }, 20, -5},
    {Unary::softplus, [](double x) { return x > 20 ? x : std::log1p(std::exp(x)); }, 4},
    {Unary::mish, [](double x) { return x * std::tanh(std::log1p(std::exp(x))); }, 4},
};

// Every kind of finite float, and infinities and NaN; denormal results count their own units.
TEST_P(KernelsOf, UnaryFunctionsAreAccurate) {
  std::vector<float> xs = {0, -0.0f, inf, -inf, nan};
  for (uint64_t b = 0; b < uint64_t(1) << 32; b += 40503)
    if (const float x = std::bit_cast<float>(uint32_t(b)); std::fabs(x) > 1.2e-38f) xs.push_back(x);
  for (float x = -20; x < 20; x += 0.00713f) xs.push_back(x);
  for (const Exact& e : exact) {
    const UnaryStep s = step(e.op);
    std::vector<float> y(xs.size());
    k().unary[int(e.op)](xs.data(), y.data(), int64_t(y.size()), s.parameters);
    for (size_t i = 0; i < xs.size(); ++i) {
      if (xs[i] < e.low || xs[i] > e.high) continue;
      const double want = e.f(xs[i]);
      const double error = std::fabs(y[i] - want) / ulp_of(want);
      const bool overflow = std::fabs(want) > 3.4028e38 && std::fabs(y[i]) > 3.4027e38f;
      ASSERT_TRUE(same(y[i], float(want)) || error <= e.ulps || overflow)
          << row(e.op).name << "(" << xs[i] << ") = " << y[i] << ", not " << want << ": " << error
          << " ulp";
    }
  }
}

TEST_P(KernelsOf, PowerIsAccurate) {
  const float bases[] = {0, -0.0f, 1, -1, 2, 0.5f, -3, 10, 1e-5f, 1.0001f, inf, -inf, nan, 7e30f};
  const float exponents[] = {0,     1,   -1,      2,    3,   -2,   0.5f, -0.5f,
                             0.37f, 100, -100.5f, 1e9f, inf, -inf, nan};
  constexpr double none[3] = {};
  for (float a : bases)
    for (float b : exponents) {
      float y;
      k().binary[int(Binary::pow)](&a, 1, &b, 1, &y, 1, none);
      const double want = std::pow(double(a), double(b));
      const bool tiny = std::fabs(want) < 1.3e-38 && std::fabs(y) < 1.3e-38f;
      ASSERT_TRUE(same(y, float(want)) || std::fabs(y - want) <= ulp_of(want) || tiny)
          << a << " ** " << b << " = " << y << ", not " << want;
    }
}

TEST_P(KernelsOf, BinaryFunctionsFollowC) {
  const auto a = mixture(3000, 2), b = mixture(3000, 3);
  const std::pair<Binary, double (*)(double, double)> rows[] = {
      {Binary::atan2, [](double x, double y) { return std::atan2(x, y); }},
      {Binary::hypot, [](double x, double y) { return std::hypot(x, y); }},
      {Binary::fmod, [](double x, double y) { return std::fmod(x, y); }},
  };
  for (const auto& [op, f] : rows) {
    std::vector<float> y(a.size());
    constexpr double none[3] = {};
    k().binary[int(op)](a.data(), 1, b.data(), 1, y.data(), 3000, none);
    for (size_t i = 0; i < a.size(); ++i) {
      const double want = f(a[i], b[i]);
      ASSERT_TRUE(same(y[i], float(want)) || std::fabs(y[i] - want) <= 4 * ulp_of(want))
          << row(op).name << "(" << a[i] << ", " << b[i] << ") = " << y[i] << ", not " << want;
    }
  }
}

TEST_P(KernelsOf, NanGoesThroughAsInTorch) {
  for (Unary op :
       {Unary::relu, Unary::relu6, Unary::clamp, Unary::hardtanh, Unary::elu, Unary::gelu,
        Unary::silu, Unary::softplus, Unary::tanh, Unary::abs, Unary::softshrink}) {
    float x = nan;
    const UnaryStep s = step(op);
    k().unary[int(op)](&x, &x, 1, s.parameters);
    EXPECT_TRUE(std::isnan(x)) << row(op).name;
  }
  for (Binary op : {Binary::maximum, Binary::minimum, Binary::add}) {
    const float a = nan, b = 1;
    float y[2];
    constexpr double none[3] = {};
    k().binary[int(op)](&a, 1, &b, 1, y, 1, none);
    k().binary[int(op)](&b, 1, &a, 1, y + 1, 1, none);
    EXPECT_TRUE(std::isnan(y[0]) && std::isnan(y[1])) << row(op).name;
  }
}

// -- A vector loop does to each value what it does to one alone, wherever it stands.
template <class T, class Loop>
void check_alone(const char* name, const std::vector<T>& x, Loop loop) {
  for (int64_t n : lengths) {
    std::vector<T> all(x.begin() + 1, x.begin() + 1 + n), alone = all;  // not aligned to a line
    loop(all.data(), n);
    for (T& v : alone) loop(&v, 1);
    for (int64_t i = 0; i < n; ++i)
      ASSERT_TRUE(same(all[size_t(i)], alone[size_t(i)]))
          << name << " of " << x[size_t(i) + 1] << " at " << i << " of " << n << ": "
          << all[size_t(i)] << " and " << alone[size_t(i)];
  }
}

TEST_P(KernelsOf, EveryUnaryRowIgnoresPosition) {
  const auto floats = mixture(2200);
  std::vector<int64_t> wholes(2200);
  std::mt19937 random(4);
  for (int64_t& v : wholes) v = int32_t(random()) >> random() % 32;
  for (int i = 0; i < int(Unary::count); ++i) {
    UnaryStep s = step(Unary(i));
    for (int p = 0; p < row(s.op).parameter_count; ++p)
      if (row(s.op).parameters[p].required) s.parameters[p] = 2;
    const Domain domain = row(s.op).domain;
    ASSERT_EQ(k().unary[i] != nullptr, domain != Domain::integers);
    ASSERT_EQ(k().unary_int[i] != nullptr, domain != Domain::floats);
    if (k().unary[i])
      check_alone(row(s.op).name, floats,
                  [&](float* x, int64_t n) { k().unary[i](x, x, n, s.parameters); });
    if (k().unary_int[i])
      check_alone(row(s.op).name, wholes,
                  [&](int64_t* x, int64_t n) { k().unary_int[i](x, x, n, s.parameters); });
  }
}

template <class T, class Fn>
void check_operands(const char* name, Fn fn, const std::vector<T>& a, const std::vector<T>& b) {
  constexpr double parameters[3] = {2, 0.5, 0};
  for (int64_t n : lengths)
    for (auto [a_step, b_step] : {std::pair{1, 1}, {1, 0}, {0, 1}, {0, 0}}) {
      std::vector<T> out(static_cast<size_t>(n));
      fn(a.data(), a_step, b.data(), b_step, out.data(), n, parameters);
      for (int64_t i = 0; i < n; ++i) {
        T one;
        fn(&a[size_t(i * a_step)], 1, &b[size_t(i * b_step)], 1, &one, 1, parameters);
        ASSERT_TRUE(same(out[size_t(i)], one))
            << name << " steps " << a_step << b_step << " at " << i;
      }
    }
}

TEST_P(KernelsOf, EveryBinaryRowIgnoresPosition) {
  const auto a = mixture(2200, 5), b = mixture(2200, 6);
  std::vector<int64_t> x(2200), y(2200);
  std::mt19937 random(7);
  for (int64_t& v : x) v = int32_t(random()) >> random() % 32;
  for (int64_t& v : y) v = int32_t(random()) >> random() % 32;
  for (int i = 0; i < int(Binary::count); ++i) {
    const FamilyRow& r = row(Binary(i));
    ASSERT_EQ(k().binary[i] != nullptr, r.domain != Domain::integers);
    ASSERT_EQ(k().binary_int[i] != nullptr, r.domain != Domain::floats);
    if (k().binary[i]) check_operands(r.name, k().binary[i], a, b);
    if (k().binary_int[i]) check_operands(r.name, k().binary_int[i], x, y);
  }
}

TEST_P(KernelsOf, WholeDivisionsFollowPython) {
  const auto of = [&](Binary op, int64_t a, int64_t b) {
    int64_t y;
    constexpr double none[3] = {};
    k().binary_int[int(op)](&a, 1, &b, 1, &y, 1, none);
    return y;
  };
  EXPECT_EQ(of(Binary::divide_floor, -7, 2), -4);
  EXPECT_EQ(of(Binary::divide_trunc, -7, 2), -3);
  EXPECT_EQ(of(Binary::remainder, -7, 2), 1);
  EXPECT_EQ(of(Binary::remainder, 7, -2), -1);
  EXPECT_EQ(of(Binary::fmod, -7, 2), -1);
  EXPECT_EQ(of(Binary::remainder, 7, 0), 0);
  EXPECT_EQ(of(Binary::pow, -3, 3), -27);
  EXPECT_EQ(of(Binary::pow, 2, -1), 0);
}

// -- Conversions.
TEST_P(KernelsOf, Bfloat16RoundsToNearestEven) {
  std::vector<float> x;
  for (uint64_t b = 0; b < uint64_t(1) << 32; b += 30011)
    x.push_back(std::bit_cast<float>(uint32_t(b)));
  for (float v : {0.0f, -0.0f, inf, -inf, nan, 1.00390625f, 1.01171875f, 3.4e38f}) x.push_back(v);
  const auto n = int64_t(x.size());
  std::vector<uint16_t> narrow(x.size()), streamed(x.size() + 8);
  k().from_float(DataType::BFLOAT16, x.data(), n, narrow.data(), Stores::cached);
  k().from_float(DataType::BFLOAT16, x.data(), n, streamed.data() + 3, Stores::streaming);
  std::vector<float> back(x.size());
  k().to_float(DataType::BFLOAT16, narrow.data(), n, back.data());
  for (size_t i = 0; i < x.size(); ++i) {
    ASSERT_EQ(narrow[i], bfloat16(x[i]).bits) << x[i];
    ASSERT_EQ(streamed[i + 3], narrow[i]);
    ASSERT_TRUE(same(back[i], float(bfloat16(x[i]))));
  }
}

template <class T>
std::vector<T> converted(const Kernels& k, DataType from, const void* src, int64_t n, DataType to) {
  std::vector<T> out(static_cast<size_t>(n));
  k.convert(from, src, to, out.data(), n, Stores::cached);
  return out;
}

TEST_P(KernelsOf, TypecastTruncatesWrapsAndClamps) {
  const std::vector<float> x = {1.7f, -1.7f, 255.9f, 256.5f, -3,   70000, 3e9f,
                                5e9f, -3e9f, nan,    inf,    -inf, 2.5f};
  const auto n = int64_t(x.size());
  const auto from = [&](auto type, DataType to) {
    return converted<decltype(type)>(k(), DataType::FLOAT32, x.data(), n, to);
  };
  EXPECT_EQ(from(uint8_t(), DataType::UINT8),
            (std::vector<uint8_t>{1, 255, 255, 0, 253, 112, 0, 0, 0, 0, 0, 0, 2}));
  EXPECT_EQ(from(int8_t(), DataType::INT8),
            (std::vector<int8_t>{1, -1, -1, 0, -3, 112, 0, 0, 0, 0, 0, 0, 2}));
  EXPECT_EQ(from(uint16_t(), DataType::UINT16),
            (std::vector<uint16_t>{2, 0, 256, 257, 0, 65535, 65535, 65535, 0, 0, 65535, 0, 3}));
  EXPECT_EQ(from(uint32_t(), DataType::UINT32),
            (std::vector<uint32_t>{1, 0, 255, 256, 0, 70000, 3000000000u, UINT32_MAX, 0, 0,
                                   UINT32_MAX, 0, 2}));
  EXPECT_EQ(from(int32_t(), DataType::INT32),
            (std::vector<int32_t>{1, -1, 255, 256, -3, 70000, INT32_MAX, INT32_MAX, INT32_MIN, 0,
                                  INT32_MAX, INT32_MIN, 2}));
  const std::vector<int32_t> w = {-1, 300, 70000, INT32_MIN};
  EXPECT_EQ(converted<uint8_t>(k(), DataType::INT32, w.data(), 4, DataType::UINT8),
            (std::vector<uint8_t>{255, 44, 112, 0}));
  EXPECT_EQ(converted<uint16_t>(k(), DataType::INT32, w.data(), 4, DataType::UINT16),
            (std::vector<uint16_t>{0, 300, 65535, 0}));
  EXPECT_EQ(converted<uint32_t>(k(), DataType::INT32, w.data(), 4, DataType::UINT32),
            (std::vector<uint32_t>{0, 300, 70000, 0}));
  EXPECT_EQ(converted<float>(k(), DataType::INT32, w.data(), 4, DataType::FLOAT32),
            (std::vector<float>{-1, 300, 70000, -2147483648.0f}));
  const std::vector<int8_t> b = {-1, 5};
  EXPECT_EQ(converted<uint32_t>(k(), DataType::INT8, b.data(), 2, DataType::UINT32),
            (std::vector<uint32_t>{UINT32_MAX, 5}));
}

TEST_P(KernelsOf, ResultsInIntegersWrap) {
  const int64_t x[] = {-1, 256, 65537, int64_t(1) << 32, 5};
  uint8_t u8[5];
  uint16_t u16[5];
  int32_t i32[5];
  k().from_int(DataType::UINT8, x, 5, u8);
  k().from_int(DataType::UINT16, x, 5, u16);
  k().from_int(DataType::INT32, x, 5, i32);
  EXPECT_EQ(std::vector<uint8_t>(u8, u8 + 5), (std::vector<uint8_t>{255, 0, 1, 0, 5}));
  EXPECT_EQ(std::vector<uint16_t>(u16, u16 + 5), (std::vector<uint16_t>{65535, 256, 1, 0, 5}));
  EXPECT_EQ(std::vector<int32_t>(i32, i32 + 5), (std::vector<int32_t>{-1, 256, 65537, 0, 5}));
}

TEST_P(KernelsOf, HostFloat16GoesThereAndBack) {
  std::vector<uint16_t> all(65536), back(65536);
  for (size_t i = 0; i < all.size(); ++i) all[i] = uint16_t(i);
  std::vector<float> x(65536);
  k().from_host(HostType::float16, all.data(), DataType::FLOAT32, x.data(), 65536, Stores::cached);
  k().to_host(DataType::FLOAT32, x.data(), HostType::float16, back.data(), 65536, Stores::cached);
  EXPECT_EQ(x[0x3c00], 1.0f);
  EXPECT_EQ(x[0x0001], 0x1p-24f);
  EXPECT_EQ(x[0xfbff], -65504.0f);
  EXPECT_EQ(x[0x7c00], inf);
  for (size_t i = 0; i < all.size(); ++i) {
    if ((i & 0x7fff) > 0x7c00)
      ASSERT_GT(back[i] & 0x7fff, 0x7c00);
    else
      ASSERT_EQ(back[i], all[i]);
  }
  const float ties[] = {1.00048828125f, 1.00146484375f, 65519, 65520, 1e-9f};
  uint16_t h[5];
  k().to_host(DataType::FLOAT32, ties, HostType::float16, h, 5, Stores::cached);
  EXPECT_EQ(std::vector<uint16_t>(h, h + 5),
            (std::vector<uint16_t>{0x3c00, 0x3c02, 0x7bff, 0x7c00, 0}));
}

TEST_P(KernelsOf, HostValuesFollowTheRuleOfDevices) {
  const int64_t x[] = {-1, 5, (int64_t(1) << 32) + 7};
  uint32_t u[3];
  k().from_host(HostType::int64, x, DataType::UINT32, u, 3, Stores::cached);
  EXPECT_EQ(std::vector<uint32_t>(u, u + 3), (std::vector<uint32_t>{0, 5, UINT32_MAX}));
  const double d[] = {-4, 300.9, 16777217};
  uint8_t b[3];
  int32_t i[3];
  k().from_host(HostType::float64, d, DataType::UINT8, b, 3, Stores::cached);
  k().from_host(HostType::float64, d, DataType::INT32, i, 3, Stores::cached);
  EXPECT_EQ(std::vector<uint8_t>(b, b + 3), (std::vector<uint8_t>{252, 44, 1}));
  EXPECT_EQ(std::vector<int32_t>(i, i + 3), (std::vector<int32_t>{-4, 300, 16777217}));
  const float f[] = {0, 0.25f, -1};
  uint8_t truth[3];
  k().to_host(DataType::FLOAT32, f, HostType::boolean, truth, 3, Stores::cached);
  EXPECT_EQ(std::vector<uint8_t>(truth, truth + 3), (std::vector<uint8_t>{0, 1, 1}));
  int64_t wide[3];
  k().to_host(DataType::INT32, i, HostType::int64, wide, 3, Stores::cached);
  EXPECT_EQ(wide[2], 16777217);
}

// -- Whole buffers.
TEST_P(KernelsOf, ChainsRunInOnePass) {
  for (int64_t n : {int64_t(0), int64_t(1), int64_t(1000), int64_t(5000)})
    for (Stores stores : {Stores::cached, Stores::streaming}) {
      const auto x = mixture(n + 1, 8);
      std::vector<uint16_t> in(size_t(n) + 1), out(size_t(n) + 1);
      k().from_float(DataType::BFLOAT16, x.data(), n + 1, in.data(), Stores::cached);
      UnaryStep steps[] = {step(Unary::relu), step(Unary::square)};
      k().map_unary({DataType::BFLOAT16, in.data() + 1, 1}, {steps, 2}, DataType::BFLOAT16,
                    out.data() + 1, n, true, stores);
      for (int64_t i = 1; i <= n; ++i) {
        const float v = bfloat16::from_bits(in[size_t(i)]), r = v < 0 ? 0 : v;
        ASSERT_TRUE(same(float(bfloat16::from_bits(out[size_t(i)])), float(bfloat16(r * r))));
      }
    }
}

TEST_P(KernelsOf, BinaryMapsTakeStreamsAndValues) {
  const int64_t n = 3001;
  const auto x = mixture(n, 9);
  std::vector<int32_t> whole(static_cast<size_t>(n)), sum(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i) whole[size_t(i)] = int32_t(i * 1000003);
  const int32_t seven = 7;
  k().map_binary(Binary::add, nullptr, {DataType::INT32, whole.data(), 1}, {},
                 {DataType::INT32, &seven, 0}, {}, {}, DataType::INT32, sum.data(), n, false,
                 Stores::cached);
  for (int64_t i = 0; i < n; ++i)
    ASSERT_EQ(sum[size_t(i)], int32_t(uint32_t(whole[size_t(i)]) + 7u));
  std::vector<float> y(static_cast<size_t>(n));
  const UnaryStep negative = step(Unary::neg), relu = step(Unary::relu);
  for (Stores stores : {Stores::cached, Stores::streaming}) {
    k().map_binary(Binary::multiply, nullptr, {DataType::FLOAT32, x.data(), 1}, {&negative, 1},
                   {DataType::INT32, whole.data(), 1}, {}, {&relu, 1}, DataType::FLOAT32, y.data(),
                   n, true, stores);
    for (int64_t i = 0; i < n; ++i) {
      const float v = -x[size_t(i)] * float(whole[size_t(i)]);
      ASSERT_TRUE(same(y[size_t(i)], v < 0 ? 0 : v)) << i;
    }
  }
}

TEST_P(KernelsOf, SelectTakesEitherSide) {
  const int64_t n = 1500;
  std::vector<uint8_t> condition(n);
  std::vector<uint16_t> a(n), out(n);
  for (int64_t i = 0; i < n; ++i) condition[size_t(i)] = i % 3 == 0, a[size_t(i)] = uint16_t(i);
  const uint16_t other = 9;
  k().select({DataType::UINT8, condition.data(), 1}, {DataType::BFLOAT16, a.data(), 1},
             {DataType::BFLOAT16, &other, 0}, out.data(), n, Stores::cached);
  for (int64_t i = 0; i < n; ++i) ASSERT_EQ(out[size_t(i)], i % 3 == 0 ? i : 9);
  // -0 is 0, a NaN is not; past the caches, from an odd place.
  std::vector<float> signs(n);
  for (int64_t i = 0; i < n; ++i) signs[size_t(i)] = i % 4 == 0 ? -0.0f : i % 4 == 1 ? nan : 1e-40f;
  std::vector<float> x(n, 1), y(n, 2), z(n + 1);
  k().select({DataType::FLOAT32, signs.data(), 1}, {DataType::FLOAT32, x.data(), 1},
             {DataType::FLOAT32, y.data(), 1}, z.data() + 1, n, Stores::streaming);
  for (int64_t i = 0; i < n; ++i) ASSERT_EQ(z[size_t(i) + 1], i % 4 == 0 ? 2 : 1) << i;
}

// -- Loops of their own for bfloat16 and for 32-bit integers give what the general ones give.
TEST_P(KernelsOf, NarrowLoopsRoundTheFloatOnes) {
  const int64_t n = 3000;
  const auto values = mixture(n, 21), others = mixture(n, 22);
  std::vector<uint16_t> a(n), b(n), out(n + 8);
  k().from_float(DataType::BFLOAT16, values.data(), n, a.data(), Stores::cached);
  k().from_float(DataType::BFLOAT16, others.data(), n, b.data(), Stores::cached);
  std::vector<float> x(n), y(n), z(n), got(n);
  k().to_float(DataType::BFLOAT16, a.data(), n, x.data());
  k().to_float(DataType::BFLOAT16, b.data(), n, y.data());
  const auto check = [&](const char* name, int64_t at, int64_t count) {
    std::vector<uint16_t> want(n);
    k().from_float(DataType::BFLOAT16, z.data(), count, want.data(), Stores::cached);
    k().to_float(DataType::BFLOAT16, out.data() + at, count, got.data());
    for (int64_t i = 0; i < count; ++i) {
      const float expected = bfloat16::from_bits(want[size_t(i)]);
      ASSERT_TRUE(same(got[size_t(i)], expected) ||
                  (std::fabs(expected) < 1.3e-38f && std::fabs(got[size_t(i)]) < 1.3e-38f))
          << name << " at " << i << " of " << count << ": " << got[size_t(i)] << ", not "
          << expected;
    }
  };
  constexpr double parameters[3] = {2, 0.5, 0};
  for (int64_t count : {int64_t{1}, int64_t{31}, int64_t{256}, int64_t{300}, n})
    for (Stores stores : {Stores::cached, Stores::streaming}) {
      for (Unary op :
           {Unary::neg, Unary::abs, Unary::relu, Unary::gelu, Unary::sign, Unary::rsqrt}) {
        const UnaryStep s = step(op);
        k().map_unary({DataType::BFLOAT16, a.data(), 1}, {&s, 1}, DataType::BFLOAT16,
                      out.data() + 3, count, true, stores);
        k().unary[int(op)](x.data(), z.data(), count, s.parameters);
        check(row(op).name, 3, count);
      }
      for (Binary op : {Binary::add, Binary::multiply, Binary::eq, Binary::maximum})
        for (auto [a_step, b_step] : {std::pair{1, 1}, {1, 0}, {0, 1}}) {
          k().map_binary(op, parameters, {DataType::BFLOAT16, a.data(), a_step}, {},
                         {DataType::BFLOAT16, b.data(), b_step}, {}, {}, DataType::BFLOAT16,
                         out.data() + 1, count, true, stores);
          k().binary[int(op)](x.data(), a_step, y.data(), b_step, z.data(), count, parameters);
          check(row(op).name, 1, count);
        }
      const float number = 1.2345f;  // that bfloat16 does not hold
      k().map_binary(Binary::multiply, parameters, {DataType::BFLOAT16, a.data(), 1}, {},
                     {DataType::FLOAT32, &number, 0}, {}, {}, DataType::BFLOAT16, out.data(), count,
                     true, stores);
      k().binary[int(Binary::multiply)](x.data(), 1, &number, 0, z.data(), count, parameters);
      check("multiply by a number", 0, count);
    }
}

TEST_P(KernelsOf, WordLoopsWrapAsWideOnesDo) {
  const int64_t n = 1001;
  std::mt19937 random(23);
  std::vector<uint32_t> a(n), b(n), out(n + 1);
  for (uint32_t& v : a) v = random() >> random() % 32;
  for (uint32_t& v : b) v = random() >> random() % 32;
  a[5] = 0x80000000u, b[5] = 0xffffffffu;
  for (DataType dtype : {DataType::INT32, DataType::UINT32})
    for (int i = 0; i < int(Binary::count); ++i) {
      if (!k().binary_word[dtype == DataType::UINT32][i]) continue;
      std::vector<int64_t> x(n), y(n), z(n);
      std::vector<uint32_t> want(n);
      k().to_int(dtype, a.data(), n, x.data());
      k().to_int(dtype, b.data(), n, y.data());
      for (auto [a_step, b_step] : {std::pair{1, 1}, {1, 0}, {0, 1}})
        for (Stores stores : {Stores::cached, Stores::streaming}) {
          constexpr double none[3] = {};
          k().binary_int[i](x.data(), a_step, y.data(), b_step, z.data(), n, none);
          k().from_int(dtype, z.data(), n, want.data());
          k().map_binary(Binary(i), none, {dtype, a.data(), a_step}, {}, {dtype, b.data(), b_step},
                         {}, {}, dtype, out.data() + 1, n, false, stores);
          for (int64_t j = 0; j < n; ++j)
            ASSERT_EQ(out[size_t(j) + 1], want[size_t(j)]) << row(Binary(i)).name << " at " << j;
        }
    }
}

// -- Rows.
TEST_P(KernelsOf, SumsHaveOneOrderOnEveryIsa) {
  const Kernels& baseline = kernels(Isa::portable);
  std::mt19937 random(10);
  std::normal_distribution<float> normal;
  for (int64_t n : {0, 1, 63, 64, 65, 1000, 5003}) {
    std::vector<float> x(static_cast<size_t>(n));
    for (float& v : x) v = normal(random);
    const float sum = k().reduce_row(Reduce::sum, DataType::FLOAT32, x.data(), n);
    double exact = 0, size = 0;
    for (float v : x) exact += v, size += std::fabs(v);
    EXPECT_NEAR(sum, exact, size * 1e-6);
    EXPECT_EQ(sum, baseline.reduce_row(Reduce::sum, DataType::FLOAT32, x.data(), n));
    std::vector<uint16_t> narrow(x.size());
    k().from_float(DataType::BFLOAT16, x.data(), n, narrow.data(), Stores::cached);
    k().to_float(DataType::BFLOAT16, narrow.data(), n, x.data());
    EXPECT_EQ(k().reduce_row(Reduce::sum, DataType::BFLOAT16, narrow.data(), n),
              k().reduce_row(Reduce::sum, DataType::FLOAT32, x.data(), n));
  }
}

TEST_P(KernelsOf, ReductionsFindExtremesAndNan) {
  for (int64_t n : {1, 5, 100, 3000}) {
    std::vector<float> x(static_cast<size_t>(n));
    for (int64_t i = 0; i < n; ++i) x[size_t(i)] = float(i * 37 % 101);
    const auto top = std::max_element(x.begin(), x.end()),
               low = std::min_element(x.begin(), x.end());
    const auto reduce = [&](Reduce r) { return k().reduce_row(r, DataType::FLOAT32, x.data(), n); };
    EXPECT_EQ(reduce(Reduce::max), *top);
    EXPECT_EQ(reduce(Reduce::min), *low);
    EXPECT_EQ(k().argmax_row(DataType::FLOAT32, x.data(), n), top - x.begin());
    EXPECT_EQ(k().argmin_row(DataType::FLOAT32, x.data(), n), low - x.begin());
    x[size_t(n / 2)] = nan;
    EXPECT_TRUE(std::isnan(reduce(Reduce::max)));
    EXPECT_TRUE(std::isnan(reduce(Reduce::min)));
    EXPECT_EQ(k().argmax_row(DataType::FLOAT32, x.data(), n), n / 2);
  }
  EXPECT_EQ(k().reduce_row(Reduce::max, DataType::FLOAT32, nullptr, 0), -inf);
  EXPECT_EQ(k().reduce_row(Reduce::prod, DataType::FLOAT32, nullptr, 0), 1);
  const int32_t big[] = {16777216, 16777217, 16777217};
  EXPECT_EQ(k().argmax_row(DataType::INT32, big, 3), 1);
  EXPECT_EQ(k().reduce_row_int(Reduce::sum, DataType::INT32, big, 3), 50331650);
  const float factors[] = {2, 3, 4};
  EXPECT_EQ(k().reduce_row(Reduce::prod, DataType::FLOAT32, factors, 3), 24);
  EXPECT_EQ(k().reduce_row(Reduce::sum_of_squares, DataType::FLOAT32, factors, 3), 29);
  float into[] = {1, 5, -1};
  k().accumulate(Reduce::max, into, DataType::FLOAT32, factors, 3);
  EXPECT_EQ(std::vector<float>(into, into + 3), (std::vector<float>{2, 5, 4}));
}

TEST_P(KernelsOf, SoftmaxAndNorms) {
  for (int64_t n : {1, 7, 384, 2000}) {
    std::mt19937 random(11);
    std::normal_distribution<float> normal(1, 4);
    std::vector<float> x(static_cast<size_t>(n)), weight = x, bias = x, y(x.size());
    for (auto* v : {&x, &weight, &bias})
      for (float& e : *v) e = normal(random);
    double mean = 0, variance = 0, square = 0, total = 0, top = -1e30;
    for (float v : x)
      mean += v / double(n), square += double(v) * v / double(n), top = std::max(top, double(v));
    for (float v : x) variance += (v - mean) * (v - mean) / double(n), total += std::exp(v - top);
    std::vector<float> scratch(x.size());
    k().layer_norm_row(DataType::FLOAT32, x.data(), weight.data(), bias.data(), 1e-5f,
                       scratch.data(), DataType::FLOAT32, y.data(), n, Stores::streaming);
    for (size_t i = 0; i < x.size(); ++i)
      ASSERT_NEAR(y[i], (x[i] - mean) / std::sqrt(variance + 1e-5) * weight[i] + bias[i], 2e-4);
    k().rms_norm_row(DataType::FLOAT32, x.data(), weight.data(), nullptr, 1e-5f, scratch.data(),
                     DataType::FLOAT32, y.data(), n, Stores::cached);
    for (size_t i = 0; i < x.size(); ++i)
      ASSERT_NEAR(y[i], x[i] / std::sqrt(square + 1e-5) * weight[i], 2e-4);
    scratch.resize(x.size() + softmax_padding);
    k().softmax_rows(DataType::FLOAT32, x.data(), 1, n, scratch.data(), DataType::FLOAT32, y.data(),
                     Stores::streaming);
    for (size_t i = 0; i < x.size(); ++i) ASSERT_NEAR(y[i], std::exp(x[i] - top) / total, 1e-6);
  }
}

// Results beside the exact ones: within half a unit and what the exponential adds.
void expect_softmax(DataType dtype, const std::vector<double>& exact, const std::vector<float>& y) {
  const bool narrow = dtype == DataType::BFLOAT16;
  const double error = narrow ? (0x1p-8 + 0x1p-16) * 1.01 : 2e-6;
  const double denormal = narrow ? 0x1p-133 : 0x1p-126;
  for (size_t i = 0; i < y.size(); ++i)
    if (std::isnan(exact[i]))
      EXPECT_TRUE(std::isnan(y[i])) << i << " of " << y.size();
    else
      EXPECT_NEAR(y[i], exact[i], exact[i] * error + denormal) << i << " of " << y.size();
}

std::vector<double> exact_softmax(const std::vector<float>& x) {
  double top = -inf, total = 0;
  for (float v : x) top = std::max<double>(top, v);
  std::vector<double> exact(x.size());
  for (size_t i = 0; i < x.size(); ++i) total += exact[i] = std::exp(x[i] - top);
  for (double& v : exact) v /= total;
  return exact;
}

// As a row and as a column, of values that bfloat16 has; equal ones have equal shares of a row.
void check_softmax(const Kernels& k, const std::vector<uint16_t>& narrow, DataType from,
                   DataType to) {
  constexpr int64_t longest = 4200;
  alignas(64) static std::array<float, longest * softmax_padding> scratch;
  const int64_t n = static_cast<int64_t>(narrow.size());
  std::vector<float> wide(narrow.size()), y(wide.size());
  k.to_float(DataType::BFLOAT16, narrow.data(), n, wide.data());
  const std::vector<double> exact = exact_softmax(wide);
  const void* x = wide.data();
  if (from == DataType::BFLOAT16) x = narrow.data();
  std::vector<std::byte> out(wide.size() * size_t(item_bytes(to)));
  for (bool column : {false, true}) {
    if (column)
      k.softmax_columns(from, x, 1, n, 1, scratch.data(), to, out.data(), Stores::cached);
    else
      k.softmax_rows(from, x, 1, n, scratch.data(), to, out.data(), Stores::streaming);
    k.to_float(to, out.data(), n, y.data());
    expect_softmax(to, exact, y);
    std::map<uint16_t, float> shares;
    for (size_t i = 0; i < y.size(); ++i)
      EXPECT_TRUE(std::isnan(y[i]) || shares.try_emplace(narrow[i], y[i]).first->second == y[i])
          << i << " of " << n << ": " << y[i] << " for " << wide[i];
  }
}

TEST_P(KernelsOf, SoftmaxOfAnyRow) {
  std::mt19937 random(31);
  std::normal_distribution<float> normal;
  const float lowest = -3e38f, highest = 3e38f;
  const std::vector<std::vector<float>> specials = {{},
                                                    {-inf},
                                                    {inf},
                                                    {nan},
                                                    {-inf, nan},
                                                    {inf, -inf},
                                                    {-90, -100},
                                                    {lowest},
                                                    {highest},
                                                    {highest, lowest},
                                                    {3e4f, -3e4f},
                                                    {-0.0f, 0.0f},
                                                    {1e4f, 1e4f - 64}};
  for (int64_t n : {1, 7, 32, 33, 99, 384, 4128})
    for (const auto& special : specials)
      for (float centre : {0.0f, 9984.0f, -5000.0f})
        for (float scale : {0.0f, 1.0f, 20.0f, 300.0f}) {
          std::vector<float> x(static_cast<size_t>(n));
          for (float& v : x) v = centre + scale * normal(random);
          for (size_t i = 0; i < special.size(); ++i) x[i * 5 % size_t(n)] = special[i];
          std::vector<uint16_t> narrow(x.size());
          k().from_float(DataType::BFLOAT16, x.data(), n, narrow.data(), Stores::cached);
          for (DataType from : {DataType::BFLOAT16, DataType::FLOAT32})
            for (DataType to : {DataType::BFLOAT16, DataType::FLOAT32})
              check_softmax(k(), narrow, from, to);
          if (HasFailure()) FAIL() << n << " about " << centre << ", scale " << scale;
        }
}

TEST_P(KernelsOf, SoftmaxOfRowsIsThatOfEach) {
  for (const int64_t n : {416, 99}) {
    const int64_t rows = 9;
    std::vector<uint16_t> x(size_t(rows * n));
    std::vector<float> values(x.size()), scratch(size_t(n + softmax_padding));
    std::mt19937 random(32);
    for (size_t i = 0; i < x.size(); ++i) values[i] = float(random() % 1000) / 100;
    values[size_t(2 * n + 5)] = nan, values[size_t(5 * n)] = -inf, values[size_t(6 * n)] = -200;
    k().from_float(DataType::BFLOAT16, values.data(), rows * n, x.data(), Stores::cached);
    alignas(64) static std::array<uint16_t, 416 * 9> together, each;
    together.fill(0), each.fill(0);
    const auto to = DataType::BFLOAT16;
    k().softmax_rows(to, x.data(), rows, n, scratch.data(), to, together.data(), Stores::streaming);
    for (int64_t r = 0; r < rows; ++r)
      k().softmax_rows(to, x.data() + r * n, 1, n, scratch.data(), to, each.data() + r * n,
                       Stores::cached);
    EXPECT_EQ(together, each);
  }
}

TEST_P(KernelsOf, NormsOfBfloat16AreThoseOfFloatsWhereverTheyLie) {
  for (int64_t n : {7, 384, 2000, 4128}) {
    std::vector<float> x(static_cast<size_t>(n)), weight = x, scratch = x, floats = x;
    for (int64_t i = 0; i < n; ++i) x[size_t(i)] = float(i % 37) / 8 - 2;
    for (int64_t i = 0; i < n; ++i) weight[size_t(i)] = float(i % 11) / 4 - 1;
    weight[0] = 1e-39f;  // gives a denormal
    const float* const no_bias = nullptr;
    std::vector<uint16_t> narrow(x.size()), expected(x.size());
    k().from_float(DataType::BFLOAT16, x.data(), n, narrow.data(), Stores::cached);
    for (auto one : {k().layer_norm_row, k().rms_norm_row})
      for (const float* bias : {no_bias, std::as_const(weight).data()}) {
        one(DataType::FLOAT32, x.data(), weight.data(), bias, 1e-5f, scratch.data(),
            DataType::FLOAT32, floats.data(), n, Stores::cached);
        k().from_float(DataType::BFLOAT16, floats.data(), n, expected.data(), Stores::cached);
        for (Stores stores : {Stores::cached, Stores::streaming})
          for (int64_t offset : {0, 1, 16, 32}) {
            alignas(64) static std::array<uint16_t, 5000> out;
            one(DataType::BFLOAT16, narrow.data(), weight.data(), bias, 1e-5f, scratch.data(),
                DataType::BFLOAT16, out.data() + offset, n, stores);
            ASSERT_TRUE(std::equal(expected.begin(), expected.end(), out.begin() + offset))
                << n << " values at " << offset;
          }
      }
  }
}

TEST_P(KernelsOf, ColumnsAreAsTheirRows) {
  const auto x = mixture(100 * 150, 24);
  for (int64_t n : {1, 3, 9, 100})
    for (int64_t columns : {1, 5, 64, 150}) {
      const int64_t pitch = 150;
      alignas(64) static std::array<float, 100 * softmax_padding> scratch;
      std::vector<float> out(x.size()), column(static_cast<size_t>(n));
      std::vector<float> total(size_t(columns), 0), finite = x;
      for (float& v : finite) v = std::isfinite(v) ? std::fmod(v, 10.0f) : 1;
      k().softmax_columns(DataType::FLOAT32, finite.data(), pitch, n, columns, scratch.data(),
                          DataType::FLOAT32, out.data(), Stores::streaming);
      std::vector<int32_t> at(static_cast<size_t>(columns));
      k().argmax_columns(DataType::FLOAT32, x.data(), pitch, n, columns, at.data());
      k().accumulate_rows(Reduce::sum, total.data(), DataType::FLOAT32, finite.data(), pitch, n,
                          columns);
      for (int64_t c = 0; c < columns; ++c) {
        for (int64_t i = 0; i < n; ++i) column[size_t(i)] = x[size_t(i * pitch + c)];
        ASSERT_EQ(at[size_t(c)], k().argmax_row(DataType::FLOAT32, column.data(), n)) << c;
        double sum = 0, top = -1e30, bottom = 0;
        float in_order = 0;
        for (int64_t i = 0; i < n; ++i) in_order += finite[size_t(i * pitch + c)];
        ASSERT_EQ(total[size_t(c)], in_order);
        for (int64_t i = 0; i < n; ++i) top = std::max<double>(top, finite[size_t(i * pitch + c)]);
        for (int64_t i = 0; i < n; ++i) bottom += std::exp(finite[size_t(i * pitch + c)] - top);
        for (int64_t i = 0; i < n; ++i) sum += out[size_t(i * pitch + c)];
        ASSERT_NEAR(sum, 1, 1e-5);
        ASSERT_NEAR(out[size_t(c)], std::exp(finite[size_t(c)] - top) / bottom, 1e-6);
      }
    }
}

TEST_P(KernelsOf, ShortRowsAddTheirColumnsInOrder) {
  const auto x = mixture(70 * 63, 25);
  for (int64_t n : {2, 3, 8, 17, 32, 63})
    for (int64_t rows : {1, 7, 8, 70}) {
      std::vector<float> out(static_cast<size_t>(rows));
      for (Reduce kind : {Reduce::sum, Reduce::max, Reduce::min, Reduce::prod}) {
        k().reduce_short_rows(kind, DataType::FLOAT32, x.data(), rows, n, out.data());
        for (int64_t r = 0; r < rows; ++r) {
          float want = k().reduce_row(kind, DataType::FLOAT32, nullptr, 0);
          for (int64_t c = 0; c < n; ++c)
            k().accumulate(kind, &want, DataType::FLOAT32, &x[size_t(r * n + c)], 1);
          ASSERT_TRUE(same(out[size_t(r)], want)) << n << " columns, row " << r;
        }
      }
    }
}

// -- Block floats: exactly what core's one-by-one code gives.
TEST_P(KernelsOf, BlockFloatsEqualTheirDefinition) {
  for (DataType dtype : {DataType::BFLOAT8_B, DataType::BFLOAT4_B})
    for (int64_t width : {1, 16, 17, 100}) {
      const int64_t rows = 5, groups = block_float_groups(width);
      const auto x = mixture(rows * width, 12);
      const auto bytes = size_t(storage_bytes(Shape{rows, width}, dtype));
      std::vector<std::byte> ours(bytes), theirs(bytes);
      const auto a = block_float_view(ours.data(), {rows, width}, dtype);
      const auto b = block_float_view(theirs.data(), {rows, width}, dtype);
      const int64_t row_bytes = groups * block_float_mantissa_bytes(dtype);
      std::vector<float> decoded(x.size()), want(x.size());
      k().encode_rows(dtype, x.data(), width, 0, 2, a);
      k().encode_rows(dtype, x.data() + 2 * width, width, 2, rows - 2, a);
      for (int64_t r = 0; r < rows; ++r)
        encode_row(dtype, x.data() + r * width, width, b.mantissas + r * row_bytes,
                   b.exponents + r * groups);
      EXPECT_EQ(ours, theirs);
      k().decode_rows(dtype, a, width, 1, rows - 1, decoded.data() + width);
      for (int64_t r = 1; r < rows; ++r)
        decode_row(dtype, b.mantissas + r * row_bytes, b.exponents + r * groups, 0, width,
                   want.data() + r * width);
      for (size_t i = size_t(width); i < x.size(); ++i) ASSERT_TRUE(same(decoded[i], want[i])) << i;
    }
}

// -- Moving bytes.
TEST_P(KernelsOf, CopiesOfAnyAlignment) {
  std::vector<std::byte> src(5000), dst(5000);
  for (size_t i = 0; i < src.size(); ++i) src[i] = std::byte(i * 7);
  for (Stores stores : {Stores::cached, Stores::streaming})
    for (int64_t from : {0, 1, 63})
      for (int64_t to : {0, 5, 64})
        for (int64_t n : {0, 1, 63, 64, 200, 4000}) {
          std::fill(dst.begin(), dst.end(), std::byte{0xee});
          k().copy(dst.data() + to, src.data() + from, n, stores);
          ASSERT_EQ(0, std::memcmp(dst.data() + to, src.data() + from, size_t(n)));
          ASSERT_EQ(dst[size_t(to + n)], std::byte{0xee});
        }
  std::fill(dst.begin(), dst.end(), std::byte{0});
  k().copy_2d(dst.data(), 10, src.data(), 7, 5, 3, Stores::cached);
  for (int r = 0; r < 3; ++r) EXPECT_EQ(0, std::memcmp(dst.data() + r * 10, src.data() + r * 7, 5));
  EXPECT_EQ(dst[5], std::byte{0});
}

// Rows that lie apart or behind each other, shorter and longer than what is asked for ahead.
TEST_P(KernelsOf, CopiesOfRowsPastTheCaches) {
  for (int64_t row : {64, 256, 300, 640, 4096, 5001})
    for (int64_t between : {0, 64, 77})
      for (int64_t from : {0, 3}) {
        constexpr int64_t rows = 9;
        const int64_t src_pitch = row + between, dst_pitch = row + 64;
        std::vector<std::byte> src(static_cast<size_t>(from + rows * src_pitch));
        std::vector<std::byte> dst(static_cast<size_t>(rows * dst_pitch), std::byte{0xee});
        for (size_t i = 0; i < src.size(); ++i) src[i] = std::byte(i * 2654435761u >> 7);
        k().copy_2d(dst.data(), dst_pitch, src.data() + from, src_pitch, row, rows,
                    Stores::streaming);
        for (int64_t r = 0; r < rows; ++r) {
          ASSERT_EQ(0, std::memcmp(dst.data() + r * dst_pitch, src.data() + from + r * src_pitch,
                                   static_cast<size_t>(row)));
          ASSERT_EQ(dst[static_cast<size_t>(r * dst_pitch + row)], std::byte{0xee});
        }
      }
}

template <class T>
void check_transpose(const Kernels& k) {
  for (auto [rows, columns] :
       {std::pair<int64_t, int64_t>{1, 1}, {3, 70}, {64, 64}, {33, 47}, {100, 20}, {300, 150}}) {
    const int64_t src_ld = columns + 2, dst_ld = rows + 1;
    std::vector<T> src(size_t(rows * src_ld)), dst(size_t(columns * dst_ld), T(77));
    for (size_t i = 0; i < src.size(); ++i) src[i] = T(i * 31);
    k.transpose_2d(sizeof(T), src.data(), {src_ld}, dst.data(), dst_ld, rows, columns,
                   Stores::streaming);
    for (int64_t c = 0; c < columns; ++c) {
      for (int64_t r = 0; r < rows; ++r)
        ASSERT_EQ(dst[size_t(c * dst_ld + r)], src[size_t(r * src_ld + c)]);
      ASSERT_EQ(dst[size_t(c * dst_ld + rows)], T(77));
    }
    if (rows % 3) continue;
    // The same rows, three at a time from the last group to the first.
    const T* last = src.data() + (rows - 3) * src_ld;
    k.transpose_2d(sizeof(T), last, {src_ld, 3, -3 * src_ld}, dst.data(), dst_ld, rows, columns,
                   Stores::cached);
    for (int64_t c = 0; c < columns; ++c)
      for (int64_t r = 0; r < rows; ++r)
        ASSERT_EQ(dst[size_t(c * dst_ld + r)],
                  src[size_t((rows - 3 - r / 3 * 3 + r % 3) * src_ld + c)]);
  }
}
// Of whole lines where they may be written past the caches, and of what is left at their ends.
template <class T, int64_t rows, int64_t columns>
void check_transpose_of_lines(const Kernels& k) {
  constexpr int64_t line = 64 / sizeof(T), src_ld = columns + 1;
  constexpr int64_t dst_ld = (rows / line + 1) * line;
  const ttnn::cpu::SourceRows as_they_lie{src_ld}, in_groups{src_ld, line + 2, (line + 5) * src_ld};
  std::vector<T> src(static_cast<size_t>((2 * rows + 2 * line) * src_ld));
  for (size_t i = 0; i < src.size(); ++i) src[i] = static_cast<T>(i * 2654435761u >> 3);
  struct alignas(64) Result {
    std::array<T, columns * dst_ld + line> at;
  };
  const auto dst = std::make_unique<Result>();
  for (const auto& from : {as_they_lie, in_groups})
    for (int64_t offset : {int64_t{0}, line / 2}) {
      dst->at.fill(0);
      k.transpose_2d(sizeof(T), src.data(), from, dst->at.data() + offset, dst_ld, rows, columns,
                     Stores::streaming);
      for (int64_t r = 0; r < rows; ++r)
        for (int64_t c = 0; c < columns; ++c)
          ASSERT_EQ(dst->at[size_t(offset + c * dst_ld + r)], src[size_t(from.offset(r) + c)])
              << "row " << r << ", column " << c << " of items of " << sizeof(T) << " bytes";
      for (int64_t c = 0; c < columns; ++c)
        for (int64_t r = rows + offset; r < dst_ld; ++r)
          ASSERT_EQ(dst->at[size_t(c * dst_ld + r)], 0);
    }
}
// One strip of rows and several, less and more columns than go together.
template <class T>
void check_transpose_of_lines(const Kernels& k) {
  constexpr int64_t line = 64 / sizeof(T);
  check_transpose_of_lines<T, 5 * line + 3, 4 * line + 5>(k);
  check_transpose_of_lines<T, line, 19 * line>(k);
  check_transpose_of_lines<T, 2 * line + 1, 8 * line + 1>(k);
  check_transpose_of_lines<T, 3 * line, 2 * line>(k);
}

TEST_P(KernelsOf, TransposeOfEveryItemSize) {
  check_transpose<uint8_t>(k());
  check_transpose<uint16_t>(k());
  check_transpose<uint32_t>(k());
  check_transpose<uint64_t>(k());
  check_transpose_of_lines<uint8_t>(k());
  check_transpose_of_lines<uint16_t>(k());
  check_transpose_of_lines<uint32_t>(k());
  check_transpose_of_lines<uint64_t>(k());
  std::vector<uint16_t> filled(100, 1);
  k().fill(filled.data() + 1, 2, 0x3f80, 98, Stores::cached);
  EXPECT_EQ(filled[0], 1);
  EXPECT_EQ(filled[1], 0x3f80);
  EXPECT_EQ(filled[98], 0x3f80);
  EXPECT_EQ(filled[99], 1);
  filled.assign(3000, 1);
  k().fill(filled.data() + 1, 2, 0x3f80, 2998, Stores::streaming);
  EXPECT_EQ(std::count(filled.begin(), filled.end(), 0x3f80), 2998);
  EXPECT_TRUE(filled.front() == 1 && filled.back() == 1);
}

TEST(Kernels, ForcedIsaIsUsed) {
  const char* wanted = std::getenv("TTNN_ISA");
  if (wanted && *wanted)
    EXPECT_EQ(name(kernels().isa), wanted);
  else
    EXPECT_TRUE(supported(kernels().isa));
}

}  // namespace
}  // namespace ttnn::cpu
