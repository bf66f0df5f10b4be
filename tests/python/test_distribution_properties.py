"""What is dealt over any mesh lies as computed by hand and comes back as it was. After an op, the
shards put together by their true placement are the op's result on the whole tensor."""

import itertools
import math
from dataclasses import dataclass

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import ttnn
from ttnn import MeshComposerConfig, MeshMapperConfig, MeshShape, PlacementReplicate, PlacementShard

MESHES = [(1, 1), (1, 2), (1, 3), (2, 4), (4, 2), (3, 2), (8, 1)]
DTYPES = {torch.float32: ttnn.float32, torch.bfloat16: ttnn.bfloat16, torch.int32: ttnn.int32}
UNCOMPOSABLE = "Supply a mesh composer"

examples = settings(deadline=None, max_examples=50, derandomize=True)


@dataclass(frozen=True)
class Dealt:
    """A tensor's shape, a mesh, and the tensor dim that each axis of a distribution shards."""

    mesh: tuple
    distribution: tuple
    dims: tuple  # None: replicates
    shard: tuple

    @property
    def sizes(self):
        """Of each tensor dim, in shards."""
        cuts = dict(zip(self.dims, self.distribution, strict=True))
        return [cuts.get(dim, 1) for dim in range(len(self.shard))]

    @property
    def whole(self):
        return [n * size for n, size in zip(self.sizes, self.shard, strict=True)]

    @property
    def is_cut(self):
        return math.prod(self.sizes) > 1

    def mapper(self, mesh):
        placements = [PlacementReplicate() if d is None else PlacementShard(d) for d in self.dims]
        shape = MeshShape(list(self.distribution))
        return ttnn.create_mesh_mapper(
            mesh, MeshMapperConfig(placements, mesh_shape_override=shape)
        )

    def shards_of(self, whole):
        """One per device, row-major over the distribution."""
        for at in itertools.product(*map(range, self.distribution)):
            part = whole
            for dim, i in zip(self.dims, at, strict=True):
                if dim is not None:
                    part = part.narrow(dim, i * self.shard[dim], self.shard[dim])
            yield part

    def numbers(self, dtype=torch.float32):
        count = math.prod(self.whole)
        return (torch.arange(count) % 251 - 100).reshape(self.whole).to(dtype)


@st.composite
def dealt(draw, rank=None, meshes=MESHES, is_line=None):
    mesh = draw(st.sampled_from(meshes))
    devices = math.prod(mesh)
    shapes = [(devices,), mesh] + ([(2, 2, 2)] if devices == 8 else [])
    if is_line is not None:
        shapes = shapes[:1] if is_line else shapes[1:2]
    distribution = draw(st.sampled_from(shapes))
    rank = rank or draw(st.integers(1, 4))
    order = draw(st.permutations(range(rank)))
    dims = [
        order[i] if i < rank and draw(st.integers(0, 3)) else None for i in range(len(distribution))
    ]
    shard = tuple(draw(st.integers(1, 4)) for _ in range(rank))
    return Dealt(mesh, distribution, tuple(dims), shard)


@given(dealt(), st.sampled_from(list(DTYPES)), st.booleans())
@examples
def test_every_device_gets_its_slice(plan, dtype, on_device):
    whole = plan.numbers(dtype)
    with ttnn.create_mesh_device(MeshShape(*plan.mesh)) as mesh:
        tensor = ttnn.from_torch(
            whole,
            dtype=DTYPES[dtype],
            device=mesh if on_device else None,
            mesh_mapper=plan.mapper(mesh if on_device else MeshShape(*plan.mesh)),
        )
        assert list(tensor.shape) == list(plan.shard)
        shards = ttnn.get_device_tensors(tensor)
        expected = list(plan.shards_of(whole))
        assert len(shards) == len(expected)
        for shard, part in zip(shards, expected, strict=True):
            assert torch.equal(ttnn.to_torch(shard), part)


@given(dealt(), st.sampled_from(list(DTYPES)))
@examples
def test_true_placement_composes_what_was_dealt(plan, dtype):
    whole = plan.numbers(dtype)
    with ttnn.create_mesh_device(MeshShape(*plan.mesh)) as mesh:
        tensor = ttnn.from_torch(
            whole, dtype=DTYPES[dtype], device=mesh, mesh_mapper=plan.mapper(mesh)
        )
        if plan.is_cut or mesh.get_num_devices() == 1:
            assert torch.equal(ttnn.to_torch(tensor), whole)
        else:
            with pytest.raises(RuntimeError, match=UNCOMPOSABLE):
                ttnn.to_torch(tensor)


@given(dealt(is_line=True))
@examples
def test_a_line_concatenates_back(plan):
    whole = plan.numbers()
    with ttnn.create_mesh_device(MeshShape(*plan.mesh)) as mesh:
        tensor = ttnn.from_torch(whole, mesh_mapper=plan.mapper(mesh), device=mesh)
        dim = plan.dims[0]
        back = ttnn.to_torch(tensor, mesh_composer=ttnn.ConcatMeshToTensor(mesh, dim=dim or 0))
        copies = 1 if dim is not None else mesh.get_num_devices()
        assert torch.equal(back, torch.cat([whole] * copies, dim=dim or 0))


@given(dealt(is_line=False))
@examples
def test_a_grid_concatenates_back(plan):
    """An axis that replicates is given a spare dim, which then repeats the tensor."""
    spare = [d for d in range(len(plan.shard)) if d not in plan.dims]
    if len(spare) < plan.dims.count(None):
        return
    dims = [spare.pop() if d is None else d for d in plan.dims]
    whole = plan.numbers()
    repeats = [1] * whole.dim()
    for axis, dim in enumerate(plan.dims):
        if dim is None:
            repeats[dims[axis]] = plan.distribution[axis]
    with ttnn.create_mesh_device(MeshShape(*plan.mesh)) as mesh:
        tensor = ttnn.from_torch(whole, mesh_mapper=plan.mapper(mesh), device=mesh)
        for composer in (
            ttnn.ConcatMesh2dToTensor(mesh, plan.mesh, dims),
            ttnn.create_mesh_composer(mesh, MeshComposerConfig(dims)),
        ):
            back = ttnn.to_torch(tensor, mesh_composer=composer)
            assert torch.equal(back, whole.repeat(repeats))


@given(st.integers(1, 12), st.integers(1, 8))
@examples
def test_the_chunk_rule_is_ttnns(size, devices):
    """ceil(size / devices) each; a smaller last chunk is an error, missing ones are not."""
    chunk = -(-size // devices)
    mesh = MeshShape(1, devices)
    whole = torch.arange(size, dtype=torch.float32)
    mapper = ttnn.ShardTensorToMesh(mesh, dim=0)
    if size % chunk:
        with pytest.raises(RuntimeError, match="Shard shape mismatch"):
            ttnn.from_torch(whole, mesh_mapper=mapper)
        return
    tensor = ttnn.from_torch(whole, mesh_mapper=mapper)
    shards = [ttnn.to_torch(t) for t in ttnn.get_device_tensors(tensor)]
    assert len(shards) == size // chunk
    assert torch.equal(torch.cat(shards), whole)
    assert tensor.tensor_topology().distribution_shape() == MeshShape([size // chunk])


# `composes`: the result must compose however the input is dealt (data parallel programs need it);
# the others may also say that they cannot.
@dataclass(frozen=True)
class Op:
    name: str
    ours: callable
    golden: callable
    composes: bool = False
    needs: str = ""

    def __repr__(self):
        return self.name


def last_dim_is_free(plan):
    return len(plan.shard) - 1 not in plan.dims


OPS = [
    Op("relu", lambda x: ttnn.relu(x), torch.relu, composes=True),
    Op("x + x", lambda x: x + x, lambda x: x + x, composes=True, needs="add"),
    Op("x * 2", lambda x: x * 2.0, lambda x: x * 2, composes=True, needs="multiply"),
    Op("typecast", lambda x: ttnn.typecast(x, ttnn.bfloat16), lambda x: x, composes=True),
    Op(
        "permute", lambda x: ttnn.permute(x, (2, 0, 1)), lambda x: x.permute(2, 0, 1), composes=True
    ),
    Op("transpose", lambda x: ttnn.transpose(x, 0, 2), lambda x: x.transpose(0, 2), composes=True),
    Op("sum 0", lambda x: ttnn.sum(x, dim=0, keepdim=True), lambda x: x.sum(0, keepdim=True)),
    Op("sum 2", lambda x: ttnn.sum(x, dim=2), lambda x: x.sum(2)),
    Op("max 1", lambda x: ttnn.max(x, dim=1, keepdim=True), lambda x: x.amax(1, keepdim=True)),
    Op("mean all", lambda x: ttnn.mean(x), torch.mean),
    Op("softmax", lambda x: ttnn.softmax(x, dim=-1), lambda x: torch.softmax(x, -1)),
    Op("concat 0", lambda x: ttnn.concat([x, x], dim=0), lambda x: torch.cat([x, x], 0)),
    Op("concat 2", lambda x: ttnn.concat([x, x], dim=2), lambda x: torch.cat([x, x], 2)),
    Op(
        "slice",
        lambda x: ttnn.slice(x, (0, 0, 0), (x.shape[0], x.shape[1], 1)),
        lambda x: x[:, :, 0:1],
    ),
    Op("index", lambda x: ttnn.squeeze(ttnn.narrow(x, 0, 0, 1), 0), lambda x: x[0], needs="narrow"),
    Op("split", lambda x: ttnn.split(x, x.shape[1], 1)[0], lambda x: x, composes=True),
    Op(
        "repeat_interleave",
        lambda x: ttnn.repeat_interleave(x, 2, 1),
        lambda x: x.repeat_interleave(2, 1),
        composes=True,
    ),
    Op("expand", lambda x: ttnn.expand(x, (2, -1, -1, -1)), lambda x: x.expand(2, -1, -1, -1)),
    Op("stack", lambda x: ttnn.stack([x, x], 1), lambda x: torch.stack([x, x], 1), composes=True),
    Op(
        "where", lambda x: ttnn.where(x, x, 1.0), lambda x: torch.where(x != 0, x, 1), composes=True
    ),
    Op("clone", lambda x: ttnn.clone(x), lambda x: x, composes=True),
    Op("repeat", lambda x: ttnn.repeat(x, (1, 2, 1)), lambda x: x.repeat(1, 2, 1)),
    Op("flatten", lambda x: ttnn.reshape(x, (-1,)), lambda x: x.reshape(-1), needs="reshape"),
    Op(
        "x @ x^T", lambda x: ttnn.matmul(x, x, transpose_b=True), lambda x: x @ x.mT, needs="matmul"
    ),
    Op("pad", lambda x: ttnn.pad(x, [(0, 0), (0, 0), (0, 32)], 0.0), lambda x: pad(x, 32)),
]


def pad(x, columns):
    return torch.nn.functional.pad(x, (0, columns))


def check(op, tensor, whole, must_compose):
    result = op.ours(tensor)
    expected = op.golden(whole.double())
    try:
        pieces = [ttnn.to_torch(result)]
    except RuntimeError as error:
        assert UNCOMPOSABLE in str(error), error
        is_replicated = "each hold the same" in str(error)
        assert is_replicated or not must_compose, f"{op}: {error}"
        pieces = (
            [ttnn.to_torch(t) for t in ttnn.get_device_tensors(result)] if is_replicated else []
        )
    for piece in pieces:
        assert piece.shape == expected.shape, op
        torch.testing.assert_close(
            piece.double(), expected, rtol=1e-2, atol=1e-2, msg=lambda m: f"{op}: {m}"
        )


def if_there(*names):
    """Of an operation that the package lacks there is nothing to say."""
    missing = [name for name in names if name not in ttnn._ttnn.operations]
    return pytest.mark.skipif(bool(missing), reason=f"not there yet: {missing}")


def op_cases():
    return [pytest.param(op, marks=if_there(op.needs or op.name.split()[0])) for op in OPS]


@pytest.mark.parametrize("op", op_cases(), ids=repr)
@given(dealt(rank=3))
@settings(examples, max_examples=25)
def test_ops_keep_the_truth(op, plan):
    whole = torch.randint(-3, 4, plan.whole, generator=torch.Generator().manual_seed(7)).float()
    with ttnn.create_mesh_device(MeshShape(*plan.mesh)) as mesh:
        tensor = ttnn.from_torch(
            whole, layout=ttnn.TILE_LAYOUT, device=mesh, mesh_mapper=plan.mapper(mesh)
        )
        check(op, tensor, whole, op.composes)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=if_there(n)) for n in ("add", "multiply", "matmul", "linear")]
)
@given(dealt(rank=3), st.data())
@settings(examples, max_examples=80)
def test_two_inputs_keep_the_truth(name, plan, data):
    """The second input is dealt in any way of its own over the same mesh, or replicated."""
    random = torch.Generator().manual_seed(11)
    other = data.draw(dealt(rank=2, meshes=[plan.mesh]), label="second input")
    a = torch.randint(-3, 4, plan.whole, generator=random).float()
    b = torch.randint(-3, 4, other.whole, generator=random).float()
    op = Op(name, lambda x: getattr(ttnn, name)(*x), None)
    golden = {"add": torch.add, "multiply": torch.mul}.get(name, torch.matmul)
    try:
        expected = golden(a.double(), b.double())
    except RuntimeError:
        return  # the whole tensors do not fit each other
    with ttnn.create_mesh_device(MeshShape(*plan.mesh)) as mesh:
        inputs = [
            ttnn.from_torch(x, layout=ttnn.TILE_LAYOUT, device=mesh, mesh_mapper=p.mapper(mesh))
            for x, p in ((a, plan), (b, other))
        ]
        try:
            getattr(ttnn, name)(*inputs)
        except RuntimeError:
            return  # the shards do not fit each other
        check(Op(name, op.ours, lambda _: expected), inputs, a, False)


@if_there("concat")
@given(dealt(rank=3), st.data())
@settings(examples, max_examples=80)
def test_concatenation_keeps_the_truth(plan, data):
    """The second tensor is of the first one's shape, dealt in any way of its own."""
    dim = data.draw(st.integers(0, 2), label="dim")
    other = data.draw(dealt(rank=3, meshes=[plan.mesh]), label="second input")
    if any(size % n for size, n in zip(plan.whole, other.sizes, strict=True)):
        return
    shard = tuple(size // n for size, n in zip(plan.whole, other.sizes, strict=True))
    other = Dealt(other.mesh, other.distribution, other.dims, shard)
    a, b = plan.numbers(), other.numbers() + 1000
    with ttnn.create_mesh_device(MeshShape(*plan.mesh)) as mesh:
        inputs = [
            ttnn.from_torch(x, device=mesh, mesh_mapper=p.mapper(mesh))
            for x, p in ((a, plan), (b, other))
        ]
        op = Op("concat", lambda x: ttnn.concat(x, dim), lambda _: torch.cat([a, b], dim).double())
        try:
            op.ours(inputs)
        except RuntimeError as error:
            assert "All dimensions must be the same size" in str(error)
            return
        check(op, inputs, a, must_compose=plan.dims == other.dims and dim not in plan.dims)


@if_there("linear", "softmax")
@given(dealt(rank=3))
@examples
def test_data_parallel_layers_compose(plan):
    """Rows dealt in any way, weights replicated: the result composes, whatever the mesh."""
    if not last_dim_is_free(plan):
        return
    random = torch.Generator().manual_seed(3)
    whole = torch.randint(-3, 4, plan.whole, generator=random).float()
    weight = torch.randint(-3, 4, (plan.whole[-1], 5), generator=random).float()
    golden = torch.softmax(torch.relu(whole @ weight), -1)
    with ttnn.create_mesh_device(MeshShape(*plan.mesh)) as mesh:
        x = ttnn.from_torch(
            whole, layout=ttnn.TILE_LAYOUT, device=mesh, mesh_mapper=plan.mapper(mesh)
        )
        w = ttnn.from_torch(
            weight,
            layout=ttnn.TILE_LAYOUT,
            device=mesh,
            mesh_mapper=ttnn.ReplicateTensorToMesh(mesh),
        )
        layer = Op(
            "layer",
            lambda x: ttnn.softmax(ttnn.relu(ttnn.linear(x, w)), dim=-1),
            lambda _: golden.double(),
        )
        check(layer, x, whole, must_compose=True)
