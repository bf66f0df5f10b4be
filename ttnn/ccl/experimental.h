#pragma once
// TT-NN's experimental collectives: the plain ones with arguments in other orders, and with
// semaphores and buffers that its hardware needs. One row of a table each, in experimental.cpp; C++
// programs call the plain ones.
#include "ttnn/ccl/all_reduce.h"

namespace ttnn {

// The arguments of all of them; a row names those that it has.
struct ExperimentalCollective {
  using Form = Outputs (*)(const ExperimentalCollective&, CallOptions);
  using Samples = std::vector<ExperimentalCollective> (*)(const ExperimentalCollective& row,
                                                          Sampler&);
  Form form = nullptr;
  Samples sampled = nullptr;

  Tensor input, buffer;
  std::vector<Tensor> inputs;
  std::optional<Tensor> output;
  std::optional<std::vector<Tensor>> outputs;
  int64_t dim = 0, in_dim = 0, out_dim = 0, num_devices = 0;
  std::optional<int64_t> cluster_axis;
  std::shared_ptr<MeshDevice> mesh_device;
  ReduceType math_op = ReduceType::Sum;
  Unused unused;

  static constexpr auto fields =
      std::tuple{arg("input_tensor", &ExperimentalCollective::input, "any rank, dtype and layout")};
  static constexpr bool across_devices = true;

  Outputs compose(const CallOptions& options) const { return form(*this, options); }
  std::vector<ExperimentalCollective> samples(Sampler& s) const { return sampled(*this, s); }
};

}  // namespace ttnn
