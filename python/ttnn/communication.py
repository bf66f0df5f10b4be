"""What the collectives of a program send, device by device and link by link.

    with ttnn.record_communication() as log:
        y = ttnn.all_gather(x, dim=-1)
    print(log)

The devices share one memory here; the bytes are what the same collectives send on the machine that
the mesh is opened on (a preset such as t3000, or a grid), done along a line or around a ring of
neighbouring chips. How each is done, and where the formulas come from, stands in
`ttnn/runtime/communication.h` and on the page about communication.
"""

from __future__ import annotations

import collections
import dataclasses
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ttnn import _ttnn
from ttnn.table_text import as_text

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["Communication", "CommunicationLog", "CommunicationTotals", "record_communication"]

Link = tuple[int, int]  # from one device to a neighbour, by their physical ids

_MOST_PAIRS = 16  # of neighbours in a table; of more, the busiest


@dataclasses.dataclass(frozen=True)
class Communication:
    """One collective. Bytes are those of the elements, block floats with their exponents."""

    op: str
    kind: str  # gather, reduce_scatter, all_reduce, broadcast, exchange, send, or none
    file: str  # of the user's line that called it
    line: int
    axis: int | None  # of the mesh; None: all devices are one group
    group_size: int
    groups: int  # that exchange something at the same time
    is_ring: bool  # whether a group's devices are joined to a ring, not a line
    dtype: Any
    shape: tuple[int, ...]  # of a device's shard of the input
    shard_bytes: int
    bytes: int  # that each device of a group sends; where there is a sender, it alone
    links: Mapping[Link, int]  # bytes over each link in one direction, all groups together

    @property
    def busiest(self) -> int:
        """The most bytes over one link in one direction."""
        return max(self.links.values(), default=0)

    def to_dict(self) -> dict[str, Any]:
        """Only what JSON knows; a link is [from, to, bytes]."""
        fields = dataclasses.asdict(self)
        fields |= {"dtype": self.dtype.name, "shape": list(self.shape)}
        return fields | {"links": _listed(self.links)}


@dataclasses.dataclass(frozen=True)
class CommunicationTotals:
    """Sums over collectives."""

    collectives: int
    bytes: int  # that a device sends which sends in each of them
    by_op: Mapping[str, int]  # the same, by operation
    links: Mapping[Link, int]

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self) | {"links": _listed(self.links)}


class CommunicationLog:
    """The collectives of all threads while its block runs. Readable inside the block and after."""

    def __init__(self) -> None:
        self._log = _ttnn.CommunicationLog()
        self._records: list[Communication] = []
        self._is_recording = False
        self._system = ""

    def __enter__(self) -> CommunicationLog:
        if self._is_recording:
            raise RuntimeError(
                "record_communication: this log is recording already. Make another by "
                "ttnn.record_communication(); blocks may be nested."
            )
        self._system = _ttnn.system_model().title
        self._log.start()
        self._is_recording = True
        return self

    def __exit__(self, *error: object) -> None:
        self._log.stop()
        self._is_recording = False

    @property
    def records(self) -> list[Communication]:
        """One per collective, in the order of the program."""
        for noted in self._log.records(len(self._records)):
            self._records.append(
                Communication(
                    **{
                        field.name: getattr(noted, field.name)
                        for field in dataclasses.fields(Communication)
                        if field.name != "shape"
                    },
                    shape=tuple(noted.shape[i] for i in range(len(noted.shape))),
                )
            )
        return list(self._records)

    @property
    def totals(self) -> CommunicationTotals:
        records = self.records
        by_op: collections.Counter[str] = collections.Counter()
        links: collections.Counter[Link] = collections.Counter()
        for record in records:
            by_op[record.op] += record.bytes
            links.update(record.links)
        return CommunicationTotals(
            len(records), sum(by_op.values()), dict(by_op), dict(sorted(links.items()))
        )

    def to_dict(self) -> dict[str, Any]:
        """All of it, of what JSON knows."""
        return {
            "system": self._system,
            "records": [record.to_dict() for record in self.records],
            "totals": self.totals.to_dict(),
        }

    def table(self) -> RenderableType:
        """For a rich console: the collectives, equal ones counted, then the bytes over each link."""
        from rich.console import Group

        totals = self.totals
        parts: list[RenderableType] = [_table_of_collectives(self._system, self.records, totals)]
        if totals.links:
            parts += _table_of_links(totals.links)
        return Group(*parts)

    def __rich__(self) -> RenderableType:
        return self.table()

    def __str__(self) -> str:
        return as_text(self.table())

    def __repr__(self) -> str:
        totals = self.totals
        count = f"{totals.collectives} collective{'s' * (totals.collectives != 1)}"
        return f"<CommunicationLog: {count}, {_amount(totals.bytes)} per device>"


def record_communication() -> CommunicationLog:
    """Notes every collective inside a `with` block: operation, program line, mesh axis, bytes per
    device, and bytes over each link between neighbours on the machine's line or ring.

    Other threads' collectives are noted too. A collective that fails later, or whose checks pass
    in a block that ends by an error, is noted; one that is refused is not.
    """
    return CommunicationLog()


# -- how it is drawn -------------------------------------------------------------------------------


def _table_of_collectives(
    system: str, records: Iterable[Communication], totals: CommunicationTotals
) -> Any:
    from rich import box
    from rich.table import Table

    counts = collections.Counter(map(_row, records))
    repeated = any(times > 1 for times in counts.values())
    table = Table(box=box.SIMPLE, padding=(0, 1, 0, 0), show_footer=totals.collectives > 1)
    table.title = f"Collectives on {system}" if system else "Collectives"
    most = max(totals.links.values(), default=0)
    table.add_column("op", "all", no_wrap=True)
    table.add_column("line", overflow="fold")
    if repeated:
        table.add_column("times", str(totals.collectives), justify="right")
    table.add_column("axis", justify="right")
    table.add_column("groups")
    table.add_column("shard")
    table.add_column("a device\nsends", _amount(totals.bytes), justify="right")
    table.add_column("over a\nlink", _amount(most), justify="right")
    for row, times in counts.items():
        table.add_row(*row[:2], *([str(times)] if repeated else []), *row[2:])
    return table


def _row(record: Communication) -> tuple[str, ...]:
    return (
        record.op.rpartition(".")[2],
        f"{os.path.basename(record.file)}:{record.line}" if record.file else "",
        "" if record.axis is None else str(record.axis),
        _groups(record),
        f"{'x'.join(map(str, record.shape)) or 'scalar'} {record.dtype.name}",
        _amount(record.bytes),
        _amount(record.busiest),
    )


def _table_of_links(links: Mapping[Link, int]) -> list[RenderableType]:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    pairs = {(min(link), max(link)) for link in links}
    both = {(a, b): (links.get((a, b), 0), links.get((b, a), 0)) for a, b in pairs}
    shown = sorted(sorted(pairs), key=lambda pair: -max(both[pair]))[:_MOST_PAIRS]
    table = Table(box=box.SIMPLE, padding=(0, 1, 0, 0), title="Between neighbours")
    table.add_column("devices")
    table.add_column("there", justify="right")
    table.add_column("back", justify="right")
    for a, b in sorted(shown):
        table.add_row(f"{a} ↔ {b}", *map(_amount, both[a, b]))
    if len(shown) == len(pairs):
        return [table]
    rest = max(max(both[pair]) for pair in pairs - set(shown))
    more = f"and {len(pairs) - len(shown)} more pairs, at most {_amount(rest)} one way"
    return [table, Text(more)]


def _groups(record: Communication) -> str:
    """2 lines of 4."""
    if record.group_size == 1:
        return f"{record.groups} of 1"
    if record.kind == "send":
        return "a pair" if record.groups == 1 else f"{record.groups} pairs"
    if record.kind == "none":
        return f"{record.groups} of {record.group_size}"
    kind = "ring" if record.is_ring else "line"
    count = "" if record.groups == 1 else f"{record.groups} "
    return f"{count}{kind}{'s' * (record.groups != 1)} of {record.group_size}"


def _amount(size: int) -> str:
    """Three digits and a unit: 4 KiB, 28.4 MiB."""
    amount, unit = float(size), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if amount < 1000:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.3g} {unit}"


def _listed(links: Mapping[Link, int]) -> list[list[int]]:
    return [[*link, size] for link, size in links.items()]
