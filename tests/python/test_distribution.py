"""Mappers, composers and topologies as Python values: names of both generations, texts, errors."""

import pytest
import torch

import ttnn
from ttnn import MeshComposerConfig, MeshMapperConfig, MeshShape, PlacementReplicate, PlacementShard

MESH = MeshShape(2, 4)


def placements_of(mapper):
    return mapper.config().placements


def test_placements_compare_and_print():
    assert repr(PlacementReplicate()) == "PlacementReplicate()"
    assert repr(PlacementShard(3)) == "PlacementShard(3)"
    assert PlacementShard(-1).dim == -1
    assert PlacementShard(1) == PlacementShard(1) != PlacementShard(2)
    assert PlacementReplicate() == PlacementReplicate()
    assert PlacementReplicate() != PlacementShard(0)
    assert len({PlacementShard(0), PlacementShard(0), PlacementReplicate()}) == 2


def test_mapper_config_prints_as_ttnn_does():
    assert (
        repr(MeshMapperConfig([PlacementShard(3)]))
        == "MeshMapperConfig(placements: [PlacementShard(3)])"
    )
    config = MeshMapperConfig(row_dim=0, mesh_shape_override=MeshShape(2, 2))
    assert config.placements == [PlacementShard(0), PlacementReplicate()]
    assert repr(config) == (
        "MeshMapperConfig(placements: [PlacementShard(0), PlacementReplicate()], "
        "mesh_shape_override=MeshShape([2, 2]))"
    )
    assert repr(MeshComposerConfig([0, 1])) == "MeshComposerConfig(dims: [0, 1])"
    assert MeshComposerConfig(0, 1) == MeshComposerConfig(dims=[0, 1])


def test_the_first_generation_makes_the_second():
    shard = ttnn.ShardTensorToMesh(MESH, dim=3)
    assert placements_of(shard) == [PlacementShard(3)]
    assert shard.config().mesh_shape_override == MeshShape([8])
    replicate = ttnn.ReplicateTensorToMesh(MESH)
    assert isinstance(replicate, ttnn.ReplicateTensorToMeshWrapper)
    assert placements_of(replicate.unwrap()) == [PlacementReplicate()]
    grid = ttnn.ShardTensor2dMesh(MESH, mesh_shape=(2, 4), dims=(None, 3))
    assert placements_of(grid) == [PlacementReplicate(), PlacementShard(3)]
    assert ttnn.ShardTensor2dMesh(MESH, dims=(0, 3), mesh_shape=MESH).config().placements == [
        PlacementShard(0),
        PlacementShard(3),
    ]
    config = MeshMapperConfig([PlacementShard(1), PlacementReplicate()])
    assert ttnn.create_mesh_mapper(MESH, config).config() == config
    for mapper in shard, grid, replicate.unwrap():
        assert isinstance(mapper, ttnn.TensorToMesh)
    assert ttnn.TensorToMesh is ttnn.CppTensorToMesh


def test_composers_of_both_generations():
    line = ttnn.ConcatMeshToTensor(MESH, dim=0)
    assert line.config().dims == [0]
    grid = ttnn.ConcatMesh2dToTensor(MESH, mesh_shape=(2, 4), dims=(0, -1))
    assert grid.config().dims == [0, -1]
    assert ttnn.create_mesh_composer(MESH, MeshComposerConfig([0, 1])).config().dims == [0, 1]
    shards = ttnn.ListMeshToTensor(MESH)
    assert shards.is_list and not line.is_list
    for composer in line, grid, shards:
        assert isinstance(composer, ttnn.MeshToTensor)
    assert ttnn.MeshToTensor is ttnn.CppMeshToTensor


@pytest.mark.parametrize("mesh_device", [(2, 4)], indirect=True)
def test_a_mesh_device_serves_as_its_shape(mesh_device):
    for make in (
        lambda mesh: ttnn.ShardTensorToMesh(mesh, dim=0),
        lambda mesh: ttnn.ShardTensor2dMesh(mesh, (2, 4), (0, None)),
        lambda mesh: ttnn.ReplicateTensorToMesh(mesh),
        lambda mesh: ttnn.shard_tensor_to_mesh_mapper(mesh, 1),
        lambda mesh: ttnn.replicate_tensor_to_mesh_mapper(mesh),
        lambda mesh: ttnn.create_mesh_mapper(mesh, MeshMapperConfig(row_dim=1)),
        lambda mesh: ttnn.ConcatMeshToTensor(mesh, dim=0),
        lambda mesh: ttnn.ConcatMesh2dToTensor(mesh, (2, 4), (0, 1)),
        lambda mesh: ttnn.ListMeshToTensor(mesh),
        lambda mesh: ttnn.concat_mesh_to_tensor_composer(mesh, 1),
        lambda mesh: ttnn.create_mesh_composer(mesh, MeshComposerConfig([0, 1])),
    ):
        assert repr(make(mesh_device)) == repr(make(MESH))


def test_reprs_fit_on_one_line():
    assert repr(ttnn.ShardTensorToMesh(MeshShape(1, 2), dim=0)) == (
        "TensorToMesh(MeshShape([1, 2]), MeshMapperConfig(placements: [PlacementShard(0)], "
        "mesh_shape_override=MeshShape([2])))"
    )
    assert "\n" not in repr(ttnn.ReplicateTensorToMesh(MESH))
    assert repr(ttnn.ListMeshToTensor(MESH)) == "MeshToTensor(MeshShape([2, 4]), list)"


def test_topology_is_a_value():
    coords = [ttnn.MeshCoordinate(0, 0), ttnn.MeshCoordinate(0, 1)]

    def make(dim):
        return ttnn.TensorTopology(MeshShape([2]), [PlacementShard(dim)], coords)

    assert make(0) == make(0) != make(1)
    assert make(0).distribution_shape() == MeshShape([2])
    assert make(0).placements() == [PlacementShard(0)]
    assert make(0).mesh_coords() == coords
    assert repr(make(0)) == (
        "TensorTopology(distribution_shape=MeshShape([2]), placements=[PlacementShard(0)], "
        "mesh_coords=[MeshCoordinate([0, 0]), MeshCoordinate([0, 1])])"
    )


def test_distributions_go_to_the_origin_or_row_major():
    mapping = ttnn.compute_distribution_to_mesh_mapping(MeshShape(2, 2), MESH)
    assert [tuple(at) for at in mapping] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    mapping = ttnn.compute_distribution_to_mesh_mapping(MeshShape([5]), MESH)
    assert tuple(mapping[-1]) == (1, 0)


@pytest.mark.parametrize(
    "make, phrase",
    [
        (lambda: ttnn.ShardTensor2dMesh(MESH, (4, 4), (0, 1)), "size of the supplied mesh shape"),
        (
            lambda: ttnn.create_mesh_mapper(MESH, MeshMapperConfig([PlacementShard(0)])),
            "number of placements",
        ),
        (lambda: ttnn.ConcatMesh2dToTensor(MESH, (2, 4), (1, 1)), "dims must be unique"),
        (
            lambda: ttnn.create_mesh_composer(MESH, MeshComposerConfig([0])),
            "number of dims in the config",
        ),
    ],
)
def test_impossible_ones_are_refused(make, phrase):
    with pytest.raises(RuntimeError, match=phrase):
        make()


@pytest.mark.parametrize(
    "make, error",
    [
        (lambda: ttnn.ShardTensor2dMesh(MESH, (2, 4), (0,)), ValueError),
        (lambda: ttnn.ShardTensor2dMesh(MESH, (2, 4, 1), (0, 1)), ValueError),
        (lambda: ttnn.ConcatMesh2dToTensor(MESH, (2, 4), (0, None)), ValueError),
        (lambda: ttnn.ShardTensorToMesh(None, dim=0), TypeError),
        (lambda: ttnn.ShardTensorToMesh(MESH, dim="rows"), TypeError),
        (lambda: ttnn.ShardTensorToMesh((2, 4), dim=0), TypeError),
    ],
)
def test_wrong_arguments_are_refused(make, error):
    with pytest.raises(error):
        make()


# With data.


def dealt(mesh, values, dim=0, **options):
    mapper = ttnn.ShardTensorToMesh(mesh, dim=dim)
    return ttnn.from_torch(torch.tensor(values), device=mesh, mesh_mapper=mapper, **options)


def test_a_list_composer_gives_the_shards(mesh_device):
    shards = ttnn.to_torch(
        dealt(mesh_device, [1.0, 2.0, 3.0]), mesh_composer=ttnn.ListMeshToTensor(mesh_device)
    )
    assert [shard.tolist() for shard in shards] == [[1.0], [2.0], [3.0]]


def test_fewer_shards_than_devices_work_with_replicas(mesh_device):
    few = dealt(mesh_device, [1.0, 2.0, 3.0])
    one = ttnn.from_torch(torch.ones(1), device=mesh_device)
    assert few.tensor_topology().distribution_shape() == MeshShape([3])
    assert ttnn.to_torch(few + one).tolist() == [2.0, 3.0, 4.0]


def test_block_floats_are_dealt_and_joined(mesh_device):
    tensor = dealt(mesh_device, [[float(i)] * 32 for i in range(8)], dtype=ttnn.bfloat8_b)
    back = ttnn.to_torch(tensor, mesh_composer=ttnn.ConcatMeshToTensor(mesh_device, dim=0))
    assert back.dtype == torch.float32
    assert back[:, 5].tolist() == [float(i) for i in range(8)]


def test_a_mapper_for_another_mesh_is_refused(mesh_device):
    mapper = ttnn.ShardTensorToMesh(MeshShape(2, 2), dim=0)
    with pytest.raises(RuntimeError, match=r"made for a mesh of MeshShape\(\[2, 2\]\)"):
        ttnn.from_torch(torch.zeros(4), device=mesh_device, mesh_mapper=mapper)


@pytest.mark.parametrize(
    "shape, make, phrase",
    [
        ((5,), lambda m: ttnn.ShardTensorToMesh(m, dim=0), "Shard shape mismatch: expected"),
        ((4,), lambda m: ttnn.ShardTensorToMesh(m, dim=1), "Invalid dimension index; got dims"),
        ((4, 2), lambda m: ttnn.ShardTensor2dMesh(m, (1, 4), (0, 1)), "number of chunks 2"),
        ((4, 8), lambda m: ttnn.ShardTensor2dMesh(m, (1, 4), (1, -1)), "dims must be unique"),
        ((0, 2), lambda m: ttnn.ShardTensorToMesh(m, dim=0), "No shards were produced"),
    ],
)
def test_what_cannot_be_dealt_is_refused_and_the_mesh_goes_on(mesh_device, shape, make, phrase):
    with pytest.raises(RuntimeError, match=phrase) as error:
        ttnn.from_torch(torch.zeros(shape), device=mesh_device, mesh_mapper=make(mesh_device))
    assert "from_torch: mesh_mapper on Shape(" in str(error.value)
    assert ttnn.to_torch(dealt(mesh_device, [1, 2, 3, 4])).tolist() == [1, 2, 3, 4]


def test_reading_several_shards_without_a_composer(mesh_device, compat):
    sharded = dealt(mesh_device, [1, 2, 3, 4])
    if compat == "seed":
        assert ttnn.to_torch(sharded).tolist() == [1, 2, 3, 4]
    else:
        with pytest.raises(RuntimeError, match="Supply a mesh composer"):
            ttnn.to_torch(sharded)
    replicated = ttnn.from_torch(
        torch.zeros(2), device=mesh_device, mesh_mapper=ttnn.ReplicateTensorToMesh(mesh_device)
    )
    with pytest.raises(RuntimeError, match=r"get_device_tensors\(tensor\)\[0\]"):
        ttnn.to_torch(replicated)


def test_a_composer_that_does_not_fit_is_refused(mesh_device):
    sharded = dealt(mesh_device, [1, 2])
    with pytest.raises(RuntimeError, match="ND composition requires the number of tensors 2"):
        ttnn.to_torch(sharded, mesh_composer=ttnn.ConcatMesh2dToTensor(mesh_device, (1, 4), (1, 0)))
    with pytest.raises(RuntimeError, match="Invalid dimension index"):
        ttnn.to_torch(sharded, mesh_composer=ttnn.ConcatMeshToTensor(mesh_device, dim=2))
