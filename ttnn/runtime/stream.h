#pragma once
// The process's one program order. Commands are submitted in order, wait for earlier commands that
// touch the same Blocks, and are carried out in tasks by whoever is free: worker threads, and the
// host while it waits. A task waits only for earlier commands, so waits cannot cycle.
#include <functional>
#include <mutex>

#include "ttnn/mesh/executor.h"
#include "ttnn/runtime/command.h"

namespace ttnn {

class Stream : public Executor {
 public:
  static Stream& instance();

  // Held while an op resolves its operands and submits: what it sees is then what its place in
  // program order means.
  class Order {
   public:
    Order();
    ~Order();
    Order(const Order&) = delete;
  };

  // A command to fill in; `submit` takes it. Recycled, so that a steady program allocates little.
  Command& prepare();
  // Program order's next command; needs Order. Returns its number. The caller runs it with
  // `run_now` if it is small and nothing is ahead of it.
  uint64_t submit(Command& command);
  // After Order has ended: carries out command `number` in this thread where that is quicker than
  // waking a worker.
  void kick(uint64_t number);

  // Waits until command `number` has retired, helping with tasks. 0 is always retired.
  void wait(uint64_t number);
  bool is_done(uint64_t number);
  void wait_all();
  // Waits for every command that writes the Block, then throws its failure if it is poisoned.
  void wait_for(const BlockRef& block);
  // Throws the first failure that no one has seen, once.
  void throw_unreported();

  int workers() const;  // the host among them
  // The number of workers from the next opening on; 0: the cores that the process may use.
  void set_workers(int count);

  // Executor: what meshes ask for.
  void opened(MeshDevice&) override;
  void drain(MeshDevice&) override;
  void closed(MeshDevice&) override;

 private:
  Stream();
  struct State;
  State* state_;  // never freed: threads and late destructors may outlive static objects
};

// Called during waits when a signal has arrived; throws to end the wait (Python's Ctrl-C).
void set_interrupt_check(std::function<void()> check);

// The user's line that makes commands in this thread from now on.
SourceLine& current_source();

// Tests skew workers by a delay before each task, in microseconds at most; 0: none.
void set_task_delay(int max_us);

}  // namespace ttnn
