// Collectives. Those that move shards walk their plans as other moves do; those that combine them
// keep a run of the result in L1 while the members' runs pass by, in the order of the devices.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/cpu_backend.h"
#include "ttnn/backends/cpu/flat.h"
#include "ttnn/backends/cpu/strided.h"
#include "ttnn/ccl/all_gather.h"
#include "ttnn/ccl/all_reduce.h"
#include "ttnn/ccl/all_to_all.h"
#include "ttnn/ccl/broadcast.h"
#include "ttnn/ccl/mesh_partition.h"
#include "ttnn/ccl/mesh_socket.h"
#include "ttnn/ccl/point_to_point.h"

namespace ttnn::cpu {
namespace {

constexpr int64_t block = 2048;     // integers of the result that are held at a time
constexpr size_t max_members = 64;  // whose addresses need no memory of their own
constexpr int max_in_turn = 64;     // results that are made side by side

Reduce step_of(ReduceType op) {
  return op == ReduceType::Max ? Reduce::max : op == ReduceType::Min ? Reduce::min : Reduce::sum;
}

// One device's result.
class Combiner {
 public:
  Combiner(Combination plan, const Launch& launch, int device)
      : plan_(std::move(plan)),
        in_(launch.in[0]),
        out_(launch.out[0]),
        to_(out_.on_device(device)),
        stores_(unfenced(stores_of(launch))) {}

  static Stores stores_of(const Launch& launch) {
    return stores_for(launch.shards() * launch.out[0].spec.storage_bytes());
  }

  // Elements [begin, end) of plain dtypes.
  void elements(int64_t begin, int64_t end) const {
    while (begin < end) {
      const int64_t within = begin % plan_.run;
      const bool floating = is_floating(in_.spec.dtype);
      const int64_t rest = std::min(plan_.run - within, end - begin);
      const int64_t n = floating ? rest : std::min(rest, block);
      if (floating)
        floats(source(begin), begin, n);
      else
        integers(source(begin), begin, n);
      begin += n;
    }
  }

  // Rows [begin, end) of block floats.
  void rows(int64_t begin, int64_t end) const {
    const int64_t width = out_.spec.shape.width(), in_width = in_.spec.shape.width();
    thread_local std::vector<float> whole, total;
    whole.resize(static_cast<size_t>(in_width));
    total.resize(static_cast<size_t>(width));
    for (int64_t row = begin; row < end; ++row) {
      const int64_t from = source(row * width);
      bool first = true;
      for (int device : plan_.devices) {
        decode(device, from / in_width, whole.data());
        const float* x = whole.data() + from % in_width;
        if (std::exchange(first, false))
          std::copy_n(x, width, total.data());
        else
          kernels().accumulate(step_of(plan_.op), total.data(), DataType::FLOAT32, x, width);
      }
      for (float& value : total) value /= divisor();
      write_row(row, total.data());
    }
  }

 private:
  int64_t source(int64_t element) const {
    return plan_.offset + element / plan_.run * plan_.stride + element % plan_.run;
  }
  const std::byte* items(int device, int64_t element) const {
    return in_.on_device(device) + element * item_bytes(in_.spec.dtype);
  }
  std::byte* result(int64_t element) const { return to_ + element * item_bytes(out_.spec.dtype); }

  float divisor() const {
    return plan_.op == ReduceType::Mean ? static_cast<float>(plan_.devices.size()) : 1.0f;
  }

  void floats(int64_t from, int64_t to, int64_t n) const {
    std::array<const void*, max_members> few;
    std::vector<const void*> many(plan_.devices.size() > few.size() ? plan_.devices.size() : 0);
    const void** runs = many.empty() ? few.data() : many.data();
    for (size_t k = 0; k < plan_.devices.size(); ++k) runs[k] = items(plan_.devices[k], from);
    kernels().combine(step_of(plan_.op), in_.spec.dtype, runs,
                      static_cast<int>(plan_.devices.size()), divisor(), out_.spec.dtype,
                      result(to), n, stores_);
  }

  void integers(int64_t from, int64_t to, int64_t n) const {
    int64_t total[block], x[block];
    const DataType dtype = in_.spec.dtype;
    kernels().to_int(dtype, items(plan_.devices[0], from), n, total);
    for (size_t k = 1; k < plan_.devices.size(); ++k) {
      kernels().to_int(dtype, items(plan_.devices[k], from), n, x);
      for (int64_t i = 0; i < n; ++i)
        total[i] = plan_.op == ReduceType::Max   ? std::max(total[i], x[i])
                   : plan_.op == ReduceType::Min ? std::min(total[i], x[i])
                                                 : total[i] + x[i];
    }
    kernels().from_int(out_.spec.dtype, total, n, result(to));
  }

  void decode(int device, int64_t row, float* x) const {
    const TensorSpec& spec = in_.spec;
    const int64_t width = spec.shape.width();
    if (is_block_float(spec.dtype))
      kernels().decode_rows(spec.dtype,
                            block_float_view(in_.on_device(device), spec.shape, spec.dtype), width,
                            row, 1, x);
    else
      kernels().to_float(spec.dtype, items(device, row * width), width, x);
  }
  void write_row(int64_t row, const float* x) const {
    const TensorSpec& spec = out_.spec;
    const int64_t width = spec.shape.width();
    if (is_block_float(spec.dtype))
      kernels().encode_rows(spec.dtype, x, width, row, 1,
                            block_float_view(to_, spec.shape, spec.dtype));
    else
      kernels().from_float(spec.dtype, x, width, result(row * width), Stores::cached);
  }

  const Combination plan_;
  const ttnn::Operand &in_, &out_;
  std::byte* const to_;
  const Stores stores_;
};

bool has_block_floats(const Launch& launch) {
  return is_block_float(launch.in[0].spec.dtype) || is_block_float(launch.out[0].spec.dtype);
}

// Of one shard: rows of block floats, else elements.
int64_t items_of(const Launch& launch) {
  const Shape& shape = launch.out[0].spec.shape;
  return has_block_floats(launch) && shape.volume() > 0 ? shape.rows() : shape.volume();
}

// How many items of one result are made before those of the next. Slices of inner dims lie side by
// side in the members' shards: made in turn, they read these from end to end, which memory serves
// faster than short runs far apart.
template <class Op>
int64_t turn_of(const Op& op, const Launch& launch) {
  if (has_block_floats(launch) || launch.shards() > max_in_turn) return items_of(launch);
  return op.combination(launch.device_of(0)).run;
}

// Of one task, made as they are needed.
template <class Op>
class Combiners {
 public:
  Combiners(const Op& op, const Launch& launch)
      : op_(op),
        launch_(launch),
        turn_(turn_of(op, launch)),
        all_(static_cast<size_t>(launch.shards())) {}
  ~Combiners() {
    if (past_caches(Combiner::stores_of(launch_))) kernels().fence();
  }

  void run(int64_t begin, int64_t end) {
    const int64_t round = turn_ * launch_.shards();  // a turn of each result
    while (begin < end) {
      const int64_t within = begin % turn_, n = std::min(end - begin, turn_ - within);
      const int64_t first = begin / round * turn_ + within;
      const Combiner& combiner = of(static_cast<int>(begin % round / turn_));
      if (has_block_floats(launch_))
        combiner.rows(first, first + n);
      else
        combiner.elements(first, first + n);
      begin += n;
    }
  }

 private:
  const Combiner& of(int shard) {
    std::optional<Combiner>& combiner = all_[static_cast<size_t>(shard)];
    const int device = launch_.device_of(shard);
    if (!combiner) combiner.emplace(op_.combination(device), launch_, device);
    return *combiner;
  }

  const Op& op_;
  const Launch& launch_;
  const int64_t turn_;
  std::vector<std::optional<Combiner>> all_;  // by shard
};

template <class Op>
const Kernel combining_kernel = {
    .work =
        [](const void* args, const Launch& launch) {
          const auto members =
              static_cast<int64_t>(detail::as<Op>(args).combination(0).devices.size());
          const int64_t per_item =
              has_block_floats(launch) ? launch.out[0].spec.shape.width() : int64_t{1};
          const int64_t grain = flat_grain / std::max<int64_t>(1, members * per_item) / 64 * 64;
          return Work{launch.shards() * items_of(launch), std::max<int64_t>(64, grain)};
        },
    .run = [](const void* args, const Launch& launch, int64_t begin,
              int64_t end) { Combiners<Op>(detail::as<Op>(args), launch).run(begin, end); },
    // From floats to integers and back as the reference does it.
    .accepts =
        [](const void*, const Launch& launch) {
          return is_floating(launch.in[0].spec.dtype) == is_floating(launch.out[0].spec.dtype);
        },
};

template <class... Ops>
void accelerate_exchanges() {
  (accelerate(op_info<Ops>(), exchange_kernel<Ops>), ...);
}

}  // namespace

void accelerate_collective() {
  accelerate_exchanges<AllGather, AllBroadcast, Broadcast, MeshPartition, AllToAll, SendShard,
                       SendShardAlone, ReceiveShards>();
  accelerate(op_info<AllReduce>(), combining_kernel<AllReduce>);
  accelerate(op_info<ReduceScatter>(), combining_kernel<ReduceScatter>);
}

}  // namespace ttnn::cpu
