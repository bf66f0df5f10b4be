// The choice of a library for products, and of the tasks that a product is cut into.
#include "ttnn/backends/cpu/gemm.h"

#include <algorithm>
#include <cmath>
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
  return library().packed_format(dtype, K, N);
}
void pack(const PackedFormat& format, const void* plain, int64_t ld, bool transposed, void* packed,
          int64_t n0, int64_t n1) {
  library().pack(format, plain, ld, transposed, packed, n0, n1);
}
void unpack(const PackedFormat& format, const void* packed, void* plain, int64_t ld,
            bool transposed, int64_t n0, int64_t n1) {
  library().unpack(format, packed, plain, ld, transposed, n0, n1);
}
void gemm(const Gemm& g, Range rows, Range columns) { library().gemm(g, rows, columns); }
std::string_view gemm_name() { return library().name; }

// About `wanted` tasks in all products, so that cores which finish at different times lose little,
// but none so small that starting it shows. Columns are cut first: then each block of B is read by
// one task only. With many rows, what a task converts (its rows of A, its columns of B) should be
// used often: it is nearly square.
GemmPlan gemm_plan(int64_t M, int64_t N, int64_t K, DataType b_dtype, int64_t products) {
  constexpr int64_t unit = 64, widest = 256, many_rows = 96;
  constexpr double least_work = 2e6;  // multiply-adds, some 20 us
  const int64_t wanted = M < many_rows ? 128 : 64;
  const double area = static_cast<double>(M) * static_cast<double>(N);
  const double work = area * static_cast<double>(K);
  // At few rows a task is as long as its bytes of B take to read.
  const double bytes_as_work =
      static_cast<double>(N) * static_cast<double>(K) * (b_dtype == DataType::FLOAT32 ? 16 : 8);
  const auto affordable = static_cast<int64_t>(std::max(work, bytes_as_work) / least_work);
  const int64_t tasks = std::clamp<int64_t>(
      affordable, 1, std::max<int64_t>(1, wanted / std::max<int64_t>(products, 1)));
  const auto side = static_cast<int64_t>(std::sqrt(area / static_cast<double>(tasks)));
  const int64_t square = std::min(widest, (side + unit / 2) / unit * unit);
  const int64_t most = std::max({unit, square, N / tasks / unit * unit});
  const int64_t cuts = std::max<int64_t>(1, (N + most - 1) / most);
  GemmPlan plan;
  plan.columns = std::max(unit, up((N + cuts - 1) / cuts, unit));
  plan.column_tasks = std::max<int64_t>(1, (N + plan.columns - 1) / plan.columns);
  const int64_t row_cuts =
      std::clamp<int64_t>(tasks / plan.column_tasks, 1, std::max<int64_t>(1, M / many_rows));
  plan.rows = std::max<int64_t>(1, up((M + row_cuts - 1) / row_cuts, 6));
  plan.row_tasks = std::max<int64_t>(1, (M + plan.rows - 1) / plan.rows);
  return plan;
}

Range GemmPlan::row_range(int64_t task, int64_t M) const {
  const int64_t begin = task % row_tasks * rows;
  return {begin, std::min(M, begin + rows)};
}
Range GemmPlan::column_range(int64_t task, int64_t N) const {
  const int64_t begin = task / row_tasks * columns;
  return {begin, std::min(N, begin + columns)};
}

}  // namespace ttnn::cpu
