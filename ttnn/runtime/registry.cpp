#include "ttnn/runtime/registry.h"

namespace ttnn {

void Registry::add(OpInfo& info) { ops_[info.name].push_back(&info); }

void Registry::alias(std::string name, std::string_view of) {
  const auto* infos = find(of);
  expect(infos != nullptr, "registry: ", name, " is to be an alias of ", of,
         ", which is not registered before it.");
  ops_[std::move(name)] = *infos;
}

void Registry::ignore(std::string_view op, std::vector<std::string> arguments) {
  auto& known = ignored_[std::string(op)];
  known.insert(known.end(), arguments.begin(), arguments.end());
}

const std::vector<std::string>& Registry::ignored(std::string_view op) const {
  static const std::vector<std::string> none;
  auto found = ignored_.find(op);
  return found == ignored_.end() ? none : found->second;
}

const std::vector<OpInfo*>* Registry::find(std::string_view name) const {
  auto found = ops_.find(name);
  return found == ops_.end() ? nullptr : &found->second;
}

OpInfo& Registry::at(std::string_view name) const {
  const auto* infos = find(name);
  expect(infos != nullptr, "registry: there is no op ", name, ".");
  expect(infos->size() == 1, "registry: ", name, " has ", infos->size(), " overloads.");
  return *infos->front();
}

std::vector<std::string> Registry::names() const {
  std::vector<std::string> out;
  for (const auto& [name, infos] : ops_) out.push_back(name);
  return out;
}

const Registry& registry() {
  static const Registry& all = []() -> const Registry& {
    auto* made = new Registry;
    register_all(*made);
    return *made;
  }();
  return all;
}

}  // namespace ttnn
