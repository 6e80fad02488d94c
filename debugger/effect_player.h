#pragma once

// Data that effects are applied to, as a replica would: nobody hears of it, and nothing beside the data is touched.

#include "engine/base/clock.h"
#include "engine/base/result.h"
#include "engine/base/rng.h"
#include "engine/command/client_state.h"
#include "engine/command/command_context.h"
#include "engine/command/dispatcher.h"
#include "engine/command/silent_changes.h"
#include "engine/script/script_input.h"

namespace debugger {

class EffectPlayer {
public:
    /// What the commands need beside the data; all but `now` outlives the player.
    struct World {
        const engine::CommandTable& commands;
        const engine::Config& config;
        engine::ServerView& server;
        engine::UnixMs now; // stands still, however long it is played
    };
    EffectPlayer(engine::Keyspace start, const World& world);
    EffectPlayer(const EffectPlayer&) = delete;
    EffectPlayer& operator=(const EffectPlayer&) = delete;

    /// The error is the command's own, or says that it is no write.
    engine::Result<void> apply(const engine::ScriptEffect& effect);

    engine::Keyspace data;

private:
    engine::ManualClock m_clock;
    engine::ClientState m_client;
    engine::Dispatcher m_dispatcher;
    engine::Rng m_rng{0};
    engine::SilentChanges m_nobody;
    engine::EncodingLimits m_limits;
    engine::CommandContext m_context;
};

} // namespace debugger
