#pragma once
// A Tensor is a spec of one shard, a label that says how the shards make up the whole, and the
// shards' Buffers. It is a small value: copies share the Buffers.
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "ttnn/core/tensor_spec.h"
#include "ttnn/tensor/buffers.h"
#include "ttnn/tensor/label.h"
#include "ttnn/tensor/topology.h"

namespace ttnn {

class Tensor {
 public:
  Tensor() = default;
  Tensor(TensorSpec spec, BuffersRef buffers, std::shared_ptr<const TensorTopology> topology,
         std::shared_ptr<const Label> label)
      : spec_(std::move(spec)),
        buffers_(std::move(buffers)),
        topology_(std::move(topology)),
        label_(std::move(label)),
        known_(relabelling()) {}

  bool is_defined() const { return static_cast<bool>(buffers_) || operand_ >= 0; }
  const TensorSpec& spec() const { return spec_; }
  const Shape& shape() const { return spec_.shape; }  // of one shard, logical
  Shape padded_shape() const { return spec_.padded_shape(); }
  DataType dtype() const { return spec_.dtype; }
  Layout layout() const { return spec_.layout; }
  const MemoryConfig& memory_config() const { return spec_.memory_config; }
  int64_t volume() const { return spec_.shape.volume(); }

  const BuffersRef& buffers() const { return buffers_; }
  // Null for tensors of the host.
  const std::shared_ptr<MeshDevice>& mesh() const { return buffers_->mesh(); }
  StorageType storage_type() const { return mesh() ? StorageType::DEVICE : StorageType::HOST; }
  bool is_allocated() const { return buffers_ && buffers_->is_allocated(); }
  int devices() const { return buffers_->devices(); }

  // TT-NN's label, by TT-NN's rules, and the truth beside it.
  const std::shared_ptr<const TensorTopology>& topology() const { return topology_; }
  const std::shared_ptr<const Label>& label() const {
    const Buffers::Relabelling* now = relabelling();
    if (now == known_ || !now) return label_;
    return now->shape == spec_.shape ? now->label : now->elsewhere;
  }
  // The truth along one axis of the label's distribution.
  Placement placement(int axis) const { return label()->placements()[axis]; }

  // The same Buffers seen with another spec (a view) or another label.
  Tensor with(TensorSpec spec) const { return {std::move(spec), buffers_, topology_, label()}; }
  Tensor with(std::shared_ptr<const TensorTopology> topology) const {
    return {spec_, buffers_, std::move(topology), label()};
  }
  Tensor with(std::shared_ptr<const Label> label) const {
    return {spec_, buffers_, topology_, std::move(label)};
  }

  // Inside a command a tensor is its spec and the number of its operand: commands hold Blocks,
  // never Buffers, so that what a program drops is freed in program order.
  void detach(int operand) {
    buffers_.reset();
    operand_ = operand;
  }
  int operand() const { return operand_; }

  // Shape, dtype, layout, placement: for messages.
  std::string describe() const;

 private:
  const Buffers::Relabelling* relabelling() const {
    return buffers_ ? buffers_->relabelling() : nullptr;
  }

  TensorSpec spec_;
  BuffersRef buffers_;
  std::shared_ptr<const TensorTopology> topology_;
  std::shared_ptr<const Label> label_;
  const Buffers::Relabelling* known_ = nullptr;  // `label_` is the truth until there is another
  int operand_ = -1;
};

// As described: checks pass tensors themselves, so that text is made on failure only.
std::ostream& operator<<(std::ostream&, const Tensor&);

}  // namespace ttnn
