"""`ttnn.CONFIG`: the settings of the Python layer, with TT-NN's names, and `compat`, which chooses
between the seed report's behaviour and that of TT-NN 0.81.1 wherever the two really differ.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import pathlib
from collections.abc import Iterator
from typing import Any

logger = logging.getLogger("ttnn")

COMPAT_CHOICES = ("seed", "0.81")
CONFIG_PATH: pathlib.Path | None = (
    pathlib.Path(os.environ["TTNN_CONFIG_PATH"]) if os.environ.get("TTNN_CONFIG_PATH") else None
)
CONFIG_OVERRIDES: str | None = os.environ.get("TTNN_CONFIG_OVERRIDES")

_CACHE = pathlib.Path.home() / ".cache" / "ttnn"

# name -> (type, default). `pathlib.Path` accepts strings; `None` is accepted where it is the
# default.
_FIELDS: dict[str, tuple[type, Any]] = {
    "cache_path": (pathlib.Path, _CACHE),
    "model_cache_path": (pathlib.Path, _CACHE / "models"),
    "tmp_dir": (pathlib.Path, pathlib.Path("/tmp/ttnn")),
    "enable_model_cache": (bool, False),
    "enable_fast_runtime_mode": (bool, True),
    "validate_program_args": (bool, False),
    "throw_exception_on_fallback": (bool, False),
    "enable_logging": (bool, False),
    "enable_graph_report": (bool, False),
    "enable_graph_python_stack_traces": (bool, False),
    "enable_detailed_buffer_report": (bool, False),
    "enable_detailed_tensor_report": (bool, False),
    "enable_comparison_mode": (bool, False),
    "comparison_mode_should_raise_exception": (bool, False),
    "comparison_mode_pcc": (float, 0.9999),
    "root_report_path": (pathlib.Path, pathlib.Path("generated/ttnn/reports")),
    "report_name": (pathlib.Path, None),
    "strict_ccl_topology": (bool, False),
    "compat": (str, "seed"),
}


class Config:
    """Typed settings: unknown names and wrong types are errors where they are set, not where they
    are read.
    """

    compat: str

    def __init__(self, other: Config | None = None):
        values = other._values if other is not None else {k: v for k, (_, v) in _FIELDS.items()}
        object.__setattr__(self, "_values", dict(values))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "report_path":  # derived, as in TT-NN: one folder per named report
            report = self.report_name
            return None if report is None else self.root_report_path / report
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(_unknown(name)) from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "report_path":
            raise AttributeError(
                "CONFIG.report_path is read-only: it is root_report_path / report_name. Set those "
                "instead."
            )
        self._values[name] = _checked(name, value)
        if self is globals().get("CONFIG"):
            _tell(name)

    def __dir__(self) -> list[str]:
        return sorted([*super().__dir__(), *_FIELDS, "report_path"])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Config) and self._values == other._values

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return (
            "Config(" + ", ".join(f"{k}={_json_ready(v)!r}" for k, v in self._values.items()) + ")"
        )

    def keys(self) -> list[str]:
        return list(_FIELDS)

    def apply_json_overrides(self, json_text: str, strict: bool = True, source: str = "") -> None:
        """Sets what a JSON object names. Unknown names are errors if `strict`, else a warning."""
        where = source or "JSON overrides"
        try:
            settings = json.loads(json_text)
        except json.JSONDecodeError as error:
            raise ValueError(f"ttnn.CONFIG: {where} is not JSON: {error}") from None
        if not isinstance(settings, dict):
            raise TypeError(
                f"ttnn.CONFIG: {where} holds a JSON {type(settings).__name__}, not an object. "
                'Write e.g. {"enable_logging": true}.'
            )
        for name, value in settings.items():
            if name not in _FIELDS and not strict:
                logger.warning("%s (from %s, ignored)", _unknown(name), where)
                continue
            setattr(self, name, value)

    def load_from_file(self, path: str | os.PathLike[str]) -> None:
        self.apply_json_overrides(pathlib.Path(path).read_text(), strict=False, source=str(path))

    def save_to_file(self, path: str | os.PathLike[str]) -> None:
        values = {name: _json_ready(value) for name, value in self._values.items()}
        pathlib.Path(path).write_text(json.dumps(values, indent=2) + "\n")


def _unknown(name: str) -> str:
    return f"ttnn.CONFIG has no setting {name!r}. It has: {', '.join(_FIELDS)}."


def _json_ready(value: Any) -> Any:
    return str(value) if isinstance(value, pathlib.PurePath) else value


def _checked(name: str, value: Any) -> Any:
    """`value` as the setting's own type, or the error that says what the setting takes."""
    if name not in _FIELDS:
        raise AttributeError(_unknown(name))
    kind, default = _FIELDS[name]
    if value is None and default is None:
        return None
    if kind is pathlib.Path and isinstance(value, (str, os.PathLike)):
        return pathlib.Path(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind):
        raise TypeError(
            f"ttnn.CONFIG.{name} = {value!r} is of type {type(value).__name__}, but takes "
            f"{kind.__name__}."
        )
    if name == "compat" and value not in COMPAT_CHOICES:
        raise ValueError(
            f"ttnn.CONFIG.compat = {value!r}: choose 'seed' (the seed report's ways) or '0.81' "
            "(TT-NN 0.81.1's)."
        )
    return value


def _tell(name: str) -> None:
    """Those that act on a setting, of those that do not read it each time."""
    if name == "compat":
        from ttnn import _ttnn

        _ttnn.set_compat(CONFIG.compat)  # texts made in C++ follow it too
    if name == "strict_ccl_topology":
        from ttnn import _ttnn

        _ttnn.set_strict_ccl_topology(CONFIG.strict_ccl_topology)
    if name == "enable_comparison_mode":
        from ttnn.golden_mode import renew_mode_of_config

        renew_mode_of_config()
    if name in ("enable_logging", "enable_comparison_mode"):
        from ttnn import decorators

        decorators.choose_path()
    if name == "enable_logging" and CONFIG.enable_logging:
        logger.setLevel(logging.INFO)
        if not logger.hasHandlers():
            logger.addHandler(logging.StreamHandler())


CONFIG = Config()


def load_config_from_dictionary(
    config: dict[str, Any], from_file: bool = False, source: str | None = None
) -> None:
    """Sets what `config` names; what comes from a file may name settings of other versions."""
    values = {name: _json_ready(value) for name, value in config.items()}
    CONFIG.apply_json_overrides(json.dumps(values), strict=not from_file, source=source or "")


def load_config_from_json_file(json_path: str | os.PathLike[str]) -> None:
    CONFIG.load_from_file(json_path)


def save_config_to_json_file(json_path: str | os.PathLike[str]) -> None:
    CONFIG.save_to_file(json_path)


def load_environment() -> None:
    """What `import ttnn` does once: the file, then the overrides, then TTNN_COMPAT, each stronger
    than the last.
    """
    if CONFIG_PATH is not None:
        if not CONFIG_PATH.is_file():
            raise FileNotFoundError(
                f"TTNN_CONFIG_PATH={CONFIG_PATH} names no file. Unset it or create the file."
            )
        CONFIG.load_from_file(CONFIG_PATH)
    if CONFIG_OVERRIDES:
        CONFIG.apply_json_overrides(CONFIG_OVERRIDES, source="TTNN_CONFIG_OVERRIDES")
    CONFIG.compat = os.environ.get("TTNN_COMPAT") or CONFIG.compat


@contextlib.contextmanager
def manage_config(name: str, value: Any) -> Iterator[None]:
    """Sets one setting for the length of a `with` block, also when the block raises."""
    before = getattr(CONFIG, name)
    setattr(CONFIG, name, value)
    try:
        yield
    finally:
        setattr(CONFIG, name, before)


_leaned_on: set[str] = set()


def lean_on(key: str, sentence: str) -> None:
    """Says once per `key` what cards with TT-NN 0.81.1 would do where we do what the seed report
    means.
    """
    if key not in _leaned_on:
        _leaned_on.add(key)
        logger.warning("%s", sentence)


# Last, because settings may reach modules that read this one.
load_environment()
