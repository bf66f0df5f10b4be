#include "ttnn/tensor/tensor.h"

namespace ttnn {

std::string Tensor::describe() const {
  std::string out = text(shape(), " ", dtype(), " ", layout());
  if (label_ && !label_->is_replicated()) out += text(" ", *label_);
  return out;
}

}  // namespace ttnn
