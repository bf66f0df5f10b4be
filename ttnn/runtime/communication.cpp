#include "ttnn/runtime/communication.h"

#include <algorithm>
#include <utility>

#include "ttnn/core/block_float.h"
#include "ttnn/mesh/groups.h"

namespace ttnn {
namespace {

int64_t element_bytes(const TensorSpec& spec) {
  if (!is_block_float(spec.dtype)) return spec.storage_bytes();
  const int64_t groups = spec.shape.rows() * block_float_groups(spec.shape.width());
  return groups * (block_float_mantissa_bytes(spec.dtype) + 1);
}

int64_t divided(int64_t bytes, int64_t parts) { return (bytes + parts - 1) / parts; }  // upwards

// The argument of a collective that has this name; nothing where it has none, or it is None.
template <class T>
std::optional<T> argument(const Command& command, std::string_view name) {
  const auto& fields = command.op->fields;
  const auto field = std::ranges::find(fields, name, &FieldInfo::name);
  if (field == fields.end()) return {};
  const Value value = field->get(command.args.get());
  const T* held = value.as<T>();
  return held ? std::optional(*held) : std::nullopt;
}

std::optional<int> device_at(const Command& command, std::string_view name,
                             const MeshDevice& mesh) {
  const auto at = argument<MeshCoordinate>(command, name);
  return at ? std::optional(static_cast<int>(linear_index(mesh.shape(), *at))) : std::nullopt;
}

int64_t bytes_per_device(Traffic traffic, int64_t N, int64_t B) {
  switch (traffic) {
    case Traffic::gather:
      return (N - 1) * B;
    case Traffic::reduce_scatter:
    case Traffic::exchange:
      return divided((N - 1) * B, N);
    case Traffic::all_reduce:
      return divided(2 * (N - 1) * B, N);
    case Traffic::broadcast:
      return N > 1 ? B : 0;
    case Traffic::send:
    case Traffic::none:
      break;
  }
  return 0;
}

struct BothWays {
  int64_t forward = 0, back = 0;
};

BothWays halves(int64_t bytes) { return {bytes - bytes / 2, bytes / 2}; }

// What the step from position i of a ring to the next carries. `sender`: the position of the one
// that sends, where there is one.
BothWays over_ring(Traffic traffic, int64_t N, int64_t B, int i, int sender) {
  switch (traffic) {
    case Traffic::exchange: {  // the N pairs at each distance, each over as many steps; the
                               // farthest
      const int64_t S = divided(B, N), near = (N - 1) / 2;  // go half each way
      const int64_t to_near = S * near * (near + 1) / 2;
      const BothWays far = N % 2 == 0 ? halves(S * N / 2) : BothWays{};
      return {to_near + far.forward, to_near + far.back};
    }
    case Traffic::broadcast: {
      const int64_t ahead = (i - sender + N) % N;  // how many steps after the sender's this one is
      return {ahead < N / 2 ? B : 0, ahead > N / 2 ? B : 0};
    }
    default:
      return halves(bytes_per_device(traffic, N, B));
  }
}

BothWays over_line(Traffic traffic, int64_t N, int64_t B, int i, int sender) {
  const int64_t before = i + 1, after = N - before, S = divided(B, N);
  switch (traffic) {
    case Traffic::gather:
      return {before * B, after * B};
    case Traffic::reduce_scatter:
      return {after * S, before * S};
    case Traffic::all_reduce:
      return {B, B};
    case Traffic::exchange:
      return {before * after * S, before * after * S};
    case Traffic::broadcast:
      return {i >= sender ? B : 0, i < sender ? B : 0};
    default:
      return {};
  }
}

// The chips, by physical ids, that send their shard and that get it: devices of one mesh, or of the
// two that a socket joins.
std::vector<Link> senders_and_receivers(const Command& command, const MeshDevice& mesh) {
  const auto from = argument<ValueList>(command, "sender_ids"),
             to = argument<ValueList>(command, "receiver_ids");
  std::vector<Link> pairs;
  for (size_t i = 0; from && to && i < from->size(); ++i)
    pairs.emplace_back(*(*from)[i].as<int64_t>(), *(*to)[i].as<int64_t>());
  const auto sender = device_at(command, "sender_coord", mesh),
             receiver = device_at(command, "receiver_coord", mesh);
  if (sender && receiver) pairs.emplace_back(mesh.device(*sender).id, mesh.device(*receiver).id);
  std::erase_if(pairs, [](const Link& pair) { return pair.first == pair.second; });
  return pairs;
}

// How often the sender that sends most does.
int64_t most_sent(const std::vector<Link>& pairs) {
  std::map<int, int64_t> sent;
  int64_t most = 0;
  for (const Link& pair : pairs) most = std::max(most, ++sent[pair.first]);
  return most;
}

void add_along(Communication& record, const MeshShape& system, const Link& pair, int64_t bytes) {
  if (!bytes) return;
  for (const Link& link : links_between(system, pair.first, pair.second))
    record.links[link] += bytes;
}

}  // namespace

std::string_view name(Traffic traffic) {
  constexpr std::string_view names[] = {
      "none", "gather", "reduce_scatter", "all_reduce", "broadcast", "exchange", "send"};
  return names[static_cast<size_t>(traffic)];
}

void CommunicationLog::start() {
  if (!is_at_work_.exchange(true)) add_observer(*this);
}

void CommunicationLog::stop() {
  if (is_at_work_.exchange(false)) remove_observer(*this);
}

std::vector<Communication> CommunicationLog::records(size_t skip) const {
  Stream::Order order;
  const auto from = records_.begin() + static_cast<std::ptrdiff_t>(std::min(skip, records_.size()));
  return {from, records_.end()};
}

const std::vector<Route>& CommunicationLog::routes(const MeshDevice& mesh,
                                                   const std::optional<int>& axis) {
  auto& routes = routes_[{mesh.id(), axis.value_or(-1)}];
  if (!routes.empty()) return routes;
  const Groups groups("record_communication", mesh.shape(), axis);
  for (int device = 0; device < mesh.num_devices(); ++device) {
    if (groups.index(device) != 0) continue;
    std::vector<int> members;
    for (int i = 0; i < groups.size(); ++i) members.push_back(groups.member(device, i));
    routes.push_back(route_through(mesh, members));
  }
  return routes;
}

void CommunicationLog::dispatched(const Command& command, std::span<const Tensor> inputs,
                                  std::span<const Tensor>) {
  const Traffic traffic = command.op->traffic;
  if (!command.op->across_devices && traffic == Traffic::none) return;
  const Tensor& input = inputs.front();
  Communication record{.op = command.op->name,
                       .traffic = traffic,
                       .source = command.source,
                       .dtype = input.dtype(),
                       .shape = input.shape(),
                       .shard_bytes = element_bytes(input.spec())};
  if (traffic == Traffic::send)
    note_send(record, command, *input.mesh());
  else
    note_groups(record, command, *input.mesh());
  records_.push_back(std::move(record));
}

void CommunicationLog::note_send(Communication& record, const Command& command,
                                 const MeshDevice& mesh) {
  const auto pairs = senders_and_receivers(command, mesh);
  record.group_size = pairs.empty() ? 1 : 2;
  record.groups = std::max(1, static_cast<int>(pairs.size()));
  record.bytes = most_sent(pairs) * record.shard_bytes;
  for (const Link& pair : pairs) add_along(record, mesh.model().shape, pair, record.shard_bytes);
}

void CommunicationLog::note_groups(Communication& record, const Command& command,
                                   const MeshDevice& mesh) {
  const Groups groups(record.op, mesh.shape(), argument<int64_t>(command, "cluster_axis"));
  const auto sender = device_at(command, "sender_coord", mesh);
  const int64_t B = record.shard_bytes;
  record.axis = groups.axis();
  record.group_size = groups.size();
  record.groups = sender ? 1 : mesh.num_devices() / groups.size();
  record.bytes = bytes_per_device(record.traffic, record.group_size, B);
  for (const Route& route : routes(mesh, record.axis)) {
    const int position = sender ? route.position(*sender) : 0;
    if (position == route.size()) continue;  // not the sender's group
    record.is_ring = route.is_ring;
    for (int i = 0; i < route.steps(); ++i) {
      const auto over = route.is_ring ? over_ring : over_line;
      const BothWays bytes = over(record.traffic, route.size(), B, i, position);
      const int here = mesh.device(route.order[static_cast<size_t>(i)]).id,
                next = mesh.device(route.after(i)).id;
      add_along(record, mesh.model().shape, {here, next}, bytes.forward);
      add_along(record, mesh.model().shape, {next, here}, bytes.back);
    }
  }
}

}  // namespace ttnn
