#pragma once

// The one function that every command passes through, whoever sends it: lookup, arity, authentication, what scripts and
// transactions may not do, memory, busy scripts, queueing, running, counting, and propagation.

#include "engine/command/call_errors.h"
#include "engine/command/command_table.h"

#include <chrono>
#include <optional>

namespace engine {

/// Hears of every command that came to its end; counts, times, keeps the slow log.
class CommandObserver {
public:
    virtual ~CommandObserver() = default;
    /// The command ran.
    virtual void ran(const CommandContext& context, const Command& command, Argv argv, std::chrono::microseconds took,
        const CallErrors& errors) = 0;
    /// A command is about to run that monitors see before those it calls: a script.
    virtual void begins(const CommandContext& context, Argv argv) = 0;
    /// A command that had waited has been answered; it was counted when it began to wait.
    virtual void served(const Command& command, std::chrono::microseconds took, const CallErrors& errors) = 0;
    /// The command was refused before it ran; null when it is unknown.
    virtual void refused(const CommandContext& context, const Command* command, BytesView error) = 0;
};

/// Thread: the context's.
class Dispatcher {
public:
    /// `observer` may be null: nothing is counted or timed then.
    explicit Dispatcher(CommandObserver* observer = nullptr) : m_observer(observer) { }

    /// Runs one command for `context.client`, or queues it, or refuses it; writes one reply, unless the client waits
    /// afterwards. `argv` has at
    /// least a word. `known` is the table's answer for these words when the caller has kept it; else it is looked up.
    void execute(CommandContext& context, Argv argv, ReplySink& reply, const Command* known = nullptr) const;

    /// Runs a command that has passed all checks: EXEC's members.
    void run(CommandContext& context, const Command& command, Argv argv, ReplySink& reply) const;
    /// Runs a waiting client's command again, for `context.readyKey`. True when it has replied; false when it waits on.
    bool serve(CommandContext& context, const Command& command, Argv argv, ReplySink& reply) const;

private:
    /// Whether a client's command is to be run now; if not, what is to be done instead has been.
    bool admits(CommandContext& context, const Command& command, Argv argv, ReplySink& reply) const;
    void executeInScript(CommandContext& context, const Command& command, Argv argv, ReplySink& reply) const;
    void runFrom(std::optional<std::chrono::microseconds> start, CommandContext& context, const Command& command,
        Argv argv, ReplySink& reply) const;
    void refuse(CommandContext& context, const Command* command, BytesView error, ReplySink& reply) const;

    CommandObserver* m_observer;
};

} // namespace engine
