"""Checks of arguments that Python functions take: a TypeError says what was given and what is taken."""

from __future__ import annotations

from typing import Any, SupportsIndex

OPENED_MESH = "what ttnn.open_mesh_device returned"  # an example of a MeshDevice
_LONGEST = 60  # characters of a value that an error shows


def check(call: str, argument: str, value: Any, kind: type, example: str) -> None:
    """TypeError unless `value` is None or of the kind."""
    if value is not None and not isinstance(value, kind):
        raise TypeError(
            f"{call}: {argument} is {_shown(value)}of type {type_name(value)}, but takes "
            f"{kind.__name__}. Pass for example {example}."
        )


def require(call: str, argument: str, value: Any, kind: type, example: str) -> None:
    """TypeError unless `value` is of the kind."""
    if value is None:
        raise TypeError(f"{call}: {argument} is None. Pass for example {example}.")
    check(call, argument, value, kind, example)


def require_int(call: str, argument: str, value: Any, example: str) -> None:
    """TypeError unless `value` is an int, of Python or of numpy."""
    if not isinstance(value, SupportsIndex):
        require(call, argument, value, int, example)


def type_name(value: Any) -> str:
    """The name of the type of `value`, with its module for arrays: torch has a Tensor too."""
    kind = type(value)
    foreign = hasattr(value, "shape") and not kind.__module__.startswith("ttnn")
    return f"{kind.__module__}.{kind.__name__}" if foreign else kind.__name__


def _shown(value: Any) -> str:
    """`value` and a space, or nothing where it would fill the screen: arrays, tensors."""
    if hasattr(value, "shape"):
        return ""
    text = repr(value)
    return f"{text} " if len(text) <= _LONGEST and "\n" not in text else ""
