#include "ttnn/tensor/tensor.h"

namespace ttnn {

std::string Tensor::describe() const {
  std::string out = text(shape(), " ", dtype(), " ", layout());
  if (label() && !label()->is_replicated()) out += text(" ", *label());
  return out;
}

}  // namespace ttnn
