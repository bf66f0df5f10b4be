"""Golden mode: programs with one planted mistake each, examples without any, and what it reports."""

import contextlib
import dataclasses
import importlib
import inspect
import json
import math
import pathlib
import re
import runpy
import warnings

import pytest
import torch
import transformers

import ttnn
from ttnn.decorators import REGISTERED_OPERATIONS

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples" / "python"
TILE = ttnn.TILE_LAYOUT

pytestmark = pytest.mark.filterwarnings("ignore::ttnn.PlacementWarning")


@pytest.fixture(autouse=True)
def one_torch_thread():
    """The tensors are small."""
    torch.set_num_threads(1)
    torch.manual_seed(0)


@pytest.fixture
def mesh(request):
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(*getattr(request, "param", (2, 4))))
    yield mesh
    ttnn.close_mesh_device(mesh)


@pytest.fixture
def operation():
    """Registers an operation of a program for one test."""
    names = []

    def register(name, golden, function, **options):
        names.append(f"ttnn.planted.{name}")
        register = ttnn.register_python_operation(name=names[-1], golden_function=golden, **options)
        return register(function)

    yield register
    for name in names:
        del REGISTERED_OPERATIONS._by_name[name]


def on(mesh, x, *dims, dtype=ttnn.bfloat16, layout=TILE):
    """`x` cut along one dim, or along one per axis of the mesh; None replicates."""
    mapper = None
    if len(dims) == 1:
        mapper = ttnn.ShardTensorToMesh(mesh, dim=dims[0])
    elif dims:
        mapper = ttnn.ShardTensor2dMesh(mesh, mesh_shape=tuple(mesh.shape), dims=dims)
    return ttnn.from_torch(x, dtype=dtype, layout=layout, device=mesh, mesh_mapper=mapper)


# --- planted mistakes -----------------------------------------------------------------------------


@dataclasses.dataclass
class Planted:
    """A program: a right or a wrong implementation beside one golden function."""

    golden: object = None
    right: object = None
    wrong: object = None


PROGRAMS = {}


def program(*meshes, finds="ttnn.planted.step", **planted):
    """`run(mesh, step, is_wrong, tmp_path)` calls the operation `step` where it says so."""

    def add(run):
        PROGRAMS[run.__name__] = run, meshes, finds, Planted(**planted)
        return run

    return add


ALL = (1, 1), (1, 2), (2, 4)


def matmul_t(q, k, scale):
    return ttnn.multiply(ttnn.matmul(q, k, transpose_b=True), scale)


@program(
    *ALL,
    golden=lambda q, k: q @ k.mT / math.sqrt(q.shape[-1]),
    right=lambda q, k: matmul_t(q, k, 1 / math.sqrt(q.shape[-1])),
    wrong=lambda q, k: matmul_t(q, k, 1 / q.shape[-1]),
)
def wrong_scale(mesh, step, **_):
    q, k = (on(mesh, torch.randn(1, 8, 32, 64), 1) for _ in range(2))
    scores = step(q, k)  # <- here
    return ttnn.softmax(scores, dim=-1)


@program(
    *ALL,
    golden=lambda x, w, b: x @ w + b,
    right=lambda x, w, b: ttnn.linear(x, w, bias=b),
    wrong=lambda x, w, b: ttnn.linear(x, w),
)
def dropped_bias(mesh, step, **_):
    """Columns of the weights over the devices."""
    x = on(mesh, torch.randn(32, 64))
    w, b = on(mesh, torch.randn(64, 256) / 8, 1), on(mesh, torch.randn(1, 256) / 4, 1)
    return ttnn.gelu(step(x, w, b))  # <- here


def attend(cache, k, q, at):
    """q @ cache^T after k has been written at `at`."""
    cache[:, :, at] = k[0].transpose(0, 1)
    return q @ cache.mT


def ttnn_attend(cache, k, q, at):
    ttnn.update_cache(cache, k, at)
    return ttnn.matmul(q, cache, transpose_b=True)


def attend_to_what_was_there(cache, k, q, at):
    """A product with the old cache, and k where nobody will look."""
    written = ttnn.clone(cache)
    ttnn.update_cache(written, k, at)
    return ttnn.matmul(q, cache, transpose_b=True)


@program(*ALL, golden=attend, right=ttnn_attend, wrong=attend_to_what_was_there)
def stale_cache(mesh, step, **_):
    """Heads over the devices."""
    cache = on(mesh, torch.randn(4, 8, 32, 64), 1)
    for at in range(3):
        k, q = on(mesh, torch.randn(1, 8, 4, 64), 1), on(mesh, torch.randn(4, 8, 1, 64), 1)
        step(cache, k, q, at)  # <- here


def forgets_the_write(cache, k, q, at):
    """Computes what it should, but leaves the cache as it was."""
    return ttnn_attend(ttnn.clone(cache), k, q, at)


@program(*ALL, golden=attend, right=ttnn_attend, wrong=forgets_the_write)
def unwritten_cache(mesh, step, **_):
    stale_cache(mesh, lambda *args: step(*args))  # <- here


@program(*ALL, finds="ttnn.as_tensor")
def stale_file(mesh, step, is_wrong, tmp_path):
    """Weights that changed since they were cached on disk."""
    trained, before = torch.randn(64, 64), torch.randn(64, 64)

    def load(weights):
        return ttnn.as_tensor(  # <- here
            weights,
            ttnn.bfloat16,
            layout=TILE,
            device=mesh,
            memory_config=ttnn.DRAM_MEMORY_CONFIG,
            cache_file_name=tmp_path / "weights",
            mesh_mapper=ttnn.ShardTensorToMesh(mesh, dim=0),
        )

    load(before if is_wrong else trained)
    ttnn.relu(load(trained))


@program(
    (1, 2),
    (2, 4),
    golden=lambda x, w: x @ w,
    right=lambda x, w: ttnn.all_gather(ttnn.matmul(x, w), dim=-1, cluster_axis=1),
    wrong=lambda x, w: ttnn.experimental.all_gather_async_reversed(
        ttnn.matmul(x, w),
        persistent_output_buffer=None,
        dim=-1,
        multi_device_global_semaphore=None,
        cluster_axis=1,
    ),
)
def wrong_shard_order(mesh, step, **_):
    x, w = on(mesh, torch.randn(64, 64), 0, None), on(mesh, torch.randn(64, 256), None, 1)
    return ttnn.relu(step(x, w))  # <- here


@program((2, 4), finds="ttnn.to_torch")
def wrong_composer(mesh, step, is_wrong, **_):
    """A square of tiles put together with its axes swapped."""
    x = ttnn.relu(on(mesh, torch.randn(64, 64), 0, 1))
    dims = (1, 0) if is_wrong else (0, 1)
    composer = ttnn.ConcatMesh2dToTensor(mesh, mesh_shape=(2, 4), dims=dims)
    ttnn.to_torch(x, mesh_composer=composer)  # <- here


@program((1, 2), (2, 4), finds="ttnn.to_torch")
def wrong_composed_dim(mesh, step, is_wrong, **_):
    x = ttnn.relu(on(mesh, torch.randn(64, 64), 1))
    composer = ttnn.ConcatMeshToTensor(mesh, dim=0 if is_wrong else 1)
    ttnn.to_torch(x, mesh_composer=composer)  # <- here


@program(
    *ALL,
    golden=lambda x, w: torch.nn.functional.rms_norm(x, x.shape[-1:], w.flatten(), 1e-6),
    right=lambda x, w: ttnn.rms_norm(x, weight=w, epsilon=1e-6),
    wrong=lambda x, w: ttnn.rms_norm(x, weight=w, epsilon=1e-5),
)
def wrong_epsilon(mesh, step, **_):
    x, w = on(mesh, torch.randn(64, 128) / 256, 0), on(mesh, torch.rand(1, 128))
    return ttnn.relu(step(x, w))  # <- here


@program(
    *ALL,
    golden=lambda x, w: x @ w.T,
    right=lambda x, w: ttnn.linear(x, w, transpose_b=True),
    wrong=lambda x, w: ttnn.linear(x, w),
)
def transposed_weight(mesh, step, **_):
    x, w = on(mesh, torch.randn(64, 64), 0), on(mesh, torch.randn(64, 64))
    return ttnn.relu(step(x, w))  # <- here


@program(
    (1, 2),
    (2, 4),
    golden=lambda x, w, b: x @ w + b,
    right=lambda x, w, b: ttnn.add(ttnn.all_reduce(ttnn.matmul(x, w), cluster_axis=1), b),
    wrong=lambda x, w, b: ttnn.all_reduce(ttnn.linear(x, w, bias=b), cluster_axis=1),
)
def bias_of_each_device(mesh, step, **_):
    """Rows of the weights over the devices, whose products are added up."""
    x, w = on(mesh, torch.randn(64, 128), 0, 1), on(mesh, torch.randn(128, 64) / 8, None, 0)
    return ttnn.gelu(step(x, w, on(mesh, torch.randn(1, 64))))  # <- here


@program(
    (2, 4),
    golden=lambda x, w: x @ w,
    right=lambda x, w: ttnn.all_reduce(ttnn.matmul(x, w), cluster_axis=1),
    wrong=lambda x, w: ttnn.all_reduce(ttnn.matmul(x, w), cluster_axis=0),
)
def wrong_axis(mesh, step, **_):
    x, w = on(mesh, torch.randn(64, 128), None, 1), on(mesh, torch.randn(128, 64), None, 0)
    return ttnn.add(step(x, w), 1.0)  # <- here


@program(
    *ALL,
    golden=lambda x: torch.nn.functional.gelu(x),
    right=lambda x: ttnn.gelu(x),
    wrong=lambda x: ttnn.gelu(x, variant=ttnn.GeluVariant.Tanh),
)
def wrong_variant(mesh, step, **_):
    """A difference of 1e-4, which float32 shows."""
    x = on(mesh, torch.randn(64, 64), 0, dtype=ttnn.float32)
    return ttnn.relu(step(x))  # <- here


@program(
    *ALL,
    golden=lambda x, w: torch.relu(x) @ w,
    right=lambda x, w: ttnn.matmul(ttnn.relu(x), w),
    wrong=lambda x, w: ttnn.matmul(ttnn.relu(x, output_tensor=x), w),
)
def overwritten_residual(mesh, step, **_):
    """The result is right; what the program adds to it is not there any more."""
    x, w = on(mesh, torch.randn(64, 64), 0), on(mesh, torch.randn(64, 64))
    y = step(x, w)  # <- here
    return ttnn.add(y, x)


def dealt(order):
    def deal(x, mesh):
        shards = [ttnn.from_torch(piece) for piece in x.chunk(mesh.get_num_devices())]
        placed = ttnn.from_host_shards(shards[::order], mesh.shape)
        return ttnn.to_device(placed, mesh)

    return deal


@program(
    (1, 2),
    (2, 4),
    golden=lambda x, mesh: list(x.chunk(mesh.get_num_devices())),
    right=dealt(1),
    wrong=dealt(-1),
)
def wrong_device_order(mesh, step, **_):
    """A golden function may say what each device should hold."""
    return step(torch.randn(16, 32), mesh)  # <- here


CASES = [
    pytest.param(mesh, name, id=f"{name}-{mesh[0]}x{mesh[1]}")
    for name, (_, meshes, _, _) in PROGRAMS.items()
    for mesh in meshes
]


def run_program(name, mesh, operation, is_wrong, tmp_path):
    run, _, _, planted = PROGRAMS[name]
    step = None
    if planted.golden:
        step = operation("step", planted.golden, planted.wrong if is_wrong else planted.right)
    with ttnn.golden_mode() as golden:
        run(mesh, step, is_wrong=is_wrong, tmp_path=tmp_path)
    return golden


@pytest.mark.parametrize(("mesh", "name"), CASES, indirect=["mesh"])
def test_a_planted_mistake_is_found_at_its_operation(mesh, name, operation, tmp_path, caplog):
    golden = run_program(name, mesh, operation, True, tmp_path)
    run, _, finds, _ = PROGRAMS[name]
    lines, begin = inspect.getsourcelines(run)
    marked = [begin + i for i, line in enumerate(lines) if line.endswith("# <- here\n")]
    assert golden.first is not None, "nothing was found"
    assert golden.first.operation == finds, golden.first
    assert [golden.first.line] == marked and golden.first.file == __file__
    assert {record.operation for record in golden.beyond} == {finds}, "nothing else is wrong"
    assert golden.worst[0].operation == finds
    assert caplog.text.count("golden mode:") == 1 and str(golden.first) in caplog.text


@pytest.mark.parametrize(("mesh", "name"), CASES, indirect=["mesh"])
def test_the_same_program_without_it_is_silent(mesh, name, operation, tmp_path, caplog):
    golden = run_program(name, mesh, operation, False, tmp_path)
    told = [record.message for record in caplog.records if "golden mode" in record.message]
    assert golden.first is None and not golden.beyond and not told, told
    assert any(record.operation == PROGRAMS[name][2] for record in golden.records), golden


# --- programs without a mistake -------------------------------------------------------------------


@pytest.fixture
def examples(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    monkeypatch.setenv("COLUMNS", "120")
    torch.manual_seed(0)


SLOW = pytest.mark.slow
SHORT = ["all_gather", "distributed_norm", "gelu_mesh", "gelu_one_device", "sharding"]
PARALLEL = ["falcon_mlp_hybrid", "falcon_mlp_megatron", "falcon_mlp_tensor_parallel"]


@pytest.mark.parametrize("name", [*SHORT, *(pytest.param(n, marks=SLOW) for n in PARALLEL)])
def test_the_examples_are_silent(examples, name, capsys):
    with ttnn.golden_mode(should_raise=True) as golden:
        if name in PARALLEL:
            small = transformers.FalconConfig(hidden_size=568, num_attention_heads=71)
            importlib.import_module(name).main(small, measure=False)
        else:
            runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
    assert golden.records and golden.first is None and not golden.beyond


@pytest.mark.parametrize(
    "name", ["falcon_mlp", pytest.param("falcon_mlp_data_parallel", marks=SLOW)]
)
def test_the_reports_examples_are_silent(examples, name, capsys, monkeypatch):
    """At an eighth of Falcon's sizes: golden functions take their time."""
    module = importlib.import_module(name)
    small = transformers.FalconConfig(hidden_size=568, num_attention_heads=71)
    monkeypatch.setattr(module, "falcon_config", lambda: small)
    with ttnn.golden_mode(should_raise=True) as golden:
        module.main()
    assert golden.records and not golden.beyond


def test_decoding_by_replays_is_silent(examples, capsys):
    with ttnn.golden_mode(should_raise=True) as golden:
        importlib.import_module("decode_loop").main(steps=3, measure=False)
    assert golden.records and not golden.beyond


@pytest.mark.slow
def test_a_pretrained_model_is_silent(examples, capsys):
    with ttnn.golden_mode(should_raise=True) as golden:
        runpy.run_path(str(EXAMPLES / "minilm.py"), run_name="__main__")
    assert golden.records and not golden.beyond


def attention(q, k, v):
    scores = ttnn.multiply(ttnn.matmul(q, k, transpose_b=True), 1 / math.sqrt(q.shape[-1]))
    return ttnn.matmul(ttnn.softmax(scores, dim=-1), v)


def torch_attention(q, k, v):
    return torch.softmax(q @ k.mT / math.sqrt(q.shape[-1]), -1) @ v


def layer(x, q, k, v, o, up, down):
    y = ttnn.rms_norm(x, epsilon=1e-5)
    x = x + ttnn.linear(attention(*(ttnn.linear(y, w) for w in (q, k, v))), o)
    y = ttnn.rms_norm(x, epsilon=1e-5)
    return x + ttnn.linear(ttnn.gelu(ttnn.linear(y, up)), down)


def torch_layer(x, q, k, v, o, up, down):
    y = torch.nn.functional.rms_norm(x, x.shape[-1:], eps=1e-5)
    x = x + torch_attention(y @ q, y @ k, y @ v) @ o
    y = torch.nn.functional.rms_norm(x, x.shape[-1:], eps=1e-5)
    return x + torch.nn.functional.gelu(y @ up) @ down


def difference(x, y):
    return ttnn.subtract(ttnn.add(x, y), x)


# (operation, golden function, (shape, scale) of each input)
RIGHT = {
    "layer": (
        *(layer, torch_layer),
        [((2, 1, 64, 128), 1), *[((128, 128), 0.1)] * 4, ((128, 512), 0.1), ((512, 128), 0.05)],
    ),
    "sharp attention": (attention, torch_attention, [((2, 4, 128, 64), s) for s in (4, 2, 1)]),
    "what cancels": (difference, lambda x, y: x + y - x, [((2, 64, 64), 8), ((2, 64, 64), 1)]),
}


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "bfloat8_b", "bfloat4_b"])
@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("mesh", [(1, 2)], indirect=True)
def test_what_rounding_explains_is_no_mistake(mesh, operation, name, dtype):
    function, golden_function, inputs = RIGHT[name]
    step = operation("step", golden_function, function)
    tensors = [
        on(
            mesh,
            scale * torch.randn(shape),
            *([0] if len(shape) > 2 else []),
            dtype=getattr(ttnn, dtype),
        )
        for shape, scale in inputs
    ]
    with ttnn.golden_mode() as golden:
        step(*tensors)
    assert golden.records and not golden.beyond, golden.first


DTYPES = {
    "float32": TILE,
    "bfloat16": TILE,
    "bfloat8_b": TILE,
    "bfloat4_b": TILE,
    "int32": ttnn.ROW_MAJOR_LAYOUT,
}


SAMPLES = [
    *(pytest.param((1, 1), dtype, id=f"1x1-{dtype}") for dtype in DTYPES),
    pytest.param((1, 3), "float32", id="1x3-float32", marks=SLOW),
    *(pytest.param((2, 4), dtype, id=f"2x4-{dtype}", marks=SLOW) for dtype in DTYPES),
]


def holds_special_values(sample):
    """Of floats, where torch's float32 overflows on the way: test_conformance.py has float64."""
    tensors = [x for x in sample.values() if isinstance(x, ttnn.Tensor)]
    first = [ttnn.to_torch(ttnn.get_device_tensors(x)[0]) for x in tensors]
    return any(x.is_floating_point() and x.isnan().any() for x in first)


@pytest.mark.parametrize(("mesh", "dtype"), SAMPLES, indirect=["mesh"])
def test_every_operation_is_silent_on_its_samples(mesh, dtype):
    """Bounds follow from the dtype; these are the awkward cases of every operation."""
    given = getattr(ttnn, dtype), DTYPES[dtype], mesh.get_num_devices() > 1
    with ttnn.golden_mode() as golden:
        for name in sorted(ttnn._ttnn.operations):
            for sample in ttnn._ttnn.samples(name, mesh, *given):
                if holds_special_values(sample):
                    continue
                with contextlib.suppress(RuntimeError):  # it does not take the dtype
                    ttnn._ttnn.operations[name](**sample)
    assert not golden.beyond, "\n".join(map(str, golden.beyond))
    compared = {record.operation for record in golden.records}
    assert len(compared) > (100 if dtype == "int32" else 180)
    whole = {record.operation for record in golden.records if record.scope == "whole"}
    assert len(whole) > 80 or mesh.get_num_devices() == 1
    reasons = {why for _, why in golden.not_compared}
    assert reasons <= {"no golden function can foretell its result"}, reasons


# --- what is reported -----------------------------------------------------------------------------


def test_a_mistake_on_one_device_names_it(mesh, operation):
    def nudged(x):
        y = ttnn.clone(x)
        ttnn.add_(ttnn.get_device_tensors(y)[5], 1.0)
        return y

    step = operation("step", lambda x: x.clone(), nudged)
    x = torch.zeros(8, 4)
    with ttnn.golden_mode() as golden:
        step(on(mesh, x, 0, layout=ttnn.ROW_MAJOR_LAYOUT))
    first = golden.first
    assert first.operation == "ttnn.planted.step" and first.what == "output"
    assert first.device_id == 5 and first.coordinate == (1, 1) and first.where == "device 5 (1, 1)"
    assert first.measure.expected == 0 and first.measure.actual == 1
    assert first.inner == 2 and first.cause is None


def test_the_element_is_that_of_the_shard(mesh, operation):
    def spoilt(x):
        return ttnn.add(x, on(mesh, spot, None, 1))

    spot = torch.zeros(8, 32)
    spot[3, 22] = 2.0  # device 2 of each row holds columns 16 to 23
    step = operation("step", lambda x: x.clone(), spoilt)
    with ttnn.golden_mode() as golden:
        step(on(mesh, torch.ones(8, 32), None, 1))
    found = golden.first
    assert found.coordinate == (0, 2) and found.measure.index == (3, 6)
    assert (found.measure.expected, found.measure.actual) == (1.0, 3.0)


def test_the_innermost_wrong_operation_is_first(mesh, operation, caplog):
    inner = operation("inner", lambda x: x * 2, lambda x: ttnn.multiply(x, 2.5))
    outer = operation("outer", lambda x: x * 2 + 1, lambda x: ttnn.add(inner(x), 1.0))
    x = on(mesh, torch.randn(32, 32))
    with ttnn.golden_mode() as golden:
        outer(x)
    assert golden.first.operation == "ttnn.planted.inner" and golden.first.cause is None
    by_name = {record.operation: record for record in golden.beyond}
    assert by_name["ttnn.planted.outer"].cause == golden.first
    assert caplog.text.count("golden mode:") == 1, "only where it is to be looked for"


def test_the_outer_operation_is_first_if_all_inner_ones_are_right(mesh, operation):
    inner = operation("inner", lambda x: x * 2, lambda x: ttnn.multiply(x, 2.0))
    outer = operation("outer", lambda x: x * 2 + 1, lambda x: ttnn.add(inner(x), 2.0))
    with ttnn.golden_mode() as golden:
        outer(on(mesh, torch.randn(32, 32)))
    assert golden.first.operation == "ttnn.planted.outer" and golden.first.inner == 2


@contextlib.contextmanager
def wrong_golden(operation, golden):
    before, operation.golden_function = operation.golden_function, golden
    try:
        yield
    finally:
        operation.golden_function = before


def test_it_logs_once_per_line_and_goes_on(mesh, caplog):
    x = on(mesh, torch.randn(32, 32), 0)
    with wrong_golden(ttnn.relu, lambda x: -x), ttnn.golden_mode() as golden:
        for _ in range(3):
            ttnn.relu(x)
        ttnn.relu(x)
    assert caplog.text.count("golden mode: ttnn.relu at ") == 2
    assert [record.calls for record in golden.beyond if record.scope == "device"] == [3, 1]


def test_it_raises(mesh):
    x = on(mesh, torch.arange(64.0).reshape(8, 8), 0, layout=ttnn.ROW_MAJOR_LAYOUT)
    golden = ttnn.golden_mode(should_raise=True)
    pattern = (
        rf"ttnn\.relu at {re.escape(__file__)}:\d+: output, device 7 \(1, 3\), element \[0, 7\]: "
        r"expected 31\.5, got 63; largest error 252 ulp of BFLOAT16, mean 238 ulp, PCC 1; "
        r"allowed: 1 ulp, 1 ulp on average\."
    )
    raises = pytest.raises(RuntimeError, match=pattern)
    with golden, wrong_golden(ttnn.relu, lambda x: x / 2), raises as caught:
        ttnn.relu(x)
    assert "Look at what it computes, or at what its golden function does." in str(caught.value)
    assert golden.first is not None
    ttnn.to_torch(ttnn.relu(x))  # the mesh works afterwards


def test_an_error_of_an_operation_is_its_own(mesh):
    x = on(mesh, torch.randn(32, 32))
    with ttnn.golden_mode() as golden:
        with pytest.raises(RuntimeError, match="matmul"):
            ttnn.matmul(x, on(mesh, torch.randn(3, 5)))
        ttnn.deallocate(x)
        with pytest.raises(RuntimeError, match="not allocated"):
            ttnn.relu(x)
        y = ttnn.relu(on(mesh, torch.randn(32, 32)))
    assert golden.first is None and y.is_allocated()
    assert golden._calls == []


def test_a_wrong_shape(mesh):
    x = on(mesh, torch.randn(32, 32))
    with wrong_golden(ttnn.relu, lambda x: x[:1]), ttnn.golden_mode() as golden:
        ttnn.relu(x)
    assert golden.first.excess == math.inf
    assert "its shape is [32, 32], but the golden function gives [1, 32]" in str(golden.first)


def test_what_is_not_compared_says_why(mesh, operation):
    blind = operation("blind", None, lambda x: ttnn.relu(x))
    broken = operation("broken", lambda x: x.nonsense(), lambda x: ttnn.relu(x))
    x = on(mesh, torch.randn(32, 32))
    with ttnn.golden_mode(skip=["ttnn.gelu", "tanh"]) as golden:
        blind(broken(x))
        ttnn.gelu(ttnn.tanh(x))
        ttnn.rand([32, 32], device=mesh)
    why = {name.removeprefix("ttnn."): why for name, why in golden.not_compared}
    assert why["planted.blind"] == "it has no golden function"
    assert why["planted.broken"].startswith("its golden function raises AttributeError")
    assert why["gelu"] == why["tanh"] == "it is to be skipped"
    assert why["rand"] == "no golden function can foretell its result"
    assert [record.operation for record in golden.records if record.scope == "device"][
        -1
    ] == "ttnn.relu"


# --- bounds ---------------------------------------------------------------------------------------


def rounded(x):
    return ttnn.typecast(ttnn.typecast(x, ttnn.bfloat4_b), ttnn.bfloat16)


def test_bounds_are_the_callers(mesh, operation):
    """Errors count in the coarsest dtype that an operation computed in, unless bounds say more."""
    step = operation("step", lambda x: x.clone(), rounded)
    x = on(mesh, torch.randn(64, 64), 0)

    def found(**bounds):
        with ttnn.golden_mode(**bounds) as golden:
            step(x)
        return golden.first

    assert found() is None
    assert found(pcc=0.9) is None
    assert found(max_ulp=0.25).operation == "ttnn.planted.step"
    assert found(max_ulp=1.0) is None
    assert found(mean_ulp=0.01).dtype == "BFLOAT4_B"
    assert found(max_ulp=0.25, atol=10.0) is None
    assert found(max_ulp=0.0, mean_ulp=0.0, rtol=2.0, atol=1.0) is None
    assert found(max_ulp=math.inf, mean_ulp=math.inf) is None


def test_correlation_is_blind_to_a_scale(mesh, operation):
    step = operation("step", lambda x: x.clone(), lambda x: ttnn.multiply(x, 2.0))
    x = on(mesh, torch.randn(64, 64), 0)
    anything = math.inf
    with ttnn.golden_mode(max_ulp=anything, mean_ulp=anything, pcc=0.9999) as by_pcc:
        step(x)
    with ttnn.golden_mode() as by_ulp:
        step(x)
    assert by_pcc.first is None and by_ulp.first.operation == "ttnn.planted.step"
    assert by_ulp.first.measure.pcc > 0.9999


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        ({"pcc": 1.5}, ValueError, "pcc=1.5 is out of range: give a number from 0 to 1"),
        ({"max_ulp": -1}, ValueError, "max_ulp=-1 is out of range: give a number at least 0"),
        ({"rtol": "0.1"}, TypeError, "rtol is of type str, but is a number"),
        ({"skip": "gelu"}, TypeError, r"Give a list of names: \['gelu'\]"),
    ],
)
def test_wrong_arguments(given, error, text):
    with pytest.raises(error, match=f"golden_mode: .*{text}"):
        ttnn.golden_mode(**given)


# --- by hand --------------------------------------------------------------------------------------


def test_an_operation_that_ran_can_be_compared(mesh):
    x = on(mesh, torch.randn(32, 64), 1)
    y = ttnn.softmax(x, dim=0)
    golden = ttnn.golden_mode()
    records = golden.compare("softmax", {"input_tensor": x, "dim": 0}, y, ("model.py", 7))
    assert all(record.passed for record in records)
    assert {record.scope for record in records} == {"device", "whole"}
    assert records[0].place == "model.py:7"
    records = golden.compare("softmax", {"input_tensor": x, "dim": 1}, y, ("model.py", 8))
    assert not records[0].passed and golden.first == records[0]
    with pytest.raises(ValueError, match=r"there is no operation 'ttnn\.no_such'"):
        golden.compare("no_such", {}, y)


def test_integers_that_are_cut_from_floats(mesh):
    """Where the float is close to a whole number either of two is right, elsewhere one."""
    rows = ttnn.ROW_MAJOR_LAYOUT
    x = on(mesh, torch.arange(4), dtype=ttnn.int32, layout=rows)  # cosh: 1, 1.54, 3.76, 10.07

    def passes(values, **bounds):
        y = on(mesh, torch.tensor(values), dtype=ttnn.int32, layout=rows)
        records = ttnn.golden_mode(**bounds).compare("cosh", {"input_tensor": x}, y)
        return all(record.passed for record in records)

    assert passes([1, 1, 3, 10]) and passes([0, 1, 3, 10])
    assert not passes([1, 2, 3, 10]) and not passes([1, 1, 3, 9])
    assert not passes([0, 1, 3, 10], max_ulp=0)


def test_inputs_are_read_before_an_operation_writes_them(mesh):
    x, y = on(mesh, torch.ones(32, 32)), on(mesh, torch.ones(32, 32))
    golden = ttnn.golden_mode()
    finish = golden.observe("ttnn.add_", {"input_tensor_a": x, "input_tensor_b": y})
    assert all(record.passed for record in finish(ttnn.add_(x, y)))
    finish = golden.observe("ttnn.add_", {"input_tensor_a": x, "input_tensor_b": y})
    assert not finish(x)[0].passed, "it was not added"
    before = ttnn.clone(x)
    ttnn.add_(x, y)
    done = golden.compare("ttnn.add_", {"input_tensor_a": before, "input_tensor_b": y}, x)
    assert done[0].passed


def test_a_collective_by_hand(mesh):
    x = on(mesh, torch.randn(32, 64), 1)
    kwargs = {"input_tensor": x, "dim": 1, "cluster_axis": 1}
    golden = ttnn.golden_mode()
    y = ttnn.all_gather(**kwargs)
    assert all(record.passed for record in golden.compare("all_gather", kwargs, y))
    kwargs["cluster_axis"] = None
    (record,) = golden.compare("all_gather", kwargs, y)
    assert "its shape is" in str(record)


# --- the mode itself ------------------------------------------------------------------------------


def test_blocks_nest_and_end(mesh):
    x = on(mesh, torch.randn(32, 32))
    with ttnn.golden_mode() as outer:
        ttnn.relu(x)
        with ttnn.golden_mode(max_ulp=0.0) as inner:
            ttnn.gelu(x)
        with pytest.raises(RuntimeError, match="this block is open already"), outer:
            pass
    ttnn.tanh(x)
    assert [record.operation for record in outer.records] == ["ttnn.relu", "ttnn.gelu"]
    assert [record.operation for record in inner.records] == ["ttnn.gelu"]
    assert inner.first is not None and outer.first is None
    assert ttnn.decorators._interceptor is None


def test_tables_and_json(mesh, operation, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    step = operation("step", lambda x: x * 2, lambda x: ttnn.multiply(x, 3.0))
    with ttnn.golden_mode() as golden:
        for _ in range(2):
            step(on(mesh, torch.randn(32, 32), 0))
        ttnn.rand([32, 32], device=mesh)
    text = str(golden)
    assert "Golden mode: " in text and "1 beyond; first ttnn.planted.step, test_golden" in text
    worst = next(
        line for line in text.splitlines() if "planted.step" in line and "BFLOAT16" in line
    )
    assert "test_golden_mode.py:" in worst and "output" in worst and "1.00000" in worst
    assert "Not compared" in text and "rand" in text
    assert re.search("<GoldenMode: .* beyond; first ttnn.planted.step", repr(golden))
    held = json.loads(json.dumps(golden.to_dict()))
    assert held["first"]["operation"] == "ttnn.planted.step" and held["first"]["calls"] == 1
    assert len(held["records"]) == len(golden.records)


def test_the_golden_function_may_be_given_ttnn_tensors_first(mesh, operation):
    """TT-NN's preprocess_golden_function_inputs."""
    seen = []

    def preprocess(args, kwargs):
        seen.append(type(args[0]))
        return [ttnn.to_torch(args[0]) + 1], kwargs

    step = operation(
        "step",
        lambda x: x,
        lambda x: ttnn.add(x, 1.0),
        preprocess_golden_function_inputs=preprocess,
    )
    with ttnn.golden_mode() as golden:
        step(on(mesh, torch.randn(32, 32), 0))
    assert golden.first is None and set(seen) == {ttnn.Tensor}
    assert any(record.operation == "ttnn.planted.step" for record in golden.records)


def test_parameters_and_hardware_arguments_reach_golden_functions(mesh, operation):
    parameters = ttnn.model_preprocessing.make_parameter_dict(
        {"weight": on(mesh, torch.randn(64, 64)), "bias": on(mesh, torch.randn(1, 64))}
    )
    step = operation(
        "step",
        lambda x, parameters: x @ parameters.weight + parameters.bias,
        lambda x, parameters, memory_config=None: ttnn.linear(
            x, parameters.weight, bias=parameters.bias, memory_config=memory_config
        ),
    )
    with ttnn.golden_mode() as golden:
        step(on(mesh, torch.randn(64, 64), 0), parameters, memory_config=ttnn.DRAM_MEMORY_CONFIG)
    assert golden.first is None and not golden.not_compared


@pytest.mark.parametrize("mesh", [(1, 1), (2, 4)], indirect=True)
def test_comparison_mode_of_config_is_the_same(mesh, operation, caplog):
    step = operation("step", lambda x: x.clone(), lambda x: ttnn.relu(x))
    scale = operation("scale", lambda x: x.clone(), lambda x: ttnn.multiply(x, 2.0))
    x = on(mesh, torch.randn(64, 64), 0)
    with ttnn.manage_config("enable_comparison_mode", True):
        scale(x)
        assert not caplog.text, "TT-NN's bound is the correlation"
        with ttnn.manage_config("comparison_mode_pcc", 0.5):
            step(x)
        assert not caplog.text
        step(x)
        assert re.search(
            r"golden mode: ttnn\.planted\.step at .*: output.*PCC 0\.9999", caplog.text
        )
        strict = ttnn.manage_config("comparison_mode_should_raise_exception", True)
        with strict, pytest.raises(RuntimeError, match=r"ttnn\.planted\.step at .*PCC"):
            step(x)
    caplog.clear()
    step(x)
    assert not caplog.text and ttnn.decorators._interceptor is None


def test_submeshes(mesh, operation):
    """Device ids are the parent's, coordinates the submesh's own."""

    def nudged(x):
        y = ttnn.clone(x)
        ttnn.add_(ttnn.get_device_tensors(y)[3], 1.0)
        return y

    step = operation("step", lambda x: x.clone(), nudged)
    submesh = mesh.create_submesh(ttnn.MeshShape(2, 2), ttnn.MeshCoordinate(0, 2))
    with ttnn.golden_mode() as golden:
        x = on(submesh, torch.randn(8, 64), 0, 1)
        y = ttnn.all_gather(ttnn.relu(x), dim=1, cluster_axis=1)
        step(y)
    assert golden.first.operation == "ttnn.planted.step"
    assert golden.first.device_id == 7 and golden.first.coordinate == (1, 1)


def test_its_reads_are_of_no_queue():
    """They neither race with what other queues do, nor hide that those race with each other."""
    two = ttnn.open_mesh_device(ttnn.MeshShape(1, 2), num_command_queues=2)
    x = on(two, torch.randn(32, 32))
    ttnn.synchronize_device(two)
    with warnings.catch_warnings(record=True) as told, ttnn.golden_mode() as golden:
        warnings.simplefilter("always")
        y = ttnn.relu(x, queue_id=1)
        ttnn.wait_for_event(0, ttnn.record_event(two, 1))
        y = ttnn.gelu(y)
        assert not told, told[0].message
        ttnn.tanh(ttnn.relu(y, queue_id=1))
    ttnn.close_mesh_device(two)
    assert str(told[0].message).startswith("relu reads input_tensor")
    assert len(told) == 2 and str(told[1].message).startswith("tanh reads input_tensor")
    assert golden.records and not golden.beyond


@pytest.fixture
def traced(mesh):
    """(trace, its outputs, the lines of its steps) of collectives, products and writes in place."""
    x, w = on(mesh, torch.randn(64, 128), None, 1), on(mesh, torch.randn(128, 64) / 8, None, 0)
    cache, k = (
        on(mesh, torch.zeros(1, 4, 32, 64), None, 1),
        on(mesh, torch.randn(1, 4, 1, 64), None, 1),
    )

    def steps():
        y = ttnn.all_reduce(ttnn.matmul(x, w), cluster_axis=1)
        ttnn.update_cache(cache, k, 3)
        z = ttnn.gelu(y)  # <- traced
        ttnn.add_(z, 1.0)
        pieces = ttnn.split(z, 32, dim=-1)
        return ttnn.all_broadcast(pieces[0], cluster_axis=1), ttnn.topk(z, 4)

    steps()
    tid = ttnn.begin_trace_capture(mesh, cq_id=0)
    outputs = steps()
    ttnn.end_trace_capture(mesh, tid, cq_id=0)
    yield tid, outputs
    ttnn.release_trace(mesh, tid)


def test_replays_are_compared_command_by_command(mesh, traced, caplog):
    tid, outputs = traced
    with ttnn.golden_mode(should_raise=True) as golden:
        for _ in range(2):
            ttnn.execute_trace(mesh, tid, cq_id=0, blocking=True)
    assert not golden.beyond and golden.first is None
    seen = {record.operation.removeprefix("ttnn.") for record in golden.records}
    assert seen >= {"matmul", "all_reduce", "update_cache", "gelu", "add_", "all_broadcast", "topk"}
    assert all(record.calls == 2 for record in golden.records)
    assert not golden.not_compared
    assert not ttnn._ttnn.shadow_traces()
    assert ttnn.to_torch(ttnn.get_device_tensors(outputs[1][0])[0]).isfinite().all()


def test_a_mistake_in_a_replay_is_found_at_its_line(mesh, traced, caplog):
    tid, _ = traced
    lines = pathlib.Path(__file__).read_text().splitlines()
    marked = next(i + 1 for i, line in enumerate(lines) if line.endswith("# <- traced"))
    with wrong_golden(ttnn.gelu, lambda input_tensor, **_: input_tensor):
        with ttnn.golden_mode() as golden:
            ttnn.execute_trace(mesh, tid, cq_id=0, blocking=True)
        assert golden.first.operation == "ttnn.gelu" and golden.first.line == marked
        assert golden.first.file == __file__
        assert {record.operation for record in golden.beyond} == {"ttnn.gelu"}
        raises = pytest.raises(RuntimeError, match=r"golden mode: ttnn\.gelu at .*: output, device")
        with ttnn.golden_mode(should_raise=True), raises:
            ttnn.execute_trace(mesh, tid, cq_id=0, blocking=True)
    ttnn.execute_trace(mesh, tid, cq_id=0, blocking=True)  # the trace is as it was


def test_a_capture_is_not_compared(mesh):
    x = on(mesh, torch.randn(32, 32), 0)

    def steps():
        return ttnn.gelu(ttnn.relu(x))

    steps()
    with ttnn.golden_mode() as golden:
        tid = ttnn.begin_trace_capture(mesh, cq_id=0)
        y = steps()
        ttnn.end_trace_capture(mesh, tid, cq_id=0)
        assert set(golden.not_compared) == {
            ("ttnn.relu", "it is captured; replays of the trace are compared"),
            ("ttnn.gelu", "it is captured; replays of the trace are compared"),
        }
        ttnn.execute_trace(mesh, tid, cq_id=0, blocking=True)
    assert {record.operation for record in golden.records} == {"ttnn.relu", "ttnn.gelu"}
    assert not golden.beyond and y.is_allocated()
    ttnn.release_trace(mesh, tid)
