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

template <class Items>
void dropFrom(Items& items, Moment moment)
{
    items.erase(std::find_if(items.begin(), items.end(), [moment](const auto& item) { return item.moment >= moment; }),
        items.end());
}

} // namespace

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
    for (const Bytes& word : call.argv)
        m_memoryBytes += sizeof(Bytes) + word.size();
    m_memoryBytes += sizeof(RecordedCall);
    m_calls.push_back(std::move(call));
    m_chances.push_back(m_chances.empty() ? m_start->rng : m_chances.back());
}

void Trace::endCall(engine::LuaInspect& run, const engine::Reply& reply, std::size_t effectsBefore, bool mayWrite)
{
    RecordedCall& call = m_calls.back();
    m_memoryBytes += replyBytes(reply);
    call.reply = reply;
    const auto effects = run.effects();
    call.wrote = mayWrite && !reply.isError();
    const int database = m_marks.empty() ? m_start->database : m_marks.back().database;
    engine::RunData data = run.data();
    m_chances.back() = data.rng;
    if (!mayWrite && effects.size() == effectsBefore && data.database == database)
        return;

    for (const engine::ScriptEffect& effect : effects.subspan(effectsBefore)) {
        for (const Bytes& word : effect.argv)
            m_memoryBytes += 2 * (sizeof(Bytes) + word.size());
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
    const auto [first, last] = std::ranges::equal_range(m_logPoints, output.moment, {}, &Output::moment);
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
    if (moment < furthest())
        m_lines.resize(moment);
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
}

} // namespace debugger
