"""Operations that only move more than the caches hold: the table."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from row import Case
from stream import COLUMNS, ROWS, Stream
from stream import cases as cases_of

import ttnn

LEAST = 0.7  # of the rate of copying
_HEADS = (16, 32, ROWS // 8, COLUMNS // 64)  # batches, heads, tokens, columns of one head
_HALF = COLUMNS // 2


def cases() -> list[Case]:
    return cases_of("movement", STREAMS)


def _permute(*dims: int) -> Stream:
    return Stream(
        f"permute {dims}",
        lambda x: ttnn.permute(x, dims),
        lambda x: x.permute(dims).contiguous(),
        shape=_HEADS,
        moves=True,
        least=LEAST,
    )


def _concat(where: str, dim: int) -> Stream:
    return Stream(
        f"concat {where}",
        lambda a, b: ttnn.concat([a, b], dim=dim),
        lambda a, b: torch.cat([a, b], dim),
        inputs=2,
        shape=(ROWS, _HALF) if dim else (ROWS // 2, COLUMNS),
        reads=2,
        written=2,
        moves=True,
        least=LEAST,
    )


STREAMS = [
    _permute(0, 2, 1, 3),
    _permute(0, 2, 3, 1),
    _permute(0, 1, 3, 2),
    *(
        Stream(
            "transpose",
            lambda x: ttnn.transpose(x, -2, -1),
            lambda x: x.t().contiguous(),
            dtype,
            moves=True,
            least=LEAST,
        )
        for dtype in ("bfloat16", "float32")
    ),
    _concat("rows", 0),
    _concat("columns", -1),
    Stream(
        "slice",
        lambda x: ttnn.slice(x, [0, 64], [x.shape[0], 64 + x.shape[1] // 2]),
        lambda x: x[:, 64 : 64 + x.shape[1] // 2].contiguous(),
        shape=(ROWS, 2 * COLUMNS),
        reads=0.5,
        written=0.5,
        moves=True,
        least=LEAST,
    ),
    Stream(
        "pad",
        lambda x: ttnn.pad(x, [(0, 0), (0, 32)], value=0.5),
        lambda x: F.pad(x, (0, 32), value=0.5),
        moves=True,
        least=LEAST,
    ),
    Stream(
        "repeat",
        lambda x: ttnn.repeat(x, [2, 2]),
        lambda x: x.repeat(2, 2),
        shape=(ROWS // 2, _HALF),
        reads=1,
        written=4,
        moves=True,
        least=LEAST,
    ),
]
