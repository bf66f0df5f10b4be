"""Between the host and meshes: whole tensors, their contents alone, their memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ttnn import _ttnn
from ttnn._ttnn import (
    DataType,
    Layout,
    MemoryConfig,
    MeshDevice,
    MeshShape,
    Shape,
    Tensor,
    TensorSpec,
)
from ttnn.arguments import OPENED_MESH, check, require
from ttnn.decorators import register_python_operation

__all__ = [
    "allocate_tensor_on_device",
    "allocate_tensor_on_host",
    "copy_device_to_host_tensor",
    "copy_host_to_device_tensor",
    "deallocate",
    "from_device",
    "to_device",
]

_MADE_TENSOR = "what ttnn.from_torch returned"
_CONFIG = "ttnn.DRAM_MEMORY_CONFIG"


@register_python_operation(name="ttnn.to_device")
def to_device(
    tensor: Tensor, device: MeshDevice, memory_config: MemoryConfig | None = None
) -> Tensor:
    """A host tensor on a mesh: of a single shard every device gets a copy, several keep their places.

    Shape, dtype and layout stay. A tensor that is on the mesh already comes back as it is.
    """
    call = "to_device"
    require(call, "tensor", tensor, Tensor, _MADE_TENSOR)
    require(call, "device", device, MeshDevice, OPENED_MESH)
    check(call, "memory_config", memory_config, MemoryConfig, _CONFIG)
    made: Tensor = _ttnn.to_device(tensor, device, memory_config)
    return made


@register_python_operation(name="ttnn.from_device")
def from_device(tensor: Tensor, blocking: bool = True) -> Tensor:
    """A device tensor on the host, its shards still apart; waits for the data unless told not to."""
    require("from_device", "tensor", tensor, Tensor, _MADE_TENSOR)
    made: Tensor = _ttnn.from_device(tensor, blocking)
    return made


def deallocate(tensor: Tensor, force: bool = True) -> None:
    """Frees the memory. Without `force` only if no other tensor shares it."""
    require("deallocate", "tensor", tensor, Tensor, _MADE_TENSOR)
    _ttnn.deallocate(tensor, force)


def copy_host_to_device_tensor(
    host_tensor: Tensor, device_tensor: Tensor, cq_id: Any = None
) -> None:
    """The contents of a host tensor into a device tensor of the same shape, dtype and layout.

    A host tensor of one shard goes to every device.
    """
    call = "copy_host_to_device_tensor"
    require(call, "host_tensor", host_tensor, Tensor, _MADE_TENSOR)
    require(call, "device_tensor", device_tensor, Tensor, "what ttnn.to_device returned")
    _ttnn.copy_host_to_device_tensor(host_tensor, device_tensor, cq_id)


def copy_device_to_host_tensor(
    device_tensor: Tensor, host_tensor: Tensor, blocking: bool = True, cq_id: Any = None
) -> None:
    """The contents of a device tensor into a host tensor of the same shape, dtype, layout and mesh."""
    call = "copy_device_to_host_tensor"
    require(call, "device_tensor", device_tensor, Tensor, "what ttnn.to_device returned")
    require(call, "host_tensor", host_tensor, Tensor, _MADE_TENSOR)
    _ttnn.copy_device_to_host_tensor(device_tensor, host_tensor, blocking, cq_id)


def _spec(call: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[TensorSpec, Any]:
    """Spec and mesh of either signature: (tensor_spec, mesh_device), or (shape, dtype, ...)."""
    by_spec = "tensor_spec" in kwargs or (args and isinstance(args[0], TensorSpec))
    return (_from_spec if by_spec else _from_fields)(call, *args, **kwargs)


def _from_spec(
    call: str, tensor_spec: TensorSpec, mesh_device: MeshDevice | None = None
) -> tuple[TensorSpec, Any]:
    require(call, "tensor_spec", tensor_spec, TensorSpec, "tensor.spec")
    return tensor_spec, mesh_device


def _from_fields(
    call: str,
    shape: Shape | Sequence[int],
    dtype: DataType,
    layout: Layout,
    mesh_device: MeshDevice | None = None,
    memory_config: MemoryConfig | None = None,
) -> tuple[TensorSpec, Any]:
    require(call, "dtype", dtype, DataType, "ttnn.bfloat16")
    require(call, "layout", layout, Layout, "ttnn.TILE_LAYOUT")
    check(call, "memory_config", memory_config, MemoryConfig, _CONFIG)
    config = memory_config or MemoryConfig()
    return _ttnn.make_spec(list(shape), dtype, layout, config, None), mesh_device


def allocate_tensor_on_device(*args: Any, **kwargs: Any) -> Tensor:
    """A tensor of each device of a mesh, of undefined contents.

    `(tensor_spec, mesh_device)` or `(shape, dtype, layout, mesh_device, memory_config=None)`.
    """
    call = "allocate_tensor_on_device"
    spec, mesh = _spec(call, args, kwargs)
    require(call, "mesh_device", mesh, MeshDevice, OPENED_MESH)
    made: Tensor = _ttnn.allocate_tensor(spec, mesh, mesh.shape, call)
    return made


def allocate_tensor_on_host(*args: Any, **kwargs: Any) -> Tensor:
    """A host tensor with one shard for each device of a mesh, of undefined contents.

    `(tensor_spec, mesh_device)` or `(shape, dtype, layout, mesh_device, memory_config=None)`.
    """
    call = "allocate_tensor_on_host"
    spec, mesh = _spec(call, args, kwargs)
    check(call, "mesh_device", mesh, MeshDevice, OPENED_MESH)
    shape = MeshShape(1, 1) if mesh is None else mesh.shape
    made: Tensor = _ttnn.allocate_tensor(spec, None, shape, call)
    return made
