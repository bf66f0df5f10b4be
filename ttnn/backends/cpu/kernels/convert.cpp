// Conversions between the element types of memory and the two types of computation.
#include "ttnn/backends/cpu/kernels/narrowing.h"

namespace ttnn::cpu::TTNN_ISA_NAMESPACE {

namespace {

// What a value is computed with.
inline float computed(Bfloat16 x) { return widen(x); }
inline float computed(Float16 x) {  // times 2^112 puts the exponent right, denormals included
  const uint32_t size = static_cast<uint32_t>(x.bits & 0x7fff) << 13;
  const uint32_t sign = static_cast<uint32_t>(x.bits & 0x8000) << 16;
  const float scaled = __builtin_bit_cast(float, size) * 0x1p112f;
  const uint32_t finite = __builtin_bit_cast(uint32_t, scaled);
  return __builtin_bit_cast(float,
                            sign | ((x.bits & 0x7c00) == 0x7c00 ? size | 0x7f800000 : finite));
}
template <class T>
inline T computed(T x) {
  return x;
}

template <class T>
constexpr bool whole = false;
template <>
constexpr bool whole<bool> = true;
template <>
constexpr bool whole<int8_t> = true;
template <>
constexpr bool whole<uint8_t> = true;
template <>
constexpr bool whole<int16_t> = true;
template <>
constexpr bool whole<uint16_t> = true;
template <>
constexpr bool whole<int32_t> = true;
template <>
constexpr bool whole<uint32_t> = true;
template <>
constexpr bool whole<int64_t> = true;
template <>
constexpr bool whole<uint64_t> = true;

template <class A, class B>
constexpr bool same = false;
template <class A>
constexpr bool same<A, A> = true;

inline Float16 to_half(float x) {  // the additions round at the right bit, to nearest even
  const uint32_t b = __builtin_bit_cast(uint32_t, x), doubled = b + b;
  const float size = (__builtin_fabsf(x) * 0x1p112f) * 0x1p-110f;
  const uint32_t exponent = doubled & 0xff000000;
  const uint32_t bias = exponent < 0x71000000 ? 0x71000000 : exponent;
  const float rounded = __builtin_bit_cast(float, (bias >> 1) + 0x07800000) + size;
  const uint32_t r = __builtin_bit_cast(uint32_t, rounded);
  const uint32_t finite = (r >> 13 & 0x7c00) + (r & 0x0fff);
  return {static_cast<uint16_t>((b >> 16 & 0x8000) | (doubled > 0xff000000 ? 0x7e00 : finite))};
}

// float or double to a whole number: NaN is 0. (docs/numerics.md)
template <class X>
inline int32_t clamped_int32(X x) {
  const X held = x >= X(-2147483648.0) && x < X(2147483648.0) ? x : X(0);
  const int32_t v = static_cast<int32_t>(held);
  return x >= X(2147483648.0) ? INT32_MAX : x < X(-2147483648.0) ? INT32_MIN : v;
}
template <class X>
inline uint32_t clamped_uint32(X x) {
  const X held = x > 0 && x < X(4294967296.0) ? x : X(0);
  const uint32_t v = static_cast<uint32_t>(static_cast<int64_t>(held));
  return x >= X(4294967296.0) ? UINT32_MAX : v;
}
template <class X>
inline uint16_t rounded_uint16(X x) {
  const X held = x > 0 ? (x < 65535 ? x : X(65535)) : X(0);
  const auto whole = static_cast<int32_t>(held);
  return static_cast<uint16_t>(whole + (held - static_cast<X>(whole) >= X(0.5)));
}
inline uint8_t wrapped_uint8(float x) {  // from 2^31 on every float is a multiple of 256
  const float held = x > -2147483648.0f && x < 2147483648.0f ? x : 0.0f;
  return static_cast<uint8_t>(static_cast<int32_t>(held));
}
inline uint8_t wrapped_uint8(double x) {  // and every double from 2^62 on
  const double held = x > -0x1p62 && x < 0x1p62 ? x : 0.0;
  return static_cast<uint8_t>(static_cast<int64_t>(held));
}
inline int64_t truncated_int64(double x) {
  const double held = x >= -0x1p63 && x < 0x1p63 ? x : 0.0;
  return x >= 0x1p63 ? INT64_MAX : x < -0x1p63 ? INT64_MIN : static_cast<int64_t>(held);
}

// The one rule of values, of typecasts on devices and hosts, uploads and downloads.
template <class To, class From>
inline To cast(From stored) {
  const auto x = computed(stored);
  using X = decltype(computed(stored));
  if constexpr (same<To, From>)
    return stored;
  else if constexpr (same<To, Bfloat16>)
    return narrow(static_cast<float>(x));
  else if constexpr (same<To, Float16>)
    return to_half(static_cast<float>(x));
  else if constexpr (same<To, float> || same<To, double>)
    return static_cast<To>(x);
  else if constexpr (whole<X>) {
    const int64_t wide =
        same<X, uint64_t> && x > X(INT64_MAX) ? INT64_MAX : static_cast<int64_t>(x);
    if constexpr (same<To, uint16_t>)
      return static_cast<To>(wide < 0 ? 0 : wide > UINT16_MAX ? UINT16_MAX : wide);
    else if constexpr (same<To, uint32_t> && !same<From, int8_t>)
      return static_cast<To>(wide < 0 ? 0 : wide > UINT32_MAX ? UINT32_MAX : wide);
    else
      return static_cast<To>(x);
  } else if constexpr (same<To, int32_t>)
    return clamped_int32(x);
  else if constexpr (same<To, uint32_t>)
    return clamped_uint32(x);
  else if constexpr (same<To, uint16_t>)
    return rounded_uint16(x);
  else if constexpr (same<To, uint8_t> || same<To, int8_t>)
    return static_cast<To>(wrapped_uint8(x));
  else
    return static_cast<To>(truncated_int64(x));
}

template <class From, class To>
void cast_all(const void* src, void* dst, int64_t n) {
  auto* s = static_cast<const From*>(src);
  auto* d = static_cast<To*>(dst);
  for (int64_t i = 0; i < n; ++i) d[i] = cast<To>(s[i]);
}
template <class From, class To>
void wrap_all(const void* src, void* dst, int64_t n) {
  auto* s = static_cast<const From*>(src);
  auto* d = static_cast<To*>(dst);
  for (int64_t i = 0; i < n; ++i) d[i] = static_cast<To>(s[i]);
}

template <class T>
struct Type {
  using type = T;
};
template <class F>
inline void with_type(DataType dtype, F f) {
  switch (dtype) {
    case DataType::BFLOAT16:
      return f(Type<Bfloat16>());
    case DataType::FLOAT32:
      return f(Type<float>());
    case DataType::UINT32:
      return f(Type<uint32_t>());
    case DataType::UINT8:
      return f(Type<uint8_t>());
    case DataType::UINT16:
      return f(Type<uint16_t>());
    case DataType::INT32:
      return f(Type<int32_t>());
    case DataType::INT8:
      return f(Type<int8_t>());
    default:
      __builtin_trap();  // block floats are rows, see encode_rows
  }
}
template <class F>
inline void with_type(HostType type, F f) {
  switch (type) {
    case HostType::boolean:
    case HostType::uint8:
      return f(Type<uint8_t>());
    case HostType::int8:
      return f(Type<int8_t>());
    case HostType::int16:
      return f(Type<int16_t>());
    case HostType::uint16:
      return f(Type<uint16_t>());
    case HostType::int32:
      return f(Type<int32_t>());
    case HostType::uint32:
      return f(Type<uint32_t>());
    case HostType::int64:
      return f(Type<int64_t>());
    case HostType::uint64:
      return f(Type<uint64_t>());
    case HostType::float16:
      return f(Type<Float16>());
    case HostType::bfloat16:
      return f(Type<Bfloat16>());
    case HostType::float32:
      return f(Type<float>());
    case HostType::float64:
      return f(Type<double>());
  }
}

void to_float(DataType from, const void* src, int64_t n, float* dst) {
  if (from == DataType::FLOAT32) {
    if (src != dst) std::memcpy(dst, src, static_cast<size_t>(n) * sizeof(float));
    return;
  }
  with_type(from, [&](auto t) { cast_all<typename decltype(t)::type, float>(src, dst, n); });
}

// The most frequent conversion in vectors.
template <>
void cast_all<float, Bfloat16>(const void* src, void* dst, int64_t n) {
  narrow_floats<Stores::cached>(static_cast<const float*>(src), static_cast<uint16_t*>(dst), n);
}

void cast_from_float(DataType to, const float* src, int64_t n, void* dst) {
  with_type(to, [&](auto t) { cast_all<float, typename decltype(t)::type>(src, dst, n); });
}

// Runs write(begin, count, where) over chunks of the output; streamed ones go through a chunk in
// L1.
template <class Write>
void chunked(void* dst, int64_t item, int64_t n, Stores stores, Write write) {
  if (!past_caches(stores)) return write(0, n, dst);
  alignas(line_bytes) std::byte staging[map_values * 4];
  int64_t count = values_to_line(dst, item, n);
  for (int64_t begin = 0; begin < n; begin += count) {
    if (begin || !count) count = smaller(n - begin, map_values);
    write(begin, count, staging);
    stream(advance(dst, begin * item), staging, count * item);
  }
  fence(stores);
}

// From one bfloat16 or float32 to the other, past the caches.
void stream_rounded(const float* src, uint16_t* dst, int64_t n, Stores stores) {
  const int64_t head = values_to_line(dst, 2, n);
  narrow_floats<Stores::cached>(src, dst, head);
  for (int64_t begin = head, count; begin < n; begin += count) {
    count = smaller(n - begin, map_values);
    prefetch_after(src + begin, count * 4);
    narrow_floats<Stores::streaming>(src + begin, dst + begin, count);
  }
  fence(stores);
}
void stream_widened(const uint16_t* src, float* dst, int64_t n, Stores stores) {
  const int64_t head = values_to_line(dst, 4, n);
  for (int64_t i = 0; i < head; ++i) dst[i] = widen(src[i]);
  int64_t i = head;
  for (; i + lanes <= n; i += lanes) {
    __builtin_prefetch(reinterpret_cast<const char*>(src + i) + prefetch_distance, 0, into_l2);
    store_words<Stores::streaming>(dst + i, (Words)load_widened(src + i));
  }
  for (; i < n; ++i) dst[i] = widen(src[i]);
  fence(stores);
}

void from_float(DataType to, const float* src, int64_t n, void* dst, Stores stores) {
  if (to == DataType::FLOAT32) return table.copy(dst, src, n * 4, stores);
  if (to == DataType::BFLOAT16 && past_caches(stores))
    return stream_rounded(src, static_cast<uint16_t*>(dst), n, stores);
  chunked(dst, plain_bytes(to), n, stores, [&](int64_t begin, int64_t count, void* where) {
    cast_from_float(to, src + begin, count, where);
  });
}

void to_int(DataType from, const void* src, int64_t n, int64_t* dst) {
  with_type(from, [&](auto t) { cast_all<typename decltype(t)::type, int64_t>(src, dst, n); });
}

void from_int(DataType to, const int64_t* src, int64_t n, void* dst) {
  with_type(to, [&](auto t) {
    using T = typename decltype(t)::type;
    if constexpr (whole<T>)
      wrap_all<int64_t, T>(src, dst, n);
    else
      cast_all<int64_t, T>(src, dst, n);
  });
}

void convert(DataType from, const void* src, DataType to, void* dst, int64_t n, Stores stores) {
  if (from == to) return table.copy(dst, src, n * plain_bytes(from), stores);
  const bool streamed = past_caches(stores);
  if (streamed && from == DataType::FLOAT32 && to == DataType::BFLOAT16)
    return stream_rounded(static_cast<const float*>(src), static_cast<uint16_t*>(dst), n, stores);
  if (streamed && from == DataType::BFLOAT16 && to == DataType::FLOAT32)
    return stream_widened(static_cast<const uint16_t*>(src), static_cast<float*>(dst), n, stores);
  const int64_t item = plain_bytes(from);
  chunked(dst, plain_bytes(to), n, stores, [&](int64_t begin, int64_t count, void* where) {
    if (streamed) prefetch_after(advance(src, begin * item), count * item);
    with_type(from, [&](auto f) {
      with_type(to, [&](auto t) {
        cast_all<typename decltype(f)::type, typename decltype(t)::type>(advance(src, begin * item),
                                                                         where, count);
      });
    });
  });
}

// -- Host types.

// The device dtype with the same bits, or INVALID.
DataType same_bits(HostType type) {
  switch (type) {
    case HostType::boolean:
    case HostType::uint8:
      return DataType::UINT8;
    case HostType::int8:
      return DataType::INT8;
    case HostType::uint16:
      return DataType::UINT16;
    case HostType::int32:
      return DataType::INT32;
    case HostType::uint32:
      return DataType::UINT32;
    case HostType::bfloat16:
      return DataType::BFLOAT16;
    case HostType::float32:
      return DataType::FLOAT32;
    default:
      return DataType::INVALID;
  }
}

void from_host(HostType from, const void* src, DataType to, void* dst, int64_t n, Stores stores) {
  if (const DataType plain = same_bits(from); plain != DataType::INVALID)
    return convert(plain, src, to, dst, n, stores);
  with_type(from, [&](auto f) {
    with_type(to, [&](auto t) {
      cast_all<typename decltype(f)::type, typename decltype(t)::type>(src, dst, n);
    });
  });
}

void to_booleans(DataType from, const void* src, void* dst, int64_t n) {
  auto* out = static_cast<uint8_t*>(dst);
  with_type(from, [&](auto f) {
    auto* x = static_cast<const typename decltype(f)::type*>(src);
    for (int64_t i = 0; i < n; ++i) out[i] = computed(x[i]) != 0;
  });
}

void to_host(DataType from, const void* src, HostType to, void* dst, int64_t n, Stores stores) {
  if (to == HostType::boolean) return to_booleans(from, src, dst, n);
  if (const DataType plain = same_bits(to); plain != DataType::INVALID)
    return convert(from, src, plain, dst, n, stores);
  with_type(from, [&](auto f) {
    with_type(to, [&](auto t) {
      cast_all<typename decltype(f)::type, typename decltype(t)::type>(src, dst, n);
    });
  });
}

}  // namespace

void fill_convert(Kernels& k) {
  k.to_float = to_float;
  k.from_float = from_float;
  k.to_int = to_int;
  k.from_int = from_int;
  k.convert = convert;
  k.from_host = from_host;
  k.to_host = to_host;
}

}  // namespace ttnn::cpu::TTNN_ISA_NAMESPACE
