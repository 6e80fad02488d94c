#pragma once

// Libraries of functions (FUNCTION LOAD), by name, and their functions, which are found across all libraries and
// without regard to case. Libraries outlive the Lua state that runs them: their code is what is kept and handed on.
// Source: https://redis.io/docs/manual/programmability/functions-intro/

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/script/script_store.h"

#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace engine {

struct LibraryFunction {
    Bytes name;
    std::optional<Bytes> description;
    ScriptFlags flags;
    int callback = 0; // reference in the Lua state's registry
};

struct FunctionLibrary {
    Bytes name;
    Bytes code; // with its first line
    std::vector<LibraryFunction> functions; // as they were registered
};

/// What a library's first line says: `#!lua name=mylib`.
struct LibraryHeader {
    Bytes engine;
    Bytes name;
    std::size_t bytes = 0; // of the line, without its line break
};

/// Reads the first line of a library's code. The error is the protocol's text.
Result<LibraryHeader> readLibraryHeader(BytesView code);
/// Whether libraries and functions may be called so.
bool isFunctionName(BytesView name);

/// Thread: one at a time.
class FunctionStore {
public:
    /// Null when there is none.
    const FunctionLibrary* findLibrary(BytesView name) const;
    const LibraryFunction* findFunction(BytesView name) const;
    /// Of a function found here. Cost: O(libraries).
    const FunctionLibrary& libraryOf(const LibraryFunction& function) const;
    const std::map<Bytes, std::unique_ptr<FunctionLibrary>>& libraries() const { return m_libraries; }
    std::size_t functionCount() const;
    /// Bytes of names and code.
    std::size_t bytes() const;

    /// The first of a library's functions whose name another library has; null when all are free.
    const LibraryFunction* firstTaken(const FunctionLibrary& library) const;
    /// Adds a library whose name and functions are free.
    void add(std::unique_ptr<FunctionLibrary> library);
    /// Takes a library out; null when there is none.
    std::unique_ptr<FunctionLibrary> take(BytesView name);

private:
    struct Hash {
        std::size_t operator()(BytesView name) const;
    };
    struct Equal {
        bool operator()(BytesView a, BytesView b) const { return equalsIgnoringCase(a, b); }
    };

    std::map<Bytes, std::unique_ptr<FunctionLibrary>> m_libraries;
    // Keys are the functions' own names.
    std::unordered_map<BytesView, const LibraryFunction*, Hash, Equal> m_functions;
};

} // namespace engine
