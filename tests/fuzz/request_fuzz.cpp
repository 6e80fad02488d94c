// Fuzzes the request parser: whatever bytes come, and however the network cuts them, it gives the same requests, reads
// nothing outside the buffer and takes no more than there is.

#include "engine/base/check.h"
#include "engine/resp/request_parser.h"

#include <cstdint>
#include <cstring>
#include <memory>

using engine::Bytes;
using engine::BytesView;
using engine::RequestParser;

namespace {

/// All that a parser said about some bytes.
struct Heard {
    std::vector<std::vector<Bytes>> requests;
    Bytes error;
    std::size_t consumed = 0;
    bool operator==(const Heard&) const = default;
};

/// Bytes in a block of exactly their size, so that one byte too far is an error that the sanitizer sees.
class ExactBuffer {
public:
    explicit ExactBuffer(BytesView bytes) : m_block(new char[bytes.size()]), m_size(bytes.size())
    {
        std::memcpy(m_block.get(), bytes.data(), m_size);
    }
    BytesView view() const { return {m_block.get(), m_size}; }

private:
    std::unique_ptr<char[]> m_block;
    std::size_t m_size;
};

/// Takes all requests that are complete; false when the parser has failed.
bool takeRequests(RequestParser& parser, BytesView arrived, Heard& heard)
{
    for (;;) {
        const ExactBuffer buffer(arrived.substr(heard.consumed));
        const auto outcome = parser.parse(buffer.view());
        if (outcome == RequestParser::Outcome::Incomplete)
            return true;
        CHECK(parser.consumed() <= buffer.view().size());
        if (outcome == RequestParser::Outcome::Failed) {
            heard.error = parser.error();
            CHECK(heard.error.starts_with("ERR Protocol error: "));
            return false;
        }
        CHECK(parser.consumed() > 0);
        auto& words = heard.requests.emplace_back();
        for (const BytesView word : parser.argv())
            words.emplace_back(word);
        heard.consumed += parser.consumed();
    }
}

Heard readWhole(BytesView bytes, const engine::RequestLimits& limits)
{
    RequestParser parser(limits);
    Heard heard;
    takeRequests(parser, bytes, heard);
    return heard;
}

/// The same bytes in pieces of the lengths that `cuts` gives in turn.
Heard readInPieces(BytesView bytes, BytesView cuts, const engine::RequestLimits& limits)
{
    RequestParser parser(limits);
    Heard heard;
    std::size_t arrived = 0;
    for (std::size_t i = 0; arrived < bytes.size(); ++i) {
        const std::size_t piece = 1 + static_cast<unsigned char>(cuts[i % cuts.size()]) % 32;
        arrived = std::min(bytes.size(), arrived + piece);
        if (!takeRequests(parser, bytes.substr(0, arrived), heard))
            break;
    }
    return heard;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 3)
        return 0;
    const BytesView input(reinterpret_cast<const char*>(data), size);
    // Small limits, so that inputs of a few bytes reach them.
    const bool authenticated = (data[0] & 1) != 0;
    const engine::RequestLimits limits{
        .maxBulkBytes = 20'000, .maxWords = 64, .maxInlineBytes = 48, .authenticated = authenticated};
    const BytesView cuts = input.substr(1, 1 + data[0] % 7);
    const BytesView bytes = input.substr(1 + cuts.size());

    const Heard whole = readWhole(bytes, limits);
    const Heard pieces = readInPieces(bytes, cuts, limits);
    // A line without an end is too long as soon as it is: later in one piece than in many.
    if (whole.error.find("too big") == Bytes::npos && pieces.error.find("too big") == Bytes::npos)
        CHECK(whole == pieces);
    return 0;
}
