"""One rule of values between dtypes (docs/numerics.md): from_torch, to_dtype on the host, typecast
on a device and the golden function give the same numbers, whatever the pair.
"""

import math

import pytest
import torch

import ttnn

FLOATS = ("float32", "bfloat16", "bfloat8_b", "bfloat4_b")
INTEGERS = ("uint32", "int32", "uint16", "uint8", "int8")
DTYPES = FLOATS + INTEGERS

FRACTIONS = [0.0, -0.0, 0.49, 0.5, 0.51, 1.5, 2.5, 3.7, -0.5, -0.51, -1.5, -3.7, 1e-30, -1e-40]
EDGES = [127, 128, 129, 255, 255.5, 256, 300, 65534.5, 65535, 65535.5, 65536, 70000]
LARGE = [2.0**24 + 2, 2.0**31 - 128, 2.0**31, 2.0**32 - 256, 2.0**32, 5e9, 1e19, 3e38, math.inf]
FLOAT_VALUES = [*FRACTIONS, *EDGES, *(-x for x in EDGES), *LARGE, *(-x for x in LARGE), math.nan]
INTEGER_VALUES = [0, 1, 2, 100, 127, 128, 129, 255, 256, 32767, 32768, 65535, 65536, 2**24 + 1]
LARGE_INTEGERS = [2**31 - 1, 2**31, 2**32 - 1]


@pytest.fixture(scope="module")
def device():
    device = ttnn.open_device(device_id=0)
    yield device
    ttnn.close_device(device)


def values_of(dtype):
    """One value a row, so that none shares a block float's exponent with another."""
    if dtype in FLOATS:
        return torch.tensor(FLOAT_VALUES).reshape(-1, 1)
    info = torch.iinfo(getattr(torch, dtype))
    given = [*INTEGER_VALUES, *LARGE_INTEGERS]
    held = [x for x in [*given, *(-x for x in given)] if info.min <= x <= info.max]
    return torch.tensor(held).to(getattr(torch, dtype)).reshape(-1, 1)


def assert_same(found, expected, what):
    assert found.dtype == expected.dtype, what
    x, y = found.double(), expected.double()
    same = ((x == y) & (x.signbit() == y.signbit())) | (x.isnan() & y.isnan())
    where = int(same.logical_not().flatten().int().argmax())
    assert same.all(), (what, where, x.flatten()[where].item(), y.flatten()[where].item())


@pytest.mark.floats
@pytest.mark.parametrize("to", DTYPES)
@pytest.mark.parametrize("of", DTYPES)
def test_host_and_device_convert_alike(device, of, to):
    on_host = ttnn.from_torch(values_of(of), dtype=getattr(ttnn, of), layout=ttnn.TILE_LAYOUT)
    x, dtype = ttnn.to_torch(on_host), getattr(ttnn, to)
    on_device = ttnn.to_torch(ttnn.typecast(ttnn.to_device(on_host, device), dtype))
    assert_same(ttnn.to_torch(ttnn.to_dtype(on_host, dtype)), on_device, "to_dtype")
    again = ttnn.from_torch(x, dtype=dtype, layout=ttnn.TILE_LAYOUT)
    assert_same(ttnn.to_torch(again), on_device, "from_torch")
    assert_same(ttnn.get_golden_function(ttnn.typecast)(x, dtype), on_device, "golden")
    uploaded = ttnn.from_torch(x, dtype=dtype, layout=ttnn.TILE_LAYOUT, device=device)
    assert_same(ttnn.to_torch(uploaded), on_device, "from_torch to a device")


HOST_ONLY = {
    torch.float64: [2.0**24 + 1, 2.0**31 - 0.5, 2.0**32 - 0.5, 1e300, -1e300, math.nan, -2.5, 0.5],
    torch.float16: [0.5, 2.5, -2.5, 60000.0, math.inf, -math.inf, math.nan, 2.0**-24],
    torch.int64: [0, -1, 300, 70000, 2**24 + 1, 2**31 - 1, -(2**31), 2**32 - 1, 2**40 + 3],
    torch.int16: [0, -1, 127, 128, 255, 256, 32767, -32768],
    torch.bool: [True, False],
}


@pytest.mark.parametrize("to", DTYPES)
@pytest.mark.parametrize("of", HOST_ONLY, ids=str)
def test_what_only_the_host_has_follows_the_rule(of, to):
    x = torch.tensor(HOST_ONLY[of], dtype=of).reshape(-1, 1)
    found = ttnn.to_torch(ttnn.from_torch(x, dtype=getattr(ttnn, to), layout=ttnn.TILE_LAYOUT))
    assert_same(found, ttnn.get_golden_function(ttnn.typecast)(x, getattr(ttnn, to)), (of, to))


def test_the_rule_in_numbers(device):
    """As the table of docs/numerics.md has it."""
    x = torch.tensor([[2.5, 3.7, -1.5, 300.0, -3e9, 5e9, math.inf, -math.inf, math.nan]])
    of_float32 = {
        "uint8": [2, 3, 255, 44, 0, 0, 0, 0, 0],
        "int8": [2, 3, -1, 44, 0, 0, 0, 0, 0],
        "uint16": [3, 4, 0, 300, 0, 65535, 65535, 0, 0],
        "uint32": [2, 3, 0, 300, 0, 2**32 - 1, 2**32 - 1, 0, 0],
        "int32": [2, 3, -1, 300, -(2**31), 2**31 - 1, 2**31 - 1, -(2**31), 0],
    }
    of_int32 = {"uint8": [255, 44], "int8": [-1, 44], "uint16": [0, 300], "uint32": [0, 300]}
    whole = torch.tensor([[-1, 300]], dtype=torch.int32)
    for rows, values in ((of_float32, x), (of_int32, whole)):
        for dtype, expected in rows.items():
            on_device = ttnn.from_torch(values, layout=ttnn.TILE_LAYOUT, device=device)
            found = ttnn.to_torch(ttnn.typecast(on_device, getattr(ttnn, dtype)))
            assert found.long().flatten().tolist() == expected, dtype
