#pragma once
// Physical memory for Blocks: freed pieces are kept by size and handed out again without waiting;
// large pieces lie in huge pages where the system has them.
#include <cstddef>
#include <cstdint>

namespace ttnn {

enum class OnRelease { keep, return_to_system };

class Pool {
 public:
  static Pool& instance();

  // At least `bytes` bytes, aligned to 64; contents undefined. Throws Error when the system has no
  // more.
  std::byte* acquire(int64_t bytes);
  void release(std::byte* data, int64_t bytes, OnRelease on_release);

  // Physical memory of the last bytes of a piece goes back to the system, and with it their
  // contents; the piece itself stays as it is.
  void empty_end(std::byte* data, int64_t bytes, int64_t kept);

  int64_t live_bytes() const;  // handed out
  int64_t kept_bytes() const;  // freed and kept for reuse
  void trim();                 // returns everything kept to the system

 private:
  Pool() = default;
  struct State;
  static State& state();
};

}  // namespace ttnn
