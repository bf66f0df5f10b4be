#pragma once
// The sizes of a tensor, as plain values inline: copying one is a memcpy and allocates nothing.
// Sizes may be negative here (an op's "-1: work it out"); a TensorSpec rejects them.
#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <span>
#include <string_view>

namespace ttnn {

class Shape {
 public:
  static constexpr int max_rank = 8;

  constexpr Shape() = default;
  Shape(std::initializer_list<int64_t> dims) : Shape(std::span(dims.begin(), dims.size())) {}
  explicit Shape(std::span<const int64_t> dims) : rank_(checked_rank(dims.size())) {
    std::copy(dims.begin(), dims.end(), dims_.begin());
  }
  static Shape filled(int rank, int64_t value);

  int rank() const { return rank_; }
  // Negative indices count from the end; an IndexError outside.
  int64_t operator[](int i) const { return dims_[position(i)]; }
  int64_t& at(int i) { return dims_[position(i)]; }

  const int64_t* begin() const { return dims_.data(); }
  const int64_t* end() const { return dims_.data() + rank_; }

  int64_t volume() const { return product(rank_); }
  int64_t width() const { return rank_ ? dims_[rank_ - 1] : 1; }
  // The volume of all dims but the last, also where the last one is 0.
  int64_t rows() const { return product(rank_ ? rank_ - 1 : 0); }

  Shape with(int i, int64_t size) const {
    Shape changed = *this;
    changed.at(i) = size;
    return changed;
  }
  void push_back(int64_t size) { insert(rank_, size); }
  void insert(int i, int64_t size);  // before position i, 0..rank
  void erase(int i);
  // Leading ones are added or dropped; dropping any other size is an error.
  Shape to_rank(int n) const;

  bool operator==(const Shape& other) const {
    return rank_ == other.rank_ && std::equal(begin(), end(), other.begin());
  }

 private:
  static int checked_rank(size_t rank);
  [[noreturn]] void refuse_index(int i) const;

  int position(int i) const {
    const int p = i < 0 ? i + rank_ : i;
    if (p < 0 || p >= rank_) [[unlikely]]
      refuse_index(i);
    return p;
  }
  int64_t product(int count) const {
    int64_t n = 1;
    for (int i = 0; i < count; ++i) n *= dims_[i];
    return n;
  }

  std::array<int64_t, max_rank> dims_{};
  int rank_ = 0;
};

std::ostream& operator<<(std::ostream&, const Shape&);  // Shape([2, 3])

// 0..rank-1 for a dim in -rank..rank-1, else an Error that names the op.
int normalized_dim(std::string_view op, int64_t dim, int rank);

}  // namespace ttnn
