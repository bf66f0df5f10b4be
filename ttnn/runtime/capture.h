#pragma once
// How dispatch hands commands to a trace instead of the stream. All but any() needs Stream::Order.
#include <atomic>
#include <memory>

#include "ttnn/runtime/command.h"

namespace ttnn {

class Capture {
 public:
  // Whether anything is capturing at all: one load, no lock.
  static bool any() { return open_.load(std::memory_order_relaxed) > 0; }
  // What records commands of this mesh and queue; null: nothing.
  static Capture* of(const MeshDevice& mesh, int queue);
  // What records the runtime's own commands now, those that an op of the capture needs.
  static Capture* recording() { return recording_; }
  class Recording {
   public:
    explicit Recording(Capture* capture) : before_(recording_) { recording_ = capture; }
    ~Recording() { recording_ = before_; }
    Recording(const Recording&) = delete;

   private:
    Capture* before_;
  };

  virtual ~Capture();
  // A tensor that a command is about to use. What exists outside of the trace is followed from then
  // on: a replay finds its bytes wherever they lie by then.
  virtual void touch(const Tensor& tensor) = 0;
  // A tensor made during the capture. What of it still exists at the end is an output.
  virtual void note_made(const Tensor& tensor) = 0;
  // The same of one without contents.
  virtual void note_allocated(const Tensor& tensor) = 0;
  // Whether the tensor was made before the capture.
  virtual bool is_outside(const Buffers& buffers) const = 0;
  // Before a command writes it in place: bytes of its own, one place for each shard of `spread`.
  virtual void make_writable(const Tensor& tensor, const Spread* spread) = 0;
  // Whether no command of the trace reads these bytes in plain form.
  virtual bool may_pack(const BlockRef& block) const = 0;
  virtual void record(Command&& command, std::span<const Tensor> outputs) = 0;

 protected:
  static inline std::atomic<int> open_{0};

 private:
  static inline Capture* recording_ = nullptr;  // guarded by program order
};

}  // namespace ttnn
