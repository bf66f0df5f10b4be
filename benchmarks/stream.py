"""One operation on more than the caches hold, beside the rate at which the machine moves its bytes,
and beside plain torch with as many threads.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import peer
import torch
from check import expect_close, largest, wide
from limits import traffic
from operation import a_device
from race import Effort, Run, race
from row import Case, Row, Setting, at_least, at_most, bound_of, timed

import ttnn

ROWS, COLUMNS = 4096, 4096  # 16M elements
_SETS = 3  # of inputs, used in turn: one set of bfloat16 might stay in a large cache
_EFFORT = Effort(rounds=(5, 40), seconds=1.0)
_QUICK = Effort(rounds=(1, 1), seconds=0)

Tensors = tuple[torch.Tensor, ...]


@dataclasses.dataclass(frozen=True)
class Stream:
    """`reads` and `written` are in sizes of an input; `inputs` of them are given, and small ones that
    `also` makes. A target is a share of the limit, a multiple of torch's time, or both.
    """

    name: str
    ours: Callable[..., Any]
    plain: Callable[..., Any]
    dtype: str = "bfloat16"
    inputs: int = 1
    also: Callable[[], Tensors] = tuple
    shape: tuple[int, ...] = (ROWS, COLUMNS)
    reads: float = 1.0
    written: float = 1.0
    sum_length: int | None = None
    rtol: float = 0.0
    moves: bool = False  # bits, which arrive unchanged
    least: float | None = None  # of the limit
    most: float | None = None  # times torch


def cases(family: str, streams: Sequence[Stream]) -> list[Case]:
    return [Case(family, f"{s.name} {s.dtype}", _measurement(family, s)) for s in streams]


def _measurement(family: str, stream: Stream) -> Callable[[Setting], list[Row]]:
    return lambda setting: [_measure(family, stream, setting)]


def _measure(family: str, stream: Stream, setting: Setting) -> Row:
    row = Row(family, f"{stream.name} {stream.dtype}")
    shape = _smaller(stream.shape) if setting.quick else stream.shape
    torch.manual_seed(0)
    sets = [
        (*(_random(i * stream.inputs + j, shape, stream.dtype) for j in range(stream.inputs)),
         *stream.also())
        for i in range(_SETS)
    ]  # fmt: skip
    with threads(setting.workers), a_device() as device:
        placed = [tuple(_placed(x, device) for x in given) for given in sets]
        turn, plain_turn = itertools.cycle(placed), itertools.cycle(sets)

        def ours() -> None:
            stream.ours(*next(turn))
            ttnn.synchronize_device(device)

        _check(stream, sets[0], placed[0])  # the others differ in their random numbers only
        size = sets[0][0].nbytes
        limit = traffic(stream.reads * size, stream.written * size, setting.workers)
        runs: dict[str, Run] = {"ours": ours, "torch": lambda: stream.plain(*next(plain_turn))}
        if setting.peers and len(shape) == 2:
            sizes = {"name": stream.name, "rows": shape[0], "columns": shape[1]}
            runs |= peer.contestants([_numpy(setting.workers)], {}, "stream", **sizes)
        times = race(runs, _QUICK if setting.quick else _EFFORT, {"ours": limit})
    timed(row, times, "ours")
    row.ratios = {name: times.ratio("ours", name) for name in runs if name != "ours"}
    bound_of(times, "ours", limit, row, setting)
    if stream.least:
        at_least(stream.least, row, setting)
    if stream.most:
        at_most(stream.most, "torch", row, setting)
    return row


def _check(stream: Stream, given: Tensors, placed: tuple[Any, ...]) -> None:
    result = stream.ours(*placed)
    if stream.moves:
        assert torch.equal(ttnn.to_torch(result), stream.plain(*given)), "other bits"
        return
    expect_close(
        stream.plain(*map(wide, given)),
        result,
        scale=largest(*given),
        sum_length=stream.sum_length,
        rtol=stream.rtol,
    )


def _smaller(shape: tuple[int, ...]) -> tuple[int, ...]:
    *some, rows, columns = shape
    return (*some, rows // 16, columns)


@functools.lru_cache(maxsize=12)
def _random(seed: int, shape: tuple[int, ...], dtype: str) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator).to(getattr(torch, dtype))


def _placed(x: torch.Tensor, device: Any) -> Any:
    return ttnn.from_torch(x, layout=ttnn.TILE_LAYOUT, device=device)


@functools.cache
def _numpy(workers: int) -> peer.Peer:
    """Started once, for all rows."""
    return peer.numpy(workers)


@contextlib.contextmanager
def threads(count: int) -> Iterator[None]:
    """torch's own."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
