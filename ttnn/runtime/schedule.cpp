#include "ttnn/runtime/schedule.h"

#include <algorithm>

#include "ttnn/runtime/op.h"
#include "ttnn/runtime/stream.h"

namespace ttnn {
namespace {

constexpr int64_t bytes_for_one = int64_t{256} << 10;  // a level of less is done by one thread
constexpr size_t few_commands = 32;
constexpr int64_t place_alignment = 64;
// Large ones begin on a huge page, as blocks of their own do.
constexpr int64_t huge_page = int64_t{2} << 20;

// The level of each command: one more than the last before it that it has to wait for.
std::vector<int> levels_of(const std::vector<CapturedCommand>& commands) {
  struct Last {
    int write = -1, read = -1;
  };
  std::unordered_map<const Block*, Last> last;
  std::vector<int> levels;
  for (const CapturedCommand& captured : commands) {
    const Launch& launch = captured.command.launch;
    int level = 0;
    for (const Operand& in : launch.in)
      in.each_block([&](const BlockRef& b) { level = std::max(level, last[b.get()].write + 1); });
    for (const Operand& out : launch.out)
      out.each_block([&](const BlockRef& b) {
        const Last& used = last[b.get()];
        level = std::max({level, used.write + 1, used.read + 1});
      });
    for (const Operand& in : launch.in)
      in.each_block([&](const BlockRef& b) {
        Last& used = last[b.get()];
        used.read = std::max(used.read, level);
      });
    for (const Operand& out : launch.out)
      out.each_block([&](const BlockRef& b) { last[b.get()].write = level; });
    levels.push_back(level);
  }
  return levels;
}

int64_t bytes_of(const Launch& launch) {
  int64_t bytes = 0;
  for (const Operand& in : launch.in) bytes += in.spec.storage_bytes() * in.spread->distinct;
  for (const Operand& out : launch.out) bytes += out.spec.storage_bytes() * out.spread->distinct;
  return bytes;
}

struct Inner {
  const Block* block;
  int64_t bytes;
  int first, last;  // levels
  int64_t at = 0;
};

// Gives each a place in the arena; those whose levels overlap do not overlap in it. The largest
// first, each as low as it fits.
int64_t place(std::vector<Inner>& all) {
  std::stable_sort(all.begin(), all.end(),
                   [](const Inner& a, const Inner& b) { return a.bytes > b.bytes; });
  int64_t end = 0;
  std::vector<const Inner*> in_the_way;
  for (size_t i = 0; i < all.size(); ++i) {
    Inner& one = all[i];
    in_the_way.clear();
    for (size_t j = 0; j < i; ++j)
      if (all[j].first <= one.last && one.first <= all[j].last) in_the_way.push_back(&all[j]);
    std::sort(in_the_way.begin(), in_the_way.end(),
              [](const Inner* a, const Inner* b) { return a->at < b->at; });
    for (const Inner* other : in_the_way) {
      if (one.at + one.bytes <= other->at) break;
      one.at = std::max(one.at, other->at + other->bytes);
    }
    end = std::max(end, one.at + one.bytes);
  }
  return end;
}

}  // namespace

Schedule::Schedule(std::vector<CapturedCommand>& commands,
                   const std::unordered_set<const Block*>& inner)
    : commands_(commands) {
  const std::vector<int> levels = levels_of(commands_);
  place_inner(inner, levels);
  const int count = levels.empty() ? 0 : *std::max_element(levels.begin(), levels.end()) + 1;
  std::vector<std::vector<size_t>> by_level(static_cast<size_t>(count));
  for (size_t i = 0; i < commands_.size(); ++i)
    by_level[static_cast<size_t>(levels[i])].push_back(i);
  for (std::vector<size_t>& level : by_level) {
    int64_t bytes = 0;
    bool is_small = true;
    for (size_t i : level) {
      const Command& command = commands_[i].command;
      commands_[i].work = command.kernel->work(command.args.get(), command.launch);
      is_small = is_small && commands_[i].work.tasks() <= 1;
      bytes += bytes_of(command.launch);
    }
    const bool by_one = is_small && (level.size() == 1 || bytes < bytes_for_one);
    if (!by_one || steps_.empty() || !steps_.back().by_one_thread) {
      steps_.emplace_back();
      steps_.back().by_one_thread = by_one;
    }
    for (size_t i : level) {
      commands_[i].step = static_cast<int>(steps_.size()) - 1;
      steps_.back().commands.push_back(i);
    }
  }
  for (Step& step : steps_) count_tasks(step);
  progress_ = std::vector<Progress>(steps_.size());
}

void Schedule::place_inner(const std::unordered_set<const Block*>& inner,
                           const std::vector<int>& levels) {
  std::unordered_map<const Block*, size_t> known;
  std::vector<Inner> all;
  const auto each_inner_block = [&](Operand& operand, auto&& use) {
    if (operand.block && inner.contains(operand.block.get())) use(operand.block);
    for (Slot& slot : operand.slots)
      if (slot.block && inner.contains(slot.block.get())) use(slot.block);
  };
  const auto each = [&](auto&& use) {
    for (size_t i = 0; i < commands_.size(); ++i) {
      Launch& launch = commands_[i].command.launch;
      for (Operand& in : launch.in)
        each_inner_block(in, [&](BlockRef& block) { use(block, levels[i]); });
      for (Operand& out : launch.out)
        each_inner_block(out, [&](BlockRef& block) { use(block, levels[i]); });
    }
  };
  each([&](BlockRef& block, int level) {
    const auto [at, is_new] = known.try_emplace(block.get(), all.size());
    if (is_new) {
      const int64_t unit = block->bytes() >= huge_page ? huge_page : place_alignment;
      const int64_t bytes = (block->bytes() + unit - 1) / unit * unit;
      all.push_back({block.get(), bytes, level, level});
      private_bytes_ += bytes;
    }
    Inner& one = all[at->second];
    one.first = std::min(one.first, level);
    one.last = std::max(one.last, level);
  });
  const int64_t bytes = place(all);
  arena_ = make_block(std::max(bytes, place_alignment));
  arena_->acquire();
  std::unordered_map<const Block*, BlockRef> placed;
  for (const Inner& one : all)
    placed[one.block] = BlockRef(new Block(arena_->data() + one.at, one.bytes, nullptr));
  each([&](BlockRef& block, int) {
    if (auto found = placed.find(block.get()); found != placed.end()) block = found->second;
  });
}

void Schedule::count_tasks(Step& step) const {
  step.first_task = {0};
  for (size_t i : step.commands)
    step.first_task.push_back(step.first_task.back() + commands_[i].work.tasks());
}

bool Schedule::is_small() const {
  return commands_.size() <= few_commands &&
         (steps_.empty() || (steps_.size() == 1 && steps_[0].by_one_thread));
}

void Schedule::resize(size_t index) {
  CapturedCommand& captured = commands_[index];
  const Command& command = captured.command;
  captured.work = command.kernel->work(command.args.get(), command.launch);
  Step& step = steps_[static_cast<size_t>(captured.step)];
  if (captured.work.tasks() > 1)
    step.by_one_thread = step.by_one_thread && step.commands.size() > 1;
  count_tasks(step);
}

void Schedule::begin() {
  for (Progress& progress : progress_) {
    progress.next.store(0, std::memory_order_relaxed);
    progress.done.store(0, std::memory_order_relaxed);
  }
  failed_ = false;
  failure_ = nullptr;
  now_ = 0;
  if (!steps_.empty()) enter(0);
}

void Schedule::take_part() {
  for (size_t index = now_.load(std::memory_order_acquire); index < steps_.size();
       index = now_.load(std::memory_order_acquire)) {
    if (steps_[index].by_one_thread) {
      if (progress_[index].next.fetch_add(1, std::memory_order_relaxed) == 0) {
        run_alone(steps_[index]);
        leave(index);
      }
    } else {
      run_tasks(index);
    }
    wait_beyond(index);
  }
  if (!failed_) return;
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

// A long trace's commands are more than the caches hold: those that come next are asked for while
// others run.
void Schedule::prefetch(const Step& step, size_t at) const {
  const auto lines = [](const void* begin, size_t bytes) {
    constexpr size_t line = 64;
    for (size_t offset = 0; offset < bytes; offset += line)
      __builtin_prefetch(static_cast<const char*>(begin) + offset);
  };
  const auto command_after = [&](size_t count) -> const CapturedCommand* {
    return at + count < step.commands.size() ? &commands_[step.commands[at + count]] : nullptr;
  };
  // What one refers to can be asked for once it is here itself.
  if (const CapturedCommand* later = command_after(3)) lines(later, sizeof *later);
  if (const CapturedCommand* later = command_after(2)) {
    constexpr size_t most_arguments = 512;
    const Launch& launch = later->command.launch;
    lines(later->command.args.get(), most_arguments);
    lines(launch.in.data(), launch.in.size() * sizeof(Operand));
    lines(launch.out.data(), launch.out.size() * sizeof(Operand));
  }
  if (const CapturedCommand* later = command_after(1)) {
    const auto block = [](const BlockRef& block) { __builtin_prefetch(block.get()); };
    for (const Operand& in : later->command.launch.in) in.each_block(block);
    for (const Operand& out : later->command.launch.out) out.each_block(block);
  }
}

void Schedule::run_alone(const Step& step) {
  for (size_t at = 0; at < step.commands.size(); ++at) {
    prefetch(step, at);
    const CapturedCommand& captured = commands_[step.commands[at]];
    const Command& command = captured.command;
    try {
      if (command.kernel->before) command.kernel->before(command.args.get(), command.launch);
      for (int64_t task = 0; task < captured.work.tasks(); ++task) {
        delay_task();
        const int64_t first = task * captured.work.grain;
        command.kernel->run(command.args.get(), command.launch, first,
                            std::min(first + captured.work.grain, captured.work.items));
      }
      if (command.kernel->after) command.kernel->after(command.args.get(), command.launch);
    } catch (const std::exception& error) {
      return fail(captured, error);
    }
  }
}

void Schedule::run_tasks(size_t index) {
  const Step& step = steps_[index];
  Progress& progress = progress_[index];
  const int64_t tasks = step.first_task.back();
  for (;;) {
    const int64_t task = progress.next.fetch_add(1, std::memory_order_relaxed);
    if (task >= tasks) return;
    if (!failed_.load(std::memory_order_relaxed)) {
      const auto after = std::upper_bound(step.first_task.begin(), step.first_task.end(), task);
      const size_t k = static_cast<size_t>(after - step.first_task.begin()) - 1;
      run_task(commands_[step.commands[k]], task - step.first_task[k]);
    }
    if (progress.done.fetch_add(1, std::memory_order_acq_rel) + 1 == tasks) leave(index);
  }
}

void Schedule::run_task(const CapturedCommand& captured, int64_t task) {
  delay_task();
  const Command& command = captured.command;
  const int64_t first = task * captured.work.grain;
  try {
    command.kernel->run(command.args.get(), command.launch, first,
                        std::min(first + captured.work.grain, captured.work.items));
  } catch (const std::exception& error) {
    fail(captured, error);
  }
}

// What comes before a step's first task. A step of no tasks is left again at once.
void Schedule::enter(size_t index) {
  for (; index < steps_.size() && !failed_; ++index) {
    const Step& step = steps_[index];
    if (step.by_one_thread) break;
    call(step, &Kernel::before);
    if (step.first_task.back() > 0) break;
    call(step, &Kernel::after);
  }
  now_.store(failed_ ? steps_.size() : index, std::memory_order_release);
}

// By the last thread at work on a step.
void Schedule::leave(size_t index) {
  if (!steps_[index].by_one_thread) call(steps_[index], &Kernel::after);
  enter(index + 1);
  bell_.ring();
}

void Schedule::call(const Step& step, void (*Kernel::*hook)(const void*, const Launch&)) {
  for (size_t i : step.commands) {
    const Command& command = commands_[i].command;
    if (failed_ || !(command.kernel->*hook)) continue;
    try {
      (command.kernel->*hook)(command.args.get(), command.launch);
    } catch (const std::exception& error) {
      fail(commands_[i], error);
    }
  }
}

void Schedule::wait_beyond(size_t index) {
  int spins = 0;
  while (now_.load(std::memory_order_acquire) == index) {
    if (++spins < spin_rounds) {
      pause_briefly();
      continue;
    }
    const uint32_t seen = bell_.value();
    if (now_.load(std::memory_order_acquire) != index) return;
    bell_.sleep(seen);
  }
}

void Schedule::fail(const CapturedCommand& captured, const std::exception& error) {
  std::string message = error.what();
  const Command& command = captured.command;
  if (command.op && !message.starts_with(command.op->name))
    message = command.op->name + ": " + message;
  if (command.source.file)
    message += text("\nCaptured at ", command.source.file, ":", command.source.line, ".");
  const auto* own = dynamic_cast<const Error*>(&error);
  const std::lock_guard lock(mutex_);
  if (!failure_)
    failure_ = std::make_exception_ptr(Error(own ? own->kind() : ErrorKind::runtime, message));
  failed_ = true;
}

}  // namespace ttnn
