"""Every operation on its samples against its golden function: dtypes x meshes, device by device.

An operation gets these tests by having samples and a line in ttnn/golden.py. Samples of element-wise
operations hold special values; there results are compared with float64, the sign of zeros, NaN and
infinities as well.
"""

import exact
import pytest
import torch

import ttnn
from ttnn.golden import BINARY, TERNARY, UNARY, UNFORESEEN, block_float, uncast
from ttnn.testing import assert_close

DTYPES = {
    "float32": ttnn.TILE_LAYOUT,
    "bfloat16": ttnn.TILE_LAYOUT,
    "bfloat8_b": ttnn.TILE_LAYOUT,
    "int32": ttnn.ROW_MAJOR_LAYOUT,
}
# All dtypes on one device; on more, what distribution can change.
CASES = [
    *(((1, 1), dtype) for dtype in DTYPES),
    *(((1, 3), dtype) for dtype in ("float32", "bfloat8_b")),
    ((2, 4), "bfloat16"),
]
NOT_COMPARED = UNFORESEEN | ttnn._ttnn.collectives
NAMES = sorted(name for name in ttnn._ttnn.operations if name not in NOT_COMPARED)
ELEMENTWISE = sorted(name for name in NAMES if name.rstrip("_") in UNARY | BINARY | TERNARY)

# Vector functions are right to a few units of float32, which only a float32 result shows.
UNITS = {"FLOAT32": 16.0}

# Whose order of additions differs from instruction set to instruction set.
PRODUCTS = {"addmm", "linear", "matmul", "matmul_batched_weights"}

# How float32 arithmetic on numbers as large as the largest can be off: what cancels shows it.
WORKING_PRECISION = 2.0**-22


@pytest.fixture(scope="module", autouse=True)
def one_torch_thread():
    """The tensors are small."""
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def mesh(request):
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(*request.param))
    yield mesh
    ttnn.close_mesh_device(mesh)


def in_torch(value):
    """A sample's argument for each device: ttnn tensors as lists of torch tensors."""
    if isinstance(value, ttnn.Tensor):
        return [ttnn.to_torch(shard) for shard in ttnn.get_device_tensors(value)]
    if isinstance(value, (list, tuple)):
        return type(value)(in_torch(entry) for entry in value)
    return value


def on_device(original, converted, i):
    if isinstance(original, ttnn.Tensor):
        return converted[i if len(converted) > 1 else 0].clone()
    if isinstance(original, (list, tuple)):
        pairs = zip(original, converted, strict=True)
        return type(original)(on_device(o, c, i) for o, c in pairs)
    return original


def refuses(error, dtype):
    """Whether an operation says that it does not take a dtype, which is its right."""
    text = str(error)
    if dtype == "float32":
        return "is defined on integers" in text
    return any(word in text for word in ("dtype", "DataType", "Layout"))


def largest(value):
    """The largest finite magnitude in a tensor or in what holds tensors; 1 at least."""
    if isinstance(value, (list, tuple)):
        return max(map(largest, value), default=1.0)
    if not isinstance(value, torch.Tensor) or not value.is_floating_point():
        return 1.0
    least, most = value.nan_to_num(0.0, 0.0, 0.0).aminmax() if value.numel() else (-1.0, 1.0)
    return max(1.0, -float(least), float(most))


def terms(name, arguments):
    """How many products are added up in an element of a product of matrices, at most."""
    if name not in PRODUCTS:
        return None
    return max(
        size for value in arguments.values() if torch.is_tensor(value) for size in value.shape
    )


def compare(expected, actual, dtype, i, scale, sum_length):
    if isinstance(actual, (list, tuple)):
        for e, a in zip(expected, actual, strict=True):
            compare(e, a, dtype, i, scale, sum_length)
        return
    shards = ttnn.get_device_tensors(actual)
    got = ttnn.to_torch(shards[i if len(shards) > 1 else 0])
    if not got.is_floating_point() and dtype in ("bfloat16", "bfloat8_b"):
        assert got.shape == expected.shape  # indices: narrow values tie, and either index is right
        return
    stored = actual.dtype.name
    assert got.dtype == expected.dtype or stored.endswith("_B"), (got.dtype, expected.dtype)
    if stored.endswith("_B") and not expected.isfinite().all():
        expected = block_float(expected, actual.dtype)  # an infinity takes its neighbours along
    scale = max(scale, largest(expected))
    assert_close(
        expected,
        got,
        dtype=actual.dtype,
        max_ulp=UNITS.get(stored, 1.0) if got.is_floating_point() else 0,
        mean_ulp=UNITS.get(stored, 1.0),
        sum_length=sum_length,
        atol=WORKING_PRECISION * scale if got.is_floating_point() else 0.0,
        pcc=-1.0,  # bounds of every element say more
    )


def operands_of(name, arguments):
    operation = name.rstrip("_")
    return list(arguments.values())[
        : 3 if operation in TERNARY else 2 if operation in BINARY else 1
    ]


def required_of(name, arguments):
    return {key: arguments[key] for key in exact.ARGUMENTS.get(name.rstrip("_"), ())}


def are_compared_with_float64(name, output, arguments):
    """Special values, of which nothing is lost, and integers that are cut from floats."""
    if name not in ELEMENTWISE:
        return False
    operands = operands_of(name, arguments)
    if operands[0].is_floating_point():
        return any(torch.is_tensor(x) and x.isnan().any() for x in operands)
    if name in TERNARY:
        return False
    result = uncast(name.rstrip("_"), *operands, **required_of(name, arguments))
    return result.is_floating_point() and "FLOAT" not in output.dtype.name


def compare_with_float64(name, output, i, arguments):
    shards = ttnn.get_device_tensors(output)
    found = ttnn.to_torch(shards[i if len(shards) > 1 else 0])
    operation, given = name.rstrip("_"), required_of(name, arguments)
    inputs = [torch.as_tensor(x) for x in operands_of(name, arguments)]
    if found.is_floating_point():
        exact.assert_within_units(operation, found, *inputs, **given)
    else:
        right = exact.exact(operation, *(x.float() for x in inputs), **given)
        exact.assert_cut_from_float32(operation, found, output.dtype, right)


def golden_result(operation, arguments, is_elementwise):
    """Of float32 in float64, by element: where terms cancel, torch's float32 loses digits."""
    wide = {
        key: x.double() if is_elementwise and torch.is_tensor(x) and x.dtype == torch.float32 else x
        for key, x in arguments.items()
    }
    expected = operation.golden_function(**wide)
    is_wide = torch.is_tensor(expected) and expected.dtype == torch.float64
    return expected.float() if is_wide else expected


def check_samples(name, mesh, dtype, layout):
    operation = ttnn._ttnn.operations[name]
    given = getattr(ttnn, dtype), layout
    compared = 0
    for sample in ttnn._ttnn.samples(name, mesh, *given, mesh.get_num_devices() > 1):
        inputs = {key: in_torch(value) for key, value in sample.items()}
        try:
            output = operation(**sample)
        except RuntimeError as error:
            if refuses(error, dtype):
                continue
            raise
        devices = mesh.get_num_devices()
        for i in range(devices) if devices < 8 else (0, 3, devices - 1):
            arguments = {key: on_device(sample[key], inputs[key], i) for key in sample}
            compared += 1
            if are_compared_with_float64(name, output, arguments):
                compare_with_float64(name, output, i, arguments)
                continue
            scale = largest(list(arguments.values()))
            expected = golden_result(operation, arguments, name in ELEMENTWISE)
            compare(expected, output, dtype, i, scale, terms(name, arguments))
    if not compared:
        pytest.skip(f"{name} has no samples of {dtype}, or does not take it")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("mesh", "dtype"),
    [
        pytest.param(
            *case,
            id=f"{case[0][0]}x{case[0][1]}-{case[1]}",
            marks=[] if case[1] == "int32" else [pytest.mark.floats],
        )
        for case in CASES
    ],
    indirect=["mesh"],
    scope="module",
)
def test_operation(mesh, name, dtype):
    check_samples(name, mesh, dtype, DTYPES[dtype])


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("mesh", [(1, 1)], indirect=True, scope="module")
@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "uint32"])
def test_elementwise_operation_on_other_integers(mesh, name, dtype):
    check_samples(name, mesh, dtype, ttnn.ROW_MAJOR_LAYOUT)


@pytest.mark.parametrize("mesh", [(1, 1)], indirect=True)
def test_operations_have_samples(mesh):
    def samples(name, dtype):
        return ttnn._ttnn.samples(name, mesh, dtype, ttnn.TILE_LAYOUT, False)

    without = [n for n in NAMES if not samples(n, ttnn.float32) and not samples(n, ttnn.int32)]
    assert not without


@pytest.mark.parametrize("mesh", [(1, 1)], indirect=True)
@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
def test_the_number_minus_zero_keeps_its_sign(mesh, dtype):
    """In the first values, which go through registers many at a time, and in the last."""
    x = torch.tensor([-0.0, 0.0, -1.5, 2.0] * 5)
    device = ttnn.from_torch(x, dtype=getattr(ttnn, dtype), device=mesh, layout=ttnn.TILE_LAYOUT)
    for name, golden in {
        "add": x + -0.0,
        "subtract": x - -0.0,
        "rsub": -0.0 - x,
        "multiply": x * -0.0,
    }.items():
        y = ttnn.to_torch(getattr(ttnn, name)(device, -0.0)).float()
        assert torch.equal(y, golden) and torch.equal(y.signbit(), golden.signbit()), name
