#include "debugger/ldb_socket.h"

#include <array>
#include <cerrno>
#include <charconv>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace debugger {

using engine::Bytes;
using engine::BytesView;

namespace {

constexpr std::size_t kMostWords = 1024;
constexpr std::size_t kPieceBytes = std::size_t(16) << 10;
constexpr timeval kSendLimit{.tv_sec = 5, .tv_usec = 0};

Bytes onOneLine(Bytes line)
{
    for (char& c : line)
        c = c == '\r' || c == '\n' ? ' ' : c;
    return line;
}

/// Reads "<type><number>\r\n" and moves behind it. Empty: it is not all there.
struct Header {
    bool whole = false;
    bool valid = false;
    std::size_t number = 0;
};

Header takeHeader(BytesView input, std::size_t& at, char type, std::size_t most)
{
    Header header;
    if (at < input.size() && input[at] != type)
        return {.whole = true};
    const std::size_t end = at < input.size() ? input.find("\r\n", at) : BytesView::npos;
    if (end == BytesView::npos)
        return header;
    header.whole = true;
    const char* const from = input.data() + at + 1;
    const char* const to = input.data() + end;
    const auto [last, error] = std::from_chars(from, to, header.number);
    header.valid = error == std::errc() && last == to && header.number > 0 && header.number <= most;
    at = end + 2;
    return header;
}

} // namespace

LdbSocket::LdbSocket(int descriptor) : m_descriptor(descriptor)
{
    const int flags = ::fcntl(descriptor, F_GETFL);
    ::fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK);
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &kSendLimit, sizeof kSendLimit);
}

LdbSocket::~LdbSocket()
{
    ::close(m_descriptor);
}

void LdbSocket::end()
{
    m_ending = true;
    ::shutdown(m_descriptor, SHUT_RDWR);
}

bool LdbSocket::send(std::span<const Bytes> lines)
{
    Bytes text = "*" + std::to_string(lines.size()) + "\r\n";
    for (const Bytes& line : lines)
        text += "+" + onOneLine(line) + "\r\n";
    return sendBytes(text);
}

bool LdbSocket::sendBytes(BytesView bytes)
{
    while (!bytes.empty()) {
        const ssize_t sent = ::send(m_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

LdbWire::Heard LdbSocket::receive(std::vector<Bytes>& words)
{
    for (;;) {
        std::size_t used = 0;
        switch (parse(words, used)) {
        case Parsed::Command:
            m_input.erase(0, used);
            return Heard::Command;
        case Parsed::Nonsense:
            return Heard::Nonsense;
        case Parsed::Partial:
            break;
        }
        std::array<char, kPieceBytes> piece;
        const ssize_t got = ::recv(m_descriptor, piece.data(), piece.size(), 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return Heard::Nobody;
        m_input.append(piece.data(), static_cast<std::size_t>(got));
        if (m_input.size() > m_longest.inputBytes)
            return Heard::Nonsense;
    }
}

bool LdbSocket::isNext(BytesView word)
{
    std::array<char, kPieceBytes> piece;
    // A longer one is none that is asked for here; whoever receives it judges it.
    while (m_input.size() < piece.size()) {
        const ssize_t got = ::recv(m_descriptor, piece.data(), piece.size() - m_input.size(), MSG_DONTWAIT);
        if (got <= 0)
            break;
        m_input.append(piece.data(), static_cast<std::size_t>(got));
    }
    std::vector<Bytes> words;
    std::size_t used = 0;
    return parse(words, used) == Parsed::Command && words.size() == 1 && engine::equalsIgnoringCase(words[0], word);
}

// What is before the first '*' is passed over. What is behind a command is the next one: Redis drops it.
LdbSocket::Parsed LdbSocket::parse(std::vector<Bytes>& words, std::size_t& used) const
{
    words.clear();
    if (m_input.empty())
        return Parsed::Partial;
    std::size_t at = m_input.find('*');
    if (at == Bytes::npos)
        return Parsed::Nonsense;
    const Header count = takeHeader(m_input, at, '*', kMostWords);
    if (!count.whole)
        return Parsed::Partial;
    if (!count.valid)
        return Parsed::Nonsense;
    while (words.size() < count.number) {
        const Header size = takeHeader(m_input, at, '$', m_longest.wordBytes);
        if (!size.whole)
            return Parsed::Partial;
        if (!size.valid)
            return Parsed::Nonsense;
        if (m_input.size() < at + size.number + 2)
            return Parsed::Partial;
        if (m_input.compare(at + size.number, 2, "\r\n") != 0)
            return Parsed::Nonsense;
        words.push_back(m_input.substr(at, size.number));
        at += size.number + 2;
    }
    used = at;
    return Parsed::Command;
}

} // namespace debugger
