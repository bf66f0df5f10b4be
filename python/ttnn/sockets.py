"""Sockets between meshes of one process: `send_async` on one end, `recv_async` on the other.

A send takes a snapshot of the sender's tensor, which waits until it is received; what is received is
written in program order. Sockets between processes are not implemented.
"""

from __future__ import annotations

import itertools
from typing import Any

from ttnn import _ttnn
from ttnn import enums as _enums
from ttnn._ttnn import MeshCoordinate, MeshDevice, Tensor
from ttnn.arguments import OPENED_MESH, require
from ttnn.decorators import register_python_operation
from ttnn.hardware import FabricNodeId, MeshCoreCoord, MeshId, SocketConfig, SocketConnection

SocketEndpoint: Any = _enums.SocketEndpoint  # type: ignore[attr-defined]

__all__ = ["MeshSocket", "create_socket_pair"]

_numbers = itertools.count(1)
_PAIR = "an end that ttnn.create_socket_pair returned"


class MeshSocket:
    """One end of a pair. `create_socket_pair` makes both ends in one process; the constructor is for
    ends in two processes.
    """

    def __init__(self, device: MeshDevice, config: SocketConfig) -> None:
        call = "MeshSocket"
        require(call, "device", device, MeshDevice, OPENED_MESH)
        require(call, "config", config, SocketConfig, "a ttnn.SocketConfig")
        raise NotImplementedError(
            f"{call}: sockets between processes are not implemented. Make both ends of one between "
            "meshes of this process: ttnn.create_socket_pair(sender_mesh, receiver_mesh, config)."
        )

    @classmethod
    def _of(cls, end: Any, config: SocketConfig) -> MeshSocket:
        self = object.__new__(cls)
        self._end, self._config, self._number = end, config, next(_numbers)
        return self

    _end: Any
    _config: SocketConfig
    _number: int

    def get_mesh_device(self) -> MeshDevice:
        return self._end.mesh  # type: ignore[no-any-return]

    def get_socket_endpoint_type(self) -> Any:
        return SocketEndpoint.SENDER if self._end.is_sender else SocketEndpoint.RECEIVER

    def get_connection_config(self) -> list[SocketConnection]:
        return list(self._config.connections)

    def get_active_cores(self) -> list[MeshCoreCoord]:
        """This end's cores, in the order of the connections."""
        end = "sender_core" if self._end.is_sender else "receiver_core"
        return [getattr(connection, end) for connection in self._config.connections]

    def get_config_buffer_address(self) -> int:
        """A number of its own; nothing is stored there."""
        return 64 * self._number

    def get_fabric_node_id(self, endpoint: Any, coord: MeshCoordinate) -> FabricNodeId:
        """The device of this end's mesh at `coord`."""
        if endpoint != self.get_socket_endpoint_type():
            raise RuntimeError(
                f"get_fabric_node_id: this is the {self.get_socket_endpoint_type().name} end. Ask "
                "the other one for its devices."
            )
        return FabricNodeId(MeshId(0), self.get_mesh_device().get_device_id(coord))

    def __repr__(self) -> str:
        return f"<MeshSocket, {self.get_socket_endpoint_type().name} on {self.get_mesh_device()!r}>"


def create_socket_pair(
    sender_mesh_device: MeshDevice, receiver_mesh_device: MeshDevice, socket_config: SocketConfig
) -> tuple[MeshSocket, MeshSocket]:
    """The two ends (sender, receiver) of a socket between two meshes of this process."""
    call = "create_socket_pair"
    require(call, "sender_mesh_device", sender_mesh_device, MeshDevice, OPENED_MESH)
    require(call, "receiver_mesh_device", receiver_mesh_device, MeshDevice, OPENED_MESH)
    require(call, "socket_config", socket_config, SocketConfig, "a ttnn.SocketConfig")
    devices = [
        (connection.sender_core.device_coord, connection.receiver_core.device_coord)
        for connection in socket_config.connections
    ]
    ends = _ttnn.create_socket_ends(sender_mesh_device, receiver_mesh_device, devices)
    sender, receiver = (MeshSocket._of(end, socket_config) for end in ends)
    return sender, receiver


def _send(call: str, input_tensor: Tensor, mesh_socket: MeshSocket) -> list[Tensor]:
    require(call, "input_tensor", input_tensor, Tensor, "what ttnn.from_torch returns")
    require(call, "mesh_socket", mesh_socket, MeshSocket, _PAIR)
    _ttnn.send_async(input_tensor, mesh_socket._end)
    return []


def _receive(call: str, output_tensor: Tensor, mesh_socket: MeshSocket) -> list[Tensor]:
    require(call, "output_tensor", output_tensor, Tensor, "what ttnn.zeros returns")
    require(call, "mesh_socket", mesh_socket, MeshSocket, _PAIR)
    return [_ttnn.recv_async(output_tensor, mesh_socket._end)]


@register_python_operation(name="ttnn.experimental.send_async", is_experimental=True)
def send_async(input_tensor: Tensor, mesh_socket: MeshSocket) -> list[Tensor]:
    """Sends the shards of the devices that the socket's connections name. Returns no tensors."""
    return _send("experimental.send_async", input_tensor, mesh_socket)


@register_python_operation(name="ttnn.experimental.send_direct_async", is_experimental=True)
def send_direct_async(input_tensor: Tensor, mesh_socket: MeshSocket) -> list[Tensor]:
    """`send_async` under another name."""
    return _send("experimental.send_direct_async", input_tensor, mesh_socket)


@register_python_operation(name="ttnn.experimental.recv_async", is_experimental=True)
def recv_async(output_tensor: Tensor, mesh_socket: MeshSocket) -> list[Tensor]:
    """Writes what was sent first, and not yet received, into `output_tensor`: the shards of the
    devices that the connections name. Returns [output_tensor].
    """
    return _receive("experimental.recv_async", output_tensor, mesh_socket)


@register_python_operation(name="ttnn.experimental.recv_direct_async", is_experimental=True)
def recv_direct_async(output_tensor: Tensor, mesh_socket: MeshSocket) -> list[Tensor]:
    """`recv_async` under another name."""
    return _receive("experimental.recv_direct_async", output_tensor, mesh_socket)
