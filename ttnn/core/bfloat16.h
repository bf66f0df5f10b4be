#pragma once
// The upper half of a float32: conversion to it rounds to nearest even, and keeps NaN a NaN.
#include <bit>
#include <cstdint>

namespace ttnn {

struct bfloat16 {
  uint16_t bits;

  bfloat16() = default;
  constexpr explicit bfloat16(float x) : bits(rounded(std::bit_cast<uint32_t>(x))) {}
  static constexpr bfloat16 from_bits(uint16_t bits) {
    bfloat16 x(0.0f);
    x.bits = bits;
    return x;
  }
  constexpr operator float() const {
    return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
  }

 private:
  static constexpr uint16_t rounded(uint32_t x) {
    constexpr uint32_t infinity = 0x7f800000, quiet = 0x0040;
    if ((x & 0x7fffffff) > infinity) return static_cast<uint16_t>(x >> 16 | quiet);
    return static_cast<uint16_t>((x + 0x7fff + (x >> 16 & 1)) >> 16);
  }
};
static_assert(sizeof(bfloat16) == 2);

}  // namespace ttnn
