"""Tensors as text: what `repr(tensor)`, `str(tensor)` and `print(tensor)` give, and `set_printoptions`.

Each shard is one block `ttnn.Tensor([...], shape=Shape([...]), dtype=..., layout=...)`. On a mesh of
several devices a line above it names the device: as the seed report prints it, or as TT-NN 0.81.1
does, by `ttnn.CONFIG.compat`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from ttnn import _ttnn
from ttnn._ttnn import Tensor
from ttnn.arrays import READ_BACK, empty_numpy, host_array
from ttnn.config import CONFIG

__all__ = ["set_printoptions"]

_PROFILES = ("empty", "short", "full")
_OPENING = "ttnn.Tensor("
_EDGE = 2  # entries at either end of a shortened dim
_LONGEST = 4  # a longer dim is shortened
_SCIENTIFIC_RATIO, _SCIENTIFIC_MAX, _SCIENTIFIC_MIN = 1e3, 1e8, 1e-4
_CHUNK = 1 << 20  # elements looked at together, so that they stay in the cache


@dataclasses.dataclass(frozen=True)
class _Options:
    profile: str = "short"
    sci_mode: bool | None = None  # None: by the magnitudes of the values
    precision: int | None = None  # None: what the compat setting prints


_options = _Options()


def set_printoptions(*, profile: str, sci_mode: Any = None, precision: Any = None) -> None:
    """How tensors print from now on; what is left out goes back to its default.

    `profile` is "empty" (no values), "short" (a long dim shows its two first and two last entries) or
    "full". `sci_mode` is True, False or None, also as the words true, false and default: by default
    values that span many magnitudes are in scientific notation. `precision` is the number of decimals.
    """
    global _options
    if not isinstance(profile, str) or profile.lower() not in _PROFILES:
        raise ValueError(
            f"set_printoptions: profile is {profile!r}, but takes 'empty', 'short' or 'full'."
        )
    _options = _Options(profile.lower(), _sci_mode(sci_mode), _precision(precision))


def _sci_mode(value: Any) -> bool | None:
    words = {"true": True, "false": False, "default": None}
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    if value is None or isinstance(value, bool):
        return value
    raise ValueError(
        "set_printoptions: sci_mode must be None, bool, or str (true, false, default), "
        f"not {value!r}."
    )


def _precision(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(
            f"set_printoptions: precision must be None or int, not {value!r}. "
            "It is the number of decimals, for example 4."
        )
    if value < 0:
        raise ValueError(
            f"set_printoptions: precision must be None or int, and not negative: it is {value}. "
            "It is the number of decimals, for example 4."
        )
    return value


def text_of(tensor: Tensor) -> str:
    """What `repr` gives. Waits for the data and reads it back, each distinct shard once."""
    mesh = tensor.device()
    if not tensor.is_allocated() or (mesh is not None and not mesh.is_open()):
        return _block("<buffer is not allocated>", tensor)
    blocks = _blocks(tensor)
    if mesh is None or mesh.get_num_devices() == 1:
        return "\n".join(blocks)
    lines = []
    for coordinate, block in zip(tensor.device_coords(), blocks):
        device_id = mesh.get_device_id(coordinate)
        if CONFIG.compat == "seed":
            lines += [f"device_id:{device_id}", block]
        else:
            lines += [f"device_id: {device_id}, {coordinate!r}", block]
    return "\n".join(lines)


def _blocks(tensor: Tensor) -> list[str]:
    """The text of each device's shard. Devices that share bytes share the text."""
    texts: dict[int, str] = {}  # by shard
    blocks = []
    for device, shard in tensor._shard_numbers():
        if shard not in texts:
            texts[shard] = _block(_data(tensor, device), tensor)
        blocks.append(texts[shard])
    return blocks


def _block(data: str, tensor: Tensor) -> str:
    dtype, layout = (str(value).replace(".", "::") for value in (tensor.dtype, tensor.layout))
    return f"{_OPENING}{data}, shape={tensor.shape!r}, dtype={dtype}, layout={layout})"


def _data(tensor: Tensor, device: int) -> str:
    if _options.profile == "empty":
        return "..."
    values = empty_numpy(list(tensor.shape), READ_BACK[tensor.dtype])
    _ttnn.download_shard(tensor, device, host_array(values))
    return _nested(_shortened(values), values.shape, _number_format(values), 0)


def _number_format(values: np.ndarray[Any, Any]) -> Callable[[Any], str]:
    if values.dtype.kind in "iu":
        return "{:5d}".format
    precision = _options.precision
    if precision is None:
        precision = 5 if CONFIG.compat == "seed" else 4
    scientific = _is_scientific(values) if _options.sci_mode is None else _options.sci_mode
    if scientific:
        return f"{{:{precision + 7}.{precision}e}}".format
    return f"{{:{precision + 3}.{precision}f}}".format


def _is_scientific(values: np.ndarray[Any, Any]) -> bool:
    """Whether the finite values other than zero differ too much, or are too large or too small."""
    largest, smallest = 0.0, np.inf
    flat = values.reshape(-1)
    # Floats without their sign are ordered as their bits are: integers compare much faster.
    unsigned = np.dtype(f"u{flat.itemsize}").type
    infinite = np.asarray(np.inf, flat.dtype).view(unsigned)
    for begin in range(0, flat.size, _CHUNK):
        bits = flat[begin : begin + _CHUNK].view(unsigned) & unsigned(np.iinfo(unsigned).max >> 1)
        if bits.max() >= infinite:
            bits = bits[bits < infinite]
        if bits.size == 0 or bits.max() == 0:
            continue
        # One less turns zero into the largest integer, so that the minimum passes it over.
        ends = np.array([bits.max(), (bits - unsigned(1)).min() + unsigned(1)], unsigned)
        most, least = ends.view(flat.dtype).astype(np.float64)
        largest, smallest = max(largest, most), min(smallest, least)
    if largest == 0.0:
        return False
    return (
        largest / smallest > _SCIENTIFIC_RATIO
        or largest > _SCIENTIFIC_MAX
        or smallest < _SCIENTIFIC_MIN
    )


def _is_long(size: int) -> bool:
    return _options.profile == "short" and size > _LONGEST


def _shortened(values: np.ndarray[Any, Any]) -> Any:
    """The entries that are printed, as nested lists of Python numbers."""
    for dim, size in enumerate(values.shape):
        if _is_long(size):
            ends = [*range(_EDGE), *range(size - _EDGE, size)]
            values = values.take(ends, axis=dim)
    return (values.astype(np.float64) if values.dtype.kind not in "iu" else values).tolist()


def _nested(entries: Any, shape: tuple[int, ...], number: Callable[[Any], str], depth: int) -> str:
    """`entries` inside `depth` brackets. `shape` is that of all values: its long dims have a gap."""
    if depth == len(shape):
        return number(entries)
    is_row = depth == len(shape) - 1
    items = [_nested(entry, shape, number, depth + 1) for entry in entries]
    if _is_long(shape[depth]):
        items.insert(_EDGE, " ..." if is_row else "...")
    if is_row:
        return f"[{', '.join(items)}]"
    newline = ",\n" if depth == len(shape) - 2 else ",\n\n"
    indent = " " * (len(_OPENING) + depth + 1)
    return f"[{(newline + indent).join(items)}]"


Tensor.__repr__ = text_of
Tensor.__str__ = text_of
