#pragma once
// Writes into a part of a key or value cache [users, heads, positions, width], in place. The
// returned tensor is the cache; all its aliases see the write.
#include "ttnn/runtime/moves.h"

namespace ttnn {

// One user's positions, from update_idx on.
struct FillCache {
  Tensor cache, input;
  int64_t batch_idx = 0, update_idx = 0;

  static constexpr auto name = "fill_cache";
  static constexpr auto doc =
      "cache[batch_idx, :, update_idx : update_idx + s] = input[0], in place; returns the cache.";
  static constexpr auto fields = std::tuple{
      arg("cache_tensor", &FillCache::cache, "[users, heads, positions, width]"),
      arg("input_tensor", &FillCache::input,
          "[1, heads, s, width]; is rounded to the cache's dtype"),
      arg("batch_idx", &FillCache::batch_idx, "the user").must(),
      kw("update_idx", &FillCache::update_idx, "the first position"),
  };
  static constexpr auto in_place = &FillCache::cache;
  static constexpr bool updates_part = true;

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  Moves moves() const;
  void reference(Task task) const { update_elements(moves(), cache, task); }
  static std::vector<FillCache> samples(Sampler&);
};
inline constexpr Call<FillCache> fill_cache;

// One position of all users.
struct UpdateCache {
  Tensor cache, input;
  int64_t update_idx = 0, batch_offset = 0;

  static constexpr auto name = "update_cache";
  static constexpr auto doc =
      "cache[u, :, update_idx] = input[0, :, u + batch_offset] for every user u, in place; returns "
      "the cache.";
  static constexpr auto fields = std::tuple{
      arg("cache", &UpdateCache::cache, "[users, heads, positions, width]"),
      arg("input", &UpdateCache::input,
          "[1, heads, users or more, width]; is rounded to the cache's dtype"),
      arg("update_idx", &UpdateCache::update_idx, "the position").must(),
      kw("batch_offset", &UpdateCache::batch_offset, "the input's row of user 0"),
  };
  static constexpr auto in_place = &UpdateCache::cache;
  static constexpr bool updates_part = true;

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  Moves moves() const;
  void reference(Task task) const { update_elements(moves(), cache, task); }
  static std::vector<UpdateCache> samples(Sampler&);
};
inline constexpr Call<UpdateCache> update_cache;

// The names of the kv_cache module.
struct FillCacheForUser {
  Tensor cache, input;
  int64_t batch_index = 0, update_idx = 0;

  static constexpr auto name = "kv_cache.fill_cache_for_user_";
  static constexpr auto doc = "ttnn.fill_cache under another name.";
  static constexpr auto fields = std::tuple{
      arg("cache", &FillCacheForUser::cache, "[users, heads, positions, width]"),
      arg("input", &FillCacheForUser::input, "[1, heads, s, width]"),
      arg("batch_index", &FillCacheForUser::batch_index, "the user").must(),
      kw("update_idx", &FillCacheForUser::update_idx, "the first position"),
  };
  Outputs compose(const CallOptions&) const;
  static std::vector<FillCacheForUser> samples(Sampler&);
};
struct UpdateCacheForToken {
  Tensor cache, input;
  int64_t update_index = 0, batch_offset = 0;

  static constexpr auto name = "kv_cache.update_cache_for_token_";
  static constexpr auto doc = "ttnn.update_cache under another name.";
  static constexpr auto fields = std::tuple{
      arg("cache", &UpdateCacheForToken::cache, "[users, heads, positions, width]"),
      arg("input", &UpdateCacheForToken::input, "[1, heads, users or more, width]"),
      arg("update_index", &UpdateCacheForToken::update_index, "the position").must(),
      arg("batch_offset", &UpdateCacheForToken::batch_offset, "the input's row of user 0"),
  };
  Outputs compose(const CallOptions&) const;
  static std::vector<UpdateCacheForToken> samples(Sampler&);
};

}  // namespace ttnn
