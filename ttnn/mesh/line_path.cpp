#include "ttnn/mesh/line_path.h"

#include <algorithm>
#include <cstdlib>
#include <functional>

namespace ttnn {
namespace {

using Path = std::vector<MeshCoordinate>;

// TT-NN's rule for the 8 chips of a T3000: always along the perimeter.
std::optional<Path> perimeter_of_eight(const MeshShape& system, const MeshCoordinate& start,
                                       int64_t length) {
  if (!(system == MeshShape(2, 4)) && !(system == MeshShape(4, 2))) return {};
  Path ring;
  const int rows = system[0], cols = system[1];
  for (int c = 0; c < cols; ++c) ring.push_back({0, c});
  for (int r = 1; r < rows; ++r) ring.push_back({r, cols - 1});
  for (int c = cols - 2; c >= 0; --c) ring.push_back({rows - 1, c});
  for (int r = rows - 2; r >= 1; --r) ring.push_back({r, 0});
  std::ranges::rotate(ring, std::ranges::find(ring, start));
  ring.resize(static_cast<std::size_t>(length));
  return ring;
}

// TT-NN's search: depth first, right before down before left before up (the last dimension first).
// A branch is given up only where it provably cannot succeed, so the path found is the search's
// first. The budget bounds the time on large grids; it counts steps, so the result never depends on
// speed.
class Search {
 public:
  Search(const MeshShape& system, const MeshCoordinate& start, int64_t length, bool closes)
      : system_(system),
        start_(start),
        length_(length),
        closes_(closes),
        taken_(static_cast<std::size_t>(system.mesh_size()), false) {}

  std::optional<Path> run() {
    take(start_);
    return extend() ? std::optional(path_) : std::nullopt;
  }

 private:
  static constexpr int step_budget = 20000;

  bool extend() {
    const int64_t missing = length_ - static_cast<int64_t>(path_.size());
    if (missing == 0) return !closes_ || length_ <= 2 || are_neighbours(path_.back(), start_);
    if (++steps_ > step_budget || is_hopeless(missing)) return false;
    for (const MeshCoordinate& next : neighbours(path_.back())) {
      if (taken(next)) continue;
      take(next);
      if (extend()) return true;
      taken_[index(next)] = false;
      path_.pop_back();
      if (steps_ > step_budget) return false;
    }
    return false;
  }

  bool is_hopeless(int64_t missing) const {
    if (closes_ && distance(path_.back(), start_) > missing + 1) return true;
    // A look at all free chips costs as much as the grid is large, so small grids only.
    if (system_.mesh_size() > 64) return false;
    return reachable(missing) < missing;
  }

  int64_t reachable(int64_t enough) const {
    std::vector<bool> seen = taken_;
    Path frontier{path_.back()};
    int64_t count = 0;
    while (!frontier.empty() && count < enough) {
      const MeshCoordinate at = frontier.back();
      frontier.pop_back();
      for (const MeshCoordinate& next : neighbours(at)) {
        if (seen[index(next)]) continue;
        seen[index(next)] = true;
        ++count;
        frontier.push_back(next);
      }
    }
    return count;
  }

  // In the order right, down, left, up: forward in each dimension, the last first, then backward.
  Path neighbours(const MeshCoordinate& at) const {
    Path result;
    for (int step : {1, -1})
      for (int i = system_.dims() - 1; i >= 0; --i)
        if (at[i] + step >= 0 && at[i] + step < system_[i])
          result.push_back(at.with(i, at[i] + step));
    return result;
  }

  static int64_t distance(const MeshCoordinate& a, const MeshCoordinate& b) {
    int64_t sum = 0;
    for (int i = 0; i < a.dims(); ++i) sum += std::abs(a[i] - b[i]);
    return sum;
  }

  std::size_t index(const MeshCoordinate& at) const {
    return static_cast<std::size_t>(linear_index(system_, at));
  }
  bool taken(const MeshCoordinate& at) const { return taken_[index(at)]; }
  void take(const MeshCoordinate& at) {
    taken_[index(at)] = true;
    path_.push_back(at);
  }

  const MeshShape& system_;
  const MeshCoordinate start_;
  const int64_t length_;
  const bool closes_;
  std::vector<bool> taken_;
  Path path_;
  int steps_ = 0;
};

// A ring as a comb, for grids that are too large to search: pairs of rows are its teeth, the first
// column leads back. Works for every even length that fits a grid of rows x cols beginning at
// `start`.
std::optional<Path> comb(const MeshShape& system, const MeshCoordinate& start, int64_t length) {
  const int cols = system[1] - start[1], rows = system[0] - start[0];
  const int64_t half = length / 2;
  if (length % 2 != 0 || half < 2 || cols < 2) return {};
  std::vector<int64_t> widths(static_cast<std::size_t>(half / cols),
                              cols);  // half the cells of each tooth
  if (half % cols > 0) widths.push_back(half % cols);
  if (widths.back() == 1) {  // a tooth needs two columns: borrow one
    if (widths.size() < 2 || cols < 3) return {};
    --widths[widths.size() - 2];
    ++widths.back();
  }
  if (static_cast<int64_t>(widths.size()) * 2 > rows) return {};
  Path path{start};
  const auto add = [&](std::size_t row, int64_t col) {
    path.push_back({start[0] + static_cast<int>(row), start[1] + static_cast<int>(col)});
  };
  for (std::size_t tooth = 0; tooth < widths.size(); ++tooth) {
    for (int64_t c = 1; c < widths[tooth]; ++c) add(2 * tooth, c);
    for (int64_t c = widths[tooth] - 1; c >= 1; --c) add(2 * tooth + 1, c);
  }
  for (std::size_t row = 2 * widths.size(); row-- > 1;) add(row, 0);
  return path;
}

MeshCoordinate transposed(const MeshCoordinate& at) { return {at[1], at[0]}; }

std::optional<Path> transposed_comb(const MeshShape& system, const MeshCoordinate& start,
                                    int64_t length) {
  std::optional<Path> path = comb({system[1], system[0]}, transposed(start), length);
  if (path) std::ranges::transform(*path, path->begin(), transposed);
  return path;
}

// Back and forth along the rows from the corner at `start`: an open line of any length that fits.
std::optional<Path> snake(const MeshShape& system, const MeshCoordinate& start, int64_t length) {
  const int cols = system[1] - start[1], rows = system[0] - start[0];
  if (length > int64_t{cols} * rows) return {};
  Path path;
  for (int64_t i = 0; i < length; ++i) {
    const int row = static_cast<int>(i / cols), along = static_cast<int>(i % cols);
    path.push_back({start[0] + row, start[1] + (row % 2 == 0 ? along : cols - 1 - along)});
  }
  return path;
}

}  // namespace

bool are_neighbours(const MeshCoordinate& a, const MeshCoordinate& b) {
  int64_t distance = 0;
  for (int i = 0; i < a.dims(); ++i) distance += std::abs(a[i] - b[i]);
  return distance == 1;
}

std::optional<Path> line_path(const MeshShape& system, const MeshCoordinate& start,
                              int64_t length) {
  if (length < 1 || length > system.mesh_size() || !is_inside(system, start)) return {};
  if (auto path = perimeter_of_eight(system, start, length)) return path;
  const bool can_close = length <= 2 || length % 2 == 0;  // a grid is bipartite
  if (can_close)
    if (auto path = Search(system, start, length, true).run()) return path;
  if (system.dims() == 2 && can_close)
    for (const auto& ring : {comb(system, start, length), transposed_comb(system, start, length)})
      if (ring) return ring;
  if (auto path = Search(system, start, length, false).run()) return path;
  return system.dims() == 2 ? snake(system, start, length) : std::nullopt;
}

}  // namespace ttnn
