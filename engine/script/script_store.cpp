#include "engine/script/script_store.h"

#include "engine/resp/request_parser.h"

#include <vector>

namespace engine {
namespace {

constexpr std::size_t kShaDigits = 40;

bool setFlag(ScriptFlags& flags, BytesView name)
{
    for (const ScriptFlagWord& row : kScriptFlagWords) {
        if (row.word == name)
            return flags.*row.flag = true;
    }
    return false;
}

Result<void> readFlags(BytesView list, ScriptFlags& flags)
{
    if (list.empty())
        return {};
    for (;;) {
        const std::size_t comma = list.find(',');
        const BytesView name = list.substr(0, comma);
        if (!setFlag(flags, name))
            return Error{"ERR Unexpected flag in script shebang: " + Bytes(name)};
        if (comma == BytesView::npos)
            return {};
        list.remove_prefix(comma + 1);
    }
}

} // namespace

std::size_t firstLineBytes(BytesView code)
{
    const std::size_t end = code.find('\n');
    return end == BytesView::npos || code.substr(0, end).find('\0') != BytesView::npos ? BytesView::npos : end;
}

Result<ScriptHeader> readScriptHeader(BytesView body)
{
    ScriptHeader header;
    if (!body.starts_with("#!"))
        return header;
    const std::size_t end = firstLineBytes(body);
    if (end == BytesView::npos)
        return Error{"ERR Invalid script shebang"};
    header.bytes = end;
    header.flags.declared = true;

    std::vector<Bytes> words;
    if (!splitQuoted(body.substr(0, end), words) || words.empty())
        return Error{"ERR Invalid engine in script shebang"};
    if (words.front() != "#!lua")
        return Error{"ERR Unexpected engine in script shebang: " + words.front()};
    for (std::size_t i = 1; i < words.size(); ++i) {
        const BytesView word = words[i];
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
