#include "ttnn/runtime/shadow.h"

#include <algorithm>
#include <atomic>

#include "ttnn/runtime/finding.h"
#include "ttnn/runtime/operands.h"
#include "ttnn/runtime/stream.h"
#include "ttnn/runtime/trace.h"

namespace ttnn {
namespace {

std::atomic<bool>& shadows() {
  static std::atomic<bool> on{is_asked_for("TTNN_SHADOW_TRACE")};
  return on;
}

std::function<void(const ShadowStep&)>& shadow_observer() {
  static auto& observer = *new std::function<void(const ShadowStep&)>;  // by program order
  return observer;
}

std::shared_ptr<MeshDevice> find_mesh(const std::shared_ptr<MeshDevice>& mesh, int id) {
  if (mesh->id() == id) return mesh;
  for (const auto& part : mesh->submeshes())
    if (auto found = find_mesh(part, id)) return found;
  return nullptr;
}

}  // namespace

void set_shadow_traces(bool on) { shadows() = on; }
bool shadow_traces() { return shadows(); }
void set_shadow_observer(std::function<void(const ShadowStep&)> observer) {
  const Stream::Order order;
  shadow_observer() = std::move(observer);
}

void Shadow::copy(const Operand& original) { copy_blocks(original, copies_); }
void Shadow::keep_result(const Operand& original) { copy_blocks(original, results_); }

void Shadow::copy_blocks(const Operand& original, Copies& to) {
  original.each_block([&](const BlockRef& block) {
    if (to.contains(block.get())) return;
    Operand whole;
    whole.spec = original.spec;
    whole.spec.shape = Shape{block->bytes()};
    whole.spec.dtype = DataType::UINT8;
    whole.spec.layout = Layout::ROW_MAJOR;
    whole.spread = Spread::shared(1);
    whole.block = block;
    whole.stride = block->bytes();
    Operand own = whole;
    own.block = make_block(block->bytes());
    enqueue_copy(whole, own, "copy for shadow");
    to[block.get()] = own.block;
  });
}

// What lies in the arena during a replay has memory of its own here.
Operand Shadow::shadowed(const Operand& operand) {
  Operand mine = operand;
  const auto replace = [&](BlockRef& block) {
    if (auto known = copies_.find(block.get()); known != copies_.end())
      block = known->second;
    else if (block->is_borrowed())
      block = copies_[block.get()] = make_block(block->bytes());
  };
  if (mine.block) replace(mine.block);
  for (Slot& slot : mine.slots) replace(slot.block);
  return mine;
}

Tensor Shadow::tensor_of(const Operand& operand, const Tensor& described, int mesh_id) const {
  auto mesh = find_mesh(mesh_, mesh_id);
  BuffersRef buffers(
      operand.block ? new Buffers(std::move(mesh), operand.spread, operand.block, operand.stride)
                    : new Buffers(std::move(mesh), operand.spread, operand.slots));
  return Tensor(described.spec(), std::move(buffers), described.topology(), described.label());
}

void Shadow::run(const CapturedCommand& captured) {
  const Command& original = captured.command;
  Stream& stream = Stream::instance();
  const bool is_observed =
      shadow_observer() && original.op->copy && find_mesh(mesh_, original.mesh_id);
  std::vector<Operand> before;  // of the inputs
  std::vector<Operand> outputs;
  uint64_t number = 0;
  stream.make_room();
  {
    const Stream::Order order;
    Stream::Draft command;
    command->op = original.op;
    command->args = original.args;
    command->kernel = original.kernel;
    command->source = original.source;
    command->queue = original.queue;
    command->mesh_id = original.mesh_id;
    command->launch.devices = original.launch.devices;
    command->launch.spread = original.launch.spread;
    for (const Operand& out : original.launch.out) outputs.push_back(shadowed(out));
    for (const Operand& in : original.launch.in) {
      command->launch.in.push_back(shadowed(in));
      Operand kept = command->launch.in.back();
      const bool is_overwritten = std::any_of(outputs.begin(), outputs.end(), [&](auto& out) {
        return out.block && out.block == kept.block;
      });
      if (is_observed && is_overwritten) {
        const Operand own = fresh_operand(kept.spec, kept.spread);
        enqueue_copy(kept, own, "copy for shadow");
        kept = own;
      }
      before.push_back(std::move(kept));
    }
    command->launch.out = outputs;
    number = stream.submit(command);
  }
  stream.kick(number);
  if (!is_observed) return;
  stream.wait(number);
  struct Reach {
    const Shadow& shadow;
    const std::vector<Operand>& before;
    int mesh_id;
  } reach{*this, before, original.mesh_id};
  const std::shared_ptr<void> args = original.op->copy(original.args.get());
  original.op->each_tensor(args.get(), &reach, [](void* state, Tensor& tensor) {
    const auto& at = *static_cast<const Reach*>(state);
    tensor =
        at.shadow.tensor_of(at.before[static_cast<size_t>(tensor.operand())], tensor, at.mesh_id);
  });
  std::vector<Tensor> results;
  for (size_t i = 0; i < captured.outputs.size(); ++i)
    results.push_back(tensor_of(outputs[i], captured.outputs[i], original.mesh_id));
  shadow_observer()({*original.op, args.get(), results, original.source});
}

void Shadow::run() {
  for (const CapturedCommand& captured : commands_) run(captured);
  Stream::instance().wait_all();
}

}  // namespace ttnn
