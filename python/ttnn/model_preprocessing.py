"""From a torch model to the parameters of a ttnn model: `preprocess_model_parameters` walks the
modules and gives a tree with their names, whose leaves are ttnn tensors on the device asked for.

Linear weights come transposed ([in, out]), as `ttnn.linear` takes them. A weight goes from torch's
memory to the device in one step, through a transposed view and not through copies on the host.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import json
import pathlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from types import NoneType
from typing import Any, TextIO

import torch

import ttnn
from ttnn import absent
from ttnn.config import CONFIG, lean_on, logger, manage_config
from ttnn.distributed.distribute import NOT_GIVEN, current_mapper
from ttnn.distributed.mappers import ReplicateTensorToMeshWrapper
from ttnn.progress import progress

# --- the tree of parameters ----------------------------------------------------------------------


class MissingParameter(KeyError, AttributeError):
    """A KeyError, as in TT-NN; an AttributeError too: for `hasattr` and `copy.deepcopy`."""

    def __str__(self) -> str:
        return self.args[0]


class _AttributeDict(dict):
    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            has = ", ".join(str(key) for key in self) or "nothing"
            raise MissingParameter(
                f"{type(self).__name__} has no {name!r}; it has {has}."
            ) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self[name]
        except KeyError:
            raise MissingParameter(f"{type(self).__name__} has no {name!r} to delete.") from None


class ParameterDict(_AttributeDict):
    """Parameters by name: `parameters.layer.weight` is `parameters["layer"]["weight"]`."""

    def __repr__(self) -> str:
        return _text(self)


class ParameterList(list):
    """Parameters of a `ModuleList`. As in TT-NN, `i in parameters` says whether there is an index
    `i`.
    """

    def __contains__(self, index: Any) -> bool:
        return isinstance(index, int) and index < len(self)

    def __repr__(self) -> str:
        return _text(self)


def make_parameter_dict(dictionary: dict[Any, Any]) -> ParameterDict:
    """`dictionary` and the dictionaries in it as ParameterDicts."""
    return ParameterDict(
        {
            key: make_parameter_dict(value) if isinstance(value, dict) else value
            for key, value in dictionary.items()
        }
    )


def _text(parameters: Any) -> str:
    import io

    file = io.StringIO()
    repr_parameters(file, parameters)
    return file.getvalue()


def repr_parameters(file: TextIO, parameters: Any, indentation: str = "") -> None:
    """Writes the tree: nested braces and brackets, tensors by shape, layout and dtype, without
    values.
    """
    inner = indentation + "  "
    if isinstance(parameters, dict):
        entries = [(f"{key}: ", value) for key, value in parameters.items()]
        opening, closing = "{", "}"
    elif isinstance(parameters, (list, tuple)):
        entries = [("", value) for value in parameters]
        opening, closing = "[", "]"
    else:
        file.write(_leaf_text(parameters))
        return
    file.write(opening)
    for label, value in entries:
        file.write(f"\n{inner}{label}")
        repr_parameters(file, value, inner)
        file.write(",")
    file.write(f"\n{indentation}{closing}" if entries else closing)


def _leaf_text(value: Any) -> str:
    if isinstance(value, ttnn.Tensor):
        return f"ttnn.Tensor(shape={value.shape}, layout={value.layout}, dtype={value.dtype})"
    if isinstance(value, torch.Tensor):
        return f"torch.Tensor(shape={value.shape}, dtype={value.dtype})"
    return repr(value)


# --- single parameters ---------------------------------------------------------------------------


def _torch_dtypes() -> dict[torch.dtype, Any]:
    return {
        torch.uint8: ttnn.uint8,
        torch.int8: ttnn.int8,
        torch.int16: ttnn.uint16,
        torch.int32: ttnn.int32,
        torch.int64: ttnn.uint32,
        torch.bfloat16: ttnn.bfloat16,
        torch.float32: ttnn.bfloat16,
        torch.float64: ttnn.bfloat16,
    }


torch_dtype_to_ttnn_dtype: dict[torch.dtype, Any] = _torch_dtypes()


def preprocess_linear_weight(
    weight: torch.Tensor,
    *,
    dtype: Any,
    layout: Any = ttnn.TILE_LAYOUT,
    weights_mesh_mapper: Any = NOT_GIVEN,
    device: Any = None,
) -> Any:
    """torch's [out, in] as ttnn's [in, out]."""
    # a view: the conversion reads torch's memory transposed
    return _tensor(weight.mT, dtype, layout, device, _linear_mapper(weights_mesh_mapper))


def preprocess_linear_bias(
    bias: torch.Tensor,
    *,
    dtype: Any,
    layout: Any = ttnn.TILE_LAYOUT,
    weights_mesh_mapper: Any = NOT_GIVEN,
    device: Any = None,
) -> Any:
    return _tensor(bias.reshape(1, -1), dtype, layout, device, _linear_mapper(weights_mesh_mapper))


def preprocess_layernorm_parameter(
    parameter: torch.Tensor, *, dtype: Any, layout: Any = ttnn.TILE_LAYOUT, device: Any = None
) -> Any:
    return _tensor(parameter.reshape(1, -1), dtype, layout, device)


def preprocess_embedding_weight(weight: torch.Tensor, *, dtype: Any, device: Any = None) -> Any:
    return _tensor(weight, dtype, ttnn.ROW_MAJOR_LAYOUT, device)


def _tensor(x: torch.Tensor, dtype: Any, layout: Any, device: Any, mapper: Any = NOT_GIVEN) -> Any:
    mapping = {} if mapper is NOT_GIVEN else {"mesh_mapper": mapper}
    # `ttnn.from_torch` by attribute: `ttnn.distribute` rebinds it under compat "0.81"
    return ttnn.from_torch(x.detach(), dtype=dtype, layout=layout, device=device, **mapping)


def _linear_mapper(given: Any) -> Any:
    """Under "0.81" Linear parameters name their mapper, None by default, so that `distribute`
    passes them by.
    """
    if given is not NOT_GIVEN:
        return given
    if CONFIG.compat == "0.81":
        return None
    # a replicating mapper leaves what 0.81.1 would leave
    if not isinstance(current_mapper(), (ReplicateTensorToMeshWrapper, NoneType)):
        lean_on(
            "distribute reaches Linear",
            "ttnn.distribute reaches Linear weights and biases in preprocess_model_parameters; "
            "with TT-NN 0.81.1 "
            "they would be replicated whatever the mapper.",
        )
    return NOT_GIVEN


# --- the walk ------------------------------------------------------------------------------------

_NOT_ALL_CONVERTED = (
    "Not all children or parameters were converted using default_preprocessor_parameters!"
)


def default_preprocessor(
    model: torch.nn.Module, name: str, ttnn_module_args: Any = None, *, device: Any = None
) -> ParameterDict:
    """Linear, LayerNorm and Embedding as ttnn's operations take them; of other modules nothing."""
    bf16 = ttnn.bfloat16
    if isinstance(model, torch.nn.Linear):
        parameters = ParameterDict(
            weight=preprocess_linear_weight(model.weight, dtype=bf16, device=device)
        )
        if model.bias is not None:
            parameters.bias = preprocess_linear_bias(model.bias, dtype=bf16, device=device)
    elif isinstance(model, torch.nn.LayerNorm):
        parameters = ParameterDict(
            {
                key: preprocess_layernorm_parameter(value, dtype=bf16, device=device)
                for key, value in (("weight", model.weight), ("bias", model.bias))
                if value is not None
            }
        )
    elif isinstance(model, torch.nn.Embedding):
        parameters = ParameterDict(
            weight=preprocess_embedding_weight(model.weight, dtype=bf16, device=device)
        )
    else:
        return ParameterDict()
    return parameters


def convert_torch_model_to_ttnn_model(
    model: torch.nn.Module,
    *,
    convert_to_ttnn: Callable[[torch.nn.Module, str], bool] | None = None,
    custom_preprocessor: Callable[..., Any] | None = None,
    name: str = "",
    ttnn_module_args: Any = None,
    device: Any = None,
) -> ParameterDict | ParameterList:
    """The parameters of `model` and its children; `name` is the dotted path to it."""
    walk = _Walk(convert_to_ttnn or (lambda *_: True), custom_preprocessor, device)
    return walk(model, name, ttnn_module_args)


class _Walk:
    def __init__(self, convert_to_ttnn: Callable[..., bool], custom_preprocessor: Any, device: Any):
        self._convert_to_ttnn = convert_to_ttnn
        self._custom = (
            _CustomPreprocessor(custom_preprocessor, convert_to_ttnn)
            if custom_preprocessor
            else None
        )
        self._device = device
        self.advance: Callable[[float], None] = lambda size: None

    def __call__(
        self, model: torch.nn.Module, name: str, args: Any
    ) -> ParameterDict | ParameterList:
        if isinstance(model, torch.nn.ModuleList):
            return ParameterList(
                self(child, _joined(name, key), _child_args(args, key))
                for key, child in model.named_children()
            )
        if self._custom is not None:
            parameters = self._custom(model, name, args)
            if parameters:
                self.advance(_size(model))
                return make_parameter_dict(parameters)
        if not self._convert_to_ttnn(model, name):
            return self._kept(model, name, args)
        parameters = default_preprocessor(model, name, args, device=self._device)
        if parameters:
            self.advance(_size(model))
            if set(parameters) != set(_names(model)):
                raise RuntimeError(
                    f"{_NOT_ALL_CONVERTED} {name or type(model).__name__} has "
                    f"{', '.join(_names(model))}, of which "
                    f"{', '.join(parameters)} were. Convert the module in a custom_preprocessor."
                )
            return parameters
        for key, value in model.named_parameters(recurse=False):
            parameters[key] = self._other(value, _joined(name, key))
        return self._with_children(parameters, model, name, args)

    def _kept(self, model: torch.nn.Module, name: str, args: Any) -> ParameterDict:
        """torch's own parameters; a Linear's weight is transposed all the same."""
        parameters = ParameterDict(model.named_parameters(recurse=False))
        if isinstance(model, torch.nn.Linear):
            parameters.weight = model.weight.T.contiguous()
        return self._with_children(parameters, model, name, args)

    def _with_children(
        self, parameters: ParameterDict, model: torch.nn.Module, name: str, args: Any
    ) -> ParameterDict:
        for key, child in model.named_children():
            converted = self(child, _joined(name, key), _child_args(args, key))
            if converted:
                parameters[int(key) if key.isdigit() else key] = converted
        return parameters

    def _other(self, parameter: torch.Tensor, name: str) -> Any:
        dtype = torch_dtype_to_ttnn_dtype.get(parameter.dtype)
        if dtype is None:
            raise KeyError(
                f"preprocess_model_parameters: parameter {name} has dtype {parameter.dtype}, "
                "which no ttnn dtype "
                "stands for. Convert the model first (e.g. model.float()) or use a "
                "custom_preprocessor."
            )
        self.advance(parameter.numel())
        return _tensor(parameter, dtype, ttnn.ROW_MAJOR_LAYOUT, self._device)


class _CustomPreprocessor:
    """Calls the user's function with those of the optional arguments that it declares."""

    def __init__(self, function: Callable[..., Any], convert_to_ttnn: Callable[..., bool]):
        names = list(inspect.signature(function).parameters)
        unknown = set(names[2:]) - {"ttnn_module_args", "convert_to_ttnn"}
        if len(names) < 2 or unknown:
            raise RuntimeError(
                "custom_preprocessor must take (model, name[, ttnn_module_args][, "
                "convert_to_ttnn]), "
                f"but takes ({', '.join(names)})."
            )
        self._function, self._optional = function, names[2:]
        self._convert_to_ttnn = convert_to_ttnn

    def __call__(self, model: torch.nn.Module, name: str, args: Any) -> Any:
        known = {"ttnn_module_args": args, "convert_to_ttnn": self._convert_to_ttnn}
        return self._function(model, name, **{key: known[key] for key in self._optional})


def preprocess_remaining_children_and_parameters(
    model: torch.nn.Module,
    name: str,
    convert_to_ttnn: Callable[..., bool] | None,
    custom_preprocessor: Callable[..., Any] | None,
    parameters: ParameterDict,
    ttnn_module_args: Any,
    *,
    already_preprocessed_children: set[str],
) -> ParameterDict:
    """For custom preprocessors that convert some of a module themselves: the rest of it in the
    usual way.
    """
    walk = _Walk(convert_to_ttnn or (lambda *_: True), custom_preprocessor, None)
    for key, child in model.named_children():
        if key not in already_preprocessed_children:
            parameters[key] = walk(child, _joined(name, key), _child_args(ttnn_module_args, key))
    for key, value in model.named_parameters(recurse=False):
        if key not in already_preprocessed_children:
            parameters[key] = walk._other(value, _joined(name, key))
    return parameters


def _joined(name: str, key: str) -> str:
    return f"{name}.{key}" if name else key


def _names(model: torch.nn.Module) -> list[str]:
    return [key for key, _ in (*model.named_parameters(recurse=False), *model.named_children())]


def _child_args(args: Any, key: str) -> Any:
    if not args:
        return None
    return args.get(int(key) if key.isdigit() else key)


def _size(model: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def move_to_device(object: Any, device: Any) -> Any:
    """The tree with every ttnn tensor that is still on the host on `device`."""
    if isinstance(object, ttnn.Tensor):
        return object if object.device() is not None else ttnn.to_device(object, device)
    if isinstance(object, dict):
        for key, value in object.items():
            object[key] = move_to_device(value, device)
    elif isinstance(object, list):
        object[:] = [move_to_device(value, device) for value in object]
    return object


# --- the cache -----------------------------------------------------------------------------------

_INDEX = "parameters.json"  # the tree, with a file name, a plain value or a subtree for each key


def _cache_folder(model_name: str) -> pathlib.Path:
    return CONFIG.model_cache_path / model_name.replace("/", "_")


def _save(parameters: Any, folder: pathlib.Path) -> None:
    def described(value: Any, name: str) -> Any:
        if isinstance(value, dict):
            entries = [
                [key, described(entry, _joined(name, str(key)))] for key, entry in value.items()
            ]
            return {"dict": entries}
        if isinstance(value, list):
            return {
                "list": [described(entry, _joined(name, str(i))) for i, entry in enumerate(value)]
            }
        if isinstance(value, ttnn.Tensor):
            ttnn.dump_tensor(folder / f"{name}.tensorbin", value)
            return {"ttnn": f"{name}.tensorbin"}
        if isinstance(value, torch.Tensor):
            torch.save(value.detach(), folder / f"{name}.pt")
            return {"torch": f"{name}.pt"}
        if value is None or isinstance(value, (bool, int, float, str)):
            return {"value": value}
        raise TypeError(
            f"preprocess_model_parameters: {name} is a {type(value).__name__}, which the model "
            "cache cannot keep. "
            "Return tensors, numbers, strings, dicts and lists, or leave model_name out."
        )

    (folder / _INDEX).write_text(json.dumps(described(parameters, "")))


def _load(folder: pathlib.Path) -> Any:
    def built(entry: dict[str, Any]) -> Any:
        ((kind, value),) = entry.items()
        if kind == "dict":
            return ParameterDict({key: built(child) for key, child in value})
        if kind == "list":
            return ParameterList(built(child) for child in value)
        if kind == "ttnn":
            return ttnn.load_tensor(folder / value)
        return torch.load(folder / value) if kind == "torch" else value

    return built(json.loads((folder / _INDEX).read_text()))


def git_hash() -> str:
    """The short commit hash of the working folder, or "" where there is none."""
    try:
        return subprocess.check_output(
            ["git", "rev-parse", "--short", "HEAD"], stderr=subprocess.DEVNULL, text=True
        ).strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _stamp(version: str) -> str:
    """What a cache must have been made with: the version, and how its tensors were distributed."""
    mapper = current_mapper()
    return version if mapper is None else f"{version} {mapper!r}"


# --- the entrances -------------------------------------------------------------------------------


def preprocess_model_parameters(
    *,
    model_name: str | None = None,
    version: str | None = None,
    initialize_model: Callable[[], torch.nn.Module] | None = None,
    convert_to_ttnn: Callable[[torch.nn.Module, str], bool] | None = None,
    custom_preprocessor: Callable[..., Any] | None = None,
    device: Any = None,
    prefix: str = "",
) -> ParameterDict:
    """The parameters of a torch model as ttnn tensors, on `device` if given.

    `initialize_model()` gives the model. `convert_to_ttnn(module, name)` false keeps a module's
    parameters in torch; `custom_preprocessor(module, name)` may return a module's parameters
    itself. With `model_name` and `ttnn.CONFIG.enable_model_cache` the result is kept on disk.
    """
    return preprocess_model(
        model_name=model_name,
        version=version,
        initialize_model=initialize_model,
        convert_to_ttnn=convert_to_ttnn,
        custom_preprocessor=custom_preprocessor,
        device=device,
        prefix=prefix,
    )


def preprocess_model(
    *,
    model_name: str | None = None,
    version: str | None = None,
    initialize_model: Callable[[], torch.nn.Module] | None = None,
    convert_to_ttnn: Callable[[torch.nn.Module, str], bool] | None = None,
    custom_preprocessor: Callable[..., Any] | None = None,
    device: Any = None,
    prefix: str = "",
    run_model: Callable[..., Any] | None = None,
    reader_patterns_cache: dict[Any, Any] | None = None,
) -> ParameterDict:
    """As `preprocess_model_parameters`. `run_model` (arguments of convolutions, found by running)
    is not there yet.
    """
    if run_model is not None:
        raise NotImplementedError(
            "preprocess_model: run_model= needs ttnn's convolutions, which are not implemented "
            "yet. "
            "Leave it out and pass shapes to the operations yourself."
        )

    def convert(to: Any) -> Any:
        return _converted(initialize_model, convert_to_ttnn, custom_preprocessor, prefix, to)

    with _quiet():
        if model_name is None or not CONFIG.enable_model_cache:
            if model_name is not None:
                logger.warning(
                    "ttnn: set ttnn.CONFIG.enable_model_cache to keep the converted %s on disk",
                    model_name,
                )
            parameters = convert(device)
        else:
            parameters = _cached(model_name, version or git_hash(), convert, initialize_model)
        return parameters if device is None else move_to_device(parameters, device)


# TT-NN's older name
from_torch = preprocess_model


def _cached(
    model_name: str, version: str, convert: Callable[[Any], Any], initialize_model: Any
) -> Any:
    folder = _cache_folder(model_name)
    stamp = folder / "version.txt"
    if stamp.is_file() and stamp.read_text() == _stamp(version):
        return _load(folder)
    if initialize_model is None:
        raise RuntimeError(
            f"Cached weights for the model {model_name} (version {version}) don't exist in "
            f"{folder}, and there is no "
            "initialize_model to make them from."
        )
    shutil.rmtree(folder, ignore_errors=True)
    parameters = convert(None)  # on the host, where files are written from
    folder.mkdir(parents=True)
    _save(parameters, folder)
    stamp.write_text(_stamp(version))  # last: a cache without it is not valid
    return parameters


def _converted(
    initialize_model: Any, convert_to_ttnn: Any, custom_preprocessor: Any, prefix: str, device: Any
) -> Any:
    if initialize_model is None:
        raise RuntimeError(
            "preprocess_model_parameters: initialize_model is missing, a function without "
            "arguments that returns "
            "the torch model."
        )
    model = initialize_model()
    if model.training:
        logger.warning("ttnn: the model was in training mode; putting it in evaluation mode")
        model = model.eval()
    walk = _Walk(convert_to_ttnn or (lambda *_: True), custom_preprocessor, device)
    with progress("Converting parameters", _size(model)) as walk.advance:
        return walk(model, prefix, None)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with manage_config("enable_logging", False), manage_config("enable_comparison_mode", False):
        yield


def fold_batch_norm2d_into_conv2d(
    conv: torch.nn.Conv2d, bn: torch.nn.BatchNorm2d
) -> tuple[torch.Tensor, torch.Tensor]:
    """Weight and bias of the one convolution that does what `bn` after `conv` does, in evaluation
    mode.
    """
    if not bn.track_running_stats:
        raise RuntimeError(
            "fold_batch_norm2d_into_conv2d: the batch norm keeps no running statistics "
            "(track_running_stats=False), so what it does depends on each batch and cannot be "
            "folded."
        )
    channels = len(bn.running_mean)
    weight = bn.weight if bn.weight is not None else torch.ones(channels)
    shift = bn.bias if bn.bias is not None else torch.zeros(channels)
    scale = weight / torch.sqrt(bn.running_var + bn.eps)
    bias = conv.bias if conv.bias is not None else torch.zeros(channels)
    return conv.weight * scale[:, None, None, None], (bias - bn.running_mean) * scale + shift


# --- arguments of modules found by running them: for the convolutions that come later ------------


class ModuleArgs(_AttributeDict):
    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict.__repr__(self)})"


class Conv2dArgs(ModuleArgs):
    pass


class ConvTranspose2dArgs(ModuleArgs):
    pass


class MaxPool2dArgs(ModuleArgs):
    pass


class GroupNormArgs(ModuleArgs):
    pass


def infer_ttnn_module_args(*, model: Any, run_model: Callable[..., Any], device: Any) -> Any:
    raise NotImplementedError(
        "infer_ttnn_module_args needs ttnn's convolutions, which are not implemented yet. "
        "Write Conv2dArgs with the shapes yourself."
    )


__getattr__ = functools.partial(absent.stand_in, __name__)
