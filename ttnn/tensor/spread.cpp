#include "ttnn/tensor/spread.h"

#include <map>
#include <mutex>
#include <numeric>
#include <utility>

namespace ttnn {
namespace {

std::vector<uint16_t> renumbered(std::vector<uint16_t> labels) {
  std::map<uint16_t, uint16_t> first;
  for (uint16_t& label : labels) {
    if (label == Spread::none) continue;
    label = first.try_emplace(label, static_cast<uint16_t>(first.size())).first->second;
  }
  return labels;
}

Spread make(std::vector<uint16_t> shard_of) {
  Spread s;
  s.devices = static_cast<int>(shard_of.size());
  for (int d = 0; d < s.devices; ++d) {
    if (shard_of[d] == Spread::none) {
      s.whole = false;
    } else if (shard_of[d] == s.distinct) {
      s.device_of.push_back(static_cast<uint16_t>(d));
      ++s.distinct;
    }
  }
  s.shard_of = std::move(shard_of);
  return s;
}

}  // namespace

const Spread* Spread::of(std::vector<uint16_t> labels) {
  static std::mutex& mutex = *new std::mutex;
  static auto& known =
      *new std::map<std::vector<uint16_t>, Spread>;  // never freed: few patterns exist
  std::vector<uint16_t> shard_of = renumbered(std::move(labels));
  std::lock_guard lock(mutex);
  auto found = known.find(shard_of);
  if (found == known.end()) found = known.emplace(shard_of, make(shard_of)).first;
  return &found->second;
}

const Spread* Spread::each(int devices) {
  thread_local const Spread* last = nullptr;
  if (last && last->devices == devices) return last;
  std::vector<uint16_t> labels(static_cast<size_t>(devices));
  std::iota(labels.begin(), labels.end(), uint16_t{0});
  return last = of(std::move(labels));
}

const Spread* Spread::shared(int devices) {
  thread_local const Spread* last = nullptr;
  if (last && last->devices == devices) return last;
  return last = of(std::vector<uint16_t>(static_cast<size_t>(devices), 0));
}

const Spread* Spread::meet(const Spread* a, const Spread* b) {
  if (a == b || b->is_shared() || (a->is_each() && b->whole)) return a;
  if (a->is_shared() || (b->is_each() && a->whole)) return b;
  std::map<std::pair<uint16_t, uint16_t>, uint16_t> pairs;
  std::vector<uint16_t> labels(a->shard_of.size(), none);
  for (size_t d = 0; d < labels.size(); ++d) {
    if (a->shard_of[d] == none || b->shard_of[d] == none) continue;
    labels[d] =
        pairs.try_emplace({a->shard_of[d], b->shard_of[d]}, static_cast<uint16_t>(pairs.size()))
            .first->second;
  }
  return of(std::move(labels));
}

}  // namespace ttnn
