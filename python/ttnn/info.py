"""What `python -m ttnn info` says of a machine, and of what this library makes of it."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import ttnn
from ttnn import _ttnn

Section = dict[str, Any]

_PACKAGES = ("numpy", "ml_dtypes", "torch")
_GIB = 2**30


def machine_info(root: Path = Path("/")) -> dict[str, Section]:
    """By section; `root` holds the system's proc/ and sys/."""
    return {
        "cpu": processor(_read(root / "proc/cpuinfo")),
        "kernels": kernels(),
        "products": _ttnn.cpu_info().get("products", {}),
        "workers": workers(),
        "memory": memory(root),
        "versions": versions(),
    }


def lines(found: Mapping[str, Section]) -> Iterator[str]:
    """The same as text, a fact a line."""
    width = max(len(name) for section in found.values() for name in section) + 2
    for title, section in found.items():
        yield title
        for name, value in section.items():
            yield f"  {name:{width}}{_text(value)}".rstrip()


def processor(cpuinfo: str) -> Section:
    """Of /proc/cpuinfo, whose processors are taken to be alike."""
    said = dict(re.findall(r"^([\w ]+?)\s*:[ \t]*(.*)$", cpuinfo.partition("\n\n")[0], re.M))
    numbers = {"family": "cpu family", "model": "model", "stepping": "stepping"}
    return {
        "architecture": platform.machine(),
        "vendor": said.get("vendor_id"),
        "name": said.get("model name"),
        **{name: _number(said.get(key)) for name, key in numbers.items()},
    }


def kernels() -> Section:
    return {"backend": _ttnn.limits.backend(), **_ttnn.cpu_info().get("kernels", {})}


def workers() -> Section:
    usable = _ttnn.limits.usable_cores()
    count = _ttnn.num_workers()
    because = why_so_many(count, usable, os.environ)
    del usable["workers"]
    return {"count": count, "because": because, **usable}


def why_so_many(count: int, usable: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """What the number of workers follows from."""
    if environment.get("TTNN_NUM_WORKERS") == str(count):
        return "TTNN_NUM_WORKERS"
    if count != usable["workers"]:
        return "set_num_workers"
    cores, quota = usable["physical cores"], usable["quota"]
    if quota is not None and quota < cores:
        return f"control groups allow {quota:g} processors' time, of {cores} physical cores"
    return f"physical cores among the {usable['processors']} processors that it may use"


def memory(root: Path) -> Section:
    """Bytes, and what the system does about huge pages."""
    said = dict(re.findall(r"^(\w+):\s*(\d+) kB", _read(root / "proc/meminfo"), re.M))
    modes = _read(root / "sys/kernel/mm/transparent_hugepage/enabled")
    chosen = re.search(r"\[(\w+)\]", modes)
    return {
        "total": _bytes(said, "MemTotal"),
        "available": _bytes(said, "MemAvailable"),
        "huge page": _bytes(said, "Hugepagesize"),
        "transparent huge pages": chosen.group(1) if chosen else None,
    }


def versions() -> Section:
    packages = {name: _version(name) for name in _PACKAGES}
    return {
        "tilemesh": ttnn.__version__,
        "python": platform.python_version(),
        **packages,
    } | _ttnn.cpu_info().get("versions", {})


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _bytes(kib: Mapping[str, str], name: str) -> int | None:
    return int(kib[name]) * 1024 if name in kib else None


def _text(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, int) and value >= 2**20:
        return f"{value / _GIB:.3g} GiB" if value >= _GIB else f"{value / 2**20:.3g} MiB"
    return str(value)
