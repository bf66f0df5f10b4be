"""The MLP of Falcon-7B, tensor parallel on a 1x8 and on a 2x4 mesh: each device has an eighth of the
columns of both weights, and all tokens. all_gather between the linears gives every device all
columns of what is in the middle. Each result is compared with torch's, and timed.
"""

import torch
import transformers
from falcon_mlp import falcon_config
from falcon_mlp_data_parallel import on_mesh, report_accuracy, report_call, strict_difference

import ttnn
from ttnn.testing import assert_with_pcc


class TtFalconMLP:
    def __init__(self, parameters):
        super().__init__()
        self.dense_h_to_4h_weights = parameters.dense_h_to_4h.weight
        self.dense_4h_to_h_weights = parameters.dense_4h_to_h.weight

    def __call__(self, x: ttnn.Tensor) -> ttnn.Tensor:
        ff1_linear: ttnn.Tensor = ttnn.linear(x, self.dense_h_to_4h_weights)
        gelu = ttnn.gelu(ff1_linear)
        gathered = ttnn.all_gather(gelu, dim=3, num_links=1)
        ff2_linear: ttnn.Tensor = ttnn.linear(gathered, self.dense_4h_to_h_weights)

        return ff2_linear


def run_on(rows, columns, model, torch_hidden_states, measure):
    # Device Initialization
    mesh_device = ttnn.open_device_mesh(ttnn.DeviceGrid(y=rows, x=columns))

    # Replicate input activations to devices in the mesh
    with ttnn.distribute(ttnn.ReplicateTensorToMesh(mesh_device)):
        hidden_states = ttnn.from_torch(
            torch_hidden_states,
            dtype=ttnn.bfloat16,
            layout=ttnn.TILE_LAYOUT,
            device=mesh_device,
        )

    # Shard model parameters on their last dimension to devices in the mesh
    with ttnn.distribute(ttnn.ShardTensorToMesh(mesh_device, dim=-1)):
        parameters = ttnn.model_preprocessing.preprocess_model_parameters(
            initialize_model=lambda: model,
            device=mesh_device,
        )

    # Initialize Model
    ttnn_model = TtFalconMLP(parameters)
    ttnn_output = ttnn_model(hidden_states)

    with ttnn.distribute(ttnn.ConcatMeshToTensor(mesh_device, dim=-1)):
        output = ttnn.to_torch(ttnn_output)
    _, pcc = assert_with_pcc(model.forward(torch_hidden_states), output, 0.98)
    found = strict_difference(model, torch_hidden_states, output)

    print(f"\nFalcon-7B MLP, tensor parallel on a {rows}x{columns} mesh")
    ttnn.visualize_tensor(ttnn_output)
    report_accuracy(pcc, found)
    if measure:
        tokens = torch_hidden_states.numel() // torch_hidden_states.shape[-1]
        flop = 2 * tokens * sum(parameter.numel() for parameter in model.parameters())
        report_call("speed", on_mesh(mesh_device, ttnn_model, hidden_states), flop)
    ttnn.close_device_mesh(mesh_device)


@torch.no_grad()
def main(config=None, measure=True):
    # Load Falcon MLP model from huggingface
    config = config or falcon_config()
    model = transformers.models.falcon.modeling_falcon.FalconMLP(config).eval()

    # Initialize hidden states
    batch_size, sequence_length = 1, 512
    torch_hidden_states = (
        torch.rand(batch_size, 1, sequence_length, config.hidden_size, dtype=torch.float32) * 2
    ) - 1

    run_on(1, 8, model, torch_hidden_states, measure)
    run_on(2, 4, model, torch_hidden_states, measure)


if __name__ == "__main__":
    main()
