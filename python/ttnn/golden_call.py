"""One call of an operation beside its golden function: the inputs as they were before it ran, what the
golden function makes of them, and what the operation made.

A golden function is asked for each device, with that device's shards, and for the whole tensors that
shards make up. An operation of the library is right if it is right on each device, and also as a whole
where its arguments mean the same there. Of an operation of the program only the values tell what its
golden function is about, a device's tensors or whole ones; one that exchanges shards is about whole
ones.
"""

from __future__ import annotations

import dataclasses
import inspect
import math
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from ttnn import _ttnn
from ttnn._ttnn import MeshDevice, Tensor
from ttnn.golden import HARDWARE_ARGUMENTS, UNFORESEEN, typecast, uncut
from ttnn.golden_records import Bounds, Measure, coarsest, measure
from ttnn.shard_values import SHARD, ShardValues, tensors_in, with_tensors
from ttnn.testing import steps

# Whose arguments are a shard's: shapes and lengths, users of a cache, how many devices a row is on.
_FOR_SHARDS_ALONE = {
    *("expand", "narrow", "reshape", "slice", "split", "untilize_with_unpadding", "view"),
    *("fill_cache", "update_cache"),
    *("kv_cache.fill_cache_for_user_", "kv_cache.update_cache_for_token_"),
    *("layer_norm_pre_all_gather", "layer_norm_post_all_gather"),
    *("rms_norm_pre_all_gather", "rms_norm_post_all_gather"),
}

# Results that are places of elements: where elements are equal, either place is right.
_INDICES = {"argmax", "sort", "topk"}

# How float32 arithmetic on numbers as large as the largest can be off: what cancels shows it. Sums of
# n terms walk: lambda * sqrt(n) * 2^-24 of a typical result, as in ttnn.testing.
_WORKING_PRECISION = 2.0**-22
_LAMBDA = 8.0

# Of float32, that are tried where an integer was cut from one.
_MOST_UNITS = 1000


class Incomparable(Exception):
    """Why a golden function says nothing about a call."""


@dataclasses.dataclass
class Found:
    """The worst of what was measured of one result, over devices."""

    what: str
    scope: str
    dtype: str
    bounds: Bounds
    measure: Measure
    place: tuple[int, tuple[int, ...]] | None

    @property
    def is_right(self) -> bool:
        broken = self.bounds.broken_by(self.measure, self.dtype)
        return not self.measure.problem and all(multiple <= 1 for _, multiple in broken)


class GoldenCall:
    """Made before the operation runs, which is when its inputs are read."""

    def __init__(
        self,
        operation: Any,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        bounds: Bounds,
    ) -> None:
        self.operation = operation
        self.name: str = operation.python_fully_qualified_name.removeprefix("ttnn.")
        self.golden = operation.golden_function
        self.bounds = bounds
        self.args, self.kwargs = args, _for_golden(self.golden, kwargs)
        # of the operations that it calls; whoever runs them keeps count
        self.inner = 0
        self.dtypes: set[str] = set()
        self.has_copies = False  # of inputs that were written: what became of those is an output
        self.crosses_devices = self.name in _ttnn.collectives

        self.tensors = tensors_in([args, self.kwargs])
        self.before: list[ShardValues] = []
        self.why_not = self._why_not()
        if not self.why_not:
            try:
                self.before = [ShardValues(tensor) for tensor in self.tensors]
            except RuntimeError as error:
                self.why_not = f"an input cannot be read: {error}"

    def _why_not(self) -> str:
        if self.golden is None:
            return "it has no golden function"
        if self.name in UNFORESEEN:
            return "no golden function can foretell its result"
        if not all(tensor.is_allocated() for tensor in self.tensors):
            return "an input is deallocated"
        meshes = [tensor.device() for tensor in self.tensors]
        meshes += [x for x in (*self.args, *self.kwargs.values()) if isinstance(x, MeshDevice)]
        if any(mesh is not None and _ttnn.is_trace_capture_active(mesh) for mesh in meshes):
            return "it is captured; replays of the trace are compared"
        return ""

    def compared(self, output: Any) -> list[Found]:
        """How far each result is from what the golden function gives; raises Incomparable where it
        gives nothing to compare with.
        """
        if self.why_not:
            raise Incomparable(self.why_not)
        if self.name == "to_torch":
            return self._of_reading(output)
        self.output = output
        tensors = tensors_in(output)
        self.outputs = [ShardValues(tensor) for tensor in tensors]
        self.output_ids = {tensor.tensor_id for tensor in tensors}
        self.dtypes.update(s.dtype.name for s in [*self.before, *self.outputs])
        self.after: dict[int, ShardValues] = {}
        if self.name in _ttnn.collectives:
            return self._of_collective()
        devices = self._devices()
        if len(devices) == 1 and len(self._holders()) == 1:
            return self._on_devices(devices)
        if not self.operation.is_cpp_operation:
            return self._of_program(devices)
        return self._on_devices(devices) + self._as_whole_where_it_can()

    # --- the comparisons

    def _on_devices(self, devices: list[int]) -> list[Found]:
        found: dict[str, Found] = {}
        for device in devices:
            values = [shards.on(device) for shards in self.before]
            results, changed = self._reference_of(values)
            for what, expected, shards in self._results(results, changed, values):
                actual = shards.on(device)
                if self.name in _INDICES and not actual.is_floating_point():
                    expected = self._tied(expected, actual, values[0])
                self._take(found, what, "device", expected, actual, shards, device)
        return list(found.values())

    def _as_whole(self) -> list[Found]:
        for shards in self.before:
            _expect_composable(shards, "an input")
        values = [shards.whole() for shards in self.before]
        results, changed = self._reference_of(values)
        found: dict[str, Found] = {}
        if self._is_per_device(results):
            shards = self.outputs[0]
            for device, expected in zip(shards.devices, results, strict=True):
                actual = shards.on(device)
                self._take(found, "output", "device", expected, actual, shards, device)
            return list(found.values())
        for what, expected, shards in self._results(results, changed, values):
            _expect_composable(shards, f"its {what}")
            if list(expected.shape) != shards.whole_shape:
                raise Incomparable(
                    f"its {what} is {shards.whole_shape} as a whole, but its golden function gives "
                    f"{list(expected.shape)} for whole inputs"
                )
            for device, e, a in shards.cut(expected):
                self._take(found, what, "whole", e, a, shards, device)
        return list(found.values())

    def _as_whole_where_it_can(self) -> list[Found]:
        everything = [*self.before, *self.outputs]
        if self.name in _FOR_SHARDS_ALONE or all(s.is_replicated for s in everything):
            return []
        try:
            return self._as_whole()
        except Incomparable:
            return []  # a shard's arguments mean something else, or the results are no slices

    def _of_program(self, devices: list[int]) -> list[Found]:
        local: list[Found] = []
        why = None
        if not self.crosses_devices:
            try:
                local = self._on_devices(devices)
            except Incomparable as error:
                why = error
        is_right = bool(local) and all(found.is_right for found in local)
        fits = bool(local) and not any(found.measure.problem for found in local)
        # Terms may be right one by one and wrong together: a bias that each device adds.
        if is_right and not any(shards.terms > 1 for shards in self.outputs):
            return local
        try:
            whole = self._as_whole()
        except Incomparable as error:
            if local:
                return local
            raise (why or error) from None
        if fits and not is_right and not all(found.is_right for found in whole):
            return local  # wrong by either: nearer to where it is
        return whole

    def _of_collective(self) -> list[Found]:
        """Its golden function takes the shards of all devices, and gives such lists."""
        mesh = self.before[0].mesh
        if mesh is None:
            raise Incomparable("its tensors are on the host")
        devices = range(mesh.get_num_devices())
        values = [[shards.on(device) for device in devices] for shards in self.before]
        results, _ = self._reference_of(values, mesh_shape=tuple(mesh.shape))
        several = isinstance(results[0], (list, tuple))
        found: dict[str, Found] = {}
        for i, (expected, shards) in enumerate(
            zip(results if several else [results], self.outputs, strict=True)
        ):
            what = f"output {i}" if several else "output"
            for device in devices:
                actual = shards.on(device)
                self._take(found, what, "device", expected[device], actual, shards, device)
        return list(found.values())

    def _of_reading(self, output: Any) -> list[Found]:
        """`to_torch` joins slices as they were cut. Replicas and terms it may stack."""
        shards = self.before[0]
        if not isinstance(output, torch.Tensor):
            raise Incomparable("it gives a list of shards")
        if len(shards.devices) > 1 and (not shards.is_composable or shards.terms > 1):
            raise Incomparable("the shards are no slices of a whole")
        whole = shards.on(shards.devices[0]) if len(shards.devices) == 1 else shards.whole()
        if whole.numel() != output.numel():
            raise Incomparable("it stacks replicas")
        self.dtypes.add(shards.dtype.name)
        found: dict[str, Found] = {}
        if _without_ones(whole) != _without_ones(output):
            cut = sorted({axis.dim for axis in shards.axes if axis.kind == SHARD and axis.size > 1})
            problem = (
                f"the shards make up {list(whole.shape)}, cut along dims {cut}, but are joined to "
                f"{list(output.shape)}. Give mesh_composer the dims of the mapper, or leave it out"
            )
            self._add(found, "output", "whole", Measure(problem=problem), shards, shards.devices[0])
        else:
            expected = whole.reshape(output.shape)
            self._take(found, "output", "whole", expected, output, shards, shards.devices[0])
        return list(found.values())

    # --- their parts

    def _holders(self) -> set[int]:
        return {device for s in [*self.before, *self.outputs] for device in s.devices}

    def _devices(self) -> list[int]:
        """Those that everything is on; of devices that have the same of everything, the first."""
        everything = [*self.before, *self.outputs]
        several = [set(s.devices) for s in everything if len(s.devices) > 1]
        devices = sorted(set.intersection(*several)) if several else [0]
        groups = {tuple(s.number(d) for s in everything): d for d in reversed(devices)}
        return sorted(groups.values())

    def _reference_of(self, values: list[Any], **extra: Any) -> tuple[Any, dict[int, torch.Tensor]]:
        """What the golden function makes of the inputs' values, and the inputs that it wrote."""
        dtype = self._reference_dtype()

        def widened(value: Any) -> Any:
            return _widened(value, dtype)

        wide = [widened(value) for value in values]
        before = [_version(value) for value in wide]
        try:
            if self.operation.preprocess_golden_function_inputs is not None:
                args, kwargs = self._preprocessed(values, widened)
            else:
                args, kwargs = with_tensors([self.args, self.kwargs], iter(wide), widened)
            if self.operation.is_cpp_operation:
                results = uncut(self.golden, *args, **kwargs, **extra)
            else:
                results = self.golden(*args, **kwargs, **extra)
        except Exception as error:
            raised = f"{type(error).__name__}: {error}"
            raise Incomparable(f"its golden function raises {raised}") from None
        written = zip(wide, before, strict=True)
        return results, {i: w for i, (w, b) in enumerate(written) if _version(w) != b}

    def _reference_dtype(self) -> torch.dtype:
        """float64 where float32 results of the library's own operations are to be judged. Golden
        functions of programs may hold float32 weights.
        """
        everything = [*self.before, *self.outputs]
        fine = any(shards.dtype.name == "FLOAT32" for shards in everything)
        return torch.float64 if fine and self.operation.is_cpp_operation else torch.float32

    def _preprocessed(self, values: list[Any], widened: Any) -> Any:
        """By the operation's own function, which takes ttnn tensors."""
        from ttnn.conversion import from_torch

        host = [
            from_torch.function(value, shards.dtype, layout=tensor.layout, mesh_mapper=None)
            for value, shards, tensor in zip(values, self.before, self.tensors, strict=True)
        ]
        args, kwargs = with_tensors([self.args, self.kwargs], iter(host), lambda value: value)
        made = self.operation.preprocess_golden_function_inputs(args, kwargs)
        return with_tensors(list(made), iter(()), widened)

    def _results(
        self, results: Any, changed: dict[int, torch.Tensor], values: list[torch.Tensor]
    ) -> Iterator[tuple[str, torch.Tensor, ShardValues]]:
        """(what, expected, found) of the outputs, and of the inputs that either side wrote."""
        expected = _tensors(results)
        if len(expected) != len(self.outputs):
            raise Incomparable(
                f"it gives {len(self.outputs)} tensors, but its golden function {len(expected)}"
            )
        for i, (one, shards) in enumerate(zip(expected, self.outputs, strict=True)):
            yield "output" if len(expected) == 1 else f"output {i}", one, shards
        for i, value in enumerate(values):
            after = self._written(i, i in changed)
            if after is not None:
                yield f"argument {self._argument(i)}", changed.get(i, value), after

    def _written(self, i: int, is_expected: bool) -> ShardValues | None:
        """An input as it is afterwards, if that is to be compared: the golden function wrote it, or an
        operation of the program did. What comes back as an output is compared as that.
        """
        tensor = self.tensors[i]
        if self.has_copies or (not is_expected and self.operation.is_cpp_operation):
            return None
        if not tensor.is_allocated() or tensor.tensor_id in self.output_ids:
            return None
        if i not in self.after:
            self.after[i] = ShardValues(tensor)
        after, before = self.after[i], self.before[i]
        same = all(_equal(after.on(d), before.on(d)) for d in before.devices)
        return after if is_expected or not same else None

    def _argument(self, i: int) -> str:
        """The name of the argument that input `i` came in, or its place."""
        count = 0
        for name, value in [*enumerate(self.args), *self.kwargs.items()]:
            count += len(tensors_in(value))
            if count > i:
                return str(name)
        raise AssertionError(i)

    def _is_per_device(self, results: Any) -> bool:
        """A golden function may give what each device should hold of the one output."""
        return (
            isinstance(results, (list, tuple))
            and isinstance(self.output, Tensor)
            and len(results) == len(self.outputs[0].devices) > 1
        )

    def _tied(self, expected: torch.Tensor, actual: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """Places of elements, where the found one holds the same as the expected one: the found."""
        given = inspect.signature(self.golden).bind(*self.args, **self.kwargs).arguments
        dim = given.get("dim", None if self.name == "argmax" else -1)
        e, a, x = expected.long(), actual.long(), x.double()
        if e.shape != a.shape or x.dim() == 0:
            return expected
        if dim is None:
            x, e, a, dim = x.flatten(), e.reshape(-1), a.reshape(-1), 0
        elif e.dim() < x.dim():
            e, a = e.unsqueeze(dim), a.unsqueeze(dim)
        if a.numel() and (a.amin() < 0 or a.amax() >= x.shape[dim]):
            return expected
        tied = torch.where(x.gather(dim, e) == x.gather(dim, a), a, e)
        return tied.reshape(expected.shape)

    def _cut(
        self, expected: torch.Tensor, actual: torch.Tensor, shards: ShardValues
    ) -> torch.Tensor:
        """Floats that the operation makes integers of, as those: the found ones where a float32 that is
        as near to the expected one as the bound allows becomes that.
        """
        if actual.is_floating_point() or expected.shape != actual.shape:
            return expected
        whole, found = typecast(expected, shards.dtype).long(), actual.long()
        others = whole != found
        near, wanted = expected[others].double(), found[others]
        agrees = torch.zeros_like(wanted, dtype=torch.bool)
        bound = self.bounds.settled("FLOAT32", self.inner).max_ulp
        assert bound is not None
        for units in range(1, int(min(bound, _MOST_UNITS)) + 1 if wanted.numel() else 1):
            for way in (-units, units):
                moved = near + way * steps(near, "FLOAT32")
                agrees |= typecast(moved, shards.dtype).long() == wanted
        whole[others] = torch.where(agrees, wanted, whole[others])
        return whole

    def _take(
        self,
        found: dict[str, Found],
        what: str,
        scope: str,
        expected: torch.Tensor,
        actual: torch.Tensor,
        shards: ShardValues,
        device: int,
    ) -> None:
        if self.operation.is_cpp_operation and expected.is_floating_point():
            expected = self._cut(expected, actual, shards)
        dtype = self._unit(shards)
        allowed: Any = 0.0
        floor = 0.0
        terms = shards.terms if scope == "whole" else 1
        if dtype in _FLOATS_AND_BLOCKS and expected.is_floating_point():
            typical = _rms(expected)
            allowed = self._working_precision(expected, typical)
            if self.inner:
                floor = typical  # what was rounded before it cancelled
            if terms > 1:
                floor = max(floor, *(_rms(value) for value in shards.values.values()))
        bounds = self.bounds.settled(dtype, self.inner)
        measured = measure(
            expected, actual, dtype, bounds, allowed=allowed, floor=floor, terms=terms
        )
        self._add(found, what, scope, measured, shards, device)

    def _add(
        self,
        found: dict[str, Found],
        what: str,
        scope: str,
        measured: Measure,
        shards: ShardValues,
        device: int,
    ) -> None:
        if what in found and not measured.is_worse_than(found[what].measure):
            return
        dtype = self._unit(shards)
        bounds, place = self.bounds.settled(dtype, self.inner), shards.place(device)
        found[what] = Found(what, scope, dtype, bounds, measured, place)

    def _unit(self, shards: ShardValues) -> str:
        own = shards.dtype.name
        if not self.inner or own not in _FLOATS_AND_BLOCKS:
            return own
        return coarsest([own, *self.dtypes])

    def _working_precision(self, expected: torch.Tensor, typical: float) -> torch.Tensor:
        """What float32 arithmetic may be off by."""
        values = [next(iter(shards.values.values())) for shards in self.before if shards.values]
        floats = [value for value in values if value.is_floating_point()]
        largest = max(map(_largest, [expected, *floats]))
        sizes = [n for value in floats for n in value.shape]
        sizes += [value.numel() // max(expected.numel(), 1) for value in floats]
        walk = _LAMBDA * math.sqrt(max(sizes, default=1)) * 2.0**-24
        magnitude = expected.double().abs().nan_to_num(0.0, 0.0, 0.0).clamp(min=typical)
        return walk * magnitude + _WORKING_PRECISION * largest


_FLOATS_AND_BLOCKS = {"FLOAT32", "BFLOAT16", "BFLOAT8_B", "BFLOAT4_B"}


def _for_golden(golden: Any, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Without the queue, and without arguments of hardware that the golden function does not name."""
    kept = {name: value for name, value in kwargs.items() if name not in ("queue_id", "cq_id")}
    if golden is None:
        return kept
    parameters = inspect.signature(golden).parameters
    if any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values()):
        return kept
    return {
        name: value
        for name, value in kept.items()
        if name in parameters or name not in HARDWARE_ARGUMENTS
    }


def _widened(value: Any, dtype: torch.dtype) -> Any:
    """A copy to compute with: floats in `dtype`."""
    if isinstance(value, list):
        return [_widened(entry, dtype) for entry in value]
    if not isinstance(value, torch.Tensor):
        return value
    return value.detach().to(dtype if value.is_floating_point() else value.dtype, copy=True)


def _version(value: Any) -> int:
    """Counts the writes to a torch tensor or a view of it."""
    return value._version if isinstance(value, torch.Tensor) else 0


def _tensors(results: Any) -> list[torch.Tensor]:
    if isinstance(results, torch.Tensor):
        return [results]
    if isinstance(results, (list, tuple)):
        return [tensor for entry in results for tensor in _tensors(entry)]
    return []


def _expect_composable(shards: ShardValues, what: str) -> None:
    if not shards.is_composable:
        raise Incomparable(f"the shards of {what} make up no whole")


def _without_ones(x: torch.Tensor) -> list[int]:
    return [n for n in x.shape if n != 1]


def _equal(a: torch.Tensor, b: torch.Tensor) -> bool:
    return torch.equal(a, b) or torch.equal(a.nan_to_num(), b.nan_to_num())


def _largest(x: torch.Tensor) -> float:
    finite = x[x.isfinite()]
    return finite.abs().max().item() if finite.numel() else 0.0


def _rms(x: torch.Tensor) -> float:
    finite = x[x.isfinite()].double()
    return finite.square().mean().sqrt().item() if finite.numel() else 0.0
