"""Traces: what is captured is refreshed by each replay, bit for bit as if its ops were called."""

import gc
import random

import pytest
import torch
from error_texts import expect_error_texts

import ttnn
from ttnn import _ttnn

MESHES = pytest.mark.parametrize("mesh_device", [(1, 1), (1, 3), (2, 4)], indirect=True)


def on_host(mesh, x, dim=0):
    mapper = ttnn.ShardTensorToMesh(mesh, dim=dim)
    return ttnn.from_torch(x, dtype=ttnn.bfloat16, layout=ttnn.TILE_LAYOUT, mesh_mapper=mapper)


def upload(mesh, x, dim=0):
    mapper = (
        ttnn.ReplicateTensorToMesh(mesh) if dim is None else ttnn.ShardTensorToMesh(mesh, dim=dim)
    )
    return ttnn.from_torch(
        x, dtype=ttnn.bfloat16, layout=ttnn.TILE_LAYOUT, device=mesh, mesh_mapper=mapper
    )


def shards(tensor):
    return [ttnn.to_torch(shard) for shard in ttnn.get_device_tensors(tensor)]


def same(a, b):
    return len(a) == len(b) and all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


def capture(mesh, program, cq_id=0):
    tid = ttnn.begin_trace_capture(mesh, cq_id=cq_id)
    result = program()
    ttnn.end_trace_capture(mesh, tid, cq_id=cq_id)
    return tid, result


def randn(mesh, *shape):
    return torch.randn(mesh.get_num_devices(), *shape)


class Model:
    """A layer with a collective, a softmax and a cache that it updates in place."""

    def __init__(self, mesh):
        torch.manual_seed(1)
        self.mesh = mesh
        self.x = upload(mesh, randn(mesh, 1, 32, 64))
        self.w = upload(mesh, torch.randn(64, 96), dim=None)
        self.cache = upload(mesh, torch.zeros(mesh.get_num_devices(), 1, 32, 96))

    def __call__(self):
        h = ttnn.linear(self.x, self.w, activation="gelu")
        gathered = ttnn.all_gather(h, dim=3)
        ttnn.add_(self.cache, h)
        return ttnn.softmax(ttnn.add(ttnn.multiply(h, 2.0), 1.0), dim=-1), gathered

    def refresh(self, x, cq_id=None):
        ttnn.copy_host_to_device_tensor(on_host(self.mesh, x), self.x, cq_id=cq_id)


# --- replays -------------------------------------------------------------------------------------


@MESHES
@pytest.mark.parametrize("blocking", [True, False])
def test_outputs_follow_inputs(mesh_device, blocking):
    traced, eager = Model(mesh_device), Model(mesh_device)
    for model in (traced, eager):
        model()
    tid, outputs = capture(mesh_device, traced)
    for _ in range(4):
        x = randn(mesh_device, 1, 32, 64)
        traced.refresh(x)
        eager.refresh(x)
        ttnn.execute_trace(mesh_device, tid, cq_id=0, blocking=blocking)
        expected = eager()
        for got, want in zip(outputs, expected, strict=True):
            assert same(shards(got), shards(want))
            assert got.tensor_topology() == want.tensor_topology()
        assert same(shards(traced.cache), shards(eager.cache))
        del expected, want
    ttnn.release_trace(mesh_device, tid)


def test_a_capture_computes_nothing(mesh_device):
    model = Model(mesh_device)
    model()
    before = shards(model.cache)
    tid, _ = capture(mesh_device, model)
    assert same(shards(model.cache), before)
    ttnn.execute_trace(mesh_device, tid)
    assert not same(shards(model.cache), before)


def test_inputs_are_read_where_they_lie_at_the_replay(mesh_device):
    """Copies, operations into the tensor and writes in place between replays; shards and replicas."""
    a, b = (
        upload(mesh_device, randn(mesh_device, 32, 32)),
        upload(mesh_device, torch.ones(32, 32), None),
    )
    ttnn.add(a, b)
    tid, out = capture(mesh_device, lambda: ttnn.add(a, b))
    whole = ttnn.from_torch(torch.full((32, 32), 3.0).bfloat16(), layout=ttnn.TILE_LAYOUT)
    for change in (
        lambda: ttnn.multiply_(a, 2.0),
        lambda: ttnn.copy_host_to_device_tensor(whole, b),
        lambda: ttnn.multiply(a, 3.0, output_tensor=a),
        lambda: ttnn.copy_host_to_device_tensor(
            on_host(mesh_device, randn(mesh_device, 32, 32)), a
        ),
    ):
        change()
        ttnn.execute_trace(mesh_device, tid, blocking=False)
        assert same(shards(out), shards(ttnn.add(a, b)))


def test_what_was_read_before_a_replay_stays(mesh_device):
    """`cpu()` shares bytes until they are written; a replay writes them."""
    x = upload(mesh_device, randn(mesh_device, 32, 32))
    ttnn.neg(x)
    tid, y = capture(mesh_device, lambda: ttnn.neg(x))
    ttnn.execute_trace(mesh_device, tid)
    kept, before = y.cpu(), shards(y)
    ttnn.multiply_(x, 2.0)
    ttnn.execute_trace(mesh_device, tid)
    assert same(shards(kept), before)
    assert not same(shards(y), before)


def test_several_traces_share_inputs_and_outputs_feed_the_next(mesh_device):
    x = upload(mesh_device, randn(mesh_device, 32, 32))
    ttnn.exp(ttnn.neg(x))
    first, y = capture(mesh_device, lambda: ttnn.neg(x))
    second, z = capture(mesh_device, lambda: ttnn.exp(y))
    for _ in range(3):
        ttnn.copy_host_to_device_tensor(on_host(mesh_device, randn(mesh_device, 32, 32)), x)
        ttnn.execute_trace(mesh_device, first, blocking=False)
        ttnn.execute_trace(mesh_device, second, blocking=False)
        assert same(shards(z), shards(ttnn.exp(ttnn.neg(x))))
    ttnn.release_trace(mesh_device, first)
    ttnn.execute_trace(mesh_device, second)
    assert same(shards(z), shards(ttnn.exp(y)))


def test_state_that_a_trace_carries_on(mesh_device):
    """In place, into an output_tensor that is read, and by a cache update at a place."""
    x = upload(mesh_device, torch.ones(mesh_device.get_num_devices(), 1, 32, 32) / 32)
    cache = upload(mesh_device, torch.zeros(mesh_device.get_num_devices(), 1, 64, 32))
    square = upload(mesh_device, torch.ones(mesh_device.get_num_devices(), 1, 32, 32) / 64)

    def program():
        ttnn.add_(x, 1.0)
        ttnn.matmul(square, square, output_tensor=square)
        ttnn.fill_cache(cache, x, 0)

    program()
    tid, _ = capture(mesh_device, program)
    expected = [s.clone() for s in shards(square)]
    for step in range(2, 5):
        ttnn.execute_trace(mesh_device, tid, blocking=False)
        assert all(torch.equal(s, torch.full_like(s, step + 1 / 32)) for s in shards(x))
        expected = [(s.float() @ s.float()).bfloat16() for s in expected]
        assert same(shards(square), expected)
        assert all(
            torch.equal(c[..., :32, :], s) for c, s in zip(shards(cache), shards(x), strict=True)
        )


def test_views_and_shared_bytes_in_a_capture(mesh_device):
    x = upload(mesh_device, randn(mesh_device, 1, 32, 64))

    def program():
        view = ttnn.reshape(x, (1, 1, 64, 32))
        return view, ttnn.neg(view), ttnn.reshape(ttnn.neg(view), (1, 1, 32, 64))

    program()
    tid, results = capture(mesh_device, program)
    for _ in range(2):
        ttnn.copy_host_to_device_tensor(on_host(mesh_device, randn(mesh_device, 1, 32, 64)), x)
        ttnn.execute_trace(mesh_device, tid)
        for got, want in zip(results, program(), strict=True):
            assert same(shards(got), shards(want))
            del want


def test_a_view_keeps_what_is_overwritten_later(mesh_device):
    x = upload(mesh_device, randn(mesh_device, 1, 32, 64))

    def program():
        view = ttnn.reshape(x, (1, 1, 64, 32))
        before = ttnn.neg(view)
        ttnn.add_(x, 1.0)
        return view, before, ttnn.abs(view), ttnn.reshape(x, (1, 1, 64, 32))

    program()
    tid, results = capture(mesh_device, program)
    for _ in range(3):
        old = [s.reshape(1, 1, 64, 32) for s in shards(x)]
        ttnn.execute_trace(mesh_device, tid)
        new = [s.reshape(1, 1, 64, 32) for s in shards(x)]
        expected = (old, [-s for s in old], [s.abs() for s in old], new)
        assert all(same(shards(got), want) for got, want in zip(results, expected, strict=True))
        assert same(new, [s + 1.0 for s in old])


COPIES = {
    "clone": lambda x: ttnn.clone(x),
    "to_memory_config": lambda x: ttnn.to_memory_config(x, ttnn.L1_MEMORY_CONFIG),
    "typecast": lambda x: ttnn.typecast(x, ttnn.bfloat16),
    "to_layout": lambda x: ttnn.to_layout(
        ttnn.to_layout(x, ttnn.ROW_MAJOR_LAYOUT), ttnn.TILE_LAYOUT
    ),
    "permute": lambda x: ttnn.permute(x, (0, 1, 2, 3)),
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_a_copy_keeps_what_is_overwritten_later(mesh_device, copy):
    x = upload(mesh_device, randn(mesh_device, 1, 32, 64))

    def program():
        kept = copy(x)
        ttnn.add(x, 1.0, output_tensor=x)
        return kept, ttnn.neg(kept)

    program()
    tid, (kept, negated) = capture(mesh_device, program)
    for _ in range(3):
        old = shards(x)
        ttnn.execute_trace(mesh_device, tid)
        assert same(shards(kept), old)
        assert same(shards(negated), [-s for s in old])


def test_weights_are_packed_once_and_may_change(device):
    """A matrix that came from the host is packed; a new one between replays is not the old one."""
    x, w = torch.randn(32, 64).bfloat16(), torch.randn(64, 64).bfloat16()
    tiles = {"layout": ttnn.TILE_LAYOUT, "device": device}
    tx, tw = ttnn.from_torch(x, **tiles), ttnn.from_torch(w, **tiles)
    ttnn.matmul(tx, tw)
    tid, y = capture(device, lambda: ttnn.matmul(tx, tw))
    for scale in (1.0, 2.0, -4.0):
        new = ttnn.from_torch((w * scale).bfloat16(), layout=ttnn.TILE_LAYOUT)
        ttnn.copy_host_to_device_tensor(new, tw)
        ttnn.execute_trace(device, tid)
        assert torch.equal(ttnn.to_torch(y), ttnn.to_torch(ttnn.matmul(tx, tw)))


def test_embedding_and_product_share_a_weight(device):
    """One reads it plain, the other would pack it."""
    w = ttnn.from_torch(torch.randn(64, 64).bfloat16(), layout=ttnn.TILE_LAYOUT, device=device)
    x = ttnn.from_torch(torch.randn(32, 64).bfloat16(), layout=ttnn.TILE_LAYOUT, device=device)

    def program():
        return ttnn.add(w, 1.0), ttnn.matmul(x, w), ttnn.add(w, 2.0)

    program()
    tid, results = capture(device, program)
    ttnn.execute_trace(device, tid)
    for got, want in zip(results, program(), strict=True):
        assert torch.equal(ttnn.to_torch(got), ttnn.to_torch(want))


def test_an_input_allocated_anew_in_the_capture(mesh_device):
    """TT-NN's models free the input within the capture and find it at the same address."""
    source = upload(mesh_device, randn(mesh_device, 32, 32))

    def program(x):
        y = ttnn.neg(x)
        ttnn.deallocate(x)
        return y

    program(ttnn.add(source, 1.0))
    x = ttnn.add(source, 1.0)
    spec, address = x.spec, x.buffer_address()
    tid = ttnn.begin_trace_capture(mesh_device, cq_id=0)
    y = program(x)
    x = ttnn.allocate_tensor_on_device(spec, mesh_device)
    ttnn.end_trace_capture(mesh_device, tid, cq_id=0)
    assert x.buffer_address() == address
    for _ in range(3):
        new = randn(mesh_device, 32, 32)
        ttnn.copy_host_to_device_tensor(on_host(mesh_device, new), x)
        ttnn.execute_trace(mesh_device, tid, cq_id=0, blocking=False)
        assert same(shards(y), list((-new.bfloat16()).split(1)))
        ttnn.multiply(source, 2.0, output_tensor=x)
        ttnn.execute_trace(mesh_device, tid, cq_id=0, blocking=False)
        assert same(shards(y), [-2 * s for s in shards(source)])


# --- random programs, workers, shadows -----------------------------------------------------------


def some_copy(x, at):
    copies = list(COPIES.values())
    return copies[int(1000 * at) % len(copies)](x)


def random_program(mesh, seed):
    rng = random.Random(seed)
    torch.manual_seed(seed)
    base = [upload(mesh, randn(mesh, 1, 32, 32)) for _ in range(3)]
    steps = [(rng.randrange(8), rng.random(), rng.random()) for _ in range(25)]

    def pick(values, at):
        return values[int(at * len(values))]

    def program():
        values = list(base)
        for kind, at, other in steps:
            a, b = pick(values, at), pick(values, other)
            if kind == 0:
                values.append(ttnn.add(a, b))
            elif kind == 1:
                values.append(ttnn.softmax(a, dim=-1))
            elif kind == 2:
                values.append(ttnn.matmul(a, ttnn.softmax(b, dim=-1)))
            elif kind == 3:
                ttnn.multiply_(a, 0.5)
            elif kind == 4:
                values.append(ttnn.slice(ttnn.all_gather(a, dim=3), (0, 0, 0, 0), (1, 1, 32, 32)))
            elif kind == 5:
                values.append(ttnn.reshape(ttnn.reshape(a, (1, 1, 16, 64)), (1, 1, 32, 32)))
            elif kind == 6:
                values.append(some_copy(a, at))
            else:
                ttnn.subtract(a, b, output_tensor=b)
            if len(values) > 6 and other < 0.5:
                del values[3]
        return values[3:]

    return base, program


@pytest.mark.parametrize("workers", [1, 2, 3, 7])
def test_random_programs_replay_as_they_run(workers):
    _ttnn.set_num_workers(workers)
    _ttnn.set_task_delay(30 if workers > 1 else 0)
    try:
        for seed in range(6):
            mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 4))
            base, program = random_program(mesh, seed)
            eager_base, eager = random_program(mesh, seed)
            program(), eager()
            tid, results = capture(mesh, program)
            for _ in range(3):
                ttnn.execute_trace(mesh, tid, blocking=False)
                expected = eager()
                for got, want in zip([*results, *base], [*expected, *eager_base], strict=True):
                    assert same(shards(got), shards(want)), f"seed {seed}"
                del expected, want
            with ttnn.shadow_traces():
                ttnn.execute_trace(mesh, tid)
            ttnn.close_mesh_device(mesh)
    finally:
        _ttnn.set_num_workers(0)
        _ttnn.set_task_delay(0)


def test_a_shadow_tells_of_each_op_with_its_inputs_as_they_were(mesh_device):
    model = Model(mesh_device)
    model()
    tid, _ = capture(mesh_device, model)
    seen = []
    _ttnn.set_shadow_observer(lambda *step: seen.append(step))
    try:
        with ttnn.shadow_traces():
            ttnn.execute_trace(mesh_device, tid)
    finally:
        _ttnn.set_shadow_observer(None)
    assert [op for op, *_ in seen] == [
        *("linear", "all_gather", "add_", "multiply", "add", "softmax")
    ]
    _, arguments, outputs, file, line = seen[2]
    added = [
        a + b
        for a, b in zip(shards(arguments["input_tensor_a"]), shards(seen[0][2][0]), strict=True)
    ]
    assert same(shards(outputs[0]), added), "inputs of a write in place are those before it"
    assert file.endswith("test_traces.py") and line > 0


# --- what a trace holds --------------------------------------------------------------------------


def test_memory_inside_is_reused(device):
    """A chain of 20 results of 128 KiB needs two places in the arena."""
    x = ttnn.from_torch(torch.randn(256, 256).bfloat16(), layout=ttnn.TILE_LAYOUT, device=device)

    def chain():
        y = x
        for _ in range(20):
            y = ttnn.neg(y)
        return y

    chain()
    tid, y = capture(device, chain)
    trace = _ttnn.describe_trace(device, int(tid))
    size = 256 * 256 * 2
    assert (trace.private_bytes, trace.arena_bytes) == (19 * size, 2 * size)
    assert (trace.inputs, trace.outputs) == (1, 1)
    ttnn.execute_trace(device, tid)
    assert torch.equal(ttnn.to_torch(y), ttnn.to_torch(x))


def test_a_trace_prints_its_commands(mesh_device):
    model = Model(mesh_device)
    model()
    tid, _ = capture(mesh_device, model)
    ttnn.execute_trace(mesh_device, tid)
    lines = str(tid).splitlines()
    row = next(line for line in lines if "all_gather" in line)
    assert "[1, 1, 32, 96] bfloat16" in row and "[1, 1, 32, 384] bfloat16" in row
    assert "0-1, 5, 4" in row and "24,576" in row and "test_traces.py:" in row
    assert lines[-1].startswith("6 commands; 3 tensors read and 3 written outside of the trace;")
    assert lines[-1].endswith("replayed 1 times.")
    assert repr(tid) == f"MeshTraceId({int(tid)})" and tid == ttnn.MeshTraceId(int(tid))


def test_released_and_dropped_memory_returns(mesh_device):
    gc.collect()
    used = mesh_device.used_bytes()
    model = Model(mesh_device)
    model()
    tid, outputs = capture(mesh_device, model)
    ttnn.execute_trace(mesh_device, tid)
    before = shards(outputs[0])
    ttnn.release_trace(mesh_device, tid)
    assert same(shards(outputs[0]), before)
    del model, outputs
    gc.collect()
    ttnn.synchronize_device(mesh_device)
    assert mesh_device.used_bytes() == used


def test_an_output_that_the_program_drops(mesh_device):
    x = upload(mesh_device, randn(mesh_device, 32, 32))
    ttnn.neg(ttnn.neg(x))
    tid, y = capture(mesh_device, lambda: ttnn.neg(ttnn.neg(x)))
    del y
    for _ in range(3):
        ttnn.execute_trace(mesh_device, tid)


# --- what raises ---------------------------------------------------------------------------------


def test_what_a_capture_forbids(mesh_device):
    x = upload(mesh_device, randn(mesh_device, 32, 32))
    host = on_host(mesh_device, randn(mesh_device, 32, 32))
    event = ttnn.record_event(mesh_device, 0)
    ttnn.neg(x)
    other, _ = capture(mesh_device, lambda: ttnn.neg(x))
    tid = ttnn.begin_trace_capture(mesh_device, cq_id=0)
    y = ttnn.neg(x)
    calls = {
        "from_torch": lambda: upload(mesh_device, torch.zeros(mesh_device.get_num_devices(), 32)),
        "to_device": lambda: ttnn.to_device(host, mesh_device),
        "copy_host_to_device_tensor": lambda: ttnn.copy_host_to_device_tensor(host, x),
        "zeros": lambda: ttnn.zeros((32, 32), device=mesh_device),
        "arange": lambda: ttnn.arange(0, 32, device=mesh_device),
        "to_torch": lambda: ttnn.to_torch(ttnn.get_device_tensors(x)[0]),
        "cpu": lambda: x.cpu(),
        "print": lambda: str(x),
        "copy_device_to_host_tensor": lambda: ttnn.copy_device_to_host_tensor(x, host),
        "synchronize_device": lambda: ttnn.synchronize_device(mesh_device),
        "record_event": lambda: ttnn.record_event(mesh_device, 0),
        "wait_for_event": lambda: ttnn.wait_for_event(0, event),
        "event_synchronize": lambda: ttnn.event_synchronize(event),
        "not warmed up": lambda: ttnn.exp(x),
        "another shape": lambda: ttnn.neg(ttnn.reshape(x, (1, 1, 32, 32))),
        "execute_trace": lambda: ttnn.execute_trace(mesh_device, other),
        "begin again": lambda: ttnn.begin_trace_capture(mesh_device, cq_id=0),
        "end another": lambda: ttnn.end_trace_capture(mesh_device, other, cq_id=0),
        "no such queue": lambda: ttnn.begin_trace_capture(mesh_device, cq_id=1),
        "no id": lambda: ttnn.end_trace_capture(mesh_device, "0"),
    }
    try:
        assert ttnn.is_trace_capture_active(mesh_device)
        expect_error_texts("traces.txt", calls)
    finally:
        ttnn.end_trace_capture(mesh_device, tid, cq_id=0)
    assert not ttnn.is_trace_capture_active(mesh_device)
    ttnn.execute_trace(mesh_device, tid)
    assert same(shards(y), shards(ttnn.neg(x)))


def test_ids_that_name_no_trace(mesh_device):
    x = upload(mesh_device, randn(mesh_device, 32, 32))
    ttnn.neg(x)
    tid, _ = capture(mesh_device, lambda: ttnn.neg(x))
    for call in (ttnn.execute_trace, ttnn.release_trace):
        with pytest.raises(RuntimeError, match="Trace instance 123456 must exist on Mesh device"):
            call(mesh_device, ttnn.MeshTraceId(123456))
    with pytest.raises(RuntimeError, match=f"CQ 0 is not being used for tracing tid {int(tid)}"):
        ttnn.end_trace_capture(mesh_device, tid)
    ttnn.release_trace(mesh_device, tid)
    ttnn.release_trace(mesh_device, tid)
    with pytest.raises(RuntimeError, match="it was released"):
        ttnn.execute_trace(mesh_device, tid)


def test_a_capture_that_is_left_open_is_dropped(mesh_device):
    x = upload(mesh_device, randn(mesh_device, 32, 32))
    ttnn.neg(x)
    tid = ttnn.begin_trace_capture(mesh_device)
    ttnn.neg(x)
    ttnn.release_trace(mesh_device, tid)
    assert not ttnn.is_trace_capture_active(mesh_device)
    assert same(shards(ttnn.neg(x)), [-s for s in shards(x)])
    ttnn.begin_trace_capture(mesh_device)  # and closing the mesh drops this one


def test_equal_shards_that_became_different_are_refused(mesh_device):
    x = upload(mesh_device, torch.ones(32, 32), dim=None)
    ttnn.neg(x)
    tid, _ = capture(mesh_device, lambda: ttnn.neg(x))
    ttnn.copy_host_to_device_tensor(
        on_host(mesh_device, torch.randn(32 * mesh_device.get_num_devices(), 32)), x
    )
    with pytest.raises(RuntimeError, match="was the same on several devices when it was captured"):
        ttnn.execute_trace(mesh_device, tid)
    assert same(shards(ttnn.neg(x)), [-s for s in shards(x)])


def test_a_refused_replay_loses_no_input(mesh_device):
    a, b = (
        upload(mesh_device, torch.ones(32, 32), None),
        upload(mesh_device, torch.ones(32, 32), None),
    )
    ttnn.add(a, b)
    tid, out = capture(mesh_device, lambda: ttnn.add(a, b))
    seven = ttnn.from_torch(torch.full((32, 32), 7.0).bfloat16(), layout=ttnn.TILE_LAYOUT)
    ttnn.copy_host_to_device_tensor(seven, a)
    different = on_host(mesh_device, torch.randn(32 * mesh_device.get_num_devices(), 32))
    ttnn.copy_host_to_device_tensor(different, b)
    with pytest.raises(RuntimeError, match="was the same on several devices"):
        ttnn.execute_trace(mesh_device, tid)
    ttnn.copy_host_to_device_tensor(seven, b)
    ttnn.execute_trace(mesh_device, tid)
    assert all(torch.equal(s, torch.full_like(s, 14.0)) for s in shards(out))


def test_what_fails_in_a_replay_names_the_op(mesh_device):
    """The mesh stays usable, and the next replay is right again."""
    table = ttnn.from_torch(torch.randn(16, 32), device=mesh_device, layout=ttnn.ROW_MAJOR_LAYOUT)
    good, bad = (torch.full((1, 32), value, dtype=torch.int32) for value in (3, 99))
    ids = ttnn.from_torch(good, dtype=ttnn.uint32, device=mesh_device)
    ttnn.embedding(ids, table)
    tid, y = capture(mesh_device, lambda: ttnn.embedding(ids, table))
    ttnn.copy_host_to_device_tensor(ttnn.from_torch(bad, dtype=ttnn.uint32), ids)
    with pytest.raises(IndexError, match=r"embedding(.|\n)*Captured at .*test_traces.py:\d+"):
        ttnn.execute_trace(mesh_device, tid)
    ttnn.copy_host_to_device_tensor(ttnn.from_torch(good, dtype=ttnn.uint32), ids)
    ttnn.execute_trace(mesh_device, tid)
    assert same(shards(y), shards(ttnn.embedding(ids, table)))


def test_a_tensor_made_after_the_capture_is_told_of(mesh_device, monkeypatch):
    x = upload(mesh_device, randn(mesh_device, 32, 32))
    ttnn.neg(ttnn.neg(x))
    tid, y = capture(mesh_device, lambda: ttnn.neg(ttnn.neg(x)))
    late = ttnn.neg(x)
    with pytest.warns(ttnn.TraceWarning, match=r"allocated at .*test_traces.py:\d+"):
        ttnn.execute_trace(mesh_device, tid)
    ttnn.execute_trace(mesh_device, tid)  # once per line
    monkeypatch.setenv("TTNN_STRICT_TRACE", "1")
    with pytest.raises(RuntimeError, match="Allocating device buffers is potentially unsafe"):
        ttnn.execute_trace(mesh_device, tid)
    del late
    ttnn.execute_trace(mesh_device, tid)
    assert same(shards(y), shards(x))


def test_nothing_is_told_where_the_capture_freed_nothing(mesh_device):
    x = upload(mesh_device, randn(mesh_device, 32, 32))
    ttnn.neg(x)
    tid, y = capture(mesh_device, lambda: ttnn.neg(x))
    late = ttnn.neg(x)
    ttnn.execute_trace(mesh_device, tid)
    assert same(shards(y), shards(late))


# --- queues and submeshes ------------------------------------------------------------------------


@pytest.fixture
def two_queues():
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 2), num_command_queues=2)
    yield mesh
    ttnn.close_mesh_device(mesh)


def test_inputs_from_the_other_queue(two_queues):
    mesh = two_queues
    x = upload(mesh, randn(mesh, 32, 32))
    ttnn.neg(x)
    tid, y = capture(mesh, lambda: ttnn.neg(x))
    done = ttnn.record_event(mesh, 0)
    for _ in range(10):
        new = randn(mesh, 32, 32).bfloat16()
        ttnn.wait_for_event(1, done)
        ttnn.copy_host_to_device_tensor(on_host(mesh, new), x, cq_id=1)
        written = ttnn.record_event(mesh, 1)
        ttnn.wait_for_event(0, written)
        ttnn.execute_trace(mesh, tid, cq_id=0, blocking=False)
        done = ttnn.record_event(mesh, 0)
        assert same(shards(y), list((-new).split(1)))


def test_the_other_queue_runs_during_a_capture(two_queues):
    mesh = two_queues
    x, z = (upload(mesh, randn(mesh, 32, 32)) for _ in range(2))
    ttnn.neg(x)
    uploaded = ttnn.record_event(mesh, 0)
    tid = ttnn.begin_trace_capture(mesh, cq_id=0)
    y = ttnn.neg(x)
    new = randn(mesh, 32, 32).bfloat16()
    ttnn.wait_for_event(1, uploaded)
    ttnn.copy_host_to_device_tensor(on_host(mesh, new), z, cq_id=1)
    with ttnn.command_queue(1):
        assert same(shards(z), list(new.split(1)))
    ttnn.end_trace_capture(mesh, tid, cq_id=0)
    ttnn.execute_trace(mesh, tid, cq_id=0)
    assert same(shards(y), [-s for s in shards(x)])


def test_the_other_queue_makes_refreshes_reads_and_packs_what_a_capture_uses(two_queues):
    """Each orders itself by an event before the capture goes on."""
    mesh = two_queues
    square = (64, 64)
    x, w = upload(mesh, randn(mesh, *square)), upload(mesh, torch.randn(*square), None)
    for op in (ttnn.neg, ttnn.abs):
        op(x)
    ttnn.add(x, x), ttnn.add(w, w), ttnn.add_(x, 1.0)
    other = upload(mesh, torch.randn(*square), None)
    ttnn.linear(x, other)
    ttnn.synchronize_device(mesh)

    tid = ttnn.begin_trace_capture(mesh, cq_id=0)
    before = ttnn.neg(x)
    plain = ttnn.add(w, w)
    with ttnn.command_queue(1):
        made = upload(mesh, randn(mesh, *square))
        ttnn.copy_host_to_device_tensor(on_host(mesh, randn(mesh, *square)), x)
        ttnn.linear(x, w)  # would pack the weight
        ttnn.event_synchronize(ttnn.record_event(mesh, 1))
    after = ttnn.abs(x)
    doubled = ttnn.add(made, made)
    ttnn.add_(x, 1.0)
    with ttnn.command_queue(1):
        kept = x.cpu()
    ttnn.end_trace_capture(mesh, tid, cq_id=0)

    as_kept = shards(kept)
    for _ in range(2):
        old = shards(x)
        ttnn.execute_trace(mesh, tid, cq_id=0)
        assert same(shards(before), [-s for s in old])
        assert same(shards(after), [s.abs() for s in old])
        assert same(shards(doubled), [2 * s for s in shards(made)])
        assert same(shards(plain), [2 * s for s in shards(w)])
        assert same(shards(x), [s + 1.0 for s in old])
        assert same(shards(kept), as_kept)


def test_a_replay_that_races_with_the_other_queue_is_told_of(two_queues):
    mesh = two_queues
    x = upload(mesh, randn(mesh, 32, 32))
    ttnn.neg(x)
    tid, _ = capture(mesh, lambda: ttnn.neg(x))
    ttnn.synchronize_device(mesh)
    ttnn.copy_host_to_device_tensor(on_host(mesh, randn(mesh, 32, 32)), x, cq_id=1)
    with pytest.warns(ttnn.QueueWarning, match="execute_trace"):
        ttnn.execute_trace(mesh, tid, cq_id=0)


def test_one_trace_over_submeshes():
    parent = ttnn.open_mesh_device(ttnn.MeshShape(2, 4))
    models = [Model(mesh) for mesh in parent.create_submeshes(ttnn.MeshShape(2, 2))]
    eager = [Model(model.mesh) for model in models]
    for model in (*models, *eager):
        model()
    tid, outputs = capture(parent, lambda: [model() for model in models])
    for _ in range(3):
        for model, twin in zip(models, eager, strict=True):
            x = randn(model.mesh, 1, 32, 64)
            model.refresh(x)
            twin.refresh(x)
        ttnn.execute_trace(parent, tid, cq_id=0, blocking=False)
        for results, twin in zip(outputs, eager, strict=True):
            for got, want in zip(results, twin(), strict=True):
                assert same(shards(got), shards(want))
                del want
    with pytest.raises(RuntimeError, match="it was captured on <MeshDevice: 2x4 grid, 8 devices>"):
        ttnn.execute_trace(models[0].mesh, tid)
    with ttnn.shadow_traces():
        ttnn.execute_trace(parent, tid)
    trace = _ttnn.describe_trace(parent, int(tid))
    assert sorted({tuple(entry.device_ids) for entry in trace.entries}) == [
        tuple(sorted(model.mesh.get_device_ids())) for model in models
    ]
    steps = {entry.op: set() for entry in trace.entries}
    for entry in trace.entries:
        steps[entry.op].add(entry.step)
    assert len(steps["linear"]) == 1, "the submeshes' products are one step"
    ttnn.close_mesh_device(parent)
