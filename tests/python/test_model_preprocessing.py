"""The walk over torch models, the tree it gives, its cache; and what `ttnn.distribute` reaches."""

import copy
import threading

import pytest
import torch

import ttnn
from ttnn.model_preprocessing import (
    Conv2dArgs,
    ParameterDict,
    ParameterList,
    convert_torch_model_to_ttnn_model,
    fold_batch_norm2d_into_conv2d,
    infer_ttnn_module_args,
    make_parameter_dict,
    preprocess_embedding_weight,
    preprocess_layernorm_parameter,
    preprocess_linear_bias,
    preprocess_linear_weight,
    preprocess_model_parameters,
)
from ttnn.testing import assert_close, assert_equal


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.dense = torch.nn.Linear(64, 96)
        self.norm = torch.nn.LayerNorm(96)


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(10, 64)
        self.blocks = torch.nn.ModuleList([Block(), Block()])
        self.tail = torch.nn.Sequential(
            torch.nn.Linear(96, 32, bias=False), torch.nn.GELU(), torch.nn.Linear(32, 4)
        )
        self.scale = torch.nn.Parameter(torch.arange(4.0))


@pytest.fixture
def model():
    torch.manual_seed(0)
    return Model().eval()


def preprocess(model, **kwargs):
    return preprocess_model_parameters(initialize_model=lambda: model, **kwargs)


def test_the_tree_has_the_names_of_the_model(model):
    parameters = preprocess(model)
    assert isinstance(parameters, ParameterDict)
    assert set(parameters) == {"embedding", "blocks", "tail", "scale"}
    assert isinstance(parameters.blocks, ParameterList) and len(parameters.blocks) == 2
    assert set(parameters.tail) == {0, 2}, "digits are integers; what has no parameters is left out"
    assert set(parameters.tail[0]) == {"weight"}


def test_leaves_are_as_the_operations_take_them(model):
    parameters = preprocess(model)
    dense, norm = parameters.blocks[1].dense, parameters.blocks[1].norm
    assert (list(dense.weight.shape), dense.weight.dtype, dense.weight.layout) == (
        [64, 96],
        ttnn.bfloat16,
        ttnn.TILE_LAYOUT,
    )
    assert list(dense.bias.shape) == list(norm.weight.shape) == list(norm.bias.shape) == [1, 96]
    assert parameters.embedding.weight.layout == ttnn.ROW_MAJOR_LAYOUT
    assert (
        parameters.scale.layout == ttnn.ROW_MAJOR_LAYOUT and parameters.scale.dtype == ttnn.bfloat16
    )
    assert_equal(model.blocks[1].dense.weight.T.bfloat16(), ttnn.to_torch(dense.weight))
    assert_equal(model.embedding.weight.bfloat16(), ttnn.to_torch(parameters.embedding.weight))
    assert dense.weight.device() is None


def test_single_parameters():
    weight, bias = torch.randn(96, 64), torch.randn(96)
    assert_equal(
        weight.T.bfloat16(), ttnn.to_torch(preprocess_linear_weight(weight, dtype=ttnn.bfloat16))
    )
    f32 = preprocess_linear_weight(weight, dtype=ttnn.float32, layout=ttnn.ROW_MAJOR_LAYOUT)
    assert f32.layout == ttnn.ROW_MAJOR_LAYOUT
    assert_equal(weight.T, ttnn.to_torch(f32))
    block = preprocess_linear_weight(weight, dtype=ttnn.bfloat8_b)
    assert_close(weight.T, ttnn.to_torch(block), dtype=ttnn.bfloat8_b, pcc=0.999)
    assert_equal(
        bias.reshape(1, -1), ttnn.to_torch(preprocess_linear_bias(bias, dtype=ttnn.float32))
    )
    assert_equal(
        bias.reshape(1, -1), ttnn.to_torch(preprocess_layernorm_parameter(bias, dtype=ttnn.float32))
    )
    assert_equal(weight, ttnn.to_torch(preprocess_embedding_weight(weight, dtype=ttnn.float32)))


def test_a_norm_without_parameters_is_left_out():
    assert (
        preprocess(torch.nn.Sequential(torch.nn.LayerNorm(8, elementwise_affine=False)).eval())
        == {}
    )


def test_convert_to_ttnn_chooses_modules(model):
    parameters = preprocess(model, convert_to_ttnn=lambda module, name: name != "blocks.0.dense")
    kept = parameters.blocks[0].dense
    assert torch.equal(kept.weight, model.blocks[0].dense.weight.T), (
        "a Linear is transposed all the same"
    )
    assert kept.bias.shape == (96,)
    assert isinstance(parameters.blocks[1].dense.weight, ttnn.Tensor)


def test_custom_preprocessors(model):
    seen = []

    def custom(module, name, ttnn_module_args, convert_to_ttnn):
        seen.append(name)
        assert convert_to_ttnn(module, name)
        if isinstance(module, Block):
            return {
                "fused": {
                    "weight": preprocess_linear_weight(module.dense.weight, dtype=ttnn.bfloat8_b)
                }
            }
        return {}

    parameters = preprocess(model, custom_preprocessor=custom, prefix="model")
    assert parameters.blocks[0].fused.weight.dtype == ttnn.bfloat8_b
    assert (
        "model.blocks.0" in seen
        and "model.blocks" not in seen
        and "model.blocks.0.dense" not in seen
    )
    for wrong in (lambda module: {}, lambda module, name, other: {}):
        with pytest.raises(RuntimeError, match="custom_preprocessor must take"):
            preprocess(model, custom_preprocessor=wrong)


def test_a_subclass_with_more_parameters_is_refused():
    class Lora(torch.nn.Linear):
        def __init__(self):
            super().__init__(4, 4)
            self.rank = torch.nn.Parameter(torch.zeros(1))

    with pytest.raises(RuntimeError, match=r"Not all children or parameters were converted.*rank"):
        preprocess(Lora().eval())


def test_dtypes_of_other_parameters():
    class Buffers(torch.nn.Module):
        def __init__(self, dtype):
            super().__init__()
            self.p = torch.nn.Parameter(torch.ones(4).to(dtype), requires_grad=False)

    for dtype, expected in (
        (torch.float64, ttnn.bfloat16),
        (torch.int64, ttnn.uint32),
        (torch.int16, ttnn.uint16),
    ):
        assert preprocess(Buffers(dtype).eval()).p.dtype == expected
    with pytest.raises(KeyError, match="float16"):
        preprocess(Buffers(torch.float16).eval())


def test_a_model_in_training_mode_is_put_in_evaluation_mode(model, caplog):
    model.train()
    preprocess(model)
    assert not model.training and "training mode" in caplog.text


def test_no_model_is_an_error():
    with pytest.raises(RuntimeError, match="initialize_model is missing"):
        preprocess_model_parameters()
    with pytest.raises(NotImplementedError, match="run_model"):
        ttnn.model_preprocessing.preprocess_model(initialize_model=Model, run_model=lambda m: m)
    with pytest.raises(NotImplementedError):
        infer_ttnn_module_args(model=None, run_model=None, device=None)


def test_trees_print_compare_and_copy():
    weight = ttnn.from_torch(torch.zeros(2, 32), dtype=ttnn.bfloat16, layout=ttnn.TILE_LAYOUT)
    parameters = make_parameter_dict(
        {"a": {"weight": weight, "n": 3}, "b": ParameterList([torch.zeros(2)]), "c": {}}
    )
    assert repr(parameters) == (
        "{\n"
        "  a: {\n"
        "    weight: ttnn.Tensor(shape=Shape([2, 32]), layout=Layout.TILE, "
        "dtype=DataType.BFLOAT16),\n"
        "    n: 3,\n"
        "  },\n"
        "  b: [\n"
        "    torch.Tensor(shape=torch.Size([2]), dtype=torch.float32),\n"
        "  ],\n"
        "  c: {},\n"
        "}"
    )
    assert 0 in parameters.b and 1 not in parameters.b
    assert parameters.a.weight is weight and not hasattr(parameters, "d")
    with pytest.raises(KeyError, match="has no 'd'; it has a, b, c"):
        parameters.d  # noqa: B018
    parameters.d = 1
    assert parameters["d"] == 1
    del parameters.d
    assert copy.deepcopy(make_parameter_dict({"x": {"y": 1}})).x.y == 1
    assert repr(Conv2dArgs(kernel_size=(3, 3))) == "Conv2dArgs({'kernel_size': (3, 3)})"


def test_the_cache_saves_the_second_conversion(model, tmp_path):
    calls = []

    def initialize():
        calls.append(1)
        return model

    def load(version="1", initialize=initialize):
        return preprocess_model_parameters(
            model_name="org/net", version=version, initialize_model=initialize
        )

    with (
        ttnn.manage_config("enable_model_cache", True),
        ttnn.manage_config("model_cache_path", tmp_path),
    ):
        first, second = load(), load()
        assert len(calls) == 1 and (tmp_path / "org_net" / "version.txt").read_text() == "1"
        assert repr(second) == repr(first)
        assert_equal(ttnn.to_torch(first.tail[2].weight), ttnn.to_torch(second.tail[2].weight))
        assert load(initialize=None).keys() == first.keys()
        load(version="2")
        assert len(calls) == 2
        with pytest.raises(RuntimeError, match="Cached weights for the model org/net"):
            load(version="3", initialize=None)


def test_folding_a_batch_norm():
    torch.manual_seed(0)
    conv, bn = torch.nn.Conv2d(3, 5, 3), torch.nn.BatchNorm2d(5)
    bn(conv(torch.randn(2, 3, 8, 8)))  # statistics of their own
    bn.eval()
    x = torch.randn(2, 3, 8, 8)
    weight, bias = fold_batch_norm2d_into_conv2d(conv, bn)
    torch.testing.assert_close(
        torch.nn.functional.conv2d(x, weight, bias), bn(conv(x)), rtol=1e-4, atol=1e-5
    )
    with pytest.raises(RuntimeError, match="track_running_stats"):
        fold_batch_norm2d_into_conv2d(conv, torch.nn.BatchNorm2d(5, track_running_stats=False))


# --- on devices ----------------------------------------------------------------------------------


def test_parameters_go_to_the_device(model, mesh_device):
    parameters = preprocess(model, device=mesh_device)
    for tensor in (parameters.scale, parameters.tail[2].weight, parameters.embedding.weight):
        assert tensor.device() is not None
        shards = ttnn.get_device_tensors(tensor)
        assert len(shards) == 4
        assert_equal(ttnn.to_torch(shards[0]), ttnn.to_torch(shards[3]))
    # what a custom preprocessor leaves on the host is moved
    moved = preprocess(
        model.tail, device=mesh_device, custom_preprocessor=lambda module, name: {"x": host()}
    )
    assert moved.x.device() is not None


def host():
    return ttnn.from_torch(torch.zeros(32, 32), layout=ttnn.TILE_LAYOUT)


def test_convert_torch_model_with_a_device(model, device):
    parameters = convert_torch_model_to_ttnn_model(model.tail, name="tail", device=device)
    assert_equal(model.tail[2].weight.T.bfloat16(), ttnn.to_torch(parameters[2].weight))


def test_distribute_reaches_linear_weights_as_compat_says(model, mesh_device, compat):
    with ttnn.distribute(ttnn.ShardTensorToMesh(mesh_device, dim=-1)):
        parameters = preprocess(
            torch.nn.Sequential(model.tail[0], torch.nn.LayerNorm(32)).eval(), device=mesh_device
        )
    assert list(parameters[1].weight.shape) == [1, 8], "LayerNorm is reached under both"
    expected = [96, 8] if compat == "seed" else [96, 32]
    assert list(parameters[0].weight.shape) == expected
    with ttnn.distribute(ttnn.ShardTensorToMesh(mesh_device, dim=-1)):
        kept = preprocess_linear_weight(
            model.tail[0].weight, dtype=ttnn.bfloat16, weights_mesh_mapper=None
        )
    assert list(kept.shape) == [96, 32], "a mapper in the call wins, None too"


def test_distribute_nests_and_is_restored(mesh_device, compat):
    x = torch.arange(32.0).reshape(8, 4)
    shard, replicate = (
        ttnn.ShardTensorToMesh(mesh_device, dim=0),
        ttnn.ReplicateTensorToMesh(mesh_device),
    )
    before = ttnn.from_torch, ttnn.to_torch
    with ttnn.distribute(shard):
        assert list(ttnn.from_torch(x).shape) == [2, 4]
        with ttnn.distribute(ttnn.ConcatMeshToTensor(mesh_device, dim=0)):
            assert torch.equal(ttnn.to_torch(ttnn.from_torch(x)), x)
            with pytest.raises(ZeroDivisionError), ttnn.distribute(replicate):
                assert list(ttnn.from_torch(x).shape) == [8, 4]
                1 / 0  # noqa: B018
        assert list(ttnn.from_torch(x).shape) == [2, 4]
        assert list(ttnn.from_torch(x, mesh_mapper=None).shape) == [8, 4]
    assert list(ttnn.from_torch(x).shape) == [8, 4]
    assert (ttnn.from_torch, ttnn.to_torch) == before


@pytest.mark.parametrize("wrong", [None, "shard", 0])
def test_distribute_refuses_other_things_on_entering(wrong):
    manager = ttnn.distribute(wrong)
    with (
        pytest.raises(
            ValueError, match=r"Argument must be .* either TensorToMesh or MeshToTensor\."
        ),
        manager,
    ):
        pass


def test_every_thread_has_its_own_distribution(mesh_device):
    x, seen = torch.zeros(8, 4), {}
    inside, done = threading.Event(), threading.Event()

    def work():
        seen["before"] = list(ttnn.from_torch(x).shape)
        with ttnn.distribute(ttnn.ShardTensorToMesh(mesh_device, dim=1)):
            inside.set()
            done.wait(10)
            seen["inside"] = list(ttnn.from_torch(x).shape)

    with ttnn.distribute(ttnn.ShardTensorToMesh(mesh_device, dim=0)):
        thread = threading.Thread(target=work)
        thread.start()
        assert inside.wait(10)
        assert list(ttnn.from_torch(x).shape) == [2, 4]
        done.set()
        thread.join()
    assert seen == {"before": [8, 4], "inside": [8, 1]}
