#include "debugger/touched_keys.h"

#include "engine/command/command_keys.h"
#include "engine/data/keyspace_diff.h"

#include <algorithm>
#include <limits>
#include <map>

namespace debugger {

using engine::Bytes;
using engine::BytesView;
using engine::KeySpec;

namespace {

constexpr engine::DiffLimits kEveryKey{.keys = std::numeric_limits<std::size_t>::max(), .elementsPerKey = 0};
constexpr std::uint16_t kWrites = KeySpec::RW | KeySpec::OW | KeySpec::RM;

class TouchedKeys {
public:
    explicit TouchedKeys(const engine::CommandTable& commands) : m_commands(commands) { }

    void addCall(const RecordedCall& call, int database)
    {
        const std::vector<BytesView> argv(call.argv.begin(), call.argv.end());
        const engine::Command* command = argv.empty() ? nullptr : m_commands.resolve(argv);
        if (!command)
            return;
        for (const engine::KeyPlace& key :
            engine::keyPlaces(*command->spec, argv).value_or(std::vector<engine::KeyPlace>()))
            add(database, Bytes(argv[key.index]), call.wrote && (key.use & kWrites) != 0);
    }
    void addChanges(const engine::Keyspace& before, const engine::Keyspace& after)
    {
        for (engine::KeyChange& change : diffKeyspaces(before, after, kEveryKey).keys)
            add(change.database, std::move(change.key), true);
    }
    std::vector<TouchedKey> take()
    {
        std::vector<TouchedKey> keys;
        keys.reserve(m_written.size());
        for (auto& [place, written] : m_written)
            keys.push_back({.database = place.first, .key = place.second, .written = written});
        return keys;
    }

private:
    void add(int database, Bytes key, bool written)
    {
        bool& known = m_written[{database, std::move(key)}];
        known = known || written;
    }

    const engine::CommandTable& m_commands;
    std::map<std::pair<int, Bytes>, bool> m_written; // by database and key
};

} // namespace

std::vector<TouchedKey> touchedKeys(const Trace& trace, const engine::CommandTable& commands, Moment moment)
{
    TouchedKeys touched(commands);
    const std::size_t callCount = trace.firstCallFrom(moment);
    std::size_t call = 0;
    int database = trace.startDatabase();
    const engine::Keyspace* before = &trace.startDataset();
    for (const DataMark& mark : trace.marks()) {
        if (mark.call >= callCount)
            break;
        for (; call <= mark.call; ++call)
            touched.addCall(trace.calls()[call], database);
        touched.addChanges(*before, mark.dataset);
        before = &mark.dataset;
        database = mark.database;
    }
    for (; call < callCount; ++call)
        touched.addCall(trace.calls()[call], database);
    return touched.take();
}

} // namespace debugger
