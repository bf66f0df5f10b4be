"""Element-wise operations on values where formulas have their edges: every bfloat16, float32 drawn
by exponent, pairs of special values. Bounds are units of the dtype, special values are exact.
"""

import math

import exact
import pytest
import torch

import ttnn
from ttnn.golden import BINARY, UNARY

pytestmark = pytest.mark.floats

OPERATIONS = ttnn._ttnn.operations
UNARY_NAMES = sorted(name for name in UNARY if name in OPERATIONS and name != "bitwise_not")
BINARY_NAMES = sorted(name for name in BINARY if name in OPERATIONS and "bitwise" not in name)


@pytest.fixture(scope="module")
def device():
    device = ttnn.open_device(device_id=0)
    yield device
    ttnn.close_device(device)


def run(name, device, *inputs):
    tensors = [ttnn.from_torch(x, layout=ttnn.TILE_LAYOUT, device=device) for x in inputs]
    return ttnn.to_torch(OPERATIONS[name](*tensors, **exact.ARGUMENTS.get(name, {})))


def assert_within_units(name, found, *inputs):
    exact.assert_within_units(name, found, *inputs, **exact.ARGUMENTS.get(name, {}))


@pytest.mark.parametrize("name", UNARY_NAMES)
def test_every_bfloat16(device, name):
    x = exact.every_bfloat16().reshape(256, 256)
    assert_within_units(name, run(name, device, x), x)


@pytest.mark.parametrize("name", UNARY_NAMES)
def test_the_last_values_of_odd_lengths(device, name):
    """The same bits as amid many."""
    for dtype in (torch.bfloat16, torch.float32):
        x = torch.cat([exact.special_values(), exact.drawn(400, seed=2)]).to(dtype)
        whole = run(name, device, x.reshape(1, -1)).flatten()
        for begin, length in ((0, 1), (7, 3), (0, 33), (100, 47), (200, 31), (11, 300)):
            part = run(name, device, x[begin : begin + length].reshape(1, -1)).flatten()
            expected = whole[begin : begin + length]
            same = (part == expected) & (part.signbit() == expected.signbit())
            assert (same | (part.isnan() & expected.isnan())).all(), (dtype, begin, length)


def with_special_values(count, seed):
    return torch.cat([exact.special_values(), exact.drawn(count, seed)])


def a_million(seed):
    return (with_special_values(1_000_000, seed),)


def unary_float32(name, device, x):
    assert_within_units(name, run(name, device, x), x)


@pytest.mark.parametrize("name", UNARY_NAMES)
def test_float32_of_all_exponents(device, name):
    unary_float32(name, device, with_special_values(20_000, seed=3))


@pytest.mark.long
@pytest.mark.parametrize("name", UNARY_NAMES)
def test_a_million_float32(device, name):
    unary_float32(name, device, *a_million(seed=4))


def pairs(dtype, count, seed):
    """All pairs of special values, drawn pairs, and pairs whose members are close."""
    special = exact.special_values().to(dtype)
    special = torch.cat([special[:1], special[1:].unique(), torch.tensor([-0.0]).to(dtype)])
    a, b = exact.drawn(count, seed), exact.drawn(count, seed + 1)
    close = a * (
        1 + 2.0 ** -torch.randint(1, 20, (count,), generator=torch.Generator().manual_seed(seed))
    )
    firsts = [special.repeat_interleave(len(special)), a.to(dtype), a.to(dtype)]
    return torch.cat(firsts), torch.cat(
        [special.repeat(len(special)), b.to(dtype), close.to(dtype)]
    )


def binary_values(name, device, dtype, count, seed):
    a, b = pairs(dtype, count, seed)
    assert_within_units(name, run(name, device, a, b), a, b)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32], ids=["bfloat16", "float32"])
@pytest.mark.parametrize("name", BINARY_NAMES)
def test_pairs(device, name, dtype):
    binary_values(name, device, dtype, 5_000, seed=5)


@pytest.mark.long
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32], ids=["bfloat16", "float32"])
@pytest.mark.parametrize("name", BINARY_NAMES)
def test_a_million_pairs(device, name, dtype):
    binary_values(name, device, dtype, 500_000, seed=6)


# --- bounds and arguments at their edges


def float32(device, values):
    return ttnn.from_torch(torch.tensor(values), layout=ttnn.TILE_LAYOUT, device=device)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("clamp", (math.nan, 1.0)),
        ("clamp", (-1.0, math.nan)),
        ("clip", (math.nan, 1.0)),
        ("hardtanh", (math.nan, 1.0)),
        ("hardtanh", (-1.0, math.nan)),
        ("relu_max", (math.nan,)),
        ("relu_min", (math.nan,)),
        ("maximum", (math.nan,)),
        ("minimum", (math.nan,)),
        ("fill", (math.nan,)),
    ],
    ids=str,
)
def test_a_bound_that_is_no_number_makes_all_results_none(device, name, arguments):
    for x in (float32(device, [0.5, -2.0, math.inf]), float32(device, [0.25])):
        assert ttnn.to_torch(OPERATIONS[name](x, *arguments)).isnan().all()
        narrow = ttnn.typecast(x, ttnn.bfloat16)
        assert ttnn.to_torch(OPERATIONS[name](narrow, *arguments)).isnan().all()


@pytest.mark.parametrize("eps", [0.0, 0.1, 0.5, 0.7, 1.0])
def test_logit_is_held_between_eps_and_what_is_left(device, eps):
    x = torch.tensor([0.0, 0.05, 0.4, 0.6, 0.95, 1.0])
    held = x.double().clamp(min(eps, 1 - eps), max(eps, 1 - eps))
    y = ttnn.to_torch(ttnn.logit(float32(device, x.tolist()), eps))
    torch.testing.assert_close(y.double(), (held / (1 - held)).log(), rtol=1e-5, atol=1e-6)
    golden = ttnn.get_golden_function(ttnn.logit)(x, eps)
    torch.testing.assert_close(y, golden, rtol=1e-5, atol=1e-6)


def test_remainders_of_what_is_many_times_larger(device):
    a = torch.tensor([1e30, -1e30, 3e38, 2.0**60, 1e30, 0.0, math.inf, 1.0, 5.0])
    b = torch.tensor([7.0, 7.0, 1e-40, 3.0, -7.0, 3.0, 3.0, 0.0, math.inf])
    for name, golden in (("fmod", torch.fmod(a, b)), ("remainder", torch.remainder(a, b))):
        y = run(name, device, a.reshape(1, -1), b.reshape(1, -1)).flatten()
        assert torch.equal(y.nan_to_num(99.0), golden.nan_to_num(99.0)), name
    by_a_number = ttnn.to_torch(ttnn.fmod(float32(device, [1e30, 1.0]), 7.0))
    assert torch.equal(by_a_number, torch.fmod(torch.tensor([1e30, 1.0]), 7.0))
