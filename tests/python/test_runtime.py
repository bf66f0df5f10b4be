"""What a program can observe of the runtime: bits, order, errors, signals, forks, exits."""

import os
import re
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from error_texts import error_text, expect_golden

import ttnn


def run(program: str, **env: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env=os.environ | env,
        capture_output=True,
        text=True,
        timeout=120,
    )


def output(program: str, **env: str) -> str:
    done = run(program, **env)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# -- workers

BITS = """
    import hashlib, torch, ttnn
    torch.manual_seed(0)
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 3))
    ttnn._ttnn.set_task_delay(int({delay}))
    def put(shape, dim=None):
        mapper = ttnn.ShardTensorToMesh(mesh, dim=dim) if dim is not None else None
        return ttnn.from_torch(torch.randn(shape), dtype=ttnn.bfloat16, layout=ttnn.TILE_LAYOUT,
                               device=mesh, mesh_mapper=mapper)
    x, w, b = put((3 * 33, 200), 0), put((200, 300)), put((1, 300))
    y = ttnn.gelu(ttnn.linear(x, w, bias=b))
    for _ in range(20):
        y = ttnn.add(ttnn.multiply(y, 0.5), b)
        ttnn.multiply_(y, b)
    whole = ttnn.to_torch(y, mesh_composer=ttnn.ConcatMeshToTensor(mesh, dim=0))
    print(ttnn._ttnn.num_workers(), hashlib.sha256(whole.view(torch.int16).numpy()).hexdigest())
    ttnn.close_mesh_device(mesh)
"""


def test_same_bits_whatever_the_workers():
    found = {}
    for workers, delay in ((1, 0), (2, 0), (3, 0), (3, 300)):
        count, digest = output(BITS.format(delay=delay), TTNN_NUM_WORKERS=str(workers)).split()
        assert int(count) == workers
        found[workers, delay] = digest
    assert len(set(found.values())) == 1, found


def test_no_threads_before_the_first_mesh_and_none_after_the_last():
    assert (
        output(
            """
            import os, ttnn
            count = lambda: len(os.listdir("/proc/self/task"))
            before = count()
            mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 4))
            during = count()
            ttnn.close_mesh_device(mesh)
            print(before, during, count())
            """,
            TTNN_NUM_WORKERS="3",
            OPENBLAS_NUM_THREADS="1",
        )
        == "1 3 1"
    )


# -- endings


@pytest.mark.parametrize("how", ["", "del mesh, x", "raise SystemExit(0)", "sys.exit()"])
def test_exit_without_closing(how):
    done = run(
        f"""
        import sys, torch, ttnn
        mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 2))
        ttnn._ttnn.set_task_delay(2000)
        x = ttnn.from_torch(torch.ones(256, 512), dtype=ttnn.float32, device=mesh,
                            mesh_mapper=ttnn.ShardTensorToMesh(mesh, dim=0))
        host = ttnn.from_torch(torch.ones(64, 64))
        for _ in range(50):
            x = ttnn.add(x, 1.0)
        {how}
        """,
        TTNN_NUM_WORKERS="3",
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_dropped_mesh_closes():
    assert output("""
        import gc, torch, ttnn
        mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 2))
        x = ttnn.add(ttnn.from_torch(torch.ones(4, 4), dtype=ttnn.float32, device=mesh), 1.0)
        del mesh
        print(float(ttnn.to_torch(ttnn.get_device_tensors(x)[1]).sum()))
        del x
        gc.collect()
        ttnn.select_system("t3000")  # refused while a mesh is open
        print(ttnn.open_mesh_device(ttnn.MeshShape(2, 4)))
    """).split("\n") == ["32.0", "<MeshDevice: 2x4 grid, 8 devices>"]


def test_a_child_is_told_and_may_use_torch():
    assert output("""
        import os, torch, ttnn
        mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 2))
        x = ttnn.from_torch(torch.ones(4, 4), dtype=ttnn.float32, device=mesh)
        x = ttnn.add(x, 1.0)
        calls = [lambda: ttnn.add(x, 1.0), lambda: ttnn.to_torch(ttnn.get_device_tensors(x)[0]),
                 lambda: ttnn.synchronize_device(mesh), lambda: ttnn.open_device(device_id=0)]
        child = os.fork()
        if child == 0:
            told = 0
            for call in calls:
                try:
                    call()
                except RuntimeError as error:
                    told += "forked from one with an open mesh" in str(error)
            product = torch.ones(300, 300) @ torch.ones(300, 300)
            del x, mesh
            raise SystemExit(7 if told == len(calls) and product[0, 0] == 300 else 8)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        print(float(ttnn.to_torch(ttnn.get_device_tensors(ttnn.add(x, 1.0))[0]).sum()))
        ttnn.close_mesh_device(mesh)
    """).split() == ["7", "48.0"]


INTERRUPT = """
    import signal, torch, ttnn
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where tests run in background
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 2))
    x = ttnn.from_torch(torch.ones(1024, 1024), dtype=ttnn.float32, device=mesh,
                        mesh_mapper=ttnn.ShardTensorToMesh(mesh, dim=0))
    ttnn._ttnn.set_task_delay(10000)
    y = x
    for _ in range(100):
        y = ttnn.multiply(y, x)
    try:
        print("waiting", flush=True)
        {wait}
        print("done")
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    ttnn._ttnn.set_task_delay(0)
    print(float(ttnn.to_torch(ttnn.get_device_tensors(y)[1]).sum()))
    ttnn.close_mesh_device(mesh)
"""


@pytest.mark.parametrize("workers", ["1", "3"])
@pytest.mark.parametrize(
    "wait", ["ttnn.synchronize_device(mesh)", "ttnn.to_torch(ttnn.get_device_tensors(y)[0])"]
)
def test_control_c_ends_a_wait(wait, workers):
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(INTERRUPT.format(wait=wait))],
        env=os.environ | {"TTNN_NUM_WORKERS": workers},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "waiting\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (out.split(), err) == (["interrupted", "524288.0"], "")


# -- the null backend


def test_null_backend_checks_everything_and_computes_nothing():
    assert output(
        """
            import torch, ttnn
            mesh = ttnn.open_mesh_device(ttnn.MeshShape(2, 4))
            x = ttnn.from_torch(torch.ones(8, 64), dtype=ttnn.bfloat16, layout=ttnn.TILE_LAYOUT,
                                device=mesh, mesh_mapper=ttnn.ShardTensorToMesh(mesh, dim=0))
            w = ttnn.from_torch(torch.ones(64, 32), dtype=ttnn.bfloat8_b, device=mesh)
            y = ttnn.matmul(x, w)
            whole = ttnn.to_torch(y, mesh_composer=ttnn.ConcatMeshToTensor(mesh, dim=0))
            print(tuple(whole.shape), whole.dtype, float(whole.abs().sum()))
            try:
                ttnn.matmul(w, w)
            except RuntimeError:
                print("refused")
            ttnn.close_mesh_device(mesh)
            """,
        TTNN_BACKEND="null",
    ).split("\n") == ["(8, 32) torch.bfloat16 0.0", "refused"]


# -- errors


def _tensor(mesh, shape=(4, 4)):
    torch = pytest.importorskip("torch")
    return ttnn.from_torch(torch.ones(shape), dtype=ttnn.float32, device=mesh)


def _closed_tensor():
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 2))
    x = _tensor(mesh)
    ttnn.close_mesh_device(mesh)
    return x


def _deallocated():
    x = _tensor(_MESHES[0])
    ttnn.deallocate(x)
    return x


def _of_two_meshes():
    return ttnn.add(_tensor(_MESHES[0]), _tensor(_MESHES[1]))


def _full():
    torch = pytest.importorskip("torch")
    return ttnn.from_torch(
        torch.ones(1).expand(4096, 1024, 1024), dtype=ttnn.float32, device=_MESHES[0]
    )


_MESHES: list = []

ERRORS = {
    "an operand of a closed mesh": lambda: ttnn.add(_closed_tensor(), 1.0),
    "reading from a closed mesh": lambda: ttnn.to_torch(_closed_tensor()),
    "uploading to a closed mesh": lambda: _tensor(_closed_tensor().device()),
    "synchronising a closed mesh": lambda: ttnn.synchronize_device(_closed_tensor().device()),
    "a deallocated operand": lambda: ttnn.add(_tensor(_MESHES[0]), _deallocated()),
    "reading a deallocated tensor": lambda: ttnn.to_torch(_deallocated()),
    "an output that was deallocated": lambda: ttnn.add(
        _tensor(_MESHES[0]), 1.0, output_tensor=_deallocated()
    ),
    "operands of two meshes": _of_two_meshes,
    "an output on another mesh": lambda: ttnn.add(
        _tensor(_MESHES[0]), 1.0, output_tensor=_tensor(_MESHES[1])
    ),
    "an output of another shape": lambda: ttnn.add(
        _tensor(_MESHES[0]), 1.0, output_tensor=_tensor(_MESHES[0], (4, 5))
    ),
    "an operand of the host": lambda: ttnn.add(_tensor(None), _tensor(_MESHES[0])),
    "a shard and a whole tensor": lambda: ttnn.add(
        _tensor(_MESHES[0]), ttnn.get_device_tensors(_tensor(_MESHES[0]))[0]
    ),
    "a tensor larger than a device": _full,
    "workers while a mesh is open": lambda: ttnn._ttnn.set_num_workers(2),
    "too many workers": lambda: ttnn._ttnn.set_num_workers(-1),
}


def test_error_texts(system):
    """TTNN_UPDATE_GOLDEN=1 writes the file anew; the change is then visible in the diff."""
    system("n300")
    _MESHES[:] = [ttnn.open_mesh_device(ttnn.MeshShape(1, 2)) for _ in range(2)]
    try:
        texts = [error_text(name, call) for name, call in ERRORS.items()]
        assert (
            ttnn.to_torch(ttnn.get_device_tensors(ttnn.add(_tensor(_MESHES[0]), 1.0))[0])[0, 0] == 2
        )
    finally:
        for mesh in _MESHES:
            ttnn.close_mesh_device(mesh)
        _MESHES.clear()
    expect_golden("runtime.txt", texts)


ENVIRONMENTS = {
    "an unknown instruction set": {"TTNN_ISA": "neon"},
    "an unknown library of products": {"TTNN_GEMM": "blas"},
    "tiles on portable kernels": {"TTNN_ISA": "portable", "TTNN_GEMM": "amx_emulated"},
    "a word for the number of workers": {"TTNN_NUM_WORKERS": "many"},
    "an unknown backend": {"TTNN_BACKEND": "tpu"},
    "an unknown system": {"TTNN_SYSTEM": "t4000"},
}


def test_error_texts_of_the_environment():
    """Those that are the same on every CPU: what one lacks is tested where its features are made up."""
    program = """
        import ttnn
        device = ttnn.open_device(device_id=0)
        x = ttnn.full([32, 32], 1.0, dtype=ttnn.bfloat16, layout=ttnn.TILE_LAYOUT, device=device)
        y = ttnn.matmul(x, x)
        ttnn.synchronize_device(device)
    """
    texts = []
    for name, environment in ENVIRONMENTS.items():
        raised = re.findall(r"^(\w+Error: .*)", run(program, **environment).stderr, flags=re.M)
        texts.append(f"[{name}]\n{raised[-1]}\n")
    expect_golden("environment.txt", texts)


# -- memory


@pytest.mark.parametrize("transposed", [False, True])
def test_packing_a_weight_takes_little_more_than_the_weight(transposed):
    grown = output(f"""
        import torch, ttnn
        def peak():
            with open("/proc/self/status") as status:
                return next(int(l.split()[1]) << 10 for l in status if l.startswith("VmHWM"))
        mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 2))
        def put(x):
            return ttnn.from_torch(x, layout=ttnn.TILE_LAYOUT, device=mesh,
                                   mesh_mapper=ttnn.ReplicateTensorToMesh(mesh))
        shape = (12000, 4000) if {transposed} else (4000, 12000)
        plain = torch.randn(shape).bfloat16()
        rows = torch.randn(8, 4000).bfloat16()
        ttnn.linear(put(rows[:, :64]), put(plain[:64, :64].contiguous()))
        x = put(rows)
        with open("/proc/self/clear_refs", "w") as clear:
            clear.write("5")  # the peak is that from here on
        before = peak()
        weight = put(plain)
        y = ttnn.linear(x, weight, transpose_b={transposed})
        ttnn.synchronize_device(mesh)
        print((peak() - before) / plain.numel() / 2)
        expected = rows.float() @ (plain.float().T if {transposed} else plain.float())
        got = ttnn.to_torch(ttnn.get_device_tensors(y)[0]).float()
        assert (got - expected).abs().max() < 0.01 * expected.abs().max()
        ttnn.close_mesh_device(mesh)
    """)
    assert 0.95 < float(grown) < 1.4, grown
