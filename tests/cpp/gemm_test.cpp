// Products against sums in double, on every ISA and library that is here.
#include "ttnn/backends/cpu/gemm.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include "ttnn/backends/cpu/gemm_library.h"
#include "ttnn/backends/cpu/kernels/amx_product.h"
#include "ttnn/backends/cpu/kernels/product.h"
#include "ttnn/core/bfloat16.h"

namespace ttnn::cpu {
namespace {

using Bytes = std::vector<std::byte>;

// Values that bfloat16 and both block floats of the tests hold.
std::vector<float> values(int64_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> whole(-7, 7);
  std::vector<float> out(static_cast<size_t>(n));
  for (float& x : out) x = static_cast<float>(whole(random)) / 4;
  return out;
}

Bytes stored(const std::vector<float>& x, DataType dtype) {
  Bytes out(x.size() * static_cast<size_t>(item_bytes(dtype)));
  for (size_t i = 0; i < x.size(); ++i) {
    const bfloat16 narrow(x[i]);
    if (dtype == DataType::FLOAT32)
      std::memcpy(out.data() + i * 4, &x[i], 4);
    else
      std::memcpy(out.data() + i * 2, &narrow, 2);
  }
  return out;
}

float value(const Bytes& bytes, DataType dtype, int64_t i) {
  if (dtype == DataType::FLOAT32) return reinterpret_cast<const float*>(bytes.data())[i];
  return reinterpret_cast<const bfloat16*>(bytes.data())[i];
}

struct Case {
  int64_t M, N, K;
  DataType a, b, c;
  Arrangement arrangement;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.M << "x" << c.N << "x" << c.K << " " << c.a << " x " << c.b << " -> " << c.c
             << " arrangement " << int(c.arrangement);
}

// Who multiplies given factors.
using By = std::function<Multiplier(Factors)>;

Bytes packed_by(Isa isa, DataType dtype, int64_t K, int64_t N, const void* plain) {
  const int64_t bytes = panel_bytes(dtype, K), panels = (N + panel_columns - 1) / panel_columns;
  Bytes out(size_t(panels * bytes), std::byte{0x55});
  for (int64_t p = 0; p < panels; ++p)
    kernels(isa).product->pack_panel({dtype, plain, N, Arrangement::plain, nullptr}, K, N, p, dtype,
                                     out.data() + p * bytes);
  return out;
}

Bytes transposed(const std::vector<float>& b, int64_t K, int64_t N, DataType dtype) {
  std::vector<float> out(b.size());
  for (int64_t k = 0; k < K; ++k)
    for (int64_t n = 0; n < N; ++n) out[size_t(n * K + k)] = b[size_t(k * N + n)];
  return stored(out, dtype);
}

struct BlockFloats {
  Bytes bytes;
  Matrix matrix(DataType dtype, int64_t K, int64_t N) const {
    const int64_t mantissas = K * block_float_groups(N) * block_float_mantissa_bytes(dtype);
    return {dtype, bytes.data(), N, Arrangement::plain,
            reinterpret_cast<const uint8_t*>(bytes.data() + mantissas)};
  }
};
BlockFloats encoded(const std::vector<float>& b, int64_t K, int64_t N, DataType dtype) {
  const int64_t groups = block_float_groups(N), bytes = groups * block_float_mantissa_bytes(dtype);
  BlockFloats out{Bytes(size_t(K * (bytes + groups)))};
  for (int64_t k = 0; k < K; ++k)
    encode_row(dtype, b.data() + k * N, N, out.bytes.data() + k * bytes,
               reinterpret_cast<uint8_t*>(out.bytes.data() + K * bytes + k * groups));
  return out;
}

// Sums of these values are exact in float32, so only the output's rounding is left.
void check(const Case& t, const By& by) {
  SCOPED_TRACE(testing::Message() << t);
  const auto a = values(t.M * t.K, 1), b = values(t.K * t.N, 2), bias = values(t.N, 3);
  const Bytes a_bytes = stored(a, t.a);
  const DataType b_plain = is_block_float(t.b) ? DataType::BFLOAT16 : t.b;
  const Bytes plain = stored(b, b_plain), columns = transposed(b, t.K, t.N, b_plain);
  BlockFloats blocks;
  Matrix matrix = {t.b, plain.data(), t.N, t.arrangement, nullptr};
  Bytes packed;
  if (is_block_float(t.b)) {
    blocks = encoded(b, t.K, t.N, t.b);
    matrix = blocks.matrix(t.b, t.K, t.N);
  } else if (t.arrangement == Arrangement::transposed) {
    matrix.data = columns.data(), matrix.ld = t.K;
  } else if (t.arrangement == Arrangement::packed) {
    packed = packed_by(by(factors(t.a, t.b)).isa, t.b, t.K, t.N, plain.data());
    matrix.data = packed.data();
  }
  std::vector<float> b_values = b;
  if (t.b == DataType::BFLOAT4_B)  // 3 bits do not hold them all
    for (int64_t k = 0; k < t.K; ++k)
      decode_row(t.b, blocks.bytes.data() + k * block_float_groups(t.N) * 8,
                 matrix.exponents + k * block_float_groups(t.N), 0, t.N, b_values.data() + k * t.N);

  const int64_t ldc = t.N + 3;
  Bytes c(size_t(t.M * ldc * item_bytes(t.c)), std::byte{0x55});
  const UnaryStep relu = step(Unary::relu);
  const Gemm g = {t.M, t.N,      t.K, {t.a, a_bytes.data(), t.K}, matrix,
                  t.c, c.data(), ldc, {bias.data(), {&relu, 1}},  by(factors(t.a, t.b))};
  const int64_t half = t.N / 2, third = t.M / 3;
  for (Range r : {Range{0, third}, Range{third, t.M}})
    for (Range n : {Range{0, half}, Range{half, t.N}}) gemm(g, r, n);

  for (int64_t m = 0; m < t.M; ++m) {
    for (int64_t n = 0; n < t.N; ++n) {
      double sum = bias[size_t(n)];
      for (int64_t k = 0; k < t.K; ++k)
        sum += double(a[size_t(m * t.K + k)]) * b_values[size_t(k * t.N + n)];
      const float exact = static_cast<float>(std::max(sum, 0.0));
      const float want = t.c == DataType::FLOAT32 ? exact : float(bfloat16(exact));
      ASSERT_EQ(value(c, t.c, m * ldc + n), want) << "row " << m << " column " << n;
    }
    for (int64_t n = t.N * item_bytes(t.c); n < ldc * item_bytes(t.c); ++n)
      ASSERT_EQ(c[size_t(m * ldc * item_bytes(t.c) + n)], std::byte{0x55}) << "past row " << m;
  }
}

std::vector<Case> cases() {
  constexpr auto bf16 = DataType::BFLOAT16, f32 = DataType::FLOAT32;
  std::vector<Case> out;
  for (auto [M, N, K] : {std::array<int64_t, 3>{1, 1, 1},
                         {3, 17, 5},
                         {7, 64, 32},
                         {13, 130, 33},
                         {33, 65, 64},
                         {6, 200, 3001},
                         {19, 96, 400},
                         {61, 130, 385},
                         {50, 600, 800},
                         {190, 70, 210}})
    for (Arrangement arrangement :
         {Arrangement::plain, Arrangement::transposed, Arrangement::packed})
      for (auto [a, b] : {std::pair{bf16, bf16}, {f32, f32}, {f32, bf16}, {bf16, f32}})
        out.push_back({M, N, K, a, b, M % 2 ? f32 : bf16, arrangement});
  for (DataType b : {DataType::BFLOAT8_B, DataType::BFLOAT4_B})
    for (DataType a : {bf16, f32})
      for (auto [M, N, K] : {std::array<int64_t, 3>{9, 75, 35}, {1, 320, 385}, {2, 400, 64}})
        out.push_back({M, N, K, a, b, f32, Arrangement::plain});
  return out;
}

// TTNN_ISA=avx512 holds oneDNN to where it would emulate bfloat16.
bool onednn_multiplies(Factors f) {
  const bool held = choice().forced_isa == Isa::avx512 && f != Factors::float32;
  return onednn_gemm() && onednn_gemm()->multiplies(cpu_info(), f) && !held;
}

// Every library on every set that it takes, and what it does not multiply by our loops, as
// choice.cpp has it.
struct Contender {
  ProductLibrary library;
  Isa isa;
  Multiplier by(Factors f) const {
    // TTNN_ISA=avx512 holds oneDNN where it would emulate bfloat16.
    const bool held = library == ProductLibrary::onednn && choice().forced_isa == Isa::avx512;
    const bool own =
        !gemm_library(library).multiplies(cpu_info(), f) || (held && f != Factors::float32);
    return {own ? ProductLibrary::loops : library, isa};
  }
};
std::ostream& operator<<(std::ostream& out, const Contender& c) {
  return out << name(c.library) << "_" << name(c.isa);
}

class Products : public testing::TestWithParam<Contender> {
 protected:
  void SetUp() override {
    const Contender c = GetParam();
    if (!supported(c.isa)) GTEST_SKIP() << "this CPU lacks " << name(c.isa);
    if (c.library == ProductLibrary::onednn && !onednn_gemm()) GTEST_SKIP() << "without oneDNN";
    if (c.library == ProductLibrary::amx && !amx_kernels()) GTEST_SKIP() << "no tiles (AMX) here";
    enter_worker_thread();
  }
  static Multiplier by(Factors f) { return GetParam().by(f); }
};

constexpr Contender contenders[] = {
    {ProductLibrary::loops, Isa::portable},    {ProductLibrary::loops, Isa::avx2},
    {ProductLibrary::loops, Isa::avx512},      {ProductLibrary::loops, Isa::avx512_bf16},
    {ProductLibrary::onednn, Isa::avx512},     {ProductLibrary::onednn, Isa::avx512_bf16},
    {ProductLibrary::amx, Isa::avx2},          {ProductLibrary::amx, Isa::avx512},
    {ProductLibrary::amx_emulated, Isa::avx2}, {ProductLibrary::amx_emulated, Isa::avx512}};
INSTANTIATE_TEST_SUITE_P(Gemm, Products, testing::ValuesIn(contenders), [](const auto& info) {
  return std::string(name(info.param.library)) + "_" + std::string(name(info.param.isa));
});

TEST_P(Products, GiveExactSums) {
  for (const Case& c : cases()) check(c, by);
}

void check_packing(Isa isa, DataType dtype, int64_t K, int64_t N, bool columns) {
  SCOPED_TRACE(testing::Message() << dtype << " " << K << "x" << N << " transposed " << columns);
  const auto b = values(K * N, 4);
  const Bytes plain = columns ? transposed(b, K, N, dtype) : stored(b, dtype);
  const int64_t ld = columns ? K : N;
  const ProductKernels& product = *kernels(isa).product;
  Bytes panel(size_t(panel_bytes(dtype, K))), back(plain.size());
  const Arrangement arrangement = columns ? Arrangement::transposed : Arrangement::plain;
  for (int64_t p = 0; p * panel_columns < N; ++p) {
    product.pack_panel({dtype, plain.data(), ld, arrangement, nullptr}, K, N, p, dtype,
                       panel.data());
    product.unpack_panel(panel.data(), dtype, K, N, p, back.data(), ld, columns);
  }
  EXPECT_EQ(back, plain);
}

TEST(Gemm, UnpackGivesBackWhatWasPacked) {
  for (int isa = 0; isa < isa_count; ++isa)
    for (DataType dtype : {DataType::BFLOAT16, DataType::FLOAT32})
      for (bool columns : {false, true})
        for (auto [K, N] : {std::pair<int64_t, int64_t>{1, 1}, {33, 65}, {64, 128}, {31, 200}})
          if (supported(Isa(isa))) check_packing(Isa(isa), dtype, K, N, columns);
}

void check_stored_panels(DataType dtype, int64_t K, int64_t N) {
  SCOPED_TRACE(testing::Message() << dtype << " " << K << "x" << N);
  const BlockFloats blocks = encoded(values(K * N, 4), K, N, dtype);
  const PackedFormat f = packed_format(dtype, K, N);
  Bytes packed(size_t(f.bytes)), back(blocks.bytes.size());
  for (int64_t n = 0; n < N; n += f.block_columns) {
    const int64_t end = std::min(N, n + f.block_columns);
    pack(f, blocks.bytes.data(), N, false, packed.data(), n, end);
    unpack(f, packed.data(), back.data(), N, false, n, end);
  }
  EXPECT_EQ(back, blocks.bytes);
  if (K % StoredPanel::chunk_k == 0 && N % panel_columns == 0) {
    EXPECT_EQ(packed.size(), blocks.bytes.size());
  }
}

TEST(Gemm, BlockFloatsArePackedInPanels) {
  for (DataType dtype : {DataType::BFLOAT8_B, DataType::BFLOAT4_B})
    for (auto [K, N] : {std::pair<int64_t, int64_t>{1, 1}, {33, 65}, {64, 128}, {31, 400}})
      check_stored_panels(dtype, K, N);
}

TEST(Gemm, RangesOfAWeightArePackedApart) {
  constexpr int64_t K = 33, N = 200;
  for (DataType dtype : {DataType::BFLOAT16, DataType::FLOAT32})
    for (bool columns : {false, true}) {
      const auto b = values(K * N, 4);
      const Bytes plain = columns ? transposed(b, K, N, dtype) : stored(b, dtype);
      const int64_t ld = columns ? K : N;
      const PackedFormat f = packed_format(dtype, K, N);
      Bytes packed(size_t(f.bytes)), same(size_t(f.bytes)), back(plain.size());
      pack(f, plain.data(), ld, columns, packed.data(), 0, N);
      for (int64_t n = 0; n < N; n += f.block_columns) {
        const int64_t end = std::min(N, n + f.block_columns);
        pack(f, plain.data(), ld, columns, same.data(), n, end);
        unpack(f, packed.data(), back.data(), ld, columns, n, end);
      }
      EXPECT_EQ(packed, same);
      EXPECT_EQ(back, plain);
    }
}

// Random numbers, whose sums round.
struct Inexact {
  static constexpr int64_t M = 70, N = 300, K = 1700;
  Bytes a, b;
  BlockFloats blocks;

  Inexact() {
    std::mt19937 random(5);
    std::normal_distribution<float> normal;
    std::vector<float> x(M * K), y(K * N);
    for (float& v : x) v = normal(random);
    for (float& v : y) v = normal(random);
    a = stored(x, DataType::BFLOAT16), b = stored(y, DataType::BFLOAT16);
    blocks = encoded(y, K, N, DataType::BFLOAT8_B);
  }
  Matrix weight(DataType dtype) const {
    if (is_block_float(dtype)) return blocks.matrix(dtype, K, N);
    return {dtype, b.data(), N, Arrangement::plain, nullptr};
  }
  Gemm product(DataType dtype, const By& by, float* c) const {
    return {M, N, K,  {DataType::BFLOAT16, a.data(), K},     weight(dtype), DataType::FLOAT32,
            c, N, {}, by(factors(DataType::BFLOAT16, dtype))};
  }
};

TEST_P(Products, TheSameBitsHoweverTheyAreCut) {
  constexpr int64_t M = Inexact::M, N = Inexact::N;
  const Inexact data;
  for (DataType dtype : {DataType::BFLOAT16, DataType::BFLOAT8_B}) {
    std::vector<float> whole(M * N), parts(M * N), rows(M * N);
    gemm(data.product(dtype, by, whole.data()));
    const Gemm cut = data.product(dtype, by, parts.data());
    for (int64_t n = 0; n < N; n += 37)
      for (int64_t m = 0; m < M; m += 5)
        gemm(cut, {m, std::min(M, m + 5)}, {n, std::min(N, n + 37)});
    EXPECT_EQ(whole, parts) << dtype;
    for (int64_t m = 0; m < M; ++m) {  // products of one row each
      Gemm one = data.product(dtype, by, rows.data() + m * N);
      one.M = 1, one.a.data = data.a.data() + m * Inexact::K * 2;
      gemm(one);
    }
    EXPECT_EQ(whole, rows) << dtype;
  }
}

std::vector<float> product(const ProductKernels& product, Gemm g, const Range& rows) {
  alignas(64) static std::byte scratch[product_scratch_bytes];
  std::vector<float> c(size_t(g.M * g.N));
  g.c_dtype = DataType::FLOAT32, g.c = c.data(), g.ldc = g.N;
  product.multiply(g, rows, {0, g.N}, scratch);
  return c;
}

bool same(float a, float b) {
  return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b));
}

// Block floats are as good as their values in bfloat16: any bytes and exponents, any rows.
void check_block_floats(Isa isa, DataType a_dtype, DataType dtype, int lowest, int highest,
                        float size_of_a = 1) {
  SCOPED_TRACE(testing::Message() << name(isa) << " " << a_dtype << " " << dtype << " exponents "
                                  << lowest << " to " << highest);
  constexpr int64_t M = 9, N = 336, K = 403;
  std::mt19937 random(7);
  std::uniform_int_distribution<int> byte(0, 255), exponent(lowest, highest);
  const int64_t groups = block_float_groups(N), bytes = block_float_mantissa_bytes(dtype);
  BlockFloats b{Bytes(size_t(K * groups * (bytes + 1)))};
  for (int64_t i = 0; i < K * groups * bytes; ++i) {
    const int x = byte(random), low = x & 0xf, high = x & 0xf0;
    // Zero has no sign.
    b.bytes[size_t(i)] = dtype == DataType::BFLOAT8_B
                             ? std::byte(x == 0x80 ? 0 : x)
                             : std::byte((low == 8 ? 0 : low) | (high == 0x80 ? 0 : high));
  }
  for (int64_t i = 0; i < K * groups; ++i)
    b.bytes[size_t(K * groups * bytes + i)] = std::byte(exponent(random));
  const Matrix blocks = b.matrix(dtype, K, N);
  std::vector<float> values(size_t(K * N)), a(size_t(M * K));
  for (int64_t k = 0; k < K; ++k)
    decode_row(dtype, b.bytes.data() + k * groups * bytes, blocks.exponents + k * groups, 0, N,
               values.data() + k * N);
  std::normal_distribution<float> normal;
  for (float& x : a) x = random() % 8 == 0 ? 0.0f : size_of_a * normal(random);
  const Bytes plain = stored(values, DataType::BFLOAT16), a_bytes = stored(a, a_dtype);
  Gemm g{};
  g.M = M, g.N = N, g.K = K;
  g.a = {a_dtype, a_bytes.data(), K};
  g.b = {DataType::BFLOAT16, plain.data(), N};
  const ProductKernels& loops = *kernels(isa).product;
  const std::vector<float> wanted = product(loops, g, {0, M});
  const PackedFormat format = packed_format(dtype, K, N);
  Bytes packed(size_t(format.bytes));
  pack(format, b.bytes.data(), N, false, packed.data(), 0, N);
  for (int64_t i = 0; i < 8; ++i) {
    const int64_t rows = std::array<int64_t, 4>{1, 2, 3, 9}[size_t(i % 4)];
    g.b = i < 4 ? blocks : Matrix{dtype, packed.data(), N, Arrangement::packed, nullptr};
    for (int64_t m = 0; m + rows <= M; m += rows) {
      const std::vector<float> got = product(loops, g, {m, m + rows});
      for (int64_t at = m * N; at < (m + rows) * N; ++at)
        ASSERT_TRUE(same(got[size_t(at)], wanted[size_t(at)]))
            << rows << " rows, element " << at << ": " << got[size_t(at)] << ", not "
            << wanted[size_t(at)];
    }
  }
}

TEST(Gemm, BlockFloatsAreAsGoodAsTheirValues) {
  for (int i = 0; i < isa_count; ++i)
    for (DataType a : {DataType::BFLOAT16, DataType::FLOAT32})
      for (DataType b : {DataType::BFLOAT8_B, DataType::BFLOAT4_B})
        for (auto [lowest, highest] :
             {std::pair{120, 130}, {0, 0}, {0, 12}, {5, 60}, {250, 254}, {100, 255}})
          if (supported(Isa(i))) check_block_floats(Isa(i), a, b, lowest, highest);
}

TEST(Gemm, BlockFloatsTimesZerosAndDenormalsAreAsGoodAsTheirValues) {
  for (int i = 0; i < isa_count; ++i)
    for (DataType b : {DataType::BFLOAT8_B, DataType::BFLOAT4_B})
      for (const float size_of_a : {0.0f, 2e-39f})
        for (auto [lowest, highest] : {std::pair{120, 130}, {0, 60}, {200, 254}, {100, 255}})
          if (supported(Isa(i)))
            check_block_floats(Isa(i), DataType::BFLOAT16, b, lowest, highest, size_of_a);
}

// Sums of pieces: the error grows with K / sum_piece, not with K.
void check_long_sums(Isa isa, DataType dtype, int64_t rows) {
  SCOPED_TRACE(testing::Message() << name(isa) << " " << dtype << " " << rows << " rows");
  constexpr int64_t N = 16, K = 200'000;
  std::mt19937 random(11);
  std::uniform_real_distribution<float> positive(0, 1);
  std::vector<float> a(size_t(rows * K)), b(size_t(K * N));
  for (float& x : a) x = positive(random);
  for (float& x : b) x = positive(random);
  const Bytes a_bytes = stored(a, dtype), b_bytes = stored(b, dtype);
  Gemm g{};
  g.M = rows, g.N = N, g.K = K;
  g.a = {dtype, a_bytes.data(), K};
  g.b = {dtype, b_bytes.data(), N};
  const std::vector<float> c = product(*kernels(isa).product, g, {0, rows});
  double worst = 0, least = 1e9;
  for (int64_t m = 0; m < rows; ++m)
    for (int64_t n = 0; n < N; ++n) {
      double sum = 0;
      for (int64_t k = 0; k < K; ++k)
        sum += double(value(a_bytes, dtype, m * K + k)) * value(b_bytes, dtype, k * N + n);
      worst = std::max(worst, std::fabs(c[size_t(m * N + n)] - sum) / sum);
      least = std::min(least, sum);
    }
  EXPECT_GT(least, K / 5);
  EXPECT_LT(worst, 4e-6);  // one chain: 2e-5 to 6e-5
}

TEST(Gemm, LongSumsAreSumsOfPieces) {
  for (int i = 0; i < isa_count; ++i)
    for (DataType dtype : {DataType::FLOAT32, DataType::BFLOAT16})
      for (int64_t rows : {1, 7})
        if (supported(Isa(i))) check_long_sums(Isa(i), dtype, rows);
}

TEST_P(Products, APackedWeightGivesTheBitsOfAPlainOne) {
  const Inexact data;
  std::vector<float> plain(Inexact::M * Inexact::N), packed(plain.size());
  gemm(data.product(DataType::BFLOAT16, by, plain.data()));
  Gemm g = data.product(DataType::BFLOAT16, by, packed.data());
  const Bytes weight = packed_by(g.by.isa, DataType::BFLOAT16, g.K, g.N, data.b.data());
  g.b = {DataType::BFLOAT16, weight.data(), g.N, Arrangement::packed, nullptr};
  gemm(g);
  EXPECT_EQ(plain, packed);
}

// What Intel's manual says of TDPBF16PS, number by number. Infinities and NaN go through; payloads
// of NaN are not compared.
float without_denormal(float x) {
  return std::fpclassify(x) == FP_SUBNORMAL ? std::copysign(0.0f, x) : x;
}
float by_the_manual(const float* a, const float* b, int64_t b_step, int64_t K) {
  float sum = 0;
  for (int64_t k = 0; k < K; k += amx_tile_k) {
    float chain[2] = {};
    for (int64_t i = k; i < std::min(K, k + amx_tile_k); ++i)
      chain[i % 2] = without_denormal(
          std::fma(without_denormal(a[i]), without_denormal(b[i * b_step]), chain[i % 2]));
    sum = without_denormal(sum + without_denormal(chain[0] + chain[1]));
  }
  return sum;
}

void check_by_the_manual(const Contender& contender, const std::vector<float>& special) {
  constexpr int64_t M = 35, N = 70, K = 77;
  std::mt19937 random(9);
  std::normal_distribution<float> normal;
  std::uniform_int_distribution<int> exponent(-110, 40);
  const auto draw = [&](int64_t n) {
    std::vector<float> x(static_cast<size_t>(n));
    for (float& v : x) v = bfloat16(std::ldexp(normal(random), exponent(random)));
    for (size_t i = 0; i < x.size(); i += 97) x[i] = bfloat16(special[i / 97 % special.size()]);
    return x;
  };
  const auto a = draw(M * K), b = draw(K * N);
  const Bytes a_bytes = stored(a, DataType::BFLOAT16), b_bytes = stored(b, DataType::BFLOAT16);
  std::vector<float> c(M * N);
  gemm({M,
        N,
        K,
        {DataType::BFLOAT16, a_bytes.data(), K},
        {DataType::BFLOAT16, b_bytes.data(), N},
        DataType::FLOAT32,
        c.data(),
        N,
        {},
        contender.by(Factors::bfloat16)});
  for (int64_t m = 0; m < M; ++m)
    for (int64_t n = 0; n < N; ++n) {
      const float want = by_the_manual(a.data() + m * K, b.data() + n, N, K);
      const float found = c[size_t(m * N + n)];
      if (std::isnan(want))
        ASSERT_TRUE(std::isnan(found)) << m << " " << n;
      else
        ASSERT_EQ(std::bit_cast<uint32_t>(found), std::bit_cast<uint32_t>(want))
            << m << " " << n << ": " << found << " for " << want;
    }
}

TEST_P(Products, TilesDoWhatTheManualSays) {
  if (&gemm_library(GetParam().library) != &amx_gemm()) GTEST_SKIP() << "no tiles";
  const float inf = std::numeric_limits<float>::infinity();
  check_by_the_manual(GetParam(), {0.0f, -0.0f, 1e-40f, -9e-39f, 1.17549435e-38f, 3e38f});
  check_by_the_manual(GetParam(), {inf, 1.0f, -inf, 0.0f, std::nanf("")});
}

// docs/numerics.md: multiply-adds keep denormals, dot products and tiles take them as zero.
TEST_P(Products, DenormalsAreWhatThePageSays) {
  constexpr int64_t M = 3, N = 5, K = 2;
  const float denormal = bfloat16(-9e-39f);
  const Bytes a = stored(std::vector<float>(M * K, denormal), DataType::BFLOAT16);
  const Bytes b = stored(std::vector<float>(K * N, 1.0f), DataType::BFLOAT16);
  std::vector<float> c(M * N, 7.0f);
  const Multiplier who = by(Factors::bfloat16);
  gemm({M,
        N,
        K,
        {DataType::BFLOAT16, a.data(), K},
        {DataType::BFLOAT16, b.data(), N},
        DataType::FLOAT32,
        c.data(),
        N,
        {},
        who});
  const bool keeps = who.library == ProductLibrary::loops && who.isa != Isa::avx512_bf16;
  for (const float found : c) ASSERT_EQ(found, keeps ? 2 * denormal : 0.0f);
}

TEST(Gemm, TilesOfTheCpuGiveTheBitsOfTheirEmulation) {
  if (!amx_kernels()) GTEST_SKIP() << "no tiles (AMX) here";
  const Inexact data;
  std::vector<float> tiles(Inexact::M * Inexact::N), emulated(tiles.size());
  for (DataType dtype : {DataType::BFLOAT16, DataType::BFLOAT8_B})
    for (const Isa isa : {Isa::avx2, Isa::avx512}) {
      const auto by = [isa](ProductLibrary library) {
        return [=](Factors) { return Multiplier{library, isa}; };
      };
      gemm(data.product(dtype, by(ProductLibrary::amx), tiles.data()));
      gemm(data.product(dtype, by(ProductLibrary::amx_emulated), emulated.data()));
      EXPECT_EQ(tiles, emulated) << dtype << " " << name(isa);
    }
}

TEST_P(Products, TheSignOfZeroDependsOnNoNumberOfRows) {  // K is odd: half a pair is none
  constexpr int64_t M = 40, N = 16, K = 3;
  const Bytes a = stored(std::vector<float>(M * K, -1.0f), DataType::BFLOAT16);
  const Bytes b = stored(std::vector<float>(K * N, 0.0f), DataType::BFLOAT16);
  std::vector<float> few(M * N), many(M * N);
  Gemm g = {M,
            N,
            K,
            {DataType::BFLOAT16, a.data(), K},
            {DataType::BFLOAT16, b.data(), N},
            DataType::FLOAT32,
            few.data(),
            N,
            {},
            by(Factors::bfloat16)};
  for (int64_t m = 0; m < M; ++m) gemm(g, {m, m + 1}, {0, N});
  g.c = many.data();
  gemm(g);
  EXPECT_EQ(std::memcmp(few.data(), many.data(), few.size() * sizeof(float)), 0);
}

TEST(Gemm, NothingToSumGivesTheEpilogue) {
  const std::vector<float> bias = {1, -2, 3};
  std::vector<float> c(6, 9);
  const UnaryStep relu = step(Unary::relu);
  const Gemm g = {2,
                  3,
                  0,
                  {DataType::FLOAT32, bias.data(), 0},
                  {DataType::FLOAT32, bias.data(), 3},
                  DataType::FLOAT32,
                  c.data(),
                  3,
                  {bias.data(), {&relu, 1}},
                  {}};
  gemm(g);
  EXPECT_EQ(c, (std::vector<float>{1, 0, 3, 1, 0, 3}));
}

TEST(Gemm, OneDnnUsesNoReferenceCode) {
  if (!onednn_gemm()) GTEST_SKIP() << "built without oneDNN";
  if (!supported(Isa::avx512)) GTEST_SKIP() << "packed weights need AVX-512";
  for (DataType dtype : {DataType::FLOAT32, DataType::BFLOAT16}) {
    if (!onednn_multiplies(factors(dtype, dtype))) continue;
    for (int64_t rows : {1, 32, 512}) {
      const std::string kernel = onednn_kernel(rows, 128, 4544, dtype);
      EXPECT_EQ(kernel.find("ref"), std::string::npos) << kernel;
    }
  }
}

TEST(GemmPlan, TasksCoverTheProductOnce) {
  for (auto [M, N, K] : {std::array<int64_t, 3>{512, 18176, 4544},
                         {512, 4544, 18176},
                         {1, 14336, 4096},
                         {32, 32, 32},
                         {7, 1, 9},
                         {4096, 64, 64},
                         {512, 568, 4544},
                         {171, 4544, 18176},
                         {5000, 6000, 100}}) {
    for (int library = 0; library < product_library_count; ++library) {
      const GemmPlan plan = gemm_plan(M, N, K, DataType::BFLOAT16, ProductLibrary(library));
      EXPECT_EQ(plan.columns % 64, 0);
      int64_t area = 0;
      for (int64_t t = 0; t < plan.tasks(); ++t) {
        const Range r = plan.row_range(t, M), c = plan.column_range(t, N);
        EXPECT_LT(r.begin, r.end);
        EXPECT_LT(c.begin, c.end);
        area += (r.end - r.begin) * (c.end - c.begin);
      }
      EXPECT_EQ(area, M * N);
    }
  }
}

}  // namespace
}  // namespace ttnn::cpu
