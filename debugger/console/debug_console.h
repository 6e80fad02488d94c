#pragma once

// The conversation of `ferrite debug`, and of the listener's clients that debug in its way: a line of text is a
// command, a row of a table says which; it asks the session and prints the answer. Any line is answered; none ends the
// program but `quit`.

#include "debugger/console/debug_output.h"
#include "debugger/console/session_port.h"
#include "debugger/live_data.h"
#include "engine/base/movable_clock.h"

#include <string>
#include <string_view>
#include <vector>

namespace debugger {

struct DebugConsoleOptions {
    std::string source; // the script's bytes
    /// Reads it anew for `restart`; empty when it cannot be read any more.
    std::function<std::optional<std::string>()> reread;
    /// Whoever types may have files written: the user of this machine, and no client of the listener.
    bool writesFiles = false;
    /// Gives the output of a form, "text" or "json", when whoever types may choose one; null: there is no such form.
    std::function<DebugOutput*(std::string_view form)> outputs = {};
    /// A script that runs longer than this without a stop is paused.
    std::chrono::milliseconds patience{5000};
    /// Whether whoever types has typed `pause` while the script runs; it is asked now and then, and the word comes to
    /// `run` later. Null: nobody is heard while a script runs.
    std::function<bool()> wantsPause = {};
    /// That the session has.
    SetLimitsRequest limits = {};
    /// What they may not be set beyond; none: whoever types may set any.
    std::optional<SetLimitsRequest> mostLimits = {};
    /// What the session has a snapshot of; null: none can be reached.
    LiveData* live = nullptr;
    /// What is shown was recorded at another time or place: its writes are to be looked at alone.
    bool isRecording = false;
    /// By which the session goes; null: whoever types cannot move it.
    engine::MovableClock* clock = nullptr;
    /// The live data go by another clock.
    bool clockIsSessions = false;
    /// `source` is a library.
    bool isLibrary = false;
};

class DebugConsole {
public:
    DebugConsole(SessionPort& session, DebugOutput& output, DebugConsoleOptions options);

    /// Stops at the first line. False when the script could not begin.
    bool start();
    /// Runs one line. False when it was `quit`.
    bool run(std::string_view line);
    /// The same of words that somebody else has split.
    bool run(std::span<const engine::Bytes> words);
    /// Whether this is a command that goes forwards, as none can where the script has ended.
    static bool goesForward(std::string_view name);
    /// Whether the script waits at a line.
    bool isStopped() const { return m_stop.has_value(); }
    /// How the script has ended; none when it has not, or has been gone back in.
    const std::optional<Ended>& ended() const { return m_ended; }
    /// The end of a session that has the live data to itself: what it has written up to where it is stays, and
    /// everybody goes on. Nothing happens otherwise.
    void keepWrites();

private:
    /// What is behind the command's name.
    struct Words {
        std::string_view rest; // as it was typed
        std::vector<std::string> words; // split at spaces; quotes hold together
    };
    struct Row;
    struct Table;
    static std::span<const Row> rows();
    static const Row* find(std::string_view name);
    bool offers(const Row& row) const;
    bool run(std::string_view name, const Words& words);

    // --- Handlers, one a row (debug_commands.cpp).
    void help(const Words& words);
    void into(const Words& words) { move(words, Move::Into, true); }
    void over(const Words& words) { move(words, Move::Over, true); }
    void out(const Words& words) { move(words, Move::Out, true); }
    void carryOn(const Words& words) { move(words, Move::Continue); }
    void back(const Words& words) { move(words, Move::Back); }
    void backOver(const Words& words) { move(words, Move::BackOver); }
    void backOut(const Words& words) { move(words, Move::BackOut); }
    void reverseContinue(const Words& words) { move(words, Move::ReverseContinue); }
    void toStart(const Words& words) { move(words, Move::ToStart); }
    void toEnd(const Words& words) { move(words, Move::ToEnd); }
    void runTo(const Words& words);
    void backTo(const Words& words);
    void goTo(const Words& words);
    void list(const Words& words);
    void whole(const Words& words);
    void print(const Words& words);
    void locals(const Words& words);
    void breakAt(const Words& words);
    void catchEvent(const Words& words);
    void enable(const Words& words) { switchBreakpoints(words, true); }
    void disable(const Words& words) { switchBreakpoints(words, false); }
    void trace(const Words& words);
    void frames(const Words& words);
    void frame(const Words& words);
    void eval(const Words& words);
    void redis(const Words& words);
    void set(const Words& words);
    void watch(const Words& words);
    void changes(const Words& words);
    void when(const Words& words);
    void who(const Words& words);
    void timeline(const Words& words);
    void maxLength(const Words& words);
    void format(const Words& words);
    void restart(const Words& words);
    void pause(const Words& words);
    void stop(const Words& words);
    void limits(const Words& words); // debug_limits.cpp
    void clock(const Words& words); // debug_clock.cpp
    // --- (debug_recordings.cpp)
    void save(const Words& words);
    void open(const Words& words);
    void recording(const Words& words);
    // --- (debug_writes.cpp)
    void apply(const Words& words);
    void takeBack(const Words& words);
    void discard(const Words& words);
    void sync(const Words& words);
    // --- (debug_commands.cpp)
    void quit(const Words&) { m_quit = true; }

    // --- What handlers are made of.
    void move(const Words& words, Move way, bool showsCalls = false);
    /// Asks and gives the event of type Wanted; a refusal is printed and gives nothing.
    template <class Wanted>
    std::optional<Wanted> ask(Request request);
    /// Asks for a way to a stop or the end, and shows it.
    void travel(Request request, bool showsCalls = false);
    void show(const SessionPort::Answer& answer, bool showsCalls);
    void showOther(const SessionEventBody& event);
    bool mustBeStopped();
    /// Sends m_breakpoints. Gives them as they were set, before a replay has asked their conditions; none when they are
    /// refused.
    std::optional<std::vector<BreakpointState>> sendBreakpoints();
    /// Waits until a replay has told what breakpoints that were set late would have done.
    void awaitReplay();
    void changeBreakpoints(const Words& words);
    void addBreakpoint(BreakpointSpec spec);
    void removeBreakpoint(int line);
    /// By the line it was asked for, or the one it is bound to.
    bool isOnLine(std::size_t breakpoint, int line) const;
    void showCatches();
    void addCatch(const BreakpointSpec& spec);
    /// Its place among all breakpoints; it is counted from 1. None: there is none of that number.
    std::optional<std::size_t> catchNumber(long long number) const;
    void removeCatch(long long number);
    void switchBreakpoints(const Words& words, bool enabled);
    /// Those that lines, `catch NUMBER` and `all` mean. None when there is nothing that they mean, which is said.
    std::optional<std::vector<std::size_t>> meantBreakpoints(const Words& words);
    static std::string pathOf(const Words& words);
    void showRecording(engine::BytesView bytes);
    /// Says so when the session cannot write to the live data.
    bool mayWrite();
    /// None, which is said, when the words are neither nothing nor `anyway`.
    std::optional<OnConflict> onConflict(const Words& words, const std::string& command);
    /// Begins anew; the live data are taken as they are now, unless the session has them to itself already.
    void beginAnew(RestartRequest request);
    void goToLine(const Words& words, const std::string& command, bool back);
    void showAround(int line, int before, int after);
    bool sendWatches();

    void readSource(std::string source);
    SourceLine sourceLine(int line) const;
    int lineCount() const { return static_cast<int>(m_source.size()); }

    SessionPort& m_session;
    DebugOutput* m_output; // never null
    DebugConsoleOptions m_options;
    std::vector<std::string> m_source;
    std::vector<BreakpointSpec> m_breakpoints;
    std::vector<BreakpointState> m_states; // of the same
    std::vector<engine::Bytes> m_watches;
    std::optional<Stopped> m_stop;
    std::optional<Ended> m_ended;
    engine::KeyspaceDiff m_changes; // at the stop or the end
    int m_frame = 0;
    std::size_t m_maxLength = 256; // as LDB
    bool m_clockWasMoved = false; // since or before the run began
    std::optional<AppliedWrites> m_applied; // what `take-back` takes back
    bool m_quit = false;
};

template <class Wanted>
std::optional<Wanted> DebugConsole::ask(Request request)
{
    const auto answer = m_session.ask({.request = std::move(request),
        .isAnswer = [](const SessionEventBody& event) { return std::holds_alternative<Wanted>(event); },
        .onOther = [this](const SessionEventBody& event) { showOther(event); },
        .patience = m_options.patience});
    if (const auto* wanted = std::get_if<Wanted>(&answer.event))
        return *wanted;
    show(answer, false);
    return std::nullopt;
}

} // namespace debugger
