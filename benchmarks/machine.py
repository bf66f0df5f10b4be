"""The machine that the figures are of."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

import limits
import torch

from ttnn import _ttnn


def describe(workers: int) -> dict[str, Any]:
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "workers": workers,
        "instruction set": _ttnn.limits.instruction_set(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "torch": torch.__version__,
        "limits": limits.all_of(workers),
        "load": os.getloadavg()[0],  # others on the machine make every figure worse
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    found = dict(map(str.strip, line.split(":", 1)) for line in lines if ":" in line)
    if "model name" not in found:
        return platform.machine()
    return f"{found['model name']} (family {found['cpu family']}, model {found['model']})"


def resident_bytes() -> int:
    """Physical memory of this process."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
