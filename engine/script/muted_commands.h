#pragma once

// Private to engine/script: a command context whose writes are not propagated (redis.set_repl).

#include "engine/command/change_sink.h"
#include "engine/command/command_context.h"

namespace engine {

class MutedCommands {
public:
    explicit MutedCommands(CommandContext& open)
        : m_open(open), m_sink(open.changes), m_context(mutedCopy(open, m_sink))
    {
    }
    MutedCommands(const MutedCommands&) = delete;
    MutedCommands& operator=(const MutedCommands&) = delete;

    CommandContext& context() { return m_context; }
    /// The context that propagates, with what has been counted here.
    CommandContext& reopened()
    {
        m_open.dirty = m_context.dirty;
        m_open.hits = m_context.hits;
        m_open.misses = m_context.misses;
        m_open.expired = m_context.expired;
        return m_open;
    }

private:
    class Sink final : public ChangeSink {
    public:
        explicit Sink(ChangeSink& open) : m_open(open) { }
        ChangeWants wants() const override
        {
            ChangeWants wants = m_open.wants();
            wants.effects = false;
            return wants;
        }
        void beforeWrite(int database, BytesView key, const Entry* before) override
        {
            m_open.beforeWrite(database, key, before);
        }
        void keyReady(int database, BytesView key) override { m_open.keyReady(database, key); }
        void keyModified(int database, BytesView key) override { m_open.keyModified(database, key); }
        void event(EventClass kind, BytesView name, int database, BytesView key) override
        {
            m_open.event(kind, name, database, key);
        }
        void databaseFlushed(int database) override { m_open.databaseFlushed(database); }
        void databasesSwapped(int a, int b) override { m_open.databasesSwapped(a, b); }
        void effect(int, std::span<const BytesView>) override { }

    private:
        ChangeSink& m_open;
    };

    static CommandContext mutedCopy(CommandContext& open, ChangeSink& sink)
    {
        return {.data = open.data,
            .client = open.client,
            .commands = open.commands,
            .dispatcher = open.dispatcher,
            .config = open.config,
            .clock = open.clock,
            .rng = open.rng,
            .changes = sink,
            .server = open.server,
            .now = open.now,
            .limits = open.limits,
            .dirty = open.dirty,
            .hits = open.hits,
            .misses = open.misses,
            .expired = open.expired,
            .outOfMemory = open.outOfMemory,
            .busyReply = open.busyReply};
    }

    CommandContext& m_open;
    Sink m_sink;
    CommandContext m_context;
};

} // namespace engine
