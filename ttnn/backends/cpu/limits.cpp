#include "ttnn/backends/cpu/limits.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "ttnn/backends/cpu/gemm_library.h"
#include "ttnn/backends/cpu/kernels/amx_product.h"
#include "ttnn/backends/cpu/kernels/limits.h"
#include "ttnn/backends/cpu/kernels/product.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace ttnn::cpu {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int repetitions = 3;
constexpr size_t huge_page = size_t(2) << 20;
constexpr int64_t sweep_bytes = int64_t(128) << 20;  // per thread; more than the caches hold

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Calls work(thread) in all threads at once; returns the seconds from the common start to the last
// end.
template <class Work>
double together(int threads, Work work) {
  std::atomic<int> ready{0};
  std::atomic<bool> go{false};
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i)
    others.emplace_back([&, i] {
      ++ready;
      while (!go) std::this_thread::yield();
      work(i);
    });
  while (ready < threads - 1) std::this_thread::yield();
  const auto start = Clock::now();
  go = true;
  work(0);
  for (std::thread& t : others) t.join();
  return seconds_since(start);
}

// The best rate of `loop` (which returns its operations), in units of 1e9 per second.
template <class Loop>
double rate(int threads, double milliseconds, Loop loop) {
  constexpr int64_t probe = 2000;
  loop(probe);
  const auto start = Clock::now();
  loop(probe);
  const double once = std::max(seconds_since(start), 1e-7);
  const auto rounds =
      std::max<int64_t>(1, static_cast<int64_t>(milliseconds * 1e-3 / once * probe));
  double best = 0;
  for (int i = 0; i < repetitions; ++i) {
    std::vector<double> operations(static_cast<size_t>(threads));
    const double seconds =
        together(threads, [&](int t) { operations[static_cast<size_t>(t)] = loop(rounds); });
    double all = 0;
    for (double o : operations) all += o;
    best = std::max(best, all / seconds * 1e-9);
  }
  return best;
}

// Of the widest instruction set that has such loops, whichever the process uses; 0 without any.
double best_rate(int threads, double milliseconds,
                 double (*const (LimitLoops::*loops)[limit_variants])(int64_t)) {
  double best = 0;
  for (int i = isa_count; i-- && best == 0;) {
    if (!supported(Isa(i))) continue;
    for (const auto loop : kernels(Isa(i)).limits->*loops)
      if (loop) best = std::max(best, rate(threads, milliseconds, loop));
  }
  return best;
}

// One row times a packed block-float weight that stays in the first cache, as a product meets it
// where nothing waits for memory. As large as that lets it be, since each call takes its time.
double multiply_row(DataType dtype, int64_t rounds) {
  constexpr int64_t N = 2 * panel_columns;
  const int64_t K = dtype == DataType::BFLOAT8_B ? sum_piece : 2 * sum_piece;
  const int64_t mantissas = K * block_float_groups(N) * block_float_mantissa_bytes(dtype);
  const PackedFormat format = packed_format(dtype, K, N);
  constexpr std::byte about_three_halves{0x66}, one{127};  // of bfloat4_b two of them; an exponent
  std::vector<std::byte> plain(static_cast<size_t>(format.bytes), one), packed(plain.size());
  std::fill_n(plain.begin(), mantissas, about_three_halves);
  pack(format, plain.data(), N, false, packed.data(), 0, N);
  const std::vector<uint16_t> x(static_cast<size_t>(K), 0x3f80);
  std::vector<uint16_t> y(static_cast<size_t>(N));
  Gemm product = {1, N, K, {}, {}, DataType::BFLOAT16, y.data(), N, {}, {}};
  product.by = multiplier(DataType::BFLOAT16, dtype, Arrangement::packed, 1);
  product.a = {.data = x.data(), .ld = K};
  product.b = {.dtype = dtype, .data = packed.data(), .ld = N, .arrangement = Arrangement::packed};
  for (int64_t i = 0; i < rounds; ++i) gemm(product);
  return 2.0 * static_cast<double>(K * N * rounds);
}

// Memory in huge pages, touched; kept for the process because touching takes longer than measuring.
struct Free {
  void operator()(std::byte* p) const { std::free(p); }
};
struct Sweep {
  std::unique_ptr<std::byte, Free> from, to;
};
std::unique_ptr<std::byte, Free> touched() {
  auto* p = static_cast<std::byte*>(std::aligned_alloc(huge_page, sweep_bytes));
#if defined(__linux__)
  madvise(p, sweep_bytes, MADV_HUGEPAGE);
#endif
  std::memset(p, 1, sweep_bytes);
  return std::unique_ptr<std::byte, Free>(p);
}
Sweep& sweep(int thread) {
  static std::vector<Sweep> all;
  while (static_cast<int>(all.size()) <= thread) all.push_back({touched(), touched()});
  return all[static_cast<size_t>(thread)];
}

// Bytes per second of `pass` (over one thread's memory, moving `bytes_per_byte` bytes per byte of
// it).
template <class Pass>
double bandwidth(int threads, double milliseconds, double bytes_per_byte, Pass pass) {
  for (int t = 0; t < threads; ++t) sweep(t);
  double best = 0;
  const auto start = Clock::now();
  for (int i = 0; i < repetitions || seconds_since(start) < milliseconds * 1e-3 * repetitions;
       ++i) {
    const double seconds = together(threads, [&](int t) { pass(sweep(t)); });
    best = std::max(best,
                    bytes_per_byte * static_cast<double>(sweep_bytes) * threads / seconds * 1e-9);
  }
  return best;
}

double measure_copy(int threads, double milliseconds, Stores stores) {
  return bandwidth(threads, milliseconds, 2, [stores](Sweep& s) {
    // A cached copy piece by piece, because memcpy streams by itself when large.
    constexpr int64_t piece = int64_t(64) << 10;
    if (stores == Stores::streaming)
      return kernels().copy(s.to.get(), s.from.get(), sweep_bytes, stores);
    for (int64_t i = 0; i < sweep_bytes; i += piece)
      kernels().copy(s.to.get() + i, s.from.get() + i, piece, stores);
  });
}

double measure_read(int threads, double milliseconds) {
  static std::atomic<int64_t> sink;
  double best = 0;
  for (const auto read : kernels().limits->read)
    best = std::max(best, bandwidth(threads, milliseconds / limit_variants, 1,
                                    [read](Sweep& s) { sink += read(s.from.get(), sweep_bytes); }));
  return best;
}

// By the better kind of stores. Not of zeros: lines of them leave Zen 4 three times as fast.
double measure_write(int threads, double milliseconds) {
  constexpr uint64_t value = 0x3f803f803f803f80;
  constexpr int64_t piece = int64_t(64) << 10;
  double best = 0;
  for (const Stores stores : {Stores::cached, Stores::streaming})
    best = std::max(best, bandwidth(threads, milliseconds / 2, 1, [stores](Sweep& s) {
                      for (int64_t i = 0; i < sweep_bytes; i += piece)
                        kernels().fill(s.to.get() + i, sizeof value, value,
                                       piece / static_cast<int64_t>(sizeof value), stores);
                    }));
  return best;
}

double measure_row(int threads, double milliseconds, DataType dtype) {
  return rate(threads, milliseconds, [dtype](int64_t n) { return multiply_row(dtype, n); });
}

}  // namespace

double measure(Limit limit, int threads, double milliseconds) {
  switch (limit) {
    case Limit::tile_flop:
      return amx_kernels() ? rate(threads, milliseconds, amx_kernels()->spin) : 0;
    case Limit::bfloat16_flop:
      return best_rate(threads, milliseconds, &LimitLoops::bfloat16);
    case Limit::float32_flop:
      return best_rate(threads, milliseconds, &LimitLoops::float32);
    case Limit::bfloat8_row_flop:
      return measure_row(threads, milliseconds, DataType::BFLOAT8_B);
    case Limit::bfloat4_row_flop:
      return measure_row(threads, milliseconds, DataType::BFLOAT4_B);
    case Limit::read_bytes:
      return measure_read(threads, milliseconds);
    case Limit::write_bytes:
      return measure_write(threads, milliseconds);
    case Limit::copy_cached:
      return measure_copy(threads, milliseconds, Stores::cached);
    case Limit::copy_streaming:
      return measure_copy(threads, milliseconds, Stores::streaming);
  }
  return 0;
}

}  // namespace ttnn::cpu
