#include "engine/resp/reply_text.h"

#include "engine/base/number.h"

#include <cstdio>

namespace engine {

namespace {

Bytes indented(BytesView lines, std::size_t blanks)
{
    Bytes text;
    for (const char c : lines) {
        text.push_back(c);
        if (c == '\n')
            text.append(blanks, ' ');
    }
    return text;
}

Bytes formatAggregate(const Reply& reply)
{
    const bool isMap = reply.kind == ReplyKind::Map;
    const std::size_t count = isMap ? reply.elements.size() / 2 : reply.elements.size();
    if (count == 0)
        return isMap ? "(empty hash)" : reply.kind == ReplyKind::Set ? "(empty set)" : "(empty array)";
    const char mark = isMap ? '#' : reply.kind == ReplyKind::Set ? '~' : reply.kind == ReplyKind::Push ? '>' : ')';
    const std::size_t width = std::to_string(count).size();
    Bytes text;
    for (std::size_t i = 0; i < count; ++i) {
        const Bytes number = std::to_string(i + 1);
        if (i > 0)
            text += '\n';
        text.append(width - number.size(), ' ').append(number).append({mark, ' '});
        const std::size_t place = width + 2;
        if (isMap)
            text += indented(formatReplyForPeople(reply.elements[i * 2]), place) + " => ";
        text += indented(formatReplyForPeople(reply.elements[isMap ? i * 2 + 1 : i]), place);
    }
    return text;
}

} // namespace

Bytes quoted(BytesView text)
{
    Bytes result = "\"";
    for (const char c : text) {
        switch (c) {
        case '\\':
        case '"':
            result.append({'\\', c});
            break;
        case '\n':
            result += "\\n";
            break;
        case '\r':
            result += "\\r";
            break;
        case '\t':
            result += "\\t";
            break;
        case '\a':
            result += "\\a";
            break;
        case '\b':
            result += "\\b";
            break;
        default:
            if (c >= ' ' && c <= '~') {
                result.push_back(c);
            } else {
                char hex[5];
                std::snprintf(hex, sizeof hex, "\\x%02x", static_cast<unsigned char>(c));
                result += hex;
            }
        }
    }
    return result + '"';
}

Bytes formatReplyForPeople(const Reply& reply)
{
    switch (reply.kind) {
    case ReplyKind::Status:
    case ReplyKind::BigNumber:
    case ReplyKind::Verbatim:
        return reply.text;
    case ReplyKind::Error:
        return "(error) " + reply.text;
    case ReplyKind::Integer:
        return "(integer) " + std::to_string(reply.integer);
    case ReplyKind::Bulk:
        return quoted(reply.text);
    case ReplyKind::Null:
    case ReplyKind::NullArray:
        return "(nil)";
    case ReplyKind::Double:
        return "(double) " + formatDouble(reply.number);
    case ReplyKind::Boolean:
        return reply.integer != 0 ? "(true)" : "(false)";
    case ReplyKind::Array:
    case ReplyKind::Map:
    case ReplyKind::Set:
    case ReplyKind::Push:
        break;
    }
    return formatAggregate(reply);
}

} // namespace engine
