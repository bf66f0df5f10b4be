"""The MLP of Falcon-7B on one device, compared with torch (seed report 5.1, steps 1 to 3)."""

import torch
import transformers

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
        ff2_linear: ttnn.Tensor = ttnn.linear(gelu, self.dense_4h_to_h_weights)

        return ff2_linear


def falcon_config():
    """The hub's configuration where it is in the local cache, else transformers' defaults: the same
    sizes.
    """
    try:
        return transformers.FalconConfig.from_pretrained(
            "tiiuae/falcon-7b-instruct", local_files_only=True
        )
    except OSError:
        return transformers.FalconConfig()


def main():
    # Load Falcon MLP model from huggingface
    config = falcon_config()
    model = transformers.models.falcon.modeling_falcon.FalconMLP(config).eval()

    # Device Initialization
    device = ttnn.open_device(0)

    # Convert torch input activations to ttnn.Tensor and move to device

    # Initialize hidden states
    batch_size, sequence_length = 1, 128
    torch_hidden_states = (
        torch.rand(batch_size, 1, sequence_length, config.hidden_size, dtype=torch.float32) * 2
    ) - 1

    hidden_states = ttnn.from_torch(
        torch_hidden_states, dtype=ttnn.bfloat16, layout=ttnn.TILE_LAYOUT, device=device
    )

    # Preprocess model parameters: loop through model parameters, convert to ttnn tensors, and move
    # to device
    parameters = ttnn.model_preprocessing.preprocess_model_parameters(
        initialize_model=lambda: model,
        device=device,
    )
    print(parameters)

    # Initialize Model
    ttnn_model = TtFalconMLP(parameters)  # Initialize Model

    # Run Model
    ttnn_output = ttnn_model(hidden_states)

    _, pcc = assert_with_pcc(
        model.forward(torch_hidden_states),
        ttnn.to_torch(ttnn_output),
        0.98,
    )
    print(f"Falcon-7B MLP on one device: {list(ttnn_output.shape)}, PCC {pcc:.6f} with torch")

    ttnn.close_device(device)


if __name__ == "__main__":
    main()
