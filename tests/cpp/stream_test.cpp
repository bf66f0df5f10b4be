// Program order, waits, run-ahead, failures, and the life of the worker threads.
#include "ttnn/runtime/stream.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ctime>
#include <random>

#include "tests/cpp/runtime_ops.h"
#include "ttnn/ops/binary_calls.h"
#include "ttnn/runtime/operands.h"

namespace ttnn::test {
namespace {

Stream& stream() { return Stream::instance(); }

int threads_of_process() {
  int count = 0;
  DIR* tasks = opendir("/proc/self/task");
  while (const dirent* entry = readdir(tasks)) count += entry->d_name[0] != '.';
  closedir(tasks);
  return count;
}

// A thread that was joined may be listed for a moment longer.
bool settles_at(int threads) {
  for (int i = 0; i < 1000 && threads_of_process() != threads; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return threads_of_process() == threads;
}

double cpu_seconds() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

template <class Condition>
void wait_until(const Condition& condition) {
  while (!condition()) std::this_thread::sleep_for(std::chrono::microseconds(100));
}

// Must be the first test of the program.
TEST(AStream, HasNoThreadBeforeTheFirstMesh) {
  EXPECT_EQ(stream().workers(), stream().workers());
  EXPECT_EQ(threads_of_process(), 1);
}

class Streams : public OnMesh {
 protected:
  const std::shared_ptr<MeshDevice>& open(MeshShape shape, int workers) {
    stream().set_workers(workers);
    return OnMesh::open(shape);
  }
};

TEST_F(Streams, WorkersComeWithTheFirstMeshAndGoWithTheLast) {
  open({1, 1}, 2)->close();
  const int before = threads_of_process();  // a sanitizer's own thread among them
  open({1, 2}, 3);
  EXPECT_EQ(stream().workers(), 3);
  EXPECT_TRUE(settles_at(before + 2));  // the host is the third
  EXPECT_TRUE(contains(message_of([] { stream().set_workers(2); }), "a mesh is open"));
  const auto second = MeshDevice::open({.mesh_shape = MeshShape(1, 1)});
  EXPECT_TRUE(settles_at(before + 2));
  mesh_->close();
  EXPECT_TRUE(settles_at(before + 2));
  second->close();
  EXPECT_TRUE(settles_at(before));
}

TEST_F(Streams, OpensAndClosesFromSeveralThreads) {
  stream().set_workers(3);
  std::vector<std::thread> hosts;
  for (int i = 0; i < 4; ++i)
    hosts.emplace_back([] {
      for (int round = 0; round < 50; ++round)
        MeshDevice::open({.mesh_shape = MeshShape(1, 1)})->close();
    });
  for (std::thread& host : hosts) host.join();
  EXPECT_EQ(SystemMesh::instance().open_meshes(), 0);
}

TEST_F(Streams, AnIdleMeshBurnsNothing) {
  open({8, 4}, 3);
  read(scale(row({1, 2}), 2.0));
  bool idle = false;  // once spinning has ended, however long workers wait for a core until then
  for (int round = 0; round < 100 && !idle; ++round) {
    const double before = cpu_seconds();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    idle = cpu_seconds() - before < 0.002;
  }
  EXPECT_TRUE(idle);
}

// A program whose every step depends on order: in-place updates, reads between them, several
// shards.
Floats ordered_program(Streams&, const Tensor& start, const Tensor& shards) {
  Tensor x = start;
  std::vector<Tensor> kept;
  for (int i = 0; i < 40; ++i) {
    x = sum(scale(x, 0.5, 1.0), shards);
    if (i % 7 == 0) kept.push_back(scale(x, 1.0));
    if (i % 3 == 0) double_in_place(x);
    if (i % 5 == 0) x = reverse(x);
    if (i % 11 == 0) put(x, kept.front(), 1);
  }
  kept.push_back(x);
  Floats all;
  for (const Tensor& t : kept)
    for (int device = 0; device < t.devices(); ++device) {
      Floats part(static_cast<size_t>(t.volume()));
      download(t, device, HostArray::dense(part.data(), HostType::float32, t.shape()));
      all.insert(all.end(), part.begin(), part.end());
    }
  return all;
}

TEST_F(Streams, TheSameBitsWhateverTheWorkersAndDelays) {
  Floats expected;
  for (const int workers : {1, 2, 3, 7})
    for (const int delay : {0, 300}) {
      open({1, 3}, workers);
      set_task_delay(delay);
      const Tensor shards = sharded({1, 2, 3, 4, 5, 6, 7, 8, 9}, {3, 3});
      const Tensor start = tensor({0.1f, 0.2f, 0.3f}, {1, 3});
      const Floats found = ordered_program(*this, start, shards);
      if (expected.empty()) expected = found;
      EXPECT_EQ(found, expected) << workers << " workers, delays up to " << delay << " us";
      mesh_->close();
    }
}

TEST_F(Streams, KernelsOfManyTasksGiveTheSameBits) {
  Floats data(300 * 700);
  std::minstd_rand random(7);
  for (float& v : data) v = static_cast<float>(random()) * 1e-9f;
  Floats expected;
  for (const int workers : {1, 2, 3, 7}) {
    open({1, 2}, workers);
    set_task_delay(workers == 3 ? 200 : 0);
    const Tensor a = tensor(data, {300, 700}), b = tensor(Floats(700, 0.3f), {700});
    const Floats found = read(multiply(add(a, b), a), 1);
    if (expected.empty()) expected = found;
    EXPECT_TRUE(found == expected) << workers << " workers";
    mesh_->close();
  }
}

TEST_F(Streams, WaitsForWhatIsReadAndNotMore) {
  open({1, 1}, 2);
  const Tensor x = row({1, 2, 3});
  std::thread other([&] {  // so that the host of this test does not take the gate's task itself
    const Tensor blocked = gate(scale(x, 1.0));
    read(blocked);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(read(scale(x, 3.0)), (Floats{3, 6, 9}));
  Gate::open = true;
  other.join();
}

TEST_F(Streams, SubmittingReturnsBeforeTheWorkIsDone) {
  open({1, 2}, 3);  // two shards: two tasks for workers
  const Tensor x = gate(sharded({1, 2}, {2, 1}));
  const Tensor y = scale(x, 2.0);
  const uint64_t last = y.buffers()->block()->usage.writer;
  EXPECT_FALSE(stream().is_done(last));
  Gate::open = true;
  stream().wait(last);
  EXPECT_TRUE(stream().is_done(last));
  EXPECT_EQ(read(y, 1), (Floats{4}));
}

TEST_F(Streams, RunAheadIsBoundedInCommands) {
  open({1, 2}, 3);
  const Tensor x = gate(sharded({1, 2}, {2, 1}));
  std::atomic<int> submitted{0};
  std::thread program([&] {
    Tensor y = x;
    for (int i = 0; i < 2000; ++i) {
      y = scale(y, 1.0);
      ++submitted;
    }
    stream().wait_all();
  });
  wait_until([&] { return submitted > 100; });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_LT(submitted, 1024);
  Gate::open = true;
  program.join();
  EXPECT_EQ(submitted, 2000);
}

TEST_F(Streams, RunAheadIsBoundedInBytes) {
  open({1, 2}, 3);
  const Tensor x = gate(sharded({1, 2}, {2, 1}));
  // 256 MiB each on two devices; nothing of them is ever touched but one page each.
  std::atomic<int> made{0};
  std::thread program([&] {
    const int64_t bytes = int64_t{256} << 20;
    static const Kernel nothing = {.work = [](const void*, const Launch&) { return Work{0, 1}; }};
    for (int i = 0; i < 40; ++i) {
      stream().make_room();
      Stream::Order order;
      Operand in, out;
      in.block = x.buffers()->block();
      in.spread = out.spread = Spread::shared(2);
      out.block = make_block(bytes);
      enqueue(nothing, nullptr, {in}, {out}, nullptr, 2, out.spread);
      ++made;
    }
  });
  wait_until([&] { return made >= 8; });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(made, 8);  // 2 GiB
  Gate::open = true;
  program.join();
  EXPECT_EQ(made, 40);
}

// ---- Failures

TEST_F(Streams, AFailurePoisonsWhatDependsOnIt) {
  open({1, 2}, 2);
  current_source() = {"program.py", 17};
  const Tensor x = row({1, 2});
  const Tensor bad = throws(x);
  current_source() = {};
  const Tensor worse = scale(sum(bad, x), 2.0), fine = scale(x, 2.0);
  EXPECT_EQ(read(fine), (Floats{2, 4}));
  for (int again = 0; again < 2; ++again) {
    const std::string error = message_of([&] { read(worse); });
    EXPECT_EQ(error, "test_throws: the kernel gave up.\nEnqueued at program.py:17.");
  }
  EXPECT_EQ(message_of([&] { synchronize(mesh_); }), "no error") << "it was seen";
  EXPECT_EQ(read(scale(x, 3.0)), (Floats{3, 6})) << "the mesh works on";
}

TEST_F(Streams, SynchronisingRaisesTheFirstUnseenFailureOnce) {
  open({1, 1}, 2);
  current_source() = {"program.py", 1};
  const Tensor a = throws(row({1}));
  current_source() = {"program.py", 2};
  const Tensor b = throws(row({1}));
  current_source() = {"program.py", 3};
  const Tensor c = throws(row({1}));
  current_source() = {};
  EXPECT_TRUE(contains(message_of([&] { read(a); }), "program.py:1"));
  EXPECT_TRUE(contains(message_of([&] { synchronize(mesh_); }), "program.py:2"));
  EXPECT_EQ(message_of([&] { synchronize(mesh_); }), "no error");
  EXPECT_TRUE(contains(message_of([&] { read(c); }), "program.py:3"));
}

TEST_F(Streams, InPlaceFailuresPoisonAndOverwritingCures) {
  open({1, 2}, 2);
  const Tensor x = row({1, 2});
  throws_in_place(x);
  EXPECT_TRUE(contains(message_of([&] { read(x); }), "gave up"));
  const Tensor y = row({5, 6});
  CallOptions into;
  into.outputs = {x};
  scale(y, 2.0, into);
  EXPECT_EQ(read(x), (Floats{10, 12}));
}

TEST_F(Streams, ClosingRaisesTheUnseenFailureAndTheNextMeshWorks) {
  open({1, 1}, 2);
  const Tensor bad = throws(row({1}));
  EXPECT_TRUE(contains(message_of([&] { mesh_->close(); }), "gave up"));
  EXPECT_FALSE(mesh_->is_open());
  EXPECT_TRUE(contains(message_of([&] { scale(bad, 1.0); }), "is closed"));
  open({1, 1}, 2);
  EXPECT_EQ(read(scale(row({2}), 2.0)), (Floats{4}));
}

TEST_F(Streams, ADroppedMeshLeavesItsFailureToOthers) {
  open({1, 1}, 2);
  auto second = MeshDevice::open({.mesh_shape = MeshShape(1, 1)});
  throws(row({1}));
  second.reset();
  EXPECT_TRUE(contains(message_of([&] { synchronize(mesh_); }), "gave up"));
}

// ---- Closing, interrupting, forking

TEST_F(Streams, AMeshMayBeClosedWithWorkPending) {
  open({1, 2}, 2);
  set_task_delay(500);
  Tensor x = sharded({1, 2}, {2, 1});
  for (int i = 0; i < 100; ++i) x = scale(x, 1.0, 1.0);
  const Tensor host = to_host(x, false);
  mesh_->close();
  EXPECT_EQ(read(host, 1), (Floats{102}));
}

TEST_F(Streams, AMeshMayBeDroppedWithWorkPending) {
  open({1, 2}, 2);
  set_task_delay(500);
  Tensor x = sharded({1, 2}, {2, 1});
  for (int i = 0; i < 50; ++i) x = scale(x, 1.0, 1.0);
  x = {};
  mesh_.reset();
  EXPECT_EQ(SystemMesh::instance().open_meshes(), 0);
}

struct Interrupted : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Runs `wait` in a thread that is signalled while it sleeps; the check throws from then on.
bool is_interrupted(const std::function<void()>& wait) {
  static std::atomic<bool> pressed;
  pressed = false;
  struct sigaction action = {};
  action.sa_handler = [](int) { pressed = true; };
  sigaction(SIGUSR1, &action, nullptr);
  set_interrupt_check([] {
    if (pressed) throw Interrupted("pressed");
  });
  bool thrown = false;
  std::thread host([&] {
    try {
      wait();
    } catch (const Interrupted&) {
      thrown = true;
    }
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  pthread_kill(host.native_handle(), SIGUSR1);
  host.join();
  set_interrupt_check({});
  return thrown;
}

void wait_at_gate(int tasks) {
  wait_until([&] { return Gate::arrived >= tasks; });
}

TEST_F(Streams, ASignalEndsAWait) {
  open({1, 2}, 3);
  const Tensor x = gate(sharded({1, 2}, {2, 1}));
  wait_at_gate(2);  // both workers, so that the host finds nothing to do
  EXPECT_TRUE(is_interrupted([] { stream().wait_all(); }));
  EXPECT_TRUE(is_interrupted([&] { synchronize(mesh_); }));
  Gate::open = true;
  EXPECT_EQ(read(x, 1), (Floats{2}));
}

TEST_F(Streams, AnInterruptedReadingLeavesTheUsersMemoryAlone) {
  open({1, 2}, 3);
  const Tensor x = gate(sharded({1, 2}, {2, 1}));
  wait_at_gate(2);
  Floats out(1, -1.0f);
  EXPECT_TRUE(is_interrupted(
      [&] { download(x, 1, HostArray::dense(out.data(), HostType::float32, x.shape())); }));
  Gate::open = true;
  stream().wait_all();
  EXPECT_EQ(out, Floats{-1});
  EXPECT_EQ(message_of([&] { synchronize(mesh_); }), "no error");
  EXPECT_EQ(read(x, 1), Floats{2});
}

TEST_F(Streams, AForkedChildIsTold) {
  open({1, 2}, 3);
  const Tensor x = row({1, 2});
  read(scale(x, 2.0));
  const pid_t child = fork();
  if (child == 0) {
    bool told = true;
    for (const std::function<void()>& call : std::vector<std::function<void()>>{
             [&] { scale(x, 2.0); }, [&] { read(x); }, [&] { synchronize(mesh_); },
             [] { MeshDevice::open({.mesh_shape = MeshShape(1, 1)}); }})
      told = told && contains(message_of(call), "forked");
    mesh_.reset();
    std::quick_exit(told ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(read(scale(x, 2.0)), (Floats{2, 4}));
}

TEST_F(Streams, WhatOthersNeedIsLetGoBeforeAWaitAndOnlyThen) {
  open({1, 2}, 1);
  const Tensor x = row({1, 2}), cut = sharded({1, 2}, {2, 1});
  int let_go = 0;
  const LetGoBeforeWaiting held([](void* times) { return ++*static_cast<int*>(times) > 0; },
                                &let_go);
  scale(x, 2.0);
  EXPECT_EQ(let_go, 0);
  const Tensor y = gate(cut);  // for the workers, so the call does not wait
  scale(y, 2.0);
  EXPECT_EQ(let_go, 0);
  Gate::open = true;
  stream().wait_all();
  EXPECT_EQ(let_go, 1);
  read(scale(gate(cut), 2.0));
  EXPECT_EQ(let_go, 1) << "it is held no more";
}

TEST_F(Streams, WhatOthersNeedIsLetGoWhereTheyHoldTheOrder) {
  open({1, 1}, 1);
  const Tensor x = row({1, 2});
  std::mutex needed;  // as Python's lock
  std::atomic<bool> has_order{false};
  needed.lock();
  std::thread other([&] {
    const Stream::Order order;
    has_order = true;
    const std::lock_guard lock(needed);
  });
  while (!has_order) std::this_thread::yield();
  {
    const LetGoBeforeWaiting held(
        [](void* lock) { return static_cast<std::mutex*>(lock)->unlock(), true; }, &needed);
    EXPECT_EQ(read(scale(x, 2.0)), (Floats{2, 4}));
  }
  other.join();
}

TEST_F(Streams, ASmallCommandWithNothingAheadRunsBeforeTheCallReturns) {
  open({1, 2}, 3);
  const Tensor x = row({1, 2});
  const Tensor y = scale(x, 2.0);  // one shard, one task
  EXPECT_EQ(Scale::shards, 1);
  EXPECT_TRUE(stream().is_done(stream().last()));
  const Tensor gated = gate(sharded({1, 2}, {2, 1}));
  scale(gated, 2.0);
  EXPECT_EQ(Scale::shards, 1) << "it waits for its input";
  Gate::open = true;
  stream().wait_all();
  EXPECT_EQ(Scale::shards, 3);
}

TEST_F(Streams, SeveralThreadsMaySubmit) {
  open({1, 3}, 3);
  const Tensor shared = sharded({1, 2, 3}, {3, 1});
  std::vector<Floats> found(6);
  std::vector<std::thread> hosts;
  for (size_t host = 0; host < found.size(); ++host)
    hosts.emplace_back([&, host] {
      Tensor x = shared;
      for (int i = 0; i < 200; ++i) {
        x = sum(scale(x, 0.5, static_cast<double>(host)), shared);
        if (i % 50 == 0) read(x);
      }
      found[host] = read(x, 2);
    });
  for (std::thread& host : hosts) host.join();
  for (size_t host = 0; host < found.size(); ++host)
    EXPECT_NEAR(found[host][0], 2.0 * (3 + static_cast<double>(host)), 1e-5);
}

}  // namespace
}  // namespace ttnn::test
