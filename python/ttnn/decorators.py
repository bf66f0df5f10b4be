"""What Python needs around operations: objects for operations written in Python, the registry of
both kinds, golden functions, hooks before and after operations, and the command queue of a `with`
block.

Operations written in C++ are objects of `_ttnn.Operation` with the same attributes; both are called
alike.
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import functools
import os
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

from ttnn.config import CONFIG, logger
from ttnn.golden_mode import is_active, run_compared, watch_replays

DEFAULT_OUTPUT_TENSOR_KWARG_NAMES: tuple[str, ...] = ("output_tensor", "optional_output_tensor")


@functools.total_ordering
@dataclasses.dataclass(eq=False)
class FastOperation:
    """An operation written in Python, with the attributes that TT-NN's operations have."""

    python_fully_qualified_name: str
    function: Callable[..., Any]
    golden_function: Callable[..., Any] | None = None
    preprocess_golden_function_inputs: Callable[..., Any] | None = None
    postprocess_golden_function_outputs: Callable[..., Any] | None = None
    is_cpp_operation: bool = False
    is_experimental: bool = False
    output_tensor_kwarg_names: tuple[str, ...] = DEFAULT_OUTPUT_TENSOR_KWARG_NAMES

    def __post_init__(self) -> None:
        self.__doc__ = self.function.__doc__
        self.__wrapped__ = self.function  # so that inspect.signature shows the function's own
        self.__module__ = self.function.__module__

    @property
    def __name__(self) -> str:
        return self.python_fully_qualified_name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if _interceptor is not None:
            return _interceptor(self, args, kwargs)
        return self._run(args, kwargs)

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        queue = kwargs.pop("queue_id", None) if "queue_id" in kwargs else kwargs.pop("cq_id", None)
        if queue is None:
            return self.function(*args, **kwargs)
        with command_queue(queue):
            return self.function(*args, **kwargs)

    def __hash__(self) -> int:
        return hash(self.python_fully_qualified_name)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __lt__(self, other: Any) -> bool:
        return self.python_fully_qualified_name < other.python_fully_qualified_name

    def __repr__(self) -> str:
        return f"<operation {self.python_fully_qualified_name}>"


# --- the registry --------------------------------------------------------------------------------


class RegisteredOperations:
    """All operations by dotted name, those of Python and those of C++ alike."""

    def __init__(self) -> None:
        self._by_name: dict[str, Any] = {}

    def add(self, operation: Any) -> None:
        name = operation.python_fully_qualified_name
        if name in self._by_name:
            raise RuntimeError(f'Operation with name "{name}" is already registered')
        self._by_name[name] = operation

    def __contains__(self, operation: Any) -> bool:
        return operation in self._by_name.values()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._by_name[name] for name in sorted(self._by_name))

    def __len__(self) -> int:
        return len(self._by_name)

    def get(self, name: str) -> Any:
        return self._by_name.get(name)


REGISTERED_OPERATIONS = RegisteredOperations()


def register_cpp_operation(target_module: types.ModuleType, func_name: str, operation: Any) -> Any:
    """Puts an operation of C++ into `target_module` and the registry, with its golden function if
    there is one.
    """
    from ttnn import golden

    REGISTERED_OPERATIONS.add(operation)
    if operation.golden_function is None:
        operation.golden_function = golden.find(operation.python_fully_qualified_name)
    setattr(target_module, func_name, operation)
    return operation


def register_python_operation(
    *,
    name: str,
    is_experimental: bool = False,
    is_method: bool = False,
    golden_function: Callable[..., Any] | None = None,
    preprocess_golden_function_inputs: Callable[..., Any] | None = None,
    postprocess_golden_function_outputs: Callable[..., Any] | None = None,
    output_tensor_kwarg_names: tuple[str, ...] = DEFAULT_OUTPUT_TENSOR_KWARG_NAMES,
    doc: str | None = None,
) -> Callable[[Callable[..., Any]], Any]:
    """Makes a Python function an operation `name` ("ttnn.x.y"): a decorator. The module gains the
    name too.

    A method stays a function, because an object without `__get__` would lose `self`.
    """

    def register(function: Callable[..., Any]) -> Any:
        from ttnn import golden

        if doc is not None:
            function.__doc__ = doc
        operation = FastOperation(
            name,
            function,
            golden_function or golden.find(name),
            preprocess_golden_function_inputs,
            postprocess_golden_function_outputs,
            is_experimental=is_experimental,
            output_tensor_kwarg_names=output_tensor_kwarg_names,
        )
        REGISTERED_OPERATIONS.add(operation)
        if is_method:

            @functools.wraps(function)
            def method(self: Any, *args: Any, **kwargs: Any) -> Any:
                return operation(self, *args, **kwargs)

            return method
        module, _, attribute = name.rpartition(".")
        setattr(create_module_if_not_exists(module), attribute, operation)
        return operation

    return register


def create_module_if_not_exists(module_name: str) -> types.ModuleType:
    """`ttnn.x.y` as a module, made with its parents where it does not exist."""
    module = sys.modules.get(module_name)
    if module is None:
        parent, _, attribute = module_name.rpartition(".")
        existing = getattr(create_module_if_not_exists(parent), attribute, None) if parent else None
        module = existing if existing is not None else types.ModuleType(module_name)
        if not hasattr(module, "__path__"):
            module.__path__ = []  # a package, so that submodules can be looked for under it
        sys.modules[module_name] = module
        if parent:
            setattr(sys.modules[parent], attribute, module)
    return module


def query_registered_operations(include_experimental: bool = False) -> list[Any]:
    """The operations sorted by name."""
    return [op for op in REGISTERED_OPERATIONS if include_experimental or not op.is_experimental]


def dump_operations(csv_file: str | os.PathLike[str], include_experimental: bool = False) -> None:
    """One line per operation: name, where it is written, whether it has a golden function."""
    with open(csv_file, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["python_fully_qualified_name", "is_cpp_operation", "has_golden_function"])
        for op in query_registered_operations(include_experimental):
            has_golden = op.golden_function is not None
            writer.writerow([op.python_fully_qualified_name, op.is_cpp_operation, has_golden])


# --- golden functions ----------------------------------------------------------------------------


def get_golden_function(operation: Any) -> Callable[..., Any]:
    """The torch function that says what `operation` computes: same argument names, on torch."""
    golden = getattr(operation, "golden_function", None)
    if golden is None:
        name = getattr(operation, "python_fully_qualified_name", None) or repr(operation)
        raise RuntimeError(f"{name} does not have a golden function")
    return golden


def get_fallback_function(operation: Any) -> Callable[..., Any]:
    """`operation` on ttnn tensors, computed by its golden function in torch."""
    golden = get_golden_function(operation)

    def fallback(*args: Any, **kwargs: Any) -> Any:
        import ttnn

        first = next((x for x in (*args, *kwargs.values()) if isinstance(x, ttnn.Tensor)), None)
        result = golden(*map(_to_torch, args), **{k: _to_torch(v) for k, v in kwargs.items()})
        if first is None:
            return result
        return _each_tensor(
            result,
            lambda x: ttnn.from_torch(
                x, dtype=first.dtype, layout=first.layout, device=first.device()
            ),
        )

    return fallback


def attach_golden_function(
    operation: Any,
    golden_function: Callable[..., Any],
    *,
    preprocess_golden_function_inputs: Callable[..., Any] | None = None,
    postprocess_golden_function_outputs: Callable[..., Any] | None = None,
    output_tensor_kwarg_names: tuple[str, ...] = DEFAULT_OUTPUT_TENSOR_KWARG_NAMES,
) -> None:
    operation.golden_function = golden_function
    operation.preprocess_golden_function_inputs = preprocess_golden_function_inputs
    operation.postprocess_golden_function_outputs = postprocess_golden_function_outputs
    operation.output_tensor_kwarg_names = output_tensor_kwarg_names


def _each_tensor(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(_each_tensor(x, change) for x in value)
    return change(value)


def _to_torch(value: Any) -> Any:
    import ttnn

    if isinstance(value, (list, tuple)):
        return type(value)(_to_torch(x) for x in value)
    return ttnn.to_torch(value) if isinstance(value, ttnn.Tensor) else value


# --- hooks ---------------------------------------------------------------------------------------

PRE_OPERATION_HOOKS: list[Callable[..., None]] = []
POST_OPERATION_HOOKS: list[Callable[..., None]] = []

# What calls of operations go through while a hook is active, else None: the fast path asks for
# nothing more.
_interceptor: Callable[[Any, tuple[Any, ...], dict[str, Any]], Any] | None = None


@contextlib.contextmanager
def register_pre_operation_hook(
    hook: Callable[[Any, tuple[Any, ...], dict[str, Any]], None],
) -> Iterator[None]:
    """Inside the block every operation first calls `hook(operation, args, kwargs)`, which must
    return None.
    """
    with _hooked(PRE_OPERATION_HOOKS, hook):
        yield


@contextlib.contextmanager
def register_post_operation_hook(
    hook: Callable[[Any, tuple[Any, ...], dict[str, Any], Any], None],
) -> Iterator[None]:
    """Inside the block every operation afterwards calls `hook(operation, args, kwargs, output)`."""
    with _hooked(POST_OPERATION_HOOKS, hook):
        yield


@contextlib.contextmanager
def _hooked(hooks: list[Callable[..., None]], hook: Callable[..., None]) -> Iterator[None]:
    hooks.append(hook)
    choose_path()
    try:
        yield
    finally:
        hooks.remove(hook)
        choose_path()


def choose_path() -> None:
    """Operations take the slow path while something wants to see them, else the fast one."""
    global _interceptor
    from ttnn import _ttnn

    watched = CONFIG.enable_logging or is_active()
    slow = bool(watched or PRE_OPERATION_HOOKS or POST_OPERATION_HOOKS)
    _interceptor = _slow_call if slow else None
    _ttnn.set_operation_interceptor(_interceptor)
    watch_replays()


def _slow_call(operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    for hook in list(PRE_OPERATION_HOOKS):
        _require_none(hook(operation, args, kwargs), "Pre", operation)

    def run() -> Any:
        if isinstance(operation, FastOperation):
            return operation._run(args, dict(kwargs))
        return operation.function(*args, **kwargs)

    if CONFIG.enable_logging:
        logger.info("%s(%s)", operation.python_fully_qualified_name, _arguments(args, kwargs))
    output = run_compared(operation, args, kwargs, run)
    for hook in list(POST_OPERATION_HOOKS):
        _require_none(hook(operation, args, kwargs, output), "Post", operation)
    return output


def _arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """The arguments of a call on one line: tensors by shape, dtype and layout."""
    named = [f"{name}={_short(value)}" for name, value in kwargs.items()]
    return ", ".join([*map(_short, args), *named])


def _short(value: Any) -> str:
    import ttnn

    if isinstance(value, ttnn.Tensor):
        return f"{value.dtype.name} {value.layout.name} {list(value.shape)}"
    if type(value).__module__.partition(".")[0] == "torch" and hasattr(value, "shape"):
        return f"torch {value.dtype} {list(value.shape)}"
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _require_none(result: Any, when: str, operation: Any) -> None:
    if result is not None:
        raise RuntimeError(
            f"{when}-operation hook returned {type(result).__name__} for "
            f"{operation.python_fully_qualified_name}; hooks observe and must return None."
        )


# --- command queues ------------------------------------------------------------------------------


def get_current_command_queue_id_for_thread() -> Any:
    """The queue that operations of this thread go to when the call names none."""
    from ttnn import _ttnn

    return _ttnn.get_current_command_queue_id_for_thread()


@contextlib.contextmanager
def command_queue(cq_id: int) -> Iterator[None]:
    """Operations and transfers of this thread go to queue `cq_id` inside the block."""
    from ttnn import _ttnn

    if cq_id is None:
        raise ValueError(
            "command_queue: cq_id is None. Pass a queue's number, e.g. 0, or leave the block out."
        )
    before = _ttnn.get_current_command_queue_id_for_thread()
    _ttnn.set_current_command_queue_id_for_thread(cq_id)
    try:
        yield
    finally:
        _ttnn.set_current_command_queue_id_for_thread(before)
