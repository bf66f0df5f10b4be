"""Files of figures: what was measured, when, on which machine and of which commit. One file may hold
several runs, so that a CPU's figures are measured family by family.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from row import Row, from_json

VERSION = 1  # of the files: another one for every change by which older readers would be misled

_HERE = Path(__file__).resolve().parent


@dataclasses.dataclass
class Measured:
    """The rows of one run."""

    machine: dict[str, Any]
    rows: list[Row]
    commit: str
    date: str
    quick: bool = False


def measured_now(machine: dict[str, Any], rows: list[Row], *, quick: bool) -> Measured:
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    return Measured(machine, rows, _commit(), today, quick)


def save(file: Path, runs: Sequence[Measured]) -> None:
    """A line per row, so that a change of figures reads well."""
    texts = ",\n".join(_text(dataclasses.asdict(run)) for run in runs)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'{{"version": {VERSION}, "runs": [\n{texts}\n]}}\n')


def _text(run: dict[str, Any]) -> str:
    rows = ",\n".join(json.dumps(_without_empty(row)) for row in run.pop("rows"))
    return f'{json.dumps(run)[:-1]}, "rows": [\n{rows}\n]}}'


def _without_empty(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value or value == 0}


def load(file: Path) -> list[Measured]:
    """A file that is not of this version or not whole is an error that names it."""
    try:
        content = json.loads(file.read_text())
    except ValueError as error:
        raise click.ClickException(f"{file} is no file of figures: {error}.") from None
    version = content.get("version") if isinstance(content, dict) else None
    if version != VERSION:
        said = "names no format of figures" if version is None else f"holds format {version}"
        raise click.ClickException(
            f"{file} {said}, and this program reads format {VERSION}. "
            "Measure them anew, or read them with the commit that wrote them."
        )
    try:
        return [_run(content["runs"][0]), *map(_run, content["runs"][1:])]
    except (IndexError, KeyError, TypeError, AttributeError):
        raise click.ClickException(
            f"{file} is no whole file of figures: a run or a row in it lacks what others have."
        ) from None


def add(file: Path, run: Measured) -> None:
    """To those of the file; what was measured again replaces what was there."""
    again = {(row.family, row.name) for row in run.rows}
    kept = load(file) if file.exists() else []
    for old in kept:
        old.rows = [row for row in old.rows if (row.family, row.name) not in again]
    save(file, [*(old for old in kept if old.rows), run])


def _run(given: dict[str, Any]) -> Measured:
    return Measured(**given | {"rows": [from_json(row) for row in given["rows"]]})


def _commit() -> str:
    """The short hash; with a plus where files differ from it."""
    try:
        return _git("rev-parse", "--short", "HEAD") + (
            "+" if _git("diff", "HEAD", "--stat") else ""
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(_HERE), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
