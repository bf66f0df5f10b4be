"""torch.distributed's collectives over gloo, one process per device; see ../peer.py for the protocol.
Arguments: rank, number of processes, a file to meet by.
"""

from __future__ import annotations

import functools
import json
import sys
import time
from collections.abc import Callable

import torch
import torch.distributed as dist

RANK, N = int(sys.argv[1]), int(sys.argv[2])

Run = Callable[[], torch.Tensor]


def gather(x: torch.Tensor, dim: int) -> Run:
    parts = [torch.empty_like(x) for _ in range(N)]
    whole = torch.empty([size * (N if d == dim else 1) for d, size in enumerate(x.shape)])

    def along_rows() -> torch.Tensor:
        dist.all_gather_single(whole, x)
        return whole

    def along_columns() -> torch.Tensor:
        dist.all_gather(parts, x)
        return torch.cat(parts, dim, out=whole)

    return along_columns if dim else along_rows


def reduce(x: torch.Tensor, dim: int) -> Run:
    def run() -> torch.Tensor:
        dist.all_reduce(x)  # the sum takes its input's place
        return x

    return run


def scatter(x: torch.Tensor, dim: int) -> Run:
    slices = [part.contiguous() for part in x.chunk(N, dim)]
    own = torch.empty_like(slices[0])

    def run() -> torch.Tensor:
        dist.reduce_scatter(own, slices)
        return own

    return run


OPS = {"all_gather": gather, "all_reduce": reduce, "reduce_scatter": scatter}


def expected(op: str, shards: torch.Tensor, dim: int) -> torch.Tensor:
    if op == "all_gather":
        return torch.cat(list(shards), dim)
    total = shards.sum(0)
    return total if op == "all_reduce" else total.chunk(N, dim)[RANK]


@functools.cache
def prepared(op: str, dim: int, size: int) -> Run:
    side = round((size // 4) ** 0.5)
    shape = [side, side]
    if op == "all_gather":
        shape[dim] //= N
    torch.manual_seed(0)
    shards = torch.randint(-8, 8, (N, *shape)).float()  # sums are exact in any order
    run = OPS[op](shards[RANK].clone(), dim)
    result = run()
    assert torch.equal(result, expected(op, shards, dim)), f"{op} is wrong"
    result.zero_()  # sums that are summed again and again stay finite
    return run


def answer(request: dict[str, int]) -> dict[str, object]:
    try:
        run = prepared(str(request["op"]), request["dim"] % 2, request["bytes"])
    except (NotImplementedError, RuntimeError) as error:
        return {"absent": str(error).split("\n")[0]}
    dist.barrier()
    start = time.perf_counter()
    for _ in range(request["calls"]):
        run()
    return {"seconds": (time.perf_counter() - start) / request["calls"]}


def main() -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{sys.argv[3]}", rank=RANK, world_size=N)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
    dist.destroy_process_group()


main()
