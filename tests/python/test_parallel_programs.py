"""The tensor parallel, hybrid and other programs of several devices, run as files: at full size
where that is quick, else at an eighth of Falcon's; and the programs in C++.
"""

import importlib
import pathlib

import pytest
import torch
import transformers

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples" / "python"
# An eighth of Falcon's sizes: 71 and 284 columns for each of eight devices.
SMALL = transformers.FalconConfig(hidden_size=568, num_attention_heads=71)


@pytest.fixture
def example(monkeypatch):
    """Imports an example, as one that is run finds what stands beside it."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    monkeypatch.setenv("COLUMNS", "120")
    torch.manual_seed(0)
    return importlib.import_module


@pytest.mark.parametrize(
    ("name", "results"),
    [("falcon_mlp_tensor_parallel", 2), ("falcon_mlp_megatron", 2), ("falcon_mlp_hybrid", 1)],
)
def test_falcon_mlp(example, capsys, name, results):
    example(name).main(SMALL, measure=False)
    out = capsys.readouterr().out
    assert out.count("PCC 0.9999") == out.count("strict ") == results
    assert "Dev. ID: 7" in out


def test_falcon_mlp_on_submeshes(example, capsys):
    example("falcon_mlp_submeshes").main(SMALL, measure=False)
    out = capsys.readouterr().out
    assert out.count("PCC 0.9999") == out.count("strict ") == 4
    assert "the replica on devices 24 to 31" in out and "Dev. ID: 31" in out
    assert "3 replays of one trace with four replicas: equal to eager bit for bit" in out


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "falcon_mlp_tensor_parallel",
        "falcon_mlp_megatron",
        "falcon_mlp_hybrid",
        "falcon_mlp_submeshes",
    ],
)
def test_falcon_mlp_at_full_size(example, capsys, name):
    example(name).main(measure=False)
    assert "PCC 0.9999" in capsys.readouterr().out


def test_all_gather(example, capsys):
    example("all_gather").main()
    out = capsys.readouterr().out
    assert "along a row [1, 1, 32, 128], along a column [1, 1, 64, 32]" in out
    assert "a slice [1, 1, 64, 40], gathered [1, 1, 64, 320]" in out


def test_distributed_norm(example, capsys):
    example("distributed_norm").main()
    out = capsys.readouterr().out
    assert "rms_norm: [1, 1, 64, 1024] on each of 4 devices" in out
    assert "layer_norm: [1, 1, 64, 568] on each of 8 devices" in out
