#pragma once
// The process's one program order. Commands are submitted in order, wait for earlier commands that
// touch the same Blocks, and are carried out in tasks by whoever is free: worker threads, and the
// host while it waits. A task waits only for earlier commands, so waits cannot cycle.
#include <functional>
#include <mutex>
#include <span>

#include "ttnn/mesh/executor.h"
#include "ttnn/runtime/command.h"

namespace ttnn {

struct InFlight;

// What a thread holds that others may need in order to go on, as Python's lock: `let_go` is called
// once, before the thread waits or works for long. A call that does neither keeps it.
class LetGoBeforeWaiting {
 public:
  // `let_go` tells whether it did: what runs inside of an op may have let go itself for a while.
  LetGoBeforeWaiting(bool (*let_go)(void*), void* state);
  ~LetGoBeforeWaiting();
  LetGoBeforeWaiting(const LetGoBeforeWaiting&) = delete;
  // Of this thread, if there is one.
  static void now();

 private:
  bool (*let_go_)(void*);
  void* const state_;
  LetGoBeforeWaiting* const before_;
};

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

  // A command to fill in, recycled so that a steady program allocates little. One that is not
  // submitted is emptied again.
  class Draft {
   public:
    Draft();
    ~Draft();
    Draft(const Draft&) = delete;
    Command& operator*() const { return *command_; }
    Command* operator->() const { return command_; }

   private:
    friend class Stream;
    Command* command_;
  };

  // Waits, before Order, while too many commands or bytes of results are ahead of the workers.
  void make_room();
  // Program order's next command; needs Order. Returns its number.
  uint64_t submit(Draft& draft);
  // After Order has ended: carries out command `number` in this thread where that is quicker than
  // waking a worker.
  void kick(uint64_t number);
  // The two for one thread that does nothing between them but end Order: a small command with
  // nothing ahead of it is the thread's own from the start, and no one else looks at it.
  struct Submitted {
    uint64_t number = 0;
    InFlight* own = nullptr;
  };
  Submitted submit_own(Draft& draft);
  void kick(const Submitted& submitted);

  // Waits until command `number` has retired, helping with tasks. 0 is always retired. A signal may
  // end a wait by an exception (see set_interrupt_check).
  void wait(uint64_t number);
  // For commands that use memory of the caller's: when the wait is interrupted, no task of the
  // command runs any more, and what it would have written is poisoned.
  void wait_or_abandon(uint64_t number);
  bool is_done(uint64_t number);
  void wait_all();
  // The number of program order's last command so far.
  uint64_t last() const;
  // Waits for the commands up to `number` that went to a queue of one of these meshes.
  void wait_queue(std::span<const int> mesh_ids, int queue, uint64_t number);
  // Waits for every command that writes the Block, then throws its failure if it is poisoned.
  void wait_for(const BlockRef& block);
  // Throws the first failure that no one has seen, once; later ones are raised by who reads their
  // tensors.
  void throw_unreported();

  int workers() const;  // the host among them
  // The number of workers from the next opening on; 0: the cores that the process may use.
  void set_workers(int count);

  // Executor: what meshes ask for.
  void opened(MeshDevice&) override;
  void drain(MeshDevice&) override;
  void settle(MeshDevice&) noexcept override;
  void closed(MeshDevice&) override;

 private:
  Stream();
  InFlight* take_number(Draft& draft, std::unique_lock<std::mutex>& lock);
  struct State;
  State* state_;  // never freed: threads and late destructors may outlive static objects
};

// Called before a waiting host thread sleeps and when a signal has woken it; throws to end the wait
// (Python's Ctrl-C). Never called with Order held.
void set_interrupt_check(std::function<void()> check);

// Throws in a child of a process with an open mesh: the workers did not come along.
void expect_not_forked();

// The command queue that this thread's commands go to, where a call names none.
int& current_queue();

// Tests skew workers by a delay before each task, in microseconds at most; 0: none.
void set_task_delay(int max_us);
void delay_task();

}  // namespace ttnn
