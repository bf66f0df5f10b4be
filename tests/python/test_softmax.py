"""Softmax, norms and embedding against torch: dims, masks, residuals, what they are on a mesh,
errors.
"""

import pytest
import torch
from error_texts import expect_error_texts

import ttnn
from ttnn.testing import assert_close

BF16, BF8, F32, U32 = ttnn.bfloat16, ttnn.bfloat8_b, ttnn.float32, ttnn.uint32


def rand(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


def on(mesh, x, dtype=F32, layout=ttnn.TILE_LAYOUT, dim=None):
    mapper = ttnn.ShardTensorToMesh(mesh, dim=dim) if dim is not None else None
    return ttnn.from_torch(x, dtype=dtype, layout=layout, device=mesh, mesh_mapper=mapper)


def stored(x, dtype):
    """The values that a tensor of a dtype holds."""
    return ttnn.to_torch(ttnn.from_torch(x, dtype=dtype, layout=ttnn.TILE_LAYOUT)).float()


def check(expected, actual, **options):
    dtype = options.pop("dtype", None) or actual.dtype
    wide = dtype in (F32, torch.float32)  # vector functions are right to a few units of float32
    assert_close(
        expected,
        actual,
        dtype=dtype,
        max_ulp=16 if wide else 1.01,
        mean_ulp=2,
        atol=1e-6,
        **options,
    )


@pytest.mark.parametrize("dtype", [BF16, BF8, F32])
@pytest.mark.parametrize("shape", [(3, 70), (2, 3, 33, 65), (5,), (1, 1), (2, 300, 17), (2, 9, 1)])
def test_softmax_along_every_dim(device, dtype, shape):
    x = stored(rand(*shape) * 5, dtype)
    for dim in range(-len(shape), len(shape)):
        tensor = on(device, x, dtype)
        expected = torch.softmax(x, dim)
        check(expected, ttnn.softmax(tensor, dim=dim))
        assert ttnn.softmax_in_place(tensor, dim) is not None
        check(expected, tensor)


def test_softmax_of_large_values_and_of_infinities(device):
    x = rand(4, 40) * 1e4
    x[1, 3:] = -torch.inf
    check(torch.softmax(x, -1), ttnn.softmax(on(device, x), dim=-1, numeric_stable=False))
    assert ttnn.to_torch(ttnn.softmax(on(device, x - torch.inf), -1)).isnan().all()


@pytest.mark.parametrize("mask_shape", [(1, 1, 1, 40), (2, 1, 5, 40), (5, 40), (40,), (2, 3, 5, 1)])
def test_scale_and_mask(device, mask_shape):
    x, mask = rand(2, 3, 5, 40), rand(*mask_shape)
    expected = torch.softmax(x * 0.25 + mask, -1)
    tensor = on(device, x)
    check(expected, ttnn.scale_mask_softmax(tensor, 0.25, on(device, mask)))
    ttnn.scale_mask_softmax_in_place(tensor, 0.25, on(device, mask))
    check(expected, tensor)


@pytest.mark.parametrize("dtype", [BF16, BF8, F32])
@pytest.mark.parametrize("shape", [(3, 70), (2, 3, 33, 64), (96,), (1, 1), (0, 32), (300, 384)])
def test_norms(device, dtype, shape):
    width = shape[-1]
    x, residual = (stored(rand(*shape), dtype) for _ in range(2))
    weight, bias = stored(rand(width), BF16), stored(rand(width), BF16)
    row = {"weight": on(device, weight[None], BF16), "bias": on(device, bias[None], BF16)}
    y = x + residual
    expected = torch.nn.functional.layer_norm(y, (width,), weight, bias, 1e-5)
    given = on(device, x, dtype), {"residual_input_tensor": on(device, residual, dtype)}
    result = ttnn.layer_norm(given[0], epsilon=1e-5, **row, **given[1])
    assert result.dtype == dtype
    check(expected, result, pcc=-1)
    square = y.square().mean(-1, keepdim=True)
    expected = y * torch.rsqrt(square + 1e-6) * weight
    check(expected, ttnn.rms_norm(given[0], epsilon=1e-6, weight=row["weight"], **given[1]))


def test_norms_take_row_major_parameters(device):
    x, weight = rand(5, 128), rand(128)
    parameter = on(device, weight.reshape(1, 1, 4, 32), BF16, ttnn.ROW_MAJOR_LAYOUT)
    expected = torch.nn.functional.layer_norm(x, (128,), weight.bfloat16().float(), None, 1e-12)
    check(expected, ttnn.layer_norm(on(device, x), weight=parameter))


@pytest.mark.parametrize("dtype", [BF16, BF8, F32])
@pytest.mark.parametrize("shape", [(2, 5), (7,), (3, 1, 1, 6), (2, 0), (1, 1)])
def test_embedding(device, dtype, shape):
    table = stored(rand(50, 40), dtype)
    numbers = torch.randint(50, shape, generator=torch.Generator().manual_seed(1))
    layout = ttnn.TILE_LAYOUT if dtype == BF8 else ttnn.ROW_MAJOR_LAYOUT
    weight = on(device, table, dtype, layout)
    rows = table[numbers].reshape(*(shape if len(shape) < 2 else (shape[0], shape[-1])), 40)
    for indices in (
        on(device, numbers, U32, ttnn.ROW_MAJOR_LAYOUT),
        on(device, numbers, U32),
        on(device, numbers, BF16),
    ):
        result = ttnn.embedding(indices, weight)
        assert result.layout == layout and result.dtype == dtype
        assert torch.equal(ttnn.to_torch(result).float(), rows)
        wide = ttnn.embedding(indices, weight, dtype=F32, layout=ttnn.TILE_LAYOUT)
        assert wide.layout == ttnn.TILE_LAYOUT
        assert torch.equal(ttnn.to_torch(wide), rows)


def test_an_index_outside_of_the_table(device):
    weight = on(device, rand(50, 32), BF16, ttnn.ROW_MAJOR_LAYOUT)
    numbers = on(device, torch.tensor([[1, 50]]), U32, ttnn.ROW_MAJOR_LAYOUT)
    with pytest.raises(IndexError, match=r"index 50 is out of range.*has 50 rows"):
        ttnn.to_torch(ttnn.embedding(numbers, weight))
    numbers = on(device, torch.tensor([[1, 49]]), U32, ttnn.ROW_MAJOR_LAYOUT)
    assert ttnn.to_torch(ttnn.embedding(numbers, weight)).shape == (1, 2, 32)


@pytest.mark.parametrize("mesh_device", [(1, 3), (2, 4)], indirect=True)
def test_on_a_mesh_rows_are_shards_and_columns_are_not(mesh_device):
    n = mesh_device.get_num_devices()
    x, weight = rand(2 * n, 3, 32 * n), rand(32 * n)
    for dim in (0, 2):
        tensor = on(mesh_device, x, dim=dim)
        for result, expected in (
            (ttnn.softmax(tensor, -1), torch.softmax(x, -1)),
            (ttnn.softmax(tensor, 1), torch.softmax(x, 1)),
        ):
            if dim == 2 and expected is not None and torch.equal(expected, torch.softmax(x, -1)):
                with pytest.raises(RuntimeError):
                    ttnn.to_torch(result)
            else:
                check(expected, ttnn.to_torch(result))
    expected = torch.nn.functional.layer_norm(x, (32 * n,), weight, None, 1e-5)
    rows = on(mesh_device, x, dim=0)
    result = ttnn.layer_norm(rows, epsilon=1e-5, weight=on(mesh_device, weight))
    check(expected, ttnn.to_torch(result))
    with pytest.raises(RuntimeError):
        ttnn.to_torch(ttnn.rms_norm(on(mesh_device, x, dim=2)))


@pytest.mark.parametrize("mesh_device", [(1, 3)], indirect=True)
def test_embedding_on_a_mesh(mesh_device):
    table, numbers = rand(50, 96), torch.arange(18).reshape(6, 3)
    whole = on(mesh_device, table, layout=ttnn.ROW_MAJOR_LAYOUT)
    columns = on(mesh_device, table, layout=ttnn.ROW_MAJOR_LAYOUT, dim=1)
    everywhere = on(mesh_device, numbers, U32, ttnn.ROW_MAJOR_LAYOUT)
    for dim in (0, 1):
        shards = on(mesh_device, numbers, U32, ttnn.ROW_MAJOR_LAYOUT, dim=dim)
        assert torch.equal(ttnn.to_torch(ttnn.embedding(shards, whole)), table[numbers])
    assert torch.equal(ttnn.to_torch(ttnn.embedding(everywhere, columns)), table[numbers])
    with pytest.raises(RuntimeError):
        ttnn.to_torch(ttnn.embedding(shards, columns))


def errors(mesh):
    x, integers = on(mesh, rand(4, 32)), on(mesh, torch.ones(4, 32), ttnn.int32)
    table = on(mesh, rand(9, 32), BF16, ttnn.ROW_MAJOR_LAYOUT)
    numbers = on(mesh, torch.ones(2, 3), U32, ttnn.ROW_MAJOR_LAYOUT)
    deep = on(mesh, torch.ones(2, 3, 4), U32, ttnn.ROW_MAJOR_LAYOUT)
    host = ttnn.from_torch(rand(4, 32), layout=ttnn.TILE_LAYOUT)
    return {
        "softmax: a dim outside": lambda: ttnn.softmax(x, dim=2),
        "softmax: integers": lambda: ttnn.softmax(integers),
        "softmax: on the host": lambda: ttnn.softmax(host),
        "softmax: a mask that does not fit": lambda: ttnn.scale_mask_softmax(
            x, 1.0, on(mesh, rand(4, 16))
        ),
        "layer_norm: a weight of another size": lambda: ttnn.layer_norm(
            x, weight=on(mesh, rand(1, 16))
        ),
        "rms_norm: integers": lambda: ttnn.rms_norm(integers),
        "rms_norm: a residual of another shape": lambda: ttnn.rms_norm(
            x, residual_input_tensor=on(mesh, rand(1, 32))
        ),
        "embedding: fractions": lambda: ttnn.embedding(x, table),
        "embedding: a table of integers": lambda: ttnn.embedding(numbers, integers),
        "embedding: three dims": lambda: ttnn.embedding(deep, table),
        "embedding: a vector for a table": lambda: ttnn.embedding(numbers, on(mesh, rand(32))),
        "embedding: a padding row outside": lambda: ttnn.embedding(numbers, table, padding_idx=9),
    }


def test_error_texts(device):
    """TTNN_UPDATE_GOLDEN=1 writes the file anew; the change is then visible in the diff."""
    expect_error_texts("softmax.txt", errors(device))
