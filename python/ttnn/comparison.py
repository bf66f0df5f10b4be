"""How TT-NN's library compares tensors: Pearson correlation, and distance in units of the last
place.

`ttnn.testing` has the forms that tests use, and a strict one.
"""

from __future__ import annotations

from typing import Any

import torch


def as_torch(x: Any) -> torch.Tensor:
    """A torch tensor as it is, a ttnn tensor through `ttnn.to_torch`."""
    if isinstance(x, torch.Tensor):
        return x
    import ttnn

    if not isinstance(x, ttnn.Tensor):
        raise TypeError(f"compare: expected a torch or a ttnn tensor, found {type(x).__name__}.")
    return ttnn.to_torch(x)


def comp_pcc(
    golden: Any, calculated: Any, pcc: float = 0.99, rtol: float = 1e-5, atol: float = 1e-4
) -> tuple[bool, float]:
    """Whether the correlation reaches `pcc`, and its value; constant tensors are compared by
    `allclose`.
    """
    golden, calculated = as_torch(golden), as_torch(calculated)
    narrow = torch.bfloat16 in (golden.dtype, calculated.dtype) or torch.float16 in (
        golden.dtype,
        calculated.dtype,
    )
    if narrow:
        rtol = max(rtol, 4 * torch.finfo(torch.bfloat16).eps)
    a, b = golden.detach().flatten().double(), calculated.detach().flatten().double()
    if a.isnan().all() or b.isnan().all():
        equal = bool(a.isnan().all() and b.isnan().all())
        return equal, float(equal)
    a, b = _finite(a), _finite(b)
    if torch.equal(a, b):
        return True, 1.0
    if _is_constant(a) or _is_constant(b):
        equal = torch.allclose(a, b, rtol=rtol, atol=atol)
        return equal, float(equal)
    value = _pearson(a, b)
    return value >= pcc, value


def pearson_correlation_coefficient(expected: Any, actual: Any) -> float:
    """The correlation of a torch tensor with a torch or ttnn tensor."""
    if not isinstance(expected, torch.Tensor):
        raise ValueError(
            f"pearson_correlation_coefficient: expected must be a torch tensor, found "
            f"{type(expected).__name__}."
        )
    return comp_pcc(expected, actual)[1]


def ulp(x: Any) -> torch.Tensor:
    """The distance from |x| to the next larger number of its dtype."""
    x = as_torch(x).detach().abs()
    if not x.is_floating_point():
        return torch.ones_like(x)
    infinity = torch.full_like(x, torch.inf)
    above = torch.nextafter(x, infinity) if x.dtype != torch.bfloat16 else _next_bfloat16(x)
    step = above - x
    largest = x == torch.finfo(x.dtype).max  # nothing is above it: its step is the one below
    return torch.where(largest, x - _below_largest(x.dtype), step)


def comp_ulp(
    golden: Any, calculated: Any, ulp_threshold: float, allow_nonfinite: bool = False
) -> tuple[bool, str]:
    """Whether no element is further than `ulp_threshold` units of the calculated dtype from the
    golden one.
    """
    golden, calculated = as_torch(golden), as_torch(calculated)
    in_dtype = golden.to(calculated.dtype)
    finite = in_dtype.isfinite() & calculated.isfinite()
    if not finite.all():
        same = (in_dtype == calculated) | (in_dtype.isnan() & calculated.isnan())
        if not allow_nonfinite:
            return (
                False,
                "Tensors contain non-finite values; pass allow_nonfinite=True to accept equal "
                "ones.",
            )
        if not (finite | same).all():
            return False, "Non-finite values differ between golden and calculated."
    if golden.numel() == 0 or not finite.any():
        return True, "Max ULP Delta: 0.0"
    wide = torch.float64
    delta = (golden.to(wide) - calculated.to(wide)).abs() / ulp(in_dtype).to(wide)
    delta = torch.where(finite, delta, 0.0)
    worst = delta.max().item()
    index = tuple(int(i) for i in torch.unravel_index(delta.argmax(), delta.shape))
    message = (
        f"Max ULP Delta: {worst} at {list(index)}: golden {golden[index].item()}, "
        f"calculated {calculated[index].item()}"
    )
    return worst <= ulp_threshold, message


def _next_bfloat16(x: torch.Tensor) -> torch.Tensor:
    return (x.view(torch.int16) + 1).view(torch.bfloat16)


def _below_largest(dtype: torch.dtype) -> torch.Tensor:
    finfo = torch.finfo(dtype)
    return torch.tensor(finfo.max * (1 - finfo.eps / 2), dtype=dtype)


def _finite(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x.isfinite(), x, 0.0)


def _is_constant(x: torch.Tensor) -> bool:
    return x.numel() < 2 or bool((x == x[0]).all())


def _pearson(a: torch.Tensor, b: torch.Tensor) -> float:
    a, b = a - a.mean(), b - b.mean()
    # each divided by its own largest first, so that squares neither overflow nor vanish
    a, b = a / a.abs().max(), b / b.abs().max()
    return float((a @ b / (a.norm() * b.norm())).clamp(-1.0, 1.0))
