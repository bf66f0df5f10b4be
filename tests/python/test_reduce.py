"""Reductions, argmax, topk and running totals against torch: dims, dtypes, shapes, meshes, errors."""

import itertools

import pytest
import torch
from error_texts import expect_error_texts

import ttnn
from ttnn.testing import assert_close, assert_equal

BF16, BF8, BF4, F32 = ttnn.bfloat16, ttnn.bfloat8_b, ttnn.bfloat4_b, ttnn.float32
SHAPES = [(5,), (70, 33), (3, 1, 40), (2, 3, 33, 65), (4, 3, 2, 5, 6)]
RULES = {
    "sum": torch.sum,
    "mean": torch.mean,
    "max": torch.amax,
    "min": torch.amin,
    "var": torch.var,
    "std": torch.std,
}


def rand(*shape):
    return torch.rand(shape, generator=torch.Generator().manual_seed(sum(shape))) * 2 - 1


def on(mesh, x, dtype=None, mapper=None):
    layout = ttnn.TILE_LAYOUT
    return ttnn.from_torch(x, dtype=dtype, layout=layout, device=mesh, mesh_mapper=mapper)


def stored(x, dtype):
    """The values that a tensor of a dtype holds."""
    return ttnn.to_torch(ttnn.from_torch(x, dtype=dtype, layout=ttnn.TILE_LAYOUT)).double()


def dims_of(rank):
    """Every set of dims, the last ones counted from the end."""
    for count in range(1, rank + 1):
        for dims in itertools.combinations(range(rank), count):
            yield [d - rank if d > rank // 2 else d for d in dims]


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("dtype", [F32, BF16, BF8, BF4])
def test_all_dims(device, name, dtype):
    for shape in SHAPES:
        x = stored(rand(*shape), dtype)
        tensor = on(device, x.float(), dtype)
        for dims in dims_of(len(shape)):
            terms = 1
            for d in dims:
                terms *= shape[d]
            if name in ("var", "std") and terms < 2:
                continue
            for keepdim in (False, True):
                expected = RULES[name](x, dims, keepdim=keepdim)
                result = getattr(ttnn, name)(tensor, dims, keepdim)
                assert result.dtype == dtype and result.layout == ttnn.TILE_LAYOUT
                assert list(result.shape) == list(expected.shape), (shape, dims)
                exact = name in ("max", "min") or dtype != F32
                assert_close(
                    expected,
                    result,
                    max_ulp=1 if exact else 4,
                    atol=1e-6 if name == "mean" else 1e-6 * terms**0.5,
                    pcc=-1.0,
                )


def test_one_dim_all_dims_and_scalars(device):
    x = rand(3, 4, 5)
    tensor = on(device, x)
    options = {"max_ulp": 4, "atol": 1e-6, "pcc": -1.0}
    assert_close(x.sum(), ttnn.sum(tensor), **options)
    assert_close(x.sum().reshape(1, 1, 1), ttnn.sum(tensor, keepdim=True), **options)
    assert_close(x.sum(1), ttnn.sum(tensor, dim=1), **options)
    assert_close(x.mean((0, 2)), ttnn.mean(tensor, dim=(0, -1)), **options)
    assert_close(x.sum(-1) * 0.25, ttnn.sum(tensor, -1, scalar=0.25), **options)
    assert_close(x.amax(0) * -2, ttnn.max(tensor, 0, scalar=-2), **options)
    assert_close(x.var(1, correction=0), ttnn.var(tensor, 1, correction=False), **options)
    assert_close(x.prod(2), ttnn.prod(tensor, 2), **options)


@pytest.mark.parametrize(
    "dtype", [ttnn.int32, ttnn.uint32, ttnn.uint16, ttnn.uint8, ttnn.int8], ids=str
)
def test_integers(device, dtype):
    x = torch.randint(0, 100, (33, 70), generator=torch.Generator().manual_seed(1))
    tensor = on(device, x.to(torch.int32), dtype)
    for dim in (0, 1):
        assert ttnn.to_torch(ttnn.max(tensor, dim)).tolist() == x.amax(dim).tolist()
        assert ttnn.to_torch(ttnn.argmax(tensor, dim)).tolist() == x.argmax(dim).tolist()
        total = ttnn.to_torch(ttnn.sum(tensor, dim)).to(torch.int64)
        bits = {"UINT8": 8, "INT8": 8, "UINT16": 16}.get(dtype.name, 32)
        assert ((total - x.sum(dim)) % 2**bits == 0).all(), "sums wrap"


def test_long_sums(device):
    """A million terms, where adding one after the other in float32 would lose hundreds of units."""
    x = torch.rand(1024, 1024, generator=torch.Generator().manual_seed(2))
    tensor = on(device, x)
    for dim in (0, 1, None):
        expected = x.double().sum() if dim is None else x.double().sum(dim)
        # the longest chain of additions: 1024 rows, 1024 / 64 or 1024 * 1024 / 64 partial sums
        max_ulp = {0: 64, 1: 4, None: 16}[dim]
        assert_close(expected, ttnn.sum(tensor, dim), max_ulp=max_ulp, mean_ulp=16, pcc=-1.0)


@pytest.mark.parametrize("dtype", [F32, BF16, BF8])
def test_argmax(device, dtype):
    for shape in SHAPES:
        x = stored(rand(*shape), dtype)
        tensor = on(device, x.float(), dtype)
        for dim in (None, *range(-len(shape), len(shape))):
            result = ttnn.argmax(tensor, dim, keepdim=True)
            assert result.dtype == ttnn.uint32 and result.layout == ttnn.ROW_MAJOR_LAYOUT
            where = ttnn.to_torch(result).to(torch.int64)
            flat, along = (x.reshape(-1), 0) if dim is None else (x, dim)
            found = flat.gather(along, where.reshape(-1) if dim is None else where)
            assert torch.equal(found.reshape(-1), flat.amax(along, keepdim=True).reshape(-1))
    ties = torch.tensor([[0.0, 3.0, 3.0], [2.0, 2.0, 1.0]])
    assert ttnn.to_torch(ttnn.argmax(on(device, ties), 1)).tolist() == [1, 0], "the first one"


@pytest.mark.parametrize("largest", [True, False])
@pytest.mark.parametrize("dtype", [F32, BF16, BF8])
def test_topk(device, dtype, largest):
    for shape, k, dim in (
        ((40,), 7, 0),
        ((5, 300), 32, -1),
        ((3, 64, 33), 10, 1),
        ((2, 2, 5000), 50, 2),
        ((2, 3, 4), 4, -1),
    ):
        x = stored(rand(*shape), dtype)
        values, indices = ttnn.topk(on(device, x.float(), dtype), k, dim, largest, True)
        assert indices.dtype == (ttnn.uint32 if dtype == F32 else ttnn.uint16)
        assert values.dtype == dtype
        expected = torch.topk(x, k, dim, largest).values
        found = x.gather(dim, ttnn.to_torch(indices).to(torch.int64))
        assert torch.equal(found, expected)
        if dtype != BF8:  # which is rounded again, among other neighbours
            assert torch.equal(ttnn.to_torch(values).double(), expected)


def test_sort(device):
    x = rand(3, 50, 4)
    for dim, descending in ((0, False), (1, True), (-1, False)):
        values, indices = ttnn.sort(on(device, x), dim=dim, descending=descending)
        expected = torch.sort(x, dim, descending)
        assert torch.equal(ttnn.to_torch(values), expected.values)
        assert torch.equal(ttnn.to_torch(indices).to(torch.int64), expected.indices)
        assert indices.dtype == ttnn.uint16


@pytest.mark.parametrize("reverse_order", [False, True])
def test_cumsum_and_cumprod(device, reverse_order):
    x = rand(3, 40, 600) + 1
    for dim in (0, 1, -1):
        part = x[:, :, :16] if dim != -1 else x[:, :, :70]
        tensor = on(device, part)
        for name in ("cumsum", "cumprod"):
            expected = part.double().flip(dim) if reverse_order else part.double()
            expected = getattr(torch, name)(expected, dim)
            expected = expected.flip(dim) if reverse_order else expected
            result = getattr(ttnn, name)(tensor, dim, reverse_order=reverse_order)
            assert_close(expected, result, max_ulp=64, pcc=-1.0)
    whole = torch.arange(12, dtype=torch.int32).reshape(3, 4)
    result = ttnn.cumsum(on(device, whole, ttnn.int32), dim=1, dtype=ttnn.int32)
    assert torch.equal(ttnn.to_torch(result), whole.cumsum(1).to(torch.int32))


@pytest.mark.parametrize("mesh_device", [(1, 2), (1, 3), (2, 4)], indirect=True)
def test_a_sharded_dim(mesh_device):
    """Sums over it are terms: each device's own; other dims compose."""
    n = mesh_device.get_num_devices()
    x = rand(n * 4, 6)
    tensor = on(mesh_device, x, mapper=ttnn.ShardTensorToMesh(mesh_device, dim=0))
    assert_close(x.sum(1), ttnn.sum(tensor, 1), max_ulp=4, atol=1e-6)
    assert_equal(x.amax(1), ttnn.max(tensor, 1))
    terms = ttnn.sum(tensor, 0)
    with pytest.raises(RuntimeError, match="mesh composer"):
        ttnn.to_torch(terms)
    parts = [ttnn.to_torch(t) for t in ttnn.get_device_tensors(terms)]
    assert_close(x.sum(0), torch.stack(parts).sum(0), dtype=F32, max_ulp=8, atol=1e-6)
    everywhere = on(mesh_device, x)
    assert all(
        torch.equal(ttnn.to_torch(t), x.amax(0))
        for t in ttnn.get_device_tensors(ttnn.max(everywhere, 0))
    )


@pytest.mark.parametrize("dtype", [F32, BF16])
@pytest.mark.parametrize("n", [3, 17, 63, 65])
def test_a_row_has_the_same_bits_wherever_it_stands(device, dtype, n):
    row = rand(1, n) * 100
    for name in RULES:
        reduction = getattr(ttnn, name)
        (alone,) = ttnn.to_torch(reduction(on(device, row, dtype), 1)).flatten()
        for rows in (7, 8, 19):
            among_others = ttnn.to_torch(reduction(on(device, row.repeat(rows, 1), dtype), 1))
            assert torch.equal(among_others.flatten(), alone.repeat(rows)), (name, rows)


def test_layouts(device):
    rows = ttnn.from_torch(rand(2, 3, 4, 5), device=device)
    assert ttnn.sum(rows, -1).layout == ttnn.ROW_MAJOR_LAYOUT
    assert ttnn.mean(rows, (-2, -1), True).layout == ttnn.ROW_MAJOR_LAYOUT
    assert ttnn.sum(rows, 1).layout == ttnn.TILE_LAYOUT
    assert ttnn.max(rows, -1).layout == ttnn.TILE_LAYOUT
    assert ttnn.sum(rows, 1, output_layout=ttnn.ROW_MAJOR_LAYOUT).layout == ttnn.ROW_MAJOR_LAYOUT


def test_an_output_tensor_is_written(device):
    x = rand(4, 5)
    out = ttnn.zeros((4, 1), F32, ttnn.TILE_LAYOUT, device)
    ttnn.sum(on(device, x), 1, True, output_tensor=out)
    assert_close(x.sum(1, keepdim=True), out, max_ulp=4, atol=1e-6)


def errors(mesh):
    x = on(mesh, rand(3, 4))
    nothing = ttnn.from_torch(torch.zeros(3, 0), layout=ttnn.TILE_LAYOUT, device=mesh)
    host = ttnn.from_torch(rand(3, 4))
    return {
        "a dim that is not there": lambda: ttnn.sum(x, 2),
        "a dim twice": lambda: ttnn.mean(x, (1, -1)),
        "a dim by name": lambda: ttnn.sum(x, dim="rows"),
        "the maximum of nothing": lambda: ttnn.max(nothing, 1),
        "where nothing is largest": lambda: ttnn.argmax(nothing, 1),
        "the variance of one": lambda: ttnn.var(on(mesh, rand(3, 1)), 1),
        "a tensor of the host": lambda: ttnn.sum(host, 1),
        "an argument of another op": lambda: ttnn.max(x, 1, correction=True, scale=2),
        "more than there are": lambda: ttnn.topk(x, 5),
        "an order along no dim": lambda: ttnn.sort(x, 3),
        "an output of another shape": lambda: ttnn.sum(x, 1, output_tensor=x),
    }


def test_error_texts(device):
    """TTNN_UPDATE_GOLDEN=1 writes the file anew; the change is then visible in the diff."""
    expect_error_texts("reduce.txt", errors(device))
    assert_equal(torch.ones(3), ttnn.max(on(device, torch.ones(3, 4)), 1))  # and the mesh goes on


@pytest.mark.parametrize("name", ["cumsum", "cumprod"])
@pytest.mark.parametrize("reverse_order", [False, True])
def test_a_long_running_total_is_as_good_as_a_short_one(device, name, reverse_order):
    x = torch.rand(200_000, generator=torch.Generator().manual_seed(0))
    if name == "cumprod":
        x = 1 + (x - 0.5) / 1000
    for given, dim in ((x, 0), (x.reshape(1, -1, 1), 1), (x.reshape(-1, 2), 0)):
        right = given.double().flip(dim) if reverse_order else given.double()
        right = getattr(torch, name)(right, dim)
        right = right.flip(dim) if reverse_order else right
        result = getattr(ttnn, name)(on(device, given), dim, reverse_order=reverse_order)
        assert_close(right, result, max_ulp=1, pcc=-1.0)


@pytest.mark.parametrize("shape", [(200_000,), (200_000, 3), (3, 200_000), (200_000, 70)], ids=str)
def test_a_long_total_is_as_good_as_a_short_one(device, shape):
    x = torch.rand(shape, generator=torch.Generator().manual_seed(0))
    dim = max(range(len(shape)), key=lambda d: shape[d])
    for name, right in {
        "sum": x.double().sum(dim),
        "mean": x.double().mean(dim),
        "var": x.double().var(dim),
        "std": x.double().std(dim),
    }.items():
        assert_close(right, getattr(ttnn, name)(on(device, x), dim), max_ulp=8, pcc=-1.0)
