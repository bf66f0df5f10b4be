// Every faster kernel against its op's reference: all samples of all registered ops, in several
// dtypes, on one device and on meshes where shards are the same and where they differ.
#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

#include "ttnn/runtime/registry.h"
#include "ttnn/runtime/transfer.h"

namespace ttnn {
namespace {

std::shared_ptr<MeshDevice> mesh_of(int devices) {
  MeshDeviceOptions options;
  options.mesh_shape = MeshShape(1, devices);
  return MeshDevice::open(options);
}

std::vector<float> values(const Tensor& tensor, int device) {
  std::vector<float> out(static_cast<size_t>(tensor.volume()));
  download(tensor, device, HostArray::dense(out.data(), HostType::float32, tensor.shape()));
  return out;
}

double tolerance(DataType dtype) {
  if (dtype == DataType::BFLOAT16) return 1.0 / 128;
  if (dtype == DataType::BFLOAT8_B) return 1.0 / 32;
  if (dtype == DataType::BFLOAT4_B) return 1.0 / 2;
  return is_floating(dtype) ? 2e-5 : 0;
}

std::string text_of_call(const OpInfo& info, const void* op) {
  std::string out = info.name + "(";
  for (const FieldInfo& field : info.fields) {
    const Value value = field.get(op);
    const Tensor* tensor = value.as<Tensor>();
    out += field.name + "=" + (tensor ? tensor->describe() : text_of(value)) + ", ";
  }
  return out + ")";
}

// The results on all devices, or nothing where the op refuses these inputs.
std::optional<Outputs> run_sample(const OpInfo& info, const std::shared_ptr<void>& op) {
  try {
    return dispatch(info, info.copy(op.get()), {});
  } catch (const Error&) {
    return {};
  }
}

void expect_same(const Tensor& fast, const Tensor& slow, const std::string& call) {
  ASSERT_EQ(fast.shape(), slow.shape()) << call;
  for (int device : devices_with_data(slow)) {
    const std::vector<float> x = values(fast, device), y = values(slow, device);
    float largest = 0;
    for (float v : y)
      if (std::isfinite(v)) largest = std::max(largest, std::abs(v));
    for (size_t i = 0; i < x.size(); ++i) {
      if (x[i] == y[i] || (std::isnan(x[i]) && std::isnan(y[i]))) continue;
      const float scale =
          is_block_float(fast.dtype()) ? largest : std::max(std::abs(y[i]), 1e-2f * largest);
      ASSERT_LE(std::abs(x[i] - y[i]), tolerance(fast.dtype()) * scale)
          << call << " at " << i << " of device " << device << ": " << x[i]
          << ", but by the reference " << y[i];
    }
  }
}

class Kernels : public testing::TestWithParam<std::tuple<int, bool, DataType>> {};

TEST_P(Kernels, AgreeWithTheReference) {
  const auto [devices, sharded, dtype] = GetParam();
  const auto mesh = mesh_of(devices);
  const Layout layout = dtype == DataType::FLOAT32 ? Layout::ROW_MAJOR : Layout::TILE;
  for (const std::string& name : registry().names()) {
    for (const OpInfo* info : *registry().find(name)) {
      if (info->name != name || !info->samples || !info->reference.run || info->kernels.empty())
        continue;
      if (info->across_devices) continue;
      Sampler first(mesh, dtype, layout, sharded), second(mesh, dtype, layout, sharded);
      const auto samples = info->samples(*info, first), again = info->samples(*info, second);
      for (size_t i = 0; i < samples.size(); ++i) {
        const std::string call = text_of_call(*info, samples[i].get());
        const auto fast = run_sample(*info, samples[i]);
        std::vector<const Kernel*> kernels;
        std::swap(kernels, info->kernels);
        const auto slow = run_sample(*info, again[i]);
        std::swap(kernels, info->kernels);
        ASSERT_EQ(fast.has_value(), slow.has_value()) << call;
        if (!fast) continue;
        for (size_t k = 0; k < fast->size(); ++k) expect_same((*fast)[k], (*slow)[k], call);
      }
    }
  }
  mesh->close();
}

INSTANTIATE_TEST_SUITE_P(Samples, Kernels,
                         testing::Values(std::tuple{1, false, DataType::FLOAT32},
                                         std::tuple{1, false, DataType::BFLOAT16},
                                         std::tuple{3, true, DataType::BFLOAT16},
                                         std::tuple{3, false, DataType::BFLOAT8_B},
                                         std::tuple{2, true, DataType::BFLOAT4_B},
                                         std::tuple{1, false, DataType::INT32},
                                         std::tuple{3, true, DataType::INT32},
                                         std::tuple{1, false, DataType::UINT8},
                                         std::tuple{2, true, DataType::FLOAT32}));

}  // namespace
}  // namespace ttnn
