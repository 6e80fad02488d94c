#pragma once

// Reads requests from bytes as they arrive: RESP arrays of bulk strings, or inline lines with redis-cli's quoting.
// A pure state machine over the caller's buffer: the same bytes give the same requests however they are cut.
// Source: https://redis.io/docs/reference/protocol-spec/

#include "engine/base/bytes.h"

#include <cstdint>
#include <span>
#include <vector>

namespace engine {

struct RequestLimits {
    std::int64_t maxBulkBytes = 512LL * 1024 * 1024; // proto-max-bulk-len
    std::int64_t maxWords = 2147483647;
    std::size_t maxInlineBytes = 64 * 1024;
    bool authenticated = true; // others may send 10 words of 16 KiB
};

/// Thread: one at a time.
class RequestParser {
public:
    enum class Outcome {
        Incomplete, // more bytes are needed; all that was given is kept in mind
        Request, // `argv` holds the words; empty when there was nothing to run ("*0", an empty line)
        Failed, // `error` is the reply; the connection is then closed
    };

    explicit RequestParser(RequestLimits limits = {}) : m_limits(limits) { }
    void setLimits(const RequestLimits& limits) { m_limits = limits; }

    /// Continues at the front of `buffer`: all bytes received and not yet consumed by a finished request. The words are
    /// views into it, valid as long as it stays.
    Outcome parse(BytesView buffer);
    /// As `parse`, for a request that is there whole, within every limit, and of at most `words.size()` words: puts
    /// them there and gives their number. 0: it is another, and nothing has been read.
    std::size_t parseWhole(BytesView buffer, std::span<BytesView> words);
    std::span<const BytesView> argv() const { return m_argv; }
    BytesView error() const { return m_error; }
    /// Forgets what has been read of a request: the next `parse` begins at the front of one.
    void restart() { m_fresh = true; }
    /// After Request or Failed: how many bytes of the buffer that was; drop them before the next `parse`.
    std::size_t consumed() const { return m_position; }
    /// The whole length of the request that is being read, as far as it is known: what to reserve for. 0: not known.
    std::size_t expectedBytes() const { return m_expected; }

private:
    /// A part of a request: read, or waiting for bytes, or broken.
    enum class Step { Done, Wait, Broken };
    struct Header {
        Step step = Step::Wait;
        std::int64_t number = 0;
    };

    bool parseWhole(BytesView buffer);
    std::size_t longestWhole() const;
    Outcome parseInline(BytesView buffer);
    Outcome parseWords(BytesView buffer);
    Step readWord(BytesView buffer);
    Header readHeader(BytesView buffer, BytesView tooLong, BytesView invalid);
    Outcome fail(Bytes error);
    Outcome finish(BytesView buffer);

    RequestLimits m_limits;
    std::size_t m_position = 0; // read so far of this request
    std::size_t m_searched = 0; // no line feed before this
    std::size_t m_expected = 0;
    std::int64_t m_wordsLeft = 0;
    std::int64_t m_bulkBytes = -1; // of the word being read; -1: its header is to be read
    bool m_started = false; // the header has been read
    bool m_fresh = true; // the next parse begins a request
    std::vector<std::pair<std::size_t, std::size_t>> m_words; // place and size; the buffer may move between calls
    std::vector<Bytes> m_unquoted; // words of an inline request
    std::vector<BytesView> m_argv;
    Bytes m_error;
};

/// Splits a line as redis-cli does: blanks between words; "…" with \n \r \t \a \b \xHH escapes; '…' with \'.
/// False when quotes are unbalanced or a word follows a closing quote.
bool splitQuoted(BytesView line, std::vector<Bytes>& words);

} // namespace engine
