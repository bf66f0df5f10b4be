"""What the machine can do at most, by the vector loops and memory sweeps of ttnn's backend."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable

from ttnn import _ttnn

Kind = _ttnn.limits.Limit

_BFLOAT16 = (Kind.tile_flop, Kind.bfloat16_flop, Kind.float32_flop)
_FLOP = {
    "bfloat16 tiles": Kind.tile_flop,
    "bfloat16 dot products": Kind.bfloat16_flop,
    "float32": Kind.float32_flop,
}
_BLOCK_FLOATS = {"bfloat8_b": Kind.bfloat8_row_flop, "bfloat4_b": Kind.bfloat4_row_flop}
_FLOP_MILLISECONDS, _MEMORY_MILLISECONDS = 3.0, 10.0


@dataclasses.dataclass(frozen=True)
class Limit:
    """What bounds a piece of work: `amount` operations or bytes, at most `now()` 1e9 per second."""

    name: str
    unit: str
    amount: float
    now: Callable[[], float]


def peak(threads: int, *, bfloat16: bool) -> float:
    """Of float32, or of whatever instruction is the best for bfloat16."""
    return flop_rate(_best_for_bfloat16(threads) if bfloat16 else Kind.float32_flop, threads)


def flop_rate(kind: Kind, threads: int) -> float:
    """0 where the CPU lacks the instruction."""
    return _ttnn.limits.measure(kind, threads, _FLOP_MILLISECONDS)


@functools.cache
def has(kind: Kind) -> bool:
    return flop_rate(kind, 1) > 0


def has_avx512() -> bool:
    found: str = _ttnn.limits.instruction_set()
    return found.startswith("avx512")


def has_bfloat16() -> bool:
    """Whether the CPU multiplies bfloat16."""
    return has(Kind.tile_flop) or has(Kind.bfloat16_flop)


@functools.cache
def _best_for_bfloat16(threads: int) -> Kind:
    """A dot product may do twice the work of a float32 multiply-add, or half of it."""
    rates = {kind: flop_rate(kind, threads) for kind in _BFLOAT16}
    return max(rates, key=lambda kind: rates[kind])


def read(threads: int) -> float:
    return _ttnn.limits.measure(Kind.read_bytes, threads, _MEMORY_MILLISECONDS)


def write(threads: int) -> float:
    return _ttnn.limits.measure(Kind.write_bytes, threads, _MEMORY_MILLISECONDS)


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


def roofline(moved: float, flop: float, threads: int, dtype: str = "bfloat16") -> Limit:
    """Of a product that reads `moved` bytes: the longer of reading and of multiplying. One row times
    block-float weights also decodes what it multiplies.
    """

    def multiplying() -> float:
        if dtype in _BLOCK_FLOATS:
            return flop_rate(_BLOCK_FLOATS[dtype], threads)
        return peak(threads, bfloat16=dtype == "bfloat16")

    def now() -> float:
        return flop / max(moved / read(threads), flop / multiplying())

    return Limit("roofline", "GFLOP/s", flop, now)


def traffic(bytes_read: float, bytes_written: float, threads: int) -> Limit:
    """As many bytes as are both read and written are copied; the others are only read, or only written."""
    copied = min(bytes_read, bytes_written)
    rates = {"copy": copy, "read": read, "write": write}
    moved = {"copy": 2 * copied, "read": bytes_read - copied, "write": bytes_written - copied}
    parts = {name: size for name, size in moved.items() if size}
    total = bytes_read + bytes_written

    def now() -> float:
        return total / sum(size / rates[name](threads) for name, size in parts.items())

    return Limit(" and ".join(parts), "GB/s", total, now)


def all_of(threads: int) -> dict[str, float]:
    """Each limit once, by its name and unit; those that the CPU has."""
    flop = {name: flop_rate(kind, threads) for name, kind in _FLOP.items()}
    rates = {f"{name} GFLOP/s": rate for name, rate in flop.items() if rate}
    memory = {"read": read(threads), "write": write(threads), "copy": copy(threads)}
    return rates | {f"{name} GB/s": rate for name, rate in memory.items()}
