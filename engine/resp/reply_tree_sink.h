#pragma once

#include "engine/resp/reply.h"
#include "engine/resp/reply_sink.h"

#include <vector>

namespace engine {

/// Collects a reply as a value. In RESP2 it holds what RESP2 can say (a map is an array, a double a bulk string), so
/// that it equals what a client would parse.
class ReplyTreeSink final : public ReplySink {
public:
    explicit ReplyTreeSink(Protocol protocol = Protocol::Resp2) : ReplySink(protocol) { }

    /// The reply; after it is complete.
    Reply take();
    bool complete() const { return m_done && m_open.empty(); }

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
    std::size_t valueBytes() const override { return sizeof(Reply); }

private:
    struct Open {
        Reply reply;
        std::size_t left = 0;
        bool counting = false;
    };
    void add(Reply reply);
    void open(ReplyKind kind, std::size_t size);

    std::vector<Open> m_open;
    Reply m_reply;
    bool m_done = false;
};

} // namespace engine
