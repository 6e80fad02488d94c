// `ferrite`: the engine and the debugger for terminals, servers and CI.

#include "app/cli/script_arguments.h"
#include "app/cli/subcommand.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <iostream>

namespace {

/// The words as the parser takes them: last first, and a script's own words behind `--`.
std::vector<std::string> parserWords(std::vector<std::string> words, const std::vector<app::Subcommand>& commands)
{
    for (const app::Subcommand& command : commands) {
        if (!command.takesScript || words.empty() || words.front() != command.parser->get_name())
            continue;
        std::vector<std::string> rest(words.begin() + 1, words.end());
        words = app::optionsFirst(*command.parser, std::move(rest));
        words.insert(words.begin(), command.parser->get_name());
        break;
    }
    std::reverse(words.begin(), words.end());
    return words;
}

/// Empty when the first word is an option or names a command.
std::string unknownCommand(const std::vector<std::string>& words, const std::vector<app::Subcommand>& commands)
{
    if (words.empty() || words.front().starts_with('-'))
        return {};
    std::string known;
    for (const app::Subcommand& command : commands) {
        if (words.front() == command.parser->get_name())
            return {};
        known += (known.empty() ? "" : ", ") + command.parser->get_name();
    }
    return "ferrite: there is no command '" + words.front() + "'. There are: " + known;
}

int badUsage(const CLI::ParseError& error, const std::vector<app::Subcommand>& commands)
{
    std::string name = "ferrite";
    for (const app::Subcommand& command : commands) {
        if (command.parser->parsed())
            name += " " + command.parser->get_name();
    }
    std::string text = error.what();
    std::replace(text.begin(), text.end(), '\n', ' ');
    std::cerr << name << ": " << text << (text.ends_with('.') ? "" : ".") << " Try: " << name << " --help\n";
    return app::kBadUsage;
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App parser("Ferrite: a Redis-compatible engine and debugger for Lua scripts", "ferrite");
    parser.set_version_flag("--version", "ferrite " FERRITE_VERSION);
    parser.require_subcommand(1);
    const std::vector<app::Subcommand> commands{
        app::addServeCommand(parser), app::addRunCommand(parser), app::addDebugCommand(parser)};
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (const std::string unknown = unknownCommand(words, commands); !unknown.empty()) {
        std::cerr << unknown << '\n';
        return app::kBadUsage;
    }
    try {
        parser.parse(parserWords(words, commands));
    } catch (const CLI::Success& wanted) {
        return parser.exit(wanted); // --help, --version
    } catch (const CLI::ParseError& error) {
        return badUsage(error, commands);
    }
    for (const app::Subcommand& command : commands) {
        if (command.parser->parsed())
            return command.run();
    }
    return app::kBadUsage;
}
