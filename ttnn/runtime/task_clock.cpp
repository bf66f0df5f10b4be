#include "ttnn/runtime/task_clock.h"

#include <algorithm>

namespace ttnn {

void TaskClock::start() {
  total_ns_ = tasks_ = 0;
  running_ = true;
}

double TaskClock::stop() {
  running_ = false;
  // Between two readings lies the cost of one; the least of many is free of interruptions.
  int64_t reading = now();
  for (int i = 0, looks = 1000; i < looks; ++i) {
    const int64_t begin = now();
    reading = std::min(reading, now() - begin);
  }
  return 1e-9 * static_cast<double>(std::max<int64_t>(0, total_ns_ - tasks_ * reading));
}

}  // namespace ttnn
