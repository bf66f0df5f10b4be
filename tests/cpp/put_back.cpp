// Linked into every test program: after a test, also one that failed, meshes that it left open are
// closed and settings are put back, so that it cannot make another fail.
#include <gtest/gtest.h>

#include <cstdlib>

#include "ttnn/mesh/compat.h"
#include "ttnn/mesh/executor.h"
#include "ttnn/mesh/open_meshes.h"
#include "ttnn/runtime/stream.h"

namespace ttnn::test {
namespace {

// What a failed command says was for the test that left it.
template <class Action>
void quietly(const Action& action) {
  try {
    action();
  } catch (const std::exception&) {
  }
}

void close_all() {
  for (const auto& mesh : OpenMeshes::instance().all()) quietly([&] { mesh->close(); });
  quietly([] { Stream::instance().throw_unreported(); });
}

class PutBack : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override {
    system_ = SystemMesh::instance().model();
    compat_ = compat();
    workers_ = Stream::instance().workers();
    executor_ = &executor();
  }
  void OnTestEnd(const testing::TestInfo&) override {
    set_task_delay(0);
    install_executor(*executor_);
    close_all();
    SystemMesh::select(system_);
    Stream::instance().set_workers(workers_);
    set_compat(compat_);
    for (const char* strict : {"TTNN_STRICT_PLACEMENT", "TTNN_STRICT_QUEUES"}) ::unsetenv(strict);
  }

  MachineModel system_;
  Compat compat_{};
  int workers_ = 0;
  Executor* executor_ = nullptr;
};

[[maybe_unused]] const bool added = [] {
  testing::UnitTest::GetInstance()->listeners().Append(new PutBack);
  return true;
}();

}  // namespace
}  // namespace ttnn::test
