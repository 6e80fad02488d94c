#pragma once

// Random scripts for a debugger to walk in: 20 to 150 lines, mostly a statement a line, with locals of all kinds,
// functions, upvalues, recursion, closures, loops, branches, errors, coroutines, tables keyed by tables, addresses,
// chance and time, and commands of every family. Each ends by itself. The same seed gives the same script.

#include "engine/base/bytes.h"
#include "engine/base/rng.h"
#include "tests/support/ground_truth.h"

#include <map>
#include <vector>

namespace tests {

class WalkScriptGenerator {
public:
    explicit WalkScriptGenerator(std::uint64_t seed) : m_rng(seed) { }

    /// A script, its keys and arguments, and the dataset's commands.
    WalkCase next();
    /// How often each kind of statement has been written so far.
    const std::map<Bytes, int>& counts() const { return m_counts; }
    /// All kinds of statements.
    static std::vector<Bytes> kinds();

private:
    enum class Kind : std::uint8_t { Number, String, Table, Function, Coroutine };
    struct Variable {
        Bytes name;
        Kind kind = Kind::Number;
    };
    struct Statement;
    static const std::vector<Statement>& statements();

    std::size_t below(std::size_t bound) { return m_rng.below(bound); }
    bool chance(std::size_t of) { return below(of) == 0; }
    Bytes literal(std::size_t bound) { return std::to_string(below(bound)); }

    void emit(const Bytes& line);
    void open(const Bytes& line);
    void close(const Bytes& line = "end");
    /// Ends a block and begins the next: `else`.
    void reopen(const Bytes& line);
    void block(int most);
    void statement();
    Bytes declare(Kind kind);
    /// A variable in sight; there is one of each kind but coroutines.
    Bytes variable(Kind kind);
    const Variable* find(Kind kind);

    Bytes number(int depth = 2);
    Bytes string(int depth = 2);
    Bytes table(int depth = 2);
    Bytes condition();
    Bytes call(const Bytes& function);
    Bytes command(bool& raises);
    /// A statement that raises an error.
    Bytes failure();

    // Statements.
    void numberLocal() { assignNew(Kind::Number, number()); }
    void stringLocal() { assignNew(Kind::String, string()); }
    void tableLocal() { assignNew(Kind::Table, table()); }
    void assignNew(Kind kind, const Bytes& value);
    void assignment();
    void tableChange();
    void tableKeys();
    void branch();
    void numericLoop();
    void pairsLoop();
    void whileLoop();
    void repeatLoop();
    void doBlock();
    void shadowing();
    void function();
    void varargs();
    void recursion();
    void closure();
    void tailCalls();
    void neighbours();
    void methods();
    void protectedCall();
    void failingCommand();
    void handledError();
    void coroutine();
    void wrapped();
    void resume();
    void yield();
    void redisCall();
    void time();
    void randomness();
    void addresses();
    void libraries();
    void callbacks();
    void comparator();
    void otherChunk();
    void outputs();
    void severalOnALine();
    void severalLines();
    void uniqueCounter();
    void garbage();
    void weakTable();

    engine::Rng m_rng;
    std::map<Bytes, int> m_counts;
    Bytes m_body;
    int m_lines = 0;
    int m_wanted = 0; // lines, about
    int m_indent = 0;
    int m_names = 0;
    int m_yields = 0; // > 0: straight in the body of a coroutine
    std::vector<std::vector<Variable>> m_scopes;
};

} // namespace tests
