"""The checker of pending sums: programs with one mistake each, the same programs put right, and what
is right without a collective.
"""

import functools
import inspect
import warnings

import pytest
import torch
from error_texts import expect_error_texts

import ttnn
from ttnn import PlacementWarning

SIZE, WIDE = 16, 64
STRICT = "TTNN_STRICT_PLACEMENT"


@pytest.fixture(autouse=True)
def lenient(monkeypatch):
    monkeypatch.delenv(STRICT, raising=False)


@pytest.fixture(scope="module")
def line():
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 4))
    yield Program(mesh)
    ttnn.close_mesh_device(mesh)


@pytest.fixture(scope="module")
def grid():
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(2, 4))
    yield Program(mesh)
    ttnn.close_mesh_device(mesh)


class Program:
    """What the programs below start from, on one mesh."""

    def __init__(self, mesh):
        self.mesh = mesh
        self.random = torch.Generator().manual_seed(1)

    def put(self, shape, *dims, whole=None):
        """Random numbers, with one dim or None per axis of the mesh; replicated without."""
        if whole is None:
            whole = torch.randn(shape, generator=self.random)
        placements = [
            ttnn.PlacementReplicate() if dim is None else ttnn.PlacementShard(dim)
            for dim in (*dims, None, None)[:2]
        ]
        mapper = ttnn.create_mesh_mapper(self.mesh, ttnn.MeshMapperConfig(placements))
        return ttnn.from_torch(whole, layout=ttnn.TILE_LAYOUT, device=self.mesh, mesh_mapper=mapper)

    def term(self):
        """The product of a row parallel layer: a term on each device of a row."""
        return ttnn.matmul(self.put((SIZE, WIDE), None, 1), self.put((WIDE, SIZE), None, 0))


# ---- The mistakes. Each program's wrong line is marked.


def gelu_before_the_sum(p):
    y = p.term()
    return ttnn.gelu(y)  # wrong


def softmax_of_scores(p):
    """Heads cut along their columns."""
    q, k = p.put((SIZE, WIDE), None, 1), p.put((SIZE, WIDE), None, 1)
    scores = ttnn.matmul(q, k, transpose_b=True)
    return ttnn.softmax(scores * WIDE**-0.5, dim=-1)  # wrong


def norm_before_the_sum(p):
    y = ttnn.reshape(p.term(), (1, 1, SIZE, SIZE))
    return ttnn.rms_norm(y, weight=p.put((1, SIZE)))  # wrong


def gate_of_terms(p):
    gate, up = p.term(), p.term()
    return ttnn.multiply(gate, up)  # wrong


def bias_for_each_term(p):
    y = p.term()
    bias = p.put((1, SIZE))
    return y + bias  # wrong


def linear_with_bias(p):
    x, w = p.put((SIZE, WIDE), None, 1), p.put((WIDE, SIZE), None, 0)
    return ttnn.linear(x, w, bias=p.put((1, SIZE)))  # wrong


def linear_with_activation(p):
    x, w = p.put((SIZE, WIDE), None, 1), p.put((WIDE, SIZE), None, 0)
    return ttnn.linear(x, w, activation="gelu")  # wrong


def residual_in_place(p):
    x = p.put((SIZE, SIZE))
    return ttnn.add_(x, p.term())  # wrong


def terms_beside_a_whole(p):
    y = p.term()
    cache = p.put((SIZE, SIZE))
    return ttnn.concat([cache, y], dim=0)  # wrong


def gathered_terms(p):
    y = p.term()
    return ttnn.all_gather(y, dim=1, cluster_axis=1)  # wrong


def largest_term(p):
    y = p.term()
    return ttnn.all_reduce(y, math_op=ttnn.ReduceType.Max, cluster_axis=1)  # wrong


def root_of_sums_of_squares(p):
    """A norm whose columns are cut: each device has the sum over its own."""
    x = p.put((SIZE, WIDE), None, 1)
    squares = ttnn.sum(x * x, dim=-1, keepdim=True)
    return x * ttnn.rsqrt(squares)  # wrong


def sum_along_the_other_axis(p):
    """Of a hybrid program: rows cut along axis 0, the contracted dim along axis 1."""
    x, w = p.put((SIZE, WIDE), 0, 1), p.put((WIDE, SIZE), None, 0)
    y = ttnn.all_reduce(ttnn.matmul(x, w), cluster_axis=0)
    return ttnn.relu(y)  # wrong


def sum_that_counts_replicas(p):
    """The two rows of the mesh hold the same terms."""
    y = p.term()
    return ttnn.all_reduce(y)  # wrong


def interpolated(p):
    """An operation made of others is named itself."""
    return ttnn.addcmul(p.put((SIZE, SIZE)), p.put((SIZE, SIZE)), p.term())  # wrong


MISTAKES = {
    gelu_before_the_sum: ("gelu", "input_tensor"),
    softmax_of_scores: ("softmax", "input_tensor"),
    norm_before_the_sum: ("rms_norm", "input_tensor"),
    gate_of_terms: ("multiply", "input_tensor_a"),
    bias_for_each_term: ("add", "input_tensor_a"),
    linear_with_bias: ("linear", "its product (inputs:"),
    linear_with_activation: ("linear", "its product (inputs:"),
    residual_in_place: ("add_", "input_tensor_b"),
    terms_beside_a_whole: ("concat", "tensors[1]"),
    gathered_terms: ("all_gather", "input_tensor"),
    largest_term: ("all_reduce", "input_tensor"),
    root_of_sums_of_squares: ("rsqrt", "input_tensor"),
    sum_along_the_other_axis: ("relu", "input_tensor"),
    sum_that_counts_replicas: ("all_reduce", "input_tensor"),
    interpolated: ("addcmul", "input_tensor_b"),
}


def named(program):
    return program.__name__


def wrong_line(program):
    lines, first = inspect.getsourcelines(program)
    return first + next(i for i, text in enumerate(lines) if text.rstrip().endswith("# wrong"))


def run_on(program, line, grid):
    needs_grid = program in (sum_along_the_other_axis, sum_that_counts_replicas)
    return program(grid if needs_grid else line)


@pytest.mark.parametrize("program", MISTAKES, ids=named)
def test_a_mistake_is_told_once(program, line, grid):
    op, argument = MISTAKES[program]
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for _ in range(2):
            run_on(program, line, grid)
    assert len(told) == 1, [str(warning.message) for warning in told]
    assert told[0].category is PlacementWarning
    assert told[0].filename == __file__
    assert told[0].lineno == wrong_line(program)
    message = str(told[0].message)
    assert message.startswith(f"{op}: {argument} "), message
    assert "partial] on MeshShape([" in message or "its product (inputs:" in message, message
    assert "pending sum along axis 1 of MeshShape([" in message, message
    assert ", cluster_axis=1)" in message and "ttnn.all_reduce(" in message, message


@pytest.mark.parametrize("program", MISTAKES, ids=named)
def test_strict_refuses_a_mistake(program, line, grid, monkeypatch):
    monkeypatch.setenv(STRICT, "1")
    op, _ = MISTAKES[program]
    for _ in range(2):  # each time, not once
        with pytest.raises(RuntimeError, match=f"^{op}: "):
            run_on(program, line, grid)
    sum_of_ones = ttnn.sum(line.put((4,), None, 0, whole=torch.ones(4)))  # the mesh is usable
    assert ttnn.to_torch(ttnn.get_device_tensors(ttnn.all_reduce(sum_of_ones))[0]) == 4


def test_strict_changes_nothing(line, monkeypatch):
    monkeypatch.setenv(STRICT, "1")
    ones = torch.ones(SIZE, SIZE)
    x = line.put((SIZE, SIZE), whole=ones)
    before = x._placement_text()
    with pytest.raises(RuntimeError, match=r"^add_: "):
        ttnn.add_(x, line.term())
    assert x._placement_text() == before
    for shard in ttnn.get_device_tensors(x):
        assert torch.equal(ttnn.to_torch(shard), ones)


def test_a_filter_makes_it_an_exception(line):
    def wrong():
        return ttnn.exp(line.term())

    with warnings.catch_warnings():
        warnings.simplefilter("error", PlacementWarning)
        for _ in range(2):
            with pytest.raises(PlacementWarning, match=r"^exp: "):
                wrong()


def test_a_hook_of_warnings_may_use_the_mesh(line):
    x = line.put((SIZE, WIDE))
    seen = []

    def show(message, *_):
        ttnn.synchronize_device(line.mesh)
        seen.append(ttnn.to_torch(ttnn.get_device_tensors(ttnn.neg(x))[0]))

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = show
        busy = [ttnn.add(x, 1.0) for _ in range(50)]
        ttnn.exp(line.term())
    whole = ttnn.to_torch(ttnn.get_device_tensors(x)[0])
    assert len(seen) == 1 and torch.equal(seen[0], -whole)
    assert torch.equal(ttnn.to_torch(ttnn.get_device_tensors(busy[-1])[0]), whole + 1)


# ---- The same programs, right.


def gelu_after_the_sum(p):
    return ttnn.gelu(ttnn.all_reduce(p.term(), cluster_axis=1))


def softmax_of_whole_scores(p):
    q, k = p.put((SIZE, WIDE), None, 1), p.put((SIZE, WIDE), None, 1)
    scores = ttnn.all_reduce(ttnn.matmul(q, k, transpose_b=True) * WIDE**-0.5, cluster_axis=1)
    return ttnn.softmax(scores, dim=-1)


def norm_after_the_sum(p):
    y = ttnn.all_reduce(ttnn.reshape(p.term(), (1, 1, SIZE, SIZE)))
    return ttnn.rms_norm(y, weight=p.put((1, SIZE)))


def gate_of_slices(p):
    gate = ttnn.reduce_scatter(p.term(), 1, cluster_axis=1)
    up = ttnn.reduce_scatter(p.term(), 1, cluster_axis=1)
    return ttnn.multiply(gate, up)


def bias_after_the_sum(p):
    return ttnn.all_reduce(p.term(), cluster_axis=1) + p.put((1, SIZE))


def column_parallel_linear(p):
    x, w = p.put((SIZE, WIDE)), p.put((WIDE, WIDE), None, 1)
    return ttnn.linear(x, w, bias=p.put((1, WIDE), None, 1), activation="gelu")


def activation_after_the_sum(p):
    x, w = p.put((SIZE, WIDE), None, 1), p.put((WIDE, SIZE), None, 0)
    return ttnn.gelu(ttnn.all_reduce(ttnn.linear(x, w)))


def residual_after_the_sum(p):
    return ttnn.add_(p.put((SIZE, SIZE)), ttnn.all_reduce(p.term(), cluster_axis=1))


def terms_beside_terms(p):
    both = ttnn.concat([p.term(), p.term()], dim=0)
    return ttnn.concat([p.put((SIZE, SIZE)), ttnn.all_reduce(both)], dim=0)


def gathered_slices(p):
    slices = ttnn.reduce_scatter(p.term(), 1, cluster_axis=1)
    return ttnn.all_gather(slices, dim=1, cluster_axis=1)


def mean_of_terms(p):
    """Of gradients, each from a part of the batch."""
    return ttnn.all_reduce(p.term(), math_op=ttnn.ReduceType.Mean, cluster_axis=1)


def root_of_the_sum_of_squares(p):
    x = p.put((SIZE, WIDE), None, 1)
    squares = ttnn.all_reduce(ttnn.sum(x * x, dim=-1, keepdim=True), cluster_axis=1)
    return x * ttnn.rsqrt(squares)


# ---- Right without a collective, or before one.


def scaled(p):
    return ttnn.all_reduce(ttnn.neg(p.term()) * 0.5 / 3.0, cluster_axis=1)


def terms_of_two_products(p):
    return ttnn.all_reduce(ttnn.add(p.term(), p.term()) - p.term(), cluster_axis=1)


def multiplied_by_replicas(p):
    y = ttnn.matmul(p.term(), p.put((SIZE, SIZE)))
    return ttnn.all_reduce(y * p.put((1, SIZE)), cluster_axis=1)


def moved(p):
    y = ttnn.permute(ttnn.reshape(p.term(), (1, 4, 4, SIZE)), (0, 2, 1, 3))
    y = ttnn.slice(ttnn.transpose(y, -1, -2), (0, 0, 0, 0), (1, 2, SIZE, 4))
    y = ttnn.pad(y, [(0, 0), (0, 2), (0, 0), (0, 0)], 0.0)
    return ttnn.all_reduce(ttnn.repeat(ttnn.squeeze(y, 0), (1, 1, 2)))


def stored_otherwise(p):
    y = ttnn.to_layout(ttnn.typecast(p.term(), ttnn.bfloat16), ttnn.ROW_MAJOR_LAYOUT)
    y = ttnn.to_memory_config(ttnn.clone(y), ttnn.L1_MEMORY_CONFIG)
    return ttnn.all_reduce(ttnn.typecast(y, ttnn.float32), cluster_axis=1)


def added_along_dims(p):
    return ttnn.all_reduce(ttnn.mean(ttnn.sum(p.term(), dim=0, keepdim=True)), cluster_axis=1)


def stacked_and_summed(p):
    stack = ttnn.all_gather(ttnn.unsqueeze(p.term(), 0), dim=0, cluster_axis=1)
    return ttnn.gelu(ttnn.sum(stack, dim=0))


def summed_one_by_one(p):
    first, *rest = ttnn.all_broadcast(p.term(), cluster_axis=1)
    for term in rest:
        first = ttnn.add(first, term)
    return ttnn.gelu(first)


def chosen(p):
    mask = p.put((SIZE, SIZE), whole=torch.ones(SIZE, SIZE).tril())
    return ttnn.all_reduce(ttnn.where(mask, ttnn.tril(p.term()), 0.0), cluster_axis=1)


def shape_alone(p):
    y = p.term()
    return ttnn.zeros_like(y) + ttnn.full_like(y, 2.0)


def written_over(p):
    y = p.term()
    return ttnn.gelu(ttnn.copy(p.put((SIZE, SIZE)), y))


def added_on_the_host(p):
    composer = ttnn.ConcatMeshToTensor(p.mesh, dim=0)
    stacked = ttnn.to_torch(ttnn.unsqueeze(p.term(), 0), mesh_composer=composer)
    return ttnn.from_torch(stacked.sum(0))


RIGHT = [
    *(gelu_after_the_sum, softmax_of_whole_scores, norm_after_the_sum, gate_of_slices),
    *(bias_after_the_sum, column_parallel_linear, activation_after_the_sum),
    *(residual_after_the_sum, terms_beside_terms, gathered_slices, mean_of_terms),
    *(root_of_the_sum_of_squares, scaled, terms_of_two_products, multiplied_by_replicas, moved),
    *(stored_otherwise, added_along_dims, stacked_and_summed, summed_one_by_one, chosen),
    *(shape_alone, written_over, added_on_the_host),
]


@pytest.mark.parametrize("program", RIGHT, ids=named)
def test_what_is_right_is_not_told_of(program, line, monkeypatch):
    monkeypatch.setenv(STRICT, "1")
    result = program(line)
    assert "partial" not in result._placement_text()
    assert "local" not in result._placement_text()


def test_both_axes_are_named(grid, monkeypatch):
    monkeypatch.setenv(STRICT, "1")
    everywhere = ttnn.ShardTensorToMesh(grid.mesh, dim=1)
    x = ttnn.from_torch(
        torch.ones(SIZE, WIDE), layout=ttnn.TILE_LAYOUT, device=grid.mesh, mesh_mapper=everywhere
    )
    total = ttnn.sum(x, dim=1)
    sums = r"ttnn.all_reduce\(x\)"
    with pytest.raises(RuntimeError, match=f"along axes 0 and 1 .*{sums}"):
        ttnn.exp(total)
    row = ttnn.all_reduce(total, cluster_axis=1)
    with pytest.raises(RuntimeError, match="along axis 0 of"):
        ttnn.exp(row)
    assert ttnn.to_torch(ttnn.get_device_tensors(ttnn.all_reduce(row, cluster_axis=0))[0])[0] == 64


def test_zero_is_not_strict(line, monkeypatch):
    monkeypatch.setenv(STRICT, "0")
    with pytest.warns(PlacementWarning, match=r"^sigmoid: "):
        ttnn.sigmoid(line.term())


def test_error_texts(line, monkeypatch):
    """TTNN_UPDATE_GOLDEN=1 writes the file anew; the change is then visible in the diff."""
    monkeypatch.setenv(STRICT, "1")
    programs = (gelu_before_the_sum, linear_with_bias, gathered_terms)
    expect_error_texts("placement.txt", {named(p): functools.partial(p, line) for p in programs})
