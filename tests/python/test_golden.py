"""Golden functions: every operation has one, and each means what TT-NN's operation does."""

import math

import pytest
import torch

import ttnn
from ttnn import golden
from ttnn.decorators import REGISTERED_OPERATIONS
from ttnn.golden import GOLDEN, block_float, typecast


def g(name):
    return GOLDEN[f"ttnn.{name}"]


@pytest.fixture
def x():
    return torch.randn(2, 3, 5, 7, generator=torch.Generator().manual_seed(0))


# What one call of each family's members means, next to torch's own.
ONE_CALL = {
    "gelu": (lambda x: torch.nn.functional.gelu(x)),
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "silu": torch.nn.functional.silu,
    "tanh": torch.tanh,
    "exp": torch.exp,
    "abs": torch.abs,
    "square": torch.square,
    "neg": torch.neg,
    "cos": torch.cos,
    "erf": torch.erf,
    "mish": torch.nn.functional.mish,
    "hardswish": torch.nn.functional.hardswish,
    "softplus": torch.nn.functional.softplus,
    "selu": torch.nn.functional.selu,
}


@pytest.mark.parametrize("name", ONE_CALL)
def test_unary(x, name):
    torch.testing.assert_close(g(name)(x, memory_config=object(), queue_id=0), ONE_CALL[name](x))
    rounded = g(name)(x.bfloat16())
    assert rounded.dtype == torch.bfloat16
    torch.testing.assert_close(
        rounded, ONE_CALL[name](x.bfloat16().float()).bfloat16(), rtol=0, atol=0
    )


def test_unary_with_arguments(x):
    torch.testing.assert_close(g("leaky_relu")(x, 0.1), torch.nn.functional.leaky_relu(x, 0.1))
    torch.testing.assert_close(
        g("leaky_relu")(x, negative_slope=0.1), torch.nn.functional.leaky_relu(x, 0.1)
    )
    torch.testing.assert_close(g("clamp")(x, min=-0.5, max=0.5), x.clamp(-0.5, 0.5))
    torch.testing.assert_close(g("clamp")(x, -0.5), x.clamp(min=-0.5))
    torch.testing.assert_close(g("clamp")(x, min=x - 1, max=x - 0.5), x - 0.5)
    torch.testing.assert_close(g("elu")(x, alpha=2.0), torch.nn.functional.elu(x, 2.0))
    torch.testing.assert_close(g("hardtanh")(x, min_val=-2, max_val=0.1), x.clamp(-2, 0.1))
    torch.testing.assert_close(
        g("gelu")(x, fast_and_approximate_mode=True), torch.nn.functional.gelu(x)
    )
    tanh = torch.nn.functional.gelu(x, approximate="tanh")
    torch.testing.assert_close(golden.activate(x, "gelu_tanh"), tanh)


def test_comparisons_give_ones_and_zeros_in_the_dtype_of_a(x):
    result = g("gt")(x.bfloat16(), 0.0)
    assert result.dtype == torch.bfloat16 and set(result.flatten().tolist()) == {0.0, 1.0}
    assert g("eq")(
        torch.tensor([1, 2], dtype=torch.int32), torch.tensor([1, 3], dtype=torch.int32)
    ).tolist() == [1, 0]
    assert g("logical_and")(torch.tensor([0.0, 2.0]), torch.tensor([1.0, 3.0])).tolist() == [
        0.0,
        1.0,
    ]
    assert g("isnan")(torch.tensor([math.nan, 1.0])).tolist() == [1.0, 0.0]


def test_binary_broadcasts_and_keeps_the_dtype_of_a(x):
    torch.testing.assert_close(g("add")(x, x[:1, :, :1]), x + x[:1, :, :1])
    assert g("add")(x.bfloat16(), x).dtype == torch.bfloat16
    assert g("multiply")(x, x.bfloat16()).dtype == torch.float32
    torch.testing.assert_close(g("subtract")(1.0, x), 1.0 - x)
    torch.testing.assert_close(g("rsub")(x, 1.0), 1.0 - x)
    torch.testing.assert_close(g("rdiv")(x, 2.0), 2.0 / x)
    torch.testing.assert_close(g("pow")(x.abs(), exponent=2.5), x.abs() ** 2.5)
    assert g("mul") is g("multiply")
    assert g("add")(x, 1, dtype=ttnn.bfloat16).dtype == torch.bfloat16
    torch.testing.assert_close(g("maximum")(x, 0.0), x.clamp(min=0))


def test_integers():
    a = torch.tensor([7, -7, 2**31 - 1], dtype=torch.int32)
    assert g("add")(a, 1).tolist() == [8, -6, -(2**31)], "wraps"
    assert g("div")(a, 2).dtype == torch.float32
    assert g("div")(a, 2, rounding_mode="floor").tolist() == [3, -4, 2**30 - 1]
    assert g("add")(a, 2.0).dtype == torch.float32, "a float scalar makes a float, even a whole one"
    u = torch.tensor([1, 2**32 - 1], dtype=torch.uint32)
    assert g("add")(u, u).tolist() == [2, 2**32 - 2]
    assert g("bitwise_and")(a, 3).tolist() == [3, 1, 3]


def test_activations_around_a_binary(x):
    class Op:
        def __init__(self, name):
            self.name = name

    result = g("add")(
        x, x, activations=[Op("RELU"), (Op("POWER"), 2.0)], input_tensor_a_activations=[Op("NEG")]
    )
    torch.testing.assert_close(result, torch.zeros_like(x))
    with pytest.raises(RuntimeError, match="Unknown unary op: no_such"):
        golden.activate(x, "no_such")


def test_reductions(x):
    torch.testing.assert_close(g("sum")(x, dim=-1, keepdim=True), x.sum(-1, keepdim=True))
    torch.testing.assert_close(g("mean")(x, dim=(0, 2)), x.mean((0, 2)))
    torch.testing.assert_close(g("max")(x), x.max())
    torch.testing.assert_close(g("min")(x, 1), x.amin(1))
    torch.testing.assert_close(g("sum")(x, 1, scalar=0.5), x.sum(1) / 2)
    torch.testing.assert_close(g("std")(x, -1), x.std(-1))
    torch.testing.assert_close(g("var")(x, -1, correction=False), x.var(-1, correction=0))
    torch.testing.assert_close(g("prod")(x, 2, True), x.prod(2, keepdim=True))
    assert g("argmax")(x, -1).dtype == torch.uint32
    assert g("argmax")(x).item() == x.argmax().item()


def test_matmul_and_linear():
    generator = torch.Generator().manual_seed(0)
    a, w, bias = (torch.randn(*s, generator=generator) for s in ((2, 5, 8), (8, 6), (1, 6)))
    torch.testing.assert_close(g("matmul")(a, w), a @ w)
    torch.testing.assert_close(g("matmul")(a.mT, w.T, transpose_a=True, transpose_b=True), a @ w)
    torch.testing.assert_close(
        g("linear")(a, w, bias=bias, activation="gelu"), torch.nn.functional.gelu(a @ w + bias)
    )
    assert g("linear")(a.bfloat16(), w.bfloat16()).dtype == torch.bfloat16
    assert g("matmul")(a, w, dtype=ttnn.bfloat16).dtype == torch.bfloat16


def test_norms_and_softmax(x):
    w, b = torch.randn(7), torch.randn(7)
    torch.testing.assert_close(
        g("layer_norm")(x, epsilon=1e-5, weight=w.reshape(1, -1), bias=b.reshape(1, -1)),
        torch.nn.functional.layer_norm(x, (7,), w, b),
    )
    torch.testing.assert_close(
        g("layer_norm")(x, residual_input_tensor=x, epsilon=1e-5),
        torch.nn.functional.layer_norm(2 * x, (7,)),
    )
    torch.testing.assert_close(
        g("rms_norm")(x, weight=w, epsilon=1e-6), torch.nn.functional.rms_norm(x, (7,), w, 1e-6)
    )
    torch.testing.assert_close(g("softmax")(x, dim=1), x.softmax(1))
    torch.testing.assert_close(g("scale_mask_softmax")(x, 0.5, x), (x * 1.5).softmax(-1))


def test_embedding():
    table, indices = torch.randn(10, 4), torch.tensor([[1, 2, 3], [9, 0, 1]], dtype=torch.uint32)
    torch.testing.assert_close(g("embedding")(indices, table), table[indices.long()])
    assert g("embedding")(indices.reshape(2, 1, 1, 3), weight=table).shape == (2, 3, 4)
    assert g("embedding")(indices[0], table).shape == (3, 4)


def test_movement(x):
    assert torch.equal(g("reshape")(x, (6, -1)), x.reshape(6, -1))
    assert torch.equal(g("permute")(x, (0, 2, 1, 3)), x.permute(0, 2, 1, 3))
    assert torch.equal(g("transpose")(x, -1, -2), x.mT)
    assert torch.equal(g("concat")([x, x], dim=-1), torch.cat([x, x], -1))
    assert torch.equal(g("slice")(x, [0, 1, 0, 2], [2, 3, 5, 7], [1, 1, 2, 1]), x[:, 1:, ::2, 2:])
    assert torch.equal(g("slice")(x, slice_start=[0] * 4, slice_end=[1] * 4), x[:1, :1, :1, :1])
    padded = g("pad")(x, [(0, 0), (0, 1), (2, 0), (1, 3)], 9.0)
    assert (
        padded.shape == (2, 4, 7, 11)
        and padded[0, 3, 0, 0] == 9
        and torch.equal(padded[:, :3, 2:, 1:-3], x)
    )
    assert g("pad")(x, [2, 3, 8, 8], [0, 0, 0, 0], 1.0).shape == (2, 3, 8, 8)
    assert torch.equal(g("repeat")(x, (2, 1, 1, 3)), x.repeat(2, 1, 1, 3))
    assert [t.shape[-1] for t in g("split")(x, 3, -1)] == [3, 3, 1]
    assert [t.shape[1] for t in g("split")(x, [1, 2], dim=1)] == [1, 2]
    assert torch.equal(g("where")(x > 0, x, 0.0), x.relu())
    values, indices = g("topk")(x.bfloat16(), 2)
    assert values.dtype == torch.bfloat16 and indices.dtype == torch.uint16
    assert g("unsqueeze_to_4D")(x[0, 0]).shape == (1, 1, 5, 7)
    assert g("squeeze")(x[:1], 0).shape == (3, 5, 7)


def test_creation(x):
    assert g("zeros")((2, 3)).dtype == torch.bfloat16
    assert g("full")([2], 7, dtype=ttnn.int32).tolist() == [7, 7]
    assert g("ones_like")(x).dtype == torch.float32
    assert g("arange")(5).tolist() == [0, 1, 2, 3, 4] and g("arange")(5).dtype == torch.bfloat16
    assert g("arange")(2, 9, 3, dtype=ttnn.uint32).tolist() == [2, 5, 8]


def test_caches_are_written_in_place():
    cache, new = torch.zeros(2, 3, 8, 4), torch.randn(1, 3, 32, 4)
    assert g("update_cache")(cache, new, 5) is cache
    assert torch.equal(cache[1, :, 5], new[0, :, 1]) and cache[:, :, 6].eq(0).all()
    g("fill_cache")(cache, new[:, :, :3], 1, update_idx=2)
    assert torch.equal(cache[1, :, 2:5], new[0, :, :3]) and cache[0, :, 2].eq(0).all()
    x = torch.ones(3)
    assert g("add_")(x, 1) is x and x.tolist() == [2, 2, 2]


def test_collectives_take_and_give_the_tensors_of_a_group(x):
    shards = list(x.bfloat16().split(1, 1))
    assert all(torch.equal(t, x.bfloat16()) for t in g("all_gather")(shards, dim=1))
    assert torch.equal(g("all_broadcast")(shards)[2][0], shards[2])
    total = g("all_reduce")([x, x, x])
    torch.testing.assert_close(total[1], 3 * x)
    torch.testing.assert_close(g("reduce_scatter")([x, x, x], dim=1)[2], 3 * x[:, 2:])


def test_typecast_rules():
    x = torch.tensor([-1.5, 0.49, 1.5, 2.5, 254.6, 257.0, 70000.0, -3e9, 5e9])
    assert typecast(x, ttnn.uint8).tolist() == [255, 0, 1, 2, 254, 1, 112, 0, 0]
    assert typecast(x, ttnn.uint16).tolist() == [0, 0, 2, 3, 255, 257, 65535, 0, 65535]
    assert typecast(x, ttnn.uint32).tolist() == [0, 0, 1, 2, 254, 257, 70000, 0, 2**32 - 1]
    assert typecast(x, ttnn.int32).tolist()[:3] == [-1, 0, 1]
    assert typecast(torch.tensor([-1, 200], dtype=torch.int32), ttnn.int8).tolist() == [-1, -56]
    assert typecast(torch.tensor([-1], dtype=torch.int8), ttnn.uint32).tolist() == [2**32 - 1]
    assert typecast(torch.tensor([-1], dtype=torch.int8), ttnn.uint16).tolist() == [0]
    assert typecast(x, ttnn.bfloat16).dtype == torch.bfloat16


@pytest.mark.parametrize(("dtype", "bits"), [(ttnn.bfloat8_b, 7), (ttnn.bfloat4_b, 3)])
def test_block_floats_share_an_exponent_among_sixteen(dtype, bits):
    x = torch.randn(3, 50, generator=torch.Generator().manual_seed(0))
    stored = block_float(x, dtype)
    assert torch.equal(block_float(stored, dtype), stored), "storing twice changes nothing"
    for begin in range(0, 50, 16):
        group, kept = x[:, begin : begin + 16], stored[:, begin : begin + 16]
        step = 2.0 ** (torch.frexp(group.abs().amax(1)).exponent - bits)
        assert ((kept / step[:, None]) % 1 == 0).all()
        assert (
            (group - kept).abs()
            <= step[:, None] * 0.5 + (kept.abs() >= step[:, None] * (2**bits - 1)) * 1.0
        ).all()
    assert block_float(torch.zeros(4), dtype).tolist() == [0.0] * 4


def test_golden_lines_and_registered_operations_are_the_same():
    registered = ttnn.query_registered_operations()
    without = [op.python_fully_qualified_name for op in registered if op.golden_function is None]
    unknown = [name for name in GOLDEN if REGISTERED_OPERATIONS.get(name) is None]
    assert (without, unknown) == ([], [])


def test_get_golden_function():
    assert ttnn.get_golden_function(ttnn.gelu) is GOLDEN["ttnn.gelu"]
    with pytest.raises(RuntimeError, match="does not have a golden function"):
        ttnn.get_golden_function(len)
