"""Comparisons for tests: `assert_with_pcc` and its family as TT-NN's own tests have them, and
`assert_close`, a strict one. Correlation accepts a doubled result, and large tensors with a wrong
corner; `assert_close` also bounds the largest and the mean error in units of the output's dtype.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import torch

from ttnn.comparison import as_torch, comp_ulp
from ttnn.comparison import comp_pcc as _library_pcc

__all__ = [
    "Difference",
    "assert_allclose",
    "assert_close",
    "assert_equal",
    "assert_with_pcc",
    "assert_with_ulp",
    "check_with_pcc",
    "check_with_pcc_without_tensor_printout",
    "comp_allclose",
    "comp_allclose_and_pcc",
    "comp_equal",
    "comp_pcc",
    "comp_ulp",
    "difference",
    "steps",
]


# --- as TT-NN's tests have them ------------------------------------------------------------------


def comp_pcc(golden: Any, calculated: Any, pcc: float = 0.99) -> tuple[bool, float]:
    """Whether the correlation of the flattened values reaches `pcc`, and its value."""
    golden, calculated = as_torch(golden), as_torch(calculated)
    if golden.is_complex() != calculated.is_complex():
        return False, 0.0
    if golden.is_complex():
        golden, calculated = torch.view_as_real(golden), torch.view_as_real(calculated)
    golden, calculated = golden.detach().double(), calculated.detach().to(golden.dtype).double()
    nan = golden.isnan(), calculated.isnan()
    if golden.numel() and (nan[0].all() or nan[1].all()):
        both = bool(nan[0].all() and nan[1].all())
        return both, float(both)
    if golden.any() != calculated.any():
        return False, 0.0
    golden, calculated = _zero_nonfinite(golden), _zero_nonfinite(calculated)
    if torch.equal(golden, calculated):
        return True, 1.0
    rows = torch.stack([golden.flatten(), calculated.flatten()])
    # a constant has no correlation: TT-NN's tests take the masked value for a pass
    value = torch.corrcoef(rows).nan_to_num(1.0).min().item()
    return value >= pcc, value


def assert_with_pcc(expected: Any, actual: Any, pcc: float = 0.9999) -> tuple[bool, float]:
    """Equal shapes and a correlation of at least `pcc`; torch and ttnn tensors alike."""
    expected, actual = as_torch(expected), as_torch(actual)
    _assert_same_shape(expected, actual)
    passed, value = comp_pcc(expected, actual, pcc)
    assert passed, f"PCC {value} is below {pcc} for tensors of shape {list(expected.shape)}."
    return passed, value


def check_with_pcc(expected: Any, actual: Any, pcc: float = 0.9999) -> tuple[bool, str]:
    """As `assert_with_pcc`, returned instead of raised."""
    expected, actual = as_torch(expected), as_torch(actual)
    passed, message = check_with_pcc_without_tensor_printout(expected, actual, pcc)
    if not passed:
        message += f"\nExpected tensor:\n{expected}\nActual tensor:\n{actual}"
    return passed, message


def check_with_pcc_without_tensor_printout(
    expected: Any, actual: Any, pcc: float = 0.9999
) -> tuple[bool, str]:
    expected, actual = as_torch(expected), as_torch(actual)
    if expected.shape != actual.shape:
        return False, _shapes_differ(expected, actual)
    passed, value = comp_pcc(expected, actual, pcc)
    return passed, str(value)


def comp_equal(golden: Any, calculated: Any) -> tuple[bool, str]:
    golden, calculated = as_torch(golden), as_torch(calculated)
    if golden.shape != calculated.shape:
        return False, _shapes_differ(golden, calculated)
    return torch.equal(golden, calculated.to(golden.dtype)), _deltas(golden, calculated)


def comp_allclose(
    golden: Any, calculated: Any, rtol: float = 1e-05, atol: float = 1e-08
) -> tuple[bool, str]:
    golden, calculated = as_torch(golden), as_torch(calculated)
    if golden.shape != calculated.shape:
        return False, _shapes_differ(golden, calculated)
    a, b = golden.detach().double(), calculated.detach().double()
    return torch.allclose(a, b, rtol, atol, equal_nan=True), _deltas(golden, calculated)


def comp_allclose_and_pcc(
    golden: Any, calculated: Any, rtol: float = 1e-05, atol: float = 1e-08, pcc: float = 0.99
) -> tuple[bool, str]:
    close, deltas = comp_allclose(golden, calculated, rtol, atol)
    passed, value = comp_pcc(golden, calculated, pcc)
    return close and passed, f"{deltas}, PCC: {value}"


def assert_allclose(
    expected: Any, actual: Any, rtol: float = 1e-05, atol: float = 1e-08
) -> tuple[bool, str]:
    passed, message = comp_allclose(expected, actual, rtol, atol)
    assert passed, message
    return passed, message


def assert_equal(expected: Any, actual: Any) -> None:
    """The same shape and the same values, NaN equal to NaN; the first difference is named."""
    expected, actual = as_torch(expected), as_torch(actual)
    _assert_same_shape(expected, actual)
    a, b = expected.detach().double(), actual.detach().double()
    different = ~((a == b) | (a.isnan() & b.isnan()))
    if different.any():
        where = _index(different.flatten().to(torch.int8).argmax(), different.shape)
        raise AssertionError(
            f"{int(different.sum())} of {different.numel()} elements differ, first at "
            f"{list(where)}: "
            f"expected {expected[where].item()}, found {actual[where].item()}."
        )


def assert_with_ulp(
    expected: Any, actual: Any, ulp_threshold: float = 10, allow_nonfinite: bool = False
) -> tuple[bool, str]:
    """Equal shapes, and no element further than `ulp_threshold` units of the actual dtype."""
    expected, actual = as_torch(expected), as_torch(actual)
    _assert_same_shape(expected, actual)
    passed, message = comp_ulp(expected, actual, ulp_threshold, allow_nonfinite)
    assert passed, message
    return passed, message


def _zero_nonfinite(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x.isfinite(), x, 0.0)


def _shapes_differ(expected: torch.Tensor, actual: torch.Tensor) -> str:
    return f"Shapes differ: expected {list(expected.shape)}, found {list(actual.shape)}."


def _assert_same_shape(expected: torch.Tensor, actual: torch.Tensor) -> None:
    assert expected.shape == actual.shape, _shapes_differ(expected, actual)


def _deltas(golden: torch.Tensor, calculated: torch.Tensor) -> str:
    if golden.numel() == 0:
        return "Max ATOL Delta: 0.0, Max RTOL Delta: 0.0"
    golden, calculated = golden.detach().double(), calculated.detach().double()
    delta = (golden - calculated).abs()
    relative = (delta / calculated.abs()).nan_to_num(0)
    return f"Max ATOL Delta: {delta.max().item()}, Max RTOL Delta: {relative.max().item()}"


def _index(flat: torch.Tensor, shape: torch.Size) -> tuple[int, ...]:
    return tuple(int(i) for i in torch.unravel_index(flat, shape))


# --- the strict comparison -----------------------------------------------------------------------

_FRACTION_BITS = {"BFLOAT16": 7, "FLOAT32": 23, "BFLOAT8_B": 6, "BFLOAT4_B": 2, "FLOAT16": 10}
_SMALLEST_EXPONENT = {"FLOAT16": -14}
_GROUP = 16  # neighbours of a row that share an exponent in a block float

# Rounding errors of a float32 sum of n terms behave like a random walk: they stay under
# lambda * sqrt(n) * 2^-24 * its largest partial sum, but for odds that fall as exp(-lambda^2 / 2).
_LAMBDA = 8.0


def steps(expected: torch.Tensor, dtype: Any) -> torch.Tensor:
    """For each element, the distance between neighbours of `dtype` there; 1 for integers."""
    name = _dtype_name(dtype)
    if name not in _FRACTION_BITS:
        return torch.ones_like(expected, dtype=torch.float64)
    x = torch.where(expected.isfinite(), expected, 0.0).double().abs()
    if name.endswith("_B"):
        x = group_maxima(x)
    exponent = torch.frexp(x).exponent.double() - 1
    smallest = _SMALLEST_EXPONENT.get(name, -126)
    return 2.0 ** (
        torch.where(x > 0, exponent, smallest).clamp(min=smallest) - _FRACTION_BITS[name]
    )


@dataclasses.dataclass(frozen=True)
class Difference:
    """How far a tensor is from the expected one, in steps of its dtype."""

    pcc: float
    largest: float
    mean: float
    index: tuple[int, ...]
    expected: float
    actual: float
    dtype: str

    def __str__(self) -> str:
        return (
            f"largest error {self.largest:.3g} ulp of {self.dtype} at {list(self.index)}: expected "
            f"{self.expected:.9g}, found {self.actual:.9g}; mean error {self.mean:.3g} ulp, PCC "
            f"{self.pcc:.7f}"
        )


def difference(expected: Any, actual: Any, *, dtype: Any = None, floor: float = 0.0) -> Difference:
    """The largest and the mean error in steps of `dtype` (the actual tensor's own unless given).

    Elements smaller than `floor` are measured with the step of `floor`.
    """
    dtype = _dtype_name(actual.dtype if dtype is None else dtype)
    expected, actual = as_torch(expected).detach(), as_torch(actual).detach()
    _assert_same_shape(expected, actual)
    e, a = expected.double(), actual.double()
    error = _finite_error(e, a) / steps(e.abs().clamp(min=floor), dtype)
    return _difference(e, a, error, dtype)


def assert_close(
    expected: Any,
    actual: Any,
    *,
    max_ulp: float = 1.0,
    mean_ulp: float | None = None,
    dtype: Any = None,
    sum_length: int | None = None,
    sum_of_magnitudes: Any = None,
    rtol: float = 0.0,
    atol: float = 0.0,
    pcc: float = 0.9999,
) -> Difference:
    """`actual` is `expected` rounded to `dtype`, within bounds that have a reason.

    Each element may be off by `max_ulp` steps of `dtype` (the actual tensor's own unless given;
    block floats step by their group's exponent), and all of them on average by `mean_ulp` (about
    half of `max_ulp` unless given). A result summed from `sum_length` float32 terms may also have
    the rounding errors of that sum, which matter where terms cancel: they grow with its partial sums,
    which `sum_of_magnitudes` bounds if given, and which are taken for those of terms of random sign
    if not. `rtol` and `atol` allow more where the computation itself is approximate. Shapes, NaN
    and infinities must agree, and the correlation must reach `pcc`. Returns the difference found,
    with nothing taken off.
    """
    dtype = _dtype_name(actual.dtype if dtype is None else dtype)
    expected, actual = as_torch(expected).detach(), as_torch(actual).detach()
    _assert_same_shape(expected, actual)
    e, a = expected.double(), actual.double()
    _assert_same_nonfinite(e, a)
    if e.numel() == 0:
        return Difference(1.0, 0.0, 0.0, (), 0.0, 0.0, dtype)
    allowed = atol + rtol * _zero_nonfinite(e).abs()
    if sum_length is not None:
        allowed = allowed + _sum_allowance(e, sum_length, sum_of_magnitudes)
    beyond = (_finite_error(e, a) - allowed).clamp(min=0.0)
    found = _difference(e, a, beyond / steps(e, dtype), dtype)
    if mean_ulp is None:  # of errors spread evenly, with room for the luck of few elements
        mean_ulp = max_ulp / 2 + max_ulp / math.sqrt(e.numel())
    assert found.largest <= max_ulp, f"Beyond {max_ulp} ulp: {found}."
    assert found.mean <= mean_ulp, f"On average beyond {mean_ulp} ulp: {found}."
    assert not found.pcc < pcc, f"PCC below {pcc}: {found}."
    return _difference(e, a, _finite_error(e, a) / steps(e, dtype), dtype)


def _dtype_name(dtype: Any) -> str:
    """BFLOAT16 for ttnn.bfloat16 and torch.bfloat16 alike."""
    return str(getattr(dtype, "name", str(dtype).split(".")[-1])).upper()


def group_maxima(x: torch.Tensor) -> torch.Tensor:
    """Each element's group's largest, 16 columns of a row to a group."""
    width = x.shape[-1] if x.dim() else 1
    rows = torch.nn.functional.pad(x.reshape(-1, width), (0, -width % _GROUP))
    groups = rows.reshape(-1, _GROUP)
    spread = groups.amax(1, keepdim=True).expand_as(groups)
    return spread.reshape(rows.shape)[:, :width].reshape(x.shape)


def _sum_allowance(e: torch.Tensor, length: int, magnitudes: Any) -> torch.Tensor:
    if magnitudes is None:
        # of terms with random signs no partial sum is much larger than a typical result
        rms = _zero_nonfinite(e).square().mean().sqrt()
        magnitudes = torch.maximum(_zero_nonfinite(e).abs(), rms)
    else:
        magnitudes = as_torch(magnitudes).double()
    return _LAMBDA * math.sqrt(length) * 2.0**-24 * magnitudes


def _finite_error(e: torch.Tensor, a: torch.Tensor) -> torch.Tensor:
    """|a - e|, and 0 where both are the same infinity or both are NaN."""
    return torch.where(
        e.isfinite() & a.isfinite(), (a - e).abs(), torch.where(_same(e, a), 0.0, torch.inf)
    )


def _same(e: torch.Tensor, a: torch.Tensor) -> torch.Tensor:
    return (e == a) | (e.isnan() & a.isnan())


def _assert_same_nonfinite(e: torch.Tensor, a: torch.Tensor) -> None:
    wrong = ~(e.isfinite() & a.isfinite()) & ~_same(e, a)
    if wrong.any():
        where = _index(wrong.flatten().to(torch.int8).argmax(), wrong.shape)
        raise AssertionError(
            f"NaN or infinity in one tensor only at {int(wrong.sum())} places, first at "
            f"{list(where)}: "
            f"expected {e[where].item()}, found {a[where].item()}."
        )


def _difference(e: torch.Tensor, a: torch.Tensor, error: torch.Tensor, dtype: str) -> Difference:
    if e.numel() == 0:
        return Difference(1.0, 0.0, 0.0, (), 0.0, 0.0, dtype)
    where = _index(error.argmax(), error.shape)
    constant = bool((e == e.flatten()[0]).all())  # has no correlation: only the bounds speak
    return Difference(
        math.nan if constant else _library_pcc(e, a)[1],
        error[where].item(),
        error.mean().item(),
        where,
        e[where].item(),
        a[where].item(),
        dtype,
    )
