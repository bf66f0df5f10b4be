"""Runs gelu on each of four devices (seed report 4.2.1): first on replicas, then on a chunk per
device.
"""

import torch

import ttnn
from ttnn.testing import assert_close

# Open MeshDevice
mesh_device = ttnn.open_mesh_device(ttnn.MeshShape(1, 4))


# Create test tensor of data; 4 chunks of 32x32
torch_tensor = torch.rand((1, 1, 32, 128), dtype=torch.bfloat16)

# Convert to ttnn.Tensor, tilize and move onto devices across mesh DRAM
ttnn_tensor = ttnn.from_torch(
    torch_tensor,
    layout=ttnn.TILE_LAYOUT,
    device=mesh_device,
)

# Invoke ttnn.gelu on each of the devices in the mesh
output_tensor = ttnn.gelu(ttnn_tensor)

# Without a mapper every device has the whole tensor
expected = torch.nn.functional.gelu(torch_tensor.float())
for replica in ttnn.get_device_tensors(output_tensor):
    assert_close(expected, replica)

# With one, each device has its chunk
ttnn_tensor = ttnn.from_torch(
    torch_tensor,
    layout=ttnn.TILE_LAYOUT,
    device=mesh_device,
    mesh_mapper=ttnn.ShardTensorToMesh(mesh_device, dim=3),
)
output_tensor = ttnn.gelu(ttnn_tensor)
ttnn.visualize_tensor(output_tensor)
assert_close(
    expected,
    ttnn.to_torch(output_tensor, mesh_composer=ttnn.ConcatMeshToTensor(mesh_device, dim=3)),
)

ttnn.close_mesh_device(mesh_device)
