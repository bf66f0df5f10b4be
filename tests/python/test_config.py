"""ttnn.CONFIG: names, types, environment, restoring; and ttnn.distribute's scoping without a
device.
"""

import json
import logging
import os
import pathlib
import subprocess
import sys

import pytest

import ttnn
from ttnn.config import Config, lean_on


def run(code, **env):
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout.strip(), result.stderr


def test_defaults_are_those_of_tt_nn():
    config = Config()
    assert config.enable_fast_runtime_mode is True
    assert config.enable_logging is False
    assert config.report_path is None
    assert config.compat == "seed"
    assert isinstance(config.cache_path, pathlib.Path)


def test_unknown_names_and_wrong_types_are_errors_where_they_are_set():
    config = Config()
    with pytest.raises(AttributeError, match=r"no setting .enable_loging'.*enable_logging"):
        config.enable_loging = True
    with pytest.raises(AttributeError, match="no setting"):
        config.enable_loging  # noqa: B018
    with pytest.raises(TypeError, match="enable_logging = 'yes' is of type str, but takes bool"):
        config.enable_logging = "yes"
    with pytest.raises(TypeError, match="takes float"):
        config.comparison_mode_pcc = True
    with pytest.raises(ValueError, match="choose 'seed'"):
        config.compat = "0.9"
    with pytest.raises(AttributeError, match="report_path is read-only"):
        config.report_path = "x"


def test_paths_accept_strings_and_the_report_path_follows():
    config = Config()
    config.root_report_path, config.report_name = "/tmp/reports", "first"
    assert config.report_path == pathlib.Path("/tmp/reports/first")
    config.report_name = None
    assert config.report_path is None


def test_manage_config_restores_after_an_exception():
    with pytest.raises(ZeroDivisionError), ttnn.manage_config("enable_logging", True):
        assert ttnn.CONFIG.enable_logging
        1 / 0  # noqa: B018
    assert not ttnn.CONFIG.enable_logging


def test_saves_and_loads(tmp_path):
    config = Config()
    config.enable_logging, config.cache_path = True, tmp_path
    config.save_to_file(tmp_path / "config.json")
    other = Config()
    other.load_from_file(tmp_path / "config.json")
    assert other == config
    assert json.loads((tmp_path / "config.json").read_text())["cache_path"] == str(tmp_path)


def test_overrides_are_strict_and_files_are_not(tmp_path, caplog):
    config = Config()
    with pytest.raises(AttributeError, match="no setting 'novel'"):
        config.apply_json_overrides('{"novel": 1}')
    with pytest.raises(ValueError, match="is not JSON"):
        config.apply_json_overrides("{")
    with pytest.raises(TypeError, match="not an object"):
        config.apply_json_overrides("[1]")
    path = tmp_path / "config.json"
    path.write_text('{"novel": 1, "enable_logging": true}')
    config.load_from_file(path)
    assert config.enable_logging and "novel" in caplog.text


def test_repr_is_one_line():
    assert repr(ttnn.CONFIG).startswith("Config(cache_path=") and "\n" not in repr(ttnn.CONFIG)


def test_environment(tmp_path):
    path = tmp_path / "config.json"
    path.write_text('{"enable_logging": true, "comparison_mode_pcc": 0.5}')
    out, _ = run(
        "import ttnn; c = ttnn.CONFIG; print(c.enable_logging, c.comparison_mode_pcc, c.compat)",
        TTNN_CONFIG_PATH=str(path),
        TTNN_CONFIG_OVERRIDES='{"comparison_mode_pcc": 0.25}',
        TTNN_COMPAT="0.81",
    )
    assert out == "True 0.25 0.81"
    _, error = run("import ttnn", TTNN_COMPAT="0.82")
    assert "choose 'seed'" in error


def test_importing_ttnn_imports_neither_torch_nor_rich():
    out, error = run(
        "import sys, ttnn; print([m for m in ('torch', 'rich', 'transformers') if m in "
        "sys.modules]);"
        "ttnn.model_preprocessing.preprocess_model_parameters; ttnn.testing.assert_with_pcc; "
        "print('torch' in sys.modules)"
    )
    assert out == "[]\nTrue", error


def test_lean_on_says_it_once(caplog):
    with caplog.at_level(logging.WARNING, logger="ttnn"):
        lean_on("test", "cards with 0.81.1 would do otherwise")
        lean_on("test", "cards with 0.81.1 would do otherwise")
    assert caplog.text.count("cards with 0.81.1") == 1
