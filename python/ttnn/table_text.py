"""Tables of rich as text, for `print` and for files."""

from __future__ import annotations

import io
from typing import Any


def as_text(table: Any, width: int | None = None) -> str:
    """What a console of `width` characters shows, the terminal's own width if None."""
    from rich.console import Console

    text = io.StringIO()
    Console(file=text, width=width or Console().width).print(table)
    return text.getvalue().rstrip("\n")
