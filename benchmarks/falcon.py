"""The MLP of Falcon-7B, 4 x 128 tokens: beside the peak of products, data parallel on several meshes,
beside the bare products and plain torch on all cores; with uneven rows, and with the weights cut over
eight devices. What is measured together takes turns, so that each is beside each.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping
from typing import Any

import peer
import torch
import torch.nn.functional as F
from check import expect_close
from limits import Kind, Limit, arithmetic, has, has_bfloat16
from machine import resident_bytes
from race import Effort, Run, Times, race
from row import Case, Row, Setting, Target, at_least, at_most, bound_of, timed

import ttnn
from ttnn import _ttnn

HIDDEN, INTERMEDIATE = 4544, 18176
BATCH, TOKENS = 4, 128
_SMALLER = 16  # a quick run's share of the sizes
_EFFORT = Effort(rounds=(3, 8), seconds=25)
_QUICK = Effort(rounds=(1, 1), seconds=0)

LEAST_OF_PEAK, LEAST_OF_TILES = 0.9, 0.4
MOST_TORCH = 1 / 1.15  # times torch's, where the CPU has tiles
LEAST_CUT = 0.85  # of the peak, with uneven rows or with weights over devices
MOST_CUT = 1 / 0.9  # times the data parallel one, where the CPU has tiles
_MOST_PRODUCTS = 1 / 0.95  # times the better of the bare products
_MOST_MEMORY = 1.15  # times one copy of the weights and the activations
_ALIKE = 1.05  # 8x4 beside 1x4
_REPLAYED = 1.01  # a replay beside the operations one by one

MESHES = {"1x1": (1, 1), "1x2": (1, 2), "1x4": (1, 4), "8x4": (8, 4)}


_LIBRARIES = {"own products": "loops", "oneDNN products": "onednn"}


def cases() -> list[Case]:
    return [
        Case("falcon", "mlp, data parallel", _measure),
        Case("falcon", "mlp, cut otherwise", _measure_cut),
        Case("falcon", "mlp, float32", _measure_float32),
    ]


class Model:
    """Weights and hidden states as torch's, as many as the setting asks for, in columns that `devices`
    can share.
    """

    def __init__(self, quick: bool, devices: int = 1, dtype: torch.dtype = torch.bfloat16) -> None:
        part = _SMALLER if quick else 1
        self.hidden = HIDDEN // part // devices * devices
        self.intermediate = INTERMEDIATE // part // devices * devices
        self.dtype = dtype
        torch.manual_seed(0)
        self.up = self._weight(self.hidden, self.intermediate)
        self.down = self._weight(self.intermediate, self.hidden)
        self.x = (torch.rand(BATCH * TOKENS, self.hidden) * 2 - 1).to(dtype)

    def _weight(self, rows: int, columns: int) -> torch.Tensor:
        return ((torch.rand(rows, columns) * 2 - 1) / math.sqrt(rows)).to(self.dtype)

    @property
    def flop(self) -> float:
        return 2.0 * len(self.x) * (self.up.numel() + self.down.numel())

    @property
    def bytes(self) -> float:
        """One copy of the weights and of every activation."""
        between = 2 * len(self.x) * self.intermediate * self.x.itemsize
        return self.up.nbytes + self.down.nbytes + 2 * self.x.nbytes + between

    def in_torch(self, dtype: torch.dtype) -> Run:
        up, down = self.up.to(dtype).t().contiguous(), self.down.to(dtype).t().contiguous()
        x = self.x.to(dtype)
        return lambda: F.linear(F.gelu(F.linear(x, up)), down)

    def expected(self) -> torch.Tensor:
        """In float32, rounded where bfloat16 tensors are stored; of float32 in double."""
        wide = torch.float32 if self.dtype == torch.bfloat16 else torch.float64
        between = (self.x.to(wide) @ self.up.to(wide)).to(self.dtype).to(wide)
        return F.gelu(between).to(self.dtype).to(wide) @ self.down.to(wide)

    def limit(self, setting: Setting) -> Limit:
        return arithmetic(self.flop, setting.workers, bfloat16=self.dtype == torch.bfloat16)


class OnMesh:
    """The same model on a mesh: weights replicated, tokens sharded."""

    def __init__(self, model: Model, shape: tuple[int, int]) -> None:
        _ttnn.trim_pool()
        before = resident_bytes()
        self.shape = shape
        self.mesh = ttnn.open_mesh_device(ttnn.MeshShape(*shape))
        self.place(model)
        self.output = self.run()
        self.resident = resident_bytes() - before

    def place(self, model: Model) -> None:
        devices = self.shape[0] * self.shape[1]
        self.composer = ttnn.ConcatMeshToTensor(self.mesh, dim=0)
        states = F.pad(model.x, (0, 0, 0, -len(model.x) % devices))
        states = states.reshape(devices, 1, -1, model.hidden)
        self.x = self.upload(states, ttnn.ShardTensorToMesh(self.mesh, dim=0))
        replicate = ttnn.ReplicateTensorToMesh(self.mesh)
        self.up, self.down = self.upload(model.up, replicate), self.upload(model.down, replicate)

    def upload(self, x: torch.Tensor, mapper: Any) -> ttnn.Tensor:
        return ttnn.from_torch(x, layout=ttnn.TILE_LAYOUT, device=self.mesh, mesh_mapper=mapper)

    def call(self) -> ttnn.Tensor:
        return ttnn.linear(ttnn.gelu(ttnn.linear(self.x, self.up)), self.down)

    def run(self) -> ttnn.Tensor:
        output = self.call()
        ttnn.synchronize_device(self.mesh)
        return output

    def result(self) -> torch.Tensor:
        return ttnn.to_torch(self.output, mesh_composer=self.composer)

    def captured(self) -> Run:
        """The same as a trace, replayed."""
        trace = ttnn.begin_trace_capture(self.mesh)
        output = self.call()
        ttnn.end_trace_capture(self.mesh, trace)
        ttnn.execute_trace(self.mesh, trace)
        replayed = ttnn.to_torch(output, mesh_composer=self.composer)
        assert torch.equal(replayed, self.result()), "a replay differs from its operations"
        return lambda: ttnn.execute_trace(self.mesh, trace)


class TensorParallel(OnMesh):
    """A slice of both weights' columns on each device; what is between is gathered."""

    def place(self, model: Model) -> None:
        self.composer = ttnn.ConcatMeshToTensor(self.mesh, dim=-1)
        by_columns = ttnn.ShardTensorToMesh(self.mesh, dim=-1)
        states = model.x.reshape(1, 1, -1, model.hidden)
        self.x = self.upload(states, ttnn.ReplicateTensorToMesh(self.mesh))
        self.up, self.down = self.upload(model.up, by_columns), self.upload(model.down, by_columns)

    def call(self) -> ttnn.Tensor:
        between = ttnn.gelu(ttnn.linear(self.x, self.up))
        return ttnn.linear(ttnn.all_gather(between, dim=-1), self.down)


class Hybrid(OnMesh):
    """The batch along mesh axis 0, the weights' columns along axis 1."""

    def place(self, model: Model) -> None:
        mesh, shape = self.mesh, self.shape
        self.composer = ttnn.ConcatMesh2dToTensor(mesh, mesh_shape=shape, dims=(0, -1))
        states = model.x.reshape(BATCH, 1, -1, model.hidden)
        self.x = self.upload(states, ttnn.ShardTensor2dMesh(mesh, mesh_shape=shape, dims=(0, None)))
        by_columns = ttnn.ShardTensor2dMesh(mesh, mesh_shape=shape, dims=(None, -1))
        self.up, self.down = self.upload(model.up, by_columns), self.upload(model.down, by_columns)

    def call(self) -> ttnn.Tensor:
        between = ttnn.gelu(ttnn.linear(self.x, self.up))
        return ttnn.linear(ttnn.all_gather(between, dim=-1, cluster_axis=1), self.down)


class Megatron(TensorParallel):
    """Columns of the first weight and rows of the second; the terms of the result are added up."""

    def place(self, model: Model) -> None:
        super().place(model)
        self.down = self.upload(model.down, ttnn.ShardTensorToMesh(self.mesh, dim=-2))

    def call(self) -> ttnn.Tensor:
        between = ttnn.gelu(ttnn.linear(self.x, self.up))
        term = ttnn.linear(between, self.down, dtype=ttnn.float32)
        return ttnn.typecast(ttnn.all_reduce(term), ttnn.bfloat16)

    def result(self) -> torch.Tensor:
        return ttnn.to_torch(ttnn.get_device_tensors(self.output)[0])


# 512 rows are no multiple of 3: one of zeros is added, and no one counts its work.
CUT: dict[str, tuple[type[OnMesh], tuple[int, int]]] = {
    "1x3, uneven rows": (OnMesh, (1, 3)),
    "1x8, columns and all_gather": (TensorParallel, (1, 8)),
    "2x4, columns and all_gather": (TensorParallel, (2, 4)),
    "2x4, batch and columns": (Hybrid, (2, 4)),
    "1x8, columns, rows and all_reduce": (Megatron, (1, 8)),
}

_UNCUT = "data parallel"


@contextlib.contextmanager
def placed(
    model: Model, programs: Mapping[str, tuple[type[OnMesh], tuple[int, int]]]
) -> Iterator[dict[str, OnMesh]]:
    """Each program on a mesh of its own, its result compared with the model's."""
    expected = model.expected()
    found: dict[str, OnMesh] = {}
    try:
        for name, (program, shape) in programs.items():
            found[name] = program(model, shape)
            _check(model, expected, found[name])
        yield found
    finally:
        for one in found.values():
            ttnn.close_mesh_device(one.mesh)


def _check(model: Model, expected: torch.Tensor, one: OnMesh) -> None:
    # In the middle, a sum between two bfloat16 numbers may have been rounded to the other one: some
    # tens of 18176 terms, off by 2**-8 of theirs each. That moves a result by 2**-12.5 of the typical
    # one, and the farthest of two million by five times as much. Of float32, less than its own error.
    typical = expected.square().mean().sqrt().item()
    other_way = (2**-9 if model.dtype == torch.bfloat16 else 2**-20) * typical
    got = one.result().reshape(-1, model.hidden)[: len(expected)]
    expect_close(expected, got, scale=0.0, sum_length=model.intermediate, atol=other_way)


def _row(
    name: str, times: Times, contestant: str, one: OnMesh, model: Model, setting: Setting
) -> Row:
    row = timed(Row("falcon", f"mlp {name}"), times, contestant)
    bound_of(times, contestant, model.limit(setting), row, setting)
    memory = one.resident / model.bytes
    row.figures["memory"] = f"{one.resident / 2**20:.0f} MiB, {memory:.2f} x one copy"
    if not setting.quick and type(one) is OnMesh:  # data parallel
        row.targets.append(Target(f"at most {_MOST_MEMORY} x one copy", memory <= _MOST_MEMORY))
    return row


# ---- uneven rows, and weights over devices


def _measure_cut(setting: Setting) -> list[Row]:
    model = Model(setting.quick, devices=8)
    with placed(model, CUT | {_UNCUT: (OnMesh, (1, 4))}) as programs:
        runs: dict[str, Run] = {name: one.run for name, one in programs.items()}
        effort = _QUICK if setting.quick else _EFFORT
        times = race(runs, effort, dict.fromkeys(runs, model.limit(setting)))
        rows = []
        for name in CUT:
            rows.append(row := _row(name, times, name, programs[name], model, setting))
            row.ratios[_UNCUT] = times.ratio(name, _UNCUT)
            if has(Kind.tile_flop):
                at_most(MOST_CUT, _UNCUT, row, setting)
            else:
                at_least(LEAST_CUT, row, setting)
        return rows


# ---- data parallel


def _measure(setting: Setting) -> list[Row]:
    model = Model(setting.quick)
    programs = {name: (OnMesh, shape) for name, shape in MESHES.items()}
    lacking: dict[str, str] = {}
    with placed(model, programs) as on, bare_products(model, lacking) as bare:
        limit = model.limit(setting)
        runs: dict[str, Run] = {name: one.run for name, one in on.items()}
        runs |= {"replayed 1x4": on["1x4"].captured()} | bare
        runs["torch"] = model.in_torch(torch.bfloat16)
        runs["torch float32"] = model.in_torch(torch.float32)
        effort = _QUICK if setting.quick else _EFFORT
        times = race(runs, effort, dict.fromkeys(MESHES, limit))
        others = [name for name in runs if name not in on and name != "replayed 1x4"]
        rows = []
        for name, one in on.items():
            rows.append(row := _row(name, times, name, one, model, setting))
            row.ratios = {other: times.ratio(name, other) for other in others}
            row.figures |= lacking
            at_least(LEAST_OF_TILES if has(Kind.tile_flop) else LEAST_OF_PEAK, row, setting)
            at_most(MOST_TORCH if has(Kind.tile_flop) else 1, "torch", row, setting)
            at_most(1, "torch float32", row, setting)
            _beside_products(row, bare, setting)
        _beside_each_other({row.name.split()[1]: row for row in rows}, times, setting)
        return rows


def _beside_each_other(rows: dict[str, Row], times: Times, setting: Setting) -> None:
    replayed = times.ratio("replayed 1x4", "1x4")
    rows["1x4"].figures["replayed"] = f"{replayed.best:.3f} ({replayed.median:.3f}) x"
    alike = times.ratio("8x4", "1x4")
    rows["8x4"].figures["beside 1x4"] = f"{alike.best:.3f} x"
    if not setting.quick:
        text = "replayed within 1 % or faster"
        rows["1x4"].targets.append(Target(text, replayed.best <= _REPLAYED))
        rows["8x4"].targets.append(Target("within 5 % of 1x4", alike.best <= _ALIKE))


def _measure_float32(setting: Setting) -> list[Row]:
    model = Model(setting.quick, dtype=torch.float32)
    lacking: dict[str, str] = {}
    programs = {"1x4": (OnMesh, (1, 4))}
    with placed(model, programs) as on, bare_products(model, lacking) as bare:
        runs: dict[str, Run] = {"ours": on["1x4"].run} | bare
        runs["torch float32"] = model.in_torch(torch.float32)
        effort = _QUICK if setting.quick else _EFFORT
        times = race(runs, effort, {"ours": model.limit(setting)})
        row = _row("1x4, float32", times, "ours", on["1x4"], model, setting)
    row.ratios = {other: times.ratio("ours", other) for other in runs if other != "ours"}
    row.figures |= lacking
    at_least(LEAST_OF_PEAK, row, setting)
    at_most(1, "torch float32", row, setting)
    return [row]


# ---- the products alone


@contextlib.contextmanager
def bare_products(model: Model, figures: dict[str, str]) -> Iterator[dict[str, peer.PeerRun]]:
    """The model's two products by each library, in processes of their own: a process has one. Where
    oneDNN would have to emulate bfloat16, its are in float32. `figures` says what a build lacks.
    """
    wanted = str(model.dtype).removeprefix("torch.")
    sizes = {"rows": len(model.x), "hidden": model.hidden, "intermediate": model.intermediate}
    libraries = [peer.tilemesh(name, TTNN_GEMM=gemm) for name, gemm in _LIBRARIES.items()]
    with peer.stopped_after(libraries) as (own, onednn):
        found = {own.name: own.run("products", dtype=wanted, **sizes)}
        dtype = wanted if has_bfloat16() else "float32"
        yield found | peer.contestants([onednn], figures, "products", dtype=dtype, **sizes)


def _beside_products(row: Row, bare: Mapping[str, object], setting: Setting) -> None:
    if not setting.quick:
        slower = max(row.ratios[name].best for name in bare)
        text = "at least 95% of the best products"
        row.targets.append(Target(text, slower <= _MOST_PRODUCTS))
