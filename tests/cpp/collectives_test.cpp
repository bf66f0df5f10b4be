// Collectives under stress: random ones on random meshes in random order neither hang nor change a
// bit, however many workers there are and however they are delayed. Some are held against their
// definitions; more dtypes, ranks and arguments are tested from Python.
#include <array>
#include <bit>
#include <random>
#include <utility>

#include "tests/cpp/runtime_ops.h"
#include "ttnn/ccl/all_gather.h"
#include "ttnn/ccl/all_reduce.h"
#include "ttnn/ccl/all_to_all.h"
#include "ttnn/ccl/broadcast.h"
#include "ttnn/ccl/mesh_partition.h"
#include "ttnn/ccl/mesh_socket.h"
#include "ttnn/ccl/point_to_point.h"
#include "ttnn/mesh/groups.h"

namespace ttnn::test {
namespace {

constexpr int collectives = 10'000, per_mesh = 500, checked_every = 6;
constexpr int64_t largest_shard = 24 * 24 * 8;

enum class Kind { gather, reduce, scatter, entry, broadcast, partition, exchange, send, socket };
constexpr std::array kinds{"all_gather",    "all_reduce",     "reduce_scatter",
                           "all_broadcast", "broadcast",      "mesh_partition",
                           "all_to_all",    "point_to_point", "send and receive"};

// One collective of the program.
struct Step {
  Kind kind;
  std::optional<int64_t> axis{};
  int dim = 0;  // that is joined, or else cut; an exchange cuts the other one
  ReduceType op = ReduceType::Sum;
  int from = 0, to = 0;       // devices; `from` is also an entry of all_broadcast
  std::vector<int> source{};  // of a socket: whose shard a device gets; -1: it keeps its own
  std::optional<Tensor> output{};
};

// What a step's devices hold afterwards, element by element, by the definition of the collective.
class Definition {
 public:
  using Shards = std::vector<Floats>;
  using At = std::array<int64_t, 2>;  // row and column

  // `output`: what the step's output holds before; none: nothing.
  Definition(const Step& step, const MeshShape& mesh, const Shape& shape, const Shards& input,
             const Shards& output)
      : step_(step),
        groups_("test", mesh, step.axis),
        size_{shape[0], shape[1]},
        input_(input),
        output_(output) {}

  Floats shard(int device, const Shape& shape) const {
    Floats out;
    for (int64_t row = 0; row < shape[0]; ++row)
      for (int64_t column = 0; column < shape[1]; ++column)
        out.push_back(element(device, {row, column}));
    return out;
  }

 private:
  float of(const Shards& shards, int device, At at) const {
    return shards[static_cast<size_t>(device)][static_cast<size_t>(at[0] * size_[1] + at[1])];
  }

  float element(int device, At at) const {
    const auto dim = static_cast<size_t>(step_.dim);
    switch (step_.kind) {
      case Kind::gather:
        return of(input_, owner(device, at[dim]), within_shard(at));
      case Kind::exchange: {
        const int member = owner(device, at[dim]);
        return of(input_, member, within_slice(device, 1 - dim, within_shard(at)));
      }
      case Kind::reduce:
        return combined(device, at);
      case Kind::scatter:
        return combined(device, within_slice(device, dim, at));
      case Kind::partition:
        return of(input_, device, within_slice(device, dim, at));
      case Kind::entry:
        return of(input_, groups_.member(device, step_.from), at);
      case Kind::broadcast:
        return of(input_, is_with(step_.from, device) ? step_.from : device, at);
      case Kind::send:
        if (device == step_.to) return of(input_, step_.from, at);
        return output_.empty() ? 0 : of(output_, device, at);
      case Kind::socket:
        break;
    }
    const int source = step_.source[static_cast<size_t>(device)];
    return source < 0 ? of(output_, device, at) : of(input_, source, at);
  }

  // Whose shard the place `index` of joined shards is from, and where it is there.
  int owner(int device, int64_t index) const {
    return groups_.member(device, static_cast<int>(index / size_[static_cast<size_t>(step_.dim)]));
  }
  At within_shard(At at) const {
    at[static_cast<size_t>(step_.dim)] %= size_[static_cast<size_t>(step_.dim)];
    return at;
  }
  // From a place in a device's slice along `dim` to the place in the whole shard.
  At within_slice(int device, size_t dim, At at) const {
    at[dim] += groups_.index(device) * (size_[dim] / groups_.size());
    return at;
  }

  bool is_with(int a, int b) const { return groups_.member(a, 0) == groups_.member(b, 0); }

  float combined(int device, At at) const {
    float total = of(input_, groups_.member(device, 0), at);
    for (int i = 1; i < groups_.size(); ++i) {
      const float x = of(input_, groups_.member(device, i), at);
      total = step_.op == ReduceType::Max   ? std::max(total, x)
              : step_.op == ReduceType::Min ? std::min(total, x)
                                            : total + x;
    }
    return step_.op == ReduceType::Mean ? total / static_cast<float>(groups_.size()) : total;
  }

  const Step& step_;
  Groups groups_;
  At size_;  // of a shard of the input
  const Shards &input_, &output_;
};

class Collectives : public OnMesh {
 protected:
  using Random = std::mt19937;

  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  template <class T>
  T& any_of(std::vector<T>& all) {
    return all[static_cast<size_t>(below(static_cast<int>(all.size())))];
  }

  void TearDown() override {
    if (partner_) message_of([this] { partner_->close(); });
    partner_.reset();
    OnMesh::TearDown();
  }

  Tensor random_tensor() {
    const DataType dtypes[] = {DataType::FLOAT32, DataType::BFLOAT16, DataType::INT32,
                               DataType::BFLOAT8_B};
    TensorSpec spec;
    spec.dtype = dtypes[below(4)];
    if (is_block_float(spec.dtype)) spec.layout = Layout::TILE;
    const bool is_sharded = below(3) > 0;
    const int devices = is_sharded ? mesh_->num_devices() : 1;
    const Shape whole{24 * devices, 24};
    Floats data(static_cast<size_t>(whole.volume()));
    for (float& x : data) x = static_cast<float>(static_cast<int>(random_() % 2001) - 1000) / 16;
    const Distribution plan =
        is_sharded ? distribute(whole, shard_tensor_to_mesh_mapper(mesh_->shape(), 0), "test")
                   : replicate(whole, mesh_->shape());
    return upload(HostArray::dense(data.data(), HostType::float32, whole), spec, plan, mesh_,
                  "test");
  }

  std::optional<int64_t> random_axis() {
    if (below(3) == 0) return {};
    return below(mesh_->shape().dims());
  }

  // ---- Sockets: of the mesh with itself, and to a second mesh and back.

  struct Way {
    std::vector<std::array<MeshSocket, 2>> hops;
    std::vector<int> source;  // as in Step
  };

  void open_both(const MeshShape& shape, const char* system) {
    SystemMesh::select(system);
    MeshDeviceOptions options;
    options.mesh_shape = shape;
    partner_ = MeshDevice::open(options);
    open(shape);

    const int devices = mesh_->num_devices(), step = 1 + below(devices - 1);
    std::vector<SocketLink> some, all;
    Way own{{}, std::vector(static_cast<size_t>(devices), -1)}, there_and_back = own;
    for (int to = 0; to < devices; ++to) {
      const int from = (to + step) % devices;
      all.push_back({place(from), place(to)});
      there_and_back.source[static_cast<size_t>(to)] = (from + step) % devices;
      if (to > 0 && below(2)) continue;
      some.push_back(all.back());
      own.source[static_cast<size_t>(to)] = from;
    }
    own.hops = {create_socket_pair(mesh_, mesh_, some)};
    there_and_back.hops = {create_socket_pair(mesh_, partner_, all),
                           create_socket_pair(partner_, mesh_, all)};
    ways_ = {own, there_and_back};
  }
  MeshCoordinate place(int device) const { return coordinate(mesh_->shape(), device); }

  Tensor travel(const Way& way, const Tensor& x, const Tensor& output) {
    Tensor at = x;
    for (const auto& [sender, receiver] : way.hops) {
      send_async(at, sender);
      const MeshShape& shape = mesh_->shape();
      const bool arrives = receiver.mesh() == mesh_;
      at = recv_async(arrives
                          ? output
                          : allocate(x.spec(), partner_, Spread::shared(x.devices()),
                                     Label::replicated(shape), replicated_topology(shape), "test"),
                      receiver);
    }
    return at;
  }

  // ---- Steps.

  // One random collective on `x`, now and then into a tensor that others may be reading.
  Step draw(const Tensor& x, std::vector<Tensor>& tensors) {
    Step step{.kind = below(40) == 0 ? Kind::socket : static_cast<Kind>(below(8)),
              .axis = random_axis(),
              .dim = below(2)};
    const int members = Groups("test", mesh_->shape(), step.axis).size();
    const auto may_cut = [&](int dim) { return x.shape()[dim] % members == 0; };
    if ((step.kind == Kind::gather && x.volume() * members > largest_shard) ||
        ((step.kind == Kind::scatter || step.kind == Kind::partition) && !may_cut(step.dim)) ||
        (step.kind == Kind::exchange && !may_cut(1 - step.dim)))
      step.kind = Kind::reduce;

    const ReduceType mean = is_floating(x.dtype()) ? ReduceType::Mean : ReduceType::Sum;
    step.op = below(3) == 0 ? ReduceType::Max : below(2) ? ReduceType::Min : mean;
    step.from = below(step.kind == Kind::entry ? members : x.devices());
    // Along a line of the mesh, as point_to_point wants it.
    const int along = below(mesh_->shape().dims());
    const MeshCoordinate to = place(step.from).with(along, below(mesh_->shape()[along]));
    step.to = static_cast<int>(linear_index(mesh_->shape(), to));

    const Tensor& other = any_of(tensors);
    if (below(4) == 0 && other.spec() == x.spec()) step.output = other;
    if (step.kind == Kind::send && below(2)) step.output = x;
    if (step.kind == Kind::socket) {
      step.to = below(static_cast<int>(ways_.size()));
      step.source = ways_[static_cast<size_t>(step.to)].source;
      if (!step.output) step.output = x;
    }
    return step;
  }

  Tensor result_of(const Step& step, const Tensor& x) {
    CallOptions options;
    if (step.output) options.outputs = {*step.output};
    switch (step.kind) {
      case Kind::gather:
        return all_gather(x, step.dim, step.axis);
      case Kind::reduce:
        return all_reduce(x, step.op, step.axis, options);
      case Kind::scatter:
        return reduce_scatter(x, step.dim, step.op, step.axis);
      case Kind::entry:
        return std::vector<Tensor>(all_broadcast(x, step.axis))[static_cast<size_t>(step.from)];
      case Kind::broadcast:
        return broadcast(x, place(step.from), step.axis, options);
      case Kind::partition:
        return mesh_partition(x, step.dim, step.axis);
      case Kind::exchange:
        return all_to_all(x, step.dim, 1 - step.dim, step.axis);
      case Kind::send:
        return point_to_point(x, place(step.from), place(step.to), options);
      case Kind::socket:
        break;
    }
    return travel(ways_[static_cast<size_t>(step.to)], x, *step.output);
  }

  // ---- Checks. Tensors go on being written, so copies are kept and read when all is done.

  struct Check {
    Step step;
    Tensor input, result;
    std::optional<Tensor> output;  // before
  };
  static Tensor copy(const Tensor& x) { return scale(x, 1); }
  static Definition::Shards shards(const Tensor& t) {
    Definition::Shards all;
    for (int device = 0; device < t.devices(); ++device) all.push_back(read(t, device));
    return all;
  }

  void expect_as_defined(const Check& check) {
    const Definition::Shards input = shards(check.input), got = shards(check.result);
    const Definition::Shards output = check.output ? shards(*check.output) : Definition::Shards{};
    const Definition definition(check.step, mesh_->shape(), check.input.shape(), input, output);
    const char* kind = kinds[static_cast<size_t>(check.step.kind)];
    for (int device = 0; device < check.result.devices(); ++device)
      EXPECT_TRUE(got[static_cast<size_t>(device)] ==
                  definition.shard(device, check.result.shape()))
          << kind << " of " << check.input.shape() << " on " << mesh_->shape() << ", axis "
          << check.step.axis.value_or(-1) << ", dim " << check.step.dim << ": device " << device;
    ++checked_[static_cast<size_t>(check.step.kind)];
  }

  // A number made of every bit that the program leaves behind.
  uint64_t program(int workers, int delay) {
    random_.seed(20261125);
    checked_.fill(0);
    uint64_t hash = 0;
    // What three dims are opened on is a machine of three.
    const std::vector<std::pair<MeshShape, const char*>> meshes{
        {{1, 2}, ""},         {{1, 3}, ""},         {{2, 2, 2}, "2x2x2"}, {{2, 2}, ""},
        {{3, 2}, ""},         {{3, 1, 2}, "3x1x2"}, {{2, 4}, ""},         {{1, 8}, ""},
        {{2, 3, 2}, "2x3x2"}, {{4, 4}, ""}};
    for (int done = 0; done < collectives; done += per_mesh) {
      Stream::instance().set_workers(workers);
      const auto& [shape, system] = meshes[static_cast<size_t>(done / per_mesh) % meshes.size()];
      open_both(shape, system);
      set_task_delay(delay);
      std::vector<Tensor> tensors;
      std::vector<Check> checks;
      for (int i = 0; i < 8; ++i) tensors.push_back(random_tensor());
      for (int i = 0, of_floats = 0; i < per_mesh; ++i) {
        Tensor& x = any_of(tensors);
        // Reductions make all devices alike in the end, so there is something new now and then.
        if (below(12) == 0) x = random_tensor();
        const Step step = draw(x, tensors);
        if (x.dtype() != DataType::FLOAT32 || ++of_floats % checked_every) {
          x = result_of(step, x);
          continue;
        }
        Check check{step, copy(x), {}, {}};
        if (step.output) check.output = copy(*step.output);
        check.step.output.reset();
        x = result_of(step, x);
        check.result = copy(x);
        checks.push_back(std::move(check));
      }
      for (const Check& check : checks) {
        expect_as_defined(check);
        tensors.push_back(check.result);
      }
      for (const Tensor& t : tensors)
        for (const Floats& shard : shards(t))
          for (const float x : shard) hash = mix(hash, std::bit_cast<uint32_t>(x));
      checks.clear();
      tensors.clear();
      ways_.clear();
      partner_->close();
      mesh_->close();
    }
    return hash;
  }

  Random random_;
  std::shared_ptr<MeshDevice> partner_;
  std::vector<Way> ways_;
  std::array<int, kinds.size()> checked_{};  // by kind
};

TEST_F(Collectives, NeitherHangNorChangeABit) {
  const uint64_t expected = program(1, 0);
  for (size_t kind = 0; kind < kinds.size(); ++kind)
    EXPECT_GT(checked_[kind], 0) << kinds[kind] << " was not held against its definition";
  for (const int workers : {1, 2, 3, 7})
    for (const int delay : {0, 30})
      EXPECT_EQ(program(workers, delay), expected)
          << workers << " workers, delays up to " << delay << " us";
}

TEST_F(Collectives, AGroupSharesOneResult) {
  open({2, 4});
  const Tensor x = sharded(Floats(8 * 6), {8, 6});
  EXPECT_EQ(spread(all_gather(x, 0))->distinct, 1);
  EXPECT_EQ(spread(all_gather(x, 0, 1))->distinct, 2);
  EXPECT_EQ(spread(all_reduce(x, ReduceType::Sum, 0))->distinct, 4);
  EXPECT_EQ(spread(reduce_scatter(x, 1, ReduceType::Sum, 0))->distinct, 8);
  // A sum of replicas is the same for all; its slices are the same along the other axis.
  const Tensor same = row({1, 2, 3, 4});
  EXPECT_EQ(spread(all_reduce(same, ReduceType::Sum, 0))->distinct, 1);
  EXPECT_EQ(spread(reduce_scatter(same, 0, ReduceType::Sum, 1))->distinct, 4);
}

TEST_F(Collectives, AFailureReachesItsReadersAndNoOneElse) {
  open({1, 4});
  const Tensor x = sharded({1, 2, 3, 4}, {4, 1}), bad = throws(x);
  const Tensor sum = all_reduce(bad), gathered = all_gather(x, 0);
  EXPECT_TRUE(contains(message_of([&] { read(sum); }), "the kernel gave up."));
  EXPECT_EQ(read(gathered), (Floats{1, 2, 3, 4}));
  EXPECT_EQ(read(all_reduce(x), 2), (Floats{10}));
}

}  // namespace
}  // namespace ttnn::test
