#pragma once
// A counter that threads can sleep on until it grows: cheap to ring while nobody sleeps.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <thread>

namespace ttnn {

class Bell {
 public:
  uint32_t value() const { return count_.load(std::memory_order_acquire); }
  // Whoever rings sees the sleeper, or the sleeper sees the count: all in one total order.
  void ring() {
    count_.fetch_add(1);
    if (sleepers_.load() > 0) futex(FUTEX_WAKE_PRIVATE, INT32_MAX);
  }
  // Sleeps unless the bell has rung since `seen` was read. False: woken by a signal.
  bool sleep(uint32_t seen) {
    sleepers_.fetch_add(1);
    const long result = futex(FUTEX_WAIT_PRIVATE, static_cast<int>(seen));
    const bool interrupted = result == -1 && errno == EINTR;
    sleepers_.fetch_sub(1);
    return !interrupted;
  }

 private:
  long futex(int operation, int value) {
    return syscall(SYS_futex, reinterpret_cast<uint32_t*>(&count_), operation, value, nullptr,
                   nullptr, 0);
  }
  std::atomic<uint32_t> count_{0};
  std::atomic<int> sleepers_{0};
};

// Some tens of microseconds of waiting, before a thread sleeps.
inline constexpr int spin_rounds = 4000;

inline void pause_briefly() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  std::this_thread::yield();
#endif
}

}  // namespace ttnn
