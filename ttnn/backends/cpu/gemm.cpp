// The libraries of products by name, the packed form of weights, and the tasks that a product is
// cut into.
#include "ttnn/backends/cpu/gemm.h"

#include <algorithm>
#include <new>

#include "ttnn/backends/cpu/gemm_library.h"
#include "ttnn/core/error.h"

namespace ttnn::cpu {

namespace {

constexpr int64_t up(int64_t n, int64_t unit) { return (n + unit - 1) / unit * unit; }

struct Scratch {
  std::byte* data = nullptr;
  int64_t bytes = 0;
  static constexpr std::align_val_t alignment{4096};
  ~Scratch() { ::operator delete(data, alignment); }
};

}  // namespace

std::byte* gemm_scratch(int64_t bytes) {
  thread_local Scratch scratch;
  if (scratch.bytes < bytes) {
    ::operator delete(scratch.data, Scratch::alignment);
    scratch.data = nullptr, scratch.bytes = 0;
    scratch.data =
        static_cast<std::byte*>(::operator new(static_cast<size_t>(bytes), Scratch::alignment));
    scratch.bytes = bytes;
  }
  return scratch.data;
}

const GemmLibrary& gemm_library(ProductLibrary library) {
  switch (library) {
    case ProductLibrary::loops:
      return loops_gemm();
    case ProductLibrary::onednn:
      return *onednn_gemm();
    case ProductLibrary::amx:
    case ProductLibrary::amx_emulated:
      return amx_gemm();
  }
  fail("products: no such library.");
}

void finish_sums(const Gemm& g, float* sums, int64_t pitch, Range rows, Range columns) {
  const Kernels& k = kernels();
  const int64_t n = columns.end - columns.begin, item = item_bytes(g.c_dtype);
  for (int64_t m = rows.begin; m < rows.end; ++m, sums += pitch) {
    if (g.epilogue.bias)
      for (int64_t i = 0; i < n; ++i) sums[i] += g.epilogue.bias[columns.begin + i];
    apply(k, g.epilogue.activations, sums, n);
    k.from_float(g.c_dtype, sums, n,
                 static_cast<std::byte*>(g.c) + (m * g.ldc + columns.begin) * item, Stores::cached);
  }
}

void gemm(const Gemm& g, Range rows, Range columns) {
  if (rows.begin >= rows.end || columns.begin >= columns.end) return;
  const ProductLibrary library = g.K == 0 ? ProductLibrary::loops : g.by.library;
  gemm_library(library).gemm(g, rows, columns);
}

namespace {

struct Cuts {
  double least_work;  // multiply-adds of a task, some 20 us
  int64_t tasks;      // of a product of many rows; by tiles, of each range of rows
  int64_t row_unit, most_rows, widest, narrow;
};

// Tiles multiply so fast that reading both factors again is what costs: their tasks are larger.
Cuts cuts_for(ProductLibrary library) {
  constexpr Cuts for_loops = {2e6, 32, 6, 258, 1024, 192},
                 for_tiles = {16e6, 12, 32, 512, 512, 192};
  return library == ProductLibrary::loops ? for_loops : for_tiles;
}

}  // namespace

// Rows are cut into as many as a task keeps near, columns further: then each block of B is read by
// one task, or by a few at about the same time. What a task converts of A should be used often, so
// tasks are wide; but the last quarter of many columns is cut into narrow ones, so that cores which
// finish at different times lose little.
GemmPlan gemm_plan(int64_t M, int64_t N, int64_t K, DataType b_dtype, ProductLibrary library,
                   int64_t products) {
  constexpr int64_t unit = 64, few_rows = 24;
  const auto [least_work, most_tasks, row_unit, most_rows, widest, narrow] = cuts_for(library);
  const int64_t ranges = library == ProductLibrary::loops ? 1 : (M + most_rows - 1) / most_rows;
  const int64_t wanted = M < few_rows ? 64 : most_tasks * ranges;
  const double work = static_cast<double>(M) * static_cast<double>(N) * static_cast<double>(K);
  // At few rows a task is as long as its bytes of B take to read.
  const double bytes_as_work =
      static_cast<double>(N) * static_cast<double>(K) * (b_dtype == DataType::FLOAT32 ? 16 : 8);
  const auto affordable = static_cast<int64_t>(std::max(work, bytes_as_work) / least_work);
  const int64_t tasks = std::clamp<int64_t>(
      affordable, 1, std::max<int64_t>(1, wanted / std::max<int64_t>(products, 1)));

  GemmPlan plan;
  const int64_t row_cuts = std::min(tasks, (M + most_rows - 1) / most_rows);
  plan.rows =
      std::max<int64_t>(1, up((M + row_cuts - 1) / std::max<int64_t>(row_cuts, 1), row_unit));
  plan.row_tasks = std::max<int64_t>(1, (M + plan.rows - 1) / plan.rows);
  const int64_t cuts = std::max<int64_t>(1, tasks / plan.row_tasks);
  plan.columns = std::max(unit, up((N + cuts - 1) / cuts, unit));
  if (M >= few_rows && cuts >= 8 && plan.columns > narrow) {
    plan.wide_columns = std::min(widest, up(N / 7, unit));
    plan.wide_tasks = 3 * N / 4 / plan.wide_columns;
    plan.columns = narrow;
  }
  const int64_t rest = N - plan.wide_tasks * plan.wide_columns;
  plan.column_tasks =
      std::max<int64_t>(1, plan.wide_tasks + (rest + plan.columns - 1) / plan.columns);
  return plan;
}

Range GemmPlan::row_range(int64_t task, int64_t M) const {
  const int64_t begin = task % row_tasks * rows;
  return {begin, std::min(M, begin + rows)};
}
Range GemmPlan::column_range(int64_t task, int64_t N) const {
  const int64_t i = task / row_tasks;
  if (i < wide_tasks) return {i * wide_columns, (i + 1) * wide_columns};
  const int64_t begin = wide_tasks * wide_columns + (i - wide_tasks) * columns;
  return {begin, std::min(N, begin + columns)};
}

}  // namespace ttnn::cpu
