"""Between torch's memory and the devices': a million elements beside torch's own copy, and 16 million
over a mesh beside the rate of copying.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from check import expect_close
from limits import traffic
from operation import QUICK_SIDE, SIDE, SLOWEST, a_device, one_thread
from race import QUICK, THOROUGH, Effort, Run, race
from row import Case, Row, Setting, at_least, at_most, bound_of, timed

import ttnn

# From torch's dtype to ttnn's, and back.
PAIRS = (
    ("float32", "float32"),
    ("float32", "bfloat16"),
    ("bfloat16", "bfloat16"),
)

_DEVICES = 4
_ROWS, _QUICK_ROWS, _COLUMNS = 4096, 256, 4096
_LEAST = 0.9  # of the rate of copying
_EFFORT = Effort(rounds=(5, 40), seconds=1.5)

# By name: how a tensor is dealt over the mesh, and a whole one again.
MAPPERS: dict[str, tuple[Callable[[Any], Any], Callable[[Any, Any], torch.Tensor]]] = {
    "shards": (
        lambda mesh: ttnn.ShardTensorToMesh(mesh, dim=0),
        lambda x, mesh: _joined(x, mesh, 0),
    ),
    "shards of columns": (
        lambda mesh: ttnn.ShardTensorToMesh(mesh, dim=-1),
        lambda x, mesh: _joined(x, mesh, -1),
    ),
    "replicas": (
        lambda mesh: ttnn.ReplicateTensorToMesh(mesh),
        lambda x, mesh: ttnn.to_torch(ttnn.get_device_tensors(x)[0]),
    ),
}


def _joined(x: Any, mesh: Any, dim: int) -> torch.Tensor:
    whole: torch.Tensor = ttnn.to_torch(x, mesh_composer=ttnn.ConcatMeshToTensor(mesh, dim=dim))
    return whole


def cases() -> list[Case]:
    small = [
        Case("transfers", f"{name} {source} to {to}", _measurement(name, source, to))
        for name in ("from_torch", "to_torch")
        for source, to in PAIRS
        if name == "from_torch" or source == to
    ]
    large = [
        Case("transfers", f"bfloat16 {kind} on 1x4", _mesh_measurement(kind)) for kind in MAPPERS
    ]
    return small + large


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
    timed(row, times, "ours")
    row.ratios["torch"] = times.ratio("ours", "torch")
    at_most(SLOWEST, "torch", row, setting)
    return row


# ---- over a mesh


def _mesh_measurement(kind: str) -> Callable[[Setting], list[Row]]:
    return lambda setting: _measure_on_mesh(kind, setting)


def _measure_on_mesh(kind: str, setting: Setting) -> list[Row]:
    """Up and down. Uploads free the tensor before; downloads get fresh memory, as to_torch gives it."""
    dealt, joined = MAPPERS[kind]
    torch.manual_seed(0)
    x = torch.randn(_QUICK_ROWS if setting.quick else _ROWS, _COLUMNS).bfloat16()
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, _DEVICES))
    try:
        mapper = dealt(mesh)

        def upload() -> ttnn.Tensor:
            tensor = ttnn.from_torch(x, layout=ttnn.TILE_LAYOUT, device=mesh, mesh_mapper=mapper)
            ttnn.synchronize_device(mesh)
            return tensor

        tensor = upload()

        def download() -> torch.Tensor:
            return joined(tensor, mesh)

        assert torch.equal(download(), x), "other bits came back"
        limit = traffic(x.nbytes, x.nbytes, setting.workers)
        runs: dict[str, Run] = {
            "from_torch": upload,
            "to_torch": download,
            "torch": lambda: x.clone(),
        }
        limited = dict.fromkeys(("from_torch", "to_torch"), limit)
        times = race(runs, QUICK if setting.quick else _EFFORT, limited)
    finally:
        ttnn.close_mesh_device(mesh)
    rows = []
    for name in limited:
        row = timed(Row("transfers", f"{name} bfloat16, {kind} on 1x4"), times, name)
        row.ratios["torch"] = times.ratio(name, "torch")
        bound_of(times, name, limit, row, setting)
        at_least(_LEAST, row, setting)
        rows.append(row)
    return rows
