#pragma once
// The checker of pending sums. A product whose contracted dim is sharded leaves a term on each
// device; an op that does not keep them terms, and does not add them up, computes something else
// than the program means. It is told of once per line of the program, before anything is launched.
#include <span>
#include <string>
#include <string_view>

#include "ttnn/runtime/command.h"

namespace ttnn {

// Who uses the terms: an op that they are given to, alone or beside others, or a collective; or the
// op whose product they are.
enum class LostIn { op, op_of_several, collective, product };

// Warns, or throws where the environment says TTNN_STRICT_PLACEMENT=1. `terms`: which operand, with
// its shape and label. `axes` of `mesh` along which the devices hold terms; -1: axes of its own.
void tell_lost_sum(std::string_view op, const std::string& terms, const MeshShape& mesh,
                   std::span<const int> axes, LostIn where);

}  // namespace ttnn
