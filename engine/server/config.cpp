#include "engine/server/config.h"

#include "engine/base/file.h"
#include "engine/base/glob.h"
#include "engine/base/number.h"
#include "engine/resp/request_parser.h"
#include "engine/server/config_table.h"
#include "engine/server/config_values.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>

namespace engine {

namespace {

std::optional<std::size_t> rowNamed(BytesView name)
{
    const auto rows = configRows();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (equalsIgnoringCase(rows[i].name, name)
            || (!rows[i].alias.empty() && equalsIgnoringCase(rows[i].alias, name)))
            return i;
    }
    return std::nullopt;
}

Error setFailed(BytesView name, BytesView why)
{
    return {"ERR CONFIG SET failed (possibly related to argument '" + Bytes(name) + "') - " + Bytes(why)};
}

// A value as a line of redis.conf holds it.
Bytes fileText(BytesView value)
{
    if (!value.empty() && value.find_first_of(" \t\"'#\\") == BytesView::npos)
        return Bytes(value);
    Bytes text = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\')
            text.push_back('\\');
        text.push_back(c);
    }
    return text + '"';
}

} // namespace

Config::Config()
{
    const auto rows = configRows();
    m_values.resize(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CHECK(std::min(i, static_cast<std::size_t>(Param::Count)) == static_cast<std::size_t>(rows[i].param));
        const auto parsed = parseConfigValue(rows[i], rows[i].initial);
        CHECK(parsed.ok());
        m_values[i] = {parsed->text, parsed->number};
    }
    m_outputLimits = parseOutputLimitClasses(text(Param::ClientOutputBufferLimit));
}

Result<void> Config::assign(std::size_t row, BytesView value)
{
    const auto parsed = parseConfigValue(configRows()[row], value, m_values[row].text);
    if (!parsed)
        return Error{parsed.error()};
    m_values[row] = {parsed->text, parsed->number};
    if (configRows()[row].param == Param::ClientOutputBufferLimit)
        m_outputLimits = parseOutputLimitClasses(parsed->text);
    return {};
}

Result<void> Config::set(std::span<const ConfigAssignment> assignments)
{
    Config changed = *this;
    // Names are all judged before any value, as Redis does.
    for (const auto& [name, value] : assignments) {
        const auto row = rowNamed(name);
        if (!row)
            return Error{"ERR Unknown option or number of arguments for CONFIG SET - '" + Bytes(name) + "'"};
        if (configRows()[*row].rule == ConfigRule::Immutable)
            return setFailed(name, "can't set immutable config");
        if (configRows()[*row].rule == ConfigRule::Protected)
            return setFailed(name, "can't set protected config");
        if (std::ranges::count_if(
                assignments, [&](const ConfigAssignment& other) { return rowNamed(other.name) == row; })
            > 1)
            return setFailed(name, "duplicate parameter");
    }
    for (const auto& [name, value] : assignments) {
        if (const auto assigned = changed.assign(*rowNamed(name), value); !assigned)
            return setFailed(name, assigned.error());
    }
    *this = std::move(changed);
    return {};
}

Result<void> Config::setAtStart(BytesView name, BytesView value)
{
    const auto row = rowNamed(name);
    if (!row)
        return Error{"there is no parameter '" + Bytes(name) + "'"};
    return assign(*row, value);
}

Result<void> Config::loadFile(const Bytes& path)
{
    std::ifstream in(path);
    if (!in)
        return Error{"cannot read the configuration file " + path};
    Bytes line;
    for (int number = 1; std::getline(in, line); ++number) {
        std::vector<Bytes> words;
        const Bytes place = path + ", line " + std::to_string(number) + ": ";
        const std::size_t first = line.find_first_not_of(" \t\r");
        if (first == Bytes::npos || line[first] == '#')
            continue;
        if (!splitQuoted(line, words))
            return Error{place + "unbalanced quotes"};
        if (words.size() < 2)
            return Error{place + "'" + words[0] + "' needs a value"};
        if (words[0] == "user") {
            m_users.push_back({words[1], {words.begin() + 2, words.end()}, path + ", line " + std::to_string(number)});
            continue;
        }
        Bytes value = words[1];
        for (std::size_t i = 2; i < words.size(); ++i)
            value += " " + words[i];
        if (const auto done = setAtStart(words[0], value); !done)
            return Error{place + words[0] + ": " + done.error()};
    }
    m_file = path;
    return {};
}

Result<void> Config::rewrite(std::span<const Bytes> users) const
{
    if (m_file.empty())
        return Error{"ERR The server is running without a config file"};
    std::ostringstream out;
    std::set<std::size_t> written;
    std::size_t nextUser = 0;
    std::ifstream in(m_file);
    for (Bytes line; std::getline(in, line);) {
        std::vector<Bytes> words;
        const bool split = splitQuoted(line, words);
        const auto row = split && !words.empty() ? rowNamed(words[0]) : std::nullopt;
        if (split && !words.empty() && words[0] == "user") {
            if (nextUser < users.size())
                out << users[nextUser++] << '\n';
        } else if (!row)
            out << line << '\n';
        else if (written.insert(*row).second)
            out << configRows()[*row].name << ' ' << fileText(m_values[*row].text) << '\n';
    }
    const Config initial;
    for (std::size_t i = 0; i < m_values.size(); ++i) {
        if (!written.contains(i) && m_values[i].text != initial.m_values[i].text)
            out << configRows()[i].name << ' ' << fileText(m_values[i].text) << '\n';
    }
    for (; nextUser < users.size(); ++nextUser)
        out << users[nextUser] << '\n';
    if (!replaceFile(m_file, out.str()))
        return Error{"ERR Rewriting config file: cannot write " + m_file};
    return {};
}

std::vector<std::pair<Bytes, Bytes>> Config::matching(std::span<const BytesView> patterns) const
{
    std::vector<std::pair<Bytes, Bytes>> found;
    const auto offer = [&](BytesView name, const Bytes& value) {
        const bool matches = std::ranges::any_of(
            patterns, [name](BytesView pattern) { return globMatches(pattern, name, Case::Ignored); });
        if (!name.empty() && matches)
            found.emplace_back(name, value);
    };
    const auto rows = configRows();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        offer(rows[i].name, m_values[i].text);
        offer(rows[i].alias, m_values[i].text);
    }
    std::ranges::sort(found);
    return found;
}

EncodingLimits Config::encodingLimits() const
{
    const auto size = [this](Param param) { return static_cast<std::size_t>(number(param)); };
    return {.hashMaxListpackEntries = size(Param::HashMaxListpackEntries),
        .hashMaxListpackValue = size(Param::HashMaxListpackValue),
        .setMaxIntsetEntries = size(Param::SetMaxIntsetEntries),
        .zsetMaxListpackEntries = size(Param::ZsetMaxListpackEntries),
        .zsetMaxListpackValue = size(Param::ZsetMaxListpackValue),
        .streamNodeMaxBytes = size(Param::StreamNodeMaxBytes),
        .streamNodeMaxEntries = size(Param::StreamNodeMaxEntries),
        .listMaxListpackSize = static_cast<int>(number(Param::ListMaxListpackSize))};
}

} // namespace engine
