// Moving elements: each copy of a plan in pieces (pieces.h). Tasks are groups of pieces of one
// shard.
//
// Block floats move as whole groups where groups stay whole, row by row where rows of the result
// do, and otherwise a shard at a time through float32.
#include "ttnn/backends/cpu/strided.h"

#include <algorithm>
#include <cstring>

#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/cpu_backend.h"
#include "ttnn/backends/cpu/flat.h"
#include "ttnn/backends/cpu/pieces.h"
#include "ttnn/ops/concat.h"
#include "ttnn/ops/copy.h"
#include "ttnn/ops/kv_cache.h"
#include "ttnn/ops/layout.h"
#include "ttnn/ops/pad.h"
#include "ttnn/ops/permute.h"
#include "ttnn/ops/repeat.h"
#include "ttnn/ops/reshape.h"
#include "ttnn/ops/slice.h"
#include "ttnn/ops/typecast.h"

namespace ttnn::cpu {
namespace {

// ---- How a copy is carried out.

enum class Way {
  items,    // bytes of one dtype
  convert,  // contiguous runs of plain items that change their dtype
  groups,   // whole groups of block floats: mantissas, then exponents
  runs,     // to or from block floats: contiguous runs, whole rows of the result
  shard,    // everything of one result, by way of float32
};

int64_t width_of(const ttnn::Operand& operand) { return operand.spec.shape.width(); }

// Offsets and lengths are multiples of a group, or end where both rows end.
bool keeps_groups(const StridedCopy& copy, int64_t in_width, int64_t out_width) {
  const int64_t from = copy.in_offset % in_width, to = copy.out_offset % out_width;
  if (from % block_float_group || to % block_float_group) return false;
  int64_t columns = 1;
  for (int d = 0; d < copy.rank; ++d) {
    const Dim& dim = copy.dims[static_cast<size_t>(d)];
    if (dim.extent == 1) continue;
    if (dim.in == 1 && dim.out == 1 && columns == 1 && in_width > 1)
      columns = dim.extent;
    else if (dim.in % in_width || dim.out % out_width)
      return false;
  }
  if (from + columns > in_width || to + columns > out_width) return false;
  const bool ends = from + columns == in_width && to + columns == out_width;
  return ends || columns % block_float_group == 0;
}

// Whole rows of the result come from runs of the input.
bool keeps_rows(const StridedCopy& copy, int64_t out_width) {
  if (copy.out_offset % out_width) return false;
  bool has_columns = out_width == 1;
  for (int d = 0; d < copy.rank; ++d) {
    const Dim& dim = copy.dims[static_cast<size_t>(d)];
    if (dim.extent == 1) continue;
    if (!has_columns && dim.out == 1 && dim.in == 1 && dim.extent == out_width)
      has_columns = true;
    else if (dim.out % out_width)
      return false;
  }
  return has_columns;
}

// A run through rows is rows of a run each.
StridedCopy with_rows(StridedCopy copy, int64_t width) {
  if (width <= 1) return copy;
  for (int d = 0; d < copy.rank; ++d) {
    Dim& dim = copy.dims[static_cast<size_t>(d)];
    if (dim.in != 1 || dim.out != 1 || dim.extent % width || dim.extent <= width) continue;
    dim = {dim.extent / width, width, width};
    copy.push(width, 1, 1);
    break;
  }
  return copy;
}

// The same copy, counting groups in rows of groups.
StridedCopy in_groups(const StridedCopy& copy, int64_t in_width, int64_t out_width) {
  const int64_t in_row = block_float_groups(in_width), out_row = block_float_groups(out_width);
  StridedCopy groups;
  groups.in_offset =
      copy.in_offset / in_width * in_row + copy.in_offset % in_width / block_float_group;
  groups.out_offset =
      copy.out_offset / out_width * out_row + copy.out_offset % out_width / block_float_group;
  bool has_columns = in_width == 1;
  for (int d = 0; d < copy.rank; ++d) {
    const Dim& dim = copy.dims[static_cast<size_t>(d)];
    if (dim.extent == 1) continue;
    if (dim.in == 1 && dim.out == 1 && !has_columns) {
      groups.push(block_float_groups(dim.extent), 1, 1);
      has_columns = true;
    } else {
      groups.push(dim.extent, dim.in / in_width * in_row, dim.out / out_width * out_row);
    }
  }
  return groups;
}

// The runs of a copy: strides stay in elements, `length` of them are one run. `row`: of the result,
// which a run is to fill; 0 for any length.
StridedCopy in_runs(const StridedCopy& copy, int64_t row, int64_t& length) {
  StridedCopy runs;
  runs.in_offset = copy.in_offset;
  runs.out_offset = copy.out_offset;
  int columns = -1;
  for (int d = 0; d < copy.rank; ++d) {
    const Dim& dim = copy.dims[static_cast<size_t>(d)];
    if (dim.in == 1 && dim.out == 1 && dim.extent > 1 && (!row || dim.extent == row)) columns = d;
  }
  length = columns < 0 ? 1 : copy.dims[static_cast<size_t>(columns)].extent;
  for (int d = 0; d < copy.rank; ++d) {
    const Dim& dim = copy.dims[static_cast<size_t>(d)];
    if (d != columns) runs.push(dim.extent, dim.in, dim.out);
  }
  return runs;
}

// A copy, or all copies of one result.
struct Job {
  Way way = Way::items;
  const StridedCopy* copy = nullptr;
  int output = 0;
  int64_t run = 1;  // elements
  Pieces pieces;
  int64_t tasks = 1, pieces_per_task = 1;  // of one shard

  void cut() {
    pieces_per_task = std::max<int64_t>(1, flat_grain / std::max<int64_t>(1, pieces.volume));
    if (pieces_per_task > pieces.times) pieces_per_task -= pieces_per_task % pieces.times;
    tasks = (pieces.count + pieces_per_task - 1) / pieces_per_task;
  }
};

struct Jobs {
  Jobs(const Moves& moves, const Launch& launch) : moves(moves), launch(launch) {
    all.reserve(moves.copies.size());
    for (int k = 0; k < static_cast<int>(launch.out.size()); ++k) {
      if (launch.out[static_cast<size_t>(k)].spec.volume() == 0) continue;
      const Way way = way_to(k);
      if (way == Way::shard)
        add_shard(k);
      else
        for (const StridedCopy& copy : moves.copies)
          if (copy.output == k) add(copy, way);
    }
    for (const Job& job : all) tasks += job.tasks;
  }

  DataType source(const StridedCopy& copy) const {
    const bool is_fill = copy.input == StridedCopy::fill;
    return is_fill ? launch.out[static_cast<size_t>(copy.output)].spec.dtype
                   : launch.in[static_cast<size_t>(copy.input)].spec.dtype;
  }
  int64_t source_width(const StridedCopy& copy) const {
    const bool is_fill = copy.input == StridedCopy::fill;
    return is_fill ? 1 : width_of(launch.in[static_cast<size_t>(copy.input)]);
  }

  // One way for all copies to a result: a row of block floats is written by one task.
  Way way_to(int output) const {
    const ttnn::Operand& out = launch.out[static_cast<size_t>(output)];
    const DataType to = out.spec.dtype;
    const int64_t width = width_of(out);
    bool items = !is_block_float(to), groups = is_block_float(to), runs = true, plain = items;
    for (const StridedCopy& copy : moves.copies) {
      if (copy.output != output || copy.volume() == 0) continue;
      const bool is_fill = copy.input == StridedCopy::fill;
      const DataType from = source(copy);
      items = items && from == to;
      plain = plain && !is_block_float(from);
      groups = groups && !is_fill && from == to &&
               keeps_groups(rows_of(copy), source_width(copy), width);
      int64_t run = 0;
      runs = runs && !is_fill &&
             (is_block_float(to) ? keeps_rows(rows_of(copy), width)
                                 : (in_runs(copy, 0, run), run > 1 || copy.volume() == 1));
    }
    if (items) return Way::items;
    if (groups) return Way::groups;
    return !runs ? Way::shard : plain ? Way::convert : Way::runs;
  }
  StridedCopy rows_of(const StridedCopy& copy) const {
    const int64_t from = source_width(copy);
    const int64_t to = width_of(launch.out[static_cast<size_t>(copy.output)]);
    const bool whole_rows = copy.out_offset % std::max<int64_t>(to, 1) == 0;
    return whole_rows && (from == to || !is_block_float(source(copy))) ? with_rows(copy, to) : copy;
  }

  void add(const StridedCopy& copy, Way way) {
    if (copy.volume() == 0) return;
    Job job;
    job.way = way;
    job.copy = &copy;
    job.output = copy.output;
    const ttnn::Operand& out = launch.out[static_cast<size_t>(copy.output)];
    const DataType to = out.spec.dtype;
    if (way == Way::items)
      job.pieces = pieces_of(walk_of(copy, item_bytes(to), is_aligned()), true);
    else if (way == Way::convert)
      job.pieces = pieces_of(walk_of(copy, 1, false), false);
    else if (way == Way::groups)
      job.pieces = pieces_of(walk_of(in_groups(rows_of(copy), source_width(copy), width_of(out)),
                                     block_float_mantissa_bytes(to), false),
                             false, block_float_group);
    else
      job.pieces =
          pieces_of(walk_of(in_runs(rows_of(copy), is_block_float(to) ? width_of(out) : 0, job.run),
                            1, false),
                    false, job.run);
    job.cut();
    all.push_back(std::move(job));
  }
  // Whether every shard starts where 8 bytes may.
  bool is_aligned() const {
    const auto aligned = [this](const ttnn::Operand& operand) {
      return operand.block && !operand.block->is_borrowed() &&
             (operand.spread->distinct == 1 || operand.stride % 8 == 0);
    };
    return std::all_of(launch.in.begin(), launch.in.end(), aligned) &&
           std::all_of(launch.out.begin(), launch.out.end(), aligned);
  }
  void add_shard(int output) {
    Job job;
    job.way = Way::shard;
    job.output = output;
    all.push_back(std::move(job));
  }

  const Moves& moves;
  const Launch& launch;
  std::vector<Job> all;
  int64_t tasks = 0;  // of one shard
};

// ---- Doing it, for one shard.

class Mover {
 public:
  Mover(const Jobs& jobs, int shard)
      : jobs_(jobs), launch_(jobs.launch), device_(launch_.device_of(shard)) {}

  void run(const Job& job, int64_t task) const {
    const int64_t begin = task * job.pieces_per_task;
    const int64_t end = std::min(job.pieces.count, begin + job.pieces_per_task);
    if (job.way == Way::items) return items(job, begin, end);
    if (job.way == Way::convert) return convert(job, begin, end);
    if (job.way == Way::groups) return groups(job, begin, end);
    if (job.way == Way::runs) return runs(job, begin, end);
    shard(job.output);
  }

  // Tasks [begin, end) of the shard's, counted through all jobs.
  void run(int64_t begin, int64_t end) const {
    for (const Job& job : jobs_.all) {
      for (int64_t task = begin; task < std::min(end, job.tasks); ++task) run(job, task);
      begin = std::max<int64_t>(0, begin - job.tasks);
      end -= job.tasks;
      if (end <= 0) return;
    }
  }

 private:
  const ttnn::Operand& in(const StridedCopy& copy) const {
    return launch_.in[static_cast<size_t>(copy.input)];
  }
  const ttnn::Operand& out(int k) const { return launch_.out[static_cast<size_t>(k)]; }
  int source(const StridedCopy& copy) const {
    return copy.device == StridedCopy::own ? device_ : copy.device;
  }

  // The constant as one item.
  void constant(DataType dtype, void* item) const {
    const float number = static_cast<float>(jobs_.moves.value);
    const int64_t whole = static_cast<int64_t>(jobs_.moves.value);
    if (is_floating(dtype))
      kernels().from_float(dtype, &number, 1, item, Stores::cached);
    else
      kernels().from_int(dtype, &whole, 1, item);
  }

  void items(const Job& job, int64_t begin, int64_t end) const {
    const ttnn::Operand& to = out(job.output);
    const Stores stores = stores_for(launch_.shards() * to.spec.storage_bytes());
    alignas(8) std::byte value[8];
    const std::byte* from = value;
    if (job.copy->input == StridedCopy::fill)
      constant(to.spec.dtype, value);
    else
      from = in(*job.copy).on_device(source(*job.copy));
    std::byte* dst = to.on_device(device_);
    const int item = job.pieces.walk.item;
    each_piece(job.pieces, begin, end,
               [&](int64_t src_at, int64_t dst_at, const Dim& outer, const Dim& inner) {
                 move_piece(job.pieces, from + src_at * item, outer, inner, dst + dst_at * item,
                            stores);
               });
  }

  void convert(const Job& job, int64_t begin, int64_t end) const {
    const ttnn::Operand &from = in(*job.copy), &to = out(job.output);
    const DataType from_dtype = from.spec.dtype, dtype = to.spec.dtype;
    const std::byte* src = from.on_device(source(*job.copy));
    std::byte* dst = to.on_device(device_);
    // Conversions compute about as long as they store: past the caches pays off later than for
    // copies (at 4 MiB it costs a fifth to a third, at 64 MiB it gains up to three times).
    const Stores stores = stores_for(launch_.shards() * to.spec.storage_bytes() / 4);
    each_piece(job.pieces, begin, end,
               [&](int64_t in_at, int64_t out_at, const Dim& outer, const Dim& inner) {
                 for (int64_t i = 0; i < outer.extent; ++i)
                   kernels().convert(
                       from_dtype, src + (in_at + i * outer.in) * item_bytes(from_dtype), dtype,
                       dst + (out_at + i * outer.out) * item_bytes(dtype), inner.extent, stores);
               });
  }

  void groups(const Job& job, int64_t begin, int64_t end) const {
    const auto view = [](const ttnn::Operand& operand, int device) {
      return block_float_view(operand.on_device(device), operand.spec.shape, operand.spec.dtype);
    };
    const BlockFloatView from = view(in(*job.copy), source(*job.copy));
    const BlockFloatView to = view(out(job.output), device_);
    Pieces exponents = job.pieces;
    exponents.walk.item = 1;
    const int item = job.pieces.walk.item;
    each_piece(
        job.pieces, begin, end, [&](int64_t src, int64_t dst, const Dim& outer, const Dim& inner) {
          move_piece(job.pieces, from.mantissas + src * item, outer, inner,
                     to.mantissas + dst * item, Stores::cached);
          move_piece(exponents, reinterpret_cast<std::byte*>(from.exponents) + src, outer, inner,
                     reinterpret_cast<std::byte*>(to.exponents) + dst, Stores::cached);
        });
  }

  void runs(const Job& job, int64_t begin, int64_t end) const {
    const ttnn::Operand &from = in(*job.copy), &to = out(job.output);
    std::vector<float> values;
    each_piece(job.pieces, begin, end,
               [&](int64_t src, int64_t dst, const Dim& outer, const Dim& inner) {
                 for (int64_t i = 0; i < outer.extent; ++i)
                   for (int64_t j = 0; j < inner.extent; ++j)
                     code(from, source(*job.copy), src + i * outer.in + j * inner.in, to,
                          dst + i * outer.out + j * inner.out, job.run, values);
               });
  }

  void code(const ttnn::Operand& from, int device, int64_t src, const ttnn::Operand& to,
            int64_t dst, int64_t n, std::vector<float>& values) const {
    const DataType from_dtype = from.spec.dtype, dtype = to.spec.dtype;
    std::byte* bytes = from.on_device(device);
    const bool decodes = is_block_float(from_dtype), encodes = is_block_float(dtype);
    values.resize(static_cast<size_t>(n));
    if (decodes)
      decode(from, device, src, n, values.data());
    else
      kernels().to_float(from_dtype, bytes + src * item_bytes(from_dtype), n, values.data());
    if (encodes)
      kernels().encode_rows(dtype, values.data(), n, dst / n, 1,
                            block_float_view(to.on_device(device_), to.spec.shape, dtype));
    else
      kernels().convert(DataType::FLOAT32, values.data(), dtype,
                        to.on_device(device_) + dst * item_bytes(dtype), n, Stores::cached);
  }

  // n elements of a block-float shard from element `at` on, over the ends of rows.
  void decode(const ttnn::Operand& from, int device, int64_t at, int64_t n, float* x) const {
    const DataType dtype = from.spec.dtype;
    const int64_t width = width_of(from);
    const BlockFloatView view = block_float_view(from.on_device(device), from.spec.shape, dtype);
    thread_local std::vector<float> whole;
    while (n > 0) {
      const int64_t row = at / width, column = at % width, count = std::min(n, width - column);
      if (count == width) {
        kernels().decode_rows(dtype, view, width, row, 1, x);
      } else {
        whole.resize(static_cast<size_t>(width));
        kernels().decode_rows(dtype, view, width, row, 1, whole.data());
        std::memcpy(x, whole.data() + column, static_cast<size_t>(count) * sizeof(float));
      }
      at += count;
      x += count;
      n -= count;
    }
  }

  std::vector<float> floats(const ttnn::Operand& operand, int device) const {
    const TensorSpec& spec = operand.spec;
    std::vector<float> x(static_cast<size_t>(spec.volume()));
    std::byte* bytes = operand.on_device(device);
    if (is_block_float(spec.dtype))
      kernels().decode_rows(spec.dtype, block_float_view(bytes, spec.shape, spec.dtype),
                            spec.shape.width(), 0, spec.shape.rows(), x.data());
    else
      kernels().to_float(spec.dtype, bytes, spec.volume(), x.data());
    return x;
  }

  void shard(int k) const {
    const ttnn::Operand& to = out(k);
    int64_t covered = 0;
    for (const StridedCopy& copy : jobs_.moves.copies)
      if (copy.output == k) covered += copy.volume();
    const bool keeps_rest = covered < to.spec.volume();
    std::vector<float> result = keeps_rest
                                    ? floats(to, device_)
                                    : std::vector<float>(static_cast<size_t>(to.spec.volume()));
    const std::vector<float> value{static_cast<float>(jobs_.moves.value)};
    std::vector<float> numbers;
    std::pair<int, int> read_last{StridedCopy::fill, StridedCopy::own};
    for (const StridedCopy& copy : jobs_.moves.copies) {
      if (copy.output != k || copy.volume() == 0) continue;
      const bool is_fill = copy.input == StridedCopy::fill;
      if (!is_fill && std::pair{copy.input, copy.device} != read_last) {
        numbers = floats(in(copy), source(copy));
        read_last = {copy.input, copy.device};
      }
      const Pieces pieces = pieces_of(walk_of(copy, sizeof(float), false), true);
      const auto* from =
          reinterpret_cast<const std::byte*>(is_fill ? value.data() : numbers.data());
      auto* dst = reinterpret_cast<std::byte*>(result.data());
      const int item = pieces.walk.item;
      each_piece(pieces, 0, pieces.count,
                 [&](int64_t src_at, int64_t dst_at, const Dim& outer, const Dim& inner) {
                   move_piece(pieces, from + src_at * item, outer, inner, dst + dst_at * item,
                              Stores::cached);
                 });
    }
    write(to, result);
  }

  void write(const ttnn::Operand& to, const std::vector<float>& x) const {
    const TensorSpec& spec = to.spec;
    std::byte* bytes = to.on_device(device_);
    if (is_block_float(spec.dtype))
      kernels().encode_rows(spec.dtype, x.data(), spec.shape.width(), 0, spec.shape.rows(),
                            block_float_view(bytes, spec.shape, spec.dtype));
    else
      kernels().from_float(spec.dtype, x.data(), spec.volume(), bytes, Stores::cached);
  }

  const Jobs& jobs_;
  const Launch& launch_;
  const int device_;
};

bool all_integers(const Launch& launch) {
  const auto is_whole = [](const ttnn::Operand& o) { return !is_floating(o.spec.dtype); };
  return std::all_of(launch.in.begin(), launch.in.end(), is_whole) &&
         std::all_of(launch.out.begin(), launch.out.end(), is_whole);
}

int64_t output_volume(const Launch& launch) {  // of one shard of each result
  int64_t volume = 0;
  for (const ttnn::Operand& out : launch.out) volume += out.spec.volume();
  return volume;
}

// The devices' plans may be of different tasks: each is cut into as many slices.
int64_t slices_of_exchange(const Launch& launch) {
  return std::max<int64_t>(1, output_volume(launch) / flat_grain);
}

template <class... Ops>
void accelerate_all() {
  (accelerate(op_info<Ops>(), moves_kernel<Ops>), ...);
}

}  // namespace

// Integers never go through float32.
bool accepts_moves(const Moves& moves, const Launch& launch) {
  if (!all_integers(launch)) return true;
  const Jobs jobs(moves, launch);
  return std::none_of(jobs.all.begin(), jobs.all.end(),
                      [](const Job& job) { return job.way == Way::shard; });
}

bool accepts_exchange(const MovesOfDevice& moves_of, const Launch& launch) {
  if (!all_integers(launch)) return true;
  for (int shard = 0; shard < launch.shards(); ++shard)
    if (!accepts_moves(moves_of(launch.device_of(shard)), launch)) return false;
  return true;
}

Work work_of_moves(const Moves& moves, const Launch& launch) {
  const Jobs jobs(moves, launch);
  const int64_t volume = output_volume(launch);
  // Small tasks go together.
  const int64_t per_task = std::max<int64_t>(1, volume / std::max<int64_t>(1, jobs.tasks));
  return {launch.shards() * jobs.tasks, std::max<int64_t>(1, flat_grain / per_task)};
}

void run_moves(const Moves& moves, const Launch& launch, int64_t begin, int64_t end) {
  const Jobs jobs(moves, launch);
  while (begin < end) {
    const int64_t first = begin % jobs.tasks, n = std::min(end - begin, jobs.tasks - first);
    Mover(jobs, static_cast<int>(begin / jobs.tasks)).run(first, first + n);
    begin += n;
  }
}

Work work_of_exchange(const Launch& launch) {
  const int64_t slices = slices_of_exchange(launch);
  const int64_t volume = std::max<int64_t>(1, output_volume(launch));
  // Every task makes its plans anew: not too many for one result.
  constexpr int64_t enough = 64;
  return {launch.shards() * slices, slices == 1 ? std::max<int64_t>(1, flat_grain / volume)
                                                : std::max<int64_t>(1, slices / enough)};
}

void run_exchange(const MovesOfDevice& moves_of, const Launch& launch, int64_t begin, int64_t end) {
  const int64_t slices = slices_of_exchange(launch);
  while (begin < end) {
    const int shard = static_cast<int>(begin / slices);
    const Moves moves = moves_of(launch.device_of(shard));
    const Jobs jobs(moves, launch);
    const int64_t first = begin % slices, n = std::min(end - begin, slices - first);
    Mover(jobs, shard).run(jobs.tasks * first / slices, jobs.tasks * (first + n) / slices);
    begin += n;
  }
}

void accelerate_strided() {
  accelerate_all<Permute, Transpose, Reshape, Squeeze, Unsqueeze, UnsqueezeTo4D, Concat, Stack,
                 Typecast, ToLayout, ToMemoryConfig, Slice, Split, ChunkInto, Pad, Repeat,
                 RepeatInterleave, Expand, Clone, Copy, FillCache, UpdateCache>();
}

}  // namespace ttnn::cpu
