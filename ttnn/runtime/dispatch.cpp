#include "ttnn/runtime/dispatch.h"

#include <algorithm>
#include <array>
#include <exception>
#include <memory>

#include "ttnn/runtime/backend.h"
#include "ttnn/runtime/capture.h"
#include "ttnn/runtime/lost_sums.h"
#include "ttnn/runtime/operands.h"
#include "ttnn/runtime/plan.h"
#include "ttnn/runtime/queues.h"
#include "ttnn/runtime/registry.h"
#include "ttnn/runtime/trace.h"

namespace ttnn {
namespace {

std::vector<Observer*>& observers() {
  static auto& all = *new std::vector<Observer*>;  // guarded by program order
  return all;
}

const Kernel nothing_kernel = {
    .work = [](const void*, const Launch&) { return Work{0, 1}; },
    .run = [](const void*, const Launch&, int64_t, int64_t) {},
};

// The rule of an op that has none: what all devices compute from the same inputs is the same.
Placement same_or_local(std::span<const Placement> inputs) {
  const bool same = std::all_of(inputs.begin(), inputs.end(),
                                [](Placement p) { return p.kind == Placement::replicate; });
  return {same ? Placement::replicate : Placement::local, 0};
}

// Whether 64 bits count the bytes of a shard, padded to tiles.
bool is_countable(const Shape& shape) {
  int64_t bytes = int64_t{8} * 32 * 32;
  return std::none_of(shape.begin(), shape.end(), [&](int64_t size) {
    return size < 0 || __builtin_mul_overflow(bytes, size, &bytes);
  });
}

// The op that a program called, while others that it is composed of are dispatched.
thread_local const OpInfo* composition = nullptr;

class Composing {
 public:
  explicit Composing(const OpInfo& info) : before_(composition) {
    if (!composition) composition = &info;
  }
  Composing(const Composing&) = delete;
  ~Composing() { composition = before_; }

 private:
  const OpInfo* before_;
};

std::string name_of(const std::shared_ptr<MeshDevice>& mesh) {
  return mesh ? text(mesh->text(), " with id ", mesh->id()) : "the host";
}

// ---- One call on its way to a command.

// Lists that a call fills and empties, kept by the thread for its next call. A call within a call
// (an observer's) finds none and makes its own.
struct Lists {
  std::vector<Tensor*> tensors;
  std::vector<TensorSpec> specs;
  std::vector<LabelPtr> broadcast_labels;
  std::vector<const LabelPtr*> labels;
  std::vector<const TopologyPtr*> topologies;

  void clear() {
    tensors.clear();
    specs.clear();
    broadcast_labels.clear();
    labels.clear();
    topologies.clear();
  }
};
thread_local std::unique_ptr<Lists> kept_lists;

class Dispatch {
 public:
  Dispatch(const OpInfo& info, std::shared_ptr<void> args, CallOptions options)
      : info_(info),
        args_(std::move(args)),
        options_(std::move(options)),
        lists_(kept_lists ? std::move(kept_lists) : std::make_unique<Lists>()),
        tensors_(lists_->tensors),
        specs_(lists_->specs) {
    info_.each_tensor(args_.get(), this, [](void* self, Tensor& t) {
      static_cast<Dispatch*>(self)->tensors_.push_back(&t);
    });
  }

  ~Dispatch() {
    lists_->clear();
    kept_lists = std::move(lists_);
  }
  Dispatch(const Dispatch&) = delete;

  Outputs run();

 private:
  void check_inputs();
  void derive();
  bool is_plannable() const;
  void follow_reshape();
  void infer();
  void check_outputs();
  void derive_labels();
  void settle_sums(std::span<const LabelPtr* const> labels);
  const Spread* derive_spread() const;
  uint64_t signature() const;
  void allocate_outputs();
  void allocate_output(const TensorSpec& spec, int64_t device_bytes, const TopologyPtr& topology,
                       const LabelPtr& label);
  void check_queues();
  void note_queues();
  void note_shortcut(const Tensor& result);
  void check_capture() const;
  bool is_captured() const;
  std::string argument_name(size_t tensor) const;
  std::string inputs_text() const;

  // With Stream::Order:
  void resolve(Command& command);
  bool is_as_planned(const Launch& launch) const;
  void choose_kernel(Command& command);
  void finish_plan(const Command& command);
  const Spread* spread_for(const Tensor& output, const Spread* spread) const;
  Operand target(const Tensor& output, Launch& launch);
  Operand target_alias(const Tensor& output, Launch& launch);
  Operand target_outside(const Tensor& output, Launch& launch);
  bool reads(const Launch& launch, const BlockRef& block) const;
  void commit();

  // An existing tensor's new bytes, which it gets when the command is sure to exist. All devices at
  // a stride, or one device at an offset.
  struct Rebind {
    Buffers* buffers;
    const Spread* spread;  // null: one device
    int device;
    BlockRef block;
    int64_t at;
  };

  const OpInfo& info_;
  std::shared_ptr<void> args_;
  CallOptions options_;
  std::unique_ptr<Lists> lists_;
  std::vector<Tensor*>& tensors_;
  std::shared_ptr<MeshDevice> mesh_;
  QueueUser user_;
  QueueUses uses_;  // empty while every open mesh has one queue
  int devices_ = 1;
  std::vector<TensorSpec>& specs_;
  Shape shape_;  // of the first result, before an output_tensor adds dims of size 1
  LabelPtr label_;
  TopologyPtr topology_;
  Outputs outputs_;
  bool fresh_ = true;
  bool borrows_ = false;  // reads memory that the user may change after the call
  std::vector<Rebind> rebinds_;
  std::shared_ptr<const Plan> plan_;  // this call has been derived before
  bool settles_sums_ = false;         // has told, or might have, of a lost sum
  bool is_new_program_ = true;
  std::shared_ptr<Plan> next_plan_;  // for calls like this one
  Capture* capture_ = nullptr;       // records the command instead of the stream
  std::vector<std::pair<Operand, Operand>> copies_after_;  // from, to
};

std::string Dispatch::argument_name(size_t tensor) const {
  std::vector<std::string> names;
  for (const FieldInfo& field : info_.fields) {
    const Value value = field.get(args_.get());
    if (value.as<Tensor>()) names.push_back(field.name);
    if (auto* list = value.as<ValueList>())
      for (size_t i = 0; i < list->size(); ++i)
        if ((*list)[i].as<Tensor>()) names.push_back(field.name + "[" + std::to_string(i) + "]");
  }
  return tensor < names.size() ? names[tensor] : "input " + std::to_string(tensor);
}

std::string Dispatch::inputs_text() const {
  std::string out;
  for (const Tensor* t : tensors_) out += (out.empty() ? "" : ", ") + t->describe();
  return out;
}

void Dispatch::check_inputs() {
  for (size_t i = 0; i < tensors_.size(); ++i) {
    const Tensor& tensor = *tensors_[i];
    if (!tensor.is_allocated()) check_usable(tensor, info_.name, argument_name(i));
    const auto& mesh = tensor.mesh();
    if (mesh && !mesh->is_open()) mesh->expect_open(info_.name);
    if (i == 0) mesh_ = mesh;
  }
  if (tensors_.empty()) {
    if (info_.mesh) mesh_ = info_.mesh(args_.get());
    if (mesh_) mesh_->expect_open(info_.name);
    devices_ = mesh_ ? mesh_->num_devices() : 1;
    return;
  }
  devices_ = tensors_[0]->devices();
  for (size_t i = 0; i < tensors_.size(); ++i) {
    const Tensor& tensor = *tensors_[i];
    if (!tensor.mesh() && !(info_.on_host && !mesh_)) {
      const std::string rule =
          info_.device_rule.empty()
              ? "Input tensor " + argument_name(i) + " must be on device, got storage type: HOST."
              : info_.device_rule;
      fail(info_.name, ": ", rule, " ", argument_name(i), " is ", tensor.describe(),
           " on the host. Upload it first: ttnn.to_device(tensor, device).");
    }
    if (tensor.mesh() == mesh_ && tensor.devices() == devices_) continue;
    fail(info_.name, ": operands need to be on the same device!",
         " (Operands to eltwise binary need to be on the same device!) ", argument_name(0),
         " is on ", name_of(mesh_), ", ", argument_name(i), " is on ", name_of(tensor.mesh()),
         " with ", tensor.devices(), " of ", devices_,
         " shards. Move one of them: ttnn.to_device(ttnn.from_device(tensor), device).");
  }
  const bool has_options = !options_.outputs.empty() || options_.dtype || options_.memory_config;
  if (mesh_ && !has_options && !Capture::any())
    plan_ = find_plan(info_, args_.get(), tensors_, *mesh_);
  if (mesh_ && !plan_) follow_reshape();
}

// Tensors that were made before their mesh was reshaped keep to themselves: shard k of one need not
// be on the device of another's, and a collective's groups are those of the mesh as it is now. What
// is the same on all devices has no order to keep.
void Dispatch::follow_reshape() {
  const MeshShape& now = mesh_->shape();
  const auto made_for = [](const Tensor* t) -> const MeshShape& { return t->label()->mesh(); };
  const MeshShape& first = made_for(tensors_[0]);
  const bool is_one_shape = std::all_of(tensors_.begin(), tensors_.end(), [&](const Tensor* t) {
    return t->label() == tensors_[0]->label() || made_for(t) == first;
  });
  if (is_one_shape && (first == now || !info_.across_devices)) return;
  for (size_t i = 0; i < tensors_.size(); ++i) {
    Tensor& tensor = *tensors_[i];
    if (made_for(&tensor) == now) continue;
    if (!tensor.label()->is_replicated() || !tensor.label()->is_on_all_devices())
      fail(info_.name, ": ", argument_name(i), " ", tensor.describe(), " was distributed when ",
           mesh_->text(), " had the shape ", made_for(&tensor), ", now it is ", now,
           ", where other devices are neighbours. Reshape the mesh back for it, or distribute it "
           "anew.");
    tensor = tensor.with(with_mesh(tensor.label(), now)).with(replicated_topology(now));
  }
}

void Dispatch::infer() {
  info_.infer(args_.get(), options_, specs_);
  for (TensorSpec& spec : specs_) {
    expect(is_countable(spec.shape), info_.name, ": the result ", spec.shape,
           " has more bytes than can be counted. Give smaller sizes.");
    if (options_.dtype) spec.dtype = *options_.dtype;
    if (options_.memory_config) spec.memory_config = *options_.memory_config;
    if (is_block_float(spec.dtype)) spec.layout = Layout::TILE;
  }
  if (!specs_.empty()) shape_ = specs_[0].shape;
}

void Dispatch::check_outputs() {
  if (options_.outputs.empty()) return;
  expect(options_.outputs.size() == specs_.size(), info_.name,
         ": output_tensor: ", options_.outputs.size(), " tensors were given for ", specs_.size(),
         " results.");
  for (size_t i = 0; i < specs_.size(); ++i) {
    const Tensor& out = options_.outputs[i];
    check_usable(out, info_.name, "output_tensor");
    expect(out.mesh() == mesh_ && out.devices() == devices_, info_.name, ": output_tensor is on ",
           name_of(out.mesh()), " with ", out.devices(), " shards, the inputs are on ",
           name_of(mesh_), " with ", devices_, ". Allocate it there.");
    const int rank = std::max(out.shape().rank(), specs_[i].shape.rank());
    const bool fits = out.shape().to_rank(rank) == specs_[i].shape.to_rank(rank);
    expect(fits, info_.name, ": Shape of Output tensor ", out.shape(),
           " provided does not match the broadcasted output shape ", specs_[i].shape,
           ". Give an output_tensor of that shape.");
    expect(!options_.dtype || out.dtype() == *options_.dtype, info_.name,
           ": If both output dtype and output tensor provided dtype should match, but dtype is ",
           *options_.dtype, " and output_tensor is ", out.dtype(), ". Leave dtype out.");
    // Elsewhere an output_tensor says what to round to; shards on their way are not converted.
    expect(!info_.across_devices ||
               (out.dtype() == specs_[i].dtype && out.layout() == specs_[i].layout),
           info_.name, ": output_tensor is ", out, ", but the result is ", specs_[i].dtype, " ",
           specs_[i].layout, ". Allocate it so, or convert the result afterwards.");
    specs_[i] = out.spec();
  }
}

void Dispatch::derive_labels() {
  if (tensors_.empty()) {
    const MeshShape shape = mesh_ ? mesh_->shape() : MeshShape(1, 1);
    label_ = info_.label ? info_.label(args_.get(), {}) : Label::replicated(shape);
    if (info_.per_device && !info_.label) label_ = without_replicas(label_);
    topology_ = info_.topology ? info_.topology(args_.get(), {}) : replicated_topology(shape);
    return;
  }
  auto& labels = lists_->labels;
  auto& topologies = lists_->topologies;
  bool all_the_same = true, has_terms = false;
  lists_->broadcast_labels.reserve(tensors_.size());  // they stay where they are
  for (const Tensor* t : tensors_) {
    const bool aligned = !info_.elementwise || specs_.empty() || t->shape() == shape_;
    labels.push_back(aligned ? &t->label()
                             : &lists_->broadcast_labels.emplace_back(
                                   with_broadcast(t->label(), t->shape(), shape_)));
    topologies.push_back(&t->topology());
    all_the_same = all_the_same && *labels.back() == *labels.front();
    has_terms = has_terms || (*labels.back())->has(Placement::partial);
  }
  const LabelPtr& first = *labels.front();
  if (info_.label) {
    label_ = info_.label(args_.get(), labels);
  } else if (info_.place) {
    label_ = combine(labels, [this](std::span<const Placement> inputs) {
      return info_.place(args_.get(), inputs);
    });
  } else if (info_.elementwise) {
    label_ = all_the_same && !has_terms ? first : elementwise_label(labels);
  } else {
    label_ = all_the_same && first->is_replicated() ? first : combine(labels, same_or_local);
  }
  if (info_.per_device && !info_.label && !info_.place) label_ = without_replicas(label_);
  if (!specs_.empty()) label_ = with_leading_dims(label_, specs_[0].shape.rank() - shape_.rank());
  if (has_terms || (info_.place_product && label_->has(Placement::local))) settle_sums(labels);
  topology_ =
      info_.topology ? info_.topology(args_.get(), topologies) : output_topology(topologies);
}

// Terms of sums among the operands, or in a product that the op goes on with, must be terms in the
// result too. Before anything exists.
void Dispatch::settle_sums(std::span<const LabelPtr* const> labels) {
  settles_sums_ = true;
  const bool cuts_fractions =
      !specs_.empty() && !is_floating(specs_[0].dtype) && is_floating(tensors_[0]->dtype());
  if (cuts_fractions && label_->has(Placement::partial)) {
    const LabelPtr* const result[] = {&label_};
    label_ = combine(result, [](std::span<const Placement> p) {
      return p[0].kind == Placement::partial ? Placement{Placement::local} : p[0];
    });
  }
  if (info_.settles_terms && info_.settles_terms(args_.get())) return;
  const std::string& op = composition ? composition->name : info_.name;
  for (size_t i = 0; i < labels.size(); ++i)
    if (const auto axes = lost_sums(**labels[i], *label_); !axes.empty())
      return tell_lost_sum(op, argument_name(i) + " " + tensors_[i]->describe(),
                           (*labels[i])->mesh(), axes,
                           info_.across_devices  ? LostIn::collective
                           : tensors_.size() > 1 ? LostIn::op_of_several
                                                 : LostIn::op);
  if (!info_.place_product) return;
  const LabelPtr product = combine(labels, [this](std::span<const Placement> inputs) {
    return info_.place_product(args_.get(), inputs);
  });
  if (const auto axes = lost_sums(*product, *label_); !axes.empty())
    tell_lost_sum(op, "its product (inputs: " + inputs_text() + ")", product->mesh(), axes,
                  LostIn::product);
}

const Spread* Dispatch::derive_spread() const {
  if (info_.spread) return info_.spread(args_.get(), *mesh_);
  if (info_.across_devices) return Spread::each(devices_);
  const Spread* spread = info_.per_device ? Spread::each(devices_) : Spread::shared(devices_);
  for (const Tensor* t : tensors_) spread = Spread::meet(spread, t->buffers()->spread());
  return spread;
}

void Dispatch::allocate_outputs() {
  if (info_.in_place >= 0) {
    outputs_ = {*tensors_[static_cast<size_t>(info_.in_place)]};
    fresh_ = false;
  } else if (!options_.outputs.empty()) {
    for (const Tensor& out : options_.outputs) outputs_.push_back(out.with(label_).with(topology_));
    fresh_ = false;
  } else if (plan_) {
    outputs_.reserve(plan_->results.size());
    for (const Plan::Result& result : plan_->results)
      allocate_output(result.spec, result.device_bytes, plan_->topology, plan_->label);
  } else {
    for (const TensorSpec& spec : specs_)
      allocate_output(spec, spec.device_bytes(), topology_, label_);
  }
}

// Bytes and spread are set when the operands are resolved.
void Dispatch::allocate_output(const TensorSpec& spec, int64_t device_bytes,
                               const TopologyPtr& topology, const LabelPtr& label) {
  BuffersRef buffers(new Buffers(mesh_, Spread::shared(devices_), BlockRef(), 0));
  if (mesh_)
    buffers->account(
        device_bytes,
        [&] { return text("the output of ", info_.name, " ", spec.shape, " ", spec.dtype); },
        name(spec.memory_config.buffer_type));
  outputs_.emplace_back(spec, std::move(buffers), topology, label);
}

// Of the inputs and of what exists of the outputs. Before anything is launched.
void Dispatch::check_queues() {
  std::vector<const Tensor*> used(tensors_.begin(), tensors_.end());
  for (const Tensor& out : options_.outputs) used.push_back(&out);
  for (size_t i = 0; i < used.size(); ++i) {
    const bool is_written = i >= tensors_.size() || static_cast<int>(i) == info_.in_place;
    uses_.add(*used[i], is_written ? QueueUses::write : QueueUses::read);
  }
  const auto race = uses_.race(user_);
  if (!race) return;
  const bool is_input = race->use < tensors_.size();
  tell_race(composition ? composition->name : info_.name,
            text(is_input ? argument_name(race->use) : "output_tensor", " ", *used[race->use]),
            *race);
}

// Needs Stream::Order: the uses come in the order of the commands.
void Dispatch::note_queues() {
  if (fresh_)
    for (const Tensor& out : outputs_) uses_.add(out, QueueUses::write);
  uses_.note(user_, composition ? composition->name : info_.name);
}

bool share_bytes(const Tensor& a, const Tensor& b) {
  const Stream::Order order;
  const BlockRef block = a.buffers()->slot(0).block;
  return block && block == b.buffers()->slot(0).block;
}

// A result that shares its input's bytes. What changes the shape alone is a view on cards too: it
// is not read yet. The rest are copies there.
void Dispatch::note_shortcut(const Tensor& result) {
  if (tensors_.empty() || result.buffers() == tensors_[0]->buffers()) return;
  if (!share_bytes(result, *tensors_[0])) return;
  const bool is_view = result.shape() != tensors_[0]->shape();
  if (is_view) {
    uses_.add(*tensors_[0], QueueUses::read);
  } else {
    check_queues();
    uses_.add(result, QueueUses::write);
  }
  const Stream::Order order;
  uses_.note(user_, composition ? composition->name : info_.name);
}

// Whether bytes are read that a task of another place may have overwritten already. What is updated
// in part is read where it is written.
bool Dispatch::reads(const Launch& launch, const BlockRef& block) const {
  bool found = false;
  for (size_t i = 0; i < launch.in.size(); ++i)
    if (!info_.updates_part || static_cast<int>(i) != info_.in_place)
      launch.in[i].each_block([&](const BlockRef& b) { found = found || b == block; });
  return found;
}

// Shards that the output holds apart are computed apart.
const Spread* Dispatch::spread_for(const Tensor& output, const Spread* spread) const {
  const Buffers& buffers = *output.buffers();
  if (!buffers.evenly_spaced()) spread = Spread::meet(spread, Spread::each(devices_));
  return Spread::meet(spread, buffers.spread());
}

// Where an existing tensor is written. Its own bytes where no one else shares them and the op may;
// otherwise new ones, which its Buffers refer to from then on.
Operand Dispatch::target(const Tensor& output, Launch& launch) {
  Buffers& buffers = *output.buffers();
  if (capture_ && buffers.is_alias())
    fail_as<ErrorKind::not_implemented>(
        info_.name, ": writing to single devices' shards of ", output,
        " is not implemented during trace capture. Write to the mesh's tensor.");
  if (capture_ && capture_->is_outside(buffers)) return target_outside(output, launch);
  if (!buffers.evenly_spaced()) return target_alias(output, launch);
  BlockRef block = buffers.block();
  const bool own = block->owners == 1 && !block->packed && !block->is_borrowed();
  const bool same_shards = launch.spread == buffers.spread();
  const bool may_overwrite = info_.elementwise || !reads(launch, block);
  if (own && same_shards && may_overwrite) {
    block->uploaded = false;
    return operand_of(output);
  }
  Operand fresh = fresh_operand(output.spec(), launch.spread);
  if (info_.updates_part) {
    const Operand old = plain_operand(output);
    enqueue_copy(old, fresh, "copy before write");
    launch.in[static_cast<size_t>(info_.in_place)] = fresh;
  }
  rebinds_.push_back({&buffers, launch.spread, 0, fresh.block, fresh.stride});
  return fresh;
}

// What exists outside of the trace that records: a replay writes where it lies by then, so it keeps
// its place among the operands. Results that may not go there at once are copied afterwards.
Operand Dispatch::target_outside(const Tensor& output, Launch& launch) {
  capture_->make_writable(output, launch.spread);
  // It, and those that shared its bytes, may lie elsewhere now.
  for (size_t i = 0; i < tensors_.size(); ++i) launch.in[i] = operand_of(*tensors_[i]);
  Operand own = operand_of(output);
  own.block->uploaded = false;
  if (info_.elementwise || !reads(launch, own.block)) return own;
  copies_after_.emplace_back(fresh_operand(output.spec(), launch.spread), std::move(own));
  return copies_after_.back().first;
}

// Shard by shard: each goes to new bytes, which the Buffers that own it refer to from then on.
Operand Dispatch::target_alias(const Tensor& output, Launch& launch) {
  Buffers& buffers = *output.buffers();
  Operand fresh = fresh_operand(output.spec(), launch.spread);
  if (info_.updates_part) {
    const Operand old = plain_operand(output);
    enqueue_copy(old, fresh, "copy before write");
    launch.in[static_cast<size_t>(info_.in_place)] = fresh;
  }
  for (uint16_t d : launch.spread->device_of) {
    const Buffers::Owner owner = buffers.owner(d);
    rebinds_.push_back({owner.buffers, nullptr, owner.device, fresh.block,
                        fresh.stride * launch.spread->shard_of[d]});
  }
  return fresh;
}

void Dispatch::commit() {
  for (Rebind& to : rebinds_) {
    if (to.spread)
      to.buffers->rebind(to.spread, std::move(to.block), to.at);
    else
      to.buffers->rebind(to.device, Slot{std::move(to.block), to.at});
  }
  if (fresh_) return;
  // `outputs_` have the new label already; the tensors that were given for them do not.
  for (const Tensor& written : info_.in_place >= 0 ? outputs_ : options_.outputs)
    relabel(written, label_);
}

void Dispatch::choose_kernel(Command& command) {
  command.kernel = kernel_for(info_, command.args.get(), command.launch);
  if (!command.kernel)
    fail_as<ErrorKind::not_implemented>(info_.name, ": the ", backend().name(),
                                        " backend has no kernel for ", inputs_text(), ".");
}

// Whether the inputs lie as they did when the plan was made; writes since may have moved them.
bool Dispatch::is_as_planned(const Launch& launch) const {
  if (!plan_) return false;
  for (size_t i = 0; i < launch.in.size(); ++i)
    if (!(place_of(launch.in[i]) == plan_->places[i])) return false;
  return true;
}

// A call that ran before and had nothing to tell is likely to come again.
bool Dispatch::is_plannable() const {
  const auto is_of_now = [this](const Tensor* t) { return t->label()->mesh() == mesh_->shape(); };
  return info_.is_alike && !tensors_.empty() && info_.in_place < 0 && options_.outputs.empty() &&
         !options_.dtype && !options_.memory_config && !settles_sums_ && !is_new_program_ &&
         !Capture::any() && std::all_of(tensors_.begin(), tensors_.end(), is_of_now);
}

void Dispatch::finish_plan(const Command& command) {
  Plan& plan = *next_plan_;
  for (const Operand& in : command.launch.in) {
    plan.places.push_back(place_of(in));
    if (!plan.places.back().spread) return;
  }
  for (const TensorSpec& spec : specs_) plan.results.push_back({spec, spec.device_bytes()});
  plan.label = label_;
  plan.topology = topology_;
  plan.spread = command.launch.spread;
  plan.kernel = command.kernel;
  keep_plan(std::move(next_plan_));
}

void Dispatch::resolve(Command& command) {
  Launch& launch = command.launch;
  launch.devices = devices_;
  if (capture_)
    for (const Tensor* t : tensors_) capture_->touch(*t);
  for (const Tensor* t : tensors_) {
    launch.in.push_back(operand_of(*t));
    launch.in.back().each_block(
        [this](const BlockRef& block) { borrows_ = borrows_ || block->is_borrowed(); });
  }
  const bool is_as_planned = this->is_as_planned(launch);
  launch.spread = is_as_planned ? plan_->spread : derive_spread();
  if (fresh_) {
    for (Tensor& out : outputs_) {
      launch.out.push_back(fresh_operand(out.spec(), launch.spread));
      out.buffers()->rebind(launch.spread, launch.out.back().block, launch.out.back().stride);
      if (capture_) capture_->note_made(out);
    }
  } else {
    for (const Tensor& out : outputs_) {
      expect(out.is_allocated(), info_.name, ": Tensor is not allocated: ", out,
             " was deallocated by another thread while it was in use.");
      launch.spread = spread_for(out, launch.spread);
    }
    for (const Tensor& out : outputs_) launch.out.push_back(target(out, launch));
  }
  for (size_t i = 0; i < tensors_.size(); ++i) tensors_[i]->detach(static_cast<int>(i));
  command.args = std::move(args_);
  if (is_as_planned)
    command.kernel = plan_->kernel;
  else
    choose_kernel(command);
  if (next_plan_) finish_plan(command);
  for (size_t i = 0; i < launch.in.size(); ++i) {
    Operand& in = launch.in[i];
    if (!in.form && !is_uploaded(in)) continue;
    auto wanted = command.kernel->wants
                      ? command.kernel->wants(command.args.get(), launch, static_cast<int>(i))
                      : nullptr;
    if (in.form && !(wanted && wanted->same_as(*in.form)))
      in = unpacked(in);
    else if (!in.form && wanted && (!capture_ || capture_->may_pack(in.block)))
      pack_in_place(in, std::move(wanted));
  }
}

// What cards refuse while they capture, before anything exists.
void Dispatch::check_capture() const {
  if (info_.from_host) expect_not_capturing(*mesh_, user_.queue, Forbidden::write, info_.name);
  if (!is_new_program_) return;
  expect_not_capturing(*mesh_, user_.queue, Forbidden::new_program, info_.name);
}

// A captured command runs with each replay, not now.
bool Dispatch::is_captured() const {
  if (!mesh_ || !Capture::any()) return false;
  const Stream::Order order;
  return Capture::of(*mesh_, user_.queue) != nullptr;
}

// What makes a program of its own on cards: the op (by name, for it may be described more than
// once), its attributes, the specs of its inputs, and those of its results, in which dtype=,
// memory_config= and output_tensor= show.
uint64_t Dispatch::signature() const {
  uint64_t hash = mix(std::hash<std::string>{}(info_.name), info_.hash(args_.get()));
  for (const TensorSpec& spec : specs_) hash = mix(hash, hash_of(spec));
  return hash;
}

// What a plan holds.
void Dispatch::derive() {
  infer();
  if (info_.in_place < 0) check_outputs();
  derive_labels();
  if (!mesh_) return;
  const uint64_t program = signature(), version = mesh_->program_cache().version();
  is_new_program_ = !mesh_->program_cache().contains(program);
  if (Capture::any()) check_capture();
  if (!info_.from_host) mesh_->program_cache().note(program, info_.name);
  if (is_plannable()) next_plan_ = begin_plan(info_, args_.get(), *mesh_, version);
}

Outputs Dispatch::run() {
  check_inputs();
  user_ = {mesh_.get(), current_queue()};
  if (mesh_) expect_queue(*mesh_, user_.queue, info_.name);
  const bool is_checked = (!mesh_ || QueueUses::are_checked()) && !is_captured();
  if (info_.shortcut && options_.outputs.empty())
    if (auto done = info_.shortcut(args_.get(), options_)) {
      if (is_checked) note_shortcut(*done);
      return {std::move(*done)};
    }
  if (!plan_) derive();
  if (is_checked) check_queues();
  allocate_outputs();

  Stream& stream = Stream::instance();
  stream.make_room();
  Stream::Submitted submitted;
  std::exception_ptr observer_error;
  {
    Stream::Order order;
    Stream::Draft command;
    command->op = &info_;
    command->source = current_source();
    command->queue = user_.queue;
    command->mesh_id = mesh_ ? mesh_->id() : -1;
    if (mesh_) capture_ = Capture::of(*mesh_, user_.queue);
    const Capture::Recording recording(capture_);
    std::vector<Tensor> observed;
    if (!observers().empty())
      for (const Tensor* t : tensors_) observed.push_back(*t);
    resolve(*command);
    commit();
    if (is_checked) note_queues();
    for (Observer* observer : observers()) {
      try {
        observer->dispatched(*command, observed, outputs_);
      } catch (...) {
        if (!observer_error) observer_error = std::current_exception();
      }
    }
    if (capture_) {
      capture_->record(std::move(*command), outputs_);
      for (const auto& [from, to] : copies_after_) enqueue_copy(from, to, "copy");
    } else {
      submitted = stream.submit_own(command);
    }
  }
  stream.kick(submitted);
  if (borrows_) stream.wait_or_abandon(submitted.number);
  if (observer_error) std::rethrow_exception(observer_error);
  return std::move(outputs_);
}

}  // namespace

Outputs dispatch(const OpInfo& info, std::shared_ptr<void> args, CallOptions options) {
  registry();  // kernels are known from here on
  expect_not_forked();
  const OnQueue queue(options.queue);  // the runtime's own commands too, and ops it is composed of
  if (info.compose && !info.infer) {
    const Composing composing(info);
    return info.compose(args.get(), options);
  }
  return Dispatch(info, std::move(args), std::move(options)).run();
}

const Kernel* kernel_for(const OpInfo& info, const void* args, const Launch& launch) {
  if (!backend().computes()) return &nothing_kernel;
  for (const Kernel* kernel : info.kernels)
    if (!kernel->accepts || kernel->accepts(args, launch)) return kernel;
  return info.reference.run ? &info.reference : nullptr;
}

Tensor allocate(TensorSpec spec, std::shared_ptr<MeshDevice> mesh, const Spread* spread,
                LabelPtr label, TopologyPtr topology, std::string_view op) {
  const int64_t stride = spec.storage_bytes();
  BuffersRef buffers(new Buffers(mesh, spread, make_block(stride * spread->distinct), stride));
  if (mesh)
    buffers->account(
        spec.device_bytes(), [&] { return text(op, " ", spec.shape, " ", spec.dtype); },
        name(spec.memory_config.buffer_type));
  Tensor tensor(std::move(spec), std::move(buffers), std::move(topology), std::move(label));
  if (tensor.mesh() && Capture::any()) {
    const Stream::Order order;
    if (Capture* capture = Capture::of(*tensor.mesh(), current_queue()))
      capture->note_allocated(tensor);
  }
  return tensor;
}

namespace {

bool is_traced(const Buffers& buffers) {
  bool found = false;
  for (int d = 0; d < buffers.devices(); ++d)
    if (const Slot slot = buffers.slot(d); slot.block) found = found || slot.block->is_traced;
  return found;
}

}  // namespace

Tensor share_on(const Tensor& tensor, std::shared_ptr<MeshDevice> mesh, const Spread* spread,
                TensorSpec spec, LabelPtr label, TopologyPtr topology) {
  BuffersRef buffers;
  Capture* capture = nullptr;
  {
    Stream::Order order;
    if (mesh) capture = Capture::of(*mesh, current_queue());
    if (capture) capture->touch(tensor);
    const Buffers& from = *tensor.buffers();
    if (!capture && is_traced(from)) {
      // A replay would write under the other's eyes.
      const Operand copy = fresh_operand(tensor.spec(), from.spread());
      enqueue_copy(plain_operand(tensor), copy, "copy of what a trace writes");
      buffers = BuffersRef(new Buffers(mesh, spread, copy.block, copy.stride));
    } else if (from.evenly_spaced()) {
      buffers = BuffersRef(new Buffers(mesh, spread, from.block(), from.stride()));
    } else {
      std::vector<Slot> slots;
      for (uint16_t device : spread->device_of)
        slots.push_back(from.slot(device < from.devices() ? device : 0));
      buffers = BuffersRef(new Buffers(mesh, spread, std::move(slots)));
    }
  }
  if (!tensor.mesh() || QueueUses::are_checked()) QueueUses::follow(*buffers, *tensor.buffers());
  if (mesh)
    buffers->account(
        spec.device_bytes(), [&] { return text("a tensor ", spec.shape, " ", spec.dtype); },
        name(spec.memory_config.buffer_type));
  Tensor shared(std::move(spec), std::move(buffers), std::move(topology), std::move(label));
  if (capture) {
    const Stream::Order order;
    capture->note_made(shared);
  }
  return shared;
}

Tensor share(const Tensor& tensor, TensorSpec spec, LabelPtr label, TopologyPtr topology) {
  return share_on(tensor, tensor.mesh(), tensor.buffers()->spread(), std::move(spec),
                  label ? label : tensor.label(), topology ? topology : tensor.topology());
}

void relabel(const Tensor& written, const LabelPtr& label) {
  Buffers& buffers = *written.buffers();
  if (!buffers.is_alias()) {
    if (written.devices() > 1 && !(*written.label() == *label))
      buffers.relabel(label, written.shape());
    return;
  }
  for (int d = 0; d < buffers.devices(); ++d) {
    const Buffers::Owner owner = buffers.owner(d);
    if (owner.buffers->devices() == 1) continue;
    const Buffers::Relabelling* last = owner.buffers->relabelling();
    const LabelPtr& before = last ? last->label : owner.label;
    const LabelPtr now = without_replicas(before);
    if (!(*now == *before)) owner.buffers->relabel(now, last ? last->shape : owner.shape);
  }
}

void check_usable(const Tensor& tensor, std::string_view op, std::string_view argument) {
  expect(tensor.is_defined(), op, ": ", argument, " is no tensor.");
  expect(tensor.is_allocated(), op, ": Tensor is not allocated: ", argument, " ", tensor,
         " was deallocated before this call. Make it anew, or deallocate it later.");
  if (tensor.mesh()) tensor.mesh()->expect_open(op);
}

void deallocate(const Tensor& tensor, bool force) {
  if (!tensor.buffers()) return;
  Stream::Order order;
  if (force)
    for (const Buffers::Alias& alias : tensor.buffers()->aliases()) alias.of->deallocate();
  tensor.buffers()->deallocate();
}

void add_observer(Observer& observer) {
  Stream::Order order;
  observers().push_back(&observer);
}

void remove_observer(Observer& observer) {
  Stream::Order order;
  std::erase(observers(), &observer);
}

}  // namespace ttnn
