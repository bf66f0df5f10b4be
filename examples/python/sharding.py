"""Splits a tensor over two devices and looks at it on the host and on the devices (seed report
3.2).
"""

import torch

import ttnn

# Open our 1x2 MeshDevice
mesh_device = ttnn.open_mesh_device(ttnn.MeshShape(1, 2))

# Initialize a torch tensor
torch_tensor = torch.zeros(1, 1, 32, 64)
torch_tensor[..., 0:32] = 1.0
torch_tensor[..., 32:64] = 2.0

# Convert to ttnn.Tensor; MeshTensor holds buffers to two shards in host-memory
mesh_tensor: ttnn.Tensor = ttnn.from_torch(
    torch_tensor,
    mesh_mapper=ttnn.ShardTensorToMesh(mesh_device, dim=3),
    layout=ttnn.TILE_LAYOUT,
)

print(mesh_tensor)

# Let's now transfer to device
mesh_tensor = ttnn.to_device(mesh_tensor, mesh_device)
print(mesh_tensor)

# We can also visualize this tensor distributed across our MeshDevice
ttnn.visualize_mesh_device(mesh_device, tensor=mesh_tensor)

ttnn.close_mesh_device(mesh_device)
