#pragma once
// The grid of a mesh: its shape, a place in it, and a block of places. Small values of up to eight
// dimensions, trivially copyable; devices of a mesh are numbered row-major.
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <iosfwd>
#include <span>
#include <string_view>

namespace ttnn {

// What a shape and a coordinate have in common: up to eight ints.
class MeshTuple {
 public:
  static constexpr int max_dims = 8;

  int dims() const { return dims_; }
  int operator[](int i) const;  // negative counts from the end
  const int* begin() const { return values_.data(); }
  const int* end() const { return values_.data() + dims_; }

 protected:
  MeshTuple(std::string_view what, std::span<const int64_t> values);
  int& at(int i);
  bool equals(const MeshTuple& other) const;

 private:
  std::array<int, max_dims> values_{};
  int dims_ = 0;
};

class MeshShape : public MeshTuple {
 public:
  MeshShape() : MeshShape({1, 1}) {}
  MeshShape(int rows, int cols) : MeshShape({rows, cols}) {}
  MeshShape(int a, int b, int c) : MeshShape({a, b, c}) {}
  MeshShape(std::initializer_list<int64_t> sizes);
  explicit MeshShape(std::span<const int64_t> sizes);

  int64_t mesh_size() const;  // number of devices; 0 if a dimension is 0
  bool is_line() const;       // at most one dimension is larger than 1
  MeshShape with(int i, int size) const;
  MeshShape rotated() const;  // dimensions moved one place to the left
  bool operator==(const MeshShape& other) const { return equals(other); }
};

class MeshCoordinate : public MeshTuple {
 public:
  MeshCoordinate() : MeshCoordinate({0, 0}) {}
  MeshCoordinate(int row, int col) : MeshCoordinate({row, col}) {}
  MeshCoordinate(int a, int b, int c) : MeshCoordinate({a, b, c}) {}
  MeshCoordinate(std::initializer_list<int64_t> indices);
  explicit MeshCoordinate(std::span<const int64_t> indices);
  static MeshCoordinate zero(int dims);

  MeshCoordinate with(int i, int index) const;
  bool operator==(const MeshCoordinate& other) const { return equals(other); }
  std::strong_ordering operator<=>(const MeshCoordinate& other) const;  // row-major order
};

// All coordinates between two corners, both included, in row-major order.
class MeshCoordinateRange {
 public:
  MeshCoordinateRange(const MeshCoordinate& start, const MeshCoordinate& end);
  explicit MeshCoordinateRange(const MeshShape& shape);

  const MeshCoordinate& start_coord() const { return start_; }
  const MeshCoordinate& end_coord() const { return end_; }
  MeshShape shape() const;
  bool contains(const MeshCoordinate& coordinate) const;
  bool operator==(const MeshCoordinateRange&) const = default;

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = MeshCoordinate;
    using difference_type = std::ptrdiff_t;
    using pointer = const MeshCoordinate*;
    using reference = MeshCoordinate;

    Iterator(const MeshCoordinateRange& range, int64_t linear) : range_(&range), linear_(linear) {}
    MeshCoordinate operator*() const;
    Iterator& operator++() { return ++linear_, *this; }
    bool operator==(const Iterator& other) const { return linear_ == other.linear_; }

   private:
    const MeshCoordinateRange* range_;
    int64_t linear_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, shape().mesh_size()}; }

 private:
  MeshCoordinate start_, end_;
};

bool is_inside(const MeshShape& shape, const MeshCoordinate& coordinate);
int64_t linear_index(const MeshShape& shape,
                     const MeshCoordinate& coordinate);  // IndexError outside
MeshCoordinate coordinate(const MeshShape& shape, int64_t linear);

std::ostream& operator<<(std::ostream&, const MeshShape&);       // MeshShape([2, 4])
std::ostream& operator<<(std::ostream&, const MeshCoordinate&);  // MeshCoordinate([1, 3])
std::ostream& operator<<(std::ostream&,
                         const MeshCoordinateRange&);  // MeshCoordinateRange(start=..., end=...)

}  // namespace ttnn

template <>
struct std::hash<ttnn::MeshCoordinate> {
  std::size_t operator()(const ttnn::MeshCoordinate& coordinate) const noexcept;
};
template <>
struct std::hash<ttnn::MeshShape> {
  std::size_t operator()(const ttnn::MeshShape& shape) const noexcept;
};
