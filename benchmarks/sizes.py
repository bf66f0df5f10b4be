"""How near operations come to what bounds them, from sizes that fit a cache to sizes that fit none.

A copy of as many bytes is what element-wise work of one size is beside: at small sizes that is no
bound, since a cache may read faster than it copies, and the cost of one call weighs on ours and not on
the copy. Products are beside the peak of multiply-adds.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from typing import Any

import torch
from check import expect_close, largest
from limits import arithmetic
from operation import a_device
from race import Effort, Run, race
from row import Case, Row, Setting, bound_of, timed
from stream import threads

import ttnn

_KIB, _MIB = 2**10, 2**20
_SIZES = tuple(4 * _KIB * 4**i for i in range(9))  # of one bfloat16 input, 4 KiB to 256 MiB
_QUICK_SIZES = _SIZES[:3]
_SIDES, _QUICK_SIDES = (64, 128, 256, 512, 1024, 2048, 4096), (64, 128)
_CHECKED = 2**20  # elements of a result that are compared, in rows of all its parts
_EFFORT = Effort(rounds=(3, 60), seconds=0.35)
_QUICK = Effort(rounds=(1, 1), seconds=0)

# By name: the operation, torch's, how many inputs, and how far it may be off beside a rounding.
OPERATIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any], int, float]] = {
    "relu": (lambda x: ttnn.relu(x), torch.relu, 1, 0.0),
    "add": (lambda a, b: ttnn.add(a, b), torch.add, 2, 0.0),
    "gelu": (lambda x: ttnn.gelu(x), torch.nn.functional.gelu, 1, 0.0),
    "softmax": (lambda x: ttnn.softmax(x, dim=-1), lambda x: x.softmax(-1), 1, 1e-5),
}


def cases() -> list[Case]:
    found = [Case("sizes", f"{name} by size", _measurement(name)) for name in OPERATIONS]
    return [*found, Case("sizes", "matmul by size", _measure_products)]


def _measurement(name: str) -> Callable[[Setting], list[Row]]:
    return lambda setting: [
        _measure(name, size, setting) for size in (_QUICK_SIZES if setting.quick else _SIZES)
    ]


def text(size: int) -> str:
    return f"{size // _MIB} MiB" if size >= _MIB else f"{size // _KIB} KiB"


def _measure(name: str, size: int, setting: Setting) -> Row:
    function, plain, count, rtol = OPERATIONS[name]
    row = Row("sizes", f"{name} {text(size)}")
    torch.manual_seed(0)
    elements = size // 2
    columns = 2 ** min(12, int(math.log2(elements)) // 2)
    given = [torch.randn(elements // columns, columns).bfloat16() for _ in range(count)]
    with threads(setting.workers), a_device() as device:
        placed = [ttnn.from_torch(x, layout=ttnn.TILE_LAYOUT, device=device) for x in given]

        def ours() -> None:
            function(*placed)
            ttnn.synchronize_device(device)

        some = slice(None, None, -(-elements // _CHECKED))
        expected = plain(*(x[some].double() for x in given))
        result = ttnn.to_torch(function(*placed))[some]
        expect_close(expected, result, scale=largest(*(x[some] for x in given)), rtol=rtol)
        moved = (count + 1) * size
        runs: dict[str, Run] = {"ours": ours, "torch": lambda: plain(*given)}
        runs |= _copies(moved // 2)
        times = race(runs, _QUICK if setting.quick else _EFFORT)
    timed(row, times, "ours")
    row.ratios["torch"] = times.ratio("ours", "torch")
    copies = [times.ratio("ours", kind) for kind in _COPIES]
    row.ratios["copy"] = max(copies, key=lambda ratio: ratio.best)
    row.figures["moved"] = f"{moved / times.best('ours') * 1e-9:.3g} GB/s"
    row.numbers |= {
        "bytes": size,
        "fraction": 1 / row.ratios["copy"].best,
        "torch fraction": row.ratios["torch"].best / row.ratios["copy"].best,
    }
    return row


_COPIES = ("copy in one thread", "copy in all threads")


def _copies(size: int) -> dict[str, Run]:
    """Of so many bytes: by the C library in one thread, and by torch in all; the faster one counts."""
    source, target = (torch.ones(size, dtype=torch.uint8) for _ in range(2))
    to, of = target.data_ptr(), source.data_ptr()

    def in_all() -> None:
        target.copy_(source)

    return dict(zip(_COPIES, (lambda: ctypes.memmove(to, of, size), in_all), strict=True))


def _measure_products(setting: Setting) -> list[Row]:
    return [_measure_product(side, setting) for side in (_QUICK_SIDES if setting.quick else _SIDES)]


def _measure_product(side: int, setting: Setting) -> Row:
    row = Row("sizes", f"matmul {side}x{side}x{side}")
    torch.manual_seed(0)
    a, b = (torch.randn(side, side).bfloat16() for _ in range(2))
    with threads(setting.workers), a_device() as device:
        placed = [ttnn.from_torch(x, layout=ttnn.TILE_LAYOUT, device=device) for x in (a, b)]

        def ours() -> None:
            ttnn.matmul(*placed)
            ttnn.synchronize_device(device)

        scale = largest(a, b)
        expect_close(a.double() @ b.double(), ttnn.matmul(*placed), scale=scale, sum_length=side)
        wide = [x.float() for x in (a, b)]  # bfloat16 is emulated where a CPU lacks it
        limit = arithmetic(2.0 * side**3, setting.workers, bfloat16=True)
        runs: dict[str, Run] = {"ours": ours, "torch float32": lambda: torch.matmul(*wide)}
        times = race(runs, _QUICK if setting.quick else _EFFORT, {"ours": limit})
    timed(row, times, "ours")
    row.ratios["torch float32"] = times.ratio("ours", "torch float32")
    bound_of(times, "ours", limit, row, setting)
    assert row.bound
    fraction = row.bound.fraction.best
    row.numbers |= {
        "side": side,
        "fraction": fraction,
        "torch fraction": fraction * row.ratios["torch float32"].best,
    }
    return row
