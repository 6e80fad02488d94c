// Lua values as replies (the second half of lua_convert.h). No recursion: a script decides how deep its tables go.

#include "engine/script/lua_convert.h"

#include <lua.hpp>

#include <algorithm>
#include <limits>

namespace engine {
namespace {

constexpr BytesView kTooDeep = "ERR reached lua stack limit";

// Redis casts with the processor's instruction; what does not fit is the lowest integer there.
std::int64_t integerOf(double number)
{
    constexpr double kLimit = 9223372036854775808.0;
    if (!(number >= -kLimit && number < kLimit))
        return std::numeric_limits<std::int64_t>::min();
    return static_cast<std::int64_t>(number);
}

class Writer {
public:
    Writer(
        lua_State* state, Protocol script, ReplySink& sink, FunctionRef<bool(std::size_t)> mayGoOn, CallErrors* errors)
        : m_state(state), m_script(script), m_sink(sink), m_mayGoOn(mayGoOn), m_errors(errors),
          m_valueBytes(sink.valueBytes())
    {
    }

    // [-1, 0]: writes the value on top and takes it off. False: it may not be written, and more is left on the stack.
    bool write()
    {
        do
            begin();
        while (!m_refused && advance());
        return !m_refused;
    }

    void error(BytesView text, ErrorCount count)
    {
        if (!mayWrite(1, text.size()))
            return;
        m_sink.error(text);
        if (m_errors && count == ErrorCount::Counts)
            m_errors->within.emplace_back(text);
        else if (m_errors)
            ++m_errors->countedBefore;
    }

private:
    enum class Shape : std::uint8_t { Array, Map, Set };
    // An aggregate whose table is on the stack; a map's or set's is above the table that marks it, and below its last
    // key. Redis has as much there, which shows where nesting is too deep.
    struct Open {
        Shape shape;
        bool valueNext; // Map: the value on top waits behind its key
        int next; // Array: index of the next element
        int size; // Array
    };

    // [-1, 0 or more]: writes the value on top, or its header; an aggregate's table stays.
    void begin()
    {
        // As deep as Redis, which keeps four slots in reserve and one function below: the error then stands where the
        // next element would.
        if (!lua_checkstack(m_state, 3)) {
            error(kTooDeep, ErrorCount::Counts);
            lua_pop(m_state, 1);
            return;
        }
        const int type = lua_type(m_state, -1);
        if (type == LUA_TTABLE)
            return table();
        scalar(type);
        lua_pop(m_state, 1);
    }

    // Before as many values, or a value that long, are written: whether they may. Visiting costs time also where little
    // is written.
    bool mayWrite(std::size_t values, std::size_t bytes = 0)
    {
        m_bytes += values * m_valueBytes + bytes;
        if (m_bytes >= m_askAt || ++m_visits % kVisitsAQuestion == 0) {
            m_refused = m_refused || !m_mayGoOn(m_bytes);
            m_askAt = m_bytes + kBytesAQuestion;
        }
        return !m_refused;
    }

    // [0]: writes the value on top, which is no table.
    void scalar(int type)
    {
        switch (type) {
        case LUA_TSTRING:
            if (const BytesView text = stringAt(-1); text.size() < kLongText || mayWrite(0, text.size()))
                m_sink.bulk(text);
            return;
        case LUA_TNUMBER:
            return m_sink.integer(integerOf(lua_tonumber(m_state, -1)));
        case LUA_TBOOLEAN:
            return boolean(lua_toboolean(m_state, -1) != 0);
        default:
            return m_sink.null();
        }
    }

    // Leaves the next value to write on top. False: everything is written.
    bool advance()
    {
        while (!m_open.empty()) {
            Open& open = m_open.back();
            if (open.shape == Shape::Array) {
                if (open.next <= open.size) {
                    lua_rawgeti(m_state, -1, open.next++);
                    return true;
                }
            } else if (open.valueNext) {
                open.valueNext = false;
                return true;
            } else if (lua_next(m_state, -2) != 0) {
                nextKey(open);
                return true;
            }
            lua_pop(m_state, open.shape == Shape::Array ? 1 : 2);
            m_open.pop_back();
        }
        return false;
    }

    // [key, value] becomes [key, value, key] of a map, [key, key] of a set.
    void nextKey(Open& open)
    {
        open.valueNext = open.shape == Shape::Map;
        if (open.shape == Shape::Set)
            lua_pop(m_state, 1);
        lua_pushvalue(m_state, open.shape == Shape::Set ? -1 : -2);
    }

    BytesView stringAt(int index)
    {
        std::size_t size = 0;
        const char* text = lua_tolstring(m_state, index, &size);
        return {text, size};
    }

    // Errors and statuses end at a NUL, as C texts do.
    BytesView lineAt(int index)
    {
        const BytesView text = stringAt(index);
        return text.substr(0, text.find('\0'));
    }

    void boolean(bool value)
    {
        if (m_script == Protocol::Resp3)
            m_sink.boolean(value);
        else if (value)
            m_sink.integer(1);
        else
            m_sink.null();
    }

    // [0, +1]: true when the table on top has this field with this type; the field is then on top, else nothing.
    bool has(const char* name, int type)
    {
        lua_pushstring(m_state, name);
        lua_rawget(m_state, -2);
        if (lua_type(m_state, -1) == type)
            return true;
        lua_pop(m_state, 1);
        return false;
    }

    // The table on top, by Redis's order of the marker fields. Raw access: metatables are not asked.
    void table()
    {
        const int size = arraySize();
        if (holdsElementsAlone(size))
            return array(size);
        if (has("err", LUA_TSTRING))
            error(lineAt(-1), errorCount(m_state, -2));
        else if (has("ok", LUA_TSTRING))
            status(lineAt(-1));
        else if (has("double", LUA_TNUMBER))
            m_sink.number(lua_tonumber(m_state, -1));
        else if (has("big_number", LUA_TSTRING))
            bigNumber();
        else if (has("verbatim_string", LUA_TTABLE) && verbatim())
            return;
        else if (has("map", LUA_TTABLE))
            return entries(Shape::Map);
        else if (has("set", LUA_TTABLE))
            return entries(Shape::Set);
        else
            return array(size);
        lua_pop(m_state, 2);
    }

    void status(BytesView text)
    {
        if (mayWrite(1, text.size()))
            m_sink.status(text);
    }

    void bigNumber()
    {
        if (!mayWrite(1, stringAt(-1).size()))
            return;
        Bytes line(stringAt(-1));
        std::replace_if(
            line.begin(), line.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
        m_sink.bigNumber(line);
    }

    // [-1 or -2]: the field is on top, its table below. Without its two strings only the field is taken off.
    bool verbatim()
    {
        if (has("string", LUA_TSTRING)) {
            lua_insert(m_state, -2); // table, string, field
            if (has("format", LUA_TSTRING)) {
                Bytes format(stringAt(-1).substr(0, 3));
                format.resize(3, ' ');
                if (mayWrite(1, stringAt(-3).size()))
                    m_sink.verbatim(format, stringAt(-3));
                lua_pop(m_state, 4);
                return true;
            }
            lua_remove(m_state, -2);
        }
        lua_pop(m_state, 1);
        return false;
    }

    // [0]: the field's table is on top, the one that holds it below.
    void entries(Shape shape)
    {
        std::size_t count = 0;
        for (lua_pushnil(m_state); lua_next(m_state, -2) != 0; lua_pop(m_state, 1))
            ++count;
        if (!mayWrite(2 * count + 1))
            return;
        if (shape == Shape::Map)
            m_sink.map(count);
        else
            m_sink.set(count);
        lua_pushnil(m_state);
        m_open.push_back({.shape = shape, .valueNext = false, .next = 0, .size = 0});
    }

    // Up to the first nil of the table on top. Counted first: a reply has its size in front. [0]
    int arraySize()
    {
        int size = 0;
        for (bool more = true; more;) {
            lua_rawgeti(m_state, -1, size + 1);
            more = !lua_isnil(m_state, -1);
            size += more ? 1 : 0;
            lua_pop(m_state, 1);
        }
        return size;
    }

    // Whether the table on top has no fields beside its few elements: a look at all of them costs less than one for
    // each of the marker fields. [0]
    bool holdsElementsAlone(int size)
    {
        constexpr int kFew = 8;
        if (size > kFew)
            return false;
        int left = size;
        for (lua_pushnil(m_state); lua_next(m_state, -2) != 0; lua_pop(m_state, 1)) {
            if (left-- == 0) {
                lua_pop(m_state, 2);
                return false;
            }
        }
        return true;
    }

    void array(int size)
    {
        if (!mayWrite(static_cast<std::size_t>(size) + 1))
            return;
        m_sink.array(static_cast<std::size_t>(size));
        const int next = scalars(size);
        if (next > size)
            lua_pop(m_state, 1);
        else
            m_open.push_back({.shape = Shape::Array, .valueNext = false, .next = next, .size = size});
    }

    // Writes the elements of the table on top up to the first that is a table; gives its index. [0]
    int scalars(int size)
    {
        if (!lua_checkstack(m_state, 4)) // the element, and what writing it wants
            return 1;
        for (int next = 1; next <= size; ++next) {
            lua_rawgeti(m_state, -1, next);
            const int type = lua_type(m_state, -1);
            if (type != LUA_TTABLE)
                scalar(type);
            lua_pop(m_state, 1);
            if (type == LUA_TTABLE || m_refused)
                return next;
        }
        return size + 1;
    }

    lua_State* m_state;
    Protocol m_script;
    ReplySink& m_sink;
    FunctionRef<bool(std::size_t)> m_mayGoOn; // outlives the writer
    CallErrors* m_errors;
    std::vector<Open> m_open;

    static constexpr std::size_t kLongText = 64;
    static constexpr std::size_t kVisitsAQuestion = 64;
    static constexpr std::size_t kBytesAQuestion = std::size_t(64) << 10;
    std::size_t m_valueBytes;
    std::size_t m_bytes = 0;
    std::size_t m_askAt = kBytesAQuestion;
    std::size_t m_visits = 0; // tables
    bool m_refused = false;
};

} // namespace

ErrorCount errorCount(lua_State* state, int index)
{
    const int table = index < 0 ? index - 1 : index; // below the name
    lua_pushstring(state, "ignore_error_stats_update");
    lua_rawget(state, table);
    const bool counted = lua_isboolean(state, -1) && lua_toboolean(state, -1) != 0;
    lua_pop(state, 1);
    return counted ? ErrorCount::CountedBefore : ErrorCount::Counts;
}

bool writeLuaValue(lua_State* state, Protocol scriptProtocol, ReplySink& sink,
    FunctionRef<bool(std::size_t bytes)> mayGoOn, CallErrors* errors)
{
    Writer writer(state, scriptProtocol, sink, mayGoOn, errors);
    if (!lua_checkstack(state, 1)) {
        writer.error(kTooDeep, ErrorCount::Counts);
        return true;
    }
    const ReplySink::Mark mark = sink.mark();
    const int top = lua_gettop(state);
    lua_pushvalue(state, -1);
    if (writer.write())
        return true;
    lua_settop(state, top);
    sink.takeBack(mark);
    return false;
}

} // namespace engine
