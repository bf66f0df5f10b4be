#pragma once
// What checkers find in a program that runs here and would not be right on cards. It is told of
// once per place, before anything is launched: as a warning, or as an error where the environment
// asks for it.
#include <string>

#include "ttnn/core/source_line.h"

namespace ttnn {

// Whether the environment sets `variable`, to other than 0.
bool is_asked_for(const char* variable);

struct Checker {
  const char* warning;  // the class of Python's warning, "PlacementWarning"
  const char* strict;   // the environment variable that makes its findings errors
};

// Warns with this thread's line, or throws. `key` says what counts as the same finding.
void tell(const Checker& checker, const std::string& message, const std::string& key);

// Where warnings go; to the standard error stream until it is set. What it throws reaches the
// caller of the op.
using Warning = void (*)(const char* category, const std::string& message, const SourceLine&);
void set_warning(Warning);

}  // namespace ttnn
