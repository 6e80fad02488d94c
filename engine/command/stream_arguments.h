#pragma once

// What the stream commands read and answer alike: ids, intervals of them, entries, the errors about groups.

#include "engine/command/call.h"
#include "engine/data/stream_value.h"

#include <optional>

namespace engine {

/// "ms-seq", "ms" (with `missingSeq`), "-" and "+"; nullopt where Redis sees no id.
std::optional<StreamId> parseStreamId(BytesView text, std::uint64_t missingSeq);
/// As parseStreamId, without "-" and "+".
std::optional<StreamId> parseStrictStreamId(BytesView text, std::uint64_t missingSeq = 0);

/// The next argument as a strict id; another text fails the call.
StreamId nextStreamId(Call& call);
/// The rest of the arguments as strict ids.
std::vector<StreamId> restAsStreamIds(Call& call);
/// A bound of an interval: an id, or "(" and a strict one that is left out.
StreamId intervalStart(Call& call, BytesView text);
StreamId intervalEnd(Call& call, BytesView text);

/// The group, or the call fails with NOGROUP; with WRONGTYPE where there is no stream.
const StreamGroup* findGroupOrFail(Call& call, BytesView key, BytesView group);

/// An id and its fields and values.
void replyEntry(ReplySink& reply, const StreamEntry& entry);
/// The entry `id` as replyEntry; false, and nothing replied, when it is not there.
bool replyEntryOf(ReplySink& reply, const StreamValue& stream, const StreamId& id);

} // namespace engine
