"""Fixtures of the Python tests: meshes that are closed again, and settings that do not leak."""

import pytest

pytest.register_assert_rewrite("error_texts")

HAS_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    item.stash[HAS_FAILED] = report.failed or item.stash.get(HAS_FAILED, False)
    return report


def _leave_nothing(has_failed):
    """A test leaves nothing open behind it, even when it fails; one that passes is told of it."""
    from leftovers import Leftovers

    leftovers = Leftovers()
    yield
    left = leftovers.clear()
    if left and not has_failed():
        pytest.fail(f"left open, and closed now: {', '.join(left)}", pytrace=False)


@pytest.fixture(autouse=True)
def put_back(request):
    """After each test, whatever happened in it. Meshes of its module's fixtures stay open."""
    yield from _leave_nothing(lambda: request.node.stash.get(HAS_FAILED, False))


@pytest.fixture(scope="module", autouse=True)
def put_back_after_module():
    """The same for what the fixtures of a module leave."""
    yield from _leave_nothing(lambda: False)


@pytest.fixture
def system():
    """Chooses a system for one test."""
    import ttnn

    return ttnn.select_system


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
