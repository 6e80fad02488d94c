#pragma once

// Redis's own debugger, LDB, as redis-cli --ldb speaks it: one run, a command at a time from the other end, an array of
// lines in answer. Its quirks that harm (a lost breakpoint, an eval that never ends or takes the server down) are not
// repeated.
// Source: https://redis.io/docs/manual/programmability/lua-debugging/

#include "engine/script/script_probe.h"

#include <chrono>
#include <optional>
#include <span>
#include <vector>

namespace debugger {

/// The other end. Thread: the run's.
class LdbWire {
public:
    virtual ~LdbWire() = default;
    /// One answer. False: nobody is there any more.
    virtual bool send(std::span<const engine::Bytes> lines) = 0;
    enum class Heard { Command, Nonsense, Nobody };
    /// Waits for a command. Nonsense: what came is none, and the session ends.
    virtual Heard receive(std::vector<engine::Bytes>& words) = 0;
    /// Whether the next command has come and is this word; it stays to be received. Never waits.
    virtual bool isNext(engine::BytesView word) = 0;
    /// The program ends: whatever runs is to end too. Thread: any.
    virtual bool ending() const = 0;
};

class LdbConsole final : public engine::ScriptProbe {
public:
    /// `threshold`: how long a run may go on without a stop before it is stopped and shown.
    LdbConsole(LdbWire& wire, engine::BytesView source, std::chrono::milliseconds threshold);

    engine::ProbeVerdict onLine(engine::LuaInspect& run, const engine::LineEvent& event) override;
    engine::ProbeVerdict onTick(engine::LuaInspect& run) override;
    const engine::Reply* onCommand(engine::LuaInspect& run, engine::Argv argv) override;
    void onReply(engine::LuaInspect& run, engine::Argv argv, const engine::Reply& reply) override;
    void onMisuse(engine::BytesView error) override;
    void onLog(int, engine::BytesView) override { }
    void onDebug(int line, engine::BytesView text) override;
    bool onBreakpoint() override;

    /// What is left to be sent with the end of the session.
    std::vector<engine::Bytes> takeLines() { return std::move(m_lines); }
    /// Why the run was ended, when it was by this: put in the place of "script aborted for user request".
    engine::BytesView endReason() const { return m_endReason; }
    /// Whether the run was ended because the client wants the extended debugger: one is to begin anew.
    bool wantsExtended() const { return m_wantsExtended; }
    const std::vector<int>& breakpoints() const { return m_breakpoints; }

private:
    enum class Next { Stay, Go, End };

    engine::ProbeVerdict stop(engine::LuaInspect& run, engine::BytesView reason);
    engine::ProbeVerdict converse(engine::LuaInspect& run);
    engine::ProbeVerdict end(engine::BytesView reason);
    bool answer();
    Next obey(engine::LuaInspect& run, const std::vector<engine::Bytes>& words);
    void obeyShowing(engine::LuaInspect& run, const std::vector<engine::Bytes>& words);

    void log(engine::Bytes line) { m_lines.push_back(std::move(line)); }
    void logTrimmed(engine::Bytes line);
    void logCommand(engine::Argv argv);
    void logReply(const engine::Reply& reply, engine::Protocol protocol);
    void logLine(int line);
    void logAround(int line, int context);

    void list(const std::vector<engine::Bytes>& words);
    void print(engine::LuaInspect& run, const std::vector<engine::Bytes>& words);
    void changeBreakpoints(const std::vector<engine::Bytes>& words);
    void changeBreakpoint(engine::BytesView word);
    void trace(engine::LuaInspect& run);
    void evaluate(engine::LuaInspect& run, const std::vector<engine::Bytes>& words);
    void call(engine::LuaInspect& run, const std::vector<engine::Bytes>& words);
    void truncation(const std::vector<engine::Bytes>& words);

    bool isBreakpoint(int line) const;

    LdbWire& m_wire;
    std::chrono::milliseconds m_threshold;
    std::vector<engine::Bytes> m_source;
    std::vector<engine::Bytes> m_lines; // of the next answer
    std::vector<int> m_breakpoints;
    std::chrono::steady_clock::time_point m_resumed;
    std::size_t m_longest = 256; // 0: no limit
    bool m_hinted = false;
    int m_line = 0;
    bool m_steps = true;
    bool m_breaksNext = false; // redis.breakpoint() was called
    bool m_wantsExtended = false;
    bool m_alone = false; // nobody is at the other end
    engine::BytesView m_endReason;
};

} // namespace debugger
