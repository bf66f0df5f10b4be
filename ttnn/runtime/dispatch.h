#pragma once
// The one funnel: every op, from every language, becomes a command here, once. (`dispatch` itself
// is declared in op.h.)
#include "ttnn/runtime/op.h"
#include "ttnn/runtime/stream.h"

namespace ttnn {

// A new tensor of the same bytes under another spec of equal storage; copied only when one of the
// two is written.
Tensor share(const Tensor& tensor, TensorSpec spec, LabelPtr label = nullptr,
             TopologyPtr topology = nullptr);
// The same bytes on another mesh (null: the host).
Tensor share_on(const Tensor& tensor, std::shared_ptr<MeshDevice> mesh, const Spread* spread,
                TensorSpec spec, LabelPtr label, TopologyPtr topology);

// New tensor without contents, accounted in the name of `op`.
Tensor allocate(TensorSpec spec, std::shared_ptr<MeshDevice> mesh, const Spread* spread,
                LabelPtr label, TopologyPtr topology, std::string_view op);

// After a write in place: what all that refer to the Buffers take for the truth from now on. A
// single device's write leaves the mesh's tensor without equal shards. Needs Stream::Order.
void relabel(const Tensor& written, const LabelPtr& label);

void check_usable(const Tensor& tensor, std::string_view op, std::string_view argument);
void deallocate(const Tensor& tensor, bool force);

// The first kernel of an op that accepts the operands; null: the backend has none.
const Kernel* kernel_for(const OpInfo& info, const void* args, const Launch& launch);

// Told of every command, in program order, before it runs. What it throws reaches the op's caller;
// the command runs all the same.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void dispatched(const Command& command, std::span<const Tensor> inputs,
                          std::span<const Tensor> outputs) = 0;
};
void add_observer(Observer&);
void remove_observer(Observer&);

}  // namespace ttnn
