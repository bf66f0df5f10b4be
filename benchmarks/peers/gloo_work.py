"""torch.distributed over gloo, one process per device: collectives, and an MLP of DTensors.
Arguments: rank, number of processes, a file to meet by.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import torch
import torch.distributed as dist
import torch.nn.functional as F
from serve import Absent, Work, serve

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


def collective(op: str, dim: int, bytes: int) -> Work:
    side, dim = round((bytes // 4) ** 0.5), dim % 2
    shape = [side, side]
    if op == "all_gather":
        shape[dim] //= N
    torch.manual_seed(0)
    shards = torch.randint(-8, 8, (N, *shape)).float()  # sums are exact in any order
    given = OPS[op](shards[RANK].clone(), dim)

    def run() -> torch.Tensor:
        try:
            return given()
        except (NotImplementedError, RuntimeError) as error:
            raise Absent(str(error).split("\n")[0]) from error

    def check(result: torch.Tensor) -> None:
        assert torch.equal(result, expected(op, shards, dim)), f"{op} is wrong"
        result.zero_()  # sums that are summed again and again stay finite

    return Work(run, check)


def mlp(dtype: str, rows: int, hidden: int, intermediate: int) -> Work:
    """Rows sharded over the processes, weights replicated: each process has its own."""
    import data
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.tensor import DTensor, Replicate, Shard
    from torch_work import array, tensor

    mesh = init_device_mesh("cpu", (N,))
    x = data.uniform(0, (rows, hidden), dtype)
    up = data.weight(1, hidden, intermediate, dtype, transposed=True)
    down = data.weight(2, intermediate, hidden, dtype, transposed=True)
    own = tensor(x).chunk(N)[RANK]
    given = DTensor.from_local(own, mesh, [Shard(0)], run_check=False)
    weights = [
        DTensor.from_local(tensor(w), mesh, [Replicate()], run_check=False) for w in (up, down)
    ]

    def run() -> Any:
        return F.linear(F.gelu(F.linear(given, weights[0])), weights[1])

    def check(result: Any) -> None:
        assert result.shape == (rows, hidden)
        mine = array(result.to_local())[data.some_rows(len(own))]
        data.expect_mlp("mlp", mine, array(own), up.T, down.T)

    return Work(run, check)


torch.set_grad_enabled(False)
dist.init_process_group("gloo", init_method=f"file://{sys.argv[3]}", rank=RANK, world_size=N)
serve({"collective": collective, "mlp": mlp}, together=dist.barrier)
dist.destroy_process_group()
