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
    const void* src = advance(operand_.data, begin * plain_bytes(operand_.dtype));
    if (operand_.dtype == own_dtype<T> && !chain_.count) return static_cast<const T*>(src);
    read(operand_.dtype, src, n, chunk_);
    run_chain(chain_, chunk_, n);
    return chunk_;
  }

 private:
  Operand operand_;
  Chain chain_;
  alignas(line_bytes) T chunk_[chunk_values];
};

template <class T>
void map_unary_as(Operand in, Chain chain, DataType dtype, void* out, int64_t n, Stores stores) {
  for_chunks<T>(dtype, out, n, stores, [&](int64_t begin, int64_t count, T* result) {
    if (in.step) {
      read(in.dtype, advance(in.data, begin * plain_bytes(in.dtype)), count, result);
    } else {
      T value;
      read(in.dtype, in.data, 1, &value);
      for (int64_t i = 0; i < count; ++i) result[i] = value;
    }
    run_chain(chain, result, count);
  });
}

// One loop for bfloat16 to bfloat16; the output goes through L1 only when it is streamed.
template <class Fill>
void for_narrow_chunks(void* out, int64_t n, Stores stores, Fill fill) {
  auto* to = static_cast<uint16_t*>(out);
  if (stores == Stores::cached) return fill(0, n, to);
  alignas(line_bytes) uint16_t staging[4 * chunk_values];
  int64_t count = values_to_line(out, 2, n);
  for (int64_t begin = 0; begin < n; begin += count) {
    if (begin || !count) count = smaller(n - begin, 4 * chunk_values);
    fill(begin, count, staging);
    stream(to + begin, staging, count * 2);
  }
  fence();
}

void map_unary(Operand in, Chain chain, DataType dtype, void* out, int64_t n, bool as_float,
               Stores stores) {
  const bool narrow = as_float && in.dtype == DataType::BFLOAT16 && dtype == in.dtype && in.step;
  const UnaryNarrowFn loop =
      narrow && chain.count == 1 ? table.unary_narrow[int(chain.steps[0].op)] : nullptr;
  auto* x = static_cast<const uint16_t*>(in.data);
  if (loop)
    for_narrow_chunks(out, n, stores, [&](int64_t begin, int64_t count, uint16_t* to) {
      loop(x + begin, to, count, chain.steps[0].parameters);
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

void map_binary(Binary op, const double* parameters, Operand a, Chain a_chain, Operand b,
                Chain b_chain, Chain post, DataType dtype, void* out, int64_t n, bool as_float,
                Stores stores) {
  constexpr double none[max_row_parameters] = {};
  if (!parameters) parameters = none;
  const BinaryNarrowFn loop = table.binary_narrow[int(op)];
  if (as_float && loop && n > 0 && is_narrow(a) && is_narrow(b) && dtype == DataType::BFLOAT16 &&
      !(a_chain.count + b_chain.count + post.count)) {
    const NarrowValues x = narrow_values(a), y = narrow_values(b);
    return for_narrow_chunks(out, n, stores, [&](int64_t begin, int64_t count, uint16_t* to) {
      const auto from = [&](NarrowValues v) {
        return NarrowValues{v.bits ? v.bits + begin : nullptr, v.value};
      };
      loop(from(x), from(y), to, count, parameters);
    });
  }
  if (as_float)
    map_binary_as<float>(op, parameters, a, a_chain, b, b_chain, post, dtype, out, n, stores);
  else
    map_binary_as<int64_t>(op, parameters, a, a_chain, b, b_chain, post, dtype, out, n, stores);
}

template <class T>
void select_items(const float* condition, int condition_step, const void* a, int a_step,
                  const void* b, int b_step, void* out, int64_t n) {
  auto *x = static_cast<const T*>(a), *y = static_cast<const T*>(b);
  auto* z = static_cast<T*>(out);
  if (condition_step && a_step && b_step)
    for (int64_t i = 0; i < n; ++i) z[i] = condition[i] != 0 ? x[i] : y[i];
  else
    for (int64_t i = 0; i < n; ++i)
      z[i] = condition[i * condition_step] != 0 ? x[i * a_step] : y[i * b_step];
}

void select(Operand condition, Operand a, Operand b, void* out, int64_t n) {
  if (n == 0) return;
  Source<float> conditions(condition, {});
  const int64_t item = plain_bytes(a.dtype);
  for (int64_t begin = 0, count; begin < n; begin += count) {
    count = smaller(n - begin, chunk_values);
    const auto items = item == 4   ? select_items<uint32_t>
                       : item == 2 ? select_items<uint16_t>
                                   : select_items<uint8_t>;
    items(conditions.at(begin, count), condition.step, advance(a.data, a.step * begin * item),
          a.step, advance(b.data, b.step * begin * item), b.step, advance(out, begin * item),
          count);
  }
}

}  // namespace

void fill_map(Kernels& k) {
  k.map_unary = map_unary;
  k.map_binary = map_binary;
  k.select = select;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
