"""What programs ask about links and rings before a collective."""

import pytest
import torch

import ttnn

Linear, Ring = ttnn.Topology.Linear, ttnn.Topology.Ring


@pytest.fixture
def fabric():
    yield ttnn.set_fabric_config
    ttnn.set_fabric_config(ttnn.FabricConfig.DISABLED)


def tensor_on(mesh):
    return ttnn.from_torch(torch.ones(8, 8), device=mesh)


CASES = [
    # fabric, asked, axis -> answer, on 2x4
    ("DISABLED", None, None, Linear),
    ("DISABLED", Ring, 1, Linear),
    ("FABRIC_1D", Ring, 1, Linear),
    ("FABRIC_1D_RING", None, 1, Ring),
    ("FABRIC_1D_RING", None, None, Ring),
    ("FABRIC_1D_RING", Ring, 0, Linear),  # two devices are no ring
    ("FABRIC_1D_RING", Linear, 1, Linear),
    ("FABRIC_2D", ttnn.Topology.Mesh, 1, Linear),
    ("FABRIC_2D_TORUS_X", ttnn.Topology.Torus, -1, Ring),
    ("FABRIC_2D_TORUS_Y", ttnn.Topology.Torus, 1, Linear),
    ("FABRIC_2D_TORUS_Y", ttnn.Topology.Torus, None, Linear),
    ("FABRIC_2D_TORUS_XY", None, None, Ring),
]


@pytest.mark.parametrize(("config", "asked", "axis", "answer"), CASES)
def test_a_ring_needs_a_fabric_that_closes_the_line(fabric, config, asked, axis, answer):
    fabric(getattr(ttnn.FabricConfig, config))
    with ttnn.create_mesh_device(ttnn.MeshShape(2, 4)) as mesh:
        assert ttnn.get_usable_topology(tensor_on(mesh), asked, axis) == answer
        assert ttnn.operations.ccl.get_usable_topology is ttnn.get_usable_topology


def test_links_are_those_of_the_machine(mesh_device):
    usable = ttnn._ttnn.system_model().usable_links
    assert ttnn.get_num_links(mesh_device) == max(1, usable)
    assert ttnn.get_num_links(mesh_device, 1) == ttnn.get_num_links(mesh_device, cluster_axis=-1)


def test_refusals(mesh_device):
    with pytest.raises(RuntimeError, match="Cluster axis 2 is out of range"):
        ttnn.get_num_links(mesh_device, 2)
    with pytest.raises(RuntimeError, match="Cluster axis -3 is out of range"):
        ttnn.get_usable_topology(tensor_on(mesh_device), None, -3)
    with pytest.raises(RuntimeError, match="on the host"):
        ttnn.get_usable_topology(ttnn.from_torch(torch.ones(2)))
    with pytest.raises(TypeError, match="topology"):
        ttnn.get_usable_topology(tensor_on(mesh_device), "ring")
