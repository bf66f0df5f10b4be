// Matrix products C[M,N] = epilogue(A[M,K] x B[K,N]), accumulated in float32 and rounded once. One
// product can be cut into column ranges (and row ranges) that run as separate tasks. Several
// libraries share this interface and the packed forms of weights; choice.h says which multiplies
// what.
#pragma once
#include <cstdint>

#include "ttnn/backends/cpu/choice.h"

namespace ttnn::cpu {

// The one packed format of a weight: column blocks, each contiguous, so that tasks may pack, read
// and unpack whole blocks independently. It depends on dtype and the set of instructions only,
// never on the library or the number of rows multiplied.
struct PackedFormat {
  DataType dtype;  // BFLOAT16, FLOAT32 or a block float
  int64_t K, N;
  int64_t block_columns;  // column ranges given to pack and unpack begin at multiples of this
  int64_t bytes;
};
PackedFormat packed_format(DataType, int64_t K, int64_t N);

// Columns [n0, n1) of B; plain is [K, N] with leading dimension ld, or [N, K] when transposed. Of
// block floats, plain is a shard of the last ld columns, never transposed.
void pack(const PackedFormat&, const void* plain, int64_t ld, bool transposed, void* packed,
          int64_t n0, int64_t n1);
void unpack(const PackedFormat&, const void* packed, void* plain, int64_t ld, bool transposed,
            int64_t n0, int64_t n1);

// BFLOAT16 or FLOAT32; B may also be block floats, a shard [K, N] (arrangement plain; exponents
// set) or packed, decoded piece by piece on the way.
struct Matrix {
  DataType dtype = DataType::BFLOAT16;
  const void* data = nullptr;
  int64_t ld = 0;
  Arrangement arrangement = Arrangement::plain;
  const uint8_t* exponents = nullptr;
};

struct Epilogue {
  const float* bias = nullptr;  // bias[n] for column n of C
  Chain activations;            // applied to the float32 result, before its one rounding
};

struct Range {
  int64_t begin, end;
};

struct Gemm {
  int64_t M, N, K;
  Matrix a, b;
  DataType c_dtype = DataType::BFLOAT16;  // BFLOAT16 or FLOAT32
  void* c = nullptr;
  int64_t ldc = 0;
  Epilogue epilogue;
  Multiplier by;  // of choice.h, by the rows of the whole launch
};

// Every element of C has the same bits however rows and columns are cut. K == 0 gives epilogue(0).
void gemm(const Gemm&, Range rows, Range columns);
inline void gemm(const Gemm& g) { gemm(g, {0, g.M}, {0, g.N}); }

// How a product should be cut, by its shape alone: into tasks of `rows` x `wide_columns`, then of
// `rows` x `columns` (the last ones of each smaller). `products` of that shape run together.
struct GemmPlan {
  int64_t rows, columns, wide_columns = 0;
  int64_t row_tasks, column_tasks, wide_tasks = 0;  // wide ones are among column_tasks
  int64_t tasks() const { return row_tasks * column_tasks; }
  // Tasks are numbered so that neighbours share columns of B.
  Range row_range(int64_t task, int64_t M) const;
  Range column_range(int64_t task, int64_t N) const;
};
GemmPlan gemm_plan(int64_t M, int64_t N, int64_t K, DataType b_dtype, ProductLibrary,
                   int64_t products = 1);

// oneDNN may use OpenMP. Workers call enter_worker_thread() once; a host thread that helps calls
// host_begin() before and host_end(token) after, which put its own OpenMP setting back.
void enter_worker_thread();
int host_begin();
void host_end(int token);
}  // namespace ttnn::cpu
