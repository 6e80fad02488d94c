#pragma once

// One XREAD or XREADGROUP: its arguments once read, and serving it, now or later for a client that waits.

#include "engine/command/call.h"
#include "engine/data/stream_value.h"

#include <optional>
#include <vector>

namespace engine {

struct StreamRead {
    struct Source {
        BytesView key;
        StreamId after; // entries past this one
        bool undelivered = false; // ">": what the group has not delivered yet
    };

    std::vector<Source> sources;
    std::uint64_t count = 0; // entries a stream; 0: all
    bool blocks = false; // BLOCK: the reader waits when there is nothing,
    std::optional<UnixMs> until; // up to this moment; none: for ever
    std::optional<BytesView> group; // of XREADGROUP
    BytesView consumer;
    bool acknowledged = false; // NOACK: nothing is kept as pending
};

/// Reads the arguments and resolves "$". An error fails the call. Of a call that serves a client which waited only the
/// stream that is ready is a source.
StreamRead readStreamArguments(Call& call);

/// Replies with what is there, and delivers it to the consumer. False, and nothing replied or changed, when nothing is.
/// May be called again, with another call of the same command, whenever a stream has grown; groups that are gone by
/// then, and keys of another type, are passed over.
bool serveStreamRead(Call& call, const StreamRead& read);

/// As Call::waitFor, for a read that found nothing.
bool waitForStreams(Call& call, const StreamRead& read);

} // namespace engine
