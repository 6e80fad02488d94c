#include "engine/resp/reply_text.h"

#include "engine/base/number.h"

#include <cstdio>

namespace engine {

namespace {

// What is printed of a reply. One that nests a thousand deep would be longer than anybody reads.
constexpr std::size_t kMostPrinted = std::size_t(16) << 20;

void print(const Reply& reply, Bytes& out, std::size_t indent);

void appendIndented(Bytes& out, BytesView lines, std::size_t indent)
{
    for (const char c : lines) {
        out.push_back(c);
        if (c == '\n')
            out.append(indent, ' ');
    }
}

void printAggregate(const Reply& reply, Bytes& out, std::size_t indent) // NOLINT(misc-no-recursion)
{
    const bool isMap = reply.kind == ReplyKind::Map;
    const std::size_t count = isMap ? reply.elements.size() / 2 : reply.elements.size();
    if (count == 0) {
        out += isMap ? "(empty hash)" : reply.kind == ReplyKind::Set ? "(empty set)" : "(empty array)";
        return;
    }
    const char mark = isMap ? '#' : reply.kind == ReplyKind::Set ? '~' : reply.kind == ReplyKind::Push ? '>' : ')';
    const std::size_t width = std::to_string(count).size();
    const std::size_t place = indent + width + 2;
    for (std::size_t i = 0; i < count; ++i) {
        if (out.size() > kMostPrinted) {
            out += " …";
            return;
        }
        const Bytes number = std::to_string(i + 1);
        if (i > 0)
            out.append("\n").append(indent, ' ');
        out.append(width - number.size(), ' ').append(number).append({mark, ' '});
        if (isMap) {
            print(reply.elements[i * 2], out, place);
            out += " => ";
        }
        print(reply.elements[isMap ? i * 2 + 1 : i], out, place);
    }
}

Bytes scalarText(const Reply& reply)
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
    case ReplyKind::Double:
        return "(double) " + formatDouble(reply.number);
    case ReplyKind::Boolean:
        return reply.integer != 0 ? "(true)" : "(false)";
    default:
        return "(nil)";
    }
}

void print(const Reply& reply, Bytes& out, std::size_t indent) // NOLINT(misc-no-recursion)
{
    switch (reply.kind) {
    case ReplyKind::Array:
    case ReplyKind::Map:
    case ReplyKind::Set:
    case ReplyKind::Push:
        return printAggregate(reply, out, indent);
    default:
        return appendIndented(out, scalarText(reply), indent);
    }
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
    Bytes text;
    print(reply, text, 0);
    return text;
}

} // namespace engine
