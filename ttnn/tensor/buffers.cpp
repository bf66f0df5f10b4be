#include "ttnn/tensor/buffers.h"

#include <deque>
#include <mutex>

namespace ttnn {
namespace {

std::atomic<uint64_t> last_given_id{0};

uint64_t next_id() { return ++last_given_id; }

// Never freed: few exist, and readers hold no lock.
const Buffers::Relabelling* interned(const LabelPtr& label, const Shape& shape) {
  static auto& mutex = *new std::mutex;
  static auto& known = *new std::deque<Buffers::Relabelling>;
  std::lock_guard lock(mutex);
  for (const Buffers::Relabelling& one : known)
    if (*one.label == *label && one.shape == shape) return &one;
  const std::vector<int> nowhere(static_cast<size_t>(shape.rank()), -1);
  known.push_back({label, shape, with_dims(label, nowhere)});
  return &known.back();
}

}  // namespace

Buffers::Buffers(std::shared_ptr<MeshDevice> mesh, const Spread* spread, BlockRef block,
                 int64_t stride)
    : mesh_(std::move(mesh)),
      spread_(spread),
      block_(std::move(block)),
      stride_(stride),
      id_(next_id()) {
  own(block_.get(), 1);
}

Buffers::Buffers(std::shared_ptr<MeshDevice> mesh, const Spread* spread, std::vector<Slot> slots)
    : mesh_(std::move(mesh)), spread_(spread), slots_(std::move(slots)), id_(next_id()) {
  for (const Slot& slot : slots_) own(slot.block.get(), 1);
}

Buffers::Buffers(std::shared_ptr<MeshDevice> mesh, std::vector<Alias> aliases)
    : mesh_(std::move(mesh)),
      spread_(Spread::each(static_cast<int>(aliases.size()))),
      aliases_(std::move(aliases)),
      id_(next_id()) {}

Buffers::~Buffers() { deallocate(); }

uint64_t Buffers::last_id() { return last_given_id; }

void Buffers::own(Block* block, int by) {
  if (block) block->owners.fetch_add(by, std::memory_order_relaxed);
}

bool Buffers::is_allocated() const {
  if (aliases_.empty()) return allocated_;
  if (!allocated_) return false;
  for (const Alias& alias : aliases_)
    if (!alias.of->is_allocated()) return false;
  return true;
}

Slot Buffers::slot(int device) const {
  if (!aliases_.empty()) return aliases_[device].of->slot(aliases_[device].device);
  const uint16_t shard = spread_->shard_of[device];
  if (shard == Spread::none) return {};
  if (!slots_.empty()) return slots_[shard];
  return {block_, stride_ * shard};
}

Buffers::Owner Buffers::owner(int device) {
  Owner owner{this, device, nullptr, {}};
  while (owner.buffers->is_alias()) {
    const Alias& alias = owner.buffers->aliases_[static_cast<size_t>(owner.device)];
    owner = {alias.of.get(), alias.device, alias.label, alias.shape};
  }
  return owner;
}

void Buffers::relabel(const LabelPtr& label, const Shape& shape) {
  relabelling_.store(interned(label, shape), std::memory_order_release);
}

void Buffers::rebind(const Spread* spread, BlockRef block, int64_t stride) {
  own(block.get(), 1);
  own(block_.get(), -1);
  for (const Slot& slot : slots_) own(slot.block.get(), -1);
  slots_.clear();
  spread_ = spread;
  // A trace that writes these Buffers finds the new bytes.
  if (block && block_ && block_->is_traced) block->is_traced = true;
  block_ = std::move(block);
  stride_ = stride;
  tell();
}

void Buffers::rebind(int device, Slot slot) {
  std::vector<Slot> slots;
  std::vector<uint16_t> labels;
  for (int d = 0; d < devices(); ++d) {
    if (spread_->shard_of[d] == Spread::none && d != device) {
      labels.push_back(Spread::none);
      continue;
    }
    // The device leaves its sharers: a label of its own that no shard has.
    labels.push_back(d == device ? static_cast<uint16_t>(spread_->distinct) : spread_->shard_of[d]);
  }
  const Spread* spread = Spread::of(labels);
  for (uint16_t d : spread->device_of) slots.push_back(d == device ? slot : this->slot(d));
  for (const Slot& s : slots) own(s.block.get(), 1);
  own(block_.get(), -1);
  for (const Slot& s : slots_) own(s.block.get(), -1);
  const Slot before = this->slot(device);
  if (slot.block && before.block && before.block->is_traced) slot.block->is_traced = true;
  block_.reset();
  stride_ = 0;
  slots_ = std::move(slots);
  spread_ = spread;
  tell();
}

const Ref<Whereabouts>& Buffers::whereabouts() {
  if (!whereabouts_) {
    whereabouts_ = Ref<Whereabouts>(new Whereabouts);
    whereabouts_->buffers_ = this;
    tell();
  }
  return whereabouts_;
}

void Buffers::tell() {
  if (!whereabouts_) return;
  Whereabouts& now = *whereabouts_;
  ++now.version;
  now.spread = spread_;
  now.block = block_;
  now.stride = stride_;
  now.slots = slots_;
}

void Buffers::deallocate() {
  if (!allocated_) return;
  if (whereabouts_) whereabouts_->end();
  allocated_ = false;
  own(block_.get(), -1);
  for (const Slot& slot : slots_) own(slot.block.get(), -1);
  block_.reset();
  slots_.clear();
  if (mesh_ && accounted_ > 0) {
    mesh_->release(accounted_);
    if (AllocationLog::is_in_use()) AllocationLog::forget(id_);
  }
  accounted_ = 0;
}

}  // namespace ttnn
