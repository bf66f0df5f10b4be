"""JAX: collectives and an MLP by shard_map over the host's devices, and linears on one."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import data
import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P
from serve import Work, serve

DEVICES = jax.devices()
MESH = Mesh(np.array(DEVICES), ("d",))
N = len(DEVICES)

OPS: dict[str, Callable[[Any, int], Any]] = {
    "all_gather": lambda x, dim: jax.lax.all_gather(x, "d", axis=dim, tiled=True),
    "all_reduce": lambda x, dim: jax.lax.psum(x, "d"),
    "reduce_scatter": lambda x, dim: jax.lax.psum_scatter(
        x, "d", scatter_dimension=dim, tiled=True
    ),
}


def expected(op: str, shards: np.ndarray, dim: int) -> np.ndarray:
    """What the first device holds."""
    if op == "all_gather":
        return np.concatenate(list(shards), axis=dim)
    total = shards.sum(0)
    return total if op == "all_reduce" else np.split(total, N, axis=dim)[0]


def collective(op: str, dim: int, bytes: int) -> Work:
    side, dim = round((bytes // 4) ** 0.5), dim % 2
    along = P("d", None) if dim == 0 else P(None, "d")
    shape, given, made = [side, side], P("d", None), along
    if op == "all_gather":
        shape[dim] //= N
        given = along
    if op != "reduce_scatter":
        made = P(None, None)
    # Small whole numbers: sums are exact in any order.
    shards = np.random.default_rng(0).integers(-8, 8, (N, *shape)).astype(np.float32)
    x = jax.device_put(
        np.concatenate(list(shards), axis=0 if given == P("d", None) else 1),
        NamedSharding(MESH, given),
    )
    function = jax.jit(
        jax.shard_map(
            lambda x: OPS[op](x, dim), mesh=MESH, in_specs=given, out_specs=made, check_vma=False
        )
    )

    def check(result: Any) -> None:
        first = np.asarray(result.addressable_shards[0].data)
        assert np.array_equal(first, expected(op, shards, dim)), f"{op} is wrong"

    return Work(lambda: jax.block_until_ready(function(x)), check)


def mlp(dtype: str, rows: int, hidden: int, intermediate: int) -> Work:
    """Rows sharded over the devices, weights replicated."""
    x = data.uniform(0, (rows, hidden), dtype)
    up = data.weight(1, hidden, intermediate, dtype)
    down = data.weight(2, intermediate, hidden, dtype)
    sharded, whole = P("d", None), P(None, None)
    placed = [
        jax.device_put(array, NamedSharding(MESH, where))
        for array, where in ((x, sharded), (up, whole), (down, whole))
    ]

    def program(x: Any, up: Any, down: Any) -> Any:
        return jax.nn.gelu(x @ up, approximate=False) @ down

    function = jax.jit(
        jax.shard_map(program, mesh=MESH, in_specs=(sharded, whole, whole), out_specs=sharded)
    )
    del up, down

    def check(result: Any) -> None:
        some = np.asarray(result)[data.some_rows(rows)]
        data.expect_mlp("mlp", some, x, np.asarray(placed[1]), np.asarray(placed[2]))

    return Work(lambda: jax.block_until_ready(function(*placed)), check)


def linear(rows: int, inputs: int, outputs: int, dtype: str, copies: int) -> Work:
    """On one device; each call takes the next copy of the weights."""
    x = data.uniform(0, (rows, inputs), dtype)
    weights = [
        jax.device_put(data.weight(1 + i, inputs, outputs, dtype), DEVICES[0])
        for i in range(copies)
    ]
    given = jax.device_put(x, DEVICES[0])
    function = jax.jit(jnp.matmul)
    turn = itertools.cycle(weights)

    def check(result: Any) -> None:
        some = np.asarray(result)[data.some_rows(rows)]
        data.expect_product("linear", some, x, np.asarray(weights[0]))

    return Work(lambda: jax.block_until_ready(function(given, next(turn))), check)


serve({"collective": collective, "mlp": mlp, "linear": linear})
