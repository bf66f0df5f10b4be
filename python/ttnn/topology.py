"""Pictures of a machine's chips and the links between them, as tt-topology draws them.

In the terminal by `visualize_topology()`, as SVG or PNG by `save_topology(path)` or
`python -m ttnn topology`. Each chip shows its board's type and side, its board, and
`index : (x, y)`.
"""

from __future__ import annotations

import colorsys
import dataclasses
import itertools
import math
import pathlib
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from ttnn import _ttnn
from ttnn._ttnn import MeshCoordinate

if TYPE_CHECKING:
    pass

__all__ = ["save_topology", "visualize_topology"]

_LONE_BOARD = 4  # whose colour is a calm one
LAYOUTS = ("mesh", "linear", "ring")


@dataclasses.dataclass(frozen=True)
class _Chip:
    index: int
    colour: int  # chips of one board share it
    column: int  # where it is drawn
    row: int
    lines: tuple[str, str, str]


@dataclasses.dataclass(frozen=True)
class _Edge:
    a: _Chip
    b: _Chip
    closes_ring: bool = False
    is_in_plane: bool = True

    def is_horizontal(self) -> bool:
        return self.a.row == self.b.row

    def is_drawable(self) -> bool:
        """Between neighbours of the picture."""
        apart = abs(self.a.row - self.b.row) + abs(self.a.column - self.b.column)
        return self.is_in_plane and apart == 1


@dataclasses.dataclass(frozen=True)
class _Plan:
    """What a picture shows, before it is drawn in characters or lines."""

    model: Any
    layout: str
    chips: list[_Chip]
    edges: list[_Edge]

    def columns(self) -> int:
        return max(chip.column for chip in self.chips) + 1

    def rows(self) -> int:
        return max(chip.row for chip in self.chips) + 1

    def drawn(self) -> list[_Edge]:
        return [edge for edge in self.edges if edge.is_drawable()]

    def title(self) -> str:
        grid = "x".join(map(str, self.model.shape))
        chips = len(self.chips)
        what = "chip" if chips == 1 else "chips"
        return f"{self.model.title}: {chips} {what}, {grid} mesh, {self.layout} layout"

    def notes(self) -> list[str]:
        model, lines = self.model, []
        if self.edges:
            rate = model.link_bytes_per_second / 1e9
            each = _count(model.links_per_pair, "link")
            usable = f"{model.usable_links} usable by programs"
            lines.append(f"{each} per pair, {usable}, {rate:g} GB/s per link and direction")
        if model.usable_links < model.links_per_pair:
            lines.append("the other link carries the dispatch of the remote chips (R)")
        for edge in self.edges:
            if edge.closes_ring and not edge.is_drawable():
                links = _count(model.links_per_pair, "link")
                ends = f"from chip {edge.b.index} back to chip {edge.a.index}"
                lines.append(f"not drawn: {links} {ends}, closing the ring")
        missing = sum(not edge.is_drawable() and not edge.closes_ring for edge in self.edges)
        if missing:
            lines.append(f"not drawn: links of {missing} pairs of chips in different planes")
        return lines


def visualize_topology(system: str | None = None, layout: str = "mesh") -> None:
    """Prints the chips and links of the system in use, or of the one named ("n300", "4x4")."""
    from rich.console import Console
    from rich.text import Text

    console = Console()
    plan = _plan(_model(system), layout)
    if layout != "mesh":  # two rows if they fit, else as many chips per row as do
        plan = _plan(
            plan.model, layout, min(plan.columns(), _columns_that_fit(plan, console.width))
        )
    groups = math.ceil(plan.columns() / _columns_that_fit(plan, console.width))
    together = math.ceil(plan.columns() / groups)
    console.print(Text(plan.title(), style="bold"))
    for begin in range(0, plan.columns(), together):
        end = min(begin + together, plan.columns())
        if together < plan.columns():
            which = f"columns {begin} to {end - 1}" if end - begin > 1 else f"column {begin}"
            console.print(Text(which))
        for line in _Canvas(plan, begin, end).lines(console.encoding):
            console.print(line, no_wrap=True, overflow="crop")
    for note in plan.notes():
        console.print(Text(note))


def save_topology(
    path: str | pathlib.Path, system: str | None = None, layout: str = "mesh"
) -> None:
    """Writes the picture as SVG, or as PNG with Pillow, by the file's ending."""
    path = pathlib.Path(path)
    writers = {".svg": _write_svg, ".png": _write_png}
    if path.suffix.lower() not in writers:
        raise ValueError(
            f"save_topology: {path} ends in {path.suffix or 'nothing'!r}, but pictures are written "
            "as .svg or .png. Give the file one of these endings."
        )
    writers[path.suffix.lower()](path, _scene(_plan(_model(system), layout)))


# -- what is where ---------------------------------------------------------------------------------


def _model(system: str | None) -> Any:
    return _ttnn.system_model() if system is None else _ttnn.machine_model(system)


def _plan(model: Any, layout: str, per_row: int | None = None) -> _Plan:
    if layout not in LAYOUTS:
        raise ValueError(
            f"topology: layout {layout!r} is not known. Choose one of {', '.join(LAYOUTS)}."
        )
    return _mesh_plan(model) if layout == "mesh" else _line_plan(model, layout, per_row)


def _chip(model: Any, index: int, place: tuple[int, ...], column: int, row: int) -> _Chip:
    home = model.chip_place(index)
    kind = f"{model.board} {home.side}" if home.side else model.board
    lines = (kind, f"board {home.board}", f"{index} : ({', '.join(map(str, place))})")
    # Colours tell boards apart, so they say nothing where every chip is its own.
    return _Chip(index, home.board if home.side else _LONE_BOARD, column, row, lines)


def _mesh_plan(model: Any) -> _Plan:
    """Chips where they are in the mesh; planes of a third dimension below each other."""
    shape = tuple(model.shape)
    columns = shape[-1]
    chips, edges = [], []
    for index in range(math.prod(shape)):
        row, column = divmod(index, columns)
        chips.append(_chip(model, index, _place(index, shape), column, row))
    stride = 1
    for axis in reversed(range(len(shape))):
        for chip in chips:
            if chip.index // stride % shape[axis] + 1 < shape[axis]:
                is_in_plane = axis >= len(shape) - 2
                edges.append(_Edge(chip, chips[chip.index + stride], is_in_plane=is_in_plane))
        stride *= shape[axis]
    return _Plan(model, "mesh", chips, edges)


def _line_plan(model: Any, layout: str, per_row: int | None) -> _Plan:
    """Chips along the line that a 1xN mesh takes, in two rows of n/2 there and back."""
    shape = tuple(model.shape)
    count = math.prod(shape)
    start = MeshCoordinate([0] * len(shape))
    path = [tuple(at) for at in _ttnn.line_path(model.shape, start, count) or ()]
    if not path:
        raise ValueError(
            f"topology: no connected line goes through all {count} chips of {model.name} "
            f"({model.shape}). Use layout mesh."
        )
    per_row = per_row or math.ceil(count / 2)
    chips = []
    for place, at in enumerate(path):
        row, along = divmod(place, per_row)
        column = along if row % 2 == 0 else per_row - 1 - along
        chips.append(_chip(model, _index(at, shape), (place, 0), column, row))
    edges = [_Edge(a, b) for a, b in itertools.pairwise(chips)]
    if layout == "ring":
        ends = sum(abs(a - b) for a, b in zip(path[0], path[-1], strict=True))
        if count < 4 or ends != 1:
            raise ValueError(
                f"topology: the line through all {count} chips of {model.name} ({model.shape}) "
                "cannot be closed into a ring: no further link joins its ends. Use layout linear."
            )
        edges.append(_Edge(chips[0], chips[-1], closes_ring=True))
    return _Plan(model, layout, chips, edges)


def _index(at: tuple[int, ...], shape: tuple[int, ...]) -> int:
    index = 0
    for place, size in zip(at, shape, strict=True):
        index = index * size + place
    return index


def _place(index: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """(x, y): the column first."""
    place = []
    for size in reversed(shape):
        index, at = divmod(index, size)
        place.append(at)
    return tuple(place)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


# -- in characters ---------------------------------------------------------------------------------

# For terminals without box characters.
_PLAIN = {
    **dict.fromkeys("┌┐└┘├┤╞╡┬┴╥╨", "+"),
    **{"─": "-", "═": "=", "│": "|", "║": "H"},
}

_GAP = 5  # between boxes, for links
_PITCH = 6  # lines from one row of boxes to the next: 5 of a box and 1 of links


def _box_width(plan: _Plan) -> int:
    return max(len(line) for chip in plan.chips for line in chip.lines) + 4


def _columns_that_fit(plan: _Plan, room: int) -> int:
    each = _box_width(plan) + _GAP
    if plan.columns() * each - _GAP <= room:
        return plan.columns()
    return max(1, room // each)  # with room for the links to the next group


class _Canvas:
    """Some columns of a plan as boxes with links."""

    def __init__(self, plan: _Plan, begin: int, end: int):
        self._plan, self._begin, self._end = plan, begin, end
        self._box = _box_width(plan)
        height = plan.rows() * _PITCH - 1
        width = (end - begin) * (self._box + _GAP)
        self._characters = [[" "] * width for _ in range(height)]
        self._styles = [["" for _ in range(width)] for _ in range(height)]
        for chip in plan.chips:
            if begin <= chip.column < end:
                self._draw_chip(chip)
        for edge in plan.drawn():
            self._draw_edge(edge)

    def lines(self, encoding: str) -> list[Any]:
        from rich.text import Text

        drawn_with = {} if encoding.startswith("utf") else _PLAIN
        result = []
        for characters, styles in zip(self._characters, self._styles, strict=True):
            line = Text()
            for character, style in zip(characters, styles, strict=True):
                line.append(drawn_with.get(character, character), style)
            line.rstrip()
            result.append(line)
        return result

    def _put(self, row: int, column: int, text: str, style: str = "") -> None:
        for offset, character in enumerate(text):
            self._characters[row][column + offset] = character
            self._styles[row][column + offset] = style

    def _corner(self, chip: _Chip) -> tuple[int, int]:
        return chip.row * _PITCH, (chip.column - self._begin) * (self._box + _GAP)

    def _draw_chip(self, chip: _Chip) -> None:
        top, left = self._corner(chip)
        inner = self._box - 2
        style = _colour(chip.colour, 0.55, 0.85)
        self._put(top, left, "┌" + "─" * inner + "┐", style)
        for offset, line in enumerate(chip.lines):
            self._put(top + 1 + offset, left, "│" + " " * inner + "│", style)
            weight = "bold" if offset == 2 else ""
            self._put(top + 1 + offset, left + 1, line.center(inner).rstrip(), weight)
        self._put(top + 4, left, "└" + "─" * inner + "┘", style)

    def _draw_edge(self, edge: _Edge) -> None:
        links = self._plan.model.links_per_pair
        count = str(links)
        style = "bold yellow" if edge.closes_ring else ""
        if edge.is_horizontal():
            first = min(edge.a, edge.b, key=lambda chip: chip.column)
            if not self._begin <= first.column < self._end:
                return
            top, left = self._corner(first)
            line = count.center(_GAP, "─" if links == 1 else "═")
            left += self._box
            self._put(top + 2, left, line, style)
            self._put(top + 2, left - 1, "├" if links == 1 else "╞")
            if first.column + 1 < self._end:
                self._put(top + 2, left + _GAP, "┤" if links == 1 else "╡")
            return
        first = min(edge.a, edge.b, key=lambda chip: chip.row)
        if not self._begin <= first.column < self._end:
            return
        top, left = self._corner(first)
        middle = left + self._box // 2
        label = f"{count} closing" if edge.closes_ring else count
        down, bar, up = ("┬", "│", "┴") if links == 1 else ("╥", "║", "╨")
        self._put(top + 4, middle, down)
        self._put(top + 5, middle, f"{bar} {label}", style)
        self._put(top + 6, middle, up)


def _colour(number: int, saturation: float, value: float) -> str:
    """Numbers next to each other get hues far from each other (steps of the golden angle)."""
    channels = colorsys.hsv_to_rgb(number * 0.381966 % 1.0, saturation, value)
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in channels)


# -- in lines --------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class _Line:
    x1: float
    y1: float
    x2: float
    y2: float
    colour: str
    is_dashed: bool = False


@dataclasses.dataclass(frozen=True)
class _Box:
    x: float
    y: float
    width: float
    height: float
    fill: str
    border: str


@dataclasses.dataclass(frozen=True)
class _Label:
    x: float
    y: float  # of the middle
    text: str
    size: int
    colour: str = "#1f2430"
    is_bold: bool = False
    is_centred: bool = True


@dataclasses.dataclass(frozen=True)
class _Scene:
    width: int
    height: int
    items: list[_Line | _Box | _Label]  # drawn in this order


_NODE_WIDTH, _NODE_HEIGHT, _ACROSS, _DOWN, _MARGIN, _HEAD = 132, 78, 62, 46, 28, 64
_LINK_APART = 8
_INK, _PALE, _ACCENT = "#3b4252", "#9aa3b5", "#d08700"


def _scene(plan: _Plan) -> _Scene:
    notes = plan.notes()
    picture = plan.columns() * (_NODE_WIDTH + _ACROSS) - _ACROSS
    longest = max(len(plan.title()) * 10, *(len(note) * 7 for note in notes), 0)
    width = max(picture, longest) + 2 * _MARGIN
    bottom = _HEAD + plan.rows() * (_NODE_HEIGHT + _DOWN) - _DOWN
    height = bottom + 18 + 24 * (len(notes) + bool(plan.edges)) + 12
    shift = (width - picture) / 2
    items: list[_Line | _Box | _Label] = [
        _Label(width / 2, 32, plan.title(), 18, is_bold=True),
    ]
    for edge in plan.drawn():
        items += _edge_lines(plan, edge, shift)
    for chip in plan.chips:
        items += _node(chip, shift)
    line = bottom + 30
    if plan.edges:
        items += _legend(plan, line)
        line += 24
    for note in notes:
        items.append(_Label(_MARGIN, line, note, 13, _INK, is_centred=False))
        line += 24
    return _Scene(math.ceil(width), math.ceil(height), items)


def _centre(chip: _Chip, shift: float) -> tuple[float, float]:
    x = shift + chip.column * (_NODE_WIDTH + _ACROSS) + _NODE_WIDTH / 2
    y = _HEAD + chip.row * (_NODE_HEIGHT + _DOWN) + _NODE_HEIGHT / 2
    return x, y


def _node(chip: _Chip, shift: float) -> list[_Line | _Box | _Label]:
    x, y = _centre(chip, shift)
    fill, border = _colour(chip.colour, 0.16, 0.98), _colour(chip.colour, 0.55, 0.62)
    kind, board, place = chip.lines
    return [
        _Box(x - _NODE_WIDTH / 2, y - _NODE_HEIGHT / 2, _NODE_WIDTH, _NODE_HEIGHT, fill, border),
        _Label(x, y - 22, kind, 15, is_bold=True),
        _Label(x, y, board, 13),
        _Label(x, y + 22, place, 15),
    ]


def _edge_lines(plan: _Plan, edge: _Edge, shift: float) -> list[_Line | _Box | _Label]:
    """One line per link, side by side; those that programs cannot use are dashed."""
    (x1, y1), (x2, y2) = _centre(edge.a, shift), _centre(edge.b, shift)
    links, usable = plan.model.links_per_pair, plan.model.usable_links
    colour = _ACCENT if edge.closes_ring else _INK
    lines: list[_Line | _Box | _Label] = []
    for link in range(links):
        away = (link - (links - 1) / 2) * _LINK_APART
        dx, dy = (0.0, away) if edge.is_horizontal() else (away, 0.0)
        is_free = link < usable
        shade = colour if is_free else _PALE
        lines.append(_Line(x1 + dx, y1 + dy, x2 + dx, y2 + dy, shade, not is_free))
    return lines


def _legend(plan: _Plan, y: float) -> list[_Line | _Box | _Label]:
    entries = [("usable link", _INK, False)]
    if plan.model.usable_links < plan.model.links_per_pair:
        entries.append(("link of the dispatch", _PALE, True))
    if any(edge.closes_ring and edge.is_drawable() for edge in plan.edges):
        entries.append(("closes the ring", _ACCENT, False))
    items: list[_Line | _Box | _Label] = []
    x = float(_MARGIN)
    for text, colour, is_dashed in entries:
        items.append(_Line(x, y, x + 34, y, colour, is_dashed))
        items.append(_Label(x + 42, y, text, 13, _INK, is_centred=False))
        x += 42 + len(text) * 7.5 + 24
    return items


def _write_svg(path: pathlib.Path, scene: _Scene) -> None:
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{scene.width}" height="{scene.height}" '
        f'viewBox="0 0 {scene.width} {scene.height}" font-family="DejaVu Sans, Arial, sans-serif">',
        f'<rect width="{scene.width}" height="{scene.height}" fill="#ffffff"/>',
        *map(_svg, scene.items),
        "</svg>",
    ]
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _svg(item: _Line | _Box | _Label) -> str:
    if isinstance(item, _Line):
        dashes = ' stroke-dasharray="6 5"' if item.is_dashed else ""
        return (
            f'<line x1="{item.x1:g}" y1="{item.y1:g}" x2="{item.x2:g}" y2="{item.y2:g}" '
            f'stroke="{item.colour}" stroke-width="2.5"{dashes}/>'
        )
    if isinstance(item, _Box):
        return (
            f'<rect x="{item.x:g}" y="{item.y:g}" width="{item.width:g}" height="{item.height:g}" '
            f'rx="10" fill="{item.fill}" stroke="{item.border}" stroke-width="2"/>'
        )
    anchor = ' text-anchor="middle"' if item.is_centred else ""
    weight = ' font-weight="bold"' if item.is_bold else ""
    return (
        f'<text x="{item.x:g}" y="{item.y + item.size * 0.35:g}" font-size="{item.size}" '
        f'fill="{item.colour}"{anchor}{weight}>{escape(item.text)}</text>'
    )


_FINE = 4  # pixels drawn per unit, halved at the end for smooth corners


def _write_png(path: pathlib.Path, scene: _Scene) -> None:
    try:
        from PIL import Image, ImageDraw
    except ImportError:
        raise ImportError(
            f"save_topology: writing {path} needs Pillow. Install it with "
            "`pip install 'tilemesh[pictures]'` (or `pip install pillow`), or write an .svg file."
        ) from None
    image = Image.new("RGB", (scene.width * _FINE, scene.height * _FINE), "#ffffff")
    draw = ImageDraw.Draw(image)
    for item in scene.items:
        _paint(draw, item)
    image.reduce(2).save(path)


def _paint(draw: Any, item: _Line | _Box | _Label) -> None:
    from PIL import ImageFont

    if isinstance(item, _Line):
        for x1, y1, x2, y2 in _dashes(item) if item.is_dashed else [_ends(item)]:
            at = [x1 * _FINE, y1 * _FINE, x2 * _FINE, y2 * _FINE]
            draw.line(at, fill=item.colour, width=round(2.5 * _FINE))
    elif isinstance(item, _Box):
        corners = [item.x, item.y, item.x + item.width, item.y + item.height]
        draw.rounded_rectangle(
            [corner * _FINE for corner in corners],
            radius=10 * _FINE,
            fill=item.fill,
            outline=item.border,
            width=2 * _FINE,
        )
    else:
        draw.text(
            (item.x * _FINE, item.y * _FINE),
            item.text,
            fill=item.colour,
            font=ImageFont.load_default(item.size * _FINE),
            anchor="mm" if item.is_centred else "lm",
            stroke_width=_FINE // 4 if item.is_bold else 0,
        )


def _ends(line: _Line) -> tuple[float, float, float, float]:
    return line.x1, line.y1, line.x2, line.y2


def _dashes(line: _Line) -> list[tuple[float, float, float, float]]:
    length = math.hypot(line.x2 - line.x1, line.y2 - line.y1)
    ux, uy = (line.x2 - line.x1) / length, (line.y2 - line.y1) / length
    result = []
    for begin in range(0, math.ceil(length), 11):
        end = min(begin + 6, length)
        result.append(
            (
                line.x1 + ux * begin,
                line.y1 + uy * begin,
                line.x1 + ux * end,
                line.y1 + uy * end,
            )
        )
    return result
