"""JSON of the configuration values, and `to_json` / `from_json` on the bound ones.

Enums are written as in C++ text (`"BufferType::L1"`) and read in that form, with a dot, or as numbers.
"""

from __future__ import annotations

import enum
import json
import types
import typing
from collections.abc import Callable
from typing import Any

from ttnn import _ttnn
from ttnn.unary_with_param import UnaryOpType, UnaryWithParam

# The fields of a bound value, in the order of its constructor.
_FIELDS: dict[type, dict[str, Any]] = {
    _ttnn.CoreCoord: {"x": int, "y": int},
    _ttnn.CoreGrid: {"x": int, "y": int},
    _ttnn.CoreRange: {"start": _ttnn.CoreCoord, "end": _ttnn.CoreCoord},
    _ttnn.ShardSpec: {
        "grid": _ttnn.CoreRangeSet,
        "shape": list[int],
        "orientation": _ttnn.ShardOrientation,
    },
    _ttnn.NdShardSpec: {
        "shard_shape": _ttnn.Shape,
        "grid": _ttnn.CoreRangeSet,
        "orientation": _ttnn.ShardOrientation,
        "shard_distribution_strategy": _ttnn.ShardDistributionStrategy,
    },
    _ttnn.MemoryConfig: {
        "memory_layout": _ttnn.TensorMemoryLayout,
        "buffer_type": _ttnn.BufferType,
        "shard_spec": _ttnn.ShardSpec | None,
        "nd_shard_spec": _ttnn.NdShardSpec | None,
    },
}
# JSON names that are not the constructor's.
_ARGUMENTS = {"shape": "shard_shape", "orientation": "shard_orientation"}


def plain(value: Any) -> Any:
    """`value` as what `json.dumps` takes."""
    if isinstance(value, enum.Enum):
        return str(value).replace(".", "::")
    if isinstance(value, _ttnn.CoreRangeSet):
        return [plain(range_) for range_ in value.ranges()]
    if isinstance(value, (_ttnn.Shape, list, tuple)):
        return [plain(item) for item in value]
    if type(value) in _FIELDS:
        return {name: plain(getattr(value, name)) for name in _FIELDS[type(value)]}
    if isinstance(value, UnaryWithParam):
        return {"op_type": plain(value.op_type), "params": value.params}
    if hasattr(value, "to_json"):
        return json.loads(value.to_json())
    return value


def rich(data: Any, hint: Any) -> Any:
    """The value of type `hint` that `plain` made `data` of."""
    if data is None or hint is Any:
        return data
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return rich(data, next(arg for arg in typing.get_args(hint) if arg is not type(None)))
    if typing.get_origin(hint) is list:
        return [rich(item, typing.get_args(hint)[0]) for item in data]
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return hint(data) if isinstance(data, int) else hint[data.replace("::", ".").split(".")[-1]]
    if hint is _ttnn.CoreRangeSet:
        return hint([rich(item, _ttnn.CoreRange) for item in data])
    if hint in _FIELDS:
        return _bound(hint, {k: rich(data.get(k), h) for k, h in _FIELDS[hint].items()})
    if hint is UnaryWithParam:
        return UnaryWithParam(rich(data["op_type"], UnaryOpType), *data["params"])
    if hasattr(hint, "from_json"):
        return hint.from_json(json.dumps(data))
    return hint(data)


def _bound(cls: type, fields: dict[str, Any]) -> Any:
    if cls is _ttnn.MemoryConfig and fields["nd_shard_spec"] is not None:
        return cls(fields["buffer_type"], fields["nd_shard_spec"])
    fields.pop("nd_shard_spec", None)
    if cls is _ttnn.ShardSpec:
        fields = {_ARGUMENTS.get(name, name): value for name, value in fields.items()}
    return cls(**fields)


def _reader(cls: type) -> Callable[[str], Any]:
    return lambda text: rich(json.loads(text), cls)


for _cls in (*_FIELDS, _ttnn.CoreRangeSet):
    _cls.to_json = lambda self: json.dumps(plain(self))
    _cls.from_json = staticmethod(_reader(_cls))
