"""A pipeline of two command queues: queue 1 writes the next input while queue 0 computes. Events
order them both ways, so the input is neither read too early nor overwritten too early. The outputs
are read without blocking and looked at after one synchronisation.
"""

import time

import torch

import ttnn

BATCHES, TOKENS, SIZE, WIDE = 100, 128, 128, 512


def main(batches=BATCHES, measure=True):
    mesh_device = ttnn.open_mesh_device(ttnn.MeshShape(1, 4), num_command_queues=2)
    model = Model(mesh_device)
    inputs = [model.on_host(torch.rand(4, TOKENS, SIZE) * 2 - 1) for _ in range(batches)]

    together, seconds = timed(lambda: with_two_queues(mesh_device, model, inputs))
    alone, seconds_alone = timed(lambda: with_one_queue(mesh_device, model, inputs))
    same = all(map(torch.equal, together, alone))
    print(f"{batches} batches; two queues give the same bits as one: {same}")
    if measure:
        print(f"two queues {1e3 * seconds:8.1f} ms, one queue {1e3 * seconds_alone:8.1f} ms")
    ttnn.close_mesh_device(mesh_device)


def with_two_queues(mesh_device, model, inputs):
    x = model.empty_input()
    outputs = []
    computed = ttnn.record_event(mesh_device, 0)
    for host in inputs:
        # Queue 1 may overwrite the input once queue 0 has read the one before.
        ttnn.wait_for_event(1, computed)
        ttnn.copy_host_to_device_tensor(host, x, cq_id=1)
        written = ttnn.record_event(mesh_device, 1)

        # Queue 0 may read it once it is written.
        ttnn.wait_for_event(0, written)
        hidden = model.first_layer(x)
        computed = ttnn.record_event(mesh_device, 0)
        outputs.append(model.second_layer(hidden).cpu(blocking=False))
    ttnn.synchronize_device(mesh_device)
    return [model.whole(output) for output in outputs]


def with_one_queue(mesh_device, model, inputs):
    x = model.empty_input()
    outputs = []
    for host in inputs:
        ttnn.copy_host_to_device_tensor(host, x)
        outputs.append(model.second_layer(model.first_layer(x)).cpu())
    return [model.whole(output) for output in outputs]


class Model:
    """Two linear layers on every device, the batch cut over the devices."""

    def __init__(self, mesh_device):
        self.mesh_device = mesh_device
        self.random = torch.Generator().manual_seed(0)
        self.up = self.weight(SIZE, WIDE)
        self.down = self.weight(WIDE, SIZE)

    def weight(self, rows, columns):
        return ttnn.from_torch(
            torch.randn(rows, columns, generator=self.random) * rows**-0.5,
            dtype=ttnn.bfloat16,
            layout=ttnn.TILE_LAYOUT,
            device=self.mesh_device,
            mesh_mapper=ttnn.ReplicateTensorToMesh(self.mesh_device),
        )

    def on_host(self, batch):
        """The batch as a host tensor of one shard per device."""
        return ttnn.from_torch(
            batch,
            dtype=ttnn.bfloat16,
            layout=ttnn.TILE_LAYOUT,
            mesh_mapper=ttnn.ShardTensorToMesh(self.mesh_device, dim=0),
        )

    def empty_input(self):
        return ttnn.allocate_tensor_on_device(
            ttnn.Shape([1, TOKENS, SIZE]), ttnn.bfloat16, ttnn.TILE_LAYOUT, self.mesh_device
        )

    def first_layer(self, x):
        return ttnn.linear(x, self.up, activation="gelu")

    def second_layer(self, hidden):
        return ttnn.linear(hidden, self.down)

    def whole(self, output):
        return ttnn.to_torch(output, mesh_composer=ttnn.ConcatMeshToTensor(self.mesh_device, dim=0))


def timed(run):
    start = time.perf_counter()
    result = run()
    return result, time.perf_counter() - start


if __name__ == "__main__":
    main()
