#pragma once

#include "engine/command/change_sink.h"

namespace engine {

/// For commands that work on a copy: nobody hears of what they write.
class SilentChanges final : public ChangeSink {
public:
    ChangeWants wants() const override
    {
        return {.before = false, .ready = false, .modified = false, .events = false, .effects = false};
    }
    void beforeWrite(int, BytesView, const Entry*) override { }
    void keyModified(int, BytesView) override { }
    void event(EventClass, BytesView, int, BytesView) override { }
    void databaseFlushed(int) override { }
    void databasesSwapped(int, int) override { }
    void effect(int, std::span<const BytesView>) override { }
};

} // namespace engine
