#include "tests/support/moment_text.h"

#include "engine/base/number.h"
#include "engine/data/data_digest.h"

#include <algorithm>

namespace tests {

using engine::Bytes;
using engine::LuaFrame;
using engine::LuaValue;
using engine::LuaVariable;

namespace {

constexpr int kDeepest = 4;
constexpr std::size_t kMostEntries = 12; // of one table
constexpr int kMostOfAMoment = 150; // a table that holds itself many times has many ways through it
constexpr std::size_t kMostFrames = 12;
constexpr std::size_t kLongString = 200;

Bytes valueText(const LuaValue& value)
{
    constexpr const char* kKinds[] = {"nil", "boolean", "number", "string", "table", "function", "thread", "userdata"};
    Bytes text = Bytes(kKinds[static_cast<int>(value.kind)]) + " " + value.text;
    if (value.size > 0)
        text += " #" + std::to_string(value.size);
    // Its text is shortened.
    if (value.bytes.size() > kLongString)
        text += " sha1 " + engine::sha1Hex(value.bytes);
    return text;
}

class StateWriter {
public:
    explicit StateWriter(PausedRun& run) : m_run(run) { }

    Bytes write()
    {
        const auto frames = m_run.frames();
        m_text = std::to_string(frames.size()) + " frames\n";
        for (std::size_t i = 0; i < std::min(frames.size(), kMostFrames); ++i)
            writeFrame(frames[i], static_cast<int>(i));
        writeVariables("argument", m_run.arguments(), 1);
        return m_text + memoryText(m_run.memoryBytes());
    }

private:
    void writeFrame(const LuaFrame& frame, int number)
    {
        m_text += "frame " + std::to_string(number) + " " + frame.name + " of " + frame.chunk + ":"
            + std::to_string(frame.line) + (frame.inScript ? " script" : "") + (frame.isC ? " C" : "")
            + (frame.isTailCall ? " tail" : "") + "\n";
        writeVariables("local", m_run.locals(number), 1);
        writeVariables("upvalue", m_run.upvalues(number), 1);
    }
    void writeVariables(const char* what, const std::vector<LuaVariable>& variables, int depth)
    {
        for (const LuaVariable& each : variables) {
            m_text += Bytes(static_cast<std::size_t>(depth) * 2, ' ') + what + " " + each.name + " = "
                + valueText(each.value) + "\n";
            if (each.value.kind != engine::LuaKind::Table || each.value.size == 0 || depth > kDeepest)
                continue;
            if (++m_unfolded <= kMostOfAMoment)
                writeVariables("", m_run.entries(each.value.ref, kMostEntries), depth + 1);
        }
    }

    PausedRun& m_run;
    Bytes m_text;
    int m_unfolded = 0;
};

} // namespace

Bytes stateText(PausedRun& run)
{
    return StateWriter(run).write();
}

Bytes memoryText(std::size_t bytes)
{
    return "lua " + std::to_string(bytes) + " bytes\n";
}

Bytes dataText(const engine::Keyspace& data, int database)
{
    const engine::Sha1 digest = engine::digestOf(data);
    Bytes text = "database " + std::to_string(database) + "\ndigest " + engine::hexText(digest) + "\n";
    std::vector<Bytes> expiring;
    for (std::size_t i = 0; i < data.databaseCount(); ++i) {
        if (data.database(i).volatileSize() == 0)
            continue;
        data.database(i).forEach([&](const engine::Entry& entry) {
            if (const auto expiry = entry.expiry())
                expiring.push_back(
                    std::to_string(i) + " " + Bytes(entry.key()) + " until " + std::to_string(expiry->value) + "\n");
            return true;
        });
    }
    std::sort(expiring.begin(), expiring.end());
    for (const Bytes& line : expiring)
        text += line;
    return text;
}

Bytes replyText(const engine::Reply& reply)
{
    Bytes text = std::to_string(static_cast<int>(reply.kind)) + " " + std::to_string(reply.integer) + " "
        + engine::formatDouble(reply.number) + " " + reply.text + " " + reply.format;
    for (const engine::Reply& element : reply.elements)
        text += " (" + replyText(element) + ")";
    return text;
}

bool isErrorText(engine::BytesView text)
{
    return text.starts_with(std::to_string(static_cast<int>(engine::ReplyKind::Error)) + " ");
}

Bytes answerText(const std::vector<LuaValue>& values, const Bytes& error)
{
    if (!error.empty())
        return "error: " + error;
    Bytes text;
    for (const LuaValue& value : values)
        text += valueText(value) + "; ";
    return text;
}

} // namespace tests
