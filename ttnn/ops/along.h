#pragma once
// A shard seen along one of its dims: [outer, n, inner] elements.
#include "ttnn/core/shape.h"

namespace ttnn {

struct Along {
  Along(const Shape& shape, int dim) : n(shape[dim]) {
    for (int d = 0; d < dim; ++d) outer *= shape[d];
    for (int d = dim + 1; d < shape.rank(); ++d) inner *= shape[d];
  }
  // All elements in one row.
  explicit Along(const Shape& shape) : n(shape.volume()) {}

  int64_t rows() const { return outer * inner; }
  // Element 0 of a row; the next ones are `inner` apart.
  int64_t first(int64_t row) const { return row / inner * n * inner + row % inner; }

  int64_t outer = 1, n = 1, inner = 1;
};

}  // namespace ttnn
