"""Warnings about what the devices of a mesh hold: terms of a sum that are used as if they were it."""

from __future__ import annotations

import warnings

__all__ = ["PlacementWarning"]


class PlacementWarning(UserWarning):
    """An operation was given terms of a sum where it needs the sum.

    Once per line of the program. `TTNN_STRICT_PLACEMENT=1` makes it a RuntimeError; so do filters
    of `warnings`, as an exception of this class.
    """


def warn(category: str, message: str, file: str | None, line: int) -> None:
    """Points at the user's line; called by the operation that is about to run. `category` names one
    of ttnn's warnings.
    """
    import ttnn

    warnings.warn_explicit(message, getattr(ttnn, category), file or "<unknown>", line)
