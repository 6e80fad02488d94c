#include "engine/script/lua_convert.h"

#include "engine/base/number.h"
#include "engine/script/lua_arena.h"

#include <lua.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace engine {
namespace {

// What a value costs beside its bytes: header, a slot in a table and its growth.
constexpr std::size_t kValueBytes = 128;

} // namespace

void LuaSink::begin(lua_State* state)
{
    m_state = state;
    m_base = lua_gettop(state);
    m_open.clear();
    m_isError = false;
    m_overflowed = false;
}

bool LuaSink::room(std::size_t bytes)
{
    // Twice: a table that grows is copied.
    // And past the limit there is no use for it: the run ends when the command has.
    if (m_overflowed || m_arena.usedBytes() + bytes > m_arena.limitBytes()
        || !m_arena.hasRoomFor(2 * bytes + kValueBytes))
        m_overflowed = true;
    return !m_overflowed;
}

// [-1, 0]: the value on top goes into the innermost open aggregate, or stays as the reply.
void LuaSink::put()
{
    while (!m_open.empty()) {
        Aggregate& into = m_open.back();
        ++into.done;
        switch (into.shape) {
        case Shape::Array:
        case Shape::OpenArray:
            lua_rawseti(m_state, -2, static_cast<int>(into.done));
            break;
        case Shape::Map:
            if (into.done % 2 == 1)
                return; // a key waits for its value
            if (lua_isnil(m_state, -2))
                lua_pop(m_state, 2);
            else
                lua_rawset(m_state, -3);
            break;
        case Shape::Set:
            lua_pushboolean(m_state, 1);
            lua_rawset(m_state, -3);
            break;
        }
        if (into.shape == Shape::OpenArray || into.done < into.size)
            return;
        close();
    }
}

// [-1 or 0]: the innermost aggregate is complete; one that has a wrapper is put into its field.
void LuaSink::close()
{
    const Shape shape = m_open.back().shape;
    m_open.pop_back();
    if (shape == Shape::Map || shape == Shape::Set) {
        lua_setfield(m_state, -2, shape == Shape::Map ? "map" : "set");
    }
}

void LuaSink::open(Shape shape, std::size_t size)
{
    // In wide arrays a slot is 16 bytes; what is in them asks for itself.
    if (!room(size * 16) || !lua_checkstack(m_state, 6)) {
        m_overflowed = true;
        return;
    }
    constexpr std::size_t kMostSlots = std::numeric_limits<int>::max() / 32;
    const int slots = static_cast<int>(std::min(size, kMostSlots));
    if (shape == Shape::Map || shape == Shape::Set) {
        // Growing from nothing as Redis's do: the order of `pairs` depends on it.
        lua_createtable(m_state, 0, 1);
        lua_newtable(m_state);
    } else {
        // With nulls as holes `#` depends on how the table grew; Redis lets it grow from nothing.
        lua_createtable(m_state, resp3() ? 0 : slots, 0);
    }
    m_open.push_back({shape, size, 0});
    if (size == 0 && shape != Shape::OpenArray) {
        close();
        put();
    }
}

void LuaSink::finish()
{
    if (!m_overflowed)
        return;
    lua_settop(m_state, m_base);
    lua_pushnil(m_state);
    m_open.clear();
}

void LuaSink::status(BytesView value)
{
    text("ok", value);
}

void LuaSink::text(const char* field, BytesView value)
{
    if (!room(value.size()))
        return;
    lua_createtable(m_state, 0, 1);
    lua_pushlstring(m_state, value.data(), value.size());
    lua_setfield(m_state, -2, field);
    put();
}

void LuaSink::error(BytesView value)
{
    if (!room(value.size()))
        return;
    if (m_open.empty())
        m_isError = true;
    lua_createtable(m_state, 0, 2);
    lua_pushlstring(m_state, value.data(), value.size());
    lua_setfield(m_state, -2, "err");
    lua_pushboolean(m_state, 1);
    lua_setfield(m_state, -2, "ignore_error_stats_update");
    put();
}

void LuaSink::integer(std::int64_t value)
{
    if (!room(0))
        return;
    lua_pushnumber(m_state, static_cast<double>(value));
    put();
}

void LuaSink::bulk(BytesView value)
{
    if (!room(value.size()))
        return;
    lua_pushlstring(m_state, value.data(), value.size());
    put();
}

void LuaSink::null()
{
    if (!room(0))
        return;
    if (resp3())
        lua_pushnil(m_state);
    else
        lua_pushboolean(m_state, 0);
    put();
}

void LuaSink::array(std::size_t size)
{
    open(Shape::Array, size);
}

void LuaSink::map(std::size_t pairs)
{
    open(resp3() ? Shape::Map : Shape::Array, 2 * pairs);
}

void LuaSink::set(std::size_t size)
{
    open(resp3() ? Shape::Set : Shape::Array, size);
}

void LuaSink::number(double value)
{
    if (!resp3()) {
        const Bytes digits = formatDouble(value);
        return bulk(digits);
    }
    if (!room(0))
        return;
    lua_createtable(m_state, 0, 1);
    lua_pushnumber(m_state, value);
    lua_setfield(m_state, -2, "double");
    put();
}

void LuaSink::longNumber(double value)
{
    if (resp3())
        return number(value);
    const Bytes digits = formatLongDouble(value);
    bulk(digits);
}

void LuaSink::boolean(bool value)
{
    if (!resp3())
        return integer(value ? 1 : 0);
    if (!room(0))
        return;
    lua_pushboolean(m_state, value ? 1 : 0);
    put();
}

void LuaSink::bigNumber(BytesView digits)
{
    if (!resp3())
        return bulk(digits);
    text("big_number", digits);
}

void LuaSink::verbatim(BytesView format, BytesView value)
{
    if (!resp3())
        return bulk(value);
    if (!room(value.size()))
        return;
    lua_createtable(m_state, 0, 1);
    // In Redis's order and growing as it does: `pairs` shows both.
    lua_newtable(m_state);
    lua_pushlstring(m_state, value.data(), value.size());
    lua_setfield(m_state, -2, "string");
    lua_pushlstring(m_state, format.data(), format.size());
    lua_setfield(m_state, -2, "format");
    lua_setfield(m_state, -2, "verbatim_string");
    put();
}

void LuaSink::beginArray()
{
    open(Shape::OpenArray, 0);
}

void LuaSink::end()
{
    if (m_overflowed)
        return;
    m_open.pop_back();
    put();
}

ReplySink::Mark LuaSink::mark() const
{
    return {.bytes = static_cast<std::size_t>(lua_gettop(m_state)),
        .open = m_open.size(),
        .inOpen = m_open.empty() ? 0 : m_open.back().done};
}

void LuaSink::takeBack(const Mark& mark)
{
    lua_settop(m_state, static_cast<int>(mark.bytes));
    m_open.resize(mark.open);
    if (!m_open.empty())
        m_open.back().done = mark.inOpen;
}

std::size_t LuaSink::valueBytes() const
{
    return kValueBytes;
}

void writeReply(const Reply& reply, ReplySink& sink)
{
    const auto elements = [&] {
        for (const Reply& element : reply.elements)
            writeReply(element, sink);
    };
    switch (reply.kind) {
    case ReplyKind::Status:
        return sink.status(reply.text);
    case ReplyKind::Error:
        return sink.error(reply.text);
    case ReplyKind::Integer:
        return sink.integer(reply.integer);
    case ReplyKind::Bulk:
        return sink.bulk(reply.text);
    case ReplyKind::Null:
        return sink.null();
    case ReplyKind::NullArray:
        return sink.nullArray();
    case ReplyKind::Double:
        return sink.number(reply.number);
    case ReplyKind::Boolean:
        return sink.boolean(reply.integer != 0);
    case ReplyKind::BigNumber:
        return sink.bigNumber(reply.text);
    case ReplyKind::Verbatim:
        return sink.verbatim(reply.format, reply.text);
    case ReplyKind::Array:
        sink.array(reply.elements.size());
        return elements();
    case ReplyKind::Map:
        sink.map(reply.elements.size() / 2);
        return elements();
    case ReplyKind::Set:
        sink.set(reply.elements.size());
        return elements();
    case ReplyKind::Push:
        sink.push(reply.elements.size());
        return elements();
    }
}

std::size_t writeNumberArgument(double number, char* to)
{
    // Up to 17 digits "%.17g" writes an integer as such; this is the common case and ten times faster.
    if (number > -1e17 && number < 1e17 && number != 0) {
        const auto whole = static_cast<std::int64_t>(number);
        if (static_cast<double>(whole) == number) {
            const IntegerText digits(whole);
            return digits.view().copy(to, 40);
        }
    }
    return static_cast<std::size_t>(std::snprintf(to, 40, "%.17g", number));
}

} // namespace engine
