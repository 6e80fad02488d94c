#include "engine/script/script_store.h"

#include <array>
#include <optional>
#include <vector>

namespace engine {
namespace {

constexpr std::size_t kShaDigits = 40;

struct FlagWord {
    BytesView word;
    bool ScriptFlags::*flag;
};
constexpr FlagWord kFlagWords[] = {
    {"no-writes", &ScriptFlags::noWrites},
    {"allow-oom", &ScriptFlags::allowOom},
    {"allow-stale", &ScriptFlags::allowStale},
    {"no-cluster", &ScriptFlags::noCluster},
    {"allow-cross-slot-keys", &ScriptFlags::allowCrossSlotKeys},
};

bool isSpace(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Reads one word of a line with redis-cli's quoting; nullopt when quotes do not close or run into the next word.
class WordReader {
public:
    explicit WordReader(BytesView line) : m_line(line) { }

    std::optional<std::vector<Bytes>> all()
    {
        std::vector<Bytes> words;
        for (;;) {
            while (m_at < m_line.size() && isSpace(m_line[m_at]))
                ++m_at;
            if (m_at >= m_line.size())
                return words;
            if (!word(words.emplace_back()))
                return std::nullopt;
        }
    }

private:
    bool word(Bytes& to)
    {
        while (m_at < m_line.size() && !isSpace(m_line[m_at])) {
            const char c = m_line[m_at++];
            if (c == '"' || c == '\'') {
                if (!quoted(c, to))
                    return false;
                return m_at >= m_line.size() || isSpace(m_line[m_at]);
            }
            to += c;
        }
        return true;
    }

    bool quoted(char quote, Bytes& to)
    {
        while (m_at < m_line.size()) {
            const char c = m_line[m_at++];
            if (c == quote)
                return true;
            if (c == '\\' && m_at < m_line.size())
                to += quote == '"' ? escaped() : single();
            else
                to += c;
        }
        return false;
    }

    char single()
    {
        if (m_line[m_at] != '\'')
            return '\\';
        ++m_at;
        return '\'';
    }

    char escaped()
    {
        if (m_line[m_at] == 'x' && m_at + 2 < m_line.size()) {
            const int high = hexDigit(m_line[m_at + 1]);
            const int low = hexDigit(m_line[m_at + 2]);
            if (high >= 0 && low >= 0) {
                m_at += 3;
                return static_cast<char>(high * 16 + low);
            }
        }
        switch (const char c = m_line[m_at++]) {
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'b':
            return '\b';
        case 'a':
            return '\a';
        default:
            return c;
        }
    }

    BytesView m_line;
    std::size_t m_at = 0;
};

Result<void> readFlags(BytesView list, ScriptFlags& flags)
{
    if (list.empty())
        return {};
    for (;;) {
        const std::size_t comma = list.find(',');
        const BytesView name = list.substr(0, comma);
        bool known = false;
        for (const FlagWord& row : kFlagWords) {
            if (row.word == name)
                known = flags.*row.flag = true;
        }
        if (!known)
            return Error{"ERR Unexpected flag in script shebang: " + Bytes(name)};
        if (comma == BytesView::npos)
            return {};
        list.remove_prefix(comma + 1);
    }
}

} // namespace

Result<ScriptHeader> readScriptHeader(BytesView body)
{
    ScriptHeader header;
    if (!body.starts_with("#!"))
        return header;
    const std::size_t end = body.find('\n');
    if (end == BytesView::npos)
        return Error{"ERR Invalid script shebang"};
    header.bytes = end;
    header.flags.declared = true;

    const auto words = WordReader(body.substr(0, end)).all();
    if (!words || words->empty())
        return Error{"ERR Invalid engine in script shebang"};
    if (words->front() != "#!lua")
        return Error{"ERR Unexpected engine in script shebang: " + words->front()};
    for (std::size_t i = 1; i < words->size(); ++i) {
        const BytesView word = (*words)[i];
        if (!word.starts_with("flags="))
            return Error{"ERR Unknown lua shebang option: " + Bytes(word)};
        if (auto read = readFlags(word.substr(6), header.flags); !read)
            return Error{read.error()};
    }
    return header;
}

Script* ScriptStore::find(BytesView sha)
{
    if (sha.size() != kShaDigits)
        return nullptr;
    if (m_last && m_last->sha == sha)
        return m_last;
    // Lower case is how a sha comes, all but always; folding is the second try.
    auto found = m_scripts.find(sha);
    if (found == m_scripts.end())
        found = m_scripts.find(BytesView(lowered(sha)));
    return found == m_scripts.end() ? nullptr : m_last = found->second.get();
}

Script& ScriptStore::add(Script script)
{
    m_bytes += script.body.size();
    auto owned = std::make_unique<Script>(std::move(script));
    Script& kept = *owned;
    m_scripts.emplace(kept.sha, std::move(owned));
    return kept;
}

void ScriptStore::clear()
{
    m_last = nullptr;
    m_scripts.clear();
    m_bytes = 0;
}

void ScriptStore::forgetCompiled()
{
    for (auto& [sha, script] : m_scripts)
        script->compiled = 0;
}

} // namespace engine
