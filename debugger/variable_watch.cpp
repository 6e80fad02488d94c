#include "debugger/variable_watch.h"

#include <algorithm>
#include <utility>

namespace debugger {

namespace {

const engine::LuaVariable* named(const std::vector<engine::LuaVariable>& variables, BytesView name)
{
    const auto found = std::find_if(
        variables.rbegin(), variables.rend(), [name](const engine::LuaVariable& each) { return each.name == name; });
    return found == variables.rend() ? nullptr : &*found;
}

} // namespace

VariableWatch::VariableWatch(Bytes name)
{
    m_history.name = std::move(name);
}

VariableWatch::Activation VariableWatch::enter(const engine::LineEvent& event, Moment moment)
{
    const int left = event.begins ? event.depth - 1 : event.depth;
    const auto isGone = [&event, left](
                            const auto& each) { return each.coroutine == event.coroutine && each.depth > left; };
    std::erase_if(m_sightings, isGone);
    std::erase_if(m_activations, isGone);
    const Activation now{.coroutine = event.coroutine, .depth = event.depth, .moment = moment, .line = event.line};
    for (Activation& each : m_activations) {
        if (each.coroutine == event.coroutine && each.depth == event.depth)
            return std::exchange(each, now);
    }
    m_activations.push_back(now);
    return {};
}

VariableWatch::Sighting* VariableWatch::find(const engine::LineEvent& event, engine::LuaScope scope)
{
    Sighting* nearest = nullptr;
    for (Sighting& each : m_sightings) {
        const bool same = each.coroutine == event.coroutine && each.depth == event.depth;
        // An upvalue belongs to a function around this one: the deepest other activation that shows the name.
        if (same || (scope == engine::LuaScope::Upvalue && (!nearest || each.depth >= nearest->depth)))
            nearest = &each;
        if (same)
            break;
    }
    return nearest;
}

void VariableWatch::onLine(engine::LuaInspect& run, const engine::LineEvent& event, Moment moment)
{
    const Activation before = enter(event, moment);
    const auto locals = run.locals(0);
    const engine::LuaVariable* variable = named(locals, m_history.name);
    std::vector<engine::LuaVariable> upvalues;
    if (!variable) {
        upvalues = run.upvalues(0);
        variable = named(upvalues, m_history.name);
    }
    if (!variable)
        return;

    Sighting* sighting = find(event, variable->scope);
    if (!sighting) {
        const bool parameter = before.moment == kNoMoment;
        m_history.changes.push_back({.moment = parameter ? moment : before.moment,
            .line = parameter ? event.line : before.line,
            .before = {},
            .after = variable->value.text});
        m_sightings.push_back({.coroutine = event.coroutine,
            .depth = event.depth,
            .text = variable->value.text,
            .moment = moment,
            .line = event.line});
        return;
    }
    if (sighting->text != variable->value.text)
        m_history.changes.push_back({.moment = sighting->moment,
            .line = sighting->line,
            .before = std::exchange(sighting->text, variable->value.text),
            .after = variable->value.text});
    sighting->moment = moment;
    sighting->line = event.line;
}

} // namespace debugger
