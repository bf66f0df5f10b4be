"""The MLP of Falcon-7B, data and tensor parallel by submeshes, as TT-NN's Llama runs on a Galaxy: an
8x4 mesh is split into four submeshes of 2x4, and each has a replica of the model of its own, whose
weights are cut over its eight devices. The replicas know nothing of each other; their programs run
side by side.
"""

import torch
import transformers
from falcon_mlp import falcon_config
from falcon_mlp_data_parallel import on_mesh, report_call
from falcon_mlp_megatron import TtFalconMLP, check

import ttnn

MESH, REPLICA = ttnn.MeshShape(8, 4), ttnn.MeshShape(2, 4)


def place(value, mapper, submesh, dtype=ttnn.bfloat16):
    return ttnn.from_torch(
        value, dtype=dtype, layout=ttnn.TILE_LAYOUT, device=submesh, mesh_mapper=mapper
    )


def replica(model, bias, submesh):
    """Columns of the first weight and rows of the second on each device, one all_reduce."""
    by_columns = ttnn.ShardTensorToMesh(submesh, dim=-1)
    by_rows = ttnn.ShardTensorToMesh(submesh, dim=-2)
    everywhere = ttnn.ReplicateTensorToMesh(submesh)
    return TtFalconMLP(
        place(model.dense_h_to_4h.weight.T, by_columns, submesh),
        place(model.dense_4h_to_h.weight.T, by_rows, submesh),
        place(bias, everywhere, submesh, ttnn.float32),
        ttnn.all_reduce,
    )


def read(output):
    """All devices of a submesh hold the same."""
    return ttnn.to_torch(ttnn.get_device_tensors(output)[0])


@torch.no_grad()
def main(config=None, measure=True):
    config = config or falcon_config()
    model = transformers.models.falcon.modeling_falcon.FalconMLP(config).eval()
    bias = torch.rand(config.hidden_size) * 2 - 1

    mesh_device = ttnn.open_mesh_device(MESH)
    submeshes = mesh_device.create_submeshes(REPLICA)
    users = torch.rand(len(submeshes), 1, 1, 128, config.hidden_size) * 2 - 1

    replicas = [replica(model, bias, submesh) for submesh in submeshes]
    inputs = [
        place(x, ttnn.ReplicateTensorToMesh(submesh), submesh)
        for x, submesh in zip(users, submeshes, strict=True)
    ]

    def run(inputs):
        return [mlp(x) for mlp, x in zip(replicas, inputs, strict=True)]

    outputs = run(inputs)
    for x, submesh, output in zip(users, submeshes, outputs, strict=True):
        ids = submesh.get_device_ids()
        print(f"\nFalcon-7B MLP, the replica on devices {ids[0]} to {ids[-1]} of an 8x4 mesh")
        check(model, bias, x, read(output))
    ttnn.visualize_tensor(outputs[-1])
    if measure:
        flop = 2 * users[..., 0].numel() * sum(weight.numel() for weight in model.parameters())
        report_call("four replicas", on_mesh(mesh_device, run, inputs), flop)
    ttnn.close_mesh_device(mesh_device)


if __name__ == "__main__":
    main()
