"""What golden mode notes of an operation: how far it is from its golden function, and what is still
right. Errors count in units of the last place of the result's dtype.
"""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

__all__ = ["Bounds", "GoldenRecord", "Measure", "coarsest", "measure"]

# What one rounding leaves. Vector functions are right to a few units of float32, which only a
# float32 result shows.
_ONE_ROUNDING = {"FLOAT32": 16.0}
_ONE_ROUNDING_OF_OTHERS = 1.0

# An operation that calls n others rounds n times and passes on what was rounded before. Errors of
# random sign grow as sqrt(n); sharp softmaxes and differences make single elements much worse. Layers
# of transformers use a tenth to a third of this.
_LARGEST_OF_COMPOSITES = 10.0
_MEAN_OF_COMPOSITES = 1.0

# What is shown of elements smaller than this part of a typical one is in units of it.
_TINY = 2.0**-8

# From the finest to the coarsest.
_FLOATS = ["FLOAT32", "BFLOAT16", "BFLOAT8_B", "BFLOAT4_B"]


def coarsest(dtypes: Any) -> str:
    """Of names of dtypes, integers aside; "" where there are no others."""
    return max((d for d in dtypes if d in _FLOATS), key=_FLOATS.index, default="")


def _one_rounding(dtype: str) -> float:
    if dtype not in _FLOATS:
        return 0.0  # integers are exact
    return _ONE_ROUNDING.get(dtype, _ONE_ROUNDING_OF_OTHERS)


@dataclasses.dataclass(frozen=True)
class Bounds:
    """What is still right. A None among the units stands for what rounding explains; without `pcc`
    the correlation bounds nothing.
    """

    max_ulp: float | None = None  # of the largest error
    mean_ulp: float | None = None  # of the mean error
    pcc: float | None = None
    rtol: float = 0.0  # these two are allowed beside the units
    atol: float = 0.0

    def settled(self, dtype: str, inner: int) -> Bounds:
        """Those of an operation that called `inner` others and computed in `dtype`."""
        largest = mean = _one_rounding(dtype)
        if inner:
            growth = 1 + math.sqrt(inner)
            largest *= _LARGEST_OF_COMPOSITES * growth
            mean *= _MEAN_OF_COMPOSITES * growth
        return dataclasses.replace(
            self,
            max_ulp=largest if self.max_ulp is None else self.max_ulp,
            mean_ulp=mean if self.mean_ulp is None else self.mean_ulp,
        )

    def broken_by(self, found: Measure, dtype: str) -> Iterator[tuple[str, float]]:
        """(which bound, the error as a multiple of it) of each."""
        assert self.max_ulp is not None and self.mean_ulp is not None
        yield f"{self.max_ulp:.4g} ulp", _multiple(found.beyond, self.max_ulp)
        yield f"{self.mean_ulp:.4g} ulp on average", _multiple(found.mean_beyond, self.mean_ulp)
        # What is right to the last place is right, however little of it varies.
        if self.pcc is not None and found.beyond > _one_rounding(dtype):
            lost = 1.0 if math.isnan(found.pcc) else 1 - found.pcc  # a constant has no correlation
            yield f"PCC {self.pcc:g}", _multiple(lost, 1 - self.pcc)


def _multiple(error: float, bound: float) -> float:
    if error <= 0:
        return 0.0
    return error / bound if bound > 0 else math.inf


@dataclasses.dataclass(frozen=True)
class Measure:
    """How far a tensor is from the expected one."""

    ulp: float = 0.0  # the error of the worst element
    mean_ulp: float = 0.0
    beyond: float = 0.0  # the same with what is allowed taken off
    mean_beyond: float = 0.0
    pcc: float = math.nan  # nan: the expected values are all the same
    index: tuple[int, ...] = ()  # of the worst element
    expected: float = 0.0
    actual: float = 0.0
    problem: str = ""  # what is wrong but for the values

    def is_worse_than(self, other: Measure) -> bool:
        return self._order() > other._order()

    def _order(self) -> tuple[bool, float, float, float]:
        return bool(self.problem), self.beyond, self.mean_beyond, self.ulp


def measure(
    expected: torch.Tensor,
    actual: torch.Tensor,
    dtype: str,
    bounds: Bounds,
    *,
    allowed: torch.Tensor | float = 0.0,
    floor: float = 0.0,
    terms: int = 1,
) -> Measure:
    """The error in steps of `dtype`, those of `floor` where the expected values are smaller, and what
    of it is beyond the `allowed`. A sum of `terms` that were rounded one by one has as many steps.
    """
    import torch

    from ttnn.testing import group_maxima, steps

    if expected.shape != actual.shape:
        shapes = f"{list(actual.shape)}, but the golden function gives {list(expected.shape)}"
        return Measure(problem=f"its shape is {shapes}")
    if expected.numel() == 0:
        return Measure()
    if expected.is_floating_point() and torch.equal(expected, actual.to(expected.dtype)):
        return Measure(pcc=math.nan if _is_constant(expected) else 1.0)  # as moves are, fast
    e, a = _in_range(expected, dtype), actual.double()
    finite = e.isfinite() & a.isfinite()
    same = (e == a) | (e.isnan() & a.isnan())
    if dtype.endswith("_B"):
        same |= group_maxima((~e.isfinite()).double()) > 0  # an infinity leaves its group no digits
    error = torch.where(same, 0.0, torch.where(finite, (a - e).abs(), torch.inf))
    magnitude = torch.where(finite, e.abs(), 0.0)
    step = steps(magnitude.clamp(min=floor), dtype) * terms
    beyond = (error - (bounds.atol + bounds.rtol * magnitude + allowed)).clamp(min=0.0) / step
    least = max(floor, _TINY * magnitude.square().mean().sqrt().item())
    error = error / (steps(magnitude.clamp(min=least), dtype) * terms)
    flat = (beyond if beyond.any() else error).argmax()
    at = tuple(int(i) for i in torch.unravel_index(flat, error.shape))
    return Measure(
        error[at].item(),
        error.mean().item(),
        beyond[at].item(),
        beyond.mean().item(),
        _correlation(e, a),
        at,
        e[at].item(),
        a[at].item(),
    )


def _in_range(expected: torch.Tensor, dtype: str) -> torch.Tensor:
    """In float64, and infinite where `dtype` has no number so large."""
    import torch

    wide = expected.double()
    if dtype not in ("FLOAT32", "BFLOAT16"):
        return wide
    rounded = wide.float() if dtype == "FLOAT32" else wide.bfloat16()
    return torch.where(rounded.isinf(), rounded.double(), wide)


def _correlation(e: torch.Tensor, a: torch.Tensor) -> float:
    from ttnn.comparison import comp_pcc

    return math.nan if _is_constant(e) else comp_pcc(e, a)[1]


def _is_constant(x: torch.Tensor) -> bool:
    flat = x.flatten()
    return bool((flat == flat[0]).all())


@dataclasses.dataclass(frozen=True)
class GoldenRecord:
    """What the calls of an operation at one line of the program gave: the worst of them, on the worst
    device.
    """

    operation: str
    file: str
    line: int
    what: str  # output, output 1, argument cache
    scope: str  # device: from the device's own inputs; whole: from what the shards make up
    device_id: int | None  # of a partial sum the first device of those that hold its terms
    coordinate: tuple[int, ...] | None
    measure: Measure  # its index is that of the element in the device's shard
    dtype: str  # whose units these are: the coarsest that was computed in
    bounds: Bounds
    inner: int  # how many operations it called
    cause: GoldenRecord | None = None  # the wrong operation among those
    calls: int = 1

    @property
    def excess(self) -> float:
        """The error as a multiple of its bound."""
        if self.measure.problem:
            return math.inf
        return max(multiple for _, multiple in self.bounds.broken_by(self.measure, self.dtype))

    @property
    def passed(self) -> bool:
        return self.excess <= 1

    @property
    def place(self) -> str:
        """model.py:31"""
        return f"{os.path.basename(self.file)}:{self.line}" if self.file else ""

    @property
    def where(self) -> str:
        """device 5 (1, 1)"""
        return "host" if self.device_id is None else f"device {self.device_id} {self.coordinate}"

    def __str__(self) -> str:
        at = f" at {self.file}:{self.line}" if self.file else ""
        whole = " as a whole" if self.scope == "whole" else ""
        text = f"{self.operation}{at}: {self.what}{whole}, {self.where}"
        found = self.measure
        if found.problem:
            return f"{text}: {found.problem}."
        text += (
            f", element {list(found.index)}: expected {found.expected:.9g}, got "
            f"{found.actual:.9g}; largest error {found.ulp:.4g} ulp of {self.dtype}, mean "
            f"{found.mean_ulp:.4g} ulp, PCC {found.pcc:.7g}"
        )
        broken = [b for b, m in self.bounds.broken_by(found, self.dtype) if m > 1]
        return f"{text}; allowed: {', '.join(broken)}." if broken else f"{text}."

    def explained(self) -> str:
        """With what is to be looked at."""
        if self.cause:
            way = f"It calls {self.cause.operation} at {self.cause.place}, which is wrong itself."
        elif self.inner:
            way = (
                f"Each of the {self.inner} operations that it calls is right for what it was given: "
                "look at which it calls, and with what."
            )
        else:
            way = "Look at what it computes, or at what its golden function does."
        return f"{self} {way}"

    def to_dict(self) -> dict[str, Any]:
        """Only what JSON knows."""
        return dataclasses.asdict(self) | {"excess": self.excess, "passed": self.passed}
