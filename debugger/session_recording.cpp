// What a session's loop does for recordings in files: saving its own, and showing one that was opened.

#include "debugger/recording/recording.h"
#include "debugger/session_loop.h"
#include "engine/base/file.h"

#include <algorithm>
#include <cstring>

namespace debugger {

void SessionLoop::save(const Bytes& path)
{
    if (m_place != Place::Stopped && m_place != Place::Ended)
        return fail(placeText(m_place));
    if (m_trace.furthest() == kNoMoment)
        return fail("there is nothing to save: the script ended before its first line");
    const bool whole = m_trace.isWhole() && !m_stoppedOutcome;
    const RecordingPlace place{.shown = whole ? m_moment : std::min(m_moment, m_trace.furthest()),
        .whole = whole,
        .replyChecksum = whole ? checksumOf(m_trace.outcome()->reply) : 0};
    EncodedRecording encoded = encodeRecording({.input = m_input,
        .trace = m_trace,
        .place = place,
        .arenaSlot = m_runner.arenaSlot(),
        .memoryLimitBytes = m_memoryLimitBytes});
    if (!path.empty() && !engine::replaceFile(path, encoded.bytes))
        return fail("could not write the recording to " + path + ": " + std::strerror(errno));
    RecordingSaved saved{.path = path, .bytes = encoded.bytes.size(), .keys = encoded.keys};
    if (path.empty())
        saved.content = std::move(encoded.bytes);
    emit(std::move(saved));
}

// Once through all of it, and then to where it was left.
Journey SessionLoop::opened()
{
    emit(Running{});
    return {.course = {.target = m_opened->whole ? kToTheEnd : m_trace.furthest()},
        .errand = Errand::Verify,
        .returnTo = m_opened->shown,
        .returnReason = StopReason::Arrived};
}

// The run has come to its end, as the recording has.
std::optional<Journey> SessionLoop::verified()
{
    const RecordingPlace place = *m_opened;
    if (checksumOf(m_trace.outcome()->reply) != place.replyChecksum) {
        m_place = Place::Lost;
        emit(Diverged{.moment = m_trace.furthest(), .text = "the run ended with another reply than was recorded"});
        return std::nullopt;
    }
    if (place.shown <= m_trace.furthest())
        return journeyTo(place.shown, StopReason::Arrived);
    announceEnd();
    return std::nullopt;
}

} // namespace debugger
