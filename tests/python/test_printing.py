"""Tensors as text, in the seed report's form and in that of TT-NN 0.81."""

import numpy as np
import pytest
import torch

import ttnn

TAIL = "dtype=DataType::{}, layout=Layout::{})"


@pytest.fixture
def upstream():
    with ttnn.manage_config("compat", "0.81"):
        yield


def text(values, **kwargs):
    return repr(ttnn.from_torch(values, **kwargs))


def test_a_vector_with_a_gap(upstream):
    assert text(torch.arange(8) / 2, dtype=ttnn.bfloat16) == (
        "ttnn.Tensor([ 0.0000,  0.5000,  ...,  3.0000,  3.5000], shape=Shape([8]), "
        "dtype=DataType::BFLOAT16, layout=Layout::ROW_MAJOR)"
    )


def test_four_dims_with_gaps(upstream):
    row = "[ 1.5000,  1.5000,  ...,  1.5000,  1.5000]"
    indent = " " * 15
    lines = [f"ttnn.Tensor([[[{row}", row, "...", row, f"{row}]]], shape=Shape([1, 1, 6, 6])"]
    assert text(torch.full((1, 1, 6, 6), 1.5).bfloat16(), layout=ttnn.TILE_LAYOUT) == (
        f",\n{indent}".join(lines) + ", " + TAIL.format("BFLOAT16", "TILE")
    )


def test_three_dims_have_empty_lines_between_matrices(upstream):
    assert text(torch.arange(12.0).reshape(2, 2, 3).bfloat16()) == (
        "ttnn.Tensor([[[ 0.0000,  1.0000,  2.0000],\n"
        "              [ 3.0000,  4.0000,  5.0000]],\n"
        "\n"
        "             [[ 6.0000,  7.0000,  8.0000],\n"
        "              [ 9.0000, 10.0000, 11.0000]]], shape=Shape([2, 2, 3]), "
        "dtype=DataType::BFLOAT16, layout=Layout::ROW_MAJOR)"
    )


def test_a_gap_between_matrices(upstream):
    lines = text(torch.arange(5.0).reshape(5, 1, 1)).splitlines()
    assert lines[0] == "ttnn.Tensor([[[ 0.0000]],"
    assert lines[1:5] == ["", "             [[ 1.0000]],", "", "             ...,"]
    assert lines[5:8] == ["", "             [[ 3.0000]],", ""]
    assert lines[8].startswith("             [[ 4.0000]]], shape=Shape([5, 1, 1])")


def test_values_of_many_magnitudes_are_scientific(upstream):
    assert text(torch.tensor([1.0, 5e3, 1e-3])) == (
        "ttnn.Tensor([ 1.0000e+00,  5.0000e+03,  1.0000e-03], shape=Shape([3]), "
        + TAIL.format("FLOAT32", "ROW_MAJOR")
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize(
    "values, scientific",
    [
        ([1.0, 1000.0], False),
        ([1.0, 1008.0], True),
        ([6e7], False),
        ([2e8], True),
        ([1.5e-4], False),
        ([0.5e-4], True),
        ([0.0, 0.5], False),
        ([0.0, -0.0], False),
        ([-2000.0, 1.0], True),
        ([float("inf"), 1.0, float("nan")], False),
        ([float("nan")], False),
    ],
)
def test_which_values_are_scientific(upstream, values, scientific, dtype):
    shown = text(torch.tensor(values).to(dtype)).partition(", shape")[0]
    assert ("e+" in shown or "e-" in shown) == scientific


def test_the_whole_shard_decides_not_what_is_printed(upstream):
    values = torch.ones(100)
    values[50] = 1e6
    assert text(values).startswith("ttnn.Tensor([ 1.0000e+00,  1.0000e+00,  ...,")


def test_integers_have_width_five():
    assert text(torch.tensor([1, -20, 123456], dtype=torch.int32)) == (
        "ttnn.Tensor([    1,   -20, 123456], shape=Shape([3]), " + TAIL.format("INT32", "ROW_MAJOR")
    )
    assert text(torch.tensor([65], dtype=torch.uint8)).startswith("ttnn.Tensor([   65], ")


def test_a_dim_of_four_is_printed_in_full():
    assert text(torch.arange(4, dtype=torch.int32)).startswith("ttnn.Tensor([    0,     1,     2,")


def test_a_number(upstream):
    assert text(torch.tensor(1.0).bfloat16(), layout=ttnn.TILE_LAYOUT) == (
        "ttnn.Tensor( 1.0000, shape=Shape([]), " + TAIL.format("BFLOAT16", "TILE")
    )


def test_special_values_and_nothing():
    values = torch.tensor([float("nan"), float("inf"), -float("inf")])
    assert text(values).startswith("ttnn.Tensor([     nan,      inf,     -inf], ")
    assert text(torch.zeros(0)).startswith("ttnn.Tensor([], shape=Shape([0])")
    assert text(torch.zeros(2, 0)).startswith("ttnn.Tensor([[],\n             []], shape=")


@pytest.mark.parametrize("dtype", [ttnn.bfloat8_b, ttnn.bfloat4_b])
def test_block_floats_print_their_values(dtype):
    values = torch.tensor([[1.0, -0.5, 0.25]])
    assert text(values, dtype=dtype) == (
        "ttnn.Tensor([[ 1.00000, -0.50000,  0.25000]], shape=Shape([1, 3]), "
        + TAIL.format(dtype.name, "TILE")
    )


# -- devices ---------------------------------------------------------------------------------------


def test_headers_name_the_devices(compat):
    with ttnn.create_mesh_device(ttnn.MeshShape(2, 2)) as mesh:
        mapper = ttnn.ShardTensorToMesh(mesh, dim=0)
        tensor = ttnn.from_torch(torch.arange(4, dtype=torch.int32), mesh_mapper=mapper)
        blocks = [
            f"ttnn.Tensor([    {i}], shape=Shape([1]), {TAIL.format('INT32', 'ROW_MAJOR')}"
            for i in range(4)
        ]
        assert str(tensor) == "\n".join(blocks)
        ids = mesh.get_device_ids()
        if compat == "seed":
            headers = [f"device_id:{i}" for i in ids]
        else:
            places = [(0, 0), (0, 1), (1, 0), (1, 1)]
            headers = [
                f"device_id: {i}, MeshCoordinate([{r}, {c}])" for i, (r, c) in zip(ids, places)
            ]
        on_mesh = ttnn.to_device(tensor, mesh)
        lines = [line for pair in zip(headers, blocks) for line in pair]
        assert str(on_mesh) == repr(on_mesh) == "\n".join(lines)
        # A tensor of one device of the mesh names that device.
        assert str(ttnn.get_device_tensors(on_mesh)[2]) == "\n".join(lines[4:6])
        # Devices without a shard are not named.
        few = ttnn.from_torch(torch.arange(3, dtype=torch.int32), mesh_mapper=mapper, device=mesh)
        assert str(few) == "\n".join(lines[:6])


def test_a_single_device_has_no_header(device, compat):
    tensor = ttnn.from_torch(torch.ones(1, dtype=torch.int32), device=device)
    assert str(tensor).startswith("ttnn.Tensor([    1], ")


def test_what_is_gone_prints_without_values(mesh_device):
    gone = "ttnn.Tensor(<buffer is not allocated>, shape=Shape([2, 3]), " + TAIL.format(
        "FLOAT32", "ROW_MAJOR"
    )
    tensor = ttnn.from_torch(torch.ones(2, 3), device=mesh_device)
    ttnn.deallocate(tensor)
    assert repr(tensor) == gone
    with ttnn.create_mesh_device(ttnn.MeshShape(1, 2)) as mesh:
        tensor = ttnn.from_torch(torch.ones(2, 3), device=mesh)
    assert repr(tensor) == gone


def test_replicas_are_read_once(monkeypatch):
    read, download = [], ttnn.printing._ttnn.download_shard
    monkeypatch.setattr(
        ttnn.printing._ttnn, "download_shard", lambda *args: (read.append(args[1]), download(*args))
    )
    with ttnn.create_mesh_device(ttnn.MeshShape(8, 4)) as mesh:
        mapper = ttnn.ShardTensor2dMesh(mesh, (8, 4), dims=(None, 0))
        tensor = ttnn.from_torch(torch.ones(4), device=mesh, mesh_mapper=mapper)
        assert repr(tensor).count("device_id") == 32
    assert read == [0, 1, 2, 3]


# -- options ---------------------------------------------------------------------------------------


def test_profiles():
    values = torch.arange(6, dtype=torch.int32)
    ttnn.set_printoptions(profile="FULL")
    assert text(values).startswith("ttnn.Tensor([    0,     1,     2,     3,     4,     5], ")
    ttnn.set_printoptions(profile="empty")
    assert text(values).startswith("ttnn.Tensor(..., shape=Shape([6])")
    ttnn.set_printoptions(profile="Short")
    assert text(values).startswith("ttnn.Tensor([    0,     1,  ...,     4,     5], ")


def test_precision_and_scientific_notation(compat):
    values = torch.tensor([1.25, -0.5])
    ttnn.set_printoptions(profile="short", precision=2)
    assert text(values).startswith("ttnn.Tensor([ 1.25, -0.50], ")
    ttnn.set_printoptions(profile="short", precision=2, sci_mode=True)
    assert text(values).startswith("ttnn.Tensor([ 1.25e+00, -5.00e-01], ")
    ttnn.set_printoptions(profile="short", sci_mode="False")
    plain = {"seed": " 0.00001, 10000.00000", "0.81": " 0.0000, 10000.0000"}[compat]
    assert text(torch.tensor([1e-5, 1e4])).startswith(f"ttnn.Tensor([{plain}], ")
    ttnn.set_printoptions(profile="short", precision=0)
    assert text(torch.tensor([2.0])).startswith("ttnn.Tensor([  2], ")


def test_each_call_replaces_all_options():
    ttnn.set_printoptions(profile="full", precision=1, sci_mode=True)
    ttnn.set_printoptions(profile="short")
    assert text(torch.tensor([1.25])).startswith("ttnn.Tensor([ 1.25000], ")


def test_a_full_print_reads_back_as_the_values():
    ttnn.set_printoptions(profile="full", sci_mode=True, precision=8)
    values = torch.randn(3, 5, 7, generator=torch.Generator().manual_seed(0))
    shown = text(values).removeprefix("ttnn.Tensor(").partition(", shape")[0]
    np.testing.assert_array_equal(np.float32(eval(shown)), values.numpy())


@pytest.mark.parametrize(
    "options, message",
    [
        ({"profile": "long"}, "profile is 'long', but takes 'empty', 'short' or 'full'"),
        ({"profile": 3}, "profile is 3, but takes"),
        (
            {"profile": "short", "sci_mode": "maybe"},
            r"sci_mode must be None, bool, or str \(true, false, default\), not 'maybe'",
        ),
        ({"profile": "short", "sci_mode": 2}, "sci_mode must be None, bool, or str"),
        ({"profile": "short", "precision": 2.0}, "precision must be None or int, not 2.0"),
        ({"profile": "short", "precision": -1}, "precision must be None or int, and not negative"),
    ],
)
def test_bad_options_change_nothing(options, message):
    with pytest.raises(ValueError, match=message):
        ttnn.set_printoptions(**options)
    assert text(torch.tensor([1.25])).startswith("ttnn.Tensor([ 1.25000], ")


def test_the_profile_must_be_given():
    with pytest.raises(TypeError):
        ttnn.set_printoptions()
