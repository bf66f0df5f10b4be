"""Tensors on disk: `dump_tensor`, `load_tensor`, and `as_tensor` with its cache.

A file is a magic word, the length of a JSON header, the header, and the distinct shards as tensors
store them, from the next page on. So block floats keep their size, replicas are kept once, and a
loaded tensor is the mapped file until something needs its bytes.
"""

from __future__ import annotations

import json
import math
import os
import pathlib
import secrets
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np

from ttnn import _ttnn
from ttnn._ttnn import (
    DataType,
    Layout,
    MemoryConfig,
    MeshCoordinate,
    MeshDevice,
    MeshShape,
    Tensor,
    Tile,
)
from ttnn._ttnn.multi_device import PlacementReplicate, PlacementShard, TensorTopology
from ttnn.arguments import OPENED_MESH, check, require
from ttnn.arrays import host_array
from ttnn.config import logger
from ttnn.conversion import from_torch
from ttnn.decorators import register_python_operation
from ttnn.distributed.distribute import NOT_GIVEN, mapper_for
from ttnn.distributed.mappers import ReplicateTensorToMeshWrapper
from ttnn.enums import DumpTensorMode  # type: ignore[attr-defined]  # made from a table
from ttnn.transfer import to_device
from ttnn.value_json import plain, rich

__all__ = ["as_tensor", "dump_tensor", "load_tensor"]

_MAGIC = b"ttnn tensor 1\n\0\0"
_LENGTH_BYTES = 8
_PAGE = 4096
_SUFFIX = ".tensorbin"

FileName = str | os.PathLike[str]


def _path(call: str, file_name: FileName) -> pathlib.Path:
    if not isinstance(file_name, (str, os.PathLike)):
        raise TypeError(
            f"{call}: file_name is of type {type(file_name).__name__}, but takes a path. Pass for "
            f"example 'weights{_SUFFIX}'."
        )
    path = pathlib.Path(file_name)
    if path.suffix != _SUFFIX:
        raise RuntimeError(
            f"{call}: File {path} must have {_SUFFIX} extension. Name it {path.stem}{_SUFFIX}."
        )
    return path


# -- writing ---------------------------------------------------------------------------------------


def dump_tensor(
    file_name: FileName,
    tensor: Tensor,
    *,
    mode: DumpTensorMode = DumpTensorMode.DISTRIBUTED_GATHER,
) -> None:
    """Writes a tensor, of the host or of devices, with all its shards to a file `*.tensorbin`.

    The file appears when it is complete: readers of an older file of that name keep what they read.
    """
    path = _path("dump_tensor", file_name)
    require("dump_tensor", "tensor", tensor, Tensor, "what ttnn.from_torch returned")
    if not tensor.is_allocated():
        raise RuntimeError(
            f"dump_tensor: Tensor is not allocated: tensor {list(tensor.shape)} was deallocated before "
            "this call. Dump it earlier."
        )
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    try:
        with open(draft, "wb") as file:
            _write(file, tensor)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _write(file: BinaryIO, tensor: Tensor) -> None:
    shards: dict[int, int] = {}  # number of a distinct shard -> a device that holds it
    for device, shard in tensor._shard_numbers():
        shards.setdefault(shard, device)
    header = json.dumps(_header(tensor, list(shards))).encode()
    start = _MAGIC + len(header).to_bytes(_LENGTH_BYTES, "little") + header
    file.write(start.ljust(_pages(len(start)), b"\0"))
    buffer = np.empty(_ttnn.storage_bytes(tensor.spec), np.uint8)
    for device in shards.values() if buffer.size else ():
        _ttnn.read_storage(tensor, device, host_array(buffer))
        file.write(buffer.data)


def _pages(size: int) -> int:
    return -(-size // _PAGE) * _PAGE


def _header(tensor: Tensor, shards: list[int]) -> dict[str, Any]:
    spec, topology = tensor.spec, tensor.tensor_topology()
    held = dict(tensor._shard_numbers())
    return {
        "shape": list(spec.shape),
        "dtype": spec.dtype.name,
        "layout": spec.layout.name,
        "memory_config": plain(spec.memory_config),
        "tile": [list(spec.tile.tile_shape), spec.tile.transpose_within_face],
        "pad_value": repr(spec._pad_value),  # as text: JSON has no infinity
        "shard_of_device": [
            shards.index(held[device]) if device in held else -1
            for device in range(tensor._num_places())
        ],
        "label": tensor._label_parts(),
        "topology": {
            "distribution_shape": list(topology.distribution_shape()),
            "placements": [getattr(place, "dim", None) for place in topology.placements()],
            "mesh_coords": [list(coordinate) for coordinate in topology.mesh_coords()],
        },
    }


# -- reading ---------------------------------------------------------------------------------------


def load_tensor(file_name: FileName, *, device: MeshDevice | None = None) -> Tensor:
    """The tensor of a file that `dump_tensor` wrote: on the host, or on `device`."""
    path = _path("load_tensor", file_name)
    check("load_tensor", "device", device, MeshDevice, OPENED_MESH)
    if not path.exists():
        raise RuntimeError(
            f"load_tensor: Unable to load the tensor from {path}.  The file does not exist. Write it "
            "with ttnn.dump_tensor."
        )
    try:
        tensor = _read(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RuntimeError(
            f"load_tensor: Unable to load the tensor from {path}. The file is not what "
            f"ttnn.dump_tensor writes, or is incomplete ({error}). Write it anew."
        ) from error
    return tensor if device is None else to_device.function(tensor, device)  # type: ignore[no-any-return]


def _read(path: pathlib.Path) -> Tensor:
    with open(path, "rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise ValueError("it begins otherwise")
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        begin = _pages(len(_MAGIC) + _LENGTH_BYTES + length)
        size = os.fstat(file.fileno()).st_size
        if begin > size:
            raise ValueError("its header is cut short")
        header = json.loads(file.read(length))
    tile, transposed = header["tile"]
    spec = _ttnn.make_spec(
        header["shape"],
        DataType[header["dtype"]],
        Layout[header["layout"]],
        rich(header["memory_config"], MemoryConfig),
        Tile(tile, transposed),
    )
    spec = _ttnn.with_pad_value(spec, float(header["pad_value"]))
    distinct = 1 + max(header["shard_of_device"])
    expected = distinct * _ttnn.storage_bytes(spec)
    if size - begin != expected:
        raise ValueError(f"it holds {size - begin} bytes of data instead of {expected}")
    return _mapped(path, begin, expected, spec, header)


def _mapped(path: pathlib.Path, begin: int, size: int, spec: Any, header: dict[str, Any]) -> Tensor:
    # Copy on write: who writes to the tensor does not write to the file.
    data = np.memmap(path, np.uint8, "c", begin, (size,)) if size else np.empty(0, np.uint8)
    topology = header["topology"]
    return _ttnn.borrow_storage(  # type: ignore[no-any-return]
        host_array(data),
        spec,
        header["shard_of_device"],
        header["label"],
        TensorTopology(
            MeshShape(topology["distribution_shape"]),
            [
                PlacementReplicate() if dim is None else PlacementShard(dim)
                for dim in topology["placements"]
            ],
            [MeshCoordinate(coordinate) for coordinate in topology["mesh_coords"]],
        ),
        data,
    )


# -- the cache -------------------------------------------------------------------------------------


@register_python_operation(name="ttnn.as_tensor")
def as_tensor(
    tensor: Any,
    dtype: DataType | None = None,
    *,
    layout: Layout | None = Layout.ROW_MAJOR,
    device: MeshDevice | None = None,
    memory_config: MemoryConfig | None = None,
    cache_file_name: FileName | None = None,
    preprocess: Callable[[Any], Any] | None = None,
    mesh_mapper: Any = NOT_GIVEN,
    cache_dump_mode: DumpTensorMode = DumpTensorMode.DISTRIBUTED_GATHER,
) -> Tensor:
    """`from_torch` with a cache on disk: what `cache_file_name` holds is loaded instead of converted.

    The file's name gains dtype and layout. `preprocess` is applied to `tensor` before a conversion.
    A file that cannot be read, or whose tensor is distributed in another way than `mesh_mapper`
    says, is written anew.
    """
    check("as_tensor", "device", device, MeshDevice, OPENED_MESH)
    if device is not None and memory_config is None:
        raise RuntimeError(
            "as_tensor: memory_config must be specified when device is specified. Pass for example "
            "memory_config=ttnn.DRAM_MEMORY_CONFIG."
        )
    mapper = mapper_for(mesh_mapper)

    def converted(**where: Any) -> Tensor:
        source = preprocess(tensor) if preprocess else tensor
        if source is None:
            raise TypeError("as_tensor: tensor is None, but takes a torch tensor or a numpy array.")
        return from_torch.function(source, dtype, layout=layout, **where)  # type: ignore[no-any-return]

    if cache_file_name is None:
        return converted(device=device, memory_config=memory_config, mesh_mapper=mapper)
    if isinstance(mapper, ReplicateTensorToMeshWrapper):
        mapper = None  # the file holds the whole once; uploading makes the replicas

    def name(value: Any) -> str:
        return "None" if value is None else str(value.name)

    path = pathlib.Path(f"{cache_file_name}_dtype_{name(dtype)}_layout_{name(layout)}{_SUFFIX}")
    cached = _from_cache(path, mapper)
    if cached is None:
        cached = converted(mesh_mapper=mapper)
        path.parent.mkdir(parents=True, exist_ok=True)
        dump_tensor(path, cached, mode=cache_dump_mode)
    if device is None:
        return cached
    return to_device.function(cached, device, memory_config)  # type: ignore[no-any-return]


def _from_cache(path: pathlib.Path, mapper: Any) -> Tensor | None:
    """The tensor of the file; None where there is no such file or it does not fit."""
    if not path.exists():
        return None
    try:
        tensor = load_tensor(path)
    except RuntimeError as error:
        logger.warning("as_tensor: %s Converting again.", error)
        return None
    if not _is_distributed_by(tensor, mapper):
        logger.warning(
            "as_tensor: the tensor in %s is distributed as %r, not as mesh_mapper %r says. Converting "
            "again.",
            path,
            tensor.tensor_topology(),
            mapper,
        )
        return None
    return tensor


def _is_distributed_by(tensor: Tensor, mapper: Any) -> bool:
    if mapper is None:
        return tensor._num_places() == 1  # type: ignore[no-any-return]
    topology, rank = tensor.tensor_topology(), max(len(tensor.shape), 1)

    def dims(placements: Any) -> list[int | None]:
        return [place.dim % rank if hasattr(place, "dim") else None for place in placements]

    held, wanted = list(topology.distribution_shape()), list(mapper._distribution_shape())
    # A dim too short for all devices of a line lies on the first of them.
    fits = held == wanted or (len(held) == len(wanted) == 1 and held < wanted)
    same_mesh = tensor._num_places() == math.prod(mapper.mesh_shape())
    return fits and same_mesh and dims(topology.placements()) == dims(mapper.config().placements)
