#include "debugger/apply_writes.h"

#include "debugger/effect_player.h"
#include "engine/command/change_sink.h"
#include "engine/command/client_state.h"
#include "engine/command/command_keys.h"
#include "engine/command/command_table.h"
#include "engine/data/keyspace_diff.h"
#include "engine/resp/reply_tree_sink.h"

#include <algorithm>
#include <limits>

namespace debugger {

using engine::Bytes;
using engine::BytesView;
using engine::Entry;
using engine::Keyspace;
using engine::UnixMs;

namespace {

constexpr engine::DiffLimits kEveryKey{.keys = std::numeric_limits<std::size_t>::max(), .elementsPerKey = 0};
constexpr engine::DiffLimits kNoElements{.elementsPerKey = 0};

/// A key's entry, unless its time has come.
const Entry* living(const Entry* entry, UnixMs now)
{
    return entry && entry->expiry() && now > *entry->expiry() ? nullptr : entry;
}

const Entry* living(const Keyspace& data, int database, BytesView key, UnixMs now)
{
    return living(data.database(static_cast<std::size_t>(database)).find(key), now);
}

KeyFate fateOf(const engine::KeyChange& change, UnixMs now)
{
    if (change.kind == engine::ChangeKind::Added)
        return KeyFate::Created;
    if (change.kind == engine::ChangeKind::Removed)
        return change.expiryBefore && now > *change.expiryBefore ? KeyFate::Expired : KeyFate::Removed;
    const bool sameValue =
        change.typeBefore == change.typeAfter && change.elements.empty() && change.elementsLeftOut == 0;
    return sameValue ? KeyFate::Retimed : KeyFate::Changed;
}

/// Gathers what differs, up to a limit.
class Conflicts {
public:
    Conflicts(ApplyReport& report, UnixMs now) : m_report(report), m_now(now) { }

    void compare(int database, bool written, const Entry* then, const Entry* here)
    {
        const auto change = engine::diffEntries(database, then, here, kNoElements);
        if (!change)
            return;
        m_report.outcome = ApplyOutcome::Conflict;
        if (m_report.conflicts.size() == kMostConflicts)
            ++m_report.conflictsLeftOut;
        else
            m_report.conflicts.push_back(
                {.database = database, .key = change->key, .fate = fateOf(*change, m_now), .written = written});
    }

private:
    ApplyReport& m_report;
    UnixMs m_now;
};

/// FLUSHALL and the like: they write, and name no key.
bool writesWhole(const engine::ScriptEffect& effect, const engine::CommandTable& commands)
{
    const std::vector<BytesView> argv(effect.argv.begin(), effect.argv.end());
    const engine::Command* command = argv.empty() ? nullptr : commands.resolve(argv);
    return command && engine::keyPlaces(*command->spec, argv).value_or(std::vector<engine::KeyPlace>()).empty();
}

/// What was touched; every key that has changed since, too, when the writes reach all of them.
std::vector<TouchedKey> keysToCompare(
    const SessionWrites& writes, const engine::CommandTable& commands, const Keyspace& live)
{
    std::vector<TouchedKey> keys = writes.touched;
    const bool whole = std::ranges::any_of(
        writes.effects, [&commands](const engine::ScriptEffect& effect) { return writesWhole(effect, commands); });
    if (!whole)
        return keys;
    const auto place = [](const auto& each) { return std::pair<int, BytesView>(each.database, each.key); };
    for (engine::KeyChange& change : diffKeyspaces(writes.start, live, kEveryKey).keys) {
        if (!std::ranges::binary_search(writes.touched, place(change), {}, place))
            keys.push_back({.database = change.database, .key = std::move(change.key), .written = true});
    }
    return keys;
}

/// The writes on a copy, so that one which does not succeed is known before the first is done.
bool tryOut(engine::Engine& engine, engine::EngineTurn& turn, const SessionWrites& writes, ApplyReport& report)
{
    EffectPlayer player(engine.snapshot(turn),
        {.commands = engine.commands(), .config = engine.config(), .server = engine, .now = turn.now()});
    for (const engine::ScriptEffect& effect : writes.effects) {
        if (auto done = player.apply(effect); !done) {
            report.outcome = ApplyOutcome::Refused;
            report.refused = effect.argv;
            report.refusal = done.error();
            return false;
        }
    }
    return true;
}

AppliedWrites appliedBetween(const Keyspace& before, const Keyspace& after, UnixMs now)
{
    AppliedWrites applied{.now = now};
    const auto hold = [](const Entry* entry) { return entry ? engine::EntryRef(*entry) : engine::EntryRef(); };
    for (engine::KeyChange& change : diffKeyspaces(before, after, kEveryKey).keys) {
        const auto database = static_cast<std::size_t>(change.database);
        const Entry* was = before.database(database).find(change.key);
        const Entry* is = after.database(database).find(change.key);
        applied.keys.push_back(
            {.database = change.database, .key = std::move(change.key), .before = hold(was), .after = hold(is)});
    }
    return applied;
}

void putBack(engine::CommandContext& context, const AppliedWrites::Key& key)
{
    engine::Database& database = context.data.database(static_cast<std::size_t>(key.database));
    const Entry* present = database.find(key.key);
    if (!present && !key.before)
        return;
    if (context.changes.wants().before)
        context.changes.beforeWrite(key.database, key.key, present);
    if (context.changes.wants().ready)
        context.changes.keyReady(key.database, key.key);
    if (key.before)
        database.restore(key.before);
    else
        database.erase(key.key);
    ++context.dirty;
    context.changes.keyModified(key.database, key.key);
    context.changes.event(
        engine::EventClass::Generic, key.before ? BytesView("restore") : BytesView("del"), key.database, key.key);
}

} // namespace

void runEffects(engine::Engine& engine, engine::EngineTurn& turn, const std::vector<engine::ScriptEffect>& effects)
{
    // To those who watch they are a script's.
    engine::ClientState client;
    client.isScript = true;
    client.script.allowOom = true;
    engine::CommandContext context = engine.contextFor(turn, client);
    for (const engine::ScriptEffect& effect : effects) {
        client.database = effect.database;
        const std::vector<BytesView> argv(effect.argv.begin(), effect.argv.end());
        engine::ReplyTreeSink unread(engine::Protocol::Resp2);
        context.dispatcher.execute(context, argv, unread);
    }
    engine.finish(turn, context);
}

ApplyReport applyWrites(
    engine::Engine& engine, engine::EngineTurn& turn, const SessionWrites& writes, OnConflict onConflict)
{
    ApplyReport report;
    if (engine.isHeld()) {
        report.outcome = ApplyOutcome::Held;
        return report;
    }
    const UnixMs now = turn.now();
    const Keyspace before = engine.snapshot(turn);
    Conflicts conflicts(report, now);
    for (const TouchedKey& key : keysToCompare(writes, engine.commands(), before))
        conflicts.compare(key.database, key.written, living(writes.start, key.database, key.key, writes.now),
            living(before, key.database, key.key, now));
    if (report.outcome == ApplyOutcome::Conflict && onConflict == OnConflict::Refuse)
        return report;
    if (!tryOut(engine, turn, writes, report))
        return report;
    ApplyReport done = keepWrites(engine, turn, writes);
    done.conflicts = std::move(report.conflicts);
    done.conflictsLeftOut = report.conflictsLeftOut;
    return done;
}

ApplyReport keepWrites(engine::Engine& engine, engine::EngineTurn& turn, const SessionWrites& writes)
{
    ApplyReport report{.commands = writes.effects.size()};
    const UnixMs now = turn.now();
    const Keyspace before = engine.snapshot(turn);
    runEffects(engine, turn, writes.effects);
    const Keyspace& live = engine.data(turn);
    report.applied = appliedBetween(before, live, now);
    for (const TouchedKey& key : writes.touched) {
        const Entry* wanted = living(writes.dataset, key.database, key.key, now);
        const Entry* got = living(live, key.database, key.key, now);
        if (key.written && engine::diffEntries(key.database, wanted, got, kNoElements))
            report.different.push_back(key);
    }
    return report;
}

ApplyReport undoWrites(
    engine::Engine& engine, engine::EngineTurn& turn, const AppliedWrites& applied, OnConflict onConflict)
{
    ApplyReport report;
    if (engine.isHeld()) {
        report.outcome = ApplyOutcome::Held;
        return report;
    }
    const UnixMs now = turn.now();
    Conflicts conflicts(report, now);
    for (const AppliedWrites::Key& key : applied.keys)
        conflicts.compare(key.database, true, living(key.after.get(), applied.now),
            living(engine.data(turn), key.database, key.key, now));
    if (report.outcome == ApplyOutcome::Conflict && onConflict == OnConflict::Refuse)
        return report;
    report.outcome = ApplyOutcome::Done;
    report.commands = applied.keys.size();
    engine::ClientState client;
    engine::CommandContext context = engine.contextFor(turn, client);
    for (const AppliedWrites::Key& key : applied.keys)
        putBack(context, key);
    engine.finish(turn, context);
    return report;
}

} // namespace debugger
