"""Collectives: each on its samples against its golden function, and what holds for all of them."""

import functools
import itertools
import pathlib
import re

import pytest
import torch
from error_texts import error_text, expect_golden

import ttnn
from ttnn import absent
from ttnn.golden import GOLDEN, block_float
from ttnn.testing import assert_equal

NAMES = sorted(ttnn._ttnn.collectives)
TILE, ROW_MAJOR = ttnn.TILE_LAYOUT, ttnn.ROW_MAJOR_LAYOUT
PLAIN = ("bfloat16", "float32", "uint32", "int32", "uint16", "uint8", "int8")
BLOCK = ("bfloat8_b", "bfloat4_b")
EVERY = [*itertools.product(PLAIN, (TILE, ROW_MAJOR)), *itertools.product(BLOCK, (TILE,))]
SOME = [("float32", TILE), ("bfloat8_b", TILE), ("int32", ROW_MAJOR)]
# Everything on two meshes; on others what their shapes can change. Less for the experimental forms,
# which are the plain ones with other arguments.
CASES = [
    *((mesh, *kind) for mesh in ((1, 3), (2, 4)) for kind in EVERY),
    *((mesh, *kind) for mesh in ((1, 1), (1, 2), (4, 2)) for kind in SOME),
    ((8, 4), "bfloat16", TILE),
]
CORES = ttnn.CoreRangeSet({ttnn.CoreRange(ttnn.CoreCoord(0, 0), ttnn.CoreCoord(7, 7))})
Coord = ttnn.MeshCoordinate
p2p, a2a = ttnn.point_to_point, ttnn.experimental.all_to_all_async_generic


@pytest.fixture(scope="module")
def mesh(request):
    with ttnn.create_mesh_device(ttnn.MeshShape(*getattr(request, "param", (2, 4)))) as opened:
        yield opened


def on(mesh, values, dim=0, layout=TILE, dtype=None):
    """Sharded along one dim, or replicated where that is None."""
    mapper = ttnn.ReplicateTensorToMesh(mesh) if dim is None else ttnn.ShardTensorToMesh(mesh, dim)
    return ttnn.from_torch(values, dtype, device=mesh, mesh_mapper=mapper, layout=layout)


def numbers(*shape):
    generator = torch.Generator().manual_seed(0)
    return torch.randn(*shape, generator=generator)


def shards(value):
    """Tensors as lists of their shards in torch."""
    if isinstance(value, ttnn.Tensor):
        return [ttnn.to_torch(shard) for shard in ttnn.get_device_tensors(value)]
    if isinstance(value, (list, tuple)):
        return [shards(entry) for entry in value]
    return value


def compare(expected, output, sum_of):
    if isinstance(output, list):
        for e, o in zip(expected, output, strict=True):
            compare(e, o, sum_of)
        return
    stored = output.dtype
    for device, (want, got) in enumerate(zip(expected, shards(output), strict=True)):
        if stored.name.endswith("_B"):
            want = block_float(want, stored)
        assert got.dtype == want.dtype
        assert got.shape == want.shape, device
        # The golden function adds in the devices' order too: not a bit differs.
        assert torch.equal(got, want), f"device {device} of {sum_of}"


# --- values ---------------------------------------------------------------------------------------


SAMPLES = [
    pytest.param(*case, name, id=f"{case[0][0]}x{case[0][1]}-{case[1]}-{case[2].name}-{name}")
    for case in CASES
    for name in NAMES
    if case[1:] in SOME or not name.startswith("experimental.")
]


@pytest.mark.parametrize("sharded", [True, False], ids=["sharded", "replicated"])
@pytest.mark.parametrize(
    ("mesh", "dtype", "layout", "name"), SAMPLES, indirect=["mesh"], scope="module"
)
def test_samples(mesh, dtype, layout, name, sharded):
    operation = ttnn._ttnn.operations[name]
    compared = 0
    for sample in ttnn._ttnn.samples(name, mesh, getattr(ttnn, dtype), layout, sharded):
        if sample.get("math_op") == "Mean" and dtype in PLAIN[2:]:
            continue  # an error, tested below
        inputs = {key: shards(value) for key, value in sample.items()}
        output = operation(**sample)
        expected = operation.golden_function(**inputs, mesh_shape=tuple(mesh.shape))
        compare(expected, output, list(inputs))
        compared += 1
    assert compared


def test_every_collective_has_a_golden_function_over_groups():
    x = [torch.tensor([float(i)]) for i in range(6)]
    gathered = GOLDEN["ttnn.all_gather"](x, 0, cluster_axis=0, mesh_shape=(2, 3))
    assert [g.tolist() for g in gathered] == [[0, 3], [1, 4], [2, 5]] * 2
    gathered = GOLDEN["ttnn.all_gather"](x, 0, cluster_axis=-1, mesh_shape=(2, 3))
    assert [g.tolist() for g in gathered] == [[0, 1, 2]] * 3 + [[3, 4, 5]] * 3
    assert GOLDEN["ttnn.all_reduce"](x)[4].item() == 15


@pytest.mark.parametrize("rank", range(1, 9))
@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_ranks_and_dims(mesh, rank, axis):
    """Every dim, positive and negative; shards that are no multiple of a tile."""
    shape = [8, 3, 2, 1, 8, 1, 2, 5][-rank:]
    group = {None: 8, 0: 2, 1: 4, -1: 4}[axis]
    golden = {name: GOLDEN[f"ttnn.{name}"] for name in ("all_gather", "reduce_scatter")}
    for dim in range(rank):
        cut = [size * 8 if d == dim else size for d, size in enumerate(shape)]
        x = on(mesh, numbers(*cut), dim)
        for given in (dim, dim - rank):
            where = {"dim": given, "cluster_axis": axis}
            gathered = ttnn.all_gather(x, **where)
            compare(golden["all_gather"](shards(x), **where, mesh_shape=(2, 4)), gathered, "gather")
            assert len(gathered.shape) == rank
            if shape[dim] % group == 0:
                scattered = ttnn.reduce_scatter(x, **where)
                expected = golden["reduce_scatter"](shards(x), **where, mesh_shape=(2, 4))
                compare(expected, scattered, "scatter")
                assert len(scattered.shape) == rank


@pytest.mark.parametrize("dtype", ["bfloat16", "float32", "int32", "uint8", "bfloat8_b"])
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_slices_that_are_more_than_a_task(mesh, axis, dtype):
    """Tasks make parts of several devices' slices, and begin and end within them."""
    where = {"cluster_axis": axis, "mesh_shape": (2, 4)}
    for shape, dim in [((5, 37, 568), -1), ((7, 40, 301), 1), ((80, 1213), 0)]:
        values = 40 * numbers(8 * shape[0], *shape[1:])
        x = on(mesh, values, dtype=getattr(ttnn, dtype))
        scattered = ttnn.reduce_scatter(x, dim, cluster_axis=axis)
        compare(GOLDEN["ttnn.reduce_scatter"](shards(x), dim, **where), scattered, shape)
        reduced = ttnn.all_reduce(x, cluster_axis=axis)
        compare(GOLDEN["ttnn.all_reduce"](shards(x), **where), reduced, shape)


def test_numbers_without_dims_and_tensors_without_elements(mesh):
    number = on(mesh, torch.tensor(2.0), None)
    for result in (
        ttnn.all_reduce(number),
        ttnn.broadcast(number, Coord(0, 1)),
        ttnn.all_broadcast(number)[3],
        ttnn.point_to_point(number, Coord(0, 1), Coord(0, 2)),
    ):
        assert result.shape == []
        assert shards(result)[2].item() in (2.0, 16.0)
    with pytest.raises(RuntimeError, match="a tensor without dimensions"):
        ttnn.all_gather(number, 0)
    nothing = on(mesh, torch.ones(8, 0, 16), None)
    shapes = {
        "all_gather": (ttnn.all_gather(nothing, 1), [8, 0, 16]),
        "along another dim": (ttnn.all_gather(nothing, 2), [8, 0, 128]),
        "reduce_scatter": (ttnn.reduce_scatter(nothing, 1), [8, 0, 16]),
        "mesh_partition": (ttnn.mesh_partition(nothing, 2), [8, 0, 2]),
        "all_to_all": (a2a(nothing, 1, 0), [1, 0, 16]),
    }
    for name, (result, shape) in shapes.items():
        assert shards(result)[4].shape == torch.Size(shape), name


def test_a_gather_keeps_the_logical_width_of_padded_shards(mesh):
    whole = numbers(1, 1, 5, 4544)  # 568 columns a device
    for layout in (TILE, ROW_MAJOR):
        gathered = ttnn.all_gather(on(mesh, whole, -1, layout), dim=3)
        assert gathered.shape == [1, 1, 5, 4544]
        for shard in shards(gathered):
            assert torch.equal(shard, whole)
    one_column = numbers(3, 8)
    assert torch.equal(shards(ttnn.all_gather(on(mesh, one_column, 1), 1))[7], one_column)


@pytest.mark.parametrize("op", ["Sum", "Mean", "Max", "Min"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_math_ops_are_within_one_rounding_of_the_exact_result(mesh, op, dtype):
    x = on(mesh, numbers(8, 4, 40).to(dtype))
    exact = torch.stack(shards(x)).double()
    exact = {
        "Sum": exact.sum(0),
        "Mean": exact.mean(0),
        "Max": exact.amax(0),
        "Min": exact.amin(0),
    }[op]
    math_op = getattr(ttnn.ReduceType, op)
    scale = torch.stack(shards(x)).double().abs().sum(0)
    bound = scale * 2.0**-21 + exact.abs() * (0 if dtype == torch.float32 else 2.0**-8)
    results = [
        ttnn.all_reduce(x, math_op=math_op),
        ttnn.experimental.all_reduce_async(x, 8, [], [], [], math_op),
        ttnn.experimental.all_reduce_async(x, None, mesh, [], [], [], math_op),
    ]
    for result in results:
        for shard in shards(result):
            assert shard.dtype == dtype
            assert ((shard.double() - exact).abs() <= bound).all()


@pytest.mark.parametrize("mesh", [(1, 3), (3, 1)], indirect=True)
def test_a_group_of_one_is_the_identity(mesh):
    """Its result is a tensor of its own."""
    axis = tuple(mesh.shape).index(1)
    for name in ("all_gather", "reduce_scatter", "mesh_partition"):
        values = numbers(6, 5)
        x = on(mesh, values)
        result = getattr(ttnn, name)(x, 1, cluster_axis=axis)
        assert torch.equal(ttnn.to_torch(result), values), name
        ttnn.add_(x, 1.0)
        assert torch.equal(ttnn.to_torch(result), values), name
    for result in (
        ttnn.all_reduce(x, cluster_axis=axis),
        *ttnn.all_broadcast(x, cluster_axis=axis),
    ):
        assert torch.equal(ttnn.to_torch(result), ttnn.to_torch(x))


def test_all_to_all_is_a_resharding(mesh):
    whole = numbers(16, 3, 40)
    x = on(mesh, whole, 0)
    y = ttnn.experimental.all_to_all_async_generic(x, 0, 2)
    assert y.shape == [16, 3, 5]
    assert torch.equal(ttnn.to_torch(y), whole)  # by its true placement
    back = ttnn.experimental.all_to_all_async(y, None, None, 2, 0, None)
    for ours, first in zip(shards(back), shards(x), strict=True):
        assert torch.equal(ours, first)


def test_a_partition_undoes_a_gather(mesh):
    whole = numbers(16, 24)
    x = on(mesh, whole)
    for axis in (None, 0, 1):
        y = ttnn.mesh_partition(ttnn.all_gather(x, 0, cluster_axis=axis), 0, axis)
        for ours, first in zip(shards(y), shards(x), strict=True):
            assert torch.equal(ours, first)
    assert torch.equal(ttnn.to_torch(ttnn.mesh_partition(ttnn.all_gather(x, 0), 1)), whole)


# --- arguments ------------------------------------------------------------------------------------


def calls(mesh, x, semaphore=None):
    """Every way to write a result into a buffer: name -> (buffer -> result), the buffer's shape."""
    experimental, ring = ttnn.experimental, ttnn.Topology.Ring
    group = semaphore or [None]
    rows, columns = x.shape
    return {
        "all_gather": (lambda b: ttnn.all_gather(x, 1, output_tensor=b), [rows, 8 * columns]),
        "all_gather_async 1": (
            lambda b: experimental.all_gather_async(x, b, 1, group, topology=ring),
            [rows, 8 * columns],
        ),
        "all_gather_async 2": (
            lambda b: experimental.all_gather_async(
                x, 1, 1, mesh, ring, group, persistent_output_tensor=b, num_links=2
            ),
            [rows, 4 * columns],
        ),
        "all_gather_async by name": (
            lambda b: experimental.all_gather_async(
                input_tensor=x,
                persistent_output_buffer=b,
                dim=-1,
                multi_device_global_semaphore=group,
                cluster_axis=0,
                barrier_semaphore=group[0],
                chunks_per_sync=10,
                num_workers_per_link=2,
                num_buffers_per_channel=2,
            ),
            [rows, 2 * columns],
        ),
        "strided_all_gather_async": (
            lambda b: experimental.strided_all_gather_async(x, b, 1, group, cluster_axis=1),
            [rows, 4 * columns],
        ),
        "reduce_scatter": (
            lambda b: ttnn.reduce_scatter(x, 1, output_tensor=b),
            [rows, columns // 8],
        ),
        "reduce_scatter_minimal_async": (
            lambda b: (
                experimental.reduce_scatter_minimal_async(
                    x, [b if b is None else like(b), b], dim=1, multi_device_global_semaphore=group
                )
                if b is not None
                else experimental.reduce_scatter_minimal_async(x, None, 1, group)
            ),
            [rows, columns // 8],
        ),
        "strided_reduce_scatter_async": (
            lambda b: experimental.strided_reduce_scatter_async(
                x, b and [b], 1, group, mm_block_ht=1, mm_block_wt=1, cluster_axis=1
            ),
            [rows, columns // 4],
        ),
        "reduce_scatter_minimal_direct": (
            lambda b: experimental.reduce_scatter_minimal_direct(
                x, 1, cluster_axis=1, persistent_buffers=b and [like(b), b]
            ),
            [rows, columns // 4],
        ),
        "all_reduce": (lambda b: ttnn.all_reduce(x, output_tensor=b), [rows, columns]),
        "broadcast": (
            lambda b: ttnn.broadcast(x, Coord(1, 3), output_tensor=b),
            [rows, columns],
        ),
        "mesh_partition": (
            lambda b: ttnn.mesh_partition(x, 1, output_tensor=b),
            [rows, columns // 8],
        ),
        "all_to_all": (
            lambda b: experimental.all_to_all_async_generic(x, 0, 1, persistent_output_buffer=b),
            [8 * rows, columns // 8],
        ),
        "all_to_all_async": (
            lambda b: experimental.all_to_all_async(x, None, b, 0, 1, group),
            [8 * rows, columns // 8],
        ),
    }


def like(tensor, value=7.0):
    return ttnn.full_like(tensor, value)


@pytest.mark.parametrize("dtype", [ttnn.float32, ttnn.bfloat16, ttnn.bfloat8_b, ttnn.uint16])
def test_buffers_take_the_result(mesh, dtype):
    values = (numbers(64, 16) * 4).abs().floor()
    x = on(mesh, values, dtype=dtype)
    for name, (call, shape) in calls(mesh, x).items():
        fresh = call(None)
        assert fresh.shape == shape, name
        buffer = on(mesh, torch.zeros(shape), None, dtype=dtype)
        result = call(buffer)
        for a, b, c in zip(shards(fresh), shards(result), shards(buffer), strict=True):
            assert torch.equal(a, b), name
            assert torch.equal(a, c), name


def test_ring_attention_gathers_lists(mesh):
    tensors = [on(mesh, numbers(2, 3, 8), 2), on(mesh, numbers(8, 5), 0)]
    buffers = [on(mesh, torch.zeros(2, 3, 4), None), on(mesh, torch.zeros(1, 20), None)]
    given = {
        "multi_device_global_semaphore": [],
        "cluster_axis": 1,
        "mesh_device": mesh,
        "topology": ttnn.Topology.Linear,
    }
    gather = ttnn.experimental.ring_attention_all_gather_async
    results = gather(tensors, buffers, -1, **given)
    for x, buffer, result in zip(tensors, buffers, results, strict=True):
        expected = GOLDEN["ttnn.all_gather"](shards(x), -1, cluster_axis=1, mesh_shape=(2, 4))
        compare(expected, result, "list")
        compare(expected, buffer, "list")


def test_memory_configs_and_hardware_arguments(mesh):
    x = on(mesh, numbers(64, 16))
    hardware = {"num_links": 1, "topology": ttnn.Topology.Ring}
    workers = {"chunks_per_sync": 4, "num_workers_per_link": 1, "num_buffers_per_channel": 2}
    l1 = ttnn.L1_MEMORY_CONFIG
    sub = ttnn.SubDeviceId(0)
    results = [
        ttnn.all_gather(x, 0, memory_config=l1, subdevice_id=sub, **hardware, **workers),
        ttnn.reduce_scatter(
            x, 1, memory_config=l1, intermediate_memory_config=l1, **hardware, **workers
        ),
        ttnn.all_reduce(x, memory_config=l1, subdevice_id=sub, **hardware),
        *ttnn.all_broadcast(x, memory_config=l1, subdevice_id=sub, **hardware),
        ttnn.broadcast(x, Coord(0, 1), memory_config=l1, subdevice_id=sub, **hardware),
        ttnn.mesh_partition(x, 1, memory_config=l1),
        ttnn.experimental.all_to_all_async_generic(x, 0, 1, memory_config=l1, **hardware),
        ttnn.experimental.all_gather_async(x, 0, [], memory_config=l1, **hardware),
        ttnn.experimental.reduce_scatter_minimal_async(
            x, None, 1, [], memory_config=l1, intermediate_memory_config=l1, **hardware
        ),
        ttnn.experimental.reduce_scatter_minimal_direct(
            x, 1, num_links=1, memory_config=l1, subdevice_id=sub, sub_core_grid=CORES
        ),
        ttnn.experimental.llama_reduce_scatter(
            x, x, 1, None, sub, 1, mesh, memory_config=l1, use_noc1_only=False, **hardware
        ),
    ]
    for result in results:
        assert result.memory_config() == l1
    assert ttnn.all_gather(x, 0).memory_config() == x.memory_config()


def test_all_reduce_async_of_a_buffer_rounds_to_its_dtype(mesh):
    x = on(mesh, numbers(64, 16))
    result = ttnn.experimental.all_reduce_async(
        x, x, 0, mesh, None, dtype=ttnn.bfloat16, use_noc1_only=False
    )
    expected = [y.bfloat16() for y in shards(ttnn.all_reduce(x, cluster_axis=0))]
    for want, got in zip(expected, shards(result), strict=True):
        assert_equal(want, got)


# --- whose bytes ----------------------------------------------------------------------------------


def test_devices_of_a_group_share_one_result(mesh):
    """A shard of 1 MiB per device. The process then holds as many MiB more as there are different
    shards.
    """
    x = on(mesh, torch.zeros(8 * 256, 1024))
    shared = on(mesh, torch.zeros(256, 1024), None)
    calls = [
        (lambda: ttnn.all_gather(x, 0), 8),
        (lambda: ttnn.all_gather(x, 0, cluster_axis=1), 2 * 4),
        (lambda: ttnn.all_gather(shared, 0, cluster_axis=1), 4),
        (lambda: ttnn.all_reduce(x), 1),
        (lambda: ttnn.all_reduce(x, cluster_axis=0), 4),
        (lambda: ttnn.reduce_scatter(x, 0), 1),
        (lambda: ttnn.reduce_scatter(x, 0, cluster_axis=1), 2),
        (lambda: ttnn.reduce_scatter(shared, 0, cluster_axis=1), 1),
        (lambda: ttnn.all_broadcast(x), 8),
        (lambda: ttnn.broadcast(x, Coord(1, 1)), 1),
        (lambda: ttnn.broadcast(x, Coord(1, 1), cluster_axis=1), 1 + 4),
        (lambda: ttnn.mesh_partition(shared, 0), 1),
        (lambda: ttnn.mesh_partition(shared, 0, 1), 1),
        (lambda: ttnn.point_to_point(x, Coord(0, 0), Coord(0, 3)), 1 + 1),
    ]
    kept = []
    for i, (call, expected) in enumerate(calls):
        ttnn.synchronize_device(mesh)
        before = ttnn._ttnn.pool_bytes()[0]
        kept.append(call())
        ttnn.synchronize_device(mesh)
        grown = (ttnn._ttnn.pool_bytes()[0] - before) / 2**20
        assert expected <= grown < 1.3 * expected, i  # blocks come in a few sizes


FRESH = {
    "all_gather": lambda x: ttnn.all_gather(x, 0),
    "all_reduce": ttnn.all_reduce,
    "reduce_scatter": lambda x: ttnn.reduce_scatter(x, 0, cluster_axis=1),
    "all_broadcast": lambda x: ttnn.all_broadcast(x)[2],
    "broadcast": lambda x: ttnn.broadcast(x, Coord(0, 1), cluster_axis=1),
    "mesh_partition": lambda x: ttnn.mesh_partition(x, 0, 0),
    "all_to_all": lambda x: ttnn.experimental.all_to_all_async_generic(x, 1, 0),
    "point_to_point": lambda x: ttnn.point_to_point(x, Coord(0, 1), Coord(0, 1)),
}


@pytest.mark.parametrize("name", FRESH)
@pytest.mark.parametrize("dim", [0, None], ids=["sharded", "replicated"])
def test_inputs_and_results_are_written_apart(mesh, name, dim):
    x = on(mesh, numbers(64 if dim == 0 else 8, 8), dim)
    given = shards(x)
    result = FRESH[name](x)
    first = shards(result)
    ttnn.multiply_(result, 2.0)
    for ours, before in zip(shards(x), given, strict=True):
        assert torch.equal(ours, before)
    ttnn.add_(x, 1.0)
    for ours, before in zip(shards(result), first, strict=True):
        assert torch.equal(ours, before * 2)


@pytest.mark.parametrize("name", FRESH)
def test_inputs_that_are_put_together_from_shards(mesh, name):
    """Also in another order, and with one of them written alone."""
    x = on(mesh, numbers(64, 8))
    parts = ttnn.get_device_tensors(x)
    ttnn.multiply_(parts[3], 3.0)
    together = ttnn.combine_device_tensors(tensors=parts)
    for ours, want in zip(shards(FRESH[name](together)), shards(FRESH[name](x)), strict=True):
        assert torch.equal(ours, want)
    copies = on(mesh, numbers(8, 8), None)  # one of eight that share their bytes
    ttnn.multiply_(ttnn.get_device_tensors(copies)[3], 3.0)
    afresh = on(mesh, torch.cat(shards(copies)))
    for ours, want in zip(shards(FRESH[name](copies)), shards(FRESH[name](afresh)), strict=True):
        assert torch.equal(ours, want)


def test_results_go_into_tensors_that_share_bytes(mesh):
    """Into replicas, into shards of another tensor, and into the input itself."""
    x = on(mesh, numbers(64, 8))
    replicas = on(mesh, torch.zeros(8, 8), None)
    twin = ttnn.clone(replicas)
    ttnn.broadcast(x, Coord(0, 2), cluster_axis=1, output_tensor=replicas)
    expected = GOLDEN["ttnn.broadcast"](shards(x), Coord(0, 2), cluster_axis=1, mesh_shape=(2, 4))
    compare(expected, replicas, "replicas")
    assert not any(shard.any() for shard in shards(twin))

    whole = on(mesh, torch.zeros(64, 8))
    views = ttnn.combine_device_tensors(tensors=ttnn.get_device_tensors(whole))
    ttnn.all_reduce(x, output_tensor=views)
    compare(GOLDEN["ttnn.all_reduce"](shards(x)), whole, "views")

    expected = GOLDEN["ttnn.all_reduce"](shards(x), cluster_axis=0, mesh_shape=(2, 4))
    ttnn.all_reduce(x, cluster_axis=0, output_tensor=x)
    compare(expected, x, "itself")


# --- what results are labelled ---------------------------------------------------------------------

PLACEMENTS = [(a, b) for a in (None, 0, 1) for b in (None, 0, 1) if a is None or a != b]
AXES = [None, 0, 1]


def placed(mesh, values, dims):
    """Cut along one dim per mesh axis, or not."""
    mapper = ttnn.ShardTensor2dMesh(mesh, tuple(mesh.shape), dims)
    return ttnn.from_torch(values, device=mesh, mesh_mapper=mapper, layout=TILE)


def true_placements(tensor):
    """(kind, dim) per axis of the mesh; kinds as in Placement."""
    sizes, grid, placements, _ = tensor._label_parts()
    assert sizes == grid
    return placements


REPLICATE = 0
LABELLED = {
    "all_gather": lambda x, axis: ttnn.all_gather(x, 0, cluster_axis=axis),
    "all_reduce": lambda x, axis: ttnn.all_reduce(x, cluster_axis=axis),
    "reduce_scatter": lambda x, axis: ttnn.reduce_scatter(x, 0, cluster_axis=axis),
    "all_broadcast": lambda x, axis: ttnn.all_broadcast(x, cluster_axis=axis)[1],
    "broadcast": lambda x, axis: ttnn.broadcast(x, Coord(1, 2), cluster_axis=axis),
    "mesh_partition": lambda x, axis: ttnn.mesh_partition(x, 0, axis),
    "all_to_all": lambda x, axis: ttnn.experimental.all_to_all_async_generic(
        x, 0, 1, cluster_axis=axis
    ),
    "point_to_point": lambda x, axis: ttnn.point_to_point(x, Coord(1, 2), Coord(1, axis or 0)),
}


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("dims", PLACEMENTS)
@pytest.mark.parametrize("name", LABELLED)
def test_what_is_labelled_replicas_is_the_same(mesh, name, dims, axis):
    """And what is the same along an axis because of the collective is labelled so."""
    result = LABELLED[name](placed(mesh, numbers(64, 64), dims), axis)
    grid = torch.stack(shards(result)).reshape(2, 4, -1)
    for at, (kind, _) in enumerate(true_placements(result)):
        same = torch.equal(grid, grid.roll(1, at))
        assert same or kind != REPLICATE, at
        is_shared = name in ("all_gather", "all_reduce", "all_broadcast") and axis in (None, at)
        assert kind == REPLICATE or not is_shared, at


@pytest.mark.parametrize("dims", PLACEMENTS)
@pytest.mark.parametrize("axis", [0, 1])
def test_resharding_keeps_the_whole(mesh, axis, dims):
    """By its true placement each result is the tensor that was dealt."""
    whole = numbers(64, 64)
    x = placed(mesh, whole, dims)
    for dim in (0, 1):
        if dims[axis] is None and dims[1 - axis] != dim:
            partition = ttnn.mesh_partition(x, dim, axis)
            assert true_placements(partition)[axis] == (1, dim)
            assert torch.equal(read(partition), whole)
        if dims[axis] == dim:
            gathered = ttnn.all_gather(x, dim, cluster_axis=axis)
            assert torch.equal(read(gathered), whole)
            if dims[1 - axis] is None:
                exchange = ttnn.experimental.all_to_all_async_generic(
                    x, dim, 1 - dim, cluster_axis=axis
                )
                assert true_placements(exchange)[axis] == (1, 1 - dim)
                assert torch.equal(read(exchange), whole)


def read(tensor):
    """The whole, by the true placement; where all is replicated, any shard."""
    kinds = {kind for kind, _ in true_placements(tensor)}
    return shards(tensor)[5] if kinds == {REPLICATE} else ttnn.to_torch(tensor)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda x: ttnn.all_gather(x, 1, cluster_axis=1), [0, None]),
        (lambda x: ttnn.all_gather(x, 0), [None, 1]),
        (lambda x: ttnn.reduce_scatter(x, -1, cluster_axis=0), [1, 1]),
        (lambda x: ttnn.mesh_partition(x, 1, 0), [1, 1]),
        (lambda x: ttnn.mesh_partition(x, 1), [1, 1]),
        (lambda x: ttnn.all_reduce(x, cluster_axis=1), [0, None]),
        (lambda x: ttnn.all_broadcast(x, cluster_axis=0)[0], [None, 1]),
        (lambda x: ttnn.broadcast(x, Coord(0, 0)), [None, None]),
        (lambda x: ttnn.point_to_point(x, Coord(0, 0), Coord(0, 1)), [0, 1]),
        (lambda x: ttnn.experimental.all_to_all_async_generic(x, 0, 1), [0, 1]),
    ],
)
def test_topologies_are_those_of_tt_nn(mesh, call, expected):
    topology = call(placed(mesh, numbers(64, 64), (0, 1))).tensor_topology()
    assert [getattr(p, "dim", None) for p in topology.placements()] == expected


# --- what is sent ---------------------------------------------------------------------------------

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "collectives.md"


def sent_by_the_page():
    """The last column of the table of collectives: name -> formula in N and B."""
    rows = re.findall(r"^\| `([\w.]+)\(.*\| `([^`]+)` \|$", PAGE.read_text(), flags=re.MULTILINE)
    return dict(rows)


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_the_page_tells_what_is_sent(mesh, axis):
    x = on(mesh, numbers(64, 64))  # 8 x 64 floats on each device
    formulas = sent_by_the_page()
    plain = {name for name in NAMES if not name.startswith("experimental.")}
    assert set(formulas) == plain | {"experimental.all_to_all_async_generic"}
    ways = {**LABELLED, "experimental.all_to_all_async_generic": LABELLED["all_to_all"]}
    for name, formula in formulas.items():
        with ttnn.record_communication() as log:
            ways[name](x, axis)
        (record,) = log.records
        group = {None: 8, 0: 2, 1: 4}[axis]
        assert record.bytes == eval(formula, {"N": group, "B": 8 * 64 * 4}), name


# --- what is absent -------------------------------------------------------------------------------

LIKE_A_COLLECTIVE = re.compile(
    r"ttnn\.(experimental\.)?\w*"
    r"(all_gather|all_reduce|reduce_scatter|all_to_all|reduce_to|reshard|halo|neighbor|_rs_)\w*"
)


def found(name):
    return functools.reduce(getattr, name.split(".")[1:], ttnn)


def test_the_page_lists_what_is_absent():
    section = PAGE.read_text().split("## What there is not")[1].split("\n## ")[0]
    named = set(re.findall(r"`([\w.]+)`", section))
    named -= {"NotImplementedError", "ttnn", "ttnn.experimental"}
    known = absent.names()
    listed = {f"ttnn.{n}" if f"ttnn.{n}" in known else f"ttnn.experimental.{n}" for n in named}
    for name in listed:
        with pytest.raises(NotImplementedError, match=name):
            found(name)()
    like = {name for name in known if LIKE_A_COLLECTIVE.fullmatch(name)}
    missing = {name for name in like if isinstance(found(name), absent.Absent)}
    assert missing <= listed
    assert len(missing) > 10


# --- one shard to one device ----------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [ttnn.float32, ttnn.bfloat4_b, ttnn.uint8])
@pytest.mark.parametrize("dim", [0, None], ids=["sharded", "replicated"])
def test_point_to_point_writes_one_shard(mesh, dtype, dim):
    values = numbers(40, 20).abs().mul(3).floor()
    x = on(mesh, values, dim, dtype=dtype)
    output = on(
        mesh, numbers(5, 20).abs() if dim == 0 else numbers(40, 20).abs(), None, dtype=dtype
    )
    twin = ttnn.clone(output)
    before = shards(output)
    result = ttnn.point_to_point(
        x, Coord(1, 0), Coord(1, 3), output_tensor=output, topology=ttnn.Topology.Linear
    )
    for got in (result, output):
        for device, shard in enumerate(shards(got)):
            want = shards(x)[4] if device == 7 else before[device]
            assert torch.equal(shard, want), device
    for ours, want in zip(shards(twin), before, strict=True):
        assert torch.equal(ours, want)


def test_point_to_point_along_a_ring_in_one_tensor(mesh):
    """Each device hands its shard on, in place: program order decides."""
    x = on(mesh, torch.arange(8.0).reshape(8, 1))
    for sender in (2, 1, 0):
        ttnn.point_to_point(x, Coord(0, sender), Coord(0, sender + 1), output_tensor=x)
    assert [shard.item() for shard in shards(x)] == [0, 0, 1, 2, 4, 5, 6, 7]


# --- errors ---------------------------------------------------------------------------------------


def on_part(mesh):
    """On three of the devices."""
    return on(mesh, torch.ones(3, 8))


def with_other_mesh(mesh, call):
    with ttnn.create_mesh_device(ttnn.MeshShape(1, 8)) as other:
        call(on(other, torch.ones(64, 8)), other)


def ones(mesh, *shape, dtype=ttnn.float32, layout=TILE):
    return on(mesh, torch.ones(shape), None, layout, dtype)


HOST = torch.ones(8, 8)
MEAN, PROD = ttnn.ReduceType.Mean, ttnn.ReduceType.Prod

ERRORS = {
    # dims and axes
    "a dim out of range": lambda m, x: ttnn.all_gather(x, 2),
    "a negative dim out of range": lambda m, x: ttnn.reduce_scatter(x, -3),
    "an axis that the mesh lacks": lambda m, x: ttnn.all_gather(x, 0, cluster_axis=2),
    "a negative axis that the mesh lacks": lambda m, x: ttnn.all_broadcast(x, cluster_axis=-3),
    "an indivisible scatter": lambda m, x: ttnn.reduce_scatter(ones(m, 8, 100), 1),
    "an indivisible partition": lambda m, x: ttnn.mesh_partition(ones(m, 8, 6), 1, 1),
    "an indivisible exchange": lambda m, x: a2a(ones(m, 8, 6), 0, 1),
    "an exchange of one dim": lambda m, x: a2a(x, 1, -1),
    "no dim": lambda m, x: ttnn.all_gather(x),
    "a dim by name": lambda m, x: ttnn.all_gather(x, "columns"),
    # coordinates
    "a sender outside": lambda m, x: ttnn.broadcast(x, Coord(2, 0)),
    "a sender of another rank": lambda m, x: ttnn.broadcast(x, Coord(0, 0, 1)),
    "a receiver outside": lambda m, x: p2p(x, Coord(0, 0), Coord(0, 4)),
    "no row or column in common": lambda m, x: p2p(x, Coord(0, 0), Coord(1, 1)),
    "a device by number": lambda m, x: ttnn.broadcast(x, 3),
    # reductions
    "a reduction that is not there": lambda m, x: ttnn.all_reduce(x, math_op=PROD),
    "a mean of integers": lambda m, x: ttnn.all_reduce(
        ones(m, 8, 8, dtype=ttnn.int32), math_op=MEAN
    ),
    "a wrong number of devices": lambda m, x: ttnn.experimental.all_reduce_async(
        x, 4, [], [], [], ttnn.ReduceType.Sum
    ),
    # outputs
    "an output of another shape": lambda m, x: ttnn.all_gather(x, 0, output_tensor=ones(m, 8, 9)),
    "an output of another dtype": lambda m, x: ttnn.all_gather(
        x, 0, output_tensor=ones(m, 64, 8, dtype=ttnn.bfloat16)
    ),
    "an output of another layout": lambda m, x: ttnn.all_reduce(
        x, output_tensor=ones(m, 8, 8, layout=ROW_MAJOR)
    ),
    "a buffer of another dtype": lambda m, x: ttnn.experimental.reduce_scatter_minimal_async(
        x, [x, ones(m, 1, 8, dtype=ttnn.bfloat16)], 0, []
    ),
    "two buffers for one tensor": lambda m, x: ttnn.experimental.ring_attention_all_gather_async(
        [x], [x, x], 0, cluster_axis=1
    ),
    "an output on another mesh": lambda m, x: with_other_mesh(
        m, lambda y, _: ttnn.all_reduce(x, output_tensor=y)
    ),
    "an output on part of the mesh": lambda m, x: p2p(
        ones(m, 1, 8), Coord(0, 0), Coord(0, 1), output_tensor=on_part(m)
    ),
    "a shard of another dtype": lambda m, x: p2p(
        x, Coord(0, 0), Coord(0, 1), output_tensor=ones(m, 8, 8, dtype=ttnn.bfloat16)
    ),
    "a shard of another shape": lambda m, x: p2p(
        x, Coord(0, 0), Coord(0, 1), output_tensor=ones(m, 8, 9)
    ),
    # where tensors are
    "a tensor on part of the mesh": lambda m, x: ttnn.all_gather(on_part(m), 0),
    "a tensor of the host": lambda m, x: ttnn.all_reduce(ttnn.from_torch(HOST)),
    "a shard of the host": lambda m, x: p2p(ttnn.from_torch(HOST), Coord(0, 0), Coord(0, 1)),
    "a shard of another mesh": lambda m, x: with_other_mesh(
        m, lambda y, _: p2p(x, Coord(0, 0), Coord(0, 1), output_tensor=y)
    ),
    "another mesh_device": lambda m, x: with_other_mesh(
        m, lambda _, n: ttnn.experimental.all_gather_async(x, 0, 1, n, ttnn.Topology.Ring, [])
    ),
    "an array": lambda m, x: ttnn.all_gather(HOST, 0),
}


def test_error_texts(mesh):
    """TTNN_UPDATE_GOLDEN=1 writes the file anew; the change is then visible in the diff."""
    texts = []
    for name, action in ERRORS.items():
        x = on(mesh, torch.ones(64, 8))
        texts.append(error_text(name, functools.partial(action, mesh, x)))
        assert shards(ttnn.all_reduce(x))[5].eq(8).all()  # the mesh works afterwards
    expect_golden("collectives.txt", texts)


def test_errors_of_closed_and_deallocated_tensors(mesh):
    x = on(mesh, torch.ones(64, 8))
    ttnn.deallocate(x)
    for name in FRESH:
        with pytest.raises(RuntimeError, match="Tensor is not allocated"):
            FRESH[name](x)
    with ttnn.create_mesh_device(ttnn.MeshShape(2, 4)) as closed:
        y = on(closed, torch.ones(64, 8))
    for name in FRESH:
        with pytest.raises(RuntimeError, match=r"closed|not open"):
            FRESH[name](y)
