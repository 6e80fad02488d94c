// `ferrite debug`: the debugger in a terminal, or driven by a program, over a fresh and empty engine.

#include "app/cli/command_lines.h"
#include "app/cli/script_arguments.h"
#include "app/cli/subcommand.h"

#include "debugger/console/debug_console.h"
#include "debugger/console/debug_json.h"
#include "debugger/console/moment_text.h"
#include "engine/server/engine.h"

#include <CLI/CLI.hpp>

#include <atomic>
#include <csignal>
#include <iostream>
#include <optional>
#include <random>
#include <thread>

#include <unistd.h>

namespace app {

namespace {

constexpr engine::BytesView kDatasetLimit = "1gb";
constexpr std::size_t kBytesPerMegabyte = 1024UL * 1024;

struct DebugOptions {
    std::vector<std::string> words; // SCRIPT, then keys and arguments
    std::string function; // of SCRIPT, which is then a library
    std::string at;
    std::string open; // a recording, instead of a script
    bool json = false;
    double timeoutSeconds = 5;
    std::size_t memoryMegabytes = 256;
    std::uint64_t moments = 10'000'000;
};

/// While it lives, Ctrl+C pauses the script instead of ending the program. To be made before any other thread, which
/// then inherit the blocked signal.
class InterruptKey {
public:
    InterruptKey()
    {
        sigemptyset(&m_signals);
        sigaddset(&m_signals, SIGINT);
        pthread_sigmask(SIG_BLOCK, &m_signals, &m_before);
    }
    ~InterruptKey()
    {
        m_over = true;
        if (m_thread.joinable())
            m_thread.join();
        pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
    }
    InterruptKey(const InterruptKey&) = delete;
    InterruptKey& operator=(const InterruptKey&) = delete;

    void watch(debugger::SessionPort& session)
    {
        m_thread = std::thread([this, &session] {
            const timespec wait{.tv_sec = 0, .tv_nsec = 100'000'000};
            while (!m_over) {
                if (sigtimedwait(&m_signals, nullptr, &wait) == SIGINT)
                    session.interrupt();
            }
        });
    }

private:
    sigset_t m_signals{};
    sigset_t m_before{};
    std::atomic<bool> m_over{false};
    std::thread m_thread;
};

int complain(const std::string& text)
{
    std::cerr << "ferrite debug: " << text << '\n';
    return kBadUsage;
}

std::uint64_t chance()
{
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

void welcome()
{
    std::cout << "Lua debugging session started, please use:\n"
                 "quit    -- End the session.\n"
                 "restart -- Restart the script in debug mode again.\n"
                 "help    -- Show Lua script debugging commands.\n\n";
}

/// Reads commands until there are no more.
void converse(debugger::DebugConsole& console, CommandLines& lines, bool prompts)
{
    std::string line;
    for (;;) {
        if (prompts)
            std::cout << "lua debugger> " << std::flush;
        if (!lines.next(line) || !console.run(line))
            return;
    }
}

/// What is debugged: a script with its words, or a recording.
struct Subject {
    engine::Bytes body;
    ScriptArguments arguments;
    std::optional<engine::Bytes> recording;
};

engine::Result<std::unique_ptr<debugger::SessionPort>> openSession(debugger::LocalSessionOptions options)
{
    try {
        return std::make_unique<debugger::SessionPort>(std::move(options));
    } catch (const std::exception& error) {
        return engine::Error{error.what()};
    }
}

int debugOn(const engine::Clock& below, const DebugOptions& options, Subject subject)
{
    const bool terminal = !options.json && ::isatty(STDIN_FILENO) && ::isatty(STDOUT_FILENO);
    std::optional<InterruptKey> interruptKey;
    if (terminal)
        interruptKey.emplace();

    engine::MovableClock clock(below);
    engine::Config config;
    if (auto set = config.setAtStart("maxmemory", kDatasetLimit); !set)
        return complain(set.error());
    engine::Engine engine(clock, chance(), std::move(config));
    debugger::LiveData live([&engine](const debugger::LiveData::Work& work) {
        engine::EngineTurn turn = engine.beginTurn();
        work(engine, turn);
        return true;
    });
    const debugger::LiveData::Ground ground = live.ground().value();
    engine::FrozenServerView server(engine);
    debugger::LocalSessionOptions session{.input = {.dataset = ground.dataset,
                                              .body = subject.body,
                                              .function = options.function,
                                              .keys = std::move(subject.arguments.keys),
                                              .argv = std::move(subject.arguments.argv),
                                              .clock = &clock,
                                              .now = ground.now,
                                              .rngSeed = chance(),
                                              .config = &engine.config(),
                                              .commands = &engine.commands(),
                                              .server = &server}};
    session.runner.memoryLimitBytes = options.memoryMegabytes * kBytesPerMegabyte;
    session.limits.moments = options.moments;
    const debugger::SetLimitsRequest limits = session.limits;

    if (subject.recording) {
        auto shown = debugger::withRecording(std::move(session), *subject.recording);
        if (!shown)
            return complain(options.open + ": " + shown.error());
        session = std::move(*shown);
        subject.body = session.input.body;
    }
    const auto opened = openSession(std::move(session));
    if (!opened)
        return complain((options.open.empty() ? "" : options.open + ": ") + opened.error());
    debugger::SessionPort& port = **opened;
    if (interruptKey)
        interruptKey->watch(port);
    const auto print = [](const std::string& text) { std::cout << text << '\n' << std::flush; };
    const auto output = options.json
        ? debugger::makeDebugJson(print)
        : debugger::makeDebugText(print, "dataset changes are on a snapshot; go back, restart, apply them or quit");
    std::function<std::optional<std::string>()> reread;
    if (!subject.recording)
        reread = [path = options.words.front()]() -> std::optional<std::string> {
            auto again = readScript(path);
            return again ? std::optional(std::move(*again)) : std::nullopt;
        };
    CommandLines lines(STDIN_FILENO);
    debugger::DebugConsole console(port, *output,
        {.source = std::move(subject.body),
            .reread = reread,
            .writesFiles = true,
            .patience = std::chrono::milliseconds(static_cast<long long>(options.timeoutSeconds * 1000)),
            .wantsPause = [&lines] { return lines.isNext("pause"); },
            .limits = limits,
            .live = &live,
            .isRecording = subject.recording.has_value(),
            .clock = &clock,
            .isLibrary = !options.function.empty()});
    if (terminal)
        welcome();
    const bool began = console.start() || (subject.recording && console.ended());
    converse(console, lines, terminal);
    console.keepWrites();
    interruptKey.reset();
    return began ? kSuccess : kFailure;
}

engine::Result<Subject> readSubject(const DebugOptions& options)
{
    if (!options.open.empty()) {
        if (!options.words.empty())
            return engine::Error{"--open shows a recording; give no script beside it"};
        auto recording = readScript(options.open);
        if (!recording)
            return engine::Error{recording.error()};
        return Subject{.body = {}, .arguments = {}, .recording = std::move(*recording)};
    }
    if (options.words.empty())
        return engine::Error{"give a script: ferrite debug SCRIPT [KEY…] [, ARG…]"};
    if (options.words.front() == "-")
        return engine::Error{"give the script as a file: standard input carries the debugger's commands"};
    auto body = readScript(options.words.front());
    if (!body)
        return engine::Error{body.error()};
    if (options.function.empty() && isLibrary(*body))
        return engine::Error{"this is a library: name one of its functions, as in: ferrite debug --function NAME "
            + options.words.front()};
    ScriptArguments arguments = splitScriptArguments(std::span(options.words).subspan(1));
    if (!arguments.hint.empty())
        std::cerr << "ferrite debug: hint: " << arguments.hint << '\n';
    return Subject{.body = std::move(*body), .arguments = std::move(arguments), .recording = {}};
}

int debug(const DebugOptions& options)
{
    auto subject = readSubject(options);
    if (!subject)
        return complain(subject.error());
    if (options.at.empty())
        return debugOn(engine::SystemClock(), options, std::move(*subject));
    const auto moment = debugger::parseMoment(options.at);
    if (!moment)
        return complain("--at: " + moment.error());
    return debugOn(engine::ManualClock(*moment), options, std::move(*subject));
}

} // namespace

Subcommand addDebugCommand(CLI::App& parser)
{
    auto options = std::make_shared<DebugOptions>(); // shared by the parser, which fills it, and by run, which reads it
    CLI::App* command =
        parser.add_subcommand("debug", "Step through a script, forwards and backwards, on a fresh, empty engine");
    command->add_option("script", options->words, "SCRIPT [KEY...] [, ARG...]: a file")->type_name("WORD");
    command->add_option("--function", options->function, "Debug this function of SCRIPT, a library, as FCALL would")
        ->type_name("NAME");
    command->add_option("--open", options->open, "Show a recording that 'save' has written, instead of a script")
        ->type_name("FILE");
    command->add_flag("--json", options->json, "Print one JSON object a line, for programs");
    command->add_option("--at", options->at, "Let the clock stand at a moment: seconds since 1970, or UTC in ISO 8601")
        ->type_name("TIME");
    command->add_option("--timeout", options->timeoutSeconds, "Pause a script after so many seconds (default 5)")
        ->check(CLI::Range(0.001, 1e6));
    command->add_option("--memory", options->memoryMegabytes, "Limit of the script's own memory in MB (default 256)")
        ->check(CLI::Range(std::size_t{2}, std::size_t{4096}));
    command->add_option("--moments", options->moments, "Limit of the recording in lines run (default 10000000)")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
    command->footer("Commands come from standard input; 'help' lists them.\n"
                    "Exit code: 0, 1 when the script could not begin, 2 for bad usage.");
    return {.parser = command, .run = [options] { return debug(*options); }, .takesScript = true};
}

} // namespace app
