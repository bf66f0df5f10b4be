// Products by oneDNN. A task is one oneDNN matmul into dense float32 scratch memory, then our
// epilogue: oneDNN 3.2 falls back to its reference code for a destination whose leading dimension
// exceeds its columns. What oneDNN has no fast code for (block floats, float32 times bfloat16) goes
// to our own loops.
#include <omp.h>

#include <algorithm>
#include <cstring>
#include <dnnl.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "ttnn/backends/cpu/gemm_library.h"
#include "ttnn/core/error.h"

namespace ttnn::cpu {

namespace {

using dnnl::memory;

constexpr int64_t block = 64;  // columns of oneDNN's blocked weights that we use
constexpr int64_t scratch_bytes = int64_t(4) << 20;

// One engine for the process, held to the ISA that our own kernels use.
const dnnl::engine& engine() {
  static const dnnl::engine engine = [] {
    const Isa isa = kernels().isa;
    dnnl::set_max_cpu_isa(isa == Isa::portable ? dnnl::cpu_isa::sse41
                          : isa == Isa::avx2   ? dnnl::cpu_isa::avx2
                          : isa == Isa::avx512 ? dnnl::cpu_isa::avx512_core
                                               : dnnl::cpu_isa::isa_default);
    return dnnl::engine(dnnl::engine::kind::cpu, 0);
  }();
  return engine;
}
dnnl::stream& stream() {
  thread_local dnnl::stream stream(engine());
  return stream;
}

// Whether there is a bfloat16 product that is not emulated; what lacks it goes to our own loops.
bool has_bfloat16() { return kernels().isa == Isa::avx512_bf16; }

memory::data_type type_of(DataType dtype) {
  return dtype == DataType::FLOAT32 ? memory::data_type::f32 : memory::data_type::bf16;
}
int64_t item(DataType dtype) { return dtype == DataType::FLOAT32 ? 4 : 2; }

// Packed weights: per 64 columns one contiguous piece, K rounded up to 16 (float32) or 32 (pairs).
// Where oneDNN has only reference code for those, packed is a dense [K, N].
bool has_blocked(DataType dtype) {
  return dtype == DataType::FLOAT32 ? kernels().isa >= Isa::avx512 : has_bfloat16();
}

int64_t packed_bytes(DataType dtype, int64_t K, int64_t columns) {
  const int64_t unit = !has_blocked(dtype) ? 1 : dtype == DataType::FLOAT32 ? 16 : 32;
  return (K + unit - 1) / unit * unit * columns * item(dtype);
}
// Where column n begins, a multiple of 64.
int64_t packed_offset(DataType dtype, int64_t K, int64_t n) {
  return has_blocked(dtype) ? packed_bytes(dtype, K, n) : n * item(dtype);
}
// Some columns of a weight that has N.
memory::desc packed_desc(DataType dtype, int64_t K, int64_t columns, int64_t N) {
  const memory::dims dims = {K, columns};
  if (!has_blocked(dtype)) return {dims, type_of(dtype), memory::dims{N, 1}};
  const auto tag =
      dtype == DataType::FLOAT32 ? memory::format_tag::BA16a64b : memory::format_tag::BA16a64b2a;
  return {dims, type_of(dtype), tag};
}

struct Key {
  int64_t M, N, K, lda, ldb;
  DataType dtype;
  Arrangement b;
  bool operator==(const Key&) const = default;
};
struct KeyHash {
  size_t operator()(const Key& k) const {
    uint64_t h = 0;
    for (int64_t v : {k.M, k.N, k.K, k.lda, k.ldb, int64_t(k.dtype) * 8 + int64_t(k.b)})
      h = (h ^ static_cast<uint64_t>(v)) * 0x9e3779b97f4a7c15u, h ^= h >> 29;
    return h;
  }
};

struct Product {
  dnnl::matmul primitive;
  memory a, b, c;
  std::unordered_map<int, memory> arguments;
};

memory::desc weights(const Key& k) {
  const memory::dims dims = {k.K, k.N};
  const auto type = type_of(k.dtype);
  if (k.b == Arrangement::packed) return packed_desc(k.dtype, k.K, k.N, k.ldb);
  const bool transposed = k.b == Arrangement::transposed;
  return {dims, type, memory::dims{transposed ? 1 : k.ldb, transposed ? k.ldb : 1}};
}

dnnl::matmul::primitive_desc describe(const Key& k) {
  const memory::desc a({k.M, k.K}, type_of(k.dtype), memory::dims{k.lda, 1});
  const memory::desc c({k.M, k.N}, memory::data_type::f32, memory::dims{k.N, 1});
  return {engine(), a, weights(k), c};
}

Product make(const Key& k) {
  const auto description = describe(k);
  Product p{dnnl::matmul(description),
            memory(description.src_desc(), engine(), nullptr),
            memory(description.weights_desc(), engine(), nullptr),
            memory(description.dst_desc(), engine(), nullptr),
            {}};
  p.arguments = {{DNNL_ARG_SRC, p.a}, {DNNL_ARG_WEIGHTS, p.b}, {DNNL_ARG_DST, p.c}};
  return p;
}

// Creating a primitive takes longer than many a product; each thread keeps its own.
Product& product(const Key& key) {
  thread_local std::unordered_map<Key, Product, KeyHash> made;
  thread_local std::pair<Key, Product*> last{{}, nullptr};
  if (last.second && last.first == key) return *last.second;
  constexpr size_t most = 1024;
  if (made.size() >= most) made.clear(), last.second = nullptr;
  auto found = made.find(key);
  if (found == made.end()) found = made.emplace(key, make(key)).first;
  last = {key, &found->second};
  return found->second;
}

void run(const Key& key, const void* a, const void* b, float* c) {
  Product& p = product(key);
  p.a.set_data_handle(const_cast<void*>(a));
  p.b.set_data_handle(const_cast<void*>(b));
  p.c.set_data_handle(c);
  p.primitive.execute(stream(), p.arguments);
}

PackedFormat own_format(DataType dtype, int64_t K, int64_t N) {
  const DataType packed = dtype == DataType::FLOAT32 ? dtype : DataType::BFLOAT16;
  return {packed, K, N, block, packed_bytes(packed, K, (N + block - 1) / block * block)};
}

void reorder(memory::desc from, const void* src, memory::desc to, void* dst) {
  memory a(from, engine(), const_cast<void*>(src)), b(to, engine(), dst);
  dnnl::reorder(a, b).execute(stream(), a, b);
}

memory::desc plain_desc(const PackedFormat& f, int64_t columns, int64_t ld, bool transposed) {
  return {{f.K, columns}, type_of(f.dtype), memory::dims{transposed ? 1 : ld, transposed ? ld : 1}};
}
template <class T>
T* column(T* plain, const PackedFormat& f, int64_t n, int64_t ld, bool transposed) {
  return plain + n * (transposed ? ld : 1) * item(f.dtype);
}

void pack_own(const PackedFormat& f, const void* plain, int64_t ld, bool transposed, void* packed,
              int64_t n0, int64_t n1) {
  auto* src = column(static_cast<const std::byte*>(plain), f, n0, ld, transposed);
  auto* dst = static_cast<std::byte*>(packed) + packed_offset(f.dtype, f.K, n0);
  reorder(plain_desc(f, n1 - n0, ld, transposed), src, packed_desc(f.dtype, f.K, n1 - n0, f.N),
          dst);
}

void unpack_own(const PackedFormat& f, const void* packed, void* plain, int64_t ld, bool transposed,
                int64_t n0, int64_t n1) {
  auto* src = static_cast<const std::byte*>(packed) + packed_offset(f.dtype, f.K, n0);
  auto* dst = column(static_cast<std::byte*>(plain), f, n0, ld, transposed);
  reorder(packed_desc(f.dtype, f.K, n1 - n0, f.N), src, plain_desc(f, n1 - n0, ld, transposed),
          dst);
}

// Bias, activations, the one rounding; `sums` is dense with `stride` columns, the first `skip` of
// them unwanted.
void finish(const Gemm& g, float* sums, int64_t stride, int64_t skip, Range rows, Range columns) {
  const Kernels& k = kernels();
  const int64_t N = columns.end - columns.begin;
  for (int64_t m = rows.begin; m < rows.end; ++m) {
    float* row = sums + (m - rows.begin) * stride + skip;
    if (g.epilogue.bias)
      for (int64_t n = 0; n < N; ++n) row[n] += g.epilogue.bias[columns.begin + n];
    apply(k, g.epilogue.activations, row, N);
    k.from_float(g.c_dtype, row, N,
                 static_cast<std::byte*>(g.c) + (m * g.ldc + columns.begin) * item(g.c_dtype),
                 Stores::cached);
  }
}

// A packed weight in a product that oneDNN cannot do: our own loops on its plain form.
void multiply_unpacked(const Gemm& g, Range rows, Range columns) {
  const PackedFormat f = own_format(g.b.dtype, g.K, g.N);
  const int64_t first = columns.begin / block * block, N = columns.end - first;
  std::vector<std::byte> plain(static_cast<size_t>(g.K * N * item(g.b.dtype)));
  auto* origin =
      plain.data() - first * item(g.b.dtype);  // unpack counts columns from the first of B
  unpack_own(f, g.b.data, origin, N, false, first, columns.end);
  Gemm part = g;
  part.N = columns.end;
  part.b = {g.b.dtype, origin, N, Arrangement::plain, nullptr};
  portable_gemm().gemm(part, rows, columns);
}

void multiply(const Gemm& g, Range rows, Range columns) {
  if (rows.begin >= rows.end || columns.begin >= columns.end) return;
  const bool same = g.a.dtype == g.b.dtype && (g.a.dtype == DataType::FLOAT32 || has_bfloat16());
  const bool packed = g.b.arrangement == Arrangement::packed;
  if (!same || g.K == 0)
    return packed && g.K && !is_block_float(g.b.dtype) ? multiply_unpacked(g, rows, columns)
                                                       : portable_gemm().gemm(g, rows, columns);
  // Blocks of columns whose float32 results fit the scratch memory.
  const int64_t M = std::min<int64_t>(rows.end - rows.begin, 1024);
  const int64_t most = std::max<int64_t>(block, scratch_bytes / (M * 4) / block * block);
  auto* sums = reinterpret_cast<float*>(gemm_scratch(scratch_bytes));
  for (int64_t m = rows.begin; m < rows.end; m += M)
    for (int64_t n = columns.begin / block * block; n < columns.end; n += most) {
      const Range r = {m, std::min(rows.end, m + M)};
      const int64_t last = std::min({g.N, n + most, (columns.end + block - 1) / block * block});
      const Key key = {r.end - r.begin, last - n,       g.K, g.a.ld, packed ? g.N : g.b.ld,
                       g.a.dtype,       g.b.arrangement};
      auto* b = static_cast<const std::byte*>(g.b.data);
      if (packed)
        b += packed_offset(g.b.dtype, g.K, n);
      else
        b += n * (g.b.arrangement == Arrangement::transposed ? g.b.ld : 1) * item(g.b.dtype);
      run(key, static_cast<const std::byte*>(g.a.data) + m * g.a.ld * item(g.a.dtype), b, sums);
      const int64_t begin = std::max(n, columns.begin);
      finish(g, sums, last - n, begin - n, r, {begin, std::min(last, columns.end)});
    }
}

}  // namespace

const GemmLibrary* onednn_gemm() {
  static constexpr GemmLibrary library = {"onednn", own_format, pack_own, unpack_own, multiply};
  return &library;
}

std::string onednn_kernel(int64_t M, int64_t N, int64_t K, DataType dtype) {
  return describe({M, N, K, K, N, dtype, Arrangement::packed}).impl_info_str();
}

void enter_worker_thread() { omp_set_num_threads(1); }
int host_begin() {
  const int before = omp_get_max_threads();
  if (before != 1) omp_set_num_threads(1);
  return before;
}
void host_end(int before) {
  if (before != 1) omp_set_num_threads(before);
}

}  // namespace ttnn::cpu
