#pragma once

// A subcommand of `ferrite`: declares its options to the parser and runs afterwards.

#include <functional>

namespace CLI {
class App;
}

namespace app {

/// What a subcommand ends with, as the process's exit code.
enum ExitCode : int {
    kSuccess = 0,
    kFailure = 1, // it ran, and the answer is an error
    kBadUsage = 2, // it did not run: one line on standard error says what to do
};

struct Subcommand {
    CLI::App* parser = nullptr; // owned by the parser it was added to
    std::function<int()> run; // gives the exit code; called when the command line names this subcommand
    /// Behind its script's name, words that are no option of ours belong to the script: "-1" is an argument there.
    bool takesScript = false;
};

Subcommand addServeCommand(CLI::App& parser);
Subcommand addRunCommand(CLI::App& parser);
Subcommand addDebugCommand(CLI::App& parser);

} // namespace app
