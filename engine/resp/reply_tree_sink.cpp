#include "engine/resp/reply_tree_sink.h"

#include "engine/base/check.h"
#include "engine/base/number.h"

#include <algorithm>

namespace engine {

namespace {

Bytes oneLine(BytesView text)
{
    Bytes line(text);
    std::ranges::replace(line, '\r', ' ');
    std::ranges::replace(line, '\n', ' ');
    return line;
}

Reply textReply(ReplyKind kind, BytesView text)
{
    Reply reply;
    reply.kind = kind;
    reply.text = text;
    return reply;
}

} // namespace

Reply ReplyTreeSink::take()
{
    CHECK(complete());
    m_done = false;
    return std::move(m_reply);
}

void ReplyTreeSink::add(Reply reply)
{
    // Each turn puts a finished value into the aggregate around it, and goes on when that is finished too.
    for (;;) {
        if (m_open.empty()) {
            m_reply = std::move(reply);
            m_done = true;
            return;
        }
        Open& around = m_open.back();
        around.reply.elements.push_back(std::move(reply));
        if (around.counting || --around.left > 0)
            return;
        reply = std::move(around.reply);
        m_open.pop_back();
    }
}

void ReplyTreeSink::open(ReplyKind kind, std::size_t size)
{
    Open opened;
    opened.reply.kind = kind;
    opened.left = size;
    if (size == 0)
        return add(std::move(opened.reply));
    m_open.push_back(std::move(opened));
}

void ReplyTreeSink::status(BytesView text)
{
    add(textReply(ReplyKind::Status, oneLine(text)));
}

void ReplyTreeSink::error(BytesView text)
{
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.remove_suffix(1);
    add(textReply(ReplyKind::Error, oneLine(text)));
}

void ReplyTreeSink::integer(std::int64_t value)
{
    Reply reply;
    reply.kind = ReplyKind::Integer;
    reply.integer = value;
    add(std::move(reply));
}

void ReplyTreeSink::bulk(BytesView value)
{
    add(textReply(ReplyKind::Bulk, value));
}

void ReplyTreeSink::null()
{
    add({});
}

void ReplyTreeSink::nullArray()
{
    Reply reply;
    reply.kind = resp3() ? ReplyKind::Null : ReplyKind::NullArray;
    add(std::move(reply));
}

void ReplyTreeSink::array(std::size_t size)
{
    open(ReplyKind::Array, size);
}

void ReplyTreeSink::map(std::size_t pairs)
{
    open(resp3() ? ReplyKind::Map : ReplyKind::Array, pairs * 2);
}

void ReplyTreeSink::set(std::size_t size)
{
    open(resp3() ? ReplyKind::Set : ReplyKind::Array, size);
}

void ReplyTreeSink::push(std::size_t size)
{
    open(resp3() ? ReplyKind::Push : ReplyKind::Array, size);
}

void ReplyTreeSink::number(double value)
{
    if (!resp3())
        return bulk(formatDouble(value));
    Reply reply;
    reply.kind = ReplyKind::Double;
    reply.number = value;
    add(std::move(reply));
}

void ReplyTreeSink::longNumber(double value)
{
    if (resp3())
        number(value);
    else
        bulk(formatLongDouble(value));
}

void ReplyTreeSink::boolean(bool value)
{
    if (!resp3())
        return integer(value ? 1 : 0);
    Reply reply;
    reply.kind = ReplyKind::Boolean;
    reply.integer = value ? 1 : 0;
    add(std::move(reply));
}

void ReplyTreeSink::bigNumber(BytesView digits)
{
    if (resp3())
        add(textReply(ReplyKind::BigNumber, oneLine(digits)));
    else
        bulk(digits);
}

void ReplyTreeSink::verbatim(BytesView format, BytesView text)
{
    if (!resp3())
        return bulk(text);
    Reply reply = textReply(ReplyKind::Verbatim, text);
    reply.format = format;
    add(std::move(reply));
}

void ReplyTreeSink::beginArray()
{
    Open opened;
    opened.reply.kind = ReplyKind::Array;
    opened.counting = true;
    m_open.push_back(std::move(opened));
}

void ReplyTreeSink::end()
{
    CHECK(!m_open.empty() && m_open.back().counting);
    Reply reply = std::move(m_open.back().reply);
    m_open.pop_back();
    add(std::move(reply));
}

ReplySink::Mark ReplyTreeSink::mark() const
{
    return {.bytes = 0, .open = m_open.size(), .inOpen = m_open.empty() ? 0 : m_open.back().reply.elements.size()};
}

void ReplyTreeSink::takeBack(const Mark& mark)
{
    CHECK(!m_done);
    m_open.resize(mark.open);
    if (m_open.empty())
        return;
    Open& around = m_open.back();
    // Elements are complete values, and the one that is taken back is not.
    CHECK(around.reply.elements.size() == mark.inOpen);
}

} // namespace engine
