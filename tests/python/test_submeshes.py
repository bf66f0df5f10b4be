"""Parts of a mesh as meshes of their own: which devices, whose memory, what they compute, who closes
whom; and meshes that change their shape.
"""

import gc
import itertools

import pytest
import torch
from error_texts import expect_error_texts

import ttnn
from ttnn.testing import assert_close

Coord, Shape = ttnn.MeshCoordinate, ttnn.MeshShape
TILE = ttnn.TILE_LAYOUT


@pytest.fixture
def mesh():
    mesh = ttnn.open_mesh_device(Shape(2, 4))
    yield mesh
    ttnn.close_mesh_device(mesh)


def on(mesh, values, dim=0, dtype=ttnn.float32):
    mapper = ttnn.ReplicateTensorToMesh(mesh) if dim is None else ttnn.ShardTensorToMesh(mesh, dim)
    return ttnn.from_torch(values, dtype, device=mesh, mesh_mapper=mapper, layout=TILE)


def whole(tensor, dim=0):
    mesh = tensor.device()
    return ttnn.to_torch(tensor, mesh_composer=ttnn.ConcatMeshToTensor(mesh, dim))


def numbers(*shape):
    return torch.arange(float(torch.Size(shape).numel())).reshape(shape)


# -- which devices


def test_a_submesh_is_a_block_of_its_parent(system):
    system("t3000")
    with ttnn.create_mesh_device(Shape(2, 4)) as mesh:
        column = mesh.create_submesh(Shape(2, 1), Coord(0, 2))
        assert column.get_device_ids() == [2, 6] and column.shape == Shape(2, 1)
        assert mesh.create_submesh(Shape(1, 2)).get_device_ids() == [0, 1]
        assert mesh.create_submesh(submesh_shape=Shape(2, 4), offset=None).get_num_devices() == 8
        assert column.id() not in (mesh.id(), mesh.create_submesh(Shape(1, 1)).id())
        assert repr(column) == "<MeshDevice: 2x1 grid, 2 devices>"
        assert column.get_device_id(Coord(1, 0)) == 6
        with pytest.raises(IndexError, match=r"is outside of MeshShape\(\[2, 1\]\)"):
            column.get_device_id(Coord(0, 1))


def test_submeshes_stamp_the_parent_row_major(mesh):
    ids = [part.get_device_ids() for part in mesh.create_submeshes(Shape(1, 2))]
    row = mesh.get_device_ids()
    assert ids == [row[i : i + 2] for i in range(0, 8, 2)]
    assert len(mesh.create_submeshes(Shape(2, 4))) == 1
    assert [p.shape for p in mesh.create_submeshes(Shape(2, 2))] == [Shape(2, 2)] * 2


def test_overlapped_submeshes_lie_everywhere(mesh):
    parts = mesh.create_overlapped_submeshes(Shape(2, 3))
    row = mesh.get_device_ids()
    assert [part.get_device_ids() for part in parts] == [
        row[i : i + 3] + row[i + 4 : i + 7] for i in range(2)
    ]
    assert len(mesh.create_overlapped_submeshes(Shape(1, 1))) == 8


def test_a_submesh_of_a_submesh(mesh):
    right = mesh.create_submesh(Shape(2, 2), Coord(0, 2))
    corner = right.create_submesh(Shape(1, 1), Coord(1, 1))
    assert corner.get_device_ids() == mesh.get_device_ids()[7:]
    assert right.get_submeshes() == [corner] and mesh.get_submeshes() == [right]


def test_submeshes_of_a_line_and_of_three_dims(system):
    system("t3000")
    with ttnn.create_mesh_device(Shape(1, 8)) as line:
        halves = line.create_submeshes(Shape(1, 4))
        assert [half.get_device_ids() for half in halves] == [[0, 1, 2, 3], [7, 6, 5, 4]]
    system("2x2x2")
    with ttnn.create_mesh_device(Shape(2, 2, 2)) as cube:
        slices = cube.create_submeshes(Shape(2, 1, 2))
        assert [part.get_device_ids() for part in slices] == [[0, 1, 4, 5], [2, 3, 6, 7]]


def test_it_has_its_parents_options():
    with ttnn.create_mesh_device(Shape(1, 2), num_command_queues=2) as mesh:
        assert mesh.create_submesh(Shape(1, 1)).num_command_queues() == 2


def test_python_sees_one_object(mesh):
    part = mesh.create_submesh(Shape(1, 2))
    part.tag = "mine"
    x = on(part, numbers(2, 4))
    assert mesh.get_submeshes()[0] is part is x.device()
    other = mesh.create_submesh(Shape(1, 1))
    assert mesh.get_submeshes() == [part, other]
    del other
    gc.collect()
    assert mesh.get_submeshes() == [part]
    del part
    gc.collect()
    assert len(mesh.get_submeshes()) == 1  # the tensor holds it
    assert torch.equal(whole(x), numbers(2, 4))


# -- what they compute


def test_different_programs_on_disjoint_submeshes(mesh):
    """Composed from both, as an expert model composes what its experts made."""
    left, right = mesh.create_submeshes(Shape(2, 2))
    x = torch.randn(8, 64, generator=torch.Generator().manual_seed(0))
    w = torch.randn(64, 32, generator=torch.Generator().manual_seed(1))
    product = ttnn.matmul(on(left, x), on(left, w, None))
    squares = ttnn.square(on(right, x, 1))
    assert_close(x @ w, whole(product), sum_length=64)
    assert torch.equal(whole(squares, 1), x * x)


@pytest.mark.parametrize(("shape", "axis", "groups"), [
    ((2, 2), 0, [[0, 2], [1, 3]]), ((2, 2), 1, [[0, 1], [2, 3]]), ((2, 2), None, [[0, 1, 2, 3]]),
    ((1, 4), 1, [[0, 1, 2, 3]]), ((2, 1), 0, [[0, 1]]), ((1, 2), 0, [[0], [1]]),
])  # fmt: skip
def test_collectives_stay_among_the_submeshs_devices(mesh, shape, axis, groups):
    for part in mesh.create_submeshes(Shape(*shape)):
        devices = part.get_num_devices()
        x = on(part, torch.arange(1.0, devices + 1).reshape(-1, 1) ** 2)
        total = ttnn.all_reduce(x, cluster_axis=axis)
        sums = [ttnn.to_torch(shard).item() for shard in ttnn.get_device_tensors(total)]
        expected = [
            sum((d + 1.0) ** 2 for g in groups if k in g for d in g) for k in range(devices)
        ]
        assert sums == expected


def test_overlapping_submeshes_do_not_mix_their_data(mesh):
    one, two = mesh.create_overlapped_submeshes(Shape(2, 3))
    x, y = on(one, numbers(6, 4)), on(two, -numbers(6, 4))
    ttnn.add_(x, 1.0)
    assert torch.equal(whole(y), -numbers(6, 4)) and torch.equal(whole(x), numbers(6, 4) + 1)


def test_a_tensor_of_all_goes_to_parts_by_way_of_the_host(mesh):
    total = ttnn.from_device(on(mesh, numbers(8, 32)))
    parts = mesh.create_submeshes(Shape(1, 4))
    shards = ttnn.get_device_tensors(total)
    for k, part in enumerate(parts):
        mine = ttnn.from_host_shards(shards[4 * k : 4 * k + 4], part.shape)
        assert torch.equal(whole(ttnn.to_device(mine, part)), numbers(8, 32)[4 * k : 4 * k + 4])


def pair_of(sender, receiver, links):
    connections = [
        ttnn.SocketConnection(
            ttnn.MeshCoreCoord(Coord(*source), ttnn.CoreCoord(0, 0)),
            ttnn.MeshCoreCoord(Coord(*target), ttnn.CoreCoord(0, 0)),
        )
        for source, target in links
    ]
    memory = ttnn.SocketMemoryConfig(ttnn.BufferType.L1, 4096)
    return ttnn.create_socket_pair(sender, receiver, ttnn.SocketConfig(connections, memory))


def test_a_pipeline_of_submeshes_joined_by_sockets(mesh):
    """Each stage of two devices multiplies and hands on; three micro-batches are on their way."""
    stages = mesh.create_submeshes(Shape(1, 2))
    links = [((0, k), (0, k)) for k in range(2)]
    sockets = [pair_of(a, b, links) for a, b in itertools.pairwise(stages)]
    batches = [numbers(2, 32) + step for step in range(3)]
    for batch in batches:
        ttnn.experimental.send_async(ttnn.multiply(on(stages[0], batch), 2.0), sockets[0][0])
    for stage, (_, source), following in zip(
        stages[1:], sockets, [*sockets[1:], None], strict=True
    ):
        for batch in batches:
            x = on(stage, torch.zeros(1, 32), None)
            ttnn.experimental.recv_async(x, source)
            y = ttnn.add(x, 1.0)
            if following:
                ttnn.experimental.send_async(y, following[0])
            else:
                assert torch.equal(whole(y), batch * 2 + 3)


def test_from_a_submesh_to_its_parent(mesh):
    part = mesh.create_submesh(Shape(1, 4), Coord(1, 0))
    links = [((0, k), (1, k)) for k in range(4)]
    to, at = pair_of(part, mesh, links)
    ttnn.experimental.send_async(on(part, numbers(4, 8)), to)
    x = on(mesh, torch.full((1, 8), -1.0), None)
    ttnn.experimental.recv_async(x, at)
    expected = torch.cat([torch.full((4, 8), -1.0), numbers(4, 8)])
    assert torch.equal(whole(x), expected)


# -- memory


def test_memory_is_the_devices(mesh):
    part = mesh.create_submesh(Shape(1, 2), Coord(1, 1))
    x = on(part, torch.zeros(2, 32, 32))
    assert part.used_bytes() == [4096, 4096]
    assert mesh.used_bytes() == [0, 0, 0, 0, 0, 4096, 4096, 0]
    y = on(mesh, torch.zeros(32, 32), None)
    assert part.used_bytes() == [8192, 8192]
    ttnn.deallocate(x)
    del y
    assert part.used_bytes() == [0, 0] and mesh.used_bytes() == [0] * 8


def test_parent_and_parts_share_the_capacity(system):
    system("n300")
    with ttnn.create_mesh_device(Shape(1, 2)) as mesh:
        part = mesh.create_submesh(Shape(1, 1), Coord(0, 1))
        spec = ttnn.Shape([6 * 1024, 1024, 1024])  # 12 GB of a device's 12
        x = ttnn.allocate_tensor_on_device(spec, ttnn.bfloat16, TILE, part)
        with pytest.raises(RuntimeError, match=r"Out of Memory.* on device 1 at .*1x2 grid"):
            on(mesh, torch.zeros(1, 32))
        ttnn.deallocate(x)
        assert whole(on(mesh, torch.zeros(2, 32))).shape == (2, 32)


# -- closing


def test_closing_the_parent_closes_all_below(mesh):
    part = mesh.create_submesh(Shape(2, 2))
    corner = part.create_submesh(Shape(1, 1))
    x = on(corner, numbers(1, 4))
    ttnn.close_mesh_device(mesh)
    assert not (part.is_open() or corner.is_open()) and mesh.get_submeshes() == []
    with pytest.raises(RuntimeError, match=r"is closed, as its parent .*2x2 grid.* was"):
        ttnn.neg(x)
    ttnn.close_mesh_device(corner)  # once more does nothing
    ttnn.select_system("2x4")  # no mesh counts as open
    ttnn.select_system("")


def test_a_submesh_may_close_first_and_alone(mesh):
    part, other = mesh.create_submeshes(Shape(1, 4))
    x, y = on(part, numbers(4, 4)), on(other, numbers(4, 4))
    ttnn.close_mesh_device(part)
    assert mesh.get_submeshes() == [other] and mesh.is_open()
    with pytest.raises(RuntimeError, match=r"is closed\. Use it before"):
        ttnn.neg(x)
    assert torch.equal(whole(ttnn.neg(y)), -numbers(4, 4))
    assert torch.equal(whole(on(mesh, numbers(8, 4))), numbers(8, 4))


def test_parent_and_part_take_turns_at_a_queue(mesh):
    """What cards ask for, and find out when the part closes."""
    part, other = mesh.create_submeshes(Shape(1, 4))
    on_all, on_part = on(mesh, numbers(8, 4)), on(part, numbers(4, 4))
    for wait in (mesh.quiesce_devices, lambda: ttnn.synchronize_device(mesh)):
        ttnn.neg(on_part)
        wait()
        ttnn.neg(on_all)
        wait()
    ttnn.neg(on_part)
    ttnn.close_mesh_device(part)  # it waits, too
    ttnn.neg(on(other, numbers(4, 4)))
    ttnn.neg(on_all)
    message = f"MeshDevice cq ID 0 is in use by parent mesh ID {mesh.id()} during close of mesh ID"
    with pytest.raises(RuntimeError, match=rf"{message} {other.id()}: .*Call quiesce_devices"):
        ttnn.close_mesh_device(other)
    assert not other.is_open()
    assert torch.equal(whole(ttnn.neg(on_all)), -numbers(8, 4))


@pytest.mark.parametrize("order", ["parent first", "part first", "tensor last"])
def test_references_may_go_in_any_order(order):
    mesh = ttnn.open_mesh_device(Shape(1, 2))
    part = mesh.create_submesh(Shape(1, 1))
    x = ttnn.add(on(part, numbers(1, 4)), 1.0)
    if order == "parent first":
        del mesh
        gc.collect()
        assert torch.equal(ttnn.to_torch(x), numbers(1, 4) + 1)  # it lives as long as its parts
        del x, part
    elif order == "part first":
        del part, x
        gc.collect()
        assert mesh.get_submeshes() == []
        del mesh
    else:
        del mesh, part
        gc.collect()
        assert torch.equal(ttnn.to_torch(x), numbers(1, 4) + 1)
        del x
    gc.collect()
    ttnn.select_system("1x2")  # no mesh is open
    ttnn.select_system("")


def test_an_error_half_way_leaves_no_part_behind(mesh):
    with pytest.raises(RuntimeError, match="does not fit"):
        [mesh.create_submesh(Shape(1, 3), Coord(0, k)) for k in range(3)]
    gc.collect()
    assert mesh.get_submeshes() == []


def test_a_default_device_that_is_closed_is_one_no_more(mesh):
    part = mesh.create_submesh(Shape(1, 1))
    ttnn.SetDefaultDevice(part)
    ttnn.close_mesh_device(mesh)
    assert ttnn.GetDefaultDevice() is None


def test_programs_are_counted_for_each(mesh):
    part, other = mesh.create_submeshes(Shape(1, 4))
    ttnn.neg(on(part, numbers(4, 4)))
    assert part.num_program_cache_entries() > 0
    assert other.num_program_cache_entries() == mesh.num_program_cache_entries() == 0


# -- pictures


def test_pictures_of_a_submesh(system, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    system("t3000")
    with ttnn.create_mesh_device(Shape(2, 4)) as mesh:
        part = mesh.create_submesh(Shape(2, 1), Coord(0, 3))
        ttnn.visualize_mesh_device(part)
        ttnn.visualize_tensor(on(part, numbers(4, 8)))
    printed = capsys.readouterr().out
    assert "MeshDevice(rows=2, cols=1)" in printed
    assert printed.count("Dev. ID: 3") == printed.count("Dev. ID: 7") == 2
    assert "[0:2, :]" in printed and "[2:4, :]" in printed


def test_printed_shards_name_the_devices(system):
    system("t3000")
    with ttnn.create_mesh_device(Shape(2, 4)) as mesh:
        part = mesh.create_submesh(Shape(1, 2), Coord(1, 2))
        text = repr(on(part, numbers(2, 2)))
        assert "device_id:6" in text and "device_id:7" in text


# -- other shapes


def test_reshape_to_lines_and_grids(system):
    system("t3000")
    ring = [0, 1, 2, 3, 7, 6, 5, 4]
    with ttnn.create_mesh_device(Shape(2, 4)) as mesh:
        mesh.reshape(Shape(1, 8))
        assert mesh.get_device_ids() == ring and mesh.shape == Shape(1, 8)
        assert repr(mesh) == "<MeshDevice: 1x8 grid, 8 devices>"
        mesh.reshape(Shape(8, 1))
        assert mesh.get_device_ids() == ring
        mesh.reshape(Shape(4, 2))
        assert mesh.get_device_ids() == [0, 4, 1, 5, 2, 6, 3, 7]
        assert mesh.get_device_id(Coord(3, 1)) == 7
        mesh.reshape(Shape(2, 4))
        assert mesh.get_device_ids() == list(range(8))
    with ttnn.create_mesh_device(Shape(1, 8)) as line:
        line.reshape(Shape(2, 4))
        assert line.get_device_ids() == list(range(8))


def test_a_submesh_is_reshaped_alone(system):
    system("8x4")
    with ttnn.create_mesh_device(Shape(8, 4)) as mesh:
        part = mesh.create_submesh(Shape(2, 2), Coord(1, 1))
        part.reshape(Shape(1, 4))
        assert part.get_device_ids() == [5, 6, 10, 9] and mesh.shape == Shape(8, 4)
        mesh.reshape(Shape(4, 8))
        assert part.get_device_ids() == [5, 6, 10, 9]
        assert mesh.create_submesh(Shape(1, 2)).get_device_ids() == [0, 4]


def test_a_shape_of_before_brings_back_its_order(system):
    system("t3000")
    with ttnn.create_mesh_device(Shape(2, 2), physical_device_ids=[5, 0, 4, 1]) as mesh:
        x = on(mesh, numbers(4, 8))
        mesh.reshape(Shape(1, 4))
        assert mesh.get_device_ids() == [5, 0, 1, 4]
        mesh.reshape(Shape(2, 2))
        assert mesh.get_device_ids() == [5, 0, 4, 1]
        assert torch.equal(whole(ttnn.add(x, on(mesh, numbers(4, 8)))), 2 * numbers(4, 8))


def test_tensors_keep_their_shards(mesh, capsys):
    ids = mesh.get_device_ids()
    x, same = on(mesh, numbers(8, 32)), on(mesh, torch.full((1, 32), 3.0), None)
    used = mesh.used_bytes()
    mesh.reshape(Shape(1, 8))
    assert sorted(mesh.used_bytes()) == sorted(used)
    for compose in (whole, ttnn.to_torch):
        assert torch.equal(compose(x), numbers(8, 32))
    assert torch.equal(whole(ttnn.exp(x)), whole(ttnn.exp(on(mesh, numbers(8, 32)))))
    # the device that holds a shard still does, and stands elsewhere
    at = x.device_coords()
    assert [mesh.get_device_id(coordinate) for coordinate in at] == ids
    assert at[4] == Coord(0, 7)
    for k, shard in enumerate(ttnn.get_device_tensors(x)):
        assert shard.device_coords() == [at[k]]
        assert torch.equal(ttnn.to_torch(shard), numbers(8, 32)[k : k + 1])
    capsys.readouterr()
    ttnn.visualize_tensor(x)
    ttnn.visualize_mesh_device(mesh, tensor=x)
    assert "[4:5, :]" in capsys.readouterr().out
    # replicas go along
    new = on(mesh, numbers(8, 32))
    assert torch.equal(whole(ttnn.add(new, same)), numbers(8, 32) + 3)
    assert torch.equal(
        whole(ttnn.all_gather(same, 0, cluster_axis=1))[:8], torch.full((8, 32), 3.0)
    )
    again = ttnn.to_device(ttnn.from_device(x), mesh)
    assert torch.equal(whole(ttnn.add(again, new)), 2 * numbers(8, 32))
    ttnn.deallocate(x)
    assert min(mesh.used_bytes()) > 0


def test_collectives_follow_the_shape(mesh):
    def sums(axis):
        x = on(mesh, torch.arange(8.0).reshape(8, 1))
        total = ttnn.all_reduce(x, cluster_axis=axis)
        return [ttnn.to_torch(shard).item() for shard in ttnn.get_device_tensors(total)]

    assert sums(1) == [6.0] * 4 + [22.0] * 4
    mesh.reshape(Shape(1, 8))
    assert sums(1) == [28.0] * 8 and sums(0) == list(range(8))


# -- errors


def refusals(mesh):
    part, other = mesh.create_submeshes(Shape(1, 4))
    x, y, all_x = on(part, numbers(4, 32)), on(other, numbers(4, 32)), on(mesh, numbers(8, 32))
    line = ttnn.open_mesh_device(Shape(2, 2))
    old, (to, _) = on(line, numbers(4, 32)), pair_of(line, part, [((1, 0), (0, 0))])
    line.reshape(Shape(1, 4))
    new = on(line, numbers(4, 32))
    scattered = ttnn.open_mesh_device(Shape(1, 4), physical_device_ids=[0, 1, 8, 9])
    view = mesh.get_view()
    odd = ttnn.open_mesh_device(Shape(3, 3)).get_view()
    return {
        "too large": lambda: mesh.create_submesh(Shape(3, 4)),
        "beyond the edge": lambda: mesh.create_submesh(Shape(2, 2), Coord(0, 3)),
        "an offset outside": lambda: mesh.create_submesh(Shape(1, 1), Coord(2, 0)),
        "no devices": lambda: mesh.create_submesh(Shape(2, 0)),
        "a part of another rank": lambda: mesh.create_submesh(Shape(1, 2, 2)),
        "an offset of another rank": lambda: mesh.create_submesh(Shape(1, 2), Coord(0, 0, 0)),
        "not divisible": lambda: mesh.create_submeshes(Shape(2, 3)),
        "stamps without devices": lambda: mesh.create_submeshes(Shape(0, 1)),
        "too large to overlap": lambda: mesh.create_overlapped_submeshes(Shape(1, 5)),
        "parent and part": lambda: ttnn.add(all_x, x),
        "two parts": lambda: ttnn.add(x, y),
        "to another part": lambda: ttnn.to_device(x, other),
        "shards of two parts": lambda: ttnn.combine_device_tensors(
            tensors=ttnn.get_device_tensors(x) + ttnn.get_device_tensors(y)
        ),
        "an output of the parent": lambda: ttnn.add(x, x, output_tensor=all_x),
        "another number of devices": lambda: mesh.reshape(Shape(2, 2)),
        "three dims": lambda: mesh.reshape(Shape(2, 2, 2)),
        "a grid of scattered devices": lambda: (
            scattered.reshape(Shape(2, 2)) or scattered.reshape(Shape(4, 1))
        ),
        "a tensor of an earlier shape": lambda: ttnn.add(old, new),
        "a collective of one": lambda: ttnn.all_gather(old, 0, cluster_axis=1),
        "shards of two shapes": lambda: ttnn.combine_device_tensors(
            tensors=ttnn.get_device_tensors(old)[:2] + ttnn.get_device_tensors(new)[2:]
        ),
        "a socket of an earlier shape": lambda: ttnn.experimental.send_async(new, to),
        "a device of others": lambda: view.find_device(31),
        "a place outside of a view": lambda: view.get_device_id(Coord(2, 0)),
        "a ring of nine": lambda: odd.get_ring_coordinates(),
    }


def test_error_texts(mesh):
    """TTNN_UPDATE_GOLDEN=1 writes the file anew; the change is then visible in the diff."""
    expect_error_texts("submeshes.txt", refusals(mesh))
    x = on(mesh, numbers(8, 32))
    assert torch.equal(whole(ttnn.add(x, x)), 2 * numbers(8, 32))


def test_a_view_is_a_value(mesh):
    view = mesh.get_view()
    mesh.reshape(Shape(1, 8))
    assert (view.shape(), view.num_devices(), len(view)) == (Shape(2, 4), 8, 8)
    assert (view.num_rows(), view.num_cols(), view.is_mesh_2d()) == (2, 4, True)
    assert view.contains(Coord(1, 3)) and not view.contains(Coord(2, 0))
    for at in ttnn.MeshCoordinateRange(view.shape()):
        assert view.find_device(view.get_device_id(at)) == at
    ring = view.get_ring_coordinates()
    assert ring == view.get_line_coordinates() and len(set(ring)) == 8
    assert [view.get_device_id(at) for at in ring] == mesh.get_device_ids()
    assert repr(view) == "<MeshDeviceView: MeshShape([2, 4]), 8 devices>"
    assert isinstance(view, ttnn._ttnn.multi_device.MeshDeviceView)
