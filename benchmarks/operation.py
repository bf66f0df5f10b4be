"""One operation beside one thread of plain torch, on tensors of about a million elements."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from check import expect_close, largest, wide
from race import QUICK, THOROUGH, race
from row import Case, Row, Setting, at_most, timed

import ttnn

SIDE, QUICK_SIDE = 1024, 128
SLOWEST = 2.0  # times torch's time

Tensors = tuple[torch.Tensor, ...]


@dataclasses.dataclass(frozen=True)
class Operation:
    """`ours` and `plain` get the same tensors, made by `inputs` for a side length.

    Floating-point inputs are given in the row's dtype; torch's bool is 1 and 0 in ttnn's; integers
    are uint32 for us and int64 for torch.
    """

    name: str
    inputs: Callable[[int], Tensors]
    ours: Callable[..., Any]
    plain: Callable[..., Any]
    dtypes: tuple[str, ...] = ("bfloat16", "float32")
    sums: Callable[[int], int] | None = None  # the length of the sums in it
    rtol: float = 0.0  # where the computation is longer than one expression


def cases(operations: Sequence[Operation]) -> list[Case]:
    return [
        Case("ops", f"{operation.name} {dtype}", _measurement(operation, dtype))
        for operation in operations
        for dtype in operation.dtypes
    ]


def _measurement(operation: Operation, dtype: str) -> Callable[[Setting], list[Row]]:
    return lambda setting: [_measure(operation, dtype, setting)]


def _measure(operation: Operation, dtype: str, setting: Setting) -> Row:
    torch.manual_seed(0)
    side = QUICK_SIDE if setting.quick else SIDE
    given = tuple(_stored(x, dtype) for x in operation.inputs(side))
    row = Row("ops", f"{operation.name} {dtype}")
    with one_thread(), a_device() as device:
        inputs = [_uploaded(x, dtype, device) for x in given]

        def ours() -> None:
            operation.ours(*inputs)
            ttnn.synchronize_device(device)

        expect_close(
            operation.plain(*map(wide, given)),
            operation.ours(*inputs),
            scale=largest(*given),
            sum_length=operation.sums(side) if operation.sums else None,
            rtol=operation.rtol,
        )
        effort = QUICK if setting.quick else THOROUGH
        times = race({"ours": ours, "torch": lambda: operation.plain(*given)}, effort)
    timed(row, times, "ours")
    row.ratios["torch"] = times.ratio("ours", "torch")
    at_most(SLOWEST, "torch", row, setting)
    return row


def _stored(x: torch.Tensor, dtype: str) -> torch.Tensor:
    return x.to(getattr(torch, dtype)) if x.is_floating_point() else x


def _uploaded(x: torch.Tensor, dtype: str, device: Any) -> Any:
    if x.dtype == torch.int64:
        return ttnn.from_torch(x, ttnn.uint32, device=device)
    stored = x.to(getattr(torch, dtype)) if x.dtype == torch.bool else x
    return ttnn.from_torch(stored, layout=ttnn.TILE_LAYOUT, device=device)


@contextmanager
def one_thread() -> Any:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def a_device() -> Any:
    device = ttnn.open_device(device_id=0)
    try:
        yield device
    finally:
        ttnn.close_device(device)
