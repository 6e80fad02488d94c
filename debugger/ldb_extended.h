#pragma once

// What SCRIPT DEBUG EXTENDED gives in the place of Redis's own debugger: the console of `ferrite debug` over the same
// wire, so that a client can step over functions and back, and look into tables.

#include "debugger/console/debug_console.h"
#include "debugger/ldb_console.h"

namespace debugger {

struct LdbExtendedOptions {
    LocalSessionOptions session;
    /// A run that goes on for longer without a stop is paused and shown.
    std::chrono::milliseconds threshold{5000};
    /// A client that goes away while it has them to itself lets the script run to its end, for what it writes.
    LiveData& live;
    /// The session's own.
    engine::MovableClock& clock;
    std::vector<int> breakpoints = {};
    /// What the client may not set its session's limits beyond.
    SetLimitsRequest mostLimits = {};
};

class LdbExtended {
public:
    LdbExtended(LdbWire& wire, LdbExtendedOptions options);

    struct End {
        engine::Reply reply = {};
        std::vector<engine::Bytes> lines = {}; // to be sent with the end of the session
    };
    /// Until the session is over. What is to be kept of its writes has been kept then.
    End run();
    /// What runs is paused at once, from now on. Thread: any.
    void hurry() { m_port.hurry(); }

private:
    bool begin();
    End converse();
    End end(engine::BytesView reason = {});
    void runAlone();
    void print(const std::string& text);
    DebugOutput* outputOf(std::string_view form);

    LdbWire& m_wire;
    LiveData& m_live;
    std::vector<int> m_breakpoints;
    std::vector<engine::Bytes> m_lines; // of the next answer
    SessionPort m_port;
    std::unique_ptr<DebugOutput> m_text;
    std::unique_ptr<DebugOutput> m_json;
    DebugOutput* m_output; // one of the two
    DebugConsole m_console;
};

/// A reply that says why the run was ended, where it was ended for a person's wish.
engine::Reply withEndReason(engine::Reply reply, engine::BytesView reason);

} // namespace debugger
