"""What `ttnn.Tensor` has in Python: operators, readback, moves. Indexing is in indexing.py, text in
printing.py.
"""

from __future__ import annotations

from typing import Any

import ttnn
from ttnn._ttnn import Layout, MemoryConfig, MeshDevice, Tensor, make_operator
from ttnn.arrays import by_dlpack
from ttnn.conversion import to_numpy, to_torch
from ttnn.transfer import to_device

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
    setattr(Tensor, _method, make_operator(getattr(ttnn, _name), swapped=_swapped))
Tensor.__hash__ = lambda self: hash(self.tensor_id)


def _to(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """`to(device, mem_config=None, cq_id=None)` uploads; `to(target_layout)` changes the layout."""
    first = args[0] if args else kwargs.get("target_layout", kwargs.get("device"))
    if isinstance(first, Layout):
        return _to_layout(self, *args, **kwargs)
    return _to_mesh(self, *args, **kwargs)


def _to_layout(tensor: Tensor, target_layout: Layout) -> Tensor:
    return ttnn.to_layout(tensor, target_layout)  # type: ignore[no-any-return]


def _to_mesh(
    tensor: Tensor, device: MeshDevice, mem_config: MemoryConfig | None = None, cq_id: Any = None
) -> Tensor:
    if not isinstance(device, MeshDevice):
        raise TypeError(
            f"ttnn.Tensor.to: the argument is of type {type(device).__name__}, but must be a Layout, to "
            "change the layout, or a MeshDevice, to upload. For other dtypes use ttnn.to_dtype or "
            "ttnn.typecast."
        )
    return to_device(tensor, device, mem_config, cq_id=cq_id)  # type: ignore[no-any-return]


def _item(self: Tensor) -> Any:
    """The only element, as a Python number."""
    if self.volume() != 1:
        raise RuntimeError(
            "ttnn.Tensor.item: tensor.item() requires tensor to have exactly one element, but got "
            f"{self.volume()} elements. Use to_list() for all of them."
        )
    return to_numpy(self, None).item()


def _reshape(self: Tensor, *shape: Any) -> Tensor:
    """`reshape(a, b, ...)` or `reshape([a, b, ...])`."""
    sizes = shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape
    return ttnn.reshape(self, list(sizes))  # type: ignore[no-any-return]


def _devices(self: Tensor) -> list[MeshDevice]:
    """The mesh, if it is on one."""
    mesh = self.device()
    return [] if mesh is None else [mesh]


def _dlpack(self: Tensor, **kwargs: Any) -> Any:
    """The contents for another library: a copy, so that neither sees the other's later writes."""
    return by_dlpack(to_numpy(self, None)).__dlpack__(**kwargs)


def _contains(self: Tensor, item: Any) -> bool:
    raise TypeError(
        "ttnn.Tensor: `in` would compare by ==, which gives a tensor and no truth. Ask "
        "`item in tensor.to_list()`, or compare with ttnn.eq; for lists of tensors use `is`."
    )


def _set_item(self: Tensor, index: Any, value: Any) -> None:
    raise NotImplementedError(
        "ttnn.Tensor: `tensor[...] = value` does not exist in TT-NN. Build the new tensor, for example "
        "with ttnn.where or ttnn.concat, or write a whole one with ttnn.copy."
    )


Tensor.to = _to
Tensor.item = _item
Tensor.reshape = _reshape
Tensor.devices = _devices
Tensor.to_torch = lambda self, mesh_composer=None: to_torch.function(
    self, mesh_composer=mesh_composer
)
Tensor.to_numpy = lambda self, mesh_composer=None: to_numpy(self, mesh_composer)
Tensor.to_list = lambda self: to_numpy(self, None).tolist()
Tensor.__dlpack__ = _dlpack
Tensor.__dlpack_device__ = lambda self: (1, 0)  # the CPU, in DLPack's numbers
Tensor.__contains__ = _contains
Tensor.__setitem__ = _set_item
