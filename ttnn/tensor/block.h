#pragma once
// A Block is reference-counted bytes: one piece of memory in which the distinct shards of a mesh
// tensor lie at a fixed stride. It also carries what program order needs to know about those bytes.
#include <functional>
#include <memory>
#include <vector>

#include "ttnn/core/error.h"
#include "ttnn/tensor/pool.h"
#include "ttnn/tensor/ref.h"

namespace ttnn {

// Why a command failed. Kept by what it would have written.
struct Failure {
  Error error;
};
using FailurePtr = std::shared_ptr<Failure>;

// A backend's own format of the bytes (packed weights). Defined by the backend; null means plain.
struct PackedForm {
  virtual ~PackedForm() = default;
  virtual int64_t bytes() const = 0;
  virtual int64_t columns() const = 0;  // it is packed and unpacked in ranges of these
  virtual bool same_as(const PackedForm&) const = 0;
};

// Who used the bytes last, as sequence numbers of commands. Guarded by the program-order lock.
struct Usage {
  uint64_t writer = 0;
  // Since that write. One has its place here: most bytes are read once, and allocate no list.
  uint64_t reader = 0;
  std::vector<uint64_t> more_readers;
};

class Block : public Counted {
 public:
  explicit Block(int64_t bytes) : bytes_(bytes) {}
  // Borrowed memory of the host (a torch or numpy array); `release` is called when the Block ends.
  Block(std::byte* borrowed, int64_t bytes, std::function<void()> release)
      : bytes_(bytes), data_(borrowed), release_(std::move(release)), borrowed_(true) {}
  ~Block();

  int64_t bytes() const { return bytes_; }
  std::byte* data() const { return data_; }
  bool is_borrowed() const { return borrowed_; }

  // Physical memory comes when the first command that writes the Block runs; none where it has no
  // bytes (a readback's receipt).
  void acquire() {
    if (!data_ && bytes_ > 0) data_ = Pool::instance().acquire(bytes_);
  }
  // The bytes take a new form (packed or plain again); the old ones go back to the system.
  void replace(std::byte* data, int64_t bytes);

  Usage usage;
  std::atomic<int> owners{0};  // Buffers that refer to it: more than one share the bytes
  bool uploaded = false;       // came from the host and was not written since: worth packing
  bool is_traced = false;      // a trace writes it: sharers get a copy. Guarded by program order
  std::shared_ptr<const PackedForm> packed;  // as of the last command in program order; null: plain
  FailurePtr poison;  // set by a failed writer, cleared by the next successful one

 private:
  int64_t bytes_;
  std::byte* data_ = nullptr;
  std::function<void()> release_;
  bool borrowed_ = false;
};
using BlockRef = Ref<Block>;

inline BlockRef make_block(int64_t bytes) { return BlockRef(new Block(bytes)); }

}  // namespace ttnn
