"""Between the user's arrays and ttnn tensors, in memory and on disk, and between host and devices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ttnn import _ttnn
from ttnn._ttnn import DataType, Layout, MemoryConfig, MeshDevice, Tensor, TensorSpec, Tile
from ttnn._ttnn.multi_device import CppMeshToTensor, CppTensorToMesh
from ttnn.arguments import check, type_name
from ttnn.arrays import (
    DEFAULT_DTYPE,
    READ_BACK,
    dtype_name,
    empty_numpy,
    empty_torch,
    host_array,
    is_torch,
    of_dlpack,
    plain,
)
from ttnn.config import CONFIG, lean_on
from ttnn.decorators import register_python_operation
from ttnn.distributed.distribute import NOT_GIVEN, composer_for, mapper_for
from ttnn.distributed.mappers import ReplicateTensorToMeshWrapper

BLOCK_FLOATS = (DataType.BFLOAT8_B, DataType.BFLOAT4_B)


def _dtype_for(op: str, array: Any, dtype: DataType | None) -> DataType:
    if dtype_name(array).startswith("complex"):
        raise TypeError(
            f"{op}: arrays of dtype {dtype_name(array)} cannot become tensors: there are no complex "
            "dtypes. Convert the real and the imaginary part."
        )
    if dtype is not None:
        if dtype == DataType.FP8_E4M3:
            raise NotImplementedError(
                f"{op}: dtype fp8_e4m3 is not implemented. Use bfloat8_b or bfloat16."
            )
        return dtype
    name = dtype_name(array)
    if name not in DEFAULT_DTYPE:
        raise RuntimeError(
            f"{op}: parse_py_tensor: DataType::INVALID: an array of dtype {name} has no ttnn dtype of its own. "
            "Name one, e.g. dtype=ttnn.float32."
        )
    return DEFAULT_DTYPE[name]


def _layout_for(op: str, dtype: DataType, layout: Layout | None) -> Layout:
    if layout is None:
        return Layout.TILE if dtype in BLOCK_FLOATS else Layout.ROW_MAJOR
    if layout != Layout.TILE and dtype in BLOCK_FLOATS:
        raise RuntimeError(
            f"{op}: layout: Layout must be Layout::TILE for bfloat8_b or bfloat4_b! Leave layout out or pass "
            "ttnn.TILE_LAYOUT."
        )
    return layout


def _expect_device(op: str, device: Any) -> None:
    if device is not None and not isinstance(device, MeshDevice):
        raise TypeError(
            f"{op}: device must be a ttnn.MeshDevice or None, not {type(device).__name__}."
        )


def _spec_for(
    op: str,
    array: Any,
    dtype: DataType | None,
    spec: TensorSpec | None,
    tile: Tile | None,
    layout: Layout | None,
    memory_config: MemoryConfig | None,
) -> TensorSpec:
    check(op, "spec", spec, TensorSpec, "the spec of another tensor")
    check(op, "dtype", dtype, DataType, "ttnn.bfloat16")
    check(op, "layout", layout, Layout, "ttnn.TILE_LAYOUT")
    check(op, "memory_config", memory_config, MemoryConfig, "ttnn.DRAM_MEMORY_CONFIG")
    check(op, "tile", tile, Tile, "ttnn.Tile((32, 32))")
    if spec is not None:
        given = {"dtype": dtype, "layout": layout, "memory_config": memory_config, "tile": tile}
        for name, value in given.items():
            if value is not None:
                raise RuntimeError(
                    f"{op}: {name} must be None when spec is specified. Leave {name} out: the spec has it."
                )
        if list(spec.shape) != list(array.shape):
            raise RuntimeError(
                f"{op}: spec shape {spec.shape} must be the same as tensor shape {list(array.shape)}. "
                "Make the spec for this shape."
            )
        return spec
    dtype = _dtype_for(op, array, dtype)
    layout = _layout_for(op, dtype, layout)
    if memory_config is not None and memory_config.is_sharded():
        if memory_config.shard_spec is None and memory_config.nd_shard_spec is None:
            raise RuntimeError(
                f"{op}: memory_config: Shard spec must not be None for sharded tensors. Give one by "
                "ttnn.create_sharded_memory_config(...)."
            )
    return _ttnn.make_spec(list(array.shape), dtype, layout, memory_config or MemoryConfig(), tile)


def _check_rank(op: str, array: Any) -> None:
    if len(array.shape) > 8:
        raise RuntimeError(
            f"{op}: a tensor of rank {len(array.shape)} is given; ranks go up to 8. Merge some dims."
        )


@register_python_operation(name="ttnn.from_torch")
def from_torch(
    tensor: Any,
    dtype: DataType | None = None,
    *,
    spec: TensorSpec | None = None,
    tile: Tile | None = None,
    pad_value: float | None = None,
    layout: Layout | None = None,
    device: MeshDevice | None = None,
    memory_config: MemoryConfig | None = None,
    mesh_mapper: Any = NOT_GIVEN,
    cq_id: Any = None,
    preserve_nan_values: bool = False,
    col_tilize: bool = False,
    enable_bfloat_opt: bool = False,
) -> Tensor | None:
    """A torch tensor or numpy array as a ttnn tensor: on the host, or on all devices of `device`.

    `dtype` converts (floats round to nearest even); without it bfloat16, float32 and the integers keep
    theirs, float16 becomes bfloat16, int64 uint32, int16 uint16, bool uint8. `mesh_mapper` cuts the tensor
    over the mesh; without one every device gets the whole.
    """
    op = "ttnn.from_torch"
    if tensor is None:
        return None
    _expect_device(op, device)
    array = plain(tensor)
    _check_rank(op, array)
    if col_tilize:
        array = _column_tilized(op, array, dtype, spec, layout)
    spec = _spec_for(op, array, dtype, spec, tile, layout, memory_config)
    if pad_value is not None:
        spec = _ttnn.with_pad_value(spec, pad_value)
    mapper = _mapper(mapper_for(mesh_mapper))
    if mapper is None and device is not None and device.get_num_devices() > 1:
        lean_on(
            "replicated upload",
            "ttnn.from_torch: without a mesh_mapper every device of the mesh gets the whole tensor; pass e.g. "
            "mesh_mapper=ttnn.ShardTensorToMesh(mesh_device, dim=...) to shard it.",
        )
    source = host_array(array)
    may_borrow = (
        device is None
        and mapper is None
        and source.is_dense
        and spec.layout == Layout.ROW_MAJOR
        and READ_BACK[spec.dtype] == dtype_name(array)
        and spec.shape.rank > 0
    )
    if may_borrow:
        return _ttnn.borrow(source, spec, array)
    return _ttnn.upload(source, spec, mapper, device, op)


def _column_tilized(op: str, array: Any, dtype: Any, spec: Any, layout: Any) -> Any:
    if (
        dtype not in BLOCK_FLOATS
        or len(array.shape) < 2
        or spec is not None
        or layout not in (None, Layout.TILE)
    ):
        raise RuntimeError(
            f"{op}: col_tilize is for bfloat8_b and bfloat4_b tensors of at least two dims in TILE layout, "
            f"not {dtype} of shape {list(array.shape)}. Leave col_tilize out."
        )
    return array.swapaxes(-1, -2)


def _mapper(mapper: Any) -> CppTensorToMesh | None:
    if isinstance(mapper, ReplicateTensorToMeshWrapper):
        mapper = mapper.unwrap()
    if mapper is not None and not isinstance(mapper, CppTensorToMesh):
        raise TypeError(
            f"ttnn.from_torch: mesh_mapper must be a mapper such as ttnn.ShardTensorToMesh(mesh_device, dim=0), "
            f"not {type(mapper).__name__}."
        )
    return mapper


def _read(op: str, tensor: Tensor, composer: Any, empty: Any) -> Any:
    """The whole tensor, or the list of its shards for a composer that joins nothing."""
    if composer is not None and not isinstance(composer, CppMeshToTensor):
        raise TypeError(
            f"{op}: mesh_composer must be a composer such as ttnn.ConcatMeshToTensor(mesh_device, dim=0), "
            f"not {type(composer).__name__}."
        )
    name = READ_BACK[tensor.dtype]
    if composer is not None and composer.is_list:
        shards = []
        for device in tensor._device_numbers():
            shards.append(empty(tensor.shape, name))
            _ttnn.download_shard(tensor, device, host_array(shards[-1]))
        return shards
    if composer is None and CONFIG.compat == "seed" and not tensor._is_whole():
        lean_on(
            "composing by placement",
            "ttnn.to_torch: a sharded tensor is composed by its placement; cards with 0.81.1 ask for a mesh_composer.",
        )
    out = empty(_ttnn.whole_shape(tensor, composer, op), name)
    _ttnn.download(tensor, composer, host_array(out), op)
    return out


@register_python_operation(name="ttnn.to_torch")
def to_torch(
    tensor: Tensor,
    dtype: Any = None,
    *,
    torch_rank: int | None = None,
    mesh_composer: Any = NOT_GIVEN,
    device: MeshDevice | None = None,
    cq_id: Any = None,
) -> Any:
    """The tensor as a torch tensor of its own memory: the logical shape, block floats as float32.

    `mesh_composer` joins the shards of several devices; without one, sharded tensors are joined by their
    placement and replicated ones raise. `torch_rank` squeezes leading dims of 1; `dtype` casts in torch.
    """
    _expect_tensor("ttnn.to_torch", tensor)
    out = _read("ttnn.to_torch", tensor, composer_for(mesh_composer), empty_torch)
    if isinstance(out, list):
        return [_finished(shard, dtype, torch_rank) for shard in out]
    return _finished(out, dtype, torch_rank)


def _finished(out: Any, dtype: Any, torch_rank: int | None) -> Any:
    if torch_rank is not None:
        while out.dim() > torch_rank:
            if out.shape[0] != 1:
                raise RuntimeError(
                    f"ttnn.to_torch: ttnn: Unable to squeeze to desired rank! torch_rank={torch_rank} was asked of shape "
                    f"{list(out.shape)}; only leading dims of size 1 can go."
                )
            out = out.squeeze(0)
    return out if dtype is None else out.to(dtype)


def _expect_tensor(op: str, tensor: Any) -> None:
    if not isinstance(tensor, Tensor):
        raise TypeError(f"{op}: tensor must be a ttnn.Tensor, not {type_name(tensor)}.")


def to_numpy(tensor: Tensor, mesh_composer: Any = NOT_GIVEN) -> Any:
    """The tensor as a numpy array of its own memory; bfloat16 is ml_dtypes' bfloat16."""
    _expect_tensor("ttnn.to_numpy", tensor)
    return _read("ttnn.to_numpy", tensor, composer_for(mesh_composer), empty_numpy)


def from_dlpack(source: Any, dtype: DataType | None = None, **options: Any) -> Tensor:
    """Like `from_torch`, of an array of any library that offers it by DLPack (jax, cupy's host arrays, ...)."""
    if not hasattr(source, "__dlpack__"):
        raise TypeError(
            f"ttnn.from_dlpack: source is of type {type(source).__name__}, which has no __dlpack__. Pass a "
            "torch tensor, a numpy or a jax array."
        )
    made: Tensor = from_torch(of_dlpack(source), dtype, **options)
    return made


def make_tensor(*args: Any, **kwargs: Any) -> Tensor:
    """What `ttnn.Tensor(...)` makes: of a list with a shape, or of an array."""
    data = args[0] if args else kwargs.get("data", kwargs.get("tensor"))
    if isinstance(data, Tensor):
        raise TypeError(
            "ttnn.Tensor: a copy of a tensor takes no further arguments. Use ttnn.clone(tensor)."
        )
    if is_torch(data) or isinstance(data, np.ndarray):
        return _tensor_of_array(*args, **kwargs)
    return _tensor_of_list(*args, **kwargs)


def _tensor_of_array(
    tensor: Any,
    data_type: DataType | None = None,
    device: MeshDevice | None = None,
    layout: Layout | None = None,
    mem_config: MemoryConfig | None = None,
    tile: Tile | None = None,
    cq_id: Any = None,
    pad_value: float | None = None,
    mesh_mapper: Any = None,
    **_hints: Any,
) -> Tensor:
    made: Tensor = from_torch.function(
        tensor,
        data_type,
        tile=tile,
        pad_value=pad_value,
        layout=layout,
        device=device,
        memory_config=mem_config,
        mesh_mapper=mesh_mapper,
    )
    return made


def _tensor_of_list(
    data: Sequence[float],
    shape: Sequence[int],
    data_type: DataType,
    layout: Layout,
    device: MeshDevice | None = None,
    memory_config: MemoryConfig | None = None,
    tile: Tile | None = None,
    pad_value: float = 0,
) -> Tensor:
    wide = np.int64 if all(isinstance(x, (int, np.integer)) for x in data) else np.float64
    array = np.array(data, dtype=wide)
    if array.size != int(np.prod(list(shape))):
        raise RuntimeError(
            f"ttnn.Tensor: {array.size} values were given for shape {list(shape)}. Give one value per element."
        )
    made: Tensor = from_torch.function(
        array.reshape(list(shape)),
        data_type,
        tile=tile,
        pad_value=pad_value,
        layout=layout,
        device=device,
        memory_config=memory_config,
        mesh_mapper=None,
    )
    return made
