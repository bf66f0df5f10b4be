"""A trace as a table: what `print` shows of a MeshTraceId."""

from __future__ import annotations

import os
from typing import Any

from ttnn import _ttnn
from ttnn.table_text import as_text

_WIDEST = 400  # characters; no cell is wrapped, so that a trace can be searched line by line


def listing(trace_id: Any, mesh: Any) -> str:
    """One row per captured command, then what the trace holds."""
    from rich import box
    from rich.table import Table

    trace = _ttnn.describe_trace(mesh, int(trace_id))
    table = Table(
        title=f"Trace {trace.id} of {trace.mesh}, queue {trace.queue}",
        title_justify="left",
        box=box.SIMPLE_HEAD,
    )
    for name in ("step", "operation", "inputs", "outputs", "devices", "bytes", "line"):
        is_number = name in ("step", "bytes")
        table.add_column(name, justify="right" if is_number else "left", no_wrap=True)
    for entry in trace.entries:
        table.add_row(
            str(entry.step),
            entry.op,
            _shapes(entry.inputs),
            _shapes(entry.outputs),
            _ranges(entry.device_ids),
            f"{entry.bytes:,}",
            f"{os.path.basename(entry.file)}:{entry.line}" if entry.file else "",
        )
    summary = (
        f"{len(trace.entries)} commands; {trace.inputs} tensors read and {trace.outputs} written "
        f"outside of the trace; inside, {trace.private_bytes:,} bytes in an arena of "
        f"{trace.arena_bytes:,}; replayed {trace.replays} times."
    )
    lines = as_text(table, _WIDEST).splitlines()
    return "\n".join(line.rstrip() for line in [*lines, summary])


def _shapes(specs: list[Any]) -> str:
    return ", ".join(f"{list(spec.shape)} {spec.dtype.name.lower()}" for spec in specs)


def _ranges(numbers: list[int]) -> str:
    """`0-7, 16` for 0 to 7 and 16."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
