"""`with ttnn.distribute(mapper_or_composer):` what calls inside fall back to when they name no
mapper or composer.

Under compat "seed" the default lives in a context variable, so it reaches everything that makes a
ttnn tensor (`as_tensor` and `preprocess_model_parameters` included) and every thread has its own.
Under "0.81" it rebinds `ttnn.from_torch` or `ttnn.to_torch`, as TT-NN does, and reaches what calls
exactly those.
"""

from __future__ import annotations

import contextlib
import contextvars
import enum
import functools
from collections.abc import Iterator
from typing import Any

from ttnn.config import CONFIG
from ttnn.distributed.mappers import (
    CppMeshToTensor,
    CppTensorToMesh,
    ReplicateTensorToMeshWrapper,
)


class _NotGiven(enum.Enum):
    token = "not given"

    def __repr__(self) -> str:
        return "<not given>"


# The default of `mesh_mapper=` and `mesh_composer=` parameters: unlike None, which says "no
# mapper".
NOT_GIVEN = _NotGiven.token

_mapper: contextvars.ContextVar[Any] = contextvars.ContextVar(
    "ttnn.distribute mapper", default=None
)
_composer: contextvars.ContextVar[Any] = contextvars.ContextVar(
    "ttnn.distribute composer", default=None
)


def current_mapper() -> Any:
    """The innermost mapper of `ttnn.distribute` in this thread, or None."""
    return _mapper.get()


def current_composer() -> Any:
    """The innermost composer of `ttnn.distribute` in this thread, or None."""
    return _composer.get()


def mapper_for(given: Any) -> Any:
    """The mapper that a call uses: its own argument, None included, else the one of
    `ttnn.distribute`.
    """
    return current_mapper() if given is NOT_GIVEN else given


def composer_for(given: Any) -> Any:
    """The composer that a call uses: its own argument, None included, else the one of
    `ttnn.distribute`.
    """
    return current_composer() if given is NOT_GIVEN else given


@contextlib.contextmanager
def distribute(default: Any) -> Iterator[None]:
    """Makes `default` the mapper or the composer of those calls inside a `with` block that name
    none.
    """
    if isinstance(default, CppMeshToTensor):
        variable, function, keyword = _composer, "to_torch", "mesh_composer"
    elif isinstance(default, (CppTensorToMesh, ReplicateTensorToMeshWrapper)):
        variable, function, keyword = _mapper, "from_torch", "mesh_mapper"
    else:
        raise ValueError(
            "Argument must be an instance of either TensorToMesh or MeshToTensor. "
            f"ttnn.distribute was given {default!r} of type {type(default).__name__}; pass e.g. "
            "ttnn.ShardTensorToMesh(mesh_device, dim=0) or ttnn.ConcatMeshToTensor(mesh_device, "
            "dim=0)."
        )
    with (
        _rebound(function, keyword, default) if CONFIG.compat == "0.81" else _set(variable, default)
    ):
        yield


@contextlib.contextmanager
def _set(variable: contextvars.ContextVar[Any], value: Any) -> Iterator[None]:
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


@contextlib.contextmanager
def _rebound(function: str, keyword: str, value: Any) -> Iterator[None]:
    """TT-NN's way: the module's attribute is replaced meanwhile, for all threads of the process."""
    import ttnn

    before = getattr(ttnn, function)
    setattr(ttnn, function, functools.partial(before, **{keyword: value}))
    try:
        yield
    finally:
        setattr(ttnn, function, before)
