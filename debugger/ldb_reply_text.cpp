#include "debugger/ldb_reply_text.h"

#include "engine/resp/reply_text.h"

#include <cstdio>

namespace debugger {

using engine::Bytes;
using engine::BytesView;
using engine::Reply;
using engine::ReplyKind;

namespace {

Bytes rounded(double number)
{
    char digits[64];
    std::snprintf(digits, sizeof digits, "%g", number);
    return digits;
}

class Writer {
public:
    explicit Writer(LdbReplyForm form) : m_form(form) { }

    void write(Bytes& text, const Reply& reply)
    {
        switch (reply.kind) {
        case ReplyKind::Integer:
            text += std::to_string(reply.integer);
            break;
        case ReplyKind::Bulk:
            text += engine::quoted(reply.text);
            break;
        case ReplyKind::Status:
            text += engine::quoted("+" + reply.text);
            break;
        case ReplyKind::Error:
            text += engine::quoted("-" + reply.text);
            break;
        case ReplyKind::Boolean:
            text += reply.integer != 0 ? "#true" : "#false";
            break;
        case ReplyKind::Double:
            text += "(double) "
                + (m_form == LdbReplyForm::Whole ? engine::formatReplyForPeople(reply) : rounded(reply.number));
            break;
        case ReplyKind::Array:
        case ReplyKind::Push:
            list(text, "[", "]", reply);
            break;
        case ReplyKind::Set:
            list(text, "~(", ")", reply);
            break;
        case ReplyKind::Map:
            map(text, reply);
            break;
        case ReplyKind::Null:
        case ReplyKind::NullArray:
            text += m_form == LdbReplyForm::Resp3 ? "(null)" : "NULL";
            break;
        // Redis shows nothing of these.
        case ReplyKind::BigNumber:
        case ReplyKind::Verbatim:
            if (m_form == LdbReplyForm::Whole)
                text += engine::quoted(reply.text);
            break;
        }
    }

private:
    void list(Bytes& text, const char* open, const char* close, const Reply& reply)
    {
        text += open;
        for (std::size_t i = 0; i < reply.elements.size(); ++i) {
            text += i > 0 ? "," : "";
            write(text, reply.elements[i]);
        }
        text += close;
    }

    void map(Bytes& text, const Reply& reply)
    {
        text += '{';
        for (std::size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
            text += i > 0 ? "," : "";
            write(text, reply.elements[i]);
            text += " => ";
            write(text, reply.elements[i + 1]);
        }
        text += '}';
    }

    LdbReplyForm m_form;
};

} // namespace

Bytes ldbReplyText(const Reply& reply, LdbReplyForm form)
{
    Bytes text;
    Writer(form).write(text, reply);
    return text;
}

} // namespace debugger
