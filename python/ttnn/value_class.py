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
from collections.abc import Callable
from typing import Any, TypeVar

from ttnn import value_json
from ttnn._ttnn import CoreCoord, Shape
from ttnn.unary_with_param import UnaryOpType, UnaryWithParam

C = TypeVar("C", bound=type)
V = TypeVar("V", bound="Value")


class _Field:
    """A typed attribute: what is set is converted, as by TT-NN's bindings, or refused."""

    def __init__(self, name: str, hint: Any, default: Any):
        self.name, self.hint, self.default = name, hint, default

    def __get__(self, instance: Any, owner: type) -> Any:
        return self if instance is None else instance.__dict__.get(self.name, self.default)

    def __set__(self, instance: Any, value: Any) -> None:
        try:
            instance.__dict__[self.name] = convert(value, self.hint)
        except (TypeError, ValueError):
            raise TypeError(
                f"{type(instance).__name__}: {self.name} must be {_text(self.hint)}, but is {value!r}."
            ) from None


class Value:
    """Base of the configuration classes. Equal fields make equal values."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in fields_of(type(self)):
            raise AttributeError(
                f"{type(self).__name__} has no field '{name}'. "
                f"Its fields: {', '.join(fields_of(type(self))) or 'none'}."
            )
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and all(
            getattr(self, name) == getattr(other, name) for name in fields_of(type(self))
        )

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in fields_of(type(self)))
        return f"{type(self).__name__}({fields})"

    def to_json(self) -> str:
        fields = fields_of(type(self))
        return json.dumps({name: value_json.plain(getattr(self, name)) for name in fields})

    @classmethod
    def from_json(cls: type[V], text: str) -> V:
        self = cls.__new__(cls)
        data = json.loads(text)
        for name, hint in fields_of(cls).items():
            setattr(self, name, value_json.rich(data[name], hint))
        return self


@functools.cache
def fields_of(cls: type) -> dict[str, Any]:
    """The fields of a value class with their types."""
    hints = typing.get_type_hints(cls)
    return {field.name: hints[field.name] for field in dataclasses.fields(cls)}


def value(*, kw_only: bool = False) -> Callable[[C], C]:
    """Makes a subclass of Value of the fields that it lists, as `dataclass` does."""

    def decorate(cls: C) -> C:
        dataclasses.dataclass(kw_only=kw_only, eq=False, repr=False)(cls)
        defaults = {field.name: field.default for field in dataclasses.fields(cls)}
        for name, hint in fields_of(cls).items():
            setattr(cls, name, _Field(name, hint, defaults[name]))
        return cls

    return decorate


# Where a value of another type is taken for one of this type.
_IMPLICIT: dict[Any, Any] = {
    CoreCoord: tuple,
    Shape: (list, tuple),
    UnaryWithParam: (UnaryOpType, tuple),
}


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
        if type(value).__module__ == "numpy" and type(value).__name__.startswith("bool"):
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
