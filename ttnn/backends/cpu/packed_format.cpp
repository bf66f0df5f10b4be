// The packed forms of weights, the same for all libraries: panels of 64 columns, of the set of
// instructions that choice.h names (kernels/panel.h), or of stored block floats.
#include <cstring>

#include "ttnn/backends/cpu/gemm.h"
#include "ttnn/backends/cpu/kernels/product.h"

namespace ttnn::cpu {

namespace {

const ProductKernels& kernels_of_panels() { return *kernels(choice().panels).product; }

template <class F>
void for_panels(const PackedFormat& format, int64_t n0, int64_t n1, F f) {
  const int64_t bytes = panel_bytes(format.dtype, format.K);
  for (int64_t panel = n0 / panel_columns; panel * panel_columns < n1; ++panel)
    f(panel, panel * bytes);
}

// -- Block floats: panels, each stored as the whole was.
void copy_rows(std::byte* to, int64_t to_pitch, const std::byte* from, int64_t from_pitch,
               int64_t bytes, int64_t rows) {
  for (int64_t row = 0; row < rows; ++row, to += to_pitch, from += from_pitch)
    std::memcpy(to, from, static_cast<size_t>(bytes));
}

// copy(from and pitch in the plain shard, from and pitch in the panel, bytes of a row) for
// mantissas and exponents of the panels of columns [n0, n1). The plain shard has the last `columns`
// of N.
template <class F>
void for_stored_panels(const PackedFormat& format, int64_t columns, int64_t n0, int64_t n1,
                       F copy) {
  const int64_t bytes = block_float_mantissa_bytes(format.dtype);
  const int64_t pitch = block_float_groups(columns), dropped = format.N - columns;
  for (int64_t n = n0; n < n1; n += panel_columns) {
    const StoredPanel panel = stored_panel(format.dtype, format.K, format.N, n / panel_columns);
    const int64_t group = (n - dropped) / block_float_group, groups = panel.groups;
    copy(group * bytes, pitch * bytes, panel.mantissas, groups * bytes);
    copy(format.K * pitch * bytes + group, pitch, panel.exponents, groups);
  }
}

}  // namespace

PackedFormat packed_format(DataType dtype, int64_t K, int64_t N) {
  if (is_block_float(dtype))
    return {dtype, K, N, panel_columns,
            K * block_float_groups(N) * (block_float_mantissa_bytes(dtype) + 1)};
  const int64_t panels = (N + panel_columns - 1) / panel_columns;
  return {dtype, K, N, panel_columns, panels * panel_bytes(dtype, K)};
}

void pack(const PackedFormat& format, const void* plain, int64_t ld, bool transposed, void* packed,
          int64_t n0, int64_t n1) {
  if (is_block_float(format.dtype))
    return for_stored_panels(
        format, ld, n0, n1, [&](int64_t from, int64_t pitch, int64_t to, int64_t row) {
          copy_rows(static_cast<std::byte*>(packed) + to, row,
                    static_cast<const std::byte*>(plain) + from, pitch, row, format.K);
        });
  const Matrix b = {format.dtype, plain, ld,
                    transposed ? Arrangement::transposed : Arrangement::plain, nullptr};
  for_panels(format, n0, n1, [&](int64_t panel, int64_t offset) {
    kernels_of_panels().pack_panel(b, format.K, format.N, panel, format.dtype,
                                   static_cast<std::byte*>(packed) + offset);
  });
}

void unpack(const PackedFormat& format, const void* packed, void* plain, int64_t ld,
            bool transposed, int64_t n0, int64_t n1) {
  if (is_block_float(format.dtype))
    return for_stored_panels(
        format, ld, n0, n1, [&](int64_t to, int64_t pitch, int64_t from, int64_t row) {
          copy_rows(static_cast<std::byte*>(plain) + to, pitch,
                    static_cast<const std::byte*>(packed) + from, row, row, format.K);
        });
  for_panels(format, n0, n1, [&](int64_t panel, int64_t offset) {
    kernels_of_panels().unpack_panel(static_cast<const std::byte*>(packed) + offset, format.dtype,
                                     format.K, format.N, panel, plain, ld, transposed);
  });
}

}  // namespace ttnn::cpu
