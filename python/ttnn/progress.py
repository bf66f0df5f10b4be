"""A progress bar for work of seconds, in a terminal only: what is piped or quick stays silent."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

# Work shorter than this ends before a bar could be read.
PATIENCE_SECONDS = 0.7


@contextlib.contextmanager
def progress(title: str, total: float, unit: str = "") -> Iterator[Callable[[float], None]]:
    """Yields `advance(amount)`. The bar appears on standard error once the work has lasted a
    moment.
    """
    if not sys.stderr.isatty():
        yield lambda amount: None
        return
    bar = _Bar(title, total, unit)
    try:
        yield bar.advance
    finally:
        bar.close()


class _Bar:
    def __init__(self, title: str, total: float, unit: str):
        self._title, self._total, self._unit = title, total, unit
        self._done = 0.0
        self._start = time.monotonic()
        self._live: Any = None  # rich is imported when the bar first shows

    def advance(self, amount: float) -> None:
        self._done += amount
        if self._live is None:
            if time.monotonic() - self._start < PATIENCE_SECONDS:
                return
            self._show()
        self._live.update(self._task, completed=self._done)

    def close(self) -> None:
        if self._live is not None:
            self._live.stop()

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn()
            if not self._unit
            else TextColumn("{task.completed:.0f}/{task.total:.0f} " + self._unit),
            TimeRemainingColumn(),
        )
        self._live = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._live.add_task(self._title, total=self._total)
        self._live.start()
