#include "ttnn/tensor/pool.h"

#include <pthread.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ttnn/core/error.h"

namespace ttnn {
namespace {

constexpr int64_t huge_page = int64_t{2} << 20;
constexpr int64_t map_from = int64_t{1} << 20;         // from this size on pieces come from mmap
constexpr int64_t keep_at_least = int64_t{256} << 20;  // kept bytes that are never too many

// Four sizes per power of two, so that a kept piece wastes at most a quarter; whole huge pages when
// large.
int64_t size_class(int64_t bytes) {
  if (bytes >= huge_page) return (bytes + huge_page - 1) / huge_page * huge_page;
  const int64_t small = std::max<int64_t>(bytes, 64);
  const int64_t step =
      std::max<int64_t>(static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(small))) / 4, 64);
  return (small + step - 1) / step * step;
}

// Freed pieces of one size.
struct Pieces {
  int64_t size = 0;
  std::vector<std::byte*> all;
  uint64_t used = 0;  // the later a piece came or went, the larger
};

// Small sizes have a place each, as small results come and go with every operation.
constexpr size_t small_sizes = 4 * 22;
size_t place_of(int64_t size) {
  const auto exponent = static_cast<unsigned>(std::bit_width(static_cast<uint64_t>(size))) - 1;
  const uint64_t quarters = static_cast<uint64_t>(size) * 4 >> exponent;  // 4 to 7 of the power
  return 4 * exponent + (quarters - 4);
}

std::byte* from_system(int64_t bytes) {
  if (bytes < map_from)
    return static_cast<std::byte*>(std::aligned_alloc(64, static_cast<size_t>(bytes)));
  // mmap promises 4 KiB alignment only: ask for one huge page more and give the ends back.
  const int64_t extra = bytes >= huge_page ? huge_page : 0;
  void* raw = mmap(nullptr, static_cast<size_t>(bytes + extra), PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (raw == MAP_FAILED) return nullptr;
  if (extra == 0) return static_cast<std::byte*>(raw);
  const auto begin = reinterpret_cast<uintptr_t>(raw);
  const uintptr_t aligned = (begin + huge_page - 1) / huge_page * huge_page;
  if (aligned > begin) munmap(raw, aligned - begin);
  const uintptr_t end = begin + static_cast<uintptr_t>(bytes + extra);
  const uintptr_t used_end = aligned + static_cast<uintptr_t>(bytes);
  if (end > used_end) munmap(reinterpret_cast<void*>(used_end), end - used_end);
  madvise(reinterpret_cast<void*>(aligned), static_cast<size_t>(bytes), MADV_HUGEPAGE);
  return reinterpret_cast<std::byte*>(aligned);
}

void to_system(std::byte* data, int64_t bytes) {
  if (bytes < map_from) {
    std::free(data);
  } else {
    munmap(data, static_cast<size_t>(bytes));
  }
}

}  // namespace

struct Pool::State {
  std::mutex mutex;                            // guards all below
  std::array<Pieces, small_sizes> kept_small;  // by place_of(size)
  std::unordered_map<int64_t, Pieces> kept_large;
  uint64_t uses = 0;
  int64_t live = 0;
  int64_t kept = 0;

  // Takes out large pieces for which no one has asked lately, until there is room for `size` bytes.
  std::vector<std::pair<std::byte*, int64_t>> make_room(int64_t size) {
    std::vector<std::pair<std::byte*, int64_t>> gone;
    while (kept + size > most()) {
      Pieces* oldest = nullptr;
      for (auto& [of_size, pieces] : kept_large)
        if (!pieces.all.empty() && (!oldest || pieces.used < oldest->used)) oldest = &pieces;
      if (!oldest) break;
      gone.emplace_back(oldest->all.back(), oldest->size);
      oldest->all.pop_back();
      kept -= oldest->size;
    }
    return gone;
  }
  int64_t most() const { return std::max(keep_at_least, live / 4); }

  Pieces& kept_of(int64_t size) {
    Pieces& pieces = size < huge_page ? kept_small[place_of(size)] : kept_large[size];
    pieces.size = size;
    pieces.used = ++uses;
    return pieces;
  }
};

Pool::State& Pool::state() {
  // Outlives every Block, also those of static objects; a forked child finds it unlocked.
  static State& state = []() -> State& {
    auto* made = new State;
    pthread_atfork([] { Pool::state().mutex.lock(); }, [] { Pool::state().mutex.unlock(); },
                   [] { Pool::state().mutex.unlock(); });
    return *made;
  }();
  return state;
}

Pool& Pool::instance() {
  static Pool pool;
  return pool;
}

std::byte* Pool::acquire(int64_t bytes) {
  const int64_t size = size_class(bytes);
  State& s = state();
  {
    std::lock_guard lock(s.mutex);
    s.live += size;
    if (std::vector<std::byte*>& kept = s.kept_of(size).all; !kept.empty()) {
      std::byte* data = kept.back();
      kept.pop_back();
      s.kept -= size;
      return data;
    }
  }
  std::byte* data = from_system(size);
  if (!data) {
    trim();
    data = from_system(size);
  }
  if (data) return data;
  std::lock_guard lock(s.mutex);
  s.live -= size;
  fail("out of host memory: the system refused ", size, " B; ", s.live,
       " B are held by live tensors. Deallocate tensors that are no longer needed.");
}

void Pool::release(std::byte* data, int64_t bytes, OnRelease on_release) {
  const int64_t size = size_class(bytes);
  State& s = state();
  std::vector<std::pair<std::byte*, int64_t>> gone;
  {
    std::lock_guard lock(s.mutex);
    s.live -= size;
    if (on_release == OnRelease::keep && size <= s.most()) gone = s.make_room(size);
    if (on_release == OnRelease::keep && s.kept + size <= s.most()) {
      s.kept_of(size).all.push_back(data);
      s.kept += size;
    } else {
      gone.emplace_back(data, size);
    }
  }
  for (const auto& [piece, bytes_of_piece] : gone) to_system(piece, bytes_of_piece);
}

void Pool::empty_end(std::byte* data, int64_t bytes, int64_t kept) {
  if (size_class(bytes) < map_from) return;  // not pages of its own
  constexpr int64_t page = 4096;
  const int64_t begin = (kept + page - 1) / page * page;
  if (begin < bytes)
    madvise(data + begin, static_cast<size_t>(size_class(bytes) - begin), MADV_DONTNEED);
}

int64_t Pool::live_bytes() const {
  std::lock_guard lock(state().mutex);
  return state().live;
}

int64_t Pool::kept_bytes() const {
  std::lock_guard lock(state().mutex);
  return state().kept;
}

void Pool::trim() {
  State& s = state();
  std::lock_guard lock(s.mutex);
  const auto give_back = [](Pieces& pieces) {
    for (std::byte* piece : pieces.all) to_system(piece, pieces.size);
    pieces.all.clear();
  };
  for (Pieces& pieces : s.kept_small) give_back(pieces);
  for (auto& [size, pieces] : s.kept_large) give_back(pieces);
  s.kept = 0;
}

}  // namespace ttnn
