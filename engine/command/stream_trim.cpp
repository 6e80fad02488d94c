#include "engine/command/stream_trim.h"

#include "engine/command/stream_arguments.h"

#include <algorithm>
#include <limits>

namespace engine {

namespace {

void readThreshold(Call& call, TrimOptions& options, StreamTrim::By by)
{
    if (options.trim.by != StreamTrim::By::Nothing)
        return call.fail(errors::kTrimTwice);
    options.trim.by = by;
    options.trim.wholeNodes = call.remaining() >= 2 && call.nextIs("~");
    if (!options.trim.wholeNodes && call.remaining() >= 2)
        call.nextIs("=");
    options.threshold = call.argv().size() - call.remaining();
    if (by == StreamTrim::By::Length)
        options.trim.length = static_cast<std::uint64_t>(
            call.nextIntegerIn(0, std::numeric_limits<std::int64_t>::max(), errors::kMaxlenNegative));
    else
        options.trim.id = nextStreamId(call);
}

// Without LIMIT an approximate trim does as much as a hundred nodes' worth.
std::uint64_t defaultLimit(const EncodingLimits& limits)
{
    constexpr std::uint64_t kNodes = 100;
    constexpr std::uint64_t kMost = 1'000'000;
    const std::uint64_t entries = limits.streamNodeMaxEntries;
    if (entries == 0 || entries > std::numeric_limits<std::int64_t>::max() / kNodes)
        return 10'000;
    return std::min(kNodes * entries, kMost);
}

void readEntryId(Call& call, TrimOptions& options)
{
    BytesView text = call.nextBytes();
    if (text == "*")
        return;
    if (text.size() > 2 && text.ends_with("-*") && text.find('-') == text.size() - 2) {
        options.seqGiven = false;
        text.remove_suffix(2);
    }
    options.id = parseStrictStreamId(text);
    call.require(options.id.has_value(), errors::kInvalidStreamId);
}

void checkLimit(Call& call, TrimOptions& options, TrimOf of, bool given)
{
    const bool trims = options.trim.by != StreamTrim::By::Nothing;
    call.require(trims || options.trim.limit == 0, errors::kTrimLimitAlone);
    call.require(trims || of == TrimOf::Xadd, errors::kTrimNothing);
    call.require(!given || options.trim.wholeNodes, errors::kTrimLimitExact);
    if (!given && options.trim.wholeNodes)
        options.trim.limit = defaultLimit(call.limits());
}

// False at the id.
bool readTrimOption(Call& call, TrimOptions& options, TrimOf of, bool& limited)
{
    const bool another = call.remaining() > 1;
    if (of == TrimOf::Xadd && call.peek() == "*")
        return false;
    if (another && call.nextIs("maxlen")) {
        readThreshold(call, options, StreamTrim::By::Length);
    } else if (another && call.nextIs("minid")) {
        readThreshold(call, options, StreamTrim::By::Id);
    } else if (another && call.nextIs("limit")) {
        limited = true;
        options.trim.limit = static_cast<std::uint64_t>(
            call.nextIntegerIn(0, std::numeric_limits<std::int64_t>::max(), errors::kTrimLimitNegative));
    } else if (of == TrimOf::Xadd && call.nextIs("nomkstream")) {
        options.createsNothing = true;
    } else if (of == TrimOf::Xadd) {
        return false;
    } else {
        call.fail(errors::kSyntax);
    }
    return true;
}

} // namespace

TrimOptions nextTrimOptions(Call& call, TrimOf of)
{
    TrimOptions options;
    bool limited = false;
    while (call.more() && !call.failed() && readTrimOption(call, options, of, limited)) { }
    if (of == TrimOf::Xadd && call.more() && !call.failed())
        readEntryId(call, options);
    checkLimit(call, options, of, limited);
    return options;
}

void rewriteTrim(std::vector<Bytes>& words, const TrimOptions& options, const StreamValue& stream)
{
    words[options.threshold - 1].assign(1, '=');
    words[options.threshold] =
        options.trim.by == StreamTrim::By::Length ? std::to_string(stream.size()) : stream.firstKeptId().text();
}

} // namespace engine
