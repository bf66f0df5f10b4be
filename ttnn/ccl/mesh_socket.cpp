#include "ttnn/ccl/mesh_socket.h"

#include <algorithm>
#include <deque>
#include <mutex>

#include "ttnn/ccl/collective.h"
#include "ttnn/runtime/dispatch.h"
#include "ttnn/runtime/lost_sums.h"
#include "ttnn/runtime/queues.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {

struct MeshSocket::Pair {
  std::shared_ptr<MeshDevice> sender, receiver;
  MeshShape sender_shape, receiver_shape;  // that the links' coordinates are of
  std::vector<int> source;                 // per device of the receiver: the sender's device, or -1
  std::mutex mutex;                        // guards `sent`
  std::deque<Tensor> sent;

  // What a sent tensor is on the receiver's mesh.
  Tensor on_receiver(const Tensor& sent) const;
  LabelPtr label_of(const Tensor& sent, const std::vector<int>& receivers) const;
  std::vector<int> receivers() const {
    std::vector<int> devices;
    for (size_t d = 0; d < source.size(); ++d)
      if (source[d] >= 0) devices.push_back(static_cast<int>(d));
    return devices;
  }
};

namespace {

int device_of(const MeshDevice& mesh, const MeshCoordinate& coord, std::string_view end) {
  expect(is_inside(mesh.shape(), coord), "create_socket_pair: a connection's ", end, " ", coord,
         " is outside of the ", end, "'s ", mesh.shape(),
         ". Give a coordinate of that mesh, counted from 0.");
  return static_cast<int>(linear_index(mesh.shape(), coord));
}

std::string_view name(SocketEndpoint end) {
  return end == SocketEndpoint::SENDER ? "sender" : "receiver";
}

}  // namespace

const std::shared_ptr<MeshDevice>& MeshSocket::mesh() const {
  return endpoint_ == SocketEndpoint::SENDER ? pair_->sender : pair_->receiver;
}

std::array<MeshSocket, 2> create_socket_pair(std::shared_ptr<MeshDevice> sender,
                                             std::shared_ptr<MeshDevice> receiver,
                                             const std::vector<SocketLink>& links) {
  sender->expect_open("create_socket_pair");
  receiver->expect_open("create_socket_pair");
  expect(!links.empty(),
         "create_socket_pair: the config has no connections. Give one per pair of devices.");
  auto pair = std::make_shared<MeshSocket::Pair>();
  pair->source.assign(static_cast<size_t>(receiver->num_devices()), -1);
  for (const SocketLink& link : links) {
    const int from = device_of(*sender, link.sender, "sender"),
              to = device_of(*receiver, link.receiver, "receiver");
    int& source = pair->source[static_cast<size_t>(to)];
    if (source >= 0 && source != from)
      fail("create_socket_pair: the receiver's device ", link.receiver,
           " is connected to two devices of the sender, ", coordinate(sender->shape(), source),
           " and ", link.sender, ". A shard comes from one device; make a second pair.");
    source = from;
  }
  pair->sender_shape = sender->shape();
  pair->receiver_shape = receiver->shape();
  pair->sender = std::move(sender);
  pair->receiver = std::move(receiver);
  return {MeshSocket(pair, SocketEndpoint::SENDER), MeshSocket(pair, SocketEndpoint::RECEIVER)};
}

// The truth where every device's shard went to the device of the same place; where all receive the
// same; else nothing with a name.
LabelPtr MeshSocket::Pair::label_of(const Tensor& sent, const std::vector<int>& receivers) const {
  const MeshShape& mesh = receiver->shape();
  const bool all = receivers.size() == source.size();
  const auto in_place = [&](int d) { return source[static_cast<size_t>(d)] == d; };
  if (all && sender->num_devices() == receiver->num_devices() &&
      std::all_of(receivers.begin(), receivers.end(), in_place))
    return with_mesh(sent.label(), mesh);
  const bool same = std::all_of(receivers.begin(), receivers.end(), [&](int d) {
    return source[static_cast<size_t>(d)] == source[static_cast<size_t>(receivers[0])];
  });
  const auto kind = same ? Placement::replicate : Placement::local;
  return std::make_shared<Label>(mesh, MeshShape({static_cast<int64_t>(receivers.size())}),
                                 std::vector{Placement{kind}}, receivers);
}

Tensor MeshSocket::Pair::on_receiver(const Tensor& sent) const {
  const std::vector<int> devices = receivers();
  std::vector<uint16_t> shard_of(source.size(), Spread::none);
  for (int d : devices)
    shard_of[static_cast<size_t>(d)] =
        sent.buffers()->spread()->shard_of[static_cast<size_t>(source[static_cast<size_t>(d)])];
  const Spread* spread = Spread::of(std::move(shard_of));
  std::vector<Slot> slots;
  Stream::Order order;
  for (uint16_t d : spread->device_of) slots.push_back(sent.buffers()->slot(source[d]));
  return Tensor(sent.spec(), BuffersRef(new Buffers(receiver, spread, std::move(slots))),
                replicated_topology(receiver->shape()), label_of(sent, devices));
}

void MeshSocket::expect_end(std::string_view op, std::string_view argument, const Tensor& tensor,
                            SocketEndpoint wanted) const {
  check_usable(tensor, op, argument);
  expect(endpoint_ == wanted, op, ": mesh_socket is the ", name(endpoint_),
         "'s end, and this call takes the ", name(wanted),
         "'s. ttnn.create_socket_pair returns (sender, receiver).");
  expect(tensor.mesh() == mesh(), op, ": ", argument, " ", tensor,
         " is not on the mesh of its end ", "of the socket, ", mesh()->text(), " with id ",
         mesh()->id(), ". Give one of that mesh.");
  const MeshShape& shape =
      endpoint_ == SocketEndpoint::SENDER ? pair_->sender_shape : pair_->receiver_shape;
  expect(mesh()->shape() == shape && tensor.label()->mesh() == shape, op, ": the socket was made ",
         "for ", shape, ", but ", argument, " was for ", tensor.label()->mesh(), " and ",
         mesh()->text(), " is ", mesh()->shape(),
         " now. Make sockets and tensors after a mesh is reshaped.");
}

void send_async(const Tensor& input, const MeshSocket& socket) {
  constexpr std::string_view op = "experimental.send_async";
  socket.expect_end(op, "input_tensor", input, SocketEndpoint::SENDER);
  MeshSocket::Pair& pair = *socket.pair_;
  const Spread* spread = input.buffers()->spread();
  for (int d : pair.receivers()) {
    const int from = pair.source[static_cast<size_t>(d)];
    expect(from < spread->devices && spread->shard_of[static_cast<size_t>(from)] != Spread::none,
           op, ": input_tensor ", input, " has no shard on ",
           coordinate(pair.sender->shape(), from),
           ", which a connection sends from. Give a tensor that lies on all devices.");
  }
  pair.receiver->expect_open(op);
  const QueueUser by{input.mesh().get(), current_queue()};
  expect_queue(*by.mesh, by.queue, op);
  expect_ordered(op, by, input, QueueUses::read, "input_tensor");
  note_use(op, by, input, QueueUses::read);
  Tensor snapshot = pair.on_receiver(input);
  // One term for several devices would pass for the whole.
  const MeshShape& mesh = input.mesh()->shape();
  const auto axes = lost_sums(*input.label(), *Label::everywhere(mesh, {Placement::local}));
  if (!axes.empty() && snapshot.label()->is_replicated() && pair.receivers().size() > 1)
    tell_lost_sum(op, text("input_tensor ", input), mesh, axes, LostIn::collective);
  std::lock_guard lock(pair.mutex);
  pair.sent.push_back(std::move(snapshot));
}

Tensor recv_async(const Tensor& output, const MeshSocket& socket) {
  constexpr std::string_view op = "experimental.recv_async";
  socket.expect_end(op, "output_tensor", output, SocketEndpoint::RECEIVER);
  MeshSocket::Pair& pair = *socket.pair_;
  expect_everywhere(op, "output_tensor", output);
  // Held until the command exists: what was sent stays sent where it cannot be received.
  std::lock_guard lock(pair.mutex);
  expect(!pair.sent.empty(), op, ": nothing was sent that has not been received, and a device ",
         "would wait forever. Call ttnn.experimental.send_async on the other end first.");
  const TensorSpec &sent = pair.sent.front().spec(), &own = output.spec();
  expect(sent.shape == own.shape && sent.dtype == own.dtype && sent.layout == own.layout, op,
         ": output_tensor is ", output, ", but the tensor sent is ", sent.shape, " ", sent.dtype,
         " ", sent.layout, ". Allocate it like the tensor that is sent.");
  ReceiveShards command{output, pair.sent.front(), pair.receivers(), {}, {}};
  for (int device : command.receivers) {
    command.sender_ids.push_back(pair.sender->device(pair.source[static_cast<size_t>(device)]).id);
    command.receiver_ids.push_back(pair.receiver->device(device).id);
  }
  Tensor received = run(std::move(command));
  pair.sent.pop_front();
  return received;
}

LabelPtr ReceiveShards::label(std::span<const LabelPtr* const> inputs) const {
  const LabelPtr &before = *inputs[0], &now = *inputs[1];
  return now->is_on_all_devices() ? now : without_replicas(before);
}

// Devices that receive nothing keep what they have.
const Spread* ReceiveShards::spread(const MeshDevice& mesh) const {
  const Spread* spread = arrived.buffers()->spread();
  return spread_by(mesh.num_devices(), [&](int device) -> std::vector<int> {
    const uint16_t shard = spread->shard_of[static_cast<size_t>(device)];
    return {shard == Spread::none ? -1 : shard};
  });
}

Moves ReceiveShards::moves(int device) const {
  if (std::find(receivers.begin(), receivers.end(), device) == receivers.end()) return {};
  Moves moves = moves_in_order(arrived.volume());
  moves.copies[0].input = 1;
  return moves;
}

namespace ccl {

// No op of Python's: its functions take sockets (python/src/sockets.cpp).
void register_mesh_socket(Registry&) {}

}  // namespace ccl
}  // namespace ttnn
