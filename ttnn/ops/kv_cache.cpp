#include "ttnn/ops/kv_cache.h"

#include "ttnn/runtime/dispatch.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

void check_caches(std::string_view op, const Tensor& cache, const Tensor& input) {
  const Shape &to = cache.shape(), &from = input.shape();
  expect(to.rank() == 4 && from.rank() == 4, op,
         ": cache and input must have rank 4: the cache is ", cache, ", the input ", input,
         ". Reshape with ttnn.unsqueeze_to_4D.");
  expect(from[0] == 1 && from[1] == to[1] && from[3] == to[3], op, ": the input must be [1, ",
         to[1], ", ..., ", to[3], "] for this cache: the cache is ", cache, ", the input ", input,
         ".");
  expect(is_floating(cache.dtype()) == is_floating(input.dtype()), op, ": the cache is ", cache,
         ", the input ", input,
         ": dtype of an input must be a float for a cache of floats. Convert it with "
         "ttnn.typecast.");
}

// The cache and the input cut alike by heads or columns, or terms of one sum.
bool are_alike(Placement cache, Placement input) {
  if (cache != input || cache.kind == Placement::local) return false;
  return cache.kind != Placement::shard || cache.dim == 1 || cache.dim == 3;
}

constexpr Placement users{Placement::shard, 0};

}  // namespace

TensorSpec FillCache::infer(const CallOptions&) const {
  check_caches(name, cache, input);
  const Shape &to = cache.shape(), &from = input.shape();
  expect(batch_idx >= 0 && batch_idx < to[0], name, ": batch_idx is ", batch_idx,
         ", but the cache ", to, " has ", to[0], " users. Give one of 0 to ", to[0] - 1, ".");
  expect(update_idx >= 0 && update_idx + from[2] <= to[2], name, ": positions ", update_idx, " to ",
         update_idx + from[2], " exceed the ", to[2], " of the cache ", to,
         ". Give a shorter input or an earlier update_idx.");
  return cache.spec();
}

// Each device fills one of its own users: with an input of its own, or all with the same.
Placement FillCache::place(std::span<const Placement> inputs) const {
  const Placement to = inputs[0], from = inputs[1];
  const bool fills_own = to == users && (from == users || from.kind == Placement::replicate);
  return fills_own || are_alike(to, from) ? to : Placement{Placement::local};
}

Moves FillCache::moves() const {
  const Shape &to = cache.shape(), &from = input.shape();
  StridedCopy copy;
  copy.input = 1;
  copy.out_offset = (batch_idx * to[1] * to[2] + update_idx) * to[3];
  copy.push(from[1], from[2] * from[3], to[2] * to[3]);
  copy.push(from[2], from[3], to[3]);
  copy.push(from[3], 1, 1);
  return {{copy}, 0};
}

std::vector<FillCache> FillCache::samples(Sampler& s) {
  return {
      {s({2, 3, 8, 5}), s({1, 3, 4, 5}), 1, 2},
      {s({3, 2, 64, 32}), s({1, 2, 32, 32}), 0, 32},
      {s({1, 1, 4, 40}), s({1, 1, 1, 40}), 0, 3},
  };
}

TensorSpec UpdateCache::infer(const CallOptions&) const {
  check_caches(name, cache, input);
  const Shape &to = cache.shape(), &from = input.shape();
  expect(update_idx >= 0 && update_idx < to[2], name, ": update_idx is ", update_idx,
         ", but the cache ", to, " has ", to[2], " positions. Give one of 0 to ", to[2] - 1, ".");
  expect(batch_offset >= 0 && batch_offset + to[0] <= from[2], name, ": users ", batch_offset,
         " to ", batch_offset + to[0], " exceed the ", from[2], " rows of the input ", from,
         ". Give a row for every user of the cache.");
  return cache.spec();
}

// An input has a row per user.
Placement UpdateCache::place(std::span<const Placement> inputs) const {
  const Placement to = inputs[0], from = inputs[1];
  const bool by_users = to == users && from == Placement{Placement::shard, 2};
  return by_users || are_alike(to, from) ? to : Placement{Placement::local};
}

Moves UpdateCache::moves() const {
  const Shape &to = cache.shape(), &from = input.shape();
  StridedCopy copy;
  copy.input = 1;
  copy.in_offset = batch_offset * from[3];
  copy.out_offset = update_idx * to[3];
  copy.push(to[0], from[3], to[1] * to[2] * to[3]);
  copy.push(to[1], from[2] * from[3], to[2] * to[3]);
  copy.push(to[3], 1, 1);
  return {{copy}, 0};
}

std::vector<UpdateCache> UpdateCache::samples(Sampler& s) {
  return {
      {s({2, 3, 8, 5}), s({1, 3, 4, 5}), 7, 2},
      {s({3, 2, 64, 32}), s({1, 2, 32, 32}), 33, 0},
      {s({1, 1, 4, 40}), s({1, 1, 1, 40}), 0, 0},
  };
}

Outputs FillCacheForUser::compose(const CallOptions& options) const {
  return {run(FillCache{cache, input, batch_index, update_idx}, options)};
}
std::vector<FillCacheForUser> FillCacheForUser::samples(Sampler& s) {
  return {{s({2, 3, 8, 5}), s({1, 3, 4, 5}), 1, 2}};
}

Outputs UpdateCacheForToken::compose(const CallOptions& options) const {
  return {run(UpdateCache{cache, input, update_index, batch_offset}, options)};
}
std::vector<UpdateCacheForToken> UpdateCacheForToken::samples(Sampler& s) {
  return {{s({2, 3, 8, 5}), s({1, 3, 4, 5}), 7, 2}};
}

namespace ops {

void register_kv_cache(Registry& registry) {
  registry.add<FillCache>();
  registry.add<UpdateCache>();
  registry.add<FillCacheForUser>();
  registry.add<UpdateCacheForToken>();
}

}  // namespace ops
}  // namespace ttnn
