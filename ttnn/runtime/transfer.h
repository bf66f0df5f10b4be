#pragma once
// Between the user's arrays and tensors: uploads cut and convert in one pass, readbacks compose in
// one pass. The user's memory is read and written only during the call.
#include <array>
#include <functional>
#include <memory>
#include <string_view>

#include "ttnn/core/host_type.h"
#include "ttnn/runtime/dispatch.h"
#include "ttnn/tensor/composer.h"
#include "ttnn/tensor/mapper.h"

namespace ttnn {

// A strided array of the user's. Strides are in items.
struct HostArray {
  std::byte* data = nullptr;
  HostType type = HostType::float32;
  Shape shape;
  std::array<int64_t, Shape::max_rank> strides{};

  static HostArray dense(void* data, HostType type, const Shape& shape);
  bool is_dense() const;
};

// Cuts `source` by `plan` into a tensor of the mesh, or of the host without one. `spec.shape` is
// the shard's.
Tensor upload(const HostArray& source, TensorSpec spec, const Distribution& plan,
              std::shared_ptr<MeshDevice> mesh, std::string_view op);
// A tensor of the host that uses memory which lies as tensors store it: the distinct shards one
// after another, `shard_of_device` saying which each device holds (-1: none). `release` is called
// when it ends.
Tensor borrow(std::byte* storage, TensorSpec spec, const std::vector<int>& shard_of_device,
              LabelPtr label, TopologyPtr topology, std::function<void()> release);
// The whole array as one such tensor of a single shard.
Tensor borrow(const HostArray& source, TensorSpec spec, std::function<void()> release);

// Waits for the shards and writes them to their places in `destination`.
void download(const Tensor& tensor, const Composition& plan, const HostArray& destination);
// One device's shard.
void download(const Tensor& tensor, int device, const HostArray& destination);
// What looks on reads so: of no queue, and so neither told of nor putting queues in order.
void download_unseen(const Tensor& tensor, int device, const HostArray& destination);
// One device's shard as it is stored, `spec().storage_bytes()` of it.
void read_storage(const Tensor& tensor, int device, std::byte* to);
// How to read the tensor as one: through the composer, or by what to_torch does without one.
Composition composition_of(const Tensor& tensor, const MeshComposer* composer, std::string_view op);
std::vector<int> devices_with_data(const Tensor& tensor);

// Host to mesh. A single shard is replicated; distributed shards keep their devices. Copies nothing
// it may share.
Tensor to_device(const Tensor& tensor, std::shared_ptr<MeshDevice> mesh,
                 std::optional<MemoryConfig> memory_config);
// Mesh to host; waits for the data when `blocking`.
Tensor to_host(const Tensor& tensor, bool blocking);
// A host tensor's contents, and its labels with them, into an existing device tensor of the same
// spec; and back.
void copy_to_device(const Tensor& host, Tensor& device);
void copy_to_host(const Tensor& device, Tensor& host, bool blocking);

// Cuts a host tensor of one shard by a mapper; joins a tensor's shards to one host tensor.
Tensor distribute_tensor(const Tensor& host, const MeshMapper& mapper,
                         std::shared_ptr<MeshDevice> mesh);
Tensor aggregate_tensor(const Tensor& tensor, const MeshComposer& composer);

// Single-device tensors that share the Buffers of the tensor, in device order; and back, each shard
// on the device that it has.
std::vector<Tensor> get_device_tensors(const Tensor& tensor);
Tensor combine_device_tensors(const std::vector<Tensor>& tensors);
Tensor from_host_shards(const std::vector<Tensor>& tensors, const MeshShape& shape);

// The host type in which a dtype is read back when nothing else is asked for.
HostType natural_host_type(DataType);

}  // namespace ttnn
