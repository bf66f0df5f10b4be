#include "ttnn/runtime/trace.h"

#include <map>

#include "ttnn/runtime/captured_trace.h"
#include "ttnn/runtime/finding.h"
#include "ttnn/runtime/queues.h"
#include "ttnn/runtime/stream.h"

namespace ttnn {
namespace {

// Guarded by program order. Released ones stay as null, so that releasing again is known as such.
std::map<int, std::shared_ptr<Trace>>& traces() {
  static auto& all = *new std::map<int, std::shared_ptr<Trace>>;
  return all;
}

std::shared_ptr<Trace> open_trace(const MeshDevice& mesh, int queue) {
  for (const auto& [id, trace] : traces())
    if (trace && trace->is_open() && (queue < 0 || trace->queue == queue) &&
        (mesh.is_within(trace->mesh()) || trace->mesh().is_within(mesh)))
      return trace;
  return nullptr;
}

}  // namespace

Capture* Capture::of(const MeshDevice& mesh, int queue) {
  if (!any()) return nullptr;
  for (const auto& [id, trace] : traces())
    if (trace && trace->is_open() && trace->queue == queue && mesh.is_within(trace->mesh()))
      return trace.get();
  return nullptr;
}

namespace {

constexpr Checker checker = {"TraceWarning", "TTNN_STRICT_TRACE"};

void check_call(const MeshDevice& mesh, int queue, std::string_view op) {
  mesh.expect_open(op);
  expect_queue(mesh, queue, op);
}

std::string at_line() {
  const SourceLine line = current_source();
  return line.file ? text(" (", line.file, ":", line.line, ")") : "";
}

// The trace of this mesh; an error where there is none that can be used.
std::shared_ptr<Trace> find_trace(const MeshDevice& mesh, int id, std::string_view op) {
  const auto found = traces().find(id);
  mesh.expect_open(op);
  const bool exists =
      found != traces().end() && found->second && found->second->mesh_id == mesh.id();
  const bool was_released = found != traces().end() && !found->second;
  const bool is_elsewhere = found != traces().end() && found->second && !exists;
  if (!exists)
    fail(op, ": Trace instance ", id, " must exist on Mesh device ", mesh.id(),
         "'s active sub-device manager 0: ",
         was_released ? "it was released. Capture it again."
         : is_elsewhere
             ? text("it was captured on ", found->second->mesh_text, " with id ",
                    found->second->mesh_id, ". Give that mesh.")
             : "no capture on this mesh has that id. Capture it with ttnn.begin_trace_capture and "
               "ttnn.end_trace_capture.");
  return found->second;
}

// Cards place tensors of after the capture where it has freed memory, and a replay writes there.
void tell_endangered(const Trace& trace, const Allocation& one) {
  const std::string line =
      one.source.file ? text(one.source.file, ":", one.source.line) : "an unknown line";
  tell(
      checker,
      text(
          "execute_trace: Allocating device buffers is potentially unsafe due to the existence of ",
          "an active trace: a tensor of ", one.bytes, " B per device, allocated at ", line,
          " after tid ", trace.id, " was captured on ", trace.mesh_text,
          " and alive at its replay, may lie on cards where the capture had freed ",
          one.buffer_type, " memory, and be overwritten by the replay. Here it is safe. Allocate ",
          "it before ttnn.begin_trace_capture, or deallocate it before ttnn.execute_trace. If it "
          "is meant to be the trace's next input: the trace reads the tensor that it was captured "
          "with; copy into that one with ttnn.copy_host_to_device_tensor."),
      line);
}

// Warnings run the program's code, and other threads go on: a trace may be gone by now.
void expect_usable(const MeshDevice& mesh, const Trace& trace) {
  find_trace(mesh, trace.id, "execute_trace");
}

void mark_all_written() {
  for (const auto& [id, trace] : traces())
    if (trace && !trace->is_open()) trace->mark_written();
}

}  // namespace

int begin_trace_capture(const std::shared_ptr<MeshDevice>& mesh, int queue) {
  check_call(*mesh, queue, "begin_trace_capture");
  static int next_id = 0;  // guarded by program order
  const Stream::Order order;
  if (const auto other = open_trace(*mesh, queue))
    fail("begin_trace_capture: CQ ", queue, " is already being used for tracing tid ", other->id,
         " on ", other->mesh_text,
         ". End that capture with ttnn.end_trace_capture, or drop it with ttnn.release_trace.");
  const int id = next_id++;
  traces()[id] = std::make_shared<Trace>(id, mesh, queue);
  return id;
}

void end_trace_capture(const std::shared_ptr<MeshDevice>& mesh, int id, int queue) {
  check_call(*mesh, queue, "end_trace_capture");
  const Stream::Order order;
  const auto found = traces().find(id);
  const bool fits = found != traces().end() && found->second && found->second->is_open() &&
                    found->second->queue == queue && found->second->mesh_id == mesh->id();
  if (!fits) {
    const auto open = open_trace(*mesh, -1);
    fail("end_trace_capture: CQ ", queue, " is not being used for tracing tid ", id, " on ",
         mesh->text(), ". ",
         open ? text("Tid ", open->id, " is being captured on CQ ", open->queue, " of ",
                     open->mesh_text, ".")
              : "Begin a capture with ttnn.begin_trace_capture.");
  }
  found->second->end();
}

void execute_trace(const std::shared_ptr<MeshDevice>& mesh, int id, int queue, bool blocking) {
  check_call(*mesh, queue, "execute_trace");
  expect_not_capturing(*mesh, queue, Forbidden::blocking, "execute_trace");
  const QueueUser by{mesh.get(), queue};
  std::shared_ptr<Trace> trace;
  QueueUses uses;
  std::vector<Allocation> endangered;
  {
    const Stream::Order order;
    trace = find_trace(*mesh, id, "execute_trace");
    expect(!trace->is_open(), "execute_trace: tid ", id,
           " is still being captured. End the capture with ttnn.end_trace_capture first.");
    if (QueueUses::are_checked()) uses = trace->uses();
    endangered = trace->endangered();
  }
  for (const Allocation& one : endangered) tell_endangered(*trace, one);
  if (const auto race = uses.race(by))
    tell_race("execute_trace", text("a tensor of tid ", id, ", ", trace->describe_use(race->use)),
              *race);
  if (shadow_traces()) {
    {
      const Stream::Order order;
      expect_usable(*mesh, *trace);
      uses.note(by, "execute_trace");
    }
    return trace->replay_with_shadow(mesh, queue);
  }
  Stream& stream = Stream::instance();
  stream.make_room();
  uint64_t number = 0;
  {
    const std::lock_guard lock(trace->replays());
    const Stream::Order order;
    expect_usable(*mesh, *trace);
    number = trace->submit_replay(queue);
    if (QueueUses::are_checked()) uses.note(by, "execute_trace");
  }
  const QueueClock clock = blocking ? QueueUses::now(by) : QueueClock();
  stream.kick(number);
  if (!blocking) return;
  stream.wait(number);
  QueueUses::host_has_waited(clock);
  stream.wait_for(trace->receipt());
}

void release_trace(const std::shared_ptr<MeshDevice>& mesh, int id) {
  const Stream::Order order;
  const auto found = traces().find(id);
  if (found != traces().end() && !found->second) return;
  const auto trace = find_trace(*mesh, id, "release_trace");
  trace->release();
  found->second.reset();
  mark_all_written();
}

bool is_trace_capture_active(const MeshDevice& mesh) {
  const Stream::Order order;
  return open_trace(mesh, -1) != nullptr;
}

TraceDescription describe_trace(const std::shared_ptr<MeshDevice>& mesh, int id) {
  const Stream::Order order;
  return find_trace(*mesh, id, "describe_trace")->describe();
}

void forget_traces(const MeshDevice& mesh) {
  const Stream::Order order;
  for (auto& [id, trace] : traces())
    if (trace && trace->mesh_id == mesh.id()) {
      trace->release();
      trace.reset();
    }
  mark_all_written();
}

void expect_not_capturing(const MeshDevice& mesh, int queue, Forbidden what, std::string_view op) {
  if (!Capture::any()) return;
  int id = 0;
  std::string captured_on;
  {
    const Stream::Order order;
    const auto trace = open_trace(mesh, queue);
    if (!trace) return;
    id = trace->id;
    captured_on = trace->mesh_text;
  }
  const auto refuse = [&](std::string_view rule, std::string_view way_out) {
    fail(op, at_line(), ": ", rule, " Tid ", id, " is being captured on ", captured_on, ". ",
         way_out);
  };
  switch (what) {
    case Forbidden::write:
      return refuse("Writes are not supported during trace capture.",
                    "Make the tensor before the capture; refresh it between replays with "
                    "ttnn.copy_host_to_device_tensor.");
    case Forbidden::read:
      return refuse("Reads are not supported during trace capture.",
                    "The capture computes nothing yet: read after ttnn.execute_trace.");
    case Forbidden::synchronisation:
      return refuse("Event Synchronization is not supported during trace capture.",
                    "Synchronise before ttnn.begin_trace_capture or after ttnn.end_trace_capture.");
    case Forbidden::blocking:
      return refuse("Blocking is not supported when recording a trace.",
                    "A trace cannot hold another: replay it after ttnn.end_trace_capture.");
    case Forbidden::new_program:
      return refuse(
          "Cannot load new binaries during trace capture. This program is not yet in "
          "program cache: it has not run on this mesh with these arguments and shapes. "
          "Warm up before capturing a trace.",
          "Run the program once before ttnn.begin_trace_capture.");
  }
}

}  // namespace ttnn
