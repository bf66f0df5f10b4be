"""Values by which TT-NN's programs set up cards: dispatch cores, sub-devices, fabric, sockets. CPU
devices have none of these parts; the values are kept and compared.
"""

import functools
from typing import Any

from ttnn import enums as _enums
from ttnn._ttnn import BufferType, CoreCoord, CoreRangeSet, DataType, Tile
from ttnn.value_class import Value, value

DispatchCoreAxis: Any = _enums.DispatchCoreAxis  # type: ignore[attr-defined]
DispatchCoreType: Any = _enums.DispatchCoreType  # type: ignore[attr-defined]
FabricTensixConfig: Any = _enums.FabricTensixConfig  # type: ignore[attr-defined]


@value()
class DispatchCoreConfig(Value):
    """Which cores of a card dispatch; Wormhole's defaults where nothing is said."""

    type: DispatchCoreType | None = None
    axis: DispatchCoreAxis | None = None
    fabric_tensix_config: FabricTensixConfig | None = None

    def __post_init__(self) -> None:
        self.type = self.type or DispatchCoreType.WORKER
        self.axis = self.axis or DispatchCoreAxis.ROW


@value()
class SubDevice(Value):
    """A part of a device's cores."""

    cores: list[CoreRangeSet]


@functools.total_ordering
class _Number(Value):
    """An int with a name, as TT-NN has for ids and ranks."""

    def __index__(self) -> int:
        return self.id  # type: ignore[attr-defined,no-any-return]

    def __int__(self) -> int:
        return self.__index__()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int):
            return int(self) == other
        return type(self) is type(other) and int(self) == int(other)  # type: ignore[call-overload,no-any-return]

    def __lt__(self, other: Any) -> bool:
        if not isinstance(other, (int, type(self))):
            return NotImplemented
        return int(self) < int(other)

    def __hash__(self) -> int:
        return hash(int(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({int(self)})"


@value()
class SubDeviceId(_Number):
    id: int


@value()
class SubDeviceManagerId(_Number):
    id: int


@value()
class MeshId(_Number):
    id: int


@value()
class Rank(_Number):
    id: int


@value()
class Size(_Number):
    id: int


@value()
class SubcontextId(_Number):
    id: int


@value()
class FabricNodeId(Value):
    mesh_id: MeshId
    chip_id: int


@value()
class FabricRouterConfig(Value):
    max_packet_payload_size_bytes: int | None = None


@value()
class MeshCoreCoord(Value):
    """A core of one device of a mesh."""

    device_coord: Any
    core_coord: CoreCoord


@value()
class SocketConnection(Value):
    sender_core: MeshCoreCoord
    receiver_core: MeshCoreCoord


@value()
class SocketMemoryConfig(Value):
    socket_storage_type: BufferType
    fifo_size: int
    sender_sub_device: SubDeviceId | None = None
    receiver_sub_device: SubDeviceId | None = None
    per_core_allocation: bool = False


@value()
class SocketConfig(Value):
    connections: list[SocketConnection]
    memory_config: SocketMemoryConfig
    sender_rank: int | None = None
    receiver_rank: int | None = None
    sender_mesh_id: int | None = None
    receiver_mesh_id: int | None = None


@value()
class OverlappedTensor(Value):
    """A tensor that is a part of another one's bytes on each core."""

    fused_tensor: Any
    tensor_shape: Any
    shard_shape: Any
    core_range_set: CoreRangeSet
    dtype: DataType
    tile_shape: Any
    byte_offset: int = 0
    total_size: int = 0

    def __post_init__(self) -> None:
        for name in ("tensor_shape", "shard_shape", "tile_shape"):
            setattr(self, name, tuple(getattr(self, name)))

    def get_tile(self) -> Tile:
        return Tile(self.tile_shape)


__all__ = [
    name
    for name, item in list(globals().items())
    if getattr(item, "__module__", None) == __name__ and not name.startswith("_")
]
