// Physical memory: reuse, accounting, alignment, and what happens when the system has no more.
#include "ttnn/tensor/pool.h"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

#include "ttnn/core/error.h"

namespace ttnn {
namespace {

Pool& pool() { return Pool::instance(); }

TEST(Pools, HandOutAlignedMemoryOfEverySize) {
  pool().trim();
  const int64_t live = pool().live_bytes();
  for (const int64_t bytes :
       {int64_t{0}, int64_t{1}, int64_t{64}, int64_t{65}, int64_t{1000}, int64_t{4097},
        int64_t{1 << 20}, int64_t{(1 << 20) + 1}, int64_t{2 << 20}, int64_t{(5 << 20) + 3}}) {
    std::byte* data = pool().acquire(bytes);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(data) % 64, 0U) << bytes;
    std::memset(data, 1, static_cast<size_t>(bytes));
    EXPECT_GE(pool().live_bytes() - live, bytes);
    EXPECT_LE(pool().live_bytes() - live, std::max<int64_t>(64 + bytes * 5 / 4, 0) + (2 << 20));
    pool().release(data, bytes, OnRelease::return_to_system);
    EXPECT_EQ(pool().live_bytes(), live) << bytes;
    EXPECT_EQ(pool().kept_bytes(), 0) << bytes;
  }
}

TEST(Pools, ReuseWhatWasReleased) {
  pool().trim();
  std::byte* first = pool().acquire(100000);
  pool().release(first, 100000, OnRelease::keep);
  const int64_t kept = pool().kept_bytes();
  EXPECT_GE(kept, 100000);
  std::byte* second = pool().acquire(99000);  // of the same size class
  EXPECT_EQ(second, first);
  EXPECT_EQ(pool().kept_bytes(), 0);
  pool().release(second, 99000, OnRelease::keep);
  pool().trim();
  EXPECT_EQ(pool().kept_bytes(), 0);
}

TEST(Pools, KeepABoundedAmount) {
  pool().trim();
  const int64_t piece = int64_t{100} << 20;
  std::vector<std::byte*> pieces;
  for (int i = 0; i < 5; ++i) pieces.push_back(pool().acquire(piece));
  for (std::byte* data : pieces) pool().release(data, piece, OnRelease::keep);
  EXPECT_LE(pool().kept_bytes(), int64_t{256} << 20);
  EXPECT_GE(pool().kept_bytes(), piece);
  pool().trim();
}

// What was used last is what is used next: pieces of sizes that no one asks for make way.
TEST(Pools, KeepWhatWasUsedLast) {
  pool().trim();
  const int64_t old_size = int64_t{120} << 20, new_size = int64_t{60} << 20;
  std::vector<std::byte*> old{pool().acquire(old_size), pool().acquire(old_size)};
  for (std::byte* data : old) pool().release(data, old_size, OnRelease::keep);
  std::byte* recent = pool().acquire(new_size);
  pool().release(recent, new_size, OnRelease::keep);
  EXPECT_EQ(pool().kept_bytes(), old_size + new_size);
  std::byte* again = pool().acquire(new_size);
  EXPECT_EQ(again, recent);
  pool().release(again, new_size, OnRelease::return_to_system);
  pool().trim();
}

TEST(Pools, RefuseWhatTheSystemRefuses) {
  const int64_t live = pool().live_bytes();
  EXPECT_THROW(
      {
        try {
          pool().acquire(int64_t{1} << 60);
        } catch (const Error& error) {
          EXPECT_NE(std::string(error.what()).find("out of host memory: the system refused"),
                    std::string::npos);
          throw;
        }
      },
      Error);
  EXPECT_EQ(pool().live_bytes(), live);
}

TEST(Pools, ServeSeveralThreads) {
  const int64_t live = pool().live_bytes();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t] {
      for (int i = 0; i < 2000; ++i) {
        const int64_t bytes = 64 * (1 + i % 50);
        std::byte* data = pool().acquire(bytes);
        std::memset(data, t, static_cast<size_t>(bytes));
        for (int64_t b = 0; b < bytes; b += 63) ASSERT_EQ(static_cast<int>(data[b]), t);
        pool().release(data, bytes, OnRelease::keep);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(pool().live_bytes(), live);
}

}  // namespace
}  // namespace ttnn
