#pragma once
// Traces: commands that are captured once and carried out again by one call, without Python, checks
// or allocation. What a program does between begin_trace_capture and end_trace_capture on the mesh,
// on its submeshes too, is recorded and not run; tensors made there get their contents at each
// replay. A replay reads what its inputs hold then.
//
// As on cards, during a capture the host may not write to the mesh's queue, read from it or wait
// for it, and each op must have run before with the same arguments and specs. Other queues and
// other meshes are not concerned.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ttnn/runtime/op.h"

namespace ttnn {

// One captured command, for people.
struct TraceEntry {
  std::string op;
  SourceLine source;
  std::vector<int> device_ids;
  std::vector<TensorSpec> inputs, outputs;  // of a device's shard
  int64_t bytes = 0;                        // of the outputs' distinct shards
  int step = 0;                             // commands of one step do not wait for each other
};

struct TraceDescription {
  int id = 0, queue = 0;
  std::string mesh;
  std::vector<TraceEntry> entries;
  int64_t arena_bytes = 0;      // memory of what never leaves the trace, reused within it,
  int64_t private_bytes = 0;    // and what that would be without reuse
  int inputs = 0, outputs = 0;  // tensors that exist outside of it: read by it, written by it
  int64_t replays = 0;
};

// Errors (runtime): the mesh is closed, or no such queue, or is capturing on it already.
int begin_trace_capture(const std::shared_ptr<MeshDevice>& mesh, int queue = 0);
void end_trace_capture(const std::shared_ptr<MeshDevice>& mesh, int id, int queue = 0);
// Waits for the replay when `blocking`, and throws what failed in it.
void execute_trace(const std::shared_ptr<MeshDevice>& mesh, int id, int queue = 0,
                   bool blocking = true);
// Gives its memory back after its last replay; a capture that was not ended is dropped. Releasing
// again does nothing.
void release_trace(const std::shared_ptr<MeshDevice>& mesh, int id);
bool is_trace_capture_active(const MeshDevice& mesh);
TraceDescription describe_trace(const std::shared_ptr<MeshDevice>& mesh, int id);

// What stands for the address of a tensor's shards: a number that tensors of the same Buffers
// share, and those that take the place of an input within a capture.
uint64_t buffer_address(const Tensor& tensor);

// ---- Shadow mode: each replay is compared, bit for bit, with its commands run one by one.

// One captured command that was run on its own. The tensors are copies that no one else sees;
// `args` is the op struct with its inputs as they were before it ran.
struct ShadowStep {
  const OpInfo& op;
  const void* args;
  std::span<const Tensor> outputs;
  SourceLine source;
};
void set_shadow_traces(bool on);
bool shadow_traces();
// Called for each such command of an op, after it has run; null: nobody.
void set_shadow_observer(std::function<void(const ShadowStep&)> observer);

// ---- For the functions that a capture forbids.

enum class Forbidden { write, read, synchronisation, blocking, new_program };
// Throws while `queue` of the mesh (-1: any of its queues) is capturing. Names the op and its line.
void expect_not_capturing(const MeshDevice& mesh, int queue, Forbidden what, std::string_view op);
// A mesh that closes: its captures are dropped, its traces released.
void forget_traces(const MeshDevice& mesh);

}  // namespace ttnn
