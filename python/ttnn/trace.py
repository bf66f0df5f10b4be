"""Traces: what a program does on a mesh is captured once and replayed by one call.

    tid = ttnn.begin_trace_capture(mesh, cq_id=0)
    y = model(x)
    ttnn.end_trace_capture(mesh, tid, cq_id=0)
    ttnn.copy_host_to_device_tensor(new_x, x)
    ttnn.execute_trace(mesh, tid, cq_id=0, blocking=False)

A capture computes nothing: `y` has its contents after each replay. docs/traces.md says what a
capture forbids and how replays run.
"""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Iterator
from typing import Any

from ttnn import _ttnn
from ttnn._ttnn import MeshDevice
from ttnn.arguments import OPENED_MESH, require, require_int

__all__ = [
    "MeshTraceId",
    "TraceWarning",
    "begin_trace_capture",
    "end_trace_capture",
    "execute_trace",
    "is_trace_capture_active",
    "release_trace",
    "shadow_traces",
]

_A_TRACE = "what ttnn.begin_trace_capture returned"


class TraceWarning(UserWarning):
    """A replay that cards may not survive: a tensor lies where the trace writes.

    Once per line of the program. `TTNN_STRICT_TRACE=1` makes it a RuntimeError.
    """


class MeshTraceId:
    """Names a trace. `print` lists its commands: op, devices, shapes and bytes, in steps.

    Commands of one step do not wait for each other.
    """

    __slots__ = ("_id", "_mesh")

    def __init__(self, id: int, mesh_device: MeshDevice | None = None) -> None:
        require_int("MeshTraceId", "id", id, "0")
        self._id = id
        self._mesh = None if mesh_device is None else weakref.ref(mesh_device)

    def __int__(self) -> int:
        return self._id

    __index__ = __int__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MeshTraceId) and self._id == other._id

    def __hash__(self) -> int:
        return hash(self._id)

    def __repr__(self) -> str:
        return f"MeshTraceId({self._id})"

    def __str__(self) -> str:
        from ttnn.trace_listing import listing

        mesh = self._mesh and self._mesh()
        return repr(self) if mesh is None else listing(self, mesh)


def _number(call: str, trace_id: Any) -> int:
    if isinstance(trace_id, MeshTraceId):
        return int(trace_id)
    require_int(call, "trace_id", trace_id, _A_TRACE)
    return int(trace_id)


def _queue(call: str, cq_id: Any) -> int:
    if cq_id is None:
        return int(_ttnn.get_current_command_queue_id_for_thread())
    require_int(call, "cq_id", cq_id, "0")
    return int(cq_id)


def begin_trace_capture(mesh_device: MeshDevice, cq_id: Any = None) -> MeshTraceId:
    """From now on operations on the mesh, and on its submeshes, are recorded and not run.

    Those of queue `cq_id` only; without it, of the queue that the thread is at. Each must have run
    once before, with the same arguments and shapes.
    """
    call = "begin_trace_capture"
    require(call, "mesh_device", mesh_device, MeshDevice, OPENED_MESH)
    return MeshTraceId(_ttnn.begin_trace_capture(mesh_device, _queue(call, cq_id)), mesh_device)


def end_trace_capture(mesh_device: MeshDevice, trace_id: MeshTraceId, cq_id: Any = None) -> None:
    """Ends the capture; tensors made in it that still exist are the trace's outputs."""
    call = "end_trace_capture"
    require(call, "mesh_device", mesh_device, MeshDevice, OPENED_MESH)
    _ttnn.end_trace_capture(mesh_device, _number(call, trace_id), _queue(call, cq_id))


def execute_trace(
    mesh_device: MeshDevice, trace_id: MeshTraceId, cq_id: Any = None, blocking: bool = True
) -> None:
    """Replays a trace: its outputs and what it writes in place are computed from its inputs as they
    are now. `blocking` waits for that.
    """
    call = "execute_trace"
    require(call, "mesh_device", mesh_device, MeshDevice, OPENED_MESH)
    _ttnn.execute_trace(mesh_device, _number(call, trace_id), _queue(call, cq_id), bool(blocking))


def release_trace(mesh_device: MeshDevice, trace_id: MeshTraceId) -> None:
    """Frees a trace's memory; its outputs keep what the last replay wrote. Twice is once."""
    call = "release_trace"
    require(call, "mesh_device", mesh_device, MeshDevice, OPENED_MESH)
    _ttnn.release_trace(mesh_device, _number(call, trace_id))


@contextlib.contextmanager
def shadow_traces(on: bool = True) -> Iterator[None]:
    """Inside the block every replay is compared, bit for bit, with its commands run one by one.

    A difference is a RuntimeError that names the tensor and the op. Replays wait until they are
    done. `TTNN_SHADOW_TRACE=1` turns it on for a whole program.
    """
    before = _ttnn.shadow_traces()
    _ttnn.set_shadow_traces(on)
    try:
        yield
    finally:
        _ttnn.set_shadow_traces(before)


def is_trace_capture_active(device: MeshDevice) -> bool:
    """Whether a trace is being captured on the mesh, on any of its queues."""
    require("is_trace_capture_active", "device", device, MeshDevice, OPENED_MESH)
    active: bool = _ttnn.is_trace_capture_active(device)
    return active
