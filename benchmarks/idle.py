"""Prints the processor time in seconds that a process takes while it sleeps beside an open mesh that has
just worked. Argument: for how many seconds.
"""

from __future__ import annotations

import sys
import time

import numpy as np

import ttnn

_ROWS, _COLUMNS = 8192, 1024


def main(seconds: float) -> None:
    mesh = ttnn.open_mesh_device(ttnn.MeshShape(8, 4))
    whole = np.ones((_ROWS, _COLUMNS), np.float32)
    mapper = ttnn.ShardTensorToMesh(mesh, dim=0)
    x = ttnn.from_torch(whole, layout=ttnn.TILE_LAYOUT, device=mesh, mesh_mapper=mapper)
    for _ in range(10):
        x = ttnn.exp(ttnn.neg(ttnn.abs(x)))
    ttnn.synchronize_device(mesh)
    before = time.process_time()  # of all threads
    time.sleep(seconds)
    print(time.process_time() - before)
    ttnn.close_mesh_device(mesh)


if __name__ == "__main__":
    main(float(sys.argv[1]))
