// Command queues and events: what a program leaves unordered is told of before it is launched, and
// nothing else is. Random programs are held against happens-before, searched in a graph.
#include "ttnn/runtime/queues.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "tests/cpp/runtime_ops.h"
#include "ttnn/runtime/finding.h"

namespace ttnn {
namespace {

using test::contains;
using test::message_of;

std::vector<std::string>& told() {
  static std::vector<std::string> all;
  return all;
}

class Queues : public testing::Test {
 protected:
  void SetUp() override {
    ::unsetenv("TTNN_STRICT_QUEUES");
    told().clear();
    static int tests = 0;
    current_source() = {"queues_test.cpp", ++tests};  // a pair of lines of its own
    set_warning([](const char*, const std::string& message, const SourceLine&) {
      told().push_back(message);
    });
    MeshDeviceOptions options;
    options.mesh_shape = MeshShape(1, 2);
    options.num_command_queues = 2;
    mesh_ = MeshDevice::open(options);
  }
  void TearDown() override {
    if (mesh_->is_open()) mesh_->close();
    current_source() = {};
    ::unsetenv("TTNN_STRICT_QUEUES");
  }

  Tensor on_device(float value) {
    std::vector<float> data(8, value);
    TensorSpec spec;
    spec.shape = Shape{2, 4};
    spec.dtype = DataType::FLOAT32;
    return upload(HostArray::dense(data.data(), HostType::float32, spec.shape), spec,
                  replicate(spec.shape, mesh_->shape()), mesh_, "test");
  }
  Tensor on_host(float value) { return to_host(on_device(value), true); }
  static float first(const Tensor& t) {
    std::vector<float> out(static_cast<size_t>(t.volume()));
    download(t, 0, HostArray::dense(out.data(), HostType::float32, t.shape()));
    return out.front();
  }
  static void write(const Tensor& from, const Tensor& to, int queue) {
    CallOptions options;
    options.outputs = {to};
    options.queue = queue;
    test::scale(from, 1.0, 0.0, options);
  }
  std::shared_ptr<MeshDevice> mesh_;
};

TEST_F(Queues, AWriteWhileTheOtherQueueReadsIsToldOfWithBothLines) {
  const Tensor host = on_host(1), y = on_device(0);
  Tensor x = on_device(2);
  current_source() = {"program.py", 7};
  write(x, y, 0);
  current_source() = {"program.py", 9};
  {
    const OnQueue queue(1);
    copy_to_device(host, x);
  }
  ASSERT_EQ(told().size(), 1u);
  EXPECT_TRUE(
      told()[0].starts_with("copy_host_to_device_tensor writes device_tensor Shape([2, 4])"))
      << told()[0];
  EXPECT_TRUE(contains(told()[0],
                       "on queue 1 at program.py:9, and test_scale reads it on queue 0 at "
                       "program.py:7;"))
      << told()[0];
  EXPECT_TRUE(contains(told()[0], "ttnn.record_event(mesh_device, 0)")) << told()[0];
  EXPECT_TRUE(contains(told()[0], "ttnn.wait_for_event(1, event)")) << told()[0];
  EXPECT_EQ(first(y), 2) << "work runs in program order all the same";
}

TEST_F(Queues, OnceForAPairOfLines) {
  const Tensor y = on_device(0);
  const Tensor x = on_device(2);
  for (int i = 0; i < 3; ++i) {
    current_source() = {"loop.py", 1};
    write(x, y, 0);
    current_source() = {"loop.py", 2};
    write(y, x, 1);
  }
  EXPECT_EQ(told().size(), 2u) << "line 2 after line 1, and line 1 after line 2";
}

TEST_F(Queues, AnEventOrdersWhatCameBeforeItAndNoMore) {
  const Tensor x = on_device(2), y = on_device(0), z = on_device(0);
  write(x, y, 0);
  const MeshEvent event = record_event(mesh_, 0);
  write(x, z, 0);
  wait_for_event(1, event);
  write(y, y, 1);
  EXPECT_TRUE(told().empty()) << told()[0];
  write(z, z, 1);
  EXPECT_EQ(told().size(), 1u);
}

TEST_F(Queues, TheHostComesAfterWhatItHasWaitedFor) {
  const auto wait = std::to_array<std::function<void()>>({
      [&] { synchronize(mesh_); }, [&] { synchronize(mesh_, 0); }, [&] { synchronize(nullptr); },
      [&] { event_synchronize(record_event(mesh_, 0)); },
      [&] { first(on_device(0)); },  // a blocking read of queue 0
  });
  for (size_t i = 0; i < wait.size(); ++i) {
    const Tensor x = on_device(2), y = on_device(0);
    write(x, y, 0);
    wait[i]();
    write(y, x, 1);
    EXPECT_TRUE(told().empty()) << i << ": " << told()[0];
  }
}

TEST_F(Queues, WaitingForTheOtherQueueDoesNotHelp) {
  const Tensor x = on_device(2), y = on_device(0);
  synchronize(mesh_);
  write(x, y, 0);
  synchronize(mesh_, 1);
  event_synchronize(record_event(mesh_, 1));
  write(y, x, 1);
  EXPECT_EQ(told().size(), 1u);
}

TEST_F(Queues, AHostReadOfWhatIsOnItsWayIsToldOf) {
  const Tensor host = to_host(on_device(3), false);
  EXPECT_EQ(first(host), 3);
  ASSERT_EQ(told().size(), 1u);
  EXPECT_TRUE(contains(told()[0], "which from_device fills on queue 0")) << told()[0];
  EXPECT_TRUE(contains(told()[0], "ttnn.synchronize_device(mesh_device, 0)")) << told()[0];
  const Tensor other = to_host(on_device(3), false);
  event_synchronize(record_event(mesh_, 0));
  first(other);
  EXPECT_EQ(told().size(), 1u);
}

TEST_F(Queues, StrictRaisesBeforeAnythingIsLaunched) {
  ::setenv("TTNN_STRICT_QUEUES", "1", 1);
  const Tensor x = on_device(2), y = on_device(5);
  write(x, y, 0);
  const std::string error = message_of([&] { write(y, x, 1); });
  EXPECT_TRUE(contains(error, "on cards they race")) << error;
  synchronize(mesh_);
  EXPECT_EQ(first(x), 2);
  write(on_device(7), x, 0);
  EXPECT_EQ(first(x), 7) << "the mesh stays usable";
}

TEST_F(Queues, SingleDevicesAreTheirTensorsShards) {
  const Tensor x = on_device(2), y = on_device(0);
  const std::vector<Tensor> parts = get_device_tensors(x);
  synchronize(mesh_);
  write(parts[0], get_device_tensors(y)[0], 0);
  write(get_device_tensors(y)[1], parts[1], 1);
  EXPECT_TRUE(told().empty()) << told()[0];
  write(y, x, 1);
  EXPECT_EQ(told().size(), 1u);
}

TEST_F(Queues, ATensorMadeOnOneQueueIsOrderedWithItsCopyOnTheOther) {
  Tensor x;
  {
    const OnQueue queue(1);
    x = on_device(2);
  }
  const Tensor seen = share(x, x.spec());
  const MeshEvent event = record_event(mesh_, 1);
  wait_for_event(0, event);
  test::scale(seen);
  EXPECT_TRUE(told().empty()) << told()[0];
  {
    const OnQueue queue(1);
    x = on_device(2);
  }
  test::scale(share(x, x.spec()));
  EXPECT_EQ(told().size(), 1u);
}

TEST_F(Queues, QueuesThatAMeshLacksAreOutOfRange) {
  const Tensor x = on_device(2);
  const auto expect_out_of_range = [&](const std::function<void()>& call) {
    const std::string error = message_of(call);
    EXPECT_TRUE(contains(error, "is out of range")) << error;
  };
  const OnQueue queue(2);
  expect_out_of_range([&] { test::scale(x); });
  expect_out_of_range([&] { on_device(1); });
  expect_out_of_range([&] { first(x); });
  expect_out_of_range([&] { to_host(x, true); });
  expect_out_of_range([&] { record_event(mesh_); });
  expect_out_of_range([&] { record_event(mesh_, -1); });
  expect_out_of_range([&] { wait_for_event({}, record_event(mesh_, 0)); });
  expect_out_of_range([&] { synchronize(mesh_, 2); });
}

TEST_F(Queues, EventsKnowTheirQueueAndRange) {
  const MeshEvent a = record_event(mesh_, 1);
  const MeshEvent b =
      record_event(mesh_, 1, MeshCoordinateRange(MeshCoordinate(0, 1), MeshCoordinate(0, 1)));
  EXPECT_EQ(b.id(), a.id() + 1);
  EXPECT_EQ(a.mesh_cq_id(), 1);
  EXPECT_EQ(a.device(), mesh_);
  EXPECT_EQ(a.device_range(), MeshCoordinateRange(mesh_->shape()));
  const std::string error = message_of([&] {
    record_event(mesh_, 0, MeshCoordinateRange(MeshCoordinate(0, 0), MeshCoordinate(0, 2)));
  });
  EXPECT_TRUE(contains(error, "is no part of MeshShape([1, 2])")) << error;
  mesh_->close();
  EXPECT_TRUE(contains(message_of([&] { wait_for_event(0, a); }), "is closed"));
  EXPECT_TRUE(contains(message_of([&] { event_synchronize(a); }), "is closed"));
}

TEST_F(Queues, AnEventWaitsForItsQueue) {
  set_task_delay(2000);
  const Tensor x = on_device(2), y = on_device(0);
  Tensor last = x;
  for (int i = 0; i < 20; ++i) last = test::scale(last);
  const MeshEvent event = record_event(mesh_, 0);
  event_synchronize(event);
  set_task_delay(0);
  EXPECT_TRUE(Stream::instance().is_done(last.buffers()->block()->usage.writer));
}

TEST_F(Queues, AWaitForAnEventRaisesWhatFailedOnce) {
  const MeshEvent before = record_event(mesh_, 1);
  test::throws(on_device(1));
  const MeshEvent after = record_event(mesh_, 0);
  EXPECT_TRUE(contains(message_of([&] { event_synchronize(after); }), "gave up"));
  EXPECT_EQ(message_of([&] { event_synchronize(after); }), "no error");
  EXPECT_EQ(message_of([&] { event_synchronize(before); }), "no error");
}

// ---- Random programs.

// What happens before what, as a graph that is searched anew for each question.
class HappensBefore {
 public:
  int add(int queue) {
    std::vector<int> before = host_;
    int& last = last_[queue];
    if (last >= 0) before.push_back(last);
    before_.push_back(std::move(before));
    return last = static_cast<int>(before_.size()) - 1;
  }
  void wait(int queue, int event) { before_[static_cast<size_t>(add(queue))].push_back(event); }
  void host_waits(int node) {
    if (node >= 0) host_.push_back(node);
  }
  int last(int queue) const { return last_[queue]; }
  bool is_before_next_of(int node, int queue) const {
    std::vector<int> from = host_;
    if (queue >= 0 && last_[queue] >= 0) from.push_back(last_[queue]);
    std::vector<bool> seen(before_.size());
    while (!from.empty()) {
      const int at = from.back();
      from.pop_back();
      if (at == node) return true;
      if (seen[static_cast<size_t>(at)]) continue;
      seen[static_cast<size_t>(at)] = true;
      for (int earlier : before_[static_cast<size_t>(at)]) from.push_back(earlier);
    }
    return false;
  }

 private:
  std::vector<std::vector<int>> before_;
  std::vector<int> host_;
  int last_[2] = {-1, -1};
};

struct Access {
  int node, tensor, device;
  bool writes;
};

class Program {
 public:
  explicit Program(unsigned seed) : random_(seed) {}

  HappensBefore order;

  size_t pick(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }
  // Whether the next thing that `queue` (-1: the host) does races with one of the past.
  bool races(int queue, const std::vector<Access>& next) const {
    for (const Access& now : next)
      for (const Access& past : past_) {
        const bool overlap = now.tensor == past.tensor &&
                             (now.device < 0 || past.device < 0 || now.device == past.device);
        if (overlap && (now.writes || past.writes) && !order.is_before_next_of(past.node, queue))
          return true;
      }
    return false;
  }
  int happen(int queue, std::vector<Access> next) {
    const int node = order.add(queue);
    for (Access& access : next) {
      access.node = node;
      past_.push_back(access);
    }
    return node;
  }

 private:
  std::mt19937 random_;
  std::vector<Access> past_;
};

class RandomPrograms : public Queues, public testing::WithParamInterface<unsigned> {};

// Raising leaves out what would race, so each program goes on as a right one.
TEST_P(RandomPrograms, RaiseExactlyWhereNothingOrdersTwoUses) {
  constexpr int device_tensors = 3, host_tensors = 2, steps = 150;
  ::setenv("TTNN_STRICT_QUEUES", "1", 1);
  Program program(GetParam());
  std::vector<Tensor> tensors;
  for (int i = 0; i < device_tensors; ++i) tensors.push_back(on_device(1));
  for (int i = 0; i < host_tensors; ++i) tensors.push_back(on_host(1));
  synchronize(mesh_);
  std::vector<std::pair<MeshEvent, int>> events;
  int found = 0;

  const auto attempt = [&](int step, int queue, const std::vector<Access>& uses,
                           const std::function<void()>& call) {
    const bool expected = program.races(queue, uses);
    const std::string error = message_of(call);
    EXPECT_EQ(error != "no error", expected)
        << "seed " << GetParam() << ", step " << step << " " << error;
    found += expected;
    return error == "no error";
  };
  for (int step = 0; step < steps && !HasFailure(); ++step) {
    const int queue = static_cast<int>(program.pick(2));
    const int a = static_cast<int>(program.pick(device_tensors));
    const int b = static_cast<int>(program.pick(device_tensors));
    const int h = device_tensors + static_cast<int>(program.pick(host_tensors));
    const OnQueue on(queue);
    switch (program.pick(9)) {
      case 0: {  // a whole tensor
        if (attempt(step, queue, {{0, a, -1, false}, {0, b, -1, true}},
                    [&] { write(tensors[a], tensors[b], queue); }))
          program.happen(queue, {{0, a, -1, false}, {0, b, -1, true}});
        break;
      }
      case 1: {  // the shard of one device
        const int d = static_cast<int>(program.pick(2));
        const Tensor from = get_device_tensors(tensors[a])[d],
                     to = get_device_tensors(tensors[b])[d];
        if (attempt(step, queue, {{0, a, d, false}, {0, b, d, true}},
                    [&] { write(from, to, queue); }))
          program.happen(queue, {{0, a, d, false}, {0, b, d, true}});
        break;
      }
      case 2: {
        // The host reads its tensor during the call, then the queue writes.
        const auto copy = [&] { copy_to_device(tensors[h], tensors[a]); };
        if (program.races(-1, {{0, h, -1, false}})) {
          attempt(step, -1, {{0, h, -1, false}}, copy);
        } else if (attempt(step, queue, {{0, a, -1, true}}, copy)) {
          program.happen(queue, {{0, a, -1, true}});
        }
        break;
      }
      case 3:
      case 4: {
        const bool blocking = program.pick(2) == 0;
        if (attempt(step, queue, {{0, a, -1, false}, {0, h, -1, true}},
                    [&] { copy_to_host(tensors[a], tensors[h], blocking); })) {
          const int node = program.happen(queue, {{0, a, -1, false}, {0, h, -1, true}});
          if (blocking) program.order.host_waits(node);
        }
        break;
      }
      case 5: {  // the host reads
        attempt(step, -1, {{0, h, -1, false}}, [&] { first(tensors[h]); });
        break;
      }
      case 6: {
        events.emplace_back(record_event(mesh_, queue), program.order.add(queue));
        break;
      }
      case 7: {
        if (events.empty()) break;
        const auto& [event, node] = events[program.pick(events.size())];
        wait_for_event(queue, event);
        program.order.wait(queue, node);
        break;
      }
      default: {
        const size_t kind = program.pick(4);
        if (kind == 0) {
          synchronize(mesh_, queue);
          program.order.host_waits(program.order.last(queue));
        } else if (kind == 1 && !events.empty()) {
          const auto& [event, node] = events[program.pick(events.size())];
          event_synchronize(event);
          program.order.host_waits(node);
        } else if (attempt(step, queue, {{0, a, -1, false}}, [&] { first(tensors[a]); })) {
          program.order.host_waits(program.happen(queue, {{0, a, -1, false}}));
        }
      }
    }
  }
  EXPECT_GT(found, 0) << "a program of this length has races";
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPrograms, testing::Range(0u, 60u));

}  // namespace
}  // namespace ttnn
