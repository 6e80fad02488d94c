#pragma once

#include "engine/resp/reply_sink.h"

#include <vector>

namespace engine {

/// Writes replies as RESP2 or RESP3 bytes at the end of a buffer, which it does not own.
/// Cost: an aggregate of unknown size moves its bytes once, at its end.
class RespSink final : public ReplySink {
public:
    RespSink(Bytes& out, Protocol protocol) : ReplySink(protocol), m_out(out) { }

    void status(BytesView text) override;
    void error(BytesView text) override;
    void integer(std::int64_t value) override;
    void bulk(BytesView value) override;
    void null() override;
    void nullArray() override;
    void array(std::size_t size) override;
    void map(std::size_t pairs) override;
    void set(std::size_t size) override;
    void push(std::size_t size) override;
    void number(double value) override;
    void longNumber(double value) override;
    void boolean(bool value) override;
    void bigNumber(BytesView digits) override;
    void verbatim(BytesView format, BytesView text) override;
    void beginArray() override;
    void end() override;
    Mark mark() const override;
    void takeBack(const Mark& mark) override;
    std::size_t valueBytes() const override { return 8; }

private:
    // An aggregate being written: those of unknown size count up, those of known size down to their end. Kept only
    // while one of unknown size is open.
    struct Open {
        std::size_t at = 0;
        std::size_t count = 0;
        bool counting = false;
    };
    void header(char type, std::size_t size, std::size_t values);
    void numberLine(char type, std::int64_t value);
    void line(char type, BytesView text);
    void wrote()
    {
        if (!m_open.empty())
            count();
    }
    void count();

    Bytes& m_out;
    std::vector<Open> m_open;
};

} // namespace engine
