#include "engine/resp/resp_sink.h"

#include "engine/base/check.h"
#include "engine/base/number.h"

#include <bit>
#include <cmath>
#include <iterator>

namespace engine {

namespace {

// A reply of one line ends at its line feed, so those inside would forge another reply.
void appendOneLine(Bytes& out, BytesView text)
{
    for (const char c : text)
        out.push_back(c == '\r' || c == '\n' ? ' ' : c);
}

} // namespace

void RespSink::line(char type, BytesView text)
{
    m_out.push_back(type);
    m_out.append(text).append("\r\n");
    wrote();
}

// "<type><number>\r\n", at one go. Numbers are short: what is written is made in a word, and the word appended, as so
// many bytes as are known beforehand cost no call; what was too much goes again.
void RespSink::numberLine(char type, std::int64_t value)
{
    static_assert(std::endian::native == std::endian::little);
    constexpr std::int64_t kShort = 9'999'999; // with the type they fill a word
    constexpr int kLineEnd = 2;
    if (value < 0 || value > kShort) {
        m_out.push_back(type);
        m_out.append(IntegerText(value).view()).append("\r\n", kLineEnd);
        return;
    }
    const ShortDigits digits(static_cast<std::uint64_t>(value));
    const int size = 1 + digits.size;
    std::uint64_t word = static_cast<unsigned char>(type) | digits.text << 8;
    const bool isWhole = size + kLineEnd <= static_cast<int>(sizeof word);
    if (isWhole)
        word |= std::uint64_t{'\r' | '\n' << 8} << (8 * size);
    const std::size_t before = m_out.size();
    m_out.append(reinterpret_cast<const char*>(&word), sizeof word);
    m_out.resize(before + static_cast<std::size_t>(isWhole ? size + kLineEnd : size));
    if (!isWhole)
        m_out.append("\r\n", kLineEnd);
}

void RespSink::header(char type, std::size_t size, std::size_t values)
{
    numberLine(type, static_cast<std::int64_t>(size));
    if (m_open.empty())
        return;
    if (values == 0)
        return count();
    m_open.push_back({.at = 0, .count = values, .counting = false});
}

void RespSink::count()
{
    // One value is complete; it may complete the aggregates around it.
    while (!m_open.empty()) {
        Open& open = m_open.back();
        if (open.counting) {
            ++open.count;
            return;
        }
        if (--open.count > 0)
            return;
        m_open.pop_back();
    }
}

void RespSink::status(BytesView text)
{
    m_out.push_back('+');
    appendOneLine(m_out, text);
    m_out.append("\r\n");
    wrote();
}

void RespSink::error(BytesView text)
{
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.remove_suffix(1);
    m_out.push_back('-');
    appendOneLine(m_out, text);
    m_out.append("\r\n");
    wrote();
}

void RespSink::integer(std::int64_t value)
{
    // What counts or says yes or no.
    if (value == 0 || value == 1)
        m_out.append(value == 0 ? ":0\r\n" : ":1\r\n", 4);
    else
        numberLine(':', value);
    wrote();
}

void RespSink::bulk(BytesView value)
{
    numberLine('$', static_cast<std::int64_t>(value.size()));
    m_out.append(value).append("\r\n");
    wrote();
}

void RespSink::null()
{
    m_out.append(resp3() ? BytesView("_\r\n") : BytesView("$-1\r\n"));
    wrote();
}

void RespSink::nullArray()
{
    m_out.append(resp3() ? "_\r\n" : "*-1\r\n");
    wrote();
}

void RespSink::array(std::size_t size)
{
    header('*', size, size);
}

void RespSink::map(std::size_t pairs)
{
    if (resp3())
        header('%', pairs, pairs * 2);
    else
        header('*', pairs * 2, pairs * 2);
}

void RespSink::set(std::size_t size)
{
    header(resp3() ? '~' : '*', size, size);
}

void RespSink::push(std::size_t size)
{
    header(resp3() ? '>' : '*', size, size);
}

void RespSink::number(double value)
{
    if (resp3())
        line(',', formatDouble(value));
    else
        bulk(formatDouble(value));
}

void RespSink::longNumber(double value)
{
    if (resp3())
        line(',', formatLongDouble(value));
    else
        bulk(formatLongDouble(value));
}

void RespSink::boolean(bool value)
{
    if (resp3())
        line('#', value ? "t" : "f");
    else
        integer(value ? 1 : 0);
}

void RespSink::bigNumber(BytesView digits)
{
    if (!resp3())
        return bulk(digits);
    m_out.push_back('(');
    appendOneLine(m_out, digits);
    m_out.append("\r\n");
    wrote();
}

void RespSink::verbatim(BytesView format, BytesView text)
{
    CHECK(format.size() == 3);
    if (!resp3())
        return bulk(text);
    m_out.push_back('=');
    m_out.append(IntegerText(static_cast<std::int64_t>(text.size()) + 4).view()).append("\r\n");
    m_out.append(format).append(":").append(text).append("\r\n");
    wrote();
}

void RespSink::beginArray()
{
    m_open.push_back({.at = m_out.size(), .count = 0, .counting = true});
}

void RespSink::end()
{
    CHECK(!m_open.empty() && m_open.back().counting);
    const Open open = m_open.back();
    m_open.pop_back();
    m_out.insert(open.at, "*" + Bytes(IntegerText(static_cast<std::int64_t>(open.count)).view()) + "\r\n");
    wrote();
}

ReplySink::Mark RespSink::mark() const
{
    return {.bytes = m_out.size(), .open = m_open.size(), .inOpen = m_open.empty() ? 0 : m_open.back().count};
}

void RespSink::takeBack(const Mark& mark)
{
    m_out.resize(mark.bytes);
    m_open.resize(mark.open);
    if (!m_open.empty())
        m_open.back().count = mark.inOpen;
}

} // namespace engine
