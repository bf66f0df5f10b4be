#include "ttnn/runtime/trace.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include "ttnn/runtime/backend.h"
#include "ttnn/runtime/capture.h"
#include "ttnn/runtime/dispatch.h"
#include "ttnn/runtime/finding.h"
#include "ttnn/runtime/operands.h"
#include "ttnn/runtime/queues.h"
#include "ttnn/runtime/schedule.h"
#include "ttnn/runtime/shadow.h"
#include "ttnn/runtime/stream.h"
#include "ttnn/tensor/allocation_log.h"

namespace ttnn {

Capture::~Capture() = default;

namespace {

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

Operand operand_at(const TensorSpec& spec, const Location& at) {
  Operand operand;
  operand.spec = spec;
  operand.spread = at.spread;
  operand.block = at.block;
  operand.stride = at.stride;
  operand.slots = at.slots;
  operand.form = at.form;
  return operand;
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

// Never written, as what was allocated without contents.
bool is_untouched(const Whereabouts& now) {
  return now.block && now.block->usage.writer == 0 && !now.block->data();
}

}  // namespace

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

namespace {

// Guarded by program order. Released ones stay as null, so that releasing again is known as such.
std::map<int, std::shared_ptr<Trace>>& traces() {
  static auto& all = *new std::map<int, std::shared_ptr<Trace>>;
  return all;
}

struct ReplayArgs {
  std::shared_ptr<Trace> trace;
  std::vector<Trace::Move> moves;
};

const Kernel replay_kernel = {
    .work =
        [](const void* args, const Launch&) {
          const bool is_small = detail::as<ReplayArgs>(args).trace->is_small();
          return Work{is_small ? 1 : Stream::instance().workers(), 1};
        },
    .run = [](const void* args, const Launch&, int64_t,
              int64_t) { detail::as<ReplayArgs>(args).trace->take_part(); },
    .before =
        [](const void* args, const Launch&) {
          const auto& replay = detail::as<ReplayArgs>(args);
          replay.trace->begin(replay.moves);
        },
    .uses_openmp = true,
};

std::shared_ptr<Trace> open_trace(const MeshDevice& mesh, int queue) {
  for (const auto& [id, trace] : traces())
    if (trace && trace->is_open() && (queue < 0 || trace->queue == queue) &&
        (mesh.is_within(trace->mesh()) || trace->mesh().is_within(mesh)))
      return trace;
  return nullptr;
}

}  // namespace

Capture* Capture::of(const MeshDevice& mesh, int queue) {
  if (!any()) return nullptr;
  for (const auto& [id, trace] : traces())
    if (trace && trace->is_open() && trace->queue == queue && mesh.is_within(trace->mesh()))
      return trace.get();
  return nullptr;
}

// ---- Capturing.

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

// ---- Replaying.

// Where an outside tensor lies now, if that is elsewhere than when it was last looked at.
std::optional<Location> Trace::follow(Outside& outside) {
  Whereabouts& now = *outside.where;
  // What a program has dropped keeps its last bytes, as memory does; what was never written has
  // none that count.
  if (now.version == outside.version || !now.exist()) return {};
  if (is_untouched(now)) return {};
  Location to = Location::of(now);
  if (outside.is_written) {
    const bool is_own = to.slots.empty() && !to.form && !to.block->is_borrowed() &&
                        to.block->owners == 1 && to.spread == outside.captured;
    if (!is_own) give_own_bytes(outside, outside.captured);
  } else {
    const bool reads_it = !to.form || (outside.at.form && to.form->same_as(*outside.at.form));
    if (!reads_it) give_own_bytes(outside, to.spread);
  }
  outside.version = now.version;
  to = Location::of(now);
  to.each_block([](const BlockRef& block) {
    if (!block->packed) block->uploaded = false;
  });
  return to;
}

// Makes the commands refer to the new place.
void Trace::apply(Outside& outside, const Location& to) {
  std::set<size_t> changed;
  for (const Place& place : outside.places) {
    CapturedCommand& captured = commands_[place.command];
    Launch& launch = captured.command.launch;
    Operand& operand = (place.is_output ? launch.out : launch.in)[place.operand];
    if (place.slot == Place::all) {
      const Location before{operand.spread, operand.block, operand.stride, operand.slots,
                            operand.form};
      operand.spread = to.spread;
      operand.block = to.block;
      operand.stride = to.stride;
      operand.slots = to.slots;
      operand.form = to.form;
      if (before.lies_like(to)) continue;
    } else if (place.slot == Place::alone) {
      operand.block.reset();
      operand.slots = {to.on_device(place.device)};
    } else {
      operand.slots[static_cast<size_t>(place.slot)] = to.on_device(place.device);
    }
    changed.insert(place.command);
  }
  for (size_t i : changed) {
    Command& command = commands_[i].command;
    if (const Kernel* kernel = kernel_for(*command.op, command.args.get(), command.launch))
      command.kernel = kernel;
    if (schedule_) schedule_->resize(i);
  }
}

void Trace::renew_operands() {
  Operand reads, writes;
  reads.spread = writes.spread = Spread::shared(1);
  for (const Outside& outside : outside_)
    outside.at.each_block([&](const BlockRef& block) {
      if (outside.is_read) reads.slots.push_back({block, 0});
      if (outside.is_written) writes.slots.push_back({block, 0});
    });
  writes.slots.push_back({schedule_->arena(), 0});
  reads_ = {std::move(reads)};
  writes_ = {std::move(writes)};
}

// All at once, before anything of the trace changes.
void Trace::check_inputs() const {
  for (const Outside& outside : outside_) {
    const Whereabouts& now = *outside.where;
    const bool has_moved = now.version != outside.version && now.exist() && !is_untouched(now);
    expect(!has_moved || outside.is_written ||
               Spread::meet(outside.captured, now.spread) == outside.captured,
           "execute_trace: an input ", outside.spec.shape, " ", outside.spec.dtype,
           " of the trace was the same on several devices when it was captured, and has other "
           "shards on each of them now. Capture the trace again with such an input.");
  }
}

uint64_t Trace::submit_replay(int on_queue) {
  check_inputs();
  auto args = std::make_shared<ReplayArgs>();
  for (size_t i = 0; i < outside_.size(); ++i) {
    Outside& outside = outside_[i];
    if (outside.version == outside.where->version) continue;
    if (auto to = follow(outside)) {
      outside.at = *to;
      args->moves.push_back({i, std::move(*to)});
    }
  }
  if (!args->moves.empty()) {
    renew_operands();
    mark_written();
  }
  args->trace = shared_from_this();
  ++replay_count_;
  Stream::Draft command;
  command->op = &internal("execute_trace");
  command->args = std::move(args);
  command->kernel = &replay_kernel;
  command->source = current_source();
  command->queue = on_queue;
  command->mesh_id = mesh_id;
  command->launch.in = reads_;
  command->launch.out = writes_;
  command->launch.devices = 1;
  command->launch.spread = Spread::shared(1);
  return Stream::instance().submit(command);
}

std::vector<Allocation> Trace::endangered() const {
  std::vector<Allocation> found;
  if (freed_types_.empty()) return found;
  for (Allocation& one : AllocationLog::since(last_id_)) {
    const bool is_on_a_device =
        std::any_of(one.device_ids.begin(), one.device_ids.end(), [&](int device) {
          return std::find(device_ids_.begin(), device_ids_.end(), device) != device_ids_.end();
        });
    if (is_on_a_device && freed_types_.contains(one.buffer_type)) found.push_back(std::move(one));
  }
  return found;
}

// ---- Shadow mode.

void Trace::replay_with_shadow(const std::shared_ptr<MeshDevice>& mesh, int on_queue) {
  // One at a time, and none beside it: what is moved here no replay may read.
  const std::lock_guard lock(replays_);
  Stream& stream = Stream::instance();
  stream.wait_all();
  Shadow shadow(commands_, mesh);
  uint64_t number = 0;
  {
    const Stream::Order order;
    check_inputs();
    for (Outside& outside : outside_)
      if (auto to = follow(outside)) {
        outside.at = *to;
        apply(outside, *to);
      }
    renew_operands();
    mark_written();
    for (const Outside& outside : outside_)
      if (outside.is_written) shadow.copy(operand_at(outside.spec, outside.at));
    number = submit_replay(on_queue);
    for (const Outside& outside : outside_)
      if (outside.is_written) shadow.keep_result(operand_at(outside.spec, outside.at));
  }
  stream.kick(number);
  stream.wait(number);
  stream.wait_for(receipt());
  shadow.run();
  for (const Outside& outside : outside_)
    if (outside.is_written)
      outside.at.each_block([&](const BlockRef& block) { expect_same(outside, shadow.of(block)); });
}

void Trace::expect_same(const Outside& outside, const Shadow::Pair& results) const {
  const std::byte *a = results.replayed->data(), *b = results.alone->data();
  const std::byte* end = a + results.replayed->bytes();
  const auto differs = std::mismatch(a, end, b).first;
  if (differs == end) return;
  const int64_t at = differs - a;
  const CapturedCommand* last = nullptr;
  for (const Place& place : outside.places)
    if (place.is_output) last = &commands_[place.command];
  fail("execute_trace: shadow mode: tid ", id, " on ", mesh_text, ": the replay gave a tensor ",
       outside.spec.shape, " ", outside.spec.dtype, ", last written by ",
       last ? last->command.op->name : "no op",
       last && last->command.source.file
           ? text(" (", last->command.source.file, ":", last->command.source.line, ")")
           : "",
       ", other bits than its commands run one by one. The first difference is in byte ",
       at % std::max<int64_t>(outside.spec.storage_bytes(), 1), " of shard ",
       at / std::max<int64_t>(outside.spec.storage_bytes(), 1),
       ". This is a mistake of Tilemesh, or a captured op gives other numbers each time.");
}

QueueUses Trace::uses() const {
  QueueUses uses;
  for (const Outside& outside : outside_)
    outside.where->with([&](Buffers& buffers) {
      uses.add(buffers, outside.is_written ? QueueUses::write : QueueUses::read);
    });
  return uses;
}

std::string Trace::describe_use(size_t use) const {
  for (const Outside& outside : outside_)
    if (outside.where->exist() && use-- == 0)
      return text(outside.spec.shape, " ", outside.spec.dtype, " ", outside.spec.layout);
  return "dropped meanwhile";
}

TraceDescription Trace::describe() const {
  TraceDescription all;
  all.id = id;
  all.queue = queue;
  all.mesh = mesh_text;
  all.entries = entries_;
  for (const Outside& outside : outside_) {
    all.inputs += outside.is_read;
    all.outputs += outside.is_written;
  }
  if (schedule_) {
    all.arena_bytes = schedule_->arena()->bytes();
    all.private_bytes = schedule_->private_bytes();
  }
  all.replays = replay_count_;
  return all;
}

// ---- The calls.

namespace {

constexpr Checker checker = {"TraceWarning", "TTNN_STRICT_TRACE"};

void check_call(const MeshDevice& mesh, int queue, std::string_view op) {
  mesh.expect_open(op);
  expect_queue(mesh, queue, op);
}

std::string at_line() {
  const SourceLine line = current_source();
  return line.file ? text(" (", line.file, ":", line.line, ")") : "";
}

// The trace of this mesh; an error where there is none that can be used.
std::shared_ptr<Trace> find_trace(const MeshDevice& mesh, int id, std::string_view op) {
  const auto found = traces().find(id);
  mesh.expect_open(op);
  const bool exists =
      found != traces().end() && found->second && found->second->mesh_id == mesh.id();
  const bool was_released = found != traces().end() && !found->second;
  if (!exists)
    fail(op, ": Trace instance ", id, " must exist on Mesh device ", mesh.id(),
         "'s active sub-device manager 0: ",
         was_released ? "it was released" : "no capture on this mesh has that id",
         ". Capture it with ttnn.begin_trace_capture and ttnn.end_trace_capture.");
  return found->second;
}

// Cards place tensors of after the capture where it has freed memory, and a replay writes there.
void tell_endangered(const Trace& trace, const Allocation& one) {
  const std::string line =
      one.source.file ? text(one.source.file, ":", one.source.line) : "an unknown line";
  tell(
      checker,
      text(
          "execute_trace: Allocating device buffers is potentially unsafe due to the existence of ",
          "an active trace: a tensor of ", one.bytes, " B per device, allocated at ", line,
          " after tid ", trace.id, " was captured on ", trace.mesh_text,
          " and alive at its replay, may lie on cards where the capture had freed ",
          one.buffer_type, " memory, and be overwritten by the replay. Here it is safe. Allocate ",
          "it before ttnn.begin_trace_capture, or deallocate it before ttnn.execute_trace."),
      line);
}

// Warnings run the program's code, and other threads go on: a trace may be gone by now.
void expect_usable(const MeshDevice& mesh, const Trace& trace) {
  find_trace(mesh, trace.id, "execute_trace");
}

void mark_all_written() {
  for (const auto& [id, trace] : traces())
    if (trace && !trace->is_open()) trace->mark_written();
}

}  // namespace

int begin_trace_capture(const std::shared_ptr<MeshDevice>& mesh, int queue) {
  check_call(*mesh, queue, "begin_trace_capture");
  static int next_id = 0;  // guarded by program order
  const Stream::Order order;
  if (const auto other = open_trace(*mesh, queue))
    fail("begin_trace_capture: CQ ", queue, " is already being used for tracing tid ", other->id,
         " on ", other->mesh_text,
         ". End that capture with ttnn.end_trace_capture, or drop it with ttnn.release_trace.");
  const int id = next_id++;
  traces()[id] = std::make_shared<Trace>(id, mesh, queue);
  return id;
}

void end_trace_capture(const std::shared_ptr<MeshDevice>& mesh, int id, int queue) {
  check_call(*mesh, queue, "end_trace_capture");
  const Stream::Order order;
  const auto found = traces().find(id);
  const bool fits = found != traces().end() && found->second && found->second->is_open() &&
                    found->second->queue == queue && found->second->mesh_id == mesh->id();
  if (!fits) {
    const auto open = open_trace(*mesh, -1);
    fail("end_trace_capture: CQ ", queue, " is not being used for tracing tid ", id, " on ",
         mesh->text(), ". ",
         open ? text("Tid ", open->id, " is being captured on CQ ", open->queue, " of ",
                     open->mesh_text, ".")
              : "Begin a capture with ttnn.begin_trace_capture.");
  }
  found->second->end();
}

void execute_trace(const std::shared_ptr<MeshDevice>& mesh, int id, int queue, bool blocking) {
  check_call(*mesh, queue, "execute_trace");
  expect_not_capturing(*mesh, queue, Forbidden::blocking, "execute_trace");
  const QueueUser by{mesh.get(), queue};
  std::shared_ptr<Trace> trace;
  QueueUses uses;
  std::vector<Allocation> endangered;
  {
    const Stream::Order order;
    trace = find_trace(*mesh, id, "execute_trace");
    expect(!trace->is_open(), "execute_trace: tid ", id,
           " is still being captured. End the capture with ttnn.end_trace_capture first.");
    if (QueueUses::are_checked()) uses = trace->uses();
    endangered = trace->endangered();
  }
  for (const Allocation& one : endangered) tell_endangered(*trace, one);
  if (const auto race = uses.race(by))
    tell_race("execute_trace", text("a tensor of tid ", id, ", ", trace->describe_use(race->use)),
              *race);
  if (shadow_traces()) {
    {
      const Stream::Order order;
      expect_usable(*mesh, *trace);
      uses.note(by, "execute_trace");
    }
    return trace->replay_with_shadow(mesh, queue);
  }
  Stream& stream = Stream::instance();
  stream.make_room();
  uint64_t number = 0;
  {
    const std::lock_guard lock(trace->replays());
    const Stream::Order order;
    expect_usable(*mesh, *trace);
    number = trace->submit_replay(queue);
    if (QueueUses::are_checked()) uses.note(by, "execute_trace");
  }
  const QueueClock clock = blocking ? QueueUses::now(by) : QueueClock();
  stream.kick(number);
  if (!blocking) return;
  stream.wait(number);
  QueueUses::host_has_waited(clock);
  stream.wait_for(trace->receipt());
}

void release_trace(const std::shared_ptr<MeshDevice>& mesh, int id) {
  const Stream::Order order;
  const auto found = traces().find(id);
  if (found != traces().end() && !found->second) return;
  const auto trace = find_trace(*mesh, id, "release_trace");
  trace->release();
  found->second.reset();
  mark_all_written();
}

bool is_trace_capture_active(const MeshDevice& mesh) {
  const Stream::Order order;
  return open_trace(mesh, -1) != nullptr;
}

TraceDescription describe_trace(const std::shared_ptr<MeshDevice>& mesh, int id) {
  const Stream::Order order;
  return find_trace(*mesh, id, "describe_trace")->describe();
}

void forget_traces(const MeshDevice& mesh) {
  const Stream::Order order;
  for (auto& [id, trace] : traces())
    if (trace && trace->mesh_id == mesh.id()) {
      trace->release();
      trace.reset();
    }
  mark_all_written();
}

void expect_not_capturing(const MeshDevice& mesh, int queue, Forbidden what, std::string_view op) {
  if (!Capture::any()) return;
  int id = 0;
  {
    const Stream::Order order;
    const auto trace = open_trace(mesh, queue);
    if (!trace) return;
    id = trace->id;
  }
  const auto refuse = [&](std::string_view rule, std::string_view way_out) {
    fail(op, at_line(), ": ", rule, " Tid ", id, " is being captured on ", mesh.text(), ". ",
         way_out);
  };
  switch (what) {
    case Forbidden::write:
      return refuse("Writes are not supported during trace capture.",
                    "Make the tensor before the capture; refresh it between replays with "
                    "ttnn.copy_host_to_device_tensor.");
    case Forbidden::read:
      return refuse("Reads are not supported during trace capture.",
                    "The capture computes nothing yet: read after ttnn.execute_trace.");
    case Forbidden::synchronisation:
      return refuse("Event Synchronization is not supported during trace capture.",
                    "Synchronise before ttnn.begin_trace_capture or after ttnn.end_trace_capture.");
    case Forbidden::blocking:
      return refuse("Blocking is not supported when recording a trace.",
                    "A trace cannot hold another: replay it after ttnn.end_trace_capture.");
    case Forbidden::new_program:
      return refuse(
          "Cannot load new binaries during trace capture. This program is not yet in "
          "program cache: it has not run on this mesh with these arguments and shapes. "
          "Warm up before capturing a trace.",
          "Run the program once before ttnn.begin_trace_capture.");
  }
}

uint64_t buffer_address(const Tensor& tensor) {
  const Stream::Order order;
  return address_of(tensor.buffers()->id());
}

}  // namespace ttnn
