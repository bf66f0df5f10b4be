"""Operations that compute on more than the caches hold: the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from row import Case
from stream import COLUMNS, ROWS, Stream, Tensors
from stream import cases as cases_of

import ttnn

LEAST = 0.85  # of the rate of copying, or of reading where little is written
_EPSILON = 1e-5

Unary = Callable[[torch.Tensor], torch.Tensor]


def cases() -> list[Case]:
    return cases_of("memory", [*_elementwise(), *_reductions(), *_rows()])


def _elementwise() -> list[Stream]:
    cheap = [
        Stream("relu", lambda x: ttnn.relu(x), torch.relu, dtype, least=LEAST)
        for dtype in ("bfloat16", "float32")
    ]
    cheap += [
        Stream("add", lambda a, b: ttnn.add(a, b), torch.add, d, inputs=2, reads=2, least=LEAST)
        for d in ("bfloat16", "float32")
    ]
    cheap += [
        Stream("multiply by a scalar", lambda x: x * 1.5, lambda x: x * 1.5, least=LEAST),
        _typecast("float32", "bfloat16", 0.5),
        _typecast("bfloat16", "float32", 2.0),
    ]
    long = {"gelu": F.gelu, "exp": torch.exp, "tanh": torch.tanh, "silu": F.silu}
    return cheap + [
        Stream(name, lambda x, name=name: getattr(ttnn, name)(x), plain, most=1.0)
        for name, plain in long.items()
    ]


def _typecast(source: str, to: str, written: float) -> Stream:
    return Stream(
        f"typecast to {to} from",
        lambda x: ttnn.typecast(x, getattr(ttnn, to)),
        lambda x: x.to(getattr(torch, to)),
        source,
        written=written,
        least=LEAST,
    )


def _reductions() -> list[Stream]:
    kinds: dict[str, Callable[..., Any]] = {"sum": torch.sum, "mean": torch.mean, "max": torch.amax}
    return [
        Stream(
            f"{name} dim {dim}",
            lambda x, name=name, dim=dim: getattr(ttnn, name)(x, dim=dim, keepdim=True),
            lambda x, plain=plain, dim=dim: plain(x, dim, keepdim=True),
            written=0.0,
            sum_length=COLUMNS if dim == -1 else ROWS,
            least=LEAST,
        )
        for name, plain in kinds.items()
        for dim in (-1, -2)
    ]


def _rows() -> list[Stream]:
    def gain(count: int) -> Callable[[], Tensors]:
        return lambda: tuple(torch.randn(1, COLUMNS).bfloat16() for _ in range(count))

    return [
        Stream(
            "softmax dim -1",
            lambda x: ttnn.softmax(x, dim=-1),
            lambda x: x.softmax(-1),
            least=LEAST,
            most=1.0,
            rtol=1e-5,
        ),
        Stream(
            "layer_norm",
            lambda x, w, b: ttnn.layer_norm(x, weight=w, bias=b, epsilon=_EPSILON),
            lambda x, w, b: F.layer_norm(x, x.shape[-1:], w[0], b[0], _EPSILON),
            also=gain(2),
            rtol=1e-5,
            least=LEAST,
        ),
        Stream(
            "rms_norm",
            lambda x, w: ttnn.rms_norm(x, weight=w, epsilon=_EPSILON),
            lambda x, w: F.rms_norm(x, x.shape[-1:], w[0], _EPSILON),
            also=gain(1),
            rtol=1e-5,
            least=LEAST,
        ),
    ]
