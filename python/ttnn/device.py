"""Opening, closing and asking about devices and meshes, with the names of all generations of TT-NN.

A single device is a 1x1 mesh; `ttnn.Device` and `ttnn.MeshDevice` are one class. Sizes of memory
regions and dispatch settings are kept and answered, but change nothing: these are CPU devices.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ttnn import _ttnn
from ttnn._ttnn import (
    Arch,
    FabricConfig,
    MeshCoordinate,
    MeshCoordinateRange,
    MeshDevice,
    MeshShape,
)
from ttnn.arguments import OPENED_MESH, check, require, require_int
from ttnn.enums import (  # type: ignore[attr-defined]  # made from a table
    FabricManagerMode,
    FabricReliabilityMode,
    FabricTensixConfig,
    FabricUDMMode,
)
from ttnn.hardware import DispatchCoreConfig, FabricRouterConfig

DEFAULT_L1_SMALL_SIZE = 0
DEFAULT_TRACE_REGION_SIZE = 0
DEFAULT_WORKER_L1_SIZE = 0

Device = MeshDevice
DeviceMesh = MeshDevice  # the class's name in older releases
DeviceGrid = MeshShape  # the same: ttnn.DeviceGrid(y=1, x=4)

# -- meshes ----------------------------------------------------------------------------------------


def open_mesh_device(
    mesh_shape: MeshShape | None = None,
    l1_small_size: int = DEFAULT_L1_SMALL_SIZE,
    trace_region_size: int = DEFAULT_TRACE_REGION_SIZE,
    num_command_queues: int = 1,
    dispatch_core_config: DispatchCoreConfig | None = None,
    offset: MeshCoordinate | None = None,
    physical_device_ids: Sequence[int] = (),
    worker_l1_size: int = DEFAULT_WORKER_L1_SIZE,
) -> MeshDevice:
    """Opens a mesh; without a shape, the whole system mesh (TTNN_SYSTEM, or 8x4 CPU devices)."""
    call = "open_mesh_device"
    check(call, "mesh_shape", mesh_shape, MeshShape, "ttnn.MeshShape(2, 4)")
    check(call, "offset", offset, MeshCoordinate, "ttnn.MeshCoordinate(0, 0)")
    check(
        call,
        "dispatch_core_config",
        dispatch_core_config,
        DispatchCoreConfig,
        "ttnn.DispatchCoreConfig()",
    )
    require_int(call, "l1_small_size", l1_small_size, "0")
    require_int(call, "trace_region_size", trace_region_size, "0")
    require_int(call, "num_command_queues", num_command_queues, "1")
    require(call, "physical_device_ids", physical_device_ids, Iterable, "[0, 1]")
    ids = list(physical_device_ids)
    for device_id in ids:
        require_int(call, "an id of physical_device_ids", device_id, "0")
    require_int(call, "worker_l1_size", worker_l1_size, "0")
    return _ttnn.open_mesh(
        mesh_shape,
        l1_small_size=l1_small_size,
        trace_region_size=trace_region_size,
        num_command_queues=num_command_queues,
        offset=offset,
        physical_device_ids=ids,
        worker_l1_size=worker_l1_size,
    )


def close_mesh_device(mesh_device: MeshDevice) -> None:
    """Waits for the mesh's work and closes it and its submeshes; an error of the work that was not
    seen yet is raised here. A default device that is closed with it is one no more.
    """
    require("close_mesh_device", "mesh_device", mesh_device, MeshDevice, OPENED_MESH)
    try:
        mesh_device.close()
    finally:
        default = GetDefaultDevice()
        if default is not None and not default.is_open():
            SetDefaultDevice(None)


@contextlib.contextmanager
def create_mesh_device(*args: Any, **kwargs: Any) -> Iterator[MeshDevice]:
    """Opens a mesh for the length of a `with` block; takes what open_mesh_device takes."""
    mesh_device = open_mesh_device(*args, **kwargs)
    try:
        yield mesh_device
    finally:
        close_mesh_device(mesh_device)


def open_device_mesh(
    device_grid: MeshShape, device_ids: Sequence[int] | None = None, **kwargs: Any
) -> MeshDevice:
    """open_mesh_device as older releases call it."""
    return open_mesh_device(device_grid, physical_device_ids=device_ids or (), **kwargs)


close_device_mesh = close_mesh_device


@contextlib.contextmanager
def create_device_mesh(*args: Any, **kwargs: Any) -> Iterator[MeshDevice]:
    """create_mesh_device as older releases call it."""
    mesh_device = open_device_mesh(*args, **kwargs)
    try:
        yield mesh_device
    finally:
        close_mesh_device(mesh_device)


# -- single devices --------------------------------------------------------------------------------


def open_device(
    device_id: int,
    l1_small_size: int = DEFAULT_L1_SMALL_SIZE,
    trace_region_size: int = DEFAULT_TRACE_REGION_SIZE,
    num_command_queues: int = 1,
    dispatch_core_config: DispatchCoreConfig | None = None,
    worker_l1_size: int = DEFAULT_WORKER_L1_SIZE,
) -> MeshDevice:
    """A 1x1 mesh over one device of the system."""
    if isinstance(device_id, bool) or not isinstance(device_id, int):
        raise TypeError(
            f"open_device: device_id is {device_id!r} of type {type(device_id).__name__}, but "
            "takes the number of a device, for example ttnn.open_device(device_id=0)."
        )
    return open_mesh_device(
        MeshShape(1, 1),
        l1_small_size=l1_small_size,
        trace_region_size=trace_region_size,
        num_command_queues=num_command_queues,
        dispatch_core_config=dispatch_core_config,
        physical_device_ids=[device_id],
        worker_l1_size=worker_l1_size,
    )


def close_device(device: MeshDevice) -> None:
    """Waits for the device's work and closes it."""
    close_mesh_device(device)


@contextlib.contextmanager
def manage_device(device_id: int) -> Iterator[MeshDevice]:
    """Opens a device for the length of a `with` block."""
    device = open_device(device_id=device_id)
    try:
        yield device
    finally:
        close_device(device)


def CreateDevice(
    device_id: int,
    num_command_queues: int = 1,
    l1_small_size: int = DEFAULT_L1_SMALL_SIZE,
    trace_region_size: int = DEFAULT_TRACE_REGION_SIZE,
    dispatch_core_config: DispatchCoreConfig | None = None,
    *,
    worker_l1_size: int = DEFAULT_WORKER_L1_SIZE,
) -> MeshDevice:
    return open_device(
        device_id,
        l1_small_size,
        trace_region_size,
        num_command_queues,
        dispatch_core_config,
        worker_l1_size,
    )


def CreateDevices(
    device_ids: Sequence[int],
    num_command_queues: int = 1,
    l1_small_size: int = DEFAULT_L1_SMALL_SIZE,
    trace_region_size: int = DEFAULT_TRACE_REGION_SIZE,
    dispatch_core_config: DispatchCoreConfig | None = None,
    *,
    worker_l1_size: int = DEFAULT_WORKER_L1_SIZE,
) -> dict[int, MeshDevice]:
    """Opens each device on its own: {id: device}. If one fails, those opened are closed again."""
    devices: dict[int, MeshDevice] = {}
    try:
        for device_id in device_ids:
            devices[device_id] = CreateDevice(
                device_id,
                num_command_queues,
                l1_small_size,
                trace_region_size,
                dispatch_core_config,
                worker_l1_size=worker_l1_size,
            )
    except BaseException:
        CloseDevices(devices)
        raise
    return devices


CloseDevice = close_device


def CloseDevices(devices: Mapping[int, MeshDevice]) -> None:
    """Closes all, also when closing one of them raises; the first error is raised at the end."""
    with contextlib.ExitStack() as stack:
        for device in devices.values():
            stack.callback(close_device, device)


_default_device: MeshDevice | None = None


def SetDefaultDevice(device: MeshDevice | None = None) -> None:
    """The device that calls without a device use, in the whole process; None for none."""
    global _default_device
    check("SetDefaultDevice", "device", device, MeshDevice, "ttnn.open_device(device_id=0)")
    _default_device = device


def GetDefaultDevice() -> MeshDevice | None:
    return _default_device


def synchronize_device(
    device: MeshDevice, cq_id: Any = None, sub_device_ids: Sequence[Any] = ()
) -> None:
    """Waits for the device's work, of all command queues or of one; of all sub-devices alike."""
    require("synchronize_device", "device", device, MeshDevice, OPENED_MESH)
    _ttnn.synchronize_device(device, cq_id)


# -- the system ------------------------------------------------------------------------------------


def get_num_devices() -> int:
    """All devices of the system, whether open or not."""
    return _ttnn.system_model().shape.mesh_size()


def get_device_ids() -> list[int]:
    return list(range(get_num_devices()))


def get_pcie_device_ids() -> list[int]:
    """Devices that the host reaches without another device's help."""
    model = _ttnn.system_model()
    return [chip for chip in get_device_ids() if not model.chip_place(chip).is_remote]


def get_num_pcie_devices() -> int:
    return len(get_pcie_device_ids())


GetNumAvailableDevices = get_num_devices
GetNumPCIeDevices = get_num_pcie_devices


def GetPCIeDeviceID(device_id: int) -> int:
    """The device through which the host reaches this one: itself, or the board's other chip."""
    model = _ttnn.system_model()
    if not 0 <= device_id < get_num_devices():
        raise RuntimeError(
            f"GetPCIeDeviceID: device {device_id} does not exist: the system mesh {model.shape} "
            f"has devices 0 to {get_num_devices() - 1}. Use one of them, or choose another system "
            "with TTNN_SYSTEM."
        )
    board = model.chip_place(device_id).board
    return next(chip for chip in get_pcie_device_ids() if model.chip_place(chip).board == board)


def get_arch_name() -> str:
    """The architecture that the devices answer for, for example "wormhole_b0"."""
    return _ttnn.system_model().arch.name.lower()


def is_wormhole_b0(device: MeshDevice | None = None) -> bool:
    return _arch_of(device) == Arch.WORMHOLE_B0


def is_blackhole(device: MeshDevice | None = None) -> bool:
    return _arch_of(device) == Arch.BLACKHOLE


def _arch_of(device: MeshDevice | None) -> Arch:
    return _ttnn.system_model().arch if device is None else device.arch()


def select_system(name: str) -> None:
    """Chooses the machine before a mesh is open, as TTNN_SYSTEM does: "n300", "t3000", "4x4"..."""
    _ttnn.select_system(name)


def set_fabric_config(
    config: FabricConfig,
    reliability_mode: FabricReliabilityMode = FabricReliabilityMode.STRICT_INIT,
    num_planes: int | None = None,
    fabric_tensix_config: FabricTensixConfig = FabricTensixConfig.DISABLED,
    fabric_udm_mode: FabricUDMMode = FabricUDMMode.DISABLED,
    fabric_manager_mode: FabricManagerMode = FabricManagerMode.DEFAULT,
    router_config: FabricRouterConfig | None = None,
) -> None:
    """Says how collectives travel, before a mesh is opened. Kept and answered, no more."""
    call = "set_fabric_config"
    require(call, "config", config, FabricConfig, "ttnn.FabricConfig.FABRIC_1D")
    for name, value, kind in (
        ("reliability_mode", reliability_mode, FabricReliabilityMode),
        ("num_planes", num_planes, int),
        ("fabric_tensix_config", fabric_tensix_config, FabricTensixConfig),
        ("fabric_udm_mode", fabric_udm_mode, FabricUDMMode),
        ("fabric_manager_mode", fabric_manager_mode, FabricManagerMode),
        ("router_config", router_config, FabricRouterConfig),
    ):
        check(call, name, value, kind, f"a ttnn.{kind.__name__}" if kind is not int else "1")
    _ttnn.set_fabric_config(config)


def get_fabric_config() -> FabricConfig:
    return _ttnn.get_fabric_config()


# -- program cache, as functions of older releases -------------------------------------------------


def enable_program_cache(device: MeshDevice) -> None:
    device.enable_program_cache()


def disable_and_clear_program_cache(device: MeshDevice) -> None:
    device.disable_and_clear_program_cache()


# Everything above that programs reach as `ttnn.<name>`.
__all__ = [
    "DEFAULT_L1_SMALL_SIZE",
    "DEFAULT_TRACE_REGION_SIZE",
    "DEFAULT_WORKER_L1_SIZE",
    "Arch",
    "CloseDevice",
    "CloseDevices",
    "CreateDevice",
    "CreateDevices",
    "Device",
    "DeviceGrid",
    "DeviceMesh",
    "DispatchCoreConfig",
    "FabricConfig",
    "FabricRouterConfig",
    "GetDefaultDevice",
    "GetNumAvailableDevices",
    "GetNumPCIeDevices",
    "GetPCIeDeviceID",
    "MeshCoordinate",
    "MeshCoordinateRange",
    "MeshDevice",
    "MeshShape",
    "SetDefaultDevice",
    "close_device",
    "close_device_mesh",
    "close_mesh_device",
    "create_device_mesh",
    "create_mesh_device",
    "disable_and_clear_program_cache",
    "enable_program_cache",
    "get_arch_name",
    "get_device_ids",
    "get_fabric_config",
    "get_num_devices",
    "get_num_pcie_devices",
    "get_pcie_device_ids",
    "manage_device",
    "open_device",
    "open_device_mesh",
    "open_mesh_device",
    "select_system",
    "set_fabric_config",
    "synchronize_device",
]
