// The choice of a library for products, and of the tasks that a product is cut into.
#include "ttnn/backends/cpu/gemm.h"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "ttnn/backends/cpu/gemm_library.h"
#include "ttnn/core/error.h"

namespace ttnn::cpu {

namespace {

const GemmLibrary& chosen() {
  const char* wanted = std::getenv("TTNN_GEMM");
  const std::string_view name = wanted ? wanted : "";
  if (name.empty() || name == "portable") return portable_gemm();
  expect(name == "onednn", "TTNN_GEMM=", name,
         ": not a library for products; use portable or onednn.");
  expect(onednn_gemm() != nullptr, "TTNN_GEMM=onednn: this build has no oneDNN; use portable.");
  return *onednn_gemm();
}

const GemmLibrary& library() {
  static const GemmLibrary& library = chosen();
  return library;
}

// Only our own loops keep block floats packed.
const GemmLibrary& packer(DataType dtype) {
  return is_block_float(dtype) ? portable_gemm() : library();
}

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

PackedFormat packed_format(DataType dtype, int64_t K, int64_t N) {
  return packer(dtype).packed_format(dtype, K, N);
}
void pack(const PackedFormat& format, const void* plain, int64_t ld, bool transposed, void* packed,
          int64_t n0, int64_t n1) {
  packer(format.dtype).pack(format, plain, ld, transposed, packed, n0, n1);
}
void unpack(const PackedFormat& format, const void* packed, void* plain, int64_t ld,
            bool transposed, int64_t n0, int64_t n1) {
  packer(format.dtype).unpack(format, packed, plain, ld, transposed, n0, n1);
}
void gemm(const Gemm& g, Range rows, Range columns) { library().gemm(g, rows, columns); }
std::string_view gemm_name() { return library().name; }

// Rows are cut into as many as a task keeps near, columns further: then each block of B is read by
// one task, or by a few at about the same time. What a task converts of A should be used often, so
// tasks are wide; but the last quarter of many columns is cut into narrow ones, so that cores which
// finish at different times lose little.
GemmPlan gemm_plan(int64_t M, int64_t N, int64_t K, DataType b_dtype, int64_t products) {
  constexpr int64_t unit = 64, few_rows = 24, most_rows = 258;
  constexpr int64_t widest = 1024, narrow = 192;
  constexpr double least_work = 2e6;  // multiply-adds, some 20 us
  const int64_t wanted = M < few_rows ? 64 : 32;
  const double work = static_cast<double>(M) * static_cast<double>(N) * static_cast<double>(K);
  // At few rows a task is as long as its bytes of B take to read.
  const double bytes_as_work =
      static_cast<double>(N) * static_cast<double>(K) * (b_dtype == DataType::FLOAT32 ? 16 : 8);
  const auto affordable = static_cast<int64_t>(std::max(work, bytes_as_work) / least_work);
  const int64_t tasks = std::clamp<int64_t>(
      affordable, 1, std::max<int64_t>(1, wanted / std::max<int64_t>(products, 1)));

  GemmPlan plan;
  const int64_t row_cuts = std::min(tasks, (M + most_rows - 1) / most_rows);
  plan.rows = std::max<int64_t>(1, up((M + row_cuts - 1) / std::max<int64_t>(row_cuts, 1), 6));
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
