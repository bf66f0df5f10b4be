"""The registered operations for readers: docs/ops.md, and `./dev try OP` for one of them."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import ttnn
from ttnn import _ttnn


class Field(NamedTuple):
    name: str
    type: str
    default: str
    by_keyword: bool
    required: bool
    doc: str


def overloads(name: str) -> list[list[Field]]:
    return [[Field(*field) for field in fields] for fields in _ttnn.fields(name)]


def signature(name: str, fields: list[Field]) -> str:
    """Names and defaults; types stand in help(op)."""
    words = []
    for field in fields:
        if field.by_keyword and "*" not in words:
            words.append("*")
        words.append(field.name if field.required else f"{field.name}={field.default}")
    return f"ttnn.{name}({', '.join(words)})"


# ---- samples


def first_sample(name: str, mesh: Any, sharded: bool = False) -> dict[str, Any] | None:
    """The arguments of the first sample of a few elements, in the first dtype that the op takes."""
    for dtype, layout in ((ttnn.bfloat16, ttnn.TILE_LAYOUT), (ttnn.int32, ttnn.ROW_MAJOR_LAYOUT)):
        for sample in _ttnn.samples(name, mesh, dtype, layout, sharded):
            small = any(t.volume() < 4 for t in tensors(sample.values()))
            if not small and result(name, sample) is not None:
                return sample
    return None


def result(name: str, sample: dict[str, Any]) -> Any:
    try:
        return _ttnn.operations[name](**sample)
    except RuntimeError:
        return None


def tensors(values: Any) -> Iterator[Any]:
    for value in values:
        if isinstance(value, ttnn.Tensor):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from tensors(value)


def brief(value: Any) -> str:
    """A tensor as its shape; what else an argument may be as Python prints it."""
    if isinstance(value, ttnn.Tensor):
        return str(list(value.shape))
    if isinstance(value, (list, tuple)) and any(isinstance(v, ttnn.Tensor) for v in value):
        return ", ".join(brief(v) for v in value)
    return repr(value)


def arguments(name: str, sample: dict[str, Any]) -> str:
    """The arguments of a sample that are not their defaults."""
    usual = {f.name: f.default for fields in overloads(name) for f in fields if not f.required}
    shown = []
    for key, value in sample.items():
        if any(tensors([value])):
            shown.append(brief(value))
        elif value is not None and str(value) != usual.get(key, "").strip("'\""):
            shown.append(f"{key}={value!r}")
    return ", ".join(shown)


# ---- the page

ABOUT = """\
# Operations

Written by `./dev fmt` from the operations themselves (`tools/ops.py`). Every operation also takes, by name,
`memory_config`, `dtype`, `output_tensor` and `queue_id`; types stand in `help(ttnn.NAME)`. A sample shows shapes.
"""


def described(name: str, all_fields: list[list[Field]]) -> list[str]:
    """Signatures, and what the arguments are."""
    lines = [f"    {signature(name, fields)}" for fields in all_fields]
    docs = {field.name: field.doc for fields in all_fields for field in fields if field.doc}
    return [*lines, "", *(f"- `{field}`: {doc}" for field, doc in docs.items()), ""]


def entry(name: str, mesh: Any) -> list[str]:
    lines = [f"## ttnn.{name}", "", _ttnn.doc(name), "", *described(name, overloads(name))]
    sample = first_sample(name, mesh)
    if sample is not None:
        output = brief(result(name, sample))
        lines += [f"Sample: `{arguments(name, sample)}` gives `{output}`.", ""]
    return lines


def family(names: list[str]) -> list[str]:
    """Operations that differ in nothing but their meaning."""
    rows = [f"| `{name}` | {_ttnn.doc(name).replace('|', chr(92) + '|')} |" for name in names]
    title = f"## {', '.join(names[:3])} and {len(names) - 3} more like them"
    described_once = described("NAME", overloads(names[0]))
    return [title, "", *described_once, "| NAME | |", "| --- | --- |", *rows, ""]


SHORTER = {
    r"MemoryConfig\(memory_layout=TensorMemoryLayout::INTERLEAVED,"
    r"buffer_type=BufferType::(\w+),\S*?spec=\d\)": r"ttnn.\1_MEMORY_CONFIG",
    r"MemoryConfig\(memory_layout=TensorMemoryLayout::(\w+),.*?nd_shard_spec=\d\)": (
        r"ttnn.MemoryConfig(ttnn.TensorMemoryLayout.\1, ...)"
    ),
    r"\bDataType::(\w+)": r"ttnn.DataType.\1",
    r"\bLayout::(\w+)": r"ttnn.\1_LAYOUT",
}


def shorter(text: str) -> str:
    """Values as a program spells them."""
    for pattern, spelled in SHORTER.items():
        text = re.sub(pattern, spelled, text)
    return text


ERRORS = """\
## Errors in float32

Element-wise operations are within 1 unit of bfloat16 and 4 of float32 of the exact result ([numerics.md](numerics.md)),
but for these in float32, whose steps lose digits that the result would show. The figures are errors in
units of float32: the bound of ours, and the largest of torch's float32 on the same numbers, a million drawn by exponent
({measured_on}).

| operation | where | ours | torch |
| --- | --- | --- | --- |
"""
ACCURACY = Path(__file__).resolve().parent.parent / "tests/python/data/accuracy.json"


def errors() -> str:
    found = json.loads(ACCURACY.read_text())
    return ERRORS.format(**found) + "\n".join(
        f"| `{name}` | {row['where']} | {row['units']:,} | {row['torch']:,} |"
        for name, row in sorted(found["operations"].items())
    )


def page() -> str:
    alike: dict[str, list[str]] = {}
    for name in sorted(_ttnn.operations):
        alike.setdefault(repr(overloads(name)), []).append(name)
    lines = [ABOUT]
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 1))
    try:
        for names in alike.values():
            parts = [family(names)] if len(names) > 3 else [entry(name, mesh) for name in names]
            lines += [line for part in parts for line in part]
    finally:
        ttnn.close_mesh_device(mesh)
    return shorter("\n".join([*lines, errors()]).rstrip() + "\n")


# ---- one op in the terminal


def show(name: str) -> bool:
    name = name.removeprefix("ttnn.")
    if name not in _ttnn.operations:
        near = [n for n in _ttnn.operations if name in n or n in name]
        print(f"There is no operation {name}." + (f" Near: {', '.join(near)}." if near else ""))
        return False
    print(_ttnn.operations[name].__doc__)
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(1, 2))
    try:
        show_sample(name, mesh)
    finally:
        ttnn.close_mesh_device(mesh)
    return True


def show_sample(name: str, mesh: Any) -> None:
    sample = first_sample(name, mesh, sharded=True)
    if sample is None:
        print("\nIt has no samples.")
        return
    print(f"\nThe first sample, on two devices that hold different data: {arguments(name, sample)}")
    output = result(name, sample)
    for label, values in (("in", sample.values()), ("out", [output])):
        for tensor in tensors(values):
            print(f"\n{label}: {list(tensor.shape)}, {tensor._placement_text()}")
            print(ttnn.get_device_tensors(tensor)[0])


if __name__ == "__main__":
    sys.exit(0 if show(sys.argv[1]) else 1)
