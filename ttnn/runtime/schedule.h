#pragma once
// How a trace's commands are carried out: in steps, each of commands that do not wait for each
// other, by all threads that come to help. What is small is done by one of them without meeting the
// others. Which command is in which step follows from the bytes that they use, not from the
// threads.
#include <atomic>
#include <exception>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ttnn/runtime/bell.h"
#include "ttnn/runtime/command.h"

namespace ttnn {

struct CapturedCommand {
  Command command;
  std::vector<Tensor> outputs;  // without their Buffers; of an op, not of an internal command
  std::vector<int> device_ids;
  Work work{};
  int step = 0;  // of the schedule; the same for all that one thread does in a row
};

class Schedule {
 public:
  // `inner`: the blocks that no one outside uses. They lie in one arena from now on, in which those
  // that are never needed at the same time share places.
  Schedule(std::vector<CapturedCommand>& commands, const std::unordered_set<const Block*>& inner);
  Schedule(const Schedule&) = delete;

  // Where the inner blocks lie; it also keeps two replays of a trace apart.
  const BlockRef& arena() const { return arena_; }
  int64_t private_bytes() const { return private_bytes_; }
  // Whether one thread does it all, quickly.
  bool is_small() const;

  // A command's kernel or work has changed.
  void resize(size_t command);
  void begin();  // before a replay, while no thread takes part
  // Called by each thread that helps. Returns when all is done; throws the first failure.
  void take_part();

 private:
  struct Step {
    std::vector<size_t> commands;
    std::vector<int64_t> first_task;  // per command, and the number of all at the end
    bool by_one_thread = false;
  };
  struct alignas(64) Progress {
    std::atomic<int64_t> next{0}, done{0};
  };

  void place_inner(const std::unordered_set<const Block*>& inner, const std::vector<int>& levels);
  void run_alone(const Step& step);
  void prefetch(const Step& step, size_t at) const;
  void run_tasks(size_t index);
  void run_task(const CapturedCommand& command, int64_t task);
  void enter(size_t index);
  void leave(size_t index);
  void call(const Step& step, void (*Kernel::*hook)(const void*, const Launch&));
  void wait_beyond(size_t index);
  void fail(const CapturedCommand& command, const std::exception& error);
  void count_tasks(Step& step) const;

  std::vector<CapturedCommand>& commands_;
  std::vector<Step> steps_;
  std::vector<Progress> progress_;  // per step
  std::atomic<size_t> now_{0};      // the step at work
  std::atomic<bool> failed_{false};
  Bell bell_;
  std::mutex mutex_;  // guards failure_
  std::exception_ptr failure_;
  BlockRef arena_;
  int64_t private_bytes_ = 0;
};

}  // namespace ttnn
