#pragma once
// Ops that only tests have, one for each thing that an op can be, and what runtime tests share: a
// mesh that is closed again, and tensors of float32 on it.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <thread>

#include "ttnn/runtime/dispatch.h"
#include "ttnn/runtime/queues.h"
#include "ttnn/runtime/transfer.h"

namespace ttnn::test {

using Floats = std::vector<float>;

// y = x * factor + offset, as its reference computes it. Counts the shards it is asked for.
struct Scale {
  Tensor input;
  double factor = 1;
  double offset = 0;
  static constexpr auto name = "test_scale";
  static constexpr auto doc = "x * factor + offset.";
  static constexpr auto fields =
      std::tuple{arg("input_tensor", &Scale::input, ""), kw("factor", &Scale::factor, ""),
                 kw("offset", &Scale::offset, "")};
  static inline std::atomic<int> shards{0};
  TensorSpec infer(const CallOptions&) const { return input.spec(); }
  void reference(Task task) const {
    ++shards;
    Floats x = task.floats(input);
    for (float& v : x) v = static_cast<float>(v * factor + offset);
    task.write(x);
  }
};

// x + y where they are as large as each other; not element-wise to the dispatcher.
struct Sum {
  Tensor x, y;
  static constexpr auto name = "test_sum";
  static constexpr auto doc = "x + y.";
  static constexpr auto fields = std::tuple{arg("x", &Sum::x, ""), arg("y", &Sum::y, "")};
  TensorSpec infer(const CallOptions&) const { return x.spec(); }
  void reference(Task task) const {
    Floats a = task.floats(x);
    const Floats b = task.floats(y);
    for (size_t i = 0; i < a.size(); ++i) a[i] += b[i];
    task.write(a);
  }
};

// Rows turned round: reads what it has overwritten if it is given its own input to write.
struct Reverse {
  Tensor input;
  static constexpr auto name = "test_reverse";
  static constexpr auto doc = "The elements, the last first.";
  static constexpr auto fields = std::tuple{arg("input_tensor", &Reverse::input, "")};
  TensorSpec infer(const CallOptions&) const { return input.spec(); }
  void reference(Task task) const {
    const auto* in = reinterpret_cast<const float*>(task.launch.input(input, task.shard));
    auto* out = reinterpret_cast<float*>(task.launch.output(task.shard));
    const int64_t n = input.volume();
    for (int64_t i = 0; i < n; ++i) out[i] = in[n - 1 - i];
  }
};

// Works until it is allowed to end.
struct Gate {
  Tensor input;
  static constexpr auto name = "test_gate";
  static constexpr auto doc = "The input, once the gate is open.";
  static constexpr auto fields = std::tuple{arg("input_tensor", &Gate::input, "")};
  static inline std::atomic<bool> open{false};
  static inline std::atomic<int> arrived{0};  // tasks
  TensorSpec infer(const CallOptions&) const { return input.spec(); }
  void reference(Task task) const {
    ++arrived;
    while (!open) std::this_thread::sleep_for(std::chrono::microseconds(100));
    task.write(task.floats(input));
  }
};

struct Throws {
  Tensor input;
  static constexpr auto name = "test_throws";
  static constexpr auto doc = "Fails when it runs.";
  static constexpr auto fields = std::tuple{arg("input_tensor", &Throws::input, "")};
  TensorSpec infer(const CallOptions&) const { return input.spec(); }
  void reference(Task) const { throw std::runtime_error("the kernel gave up."); }
};

// Fails, and would have written its input.
struct ThrowsInPlace {
  Tensor input;
  static constexpr auto name = "test_throws_";
  static constexpr auto doc = "Fails when it runs.";
  static constexpr auto fields = std::tuple{arg("input_tensor", &ThrowsInPlace::input, "")};
  static constexpr auto in_place = &ThrowsInPlace::input;
  TensorSpec infer(const CallOptions&) const { return input.spec(); }
  void reference(Task) const { throw std::runtime_error("the kernel gave up."); }
};

// One tensor per row: a list out.
struct Rows {
  Tensor input;
  static constexpr auto name = "test_rows";
  static constexpr auto doc = "One tensor per row.";
  static constexpr auto fields = std::tuple{arg("input_tensor", &Rows::input, "")};
  std::vector<TensorSpec> infer(const CallOptions&) const {
    TensorSpec row = input.spec();
    row.shape = Shape{input.shape().width()};
    return std::vector<TensorSpec>(static_cast<size_t>(input.shape().rows()), row);
  }
  void reference(Task task) const {
    const Floats x = task.floats(input);
    const auto width = static_cast<size_t>(input.shape().width());
    for (int row = 0; row < input.shape().rows(); ++row)
      task.write(std::span<const float>(x).subspan(static_cast<size_t>(row) * width, width), row);
  }
};

// The smallest and the largest: a tuple out.
struct Extremes {
  Tensor input;
  static constexpr auto name = "test_extremes";
  static constexpr auto doc = "Minimum and maximum.";
  static constexpr auto fields = std::tuple{arg("input_tensor", &Extremes::input, "")};
  std::array<TensorSpec, 2> infer(const CallOptions&) const {
    TensorSpec one = input.spec();
    one.shape = Shape{1};
    return {one, one};
  }
  void reference(Task task) const {
    const Floats x = task.floats(input);
    task.write(Floats{*std::min_element(x.begin(), x.end())}, 0);
    task.write(Floats{*std::max_element(x.begin(), x.end())}, 1);
  }
};

// A list in.
struct SumOf {
  std::vector<Tensor> inputs;
  static constexpr auto name = "test_sum_of";
  static constexpr auto doc = "The sum of all.";
  static constexpr auto fields = std::tuple{arg("tensors", &SumOf::inputs, "")};
  TensorSpec infer(const CallOptions&) const { return inputs.at(0).spec(); }
  void reference(Task task) const {
    Floats sum = task.floats(inputs.at(0));
    for (size_t k = 1; k < inputs.size(); ++k) {
      const Floats x = task.floats(inputs[k]);
      for (size_t i = 0; i < sum.size(); ++i) sum[i] += x[i];
    }
    task.write(sum);
  }
};

// Differs per device although the inputs are the same.
struct DeviceNumber {
  Tensor input;
  static constexpr auto name = "test_device_number";
  static constexpr auto doc = "The device's number everywhere.";
  static constexpr auto fields = std::tuple{arg("input_tensor", &DeviceNumber::input, "")};
  static constexpr bool per_device = true;
  TensorSpec infer(const CallOptions&) const { return input.spec(); }
  void reference(Task task) const {
    const auto number = static_cast<float>(task.launch.device_of(task.shard));
    task.write(Floats(static_cast<size_t>(input.volume()), number));
  }
};

// A cache update: one element is written, the others stay.
struct Put {
  Tensor cache, value;
  int64_t at = 0;
  static constexpr auto name = "test_put";
  static constexpr auto doc = "cache[at] = value[0].";
  static constexpr auto fields = std::tuple{arg("cache", &Put::cache, ""),
                                            arg("value", &Put::value, ""), arg("at", &Put::at, "")};
  static constexpr auto in_place = &Put::cache;
  static constexpr bool updates_part = true;
  TensorSpec infer(const CallOptions&) const { return cache.spec(); }
  void reference(Task task) const {
    auto* out = reinterpret_cast<float*>(task.launch.output(task.shard));
    out[at] = task.floats(value)[0];
  }
};

// All elements doubled in place.
struct Double {
  Tensor input;
  static constexpr auto name = "test_double_";
  static constexpr auto doc = "x *= 2.";
  static constexpr auto fields = std::tuple{arg("input_tensor", &Double::input, "")};
  static constexpr auto in_place = &Double::input;
  static constexpr bool elementwise = true;
  TensorSpec infer(const CallOptions&) const { return input.spec(); }
  void reference(Task task) const {
    auto* out = reinterpret_cast<float*>(task.launch.output(task.shard));
    const auto* in = reinterpret_cast<const float*>(task.launch.input(input, task.shard));
    for (int64_t i = 0; i < input.volume(); ++i) out[i] = 2 * in[i];
  }
};

inline constexpr Call<Scale> scale;
inline constexpr Call<Sum> sum;
inline constexpr Call<Reverse> reverse;
inline constexpr Call<Gate> gate;
inline constexpr Call<Throws> throws;
inline constexpr Call<ThrowsInPlace> throws_in_place;
inline constexpr Call<Rows> rows;
inline constexpr Call<Extremes> extremes;
inline constexpr Call<SumOf> sum_of;
inline constexpr Call<DeviceNumber> device_number;
inline constexpr Call<Put> put;
inline constexpr Call<Double> double_in_place;

inline std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "no error";
}

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

class OnMesh : public testing::Test {
 protected:
  void SetUp() override {
    Gate::open = false;
    Gate::arrived = 0;
    Scale::shards = 0;
  }
  void TearDown() override {
    Gate::open = true;
    set_task_delay(0);
    if (mesh_) message_of([this] { mesh_->close(); });
    mesh_.reset();
    SystemMesh::select("");
    Stream::instance().set_workers(0);
  }
  const std::shared_ptr<MeshDevice>& open(MeshShape shape) {
    MeshDeviceOptions options;
    options.mesh_shape = shape;
    return mesh_ = MeshDevice::open(options);
  }
  // The same on every device.
  Tensor tensor(Floats data, Shape shape, DataType dtype = DataType::FLOAT32) {
    TensorSpec spec;
    spec.dtype = dtype;
    spec.layout = is_block_float(dtype) ? Layout::TILE : Layout::ROW_MAJOR;
    return upload(HostArray::dense(data.data(), HostType::float32, shape), spec,
                  replicate(shape, mesh_->shape()), mesh_, "test");
  }
  Tensor row(Floats data) {
    const Shape shape{static_cast<int64_t>(data.size())};
    return tensor(std::move(data), shape);
  }
  // One row of `whole` per device.
  Tensor sharded(Floats data, Shape whole) {
    TensorSpec spec;
    spec.dtype = DataType::FLOAT32;
    return upload(HostArray::dense(data.data(), HostType::float32, whole), spec,
                  distribute(whole, shard_tensor_to_mesh_mapper(mesh_->shape(), 0), "test"), mesh_,
                  "test");
  }
  static Floats read(const Tensor& t, int device = 0) {
    Floats out(static_cast<size_t>(t.volume()));
    download(t, device, HostArray::dense(out.data(), HostType::float32, t.shape()));
    return out;
  }
  static const Spread* spread(const Tensor& t) { return t.buffers()->spread(); }

  std::shared_ptr<MeshDevice> mesh_;
};

}  // namespace ttnn::test
