#include "engine/script/code_lines.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <lua.hpp>
#include <memory>

namespace engine {

namespace {

// Reads what lua_dump writes for this very library, so sizes and byte order are this machine's. Lua's debug interface
// gives the lines of a function on the stack alone, and inner functions are there only once they have run.
class DumpedFunction {
public:
    explicit DumpedFunction(BytesView dump) : m_rest(dump) { }

    void readLines(std::vector<int>& lines)
    {
        skip(kHeaderBytes);
        function(lines);
    }

private:
    static constexpr std::size_t kHeaderBytes = 12; // LUAC_HEADERSIZE
    static constexpr std::size_t kInstructionBytes = 4;
    static constexpr std::size_t kFourCounts = 4; // upvalues, parameters, vararg flag, stack size

    void skip(std::size_t bytes) { m_rest.remove_prefix(std::min(bytes, m_rest.size())); }

    template <class T>
    T take()
    {
        T value{};
        if (m_rest.size() >= sizeof(T))
            std::memcpy(&value, m_rest.data(), sizeof(T));
        skip(sizeof(T));
        return value;
    }

    std::size_t count() { return static_cast<std::size_t>(std::max(take<int>(), 0)); }
    void skipString() { skip(take<std::size_t>()); }

    void function(std::vector<int>& lines)
    {
        skipString();
        skip(2 * sizeof(int) + kFourCounts);
        skip(count() * kInstructionBytes);
        for (std::size_t left = count(); left > 0 && !m_rest.empty(); --left)
            constant();
        for (std::size_t left = count(); left > 0 && !m_rest.empty(); --left)
            function(lines);
        for (std::size_t left = count(); left > 0 && !m_rest.empty(); --left)
            lines.push_back(take<int>());
        for (std::size_t left = count(); left > 0 && !m_rest.empty(); --left) {
            skipString();
            skip(2 * sizeof(int));
        }
        for (std::size_t left = count(); left > 0 && !m_rest.empty(); --left)
            skipString();
    }

    void constant()
    {
        switch (take<std::uint8_t>()) {
        case LUA_TBOOLEAN:
            skip(1);
            break;
        case LUA_TNUMBER:
            skip(sizeof(lua_Number));
            break;
        case LUA_TSTRING:
            skipString();
            break;
        default:
            break;
        }
    }

    BytesView m_rest;
};

int appendTo(lua_State*, const void* bytes, size_t size, void* target)
{
    static_cast<Bytes*>(target)->append(static_cast<const char*>(bytes), size);
    return 0;
}

} // namespace

std::vector<int> codeLines(BytesView body)
{
    // The line break stays, so that lines keep their numbers.
    if (body.starts_with("#!"))
        body.remove_prefix(std::min(body.find('\n'), body.size()));
    if (body.starts_with(LUA_SIGNATURE[0]))
        return {};
    const std::unique_ptr<lua_State, decltype(&lua_close)> state(luaL_newstate(), &lua_close);
    if (!state || luaL_loadbuffer(state.get(), body.data(), body.size(), "@user_script") != 0)
        return {};

    Bytes dump;
    lua_dump(state.get(), appendTo, &dump);
    std::vector<int> lines;
    DumpedFunction(dump).readLines(lines);
    std::sort(lines.begin(), lines.end());
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    return lines;
}

} // namespace engine
