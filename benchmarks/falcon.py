"""The MLP of Falcon-7B, 4 x 128 tokens: beside the peak of products, data parallel on several meshes
and beside plain torch on all cores, and with the weights cut over eight devices. What is measured
together takes turns, so that each is beside each.
"""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from check import expect_close
from limits import arithmetic
from machine import resident_bytes
from race import Effort, Run, Times, race
from row import Case, Row, Setting, Target, bound_of

import ttnn
from ttnn import _ttnn

HIDDEN, INTERMEDIATE = 4544, 18176
BATCH, TOKENS = 4, 128
_SMALLER = 16  # a quick run's share of the sizes
_EFFORT = Effort(rounds=(4, 10), seconds=45)
_QUICK = Effort(rounds=(1, 1), seconds=0)

_LEAST_OF_PEAK = 0.85
_LEAST_WITH_COLLECTIVES = 0.78
_MOST_MEMORY = 1.3  # times one copy of the weights and the activations
_ALIKE = 1.05  # 8x4 beside 1x4
_REPLAYED = 1.01  # a replay beside the operations one by one

MESHES = {"1x1": (1, 1), "1x4": (1, 4), "8x4": (8, 4)}


def cases() -> list[Case]:
    return [
        Case("falcon", "mlp", _measure),
        Case("falcon", "mlp, weights over devices", _measure_parallel),
    ]


class Model:
    """Weights and hidden states in torch's bfloat16, as many as the setting asks for, in columns that
    `devices` can share.
    """

    def __init__(self, quick: bool, devices: int = 1) -> None:
        part = _SMALLER if quick else 1
        self.hidden = HIDDEN // part // devices * devices
        self.intermediate = INTERMEDIATE // part // devices * devices
        torch.manual_seed(0)
        self.up = self._weight(self.hidden, self.intermediate)
        self.down = self._weight(self.intermediate, self.hidden)
        self.x = (torch.rand(BATCH * TOKENS, self.hidden) * 2 - 1).bfloat16()

    @staticmethod
    def _weight(rows: int, columns: int) -> torch.Tensor:
        return ((torch.rand(rows, columns) * 2 - 1) / math.sqrt(rows)).bfloat16()

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
        """In float32, rounded where bfloat16 tensors are stored."""
        between = (self.x.float() @ self.up.float()).bfloat16().float()
        return F.gelu(between).bfloat16().float() @ self.down.float()


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
        states = model.x.reshape(devices, 1, -1, model.hidden)
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


PARALLEL: dict[str, tuple[type[OnMesh], tuple[int, int]]] = {
    "1x8, columns and all_gather": (TensorParallel, (1, 8)),
    "2x4, columns and all_gather": (TensorParallel, (2, 4)),
    "2x4, batch and columns": (Hybrid, (2, 4)),
    "1x8, columns, rows and all_reduce": (Megatron, (1, 8)),
}


def _measure_parallel(setting: Setting) -> list[Row]:
    model = Model(setting.quick, devices=8)
    expected = model.expected()
    placed: dict[str, OnMesh] = {}
    try:
        for name, (program, shape) in PARALLEL.items():
            placed[name] = program(model, shape)
            _check(model, expected, placed[name])
        limit = arithmetic(model.flop, setting.workers, bfloat16=True)
        runs: dict[str, Run] = {name: one.run for name, one in placed.items()}
        effort = _QUICK if setting.quick else _EFFORT
        times = race(runs, effort, dict.fromkeys(PARALLEL, limit))
        return [_parallel_row(name, times, placed[name], model, setting) for name in PARALLEL]
    finally:
        for one in placed.values():
            ttnn.close_mesh_device(one.mesh)


def _parallel_row(name: str, times: Times, one: OnMesh, model: Model, setting: Setting) -> Row:
    row = Row("falcon", f"mlp {name}", seconds=times.best(name))
    limit = arithmetic(model.flop, setting.workers, bfloat16=True)
    bound_of(times, name, limit, row, setting)
    row.figures["memory"] = _memory(one, model)
    if row.bound and not setting.quick:
        enough = row.bound.fraction.best >= _LEAST_WITH_COLLECTIVES
        row.targets.append(Target(f"at least {_LEAST_WITH_COLLECTIVES:.0%} of the peak", enough))
    return row


def _memory(one: OnMesh, model: Model) -> str:
    return f"{one.resident / 2**20:.0f} MiB, {one.resident / model.bytes:.2f} x one copy"


def _measure(setting: Setting) -> list[Row]:
    model = Model(setting.quick)
    expected = model.expected()
    placed: dict[str, OnMesh] = {}
    try:
        for name, shape in MESHES.items():
            placed[name] = OnMesh(model, shape)
            _check(model, expected, placed[name])
        limit = arithmetic(model.flop, setting.workers, bfloat16=True)
        runs: dict[str, Run] = {name: one.run for name, one in placed.items()}
        runs["replayed 1x4"] = placed["1x4"].captured()
        runs["torch"] = model.in_torch(torch.bfloat16)
        runs["torch float32"] = model.in_torch(torch.float32)
        effort = _QUICK if setting.quick else _EFFORT
        times = race(runs, effort, dict.fromkeys(MESHES, limit))
        return [_row(name, times, placed[name], model, setting) for name in MESHES]
    finally:
        for one in placed.values():
            ttnn.close_mesh_device(one.mesh)


def _check(model: Model, expected: torch.Tensor, one: OnMesh) -> None:
    # In the middle, a sum between two bfloat16 numbers may have been rounded to the other one: some
    # tens of 18176 terms, off by 2**-8 of theirs each. That moves a result by 2**-12.5 of the typical
    # one, and the farthest of two million by five times as much.
    other_way = 2**-9 * expected.square().mean().sqrt().item()
    got = one.result().reshape(expected.shape)
    expect_close(expected, got, scale=0.0, sum_length=model.intermediate, atol=other_way)


def _row(name: str, times: Times, one: OnMesh, model: Model, setting: Setting) -> Row:
    row = Row("falcon", f"mlp {name}", seconds=times.best(name))
    for other in ("torch", "torch float32"):
        row.ratios[other] = times.ratio(name, other)
    limit = arithmetic(model.flop, setting.workers, bfloat16=True)
    bound_of(times, name, limit, row, setting)
    memory = one.resident / model.bytes
    row.figures["memory"] = _memory(one, model)
    if not setting.quick:
        row.targets += _targets(name, times, row, memory)
    return row


def _targets(name: str, times: Times, row: Row, memory: float) -> list[Target]:
    assert row.bound
    targets = [
        Target("not slower than torch", row.ratios["torch"].best <= 1),
        Target(f"under {_MOST_MEMORY} x one copy", memory < _MOST_MEMORY),
    ]
    if _ttnn.limits.instruction_set() == "avx512_bf16":  # others multiply in float32
        enough = row.bound.fraction.best >= _LEAST_OF_PEAK
        targets.append(Target(f"at least {_LEAST_OF_PEAK:.0%} of the peak", enough))
    if name == "1x4":
        ratio = times.ratio("replayed 1x4", "1x4")
        row.figures["replayed"] = f"{ratio.best:.3f} ({ratio.median:.3f}) x"
        targets.append(Target("replayed within 1 % or faster", ratio.best <= _REPLAYED))
    if name == "8x4":
        ratio = times.ratio("8x4", "1x4")
        row.figures["beside 1x4"] = f"{ratio.best:.3f} x"
        targets.append(Target("within 5 % of 1x4", ratio.best <= _ALIKE))
    return targets
