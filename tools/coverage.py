"""docs/coverage.md: which of TT-NN's names exist here and are called by a test.

`api_names.txt` lists TT-NN's names. A name counts where it exists and a Python test calls it, or
where the conformance test does, which compares every registered op with its golden function.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = ROOT / "python" / "ttnn" / "api_names.txt"
TESTS = ROOT / "tests" / "python"
EXAMPLES = ROOT / "examples" / "python"


def left_out(name: str) -> bool:
    """What the count passes over: another chip's names and backward ops."""
    return "quasar" in name.lower() or name.endswith("_bw")


def wanted() -> list[str]:
    names = NAMES.read_text().split()
    return [name for name in names if not left_out(name)]


def exists(name: str) -> bool:
    import ttnn

    value = ttnn
    try:
        for part in name.split(".")[1:]:
            value = getattr(value, part)
    except (AttributeError, NotImplementedError):
        return False
    return not isinstance(value, ttnn.absent.Absent)


def chain(node: ast.expr) -> str:
    """`ttnn.a.b` of an expression that spells it, else nothing."""
    if isinstance(node, ast.Attribute):
        inner = chain(node.value)
        return inner and f"{inner}.{node.attr}"
    return "ttnn" if isinstance(node, ast.Name) and node.id == "ttnn" else ""


def spelled(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute):
            yield chain(node)


def called() -> set[str]:
    import ttnn

    names = {
        name for folder in (TESTS, EXAMPLES) for p in folder.glob("*.py") for name in spelled(p)
    }
    values = (TESTS / "data/value_names.txt").read_text().splitlines()
    names |= {f"ttnn.{value}" for value in values if value and not value.startswith("#")}
    return names | {f"ttnn.{name}" for name in ttnn._ttnn.operations}


def group(name: str) -> str:
    """ttnn, or the submodule or class that a longer name stands in."""
    return name.rsplit(".", 1)[0]


def row(name: str, names: list[str], there: set[str], tested: set[str]) -> str:
    counts = [sum(n in some for n in names) for some in (there, tested)]
    return f"| `{name}` | {len(names)} | {counts[0]} | {counts[1]} |"


def page() -> str:
    names = wanted()
    there = {name for name in names if exists(name)}
    tested = there & called()
    sizes = Counter(group(name) for name in names)
    groups = [name for name, size in sizes.most_common() if size >= 10]
    share = 100 * len(tested) / len(names)
    lines = [
        "# Coverage of TT-NN's names",
        "",
        "Written by `./dev fmt`; see `tools/coverage.py` for what counts.",
        "",
        f"Of {len(names)} public names of TT-NN 0.81.1 (without other chips' and backward ops)",
        f"{len(there)} exist and **{len(tested)} ({share:.0f} %)** are also called by a test.",
        "",
        "| names in | TT-NN | exist | tested |",
        "| --- | ---: | ---: | ---: |",
        *(row(g, [n for n in names if group(n) == g], there, tested) for g in groups),
        "",
        "## Tested operations and functions",
        "",
        ", ".join(f"`{n}`" for n in sorted(tested) if n[5].islower() and n.count(".") == 1),
        "",
    ]
    return "\n".join(lines)
