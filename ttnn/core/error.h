#pragma once
// The one exception type of the library. Its kind decides which Python exception a program sees;
// its text names op, argument, what was found, the rule and one way out.
#include <sstream>
#include <stdexcept>
#include <string>

namespace ttnn {

enum class ErrorKind { runtime, type, value, index, key, not_implemented };

class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, std::string message)
      : std::runtime_error(std::move(message)), kind_(kind) {}
  explicit Error(std::string message) : Error(ErrorKind::runtime, std::move(message)) {}
  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

// Streams its parts together.
template <class... P>
std::string text(const P&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return std::move(out).str();
}

template <ErrorKind K, class... P>
[[noreturn, gnu::cold, gnu::noinline]] void fail_as(const P&... parts) {
  throw Error(K, text(parts...));
}

template <class... P>
[[noreturn, gnu::cold, gnu::noinline]] void fail(const P&... parts) {
  throw Error(ErrorKind::runtime, text(parts...));
}

// The parts become text only on failure, so that a check costs one branch.
template <class... P>
void expect(bool ok, const P&... parts) {
  if (!ok) [[unlikely]]
    fail(parts...);
}

template <ErrorKind K, class... P>
void expect_as(bool ok, const P&... parts) {
  if (!ok) [[unlikely]]
    fail_as<K>(parts...);
}

}  // namespace ttnn
