#include "engine/server/slowlog.h"

#include <algorithm>

namespace engine {

namespace {

constexpr std::size_t kWords = 32;
constexpr std::size_t kWordBytes = 128;

Bytes shortened(BytesView word)
{
    if (word.size() <= kWordBytes)
        return Bytes(word);
    return Bytes(word.substr(0, kWordBytes)) + "... (" + std::to_string(word.size() - kWordBytes) + " more bytes)";
}

bool isSecretParameter(BytesView name)
{
    constexpr BytesView kSecrets[] = {
        "masterauth", "masteruser", "requirepass", "tls-client-key-file-pass", "tls-key-file-pass"};
    return std::ranges::any_of(kSecrets, [name](BytesView secret) { return equalsIgnoringCase(name, secret); });
}

} // namespace

bool isSecret(std::span<const BytesView> argv, std::size_t index)
{
    const auto is = [&](std::size_t at, BytesView word) {
        return at < argv.size() && equalsIgnoringCase(argv[at], word);
    };
    if (is(0, "auth"))
        return index >= 1;
    if (is(0, "hello"))
        return index >= 3 && (is(index - 1, "auth") || (index >= 4 && is(index - 2, "auth")));
    if (is(0, "config") && is(1, "set"))
        return index >= 3 && index % 2 == 1 && isSecretParameter(argv[index - 1]);
    if (is(0, "acl") && is(1, "setuser"))
        return index >= 2;
    return false;
}

std::vector<Bytes> slowlogWords(std::span<const BytesView> argv)
{
    std::vector<Bytes> words;
    const std::size_t shown = argv.size() > kWords ? kWords - 1 : argv.size();
    for (std::size_t i = 0; i < shown; ++i)
        words.push_back(isSecret(argv, i) ? "(redacted)" : shortened(argv[i]));
    if (shown < argv.size())
        words.push_back("... (" + std::to_string(argv.size() - shown) + " more arguments)");
    return words;
}

void Slowlog::add(UnixMs at, std::chrono::microseconds took, std::span<const BytesView> argv, BytesView address,
    BytesView clientName, std::size_t limit)
{
    m_entries.push_front({.id = m_nextId++,
        .at = at,
        .took = took,
        .argv = slowlogWords(argv),
        .address = Bytes(address),
        .clientName = Bytes(clientName)});
    shrink(limit);
}

void Slowlog::shrink(std::size_t limit)
{
    if (m_entries.size() > limit)
        m_entries.resize(limit);
}

} // namespace engine
