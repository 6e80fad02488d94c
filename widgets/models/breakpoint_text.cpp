#include "widgets/models/breakpoint_text.h"

#include "widgets/models/value_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace widgets {

namespace {

using debugger::BreakpointKind;

#define TEXT(text) QT_TRANSLATE_NOOP("Breakpoints", text)

// A pure table.
constexpr EventKind kEventKinds[] = {
    {BreakpointKind::Command, "command", TEXT("&Command…"), TEXT("calls %1"), TEXT("such as SET or @write")},
    {BreakpointKind::KeyRead, "read", TEXT("Key &Read…"), TEXT("reads %1"), TEXT("such as user:*")},
    {BreakpointKind::KeyWritten, "write", TEXT("Key &Written…"), TEXT("writes %1"), TEXT("such as user:*")},
    {BreakpointKind::UndeclaredKey, "undeclared", TEXT("&Undeclared Key"), TEXT("a key that is not in KEYS"), ""},
    {BreakpointKind::ErrorReply, "error-reply", TEXT("&Error Reply"), TEXT("an error reply"), ""},
    {BreakpointKind::CaughtError, "caught", TEXT("C&aught Lua Error"), TEXT("a caught Lua error"), ""},
    {BreakpointKind::UncaughtError, "uncaught", TEXT("Error that Ends the Ru&n"), TEXT("an error that ends the run"),
        ""},
};

#undef TEXT

QString translated(const char* text)
{
    return QCoreApplication::translate("Breakpoints", text);
}

} // namespace

BreakpointShape shapeOf(const debugger::BreakpointSpec& spec)
{
    if (!spec.logText.empty())
        return BreakpointShape::LogPoint;
    return spec.condition.empty() && spec.hitCount <= 1 ? BreakpointShape::Plain : BreakpointShape::Conditional;
}

std::span<const EventKind> eventKinds()
{
    return kEventKinds;
}

const EventKind* findEventKind(BreakpointKind kind)
{
    const auto* found = std::ranges::find(kEventKinds, kind, &EventKind::kind);
    return found == std::end(kEventKinds) ? nullptr : found;
}

QString whereText(const debugger::BreakpointState& state, const QString& title)
{
    if (const EventKind* kind = findEventKind(state.spec.kind)) {
        const QString text = translated(kind->where);
        return kind->patternHint[0] == '\0' ? text : text.arg(textOf(state.spec.pattern));
    }
    const QString where = QStringLiteral("%1:%2").arg(title).arg(state.spec.line);
    const bool moved = state.boundLine > 0 && state.boundLine != state.spec.line;
    return moved ? QStringLiteral("%1 → %2").arg(where).arg(state.boundLine) : where;
}

QString problemText(const debugger::BreakpointState& state)
{
    if (state.spec.kind == BreakpointKind::Line && state.boundLine == 0)
        return translated(QT_TRANSLATE_NOOP("Breakpoints", "there is no code at or behind this line"));
    // One that is still being typed is not wrong yet.
    const EventKind* kind = findEventKind(state.spec.kind);
    const bool isUnfinished = kind && kind->patternHint[0] != '\0' && state.spec.pattern.empty();
    return isUnfinished ? QString() : textOf(state.problem);
}

} // namespace widgets
