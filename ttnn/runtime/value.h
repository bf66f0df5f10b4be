#pragma once
// A Value is an argument on its way between a language binding and an op's field. It lives for one
// call.
#include <string>
#include <variant>
#include <vector>

#include "ttnn/core/memory_config.h"
#include "ttnn/tensor/tensor.h"

namespace ttnn {

// A number that remembers whether it was written as an integer: an INT32 tensor times 2 stays
// INT32, times 2.0 does not.
struct Scalar {
  double value = 0;
  bool is_integer = false;
  bool operator==(const Scalar&) const = default;
};

// A name with numbers, such as ("leaky_relu", 0.1): a fused activation.
struct NamedCall {
  std::string name;
  std::vector<double> parameters;
  bool operator==(const NamedCall&) const = default;
};

struct Value;
using ValueList = std::vector<Value>;

struct Value {
  std::variant<std::monostate, bool, int64_t, double, std::string, Tensor, DataType, Layout,
               MemoryConfig, NamedCall, std::shared_ptr<MeshDevice>, MeshCoordinate, ValueList>
      held;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&held);
  }
  bool is_none() const { return held.index() == 0; }
};

// For messages and signatures: "int", "ttnn.Tensor", ...
std::string type_name(const Value&);
std::string text_of(const Value&);

}  // namespace ttnn
