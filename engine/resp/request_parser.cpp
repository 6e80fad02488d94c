#include "engine/resp/request_parser.h"

#include "engine/base/number.h"

#include <algorithm>

namespace engine {

namespace {

constexpr std::int64_t kMostWordsUnauthenticated = 10;
constexpr std::int64_t kMostBytesUnauthenticated = 16 * 1024;
// Words are gathered as they come: a header that announces millions reserves for no more than these.
constexpr std::int64_t kMostReserved = 1024;

bool isBlank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

char unescaped(char c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'b':
        return '\b';
    case 'a':
        return '\a';
    default:
        return c;
    }
}

// Reads one character of a "…" word at `at`, escapes resolved, and moves behind it.
char readEscaped(BytesView line, std::size_t& at)
{
    if (line[at] != '\\' || at + 1 >= line.size())
        return line[at++];
    if (line[at + 1] == 'x' && at + 3 < line.size() && hexDigit(line[at + 2]) >= 0 && hexDigit(line[at + 3]) >= 0) {
        const int value = hexDigit(line[at + 2]) * 16 + hexDigit(line[at + 3]);
        at += 4;
        return static_cast<char>(value);
    }
    at += 2;
    return unescaped(line[at - 1]);
}

// Reads a quoted part from behind its opening quote; false when it is not closed, or closed in the middle of a word.
bool readQuoted(BytesView line, std::size_t& at, char quote, Bytes& word)
{
    while (at < line.size()) {
        if (line[at] == quote) {
            ++at;
            return at == line.size() || isBlank(line[at]);
        }
        if (quote == '"') {
            word.push_back(readEscaped(line, at));
        } else {
            if (line[at] == '\\' && at + 1 < line.size() && line[at + 1] == '\'')
                ++at;
            word.push_back(line[at++]);
        }
    }
    return false;
}

} // namespace

bool splitQuoted(BytesView line, std::vector<Bytes>& words)
{
    line = line.substr(0, line.find('\0'));
    std::size_t at = 0;
    for (;;) {
        while (at < line.size() && isBlank(line[at]))
            ++at;
        if (at == line.size())
            return true;
        Bytes& word = words.emplace_back();
        while (at < line.size() && !isBlank(line[at])) {
            const char c = line[at++];
            if (c != '"' && c != '\'')
                word.push_back(c);
            else if (!readQuoted(line, at, c, word))
                return false;
        }
    }
}

RequestParser::Outcome RequestParser::parse(BytesView buffer)
{
    if (m_fresh) {
        m_position = m_searched = m_expected = 0;
        m_started = m_fresh = false;
        m_bulkBytes = -1;
        m_words.clear();
        if (parseWhole(buffer))
            return Outcome::Request;
        m_argv.clear();
    }
    if (buffer.empty())
        return Outcome::Incomplete;
    return buffer.front() == '*' ? parseWords(buffer) : parseInline(buffer);
}

RequestParser::Outcome RequestParser::fail(Bytes error)
{
    m_error = "ERR Protocol error: " + std::move(error);
    m_argv.clear();
    m_fresh = true;
    return Outcome::Failed;
}

RequestParser::Outcome RequestParser::finish(BytesView buffer)
{
    m_argv.clear();
    for (const auto& [at, size] : m_words)
        m_argv.push_back(buffer.substr(at, size));
    m_fresh = true;
    return Outcome::Request;
}

RequestParser::Outcome RequestParser::parseInline(BytesView buffer)
{
    const std::size_t end = buffer.find('\n', m_searched);
    if (end == BytesView::npos) {
        m_searched = buffer.size();
        if (buffer.size() <= m_limits.maxInlineBytes)
            return Outcome::Incomplete;
        m_position = buffer.size();
        return fail("too big inline request");
    }
    m_position = end + 1;
    BytesView line = buffer.substr(0, end);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    m_unquoted.clear();
    if (!splitQuoted(line, m_unquoted))
        return fail("unbalanced quotes in request");
    m_argv.assign(m_unquoted.begin(), m_unquoted.end());
    m_fresh = true;
    return Outcome::Request;
}

namespace {

// A header that is all there: what is behind it, and its number. Kept in registers.
struct WholeHeader {
    const char* behind = nullptr; // null: it is none, or not all there
    std::size_t number = 0;
};

// Of a few digits.
WholeHeader shortHeader(const char* text, const char* end, char type)
{
    constexpr int kMostDigits = 8;
    if (text == end || *text != type)
        return {};
    const char* digit = text + 1;
    std::size_t number = 0;
    while (digit != end && isDigit(*digit) && digit - text <= kMostDigits)
        number = number * 10 + static_cast<std::size_t>(*digit++ - '0');
    const auto digits = digit - text - 1;
    if (digits == 0 || (digits > 1 && text[1] == '0') || end - digit < 2 || *digit != '\r')
        return {};
    return {.behind = digit + 2, .number = number};
}

// The same; of one or two digits, as nearly all are, it is read at once.
inline WholeHeader headerAt(const char* text, const char* end, char type)
{
    constexpr std::ptrdiff_t kRoom = 5; // the type, two digits, "\r\n"
    if (end - text < kRoom || *text != type)
        return shortHeader(text, end, type);
    const auto first = static_cast<unsigned>(text[1] - '0');
    const auto second = static_cast<unsigned>(text[2] - '0');
    if (text[2] == '\r' && first <= 9)
        return {.behind = text + kRoom - 1, .number = first};
    if (text[3] == '\r' && first - 1 <= 8 && second <= 9)
        return {.behind = text + kRoom, .number = first * 10 + second};
    return shortHeader(text, end, type);
}

// Reads the words behind a request's header, all there. What is behind them; null when they are not.
inline const char* takeWords(const char* text, const char* end, std::size_t longest, std::span<BytesView> words)
{
    for (BytesView& word : words) {
        const WholeHeader header = headerAt(text, end, '$');
        if (!header.behind || header.number > longest
            || static_cast<std::size_t>(end - header.behind) < header.number + 2)
            return nullptr;
        word = {header.behind, header.number};
        text = header.behind + header.number + 2;
    }
    return text;
}

} // namespace

std::size_t RequestParser::longestWhole() const
{
    return static_cast<std::size_t>(std::min<std::int64_t>(kMostBytesUnauthenticated, m_limits.maxBulkBytes));
}

// The request that nearly all are: whole, and within every limit. Of any other nothing is kept.
bool RequestParser::parseWhole(BytesView buffer)
{
    const char* const end = buffer.data() + buffer.size();
    const WholeHeader header = headerAt(buffer.data(), end, '*');
    if (!header.behind || header.number > static_cast<std::size_t>(kMostWordsUnauthenticated))
        return false;
    m_argv.resize(header.number);
    const char* const behind = takeWords(header.behind, end, longestWhole(), m_argv);
    if (!behind)
        return false;
    m_position = static_cast<std::size_t>(behind - buffer.data());
    m_fresh = true;
    return true;
}

std::size_t RequestParser::parseWhole(BytesView buffer, std::span<BytesView> words)
{
    constexpr auto kMost = static_cast<std::size_t>(kMostWordsUnauthenticated);
    const char* const end = buffer.data() + buffer.size();
    const WholeHeader header = headerAt(buffer.data(), end, '*');
    if (!header.behind || header.number > std::min(kMost, words.size()))
        return 0;
    const char* const behind = takeWords(header.behind, end, longestWhole(), words.first(header.number));
    if (!behind)
        return 0;
    m_position = static_cast<std::size_t>(behind - buffer.data());
    m_expected = 0;
    m_fresh = true;
    return header.number;
}

// Reads "<type><number>\r\n" at the position; `tooLong` is the error for a header that does not end.
RequestParser::Header RequestParser::readHeader(BytesView buffer, BytesView tooLong, BytesView invalid)
{
    const std::size_t end = buffer.find('\r', std::max(m_position, m_searched));
    if (end == BytesView::npos) {
        m_searched = buffer.size();
        if (buffer.size() - m_position <= m_limits.maxInlineBytes)
            return {};
        fail(Bytes(tooLong));
        return {Step::Broken, 0};
    }
    if (end + 1 >= buffer.size())
        return {};
    const auto number = parseInteger(buffer.substr(m_position + 1, end - m_position - 1));
    if (!number) {
        fail(Bytes(invalid));
        return {Step::Broken, 0};
    }
    m_position = end + 2;
    return {Step::Done, *number};
}

RequestParser::Step RequestParser::readWord(BytesView buffer)
{
    if (m_bulkBytes < 0) {
        if (m_position >= buffer.size())
            return Step::Wait;
        if (buffer[m_position] != '$') {
            fail("expected '$', got '" + Bytes(1, buffer[m_position]) + "'");
            return Step::Broken;
        }
        const Header header = readHeader(buffer, "too big bulk count string", "invalid bulk length");
        if (header.step != Step::Done)
            return header.step;
        if (header.number < 0 || header.number > m_limits.maxBulkBytes) {
            fail("invalid bulk length");
            return Step::Broken;
        }
        if (!m_limits.authenticated && header.number > kMostBytesUnauthenticated) {
            fail("unauthenticated bulk length");
            return Step::Broken;
        }
        m_bulkBytes = header.number;
    }
    const auto size = static_cast<std::size_t>(m_bulkBytes);
    m_expected = m_position + size + 2;
    if (buffer.size() < m_expected)
        return Step::Wait;
    m_words.emplace_back(m_position, size);
    m_position = m_expected;
    m_bulkBytes = -1;
    return Step::Done;
}

RequestParser::Outcome RequestParser::parseWords(BytesView buffer)
{
    if (!m_started) {
        const Header header = readHeader(buffer, "too big mbulk count string", "invalid multibulk length");
        if (header.step != Step::Done)
            return header.step == Step::Wait ? Outcome::Incomplete : Outcome::Failed;
        if (header.number > m_limits.maxWords)
            return fail("invalid multibulk length");
        if (!m_limits.authenticated && header.number > kMostWordsUnauthenticated)
            return fail("unauthenticated multibulk length");
        m_started = true;
        m_wordsLeft = std::max<std::int64_t>(header.number, 0);
        m_words.reserve(static_cast<std::size_t>(std::min(m_wordsLeft, kMostReserved)));
    }
    for (; m_wordsLeft > 0; --m_wordsLeft) {
        const Step step = readWord(buffer);
        if (step != Step::Done)
            return step == Step::Wait ? Outcome::Incomplete : Outcome::Failed;
    }
    return finish(buffer);
}

} // namespace engine
