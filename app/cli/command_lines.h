#pragma once

// Lines of commands from a descriptor, for a program that can also be asked whether one has come while it is busy.

#include <string>
#include <string_view>

namespace app {

class CommandLines {
public:
    explicit CommandLines(int descriptor) : m_descriptor(descriptor) { }

    /// Waits for the next line, without its end. False: there are no more.
    bool next(std::string& line);
    /// Whether the next line has come and is this word; it stays to be taken. Never waits.
    bool isNext(std::string_view word);

private:
    /// False: the other end has nothing more.
    bool readMore();

    int m_descriptor;
    std::string m_input; // not yet taken
    bool m_isAtEnd = false;
};

} // namespace app
