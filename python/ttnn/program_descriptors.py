"""Descriptions of a card's programs: kernels, circular buffers, semaphores. CPU devices run no such
programs, so `ttnn.generic_op` refuses them; the descriptions themselves can be made and compared.
"""

from collections.abc import Iterator
from dataclasses import field
from typing import Any

from ttnn import enums as _enums
from ttnn._ttnn import CoreCoord, CoreRangeSet, DataType, Tile
from ttnn.value_class import Value, convert, value

CoreType: Any = _enums.CoreType  # type: ignore[attr-defined]
DataMovementProcessor: Any = _enums.DataMovementProcessor  # type: ignore[attr-defined]
MathFidelity: Any = _enums.MathFidelity  # type: ignore[attr-defined]
NOC: Any = _enums.NOC  # type: ignore[attr-defined]
NOC_MODE: Any = _enums.NOC_MODE  # type: ignore[attr-defined]
SourceType: Any = _enums.SourceType  # type: ignore[attr-defined]


@value()
class TileDescriptor(Value):
    """`TileDescriptor(height, width, transpose)`, or of a Tile, or of another TileDescriptor."""

    height: int = 32
    width: int = 32
    transpose: bool = False

    def __init__(self, *args: Any, **kwargs: Any):
        other = args[0] if len(args) == 1 else kwargs.pop("tile", kwargs.pop("other", None))
        if isinstance(other, Tile):
            args = (*other.tile_shape, other.transpose_of_faces)
        elif isinstance(other, TileDescriptor):
            args = (other.height, other.width, other.transpose)
        elif len(args) not in (0, 2, 3):
            raise TypeError("TileDescriptor: give height and width, a Tile or a TileDescriptor.")
        names = ("height", "width", "transpose")
        values = {"height": 32, "width": 32, "transpose": False, **dict(zip(names, args)), **kwargs}
        if len(values) > len(names):
            raise TypeError(f"TileDescriptor: {', '.join(values)} were given; it takes {names}.")
        for name, item in values.items():
            setattr(self, name, item)


@value()
class FaceGeometry(Value):
    face_r_dim: int = 16
    num_faces: int = 4


@value()
class CBFormatDescriptor(Value):
    buffer_index: int = 0
    data_format: Any = DataType.BFLOAT16
    page_size: int = 0
    tile: TileDescriptor | None = None
    face_geometry: FaceGeometry | None = field(default=None, init=False)

    @property
    def data_format_as_uint8(self) -> int:
        return int(self.data_format.value)


@value()
class CBDescriptor(Value):
    total_size: int = 0
    core_ranges: CoreRangeSet = field(default_factory=CoreRangeSet)
    format_descriptors: list[CBFormatDescriptor] = field(default_factory=list)
    remote_format_descriptors: list[CBFormatDescriptor] = field(default_factory=list, init=False)
    address_offset: int = field(default=0, init=False)

    def has_buffer(self) -> bool:
        return False

    def has_global_circular_buffer(self) -> bool:
        return False

    def buffer_address(self) -> int | None:
        return None


@value()
class ReaderConfigDescriptor(Value):
    """The usual reader."""


@value()
class WriterConfigDescriptor(Value):
    """The usual writer."""


@value()
class DataMovementConfigDescriptor(Value):
    processor: DataMovementProcessor = DataMovementProcessor.RISCV_0
    noc: NOC = NOC.NOC_0
    noc_mode: NOC_MODE = NOC_MODE.DM_DEDICATED_NOC


@value()
class ComputeConfigDescriptor(Value):
    math_fidelity: MathFidelity = MathFidelity.HiFi4
    math_approx_mode: bool = False
    fp32_dest_acc_en: bool = False
    dst_full_sync_en: bool = False
    bfp8_pack_precise: bool = False
    unpack_to_dest_mode: Any = field(default_factory=list, init=False)
    enable_trisc2_rvv: bool = field(default=False, init=False)


class RuntimeArgs:
    """Arguments of a kernel by core: `args[x][y] = [...]` or `args.append(core, [...])`."""

    def __init__(self) -> None:
        self._by_core: dict[tuple[int, int], list[int]] = {}

    def append(self, coord: CoreCoord, values: list[int]) -> None:
        core = convert(coord, CoreCoord)
        self._by_core.setdefault((core.x, core.y), []).extend(values)

    def get(self, idx: int) -> tuple[CoreCoord, list[int]]:
        return self.to_list()[idx]

    def to_list(self) -> list[tuple[CoreCoord, list[int]]]:
        return [(CoreCoord(*core), values) for core, values in self._by_core.items()]

    def clear(self) -> None:
        self._by_core.clear()

    def __getitem__(self, x: int) -> "RuntimeArgsColProxy":
        return RuntimeArgsColProxy(self._by_core, x)

    def __len__(self) -> int:
        return len(self._by_core)

    def __iter__(self) -> Iterator[tuple[CoreCoord, list[int]]]:
        return iter(self.to_list())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RuntimeArgs) and self._by_core == other._by_core

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        return f"RuntimeArgs({self.to_list()})"


class RuntimeArgsColProxy:
    """One column of cores of a RuntimeArgs."""

    def __init__(self, by_core: dict[tuple[int, int], list[int]], x: int):
        self._by_core, self._x = by_core, x

    def __getitem__(self, y: int) -> list[int]:
        return self._by_core.setdefault((self._x, y), [])

    def __setitem__(self, y: int, values: list[int]) -> None:
        self._by_core[self._x, y] = list(values)

    def extend(self, y: int, values: list[int]) -> None:
        self[y].extend(values)

    def append(self, y: int, value: int) -> None:
        self[y].append(value)


@value(kw_only=True)
class KernelDescriptor(Value):
    kernel_source: str = ""
    source_type: SourceType = SourceType.FILE_PATH
    core_ranges: CoreRangeSet = field(default_factory=CoreRangeSet)
    compile_time_args: list[int] = field(default_factory=list)
    named_compile_time_args: list[tuple[str, int]] = field(default_factory=list)
    defines: list[tuple[str, str]] = field(default_factory=list)
    runtime_args: Any = field(default_factory=RuntimeArgs)
    common_runtime_args: list[int] = field(default_factory=list)
    opt_level: Any = None
    config: Any = field(default_factory=ReaderConfigDescriptor)
    compiler_include_paths: list[Any] = field(default_factory=list)
    blaze_named_compile_time_args: list[tuple[str, int]] = field(default_factory=list)

    def clear_runtime_args(self) -> None:
        self.runtime_args = RuntimeArgs()

    def append_common_runtime_args_from(self, other: "KernelDescriptor") -> None:
        self.common_runtime_args = self.common_runtime_args + other.common_runtime_args


KernelDescriptor.SourceType = SourceType  # type: ignore[attr-defined]


@value()
class SemaphoreDescriptor(Value):
    id: int = 0
    core_type: CoreType = CoreType.WORKER
    core_ranges: CoreRangeSet = field(default_factory=CoreRangeSet)
    initial_value: int = 0


@value()
class ProgramDescriptor(Value):
    kernels: list[KernelDescriptor] = field(default_factory=list)
    semaphores: list[SemaphoreDescriptor] = field(default_factory=list)
    cbs: list[CBDescriptor] = field(default_factory=list)
    custom_program_hash: int | None = field(default=None, init=False)
    reload_table_addr: int | None = field(default=None, init=False)
    reload_core_ranges: CoreRangeSet = field(default_factory=CoreRangeSet, init=False)


class MeshProgramDescriptor:
    """Programs by the range of coordinates that runs them."""

    def __init__(self, mesh_programs: dict[Any, ProgramDescriptor] | None = None):
        self._programs = dict(mesh_programs or {})

    def __getitem__(self, coordinates: Any) -> ProgramDescriptor:
        return self._programs[coordinates]

    def __setitem__(self, coordinates: Any, program: ProgramDescriptor) -> None:
        self._programs[coordinates] = program

    def __contains__(self, coordinates: Any) -> bool:
        return coordinates in self._programs

    def __iter__(self) -> Iterator[Any]:
        return iter(self._programs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MeshProgramDescriptor) and self._programs == other._programs

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        return f"MeshProgramDescriptor({self._programs})"


def merge_program_descriptors(descriptors: list[ProgramDescriptor]) -> ProgramDescriptor:
    """One description with the kernels, semaphores and circular buffers of all."""
    return ProgramDescriptor(
        kernels=[kernel for one in descriptors for kernel in one.kernels],
        semaphores=[semaphore for one in descriptors for semaphore in one.semaphores],
        cbs=[cb for one in descriptors for cb in one.cbs],
    )


def compute_program_descriptor_hash(program_descriptor: ProgramDescriptor) -> int:
    """Equal for equal descriptions, or the hash that the program set itself."""
    if program_descriptor.custom_program_hash is not None:
        return program_descriptor.custom_program_hash
    return hash(program_descriptor) & (2**64 - 1)


__all__ = [
    name
    for name, item in list(globals().items())
    if getattr(item, "__module__", None) == __name__ and not name.startswith("_")
]
