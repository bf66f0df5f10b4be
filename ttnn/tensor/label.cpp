#include "ttnn/tensor/label.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <numeric>
#include <ostream>
#include <unordered_map>

#include "ttnn/core/error.h"

namespace ttnn {
namespace {

constexpr Placement local{Placement::local};

// One axis of some way to write all devices as a grid; a list of these, the first outermost.
struct Axis {
  int size;
  Placement placement;
};
using Axes = std::vector<Axis>;

bool is_shard_of(const Placement& placement, int dim) {
  return placement == Placement{Placement::shard, dim};
}

// The shortest way to write it: no axes of one device, no neighbours alike.
Axes merged(const MeshShape& shape, std::span<const Placement> placements) {
  Axes axes;
  for (int i = 0; i < shape.dims(); ++i) {
    if (shape[i] == 1) continue;
    if (!axes.empty() && axes.back().placement == placements[i])
      axes.back().size *= shape[i];
    else
      axes.push_back({shape[i], placements[i]});
  }
  return axes;
}

std::vector<int> sizes_of(const MeshShape& shape) {
  std::vector<int> sizes(shape.begin(), shape.end());
  std::erase(sizes, 1);
  return sizes;
}

std::vector<int> sizes_of(const Axes& axes) {
  std::vector<int> sizes;
  for (const Axis& axis : axes) sizes.push_back(axis.size);
  return sizes;
}

// The coarsest grid that cuts wherever one of two grids over the same devices cuts: 2x4 and 4x2
// give 2x2x2. None where the cuts do not nest, as for 2x3 and 3x2.
std::optional<std::vector<int>> common_grid(std::vector<int> a, std::vector<int> b) {
  std::vector<int> grid;
  size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    const int step = std::min(a[i], b[j]);
    if (a[i] % step || b[j] % step) return std::nullopt;
    grid.push_back(step);
    if ((a[i] /= step) == 1) ++i;
    if ((b[j] /= step) == 1) ++j;
  }
  return grid;
}

// The placements of `axes` on a grid that cuts at least where they do.
std::vector<Placement> spread(const Axes& axes, const std::vector<int>& grid) {
  std::vector<Placement> placements;
  auto axis = axes.begin();
  int left = axes.empty() ? 1 : axis->size;
  for (int size : grid) {
    if (left == 1) left = (++axis)->size;
    placements.push_back(axis->placement);
    left /= size;
  }
  return placements;
}

MeshShape shape_of(const std::vector<int>& sizes) {
  if (sizes.empty()) return MeshShape({1});
  const std::vector<int64_t> wide(sizes.begin(), sizes.end());
  return MeshShape(std::span<const int64_t>(wide));
}

// The placements on the mesh's own axes, where they can be written so.
std::optional<std::vector<Placement>> on_mesh(const Axes& axes, const MeshShape& mesh) {
  const std::vector<int> grid = sizes_of(mesh);
  if (common_grid(sizes_of(axes), grid) != grid) return std::nullopt;
  const std::vector<Placement> large = spread(axes, grid);
  std::vector<Placement> placements;
  size_t next = 0;
  for (int size : mesh) placements.push_back(size == 1 ? Placement{} : large[next++]);
  return placements;
}

bool is_every_device(const std::vector<int>& devices, const MeshShape& mesh) {
  if (static_cast<int64_t>(devices.size()) != mesh.mesh_size()) return false;
  for (size_t i = 0; i < devices.size(); ++i)
    if (devices[i] != static_cast<int>(i)) return false;
  return true;
}

std::vector<int> devices_of(const Label& label) {
  std::vector<int> devices(label.num_devices());
  for (int i = 0; i < label.num_devices(); ++i) devices[i] = label.device(i);
  return devices;
}

bool same_devices(const Label& a, const Label& b) {
  if (a.is_on_all_devices() || b.is_on_all_devices())
    return a.is_on_all_devices() == b.is_on_all_devices();
  return devices_of(a) == devices_of(b);
}

LabelPtr reuse_or_make(Label label, std::span<const LabelPtr* const> known) {
  for (const LabelPtr* one : known)
    if (**one == label) return *one;
  return std::make_shared<Label>(std::move(label));
}

// Where all inputs live on one grid, the answer is usually an input's own label: found without
// allocating.
LabelPtr combine_on_one_grid(std::span<const LabelPtr* const> inputs, const PlacementRule& rule) {
  const Label& first = **inputs[0];
  std::array<Placement, MeshShape::max_dims> result;
  std::array<Placement, 8> few;
  std::vector<Placement> many(inputs.size() > few.size() ? inputs.size() : 0);
  const std::span<Placement> column(many.empty() ? few.data() : many.data(), inputs.size());
  const int dims = first.distribution().dims();
  for (int axis = 0; axis < dims; ++axis) {
    for (size_t i = 0; i < inputs.size(); ++i) column[i] = (*inputs[i])->placements()[axis];
    result[axis] = first.distribution()[axis] == 1 ? Placement{} : rule(column);
  }
  for (const LabelPtr* input : inputs)
    if (std::equal(result.begin(), result.begin() + dims, (*input)->placements().begin()))
      return *input;
  return std::make_shared<Label>(
      first.mesh(), first.distribution(),
      std::vector<Placement>(result.begin(), result.begin() + dims),
      first.is_on_all_devices() ? std::vector<int>{} : devices_of(first));
}

bool is_one_grid(std::span<const LabelPtr* const> inputs) {
  const Label& first = **inputs[0];
  return std::all_of(inputs.begin(), inputs.end(), [&](const LabelPtr* input) {
    return input == inputs[0] || *input == *inputs[0] ||
           ((*input)->distribution() == first.distribution() && same_devices(**input, first));
  });
}

std::vector<int> common_devices(std::span<const LabelPtr* const> inputs) {
  std::vector<int> common = devices_of(**inputs[0]);
  for (const LabelPtr* input : inputs.subspan(1)) {
    const std::vector<int> devices = devices_of(**input);
    std::erase_if(common, [&](int device) {
      return std::find(devices.begin(), devices.end(), device) == devices.end();
    });
  }
  return common;
}

// An input's axes over those of its devices that are in `devices`; none where its shards would lose
// their places.
std::optional<Axes> restricted(const Label& label, const std::vector<int>& devices) {
  if (devices_of(label) == devices) return merged(label.distribution(), label.placements());
  const int count = static_cast<int>(devices.size());
  if (count == 1) return Axes{};
  if (label.is_replicated()) return Axes{{count, Placement{}}};
  return std::nullopt;
}

LabelPtr combine_over(std::span<const LabelPtr* const> inputs, const std::vector<int>& devices,
                      const PlacementRule& rule) {
  const MeshShape& mesh = (*inputs[0])->mesh();
  std::vector<Axes> axes;
  std::vector<int> grid{static_cast<int>(devices.size())};
  if (grid[0] == 1) grid.clear();
  for (const LabelPtr* input : inputs) {
    const auto own = restricted(**input, devices);
    const auto finer = own ? common_grid(grid, sizes_of(*own)) : std::nullopt;
    if (!finer)
      return reuse_or_make(
          Label(mesh, shape_of({static_cast<int>(devices.size())}), {local}, devices), inputs);
    grid = *finer;
    axes.push_back(*own);
  }
  std::vector<std::vector<Placement>> rows;
  for (const Axes& own : axes) rows.push_back(spread(own, grid));
  std::vector<Placement> result, column(rows.size());
  for (size_t axis = 0; axis < grid.size(); ++axis) {
    for (size_t i = 0; i < rows.size(); ++i) column[i] = rows[i][axis];
    result.push_back(rule(column));
  }
  if (grid.empty()) result.push_back({});
  return reuse_or_make(Label(mesh, shape_of(grid), std::move(result), devices), inputs);
}

// [shard(0), replicate] with [replicate, shard(0)]: slice r of one meets slice c of the other, and
// the results are no slices of anything. An input that shards a dim must do so on all axes that do.
bool shares_slices(std::span<const LabelPtr* const> inputs, const Label& result) {
  const Axes whole = merged(result.distribution(), result.placements());
  for (const LabelPtr* input : inputs) {
    if (!same_devices(**input, result)) continue;  // replicated, or the result is local
    const Axes own = merged((*input)->distribution(), (*input)->placements());
    const auto grid = common_grid(sizes_of(own), sizes_of(whole));
    if (!grid) continue;
    const auto mine = spread(own, *grid), theirs = spread(whole, *grid);
    for (size_t i = 0; i < grid->size(); ++i) {
      if (mine[i] == theirs[i] || theirs[i].kind != Placement::shard) continue;
      const bool cuts_it = std::any_of(mine.begin(), mine.end(), [&](const Placement& p) {
        return is_shard_of(p, theirs[i].dim);
      });
      if (cuts_it) return false;
    }
  }
  return true;
}

LabelPtr map_placements(const LabelPtr& label, const std::function<Placement(Placement)>& change) {
  std::vector<Placement> placements = label->placements();
  for (Placement& placement : placements)
    if (placement.kind == Placement::shard) placement = change(placement);
  if (placements == label->placements()) return label;
  return std::make_shared<Label>(
      label->mesh(), label->distribution(), std::move(placements),
      label->is_on_all_devices() ? std::vector<int>{} : devices_of(*label));
}

// Half-open range of positions in `grid`, a refinement of the mesh's axes, that make up one mesh
// axis.
std::pair<size_t, size_t> positions_of(const MeshShape& mesh, int mesh_axis,
                                       const std::vector<int>& grid) {
  size_t position = 0, begin = 0;
  for (int axis = 0; axis <= mesh_axis; ++axis) {
    begin = position;
    for (int left = mesh[axis]; left > 1; left /= grid[position++]) {
    }
  }
  return {begin, position};
}

// Sets the axes [begin, end) of a grid. Devices further in that cut the same dim as these axes did,
// or now do, no longer follow each other in the whole.
void place(std::vector<Placement>& placements, size_t begin, size_t end, Placement placement) {
  const auto inner = placements.begin() + end;
  const auto share_dim = [&](int dim) {
    bool shared = false;
    for (auto p = inner; p != placements.end(); ++p)
      if (is_shard_of(*p, dim)) *p = local, shared = true;
    return shared;
  };
  const bool is_outside = placement.kind == Placement::shard && share_dim(placement.dim);
  for (size_t i = begin; i < end; ++i)
    if (placements[i].kind == Placement::shard) share_dim(placements[i].dim);
  std::fill(placements.begin() + begin, placements.begin() + end, is_outside ? local : placement);
}

}  // namespace

Label::Label(const MeshShape& mesh, const MeshShape& distribution,
             std::vector<Placement> placements, std::vector<int> devices)
    : mesh_(mesh), distribution_(distribution), devices_(std::move(devices)) {
  const int64_t held = devices_.empty() ? mesh.mesh_size() : static_cast<int64_t>(devices_.size());
  expect(static_cast<int>(placements.size()) == distribution.dims() &&
             distribution.mesh_size() == held,
         "label: ", distribution, " with ", placements.size(), " placements does not describe the ",
         held, " devices of ", mesh,
         " that hold data. Give one placement for each axis of a shape ", "of ", held,
         " positions.");
  if (is_every_device(devices_, mesh)) devices_.clear();
  const Axes axes = merged(distribution, placements);
  if (auto written = devices_.empty() ? on_mesh(axes, mesh) : std::nullopt) {
    distribution_ = mesh;
    placements_ = std::move(*written);
    return;
  }
  distribution_ = shape_of(sizes_of(axes));
  for (const Axis& axis : axes) placements_.push_back(axis.placement);
  if (axes.empty()) placements_.push_back({});
}

LabelPtr Label::replicated(const MeshShape& mesh) {
  static std::mutex mutex;  // guards `known`
  static std::unordered_map<MeshShape, LabelPtr> known;
  const std::lock_guard lock(mutex);
  LabelPtr& label = known[mesh];
  if (!label) label = everywhere(mesh, Placement{});
  return label;
}

LabelPtr Label::everywhere(const MeshShape& mesh, Placement placement) {
  return std::make_shared<Label>(mesh, mesh, std::vector<Placement>(mesh.dims(), placement));
}

LabelPtr Label::single(const MeshShape& mesh, int device) {
  return std::make_shared<Label>(mesh, MeshShape({1}), std::vector<Placement>(1),
                                 std::vector{device});
}

bool Label::has(Placement::Kind kind) const {
  auto placement = placements_.begin();
  for (int size : distribution_)
    if (const Placement& p = *placement++; size > 1 && p.kind == kind) return true;
  return false;
}

bool Label::is_replicated() const {
  auto placement = placements_.begin();
  for (int size : distribution_)
    if (const Placement& p = *placement++; size > 1 && p.kind != Placement::replicate) return false;
  return true;
}

Placement elementwise_placement(std::span<const Placement> inputs) {
  Placement result;
  for (const Placement& input : inputs) {
    if (input.kind == Placement::replicate) continue;
    if (input.kind != Placement::shard) return local;
    if (result.kind == Placement::shard && result != input) return local;
    result = input;
  }
  return result;
}

LabelPtr combine(std::span<const LabelPtr* const> inputs, const PlacementRule& rule) {
  if (is_one_grid(inputs)) return combine_on_one_grid(inputs, rule);
  const std::vector<int> devices = common_devices(inputs);
  expect(!devices.empty(), "operands need to be on the same device! No device of ",
         (*inputs[0])->mesh(), " holds a shard of each. Distribute them over the same devices.");
  return combine_over(inputs, devices, rule);
}

LabelPtr elementwise_label(std::span<const LabelPtr* const> inputs, const PlacementRule& rule) {
  LabelPtr result = combine(inputs, rule);
  const bool is_plain = std::all_of(inputs.begin(), inputs.end(), [&](const LabelPtr* input) {
    return *input == result || (*input)->is_replicated();
  });
  if (is_plain || shares_slices(inputs, *result)) return result;
  return map_placements(result, [](Placement) { return local; });
}

LabelPtr with_dims(const LabelPtr& label, std::span<const int> new_dims) {
  return map_placements(label, [&](Placement shard) {
    expect(shard.dim < static_cast<int>(new_dims.size()), "label: dim ", shard.dim,
           " is sharded, but only ", new_dims.size(), " dims are mapped. Map every dim.");
    const int dim = new_dims[shard.dim];
    return dim < 0 ? local : Placement{Placement::shard, dim};
  });
}

LabelPtr with_leading_dims(const LabelPtr& label, int count) {
  if (count == 0) return label;
  return map_placements(label, [&](Placement shard) {
    return shard.dim + count < 0 ? local : Placement{Placement::shard, shard.dim + count};
  });
}

LabelPtr with_broadcast(const LabelPtr& label, const Shape& from, const Shape& to) {
  if (from == to || label->is_replicated()) return label;
  const int added = to.rank() - from.rank();
  return map_placements(label, [&](Placement shard) {
    const int dim = shard.dim + added;
    if (dim < 0 || dim >= to.rank() || from[shard.dim] != to[dim]) return local;
    return Placement{Placement::shard, dim};
  });
}

LabelPtr without_replicas(const LabelPtr& label) {
  std::vector<Placement> placements = label->placements();
  for (Placement& p : placements)
    if (p.kind == Placement::replicate) p = {Placement::local, 0};
  std::vector<int> devices;
  for (int i = 0; !label->is_on_all_devices() && i < label->num_devices(); ++i)
    devices.push_back(label->device(i));
  return std::make_shared<const Label>(label->mesh(), label->distribution(), std::move(placements),
                                       std::move(devices));
}

LabelPtr with_mesh(const LabelPtr& label, const MeshShape& mesh) {
  if (label->mesh() == mesh) return label;
  expect(label->mesh().mesh_size() == mesh.mesh_size(), "label: ", *label, " cannot be moved to ",
         mesh, ", which has another number of devices. Distribute the tensor for that mesh.");
  if (label->is_replicated() && label->is_on_all_devices()) return Label::replicated(mesh);
  return std::make_shared<Label>(
      mesh, label->distribution(), label->placements(),
      label->is_on_all_devices() ? std::vector<int>{} : devices_of(*label));
}

LabelPtr with_axis(const LabelPtr& label, std::optional<int> mesh_axis, Placement placement) {
  const LabelPtr* const self[] = {&label};
  const std::vector<int> devices = devices_of(*label);
  const MeshShape everyone = shape_of({static_cast<int>(devices.size())});
  if (!mesh_axis) return reuse_or_make(Label(label->mesh(), everyone, {placement}, devices), self);

  const MeshShape& mesh = label->mesh();
  if (mesh[*mesh_axis] == 1) return label;
  const Axes axes = merged(label->distribution(), label->placements());
  const auto grid =
      label->is_on_all_devices() ? common_grid(sizes_of(axes), sizes_of(mesh)) : std::nullopt;
  if (!grid) return reuse_or_make(Label(mesh, everyone, {local}, devices), self);
  std::vector<Placement> placements = spread(axes, *grid);
  const auto [begin, end] = positions_of(mesh, *mesh_axis, *grid);
  place(placements, begin, end, placement);
  if (grid->empty()) placements.push_back({});
  return reuse_or_make(Label(mesh, shape_of(*grid), std::move(placements)), self);
}

LabelPtr gathered_label(const LabelPtr& label, std::optional<int> mesh_axis, int dim) {
  if (mesh_axis && label->mesh()[*mesh_axis] == 1) return label;
  const LabelPtr result = with_axis(label, mesh_axis, Placement{});
  const bool was_cut =
      !mesh_axis || (label->is_on_mesh_axes() && is_shard_of(label->placements()[*mesh_axis], dim));
  if (was_cut) return result;
  return map_placements(result, [&](Placement shard) { return shard.dim == dim ? local : shard; });
}

std::vector<int> lost_sums(const Label& from, const Label& to) {
  if (!from.has(Placement::partial)) return {};
  const MeshShape& mesh = from.mesh();
  const Axes axes = merged(to.distribution(), to.placements());
  const auto grid = to.is_on_all_devices() ? common_grid(sizes_of(axes), sizes_of(mesh))
                                           : std::optional<std::vector<int>>();
  if (!from.is_on_mesh_axes() || !grid)
    return to.has(Placement::partial) ? std::vector<int>{} : std::vector{-1};
  const std::vector<Placement> after = spread(axes, *grid);
  std::vector<int> lost;
  for (int axis = 0; axis < mesh.dims(); ++axis) {
    if (mesh[axis] == 1 || from.placements()[static_cast<size_t>(axis)].kind != Placement::partial)
      continue;
    const auto [begin, end] = positions_of(mesh, axis, *grid);
    const auto is_partial = [](Placement p) { return p.kind == Placement::partial; };
    if (!std::all_of(after.begin() + static_cast<int64_t>(begin),
                     after.begin() + static_cast<int64_t>(end), is_partial))
      lost.push_back(axis);
  }
  return lost;
}

std::ostream& operator<<(std::ostream& out, const Placement& placement) {
  switch (placement.kind) {
    case Placement::replicate:
      return out << "replicate";
    case Placement::shard:
      return out << "shard(" << placement.dim << ")";
    case Placement::partial:
      return out << "partial";
    case Placement::local:
      return out << "local";
  }
  return out;
}

std::ostream& operator<<(std::ostream& out, const Label& label) {
  out << "[";
  const auto& placements = label.placements();
  for (const Placement& placement : placements)
    out << (&placement == placements.data() ? "" : ", ") << placement;
  out << "] on " << label.distribution();
  if (label.distribution() != label.mesh()) out << " of " << label.mesh();
  return out;
}

}  // namespace ttnn
