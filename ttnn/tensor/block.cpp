#include "ttnn/tensor/block.h"

namespace ttnn {

Block::~Block() {
  if (release_) release_();
  if (data_ && !borrowed_) Pool::instance().release(data_, bytes_, OnRelease::keep);
}

void Block::replace(std::byte* data, int64_t bytes) {
  // What is replaced is a weight's first form: as large as the new one and not wanted again.
  if (data_ && !borrowed_) Pool::instance().release(data_, bytes_, OnRelease::return_to_system);
  data_ = data;
  bytes_ = bytes;
}

}  // namespace ttnn
