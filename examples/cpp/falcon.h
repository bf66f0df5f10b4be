#pragma once
// What the parallel Falcon-7B MLPs have in common: weights, input, and a check of the result
// against the same arithmetic in plain loops.
#include <ttnn/ttnn.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <random>

namespace falcon {

using ttnn::bfloat16;

inline std::vector<bfloat16> uniform(int64_t count, float limit, uint32_t seed) {
  std::minstd_rand random(seed);
  std::vector<bfloat16> values(static_cast<size_t>(count));
  for (bfloat16& value : values) {
    const float unit = static_cast<float>(random()) / static_cast<float>(random.max());
    value = bfloat16(limit * (2 * unit - 1));
  }
  return values;
}

inline ttnn::TensorSpec tiles(ttnn::Shape shape) {
  ttnn::TensorSpec spec;
  spec.shape = shape;
  spec.dtype = ttnn::DataType::BFLOAT16;
  spec.layout = ttnn::Layout::TILE;
  return spec;
}

// An MLP's numbers: weights [hidden, 4 hidden] and [4 hidden, hidden], input [batch, 1, tokens,
// hidden].
struct Problem {
  int64_t hidden, intermediate = 4 * hidden, batch, tokens;
  std::vector<bfloat16> up = uniform(hidden * intermediate, 1 / std::sqrt(float(hidden)), 1);
  std::vector<bfloat16> down =
      uniform(intermediate * hidden, 1 / std::sqrt(float(intermediate)), 2);
  std::vector<bfloat16> input = uniform(batch * tokens * hidden, 1, 3);
};

// The hidden size is Falcon's unless the program is told another one.
inline Problem problem(int argc, char** argv, int64_t batch, int64_t tokens) {
  return {.hidden = argc > 1 ? std::atoll(argv[1]) : 4544, .batch = batch, .tokens = tokens};
}

// x [k] times weight [k, n], in float32, rounded to bfloat16.
inline std::vector<float> row_times(const std::vector<float>& x,
                                    const std::vector<bfloat16>& weight) {
  const size_t n = weight.size() / x.size();
  std::vector<float> sums(n);
  for (size_t k = 0; k < x.size(); ++k)
    for (size_t i = 0; i < n; ++i) sums[i] += x[k] * weight[k * n + i];
  for (float& sum : sums) sum = bfloat16(sum);
  return sums;
}

inline float gelu(float x) { return bfloat16(0.5f * x * (1 + std::erf(x * std::sqrt(0.5f)))); }

// A token of each batch against plain loops; the program's exit status. Both round to bfloat16
// after each layer, but add up in different orders: a few values of the middle are then neighbours,
// which the second sum averages out.
inline int check(const Problem& p, const std::vector<float>& output) {
  float largest_error = 0, largest = 0;
  for (int64_t b = 0; b < p.batch; ++b) {
    const int64_t at = (b * p.tokens + 31 * b % p.tokens) * p.hidden;
    std::vector<float> row =
        row_times({p.input.begin() + at, p.input.begin() + at + p.hidden}, p.up);
    std::transform(row.begin(), row.end(), row.begin(), gelu);
    row = row_times(row, p.down);
    for (int64_t i = 0; i < p.hidden; ++i) {
      largest_error = std::max(largest_error, std::abs(output[size_t(at + i)] - row[size_t(i)]));
      largest = std::max(largest, std::abs(row[size_t(i)]));
    }
  }
  std::cout << "largest error " << largest_error << " of values up to " << largest << "\n";
  const float unit_in_last_place = largest / 128;
  return largest_error <= unit_in_last_place ? 0 : 1;
}

}  // namespace falcon
