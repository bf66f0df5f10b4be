#pragma once
// How a mesh reaches the runtime that carries out its work: mesh/ has no threads and knows no
// commands.
namespace ttnn {

class MeshDevice;

struct Executor {
  virtual ~Executor() = default;
  virtual void opened(MeshDevice&) = 0;
  virtual void drain(MeshDevice&) = 0;  // waits for all work of the mesh; may throw its error
  virtual void settle(MeshDevice&) noexcept = 0;  // waits, and leaves errors to others
  virtual void closed(MeshDevice&) = 0;           // after one of the two
};

Executor& executor();
void install_executor(Executor&);  // in the runtime's place: tests

Executor& runtime_executor();  // defined in runtime/stream.cpp

}  // namespace ttnn
