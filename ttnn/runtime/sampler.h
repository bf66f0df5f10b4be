#pragma once
// Makes the tensors of an op's samples: fixed pseudo-random contents of a given shape, on the mesh,
// in the dtype and layout that a test asks for. Tests, documentation and benchmarks try ops on
// these.
#include <functional>
#include <random>

#include "ttnn/tensor/tensor.h"

namespace ttnn {

class Sampler {
 public:
  // Tensors are replicated over `mesh`, or differ per device when `sharded`.
  Sampler(std::shared_ptr<MeshDevice> mesh, DataType dtype, Layout layout, bool sharded)
      : mesh_(std::move(mesh)), dtype_(dtype), layout_(layout), sharded_(sharded) {}

  Tensor operator()(Shape shape) { return uniform(shape, -2, 2); }
  Tensor uniform(Shape shape, double low, double high);
  // From low to high; whole numbers for integer dtypes, high included, none below 0 for unsigned.
  Tensor between(Shape shape, double low, double high);
  // Values where formulas and dtypes have their edges, in turn, each `times` times: zeros,
  // infinities, NaN, the largest, the smallest, denormals, powers of two and their neighbours; of
  // integer dtypes the extremes. In block floats one infinity takes 15 neighbours along: none.
  Tensor special(Shape shape, int64_t times = 1);
  int64_t special_count() const;
  Tensor positive(Shape shape) { return uniform(shape, 0.1, 4); }
  // Whole numbers in [low, high), in an integer dtype, row-major: indices.
  Tensor indices(Shape shape, int64_t low, int64_t high, DataType dtype = DataType::UINT32);
  // The same on every device, whatever the sampler's setting: weights.
  Tensor replicated(Shape shape);
  DataType dtype() const { return dtype_; }
  const std::shared_ptr<MeshDevice>& mesh() const { return mesh_; }

 private:
  Tensor make(const Shape& shape, DataType dtype, Layout layout, bool sharded, double low,
              double high);
  Tensor make(const Shape& shape, DataType dtype, Layout layout, bool sharded,
              const std::function<double(int64_t)>& value);

  std::shared_ptr<MeshDevice> mesh_;
  DataType dtype_;
  Layout layout_;
  bool sharded_;
  std::mt19937 random_{20240611};
};

}  // namespace ttnn
