"""The MLP of Falcon-7B, data parallel on a 1x4 mesh (seed report 5.1, step 4): the weights
replicated, the batch sharded. Then how far the result is from torch's, and how long it takes beside
torch.
"""

import os
import time

import torch
import transformers
from falcon_mlp import TtFalconMLP, falcon_config

import ttnn
from ttnn.testing import assert_close, assert_with_pcc, difference


def main(measure=True):
    # Load Falcon MLP model from huggingface
    config = falcon_config()
    model = transformers.models.falcon.modeling_falcon.FalconMLP(config).eval()

    # Initialize hidden states
    batch_size, sequence_length = 4, 128
    torch_hidden_states = (
        torch.rand(batch_size, 1, sequence_length, config.hidden_size, dtype=torch.float32) * 2
    ) - 1
    torch_output = model.forward(torch_hidden_states)
    resident_before = resident_mib()

    # Device Initialization
    mesh_device = ttnn.open_device_mesh(ttnn.DeviceGrid(y=1, x=4))

    # Shard input activations on batch dimension to devices in the mesh
    with ttnn.distribute(ttnn.ShardTensorToMesh(mesh_device, dim=0)):
        hidden_states = ttnn.from_torch(
            torch_hidden_states,
            dtype=ttnn.bfloat16,
            layout=ttnn.TILE_LAYOUT,
            device=mesh_device,
        )

    # Replicate model parameters to devices in the mesh
    with ttnn.distribute(ttnn.ReplicateTensorToMesh(mesh_device)):
        parameters = ttnn.model_preprocessing.preprocess_model_parameters(
            initialize_model=lambda: model,
            device=mesh_device,
        )

    # Initialize Model
    ttnn_model = TtFalconMLP(parameters)
    ttnn_output = ttnn_model(hidden_states)

    with ttnn.distribute(ttnn.ConcatMeshToTensor(mesh_device, dim=0)):
        _, pcc = assert_with_pcc(torch_output, ttnn.to_torch(ttnn_output), 0.98)
        resident = resident_mib() - resident_before
        found = strict_difference(model, torch_hidden_states, ttnn.to_torch(ttnn_output))

    sizes = f"{config.hidden_size} -> {config.ffn_hidden_size} -> {config.hidden_size}"
    print(
        f"Falcon-7B MLP ({sizes}), {batch_size} x {sequence_length} tokens, data parallel on a "
        "1x4 mesh\n"
    )
    ttnn.visualize_mesh_device(mesh_device, tensor=hidden_states)
    weights = sum(parameter.numel() for parameter in model.parameters())
    mib = weights * 2 / 2**20
    print(
        f"\nmemory   {resident:.0f} MiB more resident; each of 4 devices has {mib:.0f} of weights"
    )
    report_accuracy(pcc, found)
    print()

    if measure:
        flop = 2 * batch_size * sequence_length * weights
        report_speed(mesh_device, ttnn_model, hidden_states, model, torch_hidden_states, flop)
    ttnn.close_device_mesh(mesh_device)


def report_accuracy(pcc, found):
    print(f"torch    PCC {pcc:.7f} with torch in float32")
    print(
        f"strict   largest error {found.largest:.2f} ulp of bfloat16, mean {found.mean:.2f}, "
        "rounding where we round"
    )


def strict_difference(model, x, output):
    """How far `output` is from torch's float32 arithmetic on the same bfloat16 tensors."""
    expected = with_bfloat16_between(model, x)
    typical = expected.square().mean().sqrt().item()
    # in the middle, sums between two bfloat16 numbers may have been rounded to the other one
    other_way = 2**-9 * typical
    terms = model.dense_4h_to_h.in_features
    assert_close(expected, output, sum_length=terms, atol=other_way)
    return difference(expected, output, floor=typical)


@torch.no_grad()
def with_bfloat16_between(model, x, gelu_is_fused=False):
    """torch in float32, rounded to bfloat16 at the places where bfloat16 tensors are stored."""

    def rounded(value):
        return value.bfloat16().float()

    up = torch.nn.functional.linear(rounded(x), rounded(model.dense_h_to_4h.weight))
    between = rounded(model.act(up if gelu_is_fused else rounded(up)))
    return torch.nn.functional.linear(between, rounded(model.dense_4h_to_h.weight))


@torch.no_grad()
def report_speed(mesh_device, ttnn_model, hidden_states, model, torch_hidden_states, flop):
    """The best of several calls each; torch has the same cores."""

    ours = report_call(
        "ttnn on 1x4, bfloat16", on_mesh(mesh_device, ttnn_model, hidden_states), flop
    )
    wide = report_call("torch, float32", lambda: model(torch_hidden_states), flop)
    narrow, narrow_input = model.bfloat16(), torch_hidden_states.bfloat16()
    narrow_seconds = report_call("torch, bfloat16", lambda: narrow(narrow_input), flop)
    torch_seconds = {"float32": wide, "bfloat16": narrow_seconds}
    print(f"\n{conclusion(ours, torch_seconds, torch.get_num_threads())}")


def conclusion(ours, torch_seconds, cores):
    """Our time beside that of torch in the dtype in which it is faster."""
    dtype = min(torch_seconds, key=torch_seconds.get)
    speed = f"{torch_seconds[dtype] / ours:.2f} x "
    return (
        f"Four devices on {cores} core{'s' if cores > 1 else ''}: torch's result, "
        f"{speed if speed != '1.00 x ' else ''}as fast as torch in {dtype}, its faster dtype here."
    )


def on_mesh(mesh_device, ttnn_model, hidden_states):
    """A call of the model that waits for its end."""

    def run():
        ttnn_model(hidden_states)
        ttnn.synchronize_device(mesh_device)

    return run


def report_call(name, run, flop):
    seconds = best_seconds(run)
    speed = flop / seconds / 1e9
    print(f"{name:22} {1e3 * seconds:8.1f} ms per call {speed:8.0f} GFLOP/s", flush=True)
    return seconds


def best_seconds(run, times=5, enough=10.0):
    """Of up to `times` calls after a first one, as many as start within `enough` seconds."""
    run()
    best, begin = float("inf"), time.perf_counter()
    for _ in range(times):
        start = time.perf_counter()
        run()
        end = time.perf_counter()
        best = min(best, end - start)
        if end - begin > enough:
            break
    return best


def resident_mib():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
