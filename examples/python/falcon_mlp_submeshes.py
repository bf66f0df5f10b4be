"""The MLP of Falcon-7B, data and tensor parallel by submeshes, as TT-NN's Llama runs on a Galaxy: an
8x4 mesh is split into four submeshes of 2x4, and each has a replica of the model of its own, whose
weights are cut over its eight devices. The replicas know nothing of each other; their programs run
side by side. One trace of the whole mesh has all four, and is replayed with new inputs.
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


def replay(mesh_device, run, inputs, replays=3):
    """Captures all replicas at once, and compares each replay with the same calls made eagerly."""
    mesh_device.quiesce_devices()  # from the submeshes' queues to the whole mesh's
    trace = ttnn.begin_trace_capture(mesh_device, cq_id=0)
    outputs = run(inputs)
    ttnn.end_trace_capture(mesh_device, trace, cq_id=0)
    for _ in range(replays):
        for tensor in inputs:
            x = torch.rand(list(tensor.shape)) * 2 - 1
            host = ttnn.from_torch(x, dtype=tensor.dtype, layout=tensor.layout)
            ttnn.copy_host_to_device_tensor(host, tensor)
        ttnn.execute_trace(mesh_device, trace, cq_id=0, blocking=False)
        replayed = [read(output) for output in outputs]
        eager = [read(output) for output in run(inputs)]
        same = all(torch.equal(a, b) for a, b in zip(replayed, eager, strict=True))
        assert same, "a replay differs from eager calls"
    print(f"\n{replays} replays of one trace with four replicas: equal to eager bit for bit")
    ttnn.release_trace(mesh_device, trace)


@torch.no_grad()
def main(config=None, measure=True):
    torch.manual_seed(0)
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
    replay(mesh_device, run, inputs)
    if measure:
        flop = 2 * users[..., 0].numel() * sum(weight.numel() for weight in model.parameters())
        report_call("four replicas", on_mesh(mesh_device, run, inputs), flop)
    ttnn.close_mesh_device(mesh_device)


if __name__ == "__main__":
    main()
