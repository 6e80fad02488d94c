#pragma once

// Private to engine/script: a script's or function's run on live data, as its commands see it.

#include "engine/command/client_state.h"
#include "engine/command/command_context.h"
#include "engine/script/script_store.h"

#include <memory>

namespace engine {

/// Why a run may not start; empty: it may. One that declares what it does is judged before it begins.
BytesView refusalOf(const CommandContext& context, const ScriptFlags& flags, bool readOnly);

/// The client that commands of a run see. One and the same from run to run: made anew it would cost a tenth of a short
/// script's time.
std::unique_ptr<ClientState> makeScriptCaller();

class LiveRun {
public:
    /// `caller` acts for the client of `outer`.
    LiveRun(CommandContext& outer, ClientState& caller, const ScriptFlags& flags, bool readOnly);
    /// Hands what was counted to the outer context.
    ~LiveRun();
    LiveRun(const LiveRun&) = delete;
    LiveRun& operator=(const LiveRun&) = delete;

    CommandContext& context() { return m_inner; }

private:
    CommandContext& m_outer;
    CommandContext m_inner;
};

} // namespace engine
