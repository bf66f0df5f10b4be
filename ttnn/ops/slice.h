#pragma once
// Parts of a tensor: slice, narrow, split, chunk.
#include <variant>

#include "ttnn/runtime/moves.h"

namespace ttnn {

struct Slice {
  Tensor input;
  std::vector<int64_t> slice_start, slice_end;
  std::optional<std::vector<int64_t>> slice_step = {};
  std::optional<double> pad_value = {};

  static constexpr auto name = "slice";
  static constexpr auto doc =
      "Elements start, start + step, ... before end, along every dim. Ends are not clamped: one "
      "beyond the tensor is an error. In TILE layout the padding may be read too. The whole "
      "tensor is the input itself.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Slice::input, "any rank, on the host or on devices"),
      arg("slice_start", &Slice::slice_start, "first index per dim; negative counts from the end")
          .must(),
      arg("slice_end", &Slice::slice_end, "index after the last, per dim; may be negative").must(),
      arg("slice_step", &Slice::slice_step, "per dim, positive; 1 by default and on the host"),
      kw("pad_value", &Slice::pad_value, "what the result's tile padding reads as"),
  };
  static constexpr bool on_host = true;

  TensorSpec infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  std::optional<Tensor> shortcut(const CallOptions&) const;
  Moves moves() const;
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<Slice> samples(Sampler&);

 private:
  struct Range {
    int64_t begin, end, step;
    int64_t count() const { return (end - begin + step - 1) / step; }
  };
  std::array<Range, Shape::max_rank> ranges() const;
};
inline constexpr Call<Slice> slice;

// The same under the names that older programs use.
struct SliceStarts {
  Tensor input;
  std::vector<int64_t> starts, ends;
  std::optional<std::vector<int64_t>> steps = {};
  std::optional<double> pad_value = {};

  static constexpr auto name = "slice";
  static constexpr auto doc = "The same, with starts, ends and steps.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &SliceStarts::input, "any rank, on the host or on devices"),
      arg("starts", &SliceStarts::starts, "first index per dim").must(),
      arg("ends", &SliceStarts::ends, "index after the last, per dim").must(),
      arg("steps", &SliceStarts::steps, "per dim, positive"),
      kw("pad_value", &SliceStarts::pad_value, "what the result's tile padding reads as"),
  };
  Outputs compose(const CallOptions&) const;
};

struct Narrow {
  Tensor input;
  int64_t dim = 0, start = 0, length = 0;

  static constexpr auto name = "narrow";
  static constexpr auto doc = "`length` indices of one dim, from `start` on.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Narrow::input, "any rank"),
      arg("dim", &Narrow::dim, "may be negative").must(),
      arg("start", &Narrow::start, "first index; negative counts from the end").must(),
      arg("length", &Narrow::length, "how many; they must be there").must(),
  };
  Outputs compose(const CallOptions&) const;
  static std::vector<Narrow> samples(Sampler&);
};
inline constexpr Call<Narrow> narrow;

struct Split {
  Tensor input;
  std::variant<int64_t, std::vector<int64_t>> split_size = int64_t{1};
  int64_t dim = 0;

  static constexpr auto name = "split";
  static constexpr auto doc =
      "The tensor cut along `dim`: in parts of one size, the last one perhaps smaller, or of the "
      "sizes given.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &Split::input, "rank 1 or more"),
      arg("split_size", &Split::split_size, "one size, or all of them").must(),
      arg("dim", &Split::dim, "may be negative"),
  };

  std::vector<TensorSpec> infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  Moves moves() const;
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<Split> samples(Sampler&);

 private:
  std::vector<int64_t> sizes() const;
};
inline constexpr Call<Split> split;

struct ChunkInto {
  Tensor input;
  int64_t chunks = 1, dim = 0;

  static constexpr auto name = "chunk";
  static constexpr auto doc =
      "The tensor cut along `dim` in at most `chunks` parts of one size, the last one perhaps "
      "smaller.";
  static constexpr auto fields = std::tuple{
      arg("input_tensor", &ChunkInto::input, "rank 1 or more"),
      arg("chunks", &ChunkInto::chunks, "one or more").must(),
      arg("dim", &ChunkInto::dim, "may be negative"),
  };

  std::vector<TensorSpec> infer(const CallOptions&) const;
  Placement place(std::span<const Placement>) const;
  Moves moves() const;
  void reference(Task task) const { move_elements(moves(), task); }
  static std::vector<ChunkInto> samples(Sampler&);

 private:
  Split as_split() const;
};
inline constexpr Call<ChunkInto> chunk;

}  // namespace ttnn
