#include "ttnn/runtime/operands.h"

#include <algorithm>
#include <map>
#include <utility>

#include "ttnn/runtime/backend.h"
#include "ttnn/runtime/capture.h"
#include "ttnn/runtime/op.h"
#include "ttnn/runtime/stream.h"

namespace ttnn {
namespace {

// All shards of an operand between plain and packed; shard k of the packed ones is the k-th piece
// of `form->bytes()`.
struct PackArgs {
  BlockRef block;
  std::shared_ptr<const PackedForm> form;
  int64_t shards;
  mutable std::byte* packed = nullptr;  // until the block has it

  PackArgs(BlockRef block, std::shared_ptr<const PackedForm> form, int shards)
      : block(std::move(block)), form(std::move(form)), shards(shards) {}
  PackArgs(const PackArgs&) = delete;
  ~PackArgs() {
    if (packed) Pool::instance().release(packed, bytes(), OnRelease::return_to_system);
  }
  int64_t bytes() const { return shards * form->bytes(); }
  std::byte* piece(int shard) const { return packed + shard * form->bytes(); }

  // The form's columns, whatever the shape under which they are seen now.
  int64_t step() const { return std::max<int64_t>(backend().packed_columns(*form), 1); }
  int64_t parts() const { return (form->columns() + step() - 1) / step(); }
  Work work() const { return {shards * parts(), 1}; }
  // use(shard, first column, last column)
  template <class Use>
  void each_part(int64_t begin, int64_t end, Use&& use) const {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t column = i % parts() * step();
      use(static_cast<int>(i / parts()), column, std::min(form->columns(), column + step()));
    }
  }
};

const Kernel pack_kernel = {
    .work = [](const void* args, const Launch&) { return detail::as<PackArgs>(args).work(); },
    .run =
        [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
          const auto& pack = detail::as<PackArgs>(args);
          pack.each_part(begin, end, [&](int shard, int64_t first, int64_t last) {
            backend().pack(*pack.form, launch.output(shard), pack.piece(shard), first, last);
          });
        },
    .before =
        [](const void* args, const Launch&) {
          const auto& pack = detail::as<PackArgs>(args);
          pack.packed = Pool::instance().acquire(pack.bytes());
        },
    .after =
        [](const void* args, const Launch&) {
          const auto& pack = detail::as<PackArgs>(args);
          pack.block->replace(std::exchange(pack.packed, nullptr), pack.bytes());
        },
};

const Kernel unpack_kernel = {
    .work = [](const void* args, const Launch&) { return detail::as<PackArgs>(args).work(); },
    .run =
        [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
          const auto& pack = detail::as<PackArgs>(args);
          pack.each_part(begin, end, [&](int shard, int64_t first, int64_t last) {
            backend().unpack(*pack.form, launch.in[0].on_device(launch.device_of(shard)),
                             launch.output(shard), first, last);
          });
        },
};

// A large block is packed in stages: columns that are packed are taken out of the plain bytes, and
// their memory goes back, before the next ones are packed. So both forms together take little more
// than one of them. A stage is a command; it waits for the one before, as both write the block.
struct PackStage {
  std::shared_ptr<const PackArgs> all;  // of one shard
  int64_t dropped, begin, end;          // columns: missing when the stage comes, and its own

  int64_t step() const { return all->step(); }
  Work work() const { return {(end - begin + step() - 1) / step(), 1}; }
  void prepare() const {
    if (begin == 0) {
      all->packed = Pool::instance().acquire(all->bytes());
      return;
    }
    Block& block = *all->block;
    const int64_t left = backend().drop_columns(*all->form, block.data(), dropped, begin);
    Pool::instance().empty_end(block.data(), block.bytes(), left);
  }
  void run(int64_t first, int64_t last) const {
    for (int64_t i = first; i < last; ++i) {
      const int64_t column = begin + i * step();
      backend().pack(*all->form, all->block->data(), all->packed, column,
                     std::min(end, column + step()), begin);
    }
  }
  void finish() const {
    if (end == all->form->columns())
      all->block->replace(std::exchange(all->packed, nullptr), all->bytes());
  }
};

const Kernel pack_stage_kernel = {
    .work = [](const void* args, const Launch&) { return detail::as<PackStage>(args).work(); },
    .run = [](const void* args, const Launch&, int64_t begin,
              int64_t end) { detail::as<PackStage>(args).run(begin, end); },
    .before = [](const void* args, const Launch&) { detail::as<PackStage>(args).prepare(); },
    .after = [](const void* args, const Launch&) { detail::as<PackStage>(args).finish(); },
};

constexpr int64_t pack_stages = 5;  // what takes more memory for a while is a fifth
constexpr int64_t pack_in_stages_from = int64_t{16} << 20;

void pack_in_stages(const Operand& operand, std::shared_ptr<const PackArgs> all) {
  const int64_t columns = all->form->columns(), step = all->step();
  const int64_t per_stage = ((columns + step - 1) / step + pack_stages - 1) / pack_stages * step;
  for (int64_t begin = 0; begin < columns; begin += per_stage) {
    auto stage = std::make_shared<PackStage>(PackStage{
        all, std::max<int64_t>(0, begin - per_stage), begin, std::min(columns, begin + per_stage)});
    // Also read, so that a stage after one that failed does not run.
    std::vector<Operand> after;
    if (begin > 0) after.push_back(operand);
    enqueue(pack_stage_kernel, std::move(stage), std::move(after), {operand}, &internal("pack"),
            operand.spread->devices, operand.spread);
  }
}

// Whole shards from operand to operand.
constexpr int64_t copy_grain = int64_t{1} << 19;  // bytes
const Kernel copy_kernel = {
    .work =
        [](const void*, const Launch& launch) {
          return Work{launch.shards() * launch.out[0].spec.storage_bytes(), copy_grain};
        },
    .run =
        [](const void*, const Launch& launch, int64_t begin, int64_t end) {
          const int64_t bytes = launch.out[0].spec.storage_bytes();
          while (begin < end) {
            const int device = launch.device_of(static_cast<int>(begin / bytes));
            const int64_t first = begin % bytes, n = std::min(end - begin, bytes - first);
            backend().copy(launch.out[0].on_device(device) + first,
                           launch.in[0].on_device(device) + first, n, launch.shards() * bytes);
            begin += n;
          }
          backend().fence();
        },
};

// The plain bytes of a packed operand, decoded into memory of their own.
Operand decoded(const Operand& packed) {
  Operand plain = fresh_operand(packed.spec, packed.spread);
  auto args = std::make_shared<PackArgs>(BlockRef(), packed.form, packed.spread->distinct);
  enqueue(unpack_kernel, std::move(args), {packed}, {plain}, &internal("unpack"),
          packed.spread->devices, packed.spread);
  return plain;
}

// Where a packed shard lies in a block in which its plain form would lie at the slot's offset:
// shards keep their order.
Slot packed_slot(const TensorSpec& spec, const Slot& slot) {
  const int64_t shard = slot.offset / spec.storage_bytes();
  return {slot.block, shard * slot.block->packed->bytes()};
}

// The packed shard of a slot in plain bytes of its own.
Slot decoded_slot(const TensorSpec& spec, const Slot& packed,
                  std::shared_ptr<const PackedForm> form) {
  Operand shard;
  shard.spec = spec;
  shard.spread = Spread::shared(1);
  shard.slots = {packed};
  shard.form = std::move(form);
  return {decoded(shard).block, 0};
}

// Packed shards in places of their own stay so where all have the same form; else they are decoded,
// each once.
void settle_slots(Operand& operand) {
  const std::shared_ptr<const PackedForm> none, *form = nullptr;
  bool alike = true;
  for (const Slot& slot : operand.slots) {
    const auto& own = slot.block ? slot.block->packed : none;
    if (!form) form = &own;
    alike = alike && own && (*form)->same_as(*own);
  }
  std::map<std::pair<const Block*, int64_t>, Slot> plain;
  if (alike) operand.form = *form;
  for (Slot& slot : operand.slots) {
    if (!slot.block || !slot.block->packed) continue;
    const Slot packed = packed_slot(operand.spec, slot);
    if (alike) {
      slot = packed;
      continue;
    }
    Slot& bytes = plain[{packed.block.get(), packed.offset}];
    if (!bytes.block) bytes = decoded_slot(operand.spec, packed, packed.block->packed);
    slot = bytes;
  }
}

}  // namespace

Operand operand_of(const Tensor& tensor) {
  expect(tensor.is_allocated(), "Tensor is not allocated: ", tensor,
         " was deallocated by another thread while it was in use.");
  const Buffers& buffers = *tensor.buffers();
  Operand operand;
  operand.spec = tensor.spec();
  operand.spread = buffers.spread();
  if (buffers.evenly_spaced()) {
    operand.block = buffers.block();
    operand.form = operand.block->packed;
    operand.stride = operand.form ? operand.form->bytes() : buffers.stride();
    return operand;
  }
  if (!buffers.is_alias()) operand.slots = buffers.slots();
  for (int d = 0; buffers.is_alias() && d < buffers.devices(); ++d)
    operand.slots.push_back(buffers.slot(d));
  // A lone shard that fills its block is that block: weights stay packable through
  // get_device_tensors.
  const Slot only = operand.slots.front();
  const bool fills = only.block && !only.block->packed && only.offset == 0 &&
                     only.block->bytes() == operand.spec.storage_bytes();
  if (operand.slots.size() == 1 && fills) {
    operand.block = only.block;
    operand.slots.clear();
  } else {
    settle_slots(operand);
  }
  return operand;
}

Operand plain_operand(const Tensor& tensor) {
  Operand operand = operand_of(tensor);
  return operand.form ? unpacked(operand) : operand;
}

Operand fresh_operand(const TensorSpec& spec, const Spread* spread) {
  Operand operand;
  operand.spec = spec;
  operand.spread = spread;
  operand.stride = spec.storage_bytes();
  operand.block = make_block(operand.stride * spread->distinct);
  return operand;
}

Operand unpacked(const Operand& packed) {
  if (packed.slots.empty()) return decoded(packed);
  Operand plain = packed;
  plain.form.reset();
  std::map<std::pair<const Block*, int64_t>, Slot> known;
  for (Slot& slot : plain.slots) {
    Slot& bytes = known[{slot.block.get(), slot.offset}];
    if (!bytes.block) bytes = decoded_slot(packed.spec, slot, packed.form);
    slot = bytes;
  }
  return plain;
}

bool is_uploaded(const Operand& operand) {
  if (!operand.block || !operand.block->uploaded || operand.form) return false;
  const int64_t shard = operand.spec.storage_bytes(), shards = operand.spread->distinct;
  return operand.block->bytes() == shards * shard && (shards == 1 || operand.stride == shard);
}

void pack_in_place(Operand& operand, std::shared_ptr<const PackedForm> form) {
  // Once and for good, also where a trace records: its replays find the packed bytes.
  const Capture::Recording none(nullptr);
  auto args = std::make_shared<PackArgs>(operand.block, form, operand.spread->distinct);
  if (args->shards == 1 && operand.block->bytes() >= pack_in_stages_from)
    pack_in_stages(operand, std::move(args));
  else
    enqueue(pack_kernel, std::move(args), {}, {operand}, &internal("pack"), operand.spread->devices,
            operand.spread);
  operand.block->packed = form;
  operand.stride = form->bytes();
  operand.form = std::move(form);
}

const OpInfo& internal(const char* name) {
  static auto& all = *new std::map<std::string, OpInfo>;
  OpInfo& info = all[name];
  if (info.name.empty()) info.name = name;
  return info;
}

uint64_t enqueue(const Kernel& kernel, std::shared_ptr<const void> args, std::vector<Operand> in,
                 std::vector<Operand> out, const OpInfo* op, int devices, const Spread* spread) {
  Stream::Draft command;
  command->op = op;
  command->args = std::move(args);
  command->kernel = &kernel;
  command->source = current_source();
  command->queue = current_queue();
  command->mesh_id = -1;
  command->launch.in = std::move(in);
  command->launch.out = std::move(out);
  command->launch.devices = devices;
  command->launch.spread = spread;
  if (Capture* capture = Capture::recording()) {
    capture->record(std::move(*command), {});
    return 0;
  }
  return Stream::instance().submit(command);
}

uint64_t enqueue_copy(const Operand& from, const Operand& to, const char* name) {
  return enqueue(copy_kernel, nullptr, {from}, {to}, &internal(name), to.spread->devices,
                 to.spread);
}

}  // namespace ttnn
