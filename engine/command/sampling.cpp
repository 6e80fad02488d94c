#include "engine/command/sampling.h"

#include "engine/command/arguments.h"

#include <limits>
#include <unordered_set>
#include <utility>

namespace engine {

namespace {

constexpr std::int64_t kMostRepeats = 10'000'000;

}

std::vector<Sample> sampleDistinct(Rng& rng, std::size_t size, std::size_t count, DrawOne one, CollectAll all)
{
    std::vector<Sample> samples;
    // Below a third, drawing again what was drawn already is cheaper than looking at every element.
    if (count < size / 3) {
        std::unordered_set<Bytes> drawn;
        while (samples.size() < count) {
            Sample sample = one(rng);
            if (drawn.insert(sample.name).second)
                samples.push_back(std::move(sample));
        }
        return samples;
    }
    all(samples);
    if (count >= samples.size())
        return samples;
    for (std::size_t i = 0; i < count; ++i)
        std::swap(samples[i], samples[i + rng.below(samples.size() - i)]);
    samples.resize(count);
    return samples;
}

SampleArguments nextSampleArguments(Call& call, BytesView withWord)
{
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    SampleArguments arguments;
    if (!call.more())
        return arguments;
    arguments.count = nextBounded(call, -kMost, kMost);
    if (call.failed() || !call.more())
        return arguments;
    arguments.withValues = call.nextIs(withWord);
    if (!arguments.withValues || call.more())
        call.fail(errors::kSyntax);
    else if (*arguments.count < -kMost / 2 || *arguments.count > kMost / 2)
        call.fail(errors::kValueOutOfRange);
    return arguments;
}

std::size_t repeatsOf(Call& call, std::int64_t negativeCount)
{
    call.require(negativeCount >= -kMostRepeats, errors::kValueOutOfRange);
    return call.failed() ? 0 : static_cast<std::size_t>(-negativeCount);
}

} // namespace engine
