// The commands of the debugger's console for recordings: `save` and `open`, of files, and `recording`, of bytes.

#include "debugger/console/debug_console.h"
#include "debugger/console/reply_json.h"
#include "engine/base/file.h"

#include <cerrno>
#include <cstring>

namespace debugger {

// A path may have spaces: one that is not in quotes is taken as it was typed.
std::string DebugConsole::pathOf(const Words& words)
{
    return words.words.size() == 1 ? words.words.front() : std::string(words.rest);
}

void DebugConsole::save(const Words& words)
{
    if (words.rest.empty())
        return m_output->error("Type 'save FILE'.");
    if (const auto saved = ask<RecordingSaved>(SaveRecordingRequest{pathOf(words)}))
        m_output->message("Recording saved to " + saved->path + ": " + std::to_string(saved->bytes)
            + " bytes, with the values of " + std::to_string(saved->keys) + (saved->keys == 1 ? " key." : " keys."));
}

void DebugConsole::open(const Words& words)
{
    if (words.rest.empty())
        return m_output->error("Type 'open FILE'.");
    const std::string path = pathOf(words);
    const auto content = engine::readFile(path);
    if (!content)
        return m_output->error("could not read " + path + ": " + std::strerror(errno));
    showRecording(*content);
}

void DebugConsole::recording(const Words& words)
{
    if (!words.rest.empty()) {
        const auto bytes = hexBytes(words.rest);
        if (!bytes)
            return m_output->error("recording takes nothing, or what it has answered: two hexadecimal digits a byte");
        return showRecording(*bytes);
    }
    if (const auto saved = ask<RecordingSaved>(SaveRecordingRequest()))
        m_output->recording(*saved);
}

void DebugConsole::showRecording(engine::BytesView bytes)
{
    if (m_options.live && m_options.live->holds())
        return m_output->error("this session has the live data to itself: end it with 'quit' first");
    const auto source = m_session.open(bytes);
    // Another session is there, or the same one anew: it knows nothing of what was set.
    m_session.tell(m_options.limits);
    m_session.tell(SetWatchesRequest{m_watches});
    m_states.clear();
    if (!source) {
        sendBreakpoints();
        return m_output->error("the recording is not shown: " + source.error());
    }
    m_options.isRecording = true;
    m_options.reread = nullptr;
    readSource(*source);
    m_stop.reset();
    m_ended.reset();
    m_changes = {};
    sendBreakpoints();
    travel(StartRequest());
}

} // namespace debugger
