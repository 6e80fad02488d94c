#pragma once

// A command's arguments as a tree, parsed from its row's grammar (described at the head of command.h). COMMAND DOCS,
// completion, call tips and the reference show it.

#include "engine/base/result.h"
#include "engine/command/command.h"

#include <vector>

namespace engine {

enum class ArgumentType : std::uint8_t {
    String,
    Integer,
    Double,
    Key,
    Pattern,
    UnixTime,
    PureToken,
    OneOf,
    Block,
};

/// "string", "pure-token", "oneof", … as COMMAND DOCS names them.
BytesView argumentTypeName(ArgumentType type);

struct SyntaxArgument {
    Bytes name;
    ArgumentType type = ArgumentType::String;
    Bytes token; // the word that introduces it, or that it is
    int keySpec = -1; // which of the row's key specs finds it
    bool optional = false;
    bool multiple = false;
    bool multipleToken = false; // repeated with its token
    std::vector<SyntaxArgument> arguments; // of a choice or block
};

/// The error says what is wrong at which byte of the grammar.
Result<std::vector<SyntaxArgument>> parseCommandSyntax(const CommandSpec& spec);

/// One line as people write it: `key value [NX|XX] [EX seconds]`.
Bytes syntaxLine(const std::vector<SyntaxArgument>& arguments);

} // namespace engine
