#pragma once

// What a coroutine's hooks tell of its activations. They come for every function that is called, in Lua or in C, and do
// not say which; but the first thing that one in Lua does is a line. So lines tell how many there are, and which line
// is the first of one: enough to know from lines alone whether an activation is still the same. A C function has no
// lines, and one that ended would be taken for it.

#include <utility>
#include <vector>

namespace engine {

class Activations {
public:
    // --- From hooks.
    void called()
    {
        if (hasEnded())
            forgetEnded();
        m_called = ++m_all;
    }
    void returned() { --m_all; }
    /// A line is about to run; true when it is the first of its activation.
    bool lineBegins()
    {
        if (hasEnded())
            forgetEnded();
        const int all = m_all;
        if (std::exchange(m_called, -1) != all)
            return false;
        ++m_ofLua;
        if (!m_rows.empty() && m_rows.back().last == all - 1)
            m_rows.back().last = all;
        else
            m_rows.push_back({.first = all, .last = all});
        return true;
    }

    /// Those of Lua code. One that a tail call has replaced counts until whatever it called returns.
    int ofLua() const { return m_ofLua; }
    /// In Lua and in C.
    int all() const { return m_all; }
    /// An error that was caught unwinds activations whose returns no hook has seen.
    void unwindTo(int all) { m_all = all; }

private:
    bool hasEnded() const { return !m_rows.empty() && m_rows.back().last > m_all; }
    void forgetEnded();

    /// Neighbours in Lua, with nothing of C between them: an endless row of tail calls is one.
    struct Row {
        int first = 0;
        int last = 0;
    };
    std::vector<Row> m_rows;
    int m_all = 0;
    int m_ofLua = 0;
    int m_called = -1; // the activation that was called last, while it has had no line
};

} // namespace engine
