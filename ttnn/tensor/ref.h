#pragma once
// Intrusive references: one word, one atomic count inside the object. Used for what commands must
// keep alive (Block) and for the identity of shards (Buffers); everything else is a plain value.
#include <atomic>
#include <utility>

namespace ttnn {

class Counted {
 public:
  Counted() = default;
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  template <class T>
  friend class Ref;
  std::atomic<int> references_{0};
};

template <class T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* object) : object_(object) { retain(); }
  Ref(const Ref& other) : object_(other.object_) { retain(); }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() { release(); }

  T* get() const { return object_; }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }
  explicit operator bool() const { return object_ != nullptr; }
  bool operator==(const Ref& other) const { return object_ == other.object_; }
  void reset() { *this = Ref(); }
  // Whether this is the only reference.
  bool is_sole() const {
    return object_ && object_->references_.load(std::memory_order_acquire) == 1;
  }

 private:
  void retain() {
    if (object_) object_->references_.fetch_add(1, std::memory_order_relaxed);
  }
  void release() {
    if (object_ && object_->references_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      delete object_;
  }
  T* object_ = nullptr;
};

}  // namespace ttnn
