"""The truth about placements: what an operation or a program makes on a mesh, put together by its
true label, is what torch makes of the whole tensors.
"""

import itertools
import math
import random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import ttnn
from ttnn import MeshMapperConfig, MeshShape, PlacementReplicate, PlacementShard
from ttnn.golden import UNFORESEEN
from ttnn.testing import assert_close

MESHES = [(1, 3), (2, 2), (2, 4)]
REPLICATE, SHARD, PARTIAL, LOCAL = range(4)
# Samples per operation; ways to distribute a sample's tensors: so many at least, unless two compose
# before, and so many at most, if none does.
SAMPLES, DEALS, MOST_DEALS = 3, 6, 80

pytestmark = pytest.mark.filterwarnings("ignore::ttnn.PlacementWarning")


# ---- The whole that shards stand for.


def axes_of(tensor):
    """(kind, dim, size) along each axis of the true label's grid, the first outermost."""
    _, grid, placements, devices = tensor._label_parts()
    assert not devices  # all devices hold a shard here
    return [(*placement, size) for placement, size in zip(placements, grid, strict=True)]


def has(tensor, *kinds):
    return any(kind in kinds and size > 1 for kind, _, size in axes_of(tensor))


def joined(kind, dim, parts):
    if len(parts) == 1:
        return parts[0]
    if kind == SHARD:
        return torch.cat(parts, dim)
    if kind == PARTIAL:
        return sum(part.double() if part.is_floating_point() else part for part in parts)
    for part in parts[1:]:
        assert torch.equal(torch.nan_to_num(part), torch.nan_to_num(parts[0])), "no replicas"
    return parts[0]


def composed(tensor):
    """What the label says that the shards make up; None where it says that they make up nothing."""
    if has(tensor, LOCAL):
        return None
    parts = [ttnn.to_torch(shard) for shard in ttnn.get_device_tensors(tensor)]
    for kind, dim, size in reversed(axes_of(tensor)):
        rows = range(0, len(parts), size)
        parts = [joined(kind, dim, parts[i : i + size]) for i in rows]
    return parts[0]


def check(expected, tensor, scale, what):
    """Whether `tensor` composes; an assertion fails where that is not `expected`."""
    whole = composed(tensor)
    if whole is None:
        return False
    stored = tensor.dtype.name
    assert whole.shape == expected.shape, f"{what}: {whole.shape} for {expected.shape}"
    if not whole.is_floating_point():
        assert torch.equal(whole.long(), expected.long()), what
        return True
    # Terms are rounded one by one, and a group of block floats ends where a shard does.
    step = {"FLOAT32": 2.0**-21, "BFLOAT16": 2.0**-8, "BFLOAT8_B": 2.0**-5}.get(stored, 2.0**-2)
    rounds = has(tensor, PARTIAL) or stored.endswith("_B")
    try:
        assert_close(
            expected,
            whole,
            dtype=tensor.dtype if stored != "FLOAT32" else torch.float32,
            max_ulp=32 if stored == "FLOAT32" else 1,
            mean_ulp=32,
            atol=scale * (8 * step if rounds else 2.0**-21),
            pcc=-1.0,
        )
    except AssertionError as error:
        raise AssertionError(f"{what}: {error}") from None
    return True


# ---- Tensors dealt over a mesh in every way, terms of sums included.


def ways(mesh, shape, may_sum):
    """Lists of one placement per mesh axis: None, a dim, or "+" for terms of a sum."""
    kinds = [None, *(d for d, n in enumerate(shape) if n), *(["+"] if may_sum else [])]
    for placements in itertools.product(kinds, repeat=len(mesh)):
        if any(p is not None and n == 1 for p, n in zip(placements, mesh, strict=True)):
            continue
        yield placements


def deal(mesh, shard, placements, layout, draw):
    """(tensor, whole): the tensor's shards are of `shard`'s shape, their contents drawn from its."""
    shape = tuple(mesh.shape)
    cut = list(shard.shape)
    for placement, size in zip(placements, shape, strict=True):
        if isinstance(placement, int):
            cut[placement] *= size
    terms = math.prod(n for p, n in zip(placements, shape, strict=True) if p == "+")
    values = shard.flatten()
    picks = torch.randint(max(len(values), 1), (terms, *cut), generator=draw)
    all_terms = values[picks] if len(values) else torch.empty(terms, *cut, dtype=shard.dtype)
    dtype = {torch.float32: ttnn.float32, torch.int32: ttnn.int32}.get(shard.dtype)
    given = {"dtype": dtype} if dtype else {}

    def upload(x, dims):
        line = [d for d, n in zip(dims, shape, strict=True) if n > 1]
        if len(line) > 1 and len(set(line)) == 1 and line[0] is not None:
            mapper = ttnn.ShardTensorToMesh(mesh, dim=line[0])
        else:
            mapper = ttnn.create_mesh_mapper(
                mesh,
                MeshMapperConfig(
                    [PlacementReplicate() if d is None else PlacementShard(d) for d in dims]
                ),
            )
        return ttnn.from_torch(x, layout=layout, device=mesh, mesh_mapper=mapper, **given)

    if "+" not in placements:
        return upload(all_terms[0], placements), all_terms[0]
    dims = [0 if p == "+" else p + 1 if isinstance(p, int) else None for p in placements]
    return ttnn.sum(upload(all_terms, dims), dim=0), all_terms.double().sum(0).to(shard.dtype)


def tensors_of(value):
    if isinstance(value, ttnn.Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [t for entry in value for t in tensors_of(entry)]
    return []


def with_tensors(value, tensors):
    """`value` with its tensors replaced by the next ones."""
    if isinstance(value, ttnn.Tensor):
        return next(tensors)
    if isinstance(value, (list, tuple)):
        return type(value)(with_tensors(entry, tensors) for entry in value)
    return value


# Programs give shapes as shards have them. What they are called for the whole tensor:
LENGTHS = {
    **{"slice": "slice_end", "narrow": "length", "split": "split_size"},
    "untilize_with_unpadding": "output_tensor_end",
}
SHAPES = {"reshape": "shape", "view": "shape", "expand": "output_shape"}


def for_the_whole(name, sample, result, dealt):
    """The arguments of a call on whole tensors that means what the call on shards does."""
    given = dict(sample)
    if name in SHAPES:
        whole = composed(result)
        if whole is not None:
            given[SHAPES[name]] = list(whole.shape)
    if name in LENGTHS and (value := given[LENGTHS[name]]) is not None:
        (tensor, whole) = dealt[0]
        dims = [given["dim"]] if "dim" in given else list(range(len(tensor.shape)))
        numbers = value if isinstance(value, (list, tuple)) else [value]
        last = name == "untilize_with_unpadding"  # the last index instead of the length
        if len(numbers) == len(dims):
            numbers = [
                whole.shape[d] - last if n == tensor.shape[d] - last else n
                for d, n in zip(dims, numbers, strict=True)
            ]
            given[LENGTHS[name]] = numbers if isinstance(value, (list, tuple)) else numbers[0]
    return given


def golden_of(name, given, dealt):
    golden = ttnn._ttnn.operations[name].golden_function
    if not name.endswith("_pre_all_gather"):
        return golden(**given)
    # A device leaves a tile of sums over its own columns.
    (tensor, whole) = dealt[0]
    devices = whole.shape[-1] // tensor.shape[-1]
    cut = {k: v.chunk(devices, -1) for k, v in given.items() if isinstance(v, torch.Tensor)}
    parts = [golden(**given | {k: v[i] for k, v in cut.items()}) for i in range(devices)]
    return torch.cat(parts, -1)


def largest(*tensors):
    finite = [t.nan_to_num(0.0, 0.0, 0.0).abs().max().item() for t in tensors if t.numel()]
    return max([1.0, *finite])


# ---- Every operation.


def is_for_shards_alone(name, sample, placements):
    """Whether no call on whole tensors means what the call on shards does."""
    first, rank = placements[0], len(tensors_of(list(sample.values()))[0].shape)
    if "cache" in name:
        return 0 in first  # by users: each device writes its own, numbered from 0
    # A gathered tensor of sums says by its size how many devices a row was cut over.
    return name.endswith("_post_all_gather") and rank - 1 in first


# Make tensors of nothing, or only on one device, or hold nothing to compare.
OTHERS = ["arange", "full", "move", "ones", "reallocate", "to_dtype", "zeros"]
NAMES = sorted(set(ttnn._ttnn.operations) - {*UNFORESEEN, *ttnn._ttnn.collectives, *OTHERS})


@pytest.fixture(scope="module", autouse=True)
def one_torch_thread():
    """The tensors are small."""
    torch.set_num_threads(1)


@pytest.fixture(scope="module", params=MESHES, ids=lambda shape: "x".join(map(str, shape)))
def mesh(request):
    mesh = ttnn.open_mesh_device(MeshShape(*request.param))
    yield mesh
    ttnn.close_mesh_device(mesh)


def samples_of(name, mesh):
    """Of floats, or of whole numbers where the operation is defined on those alone."""
    given = ttnn.float32, ttnn.TILE_LAYOUT
    if name.startswith("bitwise"):
        given = ttnn.int32, ttnn.ROW_MAJOR_LAYOUT
    return ttnn._ttnn.samples(name, mesh, *given, False)[:SAMPLES]


def aligned(placements, shape, rank):
    """The same placements for a tensor whose dims line up with those of another, from the last."""
    moved = [p + len(shape) - rank if isinstance(p, int) else p for p in placements]
    fits = all(not isinstance(p, int) or (p >= 0 and shape[p] > 0) for p in moved)
    return moved if fits else [None] * len(placements)


def choices(mesh, tensors, draw):
    """Ways to deal several tensors: alike, only the first, or each in any way."""
    shape = tuple(mesh.shape)

    def some(tensor):
        floats = tensor.dtype == ttnn.float32 and len(tensor.shape) < 8
        return draw.choice(list(ways(shape, list(tensor.shape), floats)))

    first = some(tensors[0])
    rank = len(tensors[0].shape)
    nothing = [None] * len(shape)
    kind = draw.choice(["alike", "first", "any"]) if len(tensors) > 1 else "first"
    if kind == "any":
        return [first, *map(some, tensors[1:])]
    if kind == "alike":
        return [aligned(first, list(t.shape), rank) for t in tensors]
    return [first, *(nothing for _ in tensors[1:])]


def outcomes(mesh, name, sample, draw):
    """Whether the result composes, for ways to deal one sample's tensors."""
    operation = ttnn._ttnn.operations[name]
    originals = tensors_of(list(sample.values()))
    shards = [ttnn.to_torch(ttnn.get_device_tensors(t)[0]) for t in originals]
    for _ in range(MOST_DEALS):
        placements = choices(mesh, originals, draw)
        if not any(p is not None for way in placements for p in way):
            continue
        if is_for_shards_alone(name, sample, placements):
            continue
        seeded = torch.Generator().manual_seed(draw.randrange(2**31))
        dealt = [
            deal(mesh, shard, p, t.layout, seeded)
            for shard, p, t in zip(shards, placements, originals, strict=True)
        ]
        tensors = iter([t for t, _ in dealt])
        try:
            result = operation(**{k: with_tensors(v, tensors) for k, v in sample.items()})
        except RuntimeError:
            continue  # the shards do not fit each other
        if name in ("assign", "copy") and len({whole.shape for _, whole in dealt}) > 1:
            continue  # torch would broadcast
        given = for_the_whole(name, sample, tensors_of([result])[0], dealt)
        wholes = iter([whole.clone() for _, whole in dealt])
        given = {k: with_tensors(v, wholes) for k, v in given.items()}
        try:
            expected = golden_of(name, given, dealt)
        except (RuntimeError, ValueError, IndexError):
            continue  # the shards fit each other, the whole tensors do not
        expected = expected if isinstance(expected, (list, tuple)) else [expected]
        scale = largest(*(whole.float() for _, whole in dealt), *(e.float() for e in expected))
        what = f"{name} of tensors {placements} on {tuple(mesh.shape)}"
        results = tensors_of([result])
        composes = [
            check(e, r, scale, f"{what} gives {r._placement_text()}")
            for e, r in zip(expected, results, strict=False)
        ]
        if all(composes):
            assert len(expected) == len(results), what
        yield all(composes)


def test_operations_tell_the_truth(mesh):
    draw = random.Random(20)
    composed_of, dealt_of, wrong = {}, {}, []
    for name in NAMES:
        composed_of[name] = dealt_of[name] = 0
        for sample in samples_of(name, mesh):
            seen = 0
            try:
                for tried, composes in enumerate(outcomes(mesh, name, sample, draw)):
                    dealt_of[name] += 1
                    composed_of[name] += composes
                    seen += composes
                    if seen == 2 or (tried >= DEALS and composed_of[name]):
                        break
            except AssertionError as error:
                wrong.append(str(error))
    assert not wrong, "\n".join(wrong)
    silent = [name for name in NAMES if not composed_of[name]]
    assert not silent, "no result of these composes, so that nothing is known of them"
    total, whole = sum(dealt_of.values()), sum(composed_of.values())
    assert whole > 0.4 * total, f"only {whole} of {total} results compose"


# ---- Random programs. Small whole numbers, so that every result is exact.


def pieces(whole, axes, axis):
    """What the members along one axis hold of `whole`, put together along the other axes."""
    kind, dim, size = axes[axis]
    if kind == REPLICATE:
        return [whole] * size
    outer = math.prod(n for k, d, n in axes[:axis] if (k, d) == (SHARD, dim))
    cut = whole.unflatten(dim, (outer, size, -1))
    return [cut.select(dim + 1, i).flatten(dim, dim + 1) for i in range(size)]


def along(axes, axis):
    """The axes of a collective's groups, the innermost first."""
    return [a for a in reversed(range(len(axes))) if axis in (a, None) and axes[a][2] > 1]


def reduced(whole, axes, axis):
    axes = list(axes)
    for a in along(axes, axis):
        if axes[a][0] != PARTIAL:
            whole = sum(pieces(whole, axes, a))
        axes[a] = (REPLICATE, 0, axes[a][2])
    return whole


def gathered(whole, axes, axis, dim):
    """None where the order of the pieces is not that of any whole, or terms would be gathered."""
    axes = list(axes)
    kinds = {axes[a][:2] for a in along(axes, axis)}
    if len(kinds) > 1 or (PARTIAL, 0) in kinds:
        return None
    for a in along(axes, axis):
        if axes[a][:2] != (SHARD, dim):
            whole = torch.cat(pieces(whole, axes, a), dim)
        axes[a] = (REPLICATE, 0, axes[a][2])
    return whole


def on_mesh_axes(tensor):
    mesh, grid, _, _ = tensor._label_parts()
    return list(mesh) == list(grid)


UNARY = {
    "neg": (ttnn.neg, torch.neg),
    "relu": (ttnn.relu, torch.relu),
    "abs": (ttnn.abs, torch.abs),
    "double": (lambda x: x * 2.0, lambda x: x * 2),
    "plus one": (lambda x: x + 1.0, lambda x: x + 1),
    "x + x": (lambda x: x + x, lambda x: x + x),
    "clone": (ttnn.clone, torch.clone),
    "typecast": (lambda x: ttnn.typecast(x, ttnn.float32), torch.clone),
    "row major": (lambda x: ttnn.to_layout(x, ttnn.ROW_MAJOR_LAYOUT), torch.clone),
    "where": (lambda x: ttnn.where(x, x, 0.0), torch.clone),
}
MOVES = ["permute", "sum", "max", "concat", "slice", "flatten", "repeat"]
OTHER = ["add", "multiply", "matmul", "concat"]
COLLECTIVES = ["all_reduce", "all_gather", "reduce_scatter"]
LARGEST = 2.0**20  # whole numbers beyond are not safe in float32


def random_deal(mesh, shard_shape, data, seed):
    draw = torch.Generator().manual_seed(seed)
    shard = torch.randint(-2, 3, shard_shape, generator=draw).float()
    all_ways = list(ways(tuple(mesh.shape), shard_shape, True))
    placements = data.draw(st.sampled_from(all_ways), label="placements")
    return deal(mesh, shard, placements, ttnn.TILE_LAYOUT, draw)


def moved(x, whole, name, data):
    dim = data.draw(st.integers(0, 2), label="dim")
    if name == "permute":
        order = data.draw(st.permutations(range(3)), label="order")
        return ttnn.permute(x, order), whole.permute(*order)
    if name == "sum":
        return ttnn.sum(x, dim=dim, keepdim=True), whole.sum(dim, keepdim=True)
    if name == "max":
        return ttnn.max(x, dim=dim, keepdim=True), whole.amax(dim, keepdim=True)
    if name == "concat":
        return ttnn.concat([x, x], dim=dim), torch.cat([whole, whole], dim)
    if name == "repeat":
        times = [1 + (d == dim) for d in range(3)]
        return ttnn.repeat(x, times), whole.repeat(times)
    if name == "flatten":
        a, b, c = x.shape
        result = ttnn.reshape(x, (1, a * b, c))
        stands_for = composed(result)
        shape = (1, -1, whole.shape[2]) if stands_for is None else stands_for.shape
        return result, whole.reshape(shape)
    ends = [n // 2 + 1 if d == dim else n for d, n in enumerate(x.shape)]
    ends = [min(end, n) for end, n in zip(ends, x.shape, strict=True)]
    kept = slice(None) if ends[dim] == x.shape[dim] else slice(0, ends[dim])
    return ttnn.slice(x, (0, 0, 0), ends), whole[(slice(None),) * dim + (kept,)]


def combined(x, whole, name, mesh, data, seed):
    """None where the shards fit each other but the whole tensors do not."""
    shape = list(x.shape)
    if name == "matmul":
        shape = [1, shape[2], 2]
    other, other_whole = random_deal(mesh, shape, data, seed)
    golden = {
        "add": torch.add,
        "multiply": torch.mul,
        "matmul": torch.matmul,
        "concat": lambda a, b: torch.cat([a, b], 0),
    }[name]
    try:
        expected = golden(whole, other_whole.double())
    except RuntimeError:
        return None
    tiled = ttnn.to_layout(x, ttnn.TILE_LAYOUT)
    if name == "concat":
        return ttnn.concat([tiled, other], dim=0), expected
    return getattr(ttnn, name)(tiled, other), expected


def communicated(x, whole, name, data):
    """None where the collective cannot be said in terms of the whole."""
    if not on_mesh_axes(x):
        return None
    axes = axes_of(x)
    axis = data.draw(st.sampled_from([0, 1, None]), label="cluster_axis")
    dim = data.draw(st.integers(0, 2), label="dim")
    members = math.prod(axes[a][2] for a in along(axes, axis))
    if name == "all_reduce":
        return ttnn.all_reduce(x, cluster_axis=axis), reduced(whole, axes, axis)
    if name == "reduce_scatter":
        if x.shape[dim] % members:
            return None
        return ttnn.reduce_scatter(x, dim, cluster_axis=axis), reduced(whole, axes, axis)
    expected = gathered(whole, axes, axis, dim)
    if expected is None:
        return None
    return ttnn.all_gather(x, dim, cluster_axis=axis), expected


STEPS = [*UNARY, *MOVES, *OTHER, *COLLECTIVES * 3]
programs_seen = {"steps": 0, "composed": 0, "collectives": 0}


@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=6), st.data())
@settings(deadline=None, max_examples=300, derandomize=True)
def run_programs(mesh, program, data):
    shape = [data.draw(st.sampled_from([1, 2, 3, 4, 8]), label="size") for _ in range(3)]
    x, whole = random_deal(mesh, shape, data, 1)
    whole = whole.double()
    for step, name in enumerate(program):
        if name in UNARY:
            ours, golden = UNARY[name]
            made = ours(x), golden(whole)
        elif name in MOVES and not (name == "concat" and step % 2):
            made = moved(x, whole, name, data)
        elif name in OTHER:
            made = combined(x, whole, name, mesh, data, 2 + step)
        else:
            made = communicated(x, whole, name, data)
        if made is None or max(made[0].shape) > 64:
            continue
        x, whole = made
        if whole.abs().max() > LARGEST:
            return
        programs_seen["steps"] += 1
        stands_for = composed(x)
        if stands_for is None:
            return
        assert torch.equal(stands_for.double(), whole), (name, x._placement_text())
        programs_seen["composed"] += 1
        programs_seen["collectives"] += name in COLLECTIVES


def test_programs_tell_the_truth(mesh):
    for key in programs_seen:
        programs_seen[key] = 0
    run_programs(mesh)
    assert programs_seen["composed"] > 100
    assert programs_seen["collectives"] > 20
    assert programs_seen["composed"] > 0.6 * programs_seen["steps"]
