#include "debugger/ldb_extended.h"

#include "debugger/console/debug_json.h"

#include <algorithm>
#include <array>

namespace debugger {

using engine::Bytes;
using engine::BytesView;

namespace {

constexpr BytesView kAborted = "ERR script aborted for user request";
constexpr BytesView kEndNote =
    "'back' goes back, 'restart' begins anew; a command that goes forward, or 'quit', ends the session and gives the "
    "reply";

engine::Reply endedReply(const std::optional<Ended>& ended)
{
    if (ended)
        return ended->reply;
    engine::Reply reply;
    reply.kind = engine::ReplyKind::Error;
    reply.text = kAborted;
    return reply;
}

bool endsSession(BytesView word)
{
    constexpr std::array<BytesView, 2> kWords{"abort", "a"};
    return std::ranges::any_of(kWords, [word](BytesView each) { return engine::equalsIgnoringCase(each, word); });
}

} // namespace

engine::Reply withEndReason(engine::Reply reply, BytesView reason)
{
    if (!reason.empty() && reply.text.starts_with(kAborted))
        reply.text.replace(0, kAborted.size(), "ERR " + Bytes(reason));
    return reply;
}

LdbExtended::LdbExtended(LdbWire& wire, LdbExtendedOptions options)
    : m_wire(wire), m_live(options.live), m_breakpoints(std::move(options.breakpoints)), m_port(options.session),
      m_text(makeDebugText([this](const std::string& text) { print(text); }, kEndNote)),
      m_json(makeDebugJson([this](const std::string& text) { print(text); })), m_output(m_text.get()),
      m_console(m_port, *m_output,
          {.source = options.session.input.body,
              .reread = nullptr,
              .outputs = [this](std::string_view form) { return outputOf(form); },
              .patience = options.threshold,
              .wantsPause = [this] { return m_wire.isNext("pause"); },
              .limits = options.session.limits,
              .mostLimits = options.mostLimits,
              .live = &options.live,
              .clock = &options.clock,
              .clockIsSessions = true,
              .isLibrary = !options.session.input.function.empty()})
{
    if (!options.session.input.function.empty())
        m_lines.push_back("Function '" + options.session.input.function
            + "', in its library as it is loaded for this session: what earlier calls have left in it is not there.");
    m_lines.emplace_back("Extended debugging: 'help' lists the commands.");
}

void LdbExtended::print(const std::string& text)
{
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t lineEnd = std::min(text.find('\n', at), text.size());
        if (lineEnd > at)
            m_lines.push_back(text.substr(at, lineEnd - at));
        at = lineEnd + 1;
    }
}

DebugOutput* LdbExtended::outputOf(std::string_view form)
{
    if (form != "text" && form != "json")
        return nullptr;
    m_output = form == "json" ? m_json.get() : m_text.get();
    return m_output;
}

LdbExtended::End LdbExtended::run()
{
    return begin() ? converse() : end();
}

bool LdbExtended::begin()
{
    std::vector<Bytes> lines = std::move(m_lines);
    for (const int line : m_breakpoints)
        m_console.run(std::array{Bytes("break"), std::to_string(line)});
    m_lines = std::move(lines);
    return m_console.start();
}

LdbExtended::End LdbExtended::converse()
{
    std::vector<Bytes> words;
    for (;;) {
        const bool heard = m_wire.send(m_lines);
        m_lines.clear();
        const auto got = heard ? m_wire.receive(words) : LdbWire::Heard::Nobody;
        if (m_wire.ending())
            return end("the server is going down");
        if (got == LdbWire::Heard::Nonsense)
            return end("protocol error");
        if (got == LdbWire::Heard::Nobody) {
            runAlone();
            return end("timeout during Lua debugging with client closing connection");
        }
        const bool over = m_console.ended() && DebugConsole::goesForward(words.front());
        if (over || endsSession(words.front()) || !m_console.run(words))
            return end();
        if (m_lines.empty())
            m_output->message("Done.");
    }
}

void LdbExtended::runAlone()
{
    if (m_live.holds() && m_console.isStopped())
        m_console.run(std::array{Bytes("end")});
}

LdbExtended::End LdbExtended::end(BytesView reason)
{
    if (m_console.isStopped()) {
        const std::vector<Bytes> lines = m_lines;
        m_console.run(std::array{Bytes("abort")});
        m_lines = lines;
    }
    m_console.keepWrites();
    End end{.reply = withEndReason(endedReply(m_console.ended()), reason)};
    end.lines = std::move(m_lines);
    return end;
}

} // namespace debugger
