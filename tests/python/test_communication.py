"""What collectives send, noted by record_communication: totals in closed form, links by counting which
shard has to cross which link.
"""

import json
import re
import threading
from collections import Counter
from pathlib import Path

import pytest
import torch

import ttnn


@pytest.fixture
def block():
    with ttnn.create_mesh_device(ttnn.MeshShape(2, 4)) as mesh:
        yield mesh


@pytest.fixture
def line():
    with ttnn.create_mesh_device(ttnn.MeshShape(1, 3)) as mesh:
        yield mesh


def on(mesh, *shape, dtype=ttnn.float32):
    """A tensor of which each device holds a shard of this shape."""
    return ttnn.zeros(shape, dtype=dtype, layout=ttnn.TILE_LAYOUT, device=mesh)


def only(log):
    (record,) = log.records
    return record


def both_ways(links, a, b):
    return links.get((a, b), 0) + links.get((b, a), 0)


# -- closed forms ----------------------------------------------------------------------------------

ELEMENT_BYTES = {
    ttnn.float32: 4,
    ttnn.bfloat16: 2,
    ttnn.uint8: 1,
    ttnn.bfloat8_b: 1 + 1 / 16,
    ttnn.bfloat4_b: 1 / 2 + 1 / 16,
}


@pytest.mark.parametrize("dtype", ELEMENT_BYTES, ids=lambda d: d.name)
@pytest.mark.parametrize(("shape", "axis"), [((1, 4), None), ((2, 4), 0), ((2, 4), 1), ((2, 4), -2), ((2, 4), None), ((3, 3), None)])  # fmt: skip
def test_bytes_per_device_are_the_closed_forms(shape, axis, dtype):
    members = shape[axis] if axis is not None else shape[0] * shape[1]
    with (
        ttnn.create_mesh_device(ttnn.MeshShape(*shape)) as mesh,
        ttnn.record_communication() as log,
    ):
        x = on(mesh, 2, 32, 16 * members, dtype=dtype)
        ttnn.all_gather(x, dim=1, cluster_axis=axis)
        ttnn.reduce_scatter(x, dim=-1, cluster_axis=axis)
        ttnn.all_reduce(x, cluster_axis=axis)
    gather, scatter, reduce = log.records
    shard = 2 * 32 * 16 * members * ELEMENT_BYTES[dtype]
    share = (members - 1) / members
    assert gather.shard_bytes == scatter.shard_bytes == reduce.shard_bytes == shard
    assert gather.bytes == share * (members * shard)  # the whole is what it makes
    assert scatter.bytes == share * shard  # the whole is what each device has of it
    assert reduce.bytes == 2 * scatter.bytes
    groups = shape[0] * shape[1] // members
    for record in log.records:
        assert (record.group_size, record.groups) == (members, groups)
        assert record.axis == (axis if axis is None else axis % 2)
    assert log.totals.bytes == gather.bytes + scatter.bytes + reduce.bytes


def test_block_floats_count_their_exponents(line):
    with ttnn.record_communication() as log:
        ttnn.all_gather(on(line, 32, 32, dtype=ttnn.bfloat8_b), dim=0)
        ttnn.all_gather(on(line, 5, 17, dtype=ttnn.bfloat4_b), dim=0)  # 2 groups of 16 in a row
    assert [record.shard_bytes for record in log.records] == [1088, 5 * 2 * 9]


def test_padding_to_tiles_is_not_sent(line):
    with ttnn.record_communication() as log:
        ttnn.all_gather(on(line, 5, 7), dim=0)
    assert only(log).bytes == 2 * 5 * 7 * 4


def test_what_does_not_divide_is_rounded_up(line):
    with ttnn.record_communication() as log:
        ttnn.all_reduce(on(line, 1, 5, dtype=ttnn.uint8))
    assert only(log).bytes == 7  # 2 * 2 / 3 * 5


# -- links -----------------------------------------------------------------------------------------


def crossing(members, crosses):
    """Per link of a line of devices, how many of the shards numbered by `members` cross it."""
    links = Counter()
    for i in range(members - 1):
        for shard in range(members):
            links[i, i + 1] += crosses(shard, i, i + 1)
            links[i + 1, i] += crosses(shard, i + 1, i)
    return links


@pytest.mark.parametrize("members", [2, 3, 4])
def test_a_line_forwards_shards_and_partial_sums(members):
    """A row of a grid: a shard leaves its device on both sides; partial sums come in from both."""
    with ttnn.create_mesh_device(ttnn.MeshShape(2, members)) as mesh:
        x = on(mesh, 32, 32 * members)
        with ttnn.record_communication() as log:
            ttnn.all_gather(x, dim=0, cluster_axis=1)
            ttnn.reduce_scatter(x, dim=1, cluster_axis=1)
            ttnn.all_reduce(x, cluster_axis=1)
    gather, scatter, reduce = log.records
    whole, part = x.shape[0] * x.shape[1] * 4, 32 * 32 * 4
    away = crossing(members, lambda shard, a, b: abs(shard - a) < abs(shard - b))
    towards = crossing(members, lambda shard, a, b: abs(shard - a) > abs(shard - b))
    columns = 4  # of the system: the second row begins at device 4
    for row in (0, columns):
        for (a, b), shards in away.items():
            assert gather.links[a + row, b + row] == shards * whole
            assert scatter.links[a + row, b + row] == towards[a, b] * part
            assert reduce.links[a + row, b + row] == (shards + towards[a, b]) * part
    assert len(gather.links) == len(scatter.links) == len(reduce.links) == 4 * (members - 1)
    # What the busiest link carries is the closed form.
    assert (gather.busiest, scatter.busiest) == (gather.bytes, scatter.bytes)
    assert not gather.is_ring


def test_the_ring_of_a_t3000_goes_along_its_perimeter(system):
    """Also for a 2x4 mesh, whose devices are not neighbours in row-major order."""
    system("t3000")
    perimeter = [0, 1, 2, 3, 7, 6, 5, 4]
    for shape in ((1, 8), (2, 4)):
        with ttnn.create_mesh_device(ttnn.MeshShape(*shape)) as mesh:
            x = on(mesh, 32, 256)
            with ttnn.record_communication() as log:
                ttnn.all_gather(x, dim=0)
                ttnn.reduce_scatter(x, dim=1)
                ttnn.all_reduce(x)
        for record in log.records:
            assert record.is_ring and len(record.links) == 16
            for a, b in zip(perimeter, [*perimeter[1:], 0]):
                assert record.links[a, b] == record.links[b, a]  # half goes each way
                assert both_ways(record.links, a, b) == record.bytes


def test_an_odd_byte_goes_one_way(system):
    system("t3000")
    with ttnn.create_mesh_device(ttnn.MeshShape(2, 4)) as mesh, ttnn.record_communication() as log:
        ttnn.all_gather(on(mesh, 1, 3, dtype=ttnn.uint8), dim=0)
    assert (log.records[0].links[0, 1], log.records[0].links[1, 0]) == (11, 10)


def test_fabric_1d_has_no_rings(system):
    system("t3000")
    ttnn.set_fabric_config(ttnn.FabricConfig.FABRIC_1D)
    with ttnn.create_mesh_device(ttnn.MeshShape(1, 8)) as mesh, ttnn.record_communication() as log:
        ttnn.all_gather(on(mesh, 32, 32), dim=0)
    record = only(log)
    assert not record.is_ring
    assert (0, 4) not in record.links and record.busiest == record.bytes


def test_nine_devices_are_a_line_back_and_forth():
    """A grid of an odd number of devices has no ring."""
    with ttnn.create_mesh_device(ttnn.MeshShape(3, 3)) as mesh, ttnn.record_communication() as log:
        ttnn.all_reduce(on(mesh, 32, 32))
    record = only(log)
    assert not record.is_ring and len(record.links) == 2 * 8
    ids = {device for link in record.links for device in link}
    assert ids == {0, 1, 2, 4, 5, 6, 8, 9, 10}  # of the 8x4 system
    assert all(abs(a - b) in (1, 4) for a, b in record.links)


def test_devices_that_are_no_neighbours_send_through_those_between():
    apart = ttnn.create_mesh_device(ttnn.MeshShape(1, 2), physical_device_ids=[0, 9])
    with apart as mesh, ttnn.record_communication() as log:
        ttnn.all_gather(on(mesh, 32, 32), dim=0)
    there = [(0, 1), (1, 5), (5, 9)]  # along the row, then down the column
    back = [(9, 8), (8, 4), (4, 0)]
    assert set(only(log).links) == {*there, *back}
    assert set(only(log).links.values()) == {4096}


def test_a_mesh_of_three_dimensions(system):
    system("2x2x2")
    with (
        ttnn.create_mesh_device(ttnn.MeshShape(2, 2, 2)) as mesh,
        ttnn.record_communication() as log,
    ):
        ttnn.all_gather(on(mesh, 32, 32), dim=0, cluster_axis=0)
        ttnn.all_gather(on(mesh, 32, 32), dim=0)
    columns, everyone = log.records
    assert columns.groups == 4 and set(columns.links) == {
        (a, b) for i in range(4) for a, b in ((i, i + 4), (i + 4, i))
    }
    assert everyone.is_ring and len(everyone.links) == 16
    assert all(a ^ b in (1, 2, 4) for a, b in everyone.links)


# -- the other collectives -------------------------------------------------------------------------

Coord = ttnn.MeshCoordinate


def test_all_broadcast_sends_what_a_gather_does(block):
    x = on(block, 32, 64)
    with ttnn.record_communication() as log:
        ttnn.all_gather(x, dim=0, cluster_axis=1)
        ttnn.all_broadcast(x, cluster_axis=1)
    gather, broadcast = log.records
    assert (broadcast.bytes, broadcast.links) == (gather.bytes, gather.links)
    assert (broadcast.op, broadcast.kind) == ("all_broadcast", "gather")


@pytest.mark.parametrize("column", range(4))
def test_a_broadcast_along_a_line_crosses_each_link_once(block, column):
    x = on(block, 32, 64)
    with ttnn.record_communication() as log:
        ttnn.broadcast(x, Coord(1, column), cluster_axis=1)
    record = only(log)
    assert (record.groups, record.group_size, record.bytes) == (1, 4, 32 * 64 * 4)
    outward = [(4 + i, 5 + i) if i >= column else (5 + i, 4 + i) for i in range(3)]
    assert record.links == dict.fromkeys(outward, record.bytes)


@pytest.mark.parametrize("sender", range(8))
def test_a_broadcast_around_a_ring_goes_both_ways(block, sender):
    with ttnn.record_communication() as log:
        ttnn.broadcast(on(block, 32, 64), Coord(sender // 4, sender % 4))
    record = only(log)
    ring = [0, 1, 2, 3, 7, 6, 5, 4]
    at = ring.index(sender)
    ring = ring[at:] + ring[:at]
    ahead = [(ring[i], ring[i + 1]) for i in range(4)]
    behind = [(ring[(8 - i) % 8], ring[7 - i]) for i in range(3)]
    assert record.is_ring and record.links == dict.fromkeys(ahead + behind, record.bytes)


def exchanged(order, is_ring):
    """Slices over each link if every pair's goes the shorter way; half each way if both are as long."""
    links, size = Counter(), len(order)
    for i in range(size):
        for j in range(size):
            ahead, behind = (j - i) % size, (i - j) % size
            if not is_ring:
                ways = [1] if j > i else [-1]
            elif ahead == behind:
                ways = [1, -1]
            else:
                ways = [1] if ahead < behind else [-1]
            for way in ways if i != j else []:
                at = i
                while at != j:
                    step = (at + way) % size
                    links[order[at], order[step]] += 1 / len(ways)
                    at = step
    return links


@pytest.mark.parametrize("shape", [(1, 2), (1, 3), (2, 2), (2, 3), (2, 4), (3, 3)])
def test_an_exchange_takes_the_shorter_way(shape):
    members = shape[0] * shape[1]
    with (
        ttnn.create_mesh_device(ttnn.MeshShape(*shape)) as mesh,
        ttnn.record_communication() as log,
    ):
        ttnn.experimental.all_to_all_async_generic(on(mesh, 32, 32 * members), 0, 1)
    record = only(log)
    part = 32 * 32 * 4
    assert (record.kind, record.bytes) == ("exchange", (members - 1) * part)
    forward = next(iter(record.links))
    order = list(forward)  # walk along the links, which are those of a ring or a line
    while len(order) < members:
        order += [b for a, b in record.links if a == order[-1] and b not in order]
        if len(order) < members and all(b in order for a, b in record.links if a == order[-1]):
            order.reverse()
    expected = exchanged(order, record.is_ring)
    assert record.links == {link: slices * part for link, slices in expected.items()}
    if not record.is_ring:  # the report's closed form: the middle link
        assert record.busiest == (members // 2) * ((members + 1) // 2) * part


def test_a_send_goes_along_the_row_or_the_column(block):
    x = on(block, 32, 64)
    with ttnn.record_communication() as log:
        ttnn.point_to_point(x, Coord(0, 0), Coord(0, 2))
        ttnn.point_to_point(x, Coord(1, 3), Coord(0, 3), output_tensor=on(block, 32, 64))
    row, column = log.records
    size = 32 * 64 * 4
    assert (row.kind, row.bytes, row.links) == ("send", size, {(0, 1): size, (1, 2): size})
    assert (column.bytes, column.links) == (size, {(7, 3): size})


def test_a_partition_sends_nothing(block):
    with ttnn.record_communication() as log:
        ttnn.mesh_partition(on(block, 32, 64), dim=-1, cluster_axis=1)
    record = only(log)
    assert (record.op, record.kind, record.bytes, record.links) == ("mesh_partition", "none", 0, {})
    assert "4" in str(log)


def test_aliases_are_noted_as_what_they_call(block):
    x = on(block, 1, 1, 32, 128)
    with ttnn.record_communication() as log:
        ttnn.experimental.all_gather_async(x, None, 3, [], cluster_axis=1)
        ttnn.all_gather(x, 3, cluster_axis=1)
    alias, plain = log.records
    assert (alias.op, alias.bytes, alias.links) == (plain.op, plain.bytes, plain.links)
    assert plain.line == alias.line + 1


def test_sockets_send_between_meshes():
    """Devices of the first row to those below them."""
    connections = [
        ttnn.SocketConnection(
            ttnn.MeshCoreCoord(Coord(0, i), ttnn.CoreCoord(0, 0)),
            ttnn.MeshCoreCoord(Coord(0, i), ttnn.CoreCoord(0, 0)),
        )
        for i in range(3)
    ]
    config = ttnn.SocketConfig(connections, ttnn.SocketMemoryConfig(ttnn.BufferType.L1, 4096))
    row = ttnn.MeshShape(1, 3)
    with (
        ttnn.create_mesh_device(row, physical_device_ids=[0, 1, 2]) as sender,
        ttnn.create_mesh_device(row, physical_device_ids=[4, 5, 10]) as receiver,
        ttnn.record_communication() as log,
    ):
        to, at = ttnn.create_socket_pair(sender, receiver, config)
        ttnn.experimental.send_async(on(sender, 32, 32), to)
        ttnn.experimental.recv_async(on(receiver, 32, 32), at)
    record = only(log)
    assert (record.kind, record.groups, record.bytes) == ("send", 3, 4096)
    assert record.links == dict.fromkeys([(0, 4), (1, 5), (2, 6), (6, 10)], 4096)
    assert record.file == __file__
    assert "3 pairs" in str(log)


# -- when it records -------------------------------------------------------------------------------


def test_a_group_of_one_sends_nothing(line):
    with (
        ttnn.create_mesh_device(ttnn.MeshShape(1, 1)) as single,
        ttnn.record_communication() as log,
    ):
        ttnn.all_gather(on(line, 32, 32), dim=0, cluster_axis=0)
        ttnn.all_reduce(on(single, 32, 32))
    assert [(r.group_size, r.groups, r.bytes, r.links) for r in log.records] == [
        (1, 3, 0, {}),
        (1, 1, 0, {}),
    ]


def test_the_line_of_the_program_is_noted(line):
    x = on(line, 32, 32)
    with ttnn.record_communication() as log:
        ttnn.all_gather(x, dim=0)
        for _ in range(2):
            ttnn.all_reduce(x)
    first, *loop = log.records
    assert first.file == __file__
    assert [record.line - first.line for record in loop] == [2, 2]
    assert (first.op, first.kind, first.dtype, first.shape) == (
        "all_gather", "gather", ttnn.float32, (32, 32)
    )  # fmt: skip


def test_only_collectives_inside_the_block_are_noted(line):
    x = on(line, 32, 32)
    ttnn.all_reduce(x)
    with ttnn.record_communication() as log:
        ttnn.add(x, x)
        assert log.records == [] and log.totals.links == {}
        ttnn.all_reduce(x)
        assert len(log.records) == 1  # readable inside
    ttnn.all_reduce(x)
    assert len(log.records) == 1


def test_blocks_may_be_nested(line):
    x = on(line, 32, 32)
    with ttnn.record_communication() as outer:
        ttnn.all_reduce(x)
        with ttnn.record_communication() as inner:
            ttnn.all_gather(x, dim=0)
        ttnn.all_reduce(x)
    assert [record.op for record in outer.records] == ["all_reduce", "all_gather", "all_reduce"]
    assert inner.records == outer.records[1:2]


def test_a_log_records_one_block_at_a_time(line):
    x = on(line, 32, 32)
    log = ttnn.record_communication()
    with log:
        with pytest.raises(RuntimeError, match=r"recording already.*record_communication"), log:
            pass
        ttnn.all_reduce(x)
    with log:
        ttnn.all_gather(x, dim=0)
    assert [record.op for record in log.records] == ["all_reduce", "all_gather"]


def test_an_error_ends_the_block_and_what_is_refused_is_not_noted(line):
    x = on(line, 32, 32)
    log = ttnn.record_communication()
    with pytest.raises(RuntimeError, match="out of range"), log:
        ttnn.all_reduce(x)
        ttnn.all_gather(x, dim=5)
    ttnn.all_reduce(x)
    assert [record.op for record in log.records] == ["all_reduce"]


def test_a_log_that_is_dropped_stops(line):
    ttnn.record_communication().__enter__()
    ttnn.all_reduce(on(line, 32, 32))
    ttnn.synchronize_device(line)


def test_a_result_in_a_given_tensor_is_noted(line):
    x = on(line, 32, 32)
    with ttnn.record_communication() as log:
        ttnn.all_reduce(x, output_tensor=on(line, 32, 32))
    assert only(log).op == "all_reduce"


def test_threads_are_all_noted(line):
    def work():
        for _ in range(20):
            ttnn.all_reduce(x)

    x = on(line, 32, 32)
    with ttnn.record_communication() as log:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            assert len(log.records) <= 80
        for thread in threads:
            thread.join()
    assert len(log.records) == 80
    assert {record.line for record in log.records} == {work.__code__.co_firstlineno + 2}


# -- how it is shown -------------------------------------------------------------------------------


@pytest.fixture
def example(system, monkeypatch):
    """Tensor parallel on rows, data parallel on columns of a T3000."""
    system("t3000")
    with ttnn.create_mesh_device(ttnn.MeshShape(2, 4)) as mesh, ttnn.record_communication() as log:
        x = on(mesh, 1, 1, 128, 1136, dtype=ttnn.bfloat16)
        for _ in range(2):
            ttnn.all_gather(x, dim=-1, cluster_axis=1)
        ttnn.all_reduce(on(mesh, 3, 7, dtype=ttnn.bfloat8_b), cluster_axis=0)
    monkeypatch.setenv("COLUMNS", "150")
    return log


def cells(text):
    """The rows of tables without lines between columns: cells are two spaces apart."""
    return [re.split(r" {2,}", line.strip()) for line in text.splitlines() if line.strip()]


def test_the_table(example):
    gather, reduce = (f"{Path(__file__).name}:{record.line}" for record in example.records[1:])
    title, *rows = cells(str(example))
    assert title == ["Collectives on T3000"]
    assert [row for row in rows if not row[0].startswith("─")] == [
        ["a device", "over a"],
        ["op", "line", "times", "axis", "groups", "shard", "sends", "link"],
        ["all_gather", gather, "2", "1", "2 lines of 4", "1x1x128x1136 BFLOAT16", "852 KiB", "852 KiB"],
        ["all_reduce", reduce, "1", "0", "4 lines of 2", "3x7 BFLOAT8_B", "51 B", "51 B"],
        ["all", "3", "1.66 MiB", "1.66 MiB"],
        ["Between neighbours"],
        ["devices", "there", "back"],
        ["0 ↔ 1", "568 KiB", "1.66 MiB"],
        ["0 ↔ 4", "51 B", "51 B"],
        ["1 ↔ 2", "1.11 MiB", "1.11 MiB"],
        ["1 ↔ 5", "51 B", "51 B"],
        ["2 ↔ 3", "1.66 MiB", "568 KiB"],
        ["2 ↔ 6", "51 B", "51 B"],
        ["3 ↔ 7", "51 B", "51 B"],
        ["4 ↔ 5", "568 KiB", "1.66 MiB"],
        ["5 ↔ 6", "1.11 MiB", "1.11 MiB"],
        ["6 ↔ 7", "1.66 MiB", "568 KiB"],
    ]  # fmt: skip


@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_table_fits_a_narrow_terminal(example, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    text = str(example)
    assert max(map(len, text.splitlines())) <= width
    assert "all_gather" in text and "1.66 MiB" in text


def test_a_wide_machine_shows_its_busiest_links(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    with ttnn.create_mesh_device(ttnn.MeshShape(8, 4)) as mesh, ttnn.record_communication() as log:
        ttnn.all_gather(on(mesh, 32, 32), dim=0, cluster_axis=1)
    text = str(log)
    assert text.count("↔") == 16
    assert "and 8 more pairs, at most 8 KiB one way" in text  # 24 pairs; the middle ones carry less


def test_an_empty_log_says_so():
    with ttnn.record_communication() as log:
        pass
    assert repr(log) == "<CommunicationLog: 0 collectives, 0 B per device>"
    assert "↔" not in str(log)


def test_the_data_survives_json(example):
    data = json.loads(json.dumps(example.to_dict()))
    assert data["system"] == "T3000"
    first = data["records"][0]
    assert (first["dtype"], first["shape"], first["bytes"]) == (
        "BFLOAT16",
        [1, 1, 128, 1136],
        872448,
    )
    assert [0, 1, 290816] in first["links"]
    totals = data["totals"]
    assert totals["collectives"] == 3
    assert totals["by_op"] == {"all_gather": 2 * 872448, "all_reduce": 51}
    assert sum(size for *_, size in totals["links"]) == sum(
        size for record in data["records"] for *_, size in record["links"]
    )


def test_results_are_what_they_are_without_a_log(block):
    torch.manual_seed(0)
    shards = torch.randn(8, 32, 64)
    x = ttnn.from_torch(shards, device=block, mesh_mapper=ttnn.ShardTensorToMesh(block, dim=0))
    plain = ttnn.all_reduce(x, cluster_axis=1)
    with ttnn.record_communication():
        noted = ttnn.all_reduce(x, cluster_axis=1)
    for one, other in zip(ttnn.get_device_tensors(plain), ttnn.get_device_tensors(noted)):
        assert torch.equal(ttnn.to_torch(one), ttnn.to_torch(other))
