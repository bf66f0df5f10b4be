"""A test that fails cannot make another fail: tests that fail on purpose, run by a pytest of their
own with the fixtures of this one.
"""

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent

LEAVES = """
import logging, os, random
import numpy, pytest, torch, ttnn
from ttnn import _ttnn
from ttnn.golden_mode import _modes

BEFORE = {}


def state():
    return {
        "meshes": _ttnn.open_meshes(),
        "system": _ttnn.system_model().name,
        "workers": _ttnn.num_workers(),
        "fabric": ttnn.get_fabric_config(),
        "default device": ttnn.GetDefaultDevice(),
        "config": repr(ttnn.CONFIG),
        "environment": dict(os.environ, PYTEST_CURRENT_TEST=""),
        "folder": os.getcwd(),
        "log": logging.getLogger("ttnn").level,
        "shadows": _ttnn.shadow_traces(),
        "golden modes": list(_modes),
        "threads of torch": torch.get_num_threads(),
        "gradients": torch.is_grad_enabled(),
        "random": (random.random(), numpy.random.rand(), float(torch.rand(()))),
    }


def test_notes_what_there_is():
    torch.set_rng_state(torch.get_rng_state())
    BEFORE.update(state())


def leave_everything(tmp_path):
    ttnn.select_system("t3000")
    _ttnn.set_num_workers(3)
    ttnn.set_fabric_config(ttnn.FabricConfig.FABRIC_1D)
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(2, 4), num_command_queues=2)
    part = mesh.create_submesh(ttnn.MeshShape(1, 2))
    ttnn.SetDefaultDevice(mesh)
    ttnn.begin_trace_capture(part, cq_id=0)
    ttnn.CONFIG.compat = "0.81"
    ttnn.CONFIG.enable_comparison_mode = True
    ttnn.golden_mode().__enter__()
    os.environ["TTNN_STRICT_PLACEMENT"] = "1"
    os.chdir(tmp_path)
    logging.getLogger("ttnn").setLevel(logging.CRITICAL)
    ttnn.set_printoptions(profile="empty")
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    torch.manual_seed(1)
    numpy.random.seed(1)
    random.seed(1)
    ttnn.register_python_operation(name="ttnn.left.step")(lambda x: x)
    return mesh, part


def test_leaves_everything_and_raises(tmp_path):
    mesh, part = leave_everything(tmp_path)
    raise ValueError("on purpose")


def test_finds_nothing_of_it(tmp_path):
    assert state() == BEFORE
    mesh, part = leave_everything(tmp_path)  # which none of it is in the way of
    part.close()
    mesh.close()


KEPT = []


def test_passes_and_leaves_a_mesh():
    KEPT.append(ttnn.open_mesh_device(ttnn.MeshShape(1, 2)))


@pytest.fixture(scope="module")
def mesh():
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 2))
    yield mesh
    mesh.close()


def test_fails_with_a_mesh_of_the_module(mesh):
    ttnn.begin_trace_capture(mesh, cq_id=0)
    assert mesh is None


def test_goes_on_with_a_mesh_of_the_module(mesh):
    assert mesh.is_open() and not _ttnn.is_trace_capture_active(mesh)
    x = ttnn.from_torch(torch.ones(2, 2), device=mesh)
    assert ttnn.to_torch(ttnn.get_device_tensors(ttnn.add(x, 1.0))[0])[0, 0] == 2


def test_fails_with_a_submesh(mesh):
    KEPT.append(mesh.create_submesh(ttnn.MeshShape(1, 1)))
    raise ValueError("on purpose")


def test_finds_the_submesh_closed(mesh):
    assert mesh.is_open() and not KEPT[-1].is_open()
"""


LATE = """
import sys
import pytest


def test_is_the_first_to_import_torch():
    assert "torch" not in sys.modules
    import torch

    torch.manual_seed(1)
    torch.set_grad_enabled(False)
    torch.set_default_dtype(torch.float64)


def test_finds_torch_as_it_begins():
    import torch

    assert torch.is_grad_enabled() and torch.get_default_dtype() == torch.float32
    assert torch.rand(()) == torch.rand((), generator=torch.Generator())
"""


def outcome(folder, text):
    """What a pytest of its own prints of tests."""
    (folder / "test_leaves.py").write_text(text)
    command = ["-q", "-p", "conftest", "-p", "no:cacheprovider", "-o", "addopts=", "test_leaves.py"]
    done = subprocess.run(
        [sys.executable, "-c", "import sys, pytest; sys.path.insert(0, sys.argv.pop(1));"
         "sys.exit(pytest.main(sys.argv[1:]))", HERE, *command],
        cwd=folder,
        capture_output=True,
        text=True,
    )  # fmt: skip
    return done.stdout


def test_a_test_that_fails_cannot_make_another_fail(tmp_path):
    said = outcome(tmp_path, LEAVES)
    told = [line for line in said.splitlines() if line.startswith(("FAILED", "ERROR"))]
    assert [line.split(" - ")[0].split("::")[1] for line in told] == [
        "test_leaves_everything_and_raises",
        "test_fails_with_a_mesh_of_the_module",
        "test_fails_with_a_submesh",
        "test_passes_and_leaves_a_mesh",
    ], said
    assert "left open, and closed now: <MeshDevice: 1x2 grid, 2 devices>" in said
    assert "3 failed, 5 passed, 1 error" in said


def test_torch_may_be_imported_by_a_test(tmp_path):
    said = outcome(tmp_path, LATE)
    assert "2 passed" in said, said
