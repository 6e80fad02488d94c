#include "engine/command/zset_add.h"

#include "engine/command/call.h"

#include <cmath>

namespace engine {

namespace {

// The score that a member is to have; nothing when the conditions keep it out.
std::optional<double> wantedScore(Call& call, const ZaddOptions& options, std::optional<double> old, double score)
{
    if (!old)
        return options.ifPresent ? std::nullopt : std::optional(score);
    if (options.ifMissing)
        return std::nullopt;
    const double wanted = options.increment ? *old + score : score;
    if (std::isnan(wanted)) {
        call.fail(errors::kScoreNaN);
        return std::nullopt;
    }
    if ((options.ifGreater && wanted <= *old) || (options.ifLess && wanted >= *old))
        return std::nullopt;
    return wanted;
}

} // namespace

ZaddOutcome addMembers(
    Call& call, BytesView key, const ZaddOptions& options, const std::vector<ScoredArgument>& members)
{
    ZaddOutcome outcome;
    const SortedSetValue* current = call.findSortedSet(key);
    SortedSetValue* edited = nullptr;
    for (const ScoredArgument& argument : members) {
        if (call.failed())
            break;
        const auto old = current ? current->score(argument.member) : std::nullopt;
        const auto wanted = wantedScore(call, options, old, argument.score);
        outcome.score = wanted;
        if (!wanted || (old && *old == *wanted))
            continue;
        // Only a change asks for the value to write to: it may be shared with snapshots.
        if (!edited)
            current = edited = &call.editSortedSet(key);
        edited->set(argument.member, *wanted, call.limits());
        ++(old ? outcome.updated : outcome.added);
    }
    if (outcome.added + outcome.updated > 0)
        call.changed(key, EventClass::SortedSet, options.increment ? "zincr" : "zadd",
            static_cast<std::uint64_t>(outcome.added + outcome.updated));
    return outcome;
}

} // namespace engine
