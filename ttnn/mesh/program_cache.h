#pragma once
// TT-NN counts compiled programs: one per distinct operation, attributes and tensor specs. We
// compile nothing, but programs and tests read the count, so dispatch notes the signature of each
// operation.
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
  bool is_enabled() const;
  void enable();
  void clear();
  void disable_and_clear();
  void set_misses_allowed(bool allowed);

 private:
  mutable std::mutex mutex_;  // guards all below
  std::unordered_set<uint64_t> signatures_;
  bool enabled_ = true;
  bool misses_allowed_ = true;
};

}  // namespace ttnn
