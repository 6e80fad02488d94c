#include "engine/resp/request_batch.h"

namespace engine {

namespace {

// A longer request ends its batch, so that words need not be moved in large numbers.
constexpr std::size_t kMostWords = 32;

} // namespace

RequestParser::Outcome RequestBatch::fill(RequestParser& parser, BytesView buffer)
{
    m_count = m_next = 0;
    std::size_t words = 0;
    for (;;) {
        // Most come whole; their words are put where they are wanted.
        if (m_words) {
            const std::size_t count = parser.parseWhole(buffer, {m_words.get() + words, kMostWords});
            if (count > 0) {
                m_requests[m_count++] = {{m_words.get() + words, count}, parser.consumed()};
                words += count;
                buffer.remove_prefix(parser.consumed());
                if (buffer.empty() || m_count == kMost)
                    return RequestParser::Outcome::Request;
                continue;
            }
        }
        const auto outcome = parser.parse(buffer);
        // What is broken is told when its turn comes.
        if (outcome != RequestParser::Outcome::Request)
            return m_count == 0 ? outcome : RequestParser::Outcome::Request;
        const std::span<const BytesView> argv = parser.argv();
        const std::size_t bytes = parser.consumed();
        const bool isInline = buffer.front() != '*';
        buffer.remove_prefix(bytes);
        if (m_requests.empty())
            m_requests.resize(1);
        m_requests[m_count++] = {argv, bytes};
        if (buffer.empty() || isInline || argv.size() > kMostWords || m_count == kMost)
            return RequestParser::Outcome::Request;
        // The parser's words go with the next request.
        if (!m_words) {
            m_words = std::make_unique<BytesView[]>(kMost * kMostWords);
            m_requests.resize(kMost);
        }
        m_requests[m_count - 1].argv = {m_words.get() + words, argv.size()};
        for (const BytesView word : argv)
            m_words[words++] = word;
    }
}

void RequestBatch::drop(RequestParser& parser)
{
    if (empty())
        return;
    m_next = m_count;
    parser.restart();
}

} // namespace engine
