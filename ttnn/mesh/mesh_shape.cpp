#include "ttnn/mesh/mesh_shape.h"

#include <algorithm>
#include <limits>
#include <ostream>

#include "ttnn/core/error.h"

namespace ttnn {
namespace {

std::span<const int64_t> as_span(std::initializer_list<int64_t> values) {
  return {values.begin(), values.size()};
}

std::ostream& print(std::ostream& out, std::string_view name, const MeshTuple& values) {
  out << name << "([";
  for (const int* value = values.begin(); value != values.end(); ++value)
    out << (value == values.begin() ? "" : ", ") << *value;
  return out << "])";
}

std::size_t hash_of(const MeshTuple& values) {
  std::size_t seed = static_cast<std::size_t>(values.dims());
  for (int value : values)
    seed ^= static_cast<std::size_t>(value) + 0x9e3779b9 + (seed << 6) + (seed >> 2);
  return seed;
}

}  // namespace

MeshTuple::MeshTuple(std::string_view what, std::span<const int64_t> values) {
  if (values.empty() || values.size() > max_dims)
    fail_as<ErrorKind::value>(what, ": got ", values.size(), " dimensions, but a mesh has 1 to ",
                              int{max_dims}, ". Write for example ", what, "(2, 4).");
  for (int64_t value : values) {
    if (value < 0 || value > std::numeric_limits<int>::max())
      fail_as<ErrorKind::value>(what, ": dimension ", dims_, " is ", value,
                                ", but it must be between 0 and 2147483647. Write for example ",
                                what, "(2, 4).");
    values_[static_cast<std::size_t>(dims_++)] = static_cast<int>(value);
  }
}

int MeshTuple::operator[](int i) const { return const_cast<MeshTuple*>(this)->at(i); }

int& MeshTuple::at(int i) {
  const int wrapped = i < 0 ? i + dims_ : i;
  if (wrapped < 0 || wrapped >= dims_)
    fail_as<ErrorKind::index>("mesh index ", i, " is out of range: there are ", dims_,
                              " dimensions. Use ", -dims_, " to ", dims_ - 1, ".");
  return values_[static_cast<std::size_t>(wrapped)];
}

bool MeshTuple::equals(const MeshTuple& other) const {
  return std::equal(begin(), end(), other.begin(), other.end());
}

MeshShape::MeshShape(std::initializer_list<int64_t> sizes) : MeshShape(as_span(sizes)) {}
MeshShape::MeshShape(std::span<const int64_t> sizes) : MeshTuple("MeshShape", sizes) {}

int64_t MeshShape::mesh_size() const {
  int64_t product = 1;
  for (int size : *this) product *= size;
  return product;
}

bool MeshShape::is_line() const {
  return std::count_if(begin(), end(), [](int size) { return size != 1; }) <= 1;
}

MeshShape MeshShape::with(int i, int size) const {
  MeshShape result = *this;
  result.at(i) = size;
  return result;
}

MeshShape MeshShape::rotated() const {
  MeshShape result = *this;
  for (int i = 0; i < dims(); ++i) result.at(i) = (*this)[(i + 1) % dims()];
  return result;
}

MeshCoordinate::MeshCoordinate(std::initializer_list<int64_t> indices)
    : MeshCoordinate(as_span(indices)) {}
MeshCoordinate::MeshCoordinate(std::span<const int64_t> indices)
    : MeshTuple("MeshCoordinate", indices) {}

MeshCoordinate MeshCoordinate::zero(int dims) {
  const std::array<int64_t, max_dims + 1> zeros{};
  return MeshCoordinate(
      std::span(zeros).first(static_cast<std::size_t>(std::clamp(dims, 0, max_dims + 1))));
}

MeshCoordinate MeshCoordinate::with(int i, int index) const {
  MeshCoordinate result = *this;
  result.at(i) = index;
  return result;
}

std::strong_ordering MeshCoordinate::operator<=>(const MeshCoordinate& other) const {
  return std::lexicographical_compare_three_way(begin(), end(), other.begin(), other.end());
}

MeshCoordinateRange::MeshCoordinateRange(const MeshCoordinate& start, const MeshCoordinate& end)
    : start_(start), end_(end) {
  bool ordered = start.dims() == end.dims();
  for (int i = 0; ordered && i < start.dims(); ++i) ordered = start[i] <= end[i];
  if (!ordered)
    fail_as<ErrorKind::value>(
        "MeshCoordinateRange: start ", start, " and end ", end,
        " do not span a block: both need the same number of dimensions and no ",
        "start index may be larger than its end (the end is included).");
}

MeshCoordinateRange::MeshCoordinateRange(const MeshShape& shape)
    : start_(MeshCoordinate::zero(shape.dims())), end_(start_) {
  if (shape.mesh_size() == 0)
    fail_as<ErrorKind::value>("MeshCoordinateRange: ", shape,
                              " has no devices, so there is no range ",
                              "over it. Give a shape with positive dimensions.");
  for (int i = 0; i < shape.dims(); ++i) end_ = end_.with(i, shape[i] - 1);
}

MeshShape MeshCoordinateRange::shape() const {
  std::array<int64_t, MeshTuple::max_dims> sizes{};
  for (int i = 0; i < start_.dims(); ++i)
    sizes[static_cast<std::size_t>(i)] = end_[i] - start_[i] + 1;
  return MeshShape(std::span<const int64_t>(sizes).first(static_cast<std::size_t>(start_.dims())));
}

bool MeshCoordinateRange::contains(const MeshCoordinate& coordinate) const {
  if (coordinate.dims() != start_.dims()) return false;
  for (int i = 0; i < start_.dims(); ++i)
    if (coordinate[i] < start_[i] || coordinate[i] > end_[i]) return false;
  return true;
}

MeshCoordinate MeshCoordinateRange::Iterator::operator*() const {
  MeshCoordinate at = coordinate(range_->shape(), linear_);
  for (int i = 0; i < at.dims(); ++i) at = at.with(i, at[i] + range_->start_[i]);
  return at;
}

bool is_inside(const MeshShape& shape, const MeshCoordinate& coordinate) {
  if (coordinate.dims() != shape.dims()) return false;
  for (int i = 0; i < shape.dims(); ++i)
    if (coordinate[i] >= shape[i]) return false;
  return true;
}

int64_t linear_index(const MeshShape& shape, const MeshCoordinate& coordinate) {
  if (!is_inside(shape, coordinate))
    fail_as<ErrorKind::index>(
        coordinate, " is outside of ", shape,
        ". Each index must be smaller than the mesh dimension that it counts.");
  int64_t linear = 0;
  for (int i = 0; i < shape.dims(); ++i) linear = linear * shape[i] + coordinate[i];
  return linear;
}

MeshCoordinate coordinate(const MeshShape& shape, int64_t linear) {
  if (linear < 0 || linear >= shape.mesh_size())
    fail_as<ErrorKind::index>("device ", linear, " is outside of ", shape, ", which has ",
                              shape.mesh_size(), " devices numbered from 0.");
  MeshCoordinate at = MeshCoordinate::zero(shape.dims());
  for (int i = shape.dims() - 1; i >= 0; --i) {
    at = at.with(i, static_cast<int>(linear % shape[i]));
    linear /= shape[i];
  }
  return at;
}

std::ostream& operator<<(std::ostream& out, const MeshShape& shape) {
  return print(out, "MeshShape", shape);
}
std::ostream& operator<<(std::ostream& out, const MeshCoordinate& coordinate) {
  return print(out, "MeshCoordinate", coordinate);
}
std::ostream& operator<<(std::ostream& out, const MeshCoordinateRange& range) {
  return out << "MeshCoordinateRange(start=" << range.start_coord() << ", end=" << range.end_coord()
             << ")";
}

}  // namespace ttnn

std::size_t std::hash<ttnn::MeshCoordinate>::operator()(
    const ttnn::MeshCoordinate& c) const noexcept {
  return ttnn::hash_of(c);
}
std::size_t std::hash<ttnn::MeshShape>::operator()(const ttnn::MeshShape& s) const noexcept {
  return ttnn::hash_of(s);
}
