#pragma once
// What a backend must do: convert numbers between dtypes, and offer faster kernels. It knows no
// mesh and no tensor's label; nobody else knows its libraries. Chosen once per process:
// TTNN_BACKEND=cpu (default) or null.
#include <string>
#include <string_view>
#include <vector>

#include "ttnn/core/block_float.h"
#include "ttnn/core/host_type.h"
#include "ttnn/runtime/command.h"
#include "ttnn/runtime/limits.h"
#include "ttnn/runtime/op.h"

namespace ttnn {

class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::string_view name() const = 0;
  virtual bool computes() const { return true; }  // false: results hold whatever their memory held

  // Between the user's arrays and one plain row-major run of n items, part of a result of
  // `all_bytes`: larger ones than the caches hold are better written past them. So is copy's. After
  // the last call, and before another thread is told, the caller calls fence().
  virtual void from_host(HostType from, const void* src, DataType to, void* dst, int64_t n,
                         int64_t all_bytes) const = 0;
  virtual void to_host(DataType from, const void* src, HostType to, void* dst, int64_t n,
                       int64_t all_bytes) const = 0;
  // Between any plain dtype and float32 or int64.
  virtual void to_float(DataType from, const void* src, int64_t n, float* dst) const = 0;
  virtual void from_float(DataType to, const float* src, int64_t n, void* dst) const = 0;
  virtual void to_int(DataType from, const void* src, int64_t n, int64_t* dst) const = 0;
  virtual void from_int(DataType to, const int64_t* src, int64_t n, void* dst) const = 0;
  // Rows [row, row + rows) of a block-float shard of `width` columns.
  virtual void encode_rows(DataType, const float* x, int64_t width, int64_t row, int64_t rows,
                           BlockFloatView) const = 0;
  virtual void decode_rows(DataType, BlockFloatView, int64_t width, int64_t row, int64_t rows,
                           float* x) const = 0;
  virtual void copy(void* dst, const void* src, int64_t bytes, int64_t all_bytes) const = 0;
  virtual void fence() const {}

  // A packed form's way forth (plain to packed) and back, by column ranges [begin, end) that may
  // run as separate tasks. Only for backends whose kernels want one.
  virtual int64_t packed_columns(const PackedForm&) const { return 1; }  // ranges' granularity
  // The first `dropped` columns are missing in the plain bytes.
  virtual void pack(const PackedForm&, const void* /*plain*/, void* /*packed*/, int64_t /*begin*/,
                    int64_t /*end*/, int64_t /*dropped*/ = 0) const {
    fail(name(), ": this backend has no packed form.");
  }
  // Columns [dropped, until) are taken out, too: the rest moves together at the start. Returns how
  // many bytes it takes.
  virtual int64_t drop_columns(const PackedForm&, void* /*plain*/, int64_t /*dropped*/,
                               int64_t /*until*/) const {
    fail(name(), ": this backend has no packed form.");
  }
  virtual void unpack(const PackedForm&, const void*, void*, int64_t, int64_t) const {
    fail(name(), ": this backend has no packed form.");
  }

  // Threads that run kernels.
  virtual void enter_worker() const {}
  virtual int enter_host() const {
    return 0;
  }  // the caller's thread helps; `leave_host` puts its settings back
  virtual void leave_host(int) const {}

  // The best rate of `threads` threads that start together, from runs of about `milliseconds` each;
  // throws where nothing is computed.
  virtual double measure(Limit limit, int threads, double milliseconds) const;
  virtual std::string_view instruction_set() const { return "none"; }  // of element-wise loops
  // What a user may want to know of the kernels chosen for this processor.
  struct Fact {
    std::string_view topic;
    std::string name, text;
  };
  virtual std::vector<Fact> facts() const { return {}; }
};

const Backend& backend();
void install_backend(
    const Backend&);  // by a backend's register function; the one chosen by TTNN_BACKEND stays
std::string_view chosen_backend();

// A faster kernel of an op, for the chosen backend. Later ones are tried first.
void accelerate(OpInfo& info, const Kernel& kernel);

}  // namespace ttnn
