"""Values that TT-NN also has in submodules, such as `ttnn.operations.ccl.Topology`: one table of places.

`install()` runs at the end of `import ttnn`; a submodule that exists keeps what it has.
"""

from __future__ import annotations

import importlib.util
import sys
import types

_FABRIC = """FabricConfig FabricManagerMode FabricNodeId FabricReliabilityMode FabricRouterConfig
    FabricTensixConfig FabricType FabricUDMMode MeshId"""
_TENSOR = """BufferType CoreCoord CoreRange CoreRangeSet DataType DumpTensorMode Layout MathFidelity
    MemoryConfig NdShardSpec OverlappedTensor ShardDistributionStrategy ShardOrientation
    ShardShapeAlignment ShardSpec StorageType Tensor TensorMemoryLayout TensorSpec Tile
    corerange_to_cores element_size tile_size"""
_DESCRIPTORS = """CBDescriptor CBFormatDescriptor ComputeConfigDescriptor DataMovementConfigDescriptor
    FaceGeometry KernelDescriptor MeshProgramDescriptor ProgramDescriptor ReaderConfigDescriptor
    RuntimeArgs RuntimeArgsColProxy SemaphoreDescriptor TileDescriptor UnpackToDestMode
    WriterConfigDescriptor merge_program_descriptors"""

_PLACES = {
    "_ttnn.activation": "UnaryOpType UnaryWithParam",
    "_ttnn.device": """Arch DispatchCoreAxis DispatchCoreConfig DispatchCoreType SubDevice SubDeviceId
        SubDeviceManagerId""",
    "_ttnn.events": "MeshEvent event_synchronize record_event wait_for_event",
    "_ttnn.fabric": _FABRIC,
    "_ttnn.global_semaphore": """create_global_semaphore get_global_semaphore_address
        reset_global_semaphore_value""",
    "_ttnn.hd_socket": "H2DMode",
    "_ttnn.mesh_socket": """MeshCoreCoord MeshSocket SocketConfig SocketConnection SocketEndpoint
        SocketMemoryConfig create_socket_pair""",
    "_ttnn.multi_device": "Rank Size SubcontextId",
    "_ttnn.program_descriptor": _DESCRIPTORS,
    "_ttnn.tensor": _TENSOR,
    "_ttnn.types": """BcastOpDim BcastOpMath CoreGrid CoreType DRAM_MEMORY_CONFIG
        DataMovementProcessor L1_MEMORY_CONFIG NOC NOC_MODE QueueId Shape""",
    "cluster": "ClusterType",
    "core": """create_sharded_memory_config create_sharded_memory_config_ divup grid_to_cores
        num_cores_to_corerangeset num_cores_to_corerangeset_in_subcoregrids roundup
        split_work_to_cores""",
    "device": """Arch DispatchCoreAxis DispatchCoreConfig DispatchCoreType SubDevice SubDeviceId
        SubDeviceManagerId init_device_compute_kernel_config""",
    "distributed": "DispatchCoreType",
    "experimental": "RGBRange YUVCoefficients YUVColorSpace YUVFormat YUVRange",
    "graph": "RunMode",
    "operations.ccl": """DispatchAlgorithm MMSignalAggregatorMode Topology WorkerMode get_num_links
        get_usable_topology""",
    "operations.conv2d": """Conv2dConfig Conv2dDRAMSliceHeight Conv2dDRAMSliceWidth Conv2dL1Full
        Conv2dL1FullSliceConfig Conv2dSliceConfig Op2DDRAMSliceHeight Op2DDRAMSliceWidth Op2DL1Full
        Op2DL1FullSliceConfig Op2DSliceConfig PaddingMode SlidingWindowParallelConfig""",
    "operations.embedding": "EmbeddingsType",
    "operations.losses": "LossReductionMode",
    "operations.matmul": """MatmulInputs MatmulMultiCoreReuseMultiCast1DProgramConfig
        MatmulMultiCoreReuseMultiCastBatchedDRAMShardedProgramConfig
        MatmulMultiCoreReuseMultiCastDRAMShardedProgramConfig
        MatmulMultiCoreReuseMultiCastProgramConfig MatmulMultiCoreReuseProgramConfig MatmulParams
        MatmulProgramConfig""",
    "operations.normalization": """DistributedLayerNormStage LayerNormDefaultProgramConfig
        LayerNormInputs LayerNormParams LayerNormProgramConfig LayerNormShardedMultiCoreProgramConfig
        LayerNormType SoftmaxDefaultProgramConfig SoftmaxProgramConfig
        SoftmaxShardedMultiCoreProgramConfig create_layernorm_program_config
        layernorm_default_compute_config rmsnorm_default_compute_config""",
    "operations.reduction": "ReduceType",
    "operations.transformer": """ChunkGdnFusedProgramConfig ChunkGdnMonoProgramConfig
        ChunkGdnPhasedProgramConfig ChunkGdnWyInverse PagedCacheGeometryOverride SDPAProgramConfig
        SparseKVFormat""",
    "transformer": "SparseKVFormat",
}


def submodule(parent: types.ModuleType, name: str) -> types.ModuleType:
    """The submodule `name`: the one that is there, a file's, or a new one."""
    if isinstance(getattr(parent, name, None), types.ModuleType):
        return getattr(parent, name)  # type: ignore[no-any-return]
    full = f"{parent.__name__}.{name}"
    if full not in sys.modules:
        if hasattr(parent, "__path__") and importlib.util.find_spec(full):
            importlib.import_module(full)
        else:
            sys.modules[full] = types.ModuleType(full)
            # A package, so that further submodules can be found under it.
            sys.modules[full].__path__ = []
    setattr(parent, name, sys.modules[full])
    return sys.modules[full]


def install() -> None:
    """Puts every value where the table says, unless something of that name is there."""
    ttnn = sys.modules["ttnn"]
    from ttnn import dot_access, enums, sharding  # noqa: F401  # ttnn.dot_access is named unimported

    for path, names in _PLACES.items():
        module = ttnn
        for part in path.split("."):
            module = submodule(module, part)
        for name in names.split():
            for source in (ttnn, sharding, enums):
                if name in vars(source) and name not in vars(module):
                    setattr(module, name, getattr(source, name))
