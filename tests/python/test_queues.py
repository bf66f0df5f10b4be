"""Command queues and events: which queue a call goes to, what orders two queues and the host, and
what is told of where nothing does.
"""

import gc
import pathlib
import threading
import warnings

import pytest
import torch
from error_texts import expect_error_texts

import ttnn

STRICT = "TTNN_STRICT_QUEUES"
EXAMPLE = pathlib.Path(__file__).parents[2] / "examples" / "python" / "two_queues.py"


@pytest.fixture(autouse=True)
def lenient(monkeypatch):
    monkeypatch.delenv(STRICT, raising=False)


@pytest.fixture
def strict(monkeypatch):
    monkeypatch.setenv(STRICT, "1")


@pytest.fixture(scope="module")
def mesh():
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 2), num_command_queues=2)
    yield mesh
    ttnn.close_mesh_device(mesh)


def host(value=1.0):
    return ttnn.from_torch(torch.full((32, 32), value), ttnn.bfloat16, layout=ttnn.TILE_LAYOUT)


def put(mesh, value=1.0, **kwargs):
    return ttnn.from_torch(
        torch.full((32, 32), value),
        ttnn.bfloat16,
        layout=ttnn.TILE_LAYOUT,
        device=mesh,
        mesh_mapper=ttnn.ReplicateTensorToMesh(mesh),
        **kwargs,
    )


def settled(mesh, value=1.0):
    """A tensor that both queues may use."""
    tensor = put(mesh, value)
    ttnn.synchronize_device(mesh)
    return tensor


def value_of(tensor):
    return ttnn.to_torch(ttnn.get_device_tensors(tensor)[0])[0, 0].item()


# -- the queue of a call ---------------------------------------------------------------------------


def in_block(call):
    with ttnn.command_queue(1):
        return call()


WRITES = {
    "from_torch": lambda mesh: put(mesh, cq_id=1),
    "from_torch in a block": lambda mesh: in_block(lambda: put(mesh)),
    "to_device": lambda mesh: ttnn.to_device(host(), mesh, queue_id=1),
    "Tensor.to": lambda mesh: host().to(mesh, cq_id=1),
    "add, queue_id": lambda mesh: ttnn.add(settled(mesh), 1, queue_id=1),
    "add, cq_id": lambda mesh: ttnn.add(settled(mesh), 1, cq_id=ttnn.QueueId(1)),
    "add in a block": lambda mesh: in_block(lambda: ttnn.add(settled(mesh), 1)),
    "ones": lambda mesh: ttnn.ones([32, 32], layout=ttnn.TILE_LAYOUT, device=mesh, queue_id=1),
    "a product": lambda mesh: ttnn.matmul(settled(mesh), settled(mesh), queue_id=1),
    "several ops": lambda mesh: ttnn.addcmul(
        settled(mesh), settled(mesh), settled(mesh), value=2.0, queue_id=1
    ),
    "a collective": lambda mesh: ttnn.all_gather(settled(mesh), dim=0, queue_id=1),
    "a copy of the same bytes": lambda mesh: ttnn.clone(settled(mesh), queue_id=1),
}


@pytest.mark.parametrize("name", WRITES)
def test_results_belong_to_the_queue_that_is_named(mesh, strict, name):
    with pytest.raises(RuntimeError, match=r"on queue 0 at .* writes it on queue 1 at "):
        ttnn.relu(WRITES[name](mesh))
    ttnn.relu(WRITES[name](mesh), queue_id=1)


READS = {
    "to_torch": lambda x: ttnn.to_torch(ttnn.get_device_tensors(x)[0], cq_id=1),
    "from_device": lambda x: ttnn.from_device(x, queue_id=1),
    "from_device in a block": lambda x: in_block(lambda: ttnn.from_device(x)),
    "cpu": lambda x: x.cpu(cq_id=1),
    "not blocking": lambda x: x.cpu(blocking=False, cq_id=1),
    "copy_device_to_host_tensor": lambda x: ttnn.copy_device_to_host_tensor(
        x, ttnn.allocate_tensor_on_host(x.spec, x.device()), cq_id=1
    ),
    "an op": lambda x: ttnn.relu(x, queue_id=1),
    "typecast": lambda x: ttnn.typecast(x, ttnn.float32, queue_id=1),
    "to_memory_config": lambda x: ttnn.to_memory_config(x, ttnn.L1_MEMORY_CONFIG, queue_id=1),
}


@pytest.mark.parametrize("name", READS)
def test_reads_belong_to_the_queue_that_is_named(mesh, strict, name):
    with pytest.raises(RuntimeError, match=r"on queue 1 at .* writes it on queue 0 at "):
        READS[name](put(mesh))
    READS[name](settled(mesh))


def test_a_view_is_read_where_it_is_used(mesh, strict):
    x = settled(mesh)
    ttnn.copy_host_to_device_tensor(host(2), x, cq_id=1)
    view = ttnn.reshape(x, [1, 32, 32])
    ttnn.wait_for_event(0, ttnn.record_event(mesh, 1))
    used = ttnn.relu(view)
    with pytest.raises(RuntimeError, match="copy_host_to_device_tensor writes device_tensor"):
        ttnn.copy_host_to_device_tensor(host(3), x, cq_id=1)
    assert value_of(ttnn.reshape(used, [32, 32])) == 2


def test_blocks_nest_and_are_a_threads_own(mesh):
    current = ttnn.get_current_command_queue_id_for_thread
    elsewhere = []
    with ttnn.command_queue(1):
        with ttnn.command_queue(ttnn.QueueId(0)):
            assert current() == 0
        assert current() == 1
        ttnn.relu(settled(mesh), queue_id=0)
        assert current() == 1
        thread = threading.Thread(target=lambda: elsewhere.append(current()))
        thread.start()
        thread.join()
    assert (current(), elsewhere) == (0, [0])


def test_events_take_the_threads_queue_where_none_is_named(mesh):
    with ttnn.command_queue(1):
        assert ttnn.record_event(mesh).mesh_cq_id == 1
    event = ttnn.record_event(mesh)
    assert event.mesh_cq_id == 0 and event.device is mesh
    assert event.device_range == ttnn.MeshCoordinateRange(mesh.shape)
    assert repr(event) == (
        f"MeshEvent(id={event.id}, device_id={mesh.id()}, mesh_cq_id=0, "
        f"device_range={event.device_range})"
    )
    assert ttnn.record_event(mesh, cq_id=0, sub_device_ids=[]).id == event.id + 1
    ttnn.wait_for_event(cq_id=1, mesh_event=event)
    ttnn.wait_for_event(None, event)
    ttnn.event_synchronize(mesh_event=event)


def test_one_queue_needs_events_for_the_host_alone(strict, device):
    x = ttnn.from_torch(torch.ones(32, 32), layout=ttnn.TILE_LAYOUT, device=device)
    y = ttnn.relu(x).cpu(blocking=False)
    with pytest.raises(RuntimeError, match="has not waited"):
        ttnn.to_torch(y)
    with pytest.raises(RuntimeError, match="to_layout: the host reads tensor"):
        ttnn.to_layout(y, ttnn.ROW_MAJOR_LAYOUT)
    ttnn.event_synchronize(ttnn.record_event(device))
    assert ttnn.to_torch(ttnn.to_layout(y, ttnn.ROW_MAJOR_LAYOUT))[0, 0] == 1


# -- the host --------------------------------------------------------------------------------------

UNBLOCKED = {
    "from_device": lambda x: ttnn.from_device(x, blocking=False),
    "cpu": lambda x: x.cpu(False),
}
HOST_WAITS = {
    "synchronize_device": ttnn.synchronize_device,
    "of the queue": lambda mesh: ttnn.synchronize_device(mesh, cq_id=0),
    "event_synchronize": lambda mesh: ttnn.event_synchronize(ttnn.record_event(mesh, 0)),
    "a blocking read": lambda mesh: put(mesh).cpu(),
    "quiesce_devices": lambda mesh: mesh.quiesce_devices(),
}


def into(mesh, x):
    target = ttnn.allocate_tensor_on_host(x.spec, mesh)
    ttnn.copy_device_to_host_tensor(x, target, blocking=False)
    return target


def first_shard(tensor):
    return ttnn.to_torch(ttnn.get_device_tensors(tensor)[0])[0, 0].item()


@pytest.mark.parametrize("wait", HOST_WAITS)
@pytest.mark.parametrize("name", [*UNBLOCKED, "copy_device_to_host_tensor"])
def test_the_host_waits_before_it_reads(mesh, strict, name, wait):
    read = UNBLOCKED.get(name, lambda x: into(mesh, x))
    with pytest.raises(RuntimeError, match=r"to_torch: the host reads tensor .* has not waited"):
        first_shard(read(put(mesh, 3)))
    unread = read(put(mesh, 4))
    HOST_WAITS[wait](mesh)
    assert first_shard(unread) == 4


def test_waiting_for_the_other_queue_is_not_enough(mesh, strict):
    read = put(mesh).cpu(blocking=False)
    ttnn.synchronize_device(mesh, 1)
    with pytest.raises(RuntimeError, match="has not waited"):
        first_shard(read)


# -- what is told ----------------------------------------------------------------------------------


def test_told_once_per_pair_of_lines_and_the_program_goes_on(mesh):
    x, y = settled(mesh, 2), None
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for i in range(3):
            y = ttnn.add(x, 1)
            ttnn.copy_host_to_device_tensor(host(i), x, cq_id=1)
    assert [w.category for w in told] == [ttnn.QueueWarning] * 2
    assert [w.filename for w in told] == [__file__] * 2
    assert told[1].lineno + 1 == told[0].lineno
    assert value_of(y) == 2, "in program order"


def test_a_filter_ends_the_op_before_it_is_launched(mesh):
    x = settled(mesh, 2)
    kept = ttnn.add(x, 1)
    with pytest.raises(ttnn.QueueWarning, match=r"^copy_host_to_device_tensor writes "):
        ttnn.copy_host_to_device_tensor(host(9), x, cq_id=1)
    assert value_of(x) == 2 and value_of(kept) == 3


def test_two_meshes_have_queues_of_their_own(mesh, strict):
    with ttnn.create_mesh_device(ttnn.MeshShape(1, 1), num_command_queues=2) as other:
        read = put(other).cpu(blocking=False)
        ttnn.synchronize_device(mesh)
        with pytest.raises(RuntimeError, match="has not waited"):
            first_shard(read)
        unread = put(other).cpu(blocking=False)
    assert first_shard(unread) == 1, "closing waits"


def test_a_submesh_has_its_parents_queues(mesh, strict):
    left, right = mesh.create_submeshes(ttnn.MeshShape(1, 1))
    read = put(left).cpu(blocking=False)
    ttnn.synchronize_device(right)
    with pytest.raises(RuntimeError, match="has not waited"):
        first_shard(read)
    ttnn.event_synchronize(ttnn.record_event(mesh, 0))
    assert first_shard(read) == 1
    # An event of the parent's orders what its parts do.
    x = put(left)
    ttnn.wait_for_event(1, ttnn.record_event(mesh, 0))
    ttnn.relu(x, queue_id=1)


def test_what_is_sent_is_read_on_the_queue_that_sends(mesh, strict):
    cores = [ttnn.MeshCoreCoord(ttnn.MeshCoordinate(0, i), ttnn.CoreCoord(0, 0)) for i in (0, 1)]
    with ttnn.create_mesh_device(ttnn.MeshShape(1, 2), num_command_queues=2) as other:
        connections = [ttnn.SocketConnection(core, core) for core in cores]
        memory = ttnn.SocketMemoryConfig(ttnn.BufferType.L1, 4096)
        config = ttnn.SocketConfig(connections, memory)
        sender, receiver = ttnn.create_socket_pair(mesh, other, config)
        x = put(mesh, 5)
        with pytest.raises(RuntimeError, match=r"send_async reads input_tensor .* on queue 1"):
            ttnn.experimental.send_async(x, sender, queue_id=1)
        ttnn.experimental.send_async(x, sender)
        target = settled(other)
        # The socket orders the two meshes.
        (received,) = ttnn.experimental.recv_async(target, receiver, queue_id=1)
        with ttnn.command_queue(1):
            assert value_of(ttnn.relu(received)) == 5


# -- errors ----------------------------------------------------------------------------------------

# Programs whose lines the messages name.
RACES = {
    "a write while the other queue reads": """
y = ttnn.add(x, x)
ttnn.copy_host_to_device_tensor(host, x, cq_id=1)
""",
    "a read while the other queue writes": """
ttnn.copy_host_to_device_tensor(host, x, cq_id=1)
y = ttnn.add(x, x)
""",
    "a write on each queue": """
ttnn.copy_host_to_device_tensor(host, x, cq_id=1)
ttnn.copy(x2, x)
""",
    "a host read without waiting": """
y = ttnn.from_device(x, blocking=False)
ttnn.to_torch(y, mesh_composer=composer)
""",
    "an event of the wrong moment": """
event = ttnn.record_event(mesh, 0)
y = ttnn.add(x, x)
ttnn.wait_for_event(1, event)
ttnn.copy_host_to_device_tensor(host, x, cq_id=1)
""",
}


def run(program, mesh):
    names = {
        "ttnn": ttnn,
        "mesh": mesh,
        "x": settled(mesh),
        "x2": settled(mesh),
        "host": host(),
        "composer": ttnn.ConcatMeshToTensor(mesh, dim=0),
    }
    exec(compile(program, "program.py", "exec"), names)


def test_error_texts(mesh, strict):
    x = settled(mesh)
    event = ttnn.record_event(mesh, 0)
    with ttnn.create_mesh_device(ttnn.MeshShape(1, 1)) as narrow:
        on_narrow = put(narrow)
        out_of_range = {
            "one queue": lambda: ttnn.relu(on_narrow, queue_id=1),
            "one queue, event": lambda: ttnn.record_event(narrow, 1),
        }
        calls = {
            **{name: lambda p=program: run(p, mesh) for name, program in RACES.items()},
            **out_of_range,
            "op": lambda: ttnn.add(x, x, queue_id=2),
            "block": lambda: in_queue(2, lambda: ttnn.add(x, x)),
            "upload": lambda: put(mesh, cq_id=2),
            "copy": lambda: ttnn.copy_host_to_device_tensor(host(), x, cq_id=2),
            "copy back": lambda: ttnn.copy_device_to_host_tensor(
                x, ttnn.allocate_tensor_on_host(x.spec, mesh), cq_id=2
            ),
            "read": lambda: x.cpu(cq_id=2),
            "synchronize": lambda: ttnn.synchronize_device(mesh, 2),
            "record": lambda: ttnn.record_event(mesh, -1),
            "wait": lambda: ttnn.wait_for_event(2, event),
            "no queue": lambda: ttnn.record_event(mesh, "0"),
            "no queue in a block": lambda: in_queue(0.5, lambda: None),
            "no queue to copy on": lambda: ttnn.copy_host_to_device_tensor(host(), x, cq_id=[1]),
            "None": lambda: in_queue(None, lambda: None),
            "no mesh": lambda: ttnn.record_event(None, 0),
            "no event": lambda: ttnn.wait_for_event(0),
            "an event's number": lambda: ttnn.event_synchronize(3),
            "range": lambda: ttnn.record_event(
                mesh, 0, device_range=ttnn.MeshCoordinateRange(ttnn.MeshShape(2, 2))
            ),
        }
        expect_error_texts("queues.txt", calls)
    assert value_of(x) == 1, "the mesh stays usable"


def in_queue(queue, call):
    with ttnn.command_queue(queue):
        return call()


def test_events_end_with_their_mesh(device):
    event = ttnn.record_event(device)
    ttnn.close_device(device)
    closed = rf"the mesh of MeshEvent\(id={event.id}, .* is closed"
    with pytest.raises(RuntimeError, match=f"^event_synchronize: {closed}"):
        ttnn.event_synchronize(event)
    with pytest.raises(RuntimeError, match=f"^wait_for_event: {closed}"):
        ttnn.wait_for_event(0, event)
    with pytest.raises(RuntimeError, match=r"^record_event: .* is closed"):
        ttnn.record_event(device)


# -- the pipeline ----------------------------------------------------------------------------------


def example(source=None):
    """The example as a module's names, or a changed one."""
    names = {"__name__": "two_queues"}
    exec(compile(source or EXAMPLE.read_text(), str(EXAMPLE), "exec"), names)
    return names


def test_the_pipeline_gives_the_bits_of_one_queue(strict, capsys):
    example()["main"](measure=False)
    out = capsys.readouterr().out
    assert out == "100 batches; two queues give the same bits as one: True\n"


WRITE = "ttnn.copy_host_to_device_tensor(host, x, cq_id=1)"
READ = "hidden = model.first_layer(x)"
LINEAR = "return ttnn.linear(x, self.up"
WITHOUT = {  # the line that is missing: the two that then race, the second one raising
    "ttnn.wait_for_event(1, computed)": (LINEAR, WRITE),
    "ttnn.wait_for_event(0, written)": (WRITE, LINEAR),
    "ttnn.synchronize_device(mesh_device)": ("model.second_layer(hidden).cpu(", "output, mesh_c"),
    "        computed = ttnn.record_event(mesh_device, 0)": (LINEAR, WRITE),
}


@pytest.mark.parametrize("missing", WITHOUT)
def test_the_pipeline_without_one_event_is_reported(strict, missing):
    source = EXAMPLE.read_text()
    lines = source.splitlines()
    assert source.count("\n" + missing) + source.count("    " + missing.lstrip()) >= 1
    changed = source.replace(missing, missing[: -len(missing.lstrip())] + "pass")

    def at(part):
        return 1 + next(i for i, line in enumerate(lines) if part in line)

    with pytest.raises(RuntimeError) as raised:
        example(changed)["main"](batches=3, measure=False)
    first, second = WITHOUT[missing]
    text = str(raised.value)
    assert f"{EXAMPLE}:{at(first)}" in text and f"{EXAMPLE}:{at(second)}" in text, text
    del raised  # its frames hold the mesh that was not closed
    gc.collect()
