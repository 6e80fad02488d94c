#include "debugger/local_session.h"

#include "debugger/session_loop.h"

#include <thread>
#include <utility>

namespace debugger {

namespace {

class LocalSession final : public Session {
public:
    LocalSession(LocalSessionOptions options, SessionListener listener)
        : m_loop(std::move(options), std::move(listener), m_queue), m_thread([this] { m_loop.live(); })
    {
    }
    ~LocalSession() override
    {
        m_queue.close();
        m_thread.join();
    }

    SessionCapabilities capabilities() const override
    {
        return {.stepsBack = true,
            .setsVariables = true,
            .evaluatesWithLocals = true,
            .conditions = true,
            .pauses = true,
            .timeline = true,
            .showsChanges = true};
    }
    RequestId send(Request request) override { return m_queue.put(std::move(request)); }

private:
    RequestQueue m_queue;
    SessionLoop m_loop; // the thread's, once it runs
    std::thread m_thread;
};

} // namespace

engine::Result<LocalSessionOptions> withRecording(LocalSessionOptions options, BytesView recording)
{
    auto decoded = decodeRecording(recording, options.input);
    if (!decoded)
        return engine::Error{decoded.error()};
    options.input = decoded->input;
    options.runner.memoryLimitBytes = decoded->memoryLimitBytes;
    options.runner.arenaSlot = decoded->arenaSlot >= 0 ? decoded->arenaSlot : engine::ScriptRunnerOptions::kRecorded;
    options.recording = std::move(*decoded);
    return options;
}

std::unique_ptr<Session> makeLocalSession(LocalSessionOptions options, SessionListener listener)
{
    return std::make_unique<LocalSession>(std::move(options), std::move(listener));
}

} // namespace debugger
