"""Linears at few rows, whose weights no cache holds, beside the roofline of reading and multiplying;
and a bias and an activation in the product, beside the product alone.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

import peer
import torch
import torch.nn.functional as F
from check import expect_close
from limits import Kind, has, has_avx512, roofline
from operation import a_device
from race import Effort, Run, race
from row import Case, Row, Setting, at_least, at_most, bound_of, timed

import ttnn

_INPUTS, _OUTPUTS = 4096, 14336
_QUICK_INPUTS, _QUICK_OUTPUTS = 256, 512
_COPIES = 3  # 117 MB each, used in turn
_EFFORT = Effort(rounds=(8, 40), seconds=4)
_FUSED_EFFORT = Effort(rounds=(5, 20), seconds=6)
_QUICK = Effort(rounds=(1, 2), seconds=0)

# Of the roofline, by rows. Where the CPU has tiles, 128 rows are beside torch instead.
LEAST = {1: 0.92, 8: 0.85, 32: 0.85, 128: 0.88}
LEAST_WITH_TILES = {1: 0.92, 8: 0.9, 32: 0.85}
MOST_WITH_TILES = {128: 1.0}  # times torch
_BLOCK_ROWS = (1, 512)  # times block-float weights
LEAST_BLOCK = 0.85  # of the roofline for one row; of bfloat16's speed for many
MOST_BLOCK = {"bfloat8_b": 1 / 1.7, "bfloat4_b": 1 / 3}  # times bfloat16's, one row with AVX-512
_BLOCK_BYTES = {"bfloat8_b": 17 / 16, "bfloat4_b": 9 / 16}  # of a weight
_FUSED_ROWS = (32, 512)
_MOST_FUSED = 1.05  # times the product alone


def cases() -> list[Case]:
    return [
        Case("linear", "linear at few rows", _measure),
        Case("linear", "linear with block floats", _measure_block_floats),
        Case("linear", "linear with bias and gelu", _measure_fused),
    ]


class Weights:
    """Several of one shape, in torch and on a device."""

    def __init__(self, device: Any, quick: bool, count: int) -> None:
        self.inputs = _QUICK_INPUTS if quick else _INPUTS
        self.outputs = _QUICK_OUTPUTS if quick else _OUTPUTS
        torch.manual_seed(0)
        self.plain = [
            (torch.randn(self.inputs, self.outputs) / math.sqrt(self.inputs)).bfloat16()
            for _ in range(count)
        ]
        self.placed = [uploaded(w, device) for w in self.plain]

    def rows(self, count: int) -> torch.Tensor:
        return torch.randn(count, self.inputs).bfloat16()


def uploaded(x: torch.Tensor, device: Any, dtype: Any = None) -> Any:
    return ttnn.from_torch(x, dtype=dtype, layout=ttnn.TILE_LAYOUT, device=device)


def _measure(setting: Setting) -> list[Row]:
    with a_device() as device:
        weights = Weights(device, setting.quick, _COPIES)
        transposed = [w.t().contiguous() for w in weights.plain]
        whole = weights.rows(max(LEAST))
        expected = [whole.double() @ w.double() for w in weights.plain]
        peers = _peers(setting)
        with peer.stopped_after(peers):
            return [
                _measure_rows(whole[:rows], weights, transposed, expected, peers, device, setting)
                for rows in LEAST
            ]


def _measure_rows(
    x: torch.Tensor,
    weights: Weights,
    transposed: list[torch.Tensor],
    expected: list[torch.Tensor],
    peers: Mapping[peer.Peer, str],
    device: Any,
    setting: Setting,
) -> Row:
    rows = len(x)
    row = Row("linear", f"{rows} row{'s' if rows > 1 else ''} of bfloat16")
    placed = uploaded(x, device)
    for w, wanted in zip(weights.placed, expected):
        expect_close(wanted[:rows], ttnn.linear(placed, w), scale=0.0, sum_length=weights.inputs)
    turn, plain_turn = itertools.cycle(weights.placed), itertools.cycle(transposed)

    def ours() -> None:
        ttnn.linear(placed, next(turn))
        ttnn.synchronize_device(device)

    flop = 2.0 * rows * weights.plain[0].numel()
    moved = sum(t.nbytes for t in (x, weights.plain[0])) + 2.0 * rows * weights.outputs
    limit = roofline(moved, flop, setting.workers)
    runs: dict[str, Run] = {"ours": ours, "torch": lambda: F.linear(x, next(plain_turn))}
    sizes = {"rows": rows, "inputs": weights.inputs, "outputs": weights.outputs, "copies": _COPIES}
    for one, dtype in peers.items():
        runs |= peer.contestants([one], row.figures, "linear", dtype=dtype, **sizes)
    times = race(runs, _QUICK if setting.quick else _EFFORT, {"ours": limit})
    timed(row, times, "ours")
    row.ratios = {name: times.ratio("ours", name) for name in runs if name != "ours"}
    bound_of(times, "ours", limit, row, setting)
    least = LEAST_WITH_TILES if has(Kind.tile_flop) else LEAST
    if rows in least:
        at_least(least[rows], row, setting)
    else:
        at_most(MOST_WITH_TILES[rows], "torch", row, setting)
    return row


def _measure_block_floats(setting: Setting) -> list[Row]:
    with a_device() as device:
        weights = Weights(device, setting.quick, _COPIES)
        return [
            _measure_block(rows, dtype, weights, device, setting)
            for dtype in _BLOCK_BYTES
            for rows in _BLOCK_ROWS
        ]


def _measure_block(rows: int, dtype: str, weights: Weights, device: Any, setting: Setting) -> Row:
    """Beside the same weights in bfloat16; both come from the host, as a model's do."""
    row = Row("linear", f"{rows} row{'s' if rows > 1 else ''} of bfloat16 times {dtype}")
    x = weights.rows(rows)
    placed = uploaded(x, device)
    coded = [uploaded(w, device, getattr(ttnn, dtype)) for w in weights.plain]
    decoded = ttnn.to_torch(coded[0]).double()
    result = ttnn.linear(placed, coded[0])
    expect_close(x.double() @ decoded, result, scale=0.0, sum_length=weights.inputs)

    def run(ws: list[Any]) -> Run:
        turn = itertools.cycle(ws)

        def call() -> None:
            ttnn.linear(placed, next(turn))
            ttnn.synchronize_device(device)

        return call

    elements = weights.plain[0].numel()
    moved = elements * _BLOCK_BYTES[dtype] + 2.0 * rows * (weights.inputs + weights.outputs)
    kind = dtype if rows == 1 else "bfloat16"
    limit = roofline(moved, 2.0 * rows * elements, setting.workers, kind)
    runs = {"ours": run(coded), "bfloat16": run(weights.placed)}
    times = race(runs, _QUICK if setting.quick else _EFFORT, {"ours": limit})
    timed(row, times, "ours")
    row.ratios["bfloat16"] = times.ratio("ours", "bfloat16")
    bound_of(times, "ours", limit, row, setting)
    if rows > 1:
        at_most(1 / LEAST_BLOCK, "bfloat16", row, setting)
        return row
    at_least(LEAST_BLOCK, row, setting)
    if has_avx512():
        at_most(MOST_BLOCK[dtype], "bfloat16", row, setting)
    return row


def _peers(setting: Setting) -> dict[peer.Peer, str]:
    """With the dtype of each."""
    if not setting.peers:
        return {}
    return {
        peer.torch(setting.workers, "torch float32"): "float32",
        peer.jax(): "bfloat16",
        peer.jax("jax float32"): "float32",
        peer.numpy(setting.workers): "float32",
    }


def _measure_fused(setting: Setting) -> list[Row]:
    with a_device() as device:
        weights = Weights(device, setting.quick, 1)
        bias = torch.randn(1, weights.outputs).bfloat16()
        return [_measure_fused_rows(rows, weights, bias, device, setting) for rows in _FUSED_ROWS]


def _measure_fused_rows(
    rows: int, weights: Weights, bias: torch.Tensor, device: Any, setting: Setting
) -> Row:
    row = Row("linear", f"{rows} rows with bias and gelu")
    x, (plain,), (w,) = weights.rows(rows), weights.plain, weights.placed
    given, placed_bias = uploaded(x, device), uploaded(bias, device)

    def fused() -> Any:
        result = ttnn.linear(given, w, bias=placed_bias, activation="gelu")
        ttnn.synchronize_device(device)
        return result

    def alone() -> None:
        ttnn.linear(given, w)
        ttnn.synchronize_device(device)

    expected = F.gelu(x.double() @ plain.double() + bias.double())
    expect_close(expected, fused(), scale=1.0, sum_length=weights.inputs)
    flop = 2.0 * rows * plain.numel()
    moved = plain.nbytes + x.nbytes + 2.0 * rows * weights.outputs
    limit = roofline(moved, flop, setting.workers)
    runs = {"ours": fused, "the product alone": alone}
    times = race(runs, _QUICK if setting.quick else _FUSED_EFFORT, {"ours": limit})
    timed(row, times, "ours")
    row.ratios["the product alone"] = times.ratio("ours", "the product alone")
    bound_of(times, "ours", limit, row, setting)
    at_most(_MOST_FUSED, "the product alone", row, setting)
    return row
