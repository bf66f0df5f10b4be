#pragma once
// point_to_point: one device's shard goes to another device of its row or column.
#include "ttnn/runtime/moves.h"

namespace ttnn {

// Into a tensor that is there, at the receiver alone.
struct SendShard {
  Tensor output, input;
  MeshCoordinate sender, receiver;

  static constexpr auto name = "point_to_point";
  static constexpr auto doc = "Writes the sender's shard into the receiver's shard of a tensor.";
  static constexpr auto fields = std::tuple{
      arg("output_tensor", &SendShard::output, "is written"),
      arg("input_tensor", &SendShard::input, "of the same shape, dtype and layout"),
      arg("sender_coord", &SendShard::sender, "whose shard is sent"),
      arg("receiver_coord", &SendShard::receiver, "whose shard is written"),
  };
  static constexpr auto in_place = &SendShard::output;
  static constexpr bool updates_part = true;
  static constexpr bool across_devices = true;
  static constexpr auto traffic = Traffic::send;

  TensorSpec infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const> inputs) const {
    return without_replicas(*inputs[0]);
  }
  const Spread* spread(const MeshDevice&) const;
  bool settles_terms() const { return true; }  // a single term is sent for what it is
  Moves moves(int device) const;
  void reference(Task task) const { update_elements(moves(task.device()), output, task); }
};

// Into a new tensor, whose other shards are zeros.
struct SendShardAlone {
  Tensor input;
  MeshCoordinate sender, receiver;

  static constexpr auto name = "point_to_point";
  static constexpr auto doc = "The sender's shard at the receiver, zeros elsewhere.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &SendShardAlone::input, "any rank, dtype and layout"),
      arg("sender_coord", &SendShardAlone::sender, "whose shard is sent"),
      arg("receiver_coord", &SendShardAlone::receiver, "who gets it"),
  };
  static constexpr bool across_devices = true;
  static constexpr auto traffic = Traffic::send;

  TensorSpec infer(const CallOptions&) const { return input.spec(); }
  LabelPtr label(std::span<const LabelPtr* const> inputs) const {
    return Label::everywhere((*inputs[0])->mesh(), {Placement::local});
  }
  bool settles_terms() const { return true; }
  const Spread* spread(const MeshDevice&) const;
  Moves moves(int device) const;
  void reference(Task task) const { move_elements(moves(task.device()), task); }
};

struct PointToPoint {
  Tensor input;
  MeshCoordinate sender_coord, receiver_coord;
  std::optional<Tensor> output_tensor;

  static constexpr auto name = "point_to_point";
  static constexpr auto doc =
      "The receiver's shard of the result is the sender's shard. Other devices keep what "
      "output_tensor holds; without one they hold zeros.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &PointToPoint::input, "any rank, dtype and layout"),
      arg("sender_coord", &PointToPoint::sender_coord, "the device whose shard is sent").must(),
      arg("receiver_coord", &PointToPoint::receiver_coord,
          "the device that gets it, in the same row or column; the sender itself: a copy")
          .must(),
      kw("output_tensor", &PointToPoint::output_tensor,
         "is written at the receiver and returned; of the input's shape, dtype and layout"),
  };
  static constexpr bool across_devices = true;

  Outputs compose(const CallOptions&) const;
  static std::vector<PointToPoint> samples(Sampler&);
};
inline constexpr Call<PointToPoint> point_to_point;

}  // namespace ttnn
