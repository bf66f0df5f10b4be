#pragma once
// Sockets between two meshes of this process. What one end sends waits, in order, until the other
// end receives it: a snapshot, whose bytes are copied only when the sender's tensor is written.
#include <array>
#include <memory>
#include <vector>

#include "ttnn/runtime/moves.h"

namespace ttnn {

enum class SocketEndpoint { SENDER = 0, RECEIVER = 1 };

// The device of the sender's mesh whose shard goes to a device of the receiver's mesh.
struct SocketLink {
  MeshCoordinate sender, receiver;
};

class MeshSocket {
 public:
  const std::shared_ptr<MeshDevice>& mesh() const;  // this end's
  SocketEndpoint endpoint() const { return endpoint_; }

 private:
  struct Pair;
  MeshSocket(std::shared_ptr<Pair> pair, SocketEndpoint endpoint)
      : pair_(std::move(pair)), endpoint_(endpoint) {}
  friend std::array<MeshSocket, 2> create_socket_pair(std::shared_ptr<MeshDevice>,
                                                      std::shared_ptr<MeshDevice>,
                                                      const std::vector<SocketLink>&);
  friend void send_async(const Tensor&, const MeshSocket&);
  friend Tensor recv_async(const Tensor&, const MeshSocket&);
  void expect_end(std::string_view op, std::string_view argument, const Tensor& tensor,
                  SocketEndpoint wanted) const;

  std::shared_ptr<Pair> pair_;
  SocketEndpoint endpoint_;
};

// The sender's end and the receiver's. Links that join the same two devices, as those of several
// cores do, count as one; a device receives from one device only.
std::array<MeshSocket, 2> create_socket_pair(std::shared_ptr<MeshDevice> sender,
                                             std::shared_ptr<MeshDevice> receiver,
                                             const std::vector<SocketLink>& links);

// Sends the shards of the links' devices.
void send_async(const Tensor& input, const MeshSocket& socket);

// Writes what was sent first, and not yet received, into the shards of the links' devices, and
// returns `output`. Its shape, dtype and layout must be those of the tensor sent.
Tensor recv_async(const Tensor& output, const MeshSocket& socket);

// The command behind it: `arrived` lies on the receivers.
struct ReceiveShards {
  Tensor output, arrived;
  std::vector<int> receivers;
  std::vector<int64_t> sender_ids, receiver_ids;  // physical ones, of both meshes

  static constexpr auto name = "experimental.recv_async";
  static constexpr auto doc = "Writes the shards that arrived into the same devices' shards.";
  static constexpr auto fields = std::tuple{
      arg("output_tensor", &ReceiveShards::output, "is written"),
      arg("arrived", &ReceiveShards::arrived, "of the same shape, dtype and layout"),
      arg("sender_ids", &ReceiveShards::sender_ids, "the devices whose shards arrived, by id"),
      arg("receiver_ids", &ReceiveShards::receiver_ids, "the devices that each went to"),
  };
  static constexpr auto in_place = &ReceiveShards::output;
  static constexpr bool updates_part = true;
  static constexpr bool across_devices = true;
  static constexpr auto traffic = Traffic::send;

  TensorSpec infer(const CallOptions&) const { return output.spec(); }
  LabelPtr label(std::span<const LabelPtr* const>) const;
  bool settles_terms() const { return true; }  // what is overwritten is not read
  const Spread* spread(const MeshDevice&) const;
  Moves moves(int device) const;
  void reference(Task task) const { update_elements(moves(task.device()), output, task); }
};

}  // namespace ttnn
