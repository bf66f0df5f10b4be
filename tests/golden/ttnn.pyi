# Every public name of `ttnn`, written by ./dev fmt, so that a change shows in a review.
class ttnn.Arch: WORMHOLE_B0=2, BLACKHOLE=3, QUASAR=4
class ttnn.BcastOpDim: H=0, W=1, HW=2
class ttnn.BcastOpMath: ADD=0, SUB=1, MUL=2
class ttnn.BinaryOpType: ADD=0, SUB=1, MUL=2, GT=3, LT=4, LE=5, GE=6, EQ=7, NE=8, SQUARED_DIFFERENCE=9, BIAS_GELU=10, LOGADDEXP=11, LOGICAL_AND=12, LOGICAL_OR=13, LOGICAL_XOR=14, LDEXP=15, LOGADDEXP2=16, DIV=17, DIV_FLOOR=18, DIV_TRUNC=19, REMAINDER=20, FMOD=21, RSUB=22, POWER=23, BITWISE_XOR=24, BITWISE_AND=25, BITWISE_OR=26, LEFT_SHIFT=27, RIGHT_SHIFT=28, LOGICAL_RIGHT_SHIFT=29, QUANT=30, REQUANT=31, DEQUANT=32, MAXIMUM=33, MINIMUM=34, GCD=35, LCM=36, ADDALPHA=37, SUBALPHA=38, XLOGY=39, HYPOT=40, ATAN2=41, NEXTAFTER=42, WHERE_TST=43, WHERE_TTS=44, ISCLOSE=45, SITU_GLU=46
class ttnn.BlackholeComputeKernelConfig: dst_full_sync_en, fp32_dest_acc_en, math_approx_mode, math_fidelity, packer_l1_acc, throttle_level
class ttnn.BufferType: DRAM=0, L1=1, SYSTEM_MEMORY=2, L1_SMALL=3, TRACE=4
class ttnn.CBDescriptor: address_offset, buffer_address, core_ranges, format_descriptors, has_buffer, has_global_circular_buffer, remote_format_descriptors, total_size
class ttnn.CBFormatDescriptor: buffer_index, data_format, data_format_as_uint8, face_geometry, page_size, tile
ttnn.CONFIG: Config
class ttnn.ChunkGdnFusedProgramConfig: handoff_checks, handoff_depth, handoff_fault, num_producers, num_receivers, pool_extra_share, posted, producer_pool, row_local, unicast
class ttnn.ChunkGdnMonoProgramConfig: ...
class ttnn.ChunkGdnPhasedProgramConfig: prep_serial, scan_serial, use_mcast
class ttnn.ChunkGdnWyInverse: AUTO=0, HORNER=1, FORWARD_SUBSTITUTION=2
def ttnn.CloseDevice(device: 'MeshDevice') -> 'None'
def ttnn.CloseDevices(devices: 'Mapping[int, MeshDevice]') -> 'None'
class ttnn.ComputeConfigDescriptor: bfp8_pack_precise, dst_full_sync_en, enable_trisc2_rvv, fp32_dest_acc_en, math_approx_mode, math_fidelity, unpack_to_dest_mode
def ttnn.ConcatMesh2dToTensor(mesh_device: 'MeshDevice | MeshShape', mesh_shape: 'MeshShape | Sequence[int]', dims: 'Sequence[int]') -> 'CppMeshToTensor'
def ttnn.ConcatMeshToTensor(mesh_device: 'MeshDevice | MeshShape', dim: 'int') -> 'CppMeshToTensor'
class ttnn.Conv1dConfig: act_block_h_override, act_block_w_div, activation, config_tensors_in_dram, core_grid, deallocate_activation, enable_act_double_buffer, enable_activation_reuse, enable_kernel_stride_folding, enable_weights_double_buffer, force_split_reader, full_inner_dim, output_layout, override_output_sharding_config, override_sharding_config, padding_mode, reallocate_halo_output, reshard_if_not_optimal, shard_layout, transpose_shards, weights_dtype
class ttnn.Conv2dConfig: act_block_h_override, act_block_w_div, activation, config_tensors_in_dram, core_grid, deallocate_activation, enable_act_double_buffer, enable_activation_reuse, enable_kernel_stride_folding, enable_weights_double_buffer, force_split_reader, full_inner_dim, output_layout, override_output_sharding_config, override_sharding_config, padding_mode, reallocate_halo_output, reshard_if_not_optimal, shard_layout, transpose_shards, weights_dtype
ttnn.Conv2dDRAMSliceHeight: SliceTypeEnum
ttnn.Conv2dDRAMSliceWidth: SliceTypeEnum
ttnn.Conv2dL1Full: SliceTypeEnum
ttnn.Conv2dL1FullSliceConfig: Op2DSliceConfig
class ttnn.Conv2dSliceConfig: SliceTypeEnum, num_slices, slice_type
class ttnn.Conv3dConfig: C_in_block, C_out_block, H_out_block, T_out_block, W_out_block, alignment, compute_with_storage_grid_size, dilation, enable_fp32_operand_split, output_layout, weights_dtype
class ttnn.CoreCoord: from_json, to_json, x, y
class ttnn.CoreGrid: from_json, num_cores, to_json, x, y
class ttnn.CoreRange: contains, end, from_json, grid_size, num_cores, start, to_json
class ttnn.CoreRangeSet: bounding_box, contains, empty, from_json, merge, num_cores, ranges, size, subtract, to_json
class ttnn.CoreType: ARC=0, DRAM=1, ACTIVE_ETH=2, IDLE_ETH=3, PCIE=4, TENSIX=5, ROUTER_ONLY=6, SECURITY=7, L2CPU=8, DISPATCH=9, HARVESTED=10, ETH=11, WORKER=12, COUNT=13, UNSPECIFIED=14
class ttnn.CppMeshToTensor: config, is_list, mesh_shape
class ttnn.CppTensorToMesh: config, mesh_shape
def ttnn.CreateDevice(device_id: 'int', num_command_queues: 'int' = 1, l1_small_size: 'int' = 0, trace_region_size: 'int' = 0, dispatch_core_config: 'DispatchCoreConfig | None' = None, *, worker_l1_size: 'int' = 0) -> 'MeshDevice'
def ttnn.CreateDevices(device_ids: 'Sequence[int]', num_command_queues: 'int' = 1, l1_small_size: 'int' = 0, trace_region_size: 'int' = 0, dispatch_core_config: 'DispatchCoreConfig | None' = None, *, worker_l1_size: 'int' = 0) -> 'dict[int, MeshDevice]'
class ttnn.D2DStageGateMode: KeepOpen=0, CloseOnTransit=1
ttnn.DEFAULT_L1_SMALL_SIZE: int
ttnn.DEFAULT_TRACE_REGION_SIZE: int
ttnn.DEFAULT_WORKER_L1_SIZE: int
ttnn.DEVICE_STORAGE_TYPE: StorageType
ttnn.DRAM_MEMORY_CONFIG: MemoryConfig
class ttnn.DataMovementConfigDescriptor: noc, noc_mode, processor
class ttnn.DataMovementProcessor: RISCV_0=0, RISCV_1=1, RISCV_2=2, RISCV_3=3, RISCV_4=4, RISCV_5=5, RISCV_6=6, RISCV_7=7
class ttnn.DataType: BFLOAT16=0, FLOAT32=1, UINT32=2, BFLOAT8_B=3, BFLOAT4_B=4, UINT8=5, UINT16=6, INT32=7, FP8_E4M3=8, INT8=9, INVALID=10
class ttnn.Device: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
class ttnn.DeviceComputeKernelConfig: ...
class ttnn.DeviceGrid: as_tuple, dims, mesh_size, num_devices, x, y
class ttnn.DeviceMesh: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
class ttnn.DispatchAlgorithm: BROADCAST=0, SPARSE_UNICAST=1, SPARSE_MCAST_LINEAR=2, SPARSE_MCAST_SHORTEST_PATH=3, SPARSE_MCAST_SPLIT_BW=4
class ttnn.DispatchCoreAxis: ROW=0, COL=1
class ttnn.DispatchCoreConfig: axis, fabric_tensix_config, type
class ttnn.DispatchCoreType: WORKER=0, ETH=1
class ttnn.DistributedLayerNormStage: NOT_DISTRIBUTED=0, PRE_ALL_GATHER=1, POST_ALL_GATHER=2
class ttnn.DumpTensorMode: DISTRIBUTED_GATHER=0, LOCAL=1
class ttnn.EmbeddingsType: GENERIC=0, PADDED=1, BINARY=2
class ttnn.FabricConfig: DISABLED=0, FABRIC_1D_NEIGHBOR_EXCHANGE=1, FABRIC_1D=2, FABRIC_1D_RING=3, FABRIC_2D=4, FABRIC_2D_TORUS_X=5, FABRIC_2D_TORUS_Y=6, FABRIC_2D_TORUS_XY=7, CUSTOM=8
class ttnn.FabricManagerMode: ENABLED=0, INIT_FABRIC=1, TERMINATE_FABRIC=2, DEFAULT=3
class ttnn.FabricNodeId: chip_id, mesh_id
class ttnn.FabricReliabilityMode: STRICT_INIT=0, RELAXED_INIT=1, DYNAMIC_RECONFIG=2
class ttnn.FabricRouterConfig: max_packet_payload_size_bytes
class ttnn.FabricTensixConfig: DISABLED=0, MUX=1
class ttnn.FabricType: MESH=1, TORUS_X=2, TORUS_Y=4, TORUS_XY=6
class ttnn.FabricUDMMode: DISABLED=0, ENABLED=1
class ttnn.FaceGeometry: face_r_dim, num_faces
class ttnn.GeluVariant: Accurate=0, FastLut=1, Tanh=2
def ttnn.GetDefaultDevice() -> 'MeshDevice | None'
def ttnn.GetNumAvailableDevices() -> 'int'
def ttnn.GetNumPCIeDevices() -> 'int'
def ttnn.GetPCIeDeviceID(device_id: 'int') -> 'int'
class ttnn.H2DMode: HOST_PUSH=0, DEVICE_PULL=1
class ttnn.IndexerScoreProgramConfig: head_group_size, k_chunk_size, q_chunk_size
class ttnn.KernelDescriptor: SourceType, append_common_runtime_args_from, blaze_named_compile_time_args, clear_runtime_args, common_runtime_args, compile_time_args, compiler_include_paths, config, core_ranges, defines, kernel_source, named_compile_time_args, opt_level, runtime_args, source_type
ttnn.L1_BLOCK_SHARDED_MEMORY_CONFIG: MemoryConfig
ttnn.L1_HEIGHT_SHARDED_MEMORY_CONFIG: MemoryConfig
ttnn.L1_MEMORY_CONFIG: MemoryConfig
ttnn.L1_WIDTH_SHARDED_MEMORY_CONFIG: MemoryConfig
class ttnn.LayerNormDefaultProgramConfig: legacy_reduction, legacy_rsqrt, use_welford
class ttnn.LayerNormInputs: bias, input, recip_tensor, residual_input_tensor, stats, weight
class ttnn.LayerNormParams: compute_kernel_config, distributed_norm_stage, dtype, eps, norm_type, output_mem_config, program_config
class ttnn.LayerNormShardedMultiCoreProgramConfig: block_h, block_w, compute_with_storage_grid_size, inplace, legacy_reduction, legacy_rsqrt, subblock_w, use_welford
class ttnn.LayerNormType: LAYERNORM=0, RMSNORM=1
class ttnn.Layout: ROW_MAJOR=0, TILE=1, INVALID=2
def ttnn.ListMeshToTensor(mesh_device: 'MeshDevice | MeshShape') -> 'CppMeshToTensor'
class ttnn.LossReductionMode: NONE=0, MEAN=1, SUM=2
class ttnn.MMSignalAggregatorMode: Auto=0, On=1, Off=2
class ttnn.MathFidelity: LoFi=0, HiFi2=2, HiFi3=3, HiFi4=4, Invalid=255
class ttnn.MatmulInputs: input_tensors, optional_input_tensors, optional_output_tensors
class ttnn.MatmulMultiCoreReuseMultiCast1DProgramConfig: allowed_worker_cores, compute_with_storage_grid_size, fuse_batch, fused_activation, gather_in0, hop_cores, in0_block_w, mcast_in0, num_global_cb_receivers, out_block_h, out_block_w, out_subblock_h, out_subblock_w, per_core_M, per_core_N, stream_in1, untilize_out
class ttnn.MatmulMultiCoreReuseMultiCastBatchedDRAMShardedProgramConfig: fused_activation, in0_block_w, per_core_M, per_core_N
class ttnn.MatmulMultiCoreReuseMultiCastDRAMShardedProgramConfig: fused_activation, in0_block_w, num_workers_per_dram_bank, per_core_M, per_core_N
class ttnn.MatmulMultiCoreReuseMultiCastProgramConfig: allowed_worker_cores, compute_with_storage_grid_size, fuse_batch, fused_activation, in0_block_w, out_block_h, out_block_w, out_subblock_h, out_subblock_w, per_core_M, per_core_N, transpose_mcast
class ttnn.MatmulMultiCoreReuseProgramConfig: allowed_worker_cores, compute_with_storage_grid_size, in0_block_w, out_subblock_h, out_subblock_w, per_core_M, per_core_N
class ttnn.MatmulParams: bcast_batch, compute_kernel_config, output_dtype, output_mem_config, program_config, transpose_a, transpose_b, untilize_out
class ttnn.McastCoreOrder: RowMajor=0, ColumnMajor=1
class ttnn.McastDataReady: Flag=0, Counter=1
class ttnn.McastSenderPlacement: Uniform=0, Staggered=1
class ttnn.MemoryConfig: buffer_type, from_json, interleaved, is_sharded, memory_layout, nd_shard_spec, shard_spec, to_json
class ttnn.MeshComposerConfig: dims, mesh_offset_override, mesh_shape_override
class ttnn.MeshCoordinate: as_tuple, dims
class ttnn.MeshCoordinateRange: end, shape, start
class ttnn.MeshCoreCoord: core_coord, device_coord
class ttnn.MeshDevice: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
class ttnn.MeshEvent: device, device_range, id, mesh_cq_id
class ttnn.MeshId: id
class ttnn.MeshMapperConfig: mesh_offset_override, mesh_shape_override, placements
class ttnn.MeshProgramDescriptor: ...
class ttnn.MeshShape: as_tuple, dims, mesh_size, num_devices, x, y
class ttnn.MeshSocket: get_active_cores, get_config_buffer_address, get_connection_config, get_fabric_node_id, get_mesh_device, get_socket_endpoint_type
class ttnn.MeshToTensor: config, is_list, mesh_shape
class ttnn.MeshTraceId: ...
class ttnn.MinimalMatmulConfig: K_block_size, M_block_size, N_block_size, compute_with_storage_grid_size, subblock_h, subblock_w
class ttnn.NOC: RISCV_0_default=0, RISCV_1_default=1
class ttnn.NOC_MODE: DM_DEDICATED_NOC=0, DM_DYNAMIC_NOC=1
class ttnn.NdShardSpec: from_json, grid, num_cores, orientation, shard_distribution_strategy, shard_shape, to_json
ttnn.Op2DDRAMSliceHeight: SliceTypeEnum
ttnn.Op2DDRAMSliceWidth: SliceTypeEnum
ttnn.Op2DL1Full: SliceTypeEnum
ttnn.Op2DL1FullSliceConfig: Op2DSliceConfig
class ttnn.Op2DSliceConfig: SliceTypeEnum, num_slices, slice_type
class ttnn.OverlappedTensor: byte_offset, core_range_set, dtype, fused_tensor, get_tile, shard_shape, tensor_shape, tile_shape, total_size
class ttnn.PaddingMode: Zeros=0, Replicate=1
class ttnn.PagedCacheGeometryOverride: active, block_size, num_kv_heads
class ttnn.PlacementReplicate: ...
class ttnn.PlacementShard: dim
class ttnn.PlacementWarning: ...
class ttnn.ProgramDescriptor: cbs, custom_program_hash, kernels, reload_core_ranges, reload_table_addr, semaphores
class ttnn.QkvCausalConv1dSiluProgramConfig: channel_chunk_size
class ttnn.QueueId: ...
class ttnn.QueueWarning: ...
class ttnn.RGBRange: MinusOneToOne=0, ZeroToOne=1
ttnn.ROW_MAJOR_LAYOUT: Layout
class ttnn.Rank: id
class ttnn.ReaderConfigDescriptor: ...
class ttnn.ReduceType: Sum=0, Mean=1, Max=2, Min=3, Std=4, Var=5, Prod=6
def ttnn.ReplicateTensorToMesh(mesh_device: 'MeshDevice | MeshShape') -> 'ReplicateTensorToMeshWrapper'
class ttnn.ReplicateTensorToMeshWrapper: unwrap
class ttnn.RoutedExpertActivation: Silu=0, SwiGluOai=1, SituGlu=2, ClampedSiluGlu=3
class ttnn.RuntimeArgs: append, clear, get, to_list
class ttnn.RuntimeArgsColProxy: append, extend
class ttnn.SDPAProgramConfig: compute_with_storage_grid_size, exp_approx_mode, k_chunk_size, matmul_math_fidelity, max_cores_per_head_batch, max_k_splits, q_chunk_size, segmented_accumulation, sub_core_grids
class ttnn.SemaphoreDescriptor: core_ranges, core_type, id, initial_value
def ttnn.SetDefaultDevice(device: 'MeshDevice | None' = None) -> 'None'
class ttnn.Shape: rank, to_rank
class ttnn.ShardDistributionStrategy: ROUND_ROBIN_1D=0, GRID_2D=1, CONTIGUOUS_1D=2
class ttnn.ShardOrientation: ROW_MAJOR=0, COL_MAJOR=1
class ttnn.ShardShapeAlignment: NONE=0, REQUIRED=1, RECOMMENDED=2
class ttnn.ShardSpec: from_json, grid, num_cores, orientation, shape, to_json
class ttnn.ShardStrategy: HEIGHT=1, WIDTH=2, BLOCK=3
def ttnn.ShardTensor2dMesh(mesh_device: 'MeshDevice | MeshShape', mesh_shape: 'MeshShape | Sequence[int]', dims: 'Sequence[int | None]') -> 'CppTensorToMesh'
def ttnn.ShardTensorToMesh(mesh_device: 'MeshDevice | MeshShape', dim: 'int') -> 'CppTensorToMesh'
class ttnn.SigmoidMode: FastApproximate=0, AccurateWithFastExp=1, Accurate=2
class ttnn.Size: id
class ttnn.SliceInputs: input, preallocated_output
class ttnn.SliceParams: output_mem_config, output_mem_config_inherited, slice_end, slice_start, step, sub_core_grids
class ttnn.SlidingWindowParallelConfig: grid, shard_orientation, shard_scheme
class ttnn.SocketConfig: connections, memory_config, receiver_mesh_id, receiver_rank, sender_mesh_id, sender_rank
class ttnn.SocketConnection: receiver_core, sender_core
class ttnn.SocketEndpoint: SENDER=0, RECEIVER=1
class ttnn.SocketMemoryConfig: fifo_size, per_core_allocation, receiver_sub_device, sender_sub_device, socket_storage_type
class ttnn.SoftmaxDefaultProgramConfig: ...
class ttnn.SoftmaxProgramConfig: ...
class ttnn.SoftmaxShardedMultiCoreProgramConfig: block_h, block_w, compute_with_storage_grid_size, subblock_w
class ttnn.SparseKVFormat: BF16=0, FP8_E4M3=1, SCALED_FP8=2
class ttnn.StorageType: HOST=0, DEVICE=1
class ttnn.SubDevice: cores
class ttnn.SubDeviceId: id
class ttnn.SubDeviceManagerId: id
class ttnn.SubcontextId: id
ttnn.TILE_LAYOUT: Layout
ttnn.TILE_SIZE: int
class ttnn.Tensor: buffer_address, buffer_unique_id, cpu, deallocate, device, device_coords, devices, dtype, element_size, get_dtype, get_layout, get_tile, is_allocated, is_sharded, item, layout, logical_volume, memory_config, padded_shape, reshape, shape, spec, storage_type, tensor_id, tensor_topology, tile, to, to_list, to_numpy, to_torch, update_tensor_topology, volume
class ttnn.TensorMemoryLayout: INTERLEAVED=0, HEIGHT_SHARDED=2, WIDTH_SHARDED=3, BLOCK_SHARDED=4, ND_SHARDED=5
class ttnn.TensorSpec: block_sharded, dtype, height_sharded, layout, memory_config, padded_shape, shape, sharded, sharded_across_dims, sharded_across_dims_except, tile, width_sharded
class ttnn.TensorToMesh: config, mesh_shape
class ttnn.TensorTopology: distribution_shape, get_device_coord, get_neighbor, get_next_neighbor, get_prev_neighbor, get_tensor_coord, mesh_coords, placements
class ttnn.ThrottleLevel: NO_THROTTLE=0, LEVEL_1=1, LEVEL_2=2, LEVEL_3=3, LEVEL_4=4, LEVEL_5=5
class ttnn.Tile: face_shape, get_tile_size, narrow_tile, num_faces, partial_face, tile_shape, transpose_of_faces, transpose_within_face
class ttnn.TileDescriptor: height, transpose, width
class ttnn.TileReshapeMapMode: CACHE=0, RECREATE=1
class ttnn.Topology: Linear=1, Ring=2, Mesh=3, Torus=4
class ttnn.TraceWarning: ...
class ttnn.TransferMode: Multicast=0, ChainUnicast=1
class ttnn.UnaryOpType: EXP=0, RECIP=1, GELU=2, GELU_TANH=3, RELU=4, SQRT=5, SIGMOID=6, LOG=7, LOG1P=8, TANH=9, LOG2=10, LOG10=11, SIN=12, COS=13, COSH=14, SINH=15, ABS=16, ABS_INT32=17, SIGN=18, SQUARE=19, EQZ=20, NEZ=21, GTZ=22, LTZ=23, GEZ=24, LEZ=25, RELU_MAX=26, RELU_MIN=27, POWER=28, POWER_ITERATIVE=29, LEAKY_RELU=30, ELU=31, EXP2=32, HEAVISIDE=33, EXPM1=34, SIGNBIT=35, ASIN=36, ACOS=37, ACOSH=38, RSQRT=39, RELU6=40, ATAN=41, ASINH=42, ATANH=43, ERF=44, ERFC=45, ISINF=46, ISPOSINF=47, ISNEGINF=48, ISNAN=49, LOGICAL_NOT_UNARY=50, ISFINITE=51, ERFINV=52, I0=53, I1=54, TAN=55, RSUB=56, RDIV=57, SILU=58, SOFTPLUS=59, IDENTITY=60, NEG=61, ADD_UNARY_SFPU=62, SUB_UNARY_SFPU=63, MUL_UNARY_SFPU=64, DIV_UNARY_SFPU=65, UNARY_NE=66, UNARY_EQ=67, UNARY_GT=68, UNARY_LT=69, UNARY_GE=70, UNARY_LE=71, TILED_PROD=72, TYPECAST=73, BITCAST=74, BITWISE_XOR=75, BITWISE_NOT=76, BITWISE_AND=77, BITWISE_OR=78, RIGHT_SHIFT=79, FLOOR=80, CEIL=81, TRUNC=82, FRAC=83, ROUND=84, LEFT_SHIFT=85, REMAINDER=86, FMOD=87, DROPOUT=88, FILL=89, PRELU_SFPU=90, ZERO_POINT=91, ALT_COMPLEX_ROTATE90=92, MISH=93, HARDMISH=94, MAXIMUM=95, MINIMUM=96, TANHSHRINK=97, THRESHOLD=98, SOFTSHRINK=99, HARDSHRINK=100, HARDTANH=101, HARDSIGMOID=102, HARDSWISH=103, WHERE_TSS=104, MAC_TSS=105, SOFTSIGN=106, CELU=107, CLAMP_TSS=108, SELU=109, RPOW=110, CBRT=111, LOGSIGMOID=112, LOGIT=113, XIELU=114, LGAMMA=115, DIGAMMA=116, POLYGAMMA=117, SOFTCAP=118
class ttnn.UnaryWithParam: op_type, params
class ttnn.UnpackToDestMode: UnpackToDestFp32=0, Default=1
class ttnn.WorkerMode: DIRECT=0, MUX_TOKEN_SPLIT=1, MUX_PAYLOAD_SPLIT=2
class ttnn.WormholeComputeKernelConfig: dst_full_sync_en, fp32_dest_acc_en, math_approx_mode, math_fidelity, packer_l1_acc, throttle_level
class ttnn.WriterConfigDescriptor: ...
class ttnn.YUVCoefficients: cb, cr, y
class ttnn.YUVColorSpace: BT601=0, BT709=1, BT2020=2
class ttnn.YUVFormat: YUV420Planar=0
class ttnn.YUVRange: Full=0, Limited=1
def ttnn.abs(...)
def ttnn.acos(...)
def ttnn.acosh(...)
def ttnn.add(...)
def ttnn.add_(...)
def ttnn.addalpha(...)
def ttnn.addcdiv(...)
def ttnn.addcmul(...)
def ttnn.addmm(...)
def ttnn.aggregate_as_tensor(tensors: 'Sequence[Tensor]') -> 'Tensor'
def ttnn.aggregate_tensor(tensor: 'Tensor', composer: 'CppMeshToTensor') -> 'Tensor'
def ttnn.all_broadcast(...)
def ttnn.all_gather(...)
def ttnn.all_reduce(...)
def ttnn.allocate_tensor_on_device(*args: 'Any', **kwargs: 'Any') -> 'Tensor'
def ttnn.allocate_tensor_on_host(*args: 'Any', **kwargs: 'Any') -> 'Tensor'
def ttnn.arange(...)
def ttnn.argmax(...)
def ttnn.as_tensor(tensor: 'Any', dtype: 'DataType | None' = None, *, layout: 'Layout | None' = Layout.ROW_MAJOR, device: 'MeshDevice | None' = None, memory_config: 'MemoryConfig | None' = None, cache_file_name: 'FileName | None' = None, preprocess: 'Callable[[Any], Any] | None' = None, mesh_mapper: 'Any' = <not given>, cache_dump_mode: 'DumpTensorMode' = DumpTensorMode.DISTRIBUTED_GATHER) -> 'Tensor'
def ttnn.asin(...)
def ttnn.asinh(...)
def ttnn.assign(...)
def ttnn.atan(...)
def ttnn.atan2(...)
def ttnn.atanh(...)
def ttnn.attach_golden_function(operation: 'Any', golden_function: 'Callable[..., Any]', *, preprocess_golden_function_inputs: 'Callable[..., Any] | None' = None, postprocess_golden_function_outputs: 'Callable[..., Any] | None' = None, output_tensor_kwarg_names: 'tuple[str, ...]' = ('output_tensor', 'optional_output_tensor')) -> 'None'
def ttnn.begin_trace_capture(mesh_device: 'MeshDevice', cq_id: 'Any' = None) -> 'MeshTraceId'
def ttnn.bernoulli(...)
ttnn.bfloat16: DataType
ttnn.bfloat4_b: DataType
ttnn.bfloat8_b: DataType
def ttnn.bias_gelu(...)
def ttnn.bias_gelu_(...)
def ttnn.bitwise_and(...)
def ttnn.bitwise_left_shift(...)
def ttnn.bitwise_not(...)
def ttnn.bitwise_or(...)
def ttnn.bitwise_right_shift(...)
def ttnn.bitwise_xor(...)
def ttnn.broadcast(...)
def ttnn.cbrt(...)
def ttnn.ceil(...)
def ttnn.celu(...)
def ttnn.chunk(...)
def ttnn.clamp(...)
def ttnn.clip(...)
def ttnn.clone(...)
def ttnn.close_device(device: 'MeshDevice') -> 'None'
def ttnn.close_device_mesh(mesh_device: 'MeshDevice') -> 'None'
def ttnn.close_mesh_device(mesh_device: 'MeshDevice') -> 'None'
def ttnn.combine_device_tensors(*, tensors: 'Sequence[Tensor]') -> 'Tensor'
def ttnn.command_queue(cq_id: 'int') -> 'Iterator[None]'
def ttnn.compute_distribution_to_mesh_mapping(...)
def ttnn.compute_program_descriptor_hash(program_descriptor: ttnn.program_descriptors.ProgramDescriptor) -> int
def ttnn.concat(...)
def ttnn.concat_mesh_to_tensor_composer(...)
def ttnn.copy(...)
def ttnn.copy_device_to_host_tensor(device_tensor: 'Tensor', host_tensor: 'Tensor', blocking: 'bool' = True, cq_id: 'Any' = None) -> 'None'
def ttnn.copy_host_to_device_tensor(host_tensor: 'Tensor', device_tensor: 'Tensor', cq_id: 'Any' = None) -> 'None'
def ttnn.corerange_to_cores(...)
def ttnn.cos(...)
def ttnn.cosh(...)
def ttnn.create_device_mesh(*args: 'Any', **kwargs: 'Any') -> 'Iterator[MeshDevice]'
def ttnn.create_global_semaphore(mesh_device: 'MeshDevice', cores: 'CoreRangeSet', initial_value: 'int', buffer_type: 'BufferType' = BufferType.L1) -> 'GlobalSemaphore'
def ttnn.create_layernorm_program_config(shard_spec: ttnn._ttnn.ShardSpec | None = None, tile_height: int = 32, tile_width: int = 32) -> ttnn.program_configs.LayerNormDefaultProgramConfig | ttnn.program_configs.LayerNormShardedMultiCoreProgramConfig
def ttnn.create_mesh_composer(...)
def ttnn.create_mesh_device(*args: 'Any', **kwargs: 'Any') -> 'Iterator[MeshDevice]'
def ttnn.create_mesh_mapper(...)
def ttnn.create_module_if_not_exists(module_name: 'str') -> 'types.ModuleType'
def ttnn.create_sharded_memory_config(shape: 'Shape | Sequence[int]', core_grid: 'CoreGrid | CoreRangeSet', strategy: 'ShardStrategy', orientation: 'ShardOrientation | None' = None, use_height_and_width_as_shard_shape: 'bool' = False) -> 'MemoryConfig'
def ttnn.create_sharded_memory_config_(shape: 'Shape | Sequence[int]', core_grid: 'CoreGrid | CoreRangeSet', strategy: 'ShardStrategy | TensorMemoryLayout', orientation: 'ShardOrientation | None', use_height_and_width_as_shard_shape: 'bool' = False, tile_layout: 'bool' = False) -> 'MemoryConfig'
def ttnn.create_socket_pair(sender_mesh_device: 'MeshDevice', receiver_mesh_device: 'MeshDevice', socket_config: 'SocketConfig') -> 'tuple[MeshSocket, MeshSocket]'
def ttnn.cumprod(...)
def ttnn.cumsum(...)
def ttnn.deallocate(tensor: 'Tensor', force: 'bool' = True) -> 'None'
def ttnn.deg2rad(...)
def ttnn.disable_and_clear_program_cache(device: 'MeshDevice') -> 'None'
def ttnn.distribute(default: 'Any') -> 'Iterator[None]'
def ttnn.distribute_tensor(tensor: 'Tensor', mapper: 'Any', mesh_device: 'MeshDevice | None' = None) -> 'Tensor'
def ttnn.div(...)
def ttnn.div_(...)
def ttnn.divide(...)
def ttnn.divide_(...)
def ttnn.dump_operations(csv_file: 'str | os.PathLike[str]', include_experimental: 'bool' = False) -> 'None'
def ttnn.dump_tensor(file_name: 'FileName', tensor: 'Tensor', *, mode: 'DumpTensorMode' = DumpTensorMode.DISTRIBUTED_GATHER) -> 'None'
def ttnn.element_size(...)
def ttnn.elu(...)
def ttnn.embedding(...)
def ttnn.empty(...)
def ttnn.empty_like(...)
def ttnn.enable_program_cache(device: 'MeshDevice') -> 'None'
def ttnn.end_trace_capture(mesh_device: 'MeshDevice', trace_id: 'MeshTraceId', cq_id: 'Any' = None) -> 'None'
def ttnn.eq(...)
def ttnn.eq_(...)
def ttnn.eqz(...)
def ttnn.erf(...)
def ttnn.erfc(...)
def ttnn.event_synchronize(mesh_event: 'MeshEvent') -> 'None'
def ttnn.execute_trace(mesh_device: 'MeshDevice', trace_id: 'MeshTraceId', cq_id: 'Any' = None, blocking: 'bool' = True) -> 'None'
def ttnn.exp(...)
def ttnn.exp2(...)
def ttnn.expand(...)
def ttnn.expm1(...)
def ttnn.fill(...)
def ttnn.fill_cache(...)
ttnn.float32: DataType
def ttnn.floor(...)
def ttnn.floor_div(...)
def ttnn.fmod(...)
ttnn.fp8_e4m3: DataType
def ttnn.frac(...)
def ttnn.from_device(tensor: 'Tensor', blocking: 'bool' = True) -> 'Tensor'
def ttnn.from_dlpack(source: 'Any', dtype: 'DataType | None' = None, **options: 'Any') -> 'Tensor'
def ttnn.from_host_shards(tensors: 'Sequence[Tensor]', mesh_shape: 'MeshShape') -> 'Tensor'
def ttnn.from_torch(tensor: 'Any', dtype: 'DataType | None' = None, *, spec: 'TensorSpec | None' = None, tile: 'Tile | None' = None, pad_value: 'float | None' = None, layout: 'Layout | None' = None, device: 'MeshDevice | None' = None, memory_config: 'MemoryConfig | None' = None, mesh_mapper: 'Any' = <not given>, cq_id: 'Any' = None, preserve_nan_values: 'bool' = False, col_tilize: 'bool' = False, enable_bfloat_opt: 'bool' = False) -> 'Tensor | None'
def ttnn.full(...)
def ttnn.full_like(...)
def ttnn.ge(...)
def ttnn.ge_(...)
def ttnn.gelu(...)
def ttnn.get_arch_name() -> 'str'
def ttnn.get_current_command_queue_id_for_thread() -> 'Any'
def ttnn.get_device_ids() -> 'list[int]'
def ttnn.get_device_tensor(multi_device_tensor: 'Tensor', device: 'Any') -> 'Tensor'
def ttnn.get_device_tensors(tensor: 'Tensor') -> 'list[Tensor]'
def ttnn.get_fabric_config() -> 'FabricConfig'
def ttnn.get_fallback_function(operation: 'Any') -> 'Callable[..., Any]'
def ttnn.get_global_semaphore_address(global_semaphore: 'GlobalSemaphore') -> 'int'
def ttnn.get_golden_function(operation: 'Any') -> 'Callable[..., Any]'
def ttnn.get_memory_config(tensor: 'Any') -> 'MemoryConfig | None'
def ttnn.get_num_devices() -> 'int'
def ttnn.get_num_links(mesh_device: 'MeshDevice', cluster_axis: 'int | None' = None) -> 'int'
def ttnn.get_num_pcie_devices() -> 'int'
def ttnn.get_pcie_device_ids() -> 'list[int]'
def ttnn.get_usable_topology(tensor: 'Tensor', topology: 'Any' = None, cluster_axis: 'int | None' = None) -> 'Any'
def ttnn.gez(...)
def ttnn.golden_mode(*, pcc: 'float | None' = None, max_ulp: 'float | None' = None, mean_ulp: 'float | None' = None, rtol: 'float' = 0.0, atol: 'float' = 0.0, should_raise: 'bool' = False, skip: 'Iterable[str]' = ()) -> 'GoldenMode'
def ttnn.grid_to_cores(...)
def ttnn.gt(...)
def ttnn.gt_(...)
def ttnn.gtz(...)
def ttnn.hardmish(...)
def ttnn.hardshrink(...)
def ttnn.hardsigmoid(...)
def ttnn.hardswish(...)
def ttnn.hardtanh(...)
def ttnn.has_storage_type_of(tensor: 'Any', storage_type: 'Any') -> 'bool'
def ttnn.has_tile_padding(tensor: 'Any', *, dim: 'int | None' = None) -> 'bool'
def ttnn.heaviside(...)
def ttnn.hypot(...)
def ttnn.identity(...)
def ttnn.init_device_compute_kernel_config(arch: Any, device_kernel_config: ttnn.program_configs.WormholeComputeKernelConfig | None = None, *, math_fidelity: Any = MathFidelity.LoFi, math_approx_mode: bool = True, fp32_dest_acc_en: bool = False, packer_l1_acc: bool = False, dst_full_sync_en: bool = False, throttle_level: Any = ThrottleLevel.NO_THROTTLE) -> ttnn.program_configs.WormholeComputeKernelConfig
ttnn.int32: DataType
ttnn.int8: DataType
def ttnn.interleaved_to_sharded(...)
def ttnn.is_sharded(tensor: 'Any') -> 'bool'
def ttnn.is_tensor_storage_on_device(tensor: 'Any') -> 'bool'
def ttnn.is_trace_capture_active(device: 'MeshDevice') -> 'bool'
def ttnn.isclose(...)
def ttnn.isfinite(...)
def ttnn.isinf(...)
def ttnn.isnan(...)
def ttnn.isneginf(...)
def ttnn.isposinf(...)
def ttnn.layer_norm(...)
def ttnn.layer_norm_post_all_gather(...)
def ttnn.layer_norm_pre_all_gather(...)
def ttnn.layernorm_default_compute_config(arch: Any) -> ttnn.program_configs.WormholeComputeKernelConfig
def ttnn.ldexp(...)
def ttnn.ldexp_(...)
def ttnn.le(...)
def ttnn.le_(...)
def ttnn.leaky_relu(...)
def ttnn.lerp(...)
def ttnn.lez(...)
def ttnn.linear(...)
def ttnn.list_mesh_to_tensor_composer(...)
def ttnn.load_tensor(file_name: 'FileName', *, device: 'MeshDevice | None' = None) -> 'Tensor'
def ttnn.log(...)
def ttnn.log10(...)
def ttnn.log1p(...)
def ttnn.log2(...)
def ttnn.log_sigmoid(...)
def ttnn.logaddexp(...)
def ttnn.logaddexp2(...)
def ttnn.logaddexp2_(...)
def ttnn.logaddexp_(...)
def ttnn.logical_and(...)
def ttnn.logical_and_(...)
def ttnn.logical_not(...)
def ttnn.logical_or(...)
def ttnn.logical_or_(...)
def ttnn.logical_xor(...)
def ttnn.logical_xor_(...)
def ttnn.logit(...)
def ttnn.lt(...)
def ttnn.lt_(...)
def ttnn.ltz(...)
def ttnn.mac(...)
def ttnn.manage_config(name: 'str', value: 'Any') -> 'Iterator[None]'
def ttnn.manage_device(device_id: 'int') -> 'Iterator[MeshDevice]'
def ttnn.matmul(...)
def ttnn.matmul_batched_weights(...)
def ttnn.max(...)
def ttnn.maximum(...)
def ttnn.mean(...)
def ttnn.merge_program_descriptors(descriptors: list[ttnn.program_descriptors.ProgramDescriptor]) -> ttnn.program_descriptors.ProgramDescriptor
def ttnn.mesh_partition(...)
def ttnn.min(...)
def ttnn.minimum(...)
def ttnn.mish(...)
def ttnn.move(...)
def ttnn.mul(...)
def ttnn.mul_(...)
def ttnn.multiply(...)
def ttnn.multiply_(...)
def ttnn.narrow(...)
def ttnn.ne(...)
def ttnn.ne_(...)
def ttnn.neg(...)
def ttnn.nez(...)
def ttnn.num_cores_to_corerangeset(...)
def ttnn.num_cores_to_corerangeset_in_subcoregrids(...)
def ttnn.ones(...)
def ttnn.ones_like(...)
def ttnn.open_device(device_id: 'int', l1_small_size: 'int' = 0, trace_region_size: 'int' = 0, num_command_queues: 'int' = 1, dispatch_core_config: 'DispatchCoreConfig | None' = None, worker_l1_size: 'int' = 0) -> 'MeshDevice'
def ttnn.open_device_mesh(device_grid: 'MeshShape', device_ids: 'Sequence[int] | None' = None, **kwargs: 'Any') -> 'MeshDevice'
def ttnn.open_mesh_device(mesh_shape: 'MeshShape | None' = None, l1_small_size: 'int' = 0, trace_region_size: 'int' = 0, num_command_queues: 'int' = 1, dispatch_core_config: 'DispatchCoreConfig | None' = None, offset: 'MeshCoordinate | None' = None, physical_device_ids: 'Sequence[int]' = (), worker_l1_size: 'int' = 0) -> 'MeshDevice'
def ttnn.pad(...)
def ttnn.permute(...)
def ttnn.point_to_point(...)
def ttnn.pow(...)
def ttnn.prelu(...)
def ttnn.prod(...)
def ttnn.query_registered_operations(include_experimental: 'bool' = False) -> 'list[Any]'
def ttnn.rad2deg(...)
def ttnn.rand(...)
def ttnn.randn(...)
def ttnn.rdiv(...)
def ttnn.reallocate(...)
def ttnn.reciprocal(...)
def ttnn.record_communication() -> 'CommunicationLog'
def ttnn.record_event(mesh_device: 'MeshDevice', cq_id: 'Any' = None, sub_device_ids: 'Sequence[Any]' = (), device_range: 'MeshCoordinateRange | None' = None) -> 'MeshEvent'
def ttnn.reduce_scatter(...)
def ttnn.register_cpp_operation(target_module: 'types.ModuleType', func_name: 'str', operation: 'Any') -> 'Any'
def ttnn.register_post_operation_hook(hook: 'Callable[[Any, tuple[Any, ...], dict[str, Any], Any], None]') -> 'Iterator[None]'
def ttnn.register_pre_operation_hook(hook: 'Callable[[Any, tuple[Any, ...], dict[str, Any]], None]') -> 'Iterator[None]'
def ttnn.register_python_operation(*, name: 'str', is_experimental: 'bool' = False, is_method: 'bool' = False, golden_function: 'Callable[..., Any] | None' = None, preprocess_golden_function_inputs: 'Callable[..., Any] | None' = None, postprocess_golden_function_outputs: 'Callable[..., Any] | None' = None, output_tensor_kwarg_names: 'tuple[str, ...]' = ('output_tensor', 'optional_output_tensor'), doc: 'str | None' = None) -> 'Callable[[Callable[..., Any]], Any]'
def ttnn.release_trace(mesh_device: 'MeshDevice', trace_id: 'MeshTraceId') -> 'None'
def ttnn.relu(...)
def ttnn.relu6(...)
def ttnn.relu_max(...)
def ttnn.relu_min(...)
def ttnn.remainder(...)
def ttnn.repeat(...)
def ttnn.repeat_interleave(...)
def ttnn.replicate_tensor_to_mesh_mapper(...)
def ttnn.reset_global_semaphore_value(global_semaphore: 'GlobalSemaphore', reset_value: 'int') -> 'None'
def ttnn.reshape(...)
def ttnn.reshard(...)
def ttnn.rms_norm(...)
def ttnn.rms_norm_post_all_gather(...)
def ttnn.rms_norm_pre_all_gather(...)
def ttnn.rmsnorm_default_compute_config(arch: Any) -> ttnn.program_configs.WormholeComputeKernelConfig
def ttnn.round(...)
def ttnn.rpow(...)
def ttnn.rsqrt(...)
def ttnn.rsub(...)
def ttnn.rsub_(...)
def ttnn.scale_causal_mask_hw_dims_softmax_in_place(...)
def ttnn.scale_mask_softmax(...)
def ttnn.scale_mask_softmax_in_place(...)
def ttnn.select_system(name: 'str') -> 'None'
def ttnn.selu(...)
def ttnn.set_fabric_config(config: 'FabricConfig', reliability_mode: 'FabricReliabilityMode' = FabricReliabilityMode.STRICT_INIT, num_planes: 'int | None' = None, fabric_tensix_config: 'FabricTensixConfig' = FabricTensixConfig.DISABLED, fabric_udm_mode: 'FabricUDMMode' = FabricUDMMode.DISABLED, fabric_manager_mode: 'FabricManagerMode' = FabricManagerMode.DEFAULT, router_config: 'FabricRouterConfig | None' = None) -> 'None'
def ttnn.set_printoptions(*, profile: 'str', sci_mode: 'Any' = None, precision: 'Any' = None) -> 'None'
def ttnn.shadow_traces(on: 'bool' = True) -> 'Iterator[None]'
def ttnn.shard_tensor_to_mesh_mapper(...)
def ttnn.sharded_to_interleaved(...)
def ttnn.sigmoid(...)
def ttnn.sign(...)
def ttnn.signbit(...)
def ttnn.silu(...)
def ttnn.sin(...)
def ttnn.sinh(...)
def ttnn.slice(...)
def ttnn.softcap(...)
def ttnn.softmax(...)
def ttnn.softmax_in_place(...)
def ttnn.softplus(...)
def ttnn.softshrink(...)
def ttnn.softsign(...)
def ttnn.sort(...)
def ttnn.split(...)
def ttnn.split_work_to_cores(...)
def ttnn.sqrt(...)
def ttnn.square(...)
def ttnn.squared_difference(...)
def ttnn.squared_difference_(...)
def ttnn.squeeze(...)
def ttnn.stack(...)
def ttnn.std(...)
def ttnn.sub(...)
def ttnn.sub_(...)
def ttnn.subalpha(...)
def ttnn.subtract(...)
def ttnn.subtract_(...)
def ttnn.sum(...)
def ttnn.swish(...)
def ttnn.synchronize_device(device: 'MeshDevice', cq_id: 'Any' = None, sub_device_ids: 'Sequence[Any]' = ()) -> 'None'
def ttnn.tan(...)
def ttnn.tanh(...)
def ttnn.tanhshrink(...)
def ttnn.threshold(...)
def ttnn.tile_size(...)
def ttnn.tilize(...)
def ttnn.tilize_with_val_padding(...)
def ttnn.tilize_with_zero_padding(...)
def ttnn.to_device(tensor: 'Tensor', device: 'MeshDevice', memory_config: 'MemoryConfig | None' = None) -> 'Tensor'
def ttnn.to_dtype(...)
def ttnn.to_layout(...)
def ttnn.to_memory_config(...)
def ttnn.to_torch(tensor: 'Tensor', dtype: 'Any' = None, *, torch_rank: 'int | None' = None, mesh_composer: 'Any' = <not given>, device: 'MeshDevice | None' = None, cq_id: 'Any' = None) -> 'Any'
def ttnn.topk(...)
def ttnn.transpose(...)
def ttnn.tril(...)
def ttnn.triu(...)
def ttnn.trunc(...)
def ttnn.ttnn_dtype_to_torch_dtype(dtype: 'DataType') -> 'Any'
def ttnn.typecast(...)
ttnn.uint16: DataType
ttnn.uint32: DataType
ttnn.uint8: DataType
def ttnn.uniform(...)
def ttnn.unsqueeze(...)
def ttnn.unsqueeze_to_4D(...)
def ttnn.untilize(...)
def ttnn.untilize_with_unpadding(...)
def ttnn.unwrapped(mapper: 'CppTensorToMesh | ReplicateTensorToMeshWrapper | None') -> 'CppTensorToMesh | None'
def ttnn.update_cache(...)
def ttnn.var(...)
def ttnn.view(...)
def ttnn.visualize_mesh_device(mesh_device: 'Any', tensor: 'Any' = None) -> 'None'
def ttnn.visualize_system_mesh() -> 'None'
def ttnn.visualize_tensor(tensor: 'Any') -> 'None'
def ttnn.visualize_topology(system: 'str | None' = None, layout: 'str' = 'mesh') -> 'None'
def ttnn.wait_for_event(cq_id: 'Any' = None, mesh_event: 'MeshEvent | None' = None) -> 'None'
def ttnn.where(...)
def ttnn.xlogy(...)
def ttnn.zeros(...)
def ttnn.zeros_like(...)
class ttnn.absent.Absent: ...
def ttnn.absent.install() -> 'None'
def ttnn.absent.names() -> 'frozenset[str]'
def ttnn.absent.stand_in(module: 'str', name: 'str') -> 'Absent'
def ttnn.namespaces.install() -> 'None'
def ttnn.namespaces.submodule(parent: 'types.ModuleType', name: 'str') -> 'types.ModuleType'
ttnn.arguments.OPENED_MESH: str
def ttnn.arguments.check(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.arguments.require(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.arguments.require_int(call: 'str', argument: 'str', value: 'Any', example: 'str') -> 'None'
def ttnn.arguments.type_name(value: 'Any') -> 'str'
ttnn.arrays.DEFAULT_DTYPE: dict
class ttnn.arrays.DataType: BFLOAT16=0, FLOAT32=1, UINT32=2, BFLOAT8_B=3, BFLOAT4_B=4, UINT8=5, UINT16=6, INT32=7, FP8_E4M3=8, INT8=9, INVALID=10
class ttnn.arrays.HostArray: is_dense
ttnn.arrays.READ_BACK: dict
def ttnn.arrays.by_dlpack(array: 'np.ndarray[Any, Any]') -> 'Any'
def ttnn.arrays.dtype_name(array: 'Any') -> 'str'
def ttnn.arrays.empty_numpy(shape: 'Sequence[int]', name: 'str') -> 'np.ndarray[Any, Any]'
def ttnn.arrays.empty_torch(shape: 'Sequence[int]', name: 'str') -> 'Any'
def ttnn.arrays.host_array(array: 'Any') -> 'HostArray'
def ttnn.arrays.is_torch(array: 'Any') -> 'bool'
def ttnn.arrays.nbytes(array: 'Any') -> 'int'
def ttnn.arrays.of_dlpack(source: 'Any') -> 'np.ndarray[Any, Any]'
def ttnn.arrays.plain(array: 'Any') -> 'Any'
class ttnn.cluster.ClusterType: INVALID=0, N150=1, N300=2, T3K=3, GALAXY=4, TG=5, P100=6, P150=7, P150_X2=8, P150_X4=9, SIMULATOR_WORMHOLE_B0=10, SIMULATOR_BLACKHOLE=11, N300_2x2=12, P150_X8=13, P300=14, SIMULATOR_QUASAR=15, BLACKHOLE_GALAXY=16, P300_X2=17, CUSTOM=18
class ttnn.communication.Communication: busiest, to_dict
class ttnn.communication.CommunicationLog: records, table, to_dict, totals
class ttnn.communication.CommunicationTotals: to_dict
ttnn.communication.TYPE_CHECKING: bool
def ttnn.communication.as_text(table: 'Any', width: 'int | None' = None) -> 'str'
def ttnn.communication.record_communication() -> 'CommunicationLog'
ttnn.config.COMPAT_CHOICES: tuple
ttnn.config.CONFIG: Config
ttnn.config.CONFIG_OVERRIDES: NoneType
ttnn.config.CONFIG_PATH: NoneType
class ttnn.config.Config: apply_json_overrides, keys, load_from_file, save_to_file
def ttnn.config.lean_on(key: 'str', sentence: 'str') -> 'None'
def ttnn.config.load_config_from_dictionary(config: 'dict[str, Any]', from_file: 'bool' = False, source: 'str | None' = None) -> 'None'
def ttnn.config.load_config_from_json_file(json_path: 'str | os.PathLike[str]') -> 'None'
def ttnn.config.load_environment() -> 'None'
def ttnn.config.manage_config(name: 'str', value: 'Any') -> 'Iterator[None]'
def ttnn.config.save_config_to_json_file(json_path: 'str | os.PathLike[str]') -> 'None'
ttnn.conversion.BLOCK_FLOATS: tuple
ttnn.conversion.CONFIG: Config
class ttnn.conversion.CppMeshToTensor: config, is_list, mesh_shape
class ttnn.conversion.CppTensorToMesh: config, mesh_shape
ttnn.conversion.DEFAULT_DTYPE: dict
class ttnn.conversion.DataType: BFLOAT16=0, FLOAT32=1, UINT32=2, BFLOAT8_B=3, BFLOAT4_B=4, UINT8=5, UINT16=6, INT32=7, FP8_E4M3=8, INT8=9, INVALID=10
class ttnn.conversion.Layout: ROW_MAJOR=0, TILE=1, INVALID=2
class ttnn.conversion.MemoryConfig: buffer_type, from_json, interleaved, is_sharded, memory_layout, nd_shard_spec, shard_spec, to_json
class ttnn.conversion.MeshDevice: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
ttnn.conversion.NOT_GIVEN: _NotGiven
ttnn.conversion.READ_BACK: dict
class ttnn.conversion.ReplicateTensorToMeshWrapper: unwrap
class ttnn.conversion.Tensor: buffer_address, buffer_unique_id, cpu, deallocate, device, device_coords, devices, dtype, element_size, get_dtype, get_layout, get_tile, is_allocated, is_sharded, item, layout, logical_volume, memory_config, padded_shape, reshape, shape, spec, storage_type, tensor_id, tensor_topology, tile, to, to_list, to_numpy, to_torch, update_tensor_topology, volume
class ttnn.conversion.TensorSpec: block_sharded, dtype, height_sharded, layout, memory_config, padded_shape, shape, sharded, sharded_across_dims, sharded_across_dims_except, tile, width_sharded
class ttnn.conversion.Tile: face_shape, get_tile_size, narrow_tile, num_faces, partial_face, tile_shape, transpose_of_faces, transpose_within_face
def ttnn.conversion.check(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.conversion.composer_for(given: 'Any') -> 'Any'
def ttnn.conversion.dtype_name(array: 'Any') -> 'str'
def ttnn.conversion.empty_numpy(shape: 'Sequence[int]', name: 'str') -> 'np.ndarray[Any, Any]'
def ttnn.conversion.empty_torch(shape: 'Sequence[int]', name: 'str') -> 'Any'
def ttnn.conversion.from_dlpack(source: 'Any', dtype: 'DataType | None' = None, **options: 'Any') -> 'Tensor'
def ttnn.conversion.from_torch(tensor: 'Any', dtype: 'DataType | None' = None, *, spec: 'TensorSpec | None' = None, tile: 'Tile | None' = None, pad_value: 'float | None' = None, layout: 'Layout | None' = None, device: 'MeshDevice | None' = None, memory_config: 'MemoryConfig | None' = None, mesh_mapper: 'Any' = <not given>, cq_id: 'Any' = None, preserve_nan_values: 'bool' = False, col_tilize: 'bool' = False, enable_bfloat_opt: 'bool' = False) -> 'Tensor | None'
def ttnn.conversion.host_array(array: 'Any') -> 'HostArray'
def ttnn.conversion.is_torch(array: 'Any') -> 'bool'
def ttnn.conversion.lean_on(key: 'str', sentence: 'str') -> 'None'
def ttnn.conversion.make_tensor(*args: 'Any', **kwargs: 'Any') -> 'Tensor'
def ttnn.conversion.mapper_for(given: 'Any') -> 'Any'
def ttnn.conversion.of_dlpack(source: 'Any') -> 'np.ndarray[Any, Any]'
def ttnn.conversion.plain(array: 'Any') -> 'Any'
def ttnn.conversion.register_python_operation(*, name: 'str', is_experimental: 'bool' = False, is_method: 'bool' = False, golden_function: 'Callable[..., Any] | None' = None, preprocess_golden_function_inputs: 'Callable[..., Any] | None' = None, postprocess_golden_function_outputs: 'Callable[..., Any] | None' = None, output_tensor_kwarg_names: 'tuple[str, ...]' = ('output_tensor', 'optional_output_tensor'), doc: 'str | None' = None) -> 'Callable[[Callable[..., Any]], Any]'
def ttnn.conversion.to_numpy(tensor: 'Tensor', mesh_composer: 'Any' = <not given>) -> 'Any'
def ttnn.conversion.to_torch(tensor: 'Tensor', dtype: 'Any' = None, *, torch_rank: 'int | None' = None, mesh_composer: 'Any' = <not given>, device: 'MeshDevice | None' = None, cq_id: 'Any' = None) -> 'Any'
def ttnn.conversion.type_name(value: 'Any') -> 'str'
class ttnn.core.DataType: BFLOAT16=0, FLOAT32=1, UINT32=2, BFLOAT8_B=3, BFLOAT4_B=4, UINT8=5, UINT16=6, INT32=7, FP8_E4M3=8, INT8=9, INVALID=10
class ttnn.core.MemoryConfig: buffer_type, from_json, interleaved, is_sharded, memory_layout, nd_shard_spec, shard_spec, to_json
class ttnn.core.StorageType: HOST=0, DEVICE=1
def ttnn.core.create_sharded_memory_config(shape: 'Shape | Sequence[int]', core_grid: 'CoreGrid | CoreRangeSet', strategy: 'ShardStrategy', orientation: 'ShardOrientation | None' = None, use_height_and_width_as_shard_shape: 'bool' = False) -> 'MemoryConfig'
def ttnn.core.create_sharded_memory_config_(shape: 'Shape | Sequence[int]', core_grid: 'CoreGrid | CoreRangeSet', strategy: 'ShardStrategy | TensorMemoryLayout', orientation: 'ShardOrientation | None', use_height_and_width_as_shard_shape: 'bool' = False, tile_layout: 'bool' = False) -> 'MemoryConfig'
def ttnn.core.divup(a: 'int', b: 'int') -> 'int'
def ttnn.core.get_memory_config(tensor: 'Any') -> 'MemoryConfig | None'
def ttnn.core.grid_to_cores(...)
def ttnn.core.has_storage_type_of(tensor: 'Any', storage_type: 'Any') -> 'bool'
def ttnn.core.has_tile_padding(tensor: 'Any', *, dim: 'int | None' = None) -> 'bool'
def ttnn.core.is_sharded(tensor: 'Any') -> 'bool'
def ttnn.core.is_tensor_storage_on_device(tensor: 'Any') -> 'bool'
def ttnn.core.num_cores_to_corerangeset(...)
def ttnn.core.num_cores_to_corerangeset_in_subcoregrids(...)
def ttnn.core.roundup(a: 'int', b: 'int') -> 'int'
def ttnn.core.split_work_to_cores(...)
def ttnn.core.ttnn_dtype_to_torch_dtype(dtype: 'DataType') -> 'Any'
ttnn.decorators.CONFIG: Config
ttnn.decorators.DEFAULT_OUTPUT_TENSOR_KWARG_NAMES: tuple
class ttnn.decorators.FastOperation: golden_function, is_cpp_operation, is_experimental, output_tensor_kwarg_names, postprocess_golden_function_outputs, preprocess_golden_function_inputs
ttnn.decorators.POST_OPERATION_HOOKS: list
ttnn.decorators.PRE_OPERATION_HOOKS: list
ttnn.decorators.REGISTERED_OPERATIONS: RegisteredOperations
class ttnn.decorators.RegisteredOperations: add, get
def ttnn.decorators.attach_golden_function(operation: 'Any', golden_function: 'Callable[..., Any]', *, preprocess_golden_function_inputs: 'Callable[..., Any] | None' = None, postprocess_golden_function_outputs: 'Callable[..., Any] | None' = None, output_tensor_kwarg_names: 'tuple[str, ...]' = ('output_tensor', 'optional_output_tensor')) -> 'None'
def ttnn.decorators.choose_path() -> 'None'
def ttnn.decorators.command_queue(cq_id: 'int') -> 'Iterator[None]'
def ttnn.decorators.create_module_if_not_exists(module_name: 'str') -> 'types.ModuleType'
def ttnn.decorators.dump_operations(csv_file: 'str | os.PathLike[str]', include_experimental: 'bool' = False) -> 'None'
def ttnn.decorators.get_current_command_queue_id_for_thread() -> 'Any'
def ttnn.decorators.get_fallback_function(operation: 'Any') -> 'Callable[..., Any]'
def ttnn.decorators.get_golden_function(operation: 'Any') -> 'Callable[..., Any]'
def ttnn.decorators.is_active() -> 'bool'
def ttnn.decorators.query_registered_operations(include_experimental: 'bool' = False) -> 'list[Any]'
def ttnn.decorators.register_cpp_operation(target_module: 'types.ModuleType', func_name: 'str', operation: 'Any') -> 'Any'
def ttnn.decorators.register_post_operation_hook(hook: 'Callable[[Any, tuple[Any, ...], dict[str, Any], Any], None]') -> 'Iterator[None]'
def ttnn.decorators.register_pre_operation_hook(hook: 'Callable[[Any, tuple[Any, ...], dict[str, Any]], None]') -> 'Iterator[None]'
def ttnn.decorators.register_python_operation(*, name: 'str', is_experimental: 'bool' = False, is_method: 'bool' = False, golden_function: 'Callable[..., Any] | None' = None, preprocess_golden_function_inputs: 'Callable[..., Any] | None' = None, postprocess_golden_function_outputs: 'Callable[..., Any] | None' = None, output_tensor_kwarg_names: 'tuple[str, ...]' = ('output_tensor', 'optional_output_tensor'), doc: 'str | None' = None) -> 'Callable[[Callable[..., Any]], Any]'
def ttnn.decorators.run_compared(operation: 'Any', args: 'tuple[Any, ...]', kwargs: 'dict[str, Any]', run: 'Callable[[], Any]') -> 'Any'
def ttnn.decorators.watch_replays() -> 'None'
class ttnn.device.Arch: WORMHOLE_B0=2, BLACKHOLE=3, QUASAR=4
def ttnn.device.CloseDevice(device: 'MeshDevice') -> 'None'
def ttnn.device.CloseDevices(devices: 'Mapping[int, MeshDevice]') -> 'None'
def ttnn.device.CreateDevice(device_id: 'int', num_command_queues: 'int' = 1, l1_small_size: 'int' = 0, trace_region_size: 'int' = 0, dispatch_core_config: 'DispatchCoreConfig | None' = None, *, worker_l1_size: 'int' = 0) -> 'MeshDevice'
def ttnn.device.CreateDevices(device_ids: 'Sequence[int]', num_command_queues: 'int' = 1, l1_small_size: 'int' = 0, trace_region_size: 'int' = 0, dispatch_core_config: 'DispatchCoreConfig | None' = None, *, worker_l1_size: 'int' = 0) -> 'dict[int, MeshDevice]'
ttnn.device.DEFAULT_L1_SMALL_SIZE: int
ttnn.device.DEFAULT_TRACE_REGION_SIZE: int
ttnn.device.DEFAULT_WORKER_L1_SIZE: int
class ttnn.device.Device: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
class ttnn.device.DeviceGrid: as_tuple, dims, mesh_size, num_devices, x, y
class ttnn.device.DeviceMesh: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
class ttnn.device.DispatchCoreAxis: ROW=0, COL=1
class ttnn.device.DispatchCoreConfig: axis, fabric_tensix_config, type
class ttnn.device.DispatchCoreType: WORKER=0, ETH=1
class ttnn.device.FabricConfig: DISABLED=0, FABRIC_1D_NEIGHBOR_EXCHANGE=1, FABRIC_1D=2, FABRIC_1D_RING=3, FABRIC_2D=4, FABRIC_2D_TORUS_X=5, FABRIC_2D_TORUS_Y=6, FABRIC_2D_TORUS_XY=7, CUSTOM=8
class ttnn.device.FabricManagerMode: ENABLED=0, INIT_FABRIC=1, TERMINATE_FABRIC=2, DEFAULT=3
class ttnn.device.FabricReliabilityMode: STRICT_INIT=0, RELAXED_INIT=1, DYNAMIC_RECONFIG=2
class ttnn.device.FabricRouterConfig: max_packet_payload_size_bytes
class ttnn.device.FabricTensixConfig: DISABLED=0, MUX=1
class ttnn.device.FabricUDMMode: DISABLED=0, ENABLED=1
def ttnn.device.GetDefaultDevice() -> 'MeshDevice | None'
def ttnn.device.GetNumAvailableDevices() -> 'int'
def ttnn.device.GetNumPCIeDevices() -> 'int'
def ttnn.device.GetPCIeDeviceID(device_id: 'int') -> 'int'
class ttnn.device.MeshCoordinate: as_tuple, dims
class ttnn.device.MeshCoordinateRange: end, shape, start
class ttnn.device.MeshDevice: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
class ttnn.device.MeshShape: as_tuple, dims, mesh_size, num_devices, x, y
ttnn.device.OPENED_MESH: str
def ttnn.device.SetDefaultDevice(device: 'MeshDevice | None' = None) -> 'None'
class ttnn.device.SubDevice: cores
class ttnn.device.SubDeviceId: id
class ttnn.device.SubDeviceManagerId: id
def ttnn.device.check(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.device.close_device(device: 'MeshDevice') -> 'None'
def ttnn.device.close_device_mesh(mesh_device: 'MeshDevice') -> 'None'
def ttnn.device.close_mesh_device(mesh_device: 'MeshDevice') -> 'None'
def ttnn.device.create_device_mesh(*args: 'Any', **kwargs: 'Any') -> 'Iterator[MeshDevice]'
def ttnn.device.create_mesh_device(*args: 'Any', **kwargs: 'Any') -> 'Iterator[MeshDevice]'
def ttnn.device.disable_and_clear_program_cache(device: 'MeshDevice') -> 'None'
def ttnn.device.enable_program_cache(device: 'MeshDevice') -> 'None'
def ttnn.device.get_arch_name() -> 'str'
def ttnn.device.get_device_ids() -> 'list[int]'
def ttnn.device.get_fabric_config() -> 'FabricConfig'
def ttnn.device.get_num_devices() -> 'int'
def ttnn.device.get_num_pcie_devices() -> 'int'
def ttnn.device.get_pcie_device_ids() -> 'list[int]'
def ttnn.device.init_device_compute_kernel_config(arch: Any, device_kernel_config: ttnn.program_configs.WormholeComputeKernelConfig | None = None, *, math_fidelity: Any = MathFidelity.LoFi, math_approx_mode: bool = True, fp32_dest_acc_en: bool = False, packer_l1_acc: bool = False, dst_full_sync_en: bool = False, throttle_level: Any = ThrottleLevel.NO_THROTTLE) -> ttnn.program_configs.WormholeComputeKernelConfig
def ttnn.device.is_blackhole(device: 'MeshDevice | None' = None) -> 'bool'
def ttnn.device.is_wormhole_b0(device: 'MeshDevice | None' = None) -> 'bool'
def ttnn.device.manage_device(device_id: 'int') -> 'Iterator[MeshDevice]'
def ttnn.device.open_device(device_id: 'int', l1_small_size: 'int' = 0, trace_region_size: 'int' = 0, num_command_queues: 'int' = 1, dispatch_core_config: 'DispatchCoreConfig | None' = None, worker_l1_size: 'int' = 0) -> 'MeshDevice'
def ttnn.device.open_device_mesh(device_grid: 'MeshShape', device_ids: 'Sequence[int] | None' = None, **kwargs: 'Any') -> 'MeshDevice'
def ttnn.device.open_mesh_device(mesh_shape: 'MeshShape | None' = None, l1_small_size: 'int' = 0, trace_region_size: 'int' = 0, num_command_queues: 'int' = 1, dispatch_core_config: 'DispatchCoreConfig | None' = None, offset: 'MeshCoordinate | None' = None, physical_device_ids: 'Sequence[int]' = (), worker_l1_size: 'int' = 0) -> 'MeshDevice'
def ttnn.device.require(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.device.require_int(call: 'str', argument: 'str', value: 'Any', example: 'str') -> 'None'
def ttnn.device.select_system(name: 'str') -> 'None'
def ttnn.device.set_fabric_config(config: 'FabricConfig', reliability_mode: 'FabricReliabilityMode' = FabricReliabilityMode.STRICT_INIT, num_planes: 'int | None' = None, fabric_tensix_config: 'FabricTensixConfig' = FabricTensixConfig.DISABLED, fabric_udm_mode: 'FabricUDMMode' = FabricUDMMode.DISABLED, fabric_manager_mode: 'FabricManagerMode' = FabricManagerMode.DEFAULT, router_config: 'FabricRouterConfig | None' = None) -> 'None'
def ttnn.device.synchronize_device(device: 'MeshDevice', cq_id: 'Any' = None, sub_device_ids: 'Sequence[Any]' = ()) -> 'None'
def ttnn.distributed.ConcatMesh2dToTensor(mesh_device: 'MeshDevice | MeshShape', mesh_shape: 'MeshShape | Sequence[int]', dims: 'Sequence[int]') -> 'CppMeshToTensor'
def ttnn.distributed.ConcatMeshToTensor(mesh_device: 'MeshDevice | MeshShape', dim: 'int') -> 'CppMeshToTensor'
class ttnn.distributed.CppMeshToTensor: config, is_list, mesh_shape
class ttnn.distributed.CppTensorToMesh: config, mesh_shape
class ttnn.distributed.DispatchCoreType: WORKER=0, ETH=1
def ttnn.distributed.ListMeshToTensor(mesh_device: 'MeshDevice | MeshShape') -> 'CppMeshToTensor'
class ttnn.distributed.MeshComposerConfig: dims, mesh_offset_override, mesh_shape_override
class ttnn.distributed.MeshDevice: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
class ttnn.distributed.MeshMapperConfig: mesh_offset_override, mesh_shape_override, placements
class ttnn.distributed.MeshToTensor: config, is_list, mesh_shape
ttnn.distributed.NOT_GIVEN: _NotGiven
class ttnn.distributed.PlacementReplicate: ...
class ttnn.distributed.PlacementShard: dim
def ttnn.distributed.ReplicateTensorToMesh(mesh_device: 'MeshDevice | MeshShape') -> 'ReplicateTensorToMeshWrapper'
class ttnn.distributed.ReplicateTensorToMeshWrapper: unwrap
def ttnn.distributed.ShardTensor2dMesh(mesh_device: 'MeshDevice | MeshShape', mesh_shape: 'MeshShape | Sequence[int]', dims: 'Sequence[int | None]') -> 'CppTensorToMesh'
def ttnn.distributed.ShardTensorToMesh(mesh_device: 'MeshDevice | MeshShape', dim: 'int') -> 'CppTensorToMesh'
class ttnn.distributed.TensorToMesh: config, mesh_shape
class ttnn.distributed.TensorTopology: distribution_shape, get_device_coord, get_neighbor, get_next_neighbor, get_prev_neighbor, get_tensor_coord, mesh_coords, placements
def ttnn.distributed.close_mesh_device(mesh_device: 'MeshDevice') -> 'None'
def ttnn.distributed.composer_for(given: 'Any') -> 'Any'
def ttnn.distributed.compute_distribution_to_mesh_mapping(...)
def ttnn.distributed.concat_mesh_to_tensor_composer(...)
def ttnn.distributed.create_mesh_composer(...)
def ttnn.distributed.create_mesh_device(*args: 'Any', **kwargs: 'Any') -> 'Iterator[MeshDevice]'
def ttnn.distributed.create_mesh_mapper(...)
def ttnn.distributed.current_composer() -> 'Any'
def ttnn.distributed.current_mapper() -> 'Any'
def ttnn.distributed.distribute(default: 'Any') -> 'Iterator[None]'
def ttnn.distributed.get_device_ids() -> 'list[int]'
def ttnn.distributed.get_num_devices() -> 'int'
def ttnn.distributed.get_num_pcie_devices() -> 'int'
def ttnn.distributed.get_pcie_device_ids() -> 'list[int]'
def ttnn.distributed.list_mesh_to_tensor_composer(...)
def ttnn.distributed.mapper_for(given: 'Any') -> 'Any'
def ttnn.distributed.open_mesh_device(mesh_shape: 'MeshShape | None' = None, l1_small_size: 'int' = 0, trace_region_size: 'int' = 0, num_command_queues: 'int' = 1, dispatch_core_config: 'DispatchCoreConfig | None' = None, offset: 'MeshCoordinate | None' = None, physical_device_ids: 'Sequence[int]' = (), worker_l1_size: 'int' = 0) -> 'MeshDevice'
def ttnn.distributed.replicate_tensor_to_mesh_mapper(...)
def ttnn.distributed.shard_tensor_to_mesh_mapper(...)
def ttnn.distributed.unwrapped(mapper: 'CppTensorToMesh | ReplicateTensorToMeshWrapper | None') -> 'CppTensorToMesh | None'
def ttnn.distributed.visualize_mesh_device(mesh_device: 'Any', tensor: 'Any' = None) -> 'None'
def ttnn.distributed.visualize_system_mesh() -> 'None'
def ttnn.distributed.visualize_tensor(tensor: 'Any') -> 'None'
def ttnn.distributed.mappers.ConcatMesh2dToTensor(mesh_device: 'MeshDevice | MeshShape', mesh_shape: 'MeshShape | Sequence[int]', dims: 'Sequence[int]') -> 'CppMeshToTensor'
def ttnn.distributed.mappers.ConcatMeshToTensor(mesh_device: 'MeshDevice | MeshShape', dim: 'int') -> 'CppMeshToTensor'
class ttnn.distributed.mappers.CppMeshToTensor: config, is_list, mesh_shape
class ttnn.distributed.mappers.CppTensorToMesh: config, mesh_shape
def ttnn.distributed.mappers.ListMeshToTensor(mesh_device: 'MeshDevice | MeshShape') -> 'CppMeshToTensor'
class ttnn.distributed.mappers.MeshComposerConfig: dims, mesh_offset_override, mesh_shape_override
class ttnn.distributed.mappers.MeshDevice: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
class ttnn.distributed.mappers.MeshMapperConfig: mesh_offset_override, mesh_shape_override, placements
class ttnn.distributed.mappers.MeshShape: as_tuple, dims, mesh_size, num_devices, x, y
class ttnn.distributed.mappers.MeshToTensor: config, is_list, mesh_shape
ttnn.distributed.mappers.OPENED_MESH: str
class ttnn.distributed.mappers.PlacementReplicate: ...
class ttnn.distributed.mappers.PlacementShard: dim
def ttnn.distributed.mappers.ReplicateTensorToMesh(mesh_device: 'MeshDevice | MeshShape') -> 'ReplicateTensorToMeshWrapper'
class ttnn.distributed.mappers.ReplicateTensorToMeshWrapper: unwrap
def ttnn.distributed.mappers.ShardTensor2dMesh(mesh_device: 'MeshDevice | MeshShape', mesh_shape: 'MeshShape | Sequence[int]', dims: 'Sequence[int | None]') -> 'CppTensorToMesh'
def ttnn.distributed.mappers.ShardTensorToMesh(mesh_device: 'MeshDevice | MeshShape', dim: 'int') -> 'CppTensorToMesh'
class ttnn.distributed.mappers.TensorToMesh: config, mesh_shape
class ttnn.distributed.mappers.TensorTopology: distribution_shape, get_device_coord, get_neighbor, get_next_neighbor, get_prev_neighbor, get_tensor_coord, mesh_coords, placements
def ttnn.distributed.mappers.compute_distribution_to_mesh_mapping(...)
def ttnn.distributed.mappers.concat_mesh_to_tensor_composer(...)
def ttnn.distributed.mappers.create_mesh_composer(...)
def ttnn.distributed.mappers.create_mesh_mapper(...)
def ttnn.distributed.mappers.list_mesh_to_tensor_composer(...)
def ttnn.distributed.mappers.replicate_tensor_to_mesh_mapper(...)
def ttnn.distributed.mappers.require(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.distributed.mappers.require_int(call: 'str', argument: 'str', value: 'Any', example: 'str') -> 'None'
def ttnn.distributed.mappers.shard_tensor_to_mesh_mapper(...)
def ttnn.distributed.mappers.unwrapped(mapper: 'CppTensorToMesh | ReplicateTensorToMeshWrapper | None') -> 'CppTensorToMesh | None'
class ttnn.distributed.shards.CppMeshToTensor: config, is_list, mesh_shape
class ttnn.distributed.shards.CppTensorToMesh: config, mesh_shape
class ttnn.distributed.shards.MeshCoordinate: as_tuple, dims
class ttnn.distributed.shards.MeshDevice: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
class ttnn.distributed.shards.MeshShape: as_tuple, dims, mesh_size, num_devices, x, y
ttnn.distributed.shards.OPENED_MESH: str
class ttnn.distributed.shards.Tensor: buffer_address, buffer_unique_id, cpu, deallocate, device, device_coords, devices, dtype, element_size, get_dtype, get_layout, get_tile, is_allocated, is_sharded, item, layout, logical_volume, memory_config, padded_shape, reshape, shape, spec, storage_type, tensor_id, tensor_topology, tile, to, to_list, to_numpy, to_torch, update_tensor_topology, volume
def ttnn.distributed.shards.aggregate_as_tensor(tensors: 'Sequence[Tensor]') -> 'Tensor'
def ttnn.distributed.shards.aggregate_tensor(tensor: 'Tensor', composer: 'CppMeshToTensor') -> 'Tensor'
def ttnn.distributed.shards.check(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.distributed.shards.combine_device_tensors(*, tensors: 'Sequence[Tensor]') -> 'Tensor'
def ttnn.distributed.shards.distribute_tensor(tensor: 'Tensor', mapper: 'Any', mesh_device: 'MeshDevice | None' = None) -> 'Tensor'
def ttnn.distributed.shards.from_host_shards(tensors: 'Sequence[Tensor]', mesh_shape: 'MeshShape') -> 'Tensor'
def ttnn.distributed.shards.get_device_tensor(multi_device_tensor: 'Tensor', device: 'Any') -> 'Tensor'
def ttnn.distributed.shards.get_device_tensors(tensor: 'Tensor') -> 'list[Tensor]'
def ttnn.distributed.shards.require(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.distributed.shards.unwrapped(mapper: 'CppTensorToMesh | ReplicateTensorToMeshWrapper | None') -> 'CppTensorToMesh | None'
ttnn.distributed.visualize.CONFIG: Config
ttnn.distributed.visualize.TYPE_CHECKING: bool
def ttnn.distributed.visualize.visualize_mesh_device(mesh_device: 'Any', tensor: 'Any' = None) -> 'None'
def ttnn.distributed.visualize.visualize_system_mesh() -> 'None'
def ttnn.distributed.visualize.visualize_tensor(tensor: 'Any') -> 'None'
class ttnn.dot_access.DotAccessDict: ...
def ttnn.dot_access.make_dot_access_dict(dictionary: 'dict[str, Any]', *, ignore_types: 'tuple[type, ...] | None' = None) -> 'DotAccessDict'
class ttnn.enums.BcastOpDim: H=0, W=1, HW=2
class ttnn.enums.BcastOpMath: ADD=0, SUB=1, MUL=2
class ttnn.enums.BinaryOpType: ADD=0, SUB=1, MUL=2, GT=3, LT=4, LE=5, GE=6, EQ=7, NE=8, SQUARED_DIFFERENCE=9, BIAS_GELU=10, LOGADDEXP=11, LOGICAL_AND=12, LOGICAL_OR=13, LOGICAL_XOR=14, LDEXP=15, LOGADDEXP2=16, DIV=17, DIV_FLOOR=18, DIV_TRUNC=19, REMAINDER=20, FMOD=21, RSUB=22, POWER=23, BITWISE_XOR=24, BITWISE_AND=25, BITWISE_OR=26, LEFT_SHIFT=27, RIGHT_SHIFT=28, LOGICAL_RIGHT_SHIFT=29, QUANT=30, REQUANT=31, DEQUANT=32, MAXIMUM=33, MINIMUM=34, GCD=35, LCM=36, ADDALPHA=37, SUBALPHA=38, XLOGY=39, HYPOT=40, ATAN2=41, NEXTAFTER=42, WHERE_TST=43, WHERE_TTS=44, ISCLOSE=45, SITU_GLU=46
class ttnn.enums.ChunkGdnWyInverse: AUTO=0, HORNER=1, FORWARD_SUBSTITUTION=2
class ttnn.enums.ClusterType: INVALID=0, N150=1, N300=2, T3K=3, GALAXY=4, TG=5, P100=6, P150=7, P150_X2=8, P150_X4=9, SIMULATOR_WORMHOLE_B0=10, SIMULATOR_BLACKHOLE=11, N300_2x2=12, P150_X8=13, P300=14, SIMULATOR_QUASAR=15, BLACKHOLE_GALAXY=16, P300_X2=17, CUSTOM=18
class ttnn.enums.CoreType: ARC=0, DRAM=1, ACTIVE_ETH=2, IDLE_ETH=3, PCIE=4, TENSIX=5, ROUTER_ONLY=6, SECURITY=7, L2CPU=8, DISPATCH=9, HARVESTED=10, ETH=11, WORKER=12, COUNT=13, UNSPECIFIED=14
class ttnn.enums.D2DStageGateMode: KeepOpen=0, CloseOnTransit=1
class ttnn.enums.DataMovementProcessor: RISCV_0=0, RISCV_1=1, RISCV_2=2, RISCV_3=3, RISCV_4=4, RISCV_5=5, RISCV_6=6, RISCV_7=7
class ttnn.enums.DispatchAlgorithm: BROADCAST=0, SPARSE_UNICAST=1, SPARSE_MCAST_LINEAR=2, SPARSE_MCAST_SHORTEST_PATH=3, SPARSE_MCAST_SPLIT_BW=4
class ttnn.enums.DispatchCoreAxis: ROW=0, COL=1
class ttnn.enums.DispatchCoreType: WORKER=0, ETH=1
class ttnn.enums.DistributedLayerNormStage: NOT_DISTRIBUTED=0, PRE_ALL_GATHER=1, POST_ALL_GATHER=2
class ttnn.enums.DumpTensorMode: DISTRIBUTED_GATHER=0, LOCAL=1
class ttnn.enums.EmbeddingsType: GENERIC=0, PADDED=1, BINARY=2
class ttnn.enums.FabricManagerMode: ENABLED=0, INIT_FABRIC=1, TERMINATE_FABRIC=2, DEFAULT=3
class ttnn.enums.FabricReliabilityMode: STRICT_INIT=0, RELAXED_INIT=1, DYNAMIC_RECONFIG=2
class ttnn.enums.FabricTensixConfig: DISABLED=0, MUX=1
class ttnn.enums.FabricType: MESH=1, TORUS_X=2, TORUS_Y=4, TORUS_XY=6
class ttnn.enums.FabricUDMMode: DISABLED=0, ENABLED=1
class ttnn.enums.GeluVariant: Accurate=0, FastLut=1, Tanh=2
class ttnn.enums.H2DMode: HOST_PUSH=0, DEVICE_PULL=1
class ttnn.enums.LayerNormType: LAYERNORM=0, RMSNORM=1
class ttnn.enums.LossReductionMode: NONE=0, MEAN=1, SUM=2
class ttnn.enums.MMSignalAggregatorMode: Auto=0, On=1, Off=2
class ttnn.enums.MathFidelity: LoFi=0, HiFi2=2, HiFi3=3, HiFi4=4, Invalid=255
class ttnn.enums.McastCoreOrder: RowMajor=0, ColumnMajor=1
class ttnn.enums.McastDataReady: Flag=0, Counter=1
class ttnn.enums.McastSenderPlacement: Uniform=0, Staggered=1
ttnn.enums.NESTED: dict
class ttnn.enums.NOC: RISCV_0_default=0, RISCV_1_default=1
class ttnn.enums.NOC_MODE: DM_DEDICATED_NOC=0, DM_DYNAMIC_NOC=1
class ttnn.enums.PaddingMode: Zeros=0, Replicate=1
class ttnn.enums.RGBRange: MinusOneToOne=0, ZeroToOne=1
class ttnn.enums.ReduceType: Sum=0, Mean=1, Max=2, Min=3, Std=4, Var=5, Prod=6
class ttnn.enums.RoutedExpertActivation: Silu=0, SwiGluOai=1, SituGlu=2, ClampedSiluGlu=3
class ttnn.enums.RunMode: NORMAL=0, NO_DISPATCH=1
class ttnn.enums.ShardStrategy: HEIGHT=1, WIDTH=2, BLOCK=3
class ttnn.enums.SigmoidMode: FastApproximate=0, AccurateWithFastExp=1, Accurate=2
class ttnn.enums.SliceTypeEnum: DRAMSliceHeight=0, DRAMSliceWidth=1, L1Full=2
class ttnn.enums.SocketEndpoint: SENDER=0, RECEIVER=1
class ttnn.enums.SourceType: FILE_PATH=0, SOURCE_CODE=1
class ttnn.enums.SparseKVFormat: BF16=0, FP8_E4M3=1, SCALED_FP8=2
class ttnn.enums.ThrottleLevel: NO_THROTTLE=0, LEVEL_1=1, LEVEL_2=2, LEVEL_3=3, LEVEL_4=4, LEVEL_5=5
class ttnn.enums.TileReshapeMapMode: CACHE=0, RECREATE=1
class ttnn.enums.Topology: Linear=1, Ring=2, Mesh=3, Torus=4
class ttnn.enums.TransferMode: Multicast=0, ChainUnicast=1
class ttnn.enums.UnaryOpType: EXP=0, RECIP=1, GELU=2, GELU_TANH=3, RELU=4, SQRT=5, SIGMOID=6, LOG=7, LOG1P=8, TANH=9, LOG2=10, LOG10=11, SIN=12, COS=13, COSH=14, SINH=15, ABS=16, ABS_INT32=17, SIGN=18, SQUARE=19, EQZ=20, NEZ=21, GTZ=22, LTZ=23, GEZ=24, LEZ=25, RELU_MAX=26, RELU_MIN=27, POWER=28, POWER_ITERATIVE=29, LEAKY_RELU=30, ELU=31, EXP2=32, HEAVISIDE=33, EXPM1=34, SIGNBIT=35, ASIN=36, ACOS=37, ACOSH=38, RSQRT=39, RELU6=40, ATAN=41, ASINH=42, ATANH=43, ERF=44, ERFC=45, ISINF=46, ISPOSINF=47, ISNEGINF=48, ISNAN=49, LOGICAL_NOT_UNARY=50, ISFINITE=51, ERFINV=52, I0=53, I1=54, TAN=55, RSUB=56, RDIV=57, SILU=58, SOFTPLUS=59, IDENTITY=60, NEG=61, ADD_UNARY_SFPU=62, SUB_UNARY_SFPU=63, MUL_UNARY_SFPU=64, DIV_UNARY_SFPU=65, UNARY_NE=66, UNARY_EQ=67, UNARY_GT=68, UNARY_LT=69, UNARY_GE=70, UNARY_LE=71, TILED_PROD=72, TYPECAST=73, BITCAST=74, BITWISE_XOR=75, BITWISE_NOT=76, BITWISE_AND=77, BITWISE_OR=78, RIGHT_SHIFT=79, FLOOR=80, CEIL=81, TRUNC=82, FRAC=83, ROUND=84, LEFT_SHIFT=85, REMAINDER=86, FMOD=87, DROPOUT=88, FILL=89, PRELU_SFPU=90, ZERO_POINT=91, ALT_COMPLEX_ROTATE90=92, MISH=93, HARDMISH=94, MAXIMUM=95, MINIMUM=96, TANHSHRINK=97, THRESHOLD=98, SOFTSHRINK=99, HARDSHRINK=100, HARDTANH=101, HARDSIGMOID=102, HARDSWISH=103, WHERE_TSS=104, MAC_TSS=105, SOFTSIGN=106, CELU=107, CLAMP_TSS=108, SELU=109, RPOW=110, CBRT=111, LOGSIGMOID=112, LOGIT=113, XIELU=114, LGAMMA=115, DIGAMMA=116, POLYGAMMA=117, SOFTCAP=118
class ttnn.enums.UnpackToDestMode: UnpackToDestFp32=0, Default=1
class ttnn.enums.WorkerMode: DIRECT=0, MUX_TOKEN_SPLIT=1, MUX_PAYLOAD_SPLIT=2
class ttnn.enums.YUVColorSpace: BT601=0, BT709=1, BT2020=2
class ttnn.enums.YUVFormat: YUV420Planar=0
class ttnn.enums.YUVRange: Full=0, Limited=1
class ttnn.experimental.RGBRange: MinusOneToOne=0, ZeroToOne=1
class ttnn.experimental.YUVCoefficients: cb, cr, y
class ttnn.experimental.YUVColorSpace: BT601=0, BT709=1, BT2020=2
class ttnn.experimental.YUVFormat: YUV420Planar=0
class ttnn.experimental.YUVRange: Full=0, Limited=1
def ttnn.experimental.all_gather_async(...)
def ttnn.experimental.all_gather_async_reversed(...)
def ttnn.experimental.all_reduce_async(...)
def ttnn.experimental.all_to_all_async(...)
def ttnn.experimental.all_to_all_async_generic(...)
def ttnn.experimental.llama_reduce_scatter(...)
def ttnn.experimental.recv_async(output_tensor: 'Tensor', mesh_socket: 'MeshSocket') -> 'list[Tensor]'
def ttnn.experimental.recv_direct_async(output_tensor: 'Tensor', mesh_socket: 'MeshSocket') -> 'list[Tensor]'
def ttnn.experimental.reduce_scatter_minimal_async(...)
def ttnn.experimental.reduce_scatter_minimal_direct(...)
def ttnn.experimental.ring_attention_all_gather_async(...)
def ttnn.experimental.send_async(input_tensor: 'Tensor', mesh_socket: 'MeshSocket') -> 'list[Tensor]'
def ttnn.experimental.send_direct_async(input_tensor: 'Tensor', mesh_socket: 'MeshSocket') -> 'list[Tensor]'
def ttnn.experimental.strided_all_gather_async(...)
def ttnn.experimental.strided_reduce_scatter_async(...)
def ttnn.experimental.typecast(...)
class ttnn.global_semaphore.BufferType: DRAM=0, L1=1, SYSTEM_MEMORY=2, L1_SMALL=3, TRACE=4
class ttnn.global_semaphore.CoreRangeSet: bounding_box, contains, empty, from_json, merge, num_cores, ranges, size, subtract, to_json
class ttnn.global_semaphore.GlobalSemaphore: ...
class ttnn.global_semaphore.MeshDevice: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
ttnn.global_semaphore.OPENED_MESH: str
def ttnn.global_semaphore.create_global_semaphore(mesh_device: 'MeshDevice', cores: 'CoreRangeSet', initial_value: 'int', buffer_type: 'BufferType' = BufferType.L1) -> 'GlobalSemaphore'
def ttnn.global_semaphore.get_global_semaphore_address(global_semaphore: 'GlobalSemaphore') -> 'int'
def ttnn.global_semaphore.require(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.global_semaphore.require_int(call: 'str', argument: 'str', value: 'Any', example: 'str') -> 'None'
def ttnn.global_semaphore.reset_global_semaphore_value(global_semaphore: 'GlobalSemaphore', reset_value: 'int') -> 'None'
ttnn.golden.BINARY: frozenset
ttnn.golden.GOLDEN: dict
ttnn.golden.HARDWARE_ARGUMENTS: set
ttnn.golden.TERNARY: frozenset
ttnn.golden.UNARY: frozenset
ttnn.golden.UNFORESEEN: frozenset
def ttnn.golden.activate(x: 'Any', activation: 'Any') -> 'Any'
def ttnn.golden.block_float(x: 'Any', dtype: 'Any') -> 'Any'
def ttnn.golden.find(name: 'str') -> 'Golden | None'
ttnn.golden.torch: _LazyModule
def ttnn.golden.typecast(input_tensor: 'Any', dtype: 'Any', *_: 'Any', **__: 'Any') -> 'Any'
def ttnn.golden.uncast(name: 'str', *inputs: 'Any', **arguments: 'Any') -> 'Any'
def ttnn.golden.uncut(golden: 'Golden', *args: 'Any', **kwargs: 'Any') -> 'Any'
class ttnn.golden_records.Bounds: atol, broken_by, max_ulp, mean_ulp, pcc, rtol, settled
class ttnn.golden_records.GoldenRecord: calls, cause, excess, explained, passed, place, to_dict, where
class ttnn.golden_records.Measure: actual, beyond, expected, index, is_worse_than, mean_beyond, mean_ulp, pcc, problem, ulp
ttnn.golden_records.TYPE_CHECKING: bool
def ttnn.golden_records.coarsest(dtypes: 'Any') -> 'str'
def ttnn.golden_records.measure(expected: 'torch.Tensor', actual: 'torch.Tensor', dtype: 'str', bounds: 'Bounds', *, allowed: 'torch.Tensor | float' = 0.0, floor: 'float' = 0.0, terms: 'int' = 1) -> 'Measure'
class ttnn.graph.RunMode: NORMAL=0, NO_DISPATCH=1
class ttnn.hardware.BufferType: DRAM=0, L1=1, SYSTEM_MEMORY=2, L1_SMALL=3, TRACE=4
class ttnn.hardware.CoreCoord: from_json, to_json, x, y
class ttnn.hardware.CoreRangeSet: bounding_box, contains, empty, from_json, merge, num_cores, ranges, size, subtract, to_json
class ttnn.hardware.DataType: BFLOAT16=0, FLOAT32=1, UINT32=2, BFLOAT8_B=3, BFLOAT4_B=4, UINT8=5, UINT16=6, INT32=7, FP8_E4M3=8, INT8=9, INVALID=10
class ttnn.hardware.DispatchCoreAxis: ROW=0, COL=1
class ttnn.hardware.DispatchCoreConfig: axis, fabric_tensix_config, type
class ttnn.hardware.DispatchCoreType: WORKER=0, ETH=1
class ttnn.hardware.FabricNodeId: chip_id, mesh_id
class ttnn.hardware.FabricRouterConfig: max_packet_payload_size_bytes
class ttnn.hardware.FabricTensixConfig: DISABLED=0, MUX=1
class ttnn.hardware.MeshCoreCoord: core_coord, device_coord
class ttnn.hardware.MeshId: id
class ttnn.hardware.OverlappedTensor: byte_offset, core_range_set, dtype, fused_tensor, get_tile, shard_shape, tensor_shape, tile_shape, total_size
class ttnn.hardware.Rank: id
class ttnn.hardware.Size: id
class ttnn.hardware.SocketConfig: connections, memory_config, receiver_mesh_id, receiver_rank, sender_mesh_id, sender_rank
class ttnn.hardware.SocketConnection: receiver_core, sender_core
class ttnn.hardware.SocketMemoryConfig: fifo_size, per_core_allocation, receiver_sub_device, sender_sub_device, socket_storage_type
class ttnn.hardware.SubDevice: cores
class ttnn.hardware.SubDeviceId: id
class ttnn.hardware.SubDeviceManagerId: id
class ttnn.hardware.SubcontextId: id
class ttnn.hardware.Tile: face_shape, get_tile_size, narrow_tile, num_faces, partial_face, tile_shape, transpose_of_faces, transpose_within_face
class ttnn.hardware.Value: from_json, to_json
def ttnn.hardware.value(*, kw_only: 'bool' = False) -> 'Callable[[C], C]'
class ttnn.indexing.DataType: BFLOAT16=0, FLOAT32=1, UINT32=2, BFLOAT8_B=3, BFLOAT4_B=4, UINT8=5, UINT16=6, INT32=7, FP8_E4M3=8, INT8=9, INVALID=10
class ttnn.indexing.StorageType: HOST=0, DEVICE=1
class ttnn.indexing.Tensor: buffer_address, buffer_unique_id, cpu, deallocate, device, device_coords, devices, dtype, element_size, get_dtype, get_layout, get_tile, is_allocated, is_sharded, item, layout, logical_volume, memory_config, padded_shape, reshape, shape, spec, storage_type, tensor_id, tensor_topology, tile, to, to_list, to_numpy, to_torch, update_tensor_topology, volume
def ttnn.indexing.get_item(tensor: 'Tensor', index: 'Any') -> 'Tensor'
def ttnn.kv_cache.fill_cache_for_user_(...)
def ttnn.kv_cache.update_cache_for_token_(...)
def ttnn.namespaces.install() -> 'None'
def ttnn.namespaces.submodule(parent: 'types.ModuleType', name: 'str') -> 'types.ModuleType'
class ttnn.operations.ccl.DispatchAlgorithm: BROADCAST=0, SPARSE_UNICAST=1, SPARSE_MCAST_LINEAR=2, SPARSE_MCAST_SHORTEST_PATH=3, SPARSE_MCAST_SPLIT_BW=4
class ttnn.operations.ccl.MMSignalAggregatorMode: Auto=0, On=1, Off=2
class ttnn.operations.ccl.Topology: Linear=1, Ring=2, Mesh=3, Torus=4
class ttnn.operations.ccl.WorkerMode: DIRECT=0, MUX_TOKEN_SPLIT=1, MUX_PAYLOAD_SPLIT=2
def ttnn.operations.ccl.get_num_links(mesh_device: 'MeshDevice', cluster_axis: 'int | None' = None) -> 'int'
def ttnn.operations.ccl.get_usable_topology(tensor: 'Tensor', topology: 'Any' = None, cluster_axis: 'int | None' = None) -> 'Any'
class ttnn.operations.conv2d.Conv2dConfig: act_block_h_override, act_block_w_div, activation, config_tensors_in_dram, core_grid, deallocate_activation, enable_act_double_buffer, enable_activation_reuse, enable_kernel_stride_folding, enable_weights_double_buffer, force_split_reader, full_inner_dim, output_layout, override_output_sharding_config, override_sharding_config, padding_mode, reallocate_halo_output, reshard_if_not_optimal, shard_layout, transpose_shards, weights_dtype
ttnn.operations.conv2d.Conv2dDRAMSliceHeight: SliceTypeEnum
ttnn.operations.conv2d.Conv2dDRAMSliceWidth: SliceTypeEnum
ttnn.operations.conv2d.Conv2dL1Full: SliceTypeEnum
ttnn.operations.conv2d.Conv2dL1FullSliceConfig: Op2DSliceConfig
class ttnn.operations.conv2d.Conv2dSliceConfig: SliceTypeEnum, num_slices, slice_type
ttnn.operations.conv2d.Op2DDRAMSliceHeight: SliceTypeEnum
ttnn.operations.conv2d.Op2DDRAMSliceWidth: SliceTypeEnum
ttnn.operations.conv2d.Op2DL1Full: SliceTypeEnum
ttnn.operations.conv2d.Op2DL1FullSliceConfig: Op2DSliceConfig
class ttnn.operations.conv2d.Op2DSliceConfig: SliceTypeEnum, num_slices, slice_type
class ttnn.operations.conv2d.PaddingMode: Zeros=0, Replicate=1
class ttnn.operations.conv2d.SlidingWindowParallelConfig: grid, shard_orientation, shard_scheme
class ttnn.operations.embedding.EmbeddingsType: GENERIC=0, PADDED=1, BINARY=2
class ttnn.operations.losses.LossReductionMode: NONE=0, MEAN=1, SUM=2
class ttnn.operations.matmul.MatmulInputs: input_tensors, optional_input_tensors, optional_output_tensors
class ttnn.operations.matmul.MatmulMultiCoreReuseMultiCast1DProgramConfig: allowed_worker_cores, compute_with_storage_grid_size, fuse_batch, fused_activation, gather_in0, hop_cores, in0_block_w, mcast_in0, num_global_cb_receivers, out_block_h, out_block_w, out_subblock_h, out_subblock_w, per_core_M, per_core_N, stream_in1, untilize_out
class ttnn.operations.matmul.MatmulMultiCoreReuseMultiCastBatchedDRAMShardedProgramConfig: fused_activation, in0_block_w, per_core_M, per_core_N
class ttnn.operations.matmul.MatmulMultiCoreReuseMultiCastDRAMShardedProgramConfig: fused_activation, in0_block_w, num_workers_per_dram_bank, per_core_M, per_core_N
class ttnn.operations.matmul.MatmulMultiCoreReuseMultiCastProgramConfig: allowed_worker_cores, compute_with_storage_grid_size, fuse_batch, fused_activation, in0_block_w, out_block_h, out_block_w, out_subblock_h, out_subblock_w, per_core_M, per_core_N, transpose_mcast
class ttnn.operations.matmul.MatmulMultiCoreReuseProgramConfig: allowed_worker_cores, compute_with_storage_grid_size, in0_block_w, out_subblock_h, out_subblock_w, per_core_M, per_core_N
class ttnn.operations.matmul.MatmulParams: bcast_batch, compute_kernel_config, output_dtype, output_mem_config, program_config, transpose_a, transpose_b, untilize_out
class ttnn.operations.normalization.DistributedLayerNormStage: NOT_DISTRIBUTED=0, PRE_ALL_GATHER=1, POST_ALL_GATHER=2
class ttnn.operations.normalization.LayerNormDefaultProgramConfig: legacy_reduction, legacy_rsqrt, use_welford
class ttnn.operations.normalization.LayerNormInputs: bias, input, recip_tensor, residual_input_tensor, stats, weight
class ttnn.operations.normalization.LayerNormParams: compute_kernel_config, distributed_norm_stage, dtype, eps, norm_type, output_mem_config, program_config
class ttnn.operations.normalization.LayerNormShardedMultiCoreProgramConfig: block_h, block_w, compute_with_storage_grid_size, inplace, legacy_reduction, legacy_rsqrt, subblock_w, use_welford
class ttnn.operations.normalization.LayerNormType: LAYERNORM=0, RMSNORM=1
class ttnn.operations.normalization.SoftmaxDefaultProgramConfig: ...
class ttnn.operations.normalization.SoftmaxProgramConfig: ...
class ttnn.operations.normalization.SoftmaxShardedMultiCoreProgramConfig: block_h, block_w, compute_with_storage_grid_size, subblock_w
def ttnn.operations.normalization.create_layernorm_program_config(shard_spec: ttnn._ttnn.ShardSpec | None = None, tile_height: int = 32, tile_width: int = 32) -> ttnn.program_configs.LayerNormDefaultProgramConfig | ttnn.program_configs.LayerNormShardedMultiCoreProgramConfig
def ttnn.operations.normalization.layernorm_default_compute_config(arch: Any) -> ttnn.program_configs.WormholeComputeKernelConfig
def ttnn.operations.normalization.rmsnorm_default_compute_config(arch: Any) -> ttnn.program_configs.WormholeComputeKernelConfig
class ttnn.operations.reduction.ReduceType: Sum=0, Mean=1, Max=2, Min=3, Std=4, Var=5, Prod=6
class ttnn.operations.transformer.ChunkGdnFusedProgramConfig: handoff_checks, handoff_depth, handoff_fault, num_producers, num_receivers, pool_extra_share, posted, producer_pool, row_local, unicast
class ttnn.operations.transformer.ChunkGdnMonoProgramConfig: ...
class ttnn.operations.transformer.ChunkGdnPhasedProgramConfig: prep_serial, scan_serial, use_mcast
class ttnn.operations.transformer.ChunkGdnWyInverse: AUTO=0, HORNER=1, FORWARD_SUBSTITUTION=2
class ttnn.operations.transformer.PagedCacheGeometryOverride: active, block_size, num_kv_heads
class ttnn.operations.transformer.SDPAProgramConfig: compute_with_storage_grid_size, exp_approx_mode, k_chunk_size, matmul_math_fidelity, max_cores_per_head_batch, max_k_splits, q_chunk_size, segmented_accumulation, sub_core_grids
class ttnn.operations.transformer.SparseKVFormat: BF16=0, FP8_E4M3=1, SCALED_FP8=2
class ttnn.placement.PlacementWarning: ...
def ttnn.placement.warn(category: 'str', message: 'str', file: 'str | None', line: 'int') -> 'None'
ttnn.printing.CONFIG: Config
ttnn.printing.READ_BACK: dict
class ttnn.printing.Tensor: buffer_address, buffer_unique_id, cpu, deallocate, device, device_coords, devices, dtype, element_size, get_dtype, get_layout, get_tile, is_allocated, is_sharded, item, layout, logical_volume, memory_config, padded_shape, reshape, shape, spec, storage_type, tensor_id, tensor_topology, tile, to, to_list, to_numpy, to_torch, update_tensor_topology, volume
def ttnn.printing.empty_numpy(shape: 'Sequence[int]', name: 'str') -> 'np.ndarray[Any, Any]'
def ttnn.printing.host_array(array: 'Any') -> 'HostArray'
def ttnn.printing.set_printoptions(*, profile: 'str', sci_mode: 'Any' = None, precision: 'Any' = None) -> 'None'
def ttnn.printing.text_of(tensor: 'Tensor') -> 'str'
class ttnn.program_configs.BlackholeComputeKernelConfig: dst_full_sync_en, fp32_dest_acc_en, math_approx_mode, math_fidelity, packer_l1_acc, throttle_level
class ttnn.program_configs.ChunkGdnFusedProgramConfig: handoff_checks, handoff_depth, handoff_fault, num_producers, num_receivers, pool_extra_share, posted, producer_pool, row_local, unicast
class ttnn.program_configs.ChunkGdnMonoProgramConfig: ...
class ttnn.program_configs.ChunkGdnPhasedProgramConfig: prep_serial, scan_serial, use_mcast
class ttnn.program_configs.Conv1dConfig: act_block_h_override, act_block_w_div, activation, config_tensors_in_dram, core_grid, deallocate_activation, enable_act_double_buffer, enable_activation_reuse, enable_kernel_stride_folding, enable_weights_double_buffer, force_split_reader, full_inner_dim, output_layout, override_output_sharding_config, override_sharding_config, padding_mode, reallocate_halo_output, reshard_if_not_optimal, shard_layout, transpose_shards, weights_dtype
class ttnn.program_configs.Conv2dConfig: act_block_h_override, act_block_w_div, activation, config_tensors_in_dram, core_grid, deallocate_activation, enable_act_double_buffer, enable_activation_reuse, enable_kernel_stride_folding, enable_weights_double_buffer, force_split_reader, full_inner_dim, output_layout, override_output_sharding_config, override_sharding_config, padding_mode, reallocate_halo_output, reshard_if_not_optimal, shard_layout, transpose_shards, weights_dtype
ttnn.program_configs.Conv2dDRAMSliceHeight: SliceTypeEnum
ttnn.program_configs.Conv2dDRAMSliceWidth: SliceTypeEnum
ttnn.program_configs.Conv2dL1Full: SliceTypeEnum
ttnn.program_configs.Conv2dL1FullSliceConfig: Op2DSliceConfig
class ttnn.program_configs.Conv2dSliceConfig: SliceTypeEnum, num_slices, slice_type
class ttnn.program_configs.Conv3dConfig: C_in_block, C_out_block, H_out_block, T_out_block, W_out_block, alignment, compute_with_storage_grid_size, dilation, enable_fp32_operand_split, output_layout, weights_dtype
class ttnn.program_configs.CoreCoord: from_json, to_json, x, y
class ttnn.program_configs.CoreRange: contains, end, from_json, grid_size, num_cores, start, to_json
class ttnn.program_configs.CoreRangeSet: bounding_box, contains, empty, from_json, merge, num_cores, ranges, size, subtract, to_json
class ttnn.program_configs.DataType: BFLOAT16=0, FLOAT32=1, UINT32=2, BFLOAT8_B=3, BFLOAT4_B=4, UINT8=5, UINT16=6, INT32=7, FP8_E4M3=8, INT8=9, INVALID=10
class ttnn.program_configs.DeviceComputeKernelConfig: ...
class ttnn.program_configs.DistributedLayerNormStage: NOT_DISTRIBUTED=0, PRE_ALL_GATHER=1, POST_ALL_GATHER=2
class ttnn.program_configs.IndexerScoreProgramConfig: head_group_size, k_chunk_size, q_chunk_size
class ttnn.program_configs.LayerNormDefaultProgramConfig: legacy_reduction, legacy_rsqrt, use_welford
class ttnn.program_configs.LayerNormInputs: bias, input, recip_tensor, residual_input_tensor, stats, weight
class ttnn.program_configs.LayerNormParams: compute_kernel_config, distributed_norm_stage, dtype, eps, norm_type, output_mem_config, program_config
class ttnn.program_configs.LayerNormShardedMultiCoreProgramConfig: block_h, block_w, compute_with_storage_grid_size, inplace, legacy_reduction, legacy_rsqrt, subblock_w, use_welford
class ttnn.program_configs.LayerNormType: LAYERNORM=0, RMSNORM=1
class ttnn.program_configs.Layout: ROW_MAJOR=0, TILE=1, INVALID=2
class ttnn.program_configs.MathFidelity: LoFi=0, HiFi2=2, HiFi3=3, HiFi4=4, Invalid=255
class ttnn.program_configs.MatmulInputs: input_tensors, optional_input_tensors, optional_output_tensors
class ttnn.program_configs.MatmulMultiCoreReuseMultiCast1DProgramConfig: allowed_worker_cores, compute_with_storage_grid_size, fuse_batch, fused_activation, gather_in0, hop_cores, in0_block_w, mcast_in0, num_global_cb_receivers, out_block_h, out_block_w, out_subblock_h, out_subblock_w, per_core_M, per_core_N, stream_in1, untilize_out
class ttnn.program_configs.MatmulMultiCoreReuseMultiCastBatchedDRAMShardedProgramConfig: fused_activation, in0_block_w, per_core_M, per_core_N
class ttnn.program_configs.MatmulMultiCoreReuseMultiCastDRAMShardedProgramConfig: fused_activation, in0_block_w, num_workers_per_dram_bank, per_core_M, per_core_N
class ttnn.program_configs.MatmulMultiCoreReuseMultiCastProgramConfig: allowed_worker_cores, compute_with_storage_grid_size, fuse_batch, fused_activation, in0_block_w, out_block_h, out_block_w, out_subblock_h, out_subblock_w, per_core_M, per_core_N, transpose_mcast
class ttnn.program_configs.MatmulMultiCoreReuseProgramConfig: allowed_worker_cores, compute_with_storage_grid_size, in0_block_w, out_subblock_h, out_subblock_w, per_core_M, per_core_N
class ttnn.program_configs.MatmulParams: bcast_batch, compute_kernel_config, output_dtype, output_mem_config, program_config, transpose_a, transpose_b, untilize_out
class ttnn.program_configs.MemoryConfig: buffer_type, from_json, interleaved, is_sharded, memory_layout, nd_shard_spec, shard_spec, to_json
class ttnn.program_configs.MinimalMatmulConfig: K_block_size, M_block_size, N_block_size, compute_with_storage_grid_size, subblock_h, subblock_w
ttnn.program_configs.Op2DDRAMSliceHeight: SliceTypeEnum
ttnn.program_configs.Op2DDRAMSliceWidth: SliceTypeEnum
ttnn.program_configs.Op2DL1Full: SliceTypeEnum
ttnn.program_configs.Op2DL1FullSliceConfig: Op2DSliceConfig
class ttnn.program_configs.Op2DSliceConfig: SliceTypeEnum, num_slices, slice_type
class ttnn.program_configs.PaddingMode: Zeros=0, Replicate=1
class ttnn.program_configs.PagedCacheGeometryOverride: active, block_size, num_kv_heads
class ttnn.program_configs.QkvCausalConv1dSiluProgramConfig: channel_chunk_size
class ttnn.program_configs.SDPAProgramConfig: compute_with_storage_grid_size, exp_approx_mode, k_chunk_size, matmul_math_fidelity, max_cores_per_head_batch, max_k_splits, q_chunk_size, segmented_accumulation, sub_core_grids
class ttnn.program_configs.Shape: rank, to_rank
class ttnn.program_configs.ShardOrientation: ROW_MAJOR=0, COL_MAJOR=1
class ttnn.program_configs.ShardSpec: from_json, grid, num_cores, orientation, shape, to_json
class ttnn.program_configs.SliceInputs: input, preallocated_output
class ttnn.program_configs.SliceParams: output_mem_config, output_mem_config_inherited, slice_end, slice_start, step, sub_core_grids
class ttnn.program_configs.SliceTypeEnum: DRAMSliceHeight=0, DRAMSliceWidth=1, L1Full=2
class ttnn.program_configs.SlidingWindowParallelConfig: grid, shard_orientation, shard_scheme
class ttnn.program_configs.SoftmaxDefaultProgramConfig: ...
class ttnn.program_configs.SoftmaxProgramConfig: ...
class ttnn.program_configs.SoftmaxShardedMultiCoreProgramConfig: block_h, block_w, compute_with_storage_grid_size, subblock_w
class ttnn.program_configs.TensorMemoryLayout: INTERLEAVED=0, HEIGHT_SHARDED=2, WIDTH_SHARDED=3, BLOCK_SHARDED=4, ND_SHARDED=5
class ttnn.program_configs.ThrottleLevel: NO_THROTTLE=0, LEVEL_1=1, LEVEL_2=2, LEVEL_3=3, LEVEL_4=4, LEVEL_5=5
class ttnn.program_configs.UnaryWithParam: op_type, params
class ttnn.program_configs.Value: from_json, to_json
class ttnn.program_configs.WormholeComputeKernelConfig: dst_full_sync_en, fp32_dest_acc_en, math_approx_mode, math_fidelity, packer_l1_acc, throttle_level
class ttnn.program_configs.YUVCoefficients: cb, cr, y
def ttnn.program_configs.create_layernorm_program_config(shard_spec: ttnn._ttnn.ShardSpec | None = None, tile_height: int = 32, tile_width: int = 32) -> ttnn.program_configs.LayerNormDefaultProgramConfig | ttnn.program_configs.LayerNormShardedMultiCoreProgramConfig
def ttnn.program_configs.init_device_compute_kernel_config(arch: Any, device_kernel_config: ttnn.program_configs.WormholeComputeKernelConfig | None = None, *, math_fidelity: Any = MathFidelity.LoFi, math_approx_mode: bool = True, fp32_dest_acc_en: bool = False, packer_l1_acc: bool = False, dst_full_sync_en: bool = False, throttle_level: Any = ThrottleLevel.NO_THROTTLE) -> ttnn.program_configs.WormholeComputeKernelConfig
def ttnn.program_configs.layernorm_default_compute_config(arch: Any) -> ttnn.program_configs.WormholeComputeKernelConfig
def ttnn.program_configs.rmsnorm_default_compute_config(arch: Any) -> ttnn.program_configs.WormholeComputeKernelConfig
def ttnn.program_configs.value(*, kw_only: 'bool' = False) -> 'Callable[[C], C]'
class ttnn.program_descriptors.CBDescriptor: address_offset, buffer_address, core_ranges, format_descriptors, has_buffer, has_global_circular_buffer, remote_format_descriptors, total_size
class ttnn.program_descriptors.CBFormatDescriptor: buffer_index, data_format, data_format_as_uint8, face_geometry, page_size, tile
class ttnn.program_descriptors.ComputeConfigDescriptor: bfp8_pack_precise, dst_full_sync_en, enable_trisc2_rvv, fp32_dest_acc_en, math_approx_mode, math_fidelity, unpack_to_dest_mode
class ttnn.program_descriptors.CoreCoord: from_json, to_json, x, y
class ttnn.program_descriptors.CoreRangeSet: bounding_box, contains, empty, from_json, merge, num_cores, ranges, size, subtract, to_json
class ttnn.program_descriptors.CoreType: ARC=0, DRAM=1, ACTIVE_ETH=2, IDLE_ETH=3, PCIE=4, TENSIX=5, ROUTER_ONLY=6, SECURITY=7, L2CPU=8, DISPATCH=9, HARVESTED=10, ETH=11, WORKER=12, COUNT=13, UNSPECIFIED=14
class ttnn.program_descriptors.DataMovementConfigDescriptor: noc, noc_mode, processor
class ttnn.program_descriptors.DataMovementProcessor: RISCV_0=0, RISCV_1=1, RISCV_2=2, RISCV_3=3, RISCV_4=4, RISCV_5=5, RISCV_6=6, RISCV_7=7
class ttnn.program_descriptors.DataType: BFLOAT16=0, FLOAT32=1, UINT32=2, BFLOAT8_B=3, BFLOAT4_B=4, UINT8=5, UINT16=6, INT32=7, FP8_E4M3=8, INT8=9, INVALID=10
class ttnn.program_descriptors.FaceGeometry: face_r_dim, num_faces
class ttnn.program_descriptors.KernelDescriptor: SourceType, append_common_runtime_args_from, blaze_named_compile_time_args, clear_runtime_args, common_runtime_args, compile_time_args, compiler_include_paths, config, core_ranges, defines, kernel_source, named_compile_time_args, opt_level, runtime_args, source_type
class ttnn.program_descriptors.MathFidelity: LoFi=0, HiFi2=2, HiFi3=3, HiFi4=4, Invalid=255
class ttnn.program_descriptors.MeshProgramDescriptor: ...
class ttnn.program_descriptors.NOC: RISCV_0_default=0, RISCV_1_default=1
class ttnn.program_descriptors.NOC_MODE: DM_DEDICATED_NOC=0, DM_DYNAMIC_NOC=1
class ttnn.program_descriptors.ProgramDescriptor: cbs, custom_program_hash, kernels, reload_core_ranges, reload_table_addr, semaphores
class ttnn.program_descriptors.ReaderConfigDescriptor: ...
class ttnn.program_descriptors.RuntimeArgs: append, clear, get, to_list
class ttnn.program_descriptors.RuntimeArgsColProxy: append, extend
class ttnn.program_descriptors.SemaphoreDescriptor: core_ranges, core_type, id, initial_value
class ttnn.program_descriptors.SourceType: FILE_PATH=0, SOURCE_CODE=1
class ttnn.program_descriptors.Tile: face_shape, get_tile_size, narrow_tile, num_faces, partial_face, tile_shape, transpose_of_faces, transpose_within_face
class ttnn.program_descriptors.TileDescriptor: height, transpose, width
class ttnn.program_descriptors.Value: from_json, to_json
class ttnn.program_descriptors.WriterConfigDescriptor: ...
def ttnn.program_descriptors.compute_program_descriptor_hash(program_descriptor: ttnn.program_descriptors.ProgramDescriptor) -> int
def ttnn.program_descriptors.convert(value: 'Any', hint: 'Any') -> 'Any'
def ttnn.program_descriptors.merge_program_descriptors(descriptors: list[ttnn.program_descriptors.ProgramDescriptor]) -> ttnn.program_descriptors.ProgramDescriptor
def ttnn.program_descriptors.value(*, kw_only: 'bool' = False) -> 'Callable[[C], C]'
class ttnn.queues.MeshCoordinateRange: end, shape, start
class ttnn.queues.MeshDevice: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
class ttnn.queues.MeshEvent: device, device_range, id, mesh_cq_id
ttnn.queues.OPENED_MESH: str
class ttnn.queues.QueueWarning: ...
def ttnn.queues.check(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.queues.event_synchronize(mesh_event: 'MeshEvent') -> 'None'
def ttnn.queues.record_event(mesh_device: 'MeshDevice', cq_id: 'Any' = None, sub_device_ids: 'Sequence[Any]' = (), device_range: 'MeshCoordinateRange | None' = None) -> 'MeshEvent'
def ttnn.queues.require(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.queues.wait_for_event(cq_id: 'Any' = None, mesh_event: 'MeshEvent | None' = None) -> 'None'
class ttnn.routes.FabricConfig: DISABLED=0, FABRIC_1D_NEIGHBOR_EXCHANGE=1, FABRIC_1D=2, FABRIC_1D_RING=3, FABRIC_2D=4, FABRIC_2D_TORUS_X=5, FABRIC_2D_TORUS_Y=6, FABRIC_2D_TORUS_XY=7, CUSTOM=8
class ttnn.routes.MeshDevice: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
class ttnn.routes.MeshShape: as_tuple, dims, mesh_size, num_devices, x, y
ttnn.routes.OPENED_MESH: str
class ttnn.routes.Tensor: buffer_address, buffer_unique_id, cpu, deallocate, device, device_coords, devices, dtype, element_size, get_dtype, get_layout, get_tile, is_allocated, is_sharded, item, layout, logical_volume, memory_config, padded_shape, reshape, shape, spec, storage_type, tensor_id, tensor_topology, tile, to, to_list, to_numpy, to_torch, update_tensor_topology, volume
class ttnn.routes.Topology: Linear=1, Ring=2, Mesh=3, Torus=4
def ttnn.routes.check(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.routes.get_num_links(mesh_device: 'MeshDevice', cluster_axis: 'int | None' = None) -> 'int'
def ttnn.routes.get_usable_topology(tensor: 'Tensor', topology: 'Any' = None, cluster_axis: 'int | None' = None) -> 'Any'
def ttnn.routes.require(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.routes.require_int(call: 'str', argument: 'str', value: 'Any', example: 'str') -> 'None'
class ttnn.sharding.BufferType: DRAM=0, L1=1, SYSTEM_MEMORY=2, L1_SMALL=3, TRACE=4
class ttnn.sharding.CoreCoord: from_json, to_json, x, y
class ttnn.sharding.CoreGrid: from_json, num_cores, to_json, x, y
class ttnn.sharding.CoreRange: contains, end, from_json, grid_size, num_cores, start, to_json
class ttnn.sharding.CoreRangeSet: bounding_box, contains, empty, from_json, merge, num_cores, ranges, size, subtract, to_json
class ttnn.sharding.MemoryConfig: buffer_type, from_json, interleaved, is_sharded, memory_layout, nd_shard_spec, shard_spec, to_json
class ttnn.sharding.Shape: rank, to_rank
class ttnn.sharding.ShardOrientation: ROW_MAJOR=0, COL_MAJOR=1
class ttnn.sharding.ShardSpec: from_json, grid, num_cores, orientation, shape, to_json
class ttnn.sharding.ShardStrategy: HEIGHT=1, WIDTH=2, BLOCK=3
class ttnn.sharding.TensorMemoryLayout: INTERLEAVED=0, HEIGHT_SHARDED=2, WIDTH_SHARDED=3, BLOCK_SHARDED=4, ND_SHARDED=5
def ttnn.sharding.create_sharded_memory_config(shape: 'Shape | Sequence[int]', core_grid: 'CoreGrid | CoreRangeSet', strategy: 'ShardStrategy', orientation: 'ShardOrientation | None' = None, use_height_and_width_as_shard_shape: 'bool' = False) -> 'MemoryConfig'
def ttnn.sharding.create_sharded_memory_config_(shape: 'Shape | Sequence[int]', core_grid: 'CoreGrid | CoreRangeSet', strategy: 'ShardStrategy | TensorMemoryLayout', orientation: 'ShardOrientation | None', use_height_and_width_as_shard_shape: 'bool' = False, tile_layout: 'bool' = False) -> 'MemoryConfig'
def ttnn.sharding.divup(a: 'int', b: 'int') -> 'int'
def ttnn.sharding.roundup(a: 'int', b: 'int') -> 'int'
class ttnn.sockets.FabricNodeId: chip_id, mesh_id
class ttnn.sockets.MeshCoordinate: as_tuple, dims
class ttnn.sockets.MeshCoreCoord: core_coord, device_coord
class ttnn.sockets.MeshDevice: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
class ttnn.sockets.MeshId: id
class ttnn.sockets.MeshSocket: get_active_cores, get_config_buffer_address, get_connection_config, get_fabric_node_id, get_mesh_device, get_socket_endpoint_type
ttnn.sockets.OPENED_MESH: str
class ttnn.sockets.SocketConfig: connections, memory_config, receiver_mesh_id, receiver_rank, sender_mesh_id, sender_rank
class ttnn.sockets.SocketConnection: receiver_core, sender_core
class ttnn.sockets.SocketEndpoint: SENDER=0, RECEIVER=1
class ttnn.sockets.Tensor: buffer_address, buffer_unique_id, cpu, deallocate, device, device_coords, devices, dtype, element_size, get_dtype, get_layout, get_tile, is_allocated, is_sharded, item, layout, logical_volume, memory_config, padded_shape, reshape, shape, spec, storage_type, tensor_id, tensor_topology, tile, to, to_list, to_numpy, to_torch, update_tensor_topology, volume
def ttnn.sockets.create_socket_pair(sender_mesh_device: 'MeshDevice', receiver_mesh_device: 'MeshDevice', socket_config: 'SocketConfig') -> 'tuple[MeshSocket, MeshSocket]'
def ttnn.sockets.recv_async(output_tensor: 'Tensor', mesh_socket: 'MeshSocket') -> 'list[Tensor]'
def ttnn.sockets.recv_direct_async(output_tensor: 'Tensor', mesh_socket: 'MeshSocket') -> 'list[Tensor]'
def ttnn.sockets.register_python_operation(*, name: 'str', is_experimental: 'bool' = False, is_method: 'bool' = False, golden_function: 'Callable[..., Any] | None' = None, preprocess_golden_function_inputs: 'Callable[..., Any] | None' = None, postprocess_golden_function_outputs: 'Callable[..., Any] | None' = None, output_tensor_kwarg_names: 'tuple[str, ...]' = ('output_tensor', 'optional_output_tensor'), doc: 'str | None' = None) -> 'Callable[[Callable[..., Any]], Any]'
def ttnn.sockets.require(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.sockets.send_async(input_tensor: 'Tensor', mesh_socket: 'MeshSocket') -> 'list[Tensor]'
def ttnn.sockets.send_direct_async(input_tensor: 'Tensor', mesh_socket: 'MeshSocket') -> 'list[Tensor]'
def ttnn.table_text.as_text(table: 'Any', width: 'int | None' = None) -> 'str'
class ttnn.tensor_file.DataType: BFLOAT16=0, FLOAT32=1, UINT32=2, BFLOAT8_B=3, BFLOAT4_B=4, UINT8=5, UINT16=6, INT32=7, FP8_E4M3=8, INT8=9, INVALID=10
class ttnn.tensor_file.DumpTensorMode: DISTRIBUTED_GATHER=0, LOCAL=1
class ttnn.tensor_file.Layout: ROW_MAJOR=0, TILE=1, INVALID=2
class ttnn.tensor_file.MemoryConfig: buffer_type, from_json, interleaved, is_sharded, memory_layout, nd_shard_spec, shard_spec, to_json
class ttnn.tensor_file.MeshCoordinate: as_tuple, dims
class ttnn.tensor_file.MeshDevice: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
class ttnn.tensor_file.MeshShape: as_tuple, dims, mesh_size, num_devices, x, y
ttnn.tensor_file.NOT_GIVEN: _NotGiven
ttnn.tensor_file.OPENED_MESH: str
class ttnn.tensor_file.PlacementReplicate: ...
class ttnn.tensor_file.PlacementShard: dim
class ttnn.tensor_file.ReplicateTensorToMeshWrapper: unwrap
class ttnn.tensor_file.Tensor: buffer_address, buffer_unique_id, cpu, deallocate, device, device_coords, devices, dtype, element_size, get_dtype, get_layout, get_tile, is_allocated, is_sharded, item, layout, logical_volume, memory_config, padded_shape, reshape, shape, spec, storage_type, tensor_id, tensor_topology, tile, to, to_list, to_numpy, to_torch, update_tensor_topology, volume
class ttnn.tensor_file.TensorTopology: distribution_shape, get_device_coord, get_neighbor, get_next_neighbor, get_prev_neighbor, get_tensor_coord, mesh_coords, placements
class ttnn.tensor_file.Tile: face_shape, get_tile_size, narrow_tile, num_faces, partial_face, tile_shape, transpose_of_faces, transpose_within_face
def ttnn.tensor_file.as_tensor(tensor: 'Any', dtype: 'DataType | None' = None, *, layout: 'Layout | None' = Layout.ROW_MAJOR, device: 'MeshDevice | None' = None, memory_config: 'MemoryConfig | None' = None, cache_file_name: 'FileName | None' = None, preprocess: 'Callable[[Any], Any] | None' = None, mesh_mapper: 'Any' = <not given>, cache_dump_mode: 'DumpTensorMode' = DumpTensorMode.DISTRIBUTED_GATHER) -> 'Tensor'
def ttnn.tensor_file.check(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.tensor_file.dump_tensor(file_name: 'FileName', tensor: 'Tensor', *, mode: 'DumpTensorMode' = DumpTensorMode.DISTRIBUTED_GATHER) -> 'None'
def ttnn.tensor_file.from_torch(tensor: 'Any', dtype: 'DataType | None' = None, *, spec: 'TensorSpec | None' = None, tile: 'Tile | None' = None, pad_value: 'float | None' = None, layout: 'Layout | None' = None, device: 'MeshDevice | None' = None, memory_config: 'MemoryConfig | None' = None, mesh_mapper: 'Any' = <not given>, cq_id: 'Any' = None, preserve_nan_values: 'bool' = False, col_tilize: 'bool' = False, enable_bfloat_opt: 'bool' = False) -> 'Tensor | None'
def ttnn.tensor_file.host_array(array: 'Any') -> 'HostArray'
def ttnn.tensor_file.load_tensor(file_name: 'FileName', *, device: 'MeshDevice | None' = None) -> 'Tensor'
def ttnn.tensor_file.mapper_for(given: 'Any') -> 'Any'
def ttnn.tensor_file.plain(value: 'Any') -> 'Any'
def ttnn.tensor_file.register_python_operation(*, name: 'str', is_experimental: 'bool' = False, is_method: 'bool' = False, golden_function: 'Callable[..., Any] | None' = None, preprocess_golden_function_inputs: 'Callable[..., Any] | None' = None, postprocess_golden_function_outputs: 'Callable[..., Any] | None' = None, output_tensor_kwarg_names: 'tuple[str, ...]' = ('output_tensor', 'optional_output_tensor'), doc: 'str | None' = None) -> 'Callable[[Callable[..., Any]], Any]'
def ttnn.tensor_file.require(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.tensor_file.rich(data: 'Any', hint: 'Any') -> 'Any'
def ttnn.tensor_file.to_device(tensor: 'Tensor', device: 'MeshDevice', memory_config: 'MemoryConfig | None' = None) -> 'Tensor'
class ttnn.tensor_methods.Layout: ROW_MAJOR=0, TILE=1, INVALID=2
class ttnn.tensor_methods.MemoryConfig: buffer_type, from_json, interleaved, is_sharded, memory_layout, nd_shard_spec, shard_spec, to_json
class ttnn.tensor_methods.MeshDevice: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
class ttnn.tensor_methods.Tensor: buffer_address, buffer_unique_id, cpu, deallocate, device, device_coords, devices, dtype, element_size, get_dtype, get_layout, get_tile, is_allocated, is_sharded, item, layout, logical_volume, memory_config, padded_shape, reshape, shape, spec, storage_type, tensor_id, tensor_topology, tile, to, to_list, to_numpy, to_torch, update_tensor_topology, volume
def ttnn.tensor_methods.by_dlpack(array: 'np.ndarray[Any, Any]') -> 'Any'
def ttnn.tensor_methods.make_operator(...)
def ttnn.tensor_methods.to_device(tensor: 'Tensor', device: 'MeshDevice', memory_config: 'MemoryConfig | None' = None) -> 'Tensor'
def ttnn.tensor_methods.to_numpy(tensor: 'Tensor', mesh_composer: 'Any' = <not given>) -> 'Any'
def ttnn.tensor_methods.to_torch(tensor: 'Tensor', dtype: 'Any' = None, *, torch_rank: 'int | None' = None, mesh_composer: 'Any' = <not given>, device: 'MeshDevice | None' = None, cq_id: 'Any' = None) -> 'Any'
ttnn.topology.LAYOUTS: tuple
class ttnn.topology.MeshCoordinate: as_tuple, dims
ttnn.topology.TYPE_CHECKING: bool
def ttnn.topology.save_topology(path: 'str | pathlib.Path', system: 'str | None' = None, layout: 'str' = 'mesh') -> 'None'
def ttnn.topology.visualize_topology(system: 'str | None' = None, layout: 'str' = 'mesh') -> 'None'
class ttnn.trace.MeshDevice: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
class ttnn.trace.MeshTraceId: ...
ttnn.trace.OPENED_MESH: str
class ttnn.trace.TraceWarning: ...
def ttnn.trace.begin_trace_capture(mesh_device: 'MeshDevice', cq_id: 'Any' = None) -> 'MeshTraceId'
def ttnn.trace.end_trace_capture(mesh_device: 'MeshDevice', trace_id: 'MeshTraceId', cq_id: 'Any' = None) -> 'None'
def ttnn.trace.execute_trace(mesh_device: 'MeshDevice', trace_id: 'MeshTraceId', cq_id: 'Any' = None, blocking: 'bool' = True) -> 'None'
def ttnn.trace.is_trace_capture_active(device: 'MeshDevice') -> 'bool'
def ttnn.trace.release_trace(mesh_device: 'MeshDevice', trace_id: 'MeshTraceId') -> 'None'
def ttnn.trace.require(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.trace.require_int(call: 'str', argument: 'str', value: 'Any', example: 'str') -> 'None'
def ttnn.trace.shadow_traces(on: 'bool' = True) -> 'Iterator[None]'
class ttnn.transfer.DataType: BFLOAT16=0, FLOAT32=1, UINT32=2, BFLOAT8_B=3, BFLOAT4_B=4, UINT8=5, UINT16=6, INT32=7, FP8_E4M3=8, INT8=9, INVALID=10
class ttnn.transfer.Layout: ROW_MAJOR=0, TILE=1, INVALID=2
class ttnn.transfer.MemoryConfig: buffer_type, from_json, interleaved, is_sharded, memory_layout, nd_shard_spec, shard_spec, to_json
class ttnn.transfer.MeshDevice: arch, capacity_bytes, clear_loaded_sub_device_manager, clear_program_cache, close, compute_with_storage_grid_size, core_grid, create_overlapped_submeshes, create_sub_device_manager, create_submesh, create_submeshes, disable_and_clear_program_cache, dram_core_from_logical_core, dram_grid_size, enable_program_cache, expect_open, get_device_id, get_device_ids, get_fabric_node_id, get_num_devices, get_optimal_dram_bank_to_logical_worker_assignment, get_submeshes, get_system_mesh_id, get_view, id, is_open, load_sub_device_manager, logical_core_from_worker_core, num_command_queues, num_program_cache_entries, peak_bytes, quiesce_devices, remove_sub_device_manager, reset_sub_device_stall_group, reshape, set_program_cache_misses_allowed, set_sub_device_stall_group, sfpu_eps, sfpu_inf, sfpu_nan, shape, used_bytes, worker_core_from_logical_core
class ttnn.transfer.MeshShape: as_tuple, dims, mesh_size, num_devices, x, y
ttnn.transfer.OPENED_MESH: str
class ttnn.transfer.Shape: rank, to_rank
class ttnn.transfer.Tensor: buffer_address, buffer_unique_id, cpu, deallocate, device, device_coords, devices, dtype, element_size, get_dtype, get_layout, get_tile, is_allocated, is_sharded, item, layout, logical_volume, memory_config, padded_shape, reshape, shape, spec, storage_type, tensor_id, tensor_topology, tile, to, to_list, to_numpy, to_torch, update_tensor_topology, volume
class ttnn.transfer.TensorSpec: block_sharded, dtype, height_sharded, layout, memory_config, padded_shape, shape, sharded, sharded_across_dims, sharded_across_dims_except, tile, width_sharded
def ttnn.transfer.allocate_tensor_on_device(*args: 'Any', **kwargs: 'Any') -> 'Tensor'
def ttnn.transfer.allocate_tensor_on_host(*args: 'Any', **kwargs: 'Any') -> 'Tensor'
def ttnn.transfer.check(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.transfer.copy_device_to_host_tensor(device_tensor: 'Tensor', host_tensor: 'Tensor', blocking: 'bool' = True, cq_id: 'Any' = None) -> 'None'
def ttnn.transfer.copy_host_to_device_tensor(host_tensor: 'Tensor', device_tensor: 'Tensor', cq_id: 'Any' = None) -> 'None'
def ttnn.transfer.deallocate(tensor: 'Tensor', force: 'bool' = True) -> 'None'
def ttnn.transfer.from_device(tensor: 'Tensor', blocking: 'bool' = True) -> 'Tensor'
def ttnn.transfer.register_python_operation(*, name: 'str', is_experimental: 'bool' = False, is_method: 'bool' = False, golden_function: 'Callable[..., Any] | None' = None, preprocess_golden_function_inputs: 'Callable[..., Any] | None' = None, postprocess_golden_function_outputs: 'Callable[..., Any] | None' = None, output_tensor_kwarg_names: 'tuple[str, ...]' = ('output_tensor', 'optional_output_tensor'), doc: 'str | None' = None) -> 'Callable[[Callable[..., Any]], Any]'
def ttnn.transfer.require(call: 'str', argument: 'str', value: 'Any', kind: 'type', example: 'str') -> 'None'
def ttnn.transfer.to_device(tensor: 'Tensor', device: 'MeshDevice', memory_config: 'MemoryConfig | None' = None) -> 'Tensor'
class ttnn.transformer.SparseKVFormat: BF16=0, FP8_E4M3=1, SCALED_FP8=2
class ttnn.types.Arch: WORMHOLE_B0=2, BLACKHOLE=3, QUASAR=4
class ttnn.types.BcastOpDim: H=0, W=1, HW=2
class ttnn.types.BcastOpMath: ADD=0, SUB=1, MUL=2
class ttnn.types.BinaryOpType: ADD=0, SUB=1, MUL=2, GT=3, LT=4, LE=5, GE=6, EQ=7, NE=8, SQUARED_DIFFERENCE=9, BIAS_GELU=10, LOGADDEXP=11, LOGICAL_AND=12, LOGICAL_OR=13, LOGICAL_XOR=14, LDEXP=15, LOGADDEXP2=16, DIV=17, DIV_FLOOR=18, DIV_TRUNC=19, REMAINDER=20, FMOD=21, RSUB=22, POWER=23, BITWISE_XOR=24, BITWISE_AND=25, BITWISE_OR=26, LEFT_SHIFT=27, RIGHT_SHIFT=28, LOGICAL_RIGHT_SHIFT=29, QUANT=30, REQUANT=31, DEQUANT=32, MAXIMUM=33, MINIMUM=34, GCD=35, LCM=36, ADDALPHA=37, SUBALPHA=38, XLOGY=39, HYPOT=40, ATAN2=41, NEXTAFTER=42, WHERE_TST=43, WHERE_TTS=44, ISCLOSE=45, SITU_GLU=46
class ttnn.types.BlackholeComputeKernelConfig: dst_full_sync_en, fp32_dest_acc_en, math_approx_mode, math_fidelity, packer_l1_acc, throttle_level
class ttnn.types.BufferType: DRAM=0, L1=1, SYSTEM_MEMORY=2, L1_SMALL=3, TRACE=4
class ttnn.types.CBDescriptor: address_offset, buffer_address, core_ranges, format_descriptors, has_buffer, has_global_circular_buffer, remote_format_descriptors, total_size
class ttnn.types.CBFormatDescriptor: buffer_index, data_format, data_format_as_uint8, face_geometry, page_size, tile
class ttnn.types.ChunkGdnFusedProgramConfig: handoff_checks, handoff_depth, handoff_fault, num_producers, num_receivers, pool_extra_share, posted, producer_pool, row_local, unicast
class ttnn.types.ChunkGdnMonoProgramConfig: ...
class ttnn.types.ChunkGdnPhasedProgramConfig: prep_serial, scan_serial, use_mcast
class ttnn.types.ChunkGdnWyInverse: AUTO=0, HORNER=1, FORWARD_SUBSTITUTION=2
class ttnn.types.ClusterType: INVALID=0, N150=1, N300=2, T3K=3, GALAXY=4, TG=5, P100=6, P150=7, P150_X2=8, P150_X4=9, SIMULATOR_WORMHOLE_B0=10, SIMULATOR_BLACKHOLE=11, N300_2x2=12, P150_X8=13, P300=14, SIMULATOR_QUASAR=15, BLACKHOLE_GALAXY=16, P300_X2=17, CUSTOM=18
class ttnn.types.ComputeConfigDescriptor: bfp8_pack_precise, dst_full_sync_en, enable_trisc2_rvv, fp32_dest_acc_en, math_approx_mode, math_fidelity, unpack_to_dest_mode
class ttnn.types.Conv1dConfig: act_block_h_override, act_block_w_div, activation, config_tensors_in_dram, core_grid, deallocate_activation, enable_act_double_buffer, enable_activation_reuse, enable_kernel_stride_folding, enable_weights_double_buffer, force_split_reader, full_inner_dim, output_layout, override_output_sharding_config, override_sharding_config, padding_mode, reallocate_halo_output, reshard_if_not_optimal, shard_layout, transpose_shards, weights_dtype
class ttnn.types.Conv2dConfig: act_block_h_override, act_block_w_div, activation, config_tensors_in_dram, core_grid, deallocate_activation, enable_act_double_buffer, enable_activation_reuse, enable_kernel_stride_folding, enable_weights_double_buffer, force_split_reader, full_inner_dim, output_layout, override_output_sharding_config, override_sharding_config, padding_mode, reallocate_halo_output, reshard_if_not_optimal, shard_layout, transpose_shards, weights_dtype
ttnn.types.Conv2dDRAMSliceHeight: SliceTypeEnum
ttnn.types.Conv2dDRAMSliceWidth: SliceTypeEnum
ttnn.types.Conv2dL1Full: SliceTypeEnum
ttnn.types.Conv2dL1FullSliceConfig: Op2DSliceConfig
class ttnn.types.Conv2dSliceConfig: SliceTypeEnum, num_slices, slice_type
class ttnn.types.Conv3dConfig: C_in_block, C_out_block, H_out_block, T_out_block, W_out_block, alignment, compute_with_storage_grid_size, dilation, enable_fp32_operand_split, output_layout, weights_dtype
class ttnn.types.CoreCoord: from_json, to_json, x, y
class ttnn.types.CoreGrid: from_json, num_cores, to_json, x, y
class ttnn.types.CoreRange: contains, end, from_json, grid_size, num_cores, start, to_json
class ttnn.types.CoreRangeSet: bounding_box, contains, empty, from_json, merge, num_cores, ranges, size, subtract, to_json
class ttnn.types.CoreType: ARC=0, DRAM=1, ACTIVE_ETH=2, IDLE_ETH=3, PCIE=4, TENSIX=5, ROUTER_ONLY=6, SECURITY=7, L2CPU=8, DISPATCH=9, HARVESTED=10, ETH=11, WORKER=12, COUNT=13, UNSPECIFIED=14
class ttnn.types.D2DStageGateMode: KeepOpen=0, CloseOnTransit=1
ttnn.types.DEVICE_STORAGE_TYPE: StorageType
ttnn.types.DRAM_MEMORY_CONFIG: MemoryConfig
class ttnn.types.DataMovementConfigDescriptor: noc, noc_mode, processor
class ttnn.types.DataMovementProcessor: RISCV_0=0, RISCV_1=1, RISCV_2=2, RISCV_3=3, RISCV_4=4, RISCV_5=5, RISCV_6=6, RISCV_7=7
class ttnn.types.DataType: BFLOAT16=0, FLOAT32=1, UINT32=2, BFLOAT8_B=3, BFLOAT4_B=4, UINT8=5, UINT16=6, INT32=7, FP8_E4M3=8, INT8=9, INVALID=10
class ttnn.types.DeviceComputeKernelConfig: ...
class ttnn.types.DispatchAlgorithm: BROADCAST=0, SPARSE_UNICAST=1, SPARSE_MCAST_LINEAR=2, SPARSE_MCAST_SHORTEST_PATH=3, SPARSE_MCAST_SPLIT_BW=4
class ttnn.types.DispatchCoreAxis: ROW=0, COL=1
class ttnn.types.DispatchCoreConfig: axis, fabric_tensix_config, type
class ttnn.types.DispatchCoreType: WORKER=0, ETH=1
class ttnn.types.DistributedLayerNormStage: NOT_DISTRIBUTED=0, PRE_ALL_GATHER=1, POST_ALL_GATHER=2
class ttnn.types.DumpTensorMode: DISTRIBUTED_GATHER=0, LOCAL=1
class ttnn.types.EmbeddingsType: GENERIC=0, PADDED=1, BINARY=2
class ttnn.types.FabricConfig: DISABLED=0, FABRIC_1D_NEIGHBOR_EXCHANGE=1, FABRIC_1D=2, FABRIC_1D_RING=3, FABRIC_2D=4, FABRIC_2D_TORUS_X=5, FABRIC_2D_TORUS_Y=6, FABRIC_2D_TORUS_XY=7, CUSTOM=8
class ttnn.types.FabricManagerMode: ENABLED=0, INIT_FABRIC=1, TERMINATE_FABRIC=2, DEFAULT=3
class ttnn.types.FabricNodeId: chip_id, mesh_id
class ttnn.types.FabricReliabilityMode: STRICT_INIT=0, RELAXED_INIT=1, DYNAMIC_RECONFIG=2
class ttnn.types.FabricRouterConfig: max_packet_payload_size_bytes
class ttnn.types.FabricTensixConfig: DISABLED=0, MUX=1
class ttnn.types.FabricType: MESH=1, TORUS_X=2, TORUS_Y=4, TORUS_XY=6
class ttnn.types.FabricUDMMode: DISABLED=0, ENABLED=1
class ttnn.types.FaceGeometry: face_r_dim, num_faces
class ttnn.types.GeluVariant: Accurate=0, FastLut=1, Tanh=2
class ttnn.types.H2DMode: HOST_PUSH=0, DEVICE_PULL=1
class ttnn.types.IndexerScoreProgramConfig: head_group_size, k_chunk_size, q_chunk_size
class ttnn.types.KernelDescriptor: SourceType, append_common_runtime_args_from, blaze_named_compile_time_args, clear_runtime_args, common_runtime_args, compile_time_args, compiler_include_paths, config, core_ranges, defines, kernel_source, named_compile_time_args, opt_level, runtime_args, source_type
ttnn.types.L1_BLOCK_SHARDED_MEMORY_CONFIG: MemoryConfig
ttnn.types.L1_HEIGHT_SHARDED_MEMORY_CONFIG: MemoryConfig
ttnn.types.L1_MEMORY_CONFIG: MemoryConfig
ttnn.types.L1_WIDTH_SHARDED_MEMORY_CONFIG: MemoryConfig
class ttnn.types.LayerNormDefaultProgramConfig: legacy_reduction, legacy_rsqrt, use_welford
class ttnn.types.LayerNormInputs: bias, input, recip_tensor, residual_input_tensor, stats, weight
class ttnn.types.LayerNormParams: compute_kernel_config, distributed_norm_stage, dtype, eps, norm_type, output_mem_config, program_config
class ttnn.types.LayerNormShardedMultiCoreProgramConfig: block_h, block_w, compute_with_storage_grid_size, inplace, legacy_reduction, legacy_rsqrt, subblock_w, use_welford
class ttnn.types.LayerNormType: LAYERNORM=0, RMSNORM=1
class ttnn.types.Layout: ROW_MAJOR=0, TILE=1, INVALID=2
class ttnn.types.LossReductionMode: NONE=0, MEAN=1, SUM=2
class ttnn.types.MMSignalAggregatorMode: Auto=0, On=1, Off=2
class ttnn.types.MathFidelity: LoFi=0, HiFi2=2, HiFi3=3, HiFi4=4, Invalid=255
class ttnn.types.MatmulInputs: input_tensors, optional_input_tensors, optional_output_tensors
class ttnn.types.MatmulMultiCoreReuseMultiCast1DProgramConfig: allowed_worker_cores, compute_with_storage_grid_size, fuse_batch, fused_activation, gather_in0, hop_cores, in0_block_w, mcast_in0, num_global_cb_receivers, out_block_h, out_block_w, out_subblock_h, out_subblock_w, per_core_M, per_core_N, stream_in1, untilize_out
class ttnn.types.MatmulMultiCoreReuseMultiCastBatchedDRAMShardedProgramConfig: fused_activation, in0_block_w, per_core_M, per_core_N
class ttnn.types.MatmulMultiCoreReuseMultiCastDRAMShardedProgramConfig: fused_activation, in0_block_w, num_workers_per_dram_bank, per_core_M, per_core_N
class ttnn.types.MatmulMultiCoreReuseMultiCastProgramConfig: allowed_worker_cores, compute_with_storage_grid_size, fuse_batch, fused_activation, in0_block_w, out_block_h, out_block_w, out_subblock_h, out_subblock_w, per_core_M, per_core_N, transpose_mcast
class ttnn.types.MatmulMultiCoreReuseProgramConfig: allowed_worker_cores, compute_with_storage_grid_size, in0_block_w, out_subblock_h, out_subblock_w, per_core_M, per_core_N
class ttnn.types.MatmulParams: bcast_batch, compute_kernel_config, output_dtype, output_mem_config, program_config, transpose_a, transpose_b, untilize_out
class ttnn.types.McastCoreOrder: RowMajor=0, ColumnMajor=1
class ttnn.types.McastDataReady: Flag=0, Counter=1
class ttnn.types.McastSenderPlacement: Uniform=0, Staggered=1
class ttnn.types.MemoryConfig: buffer_type, from_json, interleaved, is_sharded, memory_layout, nd_shard_spec, shard_spec, to_json
class ttnn.types.MeshCoreCoord: core_coord, device_coord
class ttnn.types.MeshId: id
class ttnn.types.MeshProgramDescriptor: ...
class ttnn.types.MinimalMatmulConfig: K_block_size, M_block_size, N_block_size, compute_with_storage_grid_size, subblock_h, subblock_w
class ttnn.types.NOC: RISCV_0_default=0, RISCV_1_default=1
class ttnn.types.NOC_MODE: DM_DEDICATED_NOC=0, DM_DYNAMIC_NOC=1
class ttnn.types.NdShardSpec: from_json, grid, num_cores, orientation, shard_distribution_strategy, shard_shape, to_json
ttnn.types.Op2DDRAMSliceHeight: SliceTypeEnum
ttnn.types.Op2DDRAMSliceWidth: SliceTypeEnum
ttnn.types.Op2DL1Full: SliceTypeEnum
ttnn.types.Op2DL1FullSliceConfig: Op2DSliceConfig
class ttnn.types.Op2DSliceConfig: SliceTypeEnum, num_slices, slice_type
class ttnn.types.OverlappedTensor: byte_offset, core_range_set, dtype, fused_tensor, get_tile, shard_shape, tensor_shape, tile_shape, total_size
class ttnn.types.PaddingMode: Zeros=0, Replicate=1
class ttnn.types.PagedCacheGeometryOverride: active, block_size, num_kv_heads
class ttnn.types.ProgramDescriptor: cbs, custom_program_hash, kernels, reload_core_ranges, reload_table_addr, semaphores
class ttnn.types.QkvCausalConv1dSiluProgramConfig: channel_chunk_size
class ttnn.types.QueueId: ...
class ttnn.types.RGBRange: MinusOneToOne=0, ZeroToOne=1
ttnn.types.ROW_MAJOR_LAYOUT: Layout
class ttnn.types.Rank: id
class ttnn.types.ReaderConfigDescriptor: ...
class ttnn.types.ReduceType: Sum=0, Mean=1, Max=2, Min=3, Std=4, Var=5, Prod=6
class ttnn.types.RoutedExpertActivation: Silu=0, SwiGluOai=1, SituGlu=2, ClampedSiluGlu=3
class ttnn.types.RunMode: NORMAL=0, NO_DISPATCH=1
class ttnn.types.RuntimeArgs: append, clear, get, to_list
class ttnn.types.RuntimeArgsColProxy: append, extend
class ttnn.types.SDPAProgramConfig: compute_with_storage_grid_size, exp_approx_mode, k_chunk_size, matmul_math_fidelity, max_cores_per_head_batch, max_k_splits, q_chunk_size, segmented_accumulation, sub_core_grids
class ttnn.types.SemaphoreDescriptor: core_ranges, core_type, id, initial_value
class ttnn.types.Shape: rank, to_rank
class ttnn.types.ShardDistributionStrategy: ROUND_ROBIN_1D=0, GRID_2D=1, CONTIGUOUS_1D=2
class ttnn.types.ShardOrientation: ROW_MAJOR=0, COL_MAJOR=1
class ttnn.types.ShardShapeAlignment: NONE=0, REQUIRED=1, RECOMMENDED=2
class ttnn.types.ShardSpec: from_json, grid, num_cores, orientation, shape, to_json
class ttnn.types.ShardStrategy: HEIGHT=1, WIDTH=2, BLOCK=3
class ttnn.types.SigmoidMode: FastApproximate=0, AccurateWithFastExp=1, Accurate=2
class ttnn.types.Size: id
class ttnn.types.SliceInputs: input, preallocated_output
class ttnn.types.SliceParams: output_mem_config, output_mem_config_inherited, slice_end, slice_start, step, sub_core_grids
class ttnn.types.SlidingWindowParallelConfig: grid, shard_orientation, shard_scheme
class ttnn.types.SocketConfig: connections, memory_config, receiver_mesh_id, receiver_rank, sender_mesh_id, sender_rank
class ttnn.types.SocketConnection: receiver_core, sender_core
class ttnn.types.SocketEndpoint: SENDER=0, RECEIVER=1
class ttnn.types.SocketMemoryConfig: fifo_size, per_core_allocation, receiver_sub_device, sender_sub_device, socket_storage_type
class ttnn.types.SoftmaxDefaultProgramConfig: ...
class ttnn.types.SoftmaxProgramConfig: ...
class ttnn.types.SoftmaxShardedMultiCoreProgramConfig: block_h, block_w, compute_with_storage_grid_size, subblock_w
class ttnn.types.SparseKVFormat: BF16=0, FP8_E4M3=1, SCALED_FP8=2
class ttnn.types.StorageType: HOST=0, DEVICE=1
class ttnn.types.SubDevice: cores
class ttnn.types.SubDeviceId: id
class ttnn.types.SubDeviceManagerId: id
class ttnn.types.SubcontextId: id
ttnn.types.TILE_LAYOUT: Layout
ttnn.types.TILE_SIZE: int
class ttnn.types.TensorMemoryLayout: INTERLEAVED=0, HEIGHT_SHARDED=2, WIDTH_SHARDED=3, BLOCK_SHARDED=4, ND_SHARDED=5
class ttnn.types.TensorSpec: block_sharded, dtype, height_sharded, layout, memory_config, padded_shape, shape, sharded, sharded_across_dims, sharded_across_dims_except, tile, width_sharded
class ttnn.types.ThrottleLevel: NO_THROTTLE=0, LEVEL_1=1, LEVEL_2=2, LEVEL_3=3, LEVEL_4=4, LEVEL_5=5
class ttnn.types.Tile: face_shape, get_tile_size, narrow_tile, num_faces, partial_face, tile_shape, transpose_of_faces, transpose_within_face
class ttnn.types.TileDescriptor: height, transpose, width
class ttnn.types.TileReshapeMapMode: CACHE=0, RECREATE=1
class ttnn.types.Topology: Linear=1, Ring=2, Mesh=3, Torus=4
class ttnn.types.TransferMode: Multicast=0, ChainUnicast=1
class ttnn.types.UnaryOpType: EXP=0, RECIP=1, GELU=2, GELU_TANH=3, RELU=4, SQRT=5, SIGMOID=6, LOG=7, LOG1P=8, TANH=9, LOG2=10, LOG10=11, SIN=12, COS=13, COSH=14, SINH=15, ABS=16, ABS_INT32=17, SIGN=18, SQUARE=19, EQZ=20, NEZ=21, GTZ=22, LTZ=23, GEZ=24, LEZ=25, RELU_MAX=26, RELU_MIN=27, POWER=28, POWER_ITERATIVE=29, LEAKY_RELU=30, ELU=31, EXP2=32, HEAVISIDE=33, EXPM1=34, SIGNBIT=35, ASIN=36, ACOS=37, ACOSH=38, RSQRT=39, RELU6=40, ATAN=41, ASINH=42, ATANH=43, ERF=44, ERFC=45, ISINF=46, ISPOSINF=47, ISNEGINF=48, ISNAN=49, LOGICAL_NOT_UNARY=50, ISFINITE=51, ERFINV=52, I0=53, I1=54, TAN=55, RSUB=56, RDIV=57, SILU=58, SOFTPLUS=59, IDENTITY=60, NEG=61, ADD_UNARY_SFPU=62, SUB_UNARY_SFPU=63, MUL_UNARY_SFPU=64, DIV_UNARY_SFPU=65, UNARY_NE=66, UNARY_EQ=67, UNARY_GT=68, UNARY_LT=69, UNARY_GE=70, UNARY_LE=71, TILED_PROD=72, TYPECAST=73, BITCAST=74, BITWISE_XOR=75, BITWISE_NOT=76, BITWISE_AND=77, BITWISE_OR=78, RIGHT_SHIFT=79, FLOOR=80, CEIL=81, TRUNC=82, FRAC=83, ROUND=84, LEFT_SHIFT=85, REMAINDER=86, FMOD=87, DROPOUT=88, FILL=89, PRELU_SFPU=90, ZERO_POINT=91, ALT_COMPLEX_ROTATE90=92, MISH=93, HARDMISH=94, MAXIMUM=95, MINIMUM=96, TANHSHRINK=97, THRESHOLD=98, SOFTSHRINK=99, HARDSHRINK=100, HARDTANH=101, HARDSIGMOID=102, HARDSWISH=103, WHERE_TSS=104, MAC_TSS=105, SOFTSIGN=106, CELU=107, CLAMP_TSS=108, SELU=109, RPOW=110, CBRT=111, LOGSIGMOID=112, LOGIT=113, XIELU=114, LGAMMA=115, DIGAMMA=116, POLYGAMMA=117, SOFTCAP=118
class ttnn.types.UnaryWithParam: op_type, params
class ttnn.types.UnpackToDestMode: UnpackToDestFp32=0, Default=1
class ttnn.types.WorkerMode: DIRECT=0, MUX_TOKEN_SPLIT=1, MUX_PAYLOAD_SPLIT=2
class ttnn.types.WormholeComputeKernelConfig: dst_full_sync_en, fp32_dest_acc_en, math_approx_mode, math_fidelity, packer_l1_acc, throttle_level
class ttnn.types.WriterConfigDescriptor: ...
class ttnn.types.YUVCoefficients: cb, cr, y
class ttnn.types.YUVColorSpace: BT601=0, BT709=1, BT2020=2
class ttnn.types.YUVFormat: YUV420Planar=0
class ttnn.types.YUVRange: Full=0, Limited=1
ttnn.types.bfloat16: DataType
ttnn.types.bfloat4_b: DataType
ttnn.types.bfloat8_b: DataType
def ttnn.types.compute_program_descriptor_hash(program_descriptor: ttnn.program_descriptors.ProgramDescriptor) -> int
def ttnn.types.corerange_to_cores(...)
def ttnn.types.create_layernorm_program_config(shard_spec: ttnn._ttnn.ShardSpec | None = None, tile_height: int = 32, tile_width: int = 32) -> ttnn.program_configs.LayerNormDefaultProgramConfig | ttnn.program_configs.LayerNormShardedMultiCoreProgramConfig
def ttnn.types.create_sharded_memory_config(shape: 'Shape | Sequence[int]', core_grid: 'CoreGrid | CoreRangeSet', strategy: 'ShardStrategy', orientation: 'ShardOrientation | None' = None, use_height_and_width_as_shard_shape: 'bool' = False) -> 'MemoryConfig'
def ttnn.types.create_sharded_memory_config_(shape: 'Shape | Sequence[int]', core_grid: 'CoreGrid | CoreRangeSet', strategy: 'ShardStrategy | TensorMemoryLayout', orientation: 'ShardOrientation | None', use_height_and_width_as_shard_shape: 'bool' = False, tile_layout: 'bool' = False) -> 'MemoryConfig'
def ttnn.types.element_size(...)
ttnn.types.float32: DataType
ttnn.types.fp8_e4m3: DataType
def ttnn.types.grid_to_cores(...)
def ttnn.types.init_device_compute_kernel_config(arch: Any, device_kernel_config: ttnn.program_configs.WormholeComputeKernelConfig | None = None, *, math_fidelity: Any = MathFidelity.LoFi, math_approx_mode: bool = True, fp32_dest_acc_en: bool = False, packer_l1_acc: bool = False, dst_full_sync_en: bool = False, throttle_level: Any = ThrottleLevel.NO_THROTTLE) -> ttnn.program_configs.WormholeComputeKernelConfig
ttnn.types.int32: DataType
ttnn.types.int8: DataType
def ttnn.types.layernorm_default_compute_config(arch: Any) -> ttnn.program_configs.WormholeComputeKernelConfig
def ttnn.types.merge_program_descriptors(descriptors: list[ttnn.program_descriptors.ProgramDescriptor]) -> ttnn.program_descriptors.ProgramDescriptor
def ttnn.types.num_cores_to_corerangeset(...)
def ttnn.types.num_cores_to_corerangeset_in_subcoregrids(...)
def ttnn.types.rmsnorm_default_compute_config(arch: Any) -> ttnn.program_configs.WormholeComputeKernelConfig
def ttnn.types.split_work_to_cores(...)
def ttnn.types.tile_size(...)
ttnn.types.uint16: DataType
ttnn.types.uint32: DataType
ttnn.types.uint8: DataType
class ttnn.unary_with_param.UnaryOpType: EXP=0, RECIP=1, GELU=2, GELU_TANH=3, RELU=4, SQRT=5, SIGMOID=6, LOG=7, LOG1P=8, TANH=9, LOG2=10, LOG10=11, SIN=12, COS=13, COSH=14, SINH=15, ABS=16, ABS_INT32=17, SIGN=18, SQUARE=19, EQZ=20, NEZ=21, GTZ=22, LTZ=23, GEZ=24, LEZ=25, RELU_MAX=26, RELU_MIN=27, POWER=28, POWER_ITERATIVE=29, LEAKY_RELU=30, ELU=31, EXP2=32, HEAVISIDE=33, EXPM1=34, SIGNBIT=35, ASIN=36, ACOS=37, ACOSH=38, RSQRT=39, RELU6=40, ATAN=41, ASINH=42, ATANH=43, ERF=44, ERFC=45, ISINF=46, ISPOSINF=47, ISNEGINF=48, ISNAN=49, LOGICAL_NOT_UNARY=50, ISFINITE=51, ERFINV=52, I0=53, I1=54, TAN=55, RSUB=56, RDIV=57, SILU=58, SOFTPLUS=59, IDENTITY=60, NEG=61, ADD_UNARY_SFPU=62, SUB_UNARY_SFPU=63, MUL_UNARY_SFPU=64, DIV_UNARY_SFPU=65, UNARY_NE=66, UNARY_EQ=67, UNARY_GT=68, UNARY_LT=69, UNARY_GE=70, UNARY_LE=71, TILED_PROD=72, TYPECAST=73, BITCAST=74, BITWISE_XOR=75, BITWISE_NOT=76, BITWISE_AND=77, BITWISE_OR=78, RIGHT_SHIFT=79, FLOOR=80, CEIL=81, TRUNC=82, FRAC=83, ROUND=84, LEFT_SHIFT=85, REMAINDER=86, FMOD=87, DROPOUT=88, FILL=89, PRELU_SFPU=90, ZERO_POINT=91, ALT_COMPLEX_ROTATE90=92, MISH=93, HARDMISH=94, MAXIMUM=95, MINIMUM=96, TANHSHRINK=97, THRESHOLD=98, SOFTSHRINK=99, HARDSHRINK=100, HARDTANH=101, HARDSIGMOID=102, HARDSWISH=103, WHERE_TSS=104, MAC_TSS=105, SOFTSIGN=106, CELU=107, CLAMP_TSS=108, SELU=109, RPOW=110, CBRT=111, LOGSIGMOID=112, LOGIT=113, XIELU=114, LGAMMA=115, DIGAMMA=116, POLYGAMMA=117, SOFTCAP=118
class ttnn.unary_with_param.UnaryWithParam: op_type, params
ttnn.value_class.C: TypeVar
class ttnn.value_class.CoreCoord: from_json, to_json, x, y
class ttnn.value_class.Shape: rank, to_rank
class ttnn.value_class.UnaryOpType: EXP=0, RECIP=1, GELU=2, GELU_TANH=3, RELU=4, SQRT=5, SIGMOID=6, LOG=7, LOG1P=8, TANH=9, LOG2=10, LOG10=11, SIN=12, COS=13, COSH=14, SINH=15, ABS=16, ABS_INT32=17, SIGN=18, SQUARE=19, EQZ=20, NEZ=21, GTZ=22, LTZ=23, GEZ=24, LEZ=25, RELU_MAX=26, RELU_MIN=27, POWER=28, POWER_ITERATIVE=29, LEAKY_RELU=30, ELU=31, EXP2=32, HEAVISIDE=33, EXPM1=34, SIGNBIT=35, ASIN=36, ACOS=37, ACOSH=38, RSQRT=39, RELU6=40, ATAN=41, ASINH=42, ATANH=43, ERF=44, ERFC=45, ISINF=46, ISPOSINF=47, ISNEGINF=48, ISNAN=49, LOGICAL_NOT_UNARY=50, ISFINITE=51, ERFINV=52, I0=53, I1=54, TAN=55, RSUB=56, RDIV=57, SILU=58, SOFTPLUS=59, IDENTITY=60, NEG=61, ADD_UNARY_SFPU=62, SUB_UNARY_SFPU=63, MUL_UNARY_SFPU=64, DIV_UNARY_SFPU=65, UNARY_NE=66, UNARY_EQ=67, UNARY_GT=68, UNARY_LT=69, UNARY_GE=70, UNARY_LE=71, TILED_PROD=72, TYPECAST=73, BITCAST=74, BITWISE_XOR=75, BITWISE_NOT=76, BITWISE_AND=77, BITWISE_OR=78, RIGHT_SHIFT=79, FLOOR=80, CEIL=81, TRUNC=82, FRAC=83, ROUND=84, LEFT_SHIFT=85, REMAINDER=86, FMOD=87, DROPOUT=88, FILL=89, PRELU_SFPU=90, ZERO_POINT=91, ALT_COMPLEX_ROTATE90=92, MISH=93, HARDMISH=94, MAXIMUM=95, MINIMUM=96, TANHSHRINK=97, THRESHOLD=98, SOFTSHRINK=99, HARDSHRINK=100, HARDTANH=101, HARDSIGMOID=102, HARDSWISH=103, WHERE_TSS=104, MAC_TSS=105, SOFTSIGN=106, CELU=107, CLAMP_TSS=108, SELU=109, RPOW=110, CBRT=111, LOGSIGMOID=112, LOGIT=113, XIELU=114, LGAMMA=115, DIGAMMA=116, POLYGAMMA=117, SOFTCAP=118
class ttnn.value_class.UnaryWithParam: op_type, params
ttnn.value_class.V: TypeVar
class ttnn.value_class.Value: from_json, to_json
def ttnn.value_class.convert(value: 'Any', hint: 'Any') -> 'Any'
def ttnn.value_class.fields_of(cls: 'type') -> 'dict[str, Any]'
def ttnn.value_class.value(*, kw_only: 'bool' = False) -> 'Callable[[C], C]'
class ttnn.value_json.UnaryOpType: EXP=0, RECIP=1, GELU=2, GELU_TANH=3, RELU=4, SQRT=5, SIGMOID=6, LOG=7, LOG1P=8, TANH=9, LOG2=10, LOG10=11, SIN=12, COS=13, COSH=14, SINH=15, ABS=16, ABS_INT32=17, SIGN=18, SQUARE=19, EQZ=20, NEZ=21, GTZ=22, LTZ=23, GEZ=24, LEZ=25, RELU_MAX=26, RELU_MIN=27, POWER=28, POWER_ITERATIVE=29, LEAKY_RELU=30, ELU=31, EXP2=32, HEAVISIDE=33, EXPM1=34, SIGNBIT=35, ASIN=36, ACOS=37, ACOSH=38, RSQRT=39, RELU6=40, ATAN=41, ASINH=42, ATANH=43, ERF=44, ERFC=45, ISINF=46, ISPOSINF=47, ISNEGINF=48, ISNAN=49, LOGICAL_NOT_UNARY=50, ISFINITE=51, ERFINV=52, I0=53, I1=54, TAN=55, RSUB=56, RDIV=57, SILU=58, SOFTPLUS=59, IDENTITY=60, NEG=61, ADD_UNARY_SFPU=62, SUB_UNARY_SFPU=63, MUL_UNARY_SFPU=64, DIV_UNARY_SFPU=65, UNARY_NE=66, UNARY_EQ=67, UNARY_GT=68, UNARY_LT=69, UNARY_GE=70, UNARY_LE=71, TILED_PROD=72, TYPECAST=73, BITCAST=74, BITWISE_XOR=75, BITWISE_NOT=76, BITWISE_AND=77, BITWISE_OR=78, RIGHT_SHIFT=79, FLOOR=80, CEIL=81, TRUNC=82, FRAC=83, ROUND=84, LEFT_SHIFT=85, REMAINDER=86, FMOD=87, DROPOUT=88, FILL=89, PRELU_SFPU=90, ZERO_POINT=91, ALT_COMPLEX_ROTATE90=92, MISH=93, HARDMISH=94, MAXIMUM=95, MINIMUM=96, TANHSHRINK=97, THRESHOLD=98, SOFTSHRINK=99, HARDSHRINK=100, HARDTANH=101, HARDSIGMOID=102, HARDSWISH=103, WHERE_TSS=104, MAC_TSS=105, SOFTSIGN=106, CELU=107, CLAMP_TSS=108, SELU=109, RPOW=110, CBRT=111, LOGSIGMOID=112, LOGIT=113, XIELU=114, LGAMMA=115, DIGAMMA=116, POLYGAMMA=117, SOFTCAP=118
class ttnn.value_json.UnaryWithParam: op_type, params
def ttnn.value_json.plain(value: 'Any') -> 'Any'
def ttnn.value_json.rich(data: 'Any', hint: 'Any') -> 'Any'
class ttnn.value_json.UnaryOpType: EXP=0, RECIP=1, GELU=2, GELU_TANH=3, RELU=4, SQRT=5, SIGMOID=6, LOG=7, LOG1P=8, TANH=9, LOG2=10, LOG10=11, SIN=12, COS=13, COSH=14, SINH=15, ABS=16, ABS_INT32=17, SIGN=18, SQUARE=19, EQZ=20, NEZ=21, GTZ=22, LTZ=23, GEZ=24, LEZ=25, RELU_MAX=26, RELU_MIN=27, POWER=28, POWER_ITERATIVE=29, LEAKY_RELU=30, ELU=31, EXP2=32, HEAVISIDE=33, EXPM1=34, SIGNBIT=35, ASIN=36, ACOS=37, ACOSH=38, RSQRT=39, RELU6=40, ATAN=41, ASINH=42, ATANH=43, ERF=44, ERFC=45, ISINF=46, ISPOSINF=47, ISNEGINF=48, ISNAN=49, LOGICAL_NOT_UNARY=50, ISFINITE=51, ERFINV=52, I0=53, I1=54, TAN=55, RSUB=56, RDIV=57, SILU=58, SOFTPLUS=59, IDENTITY=60, NEG=61, ADD_UNARY_SFPU=62, SUB_UNARY_SFPU=63, MUL_UNARY_SFPU=64, DIV_UNARY_SFPU=65, UNARY_NE=66, UNARY_EQ=67, UNARY_GT=68, UNARY_LT=69, UNARY_GE=70, UNARY_LE=71, TILED_PROD=72, TYPECAST=73, BITCAST=74, BITWISE_XOR=75, BITWISE_NOT=76, BITWISE_AND=77, BITWISE_OR=78, RIGHT_SHIFT=79, FLOOR=80, CEIL=81, TRUNC=82, FRAC=83, ROUND=84, LEFT_SHIFT=85, REMAINDER=86, FMOD=87, DROPOUT=88, FILL=89, PRELU_SFPU=90, ZERO_POINT=91, ALT_COMPLEX_ROTATE90=92, MISH=93, HARDMISH=94, MAXIMUM=95, MINIMUM=96, TANHSHRINK=97, THRESHOLD=98, SOFTSHRINK=99, HARDSHRINK=100, HARDTANH=101, HARDSIGMOID=102, HARDSWISH=103, WHERE_TSS=104, MAC_TSS=105, SOFTSIGN=106, CELU=107, CLAMP_TSS=108, SELU=109, RPOW=110, CBRT=111, LOGSIGMOID=112, LOGIT=113, XIELU=114, LGAMMA=115, DIGAMMA=116, POLYGAMMA=117, SOFTCAP=118
class ttnn.value_json.UnaryWithParam: op_type, params
def ttnn.value_json.plain(value: 'Any') -> 'Any'
def ttnn.value_json.rich(data: 'Any', hint: 'Any') -> 'Any'
