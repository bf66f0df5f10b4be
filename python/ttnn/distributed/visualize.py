"""Pictures of meshes and of the tensors on them, for the terminal.

Boxes as the seed report and TT-NN draw them; a device with a shard is coloured, and devices that
hold the same part of the tensor have the same colour. A picture that is wider than the terminal is
drawn in groups of columns. Piped output has no colours.
"""

from __future__ import annotations

import colorsys
import dataclasses
import math
import re
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ttnn.config import CONFIG

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["visualize_mesh_device", "visualize_system_mesh", "visualize_tensor"]

_NEAT_WIDTH = 15  # a cell of the seed's table, which grows with its content
_UPSTREAM_WIDTH = 30  # a cell of TT-NN 0.81's table, which gives way to a narrow terminal


@dataclasses.dataclass(frozen=True)
class _Cell:
    lines: tuple[str, ...]
    style: str = ""


@dataclasses.dataclass(frozen=True)
class _Shard:
    """The part of the whole tensor that a device holds."""

    slices: str  # [:, 0:32]
    remark: tuple[str, ...] = ()  # why devices with the same slices hold different values

    def part(self) -> tuple[str, ...]:
        """Equal for devices that hold equal values."""
        return (self.slices, *self.remark)


@dataclasses.dataclass(frozen=True)
class _Spread:
    """How a tensor lies on the devices: a word like shard(3) for each axis of a distribution."""

    distribution: tuple[int, ...]
    placements: tuple[str, ...]
    coordinates: tuple[tuple[int, ...], ...]  # of the distribution's positions, row-major
    numbers: tuple[int, ...] = ()  # of the shards that these hold: equal ones, equal bytes


def visualize_mesh_device(mesh_device: Any, tensor: Any = None) -> None:
    """Prints the mesh's devices; with a tensor, also which of them hold a shard of it."""
    mesh_device.expect_open("visualize_mesh_device")
    shards = {}
    if tensor is not None:
        _expect_on_mesh(mesh_device, tensor)
        shards = _shards(tuple(tensor.shape), _true_spread(tensor))
    styles = _styles(shards)
    shape = tuple(mesh_device.shape)

    def cell(at: tuple[int, ...]) -> _Cell:
        text = f"ttnn.Shape({list(tensor.shape)})" if at in shards else ""
        lines = (_device_line(mesh_device, at), _place(at), text)
        return _Cell(lines, styles.get(at, ""))

    # The seed's table with a tensor still carries the class's older name.
    name = "DeviceMesh" if tensor is not None and CONFIG.compat == "seed" else "MeshDevice"
    _print_mesh(_console(), _mesh_title(name, shape), shape, cell)


def visualize_tensor(tensor: Any) -> None:
    """Prints what each device, or place of a host tensor, holds of the whole tensor."""
    _expect_allocated("visualize_tensor", tensor)
    spread = _true_spread(tensor)
    shards = _shards(tuple(tensor.shape), spread)
    styles = _styles(shards)
    mesh_device = tensor.device()
    shape = tuple(mesh_device.shape) if mesh_device is not None else _bounding_shape(shards)

    def cell(at: tuple[int, ...]) -> _Cell:
        device = () if mesh_device is None else (_device_line(mesh_device, at),)
        if at not in shards:
            return _Cell((*device, _place(at)))
        about = (
            *shards[at].part(),
            f"Shape: {list(tensor.shape)}",
            f"Dtype: {_last_word(tensor.dtype)}",
            f"Layout: {_last_word(tensor.layout)}",
        )
        return _Cell((*device, _place(at), *about), styles[at])

    console = _console()
    _print_placements(console, tensor.tensor_topology().placements())
    if shards != _shards(tuple(tensor.shape), _labelled_spread(tensor)):
        truth = f"{', '.join(spread.placements)} over {_place(spread.distribution)}"
        _print_line(console, f"The tensor's label differs from its data, drawn below: {truth}")
    title = f"Tensor(storage: StorageType.{_last_word(tensor.storage_type())})"
    _print_mesh(console, title, shape, cell)


def visualize_system_mesh() -> None:
    """Prints all devices of the system, whether open or not."""
    from ttnn._ttnn import MeshCoordinate, multi_device

    system = multi_device.SystemMeshDescriptor()
    shape, local = tuple(system.shape()), tuple(system.local_shape())
    console = _console()
    for name, value, style in (
        ("Global", system.shape(), "bold green"),
        ("Local", system.local_shape(), "bold blue"),
    ):
        console.print(f"\nSystemMesh {name} Shape: {value!r}", style=style, highlight=False)
    console.print()

    def cell(at: tuple[int, ...]) -> _Cell:
        lines = (f"Dev. ID: {system.get_device_id(MeshCoordinate(list(at)))}", _place(at))
        return _Cell(lines, "on dark_green")

    title = f"SystemMesh Global Shape: {_place(shape)} | Local Shape: {_place(local)}"
    _print_mesh(console, title, shape, cell)


# -- what a picture says ---------------------------------------------------------------------------


def _true_spread(tensor: Any) -> _Spread:
    """Where the data really is, whatever label the operations left behind."""
    words = re.match(r"\[(.*)\] on MeshShape\(\[([^]]*)\]\)", tensor._placement_text())
    assert words, tensor._placement_text()
    distribution = tuple(int(size) for size in words[2].split(", "))
    coordinates = tuple(tuple(at) for at in tensor.device_coords())
    numbers = tuple(number for _, number in tensor._shard_numbers())
    return _Spread(distribution, tuple(words[1].split(", ")), coordinates, numbers)


def _labelled_spread(tensor: Any) -> _Spread:
    topology = tensor.tensor_topology()
    rank = len(tensor.shape)
    placements = (
        f"shard({placement.dim % rank})" if hasattr(placement, "dim") else "replicate"
        for placement in topology.placements()
    )
    coordinates = tuple(tuple(at) for at in topology.mesh_coords())
    return _Spread(tuple(topology.distribution_shape()), tuple(placements), coordinates)


def _shards(shape: tuple[int, ...], spread: _Spread) -> dict[tuple[int, ...], _Shard]:
    axes_of = [
        [axis for axis, word in enumerate(spread.placements) if word == f"shard({dim})"]
        for dim in range(len(shape))
    ]
    shards = {}
    for index, coordinate in enumerate(spread.coordinates):
        at = _unravel(index, spread.distribution)
        slices = []
        for size, axes in zip(shape, axes_of, strict=True):
            position, parts = 0, 1
            for axis in axes:  # axes that share a dimension count row-major
                position = position * spread.distribution[axis] + at[axis]
                parts *= spread.distribution[axis]
            one = f"{position * size}:{(position + 1) * size}"
            slices.append(":" if parts == 1 else one)
        terms = tuple(
            f"term {at[axis]} of {size}"
            for axis, (word, size) in enumerate(
                zip(spread.placements, spread.distribution, strict=True)
            )
            if word == "partial" and size > 1
        )
        shards[coordinate] = _Shard(f"[{', '.join(slices)}]", terms)
    return _told_apart(shards, spread) if "local" in spread.placements else shards


def _told_apart(
    shards: dict[tuple[int, ...], _Shard], spread: _Spread
) -> dict[tuple[int, ...], _Shard]:
    """What no placement names is told apart by the bytes: devices that share them hold the same."""
    number_of = dict(zip(spread.coordinates, spread.numbers, strict=True))
    different: dict[_Shard, dict[int, None]] = {}
    for at, shard in shards.items():
        different.setdefault(shard, {})[number_of[at]] = None
    apart = {}
    for at, shard in shards.items():
        numbers = list(different[shard])
        own = f"own data {numbers.index(number_of[at])} of {len(numbers)}"
        apart[at] = _Shard(shard.slices, (*shard.remark, own)) if len(numbers) > 1 else shard
    return apart


def _styles(shards: dict[tuple[int, ...], _Shard]) -> dict[tuple[int, ...], str]:
    """A background per coordinate: one hue for each different part of the tensor."""
    parts = list({shard.part(): None for shard in shards.values()})
    styles = {}
    for index, part in enumerate(parts):
        channels = colorsys.hsv_to_rgb(index / len(parts), 0.48, 0.80)
        red, green, blue = (int(255 * channel) for channel in channels)
        styles[part] = f"black on #{red:02x}{green:02x}{blue:02x}"
    return {coordinate: styles[shard.part()] for coordinate, shard in shards.items()}


def _expect_allocated(call: str, tensor: Any) -> None:
    if not tensor.is_allocated():
        raise RuntimeError(
            f"{call}: Tensor is not allocated: no device holds it any more. Draw it before "
            "ttnn.deallocate."
        )


def _expect_on_mesh(mesh_device: Any, tensor: Any) -> None:
    _expect_allocated("visualize_mesh_device", tensor)
    owner = tensor.device()
    if owner is None:
        raise RuntimeError(
            "visualize_mesh_device: tensor is on the host, so no device holds a shard of it. Draw "
            "it with ttnn.visualize_tensor(tensor), or move it to the mesh with "
            "ttnn.to_device(tensor, mesh_device)."
        )
    if owner.id() != mesh_device.id():
        raise RuntimeError(
            f"visualize_mesh_device: tensor is on {owner!r} with id {owner.id()}, not on "
            f"{mesh_device!r} with id {mesh_device.id()}. Pass the tensor's own mesh, "
            "tensor.device()."
        )


def _device_line(mesh_device: Any, at: tuple[int, ...]) -> str:
    from ttnn._ttnn import MeshCoordinate

    return f"Dev. ID: {mesh_device.get_device_id(MeshCoordinate(list(at)))}"


def _place(at: Sequence[int]) -> str:
    return f"({', '.join(map(str, at))})"


def _last_word(value: Any) -> str:
    return str(value).rpartition(".")[2]


def _mesh_title(name: str, shape: tuple[int, ...]) -> str:
    if len(shape) > 2:
        return f"{name}(shape={_place(shape)})"
    rows, cols = (1, *shape)[-2:]
    return f"{name}(rows={rows}, cols={cols})"


def _unravel(index: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    at = []
    for size in reversed(shape):
        at.append(index % size)
        index //= size
    return tuple(reversed(at))


def _bounding_shape(coordinates: Any) -> tuple[int, ...]:
    return tuple(max(indices) + 1 for indices in zip(*coordinates, strict=True))


# -- how it is drawn -------------------------------------------------------------------------------


def _console() -> Console:
    from rich.console import Console

    return Console()


def _print_placements(console: Console, placements: Sequence[Any]) -> None:
    from rich.panel import Panel
    from rich.text import Text

    text = Text(f"[{', '.join(map(repr, placements))}]")
    console.print(Panel(text, title="Placement Configuration", border_style="blue"))


def _print_mesh(console: Console, title: str, shape: tuple[int, ...], cell: Any) -> None:
    """A mesh of more than two dimensions is drawn plane by plane."""
    rows, cols = (1, *shape)[-2:]
    leading = shape[:-2]
    for plane in range(math.prod(leading)):
        front = _unravel(plane, leading)
        name = f"{title} at ({', '.join(map(str, front))}, :, :)" if leading else title
        one_row = len(shape) == 1
        grid = [
            [cell((*front, col) if one_row else (*front, row, col)) for col in range(cols)]
            for row in range(rows)
        ]
        _print_grid(console, name, grid)


def _print_grid(console: Console, title: str, grid: list[list[_Cell]]) -> None:
    seed = CONFIG.compat == "seed"
    columns = len(grid[0])
    lines = {line for row in grid for cell in row for line in cell.lines}
    fit = _fit(console.width, lines, columns, seed)
    title = f"{title}:" if seed else title
    if fit.together < columns:
        _print_line(console, title)
    for begin in range(0, columns, fit.together):
        end = min(begin + fit.together, columns)
        table = _table([row[begin:end] for row in grid], fit)
        if fit.together < columns:
            _print_line(
                console, f"columns {begin} to {end - 1}" if end - begin > 1 else f"column {begin}"
            )
        elif seed:
            _print_line(console, " " * ((columns * (fit.width + 1) + 1 - len(title)) // 2) + title)
        else:
            table.title = title
        console.print(table)


def _print_line(console: Console, line: str) -> None:
    console.print(line, highlight=False, markup=False)


@dataclasses.dataclass(frozen=True)
class _Fit:
    width: int  # what a column asks for; TT-NN's table gives way where it does not fit
    text_width: int  # what it gets at least
    together: int  # columns drawn side by side


def _fit(room: int, lines: set[str], columns: int, seed: bool) -> _Fit:
    longest = max(map(len, lines))
    wanted = max(_NEAT_WIDTH, longest + 4) if seed else _UPSTREAM_WIDTH
    if columns * (wanted + 1) + 1 <= room:
        return _Fit(wanted, wanted, columns)
    share = (room - 1) // columns - 1  # less air, and "Shape: [1, 32]" on two lines, before groups
    if share >= max(len(part) for line in lines for part in _halves(line)):
        return _Fit(share if seed else wanted, share, columns)
    width = max(1, min(longest + 2, room - 2))
    groups = math.ceil(columns / max(1, (room - 1) // (width + 1)))
    return _Fit(width, width, math.ceil(columns / groups))


def _halves(line: str) -> list[str]:
    """A line cut before its list: "Shape:" and "[1, 32]"."""
    label, bracket, rest = line.partition("[")
    return [label.rstrip(), bracket + rest] if label and bracket else [line]


def _wrapped(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    return [part for half in _halves(line) for part in textwrap.wrap(half, width)]


def _table(grid: list[list[_Cell]], fit: _Fit) -> Any:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False, show_lines=True, box=box.SQUARE, padding=(0, 0), expand=False)
    for _ in grid[0]:
        table.add_column(justify="center", vertical="middle", width=fit.width)
    for row in grid:
        wrapped = [
            [part for line in cell.lines for part in _wrapped(line, fit.text_width)] for cell in row
        ]
        height = max(map(len, wrapped))  # all of a row's cells as high, so that colours fill them
        table.add_row(
            *(
                Text("\n".join(lines + [""] * (height - len(lines))), cell.style, justify="center")
                for lines, cell in zip(wrapped, row, strict=True)
            )
        )
    return table
