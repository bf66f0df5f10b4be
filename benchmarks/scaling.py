"""The same work on more and more devices: Falcon-7B's MLP on 512 rows, dealt over 1 to 256 of them; and
what an open mesh costs that has nothing to do.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from falcon import Model, OnMesh, placed
from race import Effort, Run, race
from row import Case, Row, Setting, Target, bound_of, timed

import ttnn

_SYSTEM, _DEFAULT_SYSTEM = "8x32", "8x4"
MESHES = {"1x1": (1, 1), "1x4": (1, 4), "8x4": (8, 4), "8x32": (8, 32)}
_EFFORT = Effort(rounds=(4, 10), seconds=20)
_QUICK = Effort(rounds=(1, 1), seconds=0)
_MOST = 1.1  # times one device

_IDLE_SECONDS, _QUICK_IDLE_SECONDS = 2.0, 0.2
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
            row = timed(
                Row("scaling", f"{devices} device{'s' if devices > 1 else ''}, {name}"), times, name
            )
            row.ratios["1 device"] = ratio = times.ratio(name, "1x1")
            row.numbers["devices"] = devices
            bound_of(times, name, limit, row, setting)
            if devices > 1 and not setting.quick:
                row.targets.append(Target("at most 10 % slower than one", ratio.best <= _MOST))
            rows.append(row)
        return rows


def _measure_idle(setting: Setting) -> Row:
    """In a process of its own, where nothing else runs."""
    row = Row("scaling", "idle 8x4 mesh")
    seconds = _QUICK_IDLE_SECONDS if setting.quick else _IDLE_SECONDS
    program = Path(__file__).with_name("idle.py")
    said = subprocess.run(
        [sys.executable, str(program), str(seconds)], capture_output=True, text=True, check=True
    )
    burnt = float(said.stdout)
    row.figures["processor time"] = f"{1e3 * burnt:.3f} ms in {seconds:g} s"
    if not setting.quick:
        text = f"at most {_IDLE_SHARE:.1%} of a core"
        row.targets.append(Target(text, burnt <= _IDLE_SHARE * seconds))
    return row
