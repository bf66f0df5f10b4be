"""Speed of Tilemesh beside the machine's limits and beside other libraries: ./dev bench [WORDS].

A word is a family (falcon, processes, linear, scaling, small, ops, memory, movement, transfers,
collectives, sizes, kernels) or part of a row's name ("softmax"). Contestants take turns; a figure is
best over best, and in brackets the median of the turns. Every result is compared with a reference
before its time counts. The run fails where a result is wrong, and where work is faster than its limit,
because then the limit is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
import collectives
import compare
import falcon
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
import report
import scaling
import sizes
import small
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
    *movement.cases(),
    *transfers.cases(),
    *collectives.cases(),
    *sizes.cases(),
    *kernels.cases(),
]


def selected(cases: Sequence[Case], words: Sequence[str]) -> list[Case]:
    """Those of which a word is the family, or in the name; all if there is no word."""
    families = {case.family for case in cases}
    for word in words:
        if word not in families and not any(word in case.name for case in cases):
            raise click.ClickException(
                f"nothing is called {word!r}. Families: {', '.join(sorted(families))}; or part of "
                "a row's name, as --list shows them."
            )
    return [
        case
        for case in cases
        if not words
        or any(
            word == case.family or (word not in families and word in case.name) for word in words
        )
    ]


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
    help="Measure nothing: take the figures that --json saved. May be given several times.",
)
@click.option(
    "--compare", "old_file", type=_OLD_FILE, help="Show what moved since --json saved it."
)
@click.option(
    "--markdown",
    "page",
    type=_OLD_FILE,
    help="Put the tables into a page, between its marks; others stay.",
)
@click.option(
    "--plot", "folder", type=_FILE, help="Draw scaling.svg and sizes.svg, of what is measured."
)
@click.option("--list", "only_list", is_flag=True, help="Show the names, measure nothing.")
def main(
    words: tuple[str, ...],
    quick: bool,
    peers: bool,
    json_file: Path | None,
    files: tuple[Path, ...],
    old_file: Path | None,
    page: Path | None,
    folder: Path | None,
    only_list: bool,
) -> None:
    if only_list:
        print(*(f"{case.family}: {case.name}" for case in selected(CASES, words)), sep="\n")
        return
    out = report.console()
    if files:
        rows, described = report.load_json(*files)
        print(report.machine_line(described))
        for family, some in report.by_family(rows):
            report.print_family(out, family, some)
    else:
        rows, described = _measured(selected(CASES, words), quick=quick, peers=peers)
    print(report.summary(rows))
    if old_file:
        old, old_machine = report.load_json(old_file)
        found = compare.compare(old, rows, old_machine, described)
        report.print_comparison(out, found, old_file)
    if json_file:
        report.save_json(json_file, rows, described, quick=quick)
    if page:
        report.replace_figures(page, rows, described)
    if folder:
        plot.draw(rows, described, folder)
    sys.exit(any(row.fails for row in rows))


def _measured(
    cases: Sequence[Case], *, quick: bool, peers: bool
) -> tuple[list[Row], dict[str, object]]:
    setting = Setting(quick=quick, workers=worker_count(), peers=peers)
    described = machine.describe(setting.workers)
    print(report.machine_line(described), flush=True)
    for line in peer.missing() if peers else []:
        print(line, flush=True)
    return measure(cases, setting), described


if __name__ == "__main__":
    main()
