"""Speed of Tilemesh beside the machine's limits and beside plain torch: ./dev bench [WORDS].

A word is a family (falcon, small, ops, transfers, memory, collectives) or part of a row's name
("softmax"). Contestants take turns; a figure is best over best, and in brackets the median of the
turns. Every result is compared with a reference before its time counts. The run fails where a result
is wrong, and where work is faster than its limit, because then the limit is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
import collectives
import falcon
import machine
import memory
import operation
import operations
import peer
import report
import small
import transfers
from row import Case, Row, Setting

import ttnn
from ttnn import _ttnn

CASES = [
    *falcon.cases(),
    *small.cases(),
    *operation.cases(operations.OPERATIONS),
    *transfers.cases(),
    *memory.cases(),
    *collectives.cases(),
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


@click.command(help=__doc__)
@click.argument("words", nargs=-1)
@click.option("--quick", is_flag=True, help="Small sizes, few turns: only to see that it works.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Save all figures.")
@click.option(
    "--markdown",
    "page",
    type=click.Path(exists=True, path_type=Path),
    help="Put the tables into a page, between its marks; others stay.",
)
@click.option("--list", "only_list", is_flag=True, help="Show the names, measure nothing.")
def main(
    words: tuple[str, ...], quick: bool, json_file: Path | None, page: Path | None, only_list: bool
) -> None:
    cases = selected(CASES, words)
    if only_list:
        print(*(f"{case.family}: {case.name}" for case in cases), sep="\n")
        return
    setting = Setting(quick=quick, workers=worker_count())
    described = machine.describe(setting.workers)
    print(report.machine_line(described), flush=True)
    if any(case.family == "collectives" for case in cases):
        for line in peer.missing():
            print(line, flush=True)
    rows = measure(cases, setting)
    print(report.summary(rows))
    if json_file:
        report.save_json(json_file, rows, described, quick=quick)
    if page:
        report.replace_figures(page, rows, described)
    sys.exit(any(row.fails for row in rows))


if __name__ == "__main__":
    main()
