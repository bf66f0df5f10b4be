"""The element-wise operations in float64, and how far a result is from them.

Most formulas are the golden functions, given float64. Where those lose digits even there, because
what is almost equal is subtracted, the formula stands below.
"""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from ttnn.golden import GOLDEN, typecast

# Arguments of the operations that require some.
ARGUMENTS: dict[str, dict[str, float]] = {
    "clamp": {"min": -0.5, "max": 0.75},
    "clip": {"min": -0.5, "max": 0.75},
    "fill": {"fill_value": 2.5},
    "heaviside": {"value": 0.25},
    "leaky_relu": {"negative_slope": 0.0078125},
    "relu_max": {"upper_limit": 3.0},
    "relu_min": {"lower_limit": -1.0},
    "rpow": {"exponent": 2.5},
    "softcap": {"beta": 30.0},
    "threshold": {"threshold": 0.5, "value": 7.0},
    "addalpha": {"alpha": 3.0},
    "subalpha": {"alpha": 3.0},
}

# Errors in units of float32 that are allowed beyond UNITS, beside those of torch's float32.
WIDER: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "accuracy.json").read_text()
)["operations"]
UNITS = {torch.bfloat16: 1.0, torch.float32: 4.0}

# The largest of what is added where what is between two steps is rounded to float32, and how far off
# its sum is by that.
LARGEST_TERM: dict[str, Callable[..., torch.Tensor]] = {
    "addcdiv": lambda a, b, c: torch.maximum(a.abs(), (b / c).abs()),
    "addcmul": lambda a, b, c: torch.maximum(a.abs(), (b * c).abs()),
    "lerp": lambda a, b, w: torch.maximum(a.abs(), w.abs() * torch.maximum(a.abs(), b.abs())),
    "mac": lambda a, b, c: torch.maximum((a * b).abs(), c.abs()),
}
WORKING_PRECISION = 2.0**-22


# --- formulas


def _times_sigmoid(x: torch.Tensor, s: torch.Tensor) -> torch.Tensor:
    """x sigmoid(s), and as torch has it NaN at -infinity, where x is multiplied by 0."""
    return torch.where(s == -math.inf, x * 0, x * torch.sigmoid(s))


def _gelu(x: torch.Tensor) -> torch.Tensor:
    finite = 0.5 * x * torch.erfc(-x * math.sqrt(0.5))
    return torch.where(x == -math.inf, math.nan, finite)


def _mish(x: torch.Tensor) -> torch.Tensor:
    e = x.clamp(max=30).exp()
    n = e * (e + 2)
    return torch.where(x > 30, x, x * (n / (n + 2)))


def _tanhshrink(x: torch.Tensor) -> torch.Tensor:
    square = x * x
    series = torch.zeros_like(x)
    for c in (929569 / 638512875, -21844 / 6081075, 1382 / 155925, -62 / 2835, 17 / 315, -2 / 15):
        series = (series + c) * square
    near = x * square * (series + 1 / 3) + 0.0
    return torch.where(x.abs() < 0.1, near, x - x.tanh())


def _softplus(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x > 20, x, x.clamp(min=0) + torch.log1p(torch.exp(-x.abs())))


def _cbrt(x: torch.Tensor) -> torch.Tensor:
    root = x.abs().pow(1 / 3)
    return torch.copysign(root, x)


def _logaddexp2(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.logaddexp(a * math.log(2), b * math.log(2)) / math.log(2)


FORMULAS: dict[str, Callable[..., torch.Tensor]] = {
    "bias_gelu": lambda a, b: _gelu((a.float() + b.float()).double()),
    "cbrt": _cbrt,
    "gelu": _gelu,
    "logaddexp2": _logaddexp2,
    "mish": _mish,
    "silu": lambda x: _times_sigmoid(x, x),
    "softplus": _softplus,
    "softshrink": lambda x: torch.where(
        x.abs() <= 0.5, 0.0, x - torch.copysign(torch.full_like(x, 0.5), x)
    ),
    "swish": lambda x: _times_sigmoid(x, x),
    "tanhshrink": _tanhshrink,
}


def exact(name: str, *inputs: torch.Tensor, **arguments: float) -> torch.Tensor:
    """The result for inputs and arguments that are taken as they are stored, in float64."""
    formula = FORMULAS.get(name) or GOLDEN[f"ttnn.{name}"]
    return formula(*(x.double() for x in inputs), **arguments).double()


def in_float32(name: str, *inputs: torch.Tensor, **arguments: float) -> torch.Tensor:
    """What torch computes in float32, rounded once."""
    result = GOLDEN[f"ttnn.{name}"](*(x.float() for x in inputs), **arguments)
    return result.to(inputs[0].dtype)


# --- errors


def units(right: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """The distance of neighbours in `dtype` around each value, denormal ones included."""
    digits = {torch.bfloat16: 8, torch.float32: 24}[dtype]
    ordinary = torch.where(right.isfinite(), right, 1.0)
    exponent = (torch.frexp(ordinary)[1] - 1).clamp(min=-126)
    return torch.ldexp(
        torch.ones_like(right), torch.where(ordinary == 0, -126, exponent) - digits + 1
    )


def errors(right: torch.Tensor, found: torch.Tensor) -> torch.Tensor:
    """How many units of its dtype each found value is away; infinity where one is NaN or infinite
    and the other is not, and where a zero that is right has another sign.
    """
    dtype, wide = found.dtype, found.double()
    largest = torch.finfo(dtype).max
    distance = (wide - right).abs() / units(right, dtype)
    overflow = (right.abs() >= largest) & (wide.abs() >= largest) & (wide.sign() == right.sign())
    distance = distance.where(wide.isfinite() & right.isfinite(), math.inf)
    agree = (wide == right) | (wide.isnan() & right.isnan()) | (overflow & right.isfinite())
    other_zero = (right == 0) & (wide == 0) & (wide.signbit() != right.signbit())
    return distance.where(~agree, 0.0).where(~other_zero, math.inf)


def of_steps(
    name: str, right: torch.Tensor, dtype: torch.dtype, *inputs: torch.Tensor
) -> torch.Tensor | float:
    """The units that rounding between two steps is allowed besides."""
    if name not in LARGEST_TERM:
        return 0.0
    largest = LARGEST_TERM[name](*(x.double() for x in inputs)).nan_to_num(0.0, 0.0, 0.0)
    return WORKING_PRECISION * largest / units(right, dtype)


def overflows_as_in(found: torch.Tensor, torchs: torch.Tensor) -> torch.Tensor:
    """Where a step on the way overflows, here and in torch."""
    return (found.isnan() & torchs.isnan()) | (found.isinf() & (found == torchs))


def assert_within_units(
    name: str, found: torch.Tensor, *inputs: torch.Tensor, **arguments: float
) -> None:
    """Within the bound; beyond it, where torch's float32 is no better, within what the page says."""
    torchs = in_float32(name, *inputs, **arguments)
    right = exact(name, *inputs, **arguments)
    ours = errors(right, found).where(~overflows_as_in(found, torchs), 0.0)
    beyond = ours > UNITS[found.dtype] + of_steps(name, right, found.dtype, *inputs)
    if not beyond.any():
        return
    worst = int(ours.argmax())
    message = (
        f"{name}({', '.join(str(x.flatten()[worst].item()) for x in inputs)}) = "
        f"{found.flatten()[worst].item()}, not {right.flatten()[worst].item()}: "
        f"{ours.max():.4g} units of {found.dtype}"
    )
    assert found.dtype == torch.float32 and name in WIDER, message
    assert ours.max() <= WIDER[name]["units"], message
    theirs, size = errors(right, torchs), torch.frexp(right)[1]
    for one in size[beyond].unique():  # in each binade of the results
        there = size == one
        assert theirs[there].max() >= ours[there].max(), (
            f"{message}; torch is better at results of 2^{one.item()}: {theirs[there].max():.4g} "
            f"units, ours are {ours[there].max():.4g}"
        )


def assert_cut_from_float32(
    name: str, found: torch.Tensor, dtype: Any, right: torch.Tensor
) -> None:
    """An integer result that is computed in floats is that of a float32 within the bound."""
    below = above = right.float()
    agrees = torch.zeros_like(below, dtype=torch.bool)
    for _ in range(int(UNITS[torch.float32]) + 1):
        for near in (below, above):
            agrees |= typecast(near, dtype).long() == found.long()
        below = torch.nextafter(below, torch.tensor(-math.inf))
        above = torch.nextafter(above, torch.tensor(math.inf))
    first = int((~agrees).flatten().to(torch.int8).argmax()) if not agrees.all() else 0
    assert agrees.all(), (
        f"{name}: {found.flatten()[first].item()}, not {right.flatten()[first].item()}, at "
        f"{first} of {list(found.shape)}"
    )


# --- inputs


def special_values() -> torch.Tensor:
    """Zeros, infinities, NaN, the largest, the smallest, denormals, powers of two and neighbours."""
    sizes = [0.0, math.inf, 2.0**-149, 2.0**-133, 2.0**-126 - 2.0**-149, 2.0**-126 - 2.0**-133]
    sizes += [torch.finfo(dtype).max for dtype in (torch.float32, torch.bfloat16)]
    for exponent in (
        -126,
        -100,
        -64,
        -24,
        -12,
        -8,
        -3,
        -2,
        -1,
        0,
        1,
        2,
        3,
        4,
        6,
        7,
        10,
        24,
        64,
        127,
    ):
        power = 2.0**exponent
        sizes += [power, power * (1 + 2.0**-23), power * (1 + 2.0**-7)]
        sizes += [power * (1 - 2.0**-24), power * (1 - 2.0**-8)]
    sizes += [0.75, 1.5, 2.5, 3.0, 5.0, 6.0, 10.0, 20.0, 87.5, 88.5, 89.0, 100.0, 104.0]
    values = torch.tensor(sizes, dtype=torch.float64).float()
    return torch.cat([torch.tensor([math.nan]), values, -values])


def drawn(count: int, seed: int) -> torch.Tensor:
    """float32 values: half of all bit patterns, half of sizes from 2^-6 to 2^8."""
    random = torch.Generator().manual_seed(seed)
    bits = torch.randint(-(2**31), 2**31, (count // 2,), generator=random, dtype=torch.int64)
    sizes = 2.0 ** torch.randint(-6, 9, (count - count // 2,), generator=random)
    near = (torch.rand(count - count // 2, generator=random) * 2 - 1) * sizes
    return torch.cat([bits.to(torch.int32).view(torch.float32), near.float()])


def every_bfloat16() -> torch.Tensor:
    return torch.arange(-(2**15), 2**15, dtype=torch.int32).to(torch.int16).view(torch.bfloat16)
