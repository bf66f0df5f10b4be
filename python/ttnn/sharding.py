"""Memory configs for tensors dealt over cores."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ttnn._ttnn import (
    BufferType,
    CoreCoord,
    CoreGrid,
    CoreRange,
    CoreRangeSet,
    MemoryConfig,
    Shape,
    ShardOrientation,
    ShardSpec,
    TensorMemoryLayout,
)
from ttnn.enums import ShardStrategy

_LAYOUTS = {
    ShardStrategy.HEIGHT: TensorMemoryLayout.HEIGHT_SHARDED,
    ShardStrategy.WIDTH: TensorMemoryLayout.WIDTH_SHARDED,
    ShardStrategy.BLOCK: TensorMemoryLayout.BLOCK_SHARDED,
}


def divup(a: int, b: int) -> int:
    """a / b, rounded up."""
    return -(-a // b)


def roundup(a: int, b: int) -> int:
    """The multiple of b from a on."""
    return divup(a, b) * b


def _refuse(op: str, phrase: str, found: str) -> RuntimeError:
    return RuntimeError(f"{op}: {phrase}: {found}")


def _matrix(op: str, shape: Sequence[int]) -> tuple[int, int, int]:
    """Rows of all dims but the last, then the last two dims."""
    if not isinstance(shape, (Shape, tuple, list)) or len(shape) < 2:
        raise _refuse(
            op, "Invalid input shape", f"{shape!r} must be a sequence of at least two sizes."
        )
    *batch, height, width = shape
    return math.prod(batch) * height, height, width


def _cores(op: str, core_grid: CoreGrid | CoreRangeSet) -> CoreRangeSet:
    if isinstance(core_grid, CoreGrid):
        return CoreRangeSet(
            [CoreRange(CoreCoord(0, 0), CoreCoord(core_grid.x - 1, core_grid.y - 1))]
        )
    if isinstance(core_grid, CoreRangeSet):
        return core_grid
    raise _refuse(
        op, "Invalid core_grid type", f"{core_grid!r} must be a CoreGrid or a CoreRangeSet."
    )


def _parts(op: str, layout: Any, cores: CoreRangeSet, orientation: Any) -> tuple[int, int]:
    """Into how many parts the rows and the columns are cut."""
    if layout == TensorMemoryLayout.HEIGHT_SHARDED:
        return cores.num_cores(), 1
    if layout == TensorMemoryLayout.WIDTH_SHARDED:
        return 1, cores.num_cores()
    if layout != TensorMemoryLayout.BLOCK_SHARDED:
        raise _refuse(
            op,
            "Invalid sharding strategy",
            f"{layout!r}; give ttnn.ShardStrategy.HEIGHT, WIDTH or BLOCK.",
        )
    if len(cores.ranges()) != 1:
        raise _refuse(
            op,
            "Invalid CoreRangeSet for block sharding strategy",
            f"{cores!r} must be one rectangle.",
        )
    size = cores.ranges()[0].grid_size()
    return (size.y, size.x) if orientation == ShardOrientation.ROW_MAJOR else (size.x, size.y)


def _orientation(op: str, orientation: Any) -> Any:
    if orientation is None:
        return ShardOrientation.ROW_MAJOR
    if not isinstance(orientation, ShardOrientation):
        raise _refuse(
            op, "Invalid shard orientation", f"{orientation!r}; give a ttnn.ShardOrientation."
        )
    return orientation


def _config(
    layout: Any, cores: CoreRangeSet, shard: tuple[int, int], orientation: Any
) -> MemoryConfig:
    return MemoryConfig(layout, BufferType.L1, ShardSpec(cores, shard, orientation))


def create_sharded_memory_config(
    shape: Shape | Sequence[int],
    core_grid: CoreGrid | CoreRangeSet,
    strategy: ShardStrategy,
    orientation: ShardOrientation | None = None,
    use_height_and_width_as_shard_shape: bool = False,
) -> MemoryConfig:
    """An L1 config that deals a tensor of this shape evenly; what does not divide is an error."""
    op = "create_sharded_memory_config"
    rows, height, width = _matrix(op, shape)
    cores = _cores(op, core_grid)
    orientation = _orientation(op, orientation)
    layout = _LAYOUTS.get(strategy, strategy)
    down, across = _parts(op, layout, cores, orientation)
    if use_height_and_width_as_shard_shape:
        return _config(layout, cores, (height, width), orientation)
    if rows % down or width % across:
        raise _refuse(
            op,
            "Invalid sharding core_grid",
            f"{rows} rows and {width} columns of {list(shape)} do not divide into {down} x {across} shards "
            f"({layout}). Choose another grid, or pad the tensor to {roundup(rows, down)} x {roundup(width, across)}.",
        )
    return _config(layout, cores, (rows // down, width // across), orientation)


def create_sharded_memory_config_(
    shape: Shape | Sequence[int],
    core_grid: CoreGrid | CoreRangeSet,
    strategy: ShardStrategy | TensorMemoryLayout,
    orientation: ShardOrientation | None,
    use_height_and_width_as_shard_shape: bool = False,
    tile_layout: bool = False,
) -> MemoryConfig:
    """As create_sharded_memory_config, but the last shards may be short; `tile_layout` keeps tiles whole."""
    op = "create_sharded_memory_config_"
    rows, height, width = _matrix(op, shape)
    cores = _cores(op, core_grid)
    orientation = _orientation(op, orientation)
    layout = _LAYOUTS.get(strategy, strategy)  # type: ignore[call-overload]
    down, across = _parts(op, layout, cores, orientation)
    if use_height_and_width_as_shard_shape:
        return _config(layout, cores, (height, width), orientation)
    shard = divup(rows, down), divup(width, across)
    if tile_layout:
        shard = roundup(shard[0], 32), roundup(shard[1], 32)
    return _config(layout, cores, shard, orientation)
