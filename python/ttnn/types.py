"""The values of TT-NN that are not ops: enums, constants, specs and configs. `from ttnn.types import *`
gives them all.
"""

from __future__ import annotations

from ttnn import enums as _enums
from ttnn import hardware as _hardware
from ttnn import pickling as _pickling  # teaches copy and pickle
from ttnn import program_configs as _program_configs
from ttnn import program_descriptors as _program_descriptors
from ttnn import value_json as _value_json  # gives the bound values to_json and from_json
from ttnn._ttnn import (
    Arch,
    BufferType,
    CoreCoord,
    CoreGrid,
    CoreRange,
    CoreRangeSet,
    DataType,
    FabricConfig,
    Layout,
    MemoryConfig,
    NdShardSpec,
    QueueId,
    Shape,
    ShardDistributionStrategy,
    ShardOrientation,
    ShardShapeAlignment,
    ShardSpec,
    StorageType,
    TensorMemoryLayout,
    TensorSpec,
    Tile,
    corerange_to_cores,
    element_size,
    grid_to_cores,
    num_cores_to_corerangeset,
    num_cores_to_corerangeset_in_subcoregrids,
    split_work_to_cores,
    tile_size,
)
from ttnn.enums import *
from ttnn.hardware import *
from ttnn.program_configs import *
from ttnn.program_descriptors import *
from ttnn.sharding import create_sharded_memory_config, create_sharded_memory_config_
from ttnn.unary_with_param import UnaryWithParam

bfloat16 = DataType.BFLOAT16
float32 = DataType.FLOAT32
uint32 = DataType.UINT32
bfloat8_b = DataType.BFLOAT8_B
bfloat4_b = DataType.BFLOAT4_B
uint8 = DataType.UINT8
uint16 = DataType.UINT16
int32 = DataType.INT32
fp8_e4m3 = DataType.FP8_E4M3
int8 = DataType.INT8

TILE_SIZE = 32
ROW_MAJOR_LAYOUT = Layout.ROW_MAJOR
TILE_LAYOUT = Layout.TILE
DEVICE_STORAGE_TYPE = StorageType.DEVICE

DRAM_MEMORY_CONFIG = MemoryConfig(TensorMemoryLayout.INTERLEAVED, BufferType.DRAM)
L1_MEMORY_CONFIG = MemoryConfig(TensorMemoryLayout.INTERLEAVED, BufferType.L1)
L1_BLOCK_SHARDED_MEMORY_CONFIG = MemoryConfig(TensorMemoryLayout.BLOCK_SHARDED, BufferType.L1)
L1_HEIGHT_SHARDED_MEMORY_CONFIG = MemoryConfig(TensorMemoryLayout.HEIGHT_SHARDED, BufferType.L1)
L1_WIDTH_SHARDED_MEMORY_CONFIG = MemoryConfig(TensorMemoryLayout.WIDTH_SHARDED, BufferType.L1)

# TT-NN has these two inside `ttnn.cluster` and `ttnn.graph`, and the helpers in no namespace at all.
_ELSEWHERE = {"ClusterType", "RunMode", "annotations"}

__all__ = sorted(name for name in globals() if not name.startswith("_") and name not in _ELSEWHERE)
