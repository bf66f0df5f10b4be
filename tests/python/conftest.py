"""Fixtures of the Python tests: meshes that are closed again, and settings that do not leak."""

import logging

import pytest

pytest.register_assert_rewrite("error_texts")


@pytest.fixture(autouse=True)
def log_level():
    """Programs of pages and examples may silence the log; the next test hears it again."""
    logger = logging.getLogger("ttnn")
    level = logger.level
    yield
    logger.setLevel(level)


@pytest.fixture
def device():
    """A 1x1 mesh."""
    import ttnn

    mesh = ttnn.open_device(device_id=0)
    yield mesh
    ttnn.close_device(mesh)


@pytest.fixture
def mesh_device(request):
    """A mesh; `@pytest.mark.parametrize("mesh_device", [(2, 4)], indirect=True)` chooses its shape,
    1x4 if none.
    """
    import ttnn

    mesh = ttnn.open_mesh_device(ttnn.MeshShape(*getattr(request, "param", (1, 4))))
    yield mesh
    ttnn.close_mesh_device(mesh)


@pytest.fixture(params=["seed", "0.81"])
def compat(request):
    """The test runs under both settings of `ttnn.CONFIG.compat`."""
    import ttnn

    with ttnn.manage_config("compat", request.param):
        yield request.param
