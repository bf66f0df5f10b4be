"""How `copy` and `pickle` make the distribution's values again: from their constructor's arguments."""

import copyreg
from collections.abc import Callable
from typing import Any

from ttnn import _ttnn

_ARGUMENTS = {
    _ttnn.multi_device.PlacementReplicate: (),
    _ttnn.multi_device.PlacementShard: ("dim",),
    _ttnn.MeshCoordinateRange: ("start", "end"),
    _ttnn.multi_device.MeshMapperConfig: ("placements", "mesh_shape_override"),
    _ttnn.multi_device.MeshComposerConfig: ("dims", "mesh_shape_override"),
}


def _reducer(cls: Any, names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    return lambda value: (cls, tuple(getattr(value, name) for name in names))


for _cls, _names in _ARGUMENTS.items():
    copyreg.pickle(_cls, _reducer(_cls, _names))
