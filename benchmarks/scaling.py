"""The same work on more and more devices: Falcon-7B's MLP on 512 rows, dealt over 1 to 256 of them; and
what an open mesh costs that has nothing to do.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from typing import Any

import torch
from falcon import Model, OnMesh, placed
from race import Effort, Run, race
from row import Case, Row, Setting, Target, bound_of, timed

import ttnn

_SYSTEM, _DEFAULT_SYSTEM = "8x32", "8x4"
MESHES = {"1x1": (1, 1), "1x4": (1, 4), "8x4": (8, 4), "8x32": (8, 32)}
_EFFORT = Effort(rounds=(4, 10), seconds=30)
_QUICK = Effort(rounds=(1, 1), seconds=0)
_MOST = 1.1  # times one device

_IDLE_MESH, _IDLE_SECONDS, _QUICK_IDLE_SECONDS = (8, 4), 2.0, 0.2
_IDLE_SHARE = 1e-3  # of one core


def cases() -> list[Case]:
    return [
        Case("scaling", "mlp over devices", _measure),
        Case("scaling", "idle mesh", lambda setting: [_measure_idle(setting)]),
    ]


@contextlib.contextmanager
def _large_system() -> Iterator[None]:
    ttnn.select_system(_SYSTEM)
    try:
        yield
    finally:
        ttnn.select_system(os.environ.get("TTNN_SYSTEM", _DEFAULT_SYSTEM))


def _measure(setting: Setting) -> list[Row]:
    model = Model(setting.quick)
    programs = {name: (OnMesh, shape) for name, shape in MESHES.items()}
    with _large_system(), placed(model, programs) as on:
        runs: dict[str, Run] = {name: one.run for name, one in on.items()}
        limit = model.limit(setting)
        times = race(runs, _QUICK if setting.quick else _EFFORT, dict.fromkeys(runs, limit))
        rows = []
        for name, (across, along) in MESHES.items():
            devices = across * along
            row = timed(Row("scaling", f"{devices} devices, {name}"), times, name)
            row.ratios["1 device"] = ratio = times.ratio(name, "1x1")
            row.numbers["devices"] = devices
            bound_of(times, name, limit, row, setting)
            if devices > 1 and not setting.quick:
                row.targets.append(Target("at most 10 % slower than one", ratio.best <= _MOST))
            rows.append(row)
        return rows


def _measure_idle(setting: Setting) -> Row:
    """The processor time of this process, its threads among them, while it sleeps beside a mesh that has
    just worked.
    """
    row = Row("scaling", "idle 8x4 mesh")
    seconds = _QUICK_IDLE_SECONDS if setting.quick else _IDLE_SECONDS
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(*_IDLE_MESH))
    try:
        _work(mesh)
        time.sleep(0.05)  # spinning is bounded by less
        before = time.process_time()
        time.sleep(seconds)
        burnt = time.process_time() - before
    finally:
        ttnn.close_mesh_device(mesh)
    row.figures["processor time"] = f"{1e3 * burnt:.3f} ms in {seconds:g} s"
    if not setting.quick:
        row.targets.append(Target("no processor time to speak of", burnt <= _IDLE_SHARE * seconds))
    return row


def _work(mesh: Any) -> None:
    mapper = ttnn.ShardTensorToMesh(mesh, dim=0)
    rows = mesh.get_num_devices() * 256
    x = ttnn.from_torch(
        torch.randn(rows, 1024), layout=ttnn.TILE_LAYOUT, device=mesh, mesh_mapper=mapper
    )
    for _ in range(10):
        x = ttnn.exp(ttnn.neg(ttnn.abs(x)))
    ttnn.synchronize_device(mesh)
