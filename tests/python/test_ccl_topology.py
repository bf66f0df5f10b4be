"""`tensor_topology()` of what collectives make, and `ttnn.CONFIG.strict_ccl_topology`."""

import pytest
import torch

import ttnn
from ttnn import PlacementReplicate, PlacementShard

mesh_2x4 = pytest.mark.parametrize("mesh_device", [(2, 4)], indirect=True)
replicate, shard = PlacementReplicate(), PlacementShard


def put(mesh, *placements, shape=(1, 1, 8, 32)):
    if len(placements) == 1:
        mapper = ttnn.ShardTensorToMesh(mesh, dim=placements[0].dim)
    else:
        mapper = ttnn.create_mesh_mapper(mesh, ttnn.MeshMapperConfig(list(placements)))
    return ttnn.from_torch(
        torch.rand(shape), layout=ttnn.TILE_LAYOUT, device=mesh, mesh_mapper=mapper
    )


def label_of(tensor):
    topology = tensor.tensor_topology()
    return list(topology.distribution_shape()), topology.placements()


@mesh_2x4
def test_collectives_label_their_results(mesh_device):
    x = put(mesh_device, shard(2), shard(3))
    assert label_of(ttnn.all_gather(x, 3, cluster_axis=1)) == ([2, 4], [shard(2), replicate])
    assert label_of(ttnn.all_gather(x, -2, cluster_axis=0)) == ([2, 4], [replicate, shard(3)])
    assert label_of(ttnn.all_reduce(x, cluster_axis=1)) == ([2, 4], [shard(2), replicate])
    assert label_of(ttnn.all_reduce(x)) == ([2, 4], [replicate, replicate])
    assert label_of(ttnn.reduce_scatter(x, 2, cluster_axis=1)) == ([2, 4], [shard(2), shard(2)])
    partition = ttnn.mesh_partition(put(mesh_device, shard(2), replicate), 3, 1)
    assert label_of(partition) == ([2, 4], [shard(2), shard(3)])


@mesh_2x4
def test_a_line_is_written_on_the_mesh_for_an_axis(mesh_device):
    x = put(mesh_device, shard(3))
    assert label_of(x) == ([8], [shard(3)])
    assert label_of(ttnn.all_gather(x, 3)) == ([8], [replicate])
    assert label_of(ttnn.all_reduce(x, cluster_axis=0)) == ([2, 4], [replicate, shard(3)])
    assert label_of(ttnn.reduce_scatter(x, 2, cluster_axis=1)) == ([2, 4], [shard(3), shard(2)])
    assert ttnn.all_reduce(x, cluster_axis=0).tensor_topology().mesh_coords() == (
        x.tensor_topology().mesh_coords()
    )


@mesh_2x4
def test_neighbours(mesh_device):
    topology = put(mesh_device, shard(3)).tensor_topology()
    last = ttnn.MeshCoordinate([7])
    assert topology.get_next_neighbor(last, 0) == ttnn.MeshCoordinate([0])
    assert topology.get_device_coord(last) == ttnn.MeshCoordinate(1, 3)
    assert topology.get_tensor_coord(ttnn.MeshCoordinate(1, 0)) == ttnn.MeshCoordinate([4])
    with pytest.raises(IndexError, match="get_neighbor: dim 1 is no axis"):
        topology.get_neighbor(last, 1, 1)
    with pytest.raises(IndexError):
        topology.get_device_coord(ttnn.MeshCoordinate([8]))


REFUSED = {
    "another dim": lambda x, same: ttnn.all_gather(x, 2, cluster_axis=1),
    "another axis": lambda x, same: ttnn.all_gather(x, 3, cluster_axis=0),
    "both axes": lambda x, same: ttnn.all_gather(x, 3),
    "gathered replicas": lambda x, same: ttnn.all_gather(same, 3, cluster_axis=1),
    "added replicas": lambda x, same: ttnn.all_reduce(same, cluster_axis=1),
    "scattered replicas": lambda x, same: ttnn.reduce_scatter(same, 3, cluster_axis=1),
    "slices cut again": lambda x, same: ttnn.mesh_partition(x, 2, 1),
}


@mesh_2x4
@pytest.mark.parametrize("name", REFUSED)
def test_strict_refuses_what_the_label_contradicts(mesh_device, name):
    x = put(mesh_device, shard(2), shard(3))
    same = put(mesh_device, replicate, replicate)
    call = REFUSED[name]
    call(x, same)  # without the setting it is done
    with (
        ttnn.manage_config("strict_ccl_topology", True),
        pytest.raises(RuntimeError, match="strict_ccl_topology is set"),
    ):
        call(x, same)
    call(x, same)


@mesh_2x4
def test_strict_takes_what_the_label_allows(mesh_device):
    x = put(mesh_device, shard(2), shard(3))
    line = put(mesh_device, shard(3))
    with ttnn.manage_config("strict_ccl_topology", True):
        whole = ttnn.all_gather(ttnn.all_gather(x, 3, cluster_axis=1), 2, cluster_axis=0)
        ttnn.mesh_partition(whole, 3, 1)
        ttnn.all_gather(line, -1)
        ttnn.all_reduce(line, cluster_axis=0)
        same = put(mesh_device, replicate, replicate)
        topology = x.tensor_topology()
        same.update_tensor_topology(topology)
        assert same.tensor_topology() == topology
        ttnn.all_gather(same, 3, cluster_axis=1)
