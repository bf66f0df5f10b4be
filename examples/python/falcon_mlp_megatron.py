"""The MLP of Falcon-7B with one collective, as Megatron-LM has it: the first weight is cut by columns
and the second by rows, so that a device multiplies the columns of the middle that it made itself.
Each device then has a term of the result, a sum over its rows. all_reduce adds the terms up for
every device; reduce_scatter leaves each device a slice of the sum.

A bias is the same on all devices and belongs to the sum: it is added after the collective.
"""

import torch
import transformers
from falcon_mlp import falcon_config
from falcon_mlp_data_parallel import (
    on_mesh,
    report_accuracy,
    report_call,
    with_bfloat16_between,
)

import ttnn
from ttnn.testing import assert_close, assert_with_pcc, difference

MESH = ttnn.MeshShape(1, 8)


class TtFalconMLP:
    def __init__(self, up, down, bias, join):
        self.up, self.down, self.bias, self.join = up, down, bias, join

    def __call__(self, x: ttnn.Tensor) -> ttnn.Tensor:
        wide = ttnn.linear(x, self.up, activation="gelu")
        # float32, so that it is the sum that is rounded, and not its terms
        term = ttnn.linear(wide, self.down, dtype=ttnn.float32)
        return ttnn.add(self.join(term), self.bias, dtype=ttnn.bfloat16)


@torch.no_grad()
def main(config=None, measure=True):
    torch.manual_seed(0)
    config = config or falcon_config()
    model = transformers.models.falcon.modeling_falcon.FalconMLP(config).eval()
    bias = torch.rand(config.hidden_size) * 2 - 1
    x = torch.rand(1, 1, 512, config.hidden_size) * 2 - 1

    mesh_device = ttnn.open_mesh_device(MESH)

    def place(value, mapper, dtype=ttnn.bfloat16):
        return ttnn.from_torch(
            value, dtype=dtype, layout=ttnn.TILE_LAYOUT, device=mesh_device, mesh_mapper=mapper
        )

    everywhere = ttnn.ReplicateTensorToMesh(mesh_device)
    by_columns = ttnn.ShardTensorToMesh(mesh_device, dim=-1)
    by_rows = ttnn.ShardTensorToMesh(mesh_device, dim=-2)
    hidden_states = place(x, everywhere)
    up = place(model.dense_h_to_4h.weight.T, by_columns)
    down = place(model.dense_4h_to_h.weight.T, by_rows)

    reduced = TtFalconMLP(up, down, place(bias, everywhere, ttnn.float32), ttnn.all_reduce)
    scattered = TtFalconMLP(
        up,
        down,
        place(bias, by_columns, ttnn.float32),
        lambda term: ttnn.reduce_scatter(term, dim=-1),
    )
    outputs = {
        "all_reduce": ttnn.get_device_tensors(reduced(hidden_states))[0],
        "reduce_scatter": ttnn.to_torch(
            scattered(hidden_states), mesh_composer=ttnn.ConcatMeshToTensor(mesh_device, dim=-1)
        ),
    }
    for name, output in outputs.items():
        print(f"\nFalcon-7B MLP, column then row parallel on a 1x8 mesh, {name}")
        check(model, bias, x, output)
    ttnn.visualize_tensor(scattered(hidden_states))
    if measure:
        flop = 2 * x[..., 0].numel() * sum(weight.numel() for weight in model.parameters())
        report_call("all_reduce", on_mesh(mesh_device, reduced, hidden_states), flop)
        report_call("reduce_scatter", on_mesh(mesh_device, scattered, hidden_states), flop)
    ttnn.close_mesh_device(mesh_device)


def check(model, bias, x, output):
    output = ttnn.to_torch(output) if isinstance(output, ttnn.Tensor) else output
    _, pcc = assert_with_pcc(model(x) + bias, output, 0.98)
    # gelu is part of the first linear here: what is between is rounded once
    expected = with_bfloat16_between(model, x, gelu_is_fused=True) + bias
    typical = expected.square().mean().sqrt().item()
    terms = model.dense_4h_to_h.in_features
    # in the middle, sums between two bfloat16 numbers may have been rounded to the other one
    assert_close(expected, output, sum_length=terms, atol=2**-9 * typical)
    report_accuracy(pcc, difference(expected, output, floor=typical))


if __name__ == "__main__":
    main()
