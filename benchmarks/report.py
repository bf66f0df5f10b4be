"""Rows as tables, for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from compare import THRESHOLD, Change, Comparison
from figures import Measured
from race import Ratio
from rich.console import Console
from rich.table import Table
from rich.text import Text
from row import Bound, Row

_PIPE_WIDTH = 160  # a pipe has no width of its own, and lines should stay whole

_TITLES = {
    "falcon": "Falcon-7B MLP, 4 x 128 tokens",
    "processes": "The same MLP in processes of their own, with their peaks of memory",
    "scaling": "The same work on more and more devices, and an idle mesh",
    "linear": "Linears of 4096x14336: at few rows, with block floats, with a bias and an activation",
    "small": "1,000 dependent operations on 32x32 shards, then a synchronisation: one operation",
    "ops": "Operations at a million elements, beside one thread of torch",
    "memory": "Operations that compute on 16 million elements",
    "movement": "Operations that move 16 million elements",
    "transfers": "Between torch and devices, at one and at 16 million elements",
    "sizes": "From what a cache holds to what none does",
    "kernels": "Kernels in one thread, by instruction set",
    "products": "One product by every library and on every instruction set",
    "collectives": "Collectives: 64 MiB of float32 over 4 devices, and 4 KiB over 8 to the host",
}


def console() -> Console:
    found = Console()
    return found if found.is_terminal else Console(width=_PIPE_WIDTH, highlight=False)


# ---- what is in a cell


def duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    for factor, unit in ((1.0, "s"), (1e3, "ms")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e6:.3g} us"


def ratio(value: Ratio | None) -> str:
    return f"{value.best:.2f} ({value.median:.2f})" if value else ""


def bound(value: Bound | None) -> str:
    if value is None:
        return ""
    share = f"{value.fraction.best:.0%} ({value.fraction.median:.0%})"
    return f"{share} of {value.limit:.4g} {value.unit}, {value.name}"


def note(row: Row) -> str:
    if row.problem or row.absent:
        return row.problem or f"not there yet: {row.absent}"
    missed = [target.text for target in row.targets if not target.met]
    return f"missed: {'; '.join(missed)}" if missed else ""


def columns(rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    """Headings, and cells by row; columns that would be empty are left out."""
    others = list(dict.fromkeys(name for row in rows for name in row.ratios))
    figures = list(dict.fromkeys(name for row in rows for name in row.figures))
    headings = ["", "best", *(f"x {name}" for name in others), *figures, "of its limit", "note"]
    cells = [
        [
            row.name,
            duration(row.seconds),
            *(ratio(row.ratios.get(name)) for name in others),
            *(row.figures.get(name, "") for name in figures),
            bound(row.bound),
            note(row),
        ]
        for row in rows
    ]
    used = [i for i in range(len(headings)) if i == 0 or any(line[i] for line in cells)]
    return [headings[i] for i in used], [[line[i] for i in used] for line in cells]


def by_family(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    for family in dict.fromkeys(row.family for row in rows):
        yield family, [row for row in rows if row.family == family]


# ---- where it goes


def print_run(out: Console, run: Measured) -> None:
    print(f"{run.date}, {run.commit}: {machine_line(run.machine)}", flush=True)
    for family, rows in by_family(run.rows):
        print_family(out, family, rows)


def print_family(out: Console, family: str, rows: Sequence[Row]) -> None:
    headings, lines = columns(rows)
    table = Table()
    for heading in headings:
        right = heading not in ("", "note", "of its limit")
        table.add_column(heading, justify="right" if right else "left", overflow="fold")
    for row, line in zip(rows, lines, strict=True):
        style = "red" if row.fails else "yellow" if note(row) else ""
        table.add_row(*(Text(cell, style=style) for cell in line))
    out.print(Text(f"\n{_TITLES.get(family, family)}", style="bold"))
    out.print(table)


def machine_line(machine: dict[str, Any]) -> str:
    limits = ", ".join(f"{name} {value:.4g}" for name, value in machine["limits"].items())
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['workers']} workers, "
        f"{machine['instruction set']}; {limits}; torch {machine['torch']}; load when it began "
        f"{machine['load']:.1f}"
    )


def targets_line(rows: Sequence[Row]) -> str:
    targets = [target for row in rows for target in row.targets if not row.fails]
    return f"{sum(target.met for target in targets)} of {len(targets)} targets met"


def summary(rows: Sequence[Row]) -> str:
    failed = sum(row.fails for row in rows)
    absent = sum(bool(row.absent) for row in rows)
    parts = [f"{len(rows)} rows"]
    parts += [targets_line(rows)] if any(row.targets for row in rows) else []
    parts += [f"{absent} not there yet"] if absent else []
    return ", ".join([*parts, f"{failed} failed"])


# ---- beside an earlier run


def print_comparison(out: Console, found: Comparison, file: Path) -> None:
    out.print(Text(f"\nBeside {file}", style="bold"))
    for line in found.machine:
        out.print(Text(f"another machine, or another state of it: {line}", style="yellow"))
    table = Table()
    for heading in ("", "then", "now", "x", "of its limit then", "now", "moved"):
        table.add_column(heading, overflow="fold")
    for change in found.moved:
        style = "green" if change.verdict in ("faster", "failed before") else "red"
        table.add_row(*(Text(cell, style=style) for cell in _change_cells(change)))
    out.print(table)
    for name, rows in (("only there", found.gone), ("only here", found.added)):
        if rows:
            out.print(Text(f"{name}: {', '.join(f'{row.family} {row.name}' for row in rows)}"))
    out.print(
        f"{len(found.moved)} of {len(found.changes)} rows moved: best and median both by more than "
        f"{THRESHOLD:.0%}"
    )


def _change_cells(change: Change) -> list[str]:
    return [
        f"{change.family}: {change.name}",
        duration(change.old.seconds),
        duration(change.new.seconds),
        ratio(change.time),
        _share(change.old.bound),
        _share(change.new.bound),
        change.verdict,
    ]


def _share(value: Bound | None) -> str:
    return f"{value.fraction.best:.0%} ({value.fraction.median:.0%})" if value else ""
