#pragma once
// The one kernel of every op that only moves elements: walks the op's Moves in runs, rows and
// transposed tiles. An op joins by a line in accelerate_strided().
#include "ttnn/runtime/moves.h"

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

// Likewise for collectives, whose plan differs by the device of the result: op.moves(device).
using MovesOfDevice = std::function<Moves(int device)>;
bool accepts_exchange(const MovesOfDevice&, const Launch&);
Work work_of_exchange(const Launch&);
void run_exchange(const MovesOfDevice&, const Launch&, int64_t begin, int64_t end);

template <class Op>
MovesOfDevice plan_of(const void* args) {
  return [&op = detail::as<Op>(args)](int device) { return op.moves(device); };
}

template <class Op>
inline const Kernel exchange_kernel = {
    .work = [](const void*, const Launch& launch) { return work_of_exchange(launch); },
    .run = [](const void* args, const Launch& launch, int64_t begin,
              int64_t end) { run_exchange(plan_of<Op>(args), launch, begin, end); },
    .accepts = [](const void* args,
                  const Launch& launch) { return accepts_exchange(plan_of<Op>(args), launch); },
};

}  // namespace ttnn::cpu
