#pragma once
// TT-NN counts compiled programs: one per distinct operation, attributes and tensor specs. We
// compile nothing, but programs and tests read the count, so dispatch notes the signature of each
// operation.
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <unordered_set>

namespace ttnn {

class ProgramCache {
 public:
  void note(uint64_t signature,
            std::string_view op);  // an Error if new while misses are not allowed
  bool contains(uint64_t signature) const;
  int64_t entries() const;
  // Until it changes, a signature that was noted is still noted, and may be noted again.
  uint64_t version() const { return version_.load(std::memory_order_relaxed); }
  bool is_enabled() const;
  void enable();
  void clear();
  void disable_and_clear();
  void set_misses_allowed(bool allowed);

 private:
  void change() { version_.fetch_add(1, std::memory_order_relaxed); }

  std::atomic<uint64_t> version_{0};
  mutable std::mutex mutex_;  // guards all below
  std::unordered_set<uint64_t> signatures_;
  bool enabled_ = true;
  bool misses_allowed_ = true;
};

}  // namespace ttnn
