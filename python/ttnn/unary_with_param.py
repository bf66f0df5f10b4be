"""An element-wise function with its parameters, as a value."""

from __future__ import annotations

import numbers
from typing import Any

from ttnn import enums

UnaryOpType: Any = enums.UnaryOpType  # type: ignore[attr-defined]


class UnaryWithParam:
    """An element-wise function with its parameters, as `fused_activation` and `activations` take it."""

    __slots__ = ("_op_type", "_params")
    _op_type: Any
    _params: tuple[float, ...]

    def __init__(self, op_type: Any, *params: float):
        if isinstance(op_type, UnaryWithParam) and not params:
            op_type, params = op_type._op_type, op_type._params
        elif isinstance(op_type, tuple) and not params:
            op_type, params = op_type[0], op_type[1:]
        if (
            not isinstance(op_type, UnaryOpType)
            or len(params) > 2
            or not all(isinstance(p, numbers.Real) for p in params)
        ):
            raise TypeError(
                f"UnaryWithParam: a ttnn.UnaryOpType and at most two numbers are needed, not {op_type!r}, {params!r}."
            )
        self._op_type = op_type
        self._params = tuple(float(p) for p in params)

    @property
    def op_type(self) -> Any:
        return self._op_type

    @property
    def params(self) -> list[float]:
        return list(self._params)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (UnaryOpType, tuple)):
            try:
                other = UnaryWithParam(other)
            except (TypeError, IndexError):
                return False
        if not isinstance(other, UnaryWithParam):
            return NotImplemented
        return (self._op_type, self._params) == (other._op_type, other._params)

    def __hash__(self) -> int:
        return hash((self._op_type, self._params))

    def __repr__(self) -> str:
        return f"UnaryWithParam({', '.join(map(str, (self._op_type, *self._params)))})"

    def __reduce__(self) -> tuple[Any, ...]:
        return UnaryWithParam, (self._op_type, *self._params)
