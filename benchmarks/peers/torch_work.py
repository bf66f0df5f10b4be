"""Plain torch, with as many threads as OMP_NUM_THREADS says."""

from __future__ import annotations

import itertools
from typing import Any

import data
import ml_dtypes
import numpy as np
import torch
import torch.nn.functional as F
from serve import Work, serve


def tensor(array: data.Array) -> torch.Tensor:
    """Of the same memory."""
    if array.dtype == ml_dtypes.bfloat16:
        return torch.from_numpy(array.view(np.int16)).view(torch.bfloat16)
    return torch.from_numpy(array)


def array(x: torch.Tensor) -> data.Array:
    if x.dtype == torch.bfloat16:
        return x.view(torch.int16).numpy().view(ml_dtypes.bfloat16)
    return x.numpy()


def mlp(dtype: str, rows: int, hidden: int, intermediate: int) -> Work:
    x = data.uniform(0, (rows, hidden), dtype)
    up = data.weight(1, hidden, intermediate, dtype, transposed=True)
    down = data.weight(2, intermediate, hidden, dtype, transposed=True)
    given = [tensor(a) for a in (x, up, down)]

    def run() -> torch.Tensor:
        return F.linear(F.gelu(F.linear(given[0], given[1])), given[2])

    def check(result: Any) -> None:
        data.expect_mlp("mlp", array(result)[data.some_rows(len(x))], x, up.T, down.T)

    return Work(run, check)


def linear(rows: int, inputs: int, outputs: int, dtype: str, copies: int) -> Work:
    """Each call takes the next copy of the weights."""
    x = data.uniform(0, (rows, inputs), dtype)
    weights = [data.weight(1 + i, inputs, outputs, dtype, transposed=True) for i in range(copies)]
    given, turn = tensor(x), itertools.cycle([tensor(w) for w in weights])

    def check(result: Any) -> None:
        data.expect_product("linear", array(result)[data.some_rows(rows)], x, weights[0].T)

    return Work(lambda: F.linear(given, next(turn)), check)


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    serve({"mlp": mlp, "linear": linear})
