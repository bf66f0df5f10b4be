#pragma once
// Fields: how an op's members become arguments. A member is spelled once, in the op's `fields`; its
// type here says which Values it takes, how its default reads, and which tensors it holds.
#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "ttnn/core/error.h"
#include "ttnn/runtime/value.h"

namespace ttnn {

template <class Op, class T>
struct Field {
  const char* name;
  T Op::* member;
  const char* doc;
  bool keyword;
  bool required = false;  // tensors always are
  constexpr Field must() const { return {name, member, doc, keyword, true}; }
};
template <class Op, class T>
constexpr Field<Op, T> arg(const char* name, T Op::* member, const char* doc) {
  return {name, member, doc, false};
}
template <class Op, class T>
constexpr Field<Op, T> kw(const char* name, T Op::* member, const char* doc) {
  return {name, member, doc, true};
}

using TensorOrScalar = std::variant<Tensor, Scalar>;

// Calls `use(Tensor&)` for every tensor that a member holds; members without tensors have none.
template <class T, class Use>
void each_tensor(T& member, Use&& use) {
  using Type = std::remove_const_t<T>;
  if constexpr (std::is_same_v<Type, Tensor>) {
    use(member);
  } else if constexpr (std::is_same_v<Type, std::optional<Tensor>>) {
    if (member) use(*member);
  } else if constexpr (std::is_same_v<Type, std::vector<Tensor>>) {
    for (auto& tensor : member) use(tensor);
  } else if constexpr (std::is_same_v<Type, TensorOrScalar>) {
    if (auto* tensor = std::get_if<Tensor>(&member)) use(*tensor);
  }
}

// The conversion of one type. `read` returns nothing where the Value is of another kind: the next
// overload is tried.
template <class T>
struct FieldType;

template <>
struct FieldType<Tensor> {
  static std::string name() { return "ttnn.Tensor"; }
  static std::optional<Tensor> read(const Value& v) {
    if (auto* t = v.as<Tensor>()) return *t;
    return {};
  }
  static Value write(const Tensor& t) { return {t}; }
};
template <>
struct FieldType<bool> {
  static std::string name() { return "bool"; }
  static std::optional<bool> read(const Value& v) {
    if (auto* b = v.as<bool>()) return *b;
    if (auto* i = v.as<int64_t>(); i && (*i == 0 || *i == 1)) return *i != 0;
    return {};
  }
  static Value write(bool b) { return {b}; }
};
template <>
struct FieldType<int64_t> {
  static std::string name() { return "int"; }
  static std::optional<int64_t> read(const Value& v) {
    if (auto* i = v.as<int64_t>()) return *i;
    if (auto* b = v.as<bool>()) return *b;
    return {};
  }
  static Value write(int64_t i) { return {i}; }
};
template <>
struct FieldType<double> {
  static std::string name() { return "float"; }
  static std::optional<double> read(const Value& v) {
    if (auto* d = v.as<double>()) return *d;
    if (auto* i = v.as<int64_t>()) return static_cast<double>(*i);
    if (auto* b = v.as<bool>()) return *b;
    return {};
  }
  static Value write(double d) { return {d}; }
};
template <>
struct FieldType<Scalar> {
  static std::string name() { return "float"; }
  static std::optional<Scalar> read(const Value& v) {
    if (auto* d = v.as<double>()) return Scalar{*d, false};
    if (auto* i = v.as<int64_t>()) return Scalar{static_cast<double>(*i), true};
    if (auto* b = v.as<bool>()) return Scalar{static_cast<double>(*b), true};
    return {};
  }
  static Value write(const Scalar& s) {
    if (s.is_integer) return {static_cast<int64_t>(s.value)};
    return {s.value};
  }
};
template <>
struct FieldType<std::string> {
  static std::string name() { return "str"; }
  static std::optional<std::string> read(const Value& v) {
    if (auto* s = v.as<std::string>()) return *s;
    return {};
  }
  static Value write(const std::string& s) { return {s}; }
};
template <class T>
struct HeldType {  // enums and values that a Value holds as they are
  static std::optional<T> read(const Value& v) {
    if (auto* t = v.as<T>()) return *t;
    return {};
  }
  static Value write(const T& t) { return {t}; }
};
// An argument that has its place in a signature and matters to Tenstorrent's hardware alone
// (semaphores, link counts...): takes any object. What can be ignored by name stands in
// ops/compat.cpp instead.
struct Unused {};
inline uint64_t hash_of(Unused) { return 0; }
template <>
struct FieldType<Unused> {
  static std::string name() { return "object"; }
  static std::optional<Unused> read(const Value&) { return Unused{}; }
  static Value write(Unused) { return {}; }
};
template <>
struct FieldType<DataType> : HeldType<DataType> {
  static std::string name() { return "ttnn.DataType"; }
};
template <>
struct FieldType<Layout> : HeldType<Layout> {
  static std::string name() { return "ttnn.Layout"; }
};
template <>
struct FieldType<MemoryConfig> : HeldType<MemoryConfig> {
  static std::string name() { return "ttnn.MemoryConfig"; }
};
template <>
struct FieldType<MeshCoordinate> : HeldType<MeshCoordinate> {
  static std::string name() { return "ttnn.MeshCoordinate"; }
};
template <>
struct FieldType<std::shared_ptr<MeshDevice>> {  // null: the host
  static std::string name() { return "ttnn.MeshDevice | None"; }
  static std::optional<std::shared_ptr<MeshDevice>> read(const Value& v) {
    if (v.is_none()) return std::shared_ptr<MeshDevice>();
    if (auto* mesh = v.as<std::shared_ptr<MeshDevice>>()) return *mesh;
    return {};
  }
  static Value write(const std::shared_ptr<MeshDevice>& mesh) {
    return mesh ? Value{mesh} : Value{};
  }
};
template <>
struct FieldType<NamedCall> {
  static std::string name() { return "str | ttnn.UnaryWithParam"; }
  static std::optional<NamedCall> read(const Value& v) {
    if (auto* call = v.as<NamedCall>()) return *call;
    if (auto* s = v.as<std::string>()) return NamedCall{*s, {}};
    return {};
  }
  static Value write(const NamedCall& call) { return {call}; }
};
template <class T>
struct FieldType<std::optional<T>> {
  static std::string name() { return FieldType<T>::name() + " | None"; }
  static std::optional<std::optional<T>> read(const Value& v) {
    if (v.is_none()) return std::make_optional<std::optional<T>>();
    if (auto held = FieldType<T>::read(v)) return held;
    return {};
  }
  static Value write(const std::optional<T>& held) {
    return held ? FieldType<T>::write(*held) : Value{};
  }
};
template <class T>
struct FieldType<std::vector<T>> {
  static std::string name() { return "Sequence[" + FieldType<T>::name() + "]"; }
  static std::optional<std::vector<T>> read(const Value& v) {
    auto* list = v.as<ValueList>();
    if (!list) return {};
    std::vector<T> out;
    for (const Value& item : *list) {
      auto held = FieldType<T>::read(item);
      if (!held) return {};
      out.push_back(std::move(*held));
    }
    return out;
  }
  static Value write(const std::vector<T>& list) {
    ValueList out;
    for (const T& item : list) out.push_back(FieldType<T>::write(item));
    return {std::move(out)};
  }
};
template <>
struct FieldType<Shape> {
  static std::string name() { return "ttnn.Shape | Sequence[int]"; }
  static std::optional<Shape> read(const Value& v) {
    auto dims = FieldType<std::vector<int64_t>>::read(v);
    if (!dims) return {};
    return Shape(std::span<const int64_t>(*dims));
  }
  static Value write(const Shape& s) {
    return FieldType<std::vector<int64_t>>::write(std::vector<int64_t>(s.begin(), s.end()));
  }
};
template <class A, class B>
struct FieldType<std::variant<A, B>> {
  static std::string name() { return FieldType<A>::name() + " | " + FieldType<B>::name(); }
  static std::optional<std::variant<A, B>> read(const Value& v) {
    if (auto a = FieldType<A>::read(v)) return std::variant<A, B>(std::move(*a));
    if (auto b = FieldType<B>::read(v)) return std::variant<A, B>(std::move(*b));
    return {};
  }
  static Value write(const std::variant<A, B>& held) {
    if (auto* a = std::get_if<A>(&held)) return FieldType<A>::write(*a);
    return FieldType<B>::write(std::get<B>(held));
  }
};

// What a binding needs to know of a field, without its type.
struct FieldInfo {
  std::string name, type, doc, fallback;
  bool keyword = false, required = false;
  bool unused = false;                                      // takes any object
  std::function<bool(void* op, const Value&)> set;          // false: the Value is of another kind
  std::function<void(void* op, const Tensor&)> set_tensor;  // where a member holds one: no Value
                                                            // in between
  std::function<Value(const void* op)> get;
};

template <class Op, class T>
FieldInfo describe(const Field<Op, T>& field, const Op& prototype) {
  FieldInfo info;
  info.name = field.name;
  info.type = FieldType<T>::name();
  info.doc = field.doc;
  info.keyword = field.keyword;
  info.unused = std::is_same_v<T, Unused>;
  info.required = field.required || std::is_same_v<T, Tensor> ||
                  std::is_same_v<T, std::vector<Tensor>> || std::is_same_v<T, TensorOrScalar>;
  if (!info.required) info.fallback = text_of(FieldType<T>::write(prototype.*field.member));
  info.set = [member = field.member](void* op, const Value& value) {
    auto held = FieldType<T>::read(value);
    if (held) static_cast<Op*>(op)->*member = std::move(*held);
    return held.has_value();
  };
  if constexpr (std::is_same_v<T, Tensor> || std::is_same_v<T, std::optional<Tensor>> ||
                std::is_same_v<T, TensorOrScalar>)
    info.set_tensor = [member = field.member](void* op, const Tensor& tensor) {
      static_cast<Op*>(op)->*member = tensor;
    };
  info.get = [member = field.member](const void* op) {
    return FieldType<T>::write(static_cast<const Op*>(op)->*member);
  };
  return info;
}
}  // namespace ttnn
