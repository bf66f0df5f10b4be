#include "ttnn/runtime/capture.h"

#include <algorithm>

#include "ttnn/runtime/captured_trace.h"
#include "ttnn/runtime/dispatch.h"
#include "ttnn/runtime/operands.h"
#include "ttnn/runtime/stream.h"

namespace ttnn {
namespace {

TraceEntry entry_of(const CapturedCommand& captured) {
  const Command& command = captured.command;
  TraceEntry entry;
  entry.op = command.op->name;
  entry.source = command.source;
  entry.device_ids = captured.device_ids;
  entry.step = captured.step;
  for (const Operand& in : command.launch.in) entry.inputs.push_back(in.spec);
  for (const Operand& out : command.launch.out) {
    entry.outputs.push_back(out.spec);
    entry.bytes += out.spec.storage_bytes() * out.spread->distinct;
  }
  return entry;
}

// Addresses that are not the Buffers' own ids. Guarded by program order.
std::unordered_map<uint64_t, uint64_t>& addresses() {
  static auto& all = *new std::unordered_map<uint64_t, uint64_t>;
  return all;
}

uint64_t address_of(uint64_t id) {
  const auto known = addresses().find(id);
  return known == addresses().end() ? id : known->second;
}

}  // namespace

Capture::~Capture() = default;

uint64_t buffer_address(const Tensor& tensor) {
  const Stream::Order order;
  return address_of(tensor.buffers()->id());
}

void Trace::touch(const Tensor& tensor) { touch(*tensor.buffers(), tensor.spec()); }

void Trace::touch(Buffers& buffers, const TensorSpec& spec) {
  if (buffers.is_alias()) {
    for (int d = 0; d < buffers.devices(); ++d) touch(*buffers.owner(d).buffers, spec);
    return;
  }
  if (!is_outside(buffers)) return;
  const Ref<Whereabouts>& where = buffers.whereabouts();
  if (auto known = by_tensor_.find(where.get()); known != by_tensor_.end()) {
    Outside& outside = outside_[known->second];
    if (outside.version == where->version) return;
    check_inputs();
    if (auto to = follow(outside)) move(known->second, *to);
    return;
  }
  Outside outside;
  outside.where = where;
  outside.spec = spec;
  outside.address = address_of(buffers.id());
  // Two tensors that share bytes until one is written: a replay must tell them apart.
  if (belongs_to_other(buffers)) give_own_bytes(outside, buffers.spread());
  outside.version = where->version;
  outside.at = Location::of(*where);
  outside.captured = outside.at.spread;
  add_outside(std::move(outside));
}

bool Trace::belongs_to_other(const Buffers& buffers) const {
  bool found = false;
  for (int d = 0; d < buffers.devices(); ++d)
    found = found || by_block_.contains(buffers.slot(d).block.get());
  return found;
}

size_t Trace::add_outside(Outside outside) {
  const size_t index = outside_.size();
  by_tensor_[outside.where.get()] = index;
  outside.at.each_block([&](const BlockRef& b) { by_block_[b.get()] = index; });
  outside_.push_back(std::move(outside));
  return index;
}

// A copy of its bytes that no one shares, evenly spaced and plain, before anything that is
// recorded.
void Trace::give_own_bytes(Outside& outside, const Spread* spread) {
  const Recording none(nullptr);
  outside.where->with([&](Buffers& buffers) {
    Operand from = operand_at(outside.spec, Location::of(*outside.where));
    if (from.form) from = unpacked(from);
    const Operand own = fresh_operand(outside.spec, spread);
    enqueue_copy(from, own, "copy before trace");
    buffers.rebind(spread, own.block, own.stride);
  });
}

void Trace::make_writable(const Tensor& tensor, const Spread* spread) {
  Buffers& buffers = *tensor.buffers();
  touch(tensor);
  const size_t index = by_tensor_.at(buffers.whereabouts().get());
  Outside& outside = outside_[index];
  if (buffers.evenly_spaced()) detach_sharers(buffers.block());
  const BlockRef& block = buffers.block();
  const bool is_own = buffers.evenly_spaced() && block->owners == 1 && !block->packed &&
                      !block->is_borrowed() && buffers.spread() == spread;
  if (is_own) {
    block->is_traced = true;  // who shares it from now on gets a copy
    return;
  }
  const bool is_finer = Spread::meet(outside.captured, spread) != outside.captured;
  expect(!is_finer || outside.places.empty(), "trace capture: ", tensor,
         " is the same on several devices where the trace reads it first, and is written "
         "differently on each of them here: a second replay would find other shards. Write it so "
         "once before the capture.");
  give_own_bytes(outside, spread);
  outside.version = outside.where->version;
  outside.captured = spread;
  move(index, Location::of(*outside.where));
  outside.at.block->is_traced = true;
}

// During the capture: an outside tensor has other bytes from now on.
void Trace::move(size_t index, const Location& to) {
  Outside& outside = outside_[index];
  apply(outside, to);
  // The old blocks may be freed, and their addresses given to others.
  outside.at.each_block([&](const BlockRef& block) { by_block_.erase(block.get()); });
  to.each_block([&](const BlockRef& block) { by_block_[block.get()] = index; });
  outside.at = to;
}

// Tensors made in the capture that share the bytes get their copy of them, as a command of the
// trace.
void Trace::detach_sharers(const BlockRef& block) {
  for (Made& made : made_)
    if (made.where->exist() && made.where->block == block) copy_made(made);
}

void Trace::note_made(const Tensor& tensor) {
  made_ids_.insert(tensor.buffers()->id());
  made_.push_back({tensor.buffers()->whereabouts(), tensor.spec(),
                   std::string(name(tensor.memory_config().buffer_type))});
}

// Programs deallocate an input within the capture and allocate it anew, to find it where the trace
// reads it: cards give the same address then.
void Trace::note_allocated(const Tensor& tensor) {
  note_made(tensor);
  for (size_t i = 0; i < outside_.size(); ++i) {
    const Outside& outside = outside_[i];
    const bool is_taken = std::any_of(made_.begin(), made_.end(),
                                      [&](const Made& made) { return made.replaces == i; });
    if (is_taken || outside.where->exist() || outside.is_written ||
        !(outside.spec == tensor.spec()) || outside.captured->devices != tensor.devices())
      continue;
    made_.back().replaces = i;
    addresses()[tensor.buffers()->id()] = outside.address;
    return;
  }
}

bool Trace::may_pack(const BlockRef& block) const {
  const auto found = by_block_.find(block.get());
  return found == by_block_.end() || !outside_[found->second].is_read;
}

void Trace::record(Command&& command, std::span<const Tensor> outputs) {
  CapturedCommand captured;
  captured.command = std::move(command);
  for (const Tensor& output : outputs) {
    Tensor detached = output;
    detached.detach(static_cast<int>(captured.outputs.size()));
    captured.outputs.push_back(std::move(detached));
  }
  captured.device_ids = outputs.empty() ? mesh_->device_ids() : outputs[0].mesh()->device_ids();
  commands_.push_back(std::move(captured));
  find_places(commands_.size() - 1);
}

void Trace::find_places(size_t command) {
  const Launch& launch = commands_[command].command.launch;
  const auto search = [&](const std::vector<Operand>& operands, bool is_output) {
    for (size_t i = 0; i < operands.size(); ++i) {
      const Operand& operand = operands[i];
      if (operand.block) find_place(operand.block, 0, {command, is_output, i, Place::all}, operand);
      for (size_t k = 0; k < operand.slots.size(); ++k)
        find_place(operand.slots[k].block, operand.slots[k].offset,
                   {command, is_output, i, static_cast<int>(k)}, operand);
    }
  };
  search(launch.in, false);
  search(launch.out, true);
}

void Trace::find_place(const BlockRef& block, int64_t offset, Place place, const Operand& operand) {
  const auto found = by_block_.find(block.get());
  if (found == by_block_.end()) return;
  Outside& outside = outside_[found->second];
  // Packed for this command, which is the first to read it.
  if (block->packed && !outside.at.form) outside.at = Location::of(*outside.where);
  (place.is_output ? outside.is_written : outside.is_read) = true;
  if (!block->packed) block->uploaded = false;  // it stays in the form that the trace reads
  const Location& at = outside.at;
  if (place.slot == Place::all && (operand.spread != at.spread || operand.stride != at.stride))
    place.slot = Place::alone;
  if (place.slot != Place::all)
    for (uint16_t device : at.spread->device_of) {
      const Slot slot = at.on_device(device);
      if (slot.block == block && slot.offset == offset) place.device = device;
    }
  outside.places.push_back(place);
}

// ---- The end of a capture.

// A tensor made during the capture whose bytes are those of another: its own copy, made by the
// trace.
void Trace::copy_made(Made& made) {
  made.where->with([&](Buffers& buffers) {
    const Operand from = operand_at(made.spec, Location::of(*made.where));
    Operand own = fresh_operand(made.spec, buffers.spread());
    {
      const Recording here(this);
      enqueue_copy(from.form ? unpacked(from) : from, own, "copy");
    }
    buffers.rebind(buffers.spread(), own.block, own.stride);
  });
}

// The inputs that were deallocated and allocated anew are the new tensors from then on.
void Trace::hand_over_inputs() {
  for (const Made& made : made_) {
    if (!made.replaces || !made.where->exist()) continue;
    Outside& outside = outside_[*made.replaces];
    const int64_t stride = outside.spec.storage_bytes();
    made.where->with([&](Buffers& buffers) {
      buffers.rebind(outside.captured, make_block(stride * outside.captured->distinct), stride);
    });
    outside.where = made.where;
    outside.version = 0;
  }
  std::erase_if(made_, [](const Made& made) { return made.replaces && made.where->exist(); });
}

void Trace::end() {
  hand_over_inputs();
  std::unordered_set<const Block*> taken;
  for (Made& made : made_) {
    if (!made.where->exist()) {
      freed_types_.insert(made.buffer_type);
      continue;
    }
    const Location at = Location::of(*made.where);
    const bool is_alone = at.slots.empty() && !by_block_.contains(at.block.get()) &&
                          taken.insert(at.block.get()).second;
    if (!is_alone) copy_made(made);
  }
  for (const Outside& outside : outside_)
    if (!outside.where->exist())
      freed_types_.insert(std::string(name(outside.spec.memory_config.buffer_type)));
  for (Made& made : made_) {
    if (!made.where->exist()) continue;
    Outside output;
    output.where = made.where;
    output.spec = made.spec;
    output.version = made.where->version;
    output.at = Location::of(*made.where);
    output.captured = output.at.spread;
    add_outside(std::move(output));
  }
  made_.clear();
  for (Outside& outside : outside_) outside.places.clear();
  for (size_t i = 0; i < commands_.size(); ++i) find_places(i);
  std::erase_if(outside_, [](const Outside& outside) { return outside.places.empty(); });
  by_tensor_.clear();
  by_block_.clear();
  for (const Outside& outside : outside_)
    outside.at.each_block([&](const BlockRef& block) { by_block_[block.get()] = 0; });
  schedule_ = std::make_unique<Schedule>(commands_, inner_blocks());
  by_block_.clear();
  for (const CapturedCommand& captured : commands_) entries_.push_back(entry_of(captured));
  mark_written();
  renew_operands();
  device_ids_ = mesh_->device_ids();
  allocations_.emplace();
  last_id_ = Buffers::last_id();
  mesh_.reset();
  open_.fetch_sub(1);
}

std::unordered_set<const Block*> Trace::inner_blocks() const {
  std::unordered_set<const Block*> inner;
  const auto note = [&](const Operand& operand) {
    operand.each_block([&](const BlockRef& block) {
      if (!by_block_.contains(block.get())) inner.insert(block.get());
    });
  };
  for (const CapturedCommand& captured : commands_) {
    for (const Operand& in : captured.command.launch.in) note(in);
    for (const Operand& out : captured.command.launch.out) note(out);
  }
  return inner;
}

void Trace::mark_written() const {
  for (const Outside& outside : outside_)
    if (outside.is_written)
      outside.at.each_block([](const BlockRef& block) { block->is_traced = true; });
}

void Trace::release() {
  for (const Outside& outside : outside_)
    outside.at.each_block([](const BlockRef& block) { block->is_traced = false; });
  allocations_.reset();
  if (!is_open()) return;
  mesh_.reset();
  open_.fetch_sub(1);
}

}  // namespace ttnn
