// The MLP of Falcon-7B, data parallel on a 1x4 mesh: the weights replicated, the batch sharded.
// Then a row of each device's result against the same arithmetic in plain loops.
#include <ttnn/ttnn.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <random>

namespace {

using ttnn::bfloat16;

constexpr int64_t hidden = 4544, intermediate = 4 * hidden;
constexpr int64_t batch = 4, tokens = 128;

std::vector<bfloat16> uniform(int64_t count, float limit, uint32_t seed) {
  std::minstd_rand random(seed);
  std::vector<bfloat16> values(static_cast<size_t>(count));
  for (bfloat16& value : values) {
    const float unit = static_cast<float>(random()) / static_cast<float>(random.max());
    value = bfloat16(limit * (2 * unit - 1));
  }
  return values;
}

struct FalconMlp {
  ttnn::Tensor dense_h_to_4h, dense_4h_to_h;

  ttnn::Tensor operator()(const ttnn::Tensor& x) const {
    return ttnn::linear(ttnn::gelu(ttnn::linear(x, dense_h_to_4h)), dense_4h_to_h);
  }
};

// x [k] times weight [k, n], in float32, rounded to bfloat16.
std::vector<float> row_times(const std::vector<float>& x, const std::vector<bfloat16>& weight) {
  const size_t n = weight.size() / x.size();
  std::vector<float> sums(n);
  for (size_t k = 0; k < x.size(); ++k)
    for (size_t i = 0; i < n; ++i) sums[i] += x[k] * weight[k * n + i];
  for (float& sum : sums) sum = bfloat16(sum);
  return sums;
}

float gelu(float x) { return bfloat16(0.5f * x * (1 + std::erf(x * std::sqrt(0.5f)))); }

}  // namespace

int main() {
  const auto up = uniform(hidden * intermediate, 1 / std::sqrt(float(hidden)), 1);
  const auto down = uniform(intermediate * hidden, 1 / std::sqrt(float(intermediate)), 2);
  const auto input = uniform(batch * tokens * hidden, 1, 3);

  const auto mesh = ttnn::open_mesh_device(ttnn::MeshShape(1, 4));
  const auto spec = [](ttnn::Shape shape) {
    ttnn::TensorSpec tiles;
    tiles.shape = shape;
    tiles.dtype = ttnn::DataType::BFLOAT16;
    tiles.layout = ttnn::Layout::TILE;
    return tiles;
  };

  // Replicate the weights, shard the activations along the batch.
  const FalconMlp mlp{ttnn::from_vector(up, spec({hidden, intermediate}), mesh),
                      ttnn::from_vector(down, spec({intermediate, hidden}), mesh)};
  const auto by_batch = ttnn::shard_tensor_to_mesh_mapper(*mesh, 0);
  const auto x = ttnn::from_vector(input, spec({batch, 1, tokens, hidden}), by_batch, mesh);

  const ttnn::Tensor result = mlp(x);
  const auto joined = ttnn::concat_mesh_to_tensor_composer(*mesh, 0);
  const auto output = ttnn::to_vector<float>(result, joined);
  mesh->close();

  // Both round to bfloat16 after each layer, but add up in different orders: a few values of the
  // middle are then neighbours, which the second sum averages out.
  float largest_error = 0, largest = 0;
  for (int64_t b = 0; b < batch; ++b) {
    const int64_t at = (b * tokens + 31 * b) * hidden;  // another token of each batch
    std::vector<float> row = row_times({input.begin() + at, input.begin() + at + hidden}, up);
    std::transform(row.begin(), row.end(), row.begin(), gelu);
    row = row_times(row, down);
    for (int64_t i = 0; i < hidden; ++i) {
      largest_error = std::max(largest_error, std::abs(output[size_t(at + i)] - row[size_t(i)]));
      largest = std::max(largest, std::abs(row[size_t(i)]));
    }
  }
  std::cout << "Falcon-7B MLP on " << mesh->text() << ": " << result.describe() << "\n"
            << "largest error " << largest_error << " of values up to " << largest << "\n";
  const float unit_in_last_place = largest / 128;
  return largest_error <= unit_in_last_place ? 0 : 1;
}
