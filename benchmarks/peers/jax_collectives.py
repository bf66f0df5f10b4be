"""JAX's collectives by shard_map over the host's devices; see ../peer.py for the protocol."""

from __future__ import annotations

import functools
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P

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


@functools.cache
def prepared(op: str, dim: int, size: int) -> Callable[[], Any]:
    """The compiled collective on inputs that lie on their devices, once its result is right."""
    side = round((size // 4) ** 0.5)
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
    first = np.asarray(function(x).addressable_shards[0].data)
    assert np.array_equal(first, expected(op, shards, dim)), f"{op} is wrong"
    return lambda: jax.block_until_ready(function(x))


def main() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        run = prepared(request["op"], request["dim"] % 2, request["bytes"])
        start = time.perf_counter()
        for _ in range(request["calls"]):
            run()
        seconds = (time.perf_counter() - start) / request["calls"]
        print(json.dumps({"seconds": seconds}), flush=True)


main()
