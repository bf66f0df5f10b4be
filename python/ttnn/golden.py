"""What each operation computes, said in torch: one line per operation, in the table at the end.

Golden functions take the operation's own argument names and torch tensors; hardware arguments are
ignored. Elementwise ones compute in float32 and round once to the dtype of their first tensor, as
operations do. torch is imported when a golden function is first called.
"""

from __future__ import annotations

import contextvars
import math
from collections.abc import Callable, Sequence
from typing import Any

from ttnn import _ttnn


class _LazyModule:
    def __getattr__(self, name: str) -> Any:
        import torch

        return getattr(torch, name)


torch: Any = _LazyModule()

Golden = Callable[..., Any]


def find(name: str) -> Golden | None:
    """The golden function of the operation with this dotted name."""
    return GOLDEN.get(name)


# --- dtypes --------------------------------------------------------------------------------------


def _wide(x: Any) -> Any:
    """`x` in the dtype to compute in: torch can do little with small floats and unsigned ones."""
    if not isinstance(x, torch.Tensor):
        return x
    if x.dtype in (torch.bfloat16, torch.float16):
        return x.float()
    return x if x.is_floating_point() or x.dtype == torch.int64 else x.to(torch.int64)


def _back(result: Any, dtype: Any) -> Any:
    """`result` as `dtype`: integers wrap, floats go by the rule of typecast."""
    if not isinstance(result, torch.Tensor) or dtype.is_floating_point:
        return result.to(dtype) if isinstance(result, torch.Tensor) else result
    if result.is_floating_point():
        return _cast(result, str(dtype).split(".")[-1].upper())
    return result.to(dtype)


_is_uncut = contextvars.ContextVar("_is_uncut", default=False)


def uncut(golden: Golden, *args: Any, **kwargs: Any) -> Any:
    """What `golden` gives, but floats that it would make integers of as they are."""
    before = _is_uncut.set(True)
    try:
        return golden(*args, **kwargs)
    finally:
        _is_uncut.reset(before)


_INTEGERS = {"UINT8", "INT8", "UINT16", "UINT32", "INT32"}


def _cast(result: Any, dtype: Any) -> Any:
    """What an operation computed, as the dtype of its result."""
    stays = _is_uncut.get() and result.is_floating_point() and _name(dtype) in _INTEGERS
    return result if stays else typecast(result, dtype)


def _in_floats(rule: Golden) -> Golden:
    """`rule`, computed in float32 where torch has it for floats only and meets integers."""

    def tolerant(x: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return rule(x, *args, **kwargs)
        except (NotImplementedError, RuntimeError):
            if x.is_floating_point():
                raise
            return rule(x.float(), *args, **kwargs)

    return tolerant


def block_float(x: Any, dtype: Any) -> Any:
    """The values of `x` after being stored as bfloat8_b or bfloat4_b: 16 neighbours share an
    exponent.
    """
    if x.numel() == 0:
        return x.float()
    bits = {"BFLOAT8_B": 7, "BFLOAT4_B": 3}[_name(dtype)]
    drop = 24 - bits
    width = x.shape[-1] if x.dim() else 1
    groups = torch.nn.functional.pad(x.float().reshape(-1, width), (0, -width % 16)).reshape(-1, 16)
    raw = groups.contiguous().view(torch.int32).to(torch.int64)
    own = raw >> 23 & 0xFF
    shared = own.amax(1, keepdim=True)
    significand = torch.where(own > 0, raw & 0x7FFFFF | 0x800000, 0) >> (shared - own).clamp(max=31)
    rounded = (significand + (1 << drop - 1) - 1 + (significand >> drop & 1)) >> drop
    magnitude = rounded.clamp(max=(1 << bits) - 1)
    value = torch.ldexp(magnitude.double(), (shared - 127 - (bits - 1)).double())
    value = torch.where((shared == 255) & (magnitude > 1 << bits - 1), math.nan, value)
    value = torch.where(magnitude > 0, torch.where(raw < 0, -value, value), 0.0)
    return value.float().reshape(-1, width + -width % 16)[:, :width].reshape(x.shape)


def _name(value: Any) -> str:
    return getattr(value, "name", str(value).split(".")[-1])


def typecast(input_tensor: Any, dtype: Any, *_: Any, **__: Any) -> Any:
    """Value conversion between ttnn's dtypes, by the rules of the device."""
    x, to = _wide(input_tensor), _name(dtype)
    from_float = x.is_floating_point()
    if to in ("BFLOAT8_B", "BFLOAT4_B"):
        return block_float(x, dtype)
    if to in ("BFLOAT16", "FLOAT32"):
        return x.to(torch.bfloat16 if to == "BFLOAT16" else torch.float32)
    if to == "FP8_E4M3":
        return x.to(torch.float8_e4m3fn)
    whole = x.nan_to_num(0.0).double() if from_float else x
    if to == "UINT16":
        rounded = (whole + 0.5).floor() if from_float else whole
        return rounded.clamp(0, 65535).to(torch.int64).to(torch.uint16)
    cut = whole.trunc().clamp(-(2.0**62), 2.0**62).to(torch.int64) if from_float else whole
    if to in ("UINT8", "INT8"):
        wrapped = cut % 256
        return (
            wrapped.to(torch.uint8)
            if to == "UINT8"
            else (wrapped - 256 * (wrapped > 127)).to(torch.int8)
        )
    if to == "UINT32":
        signed_bytes = input_tensor.dtype == torch.int8
        return (cut % 2**32 if signed_bytes else cut.clamp(0, 2**32 - 1)).to(torch.uint32)
    if to == "INT32":
        return cut.clamp(-(2**31), 2**31 - 1).to(torch.int32) if from_float else cut.to(torch.int32)
    raise NotImplementedError(f"typecast has no golden rule for {dtype!r}.")


def _torch_dtype(dtype: Any, default: Any) -> Any:
    """The torch dtype that holds a ttnn dtype, or a torch dtype itself."""
    if dtype is None or isinstance(dtype, torch.dtype):
        return default if dtype is None else dtype
    held = {"BFLOAT8_B": "float32", "BFLOAT4_B": "float32", "FP8_E4M3": "float8_e4m3fn"}
    return getattr(torch, held.get(_name(dtype), _name(dtype).lower()))


# --- how the families call the lines of the table ------------------------------------------------

# Arguments that choose where or how, never what. `dtype` is what the result is cast to.
HARDWARE_ARGUMENTS = {
    "memory_config", "output_tensor", "optional_output_tensor", "optional_tensor", "queue_id",
    "cq_id", "sub_core_grids", "sub_device_id", "subdevice_id", "vector_mode", "mode", "core_grid",
    "program_config", "compute_kernel_config", "use_multicore", "layout", "device", "use_legacy",
}  # fmt: skip


def _values(kwargs: dict[str, Any]) -> dict[str, Any]:
    return {name: _wide(value) for name, value in kwargs.items() if name not in HARDWARE_ARGUMENTS}


def _unary(rule: Golden) -> Golden:
    def golden(input_tensor: Any, *args: Any, dtype: Any = None, **kwargs: Any) -> Any:
        kwargs.pop("fast_and_approximate_mode", None)
        if rule is not _gelu:
            kwargs.pop("variant", None)
        result = _in_floats(rule)(_wide(input_tensor), *map(_wide, args), **_values(kwargs))
        return _cast(result, dtype) if dtype is not None else _back(result, input_tensor.dtype)

    return golden


def _binary(rule: Golden) -> Golden:
    def golden(
        input_tensor_a: Any = None,
        input_tensor_b: Any = None,
        *args: Any,
        dtype: Any = None,
        activations: Sequence[Any] = (),
        input_tensor_a_activations: Sequence[Any] = (),
        input_tensor_b_activations: Sequence[Any] = (),
        **kwargs: Any,
    ) -> Any:
        a, b = input_tensor_a, input_tensor_b
        for name in ("input_a", "input_tensor"):
            a = kwargs.pop(name, a)
        for name in ("input_b", "value", "scalar", "exponent", "weight"):
            b = kwargs.pop(name, b)
        kwargs.pop("fast_and_approximate_mode", None)
        to = _result_dtype(rule, a, b, kwargs)
        a = _activated(_wide(a), input_tensor_a_activations)
        b = _activated(_wide(b), input_tensor_b_activations)
        result = _activated(_in_floats(rule)(a, b, *args, **_values(kwargs)), activations)
        return _cast(result, dtype) if dtype is not None else _back(result, to)

    return golden


def _result_dtype(rule: Golden, a: Any, b: Any, kwargs: dict[str, Any]) -> Any:
    """A's dtype, but a float where an integer meets one, and float32 where two integers are
    divided, and uint16 where uint8 is compared.
    """
    tensors = [x for x in (a, b) if isinstance(x, torch.Tensor)]
    first = tensors[0]
    if first.is_floating_point():
        return first.dtype
    if rule in (_div, _rdiv) and kwargs.get("rounding_mode") is None:
        return torch.float32
    if first.dtype == torch.uint8 and rule in (_BINARY[name] for name in _COMPARISONS):
        return torch.uint16
    other = next((x.dtype for x in tensors if x.is_floating_point()), None)
    return other or (torch.float32 if isinstance(a, float) or isinstance(b, float) else first.dtype)


def _activated(x: Any, activations: Sequence[Any]) -> Any:
    for activation in activations or ():
        x = activate(x, activation)
    return x


_ACTIVATIONS = {
    "recip": "reciprocal", "gelu_approx": "gelu_tanh", "sigmoid_approx": "sigmoid",
    "mish_approx": "mish", "abs_int32": "abs", "power": "pow", "logical_not_unary": "logical_not",
    "logsigmoid": "log_sigmoid", "add_unary_sfpu": "add", "sub_unary_sfpu": "subtract",
    "mul_unary_sfpu": "multiply", "div_unary_sfpu": "div",
}  # fmt: skip


# Of rows of the library's table of unary functions that are no operations.
_NO_OPERATIONS: dict[str, Golden] = {"gelu_tanh": lambda x: _unary(lambda x: _gelu(x, "Tanh"))(x)}


def activate(x: Any, activation: Any) -> Any:
    """`activation` on `x`: a name, a `UnaryOpType`, a pair of one with its parameter, or a
    `UnaryWithParam`.
    """
    if activation is None:
        return x
    if isinstance(activation, str):
        name, parameters = activation, []
    elif isinstance(activation, tuple):
        name, parameters = activation[0].name, list(activation[1:])
    elif hasattr(activation, "op_type"):
        name, parameters = activation.op_type.name, list(activation.params)
    else:
        name, parameters = activation.name, []
    key = name.lower()
    row = _ACTIVATIONS.get(key, key)
    golden = _NO_OPERATIONS.get(row) or find(f"ttnn.{row}")
    if golden is None:
        raise RuntimeError(f"Unknown unary op: {name}")
    return golden(x, *([] if key == "gelu" else parameters))


def _reduction(rule: Golden) -> Golden:
    """`rule(x, dims, keepdim)` with dims a list; None reduces all of them."""

    def golden(
        input_tensor: Any,
        dim: Any = None,
        keepdim: bool = False,
        *,
        scalar: float = 1.0,
        **kwargs: Any,
    ) -> Any:
        given = [dim] if isinstance(dim, int) else list(dim or ())
        dims = given or list(range(input_tensor.dim()))
        rest = {k: v for k, v in kwargs.items() if k == "correction" and v is not None}
        result = rule(_wide(input_tensor), dims, keepdim, **rest) if dims else _wide(input_tensor)
        return _back(result * scalar if scalar != 1.0 else result, input_tensor.dtype)

    return golden


# --- rules longer than a line --------------------------------------------------------------------


def _gelu(x: Any, variant: Any = None) -> Any:
    return torch.nn.functional.gelu(x, approximate="tanh" if _name(variant) == "Tanh" else "none")


def _div(a: Any, b: Any, rounding_mode: str | None = None) -> Any:
    a = a if isinstance(a, torch.Tensor) else torch.tensor(a, dtype=b.dtype)
    if rounding_mode is not None:
        return _whole(lambda a, b: torch.div(a, b, rounding_mode=rounding_mode))(a, b)
    return torch.div(a, b)


def _rdiv(a: Any, b: Any, rounding_mode: str | None = None) -> Any:
    return _div(b, a, rounding_mode)


def _whole_factor(factor: Any, *tensors: Any) -> Any:
    """A whole number as an int among integers, whose arithmetic wraps."""
    if factor != int(factor) or any(map(_is_float, tensors)):
        return factor
    return int(factor)


def _float(x: Any) -> Any:
    """Integers as float32, for operations that torch has for integers too."""
    return x if _is_float(x) else x.float()


def _is_float(x: Any) -> bool:
    return x.is_floating_point() if isinstance(x, torch.Tensor) else isinstance(x, float)


def _like(b: Any, a: Any) -> Any:
    """A scalar as a tensor of a's dtype, for those of torch's functions that take tensors only."""
    return b if isinstance(b, torch.Tensor) else torch.as_tensor(b, dtype=a.dtype)


def _whole(rule: Golden) -> Golden:
    """A division that keeps integers whole: by zero it gives 0 for them, where torch raises."""

    def divide(a: Any, b: Any) -> Any:
        b = torch.as_tensor(b)
        if a.is_floating_point() or b.is_floating_point():
            return rule(a, b)
        return torch.where(b == 0, 0, rule(a, torch.where(b == 0, 1, b)))

    return divide


def _matmul(
    input_tensor_a: Any,
    input_tensor_b: Any,
    *,
    bias: Any = None,
    transpose_a: bool = False,
    transpose_b: bool = False,
    activation: Any = None,
    dtype: Any = None,
    program_config: Any = None,
    **_: Any,
) -> Any:
    a = _wide(input_tensor_a.mT if transpose_a else input_tensor_a)
    b = _wide(input_tensor_b.mT if transpose_b else input_tensor_b)
    result = torch.matmul(a, b)
    if bias is not None:
        result = result + _wide(bias)
    activation = activation or getattr(program_config, "fused_activation", None)
    result = activate(result, activation)
    return typecast(result, dtype) if dtype is not None else result.to(input_tensor_a.dtype)


def _matmul_batched_weights(input_tensor_a: Any, input_tensors_b: Any, **kwargs: Any) -> Any:
    return [_matmul(input_tensor_a, weight, **kwargs) for weight in input_tensors_b]


def _norm(statistics: Golden) -> Golden:
    def golden(
        input_tensor: Any,
        *,
        epsilon: float = 1e-12,
        weight: Any = None,
        bias: Any = None,
        residual_input_tensor: Any = None,
        **_: Any,
    ) -> Any:
        x = _wide(input_tensor)
        if residual_input_tensor is not None:
            x = x + _wide(residual_input_tensor)
        x = statistics(x, epsilon)
        for parameter, apply in ((weight, torch.mul), (bias, torch.add)):
            if parameter is not None:
                # ROW_MAJOR parameters come as [.., W/32, 32], TILE ones as [1, W]: both are one row
                x = apply(x, _wide(parameter).reshape(-1))
        return x.to(input_tensor.dtype)

    return golden


def _norm_sums(*powers: int) -> Golden:
    """Each sum in the first column of a tile's width."""

    def golden(
        input_tensor: Any, *, residual_input_tensor: Any = None, dtype: Any = None, **_: Any
    ) -> Any:
        x = _wide(input_tensor)
        if residual_input_tensor is not None:
            x = x + _wide(residual_input_tensor)
        sums = [x.pow(power).sum(-1, keepdim=True) for power in powers]
        padded = [torch.nn.functional.pad(one, (0, 31)) for one in sums]
        return torch.cat(padded, -1).to(_torch_dtype(dtype, torch.bfloat16))

    return golden


def _norm_by_sums(tiles: int) -> Golden:
    def golden(
        input_tensor: Any,
        stats: Any,
        *,
        epsilon: float = 1e-12,
        weight: Any = None,
        bias: Any = None,
        dtype: Any = None,
        **_: Any,
    ) -> Any:
        sums = _wide(stats)[..., ::32].unflatten(-1, (-1, tiles))
        devices = sums.shape[-2]
        means = sums.sum(-2) / (devices * input_tensor.shape[-1])
        mean = means[..., 1:2] if tiles == 2 else 0
        factor = torch.rsqrt(means[..., 0:1] - mean * mean + epsilon)
        x = (_wide(input_tensor) - mean) * factor
        for parameter, apply in ((weight, torch.mul), (bias, torch.add)):
            if parameter is not None:
                x = apply(x, _wide(parameter).reshape(-1))
        return x.to(_torch_dtype(dtype, input_tensor.dtype))

    return golden


def _layer_statistics(x: Any, epsilon: float) -> Any:
    x = x - x.mean(-1, keepdim=True)
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + epsilon)


def _softmax(input_tensor: Any, dim: int = -1, **_: Any) -> Any:
    return torch.softmax(_wide(input_tensor), dim).to(input_tensor.dtype)


def _scale_mask_softmax(
    input_tensor: Any,
    scale: float | None = None,
    mask: Any = None,
    is_causal_mask: bool = False,
    **_: Any,
) -> Any:
    x = _wide(input_tensor) * (1.0 if scale is None else scale)
    return torch.softmax(x if mask is None else x + _wide(mask), -1).to(input_tensor.dtype)


def _embedding(
    input_tensor: Any, weight: Any, *, padding_idx: int | None = None, dtype: Any = None, **_: Any
) -> Any:
    indices = input_tensor.to(torch.int64)
    if indices.dim() > 1:
        indices = indices.reshape(indices.shape[0], indices.shape[-1])
    rows = torch.nn.functional.embedding(indices, weight.reshape(-1, weight.shape[-1]))
    return rows if dtype is None else typecast(rows, dtype)


def _clamp(x: Any, min: Any = None, max: Any = None) -> Any:
    return x if min is None and max is None else torch.clamp(x, _bound(min, x), _bound(max, x))


def _bound(limit: Any, x: Any) -> Any:
    """A bound as integers take it: its whole part, far away where it is infinite."""
    if limit is None or isinstance(limit, torch.Tensor) or x.is_floating_point():
        return limit
    return int(max(-(2.0**62), min(limit, 2.0**62)))


def _logit(x: Any, eps: float | None = None) -> Any:
    if eps is None or eps < 0:
        return torch.logit(x)
    return torch.logit(x.clamp(min(eps, 1 - eps), max(eps, 1 - eps)))


def _ldexp(a: Any, b: Any) -> Any:
    """In float64, as a finite power may leave float32 where the product does not."""
    a, power = _float(a), _like(b, a).double()
    product = a.double() * torch.exp2(power.clamp(-1000, 1000).where(power.isfinite(), power))
    return product.to(a.dtype)


def _where(predicate: Any, true_value: Any, false_value: Any, **_: Any) -> Any:
    result = torch.where(_wide(predicate) != 0, _wide(true_value), _wide(false_value))
    tensor = next((x for x in (true_value, false_value) if isinstance(x, torch.Tensor)), predicate)
    return result.to(tensor.dtype)


def _ternary(rule: Golden, first: Any, *others: Any) -> Any:
    return _back(rule(_wide(first), *map(_wide, others)), first.dtype)


def _argmax(input_tensor: Any, dim: int | None = None, keepdim: bool = False, **_: Any) -> Any:
    return torch.argmax(_wide(input_tensor), dim, keepdim).to(torch.uint32)


def _topk(
    input_tensor: Any,
    k: int = 32,
    dim: int = -1,
    largest: bool = True,
    sorted: bool = True,
    **_: Any,
) -> Any:
    # torch.topk leaves the order of equal elements open, as a stable sort does not
    values, indices = torch.sort(_wide(input_tensor), dim=dim, descending=largest, stable=True)
    values, indices = values.narrow(dim, 0, k), indices.narrow(dim, 0, k)
    narrow = input_tensor.shape[dim] <= 65536 and input_tensor.dtype != torch.float32
    return [values.to(input_tensor.dtype), indices.to(torch.uint16 if narrow else torch.uint32)]


def _sort(
    input_tensor: Any, dim: int = -1, descending: bool = False, stable: bool = False, **_: Any
) -> Any:
    values, indices = torch.sort(_wide(input_tensor), dim=dim, descending=descending, stable=True)
    short = input_tensor.shape[dim] <= 65536
    return [values.to(input_tensor.dtype), indices.to(torch.uint16 if short else torch.uint32)]


def _slice(
    input_tensor: Any, starts: Any = None, ends: Any = None, steps: Any = None, **kwargs: Any
) -> Any:
    starts, ends = kwargs.get("slice_start", starts), kwargs.get("slice_end", ends)
    steps = kwargs.get("slice_step", steps) or [1] * len(starts)
    return input_tensor[
        tuple(slice(s, e, step) for s, e, step in zip(starts, ends, steps, strict=True))
    ]


def _pad(input_tensor: Any, padding: Any, value: Any = 0.0, *rest: Any, **kwargs: Any) -> Any:
    if padding and isinstance(
        padding[0], int
    ):  # pad(x, output_padded_shape, input_tensor_start, value)
        start = kwargs.get("input_tensor_start", value)
        value = kwargs.get("value", rest[0] if rest else 0.0)
        padding = [
            (s, n - s - x) for s, n, x in zip(start, padding, input_tensor.shape, strict=True)
        ]
    # torch counts from the last dimension; leading dimensions without an entry are not padded
    flat = [size for pair in reversed(list(padding)) for size in pair]
    return torch.nn.functional.pad(_wide(input_tensor), flat, value=value).to(input_tensor.dtype)


def _update_cache(
    cache: Any, input: Any, update_idx: int, *, batch_offset: int = 0, **_: Any
) -> Any:
    users = cache.shape[0]
    cache[:, :, update_idx] = (
        input[0, :, batch_offset : batch_offset + users].transpose(0, 1).to(cache.dtype)
    )
    return cache


def _fill_cache(
    cache_tensor: Any, input_tensor: Any, batch_idx: int, *, update_idx: int = 0, **_: Any
) -> Any:
    end = update_idx + input_tensor.shape[-2]
    cache_tensor[batch_idx, :, update_idx:end] = input_tensor[0].to(cache_tensor.dtype)
    return cache_tensor


def _assign(
    input_tensor: Any = None,
    *,
    input_a: Any = None,
    input_b: Any = None,
    dtype: Any = None,
    **_: Any,
) -> Any:
    if input_b is not None:
        return input_b.copy_(input_a)
    return input_tensor.clone() if dtype is None else typecast(input_tensor, dtype)


def _relabelled(input_tensor: Any, *_: Any, **kwargs: Any) -> Any:
    """Another layout or memory config, and perhaps another dtype."""
    dtype = kwargs.get("dtype") or kwargs.get("output_dtype")
    return input_tensor if dtype is None else typecast(input_tensor, dtype)


def _full(shape: Any, fill_value: Any, dtype: Any = None, *_: Any, **__: Any) -> Any:
    return torch.full(tuple(shape), fill_value, dtype=_torch_dtype(dtype, torch.bfloat16))


def _full_like(tensor: Any, fill_value: Any, dtype: Any = None, *_: Any, **__: Any) -> Any:
    return torch.full_like(tensor, fill_value, dtype=_torch_dtype(dtype, tensor.dtype))


def _arange(
    start: int = 0, end: int | None = None, step: int = 1, *, dtype: Any = None, **_: Any
) -> Any:
    start, end = (0, start) if end is None else (start, end)
    return torch.arange(start, end, step).to(_torch_dtype(dtype, torch.bfloat16))


def _rand(
    shape: Any,
    device: Any = None,
    *,
    dtype: Any = None,
    low: float = 0.0,
    high: float = 1.0,
    **_: Any,
) -> Any:
    return (torch.rand(tuple(shape)) * (high - low) + low).to(_torch_dtype(dtype, torch.bfloat16))


def _randn(shape: Any, device: Any = None, *, dtype: Any = None, **_: Any) -> Any:
    return torch.randn(tuple(shape)).to(_torch_dtype(dtype, torch.bfloat16))


def _each_dim(dims: Sequence[int], rank: int) -> list[int]:
    return sorted(dim % rank for dim in dims)


def _prod(x: Any, dims: list[int], keepdim: bool) -> Any:
    x = x.double() if x.is_floating_point() else x
    for dim in reversed(_each_dim(dims, x.dim())):
        x = torch.prod(x, dim, keepdim)
    return x


def _squeeze(input_tensor: Any, dim: Any = None, **_: Any) -> Any:
    return input_tensor.squeeze() if dim is None else input_tensor.squeeze(dim)


def _cumulative(rule: Golden) -> Golden:
    def golden(
        input_tensor: Any = None,
        dim: int = 0,
        *,
        reverse_order: bool = False,
        dtype: Any = None,
        **kwargs: Any,
    ) -> Any:
        given = kwargs.get("input", input_tensor)  # cumsum and cumprod call it differently
        x = _wide(given)
        x = rule(x.flip(dim), dim).flip(dim) if reverse_order else rule(x, dim)
        return _back(x, given.dtype) if dtype is None else typecast(x, dtype)

    return golden


# Collectives: a tensor is the list of its shards, one per device in row-major order; so is a result.
# `mesh_shape` says how the devices lie; without it, or without a cluster_axis, all are one group.


def _groups(devices: int, cluster_axis: int | None, mesh_shape: Any) -> list[list[int]]:
    if cluster_axis is None or mesh_shape is None:
        return [list(range(devices))]
    shape = tuple(mesh_shape)
    axis = cluster_axis % len(shape)
    step = math.prod(shape[axis + 1 :])
    first = [d for d in range(devices) if d // step % shape[axis] == 0]
    return [[d + i * step for i in range(shape[axis])] for d in first]


def _by_group(rule: Golden) -> Golden:
    """`rule`, which gives a result per member of a group, for each group of a mesh."""

    def golden(
        input_tensor: Sequence[Any],
        *args: Any,
        cluster_axis: int | None = None,
        mesh_shape: Any = None,
        **kwargs: Any,
    ) -> Any:
        results: list[Any] = [None] * len(input_tensor)
        for group in _groups(len(input_tensor), cluster_axis, mesh_shape):
            members = rule([input_tensor[d] for d in group], *args, **kwargs)
            for device, result in zip(group, members, strict=True):
                results[device] = result
        return results

    return golden


def _reduced(shards: Sequence[Any], math_op: Any = "Sum") -> Any:
    """In the order of the devices, rounded once."""
    op = _name(math_op)
    total = _wide(shards[0])
    for x in map(_wide, shards[1:]):
        total = {"Max": torch.maximum, "Min": torch.minimum}.get(op, torch.add)(total, x)
    return (total / len(shards) if op == "Mean" else total).to(shards[0].dtype)


def _slices(x: Any, shards: Sequence[Any], dim: int) -> list[Any]:
    return list(torch.chunk(x, len(shards), dim))


@_by_group
def _all_gather(shards: Sequence[Any], dim: int, *_: Any, **__: Any) -> Any:
    return [torch.cat(list(shards), dim) for _ in shards]


@_by_group
def _all_gather_reversed(shards: Sequence[Any], dim: int, *_: Any, **__: Any) -> Any:
    return [torch.cat(list(shards)[::-1], dim) for _ in shards]


@_by_group
def _all_reduce(shards: Sequence[Any], *_: Any, math_op: Any = "Sum", **__: Any) -> Any:
    return [_reduced(shards, math_op) for _ in shards]


@_by_group
def _reduce_scatter(
    shards: Sequence[Any], dim: int, *_: Any, math_op: Any = "Sum", **__: Any
) -> Any:
    return _slices(_reduced(shards, math_op), shards, dim)


@_by_group
def _mesh_partition(shards: Sequence[Any], dim: int, **_: Any) -> Any:
    return [_slices(x, shards, dim)[i] for i, x in enumerate(shards)]


@_by_group
def _all_to_all(shards: Sequence[Any], in_dim: int, out_dim: int, **_: Any) -> Any:
    slices = [_slices(x, shards, out_dim) for x in shards]
    return [torch.cat(mine, in_dim) for mine in zip(*slices, strict=True)]


def _all_broadcast(input_tensor: Sequence[Any], **kwargs: Any) -> Any:
    entries = _by_group(lambda shards, **_: [list(shards) for _ in shards])(input_tensor, **kwargs)
    return [list(entry) for entry in zip(*entries, strict=True)]


def _place(coord: Any, devices: int, mesh_shape: Any) -> int:
    """A coordinate's place among the devices."""
    place = 0
    for at, size in zip(coord, mesh_shape or (1, devices), strict=True):
        place = place * size + at
    return place


def _broadcast(
    input_tensor: Sequence[Any],
    sender_coord: Any,
    *,
    cluster_axis: int | None = None,
    mesh_shape: Any = None,
    **_: Any,
) -> Any:
    devices = len(input_tensor)
    sender = _place(sender_coord, devices, mesh_shape)
    groups = _groups(devices, cluster_axis, mesh_shape)
    members = next(group for group in groups if sender in group)
    return [input_tensor[sender if d in members else d] for d in range(devices)]


def _point_to_point(
    input_tensor: Sequence[Any],
    sender_coord: Any,
    receiver_coord: Any,
    *,
    output_tensor: Sequence[Any] | None = None,
    mesh_shape: Any = None,
    **_: Any,
) -> Any:
    devices = len(input_tensor)
    result = list(output_tensor or [torch.zeros_like(x) for x in input_tensor])
    sender = _place(sender_coord, devices, mesh_shape)
    result[_place(receiver_coord, devices, mesh_shape)] = input_tensor[sender]
    return result


_COLLECTIVE: dict[str, Golden] = {
    "all_broadcast": _all_broadcast,
    "all_gather": _all_gather,
    "all_reduce": _all_reduce,
    "broadcast": _broadcast,
    "experimental.all_gather_async": _all_gather,
    "experimental.all_gather_async_reversed": _all_gather_reversed,
    "experimental.all_reduce_async": _all_reduce,
    "experimental.all_to_all_async": _all_to_all,
    "experimental.all_to_all_async_generic": _all_to_all,
    "experimental.llama_reduce_scatter": _reduce_scatter,
    "experimental.reduce_scatter_minimal_async": _reduce_scatter,
    "experimental.reduce_scatter_minimal_direct": _reduce_scatter,
    "experimental.ring_attention_all_gather_async": lambda input_tensor, *args, **kwargs: [
        _all_gather(shards, *args, **kwargs) for shards in input_tensor
    ],
    "experimental.strided_all_gather_async": _all_gather,
    "experimental.strided_reduce_scatter_async": _reduce_scatter,
    "mesh_partition": lambda input_tensor, dim, cluster_axis=None, **kwargs: _mesh_partition(
        input_tensor, dim, cluster_axis=cluster_axis, **kwargs
    ),
    "point_to_point": _point_to_point,
    "reduce_scatter": _reduce_scatter,
}


# --- the table -----------------------------------------------------------------------------------

_UNARY: dict[str, Golden] = {
    "abs": lambda x: x.abs(),
    "acos": lambda x: x.acos(),
    "acosh": lambda x: x.acosh(),
    "asin": lambda x: x.asin(),
    "asinh": lambda x: x.asinh(),
    "atan": lambda x: x.atan(),
    "atanh": lambda x: x.atanh(),
    "bitwise_not": lambda x: ~x,
    "cbrt": lambda x: x.sign() * x.abs().pow(1 / 3),
    "ceil": lambda x: x.ceil(),
    "celu": lambda x, alpha=1.0: torch.nn.functional.celu(x, alpha),
    "clamp": _clamp,
    "clip": _clamp,
    "cos": lambda x: x.cos(),
    "cosh": lambda x: x.cosh(),
    "deg2rad": lambda x: x.deg2rad(),
    "elu": lambda x, alpha=1.0: torch.nn.functional.elu(x, alpha),
    "eqz": lambda x: x == 0,
    "erf": lambda x: x.erf(),
    "erfc": lambda x: x.erfc(),
    "exp": lambda x: x.exp(),
    "exp2": lambda x: x.exp2(),
    "expm1": lambda x: x.expm1(),
    "fill": lambda x, fill_value: torch.full_like(x, fill_value),
    "floor": lambda x: x.floor(),
    "frac": lambda x: x.frac(),
    "gelu": _gelu,
    "gez": lambda x: x >= 0,
    "gtz": lambda x: x > 0,
    "hardmish": lambda x: x * (x + 2.8).clamp(0.0, 5.0) / 5,
    "hardshrink": lambda x, lambd=0.5: torch.nn.functional.hardshrink(x, lambd),
    "hardsigmoid": lambda x: torch.nn.functional.hardsigmoid(x),
    "hardswish": lambda x: torch.nn.functional.hardswish(x),
    "hardtanh": lambda x, min_val=-1.0, max_val=1.0: _clamp(x, min_val, max_val),
    "heaviside": lambda x, value: torch.heaviside(
        _float(x), torch.tensor(value, dtype=_float(x).dtype)
    ),
    "identity": lambda x: x.clone(),
    "isfinite": lambda x: x.isfinite(),
    "isinf": lambda x: x.isinf(),
    "isnan": lambda x: x.isnan(),
    "isneginf": lambda x: x.isneginf(),
    "isposinf": lambda x: x.isposinf(),
    "leaky_relu": lambda x, negative_slope: torch.nn.functional.leaky_relu(x, negative_slope),
    "lez": lambda x: x <= 0,
    "log": lambda x: x.log(),
    "log10": lambda x: x.log10(),
    "log1p": lambda x: x.log1p(),
    "log2": lambda x: x.log2(),
    "log_sigmoid": lambda x: torch.nn.functional.logsigmoid(x),
    "logical_not": lambda x: x == 0,
    "logit": _logit,
    "ltz": lambda x: x < 0,
    "mish": lambda x: torch.nn.functional.mish(x),
    "neg": lambda x: -x,
    "nez": lambda x: x != 0,
    "rad2deg": lambda x: x.rad2deg(),
    "reciprocal": lambda x: x.reciprocal(),
    "relu": lambda x: x.relu(),
    "relu6": lambda x: x.clamp(0, 6),
    "relu_max": lambda x, upper_limit: _clamp(x, 0, upper_limit),
    "relu_min": lambda x, lower_limit: _clamp(x, lower_limit),
    "round": lambda x, decimals=0: x.round(decimals=decimals) if decimals else x.round(),
    "rpow": lambda x, exponent: torch.pow(exponent, x),
    "rsqrt": lambda x: x.rsqrt(),
    "selu": lambda x, scale=1.0507, alpha=1.67326: scale * torch.where(x > 0, x, alpha * x.expm1()),
    "sigmoid": lambda x: x.sigmoid(),
    "sign": lambda x: x.sign(),
    "signbit": lambda x: x.signbit(),
    "silu": lambda x: torch.nn.functional.silu(x),
    "sin": lambda x: x.sin(),
    "sinh": lambda x: x.sinh(),
    "softcap": lambda x, beta: beta * torch.tanh(x / beta),
    "softplus": lambda x, beta=1.0, threshold=20.0: torch.nn.functional.softplus(
        x, beta, threshold
    ),
    "softshrink": lambda x, lambd=0.5: torch.nn.functional.softshrink(x, lambd),
    "softsign": lambda x: torch.nn.functional.softsign(x),
    "sqrt": lambda x: x.sqrt(),
    "square": lambda x: x * x,
    "swish": lambda x: torch.nn.functional.silu(x),
    "tan": lambda x: x.tan(),
    "tanh": lambda x: x.tanh(),
    "tanhshrink": lambda x: x - x.tanh(),
    "threshold": lambda x, threshold, value: torch.nn.functional.threshold(x, threshold, value),
    "tril": lambda x, diagonal=0: x.tril(diagonal),
    "triu": lambda x, diagonal=0: x.triu(diagonal),
    "trunc": lambda x: x.trunc(),
}

_BINARY: dict[str, Golden] = {
    "add": lambda a, b: a + b,
    "addalpha": lambda a, b, alpha: a + _whole_factor(alpha, a, b) * b,
    "atan2": lambda a, b: torch.atan2(a, _like(b, a)),
    "bias_gelu": lambda a, b: _gelu(a + b),
    "bitwise_and": lambda a, b: a & b,
    "bitwise_left_shift": lambda a, b: a << b,
    "bitwise_or": lambda a, b: a | b,
    "bitwise_right_shift": lambda a, b: a >> b,
    "bitwise_xor": lambda a, b: a ^ b,
    "div": _div,
    "divide": _div,
    "eq": lambda a, b: a == b,
    "floor_div": lambda a, b: _div(a, b, "floor"),
    "fmod": _whole(lambda a, b: torch.fmod(a, b)),
    "ge": lambda a, b: a >= b,
    "gt": lambda a, b: a > b,
    "hypot": lambda a, b: torch.hypot(a, _like(b, a)),
    "isclose": lambda a, b, rtol=1e-5, atol=1e-8, equal_nan=False: torch.isclose(
        a, _like(b, a), rtol, atol, bool(equal_nan)
    ),
    "ldexp": _ldexp,
    "le": lambda a, b: a <= b,
    "logaddexp": lambda a, b: torch.logaddexp(a, _like(b, a)),
    "logaddexp2": lambda a, b: torch.logaddexp2(a, _like(b, a)),
    "logical_and": lambda a, b: (a != 0) & torch.as_tensor(b != 0),
    "logical_or": lambda a, b: (a != 0) | torch.as_tensor(b != 0),
    "logical_xor": lambda a, b: (a != 0) ^ torch.as_tensor(b != 0),
    "lt": lambda a, b: a < b,
    "maximum": lambda a, b: torch.maximum(a, _like(b, a)),
    "minimum": lambda a, b: torch.minimum(a, _like(b, a)),
    "multiply": lambda a, b: a * b,
    "ne": lambda a, b: a != b,
    "pow": lambda a, b: torch.pow(a, b),
    "prelu": lambda a, b: torch.where(a < 0, _float(a) * b, _float(a)),
    "rdiv": _rdiv,
    "remainder": _whole(lambda a, b: torch.remainder(a, b)),
    "rsub": lambda a, b: b - a,
    "squared_difference": lambda a, b: (a - b) ** 2,
    "subalpha": lambda a, b, alpha: a - _whole_factor(alpha, a, b) * b,
    "subtract": lambda a, b: a - b,
    "xlogy": lambda a, b: torch.xlogy(a, b),
}

_COMPARISONS = (
    "eq", "ne", "gt", "ge", "lt", "le", "logical_and", "logical_or", "logical_xor",
)  # fmt: skip

_REDUCTION: dict[str, Golden] = {
    "max": lambda x, dims, keepdim: torch.amax(x, dims, keepdim),
    "mean": _in_floats(lambda x, dims, keepdim: torch.mean(x, dims, keepdim)),
    "min": lambda x, dims, keepdim: torch.amin(x, dims, keepdim),
    "prod": _prod,
    "std": _in_floats(
        lambda x, dims, keepdim, correction=1: torch.std(
            x, dims, correction=int(correction), keepdim=keepdim
        )
    ),
    "sum": lambda x, dims, keepdim: torch.sum(x, dims, keepdim),
    "var": _in_floats(
        lambda x, dims, keepdim, correction=1: torch.var(
            x, dims, correction=int(correction), keepdim=keepdim
        )
    ),
}

_OTHERS: dict[str, Golden] = {
    "addcdiv": lambda input_a, input_b, input_c, *, value=1.0, **_: _ternary(
        lambda a, b, c: a + value * b / c, input_a, input_b, input_c
    ),
    "addcmul": lambda input_a, input_b, input_c, *, value=1.0, **_: _ternary(
        lambda a, b, c: a + _whole_factor(value, a, b, c) * b * c, input_a, input_b, input_c
    ),
    "addmm": lambda input_tensor, mat1_tensor, mat2_tensor, *, alpha=1.0, beta=1.0, **_: (
        beta * _wide(input_tensor) + alpha * (_wide(mat1_tensor) @ _wide(mat2_tensor))
    ).to(mat1_tensor.dtype),
    "arange": _arange,
    "argmax": _argmax,
    "assign": _assign,
    "as_tensor": lambda tensor, dtype=None, **_: (
        tensor.clone() if dtype is None else typecast(tensor, dtype)
    ),
    "bernoulli": lambda input, seed=0, *, dtype=None, **_: torch.bernoulli(input.float()).to(
        _torch_dtype(dtype, torch.float32)
    ),
    "chunk": lambda input_tensor, chunks, dim=0, **_: list(torch.chunk(input_tensor, chunks, dim)),
    "clone": lambda input, *, dtype=None, **_: (
        input.clone() if dtype is None else typecast(input, dtype)
    ),
    "concat": lambda tensors, dim=0, **_: torch.cat(list(tensors), dim),
    "copy": lambda input_a, input_b, **_: input_b.copy_(input_a),
    "cumprod": _cumulative(lambda x, dim: x.cumprod(dim)),
    "cumsum": _cumulative(lambda x, dim: x.cumsum(dim)),
    "embedding": _embedding,
    "empty": lambda shape, dtype=None, *_, **__: _full(shape, 0, dtype),
    "empty_like": lambda tensor, *, dtype=None, **_: _full_like(tensor, 0, dtype),
    "expand": lambda input_tensor, output_shape, **_: input_tensor.expand(tuple(output_shape)),
    "experimental.typecast": typecast,
    "fill_cache": _fill_cache,
    "from_device": lambda tensor, *_, **__: tensor.clone(),
    "from_torch": lambda tensor, dtype=None, **_: (
        tensor.clone() if dtype is None else typecast(tensor, dtype)
    ),
    "full": _full,
    "full_like": _full_like,
    "interleaved_to_sharded": _relabelled,
    "layer_norm": _norm(_layer_statistics),
    "layer_norm_post_all_gather": _norm_by_sums(tiles=2),
    "layer_norm_pre_all_gather": _norm_sums(2, 1),
    "lerp": lambda input, end, weight, **_: _ternary(
        lambda a, b, w: a + w * (b - a), input, end, weight
    ),
    "linear": _matmul,
    "mac": lambda input_tensor_a, input_tensor_b, input_tensor_c, **_: _ternary(
        lambda a, b, c: a * b + c, input_tensor_a, input_tensor_b, input_tensor_c
    ),
    "matmul": _matmul,
    "matmul_batched_weights": _matmul_batched_weights,
    "move": lambda input_tensor, **_: input_tensor,
    "narrow": lambda input_tensor, dim, start, length, **_: input_tensor.narrow(dim, start, length),
    "ones": lambda shape, dtype=None, *_, **__: _full(shape, 1, dtype),
    "ones_like": lambda tensor, dtype=None, *_, **__: _full_like(tensor, 1, dtype),
    "pad": _pad,
    "permute": lambda input_tensor, dims, *_, **__: input_tensor.permute(tuple(dims)),
    "rand": _rand,
    "randn": _randn,
    "reallocate": lambda tensor, *_, **__: tensor,
    "repeat": lambda input_tensor, repeat_dims, **_: input_tensor.repeat(tuple(repeat_dims)),
    "repeat_interleave": lambda input_tensor, repeats, dim, **_: input_tensor.repeat_interleave(
        repeats, dim
    ),
    "reshard": _relabelled,
    "reshape": lambda input_tensor, shape, *_, **__: input_tensor.reshape(tuple(shape)),
    "rms_norm": _norm(
        lambda x, epsilon: x * torch.rsqrt(x.square().mean(-1, keepdim=True) + epsilon)
    ),
    "rms_norm_post_all_gather": _norm_by_sums(tiles=1),
    "rms_norm_pre_all_gather": _norm_sums(2),
    "scale_mask_softmax": _scale_mask_softmax,
    "scale_mask_softmax_in_place": lambda input_tensor, *a, **k: input_tensor.copy_(
        _scale_mask_softmax(input_tensor, *a, **k)
    ),
    "sharded_to_interleaved": _relabelled,
    "slice": _slice,
    "softmax": _softmax,
    "softmax_in_place": lambda input_tensor, dim=-1, **_: input_tensor.copy_(
        _softmax(input_tensor, dim)
    ),
    "sort": _sort,
    "split": lambda input_tensor, split_size, dim=0, **_: list(
        torch.split(input_tensor, split_size, dim)
    ),
    "squeeze": _squeeze,
    "stack": lambda input_tensors, dim, **_: torch.stack(list(input_tensors), dim),
    "tilize": _relabelled,
    "tilize_with_val_padding": _relabelled,
    "tilize_with_zero_padding": _relabelled,
    "to_device": lambda tensor, *_, **__: tensor.clone(),
    "to_dtype": lambda tensor, dtype, **_: typecast(tensor, dtype),
    "to_layout": lambda tensor, layout, dtype=None, *_, **__: (
        tensor if dtype is None else typecast(tensor, dtype)
    ),
    "to_memory_config": lambda tensor, memory_config=None, dtype=None, *_, **__: (
        tensor if dtype is None else typecast(tensor, dtype)
    ),
    "to_torch": lambda tensor, *_, **__: tensor.clone(),
    "topk": _topk,
    "transpose": lambda input_tensor, dim1, dim2, *_, **__: input_tensor.transpose(dim1, dim2),
    "typecast": typecast,
    "uniform": lambda input, *bounds, seed=0, **named: input.uniform_(
        *(bounds[:2] or (named.get("from", 0.0), named.get("to", 1.0)))
    ),
    "unsqueeze": lambda input_tensor, dim, **_: input_tensor.unsqueeze(dim),
    "unsqueeze_to_4D": lambda tensor, **_: tensor.reshape(
        (1,) * (4 - tensor.dim()) + tuple(tensor.shape)
    ),
    "untilize": _relabelled,
    "untilize_with_unpadding": lambda input_tensor, output_tensor_end, **_: input_tensor[
        tuple(slice(0, last + 1) for last in output_tensor_end)
    ],
    "update_cache": _update_cache,
    "view": lambda input_tensor, shape, **_: input_tensor.reshape(tuple(shape)),
    "where": _where,
    "zeros": lambda shape, dtype=None, *_, **__: _full(shape, 0, dtype),
    "zeros_like": lambda tensor, dtype=None, *_, **__: _full_like(tensor, 0, dtype),
}


def _in_place(golden: Golden) -> Golden:
    """`add_` from `add`: the first operand takes the result."""

    def in_place(*args: Any, **kwargs: Any) -> Any:
        first: Any = args[0] if args else kwargs.get("input_a", kwargs.get("input_tensor_a"))
        result = _back(golden(*args, **kwargs), first.dtype)
        if result.is_floating_point() == first.is_floating_point():
            return first.copy_(result)
        first.copy_(typecast(result, str(first.dtype).split(".")[-1].upper()))
        return result

    return in_place


# The element-wise families.
UNARY = frozenset(_UNARY) - {"tril", "triu"}
BINARY = frozenset(_BINARY)
TERNARY = frozenset({"addcdiv", "addcmul", "lerp", "mac", "where"})


def uncast(name: str, *inputs: Any, **arguments: Any) -> Any:
    """An element-wise operation's result before it becomes what its inputs are: floats of integers
    where it computes in floats.
    """
    rule = _UNARY.get(name) or _BINARY[name]
    return _in_floats(rule)(*map(_wide, inputs), **_values(arguments))


# Whose results no golden function can foretell: random ones, and contents that are undefined.
UNFORESEEN = frozenset({"bernoulli", "dropout", "empty", "empty_like", "rand", "randn", "uniform"})

GOLDEN: dict[str, Golden] = {
    **{f"ttnn.{name}": _unary(rule) for name, rule in _UNARY.items()},
    **{f"ttnn.{name}": _binary(rule) for name, rule in _BINARY.items()},
    **{
        f"ttnn.{name}_": _in_place(_binary(rule))
        for name, rule in _BINARY.items()
        if f"{name}_" in _ttnn.operations
    },
    **{f"ttnn.{name}": _reduction(rule) for name, rule in _REDUCTION.items()},
    **{f"ttnn.{name}": golden for name, golden in _OTHERS.items()},
    **{f"ttnn.{name}": golden for name, golden in _COLLECTIVE.items()},
    "ttnn.kv_cache.update_cache_for_token_": lambda cache, input, update_index, batch_offset=0, **_: (
        _update_cache(cache, input, update_index, batch_offset=batch_offset)
    ),
    "ttnn.kv_cache.fill_cache_for_user_": lambda cache, input, batch_index, *, update_idx=0, **_: (
        _fill_cache(cache, input, batch_index, update_idx=update_idx)
    ),
}
# TT-NN's second names
for _alias, _of in (
    ("sub", "subtract"),
    ("mul", "multiply"),
    ("sub_", "subtract_"),
    ("mul_", "multiply_"),
    ("scale_causal_mask_hw_dims_softmax_in_place", "scale_mask_softmax_in_place"),
):
    GOLDEN[f"ttnn.{_alias}"] = GOLDEN[f"ttnn.{_of}"]
