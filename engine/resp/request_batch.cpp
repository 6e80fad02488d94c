#include "engine/resp/request_batch.h"

namespace engine {

namespace {

// A longer request ends its batch, so that words need not be moved in large numbers.
constexpr std::size_t kMostWords = 32;

} // namespace

RequestParser::Outcome RequestBatch::fill(RequestParser& parser, BytesView buffer)
{
    m_requests.clear();
    m_next = 0;
    std::size_t words = 0;
    RequestParser::Outcome first = RequestParser::Outcome::Incomplete;
    for (;;) {
        const auto outcome = parser.parse(buffer);
        if (m_requests.empty())
            first = outcome;
        // What is broken is told when its turn comes.
        if (outcome != RequestParser::Outcome::Request)
            return first;
        const std::span<const BytesView> argv = parser.argv();
        const std::size_t bytes = parser.consumed();
        const bool isInline = buffer.front() != '*';
        buffer.remove_prefix(bytes);
        m_requests.push_back({argv, bytes});
        if (buffer.empty() || isInline || argv.size() > kMostWords || m_requests.size() == kMost)
            return first;
        // The parser's words go with the next request.
        if (!m_words)
            m_words = std::make_unique<BytesView[]>(kMost * kMostWords);
        m_requests.back().argv = {m_words.get() + words, argv.size()};
        for (const BytesView word : argv)
            m_words[words++] = word;
    }
}

void RequestBatch::drop(RequestParser& parser)
{
    if (empty())
        return;
    m_next = m_requests.size();
    parser.restart();
}

} // namespace engine
