#include "bench.h"

#include <cmath>
#include <cstring>
#include <random>

#include "ttnn/core/bfloat16.h"
#include "ttnn/core/error.h"

namespace ttnn::cpu::bench {

namespace {

constexpr size_t line = 64;

size_t to_line(const std::byte* p) { return (line - reinterpret_cast<uintptr_t>(p) % line) % line; }

}  // namespace

Memory::Memory(int64_t bytes) : bytes_(static_cast<size_t>(bytes) + line) {
  offset_ = to_line(bytes_.data());
}

Memory Memory::of(DataType dtype, int64_t n, unsigned seed) {
  Memory memory(n * item_bytes(dtype));
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> quarters(-16, 16);
  for (int64_t i = 0; i < n; ++i) {
    const float x = static_cast<float>(quarters(random)) / 4;
    const bfloat16 narrow(x);
    if (dtype == DataType::FLOAT32)
      std::memcpy(memory.data() + i * 4, &x, 4);
    else
      std::memcpy(memory.data() + i * 2, &narrow, 2);
  }
  return memory;
}

float Memory::value(DataType dtype, int64_t i) const {
  if (dtype == DataType::FLOAT32) return reinterpret_cast<const float*>(data())[i];
  return reinterpret_cast<const bfloat16*>(data())[i];
}

void add(const std::string& what, Isa isa, std::function<Measured(const Kernels&)> make) {
  const std::string full = text(what, ", ", name(isa));
  benchmark::RegisterBenchmark(full.c_str(), [isa, make](benchmark::State& state) {
    const Measured measured = make(kernels(isa));
    measured.run();
    if (const std::string wrong = measured.wrong(); !wrong.empty())
      return state.SkipWithError(wrong.c_str());
    for (auto _ : state) {
      measured.run();
      benchmark::ClobberMemory();
    }
    const auto times = static_cast<double>(state.iterations());
    if (measured.bytes)
      state.counters["bytes"] = {measured.bytes * times, benchmark::Counter::kIsRate};
    if (measured.flop)
      state.counters["flop"] = {measured.flop * times, benchmark::Counter::kIsRate};
  });
}

std::string compare(DataType dtype, const Memory& got, int64_t n, double ulps,
                    const std::function<double(int64_t)>& expected) {
  const int digits = dtype == DataType::FLOAT32 ? 23 : 7;
  for (int64_t i = 0; i < n; ++i) {
    const double wanted = expected(i), off = std::fabs(got.value(dtype, i) - wanted);
    const double allowed = ulps * std::ldexp(std::max(std::fabs(wanted), 0.25), -digits);
    if (!(off <= allowed))
      return text("element ", i, " is ", got.value(dtype, i), ", not ", wanted);
  }
  return "";
}

std::string title(std::string name, DataType dtype) {
  return name.append(dtype == DataType::FLOAT32 ? " float32" : " bfloat16");
}

}  // namespace ttnn::cpu::bench

int main(int argc, char** argv) {
  using namespace ttnn::cpu;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  for (int i = 0; i < isa_count; ++i) {
    if (!supported(Isa(i))) continue;
    bench::add_elementwise(Isa(i));
    bench::add_rows(Isa(i));
    bench::add_movement(Isa(i));
    bench::add_products(Isa(i));
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
