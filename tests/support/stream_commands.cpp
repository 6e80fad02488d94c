#include "tests/support/stream_commands.h"

namespace tests {

using engine::Bytes;

void StreamCommands::startOver()
{
    m_top = 1;
    m_recent.clear();
    m_farAhead = false;
}

Bytes StreamCommands::key()
{
    return chance(m_rng, 10) ? word({"c2", "text"}) : word({"a", "b", "c"});
}

Bytes StreamCommands::bound()
{
    return chance(m_rng, 30) ? word({"-", "+"}) : (chance(m_rng, 20) ? "(" : "") + id();
}

void StreamCommands::maybe(Words& words, unsigned percent, const Words& more)
{
    if (chance(m_rng, percent))
        words.insert(words.end(), more.begin(), more.end());
}

Bytes StreamCommands::id()
{
    if (chance(m_rng, 4))
        return word({"bad", "-", "+", "1-1-1", "(5", "18446744073709551615-18446744073709551615", "1-", " 1", "+1",
            "01-02", "-1", "$", ">", "1-*", "0", "0-0", "18446744073709551616", ""});
    if (!m_recent.empty() && chance(m_rng, 50))
        return m_recent[m_rng.below(m_recent.size())];
    const std::uint64_t lowest = m_top > 12 ? m_top - 12 : 0;
    const Bytes milliseconds = std::to_string(lowest + m_rng.below(14));
    return chance(m_rng, 50) ? milliseconds : milliseconds + "-" + std::to_string(m_rng.below(4));
}

Bytes StreamCommands::newId()
{
    if (chance(m_rng, 5))
        return id();
    constexpr std::size_t kRecent = 12;
    m_top += m_rng.below(3);
    const Bytes milliseconds = std::to_string(m_top);
    const Bytes given = milliseconds + oneOf(m_rng, {"-0", "-1", "-2", "-*", ""});
    m_recent.push_back(given.ends_with("*") ? milliseconds + "-0" : given);
    if (m_recent.size() > kRecent)
        m_recent.pop_front();
    return given;
}

void StreamCommands::addTrim(Words& words)
{
    const bool byLength = chance(m_rng, 50);
    words.emplace_back(byLength ? "MAXLEN" : "minid");
    maybe(words, 60, {word({"~", "~", "="})});
    words.push_back(byLength ? word({"0", "1", "5", "20", "40", "-1", "x"}) : id());
    maybe(words, 15, {"LIMIT", word({"0", "1", "10", "20", "-1"})});
    maybe(words, 3, {"MAXLEN", "3"});
}

Words StreamCommands::adding()
{
    if (chance(m_rng, 25)) {
        Words words{"XDEL", key(), id()};
        maybe(words, 50, {id(), id()});
        return words;
    }
    if (chance(m_rng, 10)) {
        Words words{"XTRIM", key()};
        addTrim(words);
        return words;
    }
    if (chance(m_rng, 6)) {
        Words words{"XSETID", key(), chance(m_rng, 50) ? id() : std::to_string(m_top + 1) + "-5"};
        maybe(words, 30, {"ENTRIESADDED", word({"-1", "3", "200", "5000"})});
        maybe(words, 30, {"MAXDELETEDID", id()});
        return words;
    }
    Words words{"XADD", key()};
    maybe(words, 10, {"NOMKSTREAM"});
    if (chance(m_rng, 10))
        addTrim(words);
    words.push_back(newId());
    words.insert(words.end(), {word({"x", "x", "y"}), word({"1", "hello", "-5", "70000", ""})});
    maybe(words, 30, {"y", Bytes(oneOf(m_rng, {1U, 70U, 200U}), 'v')});
    maybe(words, 2, {"odd"});
    return words;
}

Words StreamCommands::generatingIds()
{
    if (!std::exchange(m_farAhead, true))
        return {"XADD", "far", "9000000000000-5", "x", "1"};
    const Bytes key = m_ids == Ids::OfClock ? word({"far", "clock"}) : "far";
    switch (m_rng.below(10)) {
    case 0:
        return {"XTRIM", key, "MAXLEN", word({"~", "="}), word({"0", "1", "5", "20"})};
    case 1:
        return {"XGROUP", "CREATE", key, group(), word({"0", "$"}), "MKSTREAM"};
    case 2:
        return {"XAUTOCLAIM", key, group(), consumer(), "0", "0", "COUNT", word({"1", "2"})};
    case 3:
        return {
            "XREADGROUP", "GROUP", group(), consumer(), "COUNT", word({"1", "2"}), "STREAMS", key, word({">", "0"})};
    default: {
        Words words{"XADD", key};
        maybe(words, 10, {"NOMKSTREAM"});
        if (chance(m_rng, 30))
            addTrim(words);
        words.insert(words.end(), {key == "far" && chance(m_rng, 20) ? "9000000000000-*" : "*", "x", "1"});
        return words;
    }
    }
}

Words StreamCommands::reading()
{
    switch (m_rng.below(4)) {
    case 0:
        return {"XLEN", key()};
    case 1: {
        Words words{"XREAD"};
        maybe(words, 70, {"COUNT", word({"0", "1", "4"})});
        maybe(words, 5, {"NOACK"});
        maybe(words, 5, {"GROUP", "g1", "x"});
        const bool two = chance(m_rng, 40);
        words.insert(words.end(), {"STREAMS", key()});
        maybe(words, two ? 100 : 0, {key()});
        words.push_back(id());
        maybe(words, two ? 95 : 5, {chance(m_rng, 50) ? id() : "$"});
        return words;
    }
    default: {
        Words words{word({"XRANGE", "XREVRANGE"}), key(), bound(), bound()};
        maybe(words, 60, {"COUNT", word({"0", "1", "3", "-1"})});
        return words;
    }
    }
}

Words StreamCommands::groupReading()
{
    Words words{"XREADGROUP", "GROUP", readGroup(), consumer()};
    maybe(words, 80, {"COUNT", word({"0", "1", "2", "5"})});
    maybe(words, 10, {"NOACK"});
    const bool two = chance(m_rng, 50);
    words.insert(words.end(), {"STREAMS", word({"a", "b", "c"})});
    if (two)
        words.push_back(word({"a", "b", "c"}));
    for (int i = 0; i < (two ? 2 : 1); ++i)
        words.push_back(chance(m_rng, 70) ? word({">", ">", "0"}) : id());
    return words;
}

Words StreamCommands::waiting()
{
    const bool grouped = chance(m_rng, 80);
    Words words = grouped ? Words{"XREADGROUP", "GROUP", "g1", word({"zoe", "yves", "alice"})} : Words{"XREAD"};
    words.insert(words.end(), {"BLOCK", "0"});
    maybe(words, 30, {"COUNT", word({"1", "2"})});
    maybe(words, grouped ? 40 : 0, {"NOACK"});
    const bool two = chance(m_rng, 50);
    words.insert(words.end(), {"STREAMS", word({"a", "b", "c"})});
    if (two)
        words.push_back(word({"a", "b", "c"}));
    words.insert(words.end(), two ? 2 : 1, grouped ? ">" : "$");
    return words;
}

Words StreamCommands::grouping()
{
    switch (m_rng.below(7)) {
    case 0:
    case 1: {
        Words words{"XGROUP", "CREATE", key(), group(), chance(m_rng, 60) ? word({"0", "$"}) : id()};
        maybe(words, 30, {"MKSTREAM"});
        maybe(words, 30, {"ENTRIESREAD", word({"-1", "0", "3", "-2"})});
        maybe(words, 3, {"foo"});
        return words;
    }
    case 2: {
        Words words{"XGROUP", "SETID", key(), group(), chance(m_rng, 60) ? word({"0", "$"}) : id()};
        maybe(words, 30, {"ENTRIESREAD", word({"-1", "0", "3", "-2"})});
        return words;
    }
    case 3:
        return {"XGROUP", "DESTROY", key(), chance(m_rng, 70) ? "g2" : group()};
    case 4:
        if (chance(m_rng, 50))
            return {"XGROUP", "DELCONSUMER", key(), readGroup(), consumer()};
        return {"XGROUP", "CREATECONSUMER", key(), group(), word({"alice", "dave", "erin", "fred", "gina", "hans"})};
    default: {
        Words words{"XACK", key(), readGroup(), id()};
        maybe(words, 70, {id(), id(), id(), id(), id()});
        return words;
    }
    }
}

Words StreamCommands::claiming()
{
    const Bytes minIdle = chance(m_rng, 90) ? word({"0", "0", "0", "999999999"}) : word({"-1", "x"});
    if (chance(m_rng, 30)) {
        Words words{"XAUTOCLAIM", key(), readGroup(), consumer(), minIdle, chance(m_rng, 50) ? "0" : bound()};
        maybe(words, 60, {"COUNT", word({"1", "2", "0", "x"})});
        maybe(words, 30, {"JUSTID"});
        return words;
    }
    Words words{"XCLAIM", key(), readGroup(), consumer(), minIdle, id()};
    maybe(words, 60, {id(), id(), id()});
    maybe(words, 30, {"FORCE"});
    maybe(words, 30, {"JUSTID"});
    maybe(words, 30, {"RETRYCOUNT", chance(m_rng, 90) ? word({"0", "5"}) : word({"-1", "x"})});
    maybe(words, 30, {"LASTID", id()});
    maybe(words, 30, {"IDLE", word({"0", "100000"})});
    maybe(words, 30, {"TIME", word({"1", "1000000"})});
    maybe(words, 2, {"FOO"});
    return words;
}

Words StreamCommands::looking()
{
    switch (m_rng.below(9)) {
    case 0:
        return {"XPENDING", key(), group()};
    case 1:
    case 2: {
        Words words{"XPENDING", key(), readGroup()};
        maybe(words, 20, {"IDLE", word({"0", "999999999", "x"})});
        words.insert(words.end(), {bound(), bound(), word({"1", "10", "0", "-1", "x"})});
        maybe(words, 50, {consumer()});
        return words;
    }
    case 3:
        return {"XINFO", "STREAM", key()};
    case 4:
        return {"XINFO", "GROUPS", key()};
    case 5:
        return {"XINFO", "CONSUMERS", key(), readGroup()};
    case 6:
        return {"COPY", "a", "c2", "REPLACE"};
    case 7:
        return replacing();
    default:
        return chance(m_rng, 50) ? Words{"OBJECT", "ENCODING", key()} : Words{"SET", "text", "1"};
    }
}

Words StreamCommands::replacing()
{
    const Bytes one = word({"a", "b", "c"});
    switch (m_rng.below(12)) {
    case 0:
        return {"DEL", word({"a", "b", "c", "clock"})};
    case 1:
        return {"RENAME", one, word({"a", "b", "c"})};
    case 2:
        return {"COPY", word({"c2", "text"}), one, "REPLACE"};
    case 3:
        return {"SET", one, "1"};
    case 4:
        return {"EXPIRE", one, "100000"};
    case 5:
        return {"PERSIST", one};
    case 6:
        return {"EXPIRE", one, "-1"};
    default:
        return {"TYPE", one};
    }
}

Words StreamCommands::next()
{
    switch (m_rng.below(12)) {
    case 0:
        return reading();
    case 1:
    case 2:
        return groupReading();
    case 3:
    case 4:
        return grouping();
    case 5:
        return claiming();
    case 6:
    case 7:
        return looking();
    case 8:
        return generatingIds();
    default:
        return adding();
    }
}

} // namespace tests
