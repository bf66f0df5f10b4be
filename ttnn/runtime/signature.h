#pragma once
// What tells a call apart from others. For TT-NN's program cache: the op, its attributes, its
// inputs' specs, as one number. For dispatch, which does again what it did the last time: their
// labels too, compared one by one.
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ttnn/runtime/value.h"

namespace ttnn {

inline uint64_t mix(uint64_t a, uint64_t b) {
  return (a ^ (b + 0x9e3779b97f4a7c15ull + (a << 6) + (a >> 2))) * 0xff51afd7ed558ccdull;
}

inline uint64_t hash_of(bool v) { return v; }
inline uint64_t hash_of(int64_t v) { return static_cast<uint64_t>(v); }
inline uint64_t hash_of(double v) { return std::hash<double>{}(v); }
inline uint64_t hash_of(DataType v) { return static_cast<uint64_t>(v); }
inline uint64_t hash_of(Layout v) { return static_cast<uint64_t>(v); }
inline uint64_t hash_of(const std::string& v) { return std::hash<std::string>{}(v); }
inline uint64_t hash_of(const Scalar& v) { return mix(hash_of(v.value), v.is_integer); }
inline uint64_t hash_of(const Shape& v) {
  uint64_t hash = static_cast<uint64_t>(v.rank());
  for (int64_t dim : v) hash = mix(hash, static_cast<uint64_t>(dim));
  return hash;
}
uint64_t hash_of(const ShardSpec& v);
uint64_t hash_of(const NdShardSpec& v);
inline uint64_t hash_of(const MemoryConfig& v) {
  uint64_t hash = mix(static_cast<uint64_t>(v.memory_layout), static_cast<uint64_t>(v.buffer_type));
  if (v.shard_spec) hash = mix(hash, hash_of(*v.shard_spec));
  if (v.nd_shard_spec) hash = mix(hash, hash_of(*v.nd_shard_spec));
  return hash;
}
inline uint64_t hash_of(const Tile& v) {
  return static_cast<uint64_t>(v.height) << 32 | static_cast<uint64_t>(v.width) << 2 |
         static_cast<uint64_t>(v.transpose_within_face) << 1 |
         static_cast<uint64_t>(v.transpose_of_faces);
}
// Of what TT-NN's equality of specs compares.
inline uint64_t hash_of(const TensorSpec& v) {
  return mix(mix(hash_of(v.shape), hash_of(v.dtype)),
             mix(mix(hash_of(v.layout), hash_of(v.tile)), hash_of(v.memory_config)));
}
inline uint64_t hash_of(const Tensor& v) { return hash_of(v.spec()); }
inline uint64_t hash_of(const std::shared_ptr<MeshDevice>& v) {
  return std::hash<const void*>{}(v.get());
}
inline uint64_t hash_of(const MeshCoordinate& v) {
  uint64_t hash = static_cast<uint64_t>(v.dims());
  for (int axis = 0; axis < v.dims(); ++axis) hash = mix(hash, static_cast<uint64_t>(v[axis]));
  return hash;
}
inline uint64_t hash_of(const NamedCall& v) {
  uint64_t hash = hash_of(v.name);
  for (double p : v.parameters) hash = mix(hash, hash_of(p));
  return hash;
}
// Optionals of variants of vectors: each is known to the others.
template <class T>
uint64_t hash_of(const std::optional<T>& v);
template <class T>
uint64_t hash_of(const std::vector<T>& v);
template <class... T>
uint64_t hash_of(const std::variant<T...>& v);

template <class T>
uint64_t hash_of(const std::optional<T>& v) {
  return v ? mix(1, hash_of(*v)) : 0;
}
template <class T>
uint64_t hash_of(const std::vector<T>& v) {
  uint64_t hash = v.size();
  for (const auto& item : v) hash = mix(hash, hash_of(static_cast<const T&>(item)));
  return hash;
}
template <class... T>
uint64_t hash_of(const std::variant<T...>& v) {
  return std::visit([&](const auto& held) { return mix(v.index(), hash_of(held)); }, v);
}

// Whether a rule that sees no contents (infer, label, accepts...) takes two arguments for the same.
bool is_alike(const Tensor& a, const Tensor& b);  // specs and labels
// Equal configs may have their cores in another order, which a result shows.
bool is_alike(const MemoryConfig& a, const MemoryConfig& b);
template <class T>
bool is_alike(const T& a, const T& b) {
  return a == b;
}
template <class T>
bool is_alike(const std::optional<T>& a, const std::optional<T>& b) {
  return a && b ? is_alike(*a, *b) : !a && !b;
}
template <class T>
bool is_alike(const std::vector<T>& a, const std::vector<T>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (!is_alike(static_cast<const T&>(a[i]), static_cast<const T&>(b[i]))) return false;
  return true;
}
template <class A, class B>
bool is_alike(const std::variant<A, B>& a, const std::variant<A, B>& b) {
  if (a.index() != b.index()) return false;
  if (a.index() == 0) return is_alike(std::get<0>(a), std::get<0>(b));
  return is_alike(std::get<1>(a), std::get<1>(b));
}

}  // namespace ttnn
