"""The numbers that peers compute with, and what right results are. All of it is numpy, so that no
library is measured against its own answer.
"""

from __future__ import annotations

import math
from typing import Any

import ml_dtypes
import numpy as np

_BLOCK = 128  # rows of random numbers
_CHECKED = 8  # rows of a result that are computed again

Array = np.ndarray[Any, Any]


def dtype_of(name: str) -> Any:
    return {"bfloat16": ml_dtypes.bfloat16, "float32": np.float32}[name]


def uniform(seed: int, shape: tuple[int, int], dtype: str, scale: float = 1.0) -> Array:
    """Between -scale and scale. Every block of rows is the first one, turned by a column more: making as
    many random numbers as a large weight has takes longer than computing with them.
    """
    made = np.empty(shape, dtype_of(dtype))
    random = np.random.default_rng(seed).random((min(_BLOCK, shape[0]), shape[1]), np.float32)
    block = ((random * 2 - 1) * np.float32(scale)).astype(made.dtype)
    for i in range(0, shape[0], _BLOCK):
        made[i : i + _BLOCK] = np.roll(block, i // _BLOCK, axis=1)[: shape[0] - i]
    return made


def weight(seed: int, inputs: int, outputs: int, dtype: str, *, transposed: bool = False) -> Array:
    """[inputs, outputs], or [outputs, inputs]; sums of products with it are about as large as what
    goes in.
    """
    shape = (outputs, inputs) if transposed else (inputs, outputs)
    return uniform(seed, shape, dtype, 1 / math.sqrt(inputs))


def some_rows(count: int) -> Array:
    """Rows of all parts of a result: of every device."""
    return np.unique(np.linspace(0, count - 1, _CHECKED).astype(int))


def expect_product(name: str, got: Array, x: Array, weights: Array) -> None:
    """`got` has the rows some_rows() of x @ weights."""
    rows = some_rows(len(x))
    _expect(name, got, x[rows].astype(np.float32) @ weights.astype(np.float32))


def expect_mlp(name: str, got: Array, x: Array, up: Array, down: Array) -> None:
    """`got` has the rows some_rows() of gelu(x @ up) @ down, rounded between where x is bfloat16."""
    rows = some_rows(len(x))
    between = (x[rows].astype(np.float32) @ up.astype(np.float32)).astype(x.dtype)
    erf = np.vectorize(math.erf, otypes=[np.float32])
    wide = between.astype(np.float32)
    active = (0.5 * wide * (1 + erf(wide / math.sqrt(2)))).astype(x.dtype).astype(np.float32)
    _expect(name, got, active @ down.astype(np.float32))


def _expect(name: str, got: Array, expected: Array) -> None:
    # Some libraries round sums in between, so this asks for a result of the right numbers, not of the
    # right last bit.
    off = 2**-4 if got.dtype == ml_dtypes.bfloat16 else 2**-12
    typical = math.sqrt(np.mean(np.square(expected, dtype=np.float64)))
    worst = float(np.abs(got.astype(np.float32) - expected).max())
    assert worst <= off * typical, f"{name}: off by {worst:.3g} where {typical:.3g} is typical"
