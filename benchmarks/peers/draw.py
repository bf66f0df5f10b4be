"""Draws scaling.svg and sizes.svg into the folder that is given, of the rows on standard input; and a
PNG of each beside it where --png is given.
"""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
matplotlib.rcParams |= {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "tilemesh",  # the same figures make the same file
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "0.9",
    "legend.frameon": False,
}

from matplotlib import pyplot  # noqa: E402
from matplotlib.ticker import FixedLocator, FuncFormatter, PercentFormatter  # noqa: E402

Rows = list[dict[str, Any]]

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")  # told apart also by who sees fewer colours
GREY = "0.45"


def scaling(rows: Rows, machine: str) -> Any:
    figure, axes = pyplot.subplots(figsize=(6.4, 3.9), layout="constrained")
    devices = [row["numbers"]["devices"] for row in rows]
    for kind, style in (("best", "o-"), ("median", "o--")):
        times = [row["ratios"]["1 device"][kind] for row in rows]
        label = {"best": "best over best", "median": "median of the turns"}[kind]
        axes.plot(
            devices, times, style, color=COLOURS[0], label=label, alpha=1 if kind == "best" else 0.5
        )
    for row, x in zip(rows, devices):
        y = row["ratios"]["1 device"]["best"]
        axes.annotate(
            f"{row['seconds']:.3g} s",
            (x, y),
            (0, -14),
            textcoords="offset points",
            ha="center",
        )
    axes.axhline(1.1, color=COLOURS[1], linewidth=1)
    axes.annotate(
        "target: at most 10 % more",
        (devices[0], 1.1),
        (0, 4),
        textcoords="offset points",
        color=COLOURS[1],
    )
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_locator(FixedLocator(devices))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f}"))
    axes.set_ylim(0, 1.3)
    axes.margins(x=0.08)
    axes.set_xlabel("devices")
    axes.set_ylabel("time, 1 device = 1")
    axes.set_title("Falcon-7B's MLP on 512 rows, dealt over devices", loc="left")
    axes.legend(loc="lower right")
    return said(figure, machine)


def sizes(rows: Rows, machine: str) -> Any:
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10.5, 4.6), layout="constrained")
    streams = [row for row in rows if "bytes" in row["numbers"]]
    names = list(dict.fromkeys(row["name"].rsplit(" ", 2)[0] for row in streams))
    for name, colour in zip(names, COLOURS):
        some = [row for row in streams if row["name"].rsplit(" ", 2)[0] == name]
        both(left, [row["numbers"]["bytes"] for row in some], some, colour, name)
    bound(left, "a copy")
    left.set_xscale("log", base=2)
    ticks = [2**i for i in range(12, 30, 4)]
    left.xaxis.set_major_locator(FixedLocator(ticks))
    left.xaxis.set_major_formatter(FuncFormatter(lambda x, _: size_text(x)))
    left.set_xlabel("one bfloat16 input")
    left.set_ylabel("of the rate of copying as many bytes")
    left.set_title("Element-wise work and softmax", loc="left")

    products = [row for row in rows if "side" in row["numbers"]]
    sides = [row["numbers"]["side"] for row in products]
    both(right, sides, products, COLOURS[0], "matmul")
    bound(right, "the peak")
    right.set_xscale("log", base=2)
    right.xaxis.set_major_locator(FixedLocator(sides))
    right.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f}"))
    right.set_xlabel("rows and columns of square bfloat16 matrices")
    right.set_ylabel("of the peak of multiply-adds")
    right.set_title("Products; torch's in float32", loc="left")
    for axes in (left, right):
        axes.set_ylim(0, 1.4)
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        axes.plot([], [], "--", color=GREY, label="the same in torch")
        axes.legend(loc="upper left", ncols=3, fontsize=9)
    return said(figure, machine)


def bound(axes: Any, name: str) -> None:
    axes.axhline(1, color=GREY, linewidth=1)
    across = axes.get_yaxis_transform()  # x by the axes, y by the data
    axes.annotate(name, (0.01, 1), (0, 3), xycoords=across, textcoords="offset points", color=GREY)


def both(axes: Any, x: list[float], rows: Rows, colour: str, label: str) -> None:
    ours = [row["numbers"]["fraction"] for row in rows]
    theirs = [row["numbers"]["torch fraction"] for row in rows]
    axes.plot(x, ours, "o-", color=colour, label=label, markersize=4)
    axes.plot(x, theirs, "--", color=colour, linewidth=1)


def size_text(size: float) -> str:
    for unit, bytes in (("MiB", 2**20), ("KiB", 2**10)):
        if size >= bytes:
            return f"{size / bytes:.0f} {unit}"
    return f"{size:.0f} B"


def said(figure: Any, machine: str) -> Any:
    width = int(figure.get_figwidth() * 17)
    figure.supxlabel("\n".join(textwrap.wrap(machine, width)), fontsize=7, color=GREY)
    return figure


def main(folder: Path, png: bool) -> None:
    given = json.load(sys.stdin)
    for family, draw in (("scaling", scaling), ("sizes", sizes)):
        if rows := [row for row in given["rows"] if row["family"] == family and row["numbers"]]:
            figure = draw(rows, given["machine"])
            figure.savefig(folder / f"{family}.svg", metadata={"Date": None})
            if png:
                figure.savefig(folder / f"{family}.png", dpi=110)


main(Path(sys.argv[1]), "--png" in sys.argv)
