"""Random programs of collectives, in torch beside the mesh: whatever follows whatever, into new
tensors and into the bytes of others, with any number of workers. And meshes of three dimensions.
These tests open meshes of their own.
"""

import random

import pytest
import torch

import ttnn
from ttnn.golden import GOLDEN

a2a = ttnn.experimental.all_to_all_async_generic


def shards(tensor):
    return [ttnn.to_torch(shard) for shard in ttnn.get_device_tensors(tensor)]


class Program:
    """The same random steps on a mesh and, in torch, on lists of shards of 8 x 8."""

    def __init__(self, mesh, seed):
        self.mesh, self.random = mesh, random.Random(seed)
        self.shape = tuple(mesh.shape)
        values = torch.randn(64, 8, generator=torch.Generator().manual_seed(seed))
        cut, copied = ttnn.ShardTensorToMesh(mesh, dim=0), ttnn.ReplicateTensorToMesh(mesh)
        self.tensors = [
            ttnn.from_torch(values, device=mesh, mesh_mapper=cut),
            ttnn.from_torch(values[:8] + 1, device=mesh, mesh_mapper=copied),
        ]
        self.lists = [shards(tensor) for tensor in self.tensors]

    def coordinate(self):
        return [self.random.randrange(size) for size in self.shape]

    def step(self):
        pick, axis = self.random.randrange(len(self.tensors)), self.random.choice([None, 0, 1])
        x, values = self.tensors[pick], self.lists[pick]
        name = self.random.choice(sorted(STEPS))
        dim, (sender, receiver) = self.random.randrange(2), (self.coordinate(), self.coordinate())
        if name == "point_to_point":
            receiver[0] = sender[0]
        into = self.random.randrange(len(self.tensors)) if self.random.random() < 0.4 else None
        arguments = (dim, axis, ttnn.MeshCoordinate(*sender), ttnn.MeshCoordinate(*receiver))
        result = STEPS[name](x, *arguments, None if into is None else self.tensors[into])
        expected = TORCH_STEPS[name](
            values, dim, axis, sender, receiver, None if into is None else self.lists[into]
        )
        if into is None:
            self.tensors.append(result)
            self.lists.append(expected)
            if len(self.tensors) > 5:
                del self.tensors[0], self.lists[0]
        else:
            self.lists[into] = expected
        if self.random.random() < 0.3:
            at = self.random.randrange(len(self.tensors))
            ttnn.multiply_(self.tensors[at], 0.5)
            self.lists[at] = [shard * 0.5 for shard in self.lists[at]]


STEPS = {
    "gather and partition": lambda x, d, a, s, r, out: ttnn.mesh_partition(
        ttnn.all_gather(x, d, cluster_axis=a), d, a, output_tensor=out
    ),
    "scatter and gather": lambda x, d, a, s, r, out: ttnn.all_gather(
        ttnn.reduce_scatter(x, d, cluster_axis=a, math_op=ttnn.ReduceType.Mean),
        d,
        cluster_axis=a,
        output_tensor=out,
    ),
    "exchange and back": lambda x, d, a, s, r, out: a2a(
        a2a(x, d, 1 - d, cluster_axis=a),
        1 - d,
        d,
        cluster_axis=a,
        persistent_output_buffer=out,
    ),
    "reduce": lambda x, d, a, s, r, out: ttnn.all_reduce(
        x, cluster_axis=a, math_op=ttnn.ReduceType.Max, output_tensor=out
    ),
    "broadcast": lambda x, d, a, s, r, out: ttnn.broadcast(x, s, cluster_axis=a, output_tensor=out),
    "an entry of all": lambda x, d, a, s, r, out: (
        ttnn.all_broadcast(x, cluster_axis=a)[1]
        if out is None
        else ttnn.copy(ttnn.all_broadcast(x, cluster_axis=a)[1], out)
    ),
    "point_to_point": lambda x, d, a, s, r, out: ttnn.point_to_point(x, s, r, output_tensor=out),
}


def torch_step(*names):
    """Golden functions one after the other, on a 2x4 mesh."""

    def run(values, dim, axis, sender, receiver, out):
        for name, arguments in names:
            given = arguments(dim, axis, sender, receiver, out)
            values = GOLDEN[f"ttnn.{name}"](values, **given, mesh_shape=(2, 4))
        return values

    return run


GENERIC = "experimental.all_to_all_async_generic"
TORCH_STEPS = {
    "gather and partition": torch_step(
        ("all_gather", lambda d, a, s, r, out: {"dim": d, "cluster_axis": a}),
        ("mesh_partition", lambda d, a, s, r, out: {"dim": d, "cluster_axis": a}),
    ),
    "scatter and gather": torch_step(
        (
            "reduce_scatter",
            lambda d, a, s, r, out: {"dim": d, "cluster_axis": a, "math_op": "Mean"},
        ),
        ("all_gather", lambda d, a, s, r, out: {"dim": d, "cluster_axis": a}),
    ),
    "exchange and back": torch_step(
        (GENERIC, lambda d, a, s, r, out: {"in_dim": d, "out_dim": 1 - d, "cluster_axis": a}),
        (GENERIC, lambda d, a, s, r, out: {"in_dim": 1 - d, "out_dim": d, "cluster_axis": a}),
    ),
    "reduce": torch_step(
        ("all_reduce", lambda d, a, s, r, out: {"cluster_axis": a, "math_op": "Max"})
    ),
    "broadcast": torch_step(
        ("broadcast", lambda d, a, s, r, out: {"sender_coord": s, "cluster_axis": a})
    ),
    "an entry of all": lambda values, d, a, *_: GOLDEN["ttnn.all_broadcast"](
        values, cluster_axis=a, mesh_shape=(2, 4)
    )[1],
    "point_to_point": torch_step(
        (
            "point_to_point",
            lambda d, a, s, r, out: {
                "sender_coord": s,
                "receiver_coord": r,
                "output_tensor": out,
            },
        )
    ),
}


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_random_programs_give_what_torch_gives(workers):
    """Delayed at random; results go into new tensors and into others' bytes."""
    ttnn._ttnn.set_num_workers(workers)
    try:
        for seed in range(4):
            with ttnn.create_mesh_device(ttnn.MeshShape(2, 4)) as opened:
                ttnn._ttnn.set_task_delay(50)
                program = Program(opened, seed)
                for _ in range(40):
                    program.step()
                for tensor, expected in zip(program.tensors, program.lists, strict=True):
                    for got, want in zip(shards(tensor), expected, strict=True):
                        assert torch.equal(got, want), f"seed {seed}"
    finally:
        ttnn._ttnn.set_task_delay(0)
        ttnn._ttnn.set_num_workers(0)


# --- three dimensions -----------------------------------------------------------------------------


def compare(expected, tensor):
    for want, got in zip(expected, shards(tensor), strict=True):
        assert torch.equal(want, got)


@pytest.mark.parametrize("axis", [None, 0, 1, 2, -1])
def test_meshes_of_three_dimensions(axis):
    ttnn.select_system("2x3x2")
    try:
        with ttnn.create_mesh_device(ttnn.MeshShape(2, 3, 2)) as cube:
            x = ttnn.from_torch(
                torch.arange(12.0 * 12 * 5).reshape(12 * 12, 5),
                device=cube,
                mesh_mapper=ttnn.ShardTensorToMesh(cube, dim=0),
            )
            where, shape = {"dim": 0, "cluster_axis": axis}, {"mesh_shape": (2, 3, 2)}
            for name in ("all_gather", "reduce_scatter", "mesh_partition"):
                expected = GOLDEN[f"ttnn.{name}"](shards(x), **where, **shape)
                compare(expected, getattr(ttnn, name)(x, **where))
            sender = ttnn.MeshCoordinate(1, 2, 0)
            expected = GOLDEN["ttnn.broadcast"](shards(x), sender, cluster_axis=axis, **shape)
            compare(expected, ttnn.broadcast(x, sender, cluster_axis=axis))
            expected = GOLDEN["ttnn.point_to_point"](
                shards(x), sender, ttnn.MeshCoordinate(1, 0, 0), **shape
            )
            compare(expected, ttnn.point_to_point(x, sender, ttnn.MeshCoordinate(1, 0, 0)))
            with pytest.raises(RuntimeError, match="do not lie in one row or column"):
                ttnn.point_to_point(x, sender, ttnn.MeshCoordinate(1, 0, 1))
    finally:
        ttnn.select_system("")
