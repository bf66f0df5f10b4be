"""Whether a result is right, which it must be before its time counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

import ttnn
from ttnn.testing import assert_close

_FLOAT32_ULP = 16.0  # vector functions are right to a few units of float32
_WORKING_PRECISION = 2.0**-22  # of the largest number that takes part
_LARGE, _STEP = 2**19, 11  # of larger results every 11th element is compared: some of each vector


def wide(x: torch.Tensor) -> torch.Tensor:
    """The same values in double: what is computed from them needs no rounding to speak of."""
    return x.double() if x.is_floating_point() else x


def expect_close(
    expected: Any,
    actual: Any,
    *,
    scale: float,
    sum_length: int | None = None,
    rtol: float = 0.0,
    atol: float = 0.0,
) -> None:
    """`actual` (a ttnn or torch tensor, or several) is `expected`, rounded once to its dtype.

    `scale` is the largest magnitude among the inputs, which float32 arithmetic's error follows.
    """
    if isinstance(actual, Sequence):
        for one, other in zip(expected, actual, strict=True):
            expect_close(one, other, scale=scale, sum_length=sum_length, rtol=rtol, atol=atol)
        return
    dtype = actual.dtype
    got = ttnn.to_torch(actual) if isinstance(actual, ttnn.Tensor) else actual
    expected = expected.reshape(got.shape) if expected.numel() == got.numel() else expected
    if not got.is_floating_point():
        assert torch.equal(expected.to(torch.int64), got.to(torch.int64)), "integers differ"
        return
    if got.numel() > _LARGE:
        got, expected = got.flatten()[::_STEP], expected.flatten()[::_STEP]
    ulp = _FLOAT32_ULP if got.dtype == torch.float32 else 1.0
    assert_close(
        expected, got, dtype=dtype, max_ulp=ulp, mean_ulp=ulp, atol=atol + _WORKING_PRECISION * scale, rtol=rtol,
        sum_length=sum_length, pcc=-1.0,
    )  # fmt: skip


def largest(*tensors: torch.Tensor) -> float:
    floats = [x.abs().max().item() for x in tensors if x.is_floating_point() and x.numel()]
    return max([1.0, *floats])
