#pragma once
// How a mesh reaches the runtime that carries out its work: mesh/ has no threads and knows no
// commands, so the runtime installs itself here. Without one, a mesh opens and closes and runs
// nothing.
namespace ttnn {

class MeshDevice;

struct Executor {
  virtual ~Executor() = default;
  virtual void opened(MeshDevice&) = 0;
  virtual void drain(MeshDevice&) = 0;   // waits for all work of the mesh; may throw its error
  virtual void closed(MeshDevice&) = 0;  // also called from the destructor of a mesh never closed
};

Executor& executor();
void install_executor(Executor&);

}  // namespace ttnn
