#pragma once
// How a tensor becomes an operand of a command, and the runtime's own commands, which are part of
// program order though no op was called: uploads, copies, and changes of bytes between plain and
// packed form. The backend says what a packed form is; here is when bytes change into one and back.
// Every function needs Stream::Order, since a tensor's bytes are those of one place in that order.
#include <memory>
#include <vector>

#include "ttnn/runtime/command.h"

namespace ttnn {

// How the tensor's shards lie now, packed where they are. Shards of which some are packed, or not
// all in the same form, are decoded by commands of their own. Throws if another thread has
// deallocated the tensor.
Operand operand_of(const Tensor& tensor);
// The same in plain form.
Operand plain_operand(const Tensor& tensor);
// Evenly spaced shards in a new block, which no tensor refers to yet.
Operand fresh_operand(const TensorSpec& spec, const Spread* spread);

// A packed operand in plain form: commands decode its bytes into memory of their own. A shard that
// several slots name is decoded once.
Operand unpacked(const Operand& packed);
// Whether the operand is all of a block that came from the host and was not written since: what may
// be packed in place.
bool is_uploaded(const Operand& operand);
// Replaces the plain bytes of such a block by their packed form, for every later reader.
void pack_in_place(Operand& operand, std::shared_ptr<const PackedForm> form);

// What stands for the op of an internal command: it has a name and nothing else. One of each name.
const OpInfo& internal(const char* name);
// Submits an internal command, and returns its number; while a trace records, it joins the trace
// instead, and the number is 0. `devices` and `spread` as in Launch.
uint64_t enqueue(const Kernel& kernel, std::shared_ptr<const void> args, std::vector<Operand> in,
                 std::vector<Operand> out, const OpInfo* op, int devices, const Spread* spread);

// Copies the shards that `to` holds apart; both in plain form.
uint64_t enqueue_copy(const Operand& from, const Operand& to, const char* name);

}  // namespace ttnn
