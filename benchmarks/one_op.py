"""One operation again and again, for a profiler to look at: add, or linear. Arguments: which, and how
many seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np

import ttnn

# By name: the shapes of its inputs, and how many calls there are between two looks at the clock.
OPERATIONS: dict[str, tuple[Callable[..., Any], list[tuple[int, int]], int]] = {
    "add": (lambda x, y: ttnn.add(x, y), [(32, 32), (32, 32)], 1000),
    "linear": (lambda x, w: ttnn.linear(x, w), [(512, 4544), (4544, 18176)], 1),
}


def main(name: str, seconds: float) -> None:
    function, shapes, count = OPERATIONS[name]
    device = ttnn.open_device(device_id=0)
    inputs = [
        ttnn.from_torch(np.ones(shape, ml_dtypes.bfloat16), layout=ttnn.TILE_LAYOUT, device=device)
        for shape in shapes
    ]
    calls, start = 0, time.perf_counter()
    while time.perf_counter() < start + seconds:
        for _ in range(count):
            function(*inputs)
        ttnn.synchronize_device(device)
        calls += count
    took = (time.perf_counter() - start) / calls
    print(f"{name}: {1e6 * took:.2f} us a call")
    ttnn.close_device(device)


main(sys.argv[1], float(sys.argv[2]))
