"""One product by every library and on every instruction set that this CPU has, each in a process of its
own, since a process has one: the measurements by which the table of products chooses.
"""

from __future__ import annotations

from collections.abc import Callable

import peer
import report
from limits import Limit, roofline
from race import Effort, Run, Times, race
from row import Case, Row, Setting, bound_of, timed

FAMILY = "products"
ROWS = (1, 8, 16, 32, 128, 512)
SHAPES = ((4096, 14336), (4544, 18176), (18176, 4544))
# Bytes of a weight of 16 columns; block floats have an exponent for these.
_BYTES = {"bfloat16": 32, "float32": 64, "bfloat8_b": 17, "bfloat4_b": 9}
_SMALLER = 16  # a quick run's share of the sizes
_FEW, _COPIES = 32, 3  # up to so many rows weights are read from memory, whatever the caches hold
_EFFORT = Effort(rounds=(5, 30), seconds=2.5)
_QUICK = Effort(rounds=(1, 1), seconds=0)

_LOOPS = {f"loops {isa}": isa for isa in ("avx2", "avx512", "avx512_bf16")}
_ONEDNN, _TILES = "onednn", "amx"
_MULTIPLIES = {  # what has no code of its own for a dtype leaves it to the loops
    _ONEDNN: ("bfloat16", "float32", "bfloat8_b", "bfloat4_b"),
    _TILES: ("bfloat16", "bfloat8_b", "bfloat4_b"),
}


def cases() -> list[Case]:
    return [
        Case(FAMILY, f"{dtype} {inputs}x{outputs}", _measurement(dtype, inputs, outputs))
        for dtype in _BYTES
        for inputs, outputs in SHAPES
    ]


def contenders(dtype: str) -> list[peer.Peer]:
    loops = [peer.tilemesh(name, TTNN_ISA=isa) for name, isa in _LOOPS.items()]
    others = [
        peer.tilemesh(name, TTNN_GEMM=name)
        for name, dtypes in _MULTIPLIES.items()
        if dtype in dtypes
    ]
    return loops + others


def _measurement(dtype: str, inputs: int, outputs: int) -> Callable[[Setting], list[Row]]:
    def measure(setting: Setting) -> list[Row]:
        part = _SMALLER if setting.quick else 1
        with peer.stopped_after(contenders(dtype)) as peers:
            return [
                _measure(rows, dtype, inputs // part, outputs // part, peers, setting)
                for rows in ROWS
            ]

    return measure


def _measure(
    rows: int, dtype: str, inputs: int, outputs: int, peers: list[peer.Peer], setting: Setting
) -> Row:
    row = Row(FAMILY, f"{rows} row{'s' if rows > 1 else ''}, {dtype} {inputs}x{outputs}")
    sizes = {"rows": rows, "inputs": inputs, "outputs": outputs}
    copies = _COPIES if rows <= _FEW else 1
    lacking: dict[
        str, str
    ] = {}  # what this CPU or this build has not got: python -m ttnn info says
    found = peer.contestants(peers, lacking, "linear", dtype=dtype, copies=copies, **sizes)
    if not found:
        raise NotImplementedError(f"no product: {next(iter(lacking.values()))}")
    runs: dict[str, Run] = dict(found)
    limit = _limit(dtype, setting.workers, **sizes)
    times = race(runs, _QUICK if setting.quick else _EFFORT, dict.fromkeys(runs, limit))
    _tell(row, times, limit, setting)
    return row


def _tell(row: Row, times: Times, limit: Limit, setting: Setting) -> None:
    fastest = min(times.seconds, key=times.best)
    timed(row, times, fastest)
    bound_of(times, fastest, limit, row, setting)
    for name in times.seconds:
        row.figures[name] = report.duration(times.best(name))
        row.numbers |= {name: times.best(name), f"{name}, median": times.median(name)}
    row.figures["the fastest"] = fastest


def _limit(dtype: str, workers: int, *, rows: int, inputs: int, outputs: int) -> Limit:
    item = 4 if dtype == "float32" else 2
    moved = inputs * outputs * _BYTES[dtype] / 16 + item * rows * (inputs + outputs)
    flop = 2.0 * rows * inputs * outputs
    one_row = rows == 1 or dtype in ("bfloat16", "float32")
    return roofline(moved, flop, workers, dtype if one_row else "bfloat16")
