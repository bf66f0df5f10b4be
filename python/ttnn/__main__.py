"""`python -m ttnn`: what one asks of a machine from the shell."""

from __future__ import annotations

import json

import click

from ttnn.info import lines, machine_info
from ttnn.topology import LAYOUTS, save_topology, visualize_topology


@click.group()
def main() -> None:
    """Tilemesh: TT-NN mesh programs on ordinary machines."""


@main.command()
@click.option("--system", help='A preset (n150, n300, t3000, galaxy) or a grid ("4x4").')
@click.option(
    "--layout",
    type=click.Choice(LAYOUTS),
    default="mesh",
    show_default=True,
    help="How the chips are wired together for routing.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="An .svg or .png file.")
def topology(system: str | None, layout: str, output: str | None) -> None:
    """Draws the chips of a machine and the links between them."""
    try:
        if output is None:
            visualize_topology(system, layout)
        else:
            save_topology(output, system, layout)
    except (ValueError, ImportError, OSError) as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: sizes are in bytes.")
def info(as_json: bool) -> None:
    """Tells what this machine is, and which kernels and how many workers run on it."""
    try:
        found = machine_info()
    except RuntimeError as error:
        raise click.ClickException(str(error)) from None
    click.echo(json.dumps(found, indent=1) if as_json else "\n".join(lines(found)))


if __name__ == "__main__":
    main(prog_name="python -m ttnn")
