"""Tensors of single devices and the mesh tensor that they make up; a tensor cut or joined by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ttnn import _ttnn
from ttnn._ttnn import MeshCoordinate, MeshDevice, MeshShape, Tensor
from ttnn.arguments import OPENED_MESH, check, require
from ttnn.distributed.mappers import CppMeshToTensor, CppTensorToMesh, unwrapped

__all__ = [
    "aggregate_as_tensor",
    "aggregate_tensor",
    "combine_device_tensors",
    "distribute_tensor",
    "from_host_shards",
    "get_device_tensor",
    "get_device_tensors",
]

_MADE_TENSOR = "what ttnn.from_torch returned"


def get_device_tensors(tensor: Tensor) -> list[Tensor]:
    """The shards as tensors of single devices, in row-major order; those that hold nothing are left
    out.

    They share the memory of `tensor`: what is written to one is seen through the other. A tensor of
    one shard gives the list of itself.
    """
    require("get_device_tensors", "tensor", tensor, Tensor, _MADE_TENSOR)
    shards: list[Tensor] = _ttnn.get_device_tensors(tensor)
    return shards


def get_device_tensor(multi_device_tensor: Tensor, device: Any) -> Tensor:
    """The shard on one device, which is named by its id, its coordinate in the mesh, or a mesh that
    holds it alone.
    """
    call = "get_device_tensor"
    require(call, "multi_device_tensor", multi_device_tensor, Tensor, _MADE_TENSOR)
    mesh = multi_device_tensor.device()
    if mesh is None:
        raise RuntimeError(
            f"{call}: multi_device_tensor {list(multi_device_tensor.shape)} is on the host. "
            "Upload it with ttnn.to_device, or take its shards with ttnn.get_device_tensors."
        )
    wanted = _device_id(call, mesh, device)
    coordinates = multi_device_tensor.device_coords()
    for coordinate, shard in zip(coordinates, get_device_tensors(multi_device_tensor)):
        if mesh.get_device_id(coordinate) == wanted:
            return shard
    holders = ", ".join(str(mesh.get_device_id(coordinate)) for coordinate in coordinates)
    raise RuntimeError(
        f"{call}: device {wanted} holds no shard of multi_device_tensor "
        f"{list(multi_device_tensor.shape)}, which is on devices {holders}. Name one of those."
    )


def _device_id(call: str, mesh: MeshDevice, device: Any) -> int:
    if isinstance(device, MeshCoordinate):
        return mesh.get_device_id(device)  # type: ignore[no-any-return]
    if isinstance(device, MeshDevice):
        ids = device.get_device_ids()
        if len(ids) == 1:
            return ids[0]  # type: ignore[no-any-return]
        raise RuntimeError(
            f"{call}: device is {device!r}, which has {len(ids)} devices. Name one of them by its id "
            "or its coordinate."
        )
    if isinstance(device, int) and not isinstance(device, bool):
        return device
    raise TypeError(
        f"{call}: device is of type {type(device).__name__}, but takes the id of a device, a "
        "MeshCoordinate or a 1x1 MeshDevice. Pass for example 0."
    )


def _tensors(call: str, argument: str, tensors: Any) -> list[Tensor]:
    """`tensors` as a list, or the TypeError that says what is none."""
    if isinstance(tensors, Tensor) or not isinstance(tensors, Sequence):
        raise TypeError(
            f"{call}: {argument} is of type {type(tensors).__name__}, but takes a list of ttnn.Tensor. "
            "Pass for example what ttnn.get_device_tensors returned."
        )
    for i, tensor in enumerate(tensors):
        require(call, f"{argument}[{i}]", tensor, Tensor, _MADE_TENSOR)
    return list(tensors)


def combine_device_tensors(*, tensors: Sequence[Tensor]) -> Tensor:
    """One mesh tensor of the tensors of single devices, one for each device of the mesh.

    The result shares their memory. Each stays on its device, in whatever order they are given.
    """
    combined: Tensor = _ttnn.combine_device_tensors(
        _tensors("combine_device_tensors", "tensors", tensors)
    )
    return combined


def from_host_shards(tensors: Sequence[Tensor], mesh_shape: MeshShape) -> Tensor:
    """One host tensor of a mesh of `mesh_shape`: its shards are these host tensors, row-major."""
    call = "from_host_shards"
    shards = _tensors(call, "tensors", tensors)
    require(call, "mesh_shape", mesh_shape, MeshShape, "ttnn.MeshShape(2, 4)")
    combined: Tensor = _ttnn.from_host_shards(shards, mesh_shape)
    return combined


def aggregate_as_tensor(tensors: Sequence[Tensor]) -> Tensor:
    """`combine_device_tensors` of device tensors; `from_host_shards` of host tensors, on a line."""
    shards = _tensors("aggregate_as_tensor", "tensors", tensors)
    if shards and shards[0].device() is None:
        return from_host_shards(shards, MeshShape(1, len(shards)))
    return combine_device_tensors(tensors=shards)


def distribute_tensor(tensor: Tensor, mapper: Any, mesh_device: MeshDevice | None = None) -> Tensor:
    """A host tensor cut by a mapper: a host tensor of several shards, or one on `mesh_device`."""
    call = "distribute_tensor"
    require(call, "tensor", tensor, Tensor, _MADE_TENSOR)
    cut = unwrapped(mapper)
    require(call, "mapper", cut, CppTensorToMesh, "ttnn.ShardTensorToMesh(mesh_device, dim=0)")
    check(call, "mesh_device", mesh_device, MeshDevice, OPENED_MESH)
    made: Tensor = _ttnn.distribute_tensor(tensor, cut, mesh_device)
    return made


def aggregate_tensor(tensor: Tensor, composer: CppMeshToTensor) -> Tensor:
    """The shards joined by a composer: one host tensor."""
    call = "aggregate_tensor"
    require(call, "tensor", tensor, Tensor, _MADE_TENSOR)
    example = "ttnn.ConcatMeshToTensor(mesh_device, dim=0)"
    require(call, "composer", composer, CppMeshToTensor, example)
    made: Tensor = _ttnn.aggregate_tensor(tensor, composer)
    return made
