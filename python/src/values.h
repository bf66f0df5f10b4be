#pragma once
// Between Python objects and Values.
#include <nanobind/nanobind.h>

#include <optional>
#include <string_view>

#include "ttnn/core/error.h"
#include "ttnn/runtime/value.h"

namespace ttnn {

// Throws a nanobind::python_error, or Error(type) for objects that no op takes.
Value value_of(nanobind::handle object);
nanobind::object object_of(const Value& value);

// The number of a command queue that a call names: an int or a QueueId; null for None.
std::optional<int> queue_of(nanobind::handle object, std::string_view call);

// Sets Python's exception of the error's kind.
void set_error(const Error& error);

// Sets the line of the user's program that makes commands from now on. Needs the GIL.
void note_source_line();

}  // namespace ttnn
