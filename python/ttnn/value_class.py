"""What the configuration classes have in common: typed fields that convert as TT-NN's do, equality, a
hash, one line of text, JSON. A subclass is a dataclass that lists its fields.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import numbers
import operator
import types
import typing
from typing import Any, TypeVar

from ttnn import value_json
from ttnn._ttnn import CoreCoord, Shape
from ttnn.unary_with_param import UnaryOpType, UnaryWithParam

V = TypeVar("V", bound="Value")


class Value:
    """Base of the configuration classes."""

    def __setattr__(self, name: str, value: Any) -> None:
        hints = _hints(type(self))
        if name not in hints:
            raise AttributeError(
                f"{type(self).__name__} has no field '{name}'. Its fields: {', '.join(hints) or 'none'}."
            )
        try:
            converted = convert(value, hints[name])
        except (TypeError, ValueError):
            raise TypeError(
                f"{type(self).__name__}: {name} must be {_text(hints[name])}, but is {value!r}."
            ) from None
        object.__setattr__(self, name, converted)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in _hints(type(self)))
        return f"{type(self).__name__}({fields})"

    def to_json(self) -> str:
        return json.dumps({name: value_json.plain(getattr(self, name)) for name in _hints(type(self))})

    @classmethod
    def from_json(cls: type[V], text: str) -> V:
        hints = _hints(cls)
        return cls(**{k: value_json.rich(v, hints[k]) for k, v in json.loads(text).items()})


# Where a value of another type is taken for one of this type.
_IMPLICIT: dict[Any, Any] = {
    CoreCoord: tuple,
    Shape: (list, tuple),
    UnaryWithParam: (UnaryOpType, tuple),
}


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    return {field.name: hints[field.name] for field in dataclasses.fields(cls)}  # type: ignore[arg-type]


def _text(hint: Any) -> str:
    return hint.__name__ if isinstance(hint, type) and not typing.get_args(hint) else str(hint)


def convert(value: Any, hint: Any) -> Any:
    """`value` as a `hint`, or a TypeError."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any or (isinstance(hint, type) and not args and type(value) is hint):
        return value
    if origin in (typing.Union, types.UnionType):
        return _convert_union(value, args)
    if origin in (list, tuple):
        return _convert_sequence(value, origin, args)
    if hint is bool:
        if type(value).__name__ == "bool_" or type(value).__module__ == "numpy":
            return bool(value)
    elif hint is int:
        return operator.index(value)
    elif hint is float:
        if isinstance(value, numbers.Real):
            return float(value)
    elif isinstance(value, hint):
        return value
    elif isinstance(value, _IMPLICIT.get(hint, ())):
        return hint(value)
    raise TypeError(hint)


def _convert_union(value: Any, args: tuple[Any, ...]) -> Any:
    for arg in args:
        if arg is type(None):
            if value is None:
                return None
            continue
        try:
            return convert(value, arg)
        except (TypeError, ValueError):
            continue
    raise TypeError(args)


def _convert_sequence(value: Any, origin: Any, args: tuple[Any, ...]) -> Any:
    if isinstance(value, (str, bytes)):
        raise TypeError(value)
    items = list(value)
    if origin is list:
        return [convert(item, args[0]) for item in items]
    if len(items) != len(args):
        raise TypeError(value)
    return tuple(convert(item, arg) for item, arg in zip(items, args))
