#include "tests/support/hostile_scripts.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace tests {

using engine::Bytes;
using engine::BytesView;

namespace {

constexpr const char* kForms[kHazardForms][3] = {
    {"", "", ""},
    {"in pcall", "pcall(function() ", " end)"},
    {"in an xpcall handler", "xpcall(function() error('x') end, function() ", " end)"},
    {"in a coroutine", "coroutine.resume(coroutine.create(function() ", " end))"},
    {"in pcall in a coroutine", "coroutine.resume(coroutine.create(function() pcall(function() ", " end) end))"},
};
constexpr const char* kLimitTexts[] = {
    "Script ran longer than its limit",
    "not enough memory", // a library's own says no more
    ", its reply is larger than half the memory it may have",
    "the script's writes are larger than its memory may be",
    "string exceeds maximum allowed size (proto-max-bulk-len)",
    "bit offset is not an integer or out of range",
    "command not allowed when used memory > 'maxmemory'",
    "Script killed by user",
};

HostileScript inForm(const Hazard& hazard, std::size_t form)
{
    const auto& [name, before, after] = kForms[form];
    HostileScript script{
        .part = hazard.part, .name = hazard.name, .body = hazard.code, .outcome = hazard.outcome, .bare = form == 0};
    if (script.bare)
        return script;
    script.name += ", " + Bytes(name);
    const Bytes held = before + Bytes(hazard.code) + after;
    // What needs a limit is put into a loop, so that being caught is no way out. What ends by itself is run a few
    // times.
    if (hazard.outcome.end == HazardEnd::Limit) {
        script.body = "while true do " + held + " end";
    } else {
        script.body = "for _ = 1, 3 do " + held + " end";
        script.outcome = {.end = hazard.outcome.passesPcall ? HazardEnd::Any : HazardEnd::Fine};
    }
    return script;
}

template <class Visit>
void forEachHazard(const Visit& visit)
{
    for (const auto& hazards : {hazardsOfLua(), hazardsOfLibraries(), hazardsOfPatterns(), hazardsOfTime(),
             hazardsOfMemory(), hazardsOfErrors(), hazardsOfCommands()})
        std::for_each(hazards.begin(), hazards.end(), visit);
}

} // namespace

std::vector<HostileScript> bareHostileScripts()
{
    std::vector<HostileScript> scripts;
    forEachHazard([&](const Hazard& hazard) { scripts.push_back(inForm(hazard, 0)); });
    return scripts;
}

std::vector<HostileScript> hostileScripts()
{
    std::vector<HostileScript> scripts;
    forEachHazard([&](const Hazard& hazard) {
        for (std::size_t form = 0; form < kHazardForms; ++form)
            scripts.push_back(inForm(hazard, form));
    });
    return scripts;
}

std::vector<HostileScript> someHostileScripts(std::size_t turn)
{
    std::vector<HostileScript> scripts;
    forEachHazard([&](const Hazard& hazard) { scripts.push_back(inForm(hazard, turn++ % kHazardForms)); });
    return scripts;
}

bool isEndByLimit(BytesView error)
{
    return std::any_of(std::begin(kLimitTexts), std::end(kLimitTexts),
        [error](const char* text) { return error.find(text) != BytesView::npos; });
}

Bytes faultOfEnd(const HostileScript& script, bool isError, BytesView text, Pressure pressure)
{
    const bool limited = isError && isEndByLimit(text);
    const Bytes seen = (isError ? "an error: " : "a value: ") + Bytes(text.substr(0, 300));
    if (limited && (pressure == Pressure::Limits || script.outcome.end == HazardEnd::Limit))
        return {};
    switch (script.outcome.end) {
    case HazardEnd::Limit:
        return "no limit has ended it, but " + seen;
    case HazardEnd::Fine:
        return isError ? "it did not end well, but with " + seen : Bytes();
    case HazardEnd::Any:
        return {};
    case HazardEnd::Error: {
        const Bytes expected = script.outcome.error;
        const bool same = isError
            && (expected.ends_with('*') ? text.starts_with(BytesView(expected).substr(0, expected.size() - 1))
                                        : text == expected || text.starts_with(expected + " script: "));
        return same ? Bytes() : "expected the error: " + expected + ", but there was " + seen;
    }
    }
    return {};
}

} // namespace tests
