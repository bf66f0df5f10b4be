"""Collectives over 4 devices at 64 MiB, beside the rate at which the machine moves their bytes and
beside other libraries; and of 4 KiB over 8 devices, from the call to the result on the host.
"""

from __future__ import annotations

import dataclasses
import functools
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from limits import traffic
from operation import one_thread
from peer import DEVICES, Peer, contestants, gloo, jax
from race import Effort, Run, race
from row import Case, Row, Setting, Target, bound_of, timed

import ttnn

SLOWEST_SUM = 1.2  # times the limit
_SIDE, _QUICK_SIDE = 4096, 256  # of a square of float32: 64 MiB
_EFFORT = Effort(rounds=(5, 12), seconds=8)
_QUICK = Effort(rounds=(1, 2), seconds=0)

_SMALL_DEVICES, _SMALL_BYTES = 8, 4096
_SMALL_EFFORT = Effort(rounds=(10, 60), seconds=1.5)
_AWAKE_MICROSECONDS, _ASLEEP_MICROSECONDS = 6.0, 150.0
_NAP_SECONDS = 5e-3  # after which workers sleep
_NAPS, _QUICK_NAPS = 60, 3


@dataclasses.dataclass(frozen=True)
class Large:
    """A collective on squares of a given side. `reads` is in squares; one is written."""

    op: str
    dim: int
    ours: Callable[[Any, int], Any]
    reads: int
    slowest: float  # times what its reads and writes take at the machine's rate

    @property
    def name(self) -> str:
        return self.op if self.op == "all_reduce" else f"{self.op} dim {self.dim}"


# The devices of a group share what is the same on all of them, so one square is written in any case:
# the gathered whole, the sum, or a quarter of it on each device.
LARGE = [
    Large("all_gather", 0, lambda x, dim: ttnn.all_gather(x, dim=dim), 1, 1.3),
    Large("all_gather", -1, lambda x, dim: ttnn.all_gather(x, dim=dim), 1, 1.3),
    Large("all_reduce", 0, lambda x, dim: ttnn.all_reduce(x), DEVICES, SLOWEST_SUM),
    Large(
        "reduce_scatter", 0, lambda x, dim: ttnn.reduce_scatter(x, dim=dim), DEVICES, SLOWEST_SUM
    ),
    Large(
        "reduce_scatter", -1, lambda x, dim: ttnn.reduce_scatter(x, dim=dim), DEVICES, SLOWEST_SUM
    ),
]

# By name: the collective, and the whole of its input, of which each device has an eighth.
SMALL: dict[str, tuple[Callable[[Any], Any], tuple[int, int]]] = {
    "all_gather": (lambda x: ttnn.all_gather(x, dim=0), (_SMALL_DEVICES, 128)),
    "all_reduce": (lambda x: ttnn.all_reduce(x), (_SMALL_DEVICES, 1024)),
}


def cases() -> list[Case]:
    large = [Case("collectives", one.name, _large(one)) for one in LARGE]
    small = [Case("collectives", f"{name} 4 KiB", _small(name)) for name in SMALL]
    return large + small


def _large(one: Large) -> Callable[[Setting], list[Row]]:
    return lambda setting: [_measure_large(one, setting)]


def _small(name: str) -> Callable[[Setting], list[Row]]:
    return lambda setting: _measure_small(name, setting)


# ---- 64 MiB over 4 devices


def _measure_large(one: Large, setting: Setting) -> Row:
    row = Row("collectives", one.name)
    side = _QUICK_SIDE if setting.quick else _SIDE
    with one_thread(), _mesh(DEVICES) as mesh:
        x, expected = _given(one, side, mesh)

        def ours() -> None:  # the result before is freed, and its memory used again
            one.ours(x, one.dim)
            ttnn.synchronize_device(mesh)

        _expect_same(one.ours(x, one.dim), expected)
        square = 4.0 * side * side
        limit = traffic(one.reads * square, square, setting.workers)
        runs: dict[str, Run] = {"ours": ours}
        if setting.peers:
            asked = {"op": one.op, "dim": one.dim, "bytes": int(square)}
            runs |= contestants(peers(setting.workers), row.figures, "collective", **asked)
        times = race(runs, _QUICK if setting.quick else _EFFORT, {"ours": limit})
    timed(row, times, "ours")
    row.ratios = {name: times.ratio("ours", name) for name in runs if name != "ours"}
    row.figures |= {f"{name} took": f"{1e3 * times.best(name):.3g} ms" for name in row.ratios}
    bound_of(times, "ours", limit, row, setting)
    _judge(row, one.slowest, setting)
    return row


def _judge(row: Row, slowest: float, setting: Setting) -> None:
    assert row.bound
    row.figures["x limit"] = f"{1 / row.bound.fraction.best:.2f}"
    if not setting.quick:
        text = f"within {slowest:g} x of its limit"
        row.targets.append(Target(text, row.bound.fraction.best * slowest >= 1))


def _given(one: Large, side: int, mesh: Any) -> tuple[Any, list[torch.Tensor]]:
    """The input on the mesh, and what each device must get: sums in the order of the devices."""
    torch.manual_seed(0)
    if one.op == "all_gather":
        whole = torch.randn(side, side)
        return _upload(whole, one.dim, mesh), [whole] * DEVICES
    stacked = torch.randn(DEVICES * side, side)
    first, *others = stacked.chunk(DEVICES)
    total = first.clone()
    for other in others:
        total += other
    made = [total] * DEVICES if one.op == "all_reduce" else list(total.chunk(DEVICES, one.dim))
    return _upload(stacked, 0, mesh), made


def _upload(whole: torch.Tensor, dim: int, mesh: Any) -> Any:
    mapper = ttnn.ShardTensorToMesh(mesh, dim=dim)
    return ttnn.from_torch(whole, layout=ttnn.TILE_LAYOUT, device=mesh, mesh_mapper=mapper)


def _expect_same(result: Any, expected: list[torch.Tensor]) -> None:
    for device, (shard, wanted) in enumerate(
        zip(ttnn.get_device_tensors(result), expected, strict=True)
    ):
        assert torch.equal(ttnn.to_torch(shard), wanted), f"device {device} holds other bits"


# ---- 4 KiB over 8 devices


def _measure_small(name: str, setting: Setting) -> list[Row]:
    collective, shape = SMALL[name]
    torch.manual_seed(0)
    whole = torch.randint(-8, 8, shape).float()  # sums are exact in any order
    made = whole if name == "all_gather" else whole.sum(0, keepdim=True)
    assert made.nbytes == _SMALL_BYTES
    with one_thread(), _mesh(_SMALL_DEVICES) as mesh:
        x = _upload(whole, 0, mesh)
        _expect_same(collective(x), [made] * _SMALL_DEVICES)

        def to_host() -> None:
            collective(x).cpu()

        def to_torch() -> None:
            ttnn.to_torch(ttnn.get_device_tensors(collective(x))[0])

        times = race(
            {"host": to_host, "torch": to_torch}, _QUICK if setting.quick else _SMALL_EFFORT
        )
        count = _QUICK_NAPS if setting.quick else _NAPS
        naps = _after_naps(to_host, count)
        plain = _after_naps(lambda: made + made, count)  # what the machine's own awakening costs

    awake = Row("collectives", f"{name} 4 KiB, awake", seconds=times.best("host"))
    awake.median = times.median("host")
    awake.figures["median"] = f"{1e6 * awake.median:.1f} us"
    awake.figures["as torch tensor"] = f"{1e6 * times.best('torch'):.1f} us"
    asleep = Row("collectives", f"{name} 4 KiB, asleep", seconds=min(naps))
    asleep.median = statistics.median(naps)
    asleep.figures["median"] = f"{1e6 * asleep.median:.1f} us"
    asleep.figures["torch's x + x"] = f"{1e6 * statistics.median(plain):.1f} us"
    if not setting.quick:
        awake.targets.append(_under(_AWAKE_MICROSECONDS, times.best("host")))
        asleep.targets.append(_under(_ASLEEP_MICROSECONDS, asleep.median))
    return [awake, asleep]


def _after_naps(run: Run, count: int) -> list[float]:
    """Seconds of single calls, before each of which the workers have gone to sleep."""
    seconds = []
    for _ in range(count):
        time.sleep(_NAP_SECONDS)
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return seconds


def _under(most: float, seconds: float) -> Target:
    return Target(f"under {most:g} us", 1e6 * seconds < most)


# ---- what both need


@functools.cache
def peers(workers: int) -> list[Peer]:
    """Started once, for all rows."""
    return [jax(), gloo(workers)]


@contextmanager
def _mesh(devices: int) -> Iterator[Any]:
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, devices))
    try:
        yield mesh
    finally:
        ttnn.close_mesh_device(mesh)
