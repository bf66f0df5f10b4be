"""The name of this kind of CPU: its figures are those of a file."""

from __future__ import annotations

import re
from pathlib import Path

from ttnn.info import processor

FIGURES = Path(__file__).resolve().parent / "figures"

_MAKERS = {"AuthenticAMD": "amd", "GenuineIntel": "intel"}

# First and last model of a family, as the makers number them.
_CORES: dict[tuple[str, int], list[tuple[int, int, str]]] = {
    ("amd", 23): [(0x00, 0x2F, "zen"), (0x30, 0xFF, "zen2")],
    ("amd", 25): [
        (0x00, 0x0F, "zen3"), (0x10, 0x1F, "zen4"), (0x20, 0x5F, "zen3"), (0x60, 0xAF, "zen4"),
    ],
    ("amd", 26): [(0x00, 0xFF, "zen5")],
    ("intel", 6): [
        (0x3C, 0x3F, "haswell"), (0x4F, 0x4F, "broadwell"), (0x55, 0x55, "skylake"),
        (0x6A, 0x6C, "icelake"), (0x8F, 0x8F, "sapphire_rapids"), (0xAD, 0xAE, "granite_rapids"),
        (0xCF, 0xCF, "emerald_rapids"),
    ],
}  # fmt: skip

# What products may use, the most first, by the system's names of features.
_FEATURES = {
    "amx_bf16": "amx",
    "avx512_bf16": "avx512_bf16",
    "avx512vl": "avx512",
    "avx2": "avx2",
}


def figures_file(cpuinfo: Path = Path("/proc/cpuinfo")) -> Path:
    return FIGURES / f"{kind(cpuinfo.read_text())}.json"


def kind(cpuinfo: str) -> str:
    """ "amd-zen4-avx512_bf16", of /proc/cpuinfo; a CPU that has no name here has its numbers."""
    said = processor(cpuinfo)
    maker = _MAKERS.get(said["vendor"] or "", "other")
    return f"{maker}-{_core(maker, said['family'], said['model'])}-{_feature(cpuinfo)}"


def _core(maker: str, family: int | None, model: int | None) -> str:
    if family is None or model is None:
        return "unknown"
    for first, last, name in _CORES.get((maker, family), []):
        if first <= model <= last:
            return name
    return f"family{family}_model{model}"


def _feature(cpuinfo: str) -> str:
    flags = re.search(r"^flags\s*:(.*)$", cpuinfo, re.M)
    has = set(flags.group(1).split()) if flags else set()
    return next((name for flag, name in _FEATURES.items() if flag in has), "portable")
