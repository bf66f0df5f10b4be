"""Timing contestants in turns (A B A B ...), so that a machine that drifts drifts for all of them.

Two figures come of it: best over best, and the median of the ratios within each round.
"""

from __future__ import annotations

import dataclasses
import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

from limits import Limit

Run = Callable[[], object]  # one that runs elsewhere is Timed


@runtime_checkable
class Timed(Protocol):
    """A contestant that times itself: another process."""

    expected: float  # seconds of one call, as far as is known before

    def __call__(self) -> object: ...

    def seconds(self, calls: int) -> float:
        """Of one call, when that many follow each other."""


_SAMPLE_SECONDS = 1e-3  # what is shorter is repeated, so that the clock does not matter
_LONG_SECONDS = 0.1  # what takes so long is called once beforehand, other work twice
_SLOW_TURNS = 2  # what is slow takes part in the first turns only


@dataclasses.dataclass(frozen=True)
class Effort:
    """How long a race may last: at least `rounds[0]` rounds, then until time or rounds are over."""

    rounds: tuple[int, int]
    seconds: float
    slow: float = 2.5  # seconds of one call of a contestant that is slow


THOROUGH = Effort(rounds=(5, 40), seconds=0.25, slow=0.5)
QUICK = Effort(rounds=(2, 3), seconds=0.05)


class Times:
    """Seconds per call, by contestant and round; rates of the limit by round of its contestant.

    A slow contestant has fewer rounds, the first ones. Who is compared with it counts those only.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}
        self.rates: dict[str, list[float]] = {}

    def best(self, name: str) -> float:
        return min(self.seconds[name])

    def median(self, name: str) -> float:
        return statistics.median(self.seconds[name])

    def ratio(self, name: str, other: str) -> Ratio:
        pairs = list(zip(self.seconds[name], self.seconds[other]))
        best = min(a for a, _ in pairs) / min(b for _, b in pairs)
        return Ratio(best, statistics.median(a / b for a, b in pairs))

    def fraction(self, name: str, amount: float) -> Ratio:
        """The rate of `amount` per call over the limit's, which was measured beside each call."""
        rates = [amount / seconds * 1e-9 for seconds in self.seconds[name]]
        pairs = zip(rates, self.rates[name], strict=True)
        return Ratio(max(rates) / max(self.rates[name]), statistics.median(a / b for a, b in pairs))


@dataclasses.dataclass(frozen=True)
class Ratio:
    """Best over best, and the median over the rounds."""

    best: float
    median: float


def race(
    runs: Mapping[str, Run], effort: Effort, limits: Mapping[str, Limit] | None = None
) -> Times:
    """Times each of `runs` in turns; before and after those that have a limit, it is measured."""
    limits = limits or {}
    expected = {name: _expected_seconds(run) for name, run in runs.items()}
    times = Times()
    start = time.perf_counter()
    with _without_collector():
        for i in range(effort.rounds[1]):
            if i >= effort.rounds[0] and time.perf_counter() - start > effort.seconds:
                break
            for name, run in runs.items():
                if expected[name] < effort.slow or i < _SLOW_TURNS:
                    calls = max(1, round(_SAMPLE_SECONDS / max(expected[name], 1e-7)))
                    _sample(times, name, run, calls, limits.get(name))
    return times


def measure_limit_again(times: Times, name: str, limit: Limit, rounds: int) -> None:
    """More looks at a limit that seems too low; each counts for the round where it is the most."""
    for _ in range(rounds):
        rate = limit.now()
        times.rates[name] = [max(rate, seen) for seen in times.rates[name]]


def _sample(times: Times, name: str, run: Run, calls: int, limit: Limit | None) -> None:
    before = limit.now() if limit else 0.0
    seconds = _seconds_per_call(run, calls)
    times.seconds.setdefault(name, []).append(seconds)
    if limit:
        times.rates.setdefault(name, []).append(max(before, limit.now()))


def _seconds_per_call(run: Run, calls: int) -> float:
    if isinstance(run, Timed):
        return run.seconds(calls)
    start = time.perf_counter()
    for _ in range(calls):
        run()
    return (time.perf_counter() - start) / calls


def _expected_seconds(run: Run) -> float:
    if isinstance(run, Timed):
        return run.expected
    first = _seconds_per_call(run, 1)
    return first if first > _LONG_SECONDS else _seconds_per_call(run, 1)


@contextmanager
def _without_collector() -> Iterator[None]:
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
