"""The table of operations that are measured at a million elements, each with torch's own form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from operation import Operation, Tensors

import ttnn

Unary = Callable[[torch.Tensor], torch.Tensor]


# ---- inputs, for a side length n


def normal(*shape: int) -> torch.Tensor:
    return torch.randn(shape)


def positive(*shape: int) -> torch.Tensor:
    return torch.rand(shape) + 0.125


def below_one(*shape: int) -> torch.Tensor:
    return torch.rand(shape) * 1.75 - 0.875


def integers(*shape: int) -> torch.Tensor:
    return torch.randint(-1000, 1000, shape, dtype=torch.int32)


def square(make: Callable[..., torch.Tensor], count: int = 1) -> Callable[[int], Tensors]:
    return lambda n: tuple(make(n, n) for _ in range(count))


# ---- families


def unary(name: str, plain: Unary, make: Callable[..., torch.Tensor] = normal) -> Operation:
    return Operation(name, square(make), lambda x: getattr(ttnn, name)(x), plain)


def binary(name: str, plain: Any, make: Callable[..., torch.Tensor] = normal) -> Operation:
    return Operation(name, square(make, 2), lambda a, b: getattr(ttnn, name)(a, b), plain)


def moving(name: str, inputs: Callable[[int], Tensors], ours: Any, plain: Any) -> Operation:
    return Operation(name, inputs, ours, plain)


def reduction(name: str, plain: Any, dim: int | None) -> Operation:
    where = "all" if dim is None else f"dim {dim}"
    return Operation(
        f"{name} {where}",
        square(normal),
        lambda x: getattr(ttnn, name)(x, dim=dim, keepdim=True),
        lambda x: plain(x, (0, 1) if dim is None else dim, keepdim=True),
        sums=lambda n: n * n if dim is None else n,
    )


def _unary() -> list[Operation]:
    same_name = "neg abs sign square exp exp2 expm1 sin cos tan atan tanh sinh cosh asinh erf erfc"
    same_name += " floor ceil round trunc frac deg2rad rad2deg isnan isfinite logical_not sigmoid"
    activations = "relu relu6 gelu silu mish elu celu softsign hardsigmoid hardswish hardtanh"
    activations += " softplus softshrink hardshrink tanhshrink"
    return [
        *(unary(name, getattr(torch, name)) for name in same_name.split()),
        *(unary(name, getattr(torch, name), positive) for name in ["sqrt", "rsqrt", "reciprocal"]),
        *(
            unary(name, getattr(torch, name), positive)
            for name in ["log", "log2", "log10", "log1p"]
        ),
        *(unary(name, getattr(torch, name), below_one) for name in ["asin", "acos", "atanh"]),
        *(unary(name, getattr(F, name)) for name in activations.split()),
        unary("log_sigmoid", F.logsigmoid),
        Operation(
            "selu",
            square(normal),
            lambda x: ttnn.selu(x, scale=1.0507009873554805, alpha=1.6732632423543772),
            F.selu,
        ),
        Operation(
            "leaky_relu",
            square(normal),
            lambda x: ttnn.leaky_relu(x, negative_slope=0.5),
            lambda x: F.leaky_relu(x, 0.5),
        ),
        Operation(
            "clamp",
            square(normal),
            lambda x: ttnn.clamp(x, min=-1.0, max=1.0),
            lambda x: x.clamp(-1.0, 1.0),
        ),
    ]


def _binary() -> list[Operation]:
    same_name = "eq ne gt ge lt le logical_and logical_or logical_xor maximum minimum hypot atan2"
    return [
        *(binary(name, getattr(torch, name)) for name in ["add", "subtract", "multiply", "divide"]),
        *(binary(name, getattr(torch, name)) for name in same_name.split()),
        binary("pow", torch.pow, positive),
        binary("squared_difference", lambda a, b: (a - b).square()),
        Operation("add a scalar", square(normal), lambda x: x + 1.5, lambda x: x + 1.5),
        Operation("multiply by a scalar", square(normal), lambda x: x * 1.5, lambda x: x * 1.5),
        Operation(
            "add a row",
            lambda n: (normal(n, n), normal(1, n)),
            lambda x, row: ttnn.add(x, row),
            torch.add,
        ),
        Operation(
            "multiply by a column",
            lambda n: (normal(n, n), normal(n, 1)),
            lambda x, column: ttnn.multiply(x, column),
            torch.mul,
        ),
        Operation(
            "add and gelu",
            square(normal, 2),
            lambda a, b: ttnn.add(a, b, activations=[ttnn.UnaryOpType.GELU]),
            lambda a, b: F.gelu(a + b),
        ),
        Operation(
            "where",
            lambda n: (torch.rand(n, n) < 0.5, normal(n, n), normal(n, n)),
            lambda mask, a, b: ttnn.where(mask, a, b),
            torch.where,
        ),
        *(
            Operation(name, square(integers, 2), _named(name), plain, dtypes=("int32",))
            for name, plain in {"add": torch.add, "multiply": torch.mul}.items()
        ),
    ]


def _named(name: str) -> Callable[..., Any]:
    return lambda *inputs: getattr(ttnn, name)(*inputs)


def _reductions() -> list[Operation]:
    kinds = {"sum": torch.sum, "mean": torch.mean, "max": torch.amax, "min": torch.amin}
    return [
        *(reduction(name, plain, dim) for name, plain in kinds.items() for dim in (-1, -2, None)),
        Operation(
            "argmax dim -1",
            lambda n: (torch.rand(n, n).argsort(-1).float().div(n),),  # without equals
            lambda x: ttnn.argmax(x, dim=-1, keepdim=True),
            lambda x: torch.argmax(x, -1, keepdim=True),
            dtypes=("float32",),
        ),
        Operation(
            "topk 32",
            square(normal),
            lambda x: ttnn.topk(x, 32, dim=-1)[0],
            lambda x: torch.topk(x, 32, -1)[0],
        ),
    ]


def _rows() -> list[Operation]:
    return [
        *(
            Operation(
                f"softmax dim {dim}",
                square(normal),
                _softmax(dim),
                _plain_softmax(dim),
                rtol=1e-5,
            )
            for dim in (-1, -2)
        ),
        Operation(
            "layer_norm",
            lambda n: (normal(n, n), normal(1, n), normal(1, n)),
            lambda x, w, b: ttnn.layer_norm(x, weight=w, bias=b, epsilon=1e-5),
            lambda x, w, b: F.layer_norm(x, x.shape[-1:], w[0], b[0], 1e-5),
            rtol=1e-5,
        ),
        Operation(
            "rms_norm",
            lambda n: (normal(n, n), normal(1, n)),
            lambda x, w: ttnn.rms_norm(x, weight=w, epsilon=1e-5),
            lambda x, w: F.rms_norm(x, x.shape[-1:], w[0], 1e-5),
            rtol=1e-5,
        ),
    ]


def _softmax(dim: int) -> Callable[..., Any]:
    return lambda x: ttnn.softmax(x, dim=dim)


def _plain_softmax(dim: int) -> Unary:
    return lambda x: torch.softmax(x, dim)


def heads(n: int) -> Tensors:
    """A batch of attention heads: n * n elements."""
    return (normal(4, 16, n // 8, n // 8),)


def _movement() -> list[Operation]:
    return [
        moving("permute (0, 2, 1, 3)", heads, _permute(0, 2, 1, 3), _plain_permute(0, 2, 1, 3)),
        moving("permute (0, 2, 3, 1)", heads, _permute(0, 2, 3, 1), _plain_permute(0, 2, 3, 1)),
        moving("permute (3, 1, 0, 2)", heads, _permute(3, 1, 0, 2), _plain_permute(3, 1, 0, 2)),
        moving(
            "transpose",
            square(normal),
            lambda x: ttnn.transpose(x, -2, -1),
            lambda x: x.t().contiguous(),
        ),
        moving(
            "concat rows",
            lambda n: (normal(n // 2, n), normal(n // 2, n)),
            lambda a, b: ttnn.concat([a, b], dim=0),
            lambda a, b: torch.cat([a, b], 0),
        ),
        moving(
            "concat columns",
            lambda n: (normal(n, n // 2), normal(n, n // 2)),
            lambda a, b: ttnn.concat([a, b], dim=-1),
            lambda a, b: torch.cat([a, b], -1),
        ),
        moving(
            "slice",
            lambda n: (normal(n, 2 * n),),
            lambda x: ttnn.slice(x, [0, x.shape[1] // 4], [x.shape[0], x.shape[1] * 3 // 4]),
            lambda x: x[:, x.shape[1] // 4 : x.shape[1] * 3 // 4].contiguous(),
        ),
        moving(
            "pad",
            lambda n: (normal(1, 1, n, n),),
            lambda x: ttnn.pad(x, [(0, 0), (0, 0), (0, 32), (0, 32)], value=0.5),
            lambda x: F.pad(x, (0, 32, 0, 32), value=0.5),
        ),
        moving(
            "repeat",
            lambda n: (normal(1, 1, n // 2, n // 2),),
            lambda x: ttnn.repeat(x, [1, 1, 2, 2]),
            lambda x: x.repeat(1, 1, 2, 2),
        ),
        moving(
            "repeat_interleave",
            lambda n: (normal(1, 8, n // 8, n // 4),),
            lambda x: ttnn.repeat_interleave(x, 4, dim=1),
            lambda x: x.repeat_interleave(4, 1),
        ),
        moving(
            "split in 4",
            square(normal),
            lambda x: ttnn.split(x, x.shape[1] // 4, dim=-1),
            lambda x: [part.contiguous() for part in x.split(x.shape[1] // 4, -1)],
        ),
        moving(
            "full_like",
            square(normal),
            lambda x: ttnn.full_like(x, 1.5),
            lambda x: torch.full_like(x, 1.5),
        ),
        moving(
            "embedding",
            lambda n: (torch.randint(0, 4 * n, (1, n)), normal(4 * n, n)),
            lambda ids, table: ttnn.embedding(ids, table, layout=ttnn.TILE_LAYOUT),
            F.embedding,
        ),
        *(
            Operation(
                f"typecast to {to} from",
                square(normal),
                _typecast(to),
                _plain_typecast(to),
                dtypes=(source,),
            )
            for source, to in (
                ("float32", "bfloat16"),
                ("bfloat16", "float32"),
                ("float32", "int32"),
                ("int32", "float32"),
            )
        ),
    ]


def _permute(*dims: int) -> Callable[..., Any]:
    return lambda x: ttnn.permute(x, dims)


def _plain_permute(*dims: int) -> Unary:
    return lambda x: x.permute(dims).contiguous()


def _typecast(to: str) -> Callable[..., Any]:
    return lambda x: ttnn.typecast(x, getattr(ttnn, to))


def _plain_typecast(to: str) -> Unary:
    return lambda x: x.to(getattr(torch, to))


def _products() -> list[Operation]:
    return [
        Operation(
            "matmul", square(normal, 2), lambda a, b: ttnn.matmul(a, b), torch.matmul,
            sums=lambda n: n,
        ),
        Operation(
            "linear with bias",
            lambda n: (normal(n // 4, n), normal(n, 4 * n), normal(1, 4 * n)),
            lambda x, w, b: ttnn.linear(x, w, bias=b),
            lambda x, w, b: x @ w + b,
            sums=lambda n: n,
        ),
        Operation(
            "matmul of 16 heads",
            lambda n: (normal(1, 16, n // 4, 64), normal(1, 16, 64, n // 4)),
            lambda a, b: ttnn.matmul(a, b),
            torch.matmul,
            sums=lambda n: 64,
        ),
    ]  # fmt: skip


OPERATIONS = [*_unary(), *_binary(), *_reductions(), *_rows(), *_movement(), *_products()]
