#include "debugger/recording/recorded_data.h"

#include "debugger/effect_player.h"
#include "debugger/recording/entry_coding.h"
#include "debugger/touched_keys.h"
#include "engine/data/keyspace_diff.h"
#include "engine/server/config.h"

#include <limits>
#include <set>

namespace debugger {

using engine::Keyspace;
using engine::ScriptEffect;
using engine::ScriptInput;

namespace {

/// A key in a database.
using Place = std::pair<std::size_t, Bytes>;
using Places = std::set<Place>;

constexpr engine::DiffLimits kWhole{.keys = std::numeric_limits<std::size_t>::max(),
    .elementsPerKey = std::numeric_limits<std::size_t>::max(),
    .bytesPerText = std::numeric_limits<std::size_t>::max()};

void addPlaces(const engine::KeyspaceDiff& diff, Places& places)
{
    for (const engine::KeyChange& change : diff.keys)
        places.emplace(static_cast<std::size_t>(change.database), change.key);
}

/// The keys that calls name, and those that writes changed.
Places touchedPlaces(const Trace& trace, const engine::CommandTable& commands)
{
    Places places;
    for (TouchedKey& each : touchedKeys(trace, commands, trace.furthest() + 1))
        places.emplace(static_cast<std::size_t>(each.database), std::move(each.key));
    return places;
}

EffectPlayer::World worldOf(const ScriptInput& input)
{
    return {.commands = *input.commands, .config = *input.config, .server = *input.server, .now = input.now};
}

void writePlace(ByteWriter& to, const Place& place, const Keyspace& data)
{
    to.number(place.first);
    const engine::Entry* entry = data.database(place.first).find(place.second);
    to.flag(entry != nullptr);
    if (entry)
        writeEntry(to, *entry);
    else
        to.text(place.second);
}

void readPlace(ByteReader& from, Keyspace& data, const engine::EncodingLimits& limits)
{
    const std::size_t database = from.numberUpTo(data.databaseCount() - 1);
    const bool there = from.flag();
    // Its key comes first in both forms.
    ByteReader ahead = from;
    const Bytes key = ahead.text();
    data.database(database).erase(key);
    if (there)
        readEntry(from, data.database(database), limits);
    else
        from = ahead;
}

void writeEffect(ByteWriter& to, const ScriptEffect& effect)
{
    to.integer(effect.database);
    to.list(effect.argv, [&to](const Bytes& word) { to.text(word); });
}

ScriptEffect readEffect(ByteReader& from)
{
    ScriptEffect effect;
    effect.database = from.small();
    from.list([&] { effect.argv.push_back(from.text()); });
    return effect;
}

/// The keys that a write has left otherwise than its effects do. Cost: the write's.
Places missedBy(
    const Keyspace& simulatedBefore, const Keyspace& simulated, const Keyspace& before, const Keyspace& after)
{
    Places missed;
    const engine::KeyspaceDiff wanted = diffKeyspaces(before, after, kWhole);
    const engine::KeyspaceDiff got = diffKeyspaces(simulatedBefore, simulated, kWhole);
    if (!(wanted == got)) {
        addPlaces(wanted, missed);
        addPlaces(got, missed);
    }
    return missed;
}

} // namespace

std::size_t writeRecordedData(ByteWriter& to, const Trace& trace, const ScriptInput& world)
{
    const Places touched = touchedPlaces(trace, *world.commands);
    // What is written is read at once, as whoever opens it will, so that it is known where that does not come out
    // right.
    const auto writePlaces = [&](const Places& places, const Keyspace& from, Keyspace& back) {
        ByteWriter part;
        part.list(places, [&](const Place& place) { writePlace(part, place, from); });
        to.bytes() += part.bytes();
        ByteReader again(part.bytes());
        again.list([&] { readPlace(again, back, world.config->encodingLimits()); });
    };
    Keyspace start(0, trace.startDataset().databaseCount());
    writePlaces(touched, trace.startDataset(), start);
    EffectPlayer player(std::move(start), worldOf(world));

    const Keyspace* before = &trace.startDataset();
    std::size_t effects = 0;
    to.number(trace.marks().size());
    for (const DataMark& mark : trace.marks()) {
        const Keyspace simulatedBefore = player.data;
        const auto its = std::span(trace.effects()).subspan(effects, mark.effects - effects);
        to.list(its, [&](const ScriptEffect& effect) {
            writeEffect(to, effect);
            static_cast<void>(player.apply(effect));
        });
        writePlaces(missedBy(simulatedBefore, player.data, *before, mark.dataset), mark.dataset, player.data);
        before = &mark.dataset;
        effects = mark.effects;
    }
    return touched.size();
}

Keyspace readRecordedData(
    ByteReader& from, std::vector<DataMark>& marks, std::vector<ScriptEffect>& effects, const ScriptInput& world)
{
    const engine::EncodingLimits limits = world.config->encodingLimits();
    Keyspace start(0, world.dataset.databaseCount());
    from.list([&] { readPlace(from, start, limits); });
    EffectPlayer player(start, worldOf(world));
    if (from.number() != marks.size())
        from.fail();
    for (DataMark& mark : marks) {
        from.list([&] {
            effects.push_back(readEffect(from));
            if (!from.failed())
                static_cast<void>(player.apply(effects.back()));
        });
        from.list([&] { readPlace(from, player.data, limits); });
        if (from.failed())
            break;
        mark.effects = effects.size();
        mark.dataset = player.data;
    }
    return start;
}

} // namespace debugger
