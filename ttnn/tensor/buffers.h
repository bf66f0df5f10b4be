#pragma once
// The Buffers of one mesh tensor: the identity of its shards. What aliases (views, tensors of
// single devices, caches) refer to; a write through one alias reaches all of them. The bytes lie in
// Blocks, and other Buffers may share a Block until one of them is written.
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ttnn/mesh/mesh_device.h"
#include "ttnn/tensor/allocation_log.h"
#include "ttnn/tensor/block.h"
#include "ttnn/tensor/label.h"
#include "ttnn/tensor/spread.h"

namespace ttnn {

// Where one shard's bytes are.
struct Slot {
  BlockRef block;
  int64_t offset = 0;
};

class Buffers;

// Where the shards of some Buffers lie now, for those who follow them without keeping them alive
// (traces).
class Whereabouts : public Counted {
 public:
  // False once the Buffers are dropped or deallocated.
  bool exist() const { return exist_.load(std::memory_order_acquire); }
  // Calls `use` with the Buffers, which are not dropped meanwhile; false if they do not exist.
  template <class Use>
  bool with(Use&& use) {
    const std::lock_guard lock(mutex_);
    if (!exist()) return false;
    use(*buffers_);
    return true;
  }

  // Guarded by the program-order lock.
  uint64_t version = 0;  // grows when one of the below changes
  const Spread* spread = nullptr;
  BlockRef block;  // evenly spaced, or
  int64_t stride = 0;
  std::vector<Slot> slots;  // one per distinct shard

 private:
  friend class Buffers;
  void end() {
    const std::lock_guard lock(mutex_);
    exist_.store(false, std::memory_order_release);
  }

  std::mutex mutex_;
  std::atomic<bool> exist_{true};
  Buffers* buffers_ = nullptr;
};

struct QueueUsage;  // which command queues used the shards last; see runtime/queues.h

class Buffers : public Counted {
 public:
  // Evenly spaced shards in one block; `mesh` is null for tensors of the host. Does not account.
  Buffers(std::shared_ptr<MeshDevice> mesh, const Spread* spread, BlockRef block, int64_t stride);
  // One slot per distinct shard.
  Buffers(std::shared_ptr<MeshDevice> mesh, const Spread* spread, std::vector<Slot> slots);
  // Shards of other Buffers, one per device: writes go through to them.
  struct Alias {
    Ref<Buffers> of;
    int device;
    LabelPtr label;  // of the tensor that they were taken from
    Shape shape;     // its shards'
  };
  Buffers(std::shared_ptr<MeshDevice> mesh, std::vector<Alias> aliases);
  ~Buffers();

  const std::shared_ptr<MeshDevice>& mesh() const { return mesh_; }
  const Spread* spread() const { return spread_; }
  int devices() const { return spread_->devices; }
  bool is_alias() const { return !aliases_.empty(); }
  const std::vector<Alias>& aliases() const { return aliases_; }

  // All below is guarded by the program-order lock.
  bool is_allocated() const;
  bool evenly_spaced() const { return slots_.empty() && aliases_.empty(); }
  const BlockRef& block() const { return block_; }  // evenly spaced only
  int64_t stride() const { return stride_; }
  Slot slot(int device) const;  // resolves aliases
  // Who owns a device's shard, through all aliases, and the device's number there.
  struct Owner {
    Buffers* buffers;
    int device;
    LabelPtr label;  // of the tensor that they were taken from; null without an alias
    Shape shape;
  };
  Owner owner(int device);
  const std::vector<Slot>& slots() const {
    return slots_;
  }  // per distinct shard, when not evenly spaced

  // The shards lie in `block` from now on (a fresh result, or after detaching from sharers).
  void rebind(const Spread* spread, BlockRef block, int64_t stride);
  // One device's shard lies elsewhere from now on; the others stay.
  void rebind(int device, Slot slot);
  void deallocate();

  // Kept true from the first call on. Not for aliases: follow their owners.
  const Ref<Whereabouts>& whereabouts();

  // The truth since a write in place changed it, for all tensors of these Buffers: `label` for
  // shards of `shape`, `elsewhere` for views whose dims are others.
  struct Relabelling {
    LabelPtr label;
    Shape shape;
    LabelPtr elsewhere;
  };
  // Null before such a write; equal ones are the same pointer. Read without the lock.
  const Relabelling* relabelling() const { return relabelling_.load(std::memory_order_acquire); }
  void relabel(const LabelPtr& label, const Shape& shape);

  // Accounts `bytes` on every device of the mesh until deallocation; `what` names the tensor in the
  // error when a device is full.
  template <class What>
  void account(int64_t bytes, const What& what, std::string_view buffer_type) {
    if (!mesh_) return;
    mesh_->reserve(bytes, what, buffer_type);
    accounted_ = bytes;
    if (AllocationLog::is_in_use()) AllocationLog::note(id_, *mesh_, bytes, buffer_type);
  }
  int64_t accounted_bytes() const { return accounted_; }
  uint64_t id() const { return id_; }
  static uint64_t last_id();  // Buffers made from now on have greater ones

  // Null until a mesh with two queues uses them; runtime/queues.cpp guards it. It follows the
  // identity, not the bytes: a write may give the tensor new ones.
  std::shared_ptr<QueueUsage> by_queue;

 private:
  void own(Block* block, int by);
  void tell();  // the whereabouts, where someone follows them

  std::shared_ptr<MeshDevice> mesh_;
  const Spread* spread_;
  BlockRef block_;
  int64_t stride_ = 0;
  std::vector<Slot> slots_;
  std::vector<Alias> aliases_;
  bool allocated_ = true;
  int64_t accounted_ = 0;
  uint64_t id_;
  std::atomic<const Relabelling*> relabelling_{nullptr};  // interned
  Ref<Whereabouts> whereabouts_;                          // null: no one follows
};
using BuffersRef = Ref<Buffers>;

}  // namespace ttnn
