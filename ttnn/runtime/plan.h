#pragma once
// What dispatch derives of a call before it touches bytes: the results' specs and labels, which
// devices compute, and which kernel. The same call again, with the same attributes and with inputs
// of the same specs, labels and places, finds it derived already. Each thread keeps its own plans;
// they hold neither bytes nor meshes.
#include <memory>
#include <span>
#include <vector>

#include "ttnn/runtime/op.h"

namespace ttnn {

struct Plan {
  // Where an input's shards lie. Read with Stream::Order, as a write may move them.
  struct Place {
    const Spread* spread = nullptr;
    int64_t stride = 0;
    bool operator==(const Place&) const = default;
  };
  struct Result {
    TensorSpec spec;
    int64_t device_bytes = 0;
  };

  // The call.
  const OpInfo* op = nullptr;
  std::shared_ptr<void> args;  // its tensors without bytes
  int mesh_id = -1;
  MeshShape mesh_shape;
  uint64_t program_cache = 0;  // its version when the call was noted there
  std::vector<Place> places;

  // What follows from it; spread and kernel from the places too.
  std::vector<Result> results;
  LabelPtr label;
  TopologyPtr topology;
  const Spread* spread = nullptr;
  const Kernel* kernel = nullptr;
};

// The thread's plan of such a call of an op on `mesh`; null: none. `tensors` are those of `args`,
// one or more.
std::shared_ptr<const Plan> find_plan(const OpInfo& op, const void* args,
                                      std::span<Tensor* const> tensors, MeshDevice& mesh);
// The call's part of a new plan; `program_cache` is the version that noted it. The op must say what
// is alike.
std::shared_ptr<Plan> begin_plan(const OpInfo& op, const void* args, MeshDevice& mesh,
                                 uint64_t program_cache);
// For the next such call.
void keep_plan(std::shared_ptr<const Plan> plan);

// Where the tensor's shards lie, as a plan has it; null spread: not evenly spaced, or not plain, so
// that there is no plan. Needs Stream::Order.
Plan::Place place_of(const Operand& operand);

}  // namespace ttnn
