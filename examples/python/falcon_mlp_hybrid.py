"""The MLP of Falcon-7B, data and tensor parallel at once on a 2x4 mesh: the batch is cut along the
mesh's rows, the weights' columns along its columns. Each row of four devices works on its half of
the batch, and gathers what is in the middle among themselves.
"""

import torch
import transformers
from falcon_mlp import falcon_config
from falcon_mlp_data_parallel import on_mesh, report_accuracy, report_call, strict_difference

import ttnn
from ttnn.testing import assert_with_pcc

MESH = (2, 4)


class TtFalconMLP:
    def __init__(self, parameters):
        super().__init__()
        self.dense_h_to_4h_weights = parameters.dense_h_to_4h.weight
        self.dense_4h_to_h_weights = parameters.dense_4h_to_h.weight

    def __call__(self, x: ttnn.Tensor) -> ttnn.Tensor:
        ff1_linear = ttnn.linear(x, self.dense_h_to_4h_weights)
        gelu = ttnn.gelu(ff1_linear)
        gathered = ttnn.all_gather(gelu, dim=-1, cluster_axis=1)
        return ttnn.linear(gathered, self.dense_4h_to_h_weights)


@torch.no_grad()
def main(config=None, measure=True):
    torch.manual_seed(0)
    config = config or falcon_config()
    model = transformers.models.falcon.modeling_falcon.FalconMLP(config).eval()
    batch_size, sequence_length = 4, 128
    torch_hidden_states = (
        torch.rand(batch_size, 1, sequence_length, config.hidden_size, dtype=torch.float32) * 2
    ) - 1

    mesh_device = ttnn.open_mesh_device(ttnn.MeshShape(*MESH))

    # The batch along mesh axis 0; devices of a row have the same half
    by_batch = ttnn.ShardTensor2dMesh(mesh_device, mesh_shape=MESH, dims=(0, None))
    with ttnn.distribute(by_batch):
        hidden_states = ttnn.from_torch(
            torch_hidden_states,
            dtype=ttnn.bfloat16,
            layout=ttnn.TILE_LAYOUT,
            device=mesh_device,
        )

    # The weights' columns along mesh axis 1; devices of a column have the same quarter
    by_columns = ttnn.ShardTensor2dMesh(mesh_device, mesh_shape=MESH, dims=(None, -1))
    with ttnn.distribute(by_columns):
        parameters = ttnn.model_preprocessing.preprocess_model_parameters(
            initialize_model=lambda: model,
            device=mesh_device,
        )

    ttnn_model = TtFalconMLP(parameters)
    ttnn_output = ttnn_model(hidden_states)

    composer = ttnn.ConcatMesh2dToTensor(mesh_device, mesh_shape=MESH, dims=(0, -1))
    output = ttnn.to_torch(ttnn_output, mesh_composer=composer)
    _, pcc = assert_with_pcc(model(torch_hidden_states), output, 0.98)
    found = strict_difference(model, torch_hidden_states, output)

    print("Falcon-7B MLP, hybrid on a 2x4 mesh: batch along axis 0, weights along axis 1")
    ttnn.visualize_tensor(ttnn_output)
    report_accuracy(pcc, found)
    if measure:
        flop = 2 * batch_size * sequence_length * sum(w.numel() for w in model.parameters())
        report_call("speed", on_mesh(mesh_device, ttnn_model, hidden_states), flop)
    ttnn.close_mesh_device(mesh_device)


if __name__ == "__main__":
    main()
