"""Semaphores of a mesh: values and addresses are kept, and collectives take them."""

import pytest
import torch

import ttnn

CORES = ttnn.CoreRangeSet({ttnn.CoreRange(ttnn.CoreCoord(0, 0), ttnn.CoreCoord(7, 7))})


def test_a_semaphore_has_a_value_and_an_address(mesh_device):
    semaphores = [ttnn.create_global_semaphore(mesh_device, CORES, i) for i in range(3)]
    assert [s.value for s in semaphores] == [0, 1, 2]
    addresses = [ttnn.get_global_semaphore_address(s) for s in semaphores]
    assert len(set(addresses)) == 3
    assert all(isinstance(a, int) and a % 16 == 0 for a in addresses)
    ttnn.reset_global_semaphore_value(semaphores[0], 7)
    assert [s.value for s in semaphores] == [7, 1, 2]
    assert repr(semaphores[0]) == f"<GlobalSemaphore at {addresses[0]:#x}, value 7>"


def test_collectives_take_semaphores(mesh_device):
    x = ttnn.from_torch(
        torch.arange(32.0).reshape(4, 8),
        device=mesh_device,
        mesh_mapper=ttnn.ShardTensorToMesh(mesh_device, 0),
    )
    one, two, barrier = (ttnn.create_global_semaphore(mesh_device, CORES, 0) for _ in range(3))
    gathered = ttnn.experimental.all_gather_async(x, 0, [one, two], barrier_semaphore=barrier)
    assert ttnn.to_torch(ttnn.get_device_tensors(gathered)[3]).equal(
        torch.arange(32.0).reshape(4, 8)
    )
    reduced = ttnn.experimental.all_reduce_async(
        x, 1, mesh_device, [one], [two], [barrier], ttnn.ReduceType.Sum
    )
    assert ttnn.to_torch(ttnn.get_device_tensors(reduced)[0]).tolist() == [
        [48.0 + 4 * i for i in range(8)]
    ]


def test_refusals(mesh_device):
    with pytest.raises(TypeError, match="mesh_device is None"):
        ttnn.create_global_semaphore(None, CORES, 0)
    with pytest.raises(TypeError, match=r"cores .* takes CoreRangeSet"):
        ttnn.create_global_semaphore(mesh_device, [0], 0)
    with pytest.raises(RuntimeError, match="a semaphore holds 0 to 4294967295"):
        ttnn.create_global_semaphore(mesh_device, CORES, -1)
    with pytest.raises(TypeError, match="takes GlobalSemaphore"):
        ttnn.get_global_semaphore_address(3)
    with ttnn.create_mesh_device(ttnn.MeshShape(1, 1)) as closed:
        semaphore = ttnn.create_global_semaphore(closed, CORES, 0)
    with pytest.raises(RuntimeError, match="is closed"):
        ttnn.create_global_semaphore(closed, CORES, 0)
    ttnn.reset_global_semaphore_value(semaphore, 1)
    assert semaphore.value == 1
