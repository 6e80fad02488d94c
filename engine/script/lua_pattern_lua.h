#pragma once

// Private to engine/script: Lua 5.1's patterns, matched with a stack of our own instead of C's, in counted steps.
//
// A pattern has no loops around groups, so every choice that is open belongs to another item of it: the stack never
// grows beyond the pattern's length. Choices are tried in stock Lua's order, so that results and errors are the same.

#include "engine/script/work_meter_lua.h"

#include <cstddef>

namespace engine {

class LuaPattern {
public:
    /// A pattern is tried on the bytes from `subject` to `end`, which a NUL follows, as it does in a Lua string.
    LuaPattern(lua_State* lua, const char* subject, const char* end);
    ~LuaPattern();
    LuaPattern(const LuaPattern&) = delete;
    LuaPattern& operator=(const LuaPattern&) = delete;

    /// The end of the match of `pattern` (ended by a NUL) that begins at `at`, or nullptr. Raises Lua errors.
    const char* match(const char* at, const char* pattern);

    /// How many captures the last match has.
    int captures() const { return m_captures; }
    /// Pushes a capture; the whole match, from `start` to `end`, when there is none and `index` is 0. [-0, +1]
    void pushCapture(int index, const char* start, const char* end) const;
    /// Pushes all captures, or the whole match if there is none and `start` is given. [-0, +n]
    int pushCaptures(const char* start, const char* end) const;

private:
    enum class Undo : unsigned char { OpenCapture, CloseCapture, Optional, Greedy, Lazy };
    /// A choice to come back to.
    struct Choice {
        Undo kind;
        int capture; // of CloseCapture
        const char* at; // where the subject is
        const char* least; // of Greedy: the shortest that is allowed
        const char* item; // of Lazy: what repeats
        const char* next; // how the pattern goes on
    };
    struct Capture {
        const char* start;
        std::ptrdiff_t length;
    };
    enum class Step : unsigned char { Going, Matched, Failed };

    Step step();
    Step stepDefault();
    Step stepEscape();
    Step openCapture();
    Step closeCapture();
    Step matchBalance();
    Step matchFrontier();
    Step matchBackReference();
    Step repeatGreedily(const char* itemEnd, bool atLeastOne);
    bool backtrack();
    bool resume(Choice& choice);

    const char* itemEnd(const char* item);
    bool matchesHere(const char* at, const char* item, const char* end);
    int captureToClose() const;
    void push(const Choice& choice);

    // As in stock Lua.
    static constexpr int kMaxCaptures = LUA_MAXCAPTURES;
    static constexpr std::ptrdiff_t kUnfinished = -1;
    static constexpr std::ptrdiff_t kPosition = -2;
    static constexpr std::size_t kInlineChoices = 16;

    lua_State* m_lua;
    WorkMeter m_meter;
    const char* m_subject;
    const char* m_end;
    const char* m_at = nullptr; // where the match is in the subject
    const char* m_item = nullptr; // and in the pattern
    int m_captures = 0;
    Capture m_capture[kMaxCaptures];
    Choice* m_choices = m_inline;
    std::size_t m_choiceCount = 0;
    std::size_t m_choiceCapacity = kInlineChoices;
    Choice m_inline[kInlineChoices];
};

} // namespace engine
