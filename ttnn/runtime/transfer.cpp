#include "ttnn/runtime/transfer.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "ttnn/core/block_float.h"
#include "ttnn/mesh/compat.h"
#include "ttnn/runtime/backend.h"
#include "ttnn/runtime/operands.h"
#include "ttnn/runtime/queues.h"
#include "ttnn/runtime/registry.h"
#include "ttnn/runtime/trace.h"

namespace ttnn {
namespace {

constexpr int64_t transfer_grain = int64_t{1} << 18;     // items per task
constexpr int64_t block_rows = 32, block_columns = 256;  // of a transposed array read at once

// A slice of a strided array, with neighbouring dims merged where they are dense: rows of
// contiguous runs.
struct Runs {
  std::byte* data;
  int item;
  Shape extent;  // of all but the last merged dim
  std::array<int64_t, Shape::max_rank> strides{};
  int64_t length = 1, step = 1;  // of one run

  int64_t count() const { return extent.volume(); }
  std::byte* run(int64_t index) const {
    int64_t offset = 0;
    for (int d = extent.rank() - 1; d >= 0; --d) {
      offset += index % extent[d] * strides[static_cast<size_t>(d)];
      index /= extent[d];
    }
    return data + offset * item;
  }
};

// `merge_last`: whether a run may go beyond the last dim (block floats are encoded row by row).
Runs runs_of(const HostArray& array, const Shape& begin, const Shape& extent, bool merge_last) {
  Runs runs{array.data, item_bytes(array.type), {}, {}, 1, 1};
  const int rank = extent.rank();
  for (int d = 0; d < rank; ++d)
    runs.data += begin[d] * array.strides[static_cast<size_t>(d)] * runs.item;
  if (rank == 0) return runs;
  std::vector<std::pair<int64_t, int64_t>> dims;  // (extent, stride), the last first
  for (int d = rank - 1; d >= 0; --d) {
    const int64_t stride = array.strides[static_cast<size_t>(d)];
    const bool is_last = d == rank - 1;
    const bool may_merge = !is_last && (merge_last || dims.size() > 1);
    if (extent[d] == 1 && !is_last) continue;
    if (may_merge && stride == dims.back().first * dims.back().second)
      dims.back().first *= extent[d];
    else
      dims.emplace_back(extent[d], stride);
  }
  runs.length = dims[0].first;
  runs.step = dims[0].second;
  for (size_t i = dims.size(); i-- > 1;) {
    runs.strides[static_cast<size_t>(runs.extent.rank())] = dims[i].second;
    runs.extent.push_back(dims[i].first);
  }
  return runs;
}

void gather(const std::byte* from, int64_t step, int item, int64_t n, std::byte* to) {
  auto copy = [&](auto sample) {
    using T = decltype(sample);
    auto* source = reinterpret_cast<const T*>(from);
    auto* target = reinterpret_cast<T*>(to);
    for (int64_t i = 0; i < n; ++i) target[i] = source[i * step];
  };
  switch (item) {
    case 1:
      return copy(uint8_t{});
    case 2:
      return copy(uint16_t{});
    case 4:
      return copy(uint32_t{});
    default:
      return copy(uint64_t{});
  }
}

void scatter(const std::byte* from, int64_t step, int item, int64_t n, std::byte* to) {
  auto copy = [&](auto sample) {
    using T = decltype(sample);
    auto* source = reinterpret_cast<const T*>(from);
    auto* target = reinterpret_cast<T*>(to);
    for (int64_t i = 0; i < n; ++i) target[i * step] = source[i];
  };
  switch (item) {
    case 1:
      return copy(uint8_t{});
    case 2:
      return copy(uint16_t{});
    case 4:
      return copy(uint32_t{});
    default:
      return copy(uint64_t{});
  }
}

// Runs per task.
int64_t grain_of_runs(const std::vector<Runs>& runs) {
  return std::max<int64_t>(1, transfer_grain / std::max<int64_t>(1, runs[0].length));
}

std::vector<std::byte>& scratch() {
  thread_local std::vector<std::byte> bytes;
  return bytes;
}

// ---- Uploads

struct Upload {
  HostArray source;
  DataType dtype;
  std::vector<Chunk> chunks;
  std::vector<Runs> runs;  // per chunk
  bool by_rows = false;  // work is counted in rows (block floats, transposed arrays), else in items
  // Or in runs, those of all chunks in turn, so that the array is read in its own order.
  bool by_runs = false;
  int64_t rows = 0, width = 0;
  int64_t all_bytes = 0;  // of the result

  Upload(const HostArray& source, DataType dtype, std::vector<Chunk> given)
      : source(source), dtype(dtype), chunks(std::move(given)) {
    // Block floats and strided rows are read row by row.
    const int rank = source.shape.rank();
    const bool is_strided = rank > 0 && source.strides[static_cast<size_t>(rank - 1)] != 1;
    const bool merge_last = !is_block_float(dtype) && !is_strided;
    for (const Chunk& chunk : chunks)
      runs.push_back(runs_of(source, chunk.begin, chunk.extent, merge_last));
    rows = chunks[0].extent.rows();
    width = chunks[0].extent.width();
    by_rows = is_block_float(dtype) || runs[0].step != 1;
    by_runs = !by_rows && runs[0].count() > 1;
    all_bytes = storage_bytes(chunks[0].extent, dtype) * static_cast<int64_t>(chunks.size());
  }
  int64_t items_per_chunk() const {
    return by_rows ? rows : by_runs ? runs[0].count() : chunks[0].extent.volume();
  }
  int64_t grain() const {
    if (by_runs) return grain_of_runs(runs);
    if (!by_rows) return transfer_grain;
    const int64_t rows_at_once = std::max<int64_t>(1, transfer_grain / std::max<int64_t>(width, 1));
    return (rows_at_once + block_rows - 1) / block_rows * block_rows;
  }

  // Items [begin, end) of a chunk to `out`, its first item.
  void copy_items(const Runs& run, int64_t begin, int64_t end, std::byte* out) const {
    const int out_item = item_bytes(dtype);
    while (begin < end) {
      const int64_t index = begin / run.length, within = begin % run.length;
      const int64_t n = std::min(end - begin, run.length - within);
      backend().from_host(source.type, run.run(index) + within * run.item, dtype,
                          out + begin * out_item, n, all_bytes);
      begin += n;
    }
  }

  // Row `row` as contiguous items of the source's type.
  const std::byte* dense_row(const Runs& run, int64_t row) const {
    const std::byte* from = run.run(row);
    if (run.step == 1) return from;
    scratch().resize(static_cast<size_t>(width * run.item));
    gather(from, run.step, run.item, width, scratch().data());
    return scratch().data();
  }

  void encode(const Runs& run, int64_t begin, int64_t end, std::byte* shard,
              const Shape& shape) const {
    thread_local std::vector<float> x;
    x.resize(static_cast<size_t>(width));
    for (int64_t row = begin; row < end; ++row) {
      backend().from_host(source.type, dense_row(run, row), DataType::FLOAT32, x.data(), width, 0);
      backend().encode_rows(dtype, x.data(), width, row, 1, block_float_view(shard, shape, dtype));
    }
  }

  // An array whose last dim is strided, such as a transposed matrix: blocks of rows share the lines
  // they touch.
  void copy_strided_rows(const Runs& run, int64_t begin, int64_t end, std::byte* out) const {
    const int out_item = item_bytes(dtype);
    scratch().resize(static_cast<size_t>(block_rows * block_columns * run.item));
    for (int64_t row = begin; row < end; row += block_rows) {
      const int64_t rows_here = std::min(block_rows, end - row);
      for (int64_t column = 0; column < width; column += block_columns) {
        const int64_t n = std::min(block_columns, width - column);
        gather_block(run, row, rows_here, column, n);
        for (int64_t r = 0; r < rows_here; ++r)
          backend().from_host(source.type, scratch().data() + r * n * run.item, dtype,
                              out + ((row + r) * width + column) * out_item, n, 0);
      }
    }
  }

  void gather_block(const Runs& run, int64_t row, int64_t rows_here, int64_t column,
                    int64_t n) const {
    auto copy = [&](auto sample) {
      using T = decltype(sample);
      auto* block = reinterpret_cast<T*>(scratch().data());
      std::array<const T*, block_rows> from;
      for (int64_t r = 0; r < rows_here; ++r)
        from[static_cast<size_t>(r)] =
            reinterpret_cast<const T*>(run.run(row + r)) + column * run.step;
      for (int64_t c = 0; c < n; ++c)
        for (int64_t r = 0; r < rows_here; ++r)
          block[r * n + c] = from[static_cast<size_t>(r)][c * run.step];
    };
    switch (run.item) {
      case 1:
        return copy(uint8_t{});
      case 2:
        return copy(uint16_t{});
      case 4:
        return copy(uint32_t{});
      default:
        return copy(uint64_t{});
    }
  }

  void run_part(const Launch& launch, int64_t shard, int64_t begin, int64_t end) const {
    const Operand& out = launch.out[0];
    std::byte* bytes = out.on_device(launch.device_of(static_cast<int>(shard)));
    const Runs& run = runs[static_cast<size_t>(shard)];
    if (is_block_float(dtype)) return encode(run, begin, end, bytes, out.spec.shape);
    if (by_rows) return copy_strided_rows(run, begin, end, bytes);
    copy_items(run, begin, end, bytes);
  }
};

// Calls use(part, run) for the runs [begin, end), counted through all parts before the next run.
template <class Use>
void each_part_in_turn(const std::vector<Runs>& runs, int64_t begin, int64_t end, Use&& use) {
  const auto parts = static_cast<int64_t>(runs.size());
  for (int64_t i = begin; i < end; ++i) use(i % parts, i / parts);
}

// Cuts [begin, end) of all shards' items into pieces within one shard.
template <class Use>
void each_shard(int64_t per_shard, int64_t begin, int64_t end, Use&& use) {
  while (begin < end) {
    const int64_t shard = begin / per_shard, within = begin % per_shard;
    const int64_t n = std::min(end - begin, per_shard - within);
    use(shard, within, within + n);
    begin += n;
  }
}

const Kernel upload_kernel = {
    .work =
        [](const void* args, const Launch& launch) {
          const auto& upload = detail::as<Upload>(args);
          return Work{upload.items_per_chunk() * launch.shards(), upload.grain()};
        },
    .run =
        [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
          const auto& upload = detail::as<Upload>(args);
          if (upload.by_runs)
            each_part_in_turn(upload.runs, begin, end, [&](int64_t shard, int64_t run) {
              const int64_t length = upload.runs[0].length;
              upload.run_part(launch, shard, run * length, (run + 1) * length);
            });
          else
            each_shard(
                upload.items_per_chunk(), begin, end,
                [&](int64_t shard, int64_t b, int64_t e) { upload.run_part(launch, shard, b, e); });
          backend().fence();
        },
};

uint64_t submit_upload(const HostArray& source, const Tensor& tensor, std::vector<Chunk> chunks) {
  Stream::instance().make_room();
  uint64_t number = 0;
  {
    Stream::Order order;
    Operand out = plain_operand(tensor);
    const Spread* spread = out.spread;
    auto args = std::make_shared<Upload>(source, tensor.dtype(), std::move(chunks));
    number = enqueue(upload_kernel, std::move(args), {}, {std::move(out)}, &internal("from_torch"),
                     spread->devices, spread);
  }
  return number;
}

const Spread* spread_of(const std::vector<int>& chunk_of_device) {
  std::vector<uint16_t> labels;
  for (int chunk : chunk_of_device)
    labels.push_back(chunk < 0 ? Spread::none : static_cast<uint16_t>(chunk));
  return Spread::of(std::move(labels));
}

// ---- Readbacks

struct Download {
  HostArray destination;
  TensorSpec spec;
  std::vector<Placed> parts;
  std::vector<Runs> runs;
  int64_t all_bytes = 0;  // of the destination

  bool by_runs() const {
    return !runs.empty() && !is_block_float(spec.dtype) && runs[0].step == 1 && runs[0].count() > 1;
  }
  void run_part(const Launch& launch, int64_t part, int64_t begin, int64_t end) const {
    const Operand& in = launch.in[0];
    const std::byte* shard = in.on_device(parts[static_cast<size_t>(part)].device);
    const Runs& run = runs[static_cast<size_t>(part)];
    if (is_block_float(in.spec.dtype))
      return decode(run, begin, end, const_cast<std::byte*>(shard), in.spec);
    const int item = item_bytes(in.spec.dtype);
    while (begin < end) {
      const int64_t index = begin / run.length, within = begin % run.length;
      const int64_t n = std::min(end - begin, run.length - within);
      write(in.spec.dtype, shard + begin * item, n, run, index, within);
      begin += n;
    }
  }

  void write(DataType from, const std::byte* items, int64_t n, const Runs& run, int64_t index,
             int64_t within) const {
    std::byte* to = run.run(index) + within * run.step * run.item;
    if (run.step == 1) return backend().to_host(from, items, destination.type, to, n, all_bytes);
    scratch().resize(static_cast<size_t>(n * run.item));
    backend().to_host(from, items, destination.type, scratch().data(), n, 0);
    scatter(scratch().data(), run.step, run.item, n, to);
  }

  // Items here are rows.
  void decode(const Runs& run, int64_t begin, int64_t end, std::byte* shard,
              const TensorSpec& spec) const {
    const int64_t width = spec.shape.width();
    thread_local std::vector<float> x;
    x.resize(static_cast<size_t>(width));
    for (int64_t row = begin; row < end; ++row) {
      backend().decode_rows(spec.dtype, block_float_view(shard, spec.shape, spec.dtype), width, row,
                            1, x.data());
      const int64_t first = row * width;
      for (int64_t done = 0; done < width;) {
        const int64_t index = (first + done) / run.length, within = (first + done) % run.length;
        const int64_t n = std::min(width - done, run.length - within);
        write(DataType::FLOAT32, reinterpret_cast<const std::byte*>(x.data() + done), n, run, index,
              within);
        done += n;
      }
    }
  }

  int64_t items_per_part() const {
    return is_block_float(spec.dtype) ? spec.shape.rows() : spec.shape.volume();
  }
};

const Kernel download_kernel = {
    .work =
        [](const void* args, const Launch&) {
          const auto& read = detail::as<Download>(args);
          if (read.by_runs())
            return Work{read.runs[0].count() * static_cast<int64_t>(read.runs.size()),
                        grain_of_runs(read.runs)};
          const int64_t width = std::max<int64_t>(read.spec.shape.width(), 1);
          const int64_t grain = is_block_float(read.spec.dtype)
                                    ? std::max<int64_t>(1, transfer_grain / width)
                                    : transfer_grain;
          return Work{read.items_per_part() * static_cast<int64_t>(read.parts.size()), grain};
        },
    .run =
        [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
          const auto& read = detail::as<Download>(args);
          if (read.by_runs())
            each_part_in_turn(read.runs, begin, end, [&](int64_t part, int64_t run) {
              const int64_t length = read.runs[0].length;
              read.run_part(launch, part, run * length, (run + 1) * length);
            });
          else
            each_shard(read.items_per_part(), begin, end, [&](int64_t part, int64_t b, int64_t e) {
              read.run_part(launch, part, b, e);
            });
          backend().fence();
        },
};

// Host tensors that borrow the user's memory are copied, so that the user may change it afterwards.
bool borrows(const Tensor& tensor) {
  Stream::Order order;
  for (int d = 0; d < tensor.devices(); ++d) {
    const Slot slot = tensor.buffers()->slot(d);
    if (slot.block && slot.block->is_borrowed()) return true;
  }
  return false;
}

void mark_uploaded(const Tensor& tensor) {
  Stream::Order order;
  for (int d = 0; d < tensor.devices(); ++d)
    if (const Slot slot = tensor.buffers()->slot(d); slot.block) slot.block->uploaded = true;
}

// Who carries out a transfer of a mesh; the queue is the thread's, and the mesh has it.
QueueUser queue_for(const MeshDevice& mesh, std::string_view op) {
  mesh.expect_open(op);
  expect_queue(mesh, current_queue(), op);
  return {&mesh, current_queue()};
}

QueueClock copy_shards(const Tensor& from, const Tensor& to, const Spread* new_spread,
                       const LabelPtr& label, const QueueUser& by, std::string_view op, bool wait);

}  // namespace

HostArray HostArray::dense(void* data, HostType type, const Shape& shape) {
  HostArray array{static_cast<std::byte*>(data), type, shape, {}};
  int64_t stride = 1;
  for (int d = shape.rank() - 1; d >= 0; --d) {
    array.strides[static_cast<size_t>(d)] = stride;
    stride *= shape[d];
  }
  return array;
}

bool HostArray::is_dense() const {
  int64_t stride = 1;
  for (int d = shape.rank() - 1; d >= 0; --d) {
    if (shape[d] != 1 && strides[static_cast<size_t>(d)] != stride) return false;
    stride *= shape[d];
  }
  return true;
}

Tensor upload(const HostArray& source, TensorSpec spec, const Distribution& plan,
              std::shared_ptr<MeshDevice> mesh, std::string_view op) {
  registry();
  QueueUser by;
  if (mesh) {
    by = queue_for(*mesh, op);
    expect_not_capturing(*mesh, by.queue, Forbidden::write, op);
  }
  spec.shape = plan.shard_shape;
  Tensor tensor = allocate(std::move(spec), std::move(mesh), spread_of(plan.chunk_of_device),
                           plan.label, plan.topology, op);
  const uint64_t number = submit_upload(source, tensor, plan.chunks);
  note_use(QueueUses::name_of(op), by, tensor, QueueUses::write);
  mark_uploaded(tensor);
  Stream::instance().wait_or_abandon(number);
  Stream::instance().wait_for(tensor.buffers()->block());
  return tensor;
}

Tensor borrow(std::byte* storage, TensorSpec spec, const std::vector<int>& shard_of_device,
              LabelPtr label, TopologyPtr topology, std::function<void()> release) {
  const int64_t bytes = spec.storage_bytes();
  const Spread* spread = spread_of(shard_of_device);
  BlockRef block(new Block(storage, bytes * spread->distinct, std::move(release)));
  BuffersRef buffers(new Buffers(nullptr, spread, std::move(block), bytes));
  return Tensor(std::move(spec), std::move(buffers), std::move(topology), std::move(label));
}

Tensor borrow(const HostArray& source, TensorSpec spec, std::function<void()> release) {
  const MeshShape one(1, 1);
  return borrow(source.data, std::move(spec), {0}, Label::replicated(one), replicated_topology(one),
                std::move(release));
}

namespace {

enum class Reader { program, onlooker };

// Runs a command that writes memory of the caller's, and throws what went wrong in it or before.
void enqueue_reading(const Tensor& tensor, const Kernel& kernel, std::shared_ptr<const void> args,
                     const char* name, Reader reader = Reader::program) {
  Stream& stream = Stream::instance();
  const bool is_seen = reader == Reader::program;
  const QueueUser by = tensor.mesh() && is_seen ? queue_for(*tensor.mesh(), name) : QueueUser();
  if (tensor.mesh()) expect_not_capturing(*tensor.mesh(), by.queue, Forbidden::read, name);
  if (is_seen) expect_ordered(name, by, tensor, QueueUses::read, "tensor");
  stream.make_room();
  Operand receipt;  // of no bytes: it carries the failure
  receipt.block = make_block(0);
  uint64_t number = 0;
  QueueClock clock;
  {
    Stream::Order order;
    Operand in = plain_operand(tensor);
    const Spread* spread = in.spread;
    if (is_seen) {
      note_use(name, by, tensor, QueueUses::read);
      clock = QueueUses::now(by);
    }
    number = enqueue(kernel, std::move(args), {std::move(in)}, {receipt}, &internal(name),
                     spread->devices, spread);
  }
  stream.wait_or_abandon(number);
  if (is_seen) QueueUses::host_has_waited(clock);
  stream.wait_for(receipt.block);
}

void download(const Tensor& tensor, const Composition& plan, const HostArray& destination,
              Reader reader) {
  registry();
  check_usable(tensor, "to_torch", "tensor");
  auto read = std::make_shared<Download>();
  read->destination = destination;
  read->spec = tensor.spec();
  read->parts = plan.parts;
  for (const Placed& part : plan.parts)
    read->runs.push_back(runs_of(destination, part.begin, tensor.shape(), true));
  read->all_bytes = plan.whole.volume() * item_bytes(destination.type);
  enqueue_reading(tensor, download_kernel, std::move(read), "to_torch", reader);
}

Composition alone(const Tensor& tensor, int device) {
  return {tensor.shape(), {{device, Shape::filled(tensor.shape().rank(), 0)}}};
}

}  // namespace

void download(const Tensor& tensor, const Composition& plan, const HostArray& destination) {
  download(tensor, plan, destination, Reader::program);
}

void download(const Tensor& tensor, int device, const HostArray& destination) {
  download(tensor, alone(tensor, device), destination);
}

void download_unseen(const Tensor& tensor, int device, const HostArray& destination) {
  download(tensor, alone(tensor, device), destination, Reader::onlooker);
}

namespace {

struct StorageRead {
  int device;
  std::byte* to;
};

const Kernel read_storage_kernel = {
    .work =
        [](const void*, const Launch& launch) {
          return Work{launch.in[0].spec.storage_bytes(), transfer_grain};
        },
    .run =
        [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
          const auto& read = detail::as<StorageRead>(args);
          backend().copy(read.to + begin, launch.in[0].on_device(read.device) + begin, end - begin,
                         launch.in[0].spec.storage_bytes());
          backend().fence();
        },
};

}  // namespace

void read_storage(const Tensor& tensor, int device, std::byte* to) {
  registry();
  check_usable(tensor, "read_storage", "tensor");
  enqueue_reading(tensor, read_storage_kernel,
                  std::make_shared<StorageRead>(StorageRead{device, to}), "read_storage");
}

std::vector<int> devices_with_data(const Tensor& tensor) {
  std::vector<int> devices;
  const Spread* spread = tensor.buffers()->spread();
  for (int d = 0; d < spread->devices; ++d)
    if (spread->shard_of[static_cast<size_t>(d)] != Spread::none) devices.push_back(d);
  return devices;
}

Composition composition_of(const Tensor& tensor, const MeshComposer* composer,
                           std::string_view op) {
  const std::vector<int> devices = devices_with_data(tensor);
  if (devices.size() == 1)
    return {tensor.shape(), {{devices[0], Shape::filled(tensor.shape().rank(), 0)}}};
  if (composer) return compose(devices, tensor.shape(), *composer, op);
  if (compat() == Compat::v081 || tensor.label()->is_replicated())
    refuse_without_composer(tensor.shape(), *tensor.label(), op);
  return compose_by_label(tensor.shape(), *tensor.label(), op);
}

Tensor to_device(const Tensor& tensor, std::shared_ptr<MeshDevice> mesh,
                 std::optional<MemoryConfig> memory_config) {
  check_usable(tensor, "to_device", "tensor");
  expect(mesh != nullptr, "to_device: device is None. Give an open MeshDevice.");
  const QueueUser by = queue_for(*mesh, "to_device");
  TensorSpec spec = tensor.spec();
  if (memory_config) spec.memory_config = *memory_config;
  if (tensor.mesh()) {
    expect(tensor.mesh() == mesh, "to_device: the tensor ", tensor.describe(), " is on ",
           tensor.mesh()->text(), " with id ", tensor.mesh()->id(), " already, not on ",
           mesh->text(), " with id ", mesh->id(),
           ". Bring it to the host first: ttnn.from_device(tensor).");
    return tensor.with(std::move(spec));
  }
  expect_not_capturing(*mesh, current_queue(), Forbidden::write, "to_device");
  const bool is_single = tensor.devices() == 1;
  expect(is_single || tensor.devices() == mesh->num_devices(), "to_device: the tensor ",
         tensor.describe(), " has ", tensor.devices(), " shards, but ", mesh->text(), " has ",
         mesh->num_devices(), " devices. Distribute it for this mesh.");
  const Spread* spread =
      is_single ? Spread::shared(mesh->num_devices()) : tensor.buffers()->spread();
  LabelPtr label =
      is_single ? Label::replicated(mesh->shape()) : with_mesh(tensor.label(), mesh->shape());
  TopologyPtr topology = is_single ? replicated_topology(mesh->shape()) : tensor.topology();
  if (!borrows(tensor)) {
    expect_ordered("to_device", {}, tensor, QueueUses::read, "tensor");
    Tensor shared =
        share_on(tensor, mesh, spread, std::move(spec), std::move(label), std::move(topology));
    note_use("to_device", by, shared, QueueUses::write);
    mark_uploaded(shared);
    return shared;
  }
  Tensor copy =
      allocate(std::move(spec), mesh, spread, std::move(label), std::move(topology), "to_device");
  copy_shards(tensor, copy, nullptr, copy.label(), by, "to_device", true);
  mark_uploaded(copy);
  return copy;
}

Tensor to_host(const Tensor& tensor, bool blocking) {
  check_usable(tensor, "from_device", "tensor");
  if (!tensor.mesh()) return tensor;
  const QueueUser by = queue_for(*tensor.mesh(), "from_device");
  expect_not_capturing(*tensor.mesh(), by.queue, Forbidden::read, "from_device");
  expect_ordered("from_device", by, tensor, QueueUses::read, "tensor");
  std::vector<BlockRef> blocks;
  Tensor host = share_on(tensor, nullptr, tensor.buffers()->spread(), tensor.spec(), tensor.label(),
                         tensor.topology());
  note_use("from_device", by, tensor, QueueUses::read);
  note_use("from_device", by, host, QueueUses::write);
  if (!blocking) return host;
  const QueueClock clock = QueueUses::now(by);
  {
    Stream::Order order;
    for (int d : devices_with_data(host)) blocks.push_back(host.buffers()->slot(d).block);
  }
  for (const BlockRef& block : blocks) Stream::instance().wait_for(block);
  QueueUses::host_has_waited(clock);
  return host;
}

namespace {

struct CopyArgs {
  std::vector<std::pair<int, int>> devices;  // from, to; per distinct shard of the target
};

const Kernel copy_shards_kernel = {
    .work =
        [](const void* args, const Launch& launch) {
          const auto shards = static_cast<int64_t>(detail::as<CopyArgs>(args).devices.size());
          return Work{shards * launch.out[0].spec.storage_bytes(), transfer_grain};
        },
    .run =
        [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
          const auto& copy = detail::as<CopyArgs>(args);
          const int64_t bytes = launch.out[0].spec.storage_bytes();
          each_shard(bytes, begin, end, [&](int64_t shard, int64_t first, int64_t last) {
            const auto [from, to] = copy.devices[static_cast<size_t>(shard)];
            backend().copy(launch.out[0].on_device(to) + first,
                           launch.in[0].on_device(from) + first, last - first,
                           bytes * static_cast<int64_t>(copy.devices.size()));
          });
          backend().fence();
        },
};

// New bytes for a tensor that is about to be overwritten, in all its aliases; the old ones stay
// with their readers. Needs Stream::Order.
void renew(const Tensor& tensor, const Spread* spread) {
  Buffers& buffers = *tensor.buffers();
  const int64_t stride = tensor.spec().storage_bytes();
  if (!buffers.is_alias()) {
    buffers.rebind(spread, make_block(stride * spread->distinct), stride);
    return;
  }
  for (int d = 0; d < buffers.devices(); ++d) {
    const Buffers::Owner owner = buffers.owner(d);
    owner.buffers->rebind(owner.device, Slot{make_block(stride), 0});
  }
}

// Shard by shard, into new memory of the target's where `new_spread` says how it is to lie. The
// target is then what the source was. Returns what a host that has waited for it has waited for.
QueueClock copy_shards(const Tensor& from, const Tensor& to, const Spread* new_spread,
                       const LabelPtr& label, const QueueUser& by, std::string_view op, bool wait) {
  registry();
  const bool is_upload = !from.mesh();
  expect_ordered(op, is_upload ? QueueUser() : by, from, QueueUses::read,
                 is_upload ? "host_tensor" : "device_tensor");
  expect_ordered(op, by, to, QueueUses::write, is_upload ? "device_tensor" : "host_tensor");
  Stream::instance().make_room();
  auto args = std::make_shared<CopyArgs>();
  uint64_t number = 0;
  BlockRef written;
  QueueClock clock;
  {
    Stream::Order order;
    if (!is_upload) note_use(op, by, from, QueueUses::read);
    note_use(op, by, to, QueueUses::write);
    clock = QueueUses::now(by);
    Operand in = plain_operand(from);
    if (new_spread) renew(to, new_spread);
    relabel(to, label);
    Operand out = plain_operand(to);
    for (uint16_t device : out.spread->device_of)
      args->devices.emplace_back(from.devices() == 1 ? 0 : device, device);
    out.each_block([&](const BlockRef& block) { written = block; });
    const Spread* spread = out.spread;
    number = enqueue(copy_shards_kernel, args, {std::move(in)}, {std::move(out)}, &internal("copy"),
                     spread->devices, spread);
  }
  Stream::instance().kick(number);
  if (!wait) return clock;
  Stream::instance().wait_or_abandon(number);
  if (written) Stream::instance().wait_for(written);
  return clock;
}

void check_same(const Tensor& host, const Tensor& device, std::string_view op) {
  check_usable(host, op, "host_tensor");
  check_usable(device, op, "device_tensor");
  expect(!host.mesh(), op, ": host_tensor ", host.describe(), " is on ",
         host.mesh() ? host.mesh()->text() : "", ". Give a host tensor.");
  expect(device.mesh() != nullptr, op, ": device_tensor ", device.describe(),
         " is on the host. Upload it with ttnn.to_device.");
  expect(host.shape() == device.shape(), op, ": Host tensor has different shape: ", host.shape(),
         " on the host, ", device.shape(), " on the device. Give one of the same shape",
         device.devices() > host.devices()
             ? ", or distribute it as the device tensor is: ttnn.from_torch(..., mesh_mapper=...)."
             : ".");
  expect(host.dtype() == device.dtype(), op, ": Host tensor has different dtype: ", host.dtype(),
         " on the host, ", device.dtype(), " on the device. Convert it with ttnn.to_dtype.");
  expect(host.layout() == device.layout(), op,
         ": Host tensor has different page config: ", host.layout(), " on the host, ",
         device.layout(), " on the device. Convert it with ttnn.to_layout.");
  expect(host.devices() == 1 || host.devices() == device.devices(), op, ": the host tensor has ",
         host.devices(), " shards, the device tensor ", device.devices(),
         ". Distribute it for this mesh.");
}

}  // namespace

void copy_to_device(const Tensor& host, Tensor& device) {
  constexpr std::string_view op = "copy_host_to_device_tensor";
  check_same(host, device, op);
  const QueueUser by = queue_for(*device.mesh(), op);
  expect_not_capturing(*device.mesh(), by.queue, Forbidden::write, op);
  const bool is_single = host.devices() == 1;
  const MeshShape& mesh = device.mesh()->shape();
  copy_shards(host, device, is_single ? Spread::shared(device.devices()) : host.buffers()->spread(),
              is_single ? Label::replicated(mesh) : with_mesh(host.label(), mesh), by, op,
              borrows(host));
  if (device.devices() > 1)
    device = device.with(is_single ? replicated_topology(mesh) : host.topology());
}

void copy_to_host(const Tensor& device, Tensor& host, bool blocking) {
  constexpr std::string_view op = "copy_device_to_host_tensor";
  check_same(host, device, op);
  const QueueUser by = queue_for(*device.mesh(), op);
  expect_not_capturing(*device.mesh(), by.queue, Forbidden::read, op);
  expect(host.devices() == device.devices(), "copy_device_to_host_tensor: the host tensor has ",
         host.devices(), " shards, the device tensor ", device.devices(),
         ". Allocate it with ttnn.allocate_tensor_on_host for this mesh.");
  const bool borrowed = borrows(host);
  const QueueClock clock =
      copy_shards(device, host, borrowed ? nullptr : Spread::each(host.devices()), device.label(),
                  by, op, blocking || borrowed);
  if (blocking) QueueUses::host_has_waited(clock);
  if (host.devices() > 1) host = host.with(device.topology());
}

Tensor aggregate_tensor(const Tensor& tensor, const MeshComposer& composer) {
  const Composition plan = composition_of(tensor, &composer, "aggregate_tensor");
  const HostType type = natural_host_type(tensor.dtype());
  std::vector<std::byte> whole(static_cast<size_t>(plan.whole.volume() * item_bytes(type)));
  const HostArray array = HostArray::dense(whole.data(), type, plan.whole);
  download(tensor, plan, array);
  TensorSpec spec = tensor.spec();
  spec.memory_config = {};
  return upload(array, std::move(spec), replicate(plan.whole, MeshShape(1, 1)), nullptr,
                "aggregate_tensor");
}

Tensor distribute_tensor(const Tensor& host, const MeshMapper& mapper,
                         std::shared_ptr<MeshDevice> mesh) {
  check_usable(host, "distribute_tensor", "tensor");
  expect(!host.mesh(),
         "distribute_tensor: TensorToMesh only supports host tensors; got storage type: DEVICE. ",
         "Bring the tensor to the host first: ttnn.from_device(tensor).");
  expect(host.devices() == 1, "distribute_tensor: the tensor ", host.describe(), " has ",
         host.devices(),
         " shards already. Aggregate it first: ttnn.aggregate_tensor(tensor, composer).");
  if (mesh) mapper.check_mesh(mesh->shape(), "distribute_tensor");
  const HostType type = natural_host_type(host.dtype());
  std::vector<std::byte> whole(static_cast<size_t>(host.volume() * item_bytes(type)));
  const HostArray array = HostArray::dense(whole.data(), type, host.shape());
  download(host, 0, array);
  return upload(array, host.spec(), distribute(host.shape(), mapper, "distribute_tensor"),
                std::move(mesh), "distribute_tensor");
}

std::vector<Tensor> get_device_tensors(const Tensor& tensor) {
  check_usable(tensor, "get_device_tensors", "tensor");
  std::vector<Tensor> all;
  if (tensor.devices() == 1) return {tensor};
  const MeshShape& mesh = tensor.label()->mesh();
  for (int device : devices_with_data(tensor)) {
    BuffersRef alias(new Buffers(
        tensor.mesh(), {Buffers::Alias{tensor.buffers(), device, tensor.label(), tensor.shape()}}));
    all.push_back(Tensor(tensor.spec(), std::move(alias), single_topology(coordinate(mesh, device)),
                         Label::single(mesh, device)));
  }
  return all;
}

Tensor combine_device_tensors(const std::vector<Tensor>& tensors) {
  constexpr auto op = "combine_device_tensors";
  expect(!tensors.empty(), op, ": At least one tensor shard must be provided.");
  const auto& mesh = tensors[0].mesh();
  const MeshShape shape = tensors[0].is_defined() ? tensors[0].label()->mesh() : MeshShape();
  std::map<int, Buffers::Alias> shards;  // by device
  for (const Tensor& tensor : tensors) {
    check_usable(tensor, op, "tensors");
    expect(tensor.mesh() != nullptr, op, ": All tensor shards must be on device; ",
           tensor.describe(), " is on the host. Upload it with ttnn.to_device.");
    expect(tensor.mesh() == mesh, op, ": the shards are on ", mesh->text(), " with id ", mesh->id(),
           " and on ", tensor.mesh()->text(), " with id ", tensor.mesh()->id(),
           ". Give shards of one mesh.");
    expect(tensor.label()->mesh() == shape, op, ": the shards were made when ", mesh->text(),
           " had the shape ", shape, " and the shape ", tensor.label()->mesh(),
           ". Give shards of one shape.");
    expect(tensor.spec() == tensors[0].spec(), op,
           ": All tensor shards must have the same spec; found ", tensors[0].describe(), " and ",
           tensor.describe(), ". Convert them to one shape, dtype and layout.");
    const bool is_shard = tensor.devices() == 1;
    for (int d : devices_with_data(tensor)) {
      const int device = is_shard ? tensor.label()->device(0) : d;
      const Buffers::Alias alias{tensor.buffers(), d, tensor.label(), tensor.shape()};
      const bool is_new = shards.try_emplace(device, alias).second;
      expect(is_new, op, ": two shards are on the device at ", coordinate(shape, device),
             ". Give one shard of each device, as ttnn.get_device_tensors does.");
    }
  }
  expect(static_cast<int>(shards.size()) == mesh->num_devices(), op, ": ", shards.size(),
         " shards were given for the ", mesh->num_devices(), " devices of ", mesh->text(),
         ". Give one per device.");
  std::vector<Buffers::Alias> aliases;
  for (auto& [device, alias] : shards) aliases.push_back(std::move(alias));
  BuffersRef buffers(new Buffers(mesh, std::move(aliases)));
  return Tensor(tensors[0].spec(), std::move(buffers), sharded_topology(shape, 0),
                Label::everywhere(shape, {Placement::local, 0}));
}

Tensor from_host_shards(const std::vector<Tensor>& tensors, const MeshShape& shape) {
  constexpr auto op = "from_host_shards";
  expect(static_cast<int64_t>(tensors.size()) == static_cast<int64_t>(shape.mesh_size()), op,
         ": Number of tensor shards must match mesh size: ", tensors.size(), " shards for ", shape,
         ". Give one per device of it.");
  expect(!tensors.empty(), op, ": At least one tensor shard must be provided.");
  std::vector<Buffers::Alias> aliases;
  for (const Tensor& tensor : tensors) {
    check_usable(tensor, op, "tensors");
    expect(!tensor.mesh(), op, ": All tensor shards must be on host; ", tensor.describe(),
           " is on ", tensor.mesh() ? tensor.mesh()->text() : "",
           ". Bring it to the host first: ttnn.from_device(tensor).");
    expect(tensor.devices() == 1, op, ": a shard has shards itself: ", tensor.describe(),
           ". Give the shards one by one, from ttnn.get_device_tensors.");
    expect(tensor.spec() == tensors[0].spec(), op,
           ": All tensor shards must have the same tensor spec; found ", tensors[0].describe(),
           " and ", tensor.describe(), ". Convert them to one shape, dtype and layout.");
    aliases.push_back({tensor.buffers(), 0, tensor.label(), tensor.shape()});
  }
  BuffersRef buffers(new Buffers(nullptr, std::move(aliases)));
  return Tensor(tensors[0].spec(), std::move(buffers), sharded_topology(shape, 0),
                Label::everywhere(shape, {Placement::local, 0}));
}

HostType natural_host_type(DataType dtype) {
  switch (dtype) {
    case DataType::BFLOAT16:
      return HostType::bfloat16;
    case DataType::UINT32:
      return HostType::uint32;
    case DataType::UINT16:
      return HostType::uint16;
    case DataType::UINT8:
      return HostType::uint8;
    case DataType::INT32:
      return HostType::int32;
    case DataType::INT8:
      return HostType::int8;
    default:
      return HostType::float32;
  }
}

}  // namespace ttnn
