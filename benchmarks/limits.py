"""What the machine can do at most, by the vector loops and memory sweeps of ttnn's backend."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable

from ttnn import _ttnn

Kind = _ttnn.limits.Limit

_FLOP_MILLISECONDS, _MEMORY_MILLISECONDS = 3.0, 10.0


@dataclasses.dataclass(frozen=True)
class Limit:
    """What bounds a piece of work: `amount` operations or bytes, at most `now()` 1e9 per second."""

    name: str
    unit: str
    amount: float
    now: Callable[[], float]


def peak(threads: int, *, bfloat16: bool) -> float:
    kind = Kind.bfloat16_flop if bfloat16 else Kind.float32_flop
    return _ttnn.limits.measure(kind, threads, _FLOP_MILLISECONDS)


def read(threads: int) -> float:
    return _ttnn.limits.measure(Kind.read_bytes, threads, _MEMORY_MILLISECONDS)


def copy(threads: int) -> float:
    """Bytes read plus bytes written, with the better kind of stores."""
    return _ttnn.limits.measure(_better_copy(threads), threads, _MEMORY_MILLISECONDS)


@functools.cache
def _better_copy(threads: int) -> Kind:
    """Which kind it is differs between machines, and hardly from one moment to the next."""
    rates = {
        kind: max(_ttnn.limits.measure(kind, threads, _MEMORY_MILLISECONDS) for _ in range(3))
        for kind in (Kind.copy_cached, Kind.copy_streaming)
    }
    return max(rates, key=lambda kind: rates[kind])


def arithmetic(flop: float, threads: int, *, bfloat16: bool) -> Limit:
    name = "bfloat16 peak" if bfloat16 else "float32 peak"
    return Limit(name, "GFLOP/s", flop, lambda: peak(threads, bfloat16=bfloat16))


def roofline(moved: float, flop: float, threads: int) -> Limit:
    """Of a bfloat16 product that reads `moved` bytes: the longer of reading and of multiplying."""

    def now() -> float:
        return flop / max(moved / read(threads), flop / peak(threads, bfloat16=True))

    return Limit("roofline", "GFLOP/s", flop, now)


def traffic(bytes_read: float, bytes_written: float, threads: int) -> Limit:
    """As many bytes as are written are copied; the others, if any, are only read. Where more is written
    than read, every byte moves at a copy's rate.
    """
    only_read = bytes_read - bytes_written
    total = bytes_read + bytes_written
    if not bytes_written:
        return Limit("read", "GB/s", total, lambda: read(threads))
    if only_read <= 0:
        return Limit("copy", "GB/s", total, lambda: copy(threads))

    def both() -> float:
        return total / (2 * bytes_written / copy(threads) + only_read / read(threads))

    return Limit("copy and read", "GB/s", total, both)


def all_of(threads: int) -> dict[str, float]:
    """Each limit once, by its name and unit."""
    return {
        "bfloat16 GFLOP/s": peak(threads, bfloat16=True),
        "float32 GFLOP/s": peak(threads, bfloat16=False),
        "read GB/s": read(threads),
        "copy GB/s": copy(threads),
    }
