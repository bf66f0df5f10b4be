"""Semaphores of a whole mesh. Nothing here waits for one: work runs in program order. Their values
and addresses are kept and answered.
"""

from __future__ import annotations

import itertools
import operator
from typing import Any

from ttnn._ttnn import BufferType, CoreRangeSet, MeshDevice
from ttnn.arguments import OPENED_MESH, require, require_int

__all__ = [
    "create_global_semaphore",
    "get_global_semaphore_address",
    "reset_global_semaphore_value",
]

# From the end of a Wormhole core's L1 downwards, 16 bytes apart as L1 aligns them.
_L1_END, _ALIGNMENT = 1464 * 1024, 16
_numbers = itertools.count(1)


class GlobalSemaphore:
    """One counter at the same address of all cores of `cores`, on all devices of a mesh."""

    def __init__(
        self, mesh_device: MeshDevice, cores: CoreRangeSet, value: int, buffer_type: BufferType
    ) -> None:
        self.mesh_device, self.cores, self.buffer_type = mesh_device, cores, buffer_type
        self.value = value
        self.address = _L1_END - _ALIGNMENT * (next(_numbers) % (_L1_END // _ALIGNMENT))

    def __repr__(self) -> str:
        return f"<GlobalSemaphore at {self.address:#x}, value {self.value}>"


def _require_value(call: str, name: str, value: Any) -> int:
    require_int(call, name, value, "0")
    number = operator.index(value)
    if not 0 <= number < 2**32:
        raise RuntimeError(
            f"{call}: {name} is {number}, but a semaphore holds 0 to {2**32 - 1}. Give 0."
        )
    return number


def create_global_semaphore(
    mesh_device: MeshDevice,
    cores: CoreRangeSet,
    initial_value: int,
    buffer_type: BufferType = BufferType.L1,
) -> GlobalSemaphore:
    """A semaphore on `cores` of every device of a mesh."""
    call = "create_global_semaphore"
    require(call, "mesh_device", mesh_device, MeshDevice, OPENED_MESH)
    require(call, "cores", cores, CoreRangeSet, "a ttnn.CoreRangeSet")
    require(call, "buffer_type", buffer_type, BufferType, "ttnn.BufferType.L1")
    if not mesh_device.is_open():
        raise RuntimeError(f"{call}: {mesh_device!r} is closed. {OPENED_MESH}")
    value = _require_value(call, "initial_value", initial_value)
    return GlobalSemaphore(mesh_device, cores, value, buffer_type)


def get_global_semaphore_address(global_semaphore: GlobalSemaphore) -> int:
    """Its address in the cores' memory: a number of its own, where nothing is stored."""
    call = "get_global_semaphore_address"
    require(call, "global_semaphore", global_semaphore, GlobalSemaphore, _MADE_BY)
    return global_semaphore.address


def reset_global_semaphore_value(global_semaphore: GlobalSemaphore, reset_value: int) -> None:
    """Sets its value, on all devices."""
    call = "reset_global_semaphore_value"
    require(call, "global_semaphore", global_semaphore, GlobalSemaphore, _MADE_BY)
    global_semaphore.value = _require_value(call, "reset_value", reset_value)


_MADE_BY = "what ttnn.create_global_semaphore returns"
