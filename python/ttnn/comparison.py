"""How TT-NN's library compares tensors: Pearson correlation, and distance in units of the last
place.

`ttnn.testing` has the forms that tests use, and a strict one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ttnn import _ttnn
from ttnn.config import CONFIG, logger


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


# --- comparison mode: every operation against its golden function ---------------------------------

# Results that no golden function can foretell, and collectives, whose golden functions take the
# shards of all devices.
_UNFORESEEN = [
    *("as_tensor", "bernoulli", "dropout", "empty", "empty_like", "from_torch", "rand", "randn"),
    *("to_torch", "uniform"),
]
_NOT_COMPARED = frozenset(_UNFORESEEN) | _ttnn.collectives


def run_compared(
    operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any], run: Callable[[], Any]
) -> Any:
    """What `run()` gives, after a comparison with the golden function on every device.

    `ttnn.CONFIG.enable_comparison_mode` calls it for each operation. What differs is logged, or
    raised under `comparison_mode_should_raise_exception`.
    """
    name, golden = operation.python_fully_qualified_name, operation.golden_function
    if golden is None or name.removeprefix("ttnn.") in _NOT_COMPARED:
        return run()
    devices = max(map(_devices, (*args, *kwargs.values())), default=1)
    # before the operation runs, because it may write into its inputs
    inputs = [(_on(args, i), _on(kwargs, i)) for i in range(devices)]
    output = run()
    for i, (device_args, device_kwargs) in enumerate(inputs):
        expected = golden(*device_args, **device_kwargs)
        problem = _mismatch(expected, _on(output, i))
        if problem:
            message = f"{name}: device {i} of {devices}: {problem}"
            if CONFIG.comparison_mode_should_raise_exception:
                raise RuntimeError(message)
            logger.error("%s", message)
    return output


def _devices(value: Any) -> int:
    import ttnn

    if isinstance(value, (list, tuple)):
        return max(map(_devices, value), default=1)
    return len(ttnn.get_device_tensors(value)) if isinstance(value, ttnn.Tensor) else 1


def _on(value: Any, device: int) -> Any:
    """`value` with every ttnn tensor replaced by its shard on one device, in torch."""
    import ttnn

    if isinstance(value, dict):
        return {key: _on(entry, device) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_on(entry, device) for entry in value)
    if isinstance(value, ttnn.Tensor):
        shards = ttnn.get_device_tensors(value)
        return ttnn.to_torch(shards[device if len(shards) > 1 else 0], mesh_composer=None)
    return value


def _mismatch(expected: Any, actual: Any) -> str | None:
    if isinstance(actual, (list, tuple)):
        problems = (_mismatch(e, a) for e, a in zip(expected, actual, strict=True))
        return next((f"output {i}: {p}" for i, p in enumerate(problems) if p), None)
    if not isinstance(actual, torch.Tensor):
        return None
    if expected.shape != actual.shape:
        return f"shape {list(actual.shape)}, but the golden function gives {list(expected.shape)}"
    passed, value = comp_pcc(expected, actual, CONFIG.comparison_mode_pcc)
    return (
        None
        if passed
        else f"PCC {value} with the golden function is below {CONFIG.comparison_mode_pcc}"
    )
