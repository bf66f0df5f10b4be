#pragma once
// all_reduce and reduce_scatter: the shards of a group's devices combined element by element, on
// each of them, or a slice on each. In float32 (integers in 64 bits, which wrap at the end), in the
// order of the devices, rounded once.
#include "ttnn/runtime/op.h"

namespace ttnn {

enum class ReduceType { Sum, Mean, Max, Min, Std, Var, Prod };
std::string_view name(ReduceType);
// Whether terms of a sum may be combined by it.
constexpr bool is_linear(ReduceType op) { return op == ReduceType::Sum || op == ReduceType::Mean; }

// Whether combining the group's shards makes the sum whose terms they are: not where replicas,
// along another axis, are added up as well.
bool adds_up_terms(const Tensor& input, ReduceType op, std::optional<int64_t> cluster_axis);

// Which elements of the members' shards make a device's result: element o * run + j is made of
// elements offset + o * stride + j, for j < run.
struct Combination {
  std::vector<int> devices;  // in order
  ReduceType op = ReduceType::Sum;
  int64_t offset = 0, stride = 0, run = 0;
};
void combine_elements(const Combination&, const Tensor& input, Task task);  // the reference

template <>
struct FieldType<ReduceType> {
  static std::string name() { return "ttnn.ReduceType"; }
  static std::optional<ReduceType> read(const Value&);
  static Value write(ReduceType);
};
inline uint64_t hash_of(ReduceType op) { return static_cast<uint64_t>(op); }

struct AllReduce {
  Tensor input;
  ReduceType math_op = ReduceType::Sum;
  std::optional<int64_t> cluster_axis;

  static constexpr auto name = "all_reduce";
  static constexpr auto doc =
      "The shards of a group's devices combined element by element, on each of them.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &AllReduce::input, "any rank, dtype and layout"),
      kw("math_op", &AllReduce::math_op, "Sum, Mean, Max or Min"),
      kw("cluster_axis", &AllReduce::cluster_axis,
         "the mesh axis whose lines are the groups; None: one group of all devices"),
  };
  static constexpr bool across_devices = true;
  static constexpr auto traffic = Traffic::all_reduce;

  TensorSpec infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const>) const;
  TopologyPtr topology(std::span<const TopologyPtr* const>) const;
  bool settles_terms() const { return adds_up_terms(input, math_op, cluster_axis); }
  const Spread* spread(const MeshDevice&) const;
  Combination combination(int device) const;
  void reference(Task task) const { combine_elements(combination(task.device()), input, task); }
  static std::vector<AllReduce> samples(Sampler&);
};
inline constexpr Call<AllReduce> all_reduce;

struct ReduceScatter {
  Tensor input;
  int64_t dim = 0;
  ReduceType math_op = ReduceType::Sum;
  std::optional<int64_t> cluster_axis;

  static constexpr auto name = "reduce_scatter";
  static constexpr auto doc =
      "The shards of a group's devices combined element by element; each device gets its slice.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &ReduceScatter::input, "any rank, dtype and layout"),
      arg("dim", &ReduceScatter::dim,
          "the dim that is cut into a slice per device of a group; may be negative")
          .must(),
      kw("math_op", &ReduceScatter::math_op, "Sum, Mean, Max or Min"),
      kw("cluster_axis", &ReduceScatter::cluster_axis,
         "the mesh axis whose lines are the groups; None: one group of all devices, row-major"),
  };
  static constexpr bool across_devices = true;
  static constexpr auto traffic = Traffic::reduce_scatter;

  TensorSpec infer(const CallOptions&) const;
  LabelPtr label(std::span<const LabelPtr* const>) const;
  TopologyPtr topology(std::span<const TopologyPtr* const>) const;
  bool settles_terms() const { return adds_up_terms(input, math_op, cluster_axis); }
  const Spread* spread(const MeshDevice&) const;
  Combination combination(int device) const;
  void reference(Task task) const { combine_elements(combination(task.device()), input, task); }
  static std::vector<ReduceScatter> samples(Sampler&);
};
inline constexpr Call<ReduceScatter> reduce_scatter;

}  // namespace ttnn
