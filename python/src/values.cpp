// Binds the values of ttnn/core: enums, shapes, core ranges, memory configs, tiles, tensor specs.
// Only conversions stand here. Every value can be compared, hashed, printed, copied and pickled.
#include <nanobind/nanobind.h>
#include <nanobind/operators.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "ttnn/core/data_type.h"
#include "ttnn/core/error.h"
#include "ttnn/core/memory_config.h"
#include "ttnn/core/queue_id.h"
#include "ttnn/core/tensor_spec.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace ttnn {

namespace {

Shape shape_from(nb::handle sequence) {
  Shape shape;
  const auto items = nb::steal(PySequence_Fast(sequence.ptr(), "a shape is a sequence of ints"));
  if (!items.is_valid()) throw nb::python_error();
  const Py_ssize_t count = PySequence_Fast_GET_SIZE(items.ptr());
  for (Py_ssize_t i = 0; i < count; ++i) {
    const auto index = nb::steal(PyNumber_Index(PySequence_Fast_GET_ITEM(items.ptr(), i)));
    if (!index.is_valid()) throw nb::python_error();
    shape.push_back(nb::cast<int64_t>(index));
  }
  return shape;
}

nb::list list_of(const Shape& shape) {
  nb::list sizes;
  for (int64_t size : shape) sizes.append(size);
  return sizes;
}

CoreCoord core_from(nb::tuple pair) {
  if (nb::len(pair) != 2) throw nb::type_error("CoreCoord: a tuple of x and y is needed");
  return {nb::cast<int64_t>(pair[0]), nb::cast<int64_t>(pair[1])};
}

// TT-NN takes a list or a set; a set has no order, so it is sorted.
CoreRangeSet core_range_set_from(nb::iterable ranges) {
  std::vector<CoreRange> all;
  for (nb::handle range : ranges) all.push_back(nb::cast<CoreRange>(range));
  if (PyAnySet_Check(ranges.ptr())) std::sort(all.begin(), all.end());
  return CoreRangeSet(std::move(all));
}

void set_shard_shape(ShardSpec& spec, nb::handle sequence) {
  const Shape shape = shape_from(sequence);
  expect_as<ErrorKind::type>(shape.rank() == 2, "ShardSpec: shard_shape is ", shape,
                             ", but must be a height and a width.");
  spec.height = shape[0];
  spec.width = shape[1];
}

template <class T>
std::shared_ptr<const T> shared(std::optional<T> value) {
  return value ? std::make_shared<const T>(*std::move(value)) : nullptr;
}

template <class T>
std::optional<T> copied(const std::shared_ptr<const T>& value) {
  return value ? std::optional<T>(*value) : std::nullopt;
}

TensorSpec spec_from(const Shape& shape, DataType dtype, Layout layout, MemoryConfig memory_config,
                     std::optional<Tile> tile) {
  TensorSpec spec{shape, dtype, layout, std::move(memory_config), tile.value_or(Tile())};
  spec.check("TensorSpec");
  return spec;
}

std::vector<int64_t> dims_from(nb::handle sequence) {
  const Shape dims = shape_from(sequence);
  return {dims.begin(), dims.end()};
}

// `parts` are the constructor's arguments, from which pickling makes the value again; hashing uses
// them too, so that equal values have equal hashes.
template <class T, class Parts>
nb::class_<T> value_class(nb::module_& m, const char* name, Parts parts) {
  return nb::class_<T>(m, name)
      .def("__repr__", [](const T& self) { return text(self); })
      .def("__hash__",
           [parts](const T& self) -> Py_hash_t { return nb::hash(nb::tuple(parts(self))); })
      .def("__reduce__", [parts](nb::handle self) {
        return nb::make_tuple(self.type(), parts(nb::cast<const T&>(self)));
      });
}

void bind_enums(nb::module_& m) {
  nb::enum_<DataType>(m, "DataType")
      .value("BFLOAT16", DataType::BFLOAT16)
      .value("FLOAT32", DataType::FLOAT32)
      .value("UINT32", DataType::UINT32)
      .value("BFLOAT8_B", DataType::BFLOAT8_B)
      .value("BFLOAT4_B", DataType::BFLOAT4_B)
      .value("UINT8", DataType::UINT8)
      .value("UINT16", DataType::UINT16)
      .value("INT32", DataType::INT32)
      .value("FP8_E4M3", DataType::FP8_E4M3)
      .value("INT8", DataType::INT8)
      .value("INVALID", DataType::INVALID);
  nb::enum_<Layout>(m, "Layout")
      .value("ROW_MAJOR", Layout::ROW_MAJOR)
      .value("TILE", Layout::TILE)
      .value("INVALID", Layout::INVALID);
  nb::enum_<StorageType>(m, "StorageType")
      .value("HOST", StorageType::HOST)
      .value("DEVICE", StorageType::DEVICE);
  nb::enum_<BufferType>(m, "BufferType")
      .value("DRAM", BufferType::DRAM)
      .value("L1", BufferType::L1)
      .value("SYSTEM_MEMORY", BufferType::SYSTEM_MEMORY)
      .value("L1_SMALL", BufferType::L1_SMALL)
      .value("TRACE", BufferType::TRACE);
  nb::enum_<TensorMemoryLayout>(m, "TensorMemoryLayout")
      .value("INTERLEAVED", TensorMemoryLayout::INTERLEAVED)
      .value("HEIGHT_SHARDED", TensorMemoryLayout::HEIGHT_SHARDED)
      .value("WIDTH_SHARDED", TensorMemoryLayout::WIDTH_SHARDED)
      .value("BLOCK_SHARDED", TensorMemoryLayout::BLOCK_SHARDED)
      .value("ND_SHARDED", TensorMemoryLayout::ND_SHARDED);
  nb::enum_<ShardOrientation>(m, "ShardOrientation")
      .value("ROW_MAJOR", ShardOrientation::ROW_MAJOR)
      .value("COL_MAJOR", ShardOrientation::COL_MAJOR);
  nb::enum_<ShardDistributionStrategy>(m, "ShardDistributionStrategy")
      .value("ROUND_ROBIN_1D", ShardDistributionStrategy::ROUND_ROBIN_1D)
      .value("GRID_2D", ShardDistributionStrategy::GRID_2D)
      .value("CONTIGUOUS_1D", ShardDistributionStrategy::CONTIGUOUS_1D);
  nb::enum_<ShardShapeAlignment>(m, "ShardShapeAlignment")
      .value("NONE", ShardShapeAlignment::NONE)
      .value("REQUIRED", ShardShapeAlignment::REQUIRED)
      .value("RECOMMENDED", ShardShapeAlignment::RECOMMENDED);
}

void bind_shape(nb::module_& m) {
  nb::class_<Shape>(m, "Shape")
      .def(
          "__init__", [](Shape* self, nb::sequence shape) { new (self) Shape(shape_from(shape)); },
          "shape"_a)
      .def_prop_ro("rank", &Shape::rank)
      .def("to_rank", &Shape::to_rank)
      .def("__len__", &Shape::rank)
      .def("__getitem__", [](const Shape& self, int i) { return self[i]; })
      .def("__iter__", [](const Shape& self) { return nb::object(nb::iter(list_of(self))); })
      .def(
          "__eq__",
          [](const Shape& self, nb::sequence other) {
            try {
              return self == shape_from(other);
            } catch (const Error&) {  // of more than eight dimensions
              return false;
            } catch (const nb::python_error&) {  // of something else than ints
              return false;
            }
          },
          nb::is_operator())
      .def("__hash__", [](const Shape& self) { return nb::hash(nb::tuple(list_of(self))); })
      .def("__repr__", [](const Shape& self) { return text(self); })
      .def("__reduce__", [](const Shape& self) {
        return nb::make_tuple(nb::type<Shape>(), nb::make_tuple(list_of(self)));
      });
  nb::implicitly_convertible<nb::sequence, Shape>();
}

void bind_cores(nb::module_& m) {
  value_class<CoreCoord>(m, "CoreCoord",
                         [](const CoreCoord& c) { return nb::make_tuple(c.x, c.y); })
      .def(
          "__init__", [](CoreCoord* self, int64_t x, int64_t y) { new (self) CoreCoord{x, y}; },
          "x"_a, "y"_a)
      .def("__init__",
           [](CoreCoord* self, nb::tuple pair) { new (self) CoreCoord(core_from(pair)); })
      .def_ro("x", &CoreCoord::x)
      .def_ro("y", &CoreCoord::y)
      .def(nb::self == nb::self)
      .def(nb::self != nb::self)
      .def(nb::self < nb::self);
  nb::implicitly_convertible<nb::tuple, CoreCoord>();

  nb::class_<CoreGrid>(m, "CoreGrid")
      .def(
          "__init__", [](CoreGrid* self, int64_t x, int64_t y) { new (self) CoreGrid{x, y}; },
          nb::kw_only(), "x"_a, "y"_a)
      .def_ro("x", &CoreGrid::x)
      .def_ro("y", &CoreGrid::y)
      .def_prop_ro("num_cores", &CoreGrid::num_cores)
      .def(nb::self == nb::self)
      .def("__hash__", [](const CoreGrid& g) { return nb::hash(nb::make_tuple(g.x, g.y)); })
      .def("__getstate__", [](const CoreGrid& g) { return nb::make_tuple(g.x, g.y); })
      .def("__setstate__",
           [](CoreGrid& self, std::tuple<int64_t, int64_t> state) {
             new (&self) CoreGrid{std::get<0>(state), std::get<1>(state)};
           })
      .def("__repr__", [](const CoreGrid& self) { return text(self); });

  value_class<CoreRange>(m, "CoreRange",
                         [](const CoreRange& r) { return nb::make_tuple(r.start, r.end); })
      .def(nb::init<CoreCoord, CoreCoord>(), "start"_a, "end"_a)
      .def_ro("start", &CoreRange::start)
      .def_ro("end", &CoreRange::end)
      .def("grid_size", &CoreRange::grid_size)
      .def("num_cores", &CoreRange::num_cores)
      .def("contains", nb::overload_cast<CoreCoord>(&CoreRange::contains, nb::const_), "core"_a)
      .def("contains", nb::overload_cast<const CoreRange&>(&CoreRange::contains, nb::const_),
           "core_range"_a)
      .def(
          "contains",
          [](const CoreRange& self, const CoreRangeSet& set) {
            return std::all_of(set.ranges().begin(), set.ranges().end(),
                               [&](const CoreRange& range) { return self.contains(range); });
          },
          "core_range_set"_a)
      .def(nb::self == nb::self)
      .def(nb::self != nb::self)
      .def(nb::self < nb::self);

  nb::class_<CoreRangeSet>(m, "CoreRangeSet")
      .def("__repr__", [](const CoreRangeSet& self) { return text(self); })
      .def("__reduce__",
           [](const CoreRangeSet& self) {
             return nb::make_tuple(nb::type<CoreRangeSet>(), nb::make_tuple(self.ranges()));
           })
      .def(
          "__init__",
          [](CoreRangeSet* self, nb::iterable ranges) {
            new (self) CoreRangeSet(core_range_set_from(ranges));
          },
          "core_ranges"_a)
      .def("__init__", [](CoreRangeSet* self) { new (self) CoreRangeSet(); })
      .def("bounding_box", &CoreRangeSet::bounding_box)
      .def("num_cores", &CoreRangeSet::num_cores)
      .def("size", [](const CoreRangeSet& self) { return self.ranges().size(); })
      .def("empty", &CoreRangeSet::empty)
      .def("subtract", &CoreRangeSet::subtract, "other"_a)
      .def("ranges", &CoreRangeSet::ranges)
      .def("contains", nb::overload_cast<CoreCoord>(&CoreRangeSet::contains, nb::const_), "core"_a)
      .def("contains", nb::overload_cast<const CoreRange&>(&CoreRangeSet::contains, nb::const_),
           "core_range"_a)
      .def("contains", nb::overload_cast<const CoreRangeSet&>(&CoreRangeSet::contains, nb::const_),
           "core_range_set"_a)
      .def("merge", &CoreRangeSet::merge, "other"_a)
      // Equality ignores the order of the ranges, and so does the hash.
      .def("__hash__",
           [](const CoreRangeSet& self) {
             std::vector<CoreRange> sorted = self.ranges();
             std::sort(sorted.begin(), sorted.end());
             return nb::hash(nb::tuple(nb::cast(sorted)));
           })
      .def(nb::self == nb::self)
      .def(nb::self != nb::self);
}

void bind_core_functions(nb::module_& m) {
  m.def("corerange_to_cores", &corerange_to_cores, "core_range_set"_a, "max_cores"_a = nb::none(),
        "row_wise"_a = false, "The cores of a set one by one, along rows or down columns.");
  m.def("num_cores_to_corerangeset", &num_cores_to_corerangeset, "target_num_cores"_a,
        "grid_size"_a, "row_wise"_a = false, "The first cores of a grid, from its origin.");
  m.def("num_cores_to_corerangeset_in_subcoregrids", &num_cores_to_corerangeset_in_subcoregrids,
        "start_core"_a, "target_num_cores"_a, "sub_core_grids"_a, "row_wise"_a = false,
        "The cores of several grids that follow a core, that core included.");
  m.def("grid_to_cores", &grid_to_cores, "num_cores"_a, "grid_size_x"_a, "grid_size_y"_a,
        "row_wise"_a = false, "The first cores of a grid one by one.");
  m.def(
      "grid_to_cores",
      [](CoreCoord start, CoreCoord end, bool row_wise) {
        return cores_of(CoreRange(start, end), row_wise);
      },
      "start"_a, "end"_a, "row_wise"_a = false);
  const auto parts = [](const WorkSplit& split) {
    return std::tuple(split.num_cores, split.all_cores, split.first_group, split.second_group,
                      split.units_in_first, split.units_in_second);
  };
  m.def(
      "split_work_to_cores",
      [parts](CoreCoord grid, int64_t units, bool row_wise) {
        return parts(split_work_to_cores(grid, units, row_wise));
      },
      "grid_size"_a, "units_to_divide"_a, "row_wise"_a = false,
      "An even division of units: cores, all of them, two groups, and the units of each group.");
  m.def(
      "split_work_to_cores",
      [parts](const CoreRangeSet& grid, int64_t units, bool row_wise) {
        return parts(split_work_to_cores(grid, units, row_wise));
      },
      "core_grid"_a, "units_to_divide"_a, "row_wise"_a = false);
}

void bind_memory_config(nb::module_& m) {
  value_class<ShardSpec>(m, "ShardSpec",
                         [](const ShardSpec& s) {
                           return nb::make_tuple(s.grid, nb::make_tuple(s.height, s.width),
                                                 s.orientation);
                         })
      .def(
          "__init__",
          [](ShardSpec* self, CoreRangeSet grid, nb::sequence shape, ShardOrientation orientation) {
            ShardSpec spec{std::move(grid), 0, 0, orientation};
            set_shard_shape(spec, shape);
            new (self) ShardSpec(std::move(spec));
          },
          "grid"_a, "shard_shape"_a, "shard_orientation"_a)
      .def_prop_rw(
          "shape", [](const ShardSpec& self) { return std::vector{self.height, self.width}; },
          [](ShardSpec& self, nb::sequence shape) { set_shard_shape(self, shape); })
      .def_rw("grid", &ShardSpec::grid)
      .def_rw("orientation", &ShardSpec::orientation)
      .def("num_cores", [](const ShardSpec& self) { return self.grid.num_cores(); })
      .def(nb::self == nb::self)
      .def(nb::self != nb::self);

  value_class<NdShardSpec>(m, "NdShardSpec",
                           [](const NdShardSpec& s) {
                             return nb::make_tuple(s.shard_shape, s.grid, s.orientation,
                                                   s.shard_distribution_strategy);
                           })
      .def(
          "__init__",
          [](NdShardSpec* self, const Shape& shape, CoreRangeSet grid, ShardOrientation orientation,
             ShardDistributionStrategy strategy) {
            new (self) NdShardSpec{shape, std::move(grid), orientation, strategy};
          },
          "shard_shape"_a, "grid"_a, "orientation"_a = ShardOrientation::ROW_MAJOR,
          "shard_distribution_strategy"_a = ShardDistributionStrategy::ROUND_ROBIN_1D)
      .def_rw("shard_shape", &NdShardSpec::shard_shape)
      .def_rw("grid", &NdShardSpec::grid)
      .def_rw("orientation", &NdShardSpec::orientation)
      .def_rw("shard_distribution_strategy", &NdShardSpec::shard_distribution_strategy)
      .def("num_cores", [](const NdShardSpec& self) { return self.grid.num_cores(); })
      .def(nb::self == nb::self)
      .def(nb::self != nb::self);

  const auto parts = [](const MemoryConfig& c) {
    return c.created_with_nd_shard_spec
               ? nb::make_tuple(c.buffer_type, copied(c.nd_shard_spec))
               : nb::make_tuple(c.memory_layout, c.buffer_type, copied(c.shard_spec));
  };
  value_class<MemoryConfig>(m, "MemoryConfig", parts)
      .def(
          "__init__",
          [](MemoryConfig* self, TensorMemoryLayout layout, BufferType type,
             std::optional<ShardSpec> spec) {
            new (self) MemoryConfig{layout, type, shared(std::move(spec)), nullptr, false};
          },
          "memory_layout"_a = TensorMemoryLayout::INTERLEAVED, "buffer_type"_a = BufferType::DRAM,
          "shard_spec"_a = nb::none())
      .def(
          "__init__",
          [](MemoryConfig* self, BufferType type, std::optional<NdShardSpec> spec) {
            new (self) MemoryConfig{TensorMemoryLayout::ND_SHARDED, type, nullptr,
                                    shared(std::move(spec)), true};
          },
          "buffer_type"_a, "nd_shard_spec"_a)
      .def_prop_ro("interleaved", [](const MemoryConfig& self) { return !self.is_sharded(); })
      .def_ro("buffer_type", &MemoryConfig::buffer_type)
      .def_ro("memory_layout", &MemoryConfig::memory_layout)
      .def_prop_ro("shard_spec", [](const MemoryConfig& self) { return copied(self.shard_spec); })
      .def_prop_ro("nd_shard_spec",
                   [](const MemoryConfig& self) { return copied(self.nd_shard_spec); })
      .def("is_sharded", &MemoryConfig::is_sharded)
      .def(nb::self == nb::self)
      .def(nb::self != nb::self);
}

void bind_tensor_spec(nb::module_& m) {
  value_class<Tile>(m, "Tile",
                    [](const Tile& tile) {
                      return nb::make_tuple(nb::make_tuple(tile.height, tile.width),
                                            tile.transpose_of_faces);
                    })
      .def(
          "__init__",
          [](Tile* self, nb::sequence tile_shape, bool transpose) {
            const Shape shape = shape_from(tile_shape);
            expect_as<ErrorKind::type>(shape.rank() == 2, "Tile: tile_shape is ", shape,
                                       ", but must be a height and a width.");
            new (self) Tile(static_cast<int>(shape[0]), static_cast<int>(shape[1]), transpose);
          },
          "tile_shape"_a, "transpose_tile"_a = false)
      .def_prop_ro("tile_shape", [](const Tile& t) { return std::vector{t.height, t.width}; })
      .def_prop_ro("face_shape",
                   [](const Tile& t) { return std::vector{t.face_height(), t.face_width()}; })
      .def_prop_ro("num_faces", &Tile::num_faces)
      .def_prop_ro("partial_face", [](const Tile& t) { return int{t.height < 32}; })
      .def_prop_ro("narrow_tile", [](const Tile& t) { return int{t.width < 32}; })
      .def_ro("transpose_within_face", &Tile::transpose_within_face)
      .def_ro("transpose_of_faces", &Tile::transpose_of_faces)
      .def("get_tile_size", &Tile::bytes, "dtype"_a)
      .def(nb::self == nb::self);

  nb::class_<TensorSpec>(m, "TensorSpec")
      .def(
          "__init__",
          [](TensorSpec* self, const Shape& shape, DataType dtype, Layout layout,
             BufferType buffer_type, std::optional<Tile> tile) {
            MemoryConfig config{TensorMemoryLayout::INTERLEAVED, buffer_type, {}, {}, false};
            new (self) TensorSpec(spec_from(shape, dtype, layout, std::move(config), tile));
          },
          "shape"_a, "dtype"_a, "layout"_a, "buffer_type"_a = BufferType::DRAM,
          "tile"_a = nb::none())
      .def(
          "__init__",
          [](TensorSpec* self, const Shape& shape, DataType dtype, Layout layout,
             TensorMemoryLayout memory_layout, std::optional<ShardSpec> spec,
             BufferType buffer_type, std::optional<Tile> tile) {
            MemoryConfig config{memory_layout, buffer_type, shared(std::move(spec)), {}, false};
            new (self) TensorSpec(spec_from(shape, dtype, layout, std::move(config), tile));
          },
          "shape"_a, "dtype"_a, "layout"_a, "memory_layout"_a, "shard_spec"_a = nb::none(),
          "buffer_type"_a = BufferType::DRAM, "tile"_a = nb::none())
      .def(
          "__init__",
          [](TensorSpec* self, const Shape& shape, DataType dtype, Layout layout,
             const NdShardSpec& spec, BufferType buffer_type, std::optional<Tile> tile) {
            MemoryConfig config{TensorMemoryLayout::ND_SHARDED, buffer_type, nullptr,
                                std::make_shared<const NdShardSpec>(spec), true};
            new (self) TensorSpec(spec_from(shape, dtype, layout, std::move(config), tile));
          },
          "shape"_a, "dtype"_a, "layout"_a, "nd_shard_spec"_a, "buffer_type"_a = BufferType::DRAM,
          "tile"_a = nb::none())
      .def_ro("shape", &TensorSpec::shape)
      .def_ro("dtype", &TensorSpec::dtype)
      .def_ro("layout", &TensorSpec::layout)
      .def_ro("tile", &TensorSpec::tile)
      .def_ro("memory_config", &TensorSpec::memory_config)
      .def_prop_ro("padded_shape", &TensorSpec::padded_shape)
      .def_ro("_pad_value", &TensorSpec::pad_value)
      .def(
          "sharded_across_dims",
          [](const TensorSpec& self, nb::sequence dims, const CoreRangeSet& grid,
             ShardOrientation o) { return self.sharded_across_dims(dims_from(dims), grid, o); },
          "dims"_a, "grid"_a, "orientation"_a = ShardOrientation::ROW_MAJOR)
      .def(
          "sharded_across_dims_except",
          [](const TensorSpec& self, nb::sequence dims, const CoreRangeSet& grid,
             ShardOrientation o) {
            return self.sharded_across_dims_except(dims_from(dims), grid, o);
          },
          "dims"_a, "grid"_a, "orientation"_a = ShardOrientation::ROW_MAJOR)
      .def("height_sharded", &TensorSpec::height_sharded, "grid"_a,
           "orientation"_a = ShardOrientation::ROW_MAJOR)
      .def("width_sharded", &TensorSpec::width_sharded, "grid"_a,
           "orientation"_a = ShardOrientation::ROW_MAJOR)
      .def("block_sharded", &TensorSpec::block_sharded, "grid"_a,
           "orientation"_a = ShardOrientation::ROW_MAJOR)
      .def(
          "block_sharded",
          [](const TensorSpec& self, const CoreRangeSet& grid, ShardOrientation orientation) {
            expect(grid.ranges().size() == 1, "block_sharded: the grid ", grid,
                   " must be one rectangle of cores.");
            return self.block_sharded(grid.ranges().front(), orientation);
          },
          "grid"_a, "orientation"_a = ShardOrientation::ROW_MAJOR)
      .def(
          "sharded",
          [](const TensorSpec& self, const Shape& shard_shape, const CoreRangeSet& grid,
             ShardShapeAlignment alignment, ShardOrientation orientation,
             ShardDistributionStrategy strategy) {
            return self.sharded(NdShardSpec{shard_shape, grid, orientation, strategy}, alignment);
          },
          "shard_shape"_a, "grid"_a, "shard_alignment"_a = ShardShapeAlignment::RECOMMENDED,
          "orientation"_a = ShardOrientation::ROW_MAJOR,
          "shard_distribution_strategy"_a = ShardDistributionStrategy::ROUND_ROBIN_1D)
      .def("sharded", &TensorSpec::sharded, "nd_shard_spec"_a,
           "shard_alignment"_a = ShardShapeAlignment::RECOMMENDED)
      .def(nb::self == nb::self)
      .def(nb::self != nb::self)
      .def("__repr__", [](const TensorSpec& self) { return text(self); })
      .def("__hash__",
           [](const TensorSpec& s) {
             return nb::hash(nb::make_tuple(s.shape, s.dtype, s.layout, s.memory_config, s.tile));
           })
      .def("__getstate__",
           [](const TensorSpec& s) {
             return nb::make_tuple(s.shape, s.dtype, s.layout, s.memory_config, s.tile,
                                   s.pad_value);
           })
      .def("__setstate__", [](TensorSpec& self, nb::tuple s) {
        new (&self) TensorSpec{nb::cast<Shape>(s[0]),  nb::cast<DataType>(s[1]),
                               nb::cast<Layout>(s[2]), nb::cast<MemoryConfig>(s[3]),
                               nb::cast<Tile>(s[4]),   nb::cast<float>(s[5])};
      });
  m.def(
      "tile_size", [](DataType dtype) { return Tile().bytes(dtype); }, "dtype"_a,
      "Bytes of a 32x32 tile.");
  m.def("element_size", &item_bytes, "dtype"_a, "Bytes of one element.");
}

void bind_queue_id(nb::module_& m) {
  nb::class_<QueueId>(m, "QueueId")
      .def("__init__", [](QueueId* self, uint8_t id) { new (self) QueueId{id}; })
      .def("__int__", [](QueueId self) { return self.value; })
      .def("__index__", [](QueueId self) { return self.value; })
      .def(nb::self == nb::self)
      .def("__hash__", [](QueueId self) { return int{self.value}; })
      .def("__repr__", [](QueueId self) { return text("QueueId(", int{self.value}, ")"); })
      .def("__reduce__", [](QueueId self) {
        return nb::make_tuple(nb::type<QueueId>(), nb::make_tuple(self.value));
      });
  nb::implicitly_convertible<int, QueueId>();
}

}  // namespace

void bind_values(nb::module_& m) {
  bind_enums(m);
  bind_shape(m);
  bind_cores(m);
  bind_core_functions(m);
  bind_memory_config(m);
  bind_tensor_spec(m);
  bind_queue_id(m);
}

}  // namespace ttnn
