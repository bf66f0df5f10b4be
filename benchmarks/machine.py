"""The machine that the figures are of."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

import limits
import torch

from ttnn import _ttnn, info


def describe(workers: int) -> dict[str, Any]:
    return {
        "processor": _processor(),
        "cores": _ttnn.limits.usable_cores()["physical cores"],
        "workers": workers,
        "instruction set": _ttnn.limits.instruction_set(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "torch": torch.__version__,
        "limits": limits.all_of(workers),
        "load": os.getloadavg()[0],  # others on the machine make every figure worse
    }


def _processor() -> str:
    said = info.processor(Path("/proc/cpuinfo").read_text())
    if not said["name"]:
        return platform.machine()
    return f"{said['name']} (family {said['family']}, model {said['model']})"


def resident_bytes() -> int:
    """Physical memory of this process."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
