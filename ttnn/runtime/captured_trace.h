#pragma once
// A trace: its commands, the tensors outside of it that they use, and what a replay needs.
// Capturing is in capture.cpp, replaying in replay.cpp, the calls of programs in trace.cpp.
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ttnn/runtime/capture.h"
#include "ttnn/runtime/queues.h"
#include "ttnn/runtime/schedule.h"
#include "ttnn/runtime/shadow.h"
#include "ttnn/runtime/trace.h"
#include "ttnn/tensor/allocation_log.h"

namespace ttnn {

// Where the shards of a tensor lie that exists outside of the trace.
struct Location {
  const Spread* spread = nullptr;
  BlockRef block;  // evenly spaced, or
  int64_t stride = 0;
  std::vector<Slot> slots;  // one per distinct shard
  std::shared_ptr<const PackedForm> form;

  static Location of(const Whereabouts& now) {
    Location at{now.spread, now.block, now.stride, now.slots, {}};
    if (at.block && at.block->packed) {
      at.form = at.block->packed;
      at.stride = at.form->bytes();
    }
    return at;
  }
  Slot on_device(int device) const {
    const uint16_t shard = spread->shard_of[static_cast<size_t>(device)];
    return slots.empty() ? Slot{block, stride * shard} : slots[shard];
  }
  bool lies_like(const Location& other) const {
    const bool same_form = form && other.form ? form->same_as(*other.form) : !form && !other.form;
    return spread == other.spread && stride == other.stride && same_form && slots.empty() &&
           other.slots.empty();
  }
  template <class Use>
  void each_block(Use&& use) const {
    if (block) use(block);
    for (const Slot& slot : slots) use(slot.block);
  }
};

// An operand of a command that lies in an outside tensor: all of it, or one of its shards.
struct Place {
  size_t command;
  bool is_output;
  size_t operand;
  static constexpr int all = -1, alone = -2;
  int slot = all;  // of the operand's slots; `alone`: the operand is one shard
  int device = 0;  // of the tensor, whose shard it is
};

struct Outside {
  Ref<Whereabouts> where;
  uint64_t version = 0;  // of the whereabouts when last looked at
  TensorSpec spec;
  uint64_t address = 0;  // that programs see
  bool is_read = false, is_written = false;
  const Spread* captured = nullptr;  // which devices had equal shards
  Location at;                       // as of the last replay that was submitted
  std::vector<Place> places;
};

inline Operand operand_at(const TensorSpec& spec, const Location& at) {
  Operand operand;
  operand.spec = spec;
  operand.spread = at.spread;
  operand.block = at.block;
  operand.stride = at.stride;
  operand.slots = at.slots;
  operand.form = at.form;
  return operand;
}

class Trace : public Capture, public std::enable_shared_from_this<Trace> {
 public:
  Trace(int id, std::shared_ptr<MeshDevice> mesh, int queue)
      : id(id), queue(queue), mesh_text(mesh->text()), mesh_id(mesh->id()), mesh_(std::move(mesh)) {
    open_.fetch_add(1);
  }
  ~Trace() override {
    if (is_open()) open_.fetch_sub(1);
  }

  const int id, queue;
  const std::string mesh_text;
  const int mesh_id;

  // All below needs Stream::Order.
  bool is_open() const { return mesh_ != nullptr; }
  std::mutex& replays() { return replays_; }
  const MeshDevice& mesh() const { return *mesh_; }
  void end();

  void touch(const Tensor& tensor) override;
  void note_made(const Tensor& tensor) override;
  void note_allocated(const Tensor& tensor) override;
  bool is_outside(const Buffers& buffers) const override {
    return !made_ids_.contains(buffers.id());
  }
  void make_writable(const Tensor& tensor, const Spread* spread) override;
  bool may_pack(const BlockRef& block) const override;
  void record(Command&& command, std::span<const Tensor> outputs) override;

  void check_inputs() const;
  uint64_t submit_replay(int on_queue);
  TraceDescription describe() const;
  void release();
  void mark_written() const;  // so that who shares what the trace writes gets a copy
  const BlockRef& receipt() const { return schedule_->arena(); }
  std::vector<Allocation> endangered() const;
  QueueUses uses() const;                      // of a replay
  std::string describe_use(size_t use) const;  // by its number

  struct Move {
    size_t outside;
    Location to;
  };
  // In a replay, before its first command.
  void begin(const std::vector<Move>& moves) {
    for (const Move& move : moves) apply(outside_[move.outside], move.to);
    schedule_->begin();
  }
  void take_part() { schedule_->take_part(); }
  bool is_small() const { return schedule_->is_small(); }
  // A replay beside its commands run one by one; throws where they differ in a bit.
  void replay_with_shadow(const std::shared_ptr<MeshDevice>& mesh, int on_queue);

 private:
  struct Made {
    Ref<Whereabouts> where;
    TensorSpec spec;
    std::string buffer_type;
    std::optional<size_t> replaces{};  // an outside tensor
  };

  void hand_over_inputs();
  void touch(Buffers& buffers, const TensorSpec& spec);
  bool belongs_to_other(const Buffers& buffers) const;
  size_t add_outside(Outside outside);
  void give_own_bytes(Outside& outside, const Spread* spread);
  void find_places(size_t command);
  void find_place(const BlockRef& block, int64_t offset, Place place, const Operand& operand);
  void move(size_t index, const Location& to);
  void detach_sharers(const BlockRef& block);
  void copy_made(Made& made);
  std::unordered_set<const Block*> inner_blocks() const;
  std::optional<Location> follow(Outside& outside);
  void apply(Outside& outside, const Location& to);
  void renew_operands();
  void expect_same(const Outside& outside, const Shadow::Pair& results) const;

  std::shared_ptr<MeshDevice> mesh_;  // while it is open
  std::vector<CapturedCommand> commands_;
  std::vector<TraceEntry> entries_;  // of the commands, from the end of the capture on
  std::vector<Outside> outside_;
  std::unordered_map<const Whereabouts*, size_t> by_tensor_;
  std::unordered_map<const Block*, size_t> by_block_;  // whose bytes they are
  std::vector<Made> made_;
  std::unordered_set<uint64_t> made_ids_;  // of their Buffers
  std::set<std::string> freed_types_;      // of memory that the capture gave back
  std::unique_ptr<Schedule> schedule_;
  std::optional<AllocationLog::Use> allocations_;
  uint64_t last_id_ = 0;  // Buffers made since have greater ones
  std::vector<int> device_ids_;
  std::vector<Operand> reads_, writes_;  // of a replay, for program order: only their blocks count
  int64_t replay_count_ = 0;
  std::mutex replays_;  // held while one is submitted, or runs beside its shadow
};

}  // namespace ttnn
