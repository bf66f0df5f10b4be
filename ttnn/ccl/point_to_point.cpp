#include "ttnn/ccl/point_to_point.h"

#include "ttnn/ccl/collective.h"
#include "ttnn/runtime/dispatch.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

int place(const Tensor& input, const MeshCoordinate& coord) {
  return static_cast<int>(linear_index(input.label()->mesh(), coord));
}

Moves shard_of_sender(const Tensor& input, const MeshCoordinate& sender) {
  Moves moves = moves_in_order(input.volume());
  moves.copies[0].device = place(input, sender);
  return moves;
}

// One device apart from the others, which share what they can.
const Spread* apart(const MeshDevice& mesh, const MeshCoordinate& device) {
  const int at = static_cast<int>(linear_index(mesh.shape(), device));
  return spread_by(mesh.num_devices(), [&](int d) { return std::vector<int>{d == at}; });
}

// Shards travel along one line of links.
void expect_one_line(std::string_view op, const MeshCoordinate& a, const MeshCoordinate& b,
                     const MeshShape& mesh) {
  int different = 0;
  for (int axis = 0; axis < mesh.dims(); ++axis) different += a[axis] != b[axis];
  expect(different <= 1, op, ": sender_coord ", a, " and receiver_coord ", b, " of ", mesh,
         " do not lie in one row or column. Send by way of a device that shares a line with both.");
}

}  // namespace

TensorSpec SendShard::infer(const CallOptions&) const {
  expect_everywhere(name, "output_tensor", output);
  expect(output.shape() == input.shape() && output.dtype() == input.dtype() &&
             output.layout() == input.layout(),
         name, ": output_tensor is ", output,
         ", but shards travel as they are, and input_tensor is ", input,
         ". Give one of that shape, dtype and layout.");
  return output.spec();
}

const Spread* SendShard::spread(const MeshDevice& mesh) const { return apart(mesh, receiver); }

Moves SendShard::moves(int device) const {
  if (device != place(input, receiver)) return {};
  Moves moves = shard_of_sender(input, sender);
  moves.copies[0].input = 1;
  return moves;
}

const Spread* SendShardAlone::spread(const MeshDevice& mesh) const { return apart(mesh, receiver); }

Moves SendShardAlone::moves(int device) const {
  if (device == place(input, receiver)) return shard_of_sender(input, sender);
  Moves zeros = moves_in_order(input.volume());
  zeros.copies[0].input = StridedCopy::fill;
  zeros.copies[0].dims[0].in = 0;
  return zeros;
}

Outputs PointToPoint::compose(const CallOptions& options) const {
  check_usable(input, name, "input_tensor");
  if (!input.mesh())
    return {run(SendShardAlone{input, {}, {}})};  // which refuses tensors of the host
  expect_everywhere(name, input);
  device_at(name, "sender_coord", input, sender_coord);
  device_at(name, "receiver_coord", input, receiver_coord);
  expect_one_line(name, sender_coord, receiver_coord, input.label()->mesh());
  std::optional<Tensor> output = output_tensor;
  if (!output && !options.outputs.empty()) output = options.outputs[0];
  if (output) return {run(SendShard{*output, input, sender_coord, receiver_coord}, options)};
  return {run(SendShardAlone{input, sender_coord, receiver_coord}, options)};
}

std::vector<PointToPoint> PointToPoint::samples(Sampler& s) {
  const MeshShape& mesh = s.mesh()->shape();
  const MeshCoordinate first = MeshCoordinate::zero(mesh.dims()),
                       last = coordinate(mesh, mesh.mesh_size() - 1),
                       corner = first.with(mesh.dims() - 1, last[mesh.dims() - 1]);
  return {{s({7}), first, corner, {}},
          {s({1, 1, 32, 64}), corner, last, {}},
          {s({5, 568}), last, corner, s({5, 568})},
          {s({2, 3, 40}), last, last, {}},
          {s({33, 1}), corner, first, s({33, 1})},
          {s({1, 1, 1, 1, 2, 1, 3, 4}), first, first, {}},
          {s({0, 3}), first, corner, {}}};
}

namespace ccl {

void register_point_to_point(Registry& registry) { registry.add<PointToPoint>(); }

}  // namespace ccl
}  // namespace ttnn
