"""Draws the devices of a mesh (seed report 2.2.1)."""

import ttnn

mesh_device = ttnn.open_mesh_device(ttnn.MeshShape(1, 2))

ttnn.visualize_mesh_device(mesh_device)

ttnn.close_mesh_device(mesh_device)
