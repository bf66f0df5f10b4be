// Arguments that matter to Tenstorrent's hardware and change no value: accepted, checked by name,
// and ignored. One table, by op; what every op accepts stands in the dispatcher's options.
#include <iterator>
#include <sstream>

#include "ttnn/runtime/registry.h"

namespace ttnn::ops {
namespace {

struct Ignored {
  const char* ops;        // names, separated by blanks
  const char* arguments;  // likewise
};

constexpr Ignored ignored[] = {
    // How exact the vector unit is; ours is always exact to float32.
    {"add add_ bias_gelu bias_gelu_ div div_ divide divide_ erf exp gelu log log10 log1p log2 mish "
     "mul mul_ multiply multiply_ rsqrt rsub rsub_ sqrt sub sub_ subtract subtract_ tanh",
     "fast_and_approximate_mode"},
    {"sigmoid", "vector_mode mode"},
    // How a product is spread over cores.
    {"matmul linear addmm matmul_batched_weights",
     "program_config compute_kernel_config core_grid output_tile global_cb prefetcher_pipes "
     "in0_column_offset"},
    {"layer_norm rms_norm softmax softmax_in_place scale_mask_softmax scale_mask_softmax_in_place "
     "scale_causal_mask_hw_dims_softmax_in_place",
     "program_config compute_kernel_config"},
    {"embedding", "embeddings_type"},
    {"layer_norm layer_norm_pre_all_gather", "recip_tensor"},
    {"layer_norm_pre_all_gather layer_norm_post_all_gather rms_norm_pre_all_gather "
     "rms_norm_post_all_gather",
     "program_config compute_kernel_config"},
    {"layer_norm_pre_all_gather rms_norm_pre_all_gather", "fast_and_approximate_mode"},
    {"rms_norm_pre_all_gather rms_norm_post_all_gather", "use_2d_core_grid"},
    {"sum mean max min prod std var argmax topk cumsum cumprod sort",
     "compute_kernel_config use_multicore fast_and_approximate_mode"},
    {"cumsum", "disable_compensated_sum"},
    {"sum mean max min", "correction"},  // of variances, which they are not
    {"argmax", "enable_secondary_dm"},
    {"randn uniform bernoulli", "compute_kernel_config"},
    // How tiles are made and where they lie.
    {"reshape", "reshape_tile_mode skip_padding_fill"},
    {"slice pad concat permute transpose repeat split tilize untilize tilize_with_val_padding "
     "tilize_with_zero_padding untilize_with_unpadding",
     "use_multicore"},
    {"tilize", "use_low_perf"},
    {"interleaved_to_sharded", "keep_l1_aligned"},
    // How shards travel: links, routes, buffers on the way. `mesh_device` is the tensor's own.
    {"all_gather reduce_scatter all_reduce",
     "num_links topology chunks_per_sync num_workers_per_link num_buffers_per_channel "
     "use_l1_small_for_semaphores intermediate_memory_config compute_kernel_config mesh_device"},
    {"all_broadcast broadcast", "num_links topology use_l1_small_for_semaphores"},
    {"point_to_point", "topology intermediate_tensor"},
    {"experimental.all_gather_async experimental.all_gather_async_reversed "
     "experimental.reduce_scatter_minimal_async experimental.strided_all_gather_async "
     "experimental.strided_reduce_scatter_async experimental.all_reduce_async "
     "experimental.llama_reduce_scatter experimental.ring_attention_all_gather_async "
     "experimental.all_to_all_async experimental.all_to_all_async_generic",
     "num_links topology"},
    {"experimental.reduce_scatter_minimal_direct", "num_links sub_core_grid"},
    {"experimental.all_gather_async experimental.all_gather_async_reversed",
     "use_optimal_ccl_for_llama use_broadcast barrier_semaphore chunks_per_sync "
     "num_workers_per_link num_buffers_per_channel"},
    {"experimental.reduce_scatter_minimal_async experimental.strided_reduce_scatter_async",
     "barrier_semaphore intermediate_memory_config chunks_per_sync num_workers_per_link "
     "num_buffers_per_channel compute_kernel_config"},
    {"experimental.strided_all_gather_async experimental.strided_reduce_scatter_async",
     "num_workers_per_link num_buffers_per_channel mm_cores_y mm_block_ht mm_block_wt "
     "mm_N_full_block_wt chunk_width_in_mm_blocks"},
    {"experimental.all_reduce_async experimental.llama_reduce_scatter",
     "use_noc1_only use_optimal_ccl_for_llama fp32_dest_acc"},
    {"clone update_cache kv_cache.update_cache_for_token_", "compute_kernel_config"},
};

std::vector<std::string> words(const char* text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

}  // namespace

void register_compat(Registry& registry) {
  for (const Ignored& row : ignored)
    for (const std::string& op : words(row.ops)) registry.ignore(op, words(row.arguments));
}

}  // namespace ttnn::ops
