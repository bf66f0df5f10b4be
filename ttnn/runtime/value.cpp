#include "ttnn/runtime/value.h"

#include "ttnn/core/error.h"

namespace ttnn {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

std::string joined(const ValueList& list, std::string (*each)(const Value&)) {
  std::string out;
  for (const Value& value : list) out += (out.empty() ? "" : ", ") + each(value);
  return out;
}

}  // namespace

std::string type_name(const Value& value) {
  return std::visit(
      Overloaded{
          [](std::monostate) -> std::string { return "None"; },
          [](bool) -> std::string { return "bool"; },
          [](int64_t) -> std::string { return "int"; },
          [](double) -> std::string { return "float"; },
          [](const std::string&) -> std::string { return "str"; },
          [](const Tensor&) -> std::string { return "ttnn.Tensor"; },
          [](DataType) -> std::string { return "ttnn.DataType"; },
          [](Layout) -> std::string { return "ttnn.Layout"; },
          [](const MemoryConfig&) -> std::string { return "ttnn.MemoryConfig"; },
          [](const NamedCall&) -> std::string { return "ttnn.UnaryWithParam"; },
          [](const std::shared_ptr<MeshDevice>&) -> std::string { return "ttnn.MeshDevice"; },
          [](const MeshCoordinate&) -> std::string { return "ttnn.MeshCoordinate"; },
          [](const ValueList& list) -> std::string { return "[" + joined(list, type_name) + "]"; },
      },
      value.held);
}

std::string text_of(const Value& value) {
  return std::visit(
      Overloaded{
          [](std::monostate) -> std::string { return "None"; },
          [](bool v) -> std::string { return v ? "True" : "False"; },
          [](int64_t v) -> std::string { return std::to_string(v); },
          [](double v) -> std::string { return text(v); },
          [](const std::string& v) -> std::string { return "'" + v + "'"; },
          [](const Tensor& v) -> std::string { return v.describe(); },
          [](DataType v) -> std::string { return text(v); },
          [](Layout v) -> std::string { return text(v); },
          [](const MemoryConfig& v) -> std::string { return text(v); },
          [](const NamedCall& v) -> std::string { return v.name; },
          [](const std::shared_ptr<MeshDevice>& v) -> std::string {
            return v ? v->text() : "None";
          },
          [](const MeshCoordinate& v) -> std::string { return text(v); },
          [](const ValueList& list) -> std::string { return "[" + joined(list, text_of) + "]"; },
      },
      value.held);
}

}  // namespace ttnn
