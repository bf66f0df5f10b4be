"""The public names of the Python package as text, so that a change to the interface is seen."""

import enum
import inspect
import types
from collections.abc import Iterator

ABOUT = "# Every public name of `ttnn`, written by ./dev fmt, so that a change shows in a review.\n"


def signature(value: object) -> str:
    try:
        return str(inspect.signature(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return "(...)"


def members(cls: type) -> str:
    if issubclass(cls, enum.Enum):
        return ", ".join(f"{m.name}={m.value}" for m in cls)
    return ", ".join(sorted(name for name in vars(cls) if not name.startswith("_")))


def line(name: str, value: object) -> str:
    if isinstance(value, type):
        return f"class {name}: {members(value) or '...'}"
    if callable(value):
        return f"def {name}{signature(value)}"
    return f"{name}: {type(value).__name__}"


def lines(module: types.ModuleType, seen: set[int]) -> Iterator[str]:
    """The module's own names, then those of the modules of ttnn that it shows."""
    seen.add(id(module))
    inner = []
    for name in sorted(vars(module)):
        value = vars(module)[name]
        if name.startswith("_"):
            continue
        if isinstance(value, types.ModuleType):
            if value.__name__.startswith("ttnn.") and id(value) not in seen:
                inner.append(value)
        elif getattr(value, "__module__", "ttnn").startswith("ttnn"):
            yield line(f"{module.__name__}.{name}", value)
    for one in inner:
        yield from lines(one, seen)


def text() -> str:
    import ttnn

    return ABOUT + "\n".join(lines(ttnn, set())) + "\n"
