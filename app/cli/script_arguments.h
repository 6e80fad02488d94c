#pragma once

// The words behind a script's name on the command line: `SCRIPT [KEY…] [, ARG…]`, split at a lone comma as
// `redis-cli --eval` splits them.

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <span>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace app {

struct ScriptArguments {
    std::vector<engine::Bytes> keys;
    std::vector<engine::Bytes> argv;
    /// Why this may not be what was meant, for standard error; empty when nothing looks odd.
    std::string hint;
};
ScriptArguments splitScriptArguments(std::span<const std::string> words);

/// The script's bytes, exactly. "-" is standard input. The error names the file and the reason.
engine::Result<engine::Bytes> readScript(const std::string& path);

/// The words with `command`'s own options in front and `--` before the rest, so that a key or an argument may begin
/// with a dash. In front of the script's name, and up to a `--`, unknown options stay where they are.
std::vector<std::string> optionsFirst(const CLI::App& command, std::vector<std::string> words);

/// Whether these bytes are a library of functions (`#!lua name=…`), which only FUNCTION LOAD takes.
bool isLibrary(const std::string& body);

} // namespace app
