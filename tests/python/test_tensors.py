"""Tensors between the user's arrays, files, the host and meshes: what goes in comes out."""

import gc
import os
import pathlib
import re

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest
import torch

import ttnn
from ttnn.conversion import to_numpy

FLOATS = [ttnn.bfloat16, ttnn.float32]
INTEGERS = [ttnn.int8, ttnn.uint8, ttnn.uint16, ttnn.int32, ttnn.uint32]
BLOCK_FLOATS = [ttnn.bfloat8_b, ttnn.bfloat4_b]


def small(shape, seed=0):
    """Integers that every dtype holds exactly, block floats with 3 bits too: a row has few."""
    return torch.randint(0, 7, shape, generator=torch.Generator().manual_seed(seed))


def same(a, b):
    return ttnn.to_torch(a).equal(ttnn.to_torch(b))


# -- arrays ----------------------------------------------------------------------------------------


@hypothesis.given(
    shape=st.lists(st.integers(0, 5), max_size=4),
    dims=st.randoms(),
    steps=st.lists(st.sampled_from([1, 2, 3]), min_size=4, max_size=4),
    dtype=st.sampled_from([*FLOATS, *INTEGERS, *BLOCK_FLOATS]),
    layout=st.sampled_from([ttnn.ROW_MAJOR_LAYOUT, ttnn.TILE_LAYOUT]),
)
@hypothesis.settings(deadline=None, max_examples=150)
def test_strided_arrays_round_trip(shape, dims, steps, dtype, layout):
    order = list(range(len(shape)))
    dims.shuffle(order)
    base = small([size * step for size, step in zip(shape, steps)]).permute(order)
    values = base[tuple(slice(None, None, steps[d]) for d in order)].float()
    if dtype in BLOCK_FLOATS:
        layout = ttnn.TILE_LAYOUT
    for array in (values, values.numpy()):
        tensor = ttnn.from_torch(array, dtype=dtype, layout=layout)
        back = ttnn.to_torch(tensor)
        assert back.shape == values.shape and back.double().equal(values.double())


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.int32, torch.uint8])
def test_strided_and_reversed_last_dims(dtype):
    """Their row strides look as if the rows were one long run."""
    values = torch.arange(24).reshape(4, 6).to(dtype)
    for part in (values[:, ::2], values[:, ::3], values[::2, ::2], values.T[:, ::2]):
        assert ttnn.to_torch(ttnn.from_torch(part)).equal(part)
    if dtype != torch.bfloat16:
        array = values.numpy()
        for part in (array[::-1, ::-2], array[:, ::-1], array[::-1], array[::-1, ::2]):
            np.testing.assert_array_equal(ttnn.from_torch(part).to_numpy(), part)


@pytest.mark.parametrize("read", [ttnn.to_torch, to_numpy])
def test_large_results_are_arrays_of_their_own(device, read):
    """Their memory is what freed tensors left. It is theirs alone until the last of them is gone."""
    x = torch.arange(600_000, dtype=torch.float32).reshape(600, 1000)
    tensor = ttnn.from_torch(x, device=device)
    gc.collect()
    held = ttnn._ttnn.pool_bytes()[0]
    first, second = read(tensor), read(tensor)
    assert ttnn._ttnn.pool_bytes()[0] > held
    first[:] = -1
    assert torch.equal(torch.as_tensor(second), x)
    row = second[1]
    del tensor, first, second
    for _ in range(4):
        ttnn.to_torch(ttnn.from_torch(x * 2, device=device))
    assert torch.equal(torch.as_tensor(row), x[1])
    del row
    assert ttnn._ttnn.pool_bytes()[0] < held


def test_numpy_and_lists(device):
    values = [[1, 2, 3], [4, 5, 6]]
    flat = [float(x) for row in values for x in row]
    for dtype in (*FLOATS, *INTEGERS):
        tensor = ttnn.Tensor(flat, [2, 3], dtype, ttnn.ROW_MAJOR_LAYOUT)
        assert tensor.to_list() == values and tensor.dtype == dtype
        assert ttnn.Tensor(flat, [2, 3], dtype, ttnn.TILE_LAYOUT, device).device() is not None
    assert ttnn.Tensor(np.float32(values)).to_list() == values
    assert ttnn.Tensor(torch.tensor(values), ttnn.bfloat16, device).dtype == ttnn.bfloat16
    with pytest.raises(RuntimeError, match="6 values were given for shape"):
        ttnn.Tensor(flat, [2, 2], ttnn.float32, ttnn.ROW_MAJOR_LAYOUT)


def test_item():
    assert ttnn.from_torch(torch.tensor([[3.5]])).item() == 3.5
    assert ttnn.from_torch(torch.tensor(7, dtype=torch.int32)).item() == 7
    with pytest.raises(RuntimeError, match="exactly one element, but got 2 elements"):
        ttnn.from_torch(torch.zeros(2)).item()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.int32, torch.uint8])
def test_dlpack_both_ways(device, dtype):
    values = small((3, 5)).to(dtype)
    tensor = ttnn.from_torch(values, device=device, layout=ttnn.TILE_LAYOUT)
    taken = torch.from_dlpack(tensor)
    assert taken.dtype == dtype and taken.equal(values)
    taken.zero_()  # a copy
    assert ttnn.to_torch(tensor).equal(values)
    assert ttnn.to_torch(ttnn.from_dlpack(values)).equal(values)
    assert ttnn.to_torch(ttnn.from_dlpack(tensor)).equal(values)  # outlives what it was made of
    if dtype == torch.float32:
        array = values.numpy()[::-1, ::2]
        np.testing.assert_array_equal(ttnn.from_dlpack(array).to_numpy(), array)
    with pytest.raises(TypeError, match="has no __dlpack__"):
        ttnn.from_dlpack([1.0])


def test_what_the_user_changes_afterwards_is_not_seen(device):
    values = torch.ones(4, 4)
    on_device = ttnn.from_torch(values, device=device)
    moved = ttnn.to_device(ttnn.from_torch(values), device)
    values.zero_()
    assert ttnn.to_torch(on_device).eq(1).all() and ttnn.to_torch(moved).eq(1).all()


# -- files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mesh_device", [(2, 4)], indirect=True)
@pytest.mark.parametrize("dtype", [*FLOATS, ttnn.int32, ttnn.uint8, *BLOCK_FLOATS])
def test_files_keep_everything(mesh_device, dtype, tmp_path):
    mesh = mesh_device
    mappers = {
        None: 1,
        ttnn.ReplicateTensorToMesh(mesh): 1,
        ttnn.ShardTensorToMesh(mesh, -1): 8,
        ttnn.ShardTensorToMesh(mesh, 0): 6,  # two devices hold nothing
        ttnn.ShardTensor2dMesh(mesh, (2, 4), (None, 1)): 4,
    }
    for mapper, distinct in mappers.items():
        where = {"mesh_mapper": mapper, "layout": ttnn.TILE_LAYOUT, "pad_value": -np.inf}
        host = ttnn.from_torch(small((6, 40)).float(), dtype, **where)
        for tensor in (host, ttnn.to_device(host, mesh)):
            path = tmp_path / "x.tensorbin"
            ttnn.dump_tensor(path, tensor)
            for loaded in (ttnn.load_tensor(path), ttnn.load_tensor(path, device=mesh)):
                assert loaded.spec == tensor.spec
                if (loaded.device() is None) == (tensor.device() is None):
                    assert loaded.tensor_topology() == tensor.tensor_topology()
                    assert loaded._placement_text() == tensor._placement_text()
                shards = ttnn.get_device_tensors(ttnn.to_device(host, mesh))
                on_mesh = loaded if loaded.device() else ttnn.to_device(loaded, mesh)
                assert all(map(same, ttnn.get_device_tensors(on_mesh), shards))
            stored = path.stat().st_size - 4096
            if dtype == ttnn.float32:
                assert stored == distinct * tensor.volume() * 4
    assert os.listdir(tmp_path) == ["x.tensorbin"]


def test_a_file_may_be_replaced_while_its_tensor_lives(tmp_path):
    path = tmp_path / "x.tensorbin"
    ttnn.dump_tensor(path, ttnn.from_torch(torch.ones(64, 64)))
    first = ttnn.load_tensor(path)
    ttnn.dump_tensor(path, ttnn.from_torch(torch.zeros(8, 8)))
    path.unlink()
    assert ttnn.to_torch(first).equal(torch.ones(64, 64))


def test_empty_and_sharded_specs_in_files(tmp_path):
    path = tmp_path / "x.tensorbin"
    ttnn.dump_tensor(path, ttnn.from_torch(torch.zeros(3, 0)))
    assert list(ttnn.load_tensor(path).shape) == [3, 0]
    config = ttnn.create_sharded_memory_config(
        [64, 64], ttnn.CoreGrid(y=1, x=2), ttnn.ShardStrategy.HEIGHT
    )
    tensor = ttnn.from_torch(torch.ones(64, 64), layout=ttnn.TILE_LAYOUT, memory_config=config)
    ttnn.dump_tensor(path, tensor)
    assert ttnn.load_tensor(path).memory_config() == config


def test_files_that_are_none(tmp_path):
    with pytest.raises(RuntimeError, match=r"must have \.tensorbin extension"):
        ttnn.dump_tensor(tmp_path / "x.bin", ttnn.from_torch(torch.ones(1)))
    path = tmp_path / "x.tensorbin"
    with pytest.raises(RuntimeError, match=r"Unable to load the tensor from .*does not exist"):
        ttnn.load_tensor(path)
    ttnn.dump_tensor(path, ttnn.from_torch(torch.ones(32, 32)))
    whole = path.read_bytes()
    for broken in (b"", b"nothing of ours", whole[:20], whole[:300], whole[:-1], whole + b"x"):
        path.write_bytes(broken)
        with pytest.raises(
            RuntimeError, match=r"not what ttnn\.dump_tensor writes, or is incomplete"
        ):
            ttnn.load_tensor(path)


# -- the cache -------------------------------------------------------------------------------------


def test_as_tensor_converts_once(mesh_device, tmp_path):
    calls = []

    def preprocess(x):
        calls.append(1)
        return x + 1

    def make(values, mapper, **where):
        return ttnn.as_tensor(
            values,
            ttnn.bfloat16,
            layout=ttnn.TILE_LAYOUT,
            cache_file_name=tmp_path / "deep" / "w",
            preprocess=preprocess,
            mesh_mapper=mapper,
            **where,
        )

    values = small((8, 32)).float()
    on_mesh = {"device": mesh_device, "memory_config": ttnn.L1_MEMORY_CONFIG}
    first = make(values, ttnn.ShardTensorToMesh(mesh_device, 0), **on_mesh)
    again = make(None, ttnn.ShardTensorToMesh(mesh_device, 0), **on_mesh)
    name = "w_dtype_BFLOAT16_layout_TILE.tensorbin"
    assert os.listdir(tmp_path / "deep") == [name] and len(calls) == 1
    for tensor in (first, again):
        assert tensor.memory_config() == ttnn.L1_MEMORY_CONFIG and list(tensor.shape) == [2, 32]
        composer = ttnn.ConcatMeshToTensor(mesh_device, dim=0)
        assert ttnn.to_torch(tensor, mesh_composer=composer).equal((values + 1).bfloat16())
    # Another distribution, or a file that cannot be read, is converted again.
    whole = make(values, ttnn.ReplicateTensorToMesh(mesh_device), **on_mesh)
    assert list(whole.shape) == [8, 32] and len(calls) == 2
    (tmp_path / "deep" / name).write_bytes(b"broken")
    assert list(make(values, None).shape) == [8, 32] and len(calls) == 3
    assert list(make(values, None).shape) == [8, 32] and len(calls) == 3


def test_as_tensor_without_a_cache(device):
    values = small((3, 5)).float()
    assert ttnn.to_torch(ttnn.as_tensor(values)).equal(values)
    with pytest.raises(RuntimeError, match="memory_config must be specified when device"):
        ttnn.as_tensor(values, device=device)


def test_distribute_reaches_as_tensor_under_seed(mesh_device, compat):
    with ttnn.distribute(ttnn.ShardTensorToMesh(mesh_device, dim=0)):
        tensor = ttnn.as_tensor(torch.zeros(8, 4))
    assert list(tensor.shape) == [2 if compat == "seed" else 8, 4]


# -- shards ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mesh_device", [(1, 1), (1, 3), (2, 4)], indirect=True)
def test_shards_and_back(mesh_device):
    n = mesh_device.get_num_devices()
    values = small((2 * n, 5)).float()
    mapper = ttnn.ShardTensorToMesh(mesh_device, dim=0)
    composer = ttnn.ConcatMeshToTensor(mesh_device, dim=0)
    host = ttnn.from_torch(values, mesh_mapper=mapper)
    shards = ttnn.get_device_tensors(host)
    assert [ttnn.to_torch(s).tolist() for s in shards] == values.reshape(n, 2, 5).tolist()
    rows = mesh_device.shape
    again = ttnn.from_host_shards(shards, rows)
    assert ttnn.to_torch(again, mesh_composer=composer).equal(values)
    on_mesh = ttnn.to_device(again, mesh_device)
    pieces = ttnn.get_device_tensors(on_mesh)
    combined = ttnn.combine_device_tensors(tensors=pieces[::-1])  # each stays on its device
    assert ttnn.to_torch(combined, mesh_composer=composer).equal(values)
    assert list(combined.device_coords()) == list(on_mesh.device_coords())
    for i, device_id in enumerate(mesh_device.get_device_ids()):
        piece = ttnn.get_device_tensor(on_mesh, device_id)
        assert ttnn.to_torch(piece).equal(values[2 * i : 2 * i + 2])
        assert same(ttnn.get_device_tensor(on_mesh, on_mesh.device_coords()[i]), piece)
    joined = ttnn.aggregate_as_tensor(pieces)
    assert ttnn.to_torch(ttnn.aggregate_tensor(joined, composer)).equal(values)
    line = ttnn.to_device(ttnn.aggregate_as_tensor(shards), mesh_device)
    assert ttnn.to_torch(line, mesh_composer=composer).equal(values)
    cut = ttnn.distribute_tensor(ttnn.from_torch(values), mapper, mesh_device)
    assert ttnn.to_torch(cut, mesh_composer=composer).equal(values)


def test_copies_go_through_shards(mesh_device):
    tensor = ttnn.from_torch(
        torch.zeros(4, 3), mesh_mapper=ttnn.ShardTensorToMesh(mesh_device, 0), device=mesh_device
    )
    shard = ttnn.get_device_tensors(tensor)[2]
    ttnn.copy_host_to_device_tensor(ttnn.from_torch(torch.ones(1, 3)), shard)
    assert ttnn.to_torch(tensor).tolist() == [[0] * 3, [0] * 3, [1] * 3, [0] * 3]


@pytest.mark.parametrize("layout", [ttnn.ROW_MAJOR_LAYOUT, ttnn.TILE_LAYOUT])
def test_allocated_tensors_take_contents(mesh_device, layout):
    values = small((8, 5)).float()
    mapper = ttnn.ShardTensorToMesh(mesh_device, dim=0)
    for source, read in (
        (ttnn.from_torch(values, layout=layout, mesh_mapper=mapper), values),
        (ttnn.from_torch(values[:2], layout=layout), values[:2]),
    ):
        target = ttnn.allocate_tensor_on_device(
            ttnn.Shape([2, 5]), ttnn.float32, layout, mesh_device
        )
        assert target.spec == source.spec and target.is_allocated()
        ttnn.copy_host_to_device_tensor(source, target)
        back = ttnn.allocate_tensor_on_host(target.spec, mesh_device)
        ttnn.copy_device_to_host_tensor(target, back)
        for tensor in (target, back):
            if read is values:
                assert ttnn.to_torch(tensor).equal(values)  # its label came with the contents
            else:
                assert tensor._is_whole()
                assert ttnn.to_torch(ttnn.get_device_tensors(tensor)[3]).equal(read)


def test_deallocation(mesh_device):
    tensor = ttnn.from_torch(torch.ones(4, 4), device=mesh_device)
    shards = ttnn.get_device_tensors(tensor)
    tensor.deallocate()  # the shards share it
    assert tensor.is_allocated()
    ttnn.deallocate(tensor)
    assert not tensor.is_allocated() and not shards[0].is_allocated()
    ttnn.deallocate(tensor)
    alone = ttnn.from_torch(torch.ones(4, 4), device=mesh_device)
    alone.deallocate()
    assert not alone.is_allocated()


def test_to_and_from_devices(mesh_device):
    values = small((3, 5)).float()
    host = ttnn.from_torch(values, layout=ttnn.TILE_LAYOUT)
    there = host.to(mesh_device, ttnn.L1_MEMORY_CONFIG)
    assert there.device() is mesh_device and there.devices() == [mesh_device]
    assert there.memory_config() == ttnn.L1_MEMORY_CONFIG
    assert there.storage_type() == ttnn.StorageType.DEVICE
    back = there.cpu()
    assert back.device() is None and back.devices() == []
    assert all(same(shard, host) for shard in ttnn.get_device_tensors(back))
    with pytest.raises(TypeError, match="must be a Layout, to change the layout, or a MeshDevice"):
        host.to(ttnn.float32)


@pytest.mark.parametrize("place", ["host", "mesh"])
def test_layouts_and_dtypes_change(mesh_device, place):
    values = small((3, 5)).float()
    tensor = ttnn.from_torch(values)
    if place == "mesh":
        tensor = tensor.to(mesh_device)
    tiled = tensor.to(ttnn.TILE_LAYOUT)
    assert tiled.layout == ttnn.TILE_LAYOUT and list(tiled.padded_shape) == [32, 32]
    assert tiled.device() is tensor.device()
    for changed in (tiled, tiled.to(ttnn.ROW_MAJOR_LAYOUT), ttnn.typecast(tiled, ttnn.int32)):
        assert ttnn.to_torch(ttnn.get_device_tensors(changed)[0]).float().equal(values)
    if place == "host":
        for dtype in (*FLOATS, *INTEGERS):
            changed = ttnn.to_dtype(tensor, dtype)
            assert changed.dtype == dtype and ttnn.to_torch(changed).double().equal(values.double())


@pytest.mark.slow
def test_replicas_share_one_copy():
    def resident():
        status = pathlib.Path("/proc/self/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) << 10

    size = 256 << 20
    values = torch.ones(size // 4)
    with ttnn.create_mesh_device(ttnn.MeshShape(8, 4)) as mesh:
        before = resident()
        tensor = ttnn.from_torch(values, device=mesh, mesh_mapper=ttnn.ReplicateTensorToMesh(mesh))
        ttnn.synchronize_device(mesh)
        grown = resident() - before
        assert size * 0.95 <= grown <= size * 1.05
        assert len(tensor.device_coords()) == 32


# -- Python's own protocols ------------------------------------------------------------------------


def test_truth_membership_and_assignment():
    tensor = ttnn.from_torch(torch.zeros(2))
    assert tensor  # as in TT-NN: every tensor is
    with pytest.raises(TypeError, match="`in` would compare"):
        _ = 0.0 in tensor
    with pytest.raises(NotImplementedError, match="does not exist in TT-NN"):
        tensor[0] = 1.0
    with pytest.raises(TypeError):
        len(tensor)
    assert {tensor: 1}[tensor] == 1


@hypothesis.given(data=st.data(), shape=st.lists(st.integers(1, 5), min_size=1, max_size=4))
@hypothesis.settings(deadline=None, max_examples=100)
def test_indexing_is_torchs(data, shape):
    def entry(size):
        start = data.draw(st.integers(0, size - 1))
        stop = data.draw(st.integers(start + 1, size))
        return data.draw(
            st.sampled_from(
                [start, start - size, slice(start, stop), slice(start - size, None), slice(None)]
            )
        )

    values = small(shape).float()
    index = tuple(entry(size) for size in shape[: data.draw(st.integers(0, len(shape)))])
    if data.draw(st.booleans()):
        index = (*index, ...)
    tensor = ttnn.from_torch(values)
    assert ttnn.to_torch(tensor[index]).equal(values[index])


def test_indexing_on_a_mesh(mesh_device):
    values = small((4, 3, 40)).bfloat16()
    tensor = ttnn.from_torch(
        values,
        layout=ttnn.TILE_LAYOUT,
        device=mesh_device,
        mesh_mapper=ttnn.ShardTensorToMesh(mesh_device, 0),
    )
    part = tensor[:, 1, ::3]
    assert part.layout == ttnn.TILE_LAYOUT and list(part.shape) == [1, 14]
    composer = ttnn.ConcatMeshToTensor(mesh_device, dim=0)
    assert ttnn.to_torch(part, mesh_composer=composer).equal(values[:, 1, ::3])
    assert [ttnn.to_torch(row).tolist() for row in ttnn.from_torch(values[0])] == values[0].tolist()


@pytest.mark.parametrize(
    "index, error, message",
    [
        (5, IndexError, r"Index 5 \(converted to 5\) is out of bounds for dimension 0 of size 3"),
        (
            -4,
            IndexError,
            r"Index -4 \(converted to -1\) is out of bounds for dimension 0 of size 3",
        ),
        ((0, 0, 0), IndexError, "Too many indices for tensor of dimension 2"),
        ((..., 0, ...), ValueError, r"Only one ellipsis \('...'\) is allowed in a slice."),
        (None, TypeError, "Invalid slice type: NoneType"),
        (True, TypeError, "Invalid slice type: bool"),
        ([0, 1], TypeError, "Invalid slice type: list"),
        (slice(0, 4), RuntimeError, "Ends 4 must be less than or equal to the shape of the tensor"),
        (slice(2, 1), RuntimeError, "End 1 must be greater than or equal to start 2"),
        (slice(None, None, -1), RuntimeError, r"Step\(0\) = -1 should be positive"),
        (
            slice(None, None, 2),
            RuntimeError,
            "Host tensors cannot be accessed with non-unit stride",
        ),
        (slice(1, 1), RuntimeError, "Host tensor slice cannot return a scalar or empty tensor"),
    ],
)
def test_bad_indices(index, error, message):
    with pytest.raises(error, match=message):
        ttnn.from_torch(torch.zeros(3, 4))[index]
