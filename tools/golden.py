"""Writes the files that are generated and checked in, or with --check tells which are not as they
would be written.
"""

import difflib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import coverage
import interface
import ops

ROOT = Path(__file__).resolve().parent.parent


STUB = """
import sys, types
from nanobind.stubgen import StubGen
package = sys.modules["ttnn"] = types.ModuleType("ttnn")
package.__path__ = sys.argv[1:]
import ttnn._ttnn
generator = StubGen(ttnn._ttnn, include_docstrings=False)
generator.put(ttnn._ttnn)
print(generator.get().replace(": getset_descriptor", ": object"), end="")
"""


def module_stub() -> str:
    """Type hints of the compiled module alone, in a process where the package adds nothing."""
    paths = [f"{folder}/ttnn" for folder in sys.path if Path(folder, "ttnn").is_dir()]
    command = [sys.executable, "-c", STUB, *paths]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


GENERATED: dict[str, Callable[[], str]] = {
    "python/ttnn/_ttnn.pyi": module_stub,
    "tests/golden/ttnn.pyi": interface.text,
    "docs/coverage.md": coverage.page,
    "docs/ops.md": ops.page,
}


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    print(f"wrote {path.relative_to(ROOT)}")


def difference(path: Path, text: str) -> list[str]:
    old = path.read_text() if path.exists() else ""
    name = path.relative_to(ROOT).as_posix()
    lines = difflib.unified_diff(old.splitlines(), text.splitlines(), name, "as generated", n=0)
    return [line.rstrip("\n") for line in lines]


def main(check: bool) -> bool:
    texts = {ROOT / name: make() for name, make in GENERATED.items()}
    if not check:
        for path, text in texts.items():
            if difference(path, text):
                write(path, text)
        return True
    changes = [line for path, text in texts.items() for line in difference(path, text)]
    print(*changes[:40], sep="\n", end="\n" if changes else "")
    if changes:
        print(f"{len(changes)} lines differ; `./dev fmt` writes these files anew")
    return not changes


if __name__ == "__main__":
    sys.exit(0 if main("--check" in sys.argv[1:]) else 1)
