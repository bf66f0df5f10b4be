"""Tensors over a mesh: mappers and composers, `ttnn.distribute`, and pictures of who holds what."""

from ttnn.device import (
    MeshDevice,
    close_mesh_device,
    create_mesh_device,
    get_device_ids,
    get_num_devices,
    get_num_pcie_devices,
    get_pcie_device_ids,
    open_mesh_device,
)
from ttnn.distributed import mappers
from ttnn.distributed.distribute import (
    NOT_GIVEN,
    composer_for,
    current_composer,
    current_mapper,
    distribute,
    mapper_for,
)
from ttnn.distributed.mappers import *  # noqa: F403
from ttnn.distributed.visualize import (
    visualize_mesh_device,
    visualize_system_mesh,
    visualize_tensor,
)

__all__ = [
    "NOT_GIVEN",
    "MeshDevice",
    "close_mesh_device",
    "composer_for",
    "create_mesh_device",
    "current_composer",
    "current_mapper",
    "distribute",
    "get_device_ids",
    "get_num_devices",
    "get_num_pcie_devices",
    "get_pcie_device_ids",
    "mapper_for",
    "open_mesh_device",
    "visualize_mesh_device",
    "visualize_system_mesh",
    "visualize_tensor",
]
__all__ += mappers.__all__
