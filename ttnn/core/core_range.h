#pragma once
// Rectangles of cores on one device, as programs use them to place shards. CPU devices have no such
// cores: the values are kept, computed with and reported, and nothing runs differently for them.
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace ttnn {

struct CoreCoord {
  int64_t x = 0, y = 0;
  auto operator<=>(const CoreCoord&) const = default;
};

struct CoreGrid {
  int64_t x = 1, y = 1;
  int64_t num_cores() const { return x * y; }
  bool operator==(const CoreGrid&) const = default;
};

// All cores from start to end, both included.
struct CoreRange {
  CoreCoord start, end;
  CoreRange() = default;
  explicit CoreRange(CoreCoord core) : CoreRange(core, core) {}
  CoreRange(CoreCoord start, CoreCoord end);

  CoreCoord grid_size() const { return {end.x - start.x + 1, end.y - start.y + 1}; }
  int64_t num_cores() const { return grid_size().x * grid_size().y; }
  bool contains(CoreCoord) const;
  bool contains(const CoreRange& other) const {
    return contains(other.start) && contains(other.end);
  }
  bool overlaps(const CoreRange&) const;
  auto operator<=>(const CoreRange&) const = default;
};

class CoreRangeSet {
 public:
  CoreRangeSet() = default;
  explicit CoreRangeSet(CoreRange range) : ranges_{range} {}
  explicit CoreRangeSet(std::vector<CoreRange> ranges);  // refuses ranges that overlap

  const std::vector<CoreRange>& ranges() const { return ranges_; }
  bool empty() const { return ranges_.empty(); }
  int64_t num_cores() const;
  CoreRange bounding_box() const;
  bool contains(CoreCoord) const;
  bool contains(const CoreRange&) const;
  bool contains(const CoreRangeSet&) const;
  CoreRangeSet merge(const CoreRangeSet&) const;  // in few, maximal rectangles
  CoreRangeSet subtract(const CoreRangeSet&) const;
  bool operator==(const CoreRangeSet&) const;  // whatever the order of the ranges

 private:
  std::vector<CoreRange> ranges_;
};

// The cores of a range (set) one by one: along rows, or down columns.
std::vector<CoreCoord> cores_of(const CoreRange&, bool row_wise);
std::vector<CoreCoord> corerange_to_cores(const CoreRangeSet&,
                                          std::optional<int64_t> max_cores = {},
                                          bool row_wise = false);
std::vector<CoreCoord> grid_to_cores(int64_t num_cores, int64_t grid_size_x, int64_t grid_size_y,
                                     bool row_wise = false);

// The first so many cores of a grid, from its origin.
CoreRangeSet num_cores_to_corerangeset(int64_t target_num_cores, CoreCoord grid_size,
                                       bool row_wise = false);
CoreRangeSet num_cores_to_corerangeset_in_subcoregrids(CoreCoord start_core,
                                                       int64_t target_num_cores,
                                                       const CoreRangeSet& sub_core_grids,
                                                       bool row_wise = false);

// An even division of units: the first group of cores does one unit more than the second.
struct WorkSplit {
  int64_t num_cores = 0;
  CoreRangeSet all_cores, first_group, second_group;
  int64_t units_in_first = 0, units_in_second = 0;
};
WorkSplit split_work_to_cores(CoreCoord grid_size, int64_t units_to_divide, bool row_wise = false);
WorkSplit split_work_to_cores(const CoreRangeSet& core_grid, int64_t units_to_divide,
                              bool row_wise = false);

std::ostream& operator<<(std::ostream&, const CoreCoord&);     // (x=0,y=1)
std::ostream& operator<<(std::ostream&, const CoreGrid&);      // ttnn.CoreGrid(x=8, y=4)
std::ostream& operator<<(std::ostream&, const CoreRange&);     // [(x=0,y=0) - (x=7,y=7)]
std::ostream& operator<<(std::ostream&, const CoreRangeSet&);  // {[(x=0,y=0) - (x=7,y=7)]}

}  // namespace ttnn
