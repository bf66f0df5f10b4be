#pragma once
// The one kernel of every op that only moves elements: walks the op's Moves in runs, rows and
// transposed tiles. An op joins by a line in accelerate_strided().
#include "ttnn/ops/strided.h"

namespace ttnn::cpu {

bool accepts_moves(const Moves&, const Launch&);
Work work_of_moves(const Moves&, const Launch&);
void run_moves(const Moves&, const Launch&, int64_t begin, int64_t end);

template <class Op>
inline const Kernel moves_kernel = {
    .work =
        [](const void* args, const Launch& launch) {
          return work_of_moves(detail::as<Op>(args).moves(), launch);
        },
    .run = [](const void* args, const Launch& launch, int64_t begin,
              int64_t end) { run_moves(detail::as<Op>(args).moves(), launch, begin, end); },
    .accepts =
        [](const void* args, const Launch& launch) {
          return accepts_moves(detail::as<Op>(args).moves(), launch);
        },
};

}  // namespace ttnn::cpu
