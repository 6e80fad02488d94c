#include "tests/support/command_generator.h"

#include "engine/base/check.h"
#include "tests/support/argument_values.h"

#include <algorithm>

namespace tests {

using namespace engine;

namespace {

Bytes goalName(const Command& command, BytesView option)
{
    return command.fullName + " " + lowered(option);
}

void collectOptions(const std::vector<SyntaxArgument>& arguments, std::vector<Bytes>& options)
{
    for (const SyntaxArgument& argument : arguments) {
        if (!argument.token.empty())
            options.push_back(lowered(argument.token));
        collectOptions(argument.arguments, options);
    }
}

bool hasTimeToLive(const std::vector<SyntaxArgument>& arguments)
{
    return std::ranges::any_of(arguments, [](const SyntaxArgument& argument) {
        return argument.name == "seconds" || argument.name == "milliseconds" || hasTimeToLive(argument.arguments);
    });
}

bool mentions(const SyntaxArgument& argument, BytesView option)
{
    return (!option.empty() && equalsIgnoringCase(argument.token, option))
        || std::ranges::any_of(
            argument.arguments, [&](const SyntaxArgument& inner) { return mentions(inner, option); });
}

bool mayWait(const Command& command)
{
    return has(command.spec->flags, Flag::Blocking) || command.spec->name == "wait";
}

// What looks into the engine itself: it answers little that makes sense for arguments at random.
bool isForDevelopers(const Command& command)
{
    return command.spec->group == Group::HyperLogLog && has(command.spec->flags, Flag::Admin);
}

BytesView typeOfGroup(Group group)
{
    switch (group) {
    case Group::String:
    case Group::Bitmap:
    case Group::HyperLogLog:
        return "string";
    case Group::List:
        return "list";
    case Group::Hash:
        return "hash";
    case Group::Set:
        return "set";
    case Group::SortedSet:
    case Group::Geo:
        return "zset";
    default:
        return {};
    }
}

} // namespace

CommandGenerator::CommandGenerator(const CommandTable& table, std::span<const Group> groups, std::uint64_t seed)
    : m_rng(seed)
{
    const auto enter = [&](const Command& command) {
        auto tree = parseCommandSyntax(*command.spec);
        CHECK(tree.ok());
        Grammar grammar{&command, std::move(*tree), {}};
        grammar.timed = hasTimeToLive(grammar.arguments);
        collectOptions(grammar.arguments, grammar.options);
        std::ranges::sort(grammar.options);
        const auto repeated = std::ranges::unique(grammar.options);
        grammar.options.erase(repeated.begin(), repeated.end());
        m_goals.push_back(command.fullName);
        for (const Bytes& option : grammar.options)
            m_goals.push_back(goalName(command, option));
        m_grammars.push_back(std::move(grammar));
    };
    for (const Command& command : table.commands()) {
        // One client alone would wait for ever: schedules of several have those.
        if (std::ranges::find(groups, command.spec->group) == groups.end() || mayWait(command)
            || isForDevelopers(command))
            continue;
        if (!command.isContainer())
            enter(command);
        std::ranges::for_each(command.subcommands, enter);
    }
    CHECK(!m_grammars.empty());
}

const CommandGenerator::Grammar& CommandGenerator::chooseCommand(const Coverage& reached)
{
    const auto missing = [&](const Bytes& goal) {
        const auto place = reached.find(goal);
        return place == reached.end() || place->second < goalOf(goal);
    };
    // A few tries for one that is behind; else any.
    for (int tries = 0; tries < 4; ++tries) {
        const Grammar& grammar = m_grammars[m_rng.below(m_grammars.size())];
        const bool behind = missing(grammar.command->fullName)
            || std::ranges::any_of(
                grammar.options, [&](const Bytes& option) { return missing(goalName(*grammar.command, option)); });
        if (behind || tries == 3)
            return grammar;
    }
    return m_grammars.front();
}

bool CommandGenerator::hasOption(BytesView word) const
{
    return std::ranges::find(m_options, word) != m_options.end();
}

void CommandGenerator::plan(const Arguments& arguments, BytesView wanted)
{
    for (const SyntaxArgument& argument : arguments) {
        const bool isWanted = mentions(argument, wanted);
        if (argument.optional && !isWanted && !chance(m_rng, 35))
            continue;
        m_planned.insert(&argument);
        if (!argument.token.empty())
            m_options.push_back(lowered(argument.token));
        if (argument.type == ArgumentType::OneOf) {
            const SyntaxArgument* choice = &argument.arguments[m_rng.below(argument.arguments.size())];
            for (const SyntaxArgument& candidate : argument.arguments) {
                if (mentions(candidate, wanted))
                    choice = &candidate;
            }
            m_planned.insert(choice);
            if (!choice->token.empty())
                m_options.push_back(lowered(choice->token));
            plan(choice->arguments, wanted);
        } else {
            plan(argument.arguments, wanted);
        }
    }
}

void CommandGenerator::write(const Arguments& arguments)
{
    for (const SyntaxArgument& argument : arguments) {
        if (planned(argument))
            writeOne(argument);
    }
}

void CommandGenerator::writeOne(const SyntaxArgument& argument)
{
    std::size_t times = 1;
    if (argument.multiple) {
        const bool countedKeys = argument.type == ArgumentType::Key || argument.name == "weight";
        times = countedKeys ? m_keys : 1 + m_rng.below(chance(m_rng, 5) ? 40 : 4);
    }
    const bool introduced = !argument.token.empty() && argument.type != ArgumentType::PureToken;
    for (std::size_t i = 0; i < times; ++i) {
        if (introduced && (i == 0 || argument.multipleToken))
            m_words.push_back(chance(m_rng, 50) ? argument.token : lowered(argument.token));
        writeValue(argument);
    }
}

void CommandGenerator::writeValue(const SyntaxArgument& argument)
{
    switch (argument.type) {
    case ArgumentType::PureToken:
        return m_words.push_back(chance(m_rng, 50) ? argument.token : lowered(argument.token));
    case ArgumentType::OneOf:
    case ArgumentType::Block:
        return write(argument.arguments);
    case ArgumentType::Key:
        return m_words.push_back(keyName());
    case ArgumentType::Pattern:
        return m_words.push_back(
            m_current->command->fullName.starts_with("sort") ? sortPatternText(m_rng) : patternText(m_rng));
    case ArgumentType::UnixTime:
        return m_words.push_back(timeValue(argument));
    case ArgumentType::Integer:
        return m_words.push_back(integerValue(argument));
    case ArgumentType::Double:
        if (m_current->command->spec->group == Group::Geo)
            return m_words.push_back(geoNumber(argument.name));
        return m_words.push_back(
            argument.name == "min" || argument.name == "max" ? scoreBound(m_rng) : doubleText(m_rng));
    case ArgumentType::String:
        return m_words.push_back(stringValue(argument));
    }
}

// Mostly one that holds what the command is for.
Bytes CommandGenerator::keyName()
{
    const auto keys = sharedKeys();
    const BytesView wanted = typeOfGroup(m_current->command->spec->group);
    const auto fits = [&](const Bytes& key) {
        const auto type = m_keyTypes.find(key);
        return wanted.empty() || type == m_keyTypes.end() || type->second == wanted;
    };
    const bool careless = chance(m_rng, 8);
    // A string is of no use to those that want the bytes of a HyperLogLog.
    if (m_current->command->spec->group == Group::HyperLogLog && !careless) {
        if (!m_counters.empty() && chance(m_rng, 80))
            return m_counters[m_rng.below(m_counters.size())];
        m_counters.push_back(keys[m_rng.below(keys.size())]);
        if (m_counters.size() > 3)
            m_counters.pop_front();
        return m_counters.back();
    }
    for (int tries = 0; tries < 40; ++tries) {
        const Bytes& key = keys[m_rng.below(keys.size())];
        if (careless || fits(key))
            return key;
    }
    return keys[m_rng.below(keys.size())];
}

// Far from now in either direction, and never twice the same: two servers that read their clocks one after the other
// still agree on what has expired and on which of two moments is the later one.
Bytes CommandGenerator::timeValue(const SyntaxArgument& argument)
{
    if (chance(m_rng, 6))
        return hostileInteger(m_rng);
    const bool milliseconds = argument.name.find("milliseconds") != Bytes::npos;
    const bool absolute = argument.type == ArgumentType::UnixTime;
    const auto far = static_cast<std::int64_t>(1 + m_rng.below(1'000'000)) * 1000;
    std::int64_t seconds = absolute ? 4'000'000'000 + far : 100'000 + far;
    if (chance(m_rng, 5))
        seconds = absolute ? 1 : -far;
    return std::to_string(milliseconds ? seconds * 1000 : seconds);
}

Bytes CommandGenerator::integerValue(const SyntaxArgument& argument)
{
    const Bytes& name = argument.name;
    if (name == "seconds" || name == "milliseconds")
        return timeValue(argument);
    if (m_current->command->spec->group == Group::Bitmap)
        return bitmapInteger(name);
    const bool samples = drawsSamples();
    if (chance(m_rng, 6)) {
        // A large negative count would have the real server write without end.
        if (samples)
            return Bytes(oneOf(m_rng, {"-9223372036854775808", "9223372036854775807", "x", "", "1.5"}));
        return hostileInteger(m_rng);
    }
    if (name == "numkeys")
        return chance(m_rng, 3) ? smallInteger(m_rng, -1, 6) : std::to_string(m_keys);
    if (name == "cursor")
        return chance(m_rng, 90) ? "0" : smallInteger(m_rng, 0, 3000);
    if (name == "db" || name == "destination-db")
        return smallInteger(m_rng, chance(m_rng, 5) ? -1 : 0, chance(m_rng, 5) ? 16 : 1);
    if (isCommand("setrange"))
        return smallInteger(m_rng, chance(m_rng, 5) ? -1 : 0, 90);
    if (name == "count")
        return smallInteger(m_rng, chance(m_rng, 10) || samples ? -6 : 1, chance(m_rng, 10) ? 1000 : 6);
    if (name == "num-matches" || name == "len" || name == "limit")
        return smallInteger(m_rng, chance(m_rng, 5) ? -1 : 0, 8);
    return smallInteger(m_rng, -12, 20);
}

// Places in a few regions, at the edges of the map among them, and lengths of all sizes.
Bytes CommandGenerator::geoNumber(const Bytes& name)
{
    if (chance(m_rng, 3))
        return Bytes(oneOf(m_rng, {"nan", "inf", "-1", "x", "", "1e300", "181", "-85.06", "90"}));
    const auto fraction = static_cast<double>(m_rng.below(1'000'000)) / 1e6;
    if (name == "longitude")
        return std::to_string(oneOf(m_rng, {13.0, 13.0, 0.0, 179.0, -180.0}) + fraction);
    if (name == "latitude")
        return std::to_string(oneOf(m_rng, {38.0, 38.0, 0.0, 84.0, -85.0}) + fraction);
    const double longest = oneOf(m_rng, {1.0, 30.0, 100.0, 100.0, 3'000.0, 1e5, 1e7});
    return chance(m_rng, 5) ? "0" : std::to_string(fraction * longest);
}

// Offsets that would make a string of many megabytes are left out.
Bytes CommandGenerator::bitmapInteger(const Bytes& name)
{
    if (name == "offset") {
        const bool field = m_current->command->fullName.starts_with("bitfield");
        if (chance(m_rng, 5))
            return Bytes(oneOf(m_rng, {"-1", "4294967296", "9223372036854775807", "", "x", "#", "#-1", "1.5", " 1"}));
        return (field && chance(m_rng, 30) ? "#" : "") + smallInteger(m_rng, 0, chance(m_rng, 10) ? 1500 : 90);
    }
    if (chance(m_rng, 5))
        return hostileInteger(m_rng);
    if (name == "bit" || (name == "value" && isCommand("setbit")))
        return smallInteger(m_rng, 0, 1);
    if (name == "value" || name == "increment")
        return chance(m_rng, 50) ? smallInteger(m_rng, -300, 300)
                                 : std::to_string(static_cast<std::int64_t>(m_rng.next()));
    return smallInteger(m_rng, -12, 90);
}

Bytes CommandGenerator::stringValue(const SyntaxArgument& argument)
{
    const Bytes& name = argument.name;
    const bool bound = name == "min" || name == "max" || name == "start" || name == "stop";
    if (bound && m_current->command->spec->group == Group::SortedSet) {
        const bool byText = hasOption("bylex") || m_current->command->fullName.find("lex") != Bytes::npos;
        if (byText)
            return memberBound(m_rng);
        return hasOption("byscore") ? scoreBound(m_rng)
            : chance(m_rng, 6)      ? hostileInteger(m_rng)
                                    : smallInteger(m_rng, -12, 20);
    }
    if (name == "operation")
        return Bytes(oneOf(m_rng, {"AND", "or", "XOR", "NOT", chance(m_rng, 5) ? "NAND" : "And"}));
    if (name == "encoding") {
        const Bytes width = smallInteger(m_rng, chance(m_rng, 3) ? 0 : 1, chance(m_rng, 3) ? 66 : 63);
        return (chance(m_rng, 2) ? "x" : chance(m_rng, 50) ? "i" : "u") + width;
    }
    if (name == "type")
        return Bytes(oneOf(m_rng, {"string", "list", "hash", "set", "zset", "ZSET", "stream", "nothing"}));
    return elementText(m_rng);
}

// A word too many, too few, twice, or at another place.
void CommandGenerator::spoil()
{
    const std::size_t first = m_current->command->parent ? 2 : 1;
    if (m_words.size() <= first)
        return;
    const auto place = m_words.begin() + static_cast<std::ptrdiff_t>(first + m_rng.below(m_words.size() - first));
    // A small number that comes to stand for a time to live would run out while the two servers are being compared.
    switch (m_rng.below(m_current->timed ? 4 : 5)) {
    case 0:
        m_words.erase(place);
        return;
    case 1:
        m_words.insert(place, Bytes(*place));
        return;
    case 2:
        m_words.push_back(Bytes(oneOf(m_rng, {"", "FOO", "LIMIT", "COUNT", "NX", "XX", "EX", "WITHSCORES", "1"})));
        return;
    case 3:
        if (!m_current->options.empty())
            m_words.insert(m_words.end(), m_current->options[m_rng.below(m_current->options.size())]);
        return;
    default:
        std::iter_swap(place, m_words.end() - 1);
    }
}

bool CommandGenerator::drawsSamples() const
{
    return isCommand("hrandfield") || isCommand("zrandmember") || isCommand("srandmember");
}

GeneratedCommand CommandGenerator::next(const Coverage& reached)
{
    m_current = &chooseCommand(reached);
    m_planned.clear();
    m_options.clear();
    m_words.clear();
    m_keys = 1 + m_rng.below(4);

    Bytes wanted;
    for (const Bytes& option : m_current->options) {
        const auto place = reached.find(goalName(*m_current->command, option));
        const bool behind = place == reached.end() || place->second < kGoalOfOption;
        if (behind && chance(m_rng, 40))
            wanted = option;
    }
    plan(m_current->arguments, wanted);
    if (const Command* parent = m_current->command->parent)
        m_words.push_back(parent->fullName);
    m_words.emplace_back(m_current->command->spec->name);
    write(m_current->arguments);
    // Not where a count slips into a place that the values above keep clear of.
    if (chance(m_rng, 5) && !drawsSamples() && !isCommand("setrange")
        && m_current->command->spec->group != Group::Bitmap)
        spoil();
    return {m_current->command, m_words, m_options};
}

std::vector<GeneratedCommand> CommandGenerator::nextValue()
{
    const Bytes& key = sharedKeys()[m_rng.below(sharedKeys().size())];
    const std::size_t size = oneOf(m_rng, {3U, 20U, 127U, 128U, 129U, 200U, 511U, 512U, 513U, 700U});
    struct Maker {
        BytesView command;
        BytesView before; // "score": a number goes before each member
    };
    const auto row = [&](BytesView name) {
        const auto place =
            std::ranges::find_if(m_grammars, [&](const Grammar& grammar) { return grammar.command->fullName == name; });
        return place == m_grammars.end() ? nullptr : place->command;
    };
    Maker maker;
    do {
        maker = oneOf(m_rng,
            {Maker{"set", ""}, Maker{"rpush", ""}, Maker{"rpush", "integers"}, Maker{"hset", "field"},
                Maker{"sadd", ""}, Maker{"sadd", "integers"}, Maker{"zadd", "score"}, Maker{"zadd", "same score"},
                Maker{"geoadd", "place"}, Maker{"geoadd", "place"}, Maker{"pfadd", ""}});
    } while (!row(maker.command));
    Words words{Bytes(maker.command), key};
    const std::size_t pairs = maker.command == "set" ? 1 : size;
    for (std::size_t i = 0; i < pairs; ++i) {
        if (maker.before == "field")
            words.push_back("m" + std::to_string(i));
        if (maker.before == "score")
            words.push_back(std::to_string(m_rng.below(size)));
        if (maker.before == "same score")
            words.emplace_back("0");
        if (maker.before == "place") {
            words.push_back(std::to_string(oneOf(m_rng, {13.0, 13.0, 0.0, 179.0}) + static_cast<double>(i) / 1000));
            words.push_back(std::to_string(oneOf(m_rng, {38.0, 38.0, 0.0, 84.0}) + static_cast<double>(i) / 700));
        }
        words.push_back(maker.before == "integers" ? std::to_string(i * 3) : elementText(m_rng));
    }
    return {{row("del"), {"del", key}, {}}, {row(maker.command), std::move(words), {}}};
}

} // namespace tests
