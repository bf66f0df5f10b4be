#pragma once
// The cores that this process may use, of which its number of workers follows: as the system's
// files tell, so that a test can show it other machines.
#include <filesystem>
#include <optional>
#include <set>

namespace ttnn {

struct UsableCores {
  int processors = 1;  // within the affinity mask
  int cores = 1;       // those that share a core's units, as hyperthreads do, count once
  // Processors' worth of time that the control groups allow, the least from this process's group up
  // to the root.
  std::optional<double> quota;

  // At least one. A quota of 1.5 makes two, since one could not use it up.
  int workers() const;
};

// The processors on which this thread may run.
std::set<int> affinity();

// `root` holds proc/self/ and sys/.
UsableCores usable_cores(const std::set<int>& processors, const std::filesystem::path& root = "/");

}  // namespace ttnn
