#include "app/cli/command_lines.h"

#include "debugger/console/debug_words.h"
#include "engine/base/bytes.h"

#include <array>
#include <cerrno>

#include <poll.h>
#include <unistd.h>

namespace app {

bool CommandLines::readMore()
{
    std::array<char, 4096> piece;
    ssize_t got = 0;
    do
        got = ::read(m_descriptor, piece.data(), piece.size());
    while (got < 0 && errno == EINTR);
    m_isAtEnd = got <= 0;
    if (!m_isAtEnd)
        m_input.append(piece.data(), static_cast<std::size_t>(got));
    return !m_isAtEnd;
}

bool CommandLines::next(std::string& line)
{
    std::size_t searched = 0;
    std::size_t end = m_input.find('\n');
    while (end == std::string::npos && !m_isAtEnd) {
        searched = m_input.size();
        readMore();
        end = m_input.find('\n', searched);
    }
    if (m_input.empty())
        return false;
    line = m_input.substr(0, end);
    m_input.erase(0, end == std::string::npos ? end : end + 1);
    return true;
}

bool CommandLines::isNext(std::string_view word)
{
    pollfd waiting{.fd = m_descriptor, .events = POLLIN, .revents = 0};
    if (m_input.find('\n') == std::string::npos && !m_isAtEnd && ::poll(&waiting, 1, 0) > 0)
        readMore();
    const std::size_t end = m_input.find('\n');
    return end != std::string::npos
        && engine::equalsIgnoringCase(debugger::trimmed(std::string_view(m_input).substr(0, end)), word);
}

} // namespace app
