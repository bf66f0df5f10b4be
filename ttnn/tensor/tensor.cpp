#include "ttnn/tensor/tensor.h"

#include <ostream>

namespace ttnn {

std::string Tensor::describe() const {
  std::string out = text(shape(), " ", dtype(), " ", layout());
  if (label() && !label()->is_replicated()) out += text(" ", *label());
  return out;
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) {
  return out << tensor.describe();
}

}  // namespace ttnn
