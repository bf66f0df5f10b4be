"""Tensors from nothing: contents, dtypes, layouts, the host and meshes, random numbers, errors."""

import pytest
import torch
from error_texts import expect_error_texts

import ttnn

DTYPES = [
    ttnn.bfloat16, ttnn.float32, ttnn.int8, ttnn.uint8, ttnn.uint16, ttnn.uint32, ttnn.int32,
    ttnn.bfloat8_b, ttnn.bfloat4_b,
]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_numbers(device, dtype):
    for shape in ((), (1,), (0, 3), (33, 70), (2, 1, 3)):
        for where in (device, None):
            zeros = ttnn.zeros(shape, dtype=dtype, device=where)
            assert list(zeros.shape) == list(shape) and zeros.dtype == dtype
            assert torch.equal(ttnn.to_torch(zeros).double(), torch.zeros(shape).double())
            ones = ttnn.ones(ttnn.Shape(list(shape)), dtype, None, where)
            assert torch.equal(ttnn.to_torch(ones).double(), torch.ones(shape).double())
            seven = ttnn.full(shape, 7, dtype, device=where)
            assert torch.equal(ttnn.to_torch(seven).double(), torch.full(shape, 7.0).double())


def test_defaults(device):
    x = ttnn.zeros((3, 4))
    assert (x.dtype, x.layout, x.storage_type()) == (
        ttnn.bfloat16, ttnn.ROW_MAJOR_LAYOUT, ttnn.StorageType.HOST,
    )  # fmt: skip
    assert ttnn.ones((3, 4), ttnn.bfloat8_b).layout == ttnn.TILE_LAYOUT
    y = ttnn.full((3, 4), 0.5, layout=ttnn.TILE_LAYOUT, device=device)
    assert y.storage_type() == ttnn.StorageType.DEVICE and y.layout == ttnn.TILE_LAYOUT
    assert y.memory_config() == ttnn.DRAM_MEMORY_CONFIG
    z = ttnn.zeros((3, 4), device=device, memory_config=ttnn.L1_MEMORY_CONFIG)
    assert z.memory_config() == ttnn.L1_MEMORY_CONFIG


def test_exact_numbers(device):
    for value in (2**31 - 1, -(2**31)):
        assert (
            ttnn.to_torch(ttnn.full((2,), value, ttnn.int32, device=device)).tolist() == [value] * 2
        )
    top = ttnn.to_torch(ttnn.full((2,), 2**32 - 1, ttnn.uint32, device=device))
    assert top.to(torch.int64).tolist() == [2**32 - 1] * 2
    assert ttnn.to_torch(ttnn.full((2,), 2.75, ttnn.int32, device=device)).tolist() == [2, 2]
    assert ttnn.to_torch(ttnn.full((1,), float("inf"), device=device)).item() == float("inf")


def test_like(device):
    x = ttnn.from_torch(torch.rand(3, 40), layout=ttnn.TILE_LAYOUT, device=device)
    for name, value in (("zeros_like", 0.0), ("ones_like", 1.0)):
        y = getattr(ttnn, name)(x)
        assert (y.dtype, y.layout, y.device()) == (x.dtype, x.layout, x.device())
        assert torch.equal(ttnn.to_torch(y), torch.full((3, 40), value))
    y = ttnn.full_like(x, 3, dtype=ttnn.int32, layout=ttnn.ROW_MAJOR_LAYOUT)
    assert (y.dtype, y.layout) == (ttnn.int32, ttnn.ROW_MAJOR_LAYOUT)
    assert ttnn.to_torch(y).unique().tolist() == [3]
    assert list(ttnn.empty_like(x).shape) == [3, 40]
    host = ttnn.zeros((2, 3))
    assert ttnn.ones_like(host).storage_type() == ttnn.StorageType.HOST
    assert ttnn.ones_like(host, device=device).device() is not None
    assert torch.equal(ttnn.to_torch(ttnn.ones_like(host, device=device)).float(), torch.ones(2, 3))


def test_optional_tensor_is_filled(device):
    x = ttnn.from_torch(torch.rand(3, 4), layout=ttnn.TILE_LAYOUT, device=device)
    ttnn.full((3, 4), 2.0, optional_tensor=x)
    assert torch.equal(ttnn.to_torch(x), torch.full((3, 4), 2.0))
    ttnn.zeros_like(x, optional_tensor=x)
    assert torch.equal(ttnn.to_torch(x), torch.zeros(3, 4))


def test_empty(device):
    x = ttnn.empty((3, 40), device=device)
    assert (x.dtype, x.layout) == (ttnn.bfloat16, ttnn.ROW_MAJOR_LAYOUT)
    y = ttnn.empty((3, 40), ttnn.float32, ttnn.TILE_LAYOUT, device, ttnn.L1_MEMORY_CONFIG)
    assert list(y.shape) == [3, 40] and y.layout == ttnn.TILE_LAYOUT
    z = ttnn.full_like(y, 4, optional_tensor=y)
    assert torch.equal(ttnn.to_torch(z), torch.full((3, 40), 4.0))


def test_arange(device):
    assert ttnn.to_torch(ttnn.arange(5)).tolist() == [0, 1, 2, 3, 4]
    assert ttnn.arange(5).dtype == ttnn.bfloat16 and ttnn.arange(5).layout == ttnn.ROW_MAJOR_LAYOUT
    for start, end, step in ((2, 11, 3), (0, 5, 1), (7, 0, -2), (3, 3, 1)):
        x = ttnn.arange(start, end, step, dtype=ttnn.int32, device=device)
        assert ttnn.to_torch(x).tolist() == list(range(start, end, step))
    assert ttnn.to_torch(ttnn.arange(start=1, end=4, dtype=ttnn.float32)).tolist() == [1, 2, 3]
    tiles = ttnn.arange(end=40, dtype=ttnn.bfloat8_b, device=device)
    assert tiles.layout == ttnn.TILE_LAYOUT


@pytest.mark.parametrize("mesh_device", [(1, 2), (2, 4), (8, 4)], indirect=True)
def test_on_a_mesh_all_devices_hold_the_same(mesh_device):
    for x in (
        ttnn.full((3, 4), 5, device=mesh_device),
        ttnn.arange(6, device=mesh_device),
        ttnn.rand((3, 4), mesh_device),
    ):
        shards = ttnn.get_device_tensors(x)
        assert len(shards) == mesh_device.get_num_devices()
        assert all(torch.equal(ttnn.to_torch(s), ttnn.to_torch(shards[0])) for s in shards)


@pytest.mark.parametrize("mesh_device", [(1, 3)], indirect=True)
def test_like_a_sharded_tensor_is_sharded(mesh_device):
    x = ttnn.from_torch(
        torch.rand(6, 4), device=mesh_device, mesh_mapper=ttnn.ShardTensorToMesh(mesh_device, 0)
    )
    assert torch.equal(ttnn.to_torch(ttnn.ones_like(x)), torch.ones(6, 4))
    terms = ttnn.sum(x, 0)
    same = [ttnn.to_torch(t) for t in ttnn.get_device_tensors(ttnn.zeros_like(terms))]
    assert all(torch.equal(t, torch.zeros(4)) for t in same)


@pytest.mark.parametrize("dtype", [ttnn.bfloat16, ttnn.float32], ids=str)
def test_rand(device, dtype):
    x = ttnn.to_torch(
        ttnn.rand((200, 300), device, dtype=dtype, low=-2.0, high=3.0, seed=4)
    ).float()
    assert x.min() >= -2 and x.max() < 3
    assert abs(x.mean() - 0.5) < 0.02 and abs(x.std() - 5 / 12**0.5) < 0.02
    counts = torch.histc(x, bins=50, min=-2, max=3)
    assert ((counts - 1200).abs() < 200).all(), "every part is as likely"
    again = ttnn.to_torch(ttnn.rand((200, 300), device, dtype=dtype, low=-2.0, high=3.0, seed=4))
    assert torch.equal(x, again.float())
    other = ttnn.to_torch(ttnn.rand((200, 300), device, dtype=dtype, low=-2.0, high=3.0, seed=5))
    assert not torch.equal(x, other.float())


def test_rand_without_a_seed_differs_each_time(device):
    for make in (ttnn.rand, ttnn.randn):
        x, y = make((4, 5), device), make((4, 5), device)
        assert x.layout == ttnn.TILE_LAYOUT and x.dtype == ttnn.bfloat16
        assert not torch.equal(ttnn.to_torch(x), ttnn.to_torch(y))


def test_rand_stays_below_its_upper_bound(device):
    x = ttnn.to_torch(ttnn.rand((512, 512), device, seed=1))
    assert x.max() < 1, "rounding to bfloat16 would give 1.0"
    whole = ttnn.to_torch(ttnn.rand((512, 512), device, dtype=ttnn.int32, low=-3, high=4, seed=1))
    assert whole.unique().tolist() == [-3, -2, -1, 0, 1, 2, 3]


@pytest.mark.parametrize("mesh_device", [(1, 3)], indirect=True)
def test_uniform_and_bernoulli(mesh_device):
    whole = torch.full((300, 400), 0.25)
    for mapper, copies in ((None, True), (ttnn.ShardTensorToMesh(mesh_device, 0), False)):
        x = ttnn.from_torch(whole, layout=ttnn.TILE_LAYOUT, device=mesh_device, mesh_mapper=mapper)
        draws = ttnn.bernoulli(x, 7)
        assert draws.dtype == ttnn.float32
        shards = [ttnn.to_torch(t) for t in ttnn.get_device_tensors(draws)]
        assert torch.equal(shards[0], shards[1]) == copies
        assert all(abs(s.mean() - 0.25) < 0.02 for s in shards)
        assert shards[0].unique().tolist() == [0, 1]
        assert ttnn.uniform(x, -1.0, 3.0, 7) is not None
        shards = [ttnn.to_torch(t) for t in ttnn.get_device_tensors(x)]
        assert torch.equal(shards[0], shards[1]) == copies
        assert all(s.min() >= -1 and s.max() < 3 and abs(s.mean() - 1) < 0.05 for s in shards)


def test_triangles(device):
    for shape in ((5, 5), (2, 3, 33, 70), (4, 1)):
        x = torch.rand(shape)
        for dtype in (ttnn.float32, ttnn.bfloat16, ttnn.int32):
            values = ttnn.to_torch(ttnn.from_torch(x * 10, dtype=dtype))
            tensor = ttnn.from_torch(values, layout=ttnn.TILE_LAYOUT, device=device)
            for diagonal in (-40, -1, 0, 2, 90):
                lower, upper = (f(tensor, diagonal=diagonal) for f in (ttnn.tril, ttnn.triu))
                assert torch.equal(ttnn.to_torch(lower), values.tril(diagonal))
                assert torch.equal(ttnn.to_torch(upper), values.triu(diagonal))


def test_randn(device):
    x = ttnn.to_torch(ttnn.randn((300, 301), device, dtype=ttnn.float32, seed=2))
    assert abs(x.mean()) < 0.01 and abs(x.std() - 1) < 0.01
    assert abs((x.abs() < 1).float().mean() - 0.6827) < 0.01
    assert abs((x.abs() < 2).float().mean() - 0.9545) < 0.01
    assert torch.equal(x, ttnn.to_torch(ttnn.randn((300, 301), device, dtype=ttnn.float32, seed=2)))


def errors(mesh):
    rows = ttnn.ROW_MAJOR_LAYOUT
    x = ttnn.zeros((3, 4), layout=ttnn.TILE_LAYOUT, device=mesh)
    return {
        "a negative size": lambda: ttnn.zeros((3, -1)),
        "block floats in rows": lambda: ttnn.ones((3, 4), ttnn.bfloat8_b, rows, mesh),
        "no value": lambda: ttnn.full((3, 4)),
        "a value that is none": lambda: ttnn.full((3, 4), "one"),
        "empty without a device": lambda: ttnn.empty((3, 4)),
        "a tensor of another shape": lambda: ttnn.full((4, 3), 1.0, optional_tensor=x),
        "steps of zero": lambda: ttnn.arange(0, 5, 0),
        "steps the other way": lambda: ttnn.arange(0, 5, -1),
        "rand of bytes": lambda: ttnn.rand((3, 4), mesh, dtype=ttnn.uint8),
        "rand on the host": lambda: ttnn.rand((3, 4), None),
        "bounds the other way": lambda: ttnn.rand((3, 4), mesh, low=1.0, high=0.0),
        "whole normal numbers": lambda: ttnn.randn((3, 4), mesh, dtype=ttnn.int32),
    }


def test_error_texts(device):
    """TTNN_UPDATE_GOLDEN=1 writes the file anew; the change is then visible in the diff."""
    expect_error_texts("create.txt", errors(device))
    assert torch.equal(ttnn.to_torch(ttnn.arange(3, device=device)).float(), torch.arange(3.0))


def test_more_bytes_than_can_be_counted_are_refused(device):
    with pytest.raises(RuntimeError, match=r"zeros: .*more bytes than can be counted"):
        ttnn.zeros((2**40, 2**40), device=device)
    with pytest.raises(RuntimeError, match=r"repeat: .*more bytes than can be counted"):
        ttnn.repeat(ttnn.ones((2,), device=device), [2**62])
