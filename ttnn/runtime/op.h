#pragma once
// What an op is: a struct whose members are its arguments and whose functions are its rules.
// Everything else (the C++ call, the Python function, argument errors, documentation, tests) is
// derived from it here.
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ttnn/runtime/command.h"
#include "ttnn/runtime/field.h"
#include "ttnn/runtime/sampler.h"
#include "ttnn/runtime/signature.h"

namespace ttnn {

// What every op accepts beside its own arguments; the dispatcher's business, not the op's.
struct CallOptions {
  std::optional<MemoryConfig> memory_config;
  std::optional<DataType> dtype;
  std::vector<Tensor> outputs;  // write here instead of into new tensors
  std::optional<int> queue{};   // null: that of the thread
};

// What `reference` gets: one shard to compute. It reads and writes whole shards as numbers,
// whatever their dtype.
class Task {
 public:
  Task(const Launch& launch, int shard) : launch(launch), shard(shard) {}
  // This device's shard, row-major, decoded.
  std::vector<float> floats(const Tensor& t) const { return floats(t, device()); }
  std::vector<int64_t> integers(const Tensor& t) const { return integers(t, device()); }
  // Another device's, for collectives.
  std::vector<float> floats(const Tensor&, int device) const;
  std::vector<int64_t> integers(const Tensor&, int device) const;
  void write(std::span<const float>, int k = 0) const;  // rounds once to the output's dtype
  void write(std::span<const int64_t>, int k = 0) const;
  const TensorSpec& out(int k = 0) const { return launch.out[k].spec; }
  int device() const { return launch.device_of(shard); }  // that stands for the shard

  const Launch& launch;
  const int shard;
};

using Outputs = std::vector<Tensor>;
enum class Returns { one, tuple, list, nothing };

// What a collective's group exchanges, for reports of communication: every member's shard to all
// (gather), a sum's slices (reduce_scatter), a sum to all (all_reduce), one member's shard to all
// (broadcast), a slice from each to each (exchange), one shard to one device (send).
enum class Traffic { none, gather, reduce_scatter, all_reduce, broadcast, exchange, send };

// An op without its type. One per op struct, or one per row of a family.
struct OpInfo {
  std::string name, doc;  // "softmax"; "experimental.foo" lives in a submodule of Python's package
  std::vector<FieldInfo> fields;
  Returns returns = Returns::one;
  bool on_host = false;         // also works on tensors of the host
  bool per_device = false;      // differs per device even where the inputs are the same
  bool across_devices = false;  // a collective: reads other devices' shards
  bool from_host = false;       // on cards the host makes the contents and writes them
  Traffic traffic = Traffic::none;
  bool elementwise = false;   // out[i] depends on in[i] alone: may write over its input
  bool updates_part = false;  // writes part of its output in place and keeps the rest
  int in_place = -1;          // the tensor (by order of fields) that is written and returned
  std::string
      device_rule;  // TT-NN's phrase for operands that are not on a device, where it has its own

  std::shared_ptr<void> (*make)(const OpInfo&) = nullptr;  // a new op with default arguments
  std::shared_ptr<void> (*copy)(const void*) = nullptr;
  std::shared_ptr<const void> prototype;  // what `make` copies
  void (*each_tensor)(void* op, void* state, void (*use)(void* state, Tensor&)) = nullptr;
  void (*infer)(const void* op, const CallOptions&, std::vector<TensorSpec>& out) = nullptr;
  Placement (*place)(const void* op,
                     std::span<const Placement>) = nullptr;  // null: the element-wise rule
  LabelPtr (*label)(const void* op, std::span<const LabelPtr* const>) = nullptr;  // null: place
  // Along one mesh axis, the product that the op makes and goes on with; null: it makes none.
  Placement (*place_product)(const void* op, std::span<const Placement>) = nullptr;
  // Whether terms of a sum may end here: they are added up, or not read; null: they may not.
  bool (*settles_terms)(const void* op) = nullptr;
  TopologyPtr (*topology)(const void* op,
                          std::span<const TopologyPtr* const>) = nullptr;  // null: TT-NN's default
  const Spread* (*spread)(const void* op,
                          const MeshDevice&) = nullptr;  // of a collective's results; null: each
  std::shared_ptr<MeshDevice> (*mesh)(const void* op) =
      nullptr;                                 // where an op without inputs makes its output
  uint64_t (*hash)(const void* op) = nullptr;  // attributes and input specs
  // Whether two calls differ in nothing that the functions here see: what was derived from the one
  // holds for the other. Null: not known.
  bool (*is_alike)(const void* op, const void* other) = nullptr;
  Outputs (*compose)(const void* op,
                     const CallOptions&) = nullptr;  // written with other ops; no kernel
  std::optional<Tensor> (*shortcut)(const void* op,
                                    const CallOptions&) = nullptr;  // nothing to do: a view
  std::vector<std::shared_ptr<void>> (*samples)(const OpInfo&, Sampler&) = nullptr;
  Kernel reference;
  mutable std::vector<const Kernel*> kernels;  // faster ones of the chosen backend, tried in order
};

namespace detail {

template <class Op>
const Op& as(const void* op) {
  return *static_cast<const Op*>(op);
}

template <class Op>
inline constexpr size_t field_count = std::tuple_size_v<std::remove_cvref_t<decltype(Op::fields)>>;

// The type that a field's member has.
template <class Field>
struct MemberOf;
template <class Op, class T>
struct MemberOf<Field<Op, T>> {
  using Owner = Op;
  using type = T;
};

template <class Op>
void visit_tensors(void* op, void* state, void (*use)(void*, Tensor&)) {
  std::apply(
      [&](const auto&... field) {
        (each_tensor(static_cast<Op*>(op)->*field.member, [&](Tensor& t) { use(state, t); }), ...);
      },
      Op::fields);
}

template <class Op>
void infer_specs(const void* op, const CallOptions& options, std::vector<TensorSpec>& out) {
  using Result = decltype(as<Op>(op).infer(options));
  if constexpr (std::is_same_v<Result, TensorSpec>) {
    out.push_back(as<Op>(op).infer(options));
  } else {
    for (TensorSpec& spec : as<Op>(op).infer(options)) out.push_back(std::move(spec));
  }
}

template <class T>
inline constexpr bool is_array = false;
template <class T, size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;

template <class Op>
constexpr Returns returns_of() {
  if constexpr (requires { &Op::compose; } && !requires { &Op::infer; }) {
    return requires { Op::returns_list; } ? Returns::list : Returns::one;
  } else {
    using Result = decltype(std::declval<const Op&>().infer(std::declval<const CallOptions&>()));
    if constexpr (std::is_same_v<Result, TensorSpec>) return Returns::one;
    if constexpr (is_array<Result>) return Returns::tuple;
    return Returns::list;
  }
}

template <class Op>
int tensor_index(Tensor Op::* member) {
  Op probe{};
  int index = 0, found = -1;
  std::apply(
      [&](const auto&... field) {
        (each_tensor(probe.*field.member,
                     [&](Tensor& t) {
                       if (&t == &(probe.*member)) found = index;
                       ++index;
                     }),
         ...);
      },
      Op::fields);
  return found;
}

template <class Op>
uint64_t hash_fields(const void* op) {
  uint64_t hash = 0;
  std::apply(
      [&](const auto&... field) { ((hash = mix(hash, hash_of(as<Op>(op).*field.member))), ...); },
      Op::fields);
  return hash;
}

template <class T>
inline constexpr bool is_mesh = std::is_same_v<T, std::shared_ptr<MeshDevice>>;

// A copy of such a call may be kept: it holds no mesh.
template <class Op>
constexpr bool holds_mesh() {
  return std::apply(
      [](const auto&... field) {
        return (is_mesh<std::remove_cvref_t<decltype(std::declval<Op>().*field.member)>> || ...);
      },
      Op::fields);
}

template <class Op>
bool fields_are_alike(const void* op, const void* other) {
  return std::apply(
      [&](const auto&... field) {
        return (ttnn::is_alike(as<Op>(op).*field.member, as<Op>(other).*field.member) && ...);
      },
      Op::fields);
}

// Everything about an op that its type says; `name`, `doc` and `fields` may come from a family's
// row.
template <class Op>
OpInfo erase(std::string name, std::string doc, std::vector<FieldInfo> fields, Op prototype) {
  OpInfo info;
  info.name = std::move(name);
  info.doc = std::move(doc);
  info.fields = std::move(fields);
  info.prototype = std::make_shared<const Op>(std::move(prototype));
  info.make = [](const OpInfo& self) -> std::shared_ptr<void> {
    return std::make_shared<Op>(as<Op>(self.prototype.get()));
  };
  info.copy = [](const void* op) -> std::shared_ptr<void> {
    return std::make_shared<Op>(as<Op>(op));
  };
  info.each_tensor = visit_tensors<Op>;
  info.returns = returns_of<Op>();
  if constexpr (requires { Op::returns_nothing; }) info.returns = Returns::nothing;
  if constexpr (requires { Op::on_host; }) info.on_host = Op::on_host;
  if constexpr (requires { Op::per_device; }) info.per_device = Op::per_device;
  if constexpr (requires { Op::across_devices; }) info.across_devices = Op::across_devices;
  if constexpr (requires { Op::traffic; }) info.traffic = Op::traffic;
  if constexpr (requires { Op::from_host; }) info.from_host = Op::from_host;
  if constexpr (requires { Op::elementwise; }) info.elementwise = Op::elementwise;
  if constexpr (requires { Op::updates_part; }) info.updates_part = Op::updates_part;
  if constexpr (requires { Op::in_place; }) info.in_place = tensor_index<Op>(Op::in_place);
  info.hash = hash_fields<Op>;
  // Collectives also see settings of the process.
  if constexpr (requires { &Op::is_alike; })
    info.is_alike = [](const void* op, const void* other) {
      return as<Op>(op).is_alike(as<Op>(other));
    };
  else if constexpr (!holds_mesh<Op>() && !requires { Op::across_devices; })
    info.is_alike = fields_are_alike<Op>;
  if constexpr (requires { Op::device_rule; }) info.device_rule = Op::device_rule;
  if constexpr (requires { &Op::spread; })
    info.spread = [](const void* op, const MeshDevice& mesh) { return as<Op>(op).spread(mesh); };
  if constexpr (requires { &Op::mesh; })
    info.mesh = [](const void* op) { return as<Op>(op).mesh(); };
  if constexpr (requires { &Op::place; })
    info.place = [](const void* op, std::span<const Placement> inputs) {
      return as<Op>(op).place(inputs);
    };
  if constexpr (requires { &Op::label; })
    info.label = [](const void* op, std::span<const LabelPtr* const> inputs) {
      return as<Op>(op).label(inputs);
    };
  if constexpr (requires { &Op::place_product; })
    info.place_product = [](const void* op, std::span<const Placement> inputs) {
      return as<Op>(op).place_product(inputs);
    };
  if constexpr (requires { &Op::settles_terms; })
    info.settles_terms = [](const void* op) { return as<Op>(op).settles_terms(); };
  if constexpr (requires { &Op::topology; })
    info.topology = [](const void* op, std::span<const TopologyPtr* const> in) {
      return as<Op>(op).topology(in);
    };
  if constexpr (requires { &Op::shortcut; })
    info.shortcut = [](const void* op, const CallOptions& options) {
      return as<Op>(op).shortcut(options);
    };
  if constexpr (requires { &Op::compose; })
    info.compose = [](const void* op, const CallOptions& options) -> Outputs {
      return as<Op>(op).compose(options);
    };
  if constexpr (requires { &Op::infer; }) info.infer = infer_specs<Op>;
  if constexpr (requires(const Op& op, Task task) { op.reference(task); }) {
    info.reference.work = [](const void*, const Launch& launch) {
      return Work{launch.shards(), 1};
    };
    info.reference.run = [](const void* op, const Launch& launch, int64_t begin, int64_t end) {
      for (int64_t s = begin; s < end; ++s) as<Op>(op).reference(Task(launch, static_cast<int>(s)));
    };
  }
  if constexpr (requires { &Op::samples; }) {
    info.samples = [](const OpInfo& self, Sampler& sampler) {
      std::vector<std::shared_ptr<void>> all;
      for (Op& op : as<Op>(self.prototype.get()).samples(sampler))
        all.push_back(std::make_shared<Op>(std::move(op)));
      return all;
    };
  }
  return info;
}

template <class Op>
std::vector<FieldInfo> describe_fields() {
  const Op prototype{};
  std::vector<FieldInfo> fields;
  std::apply([&](const auto&... field) { (fields.push_back(describe(field, prototype)), ...); },
             Op::fields);
  return fields;
}

}  // namespace detail

// The one description of an op struct.
template <class Op>
OpInfo& op_info() {
  static OpInfo info = detail::erase<Op>(Op::name, Op::doc, detail::describe_fields<Op>(), Op{});
  return info;
}

// The one way from a call to a command; see dispatch.cpp.
Outputs dispatch(const OpInfo& info, std::shared_ptr<void> args, CallOptions options);

// An op's result in C++: a Tensor, an array or a vector of them.
template <class Op>
auto run(Op op, CallOptions options = {}) {
  Outputs outputs =
      dispatch(op_info<Op>(), std::make_shared<Op>(std::move(op)), std::move(options));
  constexpr Returns returns = detail::returns_of<Op>();
  if constexpr (returns == Returns::one) {
    return std::move(outputs.at(0));
  } else if constexpr (returns == Returns::tuple) {
    using Specs = decltype(std::declval<const Op&>().infer(std::declval<const CallOptions&>()));
    std::array<Tensor, std::tuple_size_v<Specs>> all;
    for (size_t i = 0; i < all.size(); ++i) all[i] = std::move(outputs[i]);
    return all;
  } else {
    return outputs;
  }
}

// C++'s function of an op: arguments in the order of its fields, the rest by default; options last.
template <class Op>
struct Call {
  template <class... Args>
  auto operator()(Args&&... args) const {
    Op op{};
    CallOptions options;
    size_t index = 0;
    (assign(op, options, index++, std::forward<Args>(args)), ...);
    return run(std::move(op), std::move(options));
  }

 private:
  template <class Arg>
  static void assign(Op& op, CallOptions& options, size_t index, Arg&& value) {
    if constexpr (std::is_same_v<std::remove_cvref_t<Arg>, CallOptions>) {
      options = std::forward<Arg>(value);
    } else {
      bool done = false;
      size_t at = 0;
      std::apply(
          [&](const auto&... field) { (assign_one(op, field, at++ == index, done, value), ...); },
          Op::fields);
      expect(done, Op::name, ": argument ", index + 1,
             " is of a type that its parameter does not take, or there are ",
             "more arguments than the ", detail::field_count<Op>, " parameters.");
    }
  }
  template <class F, class Arg>
  static void assign_one(Op& op, const F& field, bool is_this, bool& done, Arg& value) {
    using T = typename detail::MemberOf<F>::type;
    if constexpr (std::is_convertible_v<Arg&, T>) {
      if (!is_this) return;
      op.*field.member = static_cast<T>(value);
      done = true;
    } else if constexpr (std::is_same_v<T, TensorOrScalar> && std::is_arithmetic_v<Arg>) {
      if (!is_this) return;
      op.*field.member = Scalar{static_cast<double>(value), std::is_integral_v<Arg>};
      done = true;
    }
  }
};

}  // namespace ttnn
