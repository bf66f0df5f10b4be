// Element-wise operations over whole buffers: chunks are converted, computed and converted back
// while they are in L1, so that memory is read once and written once whatever the chain.
#include "ttnn/backends/cpu/kernels/loops.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

inline void read(DataType dtype, const void* src, int64_t n, float* dst) {
  table.to_float(dtype, src, n, dst);
}
inline void read(DataType dtype, const void* src, int64_t n, int64_t* dst) {
  table.to_int(dtype, src, n, dst);
}
// One operand, chunk by chunk in the type of computation.
template <class T>
class Source {
 public:
  Source(const Operand& operand, const Chain& chain) : operand_(operand), chain_(chain) {
    if (operand.step) return;
    read(operand.dtype, operand.data, 1, chunk_);
    run_chain(chain, chunk_, 1);
  }
  const T* at(int64_t begin, int64_t n) {
    if (!operand_.step) return chunk_;
    const int64_t item = plain_bytes(operand_.dtype);
    const void* src = advance(operand_.data, begin * item);
    prefetch_after(src, n * item);
    if (operand_.dtype == own_dtype<T> && !chain_.count) return static_cast<const T*>(src);
    read(operand_.dtype, src, n, chunk_);
    run_chain(chain_, chunk_, n);
    return chunk_;
  }

 private:
  Operand operand_;
  Chain chain_;
  alignas(line_bytes) T chunk_[map_values];
};

// The first step goes from the input to the result, where the input is not to be converted.
template <class T>
void map_unary_as(Operand in, Chain chain, DataType dtype, void* out, int64_t n, Stores stores) {
  if (n == 0) return;
  Source<T> source(in, {});
  for_chunks<T>(dtype, out, n, stores, [&](int64_t begin, int64_t count, T* result) {
    const T* x = source.at(begin, count);
    if (!in.step) {
      for (int64_t i = 0; i < count; ++i) result[i] = *x;
      x = result;
    }
    if (chain.count == 0 && x != result)
      std::memcpy(result, x, static_cast<size_t>(count) * sizeof(T));
    for (int i = 0; i < chain.count; ++i, x = result)
      unary_loop(chain.steps[i].op, T())(x, result, count, chain.steps[i].parameters);
  });
}

// Calls loop(begin, count, how) for bfloat16 that one loop computes: what is streamed begins at a
// line.
template <class Loop>
void for_narrow(const void* out, int64_t n, Stores stores, Loop loop) {
  if (!past_caches(stores)) return loop(0, n, stores);
  const int64_t head = values_to_line(out, 2, n);
  loop(0, head, Stores::cached);
  loop(head, n - head, stores);
  fence(stores);
}

void map_unary(Operand in, Chain chain, DataType dtype, void* out, int64_t n, bool as_float,
               Stores stores) {
  const bool narrow = as_float && in.dtype == DataType::BFLOAT16 && dtype == in.dtype && in.step;
  const UnaryNarrowFn loop =
      narrow && chain.count == 1 ? table.unary_narrow[int(chain.steps[0].op)] : nullptr;
  auto* x = static_cast<const uint16_t*>(in.data);
  auto* y = static_cast<uint16_t*>(out);
  if (loop)
    for_narrow(out, n, stores, [&](int64_t begin, int64_t count, Stores how) {
      loop(x + begin, y + begin, count, chain.steps[0].parameters, how);
    });
  else if (as_float)
    map_unary_as<float>(in, chain, dtype, out, n, stores);
  else
    map_unary_as<int64_t>(in, chain, dtype, out, n, stores);
}

inline BinaryFn loop_of(Binary op, float) { return table.binary[int(op)]; }
inline BinaryIntFn loop_of(Binary op, int64_t) { return table.binary_int[int(op)]; }

template <class T>
void map_binary_as(Binary op, const double* parameters, Operand a, Chain a_chain, Operand b,
                   Chain b_chain, Chain post, DataType dtype, void* out, int64_t n, Stores stores) {
  if (n == 0) return;
  Source<T> left(a, a_chain), right(b, b_chain);
  const auto loop = loop_of(op, T());
  for_chunks<T>(dtype, out, n, stores, [&](int64_t begin, int64_t count, T* result) {
    loop(left.at(begin, count), a.step, right.at(begin, count), b.step, result, count, parameters);
    run_chain(post, result, count);
  });
}

// Values of bfloat16, or one number for all, which may be wider: it is not rounded first.
bool is_narrow(const Operand& x) {
  return x.dtype == DataType::BFLOAT16 || (!x.step && x.dtype == DataType::FLOAT32);
}
NarrowValues narrow_values(const Operand& x) {
  if (x.step) return {static_cast<const uint16_t*>(x.data)};
  float value;
  read(x.dtype, x.data, 1, &value);
  return {nullptr, value};
}

// 32-bit integers of one kind that need no wider ones on the way.
BinaryWordFn word_loop_of(Binary op, DataType a, DataType b, DataType out) {
  if (a != b || a != out || (a != DataType::INT32 && a != DataType::UINT32)) return nullptr;
  return table.binary_word[a == DataType::UINT32][int(op)];
}
void map_words(BinaryWordFn loop, Operand a, Operand b, void* out, int64_t n, Stores stores) {
  alignas(line_bytes) uint32_t staging[map_values];
  const bool streamed = past_caches(stores);
  int64_t count = values_to_line(out, 4, n);
  for (int64_t begin = 0; begin < n; begin += count) {
    if (begin || !count) count = smaller(n - begin, map_values);
    const void *x = advance(a.data, a.step * begin * 4), *z = advance(b.data, b.step * begin * 4);
    if (a.step) prefetch_after(x, count * 4);
    if (b.step) prefetch_after(z, count * 4);
    void* where = advance(out, begin * 4);
    loop(x, a.step, z, b.step, streamed ? staging : where, count);
    if (streamed) stream(where, staging, count * 4);
  }
  fence(stores);
}

void map_binary(Binary op, const double* parameters, Operand a, Chain a_chain, Operand b,
                Chain b_chain, Chain post, DataType dtype, void* out, int64_t n, bool as_float,
                Stores stores) {
  constexpr double none[max_row_parameters] = {};
  if (!parameters) parameters = none;
  const bool is_plain = !(a_chain.count + b_chain.count + post.count);
  const BinaryNarrowFn loop = table.binary_narrow[int(op)];
  if (as_float && loop && n > 0 && is_plain && dtype == DataType::BFLOAT16 && is_narrow(a) &&
      is_narrow(b)) {
    auto* y = static_cast<uint16_t*>(out);
    const NarrowValues x = narrow_values(a), z = narrow_values(b);
    const auto from = [](const NarrowValues& v, int64_t begin) {
      return NarrowValues{v.bits ? v.bits + begin : nullptr, v.value};
    };
    return for_narrow(out, n, stores, [&](int64_t begin, int64_t count, Stores how) {
      loop(from(x, begin), from(z, begin), y + begin, count, parameters, how);
    });
  }
  const BinaryWordFn words =
      !as_float && is_plain ? word_loop_of(op, a.dtype, b.dtype, dtype) : nullptr;
  if (words) return map_words(words, a, b, out, n, stores);
  if (as_float)
    map_binary_as<float>(op, parameters, a, a_chain, b, b_chain, post, dtype, out, n, stores);
  else
    map_binary_as<int64_t>(op, parameters, a, a_chain, b, b_chain, post, dtype, out, n, stores);
}

// The condition as words of no bits or all bits, in the item size of what is chosen.
template <class T, class Condition>
void masks_of(const Condition* condition, int64_t n, uint32_t size, T* masks) {
  for (int64_t i = 0; i < n; ++i) masks[i] = static_cast<T>((condition[i] & size) != 0 ? -1 : 0);
}
// `size`: the bits that make a value of the dtype other than 0; -0 is 0, and NaN is not.
template <class T>
void masks_of(DataType dtype, const void* condition, int64_t n, T* masks) {
  const bool is_float = is_floating(dtype);
  switch (plain_bytes(dtype)) {
    case 4:
      return masks_of(static_cast<const uint32_t*>(condition), n,
                      is_float ? 0x7fffffffu : 0xffffffffu, masks);
    case 2:
      return masks_of(static_cast<const uint16_t*>(condition), n, is_float ? 0x7fffu : 0xffffu,
                      masks);
    default:
      return masks_of(static_cast<const uint8_t*>(condition), n, is_float ? 0x7fu : 0xffu, masks);
  }
}

template <class T>
void select_items(Operand condition, Operand a, Operand b, T* out, int64_t n, Stores stores) {
  alignas(line_bytes) T masks[map_values], staging[map_values];
  const bool streamed = past_caches(stores);
  constexpr int64_t item = sizeof(T);
  auto *x = static_cast<const T*>(a.data), *z = static_cast<const T*>(b.data);
  const int64_t condition_item = plain_bytes(condition.dtype);
  if (!condition.step) masks_of(condition.dtype, condition.data, 1, masks);
  if (!condition.step)
    for (T& mask : masks) mask = masks[0];
  int64_t count = streamed ? values_to_line(out, item, n) : 0;
  for (int64_t begin = 0; begin < n; begin += count) {
    if (begin || !count) count = smaller(n - begin, map_values);
    if (condition.step) {
      const void* from = advance(condition.data, begin * condition_item);
      prefetch_after(from, count * condition_item);
      masks_of(condition.dtype, from, count, masks);
    }
    T* to = streamed ? staging : out + begin;
    const T *u = x + a.step * begin, *v = z + b.step * begin;
    if (a.step) prefetch_after(u, count * item);
    if (b.step) prefetch_after(v, count * item);
    if (a.step && b.step)
      for (int64_t i = 0; i < count; ++i)
        to[i] = static_cast<T>((u[i] & masks[i]) | (v[i] & ~masks[i]));
    else
      for (int64_t i = 0; i < count; ++i) to[i] = masks[i] ? u[i * a.step] : v[i * b.step];
    if (streamed) stream(out + begin, staging, count * item);
  }
  fence(stores);
}

void select(Operand condition, Operand a, Operand b, void* out, int64_t n, Stores stores) {
  if (n == 0) return;
  switch (plain_bytes(a.dtype)) {
    case 4:
      return select_items(condition, a, b, static_cast<uint32_t*>(out), n, stores);
    case 2:
      return select_items(condition, a, b, static_cast<uint16_t*>(out), n, stores);
    default:
      return select_items(condition, a, b, static_cast<uint8_t*>(out), n, stores);
  }
}

}  // namespace

void fill_map(Kernels& k) {
  k.map_unary = map_unary;
  k.map_binary = map_binary;
  k.select = select;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
