"""TT-NN's enums that no C++ code needs, as one table. Those that C++ needs are bound with it.

They print like the bound ones: `str(x)` and `repr(x)` are `Topology.Ring`.
"""

from __future__ import annotations

import enum

# Members are numbered from 0 unless a number is given.
_TABLE = {
    "BcastOpDim": "H W HW",
    "BcastOpMath": "ADD SUB MUL",
    "BinaryOpType": """ADD SUB MUL GT LT LE GE EQ NE SQUARED_DIFFERENCE BIAS_GELU LOGADDEXP
        LOGICAL_AND LOGICAL_OR LOGICAL_XOR LDEXP LOGADDEXP2 DIV DIV_FLOOR DIV_TRUNC REMAINDER FMOD
        RSUB POWER BITWISE_XOR BITWISE_AND BITWISE_OR LEFT_SHIFT RIGHT_SHIFT LOGICAL_RIGHT_SHIFT
        QUANT REQUANT DEQUANT MAXIMUM MINIMUM GCD LCM ADDALPHA SUBALPHA XLOGY HYPOT ATAN2 NEXTAFTER
        WHERE_TST WHERE_TTS ISCLOSE SITU_GLU""",
    "ChunkGdnWyInverse": "AUTO HORNER FORWARD_SUBSTITUTION",
    "ClusterType": """INVALID N150 N300 T3K GALAXY TG P100 P150 P150_X2 P150_X4
        SIMULATOR_WORMHOLE_B0 SIMULATOR_BLACKHOLE N300_2x2 P150_X8 P300 SIMULATOR_QUASAR
        BLACKHOLE_GALAXY P300_X2 CUSTOM""",
    "CoreType": """ARC DRAM ACTIVE_ETH IDLE_ETH PCIE TENSIX ROUTER_ONLY SECURITY L2CPU DISPATCH
        HARVESTED ETH WORKER COUNT UNSPECIFIED""",
    "D2DStageGateMode": "KeepOpen CloseOnTransit",
    "DataMovementProcessor": """RISCV_0 RISCV_1 RISCV_2 RISCV_3 RISCV_4 RISCV_5 RISCV_6
        RISCV_7""",
    "DispatchAlgorithm": """BROADCAST SPARSE_UNICAST SPARSE_MCAST_LINEAR
        SPARSE_MCAST_SHORTEST_PATH SPARSE_MCAST_SPLIT_BW""",
    "DispatchCoreAxis": "ROW COL",
    "DispatchCoreType": "WORKER ETH",
    "DistributedLayerNormStage": "NOT_DISTRIBUTED PRE_ALL_GATHER POST_ALL_GATHER",
    "DumpTensorMode": "DISTRIBUTED_GATHER LOCAL",
    "EmbeddingsType": "GENERIC PADDED BINARY",
    "FabricManagerMode": "ENABLED INIT_FABRIC TERMINATE_FABRIC DEFAULT",
    "FabricReliabilityMode": "STRICT_INIT RELAXED_INIT DYNAMIC_RECONFIG",
    "FabricTensixConfig": "DISABLED MUX",
    "FabricType": "MESH=1 TORUS_X=2 TORUS_Y=4 TORUS_XY=6",
    "FabricUDMMode": "DISABLED ENABLED",
    "GeluVariant": "Accurate FastLut Tanh",
    "H2DMode": "HOST_PUSH DEVICE_PULL",
    "LayerNormType": "LAYERNORM RMSNORM",
    "LossReductionMode": "NONE MEAN SUM",
    "MMSignalAggregatorMode": "Auto On Off",
    "MathFidelity": "LoFi=0 HiFi2=2 HiFi3=3 HiFi4=4 Invalid=255",
    "McastCoreOrder": "RowMajor ColumnMajor",
    "McastDataReady": "Flag Counter",
    "McastSenderPlacement": "Uniform Staggered",
    "NOC": "RISCV_0_default=0 RISCV_1_default=1 NOC_0=0 NOC_1=1",
    "NOC_MODE": "DM_DEDICATED_NOC DM_DYNAMIC_NOC",
    "PaddingMode": "Zeros Replicate",
    "RGBRange": "MinusOneToOne ZeroToOne",
    "ReduceType": "Sum Mean Max Min Std Var Prod",
    "RoutedExpertActivation": "Silu SwiGluOai SituGlu ClampedSiluGlu",
    "RunMode": "NORMAL NO_DISPATCH",
    "SigmoidMode": "FastApproximate AccurateWithFastExp Accurate",
    "SliceTypeEnum": "DRAMSliceHeight DRAMSliceWidth L1Full",
    "SocketEndpoint": "SENDER RECEIVER",
    "SourceType": "FILE_PATH SOURCE_CODE",
    "SparseKVFormat": "BF16 FP8_E4M3 SCALED_FP8",
    "ThrottleLevel": "NO_THROTTLE LEVEL_1 LEVEL_2 LEVEL_3 LEVEL_4 LEVEL_5",
    "TileReshapeMapMode": "CACHE RECREATE",
    "Topology": "Linear=1 Ring=2 Mesh=3 Torus=4",
    "TransferMode": "Multicast ChainUnicast",
    "UnaryOpType": """EXP RECIP GELU GELU_TANH RELU SQRT SIGMOID LOG LOG1P TANH LOG2 LOG10 SIN COS
        COSH SINH ABS ABS_INT32 SIGN SQUARE EQZ NEZ GTZ LTZ GEZ LEZ RELU_MAX RELU_MIN POWER
        POWER_ITERATIVE LEAKY_RELU ELU EXP2 HEAVISIDE EXPM1 SIGNBIT ASIN ACOS ACOSH RSQRT RELU6 ATAN
        ASINH ATANH ERF ERFC ISINF ISPOSINF ISNEGINF ISNAN LOGICAL_NOT_UNARY ISFINITE ERFINV I0 I1
        TAN RSUB RDIV SILU SOFTPLUS IDENTITY NEG ADD_UNARY_SFPU SUB_UNARY_SFPU MUL_UNARY_SFPU
        DIV_UNARY_SFPU UNARY_NE UNARY_EQ UNARY_GT UNARY_LT UNARY_GE UNARY_LE TILED_PROD TYPECAST
        BITCAST BITWISE_XOR BITWISE_NOT BITWISE_AND BITWISE_OR RIGHT_SHIFT FLOOR CEIL TRUNC FRAC
        ROUND LEFT_SHIFT REMAINDER FMOD DROPOUT FILL PRELU_SFPU ZERO_POINT ALT_COMPLEX_ROTATE90 MISH
        HARDMISH MAXIMUM MINIMUM TANHSHRINK THRESHOLD SOFTSHRINK HARDSHRINK HARDTANH HARDSIGMOID
        HARDSWISH WHERE_TSS MAC_TSS SOFTSIGN CELU CLAMP_TSS SELU RPOW CBRT LOGSIGMOID LOGIT XIELU
        LGAMMA DIGAMMA POLYGAMMA SOFTCAP""",
    "UnpackToDestMode": "UnpackToDestFp32 Default",
    "WorkerMode": "DIRECT MUX_TOKEN_SPLIT MUX_PAYLOAD_SPLIT",
    "YUVColorSpace": "BT601 BT709 BT2020",
    "YUVFormat": "YUV420Planar",
    "YUVRange": "Full Limited",
}

# Inside another class, where TT-NN has them.
NESTED = {"SliceTypeEnum": "Conv2dSliceConfig", "SourceType": "KernelDescriptor"}


class _BoundLike(enum.Enum):
    """The look of nanobind's enums."""

    __repr__ = enum.Enum.__str__


def _members(text: str) -> list[tuple[str, int]]:
    words = [word.partition("=") for word in text.split()]
    return [(name, int(value) if value else i) for i, (name, _, value) in enumerate(words)]


globals().update(
    {name: _BoundLike(name, _members(text), module=__name__) for name, text in _TABLE.items()}
)


class ShardStrategy(enum.Enum):
    """How `create_sharded_memory_config` deals a tensor over cores."""

    HEIGHT = 1
    WIDTH = 2
    BLOCK = 3


__all__ = sorted([*(_TABLE.keys() - NESTED.keys()), "ShardStrategy"])
