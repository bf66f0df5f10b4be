#pragma once
// Command queues and events. Work runs in program order here whatever its queue; on cards queues
// run beside each other, and only events and synchronisation put one after another. So they are
// kept as promises of order, and two uses of a tensor on different queues that nothing orders are
// told of, with both lines, before the second is launched. TTNN_STRICT_QUEUES=1 makes it an error.
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ttnn/mesh/mesh_device.h"
#include "ttnn/runtime/stream.h"
#include "ttnn/tensor/tensor.h"

namespace ttnn {

// This thread's calls go to `queue` until the end of the scope; null: to where they went before.
class OnQueue {
 public:
  explicit OnQueue(std::optional<int> queue) : before_(current_queue()) {
    if (queue) current_queue() = *queue;
  }
  ~OnQueue() { current_queue() = before_; }
  OnQueue(const OnQueue&) = delete;

 private:
  const int before_;
};

// Throws where the mesh has no such queue.
void expect_queue(const MeshDevice& mesh, int queue, std::string_view op);

// What has been done of each queue's work at one moment: (queue, number of its last use of a
// tensor), sorted.
using QueueClock = std::vector<std::pair<uint64_t, uint64_t>>;

// A moment of one queue: everything that was given to the queue before.
class MeshEvent {
 public:
  uint64_t id() const { return id_; }                                  // of its queue, from 1 on
  std::shared_ptr<MeshDevice> device() const { return mesh_.lock(); }  // null: it is gone
  int mesh_cq_id() const { return queue_; }
  const MeshCoordinateRange& device_range() const { return range_; }
  std::string text() const;

 private:
  friend MeshEvent record_event(const std::shared_ptr<MeshDevice>&, std::optional<int>,
                                const std::optional<MeshCoordinateRange>&);
  friend void wait_for_event(std::optional<int>, const MeshEvent&);
  friend void event_synchronize(const MeshEvent&);
  MeshEvent(const std::shared_ptr<MeshDevice>& mesh, int queue, MeshCoordinateRange range)
      : mesh_(mesh), mesh_id_(mesh->id()), queue_(queue), range_(std::move(range)) {}
  std::shared_ptr<MeshDevice> opened(std::string_view op) const;

  std::weak_ptr<MeshDevice> mesh_;
  int mesh_id_, queue_;
  MeshCoordinateRange range_;
  uint64_t id_ = 0;
  uint64_t command_ = 0;  // the last one in program order
  QueueClock clock_;
};

// Null queues are those of the thread. Errors (runtime): the mesh is closed, it has no such queue,
// the range is not part of it.
MeshEvent record_event(const std::shared_ptr<MeshDevice>& mesh, std::optional<int> cq_id = {},
                       const std::optional<MeshCoordinateRange>& device_range = {});
// What goes to the queue of the event's mesh from now on comes after the event. The host goes on.
void wait_for_event(std::optional<int> cq_id, const MeshEvent& event);
// The host waits for the event, then throws the first error that no one has seen.
void event_synchronize(const MeshEvent& event);
// The host waits for all work of the mesh (of all meshes without one), or of one of its queues;
// then throws the first error that no one has seen.
void synchronize(const std::shared_ptr<MeshDevice>& mesh, std::optional<int> cq_id = {});

// ---- The checker. A mesh and its submeshes have their devices' queues in common: what one of them
// gives to a queue comes after what the other has given to it.

// Who uses tensors: a queue, or the host where there is no mesh.
struct QueueUser {
  const MeshDevice* mesh = nullptr;
  int queue = 0;
};

// The tensors that one command uses. Their identity counts, not the bytes: a write that gives a
// tensor new bytes here is a write into the same memory on cards.
class QueueUses {
 public:
  enum Kind { read, write };
  // Whether a mesh with two queues is open. Without one, ops on devices need nothing below;
  // transfers do, since the host must wait for what a queue brings.
  static bool are_checked() { return checked_.load(std::memory_order_relaxed) > 0; }

  void add(const Tensor& tensor, Kind kind);
  void add(Buffers& buffers, Kind kind);

  // An earlier use that nothing orders before this one.
  struct Race {
    QueueUser by;
    size_t use = 0;  // which tensor, in the order they were added
    Kind kind = read;
    Kind earlier_kind = read;
    std::string_view earlier_op;
    SourceLine earlier_line;
    uint64_t earlier_queue = 0;
  };
  std::optional<Race> race(const QueueUser& by) const;
  // The command goes to its queue now. `op` lives as long as the process.
  void note(const QueueUser& by, std::string_view op) const;

  // A name for note().
  static std::string_view name_of(std::string_view op);

  // Hooks of the runtime. Tensors that share bytes with `from` have its contents, and so come after
  // what wrote them.
  static void follow(Buffers& to, const Buffers& from);
  static QueueClock now(const QueueUser& queue);
  static void host_has_waited(const QueueClock& clock);
  static void host_has_waited_for(const MeshDevice* mesh);  // null: for all
  static void opened(const MeshDevice& mesh);
  static void closed(const MeshDevice& mesh);

 private:
  struct Use {
    std::shared_ptr<QueueUsage> of;
    int device;  // -1: all
    Kind kind;
    size_t tensor;
  };
  static inline std::atomic<int> checked_{0};
  std::vector<Use> uses_;
  size_t tensors_ = 0;
};

// For calls that use one tensor.
void expect_ordered(std::string_view op, const QueueUser& by, const Tensor& tensor,
                    QueueUses::Kind kind, std::string_view argument);
void note_use(std::string_view op, const QueueUser& by, const Tensor& tensor, QueueUses::Kind kind);

// Warns, or throws. `what` names the tensor of the race: "input_tensor Shape([...]) ...".
void tell_race(std::string_view op, const std::string& what, const QueueUses::Race& race);

}  // namespace ttnn
