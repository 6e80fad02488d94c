#include "engine/resp/reply_parser.h"

#include "engine/base/number.h"

#include <cmath>

namespace engine {

namespace {

constexpr int kDeepest = 512;

/// Reads one reply by descent. Where bytes are missing it gives up and starts again with more: replies that arrive in
/// pieces are rare, and small.
class ReplyReader {
public:
    explicit ReplyReader(BytesView buffer) : m_buffer(buffer) { }

    bool read(Reply& reply, int depth = 0);
    bool broken() const { return !m_error.empty(); }
    const Bytes& error() const { return m_error; }
    std::size_t position() const { return m_position; }

private:
    bool fail(Bytes why)
    {
        m_error = std::move(why);
        return false;
    }
    bool readLine(BytesView& line);
    bool readNumber(std::int64_t& number);
    bool readText(Bytes& text, bool& isNull);
    bool readElements(Reply& reply, std::size_t perItem, int depth);
    bool readScalar(char type, Reply& reply);
    bool readVerbatim(Reply& reply);
    bool skipAttribute(int depth);

    BytesView m_buffer;
    std::size_t m_position = 0;
    Bytes m_error;
};

bool ReplyReader::readLine(BytesView& line)
{
    const std::size_t end = m_buffer.find("\r\n", m_position);
    if (end == BytesView::npos)
        return false;
    line = m_buffer.substr(m_position, end - m_position);
    m_position = end + 2;
    return true;
}

bool ReplyReader::readNumber(std::int64_t& number)
{
    BytesView line;
    if (!readLine(line))
        return false;
    const auto parsed = parseInteger(line);
    if (!parsed)
        return fail("not a number in a reply: " + Bytes(line.substr(0, 40)));
    number = *parsed;
    return true;
}

bool ReplyReader::readText(Bytes& text, bool& isNull)
{
    std::int64_t size = 0;
    if (!readNumber(size))
        return false;
    isNull = size < 0;
    if (size < -1)
        return fail("a string of negative length in a reply");
    if (isNull)
        return true;
    const auto bytes = static_cast<std::size_t>(size);
    const std::size_t left = m_buffer.size() - m_position;
    if (left < 2 || left - 2 < bytes)
        return false;
    if (m_buffer.substr(m_position + bytes, 2) != "\r\n")
        return fail("a string in a reply does not end where its length says");
    text = m_buffer.substr(m_position, bytes);
    m_position += bytes + 2;
    return true;
}

bool ReplyReader::readElements(Reply& reply, std::size_t perItem, int depth)
{
    std::int64_t count = 0;
    if (!readNumber(count))
        return false;
    if (count < 0) {
        reply.kind = ReplyKind::NullArray;
        return count == -1 || fail("an array of negative length in a reply");
    }
    for (std::int64_t i = 0; i < count; ++i) {
        for (std::size_t part = 0; part < perItem; ++part) {
            if (!read(reply.elements.emplace_back(), depth + 1))
                return false;
        }
    }
    return true;
}

bool ReplyReader::readVerbatim(Reply& reply)
{
    bool isNull = false;
    if (!readText(reply.text, isNull))
        return false;
    if (isNull || reply.text.size() < 4 || reply.text[3] != ':')
        return fail("a verbatim string without its format in a reply");
    reply.format = reply.text.substr(0, 3);
    reply.text.erase(0, 4);
    return true;
}

bool ReplyReader::readScalar(char type, Reply& reply)
{
    BytesView line;
    if (!readLine(line))
        return false;
    reply.text = line;
    switch (type) {
    case '+':
        reply.kind = ReplyKind::Status;
        return true;
    case '-':
        reply.kind = ReplyKind::Error;
        return true;
    case '(':
        reply.kind = ReplyKind::BigNumber;
        return true;
    case '_':
        reply.kind = ReplyKind::Null;
        return line.empty() || fail("a null with a value in a reply");
    case '#':
        reply.kind = ReplyKind::Boolean;
        reply.integer = line == "t" ? 1 : 0;
        reply.text.clear();
        return line == "t" || line == "f" || fail("neither true nor false in a reply");
    default:
        break;
    }
    reply.kind = ReplyKind::Double;
    const auto number = line == "nan" || line == "-nan" ? std::optional(std::nan("")) : parseDouble(line);
    reply.text.clear();
    reply.number = number.value_or(0);
    return number || fail("not a double in a reply: " + Bytes(line.substr(0, 40)));
}

bool ReplyReader::skipAttribute(int depth)
{
    Reply attribute;
    return readElements(attribute, 2, depth);
}

bool ReplyReader::read(Reply& reply, int depth)
{
    if (depth > kDeepest)
        return fail("a reply nested deeper than " + std::to_string(kDeepest) + " levels");
    if (m_position >= m_buffer.size())
        return false;
    const char type = m_buffer[m_position++];
    bool isNull = false;
    switch (type) {
    case ':':
        reply.kind = ReplyKind::Integer;
        return readNumber(reply.integer);
    case '$':
        if (!readText(reply.text, isNull))
            return false;
        reply.kind = isNull ? ReplyKind::Null : ReplyKind::Bulk;
        return true;
    case '=':
        reply.kind = ReplyKind::Verbatim;
        return readVerbatim(reply);
    case '*':
        reply.kind = ReplyKind::Array;
        return readElements(reply, 1, depth);
    case '~':
        reply.kind = ReplyKind::Set;
        return readElements(reply, 1, depth);
    case '>':
        reply.kind = ReplyKind::Push;
        return readElements(reply, 1, depth);
    case '%':
        reply.kind = ReplyKind::Map;
        return readElements(reply, 2, depth);
    case '|':
        return skipAttribute(depth) && read(reply, depth + 1);
    case '+':
    case '-':
    case '(':
    case '_':
    case '#':
    case ',':
        return readScalar(type, reply);
    default:
        return fail(Bytes("no reply begins with byte ") + std::to_string(static_cast<unsigned char>(type)));
    }
}

} // namespace

Result<std::optional<ParsedReply>> parseReply(BytesView buffer)
{
    ReplyReader reader(buffer);
    ParsedReply parsed;
    if (reader.read(parsed.reply)) {
        parsed.bytes = reader.position();
        return std::optional(std::move(parsed));
    }
    if (reader.broken())
        return Error{reader.error()};
    return std::optional<ParsedReply>();
}

Bytes encodeRequest(std::span<const BytesView> argv)
{
    Bytes request = "*" + std::to_string(argv.size()) + "\r\n";
    for (const BytesView word : argv)
        request.append("$").append(std::to_string(word.size())).append("\r\n").append(word).append("\r\n");
    return request;
}

} // namespace engine
