#include "ttnn/core/source_line.h"

namespace ttnn {

SourceLine& current_source() {
  thread_local SourceLine source;
  return source;
}

}  // namespace ttnn
