#include "ttnn/core/core_range.h"

#include <algorithm>
#include <ostream>
#include <set>

#include "ttnn/core/error.h"

namespace ttnn {

namespace {

using Cores = std::set<CoreCoord>;

Cores cores_in(const CoreRangeSet& set) {
  Cores cores;
  for (const CoreRange& range : set.ranges())
    for (CoreCoord core : cores_of(range, true)) cores.insert(core);
  return cores;
}

bool all_in(const Cores& cores, int64_t first_x, int64_t last_x, int64_t y) {
  for (int64_t x = first_x; x <= last_x; ++x)
    if (!cores.contains({x, y})) return false;
  return true;
}

// Rectangles that cover exactly these cores, found from the top left: as wide as possible, then as
// high as possible.
CoreRangeSet covering(Cores cores) {
  std::vector<CoreRange> ranges;
  while (!cores.empty()) {
    const CoreCoord start = *std::min_element(cores.begin(), cores.end(), [](auto a, auto b) {
      return std::pair(a.y, a.x) < std::pair(b.y, b.x);
    });
    CoreCoord end = start;
    while (cores.contains({end.x + 1, start.y})) ++end.x;
    while (all_in(cores, start.x, end.x, end.y + 1)) ++end.y;
    ranges.emplace_back(start, end);
    for (CoreCoord core : cores_of(ranges.back(), true)) cores.erase(core);
  }
  return CoreRangeSet(std::move(ranges));
}

// The smallest list of rectangles for a run of cores that were listed along rows or columns of a
// range: a partial first line, whole lines, a partial last line.
void append_run(std::vector<CoreRange>& ranges, const CoreRange& within, int64_t count,
                int64_t skip, bool row_wise) {
  const CoreCoord size = within.grid_size();
  const int64_t line = row_wise ? size.x : size.y;
  const auto add = [&](int64_t first_line, int64_t lines, int64_t first, int64_t length) {
    const CoreCoord a = row_wise ? CoreCoord{first, first_line} : CoreCoord{first_line, first};
    const CoreCoord n = row_wise ? CoreCoord{length, lines} : CoreCoord{lines, length};
    const CoreCoord start{within.start.x + a.x, within.start.y + a.y};
    ranges.emplace_back(start, CoreCoord{start.x + n.x - 1, start.y + n.y - 1});
  };
  if (skip % line != 0) {
    const int64_t length = std::min(count, line - skip % line);
    add(skip / line, 1, skip % line, length);
    skip += length;
    count -= length;
  }
  if (count >= line) add(skip / line, count / line, 0, line);
  if (count % line != 0) add(skip / line + count / line, 1, 0, count % line);
}

int64_t position_in(const CoreRange& range, CoreCoord core, bool row_wise) {
  const CoreCoord size = range.grid_size();
  const int64_t x = core.x - range.start.x, y = core.y - range.start.y;
  return row_wise ? y * size.x + x : x * size.y + y;
}

// Cores that follow the first `skip` ones of a set, in the set's own order.
CoreRangeSet run_of(const CoreRangeSet& within, int64_t skip, int64_t count, bool row_wise) {
  std::vector<CoreRange> ranges;
  for (const CoreRange& range : within.ranges()) {
    if (count == 0) break;
    const int64_t skipped = std::min(skip, range.num_cores());
    const int64_t taken = std::min(count, range.num_cores() - skipped);
    if (taken > 0) append_run(ranges, range, taken, skipped, row_wise);
    skip -= skipped;
    count -= taken;
  }
  return CoreRangeSet(std::move(ranges));
}

CoreRangeSet whole(CoreCoord grid_size) {
  expect(grid_size.x > 0 && grid_size.y > 0, "A grid of ", grid_size, " cores is empty.");
  return CoreRangeSet(CoreRange({0, 0}, {grid_size.x - 1, grid_size.y - 1}));
}

}  // namespace

CoreRange::CoreRange(CoreCoord start, CoreCoord end) : start(start), end(end) {
  expect(start.x >= 0 && start.y >= 0 && end.x >= start.x && end.y >= start.y,
         "Invalid core range for start_coord: ", start, ", end_coord: ", end,
         ". The end must not lie before the start, and neither below zero.");
}

bool CoreRange::contains(CoreCoord core) const {
  return core.x >= start.x && core.x <= end.x && core.y >= start.y && core.y <= end.y;
}

bool CoreRange::overlaps(const CoreRange& other) const {
  return start.x <= other.end.x && other.start.x <= end.x && start.y <= other.end.y &&
         other.start.y <= end.y;
}

CoreRangeSet::CoreRangeSet(std::vector<CoreRange> ranges) : ranges_(std::move(ranges)) {
  for (size_t i = 0; i < ranges_.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      expect(!ranges_[i].overlaps(ranges_[j]),
             "Cannot create CoreRangeSet with specified core ranges because core ranges ",
             ranges_[j], " and ", ranges_[i], " overlap! Merge two sets with .merge() instead.");
}

int64_t CoreRangeSet::num_cores() const {
  int64_t count = 0;
  for (const CoreRange& range : ranges_) count += range.num_cores();
  return count;
}

CoreRange CoreRangeSet::bounding_box() const {
  expect(!empty(), "Cannot get bounding_box of an empty CoreRangeSet!");
  CoreRange box = ranges_.front();
  for (const CoreRange& range : ranges_) {
    box.start = {std::min(box.start.x, range.start.x), std::min(box.start.y, range.start.y)};
    box.end = {std::max(box.end.x, range.end.x), std::max(box.end.y, range.end.y)};
  }
  return box;
}

bool CoreRangeSet::contains(CoreCoord core) const {
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [&](const CoreRange& range) { return range.contains(core); });
}

bool CoreRangeSet::contains(const CoreRange& range) const {
  const std::vector<CoreCoord> cores = cores_of(range, true);
  return std::all_of(cores.begin(), cores.end(), [&](CoreCoord core) { return contains(core); });
}

bool CoreRangeSet::contains(const CoreRangeSet& set) const {
  return std::all_of(set.ranges_.begin(), set.ranges_.end(),
                     [&](const CoreRange& range) { return contains(range); });
}

CoreRangeSet CoreRangeSet::merge(const CoreRangeSet& other) const {
  Cores cores = cores_in(*this);
  cores.merge(cores_in(other));
  return covering(std::move(cores));
}

CoreRangeSet CoreRangeSet::subtract(const CoreRangeSet& other) const {
  Cores cores = cores_in(*this);
  std::erase_if(cores, [&](CoreCoord core) { return other.contains(core); });
  return covering(std::move(cores));
}

bool CoreRangeSet::operator==(const CoreRangeSet& other) const {
  return ranges_.size() == other.ranges_.size() &&
         std::is_permutation(ranges_.begin(), ranges_.end(), other.ranges_.begin());
}

std::vector<CoreCoord> cores_of(const CoreRange& range, bool row_wise) {
  const CoreCoord size = range.grid_size();
  std::vector<CoreCoord> cores;
  for (int64_t i = 0; i < size.x * size.y; ++i) {
    const int64_t x = row_wise ? i % size.x : i / size.y, y = row_wise ? i / size.x : i % size.y;
    cores.push_back({range.start.x + x, range.start.y + y});
  }
  return cores;
}

std::vector<CoreCoord> corerange_to_cores(const CoreRangeSet& set, std::optional<int64_t> max_cores,
                                          bool row_wise) {
  const int64_t limit = max_cores.value_or(set.num_cores());
  std::vector<CoreCoord> cores;
  for (const CoreRange& range : set.ranges())
    for (CoreCoord core : cores_of(range, row_wise))
      if (static_cast<int64_t>(cores.size()) < limit) cores.push_back(core);
  return cores;
}

std::vector<CoreCoord> grid_to_cores(int64_t num_cores, int64_t grid_size_x, int64_t grid_size_y,
                                     bool row_wise) {
  const CoreRangeSet grid = whole({grid_size_x, grid_size_y});
  expect(num_cores <= grid.num_cores(), "Number of cores ", num_cores, " exceeds grid size ",
         grid_size_x, "x", grid_size_y, ".");
  return corerange_to_cores(grid, num_cores, row_wise);
}

CoreRangeSet num_cores_to_corerangeset(int64_t target_num_cores, CoreCoord grid_size,
                                       bool row_wise) {
  const CoreRangeSet grid = whole(grid_size);
  expect(target_num_cores <= grid.num_cores(), "Target number of cores ", target_num_cores,
         " is greater than total number of available cores ", grid.num_cores(), " of grid ",
         grid_size, ".");
  return run_of(grid, 0, target_num_cores, row_wise);
}

CoreRangeSet num_cores_to_corerangeset_in_subcoregrids(CoreCoord start_core,
                                                       int64_t target_num_cores,
                                                       const CoreRangeSet& sub_core_grids,
                                                       bool row_wise) {
  expect(target_num_cores > 0, "Target number of cores ", target_num_cores,
         " must be greater than 0.");
  expect(sub_core_grids.contains(start_core), "Start core ", start_core,
         " must be contained within sub_core_grids ", sub_core_grids, ".");
  int64_t skip = 0;
  for (const CoreRange& range : sub_core_grids.ranges()) {
    if (range.contains(start_core)) {
      skip += position_in(range, start_core, row_wise);
      break;
    }
    skip += range.num_cores();
  }
  expect(target_num_cores <= sub_core_grids.num_cores() - skip, "Target number of cores ",
         target_num_cores, " is greater than the ", sub_core_grids.num_cores() - skip, " cores of ",
         sub_core_grids, " from ", start_core, " on.");
  return run_of(sub_core_grids, skip, target_num_cores, row_wise);
}

WorkSplit split_work_to_cores(const CoreRangeSet& core_grid, int64_t units_to_divide,
                              bool row_wise) {
  WorkSplit split;
  if (units_to_divide == 0) return split;
  const int64_t available = core_grid.num_cores();
  expect(available > 0, "split_work_to_cores: the core grid is empty.");
  split.num_cores = std::min(available, units_to_divide);
  split.all_cores = run_of(core_grid, 0, split.num_cores, row_wise);
  const int64_t each = units_to_divide / split.num_cores, more = units_to_divide % split.num_cores;
  if (more == 0) {
    split.first_group = split.all_cores;
    split.units_in_first = each;
    return split;
  }
  split.first_group = run_of(core_grid, 0, more, row_wise);
  split.second_group = run_of(core_grid, more, split.num_cores - more, row_wise);
  split.units_in_first = each + 1;
  split.units_in_second = each;
  return split;
}

WorkSplit split_work_to_cores(CoreCoord grid_size, int64_t units_to_divide, bool row_wise) {
  return split_work_to_cores(whole(grid_size), units_to_divide, row_wise);
}

std::ostream& operator<<(std::ostream& out, const CoreCoord& core) {
  return out << "(x=" << core.x << ",y=" << core.y << ")";
}

std::ostream& operator<<(std::ostream& out, const CoreGrid& grid) {
  return out << "ttnn.CoreGrid(x=" << grid.x << ", y=" << grid.y << ")";
}

std::ostream& operator<<(std::ostream& out, const CoreRange& range) {
  return out << "[" << range.start << " - " << range.end << "]";
}

std::ostream& operator<<(std::ostream& out, const CoreRangeSet& set) {
  const char* separator = "{";
  for (const CoreRange& range : set.ranges()) {
    out << separator << range;
    separator = ", ";
  }
  return out << (set.empty() ? "{}" : "}");
}

}  // namespace ttnn
