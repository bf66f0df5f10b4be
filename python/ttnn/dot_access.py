"""Dictionaries whose keys are attributes too."""

from __future__ import annotations

from typing import Any


class DotAccessDict(dict):  # type: ignore[type-arg]
    """`d.key` is `d["key"]`."""

    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__  # type: ignore[assignment]
    __delattr__ = dict.__delitem__  # type: ignore[assignment]


def make_dot_access_dict(
    dictionary: dict[str, Any], *, ignore_types: tuple[type, ...] | None = None
) -> DotAccessDict:
    """`dictionary` and all dictionaries in it, except those of the ignored types."""
    ignored = tuple(ignore_types or ())
    return DotAccessDict(
        {
            key: make_dot_access_dict(value, ignore_types=ignored)
            if isinstance(value, dict) and not isinstance(value, ignored)
            else value
            for key, value in dictionary.items()
        }
    )
