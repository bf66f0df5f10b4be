"""What a tensor says about its shards after it was written in place."""

import pytest
import torch

import ttnn

WHOLE = torch.arange(12.0).reshape(4, 3)


def sharded(mesh, whole, dim):
    return ttnn.from_torch(whole, device=mesh, mesh_mapper=ttnn.ShardTensorToMesh(mesh, dim=dim))


def zeros(mesh, *shape):
    return ttnn.from_torch(
        torch.zeros(shape), device=mesh, mesh_mapper=ttnn.ReplicateTensorToMesh(mesh)
    )


@pytest.mark.parametrize("mesh_device", [(1, 2)], indirect=True)
def test_an_output_tensor_composes_to_what_was_written(mesh_device):
    out = zeros(mesh_device, 2, 3)
    ttnn.add(sharded(mesh_device, WHOLE, 0), 1.0, output_tensor=out)
    assert torch.equal(ttnn.to_torch(out), WHOLE + 1)


@pytest.mark.parametrize("mesh_device", [(1, 2)], indirect=True)
def test_an_output_tensor_of_higher_rank_composes_along_its_own_dims(mesh_device):
    out = zeros(mesh_device, 1, 3, 2)
    ttnn.permute(sharded(mesh_device, WHOLE, 0), (1, 0), output_tensor=out)
    assert torch.equal(ttnn.to_torch(out), WHOLE.T.unsqueeze(0))
    out = zeros(mesh_device, 1, 2, 3)
    row = ttnn.from_torch(WHOLE[:1], device=mesh_device)
    ttnn.add(sharded(mesh_device, WHOLE, 0), row, output_tensor=out)
    assert torch.equal(ttnn.to_torch(out), (WHOLE + WHOLE[:1]).unsqueeze(0))


@pytest.mark.parametrize("mesh_device", [(1, 2)], indirect=True)
def test_views_of_what_was_written_compose_along_their_own_dims(mesh_device):
    x = zeros(mesh_device, 1, 1, 2, 3)
    before = ttnn.reshape(x, (2, 3))
    ttnn.add_(x, sharded(mesh_device, WHOLE.reshape(1, 1, 4, 3), 2))
    assert torch.equal(ttnn.to_torch(x), WHOLE.reshape(1, 1, 4, 3))
    after = ttnn.reshape(x, (2, 3))
    assert torch.equal(ttnn.to_torch(after), WHOLE)
    with pytest.raises(RuntimeError, match="no slices of one whole"):
        ttnn.to_torch(before)  # was made before there were slices: it does not know along which dim
    ttnn.add_(after, 1.0)
    assert torch.equal(ttnn.to_torch(x), (WHOLE + 1).reshape(1, 1, 4, 3))


@pytest.mark.parametrize("mesh_device", [(1, 2)], indirect=True)
def test_a_copy_into_one_device_leaves_no_replicas(mesh_device):
    x = zeros(mesh_device, 2, 3)
    ttnn.copy_host_to_device_tensor(ttnn.from_torch(WHOLE[:2]), ttnn.get_device_tensors(x)[1])
    with pytest.raises(RuntimeError, match="no slices of one whole"):
        ttnn.to_torch(x)
    shards = [ttnn.to_torch(shard) for shard in ttnn.get_device_tensors(x)]
    assert torch.equal(torch.cat(shards), torch.cat([torch.zeros(2, 3), WHOLE[:2]]))


def test_a_cache_can_be_updated_from_a_view_of_itself(device):
    whole = torch.arange(4 * 16 * 8.0).reshape(4, 1, 16, 8)
    cache = ttnn.from_torch(whole, device=device)
    rows = ttnn.reshape(cache, (1, 1, 64, 8))
    ttnn.update_cache(cache, rows, 2, batch_offset=1)  # user 0 overwrites what user 1 is given
    expected = whole.clone()
    expected[:, 0, 2] = whole.reshape(64, 8)[1:5]
    assert torch.equal(ttnn.to_torch(cache), expected)
    assert torch.equal(ttnn.to_torch(rows), expected.reshape(1, 1, 64, 8))


@pytest.mark.parametrize("mesh_device", [(1, 2)], indirect=True)
def test_a_slice_written_alone_stays_a_slice_in_all_views(mesh_device):
    x = sharded(mesh_device, torch.zeros(4, 3), 0)
    view = ttnn.reshape(x, (1, 2, 3))
    ttnn.add_(ttnn.get_device_tensors(view)[1], 1.0)
    expected = torch.cat([torch.zeros(2, 3), torch.ones(2, 3)])
    assert torch.equal(ttnn.to_torch(x), expected)
    assert torch.equal(ttnn.to_torch(view), expected.unsqueeze(0))


@pytest.mark.parametrize("mesh_device", [(1, 2)], indirect=True)
def test_what_was_allocated_and_never_written_can_be_read_and_written_in_part(mesh_device):
    """Its contents are undefined, its shape and what is written are not."""

    def allocated(*shape):
        return ttnn.allocate_tensor_on_device(shape, ttnn.float32, ttnn.TILE_LAYOUT, mesh_device)

    for result in (ttnn.relu(allocated(8, 8)), ttnn.all_gather(allocated(4, 8), 0)):
        assert ttnn.to_torch(ttnn.get_device_tensors(result)[1]).shape == (8, 8)
    cache = ttnn.clone(allocated(1, 1, 8, 8))
    ttnn.fill_cache(cache, sharded(mesh_device, torch.ones(2, 1, 2, 8), 0), 0)
    for shard in ttnn.get_device_tensors(cache):
        assert ttnn.to_torch(shard)[0, 0, :2].eq(1).all()
