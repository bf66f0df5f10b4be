// Element-wise ops of two inputs. Shards of one shape are one run of elements; broadcasting walks
// the result's rows, or, where those are short, repeats the inputs into chunks first; block floats
// go row by row through float32.
#include "ttnn/ops/binary.h"

#include <array>
#include <cstring>

#include "ttnn/backends/cpu/accelerate.h"
#include "ttnn/backends/cpu/cpu_backend.h"
#include "ttnn/backends/cpu/flat.h"

namespace ttnn::cpu {
namespace {

constexpr int64_t short_row = 128;     // shorter rows are computed in chunks
constexpr int64_t chunk_items = 2048;  // of one operand, in L1

// One input: a tensor's operand, or a number (in an own place, so that it has an address).
struct Input {
  Input(const TensorOrScalar& given, const Launch& launch, bool as_float) {
    if (const Tensor* tensor = std::get_if<Tensor>(&given)) {
      operand = &launch.operand(*tensor);
      dtype = operand->spec.dtype;
      return;
    }
    const double value = std::get<Scalar>(given).value;
    dtype = as_float ? DataType::FLOAT32 : wide_enough(value);
    if (dtype == DataType::FLOAT32) number_as_float = static_cast<float>(value);
    if (dtype == DataType::INT32) number = static_cast<int32_t>(value);
    if (dtype == DataType::UINT32)
      unsigned_number = static_cast<uint32_t>(static_cast<int64_t>(value));
  }
  static DataType wide_enough(double value) {
    return value > 2147483647.0 ? DataType::UINT32 : DataType::INT32;
  }
  const std::byte* shard(int device) const {
    if (operand) return operand->on_device(device);
    return reinterpret_cast<const std::byte*>(
        dtype == DataType::FLOAT32  ? static_cast<const void*>(&number_as_float)
        : dtype == DataType::UINT32 ? static_cast<const void*>(&unsigned_number)
                                    : static_cast<const void*>(&number));
  }

  const ttnn::Operand* operand = nullptr;
  DataType dtype = DataType::FLOAT32;
  float number_as_float = 0;
  int32_t number = 0;
  uint32_t unsigned_number = 0;
};

Chain chain_of(const std::vector<UnaryStep>& steps) {
  return {steps.data(), static_cast<int>(steps.size())};
}

// ---- All inputs of the result's shape, or numbers.

// The loops in float32 lack the ops on integers, which float activations in front of them lead to.
bool has_loop(const BinaryElementwise& op) {
  return op.computes_integers() || kernels().binary[int(op.op)] != nullptr;
}

bool is_plain(const void* args, const Launch& launch) {
  if (!has_loop(detail::as<BinaryElementwise>(args))) return false;
  for (const ttnn::Operand& in : launch.in)
    if (is_block_float(in.spec.dtype)) return false;
  return !is_block_float(launch.out[0].spec.dtype);
}

bool fits_flat(const void* args, const Launch& launch) {
  const int rank = launch.out[0].spec.shape.rank();
  for (const ttnn::Operand& in : launch.in)
    if (in.spec.shape.rank() > rank || !(in.spec.shape.to_rank(rank) == launch.out[0].spec.shape))
      return false;
  return is_plain(args, launch);
}

const Kernel flat_kernel = {
    .work =
        [](const void*, const Launch& launch) {
          return Work{launch.shards() * launch.out[0].spec.volume(), flat_grain};
        },
    .run =
        [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
          const auto& op = detail::as<BinaryElementwise>(args);
          const bool as_float = !op.computes_integers();
          const Input a(op.a, launch, as_float), b(op.b, launch, as_float);
          const ttnn::Operand& out = launch.out[0];
          const DataType to = out.spec.dtype;
          const Stores stores = stores_for(launch.shards() * out.spec.storage_bytes());
          each_run(launch, out.spec.volume(), begin, end, [&](int device, int64_t at, int64_t n) {
            const auto part = [&](const Input& in) {
              if (!in.operand) return Operand{in.dtype, in.shard(device), 0};
              return Operand{in.dtype, in.shard(device) + at * item_bytes(in.dtype), 1};
            };
            kernels().map_binary(op.op, op.parameters, part(a), chain_of(op.a_activations), part(b),
                                 chain_of(op.b_activations), chain_of(op.activations), to,
                                 out.on_device(device) + at * item_bytes(to), n, as_float, stores);
          });
        },
    .accepts = fits_flat,
};

// ---- Broadcasting. The result's dims, those that both inputs step through alike merged into one.

struct Walk {
  int rank = 0;
  int64_t size[Shape::max_rank];
  int64_t a[Shape::max_rank], b[Shape::max_rank];  // strides in items

  Walk(const Shape& out, const Shape& a_shape, const Shape& b_shape) {
    const Shape a_strides = broadcast_strides(a_shape, out),
                b_strides = broadcast_strides(b_shape, out);
    for (int d = 0; d < out.rank(); ++d) {
      if (out[d] == 1) continue;
      const bool joins =
          rank > 0 && a[rank - 1] == a_strides[d] * out[d] && b[rank - 1] == b_strides[d] * out[d];
      if (!joins) size[rank++] = 1;
      size[rank - 1] *= out[d];
      a[rank - 1] = a_strides[d];
      b[rank - 1] = b_strides[d];
    }
    if (rank == 0) size[0] = 1, a[0] = b[0] = 1, rank = 1;
  }
  int64_t row() const { return size[rank - 1]; }
};

// Where the walk stands: an index per dim and the offsets of both inputs.
struct Position {
  Position(const Walk& walk, int64_t at) : walk(walk) {
    for (int d = walk.rank - 1; d >= 0; --d) {
      index[d] = at % walk.size[d];
      at /= walk.size[d];
      a += index[d] * walk.a[d];
      b += index[d] * walk.b[d];
    }
  }
  int64_t column() const { return index[walk.rank - 1]; }
  // n more columns; they stay within the row.
  void advance(int64_t n) {
    int d = walk.rank - 1;
    index[d] += n;
    a += n * walk.a[d];
    b += n * walk.b[d];
    for (; d > 0 && index[d] == walk.size[d]; --d) {
      a += walk.a[d - 1] - walk.size[d] * walk.a[d];
      b += walk.b[d - 1] - walk.size[d] * walk.b[d];
      index[d] = 0;
      ++index[d - 1];
    }
  }
  const Walk& walk;
  int64_t index[Shape::max_rank];
  int64_t a = 0, b = 0;
};

// Copies n items from src, or one item n times.
template <class T>
void repeat(const std::byte* src, int64_t step, int64_t n, std::byte* dst) {
  T* out = reinterpret_cast<T*>(dst);
  const T* in = reinterpret_cast<const T*>(src);
  if (step)
    for (int64_t i = 0; i < n; ++i) out[i] = in[i];
  else
    for (int64_t i = 0; i < n; ++i) out[i] = in[0];
}
void repeat(int bytes, const std::byte* src, int64_t step, int64_t n, std::byte* dst) {
  if (bytes == 4) return repeat<uint32_t>(src, step, n, dst);
  if (bytes == 2) return repeat<uint16_t>(src, step, n, dst);
  repeat<uint8_t>(src, step, n, dst);
}

struct Broadcast {
  const BinaryElementwise& op;
  const Walk walk;
  bool as_float;
  DataType a_dtype, b_dtype, to;

  void compute(Operand a, Operand b, std::byte* out, int64_t n, Stores stores) const {
    kernels().map_binary(op.op, op.parameters, a, chain_of(op.a_activations), b,
                         chain_of(op.b_activations), chain_of(op.activations), to, out, n, as_float,
                         stores);
  }

  void rows(const std::byte* a, const std::byte* b, std::byte* out, int64_t at, int64_t n,
            Stores stores) const {
    const int last = walk.rank - 1;
    const int64_t a_bytes = item_bytes(a_dtype), b_bytes = item_bytes(b_dtype),
                  out_bytes = item_bytes(to);
    out += at * out_bytes;
    for (Position p(walk, at); n > 0;) {
      const int64_t count = std::min(n, walk.row() - p.column());
      compute({a_dtype, a + p.a * a_bytes, walk.a[last] != 0},
              {b_dtype, b + p.b * b_bytes, walk.b[last] != 0}, out, count, stores);
      out += count * out_bytes;
      n -= count;
      if (n > 0) p.advance(count);
    }
  }

  void chunks(const std::byte* a, const std::byte* b, std::byte* out, int64_t at, int64_t n) const {
    alignas(64) std::byte a_chunk[chunk_items * 4], b_chunk[chunk_items * 4];
    const int last = walk.rank - 1;
    const int a_bytes = item_bytes(a_dtype), b_bytes = item_bytes(b_dtype);
    out += at * item_bytes(to);
    for (Position p(walk, at); n > 0;) {
      const int64_t chunk = std::min(n, chunk_items);
      for (int64_t i = 0; i < chunk;) {
        const int64_t count = std::min(chunk - i, walk.row() - p.column());
        repeat(a_bytes, a + p.a * a_bytes, walk.a[last], count, a_chunk + i * a_bytes);
        repeat(b_bytes, b + p.b * b_bytes, walk.b[last], count, b_chunk + i * b_bytes);
        i += count;
        if (i < n) p.advance(count);
      }
      compute({a_dtype, a_chunk}, {b_dtype, b_chunk}, out, chunk, Stores::cached);
      out += chunk * item_bytes(to);
      n -= chunk;
    }
  }
};

const Kernel broadcast_kernel = {
    .work =
        [](const void*, const Launch& launch) {
          return Work{launch.shards() * launch.out[0].spec.volume(), flat_grain};
        },
    .run =
        [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
          const auto& op = detail::as<BinaryElementwise>(args);
          const ttnn::Operand &a = launch.operand(*op.tensor_a()),
                              &b = launch.operand(*op.tensor_b());
          const ttnn::Operand& out = launch.out[0];
          const Broadcast broadcast{op,
                                    Walk(out.spec.shape.to_rank(std::max(out.spec.shape.rank(), 1)),
                                         a.spec.shape, b.spec.shape),
                                    !op.computes_integers(),
                                    a.spec.dtype,
                                    b.spec.dtype,
                                    out.spec.dtype};
          const int64_t row_bytes = broadcast.walk.row() * item_bytes(out.spec.dtype);
          const Stores stores = row_bytes >= 4096
                                    ? stores_for(launch.shards() * out.spec.storage_bytes())
                                    : Stores::cached;
          const int64_t per_shard = out.spec.volume();
          while (begin < end) {
            const int64_t at = begin % per_shard, n = std::min(end - begin, per_shard - at);
            const int device = launch.device_of(static_cast<int>(begin / per_shard));
            if (broadcast.walk.row() >= short_row)
              broadcast.rows(a.on_device(device), b.on_device(device), out.on_device(device), at, n,
                             stores);
            else
              broadcast.chunks(a.on_device(device), b.on_device(device), out.on_device(device), at,
                               n);
            begin += n;
          }
        },
    .accepts =
        [](const void* args, const Launch& launch) {
          const auto& op = detail::as<BinaryElementwise>(args);
          return op.tensor_a() && op.tensor_b() && is_plain(args, launch);
        },
};

// ---- Block floats among inputs or result: one row of the result at a time, in float32.

// One input's rows as float32. A row that is asked for again is not decoded again.
class Rows {
 public:
  Rows(const TensorOrScalar& given, const Launch& launch, const Shape& out)
      : in_(given, launch, true) {
    if (!in_.operand) return;
    const Shape& shape = in_.operand->spec.shape;
    width_ = shape.width();
    strides_ = broadcast_strides(shape, out);
    buffer_.resize(static_cast<size_t>(width_));
  }
  // The row that the result's row `r` on `device` needs.
  Operand at(int device, int64_t r, const Shape& out) {
    if (!in_.operand) return {in_.dtype, in_.shard(device), 0};
    int64_t offset = 0;
    for (int d = out.rank() - 2; d >= 0; --d) {
      offset += r % out[d] * strides_[d];
      r /= out[d];
    }
    const int64_t row = offset / std::max<int64_t>(width_, 1);
    if (device != device_ || row != row_) read(device, row);
    device_ = device;
    row_ = row;
    return {DataType::FLOAT32, buffer_.data(), width_ != 1 || out.width() == 1};
  }

 private:
  void read(int device, int64_t row) {
    const TensorSpec& spec = in_.operand->spec;
    std::byte* bytes = in_.operand->on_device(device);
    if (is_block_float(spec.dtype))
      kernels().decode_rows(spec.dtype, block_float_view(bytes, spec.shape, spec.dtype), width_,
                            row, 1, buffer_.data());
    else
      kernels().to_float(spec.dtype, bytes + row * width_ * item_bytes(spec.dtype), width_,
                         buffer_.data());
  }

  Input in_;
  Shape strides_;
  int64_t width_ = 1;
  std::vector<float> buffer_;
  int device_ = -1;
  int64_t row_ = -1;
};

const Kernel row_kernel = {
    .work =
        [](const void*, const Launch& launch) {
          const Shape& shape = launch.out[0].spec.shape;
          return Work{launch.shards() * shape.rows(),
                      std::max<int64_t>(1, 32768 / std::max<int64_t>(shape.width(), 1))};
        },
    .run =
        [](const void* args, const Launch& launch, int64_t begin, int64_t end) {
          const auto& op = detail::as<BinaryElementwise>(args);
          const TensorSpec& spec = launch.out[0].spec;
          const Shape& shape = spec.shape;
          const int64_t per_shard = shape.rows(), width = shape.width();
          Rows a(op.a, launch, shape), b(op.b, launch, shape);
          std::vector<float> result(static_cast<size_t>(width));
          for (int64_t i = begin; i < end; ++i) {
            const int device = launch.device_of(static_cast<int>(i / per_shard));
            const int64_t r = i % per_shard;
            std::byte* out = launch.out[0].on_device(device);
            const bool encodes = is_block_float(spec.dtype);
            const DataType to = encodes ? DataType::FLOAT32 : spec.dtype;
            void* where =
                encodes ? static_cast<void*>(result.data()) : out + r * width * item_bytes(to);
            kernels().map_binary(op.op, op.parameters, a.at(device, r, shape),
                                 chain_of(op.a_activations), b.at(device, r, shape),
                                 chain_of(op.b_activations), chain_of(op.activations), to, where,
                                 width, true, Stores::cached);
            if (encodes)
              kernels().encode_rows(spec.dtype, result.data(), width, r, 1,
                                    block_float_view(out, shape, spec.dtype));
          }
        },
    .accepts =
        [](const void* args, const Launch& launch) {
          return !detail::as<BinaryElementwise>(args).computes_integers() &&
                 launch.out[0].spec.shape.rank() > 0 &&
                 row(detail::as<BinaryElementwise>(args).op).domain != Domain::integers;
        },
};

}  // namespace

void accelerate_binary() {
  for (OpInfo* info : all_binary_infos()) {
    accelerate(*info, row_kernel);
    accelerate(*info, broadcast_kernel);
    accelerate(*info, flat_kernel);
  }
}

}  // namespace ttnn::cpu
