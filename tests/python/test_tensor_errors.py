"""What tensors refuse, as text: what was given, the rule, a way out; and the mesh works afterwards."""

import functools

import numpy as np
import pytest
import torch
from error_texts import error_text, expect_golden

import ttnn


@pytest.fixture(scope="module")
def mesh():
    with ttnn.create_mesh_device(ttnn.MeshShape(2, 4)) as opened:
        yield opened


def on(mesh, values=None, mapper=None, **where):
    values = torch.ones(8, 8) if values is None else values
    mapper = mapper or ttnn.ReplicateTensorToMesh(mesh)
    return ttnn.from_torch(values, device=mesh, mesh_mapper=mapper, **where)


def gone(mesh):
    tensor = on(mesh)
    ttnn.deallocate(tensor)
    return tensor


def of_closed_mesh():
    with ttnn.create_mesh_device(ttnn.MeshShape(1, 2)) as closed:
        return on(closed), closed


def two_meshes(mesh):
    with ttnn.create_mesh_device(ttnn.MeshShape(1, 8)) as other:
        shards = [*ttnn.get_device_tensors(on(mesh))[:7], ttnn.get_device_tensors(on(other))[7]]
        ttnn.combine_device_tensors(tensors=shards)


HOST = torch.ones(8, 8)
BF8 = ttnn.bfloat8_b
ROW = ttnn.ROW_MAJOR_LAYOUT

ERRORS = {
    # conversions
    "torch's dtype": lambda m: ttnn.from_torch(HOST, dtype=torch.bfloat16),
    "a layout by name": lambda m: ttnn.from_torch(HOST, layout="tile"),
    "a memory config by name": lambda m: ttnn.from_torch(HOST, memory_config="L1"),
    "block floats in row-major": lambda m: ttnn.from_torch(HOST, BF8, layout=ROW),
    "float64 without a dtype": lambda m: ttnn.from_torch(HOST.double()),
    "complex values": lambda m: ttnn.from_torch(HOST.to(torch.complex64), ttnn.float32),
    "fp8": lambda m: ttnn.from_torch(HOST, ttnn.fp8_e4m3),
    "a spec and a dtype": lambda m: ttnn.from_torch(
        HOST, ttnn.bfloat16, spec=ttnn.from_torch(HOST).spec
    ),
    "a spec of another shape": lambda m: ttnn.from_torch(
        HOST, spec=ttnn.from_torch(torch.ones(2)).spec
    ),
    "sharding without a shard spec": lambda m: ttnn.from_torch(
        HOST, memory_config=ttnn.L1_HEIGHT_SHARDED_MEMORY_CONFIG
    ),
    "nine dims": lambda m: ttnn.from_torch(torch.ones([1] * 9)),
    "a device by number": lambda m: ttnn.from_torch(HOST, device=0),
    "a mapper by name": lambda m: ttnn.from_torch(HOST, mesh_mapper="replicate"),
    "a list for a tensor": lambda m: ttnn.to_torch([1.0]),
    "too few values": lambda m: ttnn.Tensor([1.0], [2, 2], ttnn.float32, ROW),
    # distribution
    "a mapper for another mesh": lambda m: on(
        m, mapper=ttnn.ShardTensorToMesh(ttnn.MeshShape(1, 2), 0)
    ),
    "a shard dim out of range": lambda m: on(m, mapper=ttnn.ShardTensorToMesh(m, 2)),
    "a negative shard dim out of range": lambda m: on(m, mapper=ttnn.ShardTensorToMesh(m, -3)),
    "shards of unequal shapes": lambda m: on(m, torch.ones(9, 8), ttnn.ShardTensorToMesh(m, 0)),
    "indivisible 2-D sharding": lambda m: on(
        m, torch.ones(8, 6), ttnn.ShardTensor2dMesh(m, (2, 4), (0, 1))
    ),
    "one dim along both axes": lambda m: on(m, mapper=ttnn.ShardTensor2dMesh(m, (2, 4), (0, 0))),
    "replicas without a composer": lambda m: ttnn.to_torch(on(m)),
    "a mapper for a composer": lambda m: ttnn.to_torch(
        on(m), mesh_composer=ttnn.ShardTensorToMesh(m, 0)
    ),
    "distributing a device tensor": lambda m: ttnn.distribute_tensor(
        on(m), ttnn.ShardTensorToMesh(m, 0)
    ),
    "distributing shards": lambda m: ttnn.distribute_tensor(
        ttnn.from_device(on(m)), ttnn.ShardTensorToMesh(m, 0)
    ),
    # states
    "reading a deallocated tensor": lambda m: ttnn.to_torch(gone(m)),
    "shards of a deallocated tensor": lambda m: ttnn.get_device_tensors(gone(m)),
    "an operation on a deallocated tensor": lambda m: ttnn.relu(gone(m)),
    "dumping a deallocated tensor": lambda m: ttnn.dump_tensor("/tmp/x.tensorbin", gone(m)),
    "reading from a closed mesh": lambda m: ttnn.to_torch(of_closed_mesh()[0]),
    "an operation on a closed mesh": lambda m: ttnn.relu(of_closed_mesh()[0]),
    "uploading to a closed mesh": lambda m: ttnn.to_device(
        ttnn.from_torch(HOST), of_closed_mesh()[1]
    ),
    "two meshes": lambda m: two_meshes(m),
    # moves
    "no device": lambda m: ttnn.to_device(ttnn.from_torch(HOST), None),
    "shards for another mesh": lambda m: ttnn.to_device(
        ttnn.from_torch(HOST, mesh_mapper=ttnn.ShardTensorToMesh(ttnn.MeshShape(1, 2), 0)), m
    ),
    "a layout for a device": lambda m: ttnn.to_device(ttnn.from_torch(HOST), ttnn.TILE_LAYOUT),
    "copying to another shape": lambda m: ttnn.copy_host_to_device_tensor(
        ttnn.from_torch(torch.ones(4, 8)), on(m)
    ),
    "copying to another dtype": lambda m: ttnn.copy_host_to_device_tensor(
        ttnn.from_torch(HOST.int()), on(m)
    ),
    "copying to another layout": lambda m: ttnn.copy_host_to_device_tensor(
        ttnn.from_torch(HOST, layout=ttnn.TILE_LAYOUT), on(m)
    ),
    "copying to the host": lambda m: ttnn.copy_host_to_device_tensor(
        ttnn.from_torch(HOST), ttnn.from_torch(HOST)
    ),
    "block floats allocated in row-major": lambda m: ttnn.allocate_tensor_on_device(
        [8, 8], BF8, ROW, m
    ),
    # shards
    "no shards": lambda m: ttnn.combine_device_tensors(tensors=[]),
    "host shards as device shards": lambda m: ttnn.combine_device_tensors(
        tensors=[ttnn.from_torch(HOST)]
    ),
    "too few shards": lambda m: ttnn.combine_device_tensors(
        tensors=ttnn.get_device_tensors(on(m))[:3]
    ),
    "a shard twice": lambda m: ttnn.combine_device_tensors(
        tensors=ttnn.get_device_tensors(on(m))[:1] * 8
    ),
    "shards of two shapes": lambda m: ttnn.from_host_shards(
        [ttnn.from_torch(HOST), ttnn.from_torch(HOST[:4])], ttnn.MeshShape(1, 2)
    ),
    "too many host shards": lambda m: ttnn.from_host_shards(
        [ttnn.from_torch(HOST)] * 3, ttnn.MeshShape(1, 2)
    ),
    "device shards as host shards": lambda m: ttnn.from_host_shards([on(m)], ttnn.MeshShape(1, 1)),
    "a tensor for a list": lambda m: ttnn.from_host_shards(
        ttnn.from_torch(HOST), ttnn.MeshShape(1, 1)
    ),
    "a device that holds nothing": lambda m: ttnn.get_device_tensor(on(m), 31),
    # files
    "a file of another name": lambda m: ttnn.load_tensor("x.pt"),
    "a file that is not there": lambda m: ttnn.load_tensor("/nowhere/x.tensorbin"),
    "a device without a memory config": lambda m: ttnn.as_tensor(HOST, device=m),
}


def test_error_texts(mesh):
    """TTNN_UPDATE_GOLDEN=1 writes the file anew; the change is then visible in the diff."""
    texts = []
    for name, action in ERRORS.items():
        texts.append(error_text(name, functools.partial(action, mesh)))
        values = on(mesh, mapper=ttnn.ShardTensorToMesh(mesh, 0))  # the mesh works afterwards
        composer = ttnn.ConcatMeshToTensor(mesh, dim=0)
        assert ttnn.to_torch(ttnn.relu(values), mesh_composer=composer).equal(HOST)
    expect_golden("tensors.txt", texts)


def test_special_values_and_shapes_are_no_errors(mesh):
    special = torch.tensor([[float("nan"), float("inf"), -float("inf"), -0.0, 1e-40]])
    for dtype in (torch.float32, torch.bfloat16):
        back = ttnn.to_torch(ttnn.get_device_tensors(on(mesh, special.to(dtype)))[5])
        np.testing.assert_array_equal(back.float().numpy(), special.to(dtype).float().numpy())
    for shape in ([0], [2, 0, 3], [0, 4], []):
        tensor = on(mesh, torch.ones(shape))
        assert ttnn.to_torch(ttnn.get_device_tensors(ttnn.relu(tensor))[7]).shape == torch.Size(
            shape
        )


@pytest.mark.parametrize("array", [HOST, HOST.numpy(), HOST[0], torch.nn.Parameter(HOST)])
def test_arrays_are_no_tensors_of_a_mesh(mesh, array):
    """An operation that is given what from_torch was not called on says so."""
    tensor = on(mesh, layout=ttnn.TILE_LAYOUT)
    for action in (
        lambda: ttnn.relu(array),
        lambda: ttnn.add(array, array),
        lambda: ttnn.add(tensor, array),
        lambda: tensor * array,
        lambda: ttnn.linear(tensor, tensor, bias=array),
        lambda: ttnn.concat([tensor, array]),
    ):
        with pytest.raises(TypeError, match=r"takes .*ttnn\.Tensor.*, not .*(\.|list)"):
            action()
    with pytest.raises(TypeError, match="'output_tensor' cannot be of type"):
        ttnn.relu(tensor, output_tensor=array)
    with pytest.raises(TypeError, match=r"Make one of it: ttnn\.from_torch"):
        ttnn.relu(array)
    with pytest.raises(TypeError, match=r"tensor .*(torch\.|numpy\.)"):
        ttnn.to_device(array, mesh)
    with pytest.raises(TypeError, match=r"tensor must be a ttnn\.Tensor, not (torch|numpy)\."):
        ttnn.to_torch(array)
    assert ttnn.relu(tensor).shape == [8, 8]


def test_arrays_of_one_number_are_scalars_and_arrays_of_sizes_are_shapes(mesh):
    tensor = on(mesh, layout=ttnn.TILE_LAYOUT)
    for half in (torch.tensor(0.5), np.float32(0.5), np.array(0.5), torch.tensor(0.5).bfloat16()):
        result = ttnn.to_torch(ttnn.get_device_tensors(tensor * half)[0])
        assert torch.equal(result, torch.full((8, 8), 0.5))
    assert ttnn.reshape(tensor, np.array([4, 16])).shape == [4, 16]
    assert ttnn.reshape(tensor, torch.tensor([4, 16])).shape == [4, 16]
    assert ttnn.sum(tensor, dim=np.int64(1)).shape == [8]
    assert ttnn.sum(tensor, dim=torch.tensor(1)).shape == [8]
    huge = ttnn.to_torch(ttnn.get_device_tensors(tensor * 2**70)[0])
    assert torch.equal(huge, torch.full((8, 8), 2.0**70))
