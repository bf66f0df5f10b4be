"""Plots of families that run over sizes or devices, by the matplotlib of build/peers."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import report
from peer import HERE, PEERS_PYTHON
from row import Row

_DRAWN = ("scaling", "sizes")


def draw(rows: Sequence[Row], machine: dict[str, Any], folder: Path) -> None:
    """FAMILY.svg for each family that is drawn."""
    if not PEERS_PYTHON.exists():
        raise click.ClickException("build/peers is not there: ./dev bench --plot makes it")
    given = {
        "machine": report.machine_line(machine),
        "rows": [dataclasses.asdict(row) for row in rows if row.family in _DRAWN],
    }
    if not given["rows"]:
        raise click.ClickException("nothing to draw: measure scaling or sizes")
    command = [str(PEERS_PYTHON), str(HERE / "peers/draw.py"), str(folder)]
    subprocess.run(command, input=json.dumps(given), text=True, check=True)
