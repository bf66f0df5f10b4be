"""Speed of Tilemesh beside the machine's limits and beside other libraries: ./dev bench [WORDS].

A word is a family (falcon, processes, linear, scaling, small, ops, memory, movement, transfers,
collectives, sizes, kernels, products) or part of a row's name ("softmax"). Contestants take turns; a figure is
best over best, and in brackets the median of the turns. Every result is compared with a reference
before its time counts. The run fails where a result is wrong, and where work is faster than its limit,
because then the limit is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import block_floats
import click
import collectives
import compare
import cpu
import falcon
import figures
import kernels
import linear
import machine
import memory
import movement
import operation
import operations
import peer
import plot
import processes
import products
import report
import scaling
import sizes
import small
import targets
import transfers
from row import Case, Row, Setting

import ttnn
from ttnn import _ttnn

CASES = [
    *falcon.cases(),
    *processes.cases(),
    *linear.cases(),
    *scaling.cases(),
    *small.cases(),
    *operation.cases(operations.OPERATIONS),
    *memory.cases(),
    *block_floats.cases(),
    *movement.cases(),
    *transfers.cases(),
    *collectives.cases(),
    *sizes.cases(),
    *kernels.cases(),
]
PRODUCTS = products.cases()  # measured when asked for: they are for the table, not for a reader
_ALL = [*CASES, *PRODUCTS]


def selected(cases: Sequence[Case], words: Sequence[str]) -> list[Case]:
    """Those of which a word is the family, or in the name; all if there is no word."""
    families = {case.family for case in cases}
    for word in words:
        if word not in families and not any(word in case.name for case in cases):
            raise click.ClickException(
                f"nothing is called {word!r}. Families: {', '.join(sorted(families))}; or part of "
                "a row's name, as --list shows them."
            )
    return [case for case in cases if is_called(case, words, families)]


def is_called(one: Case | Row, words: Sequence[str], families: Collection[str]) -> bool:
    """Whether a word is its family, or no family and in its name; or there is no word."""
    return not words or any(
        word == one.family or (word not in families and word in one.name) for word in words
    )


def worker_count() -> int:
    """The threads that carry out operations, which are known once a mesh is open."""
    device = ttnn.open_device(device_id=0)
    count: int = _ttnn.num_workers()
    ttnn.close_device(device)
    return count


def measure(cases: Sequence[Case], setting: Setting) -> list[Row]:
    out = report.console()
    rows: list[Row] = []
    for family in dict.fromkeys(case.family for case in cases):
        some = [case for case in cases if case.family == family]
        found: list[Row] = []
        with out.status("") as status:
            for i, case in enumerate(some, 1):
                status.update(f"{family} {i}/{len(some)}: {case.name}")
                found += case.rows(setting)
        report.print_family(out, family, found)
        rows += found
    return rows


_FILE = click.Path(path_type=Path)
_OLD_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(help=__doc__)
@click.argument("words", nargs=-1)
@click.option("--quick", is_flag=True, help="Small sizes, few turns: only to see that it works.")
@click.option(
    "--peers", is_flag=True, help="Race JAX, torch in processes of its own, and numpy too."
)
@click.option("--json", "json_file", type=_FILE, help="Save all figures.")
@click.option(
    "--load",
    "files",
    type=_OLD_FILE,
    multiple=True,
    help="Measure nothing: show the figures of a file. May be given several times.",
)
@click.option(
    "--compare", "old_file", type=_OLD_FILE, help="Show what moved since --json saved it."
)
@click.option(
    "--plot", "folder", type=_FILE, help="Draw scaling.svg and sizes.svg, of what is measured."
)
@click.option(
    "--cpu",
    "for_cpu",
    is_flag=True,
    help="Add what is measured to this CPU's file in benchmarks/figures/: without words the products "
    "by every library and on every instruction set, some ten minutes.",
)
@click.option(
    "--markdown",
    "page",
    type=_OLD_FILE,
    help="Measure nothing: write the table of targets into a page, of all files in benchmarks/figures/.",
)
@click.option("--list", "only_list", is_flag=True, help="Show the names, measure nothing.")
def main(
    words: tuple[str, ...],
    quick: bool,
    peers: bool,
    json_file: Path | None,
    files: tuple[Path, ...],
    old_file: Path | None,
    folder: Path | None,
    only_list: bool,
    for_cpu: bool,
    page: Path | None,
) -> None:
    if page:
        targets.replace_table(page)
        return
    if for_cpu and (files or quick):
        raise click.UsageError("--cpu is for figures that are measured now, and thoroughly.")
    if files:
        runs = _loaded(files, words)
    else:
        cases = selected(_ALL if words or only_list else PRODUCTS if for_cpu else CASES, words)
        if only_list:
            print(*(f"{case.family}: {case.name}" for case in cases), sep="\n")
            return
        runs = [_measured(cases, quick=quick, peers=peers)]
    rows = _rows(runs)
    print(report.summary(rows))
    if old_file:
        before = figures.load(old_file)
        found = compare.compare(_rows(before), rows, before[0].machine, runs[0].machine)
        report.print_comparison(report.console(), found, old_file)
    if json_file:
        figures.save(json_file, runs)
    if for_cpu:
        figures.add(file := cpu.figures_file(), runs[0])
        print(f"added to {file}")
    if folder:
        plot.draw(rows, runs[0].machine, folder)
    sys.exit(any(row.fails for row in rows))


def _rows(runs: Sequence[figures.Measured]) -> list[Row]:
    return [row for run in runs for row in run.rows]


def _loaded(files: Sequence[Path], words: Sequence[str]) -> list[figures.Measured]:
    """Shown on the way; with words only the families and names that they select."""
    runs = [run for file in files for run in figures.load(file)]
    families = {row.family for row in _rows(runs)}
    for run in runs:
        run.rows = [row for row in run.rows if is_called(row, words, families)]
        if run.rows:
            report.print_run(report.console(), run)
    if not _rows(runs):
        raise click.ClickException(f"no row there is called {' or '.join(map(repr, words))}.")
    return runs


def _measured(cases: Sequence[Case], *, quick: bool, peers: bool) -> figures.Measured:
    setting = Setting(quick=quick, workers=worker_count(), peers=peers)
    described = machine.describe(setting.workers)
    print(report.machine_line(described), flush=True)
    for line in peer.missing() if peers else []:
        print(line, flush=True)
    return figures.measured_now(described, measure(cases, setting), quick=quick)


if __name__ == "__main__":
    main()
