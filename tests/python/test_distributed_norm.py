"""Norms of rows that are cut over devices: beside the norm of whole rows, and what they are on a
mesh.
"""

import pytest
import torch
from error_texts import expect_error_texts

import ttnn
from ttnn.testing import assert_close

BF16, F32 = ttnn.bfloat16, ttnn.float32
NORMS = {
    "rms_norm": (ttnn.rms_norm, ttnn.rms_norm_pre_all_gather, ttnn.rms_norm_post_all_gather),
    "layer_norm": (
        ttnn.layer_norm,
        ttnn.layer_norm_pre_all_gather,
        ttnn.layer_norm_post_all_gather,
    ),
}
EPSILON = 1e-5


def rand(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


def on(mesh, x, dim=None, dtype=F32, layout=ttnn.TILE_LAYOUT):
    mapper = ttnn.ReplicateTensorToMesh(mesh)
    if dim is not None:
        mapper = ttnn.ShardTensorToMesh(mesh, dim=dim)
    return ttnn.from_torch(x, dtype=dtype, layout=layout, device=mesh, mesh_mapper=mapper)


def whole(mesh, x):
    return ttnn.to_torch(x, mesh_composer=ttnn.ConcatMeshToTensor(mesh, dim=-1))


@pytest.fixture(params=[(1, 4), (1, 8), (2, 4)], ids=lambda shape: f"{shape[0]}x{shape[1]}")
def mesh(request):
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(*request.param))
    yield mesh
    ttnn.close_mesh_device(mesh)


# Columns per device: a tile's, fewer, and Falcon's eighth.
@pytest.mark.parametrize("columns", [64, 1, 17, 568])
@pytest.mark.parametrize("name", NORMS)
def test_equals_the_norm_of_whole_rows(mesh, name, columns):
    norm, before, after = NORMS[name]
    devices = mesh.get_num_devices()
    x = rand(2, 1, 33, devices * columns) + 0.5
    weight, bias = rand(1, devices * columns) + 1, rand(1, devices * columns)
    shards, parts = on(mesh, x, -1), [on(mesh, p, -1) for p in (weight, bias)]

    stats = ttnn.all_gather(before(shards, dtype=F32), dim=-1)
    output = after(shards, stats, epsilon=EPSILON, weight=parts[0], bias=parts[1])

    everywhere = norm(on(mesh, x), epsilon=EPSILON, weight=on(mesh, weight), bias=on(mesh, bias))
    expected = ttnn.to_torch(ttnn.get_device_tensors(everywhere)[0])
    # The variance is a difference of means here: it is off by float32's step of the squares' mean.
    spread = x.var(-1, correction=0, keepdim=True)
    off = (x.square().mean(-1, keepdim=True) / spread).max().item() * 2**-21
    atol = off * (expected - bias).abs().max().item() + 1e-6
    assert_close(expected, whole(mesh, output), max_ulp=16, mean_ulp=2, atol=atol)


@pytest.mark.parametrize("name", NORMS)
def test_bfloat16_rounds_the_sums_and_the_result(mesh, name):
    norm, before, after = NORMS[name]
    x = rand(1, 1, 32, mesh.get_num_devices() * 96).bfloat16()
    shards = on(mesh, x, -1, BF16)
    stats = before(shards)
    assert (stats.dtype, stats.layout) == (BF16, ttnn.TILE_LAYOUT)
    output = after(shards, ttnn.all_gather(stats, dim=-1), epsilon=EPSILON)
    assert output.dtype == BF16
    wide = after(shards, ttnn.all_gather(stats, dim=-1), epsilon=EPSILON, dtype=F32)
    assert wide.dtype == F32
    expected = ttnn.to_torch(ttnn.get_device_tensors(norm(on(mesh, x), epsilon=EPSILON))[0])
    # A sum of squares is off by 2**-9 of it at most, its root by half as much; then the result's ulp.
    assert_close(expected, whole(mesh, output), max_ulp=1.01, mean_ulp=0.51, rtol=2**-9, atol=1e-3)
    assert_close(expected, whole(mesh, wide), max_ulp=16, mean_ulp=16, rtol=2**-9, atol=1e-3)


@pytest.mark.parametrize("name", NORMS)
def test_sums_lie_in_the_first_column_of_a_tile_each(mesh, name):
    _, before, _ = NORMS[name]
    x, residual = rand(1, 2, 5, mesh.get_num_devices() * 40), rand(1, 2, 5, 1)
    residual = residual.expand_as(x).contiguous()
    stats = before(on(mesh, x, -1), residual_input_tensor=on(mesh, residual, -1), dtype=F32)
    sums = [lambda v: v.square().sum(-1, keepdim=True), lambda v: v.sum(-1, keepdim=True)]
    sums = sums[: 1 if name == "rms_norm" else 2]
    assert list(stats.shape) == [1, 2, 5, 32 * len(sums)]
    for shard, part in zip(
        ttnn.get_device_tensors(stats),
        (x + residual).chunk(mesh.get_num_devices(), -1),
        strict=True,
    ):
        expected = [torch.nn.functional.pad(of(part), (0, 31)) for of in sums]
        assert_close(torch.cat(expected, -1), shard, max_ulp=16, mean_ulp=4, sum_length=40)


@pytest.mark.parametrize("name", NORMS)
def test_is_known_to_be_slices_of_the_whole(mesh, name):
    _, before, after = NORMS[name]
    devices = mesh.get_num_devices()
    x = rand(1, 1, 8 * devices, 32 * devices)

    def label(tensor):
        return str(tensor._label_parts())

    shards = on(mesh, x, -1)
    stats = before(shards, dtype=F32)
    assert label(stats) == label(shards)
    output = after(shards, ttnn.all_gather(stats, dim=-1))
    assert label(output) == label(shards)
    assert label(after(shards, stats)) != label(shards)  # each device by its own sums
    weight = rand(1, 32)
    gathered = ttnn.all_gather(stats, dim=-1)
    assert label(after(shards, gathered, weight=on(mesh, weight))) != label(shards)
    rows = on(mesh, x, -2)
    assert label(after(rows, before(rows, dtype=F32))) == label(rows)


def test_a_weight_of_row_major_tiles_is_cut_along_them(mesh):
    devices = mesh.get_num_devices()
    x, weight = rand(1, 1, 8, 64 * devices), rand(64 * devices)
    shards = on(mesh, x, -1)
    tiles = on(mesh, weight.reshape(1, 1, -1, 32), 2, layout=ttnn.ROW_MAJOR_LAYOUT)
    stats = ttnn.all_gather(ttnn.rms_norm_pre_all_gather(shards, dtype=F32), dim=-1)
    output = ttnn.rms_norm_post_all_gather(shards, stats, epsilon=EPSILON, weight=tiles)
    expected = torch.nn.functional.rms_norm(x, x.shape[-1:], weight, EPSILON)
    assert_close(expected, ttnn.to_torch(output), max_ulp=16, mean_ulp=4, atol=1e-6)


def test_error_texts(mesh_device):
    """TTNN_UPDATE_GOLDEN=1 writes the file anew; the change is then visible in the diff."""
    x = on(mesh_device, rand(1, 1, 4, 256), -1)
    sums = ttnn.rms_norm_pre_all_gather(x)
    calls = {
        "integers": lambda: ttnn.rms_norm_pre_all_gather(ttnn.typecast(x, ttnn.int32)),
        "a residual of another shape": lambda: ttnn.layer_norm_pre_all_gather(
            x, residual_input_tensor=on(mesh_device, rand(1, 64))
        ),
        "the other norm's sums": lambda: ttnn.layer_norm_post_all_gather(x, sums),
        "sums of other rows": lambda: ttnn.rms_norm_post_all_gather(
            x, on(mesh_device, rand(1, 1, 3, 32))
        ),
        "a whole weight": lambda: ttnn.rms_norm_post_all_gather(
            x, sums, weight=on(mesh_device, rand(1, 256))
        ),
    }
    expect_error_texts("distributed_norm.txt", calls)
    assert ttnn.rms_norm_pre_all_gather(x) is not None
