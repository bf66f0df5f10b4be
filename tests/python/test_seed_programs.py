"""The programs of the seed report, run as files; their output where the report prints it."""

import pathlib
import runpy
import subprocess
import sys

import pytest

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples" / "python"


@pytest.fixture
def run_example(capsys, monkeypatch):
    """Runs an example in this process and gives what it printed."""

    def run(name):
        monkeypatch.syspath_prepend(str(EXAMPLES))
        monkeypatch.setenv("COLUMNS", "120")
        runpy.run_path(str(EXAMPLES / name), run_name="__main__")
        return capsys.readouterr().out

    return run


@pytest.mark.seed
def test_open_mesh(run_example):
    assert run_example("open_mesh.py") == "<MeshDevice: 1x2 grid, 2 devices>\n"


@pytest.mark.seed
def test_visualize_mesh(run_example):
    lines = [line.strip() for line in run_example("visualize_mesh.py").splitlines()]
    assert lines[0] == "MeshDevice(rows=1, cols=2):"
    cells = [
        [cell.strip() for cell in line.strip("│").split("│")]
        for line in lines
        if line.startswith("│")
    ]
    assert cells == [["Dev. ID: 0", "Dev. ID: 1"], ["(0, 0)", "(0, 1)"], ["", ""]]


def shard_text(value):
    row = f"[ {value},  {value},  ...,  {value},  {value}]"
    indent = " " * 15
    return (
        f"ttnn.Tensor([[[{row},\n{indent}{row},\n{indent}...,\n{indent}{row},\n{indent}{row}]]], "
        "shape=Shape([1, 1, 32, 32]), dtype=DataType::FLOAT32, layout=Layout::TILE)"
    )


@pytest.mark.seed
def test_sharding(run_example):
    out = run_example("sharding.py")
    one, two = shard_text("1.00000"), shard_text("2.00000")
    host = f"{one}\n{two}\n"
    assert out.startswith(host)
    device = f"device_id:0\n{one}\ndevice_id:1\n{two}\n"
    assert out[len(host) :].lstrip("\n").startswith(device)
    picture = out[out.index(device) + len(device) :]
    assert "Dev. ID: 0" in picture and "Dev. ID: 1" in picture
    assert picture.count("ttnn.Shape([1, 1, 32, 32])") == 2


@pytest.mark.seed
def test_gelu_one_device(run_example):
    assert "shape=Shape([1, 1, 32, 32]), dtype=DataType::BFLOAT16" in run_example(
        "gelu_one_device.py"
    )


@pytest.mark.seed
def test_gelu_mesh(run_example):
    assert run_example("gelu_mesh.py").count("Dev. ID:") == 4


@pytest.mark.slow
@pytest.mark.seed
def test_falcon_mlp(run_example):
    assert "PCC 0.9999" in run_example("falcon_mlp.py")


@pytest.mark.slow
@pytest.mark.seed
def test_falcon_mlp_data_parallel(monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    import falcon_mlp_data_parallel

    falcon_mlp_data_parallel.main(measure=False)
    out = capsys.readouterr().out
    assert "largest error" in out and out.count("Dev. ID:") == 4


@pytest.mark.slow
def test_the_demo_measures(run_example):
    out = run_example("falcon_mlp_data_parallel.py")
    assert out.count("GFLOP/s") == 3
    assert out.splitlines()[-1].startswith("Four devices on ")


@pytest.mark.parametrize(
    ("ours", "line"),
    [
        (0.1, "Four devices on 2 cores: torch's result, 2.00 x as fast as torch in bfloat16, its"),
        (0.201, "Four devices on 2 cores: torch's result, as fast as torch in bfloat16, its"),
        (0.4, "Four devices on 2 cores: torch's result, 0.50 x as fast as torch in bfloat16, its"),
    ],
)
def test_the_demo_ends_with_our_speed_beside_torch_at_its_best(monkeypatch, ours, line):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    import falcon_mlp_data_parallel

    times = {"float32": 0.3, "bfloat16": 0.2}
    assert falcon_mlp_data_parallel.conclusion(ours, times, 2) == f"{line} faster dtype here."


def test_a_program_that_closes_nothing_exits_quietly():
    code = (
        "import ttnn, torch; mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 4));"
        "x = ttnn.from_torch(torch.ones(64, 64), layout=ttnn.TILE_LAYOUT, device=mesh);"
        "y = ttnn.gelu(x); print('end')"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (result.returncode, result.stdout) == (0, "end\n"), result.stderr
