#include "ttnn/runtime/stream.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <random>
#include <thread>

#include "ttnn/runtime/backend.h"
#include "ttnn/runtime/op.h"

namespace ttnn {
namespace {

constexpr uint64_t window = 1024;           // slots for commands in flight
constexpr uint64_t run_ahead = window / 2;  // threads that submit at once overshoot by one each
constexpr int64_t bytes_ahead_limit = int64_t{2} << 30;  // results not yet computed, at most
constexpr int spin_rounds = 4000;  // some tens of microseconds before a worker sleeps

void pause_briefly() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  std::this_thread::yield();
#endif
}

// A counter that can be slept on. Sleeping ends early when a signal arrives.
class Bell {
 public:
  uint32_t value() const { return count_.load(std::memory_order_acquire); }
  void ring() {
    count_.fetch_add(1, std::memory_order_acq_rel);
    if (sleepers_.load(std::memory_order_acquire) > 0) futex(FUTEX_WAKE_PRIVATE, INT32_MAX);
  }
  // Sleeps unless the bell has rung since `seen` was read. False: woken by a signal.
  bool sleep(uint32_t seen) {
    sleepers_.fetch_add(1, std::memory_order_acq_rel);
    const long result = futex(FUTEX_WAIT_PRIVATE, static_cast<int>(seen));
    const bool interrupted = result == -1 && errno == EINTR;
    sleepers_.fetch_sub(1, std::memory_order_acq_rel);
    return !interrupted;
  }

 private:
  long futex(int operation, int value) {
    return syscall(SYS_futex, reinterpret_cast<uint32_t*>(&count_), operation, value, nullptr,
                   nullptr, 0);
  }
  std::atomic<uint32_t> count_{0};
  std::atomic<int> sleepers_{0};
};

int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

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

void skew() {
  const int max_us = max_task_delay_us.load(std::memory_order_relaxed);
  if (max_us == 0) return;
  thread_local std::minstd_rand random(
      static_cast<unsigned>(std::hash<std::thread::id>{}(std::this_thread::get_id())));
  std::this_thread::sleep_for(
      std::chrono::microseconds(random() % static_cast<unsigned>(max_us + 1)));
}

bool forked = false;  // this process is the child of one with worker threads

}  // namespace

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

struct Stream::State {
  std::mutex order;  // program order: resolving and submitting

  std::mutex mutex;  // guards all below
  InFlight* ring[window] = {};
  uint64_t next = 1;             // the next command's number
  uint64_t oldest = 1;           // no command before it is in flight
  std::vector<InFlight*> ready;  // whose tasks may be taken, by number
  std::vector<InFlight*> spare;
  int64_t bytes_ahead = 0;
  FailurePtr unreported;
  std::vector<std::thread> threads;
  int open_meshes = 0;
  int requested_workers = 0;
  int worker_count = 1;
  bool stopping = false;

  Bell work_bell;    // rings when tasks become ready
  Bell retire_bell;  // rings when a command retires

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
  void depend(InFlight* c, uint64_t number) {
    InFlight* earlier = in_flight(number);
    if (!earlier || earlier == c) return;
    if (!earlier->dependents.empty() && earlier->dependents.back() == c) return;
    earlier->dependents.push_back(c);
    ++c->waits_for;
  }
  void work_on(InFlight* c, std::unique_lock<std::mutex>& lock);
  void start(InFlight* c, std::unique_lock<std::mutex>& lock);
  void run_tasks(InFlight* c);
  void fail(InFlight* c, Error error);
  void retire(InFlight* c, std::unique_lock<std::mutex>& lock);
  void worker();
  bool help_once(std::unique_lock<std::mutex>& lock);
  template <class Done>
  void help_until(std::unique_lock<std::mutex>& lock, Done done);
};

namespace {

Error with_source(const Command& command, const std::exception& thrown) {
  std::string message = thrown.what();
  if (command.op && message.find(command.op->name) == std::string::npos)
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
  c->failure = poison_of(c->command.launch);
  lock.unlock();
  FailurePtr failure = c->failure;
  if (!failure) {
    try {
      for (Operand& out : c->command.launch.out)
        out.each_block([](const BlockRef& block) { block->acquire(); });
      if (c->command.kernel->before)
        c->command.kernel->before(c->command.args.get(), c->command.launch);
    } catch (const std::exception& thrown) {
      failure = std::make_shared<Failure>(with_source(c->command, thrown));
    }
  }
  lock.lock();
  if (failure && !c->failure && !unreported) unreported = failure;
  if (failure) {
    c->failure = failure;
    c->next_task.store(c->tasks);
  }
  c->prepared = true;
  if (c->tasks > 1) work_bell.ring();
}

void Stream::State::fail(InFlight* c, Error error) {
  auto failure = std::make_shared<Failure>(std::move(error));
  std::lock_guard lock(mutex);
  if (c->failure) return;
  c->failure = failure;
  c->next_task.store(c->tasks);  // the rest would be wasted
  if (!unreported) unreported = failure;
}

void Stream::State::run_tasks(InFlight* c) {
  const Command& command = c->command;
  for (;;) {
    const int64_t task = c->next_task.fetch_add(1, std::memory_order_relaxed);
    if (task >= c->tasks) return;
    skew();
    const int64_t begin = task * c->work.grain;
    const int64_t end = std::min(begin + c->work.grain, c->work.items);
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

void Stream::State::retire(InFlight* c, std::unique_lock<std::mutex>& lock) {
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
  if (more_work) work_bell.ring();
  retire_bell.ring();
  // Memory goes back without the lock: that may be slow.
  lock.unlock();
  c->command.args.reset();
  c->command.launch.in.clear();
  c->command.launch.out.clear();
  c->failure.reset();
  lock.lock();
  spare.push_back(c);
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
void Stream::State::help_until(std::unique_lock<std::mutex>& lock, Done done) {
  int spins = 0;
  while (!done()) {
    if (help_once(lock)) {
      spins = 0;
      continue;
    }
    const uint32_t seen_retired = retire_bell.value();
    const uint32_t seen_work = work_bell.value();
    lock.unlock();
    while (++spins < spin_rounds && retire_bell.value() == seen_retired &&
           work_bell.value() == seen_work)
      pause_briefly();
    bool signalled = false;
    if (spins >= spin_rounds) signalled = !retire_bell.sleep(seen_retired);
    if (signalled && interrupt_check()) interrupt_check()();
    lock.lock();
  }
}

void Stream::State::worker() {
  // Signals are the main thread's.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  backend().enter_worker();
  std::unique_lock lock(mutex);
  while (!stopping) {
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

Stream::Stream() : state_(new State) {
  state_->requested_workers = workers_from_environment();
  install_executor(*this);
  pthread_atfork(nullptr, nullptr, [] {
    if (!Stream::instance().state_->threads.empty() || Stream::instance().state_->open_meshes > 0)
      forked = true;
  });
}

Stream& Stream::instance() {
  static Stream& stream = *new Stream;
  return stream;
}

Stream::Order::Order() {
  expect(!forked,
         "ttnn: this process was forked from one with an open mesh; its devices' workers did not "
         "come along. ",
         "Start processes with the 'spawn' method, or fork before a mesh is opened.");
  instance().state_->order.lock();
}

Stream::Order::~Order() { instance().state_->order.unlock(); }

Command& Stream::prepare() {
  State& s = *state_;
  std::unique_lock lock(s.mutex);
  s.help_until(lock,
               [&] { return s.next - s.oldest < run_ahead && s.bytes_ahead < bytes_ahead_limit; });
  if (s.spare.empty()) s.spare.push_back(new InFlight);
  InFlight* c = s.spare.back();
  s.spare.pop_back();
  return c->command;
}

uint64_t Stream::submit(Command& command) {
  State& s = *state_;
  auto* c = reinterpret_cast<InFlight*>(&command);
  static_assert(offsetof(InFlight, command) == 0);
  c->work = command.kernel->work(command.args.get(), command.launch);
  c->tasks = c->work.tasks();
  c->next_task.store(0, std::memory_order_relaxed);
  c->waits_for = 0;
  c->users = 0;
  c->started = c->prepared = false;
  c->bytes = 0;

  std::unique_lock lock(s.mutex);
  c->number = s.next++;
  s.ring[c->number % window] = c;
  for (const Operand& in : command.launch.in)
    in.each_block([&](const BlockRef& block) {
      Usage& usage = block->usage;
      s.depend(c, usage.writer);
      // Readers that have retired need no one to wait for them.
      std::erase_if(usage.readers, [&](uint64_t number) { return !s.in_flight(number); });
      usage.readers.push_back(c->number);
    });
  for (const Operand& out : command.launch.out)
    out.each_block([&](const BlockRef& block) {
      Usage& usage = block->usage;
      s.depend(c, usage.writer);
      for (uint64_t reader : usage.readers) s.depend(c, reader);
      usage.readers.clear();
      usage.writer = c->number;
      if (!block->data()) c->bytes += block->bytes();
    });
  s.bytes_ahead += c->bytes;
  if (c->waits_for == 0) s.add_ready(c);
  return c->number;
}

void Stream::kick(uint64_t number) {
  State& s = *state_;
  std::unique_lock lock(s.mutex);
  InFlight* c = s.in_flight(number);
  if (!c || c->waits_for > 0 || c->started) return;
  const bool alone = s.oldest == number;
  if (!alone || c->tasks > 1) {
    s.work_bell.ring();
    return;
  }
  ++c->users;
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
  std::unique_lock lock(state_->mutex);
  state_->help_until(lock, [&] { return !state_->in_flight(number); });
}

void Stream::wait_all() {
  std::unique_lock lock(state_->mutex);
  const uint64_t last = state_->next;
  state_->help_until(lock, [&] { return state_->oldest >= last; });
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
    if (state_->unreported == failure) state_->unreported.reset();
  }
  if (!failure) return;
  failure->reported = true;
  throw failure->error;
}

void Stream::throw_unreported() {
  FailurePtr failure;
  {
    std::lock_guard lock(state_->mutex);
    failure = std::exchange(state_->unreported, nullptr);
  }
  if (failure && !failure->reported.exchange(true)) throw failure->error;
}

int Stream::workers() const {
  std::lock_guard lock(state_->mutex);
  if (!state_->threads.empty()) return state_->worker_count;
  return state_->requested_workers > 0 ? state_->requested_workers : usable_cores();
}

void Stream::set_workers(int count) {
  expect(count >= 0 && count <= 1024, "set_workers: ", count,
         " is no number of workers from 0 (all cores) to 1024.");
  std::lock_guard lock(state_->mutex);
  expect(state_->open_meshes == 0, "set_workers: a mesh is open. Close all meshes first.");
  state_->requested_workers = count;
}

void Stream::opened(MeshDevice&) {
  expect(!forked, "open_mesh_device: this process was forked from one with an open mesh. ",
         "Start processes with the 'spawn' method, or fork before a mesh is opened.");
  backend();  // chosen before any thread asks
  std::unique_lock lock(state_->mutex);
  if (state_->open_meshes++ > 0) return;
  state_->stopping = false;
  state_->worker_count = state_->requested_workers > 0 ? state_->requested_workers : usable_cores();
  for (int i = 1; i < state_->worker_count; ++i)
    state_->threads.emplace_back([s = state_] { s->worker(); });
}

void Stream::drain(MeshDevice&) {
  wait_all();
  throw_unreported();
}

void Stream::closed(MeshDevice&) {
  std::vector<std::thread> threads;
  {
    std::unique_lock lock(state_->mutex);
    if (--state_->open_meshes > 0 || forked) return;
    state_->stopping = true;
    threads.swap(state_->threads);
  }
  state_->work_bell.ring();
  for (std::thread& thread : threads) thread.join();
}

void set_interrupt_check(std::function<void()> check) { interrupt_check() = std::move(check); }

SourceLine& current_source() {
  thread_local SourceLine source;
  return source;
}

void set_task_delay(int max_us) { max_task_delay_us = max_us; }

}  // namespace ttnn
