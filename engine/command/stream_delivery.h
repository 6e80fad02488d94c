#pragma once

// What XREADGROUP, XCLAIM and XAUTOCLAIM do to a group, and how they propagate it: as XCLAIM and XGROUP, which repeat
// the outcome whatever the time.

#include "engine/command/call.h"
#include "engine/data/stream_value.h"

namespace engine {

/// A stream's key and one of its groups.
struct GroupPlace {
    BytesView key;
    BytesView group;
};

/// The consumer's number; makes it, with its event, where it is missing, else notes that it is seen.
std::uint32_t meetConsumer(Call& call, const GroupPlace& place, BytesView consumer);

/// Propagates that `entry` is pending with its consumer, by its id as text. The group is read as it is now.
void propagateClaim(Call& call, const GroupPlace& place, const PendingEntry& entry, BytesView id);
/// Propagates how far the group is.
void propagateGroupId(Call& call, const GroupPlace& place);

/// The group, which is there; valid until the next write.
const StreamGroup& groupAt(Call& call, const GroupPlace& place);
void editGroupAt(Call& call, const GroupPlace& place, FunctionRef<void(StreamGroup&)> use);

} // namespace engine
