#pragma once

// Breakpoints in words, as `break` and `catch` take them and lists show them: "4 if n > 3 hits 5 log n is {n}",
// "write user:* if n > 3".

#include "debugger/breakpoint_spec.h"
#include "engine/base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace debugger {

/// A breakpoint with what is behind its line or event: `if EXPR`, `hits N`, and last `log TEXT`.
engine::Result<BreakpointSpec> withClauses(BreakpointSpec spec, std::string_view words);

/// The same backwards; empty when there is none: "if n > 3 hits 5".
std::string clausesText(const BreakpointSpec& spec);
/// A breakpoint as `break` or `catch` takes it.
std::string breakpointText(const BreakpointSpec& spec);
/// The kind that a word of `catch` names; none: no such word.
std::optional<BreakpointKind> catchKind(std::string_view word);

} // namespace debugger
