"""numpy, which has no bfloat16: everything in float32. Element-wise functions run in one thread."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable
from typing import Any

import data
import numpy as np
from serve import Absent, Work, serve

Array = data.Array

# Two inputs, and memory for the result, as a pool would give it; then one element of the result.
ELEMENTWISE: dict[str, tuple[Callable[[Array, Array, Array], Any], Callable[..., float]]] = {
    "relu": (lambda x, y, out: np.maximum(x, 0, out=out), lambda x, y: max(x, 0.0)),
    "add": (lambda x, y, out: np.add(x, y, out=out), lambda x, y: x + y),
    "multiply by a scalar": (
        lambda x, y, out: np.multiply(x, np.float32(1.5), out=out),
        lambda x, y: 1.5 * x,
    ),
    "exp": (lambda x, y, out: np.exp(x, out=out), lambda x, y: math.exp(x)),
    "tanh": (lambda x, y, out: np.tanh(x, out=out), lambda x, y: math.tanh(x)),
}
# What it does along an axis, and the same of one line as a list.
REDUCTIONS: dict[str, tuple[Callable[..., Any], Callable[[list[float]], float]]] = {
    "sum": (np.sum, math.fsum),
    "mean": (np.mean, statistics.fmean),
    "max": (np.max, max),
}
SAMPLES = range(0, 512, 19)  # where results are looked at


def linear(rows: int, inputs: int, outputs: int, dtype: str, copies: int) -> Work:
    """Each call takes the next copy of the weights."""
    if dtype != "float32":
        raise Absent(f"no {dtype}")
    x = data.uniform(0, (rows, inputs), dtype)
    weights = [data.weight(1 + i, inputs, outputs, dtype) for i in range(copies)]
    turn = itertools.cycle(weights)
    out = np.empty((rows, outputs), np.float32)

    def check(result: Array) -> None:
        wide = x[:1].astype(np.float64) @ weights[0].astype(np.float64)
        assert np.allclose(result[:1], wide, rtol=1e-3, atol=1e-3), "linear is wrong"

    return Work(lambda: np.matmul(x, next(turn), out=out), check)


def stream(name: str, rows: int, columns: int) -> Work:
    """A memory-bound operation on rows x columns."""
    x, y = (data.uniform(seed, (rows, columns), "float32") for seed in (0, 1))
    if name in ELEMENTWISE:
        return elementwise(name, x, y)
    if name == "transpose":
        return transpose(x)
    kind, _, dim = name.partition(" dim ")
    if kind in REDUCTIONS and dim:
        return reduction(kind, int(dim), x)
    raise Absent(f"no {name}")


def elementwise(name: str, x: Array, y: Array) -> Work:
    function, one = ELEMENTWISE[name]
    out = np.empty_like(x)

    def run() -> Array:
        function(x, y, out)
        return out

    def check(result: Array) -> None:
        for i in SAMPLES:
            expect(name, result[i, i], one(float(x[i, i]), float(y[i, i])))

    return Work(run, check)


def transpose(x: Array) -> Work:
    out = np.empty(x.shape[::-1], x.dtype)

    def run() -> Array:
        np.copyto(out, x.T)
        return out

    def check(result: Array) -> None:
        for i in SAMPLES:
            expect("transpose", result[2 * i, i], x[i, 2 * i])

    return Work(run, check)


def reduction(name: str, dim: int, x: Array) -> Work:
    function, of_line = REDUCTIONS[name]

    def check(result: Array) -> None:
        for i in SAMPLES:
            line = x[i] if dim == -1 else x[:, i]
            expect(name, result.reshape(-1)[i], of_line(line.tolist()))

    return Work(lambda: function(x, axis=dim, keepdims=True), check)


def expect(name: str, got: Any, wanted: float) -> None:
    assert abs(got - wanted) <= 1e-4 * max(1.0, abs(wanted)), f"{name}: {got}, not {wanted}"


serve({"linear": linear, "stream": stream})
