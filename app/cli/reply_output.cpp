#include "app/cli/reply_output.h"

#include "engine/base/number.h"

namespace app {

using engine::Reply;
using engine::ReplyKind;

namespace {

void appendRaw(std::string& out, const Reply& reply);

void appendElements(std::string& out, const Reply& reply)
{
    const bool map = reply.kind == ReplyKind::Map;
    for (std::size_t i = 0; i < reply.elements.size(); ++i) {
        if (i > 0)
            out += map && i % 2 == 1 ? ' ' : '\n';
        appendRaw(out, reply.elements[i]);
    }
}

void appendRaw(std::string& out, const Reply& reply)
{
    switch (reply.kind) {
    case ReplyKind::Error:
        out += reply.text + '\n';
        break;
    case ReplyKind::Integer:
        out += std::to_string(reply.integer);
        break;
    case ReplyKind::Null:
    case ReplyKind::NullArray:
        break;
    case ReplyKind::Double:
        out += engine::formatDouble(reply.number);
        break;
    case ReplyKind::Boolean:
        out += reply.integer != 0 ? "(true)" : "(false)";
        break;
    case ReplyKind::Map:
    case ReplyKind::Array:
    case ReplyKind::Set:
    case ReplyKind::Push:
        appendElements(out, reply);
        break;
    case ReplyKind::Status:
    case ReplyKind::Bulk:
    case ReplyKind::BigNumber:
    case ReplyKind::Verbatim:
        out += reply.text;
        break;
    }
}

} // namespace

std::string rawText(const Reply& reply)
{
    std::string out;
    appendRaw(out, reply);
    return out + '\n';
}

} // namespace app
