"""What every peer's process does: it answers requests, a line of JSON each, as ../peer.py sends them."""

from __future__ import annotations

import functools
import json
import re
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple


class Absent(Exception):
    """This library lacks what is asked for."""


class Work(NamedTuple):
    """`run` does it once, to the end; `check` raises AssertionError for a result that is wrong."""

    run: Callable[[], Any]
    check: Callable[[Any], None]


class Prepared(NamedTuple):
    run: Callable[[], Any]
    peak: int  # the most physical memory that this process has had
    running: int  # the most while it ran, less what the process had before there was any array


def serve(
    works: Mapping[str, Callable[..., Work]], together: Callable[[], None] | None = None
) -> None:
    """Answers until the input ends. `together` makes the processes of a peer start at once."""

    @functools.lru_cache(maxsize=2)  # what takes turns; the memory of earlier work is given back
    def prepared(name: str, arguments: str) -> Prepared:
        if name not in works:
            raise Absent(f"no {name}")
        before = _bytes("VmRSS")
        work = works[name](**json.loads(arguments))
        placing = _bytes("VmHWM")
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        result = work.run()
        running = _bytes("VmHWM")  # before the reference takes its own
        work.check(result)
        return Prepared(work.run, max(placing, running), running - before)

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        found = prepared(request["work"], json.dumps(request["arguments"], sort_keys=True))
        if together:
            together()
        start = time.perf_counter()
        for _ in range(request["calls"]):
            found.run()
        seconds = (time.perf_counter() - start) / request["calls"]
        return {"seconds": seconds, "peak": found.peak, "running": found.running}

    for line in sys.stdin:
        try:
            said = answer(json.loads(line))
        except Absent as error:
            said = {"absent": str(error)}
        except AssertionError as error:
            said = {"absent": f"a wrong result, {error}".split("\n")[0]}
        print(json.dumps(said), flush=True)


def _bytes(name: str) -> int:
    found = re.search(rf"{name}:\s*(\d+)", Path("/proc/self/status").read_text())
    return int(found.group(1)) * 1024 if found else 0
