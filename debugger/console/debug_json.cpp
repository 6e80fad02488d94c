#include "debugger/console/debug_json.h"

#include "debugger/console/breakpoint_words.h"
#include "debugger/console/reply_json.h"

#include <nlohmann/json.hpp>

namespace debugger {

using Json = nlohmann::ordered_json;

namespace {

Json event(std::string_view name)
{
    return {{"event", name}};
}

Json variable(const engine::LuaVariable& each)
{
    return {{"name", each.name}, {"value", each.value.text}};
}

Json variablesJson(std::span<const engine::LuaVariable> variables)
{
    Json list = Json::array();
    for (const engine::LuaVariable& each : variables)
        list.push_back(variable(each));
    return list;
}

Json framesJson(std::span<const engine::LuaFrame> frames)
{
    Json list = Json::array();
    for (const engine::LuaFrame& frame : frames)
        list.push_back({{"name", frame.name}, {"line", frame.line}});
    return list;
}

Json expiryJson(const std::optional<engine::UnixMs>& expiry)
{
    return expiry ? Json(expiry->value) : Json();
}

Json changesJson(const engine::KeyspaceDiff& changes)
{
    Json list = Json::array();
    for (const engine::KeyChange& change : changes.keys) {
        Json key{{"key", change.key}, {"change", changeName(change.kind)}};
        if (change.database != 0)
            key["database"] = change.database;
        // In milliseconds since 1970; null: none.
        if (change.expiryBefore != change.expiryAfter) {
            key["expiresBefore"] = expiryJson(change.expiryBefore);
            key["expires"] = expiryJson(change.expiryAfter);
        }
        list.push_back(std::move(key));
    }
    return list;
}

Json watchesJson(std::span<const WatchValue> watches)
{
    Json list = Json::array();
    for (const WatchValue& watch : watches) {
        Json row{{"expression", watch.expression}};
        if (watch.error.empty())
            row["value"] = watch.values.empty() ? Bytes("nil") : watch.values.front().text;
        else
            row["error"] = watch.error;
        list.push_back(std::move(row));
    }
    return list;
}

Json linesJson(std::span<const SourceLine> lines)
{
    Json list = Json::array();
    for (const SourceLine& line : lines)
        list.push_back(
            {{"line", line.number}, {"text", line.text}, {"current", line.current}, {"breakpoint", line.breakpoint}});
    return list;
}

void addDetails(Json& row, const BreakpointState& state)
{
    row["hits"] = state.hits;
    if (!state.spec.enabled)
        row["enabled"] = false;
    if (!state.spec.condition.empty())
        row["condition"] = state.spec.condition;
    if (state.spec.hitCount > 1)
        row["hitCount"] = state.spec.hitCount;
    if (!state.spec.logText.empty())
        row["log"] = state.spec.logText;
    if (!state.problem.empty())
        row["problem"] = state.problem;
}

std::string_view outputName(OutputKind kind)
{
    switch (kind) {
    case OutputKind::Log:
        return "log";
    case OutputKind::Debug:
        return "debug";
    case OutputKind::LogPoint:
        return "logpoint";
    }
    return "";
}

Json callJson(const RecordedCall& call)
{
    Json json{{"moment", call.moment}, {"line", call.line}, {"command", call.argv}};
    // A refused one has none.
    if (call.reply) {
        json["reply"] = Json::parse(jsonText(*call.reply));
        json["wrote"] = call.wrote;
        json["nanoseconds"] = call.duration.count();
    }
    return json;
}

class DebugJson final : public DebugOutput {
public:
    explicit DebugJson(LineSink print) : m_print(std::move(print)) { }

    void stopped(const Stopped& stop, const SourceLine&, bool, bool timedOut) override
    {
        Json json = event("stop");
        json["moment"] = stop.moment;
        json["line"] = stop.line;
        json["reason"] = timedOut ? "timeout" : reasonName(stop.reason);
        if (!stop.event.empty())
            json["about"] = stop.event;
        json["frames"] = framesJson(stop.frames);
        json["locals"] = variablesJson(stop.locals);
        json["changes"] = changesJson(stop.changes);
        if (!stop.watches.empty())
            json["watches"] = watchesJson(stop.watches);
        json["furthest"] = stop.furthest;
        if (stop.coroutine != 0)
            json["coroutine"] = stop.coroutine;
        if (stop.breakpoint >= 0)
            json["breakpoint"] = stop.breakpoint;
        json["arguments"] = variablesJson(stop.arguments);
        json["changed"] = stop.changedVariables;
        json["stepChanges"] = changesJson(stop.stepChanges);
        json["stepCalls"] = Json::array();
        for (const RecordedCall& call : stop.stepCalls)
            json["stepCalls"].push_back(callJson(call));
        print(json);
    }
    void ended(const Ended& end) override
    {
        Json json = event("end");
        json["reply"] = Json::parse(jsonText(end.reply));
        json["changes"] = changesJson(end.changes);
        json["furthest"] = end.furthest;
        if (end.errorLine > 0)
            json["errorLine"] = end.errorLine;
        if (end.stopped)
            json["stopped"] = true;
        json["effects"] = end.effects.size();
        print(json);
    }
    void output(const Output& output) override
    {
        Json json = event("output");
        json["kind"] = outputName(output.kind);
        json["moment"] = output.moment;
        json["line"] = output.line;
        json["text"] = output.text;
        print(json);
    }
    void error(std::string_view text) override
    {
        Json json = event("error");
        json["text"] = text;
        print(json);
    }
    void message(std::string_view text) override
    {
        Json json = event("message");
        json["text"] = text;
        print(json);
    }
    void value(const engine::LuaValue& value) override { result({&value, 1}); }
    void result(std::span<const engine::LuaValue> values) override
    {
        Json json = event("value");
        json["value"] = values.empty() ? Bytes("nil") : values.front().text;
        if (values.size() > 1) {
            json["values"] = Json::array();
            for (const engine::LuaValue& value : values)
                json["values"].push_back(value.text);
        }
        print(json);
    }
    void variables(
        int frame, std::span<const engine::LuaVariable> locals, std::span<const engine::LuaVariable> upvalues) override
    {
        Json json = event("locals");
        json["frame"] = frame;
        json["locals"] = variablesJson(locals);
        json["upvalues"] = variablesJson(upvalues);
        print(json);
    }
    void entries(std::span<const engine::LuaVariable> entries) override
    {
        Json json = event("entries");
        json["entries"] = variablesJson(entries);
        print(json);
    }
    void watches(std::span<const WatchValue> watches) override
    {
        Json json = event("watches");
        json["watches"] = watchesJson(watches);
        print(json);
    }
    void frames(std::span<const engine::LuaFrame> frames, int selected) override
    {
        Json json = event("frames");
        json["frames"] = framesJson(frames);
        json["selected"] = selected;
        print(json);
    }
    void trace(std::span<const engine::LuaFrame> shown, std::span<const SourceLine>) override { frames(shown, 0); }
    void source(std::span<const SourceLine> lines) override
    {
        Json json = event("source");
        json["lines"] = linesJson(lines);
        print(json);
    }
    void breakpoints(std::span<const BreakpointState> states, std::span<const SourceLine>) override
    {
        Json json = event("breakpoints");
        json["breakpoints"] = Json::array();
        for (const BreakpointState& state : states) {
            Json row{{"line", state.boundLine}};
            addDetails(row, state);
            json["breakpoints"].push_back(std::move(row));
        }
        print(json);
    }
    void catches(std::span<const BreakpointState> states) override
    {
        Json json = event("catches");
        json["catches"] = Json::array();
        for (const BreakpointState& state : states) {
            Json row{{"event", breakpointText({.kind = state.spec.kind, .pattern = state.spec.pattern})}};
            addDetails(row, state);
            json["catches"].push_back(std::move(row));
        }
        print(json);
    }
    void changes(const engine::KeyspaceDiff& changes) override
    {
        Json json = event("changes");
        json["changes"] = changesJson(changes);
        print(json);
    }
    void variableHistory(const VariableHistory& history) override
    {
        Json json = event("when");
        json["name"] = history.name;
        json["changes"] = Json::array();
        for (const VariableChange& change : history.changes)
            json["changes"].push_back(
                {{"moment", change.moment}, {"line", change.line}, {"before", change.before}, {"after", change.after}});
        print(json);
    }
    void keyHistory(const KeyHistory& history) override
    {
        Json json = event("who");
        json["key"] = history.key;
        json["writes"] = Json::array();
        for (const KeyWrite& write : history.writes)
            json["writes"].push_back({{"moment", write.call.moment}, {"line", write.call.line},
                {"command", write.call.argv}, {"change", changeName(write.change.kind)}});
        print(json);
    }
    void timeline(const TimelineShown& timeline, std::span<const SourceLine>) override
    {
        Json json = event("timeline");
        json["furthest"] = timeline.furthest;
        for (const char* kind : {"lines", "calls", "errors", "outputs"})
            json[kind] = Json::array();
        for (const TimelineLine& each : timeline.lines)
            json["lines"].push_back(
                {{"moment", each.moment}, {"line", each.line}, {"depth", each.depth}, {"coroutine", each.coroutine}});
        for (const RecordedCall& call : timeline.calls)
            json["calls"].push_back(callJson(call));
        for (const RecordedError& error : timeline.errors)
            json["errors"].push_back(
                {{"moment", error.moment}, {"line", error.line}, {"text", error.text}, {"caught", error.caught}});
        for (const Output& output : timeline.outputs)
            json["outputs"].push_back({{"kind", outputName(output.kind)}, {"moment", output.moment},
                {"line", output.line}, {"text", output.text}});
        if (timeline.linesLeftOut > 0)
            json["momentsLeftOut"] = timeline.linesLeftOut;
        print(json);
    }
    void limits(const SetLimitsRequest& limits) override
    {
        Json json = event("limits");
        json["moments"] = limits.moments;
        json["memory"] = limits.memoryBytes;
        json["going"] = limits.going.count();
        print(json);
    }
    void recording(const RecordingSaved& recording) override
    {
        Json json = event("recording");
        json["keys"] = recording.keys;
        json["hex"] = hexDigits(recording.content);
        print(json);
    }
    void clock(const engine::MovableClock::Setting& setting) override
    {
        Json json = event("clock");
        json["live"] = setting.live;
        json["speed"] = setting.speed;
        json["now"] = setting.now.ms().value;
        print(json);
    }
    void applied(const ApplyReport& report, WritesDone done) override
    {
        constexpr const char* kOutcomes[] = {"done", "conflict", "held", "refused"};
        constexpr const char* kEvents[] = {"applied", "taken-back", "kept"};
        Json json = event(kEvents[static_cast<std::size_t>(done)]);
        json["outcome"] = kOutcomes[static_cast<std::size_t>(report.outcome)];
        json["keys"] = report.applied.keys.size();
        json["conflicts"] = Json::array();
        for (const KeyConflict& each : report.conflicts)
            json["conflicts"].push_back({{"key", each.key}, {"database", each.database}, {"fate", fateName(each.fate)},
                {"written", each.written}});
        if (report.conflictsLeftOut > 0)
            json["conflictsLeftOut"] = report.conflictsLeftOut;
        json["different"] = Json::array();
        for (const TouchedKey& each : report.different)
            json["different"].push_back({{"key", each.key}, {"database", each.database}});
        if (report.outcome == ApplyOutcome::Refused) {
            json["command"] = report.refused;
            json["error"] = report.refusal;
        }
        print(json);
    }
    void help(std::span<const HelpRow> rows) override
    {
        Json json = event("help");
        json["commands"] = Json::array();
        for (const HelpRow& row : rows)
            json["commands"].push_back(
                {{"name", row.name}, {"short", row.shortName}, {"arguments", row.syntax}, {"summary", row.summary}});
        print(json);
    }
    void setMaxLength(std::size_t) override { }

private:
    // Bytes that are no UTF-8 become the replacement character: a line is always valid JSON.
    void print(const Json& json) { m_print(json.dump(-1, ' ', false, Json::error_handler_t::replace)); }

    LineSink m_print;
};

} // namespace

std::unique_ptr<DebugOutput> makeDebugJson(LineSink print)
{
    return std::make_unique<DebugJson>(std::move(print));
}

} // namespace debugger
