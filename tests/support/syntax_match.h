#pragma once

// Words laid against a command's argument tree: which of its tokens a call uses. A word counts as a token only at a
// place where the tree has it, so the member "gt" of a ZADD is none.

#include "engine/command/command_syntax.h"

#include <optional>
#include <span>
#include <vector>

namespace tests {

/// The tokens of the tree that these words use (those behind the command's name), each once for every use; nullopt when
/// the words do not fit. Optional arguments that stand side by side may come in any order, as the server takes them;
/// where words fit in several ways, a token is preferred to a value, and a short list to a long one.
std::optional<std::vector<const engine::SyntaxArgument*>> tokensUsed(
    const std::vector<engine::SyntaxArgument>& tree, std::span<const engine::Bytes> words);

} // namespace tests
