"""What one operation costs where there is little to compute: 1,000 dependent ones on 32x32 shards,
then a synchronisation; and the same chain as a trace, replayed.

The kernels' own time is read from a clock around each of them, in further runs of the same chain.
What remains is the runtime's and Python's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from operation import one_thread
from race import Effort, race
from row import Case, Row, Setting, Target

import ttnn
from ttnn._ttnn import limits

_LENGTH, _QUICK_LENGTH = 1000, 20
_TILE = 32
_REPLAY_SECONDS, _REPLAY_KERNELS = 0.15e-6, 1.2  # what a replayed one may take: so much and a share
_EFFORT = Effort(rounds=(10, 60), seconds=1.5)
_QUICK = Effort(rounds=(2, 2), seconds=0)

Chain = Callable[[Any, Any], Any]

# Dependent operations x = f(x, y), with torch's form: values stay finite however long the chain is.
CHAINS: dict[str, tuple[Chain, Chain]] = {
    "add": (lambda x, y: ttnn.add(x, y), torch.add),
    "neg": (lambda x, y: ttnn.neg(x), lambda x, y: torch.neg(x)),
    "multiply by a scalar": (lambda x, y: x * 0.5, lambda x, y: x * 0.5),
}
# Meshes, and how many microseconds beyond its kernel an operation may take on them.
MESHES = {(1, 1): 1.0, (1, 4): 1.25, (8, 4): 2.0}


def cases() -> list[Case]:
    return [
        Case("small", f"{name} {shape[0]}x{shape[1]}", _measurement(name, shape))
        for name in CHAINS
        for shape in MESHES
    ]


def _measurement(name: str, shape: tuple[int, int]) -> Callable[[Setting], list[Row]]:
    return lambda setting: [_measure(name, shape, setting)]


def _measure(name: str, shape: tuple[int, int], setting: Setting) -> Row:
    step, plain = CHAINS[name]
    devices = shape[0] * shape[1]
    length = _QUICK_LENGTH if setting.quick else _LENGTH
    row = Row("small", f"{name} {shape[0]}x{shape[1]}")
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(*shape))
    try:
        torch.manual_seed(0)
        pair = _Pair(mesh, devices)
        _expect_same(_chain(step, pair, length), pair, plain, length, mesh)

        def ours() -> None:
            _chain(step, pair, length)
            ttnn.synchronize_device(mesh)

        def in_torch() -> None:
            x, y = pair.plain_x, pair.plain_y
            for _ in range(length):
                x = plain(x, y)

        trace = ttnn.begin_trace_capture(mesh)
        last = _chain(step, pair, length)
        ttnn.end_trace_capture(mesh, trace)

        def replayed() -> None:
            ttnn.execute_trace(mesh, trace, blocking=False)
            ttnn.synchronize_device(mesh)

        replayed()
        _expect_same(last, pair, plain, length, mesh)
        in_kernels = []

        def clocked() -> None:
            limits.start_task_clock()
            ours()
            in_kernels.append(limits.stop_task_clock())

        runs = {"ours": ours, "clocked": clocked, "replayed": replayed, "torch": in_torch}
        with one_thread():
            times = race(runs, _QUICK if setting.quick else _EFFORT)
    finally:
        ttnn.close_mesh_device(mesh)

    row.seconds, row.median = times.best("ours") / length, times.median("ours") / length
    own = min(in_kernels) / length
    beyond = 1e6 * (row.seconds - own)
    row.figures["kernel"] = f"{1e6 * own:.2f} us"
    row.figures["beyond it"] = f"{beyond:.2f} us"
    replay = times.best("replayed") / length
    row.figures["replayed"] = f"{1e6 * replay:.2f} us"
    row.ratios["torch"] = times.ratio("ours", "torch")
    if not setting.quick:
        most = MESHES[shape]
        row.targets.append(Target(f"at most {most:g} us beyond the kernel", beyond <= most))
        most_replayed = _REPLAY_SECONDS + _REPLAY_KERNELS * own
        text = (
            f"replayed, at most {1e6 * _REPLAY_SECONDS:g} us and {_REPLAY_KERNELS:g} x the kernel"
        )
        row.targets.append(Target(text, replay <= most_replayed))
    return row


class _Pair:
    """Two tensors of one 32x32 shard per device."""

    def __init__(self, mesh: Any, devices: int) -> None:
        shape = (devices, 1, _TILE, _TILE)
        self.plain_x, self.plain_y = torch.randn(shape).bfloat16(), torch.randn(shape).bfloat16()
        mapper = ttnn.ShardTensorToMesh(mesh, dim=0) if devices > 1 else None
        self.x, self.y = (
            ttnn.from_torch(x, layout=ttnn.TILE_LAYOUT, device=mesh, mesh_mapper=mapper)
            for x in (self.plain_x, self.plain_y)
        )


def _chain(step: Chain, pair: _Pair, length: int) -> Any:
    x, y = pair.x, pair.y
    for _ in range(length):
        x = step(x, y)
    return x


def _expect_same(x: Any, pair: _Pair, plain: Chain, length: int, mesh: Any) -> None:
    expected = pair.plain_x
    for _ in range(length):
        expected = plain(expected, pair.plain_y)
    composer = ttnn.ConcatMeshToTensor(mesh, dim=0) if mesh.get_num_devices() > 1 else None
    got = ttnn.to_torch(x, mesh_composer=composer)
    assert torch.equal(expected, got), f"a chain of {length} differs from torch's bits"
