// Tiles: up to 6 rows of a product, as wide as the registers hold, over some units of K.
#pragma once
#include "ttnn/backends/cpu/kernels/panel.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

constexpr int max_group = 6;  // rows of a tile

// sum += a * b, rounded once where the CPU can. In assembly, because GCC lets the sum move to the
// register of a factor, and then has none left and goes through memory.
inline Floats multiply_add(Floats sum, Floats a, Floats b) {
#if defined(__AVX512F__)
  __asm__("vfmadd231ps %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
#elif defined(__FMA__)
  __asm__("vfmadd231ps %2, %1, %0" : "+x"(sum) : "x"(a), "x"(b));
#else
  sum = sum + a * b;
#endif
  return sum;
}

// The same with one number for all columns, which AVX-512 reads from memory on the way.
inline Floats multiply_add_one(Floats sum, const float& a, Floats b) {
#if defined(__AVX512F__)
  __asm__("vfmadd231ps %2%{1to16%}, %1, %0" : "+v"(sum) : "v"(b), "m"(a));
  return sum;
#else
  return multiply_add(sum, broadcast(a), b);
#endif
}

// Kinds of products: how many k one unit of B holds, and how a unit adds to the sums, in one or
// two steps.
struct FloatKind {  // float32 A, float32 B
  using A = float;
  static constexpr DataType packed = DataType::FLOAT32;
  static constexpr int k_per_unit = 1;
  static constexpr int steps = 1;
  template <int>
  static Floats read_a(const float* a) {
    return broadcast(*a);
  }
  template <int>
  static Floats read_b(const std::byte* b) {
    return load(reinterpret_cast<const float*>(b));
  }
  static Floats add(Floats sum, Floats a, Floats b) { return multiply_add(sum, a, b); }
};

// Of a pair of bfloat16, the one of even and the one of odd k.
inline Floats widened_even(Ints pairs) { return (Floats)(pairs << 16); }
inline Floats widened_odd(Ints pairs) { return (Floats)(pairs & static_cast<int32_t>(0xffff0000)); }

struct WidenedKind {  // float32 A, pairs of bfloat16 B
  using A = float;
  static constexpr DataType packed = DataType::BFLOAT16;
  static constexpr int k_per_unit = 2;
  static constexpr int steps = 2;
  template <int step>
  static Floats read_a(const float* a) {
    return broadcast(a[step]);
  }
  template <int step>
  static Floats read_b(const std::byte* b) {
    const Ints pairs = (Ints)load(reinterpret_cast<const float*>(b));
    return step == 0 ? widened_even(pairs) : widened_odd(pairs);
  }
  static Floats add(Floats sum, Floats a, Floats b) { return multiply_add(sum, a, b); }
};

#ifdef __AVX512BF16__
struct DotKind {  // bfloat16 A, pairs of bfloat16 B
  using A = Bfloat16;
  static constexpr DataType packed = DataType::BFLOAT16;
  static constexpr int k_per_unit = 2;
  static constexpr int steps = 1;
  template <int>
  static Floats read_a(const Bfloat16* a) {
    int32_t pair;
    std::memcpy(&pair, a, sizeof pair);
    return (Floats)_mm512_set1_epi32(pair);
  }
  template <int>
  static Floats read_b(const std::byte* b) {
    return load(reinterpret_cast<const float*>(b));
  }
  static Floats add(Floats sum, Floats a, Floats b) {
    __asm__("vdpbf16ps %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
    return sum;
  }
};
#endif

// The rows of a tile lie together as [chunks][R][32 bytes]: one stream.
constexpr int64_t chunk_bytes = 32;
template <class Kind>
constexpr int64_t chunk_items = chunk_bytes / int64_t{sizeof(typename Kind::A)};
template <class Kind>
constexpr int chunk_units = static_cast<int>(chunk_items<Kind>) / Kind::k_per_unit;

// What is read later, and brought nearer meanwhile.
struct Ahead {
  const void* a;       // the next tile's rows
  const std::byte* b;  // units of B, `b_step` bytes with each chunk
  int64_t b_step;
};

// How many vectors of columns fit the registers beside R rows: whole strips, a power of two.
constexpr int vectors_beside(int rows) {
  constexpr int sums = vector_bytes == 64 ? 24 : 12;
  int count = static_cast<int>(panel_columns) / lanes;
  while (count > strip_vectors && (count * rows > sums || count > 8)) count /= 2;
  return count;
}

// sums[R][V] = A[R][units] x B[units][V], or added to what is there; strips of B are `strip_bytes`
// apart, rows of sums 64 floats.
template <class Kind, int R, int V>
void tile(const typename Kind::A* a, const std::byte* b, int64_t strip_bytes, int64_t units,
          float* sums, bool adds, Ahead ahead) {
  constexpr int64_t chunk = chunk_items<Kind>;
  constexpr int units_in_chunk = chunk_units<Kind>;
  Floats sum[R][V] = {};
  each<R>([&](auto r) { __builtin_prefetch(sums + (R + r) * panel_columns, 1); });
  const auto unit = [&](const typename Kind::A* from,
                        const std::byte* by) __attribute__((always_inline)) {
    each<Kind::steps>([&](auto step) __attribute__((always_inline)) {
      Floats values[V];
      each<V>([&](auto v) __attribute__((always_inline)) {
        values[v] = Kind::template read_b<step>(by + v / strip_vectors * strip_bytes +
                                                v % strip_vectors * vector_bytes);
      });
      each<R>([&](auto r) __attribute__((always_inline)) {
        const Floats x = Kind::template read_a<step>(from + r * chunk);
        each<V>([&](auto v) __attribute__((always_inline)) {
          sum[r][v] = Kind::add(sum[r][v], x, values[v]);
        });
      });
    });
  };
  auto* next = static_cast<const std::byte*>(ahead.a);
  for (; units >= units_in_chunk; units -= units_in_chunk) {
    each<units_in_chunk>([&](auto u) __attribute__((always_inline)) {
      unit(a + u * Kind::k_per_unit, b + u * strip_row_bytes);
    });
    each<(R + 1) / 2>([&](auto i) { __builtin_prefetch(next + i * line_bytes); });
    for (int64_t i = 0; i < ahead.b_step; i += line_bytes)
      __builtin_prefetch(ahead.b + i, 0, 2);  // to L2, since L1 is full
    next += R * chunk_bytes;
    ahead.b += ahead.b_step;
    a += R * chunk;
    b += units_in_chunk * strip_row_bytes;
  }
  for (; units > 0; --units, a += Kind::k_per_unit, b += strip_row_bytes) unit(a, b);
  each<R * V>([&](auto i) __attribute__((always_inline)) {
    constexpr int r = i / V, v = i % V;
    float* to = sums + r * panel_columns + v * lanes;
    store(to, adds ? load(to) + sum[r][v] : sum[r][v]);
  });
}

template <class Kind>
using Tile = void (*)(const typename Kind::A*, const std::byte*, int64_t, int64_t, float*, bool,
                      Ahead);
template <class Kind, bool Wide>
struct Tiles {
  template <int R>
  static constexpr Tile<Kind> of = &tile<Kind, R, (Wide ? vectors_beside(R) : strip_vectors)>;
  static constexpr Tile<Kind> by_rows[max_group + 1] = {nullptr, of<1>, of<2>, of<3>,
                                                        of<4>,   of<5>, of<6>};
};

}  // namespace
}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
