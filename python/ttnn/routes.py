"""What TT-NN's programs ask before a collective: over which links, and whether a line closes to a
ring. Routes change no value here; the answers are those of the machine's model and of the fabric
config.
"""

from __future__ import annotations

from typing import Any

from ttnn import _ttnn
from ttnn import enums as _enums
from ttnn._ttnn import FabricConfig, MeshDevice, MeshShape, Tensor
from ttnn.arguments import OPENED_MESH, check, require, require_int

Topology: Any = _enums.Topology  # type: ignore[attr-defined]

__all__ = ["get_num_links", "get_usable_topology"]

# Mesh axes along which the last device is joined to the first one.
_CLOSED_AXES = {
    FabricConfig.FABRIC_1D_RING: (0, 1),
    FabricConfig.FABRIC_2D_TORUS_X: (1,),
    FabricConfig.FABRIC_2D_TORUS_Y: (0,),
    FabricConfig.FABRIC_2D_TORUS_XY: (0, 1),
}


def get_num_links(mesh_device: MeshDevice, cluster_axis: int | None = None) -> int:
    """How many links between neighbours a collective may use; 1 where the model has none."""
    require("get_num_links", "mesh_device", mesh_device, MeshDevice, OPENED_MESH)
    _axis("get_num_links", mesh_device.shape, cluster_axis)
    return max(1, _ttnn.system_model().usable_links)


def get_usable_topology(
    tensor: Tensor, topology: Any = None, cluster_axis: int | None = None
) -> Any:
    """Ring where one is asked for, by `topology` or by the fabric config, and the fabric closes the
    line of more than two devices; else Linear.
    """
    call = "get_usable_topology"
    require(call, "tensor", tensor, Tensor, "what ttnn.from_torch returns")
    check(call, "topology", topology, Topology, "ttnn.Topology.Ring")
    mesh = tensor.device()
    if mesh is None:
        raise RuntimeError(
            f"{call}: the tensor is on the host. Upload it first: ttnn.to_device(tensor, device)."
        )
    axis = _axis(call, mesh.shape, cluster_axis)
    closed = _CLOSED_AXES.get(_ttnn.get_fabric_config(), ())
    asked = topology in (Topology.Ring, Topology.Torus) or (topology is None and bool(closed))
    devices = mesh.get_num_devices() if axis is None else mesh.shape[axis]
    closes = len(closed) == 2 if axis is None else axis in closed
    return Topology.Ring if asked and closes and devices > 2 else Topology.Linear


def _axis(call: str, shape: MeshShape, axis: int | None) -> int | None:
    if axis is None:
        return None
    require_int(call, "cluster_axis", axis, "1")
    if not -shape.dims() <= axis < shape.dims():
        raise RuntimeError(
            f"{call}: Cluster axis {axis} is out of range for {shape}, whose axes are "
            f"{-shape.dims()} to {shape.dims() - 1}. Give 0 for the devices of a column, 1 for "
            "those of a row, or none for all devices."
        )
    return axis % shape.dims()
