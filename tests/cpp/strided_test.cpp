// The kernel that moves elements against the reference, byte by byte: random plans of boxes that
// are permuted, repeated, stepped through and filled, in every dtype, in every cut into tasks.
#include "ttnn/backends/cpu/strided.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <random>

#include "ttnn/runtime/backend.h"
#include "ttnn/runtime/registry.h"

namespace ttnn {
namespace {

using Random = std::mt19937;

int64_t pick(Random& random, int64_t low, int64_t high) {
  return std::uniform_int_distribution<int64_t>(low, high)(random);
}

constexpr DataType dtypes[] = {DataType::BFLOAT16, DataType::FLOAT32,   DataType::INT8,
                               DataType::UINT8,    DataType::UINT16,    DataType::UINT32,
                               DataType::INT32,    DataType::BFLOAT8_B, DataType::BFLOAT4_B};

Operand operand_of(const Shape& shape, DataType dtype, const Spread* spread) {
  Operand operand;
  operand.spec.shape = shape;
  operand.spec.dtype = dtype;
  operand.spec.layout = is_block_float(dtype) ? Layout::TILE : Layout::ROW_MAJOR;
  operand.spread = spread;
  operand.stride = operand.spec.storage_bytes();
  operand.block = make_block(std::max<int64_t>(1, operand.stride * spread->distinct));
  operand.block->acquire();
  std::memset(operand.block->data(), 0, static_cast<size_t>(operand.block->bytes()));
  return operand;
}

void randomise(Operand& operand, Random& random) {
  std::vector<float> x(static_cast<size_t>(operand.spec.volume()));
  for (int s = 0; s < operand.spread->distinct; ++s) {
    for (float& value : x) value = static_cast<float>(pick(random, -1000, 1000)) / 8;
    std::byte* bytes = operand.on_device(operand.spread->device_of[static_cast<size_t>(s)]);
    if (is_block_float(operand.spec.dtype))
      backend().encode_rows(operand.spec.dtype, x.data(), operand.spec.shape.width(), 0,
                            operand.spec.shape.rows(),
                            block_float_view(bytes, operand.spec.shape, operand.spec.dtype));
    else
      backend().from_float(operand.spec.dtype, x.data(), operand.spec.volume(), bytes);
  }
}

int64_t random_size(Random& random) {
  constexpr int64_t usual[] = {1, 1, 2, 3, 4, 7, 16, 17, 32, 33, 48, 70};
  return usual[pick(random, 0, std::size(usual) - 1)];
}

// Where a box of the output comes from: an input of its own, whose dims are permuted, longer than
// needed, stepped through or repeated.
StridedCopy random_copy(Random& random, const Shape& out, const Shape& begin, const Shape& extent,
                        std::vector<Shape>& inputs) {
  const int rank = out.rank();
  std::vector<int> order(static_cast<size_t>(rank));
  std::iota(order.begin(), order.end(), 0);
  const bool plain = pick(random, 0, 2) == 0;
  if (!plain) std::shuffle(order.begin(), order.end(), random);
  Shape in = Shape::filled(rank, 1), first = Shape::filled(rank, 0);
  std::vector<int64_t> steps(static_cast<size_t>(rank), 1);
  for (int d = 0; d < rank; ++d) {  // dim order[d] of the output
    const int64_t size = extent[order[static_cast<size_t>(d)]];
    const int64_t kind = plain ? 9 : pick(random, 0, 9);
    steps[static_cast<size_t>(d)] = kind == 0 ? 0 : kind == 1 ? 2 : 1;
    const int64_t need = size == 0 ? 0 : (size - 1) * steps[static_cast<size_t>(d)] + 1;
    first.at(d) = kind < 5 ? pick(random, 0, 3) : kind < 7 ? 16 : 0;
    in.at(d) = first[d] + need + (kind < 4 ? pick(random, 0, 3) : 0);
  }
  const Strides from = dense_strides(in), to = dense_strides(out);
  StridedCopy copy;
  copy.input = static_cast<int>(inputs.size());
  for (int d = 0; d < rank; ++d) {
    const auto i = static_cast<size_t>(d), o = static_cast<size_t>(order[i]);
    copy.in_offset += first[d] * from[i];
    copy.out_offset += begin[order[i]] * to[o];
    copy.push(extent[order[i]], from[i] * steps[i], to[o]);
  }
  inputs.push_back(in);
  return copy;
}

// The output cut along one dim, each part a box of an input or the constant.
Moves random_moves(Random& random, const Shape& out, std::vector<Shape>& inputs) {
  Moves moves;
  moves.value = static_cast<double>(pick(random, -3, 3));
  const int dim = static_cast<int>(pick(random, 0, out.rank() - 1));
  for (int64_t at = 0; at < out[dim];) {
    const int64_t n = std::min(out[dim] - at, std::max<int64_t>(1, random_size(random)));
    const Shape begin = Shape::filled(out.rank(), 0).with(dim, at), extent = out.with(dim, n);
    StridedCopy copy = random_copy(random, out, begin, extent, inputs);
    if (pick(random, 0, 5) == 0) {
      inputs.pop_back();
      copy.input = StridedCopy::fill;
      copy.in_offset = 0;
      for (int d = 0; d < copy.rank; ++d) copy.dims[static_cast<size_t>(d)].in = 0;
    }
    moves.copies.push_back(copy);
    at += n;
  }
  return moves;
}

std::string text_of(const Moves& moves, const Launch& launch) {
  std::string out = text(launch.out[0].spec.shape, " ", launch.out[0].spec.dtype, "\n");
  for (const StridedCopy& copy : moves.copies) {
    out += text("  input ", copy.input, " from ", copy.in_offset, " to ", copy.out_offset);
    for (int d = 0; d < copy.rank; ++d) {
      const auto& dim = copy.dims[static_cast<size_t>(d)];
      out += text(" (", dim.extent, ", ", dim.in, ", ", dim.out, ")");
    }
    out += "\n";
  }
  return out;
}

// Every task by itself, last first: they must not depend on each other.
void run_in_tasks(const Moves& moves, const Launch& launch) {
  const Work work = cpu::work_of_moves(moves, launch);
  for (int64_t task = work.tasks() - 1; task >= 0; --task)
    cpu::run_moves(moves, launch, task * work.grain, std::min(work.items, (task + 1) * work.grain));
}

std::vector<std::byte> bytes_of(const Operand& operand) {
  const std::byte* data = operand.block->data();
  return {data, data + operand.stride * operand.spread->distinct};
}

void expect_same_as_reference(const Moves& moves, Launch launch) {
  run_in_tasks(moves, launch);
  std::vector<std::vector<std::byte>> fast;
  for (const Operand& out : launch.out) {
    fast.push_back(bytes_of(out));
    std::memset(out.block->data(), 0, static_cast<size_t>(out.block->bytes()));
  }
  for (int s = 0; s < launch.shards(); ++s) move_elements(moves, Task(launch, s));
  for (size_t k = 0; k < launch.out.size(); ++k)
    ASSERT_EQ(fast[k] == bytes_of(launch.out[k]), true) << text_of(moves, launch);
}

class RandomPlans : public testing::TestWithParam<DataType> {};

TEST_P(RandomPlans, MoveTheBytesThatTheReferenceMoves) {
  registry();
  const DataType dtype = GetParam();
  for (unsigned seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(text("seed ", seed));
    Random random(seed);
    Shape shape;
    const int64_t rank = pick(random, 1, 4);
    for (int64_t d = 0; d < rank; ++d) shape.push_back(random_size(random));
    if (shape.volume() > 200000) continue;
    std::vector<Shape> inputs;
    const Moves moves = random_moves(random, shape, inputs);
    Launch launch;
    launch.devices = 3;
    launch.spread = seed % 2 ? Spread::each(3) : Spread::shared(3);
    for (const Shape& in : inputs) {
      launch.in.push_back(operand_of(in, dtype, launch.spread));
      randomise(launch.in.back(), random);
    }
    launch.out.push_back(operand_of(shape, dtype, launch.spread));
    ASSERT_TRUE(cpu::accepts_moves(moves, launch));
    expect_same_as_reference(moves, launch);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Dtypes, RandomPlans, testing::ValuesIn(dtypes));

TEST(Moves, LargeOnesAreCutIntoTasks) {
  registry();
  const Shape shapes[][2] = {{{1000, 700}, {700, 1000}},
                             {{300, 2, 700}, {700, 2, 300}},
                             {{3, 200000}, {200000, 3}},
                             {{200000, 3}, {3, 200000}}};
  for (DataType dtype : {DataType::UINT8, DataType::BFLOAT16, DataType::FLOAT32}) {
    for (const auto& [from, to] : shapes) {
      Random random(7);
      StridedCopy copy;  // the dims in reverse
      const Strides in = dense_strides(from), out = dense_strides(to);
      for (int d = 0; d < from.rank(); ++d)
        copy.push(from[d], in[static_cast<size_t>(d)],
                  out[static_cast<size_t>(from.rank() - 1 - d)]);
      const Moves moves{{copy}, 0};
      Launch launch;
      launch.spread = Spread::shared(1);
      launch.in.push_back(operand_of(from, dtype, launch.spread));
      randomise(launch.in[0], random);
      launch.out.push_back(operand_of(to, dtype, launch.spread));
      EXPECT_GT(cpu::work_of_moves(moves, launch).tasks(), 4) << from;
      expect_same_as_reference(moves, launch);
    }
  }
}

// One input of that shape, whose dim order[d] is dim d of the result; the result `times` over,
// along dims of its own before each of its dims.
void expect_same_when_permuted(const Shape& from, const std::vector<int>& order,
                               const std::vector<int64_t>& times, DataType dtype) {
  Shape to;
  for (size_t d = 0; d < order.size(); ++d) to.push_back(from[order[d]] * times[d]);
  const Strides in = dense_strides(from), out = dense_strides(to);
  StridedCopy copy;
  for (size_t d = 0; d < order.size(); ++d) {
    const auto source = static_cast<size_t>(order[d]);
    copy.push(times[d], 0, from[order[d]] * out[d]);
    copy.push(from[order[d]], in[source], out[d]);
  }
  Random random(5);
  Launch launch;
  launch.spread = Spread::shared(1);
  launch.in.push_back(operand_of(from, dtype, launch.spread));
  randomise(launch.in[0], random);
  launch.out.push_back(operand_of(to, dtype, launch.spread));
  SCOPED_TRACE(text(from, " ", dtype, " to ", to));
  expect_same_as_reference({{copy}, 0}, launch);
}

TEST(Moves, OfMoreThanTheCachesHold) {
  registry();
  constexpr int64_t large = int64_t{9} << 20;  // bytes
  for (DataType dtype : {DataType::UINT8, DataType::BFLOAT16, DataType::FLOAT32}) {
    const int64_t items = large / item_bytes(dtype);
    const std::vector<int64_t> once{1, 1, 1, 1};
    const Shape odd{items / (33 * 130 * 97) + 1, 33, 130, 97};
    const Shape even{items / (32 * 128 * 64), 32, 128, 64};
    for (const auto& order : {std::vector{0, 2, 3, 1}, {0, 1, 3, 2}, {3, 2, 1, 0}})
      expect_same_when_permuted(odd, order, once, dtype);
    for (const auto& order : {std::vector{0, 2, 1, 3}, {0, 2, 3, 1}, {2, 3, 0, 1}})
      expect_same_when_permuted(even, order, once, dtype);
    const Shape small{5, items / (5 * 96 * 24), 96};
    expect_same_when_permuted(small, {0, 1, 2}, {2, 3, 4}, dtype);
    expect_same_when_permuted(small, {1, 0, 2}, {1, 3, 8}, dtype);
    expect_same_when_permuted(small, {2, 0, 1}, {4, 3, 2}, dtype);
  }
}

TEST(Moves, ChangeTheDtypeAsTheReferenceDoes) {
  registry();
  for (DataType from : dtypes) {
    for (DataType to : dtypes) {
      Random random(3);
      Launch launch;
      launch.devices = 2;
      launch.spread = Spread::each(2);
      launch.in.push_back(operand_of({5, 3, 40}, from, launch.spread));
      randomise(launch.in[0], random);
      launch.out.push_back(operand_of({5, 3, 40}, to, launch.spread));
      const Moves moves = moves_in_order(launch.out[0].spec.volume());
      ASSERT_TRUE(cpu::accepts_moves(moves, launch)) << from << " to " << to;
      SCOPED_TRACE(text(from, " to ", to));
      expect_same_as_reference(moves, launch);
    }
  }
}

}  // namespace
}  // namespace ttnn
