"""Events: the order between command queues, and between a queue and the host.

Work runs in program order here; on cards, queues run beside each other. What a program leaves
unordered across queues is told of as a `QueueWarning`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ttnn import _ttnn
from ttnn._ttnn import MeshCoordinateRange, MeshDevice, MeshEvent
from ttnn.arguments import OPENED_MESH, check, require

__all__ = ["MeshEvent", "QueueWarning", "event_synchronize", "record_event", "wait_for_event"]

_RECORDED = "what ttnn.record_event returned"


class QueueWarning(UserWarning):
    """Two uses of a tensor, on two queues or on a queue and by the host, that nothing orders.

    Once per pair of lines. `TTNN_STRICT_QUEUES=1` makes it a RuntimeError; so do filters of
    `warnings`, as an exception of this class.
    """


def record_event(
    mesh_device: MeshDevice,
    cq_id: Any = None,
    sub_device_ids: Sequence[Any] = (),
    device_range: MeshCoordinateRange | None = None,
) -> MeshEvent:
    """The moment after all work that queue `cq_id` was given so far; the thread's queue if None."""
    call = "record_event"
    require(call, "mesh_device", mesh_device, MeshDevice, OPENED_MESH)
    check(call, "device_range", device_range, MeshCoordinateRange, "None, for all devices")
    return _ttnn.record_event(mesh_device, cq_id, device_range)


def wait_for_event(cq_id: Any = None, mesh_event: MeshEvent | None = None) -> None:
    """What queue `cq_id` is given from now on comes after the event. The host does not wait."""
    require("wait_for_event", "mesh_event", mesh_event, MeshEvent, _RECORDED)
    assert mesh_event is not None
    _ttnn.wait_for_event(cq_id, mesh_event)


def event_synchronize(mesh_event: MeshEvent) -> None:
    """The host waits for the event; an error not yet seen is raised here."""
    require("event_synchronize", "mesh_event", mesh_event, MeshEvent, _RECORDED)
    _ttnn.event_synchronize(mesh_event)
