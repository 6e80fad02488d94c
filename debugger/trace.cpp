#include "debugger/trace.h"

#include <algorithm>

namespace debugger {

namespace {

// A write behind a snapshot copies the path to its entry: a directory node, a segment and the entry.
constexpr std::size_t kCopiedPathBytes = 2048;

std::size_t replyBytes(const engine::Reply& reply)
{
    std::size_t bytes = sizeof(reply) + reply.text.size();
    for (const engine::Reply& element : reply.elements)
        bytes += replyBytes(element);
    return bytes;
}

std::size_t wordBytes(const std::vector<Bytes>& words)
{
    std::size_t bytes = 0;
    for (const Bytes& word : words)
        bytes += sizeof word + word.size();
    return bytes;
}

std::size_t callBytes(const RecordedCall& call)
{
    return sizeof call + wordBytes(call.argv);
}

// In the trace and in the run's own list.
std::size_t effectBytes(const engine::ScriptEffect& effect)
{
    return 2 * wordBytes(effect.argv);
}

// A write to a string copies all of it, where other values share what did not change. Which words are keys is not
// asked: a word that is none is no key of the dataset.
std::size_t longStringBytes(const engine::Keyspace& data, const engine::ScriptEffect& effect)
{
    constexpr std::size_t kLong = 4096;
    constexpr std::size_t kMostWords = 16;
    std::size_t bytes = 0;
    for (std::size_t i = 1; i < std::min(effect.argv.size(), kMostWords); ++i) {
        const engine::Entry* entry = data.database(static_cast<std::size_t>(effect.database)).find(effect.argv[i]);
        if (entry && entry->type() == engine::ValueType::String && entry->memoryBytes() > kLong)
            bytes += entry->memoryBytes();
    }
    return bytes;
}

template <class Items>
void dropFrom(Items& items, Moment moment)
{
    items.erase(std::find_if(items.begin(), items.end(), [moment](const auto& item) { return item.moment >= moment; }),
        items.end());
}

} // namespace

Trace::Trace(TraceParts parts)
    : m_lines(std::move(parts.lines)), m_calls(std::move(parts.calls)), m_errors(std::move(parts.errors)),
      m_chances(std::move(parts.chances)), m_marks(std::move(parts.marks)), m_effects(std::move(parts.effects)),
      m_outputs(std::move(parts.outputs)), m_logPoints(std::move(parts.logPoints)),
      m_forcedStops(std::move(parts.forcedStops)), m_inputs(std::move(parts.inputs)), m_start(std::move(parts.start)),
      m_whole(parts.whole)
{
    for (const RecordedCall& call : m_calls)
        m_memoryBytes += callBytes(call) + (call.reply ? replyBytes(*call.reply) : 0);
    for (const engine::ScriptEffect& effect : m_effects)
        m_memoryBytes += effectBytes(effect);
    for (const RecordedError& error : m_errors)
        m_memoryBytes += sizeof error + error.text.size();
    for (const auto* outputs : {&m_outputs, &m_logPoints}) {
        for (const Output& output : *outputs)
            m_memoryBytes += sizeof output + output.text.size();
    }
    m_memoryBytes += m_marks.size() * (sizeof(DataMark) + kCopiedPathBytes);
}

void Trace::begin(engine::RunData start)
{
    *this = Trace();
    m_start = std::move(start);
}

Moment Trace::previousInScript(Moment moment) const
{
    for (Moment at = std::min(moment, furthest() + 1); at > 1;) {
        --at;
        if (line(at).inScript())
            return at;
    }
    return kNoMoment;
}

std::size_t Trace::firstCallFrom(Moment moment) const
{
    const auto found = std::lower_bound(m_calls.begin(), m_calls.end(), moment,
        [](const RecordedCall& call, Moment wanted) { return call.moment < wanted; });
    return static_cast<std::size_t>(found - m_calls.begin());
}

void Trace::addError(RecordedError error)
{
    m_memoryBytes += sizeof(RecordedError) + error.text.size();
    m_errors.push_back(std::move(error));
}

RunEvents Trace::eventsAt(Moment moment) const
{
    Moment next = moment + 1;
    while (next <= furthest() && !line(next).inScript())
        ++next;
    const auto from = [](const auto& items, Moment wanted) {
        return std::lower_bound(
            items.begin(), items.end(), wanted, [](const auto& item, Moment at) { return item.moment < at; });
    };
    return {.calls = {from(m_calls, moment), from(m_calls, next)},
        .errors = {from(m_errors, moment), from(m_errors, next)}};
}

void Trace::beginCall(Moment moment, int line, engine::Argv argv)
{
    RecordedCall call{.moment = moment, .line = line, .argv = {argv.begin(), argv.end()}, .reply = {}};
    m_memoryBytes += callBytes(call);
    m_calls.push_back(std::move(call));
    m_chances.push_back(m_chances.empty() ? m_start->rng : m_chances.back());
}

void Trace::endCall(engine::LuaInspect& run, const engine::Reply& reply, std::size_t effectsBefore, bool mayWrite,
    std::chrono::nanoseconds duration)
{
    RecordedCall& call = m_calls.back();
    m_memoryBytes += replyBytes(reply);
    call.reply = reply;
    call.duration = duration;
    const auto effects = run.effects();
    call.wrote = mayWrite && !reply.isError();
    const int database = m_marks.empty() ? m_start->database : m_marks.back().database;
    engine::RunData data = run.data();
    m_chances.back() = data.rng;
    if (!mayWrite && effects.size() == effectsBefore && data.database == database)
        return;

    for (const engine::ScriptEffect& effect : effects.subspan(effectsBefore)) {
        m_memoryBytes += effectBytes(effect) + longStringBytes(data.dataset, effect);
        m_effects.push_back(effect);
    }
    m_memoryBytes += sizeof(DataMark) + kCopiedPathBytes;
    m_marks.push_back({.moment = call.moment,
        .call = m_calls.size() - 1,
        .effects = m_effects.size(),
        .dataset = std::move(data.dataset),
        .database = data.database});
}

engine::RunData Trace::dataAfter(std::size_t markCount, std::size_t callCount) const
{
    const engine::Rng rng = callCount == 0 ? m_start->rng : m_chances[callCount - 1];
    if (markCount == 0)
        return {.dataset = m_start->dataset, .database = m_start->database, .rng = rng};
    const DataMark& mark = m_marks[markCount - 1];
    return {.dataset = mark.dataset, .database = mark.database, .rng = rng};
}

engine::RunData Trace::dataAt(Moment moment) const
{
    const auto mark = std::lower_bound(m_marks.begin(), m_marks.end(), moment,
        [](const DataMark& each, Moment wanted) { return each.moment < wanted; });
    return dataAfter(static_cast<std::size_t>(mark - m_marks.begin()), firstCallFrom(moment));
}

std::span<const engine::ScriptEffect> Trace::effectsAt(Moment moment) const
{
    const auto mark = std::lower_bound(m_marks.begin(), m_marks.end(), moment,
        [](const DataMark& each, Moment wanted) { return each.moment < wanted; });
    return std::span(m_effects).first(mark == m_marks.begin() ? 0 : std::prev(mark)->effects);
}

engine::RunData Trace::lastData() const
{
    return dataAfter(m_marks.size(), m_calls.size());
}

void Trace::addOutput(Output output)
{
    m_memoryBytes += sizeof(Output) + output.text.size();
    m_outputs.push_back(std::move(output));
}

bool Trace::addLogPoint(Output output)
{
    const auto first = std::ranges::lower_bound(m_logPoints, output.moment, {}, &Output::moment);
    const auto last = std::ranges::upper_bound(m_logPoints, output.moment, {}, &Output::moment);
    if (std::find(first, last, output) != last)
        return false;
    m_memoryBytes += sizeof(Output) + output.text.size();
    m_logPoints.insert(last, std::move(output));
    return true;
}

bool Trace::forcedStop(Moment moment) const
{
    return std::binary_search(m_forcedStops.begin(), m_forcedStops.end(), moment);
}

void Trace::addInput(VariableInput input)
{
    cutBehind(input.moment);
    m_inputs.push_back(std::move(input));
}

void Trace::cutBehind(Moment moment)
{
    m_lines.cut(moment);
    dropFrom(m_calls, moment);
    m_chances.resize(m_calls.size(), m_start->rng);
    dropFrom(m_marks, moment);
    m_effects.resize(m_marks.empty() ? 0 : m_marks.back().effects);
    dropFrom(m_errors, moment);
    dropFrom(m_outputs, moment);
    dropFrom(m_logPoints, moment);
    dropFrom(m_inputs, moment + 1);
    m_forcedStops.erase(std::upper_bound(m_forcedStops.begin(), m_forcedStops.end(), moment), m_forcedStops.end());
    m_outcome.reset();
    m_whole = false;
}

} // namespace debugger
