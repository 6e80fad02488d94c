#pragma once

// Replies as Lua values and Lua values as replies, without RESP text in between.
// Source of the rules: https://redis.io/docs/manual/programmability/lua-api/ (data type conversion).

#include "engine/base/function_ref.h"
#include "engine/command/call_errors.h"
#include "engine/resp/reply.h"
#include "engine/resp/reply_sink.h"

#include <vector>

struct lua_State;

namespace engine {

class LuaArena;

/// Leaves a handler's reply as one value on a Lua stack. The protocol is what `redis.setresp` chose.
///
/// Nothing here may fail half-way through a handler: the arena is in overdraft meanwhile, and what has no room even so
/// is dropped, which `overflowed` tells.
class LuaSink final : public ReplySink {
public:
    LuaSink(lua_State* state, LuaArena& arena, Protocol protocol) : ReplySink(protocol), m_state(state), m_arena(arena)
    {
    }

    /// For the next command, on the stack of the coroutine that runs it.
    void begin(lua_State* state);
    /// The reply was an error: its table is on the stack.
    bool isError() const { return m_isError; }
    bool overflowed() const { return m_overflowed; }
    /// Lua stack: completes aggregates left open by an overflow. [-n, +1]
    void finish();

    void status(BytesView text) override;
    void error(BytesView text) override;
    void integer(std::int64_t value) override;
    void bulk(BytesView value) override;
    void null() override;
    void nullArray() override { null(); }
    void array(std::size_t size) override;
    void map(std::size_t pairs) override;
    void set(std::size_t size) override;
    void push(std::size_t size) override { array(size); }
    void number(double value) override;
    void longNumber(double value) override;
    void boolean(bool value) override;
    void bigNumber(BytesView digits) override;
    void verbatim(BytesView format, BytesView text) override;
    void beginArray() override;
    void end() override;
    Mark mark() const override;
    void takeBack(const Mark& mark) override;
    std::size_t valueBytes() const override;

private:
    enum class Shape : std::uint8_t { Array, OpenArray, Map, Set };
    struct Aggregate {
        Shape shape;
        std::size_t size; // values that are to come: two a pair of a map
        std::size_t done;
    };

    bool room(std::size_t bytes);
    void open(Shape shape, std::size_t size);
    void openWrapped(const char* field, Shape shape, std::size_t size);
    void put();
    void close();
    void text(const char* field, BytesView text);

    lua_State* m_state;
    LuaArena& m_arena;
    std::vector<Aggregate> m_open;
    int m_base = 0;
    bool m_isError = false;
    bool m_overflowed = false;
};

/// Writes a kept reply to a sink: replay, tests.
void writeReply(const Reply& reply, ReplySink& sink);

/// Writes the value on top of the stack as a reply, by raw access alone; cycles and depth end as in Redis, with an
/// error in place of the next element. `scriptProtocol` is what the script chose: it decides about booleans.
/// `errors`, when given, takes those that it holds.
///
/// One table may stand in many places, so that a reply may be larger than any memory: `mayGoOn` is asked now and then
/// with the bytes written so far. When it says no, what is written is taken back and false given. [0]
bool writeLuaValue(lua_State* state, Protocol scriptProtocol, ReplySink& sink,
    FunctionRef<bool(std::size_t bytes)> mayGoOn, CallErrors* errors = nullptr);

/// Whether the error table at `index` counts: redis.call and redis.pcall mark those of commands. Needs a free slot. [0]
ErrorCount errorCount(lua_State* state, int index);

/// A number as `redis.call` passes it on: "%.17g". Gives the bytes written to `to`, which has room for 40.
std::size_t writeNumberArgument(double number, char* to);

} // namespace engine
