"""Runs gelu on one device (seed report 4.2.1)."""

import torch

import ttnn
from ttnn.testing import assert_close

# Open a single device
device = ttnn.open_device(0)

# Create test tensor of data
torch_tensor = torch.rand((1, 1, 32, 32), dtype=torch.bfloat16)

# Convert to ttnn.Tensor, tilize and move onto device DRAM
ttnn_tensor = ttnn.from_torch(
    torch_tensor,
    layout=ttnn.TILE_LAYOUT,
    device=device,
)

# Execute operation on-device
output_tensor = ttnn.gelu(ttnn_tensor)

print(output_tensor)
assert_close(torch.nn.functional.gelu(torch_tensor.float()), output_tensor)

ttnn.close_device(device)
