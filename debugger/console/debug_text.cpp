// The debugger's output for people, in the form of Redis's own: `<redis>`, `<reply>`, `<value>`, `->#12  code`.
// Source: https://redis.io/docs/manual/programmability/lua-debugging/

#include "debugger/console/debug_output.h"

#include "debugger/console/breakpoint_words.h"
#include "debugger/console/debug_words.h"
#include "debugger/console/moment_text.h"
#include "debugger/console/reply_json.h"
#include "debugger/ldb_reply_text.h"
#include "engine/base/number.h"
#include "engine/resp/reply_text.h"

#include <algorithm>

namespace debugger {

namespace {

// As LDB.
constexpr std::size_t kLineNumberWidth = 3;
constexpr std::size_t kWordsShown = 10;
constexpr std::size_t kElementsShown = 20;

std::string padded(std::string text, std::size_t width)
{
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

std::string commandText(const std::vector<Bytes>& argv)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(argv.size(), kWordsShown); ++i)
        text += (i > 0 ? " " : "") + argv[i];
    if (argv.size() > kWordsShown)
        text += " ... (" + std::to_string(argv.size() - kWordsShown) + " more)";
    return text;
}

std::string expiryText(const std::optional<engine::UnixMs>& expiry)
{
    return expiry ? "expires at " + std::to_string(expiry->value) + " ms" : "no expiry";
}

std::string keyName(int database, engine::BytesView key)
{
    return engine::quoted(key) + (database != 0 ? " in database " + std::to_string(database) : "");
}

std::string keysChangedText(std::size_t keys)
{
    return keys == 1 ? "1 key of the live data has changed."
                     : std::to_string(keys) + " keys of the live data have changed.";
}

std::string placeText(Moment moment, int line)
{
    return "moment " + padded(std::to_string(moment), 6) + " line " + padded(std::to_string(line), kLineNumberWidth)
        + " ";
}

std::string callText(const RecordedCall& call)
{
    if (!call.reply)
        return commandText(call.argv) + " (refused)";
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(call.duration).count();
    return commandText(call.argv) + " -> " + ldbReplyText(*call.reply, LdbReplyForm::Whole) + " ("
        + (call.wrote ? "wrote, " : "") + std::to_string(micros) + " us)";
}

/// What is to be said of a breakpoint beside its line: "if n > 3, disabled, 2 hits".
std::string noteOf(const BreakpointState& state, std::string note)
{
    const auto add = [&note](const std::string& text) { note += (note.empty() ? "" : ", ") + text; };
    if (!state.spec.enabled)
        add("disabled");
    if (state.hits > 0)
        add(state.hits == 1 ? "1 hit" : std::to_string(state.hits) + " hits");
    return note;
}

class DebugText final : public DebugOutput {
public:
    DebugText(LineSink print, std::string_view endNote) : m_print(std::move(print)), m_endNote(endNote) { }

    void stopped(const Stopped& stop, const SourceLine& source, bool showsCalls, bool timedOut) override
    {
        if (showsCalls)
            calls(stop.stepCalls);
        print("* Stopped at " + std::to_string(stop.line) + " (moment " + std::to_string(stop.moment) + " of "
            + std::to_string(stop.furthest)
            + "), stop reason = " + std::string(timedOut ? "timeout reached, infinite loop?" : reasonText(stop.reason))
            + (stop.event.empty() ? "" : ": " + stop.event));
        sourceLine(source);
        watches(stop.watches);
    }
    void ended(const Ended& end) override
    {
        print("\n" + engine::formatReplyForPeople(end.reply) + "\n");
        print(std::string(end.stopped ? "(Script stopped" : "(Script ended") + " -- " + m_endNote + ")");
    }
    void output(const Output& output) override
    {
        if (output.kind == OutputKind::Debug)
            print("<debug> line " + std::to_string(output.line) + ": " + output.text);
        else
            print("<log> line " + std::to_string(output.line) + ": " + output.text);
    }
    void error(std::string_view text) override { print("<error> " + std::string(text)); }
    void message(std::string_view text) override { print(std::string(text)); }
    void value(const engine::LuaValue& value) override { trimmed("<value> " + value.text); }
    void result(std::span<const engine::LuaValue> values) override
    {
        std::string text = values.empty() ? "nil" : "";
        for (const engine::LuaValue& value : values)
            text += (text.empty() ? "" : ", ") + value.text;
        trimmed("<retval> " + text);
    }
    void variables(
        int, std::span<const engine::LuaVariable> locals, std::span<const engine::LuaVariable> upvalues) override
    {
        if (locals.empty() && upvalues.empty())
            print("No local variables in the current context.");
        for (const engine::LuaVariable& each : locals)
            trimmed("<value> " + each.name + " = " + each.value.text);
        for (const engine::LuaVariable& each : upvalues)
            trimmed("<value> " + each.name + " = " + each.value.text + " (upvalue)");
    }
    void entries(std::span<const engine::LuaVariable> entries) override
    {
        for (const engine::LuaVariable& each : entries)
            trimmed("<value>   " + each.name + " = " + each.value.text);
    }
    void watches(std::span<const WatchValue> watches) override
    {
        for (const WatchValue& watch : watches) {
            const std::string value = !watch.error.empty() ? "<error> " + watch.error
                : watch.values.empty()                     ? Bytes("nil")
                                                           : watch.values.front().text;
            trimmed("<watch> " + watch.expression + " = " + value);
        }
    }
    void frames(std::span<const engine::LuaFrame> frames, int selected) override
    {
        for (std::size_t i = 0; i < frames.size(); ++i) {
            const engine::LuaFrame& frame = frames[i];
            print((static_cast<int>(i) == selected ? "-> #" : "   #") + std::to_string(i) + " " + frame.name
                + (frame.line > 0 ? " at line " + std::to_string(frame.line) : "") + (frame.isC ? " (in C)" : ""));
        }
    }
    void trace(std::span<const engine::LuaFrame> frames, std::span<const SourceLine> lines) override
    {
        for (std::size_t i = 0; i < frames.size(); ++i) {
            print((i == 0 ? "In " : "From ") + frames[i].name + ":");
            sourceLine(lines[i]);
        }
    }
    void source(std::span<const SourceLine> lines) override
    {
        for (const SourceLine& line : lines)
            sourceLine(line);
    }
    void breakpoints(std::span<const BreakpointState> states, std::span<const SourceLine> lines) override
    {
        if (states.empty())
            return print("No breakpoints set. Use 'b <line>' to add one.");
        print(std::to_string(states.size()) + " breakpoints set:");
        for (std::size_t i = 0; i < states.size(); ++i) {
            SourceLine line = lines[i];
            const std::string note = noteOf(states[i], clausesText(states[i].spec));
            if (!note.empty())
                line.text += "   -- " + note;
            sourceLine(line);
            if (!states[i].problem.empty())
                error("line " + std::to_string(states[i].spec.line) + ": " + states[i].problem);
        }
    }
    void catches(std::span<const BreakpointState> states) override
    {
        if (states.empty())
            return print("Nothing is waited for. Use 'catch <event>' to stop at commands, keys or errors.");
        for (std::size_t i = 0; i < states.size(); ++i) {
            const std::string note = noteOf(states[i], "");
            print(padded(std::to_string(i + 1), kLineNumberWidth) + " " + breakpointText(states[i].spec)
                + (note.empty() ? "" : "   -- " + note));
            if (!states[i].problem.empty())
                error(breakpointText(states[i].spec) + ": " + states[i].problem);
        }
    }
    void changes(const engine::KeyspaceDiff& changes) override
    {
        if (changes.keys.empty())
            print("No changes.");
        for (const engine::KeyChange& change : changes.keys)
            keyChange(change);
        if (changes.keysLeftOut > 0)
            print("... and " + std::to_string(changes.keysLeftOut) + " keys more");
    }
    void variableHistory(const VariableHistory& history) override
    {
        if (history.changes.empty())
            print("'" + history.name + "' was not seen in this run.");
        for (const VariableChange& change : history.changes)
            trimmed(placeText(change.moment, change.line) + (change.before.empty() ? "" : change.before + " -> ")
                + change.after);
    }
    void keyHistory(const KeyHistory& history) override
    {
        if (history.writes.empty())
            print("'" + history.key + "' was not written in this run.");
        for (const KeyWrite& write : history.writes)
            trimmed(placeText(write.call.moment, write.call.line) + commandText(write.call.argv) + " ("
                + std::string(changeName(write.change.kind)) + ")");
    }
    void timeline(const TimelineShown& timeline, std::span<const SourceLine> source) override
    {
        std::vector<std::pair<Moment, std::string>> rows;
        const auto add = [&rows](Moment moment, int line, const std::string& text) {
            rows.emplace_back(moment, placeText(moment, line) + text);
        };
        for (std::size_t i = 0; i < timeline.lines.size(); ++i)
            add(timeline.lines[i].moment, timeline.lines[i].line, std::string(debugger::trimmed(source[i].text)));
        for (const RecordedCall& call : timeline.calls)
            add(call.moment, call.line, "<redis> " + callText(call));
        for (const RecordedError& error : timeline.errors)
            add(error.moment, error.line,
                "<error> " + error.text + (error.caught ? " (caught)" : " (ended the script)"));
        for (const Output& output : timeline.outputs)
            add(output.moment, output.line, (output.kind == OutputKind::Debug ? "<debug> " : "<log> ") + output.text);
        if (rows.empty())
            print("Nothing of that was recorded.");
        std::ranges::stable_sort(rows, {}, &std::pair<Moment, std::string>::first);
        for (auto& row : rows)
            trimmed(std::move(row.second));
        if (timeline.linesLeftOut > 0)
            print("... and " + std::to_string(timeline.linesLeftOut)
                + " moments more: 'timeline FIRST LAST' shows a part of the recording");
    }
    void limits(const SetLimitsRequest& limits) override
    {
        print("The recording may have " + std::to_string(limits.moments) + " moments and take "
            + std::to_string(limits.memoryBytes) + " bytes of memory.");
        print(limits.going.count() == 0 ? "The script may run on for as long as it likes."
                                        : "The script ends when it runs on for " + std::to_string(limits.going.count())
                    + " ms without a stop.");
    }
    void recording(const RecordingSaved& recording) override { print(hexDigits(recording.content)); }
    void clock(const engine::MovableClock::Setting& setting) override
    {
        print("It is " + momentText(setting.now.ms())
            + (setting.live              ? ", and the clock is live."
                    : setting.speed == 0 ? ", and the clock stands still."
                    : setting.speed == 1
                    ? ", and the clock goes on from there."
                    : ", and the clock goes at speed " + engine::formatDouble(setting.speed) + "."));
    }
    void applied(const ApplyReport& report, WritesDone done) override
    {
        const bool isBack = done == WritesDone::TakenBack;
        switch (report.outcome) {
        case ApplyOutcome::Done:
            print(std::string(isBack                 ? "Taken back: "
                          : done == WritesDone::Kept ? "Kept: "
                                                     : "Applied: ")
                + keysChangedText(isBack ? report.commands : report.applied.keys.size()));
            for (const TouchedKey& each : report.different)
                print("<hint> " + keyName(each.database, each.key) + " is otherwise than in the session.");
            return;
        case ApplyOutcome::Held:
            return error("nothing was written: another session has the live data to itself; wait until it has ended");
        case ApplyOutcome::Refused:
            return error("nothing was written: on the data as they are now, " + commandText(report.refused)
                + " fails with " + report.refusal);
        case ApplyOutcome::Conflict:
            break;
        }
        error("nothing was written: somebody else has touched these keys since. '"
            + std::string(isBack ? "take-back" : "apply") + " anyway' writes all the same"
            + (isBack ? "" : ", 'restart' begins anew on the data as they are"));
        for (const KeyConflict& each : report.conflicts)
            print("  " + keyName(each.database, each.key) + " " + std::string(fateName(each.fate))
                + (each.written ? "" : " (the script only read it)"));
        if (report.conflictsLeftOut > 0)
            print("  ... and " + std::to_string(report.conflictsLeftOut) + " keys more");
    }
    void help(std::span<const HelpRow> rows) override
    {
        print("Ferrite debugger help:");
        for (const HelpRow& row : rows) {
            std::string names(row.name);
            if (!row.syntax.empty())
                names += " " + std::string(row.syntax);
            const std::string shortName = row.shortName.empty() ? "" : "[" + std::string(row.shortName) + "]";
            print(padded(padded(shortName, 5) + names, 28) + std::string(row.summary));
        }
    }
    void setMaxLength(std::size_t bytes) override
    {
        m_maxLength = bytes;
        m_hinted = true;
    }

private:
    void print(std::string text) { m_print(std::move(text)); }

    void trimmed(std::string text)
    {
        const bool tooLong = m_maxLength > 0 && text.size() > m_maxLength;
        if (tooLong)
            text = text.substr(0, m_maxLength) + " ...";
        print(std::move(text));
        if (tooLong && !std::exchange(m_hinted, true))
            print("<hint> The above reply was trimmed. Use 'maxlen 0' to disable trimming.");
    }

    void sourceLine(const SourceLine& line)
    {
        const std::string mark = std::string(line.current ? "->" : "  ") + (line.breakpoint ? "#" : " ");
        print(mark + padded(std::to_string(line.number), kLineNumberWidth) + " " + line.text);
    }

    void calls(const std::vector<RecordedCall>& calls)
    {
        for (const RecordedCall& call : calls) {
            print("<redis> " + commandText(call.argv));
            if (call.reply && call.reply->isError())
                print("<error> " + call.reply->text);
            if (call.reply)
                trimmed("<reply> " + ldbReplyText(*call.reply, LdbReplyForm::Whole));
        }
    }

    void keyChange(const engine::KeyChange& change)
    {
        constexpr char kMarks[] = {'+', '-', '~'};
        std::string line(1, kMarks[static_cast<std::size_t>(change.kind)]);
        line += " " + engine::quoted(change.key);
        const auto type = change.typeAfter ? change.typeAfter : change.typeBefore;
        if (type)
            line += " (" + Bytes(engine::typeName(*type)) + ")";
        if (change.database != 0)
            line += " in database " + std::to_string(change.database);
        if (change.expiryBefore != change.expiryAfter)
            line += ", " + expiryText(change.expiryBefore) + " -> " + expiryText(change.expiryAfter);
        print(line);
        const std::size_t shown = std::min(change.elements.size(), kElementsShown);
        for (std::size_t i = 0; i < shown; ++i)
            element(change.elements[i]);
        const std::size_t leftOut = change.elements.size() - shown + change.elementsLeftOut;
        if (leftOut > 0)
            print("    ... and " + std::to_string(leftOut) + " elements more");
    }

    void element(const engine::ElementChange& change)
    {
        std::string line = "    ";
        if (!change.element.empty())
            line += engine::quoted(change.element) + ": ";
        if (change.kind != engine::ChangeKind::Added)
            line += engine::quoted(change.before);
        if (change.kind == engine::ChangeKind::Changed)
            line += " -> ";
        if (change.kind != engine::ChangeKind::Removed)
            line += engine::quoted(change.after);
        trimmed(line + (change.kind == engine::ChangeKind::Removed ? " removed" : ""));
    }

    LineSink m_print;
    std::string m_endNote;
    std::size_t m_maxLength = 256; // as LDB
    bool m_hinted = false;
};

} // namespace

std::unique_ptr<DebugOutput> makeDebugText(LineSink print, std::string_view endNote)
{
    return std::make_unique<DebugText>(std::move(print), endNote);
}

} // namespace debugger
