"""`tensor[...]` by TT-NN's rules: ints, slices and one ellipsis; an int takes its dim out."""

from __future__ import annotations

import operator
from typing import Any

import ttnn
from ttnn._ttnn import DataType, StorageType, Tensor

_BLOCK_FLOATS = (DataType.BFLOAT8_B, DataType.BFLOAT4_B)


def get_item(tensor: Tensor, index: Any) -> Tensor:
    """`tensor[index]`: a view of the whole where nothing is left out, else a copy of the part.

    Stops are not clamped: one beyond the tensor is an error, as in TT-NN.
    """
    shape = list(tensor.shape)
    entries = _per_dim(index if isinstance(index, tuple) else (index,), len(shape))
    starts, ends, steps, kept = [], [], [], []
    for dim, (entry, size) in enumerate(zip(entries, shape)):
        if isinstance(entry, slice):
            start, end, step = _bounds(entry, dim, size, shape)
            kept.append(dim)
        else:
            start, step = _wrapped(entry, dim, size), 1
            end = start + 1
        starts.append(start)
        ends.append(end)
        steps.append(step)
    _check(tensor, starts, ends, steps)
    part = ttnn.slice(tensor, starts, ends, steps) if shape else tensor
    if len(kept) == len(shape):
        return part  # type: ignore[no-any-return]
    return ttnn.reshape(part, [part.shape[dim] for dim in kept])  # type: ignore[no-any-return]


def _per_dim(entries: tuple[Any, ...], rank: int) -> list[Any]:
    """One int or slice for each dim."""
    checked = [_entry(entry) for entry in entries]
    gaps = [place for place, entry in enumerate(checked) if entry is Ellipsis]
    if len(gaps) > 1:
        raise ValueError(
            "ttnn.Tensor: Only one ellipsis ('...') is allowed in a slice. Write the other dims as ':'."
        )
    named = len(checked) - len(gaps)
    if named > rank:
        raise IndexError(
            f"ttnn.Tensor: Too many indices for tensor of dimension {rank}: {named} were given. Leave "
            "some out."
        )
    place = gaps[0] if gaps else named
    filling = [slice(None)] * (rank - named)
    return [*checked[:place], *filling, *checked[place + len(gaps) :]]


def _entry(entry: Any) -> Any:
    if entry is Ellipsis or isinstance(entry, slice):
        return entry
    if not isinstance(entry, (bool, Tensor)) and hasattr(entry, "__index__"):
        if getattr(entry, "ndim", 0) == 0:  # arrays of one element have __index__ too
            return operator.index(entry)
    raise TypeError(
        f"ttnn.Tensor: Invalid slice type: {type(entry).__name__}. Index with ints, slices and '...'; "
        "for masks and lists of indices use ttnn.where, ttnn.gather or ttnn.embedding."
    )


def _wrapped(index: int, dim: int, size: int) -> int:
    converted = index + size if index < 0 else index
    if not 0 <= converted < size:
        raise IndexError(
            f"ttnn.Tensor: Index {index} (converted to {converted}) is out of bounds for dimension {dim} "
            f"of size {size}."
        )
    return converted


def _bounds(entry: slice, dim: int, size: int, shape: list[int]) -> tuple[int, int, int]:
    def bound(value: Any, default: int) -> int:
        if value is None:
            return default
        value = operator.index(value)
        return value + size if value < 0 else value

    step = 1 if entry.step is None else operator.index(entry.step)
    if step <= 0:
        raise RuntimeError(
            f"ttnn.Tensor: Step({dim}) = {step} should be positive. Reverse a dim with ttnn.flip, or on "
            "the host."
        )
    start, end = bound(entry.start, 0), bound(entry.stop, size)
    if start < 0 or end < 0:
        raise RuntimeError(
            f"ttnn.Tensor: the slice {entry.start}:{entry.stop} of dimension {dim} begins or ends before "
            f"the tensor {shape}. Negative bounds count from the end, down to -{size}."
        )
    if end > size:
        raise RuntimeError(
            f"ttnn.Tensor: Ends {end} must be less than or equal to the shape of the tensor {shape}, which "
            f"has size {size} in dimension {dim}. Python would stop at {size}: write that, or leave the "
            "stop out."
        )
    if end < start:
        raise RuntimeError(
            f"ttnn.Tensor: End {end} must be greater than or equal to start {start} in dimension {dim} of "
            f"{shape}. Python would give an empty tensor: write {start}:{start}."
        )
    return start, end, step


def _check(tensor: Tensor, starts: list[int], ends: list[int], steps: list[int]) -> None:
    """What TT-NN refuses by where the tensor is and by its dtype."""
    shape = list(tensor.shape)
    if any(step > 1 for step in steps):
        if tensor.dtype in _BLOCK_FLOATS:
            raise RuntimeError(
                f"ttnn.Tensor: Strided slice is not supported for BFLOAT8 tensors: steps {steps} of a "
                f"{tensor.dtype.name} tensor {shape}. Convert it first: ttnn.typecast(tensor, "
                "ttnn.bfloat16)."
            )
        if tensor.storage_type() == StorageType.HOST:
            raise RuntimeError(
                f"ttnn.Tensor: Host tensors cannot be accessed with non-unit stride: steps {steps}. Upload "
                "it with ttnn.to_device, or slice the torch tensor."
            )
    is_empty = any(end <= start for start, end in zip(starts, ends))
    if is_empty and tensor.storage_type() == StorageType.HOST:
        raise RuntimeError(
            f"ttnn.Tensor: Host tensor slice cannot return a scalar or empty tensor: {starts} to {ends} of "
            f"{shape}. Upload it with ttnn.to_device, or slice the torch tensor."
        )


Tensor.__getitem__ = get_item
