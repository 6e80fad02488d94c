#pragma once

#include "engine/command/change_sink.h"

namespace engine {

/// For commands that work on a copy: nobody hears of what they write.
class SilentChanges final : public ChangeSink {
public:
    bool wantsBefore() const override { return false; }
    void beforeWrite(int, BytesView, const Entry*) override { }
    void keyModified(int, BytesView) override { }
    void event(EventClass, BytesView, int, BytesView) override { }
    void databaseFlushed(int) override { }
    void databasesSwapped(int, int) override { }
    bool wantsEffects() const override { return false; }
    void effect(int, std::span<const BytesView>) override { }
};

} // namespace engine
