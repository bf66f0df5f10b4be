"""Sockets between meshes of one process: what is received, in which order, and what is refused."""

import pytest
import torch
from error_texts import error_text, expect_golden

import ttnn
from ttnn.golden import block_float

Coord = ttnn.MeshCoordinate
TILE = ttnn.TILE_LAYOUT
experimental = ttnn.experimental
ROW = ttnn.MeshShape(1, 4)


@pytest.fixture(scope="module")
def meshes():
    """A sender and a receiver, on devices of their own, and a third mesh on the sender's."""
    with (
        ttnn.create_mesh_device(ROW) as sender,
        ttnn.create_mesh_device(ttnn.MeshShape(2, 2), offset=Coord(4, 0)) as receiver,
        ttnn.create_mesh_device(ROW) as third,
    ):
        yield sender, receiver, third


def config(pairs, cores=1, **arguments):
    connections = [
        ttnn.SocketConnection(
            ttnn.MeshCoreCoord(Coord(*sender), ttnn.CoreCoord(core, 0)),
            ttnn.MeshCoreCoord(Coord(*receiver), ttnn.CoreCoord(core, 1)),
        )
        for sender, receiver in pairs
        for core in range(cores)
    ]
    memory = ttnn.SocketMemoryConfig(ttnn.BufferType.L1, 4096)
    return ttnn.SocketConfig(connections, memory, **arguments)


ALL = [((0, i), (i // 2, i % 2)) for i in range(4)]  # device by device, row-major
CROSSED = [((0, 3), (0, 0)), ((0, 1), (1, 0))]
FAN_OUT = [((0, 2), (i // 2, i % 2)) for i in range(4)]


def on(mesh, values, dim=0, dtype=None, layout=TILE):
    mapper = ttnn.ReplicateTensorToMesh(mesh) if dim is None else ttnn.ShardTensorToMesh(mesh, dim)
    return ttnn.from_torch(values, dtype, device=mesh, mesh_mapper=mapper, layout=layout)


def shards(tensor):
    return [ttnn.to_torch(shard) for shard in ttnn.get_device_tensors(tensor)]


def numbers(*shape):
    return torch.arange(float(torch.Size(shape).numel())).reshape(shape)


@pytest.mark.parametrize("dtype", [ttnn.bfloat16, ttnn.float32, ttnn.bfloat8_b, ttnn.uint32])
@pytest.mark.parametrize("pairs", [ALL, CROSSED, FAN_OUT], ids=["all", "crossed", "fan-out"])
@pytest.mark.parametrize("dim", [0, None], ids=["sharded", "replicated"])
@pytest.mark.parametrize("direct", [False, True])
def test_connections_say_whose_shard_arrives_where(meshes, dtype, pairs, dim, direct):
    sender, receiver, _ = meshes
    send = experimental.send_direct_async if direct else experimental.send_async
    receive = experimental.recv_direct_async if direct else experimental.recv_async
    x = on(sender, numbers(12, 40), dim, dtype)
    shape = [12 if dim is None else 3, 40]
    output = on(receiver, torch.full(shape, 9.0), None, dtype)
    twin = ttnn.clone(output)
    to, at = ttnn.create_socket_pair(sender, receiver, config(pairs, cores=2))
    assert send(x, to) == []
    (result,) = receive(output, at)
    source = {r[0] * 2 + r[1]: s[1] for s, r in pairs}
    for got in (result, output):
        for device, shard in enumerate(shards(got)):
            nine = torch.full(shape, 9.0)
            want = shards(x)[source[device]].float() if device in source else nine
            assert torch.equal(shard.float(), want), device
    assert all(shard.eq(9).all() for shard in shards(twin))


def test_what_arrives_whole_keeps_its_placement(meshes):
    sender, receiver, _ = meshes
    whole = numbers(12, 40)
    to, at = ttnn.create_socket_pair(sender, receiver, config(ALL))
    experimental.send_async(on(sender, whole), to)
    output = on(receiver, torch.zeros(3, 40), None)
    experimental.recv_async(output, at)
    assert torch.equal(ttnn.to_torch(output), whole)
    to, at = ttnn.create_socket_pair(sender, receiver, config(FAN_OUT))
    experimental.send_async(on(sender, whole), to)
    experimental.recv_async(output, at)
    assert torch.equal(ttnn.to_torch(ttnn.mesh_partition(output, 1)), whole[6:9])


def test_a_send_is_a_snapshot_and_arrives_in_order(meshes):
    sender, receiver, _ = meshes
    to, at = ttnn.create_socket_pair(sender, receiver, config(ALL))
    x = on(sender, torch.zeros(4, 40))
    for step in range(5):  # more than the FIFO's bytes
        ttnn.add_(x, 1.0)
        experimental.send_async(x, to)
        if step == 2:
            ttnn.multiply_(x, 10.0)
    ttnn.deallocate(x)
    received = []
    output = on(receiver, torch.zeros(1, 40), None)
    for _ in range(5):
        experimental.recv_async(output, at)
        received.append(ttnn.clone(output))
    values = [{shard.unique().item() for shard in shards(r)} for r in received]
    assert values == [{1.0}, {2.0}, {3.0}, {31.0}, {32.0}]
    ttnn.add_(output, 1.0)  # what was received is written apart from what was sent
    assert shards(received[-1])[0].eq(32).all()


def test_a_pipeline_over_three_meshes(meshes):
    """Each mesh adds its own number; sockets go both ways and are told apart."""
    sender, receiver, third = meshes
    first = ttnn.create_socket_pair(sender, receiver, config(ALL))
    back = [(b, a) for a, b in ALL]
    second = ttnn.create_socket_pair(receiver, third, config(back))
    whole = numbers(8, 64)
    for step in range(3):
        x = ttnn.add(on(sender, whole + step), 1.0)
        experimental.send_async(x, first[0])
        y = on(receiver, torch.zeros(2, 64), None)
        experimental.recv_async(y, first[1])
        experimental.send_async(ttnn.multiply(y, 2.0), second[0])
        z = on(third, torch.zeros(2, 64), None)
        experimental.recv_async(z, second[1])
        gathered = shards(ttnn.all_gather(z, 0))
        for shard in gathered:
            assert torch.equal(shard, (whole + step + 1) * 2)


def test_block_floats_arrive_as_they_are(meshes):
    sender, receiver, _ = meshes
    values = torch.randn(4, 33, generator=torch.Generator().manual_seed(0))
    to, at = ttnn.create_socket_pair(sender, receiver, config(ALL))
    experimental.send_async(on(sender, values, 0, ttnn.bfloat4_b), to)
    output = on(receiver, torch.zeros(1, 33), None, ttnn.bfloat4_b)
    experimental.recv_async(output, at)
    expected = block_float(values, ttnn.bfloat4_b)
    assert torch.equal(torch.cat(shards(output)), expected)


def test_a_socket_says_what_it_is(meshes):
    sender, receiver, _ = meshes
    given = config(CROSSED)
    to, at = ttnn.create_socket_pair(sender, receiver, given)
    assert (to.get_mesh_device(), at.get_mesh_device()) == (sender, receiver)
    assert to.get_socket_endpoint_type() == ttnn.SocketEndpoint.SENDER
    assert at.get_socket_endpoint_type() == ttnn.SocketEndpoint.RECEIVER
    assert at.get_connection_config() == given.connections
    assert to.get_active_cores() == [c.sender_core for c in given.connections]
    assert at.get_active_cores() == [c.receiver_core for c in given.connections]
    assert to.get_config_buffer_address() != at.get_config_buffer_address()
    node = at.get_fabric_node_id(ttnn.SocketEndpoint.RECEIVER, Coord(1, 0))
    assert node == ttnn.FabricNodeId(ttnn.MeshId(0), receiver.get_device_ids()[2])
    assert "SENDER" in repr(to)


def refusals(sender, receiver, third):
    to, at = ttnn.create_socket_pair(sender, receiver, config(ALL))
    x, y = on(sender, torch.ones(4, 40)), on(receiver, torch.zeros(1, 40), None)

    def after_a_send(output):
        experimental.send_async(x, to)
        experimental.recv_async(output, at)

    def to_closed():
        with ttnn.create_mesh_device(ROW) as closed:
            pair = ttnn.create_socket_pair(sender, closed, config([((0, 0), (0, 0))]))
        experimental.send_async(x, pair[0])

    return {
        "nothing sent": lambda: experimental.recv_async(y, at),
        "sending on the receiver's end": lambda: experimental.send_async(y, at),
        "receiving on the sender's end": lambda: experimental.recv_async(x, to),
        "sending from another mesh": lambda: experimental.send_async(
            on(third, torch.ones(4, 40)), to
        ),
        "receiving on another mesh": lambda: after_a_send(on(third, torch.ones(1, 40), None)),
        "another shape": lambda: after_a_send(on(receiver, torch.zeros(2, 40), None)),
        "another dtype": lambda: after_a_send(
            on(receiver, torch.zeros(1, 40), None, ttnn.bfloat16)
        ),
        "another layout": lambda: after_a_send(
            on(receiver, torch.zeros(1, 40), None, layout=ttnn.ROW_MAJOR_LAYOUT)
        ),
        "a tensor on part of the sender": lambda: experimental.send_async(
            on(sender, torch.ones(3, 40)), to
        ),
        "a tensor on part of the receiver": lambda: after_a_send(on(receiver, torch.zeros(3, 40))),
        "a tensor of the host": lambda: experimental.send_async(ttnn.from_torch(torch.ones(1)), to),
        "a closed receiver": to_closed,
        "no connections": lambda: ttnn.create_socket_pair(sender, receiver, config([])),
        "a sender outside": lambda: ttnn.create_socket_pair(
            sender, receiver, config([((1, 0), (0, 0))])
        ),
        "a receiver outside": lambda: ttnn.create_socket_pair(
            sender, receiver, config([((0, 0), (0, 2))])
        ),
        "two senders to one receiver": lambda: ttnn.create_socket_pair(
            sender, receiver, config([((0, 0), (0, 0)), ((0, 1), (0, 0))])
        ),
        "a socket between processes": lambda: ttnn.MeshSocket(
            sender, config(ALL, sender_rank=0, receiver_rank=1)
        ),
        "a mesh for a socket": lambda: experimental.send_async(x, sender),
        "an array": lambda: experimental.recv_async(torch.ones(1, 40), at),
        "the other end's devices": lambda: to.get_fabric_node_id(
            ttnn.SocketEndpoint.RECEIVER, Coord(0, 0)
        ),
    }


def test_error_texts(meshes):
    """TTNN_UPDATE_GOLDEN=1 writes the file anew; the change is then visible in the diff."""
    texts = [error_text(name, refusals(*meshes)[name]) for name in refusals(*meshes)]
    expect_golden("sockets.txt", texts)


def test_after_an_error_the_message_is_still_there(meshes):
    sender, receiver, _ = meshes
    to, at = ttnn.create_socket_pair(sender, receiver, config(ALL))
    experimental.send_async(on(sender, numbers(4, 40)), to)
    with pytest.raises(RuntimeError, match="Allocate it like the tensor that is sent"):
        experimental.recv_async(on(receiver, torch.zeros(1, 41), None), at)
    output = on(receiver, torch.zeros(1, 40), None)
    experimental.recv_async(output, at)
    assert torch.equal(ttnn.to_torch(output), numbers(4, 40))


def terms_on(mesh):
    """A term of a sum on each device of a row."""
    return ttnn.sum(on(mesh, torch.ones(2, 8), dim=1, dtype=ttnn.float32), dim=1, keepdim=True)


def test_one_term_does_not_pass_for_the_sum(meshes, monkeypatch):
    monkeypatch.setenv("TTNN_STRICT_PLACEMENT", "1")
    sender, receiver, _ = meshes
    near, _ = ttnn.create_socket_pair(sender, receiver, config(FAN_OUT))
    with pytest.raises(RuntimeError, match=r"^experimental.send_async: .* is a pending sum"):
        experimental.send_async(terms_on(sender), near)


def test_terms_arrive_as_terms_and_may_be_overwritten(meshes, monkeypatch):
    monkeypatch.setenv("TTNN_STRICT_PLACEMENT", "1")
    sender, receiver, _ = meshes
    near, far = ttnn.create_socket_pair(sender, receiver, config(ALL))
    output = on(receiver, torch.zeros(2, 1), dim=None, dtype=ttnn.float32)
    for sent, each in ((terms_on(sender), 8), (ttnn.neg(terms_on(sender)), -8)):
        experimental.send_async(sent, near)
        (received,) = experimental.recv_async(output, far)
        assert all(torch.all(t == each) for t in shards(ttnn.all_reduce(received)))


def test_what_cannot_be_received_stays_sent(meshes):
    sender, receiver, _ = meshes
    near, far = ttnn.create_socket_pair(sender, receiver, config(ALL))
    experimental.send_async(on(sender, numbers(8, 2), dtype=ttnn.float32), near)
    with pytest.raises(RuntimeError, match="Allocate it like the tensor that is sent"):
        experimental.recv_async(on(receiver, torch.zeros(3, 2), dim=None), far)
    output = on(receiver, torch.zeros(2, 2), dim=None, dtype=ttnn.float32)
    experimental.recv_async(output, far)
    assert torch.equal(torch.cat(shards(output)), numbers(8, 2))
