#include "ttnn/runtime/queues.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "ttnn/core/error.h"
#include "ttnn/runtime/finding.h"
#include "ttnn/runtime/trace.h"

namespace ttnn {

// The last write of each shard, and the reads since by each queue.
struct QueueUsage {
  struct Use {
    uint64_t queue, number;  // the queue's key, and which of its uses of tensors
    int device;              // -1: all
    QueueUses::Kind kind;
    std::string_view op;
    SourceLine line;

    bool touches(int other) const { return device < 0 || other < 0 || device == other; }
  };
  std::vector<Use> uses;
};

namespace {

constexpr Checker checker = {"QueueWarning", "TTNN_STRICT_QUEUES"};

// ---- Vector clocks: of each queue, what is sure to be done before its next command.

struct Queue {
  QueueClock clock;
  uint64_t events = 0;
  uint64_t host_waits = 0;  // of the host's waits, how many the clock has
  std::vector<int> meshes;  // ids of its mesh and of those that this is a part of
};

struct Queues {
  std::mutex mutex;  // guards all below, and every QueueUsage. Nothing is called with it held
  std::map<uint64_t, Queue> open;  // by key
  QueueClock host;
  uint64_t host_waits = 0;
  std::set<std::string, std::less<>> names;  // of ops, for as long as the process lives

  // An op's name as messages have it.
  std::string_view named(std::string_view op) {
    constexpr std::string_view package = "ttnn.";
    if (op.starts_with(package)) op.remove_prefix(package.size());
    const auto known = names.find(op);
    return known != names.end() ? *known : *names.emplace(op).first;
  }
};

Queues& queues() {
  static auto& all = *new Queues;
  return all;
}

constexpr uint64_t queues_per_mesh = 2;  // at most

uint64_t key_of(const MeshDevice& mesh, int queue) {
  return static_cast<uint64_t>(mesh.id()) * queues_per_mesh + static_cast<uint64_t>(queue);
}
int mesh_id_of(uint64_t key) { return static_cast<int>(key / queues_per_mesh); }
int number_of(uint64_t key) { return static_cast<int>(key % queues_per_mesh); }

bool has(const std::vector<int>& ids, int id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// Needs the mutex.
Queue& queue_at(Queues& all, const MeshDevice& mesh, int number) {
  const auto [at, is_new] = all.open.try_emplace(key_of(mesh, number));
  if (is_new)
    for (const MeshDevice* m = &mesh; m; m = m->parent().get())
      at->second.meshes.push_back(m->id());
  return at->second;
}

// Where the queue is in the clock, or would be.
QueueClock::iterator find(QueueClock& clock, uint64_t key) {
  return std::lower_bound(clock.begin(), clock.end(), std::pair{key, uint64_t{0}});
}

void set(QueueClock& clock, uint64_t key, uint64_t number) {
  const auto at = find(clock, key);
  if (at == clock.end() || at->first != key)
    clock.insert(at, {key, number});
  else
    at->second = std::max(at->second, number);
}

uint64_t get(const QueueClock& clock, uint64_t key) {
  const auto at = std::lower_bound(clock.begin(), clock.end(), std::pair{key, uint64_t{0}});
  return at == clock.end() || at->first != key ? 0 : at->second;
}

void merge(QueueClock& into, const QueueClock& from) {
  for (const auto& [key, number] : from) set(into, key, number);
}

// What is done before whatever `by` does next. A mesh and its parts have their devices' queues in
// common. Needs the mutex.
const QueueClock& clock_of(Queues& all, const QueueUser& by) {
  if (!by.mesh) return all.host;
  Queue& own = queue_at(all, *by.mesh, by.queue);
  if (own.host_waits != all.host_waits) merge(own.clock, all.host);
  own.host_waits = all.host_waits;
  for (const auto& [key, queue] : all.open)
    if (&queue != &own && number_of(key) == by.queue &&
        (has(own.meshes, mesh_id_of(key)) || has(queue.meshes, by.mesh->id())))
      merge(own.clock, queue.clock);
  return own.clock;
}

void host_waits(Queues& all, const QueueClock& clock) {
  merge(all.host, clock);
  ++all.host_waits;
}

// Closing a mesh waits for its work.
bool is_ordered(const Queues& all, const QueueUsage::Use& earlier, const QueueClock& clock) {
  return get(clock, earlier.queue) >= earlier.number || !all.open.contains(earlier.queue);
}

// ---- Texts.

std::string place(const SourceLine& line) {
  return line.file ? text(" at ", line.file, ":", line.line) : "";
}

std::string host_race_text(std::string_view op, const std::string& what,
                           const QueueUses::Race& race) {
  const int queue = number_of(race.earlier_queue);
  return text(op, ": the host ", race.kind == QueueUses::write ? "writes " : "reads ", what,
              place(current_source()), ", which ", race.earlier_op, " fills on queue ", queue,
              place(race.earlier_line),
              ", and has not waited for it: on cards it may find what was there before. Wait ",
              "first: ttnn.synchronize_device(mesh_device, ", queue,
              "), or ttnn.event_synchronize(event) of an event = ttnn.record_event(mesh_device, ",
              queue, ") after that line. A blocking read waits, too.");
}

std::string queue_race_text(std::string_view op, const std::string& what,
                            const QueueUses::Race& race) {
  const auto verb = [](QueueUses::Kind kind) {
    return kind == QueueUses::write ? "writes" : "reads";
  };
  const int queue = race.by.queue, earlier = number_of(race.earlier_queue);
  const bool is_far = mesh_id_of(race.earlier_queue) != race.by.mesh->id();
  const std::string far =
      is_far ? text(" of the mesh with id ", mesh_id_of(race.earlier_queue)) : "";
  const std::string wait = is_far ? text("ttnn.event_synchronize(event)")
                                  : text("ttnn.wait_for_event(", queue, ", event)");
  return text(
      op, " ", verb(race.kind), " ", what, " on queue ", queue, place(current_source()), ", and ",
      race.earlier_op, " ", verb(race.earlier_kind), " it on queue ", earlier, far,
      place(race.earlier_line),
      "; no event and no synchronisation orders the two, so on cards they race. Call event = ",
      "ttnn.record_event(mesh_device, ", earlier, ") after ", race.earlier_op, ", and ", wait,
      " before ", op, ".");
}

}  // namespace

void expect_queue(const MeshDevice& mesh, int queue, std::string_view op) {
  const int count = mesh.num_command_queues();
  if (queue >= 0 && queue < count) return;
  fail(op, ": cq_id ", queue, " is out of range: ", mesh.text(), " has ",
       count == 1 ? "one command queue, 0" : "the command queues 0 and 1",
       count == 1 ? ". Open the mesh with num_command_queues=2, or use queue 0."
                  : ". Use one of them.");
}

// ---- Events and synchronisation.

namespace {

// What every call below begins with.
void begin_call(const MeshDevice& mesh, std::optional<int> queue, std::string_view op) {
  mesh.expect_open(op);
  if (queue) expect_queue(mesh, *queue, op);
  expect_not_capturing(mesh, queue.value_or(-1), Forbidden::synchronisation, op);
}

// The mesh, those that it is a part of, and its parts: they have queues in common.
void add_parts(const MeshDevice& mesh, std::vector<int>& ids) {
  ids.push_back(mesh.id());
  for (const auto& part : mesh.submeshes()) add_parts(*part, ids);
}
std::vector<int> relatives_of(const MeshDevice& mesh) {
  std::vector<int> ids;
  add_parts(mesh, ids);
  for (const MeshDevice* m = mesh.parent().get(); m; m = m->parent().get()) ids.push_back(m->id());
  return ids;
}

}  // namespace

std::string MeshEvent::text() const {
  return ttnn::text("MeshEvent(id=", id_, ", device_id=", mesh_id_, ", mesh_cq_id=", queue_,
                    ", device_range=", range_, ")");
}

std::shared_ptr<MeshDevice> MeshEvent::opened(std::string_view op) const {
  auto mesh = mesh_.lock();
  expect(mesh && mesh->is_open(), op, ": the mesh of ", text(),
         " is closed. Use events before ttnn.close_mesh_device.");
  return mesh;
}

MeshEvent record_event(const std::shared_ptr<MeshDevice>& mesh, std::optional<int> cq_id,
                       const std::optional<MeshCoordinateRange>& device_range) {
  constexpr std::string_view op = "record_event";
  const int queue = cq_id.value_or(current_queue());
  begin_call(*mesh, queue, op);
  const MeshCoordinateRange all(mesh->shape());
  const MeshCoordinateRange range = device_range.value_or(all);
  const auto is_part = [&](const MeshCoordinate& corner) {
    return corner.dims() == mesh->shape().dims() && is_inside(mesh->shape(), corner);
  };
  expect(is_part(range.start_coord()) && is_part(range.end_coord()), op, ": device_range ", range,
         " is no part of ", mesh->shape(), ". Leave it out for all devices.");
  MeshEvent event(mesh, queue, range);
  event.command_ = Stream::instance().last();
  Queues& all_queues = queues();
  const std::lock_guard lock(all_queues.mutex);
  event.id_ = ++queue_at(all_queues, *mesh, queue).events;
  event.clock_ = clock_of(all_queues, {mesh.get(), queue});
  return event;
}

void wait_for_event(std::optional<int> cq_id, const MeshEvent& event) {
  constexpr std::string_view op = "wait_for_event";
  const auto mesh = event.opened(op);
  const int queue = cq_id.value_or(current_queue());
  begin_call(*mesh, queue, op);
  Queues& all = queues();
  const std::lock_guard lock(all.mutex);
  merge(queue_at(all, *mesh, queue).clock, event.clock_);
}

void event_synchronize(const MeshEvent& event) {
  constexpr std::string_view op = "event_synchronize";
  const auto mesh = event.opened(op);
  begin_call(*mesh, event.queue_, op);
  Stream::instance().wait_queue(relatives_of(*mesh), event.queue_, event.command_);
  QueueUses::host_has_waited(event.clock_);
  Stream::instance().throw_unreported();
}

void synchronize(const std::shared_ptr<MeshDevice>& mesh, std::optional<int> cq_id) {
  if (mesh) begin_call(*mesh, cq_id, "synchronize_device");
  Stream& stream = Stream::instance();
  if (mesh && cq_id) {
    const QueueClock clock = QueueUses::now({mesh.get(), *cq_id});
    stream.wait_queue(relatives_of(*mesh), *cq_id, stream.last());
    QueueUses::host_has_waited(clock);
  } else {
    stream.wait_all();
    QueueUses::host_has_waited_for(mesh.get());
  }
  stream.throw_unreported();
}

// ---- The checker.

void QueueUses::add(const Tensor& tensor, Kind kind) { add(*tensor.buffers(), kind); }

void QueueUses::add(Buffers& buffers, Kind kind) {
  const auto use = [&](Buffers& owner, int device) {
    if (!owner.by_queue) owner.by_queue = std::make_shared<QueueUsage>();
    uses_.push_back({owner.by_queue, device, kind, tensors_});
  };
  const std::lock_guard lock(queues().mutex);
  if (!buffers.is_alias()) use(buffers, -1);
  for (int d = 0; buffers.is_alias() && d < buffers.devices(); ++d) {
    const Buffers::Owner owner = buffers.owner(d);
    use(*owner.buffers, owner.device);
  }
  ++tensors_;
}

std::optional<QueueUses::Race> QueueUses::race(const QueueUser& by) const {
  Queues& all = queues();
  const std::lock_guard lock(all.mutex);
  const QueueClock& clock = clock_of(all, by);
  for (const Use& use : uses_)
    for (auto earlier = use.of->uses.rbegin(); earlier != use.of->uses.rend(); ++earlier) {
      const bool conflicts = use.kind == write || earlier->kind == write;
      if (conflicts && earlier->touches(use.device) && !is_ordered(all, *earlier, clock))
        return Race{by,          use.tensor,    use.kind,      earlier->kind,
                    earlier->op, earlier->line, earlier->queue};
    }
  return {};
}

void QueueUses::note(const QueueUser& by, std::string_view op) const {
  Queues& all = queues();
  const std::lock_guard lock(all.mutex);
  uint64_t key = 0, number = 0;
  if (by.mesh) {
    key = key_of(*by.mesh, by.queue);
    number = get(clock_of(all, by), key) + 1;
    set(queue_at(all, *by.mesh, by.queue).clock, key, number);
  }
  for (const Use& use : uses_) {
    // A write stands for all that came before; a read for the queue's earlier reads.
    std::erase_if(use.of->uses, [&](const QueueUsage::Use& earlier) {
      const bool is_covered = use.device < 0 || use.device == earlier.device;
      if (use.kind == write) return is_covered;
      return is_covered && earlier.kind == read && earlier.queue == key;
    });
    // What the host does is done before anything else is given to a queue.
    if (by.mesh) use.of->uses.push_back({key, number, use.device, use.kind, op, current_source()});
  }
}

std::string_view QueueUses::name_of(std::string_view op) {
  Queues& all = queues();
  const std::lock_guard lock(all.mutex);
  return all.named(op);
}

void QueueUses::follow(Buffers& to, const Buffers& from) {
  const std::lock_guard lock(queues().mutex);
  auto followed = std::make_shared<QueueUsage>();
  const auto add = [&](const Buffers& owner, int device, int as) {
    if (!owner.by_queue) return;
    for (QueueUsage::Use use : owner.by_queue->uses)
      if (use.kind == write && use.touches(device)) {
        use.device = device < 0 ? use.device : as;
        followed->uses.push_back(use);
      }
  };
  if (!from.is_alias()) add(from, -1, -1);
  for (int d = 0; from.is_alias() && d < from.devices(); ++d) {
    const Buffers::Owner owner = const_cast<Buffers&>(from).owner(d);
    add(*owner.buffers, owner.device, from.devices() == 1 ? -1 : d);
  }
  if (!followed->uses.empty()) to.by_queue = std::move(followed);
}

QueueClock QueueUses::now(const QueueUser& queue) {
  Queues& all = queues();
  const std::lock_guard lock(all.mutex);
  return clock_of(all, queue);
}

void QueueUses::host_has_waited(const QueueClock& clock) {
  Queues& all = queues();
  const std::lock_guard lock(all.mutex);
  host_waits(all, clock);
}

void QueueUses::host_has_waited_for(const MeshDevice* mesh) {
  Queues& all = queues();
  const std::lock_guard lock(all.mutex);
  if (mesh)
    for (int q = 0; q < mesh->num_command_queues(); ++q) host_waits(all, clock_of(all, {mesh, q}));
  else
    for (const auto& [key, queue] : all.open) host_waits(all, queue.clock);
}

void QueueUses::opened(const MeshDevice& mesh) {
  if (mesh.num_command_queues() > 1) ++checked_;
}

void QueueUses::closed(const MeshDevice& mesh) {
  if (mesh.num_command_queues() > 1) --checked_;
  Queues& all = queues();
  const std::lock_guard lock(all.mutex);
  const auto is_of_mesh = [&](const auto& entry) { return mesh_id_of(entry.first) == mesh.id(); };
  for (const auto& entry : all.open)
    if (is_of_mesh(entry)) host_waits(all, entry.second.clock);
  std::erase_if(all.open, is_of_mesh);
  std::erase_if(all.host, is_of_mesh);
  for (auto& [key, queue] : all.open) std::erase_if(queue.clock, is_of_mesh);
}

void expect_ordered(std::string_view op, const QueueUser& by, const Tensor& tensor,
                    QueueUses::Kind kind, std::string_view argument) {
  QueueUses uses;
  uses.add(tensor, kind);
  if (const auto race = uses.race(by)) tell_race(op, text(argument, " ", tensor), *race);
}

void note_use(std::string_view op, const QueueUser& by, const Tensor& tensor,
              QueueUses::Kind kind) {
  QueueUses uses;
  uses.add(tensor, kind);
  uses.note(by, op);
}

void tell_race(std::string_view op, const std::string& what, const QueueUses::Race& race) {
  const std::string message =
      race.by.mesh ? queue_race_text(op, what, race) : host_race_text(op, what, race);
  const SourceLine now = current_source(), before = race.earlier_line;
  const bool has_lines = now.file && before.file;
  tell(checker, message,
       has_lines ? text(before.file, ":", before.line, ":", now.file, ":", now.line) : message);
}

}  // namespace ttnn
