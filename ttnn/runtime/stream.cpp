#include "ttnn/runtime/stream.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include "ttnn/runtime/backend.h"
#include "ttnn/runtime/bell.h"
#include "ttnn/runtime/op.h"
#include "ttnn/runtime/queues.h"
#include "ttnn/runtime/task_clock.h"
#include "ttnn/runtime/trace.h"
#include "ttnn/runtime/usable_cores.h"

namespace ttnn {
namespace {

constexpr uint64_t window = 1024;                        // slots for commands in flight
constexpr uint64_t run_ahead = window / 2;               // an op's internal commands may go beyond
constexpr int64_t bytes_ahead_limit = int64_t{2} << 30;  // results not yet computed, at most
constexpr size_t failures_kept = 64;
constexpr std::chrono::milliseconds ask_every(20);  // a host that helps, about signals

int default_worker_count() { return usable_cores(affinity()).workers(); }

int workers_from_environment() {
  const char* given = std::getenv("TTNN_NUM_WORKERS");
  if (!given || !*given) return 0;
  char* end = nullptr;
  const long count = std::strtol(given, &end, 10);
  expect(*end == 0 && count >= 1 && count <= 1024, "TTNN_NUM_WORKERS is '", given,
         "', which is no number of workers from 1 to 1024. Unset it to use all cores.");
  return static_cast<int>(count);
}

std::function<void()>& interrupt_check() {
  static auto& check = *new std::function<void()>;
  return check;
}

std::atomic<int> max_task_delay_us{0};

thread_local LetGoBeforeWaiting* held = nullptr;

// Work on more bytes is long: it may take some ten microseconds.
constexpr int64_t bytes_of_long_work = int64_t{256} << 10;

bool forked = false;  // this process is the child of one with worker threads

}  // namespace

void expect_not_forked() {
  expect(!forked,
         "ttnn: this process was forked from one with an open mesh; its devices' workers did not ",
         "come along. Start processes with the 'spawn' method, or fork before a mesh is opened.");
}

LetGoBeforeWaiting::LetGoBeforeWaiting(bool (*let_go)(void*), void* state)
    : let_go_(let_go), state_(state), before_(std::exchange(held, this)) {}

LetGoBeforeWaiting::~LetGoBeforeWaiting() { held = before_; }

void LetGoBeforeWaiting::now() {
  if (held && held->let_go_ && held->let_go_(held->state_)) held->let_go_ = nullptr;
}

enum class Wait { interruptible, to_the_end };

// A command in flight and its place in program order.
struct InFlight {
  Command command;
  uint64_t number = 0;
  Work work;
  int64_t tasks = 0;
  std::atomic<int64_t> next_task{0};
  // Guarded by the state's mutex.
  int waits_for = 0;  // earlier commands that have not retired
  int users = 0;      // threads at work on it
  bool started = false, prepared = false;
  int64_t bytes = 0;
  std::vector<InFlight*> dependents;
  FailurePtr failure;
};

namespace {

// A thread's own spare command, for which it needs no lock.
struct OwnSpare {
  InFlight* one = nullptr;
  ~OwnSpare() { delete std::exchange(one, nullptr); }
};
thread_local OwnSpare own_spare;

void let_go_if_long(const Command& command) {
  int64_t bytes = 0;
  const auto count = [&](const BlockRef& block) { bytes += block->bytes(); };
  for (const Operand& in : command.launch.in) in.each_block(count);
  for (const Operand& out : command.launch.out) out.each_block(count);
  if (bytes > bytes_of_long_work) LetGoBeforeWaiting::now();
}

// Drops what a command refers to. Without the lock: memory goes back, which may be slow.
void empty(InFlight& c) {
  c.command.args.reset();
  c.command.launch.in.clear();
  c.command.launch.out.clear();
  c.failure.reset();
}

}  // namespace

struct Stream::State {
  std::mutex order;  // program order: resolving and submitting

  std::mutex mutex;  // guards all below
  InFlight* ring[window] = {};
  uint64_t next = 1;             // the next command's number
  uint64_t oldest = 1;           // no command before it is in flight
  std::vector<InFlight*> ready;  // whose tasks may be taken, by number
  std::vector<InFlight*> spare;
  int64_t bytes_ahead = 0;
  std::atomic<bool> is_crowded{false};  // too much is ahead of the workers; written with the mutex
  std::vector<FailurePtr> failures;     // that no one has seen, the first ones
  std::vector<std::thread> threads;
  uint64_t generation = 0;  // of threads; older ones end
  int open_meshes = 0;
  // The last command of each queue of each open mesh since the host waited for all.
  struct Given {
    int mesh_id, queue;
    uint64_t number;
  };
  std::vector<Given> given;
  int requested_workers = 0;
  int worker_count = 1;

  Bell work_bell;  // for workers: rings when tasks become ready
  Bell host_bell;  // for threads that wait: rings then and when a command retires

  void note_crowd() {
    is_crowded.store(next - oldest >= run_ahead || bytes_ahead >= bytes_ahead_limit,
                     std::memory_order_relaxed);
  }
  void announce_work() {
    work_bell.ring();
    host_bell.ring();
  }

  InFlight* in_flight(uint64_t number) const {
    if (number < oldest || number >= next) return nullptr;
    return ring[number % window];
  }
  void add_ready(InFlight* c) {
    auto at = std::upper_bound(
        ready.begin(), ready.end(), c,
        [](const InFlight* a, const InFlight* b) { return a->number < b->number; });
    ready.insert(at, c);
  }
  InFlight* take_ready() {
    for (InFlight* c : ready) {
      if (c->started && !c->prepared) continue;  // someone is making its memory
      ++c->users;
      return c;
    }
    return nullptr;
  }
  bool has_tasks_to_take() const {
    return std::any_of(ready.begin(), ready.end(), [](const InFlight* c) {
      return !c->started ||
             (c->prepared && c->next_task.load(std::memory_order_relaxed) < c->tasks);
    });
  }
  void note_given(const Command& command, uint64_t number) {
    if (command.mesh_id < 0) return;
    for (Given& g : given)
      if (g.mesh_id == command.mesh_id && g.queue == command.queue) return void(g.number = number);
    given.push_back({command.mesh_id, command.queue, number});
  }
  // A queue that the mesh and one that it is part of have both used, and no wait between.
  std::optional<std::pair<int, int>> shared_queue(const MeshDevice& mesh) const;
  void depend(InFlight* c, uint64_t number) {
    InFlight* earlier = in_flight(number);
    if (!earlier || earlier == c) return;
    if (!earlier->dependents.empty() && earlier->dependents.back() == c) return;
    earlier->dependents.push_back(c);
    ++c->waits_for;
  }
  // Readers that have retired need no one to wait for them.
  void note_reader(Usage& usage, uint64_t number) const {
    auto& more = usage.more_readers;
    if (usage.reader != number && in_flight(usage.reader)) {
      if (more.size() == more.capacity())
        std::erase_if(more, [&](uint64_t reader) { return !in_flight(reader); });
      more.push_back(usage.reader);
    }
    usage.reader = number;
  }
  void work_on(InFlight* c, std::unique_lock<std::mutex>& lock);
  void start(InFlight* c, std::unique_lock<std::mutex>& lock);
  void run_tasks(InFlight* c);
  void fail(InFlight* c, Error error);
  void set_failure(InFlight* c, FailurePtr failure);
  void retire(InFlight* c, std::unique_lock<std::mutex>& lock);
  void finish(InFlight* c, std::unique_lock<std::mutex>& lock);
  bool can_be_own(const InFlight* c) const;
  void run_own(InFlight* c);
  void worker(uint64_t my_generation);
  void stop_workers(std::unique_lock<std::mutex>& lock);
  bool help_once(std::unique_lock<std::mutex>& lock);
  template <class Done>
  void help_until(std::unique_lock<std::mutex>& lock, Wait wait, Done done);
};

namespace {

Error with_source(const Command& command, const std::exception& thrown) {
  std::string message = thrown.what();
  if (command.op && !message.starts_with(command.op->name))
    message = command.op->name + ": " + message;
  if (command.source.file)
    message += text("\nEnqueued at ", command.source.file, ":", command.source.line, ".");
  const auto* own = dynamic_cast<const Error*>(&thrown);
  return Error(own ? own->kind() : ErrorKind::runtime, message);
}

FailurePtr poison_of(const Launch& launch) {
  FailurePtr found;
  for (const Operand& operand : launch.in)
    operand.each_block([&](const BlockRef& block) {
      if (!found && block->poison) found = block->poison;
    });
  return found;
}

}  // namespace

// The first to take a command makes its memory; the lock is not held meanwhile.
void Stream::State::start(InFlight* c, std::unique_lock<std::mutex>& lock) {
  c->started = true;
  if (!c->failure) c->failure = poison_of(c->command.launch);
  FailurePtr failure;
  if (!c->failure) {
    try {
      // What was allocated and never written reads as whatever its memory holds. Several readers
      // may start at once, hence under the lock.
      for (Operand& in : c->command.launch.in)
        in.each_block([](const BlockRef& block) { block->acquire(); });
      lock.unlock();
      for (Operand& out : c->command.launch.out)
        out.each_block([](const BlockRef& block) { block->acquire(); });
      if (c->command.kernel->before)
        c->command.kernel->before(c->command.args.get(), c->command.launch);
    } catch (const std::exception& thrown) {
      failure = std::make_shared<Failure>(with_source(c->command, thrown));
    }
    if (!lock.owns_lock()) lock.lock();
  }
  if (failure) set_failure(c, std::move(failure));
  if (c->failure) c->next_task.store(c->tasks);
  c->prepared = true;
  if (c->tasks > 1) announce_work();
}

void Stream::State::set_failure(InFlight* c, FailurePtr failure) {
  if (c->failure) return;
  c->failure = failure;
  c->next_task.store(c->tasks);  // the rest would be wasted
  if (failures.size() < failures_kept) failures.push_back(std::move(failure));
}

void Stream::State::fail(InFlight* c, Error error) {
  auto failure = std::make_shared<Failure>(std::move(error));
  std::lock_guard lock(mutex);
  set_failure(c, std::move(failure));
}

void Stream::State::run_tasks(InFlight* c) {
  const Command& command = c->command;
  for (;;) {
    const int64_t task = c->next_task.fetch_add(1, std::memory_order_relaxed);
    if (task >= c->tasks) return;
    delay_task();
    const int64_t begin = task * c->work.grain;
    const int64_t end = std::min(begin + c->work.grain, c->work.items);
    const TaskClock::Task clock;
    try {
      command.kernel->run(command.args.get(), command.launch, begin, end);
      if (c->tasks == 1 && command.kernel->after)
        command.kernel->after(command.args.get(), command.launch);
    } catch (const std::exception& thrown) {
      fail(c, with_source(command, thrown));
    }
  }
}

// Works on a command that `take_ready` gave; the last thread to leave it retires it.
void Stream::State::work_on(InFlight* c, std::unique_lock<std::mutex>& lock) {
  if (!c->started) start(c, lock);
  lock.unlock();
  run_tasks(c);
  lock.lock();
  auto at = std::find(ready.begin(), ready.end(), c);
  if (at != ready.end()) ready.erase(at);  // no task is left to take
  if (--c->users == 0) retire(c, lock);
}

// No thread is at work on the command any more. What waited for it may go on.
void Stream::State::finish(InFlight* c, std::unique_lock<std::mutex>& lock) {
  const Kernel* kernel = c->command.kernel;
  if (kernel->after && c->tasks != 1 && !c->failure) {
    lock.unlock();
    try {
      kernel->after(c->command.args.get(), c->command.launch);
    } catch (const std::exception& thrown) {
      fail(c, with_source(c->command, thrown));
    }
    lock.lock();
  }
  for (Operand& out : c->command.launch.out)
    out.each_block([&](const BlockRef& block) { block->poison = c->failure; });
  bool more_work = false;
  for (InFlight* dependent : c->dependents)
    if (--dependent->waits_for == 0) {
      add_ready(dependent);
      more_work = true;
    }
  c->dependents.clear();
  bytes_ahead -= c->bytes;
  ring[c->number % window] = nullptr;
  while (oldest < next && !ring[oldest % window]) ++oldest;
  note_crowd();
  if (more_work) work_bell.ring();
  host_bell.ring();
}

void Stream::State::retire(InFlight* c, std::unique_lock<std::mutex>& lock) {
  finish(c, lock);
  lock.unlock();
  empty(*c);
  lock.lock();
  spare.push_back(c);
}

// Whether the command just submitted is quicker done than announced. Bytes that an input lacks are
// made by `start`.
bool Stream::State::can_be_own(const InFlight* c) const {
  if (c->tasks > 1 || c->waits_for > 0 || oldest != c->number) return false;
  bool has_bytes = true;
  for (const Operand& in : c->command.launch.in)
    in.each_block([&](const BlockRef& b) { has_bytes = has_bytes && (b->data() || !b->bytes()); });
  return has_bytes;
}

// What start, work_on and retire do, for a command that is in no list.
void Stream::State::run_own(InFlight* c) {
  const Command& command = c->command;
  let_go_if_long(command);
  if (!c->failure) {
    try {
      for (const Operand& out : command.launch.out)
        out.each_block([](const BlockRef& block) { block->acquire(); });
      if (command.kernel->before) command.kernel->before(command.args.get(), command.launch);
    } catch (const std::exception& thrown) {
      fail(c, with_source(command, thrown));
    }
  }
  run_tasks(c);
  {
    std::unique_lock lock(mutex);
    finish(c, lock);
  }
  empty(*c);
  if (own_spare.one) {
    const std::lock_guard lock(mutex);
    spare.push_back(c);
  } else {
    own_spare.one = c;
  }
}

bool Stream::State::help_once(std::unique_lock<std::mutex>& lock) {
  InFlight* c = take_ready();
  if (!c) return false;
  const bool openmp = c->command.kernel->uses_openmp;
  const int token = openmp ? backend().enter_host() : 0;
  work_on(c, lock);
  if (openmp) backend().leave_host(token);
  return true;
}

template <class Done>
void Stream::State::help_until(std::unique_lock<std::mutex>& lock, Wait wait, Done done) {
  if (done()) return;  // the usual case, in which the clock is not asked
  lock.unlock();
  LetGoBeforeWaiting::now();
  lock.lock();
  using Clock = std::chrono::steady_clock;
  const bool asks = wait == Wait::interruptible && interrupt_check();
  Clock::time_point asked = asks ? Clock::now() : Clock::time_point();
  int spins = 0;
  while (!done()) {
    if (help_once(lock)) {
      spins = 0;
      if (asks && Clock::now() - asked > ask_every) {
        lock.unlock();
        interrupt_check()();
        lock.lock();
        asked = Clock::now();
      }
      continue;
    }
    const uint32_t seen = host_bell.value();
    lock.unlock();
    while (++spins < spin_rounds && host_bell.value() == seen) pause_briefly();
    if (spins >= spin_rounds) {
      // A signal may have come while this thread worked or spun: ask before sleeping, too.
      if (asks) interrupt_check()();
      if (!host_bell.sleep(seen) && asks) interrupt_check()();
    }
    lock.lock();
  }
}

void Stream::State::worker(uint64_t my_generation) {
  // Signals are the main thread's.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  backend().enter_worker();
  std::unique_lock lock(mutex);
  while (generation == my_generation) {
    if (InFlight* c = take_ready()) {
      work_on(c, lock);
      continue;
    }
    const uint32_t seen = work_bell.value();
    lock.unlock();
    int spins = 0;
    while (spins < spin_rounds && work_bell.value() == seen) {
      pause_briefly();
      ++spins;
    }
    if (spins == spin_rounds) work_bell.sleep(seen);
    lock.lock();
  }
}

void Stream::State::stop_workers(std::unique_lock<std::mutex>& lock) {
  std::vector<std::thread> ending;
  ending.swap(threads);
  ++generation;
  lock.unlock();
  work_bell.ring();
  for (std::thread& thread : ending) {
    // A worker that drops the last reference to a mesh closes it.
    if (thread.get_id() == std::this_thread::get_id())
      thread.detach();
    else
      thread.join();
  }
  lock.lock();
}

// A fork finds no lock held by a thread that the child does not have.
Stream::Stream() : state_(new State) {
  state_->requested_workers = workers_from_environment();
  Pool::instance().live_bytes();  // its locks are taken after ours
  pthread_atfork(
      [] {
        State& s = *instance().state_;
        s.order.lock();
        s.mutex.lock();
      },
      [] {
        State& s = *instance().state_;
        s.mutex.unlock();
        s.order.unlock();
      },
      [] {
        State& s = *instance().state_;
        forked = forked || !s.threads.empty() || s.open_meshes > 0;
        s.mutex.unlock();
        s.order.unlock();
      });
}

Stream& Stream::instance() {
  static Stream& stream = *new Stream;
  return stream;
}

Executor& runtime_executor() { return Stream::instance(); }

Stream::Order::Order() {
  expect_not_forked();
  std::mutex& order = instance().state_->order;
  if (order.try_lock()) return;
  LetGoBeforeWaiting::now();
  order.lock();
}

Stream::Order::~Order() { instance().state_->order.unlock(); }

void Stream::make_room() {
  State& s = *state_;
  expect_not_forked();
  if (!s.is_crowded.load(std::memory_order_relaxed)) return;
  std::unique_lock lock(s.mutex);
  s.help_until(lock, Wait::interruptible,
               [&] { return s.next - s.oldest < run_ahead && s.bytes_ahead < bytes_ahead_limit; });
}

Stream::Draft::Draft() {
  State& s = *instance().state_;
  InFlight* c = std::exchange(own_spare.one, nullptr);
  if (!c) {
    std::lock_guard lock(s.mutex);
    if (!s.spare.empty()) {
      c = s.spare.back();
      s.spare.pop_back();
    }
  }
  command_ = &(c ? c : new InFlight)->command;
}

Stream::Draft::~Draft() {
  if (!command_) return;
  auto* c = reinterpret_cast<InFlight*>(command_);
  empty(*c);
  State& s = *instance().state_;
  std::lock_guard lock(s.mutex);
  s.spare.push_back(c);
}

uint64_t Stream::submit(Draft& draft) {
  std::unique_lock lock(state_->mutex, std::defer_lock);
  InFlight* c = take_number(draft, lock);
  if (c->waits_for == 0) state_->add_ready(c);
  return c->number;
}

Stream::Submitted Stream::submit_own(Draft& draft) {
  std::unique_lock lock(state_->mutex, std::defer_lock);
  InFlight* c = take_number(draft, lock);
  if (!state_->can_be_own(c)) {
    if (c->waits_for == 0) state_->add_ready(c);
    return {c->number};
  }
  c->started = c->prepared = true;
  c->failure = poison_of(c->command.launch);
  if (c->failure) c->next_task.store(c->tasks, std::memory_order_relaxed);
  return {c->number, c};
}

// Returns with the lock.
InFlight* Stream::take_number(Draft& draft, std::unique_lock<std::mutex>& lock) {
  State& s = *state_;
  Command& command = *draft;
  auto* c = reinterpret_cast<InFlight*>(&command);
  static_assert(offsetof(InFlight, command) == 0);
  c->work = command.kernel->work(command.args.get(), command.launch);
  c->tasks = c->work.tasks();
  c->next_task.store(0, std::memory_order_relaxed);
  c->waits_for = 0;
  c->users = 0;
  c->started = c->prepared = false;
  c->bytes = 0;

  lock.lock();
  // Only an op of hundreds of internal commands gets here with a full window.
  s.help_until(lock, Wait::to_the_end, [&] { return s.next - s.oldest < window; });
  draft.command_ = nullptr;
  c->number = s.next++;
  s.note_given(command, c->number);
  s.ring[c->number % window] = c;
  for (const Operand& in : command.launch.in)
    in.each_block([&](const BlockRef& block) {
      Usage& usage = block->usage;
      s.depend(c, usage.writer);
      s.note_reader(usage, c->number);
    });
  for (const Operand& out : command.launch.out)
    out.each_block([&](const BlockRef& block) {
      Usage& usage = block->usage;
      s.depend(c, usage.writer);
      s.depend(c, usage.reader);
      for (uint64_t reader : usage.more_readers) s.depend(c, reader);
      usage.reader = 0;
      usage.more_readers.clear();
      if (usage.writer == 0 && !block->is_borrowed()) c->bytes += block->bytes();
      usage.writer = c->number;
    });
  s.bytes_ahead += c->bytes;
  s.note_crowd();
  return c;
}

void Stream::kick(const Submitted& submitted) {
  if (!submitted.own) return kick(submitted.number);
  const bool openmp = submitted.own->command.kernel->uses_openmp;
  const int token = openmp ? backend().enter_host() : 0;
  state_->run_own(submitted.own);
  if (openmp) backend().leave_host(token);
}

void Stream::kick(uint64_t number) {
  State& s = *state_;
  std::unique_lock lock(s.mutex);
  InFlight* c = s.in_flight(number);
  const bool runs_here =
      c && c->waits_for == 0 && !c->started && s.oldest == number && c->tasks <= 1;
  if (!runs_here) {
    if (s.has_tasks_to_take()) s.announce_work();  // its own, or those of internal commands
    return;
  }
  ++c->users;
  let_go_if_long(c->command);
  const bool openmp = c->command.kernel->uses_openmp;
  const int token = openmp ? backend().enter_host() : 0;
  s.work_on(c, lock);
  if (openmp) backend().leave_host(token);
}

bool Stream::is_done(uint64_t number) {
  std::lock_guard lock(state_->mutex);
  return !state_->in_flight(number);
}

void Stream::wait(uint64_t number) {
  expect_not_forked();
  std::unique_lock lock(state_->mutex);
  state_->help_until(lock, Wait::interruptible, [&] { return !state_->in_flight(number); });
}

void Stream::wait_or_abandon(uint64_t number) {
  try {
    wait(number);
  } catch (...) {
    std::unique_lock lock(state_->mutex);
    if (InFlight* c = state_->in_flight(number)) {
      if (!c->failure)
        c->failure = std::make_shared<Failure>(
            with_source(c->command, Error("interrupted before it was done. Repeat it.")));
      c->next_task.store(c->tasks);
      const bool is_running = c->started;
      state_->help_until(lock, Wait::to_the_end,
                         [&] { return !is_running || !state_->in_flight(number); });
    }
    throw;
  }
}

void Stream::wait_all() {
  expect_not_forked();
  std::unique_lock lock(state_->mutex);
  const uint64_t last = state_->next;
  state_->help_until(lock, Wait::interruptible, [&] { return state_->oldest >= last; });
  std::erase_if(state_->given, [&](const State::Given& g) { return g.number < last; });
}

uint64_t Stream::last() const {
  const std::lock_guard lock(state_->mutex);
  return state_->next - 1;
}

void Stream::wait_queue(std::span<const int> mesh_ids, int queue, uint64_t number) {
  expect_not_forked();
  State& s = *state_;
  std::unique_lock lock(s.mutex);
  const auto is_one = [&](int id) {
    return std::find(mesh_ids.begin(), mesh_ids.end(), id) != mesh_ids.end();
  };
  // The runtime's own commands go to a queue for the sake of no mesh.
  const auto is_awaited = [&](const Command& command) {
    return command.queue == queue && (command.mesh_id < 0 || is_one(command.mesh_id));
  };
  uint64_t next = s.oldest;
  s.help_until(lock, Wait::interruptible, [&] {
    next = std::max(next, s.oldest);
    while (next <= number) {
      const InFlight* c = s.in_flight(next);
      if (c && is_awaited(c->command)) return false;
      ++next;
    }
    return true;
  });
  std::erase_if(s.given, [&](const State::Given& g) {
    return g.queue == queue && is_one(g.mesh_id) && g.number <= number;
  });
}

void Stream::wait_for(const BlockRef& block) {
  uint64_t writer = 0;
  {
    Order order;
    writer = block->usage.writer;
  }
  wait(writer);
  FailurePtr failure;
  {
    std::lock_guard lock(state_->mutex);
    failure = block->poison;
    if (failure) std::erase(state_->failures, failure);
  }
  if (failure) throw failure->error;
}

void Stream::throw_unreported() {
  std::vector<FailurePtr> failures;
  {
    std::lock_guard lock(state_->mutex);
    failures.swap(state_->failures);
  }
  if (!failures.empty()) throw failures.front()->error;
}

int Stream::workers() const {
  std::lock_guard lock(state_->mutex);
  if (!state_->threads.empty()) return state_->worker_count;
  return state_->requested_workers > 0 ? state_->requested_workers : default_worker_count();
}

void Stream::set_workers(int count) {
  expect(count >= 0 && count <= 1024, "set_workers: ", count,
         " is no number of workers from 0 (all cores) to 1024.");
  std::lock_guard lock(state_->mutex);
  expect(state_->open_meshes == 0, "set_workers: a mesh is open. Close all meshes first.");
  state_->requested_workers = count;
}

std::optional<std::pair<int, int>> Stream::State::shared_queue(const MeshDevice& mesh) const {
  for (const Given& own : given)
    if (own.mesh_id == mesh.id())
      for (const MeshDevice* m = mesh.parent().get(); m; m = m->parent().get())
        for (const Given& other : given)
          if (other.mesh_id == m->id() && other.queue == own.queue)
            return std::pair{own.queue, m->id()};
  return {};
}

void Stream::opened(MeshDevice& mesh) {
  expect_not_forked();
  QueueUses::opened(mesh);
  backend();  // chosen before any thread asks
  // A program that ends without closing: no task runs while its static objects are destroyed.
  static const int at_exit = std::atexit([] {
    if (forked) return;
    State& s = *instance().state_;
    std::unique_lock lock(s.mutex);
    s.stop_workers(lock);
  });
  (void)at_exit;
  std::unique_lock lock(state_->mutex);
  if (state_->open_meshes++ > 0) return;
  state_->worker_count =
      state_->requested_workers > 0 ? state_->requested_workers : default_worker_count();
  for (int i = 1; i < state_->worker_count; ++i)
    state_->threads.emplace_back(
        [s = state_, generation = state_->generation] { s->worker(generation); });
}

void Stream::drain(MeshDevice& mesh) {
  std::optional<std::pair<int, int>> shared;
  {
    const std::lock_guard lock(state_->mutex);
    shared = state_->shared_queue(mesh);
  }
  wait_all();
  QueueUses::host_has_waited_for(&mesh);
  throw_unreported();
  if (shared)
    fail("close: MeshDevice cq ID ", shared->first, " is in use by parent mesh ID ", shared->second,
         " during close of mesh ID ", mesh.id(), ": ", mesh.text(), " and the mesh that it is a ",
         "part of were both given work on that queue, and nothing waited in between, as cards ask ",
         "for. Call quiesce_devices() of the parent, or ttnn.synchronize_device, when you go from ",
         "one to the other.");
}

void Stream::settle(MeshDevice&) noexcept {
  if (forked) return;
  try {
    wait_all();
  } catch (...) {
    // A signal ended the wait: what is left is not waited for.
  }
}

void Stream::closed(MeshDevice& mesh) {
  if (forked) return;
  QueueUses::closed(mesh);
  forget_traces(mesh);
  std::unique_lock lock(state_->mutex);
  std::erase_if(state_->given, [&](const State::Given& g) { return g.mesh_id == mesh.id(); });
  if (--state_->open_meshes == 0) state_->stop_workers(lock);
}

void set_interrupt_check(std::function<void()> check) { interrupt_check() = std::move(check); }

int& current_queue() {
  thread_local int queue = 0;
  return queue;
}

void set_task_delay(int max_us) { max_task_delay_us = max_us; }

void delay_task() {
  const int max_us = max_task_delay_us.load(std::memory_order_relaxed);
  if (max_us == 0) return;
  thread_local std::minstd_rand random(
      static_cast<unsigned>(std::hash<std::thread::id>{}(std::this_thread::get_id())));
  std::this_thread::sleep_for(
      std::chrono::microseconds(random() % static_cast<unsigned>(max_us + 1)));
}

}  // namespace ttnn
