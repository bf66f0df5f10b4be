"""The comparisons themselves: what they accept and, above all, what they reject."""

import math

import pytest
import torch

import ttnn
from ttnn.comparison import comp_ulp, ulp
from ttnn.golden import block_float
from ttnn.testing import (
    assert_allclose,
    assert_close,
    assert_equal,
    assert_with_pcc,
    assert_with_ulp,
    check_with_pcc,
    comp_allclose,
    comp_equal,
    comp_pcc,
    difference,
    steps,
)


@pytest.fixture
def expected():
    return torch.randn(4, 40, generator=torch.Generator().manual_seed(1)) * 3


def test_pcc_as_tests_of_tt_nn_have_it(expected):
    assert comp_pcc(expected, expected.bfloat16()) == (True, pytest.approx(1.0, abs=1e-4))
    assert comp_pcc(expected, -expected)[0] is False
    nan = torch.full((4,), math.nan)
    assert comp_pcc(nan, nan) == (True, 1.0)
    assert comp_pcc(nan, torch.ones(4)) == (False, 0.0)
    assert comp_pcc(torch.zeros(4), torch.ones(4)) == (False, 0.0)
    assert comp_pcc(torch.ones(4), 2 * torch.ones(4)) == (True, 1.0), (
        "a constant has no correlation"
    )


def test_assert_with_pcc_wants_equal_shapes(expected):
    assert assert_with_pcc(expected, expected.clone()) == (True, 1.0)
    with pytest.raises(AssertionError, match=r"expected \[4, 40\], found \[40, 4\]"):
        assert_with_pcc(expected, expected.T)
    with pytest.raises(AssertionError, match=r"is below 0\.99"):
        assert_with_pcc(expected, expected.roll(1, -1), 0.99)
    assert check_with_pcc(expected, expected.T)[0] is False


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda x: 2 * x, id="doubled"),
        pytest.param(lambda x: torch.full_like(x, 1.0), id="constant"),
        pytest.param(torch.zeros_like, id="zeros"),
        pytest.param(lambda x: x + 0.1, id="shifted"),
        pytest.param(lambda x: x.roll(1, -1), id="one column off"),
        pytest.param(lambda x: -x, id="negated"),
        pytest.param(lambda x: x * 1.02, id="two per cent more"),
        pytest.param(
            lambda x: torch.where(torch.arange(x.numel()).reshape(x.shape) == 77, 9.0, x),
            id="one wrong",
        ),
        pytest.param(lambda x: x.sort(-1).values, id="sorted"),
    ],
)
@pytest.mark.parametrize("dtype", ["bfloat16", "float32", "bfloat8_b"])
def test_assert_close_rejects(expected, wrong, dtype):
    dtype = getattr(ttnn, dtype)
    with pytest.raises(AssertionError, match=r"ulp|PCC"):
        assert_close(expected, wrong(expected), dtype=dtype, max_ulp=1.0, sum_length=64)


@pytest.mark.parametrize("max_ulp", [0.5, 1.0])
def test_assert_close_accepts_what_is_rounded_once(expected, max_ulp):
    found = assert_close(expected, expected.bfloat16(), max_ulp=max_ulp, mean_ulp=0.3)
    assert 0.2 < found.mean < 0.3 and found.largest <= 0.5
    for dtype in (ttnn.bfloat8_b, ttnn.bfloat4_b):
        stored = block_float(expected, dtype)
        # one step, not half: the largest of a group is cut where rounding up would need another bit
        assert_close(expected, stored, dtype=dtype, max_ulp=1.0, mean_ulp=0.3, pcc=0.97)


def test_assert_close_rejects_truncation_by_its_mean(expected):
    cut = (expected.view(torch.int32) & ~0xFFFF).view(torch.float32)
    with pytest.raises(AssertionError, match=r"On average beyond 0\.3 ulp"):
        assert_close(expected, cut, dtype=torch.bfloat16, mean_ulp=0.3)


def test_assert_close_names_the_worst_element(expected):
    wrong = expected.bfloat16()
    wrong[2, 7] = 50.0
    with pytest.raises(AssertionError, match=r"at \[2, 7\]: expected .*, found 50; mean error"):
        assert_close(expected, wrong)


def test_assert_close_wants_nan_and_infinity_in_place():
    e = torch.tensor([1.0, math.nan, math.inf, -math.inf, 2.0])
    assert_close(e, e.bfloat16())
    for i, value in ((0, math.nan), (1, 1.0), (2, -math.inf), (3, 3.0)):
        a = e.clone()
        a[i] = value
        with pytest.raises(
            AssertionError,
            match=rf"NaN or infinity in one tensor only at 1 places, first at \[{i}\]",
        ):
            assert_close(e, a)


def test_assert_close_of_constants_empty_and_scalar_tensors():
    assert_close(torch.full((8,), 0.1), torch.full((8,), 0.1).bfloat16())
    assert_close(torch.empty(0, 4), torch.empty(0, 4))
    assert_close(torch.tensor(3.0), torch.tensor(3.0))
    with pytest.raises(AssertionError, match="Shapes differ"):
        assert_close(torch.empty(0, 4), torch.empty(4, 0))


def test_assert_close_of_integers_is_exact():
    e = torch.arange(100)
    assert_close(e, e.int(), max_ulp=0)
    with pytest.raises(AssertionError, match="ulp"):
        assert_close(e, (e + 1).int(), max_ulp=0)


@pytest.mark.parametrize("n", [64, 4096])
def test_a_sum_may_be_wrong_by_what_its_length_explains(n):
    generator = torch.Generator().manual_seed(n)
    a, b = torch.randn(64, n, generator=generator), torch.randn(n, 64, generator=generator)
    exact, magnitudes = a.double() @ b.double(), a.abs().double() @ b.abs().double()
    for f32 in (a @ b, (a.unsqueeze(2) * b).cumsum(1)[:, -1] if n == 64 else a @ b):
        assert_close(exact, f32, sum_length=n)
        assert_close(exact, f32, sum_length=n, sum_of_magnitudes=magnitudes)
        assert_close(exact, f32.bfloat16(), sum_length=n)
    with pytest.raises(AssertionError):  # one term left out
        assert_close(exact, a[:, :-1] @ b[:-1], sum_length=n)
    if n == 64:
        with pytest.raises(AssertionError):  # accumulated in bfloat16
            narrow = (a.bfloat16().unsqueeze(2) * b.bfloat16()).cumsum(1)[:, -1]
            assert_close(exact, narrow, sum_length=n)


def test_steps():
    x = torch.tensor([1.0, 1.99, 2.0, -3.0, 0.0])
    assert steps(x, ttnn.bfloat16).tolist() == [2**-7, 2**-7, 2**-6, 2**-6, 2.0**-133]
    assert steps(x, ttnn.bfloat8_b).tolist() == [2**-5] * 5, "the group's largest sets the step"
    assert steps(x, ttnn.bfloat4_b).tolist() == [2**-1] * 5
    assert steps(x, torch.float32)[0].item() == 2**-23
    assert steps(x, ttnn.int32).tolist() == [1.0] * 5


def test_difference_with_a_floor():
    e, a = torch.tensor([1e-6, 1.0]), torch.tensor([1e-3, 1.0])
    assert difference(e, a, dtype=ttnn.bfloat16).largest > 1e5
    assert difference(e, a, dtype=ttnn.bfloat16, floor=1.0).largest == pytest.approx(
        128e-3, rel=1e-2
    )


def test_equal_allclose_and_ulp(expected):
    assert_equal(expected, expected.clone())
    wrong = expected.clone()
    wrong[1, 2] += 1
    with pytest.raises(AssertionError, match=r"1 of 160 elements differ, first at \[1, 2\]"):
        assert_equal(expected, wrong)
    assert comp_equal(expected, wrong)[0] is False
    assert comp_allclose(expected, wrong)[0] is False and assert_allclose(expected, expected)[0]
    assert_with_ulp(expected.bfloat16(), expected.bfloat16(), 0)
    with pytest.raises(AssertionError, match=r"Max ULP Delta: .* at \[1, 2\]"):
        assert_with_ulp(expected, wrong, 2)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.float16])
def test_ulp(dtype):
    info = torch.finfo(dtype)
    x = torch.tensor([1.0, -1.0, 2.0, 0.0, info.max], dtype=dtype)
    got = ulp(x).double().tolist()
    assert got[:3] == [info.eps, info.eps, 2 * info.eps]
    assert got[3] > 0
    assert got[4] == pytest.approx(info.max * info.eps / 2, rel=0.02)


def test_comp_ulp_counts_in_the_calculated_dtype():
    golden = torch.tensor([1.0, 2.0])
    one_up = torch.tensor([1.0 + 2**-7, 2.0]).bfloat16()
    assert comp_ulp(golden, one_up, 1) == (
        True,
        "Max ULP Delta: 1.0 at [0]: golden 1.0, calculated 1.0078125",
    )
    assert comp_ulp(golden, one_up, 0.5)[0] is False
    assert comp_ulp(torch.tensor([math.inf]), torch.tensor([math.inf]), 1)[0] is False
    assert (
        comp_ulp(torch.tensor([math.inf]), torch.tensor([math.inf]), 1, allow_nonfinite=True)[0]
        is True
    )
    assert (
        comp_ulp(torch.tensor([math.inf]), torch.tensor([1.0]), 1, allow_nonfinite=True)[0] is False
    )


def test_library_comparison(expected):
    assert ttnn.comparison.comp_pcc(expected, expected) == (True, 1.0)
    assert ttnn.comparison.comp_pcc(torch.ones(4), 2 * torch.ones(4))[0] is False, (
        "constants by allclose"
    )
    assert ttnn.comparison.comp_pcc(torch.ones(4), torch.full((4,), 1.01).bfloat16())[0] is True
    assert ttnn.comparison.pearson_correlation_coefficient(expected, -expected) == pytest.approx(
        -1.0
    )
    with pytest.raises(ValueError, match="expected must be a torch tensor"):
        ttnn.comparison.pearson_correlation_coefficient([1.0], expected)
    with pytest.raises(TypeError, match="found list"):
        comp_pcc(expected, [1.0])
