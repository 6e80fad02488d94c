#pragma once

// script_rows.txt, the list of how scripts behave, and where tests name its rows.

#include "engine/base/bytes.h"

#include <set>
#include <vector>

namespace tests {

struct ScriptRow {
    engine::Bytes number; // "C.4.3"
    engine::Bytes text;
    engine::Bytes onlyOurs; // why redis-server is not asked; empty: it is
    engine::Bytes absent; // why nothing can show it; empty: a test does
    std::vector<engine::Bytes> hazards; // names of hostile scripts that show it
};

struct ScriptRows {
    std::set<engine::Bytes> parts; // "C.4"
    std::vector<ScriptRow> rows;
    std::vector<engine::Bytes> faults; // lines that are neither, numbers out of order
};

ScriptRows readScriptRows(engine::BytesView text);

/// A number in a comment or in the name of a test's row.
struct RowLabel {
    engine::Bytes number;
    engine::Bytes place; // "script_c4_errors.test:12"
    bool asksRedis = false; // what it stands over is run against redis-server too
};

/// Numbers at the beginning of a comment or of a string, a colon behind them: `# C.4.3, C.4.7: ...`.
std::vector<RowLabel> rowLabelsIn(engine::BytesView text, const engine::Bytes& file, bool asksRedis);
/// Of all tests: transcripts, cases of libraries, programs.
std::vector<RowLabel> rowLabels();

/// Where list and labels do not agree, as lines for people.
std::vector<engine::Bytes> rowFaults(
    const ScriptRows& list, const std::vector<RowLabel>& labels, const std::set<engine::Bytes>& hazards);

} // namespace tests
