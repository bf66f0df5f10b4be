"""The MLP of Falcon-7B, data parallel over 4 devices, in processes of their own: ours, which makes its
weights with numpy and imports no torch, and with --peers JAX's shard_map, torch's DTensor over gloo
and plain torch. Each tells its peak of memory, which for DTensor is that of one of 4 processes.
"""

from __future__ import annotations

from collections.abc import Callable

import peer
from falcon import BATCH, HIDDEN, INTERMEDIATE, TOKENS
from limits import arithmetic
from race import Effort, Run, race
from row import Case, Row, Setting, Target, at_most, bound_of, timed

_EFFORT = Effort(rounds=(3, 8), seconds=25)
_SMALLER = 16  # a quick run's share of the sizes
_QUICK = Effort(rounds=(1, 1), seconds=0)

_MOST_MEMORY = 1.15  # times the weights and the activations
_MOST = {"torch": 1.0, "DTensor": 1 / 1.05, "jax": 1 / 4}  # times a peer's time, in bfloat16
_OURS = "ours"


_PEERS: dict[str, Callable[[int], peer.Peer]] = {
    "torch": lambda workers: peer.torch(workers),
    "DTensor": lambda workers: peer.gloo(workers, "DTensor"),
    "jax": lambda workers: peer.jax(),
}


def cases() -> list[Case]:
    return [
        Case("processes", _name(dtype, other), _measurement(dtype, other))
        for dtype in ("bfloat16", "float32")
        for other in (None, *_PEERS)
    ]


def _name(dtype: str, other: str | None) -> str:
    return f"mlp 1x4 {dtype} {f'beside {other}' if other else 'alone'}"


def _measurement(dtype: str, other: str | None) -> Callable[[Setting], list[Row]]:
    """A row per peer, since each takes its time; none without --peers."""
    return lambda setting: [_measure(dtype, other, setting)] if setting.peers or not other else []


def _measure(dtype: str, other: str | None, setting: Setting) -> Row:
    row = Row("processes", _name(dtype, other))
    ours = peer.tilemesh(_OURS)
    others = [_PEERS[other](setting.workers)] if other else []
    part = _SMALLER if setting.quick else 1
    sizes = {"rows": BATCH * TOKENS, "hidden": HIDDEN // part, "intermediate": INTERMEDIATE // part}
    flop = 4.0 * sizes["rows"] * sizes["hidden"] * sizes["intermediate"]
    limit = arithmetic(flop, setting.workers, bfloat16=dtype == "bfloat16")
    with peer.stopped_after([ours, *others]):
        found = {_OURS: ours.run("mlp", dtype=dtype, **sizes)}
        found |= peer.contestants(others, row.figures, "mlp", dtype=dtype, **sizes)
        runs: dict[str, Run] = dict(found)
        times = race(runs, _QUICK if setting.quick else _EFFORT, {_OURS: limit})
    timed(row, times, _OURS)
    bound_of(times, _OURS, limit, row, setting)
    row.ratios = {name: times.ratio(_OURS, name) for name in found if name != _OURS}
    row.figures["our peak"] = f"{found[_OURS].peak / 2**20:.0f} MiB"
    if other in found:
        row.figures |= {
            "took": f"{times.best(other):.3g} s", "its peak": f"{found[other].peak / 2**20:.0f} MiB"
        }  # fmt: skip
    if not other:
        _judge_memory(row, found[_OURS].running, _bytes(dtype, **sizes), setting)
    if dtype == "bfloat16":
        for name, most in _MOST.items():
            at_most(most, name, row, setting)
    return row


def _judge_memory(row: Row, running: int, needed: float, setting: Setting) -> None:
    row.figures["running, of weights and activations"] = f"{running / needed:.2f} x"
    if not setting.quick:
        text = f"at most {_MOST_MEMORY} x weights and activations while it runs"
        row.targets.append(Target(text, running <= _MOST_MEMORY * needed))


def _bytes(dtype: str, rows: int, hidden: int, intermediate: int) -> float:
    """One copy of the weights and of every activation."""
    size = 2 if dtype == "bfloat16" else 4
    return size * (2.0 * hidden * intermediate + 2.0 * rows * (hidden + intermediate))
