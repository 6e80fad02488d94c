// HyperLogLogs: strings that estimate how many different elements they were given (engine/data/hyperloglog.h).

#include "engine/command/call.h"
#include "engine/command/command.h"
#include "engine/command/command_context.h"
#include "engine/command/families.h"
#include "engine/data/hyperloglog.h"
#include "engine/server/config.h"

#include <cmath>

namespace engine {

namespace {

using hyperloglog::Outcome;

std::optional<StringText> findHyperLogLog(Call& call, BytesView key)
{
    const auto text = call.findString(key);
    if (!text)
        return std::nullopt;
    call.require(hyperloglog::isHyperLogLog(text->view()), errors::kNotHyperLogLog);
    return call.failed() ? std::nullopt : text;
}

std::size_t sparseMaxBytes(Call& call)
{
    return static_cast<std::size_t>(call.context().config.number(Param::HllSparseMaxBytes));
}

// The text of one that was found. A short string that was embedded stops being so, even when nothing else changes.
StringText heldText(Call& call, BytesView key)
{
    const Entry* entry = call.database().findToWrite(key);
    if (entry->isRaw())
        return entry->string();
    call.editString(key);
    return call.database().findToWrite(key)->string();
}

/// Raises registers of the value under a key, which is written to from the first change on.
class Raising {
public:
    Raising(Call& call, BytesView key) : m_call(call), m_key(key) { }

    void create()
    {
        m_edited = &m_call.editString(m_key);
        *m_edited = hyperloglog::empty();
    }
    /// A corrupt value keeps what was raised before that was seen, as in Redis.
    Outcome raise(BytesView old, hyperloglog::Mark mark)
    {
        if (!m_edited) {
            const Outcome outcome = hyperloglog::wouldRaise(old, mark);
            if (outcome != Outcome::Changed)
                return outcome;
            m_edited = &m_call.editString(m_key);
        }
        return hyperloglog::raise(*m_edited, mark, sparseMaxBytes(m_call));
    }
    void forgetEstimate() { hyperloglog::forgetEstimate(*m_edited); }

private:
    Call& m_call;
    BytesView m_key;
    Bytes* m_edited = nullptr;
};

void pfadd(Call& call)
{
    const auto key = call.nextKey();
    const Argv elements = call.rest();
    const Entry* found = call.findStringEntry(key);
    if (found)
        call.require(hyperloglog::isHyperLogLog(found->string().view()), errors::kNotHyperLogLog);
    if (call.failed())
        return;
    Raising raising(call, key);
    if (!found)
        raising.create();
    const StringText old = found && found->isRaw() ? found->string() : heldText(call, key);
    std::uint64_t updated = found ? 0 : 1;
    for (const BytesView element : elements) {
        const Outcome outcome = raising.raise(old.view(), hyperloglog::markOf(element));
        if (outcome == Outcome::Corrupt)
            return call.fail(errors::kCorruptHyperLogLog);
        updated += outcome == Outcome::Changed ? 1 : 0;
    }
    if (updated > 0) {
        raising.forgetEstimate();
        call.changed(key, EventClass::String, "pfadd", updated);
    }
    call.reply().integer(updated > 0 ? 1 : 0);
}

// Raises registers to those of the keys' values; whether any of these is dense.
bool mergeAll(Call& call, Argv keys, hyperloglog::Registers& registers)
{
    bool anyDense = false;
    for (const BytesView key : keys) {
        const auto text = findHyperLogLog(call, key);
        if (call.failed())
            return anyDense;
        if (!text)
            continue;
        anyDense = anyDense || hyperloglog::isDense(text->view());
        call.require(hyperloglog::mergeInto(registers, text->view()), errors::kCorruptHyperLogLog);
    }
    return anyDense;
}

void countOne(Call& call, BytesView key)
{
    const auto text = findHyperLogLog(call, key);
    if (call.failed())
        return;
    if (!text)
        return call.reply().integer(0);
    const StringText held = heldText(call, key);
    auto estimate = hyperloglog::keptEstimate(held.view());
    if (!estimate) {
        estimate = hyperloglog::estimate(held.view());
        if (!estimate)
            return call.fail(errors::kCorruptHyperLogLog);
        hyperloglog::keepEstimate(call.editString(key), *estimate);
        call.changedWithoutEvent(key);
    }
    call.reply().integer(static_cast<std::int64_t>(*estimate));
}

void pfcount(Call& call)
{
    const Argv keys = call.rest();
    if (keys.size() == 1)
        return countOne(call, keys.front());
    hyperloglog::Registers registers{};
    mergeAll(call, keys, registers);
    if (!call.failed())
        call.reply().integer(static_cast<std::int64_t>(hyperloglog::estimate(registers)));
}

void pfmerge(Call& call)
{
    const Argv keys = call.rest();
    const BytesView target = keys.front();
    hyperloglog::Registers registers{};
    const bool anyDense = mergeAll(call, keys, registers);
    if (call.failed())
        return;
    Bytes& text = call.editString(target);
    if (text.empty())
        text = hyperloglog::empty();
    if (anyDense)
        hyperloglog::makeDense(text);
    for (std::size_t place = 0; place < registers.size(); ++place)
        if (registers[place] != 0)
            hyperloglog::raise(text, {.place = place, .value = registers[place]}, sparseMaxBytes(call));
    hyperloglog::forgetEstimate(text);
    call.changed(target, EventClass::String, "pfadd");
    call.reply().ok();
}

// Whether it had to be changed for that.
bool goDense(Call& call, BytesView key)
{
    if (hyperloglog::isDense(heldText(call, key).view()))
        return false;
    const bool sound = hyperloglog::makeDense(call.editString(key)) == Outcome::Changed;
    call.require(sound, errors::kCorruptHyperLogLog);
    if (sound)
        call.changedSilently();
    return sound;
}

void replyRegisters(Call& call, BytesView key)
{
    goDense(call, key);
    if (call.failed())
        return;
    hyperloglog::Registers registers{};
    hyperloglog::mergeInto(registers, heldText(call, key).view());
    call.reply().array(registers.size());
    for (const std::uint8_t value : registers)
        call.reply().integer(value);
}

void pfdebug(Call& call)
{
    const auto question = call.nextBytes();
    const auto key = call.nextKey();
    const auto found = findHyperLogLog(call, key);
    call.require(found.has_value(), errors::kNoSuchHyperLogLog);
    if (call.failed())
        return;
    const StringText text = heldText(call, key);
    const bool dense = hyperloglog::isDense(text.view());
    if (equalsIgnoringCase(question, "getreg")) {
        replyRegisters(call, key);
    } else if (equalsIgnoringCase(question, "decode")) {
        call.require(!dense, errors::kNotSparse);
        if (!dense)
            call.reply().bulk(hyperloglog::describeRuns(text.view()));
    } else if (equalsIgnoringCase(question, "encoding")) {
        call.reply().status(dense ? "dense" : "sparse");
    } else if (equalsIgnoringCase(question, "todense")) {
        const bool converted = goDense(call, key);
        if (!call.failed())
            call.reply().integer(converted ? 1 : 0);
    } else {
        call.fail("ERR Unknown PFDEBUG subcommand '" + Bytes(question) + "'");
    }
}

// Both forms given the same elements say the same, and not far from the truth: the error's standard deviation is 1.04 /
// sqrt(16384), 0.8 %.
void pfselftest(Call& call)
{
    constexpr std::uint64_t kElements = 100'000;
    constexpr double kTolerance = 0.04;
    Bytes dense = hyperloglog::empty();
    hyperloglog::makeDense(dense);
    Bytes sparse = hyperloglog::empty();
    std::uint64_t nextCheck = 1;
    for (std::uint64_t count = 1; count <= kElements; ++count) {
        const auto mark = hyperloglog::markOf(IntegerText(static_cast<std::int64_t>(count)).view());
        hyperloglog::raise(dense, mark, 0);
        hyperloglog::raise(sparse, mark, sparseMaxBytes(call));
        if (count != nextCheck)
            continue;
        nextCheck *= 10;
        const auto estimate = hyperloglog::estimate(dense);
        const double off = std::abs(static_cast<double>(*estimate) - static_cast<double>(count));
        if (hyperloglog::estimate(sparse) != estimate)
            return call.fail("TESTFAILED dense and sparse disagree at " + std::to_string(count));
        if (off > std::ceil(static_cast<double>(count) * kTolerance))
            return call.fail("TESTFAILED " + std::to_string(count) + " are estimated as " + std::to_string(*estimate));
    }
    call.reply().ok();
}

constexpr CommandSpec kRows[] = {
    {.name = "pfadd",
        .syntax = "key:key [element:string...]",
        .arity = -2,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::HyperLogLog,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Insert),
        .group = Group::HyperLogLog,
        .since = "2.8.9",
        .complexity = "O(1) an element",
        .summary = "Shows elements to a HyperLogLog, and tells whether its estimate may have changed.",
        .run = pfadd},
    {.name = "pfcount",
        .syntax = "key:key...",
        .arity = -2,
        .flags = Flag::ReadOnly | Flag::MayReplicate,
        .acl = Acl::HyperLogLog,
        .keys = KeySpec::range(1, -1, 1, KeySpec::RW | KeySpec::Access),
        .group = Group::HyperLogLog,
        .since = "2.8.9",
        .complexity = "O(1) for one key, whose estimate is kept; O(N) with a large constant for N keys",
        .summary = "Estimates how many different elements HyperLogLogs have seen together.",
        .run = pfcount},
    {.name = "pfdebug",
        .syntax = "subcommand:string key:key",
        .arity = 3,
        .flags = Flag::Write | Flag::DenyOom | Flag::Admin,
        .acl = Acl::HyperLogLog,
        .keys = KeySpec::one(2, KeySpec::RW | KeySpec::Access),
        .group = Group::HyperLogLog,
        .since = "2.8.9",
        .complexity = "O(1), with a large constant",
        .summary = "Shows the form and the registers of a HyperLogLog (GETREG, DECODE, ENCODING), or makes it dense"
                   " (TODENSE).",
        .run = pfdebug},
    {.name = "pfmerge",
        .syntax = "destkey:key sourcekey:key...",
        .arity = -2,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::HyperLogLog,
        .keys = {KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Insert), KeySpec::range(2, -1)},
        .group = Group::HyperLogLog,
        .since = "2.8.9",
        .complexity = "O(N) for N keys, with a large constant",
        .summary = "Makes a HyperLogLog as if it had seen what several have seen.",
        .run = pfmerge},
    {.name = "pfselftest",
        .arity = 1,
        .flags = Flag::Admin,
        .acl = Acl::HyperLogLog,
        .group = Group::HyperLogLog,
        .since = "2.8.9",
        .complexity = "O(1), some milliseconds",
        .summary = "Has HyperLogLogs checked against what they were given.",
        .run = pfselftest},
};

} // namespace

std::span<const CommandSpec> hyperloglogCommands()
{
    return kRows;
}

} // namespace engine
