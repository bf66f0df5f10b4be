#include "ttnn/core/shape.h"

#include <ostream>
#include <type_traits>

#include "ttnn/core/error.h"

namespace ttnn {

static_assert(std::is_trivially_copyable_v<Shape>);

Shape Shape::filled(int rank, int64_t value) {
  expect(rank >= 0, "Shape: rank ", rank, " is negative.");
  Shape shape;
  shape.rank_ = checked_rank(static_cast<size_t>(rank));
  std::fill_n(shape.dims_.begin(), rank, value);
  return shape;
}

int Shape::checked_rank(size_t rank) {
  expect(rank <= max_rank, "Shape: ", rank, " dimensions, but at most ", max_rank,
         " are supported. Merge dimensions that stay together.");
  return static_cast<int>(rank);
}

void Shape::refuse_index(int i) const {
  if (rank_ == 0)
    fail_as<ErrorKind::index>("Shape: index ", i, " into Shape([]), which is a scalar.");
  fail_as<ErrorKind::index>("Shape index out of range: ", i, " is not in ", -rank_, "..", rank_ - 1,
                            " of ", *this, ".");
}

void Shape::insert(int i, int64_t size) {
  checked_rank(static_cast<size_t>(rank_) + 1);
  if (i < 0 || i > rank_) refuse_index(i);
  std::copy_backward(dims_.begin() + i, dims_.begin() + rank_, dims_.begin() + rank_ + 1);
  dims_[i] = size;
  ++rank_;
}

void Shape::erase(int i) {
  const int p = position(i);
  std::copy(dims_.begin() + p + 1, dims_.begin() + rank_, dims_.begin() + p);
  dims_[--rank_] = 0;
}

Shape Shape::to_rank(int n) const {
  Shape shape = filled(n, 1);
  const int dropped = std::max(rank_ - n, 0);
  expect(std::all_of(begin(), begin() + dropped, [](int64_t size) { return size == 1; }),
         "Can't convert shape rank: ", *this, " to rank ", n,
         " would drop a dimension that is not 1. Reshape instead.");
  std::copy(begin() + dropped, end(), shape.dims_.begin() + (n - (rank_ - dropped)));
  return shape;
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) {
  out << "Shape([";
  const char* separator = "";
  for (int64_t size : shape) {
    out << separator << size;
    separator = ", ";
  }
  return out << "])";
}

int normalized_dim(std::string_view op, int64_t dim, int rank) {
  expect(rank > 0, op, ": dim=", dim,
         " of a tensor without dimensions. Reshape it to rank 1 first.");
  expect(dim >= -rank && dim < rank, op, ": Dimension out of range (expected to be in range of [",
         -rank, ",", rank - 1, "], but got ", dim, "). The tensor has ", rank,
         " dims; negative ones count from the last.");
  return static_cast<int>(dim < 0 ? dim + rank : dim);
}

}  // namespace ttnn
