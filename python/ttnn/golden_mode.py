"""Golden mode: every operation beside its golden function.

    with ttnn.golden_mode() as golden:
        y = model(x)
    print(golden)

Each golden function computes in float32 from the very values that the operation was given. So an
error is reported where it arises and not where it arrives: the first operation that is wrong for its
own inputs, with the program's line, the device and the element. `ttnn.CONFIG.enable_comparison_mode`
is the same with TT-NN's bound, the correlation.
"""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import functools
import math
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ttnn.config import CONFIG, logger
from ttnn.golden_records import Bounds, GoldenRecord
from ttnn.table_text import as_text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ttnn.golden_call import Found, GoldenCall

__all__ = ["GoldenMode", "golden_mode", "is_active", "run_compared"]

_ROWS = 12  # of a table of the worst

_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep

Place = tuple[str, int]  # file and line of the program


class GoldenMode:
    """What golden mode has found so far; the object of `with ttnn.golden_mode() as golden`."""

    def __init__(
        self, bounds: Bounds, should_raise: bool = False, skip: Iterable[str] = ()
    ) -> None:
        self.bounds = bounds
        self.should_raise = should_raise
        self.skip = frozenset(name.removeprefix("ttnn.") for name in skip)
        self.not_compared: collections.Counter[tuple[str, str]] = collections.Counter()
        """(operation, why) of the calls that have no reference, with their number."""
        self._records: dict[tuple[Any, ...], GoldenRecord] = {}
        self._first: GoldenRecord | None = None
        self._told: set[tuple[str, str, int]] = set()
        self._mutex = threading.Lock()  # guards the four above
        self._threads = threading.local()

    # --- as a block

    def __enter__(self) -> GoldenMode:
        if self in _modes:
            raise RuntimeError(
                "golden_mode: this block is open already. Make another by ttnn.golden_mode(); "
                "blocks may be nested."
            )
        _modes.append(self)
        _choose_path()
        return self

    def __exit__(self, *error: object) -> None:
        _modes.remove(self)
        _choose_path()

    # --- what it found

    @property
    def records(self) -> list[GoldenRecord]:
        """One per result of each operation at each line, in the order of the program: its worst."""
        with self._mutex:
            return list(self._records.values())

    @property
    def first(self) -> GoldenRecord | None:
        """The first that was beyond its bound: the operation to look at. An operation of the program
        is only named if all that it calls are right.
        """
        return self._first

    @property
    def worst(self) -> list[GoldenRecord]:
        """The records, those furthest beyond their bounds or nearest to them first: in one digit, as
        the others differ from CPU to CPU. What is alike is in the order of the program.
        """
        return sorted(self.records, key=lambda record: -float(f"{record.excess:.1g}"))

    @property
    def beyond(self) -> list[GoldenRecord]:
        """Those beyond their bounds, in the order of the program."""
        return [record for record in self.records if not record.passed]

    def to_dict(self) -> dict[str, Any]:
        """All of it, of what JSON knows."""
        return {
            "first": None if self._first is None else self._first.to_dict(),
            "records": [record.to_dict() for record in self.records],
            "not_compared": [
                {"operation": name, "why": why, "calls": calls}
                for (name, why), calls in self.not_compared.items()
            ],
        }

    # --- comparing

    def observe(
        self,
        operation: str,
        kwargs: Mapping[str, Any],
        source_line: Place = ("", 0),
    ) -> Callable[[Any], list[GoldenRecord]]:
        """For whoever runs operations by other ways than calling them. Reads the inputs at once; what
        it returns is to be called with the outputs when the operation has run, and compares.

        `kwargs` are the operation's arguments by the names of its fields.
        """
        with self._alone():
            call = self._begin(_registered(operation), (), kwargs)

        def finish(outputs: Any) -> list[GoldenRecord]:
            with self._alone():
                return self._finish(call, outputs, source_line)

        return finish

    def compare(
        self,
        operation: str,
        kwargs: Mapping[str, Any],
        outputs: Any,
        source_line: Place = ("", 0),
    ) -> list[GoldenRecord]:
        """Compares an operation that has run. `kwargs` hold the tensors as they were before: of one
        that it wrote into, a copy, and the tensor itself is among the outputs.
        """
        with self._alone():
            call = self._begin(_registered(operation), (), kwargs)
            call.has_copies = True
            return self._finish(call, outputs, source_line)

    def run(
        self, operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any], run: Callable[[], Any]
    ) -> Any:
        """What `run()` gives, which carries out `operation`, after a comparison."""
        if self._is_alone:
            return run()
        with self._alone():
            call = self._begin(operation, args, kwargs)
        source = _line_of_program()
        self._calls.append(_Running(call))
        try:
            output = run()
        finally:
            running = self._calls.pop()
        with self._alone():
            self._finish(call, output, source, running)
        return output

    def _begin(
        self, operation: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> GoldenCall:
        from ttnn.golden_call import GoldenCall

        call = GoldenCall(operation, args, kwargs, self.bounds)
        if call.name in self.skip:
            call.why_not = "it is to be skipped"
        return call

    def _finish(
        self, call: GoldenCall, output: Any, source: Place, running: _Running | None = None
    ) -> list[GoldenRecord]:
        from ttnn.golden_call import Incomparable

        found: list[Found] = []
        try:
            found = call.compared(output)
        except Incomparable as why:
            with self._mutex:
                self.not_compared[f"ttnn.{call.name}", str(why)] += 1
        cause = running.cause if running else None
        records = [_record(call, one, source, cause) for one in found]
        for record in records:
            self._note(record)
        wrong = next((record for record in records if not record.passed), None)
        if self._calls:
            self._calls[-1].take(call, cause or wrong)
        if wrong is not None and cause is None:
            self._tell(wrong)
        return records

    def _note(self, record: GoldenRecord) -> None:
        key = record.operation, record.file, record.line, record.what, record.scope
        with self._mutex:
            known = self._records.get(key)
            if known is not None:
                worse = record if record.excess > known.excess else known
                record = dataclasses.replace(worse, calls=known.calls + 1)
            self._records[key] = record

    def _tell(self, record: GoldenRecord) -> None:
        """Once per line; as an error each time."""
        with self._mutex:
            if self._first is None:
                self._first = record
            told = record.operation, record.file, record.line
            is_new = told not in self._told
            self._told.add(told)
        message = f"golden mode: {record.explained()}"
        if self.should_raise:
            raise RuntimeError(message)
        if is_new:
            logger.error("%s", message)

    # --- of each thread

    @property
    def _calls(self) -> list[_Running]:
        """The calls that are running, the outermost first."""
        calls: list[_Running] = self._threads.__dict__.setdefault("calls", [])
        return calls

    @property
    def _is_alone(self) -> bool:
        return bool(self._threads.__dict__.get("alone"))

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Operations that the comparison itself calls are none of the program's."""
        before, self._threads.alone = self._is_alone, True
        try:
            yield
        finally:
            self._threads.alone = before

    # --- how it is shown

    def table(self) -> RenderableType:
        """For a rich console: the worst, and what was not compared."""
        from rich.console import Group

        parts: list[RenderableType] = [_table_of_worst(self)]
        if self.not_compared:
            parts.append(_table_of_not_compared(self.not_compared))
        return Group(*parts)

    def __rich__(self) -> RenderableType:
        return self.table()

    def __str__(self) -> str:
        return as_text(self.table())

    def __repr__(self) -> str:
        return f"<GoldenMode: {_summary(self)}>"


@dataclasses.dataclass
class _Running:
    """A call while it runs, and the first wrong operation inside it."""

    call: GoldenCall
    cause: GoldenRecord | None = None

    def take(self, inner: GoldenCall, wrong: GoldenRecord | None) -> None:
        self.call.inner += max(inner.inner, 1)
        self.call.dtypes |= inner.dtypes
        self.call.crosses_devices |= inner.crosses_devices
        self.cause = self.cause or wrong


def _record(
    call: GoldenCall, found: Found, source: Place, cause: GoldenRecord | None
) -> GoldenRecord:
    device_id, coordinate = found.place or (None, None)
    return GoldenRecord(
        f"ttnn.{call.name}",
        *source,
        found.what,
        found.scope,
        device_id,
        coordinate,
        found.measure,
        found.dtype,
        found.bounds,
        call.inner,
        cause,
    )


def _registered(name: str) -> Any:
    from ttnn.decorators import REGISTERED_OPERATIONS

    name = name if name.startswith("ttnn.") else f"ttnn.{name}"
    operation = REGISTERED_OPERATIONS.get(name)
    if operation is None:
        raise ValueError(f"golden_mode: there is no operation {name!r}.")
    return operation


def _line_of_program() -> Place:
    """The innermost line that is not of this package."""
    frame: Any = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)


def golden_mode(
    *,
    pcc: float | None = None,
    max_ulp: float | None = None,
    mean_ulp: float | None = None,
    rtol: float = 0.0,
    atol: float = 0.0,
    should_raise: bool = False,
    skip: Iterable[str] = (),
) -> GoldenMode:
    """Compares every operation inside a `with` block with its golden function, on each device and for
    the whole tensors that the shards make up.

    What is beyond its bound is logged once per line of the program, and raised as a RuntimeError
    under `should_raise`. The bounds: the largest and the mean error in units of the last place of the
    result's dtype, which follow from the dtype and the number of roundings unless given; the
    correlation, which bounds nothing unless given; `rtol` and `atol` are allowed besides. `skip` names
    operations that are not compared. Every result is read: a block is slow and waits for each
    operation.
    """
    _check("pcc", pcc, 1.0)
    for name, value in (("max_ulp", max_ulp), ("mean_ulp", mean_ulp), ("rtol", rtol)):
        _check(name, value)
    _check("atol", atol)
    if isinstance(skip, str):
        raise TypeError(f"golden_mode: skip is a str. Give a list of names: [{skip!r}].")
    return GoldenMode(Bounds(max_ulp, mean_ulp, pcc, rtol, atol), should_raise, skip)


def _check(name: str, value: Any, most: float = math.inf) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"golden_mode: {name} is of type {type(value).__name__}, but is a number.")
    if not 0 <= value <= most:
        limit = "at least 0" if most == math.inf else f"from 0 to {most:g}"
        raise ValueError(f"golden_mode: {name}={value} is out of range: give a number {limit}.")


# --- the modes that are on ------------------------------------------------------------------------

_modes: list[GoldenMode] = []  # of `with` blocks
_of_config = GoldenMode(Bounds())  # of CONFIG.enable_comparison_mode


def renew_mode_of_config() -> None:
    """What it found is forgotten when comparison mode is switched on or off."""
    global _of_config
    _of_config = GoldenMode(Bounds())


def is_active() -> bool:
    return bool(_modes) or bool(CONFIG.enable_comparison_mode)


def run_compared(
    operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any], run: Callable[[], Any]
) -> Any:
    """What `run()` gives, which carries out `operation`, under every mode that is on."""
    for mode in _active():
        run = functools.partial(mode.run, operation, args, kwargs, run)
    return run()


def _active() -> list[GoldenMode]:
    if not CONFIG.enable_comparison_mode:
        return list(_modes)
    anything = math.inf
    _of_config.bounds = Bounds(anything, anything, CONFIG.comparison_mode_pcc)
    _of_config.should_raise = CONFIG.comparison_mode_should_raise_exception
    return [*_modes, _of_config]


def _choose_path() -> None:
    from ttnn import decorators

    decorators.choose_path()


_shadows_before: bool | None = None  # None: replays are not watched


def watch_replays() -> None:
    """While a mode is on, replays of traces run their commands one by one too, which are compared."""
    global _shadows_before
    from ttnn import _ttnn

    if is_active() and _shadows_before is None:
        _shadows_before = _ttnn.shadow_traces()
        _ttnn.set_shadow_traces(True)
        _ttnn.set_shadow_observer(_compare_replayed)
    elif not is_active() and _shadows_before is not None:
        _ttnn.set_shadow_observer(None)
        _ttnn.set_shadow_traces(_shadows_before)
        _shadows_before = None


def _compare_replayed(
    operation: str, kwargs: dict[str, Any], outputs: list[Any], file: str, line: int
) -> None:
    """One operation of a replay, with its inputs as they were before it ran."""
    output = outputs[0] if len(outputs) == 1 else outputs
    for mode in _active():
        mode.compare(operation, kwargs, output, (file, line))


# --- tables ---------------------------------------------------------------------------------------


def _summary(mode: GoldenMode) -> str:
    calls = sum(record.calls for record in mode.records)
    lines = len({(record.operation, record.file, record.line) for record in mode.records})
    text = f"{calls} comparisons of {lines} operations"
    if mode.first is None:
        unseen = sum(mode.not_compared.values())
        also = f"; {unseen} calls were not compared" if unseen else ""
        return f"{text}, all within their bounds{also}"
    return f"{text}, {len(mode.beyond)} beyond; first {mode.first.operation}, {mode.first.place}"


def _table_of_worst(mode: GoldenMode) -> Any:
    from rich import box
    from rich.table import Table

    shown: dict[tuple[Any, ...], GoldenRecord] = {}  # of the two comparisons of a result the worse
    for record in mode.worst:
        shown.setdefault((record.operation, record.file, record.line, record.what), record)
    worst = list(shown.values())
    table = Table(box=box.SIMPLE, padding=(0, 1, 0, 0))
    table.title = f"Golden mode: {_summary(mode)}"
    table.add_column("op", overflow="fold")
    table.add_column("line", overflow="fold")
    table.add_column("result", overflow="fold")
    table.add_column("device", no_wrap=True)
    table.add_column("ulp of", no_wrap=True)
    for name in ("worst\nulp", "mean\nulp", "PCC", "of its\nbound"):
        table.add_column(name, justify="right", no_wrap=True)
    for record in worst[:_ROWS]:
        table.add_row(*_row(record, mode.first))
    if len(worst) > _ROWS:
        table.caption = f"and {len(worst) - _ROWS} more, nearer to their golden functions"
    return table


def _row(record: GoldenRecord, first: GoldenRecord | None) -> list[str]:
    found = record.measure
    style = "" if record.passed else "[bold red]" if record.cause is None else "[red]"
    excess = "shape" if found.problem else _number(record.excess)
    cells = [
        record.operation.removeprefix("ttnn."),
        record.place,
        ("whole " if record.scope == "whole" else "") + record.what,
        "" if record.passed else record.where.removeprefix("device ").replace(", ", ","),
        record.dtype,
        _number(found.ulp),
        _number(found.mean_ulp),
        "" if math.isnan(found.pcc) else f"{found.pcc:.5f}",
        excess,
    ]
    return [f"{style}{cell}" if style and cell else cell for cell in cells]


def _table_of_not_compared(counts: Mapping[tuple[str, str], int]) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE, padding=(0, 1, 0, 0), title="Not compared")
    table.add_column("op", no_wrap=True)
    table.add_column("times", justify="right")
    table.add_column("because", overflow="fold")
    for (name, why), calls in counts.items():
        table.add_row(name.removeprefix("ttnn."), str(calls), why)
    return table


def _number(x: float) -> str:
    return f"{x:.3g}"
