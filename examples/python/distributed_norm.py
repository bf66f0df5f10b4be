"""Norms of rows that are cut over devices: an RMSNorm on a 1x4 mesh and a LayerNorm on a 1x8 mesh,
each beside the same norm on one device.

A device sums over its part of each row. The sums are small; they are gathered, and each device then
normalises its part by the sums of all.
"""

import torch

import ttnn
from ttnn.testing import assert_close

EPSILON = 1e-5
TOKENS = 64


def distributed_rms_norm(x, weight):
    stats = ttnn.rms_norm_pre_all_gather(x, dtype=ttnn.float32)
    stats = ttnn.all_gather(stats, dim=3, num_links=1, topology=ttnn.Topology.Ring)
    return ttnn.rms_norm_post_all_gather(x, stats, epsilon=EPSILON, weight=weight)


def distributed_layer_norm(x, weight):
    stats = ttnn.layer_norm_pre_all_gather(x, dtype=ttnn.float32)
    stats = ttnn.all_gather(stats, dim=3, num_links=1, topology=ttnn.Topology.Linear)
    return ttnn.layer_norm_post_all_gather(x, stats, epsilon=EPSILON, weight=weight)


def compare(devices, hidden, distributed, single):
    torch.manual_seed(0)
    x, weight = torch.randn(1, 1, TOKENS, hidden).bfloat16(), torch.rand(1, 1, 1, hidden).bfloat16()

    device = ttnn.open_device(device_id=0)
    expected = ttnn.to_torch(
        single(
            ttnn.from_torch(x, layout=ttnn.TILE_LAYOUT, device=device),
            epsilon=EPSILON,
            weight=ttnn.from_torch(weight, layout=ttnn.TILE_LAYOUT, device=device),
        )
    )
    ttnn.close_device(device)

    mesh_device = ttnn.open_mesh_device(ttnn.MeshShape(1, devices))
    with ttnn.distribute(ttnn.ShardTensorToMesh(mesh_device, dim=-1)):
        ttnn_x = ttnn.from_torch(x, layout=ttnn.TILE_LAYOUT, device=mesh_device)
        ttnn_weight = ttnn.from_torch(weight, layout=ttnn.TILE_LAYOUT, device=mesh_device)
    output = distributed(ttnn_x, ttnn_weight)
    with ttnn.distribute(ttnn.ConcatMeshToTensor(mesh_device, dim=-1)):
        output = ttnn.to_torch(output)
    shard = list(ttnn_x.shape)
    ttnn.close_mesh_device(mesh_device)

    # Both round once, to bfloat16, what float32 gave: some values are neighbours.
    found = assert_close(expected, output, max_ulp=1)
    different = (expected != output).float().mean().item()
    print(
        f"{single.__name__}: {shard} on each of {devices} devices; {different:.2%} of the values "
        f"differ from one device's, by {found.largest:.0f} ulp at most"
    )


def main():
    compare(4, 4096, distributed_rms_norm, ttnn.rms_norm)
    compare(8, 4544, distributed_layer_norm, ttnn.layer_norm)


if __name__ == "__main__":
    main()
