"""How TT-NN's programs say how an op should run on a card: program, convolution and compute kernel
configs. Here they are kept and compared; only a `fused_activation` and `untilize_out` change a result.
"""

import dataclasses
from dataclasses import field
from typing import Any, Union

from ttnn import enums as _enums
from ttnn._ttnn import (
    CoreCoord,
    CoreRange,
    CoreRangeSet,
    DataType,
    Layout,
    MemoryConfig,
    Shape,
    ShardOrientation,
    ShardSpec,
    TensorMemoryLayout,
)
from ttnn.unary_with_param import UnaryWithParam
from ttnn.value_class import Value, value

MathFidelity: Any = _enums.MathFidelity  # type: ignore[attr-defined]
ThrottleLevel: Any = _enums.ThrottleLevel  # type: ignore[attr-defined]
PaddingMode: Any = _enums.PaddingMode  # type: ignore[attr-defined]
SliceTypeEnum: Any = _enums.SliceTypeEnum  # type: ignore[attr-defined]
LayerNormType: Any = _enums.LayerNormType  # type: ignore[attr-defined]
DistributedLayerNormStage: Any = _enums.DistributedLayerNormStage  # type: ignore[attr-defined]

# ---- compute kernels -------------------------------------------------------------------------------


class DeviceComputeKernelConfig(Value):
    """A name for annotations; `WormholeComputeKernelConfig` is what programs make."""

    def __init__(self) -> None:
        raise TypeError(
            "DeviceComputeKernelConfig cannot be made; make a ttnn.WormholeComputeKernelConfig(...)."
        )


@value(kw_only=True)
class WormholeComputeKernelConfig(DeviceComputeKernelConfig):
    math_fidelity: MathFidelity = MathFidelity.Invalid
    math_approx_mode: bool = True
    fp32_dest_acc_en: bool = False
    packer_l1_acc: bool = False
    dst_full_sync_en: bool = False
    throttle_level: ThrottleLevel = ThrottleLevel.NO_THROTTLE


BlackholeComputeKernelConfig = WormholeComputeKernelConfig


def init_device_compute_kernel_config(
    arch: Any,
    device_kernel_config: WormholeComputeKernelConfig | None = None,
    *,
    math_fidelity: Any = MathFidelity.LoFi,
    math_approx_mode: bool = True,
    fp32_dest_acc_en: bool = False,
    packer_l1_acc: bool = False,
    dst_full_sync_en: bool = False,
    throttle_level: Any = ThrottleLevel.NO_THROTTLE,
) -> WormholeComputeKernelConfig:
    """The given config, or one of the given settings. `arch` makes no difference here."""
    if device_kernel_config is not None:
        return dataclasses.replace(device_kernel_config)
    return WormholeComputeKernelConfig(
        math_fidelity=math_fidelity,
        math_approx_mode=math_approx_mode,
        fp32_dest_acc_en=fp32_dest_acc_en,
        packer_l1_acc=packer_l1_acc,
        dst_full_sync_en=dst_full_sync_en,
        throttle_level=throttle_level,
    )


def layernorm_default_compute_config(arch: Any) -> WormholeComputeKernelConfig:
    """What layer_norm uses when it is given none."""
    return WormholeComputeKernelConfig(math_fidelity=MathFidelity.HiFi4, fp32_dest_acc_en=True)


rmsnorm_default_compute_config = layernorm_default_compute_config

# ---- matmul ----------------------------------------------------------------------------------------


@value(kw_only=True)
class MatmulMultiCoreReuseProgramConfig(Value):
    compute_with_storage_grid_size: CoreCoord
    in0_block_w: int
    out_subblock_h: int
    out_subblock_w: int
    per_core_M: int
    per_core_N: int
    allowed_worker_cores: CoreRangeSet | None = None


class _OutBlocks(Value):
    """Output blocks are as large as a core's share where nothing is said."""

    def __post_init__(self) -> None:
        if self.out_block_h is None:  # type: ignore[has-type]
            self.out_block_h = self.per_core_M  # type: ignore[attr-defined]
        if self.out_block_w is None:  # type: ignore[has-type]
            self.out_block_w = self.per_core_N  # type: ignore[attr-defined]


@value(kw_only=True)
class MatmulMultiCoreReuseMultiCastProgramConfig(_OutBlocks):
    compute_with_storage_grid_size: CoreCoord
    in0_block_w: int
    out_subblock_h: int
    out_subblock_w: int
    out_block_h: int | None = None
    out_block_w: int | None = None
    per_core_M: int
    per_core_N: int
    transpose_mcast: bool
    fused_activation: UnaryWithParam | None = None
    fuse_batch: bool = True
    allowed_worker_cores: CoreRangeSet | None = None


@value(kw_only=True)
class MatmulMultiCoreReuseMultiCast1DProgramConfig(_OutBlocks):
    compute_with_storage_grid_size: CoreCoord
    in0_block_w: int
    out_subblock_h: int
    out_subblock_w: int
    out_block_h: int | None = None
    out_block_w: int | None = None
    per_core_M: int
    per_core_N: int
    fuse_batch: bool
    fused_activation: UnaryWithParam | None = None
    mcast_in0: bool
    gather_in0: bool = False
    hop_cores: CoreRangeSet = field(default_factory=CoreRangeSet)
    num_global_cb_receivers: int = 1
    untilize_out: bool = False
    allowed_worker_cores: CoreRangeSet | None = None
    stream_in1: bool = False


@value(kw_only=True)
class MatmulMultiCoreReuseMultiCastDRAMShardedProgramConfig(Value):
    in0_block_w: int
    per_core_M: int
    per_core_N: int
    fused_activation: UnaryWithParam | None = None
    num_workers_per_dram_bank: int = 1


@value(kw_only=True)
class MatmulMultiCoreReuseMultiCastBatchedDRAMShardedProgramConfig(Value):
    in0_block_w: int
    per_core_M: int
    per_core_N: int
    fused_activation: UnaryWithParam | None = None


MatmulProgramConfig = Union[
    MatmulMultiCoreReuseProgramConfig,
    MatmulMultiCoreReuseMultiCastProgramConfig,
    MatmulMultiCoreReuseMultiCast1DProgramConfig,
    MatmulMultiCoreReuseMultiCastDRAMShardedProgramConfig,
    MatmulMultiCoreReuseMultiCastBatchedDRAMShardedProgramConfig,
]


@value(kw_only=True)
class MinimalMatmulConfig(Value):
    M_block_size: int = 1
    K_block_size: int = 1
    N_block_size: int = 1
    subblock_h: int = 1
    subblock_w: int = 1
    compute_with_storage_grid_size: CoreCoord = CoreCoord(0, 0)


@value()
class MatmulParams(Value):
    program_config: Any = field(default=None, init=False)
    bcast_batch: bool | None = field(default=None, init=False)
    output_mem_config: MemoryConfig = field(default=MemoryConfig(), init=False)
    output_dtype: DataType | None = field(default=None, init=False)
    compute_kernel_config: WormholeComputeKernelConfig | None = field(default=None, init=False)
    untilize_out: bool = field(default=False, init=False)
    transpose_a: bool = field(default=False, init=False)
    transpose_b: bool = field(default=False, init=False)


@value()
class MatmulInputs(Value):
    input_tensors: list[Any] = field(default_factory=list, init=False)
    optional_input_tensors: list[Any] = field(default_factory=list, init=False)
    optional_output_tensors: list[Any] = field(default_factory=list, init=False)


# ---- softmax, norms --------------------------------------------------------------------------------


@value()
class SoftmaxProgramConfig(Value):
    """Base of the two below."""


@value()
class SoftmaxDefaultProgramConfig(SoftmaxProgramConfig):
    """No wishes."""


@value(kw_only=True)
class SoftmaxShardedMultiCoreProgramConfig(SoftmaxProgramConfig):
    compute_with_storage_grid_size: CoreCoord
    subblock_w: int
    block_h: int
    block_w: int


@value(kw_only=True)
class LayerNormDefaultProgramConfig(Value):
    legacy_reduction: bool = False
    legacy_rsqrt: bool = False
    use_welford: bool = False


@value(kw_only=True)
class LayerNormShardedMultiCoreProgramConfig(Value):
    compute_with_storage_grid_size: CoreCoord
    subblock_w: int
    block_h: int
    block_w: int
    inplace: bool
    legacy_reduction: bool = False
    legacy_rsqrt: bool = False
    use_welford: bool = False


LayerNormProgramConfig = Union[
    LayerNormDefaultProgramConfig, LayerNormShardedMultiCoreProgramConfig
]


def create_layernorm_program_config(
    shard_spec: ShardSpec | None = None, tile_height: int = 32, tile_width: int = 32
) -> LayerNormDefaultProgramConfig | LayerNormShardedMultiCoreProgramConfig:
    """The config that fits how a tensor is sharded."""
    if shard_spec is None:
        return LayerNormDefaultProgramConfig()
    height, width = shard_spec.shape
    block_w = width // tile_width
    box: CoreRange = shard_spec.grid.bounding_box()
    return LayerNormShardedMultiCoreProgramConfig(
        compute_with_storage_grid_size=CoreCoord(box.end.x + 1, box.end.y + 1),
        subblock_w=next((n for n in (4, 3, 2) if block_w % n == 0), 1),
        block_h=height // tile_height,
        block_w=block_w,
        inplace=False,
    )


@value()
class LayerNormParams(Value):
    norm_type: LayerNormType = field(default=LayerNormType.LAYERNORM, init=False)
    distributed_norm_stage: DistributedLayerNormStage = field(
        default=DistributedLayerNormStage.NOT_DISTRIBUTED, init=False
    )
    eps: float = field(default=0.0, init=False)
    output_mem_config: MemoryConfig = field(default=MemoryConfig(), init=False)
    program_config: LayerNormProgramConfig = field(
        default_factory=LayerNormDefaultProgramConfig, init=False
    )
    compute_kernel_config: WormholeComputeKernelConfig = field(
        default_factory=WormholeComputeKernelConfig, init=False
    )
    dtype: DataType | None = field(default=None, init=False)


@value()
class LayerNormInputs(Value):
    input: Any
    residual_input_tensor: Any = field(default=None, init=False)
    weight: Any = field(default=None, init=False)
    bias: Any = field(default=None, init=False)
    stats: Any = field(default=None, init=False)
    recip_tensor: Any = field(default=None, init=False)


@value()
class SliceParams(Value):
    slice_start: Shape = field(default=Shape([]), init=False)
    slice_end: Shape = field(default=Shape([]), init=False)
    step: Shape = field(default=Shape([]), init=False)
    output_mem_config: MemoryConfig = field(default=MemoryConfig(), init=False)
    sub_core_grids: CoreRangeSet | None = field(default=None, init=False)
    output_mem_config_inherited: bool = field(default=False, init=False)


@value()
class SliceInputs(Value):
    input: Any
    preallocated_output: Any = field(default=None, init=False)


# ---- attention -------------------------------------------------------------------------------------


@value(kw_only=True)
class SDPAProgramConfig(Value):
    compute_with_storage_grid_size: CoreCoord
    sub_core_grids: CoreRangeSet | None = None
    q_chunk_size: int
    k_chunk_size: int
    exp_approx_mode: bool | None = None
    max_cores_per_head_batch: int = 16
    max_k_splits: int = 1
    matmul_math_fidelity: MathFidelity | None = None
    segmented_accumulation: bool = False


@value(kw_only=True)
class PagedCacheGeometryOverride(Value):
    block_size: int = 0
    num_kv_heads: int = 0

    def active(self) -> bool:
        return self.block_size > 0 or self.num_kv_heads > 0


@value()
class ChunkGdnMonoProgramConfig(Value):
    """No wishes."""


@value(kw_only=True)
class ChunkGdnPhasedProgramConfig(Value):
    use_mcast: bool = True
    scan_serial: bool = False
    prep_serial: bool = False


@value(kw_only=True)
class ChunkGdnFusedProgramConfig(Value):
    num_producers: int | None = None
    num_receivers: int | None = None
    row_local: bool | None = None
    handoff_depth: int | None = None
    unicast: bool = True
    posted: bool = False
    producer_pool: bool | None = None
    pool_extra_share: float | None = None
    handoff_checks: bool = False
    handoff_fault: int = 0


@value(kw_only=True)
class QkvCausalConv1dSiluProgramConfig(Value):
    channel_chunk_size: int


@value(kw_only=True)
class IndexerScoreProgramConfig(Value):
    q_chunk_size: int = 32
    k_chunk_size: int = 32
    head_group_size: int = 1


# ---- convolution -----------------------------------------------------------------------------------


@value(kw_only=True)
class Conv2dConfig(Value):
    weights_dtype: DataType | None = None
    activation: UnaryWithParam | None = None
    deallocate_activation: bool = False
    reallocate_halo_output: bool = True
    config_tensors_in_dram: bool = False
    act_block_h_override: int = 0
    act_block_w_div: int = 1
    reshard_if_not_optimal: bool = False
    override_sharding_config: bool = False
    shard_layout: TensorMemoryLayout | None = None
    core_grid: CoreRangeSet | None = None
    transpose_shards: bool = False
    output_layout: Layout = Layout.TILE
    enable_act_double_buffer: bool = False
    enable_weights_double_buffer: bool = False
    full_inner_dim: bool = False
    enable_kernel_stride_folding: bool | None = None
    enable_activation_reuse: bool = False
    force_split_reader: bool | None = None
    override_output_sharding_config: bool = False
    padding_mode: PaddingMode = PaddingMode.Zeros


@value(kw_only=True)
class Conv1dConfig(Conv2dConfig):
    """The same fields."""


@value(kw_only=True)
class Conv3dConfig(Value):
    weights_dtype: DataType = DataType.BFLOAT16
    output_layout: Layout = Layout.ROW_MAJOR
    T_out_block: int = 1
    W_out_block: int = 1
    H_out_block: int = 1
    C_out_block: int = 0
    C_in_block: int = 0
    dilation: list[int] = field(default_factory=lambda: [1, 1, 1])
    alignment: int = 32
    compute_with_storage_grid_size: CoreCoord = CoreCoord(0, 0)
    enable_fp32_operand_split: bool = False


@value(kw_only=True)
class Op2DSliceConfig(Value):
    """Into how many slices, and along what, a convolution is cut; 0: as many as it takes."""

    slice_type: SliceTypeEnum
    num_slices: int = 0


Op2DSliceConfig.SliceTypeEnum = SliceTypeEnum  # type: ignore[attr-defined]
Conv2dSliceConfig = Op2DSliceConfig
Conv2dDRAMSliceHeight = Op2DDRAMSliceHeight = SliceTypeEnum.DRAMSliceHeight
Conv2dDRAMSliceWidth = Op2DDRAMSliceWidth = SliceTypeEnum.DRAMSliceWidth
Conv2dL1Full = Op2DL1Full = SliceTypeEnum.L1Full
Conv2dL1FullSliceConfig = Op2DL1FullSliceConfig = Op2DSliceConfig(slice_type=SliceTypeEnum.L1Full)


@value(kw_only=True)
class SlidingWindowParallelConfig(Value):
    grid: CoreRangeSet
    shard_scheme: TensorMemoryLayout
    shard_orientation: ShardOrientation


@value()
class YUVCoefficients(Value):
    y: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    cb: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    cr: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])


__all__ = [
    name
    for name, item in list(globals().items())
    if getattr(item, "__module__", None) == __name__ and not name.startswith("_")
] + [
    "Conv2dDRAMSliceHeight",
    "Conv2dDRAMSliceWidth",
    "Conv2dL1Full",
    "LayerNormProgramConfig",
    "MatmulProgramConfig",
    "Op2DDRAMSliceHeight",
    "Op2DDRAMSliceWidth",
    "Op2DL1Full",
]
