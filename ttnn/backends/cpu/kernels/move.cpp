// Moving bytes: copies, fills, transpositions.
#include "ttnn/backends/cpu/kernels/loops.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

void copy(void* dst, const void* src, int64_t bytes, Stores stores) {
  if (dst == src) return;
  if (stores == Stores::cached) {
    std::memmove(dst, src, static_cast<size_t>(bytes));
    return;
  }
  stream(dst, src, bytes);
  fence();
}

void copy_2d(void* dst, int64_t dst_pitch, const void* src, int64_t src_pitch, int64_t row_bytes,
             int64_t rows, Stores stores) {
  if (dst_pitch == row_bytes && src_pitch == row_bytes)
    return copy(dst, src, row_bytes * rows, stores);
  const bool streamed = stores == Stores::streaming && row_bytes >= 8 * line_bytes;
  for (int64_t r = 0; r < rows; ++r) {
    void* d = advance(dst, r * dst_pitch);
    const void* s = advance(src, r * src_pitch);
    if (streamed)
      stream(d, s, row_bytes);
    else
      std::memcpy(d, s, static_cast<size_t>(row_bytes));
  }
  if (streamed) fence();
}

template <class T>
void fill_items(void* dst, uint64_t value, int64_t n) {
  auto* d = static_cast<T*>(dst);
  const T v = static_cast<T>(value);
  for (int64_t i = 0; i < n; ++i) d[i] = v;
}
void fill(void* dst, int item_bytes, uint64_t value, int64_t n) {
  switch (item_bytes) {
    case 1:
      return fill_items<uint8_t>(dst, value, n);
    case 2:
      return fill_items<uint16_t>(dst, value, n);
    case 4:
      return fill_items<uint32_t>(dst, value, n);
    default:
      return fill_items<uint64_t>(dst, value, n);
  }
}

// A square of `side` items goes through a buffer in L1, so that memory sees whole lines on both
// sides.
template <class T>
void transpose_items(const void* src, int64_t src_ld, void* dst, int64_t dst_ld, int64_t rows,
                     int64_t columns) {
  constexpr int64_t side = sizeof(T) >= 4 ? 16 : 32;
  auto* s = static_cast<const T*>(src);
  auto* d = static_cast<T*>(dst);
  for (int64_t r0 = 0; r0 < rows; r0 += side)
    for (int64_t c0 = 0; c0 < columns; c0 += side) {
      const T* from = s + r0 * src_ld + c0;
      T* to = d + c0 * dst_ld + r0;
      const int64_t nr = smaller(side, rows - r0), nc = smaller(side, columns - c0);
      if (nr == side && nc == side) {
        T block[side][side];
        for (int64_t r = 0; r < side; ++r)
          for (int64_t c = 0; c < side; ++c) block[c][r] = from[r * src_ld + c];
        for (int64_t c = 0; c < side; ++c) std::memcpy(to + c * dst_ld, block[c], sizeof block[c]);
      } else {
        for (int64_t c = 0; c < nc; ++c)
          for (int64_t r = 0; r < nr; ++r) to[c * dst_ld + r] = from[r * src_ld + c];
      }
    }
}
void transpose_2d(int item_bytes, const void* src, int64_t src_ld, void* dst, int64_t dst_ld,
                  int64_t rows, int64_t columns) {
  switch (item_bytes) {
    case 1:
      return transpose_items<uint8_t>(src, src_ld, dst, dst_ld, rows, columns);
    case 2:
      return transpose_items<uint16_t>(src, src_ld, dst, dst_ld, rows, columns);
    case 4:
      return transpose_items<uint32_t>(src, src_ld, dst, dst_ld, rows, columns);
    default:
      return transpose_items<uint64_t>(src, src_ld, dst, dst_ld, rows, columns);
  }
}

}  // namespace

void fill_move(Kernels& k) {
  k.copy = copy;
  k.copy_2d = copy_2d;
  k.fill = fill;
  k.transpose_2d = transpose_2d;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
