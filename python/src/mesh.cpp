// Python names of ttnn/mesh: shapes and coordinates, the machine, mesh devices. Conversions only;
// what reads better in Python is in python/ttnn/device.py.
#include <nanobind/make_iterator.h>
#include <nanobind/nanobind.h>
#include <nanobind/operators.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "ttnn/core/core_range.h"
#include "ttnn/core/error.h"
#include "ttnn/mesh/compat.h"
#include "ttnn/mesh/line_path.h"
#include "ttnn/mesh/mesh_device_view.h"
#include "ttnn/mesh/open_meshes.h"
#include "ttnn/runtime/queues.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace ttnn {
namespace {

template <class T>
T tuple_of(const std::vector<int64_t>& values) {
  return T(std::span<const int64_t>(values));
}

template <class T>
std::vector<int64_t> list_of(const T& values) {
  return {values.begin(), values.end()};
}

// What MeshShape and MeshCoordinate have in common as Python values.
template <class T>
nb::class_<T> bind_tuple(nb::module_& m, const char* name, const char* doc) {
  nb::class_<T> c(m, name, doc);
  c.def(
       "__init__", [](T* self, int64_t y, int64_t x) { new (self) T(tuple_of<T>({y, x})); }, "y"_a,
       "x"_a)
      .def("__init__",
           [](T* self, int64_t a, int64_t b, int64_t c) { new (self) T(tuple_of<T>({a, b, c})); })
      .def(nb::init<const T&>())
      .def("__init__", [](T* self, const std::vector<int64_t>& v) { new (self) T(tuple_of<T>(v)); })
      .def("dims", &T::dims)
      .def("__len__", &T::dims)
      .def("__getitem__", [](const T& self, int i) { return self[i]; })
      .def(
          "__iter__",
          [](const T& self) {
            return nb::make_iterator(nb::type<T>(), "iterator", self.begin(), self.end());
          },
          nb::keep_alive<0, 1>())
      .def(nb::self == nb::self)
      .def("__hash__", [](const T& self) { return std::hash<T>()(self); })
      .def("__repr__", [](const T& self) { return text(self); })
      .def("as_tuple", [](const T& self) { return nb::tuple(nb::cast(list_of(self))); })
      .def("__getstate__", &list_of<T>)
      .def("__setstate__",
           [](T& self, const std::vector<int64_t>& v) { new (&self) T(tuple_of<T>(v)); });
  return c;
}

void bind_shapes(nb::module_& m) {
  bind_tuple<MeshShape>(m, "MeshShape", "Rows and columns of a mesh, or any number of dimensions.")
      .def("mesh_size", &MeshShape::mesh_size)
      .def_prop_ro("num_devices", &MeshShape::mesh_size)
      .def_prop_ro("y", [](const MeshShape& self) { return self[0]; })
      .def_prop_ro("x", [](const MeshShape& self) { return self[1]; });
  bind_tuple<MeshCoordinate>(m, "MeshCoordinate", "The place of a device in a mesh.")
      .def("__lt__", [](const MeshCoordinate& a, const MeshCoordinate& b) { return a < b; });

  nb::class_<MeshCoordinateRange>(m, "MeshCoordinateRange",
                                  "A block of a mesh between two corners, both included.")
      .def(nb::init<const MeshCoordinate&, const MeshCoordinate&>(), "start"_a, "end"_a)
      .def(nb::init<const MeshShape&>(), "shape"_a)
      .def_prop_ro("start", &MeshCoordinateRange::start_coord)
      .def_prop_ro("end", &MeshCoordinateRange::end_coord)
      .def_prop_ro("shape", &MeshCoordinateRange::shape)
      .def("__contains__", &MeshCoordinateRange::contains)
      .def("__len__", [](const MeshCoordinateRange& self) { return self.shape().mesh_size(); })
      .def(
          "__iter__",
          [](const MeshCoordinateRange& self) {
            return nb::make_iterator<nb::rv_policy::move>(nb::type<MeshCoordinateRange>(),
                                                          "iterator", self.begin(), self.end());
          },
          nb::keep_alive<0, 1>())
      .def(nb::self == nb::self)
      .def("__hash__",
           [](const MeshCoordinateRange& self) {
             const std::hash<MeshCoordinate> hash;
             return hash(self.start_coord()) * 31 + hash(self.end_coord());
           })
      .def("__repr__", [](const MeshCoordinateRange& self) { return text(self); });
}

void bind_machine(nb::module_& m) {
  nb::enum_<Arch>(m, "Arch")
      .value("WORMHOLE_B0", Arch::WORMHOLE_B0)
      .value("BLACKHOLE", Arch::BLACKHOLE)
      .value("QUASAR", Arch::QUASAR);
  nb::enum_<FabricConfig>(m, "FabricConfig")
      .value("DISABLED", FabricConfig::DISABLED)
      .value("FABRIC_1D_NEIGHBOR_EXCHANGE", FabricConfig::FABRIC_1D_NEIGHBOR_EXCHANGE)
      .value("FABRIC_1D", FabricConfig::FABRIC_1D)
      .value("FABRIC_1D_RING", FabricConfig::FABRIC_1D_RING)
      .value("FABRIC_2D", FabricConfig::FABRIC_2D)
      .value("FABRIC_2D_TORUS_X", FabricConfig::FABRIC_2D_TORUS_X)
      .value("FABRIC_2D_TORUS_Y", FabricConfig::FABRIC_2D_TORUS_Y)
      .value("FABRIC_2D_TORUS_XY", FabricConfig::FABRIC_2D_TORUS_XY)
      .value("CUSTOM", FabricConfig::CUSTOM);
  nb::class_<ChipPlace>(m, "ChipPlace")
      .def_ro("board", &ChipPlace::board)
      .def_ro("is_remote", &ChipPlace::is_remote)
      .def_prop_ro("side", [](const ChipPlace& self) {
        return self.side ? std::string(1, self.side) : std::string();
      });
  nb::class_<MachineModel>(m, "MachineModel", "A machine: its chips, links and memory.")
      .def_ro("name", &MachineModel::name)
      .def_ro("title", &MachineModel::title)
      .def_ro("cluster", &MachineModel::cluster)
      .def_ro("board", &MachineModel::board)
      .def_ro("shape", &MachineModel::shape)
      .def_ro("arch", &MachineModel::arch)
      .def_ro("links_per_pair", &MachineModel::links_per_pair)
      .def_ro("usable_links", &MachineModel::usable_links)
      .def_ro("link_bytes_per_second", &MachineModel::link_bytes_per_second)
      .def_ro("dram_bytes", &MachineModel::dram_bytes)
      .def_ro("dram_bytes_per_second", &MachineModel::dram_bytes_per_second)
      .def_ro("dram_banks", &MachineModel::dram_banks)
      .def("chip_place", &chip_place, "chip"_a)
      .def("__repr__", [](const MachineModel& self) {
        return text("<MachineModel ", self.name, ": ", self.shape, ", ", self.links_per_pair,
                    " links per pair, ", self.usable_links, " usable>");
      });
  m.def("machine_model", &machine_model, "name"_a);
  m.def("machine_presets", [] {
    const auto presets = machine_presets();
    return std::vector<MachineModel>(presets.begin(), presets.end());
  });
  m.def("select_system", [](std::string_view name) { SystemMesh::select(name); }, "name"_a);
  m.def("system_model", [] { return SystemMesh::instance().model(); });
  m.def("line_path", &line_path, "system"_a, "start"_a, "length"_a);
  m.def(
      "set_fabric_config",
      [](FabricConfig config) { SystemMesh::instance().set_fabric_config(config); }, "config"_a);
  m.def("get_fabric_config", [] { return SystemMesh::instance().fabric_config(); });
}

// TT-NN's own view of the machine. All devices are of this host, hence local.
struct SystemMeshDescriptor {
  MeshShape shape = SystemMesh::instance().shape();
};

void bind_descriptor(nb::module_& m) {
  nb::class_<SystemMeshDescriptor>(m, "SystemMeshDescriptor")
      .def(nb::init<>())
      .def("shape", [](const SystemMeshDescriptor& self) { return self.shape; })
      .def("local_shape", [](const SystemMeshDescriptor& self) { return self.shape; })
      .def("get_device_id", [](const SystemMeshDescriptor& self,
                               const MeshCoordinate& at) { return linear_index(self.shape, at); })
      .def("is_local", [](const SystemMeshDescriptor& self,
                          const MeshCoordinate& at) { return linear_index(self.shape, at) >= 0; })
      .def("all_local", [](const SystemMeshDescriptor&) { return true; });
}

std::vector<int64_t> per_device(const MeshDevice& mesh,
                                std::atomic<int64_t> PhysicalDevice::* count) {
  std::vector<int64_t> result;
  for (int i = 0; i < mesh.num_devices(); ++i) result.push_back(mesh.device(i).*count);
  return result;
}

// What TT-NN's MeshDevice has and ours does not have yet says so when called.
constexpr const char* absent_members[] = {"get_fabric_node_id",
                                          "get_system_mesh_id",
                                          "create_sub_device_manager",
                                          "load_sub_device_manager",
                                          "clear_loaded_sub_device_manager",
                                          "remove_sub_device_manager",
                                          "set_sub_device_stall_group",
                                          "reset_sub_device_stall_group",
                                          "sfpu_eps",
                                          "sfpu_nan",
                                          "sfpu_inf",
                                          "worker_core_from_logical_core",
                                          "dram_core_from_logical_core",
                                          "logical_core_from_worker_core",
                                          "get_optimal_dram_bank_to_logical_worker_assignment"};

void bind_absent(nb::class_<MeshDevice>& c) {
  for (const char* name : absent_members)
    c.def(name, [name](MeshDevice&, nb::args, nb::kwargs) {
      fail_as<ErrorKind::not_implemented>("MeshDevice.", name, " is not implemented yet.");
    });
}

void bind_view(nb::module_& m) {
  nb::class_<MeshDeviceView>(m, "MeshDeviceView", "Which devices a mesh has, and where.")
      .def("shape", &MeshDeviceView::shape, nb::rv_policy::copy)
      .def("num_devices", &MeshDeviceView::num_devices)
      .def("num_rows", &MeshDeviceView::num_rows)
      .def("num_cols", &MeshDeviceView::num_cols)
      .def("is_mesh_2d", [](const MeshDeviceView& self) { return self.shape().dims() == 2; })
      .def("contains", &MeshDeviceView::contains, "coord"_a)
      .def("get_device_id", &MeshDeviceView::device_id, "coord"_a)
      .def("get_device_ids", [](const MeshDeviceView& self) { return self.device_ids(); })
      .def("find_device", &MeshDeviceView::find_device, "device_id"_a)
      .def("get_line_coordinates", &MeshDeviceView::line,
           "All devices along a connected path, which closes to a ring where it can.")
      .def("get_ring_coordinates", &MeshDeviceView::ring)
      .def("__len__", &MeshDeviceView::num_devices)
      .def("__repr__", [](const MeshDeviceView& self) {
        return text("<MeshDeviceView: ", self.shape(), ", ", self.num_devices(), " devices>");
      });
}

void bind_mesh_device(nb::module_& m) {
  bind_view(m);
  nb::class_<MeshDevice> c(m, "MeshDevice", "A grid of devices that a program works on as one.",
                           nb::dynamic_attr(), nb::is_weak_referenceable());
  c.def_prop_ro("shape", &MeshDevice::shape, nb::rv_policy::copy)
      .def("get_num_devices", &MeshDevice::num_devices)
      .def("get_device_ids", [](const MeshDevice& self) { return self.device_ids(); })
      .def(
          "get_device_id",
          [](const MeshDevice& self, const MeshCoordinate& at) {
            return self.device(static_cast<int>(linear_index(self.shape(), at))).id;
          },
          "coord"_a)
      .def("id", &MeshDevice::id)
      .def("is_open", &MeshDevice::is_open)
      .def("expect_open", &MeshDevice::expect_open, "op"_a)
      .def("close", &MeshDevice::close, nb::call_guard<nb::gil_scoped_release>())
      .def("arch", [](const MeshDevice& self) { return self.model().arch; })
      .def_prop_ro(
          "core_grid",
          [](const MeshDevice& self) { return CoreGrid{self.model().grid_x, self.model().grid_y}; })
      .def("compute_with_storage_grid_size",
           [](const MeshDevice& self) {
             return CoreCoord{self.model().grid_x, self.model().grid_y};
           })
      .def("dram_grid_size",
           [](const MeshDevice& self) { return CoreCoord{self.model().dram_banks, 1}; })
      .def("num_command_queues", &MeshDevice::num_command_queues)
      .def("create_submesh", &MeshDevice::create_submesh, "submesh_shape"_a,
           "offset"_a = nb::none(), nb::call_guard<nb::gil_scoped_release>(),
           "A part of this mesh as a mesh of its own, over the same devices and their memory. Its "
           "first device is at `offset`, else at the origin. Closing this mesh closes it.")
      .def("create_submeshes", &MeshDevice::create_submeshes, "submesh_shape"_a,
           nb::call_guard<nb::gil_scoped_release>(),
           "All of this mesh in parts of one shape, row-major. The shape must divide the mesh's.")
      .def("create_overlapped_submeshes", &create_overlapped_submeshes, "submesh_shape"_a,
           nb::call_guard<nb::gil_scoped_release>(),
           "A part at every place where the shape fits, row-major: each is the one before it moved "
           "by one device.")
      .def("get_submeshes", &MeshDevice::submeshes, nb::call_guard<nb::gil_scoped_release>(),
           "The parts of this mesh that are in use and open, in the order of their making.")
      .def(
          "reshape", &MeshDevice::reshape, "new_shape"_a,
          "The same devices in another shape, in place: a line along a connected path of the grid, "
          "or a grid that the devices form. A shape that the mesh had before brings back the order "
          "of then. Tensors keep their shards.")
      .def(
          "get_view", [](const MeshDevice& self) { return view_of(self); },
          "The grid as it is now, as a value.")
      .def(
          "quiesce_devices", [](MeshDevice& self) { synchronize(self.shared_from_this()); },
          nb::call_guard<nb::gil_scoped_release>(),
          "Waits for the work of this mesh and of its submeshes, whose queues may then be used in "
          "turn.")
      .def(
          "used_bytes",
          [](const MeshDevice& self) { return per_device(self, &PhysicalDevice::used_bytes); },
          "Bytes that each device holds, row-major, as a card would count them.")
      .def("peak_bytes",
           [](const MeshDevice& self) { return per_device(self, &PhysicalDevice::peak_bytes); })
      .def(
          "capacity_bytes", [](const MeshDevice& self) { return self.model().dram_bytes; },
          "Memory of each device; 0 where there is no limit.")
      .def("num_program_cache_entries",
           [](MeshDevice& self) { return self.program_cache().entries(); })
      .def("enable_program_cache", [](MeshDevice& self) { self.program_cache().enable(); })
      .def("clear_program_cache", [](MeshDevice& self) { self.program_cache().clear(); })
      .def("disable_and_clear_program_cache",
           [](MeshDevice& self) { self.program_cache().disable_and_clear(); })
      .def("set_program_cache_misses_allowed",
           [](MeshDevice& self, bool allowed) { self.program_cache().set_misses_allowed(allowed); })
      .def("__repr__", &MeshDevice::text);
  bind_absent(c);

  m.def(
      "open_mesh",
      [](std::optional<MeshShape> mesh_shape, int64_t l1_small_size, int64_t trace_region_size,
         int num_command_queues, std::optional<MeshCoordinate> offset,
         std::vector<int> physical_device_ids, int64_t worker_l1_size) {
        return MeshDevice::open({.mesh_shape = mesh_shape,
                                 .l1_small_size = l1_small_size,
                                 .trace_region_size = trace_region_size,
                                 .num_command_queues = num_command_queues,
                                 .offset = offset,
                                 .physical_device_ids = std::move(physical_device_ids),
                                 .worker_l1_size = worker_l1_size});
      },
      "mesh_shape"_a.none(), "l1_small_size"_a = 0, "trace_region_size"_a = 0,
      "num_command_queues"_a = 1, "offset"_a = nb::none(),
      "physical_device_ids"_a = std::vector<int>(), "worker_l1_size"_a = 0,
      nb::call_guard<nb::gil_scoped_release>());
  m.def(
      "open_meshes", [] { return OpenMeshes::instance().all(); },
      "The meshes and submeshes that are open, in the order of their opening.");
}

Compat compat_of(std::string_view name) {
  if (name == "seed") return Compat::seed;
  if (name == "0.81") return Compat::v081;
  fail_as<ErrorKind::value>("set_compat: \"", name,
                            "\" is not known; choose \"seed\" or \"0.81\".");
}

// TT-NN's programs also reach these names through the compiled module's submodules.
void bind_submodules(nb::module_& m) {
  nb::module_ multi_device = m.def_submodule("multi_device");
  for (const char* name :
       {"MeshDevice", "MeshDeviceView", "MeshShape", "MeshCoordinate", "MeshCoordinateRange"})
    multi_device.attr(name) = m.attr(name);
  bind_descriptor(multi_device);
  nb::module_ device = m.def_submodule("device");
  device.attr("Arch") = m.attr("Arch");
  for (const char* name :
       {"DEFAULT_L1_SMALL_SIZE", "DEFAULT_TRACE_REGION_SIZE", "DEFAULT_WORKER_L1_SIZE"})
    device.attr(name) = 0;
}

}  // namespace

void bind_mesh(nb::module_& m) {
  m.def("set_compat", [](std::string_view name) { set_compat(compat_of(name)); }, "name"_a);
  m.def("compat", [] { return compat() == Compat::seed ? "seed" : "0.81"; });
  bind_shapes(m);
  bind_machine(m);
  bind_mesh_device(m);
  bind_submodules(m);
}

}  // namespace ttnn
