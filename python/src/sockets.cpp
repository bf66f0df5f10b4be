// Sockets between meshes: the ends. Configs and the names of programs are in
// python/ttnn/sockets.py.
#include <nanobind/nanobind.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/vector.h>

#include "python/src/values.h"
#include "ttnn/ccl/mesh_socket.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace ttnn {

void bind_sockets(nb::module_& m) {
  nb::class_<MeshSocket>(m, "SocketEnd", "One end of a pair of sockets between two meshes.")
      .def_prop_ro("mesh", &MeshSocket::mesh)
      .def_prop_ro("is_sender", [](const MeshSocket& self) {
        return self.endpoint() == SocketEndpoint::SENDER;
      });
  m.def(
      "create_socket_ends",
      [](std::shared_ptr<MeshDevice> sender, std::shared_ptr<MeshDevice> receiver,
         const std::vector<std::pair<MeshCoordinate, MeshCoordinate>>& devices) {
        std::vector<SocketLink> links;
        for (const auto& [from, to] : devices) links.push_back({from, to});
        const auto [first, second] =
            create_socket_pair(std::move(sender), std::move(receiver), links);
        return std::pair{first, second};
      },
      "sender"_a, "receiver"_a, "devices"_a,
      "The sender's end and the receiver's; `devices` are the pairs of devices that are joined.");
  m.def(
      "send_async",
      [](const Tensor& input, const MeshSocket& socket) {
        note_source_line();
        nb::gil_scoped_release release;
        send_async(input, socket);
      },
      "input_tensor"_a, "socket"_a);
  m.def(
      "recv_async",
      [](const Tensor& output, const MeshSocket& socket) {
        note_source_line();
        nb::gil_scoped_release release;
        return recv_async(output, socket);
      },
      "output_tensor"_a, "socket"_a);
}

}  // namespace ttnn
