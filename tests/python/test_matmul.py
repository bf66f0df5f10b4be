"""Products against torch: dtypes, packed weights, what the result is on a mesh, errors."""

import os
import subprocess
import sys

import pytest
import torch
from error_texts import expect_error_texts

import ttnn
from ttnn.testing import assert_close, assert_equal

pytestmark = pytest.mark.products

BF16, BF8, BF4, F32 = ttnn.bfloat16, ttnn.bfloat8_b, ttnn.bfloat4_b, ttnn.float32


def rand(*shape):
    return torch.rand(shape, generator=torch.Generator().manual_seed(sum(shape))) * 2 - 1


def on(mesh, x, dtype=BF16, mapper=None):
    return ttnn.from_torch(x, dtype=dtype, layout=ttnn.TILE_LAYOUT, device=mesh, mesh_mapper=mapper)


def stored(x, dtype):
    """The values that a tensor of a dtype holds."""
    return ttnn.to_torch(ttnn.from_torch(x, dtype=dtype, layout=ttnn.TILE_LAYOUT)).float()


def check(expected, actual, terms, **options):
    magnitudes = torch.full_like(expected, terms**0.5)
    assert_close(
        expected, actual, sum_length=terms, sum_of_magnitudes=magnitudes, pcc=-1.0, **options
    )


@pytest.mark.parametrize("weight_dtype", [BF16, BF8, BF4, F32])
@pytest.mark.parametrize("dtype", [BF16, BF8, BF4, F32])
def test_dtypes_mix_and_the_first_one_is_the_results(device, dtype, weight_dtype):
    for M, K, N, transposed in (
        (1, 300, 200, False),
        (45, 300, 200, True),
        (200, 259, 130, False),
        (3, 65, 17, True),
    ):
        x, w = stored(rand(M, K), dtype), stored(rand(K, N), weight_dtype)
        weight = w.T.contiguous() if transposed else w
        if transposed:
            weight = stored(weight, weight_dtype)
            w = weight.T
        expected = x @ w
        a, b = on(device, x, dtype), on(device, weight, weight_dtype)
        result = ttnn.matmul(a, b, transpose_b=transposed)
        assert result.dtype == dtype and result.layout == ttnn.TILE_LAYOUT
        check(expected, result, K)
        wide = ttnn.matmul(a, b, transpose_b=transposed, dtype=F32)
        assert wide.dtype == F32
        check(expected, wide, K, max_ulp=4)


@pytest.mark.parametrize("dtype", [BF16, BF8, F32])
def test_transposed_operands(device, dtype):
    a, b = stored(rand(3, 70, 45), dtype), stored(rand(3, 33, 70), dtype)
    result = ttnn.matmul(
        on(device, a, dtype), on(device, b, dtype), transpose_a=True, transpose_b=True
    )
    check(a.mT @ b.mT, result, 70)


def test_a_weight_in_all_its_roles(device):
    """Packed for a product, it is still what was uploaded to everyone else."""
    x, w = rand(192, 192).bfloat16(), rand(192, 192).bfloat16()
    a, b = on(device, x), on(device, w)
    for _ in range(2):
        check(x.float() @ w.float(), ttnn.matmul(a, b), 192)
        assert torch.equal(ttnn.to_torch(b), w)
        check(x.float() @ w.float().T, ttnn.matmul(a, b, transpose_b=True), 192)
        assert torch.equal(ttnn.to_torch(b), w)
        check(w.float() @ w.float(), ttnn.matmul(b, b), 192)
        assert_equal(ttnn.to_torch(ttnn.add(b, b)), w + w)
        check(w.float() @ x.float(), b @ a, 192)


@pytest.mark.parametrize(
    ("dtype", "K", "N"),
    [(BF8, 384, 400), (BF4, 384, 400), (BF8, 4224, 4176)],  # the last one is packed in stages
)
def test_a_block_float_weight_is_still_what_was_uploaded(device, dtype, K, N):
    x, w = rand(2, K).bfloat16(), stored(rand(K, N), dtype)
    a, b = on(device, x), on(device, w, dtype)
    for _ in range(2):
        check(x.float() @ w, ttnn.matmul(a, b, dtype=F32), K, max_ulp=16)
        assert torch.equal(ttnn.to_torch(b).float(), w)
        check(x.float() @ w, ttnn.matmul(a, b), K)


def test_a_weight_that_is_written_again(device):
    x, w = rand(8, 256).bfloat16(), rand(256, 192).bfloat16()
    a, b = on(device, x), on(device, w)
    check(x.float() @ w.float(), ttnn.linear(a, b), 256)
    ttnn.multiply_(b, 2.0)
    check(x.float() @ (2 * w).float(), ttnn.linear(a, b), 256)


def test_bias_and_activation_are_rounded_once(device):
    x, w, bias = rand(40, 130).bfloat16(), rand(130, 96).bfloat16(), rand(1, 96).bfloat16()
    a, b = on(device, x), on(device, w)
    total = x.float() @ w.float() + bias.float()
    for bias_tensor in (on(device, bias), on(device, bias[0]), on(device, bias, F32)):
        check(total, ttnn.linear(a, b, bias=bias_tensor), 130)
    bias = on(device, bias)
    for activation, expected in (
        ("relu", total.relu()),
        ("gelu", torch.nn.functional.gelu(total)),
        (ttnn.UnaryWithParam(ttnn.UnaryOpType.LEAKY_RELU, 0.25), total.where(total > 0, total / 4)),
        ((ttnn.UnaryOpType.LEAKY_RELU, 0.25), total.where(total > 0, total / 4)),
    ):
        check(expected, ttnn.linear(a, b, bias=bias, activation=activation), 130)
    column = rand(40, 1).bfloat16()
    expected = (x.float() @ w.float() + column.float()).relu()
    check(expected, ttnn.linear(a, b, bias=on(device, column), activation="relu"), 130)


def test_an_unknown_activation_is_refused(device):
    x, w = on(device, rand(4, 32)), on(device, rand(32, 64))
    with pytest.raises(RuntimeError, match="Unknown unary op: gleu"):
        ttnn.linear(x, w, activation="gleu")


def test_a_program_configs_activation_is_honoured(device):
    x, w = rand(40, 64).bfloat16(), rand(64, 96).bfloat16()
    config = ttnn.MatmulMultiCoreReuseMultiCast1DProgramConfig(
        compute_with_storage_grid_size=(8, 8),
        in0_block_w=1,
        out_subblock_h=1,
        out_subblock_w=1,
        per_core_M=2,
        per_core_N=1,
        fuse_batch=True,
        fused_activation=ttnn.UnaryWithParam(ttnn.UnaryOpType.RELU),
        mcast_in0=True,
    )
    result = ttnn.linear(on(device, x), on(device, w), program_config=config)
    check((x.float() @ w.float()).relu(), result, 64)
    config = ttnn.MatmulMultiCoreReuseProgramConfig(
        compute_with_storage_grid_size=(8, 8),
        in0_block_w=1,
        out_subblock_h=1,
        out_subblock_w=1,
        per_core_M=2,
        per_core_N=3,
    )
    result = ttnn.matmul(on(device, x), on(device, w), program_config=config)
    check(x.float() @ w.float(), result, 64)


def test_ranks_and_batches(device):
    for left, right in (
        ((7,), (7,)),
        ((7,), (7, 3)),
        ((5, 7), (7,)),
        ((2, 5, 7), (7,)),
        ((2, 3, 5, 7), (2, 3, 7, 4)),
        ((2, 3, 5, 7), (7, 4)),
        ((5, 7), (3, 7, 4)),
        ((1, 1, 5, 7), (2, 3, 7, 4)),
        ((2, 3, 5, 7), (1, 1, 7, 4)),
        ((3, 0), (0, 4)),
        ((0, 3), (3, 4)),
        ((2, 3, 4), (2, 4, 0)),
    ):
        a, b = rand(*left), rand(*right)
        result = ttnn.matmul(on(device, a, F32), on(device, b, F32))
        expected = torch.matmul(a, b)
        assert tuple(result.shape) == tuple(expected.shape)
        check(expected, result, 8, max_ulp=4)


def test_writes_where_it_is_told(device):
    x, w = rand(33, 40), rand(40, 20)
    out = on(device, torch.zeros(33, 20), F32)
    result = ttnn.matmul(on(device, x), on(device, w), optional_output_tensor=out)
    assert result.dtype == F32
    check(x.bfloat16().float() @ w.bfloat16().float(), out, 40, max_ulp=4)
    square = rand(40, 40)
    a = on(device, square, F32)
    ttnn.matmul(a, a, optional_output_tensor=a)
    check(square @ square, a, 40, max_ulp=4)
    config = ttnn.L1_MEMORY_CONFIG
    assert ttnn.matmul(a, a, memory_config=config).memory_config() == config
    assert ttnn.matmul(a, a).memory_config() == ttnn.DRAM_MEMORY_CONFIG


def test_addmm(device):
    x, a, b = rand(9, 20), rand(9, 40), rand(40, 20)
    result = ttnn.addmm(*(on(device, t, F32) for t in (x, a, b)), alpha=0.5, beta=2)
    check(torch.addmm(x, a, b, alpha=0.5, beta=2), result, 40, max_ulp=4)


def shard(mesh, *dims):
    if len(dims) == 1:
        return ttnn.ShardTensorToMesh(mesh, dim=dims[0]) if dims[0] is not None else None
    return ttnn.ShardTensor2dMesh(mesh, mesh_shape=tuple(mesh.shape), dims=dims)


@pytest.mark.parametrize("mesh_device", [(1, 3), (2, 4)], indirect=True)
@pytest.mark.parametrize(
    ("a_dims", "b_dims", "whole"),
    [
        ((0,), (None,), "sharded"),  # rows
        ((None,), (1,), "sharded"),  # columns
        ((1,), (0,), "partial"),  # what is summed
        ((0,), (1,), "local"),  # a block of the diagonal each
        ((1,), (None,), None),  # shapes do not fit
    ],
)
def test_what_a_product_is_on_a_line(mesh_device, a_dims, b_dims, whole):
    n = mesh_device.get_num_devices()
    a, b = rand(8 * n, 16 * n), rand(16 * n, 24 * n)
    left = on(mesh_device, a, F32, shard(mesh_device, *a_dims))
    right = on(mesh_device, b, F32, shard(mesh_device, *b_dims))
    if whole is None:
        with pytest.raises(RuntimeError, match="The width of the first tensor must be equal"):
            ttnn.matmul(left, right)
        return
    result = ttnn.matmul(left, right)
    if whole == "sharded":
        check(a @ b, ttnn.to_torch(result), 16 * n, max_ulp=4)
        return
    with pytest.raises(RuntimeError):
        ttnn.to_torch(result)
    if whole == "partial":
        total = sum(ttnn.to_torch(t) for t in ttnn.get_device_tensors(result))
        check(a @ b, total, 16 * n, max_ulp=8)


@pytest.mark.parametrize("mesh_device", [(2, 4)], indirect=True)
@pytest.mark.parametrize("bias_dims", [None, (None, 1)])
def test_tensor_and_data_parallel_at_once(mesh_device, bias_dims):
    a, b, bias = rand(12, 32), rand(32, 64), rand(1, 64)
    left = on(mesh_device, a, F32, shard(mesh_device, 0, None))
    right = on(mesh_device, b, F32, shard(mesh_device, None, 1))
    bias_tensor = bias_dims and on(mesh_device, bias, F32, shard(mesh_device, *bias_dims))
    result = ttnn.linear(left, right, bias=bias_tensor, activation="relu")
    expected = (a @ b + (bias if bias_dims else 0)).relu()
    check(expected, ttnn.to_torch(result), 32, max_ulp=4)


@pytest.mark.parametrize("mesh_device", [(2, 4)], indirect=True)
@pytest.mark.parametrize("dtype", [BF16, BF8, F32])
def test_batches_over_devices(mesh_device, dtype):
    a, b = stored(rand(16, 3, 20), dtype), stored(rand(16, 20, 70), dtype)
    everywhere = shard(mesh_device, 0)
    left, right = (on(mesh_device, t, dtype, everywhere) for t in (a, b))
    check(a @ b, ttnn.to_torch(ttnn.matmul(left, right)), 20, dtype=dtype)
    weight = on(mesh_device, b[0], dtype)
    check(a @ b[0], ttnn.to_torch(ttnn.matmul(left, weight)), 20, dtype=dtype)
    one = on(mesh_device, a[0], dtype)
    check(a[0] @ b, ttnn.to_torch(ttnn.matmul(one, right)), 20, dtype=dtype)


WORKERS = """
import hashlib, torch, ttnn
torch.manual_seed(0)
mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 4))
def on(x, dtype, dim=None):
    mapper = ttnn.ShardTensorToMesh(mesh, dim=dim) if dim is not None else None
    return ttnn.from_torch(
        x, dtype=dtype, layout=ttnn.TILE_LAYOUT, device=mesh, mesh_mapper=mapper
    )
digest = hashlib.sha256()
for dtype in (ttnn.bfloat16, ttnn.float32, ttnn.bfloat8_b):
    x, w = on(torch.randn(4, 3, 75, 300), dtype, 0), on(torch.randn(300, 517), dtype)
    y = ttnn.linear(x, w, bias=on(torch.randn(1, 517), ttnn.bfloat16), activation="gelu")
    y = ttnn.softmax(ttnn.layer_norm(y), dim=-2)
    z = ttnn.matmul(y, y, transpose_a=True)
    cut = ttnn.linear(on(torch.randn(70, 300), dtype), on(torch.randn(4, 300, 517), dtype, 0))
    for t in (y, z, cut):
        digest.update(ttnn.to_torch(t).float().numpy().tobytes())
print(digest.hexdigest())
"""


def test_the_same_bits_for_any_number_of_workers():
    def run(workers):
        environment = {**os.environ, "TTNN_NUM_WORKERS": str(workers)}
        return subprocess.run(
            [sys.executable, "-c", WORKERS], env=environment, capture_output=True, check=True
        ).stdout

    bits = run(1)
    assert len(bits) > 60
    assert run(2) == bits
    assert run(3) == bits


def errors(mesh):
    x, w = on(mesh, rand(4, 32)), on(mesh, rand(32, 64))
    sharded = ttnn.create_sharded_memory_config(
        (32, 32), ttnn.CoreGrid(y=1, x=1), ttnn.ShardStrategy.HEIGHT
    )
    integers = ttnn.from_torch(
        torch.ones(4, 32, dtype=torch.int32), layout=ttnn.TILE_LAYOUT, device=mesh
    )
    rows = ttnn.from_torch(rand(4, 32).bfloat16(), device=mesh)
    scalar = ttnn.from_torch(torch.tensor(1.0).bfloat16(), layout=ttnn.TILE_LAYOUT, device=mesh)
    host = ttnn.from_torch(rand(32, 64), dtype=BF16, layout=ttnn.TILE_LAYOUT)
    batches = on(mesh, rand(2, 4, 32)), on(mesh, rand(3, 32, 4))
    return {
        "a rank of 0": lambda: ttnn.matmul(scalar, w),
        "an inner size that differs": lambda: ttnn.matmul(w, w),
        "torch's weight": lambda: ttnn.linear(x, on(mesh, rand(64, 32))),
        "rows instead of tiles": lambda: ttnn.matmul(rows, w),
        "integers": lambda: ttnn.matmul(integers, w),
        "an integer result": lambda: ttnn.matmul(x, w, dtype=ttnn.int32),
        "an operand on the host": lambda: ttnn.matmul(x, host),
        "batches that differ": lambda: ttnn.matmul(*batches),
        "a vector transposed": lambda: ttnn.matmul(on(mesh, rand(4)), w, transpose_a=True),
        "a bias of another size": lambda: ttnn.linear(x, w, bias=on(mesh, rand(1, 32))),
        "a sharded result with an activation": lambda: ttnn.linear(
            x, w, memory_config=sharded, activation="gelu"
        ),
        "an output of another shape": lambda: ttnn.matmul(x, w, optional_output_tensor=x),
        "no weight": lambda: ttnn.linear(x),
    }


def test_error_texts(device):
    """TTNN_UPDATE_GOLDEN=1 writes the file anew; the change is then visible in the diff."""
    expect_error_texts("matmul.txt", errors(device))
    x, w = rand(4, 32), rand(32, 64)  # and the mesh goes on
    check(x @ w, ttnn.matmul(on(device, x, F32), on(device, w, F32)), 32, max_ulp=4)
