#pragma once

// Members and their scores as replies: pairs in RESP3, one after the other in RESP2.

#include "engine/resp/reply_sink.h"

namespace engine {

enum class Scores { With, Without };

inline void replyScoredHeader(ReplySink& reply, std::size_t members, Scores scores)
{
    reply.array(scores == Scores::With && !reply.resp3() ? members * 2 : members);
}

inline void replyScored(ReplySink& reply, BytesView member, double score, Scores scores)
{
    if (scores == Scores::With && reply.resp3())
        reply.array(2);
    reply.bulk(member);
    if (scores == Scores::With)
        reply.number(score);
}

} // namespace engine
