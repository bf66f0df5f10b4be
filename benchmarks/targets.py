"""What is aimed at, and what each kind of CPU came to: the table of docs/performance.md, made of the
files in figures/. The bounds stand in the families, whose rows are held to them.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path

import block_floats
import click
import collectives
import falcon
import figures
import linear
import memory
import movement
from cpu import FIGURES
from row import Row

_WIDE, _TILES = "avx512", "amx"  # what a file's name ends with, or has in its end


@dataclasses.dataclass(frozen=True)
class Check:
    """A share of the row's limit, our time over another's, or a rate among its figures: at least or at
    most so much, by kind of CPU. None: no target there.
    """

    of: str  # "" for the limit, the name of a ratio or of a figure
    plain: float | None
    wide: float | None  # with AVX-512
    tiles: float | None  # with AMX
    unit: str = "x"  # of a figure: a rate

    def bound(self, kind: str) -> float | None:
        return {_TILES: self.tiles, _WIDE: self.wide}.get(kind, self.plain)

    def value(self, row: Row) -> float | None:
        if not self.of:
            return row.bound.fraction.best if row.bound else None
        if self.unit == "x":
            return row.ratios[self.of].best if self.of in row.ratios else None
        return float(row.figures[self.of].split()[0]) if self.of in row.figures else None

    def holds(self, value: float, bound: float) -> bool:
        return value <= bound if self.of and self.unit == "x" else value >= bound

    def wanted(self, bound: float) -> str:
        if not self.of:
            return f"at least {bound:.0%} of the limit"
        if self.unit != "x":
            return f"at least {bound:g} {self.unit}"
        if bound == 1:
            return f"not slower than {self.of}"
        if bound < 1:
            return f"{1 / bound:.3g} x as fast as {self.of}"
        return f"at least {1 / bound:.0%} of the speed of {self.of}"

    def said(self, values: Sequence[float]) -> str:
        if not self.of:
            return _span([f"{value:.0%}" for value in values])
        end = f" x {self.of}" if self.unit == "x" else f" {self.unit}"
        return _span([f"{value:.2f}" for value in values]) + end


def _everywhere(least: float) -> Check:
    return Check("", least, least, least)


def _share(plain: float | None, tiles: float | None) -> Check:
    return Check("", plain, plain, tiles)


def _time(other: str, plain: float | None, wide: float | None, tiles: float | None) -> Check:
    return Check(other, plain, wide, tiles)


@dataclasses.dataclass(frozen=True)
class Line:
    work: str
    family: str
    rows: str  # their names, as an expression
    checks: tuple[Check, ...]


_BLOCKS = "times weights in {}, stored as they are"
_AIMS = [
    Line(
        "Falcon MLP, 4 x 128 tokens, bfloat16, data parallel on 1x1, 1x4, 8x4", "falcon", "mlp (1x1|1x4|8x4)",
        (
            _share(falcon.LEAST_OF_PEAK, falcon.LEAST_OF_TILES),
            _time("torch", 1, 1, falcon.MOST_TORCH), _time("torch float32", 1, 1, None),
        ),
    ),
    Line(
        "the same with weights over 1x8 and 2x4 devices", "falcon", "mlp (1x8|2x4), .*",
        (_share(falcon.LEAST_CUT, None), _time("data parallel", None, None, falcon.MOST_CUT)),
    ),
    Line(
        "the same in float32", "falcon", "mlp 1x4, float32",
        (_everywhere(falcon.LEAST_OF_PEAK), _time("torch float32", 1, 1, 1)),
    ),
    *(
        Line(
            f"linear 4096x14336, {rows} row{'s' if rows > 1 else ''}", "linear", f"{rows} rows? of bfloat16",
            (
                _share(least, linear.LEAST_WITH_TILES.get(rows)),
                _time("torch", None, None, linear.MOST_WITH_TILES.get(rows)),
            ),
        )
        for rows, least in linear.LEAST.items()
    ),
    *(
        Line(
            f"1 row {_BLOCKS.format(dtype)}", "linear", f"1 row of bfloat16 times {dtype}",
            (_everywhere(linear.LEAST_BLOCK), _time("bfloat16", None, most, most)),
        )
        for dtype, most in linear.MOST_BLOCK.items()
    ),
    Line(
        f"512 rows {_BLOCKS.format('both')}", "linear", "512 rows of bfloat16 times .*",
        (_time("bfloat16", *[1 / linear.LEAST_BLOCK] * 3),),
    ),
    Line(
        "typecasts, 16M elements", "memory", "typecast to (bfloat16|float32) from (bfloat16|float32)",
        (_everywhere(memory.LEAST),),
    ),
    Line(
        "reductions, 16M elements of bfloat16", "memory", "(sum|mean|max) dim .* bfloat16",
        (_everywhere(memory.LEAST),),
    ),
    Line(
        "norms and softmax, 16M elements of bfloat16", "memory", "(layer_norm|rms_norm|softmax .*) bfloat16",
        (_everywhere(memory.LEAST),),
    ),
    Line(
        "permute, transpose, repeat, 16M elements", "movement", "(permute|transpose|repeat) .*",
        (_everywhere(movement.LEAST),),
    ),
    Line(
        "float32 to bfloat8_b and bfloat4_b and back", "memory", "typecast .*bfloat[48]_b.*",
        (Check("float32 a core", *[block_floats.LEAST] * 3, "GB/s a core"),),
    ),
    Line(
        "all_reduce, reduce_scatter of 64 MiB", "collectives", "(all_reduce|reduce_scatter dim .*)",
        (_everywhere(1 / collectives.SLOWEST_SUM),),
    ),
]  # fmt: skip

# Of the other families the targets are those of the rows.
_COUNTED = {
    "processes": "the MLP in processes of its own: memory, and time beside DTensor and JAX",
    "scaling": "the same work on 1 to 256 devices, and an idle mesh",
    "small": "small operations: time beyond the kernel, and replayed",
    "ops": "operations at a million elements: at most 2 x one thread of torch",
    "transfers": "from_torch and to_torch",
}


def table(folder: Path = FIGURES) -> str:
    """A column per file; what misses its target is bold."""
    cpus = {file.stem: _rows(file) for file in sorted(folder.glob("*.json"))}
    unknown = [] if any(_kind(name) == _TILES for name in cpus) else ["a CPU with AMX"]
    head = ["work", "target", "with AMX", *(f"`{name}`" for name in cpus), *unknown]
    lines = [head, ["---"] * len(head)]
    for line in _AIMS:
        cells = [_cell(line, name, rows) for name, rows in cpus.items()]
        aims = [_wanted(line, kind) for kind in (_WIDE, _TILES)]
        lines.append([line.work, *aims, *cells, *("unmeasured" for _ in unknown)])
    for family, work in _COUNTED.items():
        cells = [_met(family, rows) for rows in cpus.values()]
        lines.append(
            [work, "those of its rows", "the same", *cells, *("unmeasured" for _ in unknown)]
        )
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _rows(file: Path) -> list[Row]:
    return [row for run in figures.load(file) for row in run.rows]


def _kind(name: str) -> str:
    end = name.rsplit("-", 1)[-1]
    return _WIDE if end.startswith(_WIDE) else end


def _wanted(line: Line, kind: str) -> str:
    bounds = [(check, check.bound(kind)) for check in line.checks]
    return ", ".join(check.wanted(bound) for check, bound in bounds if bound is not None)


def _cell(line: Line, cpu: str, rows: Sequence[Row]) -> str:
    some = [row for row in rows if row.family == line.family and re.fullmatch(line.rows, row.name)]
    if not some:
        return "unmeasured"
    said = []
    for check in line.checks:
        values = [value for row in some if (value := check.value(row)) is not None]
        if values:
            bound = check.bound(_kind(cpu))
            missed = bound is not None and not all(check.holds(v, bound) for v in values)
            text = check.said(values)
            said.append(f"**{text}**" if missed else text)
    return ", ".join(said)


def _met(family: str, rows: Sequence[Row]) -> str:
    found = [target.met for row in rows if row.family == family for target in row.targets]
    return f"{sum(found)} of {len(found)} met" if found else "unmeasured"


def _span(texts: Sequence[str]) -> str:
    """ "82 to 89%" """
    numbers = sorted(texts, key=lambda text: float(text.rstrip("%")))
    low, high = numbers[0], numbers[-1]
    return high if low == high else f"{low.rstrip('%')} to {high}"


# ---- the page

BEGIN, END = "<!-- targets: written by ./dev bench --markdown -->\n", "<!-- end of targets -->\n"


def replace_table(page: Path, folder: Path = FIGURES) -> None:
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise click.ClickException(
            f"{page} has no place for the table: add {BEGIN.strip()} and {END.strip()}."
        )
    page.write_text(f"{before}{begin}\n{table(folder)}\n\n{end}{after}")
