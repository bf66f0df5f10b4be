"""Small questions about tensors, under TT-NN's names."""

from __future__ import annotations

from typing import Any

from ttnn._ttnn import DataType, MemoryConfig, StorageType
from ttnn.sharding import (
    create_sharded_memory_config,
    create_sharded_memory_config_,
    divup,
    roundup,
)

__all__ = [
    "create_sharded_memory_config",
    "create_sharded_memory_config_",
    "get_memory_config",
    "has_storage_type_of",
    "has_tile_padding",
    "is_sharded",
    "is_tensor_storage_on_device",
    "ttnn_dtype_to_torch_dtype",
]

_TORCH_NAMES = {
    DataType.UINT8: "uint8",
    DataType.INT8: "int8",
    DataType.UINT16: "uint16",
    DataType.UINT32: "uint32",
    DataType.INT32: "int32",
    DataType.FLOAT32: "float32",
    DataType.BFLOAT16: "bfloat16",
    DataType.BFLOAT8_B: "float32",
    DataType.BFLOAT4_B: "float32",
    DataType.FP8_E4M3: "float8_e4m3fn",
}


def has_storage_type_of(tensor: Any, storage_type: Any) -> bool:
    return tensor.storage_type() == storage_type  # type: ignore[no-any-return]


def is_tensor_storage_on_device(tensor: Any) -> bool:
    return has_storage_type_of(tensor, StorageType.DEVICE)


def is_sharded(tensor: Any) -> bool:
    """Whether its memory config deals it over cores; nothing about meshes."""
    return tensor.is_sharded()  # type: ignore[no-any-return]


def get_memory_config(tensor: Any) -> MemoryConfig | None:
    """That of a device tensor; None for one on the host."""
    return tensor.memory_config() if is_tensor_storage_on_device(tensor) else None


def has_tile_padding(tensor: Any, *, dim: int | None = None) -> bool:
    """Whether tiles reach beyond the shape, in one dim or in either of the last two."""
    shape, padded = tensor.shape, tensor.padded_shape
    if dim is not None:
        return shape[dim] != padded[dim]  # type: ignore[no-any-return]
    return list(shape)[-2:] != list(padded)[-2:]


def ttnn_dtype_to_torch_dtype(dtype: DataType) -> Any:
    """The torch dtype that `to_torch` gives."""
    import torch

    if dtype not in _TORCH_NAMES:
        raise RuntimeError(f"ttnn_dtype_to_torch_dtype: {dtype!r} has no torch dtype.")
    return getattr(torch, _TORCH_NAMES[dtype])
