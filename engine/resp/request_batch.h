#pragma once

// Requests read ahead of their turn: those that have arrived whole are parsed together, so that whoever runs them can
// prepare for all at once. Reading ahead decides nothing: a batch may be dropped and its bytes be read again.

#include "engine/resp/request_parser.h"

#include <memory>
#include <span>
#include <vector>

namespace engine {

/// Thread: one at a time.
class RequestBatch {
public:
    static constexpr std::size_t kMost = 16;

    struct Request {
        std::span<const BytesView> argv; // empty when there is nothing to run
        std::size_t bytes = 0; // of the buffer
    };

    /// Reads what has arrived, up to kMost requests. Answers what became of the first; the batch is empty but for
    /// Outcome::Request. Words are views into `buffer` and the parser, which stay until the batch has been run.
    RequestParser::Outcome fill(RequestParser& parser, BytesView buffer);

    bool empty() const { return m_next == m_count; }
    /// All that were read.
    std::span<const Request> requests() const { return {m_requests.data(), m_count}; }
    std::size_t taken() const { return m_next; }
    const Request& take() { return m_requests[m_next++]; }
    /// Drops what has not been taken. The bytes are to be read again, so the parser is told.
    void drop(RequestParser& parser);

private:
    std::vector<Request> m_requests; // kMost once there have been several
    std::size_t m_count = 0;
    std::size_t m_next = 0;
    std::unique_ptr<BytesView[]> m_words; // of all requests but the last, which the parser holds
};

} // namespace engine
