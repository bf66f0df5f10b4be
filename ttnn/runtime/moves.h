#pragma once
// Which elements go where: the plan behind every op that only moves elements (permute, slice,
// concat, pad, repeat...). An op states it once; its reference walks the plan element by element,
// and kernels walk it in runs and tiles.
#include <algorithm>
#include <array>
#include <vector>

#include "ttnn/runtime/op.h"

namespace ttnn {

// For every index i below the extents: out[out_offset + i * out strides] = in[in_offset + i * in
// strides], counted in elements of dense row-major shards. Input `fill` stands for a constant.
struct StridedCopy {
  static constexpr int fill = -1;
  static constexpr int max_rank = 2 * Shape::max_rank;
  struct Dim {
    int64_t extent, in, out;
  };

  static constexpr int own = -1;

  int input = 0, output = 0;  // operands by number
  int device = own;           // whose shard of the input is read; `own`: the result's device
  int64_t in_offset = 0, out_offset = 0;
  int rank = 0;
  std::array<Dim, max_rank> dims{};

  void push(int64_t extent, int64_t in, int64_t out) {
    dims[static_cast<size_t>(rank++)] = {extent, in, out};
  }
  int64_t volume() const {
    int64_t n = 1;
    for (int d = 0; d < rank; ++d) n *= dims[static_cast<size_t>(d)].extent;
    return n;
  }
};

struct Moves {
  std::vector<StridedCopy> copies;
  double value = 0;  // of the constant
};

using Strides = std::array<int64_t, Shape::max_rank>;
inline Strides dense_strides(const Shape& shape) {
  Strides strides{};
  int64_t stride = 1;
  for (int d = shape.rank() - 1; d >= 0; --d) {
    strides[static_cast<size_t>(d)] = stride;
    stride *= shape[d];
  }
  return strides;
}

// All elements in order: the plan of ops that change the dtype or the shape alone.
inline Moves moves_in_order(int64_t volume) {
  StridedCopy copy;
  copy.push(volume, 1, 1);
  return {{copy}, 0};
}

// A box of the input to a box of the output of the same extents.
inline StridedCopy move_box(const Shape& in, const Shape& in_begin, const Shape& out,
                            const Shape& out_begin, const Shape& extent) {
  StridedCopy copy;
  const Strides from = dense_strides(in), to = dense_strides(out);
  for (int d = 0; d < extent.rank(); ++d) {
    const auto i = static_cast<size_t>(d);
    copy.in_offset += in_begin[d] * from[i];
    copy.out_offset += out_begin[d] * to[i];
    copy.push(extent[d], from[i], to[i]);
  }
  return copy;
}

// The constant everywhere in `out` but in the box: two slabs per dim, the outer dims' first.
inline void fill_around(Moves& moves, const Shape& out, const Shape& begin, const Shape& extent) {
  const Strides to = dense_strides(out);
  for (int d = 0; d < out.rank(); ++d) {
    const std::array<std::pair<int64_t, int64_t>, 2> slabs{
        std::pair{int64_t{0}, begin[d]},
        std::pair{begin[d] + extent[d], out[d] - begin[d] - extent[d]}};
    for (const auto& [first, count] : slabs) {
      if (count <= 0) continue;
      StridedCopy copy;
      copy.input = StridedCopy::fill;
      for (int k = 0; k < out.rank(); ++k) {
        const int64_t stride = to[static_cast<size_t>(k)];
        copy.out_offset += (k < d ? begin[k] : k == d ? first : 0) * stride;
        copy.push(k < d ? extent[k] : k == d ? count : out[k], 0, stride);
      }
      moves.copies.push_back(copy);
    }
  }
}

// An integer in another integer dtype, as TT-NN's typecast has it: 8 and 32 signed bits wrap, the
// unsigned wide ones clamp, but int8 to uint32 keeps the bits.
inline int64_t converted(int64_t x, DataType from, DataType to) {
  if (from == to) return x;
  if (to == DataType::UINT16) return std::clamp<int64_t>(x, 0, 65535);
  if (to == DataType::UINT32 && from != DataType::INT8)
    return std::clamp<int64_t>(x, 0, 4294967295);
  return x;
}

namespace detail {

template <class T>
void walk(const StridedCopy& copy, int d, const T* in, T* out) {
  if (d == copy.rank) {
    *out = *in;
    return;
  }
  const StridedCopy::Dim& dim = copy.dims[static_cast<size_t>(d)];
  for (int64_t i = 0; i < dim.extent; ++i) walk(copy, d + 1, in + i * dim.in, out + i * dim.out);
}

template <class T, class Read>
void move_as(const Moves& moves, Task task, Read read) {
  std::vector<std::vector<T>> outputs;
  for (const Operand& out : task.launch.out)
    outputs.emplace_back(static_cast<size_t>(out.spec.volume()));
  const std::vector<T> constant{static_cast<T>(moves.value)};
  std::vector<T> in;
  std::pair<int, int> read_last{StridedCopy::fill, StridedCopy::own};
  for (const StridedCopy& copy : moves.copies) {
    if (copy.volume() == 0) continue;
    const bool is_fill = copy.input == StridedCopy::fill;
    if (!is_fill && std::pair{copy.input, copy.device} != read_last) {
      read_last = {copy.input, copy.device};
      Tensor operand;
      operand.detach(copy.input);
      in = read(operand, copy.device == StridedCopy::own ? task.device() : copy.device);
    }
    walk(copy, 0, is_fill ? constant.data() : in.data() + copy.in_offset,
         outputs[static_cast<size_t>(copy.output)].data() + copy.out_offset);
  }
  for (size_t k = 0; k < outputs.size(); ++k)
    task.write(std::span<const T>(outputs[k]), static_cast<int>(k));
}

}  // namespace detail

// The reference of all such ops. Integers stay integers where both sides are.
inline void move_elements(const Moves& moves, Task task) {
  bool integers = true;
  for (const Operand& in : task.launch.in) integers = integers && !is_floating(in.spec.dtype);
  for (const Operand& out : task.launch.out) integers = integers && !is_floating(out.spec.dtype);
  if (integers)
    detail::move_as<int64_t>(moves, task, [&](const Tensor& t, int device) {
      std::vector<int64_t> x = task.integers(t, device);
      const DataType from = task.launch.operand(t).spec.dtype, to = task.out().dtype;
      for (int64_t& value : x) value = converted(value, from, to);
      return x;
    });
  else
    detail::move_as<float>(moves, task,
                           [&](const Tensor& t, int device) { return task.floats(t, device); });
}

// The reference of ops that write a part of `kept` in place: the rest of it stays.
inline void update_elements(const Moves& part, const Tensor& kept, Task task) {
  Moves moves = moves_in_order(task.out().volume());
  moves.copies[0].input = kept.operand();
  moves.copies.insert(moves.copies.end(), part.copies.begin(), part.copies.end());
  move_elements(moves, task);
}

// Where a sharded dim goes, when dim d of the input becomes dim `to(d)` of the output; negative:
// nowhere.
template <class To>
Placement moved(Placement placement, To to) {
  if (placement.kind != Placement::shard) return placement;
  const int dim = to(placement.dim);
  return dim < 0 ? Placement{Placement::local} : Placement{Placement::shard, dim};
}

// `spec` as the call's options want it.
inline TensorSpec with_options(TensorSpec spec, const CallOptions& options) {
  if (options.memory_config) spec.memory_config = *options.memory_config;
  if (options.dtype) spec.dtype = *options.dtype;
  return spec;
}

}  // namespace ttnn
