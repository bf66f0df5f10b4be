#pragma once
// The shadow of a replay: its commands run one by one, beside which its results are held.
#include <memory>
#include <unordered_map>
#include <vector>

#include "ttnn/runtime/schedule.h"

namespace ttnn {

// A replay's commands run one by one, as if the program had called its ops: on copies of what the
// trace writes, and on memory of its own for each inner block.
class Shadow {
 public:
  Shadow(const std::vector<CapturedCommand>& commands, std::shared_ptr<MeshDevice> mesh)
      : commands_(commands), mesh_(std::move(mesh)) {}

  // Before the replay, with Stream::Order: `original` as it is now.
  void copy(const Operand& original);
  // After it, in the same order: what it has written, beside which others may write on.
  void keep_result(const Operand& original);
  void run();  // after the replay
  struct Pair {
    BlockRef replayed, alone;
  };
  Pair of(const BlockRef& original) const {
    return {results_.at(original.get()), copies_.at(original.get())};
  }

 private:
  Operand shadowed(const Operand& operand);
  void run(const CapturedCommand& captured);
  Tensor tensor_of(const Operand& operand, const Tensor& described, int mesh_id) const;

  const std::vector<CapturedCommand>& commands_;
  std::shared_ptr<MeshDevice> mesh_;
  using Copies = std::unordered_map<const Block*, BlockRef>;
  static void copy_blocks(const Operand& original, Copies& to);
  Copies copies_, results_;
};

}  // namespace ttnn
