"""The program cache counts what TT-NN would compile: distinct operations, attributes and specs."""

import pytest
import torch

import ttnn


@pytest.fixture
def mesh():
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 2))
    yield mesh
    ttnn.close_mesh_device(mesh)


def tensor(mesh, *shape, dtype=ttnn.bfloat16, layout=ttnn.TILE_LAYOUT, **more):
    return ttnn.from_torch(torch.ones(shape), dtype=dtype, layout=layout, device=mesh, **more)


def programs(mesh, run):
    """How many programs a run adds; running it again must add none."""
    before = mesh.num_program_cache_entries()
    run()
    after = mesh.num_program_cache_entries()
    run()
    assert mesh.num_program_cache_entries() == after
    return after - before


def test_one_per_operation_and_shape(mesh):
    x, y = tensor(mesh, 32, 32), tensor(mesh, 32, 64)
    assert mesh.num_program_cache_entries() == 0  # uploads are no programs
    assert programs(mesh, lambda: ttnn.relu(x)) == 1
    assert programs(mesh, lambda: ttnn.relu(y)) == 1
    assert programs(mesh, lambda: ttnn.neg(x)) == 1
    assert programs(mesh, lambda: ttnn.relu(ttnn.relu(x))) == 0
    assert mesh.num_program_cache_entries() == 3
    ttnn.to_torch(ttnn.get_device_tensors(x)[0])
    assert mesh.num_program_cache_entries() == 3  # nor are readbacks


def test_contents_and_placement_do_not_count(mesh):
    x = tensor(mesh, 64, 32)
    mapper = ttnn.ShardTensorToMesh(mesh, dim=0)
    shards = ttnn.from_torch(
        torch.zeros(128, 32),
        ttnn.bfloat16,
        layout=ttnn.TILE_LAYOUT,
        device=mesh,
        mesh_mapper=mapper,
    )
    assert shards.shape == x.shape
    ttnn.exp(x)
    assert programs(mesh, lambda: ttnn.exp(shards)) == 0


def test_attributes_count(mesh):
    x = tensor(mesh, 32, 64)
    assert programs(mesh, lambda: ttnn.softmax(x, dim=-1)) == 1
    assert programs(mesh, lambda: ttnn.softmax(x, dim=0)) == 1
    assert programs(mesh, lambda: ttnn.add(x, 1.0)) == 1
    assert programs(mesh, lambda: ttnn.add(x, x)) == 1
    assert programs(mesh, lambda: ttnn.add(x, x, activations=["relu"])) == 1


def test_specs_of_inputs_count(mesh):
    x = tensor(mesh, 32, 64)
    ttnn.relu(x)
    assert programs(mesh, lambda: ttnn.relu(tensor(mesh, 32, 64, dtype=ttnn.float32))) == 1
    assert (
        programs(mesh, lambda: ttnn.relu(tensor(mesh, 32, 64, layout=ttnn.ROW_MAJOR_LAYOUT))) == 1
    )
    in_l1 = tensor(mesh, 32, 64, memory_config=ttnn.L1_MEMORY_CONFIG)
    assert programs(mesh, lambda: ttnn.relu(in_l1)) == 1
    tiny = tensor(mesh, 32, 64, tile=ttnn.Tile((16, 32)))
    assert programs(mesh, lambda: ttnn.relu(tiny)) == 1


def sharded_config(rows):
    return ttnn.create_sharded_memory_config(
        (64, 64), core_grid=ttnn.CoreGrid(x=1, y=rows), strategy=ttnn.ShardStrategy.HEIGHT
    )


def test_shards_over_cores_count(mesh):
    x = tensor(mesh, 64, 64)
    one, two = (ttnn.to_memory_config(x, sharded_config(rows)) for rows in (1, 2))
    assert programs(mesh, lambda: ttnn.relu(one)) == 1
    assert programs(mesh, lambda: ttnn.relu(two)) == 1


def test_a_call_shows_its_own_order_of_cores(mesh):
    """Configs whose cores are the same in another order are equal, and one program."""
    cores = [ttnn.CoreRange(ttnn.CoreCoord(i, i), ttnn.CoreCoord(i, i)) for i in range(2)]
    one, two = (
        ttnn.MemoryConfig(
            ttnn.TensorMemoryLayout.HEIGHT_SHARDED,
            ttnn.BufferType.L1,
            ttnn.ShardSpec(ttnn.CoreRangeSet(order), [32, 64], ttnn.ShardOrientation.ROW_MAJOR),
        )
        for order in (cores, cores[::-1])
    )
    assert one == two and str(one) != str(two)
    x, y = (ttnn.to_memory_config(tensor(mesh, 64, 64), config) for config in (one, two))
    assert programs(mesh, lambda: [ttnn.relu(x) for _ in range(3)]) == 1
    assert str(ttnn.relu(y).memory_config()) == str(two)


def test_options_count_where_they_change_the_result(mesh):
    x = tensor(mesh, 32, 64)
    assert programs(mesh, lambda: ttnn.add(x, x)) == 1
    assert programs(mesh, lambda: ttnn.add(x, x, dtype=ttnn.bfloat16)) == 0
    assert programs(mesh, lambda: ttnn.add(x, x, memory_config=ttnn.DRAM_MEMORY_CONFIG)) == 0
    assert programs(mesh, lambda: ttnn.add(x, x, dtype=ttnn.float32)) == 1
    assert programs(mesh, lambda: ttnn.add(x, x, memory_config=ttnn.L1_MEMORY_CONFIG)) == 1
    same, wide = tensor(mesh, 32, 64), tensor(mesh, 32, 64, dtype=ttnn.float32)
    assert programs(mesh, lambda: ttnn.add(x, x, output_tensor=same)) == 0
    assert programs(mesh, lambda: ttnn.add(x, x, output_tensor=wide)) == 0  # as dtype=float32


def test_one_program_under_all_names_of_its_arguments(mesh):
    x = tensor(mesh, 32, 64)
    assert programs(mesh, lambda: ttnn.add(x, x)) == 1
    assert programs(mesh, lambda: ttnn.add(input_tensor_a=x, input_tensor_b=x)) == 0
    assert programs(mesh, lambda: x + x) == 0
    assert programs(mesh, lambda: ttnn.divide(x, 2.0)) == 1
    assert programs(mesh, lambda: ttnn.divide(x, value=2.0)) == 0


def test_views_and_hosts_tensors_are_no_programs(mesh):
    x = tensor(mesh, 32, 64)
    on_host = ttnn.from_torch(torch.ones(32, 64), ttnn.bfloat16)
    assert programs(mesh, lambda: ttnn.to_layout(on_host, ttnn.TILE_LAYOUT)) == 0
    assert programs(mesh, lambda: ttnn.to_layout(x, ttnn.TILE_LAYOUT)) == 0
    assert programs(mesh, lambda: ttnn.slice(x, [0, 0], [32, 64])) == 0
    assert programs(mesh, lambda: ttnn.zeros([32, 64], ttnn.bfloat16, device=mesh)) == 0


def test_collectives_count_by_dim_and_axis(mesh):
    x = tensor(mesh, 32, 64)
    assert programs(mesh, lambda: ttnn.all_gather(x, dim=0)) == 1
    assert programs(mesh, lambda: ttnn.all_gather(x, dim=1)) == 1


def test_clearing_and_disabling(mesh):
    x = tensor(mesh, 32, 64)
    ttnn.relu(x)
    mesh.clear_program_cache()
    assert mesh.num_program_cache_entries() == 0
    assert programs(mesh, lambda: ttnn.relu(x)) == 1
    mesh.disable_and_clear_program_cache()
    assert programs(mesh, lambda: ttnn.relu(x)) == 0
    mesh.enable_program_cache()
    assert programs(mesh, lambda: ttnn.relu(x)) == 1


def test_misses_may_be_refused(mesh):
    x, y = tensor(mesh, 32, 64), tensor(mesh, 64, 64)
    ttnn.relu(x)
    mesh.set_program_cache_misses_allowed(False)
    ttnn.relu(x)
    used = mesh.used_bytes()
    with pytest.raises(RuntimeError, match="program cache miss occurred, but cache misses are for"):
        ttnn.relu(y)
    assert mesh.used_bytes() == used and mesh.num_program_cache_entries() == 1
    mesh.set_program_cache_misses_allowed(True)
    assert programs(mesh, lambda: ttnn.relu(y)) == 1


def test_each_mesh_has_its_own(mesh):
    parts = mesh.create_submeshes(ttnn.MeshShape(1, 1))
    x = tensor(parts[0], 32, 64)
    ttnn.relu(x)
    assert [part.num_program_cache_entries() for part in parts] == [1, 0]
    assert mesh.num_program_cache_entries() == 0
