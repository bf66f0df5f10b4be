"""One line of results, and what makes a line fail."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from limits import Limit
from race import Ratio, Times, measure_limit_again

_TOO_FAST = 1.03  # nothing is faster than its limit: the limit was measured too low
_SECOND_LOOKS = 3


@dataclasses.dataclass(frozen=True)
class Bound:
    """How near the work came to its limit. `rate` and `limit` are the best of each."""

    name: str
    unit: str
    rate: float
    limit: float
    fraction: Ratio

    @property
    def is_wrong(self) -> bool:
        return self.fraction.best > _TOO_FAST


@dataclasses.dataclass(frozen=True)
class Target:
    text: str
    met: bool


@dataclasses.dataclass
class Row:
    family: str
    name: str
    seconds: float | None = None  # the best time of one call
    median: float | None = None  # of the turns
    ratios: dict[str, Ratio] = dataclasses.field(default_factory=dict)  # our time over another's
    bound: Bound | None = None
    figures: dict[str, str] = dataclasses.field(default_factory=dict)
    targets: list[Target] = dataclasses.field(default_factory=list)
    numbers: dict[str, float] = dataclasses.field(default_factory=dict)  # what plots are made of
    absent: str = ""  # the operation that does not exist yet
    problem: str = ""  # why the row does not count

    @property
    def fails(self) -> bool:
        return bool(self.problem)


@dataclasses.dataclass(frozen=True)
class Setting:
    """What all rows are measured with."""

    quick: bool
    workers: int
    peers: bool = False  # whether those of build/peers take part


@dataclasses.dataclass(frozen=True)
class Case:
    """What is measured together: it makes one row or several."""

    family: str
    name: str
    measure: Callable[[Setting], list[Row]]

    def rows(self, setting: Setting) -> list[Row]:
        """The measured rows; where something went wrong, a row that says what."""
        try:
            return self.measure(setting)
        except NotImplementedError as error:
            return [Row(self.family, self.name, absent=_first_line(error))]
        except AssertionError as error:
            return [Row(self.family, self.name, problem=f"wrong result: {_first_line(error)}")]
        except Exception as error:
            kind = type(error).__name__
            return [Row(self.family, self.name, problem=f"{kind}: {_first_line(error)}")]


def timed(row: Row, times: Times, name: str) -> Row:
    """The row with the times of a contestant."""
    row.seconds, row.median = times.best(name), times.median(name)
    return row


def bound_of(times: Times, name: str, limit: Limit, row: Row, setting: Setting) -> None:
    """Puts the row beside its limit. One that seems beaten is looked at again; if it still is,
    the row fails: a limit of that kind says nothing. A quick run looks too briefly to judge.
    """
    for _ in range(_SECOND_LOOKS):
        if times.fraction(name, limit.amount).best <= _TOO_FAST:
            break
        measure_limit_again(times, name, limit, rounds=5)
    rate = limit.amount / times.best(name) * 1e-9
    fraction = times.fraction(name, limit.amount)
    row.bound = Bound(limit.name, limit.unit, rate, max(times.rates[name]), fraction)
    if row.bound.is_wrong and not setting.quick:
        row.problem = (
            f"wrong limit: {rate:.4g} {limit.unit} is {fraction.best:.0%} of the {limit.name} limit"
        )


def at_least(least: float, row: Row, setting: Setting, what: str = "") -> None:
    """A target for the fraction of the row's limit. Quick runs are too short for targets."""
    assert row.bound
    if not setting.quick:
        text = f"at least {least:.0%} of {what or row.bound.name}"
        row.targets.append(Target(text, row.bound.fraction.best >= least))


def at_most(most: float, other: str, row: Row, setting: Setting) -> None:
    """A target for our time over another's."""
    if not setting.quick and other in row.ratios:
        text = f"at most {most:.3g} x {other}"
        row.targets.append(Target(text, row.ratios[other].best <= most))


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__


def from_json(given: dict[str, Any]) -> Row:
    """What dataclasses.asdict made of a row; what is empty may be left out."""
    ratios = {name: Ratio(**value) for name, value in given.get("ratios", {}).items()}
    bound = given.get("bound") and Bound(
        **given["bound"] | {"fraction": Ratio(**given["bound"]["fraction"])}
    )
    targets = [Target(**target) for target in given.get("targets", [])]
    return Row(**given | {"ratios": ratios, "bound": bound, "targets": targets})
