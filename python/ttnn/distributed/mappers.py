"""How tensors are dealt over a mesh and put together again: TT-NN's names of both generations.

Every function takes an open mesh or a bare MeshShape: host tensors can be dealt without devices.
"""

from __future__ import annotations

from collections.abc import Sequence

from ttnn._ttnn import MeshDevice, MeshShape
from ttnn._ttnn.multi_device import (
    CppMeshToTensor,
    CppTensorToMesh,
    MeshComposerConfig,
    MeshMapperConfig,
    PlacementReplicate,
    PlacementShard,
    TensorTopology,
    compute_distribution_to_mesh_mapping,
    concat_mesh_to_tensor_composer,
    create_mesh_composer,
    create_mesh_mapper,
    list_mesh_to_tensor_composer,
    replicate_tensor_to_mesh_mapper,
    shard_tensor_to_mesh_mapper,
)
from ttnn.arguments import OPENED_MESH, require, require_int

TensorToMesh = CppTensorToMesh
MeshToTensor = CppMeshToTensor


class ReplicateTensorToMeshWrapper:
    """A replicating mapper that can be told from others: caches keep one copy of what it deals."""

    def __init__(self, mapper: CppTensorToMesh):
        self._mapper = mapper

    def unwrap(self) -> CppTensorToMesh:
        return self._mapper

    def __repr__(self) -> str:
        return f"ReplicateTensorToMesh({self._mapper!r})"


def unwrapped(
    mapper: CppTensorToMesh | ReplicateTensorToMeshWrapper | None,
) -> CppTensorToMesh | None:
    """What a `mesh_mapper` argument means to the compiled part."""
    return mapper.unwrap() if isinstance(mapper, ReplicateTensorToMeshWrapper) else mapper


def _require_mesh(call: str, mesh_device: MeshDevice | MeshShape) -> None:
    if not isinstance(mesh_device, MeshShape):
        require(call, "mesh_device", mesh_device, MeshDevice, OPENED_MESH)


def ReplicateTensorToMesh(mesh_device: MeshDevice | MeshShape) -> ReplicateTensorToMeshWrapper:
    """The whole tensor on every device."""
    _require_mesh("ReplicateTensorToMesh", mesh_device)
    return ReplicateTensorToMeshWrapper(replicate_tensor_to_mesh_mapper(mesh_device))


def ShardTensorToMesh(mesh_device: MeshDevice | MeshShape, dim: int) -> CppTensorToMesh:
    """Slices of `dim`, dealt row-major over all devices."""
    _require_mesh("ShardTensorToMesh", mesh_device)
    require_int("ShardTensorToMesh", "dim", dim, "0")
    return shard_tensor_to_mesh_mapper(mesh_device, dim)


def ShardTensor2dMesh(
    mesh_device: MeshDevice | MeshShape,
    mesh_shape: MeshShape | Sequence[int],
    dims: Sequence[int | None],
) -> CppTensorToMesh:
    """`dims[0]` is split over mesh rows, `dims[1]` over columns; None replicates along them."""
    _require_mesh("ShardTensor2dMesh", mesh_device)
    row_dim, col_dim = _pair("ShardTensor2dMesh", "dims", dims)
    config = MeshMapperConfig(
        row_dim=row_dim,
        col_dim=col_dim,
        mesh_shape_override=_shape_2d("ShardTensor2dMesh", mesh_shape),
    )
    return create_mesh_mapper(mesh_device, config)


def ConcatMeshToTensor(mesh_device: MeshDevice | MeshShape, dim: int) -> CppMeshToTensor:
    """Joins all shards along `dim`, in row-major device order."""
    _require_mesh("ConcatMeshToTensor", mesh_device)
    require_int("ConcatMeshToTensor", "dim", dim, "0")
    return concat_mesh_to_tensor_composer(mesh_device, dim)


def ConcatMesh2dToTensor(
    mesh_device: MeshDevice | MeshShape,
    mesh_shape: MeshShape | Sequence[int],
    dims: Sequence[int],
) -> CppMeshToTensor:
    """Joins along `dims[0]` over mesh rows and along `dims[1]` over mesh columns."""
    _require_mesh("ConcatMesh2dToTensor", mesh_device)
    row_dim, col_dim = _pair("ConcatMesh2dToTensor", "dims", dims)
    if row_dim is None or col_dim is None:
        raise ValueError(
            f"ConcatMesh2dToTensor: dims={tuple(dims)} must be two ints: every mesh axis is joined "
            "along some tensor dim. Give an axis that replicates a spare dim and slice afterwards."
        )
    config = MeshComposerConfig(
        row_dim, col_dim, mesh_shape_override=_shape_2d("ConcatMesh2dToTensor", mesh_shape)
    )
    return create_mesh_composer(mesh_device, config)


def ListMeshToTensor(mesh_device: MeshDevice | MeshShape) -> CppMeshToTensor:
    """Joins nothing: `to_torch` gives the list of shards, in row-major device order."""
    _require_mesh("ListMeshToTensor", mesh_device)
    return list_mesh_to_tensor_composer(mesh_device)


def _pair(op: str, argument: str, values: Sequence[int | None]) -> tuple[int | None, int | None]:
    if len(values) != 2:
        raise ValueError(
            f"{op}: {argument}={tuple(values)} has {len(values)} entries, but needs one for the "
            "mesh's rows and one for its columns. For meshes of other ranks use "
            "create_mesh_mapper or create_mesh_composer."
        )
    first, second = values
    return first, second


def _shape_2d(op: str, mesh_shape: MeshShape | Sequence[int]) -> MeshShape:
    rows, columns = _pair(op, "mesh_shape", tuple(mesh_shape))
    return MeshShape(rows, columns)


__all__ = [
    "ConcatMesh2dToTensor",
    "ConcatMeshToTensor",
    "CppMeshToTensor",
    "CppTensorToMesh",
    "ListMeshToTensor",
    "MeshComposerConfig",
    "MeshMapperConfig",
    "MeshToTensor",
    "PlacementReplicate",
    "PlacementShard",
    "ReplicateTensorToMesh",
    "ReplicateTensorToMeshWrapper",
    "ShardTensor2dMesh",
    "ShardTensorToMesh",
    "TensorToMesh",
    "TensorTopology",
    "compute_distribution_to_mesh_mapping",
    "concat_mesh_to_tensor_composer",
    "create_mesh_composer",
    "create_mesh_mapper",
    "list_mesh_to_tensor_composer",
    "replicate_tensor_to_mesh_mapper",
    "shard_tensor_to_mesh_mapper",
    "unwrapped",
]
