"""What one operation costs where there is little to compute: 1,000 dependent ones on 32x32 shards,
then a synchronisation.

The kernels' own time is taken from the same chain on wider shards: what a chain takes longer there,
per element, is what its kernels take. What remains at 32x32 is the runtime's and Python's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from operation import one_thread
from race import Effort, race
from row import Case, Row, Setting, Target

import ttnn

_LENGTH, _QUICK_LENGTH = 1000, 20
_TILE = 32
_WIDE_TILES = 32  # of all shards together: still one task, which runs in the calling thread
_MOST_MICROSECONDS = 4.0
_EFFORT = Effort(rounds=(10, 60), seconds=1.5)
_QUICK = Effort(rounds=(2, 2), seconds=0)

Chain = Callable[[Any, Any], Any]

# Dependent operations x = f(x, y), with torch's form: values stay finite however long the chain is.
CHAINS: dict[str, tuple[Chain, Chain]] = {
    "add": (lambda x, y: ttnn.add(x, y), torch.add),
    "neg": (lambda x, y: ttnn.neg(x), lambda x, y: torch.neg(x)),
    "multiply by a scalar": (lambda x, y: x * 0.5, lambda x, y: x * 0.5),
}
MESHES = ((1, 1), (1, 4), (8, 4))


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
    times_wider = max(2, _WIDE_TILES // devices)
    length = _QUICK_LENGTH if setting.quick else _LENGTH
    row = Row("small", f"{name} {shape[0]}x{shape[1]}")
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(*shape))
    try:
        torch.manual_seed(0)
        narrow, wide = _Pair(mesh, devices, 1), _Pair(mesh, devices, times_wider)
        for pair in (narrow, wide):
            _expect_same(pair, step, plain, length, mesh)

        def chain_on(pair: _Pair) -> Callable[[], None]:
            def run() -> None:
                x, y = pair.x, pair.y
                for _ in range(length):
                    x = step(x, y)
                ttnn.synchronize_device(mesh)

            return run

        def in_torch() -> None:
            x, y = narrow.plain_x, narrow.plain_y
            for _ in range(length):
                x = plain(x, y)

        runs = {"ours": chain_on(narrow), "wide": chain_on(wide), "torch": in_torch}
        with one_thread():
            times = race(runs, _QUICK if setting.quick else _EFFORT)
    finally:
        ttnn.close_mesh_device(mesh)

    row.seconds = times.best("ours") / length
    own = max(0.0, (times.best("wide") / length - row.seconds) / (times_wider - 1))
    beyond = 1e6 * (row.seconds - own)
    row.figures["kernel"] = f"{1e6 * own:.2f} us"
    row.figures["beyond it"] = f"{beyond:.2f} us"
    row.ratios["torch"] = times.ratio("ours", "torch")
    if not setting.quick:
        text = f"under {_MOST_MICROSECONDS:g} us beyond the kernel"
        row.targets.append(Target(text, beyond < _MOST_MICROSECONDS))
    return row


class _Pair:
    """Two tensors of as many shards as devices, each 32 rows of `tiles` times 32 columns."""

    def __init__(self, mesh: Any, devices: int, tiles: int) -> None:
        shape = (devices, 1, _TILE, _TILE * tiles)
        self.plain_x, self.plain_y = torch.randn(shape).bfloat16(), torch.randn(shape).bfloat16()
        mapper = ttnn.ShardTensorToMesh(mesh, dim=0) if devices > 1 else None
        self.x, self.y = (
            ttnn.from_torch(x, layout=ttnn.TILE_LAYOUT, device=mesh, mesh_mapper=mapper)
            for x in (self.plain_x, self.plain_y)
        )


def _expect_same(pair: _Pair, step: Chain, plain: Chain, length: int, mesh: Any) -> None:
    x, expected = pair.x, pair.plain_x
    for _ in range(length):
        x, expected = step(x, pair.y), plain(expected, pair.plain_y)
    composer = ttnn.ConcatMeshToTensor(mesh, dim=0) if mesh.get_num_devices() > 1 else None
    got = ttnn.to_torch(x, mesh_composer=composer)
    assert torch.equal(expected, got), f"a chain of {length} differs from torch's bits"
