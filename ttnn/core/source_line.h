#pragma once
// The line of the user's program on whose behalf a thread works: commands, allocations and warnings
// remember it.
namespace ttnn {

struct SourceLine {
  const char* file = nullptr;  // lives as long as the process; null: not known
  int line = 0;
};

// That of this thread, until it is set anew.
SourceLine& current_source();

}  // namespace ttnn
