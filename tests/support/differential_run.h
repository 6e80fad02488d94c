#pragma once

// The same commands for two servers, their answers and their datasets compared. Where an answer is chosen by chance,
// the data of the second is made like that of the first again.

#include "engine/command/command_table.h"
#include "tests/support/accepted_deviations.h"
#include "tests/support/side.h"

#include <functional>
#include <optional>
#include <vector>

namespace tests {

class DifferentialRun {
public:
    /// Both are empty and fresh. `table` outlives this.
    DifferentialRun(Side& ours, Side& theirs, const engine::CommandTable& table);

    enum class Outcome { Succeeded, Refused, NotSent };
    /// Sends one command to both; how the first answered. A difference is kept.
    Outcome step(const Words& argv);
    /// Compares all keys of all databases: names, types, encodings, expiries, values.
    void compareData();

    bool differs() const { return !m_difference.empty(); }
    /// What differed first, for people; empty when nothing did.
    const engine::Bytes& difference() const { return m_difference; }

private:
    struct Question;

    bool leavesTiesOpen(const Question& question);
    bool mayBeSent(const Question& question);
    void compare(const Question& question);
    bool equal(const Question& question);
    bool sameInOrder(const Question& question, std::size_t together);
    bool sameWalks(const Question& question);
    bool samplesFit(const Question& question, const engine::Reply& reply);
    void settlePop(const Question& question);
    void compareKey(int database, const engine::Bytes& key);
    void compareAnswers(int database, const Words& argv, Comparison how);
    void tell(engine::Bytes text);

    Side& m_ours;
    Side& m_theirs;
    const engine::CommandTable& m_table;
    engine::Bytes m_database = "0";
    engine::Bytes m_difference;
};

/// The shortest list that `fails`, found by leaving out ever smaller parts of one that does; or the shortest so far
/// when the lists tried come to `budget` commands together.
std::vector<Words> shortestFailing(std::vector<Words> commands,
    const std::function<bool(const std::vector<Words>&)>& fails, std::size_t budget = 300'000);

} // namespace tests
