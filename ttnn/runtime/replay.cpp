#include <algorithm>

#include "ttnn/runtime/captured_trace.h"
#include "ttnn/runtime/dispatch.h"
#include "ttnn/runtime/operands.h"
#include "ttnn/runtime/stream.h"

namespace ttnn {
namespace {

// Never written, as what was allocated without contents.
bool is_untouched(const Whereabouts& now) {
  return now.block && now.block->usage.writer == 0 && !now.block->data();
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

}  // namespace

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

}  // namespace ttnn
