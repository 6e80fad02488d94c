#pragma once

// Where a handler writes its reply: RESP bytes in a connection's buffer, values on a Lua stack, or a Reply tree.
// Nothing on the way builds text that nobody reads.
//
// Exactly one value is written a reply; an aggregate is its header followed by that many values, or beginArray … end
// where the number is not known beforehand. Thread: the writer's.

#include "engine/base/bytes.h"

#include <cstddef>
#include <cstdint>

namespace engine {

enum class Protocol : std::uint8_t { Resp2 = 2, Resp3 = 3 };

class ReplySink {
public:
    explicit ReplySink(Protocol protocol) : m_protocol(protocol) { }
    virtual ~ReplySink() = default;
    ReplySink(const ReplySink&) = delete;
    ReplySink& operator=(const ReplySink&) = delete;

    /// Which protocol the reader speaks: some commands answer in another shape in RESP3.
    Protocol protocol() const { return m_protocol; }
    bool resp3() const { return m_protocol == Protocol::Resp3; }
    void setProtocol(Protocol protocol) { m_protocol = protocol; }

    virtual void status(BytesView text) = 0;
    /// `text` begins with its code ("ERR …"), without '-'. CR and LF become spaces.
    virtual void error(BytesView text) = 0;
    virtual void integer(std::int64_t value) = 0;
    virtual void bulk(BytesView value) = 0;
    /// No value: $-1, or _.
    virtual void null() = 0;
    /// No array: *-1, or _.
    virtual void nullArray() = 0;
    virtual void array(std::size_t size) = 0;
    /// `pairs` keys and values follow in turn. RESP2: an array of twice as many.
    virtual void map(std::size_t pairs) = 0;
    /// RESP2: an array.
    virtual void set(std::size_t size) = 0;
    virtual void push(std::size_t size) = 0;
    /// RESP2: a bulk string of Redis's "%.17g" form.
    virtual void number(double value) = 0;
    /// A number with all of its digits, as formatLongDouble gives them. RESP2: a bulk string.
    virtual void longNumber(double value) = 0;
    /// RESP2: 1 or 0.
    virtual void boolean(bool value) = 0;
    virtual void bigNumber(BytesView digits) = 0;
    /// `format` has three characters. RESP2: a bulk string of `text`.
    virtual void verbatim(BytesView format, BytesView text) = 0;

    /// An array whose size is known at `end` only. They nest.
    virtual void beginArray() = 0;
    virtual void end() = 0;

    void ok() { status("OK"); }

    /// Where writing is, between values, to go back to.
    struct Mark {
        std::size_t bytes = 0;
        std::size_t open = 0; // aggregates
        std::size_t inOpen = 0; // where the innermost of them is
    };
    virtual Mark mark() const = 0;
    /// Takes back a value that was begun at `mark` and is not complete.
    virtual void takeBack(const Mark& mark) = 0;
    /// What a value costs the writer beside its text, in bytes.
    virtual std::size_t valueBytes() const = 0;

private:
    Protocol m_protocol;
};

} // namespace engine
