#pragma once
// What collectives would send on the machine that the mesh is opened on: an observer that notes
// every one of them. Here they are carried out in one memory; the bytes are those of the algorithms
// below, on links between neighbouring chips.
#include <atomic>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "ttnn/mesh/route.h"
#include "ttnn/runtime/dispatch.h"

namespace ttnn {

std::string_view name(Traffic);  // "gather", "reduce_scatter", ...

// One collective. For a group of N devices, of which each holds B bytes before (S = B / N is a
// slice of them), each device sends at least the following. In a broadcast and a send it is the
// sender alone that does; what others pass on shows on the links.
//
//   gather           (N - 1) B     on a ring, half of it each way; on a line, the link between
//                                  position i and i + 1 carries (i + 1) B forward and (N - 1 - i) B
//                                  back: what lies on one side and is missing on the other
//   reduce_scatter   (N - 1) S     on a ring, half of it each way; on a line (N - 1 - i) S forward
//                                  and (i + 1) S back: one partial sum per slice of the other side
//   all_reduce       2 (N - 1) S   a reduce_scatter, then a gather of its slices; on a line, B each
//                                  way over every link
//   broadcast        B             each link once, outward from the sender; on a ring both ways
//                                  around, as far as the other half
//   exchange         (N - 1) S     every pair along the shorter way; on a line (i + 1)(N - 1 - i) S
//                                  each way over every link
//   send             B             for each receiver; along the sender's row, then along the
//                                  receiver's column
//
// The first three and exchange's busiest link are the closed forms of the vendor's report on the
// bandwidth of collectives (tt-metal, tech_reports/CCLs/CCL_bandwidth.md), where a gather's whole
// is N B and a reduce_scatter's B: (N - 1) / N of the whole, and twice that for all_reduce. What
// does not divide by N is rounded up to a byte. Bytes are those of the elements, block floats with
// their exponents; padding to tiles is not counted.
struct Communication {
  std::string_view op;
  Traffic traffic = Traffic::none;
  SourceLine source;
  std::optional<int> axis{};  // of the mesh; none: all its devices are one group
  int group_size = 1;         // N
  int groups = 1;             // that exchange something at the same time
  bool is_ring = false;       // the groups' devices are joined to a ring
  DataType dtype{};           // of the input,
  Shape shape{};              // and the shape of a device's shard of it
  int64_t shard_bytes = 0;    // B
  int64_t bytes = 0;          // that each device of a group sends (the sender, if there is one)
  std::map<Link, int64_t> links{};  // bytes over each link, one direction, of all groups together
};

// Notes the collectives of all threads from start() to stop(), or until it is destroyed. Several
// may be at work at once; each notes everything. Without one, collectives cost nothing more.
class CommunicationLog : private Observer {
 public:
  CommunicationLog() = default;
  ~CommunicationLog() override { stop(); }
  CommunicationLog(const CommunicationLog&) = delete;

  void start();
  void stop();
  // A copy, without the first `skip`.
  std::vector<Communication> records(size_t skip = 0) const;

 private:
  void dispatched(const Command& command, std::span<const Tensor> inputs,
                  std::span<const Tensor> outputs) override;
  void note_send(Communication&, const Command&, const MeshDevice&);
  void note_groups(Communication&, const Command&, const MeshDevice&);
  const std::vector<Route>& routes(const MeshDevice& mesh, const std::optional<int>& axis);

  std::atomic<bool> is_at_work_ = false;
  // Both guarded by program order.
  std::vector<Communication> records_;
  std::map<std::pair<int, int>, std::vector<Route>> routes_;  // by mesh and axis, -1 for none
};

}  // namespace ttnn
