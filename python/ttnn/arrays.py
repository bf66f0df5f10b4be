"""The user's arrays as the compiled module sees them: torch tensors and numpy arrays become `HostArray`s
(pointer, dtype, shape, strides) without a copy. torch is imported only when a torch tensor appears.
"""

from __future__ import annotations

import ctypes
import math
import sys
from collections.abc import Sequence
from typing import Any

import ml_dtypes
import numpy as np

from ttnn import _ttnn
from ttnn._ttnn import DataType, HostArray

# What an array of a dtype becomes when no ttnn dtype is asked for (semantics of TT-NN 0.81.1).
DEFAULT_DTYPE = {
    "float32": DataType.FLOAT32,
    "bfloat16": DataType.BFLOAT16,
    "float16": DataType.BFLOAT16,
    "int32": DataType.INT32,
    "int64": DataType.UINT32,
    "int16": DataType.UINT16,
    "int8": DataType.INT8,
    "uint8": DataType.UINT8,
    "uint16": DataType.UINT16,
    "uint32": DataType.UINT32,
    "bool": DataType.UINT8,
}

# What a ttnn dtype is read back as.
READ_BACK = {
    DataType.FLOAT32: "float32",
    DataType.BFLOAT16: "bfloat16",
    DataType.BFLOAT8_B: "float32",
    DataType.BFLOAT4_B: "float32",
    DataType.UINT32: "uint32",
    DataType.INT32: "int32",
    DataType.UINT16: "uint16",
    DataType.UINT8: "uint8",
    DataType.INT8: "int8",
}


def is_torch(array: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(array, torch.Tensor)


def dtype_name(array: Any) -> str:
    """`float32`, `bfloat16`, ... of a torch tensor or a numpy array."""
    return str(array.dtype).removeprefix("torch.")


def plain(array: Any) -> Any:
    """A torch tensor of the CPU without gradient or lazy signs; anything else as a numpy array."""
    if is_torch(array):
        array = array.detach()
        if array.device.type != "cpu":
            array = array.cpu()
        if array.is_conj() or array.is_neg():
            array = array.resolve_conj().resolve_neg()
        if array.layout != sys.modules["torch"].strided:
            array = array.to_dense()
        return array
    array = np.asarray(array)
    if any(stride % array.itemsize for stride in array.strides) or not array.dtype.isnative:
        array = np.array(array, dtype=array.dtype.newbyteorder("="))
    return array


def host_array(array: Any) -> HostArray:
    """A `plain` array as the compiled module sees it. The array must stay alive meanwhile."""
    if is_torch(array):
        return HostArray(
            array.data_ptr(), dtype_name(array), list(array.shape), list(array.stride())
        )
    strides = [stride // array.itemsize for stride in array.strides]
    return HostArray(array.ctypes.data, dtype_name(array), list(array.shape), strides)


def empty_torch(shape: Sequence[int], name: str) -> Any:
    import torch

    dtype = getattr(torch, name)
    size = math.prod(shape) * dtype.itemsize
    if size < _POOLED_BYTES:
        return torch.empty(list(shape), dtype=dtype)
    return torch.frombuffer(_pooled(size), dtype=dtype).view(list(shape))


def empty_numpy(shape: Sequence[int], name: str) -> np.ndarray[Any, Any]:
    dtype = np.dtype(ml_dtypes.bfloat16 if name == "bfloat16" else name)
    size = math.prod(shape) * dtype.itemsize
    if size < _POOLED_BYTES:
        return np.empty(list(shape), dtype=dtype)
    return np.frombuffer(_pooled(size), dtype=dtype).reshape(list(shape))


# From this size on an array would get pages that the system has to clear first, which takes several
# times as long as filling them.
_POOLED_BYTES = 1 << 20


def _pooled(size: int) -> Any:
    """Memory that freed tensors and arrays have left. It goes back with the last array on it."""
    pointer, owner = _ttnn.host_memory(size)
    memory = (ctypes.c_char * size).from_address(pointer)
    memory._owner = owner  # type: ignore[attr-defined]
    return memory


def of_dlpack(source: Any) -> np.ndarray[Any, Any]:
    """What another library offers by DLPack, in the memory of the CPU, as a numpy array that shares it."""
    pointer, name, shape, strides, owner = _ttnn.array_of_dlpack(source)
    dtype = np.dtype(ml_dtypes.bfloat16 if name == "bfloat16" else name)
    if math.prod(shape) == 0:
        return np.empty(shape, dtype)
    reach = 1 + sum((size - 1) * abs(stride) for size, stride in zip(shape, strides))
    below = sum((size - 1) * -stride for size, stride in zip(shape, strides) if stride < 0)
    memory = (ctypes.c_char * (reach * dtype.itemsize)).from_address(
        pointer - below * dtype.itemsize
    )
    memory._owner = owner  # lives as long as the array does
    return np.ndarray(
        shape,
        dtype,
        memory,
        below * dtype.itemsize,
        [stride * dtype.itemsize for stride in strides],
    )


def by_dlpack(array: np.ndarray[Any, Any]) -> Any:
    """A numpy array, of bfloat16 too, as an object that other libraries take by DLPack."""
    return _ttnn.dlpack_array(array.ctypes.data, dtype_name(array), list(array.shape), array)


def nbytes(array: Any) -> int:
    itemsize = array.element_size() if is_torch(array) else array.itemsize
    return math.prod(array.shape) * int(itemsize)
