// The rows of the element-wise families as values: an enum entry and a description per line of
// unary_table.h and binary_table.h. Ops, kernels, documentation and tests all count on these, so a
// new op is one line in one table.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <limits>

namespace ttnn {

enum class Unary : uint8_t {
#define TTNN_UNARY(name, ...) name,
#include "ttnn/ops/unary_table.h"
  count
};

enum class Binary : uint8_t {
#define TTNN_BINARY(name, ...) name,
#include "ttnn/ops/binary_table.h"
  count
};

// Which dtypes an op is defined on: floats computes in float, integers in int64_t, any in either.
enum class Domain : uint8_t { floats, integers, any };

// A scalar argument of a row. Values travel as double, which holds every float32, int32 and uint32
// exactly.
struct RowParameter {
  const char* name = nullptr;
  double value = 0;
  bool required = true;
};

inline constexpr int max_row_parameters = 3;

// Where the samples of an op's inputs lie, b's for binary ops; in integer dtypes whole numbers.
struct SampleRanges {
  double low, high, low_b, high_b;
};

struct FamilyRow {
  const char* name;
  Domain domain;
  SampleRanges samples;
  const char* doc;
  int parameter_count = 0;
  RowParameter parameters[max_row_parameters] = {};

  constexpr FamilyRow(const char* name, Domain domain, SampleRanges samples, const char* doc,
                      std::initializer_list<RowParameter> given)
      : name(name), domain(domain), samples(samples), doc(doc) {
    for (const RowParameter& p : given) parameters[parameter_count++] = p;
  }
};

namespace rows {
constexpr RowParameter param(const char* name) { return {name, 0, true}; }
constexpr RowParameter param(const char* name, double value) { return {name, value, false}; }
constexpr SampleRanges in(double low, double high, double low_b, double high_b) {
  return {low, high, low_b, high_b};
}
constexpr SampleRanges in(double low, double high) { return in(low, high, low, high); }
inline constexpr double highest = std::numeric_limits<double>::infinity();
inline constexpr double lowest = -highest;

#define TTNN_ROW_PARAMETERS(...) {__VA_ARGS__}
#define TTNN_FAMILY_ROW(name, domain, samples, doc, parameters, ...) \
  FamilyRow{#name, Domain::domain, samples, doc, TTNN_ROW_PARAMETERS parameters},
#define TTNN_UNARY TTNN_FAMILY_ROW
inline constexpr FamilyRow unary[] = {
#include "ttnn/ops/unary_table.h"
};
#define TTNN_BINARY TTNN_FAMILY_ROW
inline constexpr FamilyRow binary[] = {
#include "ttnn/ops/binary_table.h"
};
#undef TTNN_FAMILY_ROW
#undef TTNN_ROW_PARAMETERS
}  // namespace rows

constexpr const FamilyRow& row(Unary op) { return rows::unary[int(op)]; }
constexpr const FamilyRow& row(Binary op) { return rows::binary[int(op)]; }

// One unary op with its arguments, as fused chains and epilogues carry it.
struct UnaryStep {
  Unary op = Unary::identity;
  double parameters[max_row_parameters] = {};
  bool operator==(const UnaryStep&) const = default;
};

// The op with its parameters' defaults; required ones are 0.
constexpr UnaryStep step(Unary op) {
  UnaryStep out{op, {}};
  for (int i = 0; i < row(op).parameter_count; ++i) out.parameters[i] = row(op).parameters[i].value;
  return out;
}

}  // namespace ttnn
