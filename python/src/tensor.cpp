// Python names of tensors and of what moves them between the user's arrays, the host and meshes.
// Conversions only; how torch and numpy arrays become HostArrays is in python/ttnn/arrays.py.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <mutex>

#include "python/src/values.h"
#include "ttnn/mesh/mesh_device_view.h"
#include "ttnn/runtime/queues.h"
#include "ttnn/runtime/stream.h"
#include "ttnn/runtime/trace.h"
#include "ttnn/runtime/transfer.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace ttnn {
namespace {

using Released = nb::call_guard<nb::gil_scoped_release>;

struct NamedType {  // in the order of HostType
  std::string_view name;
  nb::dlpack::dtype_code code;
};
constexpr NamedType host_types[] = {
    {"bool", nb::dlpack::dtype_code::Bool},       {"int8", nb::dlpack::dtype_code::Int},
    {"uint8", nb::dlpack::dtype_code::UInt},      {"int16", nb::dlpack::dtype_code::Int},
    {"uint16", nb::dlpack::dtype_code::UInt},     {"int32", nb::dlpack::dtype_code::Int},
    {"uint32", nb::dlpack::dtype_code::UInt},     {"int64", nb::dlpack::dtype_code::Int},
    {"uint64", nb::dlpack::dtype_code::UInt},     {"float16", nb::dlpack::dtype_code::Float},
    {"bfloat16", nb::dlpack::dtype_code::Bfloat}, {"float32", nb::dlpack::dtype_code::Float},
    {"float64", nb::dlpack::dtype_code::Float}};

HostType host_type_of(std::string_view name) {
  for (size_t i = 0; i < std::size(host_types); ++i)
    if (host_types[i].name == name) return static_cast<HostType>(i);
  fail_as<ErrorKind::type>("arrays of dtype ", name,
                           " cannot become tensors. Convert the array to float32 or int32 first.");
}

nb::dlpack::dtype dlpack_type(HostType type) {
  return {static_cast<uint8_t>(host_types[static_cast<size_t>(type)].code),
          static_cast<uint8_t>(8 * item_bytes(type)), 1};
}

std::string name_of(nb::dlpack::dtype dtype) {
  for (const NamedType& known : host_types)
    if (dlpack_type(host_type_of(known.name)) == dtype) return std::string(known.name);
  fail_as<ErrorKind::type>("from_dlpack: arrays of DLPack type ", int{dtype.code}, " with ",
                           int{dtype.bits}, " bits in ", dtype.lanes,
                           " lanes cannot become tensors. Convert the array to float32 first.");
}

HostArray host_array(uintptr_t pointer, const std::string& type, const std::vector<int64_t>& shape,
                     const std::vector<int64_t>& strides) {
  HostArray array{reinterpret_cast<std::byte*>(pointer),
                  host_type_of(type),
                  Shape(std::span<const int64_t>(shape)),
                  {}};
  for (size_t d = 0; d < strides.size(); ++d) array.strides[d] = strides[d];
  return array;
}

// Owners of borrowed memory wait here until a call that holds the GIL lets them go: workers never
// do.
class Graveyard {
 public:
  void bury(PyObject* owner) {
    std::lock_guard lock(mutex_);
    owners_.push_back(owner);
    waiting_ = true;
  }
  void clear() {
    if (!waiting_) return;
    std::vector<PyObject*> owners;
    {
      std::lock_guard lock(mutex_);
      owners.swap(owners_);
      waiting_ = false;
    }
    for (PyObject* owner : owners) Py_DECREF(owner);
  }

 private:
  std::mutex mutex_;  // guards owners_
  std::vector<PyObject*> owners_;
  std::atomic<bool> waiting_{false};
};

Graveyard& graveyard() {
  static Graveyard& yard = *new Graveyard;
  return yard;
}

Tensor upload_array(const HostArray& array, TensorSpec spec, const MeshMapper* mapper,
                    std::shared_ptr<MeshDevice> mesh, const std::string& op) {
  graveyard().clear();
  note_source_line();
  nb::gil_scoped_release release;
  if (mapper && mesh) mapper->check_mesh(mesh->shape(), op);
  const MeshShape shape = mesh ? mesh->shape() : MeshShape(1, 1);
  const Distribution plan =
      mapper ? distribute(array.shape, *mapper, op) : replicate(array.shape, shape);
  return upload(array, std::move(spec), plan, std::move(mesh), op);
}

Tensor borrow_array(const HostArray& array, TensorSpec spec, nb::object owner) {
  graveyard().clear();
  PyObject* held = owner.release().ptr();
  return borrow(array, std::move(spec), [held] { graveyard().bury(held); });
}

// What a label is, as plain values that a file can hold: mesh, distribution, (kind, dim) per axis
// of the distribution, and the devices where they are not all.
using Sizes = std::vector<int64_t>;
using LabelParts = std::tuple<Sizes, Sizes, std::vector<std::pair<int, int>>, std::vector<int>>;

LabelParts parts_of(const Label& label) {
  const MeshShape &mesh = label.mesh(), &grid = label.distribution();
  LabelParts parts{Sizes(mesh.begin(), mesh.end()), Sizes(grid.begin(), grid.end()), {}, {}};
  for (Placement p : label.placements())
    std::get<2>(parts).emplace_back(static_cast<int>(p.kind), p.dim);
  if (!label.is_on_all_devices())
    for (int i = 0; i < label.num_devices(); ++i) std::get<3>(parts).push_back(label.device(i));
  return parts;
}

LabelPtr label_of(const LabelParts& parts) {
  const auto& [mesh, distribution, placements, devices] = parts;
  std::vector<Placement> made;
  for (auto [kind, dim] : placements) made.push_back({static_cast<Placement::Kind>(kind), dim});
  return std::make_shared<Label>(MeshShape(std::span<const int64_t>(mesh)),
                                 MeshShape(std::span<const int64_t>(distribution)), std::move(made),
                                 devices);
}

// Tensors that other Tensors share are freed only when forced.
void free_tensor(const Tensor& tensor, bool force) {
  if (force || (tensor.buffers() && tensor.buffers().is_sole())) deallocate(tensor, force);
}

std::vector<int64_t> list_of(const Shape& shape) { return {shape.begin(), shape.end()}; }

// Where the tensor's shard of that number is, on the mesh as it is now.
MeshCoordinate coordinate_of(const Tensor& t, int device) {
  const MeshShape& made_for = t.label()->mesh();
  if (!t.mesh() || t.mesh()->shape() == made_for) return coordinate(made_for, device);
  const int id = view_of(*t.mesh(), made_for).device_ids()[static_cast<size_t>(device)];
  return view_of(*t.mesh()).find_device(id);
}

void bind_class(nb::module_& m) {
  nb::class_<Tensor>(m, "Tensor", nb::dynamic_attr(),
                     "A spec of one shard, a label that says how the shards make up the whole, and "
                     "the shards' bytes.")
      .def("__init__",
           [](Tensor* self, nb::args args, nb::kwargs kwargs) {
             if (args.size() == 1 && kwargs.size() == 0 && nb::isinstance<Tensor>(args[0])) {
               new (self) Tensor(nb::cast<const Tensor&>(args[0]));
               return;
             }
             nb::object made =
                 nb::module_::import_("ttnn.conversion").attr("make_tensor")(*args, **kwargs);
             new (self) Tensor(nb::cast<const Tensor&>(made));
           })
      .def_prop_ro("spec", &Tensor::spec)
      .def_prop_ro("shape", [](const Tensor& t) { return t.shape(); })
      .def_prop_ro("padded_shape", &Tensor::padded_shape)
      .def_prop_ro("dtype", &Tensor::dtype)
      .def_prop_ro("layout", &Tensor::layout)
      .def_prop_ro("tile", [](const Tensor& t) { return t.spec().tile; })
      .def_prop_ro("tensor_id", [](const Tensor& t) { return t.buffers()->id(); })
      .def("get_dtype", &Tensor::dtype)
      .def("get_layout", &Tensor::layout)
      .def("get_tile", [](const Tensor& t) { return t.spec().tile; })
      .def("memory_config", [](const Tensor& t) { return t.memory_config(); })
      .def("is_sharded", [](const Tensor& t) { return t.memory_config().is_sharded(); })
      .def("storage_type", &Tensor::storage_type)
      .def("device", [](const Tensor& t) { return t.mesh(); })
      .def("is_allocated", &Tensor::is_allocated)
      .def("volume", &Tensor::volume)
      .def("logical_volume", &Tensor::volume)
      .def("element_size",
           [](const Tensor& t) { return is_block_float(t.dtype()) ? 1 : item_bytes(t.dtype()); })
      .def("buffer_unique_id", [](const Tensor& t) { return t.buffers()->id(); })
      .def("buffer_address", buffer_address,
           "A number that tensors of the same buffer share; CPU devices have no addresses of their "
           "own.")
      .def("tensor_topology", [](const Tensor& t) { return *t.topology(); })
      .def(
          "update_tensor_topology",
          [](Tensor& t, const TensorTopology& topology) {
            t = t.with(std::make_shared<const TensorTopology>(topology));
          },
          "topology"_a)
      .def("device_coords",
           [](const Tensor& t) {
             std::vector<MeshCoordinate> coords;
             for (int device : devices_with_data(t))
               coords.push_back(coordinate_of(t, t.devices() == 1 ? t.label()->device(0) : device));
             return coords;
           })
      .def("deallocate", free_tensor, "force"_a = false,
           "Frees the memory; that which other tensors share only if forced.")
      .def(
          "cpu",
          [](const Tensor& t, bool blocking, nb::handle cq_id) {
            const OnQueue queue(queue_of(cq_id, "Tensor.cpu"));
            note_source_line();
            nb::gil_scoped_release release;
            return to_host(t, blocking);
          },
          "blocking"_a = true, "cq_id"_a = nb::none())
      .def("_num_places", &Tensor::devices)
      .def("_label_parts", [](const Tensor& t) { return parts_of(*t.label()); })
      .def(
          "_placement_text", [](const Tensor& t) { return text(*t.label()); },
          "The true label, as text.")
      .def(
          "_is_whole",
          [](const Tensor& t) {
            return devices_with_data(t).size() == 1 || t.label()->is_replicated();
          },
          "Whether each shard is the whole tensor.")
      .def("_device_numbers", [](const Tensor& t) { return devices_with_data(t); })
      .def(
          "_shard_numbers",
          [](const Tensor& t) {
            std::vector<std::pair<int, int>> shards;
            for (int device : devices_with_data(t))
              shards.emplace_back(device,
                                  t.buffers()->spread()->shard_of[static_cast<size_t>(device)]);
            return shards;
          },
          "(device, number of its shard) per device that holds one; equal numbers, equal bytes.");
}

void bind_specs(nb::module_& m) {
  m.def(
      "make_spec",
      [](const std::vector<int64_t>& shape, DataType dtype, Layout layout, MemoryConfig config,
         std::optional<Tile> tile) {
        TensorSpec spec;
        spec.shape = Shape(std::span<const int64_t>(shape));
        spec.dtype = dtype;
        spec.layout = layout;
        spec.memory_config = std::move(config);
        if (tile) spec.tile = *tile;
        return spec;
      },
      "shape"_a, "dtype"_a, "layout"_a, "memory_config"_a, "tile"_a.none());
  m.def(
      "storage_bytes", [](const TensorSpec& spec) { return spec.storage_bytes(); }, "spec"_a,
      "Of one shard, as read_storage gives it.");
  m.def("with_pad_value", [](TensorSpec spec, double value) {
    spec.pad_value = static_cast<float>(value);
    return spec;
  });
}

void bind_arrays(nb::module_& m) {
  nb::class_<HostArray>(m, "HostArray", "A strided array of the user's; strides are in items.")
      .def(
          "__init__",
          [](HostArray* self, uintptr_t pointer, const std::string& type,
             const std::vector<int64_t>& shape, const std::vector<int64_t>& strides) {
            new (self) HostArray(host_array(pointer, type, shape, strides));
          },
          "pointer"_a, "type"_a, "shape"_a, "strides"_a)
      .def_prop_ro("is_dense", &HostArray::is_dense);
  m.def("upload", upload_array, "array"_a, "spec"_a, "mapper"_a.none(), "mesh"_a.none(), "op"_a);
  m.def("borrow", borrow_array, "array"_a, "spec"_a, "owner"_a);
  m.def(
      "whole_shape",
      [](const Tensor& t, const MeshComposer* composer, const std::string& op) {
        check_usable(t, op, "tensor");
        return list_of(composition_of(t, composer, op).whole);
      },
      "tensor"_a, "composer"_a.none(), "op"_a, "The shape of the tensor that the shards make up.");
  m.def(
      "download",
      [](const Tensor& t, const MeshComposer* composer, const HostArray& to,
         const std::string& op) {
        note_source_line();
        nb::gil_scoped_release release;
        download(t, composition_of(t, composer, op), to);
      },
      "tensor"_a, "composer"_a.none(), "to"_a, "op"_a);
  m.def(
      "download_shard",
      [](const Tensor& t, int device, const HostArray& to) {
        note_source_line();
        nb::gil_scoped_release release;
        download(t, device, to);
      },
      "tensor"_a, "device"_a, "to"_a);
  m.def("download_shard_unseen", download_unseen, "tensor"_a, "device"_a, "to"_a, Released(),
        "download_shard, for what looks on: of no command queue.");
  m.def(
      "host_memory",
      [](int64_t bytes) {
        std::byte* data = Pool::instance().acquire(bytes);
        auto* piece = new std::pair<std::byte*, int64_t>(data, bytes);
        nb::capsule owner(piece, [](void* given) noexcept {
          auto* kept = static_cast<std::pair<std::byte*, int64_t>*>(given);
          Pool::instance().release(kept->first, kept->second, OnRelease::keep);
          delete kept;
        });
        return nb::make_tuple(reinterpret_cast<uintptr_t>(data), owner);
      },
      "bytes"_a,
      "(pointer, owner) of memory from the pool that tensors have theirs from: it is not cleared, "
      "lies "
      "in huge pages where it is large, and goes back with its owner.");
  m.def(
      "dlpack_array",
      [](uintptr_t pointer, const std::string& type, const std::vector<size_t>& shape,
         nb::object owner) {
        return nb::cast(nb::ndarray<nb::array_api, nb::device::cpu>(
            reinterpret_cast<void*>(pointer), shape.size(), shape.data(), owner, nullptr,
            dlpack_type(host_type_of(type))));
      },
      "pointer"_a, "type"_a, "shape"_a, "owner"_a,
      "An object that other libraries take by DLPack.");
  m.def(
      "array_of_dlpack",
      [](nb::ndarray<nb::array_api, nb::ro, nb::device::cpu> array) {
        Sizes shape, strides;
        for (size_t d = 0; d < array.ndim(); ++d) {
          shape.push_back(static_cast<int64_t>(array.shape(d)));
          strides.push_back(array.stride(d));
        }
        const auto pointer = reinterpret_cast<uintptr_t>(array.data());
        return nb::make_tuple(pointer, name_of(array.dtype()), shape, strides, nb::cast(array));
      },
      "array"_a,
      "(pointer, dtype, shape, strides in items, owner) of what another library made; the memory "
      "is "
      "there as long as the owner.");
  m.def(
      "read_storage",
      [](const Tensor& t, int device, const HostArray& to) {
        note_source_line();
        nb::gil_scoped_release release;
        expect(to.is_dense() && to.shape.volume() * item_bytes(to.type) == t.spec().storage_bytes(),
               "read_storage: the array does not hold ", t.spec().storage_bytes(), " bytes.");
        read_storage(t, device, to.data);
      },
      "tensor"_a, "device"_a, "to"_a, "One device's shard as it is stored.");
  m.def(
      "borrow_storage",
      [](const HostArray& array, TensorSpec spec, const std::vector<int>& shard_of_device,
         const LabelParts& label, const TensorTopology& topology, nb::object owner) {
        graveyard().clear();
        PyObject* held = owner.release().ptr();
        return borrow(array.data, std::move(spec), shard_of_device, label_of(label),
                      std::make_shared<const TensorTopology>(topology),
                      [held] { graveyard().bury(held); });
      },
      "array"_a, "spec"_a, "shard_of_device"_a, "label"_a, "topology"_a, "owner"_a,
      "A host tensor of what read_storage gave, the distinct shards one after another.");
}

void bind_transfers(nb::module_& m) {
  m.def(
      "to_device",
      [](const Tensor& t, std::shared_ptr<MeshDevice> mesh, std::optional<MemoryConfig> config) {
        note_source_line();
        nb::gil_scoped_release release;
        return to_device(t, std::move(mesh), std::move(config));
      },
      "tensor"_a, "device"_a, "memory_config"_a = nb::none());
  m.def(
      "from_device",
      [](const Tensor& t, bool blocking) {
        note_source_line();
        nb::gil_scoped_release release;
        return to_host(t, blocking);
      },
      "tensor"_a, "blocking"_a = true);
  m.def(
      "copy_host_to_device_tensor",
      [](const Tensor& host, Tensor& device, nb::handle cq_id) {
        const OnQueue queue(queue_of(cq_id, "copy_host_to_device_tensor"));
        note_source_line();
        nb::gil_scoped_release release;
        copy_to_device(host, device);
      },
      "host_tensor"_a, "device_tensor"_a, "cq_id"_a = nb::none());
  m.def(
      "copy_device_to_host_tensor",
      [](const Tensor& device, Tensor& host, bool blocking, nb::handle cq_id) {
        const OnQueue queue(queue_of(cq_id, "copy_device_to_host_tensor"));
        note_source_line();
        nb::gil_scoped_release release;
        copy_to_host(device, host, blocking);
      },
      "device_tensor"_a, "host_tensor"_a, "blocking"_a = true, "cq_id"_a = nb::none());
  m.def("deallocate", free_tensor, "tensor"_a, "force"_a = true);
  m.def("distribute_tensor", distribute_tensor, "tensor"_a, "mapper"_a,
        "mesh_device"_a = nb::none(), Released());
  m.def("aggregate_tensor", aggregate_tensor, "tensor"_a, "composer"_a, Released());
  m.def("get_device_tensors", get_device_tensors, "tensor"_a);
  m.def("combine_device_tensors", combine_device_tensors, "tensors"_a);
  m.def("from_host_shards", from_host_shards, "tensors"_a, "mesh_shape"_a);
  m.def(
      "allocate_tensor",
      [](TensorSpec spec, std::shared_ptr<MeshDevice> mesh, const MeshShape& shape,
         const std::string& op) {
        spec.check(op);
        if (mesh) mesh->expect_open(op);
        return allocate(
            std::move(spec), std::move(mesh), Spread::each(static_cast<int>(shape.mesh_size())),
            Label::everywhere(shape, {Placement::local, 0}), replicated_topology(shape), op);
      },
      "spec"_a, "mesh"_a.none(), "mesh_shape"_a, "op"_a,
      "A shard of undefined contents per device of the mesh, or of the host for a mesh's shape.");
}

void bind_workers(nb::module_& m) {
  m.def("num_workers", [] { return Stream::instance().workers(); });
  m.def(
      "set_num_workers", [](int count) { Stream::instance().set_workers(count); }, "count"_a,
      "The number of threads that work from the next opening on, the caller's among them; 0: all "
      "cores.");
  m.def("set_task_delay", set_task_delay, "max_us"_a,
        "Tests: a random delay before each task, in microseconds.");
  m.def(
      "pool_bytes",
      [] { return nb::make_tuple(Pool::instance().live_bytes(), Pool::instance().kept_bytes()); },
      "Physical bytes (held by tensors, kept for reuse).");
  m.def("trim_pool", [] { Pool::instance().trim(); });
}

}  // namespace

void bind_tensor(nb::module_& m) {
  bind_class(m);
  bind_specs(m);
  bind_arrays(m);
  bind_transfers(m);
  bind_workers(m);
}

}  // namespace ttnn
