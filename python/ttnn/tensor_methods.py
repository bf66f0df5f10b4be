"""What `ttnn.Tensor` has in Python: operators, indexing, readback."""

from __future__ import annotations

from typing import Any

import ttnn
from ttnn._ttnn import Tensor
from ttnn.conversion import to_numpy, to_torch


def _operator(name: str, *, swapped: bool = False) -> Any:
    operation = None

    def method(self: Tensor, other: Any) -> Any:
        nonlocal operation
        if operation is None:
            operation = getattr(ttnn, name)
        return operation(other, self) if swapped else operation(self, other)

    return method


_OPERATORS = {
    "__add__": ("add", False),
    "__radd__": ("add", False),
    "__sub__": ("subtract", False),
    "__rsub__": ("subtract", True),
    "__mul__": ("multiply", False),
    "__rmul__": ("multiply", False),
    "__truediv__": ("divide", False),
    "__rtruediv__": ("rdiv", False),
    "__eq__": ("eq", False),
    "__ne__": ("ne", False),
    "__gt__": ("gt", False),
    "__ge__": ("ge", False),
    "__lt__": ("lt", False),
    "__le__": ("le", False),
    "__matmul__": ("matmul", False),
}
for _method, (_name, _swapped) in _OPERATORS.items():
    setattr(Tensor, _method, _operator(_name, swapped=_swapped))
Tensor.__hash__ = lambda self: hash(self.tensor_id)

Tensor.to_torch = lambda self, mesh_composer=None: to_torch.function(
    self, mesh_composer=mesh_composer
)
Tensor.to_numpy = lambda self, mesh_composer=None: to_numpy(self, mesh_composer)
Tensor.to_list = lambda self: to_numpy(self, None).tolist()
