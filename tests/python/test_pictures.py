"""Pictures of meshes, tensors and machines, as text; colours as a terminal would get them."""

import dataclasses
import enum
import io
import re
from typing import Any

import pytest
import rich.console
from ttnn.distributed import visualize

import ttnn

# -- tensors as far as a picture sees them ---------------------------------------------------------


class StorageType(enum.Enum):
    HOST = 0
    DEVICE = 1


@dataclasses.dataclass
class Shard:
    dim: int

    def __repr__(self):
        return f"PlacementShard({self.dim})"


class Replicate:
    def __repr__(self):
        return "PlacementReplicate()"


@dataclasses.dataclass
class Drawn:
    """A tensor with the members that pictures read, wherever its shards are said to be."""

    shape: list[int]
    mesh: Any
    distribution: tuple[int, ...]
    placed: list[Any]
    coords: list[tuple[int, ...]]
    dtype: str = "DataType.BFLOAT16"
    layout: str = "Layout.TILE"
    allocated: bool = True

    def device(self):
        return self.mesh

    def is_allocated(self):
        return self.allocated

    def storage_type(self):
        return StorageType.HOST if self.mesh is None else StorageType.DEVICE

    def tensor_topology(self):
        return self

    def distribution_shape(self):
        return ttnn.MeshShape(list(self.distribution))

    def placements(self):
        return self.placed

    def mesh_coords(self):
        return [ttnn.MeshCoordinate(list(at)) for at in self.coords]


def places(rows, cols):
    return [(row, col) for row in range(rows) for col in range(cols)]


@pytest.fixture
def draw(monkeypatch, capsys):
    """Draws at a width and gives the printed text."""

    def draw(function, *args, width=80, **kwargs):
        monkeypatch.setenv("COLUMNS", str(width))
        capsys.readouterr()
        function(*args, **kwargs)
        return capsys.readouterr().out

    return draw


@pytest.fixture
def system():
    yield ttnn.select_system
    ttnn.select_system("")


@pytest.fixture
def pair():
    with ttnn.create_mesh_device(ttnn.MeshShape(1, 2)) as mesh:
        yield mesh


@pytest.fixture
def block():
    with ttnn.create_mesh_device(ttnn.MeshShape(2, 4)) as mesh:
        yield mesh


# -- meshes and tensors ----------------------------------------------------------------------------


def test_the_seeds_mesh(draw, pair):
    assert draw(ttnn.visualize_mesh_device, pair) == (
        """\
   MeshDevice(rows=1, cols=2):
┌───────────────┬───────────────┐
│  Dev. ID: 0   │  Dev. ID: 1   │
│    (0, 0)     │    (0, 1)     │
│               │               │
└───────────────┴───────────────┘
"""
    )


def test_the_seeds_tensor(draw):
    with ttnn.create_mesh_device(ttnn.MeshShape(1, 2), physical_device_ids=[11, 10]) as mesh:
        tensor = Drawn([1, 1, 32, 32], mesh, (2,), [Shard(3)], places(1, 2))
        assert draw(ttnn.visualize_mesh_device, mesh, tensor=tensor) == (
            """\
                  DeviceMesh(rows=1, cols=2):
┌──────────────────────────────┬──────────────────────────────┐
│         Dev. ID: 11          │         Dev. ID: 10          │
│            (0, 0)            │            (0, 1)            │
│  ttnn.Shape([1, 1, 32, 32])  │  ttnn.Shape([1, 1, 32, 32])  │
└──────────────────────────────┴──────────────────────────────┘
"""
        )


def test_the_mesh_of_081(draw, pair):
    with ttnn.manage_config("compat", "0.81"):
        assert draw(ttnn.visualize_mesh_device, pair) == (
            "                  MeshDevice(rows=1, cols=2)                   \n"
            """\
┌──────────────────────────────┬──────────────────────────────┐
│          Dev. ID: 0          │          Dev. ID: 1          │
│            (0, 0)            │            (0, 1)            │
│                              │                              │
└──────────────────────────────┴──────────────────────────────┘
"""
        )


def test_081_shrinks_for_a_narrow_terminal(draw, block):
    with ttnn.manage_config("compat", "0.81"):
        border = draw(ttnn.visualize_mesh_device, block).splitlines()[1]
    assert [len(part) for part in border.strip("┌┐").split("┬")] == [19, 19, 18, 19]


def test_tensor_slices(draw, block):
    tensor = Drawn([1, 1, 32, 32], block, (2, 4), [Replicate(), Shard(-1)], places(2, 4))
    assert draw(ttnn.visualize_tensor, tensor, width=110) == (
        """\
╭───────────────────────────────────────── Placement Configuration ──────────────────────────────────────────╮
│ [PlacementReplicate(), PlacementShard(-1)]                                                                 │
╰────────────────────────────────────────────────────────────────────────────────────────────────────────────╯
                                  Tensor(storage: StorageType.DEVICE):
┌─────────────────────────┬─────────────────────────┬─────────────────────────┬─────────────────────────┐
│       Dev. ID: 0        │       Dev. ID: 1        │       Dev. ID: 2        │       Dev. ID: 3        │
│         (0, 0)          │         (0, 1)          │         (0, 2)          │         (0, 3)          │
│     [:, :, :, 0:32]     │    [:, :, :, 32:64]     │    [:, :, :, 64:96]     │    [:, :, :, 96:128]    │
│  Shape: [1, 1, 32, 32]  │  Shape: [1, 1, 32, 32]  │  Shape: [1, 1, 32, 32]  │  Shape: [1, 1, 32, 32]  │
│     Dtype: BFLOAT16     │     Dtype: BFLOAT16     │     Dtype: BFLOAT16     │     Dtype: BFLOAT16     │
│      Layout: TILE       │      Layout: TILE       │      Layout: TILE       │      Layout: TILE       │
├─────────────────────────┼─────────────────────────┼─────────────────────────┼─────────────────────────┤
│       Dev. ID: 4        │       Dev. ID: 5        │       Dev. ID: 6        │       Dev. ID: 7        │
│         (1, 0)          │         (1, 1)          │         (1, 2)          │         (1, 3)          │
│     [:, :, :, 0:32]     │    [:, :, :, 32:64]     │    [:, :, :, 64:96]     │    [:, :, :, 96:128]    │
│  Shape: [1, 1, 32, 32]  │  Shape: [1, 1, 32, 32]  │  Shape: [1, 1, 32, 32]  │  Shape: [1, 1, 32, 32]  │
│     Dtype: BFLOAT16     │     Dtype: BFLOAT16     │     Dtype: BFLOAT16     │     Dtype: BFLOAT16     │
│      Layout: TILE       │      Layout: TILE       │      Layout: TILE       │      Layout: TILE       │
└─────────────────────────┴─────────────────────────┴─────────────────────────┴─────────────────────────┘
"""  # noqa: E501
    )


def test_slices_of_two_axes(draw, block):
    tensor = Drawn([16, 8], block, (2, 4), [Shard(0), Shard(1)], places(2, 4))
    out = draw(ttnn.visualize_tensor, tensor)
    assert "[0:16, 0:8]" in out and "[16:32, 24:32]" in out


def test_slices_of_two_axes_over_one_dimension(draw, block):
    tensor = Drawn([4, 8], block, (2, 4), [Shard(0), Shard(0)], places(2, 4))
    out = draw(ttnn.visualize_tensor, tensor)
    assert all(f"[{4 * i}:{4 * i + 4}, :]" in out for i in range(8))


def test_fewer_shards_than_devices(draw, block):
    tensor = Drawn([2, 8], block, (3,), [Shard(0)], places(2, 4)[:3])
    out = draw(ttnn.visualize_tensor, tensor)
    assert out.count("Shape: [2, 8]") == 3 and out.count("Dev. ID") == 8


def test_host_tensors(draw):
    tensor = Drawn([2, 8], None, (3,), [Shard(0)], [(0,), (1,), (2,)])
    out = draw(ttnn.visualize_tensor, tensor)
    assert "Tensor(storage: StorageType.HOST)" in out and "Dev. ID" not in out
    assert "[4:6, :]" in out and "(2)" in out


def test_three_dimensions_are_drawn_as_planes(draw, system):
    system("2x2x2")
    with ttnn.create_mesh_device() as mesh:
        out = draw(ttnn.visualize_mesh_device, mesh)
    assert "MeshDevice(shape=(2, 2, 2)) at (0, :, :):" in out
    assert "MeshDevice(shape=(2, 2, 2)) at (1, :, :):" in out
    assert "(1, 0, 1)" in out


@pytest.mark.parametrize("width", [20, 33, 47, 80, 200])
@pytest.mark.parametrize("name", ["8x4", "2x32", "1x1"])
def test_every_width(draw, compat, system, width, name):
    """Every device once, no line beyond the terminal, every box closed."""
    system(name)
    with ttnn.create_mesh_device() as mesh:
        tensor = Drawn(
            [1, 1, 32, 32], mesh, (mesh.get_num_devices(),), [Shard(3)], places(*mesh.shape)
        )
        for out in (
            draw(ttnn.visualize_mesh_device, mesh, width=width),
            draw(ttnn.visualize_mesh_device, mesh, tensor=tensor, width=width),
            draw(ttnn.visualize_tensor, tensor, width=width),
        ):
            ids = [int(i) for i in re.findall(r"Dev\. ID: (\d+)", out)]
            assert sorted(ids) == mesh.get_device_ids()
            assert max(len(line) for line in out.splitlines()) <= width
            assert out.count("┌") == out.count("┐") == out.count("└") == out.count("┘")
            for line in out.splitlines():
                assert not line.startswith("│") or line.endswith("│")


def colours(monkeypatch, function, *args, **kwargs):
    """The backgrounds of the printed text, in order, on a terminal that has colours."""
    console = rich.console.Console(
        file=io.StringIO(), force_terminal=True, color_system="truecolor", width=200
    )
    monkeypatch.setattr(visualize, "_console", lambda: console)
    function(*args, **kwargs)
    text = console.file.getvalue()
    return re.findall(r"48;2;(\d+;\d+;\d+)m +(?:ttnn\.Shape|\[.*?:)", text)


def test_replicas_have_equal_colours(monkeypatch, block):
    tensor = Drawn([4, 8], block, (2, 4), [Replicate(), Shard(1)], places(2, 4))
    found = colours(monkeypatch, ttnn.visualize_mesh_device, block, tensor)
    assert len(found) == 8 and found[:4] == found[4:] and len(set(found)) == 4
    tensor = Drawn([4, 8], block, (8,), [Replicate()], places(2, 4))
    assert len(set(colours(monkeypatch, ttnn.visualize_mesh_device, block, tensor))) == 1


def test_devices_without_a_shard_have_no_colour(monkeypatch, block):
    tensor = Drawn([4, 8], block, (2,), [Shard(1)], places(2, 4)[:2])
    assert len(colours(monkeypatch, ttnn.visualize_mesh_device, block, tensor)) == 2


def test_piped_output_has_no_colours(draw, block):
    tensor = Drawn([4, 8], block, (8,), [Shard(1)], places(2, 4))
    assert "\x1b" not in draw(ttnn.visualize_tensor, tensor)
    assert "\x1b" not in draw(ttnn.visualize_system_mesh)


def test_what_cannot_be_drawn_says_why(pair, block):
    with pytest.raises(RuntimeError, match=r"is on the host.*ttnn\.visualize_tensor"):
        ttnn.visualize_mesh_device(pair, Drawn([2], None, (2,), [Shard(0)], places(1, 2)))
    with pytest.raises(RuntimeError, match="Pass the tensor's own mesh"):
        ttnn.visualize_mesh_device(pair, Drawn([2], block, (2,), [Shard(0)], places(1, 2)))
    with pytest.raises(RuntimeError, match="Tensor is not allocated"):
        gone = Drawn([2], pair, (2,), [Shard(0)], places(1, 2), allocated=False)
        ttnn.visualize_tensor(gone)
    with ttnn.create_mesh_device(ttnn.MeshShape(1, 1)) as closed:
        pass
    with pytest.raises(RuntimeError, match="is closed"):
        ttnn.visualize_mesh_device(closed)


def test_the_system_mesh(draw, system):
    system("n300")
    assert draw(ttnn.visualize_system_mesh) == (
        """\

SystemMesh Global Shape: MeshShape([1, 2])

SystemMesh Local Shape: MeshShape([1, 2])

SystemMesh Global Shape: (1, 2) | Local Shape: (1, 2):
┌───────────────┬───────────────┐
│  Dev. ID: 0   │  Dev. ID: 1   │
│    (0, 0)     │    (0, 1)     │
└───────────────┴───────────────┘
"""
    )
