// `ferrite run`: one script on a fresh, empty engine; prints what it replies.

#include "app/cli/reply_output.h"
#include "app/cli/script_arguments.h"
#include "app/cli/subcommand.h"
#include "debugger/console/moment_text.h"
#include "debugger/console/reply_json.h"

#include "engine/resp/reply_text.h"
#include "engine/script/script_runner.h"
#include "engine/server/engine.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <iostream>
#include <memory>
#include <random>

#include <unistd.h>

namespace app {

namespace {

constexpr std::size_t kBytesPerMegabyte = 1024UL * 1024;
// A script that fills memory through commands ends with an error, not with the machine's memory.
constexpr std::size_t kDatasetBytes = 1024 * kBytesPerMegabyte;

struct RunOptions {
    std::vector<std::string> words; // SCRIPT, then keys and arguments
    std::string function; // of SCRIPT, which is then a library
    std::string at;
    bool json = false;
    int resp = 2;
    double timeoutSeconds = 60;
    std::size_t memoryMegabytes = 256;
};

int complain(const std::string& text)
{
    std::cerr << "ferrite run: " << text << '\n';
    return kBadUsage;
}

void printReply(const engine::Reply& reply, bool json)
{
    if (json)
        std::cout << debugger::jsonText(reply) << '\n';
    else if (::isatty(STDOUT_FILENO))
        std::cout << engine::formatReplyForPeople(reply) << '\n';
    else
        std::cout << rawText(reply);
    std::cout.flush();
}

void printLog(const std::vector<engine::ScriptLogLine>& log)
{
    constexpr std::array<const char*, 4> names{"debug", "verbose", "notice", "warning"};
    for (const engine::ScriptLogLine& line : log)
        std::cerr << names[static_cast<std::size_t>(std::clamp(line.level, 0, 3))] << ": " << line.text << '\n';
}

std::uint64_t chance()
{
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

int runOn(const engine::Clock& clock, const RunOptions& options, engine::Bytes body, ScriptArguments arguments)
{
    engine::Engine engine(clock, chance());
    engine::EngineTurn turn = engine.beginTurn();
    engine::FrozenServerView server(engine);
    const std::size_t memory = options.memoryMegabytes * kBytesPerMegabyte;
    engine::ScriptRunner runner({.memoryLimitBytes = memory});

    const auto timeLimit =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::duration<double>(options.timeoutSeconds));
    const engine::ScriptOutcome outcome = runner.run({.dataset = engine.snapshot(turn),
        .body = std::move(body),
        .function = options.function,
        .keys = std::move(arguments.keys),
        .argv = std::move(arguments.argv),
        .protocol = options.resp == 3 ? engine::Protocol::Resp3 : engine::Protocol::Resp2,
        .clock = &clock,
        .now = turn.now(),
        .rngSeed = chance(),
        .config = &engine.config(),
        .commands = &engine.commands(),
        .server = &server,
        .limits = {.time = timeLimit, .memoryBytes = memory, .datasetBytes = kDatasetBytes}});

    printLog(outcome.log);
    printReply(outcome.reply, options.json);
    return outcome.reply.isError() ? kFailure : kSuccess;
}

int run(const RunOptions& options)
{
    if (options.words.empty())
        return complain("give a script: ferrite run SCRIPT [KEY…] [, ARG…], or - for standard input");
    auto body = readScript(options.words.front());
    if (!body)
        return complain(body.error());
    if (options.function.empty() && isLibrary(*body))
        return complain("this is a library: name one of its functions, as in: ferrite run --function NAME "
            + options.words.front());
    ScriptArguments arguments = splitScriptArguments(std::span(options.words).subspan(1));
    if (!arguments.hint.empty())
        std::cerr << "ferrite run: hint: " << arguments.hint << '\n';

    if (options.at.empty())
        return runOn(engine::SystemClock(), options, std::move(*body), std::move(arguments));
    const auto moment = debugger::parseMoment(options.at);
    if (!moment)
        return complain("--at: " + moment.error());
    return runOn(engine::ManualClock(*moment), options, std::move(*body), std::move(arguments));
}

} // namespace

Subcommand addRunCommand(CLI::App& parser)
{
    auto options = std::make_shared<RunOptions>(); // shared by the parser, which fills it, and by run, which reads it
    CLI::App* command = parser.add_subcommand("run", "Run a script on a fresh, empty engine and print its reply");
    command->add_option("script", options->words, "SCRIPT [KEY...] [, ARG...]: a file, or - for standard input")
        ->type_name("WORD");
    command->add_option("--function", options->function, "Run this function of SCRIPT, a library, as FCALL would")
        ->type_name("NAME");
    command->add_flag("--json", options->json, "Print the reply as one line of JSON");
    command->add_option("--at", options->at, "Let the clock stand at a moment: seconds since 1970, or UTC in ISO 8601")
        ->type_name("TIME");
    command->add_option("--resp", options->resp, "The protocol whose reply is shown: 2 (default) or 3")
        ->check(CLI::IsMember({2, 3}));
    command->add_option("--timeout", options->timeoutSeconds, "End the script after so many seconds (default 60)")
        ->check(CLI::Range(0.001, 1e6));
    command->add_option("--memory", options->memoryMegabytes, "Limit of the script's own memory in MB (default 256)")
        ->check(CLI::Range(std::size_t{2}, std::size_t{4096}));
    command->footer("Keys and arguments are separated by a lone comma: ferrite run limit.lua user:1 , 10 60\n"
                    "Exit code: 0, 1 when the reply is an error, 2 for bad usage.\n");
    return {.parser = command, .run = [options] { return run(*options); }, .takesScript = true};
}

} // namespace app
