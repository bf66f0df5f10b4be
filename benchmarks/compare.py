"""What moved between two runs, row by row."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from race import Ratio
from row import Row

# A time has moved when its best and its median both changed by more than this, in one direction: the
# best alone moves with one lucky turn, the median with a busy machine.
THRESHOLD = 0.05
_LIMIT_THRESHOLD = 0.1  # limits drift too

_SAME_MACHINE = ("processor", "cores", "workers", "instruction set", "torch", "python")


@dataclasses.dataclass(frozen=True)
class Change:
    """`time` is the new time over the old one."""

    family: str
    name: str
    old: Row
    new: Row
    time: Ratio

    @property
    def verdict(self) -> str:
        if self.new.problem and not self.old.problem:
            return "fails now"
        if self.old.problem and not self.new.problem:
            return "failed before"
        if min(self.time.best, self.time.median) > 1 + THRESHOLD:
            return "slower"
        if max(self.time.best, self.time.median) < 1 - THRESHOLD:
            return "faster"
        return ""


@dataclasses.dataclass(frozen=True)
class Comparison:
    changes: list[Change]
    gone: list[Row]  # only in the old run, of families that the new one has
    added: list[Row]
    machine: list[str]  # what differs between the machines

    @property
    def moved(self) -> list[Change]:
        return [change for change in self.changes if change.verdict]


def compare(
    old: Sequence[Row], new: Sequence[Row], old_machine: dict[str, Any], machine: dict[str, Any]
) -> Comparison:
    before = {(row.family, row.name): row for row in old}
    after = {(row.family, row.name): row for row in new}
    families = {row.family for row in new}
    return Comparison(
        [_change(before[key], row) for key, row in after.items() if key in before],
        [row for key, row in before.items() if key not in after and row.family in families],
        [row for key, row in after.items() if key not in before],
        _differences(old_machine, machine),
    )


def _change(old: Row, new: Row) -> Change:
    best = new.seconds / old.seconds if new.seconds and old.seconds else 1.0
    median = new.median / old.median if new.median and old.median else best
    return Change(new.family, new.name, old, new, Ratio(best, median))


def _differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    found = [
        f"{name}: {old.get(name)} then, {new.get(name)} now"
        for name in _SAME_MACHINE
        if old.get(name) != new.get(name)
    ]
    for name, rate in new["limits"].items():
        then = old["limits"].get(name)
        if then and abs(rate / then - 1) > _LIMIT_THRESHOLD:
            found.append(f"{name}: {then:.4g} then, {rate:.4g} now")
    return found
