#include "ttnn/ops/slice.h"

#include <algorithm>

#include "ttnn/runtime/dispatch.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

// Its padding included, which a slice may read.
Shape readable(const TensorSpec& spec) {
  const Shape padded = spec.padded_shape();
  if (padded.rank() == spec.shape.rank()) return padded;
  return spec.shape.rank() == 1 ? Shape{padded[-1]} : spec.shape;
}

}  // namespace

std::array<Slice::Range, Shape::max_rank> Slice::ranges() const {
  const Shape& shape = input.shape();
  const Shape limit = readable(input.spec());
  const size_t rank = static_cast<size_t>(shape.rank());
  expect(slice_start.size() == rank, name, ": Input rank ", rank, " and begins ",
         slice_start.size(), " must have the same size: input_tensor is ", input,
         ". Give a start, an end and perhaps a step for every dim.");
  expect(slice_end.size() == rank, name, ": Input rank ", rank, " and ends ", slice_end.size(),
         " must have the same size: input_tensor is ", input,
         ". Give a start, an end and perhaps a step for every dim.");
  expect(!slice_step || slice_step->size() == rank, name, ": Input rank ", rank, " and steps ",
         slice_step ? slice_step->size() : 0, " must have the same size: input_tensor is ", input,
         ". Give a start, an end and perhaps a step for every dim.");
  std::array<Range, Shape::max_rank> all{};
  for (size_t i = 0; i < rank; ++i) {
    const int d = static_cast<int>(i);
    const auto wrapped = [&](int64_t at) { return at < 0 ? at + shape[d] : at; };
    const Range range{wrapped(slice_start[i]), wrapped(slice_end[i]),
                      slice_step ? (*slice_step)[i] : 1};
    expect(range.step > 0, name, ": Step(", d, ") = ", range.step,
           " should be positive. Slice forwards and reverse afterwards.");
    expect(range.end <= limit[d], name, ": Ends ", slice_end[i],
           " must be less than or equal to the shape of the tensor ", shape, " in dim ", d,
           ". Python would stop at ", shape[d], "; give that.");
    expect(range.begin >= 0 && range.begin <= limit[d], name, ": Start ", slice_start[i],
           " is outside of dim ", d, " of ", shape, ". Give one from 0 to ", shape[d], ".");
    expect(range.end >= range.begin, name, ": End ", slice_end[i],
           " must be greater than or equal to start ", slice_start[i], " in dim ", d, " of ", shape,
           ". Exchange them, or give an end that is not smaller.");
    all[i] = range;
  }
  return all;
}

TensorSpec Slice::infer(const CallOptions&) const {
  const auto range = ranges();
  TensorSpec spec = input.spec();
  bool has_steps = false;
  for (int d = 0; d < spec.shape.rank(); ++d) {
    spec.shape.at(d) = range[static_cast<size_t>(d)].count();
    has_steps = has_steps || range[static_cast<size_t>(d)].step != 1;
  }
  if (pad_value) spec.pad_value = static_cast<float>(*pad_value);
  expect(!has_steps || !is_block_float(spec.dtype), name,
         ": Strided slice is not supported for BFLOAT8 tensors: input_tensor is ", input,
         ". Convert it with ttnn.typecast(tensor, ttnn.bfloat16) first.");
  if (input.mesh()) return spec;
  expect(!has_steps, name, ": Host tensors cannot be accessed with non-unit stride: input_tensor ",
         input, " is on the host. Upload it with ttnn.to_device first.");
  expect(spec.shape.rank() > 0 && spec.shape.volume() > 0, name,
         ": Host tensor slice cannot return a scalar or empty tensor: of ", input, ", ", spec.shape,
         " is asked. Upload it with ttnn.to_device first.");
  return spec;
}

Placement Slice::place(std::span<const Placement> inputs) const {
  const auto range = ranges();
  return moved(inputs[0], [&](int d) {
    const Range& r = range[static_cast<size_t>(d)];
    return r.step == 1 && r.begin == 0 && r.end == input.shape()[d] ? d : -1;
  });
}

std::optional<Tensor> Slice::shortcut(const CallOptions& options) const {
  const auto range = ranges();
  for (int d = 0; d < input.shape().rank(); ++d) {
    const Range& r = range[static_cast<size_t>(d)];
    if (r.step != 1 || r.begin != 0 || r.end != input.shape()[d]) return {};
  }
  const TensorSpec spec = with_options(infer(options), options);
  if (spec.dtype != input.dtype()) return {};
  return spec == input.spec() ? input : share(input, spec);
}

Moves Slice::moves() const {
  const auto range = ranges();
  const Shape& shape = input.shape();
  const Strides from = dense_strides(shape);
  Shape out = shape, begin = shape, stored = shape;
  StridedCopy copy;
  for (int d = 0; d < shape.rank(); ++d) {
    const auto i = static_cast<size_t>(d);
    const Range& r = range[i];
    out.at(d) = r.count();
    stored.at(d) = std::max<int64_t>(0, Range{r.begin, std::min(r.end, shape[d]), r.step}.count());
    begin.at(d) = 0;
  }
  const Strides to = dense_strides(out);
  for (int d = 0; d < shape.rank(); ++d) {
    const auto i = static_cast<size_t>(d);
    copy.in_offset += range[i].begin * from[i];
    copy.push(stored[d], from[i] * range[i].step, to[i]);
  }
  Moves moves{{copy}, input.spec().pad_value};
  fill_around(moves, out, begin, stored);
  return moves;
}

std::vector<Slice> Slice::samples(Sampler& s) {
  using Steps = std::vector<int64_t>;
  std::vector<Slice> all{
      {s({4, 5}), {0, 1}, {4, 3}},
      {s({2, 3, 33, 70}), {0, 1, 0, 0}, {2, 2, 33, 70}},
      {s({2, 64, 96}), {0, 32, 32}, {2, 64, 64}},
      {s({9}), {-4}, {-1}},
      {s({3, 4}), {0, 0}, {3, 4}},
      {s({3, 40}), {1, 7}, {2, 40}},
  };
  if (s.mesh()) all.push_back({s({3, 4}), {1, 2}, {1, 4}});
  if (is_block_float(s.dtype())) return all;
  all.push_back({s({7, 9}), {0, 1}, {7, 9}, Steps{2, 3}});
  all.push_back({s({2, 3, 50}), {0, 2, 0}, {2, 3, 50}, Steps{1, 1, 2}});
  return all;
}

Outputs SliceStarts::compose(const CallOptions& options) const {
  return {run(Slice{input, starts, ends, steps, pad_value}, options)};
}

Outputs Narrow::compose(const CallOptions& options) const {
  check_usable(input, name, "input_tensor");
  const Shape& shape = input.shape();
  const int d = normalized_dim(name, dim, shape.rank());
  const int64_t first = start < 0 ? start + shape[d] : start;
  expect(first >= 0 && length >= 0 && first + length <= shape[d], name, ": start ", start,
         " and length ", length, " exceed dim ", d, " of ", shape,
         ". Give indices that are there.");
  Slice slice{
      input, std::vector<int64_t>(static_cast<size_t>(shape.rank())), {shape.begin(), shape.end()}};
  slice.slice_start[static_cast<size_t>(d)] = first;
  slice.slice_end[static_cast<size_t>(d)] = first + length;
  return {run(std::move(slice), options)};
}

std::vector<Narrow> Narrow::samples(Sampler& s) {
  return {{s({4, 5}), 0, 1, 2}, {s({2, 3, 40}), -1, 8, 16}, {s({7}), 0, -3, 3}};
}

std::vector<int64_t> Split::sizes() const {
  const Shape& shape = input.shape();
  const int d = normalized_dim(name, dim, shape.rank());
  if (auto* given = std::get_if<std::vector<int64_t>>(&split_size)) {
    int64_t sum = 0;
    for (int64_t size : *given) {
      expect(size >= 0, name, ": split_size has a negative size ", size,
             ". Sizes are zero or more.");
      sum += size;
    }
    expect(sum == shape[d] && !given->empty(), name, ": the sizes of split_size add up to ", sum,
           ", but dim ", d, " of ", shape, " has ", shape[d], ". Give sizes that cover it.");
    return *given;
  }
  const int64_t size = std::get<int64_t>(split_size);
  expect(size > 0, name, ": split_size is ", size, ". Give a size of one or more, or a list.");
  std::vector<int64_t> all;
  for (int64_t left = shape[d]; left > 0; left -= size) all.push_back(std::min(size, left));
  if (all.empty()) all.push_back(0);
  return all;
}

std::vector<TensorSpec> Split::infer(const CallOptions&) const {
  const int d = normalized_dim(name, dim, input.shape().rank());
  std::vector<TensorSpec> specs;
  for (int64_t size : sizes()) {
    specs.push_back(input.spec());
    specs.back().shape.at(d) = size;
  }
  return specs;
}

Placement Split::place(std::span<const Placement> inputs) const {
  const int at = normalized_dim(name, dim, input.shape().rank());
  const bool is_whole = sizes().size() == 1;
  return moved(inputs[0], [&](int d) { return d == at && !is_whole ? -1 : d; });
}

Moves Split::moves() const {
  const Shape& shape = input.shape();
  const int at = normalized_dim(name, dim, shape.rank());
  int64_t outer = 1, inner = 1;
  for (int d = 0; d < shape.rank(); ++d)
    if (d != at) (d < at ? outer : inner) *= shape[d];
  Moves moves;
  int64_t before = 0;
  for (int64_t size : sizes()) {
    StridedCopy copy;
    copy.output = static_cast<int>(moves.copies.size());
    copy.in_offset = before * inner;
    copy.push(outer, shape[at] * inner, size * inner);
    copy.push(size * inner, 1, 1);
    moves.copies.push_back(copy);
    before += size;
  }
  return moves;
}

std::vector<Split> Split::samples(Sampler& s) {
  using Sizes = std::vector<int64_t>;
  return {
      {s({6, 5}), int64_t{2}, 0},        {s({2, 7, 3}), int64_t{3}, 1},
      {s({2, 3, 70}), int64_t{32}, -1},  {s({9}), int64_t{9}, 0},
      {s({4, 40}), Sizes{16, 23, 1}, 1}, {s({3, 2}), Sizes{1, 0, 2}, 0},
  };
}

Split ChunkInto::as_split() const {
  expect(chunks > 0, name, ": Number of chunks must be greater than zero, not ", chunks, ".");
  const int64_t size = input.shape()[normalized_dim(name, dim, input.shape().rank())];
  if (size == 0) return {input, std::vector<int64_t>(static_cast<size_t>(chunks), 0), dim};
  return {input, (size + chunks - 1) / chunks, dim};
}

std::vector<TensorSpec> ChunkInto::infer(const CallOptions& options) const {
  return as_split().infer(options);
}
Placement ChunkInto::place(std::span<const Placement> inputs) const {
  return as_split().place(inputs);
}
Moves ChunkInto::moves() const { return as_split().moves(); }

std::vector<ChunkInto> ChunkInto::samples(Sampler& s) {
  return {{s({6, 5}), 3, 0}, {s({2, 7, 3}), 4, 1}, {s({2, 3, 70}), 2, -1}, {s({3}), 5, 0}};
}

namespace ops {

void register_slice(Registry& registry) {
  registry.add<Slice>();
  registry.add<SliceStarts>();
  registry.add<Narrow>();
  registry.add<Split>();
  registry.add<ChunkInto>();
}

}  // namespace ops
}  // namespace ttnn
