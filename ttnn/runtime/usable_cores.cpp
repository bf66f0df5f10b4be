#include "ttnn/runtime/usable_cores.h"

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace ttnn {
namespace {

namespace fs = std::filesystem;

constexpr int most_processors = 1 << 16;
constexpr double unlimited = std::numeric_limits<double>::infinity();

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::vector<std::string> lines_of(const fs::path& file) {
  std::ifstream stream(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string first_line(const fs::path& file) {
  std::string line;
  std::getline(std::ifstream(file) >> std::ws, line);
  return line;
}

bool lists(std::string_view names, std::string_view wanted) {
  while (!names.empty()) {
    const size_t comma = std::min(names.find(','), names.size());
    if (names.substr(0, comma) == wanted) return true;
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  return false;
}

// ---- cores

// The processors that share its core, as text: equal for all of them.
std::string siblings(int processor, const fs::path& root) {
  const fs::path topology =
      root / "sys/devices/system/cpu" / ("cpu" + std::to_string(processor)) / "topology";
  for (const char* file :
       {"core_cpus_list", "thread_siblings_list"})  // of Linux from 5.1 on, before
    if (const std::string found = first_line(topology / file); !found.empty()) return found;
  return std::to_string(processor);
}

int count_cores(const std::set<int>& processors, const fs::path& root) {
  std::set<std::string> cores;
  for (int p : processors) cores.insert(siblings(p, root));
  return static_cast<int>(cores.size());
}

// ---- quotas

struct Hierarchy {
  bool unified;          // control groups of version 2
  fs::path mounted;      // the group that is seen at
  fs::path mount_point;  // this folder; its parents are not seen
};

// Of "31 23 0:28 / /sys/fs/cgroup/cpu rw shared:9 - cgroup cgroup rw,cpu": where the groups that
// limit processors lie.
std::vector<Hierarchy> mounts(const fs::path& root) {
  std::vector<Hierarchy> found;
  for (const std::string& line : lines_of(root / "proc/self/mountinfo")) {
    const std::vector<std::string> words = words_of(line);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 6 || words.end() - dash < 4) continue;
    const bool unified = dash[1] == "cgroup2";
    if (unified || (dash[1] == "cgroup" && lists(dash[3], "cpu")))
      found.push_back({unified, words[3], words[4]});
  }
  return found;
}

// Of "2:cpu,cpuacct:/system.slice" and "0::/user.slice": this process's group.
std::string group_of(const Hierarchy& h, const fs::path& root) {
  for (const std::string& line : lines_of(root / "proc/self/cgroup")) {
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string_view controllers =
        std::string_view(line).substr(first + 1, second - first - 1);
    if (h.unified ? controllers.empty() : lists(controllers, "cpu")) return line.substr(second + 1);
  }
  return "/";
}

// Below the mount; the mount itself where the group lies outside of it, as a container's may.
fs::path folder_of(const Hierarchy& h, const fs::path& root) {
  const fs::path below = fs::path(group_of(h, root)).lexically_relative(h.mounted);
  const fs::path mount = root / h.mount_point.relative_path();
  const bool outside = below.empty() || *below.begin() == "..";
  return outside || below == "." ? mount : mount / below;
}

double number(const std::string& text) {
  std::istringstream stream(text);
  double value = -1;
  stream >> value;
  return value;
}

// Of one group, without a look at its parents.
double quota_of(const fs::path& folder, bool unified) {
  double time = -1, period = -1;
  if (unified) {
    const std::vector<std::string> words = words_of(first_line(folder / "cpu.max"));
    if (words.size() == 2) time = number(words[0]), period = number(words[1]);
  } else {
    time = number(first_line(folder / "cpu.cfs_quota_us"));
    period = number(first_line(folder / "cpu.cfs_period_us"));
  }
  return time > 0 && period > 0 ? time / period : unlimited;  // "max", -1, or no such file
}

double least_quota(const fs::path& root) {
  double least = unlimited;
  for (const Hierarchy& h : mounts(root)) {
    const fs::path mount = root / h.mount_point.relative_path();
    fs::path folder = folder_of(h, root);
    for (; folder != mount; folder = folder.parent_path())
      least = std::min(least, quota_of(folder, h.unified));
    least = std::min(least, quota_of(mount, h.unified));
  }
  return least;
}

}  // namespace

int UsableCores::workers() const {
  return quota ? std::clamp(static_cast<int>(std::ceil(std::min(*quota, double(cores)))), 1, cores)
               : cores;
}

std::set<int> affinity() {
  for (int size = CPU_SETSIZE; size <= most_processors; size *= 2) {
    const std::unique_ptr<cpu_set_t, void (*)(cpu_set_t*)> set(CPU_ALLOC(size),
                                                               [](cpu_set_t* s) { CPU_FREE(s); });
    const size_t bytes = CPU_ALLOC_SIZE(size);
    if (sched_getaffinity(0, bytes, set.get()) != 0) {
      if (errno == EINVAL) continue;  // the system knows more processors than fit
      break;
    }
    std::set<int> found;
    for (int p = 0; p < size; ++p)
      if (CPU_ISSET_S(p, bytes, set.get())) found.insert(p);
    return found;
  }
  return {0};
}

UsableCores usable_cores(const std::set<int>& processors, const fs::path& root) {
  UsableCores found;
  found.processors = std::max(1, static_cast<int>(processors.size()));
  found.cores = std::max(1, count_cores(processors, root));
  if (const double quota = least_quota(root); quota != unlimited) found.quota = quota;
  return found;
}

}  // namespace ttnn
