"""Reads the includes of the C++ tree and fails on an arrow that points the wrong way.

core <- mesh <- tensor <- runtime <- {ops, ccl} <- python; a backend sees what is left of ops and
the ops' headers; nobody sees a backend but itself.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SEES = {
    "core": [],
    "mesh": ["core"],
    "tensor": ["core", "mesh"],
    "runtime": ["core", "mesh", "tensor"],
    "ops": ["core", "mesh", "tensor", "runtime"],
    "ccl": ["core", "mesh", "tensor", "runtime"],
    "backends": ["core", "mesh", "tensor", "runtime", "ops", "ccl"],
    "ttnn.h": ["core", "mesh", "tensor", "runtime", "ops", "ccl"],
    "python": ["core", "mesh", "tensor", "runtime", "ops", "ccl", "ttnn.h"],
}
# A file without a concept to name it after has no place.
NAMELESS = {"utils", "common", "misc", "helpers", "base", "impl", "new", "v2"}


def part_of(path: str) -> str:
    """ttnn/core/shape.h -> core; ttnn/backends/cpu/gemm.h -> backends/cpu; python/... -> python."""
    names = path.split("/")
    if names[0] == "python":
        return "python"
    return "/".join(names[1:3]) if names[1] == "backends" else names[1]


def allowed(source: str, target: str) -> bool:
    if source == target:
        return True
    return target in SEES[source.split("/")[0]]


def wrong_includes() -> Iterator[str]:
    for path in sorted([*ROOT.glob("ttnn/**/*.[ch]*"), *ROOT.glob("python/src/*.[ch]*")]):
        name = path.relative_to(ROOT).as_posix()
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = re.match(r'\s*#\s*include\s*["<](ttnn/[^">]+)[">]', line)
            if not match:
                continue
            source, target = part_of(name), part_of(match[1])
            if not allowed(source, target):
                yield f"{name}:{number}: {source} may not include {match[1]}"


def nameless() -> Iterator[str]:
    for folder in ("ttnn", "python", "tests", "tools", "examples", "benchmarks"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.stem in NAMELESS and "__pycache__" not in path.parts:
                yield f"{path.relative_to(ROOT)}: named after nothing; name it after its concept"


if __name__ == "__main__":
    found = [*wrong_includes(), *nameless()]
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(bool(found))
