#include "tests/support/stream_commands.h"

#include "tests/support/argument_values.h"

namespace tests {

using engine::Bytes;

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
    const std::uint64_t lowest = m_top > 12 ? m_top - 12 : 0;
    const Bytes milliseconds = std::to_string(lowest + m_rng.below(14));
    return chance(m_rng, 50) ? milliseconds : milliseconds + "-" + std::to_string(m_rng.below(4));
}

Bytes StreamCommands::newId()
{
    if (chance(m_rng, 5))
        return id();
    m_top += m_rng.below(3);
    const Bytes milliseconds = std::to_string(m_top);
    return milliseconds + oneOf(m_rng, {"-0", "-1", "-2", "-*", ""});
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
    Words words{"XREADGROUP", "GROUP", chance(m_rng, 90) ? "g1" : group(), consumer()};
    maybe(words, 80, {"COUNT", word({"0", "1", "2", "5"})});
    maybe(words, 10, {"NOACK"});
    words.insert(words.end(), {"STREAMS", word({"a", "b", "c"}), word({"a", "b", "c"})});
    for (int i = 0; i < 2; ++i)
        words.push_back(chance(m_rng, 70) ? word({">", ">", "0"}) : id());
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
        return {"XGROUP", "CREATECONSUMER", key(), group(), consumer()};
    case 5:
        return {"XGROUP", chance(m_rng, 30) ? "DELCONSUMER" : "CREATECONSUMER", key(), group(), consumer()};
    default: {
        Words words{"XACK", key(), group(), id()};
        maybe(words, 50, {id(), id(), id()});
        return words;
    }
    }
}

Words StreamCommands::claiming()
{
    if (chance(m_rng, 50)) {
        Words words{"XAUTOCLAIM", key(), group(), consumer(), word({"0", "0", "-1", "999999999", "x"}),
            chance(m_rng, 50) ? "0" : bound()};
        maybe(words, 60, {"COUNT", word({"1", "2", "0", "x"})});
        maybe(words, 30, {"JUSTID"});
        return words;
    }
    Words words{"XCLAIM", key(), group(), consumer(), word({"0", "0", "-1", "999999999", "x"}), id()};
    maybe(words, 50, {id(), id()});
    maybe(words, 30, {"FORCE"});
    maybe(words, 30, {"JUSTID"});
    maybe(words, 30, {"RETRYCOUNT", word({"0", "5", "-1", "x"})});
    maybe(words, 30, {"LASTID", id()});
    maybe(words, 30, {"IDLE", word({"0", "100000"})});
    maybe(words, 30, {"TIME", word({"1", "1000000"})});
    maybe(words, 2, {"FOO"});
    return words;
}

Words StreamCommands::looking()
{
    switch (m_rng.below(8)) {
    case 0:
        return {"XPENDING", key(), group()};
    case 1:
    case 2: {
        Words words{"XPENDING", key(), group()};
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
        return {"XINFO", "CONSUMERS", key(), group()};
    case 6:
        return {"COPY", "a", "c2", "REPLACE"};
    default:
        return chance(m_rng, 50) ? Words{"OBJECT", "ENCODING", key()} : Words{"SET", "text", "1"};
    }
}

Words StreamCommands::next()
{
    switch (m_rng.below(10)) {
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
        return looking();
    default:
        return adding();
    }
}

} // namespace tests
