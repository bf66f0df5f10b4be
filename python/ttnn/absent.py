"""Names of TT-NN that this package does not have yet: calling one raises NotImplementedError.

`api_names.txt` lists TT-NN's public names. One that nothing defines is an `Absent`, so that a
program can be imported whole and fails, with the name, at the first thing that is missing.
"""

from __future__ import annotations

import functools
import importlib.util
import pathlib
import sys
import types
from typing import Any, NoReturn

from ttnn import namespaces


class Absent:
    """Stands for `name`, which TT-NN has."""

    def __init__(self, name: str) -> None:
        self._name = name

    def _refuse(self) -> NoReturn:
        raise NotImplementedError(
            f"{self._name} is not implemented yet. docs/coverage.md lists what is."
        )

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse()

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        self._refuse()

    def __repr__(self) -> str:
        return f"<{self._name}, not implemented>"


@functools.cache
def names() -> frozenset[str]:
    """TT-NN's public names, `ttnn.` in front."""
    return frozenset(pathlib.Path(__file__).with_name("api_names.txt").read_text().split())


def stand_in(module: str, name: str) -> Absent:
    """What `getattr(module, name)` gives where the module has no such name."""
    full = f"{module}.{name}"
    if full not in names():
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    return Absent(full)


def _is_class(part: str) -> bool:
    return part[0].isupper()


def _module_at(path: str) -> types.ModuleType | None:
    """The submodule `path` of ttnn, made if nothing has its name; None where something else has it
    or a file that is not imported yet.
    """
    module = sys.modules["ttnn"]
    for part in path.split("."):
        here = vars(module).get(part)
        on_disk = here is None and importlib.util.find_spec(f"{module.__name__}.{part}")
        if _is_class(part) or on_disk or not isinstance(here, types.ModuleType | None):
            return None
        module = namespaces.submodule(module, part)
    return module


def install() -> None:
    """Submodules that TT-NN has, and what is missing in them; at the end of `import ttnn`."""
    paths = {name.rpartition(".")[0].partition(".")[2] for name in names()} - {""}
    for path in sorted(paths):
        module = _module_at(path)
        if module is not None and "__getattr__" not in vars(module):
            module.__getattr__ = functools.partial(stand_in, f"ttnn.{path}")
