"""The names that public programs use most and that are values, not ops: each is there, can be made,
compared, hashed and printed on one line, and survives copying and pickling.

`data/value_names.txt` lists them; a class needs a sample below, the rest follows from what a name is.
"""

import copy
import enum
import pathlib
import pickle

import pytest

import ttnn

NAMES = [
    line
    for line in pathlib.Path(__file__)
    .parent.joinpath("data/value_names.txt")
    .read_text()
    .split("\n")
    if line and not line.startswith("#")
]


def cores(x=8, y=4):
    return ttnn.CoreRangeSet({ttnn.CoreRange(ttnn.CoreCoord(0, 0), ttnn.CoreCoord(x - 1, y - 1))})


def shard_spec():
    return ttnn.ShardSpec(cores(), (32, 64), ttnn.ShardOrientation.ROW_MAJOR)


def mesh_core():
    return ttnn.MeshCoreCoord(ttnn.MeshCoordinate(0, 1), ttnn.CoreCoord(2, 3))


MATMUL = {"in0_block_w": 2, "per_core_M": 4, "per_core_N": 8}
GRID = {"compute_with_storage_grid_size": (8, 8)}
REUSE = {**GRID, **MATMUL, "out_subblock_h": 1, "out_subblock_w": 2}
BLOCK = {**GRID, "subblock_w": 1, "block_h": 2, "block_w": 4}
SOCKET_MEMORY = ttnn.SocketMemoryConfig(ttnn.BufferType.L1, 1024)

# How a class is made; a class that is not here is made without arguments.
SAMPLES = {
    "CBDescriptor": lambda c: c(2048, cores(), [ttnn.CBFormatDescriptor(0, ttnn.bfloat16, 2048)]),
    "CBFormatDescriptor": lambda c: c(buffer_index=1, data_format=ttnn.bfloat16, page_size=2048),
    "CoreCoord": lambda c: c(3, 4),
    "CoreGrid": lambda c: c(y=4, x=8),
    "CoreRange": lambda c: c((0, 0), (7, 3)),
    "CoreRangeSet": lambda c: c([ttnn.CoreRange((0, 0), (1, 1)), ttnn.CoreRange((4, 4), (5, 5))]),
    "DotAccessDict": lambda c: c(a=1, b=2),
    "FabricNodeId": lambda c: c(ttnn.MeshId(0), 3),
    "LayerNormInputs": lambda c: c(None),
    "LayerNormShardedMultiCoreProgramConfig": lambda c: c(**BLOCK, inplace=False),
    "MatmulMultiCoreReuseMultiCast1DProgramConfig": lambda c: c(
        **REUSE, fuse_batch=True, mcast_in0=True, fused_activation=(ttnn.UnaryOpType.GELU, True)
    ),
    "MatmulMultiCoreReuseMultiCastBatchedDRAMShardedProgramConfig": lambda c: c(**MATMUL),
    "MatmulMultiCoreReuseMultiCastDRAMShardedProgramConfig": lambda c: c(
        **MATMUL, fused_activation=ttnn.UnaryOpType.SILU
    ),
    "MatmulMultiCoreReuseMultiCastProgramConfig": lambda c: c(**REUSE, transpose_mcast=False),
    "MatmulMultiCoreReuseProgramConfig": lambda c: c(**REUSE),
    "MemoryConfig": lambda c: c(
        ttnn.TensorMemoryLayout.HEIGHT_SHARDED, ttnn.BufferType.L1, shard_spec()
    ),
    "MeshComposerConfig": lambda c: c([0, 1]),
    "MeshCoordinate": lambda c: c(0, 1),
    "MeshCoordinateRange": lambda c: c(ttnn.MeshCoordinate(0, 0), ttnn.MeshCoordinate(1, 3)),
    "MeshCoreCoord": lambda c: mesh_core(),
    "MeshId": lambda c: c(1),
    "MeshMapperConfig": lambda c: c([ttnn.PlacementReplicate(), ttnn.PlacementShard(3)]),
    "MeshShape": lambda c: c(2, 4),
    "NdShardSpec": lambda c: c((1, 32, 64), cores()),
    "Op2DSliceConfig": lambda c: c(slice_type=ttnn.Conv2dDRAMSliceWidth, num_slices=4),
    "OverlappedTensor": lambda c: c(None, [32, 32], [32, 32], cores(), ttnn.bfloat16, [32, 32]),
    "PlacementShard": lambda c: c(3),
    "QkvCausalConv1dSiluProgramConfig": lambda c: c(channel_chunk_size=32),
    "QueueId": lambda c: c(1),
    "Rank": lambda c: c(1),
    "SDPAProgramConfig": lambda c: c(**GRID, q_chunk_size=128, k_chunk_size=128),
    "Shape": lambda c: c([2, 3]),
    "ShardSpec": lambda c: shard_spec(),
    "Size": lambda c: c(2),
    "SliceInputs": lambda c: c(None),
    "SlidingWindowParallelConfig": lambda c: c(
        grid=cores(),
        shard_scheme=ttnn.TensorMemoryLayout.HEIGHT_SHARDED,
        shard_orientation=ttnn.ShardOrientation.ROW_MAJOR,
    ),
    "SocketConfig": lambda c: c([ttnn.SocketConnection(mesh_core(), mesh_core())], SOCKET_MEMORY),
    "SocketConnection": lambda c: c(mesh_core(), mesh_core()),
    "SocketMemoryConfig": lambda c: c(ttnn.BufferType.L1, 1024),
    "SoftmaxShardedMultiCoreProgramConfig": lambda c: c(**BLOCK),
    "SubDevice": lambda c: c([cores()]),
    "SubDeviceId": lambda c: c(1),
    "SubDeviceManagerId": lambda c: c(1),
    "SubcontextId": lambda c: c(1),
    "TensorSpec": lambda c: c((2, 3), ttnn.bfloat16, ttnn.TILE_LAYOUT),
    "Tile": lambda c: c((16, 32)),
    "UnaryWithParam": lambda c: c(ttnn.UnaryOpType.RELU_MAX, 6.0),
    "WormholeComputeKernelConfig": lambda c: c(math_fidelity=ttnn.MathFidelity.HiFi4),
}

# What a function gives, by its last name.
HALF = (ttnn.CoreCoord(0, 0), ttnn.CoreCoord(1, 0), ttnn.CoreCoord(0, 1))
CALLS = {
    "compute_program_descriptor_hash": lambda f: (
        f(ttnn.ProgramDescriptor()) == f(ttnn.ProgramDescriptor()),
        True,
    ),
    "corerange_to_cores": lambda f: (f(cores(2, 2), 3, row_wise=True), list(HALF)),
    "create_layernorm_program_config": lambda f: (f(), ttnn.LayerNormDefaultProgramConfig()),
    "create_sharded_memory_config": lambda f: (
        f((1, 1, 128, 64), ttnn.CoreGrid(x=4, y=2), ttnn.ShardStrategy.BLOCK).shard_spec.shape,
        [64, 16],
    ),
    "create_sharded_memory_config_": lambda f: (
        f(
            (1, 1, 100, 64), cores(4, 1), ttnn.ShardStrategy.HEIGHT, None, tile_layout=True
        ).shard_spec.shape,
        [32, 64],
    ),
    "divup": lambda f: (f(7, 2), 4),
    "element_size": lambda f: (f(ttnn.bfloat16), 2),
    "from_json": lambda f: (
        f(ttnn.L1_MEMORY_CONFIG.to_json()),
        ttnn.L1_MEMORY_CONFIG,
    ),
    "grid_to_cores": lambda f: (f(3, 2, 2, row_wise=True), list(HALF)),
    "init_device_compute_kernel_config": lambda f: (
        f(ttnn.Arch.WORMHOLE_B0, math_fidelity=ttnn.MathFidelity.HiFi2),
        ttnn.WormholeComputeKernelConfig(math_fidelity=ttnn.MathFidelity.HiFi2),
    ),
    "layernorm_default_compute_config": lambda f: (
        f(ttnn.Arch.WORMHOLE_B0).math_fidelity,
        ttnn.MathFidelity.HiFi4,
    ),
    "make_dot_access_dict": lambda f: (f({"a": {"b": 1}}).a.b, 1),
    "merge_program_descriptors": lambda f: (
        f([ttnn.ProgramDescriptor(semaphores=[ttnn.SemaphoreDescriptor()])] * 2),
        ttnn.ProgramDescriptor(semaphores=[ttnn.SemaphoreDescriptor()] * 2),
    ),
    "num_cores_to_corerangeset": lambda f: (f(8, ttnn.CoreCoord(8, 8), True), cores(8, 1)),
    "num_cores_to_corerangeset_in_subcoregrids": lambda f: (
        f((0, 0), 8, cores(8, 8), True),
        cores(8, 1),
    ),
    "rmsnorm_default_compute_config": lambda f: (
        f(ttnn.Arch.WORMHOLE_B0).math_fidelity,
        ttnn.MathFidelity.HiFi4,
    ),
    "roundup": lambda f: (f(33, 32), 64),
    "split_work_to_cores": lambda f: (f((8, 8), 64)[0], 64),
    "tile_size": lambda f: (f(ttnn.bfloat8_b), 1088),
}
HOST_TENSOR_CALLS = {
    "get_memory_config": None,
    "is_sharded": False,
    "is_tensor_storage_on_device": False,
    "has_tile_padding": False,
}
# These hash by identity, or not at all, as in TT-NN.
BY_IDENTITY = (dict, ttnn.MeshMapperConfig, ttnn.MeshComposerConfig)
# Names for annotations, of which there are no instances.
ABSTRACT = {"DeviceComputeKernelConfig"}


def resolve(name):
    value = ttnn
    for part in name.split("."):
        value = getattr(value, part)
    return value


def check_value(value, again):
    assert value == again
    assert not value != again  # noqa: SIM202  # __ne__ is meant
    assert value != object()
    assert "\n" not in repr(value)
    assert repr(value) == repr(again)
    assert " object at 0x" not in repr(value)
    if not isinstance(value, BY_IDENTITY):
        assert hash(value) == hash(again)
    for other in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert type(other) is type(value)
        assert other == value
        assert repr(other) == repr(value)


def check_member(member):
    cls = type(member)
    assert str(member) == f"{cls.__name__}.{member.name}"
    assert cls[member.name] is member
    assert cls(member.value) is member
    assert isinstance(member.value, int)
    assert pickle.loads(pickle.dumps(member)) is member
    assert copy.deepcopy(member) is member
    assert [other for other in cls if other == member] == [member]


def test_the_list_is_four_hundred_names():
    assert len(NAMES) == len(set(NAMES)) == 400


@pytest.mark.parametrize("name", NAMES)
def test_value(name):
    value = resolve(name)
    last = name.rpartition(".")[2]
    if isinstance(value, enum.Enum):
        check_member(value)
    elif isinstance(value, type) and issubclass(value, enum.Enum):
        for member in value:
            check_member(member)
    elif last in ABSTRACT:
        with pytest.raises(TypeError, match="cannot be made"):
            value()
    elif isinstance(value, type):
        make = SAMPLES.get(value.__name__, lambda cls: cls())
        check_value(make(value), make(value))
        if not issubclass(value, dict):
            with pytest.raises(TypeError):
                value(no_such_argument=1, nor_this=2)
    elif last in HOST_TENSOR_CALLS:
        tensor = ttnn.from_torch(pytest.importorskip("torch").zeros(2, 3))
        assert value(tensor) == HOST_TENSOR_CALLS[last]
    elif callable(value):
        found, expected = CALLS[last](value)
        assert found == expected
    else:
        check_value(value, copy.deepcopy(value))


def test_enums_have_ttnns_numbers():
    assert ttnn.DataType.BFLOAT8_B.value == 3
    assert ttnn.MathFidelity.HiFi4.value == 4
    assert ttnn.MathFidelity.Invalid.value == 255
    assert ttnn.Topology.Linear.value == 1
    assert ttnn.UnaryOpType.SILU.value == 58
    assert ttnn.UnaryOpType.SOFTCAP.value == 118
    assert ttnn.BinaryOpType.SITU_GLU.value == 46
    assert ttnn.cluster.ClusterType.P150_X8.value == 13
    assert ttnn.cluster.ClusterType.CUSTOM.value == 18
    assert ttnn.SigmoidMode.Accurate.value == 2
    assert str(ttnn.bfloat16) == repr(ttnn.bfloat16) == "DataType.BFLOAT16"


def test_shape_behaves_as_a_sequence_of_ints():
    shape = ttnn.Shape([2, 3, 5])
    assert shape == (2, 3, 5) and shape == [2, 3, 5] and shape == [2, 3, 5]
    assert shape != (2, 3) and shape != "235" and shape != None  # noqa: E711
    assert (len(shape), list(shape), shape.rank, shape[-1]) == (3, [2, 3, 5], 3, 5)
    assert {shape: 1}[ttnn.Shape((2, 3, 5))] == 1
    assert shape.to_rank(4) == (1, 2, 3, 5)
    with pytest.raises(IndexError, match="out of range"):
        shape[3]
    with pytest.raises(TypeError):
        shape[0:2]
    with pytest.raises(RuntimeError, match="Can't convert shape rank"):
        shape.to_rank(2)
    with pytest.raises(TypeError):
        ttnn.Shape([1.5])


def test_texts_of_memory_configs():
    assert str(ttnn.DRAM_MEMORY_CONFIG) == (
        "MemoryConfig(memory_layout=TensorMemoryLayout::INTERLEAVED,buffer_type=BufferType::DRAM,"
        "shard_spec=std::nullopt,nd_shard_spec=std::nullopt,created_with_nd_shard_spec=0)"
    )
    assert repr(cores()) == "{[(x=0,y=0) - (x=7,y=3)]}"


def test_memory_configs_of_both_kinds_of_shards_survive_json():
    nd = ttnn.MemoryConfig(ttnn.BufferType.L1, ttnn.NdShardSpec((1, 32, 64), cores()))
    legacy = ttnn.MemoryConfig(
        ttnn.TensorMemoryLayout.WIDTH_SHARDED, ttnn.BufferType.L1, shard_spec()
    )
    for config in (nd, legacy, ttnn.L1_MEMORY_CONFIG):
        assert ttnn.MemoryConfig.from_json(config.to_json()) == config
    assert nd.is_sharded() and nd.memory_layout == ttnn.TensorMemoryLayout.ND_SHARDED


def test_program_configs_survive_json_with_their_activation():
    make = SAMPLES["MatmulMultiCoreReuseMultiCast1DProgramConfig"]
    config = make(ttnn.MatmulMultiCoreReuseMultiCast1DProgramConfig)
    assert type(config).from_json(config.to_json()) == config
    assert config.fused_activation.op_type == ttnn.UnaryOpType.GELU
    assert config.fused_activation.params == [1.0]
    assert (config.out_block_h, config.out_block_w) == (config.per_core_M, config.per_core_N)


def test_fields_convert_or_refuse():
    config = ttnn.SDPAProgramConfig(**GRID, q_chunk_size=128, k_chunk_size=128)
    assert config.compute_with_storage_grid_size == ttnn.CoreCoord(8, 8)
    with pytest.raises(TypeError, match=r"SDPAProgramConfig: q_chunk_size must be int, but is 1.5"):
        config.q_chunk_size = 1.5
    with pytest.raises(AttributeError, match="no field 'q_chunk'"):
        config.q_chunk = 1
    assert config.q_chunk_size == 128


def test_unary_with_param_is_made_of_what_programs_write():
    relu = ttnn.UnaryOpType.RELU
    assert ttnn.UnaryWithParam(relu) == relu
    assert ttnn.UnaryWithParam((relu, 2)) == ttnn.UnaryWithParam(relu, 2.0)
    assert ttnn.UnaryWithParam(relu, 1, 2).params == [1.0, 2.0]
    with pytest.raises(TypeError, match="UnaryOpType"):
        ttnn.UnaryWithParam("relu")


def test_core_range_sets_refuse_overlaps():
    with pytest.raises(RuntimeError, match="overlap"):
        ttnn.CoreRangeSet([ttnn.CoreRange((0, 0), (2, 2)), ttnn.CoreRange((1, 1), (3, 3))])
    with pytest.raises(RuntimeError, match="Invalid core range"):
        ttnn.CoreRange((2, 2), (1, 1))


def test_block_floats_need_tiles():
    with pytest.raises(
        RuntimeError, match=r"Layout must be Layout::TILE for bfloat8_b or bfloat4_b!"
    ):
        ttnn.TensorSpec((32, 32), ttnn.bfloat8_b, ttnn.ROW_MAJOR_LAYOUT)


@pytest.mark.parametrize(
    "strategy, shape",
    [("HEIGHT", [8, 128]), ("WIDTH", [64, 16]), ("BLOCK", [32, 32])],
)
def test_sharded_memory_configs_divide_the_tensor(strategy, shape):
    strategy = ttnn.ShardStrategy[strategy]
    grid = ttnn.CoreGrid(x=4, y=2)
    config = ttnn.create_sharded_memory_config((1, 2, 32, 128), grid, strategy)
    assert config.shard_spec.shape == shape
    assert config.buffer_type == ttnn.BufferType.L1
    kept = ttnn.create_sharded_memory_config(
        (32, 128), grid, strategy, use_height_and_width_as_shard_shape=True
    )
    assert kept.shard_spec.shape == [32, 128]


@pytest.mark.parametrize(
    "change, phrase",
    [
        ({"shape": (1, 1, 65, 128)}, "Invalid sharding core_grid"),
        ({"shape": 5}, "Invalid input shape"),
        ({"core_grid": (8, 8)}, "Invalid core_grid type"),
        ({"strategy": "BLOCK"}, "Invalid sharding strategy"),
        ({"orientation": "ROW_MAJOR"}, "Invalid shard orientation"),
        (
            {
                "core_grid": ttnn.CoreRangeSet(
                    [ttnn.CoreRange((0, 0), (0, 0)), ttnn.CoreRange((2, 2), (2, 2))]
                )
            },
            "Invalid CoreRangeSet for block sharding strategy",
        ),
    ],
)
def test_sharded_memory_configs_say_what_is_wrong(change, phrase):
    arguments = {
        "shape": (1, 1, 64, 128),
        "core_grid": ttnn.CoreGrid(x=4, y=2),
        "strategy": ttnn.ShardStrategy.BLOCK,
        **change,
    }
    with pytest.raises(RuntimeError, match=phrase):
        ttnn.create_sharded_memory_config(**arguments)
