#pragma once
// A Command is one op for the whole mesh, as a plain value: which bytes it reads and writes, its
// arguments, and the kernel that carries it out in tasks. Tasks are cut by shapes and mesh alone,
// never by the number of workers.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ttnn/core/source_line.h"
#include "ttnn/tensor/tensor.h"

namespace ttnn {

struct OpInfo;

// One tensor of a command: where the shard of each device lies.
struct Operand {
  TensorSpec spec;
  const Spread* spread = nullptr;
  BlockRef block;  // evenly spaced shards, or
  int64_t stride = 0;
  std::vector<Slot> slots;                 // one slot per distinct shard
  std::shared_ptr<const PackedForm> form;  // how the bytes are arranged; null: plain

  // The bytes of a device's shard. Only while the command runs: earlier the memory may not exist.
  std::byte* on_device(int device) const {
    const uint16_t shard = spread->shard_of[device];
    if (slots.empty()) return block->data() + stride * shard;
    return slots[shard].block->data() + slots[shard].offset;
  }
  bool has(int device) const { return spread->shard_of[device] != Spread::none; }
  // All distinct shards without gaps, in order: one slab.
  bool is_slab() const {
    return slots.empty() && (stride == spec.storage_bytes() || spread->distinct == 1);
  }
  template <class Use>
  void each_block(Use&& use) const {
    if (block) use(block);
    for (const Slot& slot : slots) use(slot.block);
  }
};

// What a kernel sees: the operands, and which device stands for each shard that has to be computed.
struct Launch {
  int devices = 1;
  const Spread* spread = nullptr;  // of the results: identical ones are computed once
  std::vector<Operand> in, out;

  int shards() const { return spread->distinct; }
  int device_of(int shard) const { return spread->device_of[shard]; }
  const Operand& operand(const Tensor& tensor) const { return in[tensor.operand()]; }
  std::byte* input(const Tensor& tensor, int shard) const {
    return operand(tensor).on_device(device_of(shard));
  }
  std::byte* output(int shard, int k = 0) const { return out[k].on_device(device_of(shard)); }
};

// How much work a launch is: `items` (rows, elements, columns...), in tasks of `grain` items. A
// grain is meant to be some ten microseconds of work; a launch of one task may run at once in the
// calling thread.
struct Work {
  int64_t items = 1;
  int64_t grain = 1;
  int64_t tasks() const { return items <= 0 ? 0 : (items + grain - 1) / grain; }
};

// One implementation of an op. `args` is the op struct.
struct Kernel {
  Work (*work)(const void* args, const Launch&) = nullptr;
  void (*run)(const void* args, const Launch&, int64_t begin, int64_t end) = nullptr;
  bool (*accepts)(const void* args, const Launch&) = nullptr;  // null: everything
  // Bytes in a form of the backend's own that the kernel wants operand `n` in; null: plain only.
  std::shared_ptr<const PackedForm> (*wants)(const void* args, const Launch&, int n) = nullptr;
  void (*before)(const void* args, const Launch&) = nullptr;  // once, before the first task
  void (*after)(const void* args,
                const Launch&) = nullptr;  // once, after the last one, unless it failed
  bool uses_openmp = false;
};

struct Command {
  const OpInfo* op = nullptr;
  std::shared_ptr<const void> args;
  Launch launch;
  const Kernel* kernel = nullptr;
  SourceLine source;
  int queue = 0;
  int mesh_id = -1;

  std::string text() const;  // "linear [1, 32, 64] x [64, 32] on 4 devices"
};

}  // namespace ttnn
