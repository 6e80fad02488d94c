#include "engine/script/lua_pattern_lua.h"

#include "engine/script/lua_bytes_lua.h"

#include <cstring>

namespace engine {
namespace {

constexpr char kEscape = '%';

unsigned char code(char byte)
{
    return static_cast<unsigned char>(byte);
}

// The classes of the C locale, whatever the process's locale is.
bool isLower(unsigned char c)
{
    return c >= 'a' && c <= 'z';
}
bool isUpper(unsigned char c)
{
    return c >= 'A' && c <= 'Z';
}
bool isDigit(unsigned char c)
{
    return c >= '0' && c <= '9';
}
bool isAlpha(unsigned char c)
{
    return isLower(c) || isUpper(c);
}
bool isControl(unsigned char c)
{
    return c < 0x20 || c == 0x7f;
}
bool isPunctuation(unsigned char c)
{
    return c > 0x20 && c < 0x7f && !isAlpha(c) && !isDigit(c);
}

bool inClass(unsigned char c, unsigned char name)
{
    bool in = false;
    switch (isUpper(name) ? name + ('a' - 'A') : name) {
    case 'a':
        in = isAlpha(c);
        break;
    case 'c':
        in = isControl(c);
        break;
    case 'd':
        in = isDigit(c);
        break;
    case 'l':
        in = isLower(c);
        break;
    case 'p':
        in = isPunctuation(c);
        break;
    case 's':
        in = c == ' ' || (c >= '\t' && c <= '\r');
        break;
    case 'u':
        in = isUpper(c);
        break;
    case 'w':
        in = isAlpha(c) || isDigit(c);
        break;
    case 'x':
        in = isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        break;
    case 'z':
        in = c == 0;
        break;
    default:
        return name == c;
    }
    return isLower(name) ? in : !in;
}

/// `open` is at '[', `close` at the ']' that ends the set.
bool inSet(unsigned char c, const char* open, const char* close)
{
    bool inside = true;
    const char* p = open + 1;
    if (*p == '^') {
        inside = false;
        ++p;
    }
    while (p < close) {
        if (*p == kEscape) {
            if (inClass(c, code(p[1])))
                return inside;
            p += 2;
        } else if (p[1] == '-' && p + 2 < close) {
            if (code(p[0]) <= c && c <= code(p[2]))
                return inside;
            p += 3;
        } else {
            if (code(*p) == c)
                return inside;
            ++p;
        }
    }
    return !inside;
}

} // namespace

LuaPattern::LuaPattern(lua_State* lua, const char* subject, const char* end)
    : m_lua(lua), m_meter(lua), m_subject(subject), m_end(end)
{
}

LuaPattern::~LuaPattern()
{
    if (m_choices != m_inline)
        freeLuaMemory(m_lua, m_choices, m_choiceCapacity * sizeof(Choice));
}

const char* LuaPattern::match(const char* at, const char* pattern)
{
    m_at = at;
    m_item = pattern;
    m_captures = 0;
    m_choiceCount = 0;
    for (;;) {
        m_meter.step();
        const Step result = step();
        if (result == Step::Matched)
            return m_at;
        if (result == Step::Failed && !backtrack())
            return nullptr;
    }
}

void LuaPattern::pushCapture(int index, const char* start, const char* end) const
{
    if (index >= m_captures) {
        if (index != 0)
            luaL_error(m_lua, "invalid capture index");
        lua_pushlstring(m_lua, start, static_cast<std::size_t>(end - start));
        return;
    }
    const Capture& capture = m_capture[index];
    if (capture.length == kUnfinished)
        luaL_error(m_lua, "unfinished capture");
    if (capture.length == kPosition)
        lua_pushinteger(m_lua, capture.start - m_subject + 1);
    else
        lua_pushlstring(m_lua, capture.start, static_cast<std::size_t>(capture.length));
}

int LuaPattern::pushCaptures(const char* start, const char* end) const
{
    const int count = m_captures == 0 && start ? 1 : m_captures;
    luaL_checkstack(m_lua, count, "too many captures");
    for (int i = 0; i < count; ++i)
        pushCapture(i, start, end);
    return count;
}

LuaPattern::Step LuaPattern::step()
{
    switch (*m_item) {
    case '\0':
        return Step::Matched;
    case '(':
        return openCapture();
    case ')':
        return closeCapture();
    case '$':
        if (m_item[1] == '\0')
            return m_at == m_end ? Step::Matched : Step::Failed;
        return stepDefault();
    case kEscape:
        return stepEscape();
    default:
        return stepDefault();
    }
}

LuaPattern::Step LuaPattern::stepEscape()
{
    switch (m_item[1]) {
    case 'b':
        return matchBalance();
    case 'f':
        return matchFrontier();
    default:
        return isDigit(code(m_item[1])) ? matchBackReference() : stepDefault();
    }
}

// One item that stands for a byte, and its repetition.
LuaPattern::Step LuaPattern::stepDefault()
{
    const char* const end = itemEnd(m_item);
    switch (*end) {
    case '?':
        if (matchesHere(m_at, m_item, end)) {
            push({Undo::Optional, 0, m_at, nullptr, nullptr, end + 1});
            ++m_at;
        }
        m_item = end + 1;
        return Step::Going;
    case '*':
        return repeatGreedily(end, false);
    case '+':
        return repeatGreedily(end, true);
    case '-':
        push({Undo::Lazy, 0, m_at, nullptr, m_item, end + 1});
        m_item = end + 1;
        return Step::Going;
    default:
        if (!matchesHere(m_at, m_item, end))
            return Step::Failed;
        ++m_at;
        m_item = end;
        return Step::Going;
    }
}

LuaPattern::Step LuaPattern::repeatGreedily(const char* end, bool atLeastOne)
{
    const char* at = m_at;
    while (matchesHere(at, m_item, end)) {
        ++at;
        m_meter.step();
    }
    const char* const least = atLeastOne ? m_at + 1 : m_at;
    if (at < least)
        return Step::Failed;
    if (at > least)
        push({Undo::Greedy, 0, at, least, nullptr, end + 1});
    m_at = at;
    m_item = end + 1;
    return Step::Going;
}

LuaPattern::Step LuaPattern::openCapture()
{
    if (m_captures >= kMaxCaptures)
        luaL_error(m_lua, "too many captures");
    const bool position = m_item[1] == ')';
    m_capture[m_captures++] = {m_at, position ? kPosition : kUnfinished};
    push({Undo::OpenCapture, 0, nullptr, nullptr, nullptr, nullptr});
    m_item += position ? 2 : 1;
    return Step::Going;
}

LuaPattern::Step LuaPattern::closeCapture()
{
    const int index = captureToClose();
    m_capture[index].length = m_at - m_capture[index].start;
    push({Undo::CloseCapture, index, nullptr, nullptr, nullptr, nullptr});
    ++m_item;
    return Step::Going;
}

int LuaPattern::captureToClose() const
{
    for (int index = m_captures - 1; index >= 0; --index)
        if (m_capture[index].length == kUnfinished)
            return index;
    return luaL_error(m_lua, "invalid pattern capture");
}

LuaPattern::Step LuaPattern::matchBalance()
{
    const char open = m_item[2];
    if (open == '\0' || m_item[3] == '\0')
        luaL_error(m_lua, "unbalanced pattern");
    const char close = m_item[3];
    // At the end of the subject stands a NUL, which `open` is not.
    if (*m_at != open)
        return Step::Failed;
    std::size_t depth = 1;
    for (const char* at = m_at + 1; at < m_end; ++at) {
        m_meter.step();
        if (*at == close) {
            if (--depth == 0) {
                m_at = at + 1;
                m_item += 4;
                return Step::Going;
            }
        } else if (*at == open) {
            ++depth;
        }
    }
    return Step::Failed;
}

LuaPattern::Step LuaPattern::matchFrontier()
{
    const char* const set = m_item + 2;
    if (*set != '[')
        luaL_error(m_lua, "missing " LUA_QL("[") " after " LUA_QL("%%f") " in pattern");
    const char* const end = itemEnd(set); // counts for the two looks into the set, too
    const char before = m_at == m_subject ? '\0' : m_at[-1];
    if (inSet(code(before), set, end - 1) || !inSet(code(*m_at), set, end - 1))
        return Step::Failed;
    m_item = end;
    return Step::Going;
}

LuaPattern::Step LuaPattern::matchBackReference()
{
    const int index = m_item[1] - '1';
    if (index < 0 || index >= m_captures || m_capture[index].length == kUnfinished)
        luaL_error(m_lua, "invalid capture index");
    // A position capture's length is huge here, and matches nothing.
    const auto length = static_cast<std::size_t>(m_capture[index].length);
    if (static_cast<std::size_t>(m_end - m_at) < length)
        return Step::Failed;
    m_meter.step(length / 16);
    if (std::memcmp(m_capture[index].start, m_at, length) != 0)
        return Step::Failed;
    m_at += length;
    m_item += 2;
    return Step::Going;
}

/// Goes back to the last choice that has another way to go. False when there is none.
bool LuaPattern::backtrack()
{
    while (m_choiceCount > 0) {
        m_meter.step();
        if (resume(m_choices[m_choiceCount - 1]))
            return true;
    }
    return false;
}

bool LuaPattern::resume(Choice& choice)
{
    switch (choice.kind) {
    case Undo::OpenCapture:
        --m_captures;
        --m_choiceCount;
        return false;
    case Undo::CloseCapture:
        m_capture[choice.capture].length = kUnfinished;
        --m_choiceCount;
        return false;
    case Undo::Optional:
        m_at = choice.at;
        --m_choiceCount;
        break;
    case Undo::Greedy:
        m_at = --choice.at;
        if (choice.at == choice.least)
            --m_choiceCount;
        break;
    case Undo::Lazy:
        // The item is followed by the '-' that stands before `next`.
        if (!matchesHere(choice.at, choice.item, choice.next - 1)) {
            --m_choiceCount;
            return false;
        }
        m_at = ++choice.at;
        break;
    }
    // `choice` may be popped, but nothing has overwritten it yet.
    m_item = choice.next;
    return true;
}

/// Where the item ends, and its repetition sign may stand.
const char* LuaPattern::itemEnd(const char* item)
{
    const char* p = item;
    switch (*p++) {
    case kEscape:
        if (*p == '\0')
            luaL_error(m_lua, "malformed pattern (ends with " LUA_QL("%%") ")");
        return p + 1;
    case '[':
        if (*p == '^')
            ++p;
        // A ']' that comes first stands for itself.
        do {
            if (*p == '\0')
                luaL_error(m_lua, "malformed pattern (missing " LUA_QL("]") ")");
            if (*p++ == kEscape && *p != '\0')
                ++p;
        } while (*p != ']');
        m_meter.step(static_cast<std::size_t>(p - item) / 8);
        return p + 1;
    default:
        return p;
    }
}

bool LuaPattern::matchesHere(const char* at, const char* item, const char* end)
{
    if (at >= m_end)
        return false;
    const unsigned char c = code(*at);
    switch (*item) {
    case '.':
        return true;
    case kEscape:
        return inClass(c, code(item[1]));
    case '[':
        m_meter.step(static_cast<std::size_t>(end - item) / 8);
        return inSet(c, item, end - 1);
    default:
        return code(*item) == c;
    }
}

void LuaPattern::push(const Choice& choice)
{
    if (m_choiceCount == m_choiceCapacity) {
        const bool wasInline = m_choices == m_inline;
        const std::size_t bytes = m_choiceCapacity * sizeof(Choice);
        auto* const grown = static_cast<Choice*>(
            reallocateLuaMemory(m_lua, wasInline ? nullptr : m_choices, wasInline ? 0 : bytes, bytes * 2));
        if (wasInline)
            std::memcpy(grown, m_inline, bytes);
        m_choices = grown;
        m_choiceCapacity *= 2;
    }
    m_choices[m_choiceCount++] = choice;
}

} // namespace engine
