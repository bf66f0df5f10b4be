"""Operations on more than the caches hold, beside the rate at which the machine moves bytes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import torch
from check import expect_close, largest, wide
from limits import traffic
from operation import a_device
from race import Effort, race
from row import Case, Row, Setting, bound_of

import ttnn

_ROWS, _COLUMNS = 4096, 8192  # 128 MiB of float32
_EFFORT = Effort(rounds=(5, 12), seconds=4)
_QUICK = Effort(rounds=(1, 1), seconds=0)


@dataclasses.dataclass(frozen=True)
class Stream:
    """`reads` and `written` are in sizes of an input; `inputs` of them are given."""

    name: str
    ours: Callable[..., Any]
    plain: Callable[..., Any]
    dtype: str = "float32"
    inputs: int = 1
    reads: float = 1.0
    written: float = 1.0
    sum_length: int | None = None
    rtol: float = 0.0


STREAMS = [
    Stream("relu", lambda x: ttnn.relu(x), torch.relu),
    Stream("relu", lambda x: ttnn.relu(x), torch.relu, "bfloat16"),
    Stream("add", lambda a, b: ttnn.add(a, b), torch.add, inputs=2, reads=2),
    Stream("add", lambda a, b: ttnn.add(a, b), torch.add, "bfloat16", inputs=2, reads=2),
    Stream(
        "typecast to bfloat16",
        lambda x: ttnn.typecast(x, ttnn.bfloat16),
        lambda x: x.bfloat16(),
        written=0.5,
    ),
    Stream("transpose", lambda x: ttnn.transpose(x, -2, -1), torch.t),
    Stream("transpose", lambda x: ttnn.transpose(x, -2, -1), torch.t, "bfloat16"),
    Stream(
        "concat",
        lambda a, b: ttnn.concat([a, b], dim=-1),
        lambda a, b: torch.cat([a, b], -1),
        inputs=2,
        reads=2,
        written=2.0,
    ),
    Stream(
        "slice",
        lambda x: ttnn.slice(x, [0, 64], [x.shape[0], 64 + x.shape[1] // 2]),
        lambda x: x[:, 64 : 64 + x.shape[1] // 2],
        reads=0.5,
        written=0.5,
    ),
    Stream(
        "sum dim -1",
        lambda x: ttnn.sum(x, dim=-1, keepdim=True),
        lambda x: x.sum(-1, keepdim=True),
        written=0.0,
        sum_length=_COLUMNS,
    ),
    Stream("softmax", lambda x: ttnn.softmax(x, dim=-1), lambda x: x.softmax(-1), rtol=1e-5),
]


def cases() -> list[Case]:
    return [Case("memory", f"{s.name} {s.dtype}", _measurement(s)) for s in STREAMS]


def _measurement(stream: Stream) -> Callable[[Setting], list[Row]]:
    return lambda setting: [_measure(stream, setting)]


def _measure(stream: Stream, setting: Setting) -> Row:
    torch.manual_seed(0)
    row = Row("memory", f"{stream.name} {stream.dtype}")
    shape = (_ROWS // 4 if setting.quick else _ROWS, _COLUMNS)
    given = [torch.randn(shape).to(getattr(torch, stream.dtype)) for _ in range(stream.inputs)]
    with a_device() as device:
        inputs = [ttnn.from_torch(x, layout=ttnn.TILE_LAYOUT, device=device) for x in given]

        def ours() -> None:
            stream.ours(*inputs)
            ttnn.synchronize_device(device)

        expect_close(
            stream.plain(*map(wide, given)),
            stream.ours(*inputs),
            scale=largest(*given),
            sum_length=stream.sum_length,
            rtol=stream.rtol,
        )
        size = given[0].nbytes
        limit = traffic(stream.reads * size, stream.written * size, setting.workers)
        times = race({"ours": ours}, _QUICK if setting.quick else _EFFORT, {"ours": limit})
    row.seconds = times.best("ours")
    bound_of(times, "ours", limit, row, setting)
    return row
