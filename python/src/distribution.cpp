// Python names of ttnn/tensor's mappers, composers and topologies, under ttnn._ttnn.multi_device as
// in TT-NN. Conversions only; the 2024 spellings are in python/ttnn/distributed/mappers.py.
#include <nanobind/nanobind.h>
#include <nanobind/operators.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include "ttnn/core/error.h"
#include "ttnn/mesh/mesh_device.h"
#include "ttnn/tensor/composer.h"
#include "ttnn/tensor/mapper.h"
#include "ttnn/tensor/topology.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace ttnn {
namespace {

using Override = std::optional<MeshShape>;
using Offset = std::optional<MeshCoordinate>;

template <class T>
std::string printed(const T& value) {
  return text(value);
}

MeshPlacement placement_for(std::optional<int> dim) {
  if (dim) return PlacementShard{*dim};
  return PlacementReplicate{};
}

void bind_placements(nb::module_& m) {
  nb::class_<PlacementReplicate>(m, "PlacementReplicate",
                                 "All devices along an axis hold the same.")
      .def(nb::init<>())
      .def(nb::self == nb::self)
      .def("__hash__", [](const PlacementReplicate&) { return -1; })
      .def("__repr__", [](const PlacementReplicate& self) { return text(MeshPlacement(self)); });
  nb::class_<PlacementShard>(m, "PlacementShard", "Devices along an axis hold slices of one dim.")
      .def(
          "__init__", [](PlacementShard* self, int dim) { new (self) PlacementShard{dim}; },
          "dim"_a)
      .def_ro("dim", &PlacementShard::dim)
      .def(nb::self == nb::self)
      .def("__hash__", [](const PlacementShard& self) { return self.dim; })
      .def("__repr__", [](const PlacementShard& self) { return text(MeshPlacement(self)); });
}

void bind_mapper(nb::module_& m) {
  nb::class_<MeshMapperConfig>(
      m, "MeshMapperConfig",
      "What each axis of a mesh does to a tensor: shard one dim or replicate.")
      .def(
          "__init__",
          [](MeshMapperConfig* self, std::vector<MeshPlacement> placements, Override shape,
             Offset offset) { new (self) MeshMapperConfig{std::move(placements), shape, offset}; },
          "placements"_a, "mesh_shape_override"_a = nb::none(),
          "mesh_offset_override"_a = nb::none())
      .def(
          "__init__",
          [](MeshMapperConfig* self, std::optional<int> row_dim, std::optional<int> col_dim,
             Override shape, Offset offset) {
            new (self)
                MeshMapperConfig{{placement_for(row_dim), placement_for(col_dim)}, shape, offset};
          },
          "row_dim"_a = nb::none(), "col_dim"_a = nb::none(), "mesh_shape_override"_a = nb::none(),
          "mesh_offset_override"_a = nb::none())
      .def_ro("placements", &MeshMapperConfig::placements)
      .def_ro("mesh_shape_override", &MeshMapperConfig::mesh_shape_override)
      .def_ro("mesh_offset_override", &MeshMapperConfig::mesh_offset_override)
      .def(nb::self == nb::self)
      .def("__repr__", &printed<MeshMapperConfig>);

  nb::class_<MeshMapper>(m, "CppTensorToMesh", "How a tensor is cut and dealt over a mesh.")
      .def("config", &MeshMapper::config)
      .def("mesh_shape", &MeshMapper::mesh)
      .def("_distribution_shape", &MeshMapper::distribution_shape)
      .def("__repr__", &printed<MeshMapper>);

  m.def("create_mesh_mapper",
        nb::overload_cast<const MeshDevice&, MeshMapperConfig>(&create_mesh_mapper),
        "mesh_device"_a, "config"_a);
  m.def("create_mesh_mapper",
        nb::overload_cast<const MeshShape&, MeshMapperConfig>(&create_mesh_mapper), "mesh_shape"_a,
        "config"_a);
  m.def("shard_tensor_to_mesh_mapper",
        nb::overload_cast<const MeshDevice&, int>(&shard_tensor_to_mesh_mapper), "mesh_device"_a,
        "dim"_a);
  m.def("shard_tensor_to_mesh_mapper",
        nb::overload_cast<const MeshShape&, int>(&shard_tensor_to_mesh_mapper), "mesh_shape"_a,
        "dim"_a);
  m.def("replicate_tensor_to_mesh_mapper",
        nb::overload_cast<const MeshDevice&>(&replicate_tensor_to_mesh_mapper), "mesh_device"_a);
  m.def("replicate_tensor_to_mesh_mapper",
        nb::overload_cast<const MeshShape&>(&replicate_tensor_to_mesh_mapper), "mesh_shape"_a);
}

void bind_composer(nb::module_& m) {
  nb::class_<MeshComposerConfig>(m, "MeshComposerConfig",
                                 "The tensor dim along which each axis of a mesh is joined.")
      .def(
          "__init__",
          [](MeshComposerConfig* self, std::vector<int> dims, Override shape, Offset offset) {
            new (self) MeshComposerConfig{std::move(dims), shape, offset};
          },
          "dims"_a, "mesh_shape_override"_a = nb::none(), "mesh_offset_override"_a = nb::none())
      .def(
          "__init__",
          [](MeshComposerConfig* self, int row_dim, int col_dim, Override shape, Offset offset) {
            new (self) MeshComposerConfig{{row_dim, col_dim}, shape, offset};
          },
          "row_dim"_a, "col_dim"_a, "mesh_shape_override"_a = nb::none(),
          "mesh_offset_override"_a = nb::none())
      .def_ro("dims", &MeshComposerConfig::dims)
      .def_ro("mesh_shape_override", &MeshComposerConfig::mesh_shape_override)
      .def_ro("mesh_offset_override", &MeshComposerConfig::mesh_offset_override)
      .def(nb::self == nb::self)
      .def("__repr__", &printed<MeshComposerConfig>);

  nb::class_<MeshComposer>(m, "CppMeshToTensor", "How the shards of a mesh make one tensor.")
      .def("config", &MeshComposer::config)
      .def("mesh_shape", &MeshComposer::mesh)
      .def_prop_ro("is_list", &MeshComposer::is_list)
      .def("__repr__", &printed<MeshComposer>);

  m.def("create_mesh_composer",
        nb::overload_cast<const MeshDevice&, MeshComposerConfig>(&create_mesh_composer),
        "mesh_device"_a, "config"_a);
  m.def("create_mesh_composer",
        nb::overload_cast<const MeshShape&, MeshComposerConfig>(&create_mesh_composer),
        "mesh_shape"_a, "config"_a);
  m.def("concat_mesh_to_tensor_composer",
        nb::overload_cast<const MeshDevice&, int>(&concat_mesh_to_tensor_composer), "mesh_device"_a,
        "dim"_a);
  m.def("concat_mesh_to_tensor_composer",
        nb::overload_cast<const MeshShape&, int>(&concat_mesh_to_tensor_composer), "mesh_shape"_a,
        "dim"_a);
  m.def(
      "list_mesh_to_tensor_composer",
      [](const MeshDevice& mesh) { return MeshComposer::list(mesh.shape()); }, "mesh_device"_a);
  m.def("list_mesh_to_tensor_composer", &MeshComposer::list, "mesh_shape"_a);
}

void bind_topology(nb::module_& m) {
  nb::class_<TensorTopology>(m, "TensorTopology", "TT-NN's label of how shards lie on a mesh.")
      .def(nb::init<const MeshShape&, std::vector<MeshPlacement>, std::vector<MeshCoordinate>>(),
           "distribution_shape"_a, "placements"_a, "mesh_coords"_a)
      .def("distribution_shape", &TensorTopology::distribution_shape)
      .def("placements", &TensorTopology::placements)
      .def("mesh_coords", &TensorTopology::mesh_coords)
      .def("get_neighbor", &TensorTopology::get_neighbor, "coord"_a, "offset"_a, "dim"_a,
           "The place `offset` steps away along one axis of the distribution, which closes to a "
           "ring.")
      .def("get_next_neighbor", &TensorTopology::get_next_neighbor, "coord"_a, "dim"_a)
      .def("get_prev_neighbor", &TensorTopology::get_prev_neighbor, "coord"_a, "dim"_a)
      .def("get_device_coord", &TensorTopology::get_device_coord, "coord"_a,
           "The device that holds the shard at a place of the distribution.")
      .def("get_tensor_coord", &TensorTopology::get_tensor_coord, "device_coord"_a,
           "The place of a device's shard in the distribution.")
      .def(nb::self == nb::self)
      .def("__repr__", &printed<TensorTopology>);
  m.def("compute_distribution_to_mesh_mapping", &compute_distribution_to_mesh_mapping,
        "distribution_shape"_a, "mesh_shape"_a);
}

}  // namespace

void bind_distribution(nb::module_& m) {
  nb::module_ names = m.def_submodule("multi_device");
  bind_placements(names);
  bind_mapper(names);
  bind_composer(names);
  bind_topology(names);
}

}  // namespace ttnn
