"""What a tensor on a mesh holds at one moment, in torch: device by device, and as the whole that its
true label says its shards make up.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import torch

from ttnn import _ttnn
from ttnn._ttnn import Tensor
from ttnn.arrays import READ_BACK, empty_torch, host_array

REPLICATE, SHARD, PARTIAL, LOCAL = range(4)  # the kinds of a label's placements


@dataclasses.dataclass(frozen=True)
class Axis:
    """One axis of a label's grid: what its devices hold of the tensor, and how many they are."""

    kind: int
    dim: int
    size: int


class ShardValues:
    """A snapshot: devices that hold the same share one torch tensor, which nobody may write."""

    def __init__(self, tensor: Tensor) -> None:
        self.dtype = tensor.dtype
        self.shape = list(tensor.shape)
        self.mesh = tensor.device()
        self.shard_of: dict[int, int] = dict(tensor._shard_numbers())  # by device
        self.values: dict[int, torch.Tensor] = {}  # by number of the shard
        for device, shard in self.shard_of.items():
            if shard not in self.values:
                self.values[shard] = empty_torch(self.shape, READ_BACK[self.dtype])
                _ttnn.download_shard_unseen(tensor, device, host_array(self.values[shard]))
        self._coordinates = dict(zip(self.shard_of, tensor.device_coords(), strict=True))
        _, grid, placements, devices = tensor._label_parts()
        self.axes = [Axis(*p, size) for p, size in zip(placements, grid, strict=True)]
        # a tensor of one device has a single place, whichever device that is
        single = tensor._num_places() == 1
        self._positions = [0] if single else devices or list(range(math.prod(grid)))

    @property
    def devices(self) -> list[int]:
        return list(self.shard_of)

    def on(self, device: int) -> torch.Tensor:
        """A tensor of a single place serves every device."""
        return self.values[self.number(device)]

    def number(self, device: int) -> int:
        return self.shard_of[device if len(self.shard_of) > 1 else next(iter(self.shard_of))]

    def place(self, device: int) -> tuple[int, tuple[int, ...]] | None:
        """A device's id and coordinate in its mesh; None on the host."""
        if self.mesh is None:
            return None
        coordinate = self._coordinates[device]
        return self.mesh.get_device_id(coordinate), tuple(coordinate)

    def has(self, kind: int) -> bool:
        return any(axis.kind == kind and axis.size > 1 for axis in self.axes)

    @property
    def is_replicated(self) -> bool:
        return all(axis.kind == REPLICATE or axis.size == 1 for axis in self.axes)

    @property
    def is_composable(self) -> bool:
        return not self.has(LOCAL) and set(self._positions) == set(self.shard_of)

    @property
    def terms(self) -> int:
        """How many devices hold terms of one sum."""
        return math.prod(axis.size for axis in self.axes if axis.kind == PARTIAL)

    def whole(self) -> torch.Tensor:
        """The tensor that the shards make up; terms are added in float64 (integers in int64)."""
        parts = [self.on(device) for device in self._positions]
        for axis in reversed(self.axes):
            groups = [parts[i : i + axis.size] for i in range(0, len(parts), axis.size)]
            parts = [_joined(axis, group) for group in groups]
        return parts[0]

    def cut(self, whole: torch.Tensor) -> Iterator[tuple[int, torch.Tensor, torch.Tensor]]:
        """(device, what it should hold of `whole`, what it holds). Devices that hold terms of one sum
        are one entry, their sum, under the first of them; so are replicas that are stored once.
        """
        sums: dict[tuple[int, ...], list[int]] = {}  # positions, but for where they are among terms
        for position, at in enumerate(itertools.product(*(range(a.size) for a in self.axes))):
            key = tuple(0 if a.kind == PARTIAL else i for i, a in zip(at, self.axes, strict=True))
            sums.setdefault(key, []).append(position)
        seen = set()
        for at, positions in sums.items():
            devices = [self._positions[position] for position in positions]
            slices = tuple(i for i, axis in zip(at, self.axes, strict=True) if axis.kind == SHARD)
            once = (slices, *map(self.number, devices))
            if once not in seen:
                seen.add(once)
                held = [self.on(device) for device in devices]
                yield devices[0], self._slice(whole, at), held[0] if len(held) == 1 else _sum(held)

    def _slice(self, whole: torch.Tensor, at: tuple[int, ...]) -> torch.Tensor:
        for dim in {axis.dim for axis in self.axes if axis.kind == SHARD}:
            index, count = 0, 1
            for i, axis in zip(at, self.axes, strict=True):  # the first axis is the outer one
                if axis.kind == SHARD and axis.dim == dim:
                    index, count = index * axis.size + i, count * axis.size
            size = whole.shape[dim] // count
            whole = whole.narrow(dim, index * size, size)
        return whole

    @property
    def whole_shape(self) -> list[int]:
        shape = list(self.shape)
        for axis in self.axes:
            if axis.kind == SHARD:
                shape[axis.dim] *= axis.size
        return shape


def _joined(axis: Axis, parts: list[torch.Tensor]) -> torch.Tensor:
    if axis.kind == SHARD:
        return torch.cat(parts, axis.dim)
    return _sum(parts) if axis.kind == PARTIAL and len(parts) > 1 else parts[0]


def _sum(parts: list[torch.Tensor]) -> torch.Tensor:
    wide = torch.float64 if parts[0].is_floating_point() else torch.int64
    total = parts[0].to(wide)
    for part in parts[1:]:
        total = total + part
    return total


# --- ttnn tensors inside arguments ----------------------------------------------------------------


def tensors_in(value: Any) -> list[Tensor]:
    """The ttnn tensors in a value, in lists and dicts too, in order."""
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [tensor for entry in value for tensor in tensors_in(entry)]
    return []


def with_tensors(value: Any, replacements: Iterator[Any], others: Callable[[Any], Any]) -> Any:
    """`value` with its ttnn tensors replaced by the next ones of an iterator, and the rest by what
    `others` makes of it.
    """
    if isinstance(value, Tensor):
        return next(replacements)
    if isinstance(value, dict):
        named = {k: with_tensors(v, replacements, others) for k, v in value.items()}
        return named if type(value) is dict else type(value)(named)
    if isinstance(value, (list, tuple)):
        entries = [with_tensors(entry, replacements, others) for entry in value]
        return type(value)(*entries) if hasattr(value, "_fields") else type(value)(entries)
    return others(value)
