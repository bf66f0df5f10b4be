#pragma once
// Tensors from and to std::vector, for C++ programs: the counterpart of from_torch and to_torch.
// Values are row-major; conversion to the tensor's dtype rounds to nearest even.
#include <type_traits>
#include <vector>

#include "ttnn/core/bfloat16.h"
#include "ttnn/runtime/transfer.h"

namespace ttnn {

namespace detail {

template <class T>
constexpr HostType host_type_of() {
  if constexpr (std::is_same_v<T, bfloat16>) return HostType::bfloat16;
  if constexpr (std::is_same_v<T, float>) return HostType::float32;
  if constexpr (std::is_same_v<T, double>) return HostType::float64;
  if constexpr (std::is_same_v<T, int8_t>) return HostType::int8;
  if constexpr (std::is_same_v<T, uint8_t>) return HostType::uint8;
  if constexpr (std::is_same_v<T, int16_t>) return HostType::int16;
  if constexpr (std::is_same_v<T, uint16_t>) return HostType::uint16;
  if constexpr (std::is_same_v<T, int32_t>) return HostType::int32;
  if constexpr (std::is_same_v<T, uint32_t>) return HostType::uint32;
  if constexpr (std::is_same_v<T, int64_t>) return HostType::int64;
  if constexpr (std::is_same_v<T, uint64_t>) return HostType::uint64;
}

template <class T>
Tensor vector_to_tensor(const std::vector<T>& values, TensorSpec spec, const Distribution& plan,
                        std::shared_ptr<MeshDevice> mesh) {
  const HostArray array =
      HostArray::dense(const_cast<T*>(values.data()), host_type_of<T>(), spec.shape);
  return upload(array, std::move(spec), plan, std::move(mesh), "from_vector");
}

template <class T>
void check_vector(const std::vector<T>& values, const TensorSpec& spec) {
  spec.check("from_vector");
  expect(static_cast<int64_t>(values.size()) == spec.volume(), "from_vector: ", values.size(),
         " values do not fill the shape ", spec.shape, ", which has ", spec.volume(),
         " elements. Give one value for each.");
}

}  // namespace detail

// The same on every device of the mesh; a tensor of the host without one.
template <class T>
Tensor from_vector(const std::vector<T>& values, TensorSpec spec,
                   std::shared_ptr<MeshDevice> mesh = nullptr) {
  detail::check_vector(values, spec);
  const Distribution plan = replicate(spec.shape, mesh ? mesh->shape() : MeshShape(1, 1));
  return detail::vector_to_tensor(values, std::move(spec), plan, std::move(mesh));
}

// Cut by the mapper; `spec.shape` is that of the whole tensor.
template <class T>
Tensor from_vector(const std::vector<T>& values, TensorSpec spec, const MeshMapper& mapper,
                   std::shared_ptr<MeshDevice> mesh = nullptr) {
  detail::check_vector(values, spec);
  if (mesh) mapper.check_mesh(mesh->shape(), "from_vector");
  const Distribution plan = distribute(spec.shape, mapper, "from_vector");
  return detail::vector_to_tensor(values, std::move(spec), plan, std::move(mesh));
}

namespace detail {

template <class T>
std::vector<T> tensor_to_vector(const Tensor& tensor, const MeshComposer* composer) {
  check_usable(tensor, "to_vector", "tensor");
  const Composition plan = composition_of(tensor, composer, "to_vector");
  std::vector<T> values(static_cast<size_t>(plan.whole.volume()));
  download(tensor, plan, HostArray::dense(values.data(), host_type_of<T>(), plan.whole));
  return values;
}

}  // namespace detail

// Waits for the tensor. Several shards that are no replicas are joined as they were cut; without a
// composer an Error where there is no such way.
template <class T>
std::vector<T> to_vector(const Tensor& tensor) {
  return detail::tensor_to_vector<T>(tensor, nullptr);
}
template <class T>
std::vector<T> to_vector(const Tensor& tensor, const MeshComposer& composer) {
  return detail::tensor_to_vector<T>(tensor, &composer);
}

}  // namespace ttnn
