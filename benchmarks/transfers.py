"""Between torch's memory and the device's, at a million elements, beside torch's own copy."""

from __future__ import annotations

from collections.abc import Callable

import torch
from check import expect_close
from operation import QUICK_SIDE, SIDE, SLOWEST, a_device, one_thread
from race import QUICK, THOROUGH, Run, race
from row import Case, Row, Setting, Target

import ttnn

# From torch's dtype to ttnn's, and back.
PAIRS = (
    ("float32", "float32"),
    ("float32", "bfloat16"),
    ("bfloat16", "bfloat16"),
)


def cases() -> list[Case]:
    return [
        Case("transfers", f"{name} {source} to {to}", _measurement(name, source, to))
        for name in ("from_torch", "to_torch")
        for source, to in PAIRS
        if name == "from_torch" or source == to
    ]


def _measurement(name: str, source: str, to: str) -> Callable[[Setting], list[Row]]:
    return lambda setting: [_measure(name, source, to, setting)]


def _measure(name: str, source: str, to: str, setting: Setting) -> Row:
    torch.manual_seed(0)
    side = QUICK_SIDE if setting.quick else SIDE
    x = torch.randn(side, side, dtype=getattr(torch, source))
    row = Row("transfers", f"{name} {source} to {to}")
    with one_thread(), a_device() as device:

        def upload() -> ttnn.Tensor:
            tensor = ttnn.from_torch(x, getattr(ttnn, to), layout=ttnn.TILE_LAYOUT, device=device)
            ttnn.synchronize_device(device)
            return tensor

        tensor = upload()
        expect_close(x.double(), ttnn.to_torch(tensor), scale=0.0)
        ours: Run = upload if name == "from_torch" else lambda: ttnn.to_torch(tensor)
        plain = getattr(torch, to)
        runs: dict[str, Run] = {"ours": ours, "torch": lambda: x.to(plain, copy=True)}
        times = race(runs, QUICK if setting.quick else THOROUGH)
    row.seconds = times.best("ours")
    row.ratios["torch"] = ratio = times.ratio("ours", "torch")
    if not setting.quick:
        row.targets.append(Target(f"at most {SLOWEST:g} x torch", ratio.best <= SLOWEST))
    return row
