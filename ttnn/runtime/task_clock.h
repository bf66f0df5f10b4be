#pragma once
// How long kernels run, for benchmarks that ask what remains: the cost of a command beside its
// kernel's work. Reads the clock only while someone asks.
#include <atomic>
#include <chrono>
#include <cstdint>

namespace ttnn {

class TaskClock {
 public:
  // As long as it exists, a task's time is counted.
  class Task {
   public:
    Task() : counts_(is_running()) {
      if (counts_) begin_ = now();
    }
    ~Task() {
      if (!counts_) return;
      total_ns_.fetch_add(now() - begin_, std::memory_order_relaxed);
      tasks_.fetch_add(1, std::memory_order_relaxed);
    }
    Task(const Task&) = delete;

   private:
    const bool counts_;
    int64_t begin_ = 0;
  };

  static void start();
  // Seconds since start() in tasks, of all threads together, less what reading the clock takes.
  static double stop();
  static bool is_running() { return running_.load(std::memory_order_relaxed); }

 private:
  static int64_t now() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
  }
  static inline std::atomic<bool> running_{false};
  static inline std::atomic<int64_t> total_ns_{0}, tasks_{0};
};

}  // namespace ttnn
