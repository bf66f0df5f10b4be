"""Pictures of meshes, tensors and machines, as text; colours as a terminal would get them."""

import dataclasses
import enum
import io
import itertools
import os
import re
import subprocess
import sys
import xml.etree.ElementTree
from typing import Any

import pytest
import rich.console
import torch

import ttnn
from ttnn import topology
from ttnn.distributed import visualize

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
    truth: str = ""  # where it differs from the label

    def device(self):
        return self.mesh

    def is_allocated(self):
        return self.allocated

    def storage_type(self):
        return StorageType.HOST if self.mesh is None else StorageType.DEVICE

    def tensor_topology(self):
        return self

    def device_coords(self):
        return self.mesh_coords()

    def _placement_text(self):
        rank = len(self.shape)
        words = (
            f"shard({p.dim % rank})" if hasattr(p, "dim") else "replicate" for p in self.placed
        )
        return f"[{self.truth or ', '.join(words)}] on {self.distribution_shape()}"

    def _shard_numbers(self):
        return [(device, device) for device in range(len(self.coords))]

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
"""
    )


def test_slices_of_two_axes(draw, block):
    tensor = Drawn([16, 8], block, (2, 4), [Shard(0), Shard(1)], places(2, 4))
    out = draw(ttnn.visualize_tensor, tensor)
    assert "[0:16, 0:8]" in out and "[16:32, 24:32]" in out


def test_slices_of_two_axes_over_one_dimension(draw, block):
    tensor = Drawn([4, 8], block, (2, 4), [Shard(0), Shard(0)], places(2, 4))
    out = draw(ttnn.visualize_tensor, tensor)
    assert all(f"[{4 * i}:{4 * i + 4}, :]" in out for i in range(8))


def test_terms_of_a_sum_are_not_replicas(draw, monkeypatch, block):
    tensor = Drawn(
        [4, 8], block, (2, 4), [Replicate(), Replicate()], places(2, 4), truth="replicate, partial"
    )
    out = draw(ttnn.visualize_tensor, tensor, width=120)
    assert "differs from its data, drawn below: replicate, partial over (2, 4)" in out
    assert out.count("term 3 of 4") == 2
    found = colours(monkeypatch, ttnn.visualize_mesh_device, block, tensor)
    assert len(set(found)) == 4 and found[:4] == found[4:]


def test_a_wrong_label_does_not_change_the_slices(draw, pair):
    tensor = Drawn([4, 8], pair, (2,), [Shard(1)], places(1, 2), truth="shard(0)")
    out = draw(ttnn.visualize_tensor, tensor)
    assert "[4:8, :]" in out and "[PlacementShard(1)]" in out and "differs from its data" in out


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


LAID = {
    "rows and columns": lambda mesh: ttnn.ShardTensor2dMesh(mesh, dims=(0, 1), mesh_shape=(2, 4)),
    "columns": lambda mesh: ttnn.ShardTensor2dMesh(mesh, dims=(None, 1), mesh_shape=(2, 4)),
    "all along rows": lambda mesh: ttnn.ShardTensorToMesh(mesh, dim=0),
    "replicas": ttnn.ReplicateTensorToMesh,
}
CHANGED = {
    "gathered": lambda x, axis: ttnn.all_gather(x, dim=0, cluster_axis=axis),
    "gathered along columns": lambda x, axis: ttnn.all_gather(x, dim=1, cluster_axis=axis),
    "reduced": lambda x, axis: ttnn.all_reduce(x, cluster_axis=axis),
    "scattered": lambda x, axis: ttnn.reduce_scatter(x, dim=1, cluster_axis=axis),
    "written on one device": lambda x, axis: written_on_one_device(x),
}


def written_on_one_device(x):
    y = ttnn.clone(x)
    alone = ttnn.get_device_tensors(y)[5]
    ttnn.add(alone, 1.0, output_tensor=alone)
    return y


@pytest.mark.parametrize("axis", [0, 1, None])
@pytest.mark.parametrize("changed", CHANGED)
@pytest.mark.parametrize("laid", LAID)
def test_devices_have_equal_colours_where_they_hold_the_same(
    monkeypatch, block, laid, changed, axis
):
    torch.manual_seed(0)
    x = ttnn.from_torch(torch.randn(16, 256), device=block, mesh_mapper=LAID[laid](block))
    y = CHANGED[changed](x, axis)
    found = colours(monkeypatch, ttnn.visualize_tensor, y)
    held = [ttnn.to_torch(shard) for shard in ttnn.get_device_tensors(y)]
    assert len(found) == 8
    for i, j in itertools.combinations(range(8), 2):
        assert (found[i] == found[j]) == torch.equal(held[i], held[j]), (i, j)


def test_after_a_gather_along_rows_each_row_holds_the_same(monkeypatch, draw, block):
    mapper = ttnn.ShardTensor2dMesh(block, dims=(0, 1), mesh_shape=(2, 4))
    x = ttnn.from_torch(torch.zeros(64, 128), device=block, mesh_mapper=mapper)
    y = ttnn.all_gather(x, dim=1, cluster_axis=1)
    out = draw(ttnn.visualize_tensor, y, width=120)
    assert out.count("[0:32, :]") == out.count("[32:64, :]") == 4
    assert "differs from its data" not in out
    found = colours(monkeypatch, ttnn.visualize_tensor, y)
    assert len(set(found[:4])) == len(set(found[4:])) == 1 and found[0] != found[4]


def test_one_device_that_was_written_alone_is_told_apart(draw, block):
    x = ttnn.zeros([32, 32], dtype=ttnn.bfloat16, layout=ttnn.TILE_LAYOUT, device=block)
    out = draw(ttnn.visualize_tensor, written_on_one_device(x), width=120)
    assert out.count("own data 0 of 2") == 7 and out.count("own data 1 of 2") == 1


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


# -- machines --------------------------------------------------------------------------------------


def test_the_chips_of_a_t3000(draw):
    assert draw(ttnn.visualize_topology, "t3000") == (
        """\
T3000: 8 chips, 2x4 mesh, mesh layout
┌────────────┐     ┌────────────┐     ┌────────────┐     ┌────────────┐
│   n300 L   │     │   n300 L   │     │   n300 L   │     │   n300 L   │
│  board 0   ╞══2══╡  board 1   ╞══2══╡  board 2   ╞══2══╡  board 3   │
│ 0 : (0, 0) │     │ 1 : (1, 0) │     │ 2 : (2, 0) │     │ 3 : (3, 0) │
└──────╥─────┘     └──────╥─────┘     └──────╥─────┘     └──────╥─────┘
       ║ 2                ║ 2                ║ 2                ║ 2
┌──────╨─────┐     ┌──────╨─────┐     ┌──────╨─────┐     ┌──────╨─────┐
│   n300 R   │     │   n300 R   │     │   n300 R   │     │   n300 R   │
│  board 0   ╞══2══╡  board 1   ╞══2══╡  board 2   ╞══2══╡  board 3   │
│ 4 : (0, 1) │     │ 5 : (1, 1) │     │ 6 : (2, 1) │     │ 7 : (3, 1) │
└────────────┘     └────────────┘     └────────────┘     └────────────┘
2 links per pair, 1 usable by programs, 12.5 GB/s per link and direction
the other link carries the dispatch of the remote chips (R)
"""
    )


def test_the_ring_of_a_t3000(draw):
    assert draw(ttnn.visualize_topology, "t3000", layout="ring") == (
        """\
T3000: 8 chips, 2x4 mesh, ring layout
┌────────────┐     ┌────────────┐     ┌────────────┐     ┌────────────┐
│   n300 L   │     │   n300 L   │     │   n300 L   │     │   n300 L   │
│  board 0   ╞══2══╡  board 1   ╞══2══╡  board 2   ╞══2══╡  board 3   │
│ 0 : (0, 0) │     │ 1 : (1, 0) │     │ 2 : (2, 0) │     │ 3 : (3, 0) │
└──────╥─────┘     └────────────┘     └────────────┘     └──────╥─────┘
       ║ 2 closing                                              ║ 2
┌──────╨─────┐     ┌────────────┐     ┌────────────┐     ┌──────╨─────┐
│   n300 R   │     │   n300 R   │     │   n300 R   │     │   n300 R   │
│  board 0   ╞══2══╡  board 1   ╞══2══╡  board 2   ╞══2══╡  board 3   │
│ 4 : (7, 0) │     │ 5 : (6, 0) │     │ 6 : (5, 0) │     │ 7 : (4, 0) │
└────────────┘     └────────────┘     └────────────┘     └────────────┘
2 links per pair, 1 usable by programs, 12.5 GB/s per link and direction
the other link carries the dispatch of the remote chips (R)
"""
    )


@pytest.mark.parametrize("width", [25, 60, 80, 400])
@pytest.mark.parametrize("layout", ["mesh", "linear", "ring"])
@pytest.mark.parametrize("name", ["galaxy", "8x4", "2x32", "2x2x2"])
def test_every_width_of_a_machine(draw, width, layout, name):
    """Every chip once, every link counted or named as not drawn, nothing beyond the terminal."""
    out = draw(ttnn.visualize_topology, name, layout=layout, width=width)
    chips = ttnn._ttnn.machine_model(name).shape.mesh_size()
    assert sorted(map(int, re.findall(r"(\d+) : \(", out))) == list(range(chips))
    assert max(len(line) for line in out.splitlines()) <= width
    if layout == "ring":
        assert "closing" in out


def test_planes_say_what_is_not_drawn(draw):
    out = draw(ttnn.visualize_topology, "2x2x3")
    assert "not drawn: links of 6 pairs of chips in different planes" in out
    assert "11 : (2, 1, 1)" in out


def test_machines_without_a_ring():
    for name in ("n150", "n300", "1x8", "3x3"):
        with pytest.raises(ValueError, match="cannot be closed into a ring"):
            ttnn.visualize_topology(name, layout="ring")
    with pytest.raises(ValueError, match="layout 'star' is not known"):
        ttnn.visualize_topology("n300", layout="star")


def test_svg(tmp_path):
    path = tmp_path / "t3000.svg"
    topology.save_topology(path, "t3000")
    root = xml.etree.ElementTree.parse(path).getroot()
    tags = [element.tag.partition("}")[2] for element in root]
    assert tags.count("rect") == 1 + 8  # the ground and the chips
    assert tags.count("line") == 10 * 2 + 2  # links of ten pairs, and two in the legend
    texts = [element.text for element in root if element.tag.endswith("text")]
    assert {"n300 L", "n300 R", "board 3", "7 : (3, 1)"} <= set(texts)
    dashed = [element for element in root if element.get("stroke-dasharray")]
    assert len(dashed) == 10 + 1


def test_png(tmp_path):
    image = pytest.importorskip("PIL.Image")
    topology.save_topology(tmp_path / "ring.png", "t3000", layout="ring")
    picture = image.open(tmp_path / "ring.png")
    assert picture.width > picture.height > 500
    assert len(picture.getcolors(1 << 20)) > 20  # boxes, links and letters, not a blank sheet


def test_png_without_pillow(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r"pip install 'tilemesh\[pictures\]'"):
        topology.save_topology(tmp_path / "a.png", "n300")


def test_other_endings(tmp_path):
    with pytest.raises(ValueError, match=r"\.svg or \.png"):
        topology.save_topology(tmp_path / "a.jpg", "n300")


def command(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "ttnn", "topology", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_command_line(tmp_path):
    done = command("--system", "n300", PYTHONIOENCODING="utf-8")
    assert done.returncode == 0 and "1 : (1, 0)" in done.stdout and "\x1b" not in done.stdout
    assert command("--system", "n300", "-o", str(tmp_path / "a.svg")).returncode == 0
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
    wrong = command("--system", "n3000")
    assert wrong.returncode == 1 and 'system "n3000" is not known' in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_terminals_without_box_characters():
    done = command("--system", "n300", PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and "+==2==+" in done.stdout
