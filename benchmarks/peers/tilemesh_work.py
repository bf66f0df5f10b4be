"""Tilemesh itself in a process of its own: for its peak of memory, from numpy's arrays and without
torch, and for products by the library that TTNN_GEMM names.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from typing import Any

import data
from serve import Work, serve

import ttnn


def _placed(array: data.Array, mesh: Any, mapper: Any) -> Any:
    return ttnn.from_torch(array, layout=ttnn.TILE_LAYOUT, device=mesh, mesh_mapper=mapper)


def mlp(dtype: str, rows: int, hidden: int, intermediate: int) -> Work:
    """Rows sharded over a 1x4 mesh, weights replicated."""
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 4))
    x = data.uniform(0, (rows, hidden), dtype)
    states = _placed(x.reshape(4, 1, -1, hidden), mesh, ttnn.ShardTensorToMesh(mesh, dim=0))
    replicate = ttnn.ReplicateTensorToMesh(mesh)

    def weights() -> Iterator[data.Array]:
        yield data.weight(1, hidden, intermediate, dtype)
        yield data.weight(2, intermediate, hidden, dtype)

    up, down = (_placed(array, mesh, replicate) for array in weights())

    def run() -> Any:
        result = ttnn.linear(ttnn.gelu(ttnn.linear(states, up)), down)
        ttnn.synchronize_device(mesh)
        return result

    def check(result: Any) -> None:
        whole = result.to_numpy(ttnn.ConcatMeshToTensor(mesh, dim=0))
        some = whole.reshape(rows, hidden)[data.some_rows(rows)]
        data.expect_mlp("mlp", some, x, *weights())

    return Work(run, check)


def products(dtype: str, rows: int, hidden: int, intermediate: int) -> Work:
    """The MLP's two products on one device, one after the other and with nothing between."""
    device = ttnn.open_device(device_id=0)
    shapes = [(hidden, intermediate), (intermediate, hidden)]
    inputs = [data.uniform(i, (rows, k), dtype) for i, (k, _) in enumerate(shapes)]
    weights = [data.weight(2 + i, k, n, dtype) for i, (k, n) in enumerate(shapes)]
    given, placed = ([_placed(a, device, None) for a in each] for each in (inputs, weights))

    def run() -> Any:
        results = [ttnn.matmul(x, w) for x, w in zip(given, placed)]
        ttnn.synchronize_device(device)
        return results

    def check(results: Any) -> None:
        for x, w, result in zip(inputs, weights, results):
            data.expect_product("product", result.to_numpy()[data.some_rows(rows)], x, w)
        weights.clear()

    return Work(run, check)


@functools.cache
def _device() -> Any:
    return ttnn.open_device(device_id=0)


@functools.lru_cache(maxsize=1)
def _weights(dtype: str, inputs: int, outputs: int, copies: int) -> list[Any]:
    """Equal ones, each in memory of its own."""
    array = data.weight(1, inputs, outputs, _plain(dtype))
    return [
        ttnn.from_torch(array, getattr(ttnn, dtype), layout=ttnn.TILE_LAYOUT, device=_device())
        for _ in range(copies)
    ]


def _plain(dtype: str) -> str:
    return "float32" if dtype == "float32" else "bfloat16"


def linear(dtype: str, rows: int, inputs: int, outputs: int, copies: int) -> Work:
    """By weights of this dtype in turn, of which enough fit no cache; block floats times bfloat16."""
    weights = _weights(dtype, inputs, outputs, copies)
    turn = itertools.cycle(weights)
    x = data.uniform(0, (rows, inputs), _plain(dtype))
    given = _placed(x, _device(), None)

    def run() -> Any:
        result = ttnn.linear(given, next(turn))
        ttnn.synchronize_device(_device())
        return result

    def check(result: Any) -> None:
        some = result.to_numpy()[data.some_rows(rows)]
        data.expect_product("linear", some, x, weights[0].to_numpy())

    return Work(run, check)


serve({"mlp": mlp, "products": products, "linear": linear})
