"""The kernels alone, on every instruction set that this CPU has: what the program of kernels/*.cpp, on
Google Benchmark, says of them. It compares results with references itself.
"""

from __future__ import annotations

import json
import statistics
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from limits import peak
from race import Ratio
from row import Bound, Case, Row, Setting

from ttnn import _ttnn

PROGRAM = Path(_ttnn.__file__).parents[2] / "benchmarks/kernel_benchmarks"
_REPETITIONS, _SECONDS = 5, 0.01
_QUICK_REPETITIONS, _QUICK_SECONDS = 1, 0.0001


def cases() -> list[Case]:
    return [Case("kernels", "kernels", measure)]


def measure(setting: Setting) -> list[Row]:
    if not PROGRAM.exists():
        raise NotImplementedError(f"{PROGRAM.name} is not built; ./dev bench builds it")
    repetitions = _QUICK_REPETITIONS if setting.quick else _REPETITIONS
    seconds = _QUICK_SECONDS if setting.quick else _SECONDS
    before = _peaks()
    said = _said(
        "--benchmark_format=json",
        "--benchmark_enable_random_interleaving=true",
        f"--benchmark_repetitions={repetitions}",
        f"--benchmark_min_time={seconds}",
    )
    peaks = {dtype: max(peak, before[dtype]) for dtype, peak in _peaks().items()}
    order = _by_kernel(_said("--benchmark_list_tests=true").splitlines())
    found = sorted(rows(json.loads(said)["benchmarks"]), key=lambda row: order.index(row.name))
    for row in found:
        _beside_peak(row, peaks, _ttnn.limits.instruction_set(), judge=not setting.quick)
    return found


def _said(*arguments: str) -> str:
    command = [str(PROGRAM), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _by_kernel(names: Sequence[str]) -> list[str]:
    """The instruction sets of a kernel next to each other."""
    kernels = [name.rsplit(", ", 1)[0] for name in names]
    return sorted(names, key=lambda name: kernels.index(name.rsplit(", ", 1)[0]))


def _peaks() -> dict[str, float]:
    return {dtype: peak(1, bfloat16=dtype == "bfloat16") for dtype in ("bfloat16", "float32")}


def _beside_peak(row: Row, peaks: dict[str, float], isa: str, *, judge: bool) -> None:
    """Products on the instruction set in use, which is that of the peaks."""
    if "flop" not in row.numbers or not row.name.endswith(f", {isa}"):
        return
    assert row.seconds and row.median
    limit = next(peak for dtype, peak in peaks.items() if dtype in row.name)
    rate = row.numbers["flop"] * 1e-9
    fraction = Ratio(rate / limit, rate / limit * row.seconds / row.median)
    row.bound = Bound("peak of one thread", "GFLOP/s", rate, limit, fraction)
    if row.bound.is_wrong and judge:
        row.problem = f"wrong limit: {rate:.4g} of {limit:.4g} GFLOP/s"


def rows(found: Iterable[dict[str, Any]]) -> list[Row]:
    """Of Google Benchmark's repetitions; its own averages of them are not counted."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        if one["run_type"] == "iteration":
            by_name.setdefault(one["run_name"], []).append(one)
    return [_row(name, runs) for name, runs in by_name.items()]


def _row(name: str, runs: list[dict[str, Any]]) -> Row:
    row = Row("kernels", name)
    wrong = [run["error_message"] for run in runs if run.get("error_occurred")]
    if wrong:
        row.problem = f"wrong result: {wrong[0]}"
        return row
    # One thread: what others take from it does not count.
    seconds = [run["cpu_time"] * _SECONDS_PER[run["time_unit"]] for run in runs]
    row.seconds, row.median = min(seconds), statistics.median(seconds)
    for counter, unit in (("flop", "GFLOP/s"), ("bytes", "GB/s")):
        if counter in runs[0]:
            row.numbers[counter] = max(run[counter] for run in runs)
            row.figures[unit] = f"{row.numbers[counter] * 1e-9:.1f}"
    return row


_SECONDS_PER = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
