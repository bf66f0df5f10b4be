"""Opening and asking about meshes, as programs of all of TT-NN's generations do it."""

import copy
import os
import pickle
import subprocess
import sys

import pytest
from error_texts import expect_error_texts

import ttnn


@pytest.fixture
def mesh():
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(2, 4))
    yield mesh
    ttnn.close_mesh_device(mesh)


# -- values


def test_mesh_shape_in_all_spellings():
    shape = ttnn.MeshShape(2, 4)
    assert shape == ttnn.MeshShape(y=2, x=4) == ttnn.MeshShape([2, 4]) == ttnn.MeshShape((2, 4))
    assert shape == ttnn.MeshShape(shape) == ttnn.DeviceGrid(y=2, x=4)
    rows, cols = shape
    assert (rows, cols) == (2, 4) == tuple(shape) == (shape[0], shape[-1]) == shape.as_tuple()
    assert (shape.y, shape.x) == (2, 4)
    assert shape.dims() == 2 and shape.mesh_size() == 8 and len(shape) == 2
    assert shape != ttnn.MeshShape(4, 2) and shape != (2, 4)
    assert repr(shape) == "MeshShape([2, 4])"
    assert repr(ttnn.MeshShape(1, 2, 3)) == "MeshShape([1, 2, 3])"
    assert len({ttnn.MeshShape(2, 4), shape}) == 1
    assert ttnn.MeshShape([1, 2, 3, 4]).mesh_size() == 24


def test_mesh_values_copy_and_pickle():
    for value in (ttnn.MeshShape(2, 4), ttnn.MeshCoordinate(1, 0, 2)):
        assert copy.deepcopy(value) == value == pickle.loads(pickle.dumps(value))


@pytest.mark.parametrize("wrong", [(-1, 4), ([],), ([1] * 9,), ([-1],)])
def test_mesh_shape_refuses(wrong):
    with pytest.raises(ValueError, match="MeshShape"):
        ttnn.MeshShape(*wrong)


@pytest.mark.parametrize("wrong", [("2x4",), (2.0, 4.0), (1, 2, 3, 4), ()])
def test_mesh_shape_refuses_types(wrong):
    with pytest.raises(TypeError):
        ttnn.MeshShape(*wrong)


def test_mesh_shape_index_errors():
    with pytest.raises(IndexError):
        ttnn.MeshShape(2, 4)[2]


def test_coordinates():
    at = ttnn.MeshCoordinate(1, 3)
    assert repr(at) == "MeshCoordinate([1, 3])"
    assert at == ttnn.MeshCoordinate([1, 3]) and {at: 1}[ttnn.MeshCoordinate(1, 3)] == 1
    row, col = at
    assert (row, col) == (1, 3) and at[-1] == 3


def test_coordinate_ranges():
    block = ttnn.MeshCoordinateRange(ttnn.MeshCoordinate(0, 1), ttnn.MeshCoordinate(1, 2))
    assert [tuple(at) for at in block] == [(0, 1), (0, 2), (1, 1), (1, 2)]
    assert ttnn.MeshCoordinate(1, 1) in block and ttnn.MeshCoordinate(1, 3) not in block
    assert len(list(ttnn.MeshCoordinateRange(ttnn.MeshShape(2, 4)))) == 8
    assert repr(block) == (
        "MeshCoordinateRange(start=MeshCoordinate([0, 1]), end=MeshCoordinate([1, 2]))"
    )


# -- meshes


def test_the_seed_opens_a_mesh():
    mesh_device = ttnn.open_mesh_device(ttnn.MeshShape(1, 2))
    assert repr(mesh_device) == "<MeshDevice: 1x2 grid, 2 devices>"
    ttnn.close_mesh_device(mesh_device)
    ttnn.close_mesh_device(mesh_device)  # harmless
    assert not mesh_device.is_open()


def test_the_seed_opens_a_mesh_the_old_way():
    mesh_device = ttnn.open_device_mesh(ttnn.DeviceGrid(y=1, x=4))
    assert mesh_device.get_num_devices() == 4
    ttnn.close_device_mesh(mesh_device)
    with ttnn.create_device_mesh(ttnn.DeviceGrid(1, 2), [4, 5]) as mesh_device:
        assert mesh_device.get_device_ids() == [4, 5]


def test_whole_system_without_a_shape(system):
    system("t3000")
    with ttnn.create_mesh_device() as mesh:
        assert mesh.shape == ttnn.MeshShape(2, 4)


def test_all_parameters():
    mesh = ttnn.open_mesh_device(
        mesh_shape=ttnn.MeshShape(2, 2),
        l1_small_size=32768,
        trace_region_size=23887872,
        num_command_queues=2,
        dispatch_core_config=ttnn.DispatchCoreConfig(ttnn.DispatchCoreType.ETH),
        offset=ttnn.MeshCoordinate(1, 1),
        worker_l1_size=1000,
    )
    assert mesh.get_device_ids() == [5, 6, 9, 10]
    assert mesh.num_command_queues() == 2
    ttnn.close_mesh_device(mesh)


def test_queries(mesh):
    assert mesh.get_device_id(ttnn.MeshCoordinate(1, 2)) == 6
    with pytest.raises(IndexError, match=r"MeshCoordinate\(\[2, 0\]\) is outside of MeshShape"):
        mesh.get_device_id(ttnn.MeshCoordinate(2, 0))
    assert mesh.arch() == ttnn.Arch.WORMHOLE_B0 and str(ttnn.Arch.BLACKHOLE) == "Arch.BLACKHOLE"
    assert (mesh.core_grid.x, mesh.core_grid.y) == (8, 8)
    grid = mesh.compute_with_storage_grid_size()
    assert (grid.x, grid.y) == (8, 8)
    assert mesh.dram_grid_size().x == 12
    assert mesh.used_bytes() == [0] * 8 and mesh.capacity_bytes() == 0
    assert mesh.num_program_cache_entries() == 0
    assert isinstance(mesh.id(), int) and isinstance(mesh, ttnn.Device)
    assert ttnn.Device is ttnn.MeshDevice is ttnn.DeviceMesh


def test_attributes_may_be_set(mesh):
    mesh.cache_entries_counter = 3
    assert mesh.cache_entries_counter == 3


def test_what_is_missing_names_itself(mesh):
    with pytest.raises(NotImplementedError, match=r"MeshDevice\.sfpu_eps is not implemented"):
        mesh.sfpu_eps()


def test_lines_follow_connected_paths(system):
    system("t3000")
    with ttnn.create_mesh_device(ttnn.MeshShape(1, 8)) as mesh:
        assert mesh.get_device_ids() == [0, 1, 2, 3, 7, 6, 5, 4]
    with ttnn.create_mesh_device(ttnn.MeshShape(4, 2)) as mesh:
        assert mesh.get_device_ids() == [0, 4, 1, 5, 2, 6, 3, 7]


def test_context_manager_closes_after_an_error():
    with pytest.raises(KeyError), ttnn.create_mesh_device(ttnn.MeshShape(1, 2)) as mesh:
        raise KeyError("x")
    assert not mesh.is_open()


@pytest.mark.parametrize(
    "shape, message",
    [
        ((8, 8), r"requires 64 devices, but only 32 devices are available in the system mesh"),
        ((0, 4), r"has zero devices \(mesh_size=0\)"),
        ((3, 9), r"is too big and is not rotatable"),
    ],
)
def test_shapes_that_cannot_be_opened(shape, message):
    with pytest.raises(RuntimeError, match=message):
        ttnn.open_mesh_device(ttnn.MeshShape(*shape))
    with ttnn.create_mesh_device(ttnn.MeshShape(1, 1)):
        pass


def test_wrong_arguments_say_what_to_pass():
    with pytest.raises(TypeError, match=r"mesh_shape is \(2, 4\) of type tuple.*MeshShape\(2"):
        ttnn.open_mesh_device((2, 4))
    with pytest.raises(TypeError):
        ttnn.open_mesh_device(ttnn.MeshShape(1, 1), number_of_queues=1)
    with pytest.raises(TypeError, match="None"):
        ttnn.close_mesh_device(None)


# -- devices


def test_single_devices():
    for device in (ttnn.open_device(0), ttnn.open_device(device_id=3), ttnn.CreateDevice(5)):
        assert device.shape == ttnn.MeshShape(1, 1)
        ttnn.close_device(device)
    with ttnn.manage_device(7) as device:
        assert device.get_device_ids() == [7]
    devices = ttnn.CreateDevices([0, 1, 2])
    assert list(devices) == [0, 1, 2]
    ttnn.CloseDevices(devices)
    assert not any(device.is_open() for device in devices.values())


def test_a_device_that_does_not_exist():
    with pytest.raises(RuntimeError, match="device 99 does not exist"):
        ttnn.open_device(99)
    with pytest.raises(TypeError, match="device_id is '0'"):
        ttnn.open_device("0")


def test_default_device():
    assert ttnn.GetDefaultDevice() is None
    device = ttnn.open_device(0)
    ttnn.SetDefaultDevice(device)
    assert ttnn.GetDefaultDevice() is device
    ttnn.close_device(device)
    assert ttnn.GetDefaultDevice() is None


def test_system_queries(system):
    assert ttnn.get_num_devices() == ttnn.GetNumAvailableDevices() == 32
    assert ttnn.get_arch_name() == "wormhole_b0"
    system("t3000")
    assert ttnn.get_device_ids() == list(range(8))
    assert ttnn.get_pcie_device_ids() == [0, 1, 2, 3] and ttnn.GetNumPCIeDevices() == 4
    assert ttnn.GetPCIeDeviceID(6) == 2
    descriptor = ttnn._ttnn.multi_device.SystemMeshDescriptor()
    assert descriptor.shape() == descriptor.local_shape() == ttnn.MeshShape(2, 4)
    assert descriptor.all_local() and descriptor.get_device_id(ttnn.MeshCoordinate(1, 1)) == 5


def test_system_is_chosen_before_opening(system):
    system("4x4")
    with (
        ttnn.create_mesh_device(ttnn.MeshShape(4, 4)),
        pytest.raises(RuntimeError, match="while 1 mesh"),
    ):
        system("galaxy")
    with pytest.raises(ValueError, match='system "t4000" is not known'):
        system("t4000")


def test_fabric_is_configured_before_opening():
    ttnn.set_fabric_config(ttnn.FabricConfig.FABRIC_1D)
    assert ttnn.get_fabric_config() == ttnn.FabricConfig.FABRIC_1D
    with (
        ttnn.create_mesh_device(ttnn.MeshShape(1, 4)),
        pytest.raises(RuntimeError, match="before a mesh is opened"),
    ):
        ttnn.set_fabric_config(ttnn.FabricConfig.FABRIC_2D)
    ttnn.set_fabric_config(ttnn.FabricConfig.DISABLED)
    with pytest.raises(TypeError, match="config is 'ring'"):
        ttnn.set_fabric_config("ring")


# -- the environment


def run(program, **environment):
    """A fresh process, since the environment is read once."""
    result = subprocess.run(
        [sys.executable, "-c", "import ttnn\n" + program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return result.stdout + result.stderr


@pytest.mark.parametrize(
    "name, shape",
    [("n150", "1, 1"), ("N300", "1, 2"), ("t3000", "2, 4"), ("galaxy", "8, 4"), ("3x5", "3, 5")],
)
def test_system_from_the_environment(name, shape):
    out = run("print(ttnn.open_mesh_device().shape)", TTNN_SYSTEM=name)
    assert f"MeshShape([{shape}])" in out


def test_wrong_system_in_the_environment():
    assert 'system "qb9" is not known' in run("ttnn.open_device(0)", TTNN_SYSTEM="qb9")


def test_text_of_081():
    out = run("print(ttnn.open_mesh_device(ttnn.MeshShape(1, 2)))", TTNN_COMPAT="0.81")
    assert "MeshDevice(1x2 grid, 2 devices)" in out


def test_exit_without_close():
    assert run("mesh = ttnn.open_mesh_device(ttnn.MeshShape(2, 2)); print('done')") == "done\n"


def test_large_meshes_open(system):
    """A search of paths that tries them all would not end."""
    system("32x32")
    for shape in ((32, 32), (1, 1024), (1, 998)):
        with ttnn.create_mesh_device(ttnn.MeshShape(*shape)) as mesh:
            assert mesh.get_num_devices() == shape[0] * shape[1]


# -- error texts -----------------------------------------------------------------------------------


def _closed():
    with ttnn.create_mesh_device(ttnn.MeshShape(1, 2)) as mesh:
        pass
    return mesh


def _open(*shape, **options):
    return lambda: ttnn.open_mesh_device(ttnn.MeshShape(*shape), **options)


ERRORS = {
    "a mesh larger than the system": _open(8, 8),
    "a mesh without devices": _open(0, 4),
    "a negative size": lambda: ttnn.MeshShape(-1, 4),
    "no dimensions": lambda: ttnn.MeshShape([]),
    "a block that fits neither way": _open(3, 9),
    "three dimensions on two": _open(2, 2, 2),
    "an offset outside": _open(1, 1, offset=ttnn.MeshCoordinate(8, 0)),
    "a block beyond the edge": _open(2, 4, offset=ttnn.MeshCoordinate(7, 0)),
    "too few device ids": _open(1, 2, physical_device_ids=[1]),
    "a device id twice": _open(1, 2, physical_device_ids=[1, 1]),
    "a device that does not exist": lambda: ttnn.open_device(99),
    "ids and an offset": _open(1, 1, physical_device_ids=[1], offset=ttnn.MeshCoordinate(0, 0)),
    "three command queues": _open(1, 1, num_command_queues=3),
    "a negative trace region": _open(1, 1, trace_region_size=-1),
    "a tuple for a shape": lambda: ttnn.open_mesh_device((2, 4)),
    "a number for a mesh": lambda: ttnn.close_mesh_device(3),
    "a name for a size": _open(1, 1, l1_small_size="small"),
    "a name among the device ids": _open(1, 2, physical_device_ids=[0, "1"]),
    "a name for a dim": lambda: ttnn.ShardTensorToMesh(ttnn.MeshShape(1, 2), "rows"),
    "no mesh for a mapper": lambda: ttnn.ReplicateTensorToMesh(None),
    "a number for a composer's mesh": lambda: ttnn.ConcatMeshToTensor(3, dim=0),
    "a name for a device id": lambda: ttnn.open_device("0"),
    "an unknown system": lambda: ttnn.select_system("t4000"),
    "a coordinate outside": lambda: _closed().get_device_id(ttnn.MeshCoordinate(0, 2)),
    "an index outside": lambda: ttnn.MeshShape(2, 4)[2],
    "a range backwards": lambda: ttnn.MeshCoordinateRange(
        ttnn.MeshCoordinate(1, 0), ttnn.MeshCoordinate(0, 1)
    ),
    "a picture of a closed mesh": lambda: ttnn.visualize_mesh_device(_closed()),
    "a fabric by name": lambda: ttnn.set_fabric_config("ring"),
    "an unknown setting of texts": lambda: ttnn._ttnn.set_compat("0.7"),
}


def test_error_texts():
    """TTNN_UPDATE_GOLDEN=1 writes the file anew; the change is then visible in the diff."""
    expect_error_texts("mesh.txt", ERRORS)
