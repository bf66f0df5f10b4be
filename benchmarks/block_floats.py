"""Coding and decoding block floats: 16M elements in float32 and back, beside the bytes that a core takes."""

from __future__ import annotations

import torch
from operation import a_device
from race import Effort, race
from row import Case, Row, Setting, Target, timed
from stream import COLUMNS, ROWS

import ttnn

_DTYPES = ("bfloat8_b", "bfloat4_b")
LEAST = 2.0  # GB/s of float32 that one core takes or makes
_EFFORT = Effort(rounds=(5, 40), seconds=1.5)
_QUICK = Effort(rounds=(1, 1), seconds=0)


def cases() -> list[Case]:
    return [Case("memory", "block floats", _measure_all)]


def _measure_all(setting: Setting) -> list[Row]:
    torch.manual_seed(0)
    x = torch.randn(ROWS // 16 if setting.quick else ROWS, COLUMNS)
    with a_device() as device:
        placed = ttnn.from_torch(x, layout=ttnn.TILE_LAYOUT, device=device)
        return [row for dtype in _DTYPES for row in _measure(x, placed, dtype, device, setting)]


def _measure(
    x: torch.Tensor, placed: ttnn.Tensor, dtype: str, device: ttnn.MeshDevice, setting: Setting
) -> list[Row]:
    kind = getattr(ttnn, dtype)
    coded = ttnn.typecast(placed, kind)
    by_host = ttnn.to_torch(ttnn.from_torch(x, kind, layout=ttnn.TILE_LAYOUT))
    decoded = ttnn.to_torch(ttnn.typecast(coded, ttnn.float32))
    assert torch.equal(decoded, by_host), "other bits than the host's conversion"

    def coding() -> None:
        ttnn.typecast(placed, kind)
        ttnn.synchronize_device(device)

    def decoding() -> None:
        ttnn.typecast(coded, ttnn.float32)
        ttnn.synchronize_device(device)

    runs = {
        f"typecast to {dtype} from float32": coding,
        f"typecast to float32 from {dtype}": decoding,
    }
    times = race(runs, _QUICK if setting.quick else _EFFORT)
    rows = [timed(Row("memory", name), times, name) for name in runs]
    for row in rows:
        assert row.seconds
        rate = x.nbytes / row.seconds * 1e-9 / setting.workers
        row.figures["float32 a core"] = f"{rate:.2f} GB/s"
        if not setting.quick:
            row.targets.append(Target(f"at least {LEAST:g} GB/s a core", rate >= LEAST))
    return rows
