"""Spreading tensors over a mesh: `ttnn.distribute` (distribute.py); pictures of meshes are in
visualize.
"""

from ttnn.distributed.distribute import (
    NOT_GIVEN,
    composer_for,
    current_composer,
    current_mapper,
    distribute,
    mapper_for,
)

__all__ = [
    "NOT_GIVEN",
    "composer_for",
    "current_composer",
    "current_mapper",
    "distribute",
    "mapper_for",
]
