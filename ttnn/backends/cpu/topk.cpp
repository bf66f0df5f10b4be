// topk and sort: an element and its index become one word whose order as a number is the order
// asked for, so that words are selected and sorted without looking at elements again.
#include "ttnn/ops/topk.h"

#include <algorithm>

#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/cpu_backend.h"
#include "ttnn/backends/cpu/rows_along.h"

namespace ttnn::cpu {
namespace {

constexpr int64_t chunk_items = 1024;

// Larger elements have larger keys; -0 is 0 and every NaN is above infinity.
uint32_t key_of(float x) {
  const auto bits = __builtin_bit_cast(uint32_t, x + 0.0f);
  const uint32_t key = bits >> 31 ? ~bits : bits | 0x80000000u;
  return x != x ? 0xffffffffu : key;
}
// Integers of up to 32 bits.
uint32_t key_of(int64_t x, bool is_unsigned) {
  return static_cast<uint32_t>(x) ^ (is_unsigned ? 0 : 0x80000000u);
}

// The words of n elements from `first` on: the first in order has the largest word, and of equal
// elements the one with the smaller index.
class Words {
 public:
  Words(DataType dtype, const std::byte* row, bool descending)
      : dtype_(dtype), row_(row), bytes_(item_bytes(dtype)), flip_(descending ? 0 : 0xffffffffu) {}

  void fill(int64_t first, int64_t n, uint64_t* out) const {
    uint32_t keys[chunk_items];
    for (int64_t begin = 0, count; begin < n; begin += count) {
      count = std::min(n - begin, chunk_items);
      fill_keys(row_ + (first + begin) * bytes_, count, keys);
      const auto from = static_cast<uint32_t>(first + begin);
      for (int64_t i = 0; i < count; ++i)
        out[begin + i] = static_cast<uint64_t>(keys[i] ^ flip_) << 32 |
                         (0xffffffffu - (from + static_cast<uint32_t>(i)));
    }
  }
  static int64_t index(uint64_t word) { return 0xffffffffu - static_cast<uint32_t>(word); }

 private:
  void fill_keys(const std::byte* x, int64_t n, uint32_t* keys) const {
    if (is_floating(dtype_)) {
      float values[chunk_items];
      kernels().to_float(dtype_, x, n, values);
      for (int64_t i = 0; i < n; ++i) keys[i] = key_of(values[i]);
    } else {
      int64_t values[chunk_items];
      kernels().to_int(dtype_, x, n, values);
      const bool is_unsigned = dtype_ == DataType::UINT32;
      for (int64_t i = 0; i < n; ++i) keys[i] = key_of(values[i], is_unsigned);
    }
  }

  DataType dtype_;
  const std::byte* row_;
  int bytes_;
  uint32_t flip_;
};

using Greater = std::greater<uint64_t>;

// The first k words in order, of a row of n. Words below the k-th best so far are dropped on the
// way.
void select(const Words& words, int64_t n, int64_t k, std::vector<uint64_t>& out) {
  const int64_t capacity = std::min(n, 2 * k + 2 * chunk_items);
  out.resize(static_cast<size_t>(capacity));
  uint64_t chunk[chunk_items];
  uint64_t limit = 0;
  int64_t held = 0;
  const auto keep_best = [&] {
    if (held <= k) return;
    std::nth_element(out.begin(), out.begin() + (k - 1), out.begin() + held, Greater());
    held = k;
    limit = out[static_cast<size_t>(k - 1)];
  };
  if (capacity == n) {
    words.fill(0, n, out.data());
    held = n;
  }
  for (int64_t first = held; first < n; first += chunk_items) {
    if (held + chunk_items > capacity) keep_best();
    const int64_t count = std::min(chunk_items, n - first);
    words.fill(first, count, chunk);
    for (int64_t i = 0; i < count; ++i) {
      out[static_cast<size_t>(held)] = chunk[i];
      held += chunk[i] > limit;
    }
  }
  if (k < held) keep_best();
  out.resize(static_cast<size_t>(k));
  std::sort(out.begin(), out.end(), Greater());
}

// One ordered row to its places in a result, `inner` items apart.
class Column {
 public:
  Column(const ttnn::Operand& out, int device, const Along& along, int64_t count)
      : spec_(out.spec), bytes_(out.on_device(device)), inner_(along.inner), count_(count) {}

  void put_floats(int64_t r, const std::vector<float>& x) const {
    if (is_block_float(spec_.dtype))
      return kernels().encode_rows(spec_.dtype, x.data(), count_, r, 1,
                                   block_float_view(bytes_, spec_.shape, spec_.dtype));
    for (int64_t i = 0; i < count_; ++i)
      kernels().from_float(spec_.dtype, &x[static_cast<size_t>(i)], 1, place(r, i), Stores::cached);
  }
  void put_integers(int64_t r, const std::vector<int64_t>& x) const {
    if (inner_ == 1) return kernels().from_int(spec_.dtype, x.data(), count_, place(r, 0));
    for (int64_t i = 0; i < count_; ++i)
      kernels().from_int(spec_.dtype, &x[static_cast<size_t>(i)], 1, place(r, i));
  }
  template <class T>
  void put_raw(int64_t r, const std::byte* row, const std::vector<int64_t>& from) const {
    for (int64_t i = 0; i < count_; ++i)
      *reinterpret_cast<T*>(place(r, i)) =
          reinterpret_cast<const T*>(row)[from[static_cast<size_t>(i)]];
  }
  const TensorSpec& spec() const { return spec_; }

 private:
  std::byte* place(int64_t r, int64_t i) const {
    const int64_t at = (r / inner_ * count_ + i) * inner_ + r % inner_;
    return bytes_ + at * item_bytes(spec_.dtype);
  }
  const TensorSpec& spec_;
  std::byte* bytes_;
  int64_t inner_, count_;
};

void put_values(const Column& column, int64_t r, DataType dtype, const std::byte* row,
                const std::vector<int64_t>& from) {
  if (column.spec().dtype == dtype) {
    if (item_bytes(dtype) == 4) return column.put_raw<uint32_t>(r, row, from);
    if (item_bytes(dtype) == 2) return column.put_raw<uint16_t>(r, row, from);
    return column.put_raw<uint8_t>(r, row, from);
  }
  std::vector<float> x(from.size());
  for (size_t i = 0; i < x.size(); ++i)
    kernels().to_float(dtype, row + from[i] * item_bytes(dtype), 1, &x[i]);
  column.put_floats(r, x);
}

void order_rows(const Launch& launch, const Tensor& input, const Along& along, int64_t count,
                bool descending, int64_t begin, int64_t end) {
  std::vector<uint64_t> words;
  std::vector<int64_t> indices(static_cast<size_t>(count));
  each_shard(launch, along, begin, end, [&](int device, int64_t first, int64_t last) {
    RowsAlong rows(launch.operand(input), device, along);
    const Column values(launch.out[0], device, along, count),
        places(launch.out[1], device, along, count);
    for (int64_t r = first; r < last; ++r) {
      const std::byte* row = rows.row(r, last);
      select(Words(rows.dtype(), row, descending), along.n, count, words);
      std::transform(words.begin(), words.end(), indices.begin(), Words::index);
      put_values(values, r, rows.dtype(), row, indices);
      places.put_integers(r, indices);
    }
  });
}

// Rows of block floats hold values of several results where the last dim is not the ordered one.
bool writes_whole_rows(const Launch& launch, const Along& along) {
  for (const ttnn::Operand& out : launch.out)
    if (is_block_float(out.spec.dtype) && along.inner != 1) return false;
  return launch.out[0].spec.shape.width() > 0 && !is_block_float(launch.out[1].spec.dtype);
}

template <class Op>
Along along_of(const void* args) {
  const auto& op = detail::as<Op>(args);
  return Along(op.input.shape(), normalized_dim(Op::name, op.dim, op.input.shape().rank()));
}

template <class Op>
Kernel kernel_of(int64_t (*count)(const Op&, const Along&), bool Op::* descending) {
  static const auto how_many = count;
  static const auto which = descending;
  return {
      .work = [](const void* args,
                 const Launch& launch) { return work_along(launch, along_of<Op>(args)); },
      .run =
          [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
            const auto& op = detail::as<Op>(args);
            const Along along = along_of<Op>(args);
            order_rows(launch, op.input, along, how_many(op, along), op.*which, begin, end);
          },
      .accepts = [](const void* args,
                    const Launch& launch) { return writes_whole_rows(launch, along_of<Op>(args)); },
  };
}

}  // namespace

void accelerate_topk() {
  static const Kernel top =
      kernel_of<TopK>([](const TopK& op, const Along&) { return op.k; }, &TopK::largest);
  static const Kernel all =
      kernel_of<Sort>([](const Sort&, const Along& along) { return along.n; }, &Sort::descending);
  accelerate(op_info<TopK>(), top);
  accelerate(op_info<Sort>(), all);
}

}  // namespace ttnn::cpu
