"""Decoding token by token, as language models do: one step is captured as a trace and replayed. The
step attends over a cache of keys and values that it updates in place; each replay reads the new
token and its place from the host, and the host reads the output to choose the next token.

A trace's arguments are fixed when it is captured, so the place in the cache comes as tensors: one
that is 1 at the place and 0 elsewhere, one that is the other way round, and a mask of what is seen.
"""

import time

import torch

import ttnn
from ttnn.comparison import comp_pcc

HEADS, HIDDEN, WIDTH, LENGTH, TOKENS = 4, 128, 32, 64, 200


def main(steps=40, measure=True):
    mesh_device = ttnn.open_mesh_device(ttnn.MeshShape(1, HEADS))
    torch.manual_seed(0)
    weights = Weights()

    eager = Decoder(mesh_device, weights)
    traced = Decoder(mesh_device, weights)
    traced.capture()

    (tokens, outputs), seconds = timed(lambda: generate(traced.replay, steps))
    (_, expected), seconds_eager = timed(lambda: generate(eager.step, steps))
    same = all(map(torch.equal, outputs, expected))
    print(f"{steps} tokens; replays give the bits of the operations one by one: {same}")
    reference = Reference(weights)
    in_torch = [reference.step(token, place) for place, token in enumerate(tokens)]
    _, pcc = comp_pcc(torch.cat(in_torch), torch.cat(outputs))
    print(f"PCC with torch in float32 over all steps: {pcc:.5f}")
    if measure:
        print(f"operations {1e3 * seconds_eager:6.1f} ms, replays {1e3 * seconds:6.1f} ms")
    ttnn.close_mesh_device(mesh_device)


def generate(step, steps):
    """The tokens that `step(token, place)` is given, from token 0 on, and what it gives: the scores
    of the next one.
    """
    tokens, outputs = [0], []
    for place in range(steps):
        outputs.append(step(tokens[place], place))
        tokens.append(int(outputs[-1].argmax()))
    return tokens[:-1], outputs


class Weights:
    """One layer of attention with random weights, a table of tokens and a head."""

    def __init__(self):
        self.table = torch.randn(TOKENS, HIDDEN).bfloat16()
        self.query, self.key, self.value = (
            (torch.randn(HEADS, 1, HIDDEN, WIDTH) * HIDDEN**-0.5).bfloat16() for _ in range(3)
        )
        self.out = (torch.randn(HEADS, 1, WIDTH, HIDDEN) * WIDTH**-0.5).bfloat16()
        self.head = torch.randn(HIDDEN, TOKENS).bfloat16()


class Decoder:
    """A head per device; the sum over the heads is an all_reduce."""

    def __init__(self, mesh_device, weights):
        self.mesh_device, self.weights = mesh_device, weights
        self.query, self.key, self.value, self.out = (
            self.sharded(w) for w in (weights.query, weights.key, weights.value, weights.out)
        )
        self.head = self.replicated(weights.head)
        self.keys = self.sharded(torch.zeros(HEADS, 1, LENGTH, WIDTH).bfloat16())
        self.values = self.sharded(torch.zeros(HEADS, 1, LENGTH, WIDTH).bfloat16())
        self.inputs = [ttnn.to_device(x, mesh_device) for x in self.on_host(0, 0)]

    def forward(self):
        token, here, elsewhere, seen = self.inputs
        for cache, weight in ((self.keys, self.key), (self.values, self.value)):
            new = ttnn.matmul(token, weight)
            ttnn.multiply_(cache, elsewhere)
            ttnn.add_(cache, ttnn.multiply(here, new))
        scores = ttnn.matmul(ttnn.matmul(token, self.query), ttnn.transpose(self.keys, -2, -1))
        weights = ttnn.softmax(ttnn.add(ttnn.multiply(scores, WIDTH**-0.5), seen), dim=-1)
        heads = ttnn.matmul(ttnn.matmul(weights, self.values), self.out)
        return ttnn.matmul(ttnn.add(ttnn.all_reduce(heads), token), self.head)

    def step(self, token, place):
        """The scores of the next token, by operations one by one."""
        self.refresh(token, place)
        return self.read(self.forward())

    def capture(self):
        self.forward()  # each operation runs once before it is captured
        self.trace = ttnn.begin_trace_capture(self.mesh_device, cq_id=0)
        self.output = self.forward()
        ttnn.end_trace_capture(self.mesh_device, self.trace, cq_id=0)

    def replay(self, token, place):
        self.refresh(token, place)
        ttnn.execute_trace(self.mesh_device, self.trace, cq_id=0, blocking=False)
        return self.read(self.output)

    def refresh(self, token, place):
        for host, device in zip(self.on_host(token, place), self.inputs, strict=True):
            ttnn.copy_host_to_device_tensor(host, device)

    def on_host(self, token, place):
        here = (torch.arange(LENGTH) == place).float().view(1, 1, LENGTH, 1)
        seen = torch.where(torch.arange(LENGTH) <= place, 0.0, -1e9).view(1, 1, 1, LENGTH)
        embedded = self.weights.table[token].view(1, 1, 1, HIDDEN)
        tiles = {"dtype": ttnn.bfloat16, "layout": ttnn.TILE_LAYOUT}
        return [ttnn.from_torch(x, **tiles) for x in (embedded, here, 1 - here, seen)]

    def read(self, output):
        return ttnn.to_torch(ttnn.get_device_tensors(output)[0])

    def sharded(self, x):
        return self.upload(x, ttnn.ShardTensorToMesh(self.mesh_device, dim=0))

    def replicated(self, x):
        return self.upload(x, ttnn.ReplicateTensorToMesh(self.mesh_device))

    def upload(self, x, mapper):
        return ttnn.from_torch(
            x,
            dtype=ttnn.bfloat16,
            layout=ttnn.TILE_LAYOUT,
            device=self.mesh_device,
            mesh_mapper=mapper,
        )


class Reference:
    """The same in torch, in float32."""

    def __init__(self, weights):
        self.weights = weights
        self.keys, self.values = [], []

    def step(self, token, place):
        w = self.weights
        x = w.table[token].float().view(1, 1, 1, HIDDEN)
        self.keys.append(x @ w.key.float())
        self.values.append(x @ w.value.float())
        scores = (x @ w.query.float()) @ torch.cat(self.keys, dim=2).mT * WIDTH**-0.5
        heads = scores.softmax(-1) @ torch.cat(self.values, dim=2) @ w.out.float()
        return (heads.sum(0, keepdim=True) + x) @ w.head.float()


def timed(run):
    start = time.perf_counter()
    result = run()
    return result, time.perf_counter() - start


if __name__ == "__main__":
    main()
