"""Names of TT-NN that this package does not have yet: calling one raises NotImplementedError with its name."""

from __future__ import annotations

from typing import Any


def stand_in(name: str) -> Any:
    raise AttributeError(f"module 'ttnn' has no attribute '{name}'")
