#include "ttnn/runtime/lost_sums.h"

#include <algorithm>

#include "ttnn/core/error.h"
#include "ttnn/runtime/finding.h"

namespace ttnn {
namespace {

constexpr Checker checker = {"PlacementWarning", "TTNN_STRICT_PLACEMENT"};

std::string axes_text(const MeshShape& mesh, std::span<const int> axes) {
  if (axes[0] < 0) return text("the devices of ", mesh);
  std::string numbers;
  for (int axis : axes) numbers += (numbers.empty() ? "" : " and ") + std::to_string(axis);
  return text(axes.size() == 1 ? "axis " : "axes ", numbers, " of ", mesh);
}

// The call that adds up the terms of `x`.
std::string sum_of(std::string x, const MeshShape& mesh, std::span<const int> axes) {
  const auto used = std::count_if(mesh.begin(), mesh.end(), [](int size) { return size > 1; });
  const bool are_all = static_cast<int64_t>(axes.size()) == used && used > 1;
  if (axes[0] < 0 || are_all) return "ttnn.all_reduce(" + x + ")";
  for (int axis : axes) x = text("ttnn.all_reduce(", x, ", cluster_axis=", axis, ")");
  return x;
}

std::string message_of(std::string_view op, const std::string& terms, const MeshShape& mesh,
                       std::span<const int> axes, LostIn where) {
  const std::string found = text(op, ": ", terms, " is a pending sum along ", axes_text(mesh, axes),
                                 ": each device holds one of its terms, ");
  if (where == LostIn::product)
    return text(found, "and the bias or activation would act on every term. Call ", op,
                " without them, then ", sum_of("y", mesh, axes),
                ", then add the bias and apply the ", "activation.");
  std::string why = text("and ", op, " takes each term for the sum.");
  if (where == LostIn::collective) why = text("which ", op, " does not add up here, or not alone.");
  if (where == LostIn::op_of_several)
    why =
        text("and ", op, " takes each term for the sum (what is whole beside it would count once ",
             "per term).");
  return text(found, why, " Add them up first: ", sum_of("x", mesh, axes),
              ", or ttnn.reduce_scatter for a slice on each device.");
}

}  // namespace

void tell_lost_sum(std::string_view op, const std::string& terms, const MeshShape& mesh,
                   std::span<const int> axes, LostIn where) {
  const std::string message = message_of(op, terms, mesh, axes, where);
  const SourceLine line = current_source();
  // A program without lines (C++) hears each message once.
  tell(checker, message, line.file ? text(line.file, ":", line.line, ":", op) : message);
}

}  // namespace ttnn
