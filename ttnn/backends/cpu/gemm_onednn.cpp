// Products by oneDNN, over our packed panels: one strip of 64 columns with whole tiles of K is what
// oneDNN calls BA16a64b2a (BA16a64b for float32). A task is one oneDNN matmul into dense float32
// scratch memory, then our epilogue: oneDNN 3.2 falls back to its reference code for a destination
// whose leading dimension exceeds its columns. Whatever is not packed yet is, some panels at a
// time.
#include <omp.h>

#include <algorithm>
#include <cstring>
#include <dnnl.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "ttnn/backends/cpu/gemm_library.h"
#include "ttnn/backends/cpu/kernels/product.h"
#include "ttnn/core/error.h"

namespace ttnn::cpu {

namespace {

using dnnl::memory;

constexpr int64_t scratch_bytes = int64_t(4) << 20;  // of sums

// One engine for the process, held to the set that TTNN_ISA names.
const dnnl::engine& engine() {
  static const dnnl::engine engine = [] {
    if (const auto isa = choice().forced_isa)
      dnnl::set_max_cpu_isa(*isa == Isa::avx512 ? dnnl::cpu_isa::avx512_core
                                                : dnnl::cpu_isa::avx512_core_bf16);
    return dnnl::engine(dnnl::engine::kind::cpu, 0);
  }();
  return engine;
}
dnnl::stream& stream() {
  thread_local dnnl::stream stream(engine());
  return stream;
}

// Without one of both instructions it would emulate bfloat16.
bool multiplies(const CpuInfo& cpu, Factors factors) {
  if (factors == Factors::float32) return true;
  return factors != Factors::mixed && (cpu.avx512_bf16 || cpu.tiles());
}

memory::data_type type_of(DataType dtype) {
  return dtype == DataType::FLOAT32 ? memory::data_type::f32 : memory::data_type::bf16;
}

struct Key {
  int64_t M, N, K, lda;
  DataType dtype;
  bool operator==(const Key&) const = default;
};
struct KeyHash {
  size_t operator()(const Key& k) const {
    uint64_t h = 0;
    for (int64_t v : {k.M, k.N, k.K, k.lda, int64_t(k.dtype)})
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
  using Tag = memory::format_tag;
  const Tag panels = k.dtype == DataType::FLOAT32 ? Tag::BA16a64b : Tag::BA16a64b2a;
  return {{k.K, k.N}, type_of(k.dtype), panels};
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

// The panels of columns [first, last), `first` a multiple of 64. oneDNN reads all B as panels: what
// it does with other layouts gives other bits for other numbers of columns.
const std::byte* panels_of(const Gemm& g, int64_t first, int64_t last) {
  const int64_t bytes = panel_bytes(g.a.dtype, g.K);
  const int64_t begin = first / panel_columns, end = (last + panel_columns - 1) / panel_columns;
  if (g.b.arrangement == Arrangement::packed && g.b.dtype == g.a.dtype)
    return static_cast<const std::byte*>(g.b.data) + begin * bytes;
  thread_local std::vector<std::byte> packed;
  packed.resize(static_cast<size_t>((end - begin) * bytes));
  for (int64_t panel = begin; panel < end; ++panel)
    kernels(g.by.isa).product->read_panel(g, panel, 0, g.K, g.a.dtype, panel_units(g.a.dtype, g.K),
                                          packed.data() + (panel - begin) * bytes);
  return packed.data();
}

void multiply(const Gemm& g, Range rows, Range columns) {
  // Blocks of columns whose float32 results fit the scratch memory.
  const int64_t M = std::min<int64_t>(rows.end - rows.begin, 1024);
  const int64_t most =
      std::max(panel_columns, scratch_bytes / (M * 4) / panel_columns * panel_columns);
  auto* sums = reinterpret_cast<float*>(gemm_scratch(scratch_bytes));
  for (int64_t n = columns.begin / panel_columns * panel_columns; n < columns.end; n += most) {
    const int64_t whole = (columns.end + panel_columns - 1) / panel_columns * panel_columns;
    const int64_t last = std::min({g.N, n + most, whole}), begin = std::max(n, columns.begin);
    const std::byte* b = panels_of(g, n, last);
    for (int64_t m = rows.begin; m < rows.end; m += M) {
      const Range r = {m, std::min(rows.end, m + M)};
      const Key key = {r.end - r.begin, last - n, g.K, g.a.ld, g.a.dtype};
      run(key, static_cast<const std::byte*>(g.a.data) + m * g.a.ld * item_bytes(g.a.dtype), b,
          sums);
      finish_sums(g, sums + begin - n, last - n, r, {begin, std::min(last, columns.end)});
    }
  }
}

}  // namespace

const GemmLibrary* onednn_gemm() {
  static constexpr GemmLibrary library = {multiplies, multiply};
  return &library;
}

std::string onednn_kernel(int64_t M, int64_t N, int64_t K, DataType dtype) {
  return describe({M, N, K, K, dtype}).impl_info_str();
}
std::string onednn_version() {
  const dnnl_version_t& v = *dnnl_version();
  return std::to_string(v.major) + "." + std::to_string(v.minor) + "." + std::to_string(v.patch);
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
