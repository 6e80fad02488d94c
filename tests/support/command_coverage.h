#pragma once

// What the calls of a test have shown of every command: its tokens, its arity errors, a key of a wrong type and a
// missing one. The goals follow from the command table alone, so a new row has goals at once.
//
// A call counts that was answered at once: not one that MULTI queued, nor one from within a script.

#include "engine/base/function_ref.h"
#include "engine/command/command_syntax.h"
#include "engine/command/command_table.h"
#include "engine/resp/reply.h"

#include <map>
#include <vector>

namespace tests {

class CommandCoverage {
public:
    /// `table` outlives this.
    explicit CommandCoverage(const engine::CommandTable& table);

    /// A call and its answer. `exists` says whether a key was there before it.
    void see(const std::vector<engine::Bytes>& argv, const engine::Reply& reply,
        engine::FunctionRef<bool(engine::BytesView key)> exists);

    /// Every goal as text, and whether a call reached it. The forms, for a command "zadd":
    ///   "zadd: GT of comparison"   a call that uses this token and is answered without an error
    ///   "zadd: too few words"      for each of these two an error that says so
    ///   "zadd: too many words"     where the arity is fixed
    ///   "zadd: wrong type"         a call on a key that is there, answered with an error that says so
    ///   "zadd: missing key"        a call none of whose keys is there, understood as such
    const std::map<engine::Bytes, bool>& goals() const { return m_goals; }

private:
    void addGoals(const engine::Command& command);
    void addTokens(const engine::Command& command, const std::vector<engine::SyntaxArgument>& arguments,
        const engine::Bytes& inside);
    void reach(const engine::Command& command, engine::BytesView what);
    void seeTokens(const engine::Command& command, std::span<const engine::Bytes> words);
    void seeKeys(const engine::Command& command, engine::Argv argv, const engine::Reply& reply,
        engine::FunctionRef<bool(engine::BytesView key)> exists);

    const engine::CommandTable& m_table;
    std::vector<std::vector<engine::SyntaxArgument>> m_trees; // by Command::index
    std::map<const engine::SyntaxArgument*, engine::Bytes> m_tokens; // their goals
    std::map<engine::Bytes, bool> m_goals;
};

} // namespace tests
